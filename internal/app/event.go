package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/notify"
	"convoke/internal/store"
	"convoke/mailer"
)

// Events is what people do with single events, sessions of series and dates of meetings.
type Events struct{ *core }

// SpeakerInput is one speaker as a form or a program gives them.
type SpeakerInput struct {
	Name         string `json:"name" form:"name"`
	Organisation string `json:"organisation" form:"organisation"`
	Biography    string `json:"biography" form:"biography"`
	Email        string `json:"email" form:"email"`
}

// EventInput is what can be set of an event; nil leaves a thing as it is.
type EventInput struct {
	Kind            *string         `json:"kind" form:"kind"` // only when it is made
	Title           *string         `json:"title" form:"title"`
	Abstract        *string         `json:"abstract" form:"abstract"`
	StartLocal      *string         `json:"start_local" form:"start_local"`
	TimeZone        *string         `json:"time_zone" form:"time_zone"`
	DurationMinutes *int            `json:"duration_minutes" form:"duration_minutes"`
	Place           *string         `json:"place" form:"place"`
	JoinLink        *string         `json:"join_link" form:"join_link"`
	Language        *string         `json:"language" form:"language"`
	Visibility      *string         `json:"visibility" form:"visibility"`
	Status          *string         `json:"status" form:"status"` // tentative or confirmed
	Invite          *bool           `json:"invite" form:"invite"`
	Reminders       *string         `json:"reminders" form:"reminders"` // minutes before, comma separated; "" for the usual, "none" for none
	Agenda          *string         `json:"agenda" form:"agenda"`
	Minutes         *string         `json:"minutes" form:"minutes"`
	Speakers        *[]SpeakerInput `json:"speakers" form:"-"`
	Note            *string         `json:"note" form:"note"`       // told to people with the change
	Version         *int64          `json:"version" form:"version"` // the one the form was made from
}

func (in EventInput) apply(e *convoke.Event) error {
	if in.Version != nil && *in.Version != e.Version {
		return convoke.Refuse(convoke.ReasonConflict, "error.stale")
	}
	var f typing
	f.line("title", in.Title, &e.Title, convoke.MaxTitle)
	f.text("abstract", in.Abstract, &e.Abstract, convoke.MaxText)
	if in.StartLocal != nil {
		var err error
		e.Start, err = convoke.ReadStart("start_local", *in.StartLocal)
		f.Take(err)
	}
	f.zone(in.TimeZone, &e.Zone)
	if in.DurationMinutes != nil {
		e.Minutes = *in.DurationMinutes
	}
	f.line("place", in.Place, &e.Place, convoke.MaxPlace)
	if in.JoinLink != nil {
		e.JoinLink = strings.TrimSpace(*in.JoinLink)
	}
	if in.Language != nil {
		e.Language = *in.Language
	}
	f.Check(slices.Contains(locale.Known(), e.Language), "language", "language.unknown")
	if in.Visibility != nil {
		e.Visibility = convoke.Visibility(*in.Visibility)
	}
	if in.Status != nil && e.Status != convoke.Cancelled {
		e.Status = convoke.Status(*in.Status)
		f.Check(e.Status != convoke.Cancelled, "status", "event.status.cancel")
		f.Check(slices.Contains([]convoke.Status{convoke.Tentative, convoke.Confirmed, convoke.Cancelled}, e.Status), "status", "event.status.unknown")
	}
	if in.Invite != nil {
		e.Invite = *in.Invite
	}
	if in.Reminders != nil {
		e.Reminders = strings.ReplaceAll(*in.Reminders, " ", "")
	}
	f.text("agenda", in.Agenda, &e.Agenda, convoke.MaxText)
	f.text("minutes", in.Minutes, &e.Minuted, convoke.MaxText)
	return f.And(e.Check())
}

func (in EventInput) speakers() ([]convoke.Speaker, error) {
	var out []convoke.Speaker
	if len(*in.Speakers) > 30 {
		return nil, convoke.Invalid("speakers", "speaker.too_many")
	}
	for _, s := range *in.Speakers {
		var sp convoke.Speaker
		var f typing
		f.line("speakers", &s.Name, &sp.Name, convoke.MaxName)
		f.line("speakers", &s.Organisation, &sp.Organisation, convoke.MaxName)
		f.text("speakers", &s.Biography, &sp.Biography, maxNote)
		if err := f.Err(); err != nil {
			return nil, err
		}
		if s.Email != "" {
			addr, err := mailer.ParseAddress(s.Email)
			if err != nil {
				return nil, convoke.Invalid("speakers", "speaker.address.invalid").Because(err)
			}
			sp.Address = addr.Addr
		}
		if sp.Name == "" {
			if sp.Organisation != "" || sp.Biography != "" || sp.Address != "" {
				return nil, convoke.Invalid("speakers", "speaker.name.missing")
			}
			continue
		}
		out = append(out, sp)
	}
	return out, nil
}

// Create makes a single event, as a draft.
func (a *Events) Create(ctx context.Context, v convoke.Viewer, community string, in EventInput) (convoke.Event, error) {
	return a.createSingle(ctx, v, community, in, false)
}

// CreatePublished is Create and Publish at once: nothing is left of an event that could not be published.
func (a *Events) CreatePublished(ctx context.Context, v convoke.Viewer, community string, in EventInput) (convoke.Event, error) {
	return a.createSingle(ctx, v, community, in, true)
}

func (a *Events) createSingle(ctx context.Context, v convoke.Viewer, community string, in EventInput, published bool) (e convoke.Event, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, community, convoke.Plan)
		if err != nil {
			return err
		}
		e.ID = convoke.NewID("ev")
		if err := settleForm(ctx, tx, v, e.ID); err != nil {
			return err
		}
		if e, err = a.create(ctx, tx, v, m, convoke.Event{ID: e.ID}, in); err != nil || !published {
			return err
		}
		return a.publish(ctx, tx, v, m, &e)
	})
	return e, err
}

func (c *core) create(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, e convoke.Event, in EventInput) (convoke.Event, error) {
	if e.ID == "" {
		e.ID = convoke.NewID("ev")
	}
	e.CommunityID, e.Version, e.CreatedAt, e.Stamp = m.ID, 1, tx.Now, tx.Now
	if e.UID == "" {
		e.UID = convoke.NewUID(c.site.Host)
	}
	if e.Kind == "" {
		e.Kind = convoke.Webinar
	}
	if in.Kind != nil {
		e.Kind = convoke.Kind(*in.Kind)
	}
	for _, d := range []struct {
		field *string
		value string
	}{{&e.Zone, m.Zone}, {&e.Language, m.Language}, {(*string)(&e.Visibility), string(convoke.ToCommunity)}, {(*string)(&e.Status), string(convoke.Confirmed)}} {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	if info, ok := e.Kind.Info(); ok && e.Minutes == 0 {
		e.Minutes = info.Minutes
	}
	in.Version = nil
	if err := in.apply(&e); err != nil {
		return e, err
	}
	if _, err := e.Plan(); err != nil {
		return e, err
	}
	if err := addEvent(ctx, tx, &e); err != nil {
		return e, err
	}
	if in.Speakers != nil {
		list, err := in.speakers()
		if err != nil {
			return e, err
		}
		if _, err := c.putSpeakers(ctx, tx, m, e.ID, list); err != nil {
			return e, err
		}
	}
	return e, c.record(ctx, tx, v, news{noun: "event", verb: "created", subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID, after: e})
}

// addEvent stores a new event at an address nobody else in its community has: the dates of a daily meeting are more than four characters
// keep apart by luck.
func addEvent(ctx context.Context, tx *store.Tx, e *convoke.Event) error {
	for {
		e.Slug = convoke.NewSlug(e.Title)
		if _, err := tx.EventBySlug(ctx, e.CommunityID, e.Slug); convoke.IsNotFound(err) {
			return tx.AddEvent(ctx, *e)
		} else if err != nil {
			return err
		}
	}
}

// Edit changes an event, or one date of a recurring meeting; see [Meetings.Edit] for wider changes.
func (a *Events) Edit(ctx context.Context, v convoke.Viewer, id convoke.ID, in EventInput) (e convoke.Event, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var m convoke.Community
		if e, m, err = a.plans(ctx, tx, v, id); err != nil {
			return err
		}
		before := e
		if err := in.apply(&e); err != nil {
			return err
		}
		e.Kind = before.Kind
		if e.MeetingID != "" && e.Visibility != before.Visibility { // a date is seen by whoever sees its meeting
			return convoke.Invalid("visibility", "error.fixed")
		}
		if _, err := e.Plan(); err != nil {
			return err
		}
		if e.SeriesID != "" && (e.Start != before.Start || e.Zone != before.Zone) {
			if err := noGap(e); err != nil {
				return err
			}
		}
		spoke := false
		if in.Speakers != nil {
			list, err := in.speakers()
			if err != nil {
				return err
			}
			if spoke, err = a.putSpeakers(ctx, tx, m, e.ID, list); err != nil {
				return err
			}
		}
		note, err := noteOf("note", in.Note)
		if err != nil {
			return err
		}
		return a.change(ctx, tx, v, m, before, &e, "edited", note, spoke)
	})
	return e, err
}

// putSpeakers makes a list an event's speakers. Whoever was one before stays the same speaker: by address, else by name.
// Whoever has an address is a person from then on, so that mails can be written to them.
func (c *core) putSpeakers(ctx context.Context, tx *store.Tx, m convoke.Community, event convoke.ID, list []convoke.Speaker) (changed bool, err error) {
	old, err := tx.Speakers(ctx, event)
	if err != nil {
		return false, err
	}
	sameSpeakers(old, list, tx.Now)
	for i := range list {
		list[i].EventID, list[i].Position = event, i
		if list[i].Address == "" {
			continue
		}
		p, err := ensurePerson(ctx, tx, mailer.Fold(list[i].Address), list[i].Address, convoke.Person{Name: list[i].Name, Organisation: list[i].Organisation, Language: m.Language})
		if err != nil {
			return false, err
		}
		list[i].PersonID = p.ID
	}
	if slices.Equal(old, list) {
		return false, nil
	}
	return true, tx.PutSpeakers(ctx, event, list)
}

// sameSpeakers gives each speaker of a new list the identity they had in the old one. Links that were mailed to an address somebody no
// longer has are withdrawn.
func sameSpeakers(old, list []convoke.Speaker, now convoke.Instant) {
	left := slices.Clone(old)
	take := func(same func(was, is convoke.Speaker) bool) {
		for i := range list {
			if list[i].ID != "" {
				continue
			}
			if j := slices.IndexFunc(left, func(was convoke.Speaker) bool { return same(was, list[i]) }); j >= 0 {
				list[i].ID, list[i].LinksFrom = left[j].ID, left[j].LinksFrom
				if left[j].Address != "" && mailer.Fold(left[j].Address) != mailer.Fold(list[i].Address) {
					list[i].LinksFrom = now
				}
				left = slices.Delete(left, j, j+1)
			}
		}
	}
	take(func(was, is convoke.Speaker) bool {
		return is.Address != "" && mailer.Fold(was.Address) == mailer.Fold(is.Address)
	})
	take(func(was, is convoke.Speaker) bool { return strings.EqualFold(was.Name, is.Name) })
}

// change settles a changed event: sequence and stamp, its row, its calendar entry, the feeds, what the timetable does, and
// what people are told.
func (c *core) change(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, before convoke.Event, e *convoke.Event, verb, note string, touched bool) error {
	ruled, err := c.ruled(ctx, tx, e)
	if err != nil {
		return err
	}
	if ruled != nil && before.Sequence < ruled.Sequence { // an override below its master is ignored by programs
		before.Sequence = ruled.Sequence
	}
	probe := before
	if touched { // speakers stand in the entry but not in the row
		probe.Stamp--
		probe.Abstract += "\x00"
	}
	material, changed := e.Touch(probe, tx.Now)
	if !changed {
		return nil
	}
	e.Stamp = max(e.Stamp, before.Stamp)
	if err := tx.PutEvent(ctx, *e); err != nil {
		return err
	}
	n := news{noun: "event", verb: verb, subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID, before: before, after: *e, note: note}
	if e.Draft() {
		return c.record(ctx, tx, v, n)
	}
	if err := c.render(ctx, tx, m, *e); err != nil {
		return err
	}
	if err := tx.RaiseCommunity(ctx, m.ID); err != nil {
		return err
	}
	if material {
		if err := c.schedule(ctx, tx, *e, ruled); err != nil {
			return err
		}
		if e.EndsAt > tx.Now || before.EndsAt > tx.Now { // nobody is told about the past
			n.plan = tx.Now.Add(convoke.SettleTime)
		}
	} else if before.Reminders != e.Reminders {
		if err := c.reschedule(ctx, tx, *e, ruled); err != nil {
			return err
		}
	}
	if verb == "cancelled" && n.plan != 0 {
		n.plan = tx.Now
		if err := tx.PlanSooner(ctx, e.ID); err != nil {
			return err
		}
	}
	return c.record(ctx, tx, v, n)
}

// ruled is the meeting an event is a date of, nil for none.
func (c *core) ruled(ctx context.Context, tx *store.Tx, e *convoke.Event) (*convoke.Recurrence, error) {
	if e.MeetingID == "" {
		return nil, nil
	}
	r, err := tx.Meeting(ctx, e.MeetingID)
	return &r, err
}

// schedule plans what the timetable does about an event from now on: what was planned for an earlier sequence is dropped.
func (c *core) schedule(ctx context.Context, tx *store.Tx, e convoke.Event, r *convoke.Recurrence) error {
	if err := tx.CancelDue(ctx, e.ID, e.Sequence, "the event changed"); err != nil {
		return err
	}
	if err := tx.CancelLetters(ctx, e.ID, e.Sequence, convoke.ClassReminder, "the event changed"); err != nil {
		return err
	}
	for _, d := range notify.Dues(e, r, tx.Now) {
		if err := tx.PutDue(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// reschedule plans an event's reminders anew under the same sequence.
func (c *core) reschedule(ctx context.Context, tx *store.Tx, e convoke.Event, r *convoke.Recurrence) error {
	if err := tx.DropDue(ctx, e.ID); err != nil {
		return err
	}
	return c.schedule(ctx, tx, e, r)
}

// Publish makes a draft an event for everybody who may see it; members are invited when it says so.
func (a *Events) Publish(ctx context.Context, v convoke.Viewer, id convoke.ID) (e convoke.Event, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var m convoke.Community
		if e, m, err = a.plans(ctx, tx, v, id); err != nil {
			return err
		}
		if !e.Draft() {
			return nil // a second press changes nothing
		}
		if e.SeriesID != "" {
			s, err := tx.Series(ctx, e.SeriesID)
			if err != nil {
				return err
			}
			if s.Draft() {
				return convoke.Refuse(convoke.ReasonConflict, "event.series_draft")
			}
			e.Invite = s.Invite
		}
		return a.publish(ctx, tx, v, m, &e)
	})
	return e, err
}

// publish settles a newly published event.
func (c *core) publish(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, e *convoke.Event) error {
	if e.SeriesID != "" { // the clocks may have been decided anew since it was written
		if err := noGap(*e); err != nil {
			return err
		}
	}
	before := *e
	e.PublishedAt, e.Stamp, e.Version, e.MovedFrom = tx.Now, tx.Now, e.Version+1, 0
	coming := e.EndsAt > tx.Now && e.Status != convoke.Cancelled
	if e.Invite && coming && e.InvitedAt == 0 {
		e.InvitedAt = tx.Now
	}
	if err := tx.PutEvent(ctx, *e); err != nil {
		return err
	}
	if err := c.render(ctx, tx, m, *e); err != nil {
		return err
	}
	if err := tx.RaiseCommunity(ctx, m.ID); err != nil {
		return err
	}
	r, err := c.ruled(ctx, tx, e)
	if err != nil {
		return err
	}
	if err := c.schedule(ctx, tx, *e, r); err != nil {
		return err
	}
	n := news{noun: "event", verb: "published", subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID, before: before, after: *e}
	if e.InvitedAt != 0 && coming && e.SeriesID == "" { // a session's invitation is the timetable's
		n.plan = tx.Now
	}
	return c.record(ctx, tx, v, n)
}

// Invite invites the members to an event that is published already, once.
func (a *Events) Invite(ctx context.Context, v convoke.Viewer, id convoke.ID) (e convoke.Event, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var m convoke.Community
		if e, m, err = a.plans(ctx, tx, v, id); err != nil {
			return err
		}
		switch {
		case e.Draft():
			return convoke.Refuse(convoke.ReasonConflict, "event.draft")
		case e.Status == convoke.Cancelled, e.EndsAt <= tx.Now:
			return convoke.Refuse(convoke.ReasonConflict, "event.over")
		case e.InvitedAt != 0:
			return nil
		}
		before := e
		e.Invite, e.InvitedAt, e.Version = true, tx.Now, e.Version+1
		if err := tx.PutEvent(ctx, e); err != nil {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "event", verb: "published", subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID, before: before, after: e, plan: tx.Now})
	})
	return e, err
}

// Cancel calls an event off and tells people at once. A draft is simply removed.
func (a *Events) Cancel(ctx context.Context, v convoke.Viewer, id convoke.ID, note string) (e convoke.Event, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var m convoke.Community
		if e, m, err = a.plans(ctx, tx, v, id); err != nil {
			return err
		}
		if e.Draft() {
			if err := tx.DropEvent(ctx, e.ID); err != nil {
				return err
			}
			return a.record(ctx, tx, v, news{noun: "event", verb: "dropped", subject: e.ID, community: m.ID, before: e})
		}
		return a.cancelEvent(ctx, tx, v, m, e, note)
	})
	return e, err
}

func (c *core) cancelEvent(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, e convoke.Event, note string) error {
	if e.Status == convoke.Cancelled {
		return nil
	}
	before := e
	var err error
	if e.CancelNote, err = noteOf("note", &note); err != nil {
		return err
	}
	e.Status = convoke.Cancelled
	return c.change(ctx, tx, v, m, before, &e, "cancelled", e.CancelNote, false)
}

// Restore takes a cancellation back while the event lies ahead.
func (a *Events) Restore(ctx context.Context, v convoke.Viewer, id convoke.ID) (e convoke.Event, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var m convoke.Community
		if e, m, err = a.plans(ctx, tx, v, id); err != nil {
			return err
		}
		if e.Status != convoke.Cancelled {
			return nil
		}
		if e.EndsAt <= tx.Now {
			return convoke.Refuse(convoke.ReasonConflict, "event.over")
		}
		if r, err := a.ruled(ctx, tx, &e); err != nil {
			return err
		} else if r != nil && r.Status == convoke.Cancelled {
			return convoke.Refuse(convoke.ReasonConflict, "event.meeting_cancelled")
		}
		if e.SeriesID != "" {
			if s, err := tx.Series(ctx, e.SeriesID); err != nil {
				return err
			} else if s.CancelledAt != 0 {
				return convoke.Refuse(convoke.ReasonConflict, "event.series_cancelled")
			}
		}
		if !e.GivenUp.IsZero() {
			return convoke.Refuse(convoke.ReasonConflict, "event.given_up")
		}
		before := e
		e.CancelNote = ""
		if e.Status, err = statusBefore(ctx, tx, e.ID); err != nil {
			return err
		}
		return a.change(ctx, tx, v, m, before, &e, "restored", "", false)
	})
	return e, err
}

// statusBefore is what an event was when it was called off, as the audit log has it: tentative or confirmed.
func statusBefore(ctx context.Context, tx *store.Tx, id convoke.ID) (convoke.Status, error) {
	list, err := tx.ChangesOf(ctx, id, 100)
	if err != nil {
		return "", err
	}
	for _, ch := range list {
		if ch.Verb != "cancelled" {
			continue
		}
		var was struct{ Status convoke.Status }
		if err := json.Unmarshal([]byte(ch.Before), &was); err != nil {
			return "", fmt.Errorf("read change %s: %w", ch.ID, err)
		}
		if was.Status == convoke.Tentative {
			return was.Status, nil
		}
		break
	}
	return convoke.Confirmed, nil
}
