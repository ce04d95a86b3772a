package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// What somebody sent after their session had ended is kept on the page until they have signed in, wherever it went to; a button leads to sign-in at once.
func TestSentAfterTheSessionEnded(t *testing.T) {
	r, open := led(t, convoke.Open)
	e := published(t, r, "soil", "Topping up", "2027-03-09T14:00")
	page := "/c/soil/events/" + e.Slug
	gone := open()
	for _, tt := range []struct {
		path, name, text, want, back string
	}{
		{page + "/questions/1/comment", "text", "Ours were <b>short</b> of bags.", `name="text" value="Ours were &lt;b&gt;short&lt;/b&gt; of bags."`, page + "/questions/1"},
		{page + "/questions/ask", "text", "How deep\nis deep?", ` name="text" readonly dir="auto">` + "\nHow deep\n" + `is deep?</textarea>`, page + "/questions"},
		{"/c/soil/ask", "message", "I run the flood desk.", `name="message" value="I run the flood desk."`, "/c/soil"},
	} {
		gone.post(tt.path, tt.name, tt.text).want(t, tt.path, http.StatusUnauthorized, "Please sign in", "What you sent is still here", "Send again",
			tt.want, `href="/sign-in?next=`+url.QueryEscape(tt.back)+`"`, "!<b>short</b>")
	}
	gone.post("/c/soil/admin/events/new/create", "title", "Compost", "start_local", "2027-03-09T14:00", "time_zone", "Africa/Nairobi", "duration_minutes", "60").
		want(t, "no text", http.StatusUnauthorized, `name="title" value="Compost"`)
	gone.post(page+"/answer", "answer", "yes").leads(t, "a button", "/sign-in?next="+url.QueryEscape(page))
	gone.post(page+"/questions/1/comment", "text", " ").leads(t, "nothing written", "/sign-in?next="+url.QueryEscape(page+"/questions/1"))
	gone.get("/c/soil/admin?text=Hello+you").leads(t, "a page", "/sign-in?next="+url.QueryEscape("/c/soil/admin?text=Hello+you"))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, gone.base+"/c/soil/ask", strings.NewReader("message=I+run+the+flood+desk."))
	r.Must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	gone.do(req).want(t, "from elsewhere", http.StatusForbidden, "!Send again", "!flood desk")
}

// A planner that is sent again once its sender has signed in makes the series, with what was moved and dropped by hand.
func TestPlannerAfterTheSessionEnded(t *testing.T) {
	r, open := led(t, convoke.SemiPrivate)
	path := "/c/soil/admin/series/new/create"
	b := open()
	kept := b.post(path, append(with(webinars, "title", "Soil \"year\" & more"), "description", "\nThree evenings\n\non what lives.", "once", "k", "do", "draft", "line_date", "2027-03-09", "line_time", "14:00", "line_title", "", "line_date", "2027-04-20", "line_time", "15:00", "line_title", "Two days later")...).
		want(t, path, http.StatusUnauthorized, "Send again")
	form, _, _ := strings.Cut(kept.body, "Send again")
	var again, names []string
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">|<textarea id="kept\d+" name="([^"]*)" readonly dir="auto">\n?([^<]*)<`).FindAllStringSubmatch(form, -1) {
		again, names = append(again, html.UnescapeString(m[1]+m[3]), html.UnescapeString(m[2]+m[4])), append(names, m[1]+m[3])
	}
	if !slices.IsSorted(names) {
		t.Errorf("fields stand in the order %v", names)
	}
	p := b.as(r, "mo@office.example").post(path, again...)
	if p.status != http.StatusSeeOther {
		t.Fatalf("sent again: %d\n%s", p.status, p.text())
	}
	b.post(path, again...).leads(t, "sent twice", p.where)
	list, err := r.App.Series.List(t.Context(), convoke.System, "soil", app.Page{Limit: 9})
	r.Must(err)
	if len(list) != 1 || list[0].Title != "Soil \"year\" & more" || list[0].Description != "Three evenings\n\non what lives." {
		t.Fatalf("made %+v", list)
	}
	s, err := r.App.Series.Get(t.Context(), convoke.System, "", string(list[0].ID))
	r.Must(err)
	if len(s.Sessions) != 2 || s.Sessions[1].Title != "Two days later" || s.Sessions[1].Start.String() != "2027-04-20T15:00" {
		t.Errorf("sessions %+v", s.Sessions)
	}
}
