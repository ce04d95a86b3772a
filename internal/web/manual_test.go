package web_test

import (
	"bytes"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/demo"
	uploads "convoke/internal/files"
	"convoke/internal/outbox"
	"convoke/internal/rig"
	"convoke/internal/store"
	"convoke/internal/web"
)

var updatePictures = flag.Bool("update-pictures", false, "make the manual's pictures again")

// mostPicture is how large a picture of the manual may be, in bytes.
const mostPicture = 80_000

// The manual's pictures are there and light. With -update-pictures they are made again, from a demo in Chromium.
func TestManualPictures(t *testing.T) {
	names := map[string]bool{}
	chapters, err := filepath.Glob("help/*.md")
	if err != nil || len(chapters) == 0 {
		t.Fatalf("no chapters: %v", err)
	}
	shown := regexp.MustCompile(`\]\((help-[a-z]+\.webp)\)`)
	for _, f := range append(chapters, "../../README.md") {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range shown.FindAllStringSubmatch(strings.ReplaceAll(string(text), "internal/web/static/", ""), -1) {
			names[m[1]] = true
		}
	}
	if *updatePictures {
		takePictures(t, names)
	}
	if len(names) < 5 {
		t.Errorf("the manual shows %d pictures", len(names))
	}
	for name := range names {
		b, err := os.ReadFile(filepath.Join("static", name))
		if err != nil || !bytes.HasPrefix(b, []byte("RIFF")) || len(b) < 2_000 || len(b) > mostPicture {
			t.Errorf("%s has %d bytes, %v; want a WebP of up to %d", name, len(b), err, mostPicture)
		}
	}
}

// takePictures opens the pages that the manual shows, of a demo made for it.
func takePictures(t *testing.T, names map[string]bool) {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	now := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)
	clock := demo.NewClock(func() time.Time { return now })
	db, err := store.Open(ctx, store.Options{Database: "sqlite", Data: dir, Clock: clock.Now, Careless: true})
	must(err)
	defer func() { must(db.Close()) }()
	_, err = db.Migrate(ctx)
	must(err)
	kept, err := uploads.Open(filepath.Join(dir, "files"))
	must(err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	base, log := "http://"+l.Addr().String(), slog.New(slog.DiscardHandler)
	a, err := app.New(ctx, app.Options{Store: db, Name: "Convoke", Base: base, From: rig.From, Log: log, Files: kept})
	must(err)
	o := outbox.New(outbox.Options{Store: db, Site: a.Site(), From: a.From(), Secrets: a.Secrets(), Log: log})
	cast, err := demo.Fill(ctx, a, o, clock, nil)
	must(err)
	face, err := web.New(web.Options{App: a, Log: log, Trouble: o.Trouble})
	must(err)
	s := &http.Server{Handler: face.Handler(), ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(l) }() // it ends by being closed
	defer func() { _ = s.Close() }()

	b := rig.OpenBrowser(t, base)
	link, err := a.SignIns.Direct(ctx, cast.Admin)
	must(err)
	b.Open(link)
	b.Press("main form button")
	list, err := a.Events.List(ctx, convoke.Nobody, "school-meals", app.EventFilter{Kind: convoke.Webinar, Limit: 100})
	must(err)
	var sessions []app.EventView
	series := ""
	for _, e := range list {
		full, err := a.Events.Get(ctx, convoke.Nobody, "", string(e.ID))
		must(err)
		if full.Series != nil && full.EndsAt < a.Now() {
			sessions, series = append(sessions, full), full.Series.Slug
		}
	}
	at := func(i int) string { return "/c/school-meals/events/" + sessions[i].Slug }
	pages := map[string]string{
		"help-series.webp": "/c/school-meals/series/" + series, "help-session.webp": at(0), "help-questions.webp": at(len(sessions)-1) + "/questions",
		"help-planner.webp": "/c/cash-practice/admin/series/new", "help-board.webp": "/c/cash-practice/admin/board",
	}
	for name := range names {
		if pages[name] == "" {
			t.Fatalf("nobody knows what %s shows", name)
		}
		b.Open(pages[name])
		must(os.WriteFile(filepath.Join("static", name), b.Picture(900, 800), 0o644))
	}
}
