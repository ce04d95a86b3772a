package calendar

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got\n%s", path, got)
	}
}

func uid(n int) string { return fmt.Sprintf("0192f7c1-0000-7000-8000-%012d@convoke.example", n) }

// build encodes events and the zones they need, in the order of their first use.
func build(t testing.TB, h Header, list ...Event) []byte {
	t.Helper()
	var zones, events [][]byte
	seen := map[string]bool{"": true}
	for _, e := range list {
		b, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, b)
		if id := e.TZID(); !seen[id] {
			seen[id] = true
			z, err := EncodeZone(id, spanFrom, spanTo)
			if err != nil {
				t.Fatal(err)
			}
			zones = append(zones, z)
		}
	}
	out, err := Assemble(h, zones, events)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var feedHeader = Header{
	Method: "PUBLISH", Name: "Soil; health, “together” 🌱", Description: "All sessions\nof the community", Language: "en",
	URL: "https://convoke.example/c/soil", Source: "https://convoke.example/c/soil/calendar.ics", Color: "seagreen", Refresh: time.Hour,
}

func TestGoldenFeed(t *testing.T) {
	ev := func(n int, start, zone, summary string) Event {
		return Event{UID: uid(n), Stamp: stamp, Created: stamp.Add(-24 * time.Hour), Start: mustDateTime(t, start), Zone: zone, Minutes: 60,
			Summary: summary, Status: "CONFIRMED", URL: "https://convoke.example/e/" + uid(n), Language: "en", Organizer: &Party{"Soil health", "soil@convoke.example"}}
	}
	plain := ev(1, "2026-12-03T14:00", "Europe/Berlin", "Compost in practice")
	plain.Location, plain.Conference, plain.ConferenceLabel = "https://meet.example/compost", "https://meet.example/compost", "Join the session"
	plain.Description = "https://meet.example/compost\n\nWe look at heaps, pits & worms; bring questions, pictures\\files."
	plain.Organizer = &Party{"Soil, \"health\"", "soil@convoke.example"}
	plain.Categories = []string{"Webinar", "Soil, water"}

	hostile := ev(2, "2027-01-14T09:30", "America/New_York", "🌍🌱 مرحبا \u202Bالتربة\u202C \"quotes\" ; , \\ \r\nBEGIN:VEVENT\r\nUID:evil\x00\x07 ^n "+strings.Repeat("longest title é ", 20))
	hostile.Organizer = &Party{"Bob\r\nATTENDEE:mailto:evil@x.example;CN=\"x\"", "bob@convoke.example"}
	long := ev(3, "2027-02-10T18:00", "Asia/Kolkata", "A long abstract")
	long.Description = strings.Repeat("Ten thousand octets of abstract – in lines, with signs; and more…\r\n", 150)

	master := ev(4, "2026-12-08T14:00", "Africa/Nairobi", "Monthly meeting")
	master.Rule = &Rule{Freq: Monthly, Interval: 1, Weekdays: []Weekday{Tuesday}, Nth: 2, NotMonths: []time.Month{time.August}}
	master.Except = master.Rule.Exceptions(master.Start, master.Start.AddDays(5*365))
	moved := ev(4, "2027-01-13T15:00", "Africa/Nairobi", "Monthly meeting, a day later")
	moved.RecurrenceID, moved.Sequence = NewDateTime(2027, 1, 12, 14, 0), 1
	cancelled := ev(4, "2027-02-09T14:00", "Africa/Nairobi", "Cancelled: Monthly meeting")
	cancelled.RecurrenceID, cancelled.Sequence, cancelled.Status = NewDateTime(2027, 2, 9, 14, 0), 2, "CANCELLED"

	weekly := ev(5, "2026-12-01T19:00", "Australia/Sydney", "Weekly call")
	weekly.Rule = &Rule{Freq: Weekly, Interval: 2, Weekdays: []Weekday{Tuesday, Thursday}, Until: NewDate(2027, 6, 30)}
	yearly := ev(6, "2027-03-31T17:00", "America/St_Johns", "Annual assembly")
	yearly.Rule, yearly.Transparent = &Rule{Freq: Yearly, Interval: 1, Weekdays: []Weekday{Wednesday}, Nth: -1, Count: 5}, true
	single := ev(7, "2027-03-10T10:00", "Africa/Casablanca", "Session in Rabat")
	single.UTC = true
	overlap := ev(8, "2027-10-31T02:30", "Europe/Berlin", "In the hour that comes twice")

	feed := build(t, feedHeader, plain, hostile, long, master, moved, cancelled, weekly, yearly, single, overlap)
	golden(t, "feed.ics", feed)

	cal, err := Decode(bytes.NewReader(feed))
	if err != nil || len(cal.Events) != 10 {
		t.Fatalf("Decode: %v", err)
	}
	for i, want := range []string{plain.Summary, strings.ReplaceAll(cleanText(hostile.Summary), "\n", " "), long.Summary} {
		if got := cal.Events[i].Text("SUMMARY"); got != want {
			t.Errorf("SUMMARY = %q, want %q", got, want)
		}
	}
	if got := cal.Events[2].Text("DESCRIPTION"); got != cleanText(long.Description) {
		t.Errorf("the long description came back with %d octets", len(got))
	}
}

func TestGoldenInvitation(t *testing.T) {
	e := Event{UID: uid(9), Sequence: 1, Stamp: stamp, Created: stamp, Start: NewDateTime(2026, 12, 3, 14, 0), Zone: "Europe/Berlin", Minutes: 90,
		Summary: "Compost in practice", Description: "Agenda", Location: "https://meet.example/compost", URL: "https://convoke.example/e/9",
		Status: "CONFIRMED", Organizer: &Party{"Soil health", "soil@convoke.example"},
		Attendee: &Attendee{Party{"Amina Otieno", "amina@mail.example"}, "", true}}
	golden(t, "invite.ics", build(t, Header{Method: "REQUEST"}, e))
	e.Sequence, e.Status = 2, "CANCELLED"
	golden(t, "cancel.ics", build(t, Header{Method: "CANCEL"}, e))
}

func TestGoldenEmptyFeed(t *testing.T) {
	zone, err := EncodeZone("Africa/Nairobi", spanFrom, spanTo)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Assemble(feedHeader, [][]byte{zone, zone}, nil)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "empty.ics", out)
}

func TestAssembleRefuses(t *testing.T) {
	event, err := plainEvent().Encode()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := EncodeZone("Africa/Nairobi", spanFrom, spanTo)
	if err != nil {
		t.Fatal(err)
	}
	other := bytes.ReplaceAll(zone, []byte("+0300"), []byte("+0200"))
	for _, tt := range []struct {
		name          string
		header        Header
		zones, events [][]byte
	}{
		{"empty", Header{}, nil, nil},
		{"event among the zones", Header{}, [][]byte{event}, nil},
		{"zone among the events", Header{}, nil, [][]byte{zone}},
		{"cut event", Header{}, nil, [][]byte{event[:len(event)-2]}},
		{"one zone in two versions", Header{}, [][]byte{zone, other}, nil},
		{"method with a line end", Header{Method: "REQUEST\r\nX:Y"}, nil, [][]byte{event}},
		{"method in lower case", Header{Method: "request"}, nil, [][]byte{event}},
		{"colour", Header{Color: "#fff"}, nil, [][]byte{event}},
		{"language", Header{Language: "e:n"}, nil, [][]byte{event}},
		{"refresh", Header{Refresh: time.Second}, nil, [][]byte{event}},
		{"source", Header{Source: "calendar.ics"}, nil, [][]byte{event}},
		{"page", Header{URL: "https://a.example/\r\n"}, nil, [][]byte{event}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if out, err := Assemble(tt.header, tt.zones, tt.events); err == nil {
				t.Errorf("Assemble wrote\n%s", out)
			}
		})
	}
}

func TestDurationText(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Hour: "PT1H", 90 * time.Minute: "PT1H30M", 15 * time.Minute: "PT15M", 24 * time.Hour: "PT24H"} {
		if got := durationText(d); got != want {
			t.Errorf("durationText(%v) = %s, want %s", d, got, want)
		}
	}
}

func BenchmarkEncodeEvent(b *testing.B) {
	e := plainEvent()
	e.Description = strings.Repeat("A line of an abstract, as people write them.\n", 20)
	for b.Loop() {
		if _, err := e.Encode(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncodeCalendar1k joins stored events, as a feed is made.
func BenchmarkEncodeCalendar1k(b *testing.B) {
	zone, err := EncodeZone("Africa/Nairobi", spanFrom, spanTo)
	if err != nil {
		b.Fatal(err)
	}
	events := make([][]byte, 1000)
	for i := range events {
		e := plainEvent()
		e.UID = uid(i)
		if events[i], err = e.Encode(); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, err := Assemble(feedHeader, [][]byte{zone}, events); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkExpand finds a year of dates six years after the start.
func BenchmarkExpand(b *testing.B) {
	r := Rule{Freq: Monthly, Interval: 1, Weekdays: []Weekday{Tuesday}, Nth: 2}
	start := NewDateTime(2020, 3, 10, 14, 0)
	for b.Loop() {
		if got := r.Between(start, NewDateTime(2026, 1, 1, 0, 0), NewDateTime(2027, 1, 1, 0, 0), 0); len(got) != 12 {
			b.Fatal(got)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	loc := mustZone(b, "Europe/Berlin")
	d := NewDateTime(2027, 7, 1, 14, 0)
	for b.Loop() {
		Resolve(d, loc)
	}
}

func BenchmarkEncodeZone(b *testing.B) {
	for b.Loop() {
		if _, err := EncodeZone("Europe/Berlin", spanFrom, spanTo); err != nil {
			b.Fatal(err)
		}
	}
}
