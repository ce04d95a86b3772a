package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"convoke/internal/convoke"
)

// policyCSP lets a page use what comes from here and nothing else.
const policyCSP = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// framesCSP is what a page adds that shows another one of ours in a frame.
const framesCSP = policyCSP + "; frame-src 'self'"

// fileCSP is for what was uploaded: should a browser ever take it for a page, that can do nothing.
const fileCSP = "sandbox; default-src 'none'; media-src 'self'"

// sandboxCSP is for a mail shown as its own document inside such a frame: it may style itself and nothing else.
const sandboxCSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

// The most a body may hold, in bytes.
const (
	maxForm = 512 << 10
	maxAPI  = 1 << 20
)

const requestIDHeader = "X-Request-Id"

// head sets what every answer carries.
func (s *Server) head(c *gin.Context) {
	h := c.Writer.Header()
	h.Set(requestIDHeader, rand.Text()[:16])
	h.Set("Content-Security-Policy", policyCSP)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// access writes the log line of a request. It names the route's pattern, never the path: feeds and mailed links carry their secret in it.
func (s *Server) access(c *gin.Context) {
	start := time.Now()
	c.Next()
	route := c.FullPath()
	if named := c.GetString(keyRoute); named != "" {
		route = named
	}
	s.log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request",
		slog.String("method", c.Request.Method), slog.String("route", route), slog.Int("status", c.Writer.Status()),
		slog.Int("bytes", max(0, c.Writer.Size())+int(c.GetInt64(keySent))), slog.Duration("took", time.Since(start).Round(10*time.Microsecond)),
		slog.String("id", requestID(c)))
}

// rescue turns a panic into a 500 with a reference.
func (s *Server) rescue(c *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler {
			panic(p)
		}
		s.log.Error("panic", "id", requestID(c), "route", c.FullPath(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		c.Abort()
		if !c.Writer.Written() {
			s.fail(c, errPanic)
		}
	}()
	c.Next()
}

var errPanic = errors.New("panic, logged above")

// guard bounds the body and refuses what another site makes a browser send. Requests without the browser's headers pass: programs, and
// the one-click unsubscribing of mail programs (RFC 8058).
func (s *Server) guard(c *gin.Context) {
	limit := int64(maxForm)
	if isAPI(c) {
		limit = maxAPI
	}
	room := s.roomy[c.FullPath()]
	if !isMultipart(c) {
		room = s.wordy[c.FullPath()]
	}
	limit = max(limit, room)
	early := room == 0 || isAPI(c) // of a page's form the fields are read first, so that they can be shown again
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
	err := s.cross.Check(c.Request)
	switch {
	case !storable(c.Request.URL.Path):
		err = convoke.ErrNotFound
	case !storableAll(c.Request.URL.Query()):
		err = errBytes
	case err != nil:
		err = convoke.Refuse(convoke.ReasonForbidden, "error.cross_site").Because(err)
	case early && c.Request.ContentLength > limit && limit == convoke.MaxFile+besideFile:
		err = s.app.Materials.TooLarge()
	case early && c.Request.ContentLength > limit:
		err = convoke.Refuse(convoke.ReasonTooLarge, "error.too_large").With("Limit", limit>>10)
	case c.Request.Method == http.MethodPost && !isAPI(c):
		err = s.limited(c, s.posts)
	}
	if err != nil {
		c.Abort()
		s.fail(c, err)
	}
}

// errBytes answers for what no text is.
var errBytes = convoke.Refuse(convoke.ReasonUnreadable, "error.bytes")

// storable tells whether a text can stand in a database at all. SQLite would take more, and then not find it.
func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

func storableAll(query url.Values) bool {
	for name, values := range query {
		if !storable(name) || slices.ContainsFunc(values, func(v string) bool { return !storable(v) }) {
			return false
		}
	}
	return true
}

func requestID(c *gin.Context) string { return c.Writer.Header().Get(requestIDHeader) }

// isAPI tells whether a program asked.
func isAPI(c *gin.Context) bool { return strings.HasPrefix(c.Request.URL.Path, "/api/") }
