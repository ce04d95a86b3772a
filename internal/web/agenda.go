package web

import (
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// An agenda is events by day, in the reader's zone. The part "days" shows it.
type agenda struct {
	speech
	Days      []agendaDay
	Community bool // says of each event whose it is
}

type agendaDay struct {
	Start  convoke.Instant // of its first event
	Next   bool            // today, or the first day to come
	Opens  bool            // begins a list
	Month  string          // the month's name above that list
	Events []agendaEvent
}

type agendaEvent struct {
	speech
	app.EventView
	Now    convoke.Instant
	Whose  bool // says whose it is
	Signed bool // whoever reads is signed in
}

func newAgendaEvent(f *frame, e app.EventView, whose bool) agendaEvent {
	return agendaEvent{f.speech, e, f.Now, whose, f.Signed()}
}

// newAgenda groups events, which come in the order of time.
func newAgenda(f *frame, events []app.EventView, community bool) agenda {
	a := agenda{speech: f.speech, Community: community}
	day, marked := "", false
	for _, e := range events {
		local := e.StartsAt.Time().In(f.R.Zone())
		if d := local.Format(time.DateOnly); d != day {
			day = d
			a.Days = append(a.Days, agendaDay{Start: e.StartsAt, Opens: len(a.Days) == 0})
		}
		last := &a.Days[len(a.Days)-1]
		last.Events = append(last.Events, newAgendaEvent(f, e, community))
		if !marked && e.EndsAt > f.Now && e.Status != convoke.Cancelled {
			marked, last.Next = true, true
		}
	}
	return a
}

// withMonths puts the months' names between the days.
func (a agenda) withMonths() agenda {
	month := ""
	for i, d := range a.Days {
		if m := a.R.MonthYear(d.Start.Time()); m != month {
			month = m
			a.Days[i].Opens, a.Days[i].Month = true, m
		}
	}
	return a
}

// Path is the address of the event's page.
func (e agendaEvent) Path() string { return eventPath(e.EventView.Community.Slug, e.Slug) }

// Cancelled says that it does not take place.
func (e agendaEvent) Cancelled() bool { return e.Status == convoke.Cancelled }

// Over says that it lies behind.
func (e agendaEvent) Over() bool { return e.EndsAt <= e.Now }

// Open says that the reader can still answer, if need be after signing in, and has not.
func (e agendaEvent) Open() bool {
	can := e.CanAnswer || !e.Signed && !e.EventView.Draft()
	return can && !e.Cancelled() && !e.Over() && (e.Answer == "" || e.Answer == convoke.Invited)
}

// Badged says that there is a state to show.
func (e agendaEvent) Badged() bool {
	return e.EventView.Draft() || e.Cancelled() || e.Status == convoke.Tentative || e.MovedFrom != 0 || e.Visibility == convoke.ToMembers ||
		e.Answer != "" && e.Answer != convoke.Invited
}
