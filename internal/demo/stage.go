package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/outbox"
)

// stage is a year being lived through: who is there, and what is still to happen.
type stage struct {
	app    *app.App
	outbox *outbox.Outbox
	clock  *Clock
	start  time.Time
	end    time.Time // the present
	today  calendar.Date

	acts []act
	due  time.Time // when the timetable has to act next, zero for never

	viewers map[string]convoke.Viewer // by the local part of their address, once they have arrived
	names   map[convoke.ID]string     // local parts by person
	coming  map[string]convoke.Answer // answers to whole series and meetings, by person and thing
	feeds   []subscription
}

// act is one thing somebody does at a moment. Quiet ones give the timetable nothing to do.
type act struct {
	at    time.Time
	quiet bool
	do    func(context.Context) error
}

// at plans something that others may hear of.
func (s *stage) at(t time.Time, do func(context.Context) error) { s.plan(act{at: t, do: do}) }

// quietly plans something nobody is told of.
func (s *stage) quietly(t time.Time, do func(context.Context) error) {
	s.plan(act{at: t, quiet: true, do: do})
}

// plan puts an act in its place; among those of one moment the first planned goes first. What should have happened already
// happens next.
func (s *stage) plan(a act) {
	if now := s.clock.Now(); a.at.Before(now) {
		a.at = now
	}
	i, _ := slices.BinarySearchFunc(s.acts, a, func(x, y act) int {
		if x.at.After(y.at) {
			return 1
		}
		return -1
	})
	s.acts = slices.Insert(s.acts, i, a)
}

// walk lives through the year: from one thing that happens to the next, be it an act or a moment of the timetable.
func (s *stage) walk(ctx context.Context, progress func(done, total int)) error {
	total, shown := int(s.end.Sub(s.start).Hours()/24), -1
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		next := s.due
		if len(s.acts) > 0 && (next.IsZero() || s.acts[0].at.Before(next)) {
			next = s.acts[0].at
		}
		if next.IsZero() || next.After(s.end) {
			break
		}
		s.clock.walk(next)
		if day := int(next.Sub(s.start).Hours() / 24); day != shown {
			shown = day
			progress(day, total)
		}
		loud := !s.due.IsZero() && !s.due.After(next)
		for len(s.acts) > 0 && !s.acts[0].at.After(next) {
			a := s.acts[0]
			s.acts = s.acts[1:]
			if err := a.do(ctx); err != nil {
				return fmt.Errorf("%s: %w", next.Format(time.DateTime), err)
			}
			loud = loud || !a.quiet
		}
		if loud {
			if err := s.tick(ctx); err != nil {
				return fmt.Errorf("%s: %w", next.Format(time.DateTime), err)
			}
		}
	}
	s.clock.walk(s.end)
	if err := s.app.Meetings.Extend(ctx); err != nil {
		return err
	}
	if err := s.app.Communities.DropLeft(ctx); err != nil {
		return err
	}
	progress(total, total)
	return s.tick(ctx)
}

// tick is one look of the timetable, after which people read their mail.
func (s *stage) tick(ctx context.Context) error {
	if err := s.outbox.Plan(ctx); err != nil {
		return err
	}
	if err := s.outbox.Deliver(ctx); err != nil {
		return err
	}
	if err := s.readMail(ctx); err != nil {
		return err
	}
	list, err := s.app.Ledger.Due(ctx, convoke.System, "", "", app.Page{Limit: 1})
	if err != nil {
		return err
	}
	s.due = time.Time{}
	if len(list) > 0 {
		s.due = list[0].DueAt.Time()
	}
	return nil
}

// settle makes the timetable look again once changes have been gathered.
func (s *stage) settle() {
	s.at(s.clock.Now().Add(convoke.SettleTime), func(context.Context) error { return nil })
}

// chance is a number from 0 to n-1 that always comes out the same for the same words.
func chance(n int, words ...string) int {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = h.Write([]byte(w + "\x00")) // a hash takes every byte
	}
	x := h.Sum64()
	x ^= x >> 33 // near words come out near one another otherwise
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return int(x % uint64(n))
}

// days is a moment so many days before the present, or after it.
func (s *stage) days(n int) time.Time { return s.end.AddDate(0, 0, n) }

// near is a date in a week counted from today: the first such weekday from its first day on.
func (s *stage) near(week int, day time.Weekday) calendar.Date {
	d := s.today.AddDays(7 * week)
	return d.AddDays((int(day) - int(d.Weekday()) + 7) % 7)
}

// moment is when a local time comes. The zones of the demo are known ones.
func moment(d calendar.DateTime, zone string) time.Time {
	loc, err := calendar.LoadZone(zone)
	if err != nil {
		panic(err)
	}
	t, _ := calendar.Resolve(d, loc)
	return t
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// placeOf finds a community by its slug or code; the demo names none that is not there.
func placeOf(name string) place {
	i := slices.IndexFunc(places, func(p place) bool { return p.slug == name || p.code == name })
	return places[i]
}

// residentOf finds somebody by the local part of their address.
func residentOf(local string) resident {
	i := slices.IndexFunc(residents, func(r resident) bool { return r.local == local })
	return residents[i]
}
