package app_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

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
	rule := calendar.Rule{Freq: calendar.Monthly, Interval: 1}
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

// planned publishes a meeting and gives it with what changes and shows it.
type planned struct {
	*testing.T
	h    *house
	slug string
	convoke.Recurrence
}

func (h *house) meeting(t *testing.T, rule calendar.Rule, start, zone string) *planned {
	t.Helper()
	m, _ := h.community(t)
	in := app.MeetingInput{Title: new("Call"), Rule: &rule, StartLocal: &start, TimeZone: &zone, Place: new("Room 1"), Invite: new(false)}
	return &planned{t, h, m.Slug, must(h.Meetings.CreatePublished(t.Context(), convoke.System, m.Slug, in))(t)}
}

func (p *planned) edit(in app.MeetingInput) {
	p.Helper()
	must(p.h.Meetings.Edit(p.Context(), convoke.System, p.ID, in))(p.T)
}

func (p *planned) following(e convoke.ID, in app.MeetingInput) *planned {
	p.Helper()
	return &planned{p.T, p.h, p.slug, must(p.h.Meetings.EditFollowing(p.Context(), convoke.System, e, in))(p.T)}
}

func (p *planned) move(e convoke.ID, start string) {
	p.Helper()
	must(p.h.Events.Edit(p.Context(), convoke.System, e, app.EventInput{StartLocal: &start}))(p.T)
}

func (p *planned) cancel(e convoke.ID) {
	p.Helper()
	must(p.h.Events.Cancel(p.Context(), convoke.System, e, "holiday week"))(p.T)
}

func (p *planned) coming() []app.EventView {
	p.Helper()
	return must(p.h.Meetings.Get(p.Context(), convoke.System, "", string(p.ID)))(p.T).Coming
}

// lists holds the first dates to come, each as "2026-12-10T14:00", with "off" behind it where it was called off; "." when there are no more.
func (p *planned) lists(want ...string) {
	p.Helper()
	var got []string
	for _, e := range p.coming() {
		line := e.Start.String()
		if e.Status == convoke.Cancelled {
			line += " off"
		}
		if got = append(got, line); len(got) == len(want) {
			break
		}
	}
	if len(got) < len(want) {
		got = append(got, ".")
	}
	if !slices.Equal(got, want) {
		p.Errorf("dates to come:\n got %q\nwant %q", got, want)
	}
}

// feeds holds the entries of the meeting's feed in the order of time: where one begins, its recurrence id, whether it is a rule and what became of it.
func (p *planned) feeds(want ...string) {
	p.Helper()
	m := must(p.h.Meetings.Get(p.Context(), convoke.System, "", string(p.ID)))(p.T)
	body := must(p.h.Feeds.Body(p.Context(), must(p.h.Feeds.Meeting(p.Context(), p.slug, m.Slug))(p.T)))(p.T)
	var got []string
	for _, v := range strings.Split(string(body.Raw), "BEGIN:VEVENT")[1:] {
		prop := func(name string) string {
			for line := range strings.SplitSeq(v, "\r\n") {
				if head, value, ok := strings.Cut(line, ":"); ok && (head == name || strings.HasPrefix(head, name+";")) {
					return value
				}
			}
			return ""
		}
		line := prop("DTSTART")
		if id := prop("RECURRENCE-ID"); id != "" {
			line += " for " + id
		}
		if rule := prop("RRULE"); rule != "" {
			line += " " + rule
		}
		if prop("STATUS") == "CANCELLED" {
			line += " off"
		}
		got = append(got, line)
	}
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		p.Errorf("the feed has\n got %q\nwant %q", got, want)
	}
}

var firstTuesday = calendar.Rule{Freq: calendar.Monthly, Interval: 1, Nth: 1, Weekdays: []calendar.Weekday{calendar.Tuesday}}

// A date that was put off and whose day by the rule has passed is still to come, whatever is changed about its meeting.
func TestDatePutOffStays(t *testing.T) {
	for _, tc := range []struct {
		name  string
		do    func(p *planned, e convoke.ID) *planned
		feeds []string
	}{
		{"all in another place", func(p *planned, _ convoke.ID) *planned {
			p.edit(app.MeetingInput{Place: new("Room 2")})
			return p
		}, []string{"20261201T140000 RRULE", "20261210T140000 for 20261201T140000"}},
		{"all at another hour", func(p *planned, _ convoke.ID) *planned {
			p.edit(app.MeetingInput{StartLocal: new("2026-12-01T16:00")})
			return p
		}, []string{"20261201T160000 RRULE", "20261210T140000 for 20261201T160000"}},
		{"it and all that follow", func(p *planned, e convoke.ID) *planned {
			return p.following(e, app.MeetingInput{Place: new("Room 2")})
		}, []string{"20261201T140000 RRULE", "20261210T140000 for 20261201T140000"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := open(t)
			p := h.meeting(t, firstTuesday, "2026-12-01T14:00", "Africa/Nairobi")
			e := p.coming()[0].ID
			p.move(e, "2026-12-10T14:00")
			h.now = h.now.AddDate(0, 0, 8) // 3 December
			p = tc.do(p, e)
			if got := p.coming()[0]; got.ID != e || got.Start.String() != "2026-12-10T14:00" || got.Status != convoke.Confirmed {
				t.Errorf("the next date is %s at %s, %s; want the one put off", got.ID, got.Start, got.Status)
			}
			for i, f := range tc.feeds {
				tc.feeds[i] = strings.Replace(f, "RRULE", "FREQ=MONTHLY;BYDAY=1TU", 1)
			}
			p.feeds(tc.feeds...)
		})
	}
}

// Another rhythm takes what was said of single dates along to dates near them, and nowhere else.
func TestAnotherRhythm(t *testing.T) {
	weekly := calendar.Rule{Freq: calendar.Weekly, Interval: 1, Weekdays: []calendar.Weekday{calendar.Tuesday}}
	for _, tc := range []struct {
		name   string
		rule   calendar.Rule
		do     func(p *planned)
		change app.MeetingInput
		want   []string
	}{
		{"weekly to monthly", weekly, func(p *planned) {
			p.cancel(p.coming()[1].ID)
			p.move(p.coming()[3].ID, "2026-12-23T14:00")
		}, app.MeetingInput{Rule: &calendar.Rule{Freq: calendar.Monthly, Interval: 1, Nth: -1, Weekdays: []calendar.Weekday{calendar.Friday}}},
			[]string{"2026-12-23T14:00", "2027-01-29T14:00", "2027-02-26T14:00", "2027-03-26T14:00"}},
		{"another weekday", weekly, func(p *planned) {
			p.cancel(p.coming()[1].ID)
			p.move(p.coming()[2].ID, "2026-12-15T18:00")
		}, app.MeetingInput{Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1, Weekdays: []calendar.Weekday{calendar.Thursday}}},
			[]string{"2026-12-03T14:00", "2026-12-10T14:00", "2026-12-15T18:00", "2026-12-24T14:00"}},
		{"less often", firstTuesday, func(p *planned) {
			p.cancel(p.coming()[1].ID)
			p.move(p.coming()[2].ID, "2027-02-03T14:00")
		}, app.MeetingInput{Rule: &calendar.Rule{Freq: calendar.Monthly, Interval: 3, Nth: 1, Weekdays: []calendar.Weekday{calendar.Thursday}}},
			[]string{"2026-12-03T14:00", "2027-03-04T14:00", "2027-06-03T14:00"}},
		{"one left out", weekly, func(*planned) {}, app.MeetingInput{Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1, Weekdays: weekly.Weekdays, NotDates: []calendar.Date{calendar.NewDate(2026, 12, 8)}}},
			[]string{"2026-12-01T14:00", "2026-12-15T14:00", "2026-12-22T14:00"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := open(t).meeting(t, tc.rule, "2026-12-01T14:00", "Africa/Nairobi")
			ids := map[convoke.ID]calendar.Date{}
			for _, e := range p.coming() {
				ids[e.ID] = e.Start.Date()
			}
			tc.do(p)
			p.h.now = p.h.now.AddDate(0, 0, 2) // so that dates at the far end have no row yet
			p.edit(tc.change)
			p.lists(tc.want...)
			for _, e := range p.coming() {
				if was, ok := ids[e.ID]; ok && (was.AddDays(20).Before(e.Start.Date()) || e.Start.Date().AddDays(20).Before(was)) {
					t.Errorf("what was said of %s belongs to %s now", was, e.Start)
				}
			}
		})
	}
}

// What was held stays as it was when the meeting gets another hour, ends or is called off, and what was called off then does not come back.
func TestHeldDatesStay(t *testing.T) {
	weekly := calendar.Rule{Freq: calendar.Weekly, Interval: 1}
	held := []string{"20261201T140000", "20261216T140000"}
	for _, tc := range []struct {
		name string
		do   func(p *planned)
		want []string
	}{
		{"another hour", func(p *planned) { p.edit(app.MeetingInput{StartLocal: new("2026-12-01T15:00")}) }, append(held, "20261222T150000 FREQ=WEEKLY;BYDAY=TU")},
		{"another length", func(p *planned) { p.edit(app.MeetingInput{DurationMinutes: new(45)}) },
			[]string{"20261201T140000 FREQ=WEEKLY;BYDAY=TU", "20261208T140000 for 20261208T140000 off", "20261216T140000 for 20261215T140000"}},
		{"ended before", func(p *planned) {
			rule := weekly
			rule.Until = calendar.NewDate(2026, 12, 9)
			p.edit(app.MeetingInput{Rule: &rule})
		}, []string{"20261201T140000 FREQ=WEEKLY;BYDAY=TU;UNTIL=20261208T110000Z", "20261208T140000 for 20261208T140000 off", "20261216T140000"}},
		{"called off", func(p *planned) {
			if err := p.h.Meetings.Cancel(p.Context(), convoke.System, p.ID, ""); err != nil {
				p.Fatal(err)
			}
		}, append(held, "20261222T140000 FREQ=WEEKLY;BYDAY=TU off")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := open(t)
			p := h.meeting(t, weekly, "2026-12-01T14:00", "Africa/Nairobi")
			p.cancel(p.coming()[1].ID)
			p.move(p.coming()[2].ID, "2026-12-16T14:00")
			h.now = h.now.AddDate(0, 0, 24) // 19 December
			tc.do(p)
			p.feeds(tc.want...)
		})
	}
}

// This and following has as many dates as were left, those that are left out counted as the rule counts them.
func TestFollowingKeepsTheCount(t *testing.T) {
	rule := firstTuesday
	rule.Count, rule.NotMonths = 7, []time.Month{time.January}
	p := open(t).meeting(t, rule, "2026-12-01T14:00", "Africa/Nairobi")
	p.lists("2026-12-01T14:00", "2027-02-02T14:00", "2027-03-02T14:00", "2027-04-06T14:00", "2027-05-04T14:00", "2027-06-01T14:00", ".")
	p.following(p.coming()[2].ID, app.MeetingInput{Title: new("Renamed")}).lists("2027-03-02T14:00", "2027-04-06T14:00", "2027-05-04T14:00", "2027-06-01T14:00", ".")
}

// A daily meeting that began long ago has all dates to come.
func TestOldDailyMeeting(t *testing.T) {
	p := open(t).meeting(t, calendar.Rule{Freq: calendar.Daily, Interval: 1}, "2021-01-01T14:00", "Africa/Nairobi")
	p.lists("2026-11-25T14:00", "2026-11-26T14:00")
	if n := len(p.coming()); n != 60 {
		t.Errorf("%d dates are shown, want the first 60", n)
	}
}

// A date that the rule gave up keeps up with its meeting, cannot be restored by itself, and is where the rule has it again, as it was.
func TestGivenUpDates(t *testing.T) {
	h := open(t)
	p := h.meeting(t, firstTuesday, "2026-12-01T14:00", "Africa/Nairobi")
	ben := h.member(t, p.slug, "ben@maps.example", convoke.Member)
	dates := p.coming()
	for _, e := range dates[3:7] {
		if err := h.Events.Answer(t.Context(), ben, e.ID, convoke.Yes, "page"); err != nil {
			t.Fatal(err)
		}
	}
	p.cancel(dates[4].ID)
	p.move(dates[5].ID, "2027-05-05T18:00")
	until := func(d calendar.Date) {
		rule := firstTuesday
		rule.Until = d
		p.edit(app.MeetingInput{Rule: &rule})
	}
	until(calendar.NewDate(2027, 2, 28))
	p.lists("2026-12-01T14:00", "2027-01-05T14:00", "2027-02-02T14:00", "2027-03-02T14:00 off", "2027-04-06T14:00 off", "2027-05-05T18:00 off", "2027-06-01T14:00 off", ".")
	if _, err := h.Events.Restore(t.Context(), convoke.System, dates[3].ID); err == nil || err.Error() != "conflict: event.given_up" {
		t.Errorf("restored by itself: %v", err)
	}
	if _, err := h.Meetings.EditFollowing(t.Context(), convoke.System, dates[3].ID, app.MeetingInput{Title: new("New")}); err == nil || err.Error() != "conflict: event.given_up" {
		t.Errorf("changed with what follows: %v", err)
	}
	p.edit(app.MeetingInput{Place: new("Room 2"), Visibility: new("members"), DurationMinutes: new(45)})
	until(calendar.NewDate(2027, 5, 20))
	p.lists("2026-12-01T14:00", "2027-01-05T14:00", "2027-02-02T14:00", "2027-03-02T14:00", "2027-04-06T14:00 off", "2027-05-05T18:00", "2027-06-01T14:00 off", ".")
	for _, e := range p.coming() {
		if e.Place != "Room 2" || e.Minutes != 45 || e.Visibility != convoke.ToMembers {
			t.Errorf("%s is in %s, of %d minutes, to %s", e.Start, e.Place, e.Minutes, e.Visibility)
		}
	}
	next := p.following(dates[1].ID, app.MeetingInput{Rule: &firstTuesday, Place: new("Room 3")})
	if got := next.coming()[5]; got.ID != dates[6].ID || got.Status != convoke.Confirmed || got.Place != "Room 3" {
		t.Errorf("the date of June is %s, %s, in %s; want %s again", got.ID, got.Status, got.Place, dates[6].ID)
	}
}

// A date that the rule has again when its day has passed was never held, and is not made up.
func TestPastDatesAreNotMadeUp(t *testing.T) {
	h := open(t)
	rule := calendar.Rule{Freq: calendar.Weekly, Interval: 1, NotDates: []calendar.Date{calendar.NewDate(2026, 12, 8)}}
	p := h.meeting(t, rule, "2026-12-01T14:00", "Africa/Nairobi")
	p.move(p.coming()[0].ID, "2026-12-30T14:00")
	h.now = h.now.AddDate(0, 0, 15) // 10 December
	p.edit(app.MeetingInput{Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}})
	p.lists("2026-12-15T14:00", "2026-12-22T14:00", "2026-12-29T14:00", "2026-12-30T14:00")
	if past := must(h.Meetings.Get(t.Context(), convoke.System, "", string(p.ID)))(t).Past; len(past) != 0 {
		t.Errorf("held were %v", past)
	}
}

// What was said of a date goes where the change moves that date, and today's stays at its hour where the new one has passed.
func TestDatesGoWithTheChange(t *testing.T) {
	p := open(t).meeting(t, calendar.Rule{Freq: calendar.Weekly, Interval: 1}, "2026-12-01T14:00", "Africa/Nairobi")
	second := p.coming()[1].ID
	p.edit(app.MeetingInput{Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1, Weekdays: []calendar.Weekday{calendar.Saturday}}})
	if got := p.coming()[1]; got.ID != second || got.Start.String() != "2026-12-12T14:00" {
		t.Errorf("Tuesday 8 December is at %s, want Saturday 12 December", got.Start)
	}
	p = open(t).meeting(t, calendar.Rule{Freq: calendar.Weekly, Interval: 1}, "2026-11-25T14:00", "Africa/Nairobi") // it is noon there
	p.edit(app.MeetingInput{StartLocal: new("2026-11-25T11:00")})
	p.lists("2026-11-25T14:00", "2026-12-02T11:00")
}

// A date that was held before its day is an entry of its own once its meeting is called off, and no override is below its rule.
func TestHeldEarlyAndCalledOff(t *testing.T) {
	h := open(t)
	p := h.meeting(t, calendar.Rule{Freq: calendar.Weekly, Interval: 1}, "2026-12-08T14:00", "Africa/Nairobi")
	p.move(p.coming()[0].ID, "2026-12-01T14:00")
	third := p.coming()[2].ID
	p.move(third, "2026-12-23T14:00")
	p.cancel(third)
	p.edit(app.MeetingInput{DurationMinutes: new(45)})
	h.now = h.now.AddDate(0, 0, 7) // 2 December
	if err := h.Meetings.Cancel(t.Context(), convoke.System, p.ID, ""); err != nil {
		t.Fatal(err)
	}
	p.feeds("20261201T140000", "20261215T140000 FREQ=WEEKLY;BYDAY=TU off", "20261223T140000 for 20261222T140000 off")
	body := must(h.Feeds.Body(t.Context(), must(h.Feeds.Meeting(t.Context(), p.slug, p.Slug))(t)))(t).Raw
	sequence := regexp.MustCompile(`\r\nSEQUENCE:(\d+)\r\n`)
	var rule, override int
	for _, e := range strings.Split(string(body), "BEGIN:VEVENT")[1:] {
		n := must(strconv.Atoi(sequence.FindStringSubmatch(e)[1]))(t)
		switch {
		case strings.Contains(e, "\r\nRRULE:"):
			rule = n
		case strings.Contains(e, "\r\nRECURRENCE-ID"):
			override = n
		}
	}
	if rule == 0 || override < rule {
		t.Errorf("the override is at SEQUENCE %d, below its rule at %d", override, rule)
	}
}

// What was called off as a whole stays so: no new dates come of it.
func TestCalledOffMeetingStaysSo(t *testing.T) {
	for _, zone := range []string{"Africa/Nairobi", "Africa/Casablanca"} {
		h := open(t)
		p := h.meeting(t, calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 3}, "2026-12-08T14:00", zone)
		second := p.coming()[1].ID
		if err := h.Meetings.Cancel(t.Context(), convoke.System, p.ID, ""); err != nil {
			t.Fatal(err)
		}
		_, err := h.Meetings.Edit(t.Context(), convoke.System, p.ID, app.MeetingInput{Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 9}})
		if got := refusedAs(err); got != "meeting.cancelled" {
			t.Errorf("%s: changing it: got %q", zone, got)
		}
		_, err = h.Meetings.EditFollowing(t.Context(), convoke.System, second, app.MeetingInput{DurationMinutes: new(45)})
		if got := refusedAs(err); got != "meeting.cancelled" {
			t.Errorf("%s: this and following: got %q", zone, got)
		}
	}
}

// A date's feed is its meeting's to the letter, whichever of the two is read first.
func TestDateHasTheFeedOfItsMeeting(t *testing.T) {
	h := open(t)
	p := h.meeting(t, calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 2}, "2026-12-08T14:00", "Africa/Nairobi")
	date := p.coming()[1]
	must(h.Events.Edit(t.Context(), convoke.System, date.ID, app.EventInput{Title: new("Special guest"), Language: new("fr")}))(t)
	byDate := must(h.Feeds.Event(t.Context(), p.slug, date.Slug))(t)
	body := must(h.Feeds.Body(t.Context(), byDate))(t).Raw
	if !bytes.Contains(body, []byte("\r\nX-WR-CALNAME:"+p.Title+"\r\n")) || byDate.File != p.Slug {
		t.Errorf("the date's feed is named %q:\n%s", byDate.File, body)
	}
	if byMeeting := must(h.Feeds.Meeting(t.Context(), p.slug, p.Slug))(t); byMeeting.ETag != byDate.ETag {
		t.Errorf("tags %s and %s", byMeeting.ETag, byDate.ETag)
	}
}

// A rule's entry names the dates it leaves out for some years, and is made anew before they run out.
func TestLeftOutForEver(t *testing.T) {
	h := open(t)
	p := h.meeting(t, calendar.Rule{Freq: calendar.Monthly, Interval: 1, MonthDay: 8, NotMonths: []time.Month{time.August}}, "2026-12-08T14:00", "Africa/Nairobi")
	must(h.Events.Edit(t.Context(), convoke.System, p.coming()[4].ID, app.EventInput{Place: new("Library")}))(t)
	for range 11 {
		h.now = h.now.AddDate(0, 6, 0)
		if err := h.Meetings.Extend(t.Context()); err != nil {
			t.Fatal(err)
		}
		body := string(must(h.Feeds.Body(t.Context(), must(h.Feeds.Meeting(t.Context(), p.slug, p.Slug))(t)))(t).Raw)
		for year := h.now.Year(); year < h.now.Year()+2; year++ {
			if want := fmt.Sprintf("EXDATE;TZID=Africa/Nairobi:%d0808T140000", year); year > 2026 && !strings.Contains(body, want) {
				t.Errorf("in %s the feed has 8 August %d", h.now.Format("January 2006"), year)
			}
		}
	}
}

// One that leaves nothing out has nothing to run out.
func TestNothingLeftOut(t *testing.T) {
	h := open(t)
	p := h.meeting(t, calendar.Rule{Freq: calendar.Monthly, Interval: 1}, "2026-12-08T14:00", "Africa/Nairobi")
	for range 9 {
		h.now = h.now.AddDate(0, 6, 0)
		if err := h.Meetings.Extend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := must(h.Meetings.Get(t.Context(), convoke.System, "", string(p.ID)))(t).Stamp; got != p.Stamp {
		t.Errorf("stamped at %v, and again at %v", p.Stamp.Time(), got.Time())
	}
}
