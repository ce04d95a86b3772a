package web

import (
	"html/template"
	"slices"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type subscribePage struct {
	frame
	Scope  convoke.Scope
	Name   string    // of what is subscribed to
	Within string    // the community whose address a member gets, where there is none for this alone
	Base   string    // of this page
	Open   *openFeed // the address everybody may have, where there is one
	Own    []app.OwnView
	Others []app.OwnView // the reader's feeds of other scopes
	Lags   []lag
}

// An openFeed is a feed of what a stranger may see, with its address in the forms programs want.
type openFeed struct {
	Address, Webcal, Google, Outlook string
	Atom, Podcast                    string // recordings, of a community
}

// A lag is how late a program notices changes, and how to subscribe in it. Both are catalogue keys.
type lag struct{ Name, Late, How string }

// lags are figures of the programs' makers and of people who measured; see the manual.
var lags = []lag{
	{"subscribe.apple", "subscribe.apple.late", "subscribe.apple.how"},
	{"subscribe.google", "subscribe.google.late", "subscribe.google.how"},
	{"subscribe.outlook", "subscribe.outlook.late", "subscribe.outlook.how"},
	{"subscribe.thunderbird", "subscribe.thunderbird.late", "subscribe.thunderbird.how"},
}

func (s *Server) newSubscribePage(c *gin.Context, scope convoke.Scope, id convoke.ID, name, feed string, readable error) (*subscribePage, error) {
	p := &subscribePage{frame: s.frame(c), Scope: scope, Name: name, Base: c.Request.URL.Path, Lags: lags}
	p.Title, p.Main = p.T("subscribe.title.of", "Name", name), "single"
	if readable == nil {
		address := p.Site.Base + feed
		webcal, google, outlook := app.Links(address, name)
		p.Open = &openFeed{Address: address, Webcal: webcal, Google: google, Outlook: outlook}
	} else if !convoke.IsNotFound(readable) {
		return nil, readable
	}
	if !p.Signed() {
		return p, nil
	}
	own, err := s.app.Feeds.Mine(c.Request.Context(), viewer(c))
	if err != nil {
		return nil, err
	}
	own = slices.DeleteFunc(own, func(f app.OwnView) bool { return f.RevokedAt != 0 })
	for _, f := range own {
		if f.Scope == scope && f.ScopeID == id {
			p.Own = append(p.Own, f)
		} else {
			p.Others = append(p.Others, f)
		}
	}
	return p, nil
}

// subscribeAll is where somebody subscribes to everything of theirs, or, as a stranger, to everything open.
func (s *Server) subscribeAll(c *gin.Context) error {
	_, readable := s.app.Feeds.All(c.Request.Context())
	p, err := s.newSubscribePage(c, convoke.ScopeAll, "", s.app.Site().Name, "/calendar.ics", readable)
	if err != nil {
		return err
	}
	p.Section, p.Base = "calendar", "/subscribe"
	if c.FullPath() == "/me/feeds" {
		p.Section, p.Title = "me", p.T("subscribe.title.mine")
	}
	p.crumb(p.T("nav.calendar"), "/calendar")
	return s.show(c, "subscribe", p)
}

// subscribeCommunity is where somebody subscribes to a community's calendar.
func (s *Server) subscribeCommunity(c *gin.Context) error {
	ctx := c.Request.Context()
	m, err := s.app.Communities.Get(ctx, viewer(c), c.Param("community"))
	if err != nil {
		return err
	}
	_, readable := s.app.Feeds.Community(ctx, m.Slug)
	p, err := s.newSubscribePage(c, convoke.ScopeCommunity, m.ID, m.Name, communityPath(m.Slug)+"/calendar"+feedSuffix, readable)
	if err != nil {
		return err
	}
	p.Base = communityPath(m.Slug) + "/subscribe"
	if p.Open != nil {
		p.Open.Atom, p.Open.Podcast = communityPath(m.Slug)+"/recordings"+atomSuffix, communityPath(m.Slug)+"/podcast"+podcastSuffix
	}
	p.crumbTo(m.Community)
	p.crumb(p.T("nav.calendar"), communityPath(m.Slug)+"/calendar")
	return s.show(c, "subscribe", p)
}

// subscribeSeries is where somebody subscribes to the sessions of a series.
func (s *Server) subscribeSeries(c *gin.Context) error {
	ctx := c.Request.Context()
	r, err := s.app.Series.Get(ctx, viewer(c), c.Param("community"), c.Param("series"))
	if err != nil {
		return err
	}
	m := r.Community
	_, readable := s.app.Feeds.Series(ctx, m.Slug, r.Slug)
	p, err := s.newSubscribePage(c, convoke.ScopeSeries, r.ID, r.Title, seriesPath(m.Slug, r.Slug)+feedSuffix, readable)
	if err != nil {
		return err
	}
	p.Base = seriesPath(m.Slug, r.Slug) + "/subscribe"
	p.crumbTo(m.Community)
	p.crumb(r.Title, seriesPath(m.Slug, r.Slug))
	return s.show(c, "subscribe", p)
}

// subscribeMeeting is where somebody subscribes to the dates of a recurring meeting. An own address is of its whole community: there is none of a
// meeting alone.
func (s *Server) subscribeMeeting(c *gin.Context) error {
	ctx := c.Request.Context()
	r, err := s.app.Meetings.Get(ctx, viewer(c), c.Param("community"), c.Param("meeting"))
	if err != nil {
		return err
	}
	m := r.Community
	_, readable := s.app.Feeds.Meeting(ctx, m.Slug, r.Slug)
	p, err := s.newSubscribePage(c, convoke.ScopeCommunity, m.ID, r.Title, meetingPath(m.Slug, r.Slug)+feedSuffix, readable)
	if err != nil {
		return err
	}
	p.Base, p.Within = meetingPath(m.Slug, r.Slug)+"/subscribe", m.Name
	p.crumbTo(m.Community)
	p.crumb(r.Title, meetingPath(m.Slug, r.Slug))
	return s.show(c, "subscribe", p)
}

// OpenWebcal is the open address for calendar programs. It comes from our own base URL, so the template may trust its scheme.
func (p *subscribePage) OpenWebcal() template.URL { return template.URL(p.Open.Webcal) }

// An ownFeed is one of the reader's own addresses as the part "own-feed" shows it.
type ownFeed struct {
	speech
	Feed app.OwnView
	Next string // the page to come back to
}

// Webcal is the address for calendar programs; see [subscribePage.OpenWebcal].
func (f ownFeed) Webcal() template.URL { return template.URL(f.Feed.Webcal) }

// OwnFeeds are the reader's addresses of this scope.
func (p *subscribePage) OwnFeeds() []ownFeed { return p.wrap(p.Own) }

// OtherFeeds are the reader's addresses of other scopes.
func (p *subscribePage) OtherFeeds() []ownFeed { return p.wrap(p.Others) }

func (p *subscribePage) wrap(list []app.OwnView) []ownFeed {
	out := make([]ownFeed, len(list))
	for i, f := range list {
		out[i] = ownFeed{p.speech, f, p.Base}
	}
	return out
}

type feedForm struct {
	Name string `form:"name"`
}

// addFeed makes an own address and shows the page again, which now holds it.
func (s *Server) addFeed(c *gin.Context, scope convoke.Scope, id convoke.ID, back string, page handler) error {
	var in feedForm
	err := bind(c, &in)
	if err == nil {
		_, err = s.app.Feeds.Add(c.Request.Context(), viewer(c), scope, id, in.Name)
	}
	if err != nil {
		return s.again(c, err, page)
	}
	return s.done(c, back, "done.feed_made")
}

func (s *Server) addAllFeed(c *gin.Context) error {
	return s.addFeed(c, convoke.ScopeAll, "", "/subscribe", s.subscribeAll)
}

func (s *Server) addCommunityFeed(c *gin.Context) error {
	m, err := s.app.Communities.Get(c.Request.Context(), viewer(c), c.Param("community"))
	if err != nil {
		return err
	}
	return s.addFeed(c, convoke.ScopeCommunity, m.ID, communityPath(m.Slug)+"/subscribe", s.subscribeCommunity)
}

func (s *Server) addSeriesFeed(c *gin.Context) error {
	r, err := s.app.Series.Get(c.Request.Context(), viewer(c), c.Param("community"), c.Param("series"))
	if err != nil {
		return err
	}
	return s.addFeed(c, convoke.ScopeSeries, r.ID, seriesPath(r.Community.Slug, r.Slug)+"/subscribe", s.subscribeSeries)
}

func (s *Server) addMeetingFeed(c *gin.Context) error {
	r, err := s.app.Meetings.Get(c.Request.Context(), viewer(c), c.Param("community"), c.Param("meeting"))
	if err != nil {
		return err
	}
	return s.addFeed(c, convoke.ScopeCommunity, r.Community.ID, meetingPath(r.Community.Slug, r.Slug)+"/subscribe", s.subscribeMeeting)
}

// changeFeed does something to one of the reader's own feeds, from any page that lists them.
func (s *Server) changeFeed(c *gin.Context, done string, change func(name string, id convoke.ID) error) error {
	var in struct {
		Name string `form:"name"`
		Next string `form:"next"`
	}
	err := bind(c, &in)
	if err == nil {
		err = change(in.Name, convoke.ID(c.Param("feed")))
	}
	if err != nil {
		return s.again(c, err, s.subscribeAll)
	}
	return s.done(c, local(in.Next, "/subscribe"), done)
}

// renewFeed gives a feed a new secret address.
func (s *Server) renewFeed(c *gin.Context) error {
	return s.changeFeed(c, "done.feed_renewed", func(_ string, id convoke.ID) error {
		_, err := s.app.Feeds.Renew(c.Request.Context(), viewer(c), id)
		return err
	})
}

// stopFeed ends a feed.
func (s *Server) stopFeed(c *gin.Context) error {
	return s.changeFeed(c, "done.feed_stopped", func(_ string, id convoke.ID) error {
		return s.app.Feeds.Revoke(c.Request.Context(), viewer(c), id)
	})
}

// renameFeed changes what calendar programs call a feed.
func (s *Server) renameFeed(c *gin.Context) error {
	return s.changeFeed(c, "done.feed_renamed", func(name string, id convoke.ID) error {
		return s.app.Feeds.Rename(c.Request.Context(), viewer(c), id, name)
	})
}
