package mailer

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How a connection is secured, the values of Server.TLS.
const (
	StartTLS = "starttls" // plain at first, then TLS or nothing; also what "" means
	Implicit = "implicit" // TLS from the first byte
	Plain    = "none"     // no TLS
)

// Timeouts bounds the waiting for the mail server; a zero field stands for its default.
type Timeouts struct {
	Connect time.Duration // TCP connection, 30 s
	Command time.Duration // greeting, TLS, each whole reply and each write, 60 s
	Final   time.Duration // the reply after the final dot, 5 min: content filters think slowly (RFC 5321 4.5.3.2.6 asks 10)
}

func (t Timeouts) withDefaults() Timeouts {
	pick := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	pick(&t.Connect, 30*time.Second)
	pick(&t.Command, time.Minute)
	pick(&t.Final, 5*time.Minute)
	return t
}

// Server is the mail server that takes what is sent.
type Server struct {
	Host           string // name or address, an IPv6 address without brackets
	Port           int
	User, Password string
	TLS            string
	LocalName      string         // what EHLO says, best the public host name; "" says localhost
	RootCAs        *x509.CertPool // nil: those of the system
	Timeouts       Timeouts
}

// ParseServer reads smtp://user:password@host:port?tls=starttls. The port defaults to 587, with tls=implicit to 465, with tls=none
// to 25. Without tls=none nothing is ever sent in the clear, and a password not even then, except to this machine. No error
// repeats any part of the address, as the password may stand anywhere in a mistyped one.
func ParseServer(s string) (Server, error) {
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" || u.Hostname() == "" {
		return Server{}, errors.New("mail server: not of the form smtp://user:password@host:port?tls=starttls (signs such as @ : / % in a password are written as %40 %3A %2F %25)")
	}
	if u.Scheme != "smtp" {
		return Server{}, errors.New("mail server: the address must begin with smtp:// (TLS from the first byte is smtp://…?tls=implicit)")
	}
	if u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return Server{}, errors.New("mail server: nothing but ?tls=… may follow host and port")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Server{}, errors.New("mail server: what follows the ? cannot be read")
	}
	srv := Server{TLS: StartTLS}
	for key, values := range query {
		if key != "tls" || len(values) != 1 || !slices.Contains([]string{StartTLS, Implicit, Plain}, values[0]) {
			return Server{}, errors.New("mail server: after the ? only tls=starttls, tls=implicit or tls=none may stand")
		}
		srv.TLS = values[0]
	}
	srv.Host = u.Hostname()
	if net.ParseIP(srv.Host) == nil {
		if srv.Host, err = domains.ToASCII(srv.Host); err != nil {
			return Server{}, errors.New("mail server: the host is not a host name")
		}
	}
	switch port := u.Port(); {
	case port != "":
		if srv.Port, err = strconv.Atoi(port); err != nil || srv.Port < 1 || srv.Port > 65535 {
			return Server{}, errors.New("mail server: the port is not between 1 and 65535")
		}
	case srv.TLS == Implicit:
		srv.Port = 465
	case srv.TLS == Plain:
		srv.Port = 25
	default:
		srv.Port = 587
	}
	if u.User != nil {
		srv.User = u.User.Username()
		srv.Password, _ = u.User.Password()
		if srv.User == "" || srv.Password == "" {
			return Server{}, errors.New("mail server: user and password come together or not at all")
		}
		if srv.TLS == Plain && !loopback(srv.Host) {
			return Server{}, errors.New("mail server: a password is sent over TLS or to this machine only, not with tls=none")
		}
	}
	return srv, nil
}

// String names the server without the password.
func (s Server) String() string {
	u := url.URL{Scheme: "smtp", Host: s.addr(), RawQuery: "tls=" + s.security()}
	if s.User != "" {
		u.User = url.User(s.User)
	}
	return u.String()
}

// MarshalText writes what String does, so that no log or settings page shows the password by accident.
func (s Server) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (s Server) addr() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

func (s Server) security() string {
	if s.TLS == "" {
		return StartTLS
	}
	return s.TLS
}

func (s Server) check() error {
	if s.Host == "" || s.Port < 1 || s.Port > 65535 {
		return errors.New("host or port is missing")
	}
	if !slices.Contains([]string{StartTLS, Implicit, Plain}, s.security()) {
		return fmt.Errorf("unknown kind of TLS %q", s.TLS)
	}
	return nil
}

// loopback is decided by name, without asking a resolver that may lie.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback() || strings.EqualFold(host, "localhost")
}
