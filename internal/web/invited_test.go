package web_test

import (
	"net/url"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// Whoever is invited and signs in finds the invitation on the community's page, and asking to join takes it up.
func TestInvitedAtTheDoor(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.SemiPrivate)
		member := func(who string) bool {
			_, err := r.App.Members.ByAddress(t.Context(), convoke.System, "soil", who+"@x.example")
			return err == nil
		}
		for _, who := range []string{"eve", "fay", "gus", "hal"} {
			r.Person(who + "@x.example")
			_, err := r.App.Members.Invite(t.Context(), convoke.System, "soil", who+"@x.example", "", "Canary words.")
			r.Must(err)
		}
		const form, ask, asked = `action="/c/soil/invitation"`, `href="/c/soil/ask"`, "You have asked to join"
		eve, fay, gus, wes := r.As("eve@x.example"), r.As("fay@x.example"), r.As("gus@x.example"), r.As("wes@x.example")
		press := func(c *rig.Client, do string) rig.Response {
			return c.Post("/c/soil/invitation", url.Values{"do": {do}})
		}
		said(t, "invited", eve.Get("/c/soil"), 200, form, "Canary words.", "You are invited to join", "!"+ask)
		said(t, "a stranger", r.Stranger().Get("/c/soil"), 200, "!"+form, "!Canary")
		said(t, "nobody asked them", wes.Get("/c/soil"), 200, "!"+form, ask)
		said(t, "no button", press(eve, "yes"), 422, "Press one of the buttons.", form)
		said(t, "not invited", press(wes, "accept"), 404)
		if member("wes") || member("eve") {
			t.Fatal("a member without having accepted")
		}
		for range 2 {
			said(t, "accept", press(eve, "accept"), 303)
		}
		said(t, "in", eve.Get("/c/soil"), 200, "!"+form, "You are a member now.")
		said(t, "decline when in", press(eve, "decline"), 409, "You are a member already")
		said(t, "decline", press(fay, "decline"), 303)
		said(t, "declined", fay.Get("/c/soil"), 200, "!"+form, ask, "The invitation is declined.")
		said(t, "accept what was declined", press(fay, "accept"), 409, "You declined this invitation before")
		said(t, "ask when invited", gus.Post("/c/soil/ask", url.Values{"message": {"please"}}), 303)
		said(t, "who asked when invited", gus.Get("/c/soil"), 200, "!"+asked, "You are a member now.")
		said(t, "ask", wes.Post("/c/soil/ask", url.Values{"message": {"please"}}), 303)
		said(t, "who waits", wes.Get("/c/soil"), 200, asked, "!You are a member now.", "once an admin has let you in", "!Ask to join, and", "!"+ask)
		for who, want := range map[string]bool{"eve": true, "fay": false, "gus": true, "wes": false} {
			if member(who) != want {
				t.Errorf("%s is a member: %v, want %v", who, !want, want)
			}
		}
		list, err := r.App.Members.Requests(t.Context(), convoke.System, "soil", app.Page{Limit: 9})
		if err != nil || len(list) != 1 {
			t.Errorf("%d wait, %v, want wes alone", len(list), err)
		}
		hal := r.As("hal@x.example")
		r.Must(r.App.Communities.Archive(t.Context(), convoke.System, "soil", true))
		said(t, "archived", hal.Get("/c/soil"), 200, "!"+form)
		said(t, "accept what is archived", press(hal, "accept"), 409, "no longer open")
		if member("hal") {
			t.Error("a member of what is archived")
		}
	})
}

// A working group is never called open to the world, and a page of a community names nobody without a name.
func TestGroupSaysWhoMay(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Operator("op@x.example")
		_, err := r.App.Communities.Create(t.Context(), r.Viewer("op@x.example"), "", app.CommunityInput{Name: new("Soil"), Slug: new("soil"), Privacy: new("open")}, "nameless@x.example")
		r.Must(err)
		r.Member("soil", "ada@x.example", convoke.Admin)
		ada := r.As("ada@x.example")
		for _, who := range []*rig.Client{ada, r.Stranger()} {
			said(t, "leaders", who.Get("/c/soil"), 200, "<bdi>Ada</bdi>", "!<bdi></bdi>", "Open: everyone reads, anyone joins.")
		}
		said(t, "own words", ada.Get("/c/soil"), 200, "Leave this community", "!Leave this group")
		for privacy, line := range map[convoke.Privacy]string{convoke.Open: "every member of the community reads", convoke.Public: "Any member of the community joins at once",
			convoke.SemiPrivate: "Members of the group only: ask", convoke.Private: "Members of the group only: by invitation"} {
			slug := "group-" + string(privacy)
			_, err := r.App.Communities.Create(t.Context(), r.Viewer("ada@x.example"), "soil", app.CommunityInput{Name: new("G " + slug), Slug: &slug, Privacy: new(string(privacy))}, "")
			r.Must(err)
			said(t, slug, ada.Get("/c/"+slug), 200, line, "Leave this group", "you stay a member of the community", "!everyone reads", "!anyone joins", "!Leave this community")
			said(t, slug+" in the list", ada.Get("/c/soil/groups"), 200, line, "!everyone reads", "!anyone joins")
			said(t, slug+" settings", ada.Get("/c/"+slug+"/admin/settings"), 200, "Open: members of the community read", "!everybody reads")
		}
		said(t, "new group", ada.Get("/c/soil/admin/groups/new"), 200, "Open: members of the community read", "Nobody else sees anything", "!everybody reads")
		said(t, "settings", ada.Get("/c/soil/admin/settings"), 200, "Open: everybody reads", "!Open: members of the community")
	})
}

// A secret address that is nobody's says so in a sentence, the same whether it was somebody's once or never.
func TestFeedOfNobody(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Person("ann@x.example")
		ann := r.Viewer("ann@x.example")
		own, err := r.App.Feeds.Add(t.Context(), ann, convoke.ScopeAll, "", "")
		r.Must(err)
		at := own.Address[strings.Index(own.Address, "/feeds/"):]
		b := r.Stranger()
		said(t, "in use", b.Get(at), 200, "BEGIN:VCALENDAR")
		r.Must(r.App.Feeds.Revoke(t.Context(), ann, own.ID))
		const want = "This calendar address is not, or no longer, in use. A new one can be made at " + rig.Base + "/me/feeds.\n"
		token := strings.TrimSuffix(at, ".ics")
		for _, path := range []string{at, "/feeds/never-one.ics", token, token + ".atom", token + ".xml", "/feeds/x"} {
			if got := b.Get(path); got.Status != 404 || got.Body != want || got.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("GET %s: %d %s %q, want 404 and %q", path, got.Status, got.Header.Get("Content-Type"), got.Body, want)
			}
		}
		if got := b.Get("/c/none.ics"); got.Status != 404 || got.Body != "Not Found\n" {
			t.Errorf("a calendar that would be public: %d %q", got.Status, got.Body)
		}
	})
}
