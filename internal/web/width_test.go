package web_test

import (
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// A word that does not end breaks at the edge of the page, wherever somebody writes one.
func TestLongWordsFit(t *testing.T) {
	r := rig.New(t, rig.Listening(t))
	r.Serve()
	ctx, in := t.Context(), convoke.System
	word := func(n int) *string { return new(strings.Repeat("w", n)) }
	link := new("https://meet.example/" + strings.Repeat("w", 179))
	r.Community("soil", convoke.Open)
	_, err := r.App.Communities.Edit(ctx, in, "soil", app.CommunityInput{Name: word(120), Summary: word(200), Description: word(200), Eligibility: word(200), Rules: word(200), Contact: new(strings.Repeat("w", 60) + "@x.example")})
	r.Must(err)
	r.Person("op@x.example", app.PersonInput{Name: word(120), Organisation: word(120), Operator: new(true), Listed: new(true)})
	r.Person(strings.Repeat("w", 60)+"@x.example", app.PersonInput{Name: word(119), Organisation: word(120), Listed: new(true)})
	r.Member("soil", "op@x.example", convoke.Admin)
	r.Member("soil", strings.Repeat("w", 60)+"@x.example", convoke.Member)
	_, err = r.App.Communities.Create(ctx, in, "soil", app.CommunityInput{Slug: new("group"), Name: word(119), Summary: word(200), Privacy: new("open")}, "")
	r.Must(err)
	speakers := []app.SpeakerInput{{Name: *word(120), Organisation: *word(120), Biography: *word(200), Email: strings.Repeat("w", 60) + "@y.example"}}
	e, err := r.App.Events.CreatePublished(ctx, in, "soil", app.EventInput{Title: word(200), Abstract: word(200), StartLocal: new("2027-03-02T14:00"), Place: word(200), JoinLink: link, Agenda: word(200), Minutes: word(200), Speakers: &speakers})
	r.Must(err)
	s, err := r.App.Series.CreatePublished(ctx, in, "soil", app.SeriesInput{Title: word(200), Description: word(200)}, app.EventInput{Place: link, JoinLink: link}, []app.SessionInput{{StartLocal: "2027-03-03T14:00"}, {StartLocal: "2027-03-10T14:00", Title: *word(200)}})
	r.Must(err)
	m, err := r.App.Meetings.CreatePublished(ctx, in, "soil", app.MeetingInput{Title: word(200), Description: word(200), Place: link, JoinLink: link, Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2027-03-04T14:00")})
	r.Must(err)
	op := r.Viewer("op@x.example")
	r.Must(r.App.Events.Answer(ctx, op, e.ID, convoke.Yes, "page"))
	_, err = r.App.Questions.Ask(ctx, op, e.ID, app.QuestionInput{Text: *word(200)})
	r.Must(err)
	r.Must(r.App.FollowUps.PutPromises(ctx, in, e.ID, []app.PromiseInput{{Item: "recording", Name: *word(120), Address: "op@x.example", Due: "2027-03-20"}}))
	_, err = r.App.Materials.AddLink(ctx, op, e.ID, app.MaterialInput{Kind: new("slides"), Title: word(200), Link: link})
	r.Must(err)
	r.Clock.Add(5 * 24 * time.Hour)
	r.Deliver()
	event, admin := "/c/soil/events/"+e.Slug, "/c/soil/admin"

	b := r.Browser()
	signIn, err := r.App.SignIns.Direct(ctx, "op@x.example")
	r.Must(err)
	b.Open(signIn)
	b.Press("main form button")
	for _, path := range []string{"/", "/me", "/communities", "/calendar", "/calendar?view=list", "/c/soil", "/c/soil/groups", "/c/soil/members", "/c/soil/calendar", "/c/soil/calendar?view=list", "/c/soil/resources", "/c/soil/subscribe",
		event, event + "/questions", event + "/questions/1", "/c/soil/series/" + s.Slug, "/c/soil/meetings/" + m.Slug, "/c/group",
		admin, admin + "/members", admin + "/board", admin + "/settings", admin + "/events/" + e.Slug, admin + "/events/" + e.Slug + "/questions", admin + "/events/" + e.Slug + "/materials", admin + "/series/" + s.Slug, admin + "/meetings/" + m.Slug,
		"/admin", "/admin/people", "/admin/mail", "/admin/delivery"} {
		b.Open(path)
		var text string
		b.Evaluate(`document.querySelector("main").textContent`, &text)
		if strings.Contains(text, "This page is not here") {
			t.Errorf("%s is not there", path)
		}
		for _, screen := range []int64{360, 800, 1280} {
			var wide int64
			b.Size(screen, 800)
			if b.Evaluate(`document.scrollingElement.scrollWidth`, &wide); wide > screen {
				t.Errorf("%s is %d wide on a screen of %d", path, wide, screen)
			}
		}
	}
}
