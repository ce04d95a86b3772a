package store

import (
	"testing"

	"convoke/internal/convoke"
)

// A recording is in no feed before its event is published, not even in that of who plans it; and what somebody said no to is not theirs.
func TestRecordingsOfWhatIsOut(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		addPeople(t, s, "ada", "ben")
		addCommunity(t, s, aCommunity("top"))
		update(t, s, func(tx *Tx) error {
			if err := tx.PutMembership(ctx, convoke.Membership{CommunityID: "top", PersonID: "ada", Role: convoke.Admin, JoinedAt: now, How: "added"}); err != nil {
				return err
			}
			for id, out := range map[convoke.ID]convoke.Instant{"out": now - 1, "draft": 0} {
				e := anEvent(t, id, "top")
				e.PublishedAt, e.Visibility = out, convoke.ToEveryone
				if err := tx.AddEvent(ctx, e); err != nil {
					return err
				}
				if err := tx.AddMaterial(ctx, aMaterial("film-"+id, id, convoke.Recording)); err != nil {
					return err
				}
			}
			return nil
		})
		for _, row := range []struct {
			name   string
			answer convoke.Answer // of ben
			viewer convoke.Viewer
			mine   bool
			want   int
		}{
			{"an operator", "", convoke.Viewer{Person: "ben", Operator: true}, false, 1},
			{"who plans it", "", convoke.Viewer{Person: "ada"}, false, 1},
			{"who plans it, their own", "", convoke.Viewer{Person: "ada"}, true, 1},
			{"who said nothing", "", convoke.Viewer{Person: "ben"}, true, 0},
			{"who said yes", convoke.Yes, convoke.Viewer{Person: "ben"}, true, 1},
			{"who said maybe", convoke.Maybe, convoke.Viewer{Person: "ben"}, true, 1},
			{"who said no", convoke.No, convoke.Viewer{Person: "ben"}, true, 0},
		} {
			if row.answer != "" {
				update(t, s, func(tx *Tx) error {
					return tx.PutRegistration(ctx, convoke.Registration{PersonID: "ben", Scope: convoke.ScopeEvent, ScopeID: "out", State: row.answer, How: "page", UpdatedAt: tx.Now})
				})
			}
			view(t, s, func(tx *Tx) error {
				list, err := tx.Recordings(ctx, row.viewer, RecordingFilter{Mine: row.mine, Limit: 9})
				if len(list) != row.want || len(list) == 1 && list[0].ID != "film-out" {
					t.Errorf("%s: got %d recordings %v, want %d", row.name, len(list), list, row.want)
				}
				return err
			})
		}
	})
}
