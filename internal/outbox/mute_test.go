package outbox_test

import (
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

func TestMutedCommunity(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		mails := w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.unsubscribe(w.to(mails, "ann"), "") // the one click
		other := w.event("2027-04-21T14:00", app.EventInput{Title: new("Mulch")})
		w.expect("ben event-invitation REQUEST NEEDS-ACTION #0")
		w.at("2027-04-19 11:00")
		w.expect("ben reminder") // the day's, to who has not answered
		w.move(e.ID, "2027-04-28T14:00")
		w.move(other.ID, "2027-04-28T17:00")
		w.Clock.Add(5 * time.Minute)
		// Ann holds the one and was never told of the other.
		w.expect("ann event-update REQUEST NEEDS-ACTION #1", "ben event-update REQUEST NEEDS-ACTION #1", "ben event-update REQUEST NEEDS-ACTION #1")
		w.cancel(e.ID)
		w.expect("ann event-cancellation CANCEL NEEDS-ACTION #2", "ben event-cancellation CANCEL NEEDS-ACTION #2")
		_, err := w.App.Letters.Act(w.Context(), w.to(mails, "ann").Token(), app.DeedUndo, "")
		w.Must(err)
		w.event("2027-05-20T14:00", app.EventInput{Title: new("Rain")})
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
	})
}

func TestMutedEverything(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		mails := w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.answer("ann", e.ID, convoke.Yes)
		w.unsubscribe(w.to(mails, "ann"), convoke.ScopeAll)
		w.move(e.ID, "2027-04-28T14:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ben event-update REQUEST NEEDS-ACTION #1")
		w.cancel(e.ID)
		w.expect("ben event-cancellation CANCEL NEEDS-ACTION #2")
		// sign-in links cannot be muted
		w.Must(w.App.SignIns.Ask(w.Context(), app.SignInRequest{Address: "ann@x.example"}))
		w.expect("ann sign-in")
	})
}

func TestMutedEvent(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		mails := w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.answer("ann", e.ID, convoke.Yes)
		w.answer("ben", e.ID, convoke.Yes)
		w.unsubscribe(w.to(mails, "ann"), convoke.ScopeEvent)
		w.event("2027-05-20T14:00", app.EventInput{Title: new("Mulch")})
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.at("2027-04-13 11:00")
		w.expect("ben reminder")
		w.move(e.ID, "2027-04-28T14:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST ACCEPTED #1", "ben event-update REQUEST ACCEPTED #1")
	})
}

func TestMutedSeries(t *testing.T) {
	scenario(t, func(w *world) {
		_, list := w.series("2027-04-06T14:00", "2027-05-04T14:00")
		mails := w.expect("ann series-invitation", "ben series-invitation")
		w.unsubscribe(w.to(mails, "ann"), convoke.ScopeSeries)
		w.at("2027-03-23 11:00")
		w.expect("ben event-invitation REQUEST NEEDS-ACTION #0")
		w.cancel(list[1].ID)
		w.expect("ben event-cancellation CANCEL NEEDS-ACTION #1") // Ann neither holds it nor said yes
		w.event("2027-04-20T14:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
	})
}

func TestMutedMeeting(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		mails := w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		w.unsubscribe(w.to(mails, "ann"), convoke.ScopeMeeting)
		w.at("2027-03-06 11:00")
		w.expect("ben meeting-reminder")
		w.cancel(w.dates(m.ID)[0].ID)
		w.expect("ann event-cancellation CANCEL NEEDS-ACTION #1", "ben event-cancellation CANCEL NEEDS-ACTION #1")
	})
}

// Whoever said yes hears of a move although they read a feed, hold nothing and muted the community.
func TestMutedYes(t *testing.T) {
	scenario(t, func(w *world) {
		w.reads("ann")
		w.reads("ben")
		e := w.event("2027-03-08T14:00")
		mails := w.expect("ann event-invitation", "ben event-invitation")
		w.answer("ann", e.ID, convoke.Yes)
		w.unsubscribe(w.to(mails, "ann"), convoke.ScopeCommunity)
		w.unsubscribe(w.to(mails, "ben"), convoke.ScopeCommunity)
		w.move(e.ID, "2027-03-08T15:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update")
	})
}
