package app

import (
	"context"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// ReplyInput is an answer to a question as a form or a program gives it.
type ReplyInput struct {
	Text    string `json:"text" form:"text"`
	Speaker string `json:"speaker" form:"speaker"` // ID of the speaker whose answer it is; empty for the viewer's own
	Version *int64 `json:"version" form:"version"` // with an edit: the one the form was made from
}

// Answer adds an answer to a question. Whoever moderates gives a speaker's, or their own; members answer what is open to the community, and are shown as
// members. Either stands on the page at once.
func (a *Questions) Answer(ctx context.Context, v convoke.Viewer, event convoke.ID, number int, in ReplyInput) (r convoke.Reply, err error) {
	if !v.Signed() {
		return r, convoke.ErrSignIn
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		if err := tx.LockQuestions(ctx, event); err != nil {
			return err
		}
		q, e, m, s, err := a.shown(ctx, tx, v, event, number)
		if err != nil {
			return err
		}
		moderates := convoke.Can(s, convoke.Plan, &m)
		switch {
		case moderates:
		case !convoke.CanEvent(s, convoke.Discuss, &m, e.Visibility, e.Draft(), "") || in.Speaker != "":
			return mute(&m)
		case !q.ToCommunity || q.State != convoke.QuestionOpen:
			return convoke.Refuse(convoke.ReasonForbidden, "question.speakers_only")
		}
		r = convoke.Reply{ID: convoke.NewID("an"), QuestionID: q.ID, EventID: e.ID, PersonID: v.Person, Part: convoke.ByMember, Text: trimmed(&in.Text),
			State: convoke.ReplyPublished, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now, PublishedAt: tx.Now}
		if err := checkReply(r.Text); err != nil {
			return err
		}
		if err := a.signReply(ctx, tx, v, e, moderates, in.Speaker, &r); err != nil {
			return err
		}
		if same, err := a.addReply(ctx, tx, &r); err != nil || same {
			return err
		}
		if q.State != convoke.QuestionOpen { // what a moderator answers stands on the page
			q.State, q.Reason = convoke.QuestionOpen, ""
		}
		return a.put(ctx, tx, v, m, e, &q, "answered")
	})
	return r, err
}

// mute is why somebody may not write beneath questions.
func mute(m *convoke.Community) error {
	if m.Archived() {
		return convoke.Refuse(convoke.ReasonForbidden, "error.archived")
	}
	return convoke.Refuse(convoke.ReasonForbidden, "question.members_only")
}

// addReply stores an answer, unless it stands there with the same words under the same name, as when a form is sent twice. Where a speaker has one
// answer already, or writes one, another is nobody's to edit but moderators'.
func (a *Questions) addReply(ctx context.Context, tx *store.Tx, r *convoke.Reply) (same bool, err error) {
	switch x, err := tx.ReplyAlike(ctx, *r); {
	case err == nil:
		*r = x
		return true, nil
	case !convoke.IsNotFound(err):
		return false, err
	}
	if r.SpeakerID != "" {
		switch _, err := tx.SpeakerReply(ctx, r.QuestionID, r.SpeakerID); {
		case err == nil:
			r.SpeakerID = ""
		case !convoke.IsNotFound(err):
			return false, err
		}
	}
	return false, tx.AddReply(ctx, *r)
}

// signReply puts the name under an answer: the speaker's, or the viewer's as member or moderator.
func (a *Questions) signReply(ctx context.Context, tx *store.Tx, v convoke.Viewer, e convoke.Event, moderates bool, speaker string, r *convoke.Reply) error {
	if speaker == "" {
		p, err := tx.Person(ctx, v.Person)
		if err != nil {
			return err
		}
		r.Name, r.Organisation = p.Name, p.Organisation
		if moderates {
			r.Part = convoke.ByModerator
		}
		return nil
	}
	list, err := tx.Speakers(ctx, e.ID)
	if err != nil {
		return err
	}
	for _, s := range list {
		if string(s.ID) == speaker {
			r.Part, r.SpeakerID, r.PersonID, r.Name, r.Organisation = convoke.BySpeaker, s.ID, s.PersonID, s.Name, s.Organisation
			return nil
		}
	}
	return convoke.Invalid("speaker", "question.speaker.unknown")
}

func checkReply(text string) error {
	switch {
	case text == "":
		return convoke.Invalid("text", "reply.text.missing")
	case len([]rune(text)) > convoke.MaxReply:
		return convoke.Invalid("text", "reply.text.long")
	}
	return nil
}

// EditAnswer changes the words of an answer, by whoever moderates or the member who gave it. How it read before is kept.
func (a *Questions) EditAnswer(ctx context.Context, v convoke.Viewer, id convoke.ID, in ReplyInput) (r convoke.Reply, err error) {
	if !v.Signed() {
		return r, convoke.ErrSignIn
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var own bool
		var q convoke.Question
		var e convoke.Event
		var m convoke.Community
		if r, q, e, m, own, err = a.reply(ctx, tx, v, id); err != nil {
			return err
		}
		if !own {
			return refuseOther(&m)
		}
		if in.Version != nil && *in.Version != r.Version {
			return convoke.Refuse(convoke.ReasonConflict, "error.stale")
		}
		text := trimmed(&in.Text)
		if err := checkReply(text); err != nil {
			return err
		}
		if text == r.Text {
			return nil
		}
		if err := tx.AddRevision(ctx, convoke.Revision{SubjectID: r.ID, Version: r.Version, EventID: e.ID, Text: r.Text, EditorID: v.Person, At: tx.Now}); err != nil {
			return err
		}
		r.Text, r.Version, r.UpdatedAt = text, r.Version+1, tx.Now
		if err := tx.PutReply(ctx, r); err != nil {
			return err
		}
		return a.note(ctx, tx, v, m, e, q, "answer-edited")
	})
	return r, err
}

// refuseOther is why somebody may not change what another wrote, or anything in an archive.
func refuseOther(m *convoke.Community) error {
	if m.Archived() {
		return convoke.Refuse(convoke.ReasonForbidden, "error.archived")
	}
	return convoke.ErrForbidden
}

// reply finds an answer that the viewer may see, and whether it is theirs to change.
func (a *Questions) reply(ctx context.Context, tx *store.Tx, v convoke.Viewer, id convoke.ID) (r convoke.Reply, q convoke.Question, e convoke.Event, m convoke.Community, own bool, err error) {
	if r, err = tx.Reply(ctx, id); err != nil {
		return r, q, e, m, false, err
	}
	if q, err = tx.Question(ctx, r.QuestionID); err != nil {
		return r, q, e, m, false, err
	}
	q, e, m, s, err := a.shown(ctx, tx, v, r.EventID, q.Number)
	if err != nil {
		return convoke.Reply{}, q, e, m, false, err
	}
	moderates := convoke.Can(s, convoke.Plan, &m)
	if r.State == convoke.ReplyDraft || r.State == convoke.ReplySubmitted && !moderates {
		return convoke.Reply{}, q, e, m, false, convoke.ErrNotFound
	}
	own = moderates || r.Part == convoke.ByMember && r.PersonID == v.Person && convoke.CanEvent(s, convoke.Discuss, &m, e.Visibility, e.Draft(), "")
	return r, q, e, m, own, nil
}

// PublishAnswer puts an answer that waits on the page.
func (a *Questions) PublishAnswer(ctx context.Context, v convoke.Viewer, id convoke.ID) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		r, q, e, m, _, err := a.reply(ctx, tx, v, id)
		if err != nil {
			return err
		}
		if _, _, err := a.plans(ctx, tx, v, e.ID); err != nil {
			return err
		}
		if r.State == convoke.ReplyPublished {
			return nil
		}
		return a.publish(ctx, tx, v, m, e, q, r)
	})
}

// publish puts an answer on the page, and its question with it.
func (a *Questions) publish(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, e convoke.Event, q convoke.Question, r convoke.Reply) error {
	r.State, r.PublishedAt, r.UpdatedAt, r.Version = convoke.ReplyPublished, tx.Now, tx.Now, r.Version+1
	if err := tx.PutReply(ctx, r); err != nil {
		return err
	}
	if q.State != convoke.QuestionOpen {
		q.State, q.Reason = convoke.QuestionOpen, ""
	}
	return a.put(ctx, tx, v, m, e, &q, "answered")
}

// PublishAnswers puts all answers to an event's open questions that wait on the page, and says how many there were.
func (a *Questions) PublishAnswers(ctx context.Context, v convoke.Viewer, event convoke.ID) (n int, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		list, err := tx.Replies(ctx, e.ID, true)
		if err != nil {
			return err
		}
		for _, r := range list {
			if r.State == convoke.ReplyPublished {
				continue
			}
			q, err := tx.Question(ctx, r.QuestionID)
			if err != nil {
				return err
			}
			if q.State != convoke.QuestionOpen {
				continue // to open it again is a decision of its own
			}
			if err := a.publish(ctx, tx, v, m, e, q, r); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// RemoveAnswer takes an answer away, by whoever moderates or the member who gave it.
func (a *Questions) RemoveAnswer(ctx context.Context, v convoke.Viewer, id convoke.ID) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		r, q, e, m, own, err := a.reply(ctx, tx, v, id)
		if err != nil {
			return err
		}
		if !own {
			return refuseOther(&m)
		}
		if err := tx.DropReply(ctx, r.ID); err != nil {
			return err
		}
		return a.put(ctx, tx, v, m, e, &q, "answer-removed")
	})
}

// maxComments is how many comments the questions of one event can have.
const maxComments = 5_000

// Comment adds a member's comment beneath a question.
func (a *Questions) Comment(ctx context.Context, v convoke.Viewer, event convoke.ID, number int, text string) (c convoke.Comment, err error) {
	if !v.Signed() {
		return c, convoke.ErrSignIn
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		if err := tx.LockQuestions(ctx, event); err != nil {
			return err
		}
		q, e, m, s, err := a.shown(ctx, tx, v, event, number)
		if err != nil {
			return err
		}
		if !convoke.CanEvent(s, convoke.Discuss, &m, e.Visibility, e.Draft(), "") {
			return mute(&m)
		}
		c = convoke.Comment{ID: convoke.NewID("cm"), QuestionID: q.ID, EventID: e.ID, PersonID: v.Person, Text: trimmed(&text), CreatedAt: tx.Now}
		switch {
		case c.Text == "":
			return convoke.Invalid("text", "comment.text.missing")
		case len([]rune(c.Text)) > convoke.MaxComment:
			return convoke.Invalid("text", "comment.text.long")
		}
		list, err := tx.Comments(ctx, e.ID)
		if err != nil {
			return err
		}
		if len(list) >= maxComments {
			return convoke.Invalid("text", "comment.event_full")
		}
		for _, x := range list {
			if x.QuestionID == c.QuestionID && x.PersonID == c.PersonID && x.Text == c.Text {
				c = x.Comment // sent twice
				return nil
			}
		}
		return tx.AddComment(ctx, c)
	})
	return c, err
}

// RemoveComment takes a comment away, by whoever moderates or its author.
func (a *Questions) RemoveComment(ctx context.Context, v convoke.Viewer, id convoke.ID) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		c, err := tx.Comment(ctx, id)
		if err != nil {
			return err
		}
		_, m, s, err := a.find(ctx, tx, v, "", string(c.EventID))
		if err != nil {
			return err
		}
		if !convoke.Can(s, convoke.Plan, &m) && (c.PersonID != v.Person || m.Archived()) {
			return refuseOther(&m)
		}
		return tx.DropComment(ctx, id)
	})
}
