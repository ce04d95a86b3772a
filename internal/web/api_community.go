package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type communityJSON struct {
	Slug        string    `json:"slug"`
	Name        string    `json:"name"`
	Summary     string    `json:"summary"`
	Privacy     string    `json:"privacy"`
	Hidden      bool      `json:"hidden"`
	Language    string    `json:"language"`
	TimeZone    string    `json:"time_zone"`
	Eligibility string    `json:"eligibility"`
	Joining     string    `json:"joining"`
	Group       bool      `json:"working_group"`
	Archived    bool      `json:"archived"`
	ArchivedAt  time.Time `json:"archived_at,omitzero"`
	CreatedAt   time.Time `json:"created_at"`
	Version     int64     `json:"version"`
	URL         string    `json:"url"`
	*communityMore
}

// communityMore is what only the answer about a single community has; what the viewer may not read is empty.
type communityMore struct {
	Parent      string `json:"parent,omitempty"`
	Description string `json:"description"`
	Rules       string `json:"rules"`
	Contact     string `json:"contact"`
	Ink         string `json:"ink"`
	AtOnce      bool   `json:"answers_at_once"`
	Members     int    `json:"members"`
	MyRole      string `json:"my_role"`
	Waiting     bool   `json:"waiting"`
}

func (s *Server) communityOf(m convoke.Community) communityJSON {
	return communityJSON{Slug: m.Slug, Name: m.Name, Summary: m.Summary, Privacy: string(m.Privacy), Hidden: m.Hidden, Language: m.Language, TimeZone: m.Zone,
		Eligibility: m.Eligibility, Joining: m.Joining(), Group: m.ParentID != "", Archived: m.Archived(), ArchivedAt: m.ArchivedAt.Time(),
		CreatedAt: m.CreatedAt.Time(), Version: m.Version, URL: s.app.Site().Base + communityPath(m.Slug)}
}

func (s *Server) communityWhole(m app.CommunityView) communityJSON {
	out := s.communityOf(m.Community)
	out.communityMore = &communityMore{Description: m.Description, Rules: m.Rules, Contact: m.Contact, Ink: m.Ink, AtOnce: m.AtOnce, Members: m.Members,
		MyRole: string(m.Standing.Role), Waiting: m.Standing.Waiting}
	if m.Parent != nil {
		out.Parent = m.Parent.Slug
	}
	return out
}

// communityNamed reads the community of the address, or another one.
func (s *Server) communityNamed(c *gin.Context, slug string) (app.CommunityView, error) {
	return s.app.Communities.Get(c.Request.Context(), viewer(c), slug)
}

func (s *Server) apiCommunities(c *gin.Context) error {
	limit, after, err := apiPage(c)
	if err != nil {
		return err
	}
	f := app.CommunityFilter{AfterName: after.Name, AfterID: after.ID, Limit: limit + 1}
	if f.Mine, err = apiFlag(c, "mine"); err != nil {
		return err
	}
	if slug := c.Query("parent"); slug != "" {
		parent, err := s.communityNamed(c, slug)
		if err != nil {
			return err
		}
		f.Parent = parent.ID
	}
	rows, err := s.app.Communities.List(c.Request.Context(), viewer(c), f)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, listed(rows, limit, s.communityOf, func(m convoke.Community) apiCursor { return apiCursor{Name: m.Name, ID: m.ID} }))
}

type communityBody struct {
	Slug        *string `json:"slug"`
	Parent      string  `json:"parent"`
	Admin       string  `json:"admin"`
	Name        *string `json:"name"`
	Summary     *string `json:"summary"`
	Description *string `json:"description"`
	Privacy     *string `json:"privacy"`
	Hidden      *bool   `json:"hidden"`
	Language    *string `json:"language"`
	TimeZone    *string `json:"time_zone"`
	Eligibility *string `json:"eligibility"`
	Rules       *string `json:"rules"`
	Contact     *string `json:"contact"`
	Ink         *string `json:"ink"`
	AtOnce      *bool   `json:"answers_at_once"`
	Version     *int64  `json:"version"`
}

func (b communityBody) input() app.CommunityInput {
	return app.CommunityInput{Slug: b.Slug, Name: b.Name, Summary: b.Summary, Description: b.Description, Privacy: b.Privacy, Hidden: b.Hidden,
		Language: b.Language, TimeZone: b.TimeZone, Eligibility: b.Eligibility, Rules: b.Rules, Contact: b.Contact, Ink: b.Ink, AtOnce: b.AtOnce, Version: b.Version}
}

func (s *Server) apiAddCommunity(c *gin.Context) error {
	var in communityBody
	if err := decode(c, &in); err != nil {
		return err
	}
	m, err := s.app.Communities.Create(c.Request.Context(), viewer(c), in.Parent, in.input(), in.Admin)
	if err != nil {
		return err
	}
	return s.showCommunity(c, http.StatusCreated, apiPath("communities", m.Slug), m.Slug)
}

// showCommunity answers with a community as it now is for the viewer.
func (s *Server) showCommunity(c *gin.Context, n int, location, slug string) error {
	m, err := s.communityNamed(c, slug)
	if err != nil {
		return err
	}
	return s.answer(c, n, location, s.communityWhole(m))
}

func (s *Server) apiCommunity(c *gin.Context) error {
	m, err := s.communityNamed(c, c.Param("community"))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, s.communityWhole(m))
}

func (s *Server) apiEditCommunity(c *gin.Context) error {
	var in communityBody
	if err := decode(c, &in); err != nil {
		return err
	}
	var f convoke.Faults
	f.Check(in.Slug == nil, "slug", "error.fixed")
	f.Check(in.Parent == "", "parent", "error.fixed")
	f.Check(in.Admin == "", "admin", "error.fixed")
	if err := f.Err(); err != nil {
		return err
	}
	m, err := s.app.Communities.Edit(c.Request.Context(), viewer(c), c.Param("community"), in.input())
	if err != nil {
		return err
	}
	return s.showCommunity(c, http.StatusOK, "", m.Slug)
}

func (s *Server) apiJoin(c *gin.Context) error {
	slug := c.Param("community")
	if err := s.app.Members.Join(c.Request.Context(), viewer(c), slug); err != nil {
		return err
	}
	return s.showCommunity(c, http.StatusOK, "", slug)
}

// apiLeave answers without the community: who has left may not know of it any more.
func (s *Server) apiLeave(c *gin.Context) error {
	if err := s.app.Members.Leave(c.Request.Context(), viewer(c), c.Param("community")); err != nil {
		return err
	}
	return s.nothing(c)
}

func (s *Server) apiArchive(c *gin.Context) error {
	var in struct {
		KeepEvents bool `json:"keep_events"`
	}
	if err := decodeAny(c, &in); err != nil {
		return err
	}
	slug := c.Param("community")
	if err := s.app.Communities.Archive(c.Request.Context(), viewer(c), slug, in.KeepEvents); err != nil {
		return err
	}
	return s.showCommunity(c, http.StatusOK, "", slug)
}

func (s *Server) apiReactivate(c *gin.Context) error {
	slug := c.Param("community")
	if err := s.app.Communities.Reactivate(c.Request.Context(), viewer(c), slug); err != nil {
		return err
	}
	return s.showCommunity(c, http.StatusOK, "", slug)
}
