package app_test

import (
	"errors"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

func TestInvitingAndPutting(t *testing.T) {
	h := open(t)
	for _, slug := range []string{"quiet", "other"} {
		must(h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Slug: &slug, Name: &slug, Privacy: new("semi-private")}, ""))(t)
	}
	must(h.Communities.Create(t.Context(), convoke.System, "quiet", app.CommunityInput{Slug: new("group"), Name: new("Group")}, ""))(t)
	ada := h.member(t, "quiet", "ada@maps.example", convoke.Admin)
	h.member(t, "quiet", "ben@maps.example", convoke.Member)
	h.person(t, "olga@maps.example")
	invite := func(community, address string) error {
		_, err := h.Members.Invite(t.Context(), ada, community, address, "", "")
		return err
	}
	for _, address := range []string{"fay@maps.example", "gus@maps.example"} {
		if err := invite("quiet", address); err != nil {
			t.Fatal(err)
		}
	}
	declined := must(h.Members.Invitations(t.Context(), ada, "quiet", store.Page{Limit: 200}))(t)
	for _, i := range declined {
		if i.Address != "gus@maps.example" {
			continue
		}
		for n, state := range []string{"declined", "joined"} { // what is settled stays so
			if err := h.store.Update(t.Context(), func(tx *store.Tx) error {
				ok, err := tx.DecideInvitation(t.Context(), i.ID, state)
				if ok != (n == 0) {
					t.Errorf("%s: got %v", state, ok)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, row := range []struct {
		name string
		err  error
		want convoke.Key
	}{
		{"a member", invite("quiet", "Ben@Maps.example"), "invitation.member"},
		{"twice", invite("quiet", "fay@maps.example"), "invitation.open"},
		{"who declined", invite("quiet", "gus@maps.example"), "invitation.declined"},
		{"an outsider into a group", invite("group", "olga@maps.example"), "invitation.parent_first"},
		{"a member into a group", invite("group", "ben@maps.example"), ""},
		{"no address", invite("quiet", "olga"), "sign_in.address.invalid"},
		{"somebody known put in by an admin", h.Members.Put(t.Context(), ada, "quiet", "olga@maps.example", convoke.Member), "error.not_found"},
		{"somebody unknown put in by an admin", h.Members.Put(t.Context(), ada, "quiet", "nobody@maps.example", convoke.Member), "error.not_found"},
		{"an outsider put into a group", h.Members.Put(t.Context(), convoke.System, "group", "olga@maps.example", convoke.Member), "member.parent_first"},
		{"a role for a member", h.Members.Put(t.Context(), ada, "quiet", "ben@maps.example", convoke.Moderator), ""},
		{"the last admin's", h.Members.Put(t.Context(), ada, "quiet", "ada@maps.example", convoke.Member), "member.last_admin"},
		{"the last admin leaves", h.Members.Leave(t.Context(), ada, "quiet"), "member.last_admin"},
	} {
		if got := told(row.err); got != row.want {
			t.Errorf("%s: got %q (%v), want %q", row.name, got, row.err, row.want)
		}
	}
}

// A request is decided once, in its own community.
func TestDeciding(t *testing.T) {
	h := open(t)
	for _, slug := range []string{"quiet", "other"} {
		must(h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Slug: &slug, Name: &slug, Privacy: new("semi-private")}, ""))(t)
	}
	olga := h.person(t, "olga@maps.example")
	if err := h.Members.Ask(t.Context(), olga, "quiet", ""); err != nil {
		t.Fatal(err)
	}
	wish := must(h.Members.Requests(t.Context(), convoke.System, "quiet", store.Page{Limit: 200}))(t)[0].ID
	decide := func(community string, approve bool) error {
		return h.Members.Decide(t.Context(), convoke.System, community, []convoke.ID{wish}, approve, "")
	}
	if err := decide("other", true); !convoke.IsNotFound(err) {
		t.Errorf("in another community: got %v", err)
	}
	for i, want := range []convoke.Key{"", "request.rejected", ""} { // declined, accepted after all, declined again
		err := decide("quiet", i == 1)
		if e, _ := errors.AsType[*convoke.Error](err); e == nil && want != "" || e != nil && (e.Text != want || e.Reason != convoke.ReasonConflict) {
			t.Errorf("decision %d: got %v, want %q", i+1, err, want)
		}
	}
	if _, err := h.Members.ByAddress(t.Context(), convoke.System, "quiet", "olga@maps.example"); !convoke.IsNotFound(err) {
		t.Errorf("approved after it was rejected: got %v, want no member", err)
	}
	if n := len(h.changes(t, wish)); n != 2 { // asked, rejected
		t.Errorf("%d changes are told, want 2", n)
	}
}

// What is somebody's own is ended by them alone.
func TestOwnThings(t *testing.T) {
	h := open(t)
	ada, eve := h.person(t, "ada@maps.example"), h.person(t, "eve@maps.example")
	if err := h.Sessions.CommitCtx(app.WithOwner(t.Context(), &app.SessionOwner{Person: ada.Person}), "hash", []byte("x"), h.now); err != nil {
		t.Fatal(err)
	}
	text, _, err := h.People.AddToken(t.Context(), ada, "ada@maps.example", "mine", false)
	if err != nil {
		t.Fatal(err)
	}
	token := must(h.People.Tokens(t.Context(), ada))(t)[0].ID
	if err := h.Sessions.End(t.Context(), eve, "hash"); !convoke.IsNotFound(err) {
		t.Errorf("another's session: got %v", err)
	}
	if err := h.People.RevokeToken(t.Context(), eve, token); !convoke.IsNotFound(err) {
		t.Errorf("another's token: got %v", err)
	}
	if n := len(must(h.Sessions.List(t.Context(), eve))(t)) + len(must(h.People.Tokens(t.Context(), eve))(t)); n != 0 {
		t.Errorf("%d of another's things are listed", n)
	}
	if n := len(must(h.Sessions.List(t.Context(), ada))(t)); n != 1 {
		t.Errorf("%d sessions, want 1", n)
	}
	if v, _, err := h.Viewers.ByToken(t.Context(), text); err != nil || v.Person != ada.Person {
		t.Errorf("the token: got %+v, %v", v, err)
	}
	if err := h.People.RevokeToken(t.Context(), ada, token); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Viewers.ByToken(t.Context(), text); reason(err) != convoke.ReasonUnauthenticated {
		t.Errorf("a revoked token: got %v", err)
	}
	h.now = h.now.Add(convoke.SessionIdle)
	if n := len(must(h.Sessions.List(t.Context(), ada))(t)); n != 0 {
		t.Errorf("%d sessions are listed after a month, want none", n)
	}
}

// Whoever never signed in is no operator to leave the instance to.
func TestUnconfirmedOperatorIsNone(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	must(h.People.Add(t.Context(), convoke.System, "op@maps.example", app.PersonInput{Operator: new(true)}))(t)
	must(h.Members.Invite(t.Context(), convoke.System, m.Slug, "eve@maps.example", "", ""))(t)
	must(h.People.Edit(t.Context(), convoke.System, "eve@maps.example", app.PersonInput{Operator: new(true)}))(t)
	if err := h.People.Remove(t.Context(), convoke.System, "op@maps.example"); told(err) != "person.last_operator" {
		t.Errorf("got %v, want a refusal", err)
	}
}

// Whoever asks to join twice, or while they are let in, is in or waits, and never both.
func TestAskTwice(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.SemiPrivate)
		for _, who := range []string{"fay@x.example", "gus@x.example"} {
			r.Person(who)
		}
		must(r.App.Members.Invite(t.Context(), convoke.System, "soil", "fay@x.example", "", ""))(t)
		for range 2 {
			for _, who := range []string{"fay@x.example", "gus@x.example"} {
				r.Must(r.App.Members.Ask(t.Context(), r.Viewer(who), "soil", "please"))
			}
		}
		waiting(t, r, "gus@x.example")
	})
}

// waiting says who waits to be let into a community, and that none of them is in.
func waiting(t *testing.T, r *rig.Rig, want ...string) {
	t.Helper()
	list := must(r.App.Members.Requests(t.Context(), convoke.System, "soil", store.Page{Limit: 9}))(t)
	if len(list) != len(want) {
		t.Errorf("%d wait, want %q", len(list), want)
	}
	for i, q := range list[:min(len(list), len(want))] {
		if p := r.Viewer(want[i]); q.PersonID != p.Person {
			t.Errorf("%s waits, want %s", q.Name, want[i])
		}
		if _, err := r.App.Members.ByAddress(t.Context(), convoke.System, "soil", want[i]); !convoke.IsNotFound(err) {
			t.Errorf("%s waits and is a member (%v)", q.Name, err)
		}
	}
}

// Of two presses at once the second finds what the first left: whoever joined by it is told no fault, and does not wait to join.
func TestInvitedAtOnce(t *testing.T) {
	const settles, reads, asks = "UPDATE invitation SET state", "FROM invitation", "INSERT INTO join_request"
	type press func(r *rig.Rig, v convoke.Viewer) error
	ask := func(r *rig.Rig, v convoke.Viewer) error { return r.App.Members.Ask(t.Context(), v, "soil", "please") }
	invited := func(deed app.Deed) press {
		return func(r *rig.Rig, v convoke.Viewer) error { return r.App.Members.Invited(t.Context(), v, "soil", deed) }
	}
	for _, tc := range []struct {
		name          string
		invited       bool
		first         press
		words         string
		second        press
		told1, told2  convoke.Key
		member, waits bool
	}{
		{"accept, accept", true, invited(app.DeedAccept), settles, invited(app.DeedAccept), "", "", true, false},
		{"accept, decline", true, invited(app.DeedAccept), settles, invited(app.DeedDecline), "letter.missed.declined", "", false, false},
		{"decline, accept", true, invited(app.DeedDecline), settles, invited(app.DeedAccept), "letter.missed.joined", "", true, false},
		{"decline, decline", true, invited(app.DeedDecline), settles, invited(app.DeedDecline), "", "", false, false},
		{"ask, ask", true, ask, settles, ask, "", "", true, false},
		{"ask, accept", true, ask, settles, invited(app.DeedAccept), "", "", true, false},
		{"ask, decline", true, ask, settles, invited(app.DeedDecline), "", "", false, true},
		{"ask, ask without an invitation", false, ask, asks, ask, "", "", false, true},
		{"ask without an invitation, put in", false, ask, reads, func(r *rig.Rig, _ convoke.Viewer) error {
			return r.App.Members.Put(t.Context(), convoke.System, "soil", "fay@x.example", "")
		}, "", "", true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			count := &counter{}
			r := rig.New(t, rig.OnPostgres(t), rig.WithDriver(count.wrap))
			r.Community("soil", convoke.SemiPrivate)
			r.Person("fay@x.example")
			if tc.invited {
				must(r.App.Members.Invite(t.Context(), convoke.System, "soil", "fay@x.example", "", ""))(t)
			}
			v := r.Viewer("fay@x.example")
			when := whenWriting
			if tc.words == reads {
				when = whenRead
			}
			err1, err2 := when(t, r, count, tc.words, func() error { return tc.first(r, v) }, func() error { return tc.second(r, v) })
			if told(err1) != tc.told1 || told(err2) != tc.told2 {
				t.Errorf("got %v and %v, want %q and %q", err1, err2, tc.told1, tc.told2)
			}
			if _, err := r.App.Members.ByAddress(t.Context(), convoke.System, "soil", "fay@x.example"); (err == nil) != tc.member {
				t.Errorf("a member: %v, want %v", err, tc.member)
			}
			if tc.waits {
				waiting(t, r, "fay@x.example")
			} else {
				waiting(t, r)
			}
		})
	}
}
