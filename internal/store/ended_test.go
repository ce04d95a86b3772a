package store

import (
	"testing"
	"time"

	"convoke/internal/convoke"
)

// Of the sessions that are looked at when their end has come, each has ended, lately, has something to tell of, and was not told.
func TestEndedWithMaterials(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		addPeople(t, s, "ada")
		addCommunity(t, s, aCommunity("top"))
		update(t, s, func(tx *Tx) error {
			for id, change := range map[convoke.ID]func(*convoke.Event){
				"right":     func(*convoke.Event) {},
				"draft":     func(e *convoke.Event) { e.PublishedAt = 0 },
				"cancelled": func(e *convoke.Event) { e.Status = convoke.Cancelled },
				"to come":   func(e *convoke.Event) { e.EndsAt = tx.Now + 1 },
				"long ago":  func(e *convoke.Event) { e.EndsAt = tx.Now.Add(-72 * time.Hour) },
				"nothing":   func(*convoke.Event) {},
				"told":      func(*convoke.Event) {},
			} {
				e := anEvent(t, id, "top")
				e.PublishedAt, e.EndsAt = tx.Now.Add(-100*time.Hour), tx.Now
				change(&e)
				if err := tx.AddEvent(ctx, e); err != nil {
					return err
				}
				if id != "nothing" {
					if err := tx.AddMaterial(ctx, aMaterial("ma "+id, id, convoke.Slides)); err != nil {
						return err
					}
				}
				if id == "told" {
					if first, err := tx.MarkReady(ctx, e); err != nil || !first {
						t.Errorf("MarkReady: got %v, %v", first, err)
					}
				}
			}
			return nil
		})
		view(t, s, func(tx *Tx) error {
			list, err := tx.EndedWithMaterials(ctx, tx.Now.Add(-72*time.Hour), 99)
			if len(list) != 1 || list[0].ID != "right" {
				var ids []convoke.ID
				for _, e := range list {
					ids = append(ids, e.ID)
				}
				t.Errorf("got %q, want the right one", ids)
			}
			return err
		})
	})
}
