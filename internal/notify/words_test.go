package notify

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

func said(t *testing.T, c Context) string {
	t.Helper()
	out, err := Compose(showing(c))
	if err != nil {
		t.Fatal(err)
	}
	return out.Message.Subject + "\n" + out.Message.Text
}

// holds fails unless a text has all of some and none of other pieces.
func holds(t *testing.T, s string, want, not []string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(s, w) {
			t.Errorf("lacks %q:\n%s", w, s)
		}
	}
	for _, n := range not {
		if strings.Contains(s, n) {
			t.Errorf("holds %q:\n%s", n, s)
		}
	}
}

func TestWhen(t *testing.T) {
	for _, tc := range []struct {
		name, zone, now string
		subject, left   string
		button          string
	}{
		{"a week before", "Africa/Nairobi", "2026-11-26T11:00:00Z", "Thu 3 Dec 14:00 Nairobi: ", "in a week.", "Join on Thu 3 Dec at 14:00"},
		{"two days before", "Africa/Nairobi", "2026-12-01T11:00:00Z", "Thu 3 Dec 14:00 Nairobi: ", "in 2 days.", "Join on Thursday at 14:00"},
		{"the day before", "Africa/Nairobi", "2026-12-02T12:00:00Z", "Tomorrow 14:00 Nairobi: ", "in 23 hours.", "Join on Thursday at 14:00"},
		{"a late day before", "Africa/Nairobi", "2026-12-02T20:50:00Z", "Tomorrow 14:00 Nairobi: ", "in 14 hours.", "Join on Thursday at 14:00"},
		{"the same night is today", "Africa/Nairobi", "2026-12-02T21:10:00Z", "Today 14:00 Nairobi: ", "in 14 hours.", "Join at 14:00"},
		{"an hour before", "Africa/Nairobi", "2026-12-03T10:00:00Z", "Today 14:00 Nairobi: ", "in an hour.", "Join at 14:00"},
		{"late", "Africa/Nairobi", "2026-12-03T10:48:20Z", "Today 14:00 Nairobi: ", "in 12 minutes.", "Join at 14:00"},
		{"the last seconds", "Africa/Nairobi", "2026-12-03T10:59:50Z", "Today 14:00 Nairobi: ", "in a minute.", "Join at 14:00"},
		{"too late", "Africa/Nairobi", "2026-12-03T11:00:00Z", "Today 14:00 Nairobi: ", "It has begun.", "Join at 14:00"},
		{"beyond the date line", "Pacific/Auckland", "2026-12-02T10:30:00Z", "Fri 4 Dec 00:00 Auckland: ", "in 1 day 1 hour.", "Join on Friday at 00:00"},
		{"a zone without a city", "UTC", "2026-12-02T12:00:00Z", "Tomorrow 11:00 UTC: ", "in 23 hours.", "Join on Thursday at 11:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := sample(Reminder, "", "en")
			c.Now, c.Reader.Zone = moment(tc.now), tc.zone
			s := said(t, c)
			if !strings.HasPrefix(s, tc.subject) {
				t.Errorf("begins %q, want %q", s[:60], tc.subject)
			}
			holds(t, s, []string{tc.left, tc.button}, nil)
		})
	}
}

func TestEventChanges(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(before *Snapshot, e *convoke.Event)
		lang   string
		want   []string
		not    []string
	}{
		{"moved", func(b *Snapshot, _ *convoke.Event) { b.StartsAt = moment("2026-12-02T09:30:00Z") }, "en",
			[]string{"Moved: Reading the soil: Thu 3 Dec", "Time: Wednesday 2 December 2026, 15:30, Dhaka (UTC+06:00) → Thursday 3 December 2026, 17:00, Dhaka (UTC+06:00)"}, []string{"Length", "Place:"}},
		{"length", func(b *Snapshot, _ *convoke.Event) { b.Minutes = 45 }, "en",
			[]string{"Changed: Reading", "Length: 45 minutes → 1 hour 30 minutes"}, []string{"Time:"}},
		{"a new place", func(_ *Snapshot, e *convoke.Event) { e.Place = "Hall 2" }, "en", []string{"Place: none → Hall 2"}, nil},
		{"another title", func(b *Snapshot, _ *convoke.Event) { b.Title = "Soil" }, "fr", []string{"Titre\u00a0: Soil → Reading the soil"}, nil},
		{"a new link", func(b *Snapshot, _ *convoke.Event) { b.JoinLink = "https://meet.example/old" }, "en", []string{"It has a new join link.", joinCanary}, []string{"/old"}},
		{"the first link", func(b *Snapshot, _ *convoke.Event) { b.JoinLink = "" }, "en", []string{"It has a join link now."}, nil},
		{"no link any more", func(_ *Snapshot, e *convoke.Event) { e.JoinLink = "" }, "en", []string{"It has no join link any more."}, []string{joinCanary}},
		{"restored", func(b *Snapshot, _ *convoke.Event) { b.Status = convoke.Cancelled }, "en", []string{"Takes place after all: Reading", "It was cancelled and takes place after all."}, nil},
		{"restored and moved", func(b *Snapshot, _ *convoke.Event) {
			b.Status, b.StartsAt = convoke.Cancelled, moment("2026-12-02T09:30:00Z")
		}, "en", []string{"Takes place after all: Reading", "Time: Wednesday"}, []string{"Moved:"}},
		{"firm", func(b *Snapshot, _ *convoke.Event) { b.Status = convoke.Tentative }, "en", []string{"The date is firm now."}, nil},
		{"not firm", func(_ *Snapshot, e *convoke.Event) { e.Status = convoke.Tentative }, "fr", []string{"La date n’est plus certaine."}, nil},
		{"another zone at the same moment", func(b *Snapshot, _ *convoke.Event) { b.Zone = "Africa/Kampala" }, "en",
			[]string{"Time zone of the organisers: Kampala → Nairobi"}, []string{"Time:"}},
		{"nothing that is told", func(*Snapshot, *convoke.Event) {}, "en", []string{"Something about it has changed."}, []string{"→"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := sample(EventUpdate, "", tc.lang)
			b := snapshot(*c.Event)
			tc.change(b, c.Event)
			c.Data = Data{Before: b}
			holds(t, said(t, c), tc.want, tc.not)
		})
	}
	c := sample(EventUpdate, "link", "en")
	c.Entitled, c.Event.Abstract, c.Data.Note = false, "", "Not at "+c.Data.Before.JoinLink+" any more."
	holds(t, said(t, c), []string{"Something about it has changed.", "> Not at … any more."}, []string{"join link now", "new join link", "/j/"})
	c = sample(EventUpdate, "", "en")
	c.Data = Data{}
	holds(t, said(t, c), []string{"Something about it has changed."}, nil)
}

func TestMeetingChanges(t *testing.T) {
	for _, tc := range []struct {
		name      string
		change    func(b *Snapshot, m *convoke.Recurrence)
		want, not []string
	}{
		{"the rule", func(b *Snapshot, _ *convoke.Recurrence) { b.Rule.Nth = -1 },
			[]string{"Rhythm: last Tuesday each month, 14:00 Berlin, not in August → second Tuesday each month, 14:00 Berlin, not in August"}, []string{"It ends"}},
		{"the hour", func(b *Snapshot, _ *convoke.Recurrence) { b.Start = local("2026-12-08T16:30") }, []string{"16:30 Berlin, not in August → second Tuesday each month, 14:00"}, nil},
		{"an end", func(_ *Snapshot, m *convoke.Recurrence) { m.Rule.Until = calendar.NewDate(2027, time.March, 1) },
			[]string{"until 1 March 2027", "It ends earlier than planned."}, nil},
		{"a later end", func(b *Snapshot, m *convoke.Recurrence) {
			m.Rule.Until, b.Rule.Until = calendar.NewDate(2027, time.March, 1), calendar.NewDate(2027, time.January, 1)
		}, []string{"until 1 January 2027 → "}, []string{"It ends earlier"}},
		{"a new link", func(b *Snapshot, _ *convoke.Recurrence) { b.JoinLink = "https://meet.example/old" }, []string{"It has a new join link."}, []string{"Rhythm"}},
		{"restored", func(b *Snapshot, _ *convoke.Recurrence) { b.Status = convoke.Cancelled }, []string{"takes place after all."}, nil},
		{"nothing that is told", func(*Snapshot, *convoke.Recurrence) {}, []string{"Something about it has changed."}, []string{"→"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := sample(MeetingUpdate, "", "en")
			m := c.Meeting
			b := &Snapshot{Title: m.Title, Zone: m.Zone, Minutes: m.Minutes, Place: m.Place, JoinLink: m.JoinLink, Status: m.Status, Start: m.Start, Rule: new(m.Rule.Rule)}
			tc.change(b, m)
			c.Data = Data{Before: b}
			holds(t, said(t, c), tc.want, tc.not)
		})
	}
}

// TestAnswers holds what a letter offers to whoever answered so.
func TestAnswers(t *testing.T) {
	for _, tc := range []struct {
		kind   string
		answer convoke.Answer
		do     string // what is offered, in order
	}{
		{EventInvitation, "", "yes maybe no"},
		{EventInvitation, convoke.Invited, "yes maybe no"},
		{EventInvitation, convoke.Yes, "maybe no"},
		{EventUpdate, convoke.Maybe, "yes no"},
		{EventUpdate, convoke.No, "yes maybe"},
		{EventCancellation, "", ""},
		{SeriesInvitation, "", "yes no"},
		{SeriesCancellation, "", ""},
		{MeetingInvitation, "", "yes next no"},
		{MeetingInvitation, convoke.Yes, "no"},
		{MeetingInvitation, convoke.No, "yes next"},
		{MeetingUpdate, "", "yes no"},
		{MeetingUpdate, convoke.Yes, "no"},
		{MeetingUpdate, convoke.No, "yes"},
		{MeetingCancellation, "", ""},
		{Reminder, "", "yes maybe no"},
		{Reminder, convoke.Yes, "maybe no"},
		{MeetingReminder, convoke.Maybe, "yes no"},
		{CommunityInvitation, "", "accept decline"},
		{JoinRequest, "", ""},
	} {
		t.Run(fmt.Sprintf("%s %s", tc.kind, tc.answer), func(t *testing.T) {
			c := sample(tc.kind, "", "en")
			c.Reader.Answer = tc.answer
			var got []string
			for _, m := range regexp.MustCompile(`\?do=([a-z]+)`).FindAllStringSubmatch(said(t, c), -1) {
				if m[1] != "unsubscribe" {
					got = append(got, m[1])
				}
			}
			if s := strings.Join(got, " "); s != tc.do {
				t.Errorf("offers %q, want %q", s, tc.do)
			}
		})
	}
}

func TestWhy(t *testing.T) {
	for _, tc := range []struct {
		name string
		kind string
		r    func(*convoke.Recipient)
		want string
	}{
		{"a member", EventInvitation, func(*convoke.Recipient) {}, "because you are a member of Soil"},
		{"said yes", EventUpdate, func(r *convoke.Recipient) { r.Answer = convoke.Yes }, "because you said you will come"},
		{"said maybe", Reminder, func(r *convoke.Recipient) { r.Answer = convoke.Maybe }, "because you answered maybe"},
		{"has not answered", Reminder, func(r *convoke.Recipient) { r.Answer = "" }, "and have not answered yet"},
		{"an outsider who holds it", EventCancellation, func(r *convoke.Recipient) { r.Role = "" }, "because Soil health practitioners invited you"},
		{"an admin", JoinRequest, func(*convoke.Recipient) {}, "because you are an admin"},
		{"who asked", JoinOutcome, func(*convoke.Recipient) {}, "because you asked to join"},
		{"who was invited", CommunityInvitation, func(*convoke.Recipient) {}, "because Wanjiru Kamau invited this address"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := sample(tc.kind, "", "en")
			tc.r(&c.Reader)
			holds(t, said(t, c), []string{tc.want}, nil)
		})
	}
}

// Whoever sees the event no more is told nothing of what was said, and led nowhere that is closed to them.
func TestAnswersClosed(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		c := sample(Answers, "closed", "en")
		c.Community.Hidden = hidden
		not, page := []string{"/events/", "spade", "elbow", "How deep", "Question 3", "no products"}, c.Site.Base+"/c/soil"
		if text := said(t, c); hidden {
			holds(t, text, []string{"no longer"}, append(not, page))
		} else {
			holds(t, text, []string{"no longer", page}, not)
		}
	}
}

func TestLanguageAndZone(t *testing.T) {
	for _, tc := range []struct {
		name             string
		lang, zone, home string
		want, not        []string
	}{
		{"theirs", "fr", "Africa/Dakar", "Africa/Nairobi", []string{"Oui, je viendrai", "Dakar (UTC+00:00)", "14:00 Nairobi (UTC+03:00), fuseau de l’organisation"}, []string{"fuseau horaire"}},
		{"a language without a catalogue", "sw", "Asia/Dhaka", "Africa/Nairobi", []string{"Yes, I will come", "Dhaka"}, nil},
		{"the same offset needs no second hour", "en", "Europe/Moscow", "Africa/Nairobi", []string{"14:00–15:30\nMoscow (UTC+03:00)"}, []string{"where it is hosted"}},
		{"another day", "en", "Pacific/Kiritimati", "Africa/Nairobi", []string{"Friday 4 December 2026", "Thu 3 Dec 14:00 Nairobi (UTC+03:00), where it is hosted"}, nil},
		{"not known: the community's, and says so", "en", "", "Europe/Paris", []string{"Paris (UTC+01:00)", "We do not know your time zone yet, so this is the time of Paris.", "https://convoke.example/me"}, nil},
		{"not known either", "fr", "Mars/Base", "", []string{"UTC", "les heures sont celles de UTC"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := sample(EventInvitation, "", tc.lang)
			c.Reader.Zone, c.Community.Zone = tc.zone, tc.home
			holds(t, said(t, c), tc.want, tc.not)
		})
	}
	c := sample(JoinRequest, "", "en")
	c.Reader.Zone = ""
	holds(t, said(t, c), nil, []string{"time zone"})
	c = sample(SignIn, "", "fr")
	c.Reader.Language = "en"
	holds(t, said(t, c), []string{"Connexion à Convoke"}, nil)
}

func TestSignInLetter(t *testing.T) {
	c := sample(SignIn, "", "en")
	s := convoke.SignIn{ID: "le_s", Shown: "reader@people.example", Language: "en", CreatedAt: now, ExpiresAt: now.Add(convoke.SignInLife)}
	c.Letter = SignInLetter(site, s)
	out, p, _ := rendered(t, c)
	holds(t, p.Text, []string{"https://convoke.example/l/" + secrets.LetterToken("le_s") + "\n", "\n" + secrets.SignInCode("le_s") + "\n", "15 minutes", "If it was not you"}, []string{"nsubscribe"})
	if strings.Contains(p.Subject, secrets.SignInCode("le_s")) || out.Message.Unsubscribe != "" || out.Message.From.Name != "Convoke" || out.Message.ReplyTo != nil {
		t.Errorf("subject %q, unsubscribe %q, from %q", p.Subject, out.Message.Unsubscribe, out.Message.From)
	}
}

func TestSender(t *testing.T) {
	c := sample(EventInvitation, "", "en")
	c.Community.Contact = ""
	out, p, _ := rendered(t, c)
	if p.From != "Soil health practitioners via Convoke <hello@convoke.example>" || out.Message.ReplyTo != nil {
		t.Errorf("from %s, reply to %v", p.From, out.Message.ReplyTo)
	}
	c.Community.Name = strings.Repeat("Practitioners of soil ", 5)
	if _, p, _ = rendered(t, c); !strings.Contains(p.From, "… via Convoke") {
		t.Errorf("from %s", p.From)
	}
}

func TestLongSeries(t *testing.T) {
	c := sample(SeriesInvitation, "", "en")
	first := c.Sessions[0]
	c.Sessions = nil
	for i := range convoke.MaxSessions {
		e := first
		e.Title, e.Start = strings.Repeat("水", convoke.MaxTitle), first.Start.AddDays(7*i)
		if _, err := e.Plan(); err != nil {
			t.Fatal(err)
		}
		c.Sessions = append(c.Sessions, e)
	}
	c.Sessions[1].Status = convoke.Cancelled
	c.Sessions[0].EndsAt = c.Now
	c.Reader.Zone = "America/New_York" // whose clocks change on the way
	_, p, _ := rendered(t, c)
	soundHTML(t, p.HTML)
	holds(t, p.Subject+p.Text, []string{": 98 sessions from Thu 17 Dec", "58 more dates are on the page", "Dates in your time, New York (UTC-05:00):", ", New York (UTC-04:00)"}, []string{"10 December"})
	if n := strings.Count(p.Text, "\n- "); n != maxDates {
		t.Errorf("%d dates, want %d", n, maxDates)
	}
}

// A hundred sessions with the longest texts are called off in one mail.
func TestLongSeriesCancelled(t *testing.T) {
	c := sample(SeriesCancellation, "", "en")
	for i := range convoke.MaxSessions {
		e := c.Sessions[0]
		e.UID, e.Title, e.Abstract = fmt.Sprintf("%d@convoke.example", i), strings.Repeat("土", convoke.MaxTitle), strings.Repeat("土", convoke.MaxText)
		c.Ended = append(c.Ended, e)
	}
	_, p, _ := rendered(t, c)
	if n := len(p.Files); n != convoke.MaxSessions {
		t.Errorf("%d files, want %d", n, convoke.MaxSessions)
	}
}

func TestShorten(t *testing.T) {
	for _, tc := range []struct {
		name, s string
		most    int
		want    string
	}{
		{"short", "Soil", 10, "Soil"},
		{"exact", "0123456789", 10, "0123456789"},
		{"within a word", "0123456789abc", 10, "012345678…"},
		{"at a space", "reading the soils", 13, "reading the…"},
		{"no space near", "a bcdefghijklmnop", 10, "a bcdefgh…"},
		{"a mark is not torn off", "abcdefghe\u0301xyz", 10, "abcdefgh…"},
		{"nor a family", "abcd👩\u200D👩\u200D👧", 10, "abcd👩…"},
		{"punctuation before the end", "reading, slowly and", 10, "reading…"},
	} {
		if got := shorten(tc.s, tc.most); got != tc.want || units(got) > tc.most {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestInk(t *testing.T) {
	if len(inks) != len(convoke.Inks) {
		t.Fatalf("%d colours for %d inks", len(inks), len(convoke.Inks))
	}
	for _, tc := range []struct{ slug, chosen, want string }{
		{"soil", "fern", "#1f4d2b"},
		{"soil", "lagoon", "#0b4a57"},
		{"a", "", "#1f4d2b"},           // FNV-1a of "a" is e40c292c, modulo 8 is 4
		{"foobar", "red;}", "#0b4a57"}, // bf9cf968,
	} {
		if got := ink(tc.slug, tc.chosen); got != tc.want {
			t.Errorf("ink(%q, %q) = %s, want %s", tc.slug, tc.chosen, got, tc.want)
		}
	}
}

func TestComposeRefuses(t *testing.T) {
	for _, tc := range []struct {
		name, want string
		c          func() Context
	}{
		{"an unknown kind", "unknown kind", func() Context { c := sample(Reminder, "", "en"); c.Letter.Kind = "digest"; return c }},
		{"no event", "no event", func() Context { c := sample(EventUpdate, "", "en"); c.Event = nil; return c }},
		{"no series", "no series", func() Context { c := sample(SeriesInvitation, "", "en"); c.Series = nil; return c }},
		{"no meeting", "no meeting", func() Context { c := sample(MeetingUpdate, "", "en"); c.Meeting = nil; return c }},
		{"no address", "not a mail address", func() Context { c := sample(Reminder, "", "en"); c.Reader.Address = ""; return c }},
		{"an address with CR LF", "not a mail address", func() Context {
			c := sample(Reminder, "", "en")
			c.Reader.Address = "a@x.example\r\nBcc: b@x.example"
			return c
		}},
		{"an organizer that is none", "not a bare mail address", func() Context { c := sample(EventInvitation, "", "en"); c.Organizer = "nobody"; return c }},
	} {
		if out, err := Compose(tc.c()); err == nil || !strings.Contains(err.Error(), tc.want) || out.UID != "" || out.Message.Text != "" {
			t.Errorf("%s: got %v, want an error about %q", tc.name, err, tc.want)
		}
	}
}

// TestEveryTextIsUsed holds that the catalogue and the code name the same texts.
func TestEveryTextIsUsed(t *testing.T) {
	var named []string
	for _, pattern := range []string{"*.go", "templates/*"} {
		list, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`"(mail\.[a-z.]+)"`).FindAllSubmatch(b, -1) {
				named = append(named, string(m[1]))
			}
		}
	}
	for _, key := range locale.Keys() {
		if strings.HasPrefix(key, "mail.") && !slices.ContainsFunc(named, func(n string) bool {
			return n == key || strings.HasSuffix(n, ".") && strings.HasPrefix(key, n)
		}) {
			t.Errorf("nothing says %q", key)
		}
	}
	for _, n := range named {
		if !strings.HasSuffix(n, ".") && !locale.Has(n) {
			t.Errorf("there is no text %q", n)
		}
	}
}

func BenchmarkCompose(b *testing.B) {
	c := sample(EventInvitation, "", "en")
	for b.Loop() {
		if _, err := Compose(showing(c)); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAnEndedMeetingAsksNothing(t *testing.T) {
	c := sample(MeetingUpdate, "ended", "en")
	c.Coming = nil
	if text := said(t, c); strings.Contains(text, "?do=yes") || strings.Contains(text, "?do=no") {
		t.Errorf("a meeting without a date left is still asked about:\n%s", text)
	}
}
