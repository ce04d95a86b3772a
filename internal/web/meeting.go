package web

import (
	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type meetingPage struct {
	frame
	M      app.MeetingView
	Rhythm string // the rule in words, in the meeting's own zone
	Coming agenda
	Past   []agendaEvent
	Next   *agendaEvent
	Ticket ticket
}

// meeting is a recurring meeting: its rule, what comes and what was.
func (s *Server) meeting(c *gin.Context) error {
	m, err := s.app.Meetings.Get(c.Request.Context(), viewer(c), c.Param("community"), c.Param("meeting"))
	if err != nil {
		return err
	}
	p := meetingPage{frame: s.frame(c), M: m}
	p.under(m.Community.Community, m.Community.Standing, "calendar")
	p.Title = m.Title
	p.Rhythm = p.R.Rule(m.Rule.Rule, m.Start, m.Recurrence.Zone)
	p.Coming = newAgenda(&p.frame, m.Coming, false).withMonths()
	for _, e := range m.Past {
		p.Past = append(p.Past, newAgendaEvent(&p.frame, e, false))
	}
	for _, e := range m.Coming {
		if e.Status != convoke.Cancelled && e.EndsAt > p.Now {
			next := newAgendaEvent(&p.frame, e, false)
			p.Next, p.Ticket = &next, newTicket(&p.frame, e)
			break
		}
	}
	return s.show(c, "meeting", &p)
}

// answerMeeting stores the viewer's answer to all dates.
func (s *Server) answerMeeting(c *gin.Context) error {
	var in answerForm
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx, v := c.Request.Context(), viewer(c)
	m, err := s.app.Meetings.Get(ctx, v, c.Param("community"), c.Param("meeting"))
	if err != nil {
		return err
	}
	if err := s.app.Meetings.Answer(ctx, v, m.ID, convoke.Answer(in.Answer), "page"); err != nil {
		return s.again(c, err, s.meeting)
	}
	return s.done(c, meetingPath(m.Community.Slug, m.Slug), "done.answer.all."+in.Answer)
}
