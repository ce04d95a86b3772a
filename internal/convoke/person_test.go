package convoke

import "testing"

func TestSigned(t *testing.T) {
	for _, row := range []struct {
		name string
		v    Viewer
		want bool
	}{
		{"stranger", Nobody, false},
		{"session", Viewer{Person: "pe_ada", Via: "session"}, true},
		{"token", Viewer{Person: "pe_ada", TokenID: "to_1", Via: "token"}, true},
		{"mailed link", Viewer{Person: "pe_ada", Letter: "le_1", Via: "letter"}, false},
		{"system", System, false},
	} {
		if got := row.v.Signed(); got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
}
