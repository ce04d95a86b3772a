package app_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// An own feed holds what lies in its scope, a community's what is of that community, and neither gives a file that is not in it.
func TestRecordingsOfEachScope(t *testing.T) {
	r := rig.New(t)
	ctx := t.Context()
	soil, water := r.Community("soil", convoke.Open, "mia@x.example"), r.Community("water", convoke.Open)
	mia := r.Viewer("mia@x.example")
	series, err := r.App.Series.CreatePublished(ctx, convoke.System, "soil", app.SeriesInput{Title: new("Rivers")}, app.EventInput{}, []app.SessionInput{{StartLocal: "2027-03-01T10:00"}})
	r.Must(err)
	sessions, err := r.App.Series.Get(ctx, convoke.System, "", string(series.ID))
	r.Must(err)
	event := func(community, start string) convoke.ID {
		e, err := r.App.Events.CreatePublished(ctx, convoke.System, community, app.EventInput{Title: new("About " + community), Abstract: new("*Much* to say"), StartLocal: &start, TimeZone: new("UTC"), DurationMinutes: new(60)})
		r.Must(err)
		return e.ID
	}
	ids := map[convoke.ID]string{}
	put := func(name string, event convoke.ID) convoke.ID {
		m, err := r.App.Materials.Upload(ctx, convoke.System, event, app.MaterialInput{Kind: new("recording"), Title: &name}, name+".mp3", strings.NewReader("ID3\x03\x00"+name))
		r.Must(err)
		ids[m.ID] = name
		return m.ID
	}
	single := event("soil", "2027-03-08T10:00")
	maybe := event("water", "2027-03-22T10:00")
	r.Must(r.App.Events.Answer(ctx, mia, maybe, convoke.Maybe, "page"))
	no := event("water", "2027-03-29T10:00")
	r.Must(r.App.Events.Answer(ctx, mia, no, convoke.No, "page"))
	all := map[string]convoke.ID{}
	for _, x := range []struct {
		name string
		of   convoke.ID
	}{{"series", sessions.Sessions[0].ID}, {"second", single}, {"first", single}, {"foreign", event("water", "2027-03-15T10:00")}, {"maybe", maybe}, {"no", no}} {
		all[x.name] = put(x.name, x.of)
	}
	_, err = r.App.Materials.Edit(ctx, convoke.System, single, all["first"], app.MaterialInput{Position: new(1)})
	r.Must(err)
	names := func(f app.RecordingFeed) (out []string) {
		for _, x := range f.Items {
			out = append(out, ids[x.ID])
		}
		return out
	}
	for _, tc := range []struct {
		name  string
		scope convoke.Scope
		id    convoke.ID
		want  []string // the latest sessions first, and those of one in their order
	}{
		{"everything", convoke.ScopeAll, "", []string{"maybe", "first", "second", "series"}},
		{"a community", convoke.ScopeCommunity, soil.ID, []string{"first", "second", "series"}},
		{"a community one is no member of", convoke.ScopeCommunity, water.ID, []string{"no", "maybe", "foreign"}},
		{"a series", convoke.ScopeSeries, series.ID, []string{"series"}},
	} {
		own, err := r.App.Feeds.Add(ctx, mia, tc.scope, tc.id, "Mine")
		r.Must(err)
		token := strings.TrimSuffix(own.Address[strings.LastIndex(own.Address, "/")+1:], ".ics")
		f, err := r.App.Recordings.Own(ctx, token, "player")
		if got := names(f); err != nil || !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, %v, want %q", tc.name, got, err, tc.want)
		}
		for _, x := range f.Items {
			if x.About != "Much to say" && x.About != "" {
				t.Errorf("%s: the abstract is %q, want plain text", tc.name, x.About)
			}
			if several := x.EventID == single; strings.Contains(x.Of, ": ") != several {
				t.Errorf("%s: %q stands for one of several: %v", tc.name, x.Of, several)
			}
		}
		for name, id := range all {
			d, err := r.App.Recordings.OwnFile(ctx, token, id)
			if err == nil {
				_ = d.Close()
			}
			if want := slices.Contains(tc.want, name); (err == nil) != want || err != nil && !convoke.IsNotFound(err) {
				t.Errorf("%s: file %s: got %v, want one: %v", tc.name, name, err, want)
			}
		}
		if _, err := r.App.Recordings.OwnFile(ctx, token, ""); !convoke.IsNotFound(err) {
			t.Errorf("%s: no file: got %v", tc.name, err)
		}
		r.Must(r.App.Feeds.WriteReads(ctx))
		mine, err := r.App.Feeds.Mine(ctx, mia)
		r.Must(err)
		if i := slices.IndexFunc(mine, func(x app.OwnView) bool { return x.ID == own.ID }); i < 0 || mine[i].ReadAt != r.Now() || mine[i].ReadBy != "player" {
			t.Errorf("%s: that it was read is not kept: %+v", tc.name, mine)
		}
	}
	f, err := r.App.Recordings.Community(ctx, "soil")
	if got, want := names(f), []string{"first", "second", "series"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("the community's: got %q, %v, want %q", got, err, want)
	}
	for name, id := range all {
		d, err := r.App.Recordings.OpenFile(ctx, "soil", id)
		if err == nil {
			_ = d.Close()
		}
		if want := name == "first" || name == "second" || name == "series"; (err == nil) != want {
			t.Errorf("the community's file %s: got %v, want one: %v", name, err, want)
		}
	}
	linked, err := r.App.Materials.AddLink(ctx, convoke.System, single, app.MaterialInput{Kind: new("recording"), Link: new("https://films.example/1")})
	r.Must(err)
	if _, err := r.App.Recordings.OpenFile(ctx, "soil", linked.ID); !convoke.IsNotFound(err) {
		t.Errorf("the file of a link: got %v, want none", err)
	}
}

// However many recordings there are, a feed stays of a size that programs read.
func TestManyRecordings(t *testing.T) {
	r := rig.New(t)
	e, ada := heldAt(t, r, true)
	m := link(t, r, ada, e, "recording")
	r.Update(func(ctx context.Context, tx *store.Tx) error {
		for i := range 210 {
			m.ID = convoke.ID("ma_" + strconv.Itoa(i))
			if err := tx.AddMaterial(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
	f, err := r.App.Recordings.Community(t.Context(), "soil")
	if err != nil || len(f.Items) != 200 {
		t.Errorf("got %d recordings, %v, want 200", len(f.Items), err)
	}
}

// A recording for everybody of an event for members is for members.
func TestRecordingOfAnEventForMembers(t *testing.T) {
	r := rig.New(t)
	ctx := t.Context()
	r.Community("soil", convoke.Open, "mia@x.example")
	e, err := r.App.Events.CreatePublished(ctx, convoke.System, "soil", app.EventInput{Title: new("Among us"), StartLocal: new("2027-03-08T10:00"), TimeZone: new("UTC"), DurationMinutes: new(60), Visibility: new("members")})
	r.Must(err)
	m, err := r.App.Materials.AddLink(ctx, convoke.System, e.ID, app.MaterialInput{Kind: new("recording"), Visibility: new("everyone"), Link: new("https://films.example/1")})
	r.Must(err)
	f, err := r.App.Recordings.Community(ctx, "soil")
	if err != nil || len(f.Items) != 0 {
		t.Errorf("a stranger gets %d recordings, %v, want none", len(f.Items), err)
	}
	own, err := r.App.Feeds.Add(ctx, r.Viewer("mia@x.example"), convoke.ScopeAll, "", "Mine")
	r.Must(err)
	f, err = r.App.Recordings.Own(ctx, strings.TrimSuffix(own.Address[strings.LastIndex(own.Address, "/")+1:], ".ics"), "player")
	if err != nil || len(f.Items) != 1 || f.Items[0].ID != m.ID {
		t.Errorf("a member gets %d recordings, %v, want this one", len(f.Items), err)
	}
}
