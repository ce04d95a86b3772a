package store

import (
	"context"
	"maps"
	"slices"
	"testing"

	"convoke/internal/convoke"
)

// promised is an event with promises of ben's and one of cyd's, beside another of which ben promised the same. Of the first there is nothing but what
// is no answer, no summary and no slides; of the other there is all of that.
func promised(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	addPeople(t, s, "ada", "ben", "cyd")
	addCommunity(t, s, aCommunity("top"))
	update(t, s, func(tx *Tx) error {
		held, other := anEvent(t, "held", "top"), anEvent(t, "other", "top")
		settled, pending, open := aQuestion("qs", "held", 1), aQuestion("qp", "held", 2), aQuestion("qo", "other", 1)
		settled.State, settled.SettledAt = convoke.QuestionOpen, now
		pending.State, pending.SettledAt = convoke.QuestionPending, 0
		open.State, open.SettledAt = convoke.QuestionOpen, 0
		ben := func(event convoke.ID, item convoke.Item) func() error {
			return func() error {
				return tx.PutPromise(ctx, convoke.Promise{EventID: event, Item: item, PersonID: "ben", Name: "Ben", CreatedAt: now})
			}
		}
		for _, f := range []func() error{
			func() error { return tx.AddEvent(ctx, held) },
			func() error { return tx.AddEvent(ctx, other) },
			func() error { return tx.AddQuestion(ctx, settled) },
			func() error { return tx.AddQuestion(ctx, pending) },
			func() error { return tx.AddQuestion(ctx, open) },
			func() error { return tx.PutSummary(ctx, held, "A draft", 0, 1) },
			func() error { return tx.PutSummary(ctx, other, "All of it", now, 1) },
			func() error { return tx.AddMaterial(ctx, aMaterial("film", "held", convoke.Recording)) },
			func() error { return tx.AddMaterial(ctx, aMaterial("slides", "other", convoke.Slides)) },
			ben("held", convoke.ItemSummary), ben("held", convoke.ItemAnswers), ben("held", convoke.ItemSlides), ben("held", convoke.ItemRecording),
			ben("other", convoke.ItemSummary), ben("other", convoke.ItemAnswers), ben("other", convoke.ItemSlides), ben("other", convoke.ItemRecording),
			func() error {
				return tx.PutPromise(ctx, convoke.Promise{EventID: "held", Item: convoke.ItemConceptNote, PersonID: "cyd", Name: "Cyd", CreatedAt: now})
			},
		} {
			if err := f(); err != nil {
				return err
			}
		}
		return nil
	})
}

// What somebody promised for one event is not brought by what there is of another, by a draft, or by something of another sort.
func TestMissingPromises(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		promised(t, s)
		for _, row := range []struct {
			event, person convoke.ID
			want          []convoke.Item
		}{
			{"held", "ben", []convoke.Item{convoke.ItemSlides, convoke.ItemSummary}},
			{"other", "ben", []convoke.Item{convoke.ItemAnswers, convoke.ItemRecording}},
			{"held", "cyd", []convoke.Item{convoke.ItemConceptNote}},
			{"other", "cyd", nil},
		} {
			view(t, s, func(tx *Tx) error {
				list, err := tx.MissingPromises(t.Context(), row.event, row.person)
				var got []convoke.Item
				for _, p := range list {
					got = append(got, p.Item)
				}
				if !slices.Equal(got, row.want) {
					t.Errorf("%s misses of %s: got %q, want %q", row.event, row.person, got, row.want)
				}
				return err
			})
		}
	})
}

// A nudge is noted with what its person promised for its event, and never counts down; a look is set for one promise alone.
func TestPromisesStayApart(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		promised(t, s)
		type row struct {
			Name   string          `db:"name"`
			Nudges int             `db:"nudges"`
			LookAt convoke.Instant `db:"look_at"`
		}
		read := func() map[string]row {
			var list []row
			view(t, s, func(tx *Tx) error {
				return tx.all(ctx, &list, `SELECT event_id || ' ' || item || ' ' || person_id AS name, nudges, look_at FROM promise`)
			})
			out := map[string]row{}
			for _, r := range list {
				out[r.Name] = r
			}
			return out
		}
		want := read()
		for name, r := range want {
			if r.LookAt != 1 || r.Nudges != 0 {
				t.Errorf("%s at first: got %+v, want it looked at and not nudged", name, r)
			}
		}
		for _, step := range []struct {
			name   string
			do     func(context.Context, *Tx) error
			change func(name string, r *row)
		}{
			{"two nudges", func(ctx context.Context, tx *Tx) error { return tx.Nudged(ctx, "held", "ben", 2) }, func(name string, r *row) {
				if name == "held slides ben" || name == "held summary ben" || name == "held answers ben" || name == "held recording ben" {
					r.Nudges = 2
				}
			}},
			{"the first, late", func(ctx context.Context, tx *Tx) error { return tx.Nudged(ctx, "held", "ben", 1) }, func(string, *row) {}},
			{"a look", func(ctx context.Context, tx *Tx) error {
				return tx.LookNext(ctx, convoke.Promise{EventID: "held", Item: convoke.ItemSlides}, 7)
			}, func(name string, r *row) {
				if name == "held slides ben" {
					r.LookAt = 7
				}
			}},
			{"made anew", func(ctx context.Context, tx *Tx) error {
				return tx.PutPromise(ctx, convoke.Promise{EventID: "held", Item: convoke.ItemSlides, PersonID: "ben", Name: "Ben", CreatedAt: now})
			}, func(name string, r *row) {
				if name == "held slides ben" {
					r.LookAt, r.Nudges = 1, 0
				}
			}},
		} {
			update(t, s, func(tx *Tx) error { return step.do(ctx, tx) })
			for name, r := range want {
				step.change(name, &r)
				want[name] = r
			}
			if got := read(); !maps.Equal(got, want) {
				t.Errorf("%s:\n got %v\nwant %v", step.name, got, want)
			}
		}
	})
}
