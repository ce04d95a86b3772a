package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// A session can be open to more people than its series. Whoever may not see the series reads its name and its address nowhere, not even
// who said yes and gets mails; its members read it on the pages.
func TestSeriesOfAnOpenSession(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.Public, "ann@office.example")
		s, err := r.App.Series.Create(t.Context(), convoke.System, "soil", app.SeriesInput{Title: new("Quiet sessions"), Description: new("Among us"), Visibility: new("members")},
			app.EventInput{DurationMinutes: new(60)}, []app.SessionInput{{Title: "Inner talk", StartLocal: "2027-03-08T14:00"}, {Title: "Open talk", StartLocal: "2027-03-09T14:00"}})
		r.Must(err)
		list, err := r.App.Events.List(t.Context(), convoke.System, "soil", app.EventFilter{Drafts: true, Limit: 5})
		r.Must(err)
		open, err := r.App.Events.Edit(t.Context(), convoke.System, list[1].ID, app.EventInput{Visibility: new("everyone")})
		r.Must(err)
		_, err = r.App.Series.Publish(t.Context(), convoke.System, s.ID)
		r.Must(err)
		r.Person("eve@other.example")
		r.Must(r.App.Events.Answer(t.Context(), r.Viewer("eve@other.example"), open.ID, convoke.Yes, "page"))
		own := func(address string) string {
			f, err := r.App.Feeds.Add(t.Context(), r.Viewer(address), convoke.ScopeAll, "", "")
			r.Must(err)
			return strings.TrimPrefix(f.Address, rig.Base)
		}
		r.Deliver()
		_, err = r.App.Events.Edit(t.Context(), convoke.System, open.ID, app.EventInput{StartLocal: new("2027-03-09T15:00")})
		r.Must(err)
		r.Clock.Add(convoke.SettleTime)
		var mail rig.Mail
		for _, m := range r.Deliver() {
			if m.Addr == "eve@other.example" {
				mail = m
			}
		}
		if mail.Parsed == nil || mail.Kind != "event-update" {
			t.Fatalf("no mail about the change to whoever said yes: %+v", mail)
		}
		secrets := []string{"Quiet sessions", "Quiet-", "quiet-", string(s.ID), s.Slug, "Among us", "Inner talk"}
		for _, secret := range append(secrets, "Session 2", "series") {
			for what, text := range map[string]string{"text": mail.Text, "HTML": mail.HTML, "calendar part": mail.ICal()} {
				if strings.Contains(text, secret) {
					t.Errorf("the %s of the mail to an outsider holds %q", what, secret)
				}
			}
		}

		page, api := "/c/soil/events/"+open.Slug, "/api/v1/events/"+string(open.ID)
		series := "/c/soil/series/" + s.Slug
		stranger, eve, ann := r.Stranger(), r.As("eve@other.example"), r.As("ann@office.example")
		program, members := r.Program("eve@other.example", true), r.Program("ann@office.example", true)
		for _, tt := range []struct {
			who    string
			c      *rig.Client
			path   string
			status int
			has    []string
			not    []string
		}{
			{"stranger", stranger, page, 200, []string{"Open talk"}, []string{"Webinar 2", "webinar 2", "/series/"}},
			{"stranger", stranger, "/c/soil", 200, []string{"Open talk"}, []string{"Webinar 2"}},
			{"stranger", stranger, "/c/soil/calendar?view=agenda", 200, []string{"Open talk"}, []string{"Webinar 2"}},
			{"stranger", stranger, page + ".ics", 200, []string{"Open talk"}, []string{"Session 2"}},
			{"stranger", stranger, "/c/soil/calendar.ics", 200, []string{"Open talk"}, []string{"Session 2"}},
			{"stranger", stranger, "/calendar.ics", 200, []string{"Open talk"}, []string{"Session 2"}},
			{"stranger", stranger, series, 404, nil, []string{"Open talk"}},
			{"stranger", stranger, series + ".ics", 404, nil, []string{"Open talk"}},
			{"stranger", stranger, series + "/subscribe", 404, nil, []string{"Open talk"}},
			{"stranger", stranger, api, 200, []string{"Open talk"}, []string{`"series"`, `"number"`}},
			{"stranger", stranger, "/api/v1/communities/soil/events", 200, []string{"Open talk"}, []string{`"series"`, `"number"`}},
			{"stranger", stranger, "/api/v1/communities/soil/series", 200, nil, nil},
			{"stranger", stranger, "/api/v1/events?series=" + s.Slug, 422, nil, []string{"Open talk"}},
			{"stranger", stranger, "/api/v1/series/" + string(s.ID), 404, nil, nil},
			{"outsider", eve, page, 200, []string{"Open talk"}, []string{"Webinar 2", "webinar 2", "/series/"}},
			{"outsider", eve, "/", 200, []string{"Open talk"}, []string{"Webinar 2"}},
			{"outsider", eve, series, 404, nil, nil},
			{"outsider", eve, series + "/subscribe", 404, nil, nil},
			{"outsider", eve, own("eve@other.example"), 200, []string{"Open talk"}, []string{"Session 2"}},
			{"outsider", stranger, "/l/" + mail.Token(), 200, []string{"Open talk"}, []string{"Session 2"}},
			{"outsider", stranger, "/l/" + mail.Token() + "?do=unsubscribe", 200, []string{"Open talk"}, []string{"Session 2"}},
			{"outsider", program, api, 200, []string{"Open talk"}, []string{`"series"`, `"number"`}},
			{"member", ann, page, 200, []string{"Quiet sessions", "/c/soil/series/"}, nil},
			{"member", ann, series, 200, []string{"Quiet sessions", "Open talk", "Inner talk"}, nil},
			{"member", members, api, 200, []string{`"title":"Quiet sessions"`, `"number":2`}, nil},
			{"member", members, "/api/v1/communities/soil/events", 200, []string{`"series":{"id":"` + string(s.ID), `"number":2`}, nil},
			{"member", ann, own("ann@office.example"), 200, []string{"Open talk", "Session 1 of the series “Quiet sessions”"}, nil},
		} {
			got := tt.c.Get(tt.path)
			if got.Status != tt.status {
				t.Errorf("%s: GET %s = %d, want %d", tt.who, tt.path, got.Status, tt.status)
			}
			body := strings.ReplaceAll(got.Body, "\r\n ", "")
			for _, has := range tt.has {
				if !strings.Contains(body, has) {
					t.Errorf("%s: GET %s lacks %q", tt.who, tt.path, has)
				}
			}
			if tt.who != "member" {
				tt.not = append(tt.not, secrets...)
				if tt.status == http.StatusNotFound || strings.Contains(tt.path, "?series=") {
					tt.not = tt.not[:max(0, len(tt.not)-len(secrets))] // an answer may repeat what was asked for
					tt.not = append(tt.not, "Quiet sessions", "Among us", "Inner talk")
				}
			}
			for _, not := range tt.not {
				if strings.Contains(body, not) {
					t.Errorf("%s: GET %s holds %q", tt.who, tt.path, not)
				}
			}
		}
		if got := r.Stranger().Post("/l/"+mail.Token(), url.Values{"do": {"unsubscribe"}, "about": {"series"}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("an outsider unsubscribes from a series they may not see: %d, want 422", got.Status)
		}

		// What stands in the entries follows the series and its community.
		entry := func(when string, named bool) {
			t.Helper()
			if got := strings.Contains(strings.ReplaceAll(stranger.Get(page+".ics").Body, "\r\n ", ""), "Quiet sessions"); got != named {
				t.Errorf("%s: the entry names the series: %v, want %v", when, got, named)
			}
		}
		_, err = r.App.Series.Edit(t.Context(), convoke.System, s.ID, app.SeriesInput{Visibility: new("everyone")})
		r.Must(err)
		entry("the series was opened", true)
		_, err = r.App.Series.Edit(t.Context(), convoke.System, s.ID, app.SeriesInput{Visibility: new("community")})
		r.Must(err)
		entry("the series is the community's", false)
		_, err = r.App.Communities.Edit(t.Context(), convoke.System, "soil", app.CommunityInput{Privacy: new("open")})
		r.Must(err)
		entry("the community was opened", true)
		_, err = r.App.Communities.Edit(t.Context(), convoke.System, "soil", app.CommunityInput{Privacy: new("semi-private")})
		r.Must(err)
		entry("the community was closed", false)
		mine := own("ann@office.example")
		for _, hidden := range []bool{true, false} { // in a hidden community only members see anything
			_, err = r.App.Communities.Edit(t.Context(), convoke.System, "soil", app.CommunityInput{Hidden: &hidden})
			r.Must(err)
			if got := strings.Contains(strings.ReplaceAll(ann.Get(mine).Body, "\r\n ", ""), "Session 2 of the series"); got != hidden {
				t.Errorf("hidden %v: a member's entry names the series: %v", hidden, got)
			}
		}
	})
}
