package notify

import (
	"cmp"
	"strings"

	"convoke/calendar"
	"convoke/internal/convoke"
)

// maxGone is how many dates that were taken from somebody are named.
const maxGone = 6

// meeting says what a recurring meeting is: its rule, as its organiser means it, and its next date.
func (v *view) meeting(m *convoke.Recurrence) {
	v.Title = v.line(m.Title, convoke.MaxTitle)
	v.Rule = v.Reader.Rule(m.Rule.Rule, m.Start, m.Zone)
	v.Page = &link{Label: v.T("mail.meeting.page"), URL: v.page("meetings", m.Slug)}
}

// next frames the next date and lists those after it.
func (v *view) next(m *convoke.Recurrence) []convoke.Event {
	coming := v.ahead(v.c.Coming, false)
	if len(coming) > 0 {
		v.Frame = v.frameOf(&coming[0])
		v.Frame.Caption = v.T("mail.meeting.next")
		v.list(v.coming(), coming[1:], m.Title)
	}
	return coming
}

// inShort is a rule as a subject has room for: without what it leaves out and when it ends.
func (v *view) inShort(m *convoke.Recurrence) string {
	rule := m.Rule.Rule
	rule.NotMonths, rule.NotDates, rule.Until, rule.Count = nil, nil, calendar.Date{}, 0
	return shorten(v.Reader.Rule(rule, m.Start, m.Zone), maxSubject*2/3)
}

func (v *view) meetingInvitation() {
	m := v.c.Meeting
	if v.c.Data.Next {
		v.nextDate(m)
		return
	}
	v.meeting(m)
	v.next(m)
	v.Text, _ = v.markdown(m.Description, maxAbstract)
	v.joining(&convoke.Event{JoinLink: m.JoinLink, Place: m.Place})
	v.Subject = v.subject("mail.meeting.subject", v.Title, "Rule", v.inShort(m))
	v.gone()
	v.meetingAnswers(len(v.c.Coming) > 0)
	v.Why = v.because()
}

// nextDate invites to a meeting by its next date.
func (v *view) nextDate(m *convoke.Recurrence) {
	e := v.c.date()
	v.meeting(m)
	v.Text, _ = v.markdown(m.Description, maxAbstract)
	v.joining(&convoke.Event{JoinLink: m.JoinLink, Place: m.Place})
	v.Subject = v.subject("mail.meeting.subject", v.Title, "Rule", v.inShort(m))
	if e != nil {
		v.Frame = v.frameOf(e)
		v.Frame.Caption = v.T("mail.meeting.next")
		v.Subject = v.subject("mail.event.subject", v.Title, "When", v.WhenShort(e.StartsAt.Time()))
	}
	v.gone()
	if v.c.Letter.EventID != "" { // then its page is about that date
		v.answers()
	} else {
		v.meetingAnswers(e != nil)
	}
	v.Why = v.because()
}

// meetingAnswers asks for all dates, the next or none.
func (v *view) meetingAnswers(next bool) {
	all, none := v.deed("mail.meeting.all", "yes"), v.deed("mail.meeting.none", "no")
	v.Links = []link{none}
	if next {
		v.Links = []link{v.deed("mail.meeting.only", "next"), none}
	}
	switch v.c.Reader.Answer {
	case convoke.Yes:
		v.Said = v.T("mail.said.yes")
		v.Links = []link{none}
	case convoke.No:
		v.Said = v.T("mail.said.no")
		v.Links = append([]link{all}, v.Links[:len(v.Links)-1]...)
	default:
		v.Button = &all
	}
}

func (v *view) meetingUpdate() {
	m := v.c.Meeting
	v.meeting(m)
	v.next(m)
	v.joining(&convoke.Event{JoinLink: m.JoinLink, Place: m.Place})
	v.Subject = v.subject("mail.meeting.update.subject", v.Title, "Rule", v.inShort(m))
	v.meetingChanged(m)
	v.gone()
	v.Title = v.T("mail.update.title.changed", "Title", v.Title)
	v.note("mail.note.from", v.c.Data.Note)
	if len(v.c.Coming) > 0 { // one that has ended has nothing to come to
		v.meetingAnswers(false)
	}
	v.Why = v.because()
}

// gone names the dates that a changed rule took from somebody who comes to them.
func (v *view) gone() {
	n := len(v.c.Gone)
	if n == 0 {
		return
	}
	var list []string
	for _, e := range v.c.Gone[:min(n, maxGone)] {
		list = append(list, v.Day(e.StartsAt.Time()))
	}
	if n > maxGone {
		list = append(list, v.T("mail.meeting.gone.more", "Count", n-maxGone))
	}
	v.Lines = append(v.Lines, v.T("mail.meeting.gone", "Count", n, "Dates", v.List(list)))
}

func (v *view) meetingChanged(m *convoke.Recurrence) {
	b := v.c.Data.Before
	if b == nil {
		v.Lines = append(v.Lines, v.T("mail.change.some"))
		return
	}
	if b.Status == convoke.Cancelled && m.Status != convoke.Cancelled {
		v.Lines = append(v.Lines, v.T("mail.change.restored"))
	} else if b.Status != m.Status && b.Status != "" {
		v.Lines = append(v.Lines, v.T("mail.change."+string(m.Status)))
	}
	v.differ("title", v.line(b.Title, convoke.MaxTitle), v.line(m.Title, convoke.MaxTitle))
	if b.Rule != nil && !b.Start.IsZero() {
		v.differ("rule", v.Reader.Rule(*b.Rule, b.Start, b.Zone), v.Rule)
		if u := m.Rule.Until; !u.IsZero() && (b.Rule.Until.IsZero() || u.Before(b.Rule.Until)) {
			v.Lines = append(v.Lines, v.T("mail.change.ends"))
		}
	}
	v.differ("length", v.length(b.Minutes), v.length(m.Minutes))
	v.differ("place", v.line(b.Place, convoke.MaxPlace), v.line(m.Place, convoke.MaxPlace))
	v.relinked(b.JoinLink, m.JoinLink)
	if len(v.Changes)+len(v.Lines) == 0 {
		v.Lines = append(v.Lines, v.T("mail.change.some"))
	}
}

func (v *view) meetingCancellation() {
	m := v.c.Meeting
	v.meeting(m)
	v.Subject = v.subject("mail.meeting.cancelled.subject", v.Title, "Rule", v.inShort(m))
	v.Title = v.T("mail.cancelled.title", "Title", v.Title)
	v.Lines = []string{v.T("mail.meeting.cancelled.text")}
	if e, ok := nextPlanned(m, v.c.Now); ok {
		v.Frame = v.frameOf(e)
		v.Frame.Off, v.Frame.Caption = true, v.T("mail.cancelled.was")
	}
	v.note("mail.note.reason", cmp.Or(strings.TrimSpace(v.c.Data.Note), m.CancelNote))
	v.Why = v.because()
}

// GoesOn says whether a meeting's rule has dates to come.
func GoesOn(m *convoke.Recurrence, now convoke.Instant) bool {
	_, ok := nextPlanned(m, now)
	return ok
}

// nextPlanned is the next date of a meeting by its rule alone: once it is cancelled no date of it is loaded.
func nextPlanned(m *convoke.Recurrence, now convoke.Instant) (*convoke.Event, bool) {
	loc, err := calendar.LoadZone(m.Zone)
	if err != nil {
		return nil, false
	}
	dates := m.Rule.Between(m.Start, calendar.In(now.Time(), loc), calendar.DateTime{}, 1)
	if len(dates) == 0 {
		return nil, false
	}
	e := &convoke.Event{Start: dates[0], Zone: m.Zone, Minutes: m.Minutes, Place: m.Place}
	_, err = e.Plan()
	return e, err == nil
}
