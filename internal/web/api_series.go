package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type seriesJSON struct {
	ID          convoke.ID `json:"id"`
	Slug        string     `json:"slug"`
	Community   string     `json:"community"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Language    string     `json:"language"`
	TimeZone    string     `json:"time_zone"`
	Visibility  string     `json:"visibility"`
	Invite      bool       `json:"invite"`
	Draft       bool       `json:"draft"`
	Version     int64      `json:"version"`
	PublishedAt time.Time  `json:"published_at,omitzero"`
	CancelledAt time.Time  `json:"cancelled_at,omitzero"`
	CancelNote  string     `json:"cancel_note"`
	MyAnswer    *string    `json:"my_answer,omitempty"` // of a single series only
	URL         string     `json:"url"`
}

func (s *Server) seriesOf(community string, r convoke.Series) seriesJSON {
	return seriesJSON{ID: r.ID, Slug: r.Slug, Community: community, Title: r.Title, Description: r.Description, Language: r.Language, TimeZone: r.Zone,
		Visibility: string(r.Visibility), Invite: r.Invite, Draft: r.Draft(), Version: r.Version, PublishedAt: r.PublishedAt.Time(),
		CancelledAt: r.CancelledAt.Time(), CancelNote: r.CancelNote, URL: s.app.Site().Base + seriesPath(community, r.Slug)}
}

func (s *Server) apiSeriesList(c *gin.Context) error {
	slug := c.Param("community")
	limit, page, err := apiRows(c)
	if err != nil {
		return err
	}
	rows, err := s.app.Series.List(c.Request.Context(), viewer(c), slug, page)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, listed(rows, limit, func(r convoke.Series) seriesJSON { return s.seriesOf(slug, r) },
		func(r convoke.Series) apiCursor { return apiCursor{At: r.CreatedAt, ID: r.ID} }))
}

// A seriesBody is a series with its sessions: a rule with a first start and a number of sessions, or a list. What stands here of a session
// is common to all.
type seriesBody struct {
	Title           *string            `json:"title"`
	Description     *string            `json:"description"`
	Language        *string            `json:"language"`
	TimeZone        *string            `json:"time_zone"`
	Visibility      *string            `json:"visibility"`
	Invite          *bool              `json:"invite"`
	Rule            *ruleJSON          `json:"rule"`
	StartLocal      string             `json:"start_local"`
	Count           int                `json:"count"`
	Sessions        []app.SessionInput `json:"sessions"`
	DurationMinutes *int               `json:"duration_minutes"`
	Place           *string            `json:"place"`
	JoinLink        *string            `json:"join_link"`
	Reminders       *string            `json:"reminders"`
}

// sessions works out the starts of the sessions, which stand in the list, follow from the rule, or are none yet.
func (b seriesBody) sessions() ([]app.SessionInput, error) {
	if b.Rule == nil && b.StartLocal == "" && b.Count == 0 {
		return b.Sessions, nil
	}
	if len(b.Sessions) > 0 {
		return nil, convoke.Invalid("sessions", "rule.not_allowed")
	}
	rhythm, err := rhythmOf(b.Rule, b.StartLocal, b.Count)
	if err != nil {
		return nil, err
	}
	dates, err := rhythm.Dates()
	if err != nil {
		return nil, renamed(err, "first_date", "start_local", "sessions", "count", "rhythm", "rule")
	}
	var out []app.SessionInput
	for _, d := range dates {
		out = append(out, app.SessionInput{StartLocal: d.String()})
	}
	return out, nil
}

// rhythmOf reads a rule with a first start and a number of sessions.
func rhythmOf(j *ruleJSON, start string, count int) (r convoke.Rhythm, err error) {
	rule, err := j.rule()
	if err != nil {
		return r, err
	}
	r, err = app.RhythmInput{Rule: &rule, FirstDate: start, Sessions: count}.Rhythm()
	return r, renamed(err, "first_date", "start_local")
}

// renamed gives the fields of a refusal the names they have here, in pairs of old and new.
func renamed(err error, names ...string) error {
	e, ok := errors.AsType[*convoke.Error](err)
	if !ok {
		return err
	}
	e = e.With()
	for i := 0; i < len(names); i += 2 {
		if text, ok := e.Fields[names[i]]; ok {
			delete(e.Fields, names[i])
			e.Fields[names[i+1]] = text
		}
	}
	return e
}

func (s *Server) apiAddSeries(c *gin.Context) error {
	var in seriesBody
	if err := decode(c, &in); err != nil {
		return err
	}
	sessions, err := in.sessions()
	if err != nil {
		return err
	}
	r, err := s.app.Series.Create(c.Request.Context(), viewer(c), c.Param("community"),
		app.SeriesInput{Title: in.Title, Description: in.Description, Language: in.Language, TimeZone: in.TimeZone, Visibility: in.Visibility, Invite: in.Invite},
		app.EventInput{DurationMinutes: in.DurationMinutes, Place: in.Place, JoinLink: in.JoinLink, Reminders: in.Reminders}, sessions)
	if err != nil {
		return err
	}
	return s.showSeries(c, http.StatusCreated, apiPath("series", string(r.ID)), r.ID)
}

// showSeries answers with a series as it now is for the viewer.
func (s *Server) showSeries(c *gin.Context, n int, location string, id convoke.ID) error {
	r, err := s.app.Series.Get(c.Request.Context(), viewer(c), "", string(id))
	if err != nil {
		return err
	}
	out := s.seriesOf(r.Community.Slug, r.Series)
	answer := string(r.Answer)
	out.MyAnswer = &answer
	return s.answer(c, n, location, out)
}

// seriesID finds the series of the address.
func (s *Server) seriesID(c *gin.Context) (convoke.ID, error) {
	return s.app.Series.Ref(c.Request.Context(), viewer(c), c.Param("series"))
}

func (s *Server) apiSeries(c *gin.Context) error {
	id, err := s.seriesID(c)
	if err != nil {
		return err
	}
	return s.showSeries(c, http.StatusOK, "", id)
}

func (s *Server) apiEditSeries(c *gin.Context) error {
	id, err := s.seriesID(c)
	if err != nil {
		return err
	}
	var in app.SeriesInput
	if err := decode(c, &in); err != nil {
		return err
	}
	if _, err := s.app.Series.Edit(c.Request.Context(), viewer(c), id, in); err != nil {
		return err
	}
	return s.showSeries(c, http.StatusOK, "", id)
}

func (s *Server) apiSessions(c *gin.Context) error {
	id, err := s.seriesID(c)
	if err != nil {
		return err
	}
	r, err := s.app.Series.Get(c.Request.Context(), viewer(c), "", string(id))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, whole(r.Sessions, s.eventOf))
}

func (s *Server) apiAddSession(c *gin.Context) error {
	id, err := s.seriesID(c)
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
	e, err := s.app.Series.AddSession(c.Request.Context(), viewer(c), id, in)
	if err != nil {
		return err
	}
	return s.showEvent(c, http.StatusCreated, apiPath("events", string(e.ID)), e.ID)
}

// apiPublishSeries publishes a series, or with dry_run tells who would get its letter and why others would not.
func (s *Server) apiPublishSeries(c *gin.Context) error {
	dry, err := apiFlag(c, "dry_run")
	if err != nil {
		return err
	}
	id, err := s.seriesID(c)
	if err != nil {
		return err
	}
	if dry {
		a, err := s.app.Series.Audience(c.Request.Context(), viewer(c), id)
		if err != nil {
			return err
		}
		return s.answer(c, http.StatusOK, "", audienceOf(a))
	}
	if _, err := s.app.Series.Publish(c.Request.Context(), viewer(c), id); err != nil {
		return err
	}
	return s.showSeries(c, http.StatusOK, "", id)
}

// apiCancelSeries calls a series off. A draft is removed, so there is no body.
func (s *Server) apiCancelSeries(c *gin.Context) error {
	id, err := s.seriesID(c)
	if err != nil {
		return err
	}
	note, err := noteOf(c)
	if err != nil {
		return err
	}
	if err := s.app.Series.Cancel(c.Request.Context(), viewer(c), id, note); err != nil {
		return err
	}
	return s.nothing(c)
}
