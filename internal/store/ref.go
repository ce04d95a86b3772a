package store

import (
	"context"

	"convoke/internal/convoke"
)

// The nouns whose address is unique within a community only.
const (
	RefEvent   = "event"
	RefSeries  = "series"
	RefMeeting = "meeting"
)

// BySlug finds what of a noun has an address and may be seen by the viewer: at most two, as two are one too many already.
func (tx *Tx) BySlug(ctx context.Context, v convoke.Viewer, noun, slug string) ([]convoke.ID, error) {
	q := bySlug(v, noun, slug)
	var list []convoke.ID
	err := tx.all(ctx, &list, q.sql, q.args...)
	return list, err
}

func bySlug(v convoke.Viewer, noun, slug string) cond {
	w := allOf(text("x.slug = ?", slug), viewerSees("x", v))
	return cond{`SELECT x.id FROM ` + noun + ` x JOIN community c ON c.id = x.community_id WHERE ` + w.sql + ` ORDER BY x.id LIMIT 2`, w.args}
}
