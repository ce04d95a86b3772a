package store

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"convoke/internal/convoke"
)

// noon is the moment the tests' clock stands at.
var noon = time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC)

// stopped is a clock that stands still.
func stopped(at time.Time) func() time.Time { return func() time.Time { return at } }

// engines runs a test with an empty database of each engine.
func engines(t *testing.T, f func(t *testing.T, o Options)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		f(t, Options{Database: "sqlite", Data: t.TempDir(), Clock: stopped(noon), Careless: true})
	})
	t.Run("postgres", func(t *testing.T) {
		f(t, Options{Database: schema(t), Clock: stopped(noon)})
	})
}

// schema makes an empty schema on the test server and gives an address that looks into it alone.
func schema(t testing.TB) string {
	t.Helper()
	address := os.Getenv("CONVOKE_TEST_POSTGRES")
	if address == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("CONVOKE_TEST_POSTGRES is not set")
		}
		t.Skip("CONVOKE_TEST_POSTGRES is not set: PostgreSQL is not tested")
	}
	db, err := sqlx.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the test's context has ended by now
		if _, err := db.ExecContext(context.Background(), "DROP SCHEMA "+name+" CASCADE"); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// open opens a database and closes it when the test ends.
func open(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// each runs a test on a migrated store of each engine.
func each(t *testing.T, f func(t *testing.T, s *Store)) {
	t.Helper()
	engines(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		f(t, s)
	})
}

// update runs f in a transaction that must succeed.
func update(t testing.TB, s *Store, f func(tx *Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// view runs f in a reading transaction that must succeed.
func view(t *testing.T, s *Store, f func(tx *Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// now is the moment the tests' clock stands at.
var now = convoke.At(noon)
