package web

import (
	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type seriesPage struct {
	frame
	S      app.SeriesView
	Rows   []seriesRow
	Held   int
	Next   *agendaEvent // the next session to come
	Ticket ticket
}

// A seriesRow is one session in the table of its series, with what it left behind.
type seriesRow struct {
	agendaEvent
	After after
}

// series is a webinar series with its sessions.
func (s *Server) series(c *gin.Context) error {
	v, err := s.app.Series.Get(c.Request.Context(), viewer(c), c.Param("community"), c.Param("series"))
	if err != nil {
		return err
	}
	p := seriesPage{frame: s.frame(c), S: v}
	p.under(v.Community.Community, v.Community.Standing, "series")
	p.Title = v.Title
	left, err := s.app.Materials.After(c.Request.Context(), viewer(c), v.Sessions...)
	if err != nil {
		return err
	}
	for _, e := range v.Sessions {
		row := newAgendaEvent(&p.frame, e, false)
		p.Rows = append(p.Rows, seriesRow{row, newAfter(&p.frame, e, left[e.ID])})
		if row.Over() && !row.Cancelled() {
			p.Held++
		}
		if p.Next == nil && !row.Over() && !row.Cancelled() {
			p.Next, p.Ticket = &row, newTicket(&p.frame, e)
		}
	}
	return s.show(c, "series", &p)
}

// IsNext tells whether a row is the next session.
func (p *seriesPage) IsNext(e seriesRow) bool { return p.Next != nil && p.Next.ID == e.ID }

// answerSeries stores the viewer's answer to a whole series.
func (s *Server) answerSeries(c *gin.Context) error {
	var in answerForm
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx, v := c.Request.Context(), viewer(c)
	r, err := s.app.Series.Get(ctx, v, c.Param("community"), c.Param("series"))
	if err != nil {
		return err
	}
	if err := s.app.Series.Answer(ctx, v, r.ID, convoke.Answer(in.Answer), "page"); err != nil {
		return s.again(c, err, s.series)
	}
	return s.done(c, seriesPath(r.Community.Slug, r.Slug), "done.answer.all."+in.Answer)
}
