package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// A furnished place has an open, a closed and a hidden community, each with a series, a meeting and single events.
type furnished struct {
	*place
	members map[string]convoke.Person // by name: admin, member, stranger
	series  convoke.Series
	meeting convoke.Recurrence
	event   convoke.Event // of everyone's, in the open community
	inside  convoke.Event // for members, in the open community
	cookie  string        // the last Set-Cookie of signIn, whole
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func furnish(t *testing.T, p *place) *furnished {
	t.Helper()
	ctx, a := t.Context(), p.app
	f := &furnished{place: p, members: map[string]convoke.Person{}}
	for name, zone := range map[string]string{"admin": "Africa/Nairobi", "member": "Asia/Dhaka", "newcomer": "America/Lima", "operator": "UTC"} {
		f.members[name] = must[convoke.Person](t)(a.People.Add(ctx, system, name+"@people.example", app.PersonInput{Name: new("Person " + name), Language: new("en"), TimeZone: &zone, Operator: new(name == "operator")}))
	}
	for _, m := range []struct {
		slug, name string
		privacy    convoke.Privacy
		hidden     bool
	}{
		{"shock", "Shock-Responsive Social Protection", convoke.Open, false},
		{"care-and-cash", "Care & Cash", convoke.Public, false},
		{"circle", "Grievance Redress Practice Circle", convoke.SemiPrivate, false},
		{"quiet", "Quiet Canary Room", convoke.Private, true},
	} {
		in := app.CommunityInput{Slug: &m.slug, Name: &m.name, Privacy: new(string(m.privacy)), Hidden: &m.hidden, TimeZone: new("Africa/Nairobi"),
			Summary:     new("Cash and registries that hold when drought, flood or price shocks arrive."),
			Description: new("When a shock comes, the programmes that already pay people every month are the fastest way to reach them.\n\n- Compare\n- Learn")}
		must[convoke.Community](t)(a.Communities.Create(ctx, system, "", in, "admin@people.example"))
		if err := a.Members.Put(ctx, system, m.slug, "member@people.example", convoke.Member); err != nil {
			t.Fatal(err)
		}
		f.fill(t, m.slug)
	}
	in := app.CommunityInput{Name: new("Trigger data"), Slug: new("trigger"), Summary: new("What tells us early enough.")}
	must[convoke.Community](t)(a.Communities.Create(ctx, f.as("admin"), "shock", in, ""))
	return f
}

func (f *furnished) as(name string) convoke.Viewer {
	return convoke.Viewer{Person: f.members[name].ID, Operator: name == "operator", Via: "session"}
}

func (f *furnished) fill(t *testing.T, slug string) {
	ctx, a, v := t.Context(), f.app, f.as("admin")
	shared := app.EventInput{TimeZone: new("Africa/Nairobi"), DurationMinutes: new(90), Language: new("en"), JoinLink: new("https://meet.example/" + slug)}
	sessions := []app.SessionInput{{Title: "What an early warning can tell a cash programme", StartLocal: "2026-11-05T14:00"}, {Title: "Topping up: using the routine programme to respond", StartLocal: "2026-12-03T14:00"}, {Title: "Who is left out when we act early", StartLocal: "2027-01-07T14:00"}}
	s := must[convoke.Series](t)(a.Series.Create(ctx, v, slug, app.SeriesInput{Title: new("Acting before the shock"), Description: new("Six sessions on paying people **before** the worst day."), TimeZone: new("Africa/Nairobi"), Language: new("en")}, shared, sessions))
	must[convoke.Series](t)(a.Series.Publish(ctx, v, s.ID))
	m := must[convoke.Recurrence](t)(a.Meetings.Create(ctx, v, slug, app.MeetingInput{Title: new("Monthly meeting"), Rule: &calendar.Rule{Freq: calendar.Monthly, Interval: 1, Weekdays: []calendar.Weekday{calendar.Weekday(time.Tuesday)}, Nth: 2, NotMonths: []time.Month{time.August}},
		StartLocal: new("2026-12-08T15:30"), TimeZone: new("Africa/Nairobi"), DurationMinutes: new(60), Language: new("en")}))
	must[convoke.Recurrence](t)(a.Meetings.Publish(ctx, v, m.ID))
	one := shared
	one.Kind, one.Title, one.StartLocal, one.Visibility = new("event"), new("A day in <Kisumu> & 'beyond'"), new("2026-12-10T09:00"), new("community")
	one.Place, one.Abstract = new("Kisumu"), new("Come and see <script>alert(1)</script> **for yourself**.")
	one.Speakers = &[]app.SpeakerInput{{Name: "Dr Meseret Alemu", Organisation: "Highlands Safety Net", Biography: "Director of transfers.", Email: "canary-speaker@people.example"}}
	e := must[convoke.Event](t)(a.Events.Create(ctx, v, slug, one))
	e = must[convoke.Event](t)(a.Events.Publish(ctx, v, e.ID))
	one.Title, one.StartLocal, one.Visibility, one.Kind = new("Members canary breakfast"), new("2026-12-11T09:00"), new("members"), new("meeting")
	inside := must[convoke.Event](t)(a.Events.Create(ctx, v, slug, one))
	inside = must[convoke.Event](t)(a.Events.Publish(ctx, v, inside.ID))
	if slug == "shock" {
		f.series, f.meeting, f.event, f.inside = s, m, e, inside
	}
}

// signIn returns the cookie of a session of somebody.
func (f *furnished) signIn(t *testing.T, name string) string {
	t.Helper()
	w := httptest.NewRecorder()
	c := gin.CreateTestContextOnly(w, f.web.engine)
	c.Request = httptest.NewRequest(http.MethodGet, "/", nil)
	f.web.withViewer(c)
	if err := f.web.signIn(c, f.members[name].ID); err != nil {
		t.Fatal(err)
	}
	if err := f.web.commit(c); err != nil {
		t.Fatal(err)
	}
	f.cookie = w.Header().Get("Set-Cookie")
	cookie, _, _ := strings.Cut(f.cookie, ";")
	return cookie
}

func TestPages(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	member, admin, newcomer, operator := f.signIn(t, "member"), f.signIn(t, "admin"), f.signIn(t, "newcomer"), f.signIn(t, "operator")
	e, inside := "/c/shock/events/"+f.event.Slug, "/c/shock/events/"+f.inside.Slug
	for _, tt := range []struct {
		name, who, target string
		status            int
		want, not         []string
	}{
		{"front", "", "/", 200, []string{"Topping up", "Care &amp; Cash", "<title>Communities of practice – Convoke</title>"}, []string{"canary", "Canary"}},
		{"front of a member", member, "/", 200, []string{"Person member", "Dhaka (UTC&#43;06:00)"}, nil},
		{"communities", "", "/communities", 200, []string{"Grievance Redress"}, []string{"Canary", "Trigger data"}},
		{"communities of a member", member, "/communities", 200, []string{"Quiet Canary Room"}, nil},
		{"community", "", "/c/shock", 200, []string{"sign-in?next=/c/shock", "second Tuesday each month", "fastest way", "Nairobi"}, []string{"breakfast", "meet.example", "Trigger data"}},
		{"community to join", newcomer, "/c/shock", 200, []string{`action="/c/shock/join"`}, nil},
		{"community to ask", newcomer, "/c/circle", 200, []string{"/c/circle/ask", "Ask to join, and an admin decides"}, []string{"fastest way", "Topping"}},
		{"community of a member", member, "/c/circle", 200, []string{"You are a member", "/c/circle/leave", "/c/circle/members"}, []string{"/c/circle/admin"}},
		{"community of an admin", admin, "/c/circle", 200, []string{"You are an admin", "/c/circle/admin"}, nil},
		{"hidden community", "", "/c/quiet", 404, []string{"This page is not here"}, []string{"Canary", "quiet"}},
		{"hidden to the signed in", newcomer, "/c/quiet", 404, nil, []string{"Canary", "quiet"}},
		{"hidden to a member", member, "/c/quiet", 200, []string{"Quiet Canary Room"}, nil},
		{"hidden to the operator", operator, "/c/quiet", 200, []string{"Quiet Canary Room"}, nil},
		{"ask", newcomer, "/c/circle/ask", 200, []string{`name="message"`}, nil},
		{"ask where it is open", newcomer, "/c/shock/ask", 303, nil, nil},
		{"groups", member, "/c/shock/groups", 200, []string{"Trigger data"}, nil},
		{"members", member, "/c/shock/members", 200, []string{"Person admin"}, []string{"@people.example"}},
		{"members for others", newcomer, "/c/shock/members", 403, nil, []string{"Person admin"}},
		{"members for strangers", "", "/c/shock/members", 303, nil, nil},
		{"calendar", "", "/calendar", 200, []string{"Topping up", "December 2026"}, []string{"canary", "Canary"}},
		{"calendar as a month", "", "/calendar?view=month&month=2026-12", 200, []string{`<th scope="col">`, "Topping up"}, []string{"canary"}},
		{"calendar of a month without anything", "", "/c/shock/calendar?month=2026-10", 200, []string{"Nothing in October 2026", "The next one is on", "?month=2026-12"}, nil},
		{"calendar of nonsense", "", "/c/shock/calendar?month=9999-99&view=x&kind=y&language=z&after=q", 200, []string{"Topping up"}, nil},
		{"calendar of mine", newcomer, "/calendar?mine=1", 200, []string{"Nothing is planned"}, []string{"Topping"}},
		{"calendar by kind", "", "/c/shock/calendar?kind=event", 200, []string{"Kisumu"}, []string{"Topping"}},
		{"calendar of a member", member, "/c/shock/calendar", 200, []string{"canary breakfast"}, nil},
		{"calendar of a closed one", newcomer, "/c/circle/calendar", 200, nil, []string{"Topping", "Kisumu"}},
		{"series", "", "/c/shock/series/" + f.series.Slug, 200, []string{"1 of 3 sessions held", "Who is left out"}, []string{"meet.example"}},
		{"series of an admin", admin, "/c/shock/series/" + f.series.Slug, 200, []string{"/c/shock/admin/series/"}, nil},
		{"meeting", "", "/c/shock/meetings/" + f.meeting.Slug, 200, []string{"second Tuesday each month, 15:30 Nairobi, not in August"}, nil},
		{"meeting of a member", member, "/c/shock/meetings/" + f.meeting.Slug, 200, []string{"I come to all dates"}, nil},
		{"event", "", e, 200, []string{"09:00–10:30", "&lt;Kisumu&gt;", "Dr Meseret Alemu", "application/ld+json", "dates=20261210T060000Z%2F20261210T073000Z", ".ics"}, []string{"meet.example", "canary", "<script>alert", "@people.example"}},
		{"event of a member", member, e, 200, []string{"12:00–13:30", "Dhaka", "09:00–10:30", "Nairobi", "meet.example", "What time is it"}, []string{"@people.example"}},
		{"members' event", "", inside, 404, nil, []string{"breakfast"}},
		{"members' event of a member", member, inside, 200, []string{"breakfast"}, []string{"ld+json", ".ics"}},
		{"missing event", "", "/c/shock/events/none-abcd", 404, nil, nil},
		{"subscribe as a stranger", "", "/c/shock/subscribe", 200, []string{"webcal://localhost:8080/c/shock/calendar.ics"}, nil},
		{"subscribe as a member", member, "/c/shock/subscribe", 200, []string{"Make my address"}, []string{"webcal:"}},
		{"subscribe to a closed one", "", "/c/circle/subscribe", 200, nil, []string{"webcal:"}},
		{"subscribe to a series", "", "/c/shock/series/" + f.series.Slug + "/subscribe", 200, []string{"webcal:"}, nil},
		{"subscribe to a meeting", "", "/c/shock/meetings/" + f.meeting.Slug + "/subscribe", 200, []string{"webcal://localhost:8080/c/shock/meetings/" + f.meeting.Slug + ".ics", "calendar.google.com", "outlook", `data-copy="address"`}, []string{"Make my address"}},
		{"subscribe to a meeting as a member", member, "/c/shock/meetings/" + f.meeting.Slug + "/subscribe", 200, []string{"Make my address", "holds everything of", "webcal://localhost:8080/c/shock/meetings/"}, []string{`data-copy="address"`}},
		{"subscribe to a meeting of a closed one", newcomer, "/c/circle/meetings/" + f.meeting.Slug + "/subscribe", 404, nil, []string{"webcal:"}},
		{"a meeting's page leads there", "", "/c/shock/meetings/" + f.meeting.Slug, 200, []string{`href="/c/shock/meetings/` + f.meeting.Slug + `/subscribe"`}, nil},
		{"subscribe to all", "", "/subscribe", 200, []string{"/calendar.ics"}, nil},
		{"help", "", "/help", 200, []string{"For members"}, nil},
		{"help for members", "", "/help/members", 200, []string{"Signing in"}, nil},
		{"help for nobody", "", "/help/nobody", 404, nil, nil},
		{"settings", "", "/settings", 200, []string{"Africa/Nairobi"}, nil},
	} {
		for _, lang := range []string{"en", "fr"} {
			t.Run(tt.name+"/"+lang, func(t *testing.T) {
				headers := []string{"Accept-Language", lang}
				if tt.who != "" {
					headers = append(headers, "Cookie", tt.who)
				}
				w := f.get(tt.target, headers...)
				body := w.Body.String()
				if w.Code != tt.status {
					t.Fatalf("GET %s = %d, want %d: %.2000s", tt.target, w.Code, tt.status, body)
				}
				for _, not := range tt.not {
					if strings.Contains(body, not) {
						t.Errorf("GET %s shows %q", tt.target, not)
					}
				}
				if lang != "en" {
					return
				}
				for _, want := range tt.want {
					if !strings.Contains(body, want) {
						t.Errorf("GET %s lacks %q", tt.target, want)
					}
				}
			})
		}
	}
}

// What is hidden answers as what is missing, to strangers and to whoever is signed in, on every route below a community.
func TestHiddenIsMissing(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	newcomer := f.signIn(t, "newcomer")
	for _, r := range f.web.Routes() {
		if !strings.HasPrefix(r.Pattern, "/c/:community") {
			continue
		}
		target := func(slug string) string {
			return strings.NewReplacer(":community", slug, ":series", f.series.Slug, ":meeting", f.meeting.Slug, ":event", f.event.Slug, ":number", "1").Replace(r.Pattern)
		}
		for name, cookie := range map[string]string{"stranger": "", "signed in": newcomer} {
			answer := func(slug string) string {
				req := httptest.NewRequest(r.Method, target(slug), nil)
				if r.Method == http.MethodPost {
					req = httptest.NewRequest(r.Method, target(slug), strings.NewReader(url.Values{"answer": {"yes"}, "title": {"x"}}.Encode()))
					req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				}
				req.Header.Set("Cookie", cookie)
				w := f.do(req)
				w.Header().Del(requestIDHeader)
				h := &strings.Builder{}
				_ = w.Header().Write(h) // a builder takes everything
				return strings.ReplaceAll(h.String()+w.Body.String(), slug, "SLUG")
			}
			if hidden, missing := answer("quiet"), answer("absent"); hidden != missing {
				t.Errorf("%s %s as %s: hidden and missing differ:\n%s\n---\n%s", r.Method, r.Pattern, name, hidden, missing)
			}
		}
	}
}
