package demo

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/files"
	"convoke/internal/notify"
	"convoke/internal/outbox"
	"convoke/internal/store"
)

// filled is a demo with all its letters. Filling takes seconds, so the tests share one.
type filled struct {
	*app.App
	people  People
	now     time.Time
	clock   *Clock
	ticks   []int // days that progress told of
	total   int
	letters []app.LetterRow
	log     strings.Builder
}

var shared = &filled{now: time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "convoke-demo-test")
	if err != nil {
		slog.Error("make a folder", "error", err)
		os.Exit(1)
	}
	code, err := shared.run(context.Background(), dir, m)
	if err != nil {
		slog.Error("fill a demo", "error", err)
		code = 1
	}
	_ = os.RemoveAll(dir) // a temporary folder
	os.Exit(code)
}

func (s *filled) run(ctx context.Context, dir string, m *testing.M) (code int, err error) {
	s.clock = NewClock(func() time.Time { return s.now })
	db, err := store.Open(ctx, store.Options{Database: "sqlite", Data: dir, Clock: s.clock.Now, Careless: true})
	if err != nil {
		return 0, err
	}
	defer func() { _ = db.Close() }() // the folder goes away
	if _, err := db.Migrate(ctx); err != nil {
		return 0, err
	}
	kept, err := files.Open(filepath.Join(dir, "files"))
	if err != nil {
		return 0, err
	}
	log := slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if s.App, err = app.New(ctx, app.Options{Store: db, Name: "Convoke", Base: "https://convoke.example", From: "Convoke <mail@convoke.example>", Log: log, Files: kept}); err != nil {
		return 0, err
	}
	o := outbox.New(outbox.Options{Store: db, Site: s.Site(), From: s.From(), Secrets: s.Secrets(), Log: log})
	s.people, err = Fill(ctx, s.App, o, s.clock, func(done, total int) { s.ticks, s.total = append(s.ticks, done), total })
	if err != nil {
		return 0, err
	}
	for f := (app.LetterFilter{Limit: 500}); ; {
		list, err := s.Ledger.List(ctx, convoke.System, f)
		if err != nil {
			return 0, err
		}
		s.letters = append(s.letters, list...)
		if len(list) < f.Limit {
			return m.Run(), nil
		}
		f.AfterTime, f.AfterID = list[len(list)-1].CreatedAt, list[len(list)-1].ID
	}
}

func (s *filled) as(t *testing.T, address string) convoke.Viewer {
	t.Helper()
	p, err := s.People.Get(t.Context(), convoke.System, address)
	if err != nil {
		t.Fatal(address, err)
	}
	v, _, err := s.Viewers.ByPerson(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (s *filled) places(t *testing.T) []convoke.Community {
	t.Helper()
	list, err := s.Communities.List(t.Context(), convoke.System, app.CommunityFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (s *filled) events(t *testing.T, v convoke.Viewer, f app.EventFilter) (all []app.EventView) {
	t.Helper()
	for f.Limit = 200; ; {
		list, err := s.Events.List(t.Context(), v, "", f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, list...)
		if len(list) < f.Limit {
			return all
		}
		f.AfterTime, f.AfterID = list[len(list)-1].StartsAt, list[len(list)-1].ID
	}
}

func TestCommunities(t *testing.T) {
	got := map[string]int{}
	for _, m := range shared.places(t) {
		got[string(m.Privacy)]++
		for name, is := range map[string]bool{"hidden": m.Hidden, "group": m.ParentID != "", "archived": m.ArchivedAt != 0, "french": m.Language == "fr"} {
			if is {
				got[name]++
			}
		}
	}
	want := map[string]int{"private": 2, "semi-private": 2, "public": 2, "open": 2, "hidden": 1, "group": 1, "archived": 1, "french": 1}
	if !maps.Equal(got, want) {
		t.Errorf("communities: got %v, want %v", got, want)
	}
}

func TestPeople(t *testing.T) {
	members := map[convoke.ID]app.MemberRow{}
	for _, m := range shared.places(t) {
		d, err := shared.Members.List(t.Context(), convoke.System, m.Slug, app.MemberFilter{Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		if len(d.List) < 5 {
			t.Errorf("%s has %d members, want 5 at least", m.Slug, len(d.List))
		}
		for _, r := range d.List {
			members[r.PersonID] = r
		}
	}
	zones, languages := map[string]bool{}, map[string]bool{}
	for _, r := range members {
		zones[r.Zone], languages[r.Language] = true, true
		if !strings.HasSuffix(r.Address, ".example") {
			t.Errorf("%s has the address %q", r.Name, r.Address)
		}
	}
	if len(members) != 60 || len(zones) != 12 || !slices.Equal(slices.Sorted(maps.Keys(languages)), []string{"ar", "en", "es", "fr", "pt"}) {
		t.Errorf("got %d members in %d zones and the languages %v, want 60, 12 and ar, en, es, fr, pt", len(members), len(zones), languages)
	}
	if v := shared.as(t, shared.people.Operator); !v.Operator {
		t.Error("the operator is none")
	}
	for _, c := range []struct {
		address string
		role    convoke.Role
	}{{shared.people.Admin, convoke.Admin}, {shared.people.Member, convoke.Member}} {
		m, err := shared.Communities.Get(t.Context(), shared.as(t, c.address), "cash-practice")
		if err != nil || m.Standing.Role != c.role || m.Standing.Operator {
			t.Errorf("%s: got %+v, %v, want the role %s", c.address, m.Standing, err, c.role)
		}
	}
	if shared.people != Cast() {
		t.Errorf("filled %v, cast %v", shared.people, Cast())
	}
}

func TestDoors(t *testing.T) {
	list, err := shared.Members.Requests(t.Context(), shared.as(t, shared.people.Admin), "trigger-data", app.Page{Limit: 200})
	if err != nil || len(list) != 3 || list[0].Waited < 96*time.Hour || list[0].Waited > 120*time.Hour {
		t.Errorf("who asks to join: got %+v, %v, want three, the first for four days", list, err)
	}
	states := map[string]int{}
	for _, slug := range []string{"nutrition-data-desk", "sante-communautaire"} {
		list, err := shared.Members.Invitations(t.Context(), convoke.System, slug, app.Page{Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range list {
			states[i.State]++
		}
	}
	if states["sent"] != 1 || states["declined"] != 1 || states["joined"] < 5 {
		t.Errorf("invitations: got %v, want one open, one declined, some taken up", states)
	}
}

func TestEvents(t *testing.T) {
	got := map[string]int{}
	answers := map[string]bool{}
	for _, e := range shared.events(t, convoke.System, app.EventFilter{Drafts: true}) {
		past := e.EndsAt.Time().Before(shared.now)
		for name, is := range map[string]bool{
			"drafts": e.Draft(), "cancelled past": past && e.Status == convoke.Cancelled, "cancelled coming": !past && e.Status == convoke.Cancelled,
			"moved past": past && e.MovedFrom != 0, "moved coming": !past && e.MovedFrom != 0, "tentative": e.Status == convoke.Tentative, "agendas": e.Agenda != "",
			"minutes": e.Minuted != "", "coming agendas": !past && e.Agenda != "", "in French": e.Language == "fr", "in Spanish": e.Language == "es",
			"webinars past": past && e.Kind == convoke.Webinar, "webinars coming": !past && e.Kind == convoke.Webinar, "elsewhere": e.Place != "",
			"meetings past": past && e.Kind == convoke.Meeting, "meetings coming": !past && e.Kind == convoke.Meeting, "speakers": len(e.Speakers) > 0,
		} {
			if is {
				got[name]++
			}
		}
		_, counts, err := shared.Events.Answers(t.Context(), convoke.System, e.ID, "", 1)
		if err != nil {
			t.Fatal(err)
		}
		for a, n := range counts {
			answers[string(a)] = answers[string(a)] || n > 0
		}
	}
	for name, least := range map[string]int{"drafts": 6, "cancelled past": 3, "cancelled coming": 2, "moved past": 2, "moved coming": 2, "tentative": 1, "agendas": 12, "minutes": 12,
		"coming agendas": 3, "in French": 20, "in Spanish": 1, "webinars past": 15, "webinars coming": 12, "elsewhere": 3, "meetings past": 50, "meetings coming": 100, "speakers": 25} {
		if got[name] < least {
			t.Errorf("%s: got %d, want %d at least", name, got[name], least)
		}
	}
	if !answers["yes"] || !answers["maybe"] || !answers["no"] {
		t.Errorf("answers: got %v, want all three", answers)
	}
}

func TestSeries(t *testing.T) {
	got := map[string]int{}
	for _, m := range shared.places(t) {
		list, err := shared.Series.List(t.Context(), convoke.System, m.Slug, app.Page{Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			v, err := shared.Series.Get(t.Context(), convoke.System, "", string(s.ID))
			if err != nil {
				t.Fatal(err)
			}
			held := 0
			for _, e := range v.Sessions {
				if e.EndsAt.Time().Before(shared.now) {
					held++
				}
			}
			switch {
			case s.CancelledAt != 0:
				got["cancelled"]++
			case s.Draft():
				got["draft"]++
			case held == 0:
				got["planned"]++
			case held == len(v.Sessions):
				got["finished"]++
			default:
				got["running"]++
			}
		}
	}
	if want := map[string]int{"finished": 1, "running": 1, "planned": 1, "draft": 1, "cancelled": 1}; !maps.Equal(got, want) {
		t.Errorf("series: got %v, want %v", got, want)
	}
}

func TestLetters(t *testing.T) {
	kinds := map[string]int{}
	for _, l := range shared.letters {
		kinds[l.Kind]++
		if l.State == convoke.Dead || l.State == convoke.Queued || l.State == convoke.Leased {
			t.Errorf("%s to %s is %s: %s", l.Kind, l.Address, l.State, l.Why)
		}
		if !strings.HasSuffix(l.Address, ".example") && !(l.Kind == notify.Answers && l.Address == "") { // whoever asked stands nowhere
			t.Errorf("%s to %s", l.Kind, l.Address)
		}
		if l.State == convoke.Captured && (l.Subject == "") != (l.Kind == notify.Answers) {
			t.Errorf("%s to %s has the subject %q", l.Kind, l.Address, l.Subject)
		}
	}
	for _, k := range notify.Kinds {
		if kinds[k.Name] == 0 {
			t.Errorf("no letter of the kind %s", k.Name)
		}
	}
	if n := len(shared.letters); n < 300 || n > 2000 {
		t.Errorf("got %d letters, want some hundreds: they are what filling takes its time for", n)
	}
	if shared.log.Len() > 0 {
		t.Errorf("there was something to warn of:\n%s", shared.log.String())
	}
}

// Every feed that a stranger may read is a calendar.
func TestFeeds(t *testing.T) {
	ctx, n := t.Context(), 0
	read := func(what string, p app.FeedPoll, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		b, err := shared.Feeds.Body(ctx, p)
		if err != nil {
			t.Fatal(what, err)
		}
		if _, err := calendar.Decode(bytes.NewReader(b.Raw)); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		n++
	}
	p, err := shared.Feeds.All(ctx)
	read("all", p, err)
	for _, m := range shared.places(t) {
		if m.Hidden || m.ParentID != "" {
			continue
		}
		meetings, err := shared.Meetings.List(ctx, convoke.Nobody, m.Slug, app.Page{Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range meetings {
			p, err := shared.Feeds.Meeting(ctx, m.Slug, r.Slug)
			read(r.Title, p, err)
		}
		series, err := shared.Series.List(ctx, convoke.Nobody, m.Slug, app.Page{Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range series {
			p, err := shared.Feeds.Series(ctx, m.Slug, s.Slug)
			read(s.Title, p, err)
		}
	}
	communities := map[string]bool{}
	for _, e := range shared.events(t, convoke.Nobody, app.EventFilter{}) {
		if e.MeetingID == "" {
			p, err := shared.Feeds.Event(ctx, e.Community.Slug, e.Slug)
			read(e.Title, p, err)
		}
		if !communities[e.Community.Slug] {
			communities[e.Community.Slug] = true
			p, err := shared.Feeds.Community(ctx, e.Community.Slug)
			read(e.Community.Slug, p, err)
		}
	}
	if n < 30 {
		t.Errorf("only %d feeds", n)
	}
	own, err := shared.Feeds.Mine(ctx, shared.as(t, shared.people.Admin))
	if err != nil || len(own) == 0 || shared.now.Sub(own[0].ReadAt.Time()) > time.Hour {
		t.Errorf("the admin's own feeds: got %+v, %v, want one read within the hour", own, err)
	}
}

func TestClock(t *testing.T) {
	now := time.Date(2028, 2, 29, 12, 0, 30, 0, time.UTC)
	c := NewClock(func() time.Time { return now })
	start := c.Now()
	if want := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC); !start.Equal(want) {
		t.Errorf("starts at %s, want %s", start, want)
	}
	c.walk(start.Add(time.Hour))
	c.walk(start)
	if got := c.Now(); !got.Equal(start.Add(time.Hour)) {
		t.Errorf("walked to %s, want an hour after %s", got, start)
	}
	c.follow()
	now = now.Add(time.Minute)
	if got := c.Now(); !got.Equal(now) {
		t.Errorf("follows to %s, want %s", got, now)
	}
	if got := shared.clock.Now(); !got.Equal(shared.now) {
		t.Errorf("a filled demo's clock: got %s, want %s", got, shared.now)
	}
}

func TestProgress(t *testing.T) {
	if !slices.IsSorted(shared.ticks) || shared.ticks[len(shared.ticks)-1] != shared.total || shared.total != 365 {
		t.Errorf("progress: last of %d, total %d, sorted %v; want 365 days in order", len(shared.ticks), shared.total, slices.IsSorted(shared.ticks))
	}
}
