package main

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"convoke/internal/config"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// started is a service that has opened everything and serves nobody yet.
func started(t *testing.T, o store.Options) *service {
	t.Helper()
	e := &env{settings: &config.Settings{BaseURL: rig.Base, MailFrom: rig.From}, log: slog.New(slog.DiscardHandler), clock: time.Now}
	o.Clock = time.Now
	s, err := e.start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.shut)
	return s
}

// Whoever ends a service has ended it well, also while it starts and while it greets.
func TestServeEndedEarly(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	var log strings.Builder
	e := &env{settings: &config.Settings{BaseURL: rig.Base, MailFrom: rig.From, Data: t.TempDir()}, log: slog.New(slog.NewTextHandler(&log, nil)), clock: time.Now}
	if err := e.serve(ended, io.Discard); err != nil {
		t.Errorf("while it started: %v", err)
	}
	if !strings.Contains(log.String(), "before it had started") {
		t.Errorf("it started: %s", log.String())
	}
	s := started(t, store.Options{Data: t.TempDir()})
	s.env.settings.Listen = "127.0.0.1:0"
	if err := s.run(ended, io.Discard); err != nil {
		t.Errorf("while it greeted: %v", err)
	}
}

// A service whose timetable stands still is not ready, however well it answers.
func TestReadyWhileTheTimetableRuns(t *testing.T) {
	s := started(t, store.Options{Data: t.TempDir()})
	for _, row := range []struct {
		name string
		tick int64
		want string
	}{
		{"just now", time.Now().Unix(), ""},
		{"never", 0, "timetable"},
		{"three minutes ago", time.Now().Add(-3 * time.Minute).Unix(), "timetable"},
	} {
		s.ticked.Store(row.tick)
		if err := s.ready(t.Context()); (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("looked at what is due %s: got %v, want %q", row.name, err, row.want)
		}
	}
}

// A service whose tables another version has changed meanwhile is not ready.
func TestReadyWithItsOwnTables(t *testing.T) {
	data := t.TempDir()
	s := started(t, store.Options{Data: data})
	s.ticked.Store(time.Now().Unix())
	if err := s.ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(data, "convoke.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if err := s.ready(t.Context()); !errors.Is(err, store.ErrNewer) {
		t.Errorf("got %v, want %v", err, store.ErrNewer)
	}
}

// Where the database's clock and the machine's are more than five seconds apart, the service is not ready.
func TestReadyWhereClocksAgree(t *testing.T) {
	r := rig.New(t, rig.OnPostgres(t))
	u, err := url.Parse(r.Database())
	r.Must(err)
	schema := u.Query().Get("search_path")
	u.RawQuery = url.Values{"search_path": {schema + ",pg_catalog"}}.Encode() // so that the function below is found first
	db, err := sql.Open("pgx", r.Database())
	r.Must(err)
	defer func() { _ = db.Close() }()
	s := started(t, store.Options{Database: u.String(), Data: t.TempDir()})
	s.ticked.Store(time.Now().Unix())
	for _, row := range []struct {
		ahead string // of the machine
		want  string
	}{{"0 s", ""}, {"3 s", ""}, {"20 s", "clock"}, {"-20 s", "clock"}} {
		_, err := db.ExecContext(t.Context(), `CREATE OR REPLACE FUNCTION `+schema+`.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
			$$ SELECT pg_catalog.clock_timestamp() + interval '`+row.ahead+`' $$`)
		r.Must(err)
		if err := s.ready(t.Context()); (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("a database %s ahead: got %v, want %q", row.ahead, err, row.want)
		}
	}
}

// Letters that a killed process had leased are free again when the next one starts.
func TestLeasesComeBack(t *testing.T) {
	o := store.Options{Data: t.TempDir()}
	const id = "le_killed"
	letter := func(s *service, f func(ctx context.Context, tx *store.Tx) error) {
		t.Helper()
		if err := s.store.Update(t.Context(), func(tx *store.Tx) error { return f(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
	}
	killed := started(t, o)
	letter(killed, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.AddLetter(ctx, convoke.Letter{ID: id, Key: id, Kind: "sign-in", Address: "ada@maps.example", Data: "{}", UsefulUntil: tx.Now.Add(time.Hour), State: convoke.Queued, NextAt: tx.Now, CreatedAt: tx.Now}); err != nil {
			return err
		}
		_, err := tx.LeaseLetters(ctx, 9, "killed", tx.Now.Add(time.Hour))
		return err
	})
	killed.shut()
	letter(started(t, o), func(ctx context.Context, tx *store.Tx) error {
		l, err := tx.Letter(ctx, id)
		if l.State != convoke.Queued {
			t.Errorf("got %s, want it queued", l.State)
		}
		return err
	})
}

// Whoever starts a service is told what is unusual about it, and of nothing else.
func TestWarn(t *testing.T) {
	const clock, proxy, mail = "CLOCK IS SHIFTED", "through a proxy", "no mail server"
	for _, row := range []struct {
		name string
		set  config.Settings
		demo bool
		want string
	}{
		{"all is well", config.Settings{SMTP: "smtp://mail.example"}, false, ""},
		{"a test clock", config.Settings{SMTP: "smtp://mail.example", TestClock: "/nowhere"}, false, clock},
		{"no mail server", config.Settings{}, false, mail},
		{"a demo", config.Settings{}, true, ""},
		{"a proxy that is not trusted", config.Settings{SMTP: "smtp://mail.example", BaseURL: "https://convoke.example", Listen: "127.0.0.1:8080"}, false, proxy},
	} {
		t.Run(row.name, func(t *testing.T) {
			var log strings.Builder
			s := &service{demo: row.demo, env: &env{settings: &row.set, log: slog.New(slog.NewTextHandler(&log, nil)), offset: func() time.Duration { return time.Hour }}}
			s.warn()
			for _, part := range []string{clock, proxy, mail} {
				if got := strings.Contains(log.String(), part); got != (part == row.want) {
					t.Errorf("says %q: %v, want %v\n%s", part, got, part == row.want, log.String())
				}
			}
		})
	}
}

// Of a service that nobody runs yet the set-up link is printed, but not of a demo: anybody can read what it prints.
func TestGreet(t *testing.T) {
	s := started(t, store.Options{Data: t.TempDir()})
	for _, demo := range []bool{true, false} {
		s.demo = demo
		var out strings.Builder
		if err := s.greet(t.Context(), &out, "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(out.String(), "/l/le_"); got == demo {
			t.Errorf("demo %v: printed %q", demo, out.String())
		}
	}
}

// What serve cannot work with it says in a sentence, and ends.
func TestServeRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, data, env, want string }{
		{"an address that is taken", "", "CONVOKE_LISTEN=" + taken.Addr().String(), "address already in use"},
		{"a mail server that is none", "", "CONVOKE_SMTP=http://mail.example", "smtp"},
		{"a folder that is a file", file, "CONVOKE_LISTEN=127.0.0.1:0", "not a directory"},
		{"a database that does not answer", "", "CONVOKE_DATABASE=postgres://nobody:hush@127.0.0.1:1/none", "open the database"},
	} {
		t.Run(row.name, func(t *testing.T) {
			data := row.data
			if data == "" {
				data = t.TempDir()
			}
			code, out, errs := run(t, data, []string{"CONVOKE_LISTEN=127.0.0.1:0", row.env}, "serve")
			if code != 1 || !strings.Contains(errs, row.want) || strings.Contains(out+errs, "goroutine") || strings.Contains(out+errs, "hush") {
				t.Errorf("code %d, %q %q, want 1 and %q", code, out, errs, row.want)
			}
		})
	}
}
