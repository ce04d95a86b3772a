package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// ReadyAtTheEnd tells whoever waits for materials that were there before their session was over: nothing changes any more that would.
func (a *FollowUps) ReadyAtTheEnd(ctx context.Context) error {
	var list []convoke.Event
	if err := a.store.View(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.EndedWithMaterials(ctx, tx.Now.Add(-justEnded), 200)
		return err
	}); err != nil {
		return fmt.Errorf("look for materials: %w", err)
	}
	for _, e := range list {
		if err := a.store.Update(ctx, func(tx *store.Tx) error {
			tx.AfterCommit(a.wake)
			e, err := tx.Event(ctx, e.ID)
			if err != nil {
				return err
			}
			m, err := tx.Community(ctx, e.CommunityID)
			if err != nil || m.Archived() {
				return err
			}
			return a.materialsChanged(ctx, tx, convoke.System, m, e)
		}); err != nil && !convoke.IsNotFound(err) {
			return fmt.Errorf("tell of the materials of %s: %w", e.ID, err)
		}
	}
	return nil
}

// justEnded is how long after its end a session is looked at: longer than any pause of the service that people would not notice.
const justEnded = 3 * 24 * time.Hour

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
