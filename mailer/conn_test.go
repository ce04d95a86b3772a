package mailer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

func dial(t *testing.T, s Server) *Conn {
	t.Helper()
	c, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

var eml = []byte("Subject: hi\r\n\r\nhello\r\n.dot\r\n")

func TestSend(t *testing.T) {
	f := serve(t, "127.0.0.1", on("", ""))
	c := dial(t, f.Server)
	for i := range 3 {
		if err := c.Send(t.Context(), "b-1@club.example", fmt.Sprintf("m%d@x.example", i), eml); err != nil {
			t.Fatal(err)
		}
		if !c.Alive() {
			t.Fatal("not alive after a good mail")
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	<-f.closed
	want := "EHLO club.example\n" + strings.Repeat("MAIL FROM:<b-1@club.example>\nRCPT TO:<m@x.example>\nDATA\n", 3) + "QUIT"
	got := strings.NewReplacer("<m0@", "<m@", "<m1@", "<m@", "<m2@", "<m@").Replace(f.said())
	if got != want {
		t.Errorf("server heard\n%s\nwant\n%s", got, want)
	}
	if len(f.mails) != 3 || f.mails[0] != "Subject: hi\r\n\r\nhello\r\n..dot\r\n" {
		t.Errorf("server took %q", f.mails)
	}
	if c.Alive() {
		t.Error("alive after Close")
	}
	var e *SendError
	if err := c.Send(t.Context(), "", "a@x.example", eml); !errors.As(err, &e) || e.Outcome != Transport || !errors.Is(err, net.ErrClosed) {
		t.Errorf("Send after Close: %v", err)
	}
}

// TestOutcome walks the dialogue and breaks it at each step.
func TestOutcome(t *testing.T) {
	quick := short
	quick.Command, quick.Final = 100*time.Millisecond, 100*time.Millisecond
	for _, tt := range []struct {
		name, verb, answer string
		timeouts           Timeouts
		want               Outcome
		code               int
		enhanced, text     string
	}{
		{"no greeting", "GREETING", hang, quick, Transport, 0, "", ""},
		{"hung up at once", "GREETING", hangUp, short, Transport, 0, "", ""},
		{"greeting refuses for good", "GREETING", "554 5.7.1 go away", short, Transport, 554, "5.7.1", "go away"},
		{"greeting refuses for now", "GREETING", "421 4.3.2 later", short, Transport, 421, "4.3.2", "later"},
		{"no answer to EHLO", "EHLO", hang, quick, Transport, 0, "", ""},
		{"sender refused", "MAIL", "550 5.7.1 no relay for you", short, Transport, 550, "5.7.1", "no relay for you"},
		{"sender put off", "MAIL", "451 4.3.0 try later", short, Temporary, 451, "4.3.0", "try later"},
		{"closing at MAIL", "MAIL", "421 4.7.0 too many mails", short, Transport, 421, "4.7.0", "too many mails"},
		{"hung up at MAIL", "MAIL", hangUp, short, Transport, 0, "", ""},
		{"silent at MAIL", "MAIL", hang, quick, Transport, 0, "", ""},
		{"recipient unknown", "RCPT", "550 5.1.1 unknown", short, Permanent, 550, "5.1.1", "unknown"},
		{"recipient unknown, two lines", "RCPT", "550-5.1.1 no such\r\n550 5.1.1 user\x1b[0m here", short, Permanent, 550, "5.1.1", "no such user [0m here"},
		{"recipient unknown, at length", "RCPT", "550 5.1.1 " + strings.Repeat("x", 400), short, Permanent, 550, "5.1.1", strings.Repeat("x", 300)},
		{"recipient put off, no enhanced code", "RCPT", "450 greylisted", short, Temporary, 450, "", "greylisted"},
		{"closing at RCPT", "RCPT", "421 bye", short, Transport, 421, "", "bye"},
		{"sign-in wanted at RCPT", "RCPT", "530 5.7.0 sign in first", short, Transport, 530, "5.7.0", "sign in first"},
		{"hung up at RCPT", "RCPT", hangUp, short, Temporary, 0, "", ""},
		{"nonsense at RCPT", "RCPT", "hello", short, Temporary, 0, "", ""},
		{"DATA refused", "DATA", "554 5.5.1 no", short, Permanent, 554, "5.5.1", "no"},
		{"DATA put off", "DATA", "452 4.3.1 full", short, Temporary, 452, "4.3.1", "full"},
		{"hung up at DATA", "DATA", hangUp, short, Temporary, 0, "", ""},
		{"text refused", ".", "554 5.6.0 spam", short, Permanent, 554, "5.6.0", "spam"},
		{"text put off", ".", "451 4.7.1 later", short, Temporary, 451, "4.7.1", "later"},
		{"closing after the dot", ".", "421 4.3.2 going down", short, Transport, 421, "4.3.2", "going down"},
		{"hung up after the dot", ".", hangUp, short, InDoubt, 0, "", ""},
		{"silent after the dot", ".", hang, quick, InDoubt, 0, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := serve(t, "127.0.0.1", on(tt.verb, tt.answer))
			f.Timeouts = tt.timeouts
			c, err := f.Dial(t.Context())
			dialled := err == nil
			if dialled {
				err = c.Send(t.Context(), "b@club.example", "a@x.example", eml)
				if c.Alive() {
					t.Error("alive after an error")
				}
			}
			var e *SendError
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want a SendError", err)
			}
			if e.Outcome != tt.want || e.Code != tt.code || e.Enhanced != tt.enhanced || e.Text != tt.text {
				t.Errorf("got %v %d %q %q (%v), want %v %d %q %q", e.Outcome, e.Code, e.Enhanced, e.Text, e, tt.want, tt.code, tt.enhanced, tt.text)
			}
			if dialled == (tt.verb == "GREETING" || tt.verb == "EHLO") {
				t.Errorf("dialled: %v", dialled)
			}
			<-f.closed // the socket does not stay open
			if n := f.dialled.Load(); n != 1 {
				t.Errorf("dialled %d times", n)
			}
			if strings.Contains(f.said(), "QUIT") && tt.verb != "EHLO" {
				t.Errorf("said QUIT after an error:\n%s", f.said())
			}
		})
	}
}

func TestChattyServer(t *testing.T) {
	f := serve(t, "127.0.0.1", on("GREETING", strings.Repeat("220-hello\r\n", maxReply/10)))
	if _, err := f.Dial(t.Context()); !errors.Is(err, errChatty) {
		t.Errorf("got %v", err)
	}
}

// TestSilentGoodbye: the socket is closed even when the server does not answer QUIT.
func TestSilentGoodbye(t *testing.T) {
	f := serve(t, "127.0.0.1", on("QUIT", hang))
	f.Timeouts.Command = 100 * time.Millisecond
	c := dial(t, f.Server)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	<-f.closed
}

// TestDotNotWritten: when the very write with the dot fails, the mail was not taken.
func TestDotNotWritten(t *testing.T) {
	ours, theirs := net.Pipe()
	w := &wire{Conn: ours, limits: short, phase: dotSent}
	go func() { _, _ = theirs.Read(make([]byte, 1)); _ = theirs.Close() }()
	if _, err := w.Write([]byte("\r\n.\r\n")); err == nil || w.dot {
		t.Errorf("got %v, dot %v", err, w.dot)
	}
	if e := failure(w.phase, w.dot, io.EOF); e.Outcome != Temporary {
		t.Errorf("got %v, want temporary", e.Outcome)
	}
}

// TestBrokenBeforeDot sends more than the buffers hold to a server that stops reading in the middle.
func TestBrokenBeforeDot(t *testing.T) {
	f := serve(t, "127.0.0.1", on("TEXT", hangUp))
	c := dial(t, f.Server)
	var e *SendError
	big := []byte("Subject: big\r\n\r\n" + strings.Repeat(strings.Repeat("x", 70)+"\r\n", 1<<18))
	if err := c.Send(t.Context(), "", "a@x.example", big); !errors.As(err, &e) || e.Outcome != Temporary {
		t.Errorf("got %v, want temporary", err)
	}
}

func TestRefusedRecipientSpoilsNothing(t *testing.T) {
	refuse := serve(t, "127.0.0.1", func(verb string, mail int) string {
		if verb == "RCPT" && mail == 2 {
			return "550 5.1.1 unknown"
		}
		return ""
	})
	c := dial(t, refuse.Server)
	for i, ok := range []bool{true, false} {
		if err := c.Send(t.Context(), "", "a@x.example", eml); (err == nil) != ok {
			t.Fatalf("mail %d: %v", i+1, err)
		}
	}
	c = dial(t, refuse.Server)
	if err := c.Send(t.Context(), "", "b@x.example", eml); err != nil {
		t.Errorf("the next mail: %v", err)
	}
}

// A Server that did not come from ParseServer is looked at, too.
func TestDialChecks(t *testing.T) {
	f := serve(t, "127.0.0.1", on("", ""))
	for _, row := range []struct {
		name  string
		spoil func(*Server)
		want  string
	}{
		{"no host", func(s *Server) { s.Host = "" }, "missing"},
		{"no port", func(s *Server) { s.Port = 0 }, "missing"},
		{"port too high", func(s *Server) { s.Port = 65536 }, "missing"},
		{"unknown TLS", func(s *Server) { s.TLS = "perhaps" }, "unknown kind of TLS"},
	} {
		s := f.Server
		row.spoil(&s)
		var e *SendError
		if _, err := s.Dial(t.Context()); !errors.As(err, &e) || e.Outcome != Transport || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
	if n := f.dialled.Load(); n != 0 {
		t.Errorf("dialled %d times", n)
	}
}

func TestDialRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Server{Host: "127.0.0.1", Port: port, TLS: Plain}.Dial(t.Context())
	var e *SendError
	var op *net.OpError
	if !errors.As(err, &e) || e.Outcome != Transport || !errors.As(err, &op) {
		t.Errorf("got %v", err)
	}
}

// TestContext cuts the waiting at every step, with timeouts that would last far longer.
func TestContext(t *testing.T) {
	for _, tt := range []struct {
		verb string
		want Outcome
	}{{"GREETING", Transport}, {"EHLO", Transport}, {"MAIL", Transport}, {"RCPT", Transport}, {"DATA", Transport}, {".", InDoubt}} {
		t.Run(tt.verb, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			f := serve(t, "127.0.0.1", func(verb string, _ int) string {
				if verb == tt.verb {
					cancel()
					return hang
				}
				return ""
			})
			f.Timeouts = Timeouts{}
			begun := time.Now()
			c, err := f.Dial(ctx)
			if err == nil {
				err = c.Send(ctx, "", "a@x.example", eml)
				if c.Alive() {
					t.Error("alive")
				}
			}
			if took := time.Since(begun); took > 30*time.Second {
				t.Errorf("it took %v", took)
			}
			var e *SendError
			if !errors.As(err, &e) || e.Outcome != tt.want || !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want %v and context.Canceled", err, tt.want)
			}
			<-f.closed
		})
	}
}

func TestSendAfterContext(t *testing.T) {
	f := serve(t, "127.0.0.1", on("", ""))
	c := dial(t, f.Server)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var e *SendError
	if err := c.Send(ctx, "", "a@x.example", eml); !errors.As(err, &e) || e.Outcome != Transport {
		t.Errorf("got %v", err)
	}
	if strings.Contains(f.said(), "MAIL") {
		t.Error("a mail was begun")
	}
}

func TestDialContextHasNoHoldLater(t *testing.T) {
	f := serve(t, "127.0.0.1", on("", ""))
	ctx, cancel := context.WithCancel(t.Context())
	c, err := f.Dial(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := c.Send(t.Context(), "", "a@x.example", eml); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// A connection that is about to be cut takes no mail, even while its socket is open: the cut would fall into that mail.
func TestSendBeforeTheCut(t *testing.T) {
	f := serve(t, "127.0.0.1", on("", ""))
	c := dial(t, f.Server)
	c.dead = true
	var e *SendError
	if err := c.Send(t.Context(), "", "a@x.example", eml); !errors.As(err, &e) || e.Outcome != Transport || !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v, want it refused as closed", err)
	}
	if strings.Contains(f.said(), "MAIL") {
		t.Errorf("server heard\n%s", f.said())
	}
	c.dead = false // so that it can be closed
}

// TestDialsSideBySide dials four good servers while four dials hang.
func TestDialsSideBySide(t *testing.T) {
	hanging := serve(t, "127.0.0.1", on("GREETING", hang))
	good := serve(t, "127.0.0.1", on("", ""))
	ctx, cancel := context.WithCancel(t.Context())
	var stuck, fine sync.WaitGroup
	for range 4 {
		stuck.Go(func() {
			if c, err := hanging.Dial(ctx); err == nil {
				t.Error("the hanging server greeted")
				_ = c.Close()
			}
		})
	}
	for range 4 {
		fine.Go(func() {
			c, err := good.Dial(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			for range 10 {
				if err := c.Send(t.Context(), "", "a@x.example", eml); err != nil {
					t.Error(err)
				}
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	fine.Wait()
	cancel()
	stuck.Wait()
	if n := len(good.mails); n != 40 {
		t.Errorf("%d mails, want 40", n)
	}
}

func TestIPv6(t *testing.T) {
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Logf("no IPv6 here (%v): the address alone is looked at", err)
	} else {
		_ = l.Close()
		f := serve(t, "::1", on("", ""))
		c := dial(t, f.Server)
		if err := c.Send(t.Context(), "", "a@x.example", eml); err != nil {
			t.Error(err)
		}
	}
	s, err := ParseServer("smtp://[::1]:2525?tls=none")
	if err != nil || s.Host != "::1" || s.addr() != "[::1]:2525" {
		t.Errorf("got %+v, %v", s, err)
	}
}

// TestSlowReplies: replies that take long one by one must not add up to a timeout.
func TestSlowReplies(t *testing.T) {
	slow := func(verb string, _ int) string {
		if verb == "MAIL" || verb == "RCPT" || verb == "DATA" {
			<-time.After(60 * time.Millisecond)
		}
		return ""
	}
	f := serve(t, "127.0.0.1", slow)
	f.Timeouts.Command = 150 * time.Millisecond
	c := dial(t, f.Server)
	if err := c.Send(t.Context(), "", "a@x.example", eml); err != nil {
		t.Error(err)
	}
}

// TestDrip: a server that sends a byte now and then must not hold a worker for ever.
func TestDrip(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		for err == nil {
			_, err = io.WriteString(c, "2")
			<-time.After(20 * time.Millisecond)
		}
		_ = c.Close()
	}()
	s := Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: Plain, Timeouts: Timeouts{Command: 100 * time.Millisecond}}
	begun := time.Now()
	if _, err := s.Dial(t.Context()); err == nil {
		t.Error("dialled")
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

// A server that takes nothing more must not hold a worker for ever either.
func TestStuckWrite(t *testing.T) {
	near, far := net.Pipe()
	defer func() { _ = far.Close() }()
	end := time.AfterFunc(5*time.Second, func() { _ = near.Close() })
	defer end.Stop()
	w := &wire{Conn: near, limits: Timeouts{Command: 20 * time.Millisecond}}
	if _, err := w.Write([]byte("MAIL")); !errors.Is(err, os.ErrDeadlineExceeded) || !w.broken {
		t.Errorf("got %v, broken: %v", err, w.broken)
	}
}

// TestAliveSeesHangUp: what an idle server does is no failure of the next mail.
func TestAliveSeesHangUp(t *testing.T) {
	for _, tt := range []struct{ name, last string }{{"without a word", ""}, {"with 421", "421 4.4.2 idle too long\r\n"}} {
		t.Run(tt.name, func(t *testing.T) {
			ours, theirs := net.Pipe()
			c := &Conn{wire: &wire{Conn: ours, limits: short}, used: time.Now().Add(-time.Minute)}
			if !c.Alive() {
				t.Fatal("not alive while the server is silent")
			}
			c.used = time.Now().Add(-time.Minute)
			if tt.last != "" {
				go func() { _, _ = io.WriteString(theirs, tt.last) }()
			} else if err := theirs.Close(); err != nil {
				t.Fatal(err)
			}
			for c.Alive() { // the look is short, a busy machine may need a second one
				c.used = time.Now().Add(-time.Minute)
			}
		})
	}
}

func TestEnvelope(t *testing.T) {
	for _, tt := range []struct{ name, from, to string }{
		{"no recipient", "", ""},
		{"parameter after recipient", "", "a@x.example> NOTIFY=NEVER"},
		{"CRLF in recipient", "", "a@x.example>\r\nRSET"},
		{"CRLF in sender", "b@x.example>\r\nRSET", "a@x.example"},
		{"not ASCII", "", "zoë@x.example"},
		{"space", "", "a b@x.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := serve(t, "127.0.0.1", on("", ""))
			c := dial(t, f.Server)
			var e *SendError
			if err := c.Send(t.Context(), tt.from, tt.to, eml); !errors.As(err, &e) || !errors.Is(err, ErrAddress) {
				t.Errorf("got %v", err)
			}
			if strings.Contains(f.said(), "MAIL") {
				t.Errorf("server heard\n%s", f.said())
			}
		})
	}
}

func BenchmarkSend(b *testing.B) {
	f := &fake{closed: make(chan struct{}, 1)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		if c, err := l.Accept(); err == nil {
			f.talk(c, func(string, int) string { return "" })
		}
	}()
	raw, err := Render(letter())
	if err != nil {
		b.Fatal(err)
	}
	c, err := Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: Plain}.Dial(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := c.Send(b.Context(), "b@club.example", "a@x.example", raw); err != nil {
			b.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		b.Fatal(err)
	}
}
