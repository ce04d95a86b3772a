package app_test

import (
	"errors"
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
