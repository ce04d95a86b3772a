package web

import (
	"net/url"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

func calendarOf(t *testing.T, zone, query string) *calendarPage {
	t.Helper()
	loc := must[*time.Location](t)(time.LoadLocation(zone))
	p := &calendarPage{frame: frame{speech: speech{locale.For("en", loc)}, Now: convoke.At(present)}, Base: "/calendar"}
	p.ask(must[url.Values](t)(url.ParseQuery(query)))
	return p
}

func TestCalendarAddress(t *testing.T) {
	for _, tt := range []struct{ name, query, heading, previous, next, today string }{
		{"nothing asked", "", "Coming up", "/calendar?month=2026-11", "/calendar?month=2026-12", ""},
		{"a month", "month=2026-12", "December 2026", "/calendar?month=2026-11", "/calendar?month=2027-01", "/calendar"},
		{"the table now", "view=month", "November 2026", "/calendar?view=month&month=2026-10", "/calendar?view=month&month=2026-12", ""},
		{"wishes are kept", "view=month&month=2026-12&kind=webinar&language=fr", "December 2026", "/calendar?view=month&month=2026-11&kind=webinar&language=fr", "/calendar?view=month&month=2027-01&kind=webinar&language=fr", "/calendar?view=month&kind=webinar&language=fr"},
		{"a year that never was", "month=0001-01", "Coming up", "/calendar?month=2026-11", "/calendar?month=2026-12", ""},
		{"mine is for the signed in", "mine=1", "Coming up", "/calendar?month=2026-11", "/calendar?month=2026-12", ""},
		{"nonsense", "view=%00&month=13&kind=party&language=klingon", "Coming up", "/calendar?month=2026-11", "/calendar?month=2026-12", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := calendarOf(t, "UTC", tt.query)
			if p.Heading != tt.heading || p.Previous.Href != tt.previous || p.Next.Href != tt.next || p.Today != tt.today {
				t.Errorf("%q = %q, %q, %q, %q; want %q, %q, %q, %q", tt.query, p.Heading, p.Previous.Href, p.Next.Href, p.Today, tt.heading, tt.previous, tt.next, tt.today)
			}
		})
	}
}

// An event stands on the day that the reader's zone gives it, also where the month begins or ends in between.
func TestMonthTable(t *testing.T) {
	late := app.EventView{Event: convoke.Event{ID: "ev_1", StartsAt: convoke.At(time.Date(2026, 11, 30, 22, 0, 0, 0, time.UTC)), EndsAt: convoke.At(time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC))}}
	for _, tt := range []struct {
		zone, date, first, last string
		weeks, count            int
	}{
		{"UTC", "2026-11-30", "2026-11-30", "2027-01-03", 5, 0},
		{"Asia/Dhaka", "2026-12-01", "2026-11-30", "2027-01-03", 5, 1},
		{"America/Lima", "2026-11-30", "2026-11-30", "2027-01-03", 5, 0},
	} {
		p := calendarOf(t, tt.zone, "view=month&month=2026-12")
		p.lay([]app.EventView{late})
		if got := len(p.Weeks); got != tt.weeks || p.Weeks[0][0].Date != tt.first || p.Weeks[got-1][6].Date != tt.last || p.Count != tt.count {
			t.Errorf("%s: %d weeks from %s to %s, %d events", tt.zone, got, p.Weeks[0][0].Date, p.Weeks[got-1][6].Date, p.Count)
		}
		for _, week := range p.Weeks {
			for _, day := range week {
				if want := day.Date == tt.date; (len(day.Entries) > 0) != want {
					t.Errorf("%s: %s has an entry: %v, want %v", tt.zone, day.Date, len(day.Entries) > 0, want)
				}
			}
		}
	}
	if p := calendarOf(t, "UTC", "view=month&month=2027-02"); true {
		p.lay(nil)
		if len(p.Weeks) != 4 {
			t.Errorf("February 2027 has %d rows, want 4", len(p.Weeks))
		}
	}
	if p := calendarOf(t, "UTC", "view=month&month=2027-05"); true {
		p.lay(nil)
		if len(p.Weeks) != 6 {
			t.Errorf("May 2027 has %d rows, want 6", len(p.Weeks))
		}
	}
}

func TestMonthStart(t *testing.T) {
	for _, tt := range []struct {
		month string
		first time.Weekday
		want  string
	}{
		{"2026-12-01", time.Monday, "2026-11-30"}, {"2026-12-01", time.Sunday, "2026-11-29"}, {"2026-12-01", time.Saturday, "2026-11-28"}, {"2027-02-01", time.Monday, "2027-02-01"},
	} {
		month := must[time.Time](t)(time.Parse(time.DateOnly, tt.month))
		if got := monthStart(month, tt.first).Format(time.DateOnly); got != tt.want {
			t.Errorf("month of %s from %v begins %s, want %s", tt.month, tt.first, got, tt.want)
		}
	}
}
