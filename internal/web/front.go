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
}

// front is the first page: what is next, and which communities there are.
func (s *Server) front(c *gin.Context) error {
	ctx, v := c.Request.Context(), viewer(c)
	list, err := s.app.Communities.List(ctx, v, app.CommunityFilter{Limit: 50})
	if err != nil {
		return err
	}
	events, err := s.app.Events.List(ctx, v, "", app.EventFilter{From: s.app.Now(), Limit: 12})
	if err != nil {
		return err
	}
	p := frontPage{frame: s.frame(c), Communities: list}
	p.Title = p.T("front.title")
	p.Next = newAgenda(&p.frame, events, true)
	return s.show(c, "front", &p)
}

// Strip is the communities whose patterns the page shows at its head.
func (p *frontPage) Strip() []convoke.Community { return p.Communities[:min(len(p.Communities), 6)] }
