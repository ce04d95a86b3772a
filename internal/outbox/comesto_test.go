package outbox_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// open publishes a series that everybody sees.
func (w *world) open(visibility string, starts ...string) (convoke.Series, []convoke.Event) {
	w.Helper()
	s, list := w.series(starts...)
	_, err := w.App.Series.Edit(w.Context(), convoke.System, s.ID, app.SeriesInput{Visibility: &visibility})
	w.Must(err)
	for i := range list {
		list[i] = w.edit(list[i].ID, app.EventInput{Visibility: new("everyone")})
	}
	return s, list
}

// openMeeting publishes a meeting that everybody sees.
func (w *world) openMeeting(rule calendar.Rule, start, zone string) convoke.Recurrence {
	w.Helper()
	m, err := w.App.Meetings.CreatePublished(w.Context(), convoke.System, "soil", app.MeetingInput{Title: new("Monthly call"), Rule: &rule, StartLocal: &start,
		TimeZone: &zone, Visibility: new("everyone")})
	w.Must(err)
	return m
}

// people makes members and outsiders.
func (w *world) people(members, outsiders string) {
	w.Helper()
	for who := range strings.FieldsSeq(members) {
		w.Member("soil", who+"@x.example", convoke.Member)
	}
	for who := range strings.FieldsSeq(outsiders) {
		w.Person(who + "@x.example")
	}
}

func (w *world) answerSeries(who string, id convoke.ID, a convoke.Answer) {
	w.Helper()
	w.Must(w.App.Series.Answer(w.Context(), w.viewer(who), id, a, "page"))
}

func (w *world) answerMeeting(who string, id convoke.ID, a convoke.Answer) {
	w.Helper()
	w.Must(w.App.Meetings.Answer(w.Context(), w.viewer(who), id, a, "page"))
}

// told holds the number that is shown before to what is sent then.
func (w *world) told(n int, err error, want int) {
	w.Helper()
	w.Must(err)
	if n != want {
		w.Errorf("before: %d are to be told, want %d", n, want)
	}
}

// Who comes to one session hears of the end of the series, member or not, whatever they answered to the whole; and once.
func TestSeriesCancelledForWhoComesToASession(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("cat dan max", "eve fay gus hal ivy jon")
		s, list := w.open("everyone", "2027-03-02T14:00", "2027-04-20T14:00", "2027-04-27T14:00", "2027-05-04T14:00")
		held, first, second, off := list[0].ID, list[1].ID, list[2].ID, list[3].ID
		mails := w.Deliver()
		for _, who := range []string{"ben", "cat", "dan"} {
			w.answerSeries(who, s.ID, convoke.No)
		}
		w.answer("ben", first, convoke.Yes)
		w.answer("dan", held, convoke.Yes)
		w.answer("eve", first, convoke.Yes)
		w.answer("fay", first, convoke.No)
		w.answer("gus", second, convoke.Maybe)
		w.answer("hal", off, convoke.Yes)
		w.answer("ivy", first, convoke.Yes)
		w.Must(w.App.People.Mute(w.Context(), w.viewer("ivy"), convoke.ScopeAll, "", true))
		w.answer("jon", held, convoke.Yes)
		w.unsubscribe(w.to(mails, "max"), "")
		w.at("2027-03-05 10:00")
		w.cancel(off)
		if got := w.Deliver(); !slices.ContainsFunc(got, func(m rig.Mail) bool { return m.Addr == "hal@x.example" }) {
			t.Error("hal was not told of the session")
		}
		w.Clock.Add(time.Minute)
		n, err := w.App.Series.Told(w.Context(), convoke.System, s.ID)
		w.told(n, err, 4)
		w.Must(w.App.Series.Cancel(w.Context(), convoke.System, s.ID, "No money"))
		w.Plan()
		w.at("2027-04-28 10:00") // the mail server was away until the sessions would have been held
		w.expect("ann series-cancellation", "ben series-cancellation", "eve series-cancellation", "gus series-cancellation")
		w.expect()
	})
}

// Who may see a session and not its series is told of the session.
func TestSeriesCancelledForWhoDoesNotSeeIt(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("", "eve fay")
		s, list := w.open("members", "2027-04-20T14:00")
		w.Deliver()
		w.answer("eve", list[0].ID, convoke.Yes)
		w.answer("fay", list[0].ID, convoke.No)
		w.Must(w.App.Series.Cancel(w.Context(), convoke.System, s.ID, "No money"))
		w.expect("ann series-cancellation +1", "ben series-cancellation +1", "eve event-cancellation CANCEL ACCEPTED #1")
	})
}

// Of a series that everybody sees, who is no member is not told of a session for members.
func TestSeriesLettersShowWhatTheirReaderSees(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("", "eve")
		s, list := w.open("everyone", "2027-04-20T14:00", "2027-04-27T14:00")
		w.edit(list[1].ID, app.EventInput{Visibility: new("members"), Title: new("Inner circle")})
		w.Deliver()
		w.answer("eve", list[0].ID, convoke.Yes)
		w.Must(w.App.Series.Cancel(w.Context(), convoke.System, s.ID, "No money"))
		mails := w.expect("ann series-cancellation +2", "ben series-cancellation +2", "eve series-cancellation +1")
		for who, want := range map[string]bool{"ann": true, "eve": false} {
			if m := w.to(mails, who); strings.Contains(m.Text+string(m.Raw), "Inner circle") != want {
				w.Errorf("%s reads of the session for members: %v, want %v\n%s", who, !want, want, m.Text)
			}
		}
	})
}

// What becomes of a whole meeting reaches who comes to a date of it only. Ann, Ben and Dan hold it; Cat, Gil and Kim read feeds.
func TestMeetingForWhoComesToADate(t *testing.T) {
	for _, tc := range []struct {
		name string
		do   func(w *world, m convoke.Recurrence)
		want string // with what they hold
		also string
	}{
		{"changed", func(w *world, m convoke.Recurrence) {
			_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{DurationMinutes: new(45)})
			w.Must(err)
		}, "meeting-update", "eve meeting-update"},
		{"cancelled", func(w *world, m convoke.Recurrence) {
			w.Must(w.App.Meetings.Cancel(w.Context(), convoke.System, m.ID, "No more"))
		}, "meeting-cancellation", "eve meeting-cancellation"},
		{"archived", func(w *world, m convoke.Recurrence) {
			w.Must(w.App.Communities.Archive(w.Context(), convoke.System, "soil", false))
		}, "meeting-cancellation", "eve meeting-cancellation"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.people("cat dan gil kim", "eve fay hal ivy")
				for _, who := range []string{"cat", "gil", "kim"} {
					w.reads(who)
				}
				m := w.openMeeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
				w.Deliver()
				dates := w.dates(m.ID)
				for _, who := range []string{"cat", "dan", "gil", "kim"} {
					w.answerMeeting(who, m.ID, convoke.No)
				}
				w.answer("cat", dates[1].ID, convoke.Yes)
				w.answer("kim", dates[0].ID, convoke.Yes)
				w.answer("eve", dates[1].ID, convoke.Maybe)
				w.answer("fay", dates[1].ID, convoke.No)
				w.answer("hal", dates[2].ID, convoke.Yes)
				w.answer("ivy", dates[1].ID, convoke.Yes)
				w.Must(w.App.People.Mute(w.Context(), w.viewer("ivy"), convoke.ScopeAll, "", true))
				w.at("2027-03-10 10:00") // Kim's is over
				w.cancel(dates[2].ID)    // and Hal's is off
				w.Deliver()
				w.Clock.Add(time.Minute)
				n, err := w.App.Meetings.Told(w.Context(), convoke.System, m.ID)
				w.told(n, err, 5)
				tc.do(w, m)
				w.Clock.Add(5 * time.Minute)
				method := map[string]string{"meeting-update": "REQUEST", "meeting-cancellation": "CANCEL"}[tc.want]
				want := []string{"cat " + tc.want, tc.also}
				for who, partstat := range map[string]string{"ann": "NEEDS-ACTION", "ben": "NEEDS-ACTION", "dan": "DECLINED"} {
					want = append(want, who+" "+tc.want+" "+method+" "+partstat+" #1")
				}
				w.expect(want...)
				w.expect()
			})
		})
	}
}

// A rule that ends earlier takes a date from who comes to it: they hear which, once, and come to it again when the rule has it back.
func TestRuleGivesUpADate(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("cat", "eve fay gus hal ivy")
		m := w.openMeeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.Deliver()
		dates := w.dates(m.ID)
		w.answerMeeting("cat", m.ID, convoke.No)
		w.answer("cat", dates[2].ID, convoke.Yes)
		w.answer("eve", dates[2].ID, convoke.Yes)
		w.answer("eve", dates[3].ID, convoke.Maybe)
		w.answer("fay", dates[1].ID, convoke.Yes)
		w.answer("gus", dates[2].ID, convoke.No)
		w.answer("hal", dates[2].ID, convoke.Yes)
		w.answer("ivy", dates[2].ID, convoke.Yes)
		w.at("2027-03-10 10:00")
		w.Deliver()
		w.answer("hal", dates[2].ID, convoke.No)
		w.Must(w.App.People.Mute(w.Context(), w.viewer("ivy"), convoke.ScopeAll, "", true))

		end := func(until calendar.Date) {
			rule := secondTuesday
			rule.Until = until
			_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{Rule: &rule})
			w.Must(err)
		}
		end(calendar.NewDate(2027, time.April, 30))
		w.Clock.Add(2 * time.Minute)
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{DurationMinutes: new(45)})
		w.Must(err)
		w.Clock.Add(5 * time.Minute)
		mails := w.expect("ann meeting-update REQUEST NEEDS-ACTION #2", "ben meeting-update REQUEST NEEDS-ACTION #2", "cat meeting-update REQUEST DECLINED #2",
			"eve meeting-update", "fay meeting-update")
		for who, want := range map[string]string{"ann": "", "cat": "Tuesday 11 May 2027.", "eve": "Tuesday 11 May 2027 and Tuesday 8 June 2027.", "fay": ""} {
			_, got, _ := strings.Cut(w.to(mails, who).Text, "you said yes or maybe to: ")
			if got, _, _ = strings.Cut(got, "\n"); got != want {
				w.Errorf("%s reads that %q is gone, want %q", who, got, want)
			}
		}
		w.expect()
		kept := func(want convoke.Status) {
			w.View(func(ctx context.Context, tx *store.Tx) error {
				e, err := tx.Event(ctx, dates[2].ID)
				if err == nil && e.Status != want {
					err = fmt.Errorf("the date is %s, want %s", e.Status, want)
				}
				return err
			})
		}
		kept(convoke.Cancelled)
		if n := len(w.dates(m.ID)); n != 3 { // 13 April, and what Cat and Eve come to
			t.Errorf("%d dates ahead, want 3", n)
		}

		n, err := w.App.Meetings.Told(w.Context(), convoke.System, m.ID)
		w.told(n, err, 4)
		_, err = w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{DurationMinutes: new(50)})
		w.Must(err)
		w.Clock.Add(5 * time.Minute)
		w.expect("ann meeting-update REQUEST NEEDS-ACTION #3", "ben meeting-update REQUEST NEEDS-ACTION #3", "cat meeting-update REQUEST DECLINED #3", "fay meeting-update")
		end(calendar.NewDate(2027, time.May, 31))
		w.Clock.Add(5 * time.Minute)
		w.expect("ann meeting-update REQUEST NEEDS-ACTION #4", "ben meeting-update REQUEST NEEDS-ACTION #4", "cat meeting-update REQUEST DECLINED #4",
			"eve meeting-update", "fay meeting-update")
		kept(convoke.Confirmed)
	})
}

// Who comes to single dates, gone or not, is brought no others; anybody else gets the meeting as it is now.
func TestCalendarPartWhereADateIsGone(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("", "eve fay gus hal")
		m := w.openMeeting(secondTuesday, "2027-03-30T14:00", "Africa/Nairobi")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		dates := w.dates(m.ID)
		w.answerMeeting("hal", m.ID, convoke.Yes)
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{DurationMinutes: new(45)})
		w.Must(err)
		w.Clock.Add(5 * time.Minute)
		w.expect("ann meeting-update REQUEST NEEDS-ACTION #1", "ben meeting-update REQUEST NEEDS-ACTION #1", "hal meeting-update REQUEST ACCEPTED #1")
		w.answerMeeting("hal", m.ID, convoke.No) // and holds it
		w.answerMeeting("fay", m.ID, convoke.Yes)
		w.people("cat", "")
		for _, who := range []string{"cat", "eve", "fay", "gus", "hal"} {
			w.answer(who, dates[3].ID, convoke.Yes)
		}
		w.answer("gus", dates[0].ID, convoke.Maybe)
		rule := secondTuesday
		rule.Until = calendar.NewDate(2027, time.May, 31)
		_, err = w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{Rule: &rule})
		w.Must(err)
		w.Clock.Add(5 * time.Minute)
		w.expect("ann meeting-update REQUEST NEEDS-ACTION #2", "ben meeting-update REQUEST NEEDS-ACTION #2", "cat meeting-update REQUEST NEEDS-ACTION #2",
			"eve meeting-update", "fay meeting-update REQUEST ACCEPTED #2", "gus meeting-update", "hal meeting-update REQUEST DECLINED #2")
	})
}

// A date that goes on in another meeting takes along who comes to it. Ann, Ben, Cat and Dan hold the old one.
func TestThisAndFollowingForWhoComesToADate(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("cat dan gil", "eve fay hal")
		w.reads("gil")
		m := w.openMeeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.Deliver()
		dates := w.dates(m.ID)
		for _, who := range []string{"cat", "dan", "gil"} {
			w.answerMeeting(who, m.ID, convoke.No)
		}
		w.answer("cat", dates[2].ID, convoke.Yes)
		w.answer("dan", dates[0].ID, convoke.Yes) // stays where it was
		w.answer("eve", dates[2].ID, convoke.Yes)
		w.answer("fay", dates[2].ID, convoke.No)
		w.answer("hal", dates[0].ID, convoke.Yes)
		next, err := w.App.Meetings.EditFollowing(w.Context(), convoke.System, dates[1].ID, app.MeetingInput{StartLocal: new("2027-04-13T16:00")})
		w.Must(err)
		w.expect("ann meeting-update REQUEST NEEDS-ACTION #1", "ann meeting-invitation REQUEST NEEDS-ACTION #1",
			"ben meeting-update REQUEST NEEDS-ACTION #1", "ben meeting-invitation REQUEST NEEDS-ACTION #1",
			"cat meeting-update REQUEST DECLINED #1", "cat meeting-invitation REQUEST DECLINED #1",
			"dan meeting-update REQUEST DECLINED #1", "eve meeting-invitation")
		// Who comes to a date of it later on is no news, and is not invited to the others with the next.
		w.answer("gil", w.dates(next.ID)[3].ID, convoke.Yes)
		w.answer("fay", w.dates(next.ID)[3].ID, convoke.Yes)
		w.people("joe", "")
		w.at("2027-03-30 14:00")
		w.Plan()
		w.answerMeeting("joe", next.ID, convoke.No) // who was invited with it, and declines the others just before that leaves
		w.answer("joe", w.dates(next.ID)[3].ID, convoke.Yes)
		for _, mail := range w.Deliver() {
			if mail.Kind == "meeting-invitation" {
				t.Errorf("%s was invited with the next date", mail.Addr)
			}
		}
		if got := w.states("meeting-invitation"); got["captured"] != 5+4 || got["suppressed declined"] != 1 || len(got) != 2 {
			t.Errorf("invitations: got %v, want five at first, four with the new dates, and joe's that was not sent", got)
		}
	})
}

// For whoever comes, or has the old dates in their calendar, going on in another way is a move, which reaches them whatever they unsubscribed from but everything.
func TestThisAndFollowingForWhoUnsubscribed(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("cat dan gil", "eve")
		w.reads("gil")
		m := w.openMeeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		mails := w.Deliver()
		dates := w.dates(m.ID)
		w.answerMeeting("cat", m.ID, convoke.No)
		w.answer("eve", dates[2].ID, convoke.Yes)
		for _, who := range []string{"ann", "cat", "gil"} { // gil holds none of it
			w.unsubscribe(w.to(mails, who), "")
		}
		w.unsubscribe(w.to(mails, "ben"), convoke.ScopeAll)
		w.Must(w.App.People.Mute(w.Context(), w.viewer("eve"), convoke.ScopeCommunity, w.soil.ID, true))
		_, err := w.App.Meetings.EditFollowing(w.Context(), convoke.System, dates[1].ID, app.MeetingInput{StartLocal: new("2027-04-13T16:00")})
		w.Must(err)
		w.expect("ann meeting-update REQUEST NEEDS-ACTION #1", "ann meeting-invitation REQUEST NEEDS-ACTION #1", "cat meeting-update REQUEST DECLINED #1",
			"dan meeting-update REQUEST NEEDS-ACTION #1", "dan meeting-invitation REQUEST NEEDS-ACTION #1", "eve meeting-invitation")
	})
}

// Whoever unsubscribed from a meeting is not written to about the one that continues it.
func TestUnsubscribedFromWhatContinues(t *testing.T) {
	for _, zone := range []string{"Africa/Nairobi", "Africa/Casablanca"} {
		t.Run(zone, func(t *testing.T) {
			scenario(t, func(w *world) {
				m := w.openMeeting(secondTuesday, "2027-03-09T14:00", zone)
				w.Deliver()
				ann := w.viewer("ann")
				w.Update(func(ctx context.Context, tx *store.Tx) error {
					return tx.PutMute(ctx, convoke.Mute{PersonID: ann.Person, Scope: convoke.ScopeMeeting, ScopeID: string(m.ID), Class: convoke.ClassEvery, CreatedAt: tx.Now})
				})
				_, err := w.App.Meetings.EditFollowing(w.Context(), convoke.System, w.dates(m.ID)[1].ID, app.MeetingInput{Place: new("Library")})
				w.Must(err)
				w.Deliver() // what ann holds has moved
				got := map[string]int{}
				for range 150 {
					w.Clock.Add(24 * time.Hour)
					for _, mail := range w.Deliver() {
						got[mail.Addr]++
					}
				}
				if got["ann@x.example"] != 0 || got["ben@x.example"] == 0 {
					w.Errorf("mails: got %v, want some to ben and none to ann", got)
				}
			})
		})
	}
}

// Where the meeting goes on in another way and for a shorter time, who comes to a date that is left out reads so.
func TestThisAndFollowingGivesUpADate(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("", "eve fay")
		m := w.openMeeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.Deliver()
		dates := w.dates(m.ID)
		w.answer("eve", dates[3].ID, convoke.Yes)
		w.answer("fay", dates[3].ID, convoke.No)
		rule := secondTuesday
		rule.Until = calendar.NewDate(2027, time.May, 31)
		_, err := w.App.Meetings.EditFollowing(w.Context(), convoke.System, dates[1].ID, app.MeetingInput{Rule: &rule})
		w.Must(err)
		mails := w.expect("ann meeting-update REQUEST NEEDS-ACTION #1", "ann meeting-invitation REQUEST NEEDS-ACTION #1",
			"ben meeting-update REQUEST NEEDS-ACTION #1", "ben meeting-invitation REQUEST NEEDS-ACTION #1", "eve meeting-invitation")
		if eve := w.to(mails, "eve"); !strings.Contains(eve.Text, "The meeting no longer has the date you said yes or maybe to: Tuesday 8 June 2027.") {
			t.Errorf("eve reads:\n%s", eve.Text)
		}
	})
}

// A meeting written as dates that goes on in another way is a change of it: its dates stay what they are, and whoever comes to one that is left out reads so.
func TestThisAndFollowingAsDates(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("", "eve fay")
		m := w.openMeeting(secondTuesday, "2027-04-13T14:00", "Africa/Casablanca")
		w.expect()
		dates := w.dates(m.ID)
		w.answer("eve", dates[3].ID, convoke.Yes)
		w.answer("fay", dates[3].ID, convoke.No)
		rule := secondTuesday
		rule.Until = calendar.NewDate(2027, time.June, 30)
		_, err := w.App.Meetings.EditFollowing(w.Context(), convoke.System, dates[1].ID, app.MeetingInput{Rule: &rule, StartLocal: new("2027-05-11T16:00")})
		w.Must(err)
		mails := w.expect("ann meeting-update", "ben meeting-update", "eve meeting-update")
		for who, want := range map[string]bool{"ann": false, "eve": true} {
			if got := w.to(mails, who).Text; strings.Contains(got, "maybe to: Tuesday 13 July 2027.") != want || !strings.Contains(got, "14:00 Casablanca → second Tuesday each month, 16:00 Casablanca") {
				t.Errorf("%s reads:\n%s", who, got)
			}
		}
		w.Clock.Add(5 * time.Minute)
		w.expect()
	})
}

// An outsider who comes to one date has nothing in their calendar by mail; one who holds the whole since they came to all has what continues it, too.
func TestThisAndFollowingForOutsiders(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("", "eve fay")
		m := w.openMeeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.Deliver()
		dates := w.dates(m.ID)
		w.answerMeeting("fay", m.ID, convoke.Yes)
		w.move(dates[1].ID, "2027-04-14T14:00")
		w.Clock.Add(10 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #0", "ben event-update REQUEST NEEDS-ACTION #0", "fay event-update REQUEST ACCEPTED #0")
		w.answerMeeting("fay", m.ID, convoke.No)
		for _, who := range []string{"eve", "fay"} {
			w.answer(who, dates[3].ID, convoke.Yes)
		}
		_, err := w.App.Meetings.EditFollowing(w.Context(), convoke.System, dates[2].ID, app.MeetingInput{DurationMinutes: new(45)})
		w.Must(err)
		w.expect("ann meeting-update REQUEST NEEDS-ACTION #1", "ann meeting-invitation REQUEST NEEDS-ACTION #1", "ben meeting-update REQUEST NEEDS-ACTION #1",
			"ben meeting-invitation REQUEST NEEDS-ACTION #1", "eve meeting-invitation", "fay meeting-update REQUEST DECLINED #1", "fay meeting-invitation REQUEST DECLINED #1")
	})
}

// A meeting written as dates goes on as dates, whatever its zone is then: calendars hold them one by one, and each follows.
func TestDatesGoOnAsDates(t *testing.T) {
	for name, all := range map[string]bool{"with another zone": false, "after all had another zone": true} {
		t.Run(name, func(t *testing.T) {
			scenario(t, func(w *world) {
				m := w.meeting(calendar.Rule{Freq: calendar.Weekly, Interval: 1}, "2027-03-09T14:00", "Africa/Casablanca")
				w.Deliver()
				dates := w.dates(m.ID)
				w.move(dates[4].ID, "2027-04-06T11:00")
				w.Clock.Add(10 * time.Minute)
				uid := w.to(w.Deliver(), "ann").Prop("UID")
				zone := app.MeetingInput{TimeZone: new("Africa/Nairobi")}
				if all {
					_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, zone)
					w.Must(err)
					w.Clock.Add(10 * time.Minute)
					w.Deliver()
					zone = app.MeetingInput{Title: new("Other")}
				}
				_, err := w.App.Meetings.EditFollowing(w.Context(), convoke.System, dates[2].ID, zone)
				w.Must(err)
				w.Deliver()
				w.Clock.Add(10 * time.Minute)
				w.cancel(dates[4].ID)
				if got := w.to(w.Deliver(), "ann"); got.Method != "CANCEL" || got.Prop("UID") != uid {
					w.Errorf("got %s %q of %s, want a CANCEL of %s", got.Kind, got.Method, got.Prop("UID"), uid)
				}
			})
		})
	}
}

// A meeting written as dates tells the same, and takes the date out of the calendars of those who hold it.
func TestMeetingAsDatesGivesUpADate(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("", "eve")
		m := w.openMeeting(secondTuesday, "2027-03-09T14:00", "Africa/Casablanca")
		w.Deliver()
		date := w.dates(m.ID)[2]
		w.cancel(date.ID)
		w.Deliver()
		_, err := w.App.Events.Restore(w.Context(), convoke.System, date.ID)
		w.Must(err)
		w.answer("eve", date.ID, convoke.Yes)
		w.Clock.Add(5 * time.Minute)
		w.Deliver()
		for i, until := range []calendar.Date{calendar.NewDate(2027, time.April, 30), {}} {
			rule := secondTuesday
			rule.Until = until
			_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{Rule: &rule})
			w.Must(err)
			w.Clock.Add(5 * time.Minute)
			want := []string{"ann meeting-update", "ben meeting-update", "eve meeting-update"}
			for who, partstat := range map[string]string{"ann": "NEEDS-ACTION", "ben": "NEEDS-ACTION", "eve": "ACCEPTED"} {
				want = append(want, fmt.Sprintf("%s %s %s #%d", who, []string{"event-cancellation CANCEL", "event-update REQUEST"}[i], partstat, i+3))
			}
			w.expect(want...)
			if e := w.dates(m.ID)[2]; e.ID != date.ID || e.Sequence != i+3 || (e.Status == convoke.Cancelled) != (i == 0) {
				w.Errorf("the date is %s at sequence %d, want %d", e.Status, e.Sequence, i+3)
			}
		}
	})
}

// Nobody was invited to the meeting: when it goes on in another way, only who comes all the same is told.
func TestThisAndFollowingWithoutInvitations(t *testing.T) {
	scenario(t, func(w *world) {
		rule := secondTuesday
		m, err := w.App.Meetings.Create(w.Context(), convoke.System, "soil", app.MeetingInput{Title: new("Monthly call"), Rule: &rule, StartLocal: new("2027-03-09T14:00"),
			TimeZone: new("Africa/Nairobi"), Invite: new(false)})
		w.Must(err)
		_, err = w.App.Meetings.Publish(w.Context(), convoke.System, m.ID)
		w.Must(err)
		w.expect()
		dates := w.dates(m.ID)
		w.answer("ann", dates[2].ID, convoke.Yes)
		_, err = w.App.Meetings.EditFollowing(w.Context(), convoke.System, dates[1].ID, app.MeetingInput{StartLocal: new("2027-04-13T16:00")})
		w.Must(err)
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #1")
	})
}

// over holds that everybody would be told of nothing as it is over.
func (w *world) over(a app.Audience, err error, want bool) {
	w.Helper()
	w.Must(err)
	if want && (a.Get != 0 || a.Not["over"] != 2) || !want && (a.Get != 2 || a.Not["over"] != 0) {
		w.Errorf("before: %d get it, others not for %v, want it over: %v", a.Get, a.Not, want)
	}
}

// Nobody is invited to what has no date to come: a single event, a series, a meeting, and each says so beforehand.
func TestNothingToCome(t *testing.T) {
	until := func(day string) calendar.Rule {
		d, err := calendar.ParseDateTime(day + "T00:00")
		if err != nil {
			t.Fatal(err)
		}
		return calendar.Rule{Freq: calendar.Weekly, Interval: 1, Until: d.Date()}
	}
	seldom := calendar.Rule{Freq: calendar.Yearly, Interval: 1}
	series := func(starts ...string) func(*world) (app.Audience, error) {
		return func(w *world) (app.Audience, error) {
			var sessions []app.SessionInput
			for _, s := range starts {
				sessions = append(sessions, app.SessionInput{StartLocal: s})
			}
			s, err := w.App.Series.Create(w.Context(), convoke.System, "soil", app.SeriesInput{Title: new("Soil year"), TimeZone: new("Africa/Nairobi")}, app.EventInput{}, sessions)
			w.Must(err)
			a, err := w.App.Series.Audience(w.Context(), convoke.System, s.ID)
			w.Must(err)
			_, err = w.App.Series.Publish(w.Context(), convoke.System, s.ID)
			return a, err
		}
	}
	meeting := func(rule calendar.Rule, start string) func(*world) (app.Audience, error) {
		return func(w *world) (app.Audience, error) {
			m, err := w.App.Meetings.Create(w.Context(), convoke.System, "soil", app.MeetingInput{Title: new("Call"), Rule: &rule, StartLocal: &start, TimeZone: new("Africa/Nairobi")})
			w.Must(err)
			a, err := w.App.Meetings.Audience(w.Context(), convoke.System, m.ID)
			w.Must(err)
			_, err = w.App.Meetings.Publish(w.Context(), convoke.System, m.ID)
			return a, err
		}
	}
	for _, tc := range []struct {
		name string
		do   func(*world) (app.Audience, error)
		over bool
		sent string // kind of letter to each
		then string // planned, and sent at this moment
	}{
		{"an event that was held", func(w *world) (app.Audience, error) {
			e := w.draft("2027-02-02T14:00")
			a, err := w.App.Events.Audience(w.Context(), convoke.System, e.ID)
			w.Must(err)
			_, err = w.App.Events.Publish(w.Context(), convoke.System, e.ID)
			return a, err
		}, true, "", ""},
		{"a series that was held", series("2027-02-02T14:00", "2027-02-09T14:00"), true, "", ""},
		{"a series with one session to come", series("2027-02-02T14:00", "2027-04-20T14:00"), false, "series-invitation", ""},
		{"a series held before its letter leaves", series("2027-04-20T14:00", "2027-04-27T14:00"), false, "", "2027-04-28 09:00"},
		{"a meeting that was held", meeting(until("2027-02-20"), "2027-02-02T14:00"), true, "", ""},
		{"a meeting that goes on", meeting(until("2027-04-20"), "2027-02-02T14:00"), false, "meeting-invitation REQUEST NEEDS-ACTION #0", ""},
		{"a meeting held before its letter leaves", meeting(until("2027-03-20"), "2027-03-02T14:00"), false, "", "2027-04-01 09:00"},
		{"a meeting whose first date is too far for a row", meeting(seldom, "2029-06-05T14:00"), false, "meeting-invitation REQUEST NEEDS-ACTION #0", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				a, err := tc.do(w)
				w.over(a, err, tc.over)
				if tc.then != "" {
					w.Plan()
					w.at(tc.then)
				}
				var want []string
				for _, who := range []string{"ann", "ben"} {
					if tc.sent != "" {
						want = append(want, who+" "+tc.sent)
					}
				}
				w.expect(want...)
				if tc.over && len(w.Letters("")) != 0 {
					t.Errorf("letters were planned: %+v", w.Letters(""))
				}
			})
		})
	}
}

// A series or a meeting without anything to come is called off without a mail, and that is said beforehand.
func TestCancelledAfterTheLast(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("", "eve")
		s, list := w.open("everyone", "2027-03-02T14:00", "2027-04-20T14:00")
		rule := secondTuesday
		rule.Count = 1
		m := w.openMeeting(rule, "2027-03-09T14:00", "Africa/Nairobi")
		w.Deliver()
		w.answer("eve", list[0].ID, convoke.Yes)
		w.cancel(list[1].ID)
		w.at("2027-03-10 10:00")
		w.Deliver()
		n, err := w.App.Series.Told(w.Context(), convoke.System, s.ID)
		w.told(n, err, 0)
		n, err = w.App.Meetings.Told(w.Context(), convoke.System, m.ID)
		w.told(n, err, 0)
		w.Must(w.App.Series.Cancel(w.Context(), convoke.System, s.ID, "No money"))
		w.Must(w.App.Meetings.Cancel(w.Context(), convoke.System, m.ID, "No more"))
		w.expect()
		if got := len(w.states("series-cancellation")) + len(w.states("meeting-cancellation")); got != 0 {
			t.Error("letters were planned")
		}
	})
}
