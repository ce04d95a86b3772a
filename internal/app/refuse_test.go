package app_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
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
			_, _, err := h.People.AddToken(ctx, v, other, "mine", false)
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
			_, err := h.Ledger.Due(ctx, v, "", "", store.Page{Limit: 5})
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

// An own feed that was ended is gone from the list and answers nothing, and a renewed one only at its new address.
func TestEndedFeed(t *testing.T) {
	h := open(t)
	v := h.person(t, "olga@maps.example")
	poll := func(address string) error {
		_, err := h.Feeds.Own(t.Context(), strings.TrimSuffix(address[strings.LastIndex(address, "/")+1:], ".ics"), "Calendar/1")
		return err
	}
	first := must(h.Feeds.Add(t.Context(), v, convoke.ScopeAll, "", "Mine"))(t)
	second := must(h.Feeds.Renew(t.Context(), v, first.ID))(t)
	if err := poll(first.Address); !convoke.IsNotFound(err) {
		t.Errorf("the old address: got %v", err)
	}
	if err := poll(second.Address); err != nil {
		t.Errorf("the new address: got %v", err)
	}
	if _, err := h.Feeds.Renew(t.Context(), h.person(t, "eve@maps.example"), first.ID); !convoke.IsNotFound(err) {
		t.Errorf("another's feed: got %v", err)
	}
	if err := h.Feeds.Revoke(t.Context(), v, first.ID); err != nil {
		t.Fatal(err)
	}
	if err := poll(second.Address); !convoke.IsNotFound(err) {
		t.Errorf("the address of an ended feed: got %v", err)
	}
	if list := must(h.Feeds.Mine(t.Context(), v))(t); len(list) != 0 {
		t.Errorf("an ended feed is listed: %+v", list)
	}
	if _, err := h.Feeds.Renew(t.Context(), v, first.ID); !convoke.IsNotFound(err) {
		t.Errorf("an ended feed was renewed: got %v", err)
	}
}

// Only who signed in has an account: an address that was invited says nothing of who reads it.
func TestInvitedIsNoAccount(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	for _, address := range []string{"olga@maps.example", "eve@maps.example"} {
		must(h.Members.Invite(t.Context(), convoke.System, m.Slug, address, "", ""))(t)
	}
	if list := must(h.People.List(t.Context(), convoke.System, "", 10))(t); len(list) != 0 {
		t.Errorf("accounts: got %+v, want none", list)
	}
	if err := h.SignIns.Ask(t.Context(), app.SignInRequest{Address: "olga@maps.example"}); err != nil {
		t.Fatal(err)
	}
	must(h.SignIns.Use(t.Context(), h.lastSignIn(t), app.SignInInput{}))(t)
	if list := must(h.People.List(t.Context(), convoke.System, "", 10))(t); len(list) != 1 || list[0].Address != "olga@maps.example" {
		t.Errorf("accounts: got %+v, want Olga's alone", list)
	}
}

// Whoever was not let in may ask again, and asks once at a time.
func TestAskAgain(t *testing.T) {
	h := open(t)
	name, privacy := "Quiet", "semi-private"
	m := must(h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Name: &name, Privacy: &privacy}, ""))(t)
	v := h.person(t, "olga@maps.example")
	for _, decide := range []bool{true, false} {
		for range 2 {
			if err := h.Members.Ask(t.Context(), v, m.Slug, "Please"); err != nil {
				t.Fatal(err)
			}
		}
		list := must(h.Members.Requests(t.Context(), convoke.System, m.Slug, store.Page{Limit: 200}))(t)
		if len(list) != 1 {
			t.Fatalf("%d requests wait, want 1", len(list))
		}
		if decide {
			if err := h.Members.Decide(t.Context(), convoke.System, m.Slug, []convoke.ID{list[0].ID}, false, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// An outsider's own feed says where to join as long as they mean to come.
func TestAnswerOpensTheLinkInAFeed(t *testing.T) {
	h := open(t)
	m, e := h.community(t)
	must(h.Events.Edit(t.Context(), convoke.System, e.ID, app.EventInput{JoinLink: new("https://meet.example/room")}))(t)
	v := h.person(t, "olga@maps.example")
	all := must(h.Feeds.Add(t.Context(), v, convoke.ScopeAll, "", "All"))(t)
	of := must(h.Feeds.Add(t.Context(), v, convoke.ScopeCommunity, m.ID, "One"))(t)
	for _, row := range []struct {
		answer         convoke.Answer
		listed, linked bool // in the feed of all, and with the link
	}{{"", false, false}, {convoke.Yes, true, true}, {convoke.No, false, false}, {convoke.Maybe, true, true}} {
		if row.answer != "" {
			if err := h.Events.Answer(t.Context(), v, e.ID, row.answer, "page"); err != nil {
				t.Fatal(err)
			}
		}
		for _, f := range []struct {
			address string
			listed  bool
		}{{all.Address, row.listed}, {of.Address, true}} {
			token := strings.TrimSuffix(f.address[strings.LastIndex(f.address, "/")+1:], ".ics")
			body := string(must(h.Feeds.Body(t.Context(), must(h.Feeds.Own(t.Context(), token, "Calendar/1"))(t)))(t).Raw)
			if strings.Contains(body, e.Title) != f.listed || strings.Contains(body, "meet.example") != (f.listed && row.linked) {
				t.Errorf("after %q: got\n%s\nwant listed %v, linked %v", row.answer, body, f.listed, row.linked)
			}
		}
	}
}

// A closed community has a feed for strangers from its first open event on, not from the first draft of one.
func TestFeedOfAClosedCommunity(t *testing.T) {
	h := open(t)
	name, privacy := "Quiet", "private"
	m := must(h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Name: &name, Privacy: &privacy}, ""))(t)
	e := must(h.Events.Create(t.Context(), convoke.System, m.Slug, app.EventInput{Title: new("Open day"), StartLocal: new("2026-12-03T14:00"), Visibility: new("everyone")}))(t)
	if _, err := h.Feeds.Community(t.Context(), m.Slug); !convoke.IsNotFound(err) {
		t.Errorf("with a draft: got %v", err)
	}
	must(h.Events.Publish(t.Context(), convoke.System, e.ID))(t)
	if _, err := h.Feeds.Community(t.Context(), m.Slug); err != nil {
		t.Errorf("with an open event: got %v", err)
	}
}

// A revision of the feed of everything never comes back, also not when a community is hidden.
func TestWholeFeedNeverGoesBack(t *testing.T) {
	h := open(t)
	_, e := h.community(t)
	name := "Quiet"
	m := must(h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Name: &name}, ""))(t)
	for i := range 5 {
		name = strings.Repeat("Quiet ", i+2)
		must(h.Communities.Edit(t.Context(), convoke.System, m.Slug, app.CommunityInput{Name: &name}))(t)
	}
	seen := map[string]bool{}
	for i := range 20 {
		if i == 3 {
			must(h.Communities.Edit(t.Context(), convoke.System, m.Slug, app.CommunityInput{Hidden: new(true)}))(t)
		}
		tag := must(h.Feeds.All(t.Context()))(t).ETag
		if seen[tag] {
			t.Fatalf("after %d changes the tag %s is back", i, tag)
		}
		seen[tag] = true
		title := strings.Repeat("Rivers ", i+1)
		must(h.Events.Edit(t.Context(), convoke.System, e.ID, app.EventInput{Title: &title}))(t)
	}
}

// The page behind an old link says that it is old, and that of a meeting's letter does not hold its join link.
func TestLetterPage(t *testing.T) {
	h := open(t)
	if err := h.SignIns.Ask(t.Context(), app.SignInRequest{Address: "ada@maps.example"}); err != nil {
		t.Fatal(err)
	}
	token := h.Secrets().LetterToken(h.lastSignIn(t))
	if v := must(h.Letters.View(t.Context(), token))(t); v.SignIn == nil {
		t.Error("a fresh link offers no signing in")
	}
	h.now = h.now.Add(convoke.SignInLife)
	if _, err := h.Letters.View(t.Context(), token); reason(err) != convoke.ReasonGone {
		t.Errorf("an old link: got %v", err)
	}
	m, _ := h.community(t)
	ben := h.member(t, m.Slug, "ben@maps.example", convoke.Member)
	r := must(h.Meetings.Create(t.Context(), convoke.System, m.Slug, app.MeetingInput{Title: new("Call"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2026-12-01T10:00"), JoinLink: new("https://meet.example/room")}))(t)
	must(h.Meetings.Publish(t.Context(), convoke.System, r.ID))(t)
	l := notify.Letter(h.Site(), notify.MeetingInvitation, string(r.ID), ben.Person, "ben@maps.example", notify.Data{}, h.Now(), h.Now().Add(time.Hour))
	l.CommunityID, l.MeetingID = m.ID, r.ID
	if err := h.store.Update(t.Context(), func(tx *store.Tx) error { _, err := tx.AddLetter(t.Context(), l); return err }); err != nil {
		t.Fatal(err)
	}
	if v := must(h.Letters.View(t.Context(), h.Secrets().LetterToken(l.ID)))(t); v.Meeting == nil || v.Meeting.JoinLink != "" {
		t.Errorf("the meeting: got %+v, want it without its link", v.Meeting)
	}
}
