package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type userJSON struct {
	Email        string    `json:"email"`
	Name         string    `json:"name"`
	Organisation string    `json:"organisation"`
	Language     string    `json:"language"`
	TimeZone     string    `json:"time_zone"`
	Listed       bool      `json:"listed"`
	Operator     bool      `json:"operator"`
	Confirmed    bool      `json:"confirmed"`
	CreatedAt    time.Time `json:"created_at"`
}

func userOf(p convoke.Person) userJSON {
	return userJSON{Email: p.Address, Name: p.Name, Organisation: p.Organisation, Language: p.Language, TimeZone: p.Zone, Listed: p.Listed,
		Operator: p.Operator, Confirmed: p.Confirmed, CreatedAt: p.CreatedAt.Time()}
}

func (s *Server) apiUsers(c *gin.Context) error {
	limit, after, err := apiPage(c)
	if err != nil {
		return err
	}
	people, err := s.app.People.List(c.Request.Context(), viewer(c), after.ID, limit+1)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, listed(people, limit, userOf, func(p convoke.Person) apiCursor { return apiCursor{ID: p.ID} }))
}

type newUser struct {
	Email        string  `json:"email"`
	Name         *string `json:"name"`
	Language     *string `json:"language"`
	TimeZone     *string `json:"time_zone"`
	Organisation *string `json:"organisation"`
	Listed       *bool   `json:"listed"`
	Operator     *bool   `json:"operator"`
}

func (s *Server) apiAddUser(c *gin.Context) error {
	var in newUser
	if err := decode(c, &in); err != nil {
		return err
	}
	p, err := s.app.People.Add(c.Request.Context(), viewer(c), in.Email, app.PersonInput{Name: in.Name, Language: in.Language,
		TimeZone: in.TimeZone, Organisation: in.Organisation, Listed: in.Listed, Operator: in.Operator})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, apiPath("users", p.Address), userOf(p))
}

func (s *Server) apiUser(c *gin.Context) error {
	p, err := s.app.People.Get(c.Request.Context(), viewer(c), c.Param("email"))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, userOf(p))
}

func (s *Server) apiEditUser(c *gin.Context) error {
	var in app.PersonInput
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Operator != nil && !viewer(c).Operator { // ignored below, which a program would not notice
		return convoke.ErrForbidden
	}
	p, err := s.app.People.Edit(c.Request.Context(), viewer(c), c.Param("email"), in)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", userOf(p))
}

func (s *Server) apiDropUser(c *gin.Context) error {
	if err := s.app.People.Remove(c.Request.Context(), viewer(c), c.Param("email")); err != nil {
		return err
	}
	return s.nothing(c)
}
