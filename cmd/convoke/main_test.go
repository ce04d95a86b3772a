package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "convoke-cmd")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "convoke")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		panic(string(out))
	}
	code := m.Run()
	_ = os.RemoveAll(dir) // a temporary folder
	os.Exit(code)
}

// command is a run of the binary with nothing but the given settings in its environment.
func command(ctx context.Context, data string, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + data, "CONVOKE_DATA=" + data}, env...)
	return cmd
}

// run gives exit code, standard output and standard error of a command that ends by itself.
func run(t *testing.T, data string, env []string, args ...string) (code int, out, errs string) {
	t.Helper()
	cmd := command(t.Context(), data, env, args...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ee, ok := errors.AsType[*exec.ExitError](err); ok {
		code = ee.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return code, stdout.String(), stderr.String()
}

func TestCommands(t *testing.T) {
	data := t.TempDir()
	for _, c := range []struct {
		name      string
		env, args []string
		code      int
		out, errs string // parts that must be there
		not       string // must not be anywhere
	}{
		{"no command", nil, nil, 2, "", "--help", "panic"},
		{"unknown command", nil, []string{"fly"}, 2, "", "unexpected argument fly", "panic"},
		{"version", nil, []string{"version"}, 0, "convoke ", "", "/"},
		{"user with a bad address", nil, []string{"user", "add", "ada\r\nbcc: eve", "--name", "Ada"}, 1, "", "address", "goroutine"},
		{"user", nil, []string{"user", "add", "ada@maps.example", "--name", "Ada", "--operator"}, 0, "ada@maps.example can sign in", "", ""},
		{"the same user again", nil, []string{"user", "add", "Ada@Maps.example", "--name", "Ada"}, 1, "", "account", ""},
		{"sign-in link", nil, []string{"sign-in-link", "ada@maps.example"}, 0, "http://localhost:8080/l/le_", "", ""},
		{"token", nil, []string{"token", "add", "--user", "ada@maps.example", "--name", "import"}, 0, "cvk_", "", ""},
		{"token for nobody", nil, []string{"token", "add", "--user", "eve@maps.example", "--name", "import"}, 1, "", "There is no account with this address", "cvk_"},
		{"migrate", nil, []string{"migrate", "--status"}, 0, "applied  0001_foundation.sql", "", ""},
		{"config", []string{"CONVOKE_SMTP=smtp://me:hush@mail.example:587", "CONVOKE_LOG=json"}, []string{"config"}, 0, "CONVOKE_LOG=json", "", "hush"},
		{"config tells the source", []string{"CONVOKE_LOG=json"}, []string{"config", "--log-level", "debug"}, 0, "Comes from: flag.", "", ""},
		{"config of bad settings", []string{"CONVOKE_BASE_URL=convoke.example"}, []string{"config"}, 1, "CONVOKE_BASE_URL=convoke.example", "is not an address", "goroutine"},
		{"version with bad settings", []string{"CONVOKE_BASE_URL=convoke.example"}, []string{"version"}, 0, "convoke ", "", ""},
		{"bad base URL", []string{"CONVOKE_BASE_URL=convoke.example"}, []string{"serve"}, 1, "", "CONVOKE_BASE_URL", "goroutine"},
		{"test clock on https", []string{"CONVOKE_BASE_URL=https://convoke.example", "CONVOKE_TEST_CLOCK=/nowhere"}, []string{"serve"}, 1, "", "CONVOKE_TEST_CLOCK", ""},
		{"database that is neither", []string{"CONVOKE_DATABASE=mysql://x:hush@y/z"}, []string{"serve"}, 1, "", "CONVOKE_DATABASE", "hush"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := run(t, data, c.env, c.args...)
			if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) {
				t.Errorf("convoke %q: code %d, want %d; out %q, want %q; stderr %q, want %q", c.args, code, c.code, out, c.out, errs, c.errs)
			}
			if c.not != "" && strings.Contains(out+errs, c.not) {
				t.Errorf("convoke %q shows %q:\n%s%s", c.args, c.not, out, errs)
			}
		})
	}
}

func TestSettingsFile(t *testing.T) {
	data := t.TempDir()
	file := filepath.Join(data, "convoke.toml")
	if err := os.WriteFile(file, []byte("convoke_log_level = \"warn\"\nconvoke_trusted_proxies = [\"10.0.0.0/8\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := run(t, data, nil, "config")
	if code != 0 || !strings.Contains(out, "CONVOKE_LOG_LEVEL=warn") || !strings.Contains(out, "CONVOKE_TRUSTED_PROXIES=10.0.0.0/8") || !strings.Contains(out, "Comes from: convoke.toml.") {
		t.Errorf("config does not read convoke.toml: code %d\n%s%s", code, out, errs)
	}
	if err := os.WriteFile(file, []byte("convoke_log_levle = \"warn\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := run(t, data, nil, "config"); code != 1 || !strings.Contains(errs, "convoke_log_levle") {
		t.Errorf("a misspelt setting: code %d, stderr %q", code, errs)
	}
}

// freePort finds an address nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// The first start prints a set-up link; a second process on the same folder is refused; SIGTERM ends it in time; nothing of a token is logged.
func TestServe(t *testing.T) {
	data, addr := t.TempDir(), freePort(t)
	env := []string{"CONVOKE_LISTEN=" + addr, "CONVOKE_BASE_URL=http://" + addr}
	cmd := command(t.Context(), data, env, "serve")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	link := ""
	for s := bufio.NewScanner(out); s.Scan(); {
		if l := strings.TrimSpace(s.Text()); strings.HasPrefix(l, "http://"+addr+"/l/") {
			link = l
			break
		}
	}
	if link == "" {
		t.Fatal("no set-up link was printed")
	}
	for _, path := range []string{"/healthz", "/l/" + link[strings.LastIndex(link, "/")+1:]} {
		res, err := http.Get("http://" + addr + path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != 200 {
			t.Errorf("GET %s: %d, %v", path, res.StatusCode, err)
		}
		_ = res.Body.Close()
	}
	if code, _, errs := run(t, data, env, "serve"); code != 1 || !strings.Contains(errs, "another convoke is running") {
		t.Errorf("a second serve: code %d, stderr %q", code, errs)
	}
	if code, out, errs := run(t, data, env, "sign-in-link", "ada@maps.example"); code != 0 || !strings.Contains(out, "/l/le_") {
		t.Errorf("a short command beside a running service: code %d, %q %q", code, out, errs)
	}
	begun := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended by SIGTERM: %v\n%s", err, log.String())
	}
	if d := time.Since(begun); d > 20*time.Second {
		t.Errorf("SIGTERM took %s", d)
	}
	token := link[strings.LastIndex(link, "/")+1:]
	if strings.Contains(log.String(), token) {
		t.Errorf("the log holds a token:\n%s", log.String())
	}
}

// A service that has an operator prints no set-up link, however often it starts, and clears away what a killed one has left.
func TestServeWithAnOperator(t *testing.T) {
	data, addr := t.TempDir(), freePort(t)
	env := []string{"CONVOKE_LISTEN=" + addr, "CONVOKE_BASE_URL=http://" + addr}
	if code, _, errs := run(t, data, env, "user", "add", "op@maps.example", "--name", "Op", "--operator"); code != 0 {
		t.Fatal(errs)
	}
	half := filepath.Join(data, "files", "upload-half") // of a process that was killed a moment ago
	if err := os.MkdirAll(filepath.Dir(half), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := command(t.Context(), data, env, "serve")
	var out, log strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	res, err := waitFor("http://" + addr + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what a killed process had begun to keep is there: %v", err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended by SIGTERM: %v\n%s", err, log.String())
	}
	if strings.Contains(out.String()+log.String(), "/l/") {
		t.Errorf("a link was printed:\n%s%s", out.String(), log.String())
	}
}
