package web_test

import (
	"net/http"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// Faults stand in the order of the form, each named as its field is.
func TestFaultsInOrder(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	const bad = "/c/soil/admin/meetings/new/create"
	p := mo.post(bad, with(monthly, "do", "publish", "title", " ", "start_time", "soon", "time_zone", "Mars/Base", "duration_minutes", "0", "until", "Christmas", "not_dates", "Easter", "visibility", "x", "weekday", "xx")...)
	order := []string{"title", "weekday", "start_date", "duration_minutes", "time_zone", "visibility"}
	last := -1
	for _, name := range order {
		at := strings.Index(p.body, `<a href="#`+name+`">`)
		if at < last || at < 0 {
			t.Errorf("%s stands at %d, behind what is before it at %d", name, at, last)
		}
		last = at
	}
	p.want(t, "names", http.StatusUnprocessableEntity, `">Title: `, `">First date: `, `">Minutes long: `, `">Time zone: `, "!>: ")
	r.Must(r.App.People.EditMe(t.Context(), r.Viewer("mo@office.example"), app.PersonInput{Language: new("fr")}))
	mo.post(bad, with(monthly, "do", "publish", "title", " ")...).want(t, "in French", http.StatusUnprocessableEntity, "\">Titre\u00a0: ", "!Title: ")
}

// What is wrong with several fields is said at once, each at its field.
func TestAllFaultsAtOnce(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	months := []string{}
	for _, n := range []string{"1", "2", "3", "4", "5", "6", "7", "9", "10", "11", "12"} { // the eighth is in the form
		months = append(months, "not_month", n)
	}
	line := []string{"line_date", "soon", "line_time", "15:00", "line_title", "Kept"}
	const series, meeting = "/c/soil/admin/series/new/create", "/c/soil/admin/meetings/new/create"
	for _, tt := range []struct {
		name, path string
		form       []string
		words      []string
	}{
		{"planner", series, with(webinars, "do", "preview", "first_date", "9 March", "time_zone", "Mars/Base", "sessions", "0", "duration_minutes", "0", "weekday", "xx"),
			[]string{`href="#first_date"`, `href="#time_zone"`, `href="#sessions"`, `href="#duration_minutes"`, `href="#weekday"`, `!href="#title"`, `!href="#rhythm"`}},
		{"planner in words", series, with(webinars, "do", "preview", "first_date", "9 March", "sessions", "six", "duration_minutes", "long"),
			[]string{`href="#first_date"`, `href="#sessions"`, `href="#duration_minutes"`, "whole number", "!Say how many"}},
		{"planner's lines", series, append(with(webinars, "do", "draft", "title", " ", "time_zone", "Mars/Base", "duration_minutes", "99999"), line...),
			[]string{`href="#lines"`, `href="#title"`, `href="#time_zone"`, `href="#duration_minutes"`, "Kept"}},
		{"planner's interval", series, with(webinars, "do", "preview", "interval", "0"), []string{`href="#interval"`, "The interval is 1 or more", `!href="#rhythm"`}},
		{"meeting", meeting, with(monthly, "do", "preview", "title", "", "start_date", "9 March", "time_zone", "Mars/Base", "duration_minutes", "0", "join_link", "ftp://x", "until", "Christmas"),
			[]string{`href="#start_date"`, `href="#time_zone"`, `href="#duration_minutes"`, `href="#join_link"`, `href="#until"`, `!href="#title"`}},
		{"meeting to publish", meeting, with(monthly, "do", "publish", "title", " ", "start_time", "soon", "visibility", "x"),
			[]string{`href="#title"`, `href="#start_date"`, `href="#visibility"`}},
		{"meeting in words", meeting, with(monthly, "do", "draft", "count", "ten", "duration_minutes", "long", "start_time", "soon"),
			[]string{`href="#start_date"`, `href="#count"`, `href="#duration_minutes"`, "whole number", "!how long"}},
		{"meeting in no month", meeting, append(with(monthly, "do", "preview"), months...), []string{`href="#not_month"`, "No month is left", "!out of range"}},
		{"meeting of no dates", meeting, with(monthly, "do", "draft", "count", "-1"), []string{`href="#count"`, "from 1 to 1,000", "!400"}},
		{"meeting every no month", meeting, with(monthly, "do", "draft", "interval", "0"), []string{`href="#interval"`, "up to 400", "!1,000"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mo.post(tt.path, tt.form...).want(t, tt.name, http.StatusUnprocessableEntity, tt.words...)
		})
	}
	mo.post(series, with(webinars, "do", "preview", "title", "")...).want(t, "a preview needs no title", http.StatusOK, "6 sessions")
}
