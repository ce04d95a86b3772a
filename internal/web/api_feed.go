package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type feedJSON struct {
	ID        convoke.ID `json:"id"`
	Name      string     `json:"name"`
	Scope     string     `json:"scope"`
	Community string     `json:"community,omitempty"`
	Series    string     `json:"series,omitempty"`
	Address   string     `json:"address"`
	Webcal    string     `json:"webcal"`
	Google    string     `json:"google"`
	Outlook   string     `json:"outlook"`
	Atom      string     `json:"atom"`
	Podcast   string     `json:"podcast"`
	CreatedAt time.Time  `json:"created_at"`
	ReadAt    time.Time  `json:"read_at,omitzero"`
	ReadBy    string     `json:"read_by"`
}

func feedOf(f app.OwnView) feedJSON {
	out := feedJSON{ID: f.ID, Name: f.Name, Scope: string(f.Scope), Address: f.Address, Webcal: f.Webcal, Google: f.Google, Outlook: f.Outlook, Atom: f.Atom, Podcast: f.Podcast,
		CreatedAt: f.CreatedAt.Time(), ReadAt: f.ReadAt.Time(), ReadBy: f.ReadBy}
	if f.Community != nil {
		out.Community = f.Community.Slug
	}
	if f.Series != nil {
		out.Series = string(f.Series.ID)
	}
	return out
}

func (s *Server) apiFeeds(c *gin.Context) error {
	rows, err := s.app.Feeds.Mine(c.Request.Context(), viewer(c))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, whole(rows, feedOf))
}

type feedBody struct {
	Name      string `json:"name"`
	Scope     string `json:"scope"`
	Community string `json:"community"`
	Series    string `json:"series"`
}

// scopeID finds what a feed is to be of.
func (s *Server) scopeID(c *gin.Context, in feedBody) (id convoke.ID, err error) {
	switch convoke.Scope(in.Scope) {
	case convoke.ScopeCommunity:
		m, err := s.communityNamed(c, in.Community)
		return m.ID, err
	case convoke.ScopeSeries:
		return s.app.Series.Ref(c.Request.Context(), viewer(c), in.Series)
	}
	return "", nil
}

func (s *Server) apiAddFeed(c *gin.Context) error {
	var in feedBody
	if err := decode(c, &in); err != nil {
		return err
	}
	id, err := s.scopeID(c, in)
	if err != nil {
		return err
	}
	f, err := s.app.Feeds.Add(c.Request.Context(), viewer(c), convoke.Scope(in.Scope), id, in.Name)
	if err != nil {
		return err
	}
	return s.answerFeed(c, http.StatusCreated, f)
}

func (s *Server) apiRenameFeed(c *gin.Context) error {
	var in struct {
		Name string `json:"name"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := s.app.Feeds.Rename(c.Request.Context(), viewer(c), convoke.ID(c.Param("feed")), in.Name); err != nil {
		return err
	}
	return s.nothing(c)
}

// apiRenewFeed gives a feed a new secret address; the old one stops working at once.
func (s *Server) apiRenewFeed(c *gin.Context) error {
	f, err := s.app.Feeds.Renew(c.Request.Context(), viewer(c), convoke.ID(c.Param("feed")))
	if err != nil {
		return err
	}
	return s.answerFeed(c, http.StatusOK, f)
}

// answerFeed answers with a feed and its secret address; what is kept for a repeated request is only which feed it was.
func (s *Server) answerFeed(c *gin.Context, n int, f app.OwnView) error {
	s.keep(c, n, "", []byte(keptFeed+string(f.ID)))
	return s.showFeed(c, n, f)
}

// replayFeed answers a repeated request with the feed as it is now.
func (s *Server) replayFeed(c *gin.Context, n int, id convoke.ID) error {
	list, err := s.app.Feeds.Mine(c.Request.Context(), viewer(c))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(f app.OwnView) bool { return f.ID == id })
	if i < 0 {
		return convoke.ErrNotFound
	}
	return s.showFeed(c, n, list[i])
}

func (s *Server) showFeed(c *gin.Context, n int, f app.OwnView) error {
	body, err := jsonOf(feedOf(f))
	if err != nil {
		return err
	}
	return s.reply(c, n, "", body)
}

func (s *Server) apiDropFeed(c *gin.Context) error {
	if err := s.app.Feeds.Revoke(c.Request.Context(), viewer(c), convoke.ID(c.Param("feed"))); err != nil {
		return err
	}
	return s.nothing(c)
}
