package convoke

import (
	"testing"
	"time"

	"convoke/calendar"
)

func TestRhythmDates(t *testing.T) {
	nov := func(d int) calendar.DateTime { return calendar.NewDateTime(2026, time.November, d, 14, 0) }
	weekly := calendar.Rule{Freq: calendar.Weekly, Interval: 2}
	third := calendar.Rule{Freq: calendar.Monthly, Interval: 1, Nth: 3, Weekdays: []calendar.Weekday{calendar.Thursday}}
	never := calendar.Rule{Freq: calendar.Monthly, Interval: 1, MonthDay: 31, // in the months that have no 31st
		NotMonths: []time.Month{time.January, time.March, time.May, time.July, time.August, time.October, time.December}}
	for _, row := range []struct {
		name  string
		r     Rhythm
		first string
		last  string
		n     int
		field string
		want  Key
	}{
		{name: "every second week", r: Rhythm{Rule: weekly, Start: nov(3), Count: 6}, first: "2026-11-03T14:00", last: "2027-01-12T14:00", n: 6},
		{name: "the rule's own end does not count", r: Rhythm{Rule: calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 2}, Start: nov(3), Count: 3},
			first: "2026-11-03T14:00", last: "2026-11-17T14:00", n: 3},
		{name: "third Thursday from the next one on", r: Rhythm{Rule: third, Start: nov(3), Count: 2}, first: "2026-11-19T14:00", last: "2026-12-17T14:00", n: 2},
		{name: "own list, sorted", r: Rhythm{List: []calendar.DateTime{nov(9), nov(2)}}, first: "2026-11-02T14:00", last: "2026-11-09T14:00", n: 2},
		{name: "own list, one twice", r: Rhythm{List: []calendar.DateTime{nov(9), nov(2), nov(9)}}, field: "dates", want: "planner.twice"},
		{name: "every no week", r: Rhythm{Rule: calendar.Rule{Freq: calendar.Weekly}, Start: nov(3), Count: 2}, field: "rhythm", want: "rule.interval"},
		{name: "no first date", r: Rhythm{Rule: weekly, Count: 6}, field: "first_date", want: "series.first.missing"},
		{name: "no sessions", r: Rhythm{Rule: weekly, Start: nov(3)}, field: "sessions", want: "series.sessions.missing"},
		{name: "10,000 sessions", r: Rhythm{Rule: weekly, Start: nov(3), Count: 10_000}, field: "sessions", want: "series.sessions.too_many"},
		{name: "a list of 101", r: Rhythm{List: make([]calendar.DateTime, MaxSessions+1)}, field: "dates", want: "series.sessions.too_many"},
		{name: "never", r: Rhythm{Rule: never, Start: nov(3), Count: 2}, field: "rhythm", want: "rule.no_date"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := row.r.Dates()
			if row.field != "" {
				if fields(err)[row.field] != row.want {
					t.Errorf("got %v, %v, want %s=%s", got, err, row.field, row.want)
				}
				return
			}
			if err != nil || len(got) != row.n || got[0].String() != row.first || got[row.n-1].String() != row.last {
				t.Errorf("got %v, %v, want %d from %s to %s", got, err, row.n, row.first, row.last)
			}
		})
	}
}

func TestSeriesCheck(t *testing.T) {
	for _, row := range []struct {
		name, field string
		s           Series
	}{
		{"fine", "", Series{Title: "Soils", Zone: "UTC", Visibility: ToCommunity}},
		{"title", "title", Series{Title: " ", Zone: "UTC", Visibility: ToCommunity}},
		{"zone", "time_zone", Series{Title: "Soils", Zone: "Mars/Base", Visibility: ToCommunity}},
		{"visibility", "visibility", Series{Title: "Soils", Zone: "UTC"}},
	} {
		err := row.s.Check()
		if got := fields(err); row.field == "" && err != nil || row.field != "" && (len(got) != 1 || got[row.field] == "") {
			t.Errorf("%s: got %v, want a fault of %q", row.name, err, row.field)
		}
	}
}

func TestCommunityCheck(t *testing.T) {
	for _, row := range []struct {
		name, field string
		c           Community
	}{
		{"fine", "", Community{Name: "Soils", Zone: "UTC", Privacy: Open, Ink: "fern"}},
		{"no colour", "", Community{Name: "Soils", Zone: "UTC", Privacy: Open}},
		{"name", "name", Community{Zone: "UTC", Privacy: Open}},
		{"zone", "time_zone", Community{Name: "Soils", Zone: "Local", Privacy: Open}},
		{"privacy", "privacy", Community{Name: "Soils", Zone: "UTC", Privacy: "secret"}},
		{"colour", "ink", Community{Name: "Soils", Zone: "UTC", Privacy: Open, Ink: "red;}"}},
	} {
		err := row.c.Check()
		if got := fields(err); row.field == "" && err != nil || row.field != "" && (len(got) != 1 || got[row.field] == "") {
			t.Errorf("%s: got %v, want a fault of %q", row.name, err, row.field)
		}
	}
}
