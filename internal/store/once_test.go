package store

import (
	"reflect"
	"testing"
	"time"

	"convoke/internal/convoke"
)

// Of what is set once, or only goes forwards, a second writing changes nothing.
func TestSetOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		addPeople(t, s, "ada")
		addCommunity(t, s, aCommunity("top"))
		update(t, s, func(tx *Tx) error {
			m, e := aMeeting("mt", "top"), anEvent(t, "ev", "top")
			m.Organizer, e.Organizer = "", ""
			if err := tx.AddMeeting(ctx, m); err != nil {
				return err
			}
			if err := tx.AddEvent(ctx, e); err != nil {
				return err
			}
			return tx.AddFeed(ctx, convoke.Feed{ID: "fd", PersonID: "ada", Name: "mine", Scope: convoke.ScopeAll, Generation: 1, Hash: []byte("fd"), CreatedAt: now})
		})
		for _, row := range []struct {
			name          string
			first, second func(tx *Tx) error
			read          func(tx *Tx) (any, error)
		}{
			{"keys of the instance", func(tx *Tx) error { return tx.FoundInstance(ctx, "host.example") }, func(tx *Tx) error { return tx.FoundInstance(ctx, "other.example") },
				func(tx *Tx) (any, error) { return tx.Instance(ctx) }},
			{"organiser of an event", func(tx *Tx) error { return tx.FixOrganizer(ctx, "ev@host.example", "one@host.example") }, func(tx *Tx) error { return tx.FixOrganizer(ctx, "ev@host.example", "two@host.example") },
				func(tx *Tx) (any, error) { e, err := tx.Event(ctx, "ev"); return e.Organizer, err }},
			{"organiser of a meeting", func(tx *Tx) error { return tx.FixOrganizer(ctx, "mt@host.example", "one@host.example") }, func(tx *Tx) error { return tx.FixOrganizer(ctx, "mt@host.example", "two@host.example") },
				func(tx *Tx) (any, error) { m, err := tx.Meeting(ctx, "mt"); return m.Organizer, err }},
			{"reading of a feed", func(tx *Tx) error { return tx.ReadFeed(ctx, "fd", now, "curl") }, func(tx *Tx) error { return tx.ReadFeed(ctx, "fd", now-1, "wget") },
				func(tx *Tx) (any, error) { return tx.Feed(ctx, "ada", "fd") }},
		} {
			var got [3]any
			read := func(i int) {
				view(t, s, func(tx *Tx) (err error) { got[i], err = row.read(tx); return err })
			}
			if row.name != "keys of the instance" { // before them there is no row
				read(0)
			}
			update(t, s, row.first)
			read(1)
			update(t, s, row.second)
			read(2)
			if reflect.DeepEqual(got[0], got[1]) || !reflect.DeepEqual(got[1], got[2]) {
				t.Errorf("%s: got %v, then %v, then %v; want it changed once", row.name, got[0], got[1], got[2])
			}
		}
	})
}

// Keys of requests are kept as long as they are promised to be, and no longer.
func TestSweptKeys(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		addPeople(t, s, "ada")
		update(t, s, func(tx *Tx) error {
			if err := tx.AddToken(ctx, convoke.Token{ID: "tk", PersonID: "ada", Name: "script", Hash: convoke.HashToken("x"), CreatedAt: now}); err != nil {
				return err
			}
			for key, age := range map[string]time.Duration{"old": convoke.IdempotencyKeepTime, "young": convoke.IdempotencyKeepTime - time.Millisecond} {
				if ok, _, err := tx.ClaimKey(ctx, Idempotent{TokenID: "tk", Route: "POST /x", Key: key, Request: []byte{1}, Status: 201, Body: []byte{}, CreatedAt: tx.Now.Add(-age)}); err != nil || !ok {
					t.Errorf("the key %s: claimed %v, %v", key, ok, err)
				}
			}
			for key, age := range map[string]time.Duration{"old": convoke.IdempotencyKeepTime, "young": convoke.IdempotencyKeepTime - time.Millisecond} {
				m := Made{PersonID: "ada", Key: key, Request: []byte{1}, SubjectID: "ev_1", CreatedAt: tx.Now.Add(-age)}
				if got, err := tx.PutMade(ctx, m); err != nil || !reflect.DeepEqual(got, m) {
					t.Errorf("the form %s: made %+v, %v", key, got, err)
				}
			}
			return tx.Sweep(ctx)
		})
		for _, table := range []string{"idempotency", "made"} {
			var left []string
			view(t, s, func(tx *Tx) error { return tx.all(ctx, &left, `SELECT key FROM `+table) })
			if len(left) != 1 || left[0] != "young" {
				t.Errorf("left of %s are %q, want the young one", table, left)
			}
		}
	})
}

// My communities are those I am a member of, not all I may know.
func TestMyCommunities(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		addPeople(t, s, "ada", "ben")
		addCommunity(t, s, aCommunity("mine"))
		addCommunity(t, s, aCommunity("other"))
		update(t, s, func(tx *Tx) error {
			for _, m := range []convoke.Membership{{CommunityID: "mine", PersonID: "ada"}, {CommunityID: "other", PersonID: "ben"}} {
				m.Role, m.JoinedAt, m.How = convoke.Member, now, "joined"
				if err := tx.PutMembership(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})
		for _, row := range []struct {
			mine bool
			want int
		}{{false, 2}, {true, 1}} {
			view(t, s, func(tx *Tx) error {
				list, err := tx.Communities(ctx, convoke.Viewer{Person: "ada"}, CommunityFilter{Mine: row.mine, Limit: 9})
				if len(list) != row.want || list[0].ID != "mine" {
					t.Errorf("mine %v: got %d, want %d of %v", row.mine, len(list), row.want, list)
				}
				return err
			})
		}
	})
}
