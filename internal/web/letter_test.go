package web_test

import (
	"net/http"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/rig"
)

// invited is a rig with a community of two, one event and the mail that invites ann.
func invited(t *testing.T) (*rig.Rig, func() *browser, convoke.Event, rig.Mail) {
	t.Helper()
	r := rig.New(t)
	r.Person("ann@office.example", app.PersonInput{TimeZone: new("Asia/Dhaka")})
	r.Community("soil", convoke.Open, "ann@office.example", "bob@office.example")
	e := published(t, r, "soil", "Topping up", "2027-03-09T14:00")
	for _, m := range r.Deliver() {
		if m.Addr == "ann@office.example" {
			return r, serve(t, r), e, m
		}
	}
	t.Fatal("ann got no mail")
	return nil, nil, e, rig.Mail{}
}

func TestAnswerByLink(t *testing.T) {
	r, open, e, m := invited(t)
	path := "/l/" + m.Token()
	answer := func() convoke.Answer {
		t.Helper()
		v, err := r.App.Events.Get(t.Context(), r.Viewer("ann@office.example"), "", string(e.ID))
		r.Must(err)
		return v.Answer
	}
	b := open()
	p := b.get(path + "?do=yes")
	p.want(t, "look", http.StatusOK, "Topping up", "17:00", "Dhaka", "14:00", "Nairobi", "!You are going", "!Sign out")
	if got := answer(); got.Coming() {
		t.Fatalf("looking answered %q", got)
	}
	if strings.Contains(p.header.Get("Set-Cookie"), "convoke=") {
		t.Error("looking set a session")
	}
	if got := p.header.Get("X-Robots-Tag"); got != "noindex" {
		t.Errorf("X-Robots-Tag %q, want noindex", got)
	}
	for _, tt := range []struct {
		do   string
		want convoke.Answer
		says string
	}{{"yes", convoke.Yes, "You are going"}, {"maybe", convoke.Maybe, "You may come"}, {"no", convoke.No, "You are not coming"}} {
		b.post(path, "do", tt.do).leads(t, tt.do, path)
		if got := answer(); got != tt.want {
			t.Errorf("%s: answer %q, want %q", tt.do, got, tt.want)
		}
		b.get(path).want(t, tt.do, http.StatusOK, tt.says)
	}
	b.post(path, "do", "accept").want(t, "not offered", http.StatusUnprocessableEntity, "Press one of the buttons", "Topping up", "!no longer works")
	b.post(path, "do", "sign-in").want(t, "never a session", http.StatusNotFound)
	b.get("/welcome").leads(t, "still a stranger", "/sign-in?next=%2Fwelcome")
	b.post(path+"x", "do", "yes").want(t, "forged", http.StatusNotFound)
}

func TestOneClick(t *testing.T) {
	r, open, _, m := invited(t)
	for _, tt := range []struct{ name, kind, body string }{
		{"form", "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
		{"again", "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
		{"multipart", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open()
			link := strings.Trim(m.Field("List-Unsubscribe"), "<>")
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.base+link[strings.Index(link, "/l/"):], strings.NewReader(tt.body))
			r.Must(err)
			req.Header.Set("Content-Type", tt.kind)
			p := b.do(req).want(t, tt.name, http.StatusOK, "!<html")
			if got := p.header.Values("Set-Cookie"); len(got) != 0 || p.where != "" {
				t.Errorf("cookies %q, location %q, want neither", got, p.where)
			}
			mutes, err := r.App.People.Mutes(t.Context(), r.Viewer("ann@office.example"))
			r.Must(err)
			if len(mutes) != 1 || mutes[0].Scope != convoke.ScopeCommunity {
				t.Errorf("mutes %+v, want the community's alone", mutes)
			}
		})
	}
}

// A form that says nothing stops no mails: only the words of RFC 8058 do without a button.
func TestNoClick(t *testing.T) {
	r, open, _, m := invited(t)
	path := "/l/" + m.Token()
	open().post(path).want(t, "nothing said", http.StatusUnprocessableEntity, "Press one of the buttons", "Topping up", `value="yes"`)
	open().post(path, "List-Unsubscribe", "Two-Clicks").want(t, "other words", http.StatusUnprocessableEntity)
	open().post(path, "do", "dance").want(t, "another deed", http.StatusUnprocessableEntity, "Press one of the buttons", "Topping up")
	open().post(path+"x", "do", "dance").want(t, "forged", http.StatusNotFound, "!Topping up")
	mutes, err := r.App.People.Mutes(t.Context(), r.Viewer("ann@office.example"))
	r.Must(err)
	if len(mutes) != 0 {
		t.Errorf("mutes %+v, want none", mutes)
	}
}

func TestUnsubscribePage(t *testing.T) {
	r, open, _, m := invited(t)
	path := "/l/" + m.Token()
	b := open()
	b.get(path+"?do=unsubscribe").want(t, "page", http.StatusOK, "a…@office.example", "!ann@office.example", "Topping up")
	scopes := func() (out []convoke.Scope) {
		t.Helper()
		list, err := r.App.People.Mutes(t.Context(), r.Viewer("ann@office.example"))
		r.Must(err)
		for _, m := range list {
			out = append(out, m.Scope)
		}
		return out
	}
	for _, scope := range []string{"event", "community", "all"} {
		b.post(path, "do", "unsubscribe", "about", scope).leads(t, scope, path+"?do=unsubscribe")
		if got := scopes(); len(got) != 1 || string(got[0]) != scope {
			t.Errorf("%s: mutes %q", scope, got)
		}
		b.post(path, "do", "undo", "about", scope).leads(t, "undo "+scope, path+"?do=unsubscribe")
		if got := scopes(); len(got) != 0 {
			t.Errorf("undo %s: mutes %q", scope, got)
		}
	}
	b.post(path, "do", "unsubscribe", "about", "elsewhere").want(t, "unknown scope", http.StatusUnprocessableEntity, "Press one of the buttons")
}

// What an answer came to is said in the language of who answered, as the page is.
func TestLetterNoticeLanguage(t *testing.T) {
	r, open, _, m := invited(t)
	r.Must(r.App.People.EditMe(t.Context(), r.Viewer("ann@office.example"), app.PersonInput{Language: new("fr")}))
	path := "/l/" + m.Token()
	b := open()
	b.post(path, "do", "no").leads(t, "answer", path)
	b.get(path).want(t, "page", http.StatusOK, `lang="fr"`, "Personne n’a besoin de vous attendre.", "!You are not co")
	b.get(path).want(t, "once", http.StatusOK, "!Personne n’a besoin de vous attendre.")
}

func TestSeriesLetter(t *testing.T) {
	r := rig.New(t)
	r.Community("soil", convoke.Private, "ann@office.example")
	s, err := r.App.Series.Create(t.Context(), convoke.System, "soil", app.SeriesInput{Title: new("Registers people trust"), TimeZone: new("Europe/Berlin")},
		app.EventInput{DurationMinutes: new(60)}, []app.SessionInput{{Title: "One", StartLocal: "2027-04-06T14:00"}, {Title: "Two", StartLocal: "2027-05-04T14:00"}})
	r.Must(err)
	_, err = r.App.Series.Publish(t.Context(), convoke.System, s.ID)
	r.Must(err)
	mails := r.Deliver()
	if len(mails) != 1 || mails[0].Kind != notify.SeriesInvitation {
		t.Fatalf("%d mails, want the series' letter alone", len(mails))
	}
	b := serve(t, r)()
	path := "/l/" + mails[0].Token()
	b.get(path).want(t, "page", http.StatusOK, "Registers people trust", "One", "Two", "dates.ics")
	list, err := r.App.Events.List(t.Context(), r.Viewer("ann@office.example"), "soil", app.EventFilter{Limit: 10})
	r.Must(err)
	b.post(path, "do", "yes").leads(t, "all", path)
	b.post(path, "do", "no", "about", string(list[1].ID)).leads(t, "one", path)
	list, err = r.App.Events.List(t.Context(), r.Viewer("ann@office.example"), "soil", app.EventFilter{Limit: 10})
	r.Must(err)
	if list[0].Answer != convoke.Yes || list[1].Answer != convoke.No {
		t.Errorf("answers %q and %q, want yes and no", list[0].Answer, list[1].Answer)
	}
	p := b.get(path+"/dates.ics").want(t, "file", http.StatusOK, "BEGIN:VCALENDAR", ":One\r\n", ":Two\r\n")
	if p.header.Get("Content-Type") != "text/calendar; charset=utf-8" || len(p.header.Values("Set-Cookie")) != 0 {
		t.Errorf("headers %v", p.header)
	}
	b.get("/l/le_x.y/dates.ics").want(t, "forged", http.StatusNotFound)
}

func TestCommunityInvitation(t *testing.T) {
	r := rig.New(t)
	r.Community("soil", convoke.Private)
	_, err := r.App.Members.Invite(t.Context(), convoke.System, "soil", "new@office.example", "Nia", "Come and see.")
	r.Must(err)
	path := "/l/" + r.Deliver()[0].Token()
	b := serve(t, r)()
	b.get(path+"?do=decline").want(t, "page", http.StatusOK, "Come and see.")
	b.post(path, "do", "accept").leads(t, "accept", path)
	b.get(path).want(t, "accepted", http.StatusOK, "You are a member.")
	b.post(path, "do", "accept").leads(t, "accept twice", path)
	b.post(path, "do", "decline").want(t, "too late", http.StatusConflict, "You are a member already", "!no longer works", "!There will be no further")
}
