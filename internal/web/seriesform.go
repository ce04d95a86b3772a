package web

import (
	"net/url"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type seriesFormPage struct {
	frame
	Of       app.SeriesView
	Audience app.Audience // of a draft's letter
	Told     int          // who gets a mail when it is cancelled
}

// Visibilities are who can see a series.
func (p *seriesFormPage) Visibilities() []convoke.Visibility { return convoke.Visibilities }

// Cancelled tells whether it was called off.
func (p *seriesFormPage) Cancelled() bool { return p.Of.CancelledAt != 0 }

// Over tells whether a session lies behind.
func (p *seriesFormPage) Over(e app.EventView) bool { return e.EndsAt <= p.Now }

// Past tells whether all that is still to be published lies behind, so that nobody is invited to it.
func (p *seriesFormPage) Past() bool { return nothingToCome(p.Of.Sessions, p.Now) }

// nothingToCome tells whether the drafts among some events all lie behind.
func nothingToCome(list []app.EventView, now convoke.Instant) bool {
	drafts := 0
	for _, e := range list {
		if !e.Draft() {
			continue
		}
		if drafts++; e.EndsAt > now {
			return false
		}
	}
	return drafts > 0
}

// Base is the address of the form.
func (p *seriesFormPage) Base() string {
	return communityPath(p.Of.Community.Slug) + "/admin/series/" + url.PathEscape(p.Of.Slug)
}

// Waiting tells whether a published series has sessions that are not published yet.
func (p *seriesFormPage) Waiting() bool {
	for _, e := range p.Of.Sessions {
		if e.Draft() {
			return !p.Of.Draft()
		}
	}
	return false
}

// editSeries is where a series is changed, added to, published and cancelled.
func (s *Server) editSeries(c *gin.Context) error {
	ctx, v := c.Request.Context(), viewer(c)
	r, err := s.app.Series.Get(ctx, v, c.Param("community"), c.Param("series"))
	if err != nil {
		return err
	}
	p := seriesFormPage{frame: s.frame(c), Of: r}
	p.under(r.Community.Community, r.Community.Standing, "admin")
	p.Title = p.T("eventform.edit", "Title", r.Title)
	if r.Draft() {
		p.Audience, err = s.app.Series.Audience(ctx, v, r.ID)
	} else {
		p.Told, err = s.app.Series.Told(ctx, v, r.ID)
	}
	if err != nil {
		return err
	}
	return s.show(c, "series-form", &p)
}

// theSeries finds the series of an address.
func (s *Server) theSeries(c *gin.Context) (app.SeriesView, error) {
	return s.app.Series.Get(c.Request.Context(), viewer(c), c.Param("community"), c.Param("series"))
}

// backToSeries leads back to the form of a series.
func (s *Server) backToSeries(c *gin.Context, r app.SeriesView, key string) error {
	return s.done(c, communityPath(r.Community.Slug)+"/admin/series/"+url.PathEscape(r.Slug), key)
}

// saveSeries keeps what a series says of itself.
func (s *Server) saveSeries(c *gin.Context) error {
	var in app.SeriesInput
	if err := bind(c, &in); err != nil {
		return s.again(c, err, s.editSeries)
	}
	r, err := s.theSeries(c)
	if err != nil {
		return err
	}
	if _, err := s.app.Series.Edit(c.Request.Context(), viewer(c), r.ID, in); err != nil {
		return s.again(c, err, s.editSeries)
	}
	return s.backToSeries(c, r, "done.saved")
}

// publishDraft publishes a series with its sessions, or the sessions that were added since.
func (s *Server) publishDraft(c *gin.Context) error {
	r, err := s.theSeries(c)
	if err != nil {
		return err
	}
	published, err := s.app.Series.Publish(c.Request.Context(), viewer(c), r.ID)
	if err != nil {
		return s.again(c, renamed(err, "start_local", "sessions"), s.editSeries)
	}
	key := "done.published"
	if published.Invite && r.Draft() && !nothingToCome(r.Sessions, s.app.Now()) {
		key = "done.published_invited"
	}
	return s.done(c, seriesPath(r.Community.Slug, r.Slug), key)
}

type sessionForm struct {
	Title string `form:"session_title"`
	Start string `form:"start_local"`
}

// addSession adds a session, like the last one but for title and date.
func (s *Server) addSession(c *gin.Context) error {
	var in sessionForm
	if err := bind(c, &in); err != nil {
		return err
	}
	r, err := s.theSeries(c)
	if err != nil {
		return err
	}
	add := app.EventInput{StartLocal: &in.Start}
	if in.Title != "" {
		add.Title = &in.Title
	}
	if n := len(r.Sessions); n > 0 {
		last := r.Sessions[n-1]
		add.DurationMinutes, add.JoinLink, add.Place = &last.Minutes, &last.JoinLink, &last.Place
	}
	if _, err := s.app.Series.AddSession(c.Request.Context(), viewer(c), r.ID, add); err != nil {
		return s.again(c, err, s.editSeries)
	}
	return s.backToSeries(c, r, "done.session_added")
}

// cancelSeries calls a series off with all sessions to come, or removes a draft.
func (s *Server) cancelSeries(c *gin.Context) error {
	var in noteForm
	if err := bind(c, &in); err != nil {
		return err
	}
	r, err := s.theSeries(c)
	if err != nil {
		return err
	}
	if err := s.app.Series.Cancel(c.Request.Context(), viewer(c), r.ID, in.Note); err != nil {
		return s.again(c, err, s.editSeries)
	}
	if r.Draft() {
		return s.done(c, communityPath(r.Community.Slug)+"/admin", "done.draft_removed")
	}
	return s.done(c, seriesPath(r.Community.Slug, r.Slug), "done.cancelled")
}
