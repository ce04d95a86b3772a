package web

import (
	"cmp"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// letterJSON is one mail to one person. What holds an address (that itself, and what a mail server said) is for the operator.
type letterJSON struct {
	ID         convoke.ID `json:"id"`
	Kind       string     `json:"kind"`
	Class      string     `json:"class"`
	Name       string     `json:"name"`
	Email      string     `json:"email,omitempty"`
	Subject    string     `json:"subject"`
	MessageID  string     `json:"message_id"`
	Event      convoke.ID `json:"event,omitempty"`
	Series     convoke.ID `json:"series,omitempty"`
	Meeting    convoke.ID `json:"meeting,omitempty"`
	Sequence   int        `json:"sequence"`
	State      string     `json:"state"`
	Why        string     `json:"why"`
	Attempts   int        `json:"attempts"`
	InDoubt    int        `json:"in_doubt"`
	LastCode   int        `json:"last_code"`
	LastError  string     `json:"last_error,omitempty"`
	CreatedAt  time.Time  `json:"created_at"`
	NextAt     time.Time  `json:"next_at,omitzero"`
	FirstTryAt time.Time  `json:"first_try_at,omitzero"`
	FinalAt    time.Time  `json:"final_at,omitzero"`
}

func letterOf(l app.LetterRow, operator bool) letterJSON {
	out := letterJSON{ID: l.ID, Kind: l.Kind, Class: string(l.Class), Name: l.Name, Subject: l.Subject, MessageID: l.MessageID, Event: l.EventID, Series: l.SeriesID,
		Meeting: l.MeetingID, Sequence: l.Sequence, State: l.State, Why: l.Why, Attempts: l.Attempts, InDoubt: l.InDoubt, LastCode: l.LastCode,
		CreatedAt: l.CreatedAt.Time(), FirstTryAt: l.FirstTryAt.Time(), FinalAt: l.FinalAt.Time()}
	if l.State == convoke.Queued || l.State == convoke.Leased {
		out.NextAt = l.NextAt.Time()
	}
	if operator {
		out.Email, out.LastError = l.Address, l.LastError
	}
	return out
}

// subjects finds the things a ledger or a timetable is asked about.
func (s *Server) subjects(c *gin.Context) (community, event, series, meeting convoke.ID, err error) {
	ctx, v := c.Request.Context(), viewer(c)
	if slug := c.Query("community"); slug != "" {
		m, err := s.communityNamed(c, slug)
		if err != nil {
			return "", "", "", "", err
		}
		community = m.ID
	}
	for _, x := range []struct {
		name string
		id   *convoke.ID
		find refFinder
	}{{"event", &event, s.app.Events.Ref}, {"series", &series, s.app.Series.Ref}, {"meeting", &meeting, s.app.Meetings.Ref}} {
		if ref := c.Query(x.name); ref != "" {
			if *x.id, err = x.find(ctx, v, ref); err != nil {
				return "", "", "", "", err
			}
		}
	}
	return community, event, series, meeting, nil
}

func (s *Server) apiDelivery(c *gin.Context) error {
	limit, after, err := apiPage(c)
	if err != nil {
		return err
	}
	if err = cmp.Or(apiChoice(c, "kind", app.LetterKinds(true)), apiChoice(c, "state", app.LetterStates())); err != nil {
		return err
	}
	f := app.LetterFilter{Kind: c.Query("kind"), State: c.Query("state"), AfterTime: after.At, AfterID: after.ID, Limit: limit + 1}
	if f.Community, f.Event, f.Series, f.Meeting, err = s.subjects(c); err != nil {
		return err
	}
	v := viewer(c)
	rows, err := s.app.Ledger.List(c.Request.Context(), v, f)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, listed(rows, limit, func(l app.LetterRow) letterJSON { return letterOf(l, v.Operator) },
		func(l app.LetterRow) apiCursor { return apiCursor{At: l.CreatedAt, ID: l.ID} }))
}

// apiResend sends one letter again that was refused for good.
func (s *Server) apiResend(c *gin.Context) error {
	v := viewer(c)
	l, err := s.app.Ledger.Resend(c.Request.Context(), v, convoke.ID(c.Param("letter")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", letterOf(l, v.Operator))
}

// apiResendAll sends all letters of an event or a series again that were refused for good.
func (s *Server) apiResendAll(c *gin.Context) error {
	_, event, series, _, err := s.subjects(c)
	if err != nil {
		return err
	}
	if (event == "") == (series == "") {
		return convoke.Invalid("event", "letter.resend.of")
	}
	n, err := s.app.Ledger.ResendAll(c.Request.Context(), viewer(c), app.LetterFilter{Event: event, Series: series})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", struct {
		Resent int `json:"resent"`
	}{n})
}

// dueJSON is one moment the timetable will act at.
type dueJSON struct {
	Kind        string     `json:"kind"`
	Event       convoke.ID `json:"event"`
	Sequence    int        `json:"sequence"`
	LeadMinutes int        `json:"lead_minutes"`
	DueAt       time.Time  `json:"due_at"`
	UsefulUntil time.Time  `json:"useful_until,omitzero"`
}

func dueOf(d convoke.Due) dueJSON {
	return dueJSON{Kind: d.Kind, Event: d.EventID, Sequence: d.Sequence, LeadMinutes: d.LeadMinutes, DueAt: d.DueAt.Time(), UsefulUntil: d.UsefulUntil.Time()}
}

func (s *Server) apiDue(c *gin.Context) error {
	limit, page, err := apiRows(c)
	if err != nil {
		return err
	}
	community, event, _, _, err := s.subjects(c)
	if err != nil {
		return err
	}
	rows, err := s.app.Ledger.Due(c.Request.Context(), viewer(c), community, event, page)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, listed(rows, limit, dueOf, func(d convoke.Due) apiCursor { return apiCursor{At: d.DueAt, ID: convoke.ID(d.Key)} }))
}
