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
