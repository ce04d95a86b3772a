package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/feeds"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

const (
	atomSuffix    = ".atom"
	podcastSuffix = ".xml"
)

// recordingsAtom is the recordings of a community for feed readers.
func (s *Server) recordingsAtom(c *gin.Context) error {
	f, err := s.app.Recordings.Community(c.Request.Context(), c.Param("community"))
	return s.sendRecordings(c, f, err, atomOf)
}

// podcast is the recordings of a community for podcast programs.
func (s *Server) podcast(c *gin.Context) error {
	f, err := s.app.Recordings.Community(c.Request.Context(), c.Param("community"))
	return s.sendRecordings(c, f, err, podcastOf)
}

// podcastFile is a recording in a community's podcast.
func (s *Server) podcastFile(c *gin.Context) error {
	d, err := s.app.Recordings.OpenFile(c.Request.Context(), c.Param("community"), convoke.ID(c.Param("material")))
	if err != nil {
		return err
	}
	return s.sendFile(c, d)
}

// ownRecordings is a member's own recordings at a secret address.
func (s *Server) ownRecordings(c *gin.Context, token string, render renderRecordings) error {
	f, err := s.app.Recordings.Own(c.Request.Context(), token, c.Request.UserAgent())
	if convoke.IsNotFound(err) {
		if over := s.limitedMiss(c, err); over != nil {
			return over
		}
		return s.noFeed()
	}
	return s.sendRecordings(c, f, err, render)
}

// ownFile is a recording in a member's own feed. Players cannot sign in: the address says whose eyes it is for.
func (s *Server) ownFile(c *gin.Context) error {
	c.Header("X-Robots-Tag", "noindex")
	d, err := s.app.Recordings.OwnFile(c.Request.Context(), c.Param("token"), convoke.ID(c.Param("material")))
	if convoke.IsNotFound(err) {
		if over := s.limitedMiss(c, err); over != nil {
			return over
		}
	}
	if err != nil {
		return err
	}
	return s.sendFile(c, d)
}

type renderRecordings func(f app.RecordingFeed, self string) (kind string, body any)

// sendRecordings answers a program that reads a feed of recordings.
func (s *Server) sendRecordings(c *gin.Context, f app.RecordingFeed, err error, render renderRecordings) error {
	if err != nil {
		return err
	}
	kind, body := render(f, s.app.Site().Base+c.Request.URL.EscapedPath())
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := xml.NewEncoder(&out).Encode(body); err != nil {
		return fmt.Errorf("write a feed of recordings: %w", err)
	}
	h := c.Writer.Header()
	sum := sha256.Sum256(out.Bytes())
	h.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	h.Set("Cache-Control", "public, max-age=300")
	if f.Private {
		h.Set("Cache-Control", "private, max-age=300")
	}
	if held := c.Request.Header.Values("If-None-Match"); etagMatches(held, h.Get("ETag")) {
		return notModified(c)
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(out.Len()))
	c.Status(http.StatusOK)
	if c.Request.Method == http.MethodHead {
		c.Writer.WriteHeaderNow()
		return nil
	}
	_, _ = c.Writer.Write(out.Bytes()) // the reader has gone; nobody is left to be told
	return nil
}

// atomFeed is the library's feed with more than one link: RFC 4287 4.1.1 wants one to itself.
type atomFeed struct {
	feeds.AtomFeed
	Links []feeds.AtomLink `xml:"link"`
}

func atomOf(f app.RecordingFeed, self string) (string, any) {
	out := atomFeed{AtomFeed: feeds.AtomFeed{Xmlns: "http://www.w3.org/2005/Atom", Title: f.Name, Id: f.Page + "#recordings", Subtitle: f.About},
		Links: []feeds.AtomLink{{Href: self, Rel: "self", Type: "application/atom+xml"}, {Href: f.Page, Rel: "alternate", Type: "text/html"}}}
	if f.Private { // each is a feed of its own, and an ID is public in readers that share what they read: it must not tell the address
		sum := sha256.Sum256([]byte("feed " + self))
		out.Id = f.Page + "#my-recordings-" + hex.EncodeToString(sum[:12])
	}
	var last convoke.Instant
	for _, r := range f.Items {
		last = max(last, r.UpdatedAt)
		e := &feeds.AtomEntry{Title: r.Of, Id: r.Page + "#" + string(r.ID), Updated: atomTime(r.UpdatedAt), Published: atomTime(r.CreatedAt),
			Links: []feeds.AtomLink{{Href: r.Page, Rel: "alternate", Type: "text/html"}}, Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: byline(f, r)}}}
		if r.About != "" {
			e.Summary = &feeds.AtomSummary{Content: r.About, Type: "text"}
		}
		if r.File != "" {
			e.Links = append(e.Links, feeds.AtomLink{Href: r.Address, Rel: "enclosure", Type: r.Type, Length: strconv.FormatInt(r.Size, 10)})
		} else {
			e.Links = append(e.Links, feeds.AtomLink{Href: r.Address, Rel: "related"})
		}
		out.Entries = append(out.Entries, e)
	}
	out.Updated = atomTime(last)
	return "application/atom+xml; charset=utf-8", out
}

// atomTime is a moment by RFC 3339; a feed that holds nothing yet was last changed at the beginning of time.
func atomTime(at convoke.Instant) string { return time.UnixMilli(int64(at)).UTC().Format(time.RFC3339) }

// byline is whom a recording is of.
func byline(f app.RecordingFeed, r app.Recording) string {
	if len(r.Speakers) == 0 {
		return f.Name
	}
	return strings.Join(r.Speakers, ", ")
}

const itunes = "http://www.itunes.com/dtds/podcast-1.0.dtd"

type podcastFeed struct {
	XMLName xml.Name       `xml:"rss"`
	Version string         `xml:"version,attr"`
	ITunes  string         `xml:"xmlns:itunes,attr"`
	Atom    string         `xml:"xmlns:atom,attr"`
	Channel podcastChannel `xml:"channel"`
}

type podcastChannel struct {
	Title       string        `xml:"title"`
	Link        string        `xml:"link"`
	Self        podcastLink   `xml:"atom:link"`
	Description string        `xml:"description"`
	Language    string        `xml:"language,omitempty"`
	Author      string        `xml:"itunes:author"`
	Explicit    bool          `xml:"itunes:explicit"`
	Type        string        `xml:"itunes:type"`
	Block       string        `xml:"itunes:block,omitempty"` // a secret address is for no directory
	Items       []podcastItem `xml:"item"`
}

type podcastLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type podcastItem struct {
	Title       string           `xml:"title"`
	Link        string           `xml:"link"`
	Description string           `xml:"description,omitempty"`
	GUID        podcastGUID      `xml:"guid"`
	Published   string           `xml:"pubDate"`
	Author      string           `xml:"itunes:author"`
	Duration    int              `xml:"itunes:duration,omitempty"`
	Enclosure   podcastEnclosure `xml:"enclosure"`
}

type podcastGUID struct {
	PermaLink bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

type podcastEnclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

// podcastOf is the feed for podcast programs: RSS 2.0 with what Apple's programs want besides. It holds what can be played, which are files.
func podcastOf(f app.RecordingFeed, self string) (string, any) {
	ch := podcastChannel{Title: f.Name, Link: f.Page, Self: podcastLink{self, "self", "application/rss+xml"}, Description: f.About, Language: f.Language,
		Author: f.Name, Type: "episodic"}
	if ch.Description == "" {
		ch.Description = f.Name
	}
	if f.Private {
		ch.Block = "Yes"
	}
	for _, r := range f.Items {
		if r.File == "" {
			continue
		}
		ch.Items = append(ch.Items, podcastItem{Title: r.Of, Link: r.Page, Description: r.About, GUID: podcastGUID{ID: string(r.ID)},
			Published: r.CreatedAt.Time().Format(time.RFC1123Z), Author: byline(f, r), Duration: r.Seconds, Enclosure: podcastEnclosure{r.Address, r.Size, r.Type}})
	}
	return "application/rss+xml; charset=utf-8", podcastFeed{Version: "2.0", ITunes: itunes, Atom: "http://www.w3.org/2005/Atom", Channel: ch}
}
