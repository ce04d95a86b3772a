package web_test

import (
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// What is promised by a day is promised by that day of the event's, wherever it is read.
func TestPromisedDay(t *testing.T) {
	for _, tc := range []struct{ event, reader string }{{"America/Bogota", "Asia/Amman"}, {"Asia/Amman", "America/Bogota"}} {
		t.Run(tc.event, func(t *testing.T) {
			rig.Each(t, func(t *testing.T, r *rig.Rig) {
				w := &lecture{Rig: r, t: t}
				r.Person("ann@x.example", app.PersonInput{Name: new("Ann Ache"), TimeZone: &tc.reader})
				r.Community("soil", convoke.Open)
				r.Member("soil", "ann@x.example", convoke.Moderator)
				e, err := r.App.Events.Create(t.Context(), convoke.System, "soil", app.EventInput{Title: new("Compost"), StartLocal: new("2027-03-16T10:00"), TimeZone: &tc.event,
					Visibility: new("everyone"), Invite: new(false)})
				r.Must(err)
				e, err = r.App.Events.Publish(t.Context(), convoke.System, e.ID)
				r.Must(err)
				r.Must(r.App.FollowUps.PutPromises(t.Context(), convoke.System, e.ID, []app.PromiseInput{{Item: "recording", Name: "Ann Ache", Address: "ann@x.example", Due: "2027-03-20"}}))
				r.Clock.Set(time.Date(2027, 3, 19, 20, 0, 0, 0, time.UTC))
				r.Deliver() // the first mail about it is among these or later ones
				ann := r.As("ann@x.example")
				w.says(ann.Get("/c/soil/events/"+e.Slug), 200, "expected by 20 March 2027", "!19 March 2027", "!21 March 2027")
				w.says(ann.Get("/c/soil/admin/board"), 200, "20 March 2027", "!19 March 2027", "!21 March 2027")
				r.Clock.Set(time.Date(2027, 3, 25, 20, 0, 0, 0, time.UTC))
				told := ""
				for _, m := range r.Deliver() {
					if m.Kind == "promise-nudge" {
						told = m.Text
					}
				}
				w.says(rig.Response{Status: 200, Body: told}, 200, "for 20 March 2027", "!21 March 2027", "!19 March 2027")
			})
		})
	}
}
