package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"convoke/internal/convoke"
)

// put stores letters.
func put(t *testing.T, s *Store, letters ...convoke.Letter) {
	t.Helper()
	update(t, s, func(tx *Tx) error {
		for _, l := range letters {
			if ok, err := tx.AddLetter(t.Context(), l); err != nil || !ok {
				return errors.Join(err, fmt.Errorf("letter %s: added %v", l.ID, ok))
			}
		}
		return nil
	})
}

// lease takes letters at a moment.
func lease(t *testing.T, s *Store, at convoke.Instant, n int, name string, until convoke.Instant) []convoke.Letter {
	t.Helper()
	s.clock = stopped(at.Time())
	var list []convoke.Letter
	update(t, s, func(tx *Tx) (err error) {
		list, err = tx.LeaseLetters(t.Context(), n, name, until)
		return err
	})
	return list
}

func ids(list []convoke.Letter) []convoke.ID {
	var out []convoke.ID
	for _, l := range list {
		out = append(out, l.ID)
	}
	return out
}

func TestLeaseOrder(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		due := func(id convoke.ID, priority int, at convoke.Instant) convoke.Letter {
			l := aLetter(id, "")
			l.Priority, l.NextAt = priority, at
			return l
		}
		done := due("le_done", 0, now-9)
		done.State = convoke.Accepted
		put(t, s, due("le_low", 9, now-3), due("le_urgent", 1, now), due("le_older", 5, now-2), due("le_old", 5, now-1), due("le_later", 0, now+1), done)
		for _, want := range [][]convoke.ID{{"le_urgent", "le_older"}, {"le_old", "le_low"}, nil} {
			if got := ids(lease(t, s, now, 2, "L", now.Add(time.Minute))); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		}
		if got := ids(lease(t, s, now+1, 2, "L", now.Add(time.Minute))); !slices.Equal(got, []convoke.ID{"le_later"}) {
			t.Errorf("a millisecond later: got %v, want le_later", got)
		}
	})
}

func TestLetterOncePerKey(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		put(t, s, aLetter("le_1", ""))
		again := aLetter("le_2", "")
		again.Key = "key/le_1"
		update(t, s, func(tx *Tx) error {
			ok, err := tx.AddLetter(t.Context(), again)
			if ok {
				t.Error("the same key: got true, want false")
			}
			return err
		})
	})
}

// What ended without ever having been put into bytes is made anew under its key, with what it tells now; what may have been sent never is.
func TestLetterAnew(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*convoke.Letter)
		want   bool
	}{
		{"not for them then", func(l *convoke.Letter) { l.State = convoke.Suppressed }, true},
		{"too late then", func(l *convoke.Letter) { l.State = convoke.Stale }, true},
		{"waits", func(l *convoke.Letter) { l.State, l.UsefulUntil = convoke.Queued, now+6 }, false},
		{"waits in vain", func(l *convoke.Letter) { l.State, l.UsefulUntil = convoke.Queued, now+5 }, true},
		{"waits in vain, but may have been sent", func(l *convoke.Letter) { l.State, l.UsefulUntil, l.Subject = convoke.Queued, now+5, "Compost" }, false},
		{"is being sent", func(l *convoke.Letter) { l.State, l.UsefulUntil = convoke.Leased, now+5 }, false},
		{"sent", func(l *convoke.Letter) { l.State = convoke.Accepted }, false},
		{"another told it", func(l *convoke.Letter) { l.State = convoke.Withdrawn }, false},
		{"refused", func(l *convoke.Letter) { l.State = convoke.Dead }, false},
		{"put into bytes", func(l *convoke.Letter) { l.State, l.Subject = convoke.Stale, "Compost" }, false},
		{"in doubt", func(l *convoke.Letter) { l.State, l.InDoubt = convoke.Suppressed, 1 }, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			each(t, func(t *testing.T, s *Store) {
				old := aLetter("le_1", "")
				old.Subject, old.Why, old.Attempts, old.Lease, old.FirstTryAt, old.FinalAt, old.LastCode, old.LastError = "", "why", 3, "L", now, now, 450, "later"
				tc.change(&old)
				put(t, s, old)
				next := aLetter("le_2", "")
				next.Subject, next.Key, next.MessageID, next.Data, next.Address, next.Sequence, next.UsefulUntil, next.CreatedAt = "", old.Key, old.MessageID, `{"note":"new"}`, "new@x.example", 4, now+9, now+5
				want := old
				if tc.want {
					want = next
				}
				update(t, s, func(tx *Tx) error {
					ok, err := tx.AddLetter(t.Context(), next)
					if ok != tc.want {
						t.Errorf("added: got %v, want %v", ok, tc.want)
					}
					return err
				})
				update(t, s, func(tx *Tx) error {
					got, err := tx.Letter(t.Context(), want.ID)
					if !reflect.DeepEqual(got, want) {
						t.Errorf("got\n%+v\nwant\n%+v", got, want)
					}
					return err
				})
			})
		})
	}
}

// Whoever holds a lease that ran out must not settle what somebody else is sending.
func TestLostLease(t *testing.T) {
	settlings := []struct {
		name string
		f    func(tx *Tx, t *testing.T, lease string) (bool, error)
	}{
		{"KeepMime", func(tx *Tx, t *testing.T, l string) (bool, error) {
			return tx.KeepMime(t.Context(), "le_1", l, "S", []byte("m"))
		}},
		{"Accept", func(tx *Tx, t *testing.T, l string) (bool, error) { return tx.Accept(t.Context(), "le_1", l) }},
		{"Capture", func(tx *Tx, t *testing.T, l string) (bool, error) { return tx.Capture(t.Context(), "le_1", l) }},
		{"Retry", func(tx *Tx, t *testing.T, l string) (bool, error) {
			return tx.Retry(t.Context(), "le_1", l, now.Add(time.Hour), 1, 451, "later")
		}},
		{"Finish", func(tx *Tx, t *testing.T, l string) (bool, error) {
			return tx.Finish(t.Context(), "le_1", l, convoke.Dead, "refused", 550, "no")
		}},
	}
	each(t, func(t *testing.T, s *Store) {
		put(t, s, aLetter("le_1", ""))
		first := lease(t, s, now, 9, "A", now.Add(time.Minute))
		if len(first) != 1 || first[0].Attempts != 1 || first[0].FirstTryAt != now || first[0].State != convoke.Leased {
			t.Fatalf("first lease: got %+v", first)
		}
		update(t, s, func(tx *Tx) error {
			_, err := tx.KeepMime(t.Context(), "le_1", "A", "Subject", []byte{1, 2})
			return err
		})
		if early := lease(t, s, now.Add(time.Minute)-1, 9, "B", now.Add(time.Hour)); len(early) != 0 {
			t.Fatalf("before it ran out: got %v, want none", ids(early))
		}
		second := lease(t, s, now.Add(time.Minute), 9, "B", now.Add(time.Hour))
		if len(second) != 1 || second[0].Attempts != 2 || second[0].FirstTryAt != now || string(second[0].Mime) != "\x01\x02" || second[0].Subject != "Subject" {
			t.Fatalf("second lease: got %+v", second)
		}
		for _, x := range settlings {
			update(t, s, func(tx *Tx) error {
				ok, err := x.f(tx, t, "A")
				if ok {
					t.Errorf("%s by the first: got true, want false", x.name)
				}
				return err
			})
		}
		giveBack(t, s, "A", true, false)
		view(t, s, func(tx *Tx) error {
			l, err := tx.Letter(t.Context(), "le_1")
			if l.State != convoke.Leased || l.Lease != "B" || l.Attempts != 2 {
				t.Errorf("after the first tried all that: got %+v", l)
			}
			return err
		})
		for i, want := range []bool{true, false} {
			update(t, s, func(tx *Tx) error {
				ok, err := tx.Accept(t.Context(), "le_1", "B")
				if ok != want {
					t.Errorf("Accept %d by the second: got %v, want %v", i+1, ok, want)
				}
				return err
			})
		}
	})
}

func giveBack(t *testing.T, s *Store, lease string, fresh, want bool) {
	t.Helper()
	update(t, s, func(tx *Tx) error {
		ok, err := tx.GiveBack(t.Context(), "le_1", lease, now, fresh)
		if ok != want {
			t.Errorf("given back by %s: got %v, want %v", lease, ok, want)
		}
		return err
	})
}

func TestGiveBackLeavesNoTrace(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		want := aLetter("le_1", "")
		put(t, s, want)
		render := func(lease string) {
			update(t, s, func(tx *Tx) error {
				_, err := tx.KeepMime(t.Context(), "le_1", lease, "Hello", []byte(lease))
				return err
			})
		}
		lease(t, s, now, 1, "A", now.Add(time.Minute))
		render("A")
		giveBack(t, s, "A", true, true)
		view(t, s, func(tx *Tx) error {
			got, err := tx.Letter(t.Context(), "le_1")
			if got.State != convoke.Queued || got.Attempts != 0 || got.FirstTryAt != 0 || got.NextAt != now || len(got.Mime) != 0 || got.Subject != "" {
				t.Errorf("got %+v", got)
			}
			return err
		})
		lease(t, s, now.Add(time.Second), 1, "B", now.Add(time.Minute))
		render("B")
		update(t, s, func(tx *Tx) error {
			_, err := tx.Retry(t.Context(), "le_1", "B", now.Add(time.Second), 0, 451, "later")
			return err
		})
		lease(t, s, now.Add(time.Second), 1, "C", now.Add(time.Minute))
		giveBack(t, s, "C", false, true)
		view(t, s, func(tx *Tx) error {
			got, err := tx.Letter(t.Context(), "le_1")
			if got.Attempts != 1 || got.FirstTryAt != now.Add(time.Second) || string(got.Mime) != "B" || got.Subject != "Hello" {
				t.Errorf("once tried: got %d attempts since %d with %q, want 1 since %d with what was tried", got.Attempts, got.FirstTryAt, got.Mime, now.Add(time.Second))
			}
			return err
		})
	})
}

func TestReturnLeases(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		put(t, s, aLetter("le_1", ""), aLetter("le_2", ""), aLetter("le_3", ""))
		held := lease(t, s, now, 2, "A", now.Add(time.Hour))
		update(t, s, func(tx *Tx) error {
			_, err := tx.Accept(t.Context(), held[0].ID, "A")
			return err
		})
		update(t, s, func(tx *Tx) error {
			n, err := tx.ReturnLeases(t.Context())
			if n != 1 {
				t.Errorf("got %d, want 1", n)
			}
			return err
		})
		if got := lease(t, s, now, 9, "B", now.Add(time.Hour)); len(got) != 2 {
			t.Errorf("after the return: got %v, want what was not accepted", ids(got))
		}
	})
}

func TestCancelLetters(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		addCommunity(t, s, aCommunity("top"))
		for _, id := range []convoke.ID{"ev", "other"} {
			update(t, s, func(tx *Tx) error { return tx.AddEvent(t.Context(), anEvent(t, id, "top")) })
		}
		make := func(id, event convoke.ID, sequence int, class convoke.Class, change func(*convoke.Letter)) convoke.Letter {
			l := aLetter(id, "")
			l.EventID, l.Sequence, l.Class = event, sequence, class
			if change != nil {
				change(&l)
			}
			return l
		}
		put(t, s, make("le_old", "ev", 3, convoke.ClassInvitation, nil), make("le_same", "ev", 4, convoke.ClassInvitation, nil),
			make("le_class", "ev", 3, convoke.ClassReminder, nil), make("le_other", "other", 3, convoke.ClassInvitation, nil),
			make("le_doubt", "ev", 3, convoke.ClassInvitation, func(l *convoke.Letter) { l.InDoubt = 1 }),
			make("le_leased", "ev", 3, convoke.ClassInvitation, func(l *convoke.Letter) { l.State = convoke.Leased }))
		update(t, s, func(tx *Tx) error {
			return tx.CancelLetters(t.Context(), "ev", 4, convoke.ClassInvitation, "moved")
		})
		view(t, s, func(tx *Tx) error {
			list, err := tx.Letters(t.Context(), convoke.System, LetterFilter{State: convoke.Withdrawn, Limit: 9})
			if len(list) != 1 || list[0].ID != "le_old" || list[0].Why != "moved" || list[0].FinalAt != now {
				t.Errorf("got %+v, want le_old alone", list)
			}
			return err
		})
	})
}

// Several copies of Convoke lease at once; no letter may be had twice.
func TestLeasersNeverShareALetter(t *testing.T) {
	engines(t, func(t *testing.T, o Options) {
		s, other := open(t, o), open(t, o)
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		const letters = 60
		for i := range letters {
			put(t, s, aLetter(convoke.ID(fmt.Sprintf("le_%02d", i)), ""))
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		holders := map[convoke.ID][]string{}
		for i := range 6 {
			name, copy := fmt.Sprint("L", i), []*Store{s, other}[i%2]
			wg.Go(func() {
				for {
					var got []convoke.Letter
					err := copy.Update(t.Context(), func(tx *Tx) (err error) {
						got, err = tx.LeaseLetters(t.Context(), 4, name, now.Add(time.Hour))
						return err
					})
					if err != nil {
						t.Error(err)
					}
					if err != nil || len(got) == 0 {
						return
					}
					mu.Lock()
					for _, l := range got {
						holders[l.ID] = append(holders[l.ID], name)
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(holders) != letters {
			t.Errorf("got %d letters leased, want %d", len(holders), letters)
		}
		for id, who := range holders {
			if len(who) != 1 {
				t.Errorf("%s was leased by %v", id, who)
			}
		}
	})
}

// Where several copies write at once, none waits for the letters, changes and moments that another has in hand.
func TestLeasersDoNotWait(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		if s.Embedded() {
			return // one writer
		}
		addCommunity(t, s, aCommunity("top"))
		put(t, s, aLetter("le_1", ""), aLetter("le_2", ""), aLetter("le_3", ""))
		update(t, s, func(tx *Tx) error {
			if err := tx.AddEvent(t.Context(), anEvent(t, "ev", "top")); err != nil {
				return err
			}
			for _, id := range []convoke.ID{"1", "2"} {
				c := convoke.Change{ID: id, At: now, SubjectID: "ev", PlanAt: now}
				d := convoke.Due{Key: string(id), CommunityID: "top", EventID: "ev", DueAt: now, State: "planned"}
				if err := errors.Join(tx.AddChange(t.Context(), c), tx.PutDue(t.Context(), d)); err != nil {
					return err
				}
			}
			return nil
		})
		take := func(ctx context.Context, tx *Tx, letters int, want convoke.ID) error {
			list, err := tx.LeaseLetters(ctx, letters, "L", now.Add(time.Hour))
			if err != nil {
				return err
			}
			c, errC := tx.NextChange(ctx)
			d, errD := tx.NextDue(ctx)
			if len(list) != letters || c.ID != want || d.Key != string(want) {
				t.Errorf("got %v, change %q, due %q, want %d letters and twice %s", ids(list), c.ID, d.Key, letters, want)
			}
			return errors.Join(errC, errD)
		}
		update(t, s, func(first *Tx) error {
			if err := take(t.Context(), first, 2, "1"); err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			return s.Update(ctx, func(second *Tx) error { return take(ctx, second, 1, "2") })
		})
	})
}

func TestJobLease(t *testing.T) {
	const every = 60_000
	each(t, func(t *testing.T, s *Store) {
		minute := func(n float64) convoke.Instant { return now + convoke.Instant(n*60_000) }
		for _, row := range []struct {
			name   string
			at     float64 // minutes
			holder string
			want   bool
			done   bool // and then it has run
		}{
			{"the first", 0, "a", true, false},
			{"another, while it runs", 0.5, "b", false, false},
			{"the same again", 0.5, "a", true, false},
			{"another, once the lease ran out", 6, "b", true, true},
			{"right after it ran", 6, "a", false, false},
			{"less than half the distance later", 6.4, "a", false, false},
			{"half the distance later", 6.5, "a", true, true},
		} {
			s.clock = stopped(minute(row.at).Time())
			update(t, s, func(tx *Tx) error {
				ok, err := tx.LeaseJob(t.Context(), "plan", row.holder, tx.Now.Add(5*time.Minute), every)
				if ok != row.want {
					t.Errorf("%s: got %v, want %v", row.name, ok, row.want)
				}
				if err == nil && row.done {
					err = tx.DoneJob(t.Context(), "plan", row.holder)
				}
				return err
			})
		}
		s.clock = stopped(minute(6.6).Time()) // somebody else ends what they no longer hold
		update(t, s, func(tx *Tx) error { return tx.DoneJob(t.Context(), "plan", "b") })
		view(t, s, func(tx *Tx) error {
			at, err := tx.JobRanAt(t.Context(), "plan")
			if at != minute(6.5) {
				t.Errorf("ran at: got %v, want %v", at, minute(6.5))
			}
			return err
		})
	})
}

// Only what was never rendered can be overtaken: the rest may have been sent.
func TestWaitingLetters(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		addCommunity(t, s, aCommunity("top"))
		addPeople(t, s, "ada", "ben", "cyd")
		update(t, s, func(tx *Tx) error {
			return errors.Join(tx.AddMeeting(t.Context(), aMeeting("mt", "top")), tx.AddEvent(t.Context(), anEvent(t, "ev", "top")), tx.AddEvent(t.Context(), anEvent(t, "other", "top")))
		})
		make := func(id, person, event, meeting convoke.ID, change func(*convoke.Letter)) convoke.Letter {
			l := aLetter(id, person)
			l.EventID, l.MeetingID = event, meeting
			if change != nil {
				change(&l)
			}
			return l
		}
		put(t, s, make("le_1", "ada", "ev", "", nil), make("le_2", "ben", "other", "mt", func(l *convoke.Letter) { l.Class, l.CreatedAt = convoke.ClassChange, l.CreatedAt-1 }),
			make("le_3", "ada", "other", "", nil), make("le_4", "cyd", "ev", "", nil), make("le_5", "ada", "ev", "", func(l *convoke.Letter) { l.Class = convoke.ClassReminder }),
			make("le_6", "ada", "ev", "", func(l *convoke.Letter) { l.Mime = []byte("m") }), make("le_7", "ada", "ev", "", func(l *convoke.Letter) { l.State = convoke.Leased }))
		update(t, s, func(tx *Tx) error {
			list, err := tx.WaitingLetters(t.Context(), "ev", "mt", "ada", "ben")
			if got, want := ids(list), []convoke.ID{"le_2", "le_1"}; !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			for _, id := range []convoke.ID{"le_1", "le_6", "le_7"} {
				err = errors.Join(err, tx.Overtake(t.Context(), id, "overtaken"))
			}
			return err
		})
		view(t, s, func(tx *Tx) error {
			list, err := tx.Letters(t.Context(), convoke.System, LetterFilter{State: convoke.Withdrawn, Limit: 9})
			if len(list) != 1 || list[0].ID != "le_1" || list[0].Why != "overtaken" || list[0].FinalAt != now {
				t.Errorf("overtaken: got %+v, want le_1 alone", list)
			}
			return err
		})
	})
}

// What is judged by whether it waits is leased by nobody until that is decided.
func TestWaitingLettersAreHeld(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		if s.Embedded() {
			return // one writer
		}
		addCommunity(t, s, aCommunity("top"))
		addPeople(t, s, "ada", "ben")
		update(t, s, func(tx *Tx) error { return tx.AddEvent(t.Context(), anEvent(t, "ev", "top")) })
		for _, who := range []convoke.ID{"ada", "ben"} {
			l := aLetter("le_"+who, who)
			l.EventID = "ev"
			put(t, s, l)
		}
		update(t, s, func(tx *Tx) error {
			if _, err := tx.WaitingLetters(t.Context(), "ev", "", "ada", "ada"); err != nil {
				return err
			}
			if got := ids(lease(t, s, now, 9, "L", now.Add(time.Minute))); !slices.Equal(got, []convoke.ID{"le_ben"}) {
				t.Errorf("got %v, want le_ben alone", got)
			}
			return nil
		})
	})
}

// What is about one UID goes to one person in order: first what may have been sent, then a cancellation, the invitation, and the rest.
func TestLeaseOneOfAUID(t *testing.T) {
	letter := func(id, person, event, meeting convoke.ID, class convoke.Class, priority int, change func(*convoke.Letter)) convoke.Letter {
		l := aLetter(id, person)
		l.EventID, l.MeetingID, l.Class, l.Priority = event, meeting, class, priority
		if change != nil {
			change(&l)
		}
		return l
	}
	later := func(l *convoke.Letter) { l.CreatedAt++ }
	tried := func(l *convoke.Letter) { l.NextAt, l.Attempts, l.Mime = now.Add(time.Hour), 1, []byte("m") }
	const inv, chg, rem = convoke.ClassInvitation, convoke.ClassChange, convoke.ClassReminder
	for _, row := range []struct {
		name    string
		letters []convoke.Letter
		want    []convoke.ID // of the first lease
	}{
		{"invitation before update", []convoke.Letter{letter("inv", "ada", "ev", "", inv, 5, later), letter("upd", "ada", "ev", "", chg, 3, nil)}, []convoke.ID{"inv"}},
		{"cancellation first", []convoke.Letter{letter("inv", "ada", "ev", "", inv, 5, nil), letter("off", "ada", "ev", "", chg, 1, later)}, []convoke.ID{"off"}},
		{"the older of two", []convoke.Letter{letter("new", "ada", "ev", "", chg, 3, later), letter("old", "ada", "ev", "", chg, 3, nil)}, []convoke.ID{"old"}},
		{"another person", []convoke.Letter{letter("one", "ada", "ev", "", chg, 3, nil), letter("two", "ben", "ev", "", chg, 3, nil)}, []convoke.ID{"one", "two"}},
		{"another event", []convoke.Letter{letter("one", "ada", "ev", "", chg, 3, nil), letter("two", "ada", "other", "", chg, 3, nil)}, []convoke.ID{"one", "two"}},
		{"a reminder waits for nothing", []convoke.Letter{letter("rem", "ada", "ev", "", rem, 3, later), letter("upd", "ada", "ev", "", chg, 3, nil)}, []convoke.ID{"upd", "rem"}},
		{"nor is it waited for", []convoke.Letter{letter("rem", "ada", "ev", "", rem, 3, tried), letter("upd", "ada", "ev", "", chg, 3, nil)}, []convoke.ID{"upd"}},
		{"tried, due later", []convoke.Letter{letter("inv", "ada", "ev", "", inv, 5, tried), letter("off", "ada", "ev", "", chg, 1, later)}, nil},
		{"in somebody's hands", []convoke.Letter{letter("inv", "ada", "ev", "", inv, 5, func(l *convoke.Letter) { l.State, l.NextAt = convoke.Leased, now+1 }),
			letter("off", "ada", "ev", "", chg, 1, later)}, nil},
		{"its lease ran out", []convoke.Letter{letter("inv", "ada", "ev", "", inv, 5, func(l *convoke.Letter) { l.State, l.NextAt = convoke.Leased, now }),
			letter("off", "ada", "ev", "", chg, 1, later)}, []convoke.ID{"inv"}},
		{"sent", []convoke.Letter{letter("inv", "ada", "ev", "", inv, 5, func(l *convoke.Letter) { l.State = convoke.Accepted }), letter("upd", "ada", "ev", "", chg, 3, nil)}, []convoke.ID{"upd"}},
		{"two dates of a rule", []convoke.Letter{letter("one", "ada", "ev", "rule", chg, 3, nil), letter("two", "ada", "other", "rule", chg, 3, later)}, []convoke.ID{"one"}},
		{"a rule and its date", []convoke.Letter{letter("one", "ada", "", "rule", inv, 5, nil), letter("two", "ada", "other", "rule", chg, 3, nil)}, []convoke.ID{"one"}},
		{"two dates by themselves", []convoke.Letter{letter("one", "ada", "ev", "dates", chg, 3, nil), letter("two", "ada", "other", "dates", chg, 3, later)}, []convoke.ID{"one", "two"}},
		{"about nothing of that sort", []convoke.Letter{letter("one", "ada", "", "", inv, 5, nil), letter("two", "ada", "", "", inv, 5, later)}, []convoke.ID{"one", "two"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			each(t, func(t *testing.T, s *Store) {
				addCommunity(t, s, aCommunity("top"))
				addPeople(t, s, "ada", "ben")
				update(t, s, func(tx *Tx) error {
					rule, dates := aMeeting("rule", "top"), aMeeting("dates", "top")
					rule.Form, dates.Form = convoke.FormRule, "dates"
					return errors.Join(tx.AddMeeting(t.Context(), rule), tx.AddMeeting(t.Context(), dates),
						tx.AddEvent(t.Context(), anEvent(t, "ev", "top")), tx.AddEvent(t.Context(), anEvent(t, "other", "top")))
				})
				put(t, s, row.letters...)
				if got := ids(lease(t, s, now, 9, "L", now.Add(time.Minute))); !slices.Equal(got, row.want) {
					t.Errorf("got %v, want %v", got, row.want)
				}
			})
		})
	}
}
