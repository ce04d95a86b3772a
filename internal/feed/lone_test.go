package feed

import (
	"strings"
	"testing"

	"convoke/internal/convoke"
)

// Whoever comes to one date of a meeting is shown its join link, and not the meeting's, wherever somebody pasted it.
func TestLoneHidesTheMeetingsLink(t *testing.T) {
	const own = "https://video.example/third"
	for _, tt := range []struct {
		name, link, pasted string
		edit               func(e *convoke.Event, pasted string)
	}{
		{"title", "https://video.example/all", "", func(e *convoke.Event, s string) { e.Title = "Call at " + s }},
		{"place", "https://video.example/all", "", func(e *convoke.Event, s string) { e.Place = "Room 3, or " + s }},
		{"abstract", "https://video.example/all", "", func(e *convoke.Event, s string) { e.Abstract = "Or " + s }},
		{"agenda", "https://video.example/all", "", func(e *convoke.Event, s string) { e.Agenda = "Or " + s }},
		{"why it was called off", "https://video.example/all", "", func(e *convoke.Event, s string) {
			e.Status, e.CancelNote = convoke.Cancelled, "We are all at "+s
		}},
		{"as Markdown has &", "https://video.example/all?a=1&b=2", "https://video.example/all?a=1&amp;b=2", func(e *convoke.Event, s string) { e.Abstract = "Or " + s }},
		{"escaped for Markdown", "https://video.example/all_of_us", `https://video.example/all\_of\_us`, func(e *convoke.Event, s string) { e.Abstract = "Or " + s }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, different := range []bool{true, false} {
				src, m := source(), monthly()
				m.JoinLink = tt.link
				src.Meeting = &m
				e := planned(t, func(e *convoke.Event) {
					e.MeetingID, e.Start, e.RecurrenceID, e.Abstract, e.JoinLink = m.ID, at("2026-12-09T14:00"), at("2026-12-08T14:00"), "", own
				})
				pasted := tt.pasted
				if pasted == "" {
					pasted = tt.link
				}
				tt.edit(&e, pasted)
				if !different {
					e.JoinLink = tt.link
				}
				entry, err := Lone(src, e)
				if err != nil {
					t.Fatal(err)
				}
				text := strings.ReplaceAll(string(entry.Data), "\r\n ", "")
				if got := strings.Contains(text, m.JoinLink); got == different {
					t.Errorf("a date with a link of its own %v: the meeting's stands there %v:\n%s", different, got, text)
				}
				if e.Status == convoke.Confirmed && !strings.Contains(text, e.JoinLink) {
					t.Errorf("its own link is missing:\n%s", text)
				}
			}
		})
	}
}

func TestSame(t *testing.T) {
	src, m := source(), monthly()
	src.Meeting = &m
	e := planned(t, func(e *convoke.Event) {
		e.MeetingID, e.Start, e.RecurrenceID, e.UID = m.ID, at("2026-12-09T14:00"), at("2026-12-08T14:00"), m.UID
	})
	later := e
	later.RecurrenceID = at("2027-01-12T14:00")
	long := m
	long.UID = strings.Repeat("x", 70) + "-1@convoke.example"
	other := long
	other.UID = strings.Repeat("x", 70) + "-2@convoke.example"
	of := func(x Entry, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return x.Data
	}
	for _, tt := range []struct {
		name string
		a, b []byte
		want bool
	}{
		{"two audiences", of(Event(src, e, true)), of(Event(src, e, false)), true},
		{"a rule and its override", of(Rule(src, m, true)), of(Event(src, e, true)), false},
		{"two dates", of(Event(src, e, true)), of(Event(src, later, true)), false},
		{"alone and in its meeting", of(Lone(src, e)), of(Event(src, e, true)), false},
		{"a folded UID", of(Rule(src, long, true)), of(Rule(src, long, false)), true},
		{"UIDs that differ where they are folded", of(Rule(src, long, true)), of(Rule(src, other, true)), false},
	} {
		if got := Same(tt.a, tt.b); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}
