package store

import (
	"context"

	"convoke/internal/convoke"
)

const changeColumns = `id, at, actor_id, via, noun, subject_id, community_id, series_id, meeting_id, verb, before, after, note, plan_at, cursor, planned_at`

// AddChange writes a line of the audit log.
func (tx *Tx) AddChange(ctx context.Context, c convoke.Change) error {
	_, err := tx.named(ctx, insert("change", changeColumns), c)
	return err
}

// NextChange reads the change whose letters are to be planned next; ErrNotFound when there is none.
func (tx *Tx) NextChange(ctx context.Context) (convoke.Change, error) {
	var c convoke.Change
	err := tx.get(ctx, &c, `SELECT `+changeColumns+` FROM change
		WHERE plan_at > 0 AND planned_at = 0 AND plan_at <= ? ORDER BY plan_at, at, id LIMIT 1 `+tx.s.d.skip, tx.Now)
	return c, err
}

// OpenChanges lists what is still to be told about a subject, the oldest first.
func (tx *Tx) OpenChanges(ctx context.Context, subject convoke.ID) ([]convoke.Change, error) {
	var list []convoke.Change
	err := tx.all(ctx, &list, `SELECT `+changeColumns+` FROM change
		WHERE subject_id = ? AND plan_at > 0 AND planned_at = 0 ORDER BY at, id LIMIT 200`, subject)
	return list, err
}

// ChangesOf lists what happened to a subject, the newest first.
func (tx *Tx) ChangesOf(ctx context.Context, subject convoke.ID, limit int) ([]convoke.Change, error) {
	var list []convoke.Change
	err := tx.all(ctx, &list, `SELECT `+changeColumns+` FROM change WHERE subject_id = ? ORDER BY at DESC, id LIMIT ?`, subject, limit)
	return list, err
}

// AdvanceChange notes up to which person letters have been planned.
func (tx *Tx) AdvanceChange(ctx context.Context, id convoke.ID, cursor string) error {
	return tx.do(ctx, `UPDATE change SET cursor = ? WHERE id = ?`, cursor, id)
}

// PlannedChange notes that all letters of a change have been planned.
func (tx *Tx) PlannedChange(ctx context.Context, id convoke.ID) error {
	return tx.do(ctx, `UPDATE change SET planned_at = ? WHERE id = ?`, tx.Now, id)
}

// SkipChange notes that nobody is told of a change, and why.
func (tx *Tx) SkipChange(ctx context.Context, id convoke.ID, why string) error {
	return tx.do(ctx, `UPDATE change SET planned_at = ?, note = note || ? WHERE id = ?`, tx.Now, " ["+why+"]", id)
}

// PlanSooner brings what is still to be told about a subject forward to now.
func (tx *Tx) PlanSooner(ctx context.Context, subject convoke.ID) error {
	return tx.do(ctx, `UPDATE change SET plan_at = ? WHERE subject_id = ? AND plan_at > ? AND planned_at = 0`, tx.Now, subject, tx.Now)
}

const dueColumns = `key, kind, community_id, event_id, sequence, lead_minutes, due_at, useful_until, state, cursor, note, created_at`

// PutDue stores a moment to act at, unless it is there already.
func (tx *Tx) PutDue(ctx context.Context, d convoke.Due) error {
	_, err := tx.named(ctx, insert("due", dueColumns)+` ON CONFLICT (key) DO NOTHING`, d)
	return err
}

// CancelDue drops what is still planned for an event and below a sequence.
func (tx *Tx) CancelDue(ctx context.Context, event convoke.ID, below int, note string) error {
	return tx.do(ctx, `UPDATE due SET state = 'cancelled', note = ? WHERE event_id = ? AND sequence < ? AND state = 'planned'`, note, event, below)
}

// NextDue reads what is to be done next; ErrNotFound when there is nothing.
func (tx *Tx) NextDue(ctx context.Context) (convoke.Due, error) {
	var d convoke.Due
	err := tx.get(ctx, &d, `SELECT `+dueColumns+` FROM due WHERE state = 'planned' AND due_at <= ?
		ORDER BY due_at, key LIMIT 1 `+tx.s.d.skip, tx.Now)
	return d, err
}

// OverdueFor lists what is planned and due for an event, the latest last.
func (tx *Tx) OverdueFor(ctx context.Context, event convoke.ID) ([]convoke.Due, error) {
	var list []convoke.Due
	err := tx.all(ctx, &list, `SELECT `+dueColumns+` FROM due WHERE event_id = ? AND state = 'planned' AND due_at <= ? ORDER BY due_at, key LIMIT 20`, event, tx.Now)
	return list, err
}

// StaleDue marks what is no longer useful.
func (tx *Tx) StaleDue(ctx context.Context) error {
	return tx.do(ctx, `UPDATE due SET state = 'stale', note = 'its moment passed before it could be sent'
		WHERE state = 'planned' AND due_at <= ? AND useful_until <= ?`, tx.Now, tx.Now)
}

// PutDueState settles a due moment or moves its cursor.
func (tx *Tx) PutDueState(ctx context.Context, key, state, cursor, note string) error {
	return tx.do(ctx, `UPDATE due SET state = ?, cursor = ?, note = ? WHERE key = ?`, state, cursor, note, key)
}

// DelayDue puts a due moment off.
func (tx *Tx) DelayDue(ctx context.Context, key string, until convoke.Instant) error {
	return tx.do(ctx, `UPDATE due SET due_at = ? WHERE key = ?`, until, key)
}

// Dues lists what the timetable will do next in communities the viewer plans.
func (tx *Tx) Dues(ctx context.Context, v convoke.Viewer, community, event convoke.ID, p Page) ([]convoke.Due, error) {
	w := []cond{text("d.state = 'planned'"), p.after("d.due_at", ">", "d.key")}
	if !v.Operator {
		w = append(w, moderates(text("?", asker(v))))
	}
	if community != "" {
		w = append(w, text("d.community_id = ?", community))
	}
	if event != "" {
		w = append(w, text("d.event_id = ?", event))
	}
	where := allOf(w...)
	var list []convoke.Due
	err := tx.all(ctx, &list, `SELECT `+prefixed("d", dueColumns)+` FROM due d JOIN community c ON c.id = d.community_id
		WHERE `+where.sql+` ORDER BY d.due_at, d.key LIMIT ?`, append(where.args, p.Limit)...)
	return list, err
}

// DropDue removes what is planned for an event, so that it can be planned anew under the same keys.
func (tx *Tx) DropDue(ctx context.Context, event convoke.ID) error {
	return tx.do(ctx, `DELETE FROM due WHERE event_id = ? AND state = 'planned'`, event)
}
