package web_test

import (
	"net/http"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

var webinars = []string{"title", "Registers people trust", "rhythm", "nth", "interval", "1", "nth", "2", "weekday", "tu", "first_date", "2027-03-09", "first_time", "15:00", "sessions", "6",
	"time_zone", "Africa/Nairobi", "duration_minutes", "90", "language", "en", "visibility", "community", "has", "invite", "invite", "true"}

func TestPlanner(t *testing.T) {
	r, open := led(t, convoke.Open)
	r.Must(r.App.People.EditMe(t.Context(), r.Viewer("ann@office.example"), app.PersonInput{TimeZone: new("Pacific/Fiji")}))
	r.Must(r.App.People.EditMe(t.Context(), r.Viewer("ada@office.example"), app.PersonInput{TimeZone: new("Europe/Berlin")}))
	published(t, r, "soil", "Monthly meeting", "2027-04-13T15:30")
	r.Deliver()
	mo := open().as(r, "mo@office.example")
	create := "/c/soil/admin/series/new/create"
	mo.get("/c/soil/admin/series/new").want(t, "empty", http.StatusOK, "Show the dates", "!Keep as draft")
	p := mo.post(create, with(webinars, "do", "preview")...).want(t, "preview", http.StatusOK, "6 sessions", "Tue 9 Mar", "15:00", "00:00 Fiji", "One member is asleep",
		"Overlaps Monthly meeting, 15:30 to 17:00", "From 13 April 2027 it is 14:00 in Berlin", "One more has not told their zone", "Publish and invite", `value="Registers people trust"`)
	if got := strings.Count(p.body, `name="line_date"`); got != 7 {
		t.Errorf("%d lines, want six and an empty one", got)
	}
	list, err := r.App.Series.List(t.Context(), convoke.System, "soil", app.Page{Limit: 200})
	r.Must(err)
	if len(list) != 0 {
		t.Fatalf("a preview made %d series", len(list))
	}
	lines := append(with(webinars), "line_date", "2027-03-09", "line_time", "15:00", "line_title", "First", "line_date", "2027-04-13", "line_time", "15:00", "line_title", "Dropped",
		"line_date", "2027-05-12", "line_time", "16:00", "line_title", "", "line_date", "", "line_time", "15:00", "line_title", "", "line_drop", "1")
	mo.post(create, append(lines, "do", "lines")...).want(t, "look again", http.StatusOK, "2 sessions", "Wed 12 May", `value="First"`, `value="1" checked`)
	p = mo.post(create, append(lines, "do", "draft")...)
	path := p.where
	mo.get(path).want(t, "draft", http.StatusOK, "3 people get a mail", "First", "Registers people trust, session 2", "!Dropped", "Publish and invite")
	mo.post(path+"/add", "session_title", "Third", "start_date", "2027-06-08", "start_time", "15:00").leads(t, "add", path)
	mo.post(path+"/save", "version", "1", "title", "Registers", "has", "invite", "invite", "true").leads(t, "save", path)
	mo.post(path+"/save", "version", "1", "title", "Late").want(t, "stale", http.StatusConflict, `value="Late"`)
	if n := len(r.Deliver()); n != 0 {
		t.Errorf("%d mails for a draft", n)
	}
	mo.post(path+"/publish").want(t, "publish", http.StatusSeeOther)
	letters := 0
	for _, m := range r.Deliver() {
		if m.Kind == "series-invitation" {
			letters++
		}
	}
	if letters != 3 {
		t.Errorf("%d letters, want 3", letters)
	}
	mo.get(path).want(t, "published", http.StatusOK, "3 people get a mail at once")
	mo.post(path+"/cancel", "note", "No money").want(t, "cancel", http.StatusSeeOther)
	open().as(r, "ann@office.example").get("/c/soil/admin/series/new").want(t, "member", http.StatusForbidden)
	open().as(r, "ann@office.example").get(path).want(t, "member", http.StatusForbidden)
}

func TestPlannerPublishesAtOnce(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	p := mo.post("/c/soil/admin/series/new/create", with(webinars, "rhythm", "list", "dates", "2027-03-09\n2027-03-11 16:30\n\n", "do", "publish")...)
	if p.status != http.StatusSeeOther || !strings.HasPrefix(p.where, "/c/soil/series/") {
		t.Fatalf("publish: %d to %q\n%s", p.status, p.where, p.text())
	}
	list, err := r.App.Events.List(t.Context(), convoke.System, "soil", app.EventFilter{Limit: 10})
	r.Must(err)
	if len(list) != 2 || list[0].Start.String() != "2027-03-09T15:00" || list[1].Start.String() != "2027-03-11T16:30" {
		t.Errorf("sessions %+v", list)
	}
}

func TestPlannerRefusals(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	line := []string{"line_date", "2027-03-09", "line_time", "15:00", "line_title", "Kept line"}
	for _, tt := range []struct {
		name string
		set  []string
		at   string
	}{
		{"10,000 sessions", []string{"sessions", "10000", "do", "preview"}, "sessions"},
		{"none", []string{"sessions", "0", "do", "preview"}, "sessions"},
		{"in words", []string{"sessions", "six", "do", "preview"}, "sessions"},
		{"unreadable date", []string{"first_date", "soon", "do", "preview"}, "first_date"},
		{"no date", []string{"first_date", "", "first_time", "", "do", "preview"}, "first_date"},
		{"unknown zone", []string{"time_zone", "Mars/Base", "do", "preview"}, "time_zone"},
		{"no length", []string{"duration_minutes", "-5", "do", "preview"}, "duration_minutes"},
		{"no rhythm", []string{"rhythm", "hourly", "do", "preview"}, "rhythm"},
		{"own list in words", []string{"rhythm", "list", "dates", "Tuesday", "do", "preview"}, "dates"},
		{"own list empty", []string{"rhythm", "list", "dates", " ", "do", "preview"}, "dates"},
		{"no title", append([]string{"title", "", "do", "draft"}, line...), "title"},
		{"line in words", with(append([]string{"do", "draft"}, line...), "line_date", "soon"), "lines"},
		{"line in a gap", append([]string{"time_zone", "Europe/Berlin", "do", "draft"}, with(line, "line_date", "2027-03-28", "line_time", "02:30")...), "lines"},
		{"the same twice", append(append([]string{"do", "draft"}, line...), line...), "lines"},
		{"all dropped", append([]string{"do", "draft", "line_drop", "0"}, line...), "lines"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			form := append([]string{}, tt.set...)
			for i := 0; i < len(webinars); i += 2 {
				if !contains(tt.set, webinars[i]) {
					form = append(form, webinars[i], webinars[i+1])
				}
			}
			p := mo.post("/c/soil/admin/series/new/create", form...).want(t, tt.name, http.StatusUnprocessableEntity, `href="#`+tt.at+`"`, `id="`+tt.at+`"`)
			if tt.at != "title" && !strings.Contains(p.body, `value="Registers people trust"`) {
				t.Error("the title is lost")
			}
			if contains(tt.set, "line_title") && !strings.Contains(p.body, "Kept line") {
				t.Error("the lines are lost")
			}
		})
	}
	list, err := r.App.Series.List(t.Context(), convoke.System, "soil", app.Page{Limit: 200})
	r.Must(err)
	if len(list) != 0 {
		t.Errorf("%d series were made", len(list))
	}
}

// contains tells whether a form has a field.
func contains(form []string, name string) bool {
	for i := 0; i < len(form); i += 2 {
		if form[i] == name {
			return true
		}
	}
	return false
}
