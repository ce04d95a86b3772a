package mailer

import (
	"errors"
	"net/smtp"
	"slices"
	"strings"
)

// signIn is PLAIN (RFC 4616) or, for servers that know nothing else, LOGIN. go-mail's own choice sends mail unauthenticated when no
// mechanism is offered and a password in the clear when TLS was stripped.
type signIn struct {
	user, password, host string
	step                 int
	plain                smtp.Auth // set when PLAIN was chosen
}

// Start picks the mechanism.
func (a *signIn) Start(info *smtp.ServerInfo) (string, []byte, error) {
	offers := func(name string) bool {
		return slices.ContainsFunc(info.Auth, func(s string) bool { return strings.EqualFold(s, name) })
	}
	switch {
	case !info.TLS && !loopback(a.host):
		return "", nil, errors.New("the password is not sent without TLS")
	case offers("PLAIN"):
		a.plain = smtp.PlainAuth("", a.user, a.password, a.host)
		// go-mail was given a made-up host name.
		return a.plain.Start(&smtp.ServerInfo{Name: a.host, TLS: info.TLS, Auth: info.Auth})
	case offers("LOGIN"):
		return "LOGIN", nil, nil
	}
	return "", nil, errors.New("user and password are set, but the mail server offers no sign-in by PLAIN or LOGIN")
}

// Next answers a challenge.
func (a *signIn) Next(challenge []byte, more bool) ([]byte, error) {
	if a.plain != nil {
		return a.plain.Next(challenge, more)
	}
	if !more {
		return nil, nil
	}
	a.step++
	switch a.step {
	case 1:
		return []byte(a.user), nil
	case 2:
		return []byte(a.password), nil
	}
	return nil, errors.New("the mail server asks for more than user and password")
}
