package app

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"convoke/calendar"
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

// moderates finds a question for who may moderate it. One that another stands for meanwhile is refused: what somebody meant for it is not done to the
// other.
func (a *Questions) moderates(ctx context.Context, tx *store.Tx, v convoke.Viewer, event convoke.ID, number int) (q convoke.Question, e convoke.Event, m convoke.Community, err error) {
	if e, m, err = a.plans(ctx, tx, v, event); err != nil {
		return q, e, m, err
	}
	if q, err = tx.QuestionByNumber(ctx, e.ID, number); err != nil || q.MergedInto == "" {
		return q, e, m, err
	}
	root, err := tx.Question(ctx, q.MergedInto)
	if err != nil {
		return q, e, m, err
	}
	return q, e, m, convoke.Refuse(convoke.ReasonConflict, "question.merged").With("Number", root.Number)
}

// maxReason is how long the reason can be for which a question is declined, in runes.
const maxReason = 1_000

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
		assigned := false
		if in.Speakers != nil {
			if assigned, err = a.assign(ctx, tx, e, q, *in.Speakers); err != nil {
				return err
			}
		}
		switch {
		case q == before && assigned:
			return a.put(ctx, tx, v, m, e, &q, "assigned")
		case q == before:
			return nil
		case q.State == convoke.QuestionDeclined && before.State != convoke.QuestionDeclined:
			if n, err := tx.CountPublished(ctx, q.ID); err != nil {
				return err
			} else if n > 0 || q.LiveSeconds != convoke.NotLive {
				return convoke.Invalid("reason", "question.answered")
			}
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
		q.Text = trimmed(in.Text)
		if err := checkQuestion(q.Text); err != nil {
			return err
		}
	}
	if in.Reason != nil {
		if q.Reason = trimmed(in.Reason); utf8.RuneCountInString(q.Reason) > maxReason {
			return convoke.Invalid("reason", longs[maxReason])
		}
	}
	if in.State != nil {
		q.State = convoke.QuestionState(*in.State)
		if q.State != convoke.QuestionOpen && q.State != convoke.QuestionDeclined {
			return convoke.Invalid("state", "question.state.unknown")
		}
	}
	if in.Live != nil {
		at, err := moment(*in.Live)
		if err != nil {
			return err
		}
		q.LiveSeconds = at
		if at != convoke.NotLive && in.State == nil { // what was answered stands on the page
			q.State = convoke.QuestionOpen
		}
	}
	if in.ToCommunity != nil {
		q.ToCommunity = *in.ToCommunity
	}
	switch {
	case q.State != convoke.QuestionDeclined:
		q.Reason = ""
	case q.Reason == "":
		return convoke.Invalid("reason", "question.reason.missing")
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

// assign makes a question the given speakers' to answer, and nobody else's, and says whether that is new.
func (a *Questions) assign(ctx context.Context, tx *store.Tx, e convoke.Event, q convoke.Question, ids []string) (changed bool, err error) {
	speakers, err := tx.Speakers(ctx, e.ID)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(speakers, func(s convoke.Speaker) bool { return string(s.ID) == id }) {
			return false, convoke.Invalid("speakers", "question.speaker.unknown")
		}
	}
	before, err := tx.Assignments(ctx, e.ID)
	if err != nil {
		return false, err
	}
	for _, s := range speakers {
		want := slices.Contains(ids, string(s.ID))
		if has := slices.ContainsFunc(before, func(x convoke.Assignment) bool { return x.QuestionID == q.ID && x.SpeakerID == s.ID }); want == has {
			continue
		}
		if changed = true; want {
			err = tx.Assign(ctx, convoke.Assignment{QuestionID: q.ID, SpeakerID: s.ID, CreatedAt: tx.Now})
		} else {
			err = tx.Unassign(ctx, q.ID, s.ID)
		}
		if err != nil {
			return false, err
		}
	}
	return changed, nil
}

// Merge lets one question stand for another. Answers, comments and whose it is to answer follow; who asked either is told of the answer.
func (a *Questions) Merge(ctx context.Context, v convoke.Viewer, event convoke.ID, number, into int) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		if err := tx.LockQuestions(ctx, e.ID); err != nil {
			return err
		}
		to, err := tx.QuestionByNumber(ctx, e.ID, into)
		if err == nil && to.MergedInto != "" {
			to, err = tx.Question(ctx, to.MergedInto)
		}
		if convoke.IsNotFound(err) {
			return convoke.Invalid("into", "question.into.unknown")
		}
		if err != nil {
			return err
		}
		q, err := tx.QuestionByNumber(ctx, e.ID, number)
		switch {
		case err != nil:
			return err
		case q.MergedInto == to.ID:
			return nil // sent twice
		case q.ID == to.ID:
			return convoke.Invalid("into", "question.into.same")
		case q.MergedInto != "":
			_, _, _, err = a.moderates(ctx, tx, v, event, number)
			return err
		case to.State == convoke.QuestionDeclined:
			return convoke.Invalid("into", "question.into.declined")
		}
		was := q.State
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
		if to.State == convoke.QuestionPending && was == convoke.QuestionOpen { // what stood on the page stays there
			to.State = convoke.QuestionOpen
		}
		if err := a.note(ctx, tx, v, m, e, q, "merged"); err != nil {
			return err
		}
		return a.put(ctx, tx, v, m, e, &to, "edited")
	})
}

// Order puts the questions of an event into an order: numbers in the order they are to stand in, those left out after them as they stood. version is
// that of the order the form was made from, so that of two people ordering at once one is told.
func (a *Questions) Order(ctx context.Context, v convoke.Viewer, event convoke.ID, numbers []int, version *int64) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		if err := tx.LockQuestions(ctx, e.ID); err != nil {
			return err
		}
		f, err := tx.FollowUp(ctx, e)
		if err != nil {
			return err
		}
		if version != nil && *version != f.Ordered {
			return convoke.Refuse(convoke.ReasonConflict, "question.order.stale")
		}
		list, err := tx.Questions(ctx, v, e.ID, convoke.MaxQuestions)
		if err != nil {
			return err
		}
		places := map[int]int{}
		for i, n := range numbers {
			if _, ok := places[n]; !ok {
				places[n] = i - len(numbers) // before all that are left out, which have no place
			}
		}
		slices.SortStableFunc(list, func(x, y convoke.Question) int { return places[x.Number] - places[y.Number] })
		for n := range places {
			if !slices.ContainsFunc(list, func(q convoke.Question) bool { return q.Number == n }) {
				return convoke.Invalid("numbers", "question.into.unknown")
			}
		}
		for i, q := range list {
			if q.Position != i+1 {
				if err := tx.PlaceQuestion(ctx, e.ID, q.Number, i+1); err != nil {
					return err
				}
			}
		}
		if err := tx.RaiseOrder(ctx, e.ID); err != nil {
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
		if err := tx.PutAskUntil(ctx, e, until); err != nil {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "event", verb: "ask-until", subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID})
	})
}

// AskUntilDay is AskUntil for the end of a day in the event's zone, such as 2027-03-31; empty for always.
func (a *Questions) AskUntilDay(ctx context.Context, v convoke.Viewer, event convoke.ID, day string) error {
	if day = strings.TrimSpace(day); day == "" {
		return a.AskUntil(ctx, v, event, 0)
	}
	var zone string
	if err := a.store.View(ctx, func(tx *store.Tx) error {
		e, _, err := a.plans(ctx, tx, v, event)
		zone = e.Zone
		return err
	}); err != nil {
		return err
	}
	start, err := calendar.ParseDateTime(day + "T00:00")
	if err != nil {
		return convoke.Invalid("until", "question.until.unreadable")
	}
	loc, err := calendar.LoadZone(zone)
	if err != nil {
		return err
	}
	end, _ := calendar.Resolve(start.AddDays(1), loc)
	return a.AskUntil(ctx, v, event, convoke.At(end)-1) // what is said of it is a moment of that day
}

// HistoryRow is how a question or an answer read before.
type HistoryRow struct {
	store.RevisionRow
	Answer string // whose answer it was; empty for the question
}

// History lists how a question and its answers read before, the latest first, for whoever may review.
func (a *Questions) History(ctx context.Context, v convoke.Viewer, event convoke.ID, number int) (list []HistoryRow, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		q, e, m, s, err := a.shown(ctx, tx, v, event, number)
		if err == nil {
			err = allow(v, s, convoke.Review, &m)
		}
		if err != nil {
			return err
		}
		subjects := map[convoke.ID]string{q.ID: ""}
		replies, err := tx.Replies(ctx, e.ID, true)
		if err != nil {
			return err
		}
		for _, r := range replies {
			if r.QuestionID == q.ID {
				subjects[r.ID] = r.Name
			}
		}
		for id, name := range subjects {
			rows, err := tx.Revisions(ctx, id)
			if err != nil {
				return err
			}
			for _, r := range rows {
				list = append(list, HistoryRow{r, name})
			}
		}
		slices.SortFunc(list, func(x, y HistoryRow) int {
			return cmp.Or(cmp.Compare(y.At, x.At), strings.Compare(string(x.SubjectID), string(y.SubjectID)), cmp.Compare(y.Version, x.Version))
		})
		return nil
	})
	return list, err
}
