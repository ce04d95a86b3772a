package web

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"time"
)

func baseContext(ctx context.Context) func(net.Listener) context.Context {
	return func(net.Listener) context.Context { return ctx }
}

// patient moves the deadlines of a connection with each step of reading or writing.
func patient(h http.Handler, step time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := &patientConn{rc: http.NewResponseController(w), step: step}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &patientBody{ReadCloser: r.Body, patientConn: p}
		}
		// The deadline of the answer before is still set on a kept connection.
		p.write()
		h.ServeHTTP(&patientWriter{ResponseWriter: w, patientConn: p}, r)
		p.write() // for what the server itself still has to flush
	})
}

type patientConn struct {
	rc   *http.ResponseController
	step time.Duration
}

// A connection that takes no deadline (of a test) is served without one.
func (p *patientConn) read()  { _ = p.rc.SetReadDeadline(time.Now().Add(p.step)) }
func (p *patientConn) write() { _ = p.rc.SetWriteDeadline(time.Now().Add(p.step)) }

type patientBody struct {
	io.ReadCloser
	*patientConn
}

func (b *patientBody) Read(p []byte) (int, error) {
	b.read()
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		// From here the server reads ahead by itself, and a deadline passing there would cancel the request.
		_ = b.rc.SetReadDeadline(time.Time{})
	}
	return n, err
}

type patientWriter struct {
	http.ResponseWriter
	*patientConn
}

// Write hands on small pieces, each with its own deadline.
func (w *patientWriter) Write(p []byte) (int, error) {
	done := 0
	for {
		w.write()
		n, err := w.ResponseWriter.Write(p[done:min(len(p), done+stepSize)])
		done += n
		if err != nil || done == len(p) {
			return done, err
		}
	}
}

// ReadFrom hands on a file in pieces, each with its own deadline, so that the connection can send them without taking them into memory.
func (w *patientWriter) ReadFrom(r io.Reader) (int64, error) {
	to, ok := w.ResponseWriter.(io.ReaderFrom)
	if !ok {
		return io.Copy(struct{ io.Writer }{w}, r)
	}
	whole, ok := r.(*io.LimitedReader)
	if !ok {
		whole = &io.LimitedReader{R: r, N: math.MaxInt64}
	}
	done := int64(0)
	for whole.N > 0 {
		w.write()
		n, err := to.ReadFrom(&io.LimitedReader{R: whole.R, N: min(whole.N, pieceSize)})
		done += n
		whole.N -= n
		if err != nil || n == 0 {
			return done, err
		}
	}
	return done, nil
}

// Flush is what gin expects of every writer.
func (w *patientWriter) Flush() {
	w.write()
	_ = w.rc.Flush()
}

// Unwrap lets http.ResponseController find the connection.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
