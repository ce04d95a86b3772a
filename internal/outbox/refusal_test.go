package outbox_test

import (
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// An address that is nobody's gets one mail and no more, but for the sign-in mail somebody asks for; once that arrives, so do the others.
func TestRefusedAddress(t *testing.T) {
	scenario(t, func(w *world) {
		w.Sink.Fail(failing(rig.Refused, 1))
		w.event("2027-04-20T14:00")
		w.expect(benInvited)
		w.event("2027-04-21T14:00")
		w.expect(benInvited)
		if got := w.Sink.Tries("ann@x.example"); got != 1 {
			w.Errorf("tried %d times, want once", got)
		}
		if p, err := w.App.People.Me(w.Context(), w.viewer("ann")); err != nil || p.RefusedWith != "no such user" {
			w.Errorf("Ann is told %q, %v", p.RefusedWith, err)
		}
		w.Must(w.App.SignIns.Ask(w.Context(), app.SignInRequest{Address: "Ann@x.example"}))
		w.expect("Ann sign-in")
		if p, err := w.App.People.Me(w.Context(), w.viewer("ann")); err != nil || p.RefusedWith != "" {
			w.Errorf("after the sign-in mail Ann is told %q, %v", p.RefusedWith, err)
		}
		w.event("2027-04-22T14:00")
		w.expect(annInvited, benInvited)
	}, rig.WithSink(1))
}

// An invitation that was refused goes out when it is sent again, though a part for a calendar was made of it before.
func TestRefusedInvitationAgain(t *testing.T) {
	scenario(t, func(w *world) {
		w.Sink.Fail(failing(rig.Unsaid, 1))
		e := w.event("2027-04-20T14:00")
		w.expect(benInvited)
		if n, err := w.App.Ledger.ResendAll(w.Context(), w.mo(), store.LetterFilter{Event: e.ID}); err != nil || n != 1 {
			w.Fatalf("sent again: %d, %v", n, err)
		}
		w.expect(annInvited)
		if got := w.states(notify.EventInvitation); got["accepted"] != 2 {
			w.Errorf("the ledger says %v", got)
		}
	}, rig.WithSink(1))
}

// A refusal that says less of an address must be repeated, with no mail taken in between.
func TestAddressRefusedThreeTimes(t *testing.T) {
	scenario(t, func(w *world) {
		for times := 2; times <= 3; times++ {
			w.Sink.Fail(failing([]rig.Fault{2: rig.Unsaid, 3: rig.Full}[times], 99))
			for range times {
				w.event("2027-04-20T14:00")
				w.expect(benInvited)
			}
			w.Sink.Fail(nil)
			w.event("2027-04-21T14:00")
			if times == 2 {
				w.expect(annInvited, benInvited)
			} else {
				w.expect(benInvited)
			}
		}
	}, rig.WithSink(1))
}

// A server that refuses whoever the mail is for has something against the sender: a few letters end, the others wait, and no address is blamed.
func TestUnwantedByTheServer(t *testing.T) {
	scenario(t, func(w *world) {
		w.crowd(60)
		w.Sink.Fail(func(string, int) rig.Fault { return rig.Unwanted })
		w.event("2027-04-20T14:00")
		for range 3 {
			w.Deliver()
			w.Clock.Add(time.Minute)
		}
		const few = 10 // 5 % of 200
		if got := w.states(notify.EventInvitation); got["dead refused by the mail server"] != few || got["queued"] != 62-few {
			w.Errorf("the ledger says %v", got)
		}
		tried := 0
		for _, l := range w.Letters("") {
			if l.State == convoke.Queued {
				tried += l.Attempts
			}
		}
		if tried > 3 {
			w.Errorf("the letters that wait were tried %d times in three rounds: the server is to be left alone", tried)
		}
		if w.Outbox.Trouble() == "" {
			w.Error("nobody is told of the trouble")
		}
		w.Sink.Fail(nil)
		w.Clock.Add(time.Hour)
		if got := len(w.Deliver()); got != 62-few {
			w.Errorf("%d mails once the server has changed its mind, want %d", got, 62-few)
		}
		list, err := w.App.Events.Audience(w.Context(), convoke.System, w.draft("2027-04-21T14:00").ID)
		w.Must(err)
		if list.Not[string(notify.Bouncing)] != 0 {
			w.Errorf("addresses are blamed: %v", list.Not)
		}
	}, rig.WithSink(1))
}

// What a server has against the sender says nothing of an address, however often it says so.
func TestUnwantedIsNoFaultOfTheAddress(t *testing.T) {
	scenario(t, func(w *world) {
		for _, fault := range []rig.Fault{rig.Unwanted, rig.Spam} {
			w.Sink.Fail(failing(fault, 99))
			for range 3 {
				w.event("2027-04-20T14:00")
				w.expect(benInvited)
			}
			w.Sink.Fail(nil)
			w.event("2027-04-21T14:00")
			w.expect(annInvited, benInvited)
		}
	}, rig.WithSink(1))
}
