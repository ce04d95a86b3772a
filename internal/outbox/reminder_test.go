package outbox_test

import (
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// invited publishes an event at 11:00 UTC on 20 April and swallows its invitations. Ann says yes, Ben nothing, Cat maybe, Dan no.
func invited(w *world, in ...app.EventInput) convoke.Event {
	w.Helper()
	w.Member("soil", "cat@x.example", convoke.Member)
	w.Member("soil", "dan@x.example", convoke.Member)
	e := w.event("2027-04-20T14:00", in...)
	w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0",
		"cat event-invitation REQUEST NEEDS-ACTION #0", "dan event-invitation REQUEST NEEDS-ACTION #0")
	w.answer("ann", e.ID, convoke.Yes)
	w.answer("cat", e.ID, convoke.Maybe)
	w.answer("dan", e.ID, convoke.No)
	return e
}

func TestReminders(t *testing.T) {
	scenario(t, func(w *world) {
		invited(w, app.EventInput{JoinLink: new("https://meet.example/soil")})
		w.at("2027-04-13 10:59")
		w.expect()
		w.at("2027-04-13 11:00") // a week
		mails := w.expect("ann reminder", "cat reminder")
		if text := w.to(mails, "ann").Text; !strings.Contains(text, "https://meet.example/soil") {
			w.Errorf("no join link:\n%s", text)
		}
		w.at("2027-04-19 11:00") // a day: also who has not answered
		w.expect("ann reminder", "ben reminder", "cat reminder")
		w.at("2027-04-20 10:00") // an hour
		w.expect("ann reminder", "cat reminder")
		w.at("2027-04-21 10:00")
		w.expect()
	})
}

func TestOwnReminders(t *testing.T) {
	scenario(t, func(w *world) {
		invited(w, app.EventInput{Reminders: new("4320,30")})
		w.at("2027-04-13 11:00")
		w.expect()
		w.at("2027-04-17 11:00") // three days
		w.expect("ann reminder", "cat reminder")
		w.at("2027-04-19 11:00")
		w.expect()
		w.at("2027-04-20 10:30")
		w.expect("ann reminder", "cat reminder")
	})
}

func TestNoRemindersWanted(t *testing.T) {
	scenario(t, func(w *world) {
		invited(w, app.EventInput{Reminders: new("none")})
		for _, at := range []string{"2027-04-13 11:00", "2027-04-19 11:00", "2027-04-20 10:00"} {
			w.at(at)
			w.expect()
		}
	})
}

func TestRemindersOfWhatWasCalledOff(t *testing.T) {
	scenario(t, func(w *world) {
		e := invited(w)
		w.at("2027-04-13 11:00")
		w.Plan() // the letters wait already
		w.cancel(e.ID)
		w.expect("ann event-cancellation CANCEL ACCEPTED #1", "ben event-cancellation CANCEL NEEDS-ACTION #1",
			"cat event-cancellation CANCEL TENTATIVE #1", "dan event-cancellation CANCEL DECLINED #1")
		w.at("2027-04-19 11:00")
		w.expect()
		if got := w.states("reminder"); got["cancelled the event changed"] != 2 {
			w.Errorf("got %v, want two withdrawn", got)
		}
	})
}

func TestRemindersFollowAMove(t *testing.T) {
	scenario(t, func(w *world) {
		e := invited(w)
		w.at("2027-04-13 11:00")
		w.Plan()
		w.move(e.ID, "2027-04-27T14:00")
		w.expect() // not for the old date
		w.at("2027-04-13 11:05")
		w.expect("ann event-update REQUEST ACCEPTED #1", "ben event-update REQUEST NEEDS-ACTION #1",
			"cat event-update REQUEST TENTATIVE #1", "dan event-update REQUEST DECLINED #1")
		w.at("2027-04-19 11:00")
		w.expect()
		w.at("2027-04-20 11:00")
		w.expect("ann reminder", "cat reminder")
		w.at("2027-04-26 11:00")
		w.expect("ann reminder", "ben reminder", "cat reminder")
	})
}

// A move to tomorrow is its own reminder: what lies in the past when it is planned is stale.
func TestMovedNear(t *testing.T) {
	scenario(t, func(w *world) {
		e := invited(w)
		w.move(e.ID, "2027-03-02T11:00")
		w.at("2027-03-01 09:05")
		w.expect("ann event-update REQUEST ACCEPTED #1", "ben event-update REQUEST NEEDS-ACTION #1",
			"cat event-update REQUEST TENTATIVE #1", "dan event-update REQUEST DECLINED #1")
		w.at("2027-03-02 07:00")
		w.expect("ann reminder", "cat reminder") // the hour's
	})
}

func TestDowntime(t *testing.T) {
	day, hour := []string{"ann reminder", "ben reminder", "cat reminder"}, []string{"ann reminder", "cat reminder"}
	for _, row := range []struct {
		name, until string
		want        []string
		gone        int // of the three reminders, sent or stale
	}{
		{"the week's, still useful", "2027-04-17 11:00", hour, 1},
		{"the week's, of no more use two days before", "2027-04-18 13:00", nil, 1},
		{"the day's takes the place of the week's", "2027-04-19 12:00", day, 2},
		{"two hours before, the day's is of no more use", "2027-04-20 09:30", nil, 2},
		{"only the hour's is left", "2027-04-20 10:20", hour, 3},
		{"four minutes before there is nothing to remind of", "2027-04-20 10:56", nil, 3},
		{"over", "2027-04-20 14:00", nil, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				e := invited(w)
				w.at(row.until)
				w.expect(row.want...)
				w.expect()
				if got := len(w.Letters("")); got != 4+len(row.want) {
					w.Errorf("letters: got %d, want the 4 invitations and %d reminders", got, len(row.want))
				}
				planned, err := w.App.Ledger.Due(w.Context(), convoke.System, "", e.ID, app.Page{Limit: 10})
				w.Must(err)
				if got, want := len(planned), 3-row.gone; got != want {
					w.Errorf("still planned: got %d, want %d: %+v", got, want, planned)
				}
			})
		})
	}
}

// Both are overdue and still useful: one mail is enough.
func TestOnlyTheLatestOfSeveralOverdue(t *testing.T) {
	scenario(t, func(w *world) {
		invited(w, app.EventInput{Reminders: new("2880,1440")})
		w.at("2027-04-19 13:00")
		w.expect("ann reminder", "ben reminder", "cat reminder")
		w.expect()
		w.ledger("reminder", map[string]int{"captured": 3}) // none was written to be ended at once
	})
}

// The letters were planned in time; the mail server was down until they were of no more use.
func TestReminderStaleInTheOutbox(t *testing.T) {
	scenario(t, func(w *world) {
		invited(w)
		w.at("2027-04-20 10:00")
		w.Plan()
		w.at("2027-04-20 10:56")
		w.expect()
		if got := w.states("reminder"); got["stale its moment passed before it could be sent"] != 2 {
			w.Errorf("got %v, want two stale", got)
		}
	})
}

func TestReminderAfterLateAnswers(t *testing.T) {
	scenario(t, func(w *world) {
		e := invited(w)
		w.at("2027-04-13 11:00")
		w.Plan()
		w.answer("ann", e.ID, convoke.No)
		w.answer("ben", e.ID, convoke.Yes)
		w.expect("cat reminder")
	})
}

func TestMeetingReminderTakesThePlaceOfWeekAndDay(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-04-13T14:00", "Africa/Nairobi")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		w.Must(w.App.Meetings.Answer(w.Context(), w.viewer("ann"), m.ID, convoke.Yes, "page"))
		w.edit(w.dates(m.ID)[0].ID, app.EventInput{Agenda: new("1. Worms\n2. Rain")})
		w.Clock.Add(10 * time.Minute)
		w.expect() // an agenda is no reason for a mail
		w.at("2027-04-06 11:00")
		w.expect()
		w.at("2027-04-10 11:00")
		mails := w.expect("ann meeting-reminder", "ben meeting-reminder")
		if text := w.to(mails, "ben").Text; !strings.Contains(text, "Worms") {
			w.Errorf("no agenda:\n%s", text)
		}
		w.at("2027-04-12 11:00")
		w.expect()
		w.at("2027-04-13 10:00")
		w.expect("ann reminder")
	})
}

func TestRemindersInAnArchivedCommunity(t *testing.T) {
	scenario(t, func(w *world) {
		invited(w)
		w.Must(w.App.Communities.Archive(w.Context(), convoke.System, "soil", true))
		w.at("2027-04-13 11:00")
		w.expect()
		w.at("2027-04-19 11:00")
		w.expect()
	})
}

// The shortest reminder leaves, too.
func TestReminderFiveMinutesBefore(t *testing.T) {
	scenario(t, func(w *world) {
		invited(w, app.EventInput{Reminders: new("5")})
		w.at("2027-04-20 10:54")
		w.expect()
		w.at("2027-04-20 10:55")
		w.expect("ann reminder", "cat reminder")
	})
}

// Of several that are overdue, each person gets the latest that is for them.
func TestLatestReminderForEach(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("cat dan", "")
		m := w.meeting(secondTuesday, "2027-04-13T14:00", "Africa/Nairobi")
		w.Deliver()
		w.answerMeeting("ann", m.ID, convoke.Yes)
		w.answerMeeting("cat", m.ID, convoke.Maybe)
		w.answerMeeting("dan", m.ID, convoke.No)
		w.at("2027-04-13 10:05") // Ben, who has not answered, is due the meeting's
		w.expect("ann reminder", "ben meeting-reminder", "cat reminder")
		w.at("2027-04-13 10:59")
		w.expect()
	})
}

// Two reminders that waited for the mail server do not arrive together.
func TestLaterReminderTakesThePlaceOfOneThatWaits(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-04-13T14:00", "Africa/Nairobi")
		w.Deliver()
		w.answerMeeting("ann", m.ID, convoke.Yes)
		w.at("2027-04-10 11:00")
		w.Sink.Down()
		w.expect()
		w.at("2027-04-13 10:00")
		w.expect()
		w.Sink.Up()
		w.Clock.Add(2 * time.Minute)
		w.expect("ann reminder", "ben meeting-reminder")
		w.ledger("meeting-reminder", map[string]int{"accepted": 1, "cancelled overtaken": 1})
		w.Clock.Add(time.Hour)
		w.expect()
	}, rig.WithSink(1))
}

// What was moved away an hour before is reminded of anew, from the earliest on.
func TestRemindersOfTwoStarts(t *testing.T) {
	scenario(t, func(w *world) {
		e := invited(w, app.EventInput{Reminders: new("4320,60")})
		w.at("2027-04-20 10:00")
		w.expect("ann reminder", "cat reminder")
		w.move(e.ID, "2027-04-27T14:00")
		w.Clock.Add(5 * time.Minute)
		w.Deliver()
		w.at("2027-04-24 11:00")
		w.expect("ann reminder", "cat reminder")
		w.at("2027-04-27 10:00")
		w.expect("ann reminder", "cat reminder")
	})
}
