package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

func TestEveryAnswerIsGuarded(t *testing.T) {
	p := newPlace(t, "https://convoke.example")
	for _, target := range []string{"/", "/settings", "/nowhere", "/c/none/calendar.ics", "/healthz", "/api/v1/none", asset("convoke.css")} {
		h := p.get(target).Header()
		for name, want := range map[string]string{"Content-Security-Policy": policyCSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Strict-Transport-Security": "max-age=31536000"} {
			if got := h.Get(name); got != want {
				t.Errorf("GET %s: %s = %q, want %q", target, name, got, want)
			}
		}
		if h.Get(requestIDHeader) == "" {
			t.Errorf("GET %s: no request id", target)
		}
	}
}

// A browser that heard of https only once would never come back over http.
func TestPlainInstanceAsksForNoHTTPS(t *testing.T) {
	if got := newPlace(t, "http://localhost:8080").get("/").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}

// What a page uses is from here; only a picture may stand in the page itself.
func TestCSP(t *testing.T) {
	got := map[string]string{}
	for directive := range strings.SplitSeq(policyCSP, "; ") {
		name, sources, _ := strings.Cut(directive, " ")
		got[name] = sources
		if sources != "'none'" && sources != "'self'" && name != "img-src" {
			t.Errorf("%s lets in %s", name, sources)
		}
	}
	for name, want := range map[string]string{"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:", "form-action": "'self'",
		"base-uri": "'none'", "frame-ancestors": "'none'"} {
		if got[name] != want {
			t.Errorf("%s: got %q, want %q", name, got[name], want)
		}
	}
}

// Feeds and mailed links carry their secret in the address, so the log knows patterns only.
func TestAccessLog(t *testing.T) {
	p := newPlace(t, "http://localhost:8080")
	var log strings.Builder
	p.web.log = slog.New(slog.NewTextHandler(&log, nil))
	for _, row := range []struct{ target, want string }{
		{"/calendar.ics?q=canary", "route=/calendar.ics"},
		{"/feeds/canary.ics", "route=/feeds/:token"},
		{"/l/canary", "route=/l/:token"},
		{"/l/canary/dates.ics", "route=/l/:token/dates.ics"},
		{"/c/canary/events/canary", "route=/c/:community/events/:event status"},
		{"/c/canary/events/canary.ics", "route=/c/:community/events/:event.ics status"},
		{"/canary", `route="" status=404`},
	} {
		log.Reset()
		p.get(row.target)
		if got := log.String(); !strings.Contains(got, row.want) || strings.Contains(got, "canary") {
			t.Errorf("GET %s is logged as %q, want %q", row.target, got, row.want)
		}
	}
}

func TestRouteWithoutPolicyPanics(t *testing.T) {
	p := newPlace(t, "http://localhost:8080")
	defer func() {
		if recover() == nil {
			t.Error("a route without a policy was registered")
		}
	}()
	p.web.get("/unguarded", "", p.web.front)
}

func TestPageOrFeed(t *testing.T) {
	p := newPlace(t, "http://localhost:8080")
	say := func(what string) handler {
		return func(c *gin.Context) error { return p.web.plain(c, http.StatusOK, what+" "+c.Param("thing")) }
	}
	p.web.pageOrFeed("/t/:thing", anyone, say("page"), say("feed"))
	for _, tt := range []struct{ name, method, target, want, vary string }{
		{"page", "GET", "/t/one", "page one\n", "Cookie"},
		{"feed", "GET", "/t/one.ics", "feed one\n", ""},
		{"only one suffix goes", "GET", "/t/one.ics.ics", "feed one.ics\n", ""},
		{"another suffix stays", "GET", "/t/one.icsx", "page one.icsx\n", "Cookie"},
		{"head of a page", "HEAD", "/t/one", "", "Cookie"},
		{"head of a feed", "HEAD", "/t/one.ics", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := p.do(httptest.NewRequest(tt.method, tt.target, nil))
			if w.Code != http.StatusOK || w.Body.String() != tt.want {
				t.Errorf("%s %s = %d %q, want 200 %q", tt.method, tt.target, w.Code, w.Body, tt.want)
			}
			if got := strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Cookie"); got != (tt.vary != "") {
				t.Errorf("%s %s: Vary %q, want cookie: %v", tt.method, tt.target, w.Header().Values("Vary"), tt.vary != "")
			}
		})
	}
}

func TestOtherMethods(t *testing.T) {
	p := newPlace(t, "http://localhost:8080")
	if w := p.do(httptest.NewRequest(http.MethodDelete, "/settings", nil)); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
		t.Errorf("DELETE /settings = %d, Allow %q, want 405 with Allow", w.Code, w.Header().Get("Allow"))
	}
}

func TestPolicies(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	for _, p := range []Policy{anyone, signedIn, operator} {
		f.web.get("/test/"+strings.ReplaceAll(string(p), " ", "-"), p, func(c *gin.Context) error { return f.web.plain(c, http.StatusOK, "in") })
	}
	for _, tt := range []struct {
		who                         string
		anyone, signed, forOperator int
	}{{"", 200, 303, 303}, {"member", 200, 200, 404}, {"operator", 200, 200, 200}} {
		cookie := ""
		if tt.who != "" {
			cookie = f.signIn(t, tt.who)
		}
		for target, want := range map[string]int{"/test/anyone": tt.anyone, "/test/signed-in": tt.signed, "/test/operator": tt.forOperator} {
			if got := f.get(target, "Cookie", cookie).Code; got != want {
				t.Errorf("%q at %s = %d, want %d", tt.who, target, got, want)
			}
		}
	}
}
