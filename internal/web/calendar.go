package web

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

// monthLimit bounds the events of one month's page.
const monthLimit = 500

type calendarPage struct {
	frame
	Whole       bool // of all communities
	Base        string
	View        string // agenda or month
	Mine        bool
	Kind        convoke.Kind
	Tongue      string // language of events
	Month       time.Time
	Named       bool // a month was asked for; else the agenda begins now
	Heading     string
	Days        agenda
	Weeks       [][]monthDay
	Weekdays    []weekday
	Count       int
	Later       *convoke.Instant // when the next event is, if there is none here
	LaterURL    string
	Previous    choice
	Next        choice
	Today       string
	Pager       pager
	Subscribe   string
	Communities []convoke.Community // that a month's entries are of
}

type weekday struct{ Short, Name string }

// A monthDay is one cell of the month's table.
type monthDay struct {
	Date    string
	Number  string
	Out     bool // of another month
	Today   bool
	Entries []agendaEvent
}

// wholeCalendar shows the events of all communities the viewer may see.
func (s *Server) wholeCalendar(c *gin.Context) error {
	p := calendarPage{frame: s.frame(c), Whole: true, Base: "/calendar", Subscribe: "/subscribe"}
	p.Title, p.Section = p.T("calendar.title"), "calendar"
	return s.fillCalendar(c, &p, "")
}

// calendar shows the events of one community.
func (s *Server) calendar(c *gin.Context) error {
	m, err := s.app.Communities.Get(c.Request.Context(), viewer(c), c.Param("community"))
	if err != nil {
		return err
	}
	p := calendarPage{frame: s.frame(c), Base: communityPath(m.Slug) + "/calendar", Subscribe: communityPath(m.Slug) + "/subscribe"}
	p.under(m.Community, m.Standing, "calendar")
	p.Title = p.T("calendar.title.of", "Name", m.Name)
	return s.fillCalendar(c, &p, m.Slug)
}

// fillCalendar reads what the address asks for and loads it.
func (s *Server) fillCalendar(c *gin.Context, p *calendarPage, community string) error {
	p.ask(c.Request.URL.Query())
	f := app.EventFilter{Mine: p.Mine, Kind: p.Kind, Language: p.Tongue, Limit: pageSize + 1}
	switch {
	case p.View == "month":
		grid := monthStart(p.Month, locale.FirstWeekday(p.Lang()))
		f.From, f.Until, f.Limit = convoke.At(grid), convoke.At(grid.AddDate(0, 0, 42)), monthLimit
	case p.Named:
		f.From, f.Until, f.Limit = convoke.At(p.Month), convoke.At(p.Month.AddDate(0, 1, 0)), monthLimit
	default:
		f.From = p.Now
		at, id, _ := strings.Cut(c.Query("after"), "~")
		if ms, err := strconv.ParseInt(at, 10, 64); err == nil {
			f.AfterTime, f.AfterID = convoke.Instant(ms), convoke.ID(id)
		}
	}
	events, err := s.app.Events.List(c.Request.Context(), viewer(c), community, f)
	if err != nil {
		return err
	}
	if p.View != "month" && !p.Named && len(events) > pageSize {
		events = events[:pageSize]
		last := events[pageSize-1]
		p.Pager.Next = &choice{Name: p.T("nav.more"), Href: p.href("after", fmt.Sprintf("%d~%s", last.StartsAt, last.ID))}
	}
	p.lay(events)
	if p.Count == 0 && f.Until > 0 {
		f.From, f.Until, f.Limit = max(f.Until, p.Now), 0, 1
		later, err := s.app.Events.List(c.Request.Context(), viewer(c), community, f)
		if err != nil {
			return err
		}
		if len(later) > 0 {
			at := later[0].StartsAt
			p.Later, p.LaterURL = &at, p.href("month", at.Time().In(p.R.Zone()).Format("2006-01"))
		}
	}
	return s.show(c, "calendar", p)
}

// ask reads the wishes in the address. What makes no sense is as if it were not there.
func (p *calendarPage) ask(q url.Values) {
	zone := p.R.Zone()
	now := p.Now.Time().In(zone)
	p.Month = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, zone)
	// Outside these years the database has nothing and Go's formats no place.
	if m, err := time.ParseInLocation("2006-01", q.Get("month"), zone); err == nil && m.Year() > 1970 && m.Year() < 2200 {
		p.Month, p.Named = m, true
	}
	p.View = "agenda"
	if q.Get("view") == "month" {
		p.View = "month"
	}
	if k := convoke.Kind(q.Get("kind")); k != "" {
		if _, ok := k.Info(); ok {
			p.Kind = k
		}
	}
	for _, l := range locale.Known() {
		if q.Get("language") == l {
			p.Tongue = l
		}
	}
	p.Mine = q.Get("mine") == "1" && p.Signed()
	p.Pager.speech = p.speech
	p.Heading = p.T("calendar.coming")
	if p.Named || p.View == "month" {
		p.Heading = p.R.MonthYear(p.Month)
	}
	before, after := p.Month.AddDate(0, -1, 0), p.Month.AddDate(0, 1, 0)
	if p.View == "agenda" && !p.Named {
		before = p.Month
	}
	p.Previous = choice{Name: p.R.MonthYear(before), Href: p.href("month", before.Format("2006-01"))}
	p.Next = choice{Name: p.R.MonthYear(after), Href: p.href("month", after.Format("2006-01"))}
	if p.Named {
		p.Today, p.Title = p.href("month", ""), p.T("calendar.title.month", "Title", p.Title, "Month", p.Heading)
	}
}

// href is the address of the same calendar with one wish changed.
func (p *calendarPage) href(name, value string) string {
	var q []string
	add := func(n, v string) {
		if n == name {
			v = value
		}
		if v != "" {
			q = append(q, n, v)
		}
	}
	month := ""
	if p.Named {
		month = p.Month.Format("2006-01")
	}
	mine := ""
	if p.Mine {
		mine = "1"
	}
	view := ""
	if p.View == "month" {
		view = "month"
	}
	add("view", view)
	add("month", month)
	add("kind", string(p.Kind))
	add("language", p.Tongue)
	add("mine", mine)
	add("after", "")
	if len(q) == 0 {
		return p.Base
	}
	return p.Base + "?" + pairs(q...)
}

// AgendaURL is this calendar as a list.
func (p *calendarPage) AgendaURL() string { return p.href("view", "") }

// MonthURL is this calendar as a table.
func (p *calendarPage) MonthURL() string { return p.href("view", "month") }

// MonthValue is the month as the address names it, empty where it names none.
func (p *calendarPage) MonthValue() string {
	if !p.Named {
		return ""
	}
	return p.Month.Format("2006-01")
}

// FilterText says what is shown, for the folded filter.
func (p *calendarPage) FilterText() string {
	what, tongue := p.T("calendar.filter.everything"), ""
	if p.Kind != "" {
		info, _ := p.Kind.Info()
		what = p.T(string(info.Label))
	}
	if p.Tongue != "" {
		tongue = p.Language(p.Tongue)
	}
	return cmp.Or(p.R.List(nonEmpty(what, tongue)), what)
}

func nonEmpty(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}

// Kinds are the kinds to filter by.
func (p *calendarPage) Kinds() []choice {
	var out []choice
	for _, k := range convoke.Kinds {
		out = append(out, choice{Name: p.T(string(k.Label)), Value: string(k.Kind), Current: k.Kind == p.Kind})
	}
	return out
}

// Tongues are the languages to filter by.
func (p *calendarPage) Tongues() []choice {
	var out []choice
	for _, code := range locale.Known() {
		out = append(out, choice{Name: p.Language(code), Value: code, Current: code == p.Tongue})
	}
	return out
}

// lay puts events where the view wants them.
func (p *calendarPage) lay(events []app.EventView) {
	if p.View != "month" {
		if p.Days, p.Count = newAgenda(&p.frame, events, p.Whole), len(events); !p.Named {
			p.Days = p.Days.withMonths()
		}
		return
	}
	zone := p.R.Zone()
	byDay := map[string][]agendaEvent{}
	var inside []app.EventView
	seen := map[convoke.ID]bool{}
	for _, e := range events {
		at := e.StartsAt.Time().In(zone)
		byDay[at.Format(time.DateOnly)] = append(byDay[at.Format(time.DateOnly)], newAgendaEvent(&p.frame, e, p.Whole))
		if at.Year() == p.Month.Year() && at.Month() == p.Month.Month() {
			inside = append(inside, e)
		}
		if !seen[e.Community.ID] {
			seen[e.Community.ID] = true
			p.Communities = append(p.Communities, e.Community)
		}
	}
	p.Days, p.Count = newAgenda(&p.frame, inside, p.Whole), len(inside)
	first := monthStart(p.Month, locale.FirstWeekday(p.Lang()))
	today := p.Now.Time().In(zone).Format(time.DateOnly)
	for week := range 6 {
		start := first.AddDate(0, 0, 7*week)
		if week > 3 && !start.Before(p.Month.AddDate(0, 1, 0)) {
			break
		}
		var row []monthDay
		for d := range 7 {
			day := start.AddDate(0, 0, d)
			date := day.Format(time.DateOnly)
			row = append(row, monthDay{Date: date, Number: p.R.DayNumber(day), Out: day.Month() != p.Month.Month(), Today: date == today, Entries: byDay[date]})
		}
		p.Weeks = append(p.Weeks, row)
	}
	for d := range 7 {
		day := first.AddDate(0, 0, d)
		p.Weekdays = append(p.Weekdays, weekday{p.R.WeekdayShort(day), p.R.Weekday(day)})
	}
}

// monthStart is the first day of the week that a month begins in.
func monthStart(month time.Time, first time.Weekday) time.Time {
	back := (int(month.Weekday()) - int(first) + 7) % 7
	return month.AddDate(0, 0, -back)
}
