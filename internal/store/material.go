package store

import (
	"context"
	"slices"

	"convoke/internal/convoke"
)

const materialColumns = `id, event_id, community_id, kind, title, language, visibility, link, file, name, seconds, position, version, created_by, created_at, updated_at`

var materialSelect = `SELECT ` + prefixed("m", materialColumns) + `, coalesce(f.size, 0) AS size, coalesce(f.type, '') AS type
	FROM material m LEFT JOIN file f ON f.hash = m.file `

// Material reads a material for a caller that decides access itself.
func (tx *Tx) Material(ctx context.Context, id convoke.ID) (convoke.Material, error) {
	var m convoke.Material
	err := tx.get(ctx, &m, materialSelect+`WHERE m.id = ?`, id)
	return m, err
}

// ShownMaterial is a material as one viewer may see it. Of a locked one only what it is called is read.
type ShownMaterial struct {
	convoke.Material
	Locked bool `db:"locked"`
}

// Materials lists the materials of those of several events that the viewer may see, in their order. What is not for the viewer is locked.
func (tx *Tx) Materials(ctx context.Context, v convoke.Viewer, events []convoke.ID) ([]ShownMaterial, error) {
	if len(events) == 0 {
		return nil, nil
	}
	may := yes
	if !v.Operator {
		may = sees("m", text("?", asker(v)))
	}
	w := allOf(text("m.event_id IN (?)", events), viewerSees("e", v))
	var list []ShownMaterial
	err := tx.in(ctx, &list, `SELECT id, event_id, community_id, kind, title, language, visibility, CASE WHEN may THEN link ELSE '' END AS link,
		CASE WHEN may THEN file END AS file, CASE WHEN may THEN name ELSE '' END AS name, CASE WHEN may THEN seconds ELSE 0 END AS seconds, position, version,
		created_by, created_at, updated_at, CASE WHEN may THEN size ELSE 0 END AS size, CASE WHEN may THEN type ELSE '' END AS type, NOT may AS locked
		FROM (SELECT `+prefixed("m", materialColumns)+`, coalesce(f.size, 0) AS size, coalesce(f.type, '') AS type, `+may.sql+` AS may
			FROM material m LEFT JOIN file f ON f.hash = m.file JOIN event e ON e.id = m.event_id JOIN community c ON c.id = e.community_id
			WHERE `+w.sql+`) s
		ORDER BY event_id, position, id LIMIT 20000`, append(may.args, w.args...)...)
	return list, err
}

// AddMaterial stores a new material.
func (tx *Tx) AddMaterial(ctx context.Context, m convoke.Material) error {
	_, err := tx.named(ctx, insert("material", materialColumns), m)
	if tx.s.d.alone(err) {
		err = convoke.ErrNotFound
	}
	return err
}

// PutMaterial stores a changed material; its version must be one above the stored one. Whether it is a file does not change.
func (tx *Tx) PutMaterial(ctx context.Context, m convoke.Material) error {
	n, err := tx.named(ctx, `UPDATE material SET `+set(`kind, title, language, visibility, link, seconds, position, version, updated_at`)+
		` WHERE id = :id AND version = :version - 1`, m)
	if err == nil && n == 0 {
		err = errStale
	}
	return err
}

// PlaceMaterial puts a material at a place among those of its event.
func (tx *Tx) PlaceMaterial(ctx context.Context, id convoke.ID, position int) error {
	return tx.do(ctx, `UPDATE material SET position = ? WHERE id = ?`, position, id)
}

// DropMaterial removes a material; the file it was is one use less. Of two who remove it at once one finds nothing.
func (tx *Tx) DropMaterial(ctx context.Context, m convoke.Material) error {
	tx.reindex(DocTranscript, m.ID)
	n, err := tx.exec(ctx, `DELETE FROM material WHERE id = ?`, m.ID)
	if err != nil {
		return err
	}
	if n == 0 {
		return convoke.ErrNotFound
	}
	return tx.leaveFile(ctx, m.File)
}

// leaveFiles removes the materials of some events before those go, and what is searched of them; of is their series, their meeting or themselves.
// The events are held first, so that nothing is put up there meanwhile, and a file loses the uses that were removed here: who removes the same
// material at the same time counts it or finds nothing.
func (tx *Tx) leaveFiles(ctx context.Context, of string, id convoke.ID) error {
	var events []convoke.ID
	if err := tx.all(ctx, &events, `SELECT e.id FROM event e WHERE e.`+of+` = ? ORDER BY e.id `+tx.s.d.lock, id); err != nil {
		return err
	}
	if err := tx.unindexEvents(ctx, of, id); err != nil {
		return err
	}
	var gone []convoke.ID
	if err := tx.all(ctx, &gone, `DELETE FROM material WHERE event_id IN (SELECT e.id FROM event e WHERE e.`+of+` = ?) RETURNING coalesce(file, '')`, id); err != nil {
		return err
	}
	slices.Sort(gone) // everybody takes files in this order
	for _, hash := range gone {
		if err := tx.leaveFile(ctx, hash); err != nil {
			return err
		}
	}
	return nil
}

// leaveFile counts one use less of a file.
func (tx *Tx) leaveFile(ctx context.Context, hash convoke.ID) error {
	return tx.do(ctx, `UPDATE file SET uses = uses - 1, unused_at = CASE WHEN uses = 1 THEN ? ELSE unused_at END WHERE hash = ?`, tx.Now, hash)
}

// HoldFile makes sure that a content has a row that is young enough not to be swept before somebody uses it.
func (tx *Tx) HoldFile(ctx context.Context, f convoke.File) error {
	return tx.do(ctx, `INSERT INTO file (hash, size, type, uses, created_at, unused_at) VALUES (?, ?, ?, 0, ?, ?)
		ON CONFLICT (hash) DO UPDATE SET unused_at = CASE WHEN file.uses = 0 THEN excluded.unused_at ELSE 0 END`, f.Hash, f.Size, f.Type, tx.Now, tx.Now)
}

// UseFile counts one use more of a file. Until the transaction ends nobody else can sweep it.
func (tx *Tx) UseFile(ctx context.Context, hash convoke.ID) error {
	n, err := tx.exec(ctx, `UPDATE file SET uses = uses + 1, unused_at = 0 WHERE hash = ?`, hash)
	if err == nil && n == 0 {
		err = convoke.ErrNotFound
	}
	return err
}

// DropUnusedFiles forgets up to n files that nothing has used since a moment, and names them. They are to be removed before the transaction ends:
// whoever uploads the same content waits for it.
func (tx *Tx) DropUnusedFiles(ctx context.Context, since convoke.Instant, n int) ([]convoke.ID, error) {
	var list []convoke.ID
	err := tx.all(ctx, &list, `DELETE FROM file WHERE uses = 0 AND unused_at <= ? AND hash IN (SELECT hash FROM file WHERE uses = 0 AND unused_at <= ? ORDER BY unused_at LIMIT ?)
		RETURNING hash`, since, since, n)
	return list, err
}

const captionColumns = `material_id, language, data, updated_at`

// CaptionLanguages lists in which languages recordings have captions.
func (tx *Tx) CaptionLanguages(ctx context.Context, materials []convoke.ID) (map[convoke.ID][]string, error) {
	out := map[convoke.ID][]string{}
	if len(materials) == 0 {
		return out, nil
	}
	var list []struct {
		MaterialID convoke.ID `db:"material_id"`
		Language   string     `db:"language"`
	}
	err := tx.in(ctx, &list, `SELECT material_id, language FROM caption WHERE material_id IN (?) ORDER BY material_id, language`, materials)
	for _, c := range list {
		out[c.MaterialID] = append(out[c.MaterialID], c.Language)
	}
	return out, err
}

// Caption reads the captions of a recording in one language.
func (tx *Tx) Caption(ctx context.Context, material convoke.ID, language string) (convoke.Caption, error) {
	var c convoke.Caption
	err := tx.get(ctx, &c, `SELECT `+captionColumns+` FROM caption WHERE material_id = ? AND language = ?`, material, language)
	return c, err
}

// PutCaption stores the captions of a recording in one language, in place of those before.
func (tx *Tx) PutCaption(ctx context.Context, c convoke.Caption) error {
	_, err := tx.named(ctx, insert("caption", captionColumns)+` ON CONFLICT (material_id, language) DO UPDATE SET `+set(`data, updated_at`), c)
	return err
}

// DropCaption removes the captions of a recording in one language; false when there were none.
func (tx *Tx) DropCaption(ctx context.Context, material convoke.ID, language string) (bool, error) {
	n, err := tx.exec(ctx, `DELETE FROM caption WHERE material_id = ? AND language = ?`, material, language)
	return n == 1, err
}

// Transcripts reads how many signs the transcripts of recordings hold.
func (tx *Tx) Transcripts(ctx context.Context, materials []convoke.ID) (map[convoke.ID]int, error) {
	out := map[convoke.ID]int{}
	if len(materials) == 0 {
		return out, nil
	}
	var list []struct {
		MaterialID convoke.ID `db:"material_id"`
		Size       int        `db:"size"`
	}
	err := tx.in(ctx, &list, `SELECT material_id, length(data) AS size FROM transcript WHERE material_id IN (?)`, materials)
	for _, t := range list {
		out[t.MaterialID] = t.Size
	}
	return out, err
}

// Transcript reads what was said in a recording.
func (tx *Tx) Transcript(ctx context.Context, material convoke.ID) (string, error) {
	var s string
	err := tx.get(ctx, &s, `SELECT data FROM transcript WHERE material_id = ?`, material)
	return s, err
}

// PutTranscript stores what was said in a recording.
func (tx *Tx) PutTranscript(ctx context.Context, material convoke.ID, data string) error {
	tx.reindex(DocTranscript, material)
	return tx.do(ctx, `INSERT INTO transcript (material_id, data, updated_at) VALUES (?, ?, ?)
		ON CONFLICT (material_id) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at`, material, data, tx.Now)
}

// DropTranscript removes the transcript of a recording; false when there was none.
func (tx *Tx) DropTranscript(ctx context.Context, material convoke.ID) (bool, error) {
	tx.reindex(DocTranscript, material)
	n, err := tx.exec(ctx, `DELETE FROM transcript WHERE material_id = ?`, material)
	return n == 1, err
}
