package web_test

import (
	"net/url"
	"strings"
	"testing"

	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// Who is refused learns how to get in, where getting in is what it takes, and who looks for what is missing where else to look.
func TestWayIn(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.Open, "mia@x.example")
		r.Community("circle", convoke.SemiPrivate, "mia@x.example")
		r.Community("closed", convoke.Private, "mia@x.example")
		eve, mia := r.As("eve@x.example"), r.As("mia@x.example")
		wes := r.As("wes@x.example")
		if got := wes.Post("/c/circle/ask", url.Values{"message": {"please"}}); got.Status != 303 {
			t.Fatalf("ask: %d", got.Status)
		}
		const join, ask, search = `action="/c/soil/join"`, `href="/c/circle/ask"`, `action="/c/soil/resources"`
		for _, tt := range []struct {
			name      string
			who       *rig.Client
			path      string
			status    int
			want, not []string
		}{
			{"members' page of an open one", eve, "/c/soil/members", 403, []string{"for members of Soil", join}, []string{"mia@"}},
			{"desk of an open one", eve, "/c/soil/admin", 403, []string{"You may not do this here"}, []string{join, "for members of"}},
			{"to be asked", eve, "/c/circle/members", 403, []string{"for members of Circle", ask}, []string{join}},
			{"desk of one that cannot be read", eve, "/c/circle/admin", 403, []string{ask}, nil},
			{"waiting", wes, "/c/circle/members", 403, []string{"still has to decide"}, []string{ask}},
			{"by invitation", eve, "/c/closed/members", 403, []string{"by invitation", "in that mail"}, []string{"/ask", "/join"}},
			{"member without the right", mia, "/c/circle/admin", 403, []string{"You may not do this here"}, []string{"for members of", ask}},
			{"missing, signed in", mia, "/c/soil/events/none-abcd", 404, []string{search, `href="/communities"`, `href="/calendar"`}, []string{"sign in first"}},
			{"missing, no such route", mia, "/c/soil/nothing/at/all", 404, []string{search}, []string{"sign in first"}},
			{"missing, a stranger", r.Stranger(), "/c/soil/events/none-abcd", 404, []string{search, "sign in first"}, nil},
			{"missing where one may not read", eve, "/c/circle/events/none-abcd", 404, []string{"Circle"}, []string{`role="search"`, "sign in first"}},
			{"no such community", eve, "/c/none", 404, []string{`href="/communities"`}, []string{`role="search"`}},
		} {
			got := tt.who.Get(tt.path)
			if got.Status != tt.status {
				t.Errorf("%s: GET %s = %d, want %d", tt.name, tt.path, got.Status, tt.status)
			}
			for _, x := range tt.want {
				if !strings.Contains(got.Body, x) {
					t.Errorf("%s: %s lacks %q", tt.name, tt.path, x)
				}
			}
			for _, x := range tt.not {
				if strings.Contains(got.Body, x) {
					t.Errorf("%s: %s shows %q", tt.name, tt.path, x)
				}
			}
		}
	})
}
