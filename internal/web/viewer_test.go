package web

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestSessionCookie(t *testing.T) {
	for base, want := range map[string][]string{
		"https://convoke.example": {"__Host-convoke=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"},
		"http://localhost:8080":   {"convoke=", "Path=/", "HttpOnly", "SameSite=Lax"},
	} {
		f := furnish(t, newPlace(t, base))
		cookie := f.signIn(t, "member")
		for _, part := range want {
			if !strings.Contains("; "+f.cookie+";", "; "+part) {
				t.Errorf("%s: cookie %q lacks %q", base, f.cookie, part)
			}
		}
		w := f.get("/", "Cookie", cookie)
		if !strings.Contains(w.Body.String(), "Person member") {
			t.Errorf("%s: the session is not known again", base)
		}
		if got := w.Header().Get("Set-Cookie"); got != "" {
			t.Errorf("%s: reading a page sets %q", base, got)
		}
		if got := f.get("/", "Cookie", cookie+"x"); strings.Contains(got.Body.String(), "Person member") {
			t.Errorf("%s: a wrong token is taken for a session", base)
		}
	}
}

// Reading pages prolongs a session at most once an hour; nothing else that reads writes.
func TestSessionTouch(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	cookie := f.signIn(t, "member")
	defer func(was time.Time) { present = was }(present)
	for _, tt := range []struct {
		after time.Duration
		want  bool
	}{{59 * time.Minute, false}, {2 * time.Minute, true}, {time.Minute, false}} {
		present = present.Add(tt.after)
		if got := f.get("/", "Cookie", cookie).Header().Get("Set-Cookie") != ""; got != tt.want {
			t.Errorf("%v later: the session is prolonged: %v, want %v", tt.after, got, tt.want)
		}
	}
	present = present.Add(31 * 24 * time.Hour)
	if strings.Contains(f.get("/", "Cookie", cookie).Body.String(), "Person member") {
		t.Error("a session of 31 days without a visit still lives")
	}
}

func TestReader(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	member := f.signIn(t, "member")
	for _, tt := range []struct {
		name    string
		headers []string
		lang    string
		zone    string
	}{
		{"nobody known", nil, "en", "UTC"},
		{"browser's language", []string{"Accept-Language", "fr-CA, en;q=0.5"}, "fr", "UTC"},
		{"chosen language", []string{"Accept-Language", "en", "Cookie", cookieLanguage + "=fr"}, "fr", "UTC"},
		{"chosen zone", []string{"Cookie", cookieZone + "=Asia/Kathmandu"}, "en", "UTC&#43;05:45"},
		{"unknown zone", []string{"Cookie", cookieZone + "=Mars/Olympus"}, "en", "UTC"},
		{"the person's", []string{"Accept-Language", "fr", "Cookie", member + "; " + cookieZone + "=Asia/Kathmandu"}, "en", "UTC&#43;06:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := f.get("/", tt.headers...).Body.String()
			if !strings.Contains(body, fmt.Sprintf(`<html lang=%q`, tt.lang)) || !strings.Contains(body, tt.zone) {
				t.Errorf("%q: want %s and %s", tt.headers, tt.lang, tt.zone)
			}
		})
	}
}

func TestBearer(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	f.web.api(http.MethodGet, "/test/me", bearer, f.sayViewer)
	token, _, err := f.app.People.AddToken(t.Context(), f.as("member"), "member@people.example", "test", true)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, header string
		want         int
	}{
		{"good", "Bearer " + token, 200}, {"any case", "bearer " + token, 200}, {"none", "", 401}, {"wrong", "Bearer cvk_wrong", 401}, {"another scheme", "Basic " + token, 401}, {"empty", "Bearer ", 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := f.get("/api/v1/test/me", "Authorization", tt.header, "Cookie", f.signIn(t, "admin"))
			if w.Code != tt.want || tt.want == 200 && !strings.Contains(w.Body.String(), string(f.members["member"].ID)) {
				t.Errorf("%q = %d %s, want %d", tt.header, w.Code, w.Body, tt.want)
			}
			if strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Cookie") || w.Header().Get("Set-Cookie") != "" {
				t.Errorf("the API speaks of cookies: %v", w.Header())
			}
		})
	}
}

// A token that is none is refused where a stranger may read, too, and nothing is read for it.
func TestBearerWhereStrangersMayRead(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	w := f.get("/api/v1/communities", "Authorization", "Bearer cvk_wrong")
	if w.Code != http.StatusUnauthorized || strings.Contains(w.Body.String(), "items") {
		t.Errorf("got %d %s, want 401 alone", w.Code, w.Body)
	}
}

func TestFlash(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	cookie := f.signIn(t, "newcomer")
	w := f.post("/c/shock/join", url.Values{}, "Cookie", cookie)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/c/shock" {
		t.Fatalf("POST = %d to %q", w.Code, w.Header().Get("Location"))
	}
	said, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
	page := f.get("/c/shock", "Cookie", cookie+"; "+said)
	if !strings.Contains(page.Body.String(), "You are a member now") || !strings.Contains(page.Header().Get("Set-Cookie"), cookieFlash+"=;") {
		t.Errorf("the page does not say what was done, or does not forget it: %v", page.Header())
	}
	for _, forged := range []string{`{"k":"done.account_added","a":["Name"]}`, `{"k":"done.account_added","a":["Name",{"x":1}]}`, `{"k":"done.nothing"}`} {
		if got := f.get("/", "Cookie", cookieFlash+"="+base64.RawURLEncoding.EncodeToString([]byte(forged))); got.Code != http.StatusOK || strings.Contains(got.Body.String(), `role="status"`) {
			t.Errorf("the forged flash %s = %d, or it was shown", forged, got.Code)
		}
	}
	for _, forged := range []string{"e30", "!!", "eyJrIjoicHJvYmxlbS5mYXVsdCJ9"} { // {}, nonsense, a key of another kind
		if body := f.get("/", "Cookie", cookieFlash+"="+forged).Body.String(); strings.Contains(body, `role="status"`) {
			t.Errorf("the forged flash %q was shown", forged)
		}
	}
}

func TestNotModified(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	w := f.get("/c/shock")
	if got := w.Header().Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("a page may be kept: %q", got)
	}
	tag := w.Header().Get("ETag")
	if got := f.get("/c/shock", "If-None-Match", tag); got.Code != http.StatusNotModified || got.Body.Len() > 0 {
		t.Errorf("the same page again = %d with %d bytes", got.Code, got.Body.Len())
	}
	if got := f.get("/c/shock", "If-None-Match", tag, "Accept-Language", "fr"); got.Code != http.StatusOK {
		t.Errorf("the page in another language = %d", got.Code)
	}
}
