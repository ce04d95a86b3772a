package store

import (
	"fmt"
	"os"
	"testing"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/testdb"
)

// BenchmarkSearch asks 500,000 questions about 1,000 events of one community for a word that ten of them hold, one that all hold, and two
// that all hold and the last begins; also for one that all hold, about the oldest event alone. The rows are made in the database itself.
func BenchmarkSearch(b *testing.B) {
	engines := map[string]Options{"sqlite": {Database: "sqlite", Data: b.TempDir(), Clock: stopped(noon), Careless: true}}
	if address := os.Getenv("CONVOKE_TEST_POSTGRES"); address != "" {
		engines["postgres"] = Options{Database: testdb.EmptyPostgres(b), Clock: stopped(noon)}
	}
	for name, o := range engines {
		b.Run(name, func(b *testing.B) {
			s := open(b, o)
			if _, err := s.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			fillSearch(b, s, 1_000, 500)
			b.Logf("filled in %v", time.Since(start))
			for _, q := range []struct {
				name, q, language string
				want              int
			}{{"rare", "rare", "", 10}, {"common", "common", "", 500}, {"two", "common ofte", "", 500}, {"narrow", "common rare", "", 10}, {"none", "absent", "", 0},
				{"oldest", "common", "fr", 500}} {
				b.Run(q.name, func(b *testing.B) {
					for b.Loop() {
						if err := s.View(b.Context(), func(tx *Tx) error {
							list, err := tx.Search(b.Context(), convoke.Viewer{Person: "ada"}, SearchFilter{Community: "top", Language: q.language, Limit: 500}, locale.Asked(q.q))
							if err == nil && len(list) != q.want {
								err = fmt.Errorf("got %d hits, want %d", len(list), q.want)
							}
							return err
						}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// fillSearch makes events with questions, and the index of these.
func fillSearch(b *testing.B, s *Store, events, questions int) {
	b.Helper()
	addPeople(b, s, "ada")
	addCommunity(b, s, aCommunity("top"))
	ctx := b.Context()
	const number = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(? AS BIGINT) - 1) `
	const id = `CAST(1795608000 + i / 500 AS BIGINT) * 2147483648 + i` // as documentID makes it
	if int64(now) != 1795608000_000 {
		b.Fatal(now)
	}
	index := `INSERT INTO search_text (rowid, words) SELECT ` + id + `, 'common often §top word' || (i % 5000) || CASE WHEN i % 50000 = 0 THEN ' rare' ELSE '' END FROM n`
	documents := `INSERT INTO search (id, kind, source, event_id, community_id) SELECT ` + id + `, 'question', 'q' || i, 'e' || (i / 500), 'top' FROM n`
	if !s.Embedded() {
		documents = `INSERT INTO search (id, kind, source, event_id, community_id, words) SELECT ` + id + `, 'question', 'q' || i, 'e' || (i / 500), 'top',
			array_to_tsvector(ARRAY['common', 'often', 'word' || (i % 5000)] || CASE WHEN i % 50000 = 0 THEN ARRAY['rare'] ELSE ARRAY[]::text[] END) FROM n`
		index = `CREATE INDEX search_words ON search USING gin (words)`
	}
	update(b, s, func(tx *Tx) error {
		for i := range events {
			e := anEvent(b, convoke.ID(fmt.Sprintf("e%d", i)), "top")
			e.StartsAt = now.Add(time.Duration(i) * time.Second)
			if i == 0 {
				e.Language = "fr"
			}
			if err := tx.AddEvent(ctx, e); err != nil {
				return err
			}
		}
		if err := tx.do(ctx, number+`INSERT INTO question (id, event_id, community_id, number, position, text, state, reason, live_seconds, to_community, settled_at,
			version, created_at, updated_at) SELECT 'q' || i, 'e' || (i / 500), 'top', i % 500, i % 500, 'common often word' || (i % 5000), 'open', '', -1, FALSE, 0, 1, 0, 0 FROM n`,
			events*questions); err != nil {
			return err
		}
		if !s.Embedded() { // an index over what is there already is made much faster
			if err := tx.do(ctx, `DROP INDEX search_words`); err != nil {
				return err
			}
		}
		if err := tx.do(ctx, number+documents, events*questions); err != nil {
			return err
		}
		return tx.learn(ctx, map[string]bool{"common": true, "often": true, "rare": true})
	})
	if s.Embedded() {
		index = number + index
		update(b, s, func(tx *Tx) error { return tx.do(ctx, index, events*questions) })
		return
	}
	update(b, s, func(tx *Tx) error { return tx.do(ctx, index) })
	update(b, s, func(tx *Tx) error { return tx.do(ctx, `ANALYZE`) })
}
