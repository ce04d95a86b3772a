package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// theEvent is the only event of a community.
func theEvent(t *testing.T, r *rig.Rig, community string) app.EventView {
	t.Helper()
	list, err := r.App.Events.List(t.Context(), convoke.System, community, app.EventFilter{Drafts: true, Limit: 50})
	r.Must(err)
	if len(list) != 1 {
		t.Fatalf("%d events, want one", len(list))
	}
	e, err := r.App.Events.Get(t.Context(), convoke.System, "", string(list[0].ID))
	r.Must(err)
	return e
}

func TestEventForm(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	mo.get("/c/soil/admin/events/new").want(t, "new", http.StatusOK, "speaker_name", "3 members get a mail")
	mo.post("/c/soil/admin/events/new/create", "title", "Topping up", "kind", "webinar", "start_date", "2027-03-09", "start_time", "14:00",
		"time_zone", "Africa/Nairobi", "duration_minutes", "90", "language", "en", "visibility", "community", "status", "confirmed", "has", "invite", "invite", "true",
		"join_link", "https://meet.example/room", "speaker_name", "Meseret", "speaker_organisation", "Highlands", "speaker_biography", "", "speaker_email", "meseret@office.example",
		"speaker_name", "", "speaker_organisation", "", "speaker_biography", "", "speaker_email", "", "do", "draft")
	e := theEvent(t, r, "soil")
	if !e.Draft() || e.Start.String() != "2027-03-09T14:00" || !e.Invite || len(e.Speakers) != 1 || e.Speakers[0].Address != "meseret@office.example" {
		t.Fatalf("made %+v", e)
	}
	path := "/c/soil/admin/events/" + e.Slug
	mo.get(path).want(t, "draft", http.StatusOK, "3 people get a mail", `value="2027-03-09"`, `value="14:00"`, `value="meseret@office.example"`)
	open().as(r, "ann@office.example").get(path).want(t, "a member", http.StatusNotFound, "!Topping up")
	mo.post(path+"/save", "version", "1", "title", "Topping it up", "do", "draft").leads(t, "save the draft", path)
	if got := len(r.Deliver()); got != 0 {
		t.Errorf("%d mails for a draft", got)
	}
	mo.post(path+"/save", "version", "2", "title", "Topping up", "do", "publish").leads(t, "publish", "/c/soil/events/"+e.Slug)
	if got := len(r.Deliver()); got != 3 {
		t.Errorf("%d invitations, want 3", got)
	}
	mo.post(path+"/save", "version", "1", "title", "Late words").want(t, "stale", http.StatusConflict, "Late words")
	mo.get(path).want(t, "published", http.StatusOK, "3 people get a mail at once", "Cancel this date")
	mo.post(path+"/cancel", "note", "The speaker is ill.").leads(t, "cancel", "/c/soil/events/"+e.Slug)
	for _, m := range r.Deliver() {
		if m.Kind != "event-cancellation" || !strings.Contains(m.Text, "The speaker is ill.") {
			t.Errorf("mail %q to %s lacks the reason", m.Kind, m.Addr)
		}
	}
	mo.get(path).want(t, "cancelled", http.StatusOK, "Let it take place")
	mo.post(path+"/restore").leads(t, "restore", "/c/soil/events/"+e.Slug)
	if e := theEvent(t, r, "soil"); e.Status != convoke.Confirmed {
		t.Errorf("status %q after restoring", e.Status)
	}
	ann := open().as(r, "ann@office.example")
	ann.get("/c/soil/admin/events/new").want(t, "a member, new", http.StatusForbidden)
	mo.get("/c/soil/admin/events/new").want(t, "a copy of the last", http.StatusOK, `value="Topping up"`, `value="2027-04-06"`, "https://meet.example/room", "!meseret")
	r.Clock.Add(10 * 24 * time.Hour) // it is over, and nobody can be told any more
	ann.get(path).want(t, "a member, over", http.StatusForbidden)
	mo.get(path).want(t, "over", http.StatusOK, "!Cancel this date", "!people get")
}

func TestEventFormRefusals(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	good := []string{"title", "Kept title", "start_date", "2027-03-09", "start_time", "14:00", "time_zone", "Africa/Nairobi", "duration_minutes", "60", "language", "en",
		"speaker_name", "Kept speaker", "speaker_organisation", "", "speaker_biography", "", "speaker_email", ""}
	for _, tt := range []struct{ name, field, value, at string }{
		{"no title", "title", "  ", "title"},
		{"unreadable date", "start_date", "next Tuesday", "start_date"},
		{"no day", "start_date", "", "start_date"},
		{"no hour", "start_time", "", "start_date"},
		{"long abstract", "abstract", strings.Repeat("x", 20_001), "abstract"},
		{"unknown zone", "time_zone", "Mars/Base", "time_zone"},
		{"no length", "duration_minutes", "0", "duration_minutes"},
		{"ends before it starts", "duration_minutes", "-30", "duration_minutes"},
		{"length in words", "duration_minutes", "an hour", "duration_minutes"},
		{"too long", "duration_minutes", "99999999", "duration_minutes"},
		{"script as link", "join_link", "javascript:alert(1)", "join_link"},
		{"reminders in words unknown", "reminders", "tomorrow", "reminders"},
		{"reminders too far away", "reminders", "9 weeks", "reminders"},
		{"speaker with line break", "speaker_email", "a@office.example\r\nBcc: b@office.example", "speakers"},
		{"language", "language", "klingon", "language"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			form, set := []string{}, false
			for i := 0; i < len(good); i += 2 {
				v := good[i+1]
				if good[i] == tt.field {
					v, set = tt.value, true
				}
				form = append(form, good[i], v)
			}
			if !set {
				form = append(form, tt.field, tt.value)
			}
			p := mo.post("/c/soil/admin/events/new/create", form...).want(t, tt.name, http.StatusUnprocessableEntity, `href="#`+tt.at+`"`, `id="`+tt.at+`"`, "Kept speaker")
			if tt.field == "reminders" && !strings.Contains(p.body, `value="`+tt.value+`"`) {
				t.Errorf("the reminders that were typed are lost")
			}
			if tt.field != "title" && !strings.Contains(p.body, `value="Kept title"`) {
				t.Error("the title is lost")
			}
		})
	}
	list, err := r.App.Events.List(t.Context(), convoke.System, "soil", app.EventFilter{Drafts: true, Limit: 5})
	r.Must(err)
	if len(list) != 0 {
		t.Errorf("%d events were made", len(list))
	}
	open().as(r, "ann@office.example").post("/c/soil/admin/events/new/create", good...).want(t, "a member", http.StatusForbidden)
	open().post("/c/soil/admin/events/new/create", good...).want(t, "a stranger", http.StatusUnauthorized, `href="/sign-in?next=%2Fc%2Fsoil%2Fadmin%2Fevents%2Fnew"`)
}

func TestEventFormSaysWhatClocksSkip(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	p := mo.post("/c/soil/admin/events/new/create", "title", "Early", "start_date", "2027-03-28", "start_time", "02:30", "time_zone", "Europe/Berlin", "duration_minutes", "60", "language", "en", "do", "draft")
	mo.get(p.where).want(t, "what was done", http.StatusOK, "so it begins at 03:30")
	mo.get(p.where).want(t, "what stands there", http.StatusOK, "02:30 does not exist that day", "03:30")
}

// Reminders are typed and shown in words, and kept in minutes.
func TestRemindersInWords(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	mo.get("/c/soil/admin/events/new").want(t, "the usual", http.StatusOK, "A week, a day and an hour before")
	p := mo.post("/c/soil/admin/events/new/create", "title", "Early", "start_date", "2027-05-09", "start_time", "14:00", "time_zone", "Africa/Nairobi", "duration_minutes", "60", "language", "en",
		"reminders", "2 days, 90 min", "do", "draft")
	mo.get(p.where).want(t, "shown again", http.StatusOK, `value="2 days, 1 hour 30 minutes"`, "!2880")
	mo.post(p.where+"/save", "title", "Earlier").want(t, "saved", http.StatusSeeOther)
	mo.get(p.where).want(t, "a draft that is saved tells nobody", http.StatusOK, "Saved.", "!five minutes")
	if e := theEvent(t, r, "soil"); e.Reminders != "2880,90" {
		t.Errorf("kept %q, want 2880,90", e.Reminders)
	}
}
