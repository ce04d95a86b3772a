package mailer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-mail/mail/v2"
)

// Conn is one connection to the mail server, ready for mails one after the other. It belongs to one goroutine.
type Conn struct {
	sender mail.SendCloser
	wire   *wire
	dead   bool
	used   time.Time // when it last spoke
}

// dials holds the dials under way by the made-up host name that go-mail is given. go-mail takes its dial function from a package
// variable and passes it nothing but an address, so the address is the key. No lock is held while dialling: a server that hangs
// holds up nobody else.
var (
	dials   sync.Map // string → func() (net.Conn, error)
	dialSeq atomic.Int64
)

// init gives go-mail the one dial function it will ever have.
func init() {
	mail.NetDialTimeout = func(_, addr string, _ time.Duration) (net.Conn, error) {
		key, _, _ := strings.Cut(addr, ":")
		dial, ok := dials.Load(key)
		if !ok {
			return nil, errors.New("mailer: go-mail dials only for Server.Dial")
		}
		return dial.(func() (net.Conn, error))()
	}
}

// Dial connects, secures and signs in. It gives up when ctx ends; ctx has no hold on the Conn afterwards. The error is a
// *SendError with Outcome Transport.
func (s Server) Dial(ctx context.Context) (*Conn, error) {
	if err := s.check(); err != nil {
		return nil, &SendError{Outcome: Transport, Err: err, doing: dialing.doing()}
	}
	limits := s.Timeouts.withDefaults()
	var w *wire
	release := func() bool { return true }
	key := "dial-" + strconv.FormatInt(dialSeq.Add(1), 10)
	dials.Store(key, func() (net.Conn, error) {
		d := net.Dialer{Timeout: limits.Connect}
		raw, err := d.DialContext(ctx, "tcp", s.addr())
		if err != nil {
			return nil, err
		}
		w = &wire{Conn: raw, limits: limits, secret: s.security() != Plain}
		release = context.AfterFunc(ctx, func() { _ = raw.Close() })
		return w, nil
	})
	defer dials.Delete(key)

	local := s.LocalName
	if local == "" {
		local = "localhost"
	}
	d := &mail.Dialer{
		Host:      key,
		Port:      s.Port,
		LocalName: local,
		SSL:       s.security() == Implicit,
		TLSConfig: &tls.Config{ServerName: s.Host, RootCAs: s.RootCAs, MinVersion: tls.VersionTLS12},
		// Opportunistic TLS is what an attacker switches off by hiding one line.
		StartTLSPolicy: mail.MandatoryStartTLS,
		// A server that closes at MAIL FROM was dialled 5,473 times in two seconds; repeats are the caller's.
		RetryFailure: false,
	}
	if s.security() == Plain {
		d.StartTLSPolicy = mail.NoStartTLS
	}
	if s.User != "" || s.Password != "" {
		d.Auth = &signIn{user: s.User, password: s.Password, host: s.Host}
	}

	sender, err := d.Dial()
	if !release() && err == nil {
		err = ctx.Err() // cut at the last moment
	}
	if err != nil {
		if w != nil {
			_ = w.Close() // go-mail leaves the socket open on most errors; its error is the one that matters
		}
		return nil, ended(ctx, failure(dialing, false, fmt.Errorf("%s: %w", s.addr(), err)))
	}
	w.phase = idle
	return &Conn{sender: sender, wire: w, used: time.Now()}, nil
}

// Send hands over one finished mail to one recipient. from is the envelope sender and may be empty. The error is a *SendError; after
// any error the connection is closed and Alive is false. When ctx ends the connection is cut.
func (c *Conn) Send(ctx context.Context, from, to string, raw []byte) error {
	if c.dead {
		return &SendError{Outcome: Transport, Err: net.ErrClosed, doing: idle.doing()}
	}
	if err := ctx.Err(); err != nil {
		c.kill()
		return &SendError{Outcome: Transport, Err: err, doing: idle.doing()}
	}
	if !envelope(to) || from != "" && !envelope(from) {
		c.kill()
		return &SendError{Outcome: Permanent, Err: ErrAddress, doing: idle.doing()}
	}
	c.wire.begin()
	stop := context.AfterFunc(ctx, func() { _ = c.wire.Close() })
	err := c.sender.Send(from, []string{to}, &body{raw: raw, wire: c.wire})
	if !stop() {
		c.dead = true // cut under way, even if the receipt was faster
	}
	if err != nil {
		c.kill()
		return ended(ctx, failure(c.wire.phase, c.wire.dot, err))
	}
	c.used = time.Now()
	return nil
}

// Alive reports whether the connection can take another mail. After a second of silence it looks whether the server has hung
// up meanwhile, so that this is no failure of the next mail.
func (c *Conn) Alive() bool {
	if c.dead {
		return false
	}
	if time.Since(c.used) >= time.Second {
		if !c.wire.quiet() {
			c.kill()
			return false
		}
		c.used = time.Now()
	}
	return true
}

// Close says goodbye and closes the connection. It waits at most five seconds for the server's answer and can be called again.
func (c *Conn) Close() error {
	if c.dead {
		return nil
	}
	c.wire.hurry(5 * time.Second)
	_ = c.sender.Close() // QUIT is a courtesy; go-mail leaves the socket open when it fails
	c.dead = true
	if err := c.wire.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close mail connection: %w", err)
	}
	return nil
}

// kill cuts the connection without a word: a QUIT could complete a mail that was only half handed over.
func (c *Conn) kill() {
	c.dead = true
	_ = c.wire.Close()
}

// ended puts the error of an ended context in place of the "use of closed connection" that it caused.
func ended(ctx context.Context, e *SendError) *SendError {
	if err := ctx.Err(); err != nil && e.Code == 0 {
		if e.Outcome != InDoubt {
			e.Outcome = Transport
		}
		e.Err = err
	}
	return e
}

// envelope refuses what would not stand between < and > in a command.
func envelope(addr string) bool {
	return addr != "" && len(addr) <= maxAddress+maxLocal && ascii(addr) && !strings.ContainsAny(addr, "<> \"")
}

// body marks the moment at which only the final dot is left to be written.
type body struct {
	raw  []byte
	wire *wire
}

func (b *body) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(b.raw)
	if err == nil {
		b.wire.phase = dotSent
	}
	return int64(n), err
}
