package store

import (
	"context"

	"convoke/internal/convoke"
)

// Curious is somebody who asks a question, for whoever tells them the answer: also who asked without a name. Nobody else may read it.
type Curious struct {
	PersonID   convoke.ID      `db:"person_id"`
	QuestionID convoke.ID      `db:"question_id"` // the question that stands for it
	Anonymous  bool            `db:"anonymous"`
	ToldAt     convoke.Instant `db:"told_at"`    // what there was until then they know
	SettledAt  convoke.Instant `db:"settled_at"` // of the question
	NewestAt   convoke.Instant `db:"newest_at"`  // when the latest answer was published
}

// Curious lists who asks the questions of an event, somebody in several wordings several times.
func (tx *Tx) Curious(ctx context.Context, event convoke.ID) ([]Curious, error) {
	var list []Curious
	err := tx.all(ctx, &list, `SELECT a.person_id, r.id AS question_id, a.anonymous, a.told_at, r.settled_at,
		coalesce((SELECT max(x.published_at) FROM answer x WHERE x.question_id = r.id AND x.state = 'published'), 0) AS newest_at
		FROM asker a JOIN question q ON q.id = a.question_id JOIN question r ON r.id = coalesce(q.merged_into, q.id)
		WHERE a.event_id = ? AND a.person_id IS NOT NULL ORDER BY a.person_id, r.position, r.number, a.id LIMIT 100000`, event)
	return list, err
}

// Told is how often somebody was told of answers, and when last.
type Told struct {
	PersonID convoke.ID      `db:"person_id"`
	Letters  int             `db:"letters"`
	LastAt   convoke.Instant `db:"last_at"`
}

// Told lists who was told of answers about an event, by letters of a kind.
func (tx *Tx) Told(ctx context.Context, event convoke.ID, kind string) ([]Told, error) {
	var list []Told
	err := tx.all(ctx, &list, `SELECT person_id, count(*) AS letters, max(created_at) AS last_at FROM letter
		WHERE event_id = ? AND kind = ? AND person_id IS NOT NULL GROUP BY person_id`, event, kind)
	return list, err
}

// AskerTold notes that somebody was told what there was about a question, and those it stands for, until a moment.
func (tx *Tx) AskerTold(ctx context.Context, question, person convoke.ID, until convoke.Instant) error {
	return tx.do(ctx, `UPDATE asker SET told_at = ? WHERE question_id IN (SELECT id FROM question WHERE id = ? OR merged_into = ?) AND person_id = ? AND told_at < ?`,
		until, question, question, person, until)
}

// tellAskers notes that somebody who asked about an event may have something to be told, once nothing has been mended for a while. Whatever changes
// questions and published answers calls it, so that no way to an answer can forget those who asked.
func (tx *Tx) tellAskers(ctx context.Context, event convoke.ID) error {
	at := tx.Now.Add(convoke.SettleTime)
	return tx.do(ctx, `UPDATE follow_up SET tell_at = ? WHERE event_id = ? AND (tell_at = 0 OR tell_at > ?)`, at, event, at)
}

const nextTelling = `SELECT event_id FROM follow_up WHERE tell_at > 0 AND tell_at <= ? ORDER BY tell_at, event_id LIMIT 1 `

// NextTelling finds an event whose askers are to be looked at by now; ErrNotFound when there is none. What changes about its questions
// waits until the transaction ends.
func (tx *Tx) NextTelling(ctx context.Context) (convoke.ID, error) {
	var id convoke.ID
	err := tx.get(ctx, &id, nextTelling+tx.s.d.skip, tx.Now)
	return id, err
}

// TellNext sets when an event's askers are looked at next, zero for never.
func (tx *Tx) TellNext(ctx context.Context, event convoke.ID, at convoke.Instant) error {
	return tx.do(ctx, `UPDATE follow_up SET tell_at = ? WHERE event_id = ?`, at, event)
}
