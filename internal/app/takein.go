package app

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"convoke/internal/convoke"
	"convoke/internal/markup"
	"convoke/internal/store"
)

// TakenQuestion is one question from a session's chat that somebody has looked over.
type TakenQuestion struct {
	Text    string       `json:"text"`
	Asker   string       `json:"asker"` // name of who asked, who agreed to be named; empty for without a name
	Into    int          `json:"into"`  // number of the question that stands for it, zero for none
	Like    int          `json:"like"`  // instead: which row before this one stands for it, counted from one; zero for none
	Replies []TakenReply `json:"answers"`
}

// TakenReply is what was said to it: a speaker's answer, or somebody else's under the name given, who agreed to be named.
type TakenReply struct {
	Speaker string `json:"speaker"` // ID of the speaker
	Name    string `json:"name"`
	Text    string `json:"text"`
}

// Taken says what became of questions that were taken in.
type Taken struct {
	Questions int `json:"questions"` // new ones, also such that another stands for
	Answers   int `json:"answers"`   // new ones
	Known     int `json:"known"`     // questions that were there already
}

// MaxTaken is how many questions can be taken in at once, and maxReplies with how many answers each.
const (
	MaxTaken   = 300
	maxReplies = 50
)

// TakeIn adds questions from a session's chat with what was said to them, all or none. They stand on the page at once, for whoever takes them in has
// looked them over. What is there already in the same words is not added again, so that a form can be sent twice.
func (a *Questions) TakeIn(ctx context.Context, v convoke.Viewer, event convoke.ID, rows []TakenQuestion) (out Taken, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		out = Taken{}
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return convoke.Invalid("rows", "question.rows.none")
		}
		if len(rows) > MaxTaken {
			return convoke.Invalid("rows", "question.rows.many")
		}
		t := taking{Questions: a, v: v, e: e, m: m, byWords: map[string]convoke.Question{}, byID: map[convoke.ID]convoke.Question{}, names: map[convoke.ID][]string{}}
		if err := t.load(ctx, tx); err != nil {
			return err
		}
		for i, row := range rows {
			if row.Like < 0 || row.Like > i {
				return atRow(convoke.Invalid("like", "question.into.unknown"), i)
			}
			if row.Like > 0 {
				row.Into = t.rows[row.Like-1]
			}
			if err := t.row(ctx, tx, row, &out); err != nil {
				return atRow(err, i)
			}
		}
		return nil
	})
	return out, err
}

// atRow says in which row a field is wrong: "text" becomes "text_3".
func atRow(err error, i int) error {
	e, ok := errors.AsType[*convoke.Error](err)
	if !ok || len(e.Fields) == 0 {
		return err
	}
	out := e.With()
	out.Fields = map[string]convoke.Key{}
	for field, text := range e.Fields {
		out.Fields[field+"_"+strconv.Itoa(i)] = text
	}
	return out
}

// taking is what an event has while questions are taken in.
type taking struct {
	*Questions
	v        convoke.Viewer
	e        convoke.Event
	m        convoke.Community
	byWords  map[string]convoke.Question
	byID     map[convoke.ID]convoke.Question
	names    map[convoke.ID][]string // of who asks a question by name, by the one that stands for it
	speakers []convoke.Speaker
	rows     []int // the numbers at which the rows so far stand
}

func (t *taking) load(ctx context.Context, tx *store.Tx) error {
	list, err := tx.EveryQuestion(ctx, t.e.ID)
	if err != nil {
		return err
	}
	for _, q := range list {
		t.byID[q.ID] = q
		t.byWords[wordsOf(q.Text)] = q
	}
	askers, err := tx.Askers(ctx, t.e.ID)
	if err != nil {
		return err
	}
	for _, x := range askers {
		if x.Name != "" {
			t.names[x.QuestionID] = append(t.names[x.QuestionID], x.Name)
		}
	}
	t.speakers, err = tx.Speakers(ctx, t.e.ID)
	return err
}

// wordsOf is by what a question is known: its words, or its signs where it has no words.
func wordsOf(text string) string {
	if w := convoke.SameWords(text); w != "" {
		return w
	}
	return strings.TrimSpace(text)
}

// standing is the question that stands for q.
func (t *taking) standing(q convoke.Question) convoke.Question {
	if q.MergedInto != "" {
		return t.byID[q.MergedInto]
	}
	return q
}

func (t *taking) row(ctx context.Context, tx *store.Tx, row TakenQuestion, out *Taken) error {
	text, name := trimmed(&row.Text), markup.Clean(row.Asker, convoke.MaxName)
	if err := checkQuestion(text); err != nil {
		return err
	}
	if len(row.Replies) > maxReplies {
		return convoke.Invalid("answers", "question.rows.replies")
	}
	q, known := t.byWords[wordsOf(text)]
	root := t.standing(q)
	if known {
		out.Known++
	} else {
		into, err := t.into(row.Into)
		if err != nil {
			return err
		}
		if q, err = t.add(ctx, tx, t.e, text, convoke.QuestionOpen); err != nil {
			return err
		}
		root = q
		if into.ID != "" {
			root = into
			q.State, q.MergedInto, q.Version = convoke.QuestionMerged, into.ID, 2
			if err := tx.PutQuestion(ctx, q); err != nil {
				return err
			}
		}
		t.byWords[wordsOf(text)], t.byID[q.ID] = q, q
		out.Questions++
		if err := t.note(ctx, tx, t.v, t.m, t.e, q, "taken-in"); err != nil {
			return err
		}
	}
	t.rows = append(t.rows, root.Number)
	if name == "" && !known || name != "" && !slices.Contains(t.names[root.ID], name) {
		if _, err := tx.AddAsker(ctx, convoke.Asker{ID: convoke.NewID("as"), QuestionID: q.ID, EventID: t.e.ID, Name: name, Anonymous: name == "", First: true, CreatedAt: tx.Now}); err != nil {
			return err
		}
		t.names[root.ID] = append(t.names[root.ID], name)
	}
	for _, r := range row.Replies {
		if err := t.reply(ctx, tx, root.ID, r, out); err != nil {
			return err
		}
	}
	return nil
}

// into finds the question that is to stand for another.
func (t *taking) into(number int) (convoke.Question, error) {
	if number == 0 {
		return convoke.Question{}, nil
	}
	for _, q := range t.byID {
		if q.Number != number {
			continue
		}
		if q = t.standing(q); q.State == convoke.QuestionDeclined {
			return q, convoke.Invalid("into", "question.into.declined")
		}
		return q, nil
	}
	return convoke.Question{}, convoke.Invalid("into", "question.into.unknown")
}

// reply adds what was said to a question and settles it.
func (t *taking) reply(ctx context.Context, tx *store.Tx, question convoke.ID, in TakenReply, out *Taken) error {
	r := convoke.Reply{ID: convoke.NewID("an"), QuestionID: question, EventID: t.e.ID, Part: convoke.ByMember, Chat: true, Name: markup.Clean(in.Name, convoke.MaxName),
		Text: trimmed(&in.Text), State: convoke.ReplyPublished, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now, PublishedAt: tx.Now}
	if err := checkReply(r.Text); err != nil {
		return err
	}
	if in.Speaker != "" {
		i := slices.IndexFunc(t.speakers, func(s convoke.Speaker) bool { return string(s.ID) == in.Speaker })
		if i < 0 {
			return convoke.Invalid("speaker", "question.speaker.unknown")
		}
		s := t.speakers[i]
		r.Part, r.Chat, r.SpeakerID, r.PersonID, r.Name, r.Organisation = convoke.BySpeaker, false, s.ID, s.PersonID, s.Name, s.Organisation
	}
	if same, err := t.addReply(ctx, tx, &r); err != nil || same {
		return err
	}
	out.Answers++
	q, err := tx.Question(ctx, question)
	if err != nil {
		return err
	}
	if q.State != convoke.QuestionOpen { // what is answered stands on the page
		q.State, q.Reason = convoke.QuestionOpen, ""
	}
	return t.put(ctx, tx, t.v, t.m, t.e, &q, "answered")
}
