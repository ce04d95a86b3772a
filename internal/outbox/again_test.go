package outbox_test

import (
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// A letter that ended before anything of it was sent is no reason to leave its reader out when their turn comes again.
func TestInvitedAgain(t *testing.T) {
	weekly := calendar.Rule{Freq: calendar.Weekly, Interval: 1}
	mute := func(w *world, off bool) {
		w.Must(w.App.People.Mute(w.Context(), w.viewer("cat"), convoke.ScopeCommunity, w.soil.ID, off))
	}
	leave := func(w *world) { w.Must(w.App.Members.Leave(w.Context(), w.viewer("cat"), "soil")) }
	join := func(w *world) { w.Must(w.App.Members.Join(w.Context(), w.viewer("cat"), "soil")) }
	for _, tc := range []struct {
		name        string
		start, zone string
		meanwhile   func(w *world)
		ended       string // how the first invitation did
		then        func(w *world)
		want        string
	}{
		{"left and joined again", "2027-03-09T14:00", "Africa/Nairobi", leave, "suppressed not-concerned", join, "meeting-invitation REQUEST NEEDS-ACTION #0"},
		{"left and joined what is written as dates again", "2027-03-09T14:00", "Africa/Casablanca", leave, "suppressed not-concerned", join, "event-invitation REQUEST NEEDS-ACTION #0"},
		{"unsubscribed and undid it", "2027-03-09T14:00", "Africa/Nairobi", func(w *world) { mute(w, true) }, "suppressed muted", func(w *world) {
			mute(w, false)
			w.expect()
			w.at("2027-03-10 10:00")
		}, "meeting-invitation REQUEST NEEDS-ACTION #0"},
		{"the mail server came back after the date", "2027-03-09T14:00", "Africa/Nairobi", func(w *world) {
			w.Sink.Down()
			w.expect()
			w.at("2027-03-09 12:00")
			w.Sink.Up()
		}, "stale its moment passed before it could be sent", func(*world) {}, "meeting-invitation REQUEST NEEDS-ACTION #0"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.meeting(weekly, tc.start, tc.zone)
				w.Deliver()
				w.people("cat", "")
				w.Plan()
				tc.meanwhile(w)
				w.Must(w.Outbox.Deliver(w.Context())) // and nothing more is planned
				kind := "meeting-invitation"
				if tc.zone == "Africa/Casablanca" {
					kind = "event-invitation"
				}
				if got := w.states(kind)[tc.ended]; got != 1 {
					t.Fatalf("the first invitation: got %v, want one %s", w.states(kind), tc.ended)
				}
				tc.then(w)
				w.expect("cat " + tc.want)
				w.Clock.Add(time.Hour)
				w.expect()
			}, rig.WithSink(1))
		})
	}
}

// Who joins while a date is held is not invited to it but to the next, when that comes near.
func TestJoinedDuringADate(t *testing.T) {
	for _, tc := range []struct {
		name  string
		rule  calendar.Rule
		zone  string
		once  string // on joining
		later string // and when the date is over
	}{
		{"weekly", calendar.Rule{Freq: calendar.Weekly, Interval: 1}, "Africa/Nairobi", "cat meeting-invitation REQUEST NEEDS-ACTION #0", ""},
		{"monthly", secondTuesday, "Africa/Nairobi", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.meeting(tc.rule, "2027-03-09T14:00", tc.zone)
				w.Deliver()
				w.at("2027-03-09 11:00") // it begins
				w.Deliver()
				w.people("cat", "")
				var want []string
				if tc.once != "" {
					want = append(want, tc.once)
				}
				mails := w.expect(want...)
				if tc.once != "" {
					w.says(mails[0], "16 March", "9 March")
				} else {
					w.at("2027-03-30 11:00")
					w.expect("cat meeting-invitation REQUEST NEEDS-ACTION #0")
				}
			})
		})
	}
}

// Nor does one that waits in vain when the turn comes.
func TestInvitedAgainBesideWhatIsTooLate(t *testing.T) {
	scenario(t, func(w *world) {
		w.meeting(calendar.Rule{Freq: calendar.Weekly, Interval: 1}, "2027-03-09T14:00", "Africa/Nairobi")
		w.Deliver()
		w.people("cat", "")
		w.Plan()
		w.at("2027-03-09 12:00")
		w.expect("cat meeting-invitation REQUEST NEEDS-ACTION #0")
		w.Clock.Add(time.Hour)
		w.expect()
	})
}

// Who comes to a date that an edit took is told so, though the meeting goes on in another way before the edit had settled.
func TestEditedAndThenThisAndFollowing(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("cat gil", "eve")
		w.reads("gil")
		m := w.openMeeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.Deliver()
		dates := w.dates(m.ID)
		for _, who := range []string{"cat", "eve", "gil"} {
			w.answer(who, dates[4].ID, convoke.Yes)
		}
		rule := secondTuesday
		rule.Until = calendar.NewDate(2027, time.June, 30)
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{Rule: &rule})
		w.Must(err)
		w.Clock.Add(2 * time.Minute)
		_, err = w.App.Meetings.EditFollowing(w.Context(), convoke.System, dates[1].ID, app.MeetingInput{StartLocal: new("2027-04-13T16:00")})
		w.Must(err)
		mails := w.Deliver()
		w.Clock.Add(5 * time.Minute)
		w.expect()
		for _, who := range []string{"cat", "eve", "gil"} {
			told := 0
			for _, m := range mails {
				if m.Addr == who+"@x.example" && strings.Contains(m.Text, "The meeting no longer has the date you said yes or maybe to: Tuesday 13 July 2027.") {
					told++
				}
			}
			if told != 1 {
				w.Errorf("%s was told %d times that the date is gone, want once", who, told)
			}
		}
		if got := w.states("meeting-update"); got["captured"] != 5 || len(got) != 1 {
			w.Errorf("updates: got %v, want one to each", got)
		}
	})
}

// Of a date that was moved, and is an entry of its own, everybody hears though its whole meeting changed before the move had settled.
func TestMovedAndThenTheWholeMeeting(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Casablanca")
		w.reads("ben")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation")
		w.move(w.dates(m.ID)[0].ID, "2027-03-10T15:00")
		w.Clock.Add(time.Minute)
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{Place: new("Room 7")})
		w.Must(err)
		w.Clock.Add(5 * time.Minute)
		w.expect("ann meeting-update", "ben meeting-update", "ann event-update REQUEST NEEDS-ACTION #2", "ben event-update")
	})
}

// Who joins while the mail server is down, and comes to a date that the rule gave up meanwhile, reads so in their invitation, whichever was planned first.
func TestInvitationTellsWhatIsGone(t *testing.T) {
	end := func(w *world, m convoke.Recurrence) {
		rule := secondTuesday
		rule.Until = calendar.NewDate(2027, time.April, 30)
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{Rule: &rule})
		w.Must(err)
	}
	join := func(w *world, _ convoke.Recurrence) {
		w.Must(w.App.Members.Join(w.Context(), w.viewer("eve"), "soil"))
	}
	for _, tc := range []struct {
		name          string
		first, second func(*world, convoke.Recurrence)
	}{{"joined, then it was given up", join, end}, {"given up, then joined", end, join}} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.people("", "eve")
				m := w.openMeeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
				w.Deliver()
				w.answer("eve", w.dates(m.ID)[2].ID, convoke.Yes)
				w.down(func() {
					tc.first(w, m)
					w.Clock.Add(5 * time.Minute)
					w.expect()
					tc.second(w, m)
				})
				w.Clock.Add(5 * time.Minute)
				mails := w.expect("ann meeting-update REQUEST NEEDS-ACTION #1", "ben meeting-update REQUEST NEEDS-ACTION #1", "eve meeting-invitation REQUEST NEEDS-ACTION #1")
				w.says(w.to(mails, "eve"), "The meeting no longer has the date you said yes or maybe to: Tuesday 11 May 2027.", "8 June")
				w.Clock.Add(10 * time.Minute)
				w.expect()
			}, rig.WithSink(1))
		})
	}
}

// An invitation that tells of a move while it waits is of use until the new date.
func TestInvitationWaitsForTheNewDate(t *testing.T) {
	scenario(t, func(w *world) {
		w.Sink.Down()
		e := w.event("2027-03-03T14:00")
		w.expect()
		w.move(e.ID, "2027-03-10T14:00")
		w.Clock.Add(5 * time.Minute)
		w.expect()
		w.at("2027-03-04 10:00")
		w.Sink.Up()
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #1", "ben event-invitation REQUEST NEEDS-ACTION #1")
	}, rig.WithSink(1))
}

// A session called off and moved in one moment is told as called off, in whichever order the two stand that bear one time.
func TestCalledOffAndMovedAtOnce(t *testing.T) {
	scenario(t, func(w *world) {
		var want []string
		for range 12 { // by their random IDs, half of them stand the other way round
			e := w.event("2027-03-05T14:00")
			w.Deliver()
			w.Clock.Add(10 * time.Minute)
			w.cancel(e.ID)
			w.move(e.ID, "2027-03-05T16:00")
			w.Clock.Add(6 * time.Minute)
			want = []string{"ann event-cancellation CANCEL NEEDS-ACTION #2", "ben event-cancellation CANCEL NEEDS-ACTION #2"}
			w.expect(want...)
		}
	})
}
