package outbox_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
	"convoke/mailer"
)

// down takes the mail server away for a moment: what is planned meanwhile is rendered, not sent, and given back.
func (w *world) down(do func()) {
	w.Helper()
	w.Sink.Down()
	do()
	w.Clock.Add(5 * time.Minute)
	w.expect()
	w.Sink.Up()
	w.Clock.Add(2 * time.Minute)
}

// ledger compares the letters of a kind by state and reason.
func (w *world) ledger(kind string, want map[string]int) {
	w.Helper()
	if got := w.states(kind); fmt.Sprint(got) != fmt.Sprint(want) {
		w.Errorf("%s: got %v, want %v", kind, got, want)
	}
}

// invited publishes an event and delivers its invitations.
func (w *world) invited() convoke.Event {
	w.Helper()
	e := w.event("2027-04-20T14:00")
	w.expect(annInvited, benInvited)
	return e
}

// restore brings a cancelled event back.
func (w *world) restore(id convoke.ID) {
	w.Helper()
	_, err := w.App.Events.Restore(w.Context(), convoke.System, id)
	w.Must(err)
}

// holds says whether somebody is noted as having an event in their calendar.
func (w *world) holds(who string, e convoke.Event) (holds bool) {
	w.Helper()
	w.View(func(ctx context.Context, tx *store.Tx) error {
		list, err := tx.Recipients(ctx, store.SubjectOf(e), "", w.viewer(who).Person, 1)
		holds = len(list) == 1 && list[0].Holds
		return err
	})
	return holds
}

// says looks for what must and what must not stand in a mail.
func (w *world) says(m rig.Mail, must, mustNot string) {
	w.Helper()
	if !strings.Contains(m.Text, must) || strings.Contains(m.Text, mustNot) {
		w.Errorf("%s to %s: want %q and not %q in\n%s", m.Kind, m.Addr, must, mustNot, m.Text)
	}
}

func TestChangedBeforeTheInvitationLeft(t *testing.T) {
	for name, planned := range map[string]func(w *world, f func()){
		"planned":             func(w *world, f func()) { f(); w.Plan() },
		"the server was down": (*world).down,
	} {
		t.Run(name, func(t *testing.T) {
			scenario(t, func(w *world) {
				var e convoke.Event
				planned(w, func() { e = w.event("2027-04-20T14:00") })
				w.move(e.ID, "2027-04-21T16:00")
				w.Clock.Add(6 * time.Minute)
				mails := w.expect("ann event-invitation REQUEST NEEDS-ACTION #1", "ben event-invitation REQUEST NEEDS-ACTION #1")
				w.says(mails[0], "21 April", "20 April")
				w.ledger("event-update", map[string]int{"cancelled told-at-once": 2})
				w.Clock.Add(time.Hour)
				w.expect()
				w.move(e.ID, "2027-04-22T16:00")
				w.Clock.Add(5 * time.Minute)
				w.expect("ann event-update REQUEST NEEDS-ACTION #2", "ben event-update REQUEST NEEDS-ACTION #2")
			}, rig.WithSink(1))
		})
	}
}

// An invitation that will not be sent tells nothing: whoever comes all the same hears of the change.
func TestChangedBeforeAnInvitationThatIsNotSent(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.answer("ann", e.ID, convoke.Yes)
		w.Plan()
		w.move(e.ID, "2027-04-21T16:00")
		w.Must(w.App.People.Mute(w.Context(), w.viewer("ann"), convoke.ScopeCommunity, w.soil.ID, true))
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST ACCEPTED #1", "ben event-invitation REQUEST NEEDS-ACTION #1")
	})
}

func TestTwoUpdatesWait(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.invited()
		w.down(func() {
			w.edit(e.ID, app.EventInput{StartLocal: new("2027-04-21T15:00"), Note: new("The room is taken.")})
			w.Clock.Add(5 * time.Minute)
			w.expect()
			w.Clock.Add(2 * time.Minute)
			w.move(e.ID, "2027-04-22T16:00")
		})
		mails := w.expect("ann event-update REQUEST NEEDS-ACTION #2", "ben event-update REQUEST NEEDS-ACTION #2")
		w.says(mails[0], "20 April 2027, 11:00, UTC → Thursday 22 April 2027, 13:00", "21 April")
		w.says(mails[0], "The room is taken.", "21 April")
		w.ledger("event-update", map[string]int{"accepted": 2, "cancelled overtaken": 2})
	}, rig.WithSink(1))
}

// Where two copies planned at once, several may wait: the change is told from the first.
func TestUpdateTakesThePlaceOfSeveral(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.invited()
		w.down(func() {
			w.move(e.ID, "2027-04-21T15:00")
			w.Clock.Add(5 * time.Minute)
			w.expect()
			w.Update(func(ctx context.Context, tx *store.Tx) error {
				for _, l := range w.Letters(convoke.Queued) {
					l.ID, l.Key, l.MessageID, l.CreatedAt = l.ID+"x", l.Key+"x", l.MessageID+"x", l.CreatedAt-1
					l.Data = strings.Replace(l.Data, `"title":"Compost"`, `"title":"Manure"`, 1)
					if _, err := tx.AddLetter(ctx, l); err != nil {
						return err
					}
				}
				return nil
			})
			w.move(e.ID, "2027-04-22T16:00")
		})
		mails := w.expect("ann event-update REQUEST NEEDS-ACTION #2", "ben event-update REQUEST NEEDS-ACTION #2")
		w.says(mails[0], "Manure", "21 April")
		w.ledger("event-update", map[string]int{"accepted": 2, "cancelled overtaken": 4})
	}, rig.WithSink(1))
}

func TestMovedAndBackWhileTheServerWasDown(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.invited()
		w.down(func() {
			w.move(e.ID, "2027-04-21T15:00")
			w.Clock.Add(5 * time.Minute)
			w.expect()
			w.Clock.Add(2 * time.Minute)
			w.move(e.ID, "2027-04-20T14:00")
		})
		w.expect()
		w.ledger("event-update", map[string]int{"cancelled changed-back": 4})
		w.move(e.ID, "2027-04-22T15:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #3", "ben event-update REQUEST NEEDS-ACTION #3")
	}, rig.WithSink(1))
}

func TestCancellationOvertakes(t *testing.T) {
	for _, row := range []struct {
		name    string
		told    bool // invited before the server goes down
		down    func(w *world, e convoke.Event)
		want    string
		ledgers map[string]map[string]int
	}{
		{"an update", true, func(w *world, e convoke.Event) {
			w.move(e.ID, "2027-04-21T15:00")
			w.Clock.Add(5 * time.Minute)
			w.expect()
			w.cancel(e.ID)
		}, "event-cancellation CANCEL NEEDS-ACTION #2", map[string]map[string]int{
			"event-update": {"cancelled overtaken": 2}, "event-cancellation": {"accepted": 2}}},
		// Nothing was sent, so there is nothing to take out of a calendar.
		{"an invitation", false, func(w *world, e convoke.Event) {
			w.expect()
			w.cancel(e.ID)
		}, "event-cancellation", map[string]map[string]int{
			"event-invitation": {"cancelled overtaken": 2}, "event-cancellation": {"accepted": 2}}},
		{"an invitation, and is taken back", false, func(w *world, e convoke.Event) {
			w.expect()
			w.cancel(e.ID)
			w.expect()
			w.restore(e.ID)
		}, "event-update REQUEST NEEDS-ACTION #2", map[string]map[string]int{
			"event-invitation": {"cancelled overtaken": 2}, "event-cancellation": {"cancelled overtaken": 2}, "event-update": {"accepted": 2}}},
		{"nothing, and is taken back", true, func(w *world, e convoke.Event) {
			w.cancel(e.ID)
			w.expect()
			w.restore(e.ID)
		}, "", map[string]map[string]int{
			"event-cancellation": {"cancelled changed-back": 2}, "event-update": {"cancelled changed-back": 2}}},
		{"an update, and is taken back", true, func(w *world, e convoke.Event) {
			w.move(e.ID, "2027-04-21T15:00")
			w.Clock.Add(5 * time.Minute)
			w.expect()
			w.cancel(e.ID)
			w.expect()
			w.restore(e.ID)
		}, "event-update REQUEST NEEDS-ACTION #3", map[string]map[string]int{
			"event-cancellation": {"cancelled overtaken": 2}, "event-update": {"accepted": 2, "cancelled overtaken": 2}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				var e convoke.Event
				if row.told {
					e = w.invited()
				}
				w.down(func() {
					if !row.told {
						e = w.event("2027-04-20T14:00")
					}
					row.down(w, e)
				})
				if row.want == "" {
					w.expect()
				} else {
					w.expect("ann "+row.want, "ben "+row.want)
				}
				for kind, want := range row.ledgers {
					w.ledger(kind, want)
				}
				w.Clock.Add(time.Hour)
				w.expect()
			}, rig.WithSink(1))
		})
	}
}

// What was tried is sent to its end, with the bytes it had, before anything newer.
func TestTriedGoesFirst(t *testing.T) {
	for _, row := range []struct {
		name  string
		fault rig.Fault
		do    func(w *world, e convoke.Event)
		ben   string
		want  []string
	}{
		{"refused for now, then moved", rig.Later, func(w *world, e convoke.Event) { w.move(e.ID, "2027-04-21T16:00") },
			"ben event-update REQUEST NEEDS-ACTION #1", []string{"event-invitation #0", "event-update #1"}},
		{"in doubt, then moved", rig.Hang, func(w *world, e convoke.Event) { w.move(e.ID, "2027-04-21T16:00") },
			"ben event-update REQUEST NEEDS-ACTION #1", []string{"event-invitation #0", "event-update #1"}},
		{"in doubt, then called off", rig.Hang, func(w *world, e convoke.Event) { w.cancel(e.ID) },
			"ben event-cancellation CANCEL NEEDS-ACTION #1", []string{"event-invitation #0", "event-cancellation #1"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.Sink.Fail(failing(row.fault, 2))
				e := w.event("2027-04-20T14:00")
				w.expect(benInvited)
				row.do(w, e)
				w.Clock.Add(5 * time.Minute)
				w.expect(row.ben) // Ann's invitation fails once more, and what is newer waits for it
				if got := len(w.copies("ann")); got != 0 {
					t.Fatalf("Ann got %d mails", got)
				}
				w.Clock.Add(2 * time.Minute)
				w.Deliver()
				var got []string
				for _, m := range w.Mails() {
					if m.Addr == "ann@x.example" {
						got = append(got, m.Kind+" #"+m.Prop("SEQUENCE"))
					}
				}
				if fmt.Sprint(got) != fmt.Sprint(row.want) {
					w.Errorf("got %q, want %q", got, row.want)
				}
			}, rig.WithSink(1), rig.WithPatience(mailer.Timeouts{Final: 300 * time.Millisecond}))
		})
	}
}

// A process that dies with a letter in its hands leaves it leased: it may have been sent, so what is newer waits for it and is not told by it.
func TestDiedBeforeAnUpdate(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.Plan()
		w.Update(func(ctx context.Context, tx *store.Tx) error {
			list, err := tx.LeaseLetters(ctx, 10, "gone", tx.Now.Add(10*time.Minute))
			for _, l := range list {
				if _, err := tx.KeepMime(ctx, l.ID, "gone", "Compost", []byte("Subject: Compost\r\n\r\nOld\r\n")); err != nil {
					return err
				}
			}
			return err
		})
		w.move(e.ID, "2027-04-21T16:00")
		w.Clock.Add(5 * time.Minute)
		w.expect()
		w.Clock.Add(5 * time.Minute)
		w.Deliver()
		var got []string
		for _, m := range w.copies("ann") {
			_, subject, _ := strings.Cut(string(m.Raw), "Subject: ")
			subject, _, _ = strings.Cut(subject, "\r\n")
			got = append(got, subject)
		}
		if len(got) != 2 || got[0] != "Compost" || !strings.Contains(got[1], "21 Apr") {
			w.Errorf("got %q, want the old invitation and then the update", got)
		}
	}, rig.WithSink(1))
}

// A process that died before it rendered anything sent nothing: what it had leased tells how things are now.
func TestDiedBeforeRendering(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.Plan()
		w.Update(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.LeaseLetters(ctx, 10, "gone", tx.Now.Add(time.Minute))
			return err
		})
		w.Clock.Add(time.Minute)
		w.down(func() { w.expect() })
		if w.holds("ann", e) {
			w.Error("Ann is said to hold what was not sent")
		}
		w.move(e.ID, "2027-04-21T16:00")
		w.Clock.Add(5 * time.Minute)
		mails := w.expect("ann event-invitation REQUEST NEEDS-ACTION #1", "ben event-invitation REQUEST NEEDS-ACTION #1")
		w.says(mails[0], "21 April", "20 April")
	}, rig.WithSink(1))
}

// Whoever got the invitation's part with another letter needs no invitation any more.
func TestInvitedByAnotherLetter(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.Plan()
		w.Update(func(ctx context.Context, tx *store.Tx) error { return tx.Hold(ctx, w.viewer("ann").Person, e.UID, 0) })
		w.expect(benInvited)
		w.ledger("event-invitation", map[string]int{"captured": 1, "suppressed has-it": 1})
	})
}

// The dates of a meeting written as a rule have one UID: they go one after another, and each tells its own news.
func TestTwoDatesOfARule(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		dates := w.dates(m.ID)
		w.down(func() { w.move(dates[1].ID, "2027-04-15T16:00") })
		mails := w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		if ics := mails[0].ICal(); !strings.Contains(ics, "DTSTART;TZID=Africa/Nairobi:20270415T160000") {
			w.Errorf("want the invitation with the date as it was moved to:\n%s", ics)
		}
		w.ledger("event-update", map[string]int{"cancelled told-at-once": 2})

		w.Sink.Fail(failing(rig.Later, 3)) // the first of them was for the invitation
		w.move(dates[2].ID, "2027-05-12T14:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ben event-update REQUEST NEEDS-ACTION #0")
		w.cancel(dates[3].ID)
		w.expect("ben event-cancellation CANCEL NEEDS-ACTION #1") // Ann's waits for what was tried
		w.Clock.Add(2 * time.Minute)
		w.expect()
		w.Clock.Add(3 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #0", "ann event-cancellation CANCEL NEEDS-ACTION #1")
		list := w.copies("ann")
		if last := string(list[len(list)-1].Raw); !strings.Contains(last, "method=CANCEL") {
			w.Errorf("the last mail is not the cancellation:\n%s", last)
		}

		w.down(func() {
			w.move(dates[2].ID, "2027-05-13T14:00")
			w.move(dates[4].ID, "2027-07-14T14:00")
		})
		w.expect("ann event-update REQUEST NEEDS-ACTION #0", "ann event-update REQUEST NEEDS-ACTION #0", "ben event-update REQUEST NEEDS-ACTION #0", "ben event-update REQUEST NEEDS-ACTION #0")
		w.down(func() {
			w.move(dates[4].ID, "2027-07-15T14:00")
			w.Clock.Add(5 * time.Minute)
			w.expect()
			w.Must(w.App.Meetings.Cancel(w.Context(), convoke.System, m.ID, "No more"))
		})
		w.expect("ann meeting-cancellation CANCEL NEEDS-ACTION #1", "ben meeting-cancellation CANCEL NEEDS-ACTION #1")
		for _, l := range w.Letters("") {
			if l.Kind == "meeting-cancellation" && !strings.Contains(l.Data, `"rule"`) {
				w.Errorf("it keeps how a date was, not how the meeting was: %s", l.Data)
			}
		}
	}, rig.WithSink(1))
}
