package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// previewJSON is what dates come to before anything is saved.
type previewJSON struct {
	Members int           `json:"members"` // whose zone is known
	Dates   []plannedJSON `json:"dates"`
}

type plannedJSON struct {
	StartLocal string      `json:"start_local"`
	Weekday    string      `json:"weekday"`
	StartsAt   time.Time   `json:"starts_at"`
	EndsAt     time.Time   `json:"ends_at"`
	Gap        bool        `json:"gap"`   // the clocks skip that hour
	Twice      bool        `json:"twice"` // or have it twice
	Asleep     int         `json:"asleep"`
	Hours      []hourJSON  `json:"hours"`
	Clashes    []clashJSON `json:"clashes"`
}

// hourJSON is what time it is in a zone of members.
type hourJSON struct {
	TimeZone   string `json:"time_zone"`
	StartLocal string `json:"start_local"`
	Members    int    `json:"members"`
}

// clashJSON is another event at that time. A meeting's date too far ahead to have been made has no ID of its own.
type clashJSON struct {
	Event    convoke.ID `json:"event,omitempty"`
	Meeting  convoke.ID `json:"meeting,omitempty"`
	Title    string     `json:"title"`
	StartsAt time.Time  `json:"starts_at"`
	EndsAt   time.Time  `json:"ends_at"`
}

func previewOf(p app.Preview) previewJSON {
	out := previewJSON{Members: p.Members, Dates: []plannedJSON{}}
	for _, d := range p.Dates {
		line := plannedJSON{StartLocal: d.Start.String(), Weekday: calendar.Weekday(d.Start.Weekday()).String(), StartsAt: d.StartsAt.Time(), EndsAt: d.EndsAt.Time(),
			Gap: d.Fit == calendar.Gap, Twice: d.Fit == calendar.Overlap, Asleep: d.Asleep, Hours: []hourJSON{}, Clashes: []clashJSON{}}
		for _, z := range p.Zones {
			if loc, err := calendar.LoadZone(z.Zone); err == nil {
				line.Hours = append(line.Hours, hourJSON{z.Zone, calendar.In(d.StartsAt.Time(), loc).String(), z.Members})
			}
		}
		for _, e := range d.Clashes {
			line.Clashes = append(line.Clashes, clashJSON{e.ID, e.MeetingID, e.Title, e.StartsAt.Time(), e.EndsAt.Time()})
		}
		out.Dates = append(out.Dates, line)
	}
	return out
}

// seriesPlan is the dates of a series to look at: by a rule, or a list.
type seriesPlan struct {
	Rule            *ruleJSON `json:"rule"`
	StartLocal      string    `json:"start_local"`
	Count           int       `json:"count"`
	Dates           []string  `json:"dates"`
	TimeZone        string    `json:"time_zone"`
	DurationMinutes int       `json:"duration_minutes"`
}

// apiPreviewSeries works out the dates of a series with all that speaks for and against them. Nothing is saved.
func (s *Server) apiPreviewSeries(c *gin.Context) error {
	var in seriesPlan
	if err := decode(c, &in); err != nil {
		return err
	}
	rhythm, err := app.RhythmInput{Dates: in.Dates}.Rhythm()
	switch {
	case err != nil:
	case len(in.Dates) == 0:
		rhythm, err = rhythmOf(in.Rule, in.StartLocal, in.Count)
	case in.Rule != nil || in.StartLocal != "" || in.Count != 0:
		err = convoke.Invalid("dates", "rule.not_allowed")
	}
	if err != nil {
		return err
	}
	p, err := s.app.Series.Preview(c.Request.Context(), viewer(c), c.Param("community"), rhythm, in.TimeZone, in.DurationMinutes)
	if err != nil {
		return renamed(err, "first_date", "start_local", "sessions", "count", "rhythm", "rule")
	}
	return s.answer(c, http.StatusOK, "", previewOf(p))
}

// meetingPlan is the dates of a recurring meeting to look at; with a meeting, of that one when it is changed so.
type meetingPlan struct {
	Meeting         string    `json:"meeting"`
	Rule            *ruleJSON `json:"rule"`
	StartLocal      *string   `json:"start_local"`
	TimeZone        *string   `json:"time_zone"`
	DurationMinutes *int      `json:"duration_minutes"`
}

// apiPreviewMeeting works out the next dates of a recurring meeting, and refuses what could not be kept. Nothing is saved.
func (s *Server) apiPreviewMeeting(c *gin.Context) error {
	var in meetingPlan
	if err := decode(c, &in); err != nil {
		return err
	}
	input, err := meetingBody{Rule: in.Rule, StartLocal: in.StartLocal, TimeZone: in.TimeZone, DurationMinutes: in.DurationMinutes}.input()
	if err != nil {
		return err
	}
	var id convoke.ID
	if in.Meeting == "" && in.Rule == nil {
		return convoke.Invalid("rule", "rule.required")
	} else if in.Meeting != "" {
		if id, err = s.app.Meetings.Ref(c.Request.Context(), viewer(c), in.Meeting); err != nil {
			return err
		}
	}
	p, err := s.app.Meetings.Preview(c.Request.Context(), viewer(c), c.Param("community"), id, input)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", previewOf(p))
}
