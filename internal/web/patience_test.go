package web

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A connection that moves may take longer than one step; one that stands still is cut off.
func TestPatience(t *testing.T) {
	const step = 200 * time.Millisecond
	got := make(chan error, 1)
	h := patient(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		got <- err
		if err == nil {
			_, _ = io.WriteString(w, "read it all")
		}
	}), step)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: headerPatience}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() {
		_ = srv.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	for _, tt := range []struct {
		name  string
		parts int
		pause time.Duration
		ok    bool
	}{
		{"slow but moving", 8, step / 4, true},
		{"silent", 2, 4 * step, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "+itoa(10*tt.parts)+"\r\n\r\n")
			tick := time.NewTicker(tt.pause)
			defer tick.Stop()
			for range tt.parts {
				<-tick.C
				_, _ = io.WriteString(conn, strings.Repeat("x", 10)) // a cut connection shows below
			}
			if err := <-got; (err == nil) != tt.ok {
				t.Errorf("reading the body: %v, want success: %v", err, tt.ok)
			}
			if !tt.ok {
				return
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil || res.StatusCode != http.StatusOK {
				t.Errorf("answer %v, %v", res, err)
			}
		})
	}
}

// A body is written in pieces, each with its own deadline, and arrives whole.
func TestPatientWriter(t *testing.T) {
	body := strings.Repeat("0123456789", 20_000)
	srv := httptest.NewServer(patient(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n, err := io.WriteString(w, body); n != len(body) || err != nil {
			t.Errorf("wrote %d of %d: %v", n, len(body), err)
		}
	}), time.Second))
	t.Cleanup(srv.Close)
	res, err := srv.Client().Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if got, err := io.ReadAll(res.Body); err != nil || string(got) != body {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
}

// fileTaker is a connection that takes files, and notes in which pieces and when its deadline moved.
type fileTaker struct {
	http.ResponseWriter
	got   strings.Builder
	moves []string
}

func (w *fileTaker) SetWriteDeadline(time.Time) error {
	w.moves = append(w.moves, "deadline")
	return nil
}

func (w *fileTaker) ReadFrom(r io.Reader) (int64, error) {
	n, err := io.Copy(&w.got, r)
	w.moves = append(w.moves, itoa(int(n)))
	return n, err
}

// A file goes to the connection in pieces, each with its own deadline, and no further than it was asked for.
func TestPatientWriterTakesFiles(t *testing.T) {
	body := strings.Repeat("0123456789", 20_000)
	for _, tc := range []struct {
		name string
		r    io.Reader
		want string
	}{
		{"a range", io.LimitReader(strings.NewReader(body), 150_000), "deadline 65536 deadline 65536 deadline 18928"},
		{"to the end", struct{ io.Reader }{strings.NewReader(body[:70_000])}, "deadline 65536 deadline 4464 deadline 0"},
		{"shorter than it should be", io.LimitReader(strings.NewReader("short"), 150_000), "deadline 5 deadline 0"},
	} {
		w := &fileTaker{ResponseWriter: httptest.NewRecorder()}
		p := &patientWriter{ResponseWriter: w, patientConn: &patientConn{rc: http.NewResponseController(w), step: time.Second}}
		n, err := p.ReadFrom(tc.r)
		if got := strings.Join(w.moves, " "); err != nil || int(n) != w.got.Len() || got != tc.want || !strings.HasPrefix(body+"short", w.got.String()) && w.got.String() != "short" {
			t.Errorf("%s: got %d bytes, %v, as %s, want %s", tc.name, n, err, got, tc.want)
		}
	}
}
