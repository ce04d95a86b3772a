package web_test

import (
	"net/http"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

const nobody = "nobody is invited to what is over"

// A series, planned or made, says which of its dates lie behind, and that nobody is invited where all do.
func TestPlannerOfWhatIsOver(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	for _, tt := range []struct {
		name, dates string
		over        int
		want        []string
		said        []string // once it is published
	}{
		{"all over", "2026-03-10\n2026-03-17", 2, []string{nobody, "!Publish and invite", "!members are invited"}, []string{"Published, without a mail."}},
		{"one over", "2026-03-10\n2027-03-17", 1, []string{"!" + nobody, "Publish and invite", "members are invited, in one mail"}, []string{"invitations are on their way"}},
		{"none over", "2027-03-10\n2027-03-17", 0, []string{"!" + nobody, "Publish and invite", "members are invited, in one mail"}, []string{"invitations are on their way"}},
	} {
		form := with(webinars, "title", tt.name, "rhythm", "list", "dates", tt.dates)
		create := "/c/soil/admin/series/new/create"
		p := mo.post(create, with(form, "do", "preview")...).want(t, tt.name, http.StatusOK, tt.want...)
		if got := strings.Count(p.body, "is over</span>"); got != tt.over {
			t.Errorf("%s: %d dates are marked in the preview, want %d", tt.name, got, tt.over)
		}
		path := mo.post(create, with(form, "do", "draft")...).where
		p = mo.get(path).want(t, tt.name+", made", http.StatusOK, tt.want[0], tt.want[1])
		if got := strings.Count(p.body, "is over</span>"); got != tt.over {
			t.Errorf("%s: %d sessions are marked, want %d", tt.name, got, tt.over)
		}
		mo.get(mo.post(path+"/publish").where).want(t, tt.name+", published", http.StatusOK, tt.said...)
		mo.get(mo.post(create, with(form, "do", "publish")...).where).want(t, tt.name+", published at once", http.StatusOK, tt.said...)
	}
}

// So does a recurring meeting; one whose rule goes on has dates to come, however long ago it began.
func TestMeetingFormOfWhatIsOver(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo := open().as(r, "mo@office.example")
	weekly := with(monthly, "rhythm", "weekly", "nth", "0", "weekday", "tu", "has", "invite", "invite", "true")
	for _, tt := range []struct {
		name string
		set  []string
		over int // marked dates of the twelve that are shown; -1 for some
		want []string
		said string
	}{
		{"all over", []string{"start_date", "2026-03-10", "count", "3"}, 3, []string{nobody, "!get a mail", "!members are invited"}, "Published, without a mail."},
		{"goes on", []string{"start_date", "2026-03-10"}, 12, []string{"!" + nobody}, "invitations are on their way"},
		{"ends later", []string{"start_date", "2026-12-15", "until", "2027-06-30"}, -1, []string{"!" + nobody}, "invitations are on their way"},
		{"to come", []string{"start_date", "2027-03-09", "count", "3"}, 0, []string{"!" + nobody}, "invitations are on their way"},
	} {
		form, create := with(with(weekly, "title", tt.name), tt.set...), "/c/soil/admin/meetings/new/create"
		p := mo.post(create, with(form, "do", "preview")...).want(t, tt.name, http.StatusOK, tt.want...)
		if got := strings.Count(p.body, "is over</span>"); got != tt.over && tt.over >= 0 || tt.over < 0 && (got == 0 || got == 12) {
			t.Errorf("%s: %d dates are marked in the preview, want %d", tt.name, got, tt.over)
		}
		path := mo.post(create, with(form, "do", "draft")...).where
		mo.get(path).want(t, tt.name+", made", http.StatusOK, tt.want[0])
		mo.post(path+"/save", with(form, "do", "preview", "version", "1")...).want(t, tt.name+", looked at again", http.StatusOK, tt.want[0])
		mo.get(mo.post(path+"/save", with(form, "do", "publish", "version", "1")...).where).want(t, tt.name+", published", http.StatusOK, tt.said)
	}
}

// What a change of the clocks does to the members' hours is said once, with all zones.
func TestPlannerSaysAShiftOnce(t *testing.T) {
	r, open := led(t, convoke.Open)
	for i, zone := range []string{"Africa/Nairobi", "Africa/Lagos", "Asia/Manila", "Africa/Addis_Ababa"} {
		who := string(rune('p'+i)) + "@office.example"
		r.Member("soil", who, convoke.Member)
		r.Must(r.App.People.EditMe(t.Context(), r.Viewer(who), app.PersonInput{TimeZone: new(zone)}))
	}
	p := open().as(r, "mo@office.example").post("/c/soil/admin/series/new/create", with(webinars, "time_zone", "America/New_York", "first_time", "09:00", "do", "preview")...).want(t, "preview", http.StatusOK)
	text := p.text()
	if got := strings.Count(text, "From 13 April 2027"); got != 1 {
		t.Errorf("the shift is said %d times, want once", got)
	}
	for _, want := range []string{"14:00 in Lagos", "16:00 in Addis Ababa and Nairobi", "21:00 in Manila"} {
		if !strings.Contains(text, want) {
			t.Errorf("want %q in\n%s", want, text)
		}
	}
}
