package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	l := newLimiter(0.5, 3)
	for i := range 3 {
		if _, ok := l.allow("a", present); !ok {
			t.Fatalf("number %d of 3 was refused", i+1)
		}
	}
	if retry, ok := l.allow("a", present); ok || retry != 2 {
		t.Errorf("number 4 = %v, again in %d s, want refused and 2 s", ok, retry)
	}
	if _, ok := l.allow("b", present); !ok {
		t.Error("another network was refused")
	}
	if _, ok := l.allow("a", present.Add(2*time.Second)); !ok {
		t.Error("refused after the wait")
	}
	for range 10 {
		if _, ok := l.allow("", present); !ok {
			t.Fatal("the loopback has a limit")
		}
	}
}

// However many networks come, a limiter stays small, and whoever keeps coming is not forgotten.
func TestLimiterIsBounded(t *testing.T) {
	l := newLimiter(0.01, 1)
	l.allow("busy", present)
	for i := range 3 * limiterSize {
		l.allow(fmt.Sprint("n", i), present)
		if i%1000 == 0 {
			if _, ok := l.allow("busy", present); ok {
				t.Fatalf("forgotten after %d others", i)
			}
		}
	}
	if n := len(l.young) + len(l.old); n > 2*limiterSize {
		t.Errorf("%d networks are remembered, want at most %d", n, 2*limiterSize)
	}
}

func TestPostsAreLimited(t *testing.T) {
	p := newPlace(t, "http://localhost:8080")
	var seen []*http.Request
	send := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/settings", strings.NewReader(url.Values{}.Encode()))
		r.RemoteAddr = "198.51.100.7:1"
		r.Header.Set("X-Forwarded-For", fmt.Sprint("203.0.113.", len(seen))) // believed of nobody
		seen = append(seen, r)
		return p.do(r)
	}
	for range 120 {
		if w := send(); w.Code != http.StatusSeeOther {
			t.Fatalf("a POST within the limit = %d", w.Code)
		}
	}
	if w := send(); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("one more = %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
}

// A program that writes much is none of those the limit is for: it has a token that can be taken from it.
func TestPostsOfTheAPIAreNot(t *testing.T) {
	p := newPlace(t, "http://localhost:8080")
	for n := range 125 {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/nothing", nil)
		r.RemoteAddr = "198.51.100.7:1"
		if w := p.do(r); w.Code == http.StatusTooManyRequests {
			t.Fatalf("POST number %d of the API = %d", n+1, w.Code)
		}
	}
}
