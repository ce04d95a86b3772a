package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// starts lists when the dates of a meeting start and what they are called.
func (w *world) starts(meeting string) string {
	w.t.Helper()
	got := w.must(200, "admin", "GET", "/communities/cash/events?limit=4&meeting="+meeting, "")
	items, _ := got.get("items").([]any)
	var out []string
	for i := range items {
		out = append(out, got.str(fmt.Sprintf("items.%d.start_local", i))+" "+got.str(fmt.Sprintf("items.%d.title", i)))
	}
	return strings.Join(out, ", ")
}

// A change of one date reaches that date, those after it, or all.
func TestScopes(t *testing.T) {
	const before = "2027-03-09T14:00 Meeting, 2027-04-13T14:00 Meeting, 2027-05-11T14:00 Meeting, 2027-06-08T14:00 Meeting"
	for _, tt := range []struct {
		name, scope, body string
		status            int
		says              string
		same, other       string // dates of the meeting, and of the one that continues it
	}{
		{"this", "this", `{"start_local":"2027-04-14T15:00","title":"Moved"}`, 200, "",
			"2027-03-09T14:00 Meeting, 2027-04-14T15:00 Moved, 2027-05-11T14:00 Meeting, 2027-06-08T14:00 Meeting", ""},
		{"following", "following", `{"start_local":"2027-04-13T16:30","title":"Later"}`, 200, "",
			"2027-03-09T14:00 Meeting", "2027-04-13T16:30 Later, 2027-05-11T16:30 Later, 2027-06-08T16:30 Later, 2027-07-13T16:30 Later"},
		{"all", "all", `{"start_local":"2027-04-13T16:30","title":"Later"}`, 200, "",
			"2027-03-09T16:30 Later, 2027-04-13T16:30 Later, 2027-05-11T16:30 Later, 2027-06-08T16:30 Later", ""},
		{"all on another day", "all", `{"start_local":"2027-04-14T14:00"}`, 422, "A rule decides the days", before, ""},
		{"agenda of all", "all", `{"agenda":"Tea"}`, 422, "for single dates only", before, ""},
		{"stale", "all", `{"title":"Later","version":99}`, 409, "changed this meanwhile", before, ""},
		{"stale, following", "following", `{"title":"Later","version":99}`, 409, "changed this meanwhile", before, ""},
		{"zone unknown", "following", `{"time_zone":"Mars/Base"}`, 422, "not known", before, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, rig.New(t))
			meeting := w.id["meeting"]
			if got := w.starts(meeting); got != before {
				t.Fatalf("dates %s, want %s", got, before)
			}
			date := w.must(200, "admin", "GET", "/communities/cash/events?meeting="+meeting, "").str("items.1.id")
			got := w.must(tt.status, "moderator", "PATCH", "/events/"+date+"?scope="+tt.scope, tt.body)
			if !strings.Contains(got.Text, tt.says) {
				t.Errorf("got %s, want %q", got.Text, tt.says)
			}
			if got := w.starts(meeting); got != tt.same {
				t.Errorf("dates %s, want %s", got, tt.same)
			}
			list := w.must(200, "admin", "GET", "/communities/cash/meetings", "")
			next := ""
			for i := range 2 {
				if list.str(fmt.Sprintf("items.%d.previous", i)) == meeting {
					next = list.str(fmt.Sprintf("items.%d.id", i))
				}
			}
			if (next != "") != (tt.other != "") {
				t.Fatalf("continued by %q, want dates %q", next, tt.other)
			}
			if next != "" {
				if got := w.starts(next); got != tt.other {
					t.Errorf("dates of what continues it %s, want %s", got, tt.other)
				}
			}
		})
	}
}

// A thing is found by its address as by its ID, unless the asker sees that address in two communities.
func TestNamedByAddress(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		for noun, id := range map[string]string{"events": w.id["everyone"], "series": w.id["series"], "meetings": w.id["meeting"]} {
			byID := w.must(200, "member", "GET", "/"+noun+"/"+id, "")
			if got := w.must(200, "member", "GET", "/"+noun+"/"+byID.str("slug"), ""); got.Text != byID.Text {
				t.Errorf("%s by address: %s\nby ID: %s", noun, got.Text, byID.Text)
			}
		}
		hidden := w.must(200, "operator", "GET", "/events/"+w.id["hidden-event"], "").str("slug")
		w.must(200, "operator", "GET", "/events/"+hidden, "")
		for _, who := range []string{"stranger", "outsider", "admin"} {
			w.must(404, who, "GET", "/events/"+hidden, "")
		}

		r.Update(func(ctx context.Context, tx *store.Tx) error {
			e, err := tx.Event(ctx, convoke.ID(w.id["everyone"]))
			if err != nil {
				return err
			}
			m, err := tx.CommunityBySlug(ctx, hiddenSlug)
			if err != nil {
				return err
			}
			e.ID, e.UID, e.CommunityID = convoke.NewID("ev"), convoke.NewUID("x.example"), m.ID
			return tx.AddEvent(ctx, e)
		})
		twice := w.must(200, "member", "GET", "/events/"+w.id["everyone"], "").str("slug")
		w.must(200, "member", "GET", "/events/"+twice, "")
		w.must(404, "operator", "GET", "/events/"+twice, "")
	})
}

// What a series and a date may be, from a plan to calendars.
func TestSeriesByRule(t *testing.T) {
	w := newWorld(t, rig.New(t))
	s := w.must(201, "moderator", "POST", "/communities/cash/series", `{"title":"Cash in cities","time_zone":"Africa/Nairobi","rule":{"freq":"weekly","interval":2,"weekdays":["th"]},
		"start_local":"2027-04-05T14:00","count":3,"duration_minutes":45,"join_link":"https://meet.example/x"}`)
	w.must(200, "moderator", "GET", s.Header.Get("Location")[len("/api/v1"):], "")
	got := w.must(200, "moderator", "GET", "/series/"+s.str("id")+"/sessions", "")
	for i, want := range []string{"2027-04-08T14:00 Cash in cities, session 1", "2027-04-22T14:00 Cash in cities, session 2", "2027-05-06T14:00 Cash in cities, session 3"} {
		at := fmt.Sprintf("items.%d.", i)
		if line := got.str(at+"start_local") + " " + got.str(at+"title"); line != want || got.get(at+"duration_minutes") != 45.0 {
			t.Errorf("session %d is %q of %v minutes, want %q of 45", i, line, got.get(at+"duration_minutes"), want)
		}
	}
	if n := got.get("items.0.starts_at"); n != "2027-04-08T11:00:00Z" {
		t.Errorf("starts at %v", n)
	}
	w.must(404, "member", "GET", "/series/"+s.str("id"), "")
	w.must(200, "moderator", "POST", "/series/"+s.str("id")+"/publish", "")
	w.must(200, "member", "GET", "/series/"+s.str("id"), "")
}

// Trying to publish a draft says who would get its letter, and leaves it a draft.
func TestTryingToPublish(t *testing.T) {
	w := newWorld(t, rig.New(t))
	for noun, id := range map[string]string{"series": w.series("cash", false), "meetings": w.meeting("cash", false)} {
		path := "/" + noun + "/" + id
		got := w.must(200, "moderator", "POST", path+"/publish?dry_run=1", "")
		if n, ok := got.get("get").(float64); !ok || n < 1 || got.get("published_at") != nil {
			t.Errorf("%s: %v would get it: %s", noun, got.get("get"), got.Text)
		}
		if got := w.must(200, "moderator", "GET", path, ""); got.get("published_at") != nil {
			t.Errorf("%s was published: %s", noun, got.Text)
		}
		if got := w.must(200, "moderator", "POST", path+"/publish?dry_run=0", ""); got.get("published_at") == nil {
			t.Errorf("%s was not published: %s", noun, got.Text)
		}
	}
}

// 500 members one by one are a matter of seconds.
func TestManyMembers(t *testing.T) {
	w := newWorld(t, rig.New(t))
	for i := range 500 {
		w.must(200, "operator", "PUT", fmt.Sprintf("/communities/cash/members/m%d@x.example", i), "")
	}
	m, err := w.r.App.Communities.Get(t.Context(), convoke.System, "cash")
	w.r.Must(err)
	if m.Members != 504 {
		t.Errorf("%d members, want 504", m.Members)
	}
	if got := w.must(200, "moderator", "POST", "/events/"+w.id["event"]+"/invite?dry_run=1", ""); got.get("get") != 504.0 {
		t.Errorf("an invitation would reach %v, want 504", got.get("get"))
	}
}
