package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"

	"convoke/internal/demo"
	"convoke/internal/store"
)

type demoCommand struct{}

// demoMark is the file that tells a demo's folder from one that somebody works in.
const demoMark = "convoke.demo"

// Run fills a throw-away folder, or the one of --data, and serves it. Only the flag counts: a folder named by the environment or the
// default is somebody's own.
func (c *demoCommand) Run(e *env) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	set := *e.settings
	kept := e.flags["data"]
	if !kept {
		if set.Data, err = os.MkdirTemp("", "convoke-demo-"); err != nil {
			return fmt.Errorf("make a folder for the demo: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(set.Data)) }()
	}
	set.SMTP = "" // whatever is set: nobody here has asked for mail
	if set.BaseURL == "http://localhost:8080" {
		if _, port, err := net.SplitHostPort(set.Listen); err == nil {
			set.BaseURL = "http://localhost:" + port
		}
	}
	d := *e
	d.settings = &set
	if set.LogLevel == "info" && !e.flags["log-level"] { // the links are what should be seen
		set.LogLevel = "warn"
		d.log = logger(&set)
	}
	if l, err := net.Listen("tcp", set.Listen); err != nil { // better now than after the filling
		return fmt.Errorf("listen: %w", err)
	} else if err := l.Close(); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	s, err := d.demo(ctx, kept)
	if s != nil {
		defer func() { s.shut() }()
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	if err := s.invite(ctx, os.Stdout); err != nil {
		return err
	}
	return s.run(ctx, os.Stdout)
}

// demo opens the folder's demo, and fills it first unless that was done.
func (e *env) demo(ctx context.Context, kept bool) (*service, error) {
	dir := e.settings.Data
	o := store.Options{Database: "sqlite", Data: dir, Clock: e.clock}
	if kept {
		filled, err := demoFilled(dir)
		if err != nil {
			return nil, err
		}
		if filled {
			return e.demoService(ctx, o)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a folder for the demo: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, demoMark), []byte("filling\n"), 0o600); err != nil {
		return nil, fmt.Errorf("mark the folder: %w", err)
	}
	clock := demo.NewClock(e.clock)
	o.Clock, o.Careless = clock.Now, true
	s, err := e.demoService(ctx, o)
	if err != nil {
		return s, err
	}
	progress, done := showProgress()
	_, err = demo.Fill(ctx, s.app, s.outbox, clock, progress)
	done()
	if err != nil || !kept {
		return s, err
	}
	// what is kept is kept well: from now on the disk is waited for
	s.shut()
	if err := os.WriteFile(filepath.Join(dir, demoMark), []byte("filled\n"), 0o600); err != nil {
		return nil, fmt.Errorf("mark the folder: %w", err)
	}
	o.Careless = false
	return e.demoService(ctx, o)
}

func (e *env) demoService(ctx context.Context, o store.Options) (*service, error) {
	s, err := e.start(ctx, o)
	if err != nil {
		return nil, err // start has shut what it opened
	}
	s.demo = true
	return s, nil
}

// demoFilled says whether a folder holds a demo already. A demo that was not finished is removed; any other database is refused.
func demoFilled(dir string) (bool, error) {
	mark, err := os.ReadFile(filepath.Join(dir, demoMark))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("look into the folder: %w", err)
	}
	if string(mark) == "filled\n" {
		return true, nil
	}
	if _, err := os.Stat(filepath.Join(dir, "convoke.db")); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("look into the folder: %w", err)
	}
	if len(mark) == 0 {
		return false, &userError{fmt.Sprintf("%s holds a database that is not a demo's; give --data another folder, or leave it out", dir)}
	}
	release, err := store.Lock(dir) // somebody may be filling it right now
	if err != nil {
		return false, err
	}
	defer release()
	for _, name := range []string{"convoke.db", "convoke.db-wal", "convoke.db-shm"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, fmt.Errorf("remove a demo that was not finished: %w", err)
		}
	}
	if err := os.RemoveAll(filesIn(dir)); err != nil {
		return false, fmt.Errorf("remove a demo that was not finished: %w", err)
	}
	return false, nil
}

// showProgress draws a bar where somebody is looking.
func showProgress() (progress func(done, total int), end func()) {
	if i, err := os.Stderr.Stat(); err != nil || i.Mode()&fs.ModeCharDevice == 0 {
		return nil, func() {}
	}
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription("A year goes by"),
		progressbar.OptionThrottle(50*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(false))
	return func(done, total int) {
			if bar.GetMax() != total {
				bar.ChangeMax(total)
			}
			_ = bar.Set(done) // a bar that cannot be drawn is no trouble
		}, func() {
			_ = bar.Finish() // see above
		}
}

// invite prints where the demo is, and who one can be there.
func (s *service) invite(ctx context.Context, out io.Writer) error {
	base, who := s.app.Site().Base, demo.Cast()
	var text bytes.Buffer // it takes every write
	fmt.Fprintf(&text, "\nThe demo is at %s\n\nNobody in it is real, and no mail leaves. Each of these links signs in once, within 15 minutes:\n\n", base)
	for _, p := range []struct{ role, address string }{{"operator", who.Operator}, {"admin", who.Admin}, {"member", who.Member}} {
		link, err := s.app.SignIns.Direct(ctx, p.address)
		if err != nil {
			return plain(err)
		}
		fmt.Fprintf(&text, "  %-9s %s\n", p.role, link)
	}
	fmt.Fprintf(&text, "\nFor another link:  convoke sign-in-link %s --data %s --base-url %s\nTo stop, press Ctrl+C.", who.Admin, s.env.settings.Data, base)
	if !s.env.flags["data"] {
		text.WriteString(" Everything is removed then; --data FOLDER would keep it.")
	}
	text.WriteString("\n\n")
	_, err := out.Write(text.Bytes())
	return err
}
