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
