package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// memberJSON is a member as the directory shows them; admins also see the address, and who left the directory.
type memberJSON struct {
	Name         string    `json:"name"`
	Organisation string    `json:"organisation"`
	Language     string    `json:"language"`
	TimeZone     string    `json:"time_zone"`
	Role         string    `json:"role"`
	JoinedAt     time.Time `json:"joined_at"`
	Email        string    `json:"email,omitempty"`
	Listed       *bool     `json:"listed,omitempty"`
}

func memberOf(r app.MemberRow) memberJSON {
	out := memberJSON{Name: r.Name, Organisation: r.Organisation, Language: r.Language, TimeZone: r.Zone, Role: string(r.Role), JoinedAt: r.JoinedAt.Time(), Email: r.Address}
	if r.Address != "" {
		out.Listed = &r.Listed
	}
	return out
}

func (s *Server) apiMembers(c *gin.Context) error {
	limit, after, err := apiPage(c)
	if err != nil {
		return err
	}
	d, err := s.app.Members.List(c.Request.Context(), viewer(c), c.Param("community"), app.MemberFilter{AfterName: after.Name, AfterID: after.ID, Limit: limit + 1})
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, listed(d.List, limit, memberOf, func(r app.MemberRow) apiCursor { return apiCursor{Name: r.Name, ID: r.PersonID} }))
}

func (s *Server) apiMember(c *gin.Context) error {
	r, err := s.app.Members.ByAddress(c.Request.Context(), viewer(c), c.Param("community"), c.Param("email"))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, memberOf(r))
}

func (s *Server) apiPutMember(c *gin.Context) error {
	var in struct {
		Role string `json:"role"`
	}
	if err := decodeAny(c, &in); err != nil {
		return err
	}
	ctx, v, slug, email := c.Request.Context(), viewer(c), c.Param("community"), c.Param("email")
	if err := s.app.Members.Put(ctx, v, slug, email, convoke.Role(in.Role)); err != nil {
		return err
	}
	r, err := s.app.Members.ByAddress(ctx, v, slug, email)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", memberOf(r))
}

func (s *Server) apiDropMember(c *gin.Context) error {
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	r, err := s.app.Members.ByAddress(ctx, v, slug, c.Param("email"))
	if err != nil {
		return err
	}
	if err := s.app.Members.Remove(ctx, v, slug, r.PersonID); err != nil {
		return err
	}
	return s.nothing(c)
}

type invitationJSON struct {
	ID        convoke.ID `json:"id"`
	Email     string     `json:"email"`
	Name      string     `json:"name"`
	Message   string     `json:"message"`
	State     string     `json:"state"`
	CreatedAt time.Time  `json:"created_at"`
	DecidedAt time.Time  `json:"decided_at,omitzero"`
}

func invitationOf(r app.InvitationRow) invitationJSON {
	return invitationJSON{ID: r.ID, Email: r.Address, Name: r.Name, Message: r.Message, State: r.State, CreatedAt: r.CreatedAt.Time(), DecidedAt: r.DecidedAt.Time()}
}

func (s *Server) apiInvitations(c *gin.Context) error {
	limit, page, err := apiRows(c)
	if err != nil {
		return err
	}
	rows, err := s.app.Members.Invitations(c.Request.Context(), viewer(c), c.Param("community"), page)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, listed(rows, limit, invitationOf, func(r app.InvitationRow) apiCursor { return apiCursor{At: r.CreatedAt, ID: r.ID} }))
}

func (s *Server) apiInvite(c *gin.Context) error {
	var in struct {
		Email   string `json:"email"`
		Name    string `json:"name"`
		Message string `json:"message"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	i, err := s.app.Members.Invite(c.Request.Context(), viewer(c), c.Param("community"), in.Email, in.Name, in.Message)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, "", invitationOf(app.InvitationRow{Invitation: i, Name: in.Name, Address: in.Email}))
}

type requestJSON struct {
	ID           convoke.ID `json:"id"`
	Name         string     `json:"name"`
	Organisation string     `json:"organisation"`
	TimeZone     string     `json:"time_zone"`
	Message      string     `json:"message"`
	State        string     `json:"state"`
	CreatedAt    time.Time  `json:"created_at"`
}

func requestOf(r app.RequestRow) requestJSON {
	return requestJSON{ID: r.ID, Name: r.Name, Organisation: r.Organisation, TimeZone: r.Zone, Message: r.Message, State: r.State, CreatedAt: r.CreatedAt.Time()}
}

func (s *Server) apiRequests(c *gin.Context) error {
	limit, page, err := apiRows(c)
	if err != nil {
		return err
	}
	rows, err := s.app.Members.Requests(c.Request.Context(), viewer(c), c.Param("community"), page)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, listed(rows, limit, requestOf, func(r app.RequestRow) apiCursor { return apiCursor{At: r.CreatedAt, ID: r.ID} }))
}

// apiAsk answers 202: others decide.
func (s *Server) apiAsk(c *gin.Context) error {
	var in struct {
		Message string `json:"message"`
	}
	if err := decodeAny(c, &in); err != nil {
		return err
	}
	slug := c.Param("community")
	if err := s.app.Members.Ask(c.Request.Context(), viewer(c), slug, in.Message); err != nil {
		return err
	}
	return s.showCommunity(c, http.StatusAccepted, "", slug)
}

func (s *Server) apiApprove(c *gin.Context) error { return s.decide(c, true) }

func (s *Server) apiReject(c *gin.Context) error { return s.decide(c, false) }

func (s *Server) decide(c *gin.Context, approve bool) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := decodeAny(c, &in); err != nil {
		return err
	}
	ids := []convoke.ID{convoke.ID(c.Param("request"))}
	if err := s.app.Members.Decide(c.Request.Context(), viewer(c), c.Param("community"), ids, approve, in.Reason); err != nil {
		return err
	}
	return s.nothing(c)
}
