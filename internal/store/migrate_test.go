package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"convoke/internal/convoke"
	"convoke/migrations"
)

func TestMigrate(t *testing.T) {
	engines(t, func(t *testing.T, o Options) {
		s, ctx := open(t, o), t.Context()
		if err := s.Current(ctx); err == nil {
			t.Error("an empty database is current: got no error")
		}
		for range 2 { // the second time there is nothing to do
			backup, err := s.Migrate(ctx)
			if err != nil || backup != "" {
				t.Fatalf("Migrate: got %q, %v, want no backup", backup, err)
			}
			if err := s.Current(ctx); err != nil {
				t.Errorf("Current: got %v", err)
			}
		}
		list, err := s.Migrations(ctx)
		if err != nil || len(list) == 0 || !list[0].Applied || list[0].Version != 1 || list[0].Name != "0001_foundation.sql" {
			t.Errorf("Migrations: got %+v, %v", list, err)
		}
	})
}

// later is the schema of a version to come.
func later(t *testing.T) fs.FS {
	t.Helper()
	out := fstest.MapFS{"9000_later.sql": {Data: []byte("-- +goose Up\nCREATE TABLE later (id TEXT NOT NULL PRIMARY KEY);\n")}}
	entries, err := migrations.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := migrations.Files.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = &fstest.MapFile{Data: b}
	}
	return out
}

func TestMigrateFromAnOlderVersion(t *testing.T) {
	engines(t, func(t *testing.T, o Options) {
		s, ctx := open(t, o), t.Context()
		if _, err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		addPeople(t, s, "ada")

		newer := open(t, o)
		newer.files = later(t)
		if err := newer.Current(ctx); err == nil || !strings.Contains(err.Error(), "convoke migrate") {
			t.Errorf("Current before: got %v, want what to do", err)
		}
		backup, err := newer.Migrate(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := newer.Current(ctx); err != nil {
			t.Errorf("Current after: got %v", err)
		}
		if err := s.Current(ctx); !errors.Is(err, ErrNewer) {
			t.Errorf("the older version's Current: got %v, want ErrNewer", err)
		}
		if _, err := s.Migrate(ctx); !errors.Is(err, ErrNewer) {
			t.Errorf("the older version's Migrate: got %v, want ErrNewer", err)
		}
		if !s.Embedded() {
			if backup != "" {
				t.Errorf("backup on PostgreSQL: got %q, want none", backup)
			}
			return
		}
		if want := s.file + ".before-9000-20261125T120000"; backup != want {
			t.Fatalf("backup: got %q, want %q", backup, want)
		}
		for _, file := range []string{backup, s.file, s.file + "-wal"} {
			if i, err := os.Stat(file); err != nil || i.Mode().Perm() != 0o600 {
				t.Errorf("%s: got %v, %v, want mode 0600", file, i, err)
			}
		}
		// The backup is a database that the older version opens, rows and all.
		dir := t.TempDir()
		if err := os.Rename(backup, filepath.Join(dir, "convoke.db")); err != nil {
			t.Fatal(err)
		}
		old := open(t, Options{Database: "sqlite", Data: dir, Clock: o.Clock})
		if err := old.Current(ctx); err != nil {
			t.Errorf("the backup's Current: got %v", err)
		}
		view(t, old, func(tx *Tx) error {
			_, err := tx.Person(ctx, "ada")
			return err
		})
	})
}

func TestCopiesMigrateTogether(t *testing.T) {
	engines(t, func(t *testing.T, o Options) {
		if o.Database == "sqlite" {
			return // one process only: see Lock
		}
		var wg sync.WaitGroup
		for range 3 {
			s := open(t, o)
			wg.Go(func() {
				if _, err := s.Migrate(t.Context()); err != nil {
					t.Error(err)
				}
				if err := s.Current(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

// Whoever adds a table decides what a removal means for it.
func TestEveryForeignKeySaysWhatARemovalMeans(t *testing.T) {
	entries, err := migrations.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	reference := regexp.MustCompile(`REFERENCES \w+(?: \(\w+\))?( ON DELETE (CASCADE|SET NULL|RESTRICT))?`)
	for _, e := range entries {
		b, err := migrations.Files.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		found := reference.FindAllStringSubmatch(string(b), -1)
		if e.Name() == "0001_foundation.sql" && len(found) == 0 {
			t.Error("no foreign key found: this test looks for the wrong words")
		}
		for _, m := range found {
			if m[1] == "" {
				t.Errorf("%s: %q says nothing of ON DELETE", e.Name(), m[0])
			}
		}
	}
}

// What refers to something that can be removed is found by an index when it is.
func TestRemovalsScanNothing(t *testing.T) {
	s := open(t, Options{Database: "sqlite", Data: t.TempDir(), Clock: stopped(noon), Careless: true})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	scanned := map[string]bool{ // since the first migration, for what is removed once in a while
		"invitation.invited_by": true, "join_request.decided_by": true, "meeting.previous_id": true, "fragment.event_id": true, "change.actor_id": true,
		"letter.meeting_id": true, "letter.series_id": true,
	}
	var list []string
	update(t, s, func(tx *Tx) error {
		return tx.all(t.Context(), &list, `SELECT t.name || '.' || f."from" FROM sqlite_master t, pragma_foreign_key_list(t.name) f
			WHERE t.type = 'table' AND f."table" <> 'community' -- which is archived, never removed
			AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) c WHERE c.pk = 1 AND c.name = f."from")
			AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) i, pragma_index_info(i.name) c WHERE c.seqno = 0 AND c.name = f."from")
			ORDER BY 1`)
	})
	for _, column := range list {
		if !scanned[column] {
			t.Errorf("%s has no index", column)
		}
		delete(scanned, column)
	}
	for column := range scanned {
		t.Errorf("%s has an index by now", column)
	}
}

// What happens by itself every few seconds finds what is due by an index, however much there is.
func TestTicksScanNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		for index, q := range map[string]string{"promise_look": nextPromise, "assignment_untold": nextAsked, "speaker_remind": nextReminded, "follow_up_tell": nextTelling} {
			update(t, s, func(tx *Tx) error {
				var plan string
				if s.Embedded() {
					var steps []struct {
						ID      int    `db:"id"`
						Parent  int    `db:"parent"`
						NotUsed int    `db:"notused"`
						Detail  string `db:"detail"`
					}
					if err := tx.all(t.Context(), &steps, `EXPLAIN QUERY PLAN `+q, now); err != nil {
						return err
					}
					plan = fmt.Sprint(steps)
				} else {
					if err := tx.do(t.Context(), `SET LOCAL enable_seqscan = off`); err != nil { // small tables are read whole
						return err
					}
					var lines []string
					if err := tx.all(t.Context(), &lines, `EXPLAIN `+q, now); err != nil {
						return err
					}
					plan = strings.Join(lines, "\n")
				}
				if !strings.Contains(plan, index) {
					t.Errorf("got the plan %s, want one by %s", plan, index)
				}
				return nil
			})
		}
	})
}

func TestLock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	release, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); !errors.Is(err, ErrLocked) {
		t.Errorf("a second holder: got %v, want ErrLocked", err)
	}
	elsewhere, err := Lock(t.TempDir())
	if err != nil {
		t.Errorf("another folder: got %v", err)
	} else {
		elsewhere()
	}
	release()
	again, err := Lock(dir)
	if err != nil {
		t.Fatalf("after the release: got %v", err)
	}
	again()
}

func TestSkew(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		got, err := s.Skew(t.Context(), time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		want := time.Hour
		if s.Embedded() {
			want = 0
		}
		if d := (got - want).Abs(); d > 5*time.Second {
			t.Errorf("a machine an hour ahead: got %v, want %v", got, want)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	for name, o := range map[string]Options{
		"unreadable address": {Database: "postgres://%zz", Clock: stopped(noon)},
		"nobody listens":     {Database: "postgres://nobody@127.0.0.1:1/none?connect_timeout=2", Clock: stopped(noon)},
		"a file as folder":   {Database: "sqlite", Data: os.DevNull, Clock: stopped(noon)},
	} {
		if s, err := Open(t.Context(), o); err == nil {
			t.Errorf("%s: got no error", name)
			_ = s.Close() // the test has failed already
		}
	}
	if convoke.At(noon) != now {
		t.Error("the tests' clocks differ")
	}
}
