package outbox_test

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// A letter that waited for the server to come back says what is so by then: bytes are kept for what may have been sent only.
func TestChangedWhileTheServerWasDown(t *testing.T) {
	scenario(t, func(w *world) {
		w.Sink.Down()
		e := w.event("2027-04-20T14:00")
		w.Deliver()
		w.move(e.ID, "2027-04-21T16:00")
		w.Clock.Add(6 * time.Minute)
		w.Sink.Up()
		for _, m := range w.Deliver() {
			if m.Kind == "event-invitation" && (strings.Contains(m.Text, "20 April") || m.Prop("SEQUENCE") != "1") {
				w.Errorf("%s is invited to the old date, SEQUENCE %s:\n%s", m.Addr, m.Prop("SEQUENCE"), m.Text)
			}
		}
		if got := len(w.Letters(convoke.Accepted)); got != 2 {
			w.Errorf("got %d accepted, want an invitation for each of two", got)
		}
	}, rig.WithSink(1))
}

// A letter that was sent and could not be settled is not given back as if it had not been: it is sent again with the same bytes when its lease ends,
// and the mail server is not to blame.
func TestSentAndNotSettled(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	w := &world{Rig: rig.New(t, rig.WithSink(1), rig.WithDriver(func(c driver.Connector) driver.Connector { return breakable{c, &broken} })), T: t}
	w.soil = w.Community("soil", convoke.Open, "ann@x.example")
	w.event("2027-04-20T14:00")
	w.Plan()
	broken.Store(true)
	if err := w.Outbox.Deliver(w.Context()); !errors.Is(err, errBroken) {
		t.Fatalf("got %v, want the fault of the database", err)
	}
	broken.Store(false)
	if text := w.Outbox.Trouble(); text != "" {
		t.Errorf("the mail server is blamed: %s", text)
	}
	if l := w.letterTo("ann"); l.State != convoke.Leased || len(l.Mime) == 0 || l.Attempts != 1 {
		t.Errorf("got %s after %d attempts with %d bytes, want it leased as it was", l.State, l.Attempts, len(l.Mime))
	}
	w.Clock.Add(6 * time.Minute)
	w.Deliver()
	copies := w.copies("ann")
	if len(copies) != 2 || !bytes.Equal(copies[0].Raw, copies[1].Raw) {
		t.Errorf("got %d copies, want two with the same bytes", len(copies))
	}
}

var errBroken = errors.New("the disk is full")

// breakable is a database that can be made to refuse noting that a letter was accepted.
type breakable struct {
	driver.Connector
	broken *atomic.Bool
}

func (b breakable) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := b.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &breakableConn{c.(sqliteConn), b.broken}, nil
}

type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.QueryerContext
	driver.ExecerContext
}

type breakableConn struct {
	sqliteConn
	broken *atomic.Bool
}

func (c *breakableConn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	if c.broken.Load() && strings.Contains(q, "state = 'accepted'") {
		return nil, errBroken
	}
	return c.sqliteConn.ExecContext(ctx, q, args)
}

// Whoever lost the lease of a letter before it was put into bytes neither sends it nor notes that its person holds it.
func TestLeaseLostBeforeTheBytes(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-04-20T14:00")
		w.Plan()
		lease := func(name string) (list []convoke.Letter) {
			w.Update(func(ctx context.Context, tx *store.Tx) (err error) {
				list, err = tx.LeaseLetters(ctx, 9, name, tx.Now.Add(time.Minute))
				return err
			})
			return list
		}
		holds := func() (n int) {
			w.View(func(ctx context.Context, tx *store.Tx) error {
				list, err := tx.Recipients(ctx, store.Subject{Community: w.soil.ID, Event: e.ID, UID: e.UID}, "", "", 9)
				for _, r := range list {
					if r.Holds {
						n++
					}
				}
				return err
			})
			return n
		}
		list := lease("first")
		w.Clock.Add(time.Minute)
		lease("second")
		for _, row := range []struct {
			lease       string
			send, holds int
		}{{"first", 0, 0}, {"second", 2, 2}} {
			n, err := w.Outbox.Prepare(w.Context(), list, row.lease)
			w.Must(err)
			if got := holds(); n != row.send || got != row.holds {
				w.Errorf("%s of two leases: %d of %d letters are to be sent and %d hold the date, want %d and %d", row.lease, n, len(list), got, row.send, row.holds)
			}
		}
	})
}

// What was moved to where it is over is told to who waits for it at the old time, and to nobody else.
func TestMovedIntoThePast(t *testing.T) {
	for name, start := range map[string]string{"over": "2027-03-01T09:00", "over before the move has settled": "2027-03-01T11:03"} {
		t.Run(name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.people("cat gil", "")
				w.reads("gil")
				w.reads("ben")
				e := w.event("2027-04-20T14:00", app.EventInput{DurationMinutes: new(60)})
				w.Deliver()
				w.answer("ben", e.ID, convoke.Yes)
				w.answer("cat", e.ID, convoke.No)
				w.move(e.ID, start)
				w.Clock.Add(5 * time.Minute)
				w.expect("ann event-update REQUEST NEEDS-ACTION #1", "ben event-update", "cat event-update REQUEST DECLINED #1")
				w.at("2027-04-21 10:00")
				w.expect()
			})
		})
	}
}

// "Old → new" begins with what was told last, not with what was changed untold.
func TestToldFromWhatIsKnown(t *testing.T) {
	minute := func(w *world) { w.Clock.Add(time.Minute) }
	settle := func(w *world) { w.Clock.Add(6 * time.Minute); w.Deliver() }
	move := func(start string) func(*world, convoke.ID) {
		return func(w *world, id convoke.ID) { w.move(id, start) }
	}
	cancel, restore := (*world).cancel, (*world).restore
	away, other := move("2027-04-25T16:00"), move("2027-04-27T16:00")
	for _, tc := range []struct {
		name          string
		do            []any
		must, mustNot string
	}{
		{"moved and cancelled", []any{away, minute, cancel, settle}, "Tuesday 20 April 2027", "25 April"},
		{"and restored", []any{away, minute, cancel, settle, restore, settle}, "Tuesday 20 April 2027, 11:00, UTC → Sunday 25 April 2027, 13:00", "27 April"},
		{"cancelled, moved and restored", []any{cancel, settle, away, settle, restore, settle}, "Tuesday 20 April 2027, 11:00, UTC → Sunday 25 April 2027, 13:00", "27 April"},
		{"moved twice while it was off", []any{cancel, settle, away, settle, other, minute, restore, settle}, "Tuesday 20 April 2027, 11:00, UTC → Tuesday 27 April 2027, 13:00", "25 April"},
		{"moved and told before", []any{away, settle, cancel, settle, other, settle, restore, settle}, "Sunday 25 April 2027, 13:00, UTC → Tuesday 27 April 2027, 13:00", "20 April"},
		{"restored, moved and cancelled untold", []any{cancel, settle, restore, minute, away, minute, cancel, settle, other, settle, restore, settle}, "Tuesday 20 April 2027, 11:00, UTC → Tuesday 27 April 2027, 13:00", "25 April"},
		{"moved while it was off, restored and cancelled untold", []any{cancel, settle, away, settle, restore, minute, cancel, settle, other, settle, restore, settle}, "Tuesday 20 April 2027, 11:00, UTC → Tuesday 27 April 2027, 13:00", "25 April"},
		{"only restored", []any{cancel, settle, restore, settle}, "20 April", "→"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				e := w.invited()
				minute(w)
				w.edit(e.ID, app.EventInput{Agenda: new("Worms")}) // told to nobody
				minute(w)
				for _, step := range tc.do {
					switch f := step.(type) {
					case func(*world):
						f(w)
					case func(*world, convoke.ID):
						f(w, e.ID)
					}
				}
				mails := w.Mails()
				w.says(w.to([]rig.Mail{mails[len(mails)-1]}, mails[len(mails)-1].Addr[:3]), tc.must, tc.mustNot)
			})
		})
	}
}
