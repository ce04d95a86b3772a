package rig

import (
	"errors"
	"io"
	"log"
	"net"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"convoke/mailer"
)

// Fault is what goes wrong with one attempt at one mail.
type Fault int

// The faults.
const (
	None       Fault = iota
	Later            // 451 at RCPT
	Refused          // 550 5.1.1 at RCPT: nobody of that name
	Full             // 552 5.2.2 at RCPT, for this mail
	Unwanted         // 550 5.7.1 at RCPT: the server does not like who sends
	Unsaid           // 550 at RCPT, without a code that says why
	Spam             // 554 after the mail, without a code that says why
	DropBefore       // the connection ends before the mail was handed over
	DropAfter        // the mail is taken, the connection ends before the receipt
	Hang             // no receipt ever, and the mail is not taken
	Busy             // 421 at RCPT: the whole server wants a rest
)

// Received is one mail that the sink took.
type Received struct {
	From, To string
	Raw      []byte
}

// Sink is a mail server on 127.0.0.1 that can be told to fail.
type Sink struct {
	t        testing.TB
	addr     *net.TCPAddr
	mu       sync.Mutex
	srv      *smtp.Server
	listener net.Listener
	taken    []Received
	tries    map[string]int
	dialled  int
	fault    func(to string, try int) Fault
	heard    func(to string)
	released chan struct{} // ends those who hang
	done     sync.WaitGroup
}

func newSink(t testing.TB) *Sink {
	t.Helper()
	s := &Sink{t: t, tries: map[string]int{}}
	s.Up()
	t.Cleanup(s.Down)
	return s
}

// Up starts the server, on the same port as before.
func (s *Sink) Up() {
	s.t.Helper()
	address := "127.0.0.1:0"
	if s.addr != nil {
		address = s.addr.String()
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.addr = l.Addr().(*net.TCPAddr)
	srv := smtp.NewServer(smtp.BackendFunc(s.session))
	srv.Domain, srv.ErrorLog = "sink.example", log.New(io.Discard, "", 0)
	s.mu.Lock()
	s.srv, s.listener, s.released = srv, l, make(chan struct{})
	s.mu.Unlock()
	s.done.Go(func() { _ = srv.Serve(l) }) // ends with Down
}

// Down stops the server: connections end, and new ones are refused.
func (s *Sink) Down() {
	s.mu.Lock()
	srv, l := s.srv, s.listener
	s.srv = nil
	if srv != nil {
		close(s.released)
	}
	s.mu.Unlock()
	if srv != nil {
		_ = l.Close()   // the server does not know it yet where it has not begun to serve
		_ = srv.Close() // what it was doing fails, as it is meant to
		s.done.Wait()
	}
}

// Fail says what goes wrong with each attempt at a mail; the first attempt is 1. Nil ends it.
func (s *Sink) Fail(fault func(to string, try int) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
}

// Hear is called with each recipient before the mail is taken.
func (s *Sink) Hear(f func(to string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = f
}

// Received lists what was taken, repeats included.
func (s *Sink) Received() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Received(nil), s.taken...)
}

// Tries is how often a mail to somebody was tried.
func (s *Sink) Tries(to string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tries[to]
}

// Dialled is how many connections there have been.
func (s *Sink) Dialled() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dialled
}

func (s *Sink) server() mailer.Server {
	return mailer.Server{Host: "127.0.0.1", Port: s.addr.Port, TLS: mailer.Plain, LocalName: "convoke.example"}
}

// Server is the sink's address for a sender of one's own.
func (s *Sink) Server() mailer.Server { return s.server() }

func (s *Sink) session(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dialled++
	return &session{sink: s, conn: c, released: s.released}, nil
}

type session struct {
	sink     *Sink
	conn     *smtp.Conn
	released chan struct{}
	from, to string
	fault    Fault
}

func (c *session) Reset()        { c.from, c.to, c.fault = "", "", None }
func (c *session) Logout() error { return nil }

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	c.from = from
	return nil
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.sink.mu.Lock()
	c.sink.tries[to]++
	try, fault, heard := c.sink.tries[to], c.sink.fault, c.sink.heard
	c.sink.mu.Unlock()
	if heard != nil {
		heard(to)
	}
	if c.to = to; fault != nil {
		c.fault = fault(to, try)
	}
	switch c.fault {
	case Later:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "try later"}
	case Refused:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	case Full:
		return &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 2, 2}, Message: "mailbox full"}
	case Unwanted:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "relaying denied"}
	case Unsaid:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.NoEnhancedCode, Message: "no"}
	case Busy:
		return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "too many mails"}
	case DropBefore:
		_ = c.conn.Conn().Close() // before the mail itself: afterwards nobody could say whether it was taken
	}
	return nil
}

func (c *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if c.fault == Spam {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.NoEnhancedCode, Message: "looks like spam"}
	}
	if c.fault == Hang {
		<-c.released
		return errors.New("the sink is going down")
	}
	c.sink.mu.Lock()
	c.sink.taken = append(c.sink.taken, Received{c.from, c.to, raw})
	c.sink.mu.Unlock()
	if c.fault == DropAfter {
		_ = c.conn.Conn().Close()
	}
	return nil
}
