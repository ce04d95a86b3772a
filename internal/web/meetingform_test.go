package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// with is a form with one field set, or added.
func with(form []string, pairs ...string) []string {
	out := append([]string{}, form...)
	for i := 0; i < len(pairs); i += 2 {
		found := false
		for j := 0; j < len(out); j += 2 {
			if out[j] == pairs[i] {
				out[j+1], found = pairs[i+1], true
			}
		}
		if !found {
			out = append(out, pairs[i], pairs[i+1])
		}
	}
	return out
}

var monthly = []string{"title", "Monthly meeting", "rhythm", "nth", "interval", "1", "nth", "2", "month_day", "0", "weekday", "tu", "start_date", "2027-03-09", "start_time", "14:00",
	"time_zone", "Africa/Nairobi", "duration_minutes", "60", "not_month", "8", "language", "en", "visibility", "community", "has", "invite", "invite", "true"}

func TestMeetingForm(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	create := "/c/soil/admin/meetings/new/create"
	mo.get("/c/soil/admin/meetings/new").want(t, "new", http.StatusOK, "Show the dates")
	mo.post(create, with(monthly, "do", "preview")...).want(t, "preview", http.StatusOK, "Second Tuesday each month, 14:00 Nairobi, not in August", "Tue 13 Apr", `value="Monthly meeting"`, `id="weekday_tu" name="weekday" value="tu" checked`, "!There is a problem")
	if list, err := r.App.Meetings.List(t.Context(), convoke.System, "soil", app.Page{Limit: 200}); err != nil || len(list) != 0 {
		t.Fatalf("a preview made %d meetings, %v", len(list), err)
	}
	p := mo.post(create, with(monthly, "do", "draft")...)
	path := p.where
	mo.get(path).want(t, "draft", http.StatusOK, "3 people get a mail", "Second Tuesday each month")
	mo.post(path+"/save", with(monthly, "version", "1", "do", "publish")...)
	if got := len(r.Deliver()); got != 3 {
		t.Errorf("%d invitations, want 3", got)
	}
	mo.get(path).want(t, "published", http.StatusOK, "Single dates", "Cancel all dates")
	list, err := r.App.Meetings.List(t.Context(), convoke.System, "soil", app.Page{Limit: 200})
	r.Must(err)
	m := list[0]
	mo.post(path+"/save", with(monthly, "version", "1", "title", "Late")...).want(t, "stale", http.StatusConflict, `value="Late"`)
	whole, err := r.App.Meetings.Get(t.Context(), convoke.System, "", string(m.ID))
	r.Must(err)
	second := whole.Coming[1]
	edit := "/c/soil/admin/events/" + second.Slug
	mo.get(edit).want(t, "one date", http.StatusOK, "This and all following", `value="2027-04-13"`, "3 days and an hour before", "!a day and an hour")
	mo.post(edit+"/save", "title", "Monthly meeting", "start_date", "2027-04-13", "start_time", "16:00", "duration_minutes", "60", "time_zone", "Africa/Nairobi", "scope", "following",
		"agenda", "", "minutes", "", "status", "confirmed", "reminders", "").want(t, "following", http.StatusSeeOther)
	for _, scope := range []string{app.ThisDate, app.ThisFollowing, app.AllDates} {
		mo.post(edit+"/save", "version", "1", "title", "Late", "scope", scope).want(t, "stale, "+scope, http.StatusConflict, `value="Late"`, "Somebody else has changed this meanwhile")
	}
	mo.post(edit+"/save", "agenda", "One day's agenda", "scope", "all").want(t, "agenda for all", http.StatusUnprocessableEntity, `href="#agenda"`, "One day&#39;s agenda")
	list, err = r.App.Meetings.List(t.Context(), convoke.System, "soil", app.Page{Limit: 200})
	r.Must(err)
	if len(list) != 2 {
		t.Errorf("%d meetings after a change of the following, want 2", len(list))
	}
	mo.post(path+"/cancel", "note", "Summer").leads(t, "cancel", "/c/soil/meetings/"+m.Slug)
	open().as(r, "ann@office.example").get("/c/soil/admin/meetings/new").want(t, "member", http.StatusForbidden)
}

func TestMeetingFormRefusals(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	for _, tt := range []struct {
		name string
		set  []string
		at   string
	}{
		{"no title", []string{"title", ""}, "title"},
		{"unreadable date", []string{"start_date", "9 March"}, "start_date"},
		{"no date", []string{"start_date", "", "start_time", ""}, "start_date"},
		{"unknown zone", []string{"time_zone", "Mars/Base"}, "time_zone"},
		{"no length", []string{"duration_minutes", "0"}, "duration_minutes"},
		{"longer than a day", []string{"duration_minutes", "99999"}, "duration_minutes"},
		{"no such rhythm", []string{"rhythm", "hourly"}, "rhythm"},
		{"every 0 months", []string{"interval", "0"}, "interval"},
		{"10,000 dates", []string{"count", "10000"}, "count"},
		{"until the past", []string{"until", "2020-01-01"}, "until"},
		{"until in words", []string{"until", "Christmas"}, "until"},
		{"left out in words", []string{"not_dates", "Christmas"}, "not_dates"},
		{"no such month", []string{"not_month", "13"}, "not_month"},
		{"an hour the clocks skip", []string{"start_time", "02:30", "time_zone", "Europe/Berlin", "rhythm", "weekly", "weekday", "su", "nth", "0", "start_date", "2027-03-21"}, "start_date"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := mo.post("/c/soil/admin/meetings/new/create", with(monthly, tt.set...)...).want(t, tt.name, http.StatusUnprocessableEntity, `href="#`+tt.at+`"`)
			if !strings.Contains(tt.name, "title") && !strings.Contains(p.body, `value="Monthly meeting"`) {
				t.Error("the title is lost")
			}
		})
	}
	if list, err := r.App.Meetings.List(t.Context(), convoke.System, "soil", app.Page{Limit: 200}); err != nil || len(list) != 0 {
		t.Errorf("%d meetings were made, %v", len(list), err)
	}
}

// What is changed for all dates, or from one on, is what was changed in the form of one: what that date has of its own stays its own.
func TestSeveralDatesFromAMovedOne(t *testing.T) {
	const usual = "2027-04-13T14:00 Africa/Nairobi 60 Monthly meeting|Hello|Room 1|https://meet.example/1|en"
	for _, scope := range []string{app.AllDates, app.ThisFollowing} {
		for _, tt := range []struct{ name, field, value, want string }{
			{"join link", "join_link", "https://meet.example/2", strings.Replace(usual, "/1|", "/2|", 1)},
			{"no join link", "join_link", "", strings.Replace(usual, "https://meet.example/1", "", 1)},
			{"title", "title", "Call", strings.Replace(usual, "Monthly meeting", "Call", 1)},
			{"abstract", "abstract", "All\r\nelse", strings.Replace(usual, "Hello", "All\nelse", 1)},
			{"hour", "start_time", "19:00", strings.Replace(usual, "14:00 Africa/Nairobi", "19:00 Africa/Lagos", 1)},
			{"length", "duration_minutes", "75", strings.Replace(usual, " 60 ", " 75 ", 1)},
			{"place", "place", "Room 3", strings.Replace(usual, "Room 1", "Room 3", 1)},
			{"language back to theirs", "language", "en", usual},
			{"zone", "time_zone", "Europe/Berlin", strings.Replace(usual, "Africa/Nairobi", "Europe/Berlin", 1)},
			{"nothing", "status", "confirmed", usual},
		} {
			t.Run(scope+", "+tt.name, func(t *testing.T) {
				r, open := led(t, convoke.Open)
				mo := open().as(r, "mo@office.example")
				mo.post("/c/soil/admin/meetings/new/create", with(monthly, "description", "Hello", "place", "Room 1", "join_link", "https://meet.example/1", "do", "publish")...)
				dates, err := r.App.Events.List(t.Context(), convoke.System, "soil", app.EventFilter{Limit: 3})
				r.Must(err)
				moved, other := dates[0], dates[1]
				form := []string{"title", "Special", "start_date", "2027-03-10", "start_time", "18:00", "duration_minutes", "90", "time_zone", "Africa/Lagos", "place", "Room 2",
					"join_link", "https://meet.example/own", "language", "fr", "abstract", "Its\r\nown", "agenda", "", "minutes", "", "status", "confirmed", "reminders", ""}
				save := "/c/soil/admin/events/" + moved.Slug + "/save"
				mo.post(save, with(form, "scope", app.ThisDate)...).want(t, "this date", http.StatusSeeOther)
				mo.post(save, with(form, "scope", scope, tt.field, tt.value)...).want(t, "several", http.StatusSeeOther)
				e, err := r.App.Events.Get(t.Context(), convoke.System, "", string(other.ID))
				r.Must(err)
				got := fmt.Sprintf("%s %s %d %s|%s|%s|%s|%s", e.Start, e.Zone, e.Event.Minutes, e.Title, e.Abstract, e.Place, e.JoinLink, e.Language)
				if got != tt.want {
					t.Errorf("with %s %q the other date is\n%s, want\n%s", tt.field, tt.value, got, tt.want)
				}
			})
		}
	}
}

// A language that was chosen for all dates is all dates' language.
func TestLanguageOfAllDates(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	mo.post("/c/soil/admin/meetings/new/create", with(monthly, "do", "publish")...)
	dates, err := r.App.Events.List(t.Context(), convoke.System, "soil", app.EventFilter{Limit: 2})
	r.Must(err)
	mo.post("/c/soil/admin/events/"+dates[0].Slug+"/save", "language", "fr", "scope", app.AllDates).want(t, "in French", http.StatusSeeOther)
	if e, err := r.App.Events.Get(t.Context(), convoke.System, "", string(dates[1].ID)); err != nil || e.Language != "fr" {
		t.Errorf("the other date is in %q (%v), want fr", e.Language, err)
	}
}

// Speakers are one date's: where they were changed for more, that is refused, and kept to be saved for one date.
func TestSpeakersOfSeveralDates(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	mo.post("/c/soil/admin/meetings/new/create", with(monthly, "do", "publish")...)
	dates, err := r.App.Events.List(t.Context(), convoke.System, "soil", app.EventFilter{Limit: 2})
	r.Must(err)
	date := dates[1]
	save := "/c/soil/admin/events/" + date.Slug + "/save"
	row := func(name, organisation, biography, email string) []string {
		return []string{"speaker_name", name, "speaker_organisation", organisation, "speaker_biography", biography, "speaker_email", email}
	}
	none, was := row("", "", "", ""), row("Meseret", "Highlands", "Grows\r\nteff.", "meseret@office.example")
	mo.post(save, was...).want(t, "of one date", http.StatusSeeOther)
	for _, tt := range []struct {
		name string
		rows []string
		kept string // empty where they are as they were
	}{
		{"as they were", append(was, none...), ""},
		{"no rows", nil, ""},
		{"one more", append(was, row("Ravi", "", "", "")...), `value="Ravi"`},
		{"renamed", row("Mes", "Highlands", "Grows\r\nteff.", "meseret@office.example"), `value="Mes"`},
		{"another house", row("Meseret", "Lowlands", "Grows\r\nteff.", "meseret@office.example"), `value="Lowlands"`},
		{"another life", row("Meseret", "Highlands", "Grows rice.", "meseret@office.example"), "Grows rice."},
		{"another address", row("Meseret", "Highlands", "Grows\r\nteff.", "mes@office.example"), `value="mes@office.example"`},
		{"gone", append(none, none...), `name="speaker_name"`},
	} {
		for _, scope := range []string{app.AllDates, app.ThisFollowing} {
			t.Run(tt.name+", "+scope, func(t *testing.T) {
				form := append([]string{"title", "Call of " + tt.name, "scope", scope}, tt.rows...)
				if tt.kept == "" {
					mo.post(save, form...).want(t, tt.name, http.StatusSeeOther)
				} else {
					mo.post(save, form...).want(t, tt.name, http.StatusUnprocessableEntity, "This can be changed for single dates only.", `href="#speakers"`, `value="Call of `+tt.name+`"`, tt.kept)
				}
				e, err := r.App.Events.Get(t.Context(), convoke.System, "", string(date.ID))
				r.Must(err)
				if changed := e.Title == "Call of "+tt.name; changed != (tt.kept == "") || len(e.Speakers) != 1 || e.Speakers[0].Name != "Meseret" {
					t.Errorf("it is called %q with the speakers %v", e.Title, e.Speakers)
				}
			})
		}
	}
}
