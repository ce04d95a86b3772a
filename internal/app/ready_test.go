package app_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// Whoever waits for materials that were there before the end is told soon after it, and nobody of an archive.
func TestReadyAtTheEnd(t *testing.T) {
	for _, archived := range []bool{false, true} {
		r := rig.New(t)
		e, ada := heldAt(t, r, true)
		link(t, r, ada, e, "recording")
		link(t, r, ada, e, "slides")
		if archived {
			r.Must(r.App.Communities.Archive(t.Context(), convoke.System, "soil", true))
		}
		r.Clock.Set(e.EndsAt.Time().Add(time.Minute))
		woken := 0
		r.App.SetWake(func() { woken++ })
		r.Must(r.App.FollowUps.ReadyAtTheEnd(t.Context()))
		if at, _ := ready(r, e); (at != 0) == archived || woken == 0 {
			t.Errorf("archived %v: decided at %d, the outbox was woken %d times", archived, at, woken)
		}
		r.View(func(ctx context.Context, tx *store.Tx) error {
			list, err := tx.ChangesOf(ctx, e.ID, 100)
			for _, c := range list {
				if want := r.Now().Add(convoke.SettleTime); c.Noun == "materials" && c.PlanAt != want {
					t.Errorf("it is told at %d, want %d, when what was put up by mistake can be mended", c.PlanAt, want)
				}
			}
			return err
		})
	}
}

// Of two copies that find the materials there at the same time one tells of them.
func TestReadyOnceByTwoCopies(t *testing.T) {
	count := &counter{}
	r := rig.New(t, rig.OnPostgres(t), rig.WithDriver(count.wrap))
	e, ada := heldAt(t, r, true)
	link(t, r, ada, e, "recording")
	link(t, r, ada, e, "slides")
	r.Clock.Set(e.EndsAt.Time().Add(time.Minute))
	var once sync.Once
	count.before = func(q string) {
		if strings.HasPrefix(q, "INSERT INTO follow_up") {
			once.Do(func() {
				ended := make(chan error)
				count.before = nil // nobody else runs until the other has ended
				go func() { ended <- r.App.FollowUps.ReadyAtTheEnd(t.Context()) }()
				r.Must(<-ended)
			})
		}
	}
	r.Must(r.App.FollowUps.ReadyAtTheEnd(t.Context()))
	if at, n := ready(r, e); at == 0 || n != 1 {
		t.Errorf("decided at %d, noted %d times, want once", at, n)
	}
}

// What is waited for is chosen by who plans.
func TestReadySetIsForWhoPlans(t *testing.T) {
	f := newForum(t, rig.New(t))
	for name, v := range f.everybody() {
		err := f.App.FollowUps.SetReady(t.Context(), v, f.open, []convoke.MaterialKind{convoke.Slides})
		want := convoke.ReasonForbidden
		switch name {
		case "moderator", "admin", "operator":
			want = ""
		case "stranger":
			want = convoke.ReasonUnauthenticated
		}
		var got convoke.Reason
		if e, ok := errors.AsType[*convoke.Error](err); ok {
			got = e.Reason
		}
		if got != want || want == "" && err != nil {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
}
