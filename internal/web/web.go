// Package web is the HTTP face: routes, forms, pages, feeds.
//
// A handler parses, calls one method of package app and shows; it returns an error instead of answering it, and [Server.fail] is
// the one place that turns errors into answers. Every route stands in routes.go with its policy. Sessions exist round pages only:
// feeds, assets and the API neither read nor set a cookie, so that what lies between may keep their answers. Pages are
// rendered to a buffer and compared with what the reader holds before the first byte goes out.
package web

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// Options are what a Server is made of.
type Options struct {
	App            *app.App
	Log            *slog.Logger
	TrustedProxies []string                    // addresses or networks whose X-Forwarded-For is believed; none by default
	Ready          func(context.Context) error // what /readyz asks; nil for App.Ledger.Ready
	Trouble        func() string               // what is wrong with the mail server, empty when nothing is; nil for never
	Demo           bool                        // pages say that this is a demonstration
}

// Server answers HTTP requests.
type Server struct {
	app      *app.App
	log      *slog.Logger
	ready    func(context.Context) error
	trouble  func() string
	demo     bool
	secure   bool // the base URL is https
	engine   *gin.Engine
	routes   []Route
	sessions *scs.SessionManager
	gzip     func(http.Handler) http.HandlerFunc
	pages    *template.Template // "base NAME" is a page
	cross    *http.CrossOriginProtection
	posts    *limiter         // POSTs of one network
	misses   *limiter         // wrong secret addresses tried by one network
	roomy    map[string]int64 // the most that bodies may hold where it is more than usual, by pattern: of forms with a file
	wordy    map[string]int64 // and of others
}

// New makes a Server with all its routes. A broken template or a route without a policy is a mistake in the program and panics.
func New(o Options) (*Server, error) {
	gin.SetMode(gin.ReleaseMode)
	s := &Server{
		app: o.App, log: cmp.Or(o.Log, slog.Default()), ready: o.Ready, trouble: o.Trouble, demo: o.Demo,
		secure: strings.HasPrefix(o.App.Site().Base, "https:"),
		engine: gin.New(),
		pages:  loadPages(),
		cross:  http.NewCrossOriginProtection(),
		posts:  newLimiter(2, 120),
		misses: newLimiter(0.2, 60),
		roomy:  map[string]int64{},
		wordy:  map[string]int64{},
	}
	if s.ready == nil {
		s.ready = o.App.Ledger.Ready
	}
	if s.trouble == nil {
		s.trouble = func() string { return "" }
	}
	var err error
	if s.gzip, err = gzhttp.NewWrapper(gzhttp.MinSize(512)); err != nil {
		return nil, fmt.Errorf("compression: %w", err)
	}
	if err := s.engine.SetTrustedProxies(o.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	s.sessions = newSessions(o.App.Sessions)
	s.engine.HandleMethodNotAllowed = true
	s.engine.RedirectTrailingSlash = false // gin would answer before our headers are set
	s.engine.Use(s.head, s.access, s.rescue, s.guard)
	s.engine.NoRoute(s.handle(s.nowhere(convoke.ErrNotFound)))
	s.engine.NoMethod(s.handle(s.nowhere(errMethod)))
	s.register()
	s.registerAPI()
	return s, nil
}

// Handler is the whole service as a handler.
func (s *Server) Handler() http.Handler { return s.engine }

// The patience of the server: how long one step of reading or writing may take. What moves may take as long as it likes.
const (
	headerPatience = 5 * time.Second
	stepPatience   = 30 * time.Second
	idlePatience   = 2 * time.Minute
	stepSize       = 16 << 10
	pieceSize      = 64 << 10 // of a file
)

// NewHTTPServer makes the server for an address. Deadlines move with progress, so that a slow line is not cut off and a silent
// one is. Requests end when base does.
func NewHTTPServer(addr string, h http.Handler, base context.Context) *http.Server {
	return &http.Server{
		Addr: addr, Handler: patient(h, stepPatience),
		ReadHeaderTimeout: headerPatience, IdleTimeout: idlePatience, MaxHeaderBytes: 32 << 10,
		BaseContext: baseContext(base),
	}
}
