package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/markup"
)

type eventFormPage struct {
	frame
	M        app.CommunityView // of a new event
	E        app.EventView
	New      bool
	Once     string // key of the form of a new one
	Slug     string // of the community
	Action   string
	Speakers []app.SpeakerInput
	Audience app.Audience // of the invitation, where it can still go out
	Told     int          // who gets a mail when the event is moved or cancelled
	Fit      calendar.Fit
}

// blankSpeakers is how many empty rows the form offers; saving it offers as many again.
const blankSpeakers = 2

// Kinds are the kinds of events to choose from.
func (p *eventFormPage) Kinds() []convoke.Kind {
	var out []convoke.Kind
	for _, k := range convoke.Kinds {
		out = append(out, k.Kind)
	}
	return out
}

// Visibilities are who can see an event.
func (p *eventFormPage) Visibilities() []convoke.Visibility { return convoke.Visibilities }

// Statuses are how firm a date can be.
func (p *eventFormPage) Statuses() []convoke.Status {
	return []convoke.Status{convoke.Confirmed, convoke.Tentative}
}

// StartDate is the day of the form's start.
func (p *eventFormPage) StartDate() string { return dayField(p.E.Start) }

// StartTime is the hour of the form's start.
func (p *eventFormPage) StartTime() string { return hourField(p.E.Start) }

// Draft tells whether nobody but those who plan knows of it.
func (p *eventFormPage) Draft() bool { return p.New || p.E.Draft() }

// Cancelled tells whether it was called off.
func (p *eventFormPage) Cancelled() bool { return p.E.Status == convoke.Cancelled }

// WholeOff is the sentence that says why it cannot be restored by itself: its whole series or meeting was called off, or the meeting has that date no more.
func (p *eventFormPage) WholeOff() string {
	switch {
	case p.E.Series != nil && p.E.Series.CancelledAt != 0:
		return "event.series_cancelled"
	case p.E.Meeting != nil && p.E.Meeting.Status == convoke.Cancelled:
		return "event.meeting_cancelled"
	case !p.E.GivenUp.IsZero():
		return "event.given_up"
	}
	return ""
}

// Over tells whether it lies behind.
func (p *eventFormPage) Over() bool { return !p.New && p.E.EndsAt <= p.Now }

// Scope is which dates of a meeting a refused form was about.
func (p *eventFormPage) Scope() string {
	if p.Form != nil {
		return p.Form.values.Get("scope")
	}
	return app.ThisDate
}

func dayField(d calendar.DateTime) string {
	if d.IsZero() {
		return ""
	}
	return d.Date().String()
}

func hourField(d calendar.DateTime) string {
	if d.IsZero() {
		return ""
	}
	hour, minute := d.Clock()
	return fmt.Sprintf("%02d:%02d", hour, minute)
}

// newEvent is where a single event is written. It begins as a copy of the community's last one, four weeks on, because most events
// differ from the last in their date alone.
func (s *Server) newEvent(c *gin.Context) error {
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	m, err := s.app.Communities.Get(ctx, v, slug)
	if err != nil {
		return err
	}
	if !m.Can(convoke.Plan) {
		return convoke.ErrForbidden
	}
	p := eventFormPage{frame: s.frame(c), M: m, New: true, Once: onceKey(c), Slug: slug, Action: communityPath(slug) + "/admin/events/new/create"}
	p.under(m.Community, m.Standing, "admin")
	p.Title = p.T("eventform.new")
	last, err := s.app.Events.List(ctx, v, slug, app.EventFilter{Drafts: true, Latest: true, Limit: 30})
	if err != nil {
		return err
	}
	p.E = nextLike(last, m.Community, s.app.Now())
	p.speakers(c, nil)
	return s.show(c, "event-form", &p)
}

// nextLike is an event to begin with: like the last single one, on the next day that is a number of four weeks later.
func nextLike(last []app.EventView, m convoke.Community, now convoke.Instant) app.EventView {
	e := app.EventView{Event: convoke.Event{Kind: convoke.Webinar, Zone: m.Zone, Language: m.Language, Minutes: 60, Visibility: convoke.ToCommunity, Status: convoke.Confirmed, Invite: true}}
	i := slices.IndexFunc(last, func(x app.EventView) bool {
		return x.SeriesID == "" && x.MeetingID == "" && x.Status != convoke.Cancelled
	})
	if i < 0 {
		return e
	}
	was := last[i].Event
	e.Kind, e.Title, e.Abstract, e.Zone, e.Language, e.Minutes = was.Kind, was.Title, was.Abstract, was.Zone, was.Language, was.Minutes
	e.Place, e.JoinLink, e.Visibility, e.Invite, e.Start, e.StartsAt = was.Place, was.JoinLink, was.Visibility, was.Invite, was.Start, was.StartsAt
	for range 200 {
		if e.Start = e.Start.AddDays(28); calendar.In(now.Time(), nil).Before(e.Start) {
			break
		}
	}
	return e
}

// speakers fills the rows of speakers: what was typed, or who is there, and some empty ones.
func (p *eventFormPage) speakers(c *gin.Context, list []convoke.Speaker) {
	p.Speakers = inputs(list)
	if rows := speakersOf(c.Request.PostForm); p.Form != nil && rows != nil {
		p.Speakers = slices.DeleteFunc(*rows, func(x app.SpeakerInput) bool { return x == app.SpeakerInput{} })
	}
	p.Speakers = append(p.Speakers, make([]app.SpeakerInput, blankSpeakers)...)
}

// speakersOf reads the rows of speakers; nil when the form has none.
func speakersOf(form url.Values) *[]app.SpeakerInput {
	if !form.Has("speaker_name") {
		return nil
	}
	at := func(name string, i int) string {
		if list := form[name]; i < len(list) {
			return list[i]
		}
		return ""
	}
	out := make([]app.SpeakerInput, len(form["speaker_name"]))
	for i, name := range form["speaker_name"] {
		out[i] = app.SpeakerInput{Name: name, Organisation: at("speaker_organisation", i), Biography: at("speaker_biography", i), Email: at("speaker_email", i)}
	}
	return &out
}

type eventForm struct {
	app.EventInput
	Scope string `form:"scope"` // this, following or all dates of a meeting
	Do    string `form:"do"`    // publish, or save
}

func readEvent(c *gin.Context) (in eventForm, err error) {
	err = bind(c, &in)
	in.Speakers = speakersOf(c.Request.PostForm)
	if in.Reminders != nil {
		in.Reminders = new(readReminders(*in.Reminders))
	}
	return in, err
}

// createEvent makes a single event, and publishes it at once when asked to.
func (s *Server) createEvent(c *gin.Context) error {
	in, err := readEvent(c)
	if err != nil {
		return s.again(c, err, s.newEvent)
	}
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	create, publish := s.app.Events.Create, in.Do == "publish"
	if publish {
		create = s.app.Events.CreatePublished
	}
	e, err := create(withOnce(c), v, slug, in.EventInput)
	switch {
	case err != nil:
		return s.notMade(c, err, s.newEvent, func(id string) (madeBefore, error) {
			e, err := s.app.Events.Get(ctx, v, "", id)
			return madeBefore{pathOfEvent(e.Community.Slug, e.Event), e.Title, e.Draft()}, err
		})
	case publish:
		return s.savedEvent(c, slug, e, published(e))
	}
	return s.savedEvent(c, slug, e, "done.draft")
}

// published is what is said of an event that was just published.
func published(e convoke.Event) string {
	if e.InvitedAt != 0 {
		return "done.published_invited"
	}
	return "done.published"
}

// pathOfEvent is the page of an event, or the form of a draft.
func pathOfEvent(community string, e convoke.Event) string {
	if e.Draft() {
		return communityPath(community) + "/admin/events/" + url.PathEscape(e.Slug)
	}
	return eventPath(community, e.Slug)
}

// savedEvent leads on after a change: to the event's page, or back to the form of a draft. An hour that the clocks skip is said.
func (s *Server) savedEvent(c *gin.Context, community string, e convoke.Event, key string) error {
	to := pathOfEvent(community, e)
	if loc, err := calendar.LoadZone(e.Zone); err == nil {
		if at, fit := calendar.Resolve(e.Start, loc); fit == calendar.Gap {
			return s.done(c, to, key+".gap", "When", hourField(e.Start), "Instead", hourField(calendar.In(at, loc)))
		}
	}
	if e.Draft() && key == "done.event_saved" { // nobody is told
		key = "done.saved"
	}
	return s.done(c, to, key)
}

// editEvent is where an event, a session or one date of a meeting is changed, published and cancelled.
func (s *Server) editEvent(c *gin.Context) error {
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	e, err := s.app.Events.Get(ctx, v, slug, c.Param("event"))
	if err != nil {
		return err
	}
	if !e.CanPlan {
		return convoke.ErrForbidden
	}
	p := eventFormPage{frame: s.frame(c), E: e, Slug: slug}
	p.under(e.Community, e.Standing, "admin")
	p.Title, p.Action = p.T("eventform.edit", "Title", e.Title), communityPath(slug)+"/admin/events/"+url.PathEscape(e.Slug)+"/save"
	if e.MeetingID != "" { // one of many of that title
		p.Title = p.T("eventform.edit.date", "Title", e.Title, "Day", p.In(e.Zone).R.Date(e.StartsAt.Time()))
	}
	if loc, err := calendar.LoadZone(e.Zone); err == nil {
		_, p.Fit = calendar.Resolve(e.Start, loc)
	}
	if e.InvitedAt == 0 && !p.Over() {
		if p.Audience, err = s.app.Events.Audience(ctx, v, e.ID); err != nil {
			return err
		}
	}
	if !e.Draft() && !p.Over() {
		if p.Told, err = s.app.Events.Told(ctx, v, e.ID); err != nil {
			return err
		}
	}
	p.speakers(c, e.Speakers)
	return s.show(c, "event-form", &p)
}

// saveEvent keeps a changed event, and publishes it when asked to. Of a date of a meeting it can be that date, or more.
func (s *Server) saveEvent(c *gin.Context) error {
	in, err := readEvent(c)
	if err != nil {
		return s.again(c, err, s.editEvent)
	}
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	old, err := s.app.Events.Get(ctx, v, slug, c.Param("event"))
	if err != nil {
		return err
	}
	if old.MeetingID != "" && (in.Scope == app.ThisFollowing || in.Scope == app.AllDates) {
		return s.saveDates(c, old, in)
	}
	e, err := s.app.Events.Edit(ctx, v, old.ID, in.EventInput)
	if err != nil {
		return s.again(c, err, s.editEvent)
	}
	if in.Do != "publish" || !e.Draft() {
		return s.savedEvent(c, slug, e, "done.event_saved")
	}
	if e, err = s.app.Events.Publish(ctx, v, e.ID); err != nil {
		return s.again(c, err, s.editEvent)
	}
	return s.savedEvent(c, slug, e, published(e))
}

// saveDates changes several dates of a meeting, in what was changed in the form of one: the rest is that date's own. What only one date can have is
// passed on when it was changed, to be refused in words.
func (s *Server) saveDates(c *gin.Context, old app.EventView, in eventForm) error {
	same := func(p **string, now string) {
		if *p != nil && typed(**p) == now {
			*p = nil
		}
	}
	same(&in.Title, old.Title)
	same(&in.Abstract, old.Abstract)
	if same(&in.StartLocal, old.Start.String()); in.StartLocal == nil { // an hour is one of its zone
		same(&in.TimeZone, old.Zone)
	}
	same(&in.Place, old.Place)
	same(&in.JoinLink, old.JoinLink)
	same(&in.Language, old.Language)
	same(&in.Status, string(old.Status))
	same(&in.Reminders, old.Reminders)
	same(&in.Agenda, old.Agenda)
	same(&in.Minutes, old.Minuted)
	if in.DurationMinutes != nil && *in.DurationMinutes == old.Event.Minutes {
		in.DurationMinutes = nil
	}
	if in.Speakers != nil && slices.Equal(named(*in.Speakers), named(inputs(old.Speakers))) {
		in.Speakers = nil
	}
	in.Kind = nil
	r, err := s.app.Meetings.EditScope(c.Request.Context(), viewer(c), old.ID, in.Scope, in.EventInput)
	if err != nil {
		return s.again(c, err, s.editEvent)
	}
	return s.done(c, meetingPath(old.Community.Slug, r.Slug), "done.event_saved")
}

// typed is a text as it is stored.
func typed(s string) string { return strings.TrimSpace(markup.CleanText(s, len(s))) }

// named is a list of speakers as it is stored, without the empty rows of a form.
func named(list []app.SpeakerInput) (out []app.SpeakerInput) {
	for _, x := range list {
		if x = (app.SpeakerInput{Name: typed(x.Name), Organisation: typed(x.Organisation), Biography: typed(x.Biography), Email: typed(x.Email)}); x != (app.SpeakerInput{}) {
			out = append(out, x)
		}
	}
	return out
}

// inputs is who speaks, as a form has them.
func inputs(list []convoke.Speaker) (out []app.SpeakerInput) {
	for _, x := range list {
		out = append(out, app.SpeakerInput{Name: x.Name, Organisation: x.Organisation, Biography: x.Biography, Email: x.Address})
	}
	return out
}

// inviteEvent invites the members to an event that is published already.
func (s *Server) inviteEvent(c *gin.Context) error {
	return s.actOnEvent(c, "done.invited_members", func(id convoke.ID, _ string) (convoke.Event, error) {
		return s.app.Events.Invite(c.Request.Context(), viewer(c), id)
	})
}

// cancelEvent calls an event off, or removes a draft.
func (s *Server) cancelEvent(c *gin.Context) error {
	return s.actOnEvent(c, "done.cancelled", func(id convoke.ID, note string) (convoke.Event, error) {
		return s.app.Events.Cancel(c.Request.Context(), viewer(c), id, note)
	})
}

// restoreEvent takes a cancellation back.
func (s *Server) restoreEvent(c *gin.Context) error {
	return s.actOnEvent(c, "done.restored", func(id convoke.ID, _ string) (convoke.Event, error) {
		return s.app.Events.Restore(c.Request.Context(), viewer(c), id)
	})
}

type noteForm struct {
	Note string `form:"note"`
}

func (s *Server) actOnEvent(c *gin.Context, key string, act func(convoke.ID, string) (convoke.Event, error)) error {
	var in noteForm
	if err := bind(c, &in); err != nil {
		return err
	}
	slug := c.Param("community")
	e, err := s.app.Events.Get(c.Request.Context(), viewer(c), slug, c.Param("event"))
	if err != nil {
		return err
	}
	if _, err := act(e.ID, in.Note); err != nil {
		return s.again(c, err, s.editEvent)
	}
	if e.Draft() {
		return s.done(c, communityPath(slug)+"/admin", "done.draft_removed")
	}
	return s.done(c, eventPath(slug, e.Slug), key)
}

// Scopes are how many dates of a meeting a change is about.
func (p *eventFormPage) Scopes() []string {
	return []string{app.ThisDate, app.ThisFollowing, app.AllDates}
}

// Base is the address of the form.
func (p *eventFormPage) Base() string {
	return communityPath(p.Slug) + "/admin/events/" + url.PathEscape(p.E.Slug)
}
