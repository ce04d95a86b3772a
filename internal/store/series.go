package store

import (
	"context"

	"convoke/internal/convoke"
)

const seriesColumns = `id, community_id, slug, title, description, language, zone, visibility, invite, version, created_at, published_at, cancelled_at, cancel_note`

var seriesSelect = `SELECT ` + prefixed("s", seriesColumns) + ` FROM series s JOIN community c ON c.id = s.community_id `

// Series reads a series for a caller that decides access itself.
func (tx *Tx) Series(ctx context.Context, id convoke.ID) (convoke.Series, error) {
	var s convoke.Series
	err := tx.get(ctx, &s, seriesSelect+`WHERE s.id = ?`, id)
	return s, err
}

// SeriesBySlug is Series by its address within a community.
func (tx *Tx) SeriesBySlug(ctx context.Context, community convoke.ID, slug string) (convoke.Series, error) {
	var s convoke.Series
	err := tx.get(ctx, &s, seriesSelect+`WHERE s.community_id = ? AND s.slug = ?`, community, slug)
	return s, err
}

// SeriesList lists a community's series that the viewer may see, the newest first.
func (tx *Tx) SeriesList(ctx context.Context, v convoke.Viewer, community convoke.ID, p Page) ([]convoke.Series, error) {
	w := allOf(text("s.community_id = ?", community), viewerSees("s", v), p.after("s.created_at", "<", "s.id"))
	var list []convoke.Series
	err := tx.all(ctx, &list, seriesSelect+`WHERE `+w.sql+` ORDER BY s.created_at DESC, s.id LIMIT ?`, append(w.args, p.Limit)...)
	return list, err
}

// AddSeries stores a new series.
func (tx *Tx) AddSeries(ctx context.Context, s convoke.Series) error {
	_, err := tx.named(ctx, insert("series", seriesColumns), s)
	return err
}

// PutSeries stores a changed series; its version must be one above the stored one.
func (tx *Tx) PutSeries(ctx context.Context, s convoke.Series) error {
	n, err := tx.named(ctx, `UPDATE series SET `+set(`title, description, language, zone, visibility, invite, version, published_at, cancelled_at, cancel_note`)+
		` WHERE id = :id AND version = :version - 1`, s)
	if err == nil && n == 0 {
		err = errStale
	}
	return err
}

// DropSeries removes a draft with its sessions.
func (tx *Tx) DropSeries(ctx context.Context, id convoke.ID) error {
	if err := tx.leaveFiles(ctx, "series_id", id); err != nil {
		return err
	}
	return tx.do(ctx, `DELETE FROM series WHERE id = ?`, id)
}
