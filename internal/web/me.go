package web

import (
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type mePage struct {
	frame
	Sessions []sessionRow
	Tokens   []convoke.Token
	Token    string // the text of a token just made
}

type sessionRow struct {
	convoke.Session
	Here bool // the browser that asks
}

// me is the viewer's own account.
func (s *Server) me(c *gin.Context) error { return s.mePage(c, "") }

func (s *Server) mePage(c *gin.Context, token string) error {
	ctx, v := c.Request.Context(), viewer(c)
	sessions, err := s.app.Sessions.List(ctx, v)
	if err != nil {
		return err
	}
	p := mePage{frame: s.frame(c), Token: token}
	for _, x := range sessions {
		p.Sessions = append(p.Sessions, sessionRow{x, x.Token == s.sessionToken(c)})
	}
	if p.Tokens, err = s.app.People.Tokens(ctx, v); err != nil {
		return err
	}
	p.Title, p.Main, p.Section = p.T("me.title"), "single", "me"
	return s.show(c, "me", &p)
}

// Browser is what a session's browser calls itself, in two words that its owner knows.
func (r sessionRow) Browser() string { return browserName(r.Agent) }

// browserName finds program and system in a User-Agent. Each names others before it for the sake of old pages, so the order counts.
func browserName(agent string) string {
	find := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	program := find("Firefox/", "Firefox", "Edg", "Edge", "OPR/", "Opera", "SamsungBrowser/", "Samsung Internet", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := find("iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case program == "":
		return cut(agent, 60)
	case system == "":
		return program
	}
	return program + ", " + system
}

// saveMe keeps what the viewer says of themselves.
func (s *Server) saveMe(c *gin.Context) error {
	var in app.PersonInput
	if err := bind(c, &in); err != nil {
		return s.again(c, err, s.me)
	}
	if err := s.app.People.EditMe(c.Request.Context(), viewer(c), in); err != nil {
		return s.again(c, err, s.me)
	}
	return s.done(c, "/me", "done.saved")
}

type idForm struct {
	ID string `form:"id"`
}

// endSession signs another browser of the viewer out, or this one.
func (s *Server) endSession(c *gin.Context) error {
	var in idForm
	if err := bind(c, &in); err != nil {
		return err
	}
	if in.ID == s.sessionToken(c) {
		return s.endSignIn(c)
	}
	if err := s.app.Sessions.End(c.Request.Context(), viewer(c), in.ID); err != nil {
		return err
	}
	return s.done(c, "/me#sessions", "done.session_ended")
}

type tokenForm struct {
	Name     string `form:"token_name"`
	ReadOnly bool   `form:"read_only"`
}

// addToken makes an API token. Its text is shown by this answer and never again, so nothing redirects: it would have to wait somewhere.
func (s *Server) addToken(c *gin.Context) error {
	var in tokenForm
	if err := bind(c, &in); err != nil {
		return err
	}
	text, _, err := s.app.People.AddToken(c.Request.Context(), viewer(c), person(c).Address, in.Name, in.ReadOnly)
	if e, ok := refusal(err); ok && e.Fields["name"] != "" {
		err = convoke.Invalid("token_name", e.Fields["name"])
	}
	if err != nil {
		return s.again(c, err, s.me)
	}
	c.Header("Cache-Control", "no-store")
	return s.mePage(c, text)
}

// revokeToken ends an API token.
func (s *Server) revokeToken(c *gin.Context) error {
	var in idForm
	if err := bind(c, &in); err != nil {
		return err
	}
	if err := s.app.People.RevokeToken(c.Request.Context(), viewer(c), convoke.ID(in.ID)); err != nil {
		return err
	}
	return s.done(c, "/me#tokens", "done.token_revoked")
}

type mailPage struct {
	frame
	Communities []muteRow
	All         bool // no mail at all
	Single      int  // single events, series and meetings that are muted
	Elsewhere   int  // communities that are muted and not the viewer's
}

type muteRow struct {
	convoke.Community
	Muted bool
}

// myMail is what the viewer is mailed about.
func (s *Server) myMail(c *gin.Context) error {
	ctx, v := c.Request.Context(), viewer(c)
	mutes, err := s.app.People.Mutes(ctx, v)
	if err != nil {
		return err
	}
	muted := map[string]bool{}
	p := mailPage{frame: s.frame(c)}
	for _, m := range mutes {
		switch m.Scope {
		case convoke.ScopeAll:
			p.All = true
		case convoke.ScopeCommunity:
			muted[m.ScopeID] = true
		default:
			p.Single++
		}
	}
	list, err := s.app.Communities.List(ctx, v, app.CommunityFilter{Mine: true, Limit: 500})
	if err != nil {
		return err
	}
	for _, m := range list {
		p.Communities = append(p.Communities, muteRow{m, muted[string(m.ID)]})
		delete(muted, string(m.ID))
	}
	p.Elsewhere = len(muted)
	p.Title, p.Main, p.Section = p.T("me.mail.title"), "single", "me"
	p.crumb(p.T("me.title"), "/me")
	return s.show(c, "me-mail", &p)
}

type muteForm struct {
	Community string `form:"community"` // empty for all
	Off       string `form:"off"`
}

// muteMail turns the mails of a community, or all, off or on.
func (s *Server) muteMail(c *gin.Context) error {
	var in muteForm
	if err := bind(c, &in); err != nil {
		return err
	}
	if err := pressed(in.Off, "true", "false"); err != nil {
		return s.again(c, err, s.myMail)
	}
	off, scope := in.Off == "true", convoke.ScopeCommunity
	if in.Community == "" {
		scope = convoke.ScopeAll
	}
	if err := s.app.People.Mute(c.Request.Context(), viewer(c), scope, convoke.ID(in.Community), off); err != nil {
		return err
	}
	key := "done.mail_on"
	if off {
		key = "done.mail_off"
	}
	return s.done(c, "/me/mail", key)
}
