// Package feed turns events into the calendar one audience may see.
//
// Everything here is pure: what goes in decides every byte that comes out, and no clock is asked. An entry is made when its
// event changes and stored; a feed is its stored entries behind a head, so a poll never renders anything. Three decisions
// carry it:
//
//   - There is an entry for those who may join and one for everybody else. The join link is in the first only, and is
//     taken out of every text of the second, wherever its author pasted it.
//   - A single event is written with its zone when the zone has one yearly pair of rules around the event's start, and in
//     UTC otherwise. That is judged by the event alone, so that its bytes never depend on its neighbours in a feed.
//   - A date that deviates from its meeting's rule is an override beside the rule. One that was moved or cancelled stays as
//     long as the rule does: without it, programs would put the date back where the rule has it.
package feed

import (
	"cmp"
	"strings"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
)

// Format is raised when the bytes of an entry change, so that stored entries are made again.
const Format = "3"

// Made returns what stored entries depend on beside their event: the Format, where links lead, who organises when nobody
// else does, and the zone data. Entries made under another value must be made again.
func Made(site convoke.Site) string {
	return strings.Join([]string{Format, site.Base, site.From, calendar.ZoneDataVersion()}, " ")
}

// Entry is one VEVENT for one audience: its bytes, the zone it needs ("" for UTC) and the time it belongs to.
type Entry struct {
	Data             []byte
	Zone             string
	StartsAt, EndsAt convoke.Instant
}

// Source is what surrounds an event: where it is published and what it belongs to. Series and Meeting are nil for an
// event without one; Speakers of other events are passed over.
type Source struct {
	Site      convoke.Site
	Community convoke.Community
	Series    *convoke.Series
	Meeting   *convoke.Recurrence
	Speakers  []convoke.Speaker
	hidden    string // a join link that is for others
}

// endless is when a rule without an end is taken to end; package calendar reads no later year.
var endless = convoke.At(time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC))

// Around a single event its zone must be regular for this long. A feed holds 21 months and its VTIMEZONE must be right for
// a year more, so whatever else stands in the feed, the zone fits as seen from its earliest event.
const (
	yearsBefore = 2
	yearsAfter  = 3
)

// rulesAhead is for how many years after the last change of a meeting its left-out dates are written, and for how many
// its zone must be regular when the form is decided.
const rulesAhead = 5

// Keep says whether an event still belongs into feeds: a cancelled one leaves a day after its end, as most programs show
// it crossed out for ever. A recurring meeting's date stays as long as its meeting, whose rule would put it back.
func Keep(e convoke.Event, now convoke.Instant) bool {
	if e.Draft() {
		return false
	}
	return e.Status != convoke.Cancelled || !e.RecurrenceID.IsZero() || now <= e.EndsAt.Add(24*time.Hour)
}

// Form decides how a recurring meeting is written for its life: by its rule where Outlook reads the zone, from the start
// to some years after now, else as single dates. A meeting in UTC has a rule, too.
func Form(m convoke.Recurrence, now convoke.Instant) string {
	loc, err := calendar.LoadZone(m.Zone)
	if err != nil {
		return convoke.FormDates
	}
	start, _ := calendar.Resolve(m.Start, loc)
	until := now.Add(convoke.Horizon).Time().AddDate(rulesAhead, 0, 0)
	if far := start.AddDate(rulesAhead, 0, 0); until.Before(far) {
		until = far
	}
	if calendar.ZoneFits(m.Zone, start, until) {
		return convoke.FormRule
	}
	return convoke.FormDates
}

// Event returns the entry of a single event, a session, or a date of a meeting written as dates. A date of a meeting that
// has a rule becomes the override that stands beside it; see [Deviates].
func Event(src Source, e convoke.Event, member bool) (Entry, error) {
	return src.entry(src.event(e, member), src.span(e))
}

// Lone returns the entry of a date of a meeting's rule for whoever comes to that date and not to the meeting: an event of its own, with the date's join link.
func Lone(src Source, e convoke.Event) (Entry, error) {
	m := *src.Meeting
	src.Meeting = nil
	e.Organizer, e.Abstract = m.Organizer, cmp.Or(e.Abstract, m.Description)
	if m.JoinLink != e.JoinLink { // which is for others
		src.hidden = m.JoinLink
	}
	return src.entry(src.event(e, true), span{e.StartsAt, e.EndsAt})
}

// Rule returns the entry of a whole meeting: its rule and the dates the rule leaves out, those until five years after its
// last change. The dates that deviate have entries of their own. EndsAt is the end of the last date.
func Rule(src Source, m convoke.Recurrence, member bool) (Entry, error) {
	return src.entry(src.rule(m, member), ruleSpan(m))
}

// Deviates says whether a date needs an override beside its meeting's rule: it was moved or cancelled, says something of
// its own, or programs hold a later version of it than of the rule. One that the rule no longer has overrides nothing.
func Deviates(m convoke.Recurrence, e convoke.Event) bool {
	return !e.RecurrenceID.IsZero() && (displaced(m, e) || e.Sequence > m.Sequence ||
		e.Title != m.Title || e.Place != m.Place || e.JoinLink != m.JoinLink || e.Language != m.Language ||
		e.Abstract != "" && e.Abstract != m.Description || e.Agenda != "")
}

// displaced says whether a date takes other time than the rule gives it.
func displaced(m convoke.Recurrence, e convoke.Event) bool {
	return e.Moved() || e.Zone != m.Zone || e.Minutes != m.Minutes || status(e.Status) != status(m.Status)
}

// ruleZone is the zone a meeting's rule is written in. One in UTC gets UTC's name in the zone data and a VTIMEZONE, since
// programs take a rule that starts at an instant to drift with the reader's clock changes.
func ruleZone(m convoke.Recurrence) string {
	if m.Zone == "UTC" {
		return "Etc/UTC"
	}
	return m.Zone
}

// span is a stretch of time.
type span struct{ from, to convoke.Instant }

func (src Source) entry(v calendar.Event, when span) (Entry, error) {
	data, err := v.Encode()
	if err != nil {
		return Entry{}, err
	}
	return Entry{Data: data, Zone: v.TZID(), StartsAt: when.from, EndsAt: when.to}, nil
}

// span is the time the event belongs to in a feed; see the package comment for dates that the rule has elsewhere.
func (src Source) span(e convoke.Event) span {
	if src.ruled(e) && displaced(*src.Meeting, e) {
		return ruleSpan(*src.Meeting)
	}
	return span{e.StartsAt, e.EndsAt}
}

// ruled says whether an event is a date of a meeting that is written by its rule.
func (src Source) ruled(e convoke.Event) bool {
	return src.Meeting != nil && src.Meeting.Form == convoke.FormRule && !e.RecurrenceID.IsZero()
}

// ruleSpan is the time from a meeting's first date to the end of its last one.
func ruleSpan(m convoke.Recurrence) span {
	loc, err := calendar.LoadZone(m.Zone)
	if err != nil {
		return span{} // encoding fails for the same reason
	}
	start, _ := calendar.Resolve(m.Start, loc)
	s := span{convoke.At(start), endless}
	if last, ok := lastDate(m); ok {
		end, _ := calendar.Resolve(last, loc)
		s.to = convoke.At(end.Add(time.Duration(m.Minutes) * time.Minute))
	}
	return s
}

// lastDate returns the last date of a meeting, and false when its rule has no end.
func lastDate(m convoke.Recurrence) (calendar.DateTime, bool) {
	rule := m.Rule.Rule
	if rule.Count > 0 {
		return last(rule.Between(m.Start, calendar.DateTime{}, calendar.DateTime{}, rule.Count), m.Start), true
	}
	if rule.Until.IsZero() {
		return calendar.DateTime{}, false
	}
	// One look takes in a bounded number of dates, so it goes back from the end in growing steps.
	until := rule.Until.AddDays(1).At(0, 0)
	for days := 400; ; days *= 10 {
		from := until.AddDays(-days)
		if dates := rule.Between(m.Start, from, until, 0); len(dates) > 0 {
			return last(dates, m.Start), true
		}
		if from.Before(m.Start) {
			return m.Start, true
		}
	}
}

func last(dates []calendar.DateTime, otherwise calendar.DateTime) calendar.DateTime {
	if len(dates) == 0 {
		return otherwise
	}
	return dates[len(dates)-1]
}
