package mailer

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// short keeps a test that waits in vain from waiting long.
var short = Timeouts{Connect: 5 * time.Second, Command: 5 * time.Second, Final: 5 * time.Second}

// script is a mail server of a few lines: what it answers to a verb, "" for its usual answer. It gets the number of the mail on the
// connection, from 1. hang stays silent until the test ends, hangUp closes.
type script func(verb string, mail int) string

const (
	hang   = "hang"
	hangUp = "hang up"
)

// fake listens and plays the script on every connection.
type fake struct {
	Server
	dialled  atomic.Int32
	closed   chan struct{} // one for every connection that the other side closed or that was hung up
	tls      *tls.Config
	implicit bool

	mu    sync.Mutex
	lines []string // all commands
	mails []string // all texts taken with 250
}

func serve(t *testing.T, host string, s script) *fake {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Fatal(err)
	}
	return play(t, l, &fake{}, host, s)
}

func play(t *testing.T, l net.Listener, f *fake, host string, s script) *fake {
	f.closed = make(chan struct{}, 100)
	f.Server = Server{Host: host, Port: l.Addr().(*net.TCPAddr).Port, TLS: Plain, LocalName: "club.example", Timeouts: short}
	var wg sync.WaitGroup
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f.dialled.Add(1)
			wg.Go(func() {
				stop := context.AfterFunc(t.Context(), func() { _ = c.Close() })
				defer stop()
				f.talk(c, s)
				_ = c.Close()
				f.closed <- struct{}{}
			})
		}
	})
	return f
}

func (f *fake) talk(c net.Conn, s script) {
	if f.implicit {
		c = tls.Server(c, f.tls)
	}
	r := bufio.NewReader(c)
	mail := 0
	usual := map[string]string{"GREETING": "220 fake", "EHLO": "250-fake\r\n250 SIZE", "MAIL": "250 ok", "RCPT": "250 ok",
		"DATA": "354 go", ".": "250 2.0.0 taken", "QUIT": "221 bye"}
	answer := func(verb string) bool {
		a := s(verb, mail)
		if a == "" {
			a = usual[verb]
		}
		switch a {
		case "":
			a = "502 what?"
		case hang:
			// Until the other side gives up, which is what most of these tests are about.
			_, _ = io.Copy(io.Discard, r)
			return false
		case hangUp:
			return false
		}
		_, err := io.WriteString(c, a+"\r\n")
		return err == nil && verb != "QUIT"
	}
	if !answer("GREETING") {
		return
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		verb := strings.ToUpper(strings.Fields(line + " ?")[0])
		f.mu.Lock()
		f.lines = append(f.lines, strings.TrimSpace(line))
		f.mu.Unlock()
		if verb == "MAIL" {
			mail++
		}
		if !answer(verb) {
			return
		}
		if verb == "STARTTLS" && f.tls != nil {
			c = tls.Server(c, f.tls)
			r = bufio.NewReader(c)
		}
		if verb != "DATA" || s("DATA", mail) != "" {
			continue
		}
		if s("TEXT", mail) == hangUp {
			return
		}
		var text strings.Builder
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if line == ".\r\n" {
				break
			}
			text.WriteString(line)
		}
		if s(".", mail) == "" {
			f.mu.Lock()
			f.mails = append(f.mails, text.String())
			f.mu.Unlock()
		}
		if !answer(".") {
			return
		}
	}
}

func (f *fake) said() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.lines, "\n")
}

// on answers one verb otherwise.
func on(verb, answer string) script {
	return func(v string, _ int) string {
		if v == verb {
			return answer
		}
		return ""
	}
}
