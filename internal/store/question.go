package store

import (
	"cmp"
	"context"

	"convoke/internal/convoke"
)

const questionColumns = `id, event_id, community_id, number, position, text, state, merged_into, reason, live_seconds, to_community, settled_at, version, created_at, updated_at`

var questionSelect = `SELECT ` + prefixed("q", questionColumns) + ` FROM question q `

// Question reads a question for a caller that decides access itself.
func (tx *Tx) Question(ctx context.Context, id convoke.ID) (convoke.Question, error) {
	var q convoke.Question
	err := tx.get(ctx, &q, questionSelect+`WHERE q.id = ?`, id)
	return q, err
}

// QuestionByNumber is Question by its address within an event.
func (tx *Tx) QuestionByNumber(ctx context.Context, event convoke.ID, number int) (convoke.Question, error) {
	var q convoke.Question
	err := tx.get(ctx, &q, questionSelect+`WHERE q.event_id = ? AND q.number = ?`, event, number)
	return q, err
}

// Questions lists an event's questions that the viewer may see, in their order on the page: open and declined ones, those the viewer asked, and for
// whoever moderates all of them but what was merged.
func (tx *Tx) Questions(ctx context.Context, v convoke.Viewer, event convoke.ID, limit int) ([]convoke.Question, error) {
	shown := []cond{text("q.state IN ('open', 'declined')")}
	if v.Operator {
		shown = append(shown, text("q.state = 'pending'"))
	} else if asker(v) != "" {
		p := text("?", asker(v))
		shown = append(shown, allOf(text("q.state = 'pending'"), moderates(p)),
			allOf(text("q.state = 'pending'"), text(`EXISTS (SELECT 1 FROM asker a JOIN question x ON x.id = a.question_id WHERE a.person_id = ? AND (x.id = q.id OR x.merged_into = q.id))`, asker(v))))
	}
	w := allOf(text("q.event_id = ?", event), viewerSees("e", v), anyOf(shown...))
	var list []convoke.Question
	err := tx.all(ctx, &list, questionSelect+`JOIN event e ON e.id = q.event_id JOIN community c ON c.id = e.community_id WHERE `+w.sql+`
		ORDER BY q.position, q.number LIMIT ?`, append(w.args, limit)...)
	return list, err
}

// EveryQuestion lists all questions of an event, also those another one stands for, for who looks after them.
func (tx *Tx) EveryQuestion(ctx context.Context, event convoke.ID) ([]convoke.Question, error) {
	var list []convoke.Question
	err := tx.all(ctx, &list, questionSelect+`WHERE q.event_id = ? ORDER BY q.number LIMIT 10000`, event)
	return list, err
}

// WaitingRow is an event about which something waits for a moderator.
type WaitingRow struct {
	EventID convoke.ID `db:"event_id"`
	Pending int        `db:"pending"` // questions nobody has looked at
	Answers int        `db:"answers"` // answers that are not published yet
}

// WaitingQuestions lists the events of a community where questions or answers wait for a moderator. The caller has checked [convoke.Review].
func (tx *Tx) WaitingQuestions(ctx context.Context, community convoke.ID, limit int) ([]WaitingRow, error) {
	var list []WaitingRow
	err := tx.all(ctx, &list, `SELECT e.id AS event_id,
		(SELECT count(*) FROM question q WHERE q.event_id = e.id AND q.state = 'pending') AS pending,
		(SELECT count(*) FROM answer a WHERE a.event_id = e.id AND a.state = 'submitted') AS answers
		FROM event e WHERE e.community_id = ? AND (EXISTS (SELECT 1 FROM question q WHERE q.event_id = e.id AND q.state = 'pending')
		OR EXISTS (SELECT 1 FROM answer a WHERE a.event_id = e.id AND a.state = 'submitted')) ORDER BY e.starts_at, e.id LIMIT ?`, community, limit)
	return list, err
}

// MergedInto lists the questions another one stands for.
func (tx *Tx) MergedInto(ctx context.Context, question convoke.ID) ([]convoke.Question, error) {
	var list []convoke.Question
	err := tx.all(ctx, &list, questionSelect+`WHERE q.merged_into = ? ORDER BY q.number LIMIT 1000`, question)
	return list, err
}

// QuestionCount is how many questions of an event stand on its page, and how many of them are answered.
type QuestionCount struct {
	EventID  convoke.ID `db:"event_id"`
	Open     int        `db:"open"`
	Answered int        `db:"answered"`
	Pending  int        `db:"pending"`
}

// CountQuestions counts the questions of several events.
func (tx *Tx) CountQuestions(ctx context.Context, events []convoke.ID) (map[convoke.ID]QuestionCount, error) {
	out := map[convoke.ID]QuestionCount{}
	if len(events) == 0 {
		return out, nil
	}
	var list []QuestionCount
	if err := tx.in(ctx, &list, `SELECT event_id, coalesce(sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END), 0) AS open,
		coalesce(sum(CASE WHEN state = 'open' AND settled_at > 0 THEN 1 ELSE 0 END), 0) AS answered,
		coalesce(sum(CASE WHEN state = 'pending' THEN 1 ELSE 0 END), 0) AS pending FROM question WHERE event_id IN (?) GROUP BY event_id`, events); err != nil {
		return nil, err
	}
	for _, c := range list {
		out[c.EventID] = c
	}
	return out, nil
}

// NextNumber takes the next number a question of an event can have; it is given once.
func (tx *Tx) NextNumber(ctx context.Context, event, community convoke.ID) (int, error) {
	var n int
	err := tx.get(ctx, &n, `INSERT INTO follow_up (event_id, community_id, summary, summary_at, ready_set, ready_at, ask_until, last_number, ordered, version)
		VALUES (?, ?, '', 0, '', 0, 0, 1, 0, 0) ON CONFLICT (event_id) DO UPDATE SET last_number = follow_up.last_number + 1 RETURNING last_number`, event, community)
	return n, err
}

// AddQuestion stores a new question.
func (tx *Tx) AddQuestion(ctx context.Context, q convoke.Question) error {
	tx.reindex(DocQuestion, q.ID)
	_, err := tx.named(ctx, insert("question", questionColumns), q)
	return err
}

// PutQuestion stores a changed question; its version must be one above the stored one.
func (tx *Tx) PutQuestion(ctx context.Context, q convoke.Question) error {
	tx.reindex(DocQuestion, q.ID)
	n, err := tx.named(ctx, `UPDATE question SET `+set(`position, text, state, merged_into, reason, live_seconds, to_community, settled_at, version, updated_at`)+
		` WHERE id = :id AND version = :version - 1`, q)
	if err == nil && n == 0 {
		err = errStale
	}
	if err != nil {
		return err
	}
	return tx.tellAskers(ctx, q.EventID)
}

// LockQuestions makes others wait who merge, order or write beneath the questions of an event: on PostgreSQL what is read afterwards is what they left.
func (tx *Tx) LockQuestions(ctx context.Context, event convoke.ID) error {
	var id convoke.ID
	err := tx.get(ctx, &id, `SELECT event_id FROM follow_up WHERE event_id = ? `+tx.s.d.lock, event)
	if convoke.IsNotFound(err) {
		return nil // nothing was asked yet
	}
	return err
}

// PlaceQuestion puts a question at a place of its event's page.
func (tx *Tx) PlaceQuestion(ctx context.Context, event convoke.ID, number, position int) error {
	return tx.do(ctx, `UPDATE question SET position = ? WHERE event_id = ? AND number = ?`, position, event, number)
}

// RaiseOrder notes that the questions of an event stand in another order.
func (tx *Tx) RaiseOrder(ctx context.Context, event convoke.ID) error {
	return tx.do(ctx, `UPDATE follow_up SET ordered = ordered + 1 WHERE event_id = ?`, event)
}

// DropQuestion removes a question with everything beneath it, also how it read before.
func (tx *Tx) DropQuestion(ctx context.Context, id convoke.ID) error {
	q, err := tx.Question(ctx, id)
	if err != nil {
		return err
	}
	if err := tx.tellAskers(ctx, q.EventID); err != nil {
		return err
	}
	if err := tx.do(ctx, `DELETE FROM revision WHERE subject_id IN (SELECT id FROM question WHERE id = ? OR merged_into = ?
		UNION SELECT id FROM answer WHERE question_id = ?)`, id, id, id); err != nil {
		return err
	}
	for kind, q := range map[DocumentKind]string{
		DocQuestion: `SELECT id FROM question WHERE id = ? OR merged_into = ?`,
		DocAnswer:   `SELECT a.id FROM answer a JOIN question q ON q.id = a.question_id WHERE q.id = ? OR q.merged_into = ?`,
	} {
		var gone []convoke.ID
		if err := tx.all(ctx, &gone, q, id, id); err != nil {
			return err
		}
		tx.reindex(kind, gone...)
	}
	return tx.do(ctx, `DELETE FROM question WHERE id = ?`, id)
}

// FollowQuestion moves what hangs on one question to the one that stands for it: what was merged into it before, answers, comments and whose
// question it is. Where a speaker answered both, both answers stay, the moved one as nobody's to edit but moderators'; of two drafts one is made, and a
// draft beside an answer that was sent stays behind: it is for nobody but its author.
func (tx *Tx) FollowQuestion(ctx context.Context, from, to convoke.ID) error {
	for _, s := range []string{
		`UPDATE question SET merged_into = ? WHERE merged_into = ?`,
		`UPDATE comment SET question_id = ? WHERE question_id = ?`,
	} {
		if err := tx.do(ctx, s, to, from); err != nil {
			return err
		}
	}
	const twice = `speaker_id IN (SELECT b.speaker_id FROM answer b WHERE b.question_id = ? AND b.speaker_id IS NOT NULL`
	for _, x := range []struct {
		sql  string
		args []any
	}{
		{`UPDATE answer SET version = version + 1, text = text || ?
			|| (SELECT b.text FROM answer b WHERE b.question_id = ? AND b.state = 'draft' AND b.speaker_id = answer.speaker_id)
			WHERE question_id = ? AND state = 'draft' AND ` + twice + ` AND b.state = 'draft')`, []any{"\n\n", from, to, from}},
		{`DELETE FROM answer WHERE question_id = ? AND state = 'draft' AND ` + twice + ` AND b.state = 'draft')`, []any{from, to}},
		{`UPDATE answer SET speaker_id = NULL WHERE question_id = ? AND state <> 'draft' AND ` + twice + `)`, []any{from, to}},
		{`UPDATE answer SET question_id = ? WHERE question_id = ? AND NOT (state = 'draft' AND ` + twice + `))`, []any{to, from, to}},
	} {
		if err := tx.do(ctx, x.sql, x.args...); err != nil {
			return err
		}
	}
	if err := tx.do(ctx, `INSERT INTO not_theirs (question_id, speaker_id) SELECT ?, speaker_id FROM not_theirs WHERE question_id = ? ON CONFLICT DO NOTHING`, to, from); err != nil {
		return err
	}
	return tx.do(ctx, `INSERT INTO assignment (question_id, speaker_id, asked_at, created_at, told_at) SELECT ?, speaker_id, asked_at, created_at, told_at FROM assignment
		WHERE question_id = ? ON CONFLICT (question_id, speaker_id) DO UPDATE SET told_at = CASE WHEN assignment.asked_at = 0 THEN excluded.told_at ELSE assignment.told_at END,
		asked_at = CASE WHEN assignment.asked_at = 0 THEN excluded.asked_at ELSE assignment.asked_at END`, to, from)
}

// AddAsker stores that somebody asks a question; false when they do so already.
func (tx *Tx) AddAsker(ctx context.Context, a convoke.Asker) (bool, error) {
	n, err := tx.named(ctx, insert("asker", `id, question_id, event_id, person_id, name, anonymous, first, told_at, created_at`)+` ON CONFLICT DO NOTHING`, a)
	return n == 1, err
}

// Unname takes somebody's name from a question they ask, and from all that is merged with it: from the page, and from the log of who asked it.
func (tx *Tx) Unname(ctx context.Context, q convoke.Question, person convoke.ID) error {
	const these = `(SELECT id FROM question WHERE id = ? OR merged_into = ?)`
	root := cmp.Or(q.MergedInto, q.ID)
	if err := tx.LockQuestions(ctx, q.EventID); err != nil { // a letter that is being planned would not say that they ask without
		return err
	}
	if err := tx.do(ctx, `UPDATE asker SET anonymous = ? WHERE person_id = ? AND question_id IN `+these, true, person, root, root); err != nil {
		return err
	}
	return tx.do(ctx, `UPDATE change SET actor_id = NULL WHERE noun = 'question' AND verb = 'asked' AND actor_id = ? AND subject_id IN `+these, person, root, root)
}

// DropAsker takes back that somebody asks a question too, or one that was merged into it.
func (tx *Tx) DropAsker(ctx context.Context, question, person convoke.ID) error {
	q, err := tx.Question(ctx, question)
	if err != nil {
		return err
	}
	if err := tx.tellAskers(ctx, q.EventID); err != nil {
		return err
	}
	return tx.do(ctx, `DELETE FROM asker WHERE question_id IN (SELECT id FROM question WHERE id = ? OR merged_into = ?) AND person_id = ? AND NOT first`,
		question, question, person)
}

// ShownAsker is somebody who asks a question as everybody may see them: of an anonymous one nothing is read.
type ShownAsker struct {
	QuestionID   convoke.ID `db:"question_id"` // the question that stands for it
	Name         string     `db:"name"`
	Organisation string     `db:"organisation"`
	Anonymous    bool       `db:"anonymous"`
	First        bool       `db:"first"`
}

// Askers lists who asks the questions of an event, those of merged questions under the one that stands for them, in the order of asking. Whoever
// asks a question in several wordings under their name stands there once; of those without a name nothing is known, so each counts.
func (tx *Tx) Askers(ctx context.Context, event convoke.ID) ([]ShownAsker, error) {
	var rows []struct {
		ShownAsker
		PersonID convoke.ID `db:"person_id"`
	}
	err := tx.all(ctx, &rows, `SELECT coalesce(q.merged_into, q.id) AS question_id, a.anonymous, a.first,
		CASE WHEN a.anonymous THEN NULL ELSE a.person_id END AS person_id,
		CASE WHEN a.anonymous THEN '' ELSE coalesce(p.name, a.name) END AS name,
		CASE WHEN a.anonymous THEN '' ELSE coalesce(p.organisation, '') END AS organisation
		FROM asker a JOIN question q ON q.id = a.question_id LEFT JOIN person p ON p.id = a.person_id
		WHERE a.event_id = ? ORDER BY a.created_at, a.first DESC, a.id LIMIT 50000`, event)
	type key struct{ question, person convoke.ID }
	seen := map[key]bool{}
	list := make([]ShownAsker, 0, len(rows))
	for _, r := range rows {
		k := key{r.QuestionID, r.PersonID}
		if r.PersonID != "" && seen[k] {
			continue
		}
		seen[k] = true
		list = append(list, r.ShownAsker)
	}
	return list, err
}

// Asked is that somebody asks a question, as they themselves may see it.
type Asked struct {
	QuestionID convoke.ID `db:"question_id"` // the question that stands for it
	Anonymous  bool       `db:"anonymous"`
	First      bool       `db:"first"` // asked it, rather than asks it too
}

// AskedBy lists the questions of an event that somebody asks, by the one that stands for them; one several times where several of theirs were merged.
func (tx *Tx) AskedBy(ctx context.Context, v convoke.Viewer, event convoke.ID) ([]Asked, error) {
	var list []Asked
	err := tx.all(ctx, &list, `SELECT coalesce(q.merged_into, q.id) AS question_id, a.anonymous, a.first FROM asker a JOIN question q ON q.id = a.question_id
		WHERE a.event_id = ? AND a.person_id = ? ORDER BY a.created_at, a.id`, event, asker(v))
	return list, err
}

// AskedAlike finds the question with just these words that somebody asked first about an event.
func (tx *Tx) AskedAlike(ctx context.Context, v convoke.Viewer, event convoke.ID, text string) (convoke.Question, error) {
	var q convoke.Question
	err := tx.get(ctx, &q, questionSelect+`JOIN asker a ON a.question_id = q.id WHERE a.event_id = ? AND a.person_id = ? AND a.first AND q.text = ?
		ORDER BY q.number LIMIT 1`, event, asker(v), text)
	return q, err
}

// CountAsked counts the questions somebody asked first about an event.
func (tx *Tx) CountAsked(ctx context.Context, v convoke.Viewer, event convoke.ID) (int, error) {
	var n int
	err := tx.get(ctx, &n, `SELECT count(*) FROM asker WHERE event_id = ? AND person_id = ? AND first`, event, asker(v))
	return n, err
}

// Assign makes a question a speaker's to answer.
func (tx *Tx) Assign(ctx context.Context, a convoke.Assignment) error {
	_, err := tx.named(ctx, insert("assignment", `question_id, speaker_id, asked_at, created_at`)+` ON CONFLICT DO NOTHING`, a)
	return err
}

// RaiseQuestion notes that a question is other speakers' to answer, so that a form made before is known to be old.
func (tx *Tx) RaiseQuestion(ctx context.Context, id convoke.ID) error {
	return tx.do(ctx, `UPDATE question SET version = version + 1 WHERE id = ?`, id)
}

// Unassign takes a question from a speaker.
func (tx *Tx) Unassign(ctx context.Context, question, speaker convoke.ID) error {
	return tx.do(ctx, `DELETE FROM assignment WHERE question_id = ? AND speaker_id = ?`, question, speaker)
}

// Assignments lists whose the questions of an event are to answer.
func (tx *Tx) Assignments(ctx context.Context, event convoke.ID) ([]convoke.Assignment, error) {
	var list []convoke.Assignment
	err := tx.all(ctx, &list, `SELECT a.question_id, a.speaker_id, a.asked_at, a.created_at FROM assignment a JOIN question q ON q.id = a.question_id
		JOIN speaker s ON s.id = a.speaker_id WHERE q.event_id = ? ORDER BY a.question_id, s.position`, event)
	return list, err
}
