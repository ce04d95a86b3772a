package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"convoke/calendar"
	"convoke/internal/store"
	"convoke/mailer"
)

type doctorCommand struct{}

// Run looks at everything a host can get wrong and says what to do about it.
func (c *doctorCommand) Run(e *env) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	bad := 0
	say := func(what string, err error, advice string) {
		if err == nil {
			fmt.Printf("ok    %s\n", what)
			return
		}
		bad++
		fmt.Printf("BAD   %s: %v\n      %s\n", what, err, advice)
	}
	say("clock", checkClock(e.clock()), "Set the machine's clock and keep it right (NTP).")
	_, err := calendar.LoadZone("Africa/Nairobi")
	say("zone data "+calendar.ZoneDataVersion(), err, "This binary was built without zone data; take a released one.")
	say("data folder "+e.settings.Data, writable(e.settings.Data), "Make the folder writable for the user convoke runs as, or set CONVOKE_DATA.")
	say("folder of uploads", writable(filesIn(e.settings.Data)), "Make the folder writable, too; several copies of convoke share it.")
	say("database", c.database(ctx, e), `Check CONVOKE_DATABASE; run "convoke migrate" where the schema is older.`)
	say("base URL "+e.settings.BaseURL, c.baseURL(e), "Set CONVOKE_BASE_URL to the address people open; calendar programs need https and a public name.")
	if e.settings.SMTP == "" {
		fmt.Println("note  no mail server is set: mails are kept and shown at /admin/mail, nothing leaves")
	} else {
		say("mail server", c.mail(ctx, e), "Check CONVOKE_SMTP: host, port, user, password and tls.")
	}
	if text := proxyWarning(e.settings); text != "" {
		fmt.Println("note  " + text)
	}
	if bad > 0 {
		return &userError{fmt.Sprintf("%d of the checks failed", bad)}
	}
	return nil
}

func checkClock(now time.Time) error {
	if now.Year() < 2026 || now.Year() > 2100 {
		return fmt.Errorf("the year is %d", now.Year())
	}
	return nil
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".doctor")
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Remove(filepath.Clean(f.Name()))
}

func (c *doctorCommand) database(ctx context.Context, e *env) error {
	s, err := store.Open(ctx, store.Options{Database: e.settings.Database, Data: e.settings.Data, Clock: e.clock})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if err := s.Current(ctx); err != nil {
		return err
	}
	skew, err := s.Skew(ctx, time.Now())
	if err == nil && (skew > 5*time.Second || skew < -5*time.Second) {
		err = fmt.Errorf("its clock and this machine's differ by %s", skew)
	}
	return err
}

func (c *doctorCommand) baseURL(e *env) error {
	host := hostOf(e.settings.BaseURL)
	if _, err := net.DefaultResolver.LookupHost(context.Background(), host); err != nil {
		return fmt.Errorf("the name %s cannot be found", host)
	}
	return nil
}

func (c *doctorCommand) mail(ctx context.Context, e *env) error {
	m, err := mailer.ParseServer(e.settings.SMTP)
	if err != nil {
		return err
	}
	m.LocalName = hostOf(e.settings.BaseURL)
	conn, err := m.Dial(ctx)
	if err != nil {
		return err
	}
	return conn.Close()
}

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return "localhost"
	}
	return u.Hostname()
}
