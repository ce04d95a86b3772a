package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// planBehind tells a new member what changed of what their calendar holds since they were told last. Who was a member before was told of nothing while they
// were none, and no invitation comes for what somebody holds.
func (o *Outbox) planBehind(ctx context.Context, tx *store.Tx, c convoke.Change) error {
	list, err := tx.Behind(ctx, c.SubjectID, c.CommunityID)
	if err != nil || len(list) == 0 {
		return err
	}
	m, err := tx.Community(ctx, c.CommunityID)
	if err != nil {
		return err
	}
	for _, h := range list {
		b := &batch{occasion: notify.Occasion{Community: m, Now: tx.Now}}
		if h.EventID != "" {
			b, err = o.eventBehind(ctx, tx, h, b)
		} else {
			b, err = o.meetingBehind(ctx, tx, c, h, b)
		}
		if err != nil {
			return err
		}
		if b == nil {
			continue
		}
		if err := o.writeTo(ctx, tx, *b, c.SubjectID); err != nil {
			return err
		}
	}
	return nil
}

// eventBehind is what is to be told of an event to who holds an older version; nil where nothing is. It has the key of the letter that the members were
// told with, so that who joins before that leaves gets one.
func (o *Outbox) eventBehind(ctx context.Context, tx *store.Tx, h store.Behind, b *batch) (*batch, error) {
	e, err := tx.Event(ctx, h.EventID)
	if err != nil {
		return nil, err
	}
	if err := o.about(ctx, tx, e, b); err != nil {
		return nil, err
	}
	before, known, err := heldVersion(ctx, tx, e.ID, h, func(e convoke.Event) int { return e.Sequence })
	if err != nil {
		return nil, err
	}
	if known {
		b.data.Before = eventSnapshot(before)
	}
	b.key = fmt.Sprintf("%s/%d", e.ID, e.Sequence)
	b.occasion.Kind, b.useful = notify.EventUpdate, e.EndsAt
	if e.Status == convoke.Cancelled {
		b.occasion.Kind, b.useful = notify.EventCancellation, e.EndsAt.Add(24*time.Hour)
	}
	if known && (e.Status == convoke.Cancelled && before.Status == convoke.Cancelled || *eventSnapshot(e) == *b.data.Before) {
		return nil, nil
	}
	return b, nil
}

// meetingBehind is the same of a meeting written as a rule. One letter tells of it whatever changed, as its calendar part holds all dates.
func (o *Outbox) meetingBehind(ctx context.Context, tx *store.Tx, c convoke.Change, h store.Behind, b *batch) (*batch, error) {
	r, err := tx.Meeting(ctx, h.MeetingID)
	if err != nil {
		return nil, err
	}
	before, known, err := heldVersion(ctx, tx, r.ID, h, func(r convoke.Recurrence) int { return r.Sequence })
	if err != nil {
		return nil, err
	}
	if known {
		b.data.Before = meetingSnapshot(before)
	}
	b.occasion.Kind, b.occasion.Meeting = notify.MeetingUpdate, &r
	b.subject = store.Subject{Community: r.CommunityID, Meeting: r.ID, UID: r.UID, Since: h.HeldAt}
	b.data.Since, b.useful = h.HeldAt, tx.Now.Add(60*24*time.Hour)
	b.key = fmt.Sprintf("%s/%d", r.ID, r.Sequence)
	if h.Sequence >= r.Sequence { // only dates changed, and this version of the whole may have been told
		b.key += "/" + string(c.ID)
	}
	if r.Status == convoke.Cancelled {
		b.occasion.Kind = notify.MeetingCancellation
	}
	if err := o.dates(ctx, tx, b); err != nil {
		return nil, err
	}
	if b.occasion.Past && !(known && notify.GoesOn(&before, tx.Now)) { // nor do they wait for any
		return nil, nil
	}
	return b, nil
}

// heldVersion is how a thing was when it was held: what the first change after that found, unless that one found a later sequence, as a letter can be
// put together before a change and noted as held after it. Without one that can be read, a letter says only that something changed.
func heldVersion[V any](ctx context.Context, tx *store.Tx, id convoke.ID, h store.Behind, sequence func(V) int) (v V, known bool, err error) {
	const most = 200
	list, err := tx.ChangesOf(ctx, id, most)
	if err != nil || len(list) == most && list[most-1].At > h.HeldAt {
		return v, false, err
	}
	for _, x := range list { // the latest first
		var before V
		if x.Before == "" || json.Unmarshal([]byte(x.Before), &before) != nil {
			continue
		}
		if n := sequence(before); x.At > h.HeldAt && n <= h.Sequence || !known && n == h.Sequence {
			v, known = before, true
		}
	}
	return v, known, nil
}
