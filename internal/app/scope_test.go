package app_test

import (
	"errors"
	"strings"
	"testing"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// A change of all dates is made to the meeting that was read for it: one that came in between is not written over.
func TestAllDatesChangedTwiceAtOnce(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	in := app.MeetingInput{Title: new("Call"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2026-11-26T09:00"), Invite: new(false)}
	r := must(h.Meetings.Create(t.Context(), convoke.System, m.Slug, in))(t)
	must(h.Meetings.Publish(t.Context(), convoke.System, r.ID))(t)
	date := must(h.Meetings.Get(t.Context(), convoke.System, "", string(r.ID)))(t).Coming[0]
	var between error
	h.count.after = func(q string) {
		if strings.Contains(q, "FROM meeting") {
			h.count.after = nil
			_, between = h.Meetings.Edit(t.Context(), convoke.System, r.ID, app.MeetingInput{Title: new("Call of the week")})
		}
	}
	_, err := h.Meetings.EditScope(t.Context(), convoke.System, date.ID, app.AllDates, app.EventInput{DurationMinutes: new(45)})
	if h.count.after != nil || between != nil || reason(err) != convoke.ReasonConflict {
		t.Errorf("got %v, want a conflict with the change that came in between (%v)", err, between)
	}
}

// A set-up link is offered while there is nobody who could do it otherwise.
func TestSetUpIsForNobodyYet(t *testing.T) {
	h := open(t)
	before, err := h.SignIns.NeedsSetUp(t.Context())
	_, failed := h.People.Add(t.Context(), convoke.System, "op@maps.example", app.PersonInput{Name: new("Op"), Operator: new(true)})
	after, again := h.SignIns.NeedsSetUp(t.Context())
	if err := errors.Join(err, failed, again); err != nil || !before || after {
		t.Errorf("with nobody: %v, with an operator: %v, %v", before, after, err)
	}
}
