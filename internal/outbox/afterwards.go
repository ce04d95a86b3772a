package outbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
)

const day = 24 * time.Hour

// remindAfter are how many days after a letter of questions its reminders go out.
var remindAfter = []int{3, 7}

// How long what is about a past event may wait for a mail server.
const (
	usefulAnswers  = 60 * day
	usefulReminder = 3 * day
)

// planReady plans one slice of who is told that the materials of an event are there.
func (o *Outbox) planReady(ctx context.Context, tx *store.Tx, c convoke.Change) error {
	e, err := tx.Event(ctx, c.SubjectID)
	if err != nil {
		if convoke.IsNotFound(err) {
			err = tx.PlannedChange(ctx, c.ID)
		}
		return err
	}
	m, err := tx.Community(ctx, e.CommunityID)
	if err != nil {
		return err
	}
	if m.Archived() {
		return tx.PlannedChange(ctx, c.ID)
	}
	b := batch{occasion: notify.Occasion{Kind: notify.MaterialsReady, Community: m, Now: tx.Now}, key: string(e.ID), useful: tx.Now.Add(usefulAnswers)}
	if err := o.about(ctx, tx, e, &b); err != nil {
		return err
	}
	last, more, err := o.write(ctx, tx, b, convoke.ID(c.Cursor))
	if err != nil {
		return err
	}
	if more {
		return tx.AdvanceChange(ctx, c.ID, string(last))
	}
	return tx.PlannedChange(ctx, c.ID)
}

// planAsked writes the letter to the speaker who is to be asked next, with all they are to be asked by then and soon after.
func (o *Outbox) planAsked(ctx context.Context, tx *store.Tx) error {
	id, err := tx.NextAsked(ctx)
	if err != nil {
		return err
	}
	s, tasks, err := o.tasks(ctx, tx, id)
	if err != nil {
		return err
	}
	if s.PersonID == "" { // without an address by now: whoever asks the speakers again is told so
		return tx.UnaskSpeaker(ctx, id)
	}
	if err := tx.SpeakerTold(ctx, id); err != nil {
		return err
	}
	if !slices.ContainsFunc(tasks, func(t store.Task) bool { return t.ToldAt == 0 }) {
		return nil
	}
	s.Letters, s.Reminders, s.RemindAt = s.Letters+1, 0, tx.Now.Add(time.Duration(remindAfter[0])*day)
	if err := tx.PutSpeakerLetters(ctx, s); err != nil {
		return err
	}
	return o.ask(ctx, tx, s, 0, tx.Now.Add(usefulAnswers))
}

// planReminder writes the reminder that is due next, where something still waits. After an outage only the later one goes out.
func (o *Outbox) planReminder(ctx context.Context, tx *store.Tx) error {
	id, err := tx.NextReminded(ctx)
	if err != nil {
		return err
	}
	s, tasks, err := o.tasks(ctx, tx, id)
	if err != nil {
		return err
	}
	n, due := s.Reminders, s.RemindAt
	s.RemindAt = 0
	for i := s.Reminders; i < len(remindAfter) && due <= tx.Now; i++ {
		n, s.Reminders = i, i+1
		if i+1 < len(remindAfter) {
			due = due.Add(time.Duration(remindAfter[i+1]-remindAfter[i]) * day)
			s.RemindAt = due
		} else {
			s.RemindAt = 0
		}
	}
	waits := slices.ContainsFunc(tasks, func(t store.Task) bool { return t.ToldAt != 0 })
	if !waits || s.PersonID == "" || n >= len(remindAfter) {
		s.RemindAt = 0
		return tx.PutSpeakerLetters(ctx, s)
	}
	if err := tx.PutSpeakerLetters(ctx, s); err != nil {
		return err
	}
	return o.ask(ctx, tx, s, remindAfter[n], tx.Now.Add(usefulReminder))
}

// tasks reads a speaker, whom nobody else writes to meanwhile, and what they were or are to be asked and have not answered.
func (o *Outbox) tasks(ctx context.Context, tx *store.Tx, id convoke.ID) (s store.SpeakerRow, list []store.Task, err error) {
	if s, err = tx.LockSpeaker(ctx, id); err != nil {
		return s, nil, err
	}
	list, err = waiting(ctx, tx, s.EventID, id)
	return s, list, err
}

func waiting(ctx context.Context, tx *store.Tx, event, speaker convoke.ID) ([]store.Task, error) {
	list, err := tx.Tasks(ctx, event)
	return slices.DeleteFunc(list, func(t store.Task) bool { return t.SpeakerID != speaker || t.AskedAt == 0 || !t.Waits() }), err
}

// ask writes a letter of questions to a speaker.
func (o *Outbox) ask(ctx context.Context, tx *store.Tx, s store.SpeakerRow, nudge int, useful convoke.Instant) error {
	p, err := tx.Person(ctx, s.PersonID)
	if err != nil {
		return err
	}
	return o.owe(ctx, tx, s.EventID, p, notify.SpeakerQuestions, fmt.Sprintf("%s/%d/%d", s.ID, s.Letters, nudge), notify.Data{Speaker: s.ID, Nudge: nudge}, useful)
}

// owe writes a letter about an event to one person. Whether it goes out is asked when it is rendered, so that the ledger says why it did not.
func (o *Outbox) owe(ctx context.Context, tx *store.Tx, event convoke.ID, p convoke.Person, kind, key string, d notify.Data, useful convoke.Instant) error {
	e, err := tx.Event(ctx, event)
	if err != nil {
		return err
	}
	l := notify.Letter(o.site, kind, key, p.ID, p.Address, d, tx.Now, useful)
	l.CommunityID, l.SeriesID, l.MeetingID, l.EventID = e.CommunityID, e.SeriesID, e.MeetingID, e.ID
	_, err = tx.AddLetter(ctx, l)
	return err
}

// planTelling tells one slice of those who asked about the event that is to be looked at next.
func (o *Outbox) planTelling(ctx context.Context, tx *store.Tx) error {
	event, err := tx.NextTelling(ctx)
	if err != nil {
		return err
	}
	list, err := tx.Curious(ctx, event)
	if err != nil {
		return err
	}
	told, err := tx.Told(ctx, event, notify.Answers)
	if err != nil {
		return err
	}
	before := map[convoke.ID]store.Told{}
	for _, t := range told {
		before[t.PersonID] = t
	}
	var next convoke.Instant
	written := 0
	for group := range byPerson(list) {
		person, asked, anonymous := group[0].PersonID, make([]notify.Curious, len(group)), map[convoke.ID]bool{}
		for i, x := range group {
			asked[i] = notify.Curious{Question: x.QuestionID, ToldAt: x.ToldAt, SettledAt: x.SettledAt, NewestAt: x.NewestAt}
			anonymous[x.QuestionID] = anonymous[x.QuestionID] || x.Anonymous
		}
		was := before[person]
		now, again := notify.Tell(asked, was.Letters > 0, was.LastAt, tx.Now)
		if again != 0 && (next == 0 || again < next) {
			next = again
		}
		if len(now) == 0 {
			continue
		}
		if written == slice {
			next = tx.Now // the rest in a transaction of its own
			break
		}
		written++
		d := notify.Data{Told: now, Until: tx.Now.Add(-convoke.SettleTime)}
		for _, t := range now {
			d.Anonymous = d.Anonymous || anonymous[t.Question]
			if err := tx.AskerTold(ctx, t.Question, person, d.Until); err != nil {
				return err
			}
		}
		p, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		if err := o.owe(ctx, tx, event, p, notify.Answers, fmt.Sprintf("%s/%d", event, was.Letters+1), d, tx.Now.Add(usefulAnswers)); err != nil {
			return err
		}
	}
	return tx.TellNext(ctx, event, next)
}

// byPerson goes through those who ask, person by person.
func byPerson(list []store.Curious) func(func([]store.Curious) bool) {
	return func(yield func([]store.Curious) bool) {
		for len(list) > 0 {
			n := slices.IndexFunc(list, func(x store.Curious) bool { return x.PersonID != list[0].PersonID })
			if n < 0 {
				n = len(list)
			}
			if !yield(list[:n]) {
				return
			}
			list = list[n:]
		}
	}
}

// planNudge looks at one promise, and writes to whoever made it when what they promised is missing. After an outage only the latest nudge goes out.
func (o *Outbox) planNudge(ctx context.Context, tx *store.Tx) error {
	promise, err := tx.NextPromise(ctx)
	if err != nil {
		return err
	}
	n, next := notify.Nudge(promise.Promise, promise.EndsAt, tx.Now)
	if err := tx.LookNext(ctx, promise.Promise, next); err != nil {
		return err
	}
	if n == 0 || !promise.Asked || !promise.Missing || promise.PersonID == "" {
		return nil
	}
	if err := tx.Nudged(ctx, promise.EventID, promise.PersonID, n); err != nil {
		return err
	}
	p, err := tx.Person(ctx, promise.PersonID)
	if err != nil {
		return err
	}
	return o.owe(ctx, tx, promise.EventID, p, notify.PromiseNudge, fmt.Sprintf("%s/%d", promise.EventID, n), notify.Data{Nudge: n}, tx.Now.Add(usefulReminder))
}

// loadAfterwards adds what a letter about a past event tells, and says whether there is anything left of it.
func (o *Outbox) loadAfterwards(ctx context.Context, tx *store.Tx, c *notify.Context) (v notify.Verdict, err error) {
	switch l := c.Letter; l.Kind {
	case notify.SpeakerQuestions:
		i := slices.IndexFunc(c.Speakers, func(s convoke.Speaker) bool {
			return s.ID == c.Data.Speaker && s.PersonID == l.PersonID && s.LinksFrom <= l.CreatedAt
		})
		if i < 0 {
			return notify.NotConcerned, nil
		}
		tasks, err := waiting(ctx, tx, l.EventID, c.Data.Speaker)
		for _, t := range tasks {
			c.Asked = append(c.Asked, notify.Asked{Number: t.Number, Text: t.Text})
		}
		return nothing(len(c.Asked)), err
	case notify.Answers:
		c.Asked, err = o.answers(ctx, tx, c.Data)
		return nothing(len(c.Asked)), err
	case notify.MaterialsReady:
		list, err := tx.Materials(ctx, convoke.Viewer{Person: l.PersonID}, []convoke.ID{l.EventID})
		for _, m := range list {
			if !m.Locked {
				c.Materials = append(c.Materials, m.Material)
			}
		}
		if len(c.Materials) == 0 {
			v = notify.CannotSee
		}
		return v, err
	case notify.PromiseNudge:
		c.Missing, err = tx.MissingPromises(ctx, l.EventID, l.PersonID)
		return nothing(len(c.Missing)), err
	}
	return notify.Gets, nil
}

// nothing is the verdict on a letter that has so many things to tell.
func nothing(n int) notify.Verdict {
	if n == 0 {
		return notify.Settled
	}
	return notify.Gets
}

// answers reads what became of the questions of a letter since its reader was told last.
func (o *Outbox) answers(ctx context.Context, tx *store.Tx, d notify.Data) ([]notify.Asked, error) {
	var out []notify.Asked
	for _, t := range d.Told {
		q, err := tx.Question(ctx, t.Question)
		if err == nil && q.MergedInto != "" {
			q, err = tx.Question(ctx, q.MergedInto)
		}
		if convoke.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		a := notify.Asked{Number: q.Number, Text: q.Text, Live: convoke.NotLive}
		if q.SettledAt > t.Since {
			a.Reason, a.Live = q.Reason, q.LiveSeconds
		}
		replies, err := tx.RepliesTo(ctx, []convoke.ID{q.ID})
		if err != nil {
			return nil, err
		}
		for _, r := range replies {
			if r.PublishedAt > t.Since && r.PublishedAt <= d.Until {
				a.Replies = append(a.Replies, r)
			}
		}
		if a.Reason == "" && a.Live == convoke.NotLive && len(a.Replies) == 0 {
			continue
		}
		if i := slices.IndexFunc(out, func(x notify.Asked) bool { return x.Number == a.Number }); i < 0 { // merged meanwhile
			out = append(out, a)
		}
	}
	return out, nil
}
