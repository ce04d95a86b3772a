package web

import (
	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type communityFormPage struct {
	frame
	M      app.CommunityView
	Action string
	New    bool
	Parent *convoke.Community // of a working group being made
	Zoned  string             // zone to begin with
}

// Privacies are the levels to choose from.
func (p *communityFormPage) Privacies() []convoke.Privacy { return convoke.Privacies }

// Inks are the colours to choose from.
func (p *communityFormPage) Inks() []string { return convoke.Inks }

// newCommunity is where the operator makes a community.
func (s *Server) newCommunity(c *gin.Context) error {
	p := communityFormPage{frame: s.frame(c), Action: "/admin/communities/new/create", New: true}
	p.M.Privacy, p.M.Language, p.Zoned = convoke.SemiPrivate, p.Lang(), p.R.Zone().String()
	p.Title, p.Main, p.Section = p.T("community.new"), "single", "admin"
	p.crumb(p.T("admin.title"), "/admin")
	return s.show(c, "community-form", &p)
}

type communityForm struct {
	app.CommunityInput
	Admin string `form:"admin"` // address of its first admin
}

// createCommunity makes a community.
func (s *Server) createCommunity(c *gin.Context) error {
	var in communityForm
	if err := bind(c, &in); err != nil {
		return s.again(c, err, s.newCommunity)
	}
	m, err := s.app.Communities.Create(c.Request.Context(), viewer(c), "", in.CommunityInput, in.Admin)
	if err != nil {
		return s.again(c, err, s.newCommunity)
	}
	return s.done(c, communityPath(m.Slug), "done.community_made", "Name", m.Name)
}

// newGroup is where admins make a working group.
func (s *Server) newGroup(c *gin.Context) error {
	m, err := s.app.Communities.Get(c.Request.Context(), viewer(c), c.Param("community"))
	if err != nil {
		return err
	}
	if !m.Can(convoke.Group) {
		return convoke.ErrForbidden
	}
	p := communityFormPage{frame: s.frame(c), New: true, Parent: &m.Community, Action: communityPath(m.Slug) + "/admin/groups/new/create"}
	p.under(m.Community, m.Standing, "groups")
	p.M.Privacy, p.M.Language, p.Zoned = convoke.Open, m.Language, m.Zone
	p.Title, p.Main = p.T("group.new"), "single"
	return s.show(c, "community-form", &p)
}

// createGroup makes a working group.
func (s *Server) createGroup(c *gin.Context) error {
	var in communityForm
	if err := bind(c, &in); err != nil {
		return s.again(c, err, s.newGroup)
	}
	m, err := s.app.Communities.Create(c.Request.Context(), viewer(c), c.Param("community"), in.CommunityInput, "")
	if err != nil {
		return s.again(c, err, s.newGroup)
	}
	return s.done(c, communityPath(m.Slug), "done.community_made", "Name", m.Name)
}

// communitySettings is where admins change a community, archive it and open it again.
func (s *Server) communitySettings(c *gin.Context) error {
	m, err := s.app.Communities.Get(c.Request.Context(), viewer(c), c.Param("community"))
	if err != nil {
		return err
	}
	if !m.Can(convoke.Manage) && !m.Can(convoke.Reactivate) {
		return convoke.ErrForbidden
	}
	p := communityFormPage{frame: s.frame(c), M: m, Zoned: m.Zone, Action: communityPath(m.Slug) + "/admin/settings/save"}
	p.under(m.Community, m.Standing, "admin")
	p.Title, p.Main = p.T("community.settings"), "single"
	return s.show(c, "community-form", &p)
}

// saveCommunity keeps changed settings.
func (s *Server) saveCommunity(c *gin.Context) error {
	var in app.CommunityInput
	if err := bind(c, &in); err != nil {
		return s.again(c, err, s.communitySettings)
	}
	m, err := s.app.Communities.Edit(c.Request.Context(), viewer(c), c.Param("community"), in)
	if err != nil {
		return s.again(c, err, s.communitySettings)
	}
	return s.done(c, communityPath(m.Slug)+"/admin/settings", "done.saved")
}

type archiveForm struct {
	Keep bool `form:"keep"`
}

// archiveCommunity closes a community for anything new.
func (s *Server) archiveCommunity(c *gin.Context) error {
	var in archiveForm
	if err := bind(c, &in); err != nil {
		return err
	}
	slug := c.Param("community")
	if err := s.app.Communities.Archive(c.Request.Context(), viewer(c), slug, in.Keep); err != nil {
		return s.again(c, err, s.communitySettings)
	}
	return s.done(c, communityPath(slug)+"/admin/settings", "done.archived")
}

// reactivateCommunity opens an archived community again.
func (s *Server) reactivateCommunity(c *gin.Context) error {
	slug := c.Param("community")
	if err := s.app.Communities.Reactivate(c.Request.Context(), viewer(c), slug); err != nil {
		return s.again(c, err, s.communitySettings)
	}
	return s.done(c, communityPath(slug)+"/admin/settings", "done.reactivated")
}
