package app

import (
	"context"
	"slices"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/feed"
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
				if err := a.renew(ctx, tx, m, r); err != nil {
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
	} else if from = calendar.In(tx.Now.Add(-convoke.Past).Time(), loc); from.Before(r.Start) {
		from = r.Start
	}
	to := calendar.In(until.Time(), loc)
	made := false
	for _, d := range r.Rule.Between(r.Start, from, to, 0) {
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

// renewAfter is how old the entry of a rule may become: it names the dates that are left out for some years only, see [feed.Rule].
const renewAfter = 3 * 365 * 24 * time.Hour

// renew stamps a meeting anew whose entry will not name the dates it leaves out for much longer.
func (c *core) renew(ctx context.Context, tx *store.Tx, m convoke.Community, r convoke.Recurrence) error {
	if r.Form != convoke.FormRule || len(r.Rule.NotMonths)+len(r.Rule.NotDates) == 0 || tx.Now.Sub(r.Stamp) < renewAfter {
		return nil
	}
	was := r.Stamp
	r.Stamp = tx.Now
	if err := tx.StampMeeting(ctx, r.ID, was, r.Stamp); err != nil {
		return err
	}
	if err := c.renderRule(ctx, tx, m, r); err != nil {
		return err
	}
	rows, err := tx.MeetingEvents(ctx, r.ID, tx.Now.Add(-convoke.Past))
	if err != nil {
		return err
	}
	for _, e := range rows { // an override is not below its rule
		if err := c.render(ctx, tx, m, e); err != nil {
			return err
		}
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

// refit makes the rows that are not over follow a changed meeting, see [pairDates]. shift is by how many days the change moves its dates.
func (c *core) refit(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, before convoke.Recurrence, r *convoke.Recurrence, shift int) error {
	loc, err := calendar.LoadZone(r.Zone)
	if err != nil {
		return err
	}
	list, err := tx.MeetingEvents(ctx, r.ID, tx.Now.Add(-convoke.Past))
	if err != nil {
		return err
	}
	from := openFrom(list, tx.Now, loc)
	dates := r.Rule.Between(r.Start, from, calendar.In(tx.Now.Add(convoke.Horizon).Time(), loc), 0)
	pairs, rest := pairDates(dates, list, before.Rule.Rule, shift, tx.Now)
	for _, e := range rest {
		if err := c.giveUp(ctx, tx, v, m, before, *r, e); err != nil {
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
		e, was := pairs[i], pairs[i]
		at, _ := calendar.Resolve(d, loc)
		ahead := convoke.At(at) > tx.Now
		switch {
		case e.ID == "" && !ahead: // never was, and is not made up afterwards
			continue
		case e.ID == "":
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
		case e.StartsAt <= tx.Now: // it was moved to before now, or is going on: it has been this date, and stays as it was
			e.RecurrenceID, e.Stamp = d, r.Stamp
			if r.Form == convoke.FormRule {
				e.Sequence = max(e.Sequence, r.Sequence)
			}
			e.Version++
			if err := tx.PutEvent(ctx, e); err != nil {
				return err
			}
		default:
			again := !e.GivenUp.IsZero()
			if again && e.GivenUpAt != 0 {
				e.Status, e.CancelNote = convoke.Confirmed, ""
			}
			own := e.Start != e.RuleDate() // was moved by itself
			if !own && ahead {
				e.Start = d
			}
			e.RecurrenceID, e.GivenUp, e.GivenUpAt = d, calendar.DateTime{}, 0
			followAll(&e, before, *r)
			if e.Zone != r.Zone { // an override is written in its master's zone
				if own {
					e.Start = calendar.In(e.StartsAt.Time(), loc)
				}
				e.Zone = r.Zone
			}
			e.MeetingID = r.ID
			e.Version++
			if _, err := e.Plan(); err != nil {
				return err
			}
			moved := again || e.StartsAt != was.StartsAt || e.Minutes != was.Minutes || e.Place != was.Place || e.JoinLink != was.JoinLink
			if moved && (r.Form == convoke.FormDates || feed.Deviates(before, was)) {
				e.Sequence++ // an entry of its own may stand above its meeting already
			}
			if r.Form == convoke.FormRule { // an override keeps up with its master, an entry of its own with nobody
				e.Stamp, e.Sequence = r.Stamp, max(e.Sequence, r.Sequence)
			}
			if err := c.followed(ctx, tx, v, *r, was, &e, tx.Now.Add(convoke.SettleTime)); err != nil {
				return err
			}
			if err := tx.PutEvent(ctx, e); err != nil {
				return err
			}
		}
		if err := c.render(ctx, tx, m, e); err != nil {
			return err
		}
		if e.StartsAt <= tx.Now {
			continue
		}
		if err := c.reschedule(ctx, tx, e, r); err != nil {
			return err
		}
	}
	if err := c.letGo(ctx, tx, m, *r); err != nil {
		return err
	}
	for _, e := range list { // what is given up keeps up, for the day the rule has it again
		was := e
		if e.GivenUp.IsZero() || slices.ContainsFunc(pairs, func(p convoke.Event) bool { return p.ID == e.ID }) {
			continue
		}
		if followAll(&e, before, *r); e == was {
			continue
		}
		if _, err := e.Plan(); err != nil {
			return err
		}
		e.Stamp, e.Version = r.Stamp, e.Version+1
		if err := tx.PutEvent(ctx, e); err != nil {
			return err
		}
		if err := c.render(ctx, tx, m, e); err != nil {
			return err
		}
	}
	r.MadeUntil = tx.Now.Add(convoke.Horizon)
	return tx.SetMadeUntil(ctx, r.ID, r.MadeUntil)
}

// openFrom is the first day whose date by the rule may still take place: today, or the day of a date that was put off and lies ahead.
func openFrom(rows []convoke.Event, now convoke.Instant, loc *time.Location) calendar.DateTime {
	from := calendar.In(now.Time(), loc).Date()
	for _, e := range rows {
		if e.StartsAt > now && !e.RecurrenceID.IsZero() && e.RecurrenceID.Date().Before(from) {
			from = e.RecurrenceID.Date()
		}
	}
	return from.At(0, 0)
}

// shiftOf is by how many days a change moves a meeting's dates: where its first date goes, within the old rhythm.
func shiftOf(before, after convoke.Recurrence) int {
	return days(before.Start.Date(), after.Start.Date()) % rhythm(before.Rule.Rule)
}

// days is how many days after a b is.
func days(a, b calendar.Date) int {
	noon := func(d calendar.Date) time.Time { return time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, time.UTC) }
	return int(noon(b).Sub(noon(a)).Hours() / 24)
}

// rhythm is about how many days lie between two dates of a rule.
func rhythm(r calendar.Rule) int {
	n := map[calendar.Frequency]int{calendar.Daily: 1, calendar.Weekly: 7, calendar.Monthly: 30, calendar.Yearly: 365}[r.Freq]
	return max(n, 1) * max(r.Interval, 1)
}

// pairDates gives the dates of a changed rule, from the first day that is not over, their rows: the one of that day; else one of that day that the rule
// had given up; else the nearest that is left to where the change moves it, no farther than half the old rhythm away, as what people said of a date
// belongs to one about then. What was called off was so for its own day, and what has begun stays where it was. rest are the rows ahead that no date is left for.
func pairDates(dates []calendar.DateTime, rows []convoke.Event, old calendar.Rule, shift int, now convoke.Instant) (pairs, rest []convoke.Event) {
	byDay, gone := map[calendar.Date]convoke.Event{}, map[calendar.Date]convoke.Event{}
	for _, e := range rows {
		switch {
		case !e.RecurrenceID.IsZero():
			byDay[e.RecurrenceID.Date()] = e
		case !e.GivenUp.IsZero() && e.StartsAt > now:
			gone[e.GivenUp.Date()] = e
		}
	}
	pairs = make([]convoke.Event, len(dates))
	taken := map[convoke.ID]bool{}
	for i, d := range dates {
		e, ok := byDay[d.Date()]
		if !ok {
			e = gone[d.Date()]
		}
		pairs[i], taken[e.ID] = e, true
	}
	for _, e := range rows {
		if e.RecurrenceID.IsZero() || taken[e.ID] || e.StartsAt <= now {
			continue
		}
		best, distance := -1, (rhythm(old)+1)/2
		for i, d := range dates {
			off := days(e.RecurrenceID.Date().AddDays(shift), d.Date())
			if off = max(off, -off); pairs[i].ID == "" && e.Status != convoke.Cancelled && off < distance {
				best, distance = i, off
			}
		}
		if best < 0 {
			rest = append(rest, e)
			continue
		}
		pairs[best] = e
	}
	return pairs, rest
}

// begin lets a changed meeting that is written as a rule begin with its next date where its rule would tell of other dates before that than there were, or
// in any case: those have entries of their own from then on, see [core.letGo].
func (c *core) begin(ctx context.Context, tx *store.Tx, before convoke.Recurrence, r *convoke.Recurrence, always bool) error {
	if r.Draft() || r.Form != convoke.FormRule {
		return nil
	}
	loc, err := calendar.LoadZone(r.Zone)
	if err != nil {
		return err
	}
	rows, err := tx.MeetingEvents(ctx, r.ID, tx.Now)
	if err != nil {
		return err
	}
	from := openFrom(rows, tx.Now, loc)
	past := func(m convoke.Recurrence) []calendar.DateTime {
		return m.Rule.Between(m.Start, calendar.DateTime{}, from, 0)
	}
	if !always && before.Zone == r.Zone && slices.Equal(past(before), past(*r)) {
		return nil
	}
	held, err := tx.HeldDates(ctx, r.ID)
	if err != nil {
		return err
	}
	early := map[calendar.DateTime]bool{} // held before their day
	for _, e := range held {
		early[e.RecurrenceID] = true
	}
	for _, next := range r.Rule.Between(r.Start, from, calendar.DateTime{}, len(held)+1) {
		if early[next] {
			continue
		}
		if r.Rule.Count > 0 {
			r.Rule.Count -= r.Rule.Passed(r.Start, next)
		}
		r.Start = next
		break
	}
	return nil
}

// letGo makes entries of their own of dates that were held, where the rule of their meeting has them no more: beside it they would override nothing, and
// come back as it has them.
func (c *core) letGo(ctx context.Context, tx *store.Tx, m convoke.Community, r convoke.Recurrence) error {
	if r.Form != convoke.FormRule {
		return nil
	}
	loc, err := calendar.LoadZone(r.Zone)
	if err != nil {
		return err
	}
	seen := calendar.In(tx.Now.Add(-convoke.Past).Time(), loc) // feeds show nothing before
	has := map[calendar.DateTime]bool{}
	for _, d := range r.Rule.Between(r.Start, seen, calendar.In(tx.Now.Add(convoke.Horizon).Time(), loc), 0) {
		has[d] = true
	}
	rows, err := tx.HeldDates(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, e := range rows {
		if !e.RecurrenceID.Before(r.Start) && (e.RecurrenceID.Before(seen) || has[e.RecurrenceID]) {
			continue
		}
		e.RecurrenceID, e.Stamp, e.Version = calendar.DateTime{}, r.Stamp, e.Version+1
		if err := tx.PutEvent(ctx, e); err != nil {
			return err
		}
		if err := c.render(ctx, tx, m, e); err != nil {
			return err
		}
	}
	return nil
}

// giveUp takes out a date that its meeting's rule no longer has. One that people hold as an entry of its own, come to or wrote something for keeps its
// page and is called off there; any other is simply no more.
func (c *core) giveUp(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, was, r convoke.Recurrence, e convoke.Event) error {
	keep := e.Agenda != "" || e.Minuted != ""
	for _, ask := range []func() (bool, error){
		func() (bool, error) { return tx.Awaited(ctx, e.ID) },
		func() (bool, error) { return tx.IsHeld(ctx, e.UID) },
	} {
		if is, err := ask(); err != nil {
			return err
		} else if is {
			keep = true
		}
	}
	if !keep {
		return tx.DropEvent(ctx, e.ID)
	}
	before := e
	followAll(&e, was, r)
	e.GivenUp, e.RecurrenceID, e.Stamp, e.Version = e.RecurrenceID, calendar.DateTime{}, r.Stamp, e.Version+1
	if e.Status != convoke.Cancelled {
		e.Status, e.GivenUpAt = convoke.Cancelled, tx.Now
		e.Sequence++
	}
	if _, err := e.Plan(); err != nil {
		return err
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
	if r.Form != convoke.FormDates {
		return nil
	}
	if held, err := tx.IsHeld(ctx, e.UID); err != nil || !held {
		return err
	}
	probe := *e
	if material, _ := probe.Touch(before, tx.Now); !material {
		return nil
	}
	e.Sequence = max(e.Sequence, before.Sequence+1)
	return c.record(ctx, tx, v, news{noun: "event", verb: "followed", subject: e.ID, community: e.CommunityID, meeting: r.ID, before: before, after: *e, note: r.CancelNote, plan: plan})
}

// followAll gives a date what its changed meeting now has, unless the date had its own; its hour is not among it.
func followAll(e *convoke.Event, before, r convoke.Recurrence) {
	follow(&e.Title, before.Title, r.Title)
	follow(&e.Abstract, before.Description, r.Description)
	follow(&e.Place, before.Place, r.Place)
	follow(&e.JoinLink, before.JoinLink, r.JoinLink)
	follow(&e.Language, before.Language, r.Language)
	follow(&e.Minutes, before.Minutes, r.Minutes)
	e.Visibility = r.Visibility
}

// follow gives a date what its meeting now has, unless the date had its own.
func follow[T comparable](own *T, before, after T) {
	if *own == before {
		*own = after
	}
}
