// Package testdb lends tests databases with Convoke's tables and no rows. To make the tables takes longer than most tests do.
//
// For SQLite they are made once in a process, and the file is copied. On the PostgreSQL server whose address stands in
// CONVOKE_TEST_POSTGRES schemas are kept from test to test and from run to run. A lent one is held by an advisory lock of a connection,
// which ends with the process however that ends; it is emptied when it is lent again, and made anew where it is not as it was made:
// another version of Convoke made it, or a test changed its tables.
package testdb

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver that makes schemas

	"convoke/migrations"
)

// Migrate makes the tables: of a PostgreSQL schema at an address, or, with "sqlite" for an address, in a data folder.
type Migrate func(address, data string) error

// SQLite gives a data folder whose file is the test's.
func SQLite(t testing.TB, migrate Migrate) (data string) {
	t.Helper()
	file, err := made(migrate)
	if err != nil {
		t.Fatal(err)
	}
	data = t.TempDir()
	if err := os.WriteFile(filepath.Join(data, fileName), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return data
}

const fileName = "convoke.db"

var template struct {
	sync.Mutex
	file []byte
}

// made is a file with the tables.
func made(migrate Migrate) (file []byte, err error) {
	template.Lock()
	defer template.Unlock()
	if template.file != nil {
		return template.file, nil
	}
	dir, err := os.MkdirTemp("", "convoke-tables-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := migrate("sqlite", dir); err != nil {
		return nil, err
	}
	template.file, err = os.ReadFile(filepath.Join(dir, fileName))
	return template.file, err
}

// Postgres gives the address of a schema, which is the test's until that ends. Without a server the test is passed over, which CI must not do.
func Postgres(t testing.TB, migrate Migrate) (address string) {
	t.Helper()
	db, server := connect(t)
	db.SetMaxOpenConns(1) // a lock is a connection's
	for n := 0; ; n++ {
		var mine bool
		if err := db.QueryRowContext(t.Context(), "SELECT pg_try_advisory_lock($1, $2)", held, n).Scan(&mine); err != nil {
			t.Fatal(err)
		}
		if mine {
			name := fmt.Sprintf("convoke_lent_%d", n)
			if err := ready(t.Context(), db, name, func() error { return migrate(within(server, name), "") }); err != nil {
				t.Fatalf("make %s ready: %v", name, err)
			}
			return within(server, name)
		}
	}
}

// EmptyPostgres makes a schema without tables, which is dropped when the test ends, and gives an address that looks into it alone. Without a
// server the test is passed over, which CI must not do.
func EmptyPostgres(t testing.TB) (address string) {
	t.Helper()
	db, server := connect(t)
	name := "convoke_empty_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the test's context has ended by now
		if _, err := db.ExecContext(context.Background(), "DROP SCHEMA "+name+" CASCADE"); err != nil {
			t.Error(err)
		}
	})
	return within(server, name)
}

// connect opens the test server, until the test ends.
func connect(t testing.TB) (*sql.DB, *url.URL) {
	t.Helper()
	address := os.Getenv("CONVOKE_TEST_POSTGRES")
	if address == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("CONVOKE_TEST_POSTGRES is not set")
		}
		t.Skip("CONVOKE_TEST_POSTGRES is not set: PostgreSQL is not tested")
	}
	server, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, server
}

func within(server *url.URL, name string) string {
	u := *server
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// held is the first number of the advisory locks; the second is the schema's.
const held = 0x636f6e76

// ready empties a schema, or makes it.
func ready(ctx context.Context, db *sql.DB, name string, migrate func() error) error {
	var made sql.NullString
	err := db.QueryRowContext(ctx, "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = $1", name).Scan(&made)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	now, err := fingerprint(ctx, db, name)
	if err != nil {
		return err
	}
	if made.String == now {
		return wipe(ctx, db, name)
	}
	if _, err := db.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+name+" CASCADE; CREATE SCHEMA "+name); err != nil {
		return err
	}
	if err := migrate(); err != nil {
		return err
	}
	if now, err = fingerprint(ctx, db, name); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "COMMENT ON SCHEMA "+name+" IS '"+now+"'")
	return err
}

// fingerprint tells a schema's tables, columns, indexes, constraints and functions, and the migrations of this version, from any others.
func fingerprint(ctx context.Context, db *sql.DB, name string) (string, error) {
	h := sha256.New()
	entries, err := migrations.Files.ReadDir(".")
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		b, err := migrations.Files.ReadFile(e.Name())
		if err != nil {
			return "", err
		}
		h.Write(b)
	}
	var all string
	err = db.QueryRowContext(ctx, `SELECT coalesce(string_agg(it, ' ' ORDER BY it), '') FROM (
		SELECT concat_ws(':', relkind, relname) AS it FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
		UNION ALL SELECT concat_ws(':', a.attrelid::regclass, a.attname, a.atttypid, a.attnotnull) FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
			WHERE r.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND a.attnum > 0 AND NOT a.attisdropped
		UNION ALL SELECT proname || md5(prosrc) FROM pg_proc WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
		UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)) AS parts`, name).Scan(&all)
	if err != nil {
		return "", err
	}
	h.Write([]byte(all))
	return hex.EncodeToString(h.Sum(nil)), nil
}

// wipe removes all rows in one statement, at whose end foreign keys are looked at. What says how the tables were made stays.
func wipe(ctx context.Context, db *sql.DB, name string) error {
	rows, err := db.QueryContext(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename NOT LIKE 'goose%' AND tablename <> 'search_made'", name)
	if err != nil {
		return err
	}
	var parts []string
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return errors.Join(err, rows.Close())
		}
		parts = append(parts, fmt.Sprintf("%s_gone AS (DELETE FROM %s.%s)", table, name, table))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "WITH "+strings.Join(parts, ", ")+" SELECT 1")
	return err
}
