package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// What cannot be taken is refused with a sentence at the field, and changes nothing.
func TestBadInput(t *testing.T) {
	r := rig.New(t)
	w := newWorld(t, r)
	date := w.must(200, "admin", "GET", "/communities/cash/events?meeting="+w.id["meeting"], "").str("items.1.id")
	event := func(fields string) string {
		return `{"title":"T","start_local":"2027-03-09T14:00","time_zone":"Africa/Nairobi"` + fields + `}`
	}
	var list strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&list, `{"start_local":"%d-01-01T10:00"},`, 2027+i%1000)
	}
	const events, series, meetings = "POST /communities/:community/events", "POST /communities/:community/series", "POST /communities/:community/meetings"
	for _, tt := range []struct {
		name, who, route, args, body string
		status                       int
		reason, field, says          string
	}{
		{"unreadable date", "admin", events, "", `{"title":"T","start_local":"9 March"}`, 422, "invalid", "start_local", "“9 March” cannot be read"},
		{"31 April", "admin", events, "", `{"title":"T","start_local":"2027-04-31T10:00"}`, 422, "invalid", "start_local", "is no date"},
		{"unknown zone", "admin", events, "", `{"title":"T","start_local":"2027-03-09T14:00","time_zone":"Mars/Base"}`, 422, "invalid", "time_zone", "not known"},
		{"end before start", "admin", events, "", event(`,"duration_minutes":-30`), 422, "invalid", "duration_minutes", "the end must come after the start"},
		{"no length", "admin", events, "", event(`,"duration_minutes":0`), 422, "invalid", "duration_minutes", "the end must come after the start"},
		{"a month long", "admin", events, "", event(`,"duration_minutes":44640`), 422, "invalid", "duration_minutes", "too long"},
		{"no title", "admin", events, "", `{"start_local":"2027-03-09T14:00"}`, 422, "invalid", "title", "title"},
		{"script as join link", "admin", events, "", event(`,"join_link":"javascript:alert(1)"`), 422, "invalid", "join_link", "https://"},
		{"speaker without a name", "admin", events, "", event(`,"speakers":[{"email":"s@x.example"}]`), 422, "invalid", "speakers", "name"},
		{"reminder a minute before", "admin", events, "", event(`,"reminders":"1"`), 422, "invalid", "reminders", "5 minutes"},
		{"unknown field", "admin", events, "", event(`,"titel":"T"`), 422, "invalid", "titel", "no field of this name"},
		{"number as title", "admin", events, "", `{"title":7}`, 422, "invalid", "title", "another kind"},
		{"no JSON", "admin", events, "", `{"title":`, 400, "unreadable", "", "not JSON"},
		{"two values", "admin", events, "", event("") + event(""), 400, "unreadable", "", "not JSON"},
		{"deep", "admin", events, "", strings.Repeat("[", 50_000), 400, "unreadable", "", "not JSON"},
		{"other kind later", "admin", "PATCH /events/:event", "", `{"kind":"meeting"}`, 422, "invalid", "kind", "decided once"},
		{"stale", "admin", "PATCH /events/:event", "", `{"title":"Mine","version":1}`, 409, "conflict", "", "changed this meanwhile"},
		{"unknown scope", "admin", "PATCH /events/:event", "?scope=some", `{"title":"Mine"}`, 422, "invalid", "scope", "this, following or all"},
		{"scope of a single event", "admin", "PATCH /events/:event", "?scope=all", `{"title":"Mine"}`, 422, "invalid", "scope", "this, following or all"},
		{"unknown parameter", "admin", "POST /events/:event/invite", "?dryrun=1", "", 422, "invalid", "dryrun", "no parameter"},
		{"unreadable parameter", "admin", "POST /events/:event/invite", "?dry_run=perhaps", "", 422, "invalid", "dry_run", "cannot be read"},

		{"10,000 by count", "admin", series, "", `{"title":"T","rule":{"freq":"daily"},"start_local":"2027-04-05T10:00","count":10000}`, 422, "invalid", "count", "at most 100"},
		{"10,000 one by one", "admin", series, "", `{"title":"T","sessions":[` + strings.TrimRight(list.String(), ",") + `]}`, 422, "invalid", "sessions", "at most 100"},
		{"rule and list", "admin", series, "", `{"title":"T","rule":{"freq":"daily"},"count":2,"sessions":[{"start_local":"2027-04-05T10:00"}]}`, 422, "invalid", "sessions", "do not go together"},
		{"no first", "admin", series, "", `{"title":"T","rule":{"freq":"daily"},"count":2}`, 422, "invalid", "start_local", "first session"},
		{"session in a gap", "admin", series, "", `{"title":"T","time_zone":"Europe/Berlin","sessions":[{"start_local":"2027-03-28T02:30"}]}`, 422, "invalid", "start_local", "does not exist"},

		{"a rule of nonsense", "admin", meetings, "", `{"title":"T","start_local":"2027-04-05T10:00","rule":{"freq":"hourly"}}`, 422, "invalid", "rule", "not known"},
		{"an unknown weekday", "admin", meetings, "", `{"title":"T","start_local":"2027-04-05T10:00","rule":{"freq":"weekly","weekdays":["xx"]}}`, 422, "invalid", "rule", "not known"},
		{"a rule that never falls", "admin", meetings, "", `{"title":"T","start_local":"2027-04-05T10:00","rule":{"freq":"monthly","month_day":31,"not_months":[1,3,5,7,8,10,12]}}`, 422, "invalid", "rule", "No date fits"},
		{"a typing error in the end", "admin", meetings, "", `{"title":"T","start_local":"2027-04-05T10:00","rule":{"freq":"weekly","untill":"2027-05-01"}}`, 422, "invalid", "untill", "no field"},
		{"a date of the rule in a gap", "admin", meetings, "", `{"title":"T","time_zone":"Europe/Berlin","start_local":"2027-03-07T02:30","rule":{"freq":"weekly"}}`, 422, "invalid", "start_local", "Sunday 28 March 2027, 02:30"},

		{"address with CR LF", "operator", "POST /users", "", `{"email":"a@x.example\r\nBcc: b@x.example"}`, 422, "invalid", "email", "not a mail address"},
		{"invited with CR LF", "admin", "POST /communities/:community/invitations", "", `{"email":"a@x.example\r\nBcc: b@x.example"}`, 422, "invalid", "email", "not a mail address"},
		{"member with CR LF", "operator", "PUT /communities/:community/members/:email", "email=a%0d%0aBcc:b@x.example", "", 422, "invalid", "email", "not a mail address"},
		{"speaker with CR LF", "admin", events, "", event(`,"speakers":[{"name":"S","email":"s@x.example\r\nBcc: b@x.example"}]`), 422, "invalid", "speakers", "not a mail address"},
		{"known address", "operator", "POST /users", "", `{"email":"ADA@x.example"}`, 409, "conflict", "", "account with this address"},
		{"language of no one", "operator", "POST /users", "", `{"email":"q@x.example","language":"tlh"}`, 422, "invalid", "language", "from the list"},
		{"operator by oneself", "member", "PATCH /users/:email", "", `{"operator":true}`, 403, "forbidden", "", "may not"},
		{"unknown role", "operator", "PUT /communities/:community/members/:email", "", `{"role":"king"}`, 422, "invalid", "role", "member, moderator or admin"},
		{"slug with spaces", "operator", "POST /communities", "", `{"name":"N","slug":"a b"}`, 422, "invalid", "slug", "small letters"},
		{"slug that is taken", "operator", "POST /communities", "", `{"name":"N","slug":"cash"}`, 422, "invalid", "slug", "taken"},
		{"slug later", "admin", "PATCH /communities/:community", "", `{"slug":"other"}`, 422, "invalid", "slug", "decided once"},
		{"unknown privacy", "admin", "PATCH /communities/:community", "", `{"privacy":"secret"}`, 422, "invalid", "privacy", "four levels"},
		{"unknown answer", "member", "PUT /events/:event/registrations/:email", "", `{"answer":"perhaps"}`, 422, "invalid", "answer", "yes, maybe or no"},
		{"unknown scope of a feed", "member", "POST /feeds", "", `{"scope":"planet"}`, 422, "invalid", "scope", "one community"},
		{"0 items", "member", "GET /communities", "?limit=0", "", 422, "invalid", "limit", "1 to 200"},
		{"201 items", "member", "GET /communities", "?limit=201", "", 422, "invalid", "limit", "1 to 200"},
		{"made-up cursor", "member", "GET /communities", "?after=abc", "", 422, "invalid", "after", "not a cursor"},
		{"cursor of no question", "member", "GET /events/:event/questions", "?after=eyJpIjoicXVfbm9uZSJ9", "", 422, "invalid", "after", "not a cursor"},
		{"unknown kind of event", "member", "GET /events", "?kind=zzz", "", 422, "invalid", "kind", "cannot have this value"},
		{"unknown kind of event in a community", "member", "GET /communities/:community/events", "?kind=zzz", "", 422, "invalid", "kind", "cannot have this value"},
		{"unknown kind of mail", "member", "GET /delivery", "?kind=zzz", "", 422, "invalid", "kind", "cannot have this value"},
		{"unknown state of a mail", "member", "GET /delivery", "?state=zzz", "", 422, "invalid", "state", "cannot have this value"},
		{"cancelled by a change", "admin", "PATCH /events/:event", "", `{"status":"cancelled"}`, 422, "invalid", "status", "call an event off, cancel it"},
		{"unknown status", "admin", "PATCH /events/:event", "", `{"status":"later"}`, 422, "invalid", "status", "not known"},
		{"visibility of one date", "admin", "PATCH /events/:event", "event=" + date, `{"visibility":"everyone"}`, 422, "invalid", "visibility", "decided once"},
		{"stale", "admin", "PATCH /events/:event", "", `{"title":"T","version":99}`, 409, "conflict", "", "send your change with its present version"},
		{"a long question", "member", "POST /events/:event/questions", "", `{"text":"` + strings.Repeat("x", 2001) + `"}`, 422, "invalid", "text", "up to 2,000 characters."},
		{"unreadable moment", "member", "GET /events", "?from=yesterday", "", 422, "invalid", "from", "cannot be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w.t = t
			method, path := w.expand(tt.who, tt.route, tt.args)
			got := w.must(tt.status, tt.who, method, path, tt.body)
			says := got.str("detail")
			if tt.field != "" {
				says = got.str("fields." + tt.field)
			}
			if reason := got.str("reason"); reason != tt.reason || !strings.Contains(says, tt.says) {
				t.Errorf("reason %q, says %q; want %q, %q at %q\n%s", reason, says, tt.reason, tt.says, tt.field, got.Text)
			}
			if strings.Contains(got.Text, "kept below") {
				t.Errorf("a program is told of a form: %s", got.Text)
			}
		})
	}
	w.t = t
	got := w.must(200, "admin", "GET", "/communities/cash/events?drafts=1&limit=200", "")
	if n := strings.Count(got.Text, `"id":"ev_`); strings.Contains(got.Text, `"title":"T"`) || strings.Contains(got.Text, `"Mine"`) {
		t.Errorf("something of what was refused is there: %d events\n%s", n, got.Text)
	}
}

// zeros is a body that never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestHugeBody(t *testing.T) {
	w := newWorld(t, rig.New(t))
	for name, length := range map[string]int64{"announced": 100 << 20, "not announced": -1} {
		for _, key := range []string{"", "k"} {
			req := httptest.NewRequest("POST", "/api/v1/communities/cash/events", io.LimitReader(zeros{}, 100<<20))
			req.ContentLength = length
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Authorization", "Bearer "+w.tokens["admin"])
			if key != "" {
				req.Header.Set("Idempotency-Key", key)
			}
			rec := httptest.NewRecorder()
			w.h.ServeHTTP(rec, req)
			if rec.Code != http.StatusRequestEntityTooLarge || !strings.Contains(rec.Body.String(), `"reason":"too-large"`) || !strings.Contains(rec.Body.String(), "1024 kB") {
				t.Errorf("%s, key %q: %d %s", name, key, rec.Code, rec.Body)
			}
		}
	}
}

func TestProblems(t *testing.T) {
	w := newWorld(t, rig.New(t))
	for _, tt := range []struct {
		name, who, method, path, body string
		headers                       []string
		status                        int
		says                          string
		header, value                 string
	}{
		{"no token", "stranger", "GET", "/users", "", nil, 401, `"reason":"unauthenticated"`, "WWW-Authenticate", "Bearer"},
		{"wrong token", "stranger", "GET", "/users", "", []string{"Authorization", "Bearer cvk_no"}, 401, "none that works", "WWW-Authenticate", "Bearer"},
		{"wrong token where none is needed", "stranger", "GET", "/communities", "", []string{"Authorization", "Bearer cvk_no"}, 401, "none that works", "WWW-Authenticate", "Bearer"},
		{"French", "stranger", "GET", "/communities/none", "", []string{"Accept-Language", "fr-CA, en;q=0.5"}, 404, "Cela n’existe pas ici", "Content-Type", "application/problem+json"},
		{"French with a token", "admin", "POST", "/communities/cash/events", `{"start_local":"2027-03-09T14:00"}`, []string{"Accept-Language", "fr"}, 422, "Donnez-lui un titre.", "", ""},
		{"form instead of JSON", "admin", "POST", "/communities/cash/events", `title=T`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 400, "content type application/json", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := w.must(tt.status, tt.who, tt.method, tt.path, tt.body, tt.headers...)
			if !strings.Contains(got.Text, tt.says) || tt.header != "" && got.Header.Get(tt.header) != tt.value {
				t.Errorf("got %s\n%v\nwant %q and %s: %s", got.Text, got.Header, tt.says, tt.header, tt.value)
			}
			if got.Header.Get("Set-Cookie") != "" {
				t.Errorf("an API sets a cookie: %q", got.Header.Get("Set-Cookie"))
			}
		})
	}
	// What no route is, the document does not know either.
	for path, want := range map[string]int{"/api/v1/nothing": 404, "/api/v1/healthz": 404, "/api/v1/users/a/b/c": 404} {
		rec := httptest.NewRecorder()
		w.h.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		if kind := rec.Header().Get("Content-Type"); rec.Code != want || kind != "application/problem+json" {
			t.Errorf("%s: %d %s", path, rec.Code, kind)
		}
	}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, httptest.NewRequest("PUT", "/api/v1/users", nil))
	if rec.Code != 405 || !strings.Contains(rec.Body.String(), `"reason":"method"`) {
		t.Errorf("PUT /users: %d %s", rec.Code, rec.Body)
	}
}

// Pages of a list hold everything once, in order.
func TestPages(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		for i := range 5 {
			w.r.Member("cash", fmt.Sprintf("p%d@x.example", i), convoke.Member)
			name := "Same name"
			_, err := r.App.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Slug: new(fmt.Sprintf("same-%d", i)), Name: &name}, "")
			r.Must(err)
			w.published("cash", "everyone")
			w.series("cash", i%2 == 0)
			w.meeting("cash", false)
			_, err = r.App.Members.Invite(t.Context(), r.Viewer(people["admin"]), "cash", fmt.Sprintf("guest%d@x.example", i), "", "")
			r.Must(err)
			w.make("operator", "new-request")
			if i == 2 { // some at the same moment, some later
				r.Clock.Add(time.Minute)
			}
		}
		r.Deliver()
		for _, path := range []string{"/users", "/communities", "/communities/cash/members", "/events", "/events?latest=1", "/delivery", "/communities/cash/series",
			"/communities/cash/meetings", "/communities/cash/invitations", "/communities/cash/join-requests", "/due", "/due?community=cash"} {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			whole := w.must(200, "operator", "GET", path+sep+"limit=200", "")
			want, _ := whole.get("items").([]any)
			if whole.str("next") != "" || len(want) < 5 {
				t.Errorf("%s: %d items on one page, next %q", path, len(want), whole.str("next"))
			}
			var got []any
			for after := ""; ; {
				page := w.must(200, "operator", "GET", path+sep+"limit=2"+after, "")
				items, _ := page.get("items").([]any)
				got = append(got, items...)
				if page.str("next") == "" || len(got) > len(want) {
					break
				}
				after = "&after=" + page.str("next")
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: pages of two hold\n%v\nwant\n%v", path, got, want)
			}
		}
	})
}
