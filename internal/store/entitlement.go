package store

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"convoke/internal/convoke"
)

// entitlements says of each scope where it is and which answer opens the join links in it, for person p, and which events and meetings have their
// entries in it. Each ? is its ID.
var entitlements = map[convoke.Scope]struct{ rows, comes, events, meetings string }{
	convoke.ScopeEvent: {
		`SELECT e.id, c.id AS community_id FROM person p, event e JOIN community c ON c.id = e.community_id WHERE e.id = ?`,
		nearest("p.id") + ` IN ('yes', 'maybe')`,
		`e.id = ?`, `m.id = (SELECT meeting_id FROM event WHERE id = ?)`},
	convoke.ScopeSeries: {
		`SELECT s.id, c.id AS community_id FROM person p, series s JOIN community c ON c.id = s.community_id WHERE s.id = ?`,
		`EXISTS (SELECT 1 FROM registration r WHERE r.person_id = p.id AND r.scope = 'series' AND r.scope_id = s.id AND r.state IN ('yes', 'maybe'))`,
		`e.series_id = ?`, `m.id = ?`},
	convoke.ScopeMeeting: {
		`SELECT m.id, c.id AS community_id FROM person p, meeting m JOIN community c ON c.id = m.community_id WHERE m.id = ?`,
		`EXISTS (SELECT 1 FROM registration r WHERE r.person_id = p.id AND r.scope = 'meeting' AND r.scope_id = m.id AND r.state IN ('yes', 'maybe'))`,
		`e.meeting_id = ?`, `m.id = ?`},
	convoke.ScopeCommunity: { // whose members, and who leads it, may be shown those of its groups, too
		`SELECT c.id, c.id AS community_id FROM person p, community c WHERE ? IN (c.id, c.parent_id)`,
		`FALSE`,
		`e.community_id = ?`, `m.community_id = ?`},
}

// entitled lists the scopes in which a person is shown join links, each with its community: the scope asked for and, of a community, its groups.
func (tx *Tx) entitled(ctx context.Context, person convoke.ID, scope convoke.Scope, id convoke.ID) (map[convoke.ID]convoke.ID, error) {
	var rows []struct {
		ID          convoke.ID `db:"id"`
		CommunityID convoke.ID `db:"community_id"`
	}
	s := entitlements[scope]
	err := tx.all(ctx, &rows, s.rows+` AND p.id = ? AND `+anyOf(member(text("p.id")), text(s.comes)).sql, id, person)
	out := map[convoke.ID]convoke.ID{}
	for _, r := range rows {
		out[r.ID] = r.CommunityID
	}
	return out, err
}

// changeStanding runs what may change where a person is shown join links, and notes where it did; their own feeds are read anew.
func (tx *Tx) changeStanding(ctx context.Context, person convoke.ID, scope convoke.Scope, id convoke.ID, change func() error) error {
	if err := tx.RaisePerson(ctx, person); err != nil { // and of two changes at once, the second sees what the first left
		return err
	}
	was, err := tx.entitled(ctx, person, scope, id)
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	is, err := tx.entitled(ctx, person, scope, id)
	if err != nil {
		return err
	}
	either := maps.Clone(was)
	maps.Copy(either, is)
	for _, id := range slices.Sorted(maps.Keys(either)) {
		if was[id] == is[id] {
			continue
		}
		if err := tx.noteEntitlement(ctx, person, scope, id, either[id]); err != nil {
			return err
		}
	}
	return nil
}

// noteEntitlement stores when a person began or ceased to be shown the join links of a scope. It is after every stamp with which they were shown an entry in
// it, so that the other entry they are shown from now on has a later one (RFC 5545 3.8.7.2).
func (tx *Tx) noteEntitlement(ctx context.Context, person convoke.ID, scope convoke.Scope, id, community convoke.ID) error {
	if err := tx.lockEntries(ctx, community); err != nil {
		return err
	}
	var shown convoke.Instant
	s := entitlements[scope]
	if err := tx.get(ctx, &shown, `SELECT coalesce(max(stamp), 0) FROM (SELECT max(e.stamp) AS stamp FROM event e WHERE `+s.events+`
		UNION ALL SELECT max(m.stamp) FROM meeting m WHERE `+s.meetings+`
		UNION ALL SELECT max(changed_at) FROM entitlement WHERE person_id = ?) AS stamps`, id, id, person); err != nil {
		return err
	}
	return tx.do(ctx, `INSERT INTO entitlement (person_id, scope_id, changed_at) VALUES (?, ?, ?)
		ON CONFLICT (person_id, scope_id) DO UPDATE SET changed_at = excluded.changed_at`, person, id, convoke.Later(tx.Now, shown))
}

// Entitled tells when anybody last began or ceased to be shown the join link of an entry; nobody does until the transaction has stamped the entry above that.
func (tx *Tx) Entitled(ctx context.Context, f Fragment) (convoke.Instant, error) {
	if err := tx.lockEntries(ctx, f.CommunityID); err != nil {
		return 0, err
	}
	var at convoke.Instant
	const of = `SELECT max(changed_at) AS at FROM entitlement WHERE scope_id = ?` // by itself, each is one look into the index
	err := tx.get(ctx, &at, `SELECT coalesce(max(at), 0) FROM (`+of+` UNION ALL `+of+` UNION ALL `+of+` UNION ALL `+of+`) AS scopes`,
		f.EventID, f.SeriesID, f.MeetingID, f.CommunityID)
	return at, err
}

// Stance is how somebody stands to one thing: what they answered to it itself, and when they last began or ceased to be shown the join links in it.
type Stance struct {
	Answer convoke.Answer
	Since  convoke.Instant
}

// within says of an ID that it is an event's of a series or a meeting.
func within(id string) string {
	return `EXISTS (SELECT 1 FROM event e WHERE e.id = ` + id + ` AND (e.series_id = ? OR e.meeting_id = ?))`
}

// Stances reads how a person stands to what a letter is about and to all that is in it; what is missing is the zero one.
func (tx *Tx) Stances(ctx context.Context, person convoke.ID, l convoke.Letter) (map[convoke.ID]Stance, error) {
	community, series, meeting, event := string(l.CommunityID), string(l.SeriesID), string(l.MeetingID), string(l.EventID) // "" and not NULL
	var rows []struct {
		ID     convoke.ID      `db:"id"`
		Answer convoke.Answer  `db:"answer"`
		Since  convoke.Instant `db:"since"`
	}
	err := tx.all(ctx, &rows, `SELECT r.scope_id AS id, r.state AS answer, 0 AS since FROM registration r
			WHERE r.person_id = ? AND (r.scope_id IN (?, ?, ?) OR `+within("r.scope_id")+`)
		UNION ALL SELECT n.scope_id, '', n.changed_at FROM entitlement n
			WHERE n.person_id = ? AND (n.scope_id IN (?, ?, ?, ?) OR `+within("n.scope_id")+`)`,
		person, series, meeting, event, series, meeting, person, community, series, meeting, event, series, meeting)
	out := map[convoke.ID]Stance{}
	for _, r := range rows {
		s := out[r.ID]
		out[r.ID] = Stance{cmp.Or(s.Answer, r.Answer), max(s.Since, r.Since)}
	}
	return out, err
}

// lockEntries makes whatever compares and raises the stamps of a community's entries wait for one another, until the transaction ends: of two at once on
// PostgreSQL, each would miss the second that the other takes.
func (tx *Tx) lockEntries(ctx context.Context, community convoke.ID) error {
	if tx.locked == community {
		return nil
	}
	tx.locked = community
	return tx.get(ctx, &community, `SELECT id FROM community WHERE id = ? `+tx.s.d.stamp, community)
}
