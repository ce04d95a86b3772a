package app_test

import (
	"bytes"
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

// A meeting that goes on as another one has its dates by its rule, also when all dates were changed before.
func TestFollowingDatesAreNoOverrides(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	in := app.MeetingInput{Title: new("Call"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2026-11-26T09:00"), Invite: new(false)}
	r := must(h.Meetings.Create(t.Context(), convoke.System, m.Slug, in))(t)
	must(h.Meetings.Publish(t.Context(), convoke.System, r.ID))(t)
	must(h.Meetings.Edit(t.Context(), convoke.System, r.ID, app.MeetingInput{DurationMinutes: new(45)}))(t)
	coming := must(h.Meetings.Get(t.Context(), convoke.System, "", string(r.ID)))(t).Coming
	next := must(h.Meetings.EditFollowing(t.Context(), convoke.System, coming[3].ID, app.MeetingInput{DurationMinutes: new(30)}))(t)
	body := must(h.Feeds.Body(t.Context(), must(h.Feeds.Meeting(t.Context(), m.Slug, next.Slug))(t)))(t)
	if n := bytes.Count(body.Raw, []byte("BEGIN:VEVENT")); n != 1 {
		t.Errorf("the feed has %d entries, want the rule alone:\n%s", n, body.Raw)
	}
}

// What a meeting continues is named only to whoever may see that, too.
func TestContinuedMeetingHidesWhatItContinues(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	in := app.MeetingInput{Title: new("Among us"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2026-11-26T09:00"), Visibility: new("members"), Invite: new(false)}
	r := must(h.Meetings.Create(t.Context(), convoke.System, m.Slug, in))(t)
	must(h.Meetings.Publish(t.Context(), convoke.System, r.ID))(t)
	coming := must(h.Meetings.Get(t.Context(), convoke.System, "", string(r.ID)))(t).Coming
	next := must(h.Meetings.EditFollowing(t.Context(), convoke.System, coming[3].ID, app.MeetingInput{Title: new("For all"), Visibility: new("everyone")}))(t)
	if p := must(h.Meetings.Get(t.Context(), convoke.System, m.Slug, next.Slug))(t).Previous; p == nil || p.ID != r.ID {
		t.Errorf("operator: got %v, want %s", p, r.ID)
	}
	if p := must(h.Meetings.Get(t.Context(), convoke.Nobody, m.Slug, next.Slug))(t).Previous; p != nil {
		t.Errorf("stranger: got %q, want nothing", p.Title)
	}
}
