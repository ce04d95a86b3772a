package app

import (
	"context"
	"slices"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// Extend makes the rows of the dates that have come within the horizon, for the timetable.
func (a *Meetings) Extend(ctx context.Context) error {
	for {
		done := true
		err := a.store.Update(ctx, func(tx *store.Tx) error {
			list, err := tx.MeetingsBehind(ctx, tx.Now.Add(convoke.Horizon-extendEvery), 20)
			if err != nil {
				return err
			}
			done = len(list) < 20
			for _, r := range list {
				m, err := tx.Community(ctx, r.CommunityID)
				if err != nil {
					return err
				}
				if err := a.extend(ctx, tx, m, &r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || done {
			return err
		}
	}
}

// extendEvery is how far behind the horizon the rows of a meeting may fall.
const extendEvery = convoke.Past / 3

// extend makes the rows up to the horizon.
func (c *core) extend(ctx context.Context, tx *store.Tx, m convoke.Community, r *convoke.Recurrence) error {
	loc, err := calendar.LoadZone(r.Zone)
	if err != nil {
		return err
	}
	until := tx.Now.Add(convoke.Horizon)
	from := calendar.DateTime{}
	if r.MadeUntil != 0 {
		from = calendar.In(r.MadeUntil.Time(), loc)
	} else {
		from = r.Start
	}
	to := calendar.In(until.Time(), loc)
	made := false
	for _, d := range r.Rule.Between(r.Start, from, to, 2000) {
		e := c.date(*r, d)
		e.CreatedAt, e.Stamp, e.PublishedAt = tx.Now, tx.Now, tx.Now
		if _, err := e.Plan(); err != nil {
			return err
		}
		if r.Invite {
			e.InvitedAt = tx.Now
		}
		if err := addEvent(ctx, tx, &e); err != nil {
			return err
		}
		if err := c.render(ctx, tx, m, e); err != nil {
			return err
		}
		if err := c.schedule(ctx, tx, e, r); err != nil {
			return err
		}
		made = true
	}
	r.MadeUntil = until
	if err := tx.SetMadeUntil(ctx, r.ID, until); err != nil || !made {
		return err
	}
	return tx.RaiseCommunity(ctx, m.ID)
}

// date is the row of one date of a meeting as the rule gives it.
func (c *core) date(r convoke.Recurrence, d calendar.DateTime) convoke.Event {
	return convoke.Event{ID: convoke.NewID("ev"), CommunityID: r.CommunityID, MeetingID: r.ID, Kind: convoke.Meeting,
		Title: r.Title, Abstract: r.Description, Start: d, RecurrenceID: d, Zone: r.Zone, Minutes: r.Minutes, Place: r.Place, JoinLink: r.JoinLink,
		Language: r.Language, Visibility: r.Visibility, Status: convoke.Confirmed, Invite: r.Invite, UID: convoke.NewUID(c.site.Host),
		Sequence: r.Sequence, Version: 1}
}

// refit makes the coming rows follow a changed meeting: a row stays with its date, or, where the rule itself changed, with the next date in order.
func (c *core) refit(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, before convoke.Recurrence, r *convoke.Recurrence) error {
	loc, err := calendar.LoadZone(r.Zone)
	if err != nil {
		return err
	}
	rows, err := tx.MeetingEvents(ctx, r.ID, tx.Now.Add(-convoke.Past))
	if err != nil {
		return err
	}
	dropped := map[calendar.Date]convoke.Event{} // before, and kept
	rows = slices.DeleteFunc(rows, func(e convoke.Event) bool {
		if e.RecurrenceID.IsZero() && e.Status == convoke.Cancelled && e.StartsAt > tx.Now {
			dropped[e.Start.Date()] = e
		}
		return e.RecurrenceID.IsZero()
	})
	begun := func(e convoke.Event) bool { return e.StartsAt <= tx.Now }
	slices.SortFunc(rows, func(a, b convoke.Event) int { return a.RecurrenceID.Compare(b.RecurrenceID) })
	dates := r.Rule.Between(r.Start, calendar.In(tx.Now.Time(), loc), calendar.In(tx.Now.Add(convoke.Horizon).Time(), loc), 2000)
	byDate := map[calendar.Date]convoke.Event{}
	for _, e := range rows {
		byDate[e.RecurrenceID.Date()] = e
	}
	taken := map[convoke.ID]bool{}
	pairs := make([]convoke.Event, len(dates))
	for i, d := range dates {
		if e, ok := byDate[d.Date()]; ok {
			pairs[i], taken[e.ID] = e, true
		}
	}
	rest := slices.DeleteFunc(slices.Clone(rows), func(e convoke.Event) bool { return taken[e.ID] || begun(e) })
	for i, d := range dates {
		switch e, ok := dropped[d.Date()]; {
		case pairs[i].ID != "":
		case ok: // the rule has it again
			pairs[i] = e
		case len(rest) > 0:
			pairs[i], rest = rest[0], rest[1:]
		}
	}
	for _, e := range rest {
		if err := c.dropDate(ctx, tx, v, m, *r, e); err != nil {
			return err
		}
	}
	// Recurrence ids are unique per meeting, so those that move make room first.
	for _, e := range pairs {
		if e.ID != "" {
			if err := tx.ParkRecurrence(ctx, e.ID); err != nil {
				return err
			}
		}
	}
	for i, d := range dates {
		e := pairs[i]
		if e.ID == "" {
			e = c.date(*r, d)
			e.CreatedAt, e.Stamp, e.PublishedAt, e.Sequence = tx.Now, r.Stamp, tx.Now, r.Sequence
			if r.Invite {
				e.InvitedAt = tx.Now
			}
			if _, err := e.Plan(); err != nil {
				return err
			}
			if err := addEvent(ctx, tx, &e); err != nil {
				return err
			}
		} else if begun(e) { // it was moved to before now, or is going on: it has been this date, and stays as it was
			e.RecurrenceID, e.Sequence, e.Stamp = d, max(e.Sequence, r.Sequence), r.Stamp
			e.Version++
			if err := tx.PutEvent(ctx, e); err != nil {
				return err
			}
		} else {
			again := e.RecurrenceID.IsZero()
			if again {
				e.Status, e.CancelNote = convoke.Confirmed, ""
			}
			if !e.Moved() {
				e.Start = d
			}
			e.RecurrenceID = d
			follow(&e.Title, before.Title, r.Title)
			follow(&e.Abstract, before.Description, r.Description)
			follow(&e.Place, before.Place, r.Place)
			follow(&e.JoinLink, before.JoinLink, r.JoinLink)
			follow(&e.Language, before.Language, r.Language)
			follow(&e.Minutes, before.Minutes, r.Minutes)
			if e.Zone != r.Zone { // an override is written in its master's zone
				if e.Moved() {
					e.Start = calendar.In(e.StartsAt.Time(), loc)
				}
				e.Zone = r.Zone
			}
			e.Visibility, e.MeetingID = r.Visibility, r.ID
			e.Version++
			if _, err := e.Plan(); err != nil {
				return err
			}
			moved := again || e.StartsAt != pairs[i].StartsAt || e.Minutes != pairs[i].Minutes || e.Place != pairs[i].Place || e.JoinLink != pairs[i].JoinLink
			if moved && (r.Form == convoke.FormDates || feed.Deviates(before, pairs[i])) {
				e.Sequence++ // an entry of its own may stand above its meeting already
			}
			e.Sequence, e.Stamp = max(e.Sequence, r.Sequence), r.Stamp
			if err := c.followed(ctx, tx, v, *r, pairs[i], &e, tx.Now.Add(convoke.SettleTime)); err != nil {
				return err
			}
			if err := tx.PutEvent(ctx, e); err != nil {
				return err
			}
		}
		if err := c.render(ctx, tx, m, e); err != nil {
			return err
		}
		if begun(e) {
			continue
		}
		if err := c.reschedule(ctx, tx, e, r); err != nil {
			return err
		}
	}
	r.MadeUntil = tx.Now.Add(convoke.Horizon)
	return tx.SetMadeUntil(ctx, r.ID, r.MadeUntil)
}

// dropDate takes out a date that its meeting's rule no longer has. One that people hold as an entry of its own, come to or
// wrote something for keeps its page and is called off there; any other is simply no more.
func (c *core) dropDate(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, r convoke.Recurrence, e convoke.Event) error {
	if err := tx.DropFragments(ctx, e.ID); err != nil {
		return err
	}
	awaited, err := tx.Awaited(ctx, e.ID)
	if err != nil {
		return err
	}
	held := r.Form == convoke.FormDates && e.InvitedAt != 0 && e.StartsAt.Add(-notify.InviteAhead) <= tx.Now
	if !held && !awaited && e.Agenda == "" && e.Minuted == "" {
		return tx.DropEvent(ctx, e.ID)
	}
	before := e
	e.RecurrenceID, e.Stamp, e.Version = calendar.DateTime{}, r.Stamp, e.Version+1
	if e.Status != convoke.Cancelled {
		e.Status = convoke.Cancelled
		e.Sequence++
	}
	if err := c.followed(ctx, tx, v, r, before, &e, tx.Now.Add(convoke.SettleTime)); err != nil {
		return err
	}
	if err := tx.PutEvent(ctx, e); err != nil {
		return err
	}
	if err := c.render(ctx, tx, m, e); err != nil {
		return err
	}
	return c.schedule(ctx, tx, e, &r)
}

// followed tells whoever holds a date of a meeting written as dates what became of it with the whole meeting: their calendars know nothing of that.
func (c *core) followed(ctx context.Context, tx *store.Tx, v convoke.Viewer, r convoke.Recurrence, before convoke.Event, e *convoke.Event, plan convoke.Instant) error {
	if r.Form != convoke.FormDates || before.InvitedAt == 0 || before.StartsAt.Add(-notify.InviteAhead) > tx.Now {
		return nil
	}
	probe := *e
	if material, _ := probe.Touch(before, tx.Now); !material {
		return nil
	}
	e.Sequence = max(e.Sequence, before.Sequence+1)
	return c.record(ctx, tx, v, news{noun: "event", verb: "followed", subject: e.ID, community: e.CommunityID, meeting: r.ID, before: before, after: *e, note: r.CancelNote, plan: plan})
}

// follow gives a date what its meeting now has, unless the date had its own.
func follow[T comparable](own *T, before, after T) {
	if *own == before {
		*own = after
	}
}
