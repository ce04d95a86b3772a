package app_test

import (
	"bytes"
	"strings"
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

// A date that was held earlier than its rule has it is held once, and does not stand in the way of a change of all dates.
func TestAllDatesChangedAfterOneWasHeldEarly(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	in := app.MeetingInput{Title: new("Call"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2026-11-26T09:00"), Invite: new(false)}
	r := must(h.Meetings.Create(t.Context(), convoke.System, m.Slug, in))(t)
	must(h.Meetings.Publish(t.Context(), convoke.System, r.ID))(t)
	coming := must(h.Meetings.Get(t.Context(), convoke.System, "", string(r.ID)))(t).Coming
	must(h.Events.Edit(t.Context(), convoke.System, coming[1].ID, app.EventInput{StartLocal: new("2026-11-27T09:00")}))(t)
	h.now = h.now.AddDate(0, 0, 3)
	must(h.Meetings.Edit(t.Context(), convoke.System, r.ID, app.MeetingInput{StartLocal: new("2026-11-26T10:00")}))(t)
	now := must(h.Meetings.Get(t.Context(), convoke.System, "", string(r.ID)))(t)
	if got, want := now.Coming[0].Start.String(), "2026-12-10T10:00"; got != want {
		t.Errorf("next date: got %s, want %s", got, want)
	}
	if got, want := now.Past[0].Start.String(), "2026-11-27T09:00"; got != want {
		t.Errorf("last date: got %s, want %s", got, want)
	}
	body := must(h.Feeds.Body(t.Context(), must(h.Feeds.Meeting(t.Context(), m.Slug, r.Slug))(t)))(t)
	if !bytes.Contains(body.Raw, []byte("RECURRENCE-ID;TZID=Etc/UTC:20261203T100000")) {
		t.Errorf("the feed has the date of 3 December once more:\n%s", body.Raw)
	}
}

// Where to join stands in the feeds of members, of a meeting's rule as of a date that deviates from it, and in no open one.
func TestRuleKeepsItsLinkToMembers(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	ada := h.member(t, m.Slug, "ben@maps.example", convoke.Member)
	in := app.MeetingInput{Title: new("Call"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2026-11-26T09:00"), Visibility: new("everyone"), JoinLink: new("https://meet.example/rule"), Invite: new(false)}
	r := must(h.Meetings.Create(t.Context(), convoke.System, m.Slug, in))(t)
	must(h.Meetings.Publish(t.Context(), convoke.System, r.ID))(t)
	date := must(h.Meetings.Get(t.Context(), convoke.System, "", string(r.ID)))(t).Coming[2]
	must(h.Events.Edit(t.Context(), convoke.System, date.ID, app.EventInput{JoinLink: new("https://meet.example/date")}))(t)
	own := must(h.Feeds.Add(t.Context(), ada, convoke.ScopeCommunity, m.ID, "Mine"))(t)
	token := strings.TrimSuffix(own.Address[strings.LastIndex(own.Address, "/")+1:], ".ics")
	for _, row := range []struct {
		name string
		poll func() (app.FeedPoll, error)
		want bool
	}{
		{"meeting", func() (app.FeedPoll, error) { return h.Feeds.Meeting(t.Context(), m.Slug, r.Slug) }, false},
		{"community", func() (app.FeedPoll, error) { return h.Feeds.Community(t.Context(), m.Slug) }, false},
		{"own", func() (app.FeedPoll, error) { return h.Feeds.Own(t.Context(), token, "Calendar/1") }, true},
	} {
		body := must(h.Feeds.Body(t.Context(), must(row.poll())(t)))(t)
		for _, link := range []string{"https://meet.example/rule", "https://meet.example/date"} {
			if got := bytes.Contains(body.Raw, []byte(link)); got != row.want {
				t.Errorf("%s feed holds %s: %v, want %v\n%s", row.name, link, got, row.want, body.Raw)
			}
		}
	}
}

// A date that its rule gives up keeps its page where somebody comes to it or asked about it, and is itself again when the rule has it back.
func TestDatesTheRuleGivesUp(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	ben := h.member(t, m.Slug, "ben@maps.example", convoke.Member)
	rule := calendar.Rule{Freq: calendar.Weekly, Interval: 1}
	in := app.MeetingInput{Title: new("Call"), Rule: &rule, StartLocal: new("2026-11-26T09:00"), Invite: new(false)}
	r := must(h.Meetings.CreatePublished(t.Context(), convoke.System, m.Slug, in))(t)
	coming := must(h.Meetings.Get(t.Context(), convoke.System, "", string(r.ID)))(t).Coming
	come, ask, decline := coming[5], coming[6], coming[7]
	if err := h.Events.Answer(t.Context(), ben, come.ID, convoke.Maybe, "page"); err != nil {
		t.Fatal(err)
	}
	if err := h.Events.Answer(t.Context(), ben, decline.ID, convoke.No, "page"); err != nil {
		t.Fatal(err)
	}
	must(h.Questions.Ask(t.Context(), ben, ask.ID, app.QuestionInput{Text: "How deep?"}))(t)
	until := func(d calendar.Date) {
		rule := rule
		rule.Until = d
		must(h.Meetings.Edit(t.Context(), convoke.System, r.ID, app.MeetingInput{Rule: &rule}))(t)
	}
	is := func(want convoke.Status) {
		t.Helper()
		for _, e := range []app.EventView{come, ask} {
			if got, err := h.Events.Get(t.Context(), convoke.System, "", string(e.ID)); err != nil || got.Status != want || got.Start != e.Start {
				t.Errorf("%s: got %s at %s, %v, want %s", e.Start, got.Status, got.Start, err, want)
			}
		}
	}
	until(coming[3].Start.Date())
	is(convoke.Cancelled)
	if _, err := h.Events.Get(t.Context(), convoke.System, "", string(decline.ID)); !convoke.IsNotFound(err) {
		t.Errorf("a date nobody comes to: %v", err)
	}
	until(calendar.Date{})
	is(convoke.Confirmed)
	if got := must(h.Meetings.Get(t.Context(), convoke.System, "", string(r.ID)))(t).Coming; len(got) != len(coming) {
		t.Errorf("%d dates to come, want %d", len(got), len(coming))
	}
	body := must(h.Feeds.Body(t.Context(), must(h.Feeds.Meeting(t.Context(), m.Slug, r.Slug))(t)))(t)
	if n := bytes.Count(body.Raw, []byte("BEGIN:VEVENT")); n != 1 {
		t.Errorf("the feed has %d entries, want the rule alone:\n%s", n, body.Raw)
	}
}
