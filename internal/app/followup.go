package app

import (
	"context"
	"slices"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// materialsChanged is called whenever the materials of an event, or which of them are waited for, have changed. Once all are there, who was invited is
// told; that is decided once in the life of an event, so that what is mended later is mended in silence.
func (c *core) materialsChanged(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, e convoke.Event) error {
	if e.Draft() || e.Status == convoke.Cancelled || e.EndsAt > tx.Now {
		return nil
	}
	f, err := tx.FollowUp(ctx, e)
	if err != nil || f.ReadyAt != 0 {
		return err
	}
	list, err := tx.Materials(ctx, convoke.System, []convoke.ID{e.ID})
	if err != nil {
		return err
	}
	wanted := f.Ready()
	if len(wanted) == 0 {
		return nil
	}
	for _, kind := range wanted {
		if !slices.ContainsFunc(list, func(x store.ShownMaterial) bool { return x.Kind == kind }) {
			return nil
		}
	}
	first, err := tx.MarkReady(ctx, e)
	if err != nil || !first {
		return err
	}
	return c.record(ctx, tx, v, news{noun: "materials", verb: "ready", subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID, plan: tx.Now.Add(convoke.SettleTime)})
}
