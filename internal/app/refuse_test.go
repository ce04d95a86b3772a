package app_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// told is what somebody is told of a refusal: the key of its field, or of the whole.
func told(err error) convoke.Key {
	e, ok := errors.AsType[*convoke.Error](err)
	if !ok {
		return ""
	}
	for _, key := range e.Fields {
		return key
	}
	return e.Text
}

// person makes an account and gives it as who asks.
func (h *house) person(t *testing.T, address string) convoke.Viewer {
	t.Helper()
	p := must(h.People.Add(t.Context(), convoke.System, address, app.PersonInput{}))(t)
	return convoke.Viewer{Person: p.ID, Via: "session"}
}

// member makes an account with a role in a community.
func (h *house) member(t *testing.T, community, address string, role convoke.Role) convoke.Viewer {
	t.Helper()
	v := h.person(t, address)
	if err := h.Members.Put(t.Context(), convoke.System, community, address, role); err != nil {
		t.Fatal(err)
	}
	return v
}

// Whoever may not plan is told why, and that a community is archived only where they may read it.
func TestWhyNot(t *testing.T) {
	h := open(t)
	for _, x := range []struct{ slug, privacy string }{{"open", "open"}, {"old-open", "open"}, {"old", "semi-private"}} {
		must(h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Slug: &x.slug, Name: &x.slug, Privacy: &x.privacy}, ""))(t)
	}
	moderator, outsider := h.member(t, "old", "moe@maps.example", convoke.Moderator), h.person(t, "olga@maps.example")
	for _, slug := range []string{"old-open", "old"} {
		if err := h.Communities.Archive(t.Context(), convoke.System, slug, false); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		name      string
		v         convoke.Viewer
		community string
		want      convoke.Key
	}{
		{"stranger", convoke.Nobody, "open", "error.sign_in"},
		{"outsider", outsider, "open", "error.forbidden"},
		{"stranger, archived", convoke.Nobody, "old-open", "error.sign_in"},
		{"outsider, archived and open", outsider, "old-open", "error.archived"},
		{"outsider, archived and closed", outsider, "old", "error.forbidden"},
		{"moderator, archived", moderator, "old", "error.archived"},
	} {
		_, err := h.Events.Create(t.Context(), row.v, row.community, app.EventInput{Title: new("Tea"), StartLocal: new("2026-12-03T14:00")})
		if got := told(err); got != row.want {
			t.Errorf("%s: got %q (%v), want %q", row.name, got, err, row.want)
		}
	}
}

// What needs an account, or an operator, is refused here too, whatever a page or a program lets through.
func TestStrangersAndOutsiders(t *testing.T) {
	h := open(t)
	m, e := h.community(t)
	s := must(h.Series.Create(t.Context(), convoke.System, m.Slug, app.SeriesInput{Title: new("Rivers")}, app.EventInput{}, []app.SessionInput{{StartLocal: "2026-12-01T10:00"}}))(t)
	must(h.Series.Publish(t.Context(), convoke.System, s.ID))(t)
	r := must(h.Meetings.Create(t.Context(), convoke.System, m.Slug, app.MeetingInput{Title: new("Call"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2026-12-01T10:00")}))(t)
	must(h.Meetings.Publish(t.Context(), convoke.System, r.ID))(t)
	outsider := h.person(t, "olga@maps.example")
	const own, other = "olga@maps.example", "ada@maps.example"
	const in, no, gone, free = "error.sign_in", "error.forbidden", "error.not_found", ""
	for _, row := range []struct {
		name               string
		do                 func(context.Context, convoke.Viewer) error
		stranger, outsider convoke.Key
	}{
		{"me", func(ctx context.Context, v convoke.Viewer) error { _, err := h.People.Me(ctx, v); return err }, in, free},
		{"edit me", func(ctx context.Context, v convoke.Viewer) error { return h.People.EditMe(ctx, v, app.PersonInput{}) }, in, free},
		{"add", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.People.Add(ctx, v, "new@maps.example", app.PersonInput{})
			return err
		}, no, no},
		{"all accounts", func(ctx context.Context, v convoke.Viewer) error { _, err := h.People.List(ctx, v, "", 5); return err }, no, no},
		{"own account", func(ctx context.Context, v convoke.Viewer) error { _, err := h.People.Get(ctx, v, own); return err }, in, free},
		{"other account", func(ctx context.Context, v convoke.Viewer) error { _, err := h.People.Get(ctx, v, other); return err }, in, gone},
		{"edit other", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.People.Edit(ctx, v, other, app.PersonInput{})
			return err
		}, in, gone},
		{"remove other", func(ctx context.Context, v convoke.Viewer) error { return h.People.Remove(ctx, v, other) }, in, gone},
		{"token for other", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.People.AddToken(ctx, v, other, "mine", false)
			return err
		}, in, gone},
		{"tokens", func(ctx context.Context, v convoke.Viewer) error { _, err := h.People.Tokens(ctx, v); return err }, in, free},
		{"revoke token", func(ctx context.Context, v convoke.Viewer) error { return h.People.RevokeToken(ctx, v, "to_none") }, in, gone},
		{"mutes", func(ctx context.Context, v convoke.Viewer) error { _, err := h.People.Mutes(ctx, v); return err }, in, free},
		{"mute all", func(ctx context.Context, v convoke.Viewer) error {
			return h.People.Mute(ctx, v, convoke.ScopeAll, "", true)
		}, in, free},
		{"mute an event", func(ctx context.Context, v convoke.Viewer) error {
			return h.People.Mute(ctx, v, convoke.ScopeEvent, e.ID, true)
		}, in, gone},
		{"sessions", func(ctx context.Context, v convoke.Viewer) error { _, err := h.Sessions.List(ctx, v); return err }, in, free},
		{"end session", func(ctx context.Context, v convoke.Viewer) error { return h.Sessions.End(ctx, v, "none") }, in, gone},
		{"feeds", func(ctx context.Context, v convoke.Viewer) error { _, err := h.Feeds.Mine(ctx, v); return err }, in, free},
		{"add feed", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Feeds.Add(ctx, v, convoke.ScopeAll, "", "Mine")
			return err
		}, in, free},
		{"add feed of an event", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Feeds.Add(ctx, v, convoke.ScopeEvent, e.ID, "Mine")
			return err
		}, in, "feed.scope.unknown"},
		{"end feed", func(ctx context.Context, v convoke.Viewer) error { return h.Feeds.Revoke(ctx, v, "fe_none") }, in, gone},
		{"answer event", func(ctx context.Context, v convoke.Viewer) error {
			return h.Events.Answer(ctx, v, e.ID, convoke.Yes, "page")
		}, in, free},
		{"answer series", func(ctx context.Context, v convoke.Viewer) error {
			return h.Series.Answer(ctx, v, s.ID, convoke.Yes, "page")
		}, in, free},
		{"answer meeting", func(ctx context.Context, v convoke.Viewer) error {
			return h.Meetings.Answer(ctx, v, r.ID, convoke.Yes, "page")
		}, in, free},
		{"ledger", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Ledger.List(ctx, v, app.LetterFilter{Limit: 5})
			return err
		}, in, free},
		{"timetable", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Ledger.Due(ctx, v, "", "", 5)
			return err
		}, in, free},
		{"ledger of an event", func(ctx context.Context, v convoke.Viewer) error { _, err := h.Ledger.Event(ctx, v, e.ID); return err }, in, no},
		{"kept mail", func(ctx context.Context, v convoke.Viewer) error {
			_, _, err := h.Ledger.Captured(ctx, v, "le_none")
			return err
		}, in, no},
		{"community", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Communities.Create(ctx, v, "", app.CommunityInput{Name: new("Mine")}, "")
			return err
		}, in, no},
		{"working group", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Communities.Create(ctx, v, m.Slug, app.CommunityInput{Name: new("Mine")}, "")
			return err
		}, in, no},
		{"leave", func(ctx context.Context, v convoke.Viewer) error { return h.Members.Leave(ctx, v, m.Slug) }, in, free},
	} {
		if got := told(row.do(t.Context(), convoke.Nobody)); got != row.stranger {
			t.Errorf("%s, stranger: got %q, want %q", row.name, got, row.stranger)
		}
		if got := told(row.do(t.Context(), outsider)); got != row.outsider {
			t.Errorf("%s, outsider: got %q, want %q", row.name, got, row.outsider)
		}
	}
}

// A change of a date with a wider scope is of all dates, or of it and those after it.
func TestUnknownScope(t *testing.T) {
	h := open(t)
	m, e := h.community(t)
	r := must(h.Meetings.Create(t.Context(), convoke.System, m.Slug, app.MeetingInput{Title: new("Call"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2026-12-01T10:00")}))(t)
	must(h.Meetings.Publish(t.Context(), convoke.System, r.ID))(t)
	date := must(h.Meetings.Get(t.Context(), convoke.System, "", string(r.ID)))(t).Coming[2]
	for _, row := range []struct {
		name, scope string
		event       convoke.ID
		want        convoke.Key
	}{
		{"all dates", app.AllDates, date.ID, ""},
		{"unknown", "some", date.ID, "event.scope.unknown"},
		{"one date only", app.ThisDate, date.ID, "event.scope.unknown"},
		{"single event", app.AllDates, e.ID, "event.scope.unknown"},
	} {
		_, err := h.Meetings.EditScope(t.Context(), convoke.System, row.event, row.scope, app.EventInput{Title: new("Call of " + row.name)})
		if got := told(err); got != row.want {
			t.Errorf("%s: got %q (%v), want %q", row.name, got, err, row.want)
		}
	}
}

func TestSettingsOfAnInstance(t *testing.T) {
	h := open(t)
	for _, row := range []struct {
		name, base, from string
		ok               bool
	}{
		{"both", "https://convoke.example", "mail@convoke.example", true},
		{"no host", "convoke.example", "mail@convoke.example", false},
		{"no address", "https://convoke.example", "Convoke", false},
	} {
		_, err := app.New(t.Context(), app.Options{Store: h.store, Name: "Convoke", Base: row.base, From: row.from, Log: slog.New(slog.DiscardHandler)})
		if (err == nil) != row.ok {
			t.Errorf("%s: got %v", row.name, err)
		}
	}
}
