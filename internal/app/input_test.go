package app_test

import (
	"errors"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// What is longer than fits is refused whole, with the field's name, and never cut off in silence; what just fits is kept to its last sign.
func TestLongTexts(t *testing.T) {
	h := open(t)
	m, e := h.community(t)
	ctx := t.Context()
	ada := h.person(t, "ada@maps.example")
	for _, c := range []struct {
		field string
		max   int
		put   func(text string) error
	}{
		{"title", 200, func(s string) error {
			return second(h.Events.Edit(ctx, convoke.System, e.ID, app.EventInput{Title: &s}))
		}},
		{"abstract", 20_000, func(s string) error {
			return second(h.Events.Edit(ctx, convoke.System, e.ID, app.EventInput{Abstract: &s}))
		}},
		{"agenda", 20_000, func(s string) error {
			return second(h.Events.Edit(ctx, convoke.System, e.ID, app.EventInput{Agenda: &s}))
		}},
		{"minutes", 20_000, func(s string) error {
			return second(h.Events.Edit(ctx, convoke.System, e.ID, app.EventInput{Minutes: &s}))
		}},
		{"place", 300, func(s string) error {
			return second(h.Events.Edit(ctx, convoke.System, e.ID, app.EventInput{Place: &s}))
		}},
		{"note", 2_000, func(s string) error {
			return second(h.Events.Edit(ctx, convoke.System, e.ID, app.EventInput{Note: &s}))
		}},
		{"speakers", 120, func(s string) error {
			return second(h.Events.Edit(ctx, convoke.System, e.ID, app.EventInput{Speakers: &[]app.SpeakerInput{{Name: s}}}))
		}},
		{"speakers", 2_000, func(s string) error {
			return second(h.Events.Edit(ctx, convoke.System, e.ID, app.EventInput{Speakers: &[]app.SpeakerInput{{Name: "Ann", Biography: s}}}))
		}},
		{"name", 120, func(s string) error {
			return second(h.Communities.Edit(ctx, convoke.System, m.Slug, app.CommunityInput{Name: &s}))
		}},
		{"summary", 300, func(s string) error {
			return second(h.Communities.Edit(ctx, convoke.System, m.Slug, app.CommunityInput{Summary: &s}))
		}},
		{"rules", 20_000, func(s string) error {
			return second(h.Communities.Edit(ctx, convoke.System, m.Slug, app.CommunityInput{Rules: &s}))
		}},
		{"name", 120, func(s string) error { return h.People.EditMe(ctx, ada, app.PersonInput{Name: &s}) }},
		{"organisation", 120, func(s string) error { return h.People.EditMe(ctx, ada, app.PersonInput{Organisation: &s}) }},
		{"message", 2_000, func(s string) error {
			return second(h.Members.Invite(ctx, ada, m.Slug, "bo"+string(convoke.NewID("x"))+"@maps.example", "", s))
		}},
	} {
		if err := c.put(strings.Repeat("é", c.max)); err != nil {
			t.Errorf("%s of %d signs: %v", c.field, c.max, err)
		}
		for _, more := range []string{"é", " x", "\n\n more"} {
			err := c.put("  " + strings.Repeat("é", c.max) + more)
			if e, ok := errors.AsType[*convoke.Error](err); !ok || !strings.HasPrefix(string(e.Fields[c.field]), "text.long.") {
				t.Errorf("%s of %d signs and %q: got %v", c.field, c.max, more, err)
			}
		}
	}
}

// All that is wrong with a form is said at once.
func TestFaultsTogether(t *testing.T) {
	h := open(t)
	_, err := h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Name: new(""), Language: new("xx"), TimeZone: new("Mars/Olympus"), Privacy: new("secret")}, "")
	e, ok := errors.AsType[*convoke.Error](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	for _, field := range []string{"name", "language", "time_zone", "privacy"} {
		if e.Fields[field] == "" {
			t.Errorf("nothing is said of %s: %v", field, err)
		}
	}
}

// A zone is stored under the name it has now, wherever it comes from.
func TestOlderZoneNames(t *testing.T) {
	h := open(t)
	m, e := h.community(t)
	ctx := t.Context()
	ada := h.person(t, "ada@maps.example")
	if err := h.People.EditMe(ctx, ada, app.PersonInput{TimeZone: new("Asia/Calcutta")}); err != nil {
		t.Fatal(err)
	}
	if got := must(h.People.Me(ctx, ada))(t).Zone; got != "Asia/Kolkata" {
		t.Errorf("a person's zone is %q", got)
	}
	if got := must(h.Events.Edit(ctx, convoke.System, e.ID, app.EventInput{TimeZone: new("Asia/Katmandu")}))(t).Zone; got != "Asia/Kathmandu" {
		t.Errorf("an event's zone is %q", got)
	}
	if got := must(h.Communities.Edit(ctx, convoke.System, m.Slug, app.CommunityInput{TimeZone: new("Europe/Kiev")}))(t).Zone; got != "Europe/Kyiv" {
		t.Errorf("a community's zone is %q", got)
	}
}
