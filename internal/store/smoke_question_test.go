package store

import (
	"context"
	"errors"
	"testing"

	"convoke/internal/convoke"
)

func aQuestion(id, event convoke.ID, number int) convoke.Question {
	return convoke.Question{ID: id, EventID: event, CommunityID: "top", Number: number, Position: number, Text: "Why?", State: convoke.QuestionOpen,
		LiveSeconds: convoke.NotLive, Version: 1, CreatedAt: now, UpdatedAt: now}
}

// TestEveryQuestionQuery is the part of [TestEveryQuery] about questions and their answers.
func TestEveryQuestionQuery(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		k := smoke{t, s}
		addPeople(t, s, "ada", "ben", "cyd")
		addCommunity(t, s, aCommunity("top"))
		e := anEvent(t, "held", "top")
		e.PublishedAt, e.Visibility = now, convoke.ToEveryone
		update(t, s, func(tx *Tx) error { return tx.AddEvent(t.Context(), e) })
		update(t, s, func(tx *Tx) error {
			return tx.PutSpeakers(t.Context(), "held", []convoke.Speaker{{ID: "zoe", Name: "Zoe"}, {ID: "yan", Name: "Yan"}})
		})
		update(t, s, func(tx *Tx) error {
			return tx.PutMembership(t.Context(), convoke.Membership{CommunityID: "top", PersonID: "cyd", Role: convoke.Moderator, JoinedAt: now, How: "added"})
		})

		for want := 1; want <= 3; want++ {
			k.do("NextNumber", func(ctx context.Context, tx *Tx) error {
				got, err := tx.NextNumber(ctx, "held", "top")
				if err == nil && got != want {
					t.Errorf("NextNumber: got %d, want %d", got, want)
				}
				return err
			})
		}
		first, second, pending := aQuestion("q1", "held", 1), aQuestion("q2", "held", 2), aQuestion("q3", "held", 3)
		pending.State, pending.Text = convoke.QuestionPending, "Why not?"
		for _, q := range []convoke.Question{first, second, pending} {
			k.do("AddQuestion", func(ctx context.Context, tx *Tx) error { return tx.AddQuestion(ctx, q) })
		}
		for _, a := range []convoke.Asker{
			{ID: "as1", QuestionID: "q1", PersonID: "ada", Anonymous: true, First: true, CreatedAt: now},
			{ID: "as2", QuestionID: "q2", PersonID: "ben", First: true, CreatedAt: now + 1},
			{ID: "as3", QuestionID: "q3", PersonID: "ben", First: true, CreatedAt: now + 2},
			{ID: "as4", QuestionID: "q2", Name: "From the room", First: true, CreatedAt: now + 3},
			{ID: "as5", QuestionID: "q1", PersonID: "cyd", CreatedAt: now + 4},
		} {
			a.EventID = "held"
			k.yes("AddAsker", func(ctx context.Context, tx *Tx) (bool, error) { return tx.AddAsker(ctx, a) })
		}
		k.do("AddAsker again", func(ctx context.Context, tx *Tx) error {
			ok, err := tx.AddAsker(ctx, convoke.Asker{ID: "as6", QuestionID: "q1", EventID: "held", PersonID: "ada", CreatedAt: now})
			if ok {
				t.Error("AddAsker again: got true, want false")
			}
			return err
		})
		read(k, "Question", first, func(ctx context.Context, tx *Tx) (convoke.Question, error) { return tx.Question(ctx, "q1") })
		read(k, "QuestionByNumber", second, func(ctx context.Context, tx *Tx) (convoke.Question, error) {
			return tx.QuestionByNumber(ctx, "held", 2)
		})
		for _, tc := range []struct {
			name string
			v    convoke.Viewer
			want []convoke.Question
		}{
			{"a stranger", convoke.Nobody, []convoke.Question{first, second}},
			{"whoever asked", convoke.Viewer{Person: "ben"}, []convoke.Question{first, second, pending}},
			{"somebody else", convoke.Viewer{Person: "ada"}, []convoke.Question{first, second}},
			{"a moderator", convoke.Viewer{Person: "cyd"}, []convoke.Question{first, second, pending}},
			{"a moderator's letter", convoke.Viewer{Person: "cyd", Letter: "le"}, []convoke.Question{first, second}},
			{"the operator", convoke.System, []convoke.Question{first, second, pending}},
		} {
			read(k, "Questions for "+tc.name, tc.want, func(ctx context.Context, tx *Tx) ([]convoke.Question, error) {
				return tx.Questions(ctx, tc.v, "held", 9)
			})
		}
		read(k, "CountQuestions", map[convoke.ID]QuestionCount{"held": {EventID: "held", Open: 2, Pending: 1}}, func(ctx context.Context, tx *Tx) (map[convoke.ID]QuestionCount, error) {
			return tx.CountQuestions(ctx, []convoke.ID{"held", "other"})
		})
		read(k, "CountAsked", 2, func(ctx context.Context, tx *Tx) (int, error) {
			return tx.CountAsked(ctx, convoke.Viewer{Person: "ben"}, "held")
		})

		zoe := convoke.Reply{ID: "r1", QuestionID: "q1", EventID: "held", SpeakerID: "zoe", Part: convoke.BySpeaker, Name: "Zoe", Text: "So.", State: convoke.ReplyPublished,
			Version: 1, CreatedAt: now, UpdatedAt: now, PublishedAt: now}
		also := zoe
		also.ID, also.QuestionID, also.State, also.PublishedAt = "r2", "q2", convoke.ReplyDraft, 0
		for _, r := range []convoke.Reply{zoe, also} {
			k.do("AddReply", func(ctx context.Context, tx *Tx) error { return tx.AddReply(ctx, r) })
		}
		read(k, "Reply", zoe, func(ctx context.Context, tx *Tx) (convoke.Reply, error) { return tx.Reply(ctx, "r1") })
		read(k, "SpeakerReply", also, func(ctx context.Context, tx *Tx) (convoke.Reply, error) { return tx.SpeakerReply(ctx, "q2", "zoe") })
		read(k, "ReplyAlike", zoe, func(ctx context.Context, tx *Tx) (convoke.Reply, error) { return tx.ReplyAlike(ctx, zoe) })
		read(k, "Replies", []convoke.Reply{zoe}, func(ctx context.Context, tx *Tx) ([]convoke.Reply, error) { return tx.Replies(ctx, "held", true) })
		read(k, "CountPublished", 1, func(ctx context.Context, tx *Tx) (int, error) { return tx.CountPublished(ctx, "q1") })
		zoe.Text, zoe.Version = "So it is.", 2
		k.do("PutReply", func(ctx context.Context, tx *Tx) error { return tx.PutReply(ctx, zoe) })
		k.do("AddRevision", func(ctx context.Context, tx *Tx) error {
			return tx.AddRevision(ctx, convoke.Revision{SubjectID: "r1", Version: 1, EventID: "held", Text: "So.", EditorID: "cyd", At: now})
		})
		read(k, "Revisions", []RevisionRow{{convoke.Revision{SubjectID: "r1", Version: 1, EventID: "held", Text: "So.", EditorID: "cyd", At: now}, "Person cyd"}},
			func(ctx context.Context, tx *Tx) ([]RevisionRow, error) { return tx.Revisions(ctx, "r1") })

		comment := convoke.Comment{ID: "c1", QuestionID: "q2", EventID: "held", PersonID: "ben", Text: "Here too.", CreatedAt: now}
		k.do("AddComment", func(ctx context.Context, tx *Tx) error { return tx.AddComment(ctx, comment) })
		read(k, "Comment", comment, func(ctx context.Context, tx *Tx) (convoke.Comment, error) { return tx.Comment(ctx, "c1") })

		for _, speaker := range []convoke.ID{"zoe", "yan"} {
			k.do("Assign", func(ctx context.Context, tx *Tx) error {
				return tx.Assign(ctx, convoke.Assignment{QuestionID: "q2", SpeakerID: speaker, CreatedAt: now})
			})
		}
		k.do("RaiseQuestion", func(ctx context.Context, tx *Tx) error {
			if err := tx.RaiseQuestion(ctx, "q2"); err != nil {
				return err
			}
			q, err := tx.Question(ctx, "q2")
			if q.Version != 2 {
				t.Errorf("RaiseQuestion: got version %d, want 2", q.Version)
			}
			return errors.Join(err, tx.do(ctx, `UPDATE question SET version = 1 WHERE id = 'q2'`))
		})
		k.do("Unassign", func(ctx context.Context, tx *Tx) error { return tx.Unassign(ctx, "q2", "zoe") })

		k.do("LockQuestions", func(ctx context.Context, tx *Tx) error { return tx.LockQuestions(ctx, "held") })
		second.State, second.MergedInto, second.Version = convoke.QuestionMerged, "q1", 2
		k.do("PutQuestion", func(ctx context.Context, tx *Tx) error { return tx.PutQuestion(ctx, second) })
		k.do("FollowQuestion", func(ctx context.Context, tx *Tx) error { return tx.FollowQuestion(ctx, "q2", "q1") })
		read(k, "MergedInto", []convoke.Question{second}, func(ctx context.Context, tx *Tx) ([]convoke.Question, error) { return tx.MergedInto(ctx, "q1") })
		read(k, "Assignments", []convoke.Assignment{{QuestionID: "q1", SpeakerID: "yan", CreatedAt: now}, {QuestionID: "q2", SpeakerID: "yan", CreatedAt: now}},
			func(ctx context.Context, tx *Tx) ([]convoke.Assignment, error) { return tx.Assignments(ctx, "held") })
		read(k, "the draft that stays with its author", also, func(ctx context.Context, tx *Tx) (convoke.Reply, error) { return tx.SpeakerReply(ctx, "q2", "zoe") })
		read(k, "Replies after the merge", []convoke.Reply{zoe}, func(ctx context.Context, tx *Tx) ([]convoke.Reply, error) { return tx.Replies(ctx, "held", true) })
		comment.QuestionID = "q1"
		read(k, "Comments", []CommentRow{{comment, "Person ben"}}, func(ctx context.Context, tx *Tx) ([]CommentRow, error) { return tx.Comments(ctx, "held") })
		read(k, "Askers", []ShownAsker{
			{QuestionID: "q1", Anonymous: true, First: true}, {QuestionID: "q1", Name: "Person ben", Organisation: "Soils", First: true}, {QuestionID: "q3", Name: "Person ben", Organisation: "Soils", First: true},
			{QuestionID: "q1", Name: "From the room", First: true}, {QuestionID: "q1", Name: "Person cyd", Organisation: "Soils"},
		}, func(ctx context.Context, tx *Tx) ([]ShownAsker, error) { return tx.Askers(ctx, "held") })
		read(k, "AskedBy", []Asked{{"q1", true, true}}, func(ctx context.Context, tx *Tx) ([]Asked, error) {
			return tx.AskedBy(ctx, convoke.Viewer{Person: "ada"}, "held")
		})
		read(k, "AskedAlike", pending, func(ctx context.Context, tx *Tx) (convoke.Question, error) {
			return tx.AskedAlike(ctx, convoke.Viewer{Person: "ben"}, "held", "Why not?")
		})
		k.yes("AddAsker in other words", func(ctx context.Context, tx *Tx) (bool, error) {
			return tx.AddAsker(ctx, convoke.Asker{ID: "as7", QuestionID: "q2", EventID: "held", PersonID: "cyd", CreatedAt: now + 5})
		})
		read(k, "Askers of two wordings", 5, func(ctx context.Context, tx *Tx) (int, error) {
			list, err := tx.Askers(ctx, "held")
			return len(list), err
		})

		update(t, s, func(tx *Tx) error {
			return tx.AddChange(t.Context(), convoke.Change{ID: "ch_asked", At: now, ActorID: "cyd", Noun: "question", Verb: "asked", SubjectID: "q2"})
		})
		k.do("Unname", func(ctx context.Context, tx *Tx) error {
			return tx.Unname(ctx, convoke.Question{ID: "q2", MergedInto: "q1", EventID: "held"}, "cyd")
		})
		read(k, "AskedBy without a name", []Asked{{"q1", true, false}, {"q1", true, false}}, func(ctx context.Context, tx *Tx) ([]Asked, error) {
			return tx.AskedBy(ctx, convoke.Viewer{Person: "cyd"}, "held")
		})
		read(k, "ChangesOf without a name", convoke.ID(""), func(ctx context.Context, tx *Tx) (convoke.ID, error) {
			list, err := tx.ChangesOf(ctx, "q2", 1)
			return list[0].ActorID, err
		})

		k.do("PlaceQuestion", func(ctx context.Context, tx *Tx) error { return tx.PlaceQuestion(ctx, "held", 3, 0) })
		read(k, "Questions in their new order", 3, func(ctx context.Context, tx *Tx) (int, error) {
			list, err := tx.Questions(ctx, convoke.System, "held", 1)
			return list[0].Number, err
		})
		f := convoke.FollowUp{EventID: "held", CommunityID: "top", LastNumber: 3}
		read(k, "FollowUp", f, func(ctx context.Context, tx *Tx) (convoke.FollowUp, error) { return tx.FollowUp(ctx, e) })
		k.do("RaiseOrder", func(ctx context.Context, tx *Tx) error { return tx.RaiseOrder(ctx, "held") })
		f.Summary, f.SummaryAt, f.AskUntil, f.ReadySet, f.Version, f.Ordered = "It went well.", now, now+9, "slides", 1, 1
		k.do("PutSummary", func(ctx context.Context, tx *Tx) error { return tx.PutSummary(ctx, e, "It went well.", now, 1) })
		k.do("PutAskUntil", func(ctx context.Context, tx *Tx) error { return tx.PutAskUntil(ctx, e, now+9) })
		k.yes("PutReadySet", func(ctx context.Context, tx *Tx) (bool, error) { return tx.PutReadySet(ctx, e, "slides") })
		read(k, "FollowUps", map[convoke.ID]convoke.FollowUp{"held": f}, func(ctx context.Context, tx *Tx) (map[convoke.ID]convoke.FollowUp, error) {
			return tx.FollowUps(ctx, []convoke.ID{"held", "other"})
		})

		read(k, "WaitingQuestions", []WaitingRow{{"held", 1, 0}}, func(ctx context.Context, tx *Tx) ([]WaitingRow, error) {
			return tx.WaitingQuestions(ctx, "top", 9)
		})
		read(k, "EveryQuestion", 3, func(ctx context.Context, tx *Tx) (int, error) {
			list, err := tx.EveryQuestion(ctx, "held")
			return len(list), err
		})
		update(t, s, func(tx *Tx) error {
			m := aMaterial("ma", "held", convoke.Slides)
			m.Link = "https://slides.example/1"
			return tx.AddMaterial(t.Context(), m)
		})
		read(k, "EndedWithMaterials", 0, func(ctx context.Context, tx *Tx) (int, error) {
			list, err := tx.EndedWithMaterials(ctx, 0, 9) // it has not ended
			return len(list), err
		})
		k.do("DropAsker", func(ctx context.Context, tx *Tx) error { return tx.DropAsker(ctx, "q1", "cyd") })
		read(k, "AskedBy after it was taken back in all wordings", nil, func(ctx context.Context, tx *Tx) ([]Asked, error) {
			return tx.AskedBy(ctx, convoke.Viewer{Person: "cyd"}, "held")
		})
		k.do("DropReply", func(ctx context.Context, tx *Tx) error { return tx.DropReply(ctx, "r2") })
		k.do("DropComment", func(ctx context.Context, tx *Tx) error { return tx.DropComment(ctx, "c1") })
		k.do("DropQuestion", func(ctx context.Context, tx *Tx) error { return tx.DropQuestion(ctx, "q1") })
		read(k, "Revisions after the removal", nil, func(ctx context.Context, tx *Tx) ([]RevisionRow, error) { return tx.Revisions(ctx, "r1") })
		read(k, "Questions after the removal", []convoke.Question{}, func(ctx context.Context, tx *Tx) ([]convoke.Question, error) {
			list, err := tx.Questions(ctx, convoke.Nobody, "held", 9)
			return append([]convoke.Question{}, list...), err
		})
	})
}
