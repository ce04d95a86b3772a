package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"convoke/internal/rig"
)

// The address of a hidden community is free for whoever may not know of it, only somewhat longer; nothing tells whose it is.
func TestAddressOfAHiddenCommunity(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		longer := regexp.MustCompile(`^` + hiddenSlug + `-[a-z0-9]{4}$`)
		for _, tt := range []struct {
			name, who, body string
			status          int
		}{
			{"made from the name", "admin", `{"parent":"cash","name":"` + hiddenSlug + `"}`, 201},
			{"wished for", "admin", `{"parent":"cash","name":"Quiet","slug":"` + hiddenSlug + `"}`, 201},
			{"by who knows it", "operator", `{"parent":"cash","name":"Quiet","slug":"` + hiddenSlug + `"}`, 422},
			{"named by who knows it", "operator", `{"parent":"cash","name":"` + hiddenSlug + `"}`, 422},
			{"one that is known", "admin", `{"parent":"cash","name":"Quiet","slug":"cash"}`, 422},
		} {
			t.Run(tt.name, func(t *testing.T) {
				w.t = t
				got := w.must(tt.status, tt.who, "POST", "/communities", tt.body)
				if tt.status == http.StatusUnprocessableEntity {
					if !strings.Contains(got.str("fields.slug"), "taken") {
						t.Errorf("%s as %s: %s, want that it is taken", tt.body, tt.who, got.Text)
					}
					return
				}
				slug := got.str("slug")
				if !longer.MatchString(slug) || strings.Contains(got.Text, hiddenCanary) {
					t.Errorf("%s as %s: %s, want a longer address", tt.body, tt.who, got.Text)
				}
				if at := got.Header.Get("Location"); at != "/api/v1/communities/"+slug {
					t.Errorf("%s: Location %q, want that of %q", tt.body, at, slug)
				}
				w.must(200, tt.who, "GET", "/communities/"+slug, "")
			})
		}
	})
}
