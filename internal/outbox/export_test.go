package outbox

import (
	"context"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// Step plans one slice of a change, so that tests can do something between two.
func (o *Outbox) Step(ctx context.Context) error {
	return o.store.Update(ctx, func(tx *store.Tx) error { return o.planChange(ctx, tx) })
}

// Prepare puts leased letters into bytes and says how many are to be sent, so that a lease can be lost before.
func (o *Outbox) Prepare(ctx context.Context, list []convoke.Letter, lease string) (int, error) {
	ready, err := o.prepare(ctx, list, lease)
	return len(ready), err
}
