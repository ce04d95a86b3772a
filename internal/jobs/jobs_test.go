package jobs_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"convoke/internal/jobs"
	"convoke/internal/rig"
)

// The timetable looks at what is due at once, and again when it is woken.
func TestTimetable(t *testing.T) {
	r := rig.New(t)
	ticked := make(chan struct{}, 10)
	table, err := jobs.New(r.App, r.Outbox, slog.New(slog.DiscardHandler), func() { ticked <- struct{}{} })
	r.Must(err)
	table.Start(t.Context())
	<-ticked
	table.Wake()
	<-ticked
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	r.Must(table.Stop(ctx))
}

// A job that one copy is enough for runs once in its time, whichever copy comes first, and again when its time has come.
func TestOnce(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		var ran []string
		copyOf := func(holder string) func(context.Context) error {
			return r.App.Once("daily", holder, 20*time.Hour, func(context.Context) error {
				ran = append(ran, holder)
				return nil
			})
		}
		one, two := copyOf("one"), copyOf("two")
		r.Must(one(t.Context()))
		r.Must(two(t.Context()))
		r.Clock.Add(19 * time.Hour)
		r.Must(two(t.Context()))
		if len(ran) != 1 || ran[0] != "one" {
			t.Errorf("within its time it ran on %q", ran)
		}
		r.Clock.Add(2 * time.Hour)
		r.Must(two(t.Context()))
		r.Must(one(t.Context()))
		if len(ran) != 2 || ran[1] != "two" {
			t.Errorf("when its time had come it ran on %q", ran)
		}
	})
}
