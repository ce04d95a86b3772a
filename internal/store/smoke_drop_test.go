package store

import (
	"context"
	"errors"
	"testing"

	"convoke/internal/convoke"
)

// TestEveryRemoval is the rest of [TestEveryQuery]: what removes, copies and makes room.
func TestEveryRemoval(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		k := smoke{t, s}
		addPeople(t, s, "ada", "ben")
		addCommunity(t, s, aCommunity("top"))
		update(t, s, func(tx *Tx) error { return tx.AddSeries(t.Context(), aSeries("sr", "top")) })
		update(t, s, func(tx *Tx) error { return tx.AddMeeting(t.Context(), aMeeting("mt", "top")) })
		update(t, s, func(tx *Tx) error { return tx.AddMeeting(t.Context(), aMeeting("mt2", "top")) })
		session, date, other := anEvent(t, "session", "top"), anEvent(t, "date", "top"), anEvent(t, "other", "top")
		session.SeriesID, session.Status = "sr", convoke.Cancelled
		date.MeetingID, date.RecurrenceID = "mt", date.Start
		other.MeetingID, other.RecurrenceID = "mt", date.Start.AddDays(1)
		for _, e := range []convoke.Event{session, date, other} {
			update(t, s, func(tx *Tx) error { return tx.AddEvent(t.Context(), e) })
		}

		f := aFragment("session", "top", "public")
		k.do("PutFragment", func(ctx context.Context, tx *Tx) error { return tx.PutFragment(ctx, f) })
		read(k, "CancelledFragments", []Fragment{f}, func(ctx context.Context, tx *Tx) ([]Fragment, error) {
			return tx.CancelledFragments(ctx, session.EndsAt, 0)
		})
		read(k, "CancelledFragments before it ends", nil, func(ctx context.Context, tx *Tx) ([]Fragment, error) {
			return tx.CancelledFragments(ctx, session.EndsAt-1, 0)
		})

		k.do("ParkRecurrence", func(ctx context.Context, tx *Tx) error {
			if err := tx.ParkRecurrence(ctx, "date"); err != nil {
				return err
			}
			other.RecurrenceID, other.Version = date.Start, 2
			return tx.PutEvent(ctx, other)
		})

		for _, r := range []convoke.Registration{
			{PersonID: "ada", Scope: convoke.ScopeMeeting, ScopeID: "mt", State: convoke.Yes},
			{PersonID: "ben", Scope: convoke.ScopeMeeting, ScopeID: "mt", State: convoke.No},
		} {
			r.How, r.UpdatedAt = "page", now
			update(t, s, func(tx *Tx) error { return tx.PutRegistration(t.Context(), r) })
		}
		mute := convoke.Mute{PersonID: "ben", Scope: convoke.ScopeMeeting, ScopeID: "mt", Class: convoke.ClassEvery, CreatedAt: now}
		update(t, s, func(tx *Tx) error { return tx.PutMute(t.Context(), mute) })
		k.do("CopyMeeting", func(ctx context.Context, tx *Tx) error { return tx.CopyMeeting(ctx, "mt", "mt2") })
		read(k, "the copied answer", convoke.No, func(ctx context.Context, tx *Tx) (convoke.Answer, error) {
			r, err := tx.Registration(ctx, "ben", convoke.ScopeMeeting, "mt2")
			return r.State, err
		})
		copied := mute
		copied.ScopeID = "mt2"
		read(k, "the copied mute", []convoke.Mute{mute, copied}, func(ctx context.Context, tx *Tx) ([]convoke.Mute, error) { return tx.Mutes(ctx, "ben") })

		d := convoke.Due{Key: "k", Kind: "reminder", CommunityID: "top", EventID: "date", DueAt: now, UsefulUntil: now + 1, State: "planned", CreatedAt: now}
		k.do("PutDue", func(ctx context.Context, tx *Tx) error { return tx.PutDue(ctx, d) })
		k.do("DropDue", func(ctx context.Context, tx *Tx) error { return tx.DropDue(ctx, "date") })
		read(k, "OverdueFor, none", nil, func(ctx context.Context, tx *Tx) ([]convoke.Due, error) { return tx.OverdueFor(ctx, "date") })

		k.do("ConfirmPrimary", func(ctx context.Context, tx *Tx) error {
			cyd, address := aPerson("cyd"), anAddress("cyd")
			address.ConfirmedAt = 0
			return errors.Join(tx.AddPerson(ctx, cyd), tx.AddAddress(ctx, address), tx.ConfirmPrimary(ctx, "cyd"), tx.ConfirmPrimary(ctx, "ada"))
		})
		read(k, "Person confirmed", true, func(ctx context.Context, tx *Tx) (bool, error) {
			p, err := tx.Person(ctx, "cyd")
			return p.Confirmed, err
		})

		k.do("DropSeries", func(ctx context.Context, tx *Tx) error { return tx.DropSeries(ctx, "sr") })
		k.do("DropMeeting", func(ctx context.Context, tx *Tx) error { return tx.DropMeeting(ctx, "mt") })
		read(k, "what hung on them", 0, func(ctx context.Context, tx *Tx) (int, error) {
			list, err := tx.EventsAt(ctx, "top", 0, now.Add(1e15), 9)
			return len(list), err
		})
	})
}
