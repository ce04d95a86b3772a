package app_test

import (
	"testing"

	"convoke/internal/rig"
)

// Whoever asked what was merged into a question that nobody has opened yet still sees it, under the number it stands at now.
func TestMergedBeforeAnybodyOpenedIt(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		one, two := f.ask(f.member, "Why is it red?", false), f.ask(f.moderator, "Where does the colour come from?", false)
		r.Must(r.App.Questions.Merge(t.Context(), f.moderator, f.open, one.Number, two.Number))
		for _, number := range []int{one.Number, two.Number} {
			page, n, err := r.App.Questions.One(t.Context(), f.member, "", string(f.open), number)
			if err != nil || n != two.Number || len(page.Questions) != 1 {
				t.Errorf("question %d: %d questions at %d, %v; want one at %d", number, len(page.Questions), n, err, two.Number)
			}
		}
	})
}
