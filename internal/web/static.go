package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed static
var staticFiles embed.FS

// A staticFile is one asset. It is packed when it is first asked for: every command of the program would pay for it at its start.
type staticFile struct {
	href, mime, etag string
	plain            []byte
	gzipped          func() []byte // nil where it would not be smaller
}

// staticSet finds assets by the name in the source and by the hashed address.
type staticSet struct{ byName, byHref map[string]*staticFile }

var statics = loadStatics()

// loadStatics reads every embedded file once.
func loadStatics() staticSet {
	set := staticSet{byName: map[string]*staticFile{}, byHref: map[string]*staticFile{}}
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		panic("web: " + err.Error())
	}
	for _, e := range entries {
		body, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			panic("web: " + err.Error())
		}
		f := newStaticFile(e.Name(), body)
		set.byName[e.Name()] = f
		set.byHref[f.href] = f
	}
	return set
}

func newStaticFile(name string, body []byte) *staticFile {
	sum := fmt.Sprintf("%x", sha256.Sum256(body))[:8]
	ext := path.Ext(name)
	f := &staticFile{
		href:  "/static/" + strings.TrimSuffix(name, ext) + "." + sum + ext,
		mime:  staticTypes[ext],
		etag:  `"` + sum + `"`,
		plain: body,
	}
	if f.mime == "" {
		panic("web: static/" + name + " has no known type")
	}
	f.gzipped = sync.OnceValue(func() []byte {
		var buf bytes.Buffer
		w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
		if err != nil {
			panic("web: " + err.Error())
		}
		// A bytes.Buffer takes everything, so neither call can fail.
		_, _ = w.Write(body)
		_ = w.Close()
		if buf.Len() < len(body) {
			return buf.Bytes()
		}
		return nil
	})
	return f
}

// staticTypes is our own table because package mime asks the machine, and machines differ (RFC 9239 for scripts).
var staticTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".png":  "image/png",
	".webp": "image/webp",
}

// asset returns the address of a file in static/, with its hash in it. An unknown name is a mistake in a template and panics.
func asset(name string) string {
	f, ok := statics.byName[name]
	if !ok {
		panic("web: no asset named " + name)
	}
	return f.href
}

// serveStatic answers GET and HEAD of the addresses that asset gives out; they may be kept for a year, as other content has another
// address. It packs by itself and must not be wrapped in another compressor.
var serveStatic http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	f, ok := statics.byHref[r.URL.Path]
	if !ok {
		// Right after an upgrade another copy may still know the address, so nobody should keep this answer.
		h.Set("Cache-Control", "no-store")
		http.Error(w, "Not found", http.StatusNotFound)
		return
	}
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	etag, body := f.etag, f.plain
	if packed := f.gzipped(); packed != nil && acceptsGzip(r.Header.Values("Accept-Encoding")) {
		// Other bytes need another strong tag (RFC 9110 8.8.3.3).
		etag, body = strings.TrimSuffix(f.etag, `"`)+`-gzip"`, packed
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", etag)
	if etagMatches(r.Header.Values("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.mime)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader has gone; nobody is left to be told
	}
})

// acceptsGzip reads Accept-Encoding: gzip or * named without q=0, a name of its own before the star (RFC 9110 12.5.3).
func acceptsGzip(headers []string) bool {
	star := false
	for part := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		coding, params, _ := strings.Cut(part, ";")
		wanted := true
		if _, p, err := mime.ParseMediaType("x/x;" + params); err == nil {
			if q, err := strconv.ParseFloat(p["q"], 64); err == nil {
				wanted = q > 0
			}
		}
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return wanted
		case "*":
			star = wanted
		}
	}
	return star
}

// etagMatches tells whether If-None-Match names the tag; tags compare weakly there (RFC 9110 13.1.2).
func etagMatches(headers []string, etag string) bool {
	for part := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		if tag := strings.TrimPrefix(strings.TrimSpace(part), "W/"); tag == etag || tag == "*" {
			return true
		}
	}
	return false
}
