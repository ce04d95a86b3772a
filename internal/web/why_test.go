package web_test

import (
	"net/http"
	"strings"
	"testing"

	"convoke/internal/convoke"
)

// What is refused is told by what is wrong with it, in the words that were typed.
func TestRefusalsSayWhy(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	meeting := []string{"title", "Weekly meeting", "rhythm", "weekly", "interval", "1", "start_date", "2027-03-09", "start_time", "15:00", "time_zone", "Africa/Nairobi",
		"duration_minutes", "60", "language", "en", "visibility", "community"}
	event := []string{"kind", "webinar", "title", "Topping up", "start_date", "2027-05-05", "start_time", "10:00", "duration_minutes", "60", "time_zone", "UTC", "language", "en", "visibility", "community"}
	for _, tt := range []struct {
		name, path string
		form       []string
		want       []string // with "!" what it must not say
	}{
		{"a series of long sessions", "series", with(webinars, "duration_minutes", "99999999", "do", "preview"), []string{"14 days at most", "!must come after the start"}},
		{"a meeting too long", "meetings", with(meeting, "duration_minutes", "99999999", "do", "preview"), []string{"24 hours at most", "!must come after the start"}},
		{"an event too long", "events", with(event, "duration_minutes", "99999999"), []string{"14 days at most", "!must come after the start"}},
		{"an event without length", "events", with(event, "duration_minutes", "0"), []string{"must come after the start", "!at most"}},
		{"daily, every no day", "meetings", with(meeting, "rhythm", "daily", "interval", "0", "do", "preview"), []string{"The interval is 1 or more", "!No date fits"}},
		{"daily, every no day, made", "meetings", with(meeting, "rhythm", "daily", "interval", "0", "do", "draft"), []string{"The interval is 1 or more", "!No date fits"}},
		{"a series every no week", "series", with(webinars, "rhythm", "weekly", "interval", "0", "do", "preview"), []string{"The interval is 1 or more", "!No date fits"}},
		{"a last day and a number", "meetings", with(meeting, "until", "2027-12-31", "count", "3", "do", "preview"), []string{"either a last day or a number of dates, not both", "!do not go together"}},
		{"an hour in words", "events", with(event, "start_time", "noon"), []string{"“noon” is no hour", "!Tnoon”"}},
		{"an hour in words, no day", "events", with(event, "start_time", "noon", "start_date", ""), []string{"“noon”", "!Tnoon”"}},
		{"both in words", "events", with(event, "start_time", "noon", "start_date", "soon"), []string{"“soon”", "!Tnoon”"}},
		{"a meeting at an hour in words", "meetings", with(meeting, "start_time", "noon", "do", "preview"), []string{"“noon” is no hour", "!Tnoon”"}},
		{"an own date twice", "series", with(webinars, "rhythm", "list", "dates", "2027-01-21 09:30\n2027-01-22\n2027-01-21 9:30", "do", "preview"), []string{"stands there twice", "!sessions <small>"}},
		{"a skipped hour", "meetings", with(meeting, "rhythm", "daily", "start_date", "2027-03-01", "start_time", "02:30", "time_zone", "America/New_York", "do", "preview"),
			[]string{"the clocks in New York are put forward", "!in America/New_York"}},
	} {
		p := mo.post("/c/soil/admin/"+tt.path+"/new/create", tt.form...).want(t, tt.name, http.StatusUnprocessableEntity)
		for _, want := range tt.want {
			if no, found := strings.CutPrefix(want, "!"); strings.Contains(p.text(), no) == found {
				t.Errorf("%s: want %q in\n%s", tt.name, want, p.text())
			}
		}
	}
}

// An hour of one digit is one all the same.
func TestOwnDateWithAnHourOfOneDigit(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	mo.post("/c/soil/admin/series/new/create", with(webinars, "rhythm", "list", "dates", "2027-01-21 9:30\n2027-01-22", "do", "preview")...).want(t, "preview", http.StatusOK,
		"2 sessions", `value="09:30"`, `value="15:00"`)
}
