package app

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/store"
)

// SeriesDesk is what people do with series.
type SeriesDesk struct{ *core }

// SeriesInput is what can be set of a series; nil leaves a thing as it is.
type SeriesInput struct {
	Title       *string `json:"title" form:"title"`
	Description *string `json:"description" form:"description"`
	Language    *string `json:"language" form:"language"`
	TimeZone    *string `json:"time_zone" form:"time_zone"`
	Visibility  *string `json:"visibility" form:"visibility"`
	Invite      *bool   `json:"invite" form:"invite"`
	Version     *int64  `json:"version" form:"version"`
}

func (in SeriesInput) apply(s *convoke.Series) error {
	if in.Version != nil && *in.Version != s.Version {
		return convoke.Refuse(convoke.ReasonConflict, "error.stale")
	}
	var f typing
	f.line("title", in.Title, &s.Title, convoke.MaxTitle)
	f.text("description", in.Description, &s.Description, convoke.MaxText)
	if in.Language != nil {
		s.Language = *in.Language
	}
	f.zone(in.TimeZone, &s.Zone)
	if in.Visibility != nil {
		s.Visibility = convoke.Visibility(*in.Visibility)
	}
	if in.Invite != nil {
		s.Invite = *in.Invite
	}
	f.Check(slices.Contains(locale.Known(), s.Language), "language", "language.unknown")
	return f.And(s.Check())
}

// RhythmInput says how the dates of a series follow one another.
type RhythmInput struct {
	Rule      *calendar.Rule `json:"rule"`
	FirstDate string         `json:"first_local"` // "2027-03-09T14:00"
	Sessions  int            `json:"sessions"`
	Dates     []string       `json:"dates"` // own list, instead of all the above
}

// Rhythm reads the input.
func (in RhythmInput) Rhythm() (r convoke.Rhythm, err error) {
	if len(in.Dates) > convoke.MaxSessions {
		return r, convoke.Invalid("dates", "series.sessions.too_many").With("Most", convoke.MaxSessions)
	}
	for _, s := range in.Dates {
		if strings.TrimSpace(s) == "" {
			continue
		}
		d, err := convoke.ReadStart("dates", strings.TrimSpace(s))
		if err != nil {
			return r, err
		}
		r.List = append(r.List, d)
	}
	if len(r.List) > 0 {
		return r, nil
	}
	if in.FirstDate != "" {
		if r.Start, err = convoke.ReadStart("first_date", in.FirstDate); err != nil {
			return r, err
		}
	}
	if in.Rule != nil {
		r.Rule = *in.Rule
	}
	r.Count = in.Sessions
	return r, nil
}

// SessionInput is one session of a series being planned.
type SessionInput struct {
	Title      string `json:"title"`
	StartLocal string `json:"start_local"`
}

// PlannedDate is one line of the planner: a date with all that speaks for and against it.
type PlannedDate struct {
	Start    calendar.DateTime
	StartsAt convoke.Instant
	EndsAt   convoke.Instant
	Fit      calendar.Fit // Gap lines are refused when the series is saved
	Clashes  []EventView  // the community's other events at that time, as the viewer may see them
	Asleep   int          // members for whom it is between 23:00 and 06:00
}

// Preview is what a rhythm comes to, before anything is saved.
type Preview struct {
	Community convoke.Community
	Dates     []PlannedDate
	Zones     []store.ZoneCount // the members' main zones
	Members   int               // in those zones
}

// Preview works out the dates of a series.
func (a *SeriesDesk) Preview(ctx context.Context, v convoke.Viewer, community string, rhythm convoke.Rhythm, zone string, minutes int) (out Preview, err error) {
	dates, err := rhythm.Dates()
	if err != nil {
		return out, err
	}
	loc, err := CheckZoneAndLength(zone, minutes)
	if err != nil {
		return out, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, community, convoke.Plan)
		if err != nil {
			return err
		}
		out, err = a.preview(ctx, tx, v, m, dates, loc, minutes, "")
		return err
	})
	return out, err
}

// CheckZoneAndLength checks the zone and the length of sessions, and gives the zone.
func CheckZoneAndLength(zone string, minutes int) (*time.Location, error) {
	var f convoke.Faults
	loc, err := calendar.LoadZone(zone)
	f.Check(err == nil, "time_zone", "zone.unknown", "Zone", zone)
	f.Check(minutes > 0, "duration_minutes", "event.length.missing")
	f.Check(minutes <= convoke.MaxMinutes, "duration_minutes", "event.length.too_long")
	return loc, f.Err()
}

// asleep counts the members for whom a moment lies between 23:00 and 06:00.
func asleep(zones []store.ZoneCount, t time.Time) int {
	n := 0
	for _, z := range zones {
		if loc, err := calendar.LoadZone(z.Zone); err == nil {
			if h := t.In(loc).Hour(); h >= 23 || h < 6 {
				n += z.Members
			}
		}
	}
	return n
}

// Create makes a series with its sessions, all drafts. Sessions without a title are numbered ones of the series.
func (a *SeriesDesk) Create(ctx context.Context, v convoke.Viewer, community string, in SeriesInput, shared EventInput, sessions []SessionInput) (convoke.Series, error) {
	return a.createSeries(ctx, v, community, in, shared, sessions, false)
}

// CreatePublished is Create and Publish at once: nothing is left of a series that could not be published.
func (a *SeriesDesk) CreatePublished(ctx context.Context, v convoke.Viewer, community string, in SeriesInput, shared EventInput, sessions []SessionInput) (convoke.Series, error) {
	return a.createSeries(ctx, v, community, in, shared, sessions, true)
}

func (a *SeriesDesk) createSeries(ctx context.Context, v convoke.Viewer, community string, in SeriesInput, shared EventInput, sessions []SessionInput, published bool) (s convoke.Series, err error) {
	if len(sessions) > convoke.MaxSessions {
		return s, convoke.Invalid("sessions", "series.sessions.too_many").With("Most", convoke.MaxSessions)
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, community, convoke.Plan)
		if err != nil {
			return err
		}
		s = convoke.Series{ID: convoke.NewID("se"), CommunityID: m.ID, Language: m.Language, Zone: m.Zone, Visibility: convoke.ToCommunity, Invite: true, Version: 1, CreatedAt: tx.Now}
		if err := settleForm(ctx, tx, v, s.ID); err != nil {
			return err
		}
		in.Version = nil
		if err := in.apply(&s); err != nil {
			return err
		}
		s.Slug = convoke.NewSlug(s.Title)
		if err := tx.AddSeries(ctx, s); err != nil {
			return err
		}
		if err := a.record(ctx, tx, v, news{noun: "series", verb: "created", subject: s.ID, community: m.ID, series: s.ID, after: s}); err != nil {
			return err
		}
		for i, session := range sessions {
			if _, err := a.addSession(ctx, tx, v, m, s, i+1, shared, session); err != nil {
				return err
			}
		}
		if !published {
			return nil
		}
		return a.publishSeries(ctx, tx, v, m, &s)
	})
	return s, err
}

func (a *SeriesDesk) addSession(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, s convoke.Series, number int, in EventInput, session SessionInput) (convoke.Event, error) {
	e := convoke.Event{SeriesID: s.ID, Kind: convoke.Webinar, Number: number, Zone: s.Zone, Language: s.Language, Visibility: s.Visibility, Invite: s.Invite}
	if session.Title != "" {
		in.Title = &session.Title
	}
	if in.Title == nil || strings.TrimSpace(*in.Title) == "" {
		in.Title = new(sessionTitle(s, number))
	}
	if session.StartLocal != "" {
		in.StartLocal = &session.StartLocal
	}
	in.Kind, in.Invite = nil, nil
	e, err := a.create(ctx, tx, v, m, e, in)
	if err != nil {
		return e, err
	}
	return e, noGap(e)
}

// sessionTitle is that of a session which has none of its own: the series' with a number, of which a long one keeps its beginning.
func sessionTitle(s convoke.Series, number int) string {
	numbered := func(series string) string {
		return locale.For(s.Language, nil).T("series.session.title", "Series", series, "Number", number)
	}
	t := numbered(s.Title)
	if over := utf8.RuneCountInString(t) - convoke.MaxTitle; over > 0 {
		title := []rune(s.Title)
		t = numbered(strings.TrimSpace(string(title[:len(title)-over-1])) + "…")
	}
	return t
}

// noGap refuses a session that starts in an hour the clocks skip.
func noGap(e convoke.Event) error {
	loc, err := calendar.LoadZone(e.Zone)
	if err != nil {
		return convoke.Invalid("time_zone", "zone.unknown").With("Zone", e.Zone)
	}
	return convoke.CheckGaps([]calendar.DateTime{e.Start}, loc, "start_local")
}

// AddSession adds a session to a series; in a published series it stays a draft until it is published.
func (a *SeriesDesk) AddSession(ctx context.Context, v convoke.Viewer, id convoke.ID, in EventInput) (e convoke.Event, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		s, m, err := a.plansSeries(ctx, tx, v, id)
		if err != nil {
			return err
		}
		if s.CancelledAt != 0 {
			return convoke.Refuse(convoke.ReasonConflict, "series.called_off")
		}
		list, err := tx.SeriesEvents(ctx, s.ID)
		if err != nil {
			return err
		}
		if len(list) >= convoke.MaxSessions {
			return convoke.Invalid("sessions", "series.sessions.too_many").With("Most", convoke.MaxSessions)
		}
		number := 1
		for _, e := range list {
			number = max(number, e.Number+1)
		}
		e, err = a.addSession(ctx, tx, v, m, s, number, in, SessionInput{})
		return err
	})
	return e, err
}

func (c *core) findSeries(ctx context.Context, tx *store.Tx, v convoke.Viewer, community, ref string) (r convoke.Series, m convoke.Community, s convoke.Standing, err error) {
	if community == "" {
		if r, err = tx.Series(ctx, convoke.ID(ref)); err == nil {
			m, s, err = c.lookID(ctx, tx, v, r.CommunityID)
		}
	} else if m, s, err = c.look(ctx, tx, v, community); err == nil {
		r, err = tx.SeriesBySlug(ctx, m.ID, ref)
	}
	if err != nil {
		return convoke.Series{}, convoke.Community{}, s, err
	}
	if !convoke.CanEvent(s, convoke.See, &m, r.Visibility, r.Draft(), "") {
		return convoke.Series{}, convoke.Community{}, s, convoke.ErrNotFound
	}
	return r, m, s, nil
}

func (a *SeriesDesk) plansSeries(ctx context.Context, tx *store.Tx, v convoke.Viewer, id convoke.ID) (convoke.Series, convoke.Community, error) {
	r, m, s, err := a.findSeries(ctx, tx, v, "", string(id))
	if err == nil {
		err = allow(v, s, convoke.Plan, &m)
	}
	return r, m, err
}

// SeriesView is a series with its sessions as one viewer may see them.
type SeriesView struct {
	convoke.Series
	Community CommunityView
	Sessions  []EventView
	Answer    convoke.Answer // to the whole series
	CanPlan   bool
	CanAnswer bool
}

// Get reads a series, by its address in a community or, with an empty community, by ID.
func (a *SeriesDesk) Get(ctx context.Context, v convoke.Viewer, community, ref string) (out SeriesView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		r, m, s, err := a.findSeries(ctx, tx, v, community, ref)
		if err != nil {
			return err
		}
		out.Series, out.CanPlan = r, convoke.Can(s, convoke.Plan, &m)
		out.CanAnswer = convoke.CanEvent(s, convoke.Respond, &m, r.Visibility, r.Draft(), "") && r.CancelledAt == 0
		if out.Community, err = a.view(ctx, tx, m, s); err != nil {
			return err
		}
		list, err := tx.Events(ctx, v, store.EventFilter{Series: r.ID, Drafts: true, Limit: convoke.MaxSessions})
		if err != nil {
			return err
		}
		if out.Sessions, err = a.eventViews(ctx, tx, v, list); err != nil {
			return err
		}
		if v.Signed() {
			g, err := tx.Registration(ctx, v.Person, convoke.ScopeSeries, r.ID)
			if err != nil {
				return err
			}
			out.Answer = g.State
		}
		return nil
	})
	return out, err
}

// List pages through a community's series that the viewer may see.
func (a *SeriesDesk) List(ctx context.Context, v convoke.Viewer, community string, p store.Page) (list []convoke.Series, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, _, err := a.look(ctx, tx, v, community)
		if err != nil {
			return err
		}
		list, err = tx.SeriesList(ctx, v, m.ID, p)
		return err
	})
	return list, err
}

// Edit changes what a series says of itself.
func (a *SeriesDesk) Edit(ctx context.Context, v convoke.Viewer, id convoke.ID, in SeriesInput) (s convoke.Series, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var m convoke.Community
		if s, m, err = a.plansSeries(ctx, tx, v, id); err != nil {
			return err
		}
		before := s
		if err := in.apply(&s); err != nil {
			return err
		}
		if s == before {
			return nil
		}
		s.Version++
		if err := tx.PutSeries(ctx, s); err != nil {
			return err
		}
		list, err := tx.SeriesEvents(ctx, s.ID)
		if err != nil {
			return err
		}
		for _, e := range list { // whose entries name it
			if err := a.render(ctx, tx, m, e); err != nil {
				return err
			}
		}
		if err := tx.RaiseCommunity(ctx, m.ID); err != nil {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "series", verb: "edited", subject: s.ID, community: m.ID, series: s.ID, before: before, after: s})
	})
	return s, err
}

// Publish publishes a series and all its draft sessions; members are invited by one letter when it says so.
func (a *SeriesDesk) Publish(ctx context.Context, v convoke.Viewer, id convoke.ID) (s convoke.Series, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var m convoke.Community
		if s, m, err = a.plansSeries(ctx, tx, v, id); err != nil {
			return err
		}
		return a.publishSeries(ctx, tx, v, m, &s)
	})
	return s, err
}

func (c *core) publishSeries(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, s *convoke.Series) error {
	list, err := tx.SeriesEvents(ctx, s.ID)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return convoke.Invalid("sessions", "series.sessions.missing")
	}
	before := *s
	if s.Draft() {
		s.PublishedAt = tx.Now
		s.Version++
		if err := tx.PutSeries(ctx, *s); err != nil {
			return err
		}
	}
	for _, e := range list {
		if e.Draft() {
			e.Invite = s.Invite
			if err := c.publish(ctx, tx, v, m, &e); err != nil {
				return err
			}
		}
	}
	if !before.Draft() {
		return nil
	}
	n := news{noun: "series", verb: "published", subject: s.ID, community: m.ID, series: s.ID, before: before, after: *s}
	if s.Invite {
		n.plan = tx.Now
	}
	return c.record(ctx, tx, v, n)
}

// Cancel calls off a series with all sessions still to come; a draft is removed with its sessions.
func (a *SeriesDesk) Cancel(ctx context.Context, v convoke.Viewer, id convoke.ID, note string) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		s, m, err := a.plansSeries(ctx, tx, v, id)
		if err != nil {
			return err
		}
		list, err := tx.SeriesEvents(ctx, s.ID)
		if err != nil {
			return err
		}
		if s.Draft() {
			if err := tx.DropSeries(ctx, s.ID); err != nil {
				return err
			}
			return a.record(ctx, tx, v, news{noun: "series", verb: "dropped", subject: s.ID, community: m.ID, before: s})
		}
		if s.CancelledAt != 0 {
			return nil
		}
		before := s
		if s.CancelNote, err = noteOf("note", &note); err != nil {
			return err
		}
		s.CancelledAt = tx.Now
		s.Version++
		if err := tx.PutSeries(ctx, s); err != nil {
			return err
		}
		for _, e := range list {
			switch {
			case e.Draft():
				if err := tx.DropEvent(ctx, e.ID); err != nil {
					return err
				}
			case e.EndsAt > tx.Now:
				if err := a.cancelEvent(ctx, tx, v, m, e, note); err != nil {
					return err
				}
			}
		}
		return a.record(ctx, tx, v, news{noun: "series", verb: "cancelled", subject: s.ID, community: m.ID, series: s.ID, before: before, after: s, note: s.CancelNote, plan: tx.Now})
	})
}
