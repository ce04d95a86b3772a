package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
	"convoke/mailer"
)

// How long letters are leased and kept being tried. A lease covers a batch; a letter, which may take two minutes, is only begun in its first half.
const (
	leaseFor  = 5 * time.Minute
	batchSize = 20
	giveUp    = 48 * time.Hour
)

// Deliver sends what is due, over several connections, until nothing is left or ctx ends. What is under way when ctx
// ends is finished; the rest is given back.
func (o *Outbox) Deliver(ctx context.Context) error {
	n := o.connections
	if o.server == nil {
		n = 1 // keeping a letter here is one small transaction
	}
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = o.work(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// work is one connection's worth of delivery.
func (o *Outbox) work(ctx context.Context) error {
	var conn *mailer.Conn
	defer func() {
		if conn != nil {
			_ = conn.Close() // the dialogue is over either way
		}
	}()
	for ctx.Err() == nil && !o.resting() {
		begun := o.machine() // before the lease is taken, so that it is never thought longer than it is
		lease := string(convoke.NewID("ls"))
		list, err := o.lease(ctx, lease)
		if err != nil {
			return fmt.Errorf("lease letters: %w", err)
		}
		if len(list) == 0 {
			return nil
		}
		ready, err := o.prepare(context.WithoutCancel(ctx), list, lease)
		if err != nil {
			o.giveBack(ctx, unrendered(list), lease, 0)
			return fmt.Errorf("prepare letters: %w", err)
		}
		if o.server == nil {
			if err := o.capture(ctx, ready, lease); err != nil {
				return err
			}
			continue
		}
		for i, r := range ready {
			l := r.letter
			if ctx.Err() != nil || o.machine().Sub(begun) > leaseFor/2 {
				o.giveBack(ctx, ready[i:], lease, 0)
				break
			}
			if o.resting() {
				o.giveBack(ctx, ready[i:], lease, 15*time.Second)
				return nil
			}
			var settle func(context.Context, *store.Tx) (bool, error)
			conn, settle, err = o.send(ctx, conn, l, lease)
			if err != nil { // the server's fault, not the letter's
				o.breaker.fail(o.machine(), err)
				o.log.Warn("the mail server does not take mail", "error", err)
				o.giveBack(ctx, ready[i:], lease, 15*time.Second)
				return nil
			}
			if err := o.settle(l, settle); err != nil { // this letter stays leased: it may have been sent
				o.giveBack(ctx, ready[i+1:], lease, 0)
				return fmt.Errorf("settle letter %s: %w", l.ID, err)
			}
		}
	}
	return nil
}

// lease takes the next letters. A stop does not cut it: PostgreSQL may have committed by then, and letters would be leased by nobody.
func (o *Outbox) lease(ctx context.Context, lease string) (list []convoke.Letter, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	err = o.store.Update(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.LeaseLetters(ctx, batchSize, lease, tx.Now.Add(leaseFor))
		return err
	})
	return list, err
}

// send sends one letter and says how to settle it. An error is the mail server's; the letter has then not been sent.
func (o *Outbox) send(ctx context.Context, conn *mailer.Conn, l convoke.Letter, lease string) (_ *mailer.Conn, settle func(context.Context, *store.Tx) (bool, error), err error) {
	// What is begun is finished when the process is told to stop: within the stop's own 20 seconds, or it is cut and sent again
	// with the same bytes.
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(15*time.Second, cancel)
	})
	defer stop()
	fresh := conn == nil || !conn.Alive()
	if fresh {
		c, err := o.server.Dial(work)
		if err != nil {
			return nil, nil, err
		}
		conn = c
	}
	err = conn.Send(work, o.from.Addr, l.Address, l.Mime)
	if se, ok := errors.AsType[*mailer.SendError](err); ok && se.Outcome == mailer.Transport && !fresh && ctx.Err() == nil {
		// a server ends a connection after so many mails, or after a silence: that is no trouble
		if conn, err = o.server.Dial(work); err != nil {
			return nil, nil, err
		}
		err = conn.Send(work, o.from.Addr, l.Address, l.Mime)
	}
	if err == nil {
		o.breaker.good()
		o.policy.note(o.machine(), nil)
		return conn, func(ctx context.Context, tx *store.Tx) (bool, error) {
			ok, err := tx.Accept(ctx, l.ID, lease)
			if err != nil || !ok {
				return ok, err
			}
			return true, tx.RestoreAddress(ctx, mailer.Fold(l.Address))
		}, nil
	}
	se, ok := errors.AsType[*mailer.SendError](err)
	if !ok {
		se = &mailer.SendError{Outcome: mailer.Temporary, Text: err.Error(), Err: err}
	}
	switch se.Outcome {
	case mailer.Transport:
		return nil, nil, err
	case mailer.Permanent:
		o.breaker.good()
		against := error(se)
		if se.OfAddress() {
			against = nil
		}
		if o.policy.note(o.machine(), against) {
			o.log.Warn("the mail server refuses many mails, whoever they are for: the rest waits", "error", se)
			break // it may change its mind within two days
		}
		return conn, func(ctx context.Context, tx *store.Tx) (bool, error) {
			ok, err := tx.Finish(ctx, l.ID, lease, convoke.Dead, "refused by the mail server", se.Code, se.Text)
			if err != nil || !ok || against != nil && (!se.AtRcpt || se.Enhanced != "") {
				return ok, err // nothing is said of the address
			}
			return true, tx.RefuseAddress(ctx, mailer.Fold(l.Address), cmp.Or(se.Text, se.Enhanced, strconv.Itoa(se.Code)), se.NoMailbox())
		}, nil
	}
	doubt := 0
	if se.Outcome == mailer.InDoubt {
		doubt = 1
	}
	return conn, func(ctx context.Context, tx *store.Tx) (bool, error) {
		next := tx.Now.Add(backoff(l.Attempts))
		switch {
		case tx.Now.Sub(l.FirstTryAt) > giveUp:
			return tx.Finish(ctx, l.ID, lease, convoke.Dead, "tried for two days", se.Code, se.Text)
		case next >= l.UsefulUntil:
			return tx.Finish(ctx, l.ID, lease, convoke.Stale, "no longer useful by the time it could be tried again", se.Code, se.Text)
		}
		return tx.Retry(ctx, l.ID, lease, next, doubt, se.Code, se.Text)
	}, nil
}

// backoff is 1, 2, 4 … minutes up to an hour, half of it by chance.
func backoff(attempts int) time.Duration {
	d := min(time.Minute<<min(max(attempts-1, 0), 6), time.Hour)
	return d/2 + rand.N(d/2)
}

// settle writes what became of a letter before the next one goes out. It does not stop when the process is told to: a letter that was sent and not
// settled is sent again.
func (o *Outbox) settle(l convoke.Letter, f func(context.Context, *store.Tx) (bool, error)) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	ok, err := false, error(nil)
	err = o.store.Update(ctx, func(tx *store.Tx) error {
		ok, err = f(ctx, tx)
		return err
	})
	if err == nil && !ok {
		o.log.Warn("a letter's lease was lost before it was settled", "letter", l.ID, "kind", l.Kind)
	}
	return err
}

// giveBack returns letters that were not tried.
func (o *Outbox) giveBack(ctx context.Context, list []rendered, lease string, wait time.Duration) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := o.store.Update(ctx, func(tx *store.Tx) error {
		for _, r := range list {
			ok, err := tx.GiveBack(ctx, r.letter.ID, lease, tx.Now.Add(wait), r.fresh)
			if err == nil && ok && r.first {
				err = tx.Unhold(ctx, r.letter.PersonID, r.uid)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil { // their lease runs out by itself
		o.log.Warn("letters could not be given back", "error", err)
	}
}

// capture keeps letters here where no mail server is set.
func (o *Outbox) capture(ctx context.Context, list []rendered, lease string) error {
	return o.store.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		for _, r := range list {
			if _, err := tx.Capture(ctx, r.letter.ID, lease); err != nil {
				return err
			}
		}
		return nil
	})
}

// rendered is a letter put into bytes, or why it is not sent.
type rendered struct {
	letter    convoke.Letter
	state     string // empty: send it
	why       string
	subject   string
	mime      []byte
	uid       string // of its calendar part
	sequence  int
	organizer string
	fresh     bool // rendered in this lease
	first     bool // and its person held nothing of the UID before
}

func unrendered(list []convoke.Letter) []rendered {
	out := make([]rendered, len(list))
	for i, l := range list {
		out[i].letter = l
	}
	return out
}

// prepare renders what has no bytes yet and stores them, and ends what is not to be sent any more. It returns the letters to send.
func (o *Outbox) prepare(ctx context.Context, list []convoke.Letter, lease string) ([]rendered, error) {
	var work []rendered
	if err := o.store.View(ctx, func(tx *store.Tx) error {
		work = work[:0]
		about := shared{map[convoke.ID]convoke.Community{}, map[convoke.ID]eventAndSpeakers{}}
		for _, l := range list {
			r, err := o.render(ctx, tx, about, l)
			if err != nil {
				return err
			}
			work = append(work, r)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	ready := make([]rendered, 0, len(work))
	err := o.store.Update(ctx, func(tx *store.Tx) error {
		ready = ready[:0]
		for _, r := range work {
			ok, err := o.keep(ctx, tx, r, lease)
			if err != nil {
				return err
			}
			if ok {
				r.letter.Mime, r.letter.Subject = r.mime, r.subject
				ready = append(ready, r)
			}
		}
		return nil
	})
	return ready, err
}

// keep stores what became of rendering; ok says whether the letter is to be sent.
func (o *Outbox) keep(ctx context.Context, tx *store.Tx, r rendered, lease string) (ok bool, err error) {
	if r.state != "" {
		_, err := tx.Finish(ctx, r.letter.ID, lease, r.state, r.why, 0, "")
		return false, err
	}
	if len(r.letter.Mime) > 0 { // a repeat: the same bytes
		return true, nil
	}
	if ok, err = tx.KeepMime(ctx, r.letter.ID, lease, r.subject, r.mime); err != nil || !ok || r.uid == "" {
		return ok, err
	}
	if o.server != nil {
		if err := tx.FixOrganizer(ctx, r.uid, r.organizer); err != nil {
			return false, err
		}
	}
	return true, tx.Hold(ctx, r.letter.PersonID, r.uid, r.sequence)
}

// render decides once more whether a letter goes out and puts it into bytes. What cannot be rendered is dead, and the log says why: it
// must not hold up the others.
func (o *Outbox) render(ctx context.Context, tx *store.Tx, s shared, l convoke.Letter) (r rendered, err error) {
	r = rendered{letter: l, subject: l.Subject, mime: l.Mime}
	if l.UsefulUntil <= tx.Now {
		r.state, r.why = convoke.Stale, "its moment passed before it could be sent"
		return r, nil
	}
	c, verdict, err := o.load(ctx, tx, s, l)
	if convoke.IsNotFound(err) {
		r.state, r.why = convoke.Suppressed, "what it was about is gone"
		return r, nil
	}
	if err != nil {
		return r, err
	}
	if verdict == notify.HasIt && l.Subject != "" { // rendered before
		verdict = notify.Gets // it is this letter that they have, or may have
	}
	if verdict != notify.Gets && l.InDoubt == 0 {
		r.state, r.why = convoke.Suppressed, string(verdict)
		return r, nil
	}
	if len(l.Mime) > 0 {
		return r, nil
	}
	composed, mime, err := compose(c)
	if err != nil {
		o.log.Error("a letter could not be put into words", "letter", l.ID, "kind", l.Kind, "error", err)
		r.state, r.why = convoke.Dead, "could not be rendered"
		return r, nil
	}
	r.subject, r.mime, r.uid, r.sequence, r.organizer = composed.Message.Subject, mime, composed.UID, composed.Sequence, c.Organizer
	if l.Kind == notify.EventCancellation && r.uid != c.Event.UID { // one date of a rule goes: of the rest they hold what they held
		r.uid = ""
	}
	r.fresh, r.first = true, r.uid != "" && !c.Reader.Holds
	return r, nil
}

// compose puts a letter into bytes. A panic is that letter's error: it would end the process, at each start again.
func compose(c notify.Context) (composed notify.Composed, mime []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if composed, err = notify.Compose(c); err != nil {
		return composed, nil, err
	}
	mime, err = mailer.Render(composed.Message)
	return composed, mime, err
}
