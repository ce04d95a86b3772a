package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestExplainHidesSecrets(t *testing.T) {
	s := &Settings{SMTP: "smtp://me:hush@mail.example:587", Database: "postgres://c:hush@db.example/c", TrustedProxies: []string{"10.0.0.1", "10.0.0.2"}}
	list := Explain(s, File{"convoke_log": "json"}, map[string]bool{"listen": true})
	by := map[string]Explained{}
	for _, e := range list {
		by[e.Env] = e
		if strings.Contains(e.Value, "hush") {
			t.Errorf("%s shows its password: %s", e.Env, e.Value)
		}
		if e.Help == "" || e.Env == "" {
			t.Errorf("a setting without help or name: %+v", e)
		}
	}
	for _, e := range Explain(&Settings{SMTP: "smtp://me:hush%zz@mail.example"}, File{}, nil) {
		if strings.Contains(e.Value, "hush") {
			t.Errorf("%s shows the password of an address that cannot be read: %s", e.Env, e.Value)
		}
	}
	for env, want := range map[string]string{"CONVOKE_LOG": "convoke.toml", "CONVOKE_LISTEN": "flag", "CONVOKE_BASE_URL": "default"} {
		if by[env].Source != want {
			t.Errorf("source of %s = %q, want %q", env, by[env].Source, want)
		}
	}
	if got := by["CONVOKE_TRUSTED_PROXIES"].Value; got != "10.0.0.1,10.0.0.2" {
		t.Errorf("trusted proxies = %q", got)
	}
}

func TestCheck(t *testing.T) {
	good := Settings{Listen: "127.0.0.1:8080", BaseURL: "http://localhost:8080", Database: "sqlite", SMTPConnections: 4}
	for _, c := range []struct {
		name   string
		change func(*Settings)
		want   string // part of the refusal, empty when it is fine
	}{
		{"defaults", func(*Settings) {}, ""},
		{"base URL without scheme", func(s *Settings) { s.BaseURL = "convoke.example" }, "CONVOKE_BASE_URL"},
		{"base URL with a path", func(s *Settings) { s.BaseURL = "https://convoke.example/x" }, "CONVOKE_BASE_URL"},
		{"listen without port", func(s *Settings) { s.Listen = "localhost" }, "CONVOKE_LISTEN"},
		{"other database", func(s *Settings) { s.Database = "mysql://x" }, "CONVOKE_DATABASE"},
		{"no connection", func(s *Settings) { s.SMTPConnections = 0 }, "CONVOKE_SMTP_CONNECTIONS"},
		{"proxy by name", func(s *Settings) { s.TrustedProxies = []string{"proxy.example"} }, "CONVOKE_TRUSTED_PROXIES"},
		{"proxy network", func(s *Settings) { s.TrustedProxies = []string{"10.0.0.0/8", "::1"} }, ""},
		{"test clock in earnest", func(s *Settings) { s.BaseURL, s.TestClock = "https://convoke.example", "x" }, "CONVOKE_TEST_CLOCK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := good
			c.change(&s)
			err := s.Check()
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("Check() = %v, want %q", err, c.want)
			}
		})
	}
}

func TestClockFollowsTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "offset")
	c := &testClock{file: file}
	write := func(s string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		c.asked = time.Time{} // as if a second had passed
	}
	for _, step := range []struct {
		text string
		want time.Duration
	}{{"720h30m\n", 720*time.Hour + 30*time.Minute}, {"-2h", -2 * time.Hour}, {"soon", -2 * time.Hour}, {"0s", 0}} {
		write(step.text)
		if got := c.read(); got != step.want {
			t.Errorf("offset with %q in the file = %s, want %s", step.text, got, step.want)
		}
	}
	write("5h")
	c.asked = time.Now()
	if got := c.read(); got != 0 {
		t.Errorf("read again within a second: %s, want the old 0s", got)
	}
}

func TestReadFile(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"a setting", `convoke_listen = "127.0.0.1:9000"`, ""},
		{"misspelt", `convoke_lissten = "127.0.0.1:9000"`, "convoke_lissten"},
		{"without its beginning", `listen = "127.0.0.1:9000"`, "listen"},
		{"the folder it lies in", `convoke_data = "/var/lib/convoke"`, "convoke_data"},
		{"no TOML", "convoke_listen: 1", "convoke.toml"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "convoke.toml"), []byte(row.text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := ReadFile(dir)
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, %v, want %q", row.name, f, err, row.want)
		}
	}
	if f, err := ReadFile(t.TempDir()); err != nil || len(f) != 0 {
		t.Errorf("no file: got %v, %v", f, err)
	}
}
