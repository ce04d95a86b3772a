package app_test

import (
	"bytes"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// house is an application on a SQLite file whose statements are counted and whose clock stands still until it is moved.
type house struct {
	*app.App
	count *counter
	store *store.Store
	now   time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{count: &counter{}, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	s, err := store.Open(t.Context(), store.Options{Database: "sqlite", Data: t.TempDir(), Clock: func() time.Time { return h.now }, Wrap: h.count.wrap})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h.store = s
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.App, err = app.New(t.Context(), app.Options{Store: s, Name: "Convoke", Base: "https://convoke.example", From: "Convoke <mail@convoke.example>", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// community makes an open community with one published event.
func (h *house) community(t *testing.T) (convoke.Community, convoke.Event) {
	t.Helper()
	name, privacy := "Open maps", "open"
	m := must(h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Name: &name, Privacy: &privacy}, "ada@maps.example"))(t)
	title, start := "Mapping rivers", "2026-12-03T14:00"
	e := must(h.Events.Create(t.Context(), convoke.System, m.Slug, app.EventInput{Title: &title, StartLocal: &start}))(t)
	return m, must(h.Events.Publish(t.Context(), convoke.System, e.ID))(t)
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// A poll that is answered with 304 costs one query, whichever feed it is, and touches no event.
func TestPollIsOneQuery(t *testing.T) {
	h := open(t)
	m, e := h.community(t)
	ada := must(h.People.Get(t.Context(), convoke.System, "ada@maps.example"))(t)
	own := must(h.Feeds.Add(t.Context(), convoke.Viewer{Person: ada.ID, Via: "session"}, convoke.ScopeAll, "", "Mine"))(t)
	token := strings.TrimSuffix(own.Address[strings.LastIndex(own.Address, "/")+1:], ".ics")
	for _, c := range []struct {
		name string
		poll func() (app.FeedPoll, error)
	}{
		{"community", func() (app.FeedPoll, error) { return h.Feeds.Community(t.Context(), m.Slug) }},
		{"event", func() (app.FeedPoll, error) { return h.Feeds.Event(t.Context(), m.Slug, e.Slug) }},
		{"whole instance", func() (app.FeedPoll, error) { return h.Feeds.All(t.Context()) }},
		{"own", func() (app.FeedPoll, error) { return h.Feeds.Own(t.Context(), token, "Calendar/1") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.count.take()
			first := must(c.poll())(t)
			if q := h.count.take(); len(q) != 1 {
				t.Errorf("a poll runs %d statements, want 1: %q", len(q), q)
			}
			body := must(h.Feeds.Body(t.Context(), first))(t)
			if !bytes.Contains(body.Raw, []byte("Mapping rivers")) {
				t.Errorf("feed lacks the event:\n%s", body.Raw)
			}
			h.count.take()
			again := must(c.poll())(t)
			if again.ETag != first.ETag {
				t.Errorf("ETag changed without a change: %s, %s", first.ETag, again.ETag)
			}
			same := must(h.Feeds.Body(t.Context(), again))(t)
			if q := h.count.take(); len(q) != 1 {
				t.Errorf("a body in memory runs %d statements, want 1: %q", len(q), q)
			}
			if !bytes.Equal(body.Raw, same.Raw) {
				t.Error("the same revision has two bodies")
			}
		})
	}
}

// Two feeds at the same revision are two: what was at an address before is not taken for what is there now.
func TestETagIsOfOneFeed(t *testing.T) {
	h := open(t)
	m, e := h.community(t)
	other := must(h.Events.Create(t.Context(), convoke.System, m.Slug, app.EventInput{Title: new("Other"), StartLocal: new("2027-06-01T10:00"), TimeZone: new("UTC")}))(t)
	other = must(h.Events.Publish(t.Context(), convoke.System, other.ID))(t)
	one, two := must(h.Feeds.Event(t.Context(), m.Slug, e.Slug))(t), must(h.Feeds.Event(t.Context(), m.Slug, other.Slug))(t)
	if one.ETag == two.ETag {
		t.Errorf("both are %s", one.ETag)
	}
}

// Every byte a feed shows raises its revision when it changes.
func TestChangeMovesTheETag(t *testing.T) {
	h := open(t)
	m, e := h.community(t)
	etag := func() string {
		t.Helper()
		return must(h.Feeds.Community(t.Context(), m.Slug))(t).ETag
	}
	text := func(s string) *string { return &s }
	minutes := 30
	speakers := []app.SpeakerInput{{Name: "Rosa Luz"}}
	for _, c := range []struct {
		name string
		in   app.EventInput
	}{
		{"title", app.EventInput{Title: text("Mapping lakes")}},
		{"abstract", app.EventInput{Abstract: text("On foot.")}},
		{"start", app.EventInput{StartLocal: text("2026-12-04T14:00")}},
		{"length", app.EventInput{DurationMinutes: &minutes}},
		{"place", app.EventInput{Place: text("Library")}},
		{"join link", app.EventInput{JoinLink: text("https://video.example/1")}},
		{"language", app.EventInput{Language: text("fr")}},
		{"agenda", app.EventInput{Agenda: text("1. Rivers")}},
		{"visibility", app.EventInput{Visibility: text("everyone")}},
		{"speakers", app.EventInput{Speakers: &speakers}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := etag()
			h.now = h.now.Add(time.Minute)
			must(h.Events.Edit(t.Context(), convoke.System, e.ID, c.in))(t)
			if etag() == before {
				t.Errorf("changing the %s left the feed's revision", c.name)
			}
			same := etag()
			must(h.Events.Edit(t.Context(), convoke.System, e.ID, c.in))(t)
			if etag() != same {
				t.Errorf("saving the same %s again moved the feed's revision", c.name)
			}
		})
	}
}

// A feed of one's own says one's language and, while it is empty, one's zone.
func TestZoneAndLanguageMoveTheETagOfOnesOwn(t *testing.T) {
	h := open(t)
	ada := must(h.People.Add(t.Context(), convoke.System, "ada@maps.example", app.PersonInput{}))(t)
	v := convoke.Viewer{Person: ada.ID, Via: "session"}
	own := must(h.Feeds.Add(t.Context(), v, convoke.ScopeAll, "", "Mine"))(t)
	token := strings.TrimSuffix(own.Address[strings.LastIndex(own.Address, "/")+1:], ".ics")
	for _, c := range []struct {
		name string
		in   app.PersonInput
	}{
		{"zone", app.PersonInput{TimeZone: new("Asia/Tokyo")}},
		{"language", app.PersonInput{Language: new("fr")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := must(h.Feeds.Own(t.Context(), token, "Calendar/1"))(t)
			body := must(h.Feeds.Body(t.Context(), before))(t)
			if err := h.People.EditMe(t.Context(), v, c.in); err != nil {
				t.Fatal(err)
			}
			after := must(h.Feeds.Own(t.Context(), token, "Calendar/1"))(t)
			if after.ETag == before.ETag {
				t.Errorf("changing the %s left the feed's revision", c.name)
			}
			if now := must(h.Feeds.Body(t.Context(), after))(t); bytes.Equal(now.Raw, body.Raw) {
				t.Errorf("changing the %s left the feed's bytes", c.name)
			}
		})
	}
}

// A command that knows another base URL leaves the entries of the service beside it as they are; whoever serves there makes them anew.
func TestRemake(t *testing.T) {
	h := open(t)
	m, _ := h.community(t)
	if err := h.Remake(t.Context()); err != nil {
		t.Fatal(err)
	}
	poll := func(a *app.App) app.FeedPoll { return must(a.Feeds.Community(t.Context(), m.Slug))(t) }
	before := poll(h.App).ETag
	other := must(app.New(t.Context(), app.Options{Store: h.store, Name: "Convoke", Base: "https://moved.example", From: "Other <other@convoke.example>", Log: slog.New(slog.DiscardHandler)}))(t)
	if got := poll(h.App).ETag; got != before {
		t.Errorf("the feed has changed: ETag %s, was %s", got, before)
	}
	if err := other.Remake(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := poll(h.App).ETag; got == before {
		t.Error("the service moved, and the feed says it has not changed")
	}
	if got := string(must(other.Feeds.Body(t.Context(), poll(other)))(t).Raw); strings.Contains(got, "URL:https://convoke.example") || !strings.Contains(got, "URL:https://moved.example/c/open-maps/events") {
		t.Errorf("after the move:\n%s", got)
	}
}

// All that is mine has a date of a rule that its reader comes to alone: an event of its own, that follows whatever becomes of it; whoever has the whole
// meeting has every date beside its rule, and nobody has another's link.
func TestMineHasOneDate(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		sys := convoke.System
		r.Must(r.App.Remake(t.Context()))
		m := r.Community("rivers", convoke.Open)
		rule := calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 4}
		n := must(r.App.Meetings.CreatePublished(t.Context(), sys, m.Slug, app.MeetingInput{Title: new("Call"), TimeZone: new("Africa/Nairobi"), StartLocal: new("2026-12-07T10:00"),
			JoinLink: new("https://video.example/all"), Description: new("At https://video.example/all too."), Rule: &rule}))(t)
		dates := must(r.App.Meetings.Get(t.Context(), sys, "", string(n.ID)))(t).Coming
		must(r.App.Events.Edit(t.Context(), sys, dates[2].ID, app.EventInput{JoinLink: new("https://video.example/third")}))(t)
		r.Person("ada@maps.example")
		ada := r.Viewer("ada@maps.example")
		own := must(r.App.Feeds.Add(t.Context(), ada, convoke.ScopeAll, "", "Mine"))(t)
		token := strings.TrimSuffix(own.Address[strings.LastIndex(own.Address, "/")+1:], ".ics")
		seen := map[string][]byte{}
		check := func(step string, want ...string) (body string) {
			t.Helper()
			r.Clock.Add(time.Minute)
			body = string(must(r.App.Feeds.Body(t.Context(), must(r.App.Feeds.Own(t.Context(), token, "Calendar/1"))(t)))(t).Raw)
			var got []string
			for _, v := range strings.Split(body, "BEGIN:VEVENT")[1:] {
				v, _, _ = strings.Cut(v, "END:VEVENT")
				line := []string{regexp.MustCompile(`\r\nDTSTART[^:]*:(\S+)`).FindStringSubmatch(v)[1]}
				for _, prop := range []string{"RRULE", "RECURRENCE-ID", "STATUS:CANCELLED"} {
					if strings.Contains(v, "\r\n"+prop) {
						line = append(line, prop)
					}
				}
				got = append(got, strings.Join(line, " "))
				key := string(bytes.Join(keyLines.FindAll([]byte(v), -1), nil))
				if was, is := seen[key], []byte(v); was != nil && !bytes.Equal(was, is) && feed.Stamp(is) <= feed.Stamp(was) {
					t.Errorf("%s: changed with DTSTAMP %v after %v:\n%s", step, feed.Stamp(is).Time(), feed.Stamp(was).Time(), v)
				}
				seen[key] = []byte(v)
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%s: got %q, want %q", step, got, want)
			}
			return body
		}
		answer := func(date int, answer convoke.Answer) {
			t.Helper()
			r.Must(r.App.Events.Answer(t.Context(), ada, dates[date].ID, answer, "page"))
		}
		check("nothing")
		answer(1, "yes")
		if body := check("one date", "20261214T100000"); !strings.Contains(body, "CONFERENCE") {
			t.Errorf("without its link:\n%s", body)
		}
		answer(2, "maybe")
		for _, v := range strings.Split(check("another with its own link", "20261214T100000", "20261221T100000"), "BEGIN:VEVENT")[1:] {
			v = strings.ReplaceAll(v, "\r\n ", "")
			if strings.Contains(v, "https://video.example/third") == strings.Contains(v, "https://video.example/all") {
				t.Errorf("a date has not its own link alone:\n%s", v)
			}
		}
		must(r.App.Events.Edit(t.Context(), sys, dates[1].ID, app.EventInput{StartLocal: new("2026-12-15T10:00")}))(t)
		check("moved", "20261215T100000", "20261221T100000")
		must(r.App.Communities.Edit(t.Context(), sys, m.Slug, app.CommunityInput{Name: new("River people")}))(t)
		if body := check("community renamed", "20261215T100000", "20261221T100000"); strings.Contains(body, "CATEGORIES:Rivers") {
			t.Errorf("it has its old name:\n%s", body)
		}
		must(r.App.Events.Cancel(t.Context(), sys, dates[1].ID, ""))(t)
		check("called off", "20261215T100000 STATUS:CANCELLED", "20261221T100000")
		answer(2, "no")
		check("not to that", "20261215T100000 STATUS:CANCELLED")
		r.Must(r.App.Meetings.Answer(t.Context(), ada, n.ID, "yes", "page"))
		check("the whole", "20261207T100000 RRULE", "20261215T100000 RECURRENCE-ID STATUS:CANCELLED", "20261221T100000 RECURRENCE-ID")
		r.Must(r.App.Meetings.Answer(t.Context(), ada, n.ID, "no", "page"))
		check("the whole no more", "20261215T100000 STATUS:CANCELLED")
		r.Must(r.App.Meetings.Answer(t.Context(), ada, n.ID, "maybe", "page"))
		check("perhaps the whole", "20261207T100000 RRULE", "20261215T100000 RECURRENCE-ID STATUS:CANCELLED", "20261221T100000 RECURRENCE-ID")
		r.Must(r.App.Meetings.Answer(t.Context(), ada, n.ID, "no", "page"))
		rename := func() {
			t.Helper()
			must(r.App.Communities.Edit(t.Context(), sys, m.Slug, app.CommunityInput{Name: new("Rivers " + r.Clock.Now().Format("15:04"))}))(t)
		}
		r.Clock.Set(time.Date(2026, 12, 15, 20, 0, 0, 0, time.UTC))
		r.Must(r.App.Communities.DropLeft(t.Context()))
		check("hours after its end", "20261215T100000 STATUS:CANCELLED")
		rename()
		check("hours after its end, made again", "20261215T100000 STATUS:CANCELLED")
		r.Clock.Set(time.Date(2026, 12, 16, 11, 0, 0, 0, time.UTC))
		r.Must(r.App.Communities.DropLeft(t.Context()))
		check("a day after its end")
		r.Must(r.App.Meetings.Answer(t.Context(), ada, n.ID, "yes", "page"))
		check("the whole, a day after its end", "20261207T100000 RRULE", "20261215T100000 RECURRENCE-ID STATUS:CANCELLED", "20261221T100000 RECURRENCE-ID")
		r.Must(r.App.Meetings.Answer(t.Context(), ada, n.ID, "no", "page"))
		rename()
		check("a day after its end, made again")
		answer(3, "yes")
		check("the last date", "20261228T100000")
		r.Clock.Set(time.Date(2026, 12, 30, 0, 0, 0, 0, time.UTC))
		r.Must(r.App.Communities.DropLeft(t.Context()))
		check("held", "20261228T100000")
		r.Clock.Set(time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC))
		r.Must(r.App.Communities.DropLeft(t.Context()))
		check("long over")
	}, rig.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)))
}

// A date somebody comes to alone, when a change of "this and following" passes it on: under the UID it had, each change has a later stamp, and one of
// time, length or link a higher SEQUENCE, also within the second in which it was shown before.
func TestOneDateGoesOn(t *testing.T) {
	sequence := regexp.MustCompile(`\r\nSEQUENCE:(\d+)`)
	for _, tt := range []struct {
		name string
		from int // the date that is changed with those that follow; the reader comes to the third
		in   app.MeetingInput
		up   int // of its SEQUENCE
	}{
		{"title", 1, app.MeetingInput{Title: new("Other")}, 0},
		{"hour", 1, app.MeetingInput{StartLocal: new("2026-12-14T12:00")}, 1},
		{"length", 2, app.MeetingInput{DurationMinutes: new(30)}, 1},
		{"link", 2, app.MeetingInput{JoinLink: new("https://video.example/other")}, 1},
		{"place", 1, app.MeetingInput{Place: new("Hall")}, 1},
		{"zone", 1, app.MeetingInput{TimeZone: new("Europe/Berlin")}, 1},
		{"a zone that is not written as a rule", 1, app.MeetingInput{TimeZone: new("Africa/Casablanca")}, 1},
		{"title, and such a zone", 1, app.MeetingInput{Title: new("Other"), TimeZone: new("Africa/Casablanca")}, 1},
	} {
		for _, wait := range []time.Duration{0, time.Minute} {
			t.Run(tt.name+" after "+wait.String(), func(t *testing.T) {
				rig.Each(t, func(t *testing.T, r *rig.Rig) {
					r.Must(r.App.Remake(t.Context()))
					m := r.Community("rivers", convoke.Open)
					n := must(r.App.Meetings.CreatePublished(t.Context(), convoke.System, m.Slug, app.MeetingInput{Title: new("Call"), TimeZone: new("Africa/Nairobi"),
						StartLocal: new("2026-12-07T10:00"), JoinLink: new("https://video.example/all"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 4}}))(t)
					dates := must(r.App.Meetings.Get(t.Context(), convoke.System, "", string(n.ID)))(t).Coming
					r.Person("ada@maps.example")
					ada := r.Viewer("ada@maps.example")
					own := must(r.App.Feeds.Add(t.Context(), ada, convoke.ScopeAll, "", "Mine"))(t)
					token := strings.TrimSuffix(own.Address[strings.LastIndex(own.Address, "/")+1:], ".ics")
					read := func() (entry []byte, key string, seq int) {
						t.Helper()
						body := string(must(r.App.Feeds.Body(t.Context(), must(r.App.Feeds.Own(t.Context(), token, "Calendar/1"))(t)))(t).Raw)
						if strings.Count(body, "BEGIN:VEVENT") != 1 {
							t.Fatalf("want one entry:\n%s", body)
						}
						_, body, _ = strings.Cut(body, "BEGIN:VEVENT")
						entry = []byte(body)
						return entry, string(bytes.Join(keyLines.FindAll(entry, -1), nil)), must(strconv.Atoi(string(sequence.FindSubmatch(entry)[1])))(t)
					}
					r.Clock.Add(time.Hour)
					r.Must(r.App.Events.Answer(t.Context(), ada, dates[2].ID, "yes", "page"))
					was, key, seq := read()
					r.Clock.Add(wait)
					must(r.App.Meetings.EditFollowing(t.Context(), convoke.System, dates[tt.from].ID, tt.in))(t)
					is, now, up := read()
					if up -= seq; now != key || bytes.Equal(is, was) || feed.Stamp(is) <= feed.Stamp(was) || up != tt.up {
						t.Errorf("SEQUENCE is %d higher, want %d; before:\n%s\nafter:\n%s", up, tt.up, was, is)
					}
				}, rig.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)))
			})
		}
	}
}

// What somebody answers to one date gives them an entry of it; nobody else's changes.
func TestAnswerChangesNobodyElsesEntry(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Must(r.App.Remake(t.Context()))
		m := r.Community("rivers", convoke.Open)
		n := must(r.App.Meetings.CreatePublished(t.Context(), convoke.System, m.Slug, app.MeetingInput{Title: new("Call"), TimeZone: new("Africa/Nairobi"),
			StartLocal: new("2026-12-07T10:00"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 4}}))(t)
		date := must(r.App.Meetings.Get(t.Context(), convoke.System, "", string(n.ID)))(t).Coming[2]
		must(r.App.Events.Edit(t.Context(), convoke.System, date.ID, app.EventInput{Agenda: new("1. Maps")}))(t)
		read := func() string {
			t.Helper()
			r.Clock.Add(time.Minute)
			return string(must(r.App.Feeds.Body(t.Context(), must(r.App.Feeds.Community(t.Context(), m.Slug))(t)))(t).Raw)
		}
		before := read()
		r.Person("ada@maps.example")
		r.Must(r.App.Events.Answer(t.Context(), r.Viewer("ada@maps.example"), date.ID, "yes", "page"))
		must(r.App.Communities.Edit(t.Context(), convoke.System, m.Slug, app.CommunityInput{Contact: new("maps@rivers.example")}))(t) // so that it is put together anew
		if after := read(); after != before || !strings.Contains(before, "RECURRENCE-ID") {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
	}, rig.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)))
}

// A date that its rule gave up is nobody's, of a meeting that is written as single dates each goes by its own answer, and a rule never comes without what
// deviates from it.
func TestMineHasNoOther(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		sys := convoke.System
		m := r.Community("rivers", convoke.Open)
		r.Person("ada@maps.example")
		ada := r.Viewer("ada@maps.example")
		rule := calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 3}
		call := func(zone string) (convoke.Recurrence, []app.EventView) {
			t.Helper()
			n := must(r.App.Meetings.CreatePublished(t.Context(), sys, m.Slug, app.MeetingInput{Title: new("Call " + zone), TimeZone: &zone, StartLocal: new("2026-12-07T10:00"), Rule: &rule}))(t)
			return n, must(r.App.Meetings.Get(t.Context(), sys, "", string(n.ID)))(t).Coming
		}
		ruled, ofRule := call("Africa/Nairobi")
		single, ofSingle := call("Africa/Casablanca")
		rule.Count = 0
		endless, ofEndless := call("Asia/Kolkata")
		must(r.App.Events.Edit(t.Context(), sys, ofEndless[1].ID, app.EventInput{StartLocal: new("2026-12-15T10:00")}))(t)
		must(r.App.Events.Edit(t.Context(), sys, ofEndless[2].ID, app.EventInput{Title: new("Another call")}))(t)
		own := must(r.App.Feeds.Add(t.Context(), ada, convoke.ScopeAll, "", "Mine"))(t)
		token := strings.TrimSuffix(own.Address[strings.LastIndex(own.Address, "/")+1:], ".ics")
		check := func(step string, want ...string) {
			t.Helper()
			r.Clock.Add(time.Minute)
			body := must(r.App.Feeds.Body(t.Context(), must(r.App.Feeds.Own(t.Context(), token, "Calendar/1"))(t)))(t).Raw
			var got []string
			for _, v := range strings.Split(string(body), "BEGIN:VEVENT")[1:] {
				got = append(got, regexp.MustCompile(`\r\nDTSTART[^:]*:(\d{8})`).FindStringSubmatch(v)[1])
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%s: got %q, want %q:\n%s", step, got, want, body)
			}
		}
		r.Must(r.App.Meetings.Answer(t.Context(), ada, single.ID, "yes", "page"))
		check("all", "20261207", "20261214", "20261221")
		r.Must(r.App.Events.Answer(t.Context(), ada, ofSingle[1].ID, "no", "page"))
		check("all but one", "20261207", "20261221")
		r.Must(r.App.Meetings.Answer(t.Context(), ada, single.ID, "no", "page"))
		check("none")
		r.Must(r.App.Events.Answer(t.Context(), ada, ofRule[2].ID, "yes", "page"))
		check("a date of a rule", "20261221")
		rule.Count = 2
		must(r.App.Meetings.Edit(t.Context(), sys, ruled.ID, app.MeetingInput{Rule: &rule}))(t)
		check("it was given up")
		r.Must(r.App.Meetings.Answer(t.Context(), ada, endless.ID, "yes", "page"))
		check("a rule and what deviates from it", "20261207", "20261215", "20261221")
		r.Clock.Set(time.Date(2028, 6, 1, 9, 0, 0, 0, time.UTC))
		r.Must(r.App.Communities.DropLeft(t.Context()))
		check("a rule goes on, and what deviated from it long ago stays", "20261207", "20261215", "20261221")
	}, rig.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)))
}
