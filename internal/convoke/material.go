package convoke

import (
	"slices"
	"strings"
)

// MaterialKind is what sort of thing an event left behind.
type MaterialKind string

// The kinds of materials.
const (
	Recording   MaterialKind = "recording"
	Slides      MaterialKind = "slides"
	ConceptNote MaterialKind = "concept-note"
	Publication MaterialKind = "publication"
	BlogPost    MaterialKind = "blog-post"
	News        MaterialKind = "news"
)

// MaterialKinds lists them in the order pages show them.
var MaterialKinds = []MaterialKind{Recording, Slides, ConceptNote, Publication, BlogPost, News}

// Material is one thing an event left behind: a link or an uploaded file. Who sees it must see the event too.
type Material struct {
	ID          ID           `db:"id"`
	EventID     ID           `db:"event_id"`
	CommunityID ID           `db:"community_id"`
	Kind        MaterialKind `db:"kind"`
	Title       string       `db:"title"`
	Language    string       `db:"language"`
	Visibility  Visibility   `db:"visibility"`
	Link        string       `db:"link"` // empty for a file
	File        ID           `db:"file"` // the file's hash, empty for a link
	Name        string       `db:"name"` // the file's when it was uploaded
	Seconds     int          `db:"seconds"`
	Position    int          `db:"position"`
	Version     int64        `db:"version"`
	CreatedBy   ID           `db:"created_by"`
	CreatedAt   Instant      `db:"created_at"`
	UpdatedAt   Instant      `db:"updated_at"`
	// Size and Type are the file's, joined in by the store.
	Size int64  `db:"size"`
	Type string `db:"type"`
}

// Limits of what is kept of an event.
const (
	MaxFile       = 200 << 20 // bytes of one upload
	MaxMaterials  = 60        // of one event
	MaxCaptions   = 1 << 20   // bytes of one language
	MaxTranscript = 1 << 20   // bytes
)

// Check refuses what a material must not be.
func (m *Material) Check() error {
	var f Faults
	f.Check(slices.Contains(MaterialKinds, m.Kind), "kind", "material.kind.unknown")
	f.Check(strings.TrimSpace(m.Title) != "", "title", "material.title.missing")
	f.Check(slices.Contains(Visibilities, m.Visibility), "visibility", "event.visibility.unknown")
	f.Check(m.Link != "" || m.File != "", "link", "material.nothing")
	f.Check(m.Link == "" || m.File == "", "link", "material.both")
	f.Check(validLink(m.Link), "link", "event.join_link.invalid")
	f.Check(m.Seconds >= 0 && m.Seconds <= 48*3600, "length", "material.length.invalid")
	return f.Err()
}

// File is one uploaded content, however many materials it is.
type File struct {
	Hash      ID      `db:"hash"` // SHA-256, hexadecimal
	Size      int64   `db:"size"`
	Type      string  `db:"type"`
	Uses      int     `db:"uses"`
	CreatedAt Instant `db:"created_at"`
	UnusedAt  Instant `db:"unused_at"`
}

// Caption is the text of a recording as it is said, in one language (WebVTT).
type Caption struct {
	MaterialID ID      `db:"material_id"`
	Language   string  `db:"language"`
	Data       string  `db:"data"`
	UpdatedAt  Instant `db:"updated_at"`
}
