package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"convoke/internal/convoke"
)

// MigrationStatus is one migration and whether it has been applied.
type MigrationStatus struct {
	Version int64
	Name    string
	Applied bool
}

func (s *Store) provider() (*goose.Provider, error) {
	o := []goose.ProviderOption{goose.WithVerbose(false)}
	if !s.Embedded() { // copies start together
		l, err := lock.NewPostgresTableLocker()
		if err != nil {
			return nil, fmt.Errorf("lock migrations: %w", err)
		}
		o = append(o, goose.WithLocker(l))
	}
	p, err := goose.NewProvider(s.d.goose, s.writer.DB, s.files, o...)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

// ErrNewer says the database was written by a newer version of Convoke.
var ErrNewer = errors.New("this database was written by a newer version of Convoke; start that version, or restore a backup made before")

// Migrations tells what has been applied and what has not.
func (s *Store) Migrations(ctx context.Context) ([]MigrationStatus, error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	list, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	var out []MigrationStatus
	for _, m := range list {
		out = append(out, MigrationStatus{m.Source.Version, filepath.Base(m.Source.Path), m.State == goose.StateApplied})
	}
	return out, nil
}

// Migrate brings the schema to this version. On SQLite a copy of the file is written beside it
// first, unless the file is empty; its path is returned.
func (s *Store) Migrate(ctx context.Context) (backup string, err error) {
	p, err := s.provider()
	if err != nil {
		return "", err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return "", fmt.Errorf("read migrations: %w", err)
	}
	if have > want {
		return "", ErrNewer
	}
	if have == want {
		if err := s.prepareSearch(ctx); err != nil {
			return "", fmt.Errorf("make the search: %w", err)
		}
		return "", nil
	}
	if s.Embedded() && have > 0 {
		backup = fmt.Sprintf("%s.before-%04d-%s", s.file, want, s.clock().UTC().Format("20060102T150405"))
		if err := private(backup); err != nil {
			return "", err
		}
		if _, err := s.writer.ExecContext(ctx, "VACUUM INTO ?", backup); err != nil {
			return "", fmt.Errorf("write a backup before migrating: %w", err)
		}
	}
	if _, err := p.Up(ctx); err != nil {
		return backup, fmt.Errorf("migrate: %w", err)
	}
	if err := s.prepareSearch(ctx); err != nil {
		return backup, fmt.Errorf("make the search: %w", err)
	}
	return backup, nil
}

// Current fails when the schema is not the one this version works with.
func (s *Store) Current(ctx context.Context) error {
	var have int64
	if err := s.reader.GetContext(ctx, &have, "SELECT MAX(version_id) FROM goose_db_version"); err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	want, err := s.latestMigration()
	if err != nil {
		return err
	}
	switch {
	case have > want:
		return ErrNewer
	case have < want:
		return fmt.Errorf("the database stands at migration %d of %d: run \"convoke migrate\"", have, want)
	}
	return nil
}

func (s *Store) latestMigration() (int64, error) {
	entries, err := fs.ReadDir(s.files, ".")
	if err != nil {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	var last int64
	for _, e := range entries {
		if v, err := goose.NumericComponent(e.Name()); err == nil {
			last = max(last, v)
		}
	}
	return last, nil
}

// Skew is how far the database's own clock is from this machine's: always 0 on SQLite.
func (s *Store) Skew(ctx context.Context, machine time.Time) (time.Duration, error) {
	if s.Embedded() {
		return 0, nil
	}
	var ms float64
	if err := s.reader.GetContext(ctx, &ms, "SELECT extract(epoch from clock_timestamp()) * 1000"); err != nil {
		return 0, fmt.Errorf("ask the database for the time: %w", err)
	}
	return machine.Sub(convoke.Instant(ms).Time()), nil
}

// ErrLocked says that another Convoke serves this data folder.
var ErrLocked = errors.New("another convoke is running on this data folder; stop it first, or use another folder (CONVOKE_DATA)")

// Lock claims a data folder for one process until the returned function is called or the process ends.
func Lock(dir string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "convoke.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(ErrLocked, f.Close())
	}
	return func() { _ = f.Close() }, nil // closing drops the lock; the file stays
}
