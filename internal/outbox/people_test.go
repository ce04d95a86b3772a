package outbox_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
)

func TestSignInLetters(t *testing.T) {
	scenario(t, func(w *world) {
		w.Must(w.App.People.EditMe(w.Context(), w.viewer("ann"), app.PersonInput{Language: new("fr")}))
		for _, who := range []string{"Ann@x.example", "eve@x.example"} {
			w.Must(w.App.SignIns.Ask(w.Context(), app.SignInRequest{Address: who, Language: "en"}))
		}
		mails := w.expect("Ann sign-in", "eve sign-in")
		for _, m := range mails {
			if m.Field("List-Unsubscribe") != "" {
				w.Errorf("a sign-in letter to %s offers to be unsubscribed from", m.Addr)
			}
			l, ok := w.App.Secrets().Letter(m.Token())
			if !ok {
				w.Fatalf("no link in\n%s", m.Text)
			}
			if code := w.App.Secrets().SignInCode(l); !strings.Contains(strings.ReplaceAll(m.Text, " ", ""), code) {
				w.Errorf("no code %s in\n%s", code, m.Text)
			}
		}
		if mails[0].Subject == mails[1].Subject {
			w.Errorf("Ann reads French: got the subject %q for both", mails[0].Subject)
		}
		if all := w.states("sign-in"); all["captured"] != 2 {
			w.Errorf("got %v", all)
		}
	})
}

func TestSignInLetterTooLate(t *testing.T) {
	scenario(t, func(w *world) {
		w.Must(w.App.SignIns.Ask(w.Context(), app.SignInRequest{Address: "eve@x.example"}))
		w.Clock.Add(convoke.SignInLife)
		w.expect()
	})
}

func TestJoinRequest(t *testing.T) {
	for _, row := range []struct {
		name    string
		approve bool
		want    string
	}{{"approved", true, "Welcome"}, {"rejected", false, "Only for growers"}} {
		t.Run(row.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.setCommunity(app.CommunityInput{Privacy: new("semi-private")})
				w.Member("soil", "ada@x.example", convoke.Admin)
				w.Member("soil", "abe@x.example", convoke.Admin)
				w.Member("soil", "mo@x.example", convoke.Moderator)
				w.Person("eve@x.example")
				w.Must(w.App.Members.Ask(w.Context(), w.viewer("eve"), "soil", "I grow beans"))
				mails := w.expect("abe join-request", "ada join-request")
				if got := w.states("join-request"); got["captured"] != 2 || len(got) != 1 { // none was written for the moderator
					w.Errorf("ledger: got %v", got)
				}
				if text := mails[0].Text; !strings.Contains(text, "I grow beans") {
					w.Errorf("her message is missing:\n%s", text)
				}
				list, err := w.App.Members.Requests(w.Context(), w.viewer("ada"), "soil", app.Page{Limit: 200})
				w.Must(err)
				reason := row.want
				w.Must(w.App.People.Mute(w.Context(), w.viewer("eve"), convoke.ScopeAll, "", true)) // cannot be muted
				w.Must(w.App.Members.Decide(w.Context(), w.viewer("ada"), "soil", []convoke.ID{list[0].ID}, row.approve, reason))
				mails = w.expect("eve join-outcome")
				if text := mails[0].Text; !strings.Contains(text, reason) {
					w.Errorf("the reason is missing:\n%s", text)
				}
				w.expect()
			})
		})
	}
}

func TestJoinRequestDecidedBeforeTheAdminsHear(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("semi-private")})
		w.Member("soil", "ada@x.example", convoke.Admin)
		w.Member("soil", "abe@x.example", convoke.Admin)
		w.Person("eve@x.example")
		w.Person("fay@x.example")
		w.Must(w.App.Members.Ask(w.Context(), w.viewer("eve"), "soil", ""))
		w.Must(w.App.Members.Ask(w.Context(), w.viewer("fay"), "soil", ""))
		w.Plan()
		list, err := w.App.Members.Requests(w.Context(), w.viewer("ada"), "soil", app.Page{Limit: 200})
		w.Must(err)
		w.Must(w.App.Members.Decide(w.Context(), w.viewer("ada"), "soil", []convoke.ID{list[0].ID}, true, ""))
		w.Member("soil", "abe@x.example", convoke.Member) // no admin any more
		who, _, _ := strings.Cut(list[0].Name, " ")
		w.expect("ada join-request", strings.ToLower(who)+" join-outcome")
	})
}

func TestInvitationToACommunity(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("private"), Hidden: new(true)})
		w.Member("soil", "ada@x.example", convoke.Admin)
		for _, who := range []string{"eve", "fay", "gus"} {
			_, err := w.App.Members.Invite(w.Context(), w.viewer("ada"), "soil", who+"@x.example", "", "Come and dig")
			w.Must(err)
		}
		mails := w.expect("eve community-invitation", "fay community-invitation", "gus community-invitation")
		if text := mails[0].Text; !strings.Contains(text, "Come and dig") || !strings.Contains(text, "Ada") {
			w.Errorf("who invites and why is missing:\n%s", text)
		}
		_, err := w.App.Letters.Act(w.Context(), w.to(mails, "eve").Token(), app.DeedAccept, "")
		w.Must(err)
		_, err = w.App.Letters.Act(w.Context(), w.to(mails, "fay").Token(), app.DeedDecline, "")
		w.Must(err)
		w.expect()
		w.event("2027-04-20T14:00")
		w.expect("ada event-invitation REQUEST NEEDS-ACTION #0", "ann event-invitation REQUEST NEEDS-ACTION #0",
			"ben event-invitation REQUEST NEEDS-ACTION #0", "eve event-invitation REQUEST NEEDS-ACTION #0")
	})
}

func TestMutedDesk(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("semi-private")})
		for _, who := range []string{"ada", "abe", "aki"} {
			w.Member("soil", who+"@x.example", convoke.Admin)
		}
		w.Person("eve@x.example")
		w.Person("fay@x.example")
		w.Must(w.App.People.Mute(w.Context(), w.viewer("abe"), convoke.ScopeCommunity, w.soil.ID, true))
		w.Must(w.App.People.Mute(w.Context(), w.viewer("aki"), convoke.ScopeAll, "", true))
		w.Must(w.App.People.Mute(w.Context(), w.viewer("fay"), convoke.ScopeAll, "", true))
		w.Must(w.App.Members.Ask(w.Context(), w.viewer("eve"), "soil", ""))
		_, err := w.App.Members.Invite(w.Context(), w.viewer("ada"), "soil", "fay@x.example", "", "")
		w.Must(err)
		w.expect("ada join-request")
	})
}

func TestInvitationOvertaken(t *testing.T) {
	scenario(t, func(w *world) {
		w.Member("soil", "ada@x.example", convoke.Admin)
		_, err := w.App.Members.Invite(w.Context(), w.viewer("ada"), "soil", "eve@x.example", "", "")
		w.Must(err)
		w.Plan()
		w.Member("soil", "eve@x.example", convoke.Member)
		w.expect()
		if got := w.states("community-invitation"); got["suppressed over"] != 1 {
			w.Errorf("got %v, want one suppressed", got)
		}
	})
}

// What was to be told of somebody whose account is gone does not hold up the rest.
func TestRemovedBeforeItIsTold(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("semi-private")})
		w.Member("soil", "ada@x.example", convoke.Admin)
		w.Person("eve@x.example")
		_, err := w.App.Members.Invite(w.Context(), w.viewer("ada"), "soil", "fay@x.example", "", "")
		w.Must(err)
		w.Must(w.App.Members.Ask(w.Context(), w.viewer("eve"), "soil", ""))
		for _, who := range []string{"eve", "fay"} {
			w.Must(w.App.People.Remove(w.Context(), convoke.System, who+"@x.example"))
		}
		w.event("2027-04-20T14:00")
		w.expect("ada event-invitation REQUEST NEEDS-ACTION #0", annInvited, benInvited)
	})
}

func TestRequestOvertaken(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("semi-private")})
		w.Member("soil", "ada@x.example", convoke.Admin)
		for _, who := range []string{"eve", "fay", "gus"} {
			w.Person(who + "@x.example")
			w.Must(w.App.Members.Ask(w.Context(), w.viewer(who), "soil", ""))
		}
		w.Plan()
		w.Member("soil", "eve@x.example", convoke.Member)
		w.setCommunity(app.CommunityInput{Privacy: new("public")})
		w.Must(w.App.Members.Join(w.Context(), w.viewer("fay"), "soil"))
		// Eve did not know yet, Fay did it herself; only Gus still waits for Ada.
		w.expect("eve join-outcome", "ada join-request")
		list, err := w.App.Members.Requests(w.Context(), convoke.System, "soil", app.Page{Limit: 200})
		w.Must(err)
		if len(list) != 1 || list[0].Name != "Gus" {
			w.Errorf("waiting: got %+v, want Gus alone", list)
		}
	})
}

func TestArchivedCommunity(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("semi-private")})
		w.Member("soil", "ada@x.example", convoke.Admin)
		w.Person("eve@x.example")
		w.Must(w.App.Members.Ask(w.Context(), w.viewer("eve"), "soil", ""))
		_, err := w.App.Members.Invite(w.Context(), w.viewer("ada"), "soil", "fay@x.example", "", "")
		w.Must(err)
		e := w.event("2027-04-20T14:00")
		w.meeting(secondTuesday, "2027-04-13T14:00", "Africa/Nairobi")
		w.Deliver()
		w.answer("ann", e.ID, convoke.Yes)
		w.Must(w.App.Communities.Archive(w.Context(), convoke.System, "soil", false))
		w.expect("eve join-outcome",
			"ada event-cancellation CANCEL NEEDS-ACTION #1", "ann event-cancellation CANCEL ACCEPTED #1", "ben event-cancellation CANCEL NEEDS-ACTION #1",
			"ada meeting-cancellation CANCEL NEEDS-ACTION #1", "ann meeting-cancellation CANCEL NEEDS-ACTION #1", "ben meeting-cancellation CANCEL NEEDS-ACTION #1")
		w.at("2027-04-19 11:00")
		w.expect()
	})
}

func TestInvitationToAnArchivedCommunity(t *testing.T) {
	scenario(t, func(w *world) {
		w.Member("soil", "ada@x.example", convoke.Admin)
		_, err := w.App.Members.Invite(w.Context(), w.viewer("ada"), "soil", "fay@x.example", "", "")
		w.Must(err)
		w.Plan()
		w.Must(w.App.Communities.Archive(w.Context(), convoke.System, "soil", true))
		w.expect()
		if got := w.states("community-invitation"); got["suppressed archived"] != 1 {
			w.Errorf("got %v, want one suppressed", got)
		}
	})
}

// A person who is removed takes their waiting letters along, and nobody else's.
func TestRemovedPerson(t *testing.T) {
	scenario(t, func(w *world) {
		w.event("2027-04-20T14:00")
		w.Plan()
		w.Must(w.App.People.Remove(w.Context(), convoke.System, "ann@x.example"))
		w.expect("ben event-invitation REQUEST NEEDS-ACTION #0")
	})
}

// A date that the rule no longer has goes with its row; letters about it are ended, not broken.
func TestLettersAboutADateThatIsGone(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		w.at("2027-04-10 11:00")
		w.Plan() // two reminders wait
		rule := secondTuesday
		rule.Count = 1
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{Rule: &rule})
		w.Must(err)
		w.expect()
		if got := w.states("meeting-reminder"); got["suppressed what it was about is gone"] != 2 {
			w.Errorf("got %v, want two suppressed", got)
		}
		w.Clock.Add(5 * time.Minute)
		w.expect("ann meeting-update REQUEST NEEDS-ACTION #1", "ben meeting-update REQUEST NEEDS-ACTION #1")
	})
}

// One letter that cannot be put into words does not hold up the others, whatever happens on the way.
func TestUnspeakableLetter(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("semi-private")})
		w.Person("eve@x.example")
		w.Must(w.App.Members.Ask(w.Context(), w.viewer("eve"), "soil", ""))
		w.Plan()
		w.Update(func(ctx context.Context, tx *store.Tx) error {
			list, err := tx.JoinRequests(ctx, w.soil.ID, store.Page{Limit: 1})
			if err != nil {
				return err
			}
			l := notify.Letter(w.App.Site(), notify.JoinOutcome, "x", w.viewer("eve").Person, "eve@x.example", notify.Data{Request: list[0].ID, Outcome: "unheard-of"}, tx.Now, tx.Now.Add(time.Hour))
			l.CommunityID = w.soil.ID
			_, err = tx.AddLetter(ctx, l)
			return err
		})
		w.event("2027-04-20T14:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		if got := w.states("join-outcome"); got["dead could not be rendered"] != 1 {
			w.Errorf("got %v, want one dead", got)
		}
	})
}
