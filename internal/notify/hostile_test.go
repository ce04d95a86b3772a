package notify

import (
	"bytes"
	"html"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/locale"
	"convoke/mailer"
)

// samples goes through every kind, variant and language.
func samples(t *testing.T, f func(t *testing.T, name string, c Context)) {
	t.Helper()
	for _, k := range Kinds {
		for _, lang := range locale.Languages() {
			for _, variant := range append([]string{""}, variants[k.Name]...) {
				name := strings.TrimSuffix(k.Name+"-"+variant, "-") + "." + lang
				t.Run(name, func(t *testing.T) { f(t, name, sample(k.Name, variant, lang)) })
			}
		}
	}
}

// spoil writes one text wherever a person writes.
func spoil(c *Context, s string) {
	c.Community.Name, c.Community.Summary, c.Community.Contact = s, s, s
	c.Reader.Name, c.Inviter, c.Asker, c.Message, c.Data.Note = s, s, s, s, s
	if c.Data.Before != nil {
		c.Data.Before.Title, c.Data.Before.Place = s+" before", s+" before"
	}
	for i := range c.Speakers {
		c.Speakers[i].Name, c.Speakers[i].Organisation, c.Speakers[i].Biography = s, s, s
	}
	event := func(e *convoke.Event) {
		e.Title, e.Place, e.Abstract, e.Agenda, e.CancelNote = s, s, s, s, s
	}
	if c.Event != nil {
		event(c.Event)
	}
	for _, list := range [][]convoke.Event{c.Sessions, c.Overrides, c.Coming} {
		for i := range list {
			event(&list[i])
		}
	}
	if c.Series != nil {
		c.Series.Title, c.Series.Description, c.Series.CancelNote = s, s, s
	}
	for i := range c.Asked {
		c.Asked[i].Text = s
		if c.Asked[i].Reason != "" {
			c.Asked[i].Reason = s + "."
		}
		for j := range c.Asked[i].Replies {
			r := &c.Asked[i].Replies[j]
			r.Text, r.Name, r.Organisation = s, s, s
		}
	}
	for i := range c.Materials {
		c.Materials[i].Title, c.Materials[i].Name = s, s
	}
	for i := range c.Missing {
		c.Missing[i].Name = s
	}
	if c.Meeting != nil {
		c.Meeting.Title, c.Meeting.Description, c.Meeting.Place, c.Meeting.CancelNote = s, s, s, s
	}
}

var tags = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*)?)>`)

// soundHTML fails on any element or attribute that is not one of ours.
func soundHTML(t *testing.T, page string) {
	t.Helper()
	if n := len(page); n >= 40_000 {
		t.Errorf("HTML of %d bytes, want less than 40 kB", n)
	}
	known := strings.Fields("html head meta title body table tr td h1 p a b s span br")
	var open []string
	for _, m := range tags.FindAllStringSubmatch(strings.TrimPrefix(page, "<!doctype html>"), -1) {
		name := m[2]
		if !slices.Contains(known, name) {
			t.Errorf("element <%s>", name)
		}
		if strings.Contains(m[3], " on") || strings.Contains(strings.ToLower(m[3]), "javascript") {
			t.Errorf("attributes %q", m[3])
		}
		switch {
		case name == "meta" || name == "br":
		case m[1] == "":
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("</%s> closes %v", name, open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%v are not closed", open)
	}
	if n := strings.Count(page, "<") - len(tags.FindAllString(page, -1)) - 1; n != 0 {
		t.Errorf("%d stray < in the HTML", n)
	}
	for _, bad := range []string{"ZgotmplZ", "#ZgotmplZ", "{{", "<no value>", "&amp;amp;"} {
		if strings.Contains(page, bad) {
			t.Errorf("HTML holds %q", bad)
		}
	}
}

func headerNames(p *mailer.Parsed) (names []string) {
	for _, h := range p.Header {
		names = append(names, strings.ToLower(h.Name))
	}
	slices.Sort(names)
	return names
}

func TestHostileTexts(t *testing.T) {
	for _, tc := range []struct{ name, text string }{
		{"line ends", "One\r\nBcc: evil@x.example\r\n\r\n<p>two</p>\u2028three"},
		{"script", `<script>alert(1)</script>"><img src=x onerror=alert(1)>`},
		{"Markdown", "[x](javascript:alert(1)) ![y](https://t.example/p.gif) <b onclick=a()>z</b>"},
		{"emoji", strings.Repeat("👩🏽‍🌾🪱", 30)},
		{"right to left", strings.Repeat("التربة الحية ", 20)},
		{"override of direction", "safe \u202Egnp.exe\u2066"},
		{"longest", strings.Repeat("𝓦é ", 5000)},
		{"one long word", strings.Repeat("w", 20_000)},
		{"control characters", "a\x00b\x07c\x7f"},
		{"broken UTF-8", "a\xffb\xed\xa0\x80"},
		{"template", "{{.T}} {{template"},
		{"quotes and commas", `"Soil", 'life'; a\b <x@y.example>`},
		{"empty", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			samples(t, func(t *testing.T, name string, c Context) {
				_, usual, _ := rendered(t, c)
				spoil(&c, tc.text)
				out, p, _ := rendered(t, c)
				want := slices.DeleteFunc(headerNames(usual), func(n string) bool { return n == "reply-to" })
				if got := headerNames(p); !slices.Equal(got, want) {
					t.Errorf("header %v, want %v", got, want)
				}
				if n := units(out.Message.Subject); n == 0 || n > maxSubject {
					t.Errorf("subject of %d: %q", n, out.Message.Subject)
				}
				if n := strings.ContainsAny(p.Text+p.HTML+p.Subject, "\u202E\u2066\x00\x07\x7f"); n {
					t.Error("control characters came through")
				}
				if !utf8.ValidString(out.Message.Subject) || strings.Contains(out.Message.Subject, "\n") {
					t.Errorf("subject %q", out.Message.Subject)
				}
				if tc.name != "template" && tc.name != "Markdown" {
					soundHTML(t, p.HTML)
				}
				if strings.Contains(p.HTML, "<img") || strings.Contains(p.HTML, `href="javascript`) {
					t.Error("foreign HTML came through")
				}
			})
		})
	}
}

func TestSoundHTML(t *testing.T) {
	samples(t, func(t *testing.T, name string, c Context) {
		_, p, _ := rendered(t, c)
		soundHTML(t, p.HTML)
		links := regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(p.HTML, -1)
		if len(links) == 0 {
			t.Error("no link")
		}
		for _, m := range links {
			u := html.UnescapeString(m[1])
			if !strings.HasPrefix(u, "https://") {
				t.Errorf("link %q", u)
			}
			if !strings.Contains(p.Text, u) {
				t.Errorf("link %q is not in the text", u)
			}
		}
		// Whatever leads to our own pages begins with the base URL.
		for _, m := range regexp.MustCompile(`https?://[^\s<>"]+`).FindAllString(p.Text, -1) {
			if !strings.HasPrefix(m, site.Base+"/") && !strings.HasPrefix(m, joinCanary) && !strings.HasPrefix(m, "https://fields.example") {
				t.Errorf("link %q leads elsewhere", m)
			}
		}
		stop := strings.Contains(p.HTML, "?do=unsubscribe") && strings.Contains(p.Text, "?do=unsubscribe")
		header := slices.Contains(headerNames(p), "list-unsubscribe") && slices.Contains(headerNames(p), "list-id")
		if want := Mutable(c.Letter.Kind); stop != want || header != want {
			t.Errorf("unsubscribe in the body %v, in the header %v, want %v", stop, header, want)
		}
	})
}

// TestSecrets pastes the join link wherever a person writes, in letters to people who must not have it.
func TestSecrets(t *testing.T) {
	for _, tc := range []struct{ name, text string }{
		{"plain", "Come to " + joinCanary + " now"},
		{"Markdown", "[here](" + joinCanary + ") or <" + joinCanary + ">"},
		{"entity", "At " + strings.ReplaceAll(joinCanary, "&", "&amp;")},
		{"escaped", "At " + strings.ReplaceAll(joinCanary, "-", `\-`)},
		{"late", strings.Repeat("a ", 80) + joinCanary},
		{"signs that vanish", "Come to " + strings.Replace(joinCanary, "-join", "-\u202Ajoin", 1)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			samples(t, func(t *testing.T, name string, c Context) {
				if tc.name == "escaped" {
					c.Community.Summary = "" // a line without mark-up says what it says
					for _, e := range []*convoke.Event{c.Event} {
						if e != nil {
							e.Abstract, e.Agenda = tc.text, tc.text
						}
					}
				} else {
					name := c.Reader.Name
					spoil(&c, tc.text)
					c.Reader.Name = name // what readers call themselves they know
				}
				if c.Data.Before != nil {
					c.Data.Before.JoinLink = "https://meet.example/j/canary-join-old"
				}
				c.Entitled = false
				secret := c.Event != nil && c.Event.JoinLink != "" || c.Meeting != nil || len(c.Sessions) > 0
				_, p, _ := rendered(t, c)
				all := readable(p) + strings.ReplaceAll(string(p.Calendar), "\r\n ", "")
				if secret && strings.Contains(all, "canary-join") {
					t.Errorf("the join link is told:\n%s", all)
				}
			})
		})
	}
}

// TestSecretsOfOddShape has join links that mark-up would change, and one that begins like another.
func TestSecretsOfOddShape(t *testing.T) {
	for _, tc := range []struct{ name, join, before, text string }{
		{"emphasis", "https://meet.example/j/canary-join*1*2", "", "Room:https://meet.example/j/canary-join*1*2"},
		{"entity", "https://meet.example/j/?a=&copy;canary-join", "", "Room:https://meet.example/j/?a=&copy;canary-join"},
		{"longer than another", "https://meet.example/j/1-canary-join", "https://meet.example/j/1", "Room https://meet.example/j/1-canary-join"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := sample(EventInvitation, "", "en")
			c.Event.JoinLink, c.Event.Abstract, c.Data.Before = tc.join, tc.text, &Snapshot{JoinLink: tc.before}
			c.Entitled = false
			_, p, _ := rendered(t, c)
			if all := readable(p) + strings.ReplaceAll(string(p.Calendar), "\r\n ", ""); strings.Contains(all, "canary-join") || !strings.Contains(all, "Room") {
				t.Errorf("the join link is told, or its text is not:\n%s", all)
			}
		})
	}
}

// TestSharesTheLinkOfOneDate has a letter about a date whose reader is shown the join link of that one, and somebody pasted those of its meeting and of
// another date into all kinds of texts.
func TestSharesTheLinkOfOneDate(t *testing.T) {
	for _, kind := range []string{EventInvitation, EventUpdate, EventCancellation, Reminder, MeetingReminder} {
		t.Run(kind, func(t *testing.T) {
			c := sample(kind, "", "en")
			m, dates := monthly()
			m.JoinLink, dates[0].JoinLink, dates[1].JoinLink = "https://meet.example/rule", "https://meet.example/this", "https://meet.example/other"
			const pasted = "Rooms https://meet.example/this https://meet.example/rule https://meet.example/other"
			m.Description, dates[0].Agenda, dates[0].CancelNote, c.Data.Note = pasted, pasted, pasted, pasted
			c.Meeting, c.Event, c.Overrides, c.Letter.EventID = &m, &dates[0], dates[:2], dates[0].ID
			c.Calendar, c.Data.Before = false, nil
			for _, tc := range []struct {
				shown []convoke.ID
				want  string
			}{
				{nil, "this"},
				{[]convoke.ID{m.ID}, "this rule"},
				{[]convoke.ID{m.ID, dates[1].ID}, "this rule other"},
			} {
				c.Shown = map[convoke.ID]feed.Shown{dates[0].ID: {Link: true}}
				for _, id := range tc.shown {
					c.Shown[id] = feed.Shown{Link: true}
				}
				_, p, _ := rendered(t, c)
				all := readable(p)
				for _, link := range []string{"this", "rule", "other"} {
					got := strings.Contains(all, "https://meet.example/"+link)
					if want := strings.Contains(tc.want, link); got && !want || want && !got && strings.Contains(all, "Rooms") {
						t.Errorf("shown %v: the link of %s is told: %v, want %v:\n%s", tc.shown, link, got, want, all)
					}
				}
			}
		})
	}
}

// TestSharesTheLinkOfSeveral has a date with the join link of its meeting: who comes to that date alone may be told it.
func TestSharesTheLinkOfSeveral(t *testing.T) {
	c := sample(MeetingReminder, "", "en")
	m, dates := monthly()
	dates[0].JoinLink, dates[1].JoinLink = m.JoinLink, m.JoinLink
	dates[0].Agenda = "Room " + m.JoinLink
	c.Meeting, c.Event, c.Overrides, c.Letter.EventID = &m, &dates[0], dates[:2], dates[0].ID
	c.Shown = map[convoke.ID]feed.Shown{dates[0].ID: {Link: true}}
	if got := said(t, c); !strings.Contains(got, dates[0].Agenda) {
		t.Errorf("want %q in\n%s", dates[0].Agenda, got)
	}
}

// TestSharesWhatItIsAbout has the join link of an event, and the one it had before, pasted into its texts: whoever is shown it reads both.
func TestSharesWhatItIsAbout(t *testing.T) {
	for _, entitled := range []bool{true, false} {
		c := sample(EventUpdate, "", "en")
		c.Entitled, c.Data.Note = entitled, "Room https://meet.example/now and no more https://meet.example/once"
		c.Event.JoinLink, c.Data.Before.JoinLink = "https://meet.example/now", "https://meet.example/once"
		if got := strings.Contains(said(t, c), c.Data.Note); got != entitled {
			t.Errorf("entitled %v: told %v:\n%s", entitled, got, said(t, c))
		}
	}
}

// TestNoSecret has a letter about what has no join link: nothing is missing in it.
func TestNoSecret(t *testing.T) {
	c := sample(Reminder, "", "en")
	c.Entitled, c.Event.JoinLink = false, ""
	if got := said(t, c); strings.Contains(got, "…") {
		t.Errorf("something is left out of\n%s", got)
	}
}

// TestSecretsWithinSecrets has a join link that begins with another one: nothing of either is told.
func TestSecretsWithinSecrets(t *testing.T) {
	c := sample(MeetingReminder, "", "en")
	m, dates := monthly()
	dates[0].JoinLink, dates[1].JoinLink, m.JoinLink = "", "https://meet.example/a", "https://meet.example/a/canary"
	dates[0].Agenda = "Rooms " + dates[1].JoinLink + " " + m.JoinLink
	c.Meeting, c.Event, c.Overrides, c.Letter.EventID, c.Shown = &m, &dates[0], dates[:2], dates[0].ID, map[convoke.ID]feed.Shown{}
	if got := said(t, c); !strings.Contains(got, "Rooms … …\n") {
		t.Errorf("want no link in\n%s", got)
	}
}

func TestSharesJoinLink(t *testing.T) {
	for _, kind := range []string{EventInvitation, EventUpdate, MeetingInvitation, MeetingUpdate, Reminder, MeetingReminder} {
		for _, entitled := range []bool{true, false} {
			c := sample(kind, "", "en")
			c.Entitled = entitled
			_, p, _ := rendered(t, c)
			if got := strings.Contains(p.Text, joinCanary); got != entitled {
				t.Errorf("%s, entitled %v: join link in the text: %v", kind, entitled, got)
			}
			if got := strings.Contains(html.UnescapeString(p.HTML), joinCanary); got != entitled {
				t.Errorf("%s, entitled %v: join link in the HTML: %v", kind, entitled, got)
			}
		}
	}
}

var addresses = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+`)

// TestNoAddressOfOthers holds that a letter names its reader, its sender and the contact, and nobody else.
func TestNoAddressOfOthers(t *testing.T) {
	known := []string{"reader@people.example", "hello@convoke.example", "soil@fields.example"}
	samples(t, func(t *testing.T, name string, c Context) {
		_, p, _ := rendered(t, c)
		for _, a := range addresses.FindAllString(p.Text+"\n"+p.HTML, -1) {
			if !slices.Contains(known, a) {
				t.Errorf("address %s", a)
			}
		}
		all := readable(p) + strings.ReplaceAll(string(p.Calendar), "\r\n ", "")
		if strings.Contains(all, "canary-speaker") {
			t.Errorf("a speaker's address is told:\n%s", all)
		}
	})
}

// TestCalendarPart holds that a letter's calendar part is the one its kind promises, about one UID, to one person.
func TestCalendarPart(t *testing.T) {
	samples(t, func(t *testing.T, name string, c Context) {
		out, p, _ := rendered(t, c)
		k, _ := find(c.Letter.Kind)
		if k.Method == "" || !c.Calendar {
			if len(p.Calendar) > 0 || out.UID != "" {
				t.Errorf("a calendar part of %q", out.UID)
			}
			return
		}
		if p.Method != k.Method {
			t.Errorf("method %s, want %s", p.Method, k.Method)
		}
		parsed, err := calendar.Decode(bytes.NewReader(p.Calendar))
		if err != nil {
			t.Fatal(err)
		}
		v := parsed.Events[0]
		sequence := v.Text("SEQUENCE")
		if v.Text("UID") != out.UID || sequence != strings.TrimSpace(string(rune('0'+out.Sequence))) {
			t.Errorf("UID %s SEQUENCE %s, want %s %d", v.Text("UID"), sequence, out.UID, out.Sequence)
		}
		for _, e := range parsed.Events {
			if who := e.All("ATTENDEE"); len(who) != 1 || who[0].Value != "mailto:reader@people.example" {
				t.Errorf("ATTENDEE %v", who)
			}
			if got := e.Text("ORGANIZER"); got != "mailto:hello@convoke.example" {
				t.Errorf("ORGANIZER %s", got)
			}
		}
		if says := strings.Contains(p.HTML, c.text("mail.attached")); says != (k.Method == "REQUEST") {
			t.Errorf("says that the program's own button is not read: %v", says)
		}
	})
}

// text is a phrase in the letter's language as HTML has it.
func (c Context) text(key string) string {
	return html.EscapeString(locale.For(c.Reader.Language, nil).T(key))
}

func TestCalendarForms(t *testing.T) {
	irregular := func(m *convoke.Recurrence) { m.Zone, m.Form = "Africa/Casablanca", convoke.FormDates }
	for _, tc := range []struct {
		name        string
		c           func() Context
		uid         string
		events      int
		method      string
		recur, kind string
	}{
		{"a date of a ruled meeting moves: the whole meeting", func() Context { return sample(EventUpdate, "date", "en") }, "00000000aa", 2, "REQUEST", "", ""},
		{"a date of a ruled meeting is off: that date", func() Context { return sample(EventCancellation, "date", "en") }, "00000000aa", 1, "CANCEL", "20270112T140000", ""},
		{"a ruled meeting is off: the rule", func() Context { return sample(MeetingCancellation, "", "en") }, "00000000aa", 1, "CANCEL", "", ""},
		{"a meeting of dates: its next", func() Context {
			c := sample(MeetingInvitation, "", "en")
			m, dates := monthly(irregular)
			c.Meeting, c.Coming = &m, dates
			return c
		}, "202612081400", 1, "REQUEST", "", ""},
		{"a date of a meeting of dates", func() Context {
			c := sample(EventInvitation, "", "en")
			m, dates := monthly(irregular)
			c.Meeting, c.Event = &m, &dates[1]
			return c
		}, "202701121400", 1, "REQUEST", "", ""},
		{"a meeting of dates without one", func() Context {
			c := sample(MeetingCancellation, "", "en")
			m, _ := monthly(irregular)
			c.Meeting = &m
			return c
		}, "", 0, "", "", ""},
		{"not wanted", func() Context {
			c := sample(EventInvitation, "", "en")
			c.Calendar = false
			return c
		}, "", 0, "", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, p, _ := rendered(t, tc.c())
			if !strings.Contains(out.UID, tc.uid) || p.Method != tc.method {
				t.Errorf("UID %q method %q, want %q %q", out.UID, p.Method, tc.uid, tc.method)
			}
			if tc.events == 0 {
				if len(p.Calendar) > 0 || out.UID != "" {
					t.Errorf("a calendar part of %q", out.UID)
				}
				return
			}
			parsed, err := calendar.Decode(bytes.NewReader(p.Calendar))
			if err != nil {
				t.Fatal(err)
			}
			if len(parsed.Events) != tc.events || parsed.Events[0].Text("RECURRENCE-ID") != tc.recur {
				t.Errorf("%d events, the first of %q, want %d of %q", len(parsed.Events), parsed.Events[0].Text("RECURRENCE-ID"), tc.events, tc.recur)
			}
		})
	}
}

func TestPartstat(t *testing.T) {
	for answer, want := range map[convoke.Answer]string{
		"": "NEEDS-ACTION", convoke.Invited: "NEEDS-ACTION", convoke.Yes: "ACCEPTED", convoke.Maybe: "TENTATIVE", convoke.No: "DECLINED",
	} {
		c := sample(EventInvitation, "", "en")
		c.Reader.Answer = answer
		_, p, _ := rendered(t, c)
		parsed, err := calendar.Decode(bytes.NewReader(p.Calendar))
		if err != nil {
			t.Fatal(err)
		}
		who := parsed.Events[0].All("ATTENDEE")
		if got := who[0].Param("PARTSTAT"); got != want {
			t.Errorf("answer %q: PARTSTAT %s, want %s", answer, got, want)
		}
	}
}

func TestComposeIsPure(t *testing.T) {
	samples(t, func(t *testing.T, name string, c Context) {
		first, err := Compose(showing(c))
		if err != nil {
			t.Fatal(err)
		}
		again, err := Compose(showing(c))
		if err != nil || !reflect.DeepEqual(first, again) {
			t.Errorf("composed twice, the letter differs (%v)", err)
		}
	})
}
