// Package store keeps everything in SQLite or PostgreSQL with one set of queries.
//
// View and Update are the only ways in. A transaction's Now is fixed when it begins and bound as a
// parameter wherever a query needs the time, so that one clock decides everything. PostgreSQL runs
// at READ COMMITTED; whatever is edited carries a version that an update must match, so a lost
// update is a conflict on both engines.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"

	"convoke/internal/convoke"
	"convoke/migrations"
)

// Options say which database to open and how.
type Options struct {
	Database string           // "sqlite" or a postgres:// URL
	Data     string           // folder of the SQLite file
	Clock    func() time.Time // the one clock
	Careless bool             // SQLite without waiting for the disk, for throw-away data only
	// Wrap may put itself between database/sql and the driver, for tests that count statements.
	Wrap func(driver.Connector) driver.Connector
}

// Store is an open database.
type Store struct {
	writer, reader *sqlx.DB
	d              *dialect
	clock          func() time.Time
	file           string // of SQLite
	files          fs.FS  // the migrations
	rebound        sync.Map
}

// Open connects to the database; it neither creates nor changes tables (see [Store.Migrate]).
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{clock: o.Clock, files: migrations.Files}
	wrap := o.Wrap
	if wrap == nil {
		wrap = func(c driver.Connector) driver.Connector { return c }
	}
	if o.Database == "" || o.Database == "sqlite" {
		if err := os.MkdirAll(o.Data, 0o700); err != nil {
			return nil, fmt.Errorf("make the data folder: %w", err)
		}
		s.d, s.file = &sqliteDialect, filepath.Join(o.Data, "convoke.db")
		if err := private(s.file); err != nil {
			return nil, err
		}
		sync := "FULL"
		if o.Careless {
			sync = "OFF"
		}
		pragmas := "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=synchronous(" + sync + ")&_pragma=cache_size(-16000)"
		name := "file:" + (&url.URL{Path: s.file}).EscapedPath() + "?"
		s.writer = sqlx.NewDb(sql.OpenDB(wrap(sqliteConnector(name+"_txlock=immediate&_pragma=journal_mode(WAL)&"+pragmas))), "sqlite3")
		s.writer.SetMaxOpenConns(1)
		s.writer.SetMaxIdleConns(1)
		s.reader = sqlx.NewDb(sql.OpenDB(wrap(sqliteConnector(name+"_pragma=query_only(1)&"+pragmas))), "sqlite3")
		s.reader.SetMaxOpenConns(4)
		s.reader.SetMaxIdleConns(4)
	} else {
		cfg, err := pgx.ParseConfig(o.Database)
		if err != nil {
			return nil, fmt.Errorf("read the address of the database: %w", err)
		}
		s.d = &postgresDialect
		s.writer = sqlx.NewDb(sql.OpenDB(wrap(stdlib.GetConnector(*cfg))), "pgx")
		s.writer.SetMaxOpenConns(12)
		s.writer.SetMaxIdleConns(6)
		s.reader = s.writer
	}
	if err := s.writer.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), s.Close())
	}
	return s, nil
}

// private makes an empty file that only its owner reads, unless it is there: the keys and addresses of everybody go into
// it, and SQLite itself would leave its mode to the umask. Its -wal and -shm take the mode of the file.
func private(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	return f.Close()
}

type sqliteName string

func sqliteConnector(name string) driver.Connector { return sqliteName(name) }

func (n sqliteName) Connect(context.Context) (driver.Conn, error) {
	c, err := n.Driver().Open(string(n))
	if err != nil {
		return nil, err
	}
	return keep(c)
}
func (n sqliteName) Driver() driver.Driver { return &sqlite.Driver{} }

// Close ends all connections.
func (s *Store) Close() error {
	err := s.writer.Close()
	if s.reader != s.writer {
		err = errors.Join(err, s.reader.Close())
	}
	return err
}

// Embedded says whether the database is the SQLite file of this machine.
func (s *Store) Embedded() bool { return s.d == &sqliteDialect }

// Now asks the one clock.
func (s *Store) Now() convoke.Instant { return convoke.At(s.clock()) }

// Tx is one transaction. It is for one goroutine.
type Tx struct {
	Now  convoke.Instant
	tx   statements
	s    *Store
	last []func()
	// The community whose entries were locked last.
	locked convoke.ID
	// What is searched and has changed.
	stale map[docRef]bool
}

// statements is what a transaction and, for a glance, a connection have in common.
type statements interface {
	GetContext(ctx context.Context, dest any, query string, args ...any) error
	SelectContext(ctx context.Context, dest any, query string, args ...any) error
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// AfterCommit runs f once the transaction is committed.
func (tx *Tx) AfterCommit(f func()) { tx.last = append(tx.last, f) }

// View runs f in a transaction that can only read.
func (s *Store) View(ctx context.Context, f func(*Tx) error) error {
	return s.run(ctx, s.reader, &sql.TxOptions{ReadOnly: true}, f)
}

// Glance runs f, which reads with one statement and does nothing else, without a transaction round it: one statement is one by itself.
// It is for the polls of feeds, where beginning and ending a transaction costs more than the statement.
func (s *Store) Glance(f func(*Tx) error) error {
	return f(&Tx{Now: convoke.At(s.clock()), tx: s.reader, s: s})
}

// Update runs f in a transaction and commits it when f returns nil. When two copies of Convoke
// trip over one another on PostgreSQL (deadlock, serialisation), f runs again.
func (s *Store) Update(ctx context.Context, f func(*Tx) error) error {
	for try := 0; ; try++ {
		err := s.run(ctx, s.writer, nil, f)
		if err == nil || try == 4 || !s.d.again(err) {
			return err
		}
	}
}

func (s *Store) run(ctx context.Context, db *sqlx.DB, o *sql.TxOptions, f func(*Tx) error) (err error) {
	if s.Embedded() {
		o = nil // the read-only pool is query_only by itself; modernc knows no read-only option
	}
	t, err := db.BeginTxx(ctx, o)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	tx := &Tx{Now: convoke.At(s.clock()), tx: t, s: s}
	defer func() {
		if p := recover(); p != nil {
			_ = t.Rollback() // the panic is what matters
			panic(p)
		}
	}()
	if err = f(tx); err == nil {
		err = tx.index(ctx)
	}
	if err != nil {
		_ = t.Rollback() // err is what matters; a failed rollback closes the connection
		return err
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	for _, g := range tx.last {
		g()
	}
	return nil
}

// q rebinds a query text once per engine.
func (tx *Tx) q(query string) string {
	if tx.s.Embedded() {
		return query
	}
	if r, ok := tx.s.rebound.Load(query); ok {
		return r.(string)
	}
	r := sqlx.Rebind(sqlx.DOLLAR, query)
	tx.s.rebound.Store(query, r)
	return r
}

// get reads one row; no row is convoke.ErrNotFound.
func (tx *Tx) get(ctx context.Context, dest any, query string, args ...any) error {
	return missing(tx.tx.GetContext(ctx, dest, tx.q(query), args...), dest)
}

// row reads one row to be scanned by hand. On SQLite it does not end with ctx: that would start two goroutines, to end what takes microseconds.
func (tx *Tx) row(ctx context.Context, query string, args ...any) *sql.Row {
	if tx.s.Embedded() {
		ctx = context.WithoutCancel(ctx)
	}
	return tx.tx.QueryRowContext(ctx, tx.q(query), args...)
}

// missing is the error of reading one row.
func missing(err error, dest any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return convoke.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("read %T: %w", dest, err)
	}
	return nil
}

func (tx *Tx) all(ctx context.Context, dest any, query string, args ...any) error {
	if err := tx.tx.SelectContext(ctx, dest, tx.q(query), args...); err != nil {
		return fmt.Errorf("read %T: %w", dest, err)
	}
	return nil
}

// exec runs a statement and returns how many rows it touched.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	r, err := tx.tx.ExecContext(ctx, tx.q(query), args...)
	if err != nil {
		if tx.s.d.taken(err) {
			return 0, convoke.Refuse(convoke.ReasonConflict, "error.taken").Because(err)
		}
		return 0, fmt.Errorf("write: %w", err)
	}
	n, err := r.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("write: %w", err)
	}
	return n, nil
}

// do is exec where the number of rows does not matter.
func (tx *Tx) do(ctx context.Context, query string, args ...any) error {
	_, err := tx.exec(ctx, query, args...)
	return err
}

// named runs a statement whose :names are the db tags of arg.
func (tx *Tx) named(ctx context.Context, query string, arg any) (int64, error) {
	q, args, err := sqlx.Named(query, arg)
	if err != nil {
		return 0, fmt.Errorf("bind %T: %w", arg, err)
	}
	return tx.exec(ctx, q, args...)
}

// in expands slices in args for IN (?).
func (tx *Tx) in(ctx context.Context, dest any, query string, args ...any) error {
	q, expanded, err := sqlx.In(query, args...)
	if err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	if err := tx.tx.SelectContext(ctx, dest, sqlx.Rebind(tx.s.d.bind, q), expanded...); err != nil {
		return fmt.Errorf("read %T: %w", dest, err)
	}
	return nil
}

// insert builds "INSERT INTO table (a, b) VALUES (:a, :b)" from a constant list of columns.
func insert(table, columns string) string {
	var names []string
	for c := range strings.SplitSeq(columns, ",") {
		names = append(names, ":"+strings.TrimSpace(c))
	}
	return "INSERT INTO " + table + " (" + columns + ") VALUES (" + strings.Join(names, ", ") + ")"
}

// taken builds "a = excluded.a, b = excluded.b" from a constant list of columns.
func taken(columns string) string {
	var parts []string
	for c := range strings.SplitSeq(columns, ",") {
		c = strings.TrimSpace(c)
		parts = append(parts, c+" = excluded."+c)
	}
	return strings.Join(parts, ", ")
}

// set builds "a = :a, b = :b" from a constant list of columns.
func set(columns string) string {
	var parts []string
	for c := range strings.SplitSeq(columns, ",") {
		c = strings.TrimSpace(c)
		parts = append(parts, c+" = :"+c)
	}
	return strings.Join(parts, ", ")
}

// prefixed turns "a, b" into "t.a, t.b".
func prefixed(t, columns string) string {
	var parts []string
	for c := range strings.SplitSeq(columns, ",") {
		parts = append(parts, t+"."+strings.TrimSpace(c))
	}
	return strings.Join(parts, ", ")
}

// errStale is the conflict of two edits of the same thing.
var errStale = convoke.Refuse(convoke.ReasonConflict, "error.stale")
