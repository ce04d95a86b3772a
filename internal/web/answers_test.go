package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

// What people do on pages: each step is a POST, the page after it, and what that page says.
func TestDoing(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	event, series, meeting := "/c/shock/events/"+f.event.Slug, "/c/shock/series/"+f.series.Slug, "/c/shock/meetings/"+f.meeting.Slug
	for _, tt := range []struct {
		name, who, target string
		form              url.Values
		status            int
		then              string // where it leads
		says, not         string // on that page, read by the same person
	}{
		{"strangers sign in first and come back", "", event + "/answer", url.Values{"answer": {"yes"}}, 303, "/sign-in?next=" + url.QueryEscape(event), "", ""},
		{"yes", "newcomer", event + "/answer", url.Values{"answer": {"yes"}}, 303, event, "meet.example/shock", ""},
		{"maybe", "newcomer", event + "/answer", url.Values{"answer": {"maybe"}}, 303, event, "You may come", ""},
		{"no", "newcomer", event + "/answer", url.Values{"answer": {"no"}}, 303, event, "You are not coming", "meet.example/shock"},
		{"another word", "newcomer", event + "/answer", url.Values{"answer": {"perhaps"}}, 422, "", "", ""},
		{"members' event", "newcomer", "/c/shock/events/" + f.inside.Slug + "/answer", url.Values{"answer": {"yes"}}, 404, "", "", ""},
		{"the whole series", "newcomer", series + "/answer", url.Values{"answer": {"yes"}}, 303, series, "You come to all sessions", ""},
		{"all dates", "newcomer", meeting + "/answer", url.Values{"answer": {"maybe"}}, 303, meeting, "You may come", ""},
		{"join", "newcomer", "/c/shock/join", nil, 303, "/c/shock", "You are a member", ""},
		{"leave", "newcomer", "/c/shock/leave", nil, 303, "/c/shock", "/c/shock/join", ""},
		{"join what is closed", "newcomer", "/c/circle/join", nil, 403, "", "", ""},
		{"ask", "newcomer", "/c/circle/ask", url.Values{"message": {"I run a hotline."}}, 303, "/c/circle", "You have asked to join", ""},
		{"ask again, which changes nothing", "newcomer", "/c/circle/ask", nil, 303, "/c/circle", "You have asked to join", ""},
		{"leave what is hidden", "member", "/c/quiet/leave", nil, 303, "/communities", "Communities", "Quiet"},
		{"own feed of a community", "member", "/c/shock/subscribe/add", url.Values{"name": {"Phone <b>"}}, 303, "/c/shock/subscribe", "Phone &lt;b&gt;", ""},
		{"own feed of a series", "member", series + "/subscribe/add", nil, 303, series + "/subscribe", "Acting before the shock", ""},
		{"own feed of a meeting is its community's", "member", meeting + "/subscribe/add", nil, 303, meeting + "/subscribe", "/feeds/", "Make my address"},
		{"own feed of a meeting that is hidden", "newcomer", "/c/quiet/meetings/" + f.meeting.Slug + "/subscribe/add", nil, 404, "", "", ""},
		{"own feed of all", "member", "/subscribe/add", nil, 303, "/subscribe", "webcal://localhost:8080/feeds/", ""},
		{"own feed of what is hidden", "newcomer", "/c/quiet/subscribe/add", nil, 404, "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cookie := ""
			if tt.who != "" {
				cookie = f.signIn(t, tt.who)
			}
			w := f.post(tt.target, tt.form, "Cookie", cookie)
			if w.Code != tt.status || w.Header().Get("Location") != tt.then {
				t.Fatalf("POST %s = %d to %q, want %d to %q", tt.target, w.Code, w.Header().Get("Location"), tt.status, tt.then)
			}
			if tt.says == "" {
				return
			}
			body := f.get(tt.then, "Cookie", cookie).Body.String()
			if !strings.Contains(body, tt.says) || tt.not != "" && strings.Contains(body, tt.not) {
				t.Errorf("%s lacks %q or shows %q", tt.then, tt.says, tt.not)
			}
		})
	}
}

func TestOwnFeeds(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	member, other := f.signIn(t, "member"), f.signIn(t, "newcomer")
	old := feedAddress(t)(f.app.Feeds.Add(t.Context(), f.as("member"), convoke.ScopeAll, "", "Phone"))
	id := string(must[[]app.OwnView](t)(f.app.Feeds.Mine(t.Context(), f.as("member")))[0].ID)
	reads := func(address string) int { return f.get(strings.TrimPrefix(address, "http://localhost:8080")).Code }
	now := func() string {
		list := must[[]app.OwnView](t)(f.app.Feeds.Mine(t.Context(), f.as("member")))
		list = slices.DeleteFunc(list, func(v app.OwnView) bool { return v.RevokedAt != 0 })
		if len(list) == 0 {
			return ""
		}
		return list[0].Address
	}
	for _, deed := range []string{"renew", "stop", "rename"} {
		if w := f.post("/subscribe/"+id+"/"+deed, url.Values{"name": {"Mine"}}, "Cookie", other); w.Code != http.StatusNotFound {
			t.Errorf("%s by somebody else = %d, want 404", deed, w.Code)
		}
	}
	if w := f.post("/subscribe/"+id+"/rename", url.Values{"name": {""}}, "Cookie", member); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a feed without a name = %d, want 422", w.Code)
	}
	if w := f.post("/subscribe/"+id+"/renew", url.Values{"next": {"/c/shock/subscribe"}}, "Cookie", member); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/c/shock/subscribe" {
		t.Errorf("renew = %d to %q", w.Code, w.Header().Get("Location"))
	}
	renewed := now()
	if reads(old) != http.StatusNotFound || reads(renewed) != http.StatusOK {
		t.Errorf("after renewing, the old address = %d and the new one = %d", reads(old), reads(renewed))
	}
	if w := f.post("/subscribe/"+id+"/stop", nil, "Cookie", member); w.Code != http.StatusSeeOther || reads(renewed) != http.StatusNotFound {
		t.Errorf("stop = %d, and then the address = %d", w.Code, reads(renewed))
	}
	if now() != "" {
		t.Error("a stopped feed is listed")
	}
}

func TestTicket(t *testing.T) {
	at := time.Date(2026, 12, 3, 11, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, reader, host string
		want               string // the other zones
	}{
		{"three zones", "Asia/Dhaka", "Africa/Nairobi", "Nairobi host, UTC"},
		{"the host's own", "Africa/Nairobi", "Africa/Nairobi", "UTC"},
		{"another city of the same hour", "Africa/Kampala", "Africa/Nairobi", "UTC"},
		{"a reader in UTC", "UTC", "Africa/Nairobi", "Nairobi host"},
		{"a host in UTC", "Asia/Dhaka", "UTC", "UTC host"},
		{"a host on the hour of UTC", "Asia/Dhaka", "Africa/Accra", "Accra host"},
		{"London in winter", "Europe/London", "Africa/Nairobi", "Nairobi host"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &frame{speech: speech{locale.For("en", nil)}, Now: convoke.At(at)}
			f.speech = f.In(tt.reader)
			e := app.EventView{Event: convoke.Event{Zone: tt.host, StartsAt: convoke.At(at), EndsAt: convoke.At(at.Add(time.Hour))}}
			var got []string
			for _, z := range newTicket(f, e).Elsewhere {
				name := z.City()
				if z.Host {
					name += " host"
				}
				got = append(got, name)
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("reader %s, host %s: %q, want %q", tt.reader, tt.host, s, tt.want)
			}
		})
	}
}

func TestHours(t *testing.T) {
	f := &frame{speech: speech{locale.For("en", nil)}}
	at := convoke.At(time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC))
	got := hourDots(f, map[string]int{"Africa/Nairobi": 30, "Pacific/Auckland": 4, "America/Lima": 9}, at)
	want := []struct {
		city, clock, x string
		asleep         bool
	}{{"Lima", "07:00", "29.2", false}, {"Nairobi", "15:00", "62.5", false}, {"Auckland", "01:00", "4.2", true}}
	if len(got) != len(want) {
		t.Fatalf("%d dots, want %d", len(got), len(want))
	}
	for i, w := range want {
		if g := got[i]; g.City() != w.city || g.R.Clock(at.Time()) != w.clock || g.X != w.x || g.Asleep != w.asleep {
			t.Errorf("dot %d = %s %s at %s, asleep %v; want %+v", i, g.City(), g.R.Clock(at.Time()), g.X, g.Asleep, w)
		}
	}
}
