package app_test

import (
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// What is taken back is as it was before it was called off, however often that happens.
func TestRestoredAsItWas(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		m := r.Community("rivers", convoke.Open)
		in := app.EventInput{Title: new("Mapping"), StartLocal: new("2027-04-03T14:00"), Status: new("tentative")}
		e := must(r.App.Events.CreatePublished(t.Context(), convoke.System, m.Slug, in))(t)
		for _, status := range []string{"tentative", "confirmed", "tentative", "tentative"} {
			r.Clock.Add(time.Minute)
			must(r.App.Events.Edit(t.Context(), convoke.System, e.ID, app.EventInput{Status: &status}))(t)
			must(r.App.Events.Cancel(t.Context(), convoke.System, e.ID, "Rain"))(t)
			r.Clock.Add(time.Minute)
			must(r.App.Events.Edit(t.Context(), convoke.System, e.ID, app.EventInput{Abstract: new("All about " + status + r.Clock.Now().String())}))(t)
			got := must(r.App.Events.Restore(t.Context(), convoke.System, e.ID))(t)
			if string(got.Status) != status || got.CancelNote != "" {
				t.Errorf("was %s: restored as %s, %q", status, got.Status, got.CancelNote)
			}
		}
	})
}
