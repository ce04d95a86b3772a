package store

import (
	"context"
	"testing"
	"time"

	"convoke/internal/convoke"
)

// held puts a community with an event that ended a week ago, two speakers and two open questions into a database.
func held(t *testing.T, s *Store) convoke.Event {
	t.Helper()
	addPeople(t, s, "ada", "ben", "cyd")
	addCommunity(t, s, aCommunity("top"))
	e := anEvent(t, "held", "top")
	e.PublishedAt, e.EndsAt = now-1, now.Add(-7*24*time.Hour)
	update(t, s, func(tx *Tx) error {
		if err := tx.AddEvent(t.Context(), e); err != nil {
			return err
		}
		if err := tx.PutSpeakers(t.Context(), "held", []convoke.Speaker{{ID: "zoe", Name: "Zoe", PersonID: "cyd"}, {ID: "yan", Name: "Yan"}}); err != nil {
			return err
		}
		for i, id := range []convoke.ID{"q1", "q2"} {
			if _, err := tx.NextNumber(t.Context(), "held", "top"); err != nil {
				return err
			}
			if err := tx.AddQuestion(t.Context(), aQuestion(id, "held", i+1)); err != nil {
				return err
			}
		}
		return nil
	})
	return e
}

// TestEverySpeakerQuery is the part of [TestEveryQuery] about asking speakers.
func TestEverySpeakerQuery(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		k := smoke{t, s}
		held(t, s)
		next := func(name string, want convoke.ID, find func(context.Context, *Tx) (convoke.ID, error)) {
			t.Helper()
			k.do(name, func(ctx context.Context, tx *Tx) error {
				got, err := find(ctx, tx)
				if want == "" && convoke.IsNotFound(err) {
					return nil
				}
				if got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
				return err
			})
		}
		asked := func(ctx context.Context, tx *Tx) (convoke.ID, error) { return tx.NextAsked(ctx) }
		next("NextAsked, none", "", asked)
		k.do("AskSpeaker", func(ctx context.Context, tx *Tx) error {
			if err := tx.AskSpeaker(ctx, "q2", "yan", tx.Now+1); err != nil {
				return err
			}
			return tx.AskSpeaker(ctx, "q1", "zoe", tx.Now)
		})
		next("NextAsked", "zoe", asked)
		k.do("AddDraft", func(ctx context.Context, tx *Tx) error {
			r := convoke.Reply{ID: "r1", QuestionID: "q1", EventID: "held", SpeakerID: "zoe", Part: convoke.BySpeaker, Text: "So.", State: convoke.ReplyDraft, Version: 1, CreatedAt: now, UpdatedAt: now}
			for _, want := range []bool{true, false} {
				got, err := tx.AddDraft(ctx, r)
				if err != nil || got != want {
					t.Errorf("AddDraft: got %v, %v, want %v", got, err, want)
				}
				r.ID = "r2"
			}
			return nil
		})
		tasks := []Task{{Question: aQuestion("q1", "held", 1), SpeakerID: "zoe", AskedAt: now, Own: convoke.ReplyDraft}, {Question: aQuestion("q2", "held", 2), SpeakerID: "yan", AskedAt: now + 1}}
		read(k, "Tasks", tasks, func(ctx context.Context, tx *Tx) ([]Task, error) { return tx.Tasks(ctx, "held") })
		k.do("Disown", func(ctx context.Context, tx *Tx) error {
			for range 2 {
				if err := tx.Disown(ctx, "q2", "zoe"); err != nil {
					return err
				}
			}
			return nil
		})
		read(k, "Disowned", []Disowned{{"q2", "zoe"}}, func(ctx context.Context, tx *Tx) ([]Disowned, error) { return tx.Disowned(ctx, "held") })
		k.do("SpeakerTold", func(ctx context.Context, tx *Tx) error { return tx.SpeakerTold(ctx, "zoe") })
		next("NextAsked, told", "", asked)
		k.do("UnaskSpeaker", func(ctx context.Context, tx *Tx) error {
			if err := tx.UnaskSpeaker(ctx, "zoe"); err != nil {
				return err
			}
			return tx.UnaskSpeaker(ctx, "yan")
		})
		tasks[0].ToldAt, tasks[1].AskedAt = now, 0
		read(k, "Tasks, told and unasked", tasks, func(ctx context.Context, tx *Tx) ([]Task, error) { return tx.Tasks(ctx, "held") })
		k.do("FollowQuestion", func(ctx context.Context, tx *Tx) error {
			if err := tx.Assign(ctx, convoke.Assignment{QuestionID: "q2", SpeakerID: "zoe", CreatedAt: now}); err != nil {
				return err
			}
			return tx.FollowQuestion(ctx, "q1", "q2")
		})
		read(k, "Tasks, merged", []Task{tasks[0], tasks[1], {Question: aQuestion("q2", "held", 2), SpeakerID: "zoe", AskedAt: now, ToldAt: now, Own: convoke.ReplyDraft}}, func(ctx context.Context, tx *Tx) ([]Task, error) {
			list, err := tx.Tasks(ctx, "held")
			if len(list) > 0 {
				list[0].Own = convoke.ReplyDraft // it went over to the other
			}
			return list, err
		})
		row := SpeakerRow{Speaker: convoke.Speaker{ID: "zoe", EventID: "held", Name: "Zoe", PersonID: "cyd"}, Letters: 2, Reminders: 1, RemindAt: now}
		k.do("PutSpeakerLetters", func(ctx context.Context, tx *Tx) error { return tx.PutSpeakerLetters(ctx, row) })
		next("NextReminded", "zoe", func(ctx context.Context, tx *Tx) (convoke.ID, error) { return tx.NextReminded(ctx) })
		k.do("LockSpeaker", func(ctx context.Context, tx *Tx) error {
			got, err := tx.LockSpeaker(ctx, "zoe")
			if got != row {
				t.Errorf("LockSpeaker: got %+v, want %+v", got, row)
			}
			return err
		})
		k.do("WithdrawLinks", func(ctx context.Context, tx *Tx) error { return tx.WithdrawLinks(ctx, "zoe") })
		next("NextReminded, withdrawn", "", func(ctx context.Context, tx *Tx) (convoke.ID, error) { return tx.NextReminded(ctx) })
	})
}

// TestEveryTellingQuery is the part of [TestEveryQuery] about telling those who asked.
func TestEveryTellingQuery(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		k := smoke{t, s}
		held(t, s)
		k.do("AddAsker", func(ctx context.Context, tx *Tx) error {
			for _, a := range []convoke.Asker{{ID: "as1", QuestionID: "q1", PersonID: "ada", Anonymous: true, First: true}, {ID: "as2", QuestionID: "q2", PersonID: "ben"}, {ID: "as3", QuestionID: "q2", Name: "From the room"}} {
				a.EventID, a.CreatedAt = "held", now
				if _, err := tx.AddAsker(ctx, a); err != nil {
					return err
				}
			}
			return nil
		})
		next := func(name string, want convoke.ID) {
			t.Helper()
			k.do(name, func(ctx context.Context, tx *Tx) error {
				got, err := tx.NextTelling(ctx)
				if want == "" && convoke.IsNotFound(err) {
					return nil
				}
				if got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
				return err
			})
		}
		next("NextTelling, none", "")
		due := func(name string, change func(ctx context.Context, tx *Tx) error) {
			t.Helper()
			k.do(name, func(ctx context.Context, tx *Tx) error {
				if err := tx.TellNext(ctx, "held", 0); err != nil {
					return err
				}
				if err := change(ctx, tx); err != nil {
					return err
				}
				var at convoke.Instant
				err := tx.get(ctx, &at, `SELECT tell_at FROM follow_up WHERE event_id = 'held'`)
				if at != now.Add(convoke.SettleTime) {
					t.Errorf("%s: askers are looked at %v later, want after the time for mending", name, at.Sub(now))
				}
				return err
			})
		}
		reply := convoke.Reply{ID: "r1", QuestionID: "q1", EventID: "held", Part: convoke.BySpeaker, Text: "So.", State: convoke.ReplyPublished, Version: 1, CreatedAt: now, UpdatedAt: now, PublishedAt: now + 2}
		due("AddReply", func(ctx context.Context, tx *Tx) error { return tx.AddReply(ctx, reply) })
		reply.Version++
		due("PutReply", func(ctx context.Context, tx *Tx) error { return tx.PutReply(ctx, reply) })
		q := aQuestion("q1", "held", 1)
		q.SettledAt, q.Version = now+1, 2
		due("PutQuestion", func(ctx context.Context, tx *Tx) error { return tx.PutQuestion(ctx, q) })
		read(k, "RepliesTo", []convoke.Reply{reply}, func(ctx context.Context, tx *Tx) ([]convoke.Reply, error) {
			return tx.RepliesTo(ctx, []convoke.ID{"q1", "q2"})
		})
		read(k, "RepliesTo nothing", nil, func(ctx context.Context, tx *Tx) ([]convoke.Reply, error) { return tx.RepliesTo(ctx, nil) })
		read(k, "Curious", []Curious{{PersonID: "ada", QuestionID: "q1", Anonymous: true, SettledAt: now + 1, NewestAt: now + 2}, {PersonID: "ben", QuestionID: "q2"}}, func(ctx context.Context, tx *Tx) ([]Curious, error) {
			return tx.Curious(ctx, "held")
		})
		k.do("AskerTold", func(ctx context.Context, tx *Tx) error { return tx.AskerTold(ctx, "q1", "ada", now+5) })
		read(k, "Curious, told", []Curious{{PersonID: "ada", QuestionID: "q1", Anonymous: true, ToldAt: now + 5, SettledAt: now + 1, NewestAt: now + 2}, {PersonID: "ben", QuestionID: "q2"}}, func(ctx context.Context, tx *Tx) ([]Curious, error) {
			return tx.Curious(ctx, "held")
		})
		due("DropAsker", func(ctx context.Context, tx *Tx) error { return tx.DropAsker(ctx, "q2", "ben") })
		due("DropQuestion", func(ctx context.Context, tx *Tx) error { return tx.DropQuestion(ctx, "q2") })
		k.do("TellNext", func(ctx context.Context, tx *Tx) error { return tx.TellNext(ctx, "held", now) })
		next("NextTelling", "held")

		for i, id := range []convoke.ID{"le_1", "le_2"} {
			l := aLetter(id, "ada")
			l.Kind, l.Class, l.EventID, l.CommunityID, l.CreatedAt = "answers", convoke.ClassUnnamed, "held", "top", now+convoke.Instant(i)
			k.yes("AddLetter", func(ctx context.Context, tx *Tx) (bool, error) { return tx.AddLetter(ctx, l) })
		}
		read(k, "Told", []Told{{PersonID: "ada", Letters: 2, LastAt: now + 1}}, func(ctx context.Context, tx *Tx) ([]Told, error) { return tx.Told(ctx, "held", "answers") })
		read(k, "CountLetters", 1, func(ctx context.Context, tx *Tx) (int, error) { return tx.CountLetters(ctx, "ada", "answers", now) })
		// Whose such a letter is shows by no way of asking.
		for name, f := range map[string]LetterFilter{"all": {}, "by person": {Person: "ada"}} {
			want := map[string]int{"all": 2, "by person": 0}[name]
			f.Limit = 9
			read(k, "Letters "+name, want, func(ctx context.Context, tx *Tx) (int, error) {
				list, err := tx.Letters(ctx, convoke.System, f)
				return len(list), err
			})
		}
		update(t, s, func(tx *Tx) error {
			return tx.PutMembership(t.Context(), convoke.Membership{CommunityID: "top", PersonID: "cyd", Role: convoke.Admin, JoinedAt: now, How: "added"})
		})
		read(k, "Letters for an admin", 0, func(ctx context.Context, tx *Tx) (int, error) {
			list, err := tx.Letters(ctx, convoke.Viewer{Person: "cyd"}, LetterFilter{Limit: 9})
			return len(list), err
		})
	})
}

// TestEveryPromiseQuery is the part of [TestEveryQuery] about nudges.
func TestEveryPromiseQuery(t *testing.T) {
	const day = 24 * time.Hour
	each(t, func(t *testing.T, s *Store) {
		k := smoke{t, s}
		e := held(t, s)
		promise := func(item convoke.Item, person convoke.ID) convoke.Promise {
			return convoke.Promise{EventID: "held", Item: item, PersonID: person, Name: "Ben", DueAt: now, CreatedAt: e.EndsAt.Add(4 * day)}
		}
		list := map[convoke.Item]convoke.Promise{}
		for _, item := range convoke.Items {
			list[item] = promise(item, "ben")
		}
		update(t, s, func(tx *Tx) error {
			for _, p := range list {
				if _, err := tx.named(t.Context(), insert("promise", promiseColumns), p); err != nil {
					return err
				}
			}
			if err := tx.AddMaterial(t.Context(), convoke.Material{ID: "ma", EventID: "held", CommunityID: "top", Kind: convoke.Slides, Title: "Slides", Visibility: convoke.ToEveryone, Link: "https://x.example", Version: 1, CreatedAt: now, UpdatedAt: now}); err != nil {
				return err
			}
			return tx.PutSummary(t.Context(), e, "", now, 1)
		})
		read(k, "MissingPromises", map[convoke.Item]bool{convoke.ItemRecording: true, convoke.ItemConceptNote: true, convoke.ItemAnswers: true}, func(ctx context.Context, tx *Tx) (map[convoke.Item]bool, error) {
			missing := map[convoke.Item]bool{}
			list, err := tx.MissingPromises(ctx, "held", "ben")
			for _, p := range list {
				missing[p.Item] = true
			}
			return missing, err
		})
		next := func(name string, want PromiseRow) {
			t.Helper()
			k.do("NextPromise "+name, func(ctx context.Context, tx *Tx) error {
				got, err := tx.NextPromise(ctx)
				if got != want || convoke.IsNotFound(err) != (want.Item == "") {
					t.Errorf("NextPromise %s: got %+v, %v, want %+v", name, got, err, want)
				}
				return nil
			})
		}
		look := func(item convoke.Item, at convoke.Instant) {
			t.Helper()
			k.do("LookNext", func(ctx context.Context, tx *Tx) error {
				return tx.LookNext(ctx, convoke.Promise{EventID: "held", Item: item}, at)
			})
		}
		next("at first", PromiseRow{list[convoke.ItemAnswers], e.EndsAt, true, true})
		look(convoke.ItemAnswers, now+1)
		k.do("Nudged", func(ctx context.Context, tx *Tx) error { return tx.Nudged(ctx, "held", "ben", 2) })
		for _, x := range []struct {
			item    convoke.Item
			missing bool
		}{{convoke.ItemConceptNote, true}, {convoke.ItemRecording, true}, {convoke.ItemSlides, false}, {convoke.ItemSummary, false}} {
			p := list[x.item]
			p.Nudges = 2
			next(string(x.item), PromiseRow{p, e.EndsAt, true, x.missing})
			look(x.item, 0)
		}
		next("when all were looked at", PromiseRow{})
		look(convoke.ItemAnswers, now)
		answers := list[convoke.ItemAnswers]
		answers.Nudges = 2
		next("once it is time", PromiseRow{answers, e.EndsAt, true, true})
		look(convoke.ItemAnswers, 0)
		k.do("PutPromise", func(ctx context.Context, tx *Tx) error { return tx.PutPromise(ctx, answers) })
		next("made anew", PromiseRow{answers, e.EndsAt, true, true})
		look(convoke.ItemAnswers, 0)
		e.Status, e.Version = convoke.Cancelled, e.Version+1
		k.do("PutEvent", func(ctx context.Context, tx *Tx) error { return tx.PutEvent(ctx, e) })
		next("called off", PromiseRow{answers, e.EndsAt, false, true})
	})
}
