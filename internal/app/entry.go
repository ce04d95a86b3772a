package app

import (
	"context"

	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/store"
)

// Entry is one event as a calendar file for one viewer, with what they may see of it; a date of a recurring meeting comes with the whole
// meeting, as in every other calendar. Its name is the file's.
func (a *Feeds) Entry(ctx context.Context, v convoke.Viewer, community, ref string) (name string, ics []byte, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, m, _, err := a.find(ctx, tx, v, community, ref)
		if err != nil {
			return err
		}
		h := store.FeedHead{Kind: "event", ID: e.ID, Person: v.Person}
		if e.MeetingID != "" {
			h.Kind, h.ID = "meeting", e.MeetingID
		}
		list, err := tx.Fragments(ctx, h, 1, farFuture)
		if err != nil {
			return err
		}
		if len(list) == 0 { // a draft, long cancelled, or the operator's look from outside
			return convoke.ErrNotFound
		}
		name = e.Slug
		ics, err = feed.Body(feed.Head{Name: e.Title, About: m.Name, URL: a.site.Base + "/c/" + m.Slug + "/events/" + e.Slug, Zone: m.Zone, Language: e.Language}, entries(list))
		return err
	})
	return name, ics, err
}
