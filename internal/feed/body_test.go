package feed

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"convoke/calendar"
	"convoke/internal/convoke"
)

func TestEmptyFeed(t *testing.T) {
	for _, tc := range []struct{ name, zone, want string }{
		{"with its zone", "Africa/Nairobi", "Africa/Nairobi"},
		{"with summer time", "Europe/Berlin", "Europe/Berlin"},
		{"with a zone no rule describes", "Africa/Casablanca", "UTC"},
		{"without a zone", "", "UTC"},
	} {
		h := head
		h.Zone = tc.zone
		body := bodyOf(t, h)
		parsed := decoded(t, body)
		if len(parsed.Components) != 1 || parsed.Components[0].Text("TZID") != tc.want {
			t.Errorf("%s: %+v, want a lone VTIMEZONE %s", tc.name, parsed.Components, tc.want)
		}
	}
	golden(t, "empty", bodyOf(t, head))
	h := head
	h.Zone = ""
	golden(t, "empty-utc", bodyOf(t, h))
}

func TestHead(t *testing.T) {
	parsed := decoded(t, bodyOf(t, head))
	for name, want := range map[string]string{
		"METHOD": "PUBLISH", "NAME": head.Name, "X-WR-CALNAME": head.Name, "X-WR-CALDESC": head.About, "URL": head.URL, "SOURCE": head.Source,
		"REFRESH-INTERVAL": "PT1H", "X-PUBLISHED-TTL": "PT1H", "COLOR": "darkgreen", "PRODID": "-//Convoke//Convoke//EN", "UID": "",
	} {
		if got := parsed.Text(name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	for _, ink := range convoke.Inks {
		if colors[ink] == "" {
			t.Errorf("ink %s has no colour name", ink)
		}
	}
	if got := decoded(t, bodyOf(t, Head{})).Text("X-WR-CALNAME"); got == "" {
		t.Error("a feed without a name has no X-WR-CALNAME")
	}
}

// TestChangedLaw has a meeting that began before its zone's law changed: the zone is written as it stands now.
func TestChangedLaw(t *testing.T) {
	m := monthly(func(m *convoke.Recurrence) { m.Zone, m.Start = "Asia/Almaty", at("2021-01-12T14:00") })
	if Form(m, stamp) != convoke.FormDates {
		t.Fatal("Almaty changed its offset in 2024; this test needs a zone that is irregular around the start")
	}
	body := bodyOf(t, head, ruleOf(t, source(), m, false))
	if !strings.Contains(string(body), "TZOFFSETTO:+0500") {
		t.Errorf("the zone is not written as it stands now:\n%s", body)
	}
}

// year is a year of mixed events in six zones with meetings beside them.
func year(t testing.TB, member bool) []Entry {
	src := source()
	var list []Entry
	zones := []string{"Europe/Berlin", "Africa/Nairobi", "America/New_York", "Asia/Kathmandu", "Africa/Casablanca", "America/Bogota"}
	for month := range 12 {
		for i, zone := range zones {
			list = append(list, entryOf(t, src, planned(t, func(e *convoke.Event) {
				e.ID = convoke.ID(fmt.Sprintf("ev_%d_%d", month, i))
				e.Slug, e.Zone = fmt.Sprintf("event-%d-%d", month, i), zone
				e.Title = fmt.Sprintf("Month %d in %s", month+1, zone)
				e.Start = at("2026-12-03T09:15").Date().AddMonths(month).AddDays(4*i).At(9+i, 15)
				e.UID = fmt.Sprintf("0198c0de-0000-7000-8000-%06d%06d@convoke.example", month, i)
				e.Status = []convoke.Status{convoke.Confirmed, convoke.Tentative, convoke.Cancelled}[(month+i)%7%3]
				e.JoinLink = []string{joinCanary, ""}[i%2]
				e.Language = []string{"en", "fr", "sw"}[i%3]
			}), member))
		}
	}
	m := monthly()
	src.Meeting = &m
	list = append(list, ruleOf(t, src, m, member))
	for _, e := range []convoke.Event{
		dateOf(t, m, "2027-01-12T14:00", func(e *convoke.Event) { e.Start, e.Sequence = at("2027-01-14T16:30"), 2 }),
		dateOf(t, m, "2027-02-09T14:00", func(e *convoke.Event) { e.Status, e.Sequence = convoke.Cancelled, 2 }),
		dateOf(t, m, "2027-03-09T14:00", func(e *convoke.Event) { e.Agenda = "1. Seeds" }),
	} {
		list = append(list, entryOf(t, src, e, member))
	}
	weekly := monthly(func(m *convoke.Recurrence) {
		m.ID, m.UID, m.Slug, m.Zone = "me_2", "0198c0de-0000-7000-8000-0000000000bb@convoke.example", "desk", "America/New_York"
		m.Rule.Rule = calendar.Rule{Freq: calendar.Weekly, Interval: 2, Weekdays: []calendar.Weekday{calendar.Tuesday, calendar.Thursday}, Count: 40}
	})
	list = append(list, ruleOf(t, source(), weekly, member))
	slices.SortStableFunc(list, func(a, b Entry) int { return int((a.StartsAt - b.StartsAt) / 1000) })
	return list
}

func TestYearInSixZones(t *testing.T) {
	for _, member := range []bool{false, true} {
		name := "year-public"
		if member {
			name = "year-member"
		}
		body := bodyOf(t, head, year(t, member)...)
		golden(t, name, body)
		wellFormed(t, body)
		secretless(t, body, member)
		if again := bodyOf(t, head, year(t, member)...); !bytes.Equal(again, body) {
			t.Error("made twice, the feed differs")
		}
		parsed := decoded(t, body)
		var zones []string
		for _, c := range parsed.Components {
			if c.Name == "VTIMEZONE" {
				zones = append(zones, c.Text("TZID"))
			}
		}
		if want := []string{"Africa/Nairobi", "America/Bogota", "America/New_York", "Asia/Kathmandu", "Europe/Berlin"}; !slices.Equal(zones, want) {
			t.Errorf("zones %v, want %v", zones, want)
		}
		if want := 12*6 + 1 + 3 + 1; len(parsed.Events) != want {
			t.Errorf("%d events, want %d", len(parsed.Events), want)
		}
		for _, v := range parsed.Events {
			if len(v.All("ATTENDEE"))+len(v.Components) > 0 || len(v.All("ORGANIZER")) != 1 {
				t.Errorf("%s: ATTENDEE, VALARM or no ORGANIZER in a feed", v.Text("UID"))
			}
			if !member && len(v.All("CONFERENCE")) > 0 {
				t.Errorf("%s: CONFERENCE for strangers", v.Text("UID"))
			}
		}
	}
}

func BenchmarkEvent(b *testing.B) {
	src, e := source(), planned(b)
	for b.Loop() {
		if _, err := Event(src, e, true); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBody(b *testing.B) {
	var list []Entry
	for range 13 {
		list = append(list, year(b, true)...)
	}
	b.Logf("%d entries", len(list))
	for b.Loop() {
		if _, err := Body(head, list); err != nil {
			b.Fatal(err)
		}
	}
}
