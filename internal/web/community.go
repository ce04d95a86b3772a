package web

import (
	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

const pageSize = 50

type communitiesPage struct {
	frame
	List  []convoke.Community
	Pager pager
}

// communities lists those the viewer may know of.
func (s *Server) communities(c *gin.Context) error {
	f := app.CommunityFilter{Top: true, Limit: pageSize + 1}
	f.AfterName, f.AfterID = c.Query("after"), convoke.ID(c.Query("id"))
	list, err := s.app.Communities.List(c.Request.Context(), viewer(c), f)
	if err != nil {
		return err
	}
	p := communitiesPage{frame: s.frame(c), List: list[:min(len(list), pageSize)]}
	p.Title, p.Section, p.Pager.speech = p.T("communities.title"), "communities", p.speech
	if len(list) > pageSize {
		last := p.List[pageSize-1]
		p.Pager.Next = &choice{Name: p.T("nav.more"), Href: "/communities?" + pairs("after", last.Name, "id", string(last.ID))}
	}
	return s.show(c, "communities", &p)
}

type communityPage struct {
	frame
	M    app.Front
	Next agenda
	Door string // what the viewer can do at the door: join, ask, waiting, member, sign-in or none
	Role convoke.Role
}

// community is a community's first page.
func (s *Server) community(c *gin.Context) error {
	m, err := s.app.Communities.Front(c.Request.Context(), viewer(c), c.Param("community"))
	if err != nil {
		return err
	}
	p := communityPage{frame: s.frame(c), M: m, Door: door(m.CommunityView), Role: m.Standing.Role}
	p.under(m.Community, m.Standing, "overview")
	p.Comm.Banner, p.Title, p.Next = true, m.Name, newAgenda(&p.frame, m.Next, false)
	if m.Parent != nil {
		p.crumbTo(*m.Parent)
	}
	return s.show(c, "community", &p)
}

// door says how the viewer stands to getting in.
func door(m app.CommunityView) string {
	switch {
	case m.Standing.Role != "":
		return "member"
	case m.Archived():
		return "none"
	case m.Standing.Waiting:
		return "waiting"
	case m.Can(convoke.Join):
		return "join"
	case m.Can(convoke.Ask):
		return "ask"
	case !m.Standing.Signed && m.Joining() != "none":
		return "sign-in"
	}
	return "none"
}

// join makes the viewer a member at once.
func (s *Server) join(c *gin.Context) error {
	slug := c.Param("community")
	if err := s.app.Members.Join(c.Request.Context(), viewer(c), slug); err != nil {
		return s.again(c, err, s.community)
	}
	return s.done(c, communityPath(slug), "done.joined")
}

// answerInvitation takes up or declines what the viewer was mailed.
func (s *Server) answerInvitation(c *gin.Context) error {
	var in struct {
		Do string `form:"do"`
	}
	err := bind(c, &in)
	if err == nil {
		err = pressed(in.Do, string(app.DeedAccept), string(app.DeedDecline))
	}
	slug := c.Param("community")
	if err == nil {
		err = s.app.Members.Invited(c.Request.Context(), viewer(c), slug, app.Deed(in.Do))
	}
	if err != nil {
		return s.again(c, err, s.community)
	}
	return s.done(c, communityPath(slug), "done.letter."+in.Do)
}

// leave ends the viewer's membership.
func (s *Server) leave(c *gin.Context) error {
	slug := c.Param("community")
	if err := s.app.Members.Leave(c.Request.Context(), viewer(c), slug); err != nil {
		return s.again(c, err, s.community)
	}
	next := communityPath(slug)
	if _, err := s.app.Communities.Get(c.Request.Context(), viewer(c), slug); convoke.IsNotFound(err) {
		next = "/communities" // a hidden community is gone with the membership
	} else if err != nil {
		return err
	}
	return s.done(c, next, "done.left")
}

type askPage struct {
	frame
	M app.CommunityView
}

// ask is where somebody asks to become a member.
func (s *Server) ask(c *gin.Context) error {
	m, err := s.app.Communities.Get(c.Request.Context(), viewer(c), c.Param("community"))
	if err != nil {
		return err
	}
	if !m.Can(convoke.Ask) && !hasRefused(c) {
		return s.to(c, communityPath(m.Slug))
	}
	p := askPage{frame: s.frame(c), M: m}
	p.under(m.Community, m.Standing, "overview")
	p.Title, p.Main = p.T("ask.title", "Name", m.Name), "single"
	return s.show(c, "ask", &p)
}

// sendAsk stores the wish.
func (s *Server) sendAsk(c *gin.Context) error {
	var in struct {
		Message string `form:"message"`
	}
	slug := c.Param("community")
	err := bind(c, &in)
	if err == nil {
		err = s.app.Members.Ask(c.Request.Context(), viewer(c), slug, in.Message)
	}
	if err != nil {
		return s.again(c, err, s.ask)
	}
	key := "done.asked"
	if m, err := s.app.Communities.Get(c.Request.Context(), viewer(c), slug); err == nil && m.Standing.Role != "" { // they were invited
		key = "done.joined"
	}
	return s.done(c, communityPath(slug), key)
}

type groupsPage struct {
	frame
	M     app.CommunityView
	List  []convoke.Community
	Pager pager
}

// groups lists a community's working groups.
func (s *Server) groups(c *gin.Context) error {
	ctx, v := c.Request.Context(), viewer(c)
	m, err := s.app.Communities.Get(ctx, v, c.Param("community"))
	if err != nil {
		return err
	}
	list, err := s.app.Communities.List(ctx, v, app.CommunityFilter{Parent: m.ID, AfterName: c.Query("after"), AfterID: convoke.ID(c.Query("id")), Limit: pageSize + 1})
	if err != nil {
		return err
	}
	p := groupsPage{frame: s.frame(c), M: m, List: list[:min(len(list), pageSize)]}
	p.under(m.Community, m.Standing, "groups")
	p.Title, p.Pager.speech = p.T("groups.title"), p.speech
	if len(list) > pageSize {
		last := p.List[pageSize-1]
		p.Pager.Next = &choice{Name: p.T("nav.more"), Href: communityPath(m.Slug) + "/groups?" + pairs("after", last.Name, "id", string(last.ID))}
	}
	return s.show(c, "groups", &p)
}

// Rhythm is a meeting's rule in words.
func (p *communityPage) Rhythm(m app.MeetingView) string {
	return p.R.Rule(m.Rule.Rule, m.Start, m.Recurrence.Zone)
}
