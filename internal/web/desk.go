package web

import (
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type deskPage struct {
	frame
	D app.Desk
}

// desk is what needs a decision in a community, and what happens by itself.
func (s *Server) desk(c *gin.Context) error {
	d, err := s.app.Ledger.Desk(c.Request.Context(), viewer(c), c.Param("community"))
	if err != nil {
		return err
	}
	p := deskPage{frame: s.frame(c), D: d}
	p.under(d.Community, d.Standing, "admin")
	p.Title = p.T("desk.none")
	if n := p.Things(); n > 0 {
		p.Title = p.T("desk.title", "Count", n)
	}
	return s.show(c, "desk", &p)
}

// Things counts the decisions that wait.
func (p *deskPage) Things() int {
	n := len(p.D.Drafts) + len(p.D.Linkless) + len(p.D.Series) + len(p.D.Meetings) + len(p.D.Waiting)
	for _, some := range []int{len(p.D.Requests), len(p.D.Failed)} {
		n += min(some, 1)
	}
	return n
}

// Base is the address of the desk.
func (p *deskPage) Base() string { return communityPath(p.D.Slug) + "/admin" }

// Waited is how long the first request has waited, in words.
func (p *deskPage) Waited() string { return p.R.Lead(p.D.Requests[0].Waited) }

// Ago is how long somebody has waited, in words.
func (p *deskPage) Ago(d time.Duration) string { return p.R.Lead(d) }

// Whom is who a mail that came back was for, as far as the viewer may know.
func (p *deskPage) Whom(l app.LetterRow) string {
	if l.Unnamed() {
		return p.T("delivery.unnamed")
	}
	return letterLine{l, p.Viewer.Operator}.Whom()
}

// Deed is what the timetable will do, in words.
func (p *deskPage) Deed(d convoke.Due) string {
	e := p.D.DueOf[d.EventID]
	if d.Kind == "reminder" {
		return p.T("desk.due.reminder", "Lead", p.R.Lead(time.Duration(d.LeadMinutes)*time.Minute), "Title", e.Title)
	}
	return p.T("desk.due.invitation", "Title", e.Title)
}

type requestsPage struct {
	frame
	M    app.CommunityView
	List []app.RequestRow
}

// requests is who waits to be let in.
func (s *Server) requests(c *gin.Context) error {
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	m, err := s.app.Communities.Get(ctx, v, slug)
	if err != nil {
		return err
	}
	list, err := s.app.Members.Requests(ctx, v, slug, app.Page{Limit: 500})
	if err != nil {
		return err
	}
	p := requestsPage{frame: s.frame(c), M: m, List: list}
	p.under(m.Community, m.Standing, "admin")
	p.Title, p.Main = p.T("requests.title"), "single"
	return s.show(c, "requests", &p)
}

// Ago is how long somebody has waited, in words.
func (p *requestsPage) Ago(d time.Duration) string { return p.R.Lead(d) }

type decideForm struct {
	Requests []string `form:"request"`
	Do       string   `form:"do"`
	Reason   string   `form:"reason"`
}

// decideRequests approves or rejects the ticked requests.
func (s *Server) decideRequests(c *gin.Context) error {
	var in decideForm
	if err := bind(c, &in); err != nil {
		return err
	}
	if err := pressed(in.Do, "approve", "reject"); err != nil {
		return s.again(c, err, s.requests)
	}
	ids := make([]convoke.ID, len(in.Requests))
	for i, id := range in.Requests {
		ids[i] = convoke.ID(id)
	}
	approve, slug := in.Do == "approve", c.Param("community")
	if err := s.app.Members.Decide(c.Request.Context(), viewer(c), slug, ids, approve, in.Reason); err != nil {
		return s.again(c, err, s.requests)
	}
	key := "done.rejected"
	if approve {
		key = "done.approved"
	}
	return s.done(c, communityPath(slug)+"/admin", key, "Count", len(ids))
}

type invitationsPage struct {
	frame
	M    app.CommunityView
	List []app.InvitationRow
}

// invitations is where admins invite by address, and see what became of it.
func (s *Server) invitations(c *gin.Context) error {
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	m, err := s.app.Communities.Get(ctx, v, slug)
	if err != nil {
		return err
	}
	list, err := s.app.Members.Invitations(ctx, v, slug, app.Page{Limit: 500})
	if err != nil {
		return err
	}
	p := invitationsPage{frame: s.frame(c), M: m, List: list}
	p.under(m.Community, m.Standing, "admin")
	p.Title, p.Main = p.T("invitations.title"), "single"
	return s.show(c, "invitations", &p)
}

type inviteForm struct {
	Email   string `form:"email"`
	Name    string `form:"name"`
	Message string `form:"message"`
}

// invite asks one address to become a member.
func (s *Server) invite(c *gin.Context) error {
	var in inviteForm
	if err := bind(c, &in); err != nil {
		return err
	}
	slug := c.Param("community")
	if _, err := s.app.Members.Invite(c.Request.Context(), viewer(c), slug, in.Email, in.Name, in.Message); err != nil {
		return s.again(c, err, s.invitations)
	}
	return s.done(c, communityPath(slug)+"/admin/invitations", "done.invited", "Address", cut(in.Email, 200))
}

// memberDesk is where admins give roles and remove members.
func (s *Server) memberDesk(c *gin.Context) error {
	f := app.MemberFilter{AfterName: c.Query("after"), AfterID: convoke.ID(c.Query("id")), Limit: deskSize + 1}
	d, err := s.app.Members.List(c.Request.Context(), viewer(c), c.Param("community"), f)
	if err != nil {
		return err
	}
	if !d.Can(convoke.Remove) {
		return convoke.ErrForbidden
	}
	p := memberDeskPage{frame: s.frame(c), D: d}
	p.under(d.Community, d.Standing, "admin")
	p.Title, p.Pager.speech = p.T("memberdesk.title"), p.speech
	if len(d.List) > deskSize {
		p.D.List = d.List[:deskSize]
		last := p.D.List[deskSize-1]
		p.Pager.Next = p.more(c, "after", last.Name, "id", string(last.PersonID))
	}
	return s.show(c, "member-desk", &p)
}

// more leads to what comes after the last row of a list; a list is one address with its filters, and begins anew without these.
func (f *frame) more(c *gin.Context, namesAndValues ...string) *choice {
	q := c.Request.URL.Query()
	for i := 0; i < len(namesAndValues); i += 2 {
		q.Set(namesAndValues[i], namesAndValues[i+1])
	}
	return &choice{Name: f.T("list.more"), Href: c.Request.URL.Path + "?" + q.Encode()}
}

// deskSize is how many rows lists for admins and operators have.
const deskSize = 100

type memberDeskPage struct {
	frame
	D     app.Directory
	Pager pager
}

// Roles are the roles to choose from.
func (p *memberDeskPage) Roles() []convoke.Role { return convoke.Roles }

type memberForm struct {
	Person string `form:"person"`
	Role   string `form:"role"`
}

// setRole changes what a member is.
func (s *Server) setRole(c *gin.Context) error {
	var in memberForm
	if err := bind(c, &in); err != nil {
		return err
	}
	slug := c.Param("community")
	if err := s.app.Members.SetRole(c.Request.Context(), viewer(c), slug, convoke.ID(in.Person), convoke.Role(in.Role)); err != nil {
		return s.again(c, err, s.memberDesk)
	}
	return s.done(c, communityPath(slug)+"/admin/members", "done.saved")
}

// removeMember ends somebody's membership.
func (s *Server) removeMember(c *gin.Context) error {
	var in memberForm
	if err := bind(c, &in); err != nil {
		return err
	}
	slug := c.Param("community")
	if err := s.app.Members.Remove(c.Request.Context(), viewer(c), slug, convoke.ID(in.Person)); err != nil {
		return s.again(c, err, s.memberDesk)
	}
	return s.done(c, communityPath(slug)+"/admin/members", "done.removed")
}
