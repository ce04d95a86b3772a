package app

import (
	"context"
	"slices"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/store"
)

// mostClashes is how many clashes a planned date names.
const mostClashes = 10

// preview works out dates for whoever plans in a community. Those of the meeting that they would change are no clash.
func (c *core) preview(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, dates []calendar.DateTime, loc *time.Location, minutes int, of convoke.ID) (out Preview, err error) {
	out.Community = m
	if out.Zones, err = tx.MemberZones(ctx, m.ID, 100); err != nil {
		return out, err
	}
	for _, z := range out.Zones {
		out.Members += z.Members
	}
	meetings, err := tx.Meetings(ctx, convoke.System, m.ID, store.Page{Limit: 1000})
	if err != nil {
		return out, err
	}
	meetings = slices.DeleteFunc(meetings, func(r convoke.Recurrence) bool {
		return r.Draft() || r.Status == convoke.Cancelled || r.ID == of
	})
	for _, d := range dates {
		t, fit := calendar.Resolve(d, loc)
		p := PlannedDate{Start: d, StartsAt: convoke.At(t), EndsAt: convoke.At(t.Add(time.Duration(minutes) * time.Minute)), Fit: fit, Asleep: asleep(out.Zones, t)}
		clash, err := tx.EventsAt(ctx, m.ID, p.StartsAt, p.EndsAt, mostClashes)
		if err != nil {
			return out, err
		}
		clash = slices.DeleteFunc(clash, func(e convoke.Event) bool { return of != "" && e.MeetingID == of })
		for _, r := range meetings {
			far, err := c.unmade(r, p.StartsAt, p.EndsAt)
			if err != nil {
				return out, err
			}
			clash = append(clash, far...)
		}
		if p.Clashes, err = c.eventViews(ctx, tx, v, clash[:min(len(clash), mostClashes)]); err != nil {
			return out, err
		}
		out.Dates = append(out.Dates, p)
	}
	return out, nil
}

// unmade are the dates of a meeting that lie in a stretch of time and have no rows yet. They have no ID.
func (c *core) unmade(r convoke.Recurrence, from, until convoke.Instant) (list []convoke.Event, err error) {
	if until <= r.MadeUntil {
		return nil, nil
	}
	loc, err := calendar.LoadZone(r.Zone)
	if err != nil {
		return nil, err
	}
	running := max(r.MadeUntil, from.Add(-time.Duration(r.Minutes)*time.Minute))
	for _, d := range r.Rule.Between(r.Start, calendar.In(running.Time(), loc), calendar.In(until.Time(), loc), mostClashes) {
		e := c.date(r, d)
		e.ID = ""
		if _, err := e.Plan(); err != nil {
			return nil, err
		}
		if e.StartsAt < until && e.EndsAt > from {
			list = append(list, e)
		}
	}
	return list, nil
}

// Preview works out the coming dates of a recurring meeting, before anything is saved: of a new one, or with an ID of one that is there, changed as in says.
func (a *Meetings) Preview(ctx context.Context, v convoke.Viewer, community string, id convoke.ID, in MeetingInput) (out Preview, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, community, convoke.Plan)
		if err != nil {
			return err
		}
		r := convoke.Recurrence{Title: m.Name, Zone: m.Zone, Language: m.Language, Minutes: 60, Visibility: convoke.ToCommunity, Status: convoke.Confirmed}
		if id != "" {
			if r, _, err = a.plansMeeting(ctx, tx, v, id); err != nil {
				return err
			}
			if r.CommunityID != m.ID {
				return convoke.ErrNotFound
			}
		}
		in.Version = nil
		if err := in.apply(&r, tx.Now); err != nil {
			return err
		}
		loc, err := calendar.LoadZone(r.Zone)
		if err != nil {
			return convoke.Invalid("time_zone", "zone.unknown").With("Zone", r.Zone)
		}
		from := r.Start
		if now := calendar.In(tx.Now.Time(), loc); from.Before(now) {
			from = now
		}
		out, err = a.preview(ctx, tx, v, m, r.Rule.Between(r.Start, from, calendar.DateTime{}, previewed), loc, r.Minutes, id)
		return err
	})
	return out, err
}

// previewed is how many dates of a meeting are worked out.
const previewed = 12
