package web_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// What of a material is for members must not be seen by anybody else.
var (
	fileCanary       = "talk-" + mark
	slidesCanary     = "https://slides.example/slides-" + mark
	captionCanary    = "Caption " + mark
	transcriptCanary = "Transcript " + mark
)

// sound is a small file that is sound by its content.
const sound = "ID3\x03\x00 a short talk"

func multi(t *testing.T, fields url.Values, name, content string) (kind, body string) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for field, list := range fields {
		for _, v := range list {
			if err := w.WriteField(field, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if name != "" {
		p, err := w.CreateFormFile("file", name)
		if err == nil {
			_, err = io.WriteString(p, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), buf.String()
}

// send sends a form with a file, as a browser does from a page of this site.
func send(t *testing.T, c *rig.Client, path string, fields url.Values, name, content string) rig.Response {
	t.Helper()
	kind, body := multi(t, fields, name, content)
	return c.Do("POST", path, kind, body, "Sec-Fetch-Site", "same-origin", "Origin", rig.Base)
}

// A heldEvent is an event everybody sees, after it was held, with something for everybody and something for members.
type heldEvent struct {
	page, desk              string
	open, closed, link, own convoke.ID // materials: a file for everybody, a file and a link for members, a link for everybody
}

func held(t *testing.T, r *rig.Rig, w *world) heldEvent {
	t.Helper()
	ctx, a, moe := t.Context(), r.App.Materials, r.Viewer(people["moderator"])
	e, err := r.App.Events.Get(ctx, convoke.System, "", w.id["everyone"])
	r.Must(err)
	h := heldEvent{page: "/c/cash/events/" + e.Slug, desk: "/c/cash/admin/events/" + e.Slug + "/materials"}
	r.Clock.Set(e.EndsAt.Time().Add(time.Hour))
	upload := func(title, kind, visibility, name, content string) convoke.ID {
		m, err := a.Upload(ctx, moe, e.ID, app.MaterialInput{Title: &title, Kind: &kind, Visibility: &visibility}, name, strings.NewReader(content))
		r.Must(err)
		return m.ID
	}
	link := func(title, kind, visibility, to string) convoke.ID {
		m, err := a.AddLink(ctx, moe, e.ID, app.MaterialInput{Title: &title, Kind: &kind, Visibility: &visibility, Link: &to})
		r.Must(err)
		return m.ID
	}
	h.open = upload("Open note", "concept-note", "everyone", "note.pdf", "%PDF-1.7 for everybody")
	h.closed = upload("Closed talk", "recording", "members", fileCanary+".mp3", sound)
	h.link = link("Closed slides", "slides", "members", slidesCanary)
	h.own = link("Open news", "news", "everyone", "https://news.example/open")
	r.Must(a.SetCaptions(ctx, moe, e.ID, h.closed, "en", "WEBVTT\n\n00:01.000 --> 00:02.000\n"+captionCanary+"\n"))
	r.Must(a.SetTranscript(ctx, moe, e.ID, h.closed, transcriptCanary))
	return h
}

// Every address of a material for everybody: who may not have it gets what they get for one that is not there.
func TestMaterialsForEverybody(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		h := held(t, r, w)
		at := func(id convoke.ID) string { return h.page + "/materials/" + string(id) }
		all, inside, editors := askers[:8], askers[4:8], askers[5:8]
		secrets := []string{fileCanary, slidesCanary, captionCanary, transcriptCanary}
		for _, tc := range []struct {
			path string
			may  []string // the others get other
			deny map[string]int
			want []string // for whom it is
			not  []string // for whom it is not
		}{
			{at(h.open), all, nil, []string{"%PDF-1.7 for everybody"}, nil},
			{at(h.closed), inside, nil, []string{sound}, []string{sound}},
			{at(h.closed) + "/captions/en", inside, nil, []string{captionCanary}, nil},
			{at(h.closed) + "/transcript", inside, nil, []string{transcriptCanary}, nil},
			{at(h.closed) + "/captions/fr", nil, nil, nil, nil},
			{at(h.open) + "/transcript", nil, nil, nil, nil},
			{at(h.link), nil, nil, nil, nil},
			{at(h.own), nil, nil, nil, nil},
			{at("ma_none"), nil, nil, nil, nil},
			{at(convoke.ID(w.id["material"])), nil, nil, nil, nil}, // another event's
			{"/c/cash/events/no-such-thing/materials/" + string(h.open), nil, nil, nil, nil},
			{"/c/" + hiddenSlug + strings.TrimPrefix(at(h.open), "/c/cash"), nil, nil, nil, nil},
			{h.page, inside, map[string]int{"stranger": 200, "outsider": 200, "invited": 200, "waiting": 200},
				[]string{"Recording available", "Closed talk", `src="` + at(h.closed) + `"`, `href="` + h.page + "#" + string(h.closed) + `"`, "/captions/en", slidesCanary, transcriptCanary, "Open note"},
				[]string{string(h.closed), string(h.link)}},
			{h.desk, editors, map[string]int{"stranger": 303, "outsider": 403, "invited": 403, "waiting": 403, "member": 403}, []string{"Closed slides"}, []string{"Closed slides"}},
			{h.desk + "/" + string(h.closed), editors, map[string]int{"stranger": 303, "outsider": 403, "invited": 403, "waiting": 403, "member": 403},
				[]string{fileCanary + ".mp3"}, []string{"Closed talk"}},
		} {
			for _, who := range all {
				c := r.Stranger()
				if who != "stranger" {
					c = r.As(people[who])
				}
				got, head := c.Get(tc.path), c.Do("HEAD", tc.path, "", "")
				may := false
				for _, m := range tc.may {
					may = may || m == who
				}
				status := http.StatusOK
				if !may {
					if status = tc.deny[who]; status == 0 {
						status = http.StatusNotFound
					}
				}
				if got.Status != status || head.Status != status || head.Body != "" {
					t.Errorf("%s asks %s: %d, HEAD %d, want %d", who, tc.path, got.Status, head.Status, status)
				}
				for _, text := range tc.want {
					if may && !strings.Contains(got.Body, text) {
						t.Errorf("%s asks %s and is not shown %q", who, tc.path, text)
					}
				}
				for _, text := range append(tc.not, secrets...) {
					if !may && (strings.Contains(got.Body, text) || strings.Contains(fmt.Sprint(got.Header), text)) {
						t.Errorf("%s asks %s and is shown %q", who, tc.path, text)
					}
				}
				hidden := "/c/" + hiddenSlug + "/"
				if inside := strings.HasPrefix(tc.path, hidden); status == http.StatusNotFound && tc.path != at("ma_none") && !(inside && who == "operator") {
					missing := at("ma_none")
					if inside { // a community that is not there has no search to offer
						missing = strings.Replace(tc.path, hidden, "/c/absent/", 1)
					}
					none := c.Get(missing)
					if none.Body != got.Body {
						t.Errorf("%s: %s can be told from what is not there:\n%s", who, tc.path, got.Body)
					}
				}
			}
		}
	})
}

// Whoever finds a lock is told how to get in: by signing in, or by becoming a member.
func TestLockedMaterials(t *testing.T) {
	r := rig.New(t)
	w := newWorld(t, r)
	h := held(t, r, w)
	for _, tc := range []struct{ who, want, not string }{
		{"stranger", `href="/sign-in?next=` + url.QueryEscape(h.page) + `"`, "How to become a member"},
		{"outsider", `<a href="/c/cash">How to become a member</a>`, "/sign-in"},
	} {
		c := r.Stranger()
		if tc.who != "stranger" {
			c = r.As(people[tc.who])
		}
		page := c.Get(h.page).Body
		for _, text := range []string{"Closed talk", "Closed slides", "for members", "Recording available", tc.want} {
			if !strings.Contains(page, text) {
				t.Errorf("%s is not shown %q", tc.who, text)
			}
		}
		if strings.Contains(page, tc.not) || strings.Contains(page, "<audio") || strings.Contains(page, "<video") {
			t.Errorf("%s is shown %q, or a player", tc.who, tc.not)
		}
	}
}

// A file comes with what keeps browsers from taking it for anything else, and in the pieces they ask for.
func TestFileHeaders(t *testing.T) {
	r := rig.New(t)
	w := newWorld(t, r)
	h := held(t, r, w)
	c := r.As(people["member"])
	ctx, moe, event := t.Context(), r.Viewer(people["moderator"]), convoke.ID(w.id["everyone"])
	zip := "PK\x03\x04" + strings.Repeat("\x00", 30)
	packed, err := r.App.Materials.Upload(ctx, moe, event, app.MaterialInput{Kind: new("slides"), Title: new("Packed")}, "présentation \"1\".zip", strings.NewReader(zip))
	r.Must(err)
	sum := sha256.Sum256([]byte(sound))
	tag := `"` + hex.EncodeToString(sum[:]) + `"`
	file := h.page + "/materials/" + string(h.closed)
	for _, tc := range []struct {
		name, path string
		headers    []string
		status     int
		want       map[string]string
		body       string
	}{
		{"whole", file, nil, 200, map[string]string{"Content-Type": "audio/mpeg", "Content-Disposition": `inline; filename="` + fileCanary + `.mp3"`, "X-Content-Type-Options": "nosniff",
			"Cache-Control": "private, no-cache", "ETag": tag, "Accept-Ranges": "bytes", "Content-Encoding": "", "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'"}, sound},
		{"asked to pack", file, []string{"Accept-Encoding", "gzip"}, 200, map[string]string{"Content-Encoding": "", "Content-Length": fmt.Sprint(len(sound))}, sound},
		{"range", file, []string{"Range", "bytes=3-6"}, 206, map[string]string{"Content-Range": fmt.Sprintf("bytes 3-6/%d", len(sound)), "Content-Type": "audio/mpeg"}, sound[3:7]},
		{"end", file, []string{"Range", "bytes=-4"}, 206, nil, "talk"},
		{"range of the same", file, []string{"Range", "bytes=0-2", "If-Range", tag}, 206, nil, "ID3"},
		{"range of another", file, []string{"Range", "bytes=0-2", "If-Range", `"other"`}, 200, nil, sound},
		{"past the end", file, []string{"Range", "bytes=900-"}, 416, nil, "invalid range: failed to overlap\n"},
		{"unchanged", file, []string{"If-None-Match", tag}, 304, map[string]string{"ETag": tag}, ""},
		{"what a browser must not show", h.page + "/materials/" + string(packed.ID), nil, 200, map[string]string{"Content-Type": "application/zip",
			"Content-Disposition": `attachment; filename="pr_sentation _1_.zip"; filename*=UTF-8''pr%C3%A9sentation%20_1_.zip`, "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'"}, zip},
		{"captions", file + "/captions/en", nil, 200, map[string]string{"Content-Type": "text/vtt; charset=utf-8", "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'"}, "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n" + captionCanary + "\n"},
		{"transcript", file + "/transcript", nil, 200, map[string]string{"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}, transcriptCanary},
	} {
		got := c.Do("GET", tc.path, "", "", tc.headers...)
		if got.Status != tc.status || got.Body != tc.body {
			t.Errorf("%s: got %d %q, want %d %q", tc.name, got.Status, got.Body, tc.status, tc.body)
		}
		for name, want := range tc.want {
			if v := got.Header.Get(name); v != want {
				t.Errorf("%s: %s is %q, want %q", tc.name, name, v, want)
			}
		}
	}
	if csp := c.Get(h.page).Header.Get("Content-Security-Policy"); !strings.Contains(csp, "; media-src 'self';") {
		t.Errorf("pages say %q", csp)
	}
}

// What is typed with a refused file is kept, and the sentence says what is wrong.
func TestUploadRefused(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		h := held(t, r, w)
		c := r.As(people["moderator"])
		before := files(t, r)
		for _, tc := range []struct {
			name, kind, file, content string
			link                      string
			status                    int
			want                      string
		}{
			{"a page called PDF", "slides", "slides.pdf", "<!doctype html><script>alert(1)</script>", "", 422, "of the type HTML, whatever its name says"},
			{"SVG", "slides", "slides.png", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "", 422, "of the type SVG"},
			{"a program", "slides", "slides.pptx", "MZ\x90\x00", "", 422, "of the type EXE"},
			{"slides as a recording", "recording", "talk.mp3", "%PDF-1.7", "", 422, "of the type PDF"},
			{"noise", "recording", "talk.mp3", "\x00\x01\x02", "", 422, "cannot be told from its content"},
			{"empty", "recording", "talk.mp3", "", "", 422, "This file is empty."},
			{"both", "slides", "slides.pdf", "%PDF-1.7", "https://slides.example/1", 422, "not both"},
			{"neither", "slides", "", "", "", 422, "Give a link, or choose a file."},
			{"a bad link", "slides", "", "", "javascript:alert(1)", 422, "https://"},
		} {
			got := send(t, c, h.desk+"/add", url.Values{"kind": {tc.kind}, "title": {"Kept title"}, "link": {tc.link}, "minutes": {"84"}}, tc.file, tc.content)
			if got.Status != tc.status || !strings.Contains(got.Body, tc.want) {
				t.Errorf("%s: got %d without %q", tc.name, got.Status, tc.want)
			}
			for _, kept := range []string{`value="Kept title"`, `value="84"`, `<option value="` + tc.kind + `" selected>`, "browsers do not keep it"} {
				if !strings.Contains(got.Body, kept) {
					t.Errorf("%s: the form has lost %s", tc.name, kept)
				}
			}
		}
		if after := files(t, r); len(after) != len(before) {
			t.Errorf("left behind: %q, before %q", after, before)
		}
		if got := send(t, c, h.desk+"/add", url.Values{"kind": {"slides"}}, "a.pdf", "%PDF-1.7"); got.Status != 303 {
			t.Errorf("a good file: got %d\n%s", got.Status, got.Body)
		}
		if page := c.Get(h.page).Body; !strings.Contains(page, "PDF, 8") {
			t.Error("the slides are not on the event's page")
		}
	})
}

// files lists what the rig's folder of uploads holds.
func files(t testing.TB, r *rig.Rig) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(r.Files(), func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// endless is a body that goes on for so many bytes, counted, and may end in an error.
type endless struct {
	left, read int64
	end        error
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, e.end
	}
	n := min(int64(len(p)), e.left)
	clear(p[:n])
	e.left -= n
	e.read += n
	return int(n), nil
}

// stream sends an upload of so many bytes that nobody holds in memory.
func stream(t *testing.T, r *rig.Rig, who http.Header, path string, body *endless, length int64) *httptest.ResponseRecorder {
	t.Helper()
	const head = "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nLong talk\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"talk.mp3\"\r\n\r\nID3\x03\x00"
	tail := io.Reader(strings.NewReader("\r\n--x--\r\n"))
	if body.end != io.EOF {
		tail = strings.NewReader("")
	}
	q := httptest.NewRequestWithContext(t.Context(), "POST", path, io.MultiReader(strings.NewReader(head), body, tail))
	q.RemoteAddr, q.ContentLength = "127.0.0.1:40000", length
	maps.Copy(q.Header, who)
	q.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	rec := httptest.NewRecorder()
	r.Web().ServeHTTP(rec, q)
	return rec
}

func TestLargeUploads(t *testing.T) {
	r := rig.New(t)
	w := newWorld(t, r)
	h := held(t, r, w)
	c := r.As(people["moderator"])
	cookie := c.Cookies()
	before := len(files(t, r))
	rows := func() int {
		list, err := r.App.Materials.List(t.Context(), convoke.System, "", w.id["everyone"])
		r.Must(err)
		return len(list)
	}
	had := rows()

	t.Run("a gigabyte that says so", func(t *testing.T) {
		body := &endless{left: 1 << 30, end: io.EOF}
		got := stream(t, r, http.Header{"Cookie": {cookie}}, h.desk+"/add", body, 1<<30)
		if got.Code != 413 || !strings.Contains(got.Body.String(), "up to 200") || !strings.Contains(got.Body.String(), `value="Long talk"`) || body.read > 64<<10 {
			t.Errorf("got %d after %d bytes", got.Code, body.read)
		}
	})
	t.Run("a gigabyte of a program's that says so", func(t *testing.T) {
		body := &endless{left: 1 << 30, end: io.EOF}
		got := stream(t, r, http.Header{"Authorization": {"Bearer " + w.tokens["moderator"]}}, "/api/v1/events/"+w.id["everyone"]+"/materials", body, 1<<30)
		if got.Code != 413 || !strings.Contains(got.Body.String(), "up to 200") || body.read > 0 {
			t.Errorf("got %d after %d bytes", got.Code, body.read)
		}
	})
	t.Run("a gigabyte of a transcript", func(t *testing.T) {
		body := &endless{left: 1 << 30, end: io.EOF}
		got := stream(t, r, http.Header{"Cookie": {cookie}}, h.desk+"/"+string(h.closed)+"/transcript", body, 1<<30)
		if got.Code != 422 || !strings.Contains(got.Body.String(), "up to 1") || body.read > 3<<20 {
			t.Errorf("got %d after %d bytes", got.Code, body.read)
		}
	})
	t.Run("a gigabyte on a page without files", func(t *testing.T) {
		body := &endless{left: 1 << 30, end: io.EOF}
		if got := stream(t, r, http.Header{"Cookie": {cookie}}, h.desk+"/"+string(h.closed)+"/save", body, 1<<30); got.Code != 413 || body.read > 0 {
			t.Errorf("got %d after %d bytes", got.Code, body.read)
		}
	})
	t.Run("a gigabyte that does not", func(t *testing.T) {
		body := &endless{left: 1 << 30, end: io.EOF}
		got := stream(t, r, http.Header{"Cookie": {cookie}}, h.desk+"/add", body, -1)
		if got.Code != 413 || !strings.Contains(got.Body.String(), "up to 200") || !strings.Contains(got.Body.String(), "Long talk") || body.read > convoke.MaxFile+2<<20 {
			t.Errorf("got %d after %d bytes", got.Code, body.read)
		}
	})
	t.Run("broken off", func(t *testing.T) {
		got := stream(t, r, http.Header{"Cookie": {cookie}}, h.desk+"/add", &endless{left: 5 << 20, end: io.ErrUnexpectedEOF}, 50<<20)
		if got.Code != 400 || !strings.Contains(got.Body.String(), "broke off") {
			t.Errorf("got %d\n%s", got.Code, got.Body)
		}
	})
	if after := len(files(t, r)); after != before || rows() != had {
		t.Errorf("%d files and %d materials after what was refused, before %d and %d", after, rows(), before, had)
	}
	t.Run("memory", func(t *testing.T) {
		boundedMemory(t, 303, func() int {
			return stream(t, r, http.Header{"Cookie": {cookie}}, h.desk+"/add", &endless{left: convoke.MaxFile - 5, end: io.EOF}, -1).Code
		})
	})
	t.Run("memory of a program with a key", func(t *testing.T) {
		boundedMemory(t, 201, func() int {
			head := http.Header{"Authorization": {"Bearer " + w.tokens["moderator"]}, "Idempotency-Key": {"once"}}
			return stream(t, r, head, "/api/v1/events/"+w.id["everyone"]+"/materials", &endless{left: convoke.MaxFile - 6, end: io.EOF}, -1).Code
		})
	})
	if rows() != had+2 {
		t.Errorf("%d materials, want %d", rows(), had+2)
	}
}

// Programs put down texts as long as pages take them, and no longer ones.
func TestLongTextsOfPrograms(t *testing.T) {
	r := rig.New(t)
	w := newWorld(t, r)
	h := held(t, r, w)
	c := r.Program(people["moderator"], false)
	at := "/api/v1/events/" + w.id["everyone"] + "/materials/" + string(h.closed)
	words := func(n int) string { return `{"text": "` + strings.Repeat(`\u0643\u0644`, n/4) + `"}` } // two bytes are sent as six
	const vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
	for _, tc := range []struct {
		name, path, body string
		status           int
	}{
		{"a transcript", "/transcript", words(convoke.MaxTranscript), 204},
		{"too long a transcript", "/transcript", words(convoke.MaxTranscript + 4), 422},
		{"far too long a transcript", "/transcript", words(2 * convoke.MaxTranscript), 413},
		{"captions", "/captions/fr", strings.Replace(words(convoke.MaxCaptions-len(vtt)), `"\`, `"`+strings.ReplaceAll(vtt, "\n", `\n`)+`\`, 1), 204},
		{"far too long captions", "/captions/fr", words(2 * convoke.MaxCaptions), 413},
	} {
		if got := c.JSON("PUT", at+tc.path, tc.body); got.Status != tc.status {
			t.Errorf("%s: got %d, want %d: %.200s", tc.name, got.Status, tc.status, got.Body)
		}
	}
	if got := c.JSON("PATCH", at, `{"title": "`+strings.Repeat("x", 1<<20)+`"}`); got.Status != 413 {
		t.Errorf("a megabyte of title: got %d, want 413", got.Status)
	}
}

// boundedMemory sends 200 MB and watches the heap meanwhile.
func boundedMemory(t *testing.T, want int, send func() int) {
	t.Helper()
	heap := func() int64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapInuse)
	}
	runtime.GC()
	base, peak := heap(), int64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			select {
			case <-stop:
				return
			case <-tick.C:
				peak = max(peak, heap())
			}
		}
	}()
	got := send()
	close(stop)
	<-done
	t.Logf("the heap grew by %d kB while 200 MB came in", (peak-base)>>10)
	if got != want || peak-base > 32<<20 {
		t.Errorf("got %d, want %d, and the heap grew by %d MB", got, want, (peak-base)>>20)
	}
}

// Editing, ordering and removing on the pages.
func TestMaterialsDesk(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		h := held(t, r, w)
		c := r.As(people["moderator"])
		one := h.desk + "/" + string(h.link)
		if got := c.Post(one+"/save", url.Values{"version": {"1"}, "title": {"Slides, mended"}, "kind": {"slides"}, "visibility": {"everyone"}, "link": {"https://slides.example/2"}, "minutes": {""}}); got.Status != 303 {
			t.Fatalf("save: got %d\n%s", got.Status, got.Body)
		}
		if got := c.Post(one+"/save", url.Values{"version": {"1"}, "title": {"Too late"}}); got.Status != 409 || !strings.Contains(got.Body, `value="Too late"`) {
			t.Errorf("save of an old version: got %d", got.Status)
		}
		if page := r.Stranger().Get(h.page).Body; !strings.Contains(page, "Slides, mended") || !strings.Contains(page, "https://slides.example/2") {
			t.Error("the change is not on the event's page")
		}
		if got := c.Post(one+"/raise", url.Values{"version": {"2"}, "position": {"1"}}); got.Status != 303 {
			t.Errorf("raise: got %d", got.Status)
		}
		order := func() string {
			list, err := r.App.Materials.List(t.Context(), convoke.System, "", w.id["everyone"])
			r.Must(err)
			var out []string
			for _, m := range list {
				out = append(out, m.Title)
			}
			return strings.Join(out, ", ")
		}
		if got := order(); got != "Slides, mended, Talk, Open note, Closed talk, Open news" {
			t.Errorf("the order is %s", got)
		}
		talk := h.desk + "/" + string(h.closed)
		for _, tc := range []struct {
			name, path string
			form       url.Values
			file       string
			status     int
			want       string
		}{
			{"captions that cannot be read", "/captions", url.Values{"caption_language": {"fr"}}, "WEBVTT\n\n00:01 --> 00:02\nx", 422, "Line 3: the times cannot be read."},
			{"captions in no language", "/captions", url.Values{"caption_language": {"xx"}}, "WEBVTT\n\n00:01.000 --> 00:02.000\nx", 422, "language"},
			{"no captions", "/captions", url.Values{"caption_language": {"fr"}}, "", 422, "There is no caption in it."},
			{"captions that are no text", "/captions", url.Values{"caption_language": {"fr"}}, "WEBVTT\xff", 422, "not text in UTF-8"},
			{"too long captions", "/captions", url.Values{"caption_language": {"fr"}}, strings.Repeat("x", convoke.MaxCaptions+1), 422, "up to 1"},
			{"captions", "/captions", url.Values{"caption_language": {"fr"}}, "WEBVTT\n\n00:01.000 --> 00:02.000\n<script>x</script>", 303, ""},
			{"two transcripts", "/transcript", url.Values{"transcript": {"Typed at length."}}, "From a file.", 422, ">Typed at length.</textarea>"},
			{"two transcripts are told", "/transcript", url.Values{"transcript": {"Typed at length."}}, "From a file.", 422, "not both"},
			{"no transcript", "/transcript", nil, "", 422, "Give the text of the transcript"},
			{"a transcript", "/transcript", url.Values{"transcript": {"All that was said."}}, "", 303, ""},
		} {
			name := ""
			if tc.file != "" {
				name = "x.vtt"
			}
			if got := send(t, c, talk+tc.path, tc.form, name, tc.file); got.Status != tc.status || !strings.Contains(got.Body, tc.want) {
				t.Errorf("%s: got %d without %q", tc.name, got.Status, tc.want)
			}
		}
		member := r.As(people["member"])
		if got := member.Get(h.page + "/materials/" + string(h.closed) + "/captions/fr").Body; !strings.Contains(got, "\nx\n") || strings.Contains(got, "script") {
			t.Errorf("the captions are %q", got)
		}
		if page := member.Get(h.page).Body; !strings.Contains(page, "All that was said.") || strings.Count(page, "<track") != 3 {
			t.Error("the transcript or the tracks are not on the event's page")
		}
		for _, tc := range []struct {
			path string
			form url.Values
		}{{"/drop-captions", url.Values{"caption_language": {"fr"}}}, {"/drop-transcript", nil}, {"/remove", nil}} {
			if got := c.Post(talk+tc.path, tc.form); got.Status != 303 {
				t.Errorf("%s: got %d", tc.path, got.Status)
			}
			if got := c.Post(talk+tc.path, tc.form); got.Status != 404 {
				t.Errorf("%s once more: got %d", tc.path, got.Status)
			}
		}
		if got := order(); got != "Slides, mended, Talk, Open note, Open news" {
			t.Errorf("after the removal: %s", got)
		}
	})
}

// Programs put up files by the same rules, and a repeated request with a key puts up one.
func TestMaterialsByProgram(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		path := "/api/v1/events/" + w.id["event"] + "/materials"
		c, member := r.Program(people["moderator"], false), r.Program(people["member"], false)
		kind, body := multi(t, url.Values{"kind": {"slides"}, "title": {"By program"}, "minutes": {"0"}}, "slides.pdf", "%PDF-1.7 by program")
		var ids []string
		for range 2 {
			got := c.Do("POST", path, kind, body, "Idempotency-Key", "once")
			if got.Status != 201 || !strings.Contains(got.Body, `"name":"slides.pdf","type":"application/pdf","size":19`) {
				t.Fatalf("got %d %s", got.Status, got.Body)
			}
			ids = append(ids, got.Header.Get("Location"))
		}
		if ids[0] != ids[1] {
			t.Errorf("a repeated request made another: %q", ids)
		}
		if got := member.Do("GET", ids[0]+"/file", "", "", "Range", "bytes=9-"); got.Status != 206 || got.Body != "by program" {
			t.Errorf("the file: %d %q", got.Status, got.Body)
		}
		before := len(files(t, r))
		for _, tc := range []struct {
			name, as, fields, file, content string
			status                          int
			reason, says                    string
		}{
			{"lies", "", "slides", "x.pdf", "<html>", 422, "invalid", "of the type HTML"},
			{"no kind there is", "", "poem", "x.pdf", "%PDF-1.7", 422, "invalid", "Choose what it is"},
			{"neither", "", "slides", "", "", 422, "invalid", "Give a link, or choose a file."},
			{"a member", "member", "slides", "x.pdf", "%PDF-1.7", 403, "forbidden", "may not"},
		} {
			who := c
			if tc.as != "" {
				who = member
			}
			kind, body := multi(t, url.Values{"kind": {tc.fields}}, tc.file, tc.content)
			got := who.Do("POST", path, kind, body)
			if got.Status != tc.status || !strings.Contains(got.Body, `"reason":"`+tc.reason) || !strings.Contains(got.Body, tc.says) {
				t.Errorf("%s: got %d %s", tc.name, got.Status, got.Body)
			}
		}
		if got := r.Program(people["moderator"], true).Do("POST", path, kind, body); got.Status != 403 {
			t.Errorf("a read-only token: got %d", got.Status)
		}
		if got := c.Do("POST", path, "multipart/form-data", "nonsense"); got.Status != 400 {
			t.Errorf("a form without a boundary: got %d", got.Status)
		}
		if got := c.Do("POST", path, kind, body[:len(body)-40]); got.Status != 400 || !strings.Contains(got.Body, "broke off") {
			t.Errorf("half a form: got %d %s", got.Status, got.Body)
		}
		if after := len(files(t, r)); after != before {
			t.Errorf("%d files, before %d", after, before)
		}
	})
}

// The table of a series fills: what there is, what is for members, how many questions are answered, and what was promised.
func TestSeriesFills(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		ctx, ada := t.Context(), "ada@x.example"
		r.Community("soil", convoke.Open)
		r.Member("soil", ada, convoke.Admin)
		r.Member("soil", "mia@x.example", convoke.Member)
		s, err := r.App.Series.Create(ctx, r.Viewer(ada), "soil", app.SeriesInput{Title: new("Registers"), TimeZone: new("Africa/Nairobi"), Visibility: new("everyone")},
			app.EventInput{TimeZone: new("Africa/Nairobi"), Visibility: new("everyone"), Speakers: &[]app.SpeakerInput{{Name: "Sam Speaker"}}},
			[]app.SessionInput{{Title: "First", StartLocal: "2027-03-10T14:00"}, {Title: "Second", StartLocal: "2027-03-17T14:00"}})
		r.Must(err)
		_, err = r.App.Series.Publish(ctx, r.Viewer(ada), s.ID)
		r.Must(err)
		v, err := r.App.Series.Get(ctx, r.Viewer(ada), "", string(s.ID))
		r.Must(err)
		first, second := v.Sessions[0], v.Sessions[1]
		path := "/c/soil/series/" + s.Slug
		if page := r.Stranger().Get(path); page.Status != 200 || strings.Contains(page.Body, `class="afterwards"`) {
			t.Errorf("before anything is there: %d, or something stands afterwards", page.Status)
		}
		r.Clock.Set(time.Date(2027, 3, 12, 9, 0, 0, 0, time.UTC))
		_, err = r.App.Materials.AddLink(ctx, r.Viewer(ada), first.ID, app.MaterialInput{Kind: new("recording"), Title: new("The talk"), Link: new("https://www.videos.example/1"), Minutes: new(84)})
		r.Must(err)
		_, err = r.App.Materials.Upload(ctx, r.Viewer(ada), first.ID, app.MaterialInput{Kind: new("slides"), Title: new("Their slides"), Visibility: new("members")}, "s.pdf", strings.NewReader("%PDF-1.7"))
		r.Must(err)
		for i, text := range []string{"Why?", "How?"} {
			q, err := r.App.Questions.Ask(ctx, r.Viewer("mia@x.example"), first.ID, app.QuestionInput{Text: text})
			r.Must(err)
			edit := app.QuestionEdit{State: new("open")}
			if i == 0 {
				edit.Live = new("yes")
			}
			_, err = r.App.Questions.Edit(ctx, r.Viewer(ada), first.ID, q.Number, edit)
			r.Must(err)
		}
		promise := func(event convoke.ID, item convoke.Item) {
			r.Update(func(ctx context.Context, tx *store.Tx) error {
				return tx.PutPromise(ctx, convoke.Promise{EventID: event, Item: item, Name: "Canary promiser", DueAt: convoke.At(time.Date(2027, 3, 20, 0, 0, 0, 0, time.UTC)), CreatedAt: tx.Now})
			})
		}
		promise(first.ID, convoke.ItemConceptNote)
		promise(first.ID, convoke.ItemRecording) // which is there
		promise(second.ID, convoke.ItemRecording)
		_, err = r.App.Materials.AddLink(ctx, r.Viewer(ada), second.ID, app.MaterialInput{Kind: new("news"), Link: new("https://news.example/2")})
		r.Must(err)
		for who, tc := range map[string]struct{ want, not []string }{
			"stranger": {[]string{"The talk", "https://www.videos.example/1", "84\u00a0min", "Their slides", "for members", "1 of 2 answered", "Concept note", "expected by 20 March 2027", "Sam Speaker", "Afterwards",
				"14:00</time> Nairobi"}, []string{"PDF, 8", "Canary promiser"}},
			"mia@x.example": {[]string{"The talk", "Their slides", "PDF, 8", "1 of 2 answered"}, []string{"for members", "Canary promiser"}},
		} {
			c := r.Stranger()
			if who != "stranger" {
				c = r.As(who)
			}
			for _, p := range []string{path, "/c/soil/events/" + first.Slug} {
				page := c.Do("GET", p, "", "", "Cookie", "convoke-zone=Europe/Paris").Body
				for _, text := range tc.want {
					if !strings.Contains(page, text) && !(p != path && (text == "Afterwards" || text == "14:00</time> Nairobi")) {
						t.Errorf("%s is not shown %q on %s", who, text, p)
					}
				}
				for _, text := range tc.not {
					if strings.Contains(page, text) {
						t.Errorf("%s is shown %q on %s", who, text, p)
					}
				}
				if n := strings.Count(page, "expected by"); n != 1 {
					t.Errorf("%s is shown %d expectations on %s, want the one that is missing and due", who, n, p)
				}
			}
		}
		r.Clock.Set(time.Date(2027, 3, 20, 0, 0, 1, 0, time.UTC))
		if strings.Contains(r.Stranger().Get(path).Body, "expected by") {
			t.Error("what is late is expected still")
		}
	})
}
