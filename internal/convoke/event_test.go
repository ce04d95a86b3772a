package convoke

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
)

const noon = Instant(1_795_608_000_000) // 2026-11-25 12:00 UTC

func anEvent() Event {
	e := Event{ID: "ev_1", CommunityID: "co_1", Kind: Webinar, Title: "Soils", Start: calendar.NewDateTime(2026, time.December, 1, 9, 30), Zone: "Europe/Paris",
		Minutes: 90, Visibility: ToCommunity, Status: Confirmed, Sequence: 3, Stamp: noon - 60_000, Version: 5, PublishedAt: noon - 90_000}
	if _, err := e.Plan(); err != nil {
		panic(err)
	}
	return e
}

func TestEventTouch(t *testing.T) {
	for _, row := range []struct {
		name              string
		change            func(*Event)
		material, changed bool
	}{
		{"nothing", func(*Event) {}, false, false},
		{"version alone", func(e *Event) { e.Version = 99 }, false, false},
		{"title", func(e *Event) { e.Title = "Other" }, false, true},
		{"abstract", func(e *Event) { e.Abstract = "more" }, false, true},
		{"agenda", func(e *Event) { e.Agenda = "first" }, false, true},
		{"visibility", func(e *Event) { e.Visibility = ToMembers }, false, true},
		{"start", func(e *Event) { e.Start = e.Start.AddMinutes(30) }, true, true},
		{"zone", func(e *Event) { e.Zone = "Africa/Nairobi" }, true, true},
		{"length", func(e *Event) { e.Minutes = 60 }, true, true},
		{"place", func(e *Event) { e.Place = "Hall" }, true, true},
		{"join link", func(e *Event) { e.JoinLink = "https://meet.example/a" }, true, true},
		{"status", func(e *Event) { e.Status = Cancelled }, true, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := anEvent()
			e := before
			row.change(&e)
			if _, err := e.Plan(); err != nil {
				t.Fatal(err)
			}
			material, changed := e.Touch(before, noon)
			if material != row.material || changed != row.changed {
				t.Fatalf("got material %v, changed %v, want %v, %v", material, changed, row.material, row.changed)
			}
			want := Event{Sequence: 3, Version: 5, Stamp: before.Stamp}
			if changed {
				want.Version, want.Stamp = 6, noon
			} else {
				want.Version = e.Version
			}
			if material {
				want.Sequence = 4
			}
			if e.Sequence != want.Sequence || e.Version != want.Version || e.Stamp != want.Stamp {
				t.Errorf("got sequence %d, version %d, stamp %d, want %d, %d, %d", e.Sequence, e.Version, e.Stamp, want.Sequence, want.Version, want.Stamp)
			}
		})
	}
}

func TestEventTouchDraft(t *testing.T) {
	before := anEvent()
	before.PublishedAt = 0
	e := before
	e.Start = e.Start.AddDays(1)
	if material, changed := e.Touch(before, noon); material || !changed || e.Sequence != 3 || e.Stamp != noon || e.Version != 6 || e.MovedFrom != 0 {
		t.Errorf("a draft that moves: got material %v, changed %v, %+v", material, changed, e)
	}
}

func TestEventTouchRemembersWhereItStood(t *testing.T) {
	first := anEvent()
	move := func(before Event, days int) Event {
		e := before
		e.Start = e.Start.AddDays(days)
		if _, err := e.Plan(); err != nil {
			t.Fatal(err)
		}
		e.Touch(before, noon)
		return e
	}
	second := move(first, 1)
	third := move(second, 1)
	if second.MovedFrom != first.StartsAt || third.MovedFrom != first.StartsAt {
		t.Errorf("moved twice: got %d and %d, want %d", second.MovedFrom, third.MovedFrom, first.StartsAt)
	}
	if back := move(third, -2); back.MovedFrom != 0 {
		t.Errorf("moved back: got %d, want 0", back.MovedFrom)
	}
}

// DTSTAMP is compared in seconds, so two changes within one second, or a clock that went back, must still give two stamps.
func TestStampRises(t *testing.T) {
	for _, row := range []struct {
		name              string
		now, before, want Instant
	}{
		{"a minute later", noon, noon - 60_000, noon},
		{"the next second", 2000, 1999, 2000},
		{"the same second", 1999, 1000, 2000},
		{"the clock went back", 1000, 9000, 10_000},
	} {
		if got := Later(row.now, row.before); got != row.want {
			t.Errorf("%s: Later(%d, %d): got %d, want %d", row.name, row.now, row.before, got, row.want)
		}
	}
}

func TestEventPlan(t *testing.T) {
	for _, row := range []struct {
		name, start, zone string
		want              string
		fit               calendar.Fit
	}{
		{"winter", "2026-12-01T14:00", "Europe/Berlin", "2026-12-01T13:00", calendar.Exact},
		{"summer", "2026-07-01T14:00", "Europe/Berlin", "2026-07-01T12:00", calendar.Exact},
		{"gap, offset before it", "2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30", calendar.Gap},
		{"overlap, the first", "2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30", calendar.Overlap},
		{"half hours", "2026-12-01T14:00", "Asia/Kathmandu", "2026-12-01T08:15", calendar.Exact},
	} {
		e := Event{Zone: row.zone, Minutes: 90}
		var err error
		if e.Start, err = calendar.ParseDateTime(row.start); err != nil {
			t.Fatal(err)
		}
		fit, err := e.Plan()
		if got := e.StartsAt.Time().Format("2006-01-02T15:04"); err != nil || got != row.want || fit != row.fit {
			t.Errorf("%s: got %s, %v, %v, want %s, %v", row.name, got, fit, err, row.want, row.fit)
		}
		if got := e.EndsAt.Sub(e.StartsAt); got != 90*time.Minute {
			t.Errorf("%s: got a length of %v, want 90m", row.name, got)
		}
	}
	e := Event{Zone: "Mars/Base"}
	if _, err := e.Plan(); fields(err)["time_zone"] != "zone.unknown" {
		t.Errorf("unknown zone: got %v, want zone.unknown", err)
	}
}

func TestEventLeads(t *testing.T) {
	for _, row := range []struct {
		reminders string
		want      []time.Duration
	}{
		{"", []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour}},
		{"none", nil},
		{"60", []time.Duration{time.Hour}},
		{"60,1440,60", []time.Duration{24 * time.Hour, time.Hour}},
	} {
		e := Event{Kind: Webinar, Reminders: row.reminders}
		if got := e.Leads(); !slices.Equal(got, row.want) {
			t.Errorf("leads of %q: got %v, want %v", row.reminders, got, row.want)
		}
	}
}

func TestEventCheck(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*Event)
		field  string
		want   Key
	}{
		{"fine", func(*Event) {}, "", ""},
		{"kind", func(e *Event) { e.Kind = "party" }, "kind", "event.kind.unknown"},
		{"title", func(e *Event) { e.Title = " \n" }, "title", "event.title.missing"},
		{"no start", func(e *Event) { e.Start = calendar.DateTime{} }, "start_local", "event.start.missing"},
		{"end before start", func(e *Event) { e.Minutes = -5 }, "duration_minutes", "event.length.missing"},
		{"too long", func(e *Event) { e.Minutes = MaxMinutes + 1 }, "duration_minutes", "event.length.too_long"},
		{"zone", func(e *Event) { e.Zone = "Mars/Base" }, "time_zone", "zone.unknown"},
		{"no zone", func(e *Event) { e.Zone = "" }, "time_zone", "zone.unknown"},
		{"visibility", func(e *Event) { e.Visibility = "all" }, "visibility", "event.visibility.unknown"},
		{"status", func(e *Event) { e.Status = "" }, "status", "event.status.unknown"},
		{"script link", func(e *Event) { e.JoinLink = "javascript:alert(1)" }, "join_link", "event.join_link.invalid"},
		{"link with a line break", func(e *Event) { e.JoinLink = "https://a.example/\r\nX: y" }, "join_link", "event.join_link.invalid"},
		{"link that turns round", func(e *Event) { e.JoinLink = "https://a.example/\u202ex" }, "join_link", "event.join_link.invalid"},
		{"link with a NUL", func(e *Event) { e.JoinLink = "https://a.example/\x00" }, "join_link", "event.join_link.invalid"},
		{"link with a line separator", func(e *Event) { e.JoinLink = "https://a.example/\u2028" }, "join_link", "event.join_link.invalid"},
		{"link of bytes that are no UTF-8", func(e *Event) { e.JoinLink = "https://a.example/\xff" }, "join_link", "event.join_link.invalid"},
		{"link in Arabic", func(e *Event) { e.JoinLink = "https://a.example/لقاء" }, "", ""},
		{"link without a host", func(e *Event) { e.JoinLink = "https:///x" }, "join_link", "event.join_link.invalid"},
		{"longest link", func(e *Event) { e.JoinLink = "https://" + strings.Repeat("a", MaxLink-8) }, "", ""},
		{"longer link", func(e *Event) { e.JoinLink = "https://" + strings.Repeat("a", MaxLink-7) }, "join_link", "event.join_link.invalid"},
		{"reminders", func(e *Event) { e.Reminders = "10080,1440,60" }, "", ""},
		{"no reminders", func(e *Event) { e.Reminders = "none" }, "", ""},
		{"reminder too near", func(e *Event) { e.Reminders = "4" }, "reminders", "event.reminders.invalid"},
		{"unreadable reminder", func(e *Event) { e.Reminders = "60,soon" }, "reminders", "event.reminders.invalid"},
		{"too many reminders", func(e *Event) { e.Reminders = "5,6,7,8,9,10,11" }, "reminders", "event.reminders.invalid"},
	} {
		e := anEvent()
		row.change(&e)
		err := e.Check()
		if got := fields(err); row.field == "" && err != nil || row.field != "" && (len(got) != 1 || got[row.field] != row.want) {
			t.Errorf("%s: got %v, want %s=%s", row.name, err, row.field, row.want)
		}
	}
}

func TestEventMoved(t *testing.T) {
	at := calendar.NewDateTime(2026, time.May, 1, 9, 0)
	for _, row := range []struct {
		name string
		e    Event
		want bool
	}{
		{"single event", Event{Start: at}, false},
		{"date in its place", Event{Start: at, RecurrenceID: at}, false},
		{"date moved", Event{Start: at, RecurrenceID: at.AddDays(1)}, true},
	} {
		if got := row.e.Moved(); got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
}

// fields are the fields an error refuses.
func fields(err error) map[string]Key {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Fields
	}
	return nil
}

// What is missing of a day and an hour is said, and what cannot be read is repeated.
func TestReadStart(t *testing.T) {
	for text, want := range map[string]Key{"2027-03-09T14:00": "", "": "event.start.missing", "T": "event.start.missing", "T14:00": "event.start.no_day", "2027-03-09T": "event.start.no_hour",
		"next TuesdayT14:00": "rule.date.unreadable", "2027-02-30T14:00": "rule.date.unreadable", "2027-03-09T25:00": "event.start.hour", "2027-03-09T14:00 UTC": "event.start.hour", "2027-03-09Tnoon": "event.start.hour", "2027-03-09TThree": "event.start.hour", "soonTnoon": "rule.date.unreadable", "Tuesday 9 March": "event.start.unreadable", "tomorrow": "event.start.unreadable"} {
		d, err := ReadStart("first", text)
		if want == "" {
			if err != nil || d.String() != text {
				t.Errorf("%q: got %v, %v", text, d, err)
			}
			continue
		}
		if e, ok := errors.AsType[*Error](err); !ok || e.Fields["first"] != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		} else if strings.Contains(text, "noon") && strings.Contains(fmt.Sprint(e.Args[1]), "T") {
			t.Errorf("%q: %q is repeated, which nobody typed", text, e.Args[1])
		}
	}
}
