package app

import (
	"context"
	"strings"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// ref turns what a program names a thing by, its ID or its address, into the ID. An address that the viewer sees in two communities
// names neither. What has an ID is looked for, and its right checked, by whoever uses the ID.
func (c *core) ref(ctx context.Context, v convoke.Viewer, noun, prefix, ref string) (id convoke.ID, err error) {
	if strings.HasPrefix(ref, prefix) { // no address holds an underscore
		return convoke.ID(ref), nil
	}
	err = c.store.View(ctx, func(tx *store.Tx) error {
		list, err := tx.BySlug(ctx, v, noun, ref)
		if err != nil {
			return err
		}
		if len(list) != 1 {
			return convoke.ErrNotFound
		}
		id = list[0]
		return nil
	})
	return id, err
}

// Ref finds an event by ID or address.
func (a *Events) Ref(ctx context.Context, v convoke.Viewer, ref string) (convoke.ID, error) {
	return a.ref(ctx, v, store.RefEvent, "ev_", ref)
}

// Ref finds a series by ID or address.
func (a *SeriesDesk) Ref(ctx context.Context, v convoke.Viewer, ref string) (convoke.ID, error) {
	return a.ref(ctx, v, store.RefSeries, "se_", ref)
}

// Ref finds a recurring meeting by ID or address.
func (a *Meetings) Ref(ctx context.Context, v convoke.Viewer, ref string) (convoke.ID, error) {
	return a.ref(ctx, v, store.RefMeeting, "me_", ref)
}
