package outbox

import (
	"context"

	"convoke/internal/store"
)

// Step plans one slice of a change, so that tests can do something between two.
func (o *Outbox) Step(ctx context.Context) error {
	return o.store.Update(ctx, func(tx *store.Tx) error { return o.planChange(ctx, tx) })
}
