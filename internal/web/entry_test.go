package web_test

import (
	"strings"
	"testing"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// Who is signed in gets the file of what a stranger may not see, with what they may have of it, and nobody else.
func TestEventFile(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.Open, "mia@x.example")
		r.Person("eve@x.example")
		in := app.EventInput{Title: new("Among us"), StartLocal: new("2027-03-08T10:00"), TimeZone: new("UTC"), DurationMinutes: new(60), JoinLink: new("https://meet.example/us"), Visibility: new("members")}
		inside, err := r.App.Events.CreatePublished(t.Context(), convoke.System, "soil", in)
		r.Must(err)
		in.Title, in.Visibility = new("For all"), new("community")
		open, err := r.App.Events.CreatePublished(t.Context(), convoke.System, "soil", in)
		r.Must(err)
		in.Title = new("Not yet")
		draft, err := r.App.Events.Create(t.Context(), convoke.System, "soil", in)
		r.Must(err)
		m, err := r.App.Meetings.CreatePublished(t.Context(), convoke.System, "soil", app.MeetingInput{Title: new("Weekly"), StartLocal: new("2027-04-05T10:00"),
			TimeZone: new("Africa/Nairobi"), DurationMinutes: new(60), Visibility: new("members"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}})
		r.Must(err)
		dates, err := r.App.Meetings.Get(t.Context(), convoke.System, "soil", m.Slug)
		r.Must(err)
		operator := r.Operator("root@x.example")
		r.Member("soil", "mo@x.example", convoke.Moderator)
		for _, tt := range []struct {
			who, event string
			status     int
			want, not  []string
		}{
			{"mia@x.example", inside.Slug, 200, []string{"BEGIN:VCALENDAR\r\n", ":Among us\r\n", "https://meet.example/us"}, []string{"For all"}},
			{"mia@x.example", open.Slug, 200, []string{"https://meet.example/us"}, []string{"Among us"}},
			{"mia@x.example", dates.Coming[0].Slug, 200, []string{":Weekly\r\n", "RRULE:"}, []string{"Among us"}},
			{"eve@x.example", inside.Slug, 404, nil, []string{"Among us", "meet.example"}},
			{"eve@x.example", dates.Coming[0].Slug, 404, nil, []string{"Weekly"}},
			{"eve@x.example", open.Slug, 200, []string{":For all\r\n"}, []string{"meet.example"}},
			{"mo@x.example", draft.Slug, 404, nil, []string{"Not yet"}},
			{"", inside.Slug, 303, nil, []string{"Among us"}},
			{"", open.Slug, 303, nil, nil},
		} {
			c := r.Stranger()
			if tt.who != "" {
				c = r.As(tt.who)
			}
			got := c.Get("/c/soil/events/" + tt.event + "/calendar")
			if got.Status != tt.status {
				t.Errorf("%q gets %d for %s, want %d", tt.who, got.Status, tt.event, tt.status)
			}
			if cache := got.Header.Get("Cache-Control"); tt.status == 200 && cache != "private, no-store" {
				t.Errorf("%q may keep %s: Cache-Control %q", tt.who, tt.event, cache)
			}
			for _, x := range tt.want {
				if !strings.Contains(got.Body, x) {
					t.Errorf("%q gets no %q in %s", tt.who, x, tt.event)
				}
			}
			for _, x := range tt.not {
				if strings.Contains(got.Body, x) {
					t.Errorf("%q gets %q in %s", tt.who, x, tt.event)
				}
			}
		}
		link := "/c/soil/events/" + inside.Slug + "/calendar\""
		if page := r.As("mia@x.example").Get("/c/soil/events/" + inside.Slug); !strings.Contains(page.Body, link) {
			t.Error("a member is offered no file of an event for members")
		}
		if page := r.As(operator.Address).Get("/c/soil/events/" + inside.Slug); page.Status != 200 || strings.Contains(page.Body, link) {
			t.Errorf("the operator looking in from outside is offered a file there is none of: %d", page.Status)
		}
	})
}
