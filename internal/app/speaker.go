package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// SpeakerLinkLife is how long a speaker's link works after the event, or after it was mailed where that was later.
const SpeakerLinkLife = 120 * 24 * time.Hour

// SpeakerView is what a speaker's mailed link opens: their questions, and of the event no more than what it is called and when it is.
type SpeakerView struct {
	Letter    convoke.ID
	Person    convoke.Person
	Community convoke.Community // without what is for its members
	Event     convoke.Event     // likewise
	Sees      bool              // the speaker may see the event's page
	Speaker   convoke.Speaker
	Questions []SpeakerQuestion
	Others    []convoke.Speaker // to whom a question can be passed
	ReadOnly  bool              // the community is archived
}

// SpeakerQuestion is one question of a speaker's.
type SpeakerQuestion struct {
	store.Task
	Askers  []store.ShownAsker // who asks it; where the speaker may not see the event, without names
	Reply   *convoke.Reply     // what the speaker has written, nil for nothing
	Replies []convoke.Reply    // what else stands on the page
}

// Editable says whether the speaker may still change what they wrote: what is published after somebody looked at it is that somebody's to change.
func (q *SpeakerQuestion) Editable(atOnce bool) bool {
	return q.State == convoke.QuestionOpen && (q.Reply == nil || q.Reply.State != convoke.ReplyPublished || atOnce)
}

// speaks finds who holds a speaker's link, and what they may answer with it.
func (a *Questions) speaks(ctx context.Context, tx *store.Tx, token string) (l convoke.Letter, s convoke.Speaker, e convoke.Event, m convoke.Community, err error) {
	id, ok := a.secrets.Letter(token)
	if !ok {
		return l, s, e, m, convoke.ErrNotFound
	}
	if l, err = tx.Letter(ctx, id); err != nil {
		return l, s, e, m, err
	}
	if l.Kind != notify.SpeakerQuestions {
		return l, s, e, m, convoke.ErrNotFound
	}
	d, err := notify.DataOf(l)
	if err != nil {
		return l, s, e, m, err
	}
	withdrawn := convoke.Refuse(convoke.ReasonGone, "speaker.withdrawn")
	if l.EventID == "" {
		return l, s, e, m, withdrawn
	}
	if e, err = tx.Event(ctx, l.EventID); err != nil {
		return l, s, e, m, err
	}
	if m, err = tx.Community(ctx, e.CommunityID); err != nil {
		return l, s, e, m, err
	}
	list, err := tx.Speakers(ctx, e.ID)
	if err != nil {
		return l, s, e, m, err
	}
	i := slices.IndexFunc(list, func(s convoke.Speaker) bool { return s.ID == d.Speaker })
	if i < 0 || list[i].PersonID != l.PersonID || list[i].LinksFrom > l.CreatedAt || e.Draft() {
		return l, s, e, m, withdrawn
	}
	s = list[i]
	if linkExpired(e, l, tx.Now) {
		return l, s, e, m, errExpired
	}
	return l, s, e, m, nil
}

// linkExpired says whether a speaker's link is too old.
func linkExpired(e convoke.Event, l convoke.Letter, now convoke.Instant) bool {
	return now.Sub(max(e.EndsAt, l.CreatedAt)) > SpeakerLinkLife
}

// errExpired answers for a speaker's link that is too old, which its holder can have replaced.
var errExpired = convoke.Refuse(convoke.ReasonGone, "speaker.expired")

// IsExpired says whether a speaker's link is too old, rather than withdrawn.
func IsExpired(err error) bool { return errors.Is(err, errExpired) }

// Speaker reads what a speaker's link opens. It changes nothing, however often a scanner follows it.
func (a *Questions) Speaker(ctx context.Context, token string) (out SpeakerView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		l, s, e, m, err := a.speaks(ctx, tx, token)
		if err != nil {
			return err
		}
		out = SpeakerView{Letter: l.ID, Speaker: s, ReadOnly: m.Archived()}
		out.Speaker.Address = ""
		out.Community = convoke.Community{ID: m.ID, Slug: m.Slug, Name: m.Name, Ink: m.Ink, Zone: m.Zone, Language: m.Language, AtOnce: m.AtOnce}
		out.Event = convoke.Event{ID: e.ID, Slug: e.Slug, Title: e.Title, StartsAt: e.StartsAt, EndsAt: e.EndsAt, Zone: e.Zone, Status: e.Status}
		if out.Person, err = tx.Person(ctx, l.PersonID); err != nil {
			return err
		}
		standing, err := tx.Standing(ctx, convoke.Viewer{Person: l.PersonID}, &m)
		if err != nil {
			return err
		}
		out.Sees = convoke.CanEvent(standing, convoke.See, &m, e.Visibility, e.Draft(), "")
		speakers, err := tx.Speakers(ctx, e.ID)
		if err != nil {
			return err
		}
		for _, o := range speakers {
			if o.ID != s.ID && o.PersonID != "" {
				out.Others = append(out.Others, convoke.Speaker{ID: o.ID, Name: o.Name})
			}
		}
		return a.tasksOf(ctx, tx, &out)
	})
	return out, err
}

// tasksOf adds a speaker's questions, with what stands beneath them.
func (a *Questions) tasksOf(ctx context.Context, tx *store.Tx, out *SpeakerView) error {
	tasks, err := tx.Tasks(ctx, out.Event.ID)
	if err != nil {
		return err
	}
	askers, err := tx.Askers(ctx, out.Event.ID)
	if err != nil {
		return err
	}
	replies, err := tx.Replies(ctx, out.Event.ID, false)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if t.SpeakerID != out.Speaker.ID || t.AskedAt == 0 || t.State != convoke.QuestionOpen && t.State != convoke.QuestionDeclined {
			continue
		}
		q := SpeakerQuestion{Task: t}
		for _, x := range askers {
			if x.QuestionID != t.ID {
				continue
			}
			if !out.Sees {
				x.Name, x.Organisation = "", ""
			}
			q.Askers = append(q.Askers, x)
		}
		for _, r := range replies {
			if r.QuestionID == t.ID && r.SpeakerID != out.Speaker.ID && (out.Sees || r.Part == convoke.BySpeaker) { // members are known to members
				r.PersonID = ""
				q.Replies = append(q.Replies, r)
			}
		}
		own, err := tx.SpeakerReply(ctx, t.ID, out.Speaker.ID)
		if err == nil {
			q.Reply = &own
		} else if !convoke.IsNotFound(err) {
			return err
		}
		out.Questions = append(out.Questions, q)
	}
	return nil
}

// SpeakerReply is what a speaker writes to one of their questions.
type SpeakerReply struct {
	Number  int    `form:"n"`
	Text    string `form:"text"`
	ID      string `form:"id"`      // of the answer that the form was made from, empty for none
	Version int64  `form:"version"` // of that answer
	Send    bool   `form:"-"`       // it is finished: whoever moderates may publish it, or it is published at once
}

// errNotYours answers a speaker about any question that is not theirs to answer, there or not.
var errNotYours = convoke.Refuse(convoke.ReasonForbidden, "speaker.not_yours")

// task finds a question that is a speaker's to answer, following what it was merged into.
func (a *Questions) task(ctx context.Context, tx *store.Tx, s convoke.Speaker, m convoke.Community, number int) (t store.Task, err error) {
	if m.Archived() {
		return t, convoke.Refuse(convoke.ReasonForbidden, "error.archived")
	}
	if err := tx.LockQuestions(ctx, s.EventID); err != nil {
		return t, err
	}
	q, err := tx.QuestionByNumber(ctx, s.EventID, number)
	if err != nil {
		if convoke.IsNotFound(err) {
			err = errNotYours
		}
		return t, err
	}
	id := q.ID
	if q.MergedInto != "" {
		id = q.MergedInto
	}
	list, err := tx.Tasks(ctx, s.EventID)
	if err != nil {
		return t, err
	}
	i := slices.IndexFunc(list, func(t store.Task) bool { return t.ID == id && t.SpeakerID == s.ID && t.AskedAt != 0 })
	switch {
	case i < 0:
		return t, errNotYours
	case list[i].State == convoke.QuestionDeclined:
		return t, convoke.Refuse(convoke.ReasonConflict, "speaker.declined").With("Number", list[i].Number)
	case list[i].State != convoke.QuestionOpen:
		return t, errNotYours
	}
	return list[i], nil
}

// SaveReply keeps what a speaker writes to one of their questions, and sends it when they say so. A question that was merged meanwhile is followed. What
// was saved in another window is not written over unseen.
func (a *Questions) SaveReply(ctx context.Context, token string, in SpeakerReply) (r convoke.Reply, number int, err error) {
	err = a.update(ctx, convoke.Nobody, func(tx *store.Tx) error {
		l, s, e, m, err := a.speaks(ctx, tx, token)
		if err != nil {
			return err
		}
		t, err := a.task(ctx, tx, s, m, in.Number)
		if err != nil {
			return err
		}
		number = t.Number
		text := trimmed(&in.Text)
		if text != "" || in.Send {
			if err := checkReply(text); err != nil {
				return err
			}
		}
		v := convoke.Viewer{Person: l.PersonID, Letter: l.ID, Via: "letter"}
		r, err = tx.SpeakerReply(ctx, t.ID, s.ID)
		switch {
		case convoke.IsNotFound(err):
			if text == "" {
				return nil
			}
			r = convoke.Reply{ID: convoke.NewID("an"), QuestionID: t.ID, EventID: e.ID, SpeakerID: s.ID, PersonID: l.PersonID, Part: convoke.BySpeaker, Name: s.Name,
				Organisation: s.Organisation, Text: text, State: convoke.ReplyDraft, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now}
			if added, err := tx.AddDraft(ctx, r); err != nil || !added {
				if err == nil {
					err = convoke.Refuse(convoke.ReasonConflict, "speaker.stale")
				}
				return err
			}
		case err != nil:
			return err
		case r.Text != text && (string(r.ID) != in.ID || r.Version != in.Version):
			return convoke.Refuse(convoke.ReasonConflict, "speaker.stale")
		case r.State == convoke.ReplyPublished && !m.AtOnce:
			if r.Text == text {
				return nil
			}
			return convoke.Refuse(convoke.ReasonConflict, "speaker.published")
		default:
			open := r.State != convoke.ReplyDraft && r.Text != text
			if err := a.rewrite(ctx, tx, v, &r, text); err != nil {
				return err
			}
			if open {
				if err := a.note(ctx, tx, v, m, e, t.Question, "answer-edited"); err != nil {
					return err
				}
			}
		}
		if !in.Send || r.State == convoke.ReplyPublished || r.Text == "" {
			return nil
		}
		return a.sendReply(ctx, tx, v, m, e, t.Question, &r)
	})
	return r, number, err
}

// rewrite changes a speaker's own answer. How it read is kept once somebody else could have read it.
func (a *Questions) rewrite(ctx context.Context, tx *store.Tx, v convoke.Viewer, r *convoke.Reply, text string) error {
	switch {
	case r.Text == text:
		return nil
	case text == "" && r.State == convoke.ReplyDraft:
		id := r.ID
		r.ID, r.Text, r.Version = "", "", 0
		return tx.DropReply(ctx, id)
	case text == "":
		return convoke.Invalid("text", "reply.text.missing")
	}
	if r.State != convoke.ReplyDraft {
		if err := tx.AddRevision(ctx, convoke.Revision{SubjectID: r.ID, Version: r.Version, EventID: r.EventID, Text: r.Text, EditorID: v.Person, At: tx.Now}); err != nil {
			return err
		}
	}
	r.Text, r.Version, r.UpdatedAt = text, r.Version+1, tx.Now
	return tx.PutReply(ctx, *r)
}

// sendReply hands a speaker's answer in: it is published at once where the community has it so.
func (a *Questions) sendReply(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, e convoke.Event, q convoke.Question, r *convoke.Reply) error {
	if m.AtOnce {
		if err := a.publish(ctx, tx, v, m, e, q, *r); err != nil {
			return err
		}
		r.State, r.Version = convoke.ReplyPublished, r.Version+1
		return nil
	}
	if r.State == convoke.ReplySubmitted {
		return nil
	}
	r.State, r.Version, r.UpdatedAt = convoke.ReplySubmitted, r.Version+1, tx.Now
	if err := tx.PutReply(ctx, *r); err != nil {
		return err
	}
	return a.note(ctx, tx, v, m, e, q, "submitted")
}

// PassOn makes a question another speaker's, who gets a letter of their own; with an empty speaker it is just not the reader's. What they wrote to it
// and did not send goes, which they must have agreed to.
func (a *Questions) PassOn(ctx context.Context, token string, number int, to convoke.ID, drop bool) error {
	return a.update(ctx, convoke.Nobody, func(tx *store.Tx) error {
		l, s, e, m, err := a.speaks(ctx, tx, token)
		if err != nil {
			return err
		}
		t, err := a.task(ctx, tx, s, m, number)
		if err != nil {
			return err
		}
		if t.Own == convoke.ReplySubmitted || t.Own == convoke.ReplyPublished {
			return convoke.Refuse(convoke.ReasonConflict, "speaker.answered")
		}
		verb := "not-theirs"
		if to != "" {
			list, err := tx.Speakers(ctx, e.ID)
			if err != nil {
				return err
			}
			if to == s.ID || !slices.ContainsFunc(list, func(o convoke.Speaker) bool { return o.ID == to && o.PersonID != "" }) {
				return convoke.Invalid("to", "question.speaker.unknown")
			}
			tasks, err := tx.Tasks(ctx, e.ID)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(tasks, func(x store.Task) bool { return x.ID == t.ID && x.SpeakerID == to && x.AskedAt != 0 }) {
				// several that are passed one after the other come in one letter
				if err := tx.AskSpeaker(ctx, t.ID, to, tx.Now.Add(convoke.SettleTime)); err != nil {
					return err
				}
			}
			verb = "passed"
		}
		if t.Own != "" && !drop {
			return convoke.Invalid("drop", "speaker.pass.drop")
		}
		if t.Own != "" {
			r, err := tx.SpeakerReply(ctx, t.ID, s.ID)
			if err != nil {
				return err
			}
			if err := tx.DropReply(ctx, r.ID); err != nil {
				return err
			}
		}
		if err := tx.Disown(ctx, t.ID, s.ID); err != nil {
			return err
		}
		if err := tx.RaiseQuestion(ctx, t.ID); err != nil {
			return err
		}
		return a.note(ctx, tx, convoke.Viewer{Person: l.PersonID, Letter: l.ID, Via: "letter"}, m, e, t.Question, verb)
	})
}

// RenewLink sends whoever holds a link that is too old a new one, to the address it was sent to and to no other.
func (a *Questions) RenewLink(ctx context.Context, token string) error {
	return a.update(ctx, convoke.Nobody, func(tx *store.Tx) error {
		l, s, e, m, err := a.speaks(ctx, tx, token)
		if !IsExpired(err) {
			if err == nil {
				err = convoke.Refuse(convoke.ReasonConflict, "speaker.works")
			}
			return err
		}
		if m.Archived() {
			return convoke.Refuse(convoke.ReasonForbidden, "error.archived")
		}
		n, err := tx.CountLetters(ctx, l.PersonID, notify.SpeakerQuestions, tx.Now.Add(-time.Hour))
		if err != nil {
			return err
		}
		if n >= convoke.SignInsPerAddress {
			e := convoke.Refuse(convoke.ReasonLimited, "sign_in.limited")
			e.RetryAfter = 3600
			return e
		}
		if err := a.askAgain(ctx, tx, s); err != nil {
			return err
		}
		return a.recordAsked(ctx, tx, convoke.Viewer{Person: l.PersonID, Letter: l.ID, Via: "letter"}, m, e, "renewed-link")
	})
}
