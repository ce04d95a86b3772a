package app

import (
	"context"

	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// Audience is who an invitation would reach, and why others get none.
type Audience struct {
	Get  int
	Not  map[string]int // by reason, a word of notify.Verdict
	List []AudienceRow
}

// AudienceRow is one person of an audience.
type AudienceRow struct {
	Name   string
	Reason string // empty: gets it
}

// audience says who gets a letter and why others get none.
func (c *core) audience(ctx context.Context, tx *store.Tx, s store.Subject, o notify.Occasion) (Audience, error) {
	out := Audience{Not: map[string]int{}}
	if o.DryRun, o.Now = true, tx.Now; o.Event == nil {
		if err := dates(ctx, tx, &o); err != nil {
			return out, err
		}
	}
	for after := convoke.ID(""); ; {
		list, err := tx.Recipients(ctx, s, after, "", 500)
		if err != nil {
			return out, err
		}
		for _, r := range list {
			after = r.ID
			reason := string(notify.Decide(o, r))
			if reason == "" {
				out.Get++
			} else {
				out.Not[reason]++
			}
			if len(out.List) < 1000 {
				out.List = append(out.List, AudienceRow{r.DisplayName(), reason})
			}
		}
		if len(list) < 500 {
			return out, nil
		}
	}
}

// dates notes whether a series or a meeting still has any.
func dates(ctx context.Context, tx *store.Tx, o *notify.Occasion) (err error) {
	var list []convoke.Event
	if o.Series != nil {
		list, err = tx.SeriesEvents(ctx, o.Series.ID)
	} else {
		list, err = tx.MeetingEvents(ctx, o.Meeting.ID, tx.Now)
	}
	if err == nil {
		o.Dates(list)
	}
	return err
}

// Audience tells who would get the invitation to an event.
func (a *Events) Audience(ctx context.Context, v convoke.Viewer, id convoke.ID) (out Audience, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, m, err := a.plans(ctx, tx, v, id)
		if err != nil {
			return err
		}
		out, err = a.audience(ctx, tx, store.SubjectOf(e), notify.Occasion{Kind: notify.EventInvitation, Community: m, Event: &e})
		return err
	})
	return out, err
}

// Audience tells who would get the letter that publishing a series sends.
func (a *SeriesDesk) Audience(ctx context.Context, v convoke.Viewer, id convoke.ID) (out Audience, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		s, m, err := a.plansSeries(ctx, tx, v, id)
		if err != nil {
			return err
		}
		out, err = a.audience(ctx, tx, store.Subject{Community: m.ID, Series: s.ID}, notify.Occasion{Kind: notify.SeriesInvitation, Community: m, Series: &s})
		return err
	})
	return out, err
}

// Told counts who gets a mail when an event that is published is cancelled, or moved.
func (a *Events) Told(ctx context.Context, v convoke.Viewer, id convoke.ID) (n int, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, m, err := a.plans(ctx, tx, v, id)
		if err != nil {
			return err
		}
		s := store.SubjectOf(e)
		r, err := a.ruled(ctx, tx, &e)
		if err != nil {
			return err
		}
		if r != nil && r.Form == convoke.FormRule {
			s.UID = r.UID
		}
		told, err := a.audience(ctx, tx, s, notify.Occasion{Kind: notify.EventCancellation, Community: m, Event: &e, Meeting: r})
		n = told.Get
		return err
	})
	return n, err
}

// Told counts who gets a mail when a published series is cancelled.
func (a *SeriesDesk) Told(ctx context.Context, v convoke.Viewer, id convoke.ID) (n int, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		s, m, err := a.plansSeries(ctx, tx, v, id)
		if err != nil {
			return err
		}
		told, err := a.audience(ctx, tx, store.Subject{Community: m.ID, Series: s.ID}, notify.Occasion{Kind: notify.SeriesCancellation, Community: m, Series: &s})
		n = told.Get
		return err
	})
	return n, err
}

// Audience tells who would get the invitation to a recurring meeting.
func (a *Meetings) Audience(ctx context.Context, v convoke.Viewer, id convoke.ID) (Audience, error) {
	return a.heard(ctx, v, id, notify.MeetingInvitation)
}

// Told counts who gets a mail when a published meeting is cancelled, or changed as a whole.
func (a *Meetings) Told(ctx context.Context, v convoke.Viewer, id convoke.ID) (int, error) {
	told, err := a.heard(ctx, v, id, notify.MeetingCancellation)
	return told.Get, err
}

func (a *Meetings) heard(ctx context.Context, v convoke.Viewer, id convoke.ID, kind string) (out Audience, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		r, m, err := a.plansMeeting(ctx, tx, v, id)
		if err != nil {
			return err
		}
		s := store.Subject{Community: m.ID, Meeting: r.ID, UID: r.UID}
		out, err = a.audience(ctx, tx, s, notify.Occasion{Kind: kind, Community: m, Meeting: &r})
		return err
	})
	return out, err
}
