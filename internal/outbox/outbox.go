// Package outbox carries letters from the store to the mail server.
//
// Planning turns recorded changes and due moments into letters, one row per recipient and message with a unique
// key, in slices: a crash between any two finds the same keys again and writes nothing twice. Delivery leases rows,
// renders them once and keeps the bytes, sends each and settles it in a commit of its own before the next one goes out on
// that connection. So a crash can repeat at most one mail per connection, with the same Message-ID and the same bytes.
//
// A letter tells how things are when it is rendered. So of what waits for one person about one thing, planning leaves one: a newer letter takes
// the place of what was never rendered, and a change is not told beside an invitation that has not left. What was rendered and tried may have been
// sent; it goes out to its end, and whatever is newer of that UID is not leased before.
//
// It speaks to one server, the host's own. What each receiver takes, how fast and in how many connections, is that server's to know: letters are not
// spread by domain here, and a connection that the server ends after so many mails is dialled anew.
//
// Nothing here asks who may: whether a letter still goes out is asked of package notify again at the moment it is rendered.
package outbox

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/store"
	"convoke/mailer"
)

// Options are what an Outbox is made of.
type Options struct {
	Store       *store.Store
	Site        convoke.Site
	From        mailer.Address
	Secrets     convoke.Secrets
	Server      *mailer.Server // nil: mails are kept and shown, nothing leaves
	Connections int
	Log         *slog.Logger
	Machine     func() time.Time // the machine's own clock, which only measures waits; nil for time.Now
}

// Outbox plans and delivers letters.
type Outbox struct {
	store       *store.Store
	site        convoke.Site
	from        mailer.Address
	secrets     convoke.Secrets
	server      *mailer.Server
	connections int
	log         *slog.Logger
	machine     func() time.Time
	breaker     breaker
	policy      policy
}

// New makes an Outbox; it does nothing until it is called.
func New(o Options) *Outbox {
	if o.Machine == nil {
		o.Machine = time.Now
	}
	return &Outbox{store: o.Store, site: o.Site, from: o.From, secrets: o.Secrets, server: o.Server, connections: max(o.Connections, 1), log: o.Log, machine: o.Machine}
}

// ReturnLeases puts back what a process that is gone had in its hands. Only for the process whose lock on the data folder proves that
// nobody else holds a lease.
func (o *Outbox) ReturnLeases(ctx context.Context) error {
	return o.store.Update(ctx, func(tx *store.Tx) error {
		n, err := tx.ReturnLeases(ctx)
		if n > 0 {
			o.log.Info("letters given back that were under way at the last stop", "letters", n)
		}
		return err
	})
}

// Trouble says what is wrong with the mail server, empty when nothing is.
func (o *Outbox) Trouble() string { return cmp.Or(o.breaker.trouble(), o.policy.trouble()) }

// resting says whether the mail server is to be left alone for now.
func (o *Outbox) resting() bool {
	now := o.machine()
	return o.breaker.open(now) || o.policy.open(now)
}

// breaker keeps a mail server that does not answer from being asked by every letter: its failures are nobody's attempts.
type breaker struct {
	mu       sync.Mutex
	text     string
	failures int
	until    time.Time // by the machine's own clock: it measures a wait
}

func (b *breaker) trouble() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text
}

// open says whether the server is to be left alone for now.
func (b *breaker) open(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return now.Before(b.until)
}

func (b *breaker) fail(now time.Time, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures++
	b.text = err.Error()
	b.until = now.Add(min(time.Second<<min(b.failures, 6), time.Minute))
}

// policy counts among the last mails those that the server refused for another reason than the address. Where it refuses many, the next would fare no
// better, so they wait.
type policy struct {
	mu    sync.Mutex
	last  [200]bool
	next  int
	sum   int
	text  string
	until time.Time // by the machine's own clock
}

// note adds what became of a mail; refusal is nil unless it was refused so. It says whether more than 5 % of the last 200 were, and lets the others rest.
func (p *policy) note(now time.Time, refusal error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last[p.next] {
		p.sum--
	}
	p.last[p.next] = refusal != nil
	p.next = (p.next + 1) % len(p.last)
	if refusal == nil {
		if !now.Before(p.until) { // it takes mail again
			p.text = ""
		}
		return false
	}
	if p.sum++; !p.many() {
		return false
	}
	p.text, p.until = refusal.Error(), now.Add(time.Minute)
	return true
}

func (p *policy) many() bool { return p.sum > len(p.last)/20 }

// open says whether the server is to be left alone for now.
func (p *policy) open(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return now.Before(p.until)
}

func (p *policy) trouble() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text
}

func (b *breaker) good() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures, b.text, b.until = 0, "", time.Time{}
}
