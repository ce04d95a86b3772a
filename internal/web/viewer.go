package web

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

// What middleware leaves in the request's context for handlers.
const (
	keyViewer  = "viewer"
	keyPerson  = "person"
	keyRoute   = "route"
	keyOwner   = "owner"
	keyRefused = "refused"
	keySession = "session"
	keySent    = "sent" // bytes of a file that went past gin's writer
)

// What a session holds.
const (
	sessionPerson = "person"
	sessionSeen   = "seen" // Unix milliseconds when it was last saved
)

// Cookies of strangers' choices; neither is a secret.
const (
	cookieLanguage = "convoke-lang"
	cookieZone     = "convoke-zone"
	cookieFlash    = "convoke-flash"
)

// touchEvery is how often, at most, reading pages prolongs a session.
const touchEvery = time.Hour

func newSessions(store scs.CtxStore) *scs.SessionManager {
	m := scs.New()
	m.Store = store
	m.HashTokenInStore = true
	m.Lifetime = convoke.SessionIdle
	return m
}

// sessionCookie is the name of the session's cookie. The prefix makes browsers insist on https and the whole host.
func (s *Server) sessionCookie() string {
	if s.secure {
		return "__Host-convoke"
	}
	return "convoke"
}

// withViewer finds out who asks, by session.
func (s *Server) withViewer(c *gin.Context) {
	token, _ := c.Cookie(s.sessionCookie()) // none is a stranger
	owner := &app.SessionOwner{Agent: cut(c.Request.UserAgent(), 200)}
	ctx, err := s.sessions.Load(app.WithOwner(c.Request.Context(), owner), token)
	if err != nil {
		c.Abort()
		s.fail(c, err)
		return
	}
	c.Set(keySession, true)
	c.Set(keyOwner, owner)
	c.Request = c.Request.WithContext(ctx)
	c.Writer.Header().Add("Vary", "Cookie")
	if err := s.findViewer(c, owner); err != nil {
		c.Abort()
		s.fail(c, err)
	}
}

func (s *Server) findViewer(c *gin.Context, owner *app.SessionOwner) error {
	ctx := c.Request.Context()
	id := convoke.ID(s.sessions.GetString(ctx, sessionPerson))
	if id == "" {
		return nil
	}
	v, p, err := s.app.Viewers.ByPerson(ctx, id)
	if convoke.IsNotFound(err) {
		return s.sessions.Destroy(ctx)
	}
	if err != nil {
		return err
	}
	owner.Person, owner.Known = p.ID, true
	c.Set(keyViewer, v)
	c.Set(keyPerson, p)
	if now := s.app.Now(); now.Sub(convoke.Instant(s.sessions.GetInt64(ctx, sessionSeen))) > touchEvery {
		s.sessions.Put(ctx, sessionSeen, int64(now))
	}
	return nil
}

// signIn makes the session one of a person, under a new token.
func (s *Server) signIn(c *gin.Context, person convoke.ID) error {
	ctx := c.Request.Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, sessionPerson, string(person))
	s.sessions.Put(ctx, sessionSeen, int64(s.app.Now()))
	if owner, ok := c.MustGet(keyOwner).(*app.SessionOwner); ok {
		owner.Person, owner.Known = person, false
	}
	return nil
}

// signOut ends the session.
func (s *Server) signOut(c *gin.Context) error { return s.sessions.Destroy(c.Request.Context()) }

// sessionToken is the stored name of this browser's session, as [app.Sessions.List] gives it; empty for a stranger.
func (s *Server) sessionToken(c *gin.Context) string {
	token := s.sessions.Token(c.Request.Context())
	if token == "" {
		return ""
	}
	return hashToken(token)
}

// commit saves a session that changed. Everything that answers on a page's route calls it before the first byte.
func (s *Server) commit(c *gin.Context) error {
	if !c.GetBool(keySession) {
		return nil
	}
	c.Set(keySession, false)
	ctx := c.Request.Context()
	cookie := http.Cookie{Name: s.sessionCookie(), Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
	switch s.sessions.Status(ctx) {
	case scs.Modified:
		token, _, err := s.sessions.Commit(ctx)
		if err != nil {
			return err
		}
		cookie.Value, cookie.MaxAge = token, int(convoke.SessionIdle/time.Second)
	case scs.Destroyed:
		cookie.MaxAge = -1
	default:
		return nil
	}
	http.SetCookie(c.Writer, &cookie)
	return nil
}

// viewer is who asks.
func viewer(c *gin.Context) convoke.Viewer {
	v, _ := c.Get(keyViewer)
	found, _ := v.(convoke.Viewer)
	return found
}

// person is the account of who asks; empty for a stranger.
func person(c *gin.Context) convoke.Person {
	v, _ := c.Get(keyPerson)
	found, _ := v.(convoke.Person)
	return found
}

// reader is the language and the zone to speak in. zoneKnown is false while nobody said where they are; the zone is then UTC, and
// a page about a community takes the community's.
func reader(c *gin.Context) (r locale.Reader, zoneKnown bool) {
	p := person(c)
	lang := p.Language
	if lang == "" {
		lang, _ = c.Cookie(cookieLanguage) // none is no wish
	}
	name := p.Zone
	if name == "" {
		name, _ = c.Cookie(cookieZone) // none is not known
	}
	lang = locale.Match(c.GetHeader("Accept-Language"), lang)
	zone, err := calendar.LoadZone(name)
	if name == "" || err != nil {
		return locale.For(lang, nil), false
	}
	return locale.For(lang, zone), true
}

// withToken finds out who asks, by API token.
func (s *Server) withToken(c *gin.Context) {
	scheme, token, _ := strings.Cut(c.GetHeader("Authorization"), " ")
	err := error(convoke.Refuse(convoke.ReasonUnauthenticated, "error.token"))
	if strings.EqualFold(scheme, "Bearer") {
		var v convoke.Viewer
		var p convoke.Person
		if v, p, err = s.app.Viewers.ByToken(c.Request.Context(), strings.TrimSpace(token)); err == nil {
			c.Set(keyViewer, v)
			c.Set(keyPerson, p)
			return
		}
	}
	c.Abort()
	s.fail(c, cmp.Or(s.limitedMiss(c, err), err))
}

// limitedMiss counts a secret that was not one; whoever has tried too many is told to wait.
func (s *Server) limitedMiss(c *gin.Context, err error) error {
	if status(err) >= http.StatusInternalServerError {
		return nil
	}
	return s.limited(c, s.misses)
}

// cut shortens what a stranger sent to so many bytes of valid text.
func cut(text string, most int) string {
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "")
	}
	return strings.ToValidUTF8(text, "")
}

// choose keeps a stranger's choice for a year.
func (s *Server) choose(c *gin.Context, name, value string) {
	http.SetCookie(c.Writer, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
}

// hashToken repeats how scs names a session in the store.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
