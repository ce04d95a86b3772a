package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// desk is a community with one thing of each sort, and the letters about them to ben, who moderates there; fay is invited.
type desk struct {
	*house
	m       convoke.Community
	e       convoke.Event
	s       convoke.Series
	r       convoke.Recurrence
	ben     convoke.Viewer
	letters map[string]convoke.ID
}

func (h *house) desk(t *testing.T) *desk {
	t.Helper()
	d := &desk{house: h, letters: map[string]convoke.ID{}}
	d.m, d.e = h.community(t)
	must(h.Communities.Edit(t.Context(), convoke.System, d.m.Slug, app.CommunityInput{Description: new("Long"), Rules: new("Be kind"), Contact: new("desk@maps.example")}))(t)
	d.ben = h.member(t, d.m.Slug, "ben@maps.example", convoke.Moderator)
	d.s = must(h.Series.Create(t.Context(), convoke.System, d.m.Slug, app.SeriesInput{Title: new("Rivers")}, app.EventInput{}, []app.SessionInput{{StartLocal: "2026-12-01T10:00"}, {StartLocal: "2026-12-08T10:00"}}))(t)
	must(h.Series.Publish(t.Context(), convoke.System, d.s.ID))(t)
	d.r = must(h.Meetings.Create(t.Context(), convoke.System, d.m.Slug, app.MeetingInput{Title: new("Call"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2026-12-01T10:00")}))(t)
	must(h.Meetings.Publish(t.Context(), convoke.System, d.r.ID))(t)
	i := must(h.Members.Invite(t.Context(), convoke.System, d.m.Slug, "fay@maps.example", "", ""))(t)
	d.write(t, "event", notify.EventInvitation, notify.Data{}, convoke.Letter{EventID: d.e.ID})
	d.write(t, "series", notify.SeriesInvitation, notify.Data{}, convoke.Letter{SeriesID: d.s.ID})
	d.write(t, "meeting", notify.MeetingInvitation, notify.Data{}, convoke.Letter{MeetingID: d.r.ID})
	d.write(t, "date that is no more", notify.EventInvitation, notify.Data{}, convoke.Letter{MeetingID: d.r.ID})
	d.write(t, "outcome", notify.JoinOutcome, notify.Data{}, convoke.Letter{})
	d.write(t, "invitation", notify.CommunityInvitation, notify.Data{Invitation: i.ID}, convoke.Letter{PersonID: i.PersonID})
	return d
}

// write stores a letter as the outbox would.
func (d *desk) write(t *testing.T, name, kind string, data notify.Data, about convoke.Letter) {
	t.Helper()
	person := d.ben.Person
	if about.PersonID != "" {
		person = about.PersonID
	}
	l := notify.Letter(d.Site(), kind, name, person, "someone@maps.example", data, d.Now(), d.Now().Add(time.Hour))
	l.CommunityID, l.EventID, l.SeriesID, l.MeetingID = d.m.ID, about.EventID, about.SeriesID, about.MeetingID
	l.Mime = []byte("canary")
	if err := d.store.Update(t.Context(), func(tx *store.Tx) error { _, err := tx.AddLetter(t.Context(), l); return err }); err != nil {
		t.Fatal(err)
	}
	d.letters[name] = l.ID
}

func (d *desk) token(name string) string { return d.Secrets().LetterToken(d.letters[name]) }

// A mailed link offers what its letter is about and what still has a sense, and nothing else.
func TestLetterOffers(t *testing.T) {
	const stop = "unsubscribe undo"
	hide := func(t *testing.T, d *desk) {
		t.Helper()
		must(d.Events.Edit(t.Context(), convoke.System, d.e.ID, app.EventInput{Visibility: new("members")}))(t)
		must(d.Series.Edit(t.Context(), convoke.System, d.s.ID, app.SeriesInput{Visibility: new("members")}))(t)
		must(d.Meetings.Edit(t.Context(), convoke.System, d.r.ID, app.MeetingInput{Visibility: new("members")}))(t)
		if err := d.Members.Leave(t.Context(), d.ben, d.m.Slug); err != nil {
			t.Fatal(err)
		}
	}
	callOff := func(t *testing.T, d *desk) {
		t.Helper()
		must(d.Events.Cancel(t.Context(), convoke.System, d.e.ID, ""))(t)
		for _, err := range []error{d.Series.Cancel(t.Context(), convoke.System, d.s.ID, ""), d.Meetings.Cancel(t.Context(), convoke.System, d.r.ID, "")} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, row := range []struct {
		name   string
		change func(*testing.T, *desk)
		want   map[string]string
	}{
		{"fresh", nil, map[string]string{"event": "yes maybe no " + stop, "series": "yes maybe no " + stop, "meeting": "yes maybe no next " + stop, "date that is no more": stop,
			"outcome": "", "invitation": "accept decline " + stop}},
		{"called off", callOff, map[string]string{"event": stop, "series": stop, "meeting": stop}},
		{"over", func(_ *testing.T, d *desk) { d.now = d.now.AddDate(0, 1, 0) }, map[string]string{"event": stop}},
		{"no date left", func(t *testing.T, d *desk) {
			must(d.Meetings.Edit(t.Context(), convoke.System, d.r.ID, app.MeetingInput{Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 2}}))(t)
			d.now = d.now.AddDate(0, 1, 0)
		}, map[string]string{"meeting": "yes maybe no " + stop}},
		{"not to be seen any more", hide, map[string]string{"event": stop, "series": stop, "meeting": stop}},
		{"archived", func(t *testing.T, d *desk) {
			if err := d.Communities.Archive(t.Context(), convoke.System, d.m.Slug, true); err != nil {
				t.Fatal(err)
			}
		}, map[string]string{"invitation": stop}},
		{"declined", func(t *testing.T, d *desk) {
			must(d.Letters.Act(t.Context(), d.token("invitation"), app.DeedDecline, ""))(t)
		}, map[string]string{"invitation": stop}},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := open(t).desk(t)
			if row.change != nil {
				row.change(t, d)
			}
			for name, want := range row.want {
				v := must(d.Letters.View(t.Context(), d.token(name)))(t)
				if got := strings.Trim(fmt.Sprint(v.Offers), "[]"); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
				if v.Community.Description+v.Community.Rules+v.Community.Contact != "" || v.Letter.Mime != nil || v.Letter.Data != "" {
					t.Errorf("%s: shows what is not for its page: %+v", name, v)
				}
				if row.name == "not to be seen any more" && (v.Event != nil || v.Series != nil || v.Meeting != nil || len(v.Sessions) > 0) {
					t.Errorf("%s: shows what its reader may not see: %+v", name, v)
				}
				if v.Event != nil && v.Event.CanPlan {
					t.Errorf("%s: plans by a mailed link", name)
				}
			}
			if _, _, err := d.Letters.Dates(t.Context(), d.token("series")); convoke.IsNotFound(err) != (row.name == "not to be seen any more") {
				t.Errorf("the dates of the series: %v", err)
			}
		})
	}
}

func TestLetterRefuses(t *testing.T) {
	d := open(t).desk(t)
	if err := d.SignIns.Ask(t.Context(), app.SignInRequest{Address: "ben@maps.example"}); err != nil {
		t.Fatal(err)
	}
	d.letters["sign-in"] = d.lastSignIn(t)
	for _, row := range []struct {
		letter string
		deed   app.Deed
		about  string
		want   convoke.Reason
	}{
		{"event", app.DeedAccept, "", convoke.ReasonInvalid},
		{"event", app.DeedNext, "", convoke.ReasonInvalid},
		{"event", app.DeedAll, "", convoke.ReasonInvalid},
		{"series", app.DeedNext, "", convoke.ReasonInvalid},
		{"outcome", app.DeedYes, "", convoke.ReasonInvalid},
		{"event", app.DeedYes, string(d.r.ID), convoke.ReasonConflict},
		{"series", app.DeedYes, string(d.e.ID), convoke.ReasonConflict},
		{"date that is no more", app.DeedYes, "", convoke.ReasonConflict},
		{"outcome", app.DeedUnsubscribe, "", convoke.ReasonInvalid},
		{"event", app.DeedUnsubscribe, "series", convoke.ReasonInvalid},
		{"event", app.DeedUnsubscribe, "planet", convoke.ReasonInvalid},
		{"sign-in", app.DeedSignIn, "", convoke.ReasonInvalid},
		{"sign-in", app.DeedYes, "", convoke.ReasonInvalid},
	} {
		if _, err := d.Letters.Act(t.Context(), d.token(row.letter), row.deed, row.about); reason(err) != row.want {
			t.Errorf("%s, %s %q: got %v, want %s", row.letter, row.deed, row.about, err, row.want)
		}
	}
	must(d.SignIns.Use(t.Context(), d.letters["sign-in"], app.SignInInput{}))(t)
	if _, err := d.Letters.View(t.Context(), d.token("sign-in")); reason(err) != convoke.ReasonGone {
		t.Errorf("a used link: got %v", err)
	}
	if _, err := d.Letters.Act(t.Context(), d.token("event")+"x", app.DeedYes, ""); !convoke.IsNotFound(err) {
		t.Errorf("a forged link: got %v", err)
	}
	for _, forged := range []string{d.token("sign-in") + "x", string(d.letters["sign-in"]) + ".", string(d.letters["sign-in"])} {
		if _, _, err := d.Viewers.ByLetter(t.Context(), forged); !convoke.IsNotFound(err) {
			t.Errorf("the forged link %q: got %v", forged, err)
		}
	}
	for _, name := range []string{"event", "meeting", "outcome"} {
		if _, _, err := d.Letters.Dates(t.Context(), d.token(name)); !convoke.IsNotFound(err) {
			t.Errorf("the dates of an %s: got %v", name, err)
		}
	}
	if g := must(d.Meetings.Get(t.Context(), d.ben, "", string(d.r.ID)))(t).Answer; g != "" {
		t.Errorf("the meeting was answered: %q", g)
	}
	// a link works for whoever holds it, and makes an admin no member
	if err := d.Members.Put(t.Context(), convoke.System, d.m.Slug, "fay@maps.example", convoke.Admin); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Letters.Act(t.Context(), d.token("invitation"), app.DeedAccept, ""); err != nil {
		t.Errorf("an invitation of somebody who is in already: got %v", err)
	}
	row := must(d.Members.ByAddress(t.Context(), convoke.System, d.m.Slug, "fay@maps.example"))(t)
	if row.Role != convoke.Admin {
		t.Errorf("fay is %s, want an admin still", row.Role)
	}
}

// What an event says to somebody holds nothing that is not for them, whatever shows it.
func TestEventView(t *testing.T) {
	d := open(t).desk(t)
	must(d.Meetings.Edit(t.Context(), convoke.System, d.r.ID, app.MeetingInput{JoinLink: new("https://meet.example/canary"), Visibility: new("everyone")}))(t)
	must(d.Events.Edit(t.Context(), convoke.System, d.e.ID, app.EventInput{JoinLink: new("https://meet.example/canary"), Speakers: &[]app.SpeakerInput{{Name: "Rosa", Email: "canary@maps.example"}}}))(t)
	if err := d.Events.Answer(t.Context(), d.ben, d.e.ID, convoke.Yes, "page"); err != nil {
		t.Fatal(err)
	}
	date := must(d.Meetings.Get(t.Context(), convoke.System, "", string(d.r.ID)))(t).Coming[0]
	olga := d.person(t, "olga@maps.example")
	for _, row := range []struct {
		name    string
		v       convoke.Viewer
		linked  bool
		planner bool
	}{{"stranger", convoke.Nobody, false, false}, {"outsider", olga, false, false}, {"moderator", d.ben, true, true}, {"mailed link", convoke.Viewer{Person: d.ben.Person, Letter: "le_1"}, false, false}} {
		list := must(d.Events.List(t.Context(), row.v, d.m.Slug, app.EventFilter{Limit: 50}))(t)
		for _, id := range []convoke.ID{d.e.ID, date.ID} {
			list = append(list, must(d.Events.Get(t.Context(), row.v, "", string(id)))(t))
		}
		for _, e := range list {
			if c := e.Community; c.Description+c.Rules+c.Contact != "" {
				t.Errorf("%s: the community tells %q", row.name, c.Description+c.Rules+c.Contact)
			}
			if e.JoinLink != "" && !row.linked || e.Meeting != nil && (e.Meeting.JoinLink != "") != row.linked {
				t.Errorf("%s: the link of %s is shown, or not to whom it is for", row.name, e.Title)
			}
			for _, s := range e.Speakers {
				if s.Address != "" && !row.planner {
					t.Errorf("%s: the address of a speaker is shown", row.name)
				}
			}
			if e.Answer != "" && row.v.Letter != "" {
				t.Errorf("%s: the answer %q is shown", row.name, e.Answer)
			}
		}
	}
	if !must(d.Events.Get(t.Context(), d.ben, "", string(d.e.ID)))(t).CanAnswer {
		t.Error("a coming event cannot be answered")
	}
	must(d.Events.Cancel(t.Context(), convoke.System, d.e.ID, ""))(t)
	if must(d.Events.Get(t.Context(), d.ben, "", string(d.e.ID)))(t).CanAnswer {
		t.Error("a cancelled event can be answered")
	}
	if _, err := d.Events.List(t.Context(), d.ben, "nowhere", app.EventFilter{Limit: 5}); !convoke.IsNotFound(err) {
		t.Errorf("the events of no community: got %v", err)
	}
}

func TestAnswerRefusals(t *testing.T) {
	d := open(t).desk(t)
	other := must(d.Events.Create(t.Context(), convoke.System, d.m.Slug, app.EventInput{Title: new("Lakes"), StartLocal: new("2026-11-26T14:00")}))(t)
	must(d.Events.Publish(t.Context(), convoke.System, other.ID))(t)
	draft := must(d.Events.Create(t.Context(), convoke.System, d.m.Slug, app.EventInput{Title: new("Draft"), StartLocal: new("2026-12-26T14:00")}))(t)
	open := must(d.Events.Create(t.Context(), convoke.System, d.m.Slug, app.EventInput{Title: new("Seas"), StartLocal: new("2026-12-26T14:00")}))(t)
	must(d.Events.Publish(t.Context(), convoke.System, open.ID))(t)
	series := must(d.Series.Create(t.Context(), convoke.System, d.m.Slug, app.SeriesInput{Title: new("Draft")}, app.EventInput{}, nil))(t)
	meeting := must(d.Meetings.Create(t.Context(), convoke.System, d.m.Slug, app.MeetingInput{Title: new("Draft"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1}, StartLocal: new("2026-12-01T10:00")}))(t)
	olga := d.member(t, d.m.Slug, "olga@maps.example", convoke.Member)
	d.person(t, "eve@maps.example")
	of := func(v convoke.Viewer, address string) error {
		_, err := d.Events.AnswerOf(t.Context(), v, open.ID, address)
		return err
	}
	must(d.Events.Cancel(t.Context(), convoke.System, d.e.ID, ""))(t)
	for _, err := range []error{d.Series.Cancel(t.Context(), convoke.System, d.s.ID, ""), d.Meetings.Cancel(t.Context(), convoke.System, d.r.ID, "")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	d.now = d.now.AddDate(0, 0, 2)
	for _, row := range []struct {
		name string
		err  error
		want convoke.Key
	}{
		{"cancelled event", d.Events.Answer(t.Context(), d.ben, d.e.ID, convoke.Yes, "page"), "answer.cancelled"},
		{"event that is over", d.Events.Answer(t.Context(), d.ben, other.ID, convoke.Yes, "page"), "answer.over"},
		{"draft", d.Events.Answer(t.Context(), d.ben, draft.ID, convoke.Yes, "page"), "error.forbidden"},
		{"cancelled series", d.Series.Answer(t.Context(), d.ben, d.s.ID, convoke.Yes, "page"), "answer.cancelled"},
		{"cancelled meeting", d.Meetings.Answer(t.Context(), d.ben, d.r.ID, convoke.Yes, "page"), "answer.cancelled"},
		{"no answer", d.Series.Answer(t.Context(), d.ben, d.s.ID, "perhaps", "page"), "answer.unknown"},
		{"draft of a series", d.Series.Answer(t.Context(), d.ben, series.ID, convoke.Yes, "page"), "error.forbidden"},
		{"draft of a meeting", d.Meetings.Answer(t.Context(), d.ben, meeting.ID, convoke.Yes, "page"), "error.forbidden"},
		{"draft, by a program", d.Events.AnswerFor(t.Context(), d.ben, draft.ID, "ben@maps.example", convoke.Yes), "error.forbidden"},
		{"for another member, by a member", d.Events.AnswerFor(t.Context(), olga, open.ID, "ben@maps.example", convoke.Yes), "error.forbidden"},
		{"of another member, by a member", of(olga, "ben@maps.example"), "error.forbidden"},
		{"taken back for another, by a member", d.Events.Unanswer(t.Context(), olga, open.ID, "ben@maps.example"), "error.forbidden"},
		{"for another member", d.Events.AnswerFor(t.Context(), d.ben, open.ID, "olga@maps.example", convoke.Yes), ""},
		{"of a member who gave none", of(d.ben, "ada@maps.example"), "error.not_found"},
		{"for an outsider who gave none", d.Events.AnswerFor(t.Context(), d.ben, open.ID, "eve@maps.example", convoke.Yes), "error.not_found"},
		{"for nobody", d.Events.AnswerFor(t.Context(), d.ben, open.ID, "nobody@maps.example", convoke.Yes), "error.not_found"},
		{"for another, over", d.Events.AnswerFor(t.Context(), d.ben, other.ID, "ada@maps.example", convoke.Yes), "answer.over"},
	} {
		if got := told(row.err); got != row.want {
			t.Errorf("%s: got %q (%v), want %q", row.name, got, row.err, row.want)
		}
	}
}

// The front of a community shows nothing of its inside, nor do lists and its groups.
func TestCommunityFront(t *testing.T) {
	h := open(t)
	in := app.CommunityInput{Slug: new("quiet"), Name: new("Quiet"), Privacy: new("semi-private"), Description: new("canary long"), Rules: new("canary rules"), Contact: new("canary@maps.example")}
	must(h.Communities.Create(t.Context(), convoke.System, "", in, "Ada <ada@maps.example>"))(t)
	must(h.Communities.Create(t.Context(), convoke.System, "quiet", app.CommunityInput{Slug: new("group"), Name: new("Group")}, "ada@maps.example"))(t)
	mo, ben := h.member(t, "quiet", "mo@maps.example", convoke.Moderator), h.member(t, "quiet", "ben@maps.example", convoke.Member)
	olga := h.person(t, "olga@maps.example")
	if err := h.Members.Ask(t.Context(), olga, "quiet", ""); err != nil {
		t.Fatal(err)
	}
	if err := h.People.EditMe(t.Context(), mo, app.PersonInput{Name: new("Mo")}); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name                       string
		v                          convoke.Viewer
		leaders, members, requests int
	}{{"stranger", convoke.Nobody, 0, 0, 0}, {"outsider", olga, 0, 0, 0}, {"member", ben, 2, 3, 0}, {"moderator", mo, 2, 3, 0}, {"operator", convoke.System, 2, 3, 1}} {
		f := must(h.Communities.Front(t.Context(), row.v, "quiet"))(t)
		if len(f.Leaders) != row.leaders || f.Members != row.members || f.Requests != row.requests {
			t.Errorf("%s: got %d leaders, %d members, %d requests, want %d, %d, %d", row.name, len(f.Leaders), f.Members, f.Requests, row.leaders, row.members, row.requests)
		}
		if inside := row.members > 0; (f.Description != "") != inside || (f.Rules != "") != inside || (f.Contact != "") != (row.requests > 0) {
			t.Errorf("%s: got %q, %q, %q", row.name, f.Description, f.Rules, f.Contact)
		}
		for _, c := range append(must(h.Communities.List(t.Context(), row.v, app.CommunityFilter{Limit: 10}))(t), f.Groups...) {
			if c.Description+c.Rules+c.Contact != "" {
				t.Errorf("%s: a list tells %q of %s", row.name, c.Description+c.Rules+c.Contact, c.Slug)
			}
		}
		g, err := h.Communities.Get(t.Context(), row.v, "group")
		if row.members == 0 {
			if !convoke.IsNotFound(err) {
				t.Errorf("%s: the group: %v", row.name, err)
			}
			continue
		}
		if p := must(g, err)(t).Parent; p == nil || p.Description+p.Rules+p.Contact != "" {
			t.Errorf("%s: the parent is %+v, want its front", row.name, p)
		}
	}
}

// What admins do is refused to moderators and members, whatever page or program asks.
func TestOnlyAdmins(t *testing.T) {
	h := open(t)
	must(h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Slug: new("quiet"), Name: new("Quiet"), Privacy: new("semi-private")}, "ada@maps.example"))(t)
	mo, ben := h.member(t, "quiet", "mo@maps.example", convoke.Moderator), h.member(t, "quiet", "ben@maps.example", convoke.Member)
	olga := h.person(t, "olga@maps.example")
	if err := h.Members.Ask(t.Context(), olga, "quiet", ""); err != nil {
		t.Fatal(err)
	}
	wish := must(h.Members.Requests(t.Context(), convoke.System, "quiet", store.Page{Limit: 200}))(t)[0].ID
	for _, row := range []struct {
		name string
		do   func(context.Context, convoke.Viewer) error
	}{
		{"put", func(ctx context.Context, v convoke.Viewer) error {
			return h.Members.Put(ctx, v, "quiet", "ben@maps.example", convoke.Admin)
		}},
		{"role", func(ctx context.Context, v convoke.Viewer) error {
			return h.Members.SetRole(ctx, v, "quiet", ben.Person, convoke.Admin)
		}},
		{"invite", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Members.Invite(ctx, v, "quiet", "new@maps.example", "", "")
			return err
		}},
		{"decide", func(ctx context.Context, v convoke.Viewer) error {
			return h.Members.Decide(ctx, v, "quiet", []convoke.ID{wish}, true, "")
		}},
		{"remove", func(ctx context.Context, v convoke.Viewer) error {
			return h.Members.Remove(ctx, v, "quiet", ben.Person)
		}},
		{"by address", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Members.ByAddress(ctx, v, "quiet", "ben@maps.example")
			return err
		}},
		{"invitations", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Members.Invitations(ctx, v, "quiet", store.Page{Limit: 200})
			return err
		}},
		{"requests", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Members.Requests(ctx, v, "quiet", store.Page{Limit: 200})
			return err
		}},
		{"settings", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Communities.Edit(ctx, v, "quiet", app.CommunityInput{Name: new("Loud")})
			return err
		}},
		{"archive", func(ctx context.Context, v convoke.Viewer) error { return h.Communities.Archive(ctx, v, "quiet", true) }},
		{"reactivate", func(ctx context.Context, v convoke.Viewer) error { return h.Communities.Reactivate(ctx, v, "quiet") }},
		{"group", func(ctx context.Context, v convoke.Viewer) error {
			_, err := h.Communities.Create(ctx, v, "quiet", app.CommunityInput{Name: new("Group")}, "")
			return err
		}},
	} {
		for who, v := range map[string]convoke.Viewer{"outsider": olga, "member": ben, "moderator": mo} {
			if got := told(row.do(t.Context(), v)); got != "error.forbidden" {
				t.Errorf("%s by a %s: got %q, want it refused", row.name, who, got)
			}
		}
	}
	for _, role := range []convoke.Role{"", "owner"} {
		if got := told(h.Members.SetRole(t.Context(), convoke.System, "quiet", ben.Person, role)); got != "member.role.unknown" {
			t.Errorf("the role %q: got %q", role, got)
		}
	}
}
