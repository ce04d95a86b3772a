package web

import (
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/markup"
)

type summaryPage struct {
	frame
	V    app.SummaryView
	Edit string // where it is written, for who may
}

// Held says when the event was and with whom, in words.
func (p *summaryPage) Speakers() string {
	var names []string
	for _, s := range p.V.Event.Speakers {
		names = append(names, isolated(s.Name))
	}
	return p.R.List(names)
}

// summary is the summary of an event, to be read and to be printed on two pages.
func (s *Server) summary(c *gin.Context) error {
	v, err := s.app.FollowUps.Summary(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"))
	if err != nil {
		return err
	}
	p := summaryPage{frame: s.frame(c), V: v}
	p.aroundQuestions(v.Event)
	p.Title, p.Main = p.T("summary.of", "Title", v.Event.Title), "single"
	if v.Event.CanPlan {
		p.Edit = summaryDeskPath(v.Event)
	}
	return s.show(c, "summary", &p)
}

func summaryDeskPath(e app.EventView) string {
	return strings.Replace(eventPath(e.Community.Slug, e.Slug), "/events/", "/admin/events/", 1) + "/summary"
}

type summaryDeskPage struct {
	frame
	V app.SummaryView
}

// summaryDesk is where the summary of an event is written, what was promised is noted, and what people are told of is chosen.
func (s *Server) summaryDesk(c *gin.Context) error {
	v, err := s.app.FollowUps.Desk(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"))
	if err != nil {
		return err
	}
	p := summaryDeskPage{frame: s.frame(c), V: v}
	p.under(v.Event.Community, v.Event.Standing, "admin")
	p.Title = p.T("summarydesk.of", "Title", v.Event.Title)
	return s.show(c, "summary-desk", &p)
}

// Base is the address of the page.
func (p *summaryDeskPage) Base() string { return summaryDeskPath(p.V.Event) }

// Page is the address of the event.
func (p *summaryDeskPage) Page() string { return eventPath(p.V.Event.Community.Slug, p.V.Event.Slug) }

// Length says how long the summary is, and whether that fills one to two pages.
func (p *summaryDeskPage) Length() string {
	n := len(strings.Fields(markup.Plain(p.typed())))
	key := "summarydesk.length"
	switch {
	case n < convoke.SummaryFew:
		key = "summarydesk.length.few"
	case n > convoke.SummaryMany:
		key = "summarydesk.length.many"
	}
	return p.T(key, "Count", n, "Few", convoke.SummaryFew, "Many", convoke.SummaryMany)
}

// Fits says whether it fills one to two pages.
func (p *summaryDeskPage) Fits() bool {
	n := len(strings.Fields(markup.Plain(p.typed())))
	return n >= convoke.SummaryFew && n <= convoke.SummaryMany
}

func (p *summaryDeskPage) typed() string {
	if p.Form != nil && p.Form.values.Has("summary") {
		return p.Form.values.Get("summary")
	}
	return p.V.Text
}

// Published says whether the summary can be read.
func (p *summaryDeskPage) Published() bool { return p.V.Follow.SummaryAt != 0 }

// Kinds are the kinds of materials that people can be told of.
func (p *summaryDeskPage) Kinds() []convoke.MaterialKind { return convoke.MaterialKinds }

// Awaited says whether a kind must be there before people are told.
func (p *summaryDeskPage) Awaited(k convoke.MaterialKind) bool {
	return slices.Contains(p.V.Ready, k)
}

// A promiseLine is what was promised of an item, as the form shows it.
type promiseLine struct {
	Item, Name, Address, Due string
	Nudges                   int
}

// Promised are the items with what was promised of them.
func (p *summaryDeskPage) Promised() []promiseLine {
	var out []promiseLine
	zone := p.In(p.V.Event.Zone).R.Zone()
	for _, item := range convoke.Items {
		l := promiseLine{Item: string(item)}
		for _, x := range p.V.Promises {
			if x.Item == item {
				l.Name, l.Address, l.Nudges = x.Name, x.Address, x.Nudges
				if x.DueAt != 0 {
					l.Due = x.DueAt.Time().In(zone).Format("2006-01-02")
				}
			}
		}
		out = append(out, l)
	}
	return out
}

type summaryForm struct {
	app.SummaryInput
	Do string `form:"do"` // draft, publish
}

// saveSummary stores the summary as a draft or publishes it.
func (s *Server) saveSummary(c *gin.Context) error {
	e, err := s.planned(c)
	if err != nil {
		return err
	}
	var in summaryForm
	if err = bind(c, &in); err == nil {
		err = pressed(in.Do, "draft", "publish")
	}
	if err == nil {
		publish := in.Do == "publish"
		in.Publish = &publish
		err = s.app.FollowUps.PutSummary(c.Request.Context(), viewer(c), e.ID, in.SummaryInput)
	}
	if err != nil {
		return s.again(c, err, s.summaryDesk)
	}
	key := "done.saved"
	if in.Do == "publish" {
		key = "done.summary"
	}
	return s.done(c, summaryDeskPath(e), key)
}

// saveReady chooses what people are told of.
func (s *Server) saveReady(c *gin.Context) error {
	e, err := s.planned(c)
	if err != nil {
		return err
	}
	var in struct {
		Kinds []convoke.MaterialKind `form:"kinds"`
	}
	if err = bind(c, &in); err == nil {
		err = s.app.FollowUps.SetReady(c.Request.Context(), viewer(c), e.ID, in.Kinds)
	}
	if err != nil {
		return s.again(c, err, s.summaryDesk)
	}
	return s.done(c, summaryDeskPath(e), "done.saved")
}

// savePromises stores who promised what for when.
func (s *Server) savePromises(c *gin.Context) error {
	e, err := s.planned(c)
	if err != nil {
		return err
	}
	form, err := readForm(c)
	if err != nil {
		return err
	}
	var list []app.PromiseInput
	for _, item := range convoke.Items {
		if i := string(item); form.Has("name_" + i) {
			list = append(list, app.PromiseInput{Item: i, Name: form.Get("name_" + i), Address: form.Get("email_" + i), Due: form.Get("due_" + i)})
		}
	}
	if err := s.app.FollowUps.PutPromises(c.Request.Context(), viewer(c), e.ID, list); err != nil {
		return s.again(c, err, s.summaryDesk)
	}
	return s.done(c, summaryDeskPath(e), "done.saved")
}
