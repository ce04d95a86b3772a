package app_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// invitation invites somebody into a semi-private community and gives the token of the letter.
func invitation(t *testing.T, r *rig.Rig, address string) string {
	t.Helper()
	r.Community("soil", convoke.SemiPrivate, "ann@x.example")
	_, err := r.App.Members.Invite(t.Context(), convoke.System, "soil", address, "", "")
	r.Must(err)
	mails := r.Deliver()
	i := slices.IndexFunc(mails, func(m rig.Mail) bool { return m.Kind == notify.CommunityInvitation && m.Addr == address })
	if i < 0 {
		t.Fatalf("%s was not invited", address)
	}
	return mails[i].Token()
}

// putIn makes a member of somebody, as by somebody else who did not see that they are invited.
func putIn(r *rig.Rig, address string, role convoke.Role) {
	v := r.Viewer(address)
	r.Update(func(ctx context.Context, tx *store.Tx) error {
		m, err := tx.CommunityBySlug(ctx, "soil")
		if err != nil {
			return err
		}
		return tx.PutMembership(ctx, convoke.Membership{CommunityID: m.ID, PersonID: v.Person, Role: role, JoinedAt: tx.Now, How: "added"})
	})
}

// Whoever takes up an invitation that is declined at the same moment does not become a member: what was settled first holds.
func TestInvitationSettledMeanwhile(t *testing.T) {
	count := &counter{}
	r := rig.New(t, rig.OnPostgres(t), rig.WithDriver(count.wrap))
	token := invitation(t, r, "fay@x.example")
	act := func(deed app.Deed) func() error {
		return func() error {
			_, err := r.App.Letters.Act(t.Context(), token, deed, "")
			return err
		}
	}
	err1, err2 := whenWriting(t, r, count, "UPDATE invitation SET state", act(app.DeedAccept), act(app.DeedDecline))
	if e, ok := errors.AsType[*convoke.Error](err1); !ok || e.Text != "letter.missed.declined" {
		t.Errorf("taken up while it was declined: %v, want to be told", err1)
	}
	r.Must(err2)
	_, err := r.App.Members.ByAddress(t.Context(), convoke.System, "soil", "fay@x.example")
	if !convoke.IsNotFound(err) {
		t.Errorf("a member after declining: %v", err)
	}
}

// Whoever was made an admin at the moment they were invited stays one when they follow the invitation's link.
func TestInvitationOfAnAdmin(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		token := invitation(t, r, "fay@x.example")
		putIn(r, "fay@x.example", convoke.Admin)
		_, err := r.App.Letters.Act(t.Context(), token, app.DeedAccept, "")
		r.Must(err)
		row, err := r.App.Members.ByAddress(t.Context(), convoke.System, "soil", "fay@x.example")
		if err != nil || row.Role != convoke.Admin {
			t.Errorf("got %q, %v, want an admin still", row.Role, err)
		}
	})
}

// What somebody says of themselves by signing in, while they take up an invitation by its link, is kept.
func TestInvitationWhileSigningIn(t *testing.T) {
	for _, tc := range []struct {
		name, words string
		member      bool   // put in by somebody who did not see the invitation
		language    string // of whichever was first
	}{
		{"before it is taken up", "UPDATE invitation SET state", false, "fr"},
		{"once they are read", "UPDATE person SET", true, "en"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			count := &counter{}
			r := rig.New(t, rig.OnPostgres(t), rig.WithDriver(count.wrap))
			token := invitation(t, r, "fay@x.example")
			r.Must(r.App.SignIns.Ask(t.Context(), app.SignInRequest{Address: "fay@x.example", Network: "192.0.2.7", Language: "fr", Zone: "Africa/Cairo"}))
			mails := r.Deliver()
			i := slices.IndexFunc(mails, func(m rig.Mail) bool { return m.Kind == notify.SignIn })
			if i < 0 {
				t.Fatal("no mail to sign in with")
			}
			letter, ok := r.App.Secrets().Letter(mails[i].Token())
			if !ok {
				t.Fatal("the mail to sign in with has no token")
			}
			if tc.member {
				putIn(r, "fay@x.example", convoke.Member)
			}
			count.take()
			err1, err2 := whenWriting(t, r, count, tc.words, func() error {
				_, err := r.App.Letters.Accept(t.Context(), token, "en")
				return err
			}, func() error {
				_, err := r.App.SignIns.Use(t.Context(), letter, app.SignInInput{})
				return err
			})
			r.Must(err1)
			r.Must(err2)
			if n := strings.Count(strings.Join(count.take(), "\n"), "UPDATE sign_in SET used_at"); n != 1 {
				t.Errorf("signing in took %d tries, want one: each waited for the other", n)
			}
			p, err := r.App.People.Get(t.Context(), convoke.System, "fay@x.example")
			if err != nil || p.Zone != "Africa/Cairo" || p.Language != tc.language {
				t.Errorf("got zone %q and language %q, %v, want Africa/Cairo and %q", p.Zone, p.Language, err, tc.language)
			}
		})
	}
}
