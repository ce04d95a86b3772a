package mailer

import (
	"errors"
	"net"
	"os"
	"time"
)

// maxReply bounds what the server may say during one dial or one mail, certificates included.
const maxReply = 1 << 20

var errChatty = errors.New("the mail server says too much")

// wire is the connection under go-mail. It sets the deadlines itself, because go-mail, when it is given a timeout, sets none before
// the greeting and one for a whole transaction afterwards, and it watches how far the dialogue has come. TLS, if any, runs above it. All but Close is called
// by one goroutine.
type wire struct {
	net.Conn
	limits Timeouts
	secret bool // TLS runs above, what is read here is not text

	phase   phase
	writes  int       // since begin: MAIL, RCPT, DATA are one write each, in clear and as TLS records
	replyBy time.Time // when the reply under way must be complete; zero: none has begun
	heard   int       // bytes read since begin
	dot     bool      // the final dot has been written
	broken  bool      // a write failed
	ahead   []byte    // read by quiet, not yet asked for
}

// begin opens the dialogue for one mail.
func (w *wire) begin() {
	w.phase, w.writes, w.heard, w.dot, w.broken = idle, 0, 0, false, false
}

// Write gives each write its own deadline.
func (w *wire) Write(p []byte) (int, error) {
	w.writes++
	if w.phase >= idle && w.phase < dataCmd {
		w.phase = min(idle+phase(w.writes), dataCmd)
	}
	w.replyBy = time.Time{}
	if err := w.Conn.SetWriteDeadline(time.Now().Add(w.limits.Command)); err != nil {
		w.broken = true
		return 0, err
	}
	n, err := w.Conn.Write(p)
	if err != nil {
		w.broken = true
	}
	// The dot is the last thing of the last write, and after a failed write nothing more is written.
	w.dot = w.phase == dotSent && !w.broken
	return n, err
}

// Read gives each whole reply one deadline, so that a server cannot live on by sending a byte a minute.
func (w *wire) Read(p []byte) (int, error) {
	if len(w.ahead) > 0 {
		n := copy(p, w.ahead)
		w.ahead = w.ahead[n:]
		return n, nil
	}
	if w.replyBy.IsZero() {
		wait := w.limits.Command
		if w.phase == dotSent {
			wait = w.limits.Final
		}
		w.replyBy = time.Now().Add(wait)
	}
	if err := w.Conn.SetReadDeadline(w.replyBy); err != nil {
		return 0, err
	}
	n, err := w.Conn.Read(p)
	if w.heard += n; w.heard > maxReply {
		return 0, errChatty
	}
	return n, err
}

// quiet reports whether the server is still there and has nothing to say. Servers close idle connections, with or without a 421.
func (w *wire) quiet() bool {
	var buf [4096]byte
	for len(w.ahead) < maxReply {
		// A deadline already past would not even look.
		if err := w.Conn.SetReadDeadline(time.Now().Add(5 * time.Millisecond)); err != nil {
			return false
		}
		n, err := w.Conn.Read(buf[:])
		w.ahead = append(w.ahead, buf[:n]...)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return w.secret || len(w.ahead) == 0 // below TLS it may be a session ticket
		}
		if err != nil {
			return false
		}
	}
	return false
}

// hurry shortens every wait to d.
func (w *wire) hurry(d time.Duration) {
	w.limits.Command = min(w.limits.Command, d)
	w.limits.Final = min(w.limits.Final, d)
}
