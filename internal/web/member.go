package web

import (
	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type membersPage struct {
	frame
	M     app.Directory
	Pager pager
}

// members is a community's directory, for members.
func (s *Server) members(c *gin.Context) error {
	f := app.MemberFilter{AfterName: c.Query("after"), AfterID: convoke.ID(c.Query("id")), Limit: pageSize + 1}
	d, err := s.app.Members.List(c.Request.Context(), viewer(c), c.Param("community"), f)
	if err != nil {
		return err
	}
	p := membersPage{frame: s.frame(c), M: d}
	p.under(d.Community, d.Standing, "members")
	p.Title, p.Pager.speech = p.T("members.title"), p.speech
	if len(d.List) > pageSize {
		p.M.List = d.List[:pageSize]
		last := p.M.List[pageSize-1]
		p.Pager.Next = &choice{Name: p.T("nav.more"), Href: communityPath(d.Slug) + "/members?" + pairs("after", last.Name, "id", string(last.PersonID))}
	}
	return s.show(c, "members", &p)
}
