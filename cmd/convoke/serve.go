package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"convoke/internal/app"
	"convoke/internal/config"
	"convoke/internal/files"
	"convoke/internal/jobs"
	"convoke/internal/outbox"
	"convoke/internal/store"
	"convoke/internal/web"
	"convoke/mailer"
)

type serveCommand struct{}

func (c *serveCommand) Run(e *env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return e.serve(ctx, os.Stdout)
}

// serve starts a service and runs it until ctx ends, however early that is.
func (e *env) serve(ctx context.Context, out io.Writer) error {
	s, err := e.start(ctx, store.Options{Database: e.settings.Database, Data: e.settings.Data, Clock: e.clock})
	if errors.Is(err, context.Canceled) {
		e.log.Info("stopped before it had started")
		return nil
	}
	if err != nil {
		return err
	}
	defer s.shut()
	return s.run(ctx, out)
}

// service is a whole Convoke in one process.
type service struct {
	env     *env
	store   *store.Store
	app     *app.App
	outbox  *outbox.Outbox
	table   *jobs.Timetable
	server  *http.Server
	release func()
	ticked  atomic.Int64 // machine time of the last look at what is due, Unix seconds
	demo    bool
}

// start opens everything. On SQLite the data folder is locked first, so that nobody else can hold a lease on a letter or be uploading a file.
func (e *env) start(ctx context.Context, o store.Options) (s *service, err error) {
	s = &service{env: e, release: func() {}}
	defer func() {
		if err != nil {
			s.shut()
		}
	}()
	embedded := o.Database == "" || o.Database == "sqlite"
	if embedded {
		if s.release, err = store.Lock(o.Data); err != nil {
			s.release = func() {}
			return s, err
		}
	}
	if s.store, err = store.Open(ctx, o); err != nil {
		return s, err
	}
	backup, err := s.store.Migrate(ctx)
	if err != nil {
		return s, err
	}
	if backup != "" {
		e.log.Info("the database was brought to this version; a copy from before was kept", "copy", backup)
	}
	var mail *mailer.Server
	if e.settings.SMTP != "" {
		m, err := mailer.ParseServer(e.settings.SMTP)
		if err != nil {
			return s, err
		}
		if m.LocalName == "" {
			m.LocalName = hostOf(e.settings.BaseURL)
		}
		mail = &m
	}
	uploads, err := files.Open(filesIn(o.Data))
	if err != nil {
		return s, err
	}
	if embedded {
		if err := uploads.DropUnfinished(); err != nil {
			return s, err
		}
	}
	if s.app, err = app.New(ctx, app.Options{Store: s.store, Name: "Convoke", Base: e.settings.BaseURL, From: e.settings.MailFrom, Log: e.log, SMTP: mail != nil, Files: uploads}); err != nil {
		return s, err
	}
	if err := s.app.Remake(ctx); err != nil {
		return s, err
	}
	s.outbox = outbox.New(outbox.Options{Store: s.store, Site: s.app.Site(), From: s.app.From(), Secrets: s.app.Secrets(), Server: mail, Connections: e.settings.SMTPConnections, Log: e.log})
	if embedded {
		if err := s.outbox.ReturnLeases(ctx); err != nil {
			return s, err
		}
	}
	if s.table, err = jobs.New(s.app, s.outbox, e.log, func() { s.ticked.Store(time.Now().Unix()) }); err != nil {
		return s, err
	}
	s.app.SetWake(s.table.Wake)
	return s, nil
}

// filesIn is where uploads stand in a data folder.
func filesIn(data string) string { return filepath.Join(data, "files") }

// run serves until ctx ends, and then finishes what is under way within 20 seconds.
func (s *service) run(ctx context.Context, out io.Writer) error {
	l, err := net.Listen("tcp", s.env.settings.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	w, err := web.New(web.Options{App: s.app, Log: s.env.log, TrustedProxies: s.env.settings.TrustedProxies, Ready: s.ready, Trouble: s.outbox.Trouble, Demo: s.demo})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	s.server = web.NewHTTPServer(l.Addr().String(), w.Handler(), context.WithoutCancel(ctx))
	s.warn()
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s.table.Start(work)
	failed := make(chan error, 1)
	go func() { failed <- s.server.Serve(l) }()
	greeting, end := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second) // who ends it now has it end below
	defer end()
	if err := s.greet(greeting, out, l.Addr().String()); err != nil {
		return err
	}
	_, _ = daemon.SdNotify(false, daemon.SdNotifyReady) // without systemd there is nobody to tell
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	_, _ = daemon.SdNotify(false, daemon.SdNotifyStopping)
	s.env.log.Info("stopping")
	last, done := context.WithTimeout(context.Background(), 18*time.Second)
	defer done()
	cancel()
	err = errors.Join(s.table.Stop(last), s.server.Shutdown(last))
	if errors.Is(err, context.DeadlineExceeded) {
		s.env.log.Warn("stopped before everything under way had ended")
		return nil
	}
	return err
}

func (s *service) shut() {
	if s.store != nil {
		_ = s.store.Close() // the process ends
	}
	s.release()
}

// ready says whether the service can do its work.
func (s *service) ready(ctx context.Context) error {
	if err := s.store.Current(ctx); err != nil {
		return err
	}
	skew, err := s.store.Skew(ctx, time.Now())
	if err != nil {
		return err
	}
	if skew > 5*time.Second || skew < -5*time.Second {
		return fmt.Errorf("this machine's clock and the database's differ by %s", skew.Round(time.Millisecond))
	}
	if t := s.ticked.Load(); t == 0 || time.Since(time.Unix(t, 0)) > 2*time.Minute {
		return errors.New("the timetable has not looked at what is due for two minutes")
	}
	return nil
}

// warn says at the start what a host should know.
func (s *service) warn() {
	set := s.env.settings
	if set.TestClock != "" {
		s.env.log.Warn("THE CLOCK IS SHIFTED: this service runs on a test clock", "offset", s.env.offset(), "file", set.TestClock)
	}
	if set.SMTP == "" && !s.demo {
		s.env.log.Warn("no mail server is set (CONVOKE_SMTP): mails are kept and shown at /admin/mail, nothing leaves")
	}
	if text := proxyWarning(set); text != "" {
		s.env.log.Warn(text)
	}
}

// proxyWarning tells a host behind a proxy that the limit of sign-in mails per network is off.
func proxyWarning(set *config.Settings) string {
	host, _, err := net.SplitHostPort(set.Listen)
	if err != nil || !set.Secure() || len(set.TrustedProxies) > 0 {
		return ""
	}
	if a, err := netip.ParseAddr(host); host == "localhost" || err == nil && a.IsLoopback() {
		return "people come through a proxy that is not trusted, so sign-in mails are not limited by network: set CONVOKE_TRUSTED_PROXIES to the proxy's address"
	}
	return ""
}

// greet prints where the service is and, while there is no operator, the one-time set-up link.
func (s *service) greet(ctx context.Context, out io.Writer, addr string) error {
	s.env.log.Info("serving", "listen", addr, "base_url", s.app.Site().Base, "version", version())
	if s.demo {
		return nil
	}
	needs, err := s.app.SignIns.NeedsSetUp(ctx)
	if err != nil || !needs {
		return err
	}
	link, err := s.app.SignIns.SetUp(ctx, "")
	if err != nil {
		return plain(err)
	}
	_, err = fmt.Fprintf(out, "\nThere is no operator yet. Open this link within 30 minutes; it works once:\n\n  %s\n\n", link)
	return err
}
