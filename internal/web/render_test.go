package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

// brokenPage fails in the middle.
type brokenPage struct{ frame }

var errBroken = errors.New("broken")

func (*brokenPage) Fail() (string, error) { return "", errBroken }

// Of a page that cannot be rendered to its end nothing goes out.
func TestPageIsRenderedWhole(t *testing.T) {
	s := &Server{pages: template.Must(template.New("base broken").Parse(`<p>the first half {{.Fail}}`))}
	w := httptest.NewRecorder()
	c, _ := gin.CreateTestContext(w)
	c.Request = httptest.NewRequest(http.MethodGet, "/", nil)
	if err := s.show(c, "broken", &brokenPage{}); !errors.Is(err, errBroken) || c.Writer.Written() || w.Body.Len() > 0 || len(w.Header()) > 0 {
		t.Errorf("got %v, and %q %v went out", err, w.Body, w.Header())
	}
}

// A page that prolongs a session is sent whole, also to whom it is not new: there are programs that take no cookie with a 304.
func TestPageWithACookieIsWhole(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	cookie := f.signIn(t, "member")
	defer func(was time.Time) { present = was }(present)
	tag := f.get("/settings", "Cookie", cookie).Header().Get("ETag")
	if w := f.get("/settings", "Cookie", cookie, "If-None-Match", tag); w.Code != http.StatusNotModified || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("the same page again = %d %v, want 304 without a cookie", w.Code, w.Header())
	}
	present = present.Add(61 * time.Minute)
	w := f.get("/settings", "Cookie", cookie, "If-None-Match", tag)
	if w.Code != http.StatusOK || w.Header().Get("Set-Cookie") == "" || w.Header().Get("ETag") != tag {
		t.Errorf("the same page with a cookie = %d %v, want 200, the cookie and the tag %s", w.Code, w.Header(), tag)
	}
}

// What the API answers without a token is not what it answers with one.
func TestAPIVariesByToken(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	token, _, err := f.app.People.AddToken(t.Context(), f.as("member"), "member@people.example", "test", true)
	if err != nil {
		t.Fatal(err)
	}
	for name, headers := range map[string][]string{"without": nil, "with": {"Authorization", "Bearer " + token}} {
		w := f.get("/api/v1/communities", headers...)
		if w.Code != http.StatusOK || !slices.Contains(w.Header().Values("Vary"), "Authorization") {
			t.Errorf("%s a token: %d, Vary %q", name, w.Code, w.Header().Values("Vary"))
		}
	}
}

// A zone that is none is refused, also where it would only be kept in a cookie.
func TestSettingsRefuseAZone(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	for _, tt := range []struct {
		zone string
		want int
	}{{"Asia/Dhaka", http.StatusSeeOther}, {"Mars/Olympus", http.StatusUnprocessableEntity}, {"Local", http.StatusUnprocessableEntity}} {
		w := f.post("/settings", url.Values{"zone": {tt.zone}})
		kept := strings.Contains(strings.Join(w.Header().Values("Set-Cookie"), "\n"), cookieZone+"=")
		if w.Code != tt.want || kept != (tt.want == http.StatusSeeOther) {
			t.Errorf("the zone %s = %d, kept: %v, want %d", tt.zone, w.Code, kept, tt.want)
		}
		if !kept && !strings.Contains(w.Body.String(), "This time zone is not known.") {
			t.Errorf("the zone %s: nothing is said of it", tt.zone)
		}
	}
}

// Beside a kept mail stand the links that lead here, and no others.
func TestOwnLinks(t *testing.T) {
	const base = "https://convoke.example"
	text := "Yes: https://convoke.example/l/le_1?do=yes\nagain https://convoke.example/l/le_1?do=yes and\nhttps://convoke.example.evil.test/l/le_2 " +
		"https://convoke.example:444/l/le_3 https://convoke.example@evil.test/ https://meet.example/soil https://convoke.example/%zz https://convoke.example/c/soil"
	if got, want := ownLinks(base, text), []string{"/l/le_1?do=yes", "/c/soil"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
