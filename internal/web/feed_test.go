package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

func TestFeedConditions(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	const feed = "/c/shock/calendar.ics"
	plain := f.get(feed)
	packed := f.get(feed, "Accept-Encoding", "gzip")
	tag, packedTag, modified := plain.Header().Get("ETag"), packed.Header().Get("ETag"), plain.Header().Get("Last-Modified")
	if plain.Code != http.StatusOK || tag == "" || strings.HasPrefix(tag, "W/") || tag == packedTag || modified == "" {
		t.Fatalf("GET %s = %d, tags %q and %q, modified %q", feed, plain.Code, tag, packedTag, modified)
	}
	at := must[time.Time](t)(http.ParseTime(modified))
	before, after := at.Add(-time.Second).Format(http.TimeFormat), at.Add(time.Hour).Format(http.TimeFormat)
	for _, tt := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"nothing held", nil, 200},
		{"same tag", []string{"If-None-Match", tag}, 304},
		{"weak tag", []string{"If-None-Match", "W/" + tag}, 304},
		{"tag in a list", []string{"If-None-Match", `"x", ` + tag}, 304},
		{"any tag", []string{"If-None-Match", "*"}, 304},
		{"another tag", []string{"If-None-Match", `"x"`}, 200},
		{"packed tag for plain bytes", []string{"If-None-Match", packedTag}, 200},
		{"packed tag for packed bytes", []string{"If-None-Match", packedTag, "Accept-Encoding", "gzip"}, 304},
		{"same date", []string{"If-Modified-Since", modified}, 304},
		{"later date", []string{"If-Modified-Since", after}, 304},
		{"earlier date", []string{"If-Modified-Since", before}, 200},
		{"unreadable date", []string{"If-Modified-Since", "yesterday"}, 200},
		{"tag goes before date", []string{"If-None-Match", `"x"`, "If-Modified-Since", modified}, 200},
		{"date is not asked when the tag fits", []string{"If-None-Match", tag, "If-Modified-Since", before}, 304},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := f.get(feed, tt.headers...)
			if w.Code != tt.want {
				t.Fatalf("GET with %q = %d, want %d", tt.headers, w.Code, tt.want)
			}
			if w.Header().Get("ETag") == "" || w.Header().Get("Vary") != "Accept-Encoding" || w.Header().Get("Cache-Control") != "public, max-age=300" {
				t.Errorf("GET with %q: headers %v", tt.headers, w.Header())
			}
			if tt.want == 304 && w.Body.Len() > 0 {
				t.Errorf("a 304 has a body of %d bytes", w.Body.Len())
			}
		})
	}
}

func TestFeedBody(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	member := f.signIn(t, "member")
	own := feedAddress(t)(f.app.Feeds.Add(t.Context(), f.as("member"), convoke.ScopeAll, "", "Phone"))
	secret := strings.TrimPrefix(own, "http://localhost:8080")
	for _, tt := range []struct {
		name, target, cache string
		want, not           []string
	}{
		{"community", "/c/shock/calendar.ics", "public", []string{"BEGIN:VEVENT", "Topping up"}, []string{"canary", "meet.example"}},
		{"series", "/c/shock/series/" + f.series.Slug + ".ics", "public", []string{"Topping up"}, []string{"Kisumu"}},
		{"meeting", "/c/shock/meetings/" + f.meeting.Slug + ".ics", "public", []string{"RRULE"}, []string{"Topping"}},
		{"event", "/c/shock/events/" + f.event.Slug + ".ics", "public", []string{"Kisumu"}, []string{"Topping", "meet.example"}},
		{"all", "/calendar.ics", "public", []string{"Topping up"}, []string{"canary", "Canary"}},
		{"own", secret, "private", []string{"canary breakfast", "meet.example"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := f.get(tt.target, "Cookie", member, "Accept-Language", "fr")
			if w.Code != http.StatusOK {
				t.Fatalf("GET %s = %d", tt.target, w.Code)
			}
			h, body := w.Header(), w.Body.String()
			for name, want := range map[string]string{"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": tt.cache + ", max-age=300", "Vary": "Accept-Encoding", "Set-Cookie": "", "Content-Length": itoa(len(body))} {
				if got := h.Get(name); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			if got := h.Get("Content-Disposition"); !strings.HasPrefix(got, `inline; filename="`) || !strings.HasSuffix(got, `.ics"`) {
				t.Errorf("Content-Disposition = %q", got)
			}
			if got := h.Get("X-Robots-Tag"); (got == "noindex") != (tt.cache == "private") {
				t.Errorf("X-Robots-Tag = %q", got)
			}
			unfolded := strings.ReplaceAll(body, "\r\n ", "")
			for _, want := range tt.want {
				if !strings.Contains(unfolded, want) {
					t.Errorf("the feed lacks %q", want)
				}
			}
			for _, not := range tt.not {
				if strings.Contains(unfolded, not) {
					t.Errorf("the feed holds %q", not)
				}
			}
			packed := f.get(tt.target, "Accept-Encoding", "gzip;q=0.5, br")
			r := must[*gzip.Reader](t)(gzip.NewReader(packed.Body))
			if got := must[[]byte](t)(io.ReadAll(r)); string(got) != body || packed.Header().Get("Content-Encoding") != "gzip" {
				t.Error("packed and plain differ")
			}
			if got := f.get(tt.target, "Accept-Encoding", "gzip;q=0"); got.Header().Get("Content-Encoding") != "" {
				t.Error("packed for who wants no gzip")
			}
			head := f.do(httptest.NewRequest(http.MethodHead, tt.target, nil))
			if head.Code != http.StatusOK || head.Body.Len() > 0 || head.Header().Get("Content-Length") != itoa(len(body)) || head.Header().Get("ETag") != h.Get("ETag") {
				t.Errorf("HEAD = %d, %v", head.Code, head.Header())
			}
		})
	}
}

func TestFeedsThatAreNot(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	for _, target := range []string{"/c/quiet/calendar.ics", "/c/absent/calendar.ics", "/c/shock/events/" + f.inside.Slug + ".ics", "/c/shock/series/none.ics",
		"/feeds/wrong.ics", "/feeds/wrong", "/feeds/" + strings.Repeat("x", 5000) + ".ics"} {
		w, want := f.get(target), "Not Found\n"
		if strings.HasPrefix(target, "/feeds/") {
			want = "This calendar address is not, or no longer, in use. A new one can be made at http://localhost:8080/me/feeds.\n"
		}
		if w.Code != http.StatusNotFound || w.Body.String() != want || w.Header().Get("ETag") != "" || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("GET %.60s = %d %.60q %v", target, w.Code, w.Body, w.Header())
		}
	}
}

// A secret address is whole with its suffix only, and the file's name is one on every system.
func TestOwnFeedAddress(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	own := must[app.OwnView](t)(f.app.Feeds.Add(t.Context(), f.as("member"), convoke.ScopeAll, "", `"; é`))
	path := own.Address[strings.Index(own.Address, "/feeds/"):]
	if w := f.get(path); w.Code != http.StatusOK || w.Header().Get("Content-Disposition") != `inline; filename="convoke.ics"` {
		t.Errorf("GET %s = %d %v", path, w.Code, w.Header())
	}
	if w := f.get(strings.TrimSuffix(path, ".ics")); w.Code != http.StatusNotFound {
		t.Errorf("without its suffix = %d, want 404", w.Code)
	}
	for name, want := range map[string]string{"Soil-day_2": "Soil-day_2", "a\"; x=\"b\r\nX: y": "axbXy", "été": "t", "../..": "convoke", "": "convoke"} {
		if got := fileName(name); got != want {
			t.Errorf("fileName(%q) = %q, want %q", name, got, want)
		}
	}
}

// Whoever guesses at secret addresses is stopped, and those behind the same proxy as nobody are not.
func TestGuessedFeeds(t *testing.T) {
	f := newPlace(t, "http://localhost:8080")
	guess := func(from string) int {
		r := httptest.NewRequest(http.MethodGet, "/feeds/wrong.ics", nil)
		r.RemoteAddr = from
		w := f.do(r)
		if (w.Code == http.StatusTooManyRequests) != (w.Header().Get("Retry-After") != "") {
			t.Errorf("status %d with Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
		return w.Code
	}
	for range 60 {
		if got := guess("192.0.2.1:1000"); got != http.StatusNotFound {
			t.Fatalf("a guess within the limit = %d, want 404", got)
		}
	}
	for from, want := range map[string]int{"192.0.2.1:1000": 429, "192.0.2.2:1000": 404, "127.0.0.1:1000": 404} {
		if got := guess(from); got != want {
			t.Errorf("a guess from %s = %d, want %d", from, got, want)
		}
	}
}
