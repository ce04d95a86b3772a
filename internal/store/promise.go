package store

import (
	"context"

	"convoke/internal/convoke"
)

const promiseColumns = `event_id, item, person_id, name, due_at, nudges, created_at`

// Promises lists what was promised about several events. Who promised is for those who plan them.
func (tx *Tx) Promises(ctx context.Context, events []convoke.ID) (map[convoke.ID][]convoke.Promise, error) {
	out := map[convoke.ID][]convoke.Promise{}
	if len(events) == 0 {
		return out, nil
	}
	var list []convoke.Promise
	err := tx.in(ctx, &list, `SELECT `+promiseColumns+` FROM promise WHERE event_id IN (?) ORDER BY event_id, item`, events)
	for _, p := range list {
		out[p.EventID] = append(out[p.EventID], p)
	}
	return out, err
}

// unkept says of a promise p that what was promised is not there.
const unkept = `(CASE p.item WHEN 'summary' THEN NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.event_id = p.event_id AND f.summary_at > 0)
	WHEN 'answers' THEN EXISTS (SELECT 1 FROM question q WHERE q.event_id = p.event_id AND q.state = 'open' AND q.settled_at = 0)
	ELSE NOT EXISTS (SELECT 1 FROM material m WHERE m.event_id = p.event_id AND m.kind = p.item) END)`

// MissingPromises lists what somebody promised about an event and has not brought.
func (tx *Tx) MissingPromises(ctx context.Context, event, person convoke.ID) ([]convoke.Promise, error) {
	var list []convoke.Promise
	err := tx.all(ctx, &list, `SELECT `+prefixed("p", promiseColumns)+` FROM promise p WHERE p.event_id = ? AND p.person_id = ? AND `+unkept+`
		ORDER BY p.created_at, p.item`, event, person)
	return list, err
}

// PromiseRow is a promise with what decides whether it is asked for.
type PromiseRow struct {
	convoke.Promise
	EndsAt  convoke.Instant `db:"ends_at"` // of the event
	Asked   bool            `db:"asked"`   // its event was held, in a community that is not archived
	Missing bool            `db:"missing"` // what was promised is not there
}

const nextPromise = `SELECT ` + promiseColumns + ` FROM promise WHERE look_at > 0 AND look_at <= ? ORDER BY look_at, event_id, item LIMIT 1 `

// NextPromise finds a promise that is to be looked at by now; ErrNotFound when there is none. Nobody else looks at it until the transaction ends.
func (tx *Tx) NextPromise(ctx context.Context) (p PromiseRow, err error) {
	if err = tx.get(ctx, &p.Promise, nextPromise+tx.s.d.skip, tx.Now); err != nil {
		return p, err
	}
	err = tx.get(ctx, &p, `SELECT `+prefixed("p", promiseColumns)+`, e.ends_at, e.published_at > 0 AND e.status <> 'cancelled' AND c.archived_at = 0 AS asked, `+unkept+` AS missing
		FROM promise p JOIN event e ON e.id = p.event_id JOIN community c ON c.id = e.community_id WHERE p.event_id = ? AND p.item = ?`, p.EventID, p.Item)
	return p, err
}

// LookNext sets when a promise is looked at next, zero for never.
func (tx *Tx) LookNext(ctx context.Context, p convoke.Promise, at convoke.Instant) error {
	return tx.do(ctx, `UPDATE promise SET look_at = ? WHERE event_id = ? AND item = ?`, at, p.EventID, p.Item)
}

// Nudged notes that somebody was written to about what they promised for an event, the nth time.
func (tx *Tx) Nudged(ctx context.Context, event, person convoke.ID, n int) error {
	return tx.do(ctx, `UPDATE promise SET nudges = ? WHERE event_id = ? AND person_id = ? AND nudges < ?`, n, event, person, n)
}

// PutPromise stores who will bring an item by when, in place of what was promised before. It is looked at anew.
func (tx *Tx) PutPromise(ctx context.Context, p convoke.Promise) error {
	_, err := tx.named(ctx, insert("promise", promiseColumns)+` ON CONFLICT (event_id, item) DO UPDATE SET `+set(`person_id, name, due_at, nudges, created_at`)+`, look_at = 1`, p)
	return err
}
