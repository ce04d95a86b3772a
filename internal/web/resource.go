package web

import (
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/locale"
	"convoke/internal/markup"
)

// resourceSize is how many past events a page shows.
const resourceSize = 30

// maxQuery is how many signs of a search are read.
const maxQuery = 200

type resourcesPage struct {
	frame
	V      app.ResourcesView
	F      app.ResourceFilter
	Rows   []resourceLine
	Found  []foundLine
	Pager  pager
	Narrow bool // something is filtered
}

type resourceLine struct {
	agendaEvent
	After after
}

// A foundLine is something that was found.
type foundLine struct {
	app.FoundRow
	Href    string
	Excerpt []locale.Hit
}

// Label says what it is.
func (l foundLine) Label() string { return "resources.kind." + string(l.Kind) }

// foundPath is the address of something that was found.
func foundPath(community string, h app.SearchHit) string {
	page := eventPath(community, h.Slug)
	switch h.Kind {
	case app.FoundSummary:
		return page + "/summary"
	case app.FoundTranscript:
		return page + "/materials/" + url.PathEscape(string(h.MaterialID)) + "/transcript"
	case app.FoundQuestion, app.FoundAnswer:
		return page + "/questions/" + strconv.Itoa(h.Number)
	}
	return page
}

// resourceFilter reads what is asked for.
func resourceFilter(c *gin.Context) app.ResourceFilter {
	f := app.ResourceFilter{Query: markup.Clean(c.Query("q"), maxQuery), Series: c.Query("series"), Language: c.Query("language")}
	if y, err := strconv.Atoi(c.Query("year")); err == nil && y > 0 && y < 10_000 {
		f.Year = y
	}
	return f
}

// resources is what is kept of a community's past events, and the search.
func (s *Server) resources(c *gin.Context) error {
	f := resourceFilter(c)
	f.Limit = resourceSize
	f.AfterTime, f.AfterID = afterCursor(c)
	v, err := s.app.FollowUps.Resources(c.Request.Context(), viewer(c), c.Param("community"), f)
	if err != nil {
		return err
	}
	p := resourcesPage{frame: s.frame(c), V: v, F: f, Narrow: f.Series != "" || f.Year != 0 || f.Language != ""}
	p.under(v.Community, v.Standing, "resources")
	p.Title, p.Pager.speech = p.T("resources.title"), p.speech
	for _, e := range v.Events[:min(len(v.Events), resourceSize)] {
		p.Rows = append(p.Rows, resourceLine{newAgendaEvent(&p.frame, e, false), newAfter(&p.frame, e, v.After[e.ID])})
	}
	for _, h := range v.Found {
		p.Found = append(p.Found, foundLine{h, foundPath(v.Community.Slug, h.SearchHit), h.Excerpt})
	}
	if len(v.Events) > resourceSize {
		last := v.Events[resourceSize-1]
		p.Pager.Next = p.more(c, "before", strconv.FormatInt(int64(last.StartsAt), 10), "id", string(last.ID))
	}
	return s.show(c, "resources", &p)
}

// Base is the address of the page.
func (p *resourcesPage) Base() string { return communityPath(p.V.Community.Slug) + "/resources" }

// SeriesChoices are the series to choose from.
func (p *resourcesPage) SeriesChoices() []choice { return seriesChoices(p.V.Series, p.F.Series) }

// YearChoices are the years to choose from.
func (p *resourcesPage) YearChoices() []choice {
	var out []choice
	for _, y := range p.V.Years {
		out = append(out, choice{Name: strconv.Itoa(y), Value: strconv.Itoa(y), Current: y == p.F.Year})
	}
	return out
}

// LanguageChoices are the languages to choose from.
func (p *resourcesPage) LanguageChoices() []choice {
	var out []choice
	for _, l := range p.V.Languages {
		out = append(out, choice{Name: p.Language(l), Value: l, Current: l == p.F.Language})
	}
	return out
}

// Filters are the fields that narrow the list.
func (p *resourcesPage) Filters() []*field {
	var out []*field
	add := func(name string, value string, list []choice) {
		if len(list) > 1 || len(list) == 1 && name == "series" || value != "" { // beside a series there are sessions of none
			out = append(out, p.Field(name, "resources."+name).Choices(list).Empty("resources."+name+".all").Val(value))
		}
	}
	add("series", p.F.Series, p.SeriesChoices())
	year := ""
	if p.F.Year != 0 {
		year = strconv.Itoa(p.F.Year)
	}
	add("year", year, p.YearChoices())
	add("language", p.F.Language, p.LanguageChoices())
	return out
}

// Total says how many things were found, in words.
func (p *resourcesPage) Total() string {
	if p.V.More {
		return p.T("resources.found.more", "Number", p.Number(len(p.Found)))
	}
	return p.T("resources.found", "Count", len(p.Found))
}
