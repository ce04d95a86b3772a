package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// allFeed is the calendar of the whole instance.
func (s *Server) allFeed(c *gin.Context) error {
	p, err := s.app.Feeds.All(c.Request.Context())
	return s.serveFeed(c, p, err)
}

// communityFeed is the calendar of a community.
func (s *Server) communityFeed(c *gin.Context) error {
	p, err := s.app.Feeds.Community(c.Request.Context(), c.Param("community"))
	return s.serveFeed(c, p, err)
}

// seriesFeed is the calendar of a series.
func (s *Server) seriesFeed(c *gin.Context) error {
	p, err := s.app.Feeds.Series(c.Request.Context(), c.Param("community"), c.Param("series"))
	return s.serveFeed(c, p, err)
}

// meetingFeed is the calendar of a recurring meeting.
func (s *Server) meetingFeed(c *gin.Context) error {
	p, err := s.app.Feeds.Meeting(c.Request.Context(), c.Param("community"), c.Param("meeting"))
	return s.serveFeed(c, p, err)
}

// eventFeed is one event as a file.
func (s *Server) eventFeed(c *gin.Context) error {
	p, err := s.app.Feeds.Event(c.Request.Context(), c.Param("community"), c.Param("event"))
	return s.serveFeed(c, p, err)
}

// ownFeed is what a member reads at a secret address: a calendar, or with another suffix the recordings.
func (s *Server) ownFeed(c *gin.Context) error {
	c.Header("X-Robots-Tag", "noindex")
	if token, ok := strings.CutSuffix(c.Param("token"), atomSuffix); ok {
		return s.ownRecordings(c, token, atomOf)
	}
	if token, ok := strings.CutSuffix(c.Param("token"), podcastSuffix); ok {
		return s.ownRecordings(c, token, podcastOf)
	}
	token, ok := strings.CutSuffix(c.Param("token"), feedSuffix)
	if !ok {
		return s.noFeed()
	}
	p, err := s.app.Feeds.Own(c.Request.Context(), token, c.Request.UserAgent())
	if convoke.IsNotFound(err) {
		if over := s.limitedMiss(c, err); over != nil {
			return over
		}
		return s.noFeed()
	}
	return s.serveFeed(c, p, err)
}

// noFeed is said at every secret address that is nobody's, whether it was one or not.
func (s *Server) noFeed() error {
	return convoke.Refuse(convoke.ReasonNotFound, "feed.unknown").With("Address", s.app.Site().Base+"/me/feeds")
}

// serveFeed answers a calendar program. What it holds already is decided by the poll alone; the body is looked at only when it is
// sent, or when a program asks by date. Programs know neither cookies nor languages, so the answer depends on neither.
func (s *Server) serveFeed(c *gin.Context, poll app.FeedPoll, err error) error {
	if err != nil {
		return err
	}
	r, h := c.Request, c.Writer.Header()
	packed := acceptsGzip(r.Header.Values("Accept-Encoding"))
	tag := `"` + poll.ETag + `"`
	if packed { // other bytes need another strong tag (RFC 9110 8.8.3.3)
		tag = `"` + poll.ETag + `-gzip"`
	}
	h.Set("ETag", tag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=300")
	if poll.Private {
		h.Set("Cache-Control", "private, max-age=300")
	}
	held := r.Header.Values("If-None-Match")
	if len(held) > 0 && etagMatches(held, tag) {
		return notModified(c)
	}
	body, err := s.app.Feeds.Body(r.Context(), poll)
	if err != nil {
		return err
	}
	modified := body.Modified.Time()
	h.Set("Last-Modified", min(body.Modified, s.app.Now()).Time().Format(http.TimeFormat)) // never a date to come (RFC 9110 8.8.2.1)
	// A date counts only for who sends no tag (RFC 9110 13.1.3).
	if len(held) == 0 && unchangedSince(r.Header.Get("If-Modified-Since"), modified) {
		return notModified(c)
	}
	data := body.Raw
	if packed {
		data = body.Gzip
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="`+fileName(poll.File)+feedSuffix+`"`)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	c.Status(http.StatusOK)
	if r.Method == http.MethodHead {
		c.Writer.WriteHeaderNow()
		return nil
	}
	_, _ = c.Writer.Write(data) // the reader has gone; nobody is left to be told
	return nil
}

func notModified(c *gin.Context) error {
	c.Status(http.StatusNotModified)
	c.Writer.WriteHeaderNow()
	return nil
}

// unchangedSince compares whole seconds, as the header holds no more.
func unchangedSince(header string, modified time.Time) bool {
	if header == "" {
		return false
	}
	t, err := http.ParseTime(header)
	return err == nil && !modified.Truncate(time.Second).After(t)
}

// fileName keeps of a name what every system can store and a header can carry.
func fileName(name string) string {
	kept := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, name)
	if kept == "" {
		return "convoke"
	}
	return kept
}
