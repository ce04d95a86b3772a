package store

import (
	"context"

	"convoke/internal/convoke"
)

// held says of an event e that it took place and is one that leaves something behind: by its kind, or because it did.
func (tx *Tx) held() cond {
	kinds := []cond{text(`EXISTS (SELECT 1 FROM material l WHERE l.event_id = e.id)`)}
	for _, k := range convoke.Kinds {
		if k.Leaves {
			kinds = append(kinds, text(`e.kind = ?`, k.Kind))
		}
	}
	return allOf(text(`e.ends_at <= ? AND e.published_at > 0 AND e.status <> 'cancelled'`, tx.Now), anyOf(kinds...))
}

// Held is by what the past events of a community can be told apart.
type Held struct {
	Since     convoke.Instant // when the first one was
	Languages []string
}

// Held tells by what the past events that the viewer may see can be told apart.
func (tx *Tx) Held(ctx context.Context, v convoke.Viewer, community convoke.ID) (out Held, err error) {
	w := allOf(text("e.community_id = ?", community), tx.held(), viewerSees("e", v))
	var list []struct {
		Language string          `db:"language"`
		Since    convoke.Instant `db:"since"`
	}
	err = tx.all(ctx, &list, `SELECT e.language, min(e.starts_at) AS since FROM event e JOIN community c ON c.id = e.community_id WHERE `+w.sql+`
		GROUP BY e.language ORDER BY e.language`, w.args...)
	for _, l := range list {
		if out.Since == 0 || l.Since < out.Since {
			out.Since = l.Since
		}
		out.Languages = append(out.Languages, l.Language)
	}
	return out, err
}

// DropPromise forgets what was promised of an item.
func (tx *Tx) DropPromise(ctx context.Context, event convoke.ID, item convoke.Item) error {
	return tx.do(ctx, `DELETE FROM promise WHERE event_id = ? AND item = ?`, event, item)
}

// CountEventLetters counts the letters of a kind about an event that were not called off.
func (tx *Tx) CountEventLetters(ctx context.Context, event convoke.ID, kind string) (int, error) {
	var n int
	err := tx.get(ctx, &n, `SELECT count(*) FROM letter WHERE event_id = ? AND kind = ? AND state NOT IN ('stale', 'suppressed', 'cancelled')`, event, kind)
	return n, err
}
