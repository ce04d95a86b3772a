package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

func (f *forum) summary() app.SummaryView {
	f.t.Helper()
	v, err := f.App.FollowUps.Desk(f.t.Context(), f.moderator, "", string(f.open))
	f.Must(err)
	return v
}

// What a summary begins with holds what is known, and of who asked only how many they are.
func TestSummaryBegins(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		q := f.asked("Which *soil*?\nAnd where?")
		r.Must(r.App.Questions.AskToo(t.Context(), f.ghost, f.open, q.Number, true, true))
		f.asked("When?")
		f.ask(f.member, "Pending canary?", false)
		got := f.summary()
		for _, want := range []string{"20 March 2027", "14:00", "Nairobi", "Zoe Okoro (Soils)", "Yan Wu", "**Said yes:** 1", "## Main points", "## What follows",
			`- Which \*soil\*? (2 people ask, not answered yet)`, "- When? (1 person asks"} {
			if !strings.Contains(got.Text, want) {
				t.Errorf("the beginning lacks %q:\n%s", want, got.Text)
			}
		}
		for _, canary := range []string{ghostName, ghostAddress, "Ghostcanary", "Mia", "Pending canary", "zoe@x.example", "And where"} {
			if strings.Contains(got.Text, canary) {
				t.Errorf("the beginning holds %q:\n%s", canary, got.Text)
			}
		}
		if strings.Index(got.Text, "Which") > strings.Index(got.Text, "When?") {
			t.Error("the question with most askers does not come first")
		}
		if got.Begun || got.Follow.SummaryAt != 0 {
			t.Errorf("got begun %v, published %v, want neither", got.Begun, got.Follow.SummaryAt)
		}
	})
}

func TestSummaryIsForWhoMay(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		ctx := t.Context()
		put := func(v convoke.Viewer, text string, publish bool, version int64) error {
			return r.App.FollowUps.PutSummary(ctx, v, f.open, app.SummaryInput{Text: &text, Publish: &publish, Version: &version})
		}
		for who, v := range f.everybody() {
			err := put(v, "First by "+who, false, f.summary().Follow.Version)
			if may := who == "moderator" || who == "admin" || who == "operator"; (err == nil) != may {
				t.Errorf("%s writes: got %v, want allowed %v", who, err, may)
			}
			if _, err := r.App.FollowUps.Summary(ctx, v, "", string(f.open)); !convoke.IsNotFound(err) {
				t.Errorf("%s reads a draft: got %v, want not found", who, err)
			}
		}
		version := f.summary().Follow.Version
		r.Must(put(f.moderator, "Published", true, version))
		for who, v := range f.everybody() {
			if got, err := r.App.FollowUps.Summary(ctx, v, "", string(f.open)); err != nil || got.Text != "Published" {
				t.Errorf("%s reads: got %q, %v", who, got.Text, err)
			}
		}
		if err := put(f.admin, "Over it", true, version); refusedAs(err) != "summary.stale" {
			t.Errorf("an old version: got %v, want summary.stale", err)
		}
		r.Must(put(f.admin, "Published", true, version)) // the same again is no change, whatever its version
		r.Must(put(f.admin, "Mended", true, version+1))
		h := f.summary().History
		if len(h) == 0 || h[0].Text != "Published" || h[0].Editor != "Ada" {
			t.Errorf("History: got %+v, want what was published first", h)
		}
		for text, want := range map[string]convoke.Key{"": "summary.missing", strings.Repeat("é", convoke.MaxEventSummary+1): "summary.too_long"} {
			err := put(f.admin, text, true, version+2)
			if e, ok := errors.AsType[*convoke.Error](err); !ok || e.Fields["summary"] != want {
				t.Errorf("%.10q: got %v, want %s", text, err, want)
			}
		}
	})
}

func refusedAs(err error) string {
	if e, ok := errors.AsType[*convoke.Error](err); ok {
		return string(e.Text)
	}
	return ""
}

// Once nobody is waited for nobody is told, and once they were told nothing can be chosen.
func TestReadySet(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		ctx := t.Context()
		r.Clock.Set(time.Date(2027, time.April, 1, 9, 0, 0, 0, time.UTC))
		add := func(kind string) {
			_, err := r.App.Materials.AddLink(ctx, f.moderator, f.open, app.MaterialInput{Kind: &kind, Link: new("https://films.example/x")})
			r.Must(err)
		}
		r.Must(r.App.FollowUps.SetReady(ctx, f.moderator, f.open, nil))
		add("recording")
		add("slides")
		if got := f.summary(); got.Follow.ReadyAt != 0 || len(got.Ready) != 0 {
			t.Errorf("nothing is waited for: got told at %d, waiting for %v", got.Follow.ReadyAt, got.Ready)
		}
		if err := r.App.FollowUps.SetReady(ctx, f.moderator, f.open, []convoke.MaterialKind{"slides", "nonsense"}); outcome(err) != "invalid kinds:material.kind.unknown" {
			t.Errorf("a kind that is none: %v", err)
		}
		r.Must(r.App.FollowUps.SetReady(ctx, f.moderator, f.open, []convoke.MaterialKind{"slides", "news"}))
		if got := f.summary(); got.Follow.ReadyAt != 0 || len(got.Ready) != 2 {
			t.Errorf("news are missing: got told at %d, waiting for %v", got.Follow.ReadyAt, got.Ready)
		}
		r.Must(r.App.FollowUps.SetReady(ctx, f.moderator, f.open, []convoke.MaterialKind{"slides"})) // they are there already
		if got := f.summary(); got.Follow.ReadyAt != r.Now() {
			t.Errorf("all are there: got told at %d, want %d", got.Follow.ReadyAt, r.Now())
		}
		if err := r.App.FollowUps.SetReady(ctx, f.moderator, f.open, nil); refusedAs(err) != "ready.too_late" {
			t.Errorf("afterwards: got %v, want ready.too_late", err)
		}
		if err := r.App.FollowUps.SetReady(ctx, f.member, f.open, nil); err == nil {
			t.Error("a member chooses: got no error")
		}
	})
}

func TestPromises(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		ctx := t.Context()
		put := func(in ...app.PromiseInput) error {
			return r.App.FollowUps.PutPromises(ctx, f.moderator, f.open, in)
		}
		list := func() []app.PromiseView {
			l, _, err := r.App.FollowUps.Promises(ctx, f.moderator, f.open)
			r.Must(err)
			return l
		}
		r.Must(put(app.PromiseInput{Item: "slides", Name: "Zoe Okoro", Due: "2027-03-31"}, app.PromiseInput{Item: "recording", Name: "Mia", Address: "MIA@x.example"},
			app.PromiseInput{Item: "summary", Name: "Somebody"}, app.PromiseInput{Item: "answers", Address: "new@x.example"}))
		got := list()
		want := []struct{ item, name, address string }{{"recording", "Mia", "mia@x.example"}, {"slides", "Zoe Okoro", "zoe@x.example"}, {"summary", "Somebody", ""}, {"answers", "new", "new@x.example"}}
		if len(got) != len(want) {
			t.Fatalf("got %d promises, want %d", len(got), len(want))
		}
		for i, w := range want {
			if g := got[i]; string(g.Item) != w.item || g.Name != w.name || g.Address != w.address {
				t.Errorf("promise %d: got %s by %q <%s>, want %+v", i, g.Item, g.Name, g.Address, w)
			}
		}
		if due := got[1].DueAt.Time(); due.Add(1).Format(time.RFC3339) != "2027-03-31T20:59:59Z" { // the end of the day in Nairobi
			t.Errorf("due: got %v, want the end of 31 March in Nairobi", due)
		}
		r.Must(put(app.PromiseInput{Item: "summary"})) // forgotten; what is not named stays
		if got := list(); len(got) != 3 {
			t.Errorf("after one is forgotten: got %d, want 3", len(got))
		}
		for in, field := range map[app.PromiseInput]string{
			{Item: "song", Name: "X"}: "item", {Item: "slides", Name: "X", Address: "no address"}: "email_slides",
			{Item: "slides", Due: "2027-03-31"}: "name_slides", {Item: "slides", Name: "X", Due: "soon"}: "due_slides"} {
			e, ok := errors.AsType[*convoke.Error](put(in))
			if !ok || e.Fields[field] == "" {
				t.Errorf("%+v: got %v, want a fault of %s", in, e, field)
			}
		}
		for _, v := range []convoke.Viewer{f.stranger, f.outsider, f.invited, f.member} {
			if _, _, err := r.App.FollowUps.Promises(ctx, v, f.open); err == nil {
				t.Error("who may not plan reads promises: got no error")
			}
		}
	})
}

// The form of a summary stays good while others set what has nothing to do with it, and being sent takes back nothing of theirs.
func TestSummaryBesideOtherWork(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		ctx := t.Context()
		r.Clock.Set(time.Date(2027, time.March, 25, 9, 0, 0, 0, time.UTC))
		put := func(text string, version int64) error {
			return r.App.FollowUps.PutSummary(ctx, f.moderator, f.open, app.SummaryInput{Text: &text, Version: &version})
		}
		form := f.summary().Follow.Version
		until := r.Now().Add(48 * time.Hour)
		r.Must(r.App.Questions.AskUntil(ctx, f.admin, f.open, until))
		r.Must(put("One", form))
		form = f.summary().Follow.Version
		r.Must(r.App.FollowUps.SetReady(ctx, f.admin, f.open, []convoke.MaterialKind{convoke.Slides}))
		r.Must(put("Two", form))
		form = f.summary().Follow.Version
		_, err := r.App.Materials.AddLink(ctx, f.admin, f.open, app.MaterialInput{Kind: new("slides"), Link: new("https://slides.example/1"), Visibility: new("everyone")})
		r.Must(err)
		r.Must(put("Three", form))
		f.ask(f.member, "Why?", false)
		got := f.summary().Follow
		want := convoke.FollowUp{EventID: f.open, CommunityID: got.CommunityID, Summary: "Three", ReadySet: "slides", ReadyAt: r.Now(), AskUntil: until, LastNumber: 1, Version: form + 1}
		if got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		if err := put("Four", form); refusedAs(err) != "summary.stale" {
			t.Errorf("the form before the last: got %v, want stale", err)
		}
		if err := r.App.FollowUps.SetReady(ctx, f.admin, f.open, nil); refusedAs(err) != "ready.too_late" {
			t.Errorf("once people are told: got %v, want too late", err)
		}
	})
}
