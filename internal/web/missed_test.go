package web_test

import (
	"net/url"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// said checks an answer: what must stand in it, and behind an exclamation mark what must not.
func said(t *testing.T, name string, got rig.Response, status int, says ...string) {
	t.Helper()
	if got.Status != status {
		t.Errorf("%s: status %d, want %d", name, got.Status, status)
	}
	for _, x := range says {
		word, not := strings.CutPrefix(x, "!")
		if strings.Contains(got.Body, word) == not {
			t.Errorf("%s: contains %q: %v", name, word, not)
		}
	}
}

// The page behind a mailed link says what became of what it offered, and never that a link which works is dead.
func TestLetterMissed(t *testing.T) {
	const dead, once, invited = "!no longer works", "!There is a problem", "No, thank you"
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		token := map[string]string{}
		keep := func() {
			for _, m := range r.Deliver() {
				token[m.Kind+" "+m.Addr] = m.Token()
			}
		}
		r.Community("soil", convoke.SemiPrivate, "ann@x.example")
		for _, who := range []string{"eve", "fay", "gus"} {
			_, err := r.App.Members.Invite(t.Context(), convoke.System, "soil", who+"@x.example", "", "")
			r.Must(err)
		}
		e := published(t, r, "soil", "Topping up", "2027-03-09T14:00")
		keep()
		b := r.Stranger()
		press := func(kind, who, do string, more ...string) (rig.Response, rig.Response) {
			t.Helper()
			at := "/l/" + token[kind+" "+who+"@x.example"]
			form := url.Values{"do": {do}}
			for i := 0; i < len(more); i += 2 {
				form.Set(more[i], more[i+1])
			}
			got := b.Post(at, form)
			return got, b.Get(at)
		}
		const invitation, event = "community-invitation", "event-invitation"
		for range 2 {
			got, page := press(invitation, "eve", "accept")
			said(t, "join", got, 303)
			said(t, "joined", page, 200, "You are a member now.", once, "!"+invited)
		}
		got, page := press(invitation, "eve", "decline")
		said(t, "decline after joining", got, 409, "You are a member already", "You are a member.", dead)
		said(t, "joined still", page, 200, "You are a member.")
		for range 2 {
			got, page = press(invitation, "fay", "decline")
			said(t, "decline", got, 303)
			said(t, "declined", page, 200, "The invitation is declined.", once)
		}
		got, _ = press(invitation, "fay", "accept")
		said(t, "join after declining", got, 409, "You declined this invitation before", dead, "!You are a member")
		if _, err := r.App.Members.ByAddress(t.Context(), convoke.System, "soil", "fay@x.example"); !convoke.IsNotFound(err) {
			t.Errorf("a member after declining: %v", err)
		}
		got, _ = press(invitation, "gus", "yes")
		said(t, "yes to an invitation", got, 422, "Press one of the buttons.", invited, dead)
		r.Must(r.App.Communities.Archive(t.Context(), convoke.System, "soil", true))
		got, _ = press(invitation, "gus", "accept")
		said(t, "archived", got, 409, "no longer open", dead)
		r.Must(r.App.Communities.Reactivate(t.Context(), convoke.System, "soil"))

		got, page = press(event, "ann", "yes")
		said(t, "yes", got, 303)
		said(t, "going", page, 200, "You are going", "https://meet.example/room")
		got, _ = press(event, "ann", "dance")
		said(t, "no such deed", got, 422, "Press one of the buttons.", "Topping up", dead)
		got, _ = press(event, "ann", "accept")
		said(t, "accept an event", got, 422, "Press one of the buttons.", "Topping up", dead)
		_, err := r.App.Events.Cancel(t.Context(), convoke.System, e.ID, "")
		r.Must(err)
		got, page = press(event, "ann", "no")
		said(t, "answer when it is called off", got, 409, "This was called off", "Topping up", dead, "!meet.example")
		said(t, "called off", page, 200, "Cancelled", "!Join here", "!meet.example")
		e = published(t, r, "soil", "Long ago", "2027-03-10T14:00")
		keep()
		r.Clock.Set(e.EndsAt.Time())
		got, page = press(event, "ann", "yes")
		said(t, "answer when it is over", got, 409, "This is over", "Long ago", dead)
		said(t, "over", page, 200, "This is over.", "!Join here", "!meet.example", "!once you answer")
	})
}

// What a wider thing stops is said to be stopped by it, and pressing Undo for the narrower one does not promise mails.
func TestStoppedByWider(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.Open, "ann@x.example")
		published(t, r, "soil", "Topping up", "2027-03-09T14:00")
		at := "/l/" + r.Deliver()[0].Token()
		b := r.Stranger()
		do := func(do, about string) rig.Response {
			t.Helper()
			if got := b.Post(at, url.Values{"do": {do}, "about": {about}}); got.Status != 303 {
				t.Fatalf("%s %s: %d", do, about, got.Status)
			}
			return b.Get(at + "?do=unsubscribe")
		}
		const all, event, none, again = "with: All mails of this service", "Stop these", "Stop its mails", "You get these mails again."
		said(t, "one", do("unsubscribe", "event"), 200, none, "Stop all", "!"+event, "!with:")
		said(t, "all", do("unsubscribe", "all"), 200, all, "!"+event, "!"+none, "!Stop all")
		said(t, "undo the narrower", do("undo", "event"), 200, all, "These mails are still stopped", "!"+again)
		said(t, "undo the wider", do("undo", "all"), 200, event, none, again, "!with:")
		said(t, "the community", do("unsubscribe", "community"), 200, "with: This community: Soil", "Stop all", "!"+event)
	})
}

// Somebody whom others named is spoken to in the language of their browser from the first page on, and keeps it.
func TestNamedByOthers(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Operator("op@x.example")
		_, err := r.App.Communities.Create(t.Context(), r.Viewer("op@x.example"), "", app.CommunityInput{Name: new("Soil"), Slug: new("soil"), Language: new("en")}, "Fay <fay@x.example>")
		r.Must(err)
		for _, who := range []string{"eve", "gus"} {
			_, err = r.App.Members.Invite(t.Context(), convoke.System, "soil", who+"@x.example", "", "")
			r.Must(err)
		}
		token := map[string]string{}
		for _, m := range r.Deliver() {
			token[m.Addr] = m.Token()
		}
		french := func() *rig.Client {
			b := r.Stranger()
			b.Header.Set("Accept-Language", "fr-CH, fr;q=0.9")
			return b
		}
		for _, who := range []string{"fay@x.example", "gus@x.example"} { // by address, and from the sign-in form at once
			b := french()
			if got := b.Post("/sign-in/mail", url.Values{"address": {who}}); got.Status != 303 {
				t.Fatalf("ask for a link: %d", got.Status)
			}
			mails := r.Deliver()
			if len(mails) != 1 || !strings.Contains(mails[0].Subject, "Se connecter") && !strings.Contains(mails[0].Text, "connexion") {
				t.Fatalf("%s is mailed %q, want French", who, mails[0].Subject)
			}
			if got := b.Post("/l/"+mails[0].Token(), url.Values{"do": {"sign-in"}}); got.Status != 303 {
				t.Fatalf("sign in: %d", got.Status)
			}
			said(t, who+" at home", b.Get("/me"), 200, `lang="fr"`)
			if p, err := r.App.People.Get(t.Context(), convoke.System, who); err != nil || p.Language != "fr" {
				t.Errorf("%s reads %q, %v, want French", who, p.Language, err)
			}
		}
		b, at := french(), "/l/"+token["eve@x.example"]
		said(t, "the letter's page", b.Get(at), 200, `lang="fr"`, "Non, merci", "!No, thank you")
		got := b.Post(at, url.Values{"do": {"dance"}})
		said(t, "refused", got, 422, "Appuyez sur", "!Press one")
		if got := b.Post(at, url.Values{"do": {"accept"}}); got.Status != 303 {
			t.Fatalf("accept: %d", got.Status)
		}
		english := r.Stranger()
		english.Header.Set("Accept-Language", "en")
		said(t, "the letter's page later, elsewhere", english.Get(at), 200, `lang="fr"`, "Vous êtes membre.")
		got = english.Post(at, url.Values{"do": {"dance"}})
		said(t, "refused in the reader's language", got, 422, "Appuyez sur", "!Press one", "!There is a problem")
		// who chose a language keeps it, whatever the browser says
		r.Person("ida@x.example", app.PersonInput{Language: new("en")})
		b = french()
		b.Post("/sign-in/mail", url.Values{"address": {"ida@x.example"}})
		mails := r.Deliver()
		if len(mails) != 1 || strings.Contains(mails[0].Text, "connexion") {
			t.Error("who chose English is mailed in French")
		}
		b.Post("/l/"+mails[0].Token(), url.Values{"do": {"sign-in"}})
		if p, err := r.App.People.Get(t.Context(), convoke.System, "ida@x.example"); err != nil || p.Language != "en" {
			t.Errorf("ida reads %q, %v, want English still", p.Language, err)
		}
	})
}
