package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// led is a rig with a community that ada leads, mo moderates and ann belongs to.
func led(t *testing.T, privacy convoke.Privacy) (*rig.Rig, func() *browser) {
	t.Helper()
	r := rig.New(t)
	r.Community("soil", privacy, "ann@office.example")
	r.Member("soil", "ada@office.example", convoke.Admin)
	r.Member("soil", "mo@office.example", convoke.Moderator)
	return r, serve(t, r)
}

func TestDesk(t *testing.T) {
	r, open := led(t, convoke.SemiPrivate)
	r.Person("tala@office.example")
	r.Must(r.App.Members.Ask(t.Context(), r.Viewer("tala@office.example"), "soil", "I run the flood desk."))
	_, err := r.App.Events.Create(t.Context(), convoke.System, "soil", app.EventInput{Title: new("Half written"), StartLocal: new("2027-03-05T14:00")})
	r.Must(err)
	ada := open().as(r, "ada@office.example")
	ada.get("/c/soil/admin").want(t, "admin", http.StatusOK, "2 things need you", "I run the flood desk.", "Half written")
	open().as(r, "mo@office.example").get("/c/soil/admin").want(t, "moderator", http.StatusOK, "One thing needs you", "!flood desk", "!/admin/settings")
	open().as(r, "ann@office.example").get("/c/soil/admin").want(t, "member", http.StatusForbidden, "!flood desk", "!Half written")
	stranger := open()
	stranger.get("/c/soil/admin").leads(t, "stranger", "/sign-in?next=%2Fc%2Fsoil%2Fadmin")
	stranger.get("/c/none/admin").leads(t, "stranger, missing", "/sign-in?next=%2Fc%2Fnone%2Fadmin")
}

func TestRequests(t *testing.T) {
	r, open := led(t, convoke.SemiPrivate)
	var ids []string
	for _, who := range []string{"tala", "kwame", "anahi"} {
		r.Person(who + "@office.example")
		r.Must(r.App.Members.Ask(t.Context(), r.Viewer(who+"@office.example"), "soil", ""))
	}
	list, err := r.App.Members.Requests(t.Context(), convoke.System, "soil", app.Page{Limit: 200})
	r.Must(err)
	slices.SortFunc(list, func(a, b app.RequestRow) int { return strings.Compare(b.Name, a.Name) }) // Anahi last
	for _, x := range list {
		ids = append(ids, string(x.ID))
	}
	ada := open().as(r, "ada@office.example")
	ada.post("/c/soil/admin/requests/decide", "do", "approve").want(t, "none ticked", http.StatusUnprocessableEntity, `href="#request"`)
	ada.post("/c/soil/admin/requests/decide", "do", "approve", "request", ids[0], "request", ids[1]).leads(t, "approve two", "/c/soil/admin")
	ada.post("/c/soil/admin/requests/decide", "do", "reject", "request", ids[2], "reason", "For field staff.").leads(t, "reject one", "/c/soil/admin")
	for who, member := range map[string]bool{"tala": true, "kwame": true, "anahi": false} {
		m, err := r.App.Communities.Get(t.Context(), r.Viewer(who+"@office.example"), "soil")
		r.Must(err)
		if got := m.Standing.Role != ""; got != member {
			t.Errorf("%s is a member: %v, want %v", who, got, member)
		}
	}
	outcomes := 0
	for _, m := range r.Deliver() {
		if m.Kind == "join-outcome" {
			outcomes++
			if strings.Contains(m.Text, "For field staff.") != strings.Contains(m.Addr, "anahi") {
				t.Errorf("the reason went to %s: %v", m.Addr, strings.Contains(m.Text, "For field staff."))
			}
		}
	}
	if outcomes != 3 {
		t.Errorf("%d outcomes were mailed, want 3", outcomes)
	}
	mo := open().as(r, "mo@office.example")
	mo.get("/c/soil/admin/requests").want(t, "moderator", http.StatusForbidden)
	mo.post("/c/soil/admin/requests/decide", "do", "approve", "request", ids[0]).want(t, "moderator decides", http.StatusForbidden)
}

// A request that somebody else has settled meanwhile is not settled otherwise: programs and the page are told, and of several nothing is decided.
func TestRequestsDecidedMeanwhile(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.SemiPrivate)
		r.Member("soil", "ada@office.example", convoke.Admin)
		ids := map[convoke.ID]convoke.ID{}
		for _, who := range []string{"tala", "kwame", "anahi", "bo"} {
			r.Person(who + "@office.example")
			r.Must(r.App.Members.Ask(t.Context(), r.Viewer(who+"@office.example"), "soil", ""))
		}
		list, err := r.App.Members.Requests(t.Context(), convoke.System, "soil", app.Page{Limit: 200})
		r.Must(err)
		for _, x := range list {
			ids[x.PersonID] = x.ID
		}
		id := func(who string) convoke.ID { return ids[r.Viewer(who+"@office.example").Person] }
		r.Must(r.App.Members.Decide(t.Context(), convoke.System, "soil", []convoke.ID{id("tala")}, true, ""))
		r.Must(r.App.Members.Decide(t.Context(), convoke.System, "soil", []convoke.ID{id("kwame")}, false, ""))
		program, page := r.Program("ada@office.example", false), r.As("ada@office.example")
		for _, tt := range []struct {
			who, do string
			status  int
			says    string
		}{
			{"tala", "approve", 204, ""},
			{"tala", "reject", 409, "was accepted meanwhile"},
			{"kwame", "reject", 204, ""},
			{"kwame", "approve", 409, "was declined meanwhile"},
			{"anahi", "approve", 204, ""},
			{"anahi", "reject", 409, "was accepted meanwhile"},
		} {
			got := program.JSON("POST", "/api/v1/communities/soil/join-requests/"+string(id(tt.who))+"/"+tt.do, "")
			if got.Status != tt.status || !strings.Contains(got.Body, tt.says) {
				t.Errorf("%s %s: %d %s, want %d %q", tt.do, tt.who, got.Status, got.Body, tt.status, tt.says)
			}
			if tt.says == "" {
				continue
			}
			got = page.Post("/c/soil/admin/requests/decide", url.Values{"do": {tt.do}, "request": {string(id("bo")), string(id(tt.who))}})
			if got.Status != tt.status || !strings.Contains(got.Body, tt.says) {
				t.Errorf("%s %s on the page: %d, want %d %q", tt.do, tt.who, got.Status, tt.status, tt.says)
			}
		}
		waiting, err := r.App.Members.Requests(t.Context(), convoke.System, "soil", app.Page{Limit: 200})
		r.Must(err)
		if len(waiting) != 1 || waiting[0].ID != id("bo") {
			t.Errorf("%d wait, want the one that was ticked beside others", len(waiting))
		}
	})
}

func TestInvitationsAndRoles(t *testing.T) {
	r, open := led(t, convoke.Private)
	ada := open().as(r, "ada@office.example")
	ada.post("/c/soil/admin/invitations/send", "email", "x@office.example\r\nBcc: y@office.example").want(t, "line break", http.StatusUnprocessableEntity, `href="#email"`)
	ada.post("/c/soil/admin/invitations/send", "email", "nia@office.example", "message", "Come.").leads(t, "invite", "/c/soil/admin/invitations")
	ada.post("/c/soil/admin/invitations/send", "email", "nia@office.example").want(t, "twice", http.StatusUnprocessableEntity, "nia@office.example")
	ada.get("/c/soil/admin/invitations").want(t, "list", http.StatusOK, "nia@office.example", "Waits for an answer")

	ann := string(r.Viewer("ann@office.example").Person)
	ada.get("/c/soil/admin/members").want(t, "members", http.StatusOK, "ann@office.example")
	ada.post("/c/soil/admin/members/role", "person", ann, "role", "moderator").leads(t, "promote", "/c/soil/admin/members")
	ada.post("/c/soil/admin/members/role", "person", ann, "role", "king").want(t, "no such role", http.StatusUnprocessableEntity)
	ada.post("/c/soil/admin/members/role", "person", string(r.Viewer("ada@office.example").Person), "role", "member").want(t, "last admin", http.StatusConflict)
	ada.post("/c/soil/admin/members/remove", "person", ann).leads(t, "remove", "/c/soil/admin/members")
	open().as(r, "mo@office.example").get("/c/soil/admin/members").want(t, "moderator", http.StatusForbidden, "!ann@office.example")
}

func TestCommunityForm(t *testing.T) {
	r, open := led(t, convoke.Open)
	r.Operator("op@office.example")
	op := open().as(r, "op@office.example")
	op.post("/admin/communities/new/create", "name", "").want(t, "no name", http.StatusUnprocessableEntity, `href="#name"`)
	op.post("/admin/communities/new/create", "name", "Care & Cash", "privacy", "public", "time_zone", "Africa/Nairobi", "language", "fr", "has", "hidden", "admin", "ada@office.example").
		leads(t, "create", "/c/care-and-cash")
	m, err := r.App.Communities.Get(t.Context(), r.Viewer("ada@office.example"), "care-and-cash")
	r.Must(err)
	if m.Privacy != convoke.Public || m.Zone != "Africa/Nairobi" || m.Language != "fr" || m.Hidden || m.Standing.Role != convoke.Admin {
		t.Errorf("made %+v as %+v", m.Community, m.Standing)
	}
	ada := open().as(r, "ada@office.example")
	ada.get("/admin/communities/new").want(t, "not the operator", http.StatusNotFound)
	ada.get("/c/soil/admin/settings").want(t, "settings", http.StatusOK, `name="version" value="1"`)
	ada.post("/c/soil/admin/settings/save", "version", "1", "name", "Soil and water", "contact", "desk@office.example").leads(t, "save", "/c/soil/admin/settings")
	ada.post("/c/soil/admin/settings/save", "version", "1", "name", "Late", "summary", "kept words").want(t, "stale", http.StatusConflict, "kept words", `name="version" value="2"`)
	ada.post("/c/soil/admin/settings/save", "version", "2", "time_zone", "Mars/Base", "contact", "nobody").want(t, "bad", http.StatusUnprocessableEntity, `href="#contact"`)
	ada.post("/c/soil/admin/groups/new/create", "name", "Trigger data", "privacy", "open", "time_zone", "UTC", "language", "en").leads(t, "group", "/c/trigger-data")
	open().as(r, "ann@office.example").get("/c/soil/admin/groups/new").want(t, "member", http.StatusForbidden)
	ada.post("/c/soil/admin/settings/archive", "has", "keep").leads(t, "archive", "/c/soil/admin/settings")
	ada.get("/c/soil/admin/settings").want(t, "archived", http.StatusOK, "Open it again", `!name="summary"`)
	ada.post("/c/soil/admin/settings/reactivate").leads(t, "open again", "/c/soil/admin/settings")
}
