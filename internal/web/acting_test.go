package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/rig"
	"convoke/internal/web"
)

// A browser is one reader's: it keeps cookies and never follows by itself.
type browser struct {
	t    *testing.T
	base string
	http *http.Client
}

// A page is one answer.
type page struct {
	status int
	header http.Header
	body   string
	where  string // Location
}

// serve starts the pages of a rig and gives a function that opens browsers.
func serve(t *testing.T, r *rig.Rig) func() *browser {
	t.Helper()
	s, err := web.New(web.Options{App: r.App, Log: slog.New(slog.DiscardHandler)})
	r.Must(err)
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return func() *browser {
		jar, err := cookiejar.New(nil)
		r.Must(err)
		stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		return &browser{t, srv.URL, &http.Client{Jar: jar, CheckRedirect: stay}}
	}
}

func (b *browser) do(req *http.Request) page {
	b.t.Helper()
	res, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{res.StatusCode, res.Header, string(body), res.Header.Get("Location")}
}

func (b *browser) get(path string) page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(req)
}

// post sends a form; pairs are names and values.
func (b *browser) post(path string, pairs ...string) page {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(req)
}

// as signs the browser in.
func (b *browser) as(r *rig.Rig, address string) *browser {
	b.t.Helper()
	link, err := r.App.SignIns.Direct(b.t.Context(), address)
	r.Must(err)
	path := link[strings.Index(link, "/l/"):]
	if p := b.post(path, "do", "sign-in"); p.status != http.StatusSeeOther {
		b.t.Fatalf("sign in as %s: %d %s", address, p.status, p.text())
	}
	return b
}

var tags = regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>|<[^>]*>`)

// text is what a page says, without its tags.
func (p page) text() string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(p.body, " ")), " ")
}

// want checks status and words; words beginning with "!" must not be there.
func (p page) want(t *testing.T, what string, status int, words ...string) page {
	t.Helper()
	if p.status != status {
		t.Errorf("%s: status %d, want %d\n%s", what, p.status, status, p.text())
	}
	for _, w := range words {
		no, unwanted := strings.CutPrefix(w, "!")
		if unwanted && strings.Contains(p.body, no) {
			t.Errorf("%s: holds %q", what, no)
		} else if !unwanted && !strings.Contains(p.body, w) {
			t.Errorf("%s: lacks %q\n%s", what, w, p.text())
		}
	}
	return p
}

// leads checks where a 303 leads.
func (p page) leads(t *testing.T, what, where string) page {
	t.Helper()
	if p.status != http.StatusSeeOther || p.where != where {
		t.Errorf("%s: %d to %q, want 303 to %q\n%s", what, p.status, p.where, where, p.text())
	}
	return p
}

func init() { locale.Strict() }

// published makes an event of a community that everybody is invited to.
func published(t *testing.T, r *rig.Rig, community, title, start string) convoke.Event {
	t.Helper()
	e, err := r.App.Events.Create(t.Context(), convoke.System, community, app.EventInput{Title: &title, StartLocal: &start,
		TimeZone: new("Africa/Nairobi"), DurationMinutes: new(90), JoinLink: new("https://meet.example/room"), Invite: new(true)})
	r.Must(err)
	e, err = r.App.Events.Publish(t.Context(), convoke.System, e.ID)
	r.Must(err)
	return e
}
