package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"testing"
)

// prepares counts how often a connection prepares a statement.
type prepares struct {
	sqliteConn
	n int
}

func (p *prepares) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	p.n++
	return p.sqliteConn.PrepareContext(ctx, query)
}

func TestKeptStatements(t *testing.T) {
	raw, err := sqliteName("").Driver().Open("file:" + t.TempDir() + "/kept.db")
	if err != nil {
		t.Fatal(err)
	}
	count := &prepares{sqliteConn: raw.(sqliteConn)}
	kept, err := keep(count)
	if err != nil {
		t.Fatal(err)
	}
	c := kept.(*keeper)
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	args := func(v ...driver.Value) (list []driver.NamedValue) {
		for i, x := range v {
			list = append(list, driver.NamedValue{Ordinal: i + 1, Value: x})
		}
		return list
	}
	exec := func(query string, v ...driver.Value) {
		t.Helper()
		if _, err := c.ExecContext(t.Context(), query, args(v...)); err != nil {
			t.Fatal(err)
		}
	}
	open := func(query string, v ...driver.Value) (driver.Rows, driver.Value) {
		t.Helper()
		r, err := c.QueryContext(t.Context(), query, args(v...))
		if err != nil {
			t.Fatal(err)
		}
		row := make([]driver.Value, 1)
		if err := r.Next(row); err != nil && err != io.EOF {
			t.Fatal(err)
		}
		return r, row[0]
	}
	shut := func(r driver.Rows) {
		t.Helper()
		for range 2 { // database/sql may close twice
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	exec(`CREATE TABLE t (n BIGINT)`)
	for i := range 5 {
		exec(`INSERT INTO t (n) VALUES (?)`, int64(i))
	}
	const read = `SELECT n FROM t WHERE n = ?`
	outer, a := open(read, int64(3))
	inner, b := open(read, int64(4)) // while the outer one is still being read
	if a != int64(3) || b != int64(4) {
		t.Errorf("the same text inside itself: got %v and %v, want 3 and 4", a, b)
	}
	shut(inner)
	shut(outer)
	again, none := open(read, int64(9))
	if none != nil {
		t.Errorf("no such row: got %v", none)
	}
	shut(again)
	if count.n != 4 { // CREATE, INSERT, and the reading one twice
		t.Errorf("prepared %d statements, want 4", count.n)
	}

	exec(`CREATE UNIQUE INDEX u ON t (n)`)
	exec(`INSERT INTO t (n) VALUES (?)`, int64(7)) // kept across a change of the schema
	before := count.n
	if _, err := c.ExecContext(t.Context(), `INSERT INTO t (n) VALUES (?)`, args(int64(7))); err == nil {
		t.Error("the same number twice: no error")
	}
	exec(`INSERT INTO t (n) VALUES (?)`, int64(8))
	if count.n != before+1 {
		t.Errorf("a statement that failed was kept: prepared %d, want %d", count.n, before+1)
	}

	for i := range maxKept + 10 {
		exec(fmt.Sprintf("DELETE FROM t WHERE n = %d", -i))
	}
	if len(c.kept) != maxKept {
		t.Errorf("keeps %d statements, want %d", len(c.kept), maxKept)
	}
}
