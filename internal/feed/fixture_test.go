package feed

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// What must never be told: the first to strangers, the second to anybody.
const (
	joinCanary    = "https://meet.example/j/canary-join-7f3a9c?pwd=1&lang=en"
	addressCanary = "canary-speaker@people.example"
)

var (
	site = convoke.Site{Name: "Convoke", Base: "https://convoke.example", Host: "convoke.example", From: "hello@convoke.example"}
	soil = convoke.Community{
		ID: "co_soil", Slug: "soil", Name: "Soil health practitioners", Summary: "Those who look after living soil",
		Language: "en", Zone: "Africa/Nairobi", Ink: "fern",
	}
	stamp = convoke.At(time.Date(2026, 11, 2, 9, 30, 15, 0, time.UTC))
	head  = Head{
		Name: "Soil health practitioners", About: "Those who look after living soil", URL: "https://convoke.example/c/soil",
		Source: "https://convoke.example/c/soil/calendar.ics", Zone: "Africa/Nairobi", Language: "en", Ink: "fern",
	}
)

func source() Source {
	return Source{Site: site, Community: soil, Speakers: []convoke.Speaker{
		{EventID: "ev_1", Position: 2, Name: "Kofi Mensah", Address: addressCanary},
		{EventID: "ev_1", Position: 1, Name: "Amina Yusuf", Organisation: "Lake Basin Institute", Biography: "Grows worms.", Address: addressCanary},
		{EventID: "ev_other", Position: 1, Name: "Somebody Else", Address: addressCanary},
	}}
}

// planned makes a published webinar and applies the changes to it.
func planned(t testing.TB, change ...func(*convoke.Event)) convoke.Event {
	t.Helper()
	e := convoke.Event{
		ID: "ev_1", CommunityID: "co_soil", Kind: convoke.Webinar, Slug: "reading-the-soil-k2m9", Title: "Reading the soil",
		Abstract: "What a spade tells.\n\n- colour\n- smell\n- **worms**", Start: at("2027-03-09T14:00"), Zone: "Europe/Berlin",
		Minutes: 90, JoinLink: joinCanary, Language: "en", Visibility: convoke.ToCommunity, Status: convoke.Confirmed,
		UID: "0198c0de-0000-7000-8000-000000000001@convoke.example", Stamp: stamp,
		CreatedAt: stamp - 86_400_000, PublishedAt: stamp - 3_600_000,
	}
	for _, c := range change {
		c(&e)
	}
	if _, err := e.Plan(); err != nil {
		t.Fatal(err)
	}
	return e
}

// monthly makes a published meeting, the second Tuesday each month but not in August, and applies the changes to it.
func monthly(change ...func(*convoke.Recurrence)) convoke.Recurrence {
	m := convoke.Recurrence{
		ID: "me_1", CommunityID: "co_soil", Slug: "soil-round", Title: "Soil round", Description: "We meet and compare fields.",
		Rule: convoke.RuleColumn{Rule: calendar.Rule{
			Freq: calendar.Monthly, Interval: 1, Nth: 2, Weekdays: []calendar.Weekday{calendar.Tuesday}, NotMonths: []time.Month{time.August},
		}},
		Start: at("2026-12-08T14:00"), Zone: "Europe/Berlin", Minutes: 60, JoinLink: joinCanary, Language: "en",
		Visibility: convoke.ToCommunity, Status: convoke.Confirmed, Form: convoke.FormRule,
		UID: "0198c0de-0000-7000-8000-0000000000aa@convoke.example", Sequence: 1, Stamp: stamp, PublishedAt: stamp - 3_600_000,
	}
	for _, c := range change {
		c(&m)
	}
	return m
}

// dateOf makes the date of a meeting at its original start.
func dateOf(t testing.TB, m convoke.Recurrence, original string, change ...func(*convoke.Event)) convoke.Event {
	t.Helper()
	return planned(t, append([]func(*convoke.Event){func(e *convoke.Event) {
		e.ID, e.Kind, e.MeetingID = convoke.ID("ev_"+original), convoke.Meeting, m.ID
		e.Slug, e.Title, e.Abstract = "soil-round-"+original[:10], m.Title, m.Description
		e.Start, e.RecurrenceID, e.Zone, e.Minutes = at(original), at(original), m.Zone, m.Minutes
		e.Place, e.JoinLink, e.Language, e.Sequence = m.Place, m.JoinLink, m.Language, m.Sequence
		e.UID = "0198c0de-0000-7000-8000-" + strings.NewReplacer("-", "", "T", "", ":", "").Replace(original) + "@convoke.example"
	}}, change...)...)
}

func at(s string) calendar.DateTime {
	d, err := calendar.ParseDateTime(s)
	if err != nil {
		panic(err)
	}
	return d
}

func entryOf(t testing.TB, src Source, e convoke.Event, member bool) Entry {
	t.Helper()
	entry, err := Event(src, e, member)
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

func ruleOf(t testing.TB, src Source, m convoke.Recurrence, member bool) Entry {
	t.Helper()
	entry, err := Rule(src, m, member)
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

func bodyOf(t testing.TB, h Head, entries ...Entry) []byte {
	t.Helper()
	body, err := Body(h, entries)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// decoded reads a calendar back.
func decoded(t testing.TB, body []byte) *calendar.Parsed {
	t.Helper()
	parsed, err := calendar.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("read back: %v\n%s", err, body)
	}
	return parsed
}

// readBack returns the only event of a feed around the entry.
func readBack(t testing.TB, entry Entry) calendar.ParsedEvent {
	t.Helper()
	events := decoded(t, bodyOf(t, head, entry)).Events
	if len(events) != 1 {
		t.Fatalf("%d events, want 1", len(events))
	}
	return events[0]
}

// golden compares what leaves with what left before.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".ics")
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
		t.Errorf("%s differs:\n%s", path, got)
	}
}

// unfolded undoes the folding, so that a secret cannot hide behind a line end.
func unfolded(body []byte) string { return strings.ReplaceAll(string(body), "\r\n ", "") }

// secretless fails when a calendar holds what its readers must not know.
func secretless(t *testing.T, body []byte, member bool) {
	t.Helper()
	text := unfolded(body)
	if strings.Contains(text, addressCanary) || strings.Contains(text, "canary-speaker") {
		t.Errorf("a speaker's address is told:\n%s", text)
	}
	if !member && strings.Contains(text, "canary-join") {
		t.Errorf("strangers are told the join link:\n%s", text)
	}
	if member && !strings.Contains(text, "canary-join") {
		t.Errorf("members are not told the join link:\n%s", text)
	}
}
