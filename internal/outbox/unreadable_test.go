package outbox_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// A change that cannot be read is noted as such, and everything else is told.
func TestUnreadableChange(t *testing.T) {
	var log bytes.Buffer
	rig.InTurn(t, func(t *testing.T, r *rig.Rig) {
		log.Reset()
		w := &world{Rig: r, T: t}
		w.soil = r.Community("soil", convoke.Open, "ann@x.example", "ben@x.example")
		e := w.event("2027-04-20T14:00")
		w.Deliver()
		bad := []convoke.Change{
			{ID: "ch_event", Noun: "event", SubjectID: e.ID, Verb: "edited", Before: "{", Note: "Sorry"},
			{ID: "ch_noun", Noun: "weather", SubjectID: "we_1", Verb: "edited"},
			{ID: "ch_meeting", Noun: "meeting", SubjectID: w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi").ID, Verb: "edited", Before: "[]"},
		}
		w.Deliver()
		r.Update(func(ctx context.Context, tx *store.Tx) error {
			for _, c := range bad {
				c.At, c.PlanAt, c.CommunityID = tx.Now, tx.Now, w.soil.ID
				if err := tx.AddChange(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
		w.Clock.Add(time.Second) // what cannot be read came first
		w.move(e.ID, "2027-04-21T16:00")
		w.Clock.Add(convoke.SettleTime)
		w.expect("ann event-update REQUEST NEEDS-ACTION #1", "ben event-update REQUEST NEEDS-ACTION #1")
		for _, c := range bad {
			if !strings.Contains(log.String(), "change="+string(c.ID)) {
				t.Errorf("the log does not name %s:\n%s", c.ID, &log)
			}
			r.View(func(ctx context.Context, tx *store.Tx) error {
				list, err := tx.ChangesOf(ctx, c.SubjectID, 50)
				for _, got := range list {
					if got.ID == c.ID && (got.PlannedAt == 0 || got.Note != c.Note+" [not told: the record of this change cannot be read]") {
						t.Errorf("%s: planned at %d, note %q", c.ID, got.PlannedAt, got.Note)
					}
				}
				return err
			})
		}
	}, rig.WithLog(slog.New(slog.NewTextHandler(&log, nil))))
}
