package web_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// What was kept when a community was archived takes place: whoever could answer it still can, on its page, behind a mailed link and by a program, and
// nothing else can be added.
func TestAnswersInAnArchivedCommunity(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.Open, "ann@office.example")
		r.Member("soil", "mo@office.example", convoke.Moderator)
		e := published(t, r, "soil", "Topping up", "2027-03-09T14:00")
		s, err := r.App.Series.CreatePublished(t.Context(), convoke.System, "soil", app.SeriesInput{Title: new("Registers")}, app.EventInput{},
			[]app.SessionInput{{StartLocal: "2027-03-10T14:00"}})
		r.Must(err)
		m, err := r.App.Meetings.CreatePublished(t.Context(), convoke.System, "soil", app.MeetingInput{Title: new("Weekly meeting"),
			Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2027-03-11T14:00"), DurationMinutes: new(60)})
		r.Must(err)
		answered := func(how string, scope convoke.Scope, id convoke.ID, want convoke.Answer) {
			t.Helper()
			r.View(func(ctx context.Context, tx *store.Tx) error {
				got, err := tx.Registration(ctx, r.Viewer("ann@office.example").Person, scope, id)
				if got.State != want {
					t.Errorf("%s: the answer is %q, want %q", how, got.State, want)
				}
				return err
			})
		}
		links := map[string]string{}
		for _, mail := range r.Deliver() {
			if mail.Addr == "ann@office.example" && (mail.Kind != "event-invitation" || mail.Letter.EventID == e.ID) {
				links[mail.Kind] = "/l/" + mail.Token()
			}
		}
		whole, err := r.App.Meetings.Get(t.Context(), convoke.System, "", string(m.ID))
		r.Must(err)
		next := whole.Coming[0].ID
		r.Must(r.App.Communities.Archive(t.Context(), convoke.System, "soil", true))
		ann, mo, program := r.As("ann@office.example"), r.As("mo@office.example"), r.Program("ann@office.example", false)
		event, series, meeting := "/c/soil/events/"+e.Slug, "/c/soil/series/"+s.Slug, "/c/soil/meetings/"+m.Slug
		for _, path := range []string{event, series, meeting} {
			if got := ann.Get(path); !strings.Contains(got.Body, `action="`+path+`/answer"`) {
				t.Errorf("%s offers a member no answer", path)
			}
			if got := r.Stranger().Get(path); !strings.Contains(got.Body, `class="button solid big wide" href="/sign-in?next=`) {
				t.Errorf("%s offers a stranger no answer", path)
			}
		}
		if got := r.Stranger().Get("/c/soil"); !strings.Contains(got.Body, ">Register<") {
			t.Errorf("the front page offers a stranger no answer")
		}
		for _, tt := range []struct {
			name   string
			c      *rig.Client
			path   string
			form   url.Values
			status int
			id     convoke.ID // what is answered
			scope  convoke.Scope
			want   convoke.Answer
		}{
			{"page, yes", ann, event + "/answer", url.Values{"answer": {"yes"}}, 303, e.ID, convoke.ScopeEvent, convoke.Yes},
			{"mail, no", r.Stranger(), links["event-invitation"], url.Values{"do": {"no"}}, 303, e.ID, convoke.ScopeEvent, convoke.No},
			{"series' page", ann, series + "/answer", url.Values{"answer": {"maybe"}}, 303, s.ID, convoke.ScopeSeries, convoke.Maybe},
			{"series' mail", r.Stranger(), links["series-invitation"], url.Values{"do": {"yes"}}, 303, s.ID, convoke.ScopeSeries, convoke.Yes},
			{"meeting's page", ann, meeting + "/answer", url.Values{"answer": {"yes"}}, 303, m.ID, convoke.ScopeMeeting, convoke.Yes},
			{"meeting's mail, next", r.Stranger(), links["meeting-invitation"], url.Values{"do": {"next"}}, 303, next, convoke.ScopeEvent, convoke.Yes},
			{"new event", mo, "/c/soil/admin/events/new/create", url.Values{"title": {"More"}, "start_date": {"2027-03-12"}, "start_time": {"10:00"}, "duration_minutes": {"60"}, "time_zone": {"UTC"}, "language": {"en"}}, 403, "", "", ""},
			{"join", r.As("eve@other.example"), "/c/soil/join", nil, 403, "", "", ""},
		} {
			got := tt.c.Post(tt.path, tt.form)
			if got.Status != tt.status {
				t.Errorf("%s: POST %s = %d, want %d\n%s", tt.name, tt.path, got.Status, tt.status, page{body: got.Body}.text())
			}
			if tt.id == "" {
				continue
			}
			answered(tt.name, tt.scope, tt.id, tt.want)
		}
		if got := program.JSON("PUT", "/api/v1/events/"+string(e.ID)+"/registrations/ann@office.example", `{"answer":"maybe"}`); got.Status != 200 {
			t.Errorf("by a program: %d\n%s", got.Status, got.Body)
		}
		answered("program", convoke.ScopeEvent, e.ID, convoke.Maybe)
	})
}

// The front page of an archived community promises nothing that it does not keep: nobody joins, and nothing new will come.
func TestFrontOfAnArchivedCommunity(t *testing.T) {
	r, open := led(t, convoke.Open)
	for _, privacy := range []convoke.Privacy{convoke.Open, convoke.Public, convoke.SemiPrivate, convoke.Private} {
		_, err := r.App.Communities.Edit(t.Context(), convoke.System, "soil", app.CommunityInput{Privacy: new(string(privacy))})
		r.Must(err)
		promises := []string{"anyone joins", "by invitation", "ask to join", "Ask to join", "Join, and", "in your calendar by itself", "/soil/join"}
		for _, b := range []*browser{open(), open().as(r, "ann@office.example")} {
			live := b.get("/c/soil").want(t, string(privacy), 200, "!Archived: nothing new")
			if !slices.ContainsFunc(promises, func(p string) bool { return strings.Contains(live.body, p) }) {
				t.Errorf("%s: the page of a living community promises nothing", privacy)
			}
		}
		r.Must(r.App.Communities.Archive(t.Context(), convoke.System, "soil", true))
		for who, b := range map[string]*browser{"stranger": open(), "member": open().as(r, "ann@office.example")} {
			p := b.get("/c/soil").want(t, who+" archived "+string(privacy), 200, "Archived: nothing new is added", "Nothing is planned at the moment")
			for _, no := range promises {
				if strings.Contains(p.body, no) {
					t.Errorf("%s, %s, archived: the page says %q", privacy, who, no)
				}
			}
		}
		r.Must(r.App.Communities.Reactivate(t.Context(), convoke.System, "soil"))
	}
}
