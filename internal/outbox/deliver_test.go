package outbox_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/outbox"
	"convoke/internal/rig"
	"convoke/internal/store"
	"convoke/mailer"
)

// letterTo finds the one letter to somebody.
func (w *world) letterTo(who string) convoke.Letter {
	w.Helper()
	for _, l := range w.Letters("") {
		if l.Address == who+"@x.example" {
			return w.Letter(l.ID)
		}
	}
	w.Fatalf("no letter to %s", who)
	return convoke.Letter{}
}

// copies are the mails that the sink took for somebody.
func (w *world) copies(who string) (list []rig.Received) {
	for _, m := range w.Sink.Received() {
		if m.To == who+"@x.example" {
			list = append(list, m)
		}
	}
	return list
}

// failing plays one fault at the first attempts at Ann's mail.
func failing(f rig.Fault, tries int) func(string, int) rig.Fault {
	return func(to string, try int) rig.Fault {
		if to == "ann@x.example" && try <= tries {
			return f
		}
		return rig.None
	}
}

const (
	annInvited = "ann event-invitation REQUEST NEEDS-ACTION #0"
	benInvited = "ben event-invitation REQUEST NEEDS-ACTION #0"
)

func TestTemporaryRefusal(t *testing.T) {
	scenario(t, func(w *world) {
		w.Sink.Fail(failing(rig.Later, 2))
		w.event("2027-04-20T14:00")
		w.expect(benInvited)
		l := w.letterTo("ann")
		if l.State != convoke.Queued || l.Attempts != 1 || l.InDoubt != 0 || l.LastCode != 451 || l.NextAt <= w.Now() || l.NextAt > w.Now().Add(time.Minute) {
			w.Errorf("after a 451: got %+v", l)
		}
		kept := l.Mime
		w.expect() // not at once
		w.Clock.Add(time.Minute)
		w.expect()
		if l := w.letterTo("ann"); l.NextAt < w.Now().Add(time.Minute) || l.NextAt > w.Now().Add(2*time.Minute) {
			w.Errorf("after the second 451 the wait is %s, want one to two minutes", l.NextAt.Sub(w.Now()))
		}
		w.Clock.Add(2 * time.Minute)
		mails := w.expect(annInvited)
		if !bytes.Equal(mails[0].Raw, kept) || mails[0].MessageID != l.MessageID {
			w.Error("the repeat has other bytes or another Message-ID than the first attempt")
		}
		if l := w.letterTo("ann"); l.State != convoke.Accepted || l.Attempts != 3 || len(l.Mime) != 0 {
			w.Errorf("in the end: got %+v", l)
		}
	}, rig.WithSink(1))
}

func TestRefusedForGood(t *testing.T) {
	scenario(t, func(w *world) {
		w.Sink.Fail(failing(rig.Refused, 99))
		w.event("2027-04-20T14:00")
		w.expect(benInvited)
		l := w.letterTo("ann")
		if l.State != convoke.Dead || l.LastCode != 550 || !strings.Contains(l.LastError, "no such user") || l.Why == "" || l.FinalAt == 0 {
			w.Errorf("got %+v", l)
		}
		w.Clock.Add(time.Hour)
		w.expect()
		if got := w.Sink.Tries("ann@x.example"); got != 1 {
			w.Errorf("tried %d times, want once", got)
		}
		if w.Outbox.Trouble() != "" {
			w.Errorf("one bad address counts as trouble with the server: %s", w.Outbox.Trouble())
		}
	}, rig.WithSink(1))
}

func TestDroppedBeforeTheMail(t *testing.T) {
	scenario(t, func(w *world) {
		w.Sink.Fail(failing(rig.DropBefore, 1))
		w.event("2027-04-20T14:00")
		w.expect(benInvited)
		if l := w.letterTo("ann"); l.State != convoke.Queued || l.InDoubt != 0 || l.Attempts != 1 {
			w.Errorf("got %+v", l)
		}
		w.Clock.Add(time.Minute)
		w.expect(annInvited)
	}, rig.WithSink(1))
}

func TestLostReceipt(t *testing.T) {
	for _, row := range []struct {
		name   string
		fault  rig.Fault
		copies int
	}{{"taken, and the receipt lost", rig.DropAfter, 2}, {"silence after the mail", rig.Hang, 1}} {
		t.Run(row.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.Sink.Fail(failing(row.fault, 1))
				w.event("2027-04-20T14:00")
				w.Deliver()
				l := w.letterTo("ann")
				if l.State != convoke.Queued || l.InDoubt != 1 {
					w.Fatalf("got %+v", l)
				}
				w.cancel(w.letterTo("ann").EventID) // it may have arrived, so it is not withdrawn any more
				w.Clock.Add(time.Minute)
				w.Deliver()
				var got []rig.Received
				for _, m := range w.copies("ann") {
					if bytes.Contains(m.Raw, []byte(l.MessageID)) {
						got = append(got, m)
					}
				}
				if len(got) != row.copies {
					w.Fatalf("got %d copies, want %d", len(got), row.copies)
				}
				if !bytes.Equal(got[0].Raw, l.Mime) || !bytes.Equal(got[len(got)-1].Raw, l.Mime) {
					w.Error("the copies differ")
				}
				if l := w.Letter(l.ID); l.State != convoke.Accepted {
					w.Errorf("in the end: got %s %s", l.State, l.Why)
				}
			}, rig.WithSink(1), rig.WithPatience(mailer.Timeouts{Final: 300 * time.Millisecond}))
		})
	}
}

// A server that is down is nobody's fault: no letter's attempts are used up, and all arrive when it is back.
func TestServerDown(t *testing.T) {
	scenario(t, func(w *world) {
		w.crowd(60)
		w.Sink.Down()
		w.event("2027-04-20T14:00")
		for range 20 {
			if got := w.Deliver(); len(got) != 0 {
				w.Fatalf("got %d mails from a server that is down", len(got))
			}
			w.Clock.Add(20 * time.Second)
		}
		if w.Outbox.Trouble() == "" {
			w.Error("nobody is told of the trouble")
		}
		for _, l := range w.Letters("") {
			if l.State != convoke.Queued || l.Attempts != 0 || l.InDoubt != 0 || l.FirstTryAt != 0 {
				w.Fatalf("got %+v", l)
			}
		}
		w.Sink.Up()
		w.Clock.Add(time.Minute)
		if got := len(w.Deliver()); got != 62 {
			w.Errorf("got %d mails, want 62", got)
		}
		if w.Outbox.Trouble() != "" {
			w.Errorf("trouble stays: %s", w.Outbox.Trouble())
		}
	}, rig.WithSink(4))
}

// A server that wants a rest gets one: it is not asked again for each letter.
func TestServerBusy(t *testing.T) {
	scenario(t, func(w *world) {
		w.crowd(60)
		w.Sink.Fail(func(string, int) rig.Fault { return rig.Busy })
		w.event("2027-04-20T14:00")
		w.expect()
		if got := w.Sink.Dialled(); got > 2 {
			w.Errorf("got %d connections, want no more than 2", got)
		}
		w.expect()
		if got := w.Sink.Dialled(); got > 2 {
			w.Errorf("asked again at once: %d connections", got)
		}
		w.Sink.Fail(nil)
		w.Clock.Add(time.Minute)
		if got := len(w.Deliver()); got != 62 {
			w.Errorf("got %d mails, want 62", got)
		}
	}, rig.WithSink(2))
}

func TestGivesUp(t *testing.T) {
	scenario(t, func(w *world) {
		w.Sink.Fail(failing(rig.Later, 1000))
		w.event("2027-04-20T14:00")
		w.expect(benInvited)
		for range 55 * 4 {
			w.Clock.Add(15 * time.Minute)
			w.expect()
		}
		l := w.letterTo("ann")
		if l.State != convoke.Dead || l.LastCode != 451 || l.Attempts < 48 || l.Attempts > 110 {
			w.Errorf("got %s %q after %d attempts", l.State, l.Why, l.Attempts)
		}
	}, rig.WithSink(1))
}

func TestUselessByTheNextTry(t *testing.T) {
	scenario(t, func(w *world) {
		w.Sink.Fail(failing(rig.Later, 1000))
		w.Clock.Add(2*time.Hour - 20*time.Second)
		w.event("2027-03-01T12:30") // it ends at 11:00 UTC, and the next try is half a minute away at least
		w.expect(benInvited)
		if l := w.letterTo("ann"); l.State != convoke.Stale || l.Attempts != 1 {
			w.Errorf("got %s %q after %d attempts", l.State, l.Why, l.Attempts)
		}
	}, rig.WithSink(1))
}

// What somebody waits for at the screen does not stand in line behind invitations.
func TestFirstThingsFirst(t *testing.T) {
	scenario(t, func(w *world) {
		w.crowd(60)
		w.event("2027-04-20T14:00")
		off := w.event("2027-04-21T14:00")
		w.Plan()
		w.Clock.Add(time.Second)
		w.Must(w.App.SignIns.Ask(w.Context(), app.SignInRequest{Address: "eve@x.example"}))
		w.cancel(off.ID)
		w.Deliver()
		for i, m := range w.Mails()[:63] {
			if m.Kind != "sign-in" && m.Kind != "event-cancellation" {
				w.Fatalf("mail %d is a %s", i, m.Kind)
			}
		}
	}, rig.WithSink(1))
}

// Whoever loses a lease while sending does not settle the letter: it belongs to another by then.
func TestLostLease(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		var once sync.Once
		w.Sink.Hear(func(string) {
			once.Do(func() {
				w.Clock.Add(6 * time.Minute)
				if err := w.Store.Update(w.Context(), func(tx *store.Tx) error {
					list, err := tx.LeaseLetters(w.Context(), 10, "another", tx.Now.Add(5*time.Minute))
					if len(list) != 2 {
						w.Errorf("another leased %d letters, want 2", len(list))
					}
					return err
				}); err != nil {
					w.Error(err)
				}
			})
		})
		w.Deliver()
		for _, l := range w.Letters("") {
			if l.State != convoke.Leased || l.Lease != "another" {
				w.Errorf("letter to %s: got %s by %q, want it left to another", l.Address, l.State, l.Lease)
			}
		}
		for _, who := range []string{"ann", "ben"} { // nor does it take back what another may have sent
			if !w.holds(who, e) {
				w.Errorf("%s is said to hold nothing", who)
			}
		}
		w.Clock.Add(6 * time.Minute) // the other one died
		w.Deliver()
		seen := map[string]map[string]bool{}
		for _, m := range w.Sink.Received() {
			if seen[m.To] == nil {
				seen[m.To] = map[string]bool{}
			}
			seen[m.To][string(m.Raw)] = true
		}
		if len(seen) != 2 || len(seen["ann@x.example"]) != 1 || len(seen["ben@x.example"]) != 1 {
			w.Errorf("got %d people and other bytes for a repeat", len(seen))
		}
		if got := len(w.Letters(convoke.Accepted)); got != 2 {
			w.Errorf("got %d accepted, want 2", got)
		}
	}, rig.WithSink(1))
}

// A mail is not begun at the end of a lease: another may send it by then.
func TestSlowServer(t *testing.T) {
	scenario(t, func(w *world) {
		w.crowd(6)
		w.event("2027-04-20T14:00")
		w.Sink.Hear(func(to string) {
			for _, l := range w.Letters(convoke.Leased) {
				if l.Address == to && l.NextAt <= w.Now() {
					w.Errorf("the mail to %s is begun %s after its lease ended", to, w.Now().Sub(l.NextAt))
				}
			}
			w.Clock.Add(2 * time.Minute)
		})
		if got := len(w.Deliver()); got != 8 {
			w.Errorf("got %d mails, want 8", got)
		}
	}, rig.WithSink(1))
}

// After a crash on SQLite, what the process had in its hands is due at once.
func TestReturnedLeases(t *testing.T) {
	scenario(t, func(w *world) {
		w.event("2027-04-20T14:00")
		w.Plan()
		w.Update(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.LeaseLetters(ctx, 10, "gone", tx.Now.Add(5*time.Minute))
			return err
		})
		w.expect()
		w.Must(w.Outbox.ReturnLeases(w.Context()))
		w.expect(annInvited, benInvited)
	}, rig.WithSink(1))
}

// Stopped in the middle, nothing is lost or sent twice, and what was not begun is given back as if it had never been taken.
func TestStoppedInTheMiddle(t *testing.T) {
	scenario(t, func(w *world) {
		w.crowd(98)
		w.event("2027-04-20T14:00")
		w.Plan()
		ctx, stop := context.WithCancel(w.Context())
		defer stop()
		var heard atomic.Int32
		w.Sink.Hear(func(string) {
			if heard.Add(1) == 30 {
				stop()
			}
		})
		if err := w.Outbox.Deliver(ctx); err != nil && ctx.Err() == nil {
			w.Fatal(err)
		}
		sent := len(w.Sink.Received())
		if sent < 30 || sent > 33 {
			w.Errorf("got %d mails before the stop, want the 30 begun and at most one more per connection", sent)
		}
		if got := len(w.Letters(convoke.Accepted)); got != sent {
			w.Errorf("%d letters settled, %d taken", got, sent)
		}
		for _, l := range w.Letters("") {
			if l.State == convoke.Leased || l.State == convoke.Queued && (l.Attempts != 0 || l.FirstTryAt != 0) {
				w.Fatalf("not given back: %+v", l)
			}
		}
		w.Deliver()
		if got := len(w.Sink.Received()); got != 100 {
			w.Errorf("got %d mails in the end, want 100", got)
		}
	}, rig.WithSink(4))
}

func TestTwoCopies(t *testing.T) {
	r := rig.New(t, rig.OnPostgres(t), rig.WithSink(4))
	w := &world{Rig: r, T: t, soil: r.Community("soil", convoke.Open)}
	w.crowd(500)
	other := r.Copy()
	w.event("2027-04-20T14:00")
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, c := range []*rig.Rig{r, other} {
		wg.Go(func() {
			if errs[i] = c.Outbox.Plan(t.Context()); errs[i] == nil {
				errs[i] = c.Outbox.Deliver(t.Context())
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		w.Must(err)
	}
	w.Must(r.Outbox.Deliver(t.Context())) // what one had planned after the other had found nothing more
	count := map[string]int{}
	for _, m := range r.Sink.Received() {
		count[m.To]++
	}
	for to, n := range count {
		if n != 1 {
			t.Errorf("%s got %d mails, want 1", to, n)
		}
	}
	if len(count) != 500 {
		t.Errorf("got mails to %d people, want 500", len(count))
	}
	if got := fmt.Sprint(w.states("event-invitation")); got != "map[accepted:500]" {
		t.Errorf("ledger: got %s", got)
	}
}

// What is only kept here names no organiser for good: nobody's calendar holds it.
func TestCapturedFixesNoOrganizer(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.expect(annInvited, benInvited)
		got, err := w.App.Events.Get(w.Context(), convoke.System, "", string(e.ID))
		w.Must(err)
		if got.Organizer != "" {
			w.Errorf("organiser: got %q, want none yet", got.Organizer)
		}
	})
}

// Calendar programs match by the organiser: the address that the first calendar mail left with stays, and answers go to it.
func TestFixedOrganizer(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Contact: new("desk@soil.example")})
		e := w.event("2027-04-20T14:00")
		mails := w.expect(annInvited, benInvited)
		if got := mails[0].Field("Reply-To"); got != "desk@soil.example" {
			w.Errorf("Reply-To: got %q, want the community's contact", got)
		}
		server := w.Sink.Server()
		site := w.App.Site()
		site.From = "news@other.example"
		later := outbox.New(outbox.Options{Store: w.Store, Site: site, From: mailer.Address{Name: "Convoke", Addr: site.From}, Secrets: w.App.Secrets(), Server: &server, Log: slog.New(slog.DiscardHandler)})
		w.move(e.ID, "2027-04-21T14:00")
		w.Clock.Add(5 * time.Minute)
		w.Must(later.Plan(w.Context()))
		w.Must(later.Deliver(w.Context()))
		mails = w.expect("ann event-update REQUEST NEEDS-ACTION #1", "ben event-update REQUEST NEEDS-ACTION #1")
		if m := mails[0]; m.Prop("ORGANIZER") != "mailto:post@convoke.example" || !strings.Contains(m.From, "news@other.example") || m.Field("Reply-To") != "post@convoke.example" {
			w.Errorf("from %s, reply to %s, organiser %s", m.From, m.Field("Reply-To"), m.Prop("ORGANIZER"))
		}
	}, rig.WithSink(1))
}

// A mail server may end a connection after so many mails: that is no trouble, and the next mail goes over a new one.
func TestEndedConnection(t *testing.T) {
	scenario(t, func(w *world) {
		n := 0
		w.Sink.Fail(func(string, int) rig.Fault {
			if n++; n == 2 {
				return rig.Busy
			}
			return rig.None
		})
		w.event("2027-04-20T14:00")
		w.expect(annInvited, benInvited)
		if got := w.Sink.Dialled(); got != 2 || w.Outbox.Trouble() != "" {
			w.Errorf("got %d connections and trouble %q, want 2 and none", got, w.Outbox.Trouble())
		}
	}, rig.WithSink(1))
}
