package web

import (
	"slices"

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
	events, err := s.app.Events.List(ctx, v, "", app.EventFilter{From: s.app.Now(), Live: true, Limit: 60})
	if err != nil {
		return err
	}
	p := frontPage{frame: s.frame(c), Communities: list}
	p.Title = p.T("front.title")
	if events = onePerMeeting(events); len(events) > 0 {
		first := newAgendaEvent(&p.frame, events[0], true)
		p.First, p.Ticket = &first, newTicket(&p.frame, events[0])
		events = events[1:]
	}
	p.Next = newAgenda(&p.frame, events[:min(len(events), 8)], true)
	for i := range p.Next.Days {
		p.Next.Days[i].Next = false // the ticket is
	}
	return s.show(c, "front", &p)
}

// Strip is the communities whose patterns the page shows at its head.
func (p *frontPage) Strip() []convoke.Community { return p.Communities[:min(len(p.Communities), 6)] }

// A communityList is communities in a list with seals.
type communityList struct {
	speech
	List  []convoke.Community
	Under bool // stands under a heading of its own
}

// Listed is what the part "communities" shows.
func (p *frontPage) Listed() communityList { return communityList{p.speech, p.Communities, true} }

// Listed is what the part "communities" shows.
func (p *communitiesPage) Listed() communityList { return communityList{p.speech, p.List, false} }

// Listed is what the part "communities" shows.
func (p *groupsPage) Listed() communityList { return communityList{p.speech, p.List, false} }

// onePerMeeting keeps of each recurring meeting its next date, so that it does not crowd out what else there is.
func onePerMeeting(events []app.EventView) []app.EventView {
	seen := map[convoke.ID]bool{}
	return slices.DeleteFunc(events, func(e app.EventView) bool {
		again := e.MeetingID != "" && seen[e.MeetingID]
		seen[e.MeetingID] = true
		return again
	})
}
