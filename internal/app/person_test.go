package app_test

import (
	"errors"
	"slices"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
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
		_, err := h.People.AddToken(t.Context(), v, "ada@maps.example", name, false)
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
