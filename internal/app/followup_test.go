package app_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// heldAt makes an event that ended an hour ago, and who plans it.
func heldAt(t *testing.T, r *rig.Rig, publish bool) (convoke.Event, convoke.Viewer) {
	t.Helper()
	ctx := t.Context()
	r.Community("soil", convoke.Open)
	r.Member("soil", "ada@x.example", convoke.Moderator)
	ada := r.Viewer("ada@x.example")
	make := r.App.Events.Create
	if publish {
		make = r.App.Events.CreatePublished
	}
	e, err := make(ctx, ada, "soil", app.EventInput{Title: new("Held"), StartLocal: new("2027-03-02T10:00"), TimeZone: new("UTC"), DurationMinutes: new(60)})
	r.Must(err)
	return e, ada
}

func link(t *testing.T, r *rig.Rig, v convoke.Viewer, e convoke.Event, kind string) convoke.Material {
	t.Helper()
	m, err := r.App.Materials.AddLink(t.Context(), v, e.ID, app.MaterialInput{Kind: &kind, Link: new("https://any.example/" + kind)})
	r.Must(err)
	return m
}

// ready says when telling people was decided, and how often that was noted.
func ready(r *rig.Rig, e convoke.Event) (at convoke.Instant, noted int) {
	r.View(func(ctx context.Context, tx *store.Tx) error {
		f, err := tx.FollowUp(ctx, e)
		at = f.ReadyAt
		return err
	})
	r.View(func(ctx context.Context, tx *store.Tx) error {
		list, err := tx.ChangesOf(ctx, e.ID, 100)
		for _, c := range list {
			if c.Noun == "materials" && c.Verb == "ready" && c.PlanAt != 0 {
				noted++
			}
		}
		return err
	})
	return at, noted
}

func TestMaterialsAreReadyOnce(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		e, ada := heldAt(t, r, true)
		want := func(step string, decided bool) {
			t.Helper()
			if at, n := ready(r, e); (at != 0) != decided || n > 1 || (n == 1) != decided {
				t.Errorf("%s: decided at %d, noted %d times, want decided: %v", step, at, n, decided)
			}
		}
		link(t, r, ada, e, "recording")
		link(t, r, ada, e, "slides")
		want("all is there before the event was held", false)
		r.Must(r.App.FollowUps.ReadyAtTheEnd(t.Context()))
		want("nothing is over yet", false)
		r.Clock.Set(e.EndsAt.Time().Add(time.Minute))
		for range 2 {
			r.Must(r.App.FollowUps.ReadyAtTheEnd(t.Context()))
			want("it was held", true)
		}
		first, _ := ready(r, e)
		r.Clock.Add(time.Hour)
		s := link(t, r, ada, e, "slides")
		r.Must(r.App.Materials.Remove(t.Context(), ada, e.ID, s.ID))
		link(t, r, ada, e, "slides")
		want("the slides are mended", true)
		if again, _ := ready(r, e); again != first {
			t.Errorf("decided again at %d, first at %d", again, first)
		}
	})
}

func TestMaterialsAreNotReady(t *testing.T) {
	for _, tc := range []struct {
		name    string
		publish bool
		before  func(r *rig.Rig, ada convoke.Viewer, e convoke.Event)
		kinds   []string
		want    bool
	}{
		{"only a recording", true, nil, []string{"recording", "recording"}, false},
		{"both", true, nil, []string{"slides", "recording"}, true},
		{"a draft", false, nil, []string{"slides", "recording"}, false},
		{"called off", true, func(r *rig.Rig, ada convoke.Viewer, e convoke.Event) {
			_, err := r.App.Events.Cancel(context.Background(), ada, e.ID, "")
			r.Must(err)
		}, []string{"slides", "recording"}, false},
		{"another set", true, func(r *rig.Rig, _ convoke.Viewer, e convoke.Event) {
			r.Update(func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.PutReadySet(ctx, e, "publication")
				return err
			})
		}, []string{"publication"}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := rig.New(t)
			e, ada := heldAt(t, r, tc.publish)
			if tc.before != nil {
				tc.before(r, ada, e)
			}
			r.Clock.Set(e.EndsAt.Time().Add(time.Minute))
			for _, kind := range tc.kinds {
				link(t, r, ada, e, kind)
			}
			if at, _ := ready(r, e); (at != 0) != tc.want {
				t.Errorf("decided at %d, want decided: %v", at, tc.want)
			}
		})
	}
}

// stored lists the files of the rig's folder of uploads.
func stored(t *testing.T, r *rig.Rig) (out []string) {
	t.Helper()
	err := filepath.WalkDir(r.Files(), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func upload(t *testing.T, r *rig.Rig, v convoke.Viewer, e convoke.Event, content string) (convoke.Material, error) {
	return r.App.Materials.Upload(t.Context(), v, e.ID, app.MaterialInput{Kind: new("slides")}, "s.pdf", strings.NewReader(content))
}

// A file goes when nothing has used it for an hour, and not before.
func TestFilesAreSwept(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		e, ada := heldAt(t, r, true)
		var same []convoke.Material
		for range 2 {
			m, err := upload(t, r, ada, e, "%PDF-1.7 same")
			r.Must(err)
			same = append(same, m)
		}
		want := func(step string, n int) {
			t.Helper()
			r.Must(r.App.Materials.SweepFiles(t.Context()))
			if got := stored(t, r); len(got) != n {
				t.Errorf("%s: %d files, want %d", step, len(got), n)
			}
		}
		r.Clock.Add(48 * time.Hour)
		want("two materials are it", 1)
		r.Must(r.App.Materials.Remove(t.Context(), ada, e.ID, same[0].ID))
		r.Clock.Add(48 * time.Hour)
		want("one material is it", 1)
		r.Must(r.App.Materials.Remove(t.Context(), ada, e.ID, same[1].ID))
		r.Clock.Add(59 * time.Minute)
		want("none is it, but not for long", 1)
		if _, err := upload(t, r, ada, e, "%PDF-1.7 same"); err != nil {
			t.Fatal(err)
		}
		r.Clock.Add(48 * time.Hour)
		want("it was put up again", 1)
	})
}

// However uploads of one content, removals and sweeps fall together: what is a material has its file.
func TestUploadsAndSweeps(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		e, ada := heldAt(t, r, true)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 12 {
					m, err := upload(t, r, ada, e, "%PDF-1.7 same")
					if refused, ok := errors.AsType[*convoke.Error](err); ok && refused.Text == "material.file.again" {
						continue // it may say so, but must not pretend
					}
					if err != nil {
						t.Error(err)
						return
					}
					d, err := r.App.Materials.Open(t.Context(), ada, "", string(e.ID), m.ID)
					if err != nil {
						t.Errorf("a material without its file: %v", err)
						return
					}
					err = errors.Join(d.Close(), r.App.Materials.Remove(t.Context(), ada, e.ID, m.ID))
					r.Clock.Add(2 * time.Hour)
					if err := errors.Join(err, r.App.Materials.SweepFiles(t.Context())); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		r.Clock.Add(2 * time.Hour)
		r.Must(r.App.Materials.SweepFiles(t.Context()))
		if got := stored(t, r); len(got) != 0 {
			t.Errorf("left: %q", got)
		}
	})
}

// A file that is gone although it is in use is told from what was never there, and the host finds it in the log.
func TestLostFile(t *testing.T) {
	var log strings.Builder
	r := rig.New(t, rig.WithLog(slog.New(slog.NewTextHandler(&log, nil))))
	e, ada := heldAt(t, r, true)
	m, err := r.App.Materials.Upload(t.Context(), ada, e.ID, app.MaterialInput{Kind: new("recording")}, "talk.mp3", strings.NewReader("ID3\x03\x00"))
	r.Must(err)
	own, err := r.App.Feeds.Add(t.Context(), ada, convoke.ScopeAll, "", "Mine")
	r.Must(err)
	token := strings.TrimSuffix(own.Address[strings.LastIndex(own.Address, "/")+1:], ".ics")
	r.Must(os.Remove(stored(t, r)[0]))
	for name, open := range map[string]func() error{
		"of the event": func() error {
			_, err := r.App.Materials.Open(t.Context(), ada, "", string(e.ID), m.ID)
			return err
		},
		"of a community's feed": func() error {
			_, err := r.App.Recordings.OpenFile(t.Context(), "soil", m.ID)
			return err
		},
		"of an own feed": func() error {
			_, err := r.App.Recordings.OwnFile(t.Context(), token, m.ID)
			return err
		},
	} {
		log.Reset()
		err := open()
		if lost, ok := errors.AsType[*convoke.Error](err); !ok || lost.Reason != convoke.ReasonLost {
			t.Errorf("%s: got %v", name, err)
		}
		if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), string(m.File)) || !strings.Contains(log.String(), string(m.ID)) {
			t.Errorf("%s: the log says %q", name, log.String())
		}
	}
}

// A file that is swept between its upload and its first use is not pretended to be there.
func TestSweptBeforeItsFirstUse(t *testing.T) {
	count := &counter{}
	r := rig.New(t, rig.WithDriver(count.wrap))
	e, ada := heldAt(t, r, true)
	count.before = func(q string) {
		if strings.Contains(q, "uses = uses + 1") {
			for _, name := range stored(t, r) {
				r.Must(os.Remove(name))
			}
		}
	}
	_, err := upload(t, r, ada, e, "%PDF-1.7")
	if refused, ok := errors.AsType[*convoke.Error](err); !ok || refused.Text != "material.file.again" {
		t.Errorf("got %v", err)
	}
	if list, err := r.App.Materials.List(t.Context(), ada, "", string(e.ID)); err != nil || len(list) != 0 {
		t.Errorf("materials: %v, %v", list, err)
	}
}

// What an event can have is bounded.
func TestMostMaterials(t *testing.T) {
	r := rig.New(t)
	e, ada := heldAt(t, r, true)
	for range convoke.MaxMaterials {
		link(t, r, ada, e, "news")
	}
	_, err := r.App.Materials.AddLink(t.Context(), ada, e.ID, app.MaterialInput{Kind: new("news"), Link: new("https://any.example/")})
	if refused, ok := errors.AsType[*convoke.Error](err); !ok || refused.Text != "material.too_many" {
		t.Errorf("one more link: got %v", err)
	}
	if _, err := upload(t, r, ada, e, "%PDF-1.7"); err == nil || len(stored(t, r)) != 0 {
		t.Errorf("one more file: got %v, and %d files", err, len(stored(t, r)))
	}
}

// What goes with a recording goes with nothing else, captions with an uploaded one only, and a file stays what it is.
func TestWhatGoesWithWhat(t *testing.T) {
	r := rig.New(t)
	e, ada := heldAt(t, r, true)
	news, talk := link(t, r, ada, e, "news"), link(t, r, ada, e, "recording")
	slides, err := upload(t, r, ada, e, "%PDF-1.7")
	r.Must(err)
	ctx, a := t.Context(), r.App.Materials
	const vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nx"
	edit := func(m convoke.Material, in app.MaterialInput) error {
		_, err := a.Edit(ctx, ada, e.ID, m.ID, in)
		return err
	}
	for _, tc := range []struct {
		name, want string
		err        error
	}{
		{"captions of slides", "caption.no_recording", a.SetCaptions(ctx, ada, e.ID, slides.ID, "en", vtt)},
		{"transcript of news", "caption.no_recording", a.SetTranscript(ctx, ada, e.ID, news.ID, "x")},
		{"captions of a link", "caption.link", a.SetCaptions(ctx, ada, e.ID, talk.ID, "en", vtt)},
		{"transcript of a link", "", a.SetTranscript(ctx, ada, e.ID, talk.ID, "x")},
		{"slides become a recording", "material.kind.file", edit(slides, app.MaterialInput{Kind: new("recording")})},
		{"slides become a paper", "", edit(slides, app.MaterialInput{Kind: new("publication")})},
		{"a file gets a link", "material.both", edit(slides, app.MaterialInput{Link: new("https://any.example/")})},
		{"a length of three days", "material.minutes.invalid", edit(talk, app.MaterialInput{Minutes: new(3 * 24 * 60)})},
	} {
		got := ""
		if refused, ok := errors.AsType[*convoke.Error](tc.err); ok {
			got = string(refused.Text)
			for _, key := range refused.Fields {
				got = string(key)
			}
		}
		if got != tc.want {
			t.Errorf("%s: got %q, %v, want %q", tc.name, got, tc.err, tc.want)
		}
	}
}

// A recording stays one while something stands beside it that only recordings have.
func TestRecordingKeepsItsKind(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		e, ada := heldAt(t, r, true)
		ctx, a := t.Context(), r.App.Materials
		linked := link(t, r, ada, e, "recording")
		film, err := a.Upload(ctx, ada, e.ID, app.MaterialInput{Kind: new("recording")}, "talk.mp3", strings.NewReader("ID3\x03\x00"))
		r.Must(err)
		r.Must(a.SetCaptions(ctx, ada, e.ID, film.ID, "en", "WEBVTT\n\n00:01.000 --> 00:02.000\nSaid.\n"))
		r.Must(a.SetTranscript(ctx, ada, e.ID, linked.ID, "Said."))
		for _, tc := range []struct {
			of   convoke.ID
			want convoke.Key
		}{{linked.ID, "material.kind.beside"}, {film.ID, "material.kind.file"}} {
			_, err := a.Edit(ctx, ada, e.ID, tc.of, app.MaterialInput{Kind: new("news")})
			if refused, ok := errors.AsType[*convoke.Error](err); !ok || refused.Fields["kind"] != tc.want {
				t.Errorf("got %v, want %s", err, tc.want)
			}
			if got, err := a.Edit(ctx, ada, e.ID, tc.of, app.MaterialInput{Kind: new("recording"), Title: new("Renamed")}); err != nil || got.Title != "Renamed" {
				t.Errorf("another title: %q, %v", got.Title, err)
			}
		}
		r.Must(a.DropTranscript(ctx, ada, e.ID, linked.ID))
		if got, err := a.Edit(ctx, ada, e.ID, linked.ID, app.MaterialInput{Kind: new("news")}); err != nil || got.Kind != convoke.News {
			t.Errorf("with nothing beside: %q, %v", got.Kind, err)
		}
	})
}
