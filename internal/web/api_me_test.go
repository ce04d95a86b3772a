package web_test

import (
	"context"
	"strings"
	"testing"

	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// What is stopped, where one is signed in and which tokens there are, is one's own: others see and end none of it.
func TestMeIsMine(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		session := w.fill("member", "{my-session}")
		if got := w.must(200, "member", "GET", "/me/sessions", ""); got.str("items.0.id") != session {
			t.Errorf("sessions %s, want %s", got.Text, session)
		}
		if got := w.must(200, "admin", "GET", "/me/sessions", ""); strings.Contains(got.Text, session) {
			t.Errorf("another's session is listed: %s", got.Text)
		}
		w.must(404, "admin", "DELETE", "/me/sessions/"+session, "")
		w.must(204, "member", "DELETE", "/me/sessions/"+session, "")
		w.must(404, "member", "DELETE", "/me/sessions/"+session, "")

		w.must(204, "member", "PUT", "/me/mutes", `{"scope":"community","community":"cash"}`)
		w.must(204, "member", "PUT", "/me/mutes", `{"scope":"all"}`)
		got := w.must(200, "member", "GET", "/me/mutes", "")
		id := got.str("items.1.id")
		if got.str("items.0.scope") != "all" || got.str("items.1.community") != "cash" || got.get("items.2") != nil {
			t.Errorf("mutes %s, want all and cash", got.Text)
		}
		w.must(204, "admin", "DELETE", "/me/mutes?scope=community&id="+id, "")
		if got := w.must(200, "member", "GET", "/me/mutes", ""); got.str("items.1.id") != id {
			t.Errorf("another took a mute away: %s", got.Text)
		}
		// What may not be known any more keeps its ID, and can be started again by it.
		r.Update(func(ctx context.Context, tx *store.Tx) error {
			m, err := tx.Community(ctx, convoke.ID(id))
			if err != nil {
				return err
			}
			m.Hidden, m.Version = true, m.Version+1
			return tx.PutCommunity(ctx, m)
		})
		r.Must(r.App.Members.Leave(t.Context(), r.Viewer(memberCanary), "cash"))
		if got := w.must(200, "member", "GET", "/me/mutes", ""); got.str("items.1.id") != id || strings.Contains(got.Text, "cash") {
			t.Errorf("mutes after leaving: %s", got.Text)
		}
		w.must(204, "member", "DELETE", "/me/mutes?scope=community&id="+id, "")
		w.must(204, "member", "DELETE", "/me/mutes?scope=all", "")
		if got := w.must(200, "member", "GET", "/me/mutes", ""); got.get("items.0") != nil {
			t.Errorf("mutes %s, want none", got.Text)
		}
		for path, body := range map[string]string{"PUT /me/mutes": `{"scope":"event"}`, "DELETE /me/mutes?scope=planet": "", "DELETE /me/mutes": ""} {
			method, path, _ := strings.Cut(path, " ")
			if got := w.must(422, "member", method, path, body); got.str("fields.scope") == "" {
				t.Errorf("%s %s: %s, want a word at scope", method, path, got.Text)
			}
		}
	})
}

// A token's text is told once; a repeated request learns which token it made, and nothing keeps the text.
func TestTokensOfOnesOwn(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		first := w.must(201, "member", "POST", "/me/tokens", `{"name":"Reader","read_only":true}`, "Idempotency-Key", "t1")
		again := w.must(201, "member", "POST", "/me/tokens", `{"name":"Reader","read_only":true}`, "Idempotency-Key", "t1")
		text, id := first.str("token"), first.str("id")
		if text == "" || again.str("id") != id || strings.Contains(again.Text, "cvk_") || again.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("made %s, again %s", first.Text, again.Text)
		}
		w.tokens["reader"] = text
		list := w.must(200, "reader", "GET", "/me/tokens", "")
		if !strings.Contains(list.Text, id) || strings.Contains(list.Text, text) || strings.Contains(list.Text, "cvk_") {
			t.Errorf("tokens %s", list.Text)
		}
		for _, body := range []string{`{"name":"More"}`, `{"name":"More","read_only":true}`} {
			w.must(403, "reader", "POST", "/me/tokens", body)
		}
		if got := w.must(422, "member", "POST", "/me/tokens", `{"name":" "}`); got.str("fields.name") == "" {
			t.Errorf("no name: %s", got.Text)
		}
		w.must(404, "admin", "DELETE", "/me/tokens/"+id, "")
		w.must(204, "member", "DELETE", "/me/tokens/"+id, "")
		w.must(401, "reader", "GET", "/me/tokens", "")
	})
}
