package store

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

// dialect is everything in which the two engines differ.
type dialect struct {
	name  string
	bind  int
	goose goose.Dialect
	skip  string           // lock clause of a lease
	lock  string           // lock clause of what is decided about
	taken func(error) bool // a unique key exists already
	again func(error) bool // the transaction may simply run again
}

var sqliteDialect = dialect{
	name: "sqlite", bind: sqlx.QUESTION, goose: goose.DialectSQLite3,
	taken: func(err error) bool {
		e, ok := errors.AsType[*sqlite.Error](err)
		return ok && (e.Code() == 2067 || e.Code() == 1555) // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY
	},
	again: func(error) bool { return false },
}

var postgresDialect = dialect{
	name: "postgres", bind: sqlx.DOLLAR, goose: goose.DialectPostgres,
	skip:  "FOR UPDATE SKIP LOCKED",
	lock:  "FOR UPDATE",
	taken: func(err error) bool { return sqlState(err) == "23505" },
	again: func(err error) bool { return sqlState(err) == "40001" || sqlState(err) == "40P01" },
}

func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}
