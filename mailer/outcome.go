package mailer

import (
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"
	"unicode"
)

// Outcome says what a failure means for the mail at hand.
type Outcome int

// The outcomes; the zero value belongs to no failure.
const (
	_         Outcome = iota
	Permanent         // the server refuses this recipient or this mail for good (5xx at RCPT or DATA)
	Temporary         // the server asks to come back (4xx), or the connection broke in the middle of this mail, which was not taken
	Transport         // connecting, greeting, TLS, sign-in, MAIL FROM refused, 421, or the context ended: no mail's fault
	InDoubt           // the connection broke after the final dot: taken or not, nobody knows
)

func (o Outcome) String() string {
	switch o {
	case Permanent:
		return "permanent"
	case Temporary:
		return "temporary"
	case Transport:
		return "transport"
	case InDoubt:
		return "in-doubt"
	}
	return fmt.Sprintf("Outcome(%d)", int(o))
}

// SendError is what Dial and Send return.
type SendError struct {
	Outcome  Outcome
	Code     int    // reply code of RFC 5321 4.2; 0 when there was no reply
	Enhanced string // enhanced code of RFC 3463 as "5.1.1", or ""
	Text     string // the server's words on one line, without the codes
	Err      error  // what happened underneath
	AtRcpt   bool   // it came when the recipient was named, before the mail itself
	doing    string
}

func (e *SendError) Error() string {
	if e.Code == 0 {
		return fmt.Sprintf("%s: %v", e.doing, e.Err)
	}
	code := fmt.Sprint(e.Code)
	if e.Enhanced != "" {
		code += " " + e.Enhanced
	}
	return fmt.Sprintf("%s: the mail server answered %s %s", e.doing, code, e.Text)
}

// Unwrap returns the cause, such as a *textproto.Error, a net.Error or the error of the context.
func (e *SendError) Unwrap() error { return e.Err }

// NoMailbox reports whether a refusal says that the address is nobody's, which no later mail will change (RFC 3463 3.2, 3.3; RFC 7505).
func (e *SendError) NoMailbox() bool {
	switch e.Enhanced {
	case "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1":
		return e.Outcome == Permanent
	}
	return false
}

// OfAddress reports whether a refusal is about the recipient's address or mailbox, rather than the sender, the mail or the server (RFC 3463 3.2, 3.3):
// 5.1.7 and 5.1.8 are about the sender's address, 5.2.3 about the mail's size.
func (e *SendError) OfAddress() bool {
	switch e.Enhanced {
	case "5.1.7", "5.1.8", "5.2.3":
		return false
	}
	return e.Outcome == Permanent && (strings.HasPrefix(e.Enhanced, "5.1.") || strings.HasPrefix(e.Enhanced, "5.2."))
}

// phase is how far a dialogue has come.
type phase int32

const (
	dialing phase = iota
	idle
	mailFrom
	rcptTo
	dataCmd // DATA said, or the text on its way
	dotSent // the text is out, the final dot on its way or out
)

func (p phase) doing() string {
	return [...]string{"connect to mail server", "use mail connection", "announce mail", "name recipient", "hand over mail", "wait for the receipt"}[p]
}

var enhanced = regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)`)

// failure sorts err by how far the dialogue had come. dot tells whether the final dot has left this machine.
func failure(p phase, dot bool, err error) *SendError {
	e := &SendError{Err: err, AtRcpt: p == rcptTo, doing: p.doing()}
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok || reply.Code < 400 || reply.Code > 599 {
		// No reply, or one that means nothing here (such as 220 where 250 was due).
		switch {
		case p == dotSent && dot:
			e.Outcome = InDoubt
		case p >= rcptTo:
			// Not Transport: a mail that makes the server fall over must use up its attempts.
			e.Outcome = Temporary
		default:
			e.Outcome = Transport
		}
		return e
	}
	e.Code = reply.Code
	var lines []string
	for line := range strings.SplitSeq(reply.Msg, "\n") {
		line = strings.TrimSpace(strings.Map(func(r rune) rune {
			if unicode.IsPrint(r) {
				return r
			}
			return ' '
		}, line))
		if m := enhanced.FindStringSubmatch(line); m != nil {
			if e.Enhanced == "" {
				e.Enhanced = m[1]
			}
			line = line[len(m[0]):]
		}
		lines = append(lines, line)
	}
	e.Text = strings.Join(lines, " ")
	if r := []rune(e.Text); len(r) > 300 {
		e.Text = string(r[:300])
	}
	switch {
	case p <= idle, e.Code == 421, p == mailFrom && e.Code >= 500:
		e.Outcome = Transport
	case e.Code == 530, e.Code == 534, e.Code == 535, e.Code == 538:
		// RFC 4954 6: the server wants a sign-in or a better one, whatever the recipient.
		e.Outcome = Transport
	case e.Code >= 500:
		e.Outcome = Permanent
	default:
		e.Outcome = Temporary
	}
	return e
}
