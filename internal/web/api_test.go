package web_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"convoke/internal/rig"
)

// A scenario is one route asked by everybody.
type scenario struct {
	route string
	args  string // what the route's parameters are, where not the usual; see expand
	body  string
	want  string // status for each of the askers
	sees  string // "who:canary", several parted by |, that the answers must hold
}

const (
	all200 = "200 200 200 200 200 200 200 200 200"
	// who may read the content of cash, plan in it, manage it
	readers  = "404 404 404 404 200 200 200 200 200"
	signed   = "401 404 404 404 200 200 200 200 200"
	plans    = "401 404 404 404 403 200 200 200 403" // something published
	drafts   = "401 404 404 404 404 200 200 200 403" // a draft, which members do not see
	creates  = "401 403 403 403 403 201 201 201 403"
	previews = "401 403 403 403 403 200 200 200 200"
	looks    = "401 403 403 403 403 403 200 200 200" // what admins see
	manages  = "401 403 403 403 403 403 200 200 403"
	runs     = "401 403 403 403 403 403 403 201 403" // operators only
	mine     = "401 200 200 200 200 200 200 200 200"
	done     = "401 204 204 204 204 204 204 204 403" // to what is one's own
)

var scenarios = []scenario{
	{"GET /openapi.json", "", "", all200, ""},

	{"GET /users", "", "", "401 403 403 403 403 403 403 200 403", "operator:" + memberCanary},
	{"POST /users", "", `{"email":"made-{n}@x.example","name":"Made"}`, runs, ""},
	{"GET /users/:email", "", "", "401 404 404 404 200 404 404 200 404", "member:" + memberCanary},
	{"PATCH /users/:email", "email={new-user}", `{"name":"Other"}`, "401 404 404 404 404 404 404 200 403", ""},
	{"DELETE /users/:email", "email={new-user}", "", "401 404 404 404 404 404 404 204 403", ""},

	{"GET /communities", "", "", all200, "operator:" + hiddenCanary + "|stranger:Community cash"},
	{"POST /communities", "", `{"name":"Made {n}"}`, runs, ""},
	{"GET /communities/:community", "", "", all200, "member:" + rulesCanary + "|member:" + longCanary + "|admin:" + contactCanary},
	{"GET /communities/:community", "community=" + hiddenSlug, "", "404 404 404 404 404 404 404 200 404", "operator:" + hiddenCanary},
	{"PATCH /communities/:community", "", `{"summary":"Now {n}"}`, manages, ""},
	{"POST /communities/:community/join", "community={new-public}", "", "401 200 200 200 200 200 200 200 403", `outsider:"my_role":"member"`},
	{"POST /communities/:community/leave", "community={new-public}", "", "401 204 204 204 204 204 409 204 403", ""},
	{"POST /communities/:community/archive", "community={new-public}", "", manages, ""},
	{"POST /communities/:community/reactivate", "community={new-archived}", "", manages, ""},

	{"GET /communities/:community/members", "", "", "401 403 403 403 200 200 200 200 200", "admin:" + memberCanary + "|read-only:" + memberCanary},
	{"GET /communities/:community/members/:email", "", "", looks, "admin:" + memberCanary},
	{"PUT /communities/:community/members/:email", "email={new-member}", `{"role":"moderator"}`, manages, ""},
	{"DELETE /communities/:community/members/:email", "email={new-member}", "", "401 403 403 403 403 403 204 204 403", ""},
	{"GET /communities/:community/invitations", "", "", looks, "admin:ivy@x.example"},
	{"POST /communities/:community/invitations", "", `{"email":"asked-{n}@x.example"}`, "401 403 403 403 403 403 201 201 403", ""},
	{"GET /communities/:community/join-requests", "", "", looks, "admin:Will"},
	{"POST /communities/:community/join-requests", "community={new-semi-private}", `{"message":"Please"}`, "401 202 202 202 202 202 202 202 403", `outsider:"waiting":true`},
	{"POST /communities/:community/join-requests/:request/approve", "", "", "401 403 403 403 403 403 204 204 403", ""},
	{"POST /communities/:community/join-requests/:request/reject", "", `{"reason":"No"}`, "401 403 403 403 403 403 204 204 403", ""},

	{"GET /communities/:community/series", "", "", all200, `member:"title":"Series"`},
	{"POST /communities/:community/series", "", `{"title":"Made","rule":{"freq":"weekly"},"start_local":"2027-04-05T10:00","count":3}`, creates, ""},
	{"POST /communities/:community/series/preview", "", `{"rule":{"freq":"weekly"},"start_local":"2027-04-05T10:00","count":3,"time_zone":"Africa/Nairobi","duration_minutes":60}`, previews, `moderator:"weekday":"mo"`},
	{"GET /series/:series", "", "", readers, ""},
	{"PATCH /series/:series", "", `{"description":"Now {n}"}`, plans, ""},
	{"GET /series/:series/sessions", "", "", readers, "member:" + linkCanary},
	{"POST /series/:series/sessions", "", `{"start_local":"2027-05-05T10:00"}`, "401 404 404 404 403 201 201 201 403", ""},
	{"POST /series/:series/publish", "series={new-series}", "", drafts, ""},
	{"POST /series/:series/publish", "?dry_run=1", "", "401 404 404 404 403 200 200 200 200", `moderator:"get":`},
	{"POST /series/:series/cancel", "series={new-series}", "", "401 404 404 404 404 204 204 204 403", ""},
	{"PUT /series/:series/answer", "", `{"answer":"yes"}`, "401 404 404 404 200 200 200 200 403", ""},

	{"GET /communities/:community/meetings", "", "", all200, "member:" + linkCanary},
	{"POST /communities/:community/meetings", "", `{"title":"Made","rule":{"freq":"weekly"},"start_local":"2027-04-05T10:00"}`, creates, ""},
	{"POST /communities/:community/meetings/preview", "", `{"rule":{"freq":"weekly"},"start_local":"2027-04-05T10:00"}`, previews, `moderator:"weekday":"mo"`},
	{"GET /meetings/:meeting", "", "", readers, "member:" + linkCanary},
	{"PATCH /meetings/:meeting", "", `{"description":"Now {n}"}`, plans, ""},
	{"POST /meetings/:meeting/publish", "meeting={new-meeting}", "", drafts, ""},
	{"POST /meetings/:meeting/publish", "?dry_run=1", "", "401 404 404 404 403 200 200 200 200", `moderator:"get":`},
	{"POST /meetings/:meeting/cancel", "meeting={new-meeting}", "", "401 404 404 404 404 204 204 204 403", ""},
	{"PUT /meetings/:meeting/answer", "", `{"answer":"yes"}`, "401 404 404 404 200 200 200 200 403", ""},

	{"GET /events", "", "", all200, "operator:" + hiddenSlug + "|member:" + linkCanary + `|stranger:"visibility":"everyone"`},
	{"GET /communities/:community/events", "?drafts=1", "", all200, "member:" + linkCanary + "|moderator:" + draftCanary + `|stranger:"visibility":"everyone"`},
	{"POST /communities/:community/events", "", `{"title":"Made","start_local":"2027-04-05T10:00"}`, creates, ""},
	{"GET /events/:event", "", "", readers, "member:" + linkCanary + "|moderator:" + speakerCanary},
	{"GET /events/:event", "event={everyone}", "", all200, `stranger:"has_join_link":true|member:` + linkCanary},
	{"GET /events/:event", "event={hidden-event}", "", "404 404 404 404 404 404 404 200 404", ""},
	{"PATCH /events/:event", "", `{"abstract":"Now {n}"}`, plans, ""},
	{"POST /events/:event/publish", "event={new-draft}", "", drafts, ""},
	{"POST /events/:event/cancel", "event={new-event}", `{"note":"Ill"}`, plans, ""},
	{"POST /events/:event/cancel", "event={new-draft}", "", "401 404 404 404 404 204 204 204 403", ""},
	{"POST /events/:event/restore", "event={new-cancelled}", "", plans, ""},
	{"POST /events/:event/invite", "event={new-event}", "", plans, ""},
	{"POST /events/:event/invite", "?dry_run=1", "", "401 404 404 404 403 200 200 200 200", `moderator:"get":`},

	{"GET /events/:event/registrations", "", "", "401 404 404 404 403 200 200 200 200", "moderator:" + memberCanary},
	{"GET /events/:event/registrations/:email", "", "", signed, "member:yes"},
	{"PUT /events/:event/registrations/:email", "", `{"answer":"maybe"}`, "401 404 404 404 200 200 200 200 403", "moderator:maybe"},
	{"DELETE /events/:event/registrations/:email", "", "", "401 404 404 404 204 204 204 204 403", ""},

	{"GET /events/:event/summary", "", "", readers, "member:" + summaryCanary},
	{"GET /events/:event/summary", "event={everyone}", "", "404 404 404 404 404 200 200 200 200", ""},
	{"PUT /events/:event/summary", "event={new-event}", `{"text":"So it was {n}.","publish":true}`, plans, `moderator:"published":true`},
	{"GET /events/:event/summary", "event={new-event}", "", "404 404 404 404 404 200 200 200 200", `moderator:"beginning":"**Held`},
	{"GET /events/:event/promises", "", "", "401 404 404 404 403 200 200 200 200", "moderator:" + promiseCanary},
	{"PUT /events/:event/promises", "event={new-event}", `{"promises":[{"item":"slides","name":"Sam Speaker","due":"2027-03-31"}]}`, plans, `moderator:` + speakerCanary},
	{"PUT /events/:event/ready", "event={new-event}", `{"kinds":["slides"]}`, "401 404 404 404 403 204 204 204 403", ""},
	{"GET /communities/:community/resources", "", "", all200, ""},
	{"GET /communities/:community/resources", "?q=summary", "", all200, "member:" + summaryCanary + `|stranger:"items":[]`},
	{"GET /communities/:community/resources", "?q=" + url.QueryEscape(transcriptCanary), "", all200, "member:" + transcriptCanary + `|outsider:"items":[]`},
	{"GET /communities/:community/board", "", "", "401 403 403 403 403 200 200 200 200", ""},

	{"GET /events/:event/questions", "", "", readers, "member:Why now?|moderator:" + pendingCanary + "|admin:" + waitingCanary},
	{"GET /events/:event/questions", "event={everyone}", "", all200, "stranger:Why now?|moderator:" + pendingCanary + "|read-only:" + waitingCanary},
	{"GET /events/:event/questions", "event={hidden-event}", "", "404 404 404 404 404 404 404 200 404", ""},
	{"POST /events/:event/questions", "", `{"text":"What {n}?","anonymous":true}`, "401 404 404 404 201 201 201 201 403", `member:"my_unnamed":true`},
	{"POST /events/:event/questions", "event={everyone}", `{"text":"What {n}?"}`, "401 403 403 403 201 201 201 201 403", ""},
	{"POST /events/:event/questions/import", "", `{"items":[{"text":"Said {n}?","asker":"Rosa","answers":[{"text":"Yes {n}.","name":"Zoe"}]}]}`, "401 404 404 404 403 200 200 200 403", `moderator:"questions":1`},
	{"POST /events/:event/questions/ask-speakers", "", "", "401 404 404 404 403 200 200 200 403", ""},
	{"POST /events/:event/speakers/:speaker/send-anew", "", "", "401 404 404 404 403 204 204 204 403", ""},
	{"POST /events/:event/speakers/:speaker/send-anew", "event={everyone}", "", "401 403 403 403 403 404 404 404 403", ""}, // it is another event's
	{"POST /events/:event/speakers/:speaker/withdraw-links", "", "", "401 404 404 404 403 204 204 204 403", ""},
	{"PUT /events/:event/questions/order", "", `{"numbers":[3,1]}`, "401 404 404 404 403 204 204 204 403", ""},
	{"PUT /events/:event/questions/ask-until", "event={new-event}", `{"at":"2027-04-01T00:00:00Z"}`, "401 404 404 404 403 204 204 204 403", ""},
	{"POST /events/:event/questions/publish-answers", "event={new-event}", "", plans, `admin:"published":0`},
	{"GET /events/:event/questions/:number", "", "", readers, "member:Here too."},
	{"GET /events/:event/questions/:number", "number=2", "", "404 404 404 404 404 200 200 200 200", "moderator:" + pendingCanary},
	{"PATCH /events/:event/questions/:number", "number={new-question}", `{"text":"Now {n}?","live_at":"41:20"}`, plans, `moderator:"live_at":"41:20"`},
	{"DELETE /events/:event/questions/:number", "number={new-question}", "", "401 404 404 404 403 204 204 204 403", ""},
	{"GET /events/:event/questions/:number/history", "", "", "401 404 404 404 403 200 200 200 200", ""},
	{"POST /events/:event/questions/:number/merge", "number={new-question}", `{"into":1}`, plans, `moderator:"number":1`},
	{"POST /events/:event/questions/:number/askers/me", "", "", "401 404 404 404 200 200 200 200 403", `member:"mine":true`},
	{"DELETE /events/:event/questions/:number/askers/me", "", "", "401 404 404 404 204 204 204 204 403", ""},
	{"GET /events/:event/questions/:number/answers", "", "", readers, "moderator:" + waitingCanary},
	{"POST /events/:event/questions/:number/answers", "", `{"text":"So {n}."}`, "401 404 404 404 403 201 201 201 403", `moderator:"part":"moderator"`},
	{"POST /events/:event/questions/:number/answers", "number=3", `{"text":"So {n}."}`, "401 404 404 404 201 201 201 201 403", `member:"part":"member"`},
	{"PATCH /answers/:answer", "", `{"text":"Now {n}."}`, "401 404 404 404 200 200 200 200 403", ""},
	{"DELETE /answers/:answer", "", "", "401 404 404 404 204 204 204 204 403", ""},
	{"POST /answers/:answer/publish", "answer={new-waiting}", "", "401 404 404 404 404 204 204 204 403", ""},
	{"GET /events/:event/questions/:number/comments", "", "", readers, "member:Here too."},
	{"POST /events/:event/questions/:number/comments", "", `{"text":"Indeed {n}."}`, "401 404 404 404 201 201 201 201 403", ""},
	{"DELETE /comments/:comment", "", "", "401 404 404 404 204 204 204 204 403", ""},

	{"GET /events/:event/materials", "", "", readers, `member:"locked":false|member:` + fileCanary},
	{"GET /events/:event/materials", "event={everyone}", "", all200, `stranger:"locked":true|member:` + fileCanary + `|stranger:"title":"Talk"`},
	{"POST /events/:event/materials", "", `{"kind":"slides","link":"https://slides.example/{n}"}`, "401 404 404 404 403 201 201 201 403", `moderator:"title":"Slides"`},
	{"GET /events/:event/materials/:material", "", "", readers, "member:" + fileCanary},
	{"GET /events/:event/materials/:material", "event={everyone} material={talk}", "", all200, "member:" + fileCanary},
	{"PATCH /events/:event/materials/:material", "", `{"minutes":{n}}`, plans, ""},
	{"DELETE /events/:event/materials/:material", "material={new-material}", "", "401 404 404 404 403 204 204 204 403", ""},
	{"DELETE /events/:event/materials/:material", "event={everyone}", "", "401 403 403 403 403 404 404 404 403", ""}, // it is another event's
	{"GET /events/:event/materials/:material/file", "", "", readers, "member:ID3"},
	{"GET /events/:event/materials/:material/file", "event={everyone} material={talk}", "", readers, "member:ID3"},
	{"GET /events/:event/materials/:material/captions/:language", "", "", readers, "member:" + captionCanary},
	{"PUT /events/:event/materials/:material/captions/:language", "language=fr", `{"text":"WEBVTT\n\n00:01.000 --> 00:02.000\nBonjour"}`, "401 404 404 404 403 204 204 204 403", ""},
	{"DELETE /events/:event/materials/:material/captions/:language", "material={new-material}", "", "401 404 404 404 403 204 204 204 403", ""},
	{"GET /events/:event/materials/:material/transcript", "", "", readers, "member:" + transcriptCanary},
	{"PUT /events/:event/materials/:material/transcript", "material={new-material}", `{"text":"What was said."}`, "401 404 404 404 403 204 204 204 403", ""},
	{"DELETE /events/:event/materials/:material/transcript", "material={new-material}", "", "401 404 404 404 403 204 204 204 403", ""},

	{"GET /feeds", "", "", mine, ""},
	{"POST /feeds", "", `{"scope":"all"}`, "401 201 201 201 201 201 201 201 403", `outsider:"address":"http://convoke.example/feeds/`},
	{"PATCH /feeds/:feed", "", `{"name":"Other"}`, done, ""},
	{"POST /feeds/:feed/renew", "", "", "401 200 200 200 200 200 200 200 403", ""},
	{"DELETE /feeds/:feed", "", "", done, ""},

	{"GET /me/mutes", "", "", mine, ""},
	{"PUT /me/mutes", "", `{"scope":"community","community":"cash"}`, done, ""},
	{"PUT /me/mutes", "", `{"scope":"community","community":"` + hiddenSlug + `"}`, "401 404 404 404 404 404 404 204 404", ""},
	{"GET /me/mutes", "", "", mine, `outsider:"community":"cash"|operator:"community":"` + hiddenSlug},
	{"DELETE /me/mutes", "?scope=all", "", done, ""},
	{"GET /me/sessions", "", "", mine, ""},
	{"DELETE /me/sessions/:session", "", "", done, ""},
	{"GET /me/tokens", "", "", mine, `member:"name":"member"|read-only:"read_only":true`},
	{"POST /me/tokens", "", `{"name":"Other"}`, "401 201 201 201 201 201 201 201 403", `outsider:"token":"cvk_`},
	{"DELETE /me/tokens/:token", "", "", done, ""},

	{"GET /delivery", "", "", mine, "operator:" + memberCanary},
	{"POST /delivery/:letter/resend", "", "", "401 404 404 404 404 200 200 200 403", `moderator:"state":"queued"|operator:"email":"` + memberCanary},
	{"POST /delivery/resend", "?event={event}", "", "401 200 200 200 200 200 200 200 403", `moderator:"resent":`},
	{"GET /due", "", "", mine, `moderator:"kind":"reminder"`},
}

// shows says whether somebody may see a canary on a route.
func shows(who, route, canary string) bool {
	rank := strings.Index("stranger outsider invited waiting member moderator admin read-only operator", who)
	atLeast := func(least string) bool {
		return rank >= strings.Index("stranger outsider invited waiting member moderator admin read-only operator", least)
	}
	switch canary {
	case hiddenCanary, hiddenSlug:
		return who == "operator"
	case memberCanary:
		// Who plans sees who answered; everybody sees themselves.
		return who == "operator" || who == "member" || atLeast("admin") && route != "GET /delivery" || atLeast("moderator") && strings.Contains(route, "/registrations")
	case speakerCanary, draftCanary:
		return atLeast("moderator")
	case writingCanary:
		return false
	case pendingCanary, waitingCanary, unsaidCanary, promiseCanary:
		return atLeast("moderator")
	case contactCanary:
		return atLeast("admin")
	}
	return atLeast("member") // of cash: link, description, rules
}

// No canary and no token stands in the log either, although addresses stand in paths.
func TestEveryRouteForEverybody(t *testing.T) {
	var log bytes.Buffer
	rig.InTurn(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		r.Deliver()
		for _, s := range scenarios {
			for i, want := range strings.Fields(s.want) {
				who := askers[i]
				method, path := w.expand(who, s.route, s.args)
				w.n++
				got := w.ask(who, method, path, strings.ReplaceAll(s.body, "{n}", fmt.Sprint(w.n)))
				if status := fmt.Sprint(got.StatusCode); status != want {
					t.Errorf("%s %s %s: status %s, want %s\n%s", who, method, path, status, want, got.Text)
				}
				s.check(t, who, got)
			}
		}
		secrets := append(slices.Collect(maps.Values(w.tokens)), canaries...)
		for line := range strings.Lines(log.String()) {
			if i := slices.IndexFunc(secrets, func(x string) bool { return x != "" && strings.Contains(line, x) }); i >= 0 {
				t.Errorf("the log holds %q: %s", secrets[i], line)
			}
		}
		if !strings.Contains(log.String(), "route=/api/v1/users/:email") {
			t.Error("the log does not name routes")
		}
	}, rig.WithLog(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
}

// check looks for canaries in an answer and its headers: those that must be there and those that must not.
func (s scenario) check(t *testing.T, who string, got *answer) {
	t.Helper()
	text := got.Text + fmt.Sprint(got.Header)
	for _, canary := range canaries {
		if !shows(who, s.route, canary) && strings.Contains(text, canary) {
			t.Errorf("%s %s %s sees %q\n%s", who, s.route, s.args, canary, text)
		}
	}
	if s.sees == "" {
		return
	}
	for pair := range strings.SplitSeq(s.sees, "|") {
		if name, sight, _ := strings.Cut(pair, ":"); name == who && !strings.Contains(text, sight) {
			t.Errorf("%s %s %s does not see %q\n%s", who, s.route, s.args, sight, text)
		}
	}
}

// No route is without its scenario.
func TestEveryRouteHasAScenario(t *testing.T) {
	a := newAPI(t, rig.New(t))
	for _, r := range a.server.Routes() {
		path, ok := strings.CutPrefix(r.Pattern, "/api/v1")
		if !ok || r.Method == "HEAD" {
			continue
		}
		found := false
		for _, s := range scenarios {
			found = found || s.route == r.Method+" "+path
		}
		if !found {
			t.Errorf("%s %s has no scenario", r.Method, path)
		}
	}
}

// What is hidden answers what is missing answers, byte for byte.
func TestHiddenIsMissing(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		for _, s := range scenarios {
			for name, pair := range map[string][2]string{":community": {hiddenSlug, "nothing"}, ":event": {w.id["hidden-event"], "ev_nothing"},
				":series": {w.id["hidden-series"], "se_nothing"}, ":meeting": {w.id["hidden-meeting"], "me_nothing"}} {
				if !strings.Contains(s.route+" ", name) {
					continue
				}
				for _, who := range []string{"stranger", "outsider", "member", "admin", "read-only"} {
					var answers [2]string
					for i, value := range pair {
						method, path := w.expand(who, strings.Replace(s.route, name, value, 1), "email="+people["admin"])
						got := w.ask(who, method, path, s.body)
						got.Header.Del("X-Request-Id")
						answers[i] = fmt.Sprint(got.StatusCode, got.Header, got.Text)
					}
					if answers[0] != answers[1] {
						t.Errorf("%s %s: hidden answers\n%s\nmissing\n%s", who, s.route, answers[0], answers[1])
					}
				}
			}
		}
	})
}
