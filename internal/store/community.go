package store

import (
	"context"

	"convoke/internal/convoke"
)

const communityColumns = `id, slug, parent_id, name, summary, description, privacy, hidden, language, zone, eligibility, rules, contact, ink, feed_rev, version, created_at, archived_at, answers_at_once`

var communitySelect = `SELECT ` + prefixed("c", communityColumns) + `, coalesce(parent.archived_at, 0) > 0 AS parent_archived
	FROM community c LEFT JOIN community parent ON parent.id = c.parent_id `

// Community reads a community for a caller that decides access itself with [Tx.Standing].
func (tx *Tx) Community(ctx context.Context, id convoke.ID) (convoke.Community, error) {
	var c convoke.Community
	err := tx.get(ctx, &c, communitySelect+`WHERE c.id = ?`, id)
	return c, err
}

// CommunityBySlug is Community by address.
func (tx *Tx) CommunityBySlug(ctx context.Context, slug string) (convoke.Community, error) {
	var c convoke.Community
	err := tx.get(ctx, &c, communitySelect+`WHERE c.slug = ?`, slug)
	return c, err
}

// CommunityFilter narrows a list of communities.
type CommunityFilter struct {
	Parent     convoke.ID // working groups of this one
	Top        bool       // only those without a parent
	Mine       bool       // only those the viewer is a member of
	AfterName  string     // keyset: name and ID of the last one seen
	AfterID    convoke.ID
	Limit      int
	Unarchived bool
}

// Communities lists what the viewer may know of, by name.
func (tx *Tx) Communities(ctx context.Context, v convoke.Viewer, f CommunityFilter) ([]convoke.Community, error) {
	w := []cond{viewerKnows(v)}
	if f.Parent != "" {
		w = append(w, text("c.parent_id = ?", f.Parent))
	}
	if f.Top {
		w = append(w, text("c.parent_id IS NULL"))
	}
	if f.Mine {
		w = append(w, inRoles(text("?", asker(v)), ""))
	}
	if f.Unarchived {
		w = append(w, text("c.archived_at = 0 AND coalesce(parent.archived_at, 0) = 0"))
	}
	if f.AfterID != "" {
		w = append(w, text("(c.name > ? OR c.name = ? AND c.id > ?)", f.AfterName, f.AfterName, f.AfterID))
	}
	where := allOf(w...)
	var list []convoke.Community
	err := tx.all(ctx, &list, communitySelect+`WHERE `+where.sql+` ORDER BY c.name, c.id LIMIT ?`, append(where.args, f.Limit)...)
	return list, err
}

// AddCommunity stores a new community.
func (tx *Tx) AddCommunity(ctx context.Context, c convoke.Community) error {
	_, err := tx.named(ctx, insert("community", communityColumns), c)
	return err
}

// PutCommunity stores a changed community; its version must be one above the stored one.
func (tx *Tx) PutCommunity(ctx context.Context, c convoke.Community) error {
	n, err := tx.named(ctx, `UPDATE community SET `+set(`name, summary, description, privacy, hidden, language, zone, eligibility, rules, contact, ink, version, archived_at, answers_at_once`)+
		`, feed_rev = feed_rev + 1 WHERE id = :id AND version = :version - 1`, c)
	if err == nil && n == 0 {
		err = errStale
	}
	return err
}

// RaiseCommunity says that a byte of one of the community's feeds may have changed.
func (tx *Tx) RaiseCommunity(ctx context.Context, id convoke.ID) error {
	return tx.do(ctx, `UPDATE community SET feed_rev = feed_rev + 1 WHERE id = ?`, id)
}

// standingRow is what the database knows of a viewer's standing.
type standingRow struct {
	Role       convoke.Role `db:"role"`
	ParentRole convoke.Role `db:"parent_role"`
	Waiting    bool         `db:"waiting"`
}

// Standing tells what a viewer is to a community.
func (tx *Tx) Standing(ctx context.Context, v convoke.Viewer, c *convoke.Community) (convoke.Standing, error) {
	s := convoke.Standing{Signed: v.Signed(), Operator: v.Operator}
	if asker(v) == "" {
		return s, nil
	}
	var r standingRow
	err := tx.get(ctx, &r, `SELECT
		coalesce((SELECT role FROM membership WHERE community_id = ? AND person_id = ?), '') AS role,
		coalesce((SELECT role FROM membership WHERE community_id = ? AND person_id = ?), '') AS parent_role,
		EXISTS (SELECT 1 FROM join_request WHERE community_id = ? AND person_id = ? AND state = 'waiting') AS waiting`,
		c.ID, v.Person, c.ParentID, v.Person, c.ID, v.Person)
	s.Role, s.ParentRole, s.Waiting = r.Role, r.ParentRole, r.Waiting
	return s, err
}

// MemberRow is a member as the directory shows them.
type MemberRow struct {
	convoke.Membership
	Name         string `db:"name"`
	Organisation string `db:"organisation"`
	Language     string `db:"language"`
	Zone         string `db:"zone"`
	Listed       bool   `db:"listed"`
	Address      string `db:"address"` // for admins only; empty when not asked for
}

// MemberFilter narrows a directory.
type MemberFilter struct {
	Unlisted  bool // also those who left the directory
	Addresses bool // with addresses, for admins
	AfterName string
	AfterID   convoke.ID
	Limit     int
}

// Members lists a community's members by name. The caller has checked convoke.Directory.
func (tx *Tx) Members(ctx context.Context, community convoke.ID, f MemberFilter) ([]MemberRow, error) {
	address := `'' AS address`
	if f.Addresses {
		address = `coalesce(a.shown, '') AS address`
	}
	w := []cond{text("m.community_id = ?", community)}
	if !f.Unlisted {
		w = append(w, text("p.listed"))
	}
	if f.AfterID != "" {
		w = append(w, text("(p.name > ? OR p.name = ? AND p.id > ?)", f.AfterName, f.AfterName, f.AfterID))
	}
	where := allOf(w...)
	var list []MemberRow
	err := tx.all(ctx, &list, `SELECT m.community_id, m.person_id, m.role, m.joined_at, m.how, p.name, p.organisation, p.language, p.zone, p.listed, `+address+`
		FROM membership m JOIN person p ON p.id = m.person_id LEFT JOIN address a ON a.person_id = p.id AND a.is_primary
		WHERE `+where.sql+` ORDER BY p.name, p.id LIMIT ?`, append(where.args, f.Limit)...)
	return list, err
}

// CountMembers counts them.
func (tx *Tx) CountMembers(ctx context.Context, community convoke.ID) (int, error) {
	var n int
	err := tx.get(ctx, &n, `SELECT count(*) FROM membership WHERE community_id = ?`, community)
	return n, err
}

// ZoneCount is how many members live in a zone.
type ZoneCount struct {
	Zone    string `db:"zone"`
	Members int    `db:"members"`
}

// MemberZones counts the members by zone, the largest first; members whose zone is unknown are not counted.
func (tx *Tx) MemberZones(ctx context.Context, community convoke.ID, limit int) ([]ZoneCount, error) {
	var list []ZoneCount
	err := tx.all(ctx, &list, `SELECT p.zone, count(*) AS members FROM membership m JOIN person p ON p.id = m.person_id
		WHERE m.community_id = ? AND p.zone <> '' GROUP BY p.zone ORDER BY count(*) DESC, p.zone LIMIT ?`, community, limit)
	return list, err
}

// Leaders lists the admins and moderators of a community.
func (tx *Tx) Leaders(ctx context.Context, community convoke.ID) ([]MemberRow, error) {
	var list []MemberRow
	err := tx.all(ctx, &list, `SELECT m.community_id, m.person_id, m.role, m.joined_at, m.how, p.name, p.organisation, p.language, p.zone, p.listed, '' AS address
		FROM membership m JOIN person p ON p.id = m.person_id
		WHERE m.community_id = ? AND m.role IN ('moderator', 'admin') ORDER BY m.role, p.name, p.id LIMIT 50`, community)
	return list, err
}

// LedAlone names the communities that have no admin but one person. A working group is led by its parent's admins too.
func (tx *Tx) LedAlone(ctx context.Context, person convoke.ID) ([]string, error) {
	var list []string
	err := tx.all(ctx, &list, `SELECT c.name FROM membership m JOIN community c ON c.id = m.community_id
		WHERE m.person_id = ? AND m.role = 'admin' AND c.parent_id IS NULL
			AND NOT EXISTS (SELECT 1 FROM membership o WHERE o.community_id = m.community_id AND o.role = 'admin' AND o.person_id <> m.person_id)
		ORDER BY c.name, c.id LIMIT 20`, person)
	return list, err
}

// Membership reads one membership.
func (tx *Tx) Membership(ctx context.Context, community, person convoke.ID) (convoke.Membership, error) {
	var m convoke.Membership
	err := tx.get(ctx, &m, `SELECT community_id, person_id, role, joined_at, how FROM membership WHERE community_id = ? AND person_id = ?`, community, person)
	return m, err
}

// PutMembership makes somebody a member or changes their role; joined_at and how stay as they were.
func (tx *Tx) PutMembership(ctx context.Context, m convoke.Membership) error {
	return tx.changeStanding(ctx, m.PersonID, convoke.ScopeCommunity, m.CommunityID, func() error {
		_, err := tx.named(ctx, insert("membership", `community_id, person_id, role, joined_at, how`)+`
			ON CONFLICT (community_id, person_id) DO UPDATE SET role = excluded.role`, m)
		return err
	})
}

// DropMembership ends a membership, and those in the community's working groups.
func (tx *Tx) DropMembership(ctx context.Context, community, person convoke.ID) error {
	return tx.changeStanding(ctx, person, convoke.ScopeCommunity, community, func() error {
		return tx.do(ctx, `DELETE FROM membership WHERE person_id = ? AND (community_id = ?
			OR community_id IN (SELECT id FROM community WHERE parent_id = ?))`, person, community, community)
	})
}

const invitationColumns = `id, community_id, person_id, invited_by, message, state, created_at, decided_at`

// AddInvitation stores an invitation; one that is open already is a conflict.
func (tx *Tx) AddInvitation(ctx context.Context, i convoke.Invitation) error {
	_, err := tx.named(ctx, insert("invitation", invitationColumns), i)
	return err
}

// Invitation reads one invitation.
func (tx *Tx) Invitation(ctx context.Context, id convoke.ID) (convoke.Invitation, error) {
	var i convoke.Invitation
	err := tx.get(ctx, &i, `SELECT `+invitationColumns+` FROM invitation WHERE id = ?`, id)
	return i, err
}

// LastInvitation reads the newest invitation of a person to a community.
func (tx *Tx) LastInvitation(ctx context.Context, community, person convoke.ID) (convoke.Invitation, error) {
	var i convoke.Invitation
	err := tx.get(ctx, &i, `SELECT `+invitationColumns+` FROM invitation WHERE community_id = ? AND person_id = ? ORDER BY created_at DESC, id LIMIT 1`, community, person)
	return i, err
}

// Invitations lists a community's invitations, the newest first. The caller has checked convoke.Manage.
func (tx *Tx) Invitations(ctx context.Context, community convoke.ID, p Page) ([]convoke.Invitation, error) {
	w := allOf(text("community_id = ?", community), p.after("created_at", "<", "id"))
	var list []convoke.Invitation
	err := tx.all(ctx, &list, `SELECT `+invitationColumns+` FROM invitation WHERE `+w.sql+` ORDER BY created_at DESC, id LIMIT ?`, append(w.args, p.Limit)...)
	return list, err
}

// DecideInvitation settles an open invitation; false when it was settled before.
func (tx *Tx) DecideInvitation(ctx context.Context, id convoke.ID, state string) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE invitation SET state = ?, decided_at = ? WHERE id = ? AND state = 'sent'`, state, tx.Now, id)
	return n == 1, err
}

const joinRequestColumns = `id, community_id, person_id, message, state, reason, decided_by, created_at, decided_at`

// AddJoinRequest stores a join request; one that waits already is a conflict.
func (tx *Tx) AddJoinRequest(ctx context.Context, r convoke.JoinRequest) error {
	_, err := tx.named(ctx, insert("join_request", joinRequestColumns), r)
	return err
}

// JoinRequest reads one join request.
func (tx *Tx) JoinRequest(ctx context.Context, id convoke.ID) (convoke.JoinRequest, error) {
	var r convoke.JoinRequest
	err := tx.get(ctx, &r, `SELECT `+joinRequestColumns+` FROM join_request WHERE id = ?`, id)
	return r, err
}

// JoinRequests lists a community's waiting requests, the oldest first. The caller has checked convoke.Manage.
func (tx *Tx) JoinRequests(ctx context.Context, community convoke.ID, p Page) ([]convoke.JoinRequest, error) {
	w := allOf(text("community_id = ? AND state = 'waiting'", community), p.after("created_at", ">", "id"))
	var list []convoke.JoinRequest
	err := tx.all(ctx, &list, `SELECT `+joinRequestColumns+` FROM join_request
		WHERE `+w.sql+` ORDER BY created_at, id LIMIT ?`, append(w.args, p.Limit)...)
	return list, err
}

// WaitingRequest reads the request of a person that waits in a community.
func (tx *Tx) WaitingRequest(ctx context.Context, community, person convoke.ID) (convoke.JoinRequest, error) {
	var r convoke.JoinRequest
	err := tx.get(ctx, &r, `SELECT `+joinRequestColumns+` FROM join_request WHERE community_id = ? AND person_id = ? AND state = 'waiting'`, community, person)
	return r, err
}

// DecideJoinRequest settles a waiting request; false when it was settled before.
func (tx *Tx) DecideJoinRequest(ctx context.Context, id convoke.ID, state, reason string, by convoke.ID) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE join_request SET state = ?, reason = ?, decided_by = ?, decided_at = ? WHERE id = ? AND state = 'waiting'`,
		state, reason, by, tx.Now, id)
	return n == 1, err
}
