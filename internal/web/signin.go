package web

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// cookieAddress remembers, in the browser that asked for it, where a sign-in mail went, so that the page with the code need not ask.
const cookieAddress = "convoke-address"

type signInPage struct {
	frame
	Next string
}

// signInPage asks for an address; signing up is the same page.
func (s *Server) signInPage(c *gin.Context) error {
	next := local(c.Query("next"), "/")
	if viewer(c).Signed() {
		return s.to(c, next)
	}
	p := signInPage{frame: s.frame(c), Next: next}
	if p.Form != nil {
		p.Next = local(p.Form.values.Get("next"), "/")
	}
	p.Title, p.Main, p.Section, p.Path = p.T("signin.title"), "narrow", "sign-in", "/sign-in"
	return s.show(c, "sign-in", &p)
}

// browserZone is the zone that a reader without an account chose on a page, else the one their browser filled in.
func browserZone(c *gin.Context, filled string) string {
	if chosen, err := c.Cookie(cookieZone); err == nil && chosen != "" {
		return chosen
	}
	return filled
}

type signInForm struct {
	Address string `form:"address"`
	Zone    string `form:"zone"`
	Next    string `form:"next"`
}

// askSignIn queues the mail. Whether the address is known shows nowhere.
func (s *Server) askSignIn(c *gin.Context) error {
	var in signInForm
	if err := bind(c, &in); err != nil {
		return err
	}
	r, _ := reader(c)
	err := s.app.SignIns.Ask(c.Request.Context(), app.SignInRequest{Address: in.Address, Network: network(c), Language: r.Lang(), Zone: browserZone(c, in.Zone), Next: in.Next})
	if err != nil {
		return s.again(c, err, s.signInPage)
	}
	s.rememberAddress(c, cut(in.Address, 300), int(convoke.SignInLife.Seconds()))
	return s.to(c, "/sign-in/code")
}

func (s *Server) rememberAddress(c *gin.Context, address string, seconds int) {
	http.SetCookie(c.Writer, &http.Cookie{Name: cookieAddress, Value: base64.RawURLEncoding.EncodeToString([]byte(address)), Path: "/sign-in", MaxAge: seconds, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
}

type codePage struct {
	frame
	Address string // empty where this browser did not ask for the mail
	Minutes int
}

// codePage says to look into the inbox, and takes the six digits of the mail for whoever reads it elsewhere.
func (s *Server) codePage(c *gin.Context) error {
	p := codePage{frame: s.frame(c), Minutes: int(convoke.SignInLife.Minutes())}
	if value, err := c.Cookie(cookieAddress); err == nil {
		if address, err := base64.RawURLEncoding.DecodeString(value); err == nil {
			p.Address = cut(string(address), 300)
		}
	}
	p.Title, p.Main, p.Section, p.Path = p.T("signin.code.title"), "narrow", "sign-in", "/sign-in/code"
	return s.show(c, "sign-in-code", &p)
}

type codeForm struct {
	Address string `form:"address"`
	Code    string `form:"code"`
}

// useCode signs in by the six digits.
func (s *Server) useCode(c *gin.Context) error {
	var in codeForm
	if err := bind(c, &in); err != nil {
		return err
	}
	w, err := s.app.SignIns.Code(c.Request.Context(), in.Address, digits(in.Code))
	if err != nil {
		return s.again(c, err, s.codePage)
	}
	s.rememberAddress(c, "", -1)
	return s.enter(c, w)
}

// digits are the digits of what was typed as a code: spaces come along when it is copied.
func digits(typed string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, typed)
}

// enter begins the session of who signed in; whoever has no name yet is asked for it first.
func (s *Server) enter(c *gin.Context, w app.Welcome) error {
	if err := s.signIn(c, w.Person.ID); err != nil {
		return err
	}
	next := local(w.Next, "/")
	if w.New {
		return s.to(c, "/welcome?next="+url.QueryEscape(next))
	}
	return s.to(c, next)
}

type welcomePage struct {
	frame
	Next string
}

// welcome asks a newcomer for their name, and shows the language and zone we took them to have.
func (s *Server) welcome(c *gin.Context) error {
	p := welcomePage{frame: s.frame(c), Next: local(c.Query("next"), "/")}
	if p.Form != nil {
		p.Next = local(p.Form.values.Get("next"), "/")
	}
	p.Title, p.Main, p.Section = p.T("welcome.title"), "narrow", "me"
	return s.show(c, "welcome", &p)
}

type profileForm struct {
	app.PersonInput
	Next string `form:"next"`
}

// saveWelcome keeps the newcomer's name and goes on to where they were going.
func (s *Server) saveWelcome(c *gin.Context) error {
	var in profileForm
	if err := bind(c, &in); err != nil {
		return s.again(c, err, s.welcome)
	}
	if err := s.app.People.EditMe(c.Request.Context(), viewer(c), in.PersonInput); err != nil {
		return s.again(c, err, s.welcome)
	}
	return s.to(c, local(in.Next, "/"))
}

// endSignIn signs this browser out.
func (s *Server) endSignIn(c *gin.Context) error {
	if err := s.signOut(c); err != nil {
		return err
	}
	return s.done(c, "/", "done.signed_out")
}
