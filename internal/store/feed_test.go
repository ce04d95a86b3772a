package store

import (
	"context"
	"errors"
	"testing"

	"convoke/internal/convoke"
)

// The revision of a feed of everything adds up those of its person's communities, each once, and of those they come to something of.
func TestOwnFeedRevision(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		addPeople(t, s, "ada", "ben")
		revs := map[convoke.ID]int64{"member": 1, "both": 10, "event": 100, "series": 1_000, "meeting": 10_000, "declined": 100_000, "other": 1_000_000}
		for id, rev := range revs {
			c := aCommunity(id)
			c.FeedRev = rev
			addCommunity(t, s, c)
		}
		f := convoke.Feed{ID: "fe", PersonID: "ada", Name: "mine", Scope: convoke.ScopeAll, Generation: 1, Hash: []byte("h"), CreatedAt: now}
		update(t, s, func(tx *Tx) error { return tx.AddFeed(t.Context(), f) })
		rev := func(want int64) {
			t.Helper()
			view(t, s, func(tx *Tx) error {
				h, err := tx.OwnFeed(t.Context(), f.Hash)
				if h.Rev != want {
					t.Errorf("got %d, want %d", h.Rev, want)
				}
				return err
			})
		}
		rev(0)
		update(t, s, func(tx *Tx) error {
			ctx, errs := t.Context(), []error{}
			join := func(who, where convoke.ID) {
				errs = append(errs, tx.PutMembership(ctx, convoke.Membership{CommunityID: where, PersonID: who, Role: convoke.Member, JoinedAt: now, How: "joined"}))
			}
			join("ada", "member")
			join("ada", "both")
			join("ben", "other")
			answer := func(scope convoke.Scope, id convoke.ID, a convoke.Answer) {
				errs = append(errs, tx.PutRegistration(ctx, convoke.Registration{PersonID: "ada", Scope: scope, ScopeID: id, State: a, How: "page", UpdatedAt: now}))
			}
			for id, community := range map[convoke.ID]convoke.ID{"ev_both": "both", "ev_one": "event", "ev_two": "event", "ev_no": "declined"} {
				errs = append(errs, tx.AddEvent(ctx, anEvent(t, id, community)))
			}
			errs = append(errs, tx.AddSeries(ctx, aSeries("sr", "series")), tx.AddMeeting(ctx, aMeeting("mt", "meeting")))
			answer("event", "ev_both", convoke.Yes)
			answer("event", "ev_one", convoke.Yes)
			answer("event", "ev_two", convoke.Maybe)
			answer("event", "ev_no", convoke.No)
			answer("series", "sr", convoke.Maybe)
			answer("meeting", "mt", convoke.Yes)
			return errors.Join(errs...)
		})
		rev(11_111)
	})
}

// Whoever asks a feed and hangs up ends nothing of the statement on SQLite.
func TestGlanceOutlivesItsReader(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		if !s.Embedded() {
			return
		}
		addCommunity(t, s, aCommunity("top"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Glance(func(tx *Tx) error { _, err := tx.CommunityFeed(ctx, "c-top"); return err }); err != nil {
			t.Error(err)
		}
	})
}
