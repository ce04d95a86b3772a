package web_test

import (
	"net/http"
	"testing"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// A session of a series that was called off, and a date of a meeting that was, cannot be taken back by itself, and the page does not offer it.
func TestNothingIsRestoredOfWhatWasCalledOff(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	s, err := r.App.Series.CreatePublished(t.Context(), convoke.System, "soil", app.SeriesInput{Title: new("Rivers")}, app.EventInput{},
		[]app.SessionInput{{Title: "Springs", StartLocal: "2027-04-05T14:00"}, {Title: "Mouths", StartLocal: "2027-04-06T14:00"}})
	r.Must(err)
	m, err := r.App.Meetings.CreatePublished(t.Context(), convoke.System, "soil", app.MeetingInput{Title: new("Call"), StartLocal: new("2027-04-07T10:00"),
		Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 3}})
	r.Must(err)
	sessions, err := r.App.Series.Get(t.Context(), convoke.System, "", string(s.ID))
	r.Must(err)
	dates, err := r.App.Meetings.Get(t.Context(), convoke.System, "", string(m.ID))
	r.Must(err)
	for _, tt := range []struct {
		name string
		e    app.EventView
		off  func() error
		why  string
	}{
		{"session", sessions.Sessions[0], func() error { return r.App.Series.Cancel(t.Context(), convoke.System, s.ID, "") }, "The whole series was called off"},
		{"date", dates.Coming[0], func() error { return r.App.Meetings.Cancel(t.Context(), convoke.System, m.ID, "") }, "The whole meeting was called off"},
	} {
		path := "/c/soil/admin/events/" + tt.e.Slug
		mo.post(path+"/cancel").leads(t, tt.name+" cancelled by itself", "/c/soil/events/"+tt.e.Slug)
		mo.get(path).want(t, tt.name+" cancelled by itself", http.StatusOK, "Let it take place", "!"+tt.why)
		mo.post(path+"/restore").leads(t, tt.name+" restored", "/c/soil/events/"+tt.e.Slug)
		r.Must(tt.off())
		mo.get(path).want(t, tt.name+", all called off", http.StatusOK, tt.why, "!Let it take place")
		mo.post(path+"/restore").want(t, tt.name+", all called off", http.StatusConflict, tt.why)
		e, err := r.App.Events.Get(t.Context(), convoke.System, "", string(tt.e.ID))
		if r.Must(err); e.Status != convoke.Cancelled {
			t.Errorf("%s: status %q", tt.name, e.Status)
		}
	}
}
