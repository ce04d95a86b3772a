package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// A plannerForm is a series as the planner says it: how its dates follow one another and, once they were shown, each date by itself.
type plannerForm struct {
	ruleForm
	Title       string   `form:"title"`
	Description string   `form:"description"`
	First       string   `form:"first_local"`
	Hour        string   `form:"first_time"`
	Sessions    int      `form:"sessions"`
	Own         string   `form:"dates"` // own list, one date a line
	Zone        string   `form:"time_zone"`
	Minutes     int      `form:"duration_minutes"`
	JoinLink    string   `form:"join_link"`
	Language    string   `form:"language"`
	Visibility  string   `form:"visibility"`
	Invite      bool     `form:"invite"`
	LineDates   []string `form:"line_date"`
	LineTimes   []string `form:"line_time"`
	LineTitles  []string `form:"line_title"`
	Dropped     []string `form:"line_drop"` // numbers of lines
	Do          string   `form:"do"`        // preview, lines, draft or publish
}

// rhythm is how the dates follow one another.
func (f *plannerForm) rhythm() (convoke.Rhythm, error) {
	in := app.RhythmInput{FirstDate: f.First, Sessions: f.Sessions}
	if f.Rhythm == rhythmList {
		for line := range strings.Lines(f.Own) {
			if line = strings.TrimSpace(line); line != "" {
				in.Dates = append(in.Dates, f.ownDate(line))
			}
		}
		if len(in.Dates) == 0 {
			return convoke.Rhythm{}, convoke.Invalid("dates", "series.sessions.missing")
		}
		return in.Rhythm()
	}
	var faults convoke.Faults
	start, err := convoke.ReadStart("first_date", f.First)
	if f.First != "" {
		faults.Take(err)
	}
	rule, err := f.rule(start)
	faults.Take(err)
	faults.Take(convoke.CheckSessions(f.Sessions))
	if err := faults.Err(); err != nil {
		return convoke.Rhythm{}, err
	}
	in.Rule = &rule
	return in.Rhythm()
}

// ownDate is a line of the own list as a local time: the hour may be left out, or have one digit.
func (f *plannerForm) ownDate(line string) string {
	day, clock, ok := strings.Cut(strings.Join(strings.Fields(line), "T"), "T")
	if !ok {
		clock = f.Hour
	}
	if hour, _, _ := strings.Cut(clock, ":"); len(hour) == 1 {
		clock = "0" + clock
	}
	return day + "T" + clock
}

// listed tells whether the form holds the dates themselves.
func (f *plannerForm) listed() bool { return len(f.LineDates) > 0 && f.Do != "preview" }

// lines are the dates as they stand in the form, without looking at what they say.
func (f *plannerForm) lines() []planLine {
	at := func(list []string, i int) string {
		if i < len(list) {
			return strings.TrimSpace(list[i])
		}
		return ""
	}
	var out []planLine
	for i := range f.LineDates {
		l := planLine{Date: at(f.LineDates, i), Hour: at(f.LineTimes, i), Title: at(f.LineTitles, i), Dropped: slices.Contains(f.Dropped, strconv.Itoa(i))}
		if l.Date != "" || l.Title != "" {
			out = append(out, l)
		}
	}
	return out
}

// dates are the dates to plan, in order, each with its line: those of the form, or those of the rhythm.
func (f *plannerForm) dates() (lines []planLine, r convoke.Rhythm, err error) {
	if !f.listed() {
		if r, err = f.rhythm(); err != nil {
			return nil, r, err
		}
		dates, err := r.Dates()
		for i, d := range dates {
			l := planLine{Date: dayField(d), Hour: hourField(d)}
			if i < len(f.LineTitles) {
				l.Title = f.LineTitles[i]
			}
			l.Start = d
			lines = append(lines, l)
		}
		return lines, convoke.Rhythm{List: dates}, err
	}
	lines = f.lines()
	for i := range lines {
		l := &lines[i]
		if l.Start, err = convoke.ReadStart("lines", l.Date+"T"+l.Hour); err != nil && !l.Dropped {
			return lines, r, err
		}
	}
	slices.SortStableFunc(lines, func(a, b planLine) int { return a.Start.Compare(b.Start) })
	for _, l := range lines {
		switch {
		case l.Dropped:
		case slices.Contains(r.List, l.Start):
			return lines, r, convoke.Invalid("lines", "planner.twice").With("Start", l.Start)
		default:
			r.List = append(r.List, l.Start)
		}
	}
	if len(r.List) == 0 {
		err = convoke.Invalid("lines", "series.sessions.missing")
	}
	return lines, r, err
}

type plannerPage struct {
	frame
	M     app.CommunityView
	Once  string // key of the form
	Typed plannerForm
	Plan  *plan
}

// Rule is the rhythm as the form says it.
func (p *plannerPage) Rule() ruleForm { return p.Typed.ruleForm }

// Rhythms are the rhythms to choose from.
func (p *plannerPage) Rhythms() []string {
	return []string{rhythmNth, rhythmWeekly, rhythmDate, rhythmList}
}

// Boxes are the days of the week to tick.
func (p *plannerPage) Boxes() []choice { return p.weekdayBoxes(p.Typed.Weekdays) }

// Nths are which weekday of a month it can be.
func (p *plannerPage) Nths() []choice { return p.nthChoices() }

// MonthDays are not asked for here: a series by date goes by its first.
func (p *plannerPage) MonthDays() []choice { return nil }

// Visibilities are who can see a series.
func (p *plannerPage) Visibilities() []convoke.Visibility { return convoke.Visibilities }

// FirstDate is the day of the first session.
func (p *plannerPage) FirstDate() string {
	day, _, _ := strings.Cut(p.Typed.First, "T")
	return day
}

// Kept counts the sessions that were not dropped.
func (p *plannerPage) Kept() int {
	n := 0
	for _, l := range p.Plan.Lines {
		if !l.Dropped {
			n++
		}
	}
	return n
}

// planner is where a series is planned, on one screen: how it recurs, and beside it what that comes to.
func (s *Server) planner(c *gin.Context) error { return s.plannerPage(c, nil, nil) }

func (s *Server) plannerPage(c *gin.Context, typed *plannerForm, shown func(*plannerPage) *plan) error {
	m, err := s.app.Communities.Get(c.Request.Context(), viewer(c), c.Param("community"))
	if err != nil {
		return err
	}
	if !m.Can(convoke.Plan) {
		return convoke.ErrForbidden
	}
	p := plannerPage{frame: s.frame(c), M: m, Once: onceKey(c)}
	p.under(m.Community, m.Standing, "admin")
	p.Title = p.T("planner.title")
	p.Typed = plannerForm{ruleForm: ruleForm{Rhythm: rhythmNth, Interval: 1}, Sessions: 6, Hour: "14:00", Zone: m.Zone, Minutes: 90, Language: m.Language,
		Visibility: string(convoke.ToCommunity), Invite: true}
	switch {
	case typed != nil:
		p.Typed, p.Plan = *typed, shown(&p)
	case p.Form != nil:
		_ = bind(c, &p.Typed) // what does not bind is what was refused
		if lines := p.Typed.lines(); len(lines) > 0 {
			p.Plan = &plan{speech: p.In(p.Typed.Zone), Lines: lines}
		}
	}
	return s.show(c, "planner", &p)
}

// planSeries shows what a rhythm comes to, looks again at changed dates, or makes the series, and publishes it when asked to.
func (s *Server) planSeries(c *gin.Context) error {
	in := &plannerForm{}
	var faults convoke.Faults
	if err := bind(c, in); !faults.Took(err) {
		return s.again(c, err, s.planner)
	}
	lines, rhythm, err := in.dates()
	faults.Take(ofRule(err))
	_, err = app.CheckZoneAndLength(in.Zone, in.Minutes)
	faults.Take(err)
	faults.Check(in.Do != "draft" && in.Do != "publish" || strings.TrimSpace(in.Title) != "", "title", "series.title.missing")
	if err := faults.Err(); err != nil {
		return s.again(c, err, s.planner)
	}
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	preview, err := s.app.Series.Preview(ctx, v, slug, rhythm, in.Zone, in.Minutes)
	if err != nil {
		return s.again(c, ofRule(err), s.planner)
	}
	if in.Do == "draft" || in.Do == "publish" {
		past := !slices.ContainsFunc(preview.Dates, func(d app.PlannedDate) bool { return d.EndsAt > s.app.Now() })
		return s.createSeries(c, in, lines, past)
	}
	return s.plannerPage(c, in, func(p *plannerPage) *plan { return planOf(&p.frame, preview, in.Zone, p.M.Members, lines) })
}

// planOf is a preview with what the lines of the form say besides their dates; dropped lines stay in their place.
func planOf(f *frame, preview app.Preview, zone string, members int, lines []planLine) *plan {
	out := newPlan(f, preview, zone, members)
	made := out.Lines
	out.Lines = nil
	for _, l := range lines {
		if !l.Dropped && len(made) > 0 {
			made[0].Title = l.Title
			l, made = made[0], made[1:]
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

func (s *Server) createSeries(c *gin.Context, in *plannerForm, lines []planLine, past bool) error {
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	var sessions []app.SessionInput
	for _, l := range lines {
		if !l.Dropped {
			sessions = append(sessions, app.SessionInput{Title: l.Title, StartLocal: l.Start.String()})
		}
	}
	create, publish := s.app.Series.Create, in.Do == "publish"
	if publish {
		create = s.app.Series.CreatePublished
	}
	r, err := create(withOnce(c), v, slug, app.SeriesInput{Title: &in.Title, Description: &in.Description, Language: &in.Language, TimeZone: &in.Zone,
		Visibility: &in.Visibility, Invite: &in.Invite}, app.EventInput{DurationMinutes: &in.Minutes, JoinLink: &in.JoinLink}, sessions)
	if err != nil {
		return s.notMade(c, renamed(err, "start_local", "lines", "sessions", "lines"), s.planner, func(id string) (madeBefore, error) {
			r, err := s.app.Series.Get(ctx, v, "", id)
			return madeBefore{pathOfSeries(r.Community.Slug, r.Series), r.Title, r.Draft()}, err
		})
	}
	key := "done.published"
	switch {
	case !publish:
		key = "done.draft"
	case r.Invite && !past: // nobody is invited to what is over
		key = "done.published_invited"
	}
	return s.done(c, pathOfSeries(slug, r), key)
}

// pathOfSeries is the page of a series, or the form of a draft.
func pathOfSeries(community string, r convoke.Series) string {
	if r.Draft() {
		return communityPath(community) + "/admin/series/" + url.PathEscape(r.Slug)
	}
	return seriesPath(community, r.Slug)
}
