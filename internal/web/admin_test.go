package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
)

func TestAdmin(t *testing.T) {
	r, open := led(t, convoke.Private)
	r.Operator("op@office.example")
	op := open().as(r, "op@office.example")
	op.get("/admin").want(t, "overview", http.StatusOK, "Soil", "No mail leaves this machine.", "/c/soil/admin/settings")
	op.post("/admin/people/add", "address", "nobody", "name", "N").want(t, "no address", http.StatusUnprocessableEntity, `href="#address"`)
	op.post("/admin/people/add", "address", "nia@office.example", "name", "Nia").leads(t, "add", "/admin/people")
	op.get("/admin/people").want(t, "accounts", http.StatusOK, "nia@office.example", "Make an operator")
	op.post("/admin/people/change", "address", "nia@office.example", "operator", "true").leads(t, "operator", "/admin/people")
	op.post("/admin/people/remove", "address", "nia@office.example").leads(t, "remove", "/admin/people")
	op.post("/admin/people/remove", "address", "op@office.example").want(t, "the last operator", http.StatusConflict)
	for _, who := range []string{"ada", "ann"} {
		b := open().as(r, who+"@office.example")
		for _, path := range []string{"/admin", "/admin/people", "/admin/mail"} {
			b.get(path).want(t, who+" "+path, http.StatusNotFound)
		}
	}
	open().get("/admin").leads(t, "stranger", "/sign-in?next=%2Fadmin")
}

func TestCapturedMail(t *testing.T) {
	r, open := led(t, convoke.Open)
	r.Operator("op@office.example")
	published(t, r, "soil", "Topping up", "2027-03-09T14:00")
	r.Deliver()
	op := open().as(r, "op@office.example")
	op.get("/admin/mail").want(t, "list", http.StatusOK, "Topping up", "ann@office.example")
	list := r.Letters(convoke.Captured)
	path := "/admin/mail/" + string(list[0].ID)
	p := op.get(path).want(t, "html", http.StatusOK, "<iframe", path+"/html", "?part=calendar", `href="/l/`)
	if got := p.header.Get("Content-Security-Policy"); !strings.HasSuffix(got, "frame-src 'self'") {
		t.Errorf("CSP %q, want frames of our own", got)
	}
	p = op.get(path+"/html").want(t, "framed", http.StatusOK, "Topping up")
	if got := p.header.Get("Content-Security-Policy"); got != "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'" {
		t.Errorf("CSP of the frame %q", got)
	}
	op.get(path+"?part=calendar").want(t, "calendar", http.StatusOK, "BEGIN:VEVENT")
	op.get(path+"?part=text").want(t, "text", http.StatusOK, "Yes, I will come")
	op.get(path+"?part=source").want(t, "source", http.StatusOK, "Message-ID:")
	ada := open().as(r, "ada@office.example")
	for _, at := range []string{path, path + "/html", path + "?part=source"} {
		ada.get(at).want(t, "an admin", http.StatusNotFound, "!Topping up")
	}
	op.get("/admin/mail/le_none").want(t, "missing", http.StatusNotFound)
}

func TestDelivery(t *testing.T) {
	r, open := led(t, convoke.Private)
	r.Operator("op@office.example")
	r.Community("water", convoke.Private, "eve@office.example")
	e := published(t, r, "soil", "Topping up", "2027-03-09T14:00")
	published(t, r, "water", "Other talk", "2027-03-10T14:00")
	_, err := r.App.Members.Invite(t.Context(), convoke.System, "soil", "nameless@far.example", "", "")
	r.Must(err)
	r.Deliver()
	r.Update(func(ctx context.Context, tx *store.Tx) error {
		p, err := r.App.People.Get(ctx, convoke.System, "ann@office.example")
		r.Must(err)
		l := notify.Letter(r.App.Site(), notify.EventInvitation, "dead", p.ID, "ann@office.example", notify.Data{}, r.Now(), r.Now())
		l.CommunityID, l.EventID, l.State, l.LastError = e.CommunityID, e.ID, convoke.Dead, "no such user canary"
		_, err = tx.AddLetter(ctx, l)
		return err
	})
	op := open().as(r, "op@office.example")
	op.get("/admin/delivery?state=dead").want(t, "what the server said", http.StatusOK, "no such user canary")
	open().as(r, "mo@office.example").get("/admin/delivery?state=dead").want(t, "what the server said, moderator", http.StatusOK, "Ann", "!canary")
	op.get("/admin/delivery").want(t, "without a name", http.StatusOK, "nameless@far.example")
	open().as(r, "mo@office.example").get("/admin/delivery").want(t, "without a name, moderator", http.StatusOK, "n…@far.example", "!nameless")
	op.get("/admin/delivery").want(t, "all", http.StatusOK, "ann@office.example", "eve@office.example", "Kept here")
	op.get("/admin/delivery?event="+string(e.ID)+"&state=captured").want(t, "one event", http.StatusOK, "Topping up", "!Other talk")
	op.get("/admin/delivery?kind=reminder").want(t, "reminders", http.StatusOK, "No mails here")
	mo := open().as(r, "mo@office.example")
	mo.get("/admin/delivery").want(t, "moderator", http.StatusOK, "Topping up", "!Other talk", "!ann@office.example")
	mo.get("/admin/delivery?community=water").want(t, "moderator elsewhere", http.StatusOK, "!Other talk")
	open().as(r, "ann@office.example").get("/admin/delivery").want(t, "member", http.StatusOK, "!Topping up", "No mails here")
	open().as(r, "ann@office.example").get("/admin/delivery?event="+string(e.ID)).want(t, "member, event", http.StatusForbidden)
}
