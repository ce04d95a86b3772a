package web

import (
	"cmp"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

type letterPage struct {
	frame
	L     app.LetterView
	Token string
	Do    string // what the link in the mail asked for: only chosen beforehand
	Hint  string // the reader's address, its middle hidden
}

// letter shows what a mailed link offers. It changes nothing: scanners of mail follow every link.
func (s *Server) letter(c *gin.Context) error {
	token := c.Param("token")
	v, err := s.app.Letters.View(c.Request.Context(), token)
	if err != nil {
		return s.letterFailed(c, err)
	}
	if v.Speaks() && c.Query("do") != string(app.DeedUnsubscribe) {
		return s.speaker(c)
	}
	c.Header("X-Robots-Tag", "noindex")
	p := letterPage{frame: s.letterFrame(c, v.Person, v.Community), L: v, Token: token, Do: c.Query("do"), Hint: hideAddress(v.Letter.Address)}
	p.Title, p.Path = p.heading(), "/l/"+url.PathEscape(token)
	if v.SignIn != nil {
		p.Main = "narrow"
		return s.show(c, "letter-sign-in", &p)
	}
	return s.show(c, "letter", &p)
}

// letterFrame speaks to the person the letter went to, whoever is signed in here.
func (s *Server) letterFrame(c *gin.Context, p convoke.Person, m convoke.Community) frame {
	f := s.frame(c)
	f.Main = "single"
	if f.Signed() || p.ID == "" {
		return f
	}
	lang, err := c.Cookie(cookieLanguage)
	if err != nil || lang == "" {
		lang = p.Language
	}
	if !p.Confirmed { // somebody else named them, in their community's language
		lang = cmp.Or(spoken(c), lang)
	}
	loc, known := f.R.Zone(), f.ZoneFrom == "person"
	if zone, err := calendar.LoadZone(p.Zone); err == nil {
		loc, known = zone, true
	}
	f.speech, f.ZoneFrom = speech{locale.For(locale.Match(c.GetHeader("Accept-Language"), lang), loc)}, "none"
	switch {
	case known:
		f.ZoneFrom = "person"
	case m.Zone != "":
		f.speech, f.ZoneFrom = f.In(m.Zone), "community"
	}
	if f.Flash != "" {
		f.Flash = s.takeFlash(c, f.R) // in the same language
	}
	if f.Form != nil {
		f.Form.say(f.R)
	}
	return f
}

// heading is what the page calls itself.
func (p *letterPage) heading() string {
	switch {
	case p.L.SignIn != nil && p.L.SignIn.Folded == "":
		return p.T("letter.set_up")
	case p.L.SignIn != nil:
		return p.T("letter.sign_in.title")
	case p.Do == string(app.DeedUnsubscribe) && p.Offered(app.DeedUnsubscribe):
		return p.T("letter.stop.title")
	case p.L.Invitation != nil:
		return p.T("letter.invited.title", "Community", p.L.Community.Name)
	case p.L.Event != nil:
		return p.L.Event.Title
	case p.L.Series != nil:
		return p.L.Series.Title
	case p.L.Meeting != nil:
		return p.L.Meeting.Title
	}
	return p.L.Community.Name
}

// Offered tells whether the letter offers a deed.
func (p *letterPage) Offered(d app.Deed) bool { return slices.Contains(p.L.Offers, d) }

// Solid is the class of a button: the one the mail's link asked for stands out, else the first.
func (p *letterPage) Solid(do, first string) string {
	asked := p.Do
	if !p.Offered(app.Deed(asked)) || asked == string(app.DeedUnsubscribe) {
		asked = first
	}
	if do == asked {
		return "button solid big"
	}
	return "button big"
}

// Stopping tells whether the page is about unsubscribing first of all.
func (p *letterPage) Stopping() bool {
	return p.Do == string(app.DeedUnsubscribe) && p.Offered(app.DeedUnsubscribe)
}

// Under names what stops the mails about a thing with it.
func (p *letterPage) Under(m app.MuteScope) string {
	i := slices.IndexFunc(p.L.Scopes, func(wide app.MuteScope) bool { return wide.Scope == m.Under })
	return p.T("letter.stop.under", "Scope", p.Named(p.L.Scopes[i]))
}

// Stopped tells whether any mails are stopped.
func (p *letterPage) Stopped() bool {
	return slices.ContainsFunc(p.L.Scopes, func(s app.MuteScope) bool { return s.Muted })
}

// Rule is a meeting's rhythm in words.
func (p *letterPage) Rule() string {
	return sentence(p.R.Rule(p.L.Meeting.Rule.Rule, p.L.Meeting.Start, p.L.Meeting.Zone))
}

type gonePage struct {
	signInPage
	Why string
}

// letterFailed answers for a link that is used up or too old with a page that offers a new one.
func (s *Server) letterFailed(c *gin.Context, err error) error {
	e, ok := refusal(err)
	if !ok || e.Reason != convoke.ReasonGone {
		return err
	}
	p := gonePage{signInPage: signInPage{frame: s.frame(c), Next: "/"}}
	p.Title, p.Main, p.status, p.Why = p.T("letter.gone.title"), "narrow", http.StatusGone, p.T(string(e.Text))
	c.Header("Cache-Control", "no-store")
	return s.show(c, "letter-gone", &p)
}

func isGone(err error) bool {
	e, ok := refusal(err)
	return ok && e.Reason == convoke.ReasonGone
}

type letterForm struct {
	Do    string `form:"do"`
	About string `form:"about"`
	Name  string `form:"name"`
	Email string `form:"address"`
	Zone  string `form:"zone"`
	Click string `form:"List-Unsubscribe"`
}

// deeds are what buttons on the page behind a link can do besides signing in; which of them it offers is for the letter to say.
var deeds = []app.Deed{app.DeedYes, app.DeedMaybe, app.DeedNo, app.DeedNext, app.DeedAll, app.DeedNone, app.DeedAccept, app.DeedDecline, app.DeedUnsubscribe, app.DeedUndo}

// useLetter does one deed that the letter offers.
func (s *Server) useLetter(c *gin.Context) error {
	in, err := readLetterForm(c)
	if err != nil {
		return err
	}
	ctx, token := c.Request.Context(), c.Param("token")
	switch {
	case in.Click == "One-Click" && in.Do == "": // RFC 8058: no page, no cookie, no way on
		if _, err := s.app.Letters.Act(ctx, token, app.DeedUnsubscribe, ""); err != nil {
			return s.letterFailed(c, err)
		}
		return s.plain(c, http.StatusOK, "unsubscribed")
	case in.Do == string(app.DeedSignIn):
		return s.signInByLetter(c, in)
	case !slices.Contains(deeds, app.Deed(in.Do)):
		return s.again(c, convoke.Refuse(convoke.ReasonInvalid, "button.unknown"), s.letter)
	}
	var v app.LetterView
	if in.Do == string(app.DeedAccept) {
		v, err = s.app.Letters.Accept(ctx, token, spoken(c))
	} else {
		v, err = s.app.Letters.Act(ctx, token, app.Deed(in.Do), in.About)
	}
	if isGone(err) {
		return s.letterFailed(c, err)
	} else if err != nil {
		return s.again(c, err, s.letter)
	}
	back := "/l/" + url.PathEscape(token)
	if in.Do == string(app.DeedUnsubscribe) || in.Do == string(app.DeedUndo) {
		back += "?do=" + string(app.DeedUnsubscribe)
	}
	key := "done.letter." + in.Do
	if in.Do == string(app.DeedUndo) && slices.ContainsFunc(v.Scopes, func(m app.MuteScope) bool { return m.Under != "" && string(m.Scope) == cmp.Or(in.About, "community") }) {
		key = "done.letter.undo.under"
	}
	if locale.Has(key) {
		return s.done(c, back, key)
	}
	return s.to(c, back)
}

// spoken is the language a browser asks for; empty where it does not say.
func spoken(c *gin.Context) string {
	wish, _ := c.Cookie(cookieLanguage) // none is no wish
	if wish == "" && c.GetHeader("Accept-Language") == "" {
		return ""
	}
	return locale.Match(c.GetHeader("Accept-Language"), wish)
}

// readLetterForm reads the form of the page, or what a mail program posts by itself, which RFC 8058 3.1 lets it send either way.
func readLetterForm(c *gin.Context) (in letterForm, err error) {
	if kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type")); err == nil && kind == "multipart/form-data" {
		if err := c.Request.ParseMultipartForm(64 << 10); err != nil {
			return in, convoke.Refuse(convoke.ReasonUnreadable, "error.unreadable").Because(err)
		}
	}
	return in, bind(c, &in)
}

// signInByLetter uses up a sign-in link and begins the session.
func (s *Server) signInByLetter(c *gin.Context, in letterForm) error {
	_, l, err := s.app.Viewers.ByLetter(c.Request.Context(), c.Param("token"))
	if err != nil {
		return err
	}
	r, _ := reader(c)
	w, err := s.app.SignIns.Use(c.Request.Context(), l.ID, app.SignInInput{Address: in.Email, Name: in.Name, Language: r.Lang(), Zone: browserZone(c, in.Zone)})
	if isGone(err) {
		return s.letterFailed(c, err)
	}
	if err != nil {
		return s.again(c, err, s.letter)
	}
	return s.enter(c, w)
}

// letterDates is the file of all dates of a series.
func (s *Server) letterDates(c *gin.Context) error {
	name, ics, err := s.app.Letters.Dates(c.Request.Context(), c.Param("token"))
	if err != nil {
		return err
	}
	h := c.Writer.Header()
	h.Set("Content-Disposition", `attachment; filename="`+name+`.ics"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("X-Robots-Tag", "noindex")
	return s.send(c, http.StatusOK, "text/calendar; charset=utf-8", ics)
}

// hideAddress shows an address so that its owner knows it and nobody else learns it: "a…@office.example".
func hideAddress(address string) string {
	name, host, ok := strings.Cut(address, "@")
	if !ok || name == "" {
		return ""
	}
	return string([]rune(name)[:1]) + "…@" + host
}

// letterWhen is when an event takes place, for the reader and where it is hosted.
type letterWhen struct {
	speech
	At, Until convoke.Instant
	Host      string // zone
}

// Overnight tells whether it ends on another day than it begins.
func (w letterWhen) Overnight() bool { return w.R.Date(w.At.Time()) != w.R.Date(w.Until.Time()) }

// WhenOf is when an event takes place.
func (p *letterPage) WhenOf(e convoke.Event) letterWhen {
	return letterWhen{p.speech, e.StartsAt, e.EndsAt, e.Zone}
}

// Named puts into words what mails can be stopped about.
func (p *letterPage) Named(m app.MuteScope) string {
	kind := p.T("letter.scope." + string(m.Scope))
	if m.Name == "" {
		return kind
	}
	return p.T("letter.scope.of", "Kind", kind, "Name", m.Name)
}
