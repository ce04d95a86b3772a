package store

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"

	"convoke/internal/convoke"
)

// dialect is everything in which the two engines differ.
type dialect struct {
	name  string
	bind  int
	goose goose.Dialect
	skip  string           // lock clause of a lease
	lock  string           // lock clause of what is decided about
	still string           // lock clause of an event that must not move meanwhile
	stamp string           // lock clause of what others wait for while their rows may go on referring to it, as a community whose entries are stamped
	taken func(error) bool // a unique key exists already
	again func(error) bool // the transaction may simply run again
	alone func(error) bool // what a row belongs to is gone

	// The search, see search.go.
	hold      string                                            // keeps others from writing while its tables are made
	search    []string                                          // makes its tables anew
	words     func(community convoke.ID, sorted []string) any   // what the words of a document are stored as
	index     string                                            // stores them for a document, by its ID
	unindex   string                                            // takes them out, where they stand apart from the document
	documents string                                            // the documents d, with their words
	place     string                                            // their IDs, in whose order the engine walks them anyway
	holds     string                                            // condition: its words are matched
	match     func(community convoke.ID, all [][]string) string // matches what holds one word of each list
}

var sqliteDialect = dialect{
	name: "sqlite", bind: sqlx.QUESTION, goose: goose.DialectSQLite3,
	taken: func(err error) bool {
		e, ok := errors.AsType[*sqlite.Error](err)
		return ok && (e.Code() == 2067 || e.Code() == 1555) // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY
	},
	again: func(error) bool { return false },
	alone: func(error) bool { return false }, // nothing goes while somebody else writes

	hold: `SELECT 1`, // there is one writer
	search: []string{
		`DROP TABLE IF EXISTS search`,
		`DROP TABLE IF EXISTS search_text`,
		`DROP TABLE IF EXISTS search_word`,
		`CREATE TABLE search (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, event_id TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
			community_id TEXT NOT NULL, UNIQUE (source, kind))`,
		`CREATE INDEX search_event ON search (event_id)`,
		// Words are split by white space here, whatever they are, and no text is kept twice.
		`CREATE VIRTUAL TABLE search_text USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii')`,
		`CREATE TABLE search_word (word TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID`,
	},
	words: func(community convoke.ID, sorted []string) any {
		return scopeWord(community) + " " + strings.Join(sorted, " ")
	},
	index:     `INSERT OR REPLACE INTO search_text (words, rowid) VALUES (?, ?)`,
	unindex:   `DELETE FROM search_text WHERE rowid = ?`,
	documents: `search_text t CROSS JOIN search d ON d.id = t.rowid`,
	place:     `t.rowid`,
	holds:     `search_text MATCH ?`,
	match: func(community convoke.ID, all [][]string) string {
		return matching(append(all, []string{scopeWord(community)}), " AND ", " OR ", func(w string) string { return `"` + strings.ReplaceAll(w, `"`, `""`) + `"` })
	},
}

var postgresDialect = dialect{
	name: "postgres", bind: sqlx.DOLLAR, goose: goose.DialectPostgres,
	skip:  "FOR UPDATE SKIP LOCKED",
	lock:  "FOR UPDATE",
	still: "FOR SHARE OF e",
	stamp: "FOR NO KEY UPDATE",
	taken: func(err error) bool { return sqlState(err) == "23505" },
	again: func(err error) bool { return sqlState(err) == "40001" || sqlState(err) == "40P01" },
	alone: func(err error) bool { return sqlState(err) == "23503" },

	hold: `LOCK TABLE event, follow_up, transcript, question, answer IN SHARE ROW EXCLUSIVE MODE`,
	search: []string{
		`DROP TABLE IF EXISTS search`,
		`DROP TABLE IF EXISTS search_word`,
		`CREATE TABLE search (id BIGINT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, event_id TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
			community_id TEXT NOT NULL, words TSVECTOR, UNIQUE (source, kind))`,
		`CREATE INDEX search_event ON search (event_id)`,
		`CREATE INDEX search_newest ON search (community_id, id)`,
		`CREATE INDEX search_words ON search USING gin (words)`,
		`CREATE TABLE search_word (word TEXT COLLATE "C" NOT NULL PRIMARY KEY)`,
	},
	words:     func(_ convoke.ID, sorted []string) any { return strings.Join(sorted, " ") }, // no word holds a space
	index:     `UPDATE search SET words = array_to_tsvector(string_to_array(?, ' ')) WHERE id = ?`,
	documents: `search d`,
	place:     `d.id`,
	holds:     `d.words @@ CAST(? AS tsquery)`,
	match: func(_ convoke.ID, all [][]string) string {
		quote := strings.NewReplacer(`'`, `''`, `\`, `\\`)
		return matching(all, " & ", " | ", func(w string) string { return "'" + quote.Replace(w) + "'" })
	},
}

// matching writes that one word of each list must be there. No word can be read as anything but itself.
func matching(all [][]string, and, or string, quote func(string) string) string {
	var lists []string
	for _, words := range all {
		var list []string
		for _, w := range words {
			list = append(list, quote(w))
		}
		lists = append(lists, "("+strings.Join(list, or)+")")
	}
	return strings.Join(lists, and)
}

func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// scopeWord names a community among the words: no text yields it, as it holds a sign that is no letter.
func scopeWord(community convoke.ID) string {
	return "§" + strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return '§'
	}, string(community))
}
