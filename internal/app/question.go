package app

import (
	"context"
	"slices"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// Questions is what people ask about events, and what is answered. Who asked without a name is read from the store by the outbox alone.
type Questions struct{ *core }

// QuestionView is one question as one viewer may see it.
type QuestionView struct {
	convoke.Question
	Askers   []store.ShownAsker // in the order of asking, whoever has no name among them
	Mine     bool               // the viewer asks it
	First    bool               // the viewer asked it, and cannot take that back
	Unnamed  bool               // the viewer asks it without their name
	Replies  []convoke.Reply    // in the order of publication; those that wait only for whoever moderates
	Own      []convoke.ID       // the replies the viewer gave as a member
	Comments []CommentView
	Speakers []convoke.Speaker // whose it is to answer, without address
}

// Answered says whether it has an answer that stands on the page, in writing or live.
func (q *QuestionView) Answered() bool { return q.State == convoke.QuestionOpen && q.Settled() }

// CommentView is a comment as one viewer may see it.
type CommentView struct {
	store.CommentRow
	CanRemove bool
}

// QuestionsView is the questions of an event as one viewer may see them.
type QuestionsView struct {
	Event       EventView
	Sessions    int // of its series, as far as the viewer may see them
	AskUntil    convoke.Instant
	Ordered     int64          // the order's version
	Questions   []QuestionView // in order; pending ones for whoever moderates and whoever asked
	Count       store.QuestionCount
	CanAsk      bool
	CanDiscuss  bool
	CanModerate bool
	Closed      bool // the time for questions is over
}

// List reads the questions of an event, by its address in a community or, with an empty community, by ID.
func (a *Questions) List(ctx context.Context, v convoke.Viewer, community, ref string) (out QuestionsView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, m, s, err := a.find(ctx, tx, v, community, ref)
		if err != nil {
			return err
		}
		out, err = a.questions(ctx, tx, v, s, m, e)
		return err
	})
	return out, err
}

func (a *Questions) questions(ctx context.Context, tx *store.Tx, v convoke.Viewer, s convoke.Standing, m convoke.Community, e convoke.Event) (out QuestionsView, err error) {
	views, err := a.eventViews(ctx, tx, v, []convoke.Event{e})
	if err != nil {
		return out, err
	}
	out.Event = views[0]
	if err := a.around(ctx, tx, s, &out.Event); err != nil {
		return out, err
	}
	if out.Event.Series != nil {
		list, err := tx.Events(ctx, v, store.EventFilter{Series: e.SeriesID, Limit: 500})
		if err != nil {
			return out, err
		}
		out.Sessions = len(list)
	}
	f, err := tx.FollowUp(ctx, e)
	if err != nil {
		return out, err
	}
	out.AskUntil, out.Ordered = f.AskUntil, f.Ordered
	out.CanModerate = convoke.Can(s, convoke.Plan, &m)
	out.CanDiscuss = convoke.CanEvent(s, convoke.Discuss, &m, e.Visibility, e.Draft(), out.Event.Answer)
	out.Closed = f.AskUntil != 0 && f.AskUntil <= tx.Now
	out.CanAsk = convoke.CanEvent(s, convoke.Inquire, &m, e.Visibility, e.Draft(), out.Event.Answer) && !out.Closed
	counts, err := tx.CountQuestions(ctx, []convoke.ID{e.ID})
	if err != nil {
		return out, err
	}
	out.Count = counts[e.ID]
	if !out.CanModerate {
		out.Count.Pending = 0
	}
	list, err := tx.Questions(ctx, v, e.ID, convoke.MaxQuestions)
	if err != nil {
		return out, err
	}
	at := map[convoke.ID]int{}
	out.Questions = make([]QuestionView, len(list))
	for i, q := range list {
		out.Questions[i].Question, at[q.ID] = q, i
	}
	return out, a.beneath(ctx, tx, v, &out, at)
}

// beneath adds askers, answers and comments to the questions of an event.
func (a *Questions) beneath(ctx context.Context, tx *store.Tx, v convoke.Viewer, out *QuestionsView, at map[convoke.ID]int) error {
	event := out.Event.ID
	askers, err := tx.Askers(ctx, event)
	if err != nil {
		return err
	}
	for _, x := range askers {
		if i, ok := at[x.QuestionID]; ok {
			out.Questions[i].Askers = append(out.Questions[i].Askers, x)
		}
	}
	replies, err := tx.Replies(ctx, event, out.CanModerate)
	if err != nil {
		return err
	}
	for _, r := range replies {
		if i, ok := at[r.QuestionID]; ok {
			if v.Signed() && r.Part == convoke.ByMember && r.PersonID == v.Person {
				out.Questions[i].Own = append(out.Questions[i].Own, r.ID)
			}
			r.PersonID = ""
			out.Questions[i].Replies = append(out.Questions[i].Replies, r)
		}
	}
	comments, err := tx.Comments(ctx, event)
	if err != nil {
		return err
	}
	for _, c := range comments {
		if i, ok := at[c.QuestionID]; ok {
			w := CommentView{CommentRow: c, CanRemove: out.CanModerate || v.Signed() && c.PersonID == v.Person}
			w.PersonID = ""
			out.Questions[i].Comments = append(out.Questions[i].Comments, w)
		}
	}
	assigned, err := tx.Assignments(ctx, event)
	if err != nil {
		return err
	}
	for _, x := range assigned {
		i, ok := at[x.QuestionID]
		j := slices.IndexFunc(out.Event.Speakers, func(s convoke.Speaker) bool { return s.ID == x.SpeakerID })
		if ok && j >= 0 {
			out.Questions[i].Speakers = append(out.Questions[i].Speakers, out.Event.Speakers[j])
		}
	}
	if !v.Signed() {
		return nil
	}
	mine, err := tx.AskedBy(ctx, v, event)
	for _, x := range mine {
		if i, ok := at[x.QuestionID]; ok {
			q := &out.Questions[i]
			q.Mine, q.First, q.Unnamed = true, q.First || x.First, q.Unnamed || x.Anonymous
		}
	}
	return err
}

// QuestionInput is a question as a form or a program gives it.
type QuestionInput struct {
	Text      string `json:"text" form:"text"`
	Anonymous bool   `json:"anonymous" form:"anonymous"`
}

// maxAsked is how many questions one person may ask about one event.
const maxAsked = 50

// Ask puts a question about an event, for a moderator to look at before it stands on the page. Whoever asks in the same words again asks once; without
// their name when they ever said so, since saying nothing names nobody.
func (a *Questions) Ask(ctx context.Context, v convoke.Viewer, event convoke.ID, in QuestionInput) (q convoke.Question, err error) {
	if !v.Signed() {
		return q, convoke.ErrSignIn
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		e, _, _, err := a.find(ctx, tx, v, "", string(event))
		if err != nil {
			return err
		}
		text := trimmed(&in.Text)
		q, err = tx.AskedAlike(ctx, v, e.ID, text)
		switch {
		case err == nil && in.Anonymous: // whatever has become of the event since
			return tx.Unname(ctx, q, v.Person)
		case err != nil && !convoke.IsNotFound(err):
			return err
		}
		known := err == nil
		e, m, err := a.inquires(ctx, tx, v, event)
		if err != nil || known {
			return err // sent twice
		}
		if n, err := tx.CountAsked(ctx, v, e.ID); err != nil {
			return err
		} else if n >= maxAsked {
			return convoke.Invalid("text", "question.too_many")
		}
		if q, err = a.add(ctx, tx, e, text, convoke.QuestionPending); err != nil {
			return err
		}
		if _, err := tx.AddAsker(ctx, convoke.Asker{ID: convoke.NewID("as"), QuestionID: q.ID, EventID: e.ID, PersonID: v.Person, Anonymous: in.Anonymous, First: true, CreatedAt: tx.Now}); err != nil {
			return err
		}
		return a.note(ctx, tx, unnamed(v, in.Anonymous), m, e, q, "asked")
	})
	return q, err
}

// unnamed is who the audit log names for what somebody asks: nobody when they ask without a name.
func unnamed(v convoke.Viewer, anonymous bool) convoke.Viewer {
	if anonymous {
		return convoke.Viewer{Via: v.Via}
	}
	return v
}

func (a *Questions) add(ctx context.Context, tx *store.Tx, e convoke.Event, text string, state convoke.QuestionState) (q convoke.Question, err error) {
	q = convoke.Question{ID: convoke.NewID("qu"), EventID: e.ID, CommunityID: e.CommunityID, Text: text, State: state,
		LiveSeconds: convoke.NotLive, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	if err := checkQuestion(q.Text); err != nil {
		return q, err
	}
	if q.Number, err = tx.NextNumber(ctx, e.ID, e.CommunityID); err != nil {
		return q, err
	}
	if q.Number > convoke.MaxQuestions {
		return q, convoke.Invalid("text", "question.event_full")
	}
	q.Position = q.Number
	return q, tx.AddQuestion(ctx, q)
}

func checkQuestion(text string) error {
	switch {
	case text == "":
		return convoke.Invalid("text", "question.text.missing")
	case len([]rune(text)) > convoke.MaxQuestion:
		return convoke.Invalid("text", "question.text.long")
	}
	return nil
}

// inquires finds an event that the viewer may ask about now.
func (a *Questions) inquires(ctx context.Context, tx *store.Tx, v convoke.Viewer, event convoke.ID) (e convoke.Event, m convoke.Community, err error) {
	e, m, s, err := a.find(ctx, tx, v, "", string(event))
	if err != nil {
		return e, m, err
	}
	answer, err := tx.AnswerTo(ctx, v.Person, e.ID)
	if err != nil {
		return e, m, err
	}
	if !convoke.CanEvent(s, convoke.Inquire, &m, e.Visibility, e.Draft(), answer) {
		if m.Archived() {
			return e, m, convoke.Refuse(convoke.ReasonForbidden, "error.archived")
		}
		return e, m, convoke.Refuse(convoke.ReasonForbidden, "question.not_yours")
	}
	f, err := tx.FollowUp(ctx, e)
	if err == nil && f.AskUntil != 0 && f.AskUntil <= tx.Now {
		err = convoke.Refuse(convoke.ReasonConflict, "question.closed")
	}
	return e, m, err
}

// shown finds a question by its number that the viewer may see, following what it was merged into.
func (a *Questions) shown(ctx context.Context, tx *store.Tx, v convoke.Viewer, event convoke.ID, number int) (q convoke.Question, e convoke.Event, m convoke.Community, s convoke.Standing, err error) {
	if e, m, s, err = a.find(ctx, tx, v, "", string(event)); err != nil {
		return q, e, m, s, err
	}
	if q, err = tx.QuestionByNumber(ctx, e.ID, number); err != nil {
		return q, e, m, s, err
	}
	if q.MergedInto != "" {
		if q, err = tx.Question(ctx, q.MergedInto); err != nil {
			return q, e, m, s, err
		}
	}
	if q.State == convoke.QuestionPending && !convoke.Can(s, convoke.Review, &m) {
		mine, err := tx.AskedBy(ctx, v, e.ID)
		if err != nil {
			return q, e, m, s, err
		}
		if !v.Signed() || !slices.ContainsFunc(mine, func(x store.Asked) bool { return x.QuestionID == q.ID }) {
			return convoke.Question{}, e, m, s, convoke.ErrNotFound
		}
	}
	return q, e, m, s, nil
}

// One is List with a single question, and the number it stands at: another one than asked for when it was merged.
func (a *Questions) One(ctx context.Context, v convoke.Viewer, community, ref string, number int) (out QuestionsView, n int, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, m, s, err := a.find(ctx, tx, v, community, ref)
		if err != nil {
			return err
		}
		q, _, _, _, err := a.shown(ctx, tx, v, e.ID, number)
		if err != nil {
			return err
		}
		n = q.Number
		if out, err = a.questions(ctx, tx, v, s, m, e); err != nil {
			return err
		}
		if out.Questions = slices.DeleteFunc(out.Questions, func(x QuestionView) bool { return x.ID != q.ID }); len(out.Questions) == 0 {
			return convoke.ErrNotFound
		}
		return nil
	})
	return out, n, err
}

// AskToo adds the viewer to those who ask a question, or takes that back. Whoever asks it already and now wants no name there has none from then on.
func (a *Questions) AskToo(ctx context.Context, v convoke.Viewer, event convoke.ID, number int, on, anonymous bool) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		q, e, m, _, err := a.shown(ctx, tx, v, event, number)
		if err != nil {
			return err
		}
		mine, err := tx.AskedBy(ctx, v, e.ID)
		asks := slices.ContainsFunc(mine, func(x store.Asked) bool { return x.QuestionID == q.ID }) // perhaps in other words
		switch {
		case err != nil:
			return err
		case on && asks && anonymous: // whatever has become of the event since
			return tx.Unname(ctx, q, v.Person)
		case m.Archived():
			return convoke.Refuse(convoke.ReasonForbidden, "error.archived")
		case !on:
			return tx.DropAsker(ctx, q.ID, v.Person)
		}
		if _, _, err := a.inquires(ctx, tx, v, event); err != nil {
			return err
		}
		switch {
		case asks:
			return nil
		case q.State == convoke.QuestionDeclined:
			return convoke.Refuse(convoke.ReasonConflict, "question.declined")
		}
		x := convoke.Asker{ID: convoke.NewID("as"), QuestionID: q.ID, EventID: e.ID, PersonID: v.Person, Anonymous: anonymous, CreatedAt: tx.Now}
		if q.Settled() {
			x.ToldAt = tx.Now // the answer stands on the page already
		}
		_, err = tx.AddAsker(ctx, x)
		return err
	})
}

// note writes the audit line of a question, without its words: what is edited away or removed must not live on in the log.
func (a *Questions) note(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, e convoke.Event, q convoke.Question, verb string) error {
	q.Text, q.Reason = "", ""
	return a.record(ctx, tx, v, news{noun: "question", verb: verb, subject: q.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID, after: q})
}

// answered says whether a question has an answer that stands on the page.
func (c *core) answered(ctx context.Context, tx *store.Tx, q convoke.Question) (bool, error) {
	if q.State != convoke.QuestionOpen {
		return false, nil
	}
	if q.LiveSeconds != convoke.NotLive {
		return true, nil
	}
	n, err := tx.CountPublished(ctx, q.ID)
	return n > 0, err
}
