package outbox_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// crowd puts n more members into the community, past the application, which would take a transaction for each.
func (w *world) crowd(n int) {
	w.Helper()
	crowd(w.Rig, w.soil.ID, n)
}

func crowd(r *rig.Rig, community convoke.ID, n int) {
	r.Update(func(ctx context.Context, tx *store.Tx) error {
		for i := range n {
			address := fmt.Sprintf("m%04d@x.example", i)
			p := convoke.Person{ID: convoke.NewID("pe"), Name: fmt.Sprintf("Member %d", i), Language: "en", Zone: "Africa/Nairobi", Listed: true, CreatedAt: tx.Now}
			if err := tx.AddPerson(ctx, p); err != nil {
				return err
			}
			if err := tx.AddAddress(ctx, convoke.Address{ID: convoke.NewID("ad"), PersonID: p.ID, Folded: address, Shown: address, ConfirmedAt: tx.Now, Primary: true}); err != nil {
				return err
			}
			if err := tx.PutMembership(ctx, convoke.Membership{CommunityID: community, PersonID: p.ID, Role: convoke.Member, JoinedAt: tx.Now, How: "added"}); err != nil {
				return err
			}
		}
		return nil
	})
}

// An edit that comes while an earlier one is being planned in slices is told to everybody, those of the first slice too.
func TestEditBetweenTwoSlices(t *testing.T) {
	scenario(t, func(w *world) {
		w.crowd(300)
		e := w.event("2027-04-20T14:00")
		if got := len(w.Deliver()); got != 302 {
			w.Fatalf("invitations: got %d, want 302", got)
		}
		w.edit(e.ID, app.EventInput{Place: new("Room 4")})
		w.Clock.Add(time.Minute)
		w.edit(e.ID, app.EventInput{DurationMinutes: new(45)})
		w.Clock.Add(4 * time.Minute)
		w.Must(w.Outbox.Step(w.Context()))
		w.Must(w.Outbox.Deliver(w.Context()))
		w.edit(e.ID, app.EventInput{Place: new("Room 5")})
		w.Deliver()
		w.Clock.Add(5 * time.Minute)
		w.Deliver()
		last, count := map[string]string{}, map[string]int{}
		for _, m := range w.Mails() {
			if m.Kind == "event-update" {
				last[m.Addr] = max(last[m.Addr], m.Prop("SEQUENCE"))
				count[m.Addr]++
			}
		}
		behind, many := 0, 0
		for address, n := range count {
			if last[address] != "3" {
				behind++
			}
			if n > 2 {
				many++
			}
		}
		if len(count) != 302 || behind > 0 || many > 0 {
			w.Errorf("of %d people %d were not told of the last change and %d got more than two mails; want 302, 0, 0", len(count), behind, many)
		}
	})
}
