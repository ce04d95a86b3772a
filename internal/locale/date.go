package locale

import (
	"fmt"
	"strconv"
	"time"

	"github.com/go-playground/locales"

	"convoke/calendar"
)

func (r Reader) cldr() locales.Translator { return cldr[r.Lang()] }

func (r Reader) local(t time.Time) time.Time { return t.In(r.Zone()) }

// dayInDate returns the day of the month as a date has it: French counts "1er, 2, 3".
func (r Reader) dayInDate(day int) string {
	if day == 1 {
		return r.T("date.first")
	}
	return strconv.Itoa(day)
}

// Day returns "Thursday 3 December 2026".
func (r Reader) Day(t time.Time) string {
	t = r.local(t)
	return r.T("date.day", "Weekday", r.cldr().WeekdayWide(t.Weekday()), "Day", r.dayInDate(t.Day()),
		"Month", r.cldr().MonthWide(t.Month()), "Year", t.Year())
}

// DayShort returns "Thu 3 Dec".
func (r Reader) DayShort(t time.Time) string {
	t = r.local(t)
	return r.T("date.day.short", "Weekday", r.cldr().WeekdayAbbreviated(t.Weekday()), "Day", r.dayInDate(t.Day()),
		"Month", r.cldr().MonthAbbreviated(t.Month()))
}

// Date returns "3 December 2026".
func (r Reader) Date(t time.Time) string {
	t = r.local(t)
	return r.date(t.Year(), t.Month(), t.Day())
}

func (r Reader) date(year int, month time.Month, day int) string {
	return r.T("date.date", "Day", r.dayInDate(day), "Month", r.cldr().MonthWide(month), "Year", year)
}

// MonthYear returns "December 2026".
func (r Reader) MonthYear(t time.Time) string {
	t = r.local(t)
	return r.T("date.month", "Month", r.cldr().MonthWide(t.Month()), "Year", t.Year())
}

// Month returns "December".
func (r Reader) Month(t time.Time) string { return r.cldr().MonthWide(r.local(t).Month()) }

// MonthShort returns "Dec".
func (r Reader) MonthShort(t time.Time) string { return r.cldr().MonthAbbreviated(r.local(t).Month()) }

// Weekday returns "Thursday".
func (r Reader) Weekday(t time.Time) string { return r.WeekdayName(r.local(t).Weekday()) }

// WeekdayShort returns "Thu".
func (r Reader) WeekdayShort(t time.Time) string {
	return r.cldr().WeekdayAbbreviated(r.local(t).Weekday())
}

// WeekdayName returns "Thursday".
func (r Reader) WeekdayName(w time.Weekday) string { return r.cldr().WeekdayWide(w) }

// MonthName returns "December".
func (r Reader) MonthName(m time.Month) string { return r.cldr().MonthWide(m) }

// DayNumber returns the day of the month, "3".
func (r Reader) DayNumber(t time.Time) string { return strconv.Itoa(r.local(t).Day()) }

// Clock returns "14:00"; the clock has 24 hours in every language.
func (r Reader) Clock(t time.Time) string { return r.local(t).Format("15:04") }

// ClockSpan returns "14:00–15:30", and names the day of an end on another one: "22:00 – Fri 4 Dec 00:30".
func (r Reader) ClockSpan(start, end time.Time) string {
	if r.sameDay(start, end) {
		return r.T("clock.span", "Start", r.Clock(start), "End", r.Clock(end))
	}
	return r.T("clock.span.days", "Start", r.Clock(start), "Day", r.DayShort(end), "End", r.Clock(end))
}

func (r Reader) sameDay(a, b time.Time) bool {
	ay, am, ad := r.local(a).Date()
	by, bm, bd := r.local(b).Date()
	return ay == by && am == bm && ad == bd
}

// When returns "Thursday 3 December 2026, 14:00, Nairobi (UTC+03:00)".
func (r Reader) When(t time.Time) string {
	return r.T("when", "Day", r.Day(t), "Clock", r.Clock(t), "Zone", r.ZoneAt(t))
}

// Written returns a local time without its zone: "Sunday 28 March 2027, 02:30".
func (r Reader) Written(d calendar.DateTime) string {
	utc := For(r.Lang(), time.UTC)
	t, _ := calendar.Resolve(d, time.UTC) // there it always exists
	return r.T("when.written", "Day", utc.Day(t), "Clock", utc.Clock(t))
}

// WhenShort returns "Thu 3 Dec 14:00 Nairobi (UTC+03:00)", for subjects.
func (r Reader) WhenShort(t time.Time) string {
	return r.T("when.short", "Day", r.DayShort(t), "Clock", r.Clock(t), "Zone", r.ZoneAt(t))
}

// ISO returns the moment for a time element's datetime, in the reader's zone with its offset (RFC 3339).
func (r Reader) ISO(t time.Time) string { return r.local(t).Format(time.RFC3339) }

// Offset returns the zone's distance from UTC at t, "UTC+03:00".
func (r Reader) Offset(t time.Time) string {
	_, seconds := r.local(t).Zone()
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	return fmt.Sprintf("UTC%c%02d:%02d", sign, seconds/3600, seconds/60%60)
}

// City returns the city the reader's zone is named after, in the reader's language, "UTC" for UTC, and "" for a zone that
// is named after none.
func (r Reader) City() string { return cityOf(r.Lang(), r.Zone().String()) }

// ZoneAt returns the zone as it is at t: "Nairobi (UTC+03:00)", "UTC" for UTC.
func (r Reader) ZoneAt(t time.Time) string {
	switch city := r.City(); city {
	case utc:
		return utc
	case "":
		return r.Offset(t)
	default:
		return r.T("zone.at", "City", city, "Offset", r.Offset(t))
	}
}
