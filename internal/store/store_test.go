package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/testdb"
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
		f(t, Options{Database: testdb.EmptyPostgres(t), Clock: stopped(noon)})
	})
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
	migrated := func(t *testing.T, o Options) {
		s := open(t, o)
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		f(t, s)
	}
	t.Run("sqlite", func(t *testing.T) {
		migrated(t, Options{Database: "sqlite", Data: testdb.SQLite(t, migrate), Clock: stopped(noon), Careless: true})
	})
	t.Run("postgres", func(t *testing.T) {
		migrated(t, Options{Database: testdb.Postgres(t, migrate), Clock: stopped(noon)})
	})
}

// migrate makes the tables of a database that is lent.
func migrate(address, data string) error {
	s, err := Open(context.Background(), Options{Database: address, Data: data, Clock: stopped(noon), Careless: true})
	if err != nil {
		return err
	}
	_, err = s.Migrate(context.Background())
	return errors.Join(err, s.Close())
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
