package convoke

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"convoke/calendar"
)

func aMeeting() Recurrence {
	return Recurrence{ID: "mt_1", Title: "Monthly", Rule: RuleColumn{calendar.Rule{Freq: calendar.Monthly, Interval: 1, Nth: 2, Weekdays: []calendar.Weekday{calendar.Tuesday}}},
		Start: calendar.NewDateTime(2026, time.December, 8, 14, 0), Zone: "Africa/Nairobi", Minutes: 60, Visibility: ToCommunity, Status: Confirmed,
		Sequence: 3, Stamp: noon - 60_000, Version: 5, PublishedAt: noon - 90_000}
}

func TestRecurrenceCheck(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*Recurrence)
		field  string
		want   Key
	}{
		{"fine", func(*Recurrence) {}, "", ""},
		{"not in August", func(m *Recurrence) { m.Rule.NotMonths = []time.Month{time.August} }, "", ""},
		{"title", func(m *Recurrence) { m.Title = " " }, "title", "event.title.missing"},
		{"zone", func(m *Recurrence) { m.Zone = "Mars/Base" }, "time_zone", "zone.unknown"},
		{"length", func(m *Recurrence) { m.Minutes = 0 }, "duration_minutes", "event.length.missing"},
		{"visibility", func(m *Recurrence) { m.Visibility = "" }, "visibility", "event.visibility.unknown"},
		{"link", func(m *Recurrence) { m.JoinLink = "ftp://a.example" }, "join_link", "event.join_link.invalid"},
		{"too long", func(m *Recurrence) { m.Minutes = 24*60 + 1 }, "duration_minutes", "meeting.length.too_long"},
		{"every no day", func(m *Recurrence) { m.Rule.Interval = 0 }, "rule", "rule.interval"},
		{"two ends", func(m *Recurrence) { m.Rule.Count, m.Rule.Until = 3, calendar.NewDate(2027, time.December, 31) }, "rule", "rule.two_ends"},
		{"no dates", func(m *Recurrence) { m.Rule.Count = -1 }, "rule", "rule.count.range"},
		{"too many dates", func(m *Recurrence) { m.Rule.Count = 1001 }, "rule", "rule.count.range"},
		{"no month", func(m *Recurrence) {
			for n := time.January; n <= time.December; n++ {
				m.Rule.NotMonths = append(m.Rule.NotMonths, n)
			}
		}, "rule", "rule.no_month"},
		{"without a thirteenth month", func(m *Recurrence) { m.Rule.NotMonths = []time.Month{13} }, "rule", "rule.unknown"},
		{"without too many dates", func(m *Recurrence) { m.Rule.NotDates = make([]calendar.Date, 1001) }, "rule", "rule.dates.range"},
		{"on a fifth", func(m *Recurrence) { m.Rule.Nth = 5 }, "rule", "rule.range"},
		{"first date off the rule", func(m *Recurrence) { m.Start = m.Start.AddDays(1) }, "rule", "rule.not_first"},
	} {
		t.Run(row.name, func(t *testing.T) {
			m := aMeeting()
			row.change(&m)
			err := m.Check(noon)
			if row.field == "" {
				if err != nil {
					t.Errorf("got %v, want none", err)
				}
				return
			}
			if got := fields(err); len(got) != 1 || got[row.field] != row.want {
				t.Errorf("got %v, want %s=%s", err, row.field, row.want)
			}
		})
	}
}

// A date that the clocks skip is refused with the date, within 18 months of now or of the first date, and only there.
func TestRecurrenceCheckGaps(t *testing.T) {
	lastSunday := RuleColumn{calendar.Rule{Freq: calendar.Monthly, Interval: 1, Nth: -1, Weekdays: []calendar.Weekday{calendar.Sunday}}}
	for _, row := range []struct {
		name  string
		start calendar.DateTime
		zone  string
		not   []time.Month
		until calendar.Date
		want  string
	}{
		{"Berlin in March", calendar.NewDateTime(2026, time.November, 29, 2, 30), "Europe/Berlin", nil, calendar.Date{}, "2027-03-28T02:30"},
		{"the same hour in Nairobi", calendar.NewDateTime(2026, time.November, 29, 2, 30), "Africa/Nairobi", nil, calendar.Date{}, ""},
		{"an hour the clocks leave alone", calendar.NewDateTime(2026, time.November, 29, 14, 0), "Europe/Berlin", nil, calendar.Date{}, ""},
		{"March left out", calendar.NewDateTime(2026, time.November, 29, 2, 30), "Europe/Berlin", []time.Month{time.March}, calendar.Date{}, ""},
		{"ends before", calendar.NewDateTime(2026, time.November, 29, 2, 30), "Europe/Berlin", nil, calendar.NewDate(2027, time.March, 1), ""},
		{"begins in years, gap after its start", calendar.NewDateTime(2030, time.January, 27, 2, 30), "Europe/Berlin", nil, calendar.Date{}, "2030-03-31T02:30"},
		{"gaps that are past do not matter", calendar.NewDateTime(2026, time.January, 25, 2, 30), "Europe/Berlin", nil, calendar.NewDate(2026, time.December, 31), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			m := aMeeting()
			m.Rule, m.Start, m.Zone = lastSunday, row.start, row.zone
			m.Rule.NotMonths, m.Rule.Until = row.not, row.until
			err := m.Check(noon)
			if row.want == "" {
				if err != nil {
					t.Errorf("got %v, want none", err)
				}
				return
			}
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Fields["start_local"] != "rule.gap" || !slices.ContainsFunc(e.Args, func(a any) bool { return fmt.Sprint(a) == row.want }) {
				t.Errorf("got %+v, want rule.gap with %s", err, row.want)
			}
		})
	}
}

// Eighteen months are as long as calendars make them, leap day included: a gap four days before they are over counts.
func TestRecurrenceCheckReachesEighteenMonths(t *testing.T) {
	m := aMeeting()
	m.Rule = RuleColumn{calendar.Rule{Freq: calendar.Yearly, Interval: 1, Nth: -1, Weekdays: []calendar.Weekday{calendar.Sunday}}}
	m.Rule.NotDates = []calendar.Date{calendar.NewDate(2027, time.March, 28)}
	m.Start, m.Zone = calendar.NewDateTime(2025, time.March, 30, 2, 30), "Europe/Berlin" // itself in a gap, but past
	now := At(time.Date(2026, time.September, 30, 12, 0, 0, 0, time.UTC))
	if err := m.Check(now); fields(err)["start_local"] != "rule.gap" {
		t.Errorf("2028-03-26T02:30 seen from %v: got %v, want rule.gap", now.Time(), err)
	}
}

func TestRecurrenceTouch(t *testing.T) {
	for _, row := range []struct {
		name              string
		change            func(*Recurrence)
		material, changed bool
	}{
		{"nothing", func(*Recurrence) {}, false, false},
		{"made further", func(m *Recurrence) { m.MadeUntil = noon }, false, false},
		{"title", func(m *Recurrence) { m.Title = "Other" }, false, true},
		{"description", func(m *Recurrence) { m.Description = "more" }, false, true},
		{"rule", func(m *Recurrence) { m.Rule.NotMonths = []time.Month{time.August} }, true, true},
		{"start", func(m *Recurrence) { m.Start = m.Start.AddMinutes(30) }, true, true},
		{"zone", func(m *Recurrence) { m.Zone = "Europe/Paris" }, true, true},
		{"length", func(m *Recurrence) { m.Minutes = 90 }, true, true},
		{"place", func(m *Recurrence) { m.Place = "Hall" }, true, true},
		{"join link", func(m *Recurrence) { m.JoinLink = "https://meet.example/a" }, true, true},
		{"status", func(m *Recurrence) { m.Status = Cancelled }, true, true},
		{"a draft moves", func(m *Recurrence) { m.PublishedAt = 0; m.Minutes = 90 }, false, true},
	} {
		before := aMeeting()
		m := before
		row.change(&m)
		if m.Draft() {
			before.PublishedAt = 0
		}
		material, changed := m.Touch(before, noon)
		if material != row.material || changed != row.changed {
			t.Errorf("%s: got material %v, changed %v, want %v, %v", row.name, material, changed, row.material, row.changed)
		}
		sequence, version := 3, int64(5)
		if row.material {
			sequence++
		}
		if row.changed {
			version++
		}
		if m.Sequence != sequence || m.Version != version || (m.Stamp == noon) != row.changed {
			t.Errorf("%s: got sequence %d, version %d, stamp %d, want %d, %d", row.name, m.Sequence, m.Version, m.Stamp, sequence, version)
		}
	}
}

func TestRuleColumnScan(t *testing.T) {
	for _, src := range []any{`{"freq":"daily","interval":3}`, []byte(`{"freq":"daily","interval":3}`)} {
		var r RuleColumn
		if err := r.Scan(src); err != nil || r.Freq != calendar.Daily || r.Interval != 3 {
			t.Errorf("scan %T: got %+v, %v", src, r, err)
		}
	}
	for _, src := range []any{nil, 7, "{", `{"untill":"2026-01-01"}`} {
		var r RuleColumn
		if err := r.Scan(src); err == nil {
			t.Errorf("scan %v: got no error", src)
		}
	}
}
