package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// A meetingForm is a recurring meeting as its form says it.
type meetingForm struct {
	ruleForm
	Title       string `form:"title"`
	Description string `form:"description"`
	Start       string `form:"start_local"`
	Zone        string `form:"time_zone"`
	Minutes     int    `form:"duration_minutes"`
	Place       string `form:"place"`
	JoinLink    string `form:"join_link"`
	Language    string `form:"language"`
	Visibility  string `form:"visibility"`
	Invite      bool   `form:"invite"`
	Note        string `form:"note"`
	Version     *int64 `form:"version"`
	Do          string `form:"do"` // preview, draft, publish or save
}

// start is the first date, none where it cannot be read.
func (f *meetingForm) start() calendar.DateTime {
	d, err := calendar.ParseDateTime(f.Start)
	if err != nil {
		return calendar.DateTime{}
	}
	return d
}

// recurrence is the meeting that the form comes to, checked but for its title.
func (f *meetingForm) recurrence(now convoke.Instant) (r convoke.Recurrence, err error) {
	in, err := f.input()
	if err != nil {
		return r, err
	}
	first, err := convoke.FirstDate("rhythm", *in.Rule, f.start())
	if err != nil {
		return r, ofRule(err)
	}
	r = convoke.Recurrence{Title: "-", Rule: convoke.RuleColumn{Rule: *in.Rule}, Start: first, Zone: f.Zone, Minutes: f.Minutes, JoinLink: f.JoinLink, Visibility: convoke.ToCommunity}
	return r, ofRule(r.Check(now))
}

// input is what the form says, with the rule read.
func (f *meetingForm) input() (in app.MeetingInput, err error) {
	var faults convoke.Faults
	start, err := convoke.ReadStart("start_local", f.Start)
	faults.Take(err)
	rule, err := f.rule(start)
	faults.Take(err)
	if err := faults.Err(); err != nil {
		return in, err
	}
	return app.MeetingInput{Title: &f.Title, Description: &f.Description, Rule: &rule, StartLocal: &f.Start, TimeZone: &f.Zone, DurationMinutes: &f.Minutes,
		Place: &f.Place, JoinLink: &f.JoinLink, Language: &f.Language, Visibility: &f.Visibility, Invite: &f.Invite, Note: &f.Note, Version: f.Version}, nil
}

// formOfMeeting is the form that says a meeting.
func formOfMeeting(r convoke.Recurrence) meetingForm {
	return meetingForm{ruleForm: formOfRule(r.Rule.Rule), Title: r.Title, Description: r.Description, Start: r.Start.String(), Zone: r.Zone, Minutes: r.Minutes,
		Place: r.Place, JoinLink: r.JoinLink, Language: r.Language, Visibility: string(r.Visibility), Invite: r.Invite}
}

type meetingFormPage struct {
	frame
	M        app.CommunityView
	Old      app.MeetingView
	Typed    meetingForm
	New      bool
	Once     string // key of the form of a new one
	Action   string
	Plan     *plan        // the next dates, once asked for
	Sentence string       // the rhythm in words
	Audience app.Audience // of the invitation to a draft
	Told     int          // who gets a mail when it changes or is cancelled
	Past     bool         // it has no date to come
}

// Rule is the rule as the form says it.
func (p *meetingFormPage) Rule() ruleForm { return p.Typed.ruleForm }

// Rhythms are the rhythms to choose from.
func (p *meetingFormPage) Rhythms() []string {
	return []string{rhythmNth, rhythmWeekly, rhythmDate, rhythmDaily, rhythmYearly}
}

// Boxes are the days of the week to tick.
func (p *meetingFormPage) Boxes() []choice { return p.weekdayBoxes(p.Typed.Weekdays) }

// Months are the months to leave out.
func (p *meetingFormPage) Months() []choice { return p.monthBoxes(p.Typed.NotMonths) }

// Nths are which weekday of a month it can be.
func (p *meetingFormPage) Nths() []choice { return p.nthChoices() }

// MonthDays are the days of a month to choose from.
func (p *meetingFormPage) MonthDays() []choice { return p.monthDayChoices() }

// Visibilities are who can see a meeting.
func (p *meetingFormPage) Visibilities() []convoke.Visibility { return convoke.Visibilities }

// StartDate is the day of the form's first date.
func (p *meetingFormPage) StartDate() string { return dayField(p.Typed.start()) }

// StartTime is the hour of the form's first date.
func (p *meetingFormPage) StartTime() string { return hourField(p.Typed.start()) }

// Draft tells whether nobody but those who plan knows of it.
func (p *meetingFormPage) Draft() bool { return p.New || p.Old.Draft() }

// Cancelled tells whether it was called off.
func (p *meetingFormPage) Cancelled() bool { return p.Old.Status == convoke.Cancelled }

// Base is the address of the form.
func (p *meetingFormPage) Base() string {
	return communityPath(p.M.Slug) + "/admin/meetings/" + url.PathEscape(p.Old.Slug)
}

// meetingEditor is where a recurring meeting is written, changed, published and cancelled.
func (s *Server) meetingEditor(c *gin.Context) error { return s.meetingPage(c, nil) }

// meetingPage shows the form: as the meeting stands, as it was typed and refused, or as typed with the dates it comes to.
func (s *Server) meetingPage(c *gin.Context, preview *meetingForm) error {
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	m, err := s.app.Communities.Get(ctx, v, slug)
	if err != nil {
		return err
	}
	if !m.Can(convoke.Plan) {
		return convoke.ErrForbidden
	}
	p := meetingFormPage{frame: s.frame(c), M: m, New: c.Param("meeting") == ""}
	p.under(m.Community, m.Standing, "admin")
	if p.New {
		p.Typed = meetingForm{ruleForm: ruleForm{Rhythm: rhythmNth, Interval: 1}, Zone: m.Zone, Minutes: 60, Language: m.Language, Visibility: string(convoke.ToCommunity), Invite: true}
		p.Title, p.Action, p.Once = p.T("meetingform.new"), communityPath(slug)+"/admin/meetings/new/create", onceKey(c)
	} else if err := s.oldMeeting(c, &p); err != nil {
		return err
	}
	if p.Form != nil {
		_ = bind(c, &p.Typed) // what does not bind is what was refused
	}
	if preview != nil {
		p.Typed = *preview
	}
	if preview != nil || !p.New && p.Draft() && p.Form == nil {
		if err := s.planMeeting(c, &p); err != nil && (preview != nil || status(err) == http.StatusInternalServerError) {
			return err // a stored draft that no longer works out shows its form alone
		}
	}
	return s.show(c, "meeting-form", &p)
}

// oldMeeting fills the page with a meeting that exists.
func (s *Server) oldMeeting(c *gin.Context, p *meetingFormPage) (err error) {
	ctx, v := c.Request.Context(), viewer(c)
	if p.Old, err = s.app.Meetings.Get(ctx, v, p.M.Slug, c.Param("meeting")); err != nil {
		return err
	}
	p.Typed, p.Title, p.Action = formOfMeeting(p.Old.Recurrence), p.T("meetingform.edit", "Title", p.Old.Title), p.Base()+"/save"
	p.Sentence = sentence(p.R.Rule(p.Old.Rule.Rule, p.Old.Start, p.Old.Zone))
	if p.Old.Draft() {
		p.Audience, err = s.app.Meetings.Audience(ctx, v, p.Old.ID)
		return err
	}
	p.Told, err = s.app.Meetings.Told(ctx, v, p.Old.ID)
	return err
}

// sentence begins a clause with a capital.
func sentence(clause string) string {
	first, size := utf8.DecodeRuneInString(clause)
	return string(unicode.ToUpper(first)) + clause[size:]
}

// datesShown is how many dates of a rule a preview shows.
const datesShown = 12

// planMeeting works out the next dates of what the form says, and refuses what could not be kept.
func (s *Server) planMeeting(c *gin.Context, p *meetingFormPage) error {
	r, err := p.Typed.recurrence(s.app.Now())
	if err != nil {
		return err
	}
	p.Sentence = sentence(p.R.Rule(r.Rule.Rule, r.Start, r.Zone))
	from := r.Start
	if p.Past = s.past(r); !p.New && !p.Past {
		from = calendar.In(s.app.Now().Time(), p.frame.In(r.Zone).R.Zone())
	}
	dates := r.Rule.Between(r.Start, from, calendar.DateTime{}, datesShown)
	preview, err := s.app.Series.Preview(c.Request.Context(), viewer(c), p.M.Slug, convoke.Rhythm{List: dates}, r.Zone, r.Minutes)
	if err != nil {
		return err
	}
	for i := range preview.Dates { // a meeting does not clash with itself
		preview.Dates[i].Clashes = slices.DeleteFunc(preview.Dates[i].Clashes, func(e app.EventView) bool { return !p.New && e.MeetingID == p.Old.ID })
	}
	p.Plan = newPlan(&p.frame, preview, r.Zone, p.M.Members)
	return nil
}

// past tells whether a meeting has no date to come, so that nobody is invited.
func (s *Server) past(r convoke.Recurrence) bool {
	loc, err := calendar.LoadZone(r.Zone)
	if err != nil {
		return false
	}
	running := s.app.Now().Add(time.Duration(1-r.Minutes) * time.Minute) // what began earlier is over
	return len(r.Rule.Between(r.Start, calendar.In(running.Time(), loc), calendar.DateTime{}, 1)) == 0
}

// createMeeting shows what a new meeting comes to, or makes it, and publishes it when asked to.
func (s *Server) createMeeting(c *gin.Context) error {
	in, input, err := s.readMeeting(c)
	if err != nil {
		return s.again(c, err, s.meetingEditor)
	}
	if in.Do == "preview" {
		return s.meetingPage(c, in)
	}
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	make, publish := s.app.Meetings.Create, in.Do == "publish"
	if publish {
		make = s.app.Meetings.CreatePublished
	}
	r, err := make(withOnce(c), v, slug, input)
	switch {
	case err != nil:
		return s.notMade(c, ofRule(err), s.meetingEditor, func(id string) (madeBefore, error) {
			r, err := s.app.Meetings.Get(ctx, v, "", id)
			return madeBefore{pathOfMeeting(r.Community.Slug, r.Recurrence), r.Title, r.Draft()}, err
		})
	case publish:
		return s.publishedMeeting(c, r)
	}
	return s.done(c, pathOfMeeting(slug, r), "done.draft")
}

// pathOfMeeting is the page of a meeting, or the form of a draft.
func pathOfMeeting(community string, r convoke.Recurrence) string {
	if r.Draft() {
		return communityPath(community) + "/admin/meetings/" + url.PathEscape(r.Slug)
	}
	return meetingPath(community, r.Slug)
}

// readMeeting reads the form and, so that a preview refuses what saving would, checks it.
func (s *Server) readMeeting(c *gin.Context) (in *meetingForm, input app.MeetingInput, err error) {
	in = &meetingForm{}
	var faults convoke.Faults
	if err = bind(c, in); !faults.Took(err) {
		return in, input, err
	}
	input, err = in.input()
	faults.Take(err)
	r := convoke.Recurrence{Title: in.Title, Start: in.start(), Zone: in.Zone, Minutes: in.Minutes, JoinLink: strings.TrimSpace(in.JoinLink), Visibility: convoke.Visibility(in.Visibility)}
	if in.Do == "preview" { // which may be asked for before there is a title
		r.Title = "-"
	}
	faults.Take(r.CheckFields())
	if err = faults.Err(); err == nil && in.Do == "preview" {
		_, err = in.recurrence(s.app.Now())
	}
	return in, input, err
}

// publishedMeeting leads to a meeting that was just published.
func (s *Server) publishedMeeting(c *gin.Context, r convoke.Recurrence) error {
	key := "done.published"
	if r.Invite && !s.past(r) {
		key = "done.published_invited"
	}
	return s.done(c, meetingPath(c.Param("community"), r.Slug), key)
}

// saveMeeting shows what a changed meeting comes to, or changes all its coming dates, and publishes a draft when asked to.
func (s *Server) saveMeeting(c *gin.Context) error {
	in, input, err := s.readMeeting(c)
	if err != nil {
		return s.again(c, err, s.meetingEditor)
	}
	if in.Do == "preview" {
		return s.meetingPage(c, in)
	}
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	old, err := s.app.Meetings.Get(ctx, v, slug, c.Param("meeting"))
	if err != nil {
		return err
	}
	r, err := s.app.Meetings.Edit(ctx, v, old.ID, input)
	if err != nil {
		return s.again(c, ofRule(err), s.meetingEditor)
	}
	switch {
	case r.Draft() && in.Do == "publish":
		if r, err = s.app.Meetings.Publish(ctx, v, r.ID); err != nil {
			return s.again(c, ofRule(err), s.meetingEditor)
		}
		return s.publishedMeeting(c, r)
	case r.Draft():
		return s.done(c, communityPath(slug)+"/admin/meetings/"+url.PathEscape(r.Slug), "done.draft")
	}
	return s.done(c, meetingPath(slug, r.Slug), "done.event_saved")
}

// cancelMeeting calls a meeting off with all dates to come, or removes a draft.
func (s *Server) cancelMeeting(c *gin.Context) error {
	var in noteForm
	if err := bind(c, &in); err != nil {
		return err
	}
	ctx, v, slug := c.Request.Context(), viewer(c), c.Param("community")
	old, err := s.app.Meetings.Get(ctx, v, slug, c.Param("meeting"))
	if err != nil {
		return err
	}
	if err := s.app.Meetings.Cancel(ctx, v, old.ID, in.Note); err != nil {
		return s.again(c, err, s.meetingEditor)
	}
	if old.Draft() {
		return s.done(c, communityPath(slug)+"/admin", "done.draft_removed")
	}
	return s.done(c, meetingPath(slug, old.Slug), "done.cancelled")
}
