package web

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

type deliveryPage struct {
	frame
	List                          []letterLine
	Pager                         pager
	Community, Event, Kind, State string
	About                         string // the event's title
}

// A letterLine is one mail to one person in the ledger. Addresses, and what a mail server said, hold what is for the operator alone.
type letterLine struct {
	app.LetterRow
	Operator bool
}

// Whom is who gets it: a name, or as much of the address as the viewer may know.
func (l letterLine) Whom() string {
	if l.Operator {
		return cmp.Or(l.Name, l.Address)
	}
	return cmp.Or(l.Name, hideAddress(l.Address))
}

// Said is what the mail server said, for the operator.
func (l letterLine) Said() string {
	if l.Operator {
		return l.LastError
	}
	return ""
}

// Waits tells whether it is still to be sent.
func (l letterLine) Waits() bool { return l.State == convoke.Queued || l.State == convoke.Leased }

// Badge is the class of its state: delivered, trying again, came back, waiting, skipped.
func (l letterLine) Badge() string {
	switch {
	case l.State == convoke.Accepted || l.State == convoke.Captured:
		return "badge good"
	case l.State == convoke.Dead:
		return "badge bad"
	case l.Waits() && l.LastError != "":
		return "badge warn"
	case l.Waits():
		return "badge"
	}
	return "badge draft"
}

// delivery is the ledger: one row per recipient and mail, with what became of it and why.
func (s *Server) delivery(c *gin.Context) error {
	ctx, v := c.Request.Context(), viewer(c)
	p := deliveryPage{frame: s.frame(c), Community: c.Query("community"), Event: c.Query("event"), Kind: c.Query("kind"), State: c.Query("state")}
	f := app.LetterFilter{Kind: p.Kind, State: p.State, Limit: deskSize + 1, AfterID: convoke.ID(c.Query("id"))}
	if at, err := strconv.ParseInt(c.Query("at"), 10, 64); err == nil {
		f.AfterTime = convoke.Instant(at)
	}
	if p.Community != "" {
		m, err := s.app.Communities.Get(ctx, v, p.Community)
		if err != nil {
			return err
		}
		f.Community = m.ID
		p.under(m.Community, m.Standing, "admin")
	}
	if p.Event != "" {
		e, err := s.app.Ledger.Event(ctx, v, convoke.ID(p.Event))
		if err != nil {
			return err
		}
		f.Event, p.About = e.ID, e.Title
	}
	list, err := s.app.Ledger.List(ctx, v, f)
	if err != nil {
		return err
	}
	p.Title, p.Section, p.Pager.speech = p.T("delivery.title"), "admin", p.speech
	if len(list) > deskSize {
		list = list[:deskSize]
		last := list[deskSize-1]
		p.Pager.Next = p.more(c, "at", strconv.FormatInt(int64(last.CreatedAt), 10), "id", string(last.ID))
	}
	for _, l := range list {
		p.List = append(p.List, letterLine{l, v.Operator})
	}
	return s.show(c, "delivery", &p)
}

type resendForm struct {
	Letter    string `form:"letter"`
	Community string `form:"community"` // this and the rest are where the list was
	Event     string `form:"event"`
	Kind      string `form:"kind"`
	State     string `form:"state"`
}

// resendLetter sends a mail again that was refused for good.
func (s *Server) resendLetter(c *gin.Context) error {
	var in resendForm
	if err := bind(c, &in); err != nil {
		return err
	}
	if _, err := s.app.Ledger.Resend(c.Request.Context(), viewer(c), convoke.ID(in.Letter)); err != nil {
		return err
	}
	back := url.Values{}
	for name, value := range map[string]string{"community": in.Community, "event": in.Event, "kind": in.Kind, "state": in.State} {
		if value != "" {
			back.Set(name, value)
		}
	}
	return s.done(c, "/admin/delivery?"+back.Encode(), "done.letter_resent")
}

// CanResend tells whether a mail was refused for good and is of use still.
func (p *deliveryPage) CanResend(l letterLine) bool {
	return l.State == convoke.Dead && l.UsefulUntil > p.Now
}

// Kinds are the kinds of mails to choose from, without those the viewer never sees.
func (p *deliveryPage) Kinds() []string { return app.LetterKinds(p.Viewer.Operator) }

// States are the states to choose from.
func (p *deliveryPage) States() []string { return app.LetterStates() }

// Why is why a mail was not sent, in words where there are any.
func (p *deliveryPage) Why(l letterLine) string { return whyNot(p.speech, l) }

func whyNot(p speech, l letterLine) string {
	if key := "audience." + l.Why; l.Why != "" && locale.Has(key) {
		return p.T(key)
	}
	return l.Why
}

type capturedPage struct {
	frame
	List  []app.LetterRow
	Pager pager
}

// captured is the mails that were kept because no mail server is set.
func (s *Server) captured(c *gin.Context) error {
	f := app.LetterFilter{State: convoke.Captured, Limit: deskSize + 1, AfterID: convoke.ID(c.Query("id"))}
	if at, err := strconv.ParseInt(c.Query("at"), 10, 64); err == nil {
		f.AfterTime = convoke.Instant(at)
	}
	list, err := s.app.Ledger.List(c.Request.Context(), viewer(c), f)
	if err != nil {
		return err
	}
	p := capturedPage{frame: s.frame(c), List: list}
	p.Title, p.Section, p.Pager.speech = p.T("captured.title"), "admin", p.speech
	p.crumb(p.T("admin.title"), "/admin")
	if len(list) > deskSize {
		p.List = list[:deskSize]
		last := p.List[deskSize-1]
		p.Pager.Next = p.more(c, "at", strconv.FormatInt(int64(last.CreatedAt), 10), "id", string(last.ID))
	}
	return s.show(c, "captured", &p)
}

type capturedMailPage struct {
	frame
	L     convoke.Letter
	Mail  *app.Mail
	Part  string
	Links []string // of this service, in the mail: its frame lets none be followed
}

// parts are the ways to look at a mail.
var parts = []string{"html", "text", "calendar", "source"}

// capturedMail shows one kept mail.
func (s *Server) capturedMail(c *gin.Context) error {
	l, m, err := s.app.Ledger.Captured(c.Request.Context(), viewer(c), convoke.ID(c.Param("letter")))
	if err != nil {
		return err
	}
	p := capturedMailPage{frame: s.frame(c), L: l, Mail: m, Part: c.DefaultQuery("part", "html")}
	if !slices.Contains(parts, p.Part) || p.Part == "calendar" && len(m.Calendar) == 0 || p.Part == "source" && len(l.Mime) == 0 {
		p.Part = "html"
	}
	p.Title, p.Section, p.Links = m.Subject, "admin", ownLinks(p.Site.Base, m.Text)
	if l.Unnamed() {
		p.Title = p.T("letterkind." + l.Kind)
	}
	p.crumb(p.T("admin.title"), "/admin")
	p.crumb(p.T("captured.title"), "/admin/mail")
	c.Header("Content-Security-Policy", framesCSP)
	return s.show(c, "captured-mail", &p)
}

// Parts are the tabs of a mail.
func (p *capturedMailPage) Parts() []choice {
	var out []choice
	for _, part := range parts {
		if (part != "calendar" || len(p.Mail.Calendar) > 0) && (part != "source" || len(p.L.Mime) > 0) {
			out = append(out, choice{Name: p.T("captured.part." + part), Value: part, Href: "?part=" + part, Current: part == p.Part})
		}
	}
	return out
}

// Body is the part to read as text.
func (p *capturedMailPage) Body() string {
	switch p.Part {
	case "calendar":
		return string(p.Mail.Calendar)
	case "source":
		return strings.ToValidUTF8(string(p.L.Mime), "\uFFFD")
	}
	return p.Mail.Text
}

// Short is a link in few signs; its secret makes it long.
func (p *capturedMailPage) Short(link string) string {
	if len(link) <= 40 {
		return link
	}
	return cut(link, 40) + "…"
}

var address = regexp.MustCompile(`https?://\S+`)

// ownLinks are the addresses of this service in a text, as paths.
func ownLinks(base, text string) []string {
	var out []string
	for _, found := range address.FindAllString(text, -1) {
		if rest, ok := strings.CutPrefix(found, base); ok && strings.HasPrefix(rest, "/") && !slices.Contains(out, rest) {
			if _, err := url.Parse(rest); err == nil {
				out = append(out, rest)
			}
		}
	}
	return out
}

// capturedHTML is the HTML of a kept mail as a document of its own, which may style itself and do nothing else.
func (s *Server) capturedHTML(c *gin.Context) error {
	l, m, err := s.app.Ledger.Captured(c.Request.Context(), viewer(c), convoke.ID(c.Param("letter")))
	if err == nil && l.Unnamed() {
		err = convoke.ErrNotFound
	}
	if err != nil {
		return err
	}
	c.Header("Content-Security-Policy", sandboxCSP)
	c.Header("Cache-Control", "private, no-cache")
	return s.send(c, http.StatusOK, "text/html; charset=utf-8", []byte(m.HTML))
}
