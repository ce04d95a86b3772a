package demo

import (
	"io"
	"slices"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// The finished series shows what stays after a webinar, to strangers too.
func TestWhatStays(t *testing.T) {
	ctx := t.Context()
	all := shared.events(t, convoke.Nobody, app.EventFilter{})
	held := slices.DeleteFunc(all, func(e app.EventView) bool {
		return e.Series == nil && e.SeriesID == "" || e.EndsAt.Time().After(shared.now)
	})
	var kitchens []app.EventView
	for _, e := range held {
		full, err := shared.Events.Get(ctx, convoke.Nobody, "", string(e.ID))
		if err != nil {
			t.Fatal(err)
		}
		if full.Series != nil && full.Series.Title == finished {
			kitchens = append(kitchens, full)
		}
	}
	if len(kitchens) != 6 {
		t.Fatalf("a stranger sees %d sessions of the finished series, want 6", len(kitchens))
	}
	after, err := shared.Materials.After(ctx, convoke.Nobody, kitchens...)
	if err != nil {
		t.Fatal(err)
	}
	locked, without := 0, 0
	for _, e := range kitchens {
		left := after[e.ID]
		if len(left.Of(convoke.Recording)) == 0 {
			t.Errorf("%q has no recording", e.Title)
		}
		switch slides := left.Of(convoke.Slides); {
		case len(slides) == 0:
			without++
		case slides[0].Locked:
			locked++
		}
	}
	if locked != 1 || without != 1 {
		t.Errorf("slides: %d for members, %d missing, want one each", locked, without)
	}
	first, last := after[kitchens[0].ID], after[kitchens[5].ID]
	talk := first.Of(convoke.Recording)[0]
	if talk.Type != "audio/mpeg" || !slices.Equal(talk.Captions, []string{"en", "fr"}) || talk.Transcript == 0 || !first.Summary || !last.Summary {
		t.Errorf("the first session left %+v, with a summary: %v, %v", talk, first.Summary, last.Summary)
	}
	file, err := shared.Materials.Open(ctx, convoke.Nobody, "", string(kitchens[0].ID), talk.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it was read only
	if n, err := io.Copy(io.Discard, file.File); err != nil || n != talk.Size || n < 50_000 {
		t.Errorf("the recording has %d bytes, %v, want %d", n, err, talk.Size)
	}

	page, err := shared.Questions.List(ctx, convoke.Nobody, "", string(kitchens[5].ID))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, q := range page.Questions {
		switch {
		case q.State == convoke.QuestionDeclined:
			got["declined"]++
		case q.LiveSeconds > 0:
			got["live"]++
		case q.Answered():
			got["answered"]++
		default:
			got["waiting"]++
		}
		if q.Number == 6 {
			t.Error("the question that was merged stands by itself")
		}
		for _, a := range q.Askers {
			if q.Number == 3 && a.First && (a.Name != "" || !a.Anonymous) {
				t.Errorf("question 3 was asked without a name, by %q", a.Name)
			}
		}
	}
	for kind, want := range map[string]int{"declined": 1, "live": 1, "answered": 4, "waiting": 3} {
		if got[kind] != want {
			t.Errorf("questions %s: %d, want %d (%v)", kind, got[kind], want, got)
		}
	}
}
