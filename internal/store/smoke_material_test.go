package store

import (
	"context"
	"testing"
	"time"

	"convoke/internal/convoke"
)

func aMaterial(id, event convoke.ID, kind convoke.MaterialKind) convoke.Material {
	return convoke.Material{ID: id, EventID: event, CommunityID: "top", Kind: kind, Title: "Material " + string(id), Language: "fr", Visibility: convoke.ToEveryone,
		Seconds: 5040, Position: 1, Version: 1, CreatedBy: "ada", CreatedAt: now, UpdatedAt: now}
}

// hash is a name that a content could have.
func hash(sign byte) convoke.ID {
	var b [64]byte
	for i := range b {
		b[i] = sign
	}
	return convoke.ID(b[:])
}

func shown(list ...convoke.Material) []ShownMaterial {
	var out []ShownMaterial
	for _, m := range list {
		out = append(out, ShownMaterial{Material: m})
	}
	return out
}

// TestEveryMaterialQuery is the part of [TestEveryQuery] about what events leave behind.
func TestEveryMaterialQuery(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		k := smoke{t, s}
		addPeople(t, s, "ada", "ben")
		addCommunity(t, s, aCommunity("top"))
		for _, id := range []convoke.ID{"held", "inner", "draft"} {
			e := anEvent(t, id, "top")
			e.Visibility = convoke.ToEveryone
			switch id {
			case "inner":
				e.Visibility = convoke.ToMembers
			case "draft":
				e.PublishedAt = 0
			}
			update(t, s, func(tx *Tx) error { return tx.AddEvent(t.Context(), e) })
		}
		update(t, s, func(tx *Tx) error {
			return tx.PutMembership(t.Context(), convoke.Membership{CommunityID: "top", PersonID: "ada", Role: convoke.Moderator, JoinedAt: now, How: "added"})
		})

		link := aMaterial("ma1", "held", convoke.Slides)
		link.Link = "https://slides.example/1"
		file := aMaterial("ma2", "held", convoke.Recording)
		file.Visibility, file.Position, file.File, file.Name, file.Size, file.Type = convoke.ToMembers, 2, hash('a'), "talk.mp3", 900, "audio/mpeg"
		closed := aMaterial("ma5", "held", convoke.Publication)
		closed.Visibility, closed.Position, closed.Link = convoke.ToMembers, 4, "https://papers.example/5"
		inner, draft := aMaterial("ma3", "inner", convoke.News), aMaterial("ma4", "draft", convoke.News)
		inner.Link, draft.Link = "https://news.example/3", "https://news.example/4"

		for range 2 {
			k.do("HoldFile", func(ctx context.Context, tx *Tx) error {
				return tx.HoldFile(ctx, convoke.File{Hash: hash('a'), Size: 900, Type: "audio/mpeg"})
			})
		}
		k.do("UseFile", func(ctx context.Context, tx *Tx) error { return tx.UseFile(ctx, hash('a')) })
		k.do("UseFile of none", func(ctx context.Context, tx *Tx) error {
			if err := tx.UseFile(ctx, hash('b')); !convoke.IsNotFound(err) {
				t.Errorf("got %v, want not found", err)
			}
			return nil
		})
		for _, m := range []convoke.Material{link, file, inner, draft, closed} {
			k.do("AddMaterial", func(ctx context.Context, tx *Tx) error { return tx.AddMaterial(ctx, m) })
		}
		talk := RecordingRow{Material: file, EventSlug: anEvent(t, "held", "top").Slug, EventTitle: anEvent(t, "held", "top").Title, Abstract: anEvent(t, "held", "top").Abstract,
			StartsAt: anEvent(t, "held", "top").StartsAt, Community: aCommunity("top").Slug, CommunityName: aCommunity("top").Name}
		for _, tc := range []struct {
			name string
			v    convoke.Viewer
			f    RecordingFilter
			want []RecordingRow
		}{
			{"a stranger", convoke.Nobody, RecordingFilter{}, nil},
			{"a member", convoke.Viewer{Person: "ada"}, RecordingFilter{Mine: true, Community: "top", Material: "ma2"}, []RecordingRow{talk}},
			{"an outsider", convoke.Viewer{Person: "ben"}, RecordingFilter{}, nil},
			{"another series", convoke.System, RecordingFilter{Series: "none"}, nil},
			{"what is not theirs", convoke.System, RecordingFilter{Mine: true}, nil},
			{"the operator", convoke.System, RecordingFilter{}, []RecordingRow{talk}},
		} {
			tc.f.Limit = 9
			read(k, "Recordings for "+tc.name, tc.want, func(ctx context.Context, tx *Tx) ([]RecordingRow, error) { return tx.Recordings(ctx, tc.v, tc.f) })
		}
		read(k, "Material", file, func(ctx context.Context, tx *Tx) (convoke.Material, error) { return tx.Material(ctx, "ma2") })

		locked := ShownMaterial{Locked: true, Material: file}
		locked.File, locked.Name, locked.Seconds, locked.Size, locked.Type = "", "", 0, 0, ""
		away := ShownMaterial{Locked: true, Material: closed}
		away.Link, away.Seconds = "", 0
		for _, tc := range []struct {
			name string
			v    convoke.Viewer
			want []ShownMaterial
		}{
			{"a stranger", convoke.Nobody, append(shown(link), locked, away)},
			{"an outsider", convoke.Viewer{Person: "ben"}, append(shown(link), locked, away)},
			{"a moderator", convoke.Viewer{Person: "ada"}, shown(draft, link, file, closed, inner)},
			{"a moderator's letter", convoke.Viewer{Person: "ada", Letter: "le"}, append(shown(link), locked, away)},
			{"the operator", convoke.System, shown(draft, link, file, closed, inner)},
		} {
			read(k, "Materials for "+tc.name, tc.want, func(ctx context.Context, tx *Tx) ([]ShownMaterial, error) {
				return tx.Materials(ctx, tc.v, []convoke.ID{"held", "inner", "draft", "other"})
			})
		}

		link.Title, link.Version, link.Link = "Slides, mended", 2, "https://slides.example/2"
		k.do("PutMaterial", func(ctx context.Context, tx *Tx) error { return tx.PutMaterial(ctx, link) })
		k.do("PutMaterial again", func(ctx context.Context, tx *Tx) error {
			if err := tx.PutMaterial(ctx, link); err == nil {
				t.Error("PutMaterial of an old version: got no error")
			}
			return nil
		})
		k.do("PlaceMaterial", func(ctx context.Context, tx *Tx) error { return tx.PlaceMaterial(ctx, "ma1", 3) })
		link.Position = 3
		read(k, "Materials in their new order", shown(file, link, closed), func(ctx context.Context, tx *Tx) ([]ShownMaterial, error) {
			return tx.Materials(ctx, convoke.System, []convoke.ID{"held"})
		})

		caption := convoke.Caption{MaterialID: "ma2", Language: "en", Data: "WEBVTT\n", UpdatedAt: now}
		k.do("PutCaption", func(ctx context.Context, tx *Tx) error { return tx.PutCaption(ctx, caption) })
		caption.Data = "WEBVTT\n\n1\n"
		k.do("PutCaption again", func(ctx context.Context, tx *Tx) error { return tx.PutCaption(ctx, caption) })
		read(k, "Caption", caption, func(ctx context.Context, tx *Tx) (convoke.Caption, error) { return tx.Caption(ctx, "ma2", "en") })
		read(k, "CaptionLanguages", map[convoke.ID][]string{"ma2": {"en"}}, func(ctx context.Context, tx *Tx) (map[convoke.ID][]string, error) {
			return tx.CaptionLanguages(ctx, []convoke.ID{"ma1", "ma2"})
		})
		k.yes("DropCaption", func(ctx context.Context, tx *Tx) (bool, error) { return tx.DropCaption(ctx, "ma2", "en") })
		for _, text := range []string{"Good morning.", "Good evening."} {
			k.do("PutTranscript", func(ctx context.Context, tx *Tx) error { return tx.PutTranscript(ctx, "ma2", text) })
		}
		read(k, "Transcript", "Good evening.", func(ctx context.Context, tx *Tx) (string, error) { return tx.Transcript(ctx, "ma2") })
		read(k, "Transcripts", map[convoke.ID]int{"ma2": 13}, func(ctx context.Context, tx *Tx) (map[convoke.ID]int, error) {
			return tx.Transcripts(ctx, []convoke.ID{"ma1", "ma2"})
		})
		k.yes("DropTranscript", func(ctx context.Context, tx *Tx) (bool, error) { return tx.DropTranscript(ctx, "ma2") })

		promise := convoke.Promise{EventID: "held", Item: convoke.ItemSlides, PersonID: "ben", Name: "Ben", DueAt: now + 9, CreatedAt: now}
		k.do("PutPromise", func(ctx context.Context, tx *Tx) error { return tx.PutPromise(ctx, promise) })
		promise.Nudges = 2
		k.do("PutPromise again", func(ctx context.Context, tx *Tx) error { return tx.PutPromise(ctx, promise) })
		read(k, "Promises", map[convoke.ID][]convoke.Promise{"held": {promise}}, func(ctx context.Context, tx *Tx) (map[convoke.ID][]convoke.Promise, error) {
			return tx.Promises(ctx, []convoke.ID{"held"})
		})

		for _, want := range []bool{true, false} {
			k.do("MarkReady", func(ctx context.Context, tx *Tx) error {
				got, err := tx.MarkReady(ctx, convoke.Event{ID: "held", CommunityID: "top"})
				if got != want {
					t.Errorf("MarkReady: got %v, want %v", got, want)
				}
				return err
			})
		}

		unused := func(name string, want ...convoke.ID) {
			t.Helper()
			k.do("DropUnusedFiles "+name, func(ctx context.Context, tx *Tx) error {
				got, err := tx.DropUnusedFiles(ctx, tx.Now, 9)
				if len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
					t.Errorf("DropUnusedFiles %s: got %q, want %q", name, got, want)
				}
				return err
			})
		}
		unused("while it is used")
		k.do("DropMaterial", func(ctx context.Context, tx *Tx) error { return tx.DropMaterial(ctx, file) })
		k.do("DropMaterial again", func(ctx context.Context, tx *Tx) error {
			if err := tx.DropMaterial(ctx, file); !convoke.IsNotFound(err) {
				t.Errorf("DropMaterial again: got %v, want not found", err)
			}
			return nil
		})
		k.do("DropUnusedFiles too early", func(ctx context.Context, tx *Tx) error {
			got, err := tx.DropUnusedFiles(ctx, tx.Now.Add(-time.Second), 9)
			if len(got) > 0 {
				t.Errorf("DropUnusedFiles too early: got %q", got)
			}
			return err
		})
		unused("afterwards", hash('a'))
	})
}

// A file is counted down by whatever removes what it was: its event, the series, the meeting.
func TestFilesAreLeft(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		addPeople(t, s, "ada")
		addCommunity(t, s, aCommunity("top"))
		update(t, s, func(tx *Tx) error { return tx.AddSeries(t.Context(), aSeries("row", "top")) })
		update(t, s, func(tx *Tx) error { return tx.AddMeeting(t.Context(), aMeeting("rule", "top")) })
		drop := map[convoke.ID]func(*Tx) error{
			"single":  func(tx *Tx) error { return tx.DropEvent(t.Context(), "single") },
			"session": func(tx *Tx) error { return tx.DropSeries(t.Context(), "row") },
			"date":    func(tx *Tx) error { return tx.DropMeeting(t.Context(), "rule") },
		}
		update(t, s, func(tx *Tx) error {
			return tx.HoldFile(t.Context(), convoke.File{Hash: hash('a'), Size: 1, Type: "application/pdf"})
		})
		for id := range drop {
			e := anEvent(t, id, "top")
			switch id {
			case "session":
				e.SeriesID = "row"
			case "date":
				e.MeetingID = "rule"
			}
			update(t, s, func(tx *Tx) error { return tx.AddEvent(t.Context(), e) })
			for _, n := range []convoke.ID{"1", "2"} {
				m := aMaterial(id+n, id, convoke.Slides)
				m.File = hash('a')
				update(t, s, func(tx *Tx) error {
					if err := tx.UseFile(t.Context(), m.File); err != nil {
						return err
					}
					return tx.AddMaterial(t.Context(), m)
				})
			}
		}
		left := 6
		for id, f := range drop {
			update(t, s, f)
			left -= 2
			update(t, s, func(tx *Tx) error {
				var got convoke.File
				err := tx.get(t.Context(), &got, `SELECT hash, size, type, uses, created_at, unused_at FROM file WHERE hash = ?`, hash('a'))
				if got.Uses != left || (got.UnusedAt != 0) != (left == 0) {
					t.Errorf("after %s went: %d uses, unused at %d, want %d uses", id, got.Uses, got.UnusedAt, left)
				}
				return err
			})
		}
	})
}
