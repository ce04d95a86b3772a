package app_test

import (
	"bytes"
	"log/slog"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// One revision has one body on every copy, however late it is put together; the daily work moves window and revision at once.
func TestFeedWindowMovesWithTheRevision(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	first := must(h.Feeds.Community(t.Context(), m.Slug))(t)
	body := must(h.Feeds.Body(t.Context(), first))(t)
	h.now = h.now.Add(convoke.Past + 20*24*time.Hour) // the event is long out of a window that follows the clock
	other := must(app.New(t.Context(), app.Options{Store: h.store, Name: "Convoke", Base: "https://convoke.example", From: "Convoke <mail@convoke.example>", Log: slog.New(slog.DiscardHandler)}))(t)
	late := must(other.Feeds.Community(t.Context(), m.Slug))(t)
	if again := must(other.Feeds.Body(t.Context(), late))(t); late.ETag != first.ETag || !bytes.Equal(again.Raw, body.Raw) {
		t.Errorf("ETag %s then %s; the body changed without it: %v", first.ETag, late.ETag, !bytes.Equal(again.Raw, body.Raw))
	}
	if err := other.Communities.DropLeft(t.Context()); err != nil {
		t.Fatal(err)
	}
	moved := must(other.Feeds.Community(t.Context(), m.Slug))(t)
	after := must(other.Feeds.Body(t.Context(), moved))(t)
	if moved.ETag == first.ETag || bytes.Contains(after.Raw, []byte("Mapping rivers")) {
		t.Errorf("after the daily work: ETag %s, was %s\n%s", moved.ETag, first.ETag, after.Raw)
	}
}

// A date that was changed by itself stands above its meeting; a change of all dates raises it all the same.
func TestChangeOfAllRaisesADateOfItsOwn(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	text := func(s string) *string { return &s }
	rule := calendar.Rule{Freq: calendar.Weekly, Interval: 1}
	r := must(h.Meetings.Create(t.Context(), convoke.System, m.Slug, app.MeetingInput{Title: text("Call"), Rule: &rule, StartLocal: text("2026-12-01T10:00"), TimeZone: text("Africa/Nairobi")}))(t)
	must(h.Meetings.Publish(t.Context(), convoke.System, r.ID))(t)
	date := must(h.Meetings.Get(t.Context(), convoke.System, "", string(r.ID)))(t).Coming[2]
	for _, place := range []string{"Hall", "Library", "Garden"} {
		must(h.Events.Edit(t.Context(), convoke.System, date.ID, app.EventInput{Place: &place}))(t)
	}
	before := must(h.Events.Get(t.Context(), convoke.System, "", string(date.ID)))(t)
	must(h.Meetings.Edit(t.Context(), convoke.System, r.ID, app.MeetingInput{StartLocal: text("2026-12-01T11:00")}))(t)
	after := must(h.Events.Get(t.Context(), convoke.System, "", string(date.ID)))(t)
	if after.StartsAt == before.StartsAt || after.Sequence <= before.Sequence {
		t.Errorf("SEQUENCE %d at %v, then %d at %v", before.Sequence, before.Start, after.Sequence, after.Start)
	}
}

func TestSeriesThatWasCalledOffTakesNoSession(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	text := func(s string) *string { return &s }
	s := must(h.Series.Create(t.Context(), convoke.System, m.Slug, app.SeriesInput{Title: text("Rivers")}, app.EventInput{}, []app.SessionInput{{StartLocal: "2026-12-01T10:00"}}))(t)
	must(h.Series.Publish(t.Context(), convoke.System, s.ID))(t)
	if err := h.Series.Cancel(t.Context(), convoke.System, s.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Series.AddSession(t.Context(), convoke.System, s.ID, app.EventInput{StartLocal: text("2026-12-08T10:00")}); reason(err) != convoke.ReasonConflict {
		t.Errorf("a session for it: %v", err)
	}
}
