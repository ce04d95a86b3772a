package mailer

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"net"
	netsmtp "net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// authority makes a CA of its own and a certificate for 127.0.0.1.
func authority(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	now := time.Now()
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	must(err)
	parent, err := x509.ParseCertificate(caDER)
	must(err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, parent, &key.PublicKey, caKey)
	must(err)
	pool := x509.NewCertPool()
	pool.AddCert(parent)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

// serveTLS plays the script under TLS.
func serveTLS(t *testing.T, security string, s script) *fake {
	t.Helper()
	config, pool := authority(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := play(t, l, &fake{tls: config, implicit: security == Implicit}, "127.0.0.1", func(verb string, mail int) string {
		if a := s(verb, mail); a != "" {
			return a
		}
		switch verb {
		case "EHLO":
			return "250-fake\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN CRAM-MD5"
		case "STARTTLS":
			return "220 go"
		}
		return ""
	})
	f.TLS, f.RootCAs = security, pool
	return f
}

// TestOutcomeTLS: what is known about the dialogue must not depend on reading it.
func TestOutcomeTLS(t *testing.T) {
	for _, security := range []string{StartTLS, Implicit} {
		for _, tt := range []struct {
			name, verb, answer string
			want               Outcome
		}{
			{"sender refused", "MAIL", "550 5.7.1 no", Transport},
			{"hung up at MAIL", "MAIL", hangUp, Transport},
			{"recipient unknown", "RCPT", "550 5.1.1 unknown", Permanent},
			{"hung up at RCPT", "RCPT", hangUp, Temporary},
			{"hung up at DATA", "DATA", hangUp, Temporary},
			{"text refused", ".", "554 5.6.0 spam", Permanent},
			{"hung up after the dot", ".", hangUp, InDoubt},
		} {
			t.Run(security+" "+tt.name, func(t *testing.T) {
				f := serveTLS(t, security, func(verb string, mail int) string {
					if verb == tt.verb && mail == 2 {
						return tt.answer
					}
					return ""
				})
				c := dial(t, f.Server)
				if err := c.Send(t.Context(), "", "a@x.example", eml); err != nil {
					t.Fatal(err)
				}
				var e *SendError
				if err := c.Send(t.Context(), "", "a@x.example", eml); !errors.As(err, &e) || e.Outcome != tt.want {
					t.Errorf("got %v, want %v", err, tt.want)
				}
			})
		}
	}
}

func TestTLSRefusals(t *testing.T) {
	t.Run("CA not known", func(t *testing.T) {
		for _, security := range []string{StartTLS, Implicit} {
			f := serveTLS(t, security, on("", ""))
			f.RootCAs = x509.NewCertPool()
			var unknown x509.UnknownAuthorityError
			if _, err := f.Dial(t.Context()); !errors.As(err, &unknown) {
				t.Errorf("%s: got %v", security, err)
			}
		}
	})
	t.Run("certificate of another host", func(t *testing.T) {
		f := serveTLS(t, StartTLS, on("", ""))
		f.Host = "localhost"
		var name x509.HostnameError
		if _, err := f.Dial(t.Context()); !errors.As(err, &name) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("older than TLS 1.2", func(t *testing.T) {
		f := serveTLS(t, StartTLS, on("", ""))
		f.tls.MinVersion, f.tls.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
		if _, err := f.Dial(t.Context()); err == nil || !strings.Contains(err.Error(), "protocol version") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("STARTTLS stripped", func(t *testing.T) {
		f := serve(t, "127.0.0.1", on("EHLO", "250-fake\r\n250 AUTH LOGIN PLAIN"))
		f.User, f.Password = "joe", "secret"
		for _, f.TLS = range []string{StartTLS, ""} {
			if _, err := f.Dial(t.Context()); err == nil || !strings.Contains(err.Error(), "STARTTLS") {
				t.Errorf("%q: got %v", f.TLS, err)
			}
		}
		if strings.Contains(f.said(), "AUTH") || strings.Contains(f.said(), "MAIL") {
			t.Errorf("server heard\n%s", f.said())
		}
	})
	t.Run("TLS hello not answered", func(t *testing.T) {
		f := serve(t, "127.0.0.1", on("GREETING", hang))
		f.TLS, f.Timeouts.Command = Implicit, 100*time.Millisecond
		var timeout net.Error
		if _, err := f.Dial(t.Context()); !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("got %v, want a timeout", err)
		}
		<-f.closed
	})
}

func TestSignIn(t *testing.T) {
	plainLine := "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00joe\x00secret"))
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, tt := range []struct {
		name, security, offer string
		answers               map[string]string // verb → answer
		want, text            string            // last line heard of the sign-in; what the refusal says
		code                  int
	}{
		{"PLAIN over STARTTLS", StartTLS, "AUTH LOGIN PLAIN CRAM-MD5", map[string]string{"AUTH": "235 2.7.0 welcome"}, plainLine, "", 0},
		{"PLAIN over TLS", Implicit, "AUTH PLAIN", map[string]string{"AUTH": "235 2.7.0 welcome"}, plainLine, "", 0},
		{"PLAIN to this machine", Plain, "AUTH PLAIN", map[string]string{"AUTH": "235 2.7.0 welcome"}, plainLine, "", 0},
		{"LOGIN", StartTLS, "AUTH LOGIN XOAUTH2", map[string]string{"AUTH": "334 " + b64("Username:"),
			strings.ToUpper(b64("joe")): "334 " + b64("Password:"), strings.ToUpper(b64("secret")): "235 welcome"}, b64("secret"), "", 0},
		{"LOGIN that asks on", StartTLS, "AUTH LOGIN", map[string]string{"AUTH": "334 " + b64("Username:"),
			strings.ToUpper(b64("joe")): "334 " + b64("Password:"), strings.ToUpper(b64("secret")): "334 " + b64("Shoe size:")}, "", "asks for more", 0},
		{"wrong password", StartTLS, "AUTH PLAIN", map[string]string{"AUTH": "535 5.7.8 wrong"}, "", "535 5.7.8 wrong", 535},
		{"not offered", StartTLS, "SIZE", nil, "", "offers no sign-in", 0},
		{"only CRAM-MD5", StartTLS, "AUTH CRAM-MD5", nil, "", "offers no sign-in", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := serveTLS(t, tt.security, func(verb string, _ int) string {
				if verb == "EHLO" {
					return "250-fake\r\n250-STARTTLS\r\n250 " + tt.offer
				}
				return tt.answers[verb]
			})
			f.User, f.Password = "joe", "secret"
			c, err := f.Dial(t.Context())
			if tt.text == "" {
				if err != nil {
					t.Fatal(err)
				}
				if err := c.Close(); err != nil {
					t.Error(err)
				}
				if !strings.Contains(f.said(), tt.want+"\n") {
					t.Errorf("server heard\n%s\nwant %s", f.said(), tt.want)
				}
				return
			}
			var e *SendError
			if !errors.As(err, &e) || e.Outcome != Transport || e.Code != tt.code || !strings.Contains(err.Error(), tt.text) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v, want %q", err, tt.text)
			}
			var reply *textproto.Error
			if (tt.code != 0) != errors.As(err, &reply) {
				t.Errorf("reply %v in %v", reply, err)
			}
			<-f.closed
		})
	}
}

// TestSignInNeedsTLS: even when tls=none was asked for, no password goes to another machine in the clear.
func TestSignInNeedsTLS(t *testing.T) {
	a := &signIn{user: "joe", password: "secret", host: "mail.example"}
	for _, offer := range []string{"PLAIN", "LOGIN"} {
		info := &netsmtp.ServerInfo{Name: "dial-1", Auth: []string{offer}}
		if mech, resp, err := a.Start(info); err == nil {
			t.Errorf("%s: %q %q in the clear", offer, mech, resp)
		}
		info.TLS = true
		if _, _, err := a.Start(info); err != nil {
			t.Errorf("%s over TLS: %v", offer, err)
		}
	}
}

// inbox is a go-smtp server that keeps what it takes.
type inbox struct{ mails chan []byte }

func (b inbox) NewSession(*smtp.Conn) (smtp.Session, error) { return b, nil }
func (b inbox) Reset()                                      {}
func (b inbox) Logout() error                               { return nil }
func (b inbox) Mail(string, *smtp.MailOptions) error        { return nil }
func (b inbox) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (b inbox) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	b.mails <- raw
	return err
}

// TestRealServer sends a rendered invitation to another implementation in every kind of TLS; it arrives byte for byte.
func TestRealServer(t *testing.T) {
	raw, err := Render(letter())
	if err != nil {
		t.Fatal(err)
	}
	for _, security := range []string{Plain, StartTLS, Implicit} {
		t.Run(security, func(t *testing.T) {
			config, pool := authority(t)
			box := inbox{make(chan []byte, 1)}
			srv := smtp.NewServer(box)
			srv.Domain, srv.EnableSMTPUTF8 = "fake", true
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			port := l.Addr().(*net.TCPAddr).Port
			switch security {
			case StartTLS:
				srv.TLSConfig = config
			case Implicit:
				l = tls.NewListener(l, config)
			}
			done := make(chan error, 1)
			go func() { done <- srv.Serve(l) }()
			defer func() {
				if err := srv.Close(); err != nil {
					t.Error(err)
				}
				if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
					t.Error(err)
				}
			}()
			c := dial(t, Server{Host: "127.0.0.1", Port: port, TLS: security, RootCAs: pool, LocalName: "club.example", Timeouts: short})
			for range 3 {
				if err := c.Send(t.Context(), "b-1@club.example", "zoe@member.example", raw); err != nil {
					t.Fatal(err)
				}
				if got := <-box.mails; !bytes.Equal(got, raw) {
					t.Errorf("arrived as\n%s", got)
				}
			}
			c.used = time.Now().Add(-time.Minute)
			if !c.Alive() {
				t.Error("not alive")
			}
			if err := c.Send(t.Context(), "", "zoe@member.example", raw); err != nil {
				t.Errorf("after a look at the idle connection: %v", err)
			}
			<-box.mails
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
