package app_test

import (
	"errors"
	"slices"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// Without an operator the next start would print a set-up link for whoever reads the log.
func TestLastOperatorStays(t *testing.T) {
	h := open(t)
	must(h.People.Add(t.Context(), convoke.System, "ada@maps.example", app.PersonInput{Operator: new(true)}))(t)
	refused := func(err error) bool {
		e, ok := errors.AsType[*convoke.Error](err)
		return ok && e.Text == "person.last_operator"
	}
	if _, err := h.People.Edit(t.Context(), convoke.System, "ada@maps.example", app.PersonInput{Operator: new(false)}); !refused(err) {
		t.Errorf("made an ordinary person: got %v, want a refusal", err)
	}
	if err := h.People.Remove(t.Context(), convoke.System, "ada@maps.example"); !refused(err) {
		t.Errorf("removed: got %v, want a refusal", err)
	}
	must(h.People.Add(t.Context(), convoke.System, "ben@maps.example", app.PersonInput{Operator: new(true)}))(t)
	must(h.People.Edit(t.Context(), convoke.System, "ada@maps.example", app.PersonInput{Operator: new(false)}))(t)
}

// Only an operator makes one: neither one's own page nor one's own token does.
func TestNobodyMakesThemselvesOperator(t *testing.T) {
	h := open(t)
	v := h.person(t, "ada@maps.example")
	if err := h.People.EditMe(t.Context(), v, app.PersonInput{Operator: new(true)}); err != nil {
		t.Fatal(err)
	}
	if p := must(h.People.Edit(t.Context(), v, "ada@maps.example", app.PersonInput{Operator: new(true)}))(t); p.Operator {
		t.Error("editing one's own account made an operator")
	}
	if p := must(h.People.Get(t.Context(), convoke.System, "ada@maps.example"))(t); p.Operator {
		t.Error("an operator without an operator's doing")
	}
}

func TestPersonRefusals(t *testing.T) {
	h := open(t)
	v := h.person(t, "ada@maps.example")
	m := must(h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Name: new("Hush"), Hidden: new(true)}, ""))(t)
	mute := func(scope convoke.Scope, id convoke.ID) error { return h.People.Mute(t.Context(), v, scope, id, true) }
	token := func(name string) error {
		_, _, err := h.People.AddToken(t.Context(), v, "ada@maps.example", name, false)
		return err
	}
	add := func() error {
		_, err := h.People.Add(t.Context(), convoke.System, "Ada@Maps.example", app.PersonInput{})
		return err
	}
	for _, row := range []struct {
		name string
		err  error
		want convoke.Key
	}{
		{"no name", h.People.EditMe(t.Context(), v, app.PersonInput{Name: new(" \u202e ")}), "person.name.missing"},
		{"unknown language", h.People.EditMe(t.Context(), v, app.PersonInput{Language: new("xx")}), "language.unknown"},
		{"unknown zone", h.People.EditMe(t.Context(), v, app.PersonInput{TimeZone: new("Mars/Olympus")}), "zone.unknown"},
		{"an account twice", add(), "person.exists"},
		{"token without a name", token(" "), "token.name.missing"},
		{"mails of a hidden community", mute(convoke.ScopeCommunity, m.ID), "error.not_found"},
		{"mails of no community", mute(convoke.ScopeCommunity, "co_none"), "error.not_found"},
		{"all mails of one", mute(convoke.ScopeAll, m.ID), "error.not_found"},
		{"all mails", mute(convoke.ScopeAll, ""), ""},
	} {
		if got := told(row.err); got != row.want {
			t.Errorf("%s: got %q (%v), want %q", row.name, got, row.err, row.want)
		}
	}
}

// Whoever removes their own account does not stand in the log as who did it.
func TestRemovedIsNoActor(t *testing.T) {
	h := open(t)
	v := h.person(t, "ada@maps.example")
	if err := h.People.Remove(t.Context(), v, "ada@maps.example"); err != nil {
		t.Fatal(err)
	}
	list := h.changes(t, v.Person)
	if i := slices.IndexFunc(list, func(c convoke.Change) bool { return c.Verb == "removed" }); i < 0 || list[i].ActorID != "" {
		t.Errorf("the log: got %+v", list)
	}
}

func TestFeedRefusals(t *testing.T) {
	h := open(t)
	v := h.person(t, "ada@maps.example")
	m := must(h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Name: new("Hush"), Hidden: new(true), Privacy: new("open")}, ""))(t)
	s := must(h.Series.Create(t.Context(), convoke.System, m.Slug, app.SeriesInput{Title: new("Rivers")}, app.EventInput{}, []app.SessionInput{{StartLocal: "2026-12-01T10:00"}}))(t)
	must(h.Series.Publish(t.Context(), convoke.System, s.ID))(t)
	add := func(scope convoke.Scope, id convoke.ID) error {
		_, err := h.Feeds.Add(t.Context(), v, scope, id, "Mine")
		return err
	}
	first := must(h.Feeds.Add(t.Context(), v, convoke.ScopeAll, "", ""))(t)
	if first.Name != "Convoke" {
		t.Errorf("a feed without a name is called %q, want the site's", first.Name)
	}
	for _, row := range []struct {
		name string
		err  error
		want convoke.Key
	}{
		{"of a hidden community", add(convoke.ScopeCommunity, m.ID), "error.not_found"},
		{"of a series in it", add(convoke.ScopeSeries, s.ID), "error.not_found"},
		{"of a person", add("person", v.Person), "feed.scope.unknown"},
		{"no name", h.Feeds.Rename(t.Context(), v, first.ID, " "), "feed.name.missing"},
		{"another's", h.Feeds.Rename(t.Context(), h.person(t, "eve@maps.example"), first.ID, "Eve's"), "error.not_found"},
	} {
		if got := told(row.err); got != row.want {
			t.Errorf("%s: got %q (%v), want %q", row.name, got, row.err, row.want)
		}
	}
	in := h.member(t, m.Slug, "ben@maps.example", convoke.Member)
	if got := must(h.Feeds.Add(t.Context(), in, convoke.ScopeCommunity, m.ID, "Hush"))(t); got.Community == nil {
		t.Error("a member's feed does not name its community")
	}
	if err := h.Members.Leave(t.Context(), in, m.Slug); err != nil {
		t.Fatal(err)
	}
	if list := must(h.Feeds.Mine(t.Context(), in))(t); len(list) != 1 || list[0].Community != nil {
		t.Errorf("after leaving: got %+v, want the feed without its community", list)
	}
	if list := must(h.Feeds.Mine(t.Context(), v))(t); len(list) != 1 {
		t.Errorf("%d feeds were made, want the first alone", len(list))
	}
	for range 99 {
		if err := add(convoke.ScopeAll, ""); err != nil {
			t.Fatal(err)
		}
	}
	if got := told(add(convoke.ScopeAll, "")); got != "feed.too_many" {
		t.Errorf("the hundred and first: got %q", got)
	}
}

// An account cannot go whose communities nobody else would lead, whose names are told, not by the operator either.
func TestLastAdminStays(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		for _, slug := range []string{"rivers", "lakes", "seas", "ponds"} {
			r.Community(slug, convoke.Open)
		}
		must(r.App.Communities.Create(t.Context(), convoke.System, "seas", app.CommunityInput{Slug: new("tides"), Name: new("Tides")}, ""))(t)
		for _, slug := range []string{"rivers", "lakes", "seas", "tides"} {
			r.Member(slug, "ada@x.example", convoke.Admin)
		}
		r.Member("seas", "ben@x.example", convoke.Admin)
		r.Member("rivers", "ben@x.example", convoke.Moderator)
		r.Member("ponds", "ada@x.example", convoke.Member)
		ada := r.Viewer("ada@x.example")
		remove := func(v convoke.Viewer, key convoke.Key) (names string) {
			err := r.App.People.Remove(t.Context(), v, "ada@x.example")
			if e, ok := errors.AsType[*convoke.Error](err); ok && e.Text == key && e.Reason == convoke.ReasonConflict {
				return e.Args[1].(string)
			}
			r.Must(err)
			return ""
		}
		if got := remove(ada, "person.last_admin"); got != "Lakes, Rivers" {
			t.Errorf("would leave %q without an admin, want Lakes, Rivers", got)
		}
		r.Member("rivers", "ben@x.example", convoke.Admin)
		if got := remove(convoke.System, "person.last_admin.other"); got != "Lakes" {
			t.Errorf("the operator would leave %q without an admin, want Lakes", got)
		}
		r.Member("lakes", "ben@x.example", convoke.Admin)
		if got := remove(convoke.System, ""); got != "" {
			t.Errorf("refused to the operator because of %q", got)
		}
		if got := must(r.App.Communities.Front(t.Context(), convoke.System, "lakes"))(t); len(got.Leaders) != 1 {
			t.Errorf("%d lead it, want ben alone", len(got.Leaders))
		}
	})
}
