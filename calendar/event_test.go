package calendar

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var stamp = time.Date(2026, 11, 1, 8, 30, 15, 999, time.UTC)

func plainEvent() Event {
	return Event{UID: "0192f7c1-0000-7000-8000-000000000001@convoke.example", Stamp: stamp, Summary: "Soil health",
		Start: NewDateTime(2027, 3, 9, 14, 0), Zone: "Africa/Nairobi", Minutes: 90}
}

func lines(t *testing.T, e Event) []string {
	t.Helper()
	b, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(b), "\r\n ", ""), "\r\n"), "\r\n")
}

func TestEventEncode(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*Event)
		want []string // lines that must stand there
		not  []string // beginnings that must not
	}{
		{"plain", func(*Event) {}, []string{
			"BEGIN:VEVENT", "UID:0192f7c1-0000-7000-8000-000000000001@convoke.example", "SEQUENCE:0",
			"DTSTAMP:20261101T083015Z", "LAST-MODIFIED:20261101T083015Z",
			"DTSTART;TZID=Africa/Nairobi:20270309T140000", "DTEND;TZID=Africa/Nairobi:20270309T153000", "SUMMARY:Soil health", "END:VEVENT",
		}, []string{"CREATED", "RRULE", "EXDATE", "RECURRENCE-ID", "STATUS", "TRANSP", "CATEGORIES", "URL", "CONFERENCE", "ORGANIZER", "ATTENDEE", "LOCATION", "DESCRIPTION"}},
		{"everything", func(e *Event) {
			e.Sequence, e.Created = 3, stamp.Add(-time.Hour)
			e.Description, e.Location, e.Language = "One\r\ntwo; three, four\\five", "Room 1", "fr"
			e.URL, e.Conference, e.ConferenceLabel = "https://convoke.example/e/1?a=b;c", "https://meet.example/été", `Join "now", please`
			e.Status, e.Transparent, e.Categories = "TENTATIVE", true, []string{"Soil, water", "", "Air"}
			e.Organizer = &Party{"Community of Soil", "soil@convoke.example"}
			e.Attendee = &Attendee{Party{"Amina", "amina@mail.example"}, "", true}
		}, []string{
			"SEQUENCE:3", "CREATED:20261101T073015Z", "SUMMARY;LANGUAGE=fr:Soil health", `DESCRIPTION;LANGUAGE=fr:One\ntwo\; three\, four\\five`,
			"LOCATION;LANGUAGE=fr:Room 1", "URL:https://convoke.example/e/1?a=b;c",
			`CONFERENCE;FEATURE=AUDIO,VIDEO;LABEL="Join 'now', please";VALUE=URI:https://meet.example/%C3%A9t%C3%A9`,
			"STATUS:TENTATIVE", "TRANSP:TRANSPARENT", `CATEGORIES:Soil\, water,Air`,
			"ORGANIZER;CN=Community of Soil:mailto:soil@convoke.example",
			"ATTENDEE;CN=Amina;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:amina@mail.example",
		}, nil},
		{"accepted, no answer asked", func(e *Event) { e.Attendee = &Attendee{Party{"", "a@b.example"}, "ACCEPTED", false} },
			[]string{"ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:a@b.example"}, nil},
		{"address with signs of a URI", func(e *Event) { e.Organizer = &Party{"", "a%b?c+d@b.example"} },
			[]string{"ORGANIZER:mailto:a%25b%3Fc+d@b.example"}, nil},
		{"UTC zone", func(e *Event) { e.Zone = "UTC" }, []string{"DTSTART:20270309T140000Z", "DTEND:20270309T153000Z"}, nil},
		{"irregular zone", func(e *Event) { e.Zone, e.UTC = "Africa/Casablanca", true }, []string{"DTSTART:20270309T140000Z", "DTEND:20270309T153000Z"}, nil},
		{"over a clock change", func(e *Event) { e.Zone, e.Start = "Europe/Paris", NewDateTime(2026, 3, 29, 1, 0) },
			[]string{"DTSTART;TZID=Europe/Paris:20260329T010000", "DTEND;TZID=Europe/Paris:20260329T033000"}, nil},
		{"in a gap", func(e *Event) { e.Zone, e.Start = "Europe/Paris", NewDateTime(2026, 3, 29, 2, 30) },
			[]string{"DTSTART:20260329T013000Z", "DTEND:20260329T030000Z"}, nil},
		{"in an overlap", func(e *Event) { e.Zone, e.Start = "Europe/Paris", NewDateTime(2026, 10, 25, 2, 30) },
			[]string{"DTSTART:20261025T003000Z", "DTEND:20261025T020000Z"}, nil},
		{"ends in the second half of an overlap", func(e *Event) { e.Zone, e.Start = "Europe/Paris", NewDateTime(2026, 10, 25, 1, 45) },
			[]string{"DTSTART:20261024T234500Z", "DTEND:20261025T011500Z"}, nil},
		{"series", func(e *Event) {
			e.Rule = &Rule{Freq: Monthly, Interval: 1, Weekdays: []Weekday{Tuesday}, Nth: 2, NotMonths: []time.Month{8}}
			e.Except = []DateTime{NewDateTime(2028, 8, 8, 14, 0), NewDateTime(2027, 8, 10, 14, 0), NewDateTime(2027, 8, 10, 14, 0)}
		}, []string{"RRULE:FREQ=MONTHLY;BYDAY=2TU", "EXDATE;TZID=Africa/Nairobi:20270810T140000", "EXDATE;TZID=Africa/Nairobi:20280808T140000"}, nil},
		{"series in UTC", func(e *Event) {
			e.Zone, e.Rule = "UTC", &Rule{Freq: Weekly, Interval: 1}
			e.Except = []DateTime{NewDateTime(2027, 3, 16, 14, 0)}
		}, []string{"DTSTART:20270309T140000Z", "RRULE:FREQ=WEEKLY;BYDAY=TU", "EXDATE:20270316T140000Z"}, nil},
		{"series beginning with a clock change", func(e *Event) {
			e.Zone, e.Start, e.Rule = "Europe/Paris", NewDateTime(2026, 10, 25, 1, 30), &Rule{Freq: Weekly, Interval: 1}
		}, []string{"DTSTART;TZID=Europe/Paris:20261025T013000", "DTEND;TZID=Europe/Paris:20261025T030000"}, nil},
		{"override", func(e *Event) { e.RecurrenceID = NewDateTime(2027, 3, 9, 14, 0) }, []string{"RECURRENCE-ID;TZID=Africa/Nairobi:20270309T140000"}, nil},
		{"override in UTC", func(e *Event) { e.UTC, e.RecurrenceID = true, NewDateTime(2027, 3, 9, 14, 0) }, []string{"RECURRENCE-ID:20270309T110000Z"}, nil},
		{"override moved into a gap", func(e *Event) {
			e.Zone, e.Start, e.RecurrenceID = "Europe/Paris", NewDateTime(2026, 3, 29, 2, 30), NewDateTime(2026, 3, 28, 14, 0)
		}, []string{"DTSTART:20260329T013000Z", "RECURRENCE-ID;TZID=Europe/Paris:20260328T140000"}, nil},
		{"hostile texts", func(e *Event) {
			e.Summary = "A\rBEGIN:VEVENT\r\n\x00\x07\x7f\u0090END\u2028x\xff"
			e.Organizer = &Party{"Bob\r\nATTENDEE:mailto:evil@x.example \"B\"^n", "bob@b.example"}
		}, []string{"SUMMARY:A BEGIN:VEVENT END x\uFFFD", `ORGANIZER;CN="Bob ATTENDEE:mailto:evil@x.example 'B'^^n":mailto:bob@b.example`},
			[]string{"ATTENDEE", "END\\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := plainEvent()
			tt.edit(&e)
			got := lines(t, e)
			for _, want := range tt.want {
				if !slices.Contains(got, want) {
					t.Errorf("no line %q in\n%s", want, strings.Join(got, "\n"))
				}
			}
			for _, not := range tt.not {
				if slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, not) }) {
					t.Errorf("a line begins with %q in\n%s", not, strings.Join(got, "\n"))
				}
			}
			names := make([]string, 0, len(got))
			for _, l := range got[1 : len(got)-1] {
				name, _, _ := strings.Cut(l, ":")
				name, _, _ = strings.Cut(name, ";")
				names = append(names, name)
			}
			if !slices.IsSorted(names) {
				t.Errorf("properties are not in order: %v", names)
			}
			zone := ""
			if slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, ";TZID=") }) {
				zone = e.Zone
			}
			if e.TZID() != zone {
				t.Errorf("TZID() = %q, want %q", e.TZID(), zone)
			}
		})
	}
}

func TestEventRefused(t *testing.T) {
	weekly := &Rule{Freq: Weekly, Interval: 1}
	for _, tt := range []struct {
		name string
		edit func(*Event)
	}{
		{"no UID", func(e *Event) { e.UID = "" }},
		{"UID with a line end", func(e *Event) { e.UID = "a\r\nb" }},
		{"UID too long", func(e *Event) { e.UID = strings.Repeat("a", 256) }},
		{"negative sequence", func(e *Event) { e.Sequence = -1 }},
		{"no stamp", func(e *Event) { e.Stamp = time.Time{} }},
		{"no start", func(e *Event) { e.Start = DateTime{} }},
		{"no length", func(e *Event) { e.Minutes = 0 }},
		{"unknown zone", func(e *Event) { e.Zone = "Local" }},
		{"unknown status", func(e *Event) { e.Status = "DONE" }},
		{"bad rule", func(e *Event) { e.Rule = &Rule{Freq: Weekly, Interval: 1, Weekdays: []Weekday{Monday}} }},
		{"rule in UTC elsewhere", func(e *Event) { e.Rule, e.UTC = weekly, true }},
		{"rule in an override", func(e *Event) { e.Rule, e.RecurrenceID = weekly, e.Start }},
		{"exceptions without a rule", func(e *Event) { e.Except = []DateTime{e.Start} }},
		{"language", func(e *Event) { e.Language = "fr:x" }},
		{"link with a line end", func(e *Event) { e.URL = "https://a.example/\r\nX:y" }},
		{"link without a scheme", func(e *Event) { e.URL = "a.example/x" }},
		{"link without a scheme, with a host", func(e *Event) { e.URL = "//a.example/x" }},
		{"link with a blank", func(e *Event) { e.Conference = "https://a.example/x y" }},
		{"address with a line end", func(e *Event) { e.Organizer = &Party{"", "a@b.example\r\nX:y"} }},
		{"address with a name", func(e *Event) { e.Organizer = &Party{"", "A <a@b.example>"} }},
		{"address without @", func(e *Event) { e.Organizer = &Party{"", "a.example"} }},
		{"address with two @", func(e *Event) { e.Attendee = &Attendee{Party: Party{"", "a@b@c.example"}} }},
		{"address with a letter outside ASCII", func(e *Event) { e.Attendee = &Attendee{Party: Party{"", "é@b.example"}} }},
		{"unknown answer", func(e *Event) { e.Attendee = &Attendee{Party{"", "a@b.example"}, "YES", false} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := plainEvent()
			tt.edit(&e)
			if b, err := e.Encode(); err == nil {
				t.Errorf("Encode wrote\n%s", b)
			}
		})
	}
}

func TestFold(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		want       int // pieces
	}{
		{"75 fit", strings.Repeat("a", 75), 1},
		{"76 do not", strings.Repeat("a", 76), 2},
		{"75 and 74 and 1", strings.Repeat("a", 75+74+1), 3},
		{"two octets at the border", strings.Repeat("a", 74) + "é", 2},
		{"emoji", strings.Repeat("🌍", 60), 4},
		{"Arabic", strings.Repeat("م", 100), 3},
		{"no UTF-8 at all", strings.Repeat("\x80", 200), 3},
		{"empty", "", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := string(fold(nil, []byte(tt.line)))
			body, ok := strings.CutSuffix(out, "\r\n")
			pieces := strings.Split(body, "\r\n")
			if !ok || len(pieces) != tt.want {
				t.Errorf("fold gives %d pieces, want %d: %q", len(pieces), tt.want, out)
			}
			for _, p := range pieces {
				if len(p) > 75 || utf8.ValidString(tt.line) && !utf8.ValidString(p) {
					t.Errorf("piece of %d octets: %q", len(p), p)
				}
			}
			if strings.ReplaceAll(body, "\r\n ", "") != tt.line {
				t.Errorf("unfolded %q", body)
			}
		})
	}
}

// FuzzText checks that any text comes back as it was but for control characters, and leaves the frame whole.
func FuzzText(f *testing.F) {
	for _, s := range []string{"plain", "a,b;c\\d\ne", "\\n", "trailing \\", "CR\rLF\r\n", "\x00\x07\x7f\u0085\u2028", "\xff\xfe",
		strings.Repeat("é", 200), "🌍 مرحبا", `"quoted" ^n ^^ ^'`, "END:VEVENT\r\nBEGIN:VEVENT", "\uFEFFx", " leading", "\tTAB"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1000 {
			return // a line of the reader is bounded
		}
		e := plainEvent()
		e.Summary, e.Description, e.Location, e.Categories = s, s, s, []string{s, "b"}
		e.Organizer = &Party{s, "a@b.example"}
		raw, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		for l := range bytes.SplitSeq(bytes.TrimSuffix(raw, []byte("\r\n")), []byte("\r\n")) {
			if len(l) > 75 || !utf8.Valid(l) || bytes.ContainsFunc(l, func(r rune) bool { return r < ' ' && r != '\t' }) {
				t.Fatalf("bad line %q", l)
			}
		}
		cal, err := Assemble(Header{Method: "PUBLISH", Name: s}, nil, [][]byte{raw})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(bytes.NewReader(cal))
		if err != nil || len(got.Events) != 1 {
			t.Fatalf("Decode: %d events, %v\n%s", len(got.Events), err, cal)
		}
		ev := got.Events[0]
		if text, want := ev.Text("DESCRIPTION"), cleanText(s); text != want {
			t.Errorf("DESCRIPTION = %q, want %q", text, want)
		}
		want := strings.ReplaceAll(cleanText(s), "\n", " ")
		for _, name := range []string{"SUMMARY", "LOCATION"} {
			if text := ev.Text(name); text != want {
				t.Errorf("%s = %q, want %q", name, text, want)
			}
		}
		if got.Text("X-WR-CALNAME") != want {
			t.Errorf("calendar name = %q, want %q", got.Text("X-WR-CALNAME"), want)
		}
		categories := []string{want, "b"}
		if s == "" {
			categories = []string{"b"}
		}
		if p, _ := ev.Get("CATEGORIES"); !slices.Equal(p.List(), categories) {
			t.Errorf("CATEGORIES = %q, want %q", p.List(), categories)
		}
		name := strings.TrimSpace(strings.NewReplacer("\t", " ", `"`, "'").Replace(want))
		if p, _ := ev.Get("ORGANIZER"); p.Param("CN") != name {
			t.Errorf("CN = %q, want %q", p.Param("CN"), name)
		}
	})
}
