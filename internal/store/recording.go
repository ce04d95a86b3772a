package store

import (
	"context"

	"convoke/internal/convoke"
)

// RecordingRow is a recording with the session it is of.
type RecordingRow struct {
	convoke.Material
	EventSlug     string          `db:"event_slug"`
	EventTitle    string          `db:"event_title"`
	Abstract      string          `db:"abstract"`
	StartsAt      convoke.Instant `db:"starts_at"`
	Community     string          `db:"community"` // its slug
	CommunityName string          `db:"community_name"`
}

// RecordingFilter narrows a list of recordings.
type RecordingFilter struct {
	Community convoke.ID
	Series    convoke.ID
	Mine      bool // only communities the viewer is a member of, and what they answered yes or maybe
	Material  convoke.ID
	Limit     int
}

// Recordings lists the recordings that the viewer may have, those of the latest sessions first.
func (tx *Tx) Recordings(ctx context.Context, v convoke.Viewer, f RecordingFilter) ([]RecordingRow, error) {
	w := []cond{text("m.kind = 'recording' AND e.published_at > 0"), viewerSees("e", v)}
	if !v.Operator {
		w = append(w, sees("m", text("?", asker(v))))
	}
	if f.Community != "" {
		w = append(w, text("e.community_id = ?", f.Community))
	}
	if f.Series != "" {
		w = append(w, text("e.series_id = ?", f.Series))
	}
	if f.Mine {
		p := text("?", asker(v))
		w = append(w, anyOf(inRoles(p, ""), text(nearest("?")+` IN ('yes', 'maybe')`, asker(v), asker(v), asker(v))))
	}
	if f.Material != "" {
		w = append(w, text("m.id = ?", f.Material))
	}
	where := allOf(w...)
	var list []RecordingRow
	err := tx.all(ctx, &list, `SELECT `+prefixed("m", materialColumns)+`, coalesce(f.size, 0) AS size, coalesce(f.type, '') AS type, e.slug AS event_slug,
		e.title AS event_title, e.abstract, e.starts_at, c.slug AS community, c.name AS community_name
		FROM material m LEFT JOIN file f ON f.hash = m.file JOIN event e ON e.id = m.event_id JOIN community c ON c.id = e.community_id
		WHERE `+where.sql+` ORDER BY e.starts_at DESC, e.id DESC, m.position, m.id LIMIT ?`, append(where.args, f.Limit)...)
	return list, err
}
