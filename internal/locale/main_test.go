package locale

import (
	"os"
	"testing"
	"time"

	"convoke/calendar"
)

func TestMain(m *testing.M) {
	Strict()
	os.Exit(m.Run())
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := calendar.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
