package app_test

import (
	"context"
	"database/sql/driver"
	"fmt"
	"sync"
)

// counter stands between database/sql and the driver and keeps every statement it sees.
type counter struct {
	mu     sync.Mutex
	seen   []string
	before func(q string) // called before each that changes something, nil for nothing
	after  func(q string) // called once one that reads has been answered, nil for nothing
}

func (c *counter) note(q string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, q)
}

// take gives the statements since the last time.
func (c *counter) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.seen
	c.seen = nil
	return out
}

func (c *counter) wrap(d driver.Connector) driver.Connector { return countedConnector{d, c} }

type countedConnector struct {
	driver.Connector
	c *counter
}

func (w countedConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := w.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &countedConn{conn, w.c}, nil
}

type countedConn struct {
	driver.Conn
	c *counter
}

func (w *countedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	b, ok := w.Conn.(driver.ConnBeginTx)
	if !ok {
		return nil, fmt.Errorf("%T cannot begin", w.Conn)
	}
	return b.BeginTx(ctx, o)
}

func (w *countedConn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	w.c.note(q)
	rows, err := w.Conn.(driver.QueryerContext).QueryContext(ctx, q, args)
	if w.c.after != nil {
		w.c.after(q)
	}
	return rows, err
}

func (w *countedConn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	w.c.note(q)
	if w.c.before != nil {
		w.c.before(q)
	}
	return w.Conn.(driver.ExecerContext).ExecContext(ctx, q, args)
}

func (w *countedConn) PrepareContext(ctx context.Context, q string) (driver.Stmt, error) {
	w.c.note(q)
	return w.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, q)
}
