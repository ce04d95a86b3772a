package outbox_test

import (
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

func TestPublishInvites(t *testing.T) {
	scenario(t, func(w *world) {
		if err := w.App.People.EditMe(w.Context(), w.viewer("ann"), app.PersonInput{TimeZone: new("America/Bogota"), Language: new("fr")}); err != nil {
			w.Fatal(err)
		}
		w.event("2027-04-20T14:00")
		mails := w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		ann := w.to(mails, "ann")
		for _, want := range []string{"06:00", "14:00", "Nairobi"} {
			if !strings.Contains(ann.Text, want) {
				w.Errorf("mail to Bogota lacks %q:\n%s", want, ann.Text)
			}
		}
		if got := ann.Field("Content-Language"); got != "" && got != "fr" {
			w.Errorf("language: got %q, want fr", got)
		}
		if ann.Field("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			w.Errorf("List-Unsubscribe-Post: got %q", ann.Field("List-Unsubscribe-Post"))
		}
		if ann.MessageID == w.to(mails, "ben").MessageID {
			w.Error("two people got the same Message-ID")
		}
		w.expect()
	})
}

func TestPublishWithoutInvitationsIsSilent(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00", app.EventInput{Invite: new(false)})
		w.expect()
		_, err := w.App.Events.Invite(w.Context(), convoke.System, e.ID)
		w.Must(err)
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		_, err = w.App.Events.Invite(w.Context(), convoke.System, e.ID)
		w.Must(err)
		w.expect()
	})
}

// Members who were never invited hear of changes only when they said that they come.
func TestChangesOfWhatNobodyWasInvitedTo(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00", app.EventInput{Invite: new(false)})
		w.answer("ann", e.ID, convoke.Yes)
		w.move(e.ID, "2027-04-21T15:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST ACCEPTED #1")
		w.at("2027-04-20 12:00") // the day before
		w.expect("ann reminder")
		w.cancel(e.ID)
		w.expect("ann event-cancellation CANCEL ACCEPTED #2")
	})
}

func TestMovedTwiceWithinFiveMinutes(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.answer("ann", e.ID, convoke.Yes)
		w.answer("ben", e.ID, convoke.No)
		w.move(e.ID, "2027-04-21T15:00")
		w.expect()
		w.Clock.Add(4 * time.Minute)
		w.move(e.ID, "2027-04-22T16:00")
		w.expect()
		w.Clock.Add(time.Minute)
		// Ben holds the date in his calendar, so it must not stay wrong there.
		mails := w.expect("ann event-update REQUEST ACCEPTED #2", "ben event-update REQUEST DECLINED #2")
		text := w.to(mails, "ann").Text
		for _, want := range []string{"20 April 2027, 11:00, UTC → Thursday 22 April 2027, 13:00", "16:00 Nairobi"} {
			if !strings.Contains(text, want) {
				w.Errorf("old → new lacks %q:\n%s", want, text)
			}
		}
		if strings.Contains(text, "21 April") {
			w.Errorf("the step in between is told:\n%s", text)
		}
		w.Clock.Add(10 * time.Minute)
		w.expect()
	})
}

func TestMovedThereAndBackIsNoMail(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.move(e.ID, "2027-04-21T15:00")
		w.Clock.Add(time.Minute)
		w.move(e.ID, "2027-04-20T14:00")
		w.Clock.Add(10 * time.Minute)
		w.expect()
	})
}

func TestWhatMakesAMail(t *testing.T) {
	for _, row := range []struct {
		name string
		in   app.EventInput
		mail bool
	}{
		{"length", app.EventInput{DurationMinutes: new(30)}, true},
		{"place", app.EventInput{Place: new("Room 4")}, true},
		{"join link", app.EventInput{JoinLink: new("https://meet.example/soil")}, true},
		{"status", app.EventInput{Status: new("tentative")}, true},
		{"title", app.EventInput{Title: new("Compost, again")}, false},
		{"abstract", app.EventInput{Abstract: new("More of it")}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				e := w.event("2027-04-20T14:00")
				w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
				w.edit(e.ID, row.in)
				w.Clock.Add(5 * time.Minute)
				if row.mail {
					w.expect("ann event-update REQUEST NEEDS-ACTION #1", "ben event-update REQUEST NEEDS-ACTION #1")
				} else {
					w.expect()
				}
			})
		})
	}
}

func TestCancellationDoesNotWait(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.move(e.ID, "2027-04-21T15:00")
		w.Clock.Add(time.Minute)
		w.cancel(e.ID)
		mails := w.expect("ann event-cancellation CANCEL NEEDS-ACTION #2", "ben event-cancellation CANCEL NEEDS-ACTION #2")
		ann := w.to(mails, "ann")
		if got := ann.Prop("STATUS"); got != "CANCELLED" {
			w.Errorf("STATUS: got %q, want CANCELLED", got)
		}
		if !strings.Contains(ann.Text, "The speaker is ill") {
			w.Errorf("the reason is missing:\n%s", ann.Text)
		}
		w.Clock.Add(10 * time.Minute)
		w.expect() // the move is not told any more
		_, err := w.App.Events.Restore(w.Context(), convoke.System, e.ID)
		w.Must(err)
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #3", "ben event-update REQUEST NEEDS-ACTION #3")
	})
}

func TestCancelledBeforeTheInvitationLeft(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.Plan()
		w.cancel(e.ID)
		// They were never sent a calendar part, so there is nothing to take out of a calendar.
		w.expect("ann event-cancellation", "ben event-cancellation")
		if got := w.states("event-invitation"); got["cancelled overtaken"] != 2 {
			w.Errorf("invitations: got %v, want 2 overtaken", got)
		}
	})
}

func TestWhoAnswersWithoutBeingAMember(t *testing.T) {
	scenario(t, func(w *world) {
		w.Person("eve@x.example")
		w.Person("fay@x.example")
		e := w.event("2027-04-20T14:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.answer("eve", e.ID, convoke.Maybe)
		w.answer("fay", e.ID, convoke.No)
		w.move(e.ID, "2027-04-21T15:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #1", "ben event-update REQUEST NEEDS-ACTION #1", "eve event-update REQUEST TENTATIVE #1")
	})
}

func TestJoinedLaterHearsOfChanges(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.Member("soil", "cat@x.example", convoke.Member)
		w.expect()
		w.move(e.ID, "2027-04-21T15:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #1", "ben event-update REQUEST NEEDS-ACTION #1", "cat event-update REQUEST NEEDS-ACTION #1")
	})
}

// Once a mail about a UID carried a calendar part, every later one does; until then each mail asks anew.
func TestReadersOfTheirOwnFeedGetNoCalendarPart(t *testing.T) {
	scenario(t, func(w *world) {
		w.reads("ann")
		e := w.event("2027-04-20T14:00")
		w.expect("ann event-invitation", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.move(e.ID, "2027-04-21T15:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update", "ben event-update REQUEST NEEDS-ACTION #1")
		w.Clock.Add(15 * 24 * time.Hour) // Ann's program stopped asking; Ben's began
		w.reads("ben")
		w.move(e.ID, "2027-04-22T15:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #2", "ben event-update REQUEST NEEDS-ACTION #2")
		w.reads("ann")
		w.cancel(e.ID)
		w.expect("ann event-cancellation CANCEL NEEDS-ACTION #3", "ben event-cancellation CANCEL NEEDS-ACTION #3")
	})
}

func TestLeftOrHiddenBeforeSending(t *testing.T) {
	for _, row := range []struct {
		name string
		do   func(w *world, e convoke.Event)
		why  string
	}{
		{"left", func(w *world, _ convoke.Event) { w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil")) }, "suppressed not-concerned"},
		{"removed from a private community", func(w *world, _ convoke.Event) {
			w.setCommunity(app.CommunityInput{Privacy: new("private")})
			w.Must(w.App.Members.Remove(w.Context(), convoke.System, "soil", w.viewer("ann").Person))
		}, "suppressed cannot-see"},
		{"declined", func(w *world, e convoke.Event) { w.answer("ann", e.ID, convoke.No) }, "suppressed declined"},
		{"muted everything", func(w *world, _ convoke.Event) {
			w.Must(w.App.People.Mute(w.Context(), w.viewer("ann"), convoke.ScopeAll, "", true))
		}, "suppressed muted"},
	} {
		t.Run(row.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				e := w.event("2027-04-20T14:00")
				w.Plan()
				row.do(w, e)
				w.expect("ben event-invitation REQUEST NEEDS-ACTION #0")
				if got := w.states("event-invitation"); got[row.why] != 1 {
					w.Errorf("got %v, want one %q", got, row.why)
				}
			})
		})
	}
}

func (w *world) setCommunity(in app.CommunityInput) {
	w.Helper()
	_, err := w.App.Communities.Edit(w.Context(), convoke.System, "soil", in)
	w.Must(err)
}

// Whoever may no longer see an event they said yes to is not told of its changes.
func TestVisibilityChanged(t *testing.T) {
	scenario(t, func(w *world) {
		w.Person("eve@x.example")
		e := w.event("2027-04-20T14:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.answer("eve", e.ID, convoke.Yes)
		w.edit(e.ID, app.EventInput{StartLocal: new("2027-04-21T15:00"), Visibility: new("members")})
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #1", "ben event-update REQUEST NEEDS-ACTION #1")
	})
}

func TestHiddenCommunityKeepsCancellationsForHolders(t *testing.T) {
	scenario(t, func(w *world) {
		w.Person("eve@x.example")
		e := w.event("2027-04-20T14:00")
		w.answer("eve", e.ID, convoke.Yes)
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0", "eve event-invitation REQUEST ACCEPTED #0")
		w.setCommunity(app.CommunityInput{Hidden: new(true)})
		w.move(e.ID, "2027-04-21T15:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #1", "ben event-update REQUEST NEEDS-ACTION #1")
		w.cancel(e.ID)
		// Eve holds it: the cancellation takes it out of her calendar and tells her nothing she did not know.
		w.expect("ann event-cancellation CANCEL NEEDS-ACTION #2", "ben event-cancellation CANCEL NEEDS-ACTION #2", "eve event-cancellation CANCEL ACCEPTED #2")
	})
}

func TestNobodyIsToldAboutThePast(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-03-02T14:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.at("2027-03-10 12:00")
		w.expect()
		w.edit(e.ID, app.EventInput{Place: new("Room 4")})
		w.Clock.Add(5 * time.Minute)
		w.expect()
	})
}

// An outage longer than an event is of no use to anybody: the letter is stale, and says so.
func TestStaleInvitation(t *testing.T) {
	scenario(t, func(w *world) {
		w.event("2027-03-02T14:00")
		w.Plan()
		w.at("2027-03-10 12:00")
		w.expect()
		if got := w.states("event-invitation"); got["stale its moment passed before it could be sent"] != 2 {
			w.Errorf("got %v, want two stale", got)
		}
	})
}

// Whoever was told that an event does not take place is not told again when it is put right afterwards.
func TestChangeOfWhatWasCancelled(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.Deliver()
		w.cancel(e.ID)
		w.expect("ann event-cancellation CANCEL NEEDS-ACTION #1", "ben event-cancellation CANCEL NEEDS-ACTION #1")
		w.move(e.ID, "2027-04-21T14:00")
		w.Clock.Add(convoke.SettleTime)
		w.expect()
	})
}
