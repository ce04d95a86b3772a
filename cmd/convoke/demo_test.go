package main

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"convoke/internal/store"
)

// demoRun is a demo that has begun.
type demoRun struct {
	cmd  *exec.Cmd
	out  *bufio.Scanner
	errs strings.Builder
}

func beginDemo(t *testing.T, home string, env []string, args ...string) *demoRun {
	t.Helper()
	d := &demoRun{cmd: command(t.Context(), home, env, append([]string{"demo"}, args...)...)}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.out, d.cmd.Stderr = bufio.NewScanner(out), &d.errs
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return d
}

// links reads the sign-in links by role.
func (d *demoRun) links() map[string]string {
	links := map[string]string{}
	for d.out.Scan() {
		if w := strings.Fields(d.out.Text()); len(w) == 2 && strings.Contains(w[1], "/l/") {
			links[w[0]] = w[1]
		}
		if strings.Contains(d.out.Text(), "Ctrl+C") {
			break
		}
	}
	return links
}

func (d *demoRun) end(t *testing.T) {
	t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Wait(); err != nil {
		t.Errorf("ended by SIGTERM: %v\n%s", err, d.errs.String())
	}
}

func TestDemo(t *testing.T) {
	home, data, addr := t.TempDir(), t.TempDir(), freePort(t)
	base := "http://" + addr
	// a mail server nobody reaches: with it, delivery would complain
	env := []string{"CONVOKE_LISTEN=" + addr, "CONVOKE_BASE_URL=" + base, "CONVOKE_SMTP=smtp://127.0.0.1:1"}
	for _, name := range []string{"filled", "opened again"} {
		begun := time.Now()
		d := beginDemo(t, home, env, "--data", data)
		links := d.links()
		t.Logf("%s in %s", name, time.Since(begun).Round(time.Millisecond))
		for _, role := range []string{"operator", "admin", "member"} {
			if !strings.HasPrefix(links[role], base+"/l/le_") {
				t.Errorf("%s: no link for the %s: %v", name, role, links)
				continue
			}
			res, err := waitFor(links[role])
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), ".example") {
				t.Errorf("%s: the %s's link answers %d, %v", name, role, res.StatusCode, err)
			}
			_ = res.Body.Close()
		}
		if code, _, errs := run(t, home, env, "demo", "--listen", freePort(t), "--data", data); code != 1 || !strings.Contains(errs, "another convoke is running") {
			t.Errorf("%s: a second demo on the same folder: code %d, stderr %q", name, code, errs)
		}
		d.end(t)
		if d.errs.Len() > 0 {
			t.Errorf("%s: stderr %q, want nothing", name, d.errs.String())
		}
	}
}

// waitFor asks until the service listens.
func waitFor(url string) (*http.Response, error) {
	for deadline := time.Now().Add(10 * time.Second); ; {
		res, err := http.Get(url)
		if err == nil || time.Now().After(deadline) {
			return res, err
		}
	}
}

func TestDemoLeavesNothing(t *testing.T) {
	home, tmp := t.TempDir(), t.TempDir()
	d := beginDemo(t, home, []string{"CONVOKE_LISTEN=" + freePort(t), "TMPDIR=" + tmp})
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if list, err := filepath.Glob(filepath.Join(tmp, "convoke-demo-*", "convoke.db")); err == nil && len(list) > 0 {
			break // it is being filled
		}
	}
	d.end(t)
	for _, dir := range []string{tmp, home} {
		list, err := os.ReadDir(dir)
		if err != nil || len(list) > 0 {
			t.Errorf("left in %s: %v, %v", dir, list, err)
		}
	}
}

func TestDemoRefusals(t *testing.T) {
	data := t.TempDir()
	if code, _, errs := run(t, data, nil, "user", "add", "ada@maps.example", "--name", "Ada"); code != 0 {
		t.Fatal(errs)
	}
	code, _, errs := run(t, data, []string{"CONVOKE_LISTEN=" + freePort(t)}, "demo", "--data", data)
	if code != 1 || !strings.Contains(errs, "not a demo's") {
		t.Errorf("a folder somebody works in: code %d, stderr %q", code, errs)
	}
	if _, err := os.Stat(filepath.Join(data, "convoke.db")); err != nil {
		t.Errorf("the refused folder: %v", err)
	}
	if _, err := os.Stat(filepath.Join(data, demoMark)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the refused folder was marked: %v", err)
	}
	// one whose filling was cut off is filled anew: its database goes
	half := t.TempDir()
	for name, text := range map[string]string{"convoke.db": "not a database", demoMark: "filling\n"} {
		if err := os.WriteFile(filepath.Join(half, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	release, err := store.Lock(half)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := demoFilled(half); !errors.Is(err, store.ErrLocked) {
		t.Errorf("half a demo that somebody fills: got %v", err)
	}
	if _, err := os.Stat(filepath.Join(half, "convoke.db")); err != nil {
		t.Errorf("its database: %v", err)
	}
	release()
	filled, err := demoFilled(half)
	if _, gone := os.Stat(filepath.Join(half, "convoke.db")); filled || err != nil || !errors.Is(gone, os.ErrNotExist) {
		t.Errorf("half a demo: filled %v, %v, database %v", filled, err, gone)
	}
}
