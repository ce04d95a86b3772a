package outbox_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/store"
)

// Whoever was no member for a while and is one again is told what became of what they hold: each thing in one letter, and nothing else.
func TestJoinedAgain(t *testing.T) {
	weekly := calendar.Rule{Freq: calendar.Weekly, Interval: 1}
	type things struct {
		event   convoke.Event
		meeting convoke.Recurrence // the second Tuesday, 9 March first
		dates   []convoke.Event
		once    convoke.Recurrence // 12 March
	}
	muteAll := func(w *world, off bool) {
		w.Must(w.App.People.Mute(w.Context(), w.viewer("ann"), convoke.ScopeAll, "", off))
	}
	whole := func(w *world, id convoke.ID, in app.MeetingInput) {
		w.Helper()
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, id, in)
		w.Must(err)
	}
	sixteen := app.MeetingInput{StartLocal: new("2027-03-09T16:00")}
	for _, tc := range []struct {
		name  string
		away  func(w *world, x things) // what happens meanwhile
		told  []string                 // what Ann is told of it then
		want  []string                 // and on joining again
		must  []string                 // in those letters and their calendar parts
		never []string
	}{
		{"nothing changed", func(*world, things) {}, nil, nil, nil, nil},
		{"an event was moved", func(w *world, x things) { w.move(x.event.ID, "2027-04-21T16:00") }, nil,
			[]string{"ann event-update REQUEST NEEDS-ACTION #1"}, []string{"20 April 2027", "21 April 2027", ":20270421T160000"}, []string{":20270420T140000"}},
		{"an event was moved twice", func(w *world, x things) {
			w.move(x.event.ID, "2027-04-21T16:00")
			w.Clock.Add(time.Hour)
			w.move(x.event.ID, "2027-04-22T16:00")
		}, nil, []string{"ann event-update REQUEST NEEDS-ACTION #2"}, []string{"20 April 2027", "22 April 2027"}, []string{"21 April 2027"}},
		{"an event was moved and back", func(w *world, x things) {
			w.move(x.event.ID, "2027-04-21T16:00")
			w.Clock.Add(time.Hour)
			w.move(x.event.ID, "2027-04-20T14:00")
		}, nil, nil, nil, nil},
		{"an event was moved to where it is over", func(w *world, x things) {
			w.move(x.event.ID, "2027-03-03T14:00")
			w.at("2027-03-04 10:00")
		}, nil, nil, nil, nil},
		{"an event was called off", func(w *world, x things) { w.cancel(x.event.ID) },
			[]string{"ann event-cancellation CANCEL NEEDS-ACTION #1"}, nil, nil, nil},
		{"an event was called off and takes place after all", func(w *world, x things) {
			w.cancel(x.event.ID)
			w.Deliver()
			w.Clock.Add(time.Hour)
			_, err := w.App.Events.Restore(w.Context(), convoke.System, x.event.ID)
			w.Must(err)
		}, nil, []string{"ann event-update REQUEST NEEDS-ACTION #2"}, []string{"STATUS:CONFIRMED"}, []string{"STATUS:CANCELLED"}},
		{"an event was called off while no mail was wanted", func(w *world, x things) {
			muteAll(w, true)
			w.cancel(x.event.ID)
			w.Deliver()
			muteAll(w, false)
		}, nil, []string{"ann event-cancellation CANCEL NEEDS-ACTION #1"}, []string{"STATUS:CANCELLED"}, []string{"STATUS:CONFIRMED"}},
		{"a meeting was called off while no mail was wanted", func(w *world, x things) {
			muteAll(w, true)
			w.Must(w.App.Meetings.Cancel(w.Context(), convoke.System, x.meeting.ID, ""))
			w.Deliver()
			muteAll(w, false)
		}, nil, []string{"ann meeting-cancellation CANCEL NEEDS-ACTION #1"}, []string{"STATUS:CANCELLED"}, []string{"STATUS:CONFIRMED"}},
		{"an event was called off while no mail was wanted, and is over", func(w *world, x things) {
			muteAll(w, true)
			w.cancel(x.event.ID)
			w.Deliver()
			w.at("2027-04-20 20:00")
			muteAll(w, false)
		}, nil, nil, nil, nil},
		{"no mail is wanted", func(w *world, x things) {
			w.move(x.event.ID, "2027-04-21T16:00")
			whole(w, x.meeting.ID, sixteen)
			muteAll(w, true)
		}, nil, nil, nil, nil},
		{"a meeting was moved", func(w *world, x things) { whole(w, x.meeting.ID, sixteen) }, nil,
			[]string{"ann meeting-update REQUEST NEEDS-ACTION #1"}, []string{":20270309T160000", "14:00 Nairobi → second Tuesday each month, 16:00 Nairobi"}, []string{":20270309T140000"}},
		{"a meeting and a date of it were moved", func(w *world, x things) {
			whole(w, x.meeting.ID, sixteen)
			w.move(x.dates[1].ID, "2027-04-14T18:00")
		}, nil, []string{"ann meeting-update REQUEST NEEDS-ACTION #1"}, []string{":20270309T160000", ":20270414T180000"}, []string{":20270309T140000"}},
		{"a meeting was moved and is over", func(w *world, x things) {
			whole(w, x.once.ID, app.MeetingInput{StartLocal: new("2027-03-12T16:00")})
			w.at("2027-03-13 10:00")
		}, nil, nil, nil, nil},
		{"a meeting was moved and is over, and an event was moved", func(w *world, x things) {
			whole(w, x.once.ID, app.MeetingInput{StartLocal: new("2027-03-12T16:00")})
			w.move(x.event.ID, "2027-04-21T16:00")
			w.at("2027-03-13 10:00")
		}, nil, []string{"ann event-update REQUEST NEEDS-ACTION #1"}, nil, nil},
		{"a meeting has ended that was to go on", func(w *world, x things) {
			rule := secondTuesday
			rule.Until = calendar.NewDate(2027, time.March, 31)
			whole(w, x.meeting.ID, app.MeetingInput{Rule: &rule})
			w.at("2027-04-01 10:00")
		}, nil, []string{"ann meeting-update REQUEST NEEDS-ACTION #1"}, []string{"UNTIL=2027"}, nil},
		{"a meeting was to go on, was to end and was called off while no mail was wanted", func(w *world, x things) {
			muteAll(w, true)
			rule := secondTuesday
			rule.Until = calendar.NewDate(2027, time.March, 31)
			whole(w, x.meeting.ID, app.MeetingInput{Rule: &rule})
			w.Clock.Add(time.Hour)
			w.Must(w.App.Meetings.Cancel(w.Context(), convoke.System, x.meeting.ID, ""))
			w.at("2027-04-01 10:00")
			w.Deliver()
			muteAll(w, false)
		}, nil, []string{"ann meeting-cancellation CANCEL NEEDS-ACTION #2"}, []string{"STATUS:CANCELLED"}, nil},
		{"an event was moved after it was called off", func(w *world, x things) {
			w.cancel(x.event.ID)
			w.Deliver()
			w.Clock.Add(time.Hour)
			w.move(x.event.ID, "2027-04-21T16:00")
		}, nil, nil, nil, nil},
		{"a date was moved", func(w *world, x things) { w.move(x.dates[1].ID, "2027-04-14T18:00") }, nil,
			[]string{"ann meeting-update REQUEST NEEDS-ACTION #0"}, []string{"RRULE", ":20270414T180000"}, nil},
		{"a date was moved and is over", func(w *world, x things) {
			w.move(x.dates[0].ID, "2027-03-10T18:00")
			w.at("2027-03-10 20:00")
		}, nil, nil, nil, nil},
		{"a date has other words", func(w *world, x things) { w.edit(x.dates[1].ID, app.EventInput{Abstract: new("Worms.")}) }, nil, nil, nil, nil},
		{"a date was called off and takes place after all", func(w *world, x things) {
			w.cancel(x.dates[1].ID)
			w.Deliver()
			w.Clock.Add(time.Hour)
			w.restore(x.dates[1].ID)
		}, nil, []string{"ann meeting-update REQUEST NEEDS-ACTION #0"}, []string{"RRULE"}, []string{"STATUS:CANCELLED", "EXDATE"}},
		{"a date was called off", func(w *world, x things) { w.cancel(x.dates[1].ID) },
			[]string{"ann event-cancellation CANCEL NEEDS-ACTION #1"}, nil, nil, nil},
		{"a date was moved, and another called off", func(w *world, x things) {
			w.move(x.dates[1].ID, "2027-04-14T18:00")
			w.Clock.Add(time.Hour)
			w.cancel(x.dates[2].ID)
		}, []string{"ann event-cancellation CANCEL NEEDS-ACTION #1"},
			[]string{"ann meeting-update REQUEST NEEDS-ACTION #0"}, []string{":20270414T180000", "STATUS:CANCELLED"}, nil},
		{"a meeting was moved, and a date called off", func(w *world, x things) {
			whole(w, x.meeting.ID, sixteen)
			w.Clock.Add(time.Hour)
			w.cancel(w.dates(x.meeting.ID)[1].ID)
		}, []string{"ann event-cancellation CANCEL NEEDS-ACTION #2"},
			[]string{"ann meeting-update REQUEST NEEDS-ACTION #1"}, []string{":20270309T160000", "STATUS:CANCELLED"}, []string{":20270309T140000"}},
		{"a meeting goes on in another way, from a date that is far", func(w *world, x things) {
			_, err := w.App.Meetings.EditFollowing(w.Context(), convoke.System, x.dates[2].ID, app.MeetingInput{StartLocal: new("2027-05-12T16:00")})
			w.Must(err)
		}, nil, []string{"ann meeting-update REQUEST NEEDS-ACTION #1"}, []string{"UNTIL=2027"}, []string{"20270512T160000"}},
		{"what is new is near", func(w *world, x things) { w.meeting(weekly, "2027-03-04T14:00", "Africa/Nairobi") }, nil,
			[]string{"ann meeting-invitation REQUEST NEEDS-ACTION #0"}, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				_, err := w.App.Communities.Edit(w.Context(), convoke.System, "soil", app.CommunityInput{Privacy: new("public")})
				w.Must(err)
				x := things{event: w.event("2027-04-20T14:00"), meeting: w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")}
				x.dates, x.once = w.dates(x.meeting.ID), w.meeting(calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 1}, "2027-03-12T14:00", "Africa/Nairobi")
				w.Deliver()
				w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
				w.Clock.Add(time.Hour)
				tc.away(w, x)
				w.Clock.Add(10 * time.Minute)
				var told []string
				for _, m := range w.Deliver() {
					if m.Addr == "ann@x.example" {
						told = append(told, strings.Join([]string{"ann", m.Kind, m.Method, m.Partstat(), "#" + m.Prop("SEQUENCE")}, " "))
					}
				}
				if strings.Join(told, ", ") != strings.Join(tc.told, ", ") {
					w.Fatalf("meanwhile: got %q, want %q", told, tc.told)
				}
				w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
				mails := w.expect(tc.want...)
				var all strings.Builder
				for _, m := range mails {
					all.WriteString(m.Text + strings.ReplaceAll(m.ICal(), "BEGIN:VTIMEZONE", ""))
				}
				for _, s := range tc.must {
					if !strings.Contains(all.String(), s) {
						w.Errorf("want %q in\n%s", s, all.String())
					}
				}
				for _, s := range tc.never {
					if strings.Contains(all.String(), s) {
						w.Errorf("do not want %q in\n%s", s, all.String())
					}
				}
				w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
				w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
				w.Clock.Add(10 * time.Minute)
				w.expect() // not once more
			})
		})
	}
}

// A change that has not been told yet when somebody joins again is told them once.
func TestJoinedAgainBeforeItIsTold(t *testing.T) {
	scenario(t, func(w *world) {
		_, err := w.App.Communities.Edit(w.Context(), convoke.System, "soil", app.CommunityInput{Privacy: new("public")})
		w.Must(err)
		e, m := w.event("2027-04-20T14:00"), w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.Deliver()
		w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
		w.Clock.Add(time.Hour)
		w.move(e.ID, "2027-04-21T16:00")
		_, err = w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{StartLocal: new("2027-03-09T16:00")})
		w.Must(err)
		w.Clock.Add(time.Minute)
		w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
		w.expect("ann event-update REQUEST NEEDS-ACTION #1", "ann meeting-update REQUEST NEEDS-ACTION #1")
		w.Clock.Add(10 * time.Minute)
		w.expect("ben event-update REQUEST NEEDS-ACTION #1", "ben meeting-update REQUEST NEEDS-ACTION #1")
	})
}

// Who was never sent anything is told of no change made before they came, whoever else missed it.
func TestJoinedForTheFirstTime(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("public")})
		e, m := w.event("2027-04-20T14:00"), w.meeting(secondTuesday, "2027-04-13T14:00", "Africa/Nairobi")
		w.Deliver()
		w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
		w.Clock.Add(time.Hour)
		w.move(e.ID, "2027-04-21T16:00")
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{StartLocal: new("2027-04-13T16:00")})
		w.Must(err)
		w.Clock.Add(10 * time.Minute)
		w.Deliver()
		w.people("cat", "")
		w.expect()
	})
}

// Two dates that were moved in two absences are told twice, under one version of the whole.
func TestJoinedAgainTwice(t *testing.T) {
	scenario(t, func(w *world) {
		_, err := w.App.Communities.Edit(w.Context(), convoke.System, "soil", app.CommunityInput{Privacy: new("public")})
		w.Must(err)
		list := w.dates(w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi").ID)
		w.Deliver()
		for i, start := range []string{"2027-04-14T18:00", "2027-05-12T18:00"} {
			w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
			w.Clock.Add(time.Hour)
			w.move(list[i+1].ID, start)
			w.Clock.Add(10 * time.Minute)
			w.expect("ben event-update REQUEST NEEDS-ACTION #0")
			w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
			mails := w.expect("ann meeting-update REQUEST NEEDS-ACTION #0")
			if got := len(entries(w.to(mails, "ann").ICal())); got != i+2 {
				w.Errorf("got %d entries, want %d:\n%s", got, i+2, w.to(mails, "ann").ICal())
			}
		}
	})
}

// Where nothing says how an event was when its reader was sent it, the letter tells how it is.
func TestJoinedAgainWithoutHistory(t *testing.T) {
	scenario(t, func(w *world) {
		_, err := w.App.Communities.Edit(w.Context(), convoke.System, "soil", app.CommunityInput{Privacy: new("public")})
		w.Must(err)
		e := w.event("2027-04-20T14:00")
		w.Deliver()
		again := func() {
			w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
			w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
			w.Plan()
		}
		w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
		w.move(e.ID, "2027-04-21T16:00")
		w.Clock.Add(10 * time.Minute)
		w.expect("ben event-update REQUEST NEEDS-ACTION #1")
		w.Update(func(ctx context.Context, tx *store.Tx) error { return tx.Hold(ctx, w.viewer("ann").Person, e.UID, -1) })
		w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
		w.Plan()
		again() // beside the letter that waits
		mails := w.expect("ann event-update REQUEST NEEDS-ACTION #1")
		w.says(w.to(mails, "ann"), "21 April 2027", "20 April 2027")
	})
}

// An invitation is put together before a move and noted as held after it: its reader is behind all the same.
func TestJoinedAgainHeldAfterAMove(t *testing.T) {
	scenario(t, func(w *world) {
		_, err := w.App.Communities.Edit(w.Context(), convoke.System, "soil", app.CommunityInput{Privacy: new("public")})
		w.Must(err)
		e := w.event("2027-04-20T14:00")
		w.Deliver()
		w.Clock.Add(time.Hour)
		w.move(e.ID, "2027-04-21T16:00")
		w.Clock.Add(time.Second)
		w.Update(func(ctx context.Context, tx *store.Tx) error { return tx.Hold(ctx, w.viewer("ann").Person, e.UID, 0) })
		w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
		w.Clock.Add(time.Hour)
		w.expect("ben event-update REQUEST NEEDS-ACTION #1")
		w.edit(e.ID, app.EventInput{Abstract: new("A word.")})
		w.Clock.Add(time.Hour)
		w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
		mails := w.expect("ann event-update REQUEST NEEDS-ACTION #1")
		w.says(w.to(mails, "ann"), "20 April 2027", "21 April 2026")
	})
}

// Who joins one community is told of nothing that another does.
func TestJoinedAgainElsewhere(t *testing.T) {
	scenario(t, func(w *world) {
		w.Community("water", convoke.Open, "ann@x.example")
		rule := secondTuesday
		m, err := w.App.Meetings.CreatePublished(w.Context(), convoke.System, "water", app.MeetingInput{Title: new("Springs"), Rule: &rule, StartLocal: new("2027-03-09T14:00"),
			TimeZone: new("Africa/Nairobi"), Visibility: new("everyone")})
		w.Must(err)
		w.expect("ann meeting-invitation REQUEST NEEDS-ACTION #0")
		w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
		w.Must(w.App.People.Mute(w.Context(), w.viewer("ann"), convoke.ScopeAll, "", true))
		w.Clock.Add(time.Hour)
		_, err = w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{StartLocal: new("2027-03-09T16:00")})
		w.Must(err)
		w.Clock.Add(10 * time.Minute)
		w.expect()
		w.Must(w.App.People.Mute(w.Context(), w.viewer("ann"), convoke.ScopeAll, "", false))
		w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
		w.expect()
	})
}

// What somebody is told on joining again takes the place of what waits for them since they joined before.
func TestJoinedAgainBesideWhatWaits(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("public")})
		e := w.event("2027-04-20T14:00")
		w.Deliver()
		for _, start := range []string{"2027-04-21T16:00", "2027-04-22T16:00"} {
			w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
			w.Clock.Add(time.Hour)
			w.move(e.ID, start)
			w.Clock.Add(10 * time.Minute)
			w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
			w.Plan()
		}
		mails := w.expect("ann event-update REQUEST NEEDS-ACTION #2", "ben event-update REQUEST NEEDS-ACTION #2")
		w.says(w.to(mails, "ann"), "20 April 2027", "21 April 2027")
		w.ledger("event-update", map[string]int{"cancelled overtaken": 2, "captured": 2})
	})
}

// Until when a letter is of use that could not be sent: one of a move until the event is over, one of its end for a day more.
func TestJoinedAgainWhileMailWaits(t *testing.T) {
	for _, tc := range []struct {
		name string
		away func(w *world, e convoke.Event)
		at   string
		want []string
	}{
		{"moved, and over", func(w *world, e convoke.Event) { w.move(e.ID, "2027-04-21T16:00") }, "2027-04-21 20:00", nil},
		{"called off, and would be over", func(w *world, e convoke.Event) { w.cancel(e.ID) }, "2027-04-20 20:00", []string{"ann event-cancellation CANCEL NEEDS-ACTION #1"}},
		{"called off, and would long be over", func(w *world, e convoke.Event) { w.cancel(e.ID) }, "2027-04-21 20:00", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.setCommunity(app.CommunityInput{Privacy: new("public")})
				e := w.event("2027-04-20T14:00")
				w.Deliver()
				w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
				w.Must(w.App.People.Mute(w.Context(), w.viewer("ann"), convoke.ScopeAll, "", true))
				tc.away(w, e)
				w.Clock.Add(10 * time.Minute)
				w.Deliver()
				w.Must(w.App.People.Mute(w.Context(), w.viewer("ann"), convoke.ScopeAll, "", false))
				w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
				w.Plan()
				w.at(tc.at)
				w.expect(tc.want...)
			})
		})
	}
}

// Who said yes to a date that the rule gave up meanwhile reads so on joining again.
func TestJoinedAgainTellsWhatIsGone(t *testing.T) {
	scenario(t, func(w *world) {
		w.setCommunity(app.CommunityInput{Privacy: new("public")})
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Nairobi")
		w.Deliver()
		w.answer("ann", w.dates(m.ID)[2].ID, convoke.Yes)
		w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
		w.Clock.Add(time.Hour)
		rule := secondTuesday
		rule.Until = calendar.NewDate(2027, time.April, 30)
		_, err := w.App.Meetings.Edit(w.Context(), convoke.System, m.ID, app.MeetingInput{Rule: &rule})
		w.Must(err)
		w.Clock.Add(10 * time.Minute)
		w.expect("ben meeting-update REQUEST NEEDS-ACTION #1")
		w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
		mails := w.expect("ann meeting-update REQUEST NEEDS-ACTION #1")
		w.says(w.to(mails, "ann"), "The meeting no longer has the date you said yes or maybe to: Tuesday 11 May 2027.", "8 June")
	})
}

// How an event was when somebody was sent it is read from its history, past what says nothing of it, and only where that reaches back so far.
func TestJoinedAgainByHistory(t *testing.T) {
	add := func(w *world, e convoke.Event, n int, before string) {
		w.Clock.Add(time.Minute)
		w.Update(func(ctx context.Context, tx *store.Tx) error {
			for range n {
				c := convoke.Change{ID: convoke.NewID("ch"), At: tx.Now, Noun: "event", Verb: "edited", SubjectID: e.ID, CommunityID: e.CommunityID, Before: before}
				if err := tx.AddChange(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
	}
	const many, other = 210, `{"title":"Worms"}`
	nothing := func(*world, convoke.Event) {}
	for _, tc := range []struct {
		name                string
		sent, before, after func(w *world, e convoke.Event) // before Ann is sent it, and before and after it is moved
		known               bool
	}{
		{"much before", func(w *world, e convoke.Event) { add(w, e, many, other) }, nothing, nothing, true},
		{"much since", nothing, nothing, func(w *world, e convoke.Event) { add(w, e, many, other) }, false},
		{"what says nothing", nothing, func(w *world, e convoke.Event) { add(w, e, 1, "") }, nothing, true},
		{"what cannot be read", nothing, func(w *world, e convoke.Event) { add(w, e, 1, "[]") }, nothing, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.setCommunity(app.CommunityInput{Privacy: new("public")})
				e := w.event("2027-04-20T14:00")
				tc.sent(w, e)
				w.Deliver()
				w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
				tc.before(w, e)
				w.Clock.Add(time.Minute)
				w.move(e.ID, "2027-04-21T16:00")
				tc.after(w, e)
				w.Clock.Add(10 * time.Minute)
				w.Deliver()
				w.Must(w.App.Members.Join(w.Context(), w.viewer("ann"), "soil"))
				must, never := "Something about it has changed.", "→"
				if tc.known {
					must, never = "Time: Tuesday 20 April 2027, 11:00, UTC → Wednesday 21 April 2027", "Worms"
				}
				w.says(w.to(w.expect("ann event-update REQUEST NEEDS-ACTION #1"), "ann"), must, never)
			})
		})
	}
}
