package store

import (
	"errors"
	"reflect"
	"sync"
	"testing"

	"convoke/internal/convoke"
)

// Whoever writes one thing about an event that is over leaves alone what others wrote since they read it.
func TestFollowUpsAreWrittenApart(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		searched(t, s)
		ctx := t.Context()
		e := convoke.Event{ID: "soil", CommunityID: "top"}
		var ready bool
		writers := []func(tx *Tx) error{
			func(tx *Tx) error { return tx.PutSummary(ctx, e, "It went well.", now, 1) },
			func(tx *Tx) error { return tx.PutAskUntil(ctx, e, now+9) },
			func(tx *Tx) error { _, err := tx.PutReadySet(ctx, e, "slides"); return err },
			func(tx *Tx) error { _, err := tx.NextNumber(ctx, e.ID, e.CommunityID); return err },
		}
		marks := func(tx *Tx) (err error) { ready, err = tx.MarkReady(ctx, e); return err }
		var wg sync.WaitGroup
		for _, f := range writers {
			wg.Go(func() {
				if err := s.Update(ctx, f); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		want := convoke.FollowUp{EventID: "soil", CommunityID: "top", Summary: "It went well.", SummaryAt: now, AskUntil: now + 9, ReadySet: "slides", LastNumber: 1, Version: 1}
		is := func(name string) {
			t.Helper()
			view(t, s, func(tx *Tx) error {
				got, err := tx.FollowUp(ctx, e)
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
				}
				return err
			})
		}
		is("all at once")
		wg.Go(func() {
			if err := s.Update(ctx, marks); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if err := s.Update(ctx, func(tx *Tx) error { return tx.PutSummary(ctx, e, "Better.", 0, 2) }); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		want.ReadyAt, want.Summary, want.SummaryAt, want.Version = now, "Better.", 0, 2
		is("a summary while people are told")
		if !ready {
			t.Error("nobody noted that people are told")
		}
		update(t, s, func(tx *Tx) error {
			if ok, err := tx.PutReadySet(ctx, e, "recording"); err != nil || ok {
				t.Errorf("PutReadySet after people were told: got %v, %v", ok, err)
			}
			return marks(tx)
		})
		if ready {
			t.Error("people are told twice")
		}
		if err := s.Update(ctx, func(tx *Tx) error { return tx.PutSummary(ctx, e, "Older.", 0, 2) }); !errors.Is(err, errStale) {
			t.Errorf("an old summary: got %v, want stale", err)
		}
		is("after both")
	})
}
