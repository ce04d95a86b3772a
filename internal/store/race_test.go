package store

import (
	"errors"
	"testing"

	"convoke/internal/convoke"
)

// race runs two transactions at once: the second begins when the first has done its work, and the first is committed when the second waits for
// it or has ended.
func race(t *testing.T, s *Store, first, second func(*Tx) error) (err1, err2 error) {
	t.Helper()
	ended := make(chan error, 1)
	begun := false
	err1 = s.Update(t.Context(), func(tx *Tx) error {
		if err := first(tx); err != nil || begun {
			return err
		}
		begun = true
		pid := make(chan int, 5)
		go func() {
			ended <- s.Update(t.Context(), func(tx *Tx) error {
				var n int
				if !s.Embedded() {
					if err := tx.get(t.Context(), &n, `SELECT pg_backend_pid()`); err != nil {
						return err
					}
				}
				pid <- n
				return second(tx)
			})
		}()
		if s.Embedded() {
			return nil // one writer: the second begins when the first has ended
		}
		for n := <-pid; ; {
			select {
			case err := <-ended:
				ended <- err
				return nil
			default:
			}
			var waits bool
			if err := s.View(t.Context(), func(tx *Tx) error {
				return tx.get(t.Context(), &waits, `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pid = ? AND NOT granted)`, n)
			}); err != nil || waits {
				return err
			}
		}
	})
	return err1, <-ended
}

// However removals, uploads and sweeps of one content fall together, a file counts exactly the materials it is, stays while there is one, and
// can be swept once there is none.
func TestFilesUnderWay(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		addPeople(t, s, "ada")
		addCommunity(t, s, aCommunity("top"))
		use := func(id, event convoke.ID) func(*Tx) error {
			return func(tx *Tx) error {
				m := aMaterial(id, event, convoke.Slides)
				m.File = hash('a')
				if err := tx.UseFile(ctx, m.File); err != nil {
					return err
				}
				return tx.AddMaterial(ctx, m)
			}
		}
		dropMaterial := func(tx *Tx) error {
			m, err := tx.Material(ctx, "m1")
			if err != nil {
				return err
			}
			return tx.DropMaterial(ctx, m)
		}
		dropEvent := func(tx *Tx) error { return tx.DropEvent(ctx, "held") }
		dropSeries := func(tx *Tx) error { return tx.DropSeries(ctx, "row") }
		dropAll := func(tx *Tx) error { return errors.Join(dropEvent(tx), tx.DropEvent(ctx, "other")) }
		sweep := func(tx *Tx) error {
			_, err := tx.DropUnusedFiles(ctx, tx.Now, 9)
			if err != nil {
				t.Errorf("a sweep stumbles over what others do: %v", err)
			}
			return err
		}
		nothing := func(*Tx) error { return nil }
		for _, tc := range []struct {
			name                  string
			before, first, second func(*Tx) error
			want                  int // materials that are the file afterwards
		}{
			{"material, its event", nothing, dropMaterial, dropEvent, 1},
			{"event, its material", nothing, dropEvent, dropMaterial, 1},
			{"session, its series", nothing, dropEvent, dropSeries, 1},
			{"series, its session", nothing, dropSeries, dropEvent, 1},
			{"material, another use", nothing, dropMaterial, use("m3", "other"), 2},
			{"event, another use", nothing, dropEvent, use("m3", "other"), 2},
			{"another use, event", nothing, use("m3", "other"), dropEvent, 2},
			{"event, a use in it", nothing, dropEvent, use("m3", "held"), 1},
			{"a use in it, event", nothing, use("m3", "held"), dropEvent, 1},
			{"a use in it, series", nothing, use("m3", "held"), dropSeries, 1},
			{"last use goes, sweep", nothing, dropAll, sweep, 0},
			{"last use goes, another comes", nothing, dropAll, use("m3", "third"), 1},
			{"another comes, last use goes", nothing, use("m3", "third"), dropAll, 1},
			{"sweep, a use", dropAll, sweep, use("m3", "third"), 0},
			{"a use, sweep", dropAll, use("m3", "third"), sweep, 1},
		} {
			t.Run(tc.name, func(t *testing.T) {
				update(t, s, func(tx *Tx) error {
					if err := tx.AddSeries(ctx, aSeries("row", "top")); err != nil {
						return err
					}
					held, other, third := anEvent(t, "held", "top"), anEvent(t, "other", "top"), anEvent(t, "third", "top")
					held.SeriesID = "row"
					for _, f := range []func() error{
						func() error { return tx.AddEvent(ctx, held) },
						func() error { return tx.AddEvent(ctx, other) },
						func() error { return tx.AddEvent(ctx, third) },
						func() error { return tx.HoldFile(ctx, convoke.File{Hash: hash('a'), Size: 1, Type: "application/pdf"}) },
						func() error { return use("m1", "held")(tx) },
						func() error { return use("m2", "other")(tx) },
					} {
						if err := f(); err != nil {
							return err
						}
					}
					return nil
				})
				update(t, s, tc.before)
				_, err := race(t, s, tc.first, tc.second) // who comes second may be refused
				t.Logf("the second: %v", err)
				count := func() (got struct{ Files, Uses, Materials int }) {
					view(t, s, func(tx *Tx) error {
						return tx.get(ctx, &got, `SELECT count(*) AS files, coalesce(sum(uses), 0) AS uses, (SELECT count(*) FROM material) AS materials FROM file`)
					})
					return got
				}
				if got := count(); got.Uses != tc.want || got.Materials != tc.want {
					t.Errorf("%d uses are counted, %d materials are the file, want %d", got.Uses, got.Materials, tc.want)
				}
				update(t, s, sweep)
				if got := count(); (got.Files == 0) != (tc.want == 0) {
					t.Errorf("after a sweep: %d files with %d materials", got.Files, got.Materials)
				}
				update(t, s, func(tx *Tx) error {
					for _, table := range []string{"material", "event", "series", "file"} {
						if err := tx.do(ctx, `DELETE FROM `+table); err != nil {
							return err
						}
					}
					return nil
				})
			})
		}
	})
}
