package app

import (
	"context"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/store"
)

// The scopes of a change to one date of a recurring meeting.
const (
	ThisDate      = "this"
	ThisFollowing = "following"
	AllDates      = "all"
)

// EditScope changes one date of a recurring meeting, that date and all following ones, or all. With a wider scope the input is about what dates have in
// common, and a start gives the hour: the rule decides the days. It returns the meeting.
func (a *Meetings) EditScope(ctx context.Context, v convoke.Viewer, event convoke.ID, scope string, in EventInput) (r convoke.Recurrence, err error) {
	wide, err := in.forMeeting()
	if err != nil {
		return r, err
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		if err := tx.LockEvent(ctx, event); err != nil {
			return err
		}
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		if e.MeetingID == "" || scope != ThisFollowing && scope != AllDates {
			return convoke.Invalid("scope", "event.scope.unknown")
		}
		if in.Version != nil && *in.Version != e.Version {
			return convoke.Refuse(convoke.ReasonConflict, "error.stale")
		}
		if r, err = tx.Meeting(ctx, e.MeetingID); err != nil {
			return err
		}
		if in.StartLocal != nil {
			day := r.Start.Date()
			if scope == ThisFollowing {
				day = e.RecurrenceID.Date()
			}
			if wide.StartLocal, err = sameDay(*in.StartLocal, e, day); err != nil {
				return err
			}
		}
		if scope == ThisFollowing {
			r, err = a.following(ctx, tx, v, m, r, e, wide)
		} else {
			r, err = a.editMeeting(ctx, tx, v, m, r, wide)
		}
		return err
	})
	return r, err
}

// sameDay puts the hour of a start on the day of the first date concerned; the start must name a day that its date has.
func sameDay(text string, e convoke.Event, day calendar.Date) (*string, error) {
	d, err := convoke.ReadStart("start_local", text)
	if err != nil {
		return nil, err
	}
	if d.Date() != e.Start.Date() && d.Date() != e.RecurrenceID.Date() {
		return nil, convoke.Invalid("start_local", "event.scope.date")
	}
	start := day.At(d.Clock()).String()
	return &start, nil
}

// forMeeting is what of an event's input all dates of a meeting can have.
func (in EventInput) forMeeting() (MeetingInput, error) {
	var f convoke.Faults
	for _, x := range []struct {
		set   bool
		field string
	}{{in.Status != nil, "status"}, {in.Reminders != nil, "reminders"}, {in.Agenda != nil, "agenda"}, {in.Minutes != nil, "minutes"}, {in.Speakers != nil, "speakers"}} {
		f.Check(!x.set, x.field, "event.scope.single")
	}
	return MeetingInput{Title: in.Title, Description: in.Abstract, TimeZone: in.TimeZone, DurationMinutes: in.DurationMinutes, Place: in.Place, JoinLink: in.JoinLink,
		Language: in.Language, Visibility: in.Visibility, Invite: in.Invite, Note: in.Note}, f.Err()
}
