package outbox

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// versionBefore is the version of what a change changed, zero where it has none.
func versionBefore(c convoke.Change) int64 {
	var before struct{ Version int64 }
	if err := json.Unmarshal([]byte(c.Before), &before); err != nil {
		return 0
	}
	return before.Version
}

// planNews plans one slice of what is told about an event, a series or a meeting.
func (o *Outbox) planNews(ctx context.Context, tx *store.Tx, c convoke.Change) error {
	open, err := tx.OpenChanges(ctx, c.SubjectID)
	if err != nil {
		return err
	}
	slices.SortStableFunc(open, func(a, b convoke.Change) int { // two can bear one moment
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(versionBefore(a), versionBefore(b)))
	})
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
