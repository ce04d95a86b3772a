package store

import (
	"context"
	"crypto/rand"

	"convoke/internal/convoke"
)

// Instance is what makes this installation the one it is.
type Instance struct {
	Host      string          `db:"host"`
	Secret    []byte          `db:"secret"`
	Render    string          `db:"render"`
	CreatedAt convoke.Instant `db:"created_at"`
}

// Instance reads the instance's row.
func (tx *Tx) Instance(ctx context.Context) (Instance, error) {
	var i Instance
	err := tx.get(ctx, &i, `SELECT host, secret, render, created_at FROM instance WHERE id = 'self'`)
	return i, err
}

// FoundInstance makes the instance's row unless there is one.
func (tx *Tx) FoundInstance(ctx context.Context, host string) error {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	return tx.do(ctx, `INSERT INTO instance (id, host, secret, render, created_at) VALUES ('self', ?, ?, '', ?)
		ON CONFLICT (id) DO NOTHING`, host, key, tx.Now)
}

// LockInstance lets nobody else past it until the transaction ends, for what is decided by counting rows that others may be writing.
func (tx *Tx) LockInstance(ctx context.Context) error {
	return tx.do(ctx, `UPDATE instance SET host = host WHERE id = 'self'`)
}

// SetRender notes what the stored calendar entries were made with.
func (tx *Tx) SetRender(ctx context.Context, render string) error {
	return tx.do(ctx, `UPDATE instance SET render = ? WHERE id = 'self'`, render)
}

// LeaseJob gives a named job to holder until a moment, unless somebody else has it. every is the job's
// interval in milliseconds: a job that another copy ran less than half of it ago is not given either.
func (tx *Tx) LeaseJob(ctx context.Context, name, holder string, until convoke.Instant, every int64) (bool, error) {
	if err := tx.do(ctx, `INSERT INTO job (name, holder, until, ran_at) VALUES (?, '', 0, 0)
		ON CONFLICT (name) DO NOTHING`, name); err != nil {
		return false, err
	}
	n, err := tx.exec(ctx, `UPDATE job SET holder = ?, until = ?
		WHERE name = ? AND (holder = ? OR until <= ?) AND ran_at <= ?`,
		holder, until, name, holder, tx.Now, int64(tx.Now)-every/2)
	return n == 1, err
}

// DoneJob notes that a named job has run.
func (tx *Tx) DoneJob(ctx context.Context, name, holder string) error {
	return tx.do(ctx, `UPDATE job SET until = 0, ran_at = ? WHERE name = ? AND holder = ?`, tx.Now, name, holder)
}

// feedWindow is the row that keeps the moment the feeds' window hangs on.
const feedWindow = "feed-window"

// FeedWindow is the moment that the window of all feeds is measured from; zero before it was first set.
func (tx *Tx) FeedWindow(ctx context.Context) (convoke.Instant, error) {
	return tx.JobRanAt(ctx, feedWindow)
}

// MoveFeedWindow lets the window of all feeds be measured from now.
func (tx *Tx) MoveFeedWindow(ctx context.Context) error {
	return tx.do(ctx, `INSERT INTO job (name, holder, until, ran_at) VALUES (?, '', 0, ?)
		ON CONFLICT (name) DO UPDATE SET ran_at = excluded.ran_at`, feedWindow, tx.Now)
}

// JobRanAt tells when a named job last ran, zero for never.
func (tx *Tx) JobRanAt(ctx context.Context, name string) (convoke.Instant, error) {
	var at []convoke.Instant
	if err := tx.all(ctx, &at, `SELECT ran_at FROM job WHERE name = ?`, name); err != nil || len(at) == 0 {
		return 0, err
	}
	return at[0], nil
}
