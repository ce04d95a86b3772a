package main

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The doctor says of each thing whether it is right, and what to do where it is not.
func TestDoctor(t *testing.T) {
	made := func(t *testing.T) string {
		data := t.TempDir()
		if code, out, errs := run(t, data, nil, "migrate"); code != 0 {
			t.Fatal(out, errs)
		}
		return data
	}
	for _, c := range []struct {
		name string
		data func(t *testing.T) string
		env  []string
		code int
		out  []string
		not  string
	}{
		{"a healthy one", made, nil, 0, []string{"ok    clock", "ok    zone data", "ok    data folder", "ok    folder of uploads", "ok    database", "ok    base URL", "note  no mail server"}, "BAD"},
		{"no tables", func(t *testing.T) string { return t.TempDir() }, nil, 1, []string{"BAD   database", "convoke migrate", "ok    folder of uploads"}, "ok    database"},
		{"a file where uploads should be", func(t *testing.T) string {
			data := made(t)
			if err := os.WriteFile(filesIn(data), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return data
		}, nil, 1, []string{"BAD   folder of uploads", "ok    data folder"}, "ok    folder of uploads"},
		{"no mail server there", made, []string{"CONVOKE_SMTP=smtp://127.0.0.1:1?tls=none"}, 1, []string{"BAD   mail server", "Check CONVOKE_SMTP"}, "note  no mail server"},
		{"a name nobody knows", made, []string{"CONVOKE_BASE_URL=https://convoke.invalid"}, 1, []string{"BAD   base URL", "the name convoke.invalid cannot be found"}, "ok    base URL"},
		{"a proxy that is not trusted", made, []string{"CONVOKE_BASE_URL=https://localhost", "CONVOKE_LISTEN=127.0.0.1:8080"}, 0, []string{"note  people come through a proxy"}, "BAD"},
		{"a proxy that is trusted", made, []string{"CONVOKE_BASE_URL=https://localhost", "CONVOKE_LISTEN=127.0.0.1:8080", "CONVOKE_TRUSTED_PROXIES=127.0.0.1"}, 0, []string{"ok    base URL"}, "through a proxy"},
		{"a proxy without https", made, []string{"CONVOKE_BASE_URL=http://localhost", "CONVOKE_LISTEN=127.0.0.1:8080"}, 0, []string{"ok    base URL"}, "through a proxy"},
		{"open to everybody", made, []string{"CONVOKE_BASE_URL=https://localhost", "CONVOKE_LISTEN=0.0.0.0:8080"}, 0, []string{"ok    base URL"}, "through a proxy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := c.data(t)
			code, out, errs := run(t, data, c.env, "doctor")
			if code != c.code {
				t.Errorf("code %d, want %d", code, c.code)
			}
			for _, part := range c.out {
				if !strings.Contains(out, part) {
					t.Errorf("the doctor does not say %q:\n%s%s", part, out, errs)
				}
			}
			if strings.Contains(out, c.not) {
				t.Errorf("the doctor says %q:\n%s%s", c.not, out, errs)
			}
			if left, err := filepath.Glob(filepath.Join(data, "*", ".doctor*")); err != nil || len(left) != 0 {
				t.Errorf("the doctor left %q, %v", left, err)
			}
		})
	}
}

func TestCheckClock(t *testing.T) {
	for year, ok := range map[int]bool{1970: false, 2025: false, 2026: true, 2100: true, 2101: false} {
		if err := checkClock(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)); (err == nil) != ok {
			t.Errorf("%d: got %v, want it right: %v", year, err, ok)
		}
	}
}

// Short commands refuse a database of a version to come.
func TestNewerDatabaseIsRefused(t *testing.T) {
	data := t.TempDir()
	if code, _, errs := run(t, data, nil, "migrate"); code != 0 {
		t.Fatal(errs)
	}
	db, err := sql.Open("sqlite", filepath.Join(data, "convoke.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"user", "add", "ada@maps.example", "--name", "Ada"}, {"sign-in-link", "ada@maps.example"}, {"migrate"}, {"serve"}} {
		if code, out, errs := run(t, data, []string{"CONVOKE_LISTEN=127.0.0.1:0"}, args...); code != 1 || !strings.Contains(errs, "newer") {
			t.Errorf("convoke %q: code %d, %q, %q; want it refused as newer", args, code, out, errs)
		}
	}
}
