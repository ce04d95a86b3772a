package app_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// The board and what was promised are for who looks after a community.
func TestBoardIsForWhoReviews(t *testing.T) {
	f := newForum(t, rig.New(t))
	ctx := t.Context()
	f.Clock.Set(time.Date(2027, time.April, 1, 9, 0, 0, 0, time.UTC))
	for name, v := range f.everybody() {
		want := convoke.ReasonForbidden
		switch name {
		case "moderator", "admin", "operator":
			want = ""
		case "stranger":
			want = convoke.ReasonUnauthenticated
		}
		board, err := f.App.FollowUps.Board(ctx, v, "soil", app.BoardFilter{Limit: 9})
		if reason(err) != want || (err == nil) != (want == "") || len(board.Rows) > 0 && err != nil {
			t.Errorf("%s looks at the board: got %d rows, %v, want %q", name, len(board.Rows), err, want)
		}
		err = f.App.FollowUps.PutPromises(ctx, v, f.open, []app.PromiseInput{{Item: "slides", Name: "Zoe Okoro"}})
		if reason(err) != want || (err == nil) != (want == "") {
			t.Errorf("%s notes a promise: got %v, want %q", name, err, want)
		}
	}
}

// The board shows who promised which item, and of one series its sessions alone.
func TestBoardOfASeries(t *testing.T) {
	f := newForum(t, rig.New(t))
	ctx := t.Context()
	s, err := f.App.Series.CreatePublished(ctx, convoke.System, "soil", app.SeriesInput{Title: new("Rivers")}, app.EventInput{}, []app.SessionInput{{StartLocal: "2027-03-01T10:00"}})
	f.Must(err)
	_, err = f.App.Series.Create(ctx, convoke.System, "soil", app.SeriesInput{Title: new("Lakes")}, app.EventInput{}, nil)
	f.Must(err)
	f.Clock.Set(time.Date(2027, time.April, 1, 9, 0, 0, 0, time.UTC))
	f.Must(f.App.FollowUps.PutPromises(ctx, f.moderator, f.open, []app.PromiseInput{{Item: "slides", Name: "Zoe Okoro"}}))
	for _, tc := range []struct {
		series string
		rows   int
		want   convoke.Reason
	}{{"", 3, ""}, {s.Slug, 1, ""}, {"seas", 0, convoke.ReasonNotFound}} {
		board, err := f.App.FollowUps.Board(ctx, f.moderator, "soil", app.BoardFilter{Series: tc.series, Limit: 9})
		if len(board.Rows) != tc.rows || reason(err) != tc.want || tc.want == "" && err != nil {
			t.Errorf("series %q: got %d rows, %v, want %d and %q", tc.series, len(board.Rows), err, tc.rows, tc.want)
		}
		for _, row := range board.Rows {
			if tc.series != "" && row.SeriesID != s.ID {
				t.Errorf("series %q: the board shows %s of another", tc.series, row.Title)
			}
			for _, x := range row.Items {
				if promised := row.ID == f.open && x.Item == convoke.ItemSlides; (x.Promise != nil) != promised {
					t.Errorf("series %q: %s of %s: promised %v, want %v", tc.series, x.Item, row.ID, x.Promise, promised)
				}
			}
		}
	}
}

// Whoever promised something is not asked from the beginning because a day was changed, but whoever takes it over is; and what stays as it is is not noted.
func TestPromiseGoesOn(t *testing.T) {
	f := newForum(t, rig.New(t))
	ctx := t.Context()
	put := func(in app.PromiseInput) (p convoke.Promise, noted int) {
		t.Helper()
		in.Item = "slides"
		f.Must(f.App.FollowUps.PutPromises(ctx, f.moderator, f.open, []app.PromiseInput{in}))
		f.View(func(ctx context.Context, tx *store.Tx) error {
			all, err := tx.Promises(ctx, []convoke.ID{f.open})
			if err == nil {
				p = all[f.open][0]
			}
			list, failed := tx.ChangesOf(ctx, f.open, 100)
			for _, c := range list {
				if c.Noun == "promises" {
					noted++
				}
			}
			return errors.Join(err, failed)
		})
		return p, noted
	}
	first, _ := put(app.PromiseInput{Name: "Mia", Address: "mia@x.example"})
	f.Update(func(ctx context.Context, tx *store.Tx) error { return tx.Nudged(ctx, f.open, first.PersonID, 1) })
	f.Clock.Add(time.Hour)
	for _, tc := range []struct {
		name   string
		in     app.PromiseInput
		nudges int
		noted  int
	}{
		{"another day", app.PromiseInput{Name: "Mia", Address: "mia@x.example", Due: "2027-04-30"}, 1, 2},
		{"the same", app.PromiseInput{Name: "Mia", Address: "mia@x.example", Due: "2027-04-30"}, 1, 2},
		{"somebody else", app.PromiseInput{Name: "Ivy", Address: "ivy@x.example", Due: "2027-04-30"}, 0, 3},
	} {
		p, noted := put(tc.in)
		if same := tc.nudges != 0; p.Nudges != tc.nudges || noted != tc.noted || (p.CreatedAt == first.CreatedAt) != same {
			t.Errorf("%s: %d mails so far, noted %d times, promised at %d, first at %d; want %d and %d", tc.name, p.Nudges, noted, p.CreatedAt, first.CreatedAt, tc.nudges, tc.noted)
		}
	}
}
