package outbox_test

import (
	"os"
	"testing"

	"convoke/internal/locale"
)

// Every text that a letter of these tests needs must exist.
func TestMain(m *testing.M) {
	locale.Strict()
	os.Exit(m.Run())
}
