package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

var onceField = regexp.MustCompile(`name="once" value="([^"]*)"`)

// onceOf is the key of the form that a page shows.
func onceOf(t *testing.T, res rig.Response) string {
	t.Helper()
	found := onceField.FindStringSubmatch(res.Body)
	if len(found) != 2 || len(found[1]) < 20 {
		t.Fatalf("%d: no form with a key:\n%s", res.Status, res.Body)
	}
	return found[1]
}

// makers are the forms that make something and mail everybody.
var makers = []struct {
	noun, page string
	form       []string
	invitation string // kind of the letter
}{
	{"event", "/c/soil/admin/events/new", []string{"title", "Made", "start_date", "2027-03-09", "start_time", "14:00", "duration_minutes", "60", "time_zone", "Africa/Nairobi", "has", "invite", "invite", "true"}, "event-invitation"},
	{"series", "/c/soil/admin/series/new", with(webinars, "title", "Made", "rhythm", "list", "dates", "2027-03-09\n2027-03-11"), "series-invitation"},
	{"meeting", "/c/soil/admin/meetings/new", with(monthly, "title", "Made"), "meeting-invitation"},
}

// madeSo is how many events, series and meetings of the title there are; dates of series and meetings do not count.
func madeSo(t *testing.T, r *rig.Rig) (n int) {
	t.Helper()
	v := r.Viewer("ada@office.example")
	events, err := r.App.Events.List(t.Context(), v, "soil", app.EventFilter{Drafts: true, Limit: 200})
	r.Must(err)
	for _, e := range events {
		if e.SeriesID == "" && e.MeetingID == "" && e.Title == "Made" {
			n++
		}
	}
	series, err := r.App.Series.List(t.Context(), v, "soil", app.Page{Limit: 200})
	r.Must(err)
	meetings, err := r.App.Meetings.List(t.Context(), v, "soil", app.Page{Limit: 200})
	r.Must(err)
	return n + len(series) + len(meetings)
}

func lead(r *rig.Rig) {
	r.Community("soil", convoke.Open, "ann@office.example")
	r.Member("soil", "ada@office.example", convoke.Admin)
	r.Member("soil", "mo@office.example", convoke.Moderator)
}

func fields(pairs []string, more ...string) url.Values {
	form := url.Values{}
	for _, list := range [][]string{pairs, more} {
		for i := 0; i < len(list); i += 2 {
			form.Add(list[i], list[i+1])
		}
	}
	return form
}

// A form that is sent twice makes one thing and mails once; the second time leads to it. One that was refused makes what it is sent for next.
func TestFormsMakeOnce(t *testing.T) {
	for _, tt := range makers {
		t.Run(tt.noun, func(t *testing.T) {
			rig.Each(t, func(t *testing.T, r *rig.Rig) {
				lead(r)
				mo, ada := r.As("mo@office.example"), r.As("ada@office.example")
				r.Deliver()
				send := func(c *rig.Client, key, do string, set ...string) rig.Response {
					t.Helper()
					return c.Post(tt.page+"/create", fields(with(tt.form, set...), "once", key, "do", do))
				}
				key := onceOf(t, mo.Get(tt.page))
				if other := onceOf(t, mo.Get(tt.page)); other == key {
					t.Error("two forms have the same key")
				}
				if kept := onceOf(t, send(mo, key, "publish", "title", "")); kept != key {
					t.Errorf("a refused form has the key %q, want %q", kept, key)
				}
				if tt.noun != "event" {
					if kept := onceOf(t, send(mo, key, "preview")); kept != key {
						t.Errorf("a preview has the key %q, want %q", kept, key)
					}
				}
				if n := madeSo(t, r); n != 0 {
					t.Fatalf("%d were made of a refused form", n)
				}
				first, again := send(mo, key, "publish"), send(mo, key, "publish", "title", "Made")
				if first.Status != http.StatusSeeOther || again.Status != first.Status || again.Location() != first.Location() || !strings.HasPrefix(first.Location(), "/c/soil/") {
					t.Fatalf("sent twice: %d to %q, then %d to %q", first.Status, first.Location(), again.Status, again.Location())
				}
				if page := mo.Get(first.Location()); !strings.Contains(page.Body, "This was published already") || strings.Contains(page.Body, "invitations are on their way") {
					t.Errorf("the page does not say that it was published already:\n%s", page.Body)
				}
				if n := madeSo(t, r); n != 1 {
					t.Errorf("sent twice it made %d, want 1", n)
				}
				letters := 0
				for _, m := range r.Deliver() {
					if m.Kind == tt.invitation {
						letters++
					}
				}
				if letters != 3 {
					t.Errorf("sent twice it mailed %d, want 3", letters)
				}

				// The key is one person's.
				if theirs := send(ada, key, "publish"); theirs.Status != http.StatusSeeOther || theirs.Location() == first.Location() {
					t.Errorf("somebody else with the key: %d to %q, want another one", theirs.Status, theirs.Location())
				}
				// Without a key each makes one, as ever.
				for range 2 {
					send(mo, "", "draft")
				}
				if n := madeSo(t, r); n != 4 {
					t.Errorf("there are %d, want the first, hers and two of no key", n)
				}

				// A draft that is sent again leads to the draft; when that was removed, the form says so and makes the next.
				draft := send(mo, "a draft's", "draft")
				if again := send(mo, "a draft's", "draft"); again.Location() != draft.Location() || !strings.Contains(draft.Location(), "/admin/") {
					t.Errorf("a draft sent again: to %q, want %q", again.Location(), draft.Location())
				}
				if page := mo.Get(draft.Location()); !strings.Contains(page.Body, "This was kept as a draft already") {
					t.Errorf("the draft's page does not say that it was made before:\n%s", page.Body)
				}
				if gone := mo.Post(draft.Location()+"/cancel", url.Values{}); gone.Status != http.StatusSeeOther {
					t.Fatalf("removing the draft: %d", gone.Status)
				}
				gone := send(mo, "a draft's", "draft")
				if gone.Status != http.StatusConflict || !strings.Contains(gone.Body, "was removed since") {
					t.Errorf("of a draft that was removed: %d\n%s", gone.Status, gone.Body)
				}
				if next := send(mo, onceOf(t, gone), "draft"); next.Status != http.StatusSeeOther || next.Location() == draft.Location() {
					t.Errorf("pressed again: %d to %q", next.Status, next.Location())
				}
				if n := madeSo(t, r); n != 5 {
					t.Errorf("there are %d, want one more", n)
				}
			})
		})
	}
}

// A form that is sent once more with something else in it, as by somebody who went back, makes nothing, keeps what was typed and says what it made before;
// pressed again it makes the next.
func TestFormsKeepWhatElseWasTyped(t *testing.T) {
	for _, tt := range makers {
		t.Run(tt.noun, func(t *testing.T) {
			rig.Each(t, func(t *testing.T, r *rig.Rig) {
				lead(r)
				mo := r.As("mo@office.example")
				count := func() int {
					t.Helper()
					v, n := r.Viewer("ada@office.example"), 0
					events, err := r.App.Events.List(t.Context(), v, "soil", app.EventFilter{Drafts: true, Limit: 200})
					r.Must(err)
					for _, e := range events {
						if e.SeriesID == "" && e.MeetingID == "" {
							n++
						}
					}
					series, err := r.App.Series.List(t.Context(), v, "soil", app.Page{Limit: 200})
					r.Must(err)
					meetings, err := r.App.Meetings.List(t.Context(), v, "soil", app.Page{Limit: 200})
					r.Must(err)
					return n + len(series) + len(meetings)
				}
				for i, tc := range []struct {
					name, do1, do2 string
					set            []string // what is typed into the form after going back
					said           string
				}{
					{"another title", "draft", "draft", []string{"title", "Zebra"}, "has kept the draft “Made” already"},
					{"another button", "draft", "publish", nil, "has kept the draft “Made” already"},
					{"another title and button", "draft", "publish", []string{"title", "Zebra"}, "has kept the draft “Made” already"},
					{"of what is published", "publish", "publish", []string{"title", "Zebra", "join_link", "https://video.example/zebra"}, "has published “Made” already"},
					{"a box", "publish", "publish", []string{"invite", "false"}, "has published “Made” already"},
				} {
					form := with(tt.form, tc.set...)
					key := onceOf(t, mo.Get(tt.page))
					first := mo.Post(tt.page+"/create", fields(tt.form, "once", key, "do", tc.do1))
					other := mo.Post(tt.page+"/create", fields(form, "once", key, "do", tc.do2))
					if first.Status != http.StatusSeeOther || other.Status != http.StatusConflict {
						t.Fatalf("%s: %d, then %d, want 303 and 409:\n%s", tc.name, first.Status, other.Status, other.Body)
					}
					said(t, tc.name, other, 409, tc.said, `<a href="`+first.Location()+`">Open “Made”</a>`, "press the button again to make another one")
					for j := 0; j < len(tc.set); j += 2 {
						if tc.set[j] == "invite" {
							said(t, tc.name, other, 409, "!"+`name="invite" value="true" checked`)
						} else {
							said(t, tc.name, other, 409, `value="`+tc.set[j+1]+`"`)
						}
					}
					if got, want := count(), 2*i+1; got != want {
						t.Errorf("%s: there are %d, want %d: nothing was made", tc.name, got, want)
					}
					next := onceOf(t, other)
					if next == key {
						t.Errorf("%s: the form has the key it had", tc.name)
					}
					if again := mo.Post(tt.page+"/create", fields(tt.form, "once", key, "do", tc.do1)); again.Location() != first.Location() {
						t.Errorf("%s: the first sent again: %d to %q, want %q", tc.name, again.Status, again.Location(), first.Location())
					}
					made := mo.Post(tt.page+"/create", fields(form, "once", next, "do", tc.do2))
					if made.Status != http.StatusSeeOther || made.Location() == first.Location() {
						t.Errorf("%s: pressed again: %d to %q", tc.name, made.Status, made.Location())
					}
					if got, want := count(), 2*i+2; got != want {
						t.Errorf("%s: pressed again there are %d, want %d", tc.name, got, want)
					}
				}
			})
		})
	}
}

// Of several that differ and are sent at once, to whichever copy, one is made, and the others are shown again.
func TestFormsThatDifferAtOnce(t *testing.T) {
	for _, tt := range makers {
		t.Run(tt.noun, func(t *testing.T) {
			rig.Each(t, func(t *testing.T, r *rig.Rig) {
				lead(r)
				copies := []*rig.Rig{r, r}
				if !r.Store.Embedded() {
					copies[1] = r.Copy()
				}
				answers := make([]rig.Response, 4)
				var all sync.WaitGroup
				for i := range answers {
					c, form := copies[i%2].As("mo@office.example"), fields(with(tt.form, "join_link", fmt.Sprintf("https://video.example/%d", i)), "once", "k", "do", "publish")
					all.Go(func() {
						answers[i] = c.Do(http.MethodPost, tt.page+"/create", "application/x-www-form-urlencoded", form.Encode())
					})
				}
				all.Wait()
				made := 0
				for i, got := range answers {
					if got.Status == http.StatusSeeOther {
						made++
						continue
					}
					said(t, "one that came later", got, 409, "has published “Made” already", fmt.Sprintf(`value="https://video.example/%d"`, i))
				}
				if n := madeSo(t, r); made != 1 || n != 1 {
					t.Errorf("%d were told that it is made, %d were, want 1", made, n)
				}
			})
		})
	}
}

// Sent several times at once, to whichever copy, a form makes one thing, and every answer leads there.
func TestFormsMakeOnceAtOnce(t *testing.T) {
	for _, tt := range makers {
		t.Run(tt.noun, func(t *testing.T) {
			rig.Each(t, func(t *testing.T, r *rig.Rig) {
				lead(r)
				copies := []*rig.Rig{r, r}
				if !r.Store.Embedded() {
					copies[1] = r.Copy()
				}
				form := fields(tt.form, "once", "k", "do", "publish").Encode()
				where := make([]string, 6)
				var all sync.WaitGroup
				for i := range where {
					c := copies[i%2].As("mo@office.example")
					all.Go(func() {
						if res := c.Do(http.MethodPost, tt.page+"/create", "application/x-www-form-urlencoded", form); res.Status == http.StatusSeeOther {
							where[i] = res.Location()
						}
					})
				}
				all.Wait()
				for _, to := range where {
					if to == "" || to != where[0] {
						t.Errorf("they lead to %q, want all to the same", where)
						break
					}
				}
				if n := madeSo(t, r); n != 1 {
					t.Errorf("%d were made, want 1", n)
				}
			})
		})
	}
}
