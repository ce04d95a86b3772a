package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/markup"
)

type summaryJSON struct {
	Event       convoke.ID `json:"event"`
	Text        string     `json:"text"`                // Markdown
	Beginning   string     `json:"beginning,omitempty"` // what it can begin with, for who plans the event, while nobody has written one
	Published   bool       `json:"published"`
	PublishedAt time.Time  `json:"published_at,omitzero"`
	Version     int64      `json:"version"`
	URL         string     `json:"url"`
}

func (s *Server) summaryOf(v app.SummaryView) summaryJSON {
	out := summaryJSON{Event: v.Event.ID, Text: v.Follow.Summary, Published: v.Follow.SummaryAt != 0, PublishedAt: v.Follow.SummaryAt.Time(), Version: v.Follow.Version,
		URL: s.app.Site().Base + eventPath(v.Event.Community.Slug, v.Event.Slug) + "/summary"}
	if !v.Begun {
		out.Beginning = v.Text
	}
	return out
}

// apiSummary reads the summary: who plans the event also a draft, others once it is published.
func (s *Server) apiSummary(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	ctx, v := c.Request.Context(), viewer(c)
	e, err := s.app.Events.Get(ctx, v, "", string(id))
	if err != nil {
		return err
	}
	read := s.app.FollowUps.Summary
	if e.CanPlan {
		read = s.app.FollowUps.Desk
	}
	out, err := read(ctx, v, "", string(id))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, s.summaryOf(out))
}

// apiPutSummary stores the summary, publishes it or takes it back.
func (s *Server) apiPutSummary(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	var in app.SummaryInput
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx, v := c.Request.Context(), viewer(c)
	if err := s.app.FollowUps.PutSummary(ctx, v, id, in); err != nil {
		return err
	}
	out, err := s.app.FollowUps.Desk(ctx, v, "", string(id))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", s.summaryOf(out))
}

type promiseJSON struct {
	Item    string    `json:"item"`
	Name    string    `json:"name"`
	Address string    `json:"email"`
	Due     string    `json:"due"` // day in the event's zone
	DueAt   time.Time `json:"due_at,omitzero"`
	Nudges  int       `json:"nudges"`
}

func (s *Server) apiPromises(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	list, zone, err := s.app.FollowUps.Promises(c.Request.Context(), viewer(c), id)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, whole(list, promiseIn(zone)))
}

// promiseIn shows promises with their days in a zone.
func promiseIn(zone string) func(app.PromiseView) promiseJSON {
	return func(p app.PromiseView) promiseJSON {
		out := promiseJSON{string(p.Item), p.Name, p.Address, "", p.DueAt.Time(), p.Nudges}
		if p.DueAt != 0 {
			out.Due = p.DueAt.Time().In(speech{}.In(zone).R.Zone()).Format(time.DateOnly)
		}
		return out
	}
}

// apiPutPromises stores what was promised of the items named.
func (s *Server) apiPutPromises(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	var in struct {
		Promises []app.PromiseInput `json:"promises"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx, v := c.Request.Context(), viewer(c)
	if err := s.app.FollowUps.PutPromises(ctx, v, id, in.Promises); err != nil {
		return err
	}
	list, zone, err := s.app.FollowUps.Promises(ctx, v, id)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", whole(list, promiseIn(zone)))
}

// apiPutReady chooses which materials must be there before those who were invited are told.
func (s *Server) apiPutReady(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	var in struct {
		Kinds []convoke.MaterialKind `json:"kinds"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := s.app.FollowUps.SetReady(c.Request.Context(), viewer(c), id, in.Kinds); err != nil {
		return err
	}
	return s.nothing(c)
}

type boardItemJSON struct {
	Item    string       `json:"item"`
	There   bool         `json:"there"`
	Have    int          `json:"have"`
	Of      int          `json:"of"` // questions asked
	Promise *promiseJSON `json:"promise,omitempty"`
}

type boardJSON struct {
	Event    convoke.ID      `json:"event"`
	Title    string          `json:"title"`
	StartsAt time.Time       `json:"starts_at"`
	URL      string          `json:"url"`
	Items    []boardItemJSON `json:"items"`
}

func (s *Server) boardOf(r app.BoardRow) boardJSON {
	out := boardJSON{r.ID, r.Title, r.StartsAt.Time(), s.app.Site().Base + eventPath(r.Community.Slug, r.Slug), []boardItemJSON{}}
	for _, i := range r.Items {
		x := boardItemJSON{Item: string(i.Item), There: i.There, Have: i.Have, Of: i.Of}
		if i.Promise != nil {
			p := promiseIn(r.Zone)(*i.Promise)
			x.Promise = &p
		}
		out.Items = append(out.Items, x)
	}
	return out
}

// apiBoard pages through what a community's past sessions have left behind.
func (s *Server) apiBoard(c *gin.Context) error {
	limit, after, err := apiPage(c)
	if err != nil {
		return err
	}
	f := app.BoardFilter{Series: c.Query("series"), AfterTime: after.At, AfterID: after.ID, Limit: limit}
	v, err := s.app.FollowUps.Board(c.Request.Context(), viewer(c), c.Param("community"), f)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, listed(v.Rows, limit, s.boardOf, func(r app.BoardRow) apiCursor { return apiCursor{At: r.StartsAt, ID: r.ID} }))
}

type resourceJSON struct {
	Kind      string         `json:"kind"` // event, or what was found of one: summary, transcript, question, answer
	Event     convoke.ID     `json:"event"`
	Title     string         `json:"title"` // of the event
	Language  string         `json:"language"`
	StartsAt  time.Time      `json:"starts_at"`
	URL       string         `json:"url"`
	Number    int            `json:"number,omitempty"`  // of the question
	Excerpt   string         `json:"excerpt,omitempty"` // of what was found
	Materials []materialJSON `json:"materials,omitempty"`
	Summary   bool           `json:"summary,omitempty"` // there is one
}

// apiResources pages through a community's past events with what they left behind, or lists what a search finds.
func (s *Server) apiResources(c *gin.Context) error {
	limit, after, err := apiPage(c)
	if err != nil {
		return err
	}
	f := resourceFilter(c)
	f.Limit, f.AfterTime, f.AfterID = limit, after.At, after.ID
	v, err := s.app.FollowUps.Resources(c.Request.Context(), viewer(c), c.Param("community"), f)
	if err != nil {
		return err
	}
	base := s.app.Site().Base
	if f.Query != "" {
		return s.json(c, http.StatusOK, whole(v.Found, func(r app.FoundRow) resourceJSON {
			out := resourceJSON{Kind: string(r.Kind), Event: r.EventID, Title: r.Event, Language: r.Language, StartsAt: r.StartsAt.Time(), URL: base + foundPath(v.Community.Slug, r.SearchHit), Number: r.Number}
			for _, h := range r.Excerpt {
				out.Excerpt += h.Text
			}
			out.Excerpt = markup.Clean(out.Excerpt, 1_000)
			return out
		}))
	}
	return s.json(c, http.StatusOK, listed(v.Events, limit, func(e app.EventView) resourceJSON {
		left := v.After[e.ID]
		out := resourceJSON{Kind: string(app.FoundEvent), Event: e.ID, Title: e.Title, Language: e.Language, StartsAt: e.StartsAt.Time(), URL: base + eventPath(e.Community.Slug, e.Slug), Summary: left.Summary}
		for _, m := range left.Materials {
			out.Materials = append(out.Materials, s.materialOf(m))
		}
		return out
	}, func(e app.EventView) apiCursor { return apiCursor{At: e.StartsAt, ID: e.ID} }))
}
