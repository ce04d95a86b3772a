package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/locale"
	"convoke/internal/store"
)

// Meetings is what people do with recurring meetings. Single dates are events; see [Events].
type Meetings struct{ *core }

// MeetingInput is what can be set of a recurring meeting; nil leaves a thing as it is.
type MeetingInput struct {
	Title           *string        `json:"title"`
	Description     *string        `json:"description"`
	Rule            *calendar.Rule `json:"rule"`
	StartLocal      *string        `json:"start_local"`
	TimeZone        *string        `json:"time_zone"`
	DurationMinutes *int           `json:"duration_minutes"`
	Place           *string        `json:"place"`
	JoinLink        *string        `json:"join_link"`
	Language        *string        `json:"language"`
	Visibility      *string        `json:"visibility"`
	Invite          *bool          `json:"invite"`
	Note            *string        `json:"note"`
	Version         *int64         `json:"version"`
}

func (in MeetingInput) apply(r *convoke.Recurrence, now convoke.Instant) error {
	if in.Version != nil && *in.Version != r.Version {
		return convoke.Refuse(convoke.ReasonConflict, "error.stale")
	}
	var f typing
	f.line("title", in.Title, &r.Title, convoke.MaxTitle)
	f.text("description", in.Description, &r.Description, convoke.MaxText)
	if in.Rule != nil {
		r.Rule.Rule = *in.Rule
	}
	if in.StartLocal != nil {
		var err error
		r.Start, err = convoke.ReadStart("start_local", *in.StartLocal)
		f.Take(err)
	}
	f.zone(in.TimeZone, &r.Zone)
	if in.DurationMinutes != nil {
		r.Minutes = *in.DurationMinutes
	}
	f.line("place", in.Place, &r.Place, convoke.MaxPlace)
	if in.JoinLink != nil {
		r.JoinLink = strings.TrimSpace(*in.JoinLink)
	}
	if in.Language != nil {
		r.Language = *in.Language
	}
	f.Check(slices.Contains(locale.Known(), r.Language), "language", "language.unknown")
	if in.Visibility != nil {
		r.Visibility = convoke.Visibility(*in.Visibility)
	}
	if in.Invite != nil {
		r.Invite = *in.Invite
	}
	if err := f.Err(); err != nil {
		return err
	}
	if !r.Start.IsZero() && r.Rule.Freq != "" && (in.Rule != nil || in.StartLocal != nil) { // the first date is the first that fits the rule
		first, err := convoke.FirstDate("rule", r.Rule.Rule, r.Start)
		if err != nil {
			return err
		}
		r.Start = first
	}
	return r.Check(now)
}

// MeetingView is a recurring meeting as one viewer may see it.
type MeetingView struct {
	convoke.Recurrence
	Community CommunityView
	Coming    []EventView
	Past      []EventView
	Answer    convoke.Answer // to all its dates
	HasLink   bool
	CanPlan   bool
	CanAnswer bool
	Previous  *convoke.Recurrence // what this one continues
}

func meetingView(s convoke.Standing, m convoke.Community, r convoke.Recurrence, answered bool) MeetingView {
	out := MeetingView{Recurrence: r, HasLink: r.JoinLink != "", CanPlan: convoke.Can(s, convoke.Plan, &m)}
	out.CanAnswer = convoke.CanEvent(s, convoke.Respond, &m, r.Visibility, r.Draft(), "") && r.Status != convoke.Cancelled
	answer := convoke.Answer("")
	if answered {
		answer = convoke.Yes
	}
	if !convoke.CanEvent(s, convoke.JoinLink, &m, r.Visibility, r.Draft(), answer) {
		out.JoinLink = ""
	}
	return out
}

func (c *core) findMeeting(ctx context.Context, tx *store.Tx, v convoke.Viewer, community, ref string) (r convoke.Recurrence, m convoke.Community, s convoke.Standing, err error) {
	if community == "" {
		if r, err = tx.Meeting(ctx, convoke.ID(ref)); err == nil {
			m, s, err = c.lookID(ctx, tx, v, r.CommunityID)
		}
	} else if m, s, err = c.look(ctx, tx, v, community); err == nil {
		r, err = tx.MeetingBySlug(ctx, m.ID, ref)
	}
	if err != nil {
		return convoke.Recurrence{}, convoke.Community{}, s, err
	}
	if !convoke.CanEvent(s, convoke.See, &m, r.Visibility, r.Draft(), "") {
		return convoke.Recurrence{}, convoke.Community{}, s, convoke.ErrNotFound
	}
	return r, m, s, nil
}

func (c *core) plansMeeting(ctx context.Context, tx *store.Tx, v convoke.Viewer, id convoke.ID) (convoke.Recurrence, convoke.Community, error) {
	r, m, s, err := c.findMeeting(ctx, tx, v, "", string(id))
	if err == nil {
		err = allow(v, s, convoke.Plan, &m)
	}
	return r, m, err
}

// Get reads a recurring meeting, by its address in a community or, with an empty community, by ID. A draft has no dates yet: it shows those the rule gives.
func (a *Meetings) Get(ctx context.Context, v convoke.Viewer, community, ref string) (out MeetingView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		r, m, s, err := a.findMeeting(ctx, tx, v, community, ref)
		if err != nil {
			return err
		}
		var g convoke.Registration
		if v.Signed() {
			if g, err = tx.Registration(ctx, v.Person, convoke.ScopeMeeting, r.ID); err != nil {
				return err
			}
		}
		out = meetingView(s, m, r, g.State.Coming())
		out.Answer = g.State
		if out.Community, err = a.view(ctx, tx, m, s); err != nil {
			return err
		}
		if r.PreviousID != "" {
			p, err := tx.Meeting(ctx, r.PreviousID)
			if err != nil {
				return err
			}
			if convoke.CanEvent(s, convoke.See, &m, p.Visibility, p.Draft(), "") {
				p.JoinLink = ""
				out.Previous = &p
			}
		}
		coming, err := tx.Events(ctx, v, store.EventFilter{Meeting: r.ID, From: tx.Now, Limit: 60})
		if err != nil {
			return err
		}
		if out.Coming, err = a.eventViews(ctx, tx, v, coming); err != nil {
			return err
		}
		past, err := tx.Events(ctx, v, store.EventFilter{Meeting: r.ID, Until: tx.Now, Latest: true, Limit: 30})
		if err != nil {
			return err
		}
		past = slices.DeleteFunc(past, func(e convoke.Event) bool { return e.EndsAt > tx.Now })
		out.Past, err = a.eventViews(ctx, tx, v, past)
		return err
	})
	return out, err
}

// List pages through a community's recurring meetings that the viewer may see.
func (a *Meetings) List(ctx context.Context, v convoke.Viewer, community string, p store.Page) (out []MeetingView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, s, err := a.look(ctx, tx, v, community)
		if err != nil {
			return err
		}
		list, err := tx.Meetings(ctx, v, m.ID, p)
		for _, r := range list {
			out = append(out, meetingView(s, m, r, false))
		}
		return err
	})
	return out, err
}

// Create makes a recurring meeting, as a draft.
func (a *Meetings) Create(ctx context.Context, v convoke.Viewer, community string, in MeetingInput) (convoke.Recurrence, error) {
	return a.createMeeting(ctx, v, community, in, false)
}

// CreatePublished is Create and Publish at once: nothing is left of a meeting that could not be published.
func (a *Meetings) CreatePublished(ctx context.Context, v convoke.Viewer, community string, in MeetingInput) (convoke.Recurrence, error) {
	return a.createMeeting(ctx, v, community, in, true)
}

func (a *Meetings) createMeeting(ctx context.Context, v convoke.Viewer, community string, in MeetingInput, published bool) (r convoke.Recurrence, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, community, convoke.Plan)
		if err != nil {
			return err
		}
		r = convoke.Recurrence{ID: convoke.NewID("me"), CommunityID: m.ID, Zone: m.Zone, Language: m.Language, Minutes: 60, Visibility: convoke.ToCommunity,
			Status: convoke.Confirmed, Invite: true, UID: convoke.NewUID(a.site.Host), Version: 1, CreatedAt: tx.Now, Stamp: tx.Now}
		if err := settleForm(ctx, tx, v, r.ID); err != nil {
			return err
		}
		in.Version = nil
		if err := in.apply(&r, tx.Now); err != nil {
			return err
		}
		r.Slug = convoke.NewSlug(r.Title)
		if err := tx.AddMeeting(ctx, r); err != nil {
			return err
		}
		err = a.record(ctx, tx, v, news{noun: "meeting", verb: "created", subject: r.ID, community: m.ID, meeting: r.ID, after: r})
		if err != nil || !published {
			return err
		}
		return a.publishMeeting(ctx, tx, v, m, &r)
	})
	return r, err
}

// Publish makes a draft a meeting for everybody who may see it: its dates get their rows, and the form it is written in is decided for life.
func (a *Meetings) Publish(ctx context.Context, v convoke.Viewer, id convoke.ID) (r convoke.Recurrence, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var m convoke.Community
		if r, m, err = a.plansMeeting(ctx, tx, v, id); err != nil {
			return err
		}
		if !r.Draft() {
			return nil
		}
		return a.publishMeeting(ctx, tx, v, m, &r)
	})
	return r, err
}

func (c *core) publishMeeting(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, r *convoke.Recurrence) error {
	if err := r.Check(tx.Now); err != nil {
		return err
	}
	before := *r
	if err := c.open(ctx, tx, m, r); err != nil {
		return err
	}
	n := news{noun: "meeting", verb: "published", subject: r.ID, community: m.ID, meeting: r.ID, before: before, after: *r}
	if r.Invite {
		n.plan = tx.Now
	}
	return c.record(ctx, tx, v, n)
}

// open publishes a meeting without telling anybody.
func (c *core) open(ctx context.Context, tx *store.Tx, m convoke.Community, r *convoke.Recurrence) error {
	r.PublishedAt, r.Stamp, r.Form = tx.Now, tx.Now, feed.Form(*r, tx.Now)
	r.Version++
	if err := tx.PutMeeting(ctx, *r); err != nil {
		return err
	}
	if err := c.renderRule(ctx, tx, m, *r); err != nil {
		return err
	}
	return c.extend(ctx, tx, m, r)
}

// Edit changes all coming dates of a recurring meeting. What was moved, cancelled or written for single dates stays with them; registrations
// and agendas move along with the date they belong to.
func (a *Meetings) Edit(ctx context.Context, v convoke.Viewer, id convoke.ID, in MeetingInput) (r convoke.Recurrence, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var m convoke.Community
		if r, m, err = a.plansMeeting(ctx, tx, v, id); err != nil {
			return err
		}
		r, err = a.editMeeting(ctx, tx, v, m, r, in)
		return err
	})
	return r, err
}

func (a *Meetings) editMeeting(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, old convoke.Recurrence, in MeetingInput) (convoke.Recurrence, error) {
	r := old
	if err := in.apply(&r, tx.Now); err != nil {
		return r, err
	}
	note, err := noteOf("note", in.Note)
	if err != nil {
		return r, err
	}
	err = a.changeMeeting(ctx, tx, v, m, old, &r, note)
	return r, err
}

// changeMeeting settles a changed meeting with its rows.
func (c *core) changeMeeting(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, before convoke.Recurrence, r *convoke.Recurrence, note string) error {
	if before.Status == convoke.Cancelled {
		return convoke.Refuse(convoke.ReasonConflict, "meeting.cancelled")
	}
	shift := shiftOf(before, *r)
	if err := c.begin(ctx, tx, before, r, false); err != nil {
		return err
	}
	material, changed := r.Touch(before, tx.Now)
	if !changed {
		return nil
	}
	if r.Form == convoke.FormRule && feed.Form(*r, tx.Now) != convoke.FormRule {
		loc, err := calendar.LoadZone(r.Zone)
		if err != nil {
			return fmt.Errorf("zone of meeting %s: %w", r.ID, err)
		}
		return convoke.Invalid("time_zone", "meeting.zone.form").With("Zone", loc)
	}
	if err := tx.PutMeeting(ctx, *r); err != nil {
		return err
	}
	n := news{noun: "meeting", verb: "edited", subject: r.ID, community: m.ID, meeting: r.ID, before: before, after: *r, note: note}
	if r.Draft() {
		return c.record(ctx, tx, v, n)
	}
	if err := c.refit(ctx, tx, v, m, before, r, shift); err != nil {
		return err
	}
	if err := c.renderRule(ctx, tx, m, *r); err != nil {
		return err
	}
	if err := tx.RaiseCommunity(ctx, m.ID); err != nil {
		return err
	}
	if material {
		n.plan = tx.Now.Add(convoke.SettleTime)
	}
	return c.record(ctx, tx, v, n)
}

// EditFollowing changes one date of a meeting and all after it: the old rule ends before that date, and a new meeting with a new
// UID begins there; registrations, agendas and minutes move along. From the first date on it is a change of all.
func (a *Meetings) EditFollowing(ctx context.Context, v convoke.Viewer, event convoke.ID, in MeetingInput) (r convoke.Recurrence, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		if e.MeetingID == "" {
			return convoke.ErrNotFound
		}
		old, err := tx.Meeting(ctx, e.MeetingID)
		if err != nil {
			return err
		}
		r, err = a.following(ctx, tx, v, m, old, e, in)
		return err
	})
	return r, err
}

func (a *Meetings) following(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, old convoke.Recurrence, e convoke.Event, in MeetingInput) (convoke.Recurrence, error) {
	in.Version = nil
	switch {
	case old.Status == convoke.Cancelled:
		return old, convoke.Refuse(convoke.ReasonConflict, "meeting.cancelled")
	case e.StartsAt <= tx.Now:
		return old, convoke.Refuse(convoke.ReasonConflict, "event.over")
	case !e.GivenUp.IsZero():
		return old, convoke.Refuse(convoke.ReasonConflict, "event.given_up")
	case e.RecurrenceID == old.Start:
		return a.editMeeting(ctx, tx, v, m, old, in)
	}
	return a.split(ctx, tx, v, m, old, e, in)
}

func (a *Meetings) split(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, old convoke.Recurrence, e convoke.Event, in MeetingInput) (convoke.Recurrence, error) {
	r := old
	// The sequence goes on: dates come along with theirs, and one above their rule's would make each of them an override.
	r.ID, r.PreviousID, r.UID, r.Organizer, r.MadeUntil, r.Version = convoke.NewID("me"), old.ID, convoke.NewUID(a.site.Host), "", 0, 1
	r.CreatedAt, r.PublishedAt, r.Stamp, r.Form = tx.Now, 0, tx.Now, ""
	r.Start = e.RecurrenceID
	if r.Rule.Count > 0 { // what the old one leaves over
		r.Rule.Count -= old.Rule.Passed(old.Start, e.RecurrenceID)
	}
	unchanged := r
	if err := in.apply(&r, tx.Now); err != nil {
		return r, err
	}
	if r.Changes(unchanged) { // who holds one of its dates under a UID of its own is to see a later version
		r.Sequence++
	}
	r.Slug = convoke.NewSlug(r.Title)
	if err := tx.AddMeeting(ctx, r); err != nil {
		return r, err
	}
	rows, err := tx.MeetingEvents(ctx, old.ID, tx.Now)
	if err != nil {
		return r, err
	}
	for _, row := range rows {
		day := row.RuleDate()
		if day.IsZero() || day.Before(e.RecurrenceID) {
			continue
		}
		if morning := day.Date().At(0, 0); !row.GivenUp.IsZero() && len(r.Rule.Between(r.Start, morning, morning.AddDays(1), 1)) == 0 {
			continue // the new one does not have it again
		}
		row.MeetingID = r.ID
		row.Version++
		if err := tx.PutEvent(ctx, row); err != nil {
			return r, err
		}
	}
	if err := tx.CopyMeeting(ctx, old.ID, r.ID); err != nil {
		return r, err
	}
	// the old one ends on the day before
	ended := old
	ended.Rule.Count, ended.Rule.Until = 0, e.RecurrenceID.Date().AddDays(-1)
	if _, changed := ended.Touch(old, tx.Now); changed {
		if err := tx.PutMeeting(ctx, ended); err != nil {
			return r, err
		}
	}
	if err := a.renderRule(ctx, tx, m, ended); err != nil {
		return r, err
	}
	rows, err = tx.MeetingEvents(ctx, old.ID, 1)
	if err != nil {
		return r, err
	}
	for _, row := range rows { // overrides keep up with their master's sequence
		if old.Form == convoke.FormRule && feed.Deviates(old, row) {
			row.Sequence = max(row.Sequence, ended.Sequence)
			row.Version++
			if err := tx.PutEvent(ctx, row); err != nil {
				return r, err
			}
		}
		if err := a.render(ctx, tx, m, row); err != nil {
			return r, err
		}
	}
	if err := a.record(ctx, tx, v, news{noun: "meeting", verb: "ended", subject: old.ID, community: m.ID, meeting: old.ID, before: old, after: ended, plan: tx.Now}); err != nil {
		return r, err
	}
	r.PublishedAt, r.Stamp, r.Form = tx.Now, tx.Now, feed.Form(r, tx.Now)
	if old.Form == convoke.FormDates { // calendars hold its dates one by one
		r.Form = convoke.FormDates
	}
	r.Version++
	if err := tx.PutMeeting(ctx, r); err != nil {
		return r, err
	}
	like := old
	like.ID = r.ID
	if err := a.refit(ctx, tx, v, m, like, &r, shiftOf(like, r)); err != nil {
		return r, err
	}
	if err := a.renderRule(ctx, tx, m, r); err != nil {
		return r, err
	}
	if err := tx.RaiseCommunity(ctx, m.ID); err != nil {
		return r, err
	}
	note, err := noteOf("note", in.Note)
	if err != nil {
		return r, err
	}
	return r, a.record(ctx, tx, v, news{noun: "meeting", verb: "continued", subject: r.ID, community: m.ID, meeting: r.ID, before: old, after: r, note: note, plan: tx.Now})
}

// Cancel calls off a recurring meeting with all dates to come; a draft is removed.
func (a *Meetings) Cancel(ctx context.Context, v convoke.Viewer, id convoke.ID, note string) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		r, m, err := a.plansMeeting(ctx, tx, v, id)
		if err != nil {
			return err
		}
		if r.Draft() {
			if err := tx.DropMeeting(ctx, r.ID); err != nil {
				return err
			}
			return a.record(ctx, tx, v, news{noun: "meeting", verb: "dropped", subject: r.ID, community: m.ID, before: r})
		}
		return a.cancelMeeting(ctx, tx, v, m, r, note)
	})
}

func (c *core) cancelMeeting(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, r convoke.Recurrence, note string) error {
	if r.Status == convoke.Cancelled {
		return nil
	}
	before := r
	var err error
	if r.CancelNote, err = noteOf("note", &note); err != nil {
		return err
	}
	r.Status = convoke.Cancelled
	if err := c.begin(ctx, tx, before, &r, true); err != nil { // what was held was not called off
		return err
	}
	if _, changed := r.Touch(before, tx.Now); !changed {
		return nil
	}
	if err := tx.PutMeeting(ctx, r); err != nil {
		return err
	}
	if err := c.letGo(ctx, tx, m, r); err != nil {
		return err
	}
	rows, err := tx.MeetingEvents(ctx, r.ID, tx.Now)
	if err != nil {
		return err
	}
	for _, e := range rows {
		if e.Status == convoke.Cancelled {
			continue
		}
		was := e
		e.Status, e.CancelNote, e.Stamp = convoke.Cancelled, r.CancelNote, r.Stamp
		e.Sequence = max(e.Sequence+1, r.Sequence)
		e.Version++
		if err := c.followed(ctx, tx, v, r, was, &e, tx.Now); err != nil {
			return err
		}
		if err := tx.PutEvent(ctx, e); err != nil {
			return err
		}
		if err := c.render(ctx, tx, m, e); err != nil {
			return err
		}
		if err := c.schedule(ctx, tx, e, &r); err != nil {
			return err
		}
	}
	if err := c.renderRule(ctx, tx, m, r); err != nil {
		return err
	}
	if err := tx.RaiseCommunity(ctx, m.ID); err != nil {
		return err
	}
	return c.record(ctx, tx, v, news{noun: "meeting", verb: "cancelled", subject: r.ID, community: m.ID, meeting: r.ID, before: before, after: r, note: r.CancelNote, plan: tx.Now})
}
