package store

import (
	"context"

	"convoke/internal/convoke"
)

const replyColumns = `id, question_id, event_id, speaker_id, person_id, part, chat, name, organisation, text, state, version, created_at, updated_at, published_at`

const replySelect = `SELECT ` + replyColumns + ` FROM answer `

// Reply reads an answer for a caller that decides access itself.
func (tx *Tx) Reply(ctx context.Context, id convoke.ID) (convoke.Reply, error) {
	var r convoke.Reply
	err := tx.get(ctx, &r, replySelect+`WHERE id = ?`, id)
	return r, err
}

// SpeakerReply is a speaker's answer to a question.
func (tx *Tx) SpeakerReply(ctx context.Context, question, speaker convoke.ID) (convoke.Reply, error) {
	var r convoke.Reply
	err := tx.get(ctx, &r, replySelect+`WHERE question_id = ? AND speaker_id = ?`, question, speaker)
	return r, err
}

// ReplyAlike is an answer to a question that stands already, or waits to, under the same name and in the same words.
func (tx *Tx) ReplyAlike(ctx context.Context, r convoke.Reply) (convoke.Reply, error) {
	var out convoke.Reply
	err := tx.get(ctx, &out, replySelect+`WHERE question_id = ? AND state IN ('submitted', 'published') AND part = ? AND name = ? AND text = ?
		ORDER BY created_at, id LIMIT 1`, r.QuestionID, r.Part, r.Name, r.Text)
	return out, err
}

// Replies lists the answers to an event's questions in the order they were published. Without whole only what was published; drafts are for their
// author alone and come with SpeakerReply.
func (tx *Tx) Replies(ctx context.Context, event convoke.ID, whole bool) ([]convoke.Reply, error) {
	states := `state = 'published'`
	if whole {
		states = `state IN ('submitted', 'published')`
	}
	var list []convoke.Reply
	err := tx.all(ctx, &list, replySelect+`WHERE event_id = ? AND `+states+` ORDER BY published_at, created_at, id LIMIT 10000`, event)
	return list, err
}

// RepliesTo lists the published answers to some questions in the order they were published.
func (tx *Tx) RepliesTo(ctx context.Context, questions []convoke.ID) ([]convoke.Reply, error) {
	if len(questions) == 0 {
		return nil, nil
	}
	var list []convoke.Reply
	err := tx.in(ctx, &list, replySelect+`WHERE question_id IN (?) AND state = 'published' ORDER BY published_at, created_at, id`, questions)
	return list, err
}

// CountPublished counts the answers to a question that stand on the page.
func (tx *Tx) CountPublished(ctx context.Context, question convoke.ID) (int, error) {
	var n int
	err := tx.get(ctx, &n, `SELECT count(*) FROM answer WHERE question_id = ? AND state = 'published'`, question)
	return n, err
}

// AddReply stores a new answer.
func (tx *Tx) AddReply(ctx context.Context, r convoke.Reply) error {
	tx.reindex(DocAnswer, r.ID)
	if _, err := tx.named(ctx, insert("answer", replyColumns), r); err != nil || r.State != convoke.ReplyPublished {
		return err
	}
	return tx.tellAskers(ctx, r.EventID)
}

// PutReply stores a changed answer; its version must be one above the stored one.
func (tx *Tx) PutReply(ctx context.Context, r convoke.Reply) error {
	tx.reindex(DocAnswer, r.ID)
	n, err := tx.named(ctx, `UPDATE answer SET `+set(`name, organisation, text, state, version, updated_at, published_at`)+` WHERE id = :id AND version = :version - 1`, r)
	if err == nil && n == 0 {
		err = errStale
	}
	if err != nil || r.State != convoke.ReplyPublished {
		return err
	}
	return tx.tellAskers(ctx, r.EventID)
}

// DropReply removes an answer, also how it read before.
func (tx *Tx) DropReply(ctx context.Context, id convoke.ID) error {
	if err := tx.do(ctx, `DELETE FROM revision WHERE subject_id = ?`, id); err != nil {
		return err
	}
	tx.reindex(DocAnswer, id)
	return tx.do(ctx, `DELETE FROM answer WHERE id = ?`, id)
}

// CommentRow is a comment with its author's name.
type CommentRow struct {
	convoke.Comment
	Name string `db:"name"` // empty where the author's account is gone
}

// Comments lists the comments beneath an event's questions, the oldest first.
func (tx *Tx) Comments(ctx context.Context, event convoke.ID) ([]CommentRow, error) {
	var list []CommentRow
	err := tx.all(ctx, &list, `SELECT m.id, m.question_id, m.event_id, m.person_id, m.text, m.created_at, coalesce(p.name, '') AS name
		FROM comment m LEFT JOIN person p ON p.id = m.person_id WHERE m.event_id = ? ORDER BY m.created_at, m.id LIMIT 10000`, event)
	return list, err
}

// Comment reads one comment for a caller that decides access itself.
func (tx *Tx) Comment(ctx context.Context, id convoke.ID) (convoke.Comment, error) {
	var m convoke.Comment
	err := tx.get(ctx, &m, `SELECT id, question_id, event_id, person_id, text, created_at FROM comment WHERE id = ?`, id)
	return m, err
}

// AddComment stores a comment.
func (tx *Tx) AddComment(ctx context.Context, m convoke.Comment) error {
	_, err := tx.named(ctx, insert("comment", `id, question_id, event_id, person_id, text, created_at`), m)
	return err
}

// DropComment removes a comment.
func (tx *Tx) DropComment(ctx context.Context, id convoke.ID) error {
	return tx.do(ctx, `DELETE FROM comment WHERE id = ?`, id)
}

// AddRevision keeps how something read before it was edited.
func (tx *Tx) AddRevision(ctx context.Context, r convoke.Revision) error {
	_, err := tx.named(ctx, insert("revision", `subject_id, version, event_id, text, editor_id, at`)+` ON CONFLICT DO NOTHING`, r)
	return err
}

// RevisionRow is a revision with its editor's name.
type RevisionRow struct {
	convoke.Revision
	Editor string `db:"editor"`
}

// Revisions lists how something read before, the latest first.
func (tx *Tx) Revisions(ctx context.Context, subject convoke.ID) ([]RevisionRow, error) {
	var list []RevisionRow
	err := tx.all(ctx, &list, `SELECT r.subject_id, r.version, r.event_id, r.text, r.editor_id, r.at, coalesce(p.name, '') AS editor
		FROM revision r LEFT JOIN person p ON p.id = r.editor_id WHERE r.subject_id = ? ORDER BY r.version DESC LIMIT 200`, subject)
	return list, err
}
