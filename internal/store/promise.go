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

// PutPromise stores who will bring an item by when, in place of what was promised before.
func (tx *Tx) PutPromise(ctx context.Context, p convoke.Promise) error {
	_, err := tx.named(ctx, insert("promise", promiseColumns)+` ON CONFLICT (event_id, item) DO UPDATE SET `+set(`person_id, name, due_at, nudges, created_at`), p)
	return err
}
