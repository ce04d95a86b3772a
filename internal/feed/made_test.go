package feed

import (
	"bytes"
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
)

// What an entry is made of beside its own row. Whoever changes one of these must have the entries rendered again: the slug and the host stay as they
// were made, the site's are in [Made], the community's and the series' are with their Edit, a speaker's with the event's, a meeting's with the meeting's.
func TestWhatAnEntryIsMadeOf(t *testing.T) {
	var got []string
	for _, of := range []struct {
		name string
		part func(*Source) any
	}{
		{"Site", func(s *Source) any { return &s.Site }},
		{"Community", func(s *Source) any { return &s.Community }},
		{"Series", func(s *Source) any { return s.Series }},
		{"Meeting", func(s *Source) any { return s.Meeting }},
		{"Speaker", func(s *Source) any { return &s.Speakers[0] }},
	} {
		fresh := func() Source {
			src := source()
			src.Series = &convoke.Series{ID: "se_1", Title: "Soils", Language: "en", Visibility: convoke.ToCommunity}
			m := monthly()
			src.Meeting = &m
			return src
		}
		render := func(src Source) (out []byte) {
			single := planned(t, func(e *convoke.Event) { e.Language, e.Number = "", 2 })
			date := planned(t, func(e *convoke.Event) {
				e.MeetingID, e.Start, e.RecurrenceID, e.Abstract, e.Agenda = src.Meeting.ID, at("2026-12-09T14:00"), at("2026-12-08T14:00"), "", "1. Fields"
			})
			for _, member := range []bool{false, true} {
				alone := src
				alone.Meeting = nil
				for _, entry := range []func() (Entry, error){
					func() (Entry, error) { return Event(alone, single, member) },
					func() (Entry, error) { return Event(src, date, member) },
					func() (Entry, error) { return Rule(src, *src.Meeting, member) },
				} {
					e, err := entry()
					if err != nil {
						return append(out, err.Error()...)
					}
					out = append(out, e.Data...)
				}
			}
			return out
		}
		usual := render(fresh())
		kind := reflect.TypeOf(of.part(new(fresh()))).Elem()
		for i := range kind.NumField() {
			src := fresh()
			other(t, reflect.ValueOf(of.part(&src)).Elem().Field(i), kind.Field(i).Name)
			if !bytes.Equal(render(src), usual) {
				got = append(got, of.name+"."+kind.Field(i).Name)
			}
		}
	}
	want := strings.Fields(`Site.Base Site.From Community.Slug Community.Name Community.Language Series.Title
		Meeting.Slug Meeting.Title Meeting.Description Meeting.Rule Meeting.Start Meeting.Zone Meeting.Minutes Meeting.Place Meeting.JoinLink Meeting.Language
		Meeting.Status Meeting.Form Meeting.UID Meeting.Sequence Meeting.Stamp Meeting.Organizer Meeting.PublishedAt
		Speaker.EventID Speaker.Position Speaker.Name Speaker.Organisation`)
	if !slices.Equal(got, want) {
		t.Errorf("an entry is made of\n%q, want\n%q", got, want)
	}
}

// other gives a field a value it has not.
func other(t *testing.T, f reflect.Value, name string) {
	t.Helper()
	switch x := f.Addr().Interface().(type) {
	case *calendar.DateTime:
		*x = at("2027-01-12T15:00")
	case *convoke.RuleColumn:
		x.Interval++
	default:
		switch f.Kind() {
		case reflect.String:
			f.SetString(cmp.Or(map[string]string{"Language": "fr", "Zone": "Africa/Nairobi", "Status": "tentative", "Form": "dates"}[name], "x"))
		case reflect.Bool:
			f.SetBool(!f.Bool())
		case reflect.Int, reflect.Int64:
			f.SetInt(f.Int() + cmp.Or(map[string]int64{"Position": -2}[name], 5_000))
		default:
			t.Fatalf("no other value for %s, a %s", name, f.Type())
		}
	}
}

func TestStamp(t *testing.T) {
	e, err := Event(source(), planned(t, func(e *convoke.Event) { e.Abstract = "A\r\nDTSTAMP:20200101T000000Z\r\nB" }), true)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name  string
		entry string
		want  convoke.Instant
	}{
		{"entry", string(e.Data), stamp / 1000 * 1000},
		{"none", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", 0},
		{"empty", "", 0},
		{"no moment", "BEGIN:VEVENT\r\nDTSTAMP:soon\r\n", 0},
	} {
		if got := Stamp([]byte(row.entry)); got != row.want {
			t.Errorf("%s: got %d, want %d", row.name, got, row.want)
		}
	}
}

func TestRestamped(t *testing.T) {
	e, err := Event(source(), planned(t, func(e *convoke.Event) { e.Abstract = "A\r\nDTSTAMP:20200101T000000Z\r\nB" }), true)
	if err != nil {
		t.Fatal(err)
	}
	was := stamp.Time().Format(stampLayout)
	for _, row := range []struct {
		name string
		at   convoke.Instant
		want string
	}{
		{"never", 0, was},
		{"before", stamp - 1000, was},
		{"within its second", stamp/1000*1000 + 999, was},
		{"after", convoke.At(time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)), "20310203T040506Z"},
	} {
		want := strings.ReplaceAll(strings.ReplaceAll(string(e.Data), "\r\nDTSTAMP:"+was, "\r\nDTSTAMP:"+row.want), "\r\nLAST-MODIFIED:"+was, "\r\nLAST-MODIFIED:"+row.want)
		if got := string(Restamped(e.Data, row.at)); got != want {
			t.Errorf("%s:\n got %q\nwant %q", row.name, got, want)
		}
	}
	if Stamp(e.Data) != stamp/1000*1000 {
		t.Error("the stored entry was changed")
	}
}
