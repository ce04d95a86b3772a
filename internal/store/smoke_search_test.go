package store

import (
	"fmt"
	"testing"

	"convoke/internal/convoke"
)

// TestEverySearchQuery is the part of [TestEveryQuery] about searching.
func TestEverySearchQuery(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		searched(t, s)
		var got string
		view(t, s, func(tx *Tx) error {
			ctx := t.Context()
			list, err := tx.Search(ctx, convoke.Viewer{}, SearchFilter{Community: "top", Limit: 10}, []string{"fertilite"})
			if err != nil || len(list) != 1 {
				return fmt.Errorf("got %v, %w", list, err)
			}
			h := list[0]
			if h.Slug != "e-soil" || h.Event != "Évaluation de la fertilité" || h.Kind != DocEvent || h.StartsAt != now {
				t.Errorf("Search: got %+v", h)
			}
			got, err = tx.DocumentText(ctx, h)
			return err
		})
		if want := "Évaluation de la fertilité. What soils need, in two parts"; got != want {
			t.Errorf("DocumentText: got %q, want %q", got, want)
		}
	})
}
