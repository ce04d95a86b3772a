package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// ruleJSON is a rule as programs write it, after RFC 5545 3.3.10.
type ruleJSON struct {
	Freq      string   `json:"freq"`
	Interval  int      `json:"interval,omitempty"`
	Weekdays  []string `json:"weekdays,omitempty"`
	Nth       int      `json:"nth,omitempty"`
	MonthDay  int      `json:"month_day,omitempty"`
	Count     int      `json:"count,omitempty"`
	Until     string   `json:"until,omitempty"`
	NotMonths []int    `json:"not_months,omitempty"`
	NotDates  []string `json:"not_dates,omitempty"`
}

func ruleOf(r calendar.Rule) *ruleJSON {
	out := &ruleJSON{Freq: string(r.Freq), Interval: r.Interval, Nth: r.Nth, MonthDay: r.MonthDay, Count: r.Count}
	for _, d := range r.Weekdays {
		out.Weekdays = append(out.Weekdays, d.String())
	}
	if !r.Until.IsZero() {
		out.Until = r.Until.String()
	}
	for _, m := range r.NotMonths {
		out.NotMonths = append(out.NotMonths, int(m))
	}
	for _, d := range r.NotDates {
		out.NotDates = append(out.NotDates, d.String())
	}
	return out
}

// rule reads the rule; a missing interval is 1. Whether it makes sense is for the calendar to say.
func (j *ruleJSON) rule() (r calendar.Rule, err error) {
	if j == nil {
		return r, convoke.Invalid("rule", "rule.required")
	}
	if !slices.Contains([]calendar.Frequency{calendar.Daily, calendar.Weekly, calendar.Monthly, calendar.Yearly}, calendar.Frequency(j.Freq)) {
		return r, convoke.Invalid("rule", "rule.unknown")
	}
	r = calendar.Rule{Freq: calendar.Frequency(j.Freq), Interval: max(j.Interval, 0), Nth: j.Nth, MonthDay: j.MonthDay, Count: j.Count}
	if j.Interval == 0 {
		r.Interval = 1
	}
	for _, m := range j.NotMonths {
		r.NotMonths = append(r.NotMonths, time.Month(m))
	}
	for _, text := range j.Weekdays {
		d, err := calendar.ParseWeekday(text)
		if err != nil {
			return r, convoke.Invalid("rule", "rule.unknown").Because(err)
		}
		r.Weekdays = append(r.Weekdays, d)
	}
	for _, text := range j.NotDates {
		d, err := calendar.ParseDate(text)
		if err != nil {
			return r, convoke.Invalid("rule", "rule.unknown").Because(err)
		}
		r.NotDates = append(r.NotDates, d)
	}
	if j.Until != "" {
		if r.Until, err = calendar.ParseDate(j.Until); err != nil {
			return r, convoke.Invalid("rule", "rule.unknown").Because(err)
		}
	}
	return r, nil
}

type meetingJSON struct {
	ID              convoke.ID `json:"id"`
	Slug            string     `json:"slug"`
	Community       string     `json:"community"`
	Previous        string     `json:"previous,omitempty"`
	Title           string     `json:"title"`
	Description     string     `json:"description"`
	Rule            *ruleJSON  `json:"rule"`
	StartLocal      string     `json:"start_local"`
	TimeZone        string     `json:"time_zone"`
	DurationMinutes int        `json:"duration_minutes"`
	Place           string     `json:"place"`
	JoinLink        string     `json:"join_link"`
	HasJoinLink     bool       `json:"has_join_link"`
	Language        string     `json:"language"`
	Visibility      string     `json:"visibility"`
	Draft           bool       `json:"draft"`
	Status          string     `json:"status"`
	CancelNote      string     `json:"cancel_note"`
	Invite          bool       `json:"invite"`
	UID             string     `json:"uid"`
	Sequence        int        `json:"sequence"`
	Version         int64      `json:"version"`
	PublishedAt     time.Time  `json:"published_at,omitzero"`
	MyAnswer        *string    `json:"my_answer,omitempty"` // of a single meeting only
	URL             string     `json:"url"`
}

func (s *Server) meetingOf(community string, r app.MeetingView) meetingJSON {
	return meetingJSON{ID: r.ID, Slug: r.Slug, Community: community, Previous: string(r.PreviousID), Title: r.Title, Description: r.Description, Rule: ruleOf(r.Rule.Rule),
		StartLocal: r.Start.String(), TimeZone: r.Zone, DurationMinutes: r.Minutes, Place: r.Place, JoinLink: r.JoinLink, HasJoinLink: r.HasLink,
		Language: r.Language, Visibility: string(r.Visibility), Draft: r.Draft(), Status: string(r.Status), CancelNote: r.CancelNote, Invite: r.Invite,
		UID: r.UID, Sequence: r.Sequence, Version: r.Version, PublishedAt: r.PublishedAt.Time(), URL: s.app.Site().Base + meetingPath(community, r.Slug)}
}

func (s *Server) apiMeetings(c *gin.Context) error {
	slug := c.Param("community")
	limit, page, err := apiRows(c)
	if err != nil {
		return err
	}
	rows, err := s.app.Meetings.List(c.Request.Context(), viewer(c), slug, page)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, listed(rows, limit, func(r app.MeetingView) meetingJSON { return s.meetingOf(slug, r) },
		func(r app.MeetingView) apiCursor { return apiCursor{At: r.CreatedAt, ID: r.ID} }))
}

type meetingBody struct {
	Title           *string   `json:"title"`
	Description     *string   `json:"description"`
	Rule            *ruleJSON `json:"rule"`
	StartLocal      *string   `json:"start_local"`
	TimeZone        *string   `json:"time_zone"`
	DurationMinutes *int      `json:"duration_minutes"`
	Place           *string   `json:"place"`
	JoinLink        *string   `json:"join_link"`
	Language        *string   `json:"language"`
	Visibility      *string   `json:"visibility"`
	Invite          *bool     `json:"invite"`
	Note            *string   `json:"note"`
	Version         *int64    `json:"version"`
}

func (b meetingBody) input() (in app.MeetingInput, err error) {
	in = app.MeetingInput{Title: b.Title, Description: b.Description, StartLocal: b.StartLocal, TimeZone: b.TimeZone, DurationMinutes: b.DurationMinutes,
		Place: b.Place, JoinLink: b.JoinLink, Language: b.Language, Visibility: b.Visibility, Invite: b.Invite, Note: b.Note, Version: b.Version}
	if b.Rule == nil {
		return in, nil
	}
	rule, err := b.Rule.rule()
	in.Rule = &rule
	return in, err
}

func decodeMeeting(c *gin.Context) (app.MeetingInput, error) {
	var body meetingBody
	if err := decode(c, &body); err != nil {
		return app.MeetingInput{}, err
	}
	return body.input()
}

func (s *Server) apiAddMeeting(c *gin.Context) error {
	in, err := decodeMeeting(c)
	if err != nil {
		return err
	}
	r, err := s.app.Meetings.Create(c.Request.Context(), viewer(c), c.Param("community"), in)
	if err != nil {
		return err
	}
	return s.showMeeting(c, http.StatusCreated, apiPath("meetings", string(r.ID)), r.ID)
}

// showMeeting answers with a recurring meeting as it now is for the viewer.
func (s *Server) showMeeting(c *gin.Context, n int, location string, id convoke.ID) error {
	r, err := s.app.Meetings.Get(c.Request.Context(), viewer(c), "", string(id))
	if err != nil {
		return err
	}
	out := s.meetingOf(r.Community.Slug, r)
	answer := string(r.Answer)
	out.MyAnswer = &answer
	return s.answer(c, n, location, out)
}

// meetingID finds the recurring meeting of the address.
func (s *Server) meetingID(c *gin.Context) (convoke.ID, error) {
	return s.app.Meetings.Ref(c.Request.Context(), viewer(c), c.Param("meeting"))
}

func (s *Server) apiMeeting(c *gin.Context) error {
	id, err := s.meetingID(c)
	if err != nil {
		return err
	}
	return s.showMeeting(c, http.StatusOK, "", id)
}

func (s *Server) apiEditMeeting(c *gin.Context) error {
	id, err := s.meetingID(c)
	if err != nil {
		return err
	}
	in, err := decodeMeeting(c)
	if err != nil {
		return err
	}
	if _, err := s.app.Meetings.Edit(c.Request.Context(), viewer(c), id, in); err != nil {
		return err
	}
	return s.showMeeting(c, http.StatusOK, "", id)
}

// apiPublishMeeting publishes a recurring meeting, or with dry_run tells who would get its letter and why others would not.
func (s *Server) apiPublishMeeting(c *gin.Context) error {
	dry, err := apiFlag(c, "dry_run")
	if err != nil {
		return err
	}
	id, err := s.meetingID(c)
	if err != nil {
		return err
	}
	if dry {
		a, err := s.app.Meetings.Audience(c.Request.Context(), viewer(c), id)
		if err != nil {
			return err
		}
		return s.answer(c, http.StatusOK, "", audienceOf(a))
	}
	if _, err := s.app.Meetings.Publish(c.Request.Context(), viewer(c), id); err != nil {
		return err
	}
	return s.showMeeting(c, http.StatusOK, "", id)
}

// apiCancelMeeting calls a recurring meeting off. A draft is removed, so there is no body.
func (s *Server) apiCancelMeeting(c *gin.Context) error {
	id, err := s.meetingID(c)
	if err != nil {
		return err
	}
	note, err := noteOf(c)
	if err != nil {
		return err
	}
	if err := s.app.Meetings.Cancel(c.Request.Context(), viewer(c), id, note); err != nil {
		return err
	}
	return s.nothing(c)
}
