package outbox

import (
	"cmp"
	"context"
	"encoding/json"
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
		err = o.planJoined(ctx, tx, c)
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
		list, err := tx.Recipients(ctx, b.subject, "", c.SubjectID, 1)
		if err != nil || len(list) == 0 {
			return err
		}
		waiting, err := tx.WaitingLetters(ctx, b.subject.Event, b.subject.Meeting, c.SubjectID, c.SubjectID)
		if err != nil {
			return err
		}
		if err := o.one(ctx, tx, b, list[0], waiting); err != nil {
			return err
		}
	}
	return nil
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

// planNews plans one slice of what is told about an event, a series or a meeting.
func (o *Outbox) planNews(ctx context.Context, tx *store.Tx, c convoke.Change) error {
	open, err := tx.OpenChanges(ctx, c.SubjectID)
	if err != nil {
		return err
	}
	var same []convoke.Change // told together with c; what came after its first slice is told by itself, or that slice would never hear of it
	for _, x := range open {
		if x.ID == c.ID || gathered(c.Verb) && gathered(x.Verb) && (x.Cursor == "") == (c.Cursor == "") {
			same = append(same, x)
		}
	}
	b, err := o.news(ctx, tx, c, same)
	if err != nil && !convoke.IsNotFound(err) {
		return err
	}
	if b != nil {
		last, more, err := o.write(ctx, tx, *b, convoke.ID(c.Cursor))
		if err != nil {
			return err
		}
		if more {
			for _, x := range same {
				if err := tx.AdvanceChange(ctx, x.ID, string(last)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	for _, x := range same {
		if err := tx.PlannedChange(ctx, x.ID); err != nil {
			return err
		}
	}
	return nil
}

// gathered says whether changes of this sort are told together.
func gathered(verb string) bool {
	return verb == "edited" || verb == "restored" || verb == "cancelled" || trails(verb)
}

// trails says whether a change of this sort comes with another's: of a meeting that goes on in another way, or of a date's whole meeting.
func trails(verb string) bool { return verb == "ended" || verb == "followed" }

// only is who hears of changes that are told together: where all come with another's, which the others are told of, who holds what they are about.
func only(same []convoke.Change) func(convoke.Recipient) bool {
	if slices.ContainsFunc(same, func(x convoke.Change) bool { return !trails(x.Verb) }) {
		return nil
	}
	return func(r convoke.Recipient) bool { return r.Holds }
}

func (o *Outbox) news(ctx context.Context, tx *store.Tx, c convoke.Change, same []convoke.Change) (*batch, error) {
	m, err := tx.Community(ctx, c.CommunityID)
	if err != nil {
		return nil, err
	}
	b := &batch{occasion: notify.Occasion{Community: m, Now: tx.Now}}
	for _, x := range same {
		if x.Note != "" {
			b.data.Note = x.Note
		}
	}
	switch c.Noun {
	case "event":
		return o.eventNews(ctx, tx, c, same, b)
	case "series":
		s, err := tx.Series(ctx, c.SubjectID)
		if err != nil {
			return nil, err
		}
		list, err := tx.SeriesEvents(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		b.occasion.Series, b.subject, b.key = &s, store.Subject{Community: m.ID, Series: s.ID}, string(s.ID)
		b.useful = tx.Now.Add(60 * 24 * time.Hour)
		b.occasion.Kind = notify.SeriesInvitation
		if c.Verb == "cancelled" {
			b.occasion.Kind = notify.SeriesCancellation
		}
		if b.occasion.Dates(list); b.occasion.Past { // nobody waits for it
			return nil, nil
		}
		return b, nil
	}
	return o.meetingNews(ctx, tx, c, same, b)
}

func (o *Outbox) eventNews(ctx context.Context, tx *store.Tx, c convoke.Change, same []convoke.Change, b *batch) (*batch, error) {
	e, err := tx.Event(ctx, c.SubjectID)
	if err != nil {
		return nil, err
	}
	if err := o.about(ctx, tx, e, b); err != nil {
		return nil, err
	}
	b.useful = e.EndsAt
	if c.Verb == "published" {
		b.occasion.Kind, b.key = notify.EventInvitation, string(e.ID)
		return b, nil
	}
	var before convoke.Event
	if err := json.Unmarshal([]byte(same[0].Before), &before); err != nil {
		return nil, unreadable{same[0].ID, fmt.Errorf("read change: %w", err)}
	}
	if before.Status == convoke.Cancelled && e.Status != convoke.Cancelled {
		if before, err = o.calledOff(ctx, tx, before, same[0]); err != nil {
			return nil, err
		}
	}
	b.key = fmt.Sprintf("%s/%d", e.ID, e.Sequence)
	b.data.Before = eventSnapshot(before)
	b.only = only(same)
	if e.Status == convoke.Cancelled {
		if before.Status == convoke.Cancelled {
			return nil, nil
		}
		b.occasion.Kind = notify.EventCancellation
		for _, x := range same {
			if x.Verb == "cancelled" {
				b.data.Off, b.occasion.Off = x.At, x.At
			}
		}
		b.useful = max(e.EndsAt, before.EndsAt).Add(24 * time.Hour)
		return b, nil
	}
	if *eventSnapshot(e) == *b.data.Before { // changed there and back
		return nil, nil
	}
	b.occasion.Kind, b.occasion.Until = notify.EventUpdate, b.data.Before.End()
	b.useful = max(e.EndsAt, b.occasion.Until)
	return b, nil
}

// calledOff is a cancelled event as its cancellation told it: how it was before that and all that was told with it. What was changed since, nobody knows.
func (o *Outbox) calledOff(ctx context.Context, tx *store.Tx, e convoke.Event, restored convoke.Change) (convoke.Event, error) {
	list, err := tx.ChangesOf(ctx, e.ID, 200)
	if err != nil {
		return e, err
	}
	var told convoke.Instant // when that was
	for _, x := range list[slices.IndexFunc(list, func(x convoke.Change) bool { return x.ID == restored.ID })+1:] {
		if x.PlanAt == 0 || x.Before == "" || told != 0 && x.PlannedAt != told {
			continue
		}
		var was convoke.Event
		if err := json.Unmarshal([]byte(x.Before), &was); err != nil {
			return e, unreadable{restored.ID, fmt.Errorf("read change %s: %w", x.ID, err)}
		}
		if told = 0; was.Status != convoke.Cancelled { // else it was off before, too, and nothing was told of it
			e, told = was, x.PlannedAt
		}
	}
	e.Status = convoke.Cancelled
	return e, nil
}

func eventSnapshot(e convoke.Event) *notify.Snapshot {
	return &notify.Snapshot{Title: e.Title, StartsAt: e.StartsAt, Zone: e.Zone, Minutes: e.Minutes, Place: e.Place, JoinLink: e.JoinLink, Status: e.Status}
}

func meetingSnapshot(r convoke.Recurrence) *notify.Snapshot {
	return &notify.Snapshot{Title: r.Title, Zone: r.Zone, Minutes: r.Minutes, Place: r.Place, JoinLink: r.JoinLink, Status: r.Status, Start: r.Start, Rule: &r.Rule.Rule}
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

func (o *Outbox) meetingNews(ctx context.Context, tx *store.Tx, c convoke.Change, same []convoke.Change, b *batch) (*batch, error) {
	r, err := tx.Meeting(ctx, c.SubjectID)
	if err != nil {
		return nil, err
	}
	b.occasion.Meeting, b.subject = &r, store.Subject{Community: r.CommunityID, Meeting: r.ID, UID: r.UID}
	b.key = fmt.Sprintf("%s/%d", r.ID, r.Sequence)
	b.useful = tx.Now.Add(60 * 24 * time.Hour)
	b.data.Since, b.subject.Since = same[0].At, same[0].At
	switch {
	case r.Form == convoke.FormDates && c.Verb == "published": // each date is invited by itself, when the timetable says
		return nil, nil
	case r.Form == convoke.FormRule && (c.Verb == "published" || c.Verb == "continued"):
		b.occasion.Kind, b.key = notify.MeetingInvitation, string(r.ID)
		return b, o.dates(ctx, tx, b)
	}
	var before convoke.Recurrence
	if err := json.Unmarshal([]byte(same[0].Before), &before); err != nil {
		return nil, unreadable{same[0].ID, fmt.Errorf("read change: %w", err)}
	}
	b.data.Before = meetingSnapshot(before)
	b.occasion.Kind = notify.MeetingUpdate
	if b.only = only(same); b.only == nil && r.Status == convoke.Cancelled {
		b.occasion.Kind = notify.MeetingCancellation
		if err := o.dates(ctx, tx, b); err != nil || b.occasion.Past {
			return nil, err
		}
	}
	return b, nil
}

// dates notes of a batch about a meeting whether it has any to come.
func (o *Outbox) dates(ctx context.Context, tx *store.Tx, b *batch) error {
	list, err := tx.MeetingEvents(ctx, b.occasion.Meeting.ID, tx.Now)
	b.occasion.Dates(list)
	return err
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
	if len(m.replaced) > 0 && next.Kind == notify.EventUpdate && *m.data.Before == *eventSnapshot(*oc.Event) {
		m.why = notify.ChangedBack
	}
	return m, nil
}

// planDue plans one slice of the due moment that is next.
func (o *Outbox) planDue(ctx context.Context, tx *store.Tx) error {
	d, err := tx.NextDue(ctx)
	if err != nil {
		return err
	}
	e, err := tx.Event(ctx, d.EventID)
	if err != nil {
		return err
	}
	if d.Kind != "invitation" {
		if d, err = o.latest(ctx, tx, d); err != nil {
			return err
		}
	}
	m, err := tx.Community(ctx, e.CommunityID)
	if err != nil {
		return err
	}
	b := batch{occasion: notify.Occasion{Kind: d.Kind, Community: m, Now: tx.Now}, useful: d.UsefulUntil}
	if err := o.about(ctx, tx, e, &b); err != nil {
		return err
	}
	switch d.Kind {
	case "invitation":
		if r := b.occasion.Meeting; r != nil && r.Form == convoke.FormDates {
			if end, err := o.earlier(ctx, tx, e); err != nil {
				return err
			} else if end != 0 {
				return tx.DelayDue(ctx, d.Key, end)
			}
		}
		b.invite()
	default:
		b.occasion.Lead, b.occasion.StartsAt = time.Duration(d.LeadMinutes)*time.Minute, e.StartsAt
		b.data.LeadMinutes, b.data.StartsAt = d.LeadMinutes, e.StartsAt
		b.key = fmt.Sprintf("%s/%d/%d", e.ID, e.StartsAt, d.LeadMinutes)
	}
	last, more, err := o.write(ctx, tx, b, convoke.ID(d.Cursor))
	if err != nil {
		return err
	}
	if more {
		return tx.PutDueState(ctx, d.Key, "planned", string(last), "")
	}
	return tx.PutDueState(ctx, d.Key, "done", "", "")
}

// invite makes a batch about a session or a date its invitation. Of a meeting written as a rule that is the whole meeting's, for who came after it.
func (b *batch) invite() {
	b.occasion.Kind, b.key = notify.EventInvitation, string(b.occasion.Event.ID)
	if r := b.occasion.Meeting; r != nil && r.Form == convoke.FormRule {
		b.occasion.Kind, b.key, b.data.Next = notify.MeetingInvitation, string(r.ID), true
		b.occasion.Next, b.occasion.Event, b.subject.Event = true, nil, ""
	}
}

// earlier is when the next date of a meeting ends, where e comes after it: a meeting written as dates invites to one date at a time,
// or what is held every day would begin with two weeks of mails.
func (o *Outbox) earlier(ctx context.Context, tx *store.Tx, e convoke.Event) (convoke.Instant, error) {
	list, err := tx.MeetingEvents(ctx, e.MeetingID, tx.Now)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(list, func(x convoke.Event) bool { return x.Status != convoke.Cancelled })
	if i < 0 || list[i].ID == e.ID || list[i].StartsAt >= e.StartsAt {
		return 0, nil
	}
	return list[i].EndsAt, nil
}

// latest is the last reminder of an event that is due by now, where one is. After an outage it is planned before the others, which go to whom it is not
// for.
func (o *Outbox) latest(ctx context.Context, tx *store.Tx, d convoke.Due) (convoke.Due, error) {
	list, err := tx.OverdueFor(ctx, d.EventID)
	for _, x := range list {
		if x.Kind != "invitation" && x.DueAt > d.DueAt {
			d = x
		}
	}
	return d, err
}

// remind plans a reminder for one person, unless a later one of the same date was planned for them. An earlier one that still waits is not sent.
func (o *Outbox) remind(ctx context.Context, tx *store.Tx, b batch, r convoke.Recipient, others []convoke.Letter) error {
	var earlier []convoke.ID
	for _, x := range others {
		d, err := notify.DataOf(x)
		switch {
		case err != nil:
			return err
		case d.StartsAt != b.data.StartsAt:
		case d.LeadMinutes < b.data.LeadMinutes:
			return nil
		case d.LeadMinutes > b.data.LeadMinutes:
			earlier = append(earlier, x.ID)
		}
	}
	if _, err := o.add(ctx, tx, b, r, nil); err != nil {
		return err
	}
	for _, id := range earlier {
		if err := tx.Overtake(ctx, id, notify.Overtaken); err != nil {
			return err
		}
	}
	return nil
}
