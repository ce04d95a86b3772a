package web

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

// A speech is a reader as templates use it: words by key, moments as time elements.
type speech struct{ R locale.Reader }

// T is the text of a key.
func (s speech) T(key string, args ...any) string { return s.R.T(key, args...) }

// Lang is the language spoken.
func (s speech) Lang() string { return s.R.Lang() }

// In speaks of times in another zone.
func (s speech) In(zone string) speech {
	loc, err := calendar.LoadZone(zone)
	if err != nil {
		return s
	}
	return speech{s.R.In(loc)}
}

// Same tells whether a zone shows the same hour as the reader's at a moment.
func (s speech) Same(zone string, i convoke.Instant) bool {
	return s.In(zone).R.Offset(i.Time()) == s.R.Offset(i.Time())
}

// Clock is "14:00".
func (s speech) Clock(i convoke.Instant) template.HTML { return s.tag(i, s.R.Clock(i.Time())) }

// Span is "14:00–15:30".
func (s speech) Span(from, to convoke.Instant) template.HTML {
	return s.tag(from, s.R.ClockSpan(from.Time(), to.Time()))
}

// Day is "Thursday 3 December 2026".
func (s speech) Day(i convoke.Instant) template.HTML { return s.tag(i, s.R.Day(i.Time())) }

// DayShort is "Thu 3 Dec".
func (s speech) DayShort(i convoke.Instant) template.HTML { return s.tag(i, s.R.DayShort(i.Time())) }

// Date is "3 December 2026".
func (s speech) Date(i convoke.Instant) template.HTML { return s.tag(i, s.R.Date(i.Time())) }

// When is "Thursday 3 December 2026, 14:00, Nairobi (UTC+03:00)".
func (s speech) When(i convoke.Instant) template.HTML { return s.tag(i, s.R.When(i.Time())) }

// WhenShort is "Thu 3 Dec 14:00 Nairobi (UTC+03:00)".
func (s speech) WhenShort(i convoke.Instant) template.HTML { return s.tag(i, s.R.WhenShort(i.Time())) }

// ZoneAt is "Nairobi (UTC+03:00)" as it is at a moment.
func (s speech) ZoneAt(i convoke.Instant) string { return s.R.ZoneAt(i.Time()) }

// City is the city of the zone, or UTC.
func (s speech) City() string { return s.R.City() }

// Offset is "UTC+03:00" as it is at a moment.
func (s speech) Offset(i convoke.Instant) string { return s.R.Offset(i.Time()) }

// Minutes is a length in words; up to two hours in minutes, as programmes say it, unless it is whole hours.
func (s speech) Minutes(n int) string {
	if n <= 120 && n%60 != 0 {
		return s.T("duration.minutes", "Count", n)
	}
	return s.R.Duration(time.Duration(n) * time.Minute)
}

// Number is n with its digits grouped.
func (s speech) Number(n int) string { return s.R.Number(n) }

// Language is a language's name.
func (s speech) Language(code string) string { return s.R.Language(code) }

// Zone is what forms call a zone: its city.
func (s speech) Zone(name string) string { return locale.ZoneLabel(s.R.Lang(), name) }

func (s speech) tag(i convoke.Instant, text string) template.HTML {
	return template.HTML(`<time datetime="` + s.R.ISO(i.Time()) + `">` + template.HTMLEscapeString(text) + `</time>`)
}

// A crumb is one step of the way to a page. That of a community has its slug and its ink, for the seal.
type crumb struct{ Name, Href, Slug, Ink string }

// A choice is a link to the same page in another way.
type choice struct {
	Name, Value, Href string
	Current           bool
}

// frame is what every page has round its own content. Pages embed it.
type frame struct {
	speech
	Title    string
	Main     string // class beside "wrap": single, narrow or none
	Section  string // what the top of the page marks as current: calendar, communities, me, admin
	Viewer   convoke.Viewer
	Person   convoke.Person
	Site     convoke.Site
	Path     string // of this page with its query, for forms that come back here
	Sent     bool   // it answers a form: going elsewhere, if only to come back in another language, would lose what that held
	Now      convoke.Instant
	Flash    string
	Crumbs   []crumb
	Comm     *commLine // the community that the page belongs to
	ZoneFrom string    // why the zone is what it is: person, community or none
	Demo     bool
	Quiet    bool // no mail leaves this machine
	Form     *refusedForm
	status   int
}

func (f *frame) base() *frame { return f }

// Languages are the languages to choose from.
func (f *frame) Languages() []choice {
	var out []choice
	for _, lang := range locale.Languages() {
		out = append(out, choice{Name: locale.NameOf(lang), Value: lang, Current: lang == f.Lang()})
	}
	return out
}

// Signed tells whether somebody is signed in.
func (f *frame) Signed() bool { return f.Viewer.Signed() }

// bare is a frame that depends on nothing in the address: that of problem pages.
func (s *Server) bare(c *gin.Context) frame {
	r, known := reader(c)
	f := frame{speech: speech{r}, Viewer: viewer(c), Person: person(c), Site: s.app.Site(), Path: "/", Sent: c.Request.Method == http.MethodPost, Now: s.app.Now(),
		Demo: s.demo, Quiet: !s.app.SMTP(), ZoneFrom: "none"}
	if known {
		f.ZoneFrom = "person"
	}
	return f
}

// frame is what a page starts from. A form that was refused and what the page before had to say are taken along.
func (s *Server) frame(c *gin.Context) frame {
	f := s.bare(c)
	f.Path = comeBack(c.Request)
	if v, ok := c.Get(keyRefused); ok {
		f.Form, _ = v.(*refusedForm)
	}
	if f.Form != nil {
		f.status = f.Form.status
	} else if c.Request.Method == http.MethodGet {
		f.Flash = s.takeFlash(c, f.R)
	}
	return f
}

// commLine is a community above one of its pages, with its menu.
type commLine struct {
	convoke.Community
	Standing convoke.Standing
	Tab      string // overview, calendar, resources, members, groups, admin
	Banner   bool   // the page shows the community's whole head by itself
}

// Can says whether the viewer may do something with the community.
func (l *commLine) Can(verb convoke.Verb) bool { return convoke.Can(l.Standing, verb, &l.Community) }

// under puts the page under a community. While nobody said where the reader is, its zone is the reader's.
func (f *frame) under(m convoke.Community, s convoke.Standing, tab string) {
	f.Comm = &commLine{Community: m, Standing: s, Tab: tab}
	f.Section = "communities"
	if f.ZoneFrom == "none" && m.Zone != "" {
		f.speech, f.ZoneFrom = f.In(m.Zone), "community"
	}
}

// crumb adds a step to the way to the page.
func (f *frame) crumb(name, href string) { f.Crumbs = append(f.Crumbs, crumb{Name: name, Href: href}) }

// crumbTo adds a community as a step.
func (f *frame) crumbTo(m convoke.Community) {
	f.Crumbs = append(f.Crumbs, crumb{m.Name, communityPath(m.Slug), m.Slug, m.Ink})
}

// Addresses of pages.
func communityPath(slug string) string { return "/c/" + url.PathEscape(slug) }

func eventPath(community, event string) string {
	return communityPath(community) + "/events/" + url.PathEscape(event)
}

func seriesPath(community, series string) string {
	return communityPath(community) + "/series/" + url.PathEscape(series)
}

func meetingPath(community, meeting string) string {
	return communityPath(community) + "/meetings/" + url.PathEscape(meeting)
}

// A zoneGroup is the zones of one part of the world.
type zoneGroup struct {
	Name  string
	Zones []choice
}

// zoneGroups are the zones to choose from, by part of the world, sorted as the reader's language calls them.
func zoneGroups(lang string) []zoneGroup {
	var out []zoneGroup
	for _, name := range calendar.ZoneNames() {
		part, _, found := strings.Cut(name, "/")
		if !found {
			part = "UTC"
		}
		i := slices.IndexFunc(out, func(g zoneGroup) bool { return g.Name == part })
		if i < 0 {
			out = append(out, zoneGroup{Name: part})
			i = len(out) - 1
		}
		out[i].Zones = append(out[i].Zones, choice{Name: locale.ZoneLabel(lang, name), Value: name})
	}
	for i := range out {
		slices.SortStableFunc(out[i].Zones, func(a, b choice) int { return strings.Compare(a.Name, b.Name) })
	}
	return out
}

// DayBlock is the day in the margin of a list: "Thu 3 Dec", its number apart.
func (s speech) DayBlock(i convoke.Instant) template.HTML {
	t := i.Time().In(s.R.Zone())
	return template.HTML(`<time datetime="` + t.Format(time.DateOnly) + `"><span>` + template.HTMLEscapeString(s.R.WeekdayShort(t)) + `</span> <b>` +
		template.HTMLEscapeString(s.R.DayNumber(t)) + `</b> <span>` + template.HTMLEscapeString(s.R.MonthShort(t)) + `</span></time>`)
}

// A pager leads to the page before and the page after.
type pager struct {
	speech
	Previous, Next *choice
}
