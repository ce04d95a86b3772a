package outbox_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

func TestSeriesLetterThenSessions(t *testing.T) {
	scenario(t, func(w *world) {
		w.Member("soil", "cat@x.example", convoke.Member)
		s, _ := w.series("2027-04-06T14:00", "2027-05-04T14:00")
		mails := w.expect("ann series-invitation", "ben series-invitation", "cat series-invitation")
		if ann := w.to(mails, "ann"); !strings.Contains(ann.Text, "6 April") || !strings.Contains(ann.Text, "4 May") || len(ann.Files) != 0 {
			w.Errorf("the series' letter lacks a date or carries a file:\n%s", ann.Text)
		}
		w.Must(w.App.Series.Answer(w.Context(), w.viewer("ann"), s.ID, convoke.Yes, "page"))
		w.Must(w.App.Series.Answer(w.Context(), w.viewer("ben"), s.ID, convoke.No, "page"))
		w.expect()
		w.at("2027-03-23 10:59")
		w.expect()
		w.at("2027-03-23 11:00") // 14 days before
		w.expect("ann event-invitation REQUEST ACCEPTED #0", "cat event-invitation REQUEST NEEDS-ACTION #0")
		w.at("2027-04-20 11:00")
		// The first session's reminders are overdue and of no more use; the second's invitation is due.
		w.expect("ann event-invitation REQUEST ACCEPTED #0", "cat event-invitation REQUEST NEEDS-ACTION #0")
		w.expect()
	})
}

func TestSeriesSessionsNearerThanFourteenDaysAreInvitedAtOnce(t *testing.T) {
	scenario(t, func(w *world) {
		w.series("2027-03-10T14:00", "2027-05-04T14:00")
		w.expect("ann series-invitation", "ben series-invitation", "ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
	})
}

func TestSessionMovedBeforeItsInvitation(t *testing.T) {
	scenario(t, func(w *world) {
		s, list := w.series("2027-05-04T14:00")
		w.expect("ann series-invitation", "ben series-invitation")
		w.Must(w.App.Series.Answer(w.Context(), w.viewer("ben"), s.ID, convoke.No, "page"))
		w.move(list[0].ID, "2027-05-05T14:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #1")
		w.at("2027-04-21 12:00")
		w.expect() // not a second time
		w.move(list[0].ID, "2027-05-06T14:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update REQUEST NEEDS-ACTION #2")
	})
}

func TestSessionMovedBeforeItsInvitationForFeedReaders(t *testing.T) {
	scenario(t, func(w *world) {
		_, list := w.series("2027-05-04T14:00")
		w.reads("ann")
		w.expect("ann series-invitation", "ben series-invitation")
		w.move(list[0].ID, "2027-05-05T14:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-invitation", "ben event-invitation REQUEST NEEDS-ACTION #1")
		w.move(list[0].ID, "2027-05-06T14:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-update", "ben event-update REQUEST NEEDS-ACTION #2")
	})
}

func TestSessionCancelledBeforeItsInvitation(t *testing.T) {
	scenario(t, func(w *world) {
		s, list := w.series("2027-05-04T14:00", "2027-06-01T14:00")
		w.expect("ann series-invitation", "ben series-invitation")
		w.Must(w.App.Series.Answer(w.Context(), w.viewer("ben"), s.ID, convoke.No, "page"))
		w.cancel(list[0].ID)
		w.expect("ann event-cancellation CANCEL NEEDS-ACTION #1")
		w.at("2027-04-25 12:00")
		w.expect()
	})
}

func TestSeriesCancelled(t *testing.T) {
	scenario(t, func(w *world) {
		w.people("cat", "")
		w.reads("cat")
		s, list := w.series("2027-03-10T14:00", "2027-05-04T14:00", "2027-05-11T14:00", "2027-05-18T14:00")
		w.expect("ann series-invitation", "ben series-invitation", "cat series-invitation",
			"ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0", "cat event-invitation")
		w.cancel(list[3].ID)
		w.expect("ann event-cancellation CANCEL NEEDS-ACTION #1", "ben event-cancellation CANCEL NEEDS-ACTION #1", "cat event-cancellation")
		w.move(list[2].ID, "2027-05-12T14:00")
		w.Clock.Add(5 * time.Minute)
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #1", "ben event-invitation REQUEST NEEDS-ACTION #1", "cat event-invitation")
		w.answer("ben", list[1].ID, convoke.No)
		w.Must(w.App.Series.Cancel(w.Context(), convoke.System, s.ID, "No money"))
		// One letter about the whole. What was invited to is taken out of calendars one by one; the letter takes along the end of what was not, as its
		// dates may have been put there from the series' file. Cat's calendar reads a feed.
		mails := w.expect("ann series-cancellation +1", "ben series-cancellation +1", "cat series-cancellation",
			"ann event-cancellation CANCEL NEEDS-ACTION #1", "ben event-cancellation CANCEL NEEDS-ACTION #1",
			"ann event-cancellation CANCEL NEEDS-ACTION #2", "ben event-cancellation CANCEL NEEDS-ACTION #2")
		ics := string(mails[2].Files[0].Data)
		for _, line := range []string{"METHOD:CANCEL", "UID:" + list[1].UID, "SEQUENCE:1", "STATUS:CANCELLED"} {
			if !strings.Contains(ics, "\r\n"+line+"\r\n") {
				w.Errorf("the end of a session lacks %s:\n%s", line, ics)
			}
		}
		w.at("2027-04-25 12:00")
		w.expect()
	})
}

func TestJoinedLaterIsInvitedToSessionsToCome(t *testing.T) {
	scenario(t, func(w *world) {
		w.series("2027-04-06T14:00", "2027-05-04T14:00")
		w.expect("ann series-invitation", "ben series-invitation")
		w.at("2027-03-23 11:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
		w.Member("soil", "cat@x.example", convoke.Member)
		w.at("2027-04-05 11:00") // the day before: only for those who have not answered
		w.expect("ann reminder", "ben reminder", "cat reminder")
		w.at("2027-04-20 11:00")
		w.expect("ann event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST NEEDS-ACTION #0", "cat event-invitation REQUEST NEEDS-ACTION #0")
	})
}

func TestSessionAddedLater(t *testing.T) {
	scenario(t, func(w *world) {
		s, _ := w.series("2027-05-04T14:00")
		w.expect("ann series-invitation", "ben series-invitation")
		w.Must(w.App.Series.Answer(w.Context(), w.viewer("ann"), s.ID, convoke.Yes, "page"))
		e, err := w.App.Series.AddSession(w.Context(), convoke.System, s.ID, app.EventInput{StartLocal: new("2027-06-01T14:00")})
		w.Must(err)
		w.expect()
		_, err = w.App.Events.Publish(w.Context(), convoke.System, e.ID)
		w.Must(err)
		w.expect()
		w.at("2027-05-18 11:00")
		w.expect("ann event-invitation REQUEST ACCEPTED #0", "ben event-invitation REQUEST NEEDS-ACTION #0")
	})
}

// An answer to one session is nearer than the one to the series.
func TestNearestAnswerWins(t *testing.T) {
	scenario(t, func(w *world) {
		s, list := w.series("2027-04-06T14:00", "2027-04-07T14:00")
		w.expect("ann series-invitation", "ben series-invitation")
		w.Must(w.App.Series.Answer(w.Context(), w.viewer("ann"), s.ID, convoke.No, "page"))
		w.answer("ann", list[1].ID, convoke.Maybe)
		w.Must(w.App.Series.Answer(w.Context(), w.viewer("ben"), s.ID, convoke.Yes, "page"))
		w.answer("ben", list[1].ID, convoke.No)
		w.at("2027-03-24 11:00")
		w.expect("ann event-invitation REQUEST TENTATIVE #0", "ben event-invitation REQUEST ACCEPTED #0")
	})
}

func TestSeriesLetterLink(t *testing.T) {
	scenario(t, func(w *world) {
		_, list := w.series("2027-04-06T14:00", "2027-04-07T14:00")
		mails := w.expect("ann series-invitation", "ben series-invitation")
		_, err := w.App.Letters.Act(w.Context(), w.to(mails, "ann").Token(), app.DeedYes, "")
		w.Must(err)
		_, err = w.App.Letters.Act(w.Context(), w.to(mails, "ben").Token(), app.DeedYes, string(list[1].ID))
		w.Must(err)
		w.at("2027-03-24 11:00")
		w.expect("ann event-invitation REQUEST ACCEPTED #0", "ann event-invitation REQUEST ACCEPTED #0",
			"ben event-invitation REQUEST NEEDS-ACTION #0", "ben event-invitation REQUEST ACCEPTED #0")
	})
}

// A session that was cancelled by itself is told by itself, however soon its whole series follows it, and whatever became of the series before.
func TestSessionCancelledByItself(t *testing.T) {
	end := func(w *world, s convoke.Series) {
		w.Must(w.App.Series.Cancel(w.Context(), convoke.System, s.ID, "No money"))
	}
	both := []string{"ann event-cancellation CANCEL NEEDS-ACTION #1", "ben event-cancellation", "hal event-cancellation CANCEL ACCEPTED #1",
		"ann series-cancellation +1", "ben series-cancellation"}
	for _, tc := range []struct {
		name string
		do   func(w *world, s convoke.Series, list []convoke.Event)
		want []string
	}{
		{"a minute before its series", func(w *world, s convoke.Series, list []convoke.Event) {
			w.cancel(list[0].ID)
			w.Clock.Add(time.Minute)
			end(w, s)
		}, both},
		{"and the mail server was down", func(w *world, s convoke.Series, list []convoke.Event) {
			w.down(func() {
				w.cancel(list[0].ID)
				w.Clock.Add(5 * time.Minute)
				w.expect()
				w.Clock.Add(2 * time.Minute)
				end(w, s)
			})
		}, both},
		{"restored after its series, and cancelled again", func(w *world, s convoke.Series, list []convoke.Event) {
			end(w, s)
			w.Deliver()
			w.Clock.Add(time.Hour)
			w.Update(func(ctx context.Context, tx *store.Tx) error { // as could be done once
				e, err := tx.Event(ctx, list[0].ID)
				if err != nil {
					return err
				}
				e.Status, e.Stamp, e.Sequence, e.Version = convoke.Confirmed, tx.Now, e.Sequence+1, e.Version+1
				return tx.PutEvent(ctx, e)
			})
			w.Clock.Add(time.Minute)
			w.cancel(list[0].ID)
		}, []string{"ann event-cancellation CANCEL NEEDS-ACTION #3", "ben event-cancellation", "hal event-cancellation CANCEL ACCEPTED #3"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				w.people("", "eve hal")
				w.reads("ben")
				s, list := w.open("everyone", "2027-04-20T14:00", "2027-05-04T14:00")
				w.Deliver()
				w.answer("hal", list[0].ID, convoke.Yes)
				w.answer("ben", list[0].ID, convoke.Yes)
				tc.do(w, s, list)
				mails := w.expect(tc.want...)
				for _, m := range mails {
					for _, f := range m.Files {
						if m.Kind == "series-cancellation" && strings.Contains(string(f.Data), list[0].UID) {
							w.Errorf("%s to %s tells the end of the session again", m.Kind, m.Addr)
						}
					}
				}
				w.Clock.Add(10 * time.Minute)
				w.expect()
			}, rig.WithSink(1))
		})
	}
}

// An invitation that was on its way when its series ended is called off by the series' letter: when that end was planned nobody was known to hold it.
func TestSeriesEndsWhileAnInvitationLeaves(t *testing.T) {
	scenario(t, func(w *world) {
		s, list := w.series("2027-03-10T14:00")
		w.Plan()
		w.Update(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.LeaseLetters(ctx, 10, "other", tx.Now.Add(time.Minute))
			return err
		})
		w.Must(w.App.Series.Cancel(w.Context(), convoke.System, s.ID, "No money"))
		w.Plan()
		w.Update(func(ctx context.Context, tx *store.Tx) error { // the other copy put it into bytes before, and sends it now
			for _, l := range w.Letters(convoke.Leased) {
				if l.Kind != "event-invitation" {
					continue
				}
				if _, err := tx.KeepMime(ctx, l.ID, "other", "Compost", []byte("Subject: Compost\r\n\r\nCome\r\n")); err != nil {
					return err
				}
				if err := tx.Hold(ctx, l.PersonID, list[0].UID, 0); err != nil {
					return err
				}
				if _, err := tx.Accept(ctx, l.ID, "other"); err != nil {
					return err
				}
			}
			return nil
		})
		mails := w.expect("ann series-cancellation +1", "ben series-cancellation +1")
		if !strings.Contains(string(mails[0].Files[0].Data), list[0].UID) {
			w.Error("it tells another end")
		}
	})
}
