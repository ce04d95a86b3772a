// Package rig starts a whole Convoke for a test.
//
// A Rig has a database of its own, a clock that only moves when it is told to, the application and the outbox. Mails are captured; with
// [WithSink] they go over SMTP to a server in the same process that can be told to fail. Nothing happens by itself: [Rig.Deliver] is
// the timetable's tick.
package rig

import (
	"context"
	"database/sql/driver"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/files"
	"convoke/internal/outbox"
	"convoke/internal/store"
	"convoke/internal/testdb"
	"convoke/mailer"
)

// Start is what the clock says at first: Monday, 1 March 2027, 09:00 UTC. The clocks of Europe change on the 28th.
var Start = time.Date(2027, time.March, 1, 9, 0, 0, 0, time.UTC)

// From is the sender of all mails.
const From = "Convoke <post@convoke.example>"

// Base is the base URL unless it is set.
const Base = "http://convoke.example"

// Clock is the one clock; it stands still until it is moved.
type Clock struct{ nanos atomic.Int64 }

// Now is what the clock says.
func (c *Clock) Now() time.Time { return time.Unix(0, c.nanos.Load()).UTC() }

// Set moves the clock to a moment.
func (c *Clock) Set(t time.Time) { c.nanos.Store(t.UnixNano()) }

// Add moves the clock on.
func (c *Clock) Add(d time.Duration) { c.nanos.Add(int64(d)) }

// Rig is a whole Convoke.
type Rig struct {
	Clock  *Clock
	Store  *store.Store
	App    *app.App
	Outbox *outbox.Outbox
	Sink   *Sink // nil where mails are captured

	t    testing.TB
	o    options
	mail mailbox
	web  webOnce
}

type options struct {
	database    string
	base        string
	start       time.Time
	sink        bool
	connections int
	timeouts    mailer.Timeouts
	log         *slog.Logger
	wrap        func(driver.Connector) driver.Connector
	careful     bool
	server      *Sink // an existing one, shared by several copies
	clock       *Clock
	files       *files.Folder // an existing one, shared by several copies
	uploads     string        // where that is
	listener    net.Listener  // of a real address, nil for none
}

// Option changes how a Rig starts.
type Option func(*options)

// At makes the clock begin elsewhere.
func At(t time.Time) Option { return func(o *options) { o.start = t } }

// AtBase sets the base URL.
func AtBase(u string) Option { return func(o *options) { o.base = u } }

// WithSink sends mails over SMTP to [Rig.Sink], over so many connections at once.
func WithSink(connections int) Option {
	return func(o *options) { o.sink, o.connections = true, connections }
}

// WithPatience sets how long the sender waits for the mail server.
func WithPatience(t mailer.Timeouts) Option { return func(o *options) { o.timeouts = t } }

// WithLog shows the log, which is discarded otherwise.
func WithLog(l *slog.Logger) Option { return func(o *options) { o.log = l } }

// WithDriver puts something between database/sql and the driver, to count statements or to break them.
func WithDriver(wrap func(driver.Connector) driver.Connector) Option {
	return func(o *options) { o.wrap = wrap }
}

// OnDisk makes SQLite wait for the disk, as a service does, for what is measured.
func OnDisk() Option { return func(o *options) { o.careful = true } }

// New starts a Convoke on an SQLite file of its own; it ends with the test.
func New(t testing.TB, with ...Option) *Rig {
	t.Helper()
	o := options{base: Base, start: Start, database: "sqlite", log: slog.New(slog.DiscardHandler)}
	for _, f := range with {
		f(&o)
	}
	var err error
	if o.files == nil {
		o.uploads = filepath.Join(t.TempDir(), "files")
		if o.files, err = files.Open(o.uploads); err != nil {
			t.Fatal(err)
		}
	}
	r := &Rig{t: t, o: o, Clock: o.clock}
	if r.Clock == nil {
		r.Clock = &Clock{}
		r.Clock.Set(o.start)
	}
	so := store.Options{Database: o.database, Clock: r.Clock.Now, Careless: !o.careful, Wrap: o.wrap}
	if o.database == "sqlite" {
		so.Data = testdb.SQLite(t, migrate)
	}
	if r.Store, err = store.Open(t.Context(), so); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Store.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := r.Store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	ao := app.Options{Store: r.Store, Name: "Convoke", Base: o.base, From: From, Log: o.log, SMTP: o.sink, Files: o.files}
	if r.App, err = app.New(t.Context(), ao); err != nil {
		t.Fatal(err)
	}
	if err := r.App.Remake(t.Context()); err != nil {
		t.Fatal(err)
	}
	var server *mailer.Server
	if o.sink {
		if r.Sink = o.server; r.Sink == nil {
			r.Sink = newSink(t)
		}
		s := r.Sink.server()
		s.Timeouts = o.timeouts
		server = &s
	}
	r.Outbox = outbox.New(outbox.Options{Store: r.Store, Site: r.App.Site(), From: r.App.From(), Secrets: r.App.Secrets(), Server: server,
		Connections: o.connections, Log: o.log, Machine: r.Clock.Now})
	return r
}

// Database is where the store is, as a setting.
func (r *Rig) Database() string { return r.o.database }

// Copy is another copy of the same service: the same PostgreSQL schema, clock and mail server.
func (r *Rig) Copy() *Rig {
	r.t.Helper()
	if r.Store.Embedded() {
		r.t.Fatal("an SQLite file serves one copy only")
	}
	return New(r.t, func(o *options) { *o = r.o; o.server, o.clock = r.Sink, r.Clock })
}

// Each runs a test with a Rig on SQLite and beside it with one on PostgreSQL, in a schema of its own.
func Each(t *testing.T, f func(t *testing.T, r *Rig), with ...Option) {
	t.Helper()
	each(t, (*testing.T).Parallel, f, with)
}

// InTurn is [Each], one engine after the other, for what both share.
func InTurn(t *testing.T, f func(t *testing.T, r *Rig), with ...Option) {
	t.Helper()
	each(t, func(*testing.T) {}, f, with)
}

func each(t *testing.T, begin func(*testing.T), f func(t *testing.T, r *Rig), with []Option) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		begin(t)
		f(t, New(t, with...))
	})
	t.Run("postgres", func(t *testing.T) {
		begin(t)
		f(t, New(t, append([]Option{OnPostgres(t)}, with...)...))
	})
}

// OnPostgres borrows a schema of the test server, whose address stands in CONVOKE_TEST_POSTGRES. Without one the test is passed over,
// which CI must not do.
func OnPostgres(t testing.TB) Option {
	t.Helper()
	address := testdb.Postgres(t, migrate)
	return func(o *options) { o.database = address }
}

// migrate makes the tables of a database that is lent.
func migrate(address, data string) error {
	s, err := store.Open(context.Background(), store.Options{Database: address, Data: data, Clock: time.Now, Careless: true})
	if err != nil {
		return err
	}
	_, err = s.Migrate(context.Background())
	return errors.Join(err, s.Close())
}

// Files is the folder of uploads.
func (r *Rig) Files() string { return r.o.uploads }

// Update runs f in a transaction that must succeed, for what people cannot do.
func (r *Rig) Update(f func(ctx context.Context, tx *store.Tx) error) {
	r.t.Helper()
	if err := r.Store.Update(r.t.Context(), func(tx *store.Tx) error { return f(r.t.Context(), tx) }); err != nil {
		r.t.Fatal(err)
	}
}

// View runs f in a reading transaction that must succeed.
func (r *Rig) View(f func(ctx context.Context, tx *store.Tx) error) {
	r.t.Helper()
	if err := r.Store.View(r.t.Context(), func(tx *store.Tx) error { return f(r.t.Context(), tx) }); err != nil {
		r.t.Fatal(err)
	}
}

// Must fails the test on an error.
func (r *Rig) Must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// Now is the clock's moment as it is stored.
func (r *Rig) Now() convoke.Instant { return r.App.Now() }
