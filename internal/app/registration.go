package app

import (
	"context"
	"slices"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// Answer stores the viewer's yes, maybe or no to one event.
func (a *Events) Answer(ctx context.Context, v convoke.Viewer, id convoke.ID, answer convoke.Answer, how string) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		e, m, s, err := a.find(ctx, tx, v, "", string(id))
		if err != nil {
			return err
		}
		if !convoke.CanEvent(s, convoke.Respond, &m, e.Visibility, e.Draft(), "") {
			return convoke.ErrForbidden
		}
		return a.answerEvent(ctx, tx, v.Person, e, answer, how)
	})
}

// answerEvent stores an answer whose right has been checked.
func (c *core) answerEvent(ctx context.Context, tx *store.Tx, person convoke.ID, e convoke.Event, answer convoke.Answer, how string) error {
	if !slices.Contains(convoke.Answers, answer) {
		return convoke.Invalid("answer", "answer.unknown")
	}
	if e.Status == convoke.Cancelled {
		return convoke.Refuse(convoke.ReasonConflict, "answer.cancelled")
	}
	if e.EndsAt <= tx.Now {
		return convoke.Refuse(convoke.ReasonConflict, "answer.over")
	}
	if err := tx.PutRegistration(ctx, convoke.Registration{PersonID: person, Scope: convoke.ScopeEvent, ScopeID: e.ID, State: answer, How: how, UpdatedAt: tx.Now}); err != nil {
		return err
	}
	if e.MeetingID == "" {
		return nil
	}
	m, err := tx.Community(ctx, e.CommunityID)
	if err != nil {
		return err
	}
	return c.render(ctx, tx, m, e) // a date that somebody comes to can have an entry of its own
}

// AnswerFor stores somebody's answer for them, by whoever plans the event.
func (a *Events) AnswerFor(ctx context.Context, v convoke.Viewer, id convoke.ID, address string, answer convoke.Answer) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		e, p, err := a.registrant(ctx, tx, v, id, address)
		if err != nil {
			return err
		}
		return a.answerEvent(ctx, tx, p.ID, e, answer, "api")
	})
}

// Unanswer takes an answer back: the viewer's own, or somebody's by whoever plans the event.
func (a *Events) Unanswer(ctx context.Context, v convoke.Viewer, id convoke.ID, address string) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		e, p, err := a.registrant(ctx, tx, v, id, address)
		if err != nil {
			return err
		}
		return tx.DropRegistration(ctx, p.ID, convoke.ScopeEvent, e.ID)
	})
}

// AnswerOf reads an answer: the viewer's own, or somebody's by whoever plans the event.
func (a *Events) AnswerOf(ctx context.Context, v convoke.Viewer, id convoke.ID, address string) (row store.AnswerRow, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, p, err := a.registrant(ctx, tx, v, id, address)
		if err != nil {
			return err
		}
		g, err := tx.Registration(ctx, p.ID, convoke.ScopeEvent, e.ID)
		if err != nil {
			return err
		}
		if g.State == "" {
			return convoke.ErrNotFound
		}
		row = store.AnswerRow{PersonID: p.ID, Name: p.Name, Organisation: p.Organisation, Address: p.Address, State: g.State, How: g.How, UpdatedAt: g.UpdatedAt}
		return nil
	})
	return row, err
}

// registrant finds whose answer is meant: one's own needs the right to answer, another's the right to plan and that they are
// a member or have answered, so that nobody's address can be probed.
func (c *core) registrant(ctx context.Context, tx *store.Tx, v convoke.Viewer, id convoke.ID, address string) (convoke.Event, convoke.Person, error) {
	e, m, s, err := c.find(ctx, tx, v, "", string(id))
	if err != nil {
		return e, convoke.Person{}, err
	}
	p, err := c.person(ctx, tx, address)
	if err != nil && !convoke.IsNotFound(err) {
		return e, p, err
	}
	if err == nil && p.ID == v.Person && v.Signed() {
		if !convoke.CanEvent(s, convoke.Respond, &m, e.Visibility, e.Draft(), "") {
			return e, p, convoke.ErrForbidden
		}
		return e, p, nil
	}
	if err := allow(v, s, convoke.Plan, &m); err != nil {
		return e, p, err
	}
	if p.ID == "" {
		return e, p, convoke.ErrNotFound
	}
	if _, err := tx.Membership(ctx, m.ID, p.ID); convoke.IsNotFound(err) {
		g, err := tx.Registration(ctx, p.ID, convoke.ScopeEvent, e.ID)
		if err == nil && g.State == "" {
			err = convoke.ErrNotFound
		}
		return e, p, err
	} else if err != nil {
		return e, p, err
	}
	return e, p, nil
}

// Answers lists who answered, for whoever plans the event.
func (a *Events) Answers(ctx context.Context, v convoke.Viewer, id convoke.ID, after convoke.ID, limit int) (list []store.AnswerRow, counts map[convoke.Answer]int, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, m, s, err := a.find(ctx, tx, v, "", string(id))
		if err != nil {
			return err
		}
		if !convoke.Can(s, convoke.Review, &m) {
			return allow(v, s, convoke.Review, &m)
		}
		if list, err = tx.AnswersOf(ctx, e, after, limit); err != nil {
			return err
		}
		counts, err = tx.CountAnswers(ctx, e)
		return err
	})
	return list, counts, err
}

// Answer stores the viewer's answer to a whole series, sessions added later included. Answers to single sessions stay.
func (a *SeriesDesk) Answer(ctx context.Context, v convoke.Viewer, id convoke.ID, answer convoke.Answer, how string) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		r, m, s, err := a.findSeries(ctx, tx, v, "", string(id))
		if err != nil {
			return err
		}
		if !convoke.CanEvent(s, convoke.Respond, &m, r.Visibility, r.Draft(), "") {
			return convoke.ErrForbidden
		}
		return answerScope(ctx, tx, v.Person, convoke.ScopeSeries, r.ID, r.CancelledAt != 0, answer, how)
	})
}

// Answer stores the viewer's answer to all dates of a recurring meeting.
func (a *Meetings) Answer(ctx context.Context, v convoke.Viewer, id convoke.ID, answer convoke.Answer, how string) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		r, m, s, err := a.findMeeting(ctx, tx, v, "", string(id))
		if err != nil {
			return err
		}
		if !convoke.CanEvent(s, convoke.Respond, &m, r.Visibility, r.Draft(), "") {
			return convoke.ErrForbidden
		}
		return answerScope(ctx, tx, v.Person, convoke.ScopeMeeting, r.ID, r.Status == convoke.Cancelled, answer, how)
	})
}

func answerScope(ctx context.Context, tx *store.Tx, person convoke.ID, scope convoke.Scope, id convoke.ID, cancelled bool, answer convoke.Answer, how string) error {
	if !slices.Contains(convoke.Answers, answer) {
		return convoke.Invalid("answer", "answer.unknown")
	}
	if cancelled {
		return convoke.Refuse(convoke.ReasonConflict, "answer.cancelled")
	}
	return tx.PutRegistration(ctx, convoke.Registration{PersonID: person, Scope: scope, ScopeID: id, State: answer, How: how, UpdatedAt: tx.Now})
}
