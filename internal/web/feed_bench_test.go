package web_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// fill gives a community n events, as far as feeds are concerned: their stored entries.
func fill(r *rig.Rig, m convoke.Community, n int) {
	src := feed.Source{Site: r.App.Site(), Community: m}
	r.Update(func(ctx context.Context, tx *store.Tx) error {
		for i := range n {
			e := convoke.Event{ID: convoke.NewID("ev"), CommunityID: m.ID, Kind: convoke.Webinar, Slug: fmt.Sprintf("session-%d", i), Title: fmt.Sprintf("Session %d: what the rains changed", i),
				Abstract: strings.Repeat("What a season of measuring taught us. ", 6), Start: calendar.In(tx.Now.Add(time.Duration(i%12000+24)*time.Hour).Time(), time.UTC), Zone: "Africa/Nairobi",
				Minutes: 90, Language: "en", Visibility: convoke.ToCommunity, Status: convoke.Confirmed, UID: convoke.NewUID("convoke.example"), Stamp: tx.Now, PublishedAt: tx.Now}
			if _, err := e.Plan(); err != nil {
				return err
			}
			for _, variant := range []string{"public", "member"} {
				entry, err := feed.Event(src, e, variant == "member")
				if err != nil {
					return err
				}
				if err := tx.PutFragment(ctx, store.Fragment{SubjectID: e.ID, Variant: variant, CommunityID: m.ID, Visibility: e.Visibility,
					Zone: entry.Zone, StartsAt: entry.StartsAt, EndsAt: entry.EndsAt, Data: entry.Data}); err != nil {
					return err
				}
			}
		}
		return tx.RaiseCommunity(ctx, m.ID)
	})
}

// listen serves a handler on the loopback interface and returns a connection to it.
func listen(b *testing.B, h http.Handler) *line {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := &http.Server{Handler: h} // as patient as the benchmark is long
	go func() { _ = s.Serve(l) }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close(); _ = s.Close() })
	return &line{c, bufio.NewReaderSize(c, 64<<10)}
}

// line is a client that costs next to nothing, so that what is measured is the server.
type line struct {
	net.Conn
	r *bufio.Reader
}

// ask sends a request and reads the answer: its status, ETag and length.
func (l *line) ask(b *testing.B, request string) (status int, etag string, body []byte) {
	b.Helper()
	if _, err := io.WriteString(l, request); err != nil {
		b.Fatal(err)
	}
	length := 0
	for first := true; ; first = false {
		h, err := l.r.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		h = bytes.TrimRight(h, "\r\n")
		if len(h) == 0 {
			break
		}
		if first {
			status, _ = strconv.Atoi(string(h[9:12]))
		} else if v, ok := bytes.CutPrefix(h, []byte("Content-Length: ")); ok {
			length, _ = strconv.Atoi(string(v))
		} else if v, ok := bytes.CutPrefix(h, []byte("Etag: ")); ok {
			etag = string(v)
		}
	}
	if status == 304 {
		return status, etag, nil
	}
	body = make([]byte, length)
	if _, err := io.ReadFull(l.r, body); err != nil {
		b.Fatal(err)
	}
	return status, etag, body
}

func get(path string, headers ...string) string {
	return "GET " + path + " HTTP/1.1\r\nHost: convoke.example\r\nUser-Agent: bench\r\n" + strings.Join(append(headers, "\r\n"), "")
}

func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// beside runs a request b.N times against the service and against a bare Gin handler with the same answer, and reports CPU per request of the first
// and how many times that of the second it is.
func beside(b *testing.B, service *line, request string, want int) {
	b.Helper()
	_, etag, body := service.ask(b, strings.ReplaceAll(request, "If-None-Match: ETAG\r\n", ""))
	request = strings.ReplaceAll(request, "ETAG", etag)
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/*any", func(c *gin.Context) {
		c.Header("ETag", etag)
		if c.GetHeader("If-None-Match") == etag {
			c.Status(http.StatusNotModified)
			return
		}
		c.Header("Content-Length", strconv.Itoa(len(body)))
		c.Data(http.StatusOK, "text/calendar; charset=utf-8", body)
	})
	bare := listen(b, engine)
	run := func(l *line) time.Duration {
		begun := cpu()
		for range b.N {
			if status, _, _ := l.ask(b, request); status != want {
				b.Fatalf("status %d, want %d", status, want)
			}
		}
		return cpu() - begun
	}
	b.ResetTimer()
	ours := run(service)
	b.StopTimer()
	theirs := run(bare)
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N), "cpu-µs/op")
	b.ReportMetric(float64(ours)/float64(max(theirs, 1)), "x-bare-gin")
}

func BenchmarkFeed(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		r := rig.New(b)
		m := r.Community("soil", convoke.Open, "ann@soil.example")
		fill(r, m, n)
		service := listen(b, r.Web())
		b.Run(fmt.Sprintf("304/%d", n), func(b *testing.B) {
			beside(b, service, get("/c/soil/calendar.ics", "If-None-Match: ETAG\r\n"), 304)
		})
		b.Run(fmt.Sprintf("hot200/%d", n), func(b *testing.B) {
			beside(b, service, get("/c/soil/calendar.ics"), 200)
		})
		b.Run(fmt.Sprintf("hotGzip/%d", n), func(b *testing.B) {
			beside(b, service, get("/c/soil/calendar.ics", "Accept-Encoding: gzip\r\n"), 200)
		})
	}
}

// An own feed over 30 communities with 50 events each.
func BenchmarkOwnFeed(b *testing.B) {
	r := rig.New(b)
	for i := range 30 {
		m := r.Community(fmt.Sprintf("place-%d", i), convoke.SemiPrivate, "ann@soil.example")
		fill(r, m, 50)
		r.Member(m.Slug, "bo@soil.example", convoke.Member)
	}
	own, err := r.App.Feeds.Add(b.Context(), r.Viewer("bo@soil.example"), convoke.ScopeAll, "", "Mine")
	r.Must(err)
	path := own.Address[strings.Index(own.Address, "/feeds/"):]
	service := listen(b, r.Web())
	b.Run("304", func(b *testing.B) { beside(b, service, get(path, "If-None-Match: ETAG\r\n"), 304) })
	b.Run("hot200", func(b *testing.B) { beside(b, service, get(path), 200) })
}
