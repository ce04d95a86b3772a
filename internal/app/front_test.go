package app_test

import (
	"slices"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// Whoever left the directory is named to members on the front page, and to nobody else.
func TestUnlistedLeaders(t *testing.T) {
	h := open(t)
	in := app.CommunityInput{Slug: new("rivers"), Name: new("Rivers"), Privacy: new("open")}
	must(h.Communities.Create(t.Context(), convoke.System, "", in, "ada@maps.example"))(t)
	mo, ben, olga := h.member(t, "rivers", "mo@maps.example", convoke.Moderator), h.member(t, "rivers", "ben@maps.example", convoke.Member), h.person(t, "olga@maps.example")
	must(h.People.Edit(t.Context(), convoke.System, "ada@maps.example", app.PersonInput{Name: new("Ada"), Listed: new(false)}))(t)
	must(h.People.Edit(t.Context(), convoke.System, "mo@maps.example", app.PersonInput{Name: new("Mo")}))(t)
	for _, row := range []struct {
		name string
		v    convoke.Viewer
		want []string
	}{{"stranger", convoke.Nobody, []string{"Mo"}}, {"outsider", olga, []string{"Mo"}}, {"member", ben, []string{"Ada", "Mo"}}, {"moderator", mo, []string{"Ada", "Mo"}}, {"operator", convoke.System, []string{"Ada", "Mo"}}} {
		var got []string
		for _, l := range must(h.Communities.Front(t.Context(), row.v, "rivers"))(t).Leaders {
			got = append(got, l.Name)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}
