package feed

import (
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
)

func TestMade(t *testing.T) {
	base := Made(site)
	if again := Made(site); again != base {
		t.Errorf("Made differs from call to call: %q, %q", base, again)
	}
	for name, change := range map[string]func(*convoke.Site){
		"base URL": func(s *convoke.Site) { s.Base = "https://other.example" },
		"sender":   func(s *convoke.Site) { s.From = "other@convoke.example" },
	} {
		other := site
		change(&other)
		if Made(other) == base {
			t.Errorf("another %s: Made is the same, but entries depend on it", name)
		}
	}
}

func TestKeep(t *testing.T) {
	e := planned(t)
	end := e.EndsAt
	for _, tc := range []struct {
		name   string
		change func(*convoke.Event)
		now    convoke.Instant
		want   bool
	}{
		{"coming", func(*convoke.Event) {}, end - 1, true},
		{"long past", func(*convoke.Event) {}, end.Add(1000 * time.Hour), true},
		{"draft", func(e *convoke.Event) { e.PublishedAt = 0 }, end - 1, false},
		{"cancelled, before its end", func(e *convoke.Event) { e.Status = convoke.Cancelled }, end - 1, true},
		{"cancelled, a day after", func(e *convoke.Event) { e.Status = convoke.Cancelled }, end.Add(24 * time.Hour), true},
		{"cancelled, later", func(e *convoke.Event) { e.Status = convoke.Cancelled }, end.Add(24*time.Hour + time.Millisecond), false},
		{"cancelled date of a rule", func(e *convoke.Event) { e.Status, e.RecurrenceID = convoke.Cancelled, e.Start }, end.Add(1000 * time.Hour), true},
	} {
		x := planned(t, tc.change)
		if got := Keep(x, tc.now); got != tc.want {
			t.Errorf("%s: Keep = %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestForm(t *testing.T) {
	now := stamp
	for _, tc := range []struct{ zone, start, want string }{
		{"Europe/Berlin", "", convoke.FormRule},
		{"America/New_York", "", convoke.FormRule},
		{"Africa/Nairobi", "", convoke.FormRule},
		{"Asia/Kathmandu", "", convoke.FormRule},
		{"UTC", "", convoke.FormRule},
		{"Asia/Almaty", "2024-06-11T14:00", convoke.FormRule},  // its law changed before the start
		{"Asia/Almaty", "2023-06-13T14:00", convoke.FormDates}, // and after it
		{"Africa/Casablanca", "", convoke.FormDates},
		{"Asia/Jerusalem", "", convoke.FormDates},
		{"Africa/Cairo", "", convoke.FormDates},
		{"No/Where", "", convoke.FormDates},
	} {
		m := monthly(func(m *convoke.Recurrence) { m.Zone = tc.zone })
		if tc.start != "" {
			m.Start = at(tc.start)
		}
		if got := Form(m, now); got != tc.want {
			t.Errorf("Form in %s from %s = %q, want %q", tc.zone, m.Start, got, tc.want)
		}
	}
}

func TestFormRuleCanBeWritten(t *testing.T) {
	for _, zone := range calendar.ZoneNames() {
		m := monthly(func(m *convoke.Recurrence) { m.Zone = zone })
		if Form(m, stamp) != convoke.FormRule {
			continue
		}
		entry, err := Rule(source(), m, true)
		if err != nil {
			t.Errorf("rule in %s: %v", zone, err)
			continue
		}
		if _, err := Body(head, []Entry{entry}); err != nil {
			t.Errorf("feed of a rule in %s: %v", zone, err)
		}
	}
}

func TestDeviates(t *testing.T) {
	m := monthly()
	for _, tc := range []struct {
		name   string
		change func(*convoke.Event)
		want   bool
	}{
		{"as the rule has it", func(*convoke.Event) {}, false},
		{"without a text of its own", func(e *convoke.Event) { e.Abstract = "" }, false},
		{"minutes of the meeting written", func(e *convoke.Event) { e.Minuted = "We met." }, false},
		{"an older version than the rule", func(e *convoke.Event) { e.Sequence = 0 }, false},
		{"restored after a move", func(e *convoke.Event) { e.Sequence = 3 }, true},
		{"moved", func(e *convoke.Event) { e.Start = at("2027-01-13T14:00") }, true},
		{"in another zone", func(e *convoke.Event) { e.Zone = "Europe/Lisbon" }, true},
		{"cancelled", func(e *convoke.Event) { e.Status = convoke.Cancelled }, true},
		{"not yet sure", func(e *convoke.Event) { e.Status = convoke.Tentative }, true},
		{"longer", func(e *convoke.Event) { e.Minutes = 120 }, true},
		{"elsewhere", func(e *convoke.Event) { e.Place = "Room 4" }, true},
		{"with another link", func(e *convoke.Event) { e.JoinLink = "https://meet.example/j/2" }, true},
		{"with another title", func(e *convoke.Event) { e.Title = "Field day" }, true},
		{"with an abstract", func(e *convoke.Event) { e.Abstract = "In the field." }, true},
		{"with an agenda", func(e *convoke.Event) { e.Agenda = "1. Budget" }, true},
		{"in another language", func(e *convoke.Event) { e.Language = "fr" }, true},
	} {
		if got := Deviates(m, dateOf(t, m, "2027-01-12T14:00", tc.change)); got != tc.want {
			t.Errorf("%s: Deviates = %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestRuleSpan(t *testing.T) {
	for _, tc := range []struct {
		name string
		rule calendar.Rule
		want string // end of the last date, "" for none
	}{
		{"no end", calendar.Rule{Freq: calendar.Weekly, Interval: 1}, ""},
		{"by count", calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 3}, "2026-12-22T15:00"},
		{"by count, the last left out", calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 3, NotDates: []calendar.Date{at("2026-12-22T00:00").Date()}}, "2026-12-15T15:00"},
		{"until a day", calendar.Rule{Freq: calendar.Weekly, Interval: 1, Until: at("2026-12-30T00:00").Date()}, "2026-12-29T15:00"},
		{"until the day of a date", calendar.Rule{Freq: calendar.Daily, Interval: 1, Until: at("2026-12-29T00:00").Date()}, "2026-12-29T15:00"},
		{"daily for more dates than one look takes in", calendar.Rule{Freq: calendar.Daily, Interval: 1, Until: at("2036-12-29T00:00").Date()}, "2036-12-29T15:00"},
		{"every thirty years", calendar.Rule{Freq: calendar.Yearly, Interval: 30, Until: at("2086-01-01T00:00").Date()}, "2056-12-08T15:00"},
		{"over before a second date", calendar.Rule{Freq: calendar.Yearly, Interval: 30, Until: at("2030-01-01T00:00").Date()}, "2026-12-08T15:00"},
	} {
		m := monthly(func(m *convoke.Recurrence) { m.Rule.Rule, m.Zone = tc.rule, "UTC" })
		if err := m.Rule.Validate(m.Start); err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		want := endless
		if tc.want != "" {
			end, _ := calendar.Resolve(at(tc.want), time.UTC)
			want = convoke.At(end)
		}
		entry := ruleOf(t, source(), m, false)
		if entry.EndsAt != want {
			t.Errorf("%s: ends at %v, want %v", tc.name, entry.EndsAt.Time(), want.Time())
		}
		if start, _ := calendar.Resolve(m.Start, time.UTC); entry.StartsAt != convoke.At(start) {
			t.Errorf("%s: starts at %v, want %v", tc.name, entry.StartsAt.Time(), start)
		}
	}
}

// A date for whoever comes to it alone says nothing of its meeting but what is missing without it, and has its own join link only.
func TestLone(t *testing.T) {
	const own, whole = "https://meet.example/own", "https://meet.example/whole"
	lone := func(t *testing.T, link, abstract, agenda string) string {
		t.Helper()
		src, m := source(), monthly(func(m *convoke.Recurrence) {
			m.JoinLink, m.Description, m.Organizer = whole, "All about "+whole, "fixed@convoke.example"
		})
		src.Meeting = &m
		entry, err := Lone(src, dateOf(t, m, "2027-02-09T14:00", func(e *convoke.Event) {
			e.Start, e.JoinLink, e.Abstract, e.Agenda, e.Organizer = at("2027-02-10T15:00"), link, abstract, agenda, ""
		}))
		if err != nil {
			t.Fatal(err)
		}
		if want := convoke.At(time.Date(2027, 2, 10, 14, 0, 0, 0, time.UTC)); entry.StartsAt != want || entry.EndsAt != want.Add(time.Hour) {
			t.Errorf("it is from %v to %v", entry.StartsAt.Time(), entry.EndsAt.Time())
		}
		text := unfolded(entry.Data)
		for _, never := range []string{"RRULE", "RECURRENCE-ID"} {
			if strings.Contains(text, never) {
				t.Errorf("%s in\n%s", never, text)
			}
		}
		if !strings.Contains(text, "fixed@convoke.example") {
			t.Errorf("not of its meeting's organizer:\n%s", text)
		}
		return text
	}
	for _, tc := range []struct {
		name, link, abstract, agenda string
		must, never                  []string
	}{
		{"no words", own, "", "", []string{own, "All about …"}, []string{whole}},
		{"its own words", own, "Worms.", "", []string{own, "Worms."}, []string{whole, "All about"}},
		{"the link of others in its abstract", own, "Not " + whole, "", []string{own, "Not …"}, []string{whole}},
		{"the link of others in its agenda", own, "Worms.", "Not " + whole, []string{own}, []string{whole}},
		{"one link for all", whole, "Here: " + whole, "Room " + whole, []string{"Here: " + whole}, []string{"…"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := lone(t, tc.link, tc.abstract, tc.agenda)
			for _, s := range tc.must {
				if !strings.Contains(text, s) {
					t.Errorf("want %q in\n%s", s, text)
				}
			}
			for _, s := range tc.never {
				if strings.Contains(text, s) {
					t.Errorf("do not want %q in\n%s", s, text)
				}
			}
		})
	}
}
