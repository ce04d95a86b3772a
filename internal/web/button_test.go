package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// A form that names no button of its page decides nothing.
func TestNoButton(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.SemiPrivate)
		r.Member("soil", "ada@x.example", convoke.Admin)
		r.Operator("op@x.example")
		wes := r.As("wes@x.example")
		if got := wes.Post("/c/soil/ask", url.Values{"message": {"please"}}); got.Status != 303 {
			t.Fatalf("ask: %d", got.Status)
		}
		list, err := r.App.Members.Requests(t.Context(), convoke.System, "soil", app.Page{Limit: 5})
		r.Must(err)
		ada, op := r.As("ada@x.example"), r.As("op@x.example")
		if got := ada.Post("/me/mail/mute", url.Values{"off": {"true"}}); got.Status != 303 {
			t.Fatalf("mute: %d", got.Status)
		}
		e := published(t, r, "soil", "Topping up", "2027-03-09T14:00")
		r.Clock.Set(e.EndsAt.Time().Add(time.Hour))
		at := "/c/soil/admin/events/" + e.Slug
		summary := url.Values{"summary": {"What was said."}, "do": {"publish"}}
		if got := ada.Post(at+"/summary/save", summary); got.Status != 303 {
			t.Fatalf("publish a summary: %d", got.Status)
		}
		for _, tt := range []struct {
			who  *rig.Client
			path string
			form url.Values
		}{
			{ada, "/c/soil/admin/requests/decide", url.Values{"request": {string(list[0].ID)}}},
			{ada, "/c/soil/admin/requests/decide", url.Values{"request": {string(list[0].ID)}, "do": {"Approve"}}},
			{op, "/admin/people/change", url.Values{"address": {"op@x.example"}}},
			{op, "/admin/people/change", url.Values{"address": {"ada@x.example"}, "operator": {"yes"}}},
			{ada, "/me/mail/mute", url.Values{}},
			{ada, "/me/mail/mute", url.Values{"off": {"no"}}},
			{ada, at + "/summary/save", url.Values{"summary": {"x"}}},
			{ada, at + "/questions/speaker-links", url.Values{}},
		} {
			got := tt.who.Post(tt.path, tt.form)
			if got.Status != 422 || !strings.Contains(got.Body, "Press one of the buttons.") {
				t.Errorf("POST %s %v: %d, want 422 and which buttons", tt.path, tt.form, got.Status)
			}
			if strings.Contains(got.Body, "Saved.") {
				t.Errorf("POST %s %v says it is saved", tt.path, tt.form)
			}
		}
		list, err = r.App.Members.Requests(t.Context(), convoke.System, "soil", app.Page{Limit: 5})
		if err != nil || len(list) != 1 {
			t.Errorf("%d wait, %v, want one still", len(list), err)
		}
		if p, err := r.App.People.Get(t.Context(), convoke.System, "op@x.example"); err != nil || !p.Operator {
			t.Errorf("an operator no more: %v", err)
		}
		if mutes, err := r.App.People.Mutes(t.Context(), r.Viewer("ada@x.example")); err != nil || len(mutes) != 1 {
			t.Errorf("%d mutes, %v, want the one there was", len(mutes), err)
		}
		if got := ada.Get("/c/soil/events/" + e.Slug + "/summary"); !strings.Contains(got.Body, "What was said.") {
			t.Error("the summary is withdrawn")
		}
	})
}

// Whoever alone leads a community stays, the operator deleting them or not, and is named before they go.
func TestOperatorDeletes(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.SemiPrivate, "ann@x.example")
		r.Person("ada@x.example", app.PersonInput{Name: new("Ada Fall")})
		r.Member("soil", "ada@x.example", convoke.Admin)
		r.Operator("op@x.example")
		op := r.As("op@x.example")
		if got := op.Get("/admin/people").Body; !strings.Contains(got, "The account of Ada Fall goes for good") {
			t.Error("nothing is asked before an account is deleted")
		}
		remove := url.Values{"address": {"ada@x.example"}}
		got := op.Post("/admin/people/remove", remove)
		if got.Status != 409 || !strings.Contains(got.Body, "Without them nobody would lead Soil") || strings.Contains(got.Body, "Without you") {
			t.Errorf("delete the only admin: %d, want 409 and the community's name", got.Status)
		}
		if _, err := r.App.Members.ByAddress(t.Context(), convoke.System, "soil", "ada@x.example"); err != nil {
			t.Errorf("the only admin: %v", err)
		}
		r.Member("soil", "ann@x.example", convoke.Admin)
		if got := op.Post("/admin/people/remove", remove); got.Status != 303 {
			t.Errorf("with another admin: %d, want 303", got.Status)
		}
	})
}
