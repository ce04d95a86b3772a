package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"convoke/internal/convoke"
)

// A page that answers a form holds what was typed, or what is shown once: it offers no other language or zone, which would lose it.
func TestSentPagesKeepWhatTheyHold(t *testing.T) {
	r, open := led(t, convoke.Open)
	mo, ann, gone := open().as(r, "mo@office.example"), open().as(r, "ann@office.example"), open()
	switches := []string{`action="/settings"`, `href="/me#zone"`, `href="/settings?next=`}
	not := []string{"!" + switches[0], "!" + switches[1], "!" + switches[2], "Times are shown for"}
	mo.post("/c/soil/admin/series/new/create", with(webinars, "do", "preview")...).want(t, "planner", http.StatusOK, append(not, `value="`+webinars[1]+`"`)...)
	mo.post("/c/soil/admin/meetings/new/create", with(monthly, "do", "preview")...).want(t, "meeting", http.StatusOK, append(not, `value="Monthly meeting"`)...)
	mo.post("/c/soil/admin/meetings/new/create", with(monthly, "title", "", "place", "Room 1")...).want(t, "refused", http.StatusUnprocessableEntity, append(not, `value="Room 1"`)...)
	ann.post("/me/add-token", "token_name", "sync").want(t, "token", http.StatusOK, append(not, "cvk_")...)
	gone.post("/c/soil/admin/meetings/new/create", monthly...).want(t, "signed out", http.StatusUnauthorized, append(not, "Send again")...)
	mo.get("/c/soil/admin/meetings/new").want(t, "asked for", http.StatusOK, switches[0], `name="next" value="/c/soil/admin/meetings/new"`, switches[1])
	gone.get("/calendar?view=list").want(t, "stranger", http.StatusOK, switches[0], `name="next" value="/calendar?view=list"`, switches[2])
}

// Every form that needs somebody signed in is on a page that they can be led back to.
func TestFormsHaveAPage(t *testing.T) {
	r, open := led(t, convoke.Open)
	pages := map[string]bool{}
	for _, x := range r.Server().Routes() {
		pages[x.Method+" "+x.Pattern] = true
	}
	gone, led := open(), 0
	for line := range pages {
		action, ok := strings.CutPrefix(line, "POST ")
		if !ok || strings.HasPrefix(action, "/api/") {
			continue
		}
		next, ok := strings.CutPrefix(gone.post(action).where, "/sign-in?next=")
		if !ok {
			continue
		}
		led++
		if next, err := url.QueryUnescape(next); err != nil || !pages["GET "+next] {
			t.Errorf("POST %s leads back to %q, which is no page", action, next)
		}
	}
	if led < 50 {
		t.Errorf("%d forms lead to sign-in", led)
	}
}

// An address that takes forms only is none to look at; who is signed in stays so there.
func TestFormAddressAskedFor(t *testing.T) {
	r, open := led(t, convoke.Open)
	open().as(r, "ann@office.example").get("/c/soil/join").want(t, "member", http.StatusMethodNotAllowed, `href="/me"`, "!Sign in", "!sign in")
	open().get("/c/soil/join").want(t, "stranger", http.StatusMethodNotAllowed, `href="/sign-in"`)
}
