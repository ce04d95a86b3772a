package app

import (
	"context"
	"slices"
	"strconv"
	"strings"

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
	Replies  []convoke.Reply    // in the order of publication; those that wait only for whoever moderates
	Comments []CommentView
	Speakers []convoke.Speaker // whose it is to answer, without address
}

// Answered says whether it has an answer, in writing or live.
func (q *QuestionView) Answered() bool {
	return q.LiveSeconds != convoke.NotLive || slices.ContainsFunc(q.Replies, func(r convoke.Reply) bool { return r.State == convoke.ReplyPublished })
}

// CommentView is a comment as one viewer may see it.
type CommentView struct {
	store.CommentRow
	CanRemove bool
}

// QuestionsView is the questions of an event as one viewer may see them.
type QuestionsView struct {
	Event       EventView
	FollowUp    convoke.FollowUp
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
	if out.FollowUp, err = tx.FollowUp(ctx, e); err != nil {
		return out, err
	}
	out.CanModerate = convoke.Can(s, convoke.Plan, &m)
	out.CanDiscuss = convoke.CanEvent(s, convoke.Discuss, &m, e.Visibility, e.Draft(), out.Event.Answer)
	out.Closed = out.FollowUp.AskUntil != 0 && out.FollowUp.AskUntil <= tx.Now
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
	for _, id := range mine {
		if i, ok := at[id]; ok {
			out.Questions[i].Mine = true
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

// Ask puts a question about an event, for a moderator to look at before it stands on the page.
func (a *Questions) Ask(ctx context.Context, v convoke.Viewer, event convoke.ID, in QuestionInput) (q convoke.Question, err error) {
	if !v.Signed() {
		return q, convoke.ErrSignIn
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		e, m, err := a.inquires(ctx, tx, v, event)
		if err != nil {
			return err
		}
		if n, err := tx.CountAsked(ctx, v, e.ID); err != nil {
			return err
		} else if n >= maxAsked {
			return convoke.Invalid("text", "question.too_many")
		}
		if q, err = a.add(ctx, tx, e, in.Text); err != nil {
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

func (a *Questions) add(ctx context.Context, tx *store.Tx, e convoke.Event, text string) (q convoke.Question, err error) {
	q = convoke.Question{ID: convoke.NewID("qu"), EventID: e.ID, CommunityID: e.CommunityID, Text: trimmed(&text, convoke.MaxQuestion+1), State: convoke.QuestionPending,
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
		if !v.Signed() || !slices.Contains(mine, q.ID) {
			return convoke.Question{}, e, m, s, convoke.ErrNotFound
		}
	}
	return q, e, m, s, nil
}

// Stands says at which number a question of an event stands: another one than asked for when it was merged.
func (a *Questions) Stands(ctx context.Context, v convoke.Viewer, event convoke.ID, number int) (n int, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		q, _, _, _, err := a.shown(ctx, tx, v, event, number)
		n = q.Number
		return err
	})
	return n, err
}

// AskToo adds the viewer to those who ask a question, or takes that back.
func (a *Questions) AskToo(ctx context.Context, v convoke.Viewer, event convoke.ID, number int, on, anonymous bool) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		q, e, _, _, err := a.shown(ctx, tx, v, event, number)
		if err != nil {
			return err
		}
		if !on {
			return tx.DropAsker(ctx, q.ID, v.Person)
		}
		if _, _, err := a.inquires(ctx, tx, v, event); err != nil {
			return err
		}
		if q.State == convoke.QuestionDeclined {
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

// note writes the audit line of a question.
func (a *Questions) note(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, e convoke.Event, q convoke.Question, verb string) error {
	return a.record(ctx, tx, v, news{noun: "question", verb: verb, subject: q.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID, after: q})
}

// moderates finds a question as it stands for who may moderate it.
func (a *Questions) moderates(ctx context.Context, tx *store.Tx, v convoke.Viewer, event convoke.ID, number int) (q convoke.Question, e convoke.Event, m convoke.Community, err error) {
	if e, m, err = a.plans(ctx, tx, v, event); err != nil {
		return q, e, m, err
	}
	if q, err = tx.QuestionByNumber(ctx, e.ID, number); err == nil && q.MergedInto != "" {
		q, err = tx.Question(ctx, q.MergedInto)
	}
	return q, e, m, err
}

// QuestionEdit is what a moderator can set of a question; nil leaves a thing as it is.
type QuestionEdit struct {
	Text        *string   `json:"text" form:"text"`
	State       *string   `json:"state" form:"state"`     // open, or declined with a reason
	Reason      *string   `json:"reason" form:"reason"`   // why it is declined
	Live        *string   `json:"live_at" form:"live_at"` // answered live at this moment of the recording, "41:20" or "1:02:03"; "yes" for no known moment, "" for not
	ToCommunity *bool     `json:"to_community" form:"to_community"`
	Speakers    *[]string `json:"speakers" form:"-"`      // IDs of the speakers whose it is to answer
	Version     *int64    `json:"version" form:"version"` // the one the form was made from
}

// Edit changes a question, by whoever moderates the event. How it read before is kept.
func (a *Questions) Edit(ctx context.Context, v convoke.Viewer, event convoke.ID, number int, in QuestionEdit) (q convoke.Question, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var e convoke.Event
		var m convoke.Community
		if q, e, m, err = a.moderates(ctx, tx, v, event, number); err != nil {
			return err
		}
		if in.Version != nil && *in.Version != q.Version {
			return convoke.Refuse(convoke.ReasonConflict, "error.stale")
		}
		before := q
		if err := in.apply(&q); err != nil {
			return err
		}
		if in.Speakers != nil {
			if err := a.assign(ctx, tx, e, q, *in.Speakers); err != nil {
				return err
			}
		}
		if q == before {
			return nil
		}
		if q.Text != before.Text {
			if err := tx.AddRevision(ctx, convoke.Revision{SubjectID: q.ID, Version: before.Version, EventID: e.ID, Text: before.Text, EditorID: v.Person, At: tx.Now}); err != nil {
				return err
			}
		}
		return a.put(ctx, tx, v, m, e, &q, "edited")
	})
	return q, err
}

func (in QuestionEdit) apply(q *convoke.Question) error {
	if in.Text != nil {
		q.Text = trimmed(in.Text, convoke.MaxQuestion+1)
		if err := checkQuestion(q.Text); err != nil {
			return err
		}
	}
	if in.Reason != nil {
		q.Reason = trimmed(in.Reason, 1000)
	}
	if in.State != nil {
		q.State = convoke.QuestionState(*in.State)
		switch q.State {
		case convoke.QuestionOpen:
			q.Reason = ""
		case convoke.QuestionDeclined:
			if q.Reason == "" {
				return convoke.Invalid("reason", "question.reason.missing")
			}
		default:
			return convoke.Invalid("state", "question.state.unknown")
		}
	}
	if in.Live != nil {
		at, err := moment(*in.Live)
		if err != nil {
			return err
		}
		q.LiveSeconds = at
	}
	if in.ToCommunity != nil {
		q.ToCommunity = *in.ToCommunity
	}
	return nil
}

// moment reads a place in a recording: minutes and seconds, with hours before them or not.
func moment(s string) (int, error) {
	s = strings.TrimSpace(s)
	switch s {
	case "":
		return convoke.NotLive, nil
	case "yes":
		return convoke.LiveSomeday, nil
	}
	parts, total := strings.Split(s, ":"), 0
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || len(parts) > 3 || i > 0 && (n > 59 || len(p) != 2) {
			return 0, convoke.Invalid("live_at", "question.live.unreadable")
		}
		total = total*60 + int(n)
	}
	if len(parts) == 1 { // "41" means the minute
		total *= 60
	}
	if total > 48*3600 {
		return 0, convoke.Invalid("live_at", "question.live.unreadable")
	}
	return total, nil
}

// put stores a changed question and settles it when it has its answer now. What became of it is told by the outbox, which looks for askers that
// nobody told yet.
func (a *Questions) put(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, e convoke.Event, q *convoke.Question, verb string) error {
	answered, err := a.answered(ctx, tx, *q)
	if err != nil {
		return err
	}
	switch {
	case !answered && q.State != convoke.QuestionDeclined:
		q.SettledAt = 0
	case q.SettledAt == 0:
		q.SettledAt = tx.Now
	}
	q.Version, q.UpdatedAt = q.Version+1, tx.Now
	if err := tx.PutQuestion(ctx, *q); err != nil {
		return err
	}
	return a.note(ctx, tx, v, m, e, *q, verb)
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

// assign makes a question the given speakers' to answer, and nobody else's.
func (a *Questions) assign(ctx context.Context, tx *store.Tx, e convoke.Event, q convoke.Question, ids []string) error {
	speakers, err := tx.Speakers(ctx, e.ID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(speakers, func(s convoke.Speaker) bool { return string(s.ID) == id }) {
			return convoke.Invalid("speakers", "question.speaker.unknown")
		}
	}
	for _, s := range speakers {
		if slices.Contains(ids, string(s.ID)) {
			err = tx.Assign(ctx, convoke.Assignment{QuestionID: q.ID, SpeakerID: s.ID, CreatedAt: tx.Now})
		} else {
			err = tx.Unassign(ctx, q.ID, s.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Merge lets one question stand for another. Answers, comments and whose it is to answer follow; who asked either is told of the answer.
func (a *Questions) Merge(ctx context.Context, v convoke.Viewer, event convoke.ID, number, into int) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		q, e, m, err := a.moderates(ctx, tx, v, event, number)
		if err != nil {
			return err
		}
		to, _, _, err := a.moderates(ctx, tx, v, event, into)
		if convoke.IsNotFound(err) {
			return convoke.Invalid("into", "question.into.unknown")
		}
		if err != nil {
			return err
		}
		if q.ID == to.ID {
			return convoke.Invalid("into", "question.into.same")
		}
		if to.State == convoke.QuestionDeclined {
			return convoke.Invalid("into", "question.into.declined")
		}
		q.State, q.MergedInto, q.Version, q.UpdatedAt = convoke.QuestionMerged, to.ID, q.Version+1, tx.Now
		if err := tx.PutQuestion(ctx, q); err != nil {
			return err
		}
		if err := tx.FollowQuestion(ctx, q.ID, to.ID); err != nil {
			return err
		}
		if q.ToCommunity {
			to.ToCommunity = true
		}
		if q.LiveSeconds != convoke.NotLive && to.LiveSeconds == convoke.NotLive {
			to.LiveSeconds = q.LiveSeconds
		}
		if to.State == convoke.QuestionPending && q.Settled() {
			to.State = convoke.QuestionOpen
		}
		if err := a.note(ctx, tx, v, m, e, q, "merged"); err != nil {
			return err
		}
		return a.put(ctx, tx, v, m, e, &to, "edited")
	})
}

// Order puts the questions of an event into an order: numbers in the order they are to stand in, those left out after them as they stood. version is
// that of the follow-up the form was made from, so that of two people ordering at once one is told.
func (a *Questions) Order(ctx context.Context, v convoke.Viewer, event convoke.ID, numbers []int, version *int64) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		f, err := tx.FollowUp(ctx, e)
		if err != nil {
			return err
		}
		if version != nil && *version != f.Version {
			return convoke.Refuse(convoke.ReasonConflict, "error.stale")
		}
		list, err := tx.Questions(ctx, v, e.ID, convoke.MaxQuestions)
		if err != nil {
			return err
		}
		place := func(q convoke.Question) int {
			if i := slices.Index(numbers, q.Number); i >= 0 {
				return i
			}
			return len(numbers)
		}
		slices.SortStableFunc(list, func(x, y convoke.Question) int { return place(x) - place(y) })
		for i, q := range list {
			if q.Position != i+1 {
				if err := tx.PlaceQuestion(ctx, e.ID, q.Number, i+1); err != nil {
					return err
				}
			}
		}
		f.Version++
		if err := tx.PutFollowUp(ctx, f); err != nil {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "event", verb: "ordered-questions", subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID})
	})
}

// Remove takes a question away for good, with everything beneath it: what should never have stood there.
func (a *Questions) Remove(ctx context.Context, v convoke.Viewer, event convoke.ID, number int) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		q, e, m, err := a.moderates(ctx, tx, v, event, number)
		if err != nil {
			return err
		}
		if err := tx.DropQuestion(ctx, q.ID); err != nil {
			return err
		}
		q.Text = "" // what was removed does not live on in the log
		return a.note(ctx, tx, v, m, e, q, "removed")
	})
}

// AskUntil sets until when questions about an event are taken, zero for always.
func (a *Questions) AskUntil(ctx context.Context, v convoke.Viewer, event convoke.ID, until convoke.Instant) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		f, err := tx.FollowUp(ctx, e)
		if err != nil || f.AskUntil == until {
			return err
		}
		f.AskUntil = until
		f.Version++
		if err := tx.PutFollowUp(ctx, f); err != nil {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "event", verb: "ask-until", subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID})
	})
}

// History lists how a question or one of its answers read before, for whoever may see it.
func (a *Questions) History(ctx context.Context, v convoke.Viewer, event convoke.ID, number int) (list []store.RevisionRow, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		q, _, m, s, err := a.shown(ctx, tx, v, event, number)
		if err != nil {
			return err
		}
		if !convoke.Can(s, convoke.Review, &m) {
			return allow(v, s, convoke.Review, &m)
		}
		list, err = tx.Revisions(ctx, q.ID)
		return err
	})
	return list, err
}
