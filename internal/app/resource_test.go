package app_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// A search in a part of what a community has finds what is old, however much that is newer has the same word.
func TestNarrowedSearchReachesBack(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		m := r.Community("soil", convoke.Open, "mia@x.example")
		r.Update(func(ctx context.Context, tx *store.Tx) error {
			add := func(id, series, language string, start calendar.DateTime) error {
				e := convoke.Event{ID: convoke.ID(id), CommunityID: m.ID, SeriesID: convoke.ID(series), Kind: convoke.Webinar, Slug: id, Title: "Compost " + id, Start: start,
					Zone: m.Zone, Minutes: 60, Language: language, Visibility: convoke.ToEveryone, Status: convoke.Confirmed, UID: id, Version: 1, CreatedAt: 1, PublishedAt: 1}
				if _, err := e.Plan(); err != nil {
					return err
				}
				return tx.AddEvent(ctx, e)
			}
			for _, s := range []convoke.ID{"early", "late"} {
				if err := tx.AddSeries(ctx, convoke.Series{ID: s, CommunityID: m.ID, Slug: string(s), Title: string(s), Language: "en", Zone: m.Zone,
					Visibility: convoke.ToEveryone, Version: 1, CreatedAt: 1, PublishedAt: 1}); err != nil {
					return err
				}
			}
			for i := range 350 {
				if err := add(fmt.Sprintf("new%03d", i), "late", "en", calendar.NewDateTime(2026, time.March, 1, 9, 0).AddDays(i)); err != nil {
					return err
				}
			}
			if err := add("eve", "early", "fr", calendar.NewDateTime(2023, time.December, 31, 23, 59)); err != nil {
				return err
			}
			return add("old", "early", "fr", calendar.NewDateTime(2024, time.January, 1, 0, 0))
		})
		for _, s := range []struct {
			name string
			f    app.ResourceFilter
			want string
		}{
			{"series", app.ResourceFilter{Series: "early"}, "old eve"},
			{"year", app.ResourceFilter{Year: 2024}, "old"},
			{"year before", app.ResourceFilter{Year: 2023}, "eve"},
			{"language", app.ResourceFilter{Language: "fr"}, "old eve"},
			{"series and year", app.ResourceFilter{Series: "early", Year: 2023}, "eve"},
			{"other series' year", app.ResourceFilter{Series: "late", Year: 2024}, ""},
			{"language of nothing", app.ResourceFilter{Language: "ar"}, ""},
			{"series and language", app.ResourceFilter{Series: "late", Language: "fr"}, ""},
		} {
			s.f.Query = "compost"
			v, err := r.App.FollowUps.Resources(t.Context(), convoke.Viewer{}, "soil", s.f)
			r.Must(err)
			var got strings.Builder
			for _, x := range v.Found {
				got.WriteString(x.Slug + " ")
			}
			if want := s.want; got.String() != want && got.String() != want+" " || v.More {
				t.Errorf("narrowed by %s: got %q, more %v, want %q", s.name, got.String(), v.More, want)
			}
		}
	})
}

// An answer that goes between being found and being read is left out, and everything else is shown.
func TestSearchWhileAnswersGo(t *testing.T) {
	var goes atomic.Pointer[func()]
	count := &counter{after: func(q string) {
		if !strings.HasPrefix(q, "SELECT d.kind, d.source") {
			return
		}
		if f := goes.Swap(nil); f != nil {
			(*f)()
		}
	}}
	rig.InTurn(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		q := f.asked("Which worms?")
		x, err := r.App.Questions.Answer(t.Context(), f.moderator, f.open, q.Number, app.ReplyInput{Text: "Red worms."})
		r.Must(err)
		goes.Store(new(func() { r.Must(r.App.Questions.RemoveAnswer(t.Context(), f.moderator, x.ID)) }))
		v, err := r.App.FollowUps.Resources(t.Context(), f.stranger, "soil", app.ResourceFilter{Query: "worms"})
		r.Must(err)
		if goes.Load() != nil {
			t.Fatal("nothing was searched")
		}
		var got strings.Builder
		for _, h := range v.Found {
			got.WriteString(string(h.Kind) + " ")
		}
		want := "question "
		if r.Store.Embedded() { // which reads what was there when it began
			want = "question answer "
		}
		if got.String() != want {
			t.Errorf("got %q, want %q", got.String(), want)
		}
	}, rig.WithDriver(count.wrap))
}
