package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/markup"
)

// joinFrom is how long before the start the ticket offers to join.
const joinFrom = 15 * time.Minute

type eventPage struct {
	frame
	E              agendaEvent
	Ticket         ticket
	Join           bool // it is time to join, and the viewer may
	Calendars      []choice
	Previous, Next *convoke.Event
	Data           *eventData
	Hours          []hourDot
	After          after
	Sayings        []saying
	Summary        string // Markdown
}

// event is one event: when, what, how to come.
func (s *Server) event(c *gin.Context) error {
	ctx, v := c.Request.Context(), viewer(c)
	e, err := s.app.Events.Get(ctx, v, c.Param("community"), c.Param("event"))
	if err != nil {
		return err
	}
	previous, next, err := s.app.Events.Neighbours(ctx, v, e.Event)
	if err != nil {
		return err
	}
	p := eventPage{frame: s.frame(c), Previous: previous, Next: next}
	p.under(e.Community, e.Standing, "calendar")
	p.Comm = nil // the way to it stands above instead
	p.crumbTo(e.Community)
	if e.Series != nil {
		p.crumb(e.Series.Title, seriesPath(e.Community.Slug, e.Series.Slug))
	}
	if e.Meeting != nil {
		p.crumb(e.Meeting.Title, meetingPath(e.Community.Slug, e.Meeting.Slug))
	}
	p.Title, p.Section = e.Title, "calendar"
	p.E = newAgendaEvent(&p.frame, e, false)
	p.Join = e.ShowsLink && e.JoinLink != "" && !p.E.Cancelled() && !p.E.Over() && e.StartsAt.Sub(p.Now) <= joinFrom
	p.Calendars = calendarLinks(&p.frame, e)
	p.Ticket = newTicket(&p.frame, e)
	if strangersSee(e) && !e.Draft() {
		p.Data = newEventData(p.Site, e)
	}
	if p.Hours, err = s.hours(ctx, v, &p.frame, e); err != nil {
		return err
	}
	left, err := s.app.Materials.After(ctx, v, e)
	if err != nil {
		return err
	}
	p.After = newAfter(&p.frame, e, left[e.ID])
	if at, err := strconv.Atoi(c.Query("at")); err == nil && at > 0 {
		for i := range p.After.Lines {
			p.After.Lines[i].At = at
		}
	}
	if p.After.AfterView.Summary {
		v, err := s.app.FollowUps.Summary(ctx, v, "", string(e.ID))
		if err != nil {
			return err
		}
		p.Summary = v.Text
	}
	for _, l := range p.After.Recordings() {
		if l.Transcript > 0 {
			text, _, err := s.app.Materials.Transcript(ctx, v, "", string(e.ID), l.ID)
			if err != nil {
				return err
			}
			p.Sayings = append(p.Sayings, newSaying(l, text))
		}
	}
	return s.show(c, "event", &p)
}

// eventEntry is one event as a file for whoever is signed in, as they may see it.
func (s *Server) eventEntry(c *gin.Context) error {
	name, ics, err := s.app.Feeds.Entry(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"))
	if err != nil {
		return err
	}
	h := c.Writer.Header()
	h.Set("Content-Disposition", `attachment; filename="`+fileName(name)+feedSuffix+`"`)
	h.Set("Cache-Control", "private, no-store")
	return s.send(c, http.StatusOK, "text/calendar; charset=utf-8", ics)
}

type answerForm struct {
	Answer string `form:"answer"`
}

// answerEvent stores the viewer's answer to one event.
func (s *Server) answerEvent(c *gin.Context) error {
	var in answerForm
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx, v := c.Request.Context(), viewer(c)
	e, err := s.app.Events.Get(ctx, v, c.Param("community"), c.Param("event"))
	if err != nil {
		return err
	}
	if err := s.app.Events.Answer(ctx, v, e.ID, convoke.Answer(in.Answer), "page"); err != nil {
		return s.again(c, err, s.event)
	}
	return s.done(c, eventPath(e.Community.Slug, e.Slug), "done.answer."+in.Answer)
}

// strangersSee tells whether somebody who is not signed in may see an event.
func strangersSee(e app.EventView) bool {
	return convoke.CanEvent(convoke.Standing{}, convoke.See, &e.Community, e.Visibility, e.Draft(), "")
}

// A ticket is when something is, in the zones that matter.
type ticket struct {
	speech
	Start, End convoke.Instant
	Elsewhere  []ticketZone
	Old        convoke.Instant // the start it had, if it was moved
}

type ticketZone struct {
	speech
	Host bool
}

func newTicket(f *frame, e app.EventView) ticket {
	t := ticket{speech: f.speech, Start: e.StartsAt, End: e.EndsAt}
	if e.Status != convoke.Cancelled {
		t.Old = e.MovedFrom
	}
	if !f.Same(e.Zone, e.StartsAt) {
		t.Elsewhere = append(t.Elsewhere, ticketZone{f.In(e.Zone), true})
	}
	if utc := f.In("UTC"); utc.R.Offset(e.StartsAt.Time()) != f.R.Offset(e.StartsAt.Time()) && !utc.Same(e.Zone, e.StartsAt) {
		t.Elsewhere = append(t.Elsewhere, ticketZone{utc, false})
	}
	return t
}

// calendarLinks are the ways to put one event into a calendar. Links to other programs name moments in UTC, which none of them misreads.
func calendarLinks(f *frame, e app.EventView) []choice {
	var out []choice
	if e.Draft() || e.Status == convoke.Cancelled || e.EndsAt <= f.Now {
		return nil
	}
	page := f.Site.Base + eventPath(e.Community.Slug, e.Slug)
	switch {
	case strangersSee(e):
		out = append(out, choice{Name: f.T("event.file"), Value: "file", Href: eventPath(e.Community.Slug, e.Slug) + feedSuffix})
	case f.Signed() && (e.Standing.Role != "" || !e.Standing.Operator): // an operator looks in from outside
		out = append(out, choice{Name: f.T("event.file"), Value: "file", Href: eventPath(e.Community.Slug, e.Slug) + "/calendar"})
	}
	where := e.Place
	if e.ShowsLink && e.JoinLink != "" {
		where = e.JoinLink
	}
	const basic = "20060102T150405Z"
	google := pairs("action", "TEMPLATE", "text", e.Title, "dates", e.StartsAt.Time().Format(basic)+"/"+e.EndsAt.Time().Format(basic), "details", page, "location", where)
	outlook := pairs("path", "/calendar/action/compose", "rru", "addevent", "subject", e.Title, "startdt", e.StartsAt.Time().Format(time.RFC3339),
		"enddt", e.EndsAt.Time().Format(time.RFC3339), "body", page, "location", where)
	return append(out, choice{Name: "Google", Href: "https://calendar.google.com/calendar/render?" + google},
		choice{Name: "Outlook", Href: "https://outlook.live.com/calendar/0/deeplink/compose?" + outlook})
}

// pairs is a query string with its parts in the order given.
func pairs(nameAndValue ...string) string {
	var out strings.Builder
	for i := 0; i < len(nameAndValue); i += 2 {
		if i > 0 {
			out.WriteString("&")
		}
		out.WriteString(nameAndValue[i] + "=" + url.QueryEscape(nameAndValue[i+1]))
	}
	return out.String()
}

// eventData is an event for search engines (schema.org/Event), of what a stranger may see.
type eventData struct {
	Context     string      `json:"@context"`
	Type        string      `json:"@type"`
	Name        string      `json:"name"`
	Description string      `json:"description,omitempty"`
	Start       string      `json:"startDate"`
	End         string      `json:"endDate"`
	Previous    string      `json:"previousStartDate,omitempty"`
	Status      string      `json:"eventStatus"`
	Mode        string      `json:"eventAttendanceMode"`
	Language    string      `json:"inLanguage,omitempty"`
	URL         string      `json:"url"`
	Location    eventPlace  `json:"location"`
	Organizer   eventParty  `json:"organizer"`
	Performers  []eventPart `json:"performer,omitempty"`
}

type eventPlace struct {
	Type string `json:"@type"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

type eventParty struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

type eventPart struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

func newEventData(site convoke.Site, e app.EventView) *eventData {
	home := site.Base + communityPath(e.Community.Slug)
	page := site.Base + eventPath(e.Community.Slug, e.Slug)
	at := func(i convoke.Instant) string { return i.Time().Format(time.RFC3339) }
	d := &eventData{Context: "https://schema.org", Type: "Event", Name: e.Title, Description: cut(markup.Plain(e.Abstract), 500),
		Start: at(e.StartsAt), End: at(e.EndsAt), Status: "https://schema.org/EventScheduled", Language: e.Language, URL: page,
		Mode: "https://schema.org/OnlineEventAttendanceMode", Location: eventPlace{Type: "VirtualLocation", URL: page},
		Organizer: eventParty{"Organization", e.Community.Name, home}}
	if e.Place != "" {
		d.Mode, d.Location = "https://schema.org/OfflineEventAttendanceMode", eventPlace{Type: "Place", Name: e.Place}
		if e.HasLink {
			d.Mode = "https://schema.org/MixedEventAttendanceMode"
		}
	}
	switch {
	case e.Status == convoke.Cancelled:
		d.Status = "https://schema.org/EventCancelled"
	case e.MovedFrom != 0:
		d.Status, d.Previous = "https://schema.org/EventRescheduled", at(e.MovedFrom)
	}
	for _, p := range e.Speakers {
		d.Performers = append(d.Performers, eventPart{"Person", p.Name})
	}
	return d
}
