package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

func TestMe(t *testing.T) {
	r := rig.New(t)
	r.Community("soil", convoke.Open, "ann@office.example")
	open := serve(t, r)
	open().get("/me").leads(t, "stranger", "/sign-in?next=%2Fme")
	b := open().as(r, "ann@office.example")
	other := open().as(r, "ann@office.example")

	b.get("/me").want(t, "page", http.StatusOK, "ann@office.example", "This one", "Sign out there")
	b.post("/me/save", "name", "Ann Lee", "time_zone", "Asia/Dhaka", "language", "fr", "has", "listed").leads(t, "save", "/me")
	p, err := r.App.People.Me(t.Context(), r.Viewer("ann@office.example"))
	r.Must(err)
	if p.Name != "Ann Lee" || p.Zone != "Asia/Dhaka" || p.Language != "fr" || p.Listed {
		t.Errorf("saved %+v", p)
	}
	b.get("/me").want(t, "in French", http.StatusOK, `lang="fr"`, "Enregistr")
	for was, is := range map[string]string{"Asia/Calcutta": "Asia/Kolkata", "Etc/GMT+3": "Etc/GMT+3"} { // an older name, and one that is not offered
		b.post("/me/save", "name", "Ann", "time_zone", was, "language", "fr").leads(t, was, "/me")
		b.get("/me").want(t, was, http.StatusOK, `<option value="`+strings.ReplaceAll(is, "+", "&#43;")+`" selected>`)
	}
	b.post("/me/save", "name", "Ann", "time_zone", "Mars/Base", "language", "en").want(t, "unknown zone", http.StatusUnprocessableEntity, `href="#time_zone"`)

	ends := regexp.MustCompile(`name="id" value="([^"]+)">D`).FindAllStringSubmatch(b.get("/me").body, -1)
	if len(ends) != 1 {
		t.Fatalf("%d other browsers to sign out, want one", len(ends))
	}
	b.post("/me/end-session", "id", ends[0][1]).leads(t, "sign the other out", "/me#sessions")
	b.get("/me").want(t, "still signed in", http.StatusOK)
	b.post("/sign-out").leads(t, "sign out", "/")
	for name, b := range map[string]*browser{"this": b, "other": other} {
		b.get("/me").leads(t, name+" browser is signed out", "/sign-in?next=%2Fme")
	}
}

var tokenText = regexp.MustCompile(`cvk_[a-z0-9]+`)

func TestTokens(t *testing.T) {
	r := rig.New(t)
	r.Person("ann@office.example")
	b := serve(t, r)().as(r, "ann@office.example")
	b.post("/me/add-token", "token_name", "").want(t, "no name", http.StatusUnprocessableEntity, `href="#token_name"`)
	p := b.post("/me/add-token", "token_name", "sync", "read_only", "true").want(t, "made", http.StatusOK)
	text := tokenText.FindString(p.body)
	v, _, err := r.App.Viewers.ByToken(t.Context(), text)
	if err != nil || !v.ReadOnly {
		t.Errorf("token %q: %+v, %v; want one that reads only", text, v, err)
	}
	if got := p.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q, want no-store", got)
	}
	b.get("/me").want(t, "not shown again", http.StatusOK, "sync", "!"+text)
	list, err := r.App.People.Tokens(t.Context(), v)
	r.Must(err)
	b.post("/me/revoke-token", "id", string(list[0].ID)).leads(t, "revoke", "/me#tokens")
	if _, _, err := r.App.Viewers.ByToken(t.Context(), text); err == nil {
		t.Error("a revoked token works")
	}
}

func TestMyMail(t *testing.T) {
	r := rig.New(t)
	m := r.Community("soil", convoke.Open, "ann@office.example")
	hidden := r.Community("secret", convoke.Private)
	_, err := r.App.Communities.Edit(t.Context(), convoke.System, "secret", app.CommunityInput{Hidden: new(true)})
	r.Must(err)
	b := serve(t, r)().as(r, "ann@office.example")
	b.get("/me/mail").want(t, "page", http.StatusOK, "Soil", "!Secret")
	b.post("/me/mail/mute", "community", string(m.ID), "off", "true").leads(t, "stop", "/me/mail")
	b.post("/me/mail/mute", "off", "true").leads(t, "stop all", "/me/mail")
	list, err := r.App.People.Mutes(t.Context(), r.Viewer("ann@office.example"))
	r.Must(err)
	if len(list) != 2 {
		t.Errorf("mutes %+v, want two", list)
	}
	b.get("/me/mail").want(t, "stopped", http.StatusOK, "Start again", "!not a member of")
	b.post("/me/mail/mute", "community", string(m.ID), "off", "false").leads(t, "start", "/me/mail")
	b.post("/me/mail/mute", "community", string(hidden.ID), "off", "true").want(t, "hidden community", http.StatusNotFound)
	b.get("/me/mail").want(t, "no others", http.StatusOK, "!not a member of")
	b.post("/me/mail/mute", "community", string(m.ID), "off", "true").leads(t, "stop once more", "/me/mail")
	r.Must(r.App.Members.Leave(t.Context(), r.Viewer("ann@office.example"), "soil"))
	b.get("/me/mail").want(t, "left", http.StatusOK, "!Soil", "The mails of one community", "not a member of")
}
