package outbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/rig"
)

// call publishes a weekly meeting that everybody sees, whose second and third dates have join links of their own.
func (w *world) call() (convoke.Recurrence, []convoke.Event) {
	w.Helper()
	m, err := w.App.Meetings.CreatePublished(w.Context(), convoke.System, "soil", app.MeetingInput{Title: new("Call"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1},
		StartLocal: new("2027-03-09T14:00"), TimeZone: new("Africa/Nairobi"), Visibility: new("everyone"), JoinLink: new("https://meet.example/all")})
	w.Must(err)
	w.Deliver()
	w.Clock.Add(10 * time.Minute)
	list := w.dates(m.ID)
	w.edit(list[1].ID, app.EventInput{JoinLink: new("https://meet.example/second")})
	w.edit(list[2].ID, app.EventInput{JoinLink: new("https://meet.example/third")})
	w.Clock.Add(10 * time.Minute)
	w.Deliver()
	return m, list
}

// entries cuts a calendar into its entries: the rule or single event, and the dates by their day, as "20270316".
func entries(ics string) map[string]string {
	out := map[string]string{}
	for _, part := range strings.Split(strings.ReplaceAll(strings.ReplaceAll(ics, "\r\n", "\n"), "\n ", ""), "BEGIN:VEVENT")[1:] {
		day := ""
		if _, id, ok := strings.Cut(part, "\nRECURRENCE-ID"); ok {
			_, id, _ = strings.Cut(id, ":")
			day = id[:8]
		}
		out[day], _, _ = strings.Cut(part, "END:VEVENT")
	}
	return out
}

// stamp is an entry's DTSTAMP.
func stamp(entry string) string {
	_, s, _ := strings.Cut(entry, "\nDTSTAMP:")
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// linksIn are the join links of a text, in the order of the meeting.
func linksIn(s string) string {
	var out []string
	for _, l := range []string{"all", "second", "third"} {
		if strings.Contains(s, "https://meet.example/"+l) {
			out = append(out, l)
		}
	}
	return strings.Join(out, " ")
}

// own reads somebody's own feed of the community.
func (w *world) own(who string) string {
	w.Helper()
	f, err := w.App.Feeds.Add(w.Context(), w.viewer(who), convoke.ScopeCommunity, w.soil.ID, "")
	w.Must(err)
	p, err := w.App.Feeds.Own(w.Context(), strings.TrimSuffix(f.Address[strings.LastIndex(f.Address, "/")+1:], ".ics"), "test")
	w.Must(err)
	b, err := w.App.Feeds.Body(w.Context(), p)
	w.Must(err)
	return string(b.Raw)
}

// A letter about one date holds the whole meeting: of each entry its reader is shown the join link that their own feed shows, and no other, under the same
// DTSTAMP.
func TestLinksOfEachEntry(t *testing.T) {
	all := map[string]string{"": "all", "20270316": "second", "20270323": "third"}
	held := func(w *world, m convoke.Recurrence, list []convoke.Event) {
		w.answerMeeting("cem", m.ID, convoke.Yes)
		w.edit(list[2].ID, app.EventInput{DurationMinutes: new(45)})
		w.Clock.Add(10 * time.Minute)
		w.Deliver()
		w.answerMeeting("cem", m.ID, convoke.No)
	}
	for _, tc := range []struct {
		name string
		who  string
		says func(w *world, m convoke.Recurrence, list []convoke.Event)
		want map[string]string // by entry
		text string            // of the letter
	}{
		{"a member", "ann", func(*world, convoke.Recurrence, []convoke.Event) {}, all, "second"},
		{"a member who does not come", "ann", func(w *world, _ convoke.Recurrence, list []convoke.Event) { w.answer("ann", list[1].ID, convoke.No) }, all, "second"},
		{"comes to this date only", "cem", func(w *world, _ convoke.Recurrence, list []convoke.Event) { w.answer("cem", list[1].ID, convoke.Yes) }, nil, "second"},
		{"comes to this date only, and holds all", "cem", func(w *world, m convoke.Recurrence, list []convoke.Event) {
			held(w, m, list)
			w.answer("cem", list[1].ID, convoke.Yes)
		}, map[string]string{"": "", "20270316": "second", "20270323": ""}, "second"},
		{"may come to this date, and holds all", "cem", func(w *world, m convoke.Recurrence, list []convoke.Event) {
			held(w, m, list)
			w.answer("cem", list[1].ID, convoke.Maybe)
		}, map[string]string{"": "", "20270316": "second", "20270323": ""}, "second"},
		{"comes to two dates, and holds all", "cem", func(w *world, m convoke.Recurrence, list []convoke.Event) {
			held(w, m, list)
			w.answer("cem", list[1].ID, convoke.Yes)
			w.answer("cem", list[2].ID, convoke.Yes)
		}, map[string]string{"": "", "20270316": "second", "20270323": "third"}, "second"},
		{"comes to all dates", "cem", func(w *world, m convoke.Recurrence, _ []convoke.Event) { w.answerMeeting("cem", m.ID, convoke.Yes) }, all, "second"},
		{"comes to another date, and then to all", "cem", func(w *world, m convoke.Recurrence, list []convoke.Event) {
			w.answer("cem", list[2].ID, convoke.Yes)
			w.Clock.Add(time.Hour)
			w.answerMeeting("cem", m.ID, convoke.Yes)
		}, all, "second"},
		{"comes to all dates but another", "cem", func(w *world, m convoke.Recurrence, list []convoke.Event) {
			w.answerMeeting("cem", m.ID, convoke.Yes)
			w.answer("cem", list[2].ID, convoke.No)
		}, map[string]string{"": "all", "20270316": "second", "20270323": ""}, "second"},
		{"comes to all dates but this", "cem", func(w *world, m convoke.Recurrence, list []convoke.Event) {
			held(w, m, list)
			w.answerMeeting("cem", m.ID, convoke.Yes)
			w.answer("cem", list[1].ID, convoke.No)
		}, map[string]string{"": "all", "20270316": "", "20270323": "third"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.setCommunity(app.CommunityInput{Privacy: new("public")})
				w.Person("cem@x.example")
				m, list := w.call()
				tc.says(w, m, list)
				w.Clock.Add(time.Hour)
				w.move(list[1].ID, "2027-03-17T14:00")
				w.Clock.Add(10 * time.Minute)
				mail := w.to(w.Deliver(), tc.who)
				got, feed := entries(mail.ICal()), entries(w.own(tc.who))
				if len(got) != len(tc.want) {
					w.Fatalf("got %d entries, want %d:\n%s", len(got), len(tc.want), mail.ICal())
				}
				for day, want := range tc.want {
					if links := linksIn(got[day]); links != want {
						w.Errorf("entry %q: got links %q, want %q:\n%s", day, links, want, got[day])
					}
					if links := linksIn(feed[day]); links != want {
						w.Errorf("entry %q of the own feed: got links %q, want %q:\n%s", day, links, want, feed[day])
					}
					if mailed, read := stamp(got[day]), stamp(feed[day]); mailed != read {
						w.Errorf("entry %q: DTSTAMP %s in the mail, %s in the own feed", day, mailed, read)
					}
				}
				if links := linksIn(mail.Text + mail.HTML); links != tc.text {
					w.Errorf("the letter: got links %q, want %q:\n%s", links, tc.text, mail.Text)
				}
			})
		})
	}
}

// What somebody held with the join link and is sent without it, or the other way round, has a later DTSTAMP; and only that.
func TestStampedSinceItsReaderIsShownIt(t *testing.T) {
	scenario(t, func(w *world) {
		w.Person("cem@x.example")
		m, list := w.call()
		w.answerMeeting("cem", m.ID, convoke.Yes)
		mailed := func() map[string]string {
			w.Helper()
			w.Clock.Add(10 * time.Minute)
			return entries(w.to(w.Deliver(), "cem").ICal())
		}
		w.edit(list[2].ID, app.EventInput{DurationMinutes: new(45)})
		was := mailed()
		w.Clock.Add(time.Hour)
		w.answer("cem", list[1].ID, convoke.No)
		w.edit(list[2].ID, app.EventInput{DurationMinutes: new(50)})
		is := mailed()
		for day, links := range map[string][2]string{"": {"all", "all"}, "20270316": {"second", ""}, "20270323": {"third", "third"}} {
			if a, b := linksIn(was[day]), linksIn(is[day]); a != links[0] || b != links[1] {
				w.Errorf("entry %q: got links %q, then %q, want %q", day, a, b, links)
			}
		}
		if a, b := stamp(was["20270316"]), stamp(is["20270316"]); a >= b {
			w.Errorf("the date they do not come to: DTSTAMP %s, then %s, want a later one", a, b)
		}
		if was[""] != is[""] {
			w.Errorf("the rule did not change for them:\n%s\nthen\n%s", was[""], is[""])
		}
	})
}

// Who joins is invited with what their own feed says; those who were there before are shown it unchanged.
func TestStampedSinceJoining(t *testing.T) {
	for _, tc := range []struct {
		name, zone string
	}{{"a rule", "Africa/Nairobi"}, {"dates", "Africa/Casablanca"}} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.meeting(calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 1}, "2027-03-09T14:00", tc.zone)
				before := entries(w.to(w.Deliver(), "ann").ICal())
				w.Clock.Add(time.Hour)
				w.people("cat", "")
				got, feed := entries(w.to(w.Deliver(), "cat").ICal()), entries(w.own("cat"))
				if stamp(got[""]) != stamp(feed[""]) || stamp(got[""]) <= stamp(before[""]) {
					w.Errorf("DTSTAMP %s in the mail, %s in the own feed, %s of who was there before", stamp(got[""]), stamp(feed[""]), stamp(before[""]))
				}
				if old := entries(w.own("ann")); stamp(old[""]) != stamp(before[""]) {
					w.Errorf("who was there before: DTSTAMP %s in the mail, %s in the own feed", stamp(before[""]), stamp(old[""]))
				}
			})
		})
	}
}

// A reminder waits while its date passes to the meeting that continues: it is of that one from then on, with the link that its reader is shown there.
func TestReminderOfWhatContinues(t *testing.T) {
	scenario(t, func(w *world) {
		w.Person("cem@x.example")
		m, list := w.call()
		w.answerMeeting("cem", m.ID, convoke.Yes)
		w.at("2027-03-23 09:55")
		w.Deliver()
		w.at("2027-03-23 10:01")
		w.Plan()
		_, err := w.App.Meetings.EditFollowing(w.Context(), convoke.System, list[2].ID, app.MeetingInput{Description: new("Anew.")})
		w.Must(err)
		mails := slices.DeleteFunc(w.Deliver(), func(m rig.Mail) bool { return m.Addr != "cem@x.example" || m.Kind != notify.Reminder })
		if len(mails) != 1 || !strings.Contains(mails[0].Text, "https://meet.example/third") {
			w.Errorf("got %d reminders, want one with the join link: %v", len(mails), mails)
		}
	})
}

// A letter about a series or a session has the join links that its reader is shown by their answer to the session, else to the series.
func TestLinksOfSessions(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("public")})
		w.people("", "eve fay gus")
		s, list := w.open("everyone", "2027-04-20T14:00", "2027-04-27T14:00")
		for i, link := range []string{"https://meet.example/all", "https://meet.example/second"} {
			w.edit(list[i].ID, app.EventInput{JoinLink: &link})
		}
		w.Clock.Add(10 * time.Minute)
		w.Deliver()
		w.answerSeries("eve", s.ID, convoke.Yes)
		w.answer("fay", list[1].ID, convoke.Yes)
		w.answerSeries("gus", s.ID, convoke.Yes)
		w.answer("gus", list[1].ID, convoke.No)
		w.answer("gus", list[0].ID, convoke.Yes)
		check := func(want map[string]string) {
			w.Helper()
			w.Clock.Add(10 * time.Minute)
			got := map[string]string{}
			for _, m := range w.Deliver() {
				got[strings.TrimSuffix(m.Addr, "@x.example")] = m.Kind + " " + linksIn(m.Text)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				w.Errorf("got %v, want %v", got, want)
			}
		}
		w.move(list[1].ID, "2027-04-28T14:00")
		check(map[string]string{"ann": "event-update second", "ben": "event-update second", "eve": "event-invitation second", "fay": "event-invitation second"})
		w.Must(w.App.Series.Cancel(w.Context(), convoke.System, s.ID, "No more at https://meet.example/all and https://meet.example/second."))
		check(map[string]string{"ann": "series-cancellation all second", "ben": "series-cancellation all second", "eve": "series-cancellation all second",
			"fay": "series-cancellation ", "gus": "series-cancellation all"}) // it is about the series, of which Fay is shown nothing
	})
}

// A date that is over stands in the calendar part of a later letter as in the feed, with its join link.
func TestLinksOfWhatIsOver(t *testing.T) {
	scenario(t, func(w *world) {
		_, list := w.call()
		w.at("2027-03-18 10:00")
		w.Deliver()
		w.move(list[2].ID, "2027-03-24T14:00")
		w.Clock.Add(10 * time.Minute)
		got, feed := entries(w.to(w.Deliver(), "ann").ICal()), entries(w.own("ann"))
		for day, want := range map[string]string{"": "all", "20270316": "second", "20270323": "third"} {
			if mailed, read := linksIn(got[day]), linksIn(feed[day]); mailed != want || read != want {
				t.Errorf("entry %q: got links %q in the mail and %q in the own feed, want %q", day, mailed, read, want)
			}
		}
	})
}

// A letter about a meeting that is written as single dates has the join links of those dates that its reader is shown.
func TestLinksOfSingleDates(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("public")})
		w.people("", "eve fay")
		m := w.openMeeting(calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 3}, "2027-03-09T14:00", "Africa/Casablanca")
		list := w.dates(m.ID)
		w.edit(list[1].ID, app.EventInput{JoinLink: new("https://meet.example/second")})
		w.Clock.Add(10 * time.Minute)
		w.Deliver()
		w.answerMeeting("eve", m.ID, convoke.Yes)
		w.answer("fay", list[0].ID, convoke.Yes)
		check := func(about string) {
			w.Helper()
			w.Clock.Add(10 * time.Minute)
			mails := w.Deliver()
			for who, want := range map[string]string{"ann": "second", "eve": "second", "fay": ""} {
				if got := linksIn(w.to(mails, who).Text); got != want {
					w.Errorf("%s, to %s: got links %q, want %q", about, who, got, want)
				}
			}
		}
		_, err := w.App.Events.Cancel(w.Context(), convoke.System, list[0].ID, "Next at https://meet.example/second.")
		w.Must(err)
		check("a date")
		w.answer("fay", list[2].ID, convoke.Yes)
		w.Must(w.App.Meetings.Cancel(w.Context(), convoke.System, m.ID, "No more at https://meet.example/second."))
		check("all")
	})
}

// An event that belongs to nothing goes by the answer to it.
func TestLinksOfAnEvent(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("public")})
		w.people("", "eve")
		e := w.event("2027-04-20T14:00", app.EventInput{Visibility: new("everyone"), JoinLink: new("https://meet.example/all")})
		w.Deliver()
		w.Clock.Add(time.Hour)
		w.answer("eve", e.ID, convoke.Yes)
		w.move(e.ID, "2027-04-21T14:00")
		w.Clock.Add(10 * time.Minute)
		got, feed := entries(w.to(w.Deliver(), "eve").ICal()), entries(w.own("eve"))
		if linksIn(got[""]) != "all" || linksIn(feed[""]) != "all" {
			t.Errorf("comes: got links %q in the mail, %q in the own feed", linksIn(got[""]), linksIn(feed[""]))
		}
		w.move(e.ID, "2027-04-22T14:00")
		w.Clock.Add(5 * time.Minute) // before it is told
		w.answer("eve", e.ID, convoke.No)
		w.Clock.Add(5 * time.Minute)
		got, feed = entries(w.to(w.Deliver(), "eve").ICal()), entries(w.own("eve"))
		if linksIn(got[""]+feed[""]) != "" || stamp(got[""]) != stamp(feed[""]) {
			t.Errorf("does not: got links %q and DTSTAMP %s in the mail, %q and %s in the own feed", linksIn(got[""]), stamp(got[""]), linksIn(feed[""]), stamp(feed[""]))
		}
	})
}
