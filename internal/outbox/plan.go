package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// slice is how many people letters are planned for in one transaction.
const slice = 200

// Plan writes the letters of everything that is to be told by now.
func (o *Outbox) Plan(ctx context.Context) error {
	if err := o.store.Update(ctx, func(tx *store.Tx) error { return tx.StaleDue(ctx) }); err != nil {
		return fmt.Errorf("plan letters: %w", err)
	}
	for _, step := range []func(context.Context, *store.Tx) error{o.planChange, o.planDue, o.planAsked, o.planReminder, o.planTelling, o.planNudge} {
		for {
			if err := ctx.Err(); err != nil {
				return err
			}
			err := o.store.Update(ctx, func(tx *store.Tx) error { return step(ctx, tx) })
			if convoke.IsNotFound(err) {
				break
			}
			if err != nil {
				return fmt.Errorf("plan letters: %w", err)
			}
		}
	}
	return nil
}

// unreadable is a change whose record nobody can read.
type unreadable struct {
	change convoke.ID
	error
}

func (u unreadable) Unwrap() error { return u.error }

// planChange plans one slice of the change that is next. One that cannot be read is left out, or nothing after it would ever be told.
func (o *Outbox) planChange(ctx context.Context, tx *store.Tx) error {
	c, err := tx.NextChange(ctx)
	if err != nil {
		return err
	}
	err = o.plan(ctx, tx, c)
	if u, ok := errors.AsType[unreadable](err); ok {
		o.log.Error("nobody is told of a change", "change", u.change, "error", err)
		return tx.SkipChange(ctx, u.change, "not told: the record of this change cannot be read")
	}
	return err
}

// plan plans one slice of a change. Changes of one thing that still wait are told together: from how it was before the first to how it is now.
func (o *Outbox) plan(ctx context.Context, tx *store.Tx, c convoke.Change) (err error) {
	switch c.Noun {
	case "invitation":
		err = o.planInvitation(ctx, tx, c)
	case "join-request":
		err = o.planRequest(ctx, tx, c)
	case "member":
		if err = o.planJoined(ctx, tx, c); err == nil {
			err = o.planBehind(ctx, tx, c)
		}
	case "event", "series", "meeting":
		return o.planNews(ctx, tx, c)
	case "materials":
		return o.planReady(ctx, tx, c)
	default:
		err = unreadable{c.ID, fmt.Errorf("nobody knows how to tell of %s", c.Noun)}
	}
	if err != nil && !convoke.IsNotFound(err) { // what is gone is nothing to tell
		return err
	}
	return tx.PlannedChange(ctx, c.ID)
}

func (o *Outbox) planInvitation(ctx context.Context, tx *store.Tx, c convoke.Change) error {
	i, err := tx.Invitation(ctx, c.SubjectID)
	if err != nil {
		return err
	}
	p, err := tx.Person(ctx, i.PersonID)
	if err != nil {
		return err
	}
	l := notify.Letter(o.site, notify.CommunityInvitation, string(i.ID), p.ID, p.Address, notify.Data{Invitation: i.ID}, tx.Now, tx.Now.Add(30*24*time.Hour))
	l.CommunityID = i.CommunityID
	_, err = tx.AddLetter(ctx, l)
	return err
}

// planJoined invites a new member to the meetings whose next date is near: the other members' turn has come, and the date after may be a month off.
func (o *Outbox) planJoined(ctx context.Context, tx *store.Tx, c convoke.Change) error {
	m, err := tx.Community(ctx, c.CommunityID)
	if err != nil {
		return err
	}
	near, err := tx.EventsAt(ctx, m.ID, tx.Now, tx.Now.Add(notify.InviteAhead), 1000)
	if err != nil {
		return err
	}
	seen := map[convoke.ID]bool{}
	for _, e := range near {
		if e.MeetingID == "" || e.InvitedAt == 0 || e.StartsAt <= tx.Now || seen[e.MeetingID] {
			continue
		}
		seen[e.MeetingID] = true
		b := batch{occasion: notify.Occasion{Community: m, Now: tx.Now}, useful: e.EndsAt}
		if err := o.about(ctx, tx, e, &b); err != nil {
			return err
		}
		b.invite()
		if err := o.writeTo(ctx, tx, b, c.SubjectID); err != nil {
			return err
		}
	}
	return nil
}

// writeTo plans a batch for one person, where it concerns them at all.
func (o *Outbox) writeTo(ctx context.Context, tx *store.Tx, b batch, person convoke.ID) error {
	list, err := tx.Recipients(ctx, b.subject, "", person, 1)
	if err != nil || len(list) == 0 {
		return err
	}
	waiting, err := tx.WaitingLetters(ctx, b.subject.Event, b.subject.Meeting, person, person)
	if err != nil {
		return err
	}
	return o.one(ctx, tx, b, list[0], waiting)
}

func (o *Outbox) planRequest(ctx context.Context, tx *store.Tx, c convoke.Change) error {
	r, err := tx.JoinRequest(ctx, c.SubjectID)
	if err != nil {
		return err
	}
	if c.Verb != "asked" {
		p, err := tx.Person(ctx, r.PersonID)
		if err != nil {
			return err
		}
		l := notify.Letter(o.site, notify.JoinOutcome, string(r.ID)+"/"+c.Verb, p.ID, p.Address, notify.Data{Request: r.ID, Outcome: c.Verb, Note: c.Note}, tx.Now, tx.Now.Add(30*24*time.Hour))
		l.CommunityID = r.CommunityID
		_, err = tx.AddLetter(ctx, l)
		return err
	}
	leaders, err := tx.Leaders(ctx, r.CommunityID)
	if err != nil {
		return err
	}
	for _, a := range leaders {
		if a.Role != convoke.Admin {
			continue
		}
		p, err := tx.Person(ctx, a.PersonID)
		if err != nil {
			return err
		}
		l := notify.Letter(o.site, notify.JoinRequest, string(r.ID), p.ID, p.Address, notify.Data{Request: r.ID}, tx.Now, tx.Now.Add(14*24*time.Hour))
		l.CommunityID = r.CommunityID
		if _, err := tx.AddLetter(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// batch is one kind of letter being planned for many people.
type batch struct {
	occasion notify.Occasion
	subject  store.Subject
	key      string // without kind and person
	data     notify.Data
	useful   convoke.Instant
	only     func(convoke.Recipient) bool // nil for everybody
}

// about fills in what surrounds an event.
func (o *Outbox) about(ctx context.Context, tx *store.Tx, e convoke.Event, b *batch) error {
	b.occasion.Event, b.subject = &e, store.SubjectOf(e)
	if e.SeriesID != "" {
		s, err := tx.Series(ctx, e.SeriesID)
		if err != nil {
			return err
		}
		b.occasion.Series = &s
	}
	if e.MeetingID != "" {
		r, err := tx.Meeting(ctx, e.MeetingID)
		if err != nil {
			return err
		}
		b.occasion.Meeting = &r
		if r.Form == convoke.FormRule {
			b.subject.UID = r.UID
		}
	}
	return nil
}

// write plans a batch for one slice of people after a cursor.
func (o *Outbox) write(ctx context.Context, tx *store.Tx, b batch, after convoke.ID) (last convoke.ID, more bool, err error) {
	list, err := tx.Recipients(ctx, b.subject, after, "", slice)
	if err != nil || len(list) == 0 {
		return "", false, err
	}
	last = list[len(list)-1].ID
	others, from := map[convoke.ID][]convoke.Letter{}, list[0].ID
	var letters []convoke.Letter
	switch {
	case notify.Carries(b.occasion.Kind):
		letters, err = tx.WaitingLetters(ctx, b.subject.Event, b.subject.Meeting, from, last)
	case notify.Reminds(b.occasion.Kind):
		letters, err = tx.ReminderLetters(ctx, b.subject.Event, from, last)
	}
	if err != nil {
		return "", false, err
	}
	for _, l := range letters {
		others[l.PersonID] = append(others[l.PersonID], l)
	}
	for _, r := range list {
		if b.only != nil && !b.only(r) {
			continue
		}
		if err := o.one(ctx, tx, b, r, others[r.ID]); err != nil {
			return "", false, err
		}
	}
	return last, len(list) == slice, nil
}

// one plans a letter for one person. Whoever was not invited to a session yet, as it lay too far ahead, is invited by its change.
func (o *Outbox) one(ctx context.Context, tx *store.Tx, b batch, r convoke.Recipient, waiting []convoke.Letter) error {
	oc := b.occasion
	if oc.Kind == notify.EventUpdate && oc.Event.SeriesID != "" && !r.Holds {
		early := b
		early.occasion.Kind, early.key, early.data = notify.EventInvitation, string(oc.Event.ID), notify.Data{}
		if oc.Event.InvitedAt != 0 && notify.Decide(early.occasion, r) == notify.Gets {
			if added, err := o.add(ctx, tx, early, r, waiting); err != nil || added {
				return err
			}
		}
	}
	if notify.Decide(oc, r) != notify.Gets {
		return nil
	}
	if notify.Reminds(oc.Kind) {
		return o.remind(ctx, tx, b, r, waiting)
	}
	_, err := o.add(ctx, tx, b, r, waiting)
	return err
}

// add writes a letter, unless it was written before. Of what waits for the same person and was never rendered it ends what is needless beside it,
// or is itself written down as needless.
func (o *Outbox) add(ctx context.Context, tx *store.Tx, b batch, r convoke.Recipient, waiting []convoke.Letter) (bool, error) {
	oc := b.occasion
	next := convoke.Letter{Kind: oc.Kind}
	switch {
	case oc.Kind == notify.MeetingInvitation || oc.Kind == notify.MeetingUpdate || oc.Kind == notify.MeetingCancellation:
		next.Sequence = oc.Meeting.Sequence
	case oc.Event != nil:
		next.EventID, next.Sequence = oc.Event.ID, oc.Event.Sequence
	}
	met, err := meet(next, b, r, waiting)
	if err != nil {
		return false, err
	}
	l := notify.Letter(o.site, oc.Kind, b.key, r.ID, r.Address, met.data, tx.Now, b.useful)
	l.CommunityID, l.SeriesID, l.MeetingID, l.EventID, l.Sequence = oc.Community.ID, b.subject.Series, b.subject.Meeting, next.EventID, next.Sequence
	if met.why != "" {
		l.State, l.Why, l.FinalAt = convoke.Withdrawn, met.why, tx.Now
	}
	added, err := tx.AddLetter(ctx, l)
	if err != nil || !added {
		return false, err
	}
	for _, id := range met.replaced {
		if err := tx.Overtake(ctx, id, cmp.Or(met.why, notify.Overtaken)); err != nil {
			return false, err
		}
	}
	if met.heir != "" {
		return true, tx.HandOn(ctx, met.heir, met.inherits.Text(), b.useful)
	}
	return true, nil
}

// fate is what becomes of a letter beside what waits for the same person.
type fate struct {
	replaced []convoke.ID // what it replaces
	data     notify.Data  // what it has to tell then
	why      string       // it is needless itself
	heir     convoke.ID   // the invitation that tells it
	inherits notify.Data  // what that keeps then
}

// meet judges a letter by what waits for the same person.
func meet(next convoke.Letter, b batch, r convoke.Recipient, waiting []convoke.Letter) (fate, error) {
	m := fate{data: b.data}
	oc := b.occasion
	rule := oc.Meeting != nil && oc.Meeting.Form == convoke.FormRule
	for _, w := range slices.Backward(waiting) { // the oldest last: from there the change is told
		both := notify.Meet(next, w, rule)
		if both == notify.BothGo {
			continue
		}
		old, err := notify.DataOf(w)
		if err != nil {
			return m, err
		}
		if both == notify.Needless {
			invitation := oc
			invitation.Kind, invitation.Next = w.Kind, old.Next
			if notify.Decide(invitation, r) == notify.Gets { // else it will end unsent, for its own reason
				return fate{data: b.data, why: notify.ToldAtOnce, heir: w.ID, inherits: b.data.HandOn(old)}, nil
			}
			continue
		}
		m.replaced = append(m.replaced, w.ID)
		if w.EventID == next.EventID {
			m.data = m.data.TakeOver(next.Kind, w.Kind, old)
		}
	}
	if len(m.replaced) > 0 && next.Kind == notify.EventUpdate && m.data.Before != nil && *m.data.Before == *eventSnapshot(*oc.Event) {
		m.why = notify.ChangedBack
	}
	return m, nil
}
