package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type speakerJSON struct {
	ID           convoke.ID `json:"id"`
	Name         string     `json:"name"`
	Organisation string     `json:"organisation"`
	Biography    string     `json:"biography"`
	Email        string     `json:"email,omitempty"` // for who plans the event
}

// refJSON is something an event belongs to; lists give its ID only.
type refJSON struct {
	ID    convoke.ID `json:"id"`
	Slug  string     `json:"slug,omitempty"`
	Title string     `json:"title,omitempty"`
}

type eventJSON struct {
	ID              convoke.ID    `json:"id"`
	Slug            string        `json:"slug"`
	Community       string        `json:"community"`
	Series          *refJSON      `json:"series,omitempty"`
	Meeting         *refJSON      `json:"meeting,omitempty"`
	Kind            string        `json:"kind"`
	Number          int           `json:"number,omitempty"`
	Title           string        `json:"title"`
	Abstract        string        `json:"abstract"`
	StartLocal      string        `json:"start_local"`
	TimeZone        string        `json:"time_zone"`
	DurationMinutes int           `json:"duration_minutes"`
	StartsAt        time.Time     `json:"starts_at"`
	EndsAt          time.Time     `json:"ends_at"`
	MovedFrom       time.Time     `json:"moved_from,omitzero"`
	Place           string        `json:"place"`
	JoinLink        string        `json:"join_link"`
	HasJoinLink     bool          `json:"has_join_link"`
	Language        string        `json:"language"`
	Visibility      string        `json:"visibility"`
	Draft           bool          `json:"draft"`
	Status          string        `json:"status"`
	CancelNote      string        `json:"cancel_note"`
	Agenda          string        `json:"agenda"`
	Minutes         string        `json:"minutes"`
	Speakers        []speakerJSON `json:"speakers"`
	MyAnswer        string        `json:"my_answer"`
	Invite          bool          `json:"invite"`
	InvitedAt       time.Time     `json:"invited_at,omitzero"`
	Reminders       string        `json:"reminders"`
	UID             string        `json:"uid"`
	Sequence        int           `json:"sequence"`
	Version         int64         `json:"version"`
	PublishedAt     time.Time     `json:"published_at,omitzero"`
	URL             string        `json:"url"`
}

func (s *Server) eventOf(e app.EventView) eventJSON {
	out := eventJSON{ID: e.ID, Slug: e.Slug, Community: e.Community.Slug, Kind: string(e.Kind), Number: e.Number, Title: e.Title, Abstract: e.Abstract,
		StartLocal: e.Start.String(), TimeZone: e.Zone, DurationMinutes: e.Event.Minutes, StartsAt: e.StartsAt.Time(), EndsAt: e.EndsAt.Time(),
		MovedFrom: e.MovedFrom.Time(), Place: e.Place, JoinLink: e.JoinLink, HasJoinLink: e.HasLink, Language: e.Language, Visibility: string(e.Visibility),
		Draft: e.Draft(), Status: string(e.Status), CancelNote: e.CancelNote, Agenda: e.Agenda, Minutes: e.Minuted, Speakers: []speakerJSON{},
		MyAnswer: string(e.Answer), Invite: e.Invite, InvitedAt: e.InvitedAt.Time(), Reminders: e.Reminders, UID: e.UID, Sequence: e.Sequence, Version: e.Version,
		PublishedAt: e.PublishedAt.Time(), URL: s.app.Site().Base + eventPath(e.Community.Slug, e.Slug)}
	for _, p := range e.Speakers {
		out.Speakers = append(out.Speakers, speakerJSON{p.ID, p.Name, p.Organisation, p.Biography, p.Address})
	}
	if r := e.Series; r != nil {
		out.Series = &refJSON{r.ID, r.Slug, r.Title}
	} else if e.SeriesID != "" {
		out.Series = &refJSON{ID: e.SeriesID}
	}
	if r := e.Meeting; r != nil {
		out.Meeting = &refJSON{r.ID, r.Slug, r.Title}
	} else if e.MeetingID != "" {
		out.Meeting = &refJSON{ID: e.MeetingID}
	}
	return out
}

func (s *Server) apiEvents(c *gin.Context) error {
	ctx, v := c.Request.Context(), viewer(c)
	limit, after, err := apiPage(c)
	if err != nil {
		return err
	}
	kind := convoke.Kind(c.Query("kind"))
	if _, ok := kind.Info(); kind != "" && !ok {
		return convoke.Invalid("kind", "error.query.value")
	}
	f := app.EventFilter{Kind: kind, Language: c.Query("language"), AfterTime: after.At, AfterID: after.ID, Limit: limit + 1}
	for _, x := range []struct {
		name string
		at   *convoke.Instant
		flag *bool
		id   *convoke.ID
		ref  refFinder
	}{{name: "from", at: &f.From}, {name: "until", at: &f.Until}, {name: "mine", flag: &f.Mine}, {name: "drafts", flag: &f.Drafts}, {name: "latest", flag: &f.Latest},
		{name: "series", id: &f.Series, ref: s.app.Series.Ref}, {name: "meeting", id: &f.Meeting, ref: s.app.Meetings.Ref}} {
		switch {
		case x.at != nil:
			*x.at, err = apiMoment(c, x.name)
		case x.flag != nil:
			*x.flag, err = apiFlag(c, x.name)
		case c.Query(x.name) != "":
			*x.id, err = x.ref(ctx, v, c.Query(x.name))
		}
		if err != nil {
			return err
		}
	}
	rows, err := s.app.Events.List(ctx, v, c.Param("community"), f)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, listed(rows, limit, s.eventOf, func(e app.EventView) apiCursor { return apiCursor{At: e.StartsAt, ID: e.ID} }))
}

func (s *Server) apiAddEvent(c *gin.Context) error {
	var in app.EventInput
	if err := decode(c, &in); err != nil {
		return err
	}
	e, err := s.app.Events.Create(c.Request.Context(), viewer(c), c.Param("community"), in)
	if err != nil {
		return err
	}
	return s.showEvent(c, http.StatusCreated, apiPath("events", string(e.ID)), e.ID)
}

// showEvent answers with an event as it now is for the viewer.
func (s *Server) showEvent(c *gin.Context, n int, location string, id convoke.ID) error {
	e, err := s.app.Events.Get(c.Request.Context(), viewer(c), "", string(id))
	if err != nil {
		return err
	}
	return s.answer(c, n, location, s.eventOf(e))
}

// eventID finds the event of the address.
func (s *Server) eventID(c *gin.Context) (convoke.ID, error) {
	return s.app.Events.Ref(c.Request.Context(), viewer(c), c.Param("event"))
}

func (s *Server) apiEvent(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	e, err := s.app.Events.Get(c.Request.Context(), viewer(c), "", string(id))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, s.eventOf(e))
}

// apiEditEvent changes one event; of a recurring meeting also this date and all following, or all.
func (s *Server) apiEditEvent(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	var in app.EventInput
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Kind != nil {
		return convoke.Invalid("kind", "error.fixed")
	}
	switch scope := c.DefaultQuery("scope", app.ThisDate); scope {
	case app.ThisDate:
		_, err = s.app.Events.Edit(c.Request.Context(), viewer(c), id, in)
	default:
		_, err = s.app.Meetings.EditScope(c.Request.Context(), viewer(c), id, scope, in)
	}
	if err != nil {
		return err
	}
	return s.showEvent(c, http.StatusOK, "", id)
}

func (s *Server) apiPublishEvent(c *gin.Context) error { return s.settle(c, s.app.Events.Publish) }

func (s *Server) apiRestoreEvent(c *gin.Context) error { return s.settle(c, s.app.Events.Restore) }

// settle does something to an event that needs no more words.
func (s *Server) settle(c *gin.Context, do eventDeed) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	if _, err := do(c.Request.Context(), viewer(c), id); err != nil {
		return err
	}
	return s.showEvent(c, http.StatusOK, "", id)
}

// noteOf reads what people are told beside a cancellation.
func noteOf(c *gin.Context) (string, error) {
	var in struct {
		Note string `json:"note"`
	}
	err := decodeAny(c, &in)
	return in.Note, err
}

// apiCancelEvent calls an event off; a draft is removed, and nothing is left to show.
func (s *Server) apiCancelEvent(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	note, err := noteOf(c)
	if err != nil {
		return err
	}
	e, err := s.app.Events.Cancel(c.Request.Context(), viewer(c), id, note)
	if err != nil {
		return err
	}
	if e.Draft() {
		return s.nothing(c)
	}
	return s.showEvent(c, http.StatusOK, "", id)
}

type audienceJSON struct {
	Get    int                 `json:"get"`
	Not    map[string]int      `json:"not"`
	People []audiencePersonRow `json:"people"`
}

type audiencePersonRow struct {
	Name   string `json:"name"`
	Reason string `json:"reason"` // empty: gets it
}

func audienceOf(a app.Audience) audienceJSON {
	out := audienceJSON{Get: a.Get, Not: a.Not, People: []audiencePersonRow{}}
	for _, p := range a.List {
		out.People = append(out.People, audiencePersonRow{p.Name, p.Reason})
	}
	return out
}

// apiInviteToEvent invites the members, or with dry_run tells who would get the invitation and why others would not.
func (s *Server) apiInviteToEvent(c *gin.Context) error {
	dry, err := apiFlag(c, "dry_run")
	if err != nil {
		return err
	}
	if !dry {
		return s.settle(c, s.app.Events.Invite)
	}
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	a, err := s.app.Events.Audience(c.Request.Context(), viewer(c), id)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", audienceOf(a))
}
