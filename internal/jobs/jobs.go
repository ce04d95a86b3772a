// Package jobs is the timetable.
//
// Cron only wakes: what is due stands in the database, so a job may run late, twice or on several copies at once and must not mind. Jobs
// that one copy is enough for take a lease in the store.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/outbox"
	"convoke/scheduler"
)

// The jobs that wake one another.
const (
	planJob    = "plan"
	deliverJob = "deliver"
)

// Tick is how often the database is asked what is due.
const Tick = 15 * time.Second

// Timetable is everything that happens by itself.
type Timetable struct {
	s *scheduler.Scheduler
}

// New puts the timetable together. ticked is called after every look at what is due, for /readyz.
func New(a *app.App, o *outbox.Outbox, log *slog.Logger, ticked func()) (*Timetable, error) {
	t := &Timetable{s: scheduler.New(log)}
	holder := string(convoke.NewID("cp"))
	for _, j := range []scheduler.Job{
		{Name: planJob, Every: Tick, Deadline: 10 * time.Minute, Run: func(ctx context.Context) error {
			err := o.Plan(ctx)
			t.s.Wake(deliverJob)
			ticked()
			return err
		}},
		{Name: deliverJob, Every: Tick, Deadline: time.Hour, Run: o.Deliver},
		{Name: "feed-reads", Every: time.Minute, Deadline: time.Minute, Run: a.Feeds.WriteReads},
		{Name: "operator-visits", Every: time.Minute, Deadline: time.Minute, Run: a.WriteVisits},
		{Name: "materials", Every: time.Minute, Deadline: 10 * time.Minute, Run: a.FollowUps.ReadyAtTheEnd},
		{Name: "meetings", Every: 10 * time.Minute, Deadline: 30 * time.Minute, Run: a.Once("meetings", holder, time.Hour, a.Meetings.Extend)},
		{Name: "daily", Every: 10 * time.Minute, Deadline: 30 * time.Minute, Run: a.Once("daily", holder, 20*time.Hour, func(ctx context.Context) error {
			return errors.Join(a.Communities.DropLeft(ctx), a.Materials.SweepFiles(ctx))
		})},
	} {
		if err := t.s.Add(j); err != nil {
			return nil, fmt.Errorf("timetable: %w", err)
		}
	}
	return t, nil
}

// Start begins; the first look is at once.
func (t *Timetable) Start(ctx context.Context) { t.s.Start(ctx) }

// Wake asks for a look soon, because something was changed.
func (t *Timetable) Wake() { t.s.Wake(planJob) }

// Stop ends all jobs and waits for them until ctx ends.
func (t *Timetable) Stop(ctx context.Context) error { return t.s.Stop(ctx) }
