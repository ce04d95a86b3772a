package convoke

import (
	"slices"
	"strings"
	"unicode"
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
	f.Check(validLink(m.Link), "link", "material.link.invalid")
	f.Check(m.Seconds >= 0 && m.Seconds <= 48*3600, "minutes", "material.minutes.invalid")
	return f.Err()
}

// Takes says whether a file of a type may be such a material: a recording is sound or film, everything else what one reads.
func (k MaterialKind) Takes(mediaType string) bool {
	if k == Recording {
		return strings.HasPrefix(mediaType, "audio/") || strings.HasPrefix(mediaType, "video/")
	}
	base, _, _ := strings.Cut(mediaType, ";")
	return readable[base]
}

var readable = map[string]bool{
	"application/pdf": true, "text/plain": true, "image/png": true, "image/jpeg": true, "application/zip": true,
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": true,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   true,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         true,
	"application/vnd.oasis.opendocument.presentation":                           true,
	"application/vnd.oasis.opendocument.text":                                   true,
	"application/vnd.oasis.opendocument.spreadsheet":                            true,
}

// Inline says whether a browser may show a file of a type itself. What it shows can hold no script.
func Inline(mediaType string) bool {
	return Recording.Takes(mediaType) || mediaType == "application/pdf" || mediaType == "image/png" || mediaType == "image/jpeg"
}

// fileTypes is what people call types, and how names of such files end; the first ending is the usual one.
var fileTypes = map[string]struct{ name, ends string }{
	"application/pdf": {"PDF", "pdf"},
	"text/plain":      {"TXT", "txt md text csv log srt vtt"},
	"image/png":       {"PNG", "png"},
	"image/jpeg":      {"JPEG", "jpg jpeg"},
	"application/zip": {"ZIP", "zip"},
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": {"PPTX", "pptx ppsx potx pptm"},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   {"DOCX", "docx dotx docm"},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         {"XLSX", "xlsx xltx xlsm"},
	"application/vnd.oasis.opendocument.presentation":                           {"ODP", "odp"},
	"application/vnd.oasis.opendocument.text":                                   {"ODT", "odt"},
	"application/vnd.oasis.opendocument.spreadsheet":                            {"ODS", "ods"},
	"audio/mpeg":       {"MP3", "mp3"},
	"audio/mp4":        {"M4A", "m4a m4b mp4"},
	"audio/ogg":        {"OGG", "ogg oga opus"},
	"audio/flac":       {"FLAC", "flac"},
	"audio/wav":        {"WAV", "wav"},
	"audio/aac":        {"AAC", "aac"},
	"audio/aiff":       {"AIFF", "aiff aif"},
	"audio/basic":      {"AU", "au snd"},
	"audio/midi":       {"MIDI", "mid midi"},
	"video/mp4":        {"MP4", "mp4 m4v"},
	"video/quicktime":  {"MOV", "mov qt"},
	"video/webm":       {"WebM", "webm"},
	"video/x-matroska": {"MKV", "mkv"},
	"video/ogg":        {"OGV", "ogv ogg"},
	"video/avi":        {"AVI", "avi"},
	// What is refused is named, too.
	"text/html":                 {"HTML", "html"},
	"text/xml":                  {"XML", "xml"},
	"text/x-script":             {"script", "sh"},
	"image/svg+xml":             {"SVG", "svg"},
	"image/gif":                 {"GIF", "gif"},
	"image/webp":                {"WebP", "webp"},
	"image/heic":                {"HEIC", "heic"},
	"image/avif":                {"AVIF", "avif"},
	"application/x-executable":  {"EXE", "exe"},
	"application/x-ole-storage": {"PPT, DOC, XLS", "ppt"},
	"application/x-gzip":        {"GZIP", "gz"},
}

// TypeName is what people call a type, "PDF"; empty where they have no word for it.
func TypeName(mediaType string) string {
	base, _, _ := strings.Cut(mediaType, ";")
	return fileTypes[base].name
}

// maxFileName is how many runes the name of a file keeps.
const maxFileName = 150

// FileName makes of what a file was called at its owner's a name that is safe anywhere: no folders, no controls, nothing a shell or a browser
// minds, and an ending that says what the file is, whatever it said before.
func FileName(name, mediaType string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case r == unicode.ReplacementChar, unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`<>:"|?*;%`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	base, _, _ := strings.Cut(mediaType, ";")
	ends := strings.Fields(fileTypes[base].ends)
	stem, end := name, ""
	if i := strings.LastIndexByte(name, '.'); i > 0 && slices.Contains(ends, strings.ToLower(name[i+1:])) {
		stem, end = name[:i], name[i:]
	} else if len(ends) > 0 {
		end = "." + ends[0]
	}
	if r := []rune(stem); len(r) > maxFileName {
		stem = strings.TrimRight(string(r[:maxFileName]), ". ")
	}
	if stem == "" {
		stem = "file"
	}
	return stem + end
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
