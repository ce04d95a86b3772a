package web

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

func (s *Server) plain(c *gin.Context, n int, text string) error {
	c.Header("Cache-Control", "no-store")
	return s.send(c, n, "text/plain; charset=utf-8", []byte(text+"\n"))
}

// healthz says that the process is alive.
func (s *Server) healthz(c *gin.Context) error { return s.plain(c, http.StatusOK, "ok") }

// readyz says whether it can do its work. Why not is for the log: the answer is open to everybody.
func (s *Server) readyz(c *gin.Context) error {
	if err := s.ready(c.Request.Context()); err != nil {
		s.log.Warn("not ready", "error", err)
		return s.plain(c, http.StatusServiceUnavailable, "not ready")
	}
	return s.plain(c, http.StatusOK, "ready")
}

// robots keeps search engines from mailed links and from forms. Feeds are not named here: some calendar programs obey the file.
func (s *Server) robots(c *gin.Context) error {
	c.Header("Cache-Control", "public, max-age=86400")
	return s.send(c, http.StatusOK, "text/plain; charset=utf-8", []byte(strings.Join([]string{
		"User-agent: *", "Disallow: /l/", "Disallow: /sign-in", "Disallow: /settings", "Disallow: /api/", ""}, "\n")))
}

func (s *Server) favicon(c *gin.Context) error {
	c.Header("Cache-Control", "public, max-age=86400")
	c.Redirect(http.StatusPermanentRedirect, asset("favicon.svg"))
	return nil
}

func (s *Server) static(c *gin.Context) error {
	serveStatic.ServeHTTP(c.Writer, c.Request)
	return nil
}
