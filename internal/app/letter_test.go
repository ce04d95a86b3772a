package app_test

import (
	"context"
	"errors"
	"slices"
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
		v := r.Viewer("fay@x.example")
		r.Update(func(ctx context.Context, tx *store.Tx) error { // as by somebody else, who did not see the invitation
			m, err := tx.CommunityBySlug(ctx, "soil")
			if err != nil {
				return err
			}
			return tx.PutMembership(ctx, convoke.Membership{CommunityID: m.ID, PersonID: v.Person, Role: convoke.Admin, JoinedAt: tx.Now, How: "added"})
		})
		_, err := r.App.Letters.Act(t.Context(), token, app.DeedAccept, "")
		r.Must(err)
		row, err := r.App.Members.ByAddress(t.Context(), convoke.System, "soil", "fay@x.example")
		if err != nil || row.Role != convoke.Admin {
			t.Errorf("got %q, %v, want an admin still", row.Role, err)
		}
	})
}
