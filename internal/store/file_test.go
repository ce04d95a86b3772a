package store

import (
	"slices"
	"testing"
	"time"

	"convoke/internal/convoke"
)

// A content that comes again shortly before nothing has used it for too long is not swept between its coming and its use.
func TestHeldFileIsYoungAgain(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		at := func(hours int, f func(tx *Tx) error) {
			t.Helper()
			s.clock = stopped(noon.Add(time.Duration(hours) * time.Hour))
			update(t, s, f)
		}
		hold := func(sign byte) func(tx *Tx) error {
			return func(tx *Tx) error {
				return tx.HoldFile(ctx, convoke.File{Hash: hash(sign), Size: 1, Type: "application/pdf"})
			}
		}
		at(0, hold('a'))
		at(0, hold('b'))
		at(2, hold('b'))
		at(2, func(tx *Tx) error {
			gone, err := tx.DropUnusedFiles(ctx, tx.Now.Add(-time.Hour), 9)
			if !slices.Equal(gone, []convoke.ID{hash('a')}) {
				t.Errorf("swept are %q, want what came once alone", gone)
			}
			return err
		})
		at(2, func(tx *Tx) error { return tx.UseFile(ctx, hash('b')) })
		at(2, func(tx *Tx) error {
			if err := tx.UseFile(ctx, hash('a')); !convoke.IsNotFound(err) {
				t.Errorf("use of what was swept: got %v, want it not found", err)
			}
			return nil
		})
	})
}
