package app

import (
	"context"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/store"
	"convoke/mailer"
)

// Ledger is what became of each mail, and what the timetable will do next.
type Ledger struct{ *core }

// List pages through the ledger: everything for the operator, for others the letters of communities they moderate.
func (a *Ledger) List(ctx context.Context, v convoke.Viewer, f store.LetterFilter) (list []store.LetterRow, err error) {
	if !v.Signed() && !v.Operator {
		return nil, convoke.ErrSignIn
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err = tx.Letters(ctx, v, f)
		return err
	})
	for i := range list {
		unname(&list[i].Letter, &list[i].Name)
	}
	return list, err
}

// Resend sends a letter once more that was refused for good: the same, also to an address that is written to no more. Whoever may see it in the ledger
// may.
func (a *Ledger) Resend(ctx context.Context, v convoke.Viewer, id convoke.ID) (l store.LetterRow, err error) {
	if !v.Signed() && !v.Operator {
		return l, convoke.ErrSignIn
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		if l, err = ledgerLetter(ctx, tx, v, id); err != nil {
			return err
		}
		if l.State != convoke.Dead {
			return convoke.Refuse(convoke.ReasonConflict, "letter.resend.not_dead")
		}
		done, err := a.resend(ctx, tx, v, l.Letter)
		if err != nil {
			return err
		}
		if !done {
			return convoke.Refuse(convoke.ReasonConflict, "letter.resend.late")
		}
		l, err = ledgerLetter(ctx, tx, v, id)
		return err
	})
	unname(&l.Letter, &l.Name)
	return l, err
}

// ledgerLetter finds a letter in the ledger as the viewer may see it.
func ledgerLetter(ctx context.Context, tx *store.Tx, v convoke.Viewer, id convoke.ID) (l store.LetterRow, err error) {
	if id == "" {
		return l, convoke.ErrNotFound
	}
	list, err := tx.Letters(ctx, v, store.LetterFilter{ID: id, Limit: 1})
	if err == nil && len(list) == 0 {
		err = convoke.ErrNotFound
	}
	if err != nil {
		return l, err
	}
	return list[0], nil
}

func (a *Ledger) resend(ctx context.Context, tx *store.Tx, v convoke.Viewer, l convoke.Letter) (bool, error) {
	done, err := tx.Resend(ctx, l.ID)
	if err != nil || !done {
		return false, err
	}
	if err := tx.RestoreAddress(ctx, mailer.Fold(l.Address)); err != nil {
		return false, err
	}
	return true, a.record(ctx, tx, v, news{noun: "letter", verb: "resent", subject: l.ID, community: l.CommunityID, series: l.SeriesID, meeting: l.MeetingID})
}

// ResendAll is Resend for all letters of an event or a series that were refused for good and are of use still, and says how many those are.
func (a *Ledger) ResendAll(ctx context.Context, v convoke.Viewer, f store.LetterFilter) (n int, err error) {
	if !v.Signed() && !v.Operator {
		return 0, convoke.ErrSignIn
	}
	f.State, f.Limit = convoke.Dead, 200
	err = a.update(ctx, v, func(tx *store.Tx) error {
		n = 0
		for {
			list, err := tx.Letters(ctx, v, f)
			if err != nil {
				return err
			}
			for _, l := range list {
				done, err := a.resend(ctx, tx, v, l.Letter)
				if err != nil {
					return err
				}
				if done {
					n++
				}
				f.AfterTime, f.AfterID = l.CreatedAt, l.ID
			}
			if len(list) < f.Limit {
				return nil
			}
		}
	})
	return n, err
}

// unname takes out of a letter to somebody who asked all that tells whose it is, with a name or without: also what is made from the person's ID, what a
// mail server says of an address, and the subject, which is in their language.
func unname(l *convoke.Letter, name *string) {
	if l.Unnamed() {
		l.PersonID, l.Address, l.Key, l.MessageID, l.LastError, l.Subject, l.Data, l.Mime, *name = "", "", "", "", "", "", "", nil, ""
	}
}

// Event finds the event a ledger is asked about, by ID, for whoever may review it.
func (a *Ledger) Event(ctx context.Context, v convoke.Viewer, id convoke.ID) (e convoke.Event, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		var m convoke.Community
		var s convoke.Standing
		if e, m, s, err = a.find(ctx, tx, v, "", string(id)); err != nil {
			return err
		}
		return allow(v, s, convoke.Review, &m)
	})
	return e, err
}

// Captured reads one kept mail, for the operator; without what it says where that is between who asked and the service.
func (a *Ledger) Captured(ctx context.Context, v convoke.Viewer, id convoke.ID) (l convoke.Letter, m *mailer.Parsed, err error) {
	if !v.Operator {
		if !v.Signed() {
			return l, nil, convoke.ErrSignIn
		}
		return l, nil, convoke.ErrForbidden
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		l, err = tx.Letter(ctx, id)
		if err == nil && len(l.Mime) == 0 {
			err = convoke.ErrNotFound
		}
		return err
	})
	if err != nil {
		return l, nil, err
	}
	if l.Unnamed() {
		m = &mailer.Parsed{}
		unname(&l, &m.To)
		return l, m, nil
	}
	m, err = mailer.Read(l.Mime)
	return l, m, err
}

// Due pages through what the timetable will do next in communities the viewer moderates.
func (a *Ledger) Due(ctx context.Context, v convoke.Viewer, community, event convoke.ID, p store.Page) (list []convoke.Due, err error) {
	if !v.Signed() && !v.Operator {
		return nil, convoke.ErrSignIn
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err = tx.Dues(ctx, v, community, event, p)
		return err
	})
	return list, err
}

// Desk is what needs a decision in a community, and what happens by itself.
type Desk struct {
	CommunityView
	Requests []RequestRow
	Drafts   []EventView // not published
	Linkless []EventView // within two weeks and without a join link or a place
	Series   []convoke.Series
	Meetings []MeetingView // drafts
	Waiting  []WaitingQuestions
	Failed   []store.LetterRow
	Due      []convoke.Due
	DueOf    map[convoke.ID]convoke.Event // the events of Due
}

// WaitingQuestions is an event about which questions or answers wait for a moderator.
type WaitingQuestions struct {
	Event   convoke.Event
	Pending int // questions nobody has looked at
	Answers int // answers that are not published yet
}

// waiting lists the events of a community where questions or answers wait.
func (a *Ledger) waiting(ctx context.Context, tx *store.Tx, m convoke.Community) (out []WaitingQuestions, err error) {
	rows, err := tx.WaitingQuestions(ctx, m.ID, 20)
	for _, r := range rows {
		e, err := tx.Event(ctx, r.EventID)
		if err != nil {
			return nil, err
		}
		out = append(out, WaitingQuestions{e, r.Pending, r.Answers})
	}
	return out, err
}

// Desk reads what needs a decision.
func (a *Ledger) Desk(ctx context.Context, v convoke.Viewer, slug string) (out Desk, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, s, err := a.may(ctx, tx, v, slug, convoke.Review)
		if err != nil {
			return err
		}
		if out.CommunityView, err = a.view(ctx, tx, m, s); err != nil {
			return err
		}
		if convoke.Can(s, convoke.Remove, &m) {
			if out.Requests, err = requestRows(ctx, tx, m.ID, store.Page{Limit: 500}); err != nil {
				return err
			}
		}
		events, err := tx.Events(ctx, v, store.EventFilter{Community: m.ID, From: tx.Now, Drafts: true, Live: true, Limit: 300})
		if err != nil {
			return err
		}
		var drafts, linkless []convoke.Event
		for _, e := range events {
			switch {
			case e.Draft() && e.SeriesID == "":
				drafts = append(drafts, e)
			case !e.Draft() && e.JoinLink == "" && e.Place == "" && e.StartsAt < tx.Now.Add(14*24*time.Hour):
				linkless = append(linkless, e)
			}
		}
		if out.Drafts, err = a.eventViews(ctx, tx, v, drafts); err != nil {
			return err
		}
		if out.Linkless, err = a.eventViews(ctx, tx, v, linkless); err != nil {
			return err
		}
		series, err := tx.SeriesList(ctx, v, m.ID, store.Page{Limit: 200})
		if err != nil {
			return err
		}
		for _, r := range series {
			if r.Draft() {
				out.Series = append(out.Series, r)
			}
		}
		meetings, err := tx.Meetings(ctx, v, m.ID, store.Page{Limit: 200})
		if err != nil {
			return err
		}
		for _, r := range meetings {
			if r.Draft() {
				out.Meetings = append(out.Meetings, meetingView(s, m, r, false))
			}
		}
		if convoke.Can(s, convoke.Plan, &m) {
			if out.Waiting, err = a.waiting(ctx, tx, m); err != nil {
				return err
			}
		}
		if out.Failed, err = tx.Letters(ctx, v, store.LetterFilter{Community: m.ID, State: convoke.Dead, Limit: 20}); err != nil {
			return err
		}
		for i := range out.Failed {
			unname(&out.Failed[i].Letter, &out.Failed[i].Name)
		}
		if out.Due, err = tx.Dues(ctx, v, m.ID, "", store.Page{Limit: 8}); err != nil {
			return err
		}
		out.DueOf = map[convoke.ID]convoke.Event{}
		for _, d := range out.Due {
			if _, ok := out.DueOf[d.EventID]; !ok {
				if out.DueOf[d.EventID], err = tx.Event(ctx, d.EventID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return out, err
}

// Ready says whether the service can do its work: the database answers, has the right schema, and its clock agrees with this machine's.
func (a *Ledger) Ready(ctx context.Context) error { return a.store.Current(ctx) }

// Once turns a job into one that a single copy of Convoke runs, at most once in every.
func (a *App) Once(name, holder string, every time.Duration, run func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		mine := false
		err := a.store.Update(ctx, func(tx *store.Tx) error {
			last, err := tx.JobRanAt(ctx, name)
			if err != nil || last != 0 && tx.Now.Sub(last) < every && tx.Now >= last {
				return err
			}
			mine, err = tx.LeaseJob(ctx, name, holder, tx.Now.Add(10*time.Minute), every.Milliseconds())
			return err
		})
		if err != nil || !mine {
			return err
		}
		if err := run(ctx); err != nil {
			return err
		}
		return a.store.Update(ctx, func(tx *store.Tx) error { return tx.DoneJob(ctx, name, holder) })
	}
}
