package store

import (
	"context"
	"encoding/json"
	"fmt"

	"convoke/internal/convoke"
)

const meetingColumns = `id, community_id, previous_id, slug, title, description, rule, start_local, zone, minutes, place, join_link, language, visibility, status, cancel_note, invite, form, uid, sequence, stamp, organizer, version, created_at, published_at, made_until`

var meetingSelect = `SELECT ` + prefixed("m", meetingColumns) + ` FROM meeting m JOIN community c ON c.id = m.community_id `

// meetingRow is how a meeting is bound: its rule as text.
type meetingRow struct {
	convoke.Recurrence
	RuleText string `db:"rule_text"`
}

func bindMeeting(m convoke.Recurrence) (meetingRow, error) {
	b, err := json.Marshal(m.Rule.Rule)
	if err != nil {
		return meetingRow{}, fmt.Errorf("write rule: %w", err)
	}
	return meetingRow{m, string(b)}, nil
}

// Meeting reads a recurring meeting for a caller that decides access itself.
func (tx *Tx) Meeting(ctx context.Context, id convoke.ID) (convoke.Recurrence, error) {
	var m convoke.Recurrence
	err := tx.get(ctx, &m, meetingSelect+`WHERE m.id = ?`, id)
	return m, err
}

// MeetingBySlug is Meeting by its address within a community.
func (tx *Tx) MeetingBySlug(ctx context.Context, community convoke.ID, slug string) (convoke.Recurrence, error) {
	var m convoke.Recurrence
	err := tx.get(ctx, &m, meetingSelect+`WHERE m.community_id = ? AND m.slug = ?`, community, slug)
	return m, err
}

// Meetings lists a community's recurring meetings that the viewer may see, the newest first.
func (tx *Tx) Meetings(ctx context.Context, v convoke.Viewer, community convoke.ID, p Page) ([]convoke.Recurrence, error) {
	w := allOf(text("m.community_id = ?", community), viewerSees("m", v), p.after("m.created_at", "<", "m.id"))
	var list []convoke.Recurrence
	err := tx.all(ctx, &list, meetingSelect+`WHERE `+w.sql+` ORDER BY m.created_at DESC, m.id LIMIT ?`, append(w.args, p.Limit)...)
	return list, err
}

// MeetingsBehind lists published meetings whose dates are not made up to a moment yet.
func (tx *Tx) MeetingsBehind(ctx context.Context, until convoke.Instant, limit int) ([]convoke.Recurrence, error) {
	var list []convoke.Recurrence
	err := tx.all(ctx, &list, meetingSelect+`WHERE m.published_at > 0 AND m.status <> 'cancelled' AND m.made_until < ?
		ORDER BY m.made_until, m.id LIMIT ?`, until, limit)
	return list, err
}

// AddMeeting stores a new recurring meeting.
func (tx *Tx) AddMeeting(ctx context.Context, m convoke.Recurrence) error {
	row, err := bindMeeting(m)
	if err != nil {
		return err
	}
	_, err = tx.named(ctx, `INSERT INTO meeting (`+meetingColumns+`) VALUES (:id, :community_id, :previous_id, :slug, :title, :description, :rule_text, :start_local, :zone, :minutes, :place, :join_link, :language, :visibility, :status, :cancel_note, :invite, :form, :uid, :sequence, :stamp, :organizer, :version, :created_at, :published_at, :made_until)`, row)
	return err
}

// PutMeeting stores a changed meeting; its version must be one above the stored one.
func (tx *Tx) PutMeeting(ctx context.Context, m convoke.Recurrence) error {
	row, err := bindMeeting(m)
	if err != nil {
		return err
	}
	n, err := tx.named(ctx, `UPDATE meeting SET rule = :rule_text, `+set(`title, description, start_local, zone, minutes, place, join_link, language, visibility, status, cancel_note, invite, form, sequence, stamp, version, published_at, made_until`)+
		` WHERE id = :id AND version = :version - 1`, row)
	if err == nil && n == 0 {
		err = errStale
	}
	return err
}

// StampMeeting is StampEvent for a meeting's rule. The dates that were called off with it are known by their stamp, which is not below its own.
func (tx *Tx) StampMeeting(ctx context.Context, id convoke.ID, was, stamp convoke.Instant) error {
	if err := tx.do(ctx, `UPDATE event SET stamp = ? WHERE meeting_id = ? AND status = 'cancelled' AND stamp >= ? AND stamp < ?
		AND EXISTS (SELECT 1 FROM meeting m WHERE m.id = event.meeting_id AND m.status = 'cancelled')`, stamp, id, was, stamp); err != nil {
		return err
	}
	return tx.do(ctx, `UPDATE meeting SET stamp = ? WHERE id = ?`, stamp, id)
}

// SetMadeUntil notes up to when a meeting's dates have their rows.
func (tx *Tx) SetMadeUntil(ctx context.Context, id convoke.ID, until convoke.Instant) error {
	return tx.do(ctx, `UPDATE meeting SET made_until = ? WHERE id = ?`, until, id)
}

// ParkRecurrence gives a date's recurrence id up for a moment, so that others can take it.
func (tx *Tx) ParkRecurrence(ctx context.Context, event convoke.ID) error {
	return tx.do(ctx, `UPDATE event SET recurrence_id = '' WHERE id = ?`, event)
}

// Awaited says whether a date is more than a moment its rule gives: somebody comes to it, asked about it, or brought something for it.
func (tx *Tx) Awaited(ctx context.Context, event convoke.ID) (bool, error) {
	var is bool
	err := tx.get(ctx, &is, `SELECT EXISTS (SELECT 1 FROM registration WHERE scope = 'event' AND scope_id = ? AND state IN ('yes', 'maybe'))
		OR EXISTS (SELECT 1 FROM question WHERE event_id = ?) OR EXISTS (SELECT 1 FROM material WHERE event_id = ?)`, event, event, event)
	return is, err
}

// GivenUpDates lists the dates that a meeting's rule gave up since a moment and somebody said yes or maybe to.
func (tx *Tx) GivenUpDates(ctx context.Context, meeting, person convoke.ID, since convoke.Instant) ([]convoke.Event, error) {
	var list []convoke.Event
	err := tx.all(ctx, &list, `SELECT `+eventColumns+` FROM event e WHERE meeting_id = ? AND given_up_at >= ?
		AND EXISTS (SELECT 1 FROM registration r WHERE r.scope = 'event' AND r.scope_id = e.id AND r.person_id = ? AND r.state IN ('yes', 'maybe'))
		ORDER BY starts_at LIMIT 500`, meeting, since, person)
	return list, err
}

// DropMeeting removes a draft.
func (tx *Tx) DropMeeting(ctx context.Context, id convoke.ID) error {
	if err := tx.leaveFiles(ctx, "meeting_id", id); err != nil {
		return err
	}
	return tx.do(ctx, `DELETE FROM meeting WHERE id = ?`, id)
}
