package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/locale"
)

// What is searched stands in tables derived from the others, made by [Store.Migrate] in the way each engine has for it and never migrated: where
// they were made in another way they are made anew. The words are folded and split here, so that both engines find the same; the engine
// only keeps which document holds which word. Every write of something that is searched notes it in its transaction, which brings the index up to
// date before it commits.
//
// A document's ID begins with the second at which its event starts: what is newest is found first without sorting, so that a common word costs
// little more than a rare one. A search never walks through the documents of other communities: PostgreSQL has them in an index by community, and
// in SQLite the community is named by a word that stands in each document.

// searchVersion says how the tables were made.
const searchVersion = "2/" + locale.WordsVersion

// DocumentKind is what sort of thing is searched.
type DocumentKind string

// The kinds of documents.
const (
	DocEvent      DocumentKind = "event"      // title and abstract
	DocSummary    DocumentKind = "summary"    // once it is published; its source is the event
	DocTranscript DocumentKind = "transcript" // its source is the recording
	DocQuestion   DocumentKind = "question"   // while it is open, or declined, but not while it waits or where it is merged
	DocAnswer     DocumentKind = "answer"     // once it is published
)

// sources is where the text of each kind stands, if it is to be found at all, and the key that names it.
var sources = map[DocumentKind]struct{ key, text, from string }{
	DocEvent:      {`e.id`, `e.title || '. ' || e.abstract`, `event e WHERE TRUE`},
	DocSummary:    {`f.event_id`, `f.summary`, `follow_up f JOIN event e ON e.id = f.event_id WHERE f.summary_at > 0`},
	DocTranscript: {`t.material_id`, `t.data`, `transcript t JOIN material m ON m.id = t.material_id JOIN event e ON e.id = m.event_id WHERE TRUE`},
	DocQuestion:   {`q.id`, `q.text`, `question q JOIN event e ON e.id = q.event_id WHERE q.state IN ('open', 'declined')`},
	DocAnswer:     {`a.id`, `a.text`, `answer a JOIN event e ON e.id = a.event_id WHERE a.state = 'published'`},
}

// document is something that is searched.
type document struct {
	Source      convoke.ID      `db:"source"`
	EventID     convoke.ID      `db:"event_id"`
	CommunityID convoke.ID      `db:"community_id"`
	StartsAt    convoke.Instant `db:"starts_at"`
	Text        string          `db:"text"`
}

func documentSelect(kind DocumentKind) string {
	s := sources[kind]
	return `SELECT ` + s.key + ` AS source, e.id AS event_id, e.community_id, e.starts_at, ` + s.text + ` AS text FROM ` + s.from
}

type docRef struct {
	kind   DocumentKind
	source convoke.ID
}

// reindex notes that something that is searched has changed, or is gone.
func (tx *Tx) reindex(kind DocumentKind, sources ...convoke.ID) {
	if tx.stale == nil {
		tx.stale = map[docRef]bool{}
	}
	for _, id := range sources {
		tx.stale[docRef{kind, id}] = true
	}
}

// index brings what was noted up to date.
func (tx *Tx) index(ctx context.Context) error {
	if len(tx.stale) == 0 {
		return nil
	}
	refs := slices.SortedFunc(maps.Keys(tx.stale), func(a, b docRef) int {
		return strings.Compare(string(a.kind)+string(a.source), string(b.kind)+string(b.source))
	})
	tx.stale = nil
	vocabulary := map[string]bool{}
	for _, r := range refs {
		var d document // its event first: whoever moves that meanwhile finds the document here, or is waited for
		err := tx.get(ctx, &d, documentSelect(r.kind)+` AND `+sources[r.kind].key+` = ? `+tx.s.d.still, r.source)
		if err := tx.unindex(ctx, `kind = ? AND source = ?`, r.kind, r.source); err != nil {
			return err
		}
		if convoke.IsNotFound(err) {
			continue
		}
		if err == nil {
			err = tx.addDocument(ctx, r.kind, d, vocabulary)
		}
		if err != nil {
			return fmt.Errorf("index %s %s: %w", r.kind, r.source, err)
		}
	}
	return tx.learn(ctx, vocabulary)
}

// reindexMoved notes what is searched of an event and stands where the event began before.
func (tx *Tx) reindexMoved(ctx context.Context, e convoke.Event) error {
	var moved []struct {
		Kind   DocumentKind `db:"kind"`
		Source convoke.ID   `db:"source"`
	}
	err := tx.all(ctx, &moved, `SELECT kind, source FROM search WHERE event_id = ? AND (id < ? OR id >= ?)`, e.ID, firstDocument(e.StartsAt), firstDocument(e.StartsAt.Add(time.Second)))
	for _, d := range moved {
		tx.reindex(d.Kind, d.Source)
	}
	return err
}

// unindex takes documents out.
func (tx *Tx) unindex(ctx context.Context, where string, args ...any) error {
	var gone []int64
	if err := tx.all(ctx, &gone, `DELETE FROM search WHERE `+where+` RETURNING id`, args...); err != nil || tx.s.d.unindex == "" {
		return err
	}
	for _, id := range gone {
		if err := tx.do(ctx, tx.s.d.unindex, id); err != nil {
			return err
		}
	}
	return nil
}

// unindexEvents takes everything about some events out before those go; of is their series, their meeting or themselves.
func (tx *Tx) unindexEvents(ctx context.Context, of string, id convoke.ID) error {
	return tx.unindex(ctx, `event_id IN (SELECT e.id FROM event e WHERE e.`+of+` = ?)`, id)
}

// maxIndexed is how many bytes of different words of one document are kept: PostgreSQL takes no more than 1 MiB.
const maxIndexed = 600_000

func (tx *Tx) addDocument(ctx context.Context, kind DocumentKind, d document, vocabulary map[string]bool) error {
	seen, size := map[string]bool{}, 0
	for w := range locale.Words(d.Text) {
		if seen[w.Folded] {
			continue
		}
		if size += len(w.Folded); size > maxIndexed {
			break
		}
		seen[w.Folded], vocabulary[w.Folded] = true, true
	}
	words := slices.Sorted(maps.Keys(seen))
	for range 5 {
		id := documentID(d.StartsAt)
		n, err := tx.exec(ctx, `INSERT INTO search (id, kind, source, event_id, community_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
			id, kind, d.Source, d.EventID, d.CommunityID)
		if err != nil {
			return err
		}
		if n == 1 {
			return tx.do(ctx, tx.s.d.index, tx.s.d.words(d.CommunityID, words), id)
		}
	}
	return errors.New("no free place")
}

// documentID is the second an event starts and something by chance.
func documentID(starts convoke.Instant) int64 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return firstDocument(starts) | int64(binary.BigEndian.Uint32(b[:])>>1)
}

// firstDocument is where the documents of the second begin in which an event starts.
func firstDocument(starts convoke.Instant) int64 { return int64(starts) / 1000 << 31 }

// learnt is how many words one statement takes.
const learnt = 64

// learn keeps every word that stands anywhere, so that a search knows how words go on. They stay when their documents go: what is found is decided by the
// documents alone, nobody is shown the list, and it grows as a vocabulary does, not as texts do. To take out what no document holds any more, each word
// would have to be looked for while nobody writes, or a word that is learnt meanwhile is lost.
func (tx *Tx) learn(ctx context.Context, vocabulary map[string]bool) error {
	q := `INSERT INTO search_word (word) VALUES (?)` + strings.Repeat(`, (?)`, learnt-1) + ` ON CONFLICT DO NOTHING`
	for part := range slices.Chunk(slices.Sorted(maps.Keys(vocabulary)), learnt) {
		args := make([]any, learnt)
		for i := range args {
			args[i] = part[min(i, len(part)-1)]
		}
		if err := tx.do(ctx, q, args...); err != nil {
			return err
		}
	}
	return nil
}

// prepareSearch makes the tables of the search and fills them, unless they are there as this version makes them.
func (s *Store) prepareSearch(ctx context.Context) error {
	return s.Update(ctx, func(tx *Tx) error {
		if err := tx.do(ctx, s.d.hold); err != nil { // copies start together, and what changes meanwhile must not be missed
			return err
		}
		if err := tx.do(ctx, `CREATE TABLE IF NOT EXISTS search_made (version TEXT NOT NULL)`); err != nil {
			return err
		}
		var made []string
		if err := tx.all(ctx, &made, `SELECT version FROM search_made`); err != nil || len(made) == 1 && made[0] == searchVersion {
			return err
		}
		if err := tx.do(ctx, `DELETE FROM search_made`); err != nil {
			return err
		}
		for _, q := range s.d.search {
			if err := tx.do(ctx, q); err != nil {
				return err
			}
		}
		if err := tx.do(ctx, `INSERT INTO search_made (version) VALUES (?)`, searchVersion); err != nil {
			return err
		}
		return tx.refill(ctx)
	})
}

// refill indexes everything, slice by slice.
func (tx *Tx) refill(ctx context.Context) error {
	const slice = 200
	for _, kind := range slices.Sorted(maps.Keys(sources)) {
		key := sources[kind].key
		for after := ""; ; {
			var list []document
			if err := tx.all(ctx, &list, documentSelect(kind)+` AND `+key+` > ? ORDER BY `+key+` LIMIT ?`, after, slice); err != nil {
				return err
			}
			vocabulary := map[string]bool{}
			for _, d := range list {
				if err := tx.addDocument(ctx, kind, d, vocabulary); err != nil {
					return err
				}
				after = string(d.Source)
			}
			if err := tx.learn(ctx, vocabulary); err != nil {
				return err
			}
			if len(list) < slice {
				break
			}
		}
	}
	return nil
}

// SearchHit is a document in which all words stand that were asked for.
type SearchHit struct {
	Kind       DocumentKind    `db:"kind"`
	Source     convoke.ID      `db:"source"`
	EventID    convoke.ID      `db:"event_id"`
	Event      string          `db:"event_title"`
	Slug       string          `db:"event_slug"`
	Language   string          `db:"language"`
	StartsAt   convoke.Instant `db:"starts_at"`
	MaterialID convoke.ID      `db:"material_id"` // of a transcript
	Material   string          `db:"material_title"`
	Number     int             `db:"number"` // of the question, or of the one that is answered
}

// wordsOn is how many words that begin alike are looked for.
const wordsOn = 60

// SearchFilter is where is searched: among the events of a community, or some of them.
type SearchFilter struct {
	Community convoke.ID
	Series    convoke.ID
	Language  string
	From      convoke.Instant // events that start then or later
	Until     convoke.Instant // events that start before
	Limit     int
}

// narrows says of an event e that it is among those where is searched.
func (f SearchFilter) narrows() cond {
	w := []cond{text("e.community_id = ?", f.Community)}
	if f.Series != "" {
		w = append(w, text("e.series_id = ?", f.Series))
	}
	if f.Language != "" {
		w = append(w, text("e.language = ?", f.Language))
	}
	if f.From != 0 {
		w = append(w, text("e.starts_at >= ?", f.From))
	}
	if f.Until != 0 {
		w = append(w, text("e.starts_at < ?", f.Until))
	}
	return allOf(w...)
}

// Search lists the newest documents that the viewer may see and that hold all of some folded words, the last of which may go on.
func (tx *Tx) Search(ctx context.Context, v convoke.Viewer, f SearchFilter, asked []string) ([]SearchHit, error) {
	if len(asked) == 0 {
		return nil, nil
	}
	last := asked[len(asked)-1]
	var on []string
	if err := tx.all(ctx, &on, `SELECT word FROM search_word WHERE word >= ? AND word < ? ORDER BY word LIMIT ?`, last, last+"\U0010FFFF", wordsOn); err != nil {
		return nil, err
	}
	if len(on) == 0 {
		return nil, nil
	}
	var match [][]string
	for _, w := range asked[:len(asked)-1] {
		match = append(match, []string{w})
	}
	match = append(match, on)
	may := yes
	if !v.Operator {
		may = sees("m", text("?", asker(v)))
	}
	w := allOf(text(tx.s.d.holds, tx.s.d.match(f.Community, match)), f.narrows(), text("e.published_at > 0 AND e.status <> 'cancelled'"),
		viewerSees("e", v), anyOf(text("d.kind <> 'transcript'"), may), text("(d.kind NOT IN ('question', 'answer') OR q.state = 'open' OR d.kind = 'question' AND q.state = 'declined')"))
	if f != (SearchFilter{Community: f.Community, Limit: f.Limit}) { // no more is walked through than what lies between the first and the last of these
		var span struct {
			First convoke.Instant `db:"first"`
			Last  convoke.Instant `db:"last"`
		}
		e := f.narrows()
		if err := tx.get(ctx, &span, `SELECT coalesce(min(e.starts_at), 0) AS first, coalesce(max(e.starts_at), -1) AS last FROM event e WHERE `+e.sql, e.args...); err != nil {
			return nil, err
		}
		w = allOf(w, text(tx.s.d.place+" >= ?", firstDocument(span.First)), text(tx.s.d.place+" < ?", firstDocument(span.Last.Add(time.Second))))
	}
	var list []SearchHit
	err := tx.all(ctx, &list, `SELECT d.kind, d.source, e.id AS event_id, e.title AS event_title, e.slug AS event_slug, e.language, e.starts_at,
		m.id AS material_id, coalesce(m.title, '') AS material_title, coalesce(q.number, 0) AS number
		FROM `+tx.s.d.documents+` JOIN event e ON e.id = d.event_id JOIN community c ON c.id = e.community_id
		LEFT JOIN material m ON d.kind = 'transcript' AND m.id = d.source LEFT JOIN answer a ON d.kind = 'answer' AND a.id = d.source
		LEFT JOIN question q ON q.id = CASE d.kind WHEN 'question' THEN d.source WHEN 'answer' THEN a.question_id END
		WHERE `+w.sql+` ORDER BY `+tx.s.d.place+` DESC LIMIT ?`, append(w.args, f.Limit)...)
	return list, err
}

// DocumentText reads the text of a document that [Tx.Search] found.
func (tx *Tx) DocumentText(ctx context.Context, h SearchHit) (string, error) {
	var d document
	err := tx.get(ctx, &d, documentSelect(h.Kind)+` AND `+sources[h.Kind].key+` = ?`, h.Source)
	return d.Text, err
}

// TitleOf is what the text of a document begins with and says of itself elsewhere: the title of an event.
func TitleOf(h SearchHit) string {
	if h.Kind == DocEvent {
		return h.Event + ". "
	}
	return ""
}
