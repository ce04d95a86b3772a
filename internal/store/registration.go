package store

import (
	"context"

	"convoke/internal/convoke"
)

const registrationColumns = `person_id, scope, scope_id, state, how, updated_at`

// PutRegistration stores an answer. It can open the join link.
func (tx *Tx) PutRegistration(ctx context.Context, r convoke.Registration) error {
	return tx.changeStanding(ctx, r.PersonID, r.Scope, r.ScopeID, func() error {
		_, err := tx.named(ctx, insert("registration", registrationColumns)+` ON CONFLICT (person_id, scope, scope_id)
			DO UPDATE SET state = excluded.state, how = excluded.how, updated_at = excluded.updated_at`, r)
		return err
	})
}

// Registration reads one answer; the zero one when there is none.
func (tx *Tx) Registration(ctx context.Context, person convoke.ID, scope convoke.Scope, id convoke.ID) (convoke.Registration, error) {
	var list []convoke.Registration
	err := tx.all(ctx, &list, `SELECT `+registrationColumns+` FROM registration WHERE person_id = ? AND scope = ? AND scope_id = ?`, person, scope, id)
	if err != nil || len(list) == 0 {
		return convoke.Registration{}, err
	}
	return list[0], nil
}

// DropRegistration takes an answer back; for the date of a series or meeting the wider one counts again.
func (tx *Tx) DropRegistration(ctx context.Context, person convoke.ID, scope convoke.Scope, id convoke.ID) error {
	return tx.changeStanding(ctx, person, scope, id, func() error {
		return tx.do(ctx, `DELETE FROM registration WHERE person_id = ? AND scope = ? AND scope_id = ?`, person, scope, id)
	})
}

// nearest is a person's answer to event e: their own for it, else for its series or meeting.
func nearest(p string) string {
	return `coalesce(
		(SELECT r.state FROM registration r WHERE r.person_id = ` + p + ` AND r.scope = 'event' AND r.scope_id = e.id),
		(SELECT r.state FROM registration r WHERE r.person_id = ` + p + ` AND r.scope = 'series' AND r.scope_id = e.series_id),
		(SELECT r.state FROM registration r WHERE r.person_id = ` + p + ` AND r.scope = 'meeting' AND r.scope_id = e.meeting_id), '')`
}

// AnswerTo tells what a person answered to an event, the nearest answer counting; empty for none.
func (tx *Tx) AnswerTo(ctx context.Context, person, event convoke.ID) (convoke.Answer, error) {
	var a convoke.Answer
	err := tx.get(ctx, &a, `SELECT `+nearest("?")+` FROM event e WHERE e.id = ?`, person, person, person, event)
	return a, err
}

// AnswersTo is AnswerTo for several events.
func (tx *Tx) AnswersTo(ctx context.Context, person convoke.ID, events []convoke.ID) (map[convoke.ID]convoke.Answer, error) {
	out := map[convoke.ID]convoke.Answer{}
	if len(events) == 0 || person == "" {
		return out, nil
	}
	var rows []struct {
		ID    convoke.ID     `db:"id"`
		State convoke.Answer `db:"state"`
	}
	if err := tx.in(ctx, &rows, `SELECT e.id, `+nearest("?")+` AS state FROM event e WHERE e.id IN (?)`, person, person, person, events); err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.State != "" {
			out[r.ID] = r.State
		}
	}
	return out, nil
}

// AnswerRow is one person's answer with who they are.
type AnswerRow struct {
	PersonID     convoke.ID      `db:"person_id"`
	Name         string          `db:"name"`
	Organisation string          `db:"organisation"`
	Address      string          `db:"address"`
	State        convoke.Answer  `db:"state"`
	How          string          `db:"how"`
	UpdatedAt    convoke.Instant `db:"updated_at"`
}

// AnswersOf lists who answered an event, counting the nearest answer. The caller has checked that the viewer plans it.
func (tx *Tx) AnswersOf(ctx context.Context, e convoke.Event, after convoke.ID, limit int) ([]AnswerRow, error) {
	var list []AnswerRow
	err := tx.all(ctx, &list, `SELECT p.id AS person_id, p.name, p.organisation, coalesce(a.shown, '') AS address, r.state, r.how, r.updated_at
		FROM registration r JOIN person p ON p.id = r.person_id LEFT JOIN address a ON a.person_id = p.id AND a.is_primary
		WHERE (r.scope = 'event' AND r.scope_id = ?
			OR r.scope IN ('series', 'meeting') AND r.scope_id IN (?, ?)
				AND NOT EXISTS (SELECT 1 FROM registration n WHERE n.person_id = r.person_id AND n.scope = 'event' AND n.scope_id = ?))
			AND p.id > ? ORDER BY p.id LIMIT ?`,
		e.ID, string(e.SeriesID), string(e.MeetingID), e.ID, string(after), limit)
	return list, err
}

// CountAnswers counts the answers to an event by state.
func (tx *Tx) CountAnswers(ctx context.Context, e convoke.Event) (map[convoke.Answer]int, error) {
	var rows []struct {
		State convoke.Answer `db:"state"`
		N     int            `db:"n"`
	}
	err := tx.all(ctx, &rows, `SELECT r.state, count(*) AS n FROM registration r
		WHERE r.scope = 'event' AND r.scope_id = ?
			OR r.scope IN ('series', 'meeting') AND r.scope_id IN (?, ?)
				AND NOT EXISTS (SELECT 1 FROM registration n WHERE n.person_id = r.person_id AND n.scope = 'event' AND n.scope_id = ?)
		GROUP BY r.state`, e.ID, string(e.SeriesID), string(e.MeetingID), e.ID)
	out := map[convoke.Answer]int{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}

const muteColumns = `person_id, scope, scope_id, class, created_at`

// PutMute notes that a person wants no mails of a class about a scope.
func (tx *Tx) PutMute(ctx context.Context, m convoke.Mute) error {
	_, err := tx.named(ctx, insert("mute", muteColumns)+` ON CONFLICT (person_id, scope, scope_id, class) DO NOTHING`, m)
	return err
}

// DropMute takes a mute back.
func (tx *Tx) DropMute(ctx context.Context, m convoke.Mute) error {
	return tx.do(ctx, `DELETE FROM mute WHERE person_id = ? AND scope = ? AND scope_id = ? AND class = ?`, m.PersonID, m.Scope, m.ScopeID, m.Class)
}

// Mutes lists a person's mutes.
func (tx *Tx) Mutes(ctx context.Context, person convoke.ID) ([]convoke.Mute, error) {
	var list []convoke.Mute
	err := tx.all(ctx, &list, `SELECT `+muteColumns+` FROM mute WHERE person_id = ? ORDER BY scope, scope_id, class LIMIT 1000`, person)
	return list, err
}

// Hold notes that a person was sent a calendar part of a UID.
func (tx *Tx) Hold(ctx context.Context, person convoke.ID, uid string, sequence int) error {
	return tx.do(ctx, `INSERT INTO holding (person_id, uid, sequence, updated_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (person_id, uid) DO UPDATE SET sequence = excluded.sequence, updated_at = excluded.updated_at`, person, uid, sequence, tx.Now)
}

// Unhold takes that back: the letter with it was not sent.
func (tx *Tx) Unhold(ctx context.Context, person convoke.ID, uid string) error {
	return tx.do(ctx, `DELETE FROM holding WHERE person_id = ? AND uid = ?`, person, uid)
}

// Behind is an event that is to come, or a meeting written as a rule, of which a person was sent an older version than there is: one of the two.
type Behind struct {
	EventID   convoke.ID      `db:"event_id"`
	MeetingID convoke.ID      `db:"meeting_id"`
	Sequence  int             `db:"sequence"`   // what they were sent last
	HeldAt    convoke.Instant `db:"updated_at"` // and when
}

// Behind lists what a person holds an old version of in a community. Of a meeting that is also one without a date's change since then: that does not
// raise the rule's sequence. The end of a single date is told to all who hold it.
func (tx *Tx) Behind(ctx context.Context, person, community convoke.ID) ([]Behind, error) {
	var list []Behind
	err := tx.all(ctx, &list, `SELECT e.id AS event_id, '' AS meeting_id, h.sequence, h.updated_at FROM holding h JOIN event e ON e.uid = h.uid
			WHERE h.person_id = ? AND e.community_id = ? AND e.published_at > 0 AND e.ends_at > ? AND e.sequence > h.sequence
		UNION ALL SELECT '', m.id, h.sequence, h.updated_at FROM holding h JOIN meeting m ON m.uid = h.uid
			WHERE h.person_id = ? AND m.community_id = ? AND m.published_at > 0 AND m.form = 'rule' AND (m.sequence > h.sequence
				OR EXISTS (SELECT 1 FROM event e JOIN change x ON x.subject_id = e.id WHERE e.meeting_id = m.id AND e.ends_at > ?
					AND x.at > h.updated_at AND x.plan_at > 0 AND x.verb IN ('edited', 'restored')))
		ORDER BY event_id, meeting_id LIMIT 500`, person, community, tx.Now, person, community, tx.Now)
	return list, err
}

// IsHeld says whether anybody was sent a calendar part of a UID.
func (tx *Tx) IsHeld(ctx context.Context, uid string) (bool, error) {
	var is bool
	err := tx.get(ctx, &is, `SELECT EXISTS (SELECT 1 FROM holding WHERE uid = ?)`, uid)
	return is, err
}

// CopyMeeting gives a meeting that continues another one what everybody chose for that one: answers, what they unsubscribed from, and since when they
// are shown its join link.
func (tx *Tx) CopyMeeting(ctx context.Context, from, to convoke.ID) error {
	for _, q := range []string{
		`INSERT INTO registration (` + registrationColumns + `) SELECT person_id, scope, ?, state, how, updated_at FROM registration WHERE scope = 'meeting' AND scope_id = ?`,
		`INSERT INTO mute (` + muteColumns + `) SELECT person_id, scope, ?, class, created_at FROM mute WHERE scope = 'meeting' AND scope_id = ?`,
		`INSERT INTO entitlement (person_id, scope_id, changed_at) SELECT person_id, ?, changed_at FROM entitlement WHERE scope_id = ?`,
	} {
		if err := tx.do(ctx, q, to, from); err != nil {
			return err
		}
	}
	return nil
}
