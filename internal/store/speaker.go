package store

import (
	"context"

	"convoke/internal/convoke"
)

// Task is a question as one speaker's to answer.
type Task struct {
	convoke.Question
	SpeakerID convoke.ID      `db:"speaker_id"`
	AskedAt   convoke.Instant `db:"asked_at"` // zero: assigned, and nobody has asked them yet
	ToldAt    convoke.Instant `db:"told_at"`  // when the letter that asks it was written
	Own       string          `db:"own"`      // state of the speaker's own answer, empty for none
}

// Waits says whether nobody has answered it, this speaker no more than anybody else.
func (t *Task) Waits() bool {
	return t.State == convoke.QuestionOpen && !t.Settled() && t.Own != convoke.ReplySubmitted && t.Own != convoke.ReplyPublished
}

// Tasks lists whose the questions of an event are to answer, in their order on the page. What was merged away is not among them.
func (tx *Tx) Tasks(ctx context.Context, event convoke.ID) ([]Task, error) {
	var list []Task
	err := tx.all(ctx, &list, `SELECT `+prefixed("q", questionColumns)+`, a.speaker_id, a.asked_at, a.told_at,
		coalesce((SELECT r.state FROM answer r WHERE r.question_id = q.id AND r.speaker_id = a.speaker_id), '') AS own
		FROM question q JOIN assignment a ON a.question_id = q.id
		WHERE q.event_id = ? AND q.state <> 'merged' ORDER BY q.position, q.number, a.speaker_id LIMIT 20000`, event)
	return list, err
}

// AskSpeaker notes that a speaker is to be asked a question by mail at a moment, also where they were asked before.
func (tx *Tx) AskSpeaker(ctx context.Context, question, speaker convoke.ID, at convoke.Instant) error {
	return tx.do(ctx, `INSERT INTO assignment (question_id, speaker_id, asked_at, created_at, told_at) VALUES (?, ?, ?, ?, 0)
		ON CONFLICT (question_id, speaker_id) DO UPDATE SET asked_at = excluded.asked_at, told_at = 0`, question, speaker, at, tx.Now)
}

const nextAsked = `SELECT id FROM speaker WHERE id IN (SELECT speaker_id FROM assignment WHERE asked_at > 0 AND told_at = 0 AND asked_at <= ?) ORDER BY id LIMIT 1 `

// NextAsked finds a speaker who is to be asked by now; ErrNotFound when there is none. It takes the speaker, not one of their questions: two that hold
// a question each would wait for one another once the letter takes them all.
func (tx *Tx) NextAsked(ctx context.Context) (convoke.ID, error) {
	var id convoke.ID
	err := tx.get(ctx, &id, nextAsked+tx.s.d.skip, tx.Now)
	return id, err
}

const nextReminded = `SELECT id FROM speaker WHERE remind_at > 0 AND remind_at <= ? ORDER BY remind_at, id LIMIT 1 `

// NextReminded finds a speaker whose reminder is due; ErrNotFound when there is none.
func (tx *Tx) NextReminded(ctx context.Context) (convoke.ID, error) {
	var id convoke.ID
	err := tx.get(ctx, &id, nextReminded+tx.s.d.skip, tx.Now)
	return id, err
}

// SpeakerRow is a speaker with how often they were asked.
type SpeakerRow struct {
	convoke.Speaker
	Letters   int             `db:"letters"`
	Reminders int             `db:"reminders"` // since the latest letter
	RemindAt  convoke.Instant `db:"remind_at"` // zero for no more
}

// LockSpeaker reads a speaker; nobody else writes them a letter until the transaction ends.
func (tx *Tx) LockSpeaker(ctx context.Context, id convoke.ID) (SpeakerRow, error) {
	var s SpeakerRow
	err := tx.get(ctx, &s, `SELECT `+speakerColumns+`, letters, reminders, remind_at FROM speaker WHERE id = ? `+tx.s.d.lock, id)
	return s, err
}

// Disown notes that a speaker said of a question that it is not theirs, and takes it from them.
func (tx *Tx) Disown(ctx context.Context, question, speaker convoke.ID) error {
	if err := tx.do(ctx, `INSERT INTO not_theirs (question_id, speaker_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, question, speaker); err != nil {
		return err
	}
	return tx.Unassign(ctx, question, speaker)
}

// Disowned is that a speaker said of a question that it is not theirs.
type Disowned struct {
	QuestionID convoke.ID `db:"question_id"`
	SpeakerID  convoke.ID `db:"speaker_id"`
}

// Disowned lists which questions of an event are whose not, as they said.
func (tx *Tx) Disowned(ctx context.Context, event convoke.ID) ([]Disowned, error) {
	var list []Disowned
	err := tx.all(ctx, &list, `SELECT n.question_id, n.speaker_id FROM not_theirs n JOIN question q ON q.id = n.question_id WHERE q.event_id = ?
		ORDER BY n.question_id, n.speaker_id LIMIT 20000`, event)
	return list, err
}

// SpeakerTold notes that all a speaker was to be asked stands in a letter.
func (tx *Tx) SpeakerTold(ctx context.Context, id convoke.ID) error {
	return tx.do(ctx, `UPDATE assignment SET told_at = ? WHERE speaker_id = ? AND asked_at > 0 AND told_at = 0`, tx.Now, id)
}

// UnaskSpeaker takes back what a speaker was to be asked and was not.
func (tx *Tx) UnaskSpeaker(ctx context.Context, id convoke.ID) error {
	return tx.do(ctx, `UPDATE assignment SET asked_at = 0 WHERE speaker_id = ? AND asked_at > 0 AND told_at = 0`, id)
}

// tellSpeaker has a speaker asked again what they were asked, as at an address that was corrected, once nothing has been mended for a while. What
// is answered by then is left out.
func (tx *Tx) tellSpeaker(ctx context.Context, id convoke.ID) error {
	return tx.do(ctx, `UPDATE assignment SET asked_at = ?, told_at = 0 WHERE speaker_id = ? AND told_at > 0`, tx.Now.Add(convoke.SettleTime), id)
}

// PutSpeakerLetters stores how often a speaker was asked and reminded, and when they are next.
func (tx *Tx) PutSpeakerLetters(ctx context.Context, s SpeakerRow) error {
	return tx.do(ctx, `UPDATE speaker SET letters = ?, reminders = ?, remind_at = ? WHERE id = ?`, s.Letters, s.Reminders, s.RemindAt, s.ID)
}

// WithdrawLinks makes the links that were mailed to a speaker until now lead nowhere, takes back what they were to be asked, and reminds them no more: either
// would bring a new one.
func (tx *Tx) WithdrawLinks(ctx context.Context, id convoke.ID) error {
	if err := tx.UnaskSpeaker(ctx, id); err != nil {
		return err
	}
	return tx.do(ctx, `UPDATE speaker SET links_from = ?, remind_at = 0 WHERE id = ?`, tx.Now+1, id)
}

// AddDraft stores a speaker's answer to a question; false when they have one.
func (tx *Tx) AddDraft(ctx context.Context, r convoke.Reply) (bool, error) {
	n, err := tx.named(ctx, insert("answer", replyColumns)+` ON CONFLICT DO NOTHING`, r)
	return n == 1, err
}

// CountLetters counts the letters of a kind to somebody since a moment.
func (tx *Tx) CountLetters(ctx context.Context, person convoke.ID, kind string, since convoke.Instant) (int, error) {
	var n int
	err := tx.get(ctx, &n, `SELECT count(*) FROM letter WHERE person_id = ? AND created_at > ? AND kind = ?`, person, since, kind)
	return n, err
}
