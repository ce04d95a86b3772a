package feed

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

func TestEntryGolden(t *testing.T) {
	series := &convoke.Series{ID: "se_1", Slug: "soil-school", Title: "Soil school"}
	rule := monthly()
	dates := monthly(func(m *convoke.Recurrence) { m.Form, m.Zone = convoke.FormDates, "Africa/Casablanca" })
	of := func(change func(*Source)) Source {
		src := source()
		change(&src)
		return src
	}
	single := of(func(*Source) {})
	for _, tc := range []struct {
		name string
		src  Source
		e    convoke.Event
	}{
		{"event", single, planned(t)},
		{"event-with-place", single, planned(t, func(e *convoke.Event) { e.Place = "Hall 2, Nakuru" })},
		{"event-cancelled", single, planned(t, func(e *convoke.Event) {
			e.Status, e.CancelNote, e.Sequence = convoke.Cancelled, "The speaker is ill.", 2
		})},
		{"event-in-utc", single, planned(t, func(e *convoke.Event) { e.Zone = "UTC" })},
		{"event-irregular-zone", single, planned(t, func(e *convoke.Event) { e.Zone = "Africa/Casablanca" })},
		{"session", of(func(s *Source) { s.Series = series }), planned(t, func(e *convoke.Event) {
			e.SeriesID, e.Number, e.Language, e.Title = series.ID, 3, "fr", "Lire le sol"
		})},
		{"date-of-irregular-meeting", of(func(s *Source) { s.Meeting = &dates }), dateOf(t, dates, "2027-01-12T14:00")},
		{"override-moved", of(func(s *Source) { s.Meeting = &rule }), dateOf(t, rule, "2027-01-12T14:00", func(e *convoke.Event) {
			e.Start, e.Sequence, e.Agenda = at("2027-01-14T16:30"), 2, "1. Seeds\n2. Water"
		})},
		{"override-cancelled", of(func(s *Source) { s.Meeting = &rule }), dateOf(t, rule, "2027-02-09T14:00", func(e *convoke.Event) {
			e.Status, e.Sequence = convoke.Cancelled, 2
		})},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, member := range []bool{false, true} {
				name, entries := tc.name+"-public", []Entry{}
				if member {
					name = tc.name + "-member"
				}
				if tc.src.ruled(tc.e) {
					entries = append(entries, ruleOf(t, tc.src, rule, member))
				}
				entry := entryOf(t, tc.src, tc.e, member)
				if again := entryOf(t, tc.src, tc.e, member); !bytes.Equal(again.Data, entry.Data) {
					t.Errorf("made twice, the entry differs:\n%s\n%s", entry.Data, again.Data)
				}
				body := bodyOf(t, head, append(entries, entry)...)
				golden(t, name, body)
				if tc.e.Status != convoke.Cancelled || member && len(entries) > 0 {
					secretless(t, body, member)
				} else {
					secretless(t, body, false) // nobody can join what is off
				}
				decoded(t, body)
			}
		})
	}
}

func TestRuleGolden(t *testing.T) {
	for _, tc := range []struct {
		name string
		m    convoke.Recurrence
	}{
		{"rule", monthly()},
		{"rule-in-utc", monthly(func(m *convoke.Recurrence) { m.Zone = "UTC" })},
		{"rule-with-end", monthly(func(m *convoke.Recurrence) { m.Rule.Until = at("2027-11-30T00:00").Date() })},
		{"rule-cancelled", monthly(func(m *convoke.Recurrence) { m.Status, m.Sequence = convoke.Cancelled, 2 })},
	} {
		for _, member := range []bool{false, true} {
			name := tc.name + "-public"
			if member {
				name = tc.name + "-member"
			}
			body := bodyOf(t, head, ruleOf(t, source(), tc.m, member))
			golden(t, name, body)
			secretless(t, body, member && tc.m.Status != convoke.Cancelled)
			decoded(t, body)
		}
	}
}

// TestExceptionsReachFiveYears holds that what a rule leaves out depends on the stored stamp, not on today.
func TestExceptionsReachFiveYears(t *testing.T) {
	for _, tc := range []struct {
		name        string
		stamp       string
		first, last string
	}{
		{"changed before the start", "2026-11-02T09:30", "20270810T140000", "20310812T140000"},
		{"changed in its third year", "2029-09-01T10:00", "20270810T140000", "20340808T140000"},
	} {
		m := monthly(func(m *convoke.Recurrence) {
			changed, _ := calendar.Resolve(at(tc.stamp), time.UTC)
			m.Stamp = convoke.At(changed)
		})
		v := readBack(t, ruleOf(t, source(), m, false))
		all := v.All("EXDATE")
		if len(all) == 0 || all[0].Value != tc.first || all[len(all)-1].Value != tc.last {
			t.Errorf("%s: EXDATE %v, want from %s to %s", tc.name, all, tc.first, tc.last)
		}
		for _, p := range all {
			if p.Param("TZID") != "Europe/Berlin" || p.Value[4:6] != "08" {
				t.Errorf("%s: EXDATE %v, want Augusts in Europe/Berlin", tc.name, p)
			}
		}
	}
}

func TestOverride(t *testing.T) {
	m := monthly(func(m *convoke.Recurrence) {
		m.Sequence, m.Stamp, m.Organizer = 4, stamp+60_000, "soil@convoke.example"
	})
	src := source()
	src.Meeting = &m
	e := dateOf(t, m, "2027-01-12T14:00", func(e *convoke.Event) {
		e.Sequence, e.Stamp, e.Organizer = 2, stamp, "else@convoke.example"
		e.Start, e.Zone = at("2027-01-14T15:30"), "Africa/Nairobi"
	})
	entry := entryOf(t, src, e, false)
	events := decoded(t, bodyOf(t, head, ruleOf(t, src, m, false), entry)).Events
	if len(events) != 2 {
		t.Fatalf("%d events, want the rule and one date", len(events))
	}
	master, v := events[0], events[1]
	for _, name := range []string{"UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "ORGANIZER"} {
		if got, want := v.Text(name), master.Text(name); got != want {
			t.Errorf("%s %q, want the rule's %q", name, got, want)
		}
	}
	for _, want := range []struct{ name, value, zone string }{
		{"RECURRENCE-ID", "20270112T140000", "Europe/Berlin"},
		{"DTSTART", "20270114T133000", "Europe/Berlin"},
	} {
		if p, _ := v.Get(want.name); p.Value != want.value || p.Param("TZID") != want.zone {
			t.Errorf("%s %s in %q, want %s in %s", want.name, p.Value, p.Param("TZID"), want.value, want.zone)
		}
	}
	if rule := ruleOf(t, src, m, false); entry.StartsAt != rule.StartsAt || entry.EndsAt != rule.EndsAt {
		t.Errorf("a moved date leaves the feed before its rule, which would put it back")
	}
	e = dateOf(t, m, "2027-01-12T14:00", func(e *convoke.Event) { e.Agenda, e.Sequence = "1. Seeds", 6 })
	entry = entryOf(t, src, e, false)
	if entry.StartsAt != e.StartsAt || entry.EndsAt != e.EndsAt {
		t.Errorf("a date with an agenda belongs to %v, want its own time", entry.StartsAt.Time())
	}
	if got := decoded(t, bodyOf(t, head, ruleOf(t, src, m, false), entry)).Events[1].Text("SEQUENCE"); got != "6" {
		t.Errorf("SEQUENCE %s, want the date's own 6", got)
	}
}

// TestSecretsInTexts pastes the join link wherever a person writes.
func TestSecretsInTexts(t *testing.T) {
	m := monthly(func(m *convoke.Recurrence) { m.Description = "Join at " + joinCanary })
	src := source()
	src.Meeting = &m
	src.Community.Name = "Soil " + joinCanary
	src.Series = &convoke.Series{Title: "Join " + joinCanary}
	for _, tc := range []struct {
		name   string
		change func(*convoke.Event)
	}{
		{"title", func(e *convoke.Event) { e.Title = "Come to " + joinCanary }},
		{"title with a sign that vanishes", func(e *convoke.Event) { e.Title = strings.Replace(joinCanary, "-join", "-\u202Ajoin", 1) }},
		{"place", func(e *convoke.Event) { e.Place = joinCanary }},
		{"link that mark-up changes", func(e *convoke.Event) {
			e.JoinLink = "https://meet.example/j/canary-join*1*2"
			e.Abstract = "Room:" + e.JoinLink
		}},
		{"abstract", func(e *convoke.Event) { e.Abstract = "[here](" + joinCanary + ") or <" + joinCanary + ">" }},
		{"abstract with an entity", func(e *convoke.Event) { e.Abstract = "At " + strings.ReplaceAll(joinCanary, "&", "&amp;") }},
		{"agenda", func(e *convoke.Event) { e.Agenda = "1. " + joinCanary }},
		{"reason", func(e *convoke.Event) { e.Status, e.CancelNote = convoke.Cancelled, "See "+joinCanary }},
		{"the meeting's description and link", func(e *convoke.Event) { e.Abstract, e.JoinLink = "", "https://meet.example/j/2" }},
	} {
		e := dateOf(t, m, "2027-01-12T14:00", tc.change)
		body := bodyOf(t, head, ruleOf(t, src, m, false), entryOf(t, src, e, false))
		t.Run(tc.name, func(t *testing.T) { secretless(t, body, false) })
	}
}

func TestHostileTexts(t *testing.T) {
	longest := strings.Repeat("𝓦é ", convoke.MaxTitle/3)
	for _, tc := range []struct{ name, title, want string }{
		{"emoji", "Soil 👩🏽‍🌾🪱 day", "Soil 👩🏽‍🌾🪱 day"},
		{"right to left", "التربة الحية", "التربة الحية"},
		{"override of direction", "safe \u202Egnp.exe", "safe gnp.exe"},
		{"line ends", "One\r\nATTENDEE:mailto:evil@x.example\nTwo\u2028Three", "One ATTENDEE:mailto:evil@x.example Two Three"},
		{"quotes and marks", `"Soil"; 'life', a\b ^n`, `"Soil"; 'life', a\b ^n`},
		{"control characters", "a\x00b\x07c", "abc"},
		{"broken UTF-8", "a\xffb", "a\uFFFDb"},
		{"longest", longest, strings.TrimSpace(longest)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			src := source()
			src.Community.Name = tc.title
			src.Series = &convoke.Series{Title: tc.title}
			src.Speakers = []convoke.Speaker{{EventID: "ev_1", Name: tc.title, Organisation: tc.title}}
			e := planned(t, func(e *convoke.Event) {
				e.Title, e.Place, e.Abstract, e.Agenda = tc.title, tc.title, tc.title, tc.title
			})
			entry := entryOf(t, src, e, true)
			body := bodyOf(t, Head{Name: tc.title, About: tc.title}, entry)
			parsed := decoded(t, body)
			if got := parsed.Events[0].Text("SUMMARY"); got != tc.want {
				t.Errorf("SUMMARY %q, want %q", got, tc.want)
			}
			if n := len(parsed.Events[0].All("ATTENDEE")); n != 0 {
				t.Errorf("%d ATTENDEE lines out of a title", n)
			}
			wellFormed(t, body)
			golden(t, "hostile-"+strings.ReplaceAll(tc.name, " ", "-"), body)
		})
	}
}

// wellFormed holds rule F1: CRLF, at most 75 octets, whole characters, nothing else.
func wellFormed(t *testing.T, body []byte) {
	t.Helper()
	if !utf8.Valid(body) || !bytes.HasSuffix(body, []byte("END:VCALENDAR\r\n")) {
		t.Errorf("not UTF-8, or cut short")
	}
	for line := range bytes.SplitSeq(bytes.TrimSuffix(body, []byte("\r\n")), []byte("\r\n")) {
		if len(line) == 0 || len(line) > 75 || bytes.ContainsAny(line, "\r\n\x00") || !utf8.Valid(line) {
			t.Errorf("bad line of %d octets: %q", len(line), line)
		}
	}
}

func TestLongAbstract(t *testing.T) {
	for _, tc := range []struct {
		name  string
		size  int
		piece string
		whole bool
	}{
		{"ten kilobytes", 10_000, "words, words; ", true},
		{"ten kilobytes of wide characters", 10_000, "水土", true},
		{"the longest of wide characters", convoke.MaxText * 4, "🪱 ", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			abstract := strings.Repeat(tc.piece, tc.size/len(tc.piece))
			src := source()
			src.Speakers = nil
			entry := entryOf(t, src, planned(t, func(e *convoke.Event) { e.Abstract, e.JoinLink = abstract, "" }), true)
			got := readBack(t, entry).Text("DESCRIPTION")
			if len(got) > maxDescription {
				t.Errorf("DESCRIPTION of %d bytes, want at most %d", len(got), maxDescription)
			}
			if !utf8.ValidString(got) || strings.Contains(got, "\uFFFD") {
				t.Errorf("a character was cut in two")
			}
			if whole := strings.Contains(got, strings.TrimSpace(abstract)); whole != tc.whole {
				t.Errorf("whole abstract: %v, want %v", whole, tc.whole)
			}
			if !strings.HasSuffix(got, "\nhttps://convoke.example/c/soil/events/reading-the-soil-k2m9") {
				t.Errorf("the page's address is gone: …%q", got[len(got)-80:])
			}
			body := bodyOf(t, head, entry)
			wellFormed(t, body)
			golden(t, "long-"+strings.ReplaceAll(tc.name, " ", "-"), body)
		})
	}
}

func TestNothingLooksLikeHTML(t *testing.T) {
	src := source()
	src.Series = &convoke.Series{Title: "<b>Soil</b>"}
	e := planned(t, func(e *convoke.Event) {
		e.Abstract = "Use `<b>bold</b>`, \\<a href=x> and 3 < 4.\n\n<script>alert(1)</script>"
	})
	got := readBack(t, entryOf(t, src, e, true)).Text("DESCRIPTION")
	for _, bad := range []string{"<b", "</", "<a", "<script"} {
		if strings.Contains(got, bad) {
			t.Errorf("DESCRIPTION holds %q, which Google takes for HTML: %q", bad, got)
		}
	}
	if !strings.Contains(got, "3 < 4") {
		t.Errorf("DESCRIPTION lost a harmless sign: %q", got)
	}
}

func TestLinkWithBrokenEscape(t *testing.T) {
	e := planned(t, func(e *convoke.Event) { e.JoinLink = "https://meet.example/100%" })
	v := readBack(t, entryOf(t, source(), e, true))
	if n := len(v.All("CONFERENCE")); n != 0 {
		t.Errorf("%d CONFERENCE, want none", n)
	}
	if got := v.Text("DESCRIPTION"); !strings.HasPrefix(got, "Join: https://meet.example/100%\n") {
		t.Errorf("DESCRIPTION does not begin with the link: %q", got)
	}
}

func TestLanguageAndDates(t *testing.T) {
	for _, tc := range []struct{ lang, community, tag, summary string }{
		{"fr", "en", "fr", "Annulé : Reading the soil"},
		{"sw", "en", "sw", "Cancelled: Reading the soil"},
		{"", "fr", "fr", "Annulé : Reading the soil"},
		{"x_not a tag", "en", "en", "Cancelled: Reading the soil"},
	} {
		src := source()
		src.Community.Language = tc.community
		e := planned(t, func(e *convoke.Event) { e.Language, e.Status = tc.lang, convoke.Cancelled })
		v := readBack(t, entryOf(t, src, e, false))
		p, _ := v.Get("SUMMARY")
		if p.Text() != tc.summary || p.Param("LANGUAGE") != tc.tag {
			t.Errorf("language %q: SUMMARY;LANGUAGE=%s %q, want %s %q", tc.lang, p.Param("LANGUAGE"), p.Text(), tc.tag, tc.summary)
		}
		if got := v.Text("CREATED"); got != "20261102T083015Z" {
			t.Errorf("CREATED %s, want the moment of publication", got)
		}
	}
}

// TestPhrases holds that every language with a catalogue has every phrase, with the same fields.
func TestPhrases(t *testing.T) {
	for _, lang := range locale.Languages() {
		for key, english := range phrases["en"] {
			text := phrases[lang][key]
			if text == "" {
				t.Errorf("%s: no %q", lang, key)
			}
			for field := range strings.SplitSeq(english, "{{") {
				if name, _, ok := strings.Cut(field, "}}"); ok && !strings.Contains(text, "{{"+name+"}}") {
					t.Errorf("%s: %q lacks the field %s", lang, key, name)
				}
			}
		}
		if len(phrases[lang]) != len(phrases["en"]) {
			t.Errorf("%s has %d phrases, English %d", lang, len(phrases[lang]), len(phrases["en"]))
		}
	}
}

// TestZonesFitTogether holds what the form of single events promises: whatever zone and start, a feed with others up to
// 21 months away can write the zone.
func TestZonesFitTogether(t *testing.T) {
	const window = convoke.Past + convoke.Horizon
	utc := 0
	for _, zone := range calendar.ZoneNames() {
		for n := range 14 {
			start := strconv.Itoa(2022+n/2) + []string{"-02-10T14:00", "-09-10T14:00"}[n%2]
			v := source().event(planned(t, func(e *convoke.Event) { e.Start, e.Zone = at(start), zone }), false)
			if v.UTC {
				utc++
				continue
			}
			if v.TZID() == "" {
				continue
			}
			loc, err := calendar.LoadZone(zone)
			if err != nil {
				t.Fatal(err)
			}
			from, _ := calendar.Resolve(v.Start, loc)
			s := span{convoke.At(from), convoke.At(from.Add(window))}
			if _, err := calendar.EncodeZone(zone, s.from.Time().AddDate(-yearsBefore, 0, 0), s.to.Time().AddDate(1, 0, 0)); err != nil {
				t.Errorf("%s from %s: %v", zone, start, err)
			}
		}
	}
	if utc == 0 {
		t.Error("no zone was written in UTC, so nothing was tried")
	}
}
