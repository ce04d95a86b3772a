package web

import (
	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type frontPage struct {
	frame
	Communities []convoke.Community
	Next        agenda
	First       *agendaEvent // the very next one, on the ticket
	Ticket      ticket
}

// front is the first page: what is next, and which communities there are.
func (s *Server) front(c *gin.Context) error {
	ctx, v := c.Request.Context(), viewer(c)
	list, err := s.app.Communities.List(ctx, v, app.CommunityFilter{Top: true, Unarchived: true, Limit: 12})
	if err != nil {
		return err
	}
	events, err := s.app.Events.List(ctx, v, "", app.EventFilter{From: s.app.Now(), Live: true, Limit: 9})
	if err != nil {
		return err
	}
	p := frontPage{frame: s.frame(c), Communities: list}
	p.Title = p.T("front.title")
	if len(events) > 0 {
		p.First, p.Ticket = &agendaEvent{p.speech, events[0], p.Now, true}, newTicket(&p.frame, events[0])
		events = events[1:]
	}
	p.Next = newAgenda(&p.frame, events, true)
	return s.show(c, "front", &p)
}

// Strip is the communities whose patterns the page shows at its head.
func (p *frontPage) Strip() []convoke.Community { return p.Communities[:min(len(p.Communities), 6)] }

// A communityList is communities in a list with seals.
type communityList struct {
	speech
	List []convoke.Community
}

// Listed is what the part "communities" shows.
func (p *frontPage) Listed() communityList { return communityList{p.speech, p.Communities} }

// Listed is what the part "communities" shows.
func (p *communitiesPage) Listed() communityList { return communityList{p.speech, p.List} }

// Listed is what the part "communities" shows.
func (p *groupsPage) Listed() communityList { return communityList{p.speech, p.List} }
