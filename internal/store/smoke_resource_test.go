package store

import (
	"context"
	"testing"

	"convoke/internal/convoke"
)

// TestEveryResourceQuery is the part of [TestEveryQuery] about what is kept of past events.
func TestEveryResourceQuery(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		k := smoke{t, s}
		addPeople(t, s, "ada")
		addCommunity(t, s, aCommunity("top"))
		update(t, s, func(tx *Tx) error {
			for _, e := range []struct {
				id, language string
				kind         convoke.Kind
				ended        bool
				status       convoke.Status
				visibility   convoke.Visibility
			}{
				{"past", "fr", convoke.Webinar, true, convoke.Confirmed, convoke.ToEveryone},
				{"coming", "so", convoke.Webinar, false, convoke.Confirmed, convoke.ToEveryone},
				{"off", "sw", convoke.Webinar, true, convoke.Cancelled, convoke.ToEveryone},
				{"inner", "ar", convoke.Webinar, true, convoke.Confirmed, convoke.ToMembers},
				{"talk", "am", convoke.Meeting, true, convoke.Confirmed, convoke.ToEveryone},
				{"minuted", "ha", convoke.Meeting, true, convoke.Confirmed, convoke.ToEveryone},
			} {
				x := anEvent(t, convoke.ID(e.id), "top")
				x.Language, x.Kind, x.Status, x.Visibility = e.language, e.kind, e.status, e.visibility
				x.StartsAt, x.EndsAt = now-2, now-1
				if !e.ended {
					x.EndsAt = now + 1
				}
				if err := tx.AddEvent(t.Context(), x); err != nil {
					return err
				}
			}
			return tx.AddMaterial(t.Context(), aMaterial("ma", "minuted", convoke.Slides))
		})
		k.do("Held", func(ctx context.Context, tx *Tx) error {
			got, err := tx.Held(ctx, convoke.Viewer{}, "top")
			if len(got.Languages) != 2 || got.Languages[0] != "fr" || got.Languages[1] != "ha" || got.Since != now-2 {
				t.Errorf("Held: got %+v, want fr and ha since %d", got, now-2)
			}
			return err
		})
		k.do("Events held", func(ctx context.Context, tx *Tx) error {
			list, err := tx.Events(ctx, convoke.Viewer{}, EventFilter{Community: "top", Held: true, Limit: 10})
			if len(list) != 2 || list[0].ID != "minuted" || list[1].ID != "past" {
				t.Errorf("Events held: got %d, want minuted and past", len(list))
			}
			return err
		})
		k.do("PutPromise", func(ctx context.Context, tx *Tx) error {
			return tx.PutPromise(ctx, convoke.Promise{EventID: "past", Item: convoke.ItemSlides, PersonID: "ada", Name: "Ada", DueAt: now, CreatedAt: now})
		})
		k.do("DropPromise", func(ctx context.Context, tx *Tx) error { return tx.DropPromise(ctx, "past", convoke.ItemSlides) })
		read(k, "CountEventLetters", 0, func(ctx context.Context, tx *Tx) (int, error) {
			return tx.CountEventLetters(ctx, "past", "materials-ready")
		})
	})
}
