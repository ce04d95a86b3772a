package web_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// past is a world whose events are over.
func past(t *testing.T, r *rig.Rig) *world {
	t.Helper()
	w := newWorld(t, r)
	r.Clock.Set(time.Date(2027, time.April, 1, 9, 0, 0, 0, time.UTC))
	return w
}

func (w *world) browser(who string) *rig.Client {
	if who == "stranger" {
		return w.r.Stranger()
	}
	return w.r.As(people[who])
}

// What a search finds is what its asker may see, on the page: no hit, no number of hits and no piece of text tells of anything else.
func TestSearchForEverybody(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := past(t, r)
		for _, s := range []struct {
			q    string
			sees map[string]string // who is shown what; others are told that there is nothing
		}{
			{transcriptCanary, map[string]string{"member": "Transcript of the recording", "moderator": "Transcript of the recording", "operator": "Transcript"}},
			{summaryCanary, map[string]string{"member": "<mark>Summary</mark>", "moderator": "Summary", "admin": "Summary", "operator": "Summary"}},
			{unsaidCanary, nil},
			{pendingCanary, nil},
			{waitingCanary, nil},
			{writingCanary, nil},
			{draftCanary, nil},
			{hiddenCanary, nil},
			{speakerCanary, nil},
			{"Gus", nil}, // who asked is not searched
			{"Why now", map[string]string{"stranger": "Question 1", "outsider": "Question 1", "member": "Question 1"}},
		} {
			for _, who := range askers[:len(askers)-1] {
				res := w.browser(who).Get("/c/cash/resources?q=" + url.QueryEscape(s.q))
				body := res.Body
				if i := strings.Index(body, `role="search"`); i >= 0 { // what was typed stands in the form
					if end := strings.Index(body[i:], "</form>"); end >= 0 {
						body = body[:i] + body[i+end:]
					}
				}
				want, sees := s.sees[who]
				if res.Status != 200 {
					t.Errorf("%s searches %q: status %d, want 200", who, s.q, res.Status)
				}
				if sees && !strings.Contains(body, want) {
					t.Errorf("%s searches %q: the page lacks %q", who, s.q, want)
				}
				if s.sees == nil && !strings.Contains(body, "0 results") {
					t.Errorf("%s searches %q: something is found", who, s.q)
				}
				for _, canary := range canaries {
					if !may(who, canary) && strings.Contains(body, canary) {
						t.Errorf("%s searches %q: sees %q", who, s.q, canary)
					}
				}
				if (who == "stranger" || who == "outsider") && s.q != "Why now" && !strings.Contains(body, "0 results") {
					t.Errorf("%s searches %q: something is found", who, s.q)
				}
			}
		}
	})
}

// The page of resources narrows by address, and what somebody typed is shown as text.
func TestResources(t *testing.T) {
	r := rig.New(t)
	w := past(t, r)
	c := w.browser("member")
	series, err := r.App.Series.Get(t.Context(), convoke.System, "", w.id["series"])
	r.Must(err)
	for _, s := range []struct {
		path, has, hasNot string
		status            int
	}{
		{"/c/cash/resources", ">Event<", "<mark>", 200},
		{"/c/cash/resources?year=2026", "Nothing here yet", ">Event<", 200},
		{"/c/cash/resources?year=2027&language=en", ">Event<", "Nothing here yet", 200},
		{"/c/cash/resources?language=fr", "Nothing here yet", ">Event<", 200},
		{"/c/cash/resources?series=" + series.Slug, ">Series<", ">Event<", 200},
		{"/c/cash/resources?series=nowhere", "", ">Event<", 404},
		{"/c/cash/resources?year=abc", ">Event<", "", 200},
		{"/c/cash/resources?q=%3Cscript%3Ealert(1)%3C/script%3E", html.EscapeString("<script>alert(1)</script>"), "<script>alert", 200},
		{"/c/cash/resources?q=%22+*+NEAR(", "0 results", "", 200},
		{"/c/cash/resources?q=%00%ff", "no text", "", 400},
		{"/c/cash/resources?q=" + strings.Repeat("x", 10_000), "0 results", "", 200},
		{"/c/" + hiddenSlug + "/resources", "", hiddenCanary, 404},
	} {
		res := c.Get(s.path)
		if res.Status != s.status || !strings.Contains(res.Body, s.has) || s.hasNot != "" && strings.Contains(res.Body, s.hasNot) {
			t.Errorf("GET %.60s: status %d with %q: %v, with %q: %v", s.path, res.Status, s.has, strings.Contains(res.Body, s.has), s.hasNot, strings.Contains(res.Body, s.hasNot))
		}
	}
}

// A material that is not for the reader stands among the resources with a lock, as it does on the page of its event.
func TestResourcesLock(t *testing.T) {
	r := rig.New(t)
	w := past(t, r)
	for who, locked := range map[string]bool{"stranger": true, "outsider": true, "member": false} {
		body := w.browser(who).Get("/c/cash/resources").Body
		if got := strings.Contains(body, `class="locked"`); got != locked || strings.Contains(body, w.id["talk"]) == locked {
			t.Errorf("%s: locked %v, want %v", who, got, locked)
		}
	}
}

// The board says on its page what it says to programs.
func TestBoardIsTheSameForProgramsAndPeople(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := past(t, r)
		page := w.browser("moderator").Get("/c/cash/admin/board").Body
		got := w.ask("moderator", "GET", "/communities/cash/board", "")
		var list struct {
			Items []struct {
				Title, URL string
				Items      []struct {
					Item     string
					There    bool
					Have, Of int
					Promise  *struct{ Name, Due string }
				}
			}
		}
		if err := json.Unmarshal([]byte(got.Text), &list); err != nil || len(list.Items) != strings.Count(page, `role="rowheader"`) || len(list.Items) != 4 {
			t.Fatalf("got %d rows for programs, %d on the page, want 4 (%v)", len(list.Items), strings.Count(page, `role="rowheader"`), err)
		}
		rest := page
		for _, row := range list.Items {
			_, after, ok := strings.Cut(rest, `href="`+strings.TrimPrefix(row.URL, rig.Base)+`"`)
			line, _, _ := strings.Cut(after, "</tr>")
			if !ok {
				t.Fatalf("%s is not on the page in its place", row.URL)
			}
			rest = after
			cells := strings.Split(line, "<td ")[1:]
			if len(cells) != len(row.Items) || len(cells) != len(convoke.Items) {
				t.Fatalf("%s: %d cells, want %d", row.URL, len(cells), len(row.Items))
			}
			for i, x := range row.Items {
				want := "missing"
				switch {
				case x.Item == "answers" && x.Of == 0:
					want = "nothing asked"
				case x.Item == "answers":
					want = fmt.Sprintf("%d of %d answered", x.Have, x.Of)
				case x.There:
					want = "there"
				}
				if !strings.Contains(cells[i], want) || x.Promise != nil && !x.There != strings.Contains(cells[i], x.Promise.Name) {
					t.Errorf("%s: %s is %+v for programs and on the page %s", row.URL, x.Item, x, cells[i])
				}
			}
		}
		if want := "/c/cash/admin/board"; !strings.Contains(w.browser("moderator").Get("/c/cash/admin").Body, want) {
			t.Errorf("the desk does not lead to %s", want)
		}
	})
}

// A summary that somebody else changed meanwhile is not lost: it stands in the form again.
func TestSummaryKeepsWhatWasTyped(t *testing.T) {
	r := rig.New(t)
	w := past(t, r)
	e, err := r.App.Events.Get(t.Context(), convoke.System, "", w.id["event"])
	r.Must(err)
	base := "/c/cash/admin/events/" + e.Slug + "/summary"
	c := w.browser("moderator")
	for _, s := range []struct {
		name, path string
		form       url.Values
		status     int
		has        string
	}{
		{"old version", "/save", url.Values{"summary": {"What I <b>typed</b>"}, "version": {"98"}, "do": {"publish"}}, 409, "What I &lt;b&gt;typed&lt;/b&gt;"},
		{"nothing", "/save", url.Values{"summary": {" "}, "version": {"99"}, "do": {"publish"}}, 422, "Please write one first"},
		{"too long", "/save", url.Values{"summary": {strings.Repeat("long ", 5_000)}, "do": {"publish"}}, 422, "long long"},
		{"address", "/promises", url.Values{"name_slides": {"Zed"}, "email_slides": {"not an address"}}, 422, `value="not an address"`},
		{"day", "/promises", url.Values{"name_slides": {"Zed"}, "due_slides": {"31.3.2027"}}, 422, "That is not a day"},
		{"nobody", "/promises", url.Values{"name_slides": {""}, "due_slides": {"2027-04-30"}}, 422, "Please say who promised it"},
	} {
		res := c.Post(base+s.path, s.form)
		if res.Status != s.status || !strings.Contains(res.Body, s.has) {
			t.Errorf("%s: status %d, want %d, with %q: %v", s.name, res.Status, s.status, s.has, strings.Contains(res.Body, s.has))
		}
	}
	if res := w.browser("member").Get("/c/cash/events/" + e.Slug); !strings.Contains(res.Body, summaryCanary) {
		t.Error("the event's page lacks its summary")
	}
	if body := w.browser("member").Get("/c/cash/events/" + e.Slug).Body; strings.Contains(body, promiseCanary) || strings.Contains(body, "canary-promise@") || !strings.Contains(body, "expected by") {
		t.Error("the event's page tells who promised, or not for when")
	}
	if err := r.App.FollowUps.PutSummary(t.Context(), convoke.System, e.ID, app.SummaryInput{Publish: new(false)}); err != nil {
		t.Fatal(err)
	}
	if res := w.browser("member").Get("/c/cash/events/" + e.Slug + "/summary"); res.Status != 404 {
		t.Errorf("a summary taken back: status %d, want 404", res.Status)
	}
}
