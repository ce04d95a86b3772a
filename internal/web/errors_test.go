package web

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

func TestFail(t *testing.T) {
	limited := convoke.Refuse(convoke.ReasonLimited, "error.limited")
	limited.RetryAfter = 7
	for _, tt := range []struct {
		name      string
		err       error
		page, api int
		reason    string
	}{
		{"not found", convoke.ErrNotFound, 404, 404, "not-found"},
		{"forbidden", convoke.ErrForbidden, 403, 403, "forbidden"},
		{"not signed in", convoke.ErrSignIn, 303, 401, "unauthenticated"},
		{"invalid", convoke.Invalid("title", "error.number"), 422, 422, "invalid"},
		{"gone", convoke.Refuse(convoke.ReasonGone, "error.forbidden"), 410, 410, "gone"},
		{"conflict", convoke.Refuse(convoke.ReasonConflict, "error.stale"), 409, 409, "conflict"},
		{"limited", limited, 429, 429, "limited"},
		{"body too large", &http.MaxBytesError{Limit: maxForm}, 413, 413, "too-large"},
		{"a fault", errors.New("secret canary"), 500, 500, "fault"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlace(t, "http://localhost:8080")
			p.web.log = slog.New(slog.DiscardHandler)
			fail := func(c *gin.Context) error { // what was meant for the answer it does not give
				for _, name := range []string{"ETag", "Last-Modified", "Content-Disposition", "Cache-Control"} {
					c.Header(name, "canary")
				}
				return tt.err
			}
			p.web.get("/test/fail", anyone, fail)
			p.web.api(http.MethodGet, "/test/fail", open, fail)
			page, program := p.get("/test/fail?a=b"), p.get("/api/v1/test/fail")
			if page.Code != tt.page || program.Code != tt.api {
				t.Fatalf("page %d, program %d, want %d and %d", page.Code, program.Code, tt.page, tt.api)
			}
			if strings.Contains(page.Body.String()+program.Body.String(), "canary") {
				t.Error("a fault's own words got out")
			}
			for _, h := range []http.Header{page.Header(), program.Header()} {
				if h.Get("ETag") == "canary" || h.Get("Last-Modified") != "" || h.Get("Content-Disposition") != "" || h.Get("Cache-Control") != "no-store" {
					t.Errorf("a refusal may be kept, or is a file: %v", h)
				}
			}
			if tt.page == 303 && page.Header().Get("Location") != "/sign-in?next="+url.QueryEscape("/test/fail?a=b") {
				t.Errorf("on to %q", page.Header().Get("Location"))
			}
			if tt.api == 401 && program.Header().Get("WWW-Authenticate") != "Bearer" {
				t.Error("a 401 does not say how to prove oneself")
			}
			if want := map[bool]string{true: "7"}[tt.api == 429]; page.Header().Get("Retry-After") != want || program.Header().Get("Retry-After") != want {
				t.Errorf("Retry-After %q and %q, want %q", page.Header().Get("Retry-After"), program.Header().Get("Retry-After"), want)
			}
			var doc problem
			if err := json.Unmarshal(program.Body.Bytes(), &doc); err != nil {
				t.Fatal(err)
			}
			if doc.Status != tt.api || doc.Reason != tt.reason || program.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("problem %+v as %s", doc, program.Header().Get("Content-Type"))
			}
			if tt.reason == "invalid" && doc.Fields["title"] == "" {
				t.Errorf("the problem does not name the field: %+v", doc)
			}
		})
	}
}

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	p := newPlace(t, "http://localhost:8080")
	var log strings.Builder
	p.web.log = slog.New(slog.NewTextHandler(&log, nil))
	p.web.get("/test/panic/:token", anyone, func(*gin.Context) error { panic("oh no") })
	w := p.get("/test/panic/token-canary?q=query-canary")
	id := w.Header().Get(requestIDHeader)
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), id) {
		t.Errorf("status %d, want 500 with the reference %s", w.Code, id)
	}
	if !strings.Contains(log.String(), "oh no") || !strings.Contains(log.String(), id) || !strings.Contains(log.String(), "/test/panic/:token") {
		t.Errorf("log %s", log.String())
	}
	if strings.Contains(log.String(), "canary") {
		t.Errorf("the log holds the path: %s", log.String())
	}
}

func TestCrossSite(t *testing.T) {
	p := newPlace(t, "http://localhost:8080")
	for _, tt := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"a program", nil, 303},
		{"our page", []string{"Sec-Fetch-Site", "same-origin"}, 303},
		{"another site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another host of the same site", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"a foreign origin", []string{"Origin", "https://evil.example"}, 403},
		{"a null origin", []string{"Origin", "null"}, 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if w := p.post("/settings", url.Values{"language": {"fr"}}, tt.headers...); w.Code != tt.want {
				t.Errorf("POST with %q = %d, want %d", tt.headers, w.Code, tt.want)
			}
		})
	}
}

// What is refused is not done behind the refusal.
func TestCrossSiteDoesNothing(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	cookie := f.signIn(t, "newcomer")
	w := f.post("/c/shock/join", url.Values{}, "Cookie", cookie, "Sec-Fetch-Site", "cross-site")
	if w.Code != http.StatusForbidden || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("got %d %v, want 403 and no cookie", w.Code, w.Header())
	}
	if strings.Contains(w.Body.String(), `href="/c/shock"`) {
		t.Error("the refusal of another site's form leads into the community")
	}
	if m := must[app.CommunityView](t)(f.app.Communities.Get(t.Context(), f.as("newcomer"), "shock")); m.Standing.Role != "" {
		t.Errorf("another site made a member: %+v", m.Standing)
	}
}

func TestBodyLimits(t *testing.T) {
	p := newPlace(t, "http://localhost:8080")
	p.web.api(http.MethodPost, "/test/body", open, func(c *gin.Context) error { return decode(c, &struct{}{}) })
	for _, tt := range []struct {
		name, target string
		size         int
		declared     bool
		want         int
	}{
		{"form, as said", "/settings", maxForm + 1, true, 413},
		{"form, longer than anything said", "/settings", maxForm + 1, false, 413},
		{"form that nobody reads", "/nowhere", maxForm + 1, true, 413},
		{"API takes more", "/api/v1/test/body", maxForm + 1, true, 400},
		{"API, as said", "/api/v1/test/body", maxAPI + 1, true, 413},
		{"API, longer than anything said", "/api/v1/test/body", maxAPI + 1, false, 413},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, tt.target, strings.NewReader("a="+strings.Repeat("x", tt.size-2)))
			r.Header.Set("Content-Type", formKind)
			if strings.HasPrefix(tt.target, "/api/") {
				r.Header.Set("Content-Type", "application/json")
			}
			if !tt.declared {
				r.ContentLength = -1
			}
			if w := p.do(r); w.Code != tt.want {
				t.Errorf("%d bytes to %s = %d, want %d", tt.size, tt.target, w.Code, tt.want)
			}
		})
	}
}

// Going on after signing in or a choice never leads away.
func TestNextStaysHere(t *testing.T) {
	p := newPlace(t, "http://localhost:8080")
	for _, tt := range []struct{ next, want string }{
		{"/c/shock?x=1", "/c/shock?x=1"}, {"//evil.example", "/"}, {"https://evil.example", "/"}, {`/\evil.example`, "/"}, {"/a\r\nSet-Cookie: x=y", "/"}, {"", "/"},
	} {
		if got := p.post("/settings", url.Values{"next": {tt.next}}).Header().Get("Location"); got != tt.want {
			t.Errorf("next %q leads to %q, want %q", tt.next, got, tt.want)
		}
	}
	f := furnish(t, p)
	cookie := f.signIn(t, "member")
	for target, form := range map[string]url.Values{"/welcome/save": {"name": {"Member"}, "next": {"//evil.example"}}, "/sign-in?next=//evil.example": nil} {
		var w *httptest.ResponseRecorder
		if form == nil {
			w = f.get(target, "Cookie", cookie)
		} else {
			w = f.post(target, form, "Cookie", cookie)
		}
		if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != "/" {
			t.Errorf("%s: %d to %q, want 303 to /", target, w.Code, got)
		}
	}
}
