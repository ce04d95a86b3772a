package app_test

import (
	"database/sql"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/rig"
)

// whenWriting runs the first of two and, before its first statement that begins with certain words, the second until that has ended or waits for a lock.
func whenWriting(t *testing.T, r *rig.Rig, count *counter, words string, first, second func() error) (err1, err2 error) {
	t.Helper()
	return between(t, r, &count.before, func(q string) bool { return strings.HasPrefix(q, words) }, first, second)
}

// whenRead is whenWriting, where the first has been answered a statement with certain words in it.
func whenRead(t *testing.T, r *rig.Rig, count *counter, words string, first, second func() error) (err1, err2 error) {
	t.Helper()
	return between(t, r, &count.after, func(q string) bool { return strings.Contains(q, words) }, first, second)
}

func between(t *testing.T, r *rig.Rig, hook *func(string), here func(q string) bool, first, second func() error) (err1, err2 error) {
	t.Helper()
	db, err := sql.Open("pgx", r.Database())
	r.Must(err)
	defer func() { _ = db.Close() }()
	ended := make(chan error, 1)
	var once sync.Once
	*hook = func(q string) {
		if !here(strings.TrimSpace(q)) {
			return
		}
		once.Do(func() {
			*hook = nil
			go func() { ended <- second() }()
			for waits := false; !waits; {
				select {
				case err := <-ended:
					ended <- err
					return
				default:
				}
				r.Must(db.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_locks w JOIN pg_locks h ON h.pid = w.pid JOIN pg_class c ON c.oid = h.relation
					WHERE NOT w.granted AND c.relnamespace = current_schema()::regnamespace)`).Scan(&waits))
			}
		})
	}
	err1 = first()
	if *hook != nil {
		t.Fatal("the first never came to where the second begins")
	}
	return err1, <-ended
}

// What is added to an event that somebody removes at the same moment is not found, as a moment later.
func TestMaterialOfWhatIsRemoved(t *testing.T) {
	count := &counter{}
	f := newForum(t, rig.New(t, rig.OnPostgres(t), rig.WithDriver(count.wrap)))
	ctx := t.Context()
	err1, err2 := whenWriting(t, f.Rig, count, "INSERT INTO material", func() error {
		_, err := f.App.Materials.AddLink(ctx, f.moderator, f.draft, app.MaterialInput{Kind: new("slides"), Link: new("https://slides.example/1")})
		return err
	}, func() error {
		_, err := f.App.Events.Cancel(ctx, f.moderator, f.draft, "")
		return err
	})
	if !convoke.IsNotFound(err1) || err2 != nil {
		t.Errorf("slides of what is being removed: got %v and %v, want the first not found", err1, err2)
	}
}

// Who orders, merges and writes beneath the questions of an event at the same time as somebody else: one waits for the other, and finds what that left.
func TestQuestionsUnderWay(t *testing.T) {
	count := &counter{}
	f := newForum(t, rig.New(t, rig.OnPostgres(t), rig.WithDriver(count.wrap)))
	ctx, q := t.Context(), f.App.Questions

	one, two := f.asked("Why is it red?"), f.asked("Where does the colour come from?")
	made := f.list(f.moderator).Ordered
	order := func(numbers ...int) func() error {
		return func() error { return q.Order(ctx, f.moderator, f.open, numbers, &made) }
	}
	err1, err2 := whenWriting(t, f.Rig, count, "UPDATE question SET position", order(two.Number, one.Number), order(one.Number, two.Number))
	if err1 != nil || reason(err2) != convoke.ReasonConflict {
		t.Errorf("two orders at once: got %v and %v, want the second refused", err1, err2)
	}

	comment := func() error {
		_, err := q.Comment(ctx, f.member, f.open, one.Number, "I wonder, too.")
		return err
	}
	merge := func() error { return q.Merge(ctx, f.moderator, f.open, one.Number, two.Number) }
	err1, err2 = whenWriting(t, f.Rig, count, "INSERT INTO comment", comment, merge)
	f.Must(err1)
	f.Must(err2)
	page, n, err := q.One(ctx, f.moderator, "", string(f.open), one.Number)
	if err != nil || n != two.Number || len(page.Questions) != 1 || len(page.Questions[0].Comments) != 1 {
		t.Errorf("a comment on what is being merged: got %d at question %d, %v; want it beneath question %d", len(page.Questions[0].Comments), n, err, two.Number)
	}

	three := f.asked("How deep is it?")
	answer := func() error {
		_, err := q.Answer(ctx, f.moderator, f.open, three.Number, app.ReplyInput{Text: "Very."})
		return err
	}
	err1, err2 = whenWriting(t, f.Rig, count, "INSERT INTO answer", answer, func() error { return q.Merge(ctx, f.moderator, f.open, three.Number, two.Number) })
	page, n, err = q.One(ctx, f.moderator, "", string(f.open), three.Number)
	f.Must(err)
	got := 0
	for _, x := range page.Questions {
		got += len(x.Replies)
	}
	if err1 != nil || err2 != nil || got != 1 || n != two.Number {
		t.Errorf("an answer to what is being merged: got %v, %v and %d answers at question %d, want it beneath question %d", err1, err2, got, n, two.Number)
	}

	four := f.asked("How wide is it?")
	_, err = q.AskSpeakers(ctx, f.moderator, f.open)
	f.Must(err)
	f.Clock.Add(time.Hour)
	mails := f.Deliver()
	i := slices.IndexFunc(mails, func(m rig.Mail) bool { return m.Kind == notify.SpeakerQuestions })
	if i < 0 {
		t.Fatalf("no speaker was asked: %d mails", len(mails))
	}
	token := mails[i].Token()
	write := func() error {
		_, _, err := q.SaveReply(ctx, token, app.SpeakerReply{Number: four.Number, Text: "As a hand."})
		return err
	}
	err1, err2 = whenWriting(t, f.Rig, count, "INSERT INTO answer", write, func() error { return q.Merge(ctx, f.moderator, f.open, four.Number, two.Number) })
	f.Must(err1)
	f.Must(err2)
	view, err := q.Speaker(ctx, token)
	f.Must(err)
	if !slices.ContainsFunc(view.Questions, func(x app.SpeakerQuestion) bool {
		return x.Number == two.Number && x.Reply != nil && x.Reply.Text == "As a hand."
	}) {
		t.Errorf("what a speaker wrote to what is being merged is not beneath question %d: %+v", two.Number, view.Questions)
	}
}
