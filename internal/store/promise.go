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

// NextNudge finds a promise about which its nth mail, counted from one, is due so many milliseconds after the event: what was promised is missing, and
// was promised before. ErrNotFound when there is none among the events that ended since a moment.
func (tx *Tx) NextNudge(ctx context.Context, n int, after int64, since convoke.Instant) (convoke.Promise, error) {
	var p convoke.Promise
	err := tx.get(ctx, &p, `SELECT `+prefixed("p", promiseColumns)+` FROM event e JOIN promise p ON p.event_id = e.id JOIN community c ON c.id = e.community_id
		WHERE e.ends_at > ? AND e.ends_at <= ? AND e.published_at > 0 AND e.status <> 'cancelled' AND c.archived_at = 0
		AND p.person_id IS NOT NULL AND p.nudges < ? AND p.created_at <= e.ends_at + ? AND `+unkept+`
		ORDER BY e.ends_at, e.id, p.item LIMIT 1`, since, int64(tx.Now)-after, n, after)
	return p, err
}

// Nudged notes that somebody was written to about what they promised for an event, the nth time.
func (tx *Tx) Nudged(ctx context.Context, event, person convoke.ID, n int) error {
	return tx.do(ctx, `UPDATE promise SET nudges = ? WHERE event_id = ? AND person_id = ? AND nudges < ?`, n, event, person, n)
}

// PutPromise stores who will bring an item by when, in place of what was promised before.
func (tx *Tx) PutPromise(ctx context.Context, p convoke.Promise) error {
	_, err := tx.named(ctx, insert("promise", promiseColumns)+` ON CONFLICT (event_id, item) DO UPDATE SET `+set(`person_id, name, due_at, nudges, created_at`), p)
	return err
}
