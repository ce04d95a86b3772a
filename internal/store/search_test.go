package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/locale"
)

// find is what a search by a viewer finds, each as kind:source, in the order of the store.
func find(t *testing.T, s *Store, v convoke.Viewer, community convoke.ID, q string) []string {
	t.Helper()
	var out []string
	if err := s.View(t.Context(), func(tx *Tx) error {
		list, err := tx.Search(t.Context(), v, SearchFilter{Community: community, Limit: 100}, locale.Asked(q))
		for _, h := range list {
			out = append(out, string(h.Kind)+":"+string(h.Source))
		}
		return err
	}); err != nil {
		t.Fatalf("Search(%.60q): got %v", q, err)
	}
	slices.Sort(out)
	return out
}

func has(t *testing.T, s *Store, v convoke.Viewer, q, want string) {
	t.Helper()
	if got := strings.Join(find(t, s, v, "top", q), " "); got != want {
		t.Errorf("Search(%.60q) by %q: got %q, want %q", q, v.Person, got, want)
	}
}

func searched(t *testing.T, s *Store) {
	t.Helper()
	addPeople(t, s, "ada", "mod")
	addCommunity(t, s, aCommunity("top"))
	addCommunity(t, s, aCommunity("other"))
	update(t, s, func(tx *Tx) error {
		ctx := t.Context()
		for _, m := range []convoke.Membership{{PersonID: "ada", Role: convoke.Member}, {PersonID: "mod", Role: convoke.Moderator}} {
			m.CommunityID, m.JoinedAt, m.How = "top", now, "added"
			if err := tx.PutMembership(ctx, m); err != nil {
				return err
			}
		}
		for i, e := range []struct {
			id, community, title, abstract string
			visibility                     convoke.Visibility
		}{
			{"soil", "top", "Évaluation de la fertilité", "What soils need, in two parts", convoke.ToEveryone},
			{"inner", "top", "Budget of the members", "secretword fertilite", convoke.ToMembers},
			{"arab", "top", "مُحَمَّد في المدرسة", "إدارة المياه ٢٠٢٧", convoke.ToEveryone},
			{"away", "other", "Fertilité elsewhere", "", convoke.ToEveryone},
		} {
			x := anEvent(t, convoke.ID(e.id), convoke.ID(e.community))
			x.Title, x.Abstract, x.Visibility, x.StartsAt = e.title, e.abstract, e.visibility, now.Add(time.Duration(i)*time.Hour)
			if err := tx.AddEvent(ctx, x); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestSearchFindsTheSameOnBothEngines(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		searched(t, s)
		nobody, ada := convoke.Viewer{}, convoke.Viewer{Person: "ada"}
		for _, c := range []struct{ q, want string }{
			{"fertilité", "event:soil"},
			{"FERTILITE", "event:soil"},
			{"ferti", "event:soil"},
			{"fertil evaluation", ""}, // only the last word may be a beginning
			{"evaluation fertil", "event:soil"},
			{"evaluation budget", ""},
			{"ertilite", ""},
			{"l’évaluation", ""},
			{"soils parts", "event:soil"},
			{"محمد", "event:arab"},
			{"محـــمد", "event:arab"},
			{"المدرسه", "event:arab"},
			{"ادارة المياة", "event:arab"},
			{"2027", "event:arab"},
			{"secretword", ""},
			{"secret", ""},
			{"", ""},
			{`"`, ""},
			{"*", ""},
			{`"fertilite`, "event:soil"},
			{`fertilite*`, "event:soil"},
			{`fertilite" OR "secretword`, ""},
			{"fertilite OR secretword", ""},
			{"fertilite | secretword", ""},
			{"NEAR(fertilite, 2)", ""},
			{"-fertilite", "event:soil"},
			{"!fertilite", "event:soil"},
			{"words:fertilite", ""},
			{"fertilite & !soils", "event:soil"},
			{`fertilite:*`, "event:soil"},
			{`fert\ilite'`, ""},
			{"fertilite\x00", "event:soil"},
			{"\xff\xfe", ""},
			{"%", ""},
			{"§top", ""},
			{"top", ""},
			{strings.Repeat("x", 10_000), ""},
			{strings.Repeat("soils ", 2_000), "event:soil"},
			{strings.Repeat(`"`, 10_000) + "soils", "event:soil"},
		} {
			has(t, s, nobody, c.q, c.want)
		}
		has(t, s, ada, "fertilite", "event:inner event:soil")
		has(t, s, ada, "secret", "event:inner")
		has(t, s, convoke.Viewer{Person: "ada", Letter: "le_1"}, "secret", "")
		has(t, s, convoke.Viewer{Operator: true}, "secret", "event:inner")
	})
}

func TestSearchFollowsEveryChange(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		searched(t, s)
		ctx := t.Context()
		nobody, ada, mod := convoke.Viewer{}, convoke.Viewer{Person: "ada"}, convoke.Viewer{Person: "mod"}
		var e convoke.Event
		step := func(f func(tx *Tx) error) {
			t.Helper()
			update(t, s, f)
		}
		edit := func(f func(*convoke.Event)) {
			t.Helper()
			step(func(tx *Tx) (err error) {
				if e, err = tx.Event(ctx, "soil"); err != nil {
					return err
				}
				f(&e)
				e.Version++
				return tx.PutEvent(ctx, e)
			})
		}
		edit(func(e *convoke.Event) { e.Abstract = "onlyhere" })
		has(t, s, nobody, "onlyhere", "event:soil")
		has(t, s, nobody, "soils", "")
		edit(func(e *convoke.Event) { e.Visibility = convoke.ToMembers })
		has(t, s, nobody, "onlyhere", "")
		has(t, s, ada, "onlyhere", "event:soil")
		edit(func(e *convoke.Event) { e.Visibility, e.Status = convoke.ToEveryone, convoke.Cancelled })
		has(t, s, ada, "onlyhere", "")
		edit(func(e *convoke.Event) { e.Status, e.PublishedAt = convoke.Confirmed, 0 })
		has(t, s, mod, "onlyhere", "")
		edit(func(e *convoke.Event) { e.PublishedAt = now })
		has(t, s, nobody, "onlyhere", "event:soil")

		// A summary, once it is published.
		step(func(tx *Tx) error { return tx.PutSummary(ctx, e, "sumword", 0, 1) })
		has(t, s, mod, "sumword", "")
		step(func(tx *Tx) error { return tx.PutSummary(ctx, e, "sumword", now, 2) })
		has(t, s, nobody, "sumword", "summary:soil")
		step(func(tx *Tx) error { return tx.PutSummary(ctx, e, "sumword", 0, 3) })
		has(t, s, nobody, "sumword", "")

		// A transcript is for whom its recording is for.
		m := aMaterial("rec", "soil", convoke.Recording)
		m.Visibility = convoke.ToMembers
		step(func(tx *Tx) error { return tx.AddMaterial(ctx, m) })
		step(func(tx *Tx) error { return tx.PutTranscript(ctx, "rec", "saidword here") })
		has(t, s, nobody, "saidword", "")
		has(t, s, ada, "saidword", "transcript:rec")
		m.Visibility, m.Version = convoke.ToEveryone, m.Version+1
		step(func(tx *Tx) error { return tx.PutMaterial(ctx, m) })
		has(t, s, nobody, "saidword", "transcript:rec")
		step(func(tx *Tx) error { _, err := tx.DropTranscript(ctx, "rec"); return err })
		has(t, s, nobody, "saidword", "")
		step(func(tx *Tx) error { return tx.PutTranscript(ctx, "rec", "saidword again") })
		has(t, s, nobody, "saidword", "transcript:rec")
		step(func(tx *Tx) error { return tx.DropMaterial(ctx, m) })
		has(t, s, nobody, "saidword", "")

		// A question while it is open or declined, with its published answers while it is open.
		q, into := aQuestion("q1", "soil", 1), aQuestion("q2", "soil", 2)
		q.Text, q.State, into.Text = "askword", convoke.QuestionPending, "otherword"
		step(func(tx *Tx) error { return tx.AddQuestion(ctx, q) })
		step(func(tx *Tx) error { return tx.AddQuestion(ctx, into) })
		has(t, s, mod, "askword", "")
		put := func(state convoke.QuestionState) {
			t.Helper()
			q.State, q.Version = state, q.Version+1
			step(func(tx *Tx) error { return tx.PutQuestion(ctx, q) })
		}
		put(convoke.QuestionOpen)
		has(t, s, nobody, "askword", "question:q1")
		r := convoke.Reply{ID: "a1", QuestionID: "q1", EventID: "soil", Part: convoke.ByModerator, Text: "replyword", State: convoke.ReplySubmitted, Version: 1, CreatedAt: now}
		step(func(tx *Tx) error { return tx.AddReply(ctx, r) })
		has(t, s, mod, "replyword", "")
		r.State, r.PublishedAt, r.Version = convoke.ReplyPublished, now, 2
		step(func(tx *Tx) error { return tx.PutReply(ctx, r) })
		has(t, s, nobody, "replyword", "answer:a1")
		r.Text, r.Version = "betterword", 3
		step(func(tx *Tx) error { return tx.PutReply(ctx, r) })
		has(t, s, nobody, "replyword", "")
		put(convoke.QuestionDeclined)
		has(t, s, nobody, "askword", "question:q1")
		has(t, s, nobody, "betterword", "")
		put(convoke.QuestionOpen)
		step(func(tx *Tx) error { return tx.FollowQuestion(ctx, "q1", "q2") })
		q.MergedInto = "q2"
		put(convoke.QuestionMerged)
		has(t, s, nobody, "askword", "")
		has(t, s, nobody, "betterword", "answer:a1")
		published := r
		published.ID, published.Text, published.Version = "a2", "atonceword", 1
		step(func(tx *Tx) error { return tx.AddReply(ctx, published) })
		step(func(tx *Tx) error { return tx.DropReply(ctx, "a1") })
		has(t, s, nobody, "betterword", "")
		step(func(tx *Tx) error { return tx.DropQuestion(ctx, "q2") })
		has(t, s, nobody, "otherword", "")
		has(t, s, nobody, "atonceword", "")

		step(func(tx *Tx) error { return tx.DropEvent(ctx, "soil") })
		has(t, s, nobody, "onlyhere", "")
		var left int
		step(func(tx *Tx) error {
			return tx.get(ctx, &left, `SELECT count(*) FROM search WHERE event_id = 'soil' OR kind IN ('question', 'answer', 'transcript', 'summary')`)
		})
		if left != 0 {
			t.Errorf("documents left behind: got %d, want 0", left)
		}
		if s.Embedded() {
			step(func(tx *Tx) error {
				return tx.get(ctx, &left, `SELECT count(*) FROM search_text WHERE search_text MATCH 'onlyhere'`)
			})
			if left != 0 {
				t.Errorf("words left behind: got %d, want 0", left)
			}
		}
	})
}

// All that is searched of an event stands where the event begins, also once it is moved.
func TestSearchFollowsAMovedEvent(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		searched(t, s)
		ctx := t.Context()
		update(t, s, func(tx *Tx) error {
			q := aQuestion("q1", "soil", 1)
			q.Text, q.State = "moveword", convoke.QuestionOpen
			if err := tx.AddQuestion(ctx, q); err != nil {
				return err
			}
			if err := tx.AddReply(ctx, convoke.Reply{ID: "a1", QuestionID: "q1", EventID: "soil", Part: convoke.ByModerator, Text: "moveword", State: convoke.ReplyPublished, Version: 1,
				CreatedAt: now, PublishedAt: now}); err != nil {
				return err
			}
			m := aMaterial("rec", "soil", convoke.Recording)
			m.Visibility = convoke.ToEveryone
			if err := tx.AddMaterial(ctx, m); err != nil {
				return err
			}
			if err := tx.PutTranscript(ctx, "rec", "moveword"); err != nil {
				return err
			}
			return tx.PutSummary(ctx, convoke.Event{ID: "soil", CommunityID: "top"}, "moveword", now, 1)
		})
		for _, by := range []time.Duration{-400 * 24 * time.Hour, 800 * 24 * time.Hour} {
			var e convoke.Event
			update(t, s, func(tx *Tx) (err error) {
				if e, err = tx.Event(ctx, "soil"); err != nil {
					return err
				}
				e.StartsAt, e.Version = e.StartsAt.Add(by), e.Version+1
				return tx.PutEvent(ctx, e)
			})
			has(t, s, convoke.Viewer{}, "moveword", "answer:a1 question:q1 summary:soil transcript:rec")
			var wrong int
			update(t, s, func(tx *Tx) error {
				return tx.get(ctx, &wrong, `SELECT count(*) FROM search WHERE event_id = 'soil' AND (id < ? OR id >= ?)`, firstDocument(e.StartsAt), firstDocument(e.StartsAt.Add(time.Second)))
			})
			if wrong != 0 {
				t.Errorf("moved by %v: %d documents stand where it began before", by, wrong)
			}
		}
	})
}

// What is written while its event moves stands where that begins at last, whoever is first.
func TestSearchWhileAnEventMoves(t *testing.T) {
	for _, order := range []string{"moved first", "asked first"} {
		t.Run(order, func(t *testing.T) {
			each(t, func(t *testing.T, s *Store) {
				searched(t, s)
				ctx := t.Context()
				var e convoke.Event
				move := func(tx *Tx) (err error) {
					if e, err = tx.Event(ctx, "soil"); err != nil {
						return err
					}
					e.StartsAt, e.Version = e.StartsAt.Add(48*time.Hour), e.Version+1
					return errors.Join(tx.PutEvent(ctx, e), tx.index(ctx)) // as it does at the end
				}
				ask := func(tx *Tx) error {
					q := aQuestion("q1", "soil", 1)
					q.Text, q.State = "moveword", convoke.QuestionOpen
					return errors.Join(tx.AddQuestion(ctx, q), tx.index(ctx))
				}
				first, second := move, ask
				if order == "asked first" {
					first, second = ask, move
				}
				if err1, err2 := race(t, s, first, second); err1 != nil || err2 != nil {
					t.Fatal(err1, err2)
				}
				var wrong int
				update(t, s, func(tx *Tx) error {
					return tx.get(ctx, &wrong, `SELECT count(*) FROM search WHERE event_id = 'soil' AND (id < ? OR id >= ?)`, firstDocument(e.StartsAt), firstDocument(e.StartsAt.Add(time.Second)))
				})
				if wrong != 0 {
					t.Errorf("%d documents stand where the event began before", wrong)
				}
				has(t, s, convoke.Viewer{}, "moveword", "question:q1")
			})
		})
	}
}

func TestSearchIsRefilled(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		searched(t, s)
		ctx := t.Context()
		update(t, s, func(tx *Tx) error {
			for i := range 450 { // more than a slice
				x := anEvent(t, convoke.ID(fmt.Sprintf("many%03d", i)), "top")
				x.Title = fmt.Sprintf("Session manyword w%03d", i)
				if err := tx.AddEvent(ctx, x); err != nil {
					return err
				}
			}
			return nil
		})
		for _, q := range []string{`DELETE FROM search`, `DELETE FROM search_word`, `UPDATE search_made SET version = 'older'`} {
			update(t, s, func(tx *Tx) error { return tx.do(ctx, q) })
		}
		has(t, s, convoke.Viewer{}, "fertilite", "")
		if _, err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		has(t, s, convoke.Viewer{}, "fertilite", "event:soil")
		has(t, s, convoke.Viewer{Operator: true}, "w449", "event:many449")
		// What is there as this version makes it is left alone.
		update(t, s, func(tx *Tx) error { return tx.unindex(ctx, `event_id = ?`, "soil") })
		if _, err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		has(t, s, convoke.Viewer{}, "fertilite", "")
	})
}

func TestSearchTakesLongTranscripts(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		searched(t, s)
		m := aMaterial("rec", "soil", convoke.Recording)
		m.Visibility = convoke.ToEveryone
		var b strings.Builder
		for i := 0; b.Len() < convoke.MaxTranscript; i++ { // no two words alike
			fmt.Fprintf(&b, "word%dé ", i)
		}
		update(t, s, func(tx *Tx) error { return tx.AddMaterial(t.Context(), m) })
		start := time.Now()
		update(t, s, func(tx *Tx) error { return tx.PutTranscript(t.Context(), "rec", b.String()) })
		t.Logf("a transcript of %d bytes, no two words alike: %v", b.Len(), time.Since(start))
		has(t, s, convoke.Viewer{}, "word17e word4000", "transcript:rec")
	})
}
