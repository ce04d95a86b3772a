package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type muteJSON struct {
	Scope     string    `json:"scope"`
	ID        string    `json:"id,omitempty"`
	Community string    `json:"community,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

func muteOf(m app.MuteView) muteJSON {
	out := muteJSON{Scope: string(m.Scope), ID: m.ScopeID, CreatedAt: m.CreatedAt.Time()}
	if m.Community != nil {
		out.Community = m.Community.Slug
	}
	return out
}

// apiMutes lists what the asker wants no mails about.
func (s *Server) apiMutes(c *gin.Context) error {
	rows, err := s.app.People.MuteViews(c.Request.Context(), viewer(c))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, whole(rows, muteOf))
}

// apiMute stops the mails about a community, or all.
func (s *Server) apiMute(c *gin.Context) error {
	var in struct {
		Scope     string `json:"scope"`
		Community string `json:"community"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	var id convoke.ID
	switch convoke.Scope(in.Scope) {
	case convoke.ScopeAll:
	case convoke.ScopeCommunity:
		m, err := s.communityNamed(c, in.Community)
		if err != nil {
			return err
		}
		id = m.ID
	default:
		return convoke.Invalid("scope", "mute.scope.unknown")
	}
	if err := s.app.People.Mute(c.Request.Context(), viewer(c), convoke.Scope(in.Scope), id, true); err != nil {
		return err
	}
	return s.nothing(c)
}

// apiUnmute starts mails again; what was not stopped stays as it is.
func (s *Server) apiUnmute(c *gin.Context) error {
	scope := convoke.Scope(c.Query("scope"))
	switch scope {
	case convoke.ScopeAll, convoke.ScopeCommunity, convoke.ScopeSeries, convoke.ScopeMeeting, convoke.ScopeEvent:
	default:
		return convoke.Invalid("scope", "error.query")
	}
	if err := s.app.People.Mute(c.Request.Context(), viewer(c), scope, convoke.ID(c.Query("id")), false); err != nil {
		return err
	}
	return s.nothing(c)
}

type sessionJSON struct {
	ID        string    `json:"id"`
	Agent     string    `json:"agent"`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

func sessionOf(x convoke.Session) sessionJSON {
	return sessionJSON{x.Token, x.Agent, x.CreatedAt.Time(), x.SeenAt.Time(), x.ExpiresAt.Time()}
}

// apiBrowsers lists the browsers in which the asker is signed in.
func (s *Server) apiBrowsers(c *gin.Context) error {
	rows, err := s.app.Sessions.List(c.Request.Context(), viewer(c))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, whole(rows, sessionOf))
}

// apiEndSession signs a browser out.
func (s *Server) apiEndSession(c *gin.Context) error {
	if err := s.app.Sessions.End(c.Request.Context(), viewer(c), c.Param("session")); err != nil {
		return err
	}
	return s.nothing(c)
}

type tokenJSON struct {
	ID        convoke.ID `json:"id"`
	Name      string     `json:"name"`
	ReadOnly  bool       `json:"read_only"`
	CreatedAt time.Time  `json:"created_at"`
	Token     string     `json:"token,omitempty"` // its text, once
}

func tokenOf(t convoke.Token) tokenJSON {
	return tokenJSON{ID: t.ID, Name: t.Name, ReadOnly: t.ReadOnly, CreatedAt: t.CreatedAt.Time()}
}

// apiTokens lists the asker's API tokens.
func (s *Server) apiTokens(c *gin.Context) error {
	rows, err := s.app.People.Tokens(c.Request.Context(), viewer(c))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, whole(rows, tokenOf))
}

// apiAddToken makes an API token. What is kept for a repeated request holds no secret, so that is answered without the token's text.
func (s *Server) apiAddToken(c *gin.Context) error {
	var in struct {
		Name     string `json:"name"`
		ReadOnly bool   `json:"read_only"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	text, t, err := s.app.People.AddToken(c.Request.Context(), viewer(c), person(c).Address, in.Name, in.ReadOnly)
	if err != nil {
		return err
	}
	out := tokenOf(t)
	kept, err := jsonOf(out)
	if err != nil {
		return err
	}
	out.Token = text
	body, err := jsonOf(out)
	if err != nil {
		return err
	}
	s.keep(c, http.StatusCreated, "", kept)
	return s.reply(c, http.StatusCreated, "", body)
}

// apiRevokeToken ends an API token, also the one that asks.
func (s *Server) apiRevokeToken(c *gin.Context) error {
	if err := s.app.People.RevokeToken(c.Request.Context(), viewer(c), convoke.ID(c.Param("token"))); err != nil {
		return err
	}
	return s.nothing(c)
}
