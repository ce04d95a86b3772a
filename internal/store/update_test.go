package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"convoke/internal/convoke"
)

// stale says whether an error is the conflict of two edits.
func stale(err error) bool {
	e, ok := errors.AsType[*convoke.Error](err)
	return ok && e.Reason == convoke.ReasonConflict && e.Text == "error.stale"
}

// Two people open the same form; the second to save is told so, and nothing of the first is lost.
func TestEditedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		addCommunity(t, s, aCommunity("top"))
		update(t, s, func(tx *Tx) error {
			return errors.Join(tx.AddEvent(t.Context(), anEvent(t, "ev", "top")), tx.AddSeries(t.Context(), aSeries("sr", "top")), tx.AddMeeting(t.Context(), aMeeting("mt", "top")))
		})
		for _, row := range []struct {
			name string
			edit func(ctx context.Context, tx *Tx, title string) error
			read func(ctx context.Context, tx *Tx) (string, error)
		}{
			{"community", func(ctx context.Context, tx *Tx, title string) error {
				c := aCommunity("top")
				c.Name, c.Version = title, 2
				return tx.PutCommunity(ctx, c)
			}, func(ctx context.Context, tx *Tx) (string, error) {
				c, err := tx.Community(ctx, "top")
				return c.Name, err
			}},
			{"event", func(ctx context.Context, tx *Tx, title string) error {
				e := anEvent(t, "ev", "top")
				e.Title, e.Version = title, 2
				return tx.PutEvent(ctx, e)
			}, func(ctx context.Context, tx *Tx) (string, error) {
				e, err := tx.Event(ctx, "ev")
				return e.Title, err
			}},
			{"series", func(ctx context.Context, tx *Tx, title string) error {
				x := aSeries("sr", "top")
				x.Title, x.Version = title, 2
				return tx.PutSeries(ctx, x)
			}, func(ctx context.Context, tx *Tx) (string, error) {
				x, err := tx.Series(ctx, "sr")
				return x.Title, err
			}},
			{"meeting", func(ctx context.Context, tx *Tx, title string) error {
				m := aMeeting("mt", "top")
				m.Title, m.Version = title, 2
				return tx.PutMeeting(ctx, m)
			}, func(ctx context.Context, tx *Tx) (string, error) {
				m, err := tx.Meeting(ctx, "mt")
				return m.Title, err
			}},
		} {
			t.Run(row.name, func(t *testing.T) {
				ctx := t.Context()
				update(t, s, func(tx *Tx) error { return row.edit(ctx, tx, "first") })
				if err := s.Update(ctx, func(tx *Tx) error { return row.edit(ctx, tx, "second") }); !stale(err) {
					t.Errorf("the second edit: got %v, want error.stale", err)
				}
				view(t, s, func(tx *Tx) error {
					got, err := row.read(ctx, tx)
					if got != "first" {
						t.Errorf("afterwards: got %q, want %q", got, "first")
					}
					return err
				})
			})
		}
	})
}

func TestEditsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		addCommunity(t, s, aCommunity("top"))
		var wg sync.WaitGroup
		results := make(chan error, 8)
		for i := range cap(results) {
			c := aCommunity("top")
			c.Name, c.Version = fmt.Sprint("name ", i), 2
			wg.Go(func() {
				results <- s.Update(t.Context(), func(tx *Tx) error { return tx.PutCommunity(t.Context(), c) })
			})
		}
		wg.Wait()
		close(results)
		saved := 0
		for err := range results {
			if err == nil {
				saved++
			} else if !stale(err) {
				t.Errorf("got %v, want error.stale", err)
			}
		}
		if saved != 1 {
			t.Errorf("got %d edits saved, want 1", saved)
		}
	})
}

func TestTaken(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		addPeople(t, s, "ada")
		addCommunity(t, s, aCommunity("top"))
		again := aCommunity("other")
		again.Slug = "c-top"
		address := anAddress("ada")
		address.ID, address.Primary = "ad_2", false
		for name, f := range map[string]func(tx *Tx) error{
			"slug":    func(tx *Tx) error { return tx.AddCommunity(t.Context(), again) },
			"id":      func(tx *Tx) error { return tx.AddCommunity(t.Context(), aCommunity("top")) },
			"address": func(tx *Tx) error { return tx.AddAddress(t.Context(), address) },
		} {
			err := s.Update(t.Context(), f)
			if e, ok := errors.AsType[*convoke.Error](err); !ok || e.Reason != convoke.ReasonConflict || e.Text != "error.taken" {
				t.Errorf("%s: got %v, want error.taken", name, err)
			}
		}
	})
}

func TestViewCannotWrite(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		addPeople(t, s, "ada")
		for range 5 { // every connection of the pool
			if err := s.View(t.Context(), func(tx *Tx) error { return tx.DropPerson(t.Context(), "ada") }); err == nil {
				t.Error("a write in View: got no error")
			}
		}
		view(t, s, func(tx *Tx) error {
			_, err := tx.Person(t.Context(), "ada")
			return err
		})
	})
}

func TestUpdateIsWhole(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		gone := errors.New("gone wrong")
		ran := false
		err := s.Update(t.Context(), func(tx *Tx) error {
			tx.AfterCommit(func() { ran = true })
			return errors.Join(tx.AddPerson(t.Context(), aPerson("ada")), gone)
		})
		if !errors.Is(err, gone) || ran {
			t.Errorf("an error: got %v, after commit %v", err, ran)
		}
		func() {
			defer func() {
				if p := recover(); p != "stop" {
					t.Errorf("a panic: got %v, want it passed on", p)
				}
			}()
			err := s.Update(t.Context(), func(tx *Tx) error {
				if err := tx.AddPerson(t.Context(), aPerson("ada")); err != nil {
					return err
				}
				panic("stop")
			})
			t.Errorf("a panic: got %v, want no return", err)
		}()
		// Both were rolled back, and the connection is free again.
		addPeople(t, s, "ada")
	})
}

func TestNowStandsStill(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		at := noon
		s.clock = func() time.Time { at = at.Add(time.Second); return at }
		update(t, s, func(tx *Tx) error {
			before := tx.Now
			if _, err := tx.CountMembers(t.Context(), "top"); err != nil {
				return err
			}
			if tx.Now != before || before != now.Add(time.Second) {
				t.Errorf("got %v, then %v", before, tx.Now)
			}
			return nil
		})
	})
}

// What PostgreSQL asks to be run again is run again, five times at most; SQLite has one writer and never asks.
func TestUpdateRunsAgain(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		for _, row := range []struct {
			name  string
			err   error
			fails int // before it succeeds
			tries int
			ok    bool
		}{
			{"serialisation", &pgconn.PgError{Code: "40001"}, 2, 3, true},
			{"deadlock", fmt.Errorf("write: %w", &pgconn.PgError{Code: "40P01"}), 4, 5, true},
			{"for ever", &pgconn.PgError{Code: "40001"}, 99, 5, false},
			{"something else", &pgconn.PgError{Code: "23503"}, 1, 1, false},
			{"a refusal", convoke.ErrNotFound, 1, 1, false},
		} {
			tries, want, ok := 0, row.tries, row.ok
			if s.Embedded() {
				want, ok = 1, false
			}
			err := s.Update(t.Context(), func(tx *Tx) error {
				if tries++; tries <= row.fails {
					return row.err
				}
				return nil
			})
			if tries != want || (err == nil) != ok {
				t.Errorf("%s: got %d tries and %v, want %d, success %v", row.name, tries, err, want, ok)
			}
		}
	})
}

// A real deadlock: each of two transactions holds the row the other wants.
func TestDeadlockHeals(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		if s.Embedded() {
			return // one writer
		}
		addPeople(t, s, "ada", "ben")
		var both, wg sync.WaitGroup
		both.Add(2)
		tries := make(chan int, 2)
		for _, order := range [][2]convoke.ID{{"ada", "ben"}, {"ben", "ada"}} {
			wg.Go(func() {
				n := 0
				err := s.Update(t.Context(), func(tx *Tx) error {
					if err := tx.RaisePerson(t.Context(), order[0]); err != nil {
						return err
					}
					if n++; n == 1 {
						both.Done()
						both.Wait()
					}
					return tx.RaisePerson(t.Context(), order[1])
				})
				if err != nil {
					t.Error(err)
				}
				tries <- n
			})
		}
		wg.Wait()
		if n := <-tries + <-tries; n < 3 { // whoever gave way may come back too soon and give way again
			t.Errorf("got %d runs, want 3 or more", n)
		}
		view(t, s, func(tx *Tx) error {
			p, err := tx.Person(t.Context(), "ada")
			if p.FeedRev != aPerson("ada").FeedRev+2 {
				t.Errorf("got revision %d, want both raises", p.FeedRev)
			}
			return err
		})
	})
}

func TestIdempotencyKeys(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		addPeople(t, s, "ada")
		update(t, s, func(tx *Tx) error {
			return errors.Join(tx.AddToken(t.Context(), convoke.Token{ID: "tk_1", PersonID: "ada", Hash: []byte("1")}),
				tx.AddToken(t.Context(), convoke.Token{ID: "tk_2", PersonID: "ada", Hash: []byte("2")}))
		})
		claim := func(token convoke.ID, route string) (ok bool, kept Idempotent) {
			t.Helper()
			update(t, s, func(tx *Tx) (err error) {
				ok, kept, err = tx.ClaimKey(t.Context(), Idempotent{TokenID: token, Route: route, Key: "k", Request: []byte("hash"), Body: []byte{}, CreatedAt: tx.Now})
				return err
			})
			return ok, kept
		}
		keep := func(i Idempotent) {
			t.Helper()
			update(t, s, func(tx *Tx) error { return tx.KeepAnswer(t.Context(), i) })
		}
		if ok, _ := claim("tk_1", "POST /a"); !ok {
			t.Error("the first: got false, want true")
		}
		if ok, kept := claim("tk_1", "POST /a"); ok || kept.Status != 0 || string(kept.Request) != "hash" {
			t.Errorf("while it is under way: got %v, %+v", ok, kept)
		}
		if ok, _ := claim("tk_1", "POST /b"); !ok {
			t.Error("another route: got false, want true")
		}
		if ok, _ := claim("tk_2", "POST /a"); !ok {
			t.Error("another token: got false, want true")
		}
		answer := Idempotent{TokenID: "tk_1", Route: "POST /a", Key: "k", Status: 201, Body: []byte("{}"), CreatedAt: now}
		keep(answer)
		s.clock = stopped(noon.Add(24*time.Hour - time.Millisecond))
		if ok, kept := claim("tk_1", "POST /a"); ok || kept.Status != 201 || string(kept.Body) != "{}" || kept.CreatedAt != now {
			t.Errorf("nearly a day later: got %v, %+v", ok, kept)
		}
		s.clock = stopped(noon.Add(24 * time.Hour))
		if ok, _ := claim("tk_1", "POST /a"); !ok {
			t.Error("a day later: got false, want true")
		}
		answer.Status = 0
		keep(answer)
		if ok, _ := claim("tk_1", "POST /a"); ok {
			t.Error("given back by an earlier claim: got true, want false")
		}
		answer.CreatedAt = now.Add(24 * time.Hour)
		keep(answer)
		if ok, _ := claim("tk_1", "POST /a"); !ok {
			t.Error("given back: got false, want true")
		}
		done := func(i Idempotent) (ok bool) {
			t.Helper()
			update(t, s, func(tx *Tx) (err error) {
				ok, err = tx.DoneKey(t.Context(), i)
				return err
			})
			return ok
		}
		s.clock = stopped(noon.Add(24*time.Hour + convoke.IdempotencyClaimTime - time.Millisecond))
		if ok, _ := claim("tk_1", "POST /a"); ok {
			t.Error("nearly two minutes without an answer: got true, want false")
		}
		s.clock = stopped(noon.Add(24*time.Hour + convoke.IdempotencyClaimTime))
		if ok, _ := claim("tk_1", "POST /a"); !ok {
			t.Error("two minutes without an answer: got false, want true")
		}
		if done(answer) {
			t.Error("done by whom it was taken from: got true, want false")
		}
		late := answer
		late.Status = 201
		keep(late)
		if ok, kept := claim("tk_1", "POST /a"); ok || kept.Status != 0 {
			t.Errorf("answered by whom it was taken from: got %v, %+v", ok, kept)
		}
		answer.CreatedAt = answer.CreatedAt.Add(convoke.IdempotencyClaimTime)
		for i := range 2 {
			if !done(answer) {
				t.Errorf("done by whoever has it, change %d: got false, want true", i+1)
			}
		}
		keep(answer)
		s.clock = stopped(noon.Add(25 * time.Hour))
		if ok, kept := claim("tk_1", "POST /a"); ok || kept.Status != KeyDone {
			t.Errorf("done, given back and an hour old: got %v, %+v, want it kept as done", ok, kept)
		}
		late.CreatedAt = answer.CreatedAt
		keep(late)
		if done(answer) {
			t.Error("done after its answer: got true, want false")
		}
		s.clock = stopped(noon.Add(24 * time.Hour))
		if ok, _ := claim("tk_2", "POST /c"); !ok { // left without an answer, for all below
			t.Error("another route: got false, want true")
		}
		s.clock = stopped(noon.Add(26 * time.Hour))

		var wg sync.WaitGroup
		won := make(chan bool, 8)
		for range cap(won) {
			wg.Go(func() {
				err := s.Update(t.Context(), func(tx *Tx) error {
					ok, kept, err := tx.ClaimKey(t.Context(), Idempotent{TokenID: "tk_2", Route: "POST /c", Key: "k", Request: []byte("hash"), Body: []byte{}, CreatedAt: tx.Now})
					if err == nil && string(kept.Request) != "hash" {
						err = fmt.Errorf("kept: got %+v", kept)
					}
					if err == nil {
						won <- ok
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		close(won)
		n := 0
		for ok := range won {
			if ok {
				n++
			}
		}
		if n != 1 {
			t.Errorf("eight at once take over: got %d winners, want 1", n)
		}
	})
}
