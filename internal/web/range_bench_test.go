package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/web"
)

// BenchmarkRange reads a recording of 100 MB over a real connection, whole and in pieces of a megabyte as players ask for them, from the service
// and from a bare handler that knows the file only.
func BenchmarkRange(b *testing.B) {
	const size, piece = 100 << 20, 1 << 20
	r := rig.New(b, rig.OnDisk())
	r.Community("soil", convoke.Open)
	e, err := r.App.Events.CreatePublished(b.Context(), convoke.System, "soil", app.EventInput{Title: new("Held"), StartLocal: new("2027-03-02T10:00"), TimeZone: new("UTC"), Visibility: new("everyone")})
	r.Must(err)
	m, err := r.App.Materials.Upload(b.Context(), convoke.System, e.ID, app.MaterialInput{}, "talk.mp3", io.MultiReader(strings.NewReader("ID3\x03\x00"), &endless{left: size - 5, end: io.EOF}))
	r.Must(err)
	bare := http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		f, err := os.Open(files(b, r)[0])
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "audio/mpeg")
		http.ServeContent(w, q, "", time.Time{}, f)
		_ = f.Close() // it was read only
	})
	for _, h := range []struct {
		name string
		h    http.Handler
	}{{"bare", bare}, {"service", web.NewHTTPServer("", r.Web(), b.Context()).Handler}} {
		s := httptest.NewServer(h.h)
		b.Cleanup(s.Close)
		path := s.URL + "/c/soil/events/" + e.Slug + "/materials/" + string(m.ID)
		read := func(b *testing.B, from, n int) {
			b.Helper()
			q, err := http.NewRequestWithContext(b.Context(), "GET", path, nil)
			if err != nil {
				b.Fatal(err)
			}
			if n < size {
				q.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", from, from+n-1))
			}
			a, err := s.Client().Do(q)
			if err != nil {
				b.Fatal(err)
			}
			got, err := io.Copy(io.Discard, a.Body)
			if err != nil || int(got) != n {
				b.Fatalf("read %d bytes, %v, want %d", got, err, n)
			}
			if err := a.Body.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.Run("whole/"+h.name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				read(b, 0, size)
			}
		})
		b.Run("pieces/"+h.name, func(b *testing.B) {
			b.SetBytes(piece)
			i := 0
			for b.Loop() {
				i = (i + 37) % 100
				read(b, i*piece, piece)
			}
		})
	}
}
