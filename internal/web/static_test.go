package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestServeStatic(t *testing.T) {
	css := asset("convoke.css")
	tag := statics.byName["convoke.css"].etag
	gzTag := strings.TrimSuffix(tag, `"`) + `-gzip"`
	for _, tt := range []struct {
		name, method, path, accept, ifNone string
		status                             int
		coding, mime                       string
		empty                              bool
	}{
		{name: "plain", method: "GET", path: css, status: 200, mime: "text/css; charset=utf-8"},
		{name: "packed", method: "GET", path: css, accept: "br, gzip", status: 200, coding: "gzip", mime: "text/css; charset=utf-8"},
		{name: "any coding", method: "GET", path: css, accept: "*", status: 200, coding: "gzip", mime: "text/css; charset=utf-8"},
		{name: "gzip refused", method: "GET", path: css, accept: "gzip;q=0, *", status: 200, mime: "text/css; charset=utf-8"},
		{name: "gzip with weight", method: "GET", path: css, accept: "gzip; q=0.5", status: 200, coding: "gzip", mime: "text/css; charset=utf-8"},
		{name: "head", method: "HEAD", path: css, status: 200, mime: "text/css; charset=utf-8", empty: true},
		{name: "unchanged", method: "GET", path: css, ifNone: `"x", W/` + tag, status: 304, empty: true},
		{name: "unchanged and packed", method: "GET", path: css, accept: "gzip", ifNone: gzTag, status: 304, empty: true},
		{name: "the other coding's tag", method: "GET", path: css, accept: "gzip", ifNone: tag, status: 200, coding: "gzip", mime: "text/css; charset=utf-8"},
		{name: "script", method: "GET", path: asset("convoke.js"), status: 200, mime: "text/javascript; charset=utf-8"},
		{name: "icon", method: "GET", path: asset("favicon.svg"), status: 200, mime: "image/svg+xml"},
		{name: "without a hash", method: "GET", path: "/static/convoke.css", status: 404, mime: "text/plain; charset=utf-8"},
		{name: "old hash", method: "GET", path: "/static/convoke.00000000.css", status: 404, mime: "text/plain; charset=utf-8"},
		{name: "out of the folder", method: "GET", path: "/static/../static.go", status: 404, mime: "text/plain; charset=utf-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), tt.method, "/", nil)
			r.URL.Path = tt.path
			r.Header.Set("Accept-Encoding", tt.accept)
			r.Header.Set("If-None-Match", tt.ifNone)
			w := httptest.NewRecorder()
			serveStatic.ServeHTTP(w, r)
			if w.Code != tt.status {
				t.Fatalf("%s %s: status %d, want %d", tt.method, tt.path, w.Code, tt.status)
			}
			h := w.Header()
			if got := h.Get("Content-Encoding"); got != tt.coding {
				t.Errorf("Content-Encoding %q, want %q", got, tt.coding)
			}
			if got := h.Get("Content-Type"); got != tt.mime {
				t.Errorf("Content-Type %q, want %q", got, tt.mime)
			}
			want := "public, max-age=31536000, immutable"
			if tt.status == http.StatusNotFound {
				want = "no-store"
			}
			if got := h.Get("Cache-Control"); got != want {
				t.Errorf("Cache-Control %q, want %q", got, want)
			}
			if got := w.Body.Len() == 0; got != tt.empty {
				t.Errorf("body of %d bytes, want empty: %v", w.Body.Len(), tt.empty)
			}
			if tt.coding == "gzip" {
				z, err := gzip.NewReader(w.Body)
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(z)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, statics.byName["convoke.css"].plain) {
					t.Error("unpacked body differs from the file")
				}
				if h.Get("Vary") != "Accept-Encoding" {
					t.Errorf("Vary %q, want Accept-Encoding", h.Get("Vary"))
				}
			}
		})
	}
}

func TestAssetAddress(t *testing.T) {
	want := regexp.MustCompile(`^/static/convoke\.[0-9a-f]{8}\.css$`)
	if got := asset("convoke.css"); !want.MatchString(got) {
		t.Errorf(`asset("convoke.css") = %q, want %v`, got, want)
	}
	a, b := newStaticFile("a.css", []byte("a{}")), newStaticFile("a.css", []byte("b{}"))
	if a.href == b.href {
		t.Errorf("two contents share the address %s", a.href)
	}
}

func TestUnknownNamesPanic(t *testing.T) {
	for name, call := range map[string]func(){
		"asset": func() { asset("nothing.css") },
		"icon":  func() { icon("nothing") },
		"type":  func() { newStaticFile("a.exe", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}

// The budgets are for a slow line: a page with its assets should arrive before patience ends.
func TestAssetBudgets(t *testing.T) {
	for _, tt := range []struct {
		name          string
		plain, packed int
	}{
		{"convoke.css", 40_000, 8_000},
		{"convoke.js", 5_000, 2_000},
		{"favicon.svg", 1_000, 500},
	} {
		f := statics.byName[tt.name]
		if len(f.plain) > tt.plain || len(f.gzipped()) > tt.packed {
			t.Errorf("%s: %d bytes, %d packed; want at most %d, %d", tt.name, len(f.plain), len(f.gzipped()), tt.plain, tt.packed)
		}
	}
}

// Right-to-left pages work because no rule names a side.
func TestStyleIsLogicalAndSelfContained(t *testing.T) {
	css := string(statics.byName["convoke.css"].plain)
	for name, pattern := range map[string]string{
		"physical side":   `(?:margin|padding|border)-(?:left|right|top|bottom)\b|[{;\s](?:left|right|top|bottom):|(?:text-align|float):\s*(?:left|right)`,
		"physical size":   `[{;\s](?:min-|max-)?(?:width|height):`,
		"foreign content": `url\(|@import`,
		"shadow or blend": `gradient\(|text-shadow`,
		"letter case":     `text-transform|letter-spacing`,
	} {
		for _, got := range regexp.MustCompile(pattern).FindAllString(strings.ReplaceAll(strings.ReplaceAll(css, "(min-width:", ""), "(max-width:", ""), -1) {
			t.Errorf("convoke.css has a %s: %q", name, got)
		}
	}
}

func TestIcons(t *testing.T) {
	if len(icons) > 20 {
		t.Errorf("%d icons, want at most 20", len(icons))
	}
	if got := string(mark()); !strings.Contains(got, `aria-hidden="true"`) {
		t.Errorf("mark() = %s, want it hidden from readers, as the name stands beside it", got)
	}
	if got := string(icon("next")); !strings.Contains(got, `class="icon turn"`) {
		t.Errorf("icon(next) = %s, want it to turn in right-to-left pages", got)
	}
	if got := string(icon("clock")); strings.Contains(got, "turn") || !strings.Contains(got, `aria-hidden="true"`) {
		t.Errorf("icon(clock) = %s, want it hidden from readers and never turned", got)
	}
}
