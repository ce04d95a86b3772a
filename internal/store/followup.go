package store

import (
	"context"

	"convoke/internal/convoke"
)

const followUpColumns = `event_id, community_id, summary, summary_at, ready_set, ready_at, ask_until, last_number, ordered, version`

// FollowUp reads what becomes of an event; one of which nobody wrote a summary has version zero.
func (tx *Tx) FollowUp(ctx context.Context, e convoke.Event) (convoke.FollowUp, error) {
	f := convoke.FollowUp{EventID: e.ID, CommunityID: e.CommunityID}
	err := tx.get(ctx, &f, `SELECT `+followUpColumns+` FROM follow_up WHERE event_id = ?`, e.ID)
	if convoke.IsNotFound(err) {
		return f, nil
	}
	return f, err
}

// FollowUps reads the follow-ups of several events.
func (tx *Tx) FollowUps(ctx context.Context, events []convoke.ID) (map[convoke.ID]convoke.FollowUp, error) {
	out := map[convoke.ID]convoke.FollowUp{}
	if len(events) == 0 {
		return out, nil
	}
	var list []convoke.FollowUp
	if err := tx.in(ctx, &list, `SELECT `+followUpColumns+` FROM follow_up WHERE event_id IN (?)`, events); err != nil {
		return nil, err
	}
	for _, f := range list {
		out[f.EventID] = f
	}
	return out, nil
}

// EndedWithMaterials lists events that ended since a moment, have materials, and about whose materials nobody was told, for Convoke's own work.
func (tx *Tx) EndedWithMaterials(ctx context.Context, since convoke.Instant, limit int) ([]convoke.Event, error) {
	var list []convoke.Event
	err := tx.all(ctx, &list, eventSelect+`WHERE e.ends_at > ? AND e.ends_at <= ? AND e.published_at > 0 AND e.status <> 'cancelled'
		AND EXISTS (SELECT 1 FROM material m WHERE m.event_id = e.id) AND NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.event_id = e.id AND f.ready_at > 0)
		ORDER BY e.ends_at, e.id LIMIT ?`, since, tx.Now, limit)
	return list, err
}

// putFollowUp writes some columns of what becomes of an event, where a condition on what is there holds, and says whether it did. Each writer has columns of its
// own, so that nobody writes back what they read of another's.
func (tx *Tx) putFollowUp(ctx context.Context, f convoke.FollowUp, columns, where string) (bool, error) {
	n, err := tx.named(ctx, insert("follow_up", followUpColumns)+` ON CONFLICT (event_id) DO UPDATE SET `+set(columns)+` WHERE `+where, f)
	return n == 1, err
}

// PutSummary stores the summary of an event; its version must be one above the stored one.
func (tx *Tx) PutSummary(ctx context.Context, e convoke.Event, summary string, published convoke.Instant, version int64) error {
	tx.reindex(DocSummary, e.ID)
	f := convoke.FollowUp{EventID: e.ID, CommunityID: e.CommunityID, Summary: summary, SummaryAt: published, Version: version}
	ok, err := tx.putFollowUp(ctx, f, `summary, summary_at, version`, `follow_up.version = :version - 1`)
	if err == nil && !ok {
		err = errStale
	}
	return err
}

// PutReadySet stores which materials of an event are waited for; false when people were told already.
func (tx *Tx) PutReadySet(ctx context.Context, e convoke.Event, set string) (bool, error) {
	return tx.putFollowUp(ctx, convoke.FollowUp{EventID: e.ID, CommunityID: e.CommunityID, ReadySet: set}, `ready_set`, `follow_up.ready_at = 0`)
}

// MarkReady notes that the materials of an event are there, once in its life; false when that was noted before.
func (tx *Tx) MarkReady(ctx context.Context, e convoke.Event) (bool, error) {
	return tx.putFollowUp(ctx, convoke.FollowUp{EventID: e.ID, CommunityID: e.CommunityID, ReadyAt: tx.Now}, `ready_at`, `follow_up.ready_at = 0`)
}

// PutAskUntil stores until when questions about an event are taken, zero for always.
func (tx *Tx) PutAskUntil(ctx context.Context, e convoke.Event, until convoke.Instant) error {
	_, err := tx.putFollowUp(ctx, convoke.FollowUp{EventID: e.ID, CommunityID: e.CommunityID, AskUntil: until}, `ask_until`, `TRUE`)
	return err
}
