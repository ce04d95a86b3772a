package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/rig"
)

func TestSignInByLink(t *testing.T) {
	r := rig.New(t)
	open := serve(t, r)
	b := open()
	b.get("/sign-in?next=/communities").want(t, "sign-in page", http.StatusOK, `value="/communities"`, "data-zone")
	asked := b.post("/sign-in/mail", "address", "new@office.example", "zone", "Africa/Nairobi", "next", "/communities").leads(t, "ask", "/sign-in/code")
	if got := asked.header.Get("Set-Cookie"); !strings.Contains(got, "convoke-address=") || !strings.Contains(got, "; Path=/sign-in;") || !strings.Contains(got, "; HttpOnly") || !strings.Contains(got, "; SameSite=Lax") {
		t.Errorf("the address is kept as %q", got)
	}
	b.get("/sign-in/code").want(t, "inbox page", http.StatusOK, "new@office.example")

	mails := r.Deliver()
	if len(mails) != 1 {
		t.Fatalf("%d mails, want one", len(mails))
	}
	path := "/l/" + mails[0].Token()
	for range 2 { // a scanner that looks changes nothing
		open().get(path).want(t, "look at the link", http.StatusOK, "new@office.example", "Sign in by link", "!Set up this service")
	}
	open().post(path+"x", "do", "sign-in").want(t, "use a forged link", http.StatusNotFound)
	b.post(path, "do", "sign-in").leads(t, "use the link", "/welcome?next=%2Fcommunities")
	b.get("/welcome?next=%2Fcommunities").want(t, "welcome", http.StatusOK, `value="Africa/Nairobi" selected`)
	b.post("/welcome/save", "name", " ", "next", "/communities").want(t, "no name", http.StatusUnprocessableEntity, `value="/communities"`)
	b.post("/welcome/save", "name", "Amina", "next", "/communities").leads(t, "name", "/communities")
	open().get(path).want(t, "look at a used link", http.StatusGone, `action="/sign-in/mail"`)
	open().post(path, "do", "sign-in").want(t, "use a used link", http.StatusGone, `action="/sign-in/mail"`)

	b.post("/sign-out").leads(t, "sign out", "/")
	b.get("/welcome").leads(t, "after signing out", "/sign-in?next=%2Fwelcome")
}

// Whoever signs in where somebody else is signed in is the new one from then on.
func TestSignInAsAnother(t *testing.T) {
	r := rig.New(t)
	r.Person("ann@office.example")
	r.Person("ben@office.example")
	b := serve(t, r)().as(r, "ann@office.example")
	cookie := func() string {
		here, err := url.Parse(b.base)
		r.Must(err)
		for _, c := range b.http.Jar.Cookies(here) {
			if c.Name == "convoke" {
				return c.Value
			}
		}
		return ""
	}
	b.get("/me").want(t, "the first", http.StatusOK, "ann@office.example")
	first := cookie()
	b.as(r, "ben@office.example").get("/me").want(t, "the second", http.StatusOK, "ben@office.example", "!ann@office.example")
	if second := cookie(); first == "" || second == "" || first == second {
		t.Errorf("the session is called %q before and %q after", first, second)
	}
	r.Must(r.App.People.Remove(t.Context(), convoke.System, "ben@office.example"))
	b.get("/me").leads(t, "a removed account", "/sign-in?next=%2Fme")
	out := b.as(r, "ann@office.example").post("/sign-out").leads(t, "sign out", "/")
	if got := strings.Join(out.header.Values("Set-Cookie"), "\n"); !strings.Contains(got, "convoke=; Path=/; Max-Age=0") {
		t.Errorf("signing out leaves the cookie: %q", got)
	}
}

var sixDigits = regexp.MustCompile(`(?m)^(\d{6})$`)

func TestSignInByCode(t *testing.T) {
	r := rig.New(t)
	r.Person("ann@office.example")
	b := serve(t, r)()
	b.post("/sign-in/mail", "address", "ann@office.example").leads(t, "ask", "/sign-in/code")
	found := sixDigits.FindStringSubmatch(r.Deliver()[0].Text)
	if found == nil {
		t.Fatal("the mail holds no code")
	}
	wrong := strings.Map(func(c rune) rune { return '0' + (c-'0'+1)%10 }, found[1])
	b.post("/sign-in/code/use", "address", "ann@office.example", "code", wrong).want(t, "wrong code", http.StatusUnprocessableEntity, `value="`+wrong+`"`)
	b.post("/sign-in/code/use", "address", "ann@office.example", "code", found[1][:3]+" "+found[1][3:]).leads(t, "right code", "/")
	b.get("/welcome").want(t, "signed in", http.StatusOK, "Ann")
	serve(t, r)().post("/sign-in/code/use", "address", "ann@office.example", "code", found[1]).want(t, "used code", http.StatusUnprocessableEntity)
}

func TestSignInAnswersAlike(t *testing.T) {
	r := rig.New(t)
	r.Person("known@office.example")
	open := serve(t, r)
	bodies := map[string]string{}
	for _, who := range []string{"known", "other"} {
		b := open()
		address := who + "@office.example"
		p := b.post("/sign-in/mail", "address", address).leads(t, who, "/sign-in/code")
		p.header.Del("Date")
		p.header.Del("X-Request-Id")
		bodies[who] = strings.ReplaceAll(b.get("/sign-in/code").body, address, "ADDRESS")
	}
	if bodies["known"] != bodies["other"] {
		t.Error("the page tells a known address from another")
	}
}

func TestSignInRefusals(t *testing.T) {
	r := rig.New(t)
	b := serve(t, r)()
	for _, tt := range []struct{ name, address string }{
		{"nothing", ""}, {"no host", "amina@"}, {"line break", "a@office.example\r\nBcc: b@office.example"}, {"two", "a@office.example, b@office.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b.post("/sign-in/mail", "address", tt.address, "next", "/c/x").want(t, tt.name, http.StatusUnprocessableEntity, `aria-invalid="true"`, `href="#address"`, `value="/c/x"`)
		})
	}
	if n := len(r.Letters("")); n != 0 {
		t.Errorf("%d letters were queued", n)
	}
	for range convoke.SignInsPerAddress {
		b.post("/sign-in/mail", "address", "ann@office.example").leads(t, "ask", "/sign-in/code")
	}
	if got := b.post("/sign-in/mail", "address", "ann@office.example").want(t, "too often", http.StatusTooManyRequests).header.Get("Retry-After"); got != "3600" {
		t.Errorf("Retry-After %q, want 3600", got)
	}
	b.post("/sign-in/mail", "address", "eve@office.example", "next", "//evil.example/").leads(t, "foreign next", "/sign-in/code")
	r.Clock.Add(convoke.SignInLife + time.Second)
	b.get("/l/nothing.at-all").want(t, "unknown link", http.StatusNotFound)
}

func TestSetUp(t *testing.T) {
	r := rig.New(t)
	open := serve(t, r)
	link, err := r.App.SignIns.SetUp(t.Context(), "")
	r.Must(err)
	path := link[strings.Index(link, "/l/"):]
	b := open()
	b.get(path).want(t, "set-up link", http.StatusOK, "<title>Set up this service", "!Sign in by link", `name="address"`, `name="name"`, `name="zone" data-zone`)
	b.post(path, "do", "sign-in", "address", "nobody", "name", "Op").want(t, "no address", http.StatusUnprocessableEntity, `value="Op"`)
	b.post("/settings", "language", "fr", "next", "/")
	b.post(path, "do", "sign-in", "address", "op@office.example", "name", "Op", "zone", "Africa/Nairobi").leads(t, "set up", "/")
	if _, p, err := r.App.Viewers.ByPerson(t.Context(), r.Viewer("op@office.example").Person); err != nil || !p.Operator || p.Name != "Op" || p.Zone != "Africa/Nairobi" || p.Language != "fr" {
		t.Errorf("person %+v, %v; want an operator named Op with the zone of the browser and the language of the page", p, err)
	}
	open().get(path).want(t, "used set-up link", http.StatusGone)
}
