package store

import (
	"context"

	"convoke/internal/convoke"
)

const followUpColumns = `event_id, community_id, summary, summary_at, ready_set, ready_at, ask_until, last_number, ordered, version`

// FollowUp reads what becomes of an event; one about which nothing was said yet has version zero.
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

// PutFollowUp stores what becomes of an event; its version must be one above the stored one. Numbers and order of questions are left alone.
func (tx *Tx) PutFollowUp(ctx context.Context, f convoke.FollowUp) error {
	tx.reindex(DocSummary, f.EventID)
	n, err := tx.named(ctx, insert("follow_up", followUpColumns)+` ON CONFLICT (event_id) DO UPDATE SET `+
		set(`summary, summary_at, ready_set, ready_at, ask_until, version`)+` WHERE follow_up.version = :version - 1`, f)
	if err == nil && n == 0 {
		err = errStale
	}
	return err
}
