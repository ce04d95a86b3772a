package store

import (
	"context"
	"testing"
	"time"

	"convoke/internal/convoke"
)

// standing puts a session, a date of a meeting and a group's event of one community before a test, with ada as nobody and ben as a member of both.
func standing(t *testing.T, s *Store) {
	t.Helper()
	addPeople(t, s, "ada", "ben")
	addCommunity(t, s, aCommunity("top"))
	group := aCommunity("group")
	group.ParentID = "top"
	addCommunity(t, s, group)
	session, date, other := anEvent(t, "session", "top"), anEvent(t, "date", "top"), anEvent(t, "other", "group")
	session.SeriesID, date.MeetingID = "sr", "mt"
	update(t, s, func(tx *Tx) error {
		if err := tx.AddSeries(t.Context(), aSeries("sr", "top")); err != nil {
			return err
		}
		if err := tx.AddMeeting(t.Context(), aMeeting("mt", "top")); err != nil {
			return err
		}
		for _, e := range []convoke.Event{session, date, other} {
			if err := tx.AddEvent(t.Context(), e); err != nil {
				return err
			}
		}
		for _, c := range []convoke.ID{"top", "group"} {
			if err := tx.PutMembership(t.Context(), convoke.Membership{CommunityID: c, PersonID: "ben", Role: convoke.Member, JoinedAt: now, How: "joined"}); err != nil {
				return err
			}
		}
		return nil
	})
}

func answer(scope convoke.Scope, id convoke.ID, state convoke.Answer) func(*testing.T, *Tx) error {
	return func(t *testing.T, tx *Tx) error {
		return tx.PutRegistration(t.Context(), convoke.Registration{PersonID: "ada", Scope: scope, ScopeID: id, State: state, How: "page", UpdatedAt: now})
	}
}

func joins(community convoke.ID) func(*testing.T, *Tx) error {
	return func(t *testing.T, tx *Tx) error {
		return tx.PutMembership(t.Context(), convoke.Membership{CommunityID: community, PersonID: "ada", Role: convoke.Member, JoinedAt: now, How: "joined"})
	}
}

// A change of standing is noted later than whatever stamp an entry has that it is about, and only than those.
func TestEntitledAfterEveryStamp(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*testing.T, *Tx) error
		about  map[string]bool // which stamps are below it
	}{
		{"event", answer(convoke.ScopeEvent, "session", "yes"), map[string]bool{"session": true}},
		{"date", answer(convoke.ScopeEvent, "date", "yes"), map[string]bool{"date": true, "mt": true}},
		{"series", answer(convoke.ScopeSeries, "sr", "maybe"), map[string]bool{"session": true}},
		{"meeting", answer(convoke.ScopeMeeting, "mt", "yes"), map[string]bool{"date": true, "mt": true}},
		{"community", joins("top"), map[string]bool{"session": true, "date": true, "mt": true}},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, stamped := range []string{"session", "date", "other", "mt"} {
				t.Run(stamped, func(t *testing.T) {
					each(t, func(t *testing.T, s *Store) {
						standing(t, s)
						late := now.Add(time.Hour)
						var at convoke.Instant
						update(t, s, func(tx *Tx) error {
							stamp := tx.StampEvent
							if stamped == "mt" {
								stamp = func(ctx context.Context, id convoke.ID, at convoke.Instant) error {
									return tx.StampMeeting(ctx, id, 0, at)
								}
							}
							if err := stamp(t.Context(), convoke.ID(stamped), late); err != nil {
								return err
							}
							if err := row.change(t, tx); err != nil {
								return err
							}
							return tx.get(t.Context(), &at, `SELECT changed_at FROM entitlement WHERE person_id = 'ada'`)
						})
						if above := at/1000 > late/1000; above != row.about[stamped] || at < now {
							t.Errorf("noted at %v, and stamped at %v", at.Time(), late.Time())
						}
					})
				})
			}
		})
	}
}

// Of an edit and an answer at once, the second sees what the first left, on PostgreSQL as well.
func TestEntitledBesideAnEdit(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		standing(t, s)
		var stamp convoke.Instant
		edit := func(tx *Tx) error {
			shown, err := tx.Entitled(t.Context(), Fragment{EventID: "session", SeriesID: "sr", CommunityID: "top"})
			if err != nil {
				return err
			}
			stamp = convoke.Later(tx.Now, shown)
			return tx.StampEvent(t.Context(), "session", stamp)
		}
		var state convoke.Answer
		change := func(tx *Tx) error { return answer(convoke.ScopeEvent, "session", state)(t, tx) }
		noted := func() (at convoke.Instant) {
			view(t, s, func(tx *Tx) error {
				return tx.get(t.Context(), &at, `SELECT changed_at FROM entitlement WHERE person_id = 'ada'`)
			})
			return at
		}
		state = "yes"
		if err1, err2 := race(t, s, edit, change); err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if at := noted(); at/1000 <= stamp/1000 {
			t.Errorf("edited, then answered: noted at %v, and stamped at %v", at.Time(), stamp.Time())
		}
		state = "no"
		if err1, err2 := race(t, s, change, edit); err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if at := noted(); stamp/1000 <= at/1000 {
			t.Errorf("answered, then edited: noted at %v, and stamped at %v", at.Time(), stamp.Time())
		}
	})
}

// Of two answers of one person at once, the second is noted after the first, and not as if there had been none.
func TestEntitledTwiceAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		standing(t, s)
		var opened, closed convoke.Instant
		changed := func(tx *Tx, state convoke.Answer, at *convoke.Instant) error {
			if err := answer(convoke.ScopeEvent, "session", state)(t, tx); err != nil {
				return err
			}
			return tx.get(t.Context(), at, `SELECT changed_at FROM entitlement WHERE person_id = 'ada'`)
		}
		err1, err2 := race(t, s, func(tx *Tx) error { return changed(tx, "yes", &opened) }, func(tx *Tx) error { return changed(tx, "no", &closed) })
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if closed/1000 <= opened/1000 {
			t.Errorf("shown since %v, and no more since %v", opened.Time(), closed.Time())
		}
	})
}

// Where nothing opens or closes, nothing is noted: a member sees the same with every answer.
func TestEntitledAlready(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		standing(t, s)
		count := func(person convoke.ID) (n int) {
			view(t, s, func(tx *Tx) error {
				return tx.get(t.Context(), &n, `SELECT count(*) FROM entitlement WHERE person_id = ?`, person)
			})
			return n
		}
		if n := count("ben"); n != 2 {
			t.Fatalf("joining two: %d notes", n)
		}
		update(t, s, func(tx *Tx) error {
			return tx.PutRegistration(t.Context(), convoke.Registration{PersonID: "ben", Scope: convoke.ScopeEvent, ScopeID: "session", State: "yes", How: "page", UpdatedAt: now})
		})
		update(t, s, func(tx *Tx) error { return answer(convoke.ScopeEvent, "session", "no")(t, tx) })
		update(t, s, func(tx *Tx) error { return tx.DropMembership(t.Context(), "top", "ada") })
		if n, other := count("ben"), count("ada"); n != 2 || other != 0 {
			t.Errorf("a member's yes, a stranger's no and leaving what one is not in: %d and %d notes, want 2 and 0", n, other)
		}
	})
}
