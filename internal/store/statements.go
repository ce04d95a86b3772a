package store

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// maxKept is how many statements one connection keeps; what a list is filtered by makes texts differ.
const maxKept = 300

// sqliteConn is what the SQLite driver's connections can do.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.SessionResetter
	driver.Validator
	driver.Pinger
}

// keeper is a connection to SQLite that keeps its statements: to prepare one costs more than to run it. A statement
// is taken out while its rows are read, so the same text can run inside itself.
type keeper struct {
	sqliteConn
	kept map[string]driver.Stmt
}

func keep(c driver.Conn) (driver.Conn, error) {
	s, ok := c.(sqliteConn)
	if !ok {
		return nil, fmt.Errorf("%T lacks what a connection needs", c)
	}
	return &keeper{s, map[string]driver.Stmt{}}, nil
}

// Close ends the statements and the connection.
func (c *keeper) Close() error {
	for _, s := range c.kept {
		_ = s.Close() // the connection ends with them
	}
	c.kept = nil
	return c.sqliteConn.Close()
}

func (c *keeper) take(ctx context.Context, query string) (driver.Stmt, error) {
	if s, ok := c.kept[query]; ok {
		delete(c.kept, query)
		return s, nil
	}
	return c.PrepareContext(ctx, query)
}

// put keeps a statement for the next time.
func (c *keeper) put(query string, s driver.Stmt) error {
	if _, twice := c.kept[query]; twice || c.kept == nil || len(c.kept) >= maxKept {
		return s.Close()
	}
	c.kept[query] = s
	return nil
}

// ExecContext implements driver.ExecerContext.
func (c *keeper) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.(driver.StmtExecContext).ExecContext(ctx, args)
	if err != nil {
		_ = s.Close() // the statement's error is the one that matters
		return nil, err
	}
	return r, c.put(query, s)
}

// QueryContext implements driver.QueryerContext.
func (c *keeper) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		_ = s.Close() // the statement's error is the one that matters
		return nil, err
	}
	return &keptRows{r, func() error { return c.put(query, s) }}, nil
}

// keptRows gives its statement back when it has been read.
type keptRows struct {
	driver.Rows
	done func() error
}

// Close implements driver.Rows. Only the first one counts: after it the statement is another's.
func (r *keptRows) Close() error {
	if r.done == nil {
		return nil
	}
	done := r.done
	r.done = nil
	err := r.Rows.Close()
	if e := done(); err == nil {
		err = e
	}
	return err
}
