package app_test

import (
	"testing"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// More dates of one title than four characters keep apart by luck.
func TestManyDatesHaveAddresses(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	in := app.MeetingInput{Title: new("Stand-up"), Rule: &calendar.Rule{Freq: calendar.Daily, Interval: 1}, StartLocal: new("2026-11-26T09:00"), Invite: new(false)}
	for range 6 {
		r := must(h.Meetings.Create(t.Context(), convoke.System, m.Slug, in))(t)
		must(h.Meetings.Publish(t.Context(), convoke.System, r.ID))(t)
	}
}
