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
