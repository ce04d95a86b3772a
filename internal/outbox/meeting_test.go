package outbox_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

func TestMeetingInvitesOnce(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		if m.Form != convoke.FormRule {
			t.Fatalf("form: got %q, want %q", m.Form, convoke.FormRule)
		}
		mails := w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		ics := w.to(mails, "ann").ICal()
		if strings.Count(ics, "BEGIN:VEVENT") != 1 || !strings.Contains(ics, "RRULE:FREQ=MONTHLY") || !strings.Contains(ics, "UID:"+m.UID) {
			w.Errorf("want the rule alone:\n%s", ics)
		}
		w.expect()
		w.at("2027-03-06 11:00") // three days before: the monthly reminder, also for whoever has not answered
		w.expect("ann meeting-reminder", "ben meeting-reminder")
		w.at("2027-03-09 10:00") // an hour before: for those who come
		w.expect()
		w.at("2027-03-31 11:00") // two weeks before the next date everybody has the invitation
		w.expect()
	})
}

func TestJoinedLaterGetsTheMeetingWithItsNextDate(t *testing.T) {
	scenario(t, func(w *world) {
		w.meeting(secondTuesday, "2027-03-30T14:00", "Africa/Nairobi")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		w.Member("soil", "cat@x.example", convoke.Member)
		w.expect()
		w.at("2027-03-30 11:00") // 14 days before 13 April
		mails := w.expect("cat meeting-invitation REQUEST NEEDS-ACTION #0")
		if ics := mails[0].ICal(); !strings.Contains(ics, "RRULE:") {
			w.Errorf("want the rule:\n%s", ics)
		}
		w.at("2027-04-27 11:00")
		w.expect()
	})
}

// Who joins when the next date is nearer than two weeks is invited at once, to each meeting once, and to no other.
func TestJoinedShortlyBeforeADate(t *testing.T) {
	weekly := calendar.Rule{Freq: calendar.Weekly, Interval: 1}
	for _, tc := range []struct {
		zone, want string
		dates      bool // is written as dates, each with an invitation of its own once the one before is over
	}{
		{"Africa/Nairobi", "meeting-invitation REQUEST NEEDS-ACTION #0", false},
		{"Africa/Casablanca", "event-invitation REQUEST NEEDS-ACTION #0", true},
	} {
		t.Run(tc.zone, func(t *testing.T) {
			scenario(t, func(w *world) {
				m := w.meeting(weekly, "2027-03-04T14:00", tc.zone)
				w.meeting(secondTuesday, "2027-04-13T14:00", "Africa/Nairobi") // far
				quiet, err := w.App.Meetings.Create(w.Context(), convoke.System, "soil", app.MeetingInput{Title: new("Quiet"), Rule: &weekly, StartLocal: new("2027-03-04T14:00"),
					TimeZone: &tc.zone, Invite: new(false)})
				w.Must(err)
				_, err = w.App.Meetings.Publish(w.Context(), convoke.System, quiet.ID)
				w.Must(err)
				off := w.meeting(weekly, "2027-03-04T16:00", tc.zone)
				w.series("2027-03-05T14:00")
				w.Deliver()
				w.Must(w.App.Meetings.Cancel(w.Context(), convoke.System, off.ID, ""))
				w.Deliver()
				w.cancel(w.dates(m.ID)[0].ID)
				w.Deliver()
				w.Member("soil", "cat@x.example", convoke.Member)
				mails := w.expect("cat " + tc.want)
				if got := w.to(mails, "cat").Text; !strings.Contains(got, "Thursday 11 March 2027") || strings.Contains(got, "4 March 2027") {
					w.Errorf("want the date after the one that is off:\n%s", got)
				}
				w.Must(w.App.Members.Leave(w.Context(), w.viewer("cat"), "soil"))
				w.Must(w.App.Members.Join(w.Context(), w.viewer("cat"), "soil"))
				w.expect()
				each := func(who string) (list []string) {
					for name := range strings.FieldsSeq(who) {
						if tc.dates {
							list = append(list, name+" "+tc.want)
						}
					}
					return list
				}
				w.at("2027-03-05 15:00")
				w.expect(each("ann ben")...)
				w.at("2027-03-10 15:00")
				w.expect("ann meeting-reminder", "ben meeting-reminder", "cat meeting-reminder")
				w.Member("soil", "dan@x.example", convoke.Member) // an hour before
				w.at("2027-03-11 10:00")
				w.expect("dan " + tc.want)
				w.at("2027-03-11 17:00")
				w.expect(each("ann ben cat dan")...)
			})
		})
	}
}

// Whoever becomes the admin of a working group is a member of its parent from then on.
func TestJoinedByAGroup(t *testing.T) {
	scenario(t, func(w *world) {
		w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.Deliver()
		_, err := w.App.Communities.Create(w.Context(), convoke.System, "soil", app.CommunityInput{Slug: new("worms"), Name: new("Worms")}, "gus@x.example")
		w.Must(err)
		w.expect("gus meeting-invitation REQUEST NEEDS-ACTION #0")
	})
}

// A change told Cat of the whole meeting already, so its invitation with the next date is not for her.
func TestJoinedLaterAndTold(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-30T14:00", "Africa/Nairobi")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		w.Member("soil", "cat@x.example", convoke.Member)
		w.move(w.dates(m.ID)[1].ID, "2027-05-12T14:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #0", "ben event-update REQUEST NEEDS-ACTION #0", "cat event-update REQUEST NEEDS-ACTION #0")
		w.at("2027-03-30 11:00")
		w.expect()
	})
}

func TestOneDateMoved(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		dates := w.dates(m.ID)
		w.move(dates[1].ID, "2027-04-15T16:00")
		w.Clock.Add(5 * time.Minute)
		mails := w.expect("ann event-update REQUEST NEEDS-ACTION #0", "ben event-update REQUEST NEEDS-ACTION #0")
		ics := w.to(mails, "ann").ICal()
		if strings.Count(ics, "BEGIN:VEVENT") != 2 || !strings.Contains(ics, "RRULE:") || !strings.Contains(ics, "RECURRENCE-ID;TZID=Africa/Nairobi:20270413T140000") ||
			!strings.Contains(ics, "DTSTART;TZID=Africa/Nairobi:20270415T160000") || !strings.Contains(ics, "SEQUENCE:1") {
			w.Errorf("want the rule and one override:\n%s", ics)
		}
		// a second move: both overrides in force are carried
		w.move(dates[2].ID, "2027-05-12T14:00")
		w.Clock.Add(5 * time.Minute)
		mails = w.expect("ann event-update REQUEST NEEDS-ACTION #0", "ben event-update REQUEST NEEDS-ACTION #0")
		if ics := w.to(mails, "ann").ICal(); strings.Count(ics, "BEGIN:VEVENT") != 3 {
			w.Errorf("want the rule and two overrides:\n%s", ics)
		}
	})
}

func TestOneDateCancelledAndRestored(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		date := w.dates(m.ID)[0]
		w.cancel(date.ID)
		mails := w.expect("ann event-cancellation CANCEL NEEDS-ACTION #1", "ben event-cancellation CANCEL NEEDS-ACTION #1")
		ics := w.to(mails, "ann").ICal()
		if strings.Count(ics, "BEGIN:VEVENT") != 1 || !strings.Contains(ics, "RECURRENCE-ID;TZID=Africa/Nairobi:20270309T140000") || strings.Contains(ics, "RRULE") || !strings.Contains(ics, "UID:"+m.UID) {
			w.Errorf("want one date alone:\n%s", ics)
		}
		w.at("2027-03-06 11:01")
		w.expect() // no reminder for what is off
		_, err := w.App.Events.Restore(w.Context(), convoke.System, date.ID)
		w.Must(err)
		w.Clock.Add(5 * time.Minute)
		mails = w.expect("ann event-update REQUEST NEEDS-ACTION #0", "ben event-update REQUEST NEEDS-ACTION #0")
		if ics := w.to(mails, "ann").ICal(); !strings.Contains(ics, "RRULE:") || !strings.Contains(ics, "SEQUENCE:2") {
			w.Errorf("want the rule and the date with SEQUENCE 2:\n%s", ics)
		}
	})
}

func TestAllDatesChanged(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		w.move(w.dates(m.ID)[1].ID, "2027-04-15T16:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #0", "ben event-update REQUEST NEEDS-ACTION #0")
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{DurationMinutes: new(45)})
		w.Must(err)
		w.Clock.Add(time.Minute)
		_, err = w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{JoinLink: new("https://meet.example/call")})
		w.Must(err)
		w.Clock.Add(5 * time.Minute)
		mails := w.expect("ann meeting-update REQUEST NEEDS-ACTION #2", "ben meeting-update REQUEST NEEDS-ACTION #2")
		ics := w.to(mails, "ann").ICal()
		if strings.Count(ics, "BEGIN:VEVENT") != 2 || !strings.Contains(ics, "RECURRENCE-ID;TZID=Africa/Nairobi:20270413T140000") {
			w.Errorf("want the rule and the override in force:\n%s", ics)
		}
		w.expect()
	})
}

func TestMeetingCancelled(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.reads("ben")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation")
		w.Must(w.App.Meetings.Cancel(w.Context(), convoke.System, m.ID, "No more"))
		mails := w.expect("ann meeting-cancellation CANCEL NEEDS-ACTION #1", "ben meeting-cancellation")
		if ics := w.to(mails, "ann").ICal(); !strings.Contains(ics, "UID:"+m.UID) || !strings.Contains(ics, "STATUS:CANCELLED") || strings.Contains(ics, "RECURRENCE-ID") {
			w.Errorf("want the whole meeting called off:\n%s", ics)
		}
		w.at("2027-03-06 12:00")
		w.expect()
	})
}

// A community renamed before the letters left changes the entries of what was called off, and nobody the less is told of it.
func TestMeetingCancelledAndCommunityRenamed(t *testing.T) {
	scenario(t, func(w *world) {
		rule := secondTuesday
		rule.Count = 3
		m := w.meeting(rule, "2027-03-09T14:00", "Africa/Nairobi")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		w.Must(w.App.Meetings.Cancel(w.Context(), convoke.System, m.ID, "No more"))
		w.Clock.Add(time.Minute)
		_, err := w.App.Communities.Edit(w.Context(), convoke.System, "soil", app.CommunityInput{Name: new("Soil people")})
		w.Must(err)
		mails := w.expect("ann meeting-cancellation CANCEL NEEDS-ACTION #1", "ben meeting-cancellation CANCEL NEEDS-ACTION #1")
		var now convoke.Recurrence
		w.View(func(ctx context.Context, tx *store.Tx) (err error) {
			now, err = tx.Meeting(ctx, m.ID)
			return err
		})
		if want := "DTSTAMP:" + now.Stamp.Time().Format("20060102T150405Z"); now.Stamp.Time() != w.Clock.Now() || !strings.Contains(mails[0].ICal(), want) {
			w.Errorf("want %s:\n%s", want, mails[0].ICal())
		}
	})
}

func TestThisAndFollowing(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.reads("ben")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation")
		w.Must(w.App.Meetings.Answer(w.Context(), w.viewer("ann"), m.ID, convoke.Yes, "page"))
		third := w.dates(m.ID)[2]
		next, err := w.App.Meetings.EditFollowing(w.Context(), convoke.System, third.ID, app.MeetingInput{StartLocal: new("2027-05-11T16:00")})
		w.Must(err)
		// Ann holds the old one: it ends, and the new one begins. Ben's feed shows both; he hears once.
		mails := w.expect("ann meeting-invitation REQUEST ACCEPTED #1", "ann meeting-update REQUEST ACCEPTED #1", "ben meeting-invitation")
		var ended, begun rig.Mail
		for _, x := range mails {
			switch {
			case x.Kind == "meeting-update":
				ended = x
			case x.Method != "":
				begun = x
			}
		}
		if ics := ended.ICal(); !strings.Contains(ics, "UID:"+m.UID) || !strings.Contains(ics, "UNTIL=20270413T110000Z") {
			w.Errorf("want the old rule to end with 13 April:\n%s", ics)
		}
		if ics := begun.ICal(); next.UID == m.UID || !strings.Contains(ics, "UID:"+next.UID) || !strings.Contains(ics, "DTSTART;TZID=Africa/Nairobi:20270511T160000") {
			w.Errorf("want a new rule from 11 May:\n%s", ics)
		}
		w.expect()
	})
}

func TestDeclinedMeetings(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		mails := w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		_, err := w.App.Letters.Act(w.Context(), w.to(mails, "ann").Token(), app.DeedNo, "")
		w.Must(err)
		_, err = w.App.Letters.Act(w.Context(), w.to(mails, "ben").Token(), app.DeedNext, "")
		w.Must(err)
		w.at("2027-03-06 11:00")
		w.expect("ben meeting-reminder")
		w.at("2027-03-09 10:00")
		w.expect("ben reminder")
		w.at("2027-04-10 11:00")
		w.expect("ben meeting-reminder") // the next was answered, not all
		w.at("2027-04-13 10:00")
		w.expect()
		w.Must(w.App.Meetings.Cancel(w.Context(), convoke.System, m.ID, ""))
		w.expect("ann meeting-cancellation CANCEL DECLINED #1", "ben meeting-cancellation CANCEL NEEDS-ACTION #1")
	})
}

// Outlook cannot read the zone of Casablanca as a rule: each date is an entry of its own, invited two weeks ahead.
func TestMeetingAsDates(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-04-13T14:00", "Africa/Casablanca")
		if m.Form != convoke.FormDates {
			t.Fatalf("form: got %q, want %q", m.Form, convoke.FormDates)
		}
		w.expect()
		w.at("2027-03-30 12:59")
		w.expect()
		w.at("2027-03-30 13:00")
		mails := w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		dates := w.dates(m.ID)
		if ics := w.to(mails, "ann").ICal(); strings.Contains(ics, "RRULE") || !strings.Contains(ics, "UID:"+dates[0].UID) || !strings.Contains(ics, "DTSTART:20270413T130000Z") {
			w.Errorf("want one date in UTC:\n%s", ics)
		}
		w.move(dates[0].ID, "2027-04-14T14:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #1", "ben event-update REQUEST NEEDS-ACTION #1")
		w.cancel(dates[0].ID)
		w.expect("ann event-cancellation CANCEL NEEDS-ACTION #2", "ben event-cancellation CANCEL NEEDS-ACTION #2")
		w.at("2027-04-27 13:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
	})
}

// The invitation to the next date of a meeting written as dates asks about all of them: who comes to all is asked no more, who comes to none gets no more.
func TestMeetingAsDatesAsksForAll(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-04-13T14:00", "Africa/Casablanca")
		w.at("2027-03-30 13:00")
		mails := w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.has(w.to(mails, "ann").Text, []string{"?do=all", "?do=yes", "?do=none"}, []string{"?do=maybe"})
		for who, deed := range map[string]app.Deed{"ann": app.DeedAll, "ben": app.DeedNone} {
			_, err := w.App.Letters.Act(w.Context(), w.to(mails, who).Token(), deed, "")
			w.Must(err)
		}
		w.View(func(ctx context.Context, tx *store.Tx) error {
			for who, want := range map[string]convoke.Answer{"ann": convoke.Yes, "ben": convoke.No} {
				g, err := tx.Registration(ctx, w.viewer(who).Person, convoke.ScopeMeeting, m.ID)
				if err != nil || g.State != want {
					w.Errorf("%s answered %q, %v, want %q to all", who, g.State, err, want)
				}
			}
			return nil
		})
		w.move(w.dates(m.ID)[0].ID, "2027-04-14T14:00")
		w.Clock.Add(5 * time.Minute)
		for _, mail := range w.expect("ann event-update REQUEST ACCEPTED #1", "ben event-update REQUEST DECLINED #1") {
			if _, err := w.App.Letters.Act(w.Context(), mail.Token(), app.DeedNone, ""); err == nil {
				w.Error("a mail about one date offers an answer to all")
			}
		}
		w.at("2027-04-12 12:00")
		w.Deliver()
		w.at("2027-04-28 13:00")
		mails = w.expect("ann event-invitation REQUEST ACCEPTED #0")
		w.has(mails[0].Text, []string{"?do=no"}, []string{"?do=all"})
		w.cancel(w.dates(m.ID)[0].ID)
		if _, err := w.App.Letters.Act(w.Context(), mails[0].Token(), app.DeedNone, ""); err == nil {
			w.Error("a mail about a cancelled date offers an answer to all")
		}
	})
}

// A mail about a date that is no more asks nothing, least of all about all the others.
func TestAnswerToARemovedDate(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		w.move(w.dates(m.ID)[1].ID, "2027-04-15T16:00")
		w.Clock.Add(5 * time.Minute)
		mails := w.expect("ann event-update REQUEST NEEDS-ACTION #0", "ben event-update REQUEST NEEDS-ACTION #0")
		once := secondTuesday
		once.Until = w.dates(m.ID)[0].Start.Date()
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{Rule: &once})
		w.Must(err)
		if _, err := w.App.Letters.Act(w.Context(), w.to(mails, "ann").Token(), app.DeedYes, ""); err == nil {
			w.Error("a yes to a date that is no more was taken for one to the meeting")
		}
	})
}

// What becomes of the whole meeting becomes of the date that somebody was sent already.
func TestMeetingAsDatesChangedAndCancelledAsAWhole(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Casablanca")
		w.reads("ben") // and so has no calendar part
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation")
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{StartLocal: new("2027-03-09T16:00")})
		w.Must(err)
		w.Clock.Add(5 * time.Minute)
		w.expect("ann meeting-update", "ben meeting-update", "ann event-update REQUEST NEEDS-ACTION #1")
		w.Must(w.App.Meetings.Cancel(w.Context(), convoke.System, m.ID, "No more"))
		mails := w.expect("ann meeting-cancellation", "ben meeting-cancellation", "ann event-cancellation CANCEL NEEDS-ACTION #2")
		if ics := mails[0].ICal(); !strings.Contains(ics, "UID:"+w.dates(m.ID)[0].UID) {
			w.Errorf("want the date she holds:\n%s", ics)
		}
		w.expect()
	})
}

// A date that its meeting no longer has is called off for whoever holds it as an entry of its own, and keeps its page.
func TestDateTakenOutOfAMeetingAsDates(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Casablanca")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		held := w.dates(m.ID)[0]
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{StartLocal: new("2027-05-11T14:00")})
		w.Must(err)
		w.Clock.Add(5 * time.Minute)
		mails := w.expect("ann meeting-update", "ben meeting-update", "ann event-cancellation CANCEL NEEDS-ACTION #1", "ben event-cancellation CANCEL NEEDS-ACTION #1")
		for _, mail := range mails {
			if mail.Kind == "event-cancellation" && !strings.Contains(mail.ICal(), "UID:"+held.UID) {
				w.Errorf("want the date they hold:\n%s", mail.ICal())
			}
		}
		if e, err := w.App.Events.Get(w.Context(), convoke.System, "", string(held.ID)); err != nil || e.Status != convoke.Cancelled {
			w.Errorf("its page: %v %v", e.Status, err)
		}
		_, err = w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{StartLocal: new("2027-05-11T15:00")})
		w.Must(err)
		w.Clock.Add(5 * time.Minute)
		w.expect("ann meeting-update", "ben meeting-update") // it stays out
	})
}

// Only the next date is invited, however often the meeting comes round.
func TestFrequentMeetingAsDatesInvitesTheNextOnly(t *testing.T) {
	scenario(t, func(w *world) {
		weekly := calendar.Rule{Freq: calendar.Weekly, Interval: 1}
		w.meeting(weekly, "2027-03-03T14:00", "Africa/Casablanca")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.at("2027-03-03 15:30") // over: the next one's turn
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.at("2027-03-04 09:00")
		w.expect()
	})
}

func TestDailyMeetingSendsNoReminderADay(t *testing.T) {
	scenario(t, func(w *world) {
		w.meeting(calendar.Rule{Freq: calendar.Daily, Interval: 1}, "2027-03-02T14:00", "Africa/Nairobi")
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0", "ben meeting-invitation REQUEST NEEDS-ACTION #0")
		for range 5 {
			w.Clock.Add(24 * time.Hour)
			w.expect()
		}
	})
}
