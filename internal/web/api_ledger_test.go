package web_test

import (
	"context"
	"strings"
	"testing"

	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// A mail that was refused for good is sent again as the same mail, to an address that nothing was written to any more; only by whom it is for, once, and
// only while it is of use.
func TestResend(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		r.Deliver()
		one, two := w.dead(memberCanary, "one"), w.dead(people["admin"], "two")
		late := w.dead(people["moderator"], "late")
		r.Update(func(ctx context.Context, tx *store.Tx) error {
			late.ID, late.Key, late.MessageID, late.UsefulUntil = convoke.NewID("le"), "later", "later@x.example", tx.Now
			if _, err := tx.AddLetter(ctx, late); err != nil {
				return err
			}
			return tx.RefuseAddress(ctx, memberCanary, "no such user", true)
		})
		who := "moderator"
		if got := w.must(409, who, "POST", "/delivery/"+string(late.ID)+"/resend", ""); !strings.Contains(got.str("detail"), "no use any more") {
			t.Errorf("a late mail: %s", got.Text)
		}
		got := w.must(200, who, "POST", "/delivery/"+string(one.ID)+"/resend", "")
		if got.str("state") != "queued" || got.get("attempts") != 0.0 || strings.Contains(got.Text, memberCanary) {
			t.Errorf("sent again by a moderator: %s", got.Text)
		}
		if got := w.must(409, who, "POST", "/delivery/"+string(one.ID)+"/resend", ""); !strings.Contains(got.str("detail"), "was refused") {
			t.Errorf("sent again twice: %s", got.Text)
		}
		w.must(404, who, "POST", "/delivery/le_none/resend", "")
		if got := w.must(200, "member", "POST", "/delivery/resend?event="+w.id["event"], ""); got.get("resent") != 0.0 {
			t.Errorf("a member sends mails again: %s", got.Text)
		}
		for _, query := range []string{"", "?event=" + w.id["event"] + "&series=" + w.id["series"]} {
			w.must(422, who, "POST", "/delivery/resend"+query, "")
		}
		if got := w.must(200, who, "POST", "/delivery/resend?series="+w.id["series"], ""); got.get("resent") != 0.0 {
			t.Errorf("of another thing: %s", got.Text)
		}
		if got := w.must(200, who, "POST", "/delivery/resend?event="+w.id["event"], ""); got.get("resent") != 2.0 {
			t.Errorf("all of the event: %s, want the other two", got.Text)
		}
		sent := map[string]bool{}
		for _, m := range r.Deliver() {
			sent[m.MessageID] = true
		}
		for _, l := range []convoke.Letter{one, two} {
			if now := r.Letter(l.ID); now.State != convoke.Captured || now.Attempts != 1 || !sent[l.MessageID] {
				t.Errorf("%s: %s after %d attempts (%s); sent %v", l.Key, now.State, now.Attempts, now.Why, sent)
			}
		}
		if now := r.Letter(late.ID); now.State != convoke.Dead {
			t.Errorf("the late mail is %s", now.State)
		}
		r.View(func(ctx context.Context, tx *store.Tx) error {
			list, err := tx.ChangesOf(ctx, one.ID, 5)
			if err == nil && (len(list) != 1 || list[0].Verb != "resent" || list[0].ActorID != r.Viewer(people[who]).Person) {
				t.Errorf("the audit holds %+v", list)
			}
			return err
		})
	})
}

// The ledger's page has a button beside what can be sent again, which leads back to the list it stands in.
func TestResendButton(t *testing.T) {
	r := rig.New(t)
	w := newWorld(t, r)
	r.Deliver()
	l := w.dead(memberCanary, "one")
	open := serve(t, r)
	b := open().as(r, people["moderator"])
	b.get("/admin/delivery?community=cash&state=dead").want(t, "ledger", 200, `name="letter" value="`+string(l.ID), `name="community" value="cash"`)
	open().as(r, people["outsider"]).post("/admin/delivery/resend", "letter", string(l.ID)).want(t, "by an outsider", 404)
	b.post("/admin/delivery/resend", "letter", string(l.ID), "community", "cash", "state", "dead").leads(t, "again", "/admin/delivery?community=cash&state=dead")
	b.get("/admin/delivery?community=cash").want(t, "afterwards", 200, "The mail is sent again.", "!"+`name="letter"`)
	if now := r.Letter(l.ID); now.State != convoke.Queued {
		t.Errorf("the mail is %s, want it queued", now.State)
	}
}
