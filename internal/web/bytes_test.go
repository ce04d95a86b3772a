package web_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// Bytes that are no text, and the one sign that no database column holds, are nobody's name: both engines say so alike, and neither fails.
func TestBytesThatAreNoText(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.Open, "ann@office.example")
		stranger, ann, program := r.Stranger(), r.As("ann@office.example"), r.Program("ann@office.example", false)
		for _, bad := range []string{"%00", "%ff", "a%00b", "%C3%28"} {
			for _, path := range []string{"/c/" + bad, "/c/soil/events/" + bad, "/c/soil/events/" + bad + ".ics", "/c/" + bad + "/calendar.ics", "/c/soil/series/" + bad, "/feeds/" + bad + ".ics",
				"/l/" + bad, "/help/" + bad, "/api/v1/events/" + bad, "/api/v1/communities/" + bad, "/api/v1/users/" + bad} {
				if got := stranger.Get(path); got.Status != http.StatusNotFound && got.Status != http.StatusUnauthorized {
					t.Errorf("GET %s: %d", path, got.Status)
				}
			}
			for _, path := range []string{"/calendar?community=" + bad, "/c/soil/resources?q=" + bad, "/communities?after=" + bad, "/calendar?x=%zz&community=" + bad} {
				if got := stranger.Get(path); got.Status != http.StatusBadRequest {
					t.Errorf("GET %s: %d", path, got.Status)
				}
			}
			for _, path := range []string{"/api/v1/events?kind=" + bad, "/api/v1/delivery?state=" + bad} {
				if got := program.JSON("GET", path, ""); got.Status != http.StatusBadRequest {
					t.Errorf("GET %s: %d", path, got.Status)
				}
			}
		}
		cursor := base64.RawURLEncoding.EncodeToString([]byte(`{"n":"\u0000","i":"a\u0000"}`))
		if got := program.JSON("GET", "/api/v1/communities?after="+cursor, ""); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("a cursor with NUL: %d", got.Status)
		}
		for _, body := range []string{`{"scope":"community","community":"\u0000"}`, "{\"scope\":\"community\",\"community\":\"\xff\"}"} {
			if got := program.JSON("POST", "/api/v1/feeds", body); got.Status != http.StatusBadRequest {
				t.Errorf("POST %q: %d %s", body, got.Status, got.Body)
			}
		}
		if got := program.JSON("POST", "/api/v1/feeds", `{"scope":"all","name":"a \\u0000 written out"}`); got.Status != http.StatusCreated {
			t.Errorf("a backslash before u0000: %d %s", got.Status, got.Body)
		}
		if got := ann.Do("POST", "/me/save", "application/x-www-form-urlencoded", "name=An%00n&time_zone=UTC&language=en"); got.Status != http.StatusSeeOther {
			t.Errorf("a name with NUL: %d", got.Status)
		}
		if got := ann.Get("/me"); !strings.Contains(got.Body, `value="Ann"`) {
			t.Error("the NUL is not gone")
		}
		if got := ann.Do("POST", "/me/save", "application/x-www-form-urlencoded", "name=%ff&time_zone=UTC&language=en"); got.Status != http.StatusBadRequest {
			t.Errorf("a name that is no UTF-8: %d", got.Status)
		}
	})
}
