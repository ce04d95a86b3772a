package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

// errMethod answers for an address that exists for other methods; the domain knows no such refusal.
var errMethod = errors.New("method not allowed")

var statuses = map[convoke.Reason]int{
	convoke.ReasonInvalid:         http.StatusUnprocessableEntity,
	convoke.ReasonUnreadable:      http.StatusBadRequest,
	convoke.ReasonUnauthenticated: http.StatusUnauthorized,
	convoke.ReasonForbidden:       http.StatusForbidden,
	convoke.ReasonNotFound:        http.StatusNotFound,
	convoke.ReasonLost:            http.StatusNotFound,
	convoke.ReasonGone:            http.StatusGone,
	convoke.ReasonConflict:        http.StatusConflict,
	convoke.ReasonPrecondition:    http.StatusPreconditionFailed,
	convoke.ReasonTooLarge:        http.StatusRequestEntityTooLarge,
	convoke.ReasonLimited:         http.StatusTooManyRequests,
}

// refusal is the error as something to tell the person, if it is that.
func refusal(err error) (*convoke.Error, bool) {
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return convoke.Refuse(convoke.ReasonTooLarge, "error.too_large").With("Limit", big.Limit>>10), true
	}
	return errors.AsType[*convoke.Error](err)
}

// status is the HTTP status of an error.
func status(err error) int {
	if errors.Is(err, errMethod) {
		return http.StatusMethodNotAllowed
	}
	if e, ok := refusal(err); ok {
		if n := statuses[e.Reason]; n != 0 {
			return n
		}
	}
	return http.StatusInternalServerError
}

// fail answers an error: as a problem document for programs, as plain text for calendar programs and machines, as a page or the way to
// sign-in for people. What is hidden and what is missing get the same bytes, so nothing here depends on the address.
func (s *Server) fail(c *gin.Context, err error) {
	if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
		c.Status(http.StatusServiceUnavailable) // nobody is left to read it
		return
	}
	n := status(err)
	s.logFailure(c, n, err)
	if c.Writer.Written() {
		return
	}
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	h.Del("Last-Modified")
	h.Del("Content-Disposition")
	if e, ok := refusal(err); ok && e.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(e.RetryAfter))
	}
	var sent error
	switch {
	case isAPI(c):
		sent = s.sendProblem(c, n, err)
	case isPlain(c):
		sent = s.send(c, n, "text/plain; charset=utf-8", []byte(plainText(c, n, err)+"\n"))
	case n == http.StatusUnauthorized && keptForm(c) == nil: // else the way to sign-in would lose what was typed
		sent = s.to(c, "/sign-in?next="+url.QueryEscape(comeBack(c.Request)))
	default:
		sent = s.problemPage(c, n, err)
	}
	if sent != nil && !c.Writer.Written() {
		s.logFailure(c, http.StatusInternalServerError, sent)
		http.Error(c.Writer, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
}

func (s *Server) logFailure(c *gin.Context, n int, err error) {
	level := slog.LevelDebug
	if n >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	s.log.Log(c.Request.Context(), level, "request failed", "id", requestID(c), "route", c.FullPath(), "status", n, "error", err)
}

// isPlain tells whether a machine asked that reads neither pages nor problem documents.
func isPlain(c *gin.Context) bool {
	p := c.Request.URL.Path
	return strings.HasSuffix(p, feedSuffix) || strings.HasSuffix(p, "/recordings"+atomSuffix) || strings.HasSuffix(p, "/podcast"+podcastSuffix) || strings.HasPrefix(p, "/feeds/") || strings.HasPrefix(p, "/static/") || p == "/healthz" || p == "/readyz"
}

// plainText is what a machine is told; where a person reads it too, what to do.
func plainText(c *gin.Context, n int, err error) string {
	if e, ok := refusal(err); ok && e.Text == "feed.unknown" {
		r, _ := reader(c)
		return r.T(string(e.Text), e.Args...)
	}
	return http.StatusText(n)
}

// A problem is a problem document (RFC 9457) with our reason and the fields that are wrong.
type problem struct {
	Type      string            `json:"type"`
	Title     string            `json:"title"`
	Status    int               `json:"status"`
	Reason    string            `json:"reason"`
	Detail    string            `json:"detail,omitempty"`
	Fields    map[string]string `json:"fields,omitempty"`
	RequestID string            `json:"request_id,omitempty"` // of faults only
}

func (s *Server) sendProblem(c *gin.Context, n int, err error) error {
	r, _ := reader(c)
	p := problem{Type: "about:blank", Title: http.StatusText(n), Status: n, Reason: "fault"}
	switch e, ok := refusal(err); {
	case ok:
		p.Reason, p.Detail, p.Fields = string(e.Reason), r.T(forProgram(e.Text), e.Args...), map[string]string{}
		for name, key := range e.Fields {
			p.Fields[name] = r.T(forProgram(key), e.Args...)
		}
	case n == http.StatusMethodNotAllowed:
		p.Reason = "method"
	default:
		p.RequestID = requestID(c)
	}
	if n == http.StatusUnauthorized {
		c.Header("WWW-Authenticate", "Bearer")
	}
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write problem: %w", err)
	}
	return s.send(c, n, "application/problem+json", body)
}

// forProgram names what is said to a program where people are told of the form before them.
func forProgram(k convoke.Key) string {
	key := string(k)
	if key += ".program"; locale.Has(key) {
		return key
	}
	return string(k)
}

// fieldTexts are the sentences about single fields.
func fieldTexts(r locale.Reader, e *convoke.Error) map[string]string {
	out := make(map[string]string, len(e.Fields))
	for name, key := range e.Fields {
		out[name] = r.T(string(key), e.Args...)
	}
	return out
}

type problemPage struct {
	frame
	Status    int
	Heading   string
	Text      string
	Reference string // the request's, for faults
	Missing   bool
	Kept      []keptField        // what was sent by somebody who is not signed in any more
	SignIn    string             // where they do
	Way       string             // into the community, as [door] says; for who may not read it
	In        *app.CommunityView // the community of the address, where the viewer may know it
}

// Search tells whether the community's resources can be searched instead.
func (p *problemPage) Search() bool { return p.Missing && p.In != nil && p.In.Can(convoke.Read) }

func (s *Server) problemPage(c *gin.Context, n int, err error) error {
	p := problemPage{frame: s.bare(c), Status: n}
	e, ok := refusal(err)
	switch {
	case ok && e.Reason == convoke.ReasonNotFound, n == http.StatusMethodNotAllowed:
		p.Heading, p.Text, p.Missing = p.T("problem.not_found"), p.T("problem.not_found.text"), true
		if p.Signed() {
			p.Text = p.T("problem.not_found.signed")
		}
		p.In = s.knownCommunity(c)
	case ok:
		p.Heading, p.Text = p.T("problem."+string(e.Reason)), p.T(string(e.Text), e.Args...)
		for _, text := range fieldTexts(p.R, e) { // a form without a page of its own has one field
			p.Text = text
		}
		if e.Text == convoke.ErrForbidden.Text {
			p.In = s.knownCommunity(c)
			p.Way = wayIn(c, p.In)
		}
	default:
		p.Heading, p.Text, p.Reference = p.T("problem.fault"), p.T("problem.fault.text"), requestID(c)
	}
	if n == http.StatusUnauthorized {
		p.Kept, p.SignIn = keptForm(c), "/sign-in?next="+url.QueryEscape(comeBack(c.Request))
	}
	p.Title, p.Main, p.status = p.Heading, "single", n
	return s.show(c, "problem", &p)
}

// knownCommunity is the community that the address is about, if the viewer may know it: of any other the page says nothing, as of one that is missing.
func (s *Server) knownCommunity(c *gin.Context) *app.CommunityView {
	rest, ok := strings.CutPrefix(c.Request.URL.Path, "/c/")
	slug, _, _ := strings.Cut(rest, "/")
	if !ok || slug == "" {
		return nil
	}
	m, err := s.app.Communities.Get(c.Request.Context(), viewer(c), slug)
	if err != nil {
		return nil // the refusal that is shown matters more
	}
	return &m
}

// wayIn says how the viewer gets to see what they were refused, where getting into the community is all it takes.
func wayIn(c *gin.Context, m *app.CommunityView) string {
	if m == nil || m.Can(convoke.Read) && (m.Can(convoke.Directory) || c.FullPath() != "/c/:community/members") {
		return ""
	}
	if m.Joining() == "none" && !m.Archived() {
		return "invitation"
	}
	return door(*m)
}
