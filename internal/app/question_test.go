package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// A forum is a semi-private community "soil" with an event for everyone, one for members and a draft, and somebody of every kind.
type forum struct {
	*rig.Rig
	t                     *testing.T
	open, inside, draft   convoke.ID
	stranger, outsider    convoke.Viewer
	invited, member       convoke.Viewer
	moderator, admin, ops convoke.Viewer
	ghost                 convoke.Viewer // a member who asks without their name
	zoe, yan              convoke.ID     // speakers of the open event
}

const (
	ghostName    = "Gilda Ghostcanary"
	ghostAddress = "ghostcanary@x.example"
)

func newForum(t *testing.T, r *rig.Rig) *forum {
	t.Helper()
	f := &forum{Rig: r, t: t}
	r.Community("soil", convoke.SemiPrivate, "mia@x.example")
	r.Person(ghostAddress, app.PersonInput{Name: new(ghostName), Organisation: new("Ghostcanary Ltd")})
	r.Member("soil", ghostAddress, convoke.Member)
	r.Member("soil", "moe@x.example", convoke.Moderator)
	r.Member("soil", "ada@x.example", convoke.Admin)
	r.Person("olga@x.example")
	r.Person("ivy@x.example")
	r.Operator("op@x.example")
	f.outsider, f.invited, f.member, f.ghost = r.Viewer("olga@x.example"), r.Viewer("ivy@x.example"), r.Viewer("mia@x.example"), r.Viewer(ghostAddress)
	f.moderator, f.admin, f.ops = r.Viewer("moe@x.example"), r.Viewer("ada@x.example"), r.Viewer("op@x.example")
	event := func(visibility string, publish bool) convoke.ID {
		e, err := r.App.Events.Create(t.Context(), convoke.System, "soil", app.EventInput{Title: new("Compost"), StartLocal: new("2027-03-20T14:00"), TimeZone: new("Africa/Nairobi"),
			Visibility: &visibility, Invite: new(false), Speakers: &[]app.SpeakerInput{{Name: "Zoe Okoro", Organisation: "Soils", Email: "zoe@x.example"}, {Name: "Yan Wu"}}})
		r.Must(err)
		if publish {
			_, err = r.App.Events.Publish(t.Context(), convoke.System, e.ID)
			r.Must(err)
		}
		return e.ID
	}
	f.open, f.inside, f.draft = event("everyone", true), event("members", true), event("everyone", false)
	r.Must(r.App.Events.Answer(t.Context(), f.invited, f.open, convoke.Yes, "page"))
	view, err := r.App.Events.Get(t.Context(), convoke.System, "", string(f.open))
	r.Must(err)
	f.zoe, f.yan = view.Speakers[0].ID, view.Speakers[1].ID
	return f
}

// everybody lists who there is, by name.
func (f *forum) everybody() map[string]convoke.Viewer {
	return map[string]convoke.Viewer{"stranger": f.stranger, "outsider": f.outsider, "invited": f.invited, "member": f.member, "moderator": f.moderator, "admin": f.admin, "operator": f.ops}
}

func (f *forum) ask(v convoke.Viewer, text string, anonymous bool) convoke.Question {
	f.t.Helper()
	q, err := f.App.Questions.Ask(f.t.Context(), v, f.open, app.QuestionInput{Text: text, Anonymous: anonymous})
	f.Must(err)
	return q
}

// asked puts a question that stands on the page.
func (f *forum) asked(text string) convoke.Question {
	f.t.Helper()
	return f.edit(f.ask(f.member, text, false).Number, app.QuestionEdit{State: new("open")})
}

func (f *forum) edit(number int, in app.QuestionEdit) convoke.Question {
	f.t.Helper()
	q, err := f.App.Questions.Edit(f.t.Context(), f.moderator, f.open, number, in)
	f.Must(err)
	return q
}

func (f *forum) list(v convoke.Viewer) app.QuestionsView {
	f.t.Helper()
	out, err := f.App.Questions.List(f.t.Context(), v, "", string(f.open))
	f.Must(err)
	return out
}

// find reads a question as somebody sees it.
func (f *forum) find(v convoke.Viewer, number int) *app.QuestionView {
	f.t.Helper()
	list := f.list(v).Questions
	i := slices.IndexFunc(list, func(q app.QuestionView) bool { return q.Number == number })
	if i < 0 {
		f.t.Fatalf("question %d is not there: %s", number, numbers(list))
	}
	return &list[i]
}

func numbers(list []app.QuestionView) string {
	var out []string
	for _, q := range list {
		out = append(out, fmt.Sprint(q.Number))
	}
	return strings.Join(out, " ")
}

// outcome is a refusal in a word: its reason, and its text where that says more. "done" for none.
func outcome(err error) string {
	if err == nil {
		return "done"
	}
	e, ok := errors.AsType[*convoke.Error](err)
	if !ok {
		return "fault: " + err.Error()
	}
	out := string(e.Reason)
	for field, text := range e.Fields {
		return out + " " + field + ":" + string(text)
	}
	switch e {
	case convoke.ErrNotFound, convoke.ErrForbidden, convoke.ErrSignIn:
		return out
	}
	return out + " " + string(e.Text)
}

// What everybody may do with questions, in the order of everybody's names below.
func TestQuestionsForEverybody(t *testing.T) {
	names := strings.Fields("stranger outsider invited member moderator admin operator")
	const (
		signIn    = "unauthenticated"
		no        = "forbidden"
		missing   = "not-found"
		notYours  = "forbidden question.not_yours"
		noMember  = "forbidden question.members_only"
		speakers  = "forbidden question.speakers_only"
		done      = "done"
		noArchive = "forbidden error.archived"
	)
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		a, ctx := r.App.Questions, t.Context()
		waiting := f.asked("What waits?").Number
		given := f.edit(f.asked("For all?").Number, app.QuestionEdit{ToCommunity: new(true)}).Number
		n := 0
		words := func() string { n++; return fmt.Sprintf("Words %d", n) }
		byMember := func() convoke.ID {
			x, err := a.Answer(ctx, f.member, f.open, given, app.ReplyInput{Text: words()})
			r.Must(err)
			return x.ID
		}
		comment := func() convoke.ID {
			c, err := a.Comment(ctx, f.member, f.open, waiting, words())
			r.Must(err)
			return c.ID
		}
		submitted := func() convoke.ID {
			x := convoke.Reply{ID: convoke.NewID("an"), QuestionID: f.asked(words()).ID, EventID: f.open, SpeakerID: f.zoe, Part: convoke.BySpeaker, Name: "Zoe Okoro",
				Text: words(), State: convoke.ReplySubmitted, Version: 1, CreatedAt: r.Now(), UpdatedAt: r.Now()}
			r.Update(func(ctx context.Context, tx *store.Tx) error { return tx.AddReply(ctx, x) })
			return x.ID
		}
		deeds := []struct {
			name string
			do   func(v convoke.Viewer, event convoke.ID) error
			want []string // for the open event
		}{
			{"ask", func(v convoke.Viewer, e convoke.ID) error {
				_, err := a.Ask(ctx, v, e, app.QuestionInput{Text: words()})
				return err
			}, []string{signIn, notYours, done, done, done, done, done}},
			{"ask too", func(v convoke.Viewer, e convoke.ID) error { return a.AskToo(ctx, v, e, waiting, true, false) },
				[]string{signIn, notYours, done, done, done, done, done}},
			{"answer", func(v convoke.Viewer, e convoke.ID) error {
				_, err := a.Answer(ctx, v, e, waiting, app.ReplyInput{Text: words()})
				return err
			}, []string{signIn, noMember, noMember, speakers, done, done, done}},
			{"answer what is open to all", func(v convoke.Viewer, e convoke.ID) error {
				_, err := a.Answer(ctx, v, e, given, app.ReplyInput{Text: words()})
				return err
			}, []string{signIn, noMember, noMember, done, done, done, done}},
			{"answer for a speaker", func(v convoke.Viewer, e convoke.ID) error {
				_, err := a.Answer(ctx, v, e, given, app.ReplyInput{Text: words(), Speaker: string(f.yan)})
				return err
			}, []string{signIn, noMember, noMember, noMember, done, done, done}},
			{"comment", func(v convoke.Viewer, e convoke.ID) error {
				_, err := a.Comment(ctx, v, e, waiting, words())
				return err
			}, []string{signIn, noMember, noMember, done, done, done, done}},
			{"edit", func(v convoke.Viewer, e convoke.ID) error {
				_, err := a.Edit(ctx, v, e, waiting, app.QuestionEdit{Text: new(words())})
				return err
			}, []string{signIn, no, no, no, done, done, done}},
			{"order", func(v convoke.Viewer, e convoke.ID) error { return a.Order(ctx, v, e, []int{given, waiting}, nil) },
				[]string{signIn, no, no, no, done, done, done}},
			{"merge", func(v convoke.Viewer, e convoke.ID) error {
				return a.Merge(ctx, v, e, f.asked(words()).Number, waiting)
			},
				[]string{signIn, no, no, no, done, done, done}},
			{"remove", func(v convoke.Viewer, e convoke.ID) error { return a.Remove(ctx, v, e, f.asked(words()).Number) },
				[]string{signIn, no, no, no, done, done, done}},
			{"ask until", func(v convoke.Viewer, e convoke.ID) error { return a.AskUntil(ctx, v, e, r.Now().Add(time.Hour)) },
				[]string{signIn, no, no, no, done, done, done}},
			{"history", func(v convoke.Viewer, e convoke.ID) error {
				_, err := a.History(ctx, v, e, waiting)
				return err
			}, []string{signIn, no, no, no, done, done, done}},
			{"publish all", func(v convoke.Viewer, e convoke.ID) error {
				_, err := a.PublishAnswers(ctx, v, e)
				return err
			}, []string{signIn, no, no, no, done, done, done}},
			{"publish one", func(v convoke.Viewer, _ convoke.ID) error { return a.PublishAnswer(ctx, v, submitted()) },
				[]string{missing, missing, missing, missing, done, done, done}},
			{"edit a member's answer", func(v convoke.Viewer, _ convoke.ID) error {
				_, err := a.EditAnswer(ctx, v, byMember(), app.ReplyInput{Text: words()})
				return err
			}, []string{signIn, no, no, done, done, done, done}},
			{"remove a member's answer", func(v convoke.Viewer, _ convoke.ID) error { return a.RemoveAnswer(ctx, v, byMember()) },
				[]string{signIn, no, no, done, done, done, done}},
			{"remove a member's comment", func(v convoke.Viewer, _ convoke.ID) error { return a.RemoveComment(ctx, v, comment()) },
				[]string{signIn, no, no, done, done, done, done}},
		}
		for _, d := range deeds {
			for i, who := range names {
				v := f.everybody()[who]
				if got := outcome(d.do(v, f.open)); got != d.want[i] {
					t.Errorf("%s as %s: got %q, want %q", d.name, who, got, d.want[i])
				}
			}
		}
		r.Must(a.AskUntil(ctx, f.admin, f.open, 0))

		// Whoever cannot see an event learns nothing of it, whatever they try.
		for _, d := range deeds[:13] {
			for _, who := range []string{"stranger", "outsider", "invited"} {
				v := f.everybody()[who]
				here, nowhere := outcome(d.do(v, f.inside)), outcome(d.do(v, "ev_none"))
				if here != nowhere {
					t.Errorf("%s as %s: the members' event answers %q, none %q", d.name, who, here, nowhere)
				}
			}
		}
		for who, want := range map[string]string{"member": missing, "moderator": notYours, "admin": notYours} {
			if _, err := a.Ask(ctx, f.everybody()[who], f.draft, app.QuestionInput{Text: "Early?"}); outcome(err) != want {
				t.Errorf("ask about a draft as %s: got %q, want %q", who, outcome(err), want)
			}
		}

		// An archive changes no more. Of what is made afresh for every deed only the standing questions are asked here.
		answer, said := byMember(), comment()
		r.Must(r.App.Communities.Archive(ctx, convoke.System, "soil", true))
		for _, d := range slices.Concat(deeds[:8], deeds[10:11], deeds[12:13]) {
			for _, who := range []string{"member", "moderator", "admin", "operator"} {
				got := outcome(d.do(f.everybody()[who], f.open))
				if got != noArchive && !(who == "member" && got == no) {
					t.Errorf("%s in an archive as %s: got %q, want %q", d.name, who, got, noArchive)
				}
			}
		}
		for name, err := range map[string]error{"edit an answer": func() error { _, err := a.EditAnswer(ctx, f.member, answer, app.ReplyInput{Text: "x"}); return err }(),
			"remove an answer": a.RemoveAnswer(ctx, f.moderator, answer), "remove a comment": a.RemoveComment(ctx, f.member, said), "take back": a.AskToo(ctx, f.member, f.open, waiting, false, false)} {
			if outcome(err) != noArchive {
				t.Errorf("%s in an archive: got %q, want %q", name, outcome(err), noArchive)
			}
		}
		if view := f.list(f.moderator); view.CanAsk || view.CanDiscuss || view.CanModerate || len(view.Questions) == 0 {
			t.Errorf("an archive shows %d questions, to ask %v, to discuss %v, to moderate %v", len(view.Questions), view.CanAsk, view.CanDiscuss, view.CanModerate)
		}
	})
}

// Who asks without a name stands nowhere: in no view, whoever looks, and not in the log of changes.
func TestNoNameNowhere(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		ctx := t.Context()
		first := f.ask(f.ghost, "Who pays?", true)
		if f.find(f.moderator, first.Number).State != convoke.QuestionPending {
			t.Fatal("a question stands on the page before anybody has looked")
		}
		f.edit(first.Number, app.QuestionEdit{State: new("open"), Text: new("Who pays for it?")})
		second := f.asked("What does it cost?")
		r.Must(r.App.Questions.AskToo(ctx, f.ghost, f.open, second.Number, true, true))
		third := f.asked("Is it dear?")
		r.Must(r.App.Questions.AskToo(ctx, f.ghost, f.open, third.Number, true, true))
		r.Must(r.App.Questions.Merge(ctx, f.moderator, f.open, third.Number, second.Number))
		r.Must(r.App.Questions.AskToo(ctx, f.ghost, f.open, third.Number, true, false)) // asks it already
		fourth, fifth := f.asked("Who gains?"), f.asked("Who gains from it?")
		r.Must(r.App.Questions.AskToo(ctx, f.ghost, f.open, fourth.Number, true, true))
		r.Must(r.App.Questions.Merge(ctx, f.moderator, f.open, fourth.Number, fifth.Number))
		r.Must(r.App.Questions.AskToo(ctx, f.ghost, f.open, fifth.Number, true, false)) // asks it already, in other words and without a name
		person := string(f.ghost.Person)
		for who, v := range f.everybody() {
			view := f.list(v)
			text := mustJSON(t, view)
			history, err := r.App.Questions.History(ctx, v, f.open, first.Number)
			if err == nil {
				text += mustJSON(t, history)
			}
			for _, canary := range []string{ghostName, ghostAddress, "Ghostcanary", person} {
				if strings.Contains(text, canary) {
					t.Errorf("%s sees %q in %s", who, canary, text)
				}
			}
			if !strings.Contains(text, "Who pays for it?") {
				t.Errorf("%s does not see the question: %s", who, text)
			}
		}
		q := f.find(f.ghost, second.Number)
		if !q.Mine || q.First || !q.Unnamed || len(q.Askers) != 3 || q.Askers[0].Name+q.Askers[1].Name+q.Askers[2].Name != "Mia" {
			t.Errorf("the merged question is mine %v, first %v, unnamed %v, asked by %+v; want the member once and two without a name", q.Mine, q.First, q.Unnamed, q.Askers)
		}
		r.View(func(ctx context.Context, tx *store.Tx) error {
			for _, id := range []convoke.ID{first.ID, second.ID, third.ID, f.open} {
				list, err := tx.ChangesOf(ctx, id, 100)
				if err != nil {
					return err
				}
				text := mustJSON(t, list)
				for _, canary := range []string{ghostName, ghostAddress, person, "Who pays"} {
					if strings.Contains(text, canary) {
						t.Errorf("the log of %s holds %q: %s", id, canary, text)
					}
				}
			}
			return nil
		})
		// With their name they do stand there, so the table above can fail.
		named := f.ask(f.ghost, "And with a name?", false)
		if text := mustJSON(t, f.list(f.moderator)); !strings.Contains(text, ghostName) {
			t.Errorf("question %d does not show who asked by name: %s", named.Number, text)
		}
		r.Must(r.App.Questions.AskToo(ctx, f.ghost, f.open, second.Number, false, false))
		if q := f.find(f.ghost, second.Number); q.Mine || len(q.Askers) != 1 {
			t.Errorf("taken back: mine %v, asked by %+v", q.Mine, q.Askers)
		}
	})
}

// Whoever asks again and wants no name this time stands nowhere from then on; whoever says nothing of it the second time is not named by that.
func TestNoNameLater(t *testing.T) {
	for _, tt := range []struct {
		name string
		ask  func(f *forum, unnamed bool) int // asks, or asks again
		then bool                             // merged into another question between
	}{
		{name: "the same words", ask: func(f *forum, unnamed bool) int { return f.ask(f.ghost, "Who pays?", unnamed).Number }},
		{name: "asked too", ask: func(f *forum, unnamed bool) int {
			f.Must(f.App.Questions.AskToo(f.t.Context(), f.ghost, f.open, 1, true, unnamed))
			return 1
		}},
		{name: "the same words of a merged question", then: true, ask: func(f *forum, unnamed bool) int { return f.ask(f.ghost, "Who pays?", unnamed).Number }},
		{name: "asked too where a question of theirs stands", then: true, ask: func(f *forum, unnamed bool) int {
			if list := f.list(f.moderator).Questions; len(list) == 1 {
				return f.ask(f.ghost, "Who pays?", unnamed).Number
			}
			f.Must(f.App.Questions.AskToo(f.t.Context(), f.ghost, f.open, 2, true, unnamed))
			return 2
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rig.Each(t, func(t *testing.T, r *rig.Rig) {
				f := newForum(t, r)
				ctx := t.Context()
				f.asked("What does it cost?")
				number := tt.ask(f, false)
				if number > 1 {
					f.edit(number, app.QuestionEdit{State: new("open")})
				}
				if tt.then {
					r.Must(r.App.Questions.Merge(ctx, f.moderator, f.open, number, 1))
				}
				_, err := r.App.Questions.Answer(ctx, f.moderator, f.open, 1, app.ReplyInput{Text: "Much."})
				r.Must(err)
				if number > 1 && !tt.then {
					_, err := r.App.Questions.Answer(ctx, f.moderator, f.open, number, app.ReplyInput{Text: "Nobody."})
					r.Must(err)
				}
				r.Clock.Add(time.Hour)
				r.Deliver()
				told := func() (whole, ledger int) { // letters of answers, and those an operator finds to be theirs
					r.View(func(ctx context.Context, tx *store.Tx) error {
						all, err := tx.Told(ctx, f.open, notify.Answers)
						if err != nil {
							return err
						}
						for _, x := range all {
							if x.PersonID == f.ghost.Person {
								whole = x.Letters
							}
						}
						list, err := tx.Letters(ctx, convoke.System, store.LetterFilter{Person: f.ghost.Person, Kind: notify.Answers, Limit: 9})
						ledger = len(list)
						return err
					})
					return whole, ledger
				}
				sights := func() string { // what everybody is shown, and the log
					var text strings.Builder
					for _, v := range f.everybody() {
						text.WriteString(mustJSON(t, f.list(v)))
					}
					r.View(func(ctx context.Context, tx *store.Tx) error {
						all, err := tx.EveryQuestion(ctx, f.open)
						if err != nil {
							return err
						}
						for _, q := range all {
							list, err := tx.ChangesOf(ctx, q.ID, 100)
							if err != nil {
								return err
							}
							text.WriteString(mustJSON(t, list))
						}
						return nil
					})
					return text.String()
				}
				if text := sights(); !strings.Contains(text, ghostName) || tt.name != "asked too" && !strings.Contains(text, string(f.ghost.Person)) {
					t.Fatalf("who asked by name stands nowhere: %s", text)
				}
				if whole, ledger := told(); whole != 1 || ledger != 0 {
					t.Fatalf("letters of answers: got %d, %d in the ledger, want one that is nobody's", whole, ledger)
				}
				for _, unnamed := range []bool{true, false} { // the second time nothing is said of names
					tt.ask(f, unnamed)
					text := sights()
					for _, canary := range []string{ghostName, ghostAddress, "Ghostcanary", string(f.ghost.Person)} {
						if strings.Contains(text, canary) {
							t.Errorf("unnamed %v: somebody sees %q in %s", unnamed, canary, text)
						}
					}
					if whole, ledger := told(); whole != 1 || ledger != 0 {
						t.Errorf("unnamed %v: letters of answers: got %d, %d in the ledger, want one that is nobody's", unnamed, whole, ledger)
					}
					if q := f.find(f.ghost, 1); tt.name != "the same words" && (!q.Mine || !q.Unnamed || len(q.Askers) != 2) {
						t.Errorf("unnamed %v: mine %v, unnamed %v, asked by %+v", unnamed, q.Mine, q.Unnamed, q.Askers)
					}
				}
			})
		})
	}
}

// The limit on questions keeps nobody from taking their name from one.
func TestNoNameAtTheLimit(t *testing.T) {
	r := rig.New(t)
	f := newForum(t, r)
	for i := range 50 {
		f.ask(f.ghost, fmt.Sprintf("Question %d?", i), false)
	}
	if _, err := r.App.Questions.Ask(t.Context(), f.ghost, f.open, app.QuestionInput{Text: "One more?"}); outcome(err) != "invalid text:question.too_many" {
		t.Errorf("one more: got %v, want too many", err)
	}
	f.ask(f.ghost, "Question 7?", true)
	if q := f.find(f.ghost, 8); !q.Unnamed {
		t.Error("the name stayed")
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A question nobody has looked at is seen by whoever asked and whoever moderates.
func TestPendingQuestion(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		q := f.ask(f.invited, "Canary pending?", false)
		for who, want := range map[string]bool{"stranger": false, "outsider": false, "invited": true, "member": false, "moderator": true, "admin": true, "operator": true} {
			v := f.everybody()[who]
			view := f.list(v)
			if got := strings.Contains(mustJSON(t, view), "Canary pending"); got != want {
				t.Errorf("%s sees it in the list: %v, want %v", who, got, want)
			}
			if wantN := map[bool]int{true: 1}[want && who != "invited"]; view.Count.Pending != wantN {
				t.Errorf("%s counts %d that wait, want %d", who, view.Count.Pending, wantN)
			}
			one, n, err := r.App.Questions.One(t.Context(), v, "", string(f.open), q.Number)
			if got := err == nil && n == q.Number && len(one.Questions) == 1; got != want {
				t.Errorf("%s sees it by itself: %v (%v), want %v", who, got, err, want)
			}
			if !want && !convoke.IsNotFound(err) {
				t.Errorf("%s asks for it: %v, want not found", who, err)
			}
		}
		if err := r.App.Questions.AskToo(t.Context(), f.member, f.open, q.Number, true, false); !convoke.IsNotFound(err) {
			t.Errorf("ask too: %v, want not found", err)
		}
		same := f.ask(f.invited, "  Canary pending? \r\n", false)
		if same.ID != q.ID || len(f.list(f.admin).Questions) != 1 {
			t.Errorf("sent twice: got question %d beside %d", same.Number, q.Number)
		}
	})
}

// When a question counts as settled.
func TestSettled(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		ctx := t.Context()
		q := f.asked("When?")
		state := func(want string) {
			t.Helper()
			v := f.find(f.moderator, q.Number)
			got := fmt.Sprintf("%s settled=%v answered=%v replies=%d", v.State, v.Settled(), v.Answered(), len(v.Replies))
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		state("open settled=false answered=false replies=0")
		x, err := r.App.Questions.Answer(ctx, f.moderator, f.open, q.Number, app.ReplyInput{Text: "Soon.", Speaker: string(f.zoe)})
		r.Must(err)
		if x.Name != "Zoe Okoro" || x.Organisation != "Soils" || x.Part != convoke.BySpeaker || x.SpeakerID != f.zoe {
			t.Errorf("the answer is signed %+v", x)
		}
		state("open settled=true answered=true replies=1")
		first := f.find(f.member, q.Number).SettledAt
		r.Clock.Add(time.Hour)
		again, err := r.App.Questions.Answer(ctx, f.moderator, f.open, q.Number, app.ReplyInput{Text: "Soon.", Speaker: string(f.zoe)})
		r.Must(err)
		if again.ID != x.ID {
			t.Error("an answer sent twice stands there twice")
		}
		more, err := r.App.Questions.Answer(ctx, f.moderator, f.open, q.Number, app.ReplyInput{Text: "Very soon.", Speaker: string(f.zoe)})
		r.Must(err)
		if more.SpeakerID != "" || more.Name != "Zoe Okoro" {
			t.Errorf("a second answer of a speaker: %+v", more)
		}
		if got := f.find(f.member, q.Number).SettledAt; got != first {
			t.Errorf("a second answer moved the moment it was settled: %d, want %d", got, first)
		}
		_, err = r.App.Questions.Edit(ctx, f.moderator, f.open, q.Number, app.QuestionEdit{State: new("declined"), Reason: new("No.")})
		if got := outcome(err); got != "invalid reason:question.answered" {
			t.Errorf("decline what is answered: %q", got)
		}
		r.Must(r.App.Questions.RemoveAnswer(ctx, f.moderator, x.ID))
		state("open settled=true answered=true replies=1")
		r.Must(r.App.Questions.RemoveAnswer(ctx, f.moderator, more.ID))
		state("open settled=false answered=false replies=0")
		for _, reason := range []string{"", "  "} {
			_, err = r.App.Questions.Edit(ctx, f.moderator, f.open, q.Number, app.QuestionEdit{State: new("declined"), Reason: &reason})
			if got := outcome(err); got != "invalid reason:question.reason.missing" {
				t.Errorf("decline with reason %q: %q", reason, got)
			}
		}
		f.edit(q.Number, app.QuestionEdit{State: new("declined"), Reason: new("Off topic.")})
		state("declined settled=true answered=false replies=0")
		if err := r.App.Questions.AskToo(ctx, f.invited, f.open, q.Number, true, false); outcome(err) != "conflict question.declined" {
			t.Errorf("ask too what is declined: %v", err)
		}
		_, err = r.App.Questions.Edit(ctx, f.moderator, f.open, q.Number, app.QuestionEdit{Reason: new("")})
		if got := outcome(err); got != "invalid reason:question.reason.missing" {
			t.Errorf("take the reason away: %q", got)
		}
		f.edit(q.Number, app.QuestionEdit{State: new("open")})
		state("open settled=false answered=false replies=0")
		if got := f.find(f.moderator, q.Number).Reason; got != "" {
			t.Errorf("an open question has the reason %q", got)
		}
		f.edit(q.Number, app.QuestionEdit{Live: new("41:20")})
		state("open settled=true answered=true replies=0")
		f.edit(q.Number, app.QuestionEdit{Live: new("")})
		state("open settled=false answered=false replies=0")
		pending := f.ask(f.member, "Live?", false)
		if got := f.edit(pending.Number, app.QuestionEdit{Live: new("yes")}); got.State != convoke.QuestionOpen || got.LiveSeconds != convoke.LiveSomeday {
			t.Errorf("answered live: %+v", got)
		}
		if n := f.list(f.stranger).Count; n.Open != 2 || n.Answered != 1 {
			t.Errorf("count %+v, want 1 of 2 answered", n)
		}
	})
}

func TestMomentOfTheRecording(t *testing.T) {
	r := rig.New(t)
	f := newForum(t, r)
	q := f.asked("When?")
	for in, want := range map[string]int{"": convoke.NotLive, "yes": convoke.LiveSomeday, "41:20": 2480, " 41:20 ": 2480, "1:02:03": 3723, "41": 2460, "0:00": 0, "90:00": 5400, "47:59:59": 172799} {
		if got := f.edit(q.Number, app.QuestionEdit{Live: &in}).LiveSeconds; got != want {
			t.Errorf("%q: got %d, want %d", in, got, want)
		}
	}
	for _, in := range []string{"no", "1:2", "1:60", "1:2:03", "1:02:03:04", "-1:00", "+1:00", "99999", "49:00:00", "1:", ":20", "１:00", "41:20s"} {
		_, err := r.App.Questions.Edit(t.Context(), f.moderator, f.open, q.Number, app.QuestionEdit{Live: &in})
		if got := outcome(err); got != "invalid live_at:question.live.unreadable" {
			t.Errorf("%q: got %q", in, got)
		}
	}
}

// Of two moderators who say at once whose a question is, one is told that it changed meanwhile, and what the other said stays.
func TestAssigningAtOnce(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		ctx := t.Context()
		q := f.asked("Who knows?")
		assign := func(v convoke.Viewer, version int64, ids ...string) error {
			_, err := r.App.Questions.Edit(ctx, v, f.open, q.Number, app.QuestionEdit{Speakers: &ids, Version: &version})
			return err
		}
		assigned := func() string {
			var out []string
			for _, s := range f.find(f.admin, q.Number).Speakers {
				out = append(out, s.Name)
			}
			return strings.Join(out, ", ")
		}
		r.Must(assign(f.admin, q.Version, string(f.zoe), string(f.yan)))
		if got := outcome(assign(f.moderator, q.Version, string(f.yan))); got != "conflict error.stale" || assigned() != "Zoe Okoro, Yan Wu" {
			t.Errorf("from an old form: got %q, and it is %q", got, assigned())
		}
		next := f.find(f.admin, q.Number).Version
		r.Must(assign(f.moderator, next, string(f.yan), string(f.zoe)))
		if got := f.find(f.admin, q.Number).Version; got != next {
			t.Errorf("the same speakers again: version %d, want %d", got, next)
		}
		for range 10 {
			version := f.find(f.admin, q.Number).Version
			r.Must(assign(f.admin, version)) // nobody's
			version++
			outcomes := make([]string, 2)
			var wg sync.WaitGroup
			for i, id := range []convoke.ID{f.zoe, f.yan} {
				wg.Go(func() { outcomes[i] = outcome(assign(f.moderator, version, string(id))) })
			}
			wg.Wait()
			want := map[string]string{"Zoe Okoro": "done, conflict error.stale", "Yan Wu": "conflict error.stale, done"}[assigned()]
			if got := strings.Join(outcomes, ", "); got != want {
				t.Fatalf("at once: got %q, and it is %q's", got, assigned())
			}
		}
	})
}

// What is merged is followed: by answers given meanwhile, by what was merged into it before, by who asked.
func TestMerged(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		ctx, a := t.Context(), r.App.Questions
		one, two, three := f.asked("One?"), f.asked("Two?"), f.ask(f.invited, "Three?", false)
		_, err := a.Comment(ctx, f.member, f.open, one.Number, "Here too.")
		r.Must(err)
		f.edit(one.Number, app.QuestionEdit{Speakers: &[]string{string(f.zoe)}})
		r.Must(a.Merge(ctx, f.moderator, f.open, one.Number, two.Number))
		r.Must(a.Merge(ctx, f.moderator, f.open, two.Number, three.Number)) // a pending one, with what was merged into the other
		for _, v := range []convoke.Viewer{f.member, f.stranger} {
			list := f.list(v).Questions
			if numbers(list) != "3" || list[0].State != convoke.QuestionOpen || len(list[0].Comments) != 1 || len(list[0].Speakers) != 1 || len(list[0].Askers) != 2 {
				t.Fatalf("got %+v", list)
			}
		}
		if q := f.find(f.member, three.Number); !q.Mine || !q.First {
			t.Errorf("whoever asked what was merged: %+v", q)
		}
		for _, number := range []int{one.Number, two.Number} {
			if _, n, err := a.One(ctx, f.stranger, "", string(f.open), number); err != nil || n != three.Number {
				t.Errorf("question %d stands at %d (%v), want %d", number, n, err, three.Number)
			}
		}
		x, err := a.Answer(ctx, f.moderator, f.open, one.Number, app.ReplyInput{Text: "To the one.", Speaker: string(f.zoe)})
		r.Must(err)
		if x.QuestionID != three.ID || !f.find(f.stranger, three.Number).Answered() {
			t.Errorf("an answer to what was merged went to %s, want %s", x.QuestionID, three.ID)
		}
		for name, err := range map[string]error{
			"edit": func() error {
				_, err := a.Edit(ctx, f.moderator, f.open, one.Number, app.QuestionEdit{Text: new("Other")})
				return err
			}(),
			"remove": a.Remove(ctx, f.moderator, f.open, two.Number),
		} {
			if outcome(err) != "conflict question.merged" {
				t.Errorf("%s what was merged: %q", name, outcome(err))
			}
		}
		if got := f.find(f.stranger, three.Number).Text; got != "Three?" {
			t.Errorf("what was meant for another was done to it: %q", got)
		}
		four := f.asked("Four?")
		f.edit(four.Number, app.QuestionEdit{State: new("declined"), Reason: new("No.")})
		for _, tt := range []struct {
			from, into int
			want       string
		}{
			{one.Number, three.Number, "done"}, // sent twice
			{one.Number, two.Number, "done"},   // the same, by its old number
			{three.Number, three.Number, "invalid into:question.into.same"},
			{three.Number, one.Number, "invalid into:question.into.same"},
			{three.Number, 99, "invalid into:question.into.unknown"},
			{three.Number, four.Number, "invalid into:question.into.declined"},
			{99, three.Number, "not-found"},
		} {
			if got := outcome(a.Merge(ctx, f.moderator, f.open, tt.from, tt.into)); got != tt.want {
				t.Errorf("merge %d into %d: got %q, want %q", tt.from, tt.into, got, tt.want)
			}
		}
		five := f.asked("Five?")
		if got := outcome(a.Merge(ctx, f.admin, f.open, one.Number, five.Number)); got != "conflict question.merged" {
			t.Errorf("merge what another admin merged elsewhere: %q", got)
		}
		six := f.ask(f.member, "Six?", false)
		r.Must(a.Merge(ctx, f.moderator, f.open, four.Number, six.Number))
		if got := f.find(f.moderator, six.Number).State; got != convoke.QuestionPending {
			t.Errorf("merging a declined question opened another: %s", got)
		}
		r.Must(a.Remove(ctx, f.moderator, f.open, three.Number))
		if got := numbers(f.list(f.stranger).Questions); got != "5" {
			t.Errorf("after the removal: %s, want 5", got)
		}
	})
}

// Of two who order at once one is told. What somebody asks meanwhile is no other order.
func TestOrderedAtOnce(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		ctx, a := t.Context(), r.App.Questions
		for _, text := range []string{"One?", "Two?", "Three?"} {
			f.asked(text)
		}
		seen := f.list(f.moderator).Ordered
		f.asked("Four?")
		r.Must(a.Order(ctx, f.moderator, f.open, []int{3, 1}, &seen))
		if got := numbers(f.list(f.stranger).Questions); got != "3 1 2 4" {
			t.Errorf("order %s, want 3 1 2 4", got)
		}
		if got := outcome(a.Order(ctx, f.admin, f.open, []int{2, 1, 3}, &seen)); got != "conflict question.order.stale" {
			t.Errorf("the second: %q", got)
		}
		if got := numbers(f.list(f.stranger).Questions); got != "3 1 2 4" {
			t.Errorf("order %s after the refusal, want 3 1 2 4", got)
		}
		if got := outcome(a.Order(ctx, f.admin, f.open, []int{9}, nil)); got != "invalid numbers:question.into.unknown" {
			t.Errorf("a number that is none: %q", got)
		}
		r.Must(a.Order(ctx, f.admin, f.open, []int{4, 4, 3}, nil))
		if got := numbers(f.list(f.stranger).Questions); got != "4 3 1 2" {
			t.Errorf("order %s, want 4 3 1 2", got)
		}
	})
}

// Of two who edit at once one is told, and how it read before is kept until the question is removed.
func TestQuestionHistory(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		ctx, a := t.Context(), r.App.Questions
		q := f.asked("Frist words?")
		x, err := a.Answer(ctx, f.moderator, f.open, q.Number, app.ReplyInput{Text: "Frist answer.", Speaker: string(f.zoe)})
		r.Must(err)
		q = f.find(f.moderator, q.Number).Question
		r.Clock.Add(time.Minute)
		f.edit(q.Number, app.QuestionEdit{Text: new("First words?"), Version: &q.Version})
		_, err = a.Edit(ctx, f.admin, f.open, q.Number, app.QuestionEdit{Text: new("Fast words?"), Version: &q.Version})
		if outcome(err) != "conflict error.stale" {
			t.Errorf("the second edit: %q", outcome(err))
		}
		r.Clock.Add(time.Minute)
		_, err = a.EditAnswer(ctx, f.moderator, x.ID, app.ReplyInput{Text: "First answer.", Version: &x.Version})
		r.Must(err)
		_, err = a.EditAnswer(ctx, f.admin, x.ID, app.ReplyInput{Text: "Fast answer.", Version: &x.Version})
		if outcome(err) != "conflict error.stale" {
			t.Errorf("the second edit of an answer: %q", outcome(err))
		}
		list, err := a.History(ctx, f.admin, f.open, q.Number)
		r.Must(err)
		if len(list) != 2 || list[0].Text != "Frist answer." || list[0].Answer != "Zoe Okoro" || list[1].Text != "Frist words?" || list[1].Editor != "Moe" {
			t.Fatalf("history %+v", list)
		}
		r.Must(a.Remove(ctx, f.moderator, f.open, q.Number))
		r.View(func(ctx context.Context, tx *store.Tx) error {
			for _, id := range []convoke.ID{q.ID, x.ID} {
				left, err := tx.Revisions(ctx, id)
				if err != nil || len(left) > 0 {
					t.Errorf("left of what was removed: %+v, %v", left, err)
				}
			}
			return nil
		})
	})
}

func TestQuestionLimits(t *testing.T) {
	r := rig.New(t)
	f := newForum(t, r)
	ctx, a := t.Context(), r.App.Questions
	for _, tt := range []struct{ name, got, want string }{
		{"a question of blanks", outcome(second(a.Ask(ctx, f.member, f.open, app.QuestionInput{Text: " \n\t "}))), "invalid text:question.text.missing"},
		{"a long question", outcome(second(a.Ask(ctx, f.member, f.open, app.QuestionInput{Text: strings.Repeat("é", convoke.MaxQuestion+1)}))), "invalid text:question.text.long"},
		{"a question just as long as can be", outcome(second(a.Ask(ctx, f.member, f.open, app.QuestionInput{Text: strings.Repeat("é", convoke.MaxQuestion)}))), "done"},
		{"an answer of blanks", outcome(second(a.Answer(ctx, f.moderator, f.open, 1, app.ReplyInput{Text: " "}))), "invalid text:reply.text.missing"},
		{"a long answer", outcome(second(a.Answer(ctx, f.moderator, f.open, 1, app.ReplyInput{Text: strings.Repeat("x", convoke.MaxReply+1)}))), "invalid text:reply.text.long"},
		{"an answer of no speaker", outcome(second(a.Answer(ctx, f.moderator, f.open, 1, app.ReplyInput{Text: "x", Speaker: "sp_none"}))), "invalid speaker:question.speaker.unknown"},
		{"a comment of blanks", outcome(second(a.Comment(ctx, f.moderator, f.open, 1, " "))), "invalid text:comment.text.missing"},
		{"a long comment", outcome(second(a.Comment(ctx, f.moderator, f.open, 1, strings.Repeat("x", convoke.MaxComment+1)))), "invalid text:comment.text.long"},
		{"a state of none", outcome(second(a.Edit(ctx, f.moderator, f.open, 1, app.QuestionEdit{State: new("merged")}))), "invalid state:question.state.unknown"},
		{"no speaker's to answer", outcome(second(a.Edit(ctx, f.moderator, f.open, 1, app.QuestionEdit{Speakers: &[]string{"sp_none"}}))), "invalid speakers:question.speaker.unknown"},
		{"a read-only token", outcome(second(a.Ask(ctx, convoke.Viewer{Person: f.member.Person, ReadOnly: true}, f.open, app.QuestionInput{Text: "x"}))), "forbidden error.read_only"},
		{"by a mailed link", outcome(second(a.Ask(ctx, convoke.Viewer{Person: f.admin.Person, Letter: "le_1"}, f.open, app.QuestionInput{Text: "x"}))), "unauthenticated"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	for i := range 49 {
		f.ask(f.member, fmt.Sprint("Question ", i), false)
	}
	if got := outcome(second(a.Ask(ctx, f.member, f.open, app.QuestionInput{Text: "One more"}))); got != "invalid text:question.too_many" {
		t.Errorf("one too many: %q", got)
	}
	until := r.Now().Add(time.Hour)
	r.Must(a.AskUntil(ctx, f.moderator, f.open, until))
	if view := f.list(f.invited); !view.CanAsk || view.Closed || view.AskUntil != until {
		t.Errorf("before the end: %v %v %d", view.CanAsk, view.Closed, view.AskUntil)
	}
	r.Clock.Add(time.Hour)
	if view := f.list(f.invited); view.CanAsk || !view.Closed {
		t.Errorf("after the end: %v %v", view.CanAsk, view.Closed)
	}
	if got := outcome(second(a.Ask(ctx, f.invited, f.open, app.QuestionInput{Text: "Late?"}))); got != "conflict question.closed" {
		t.Errorf("after the end: %q", got)
	}
}

func second[T any](_ T, err error) error { return err }

// Publishing all leaves alone what a moderator has declined meanwhile.
func TestPublishAnswers(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		f := newForum(t, r)
		one, two := f.asked("One?"), f.asked("Two?")
		for _, q := range []convoke.Question{one, two} {
			x := convoke.Reply{ID: convoke.NewID("an"), QuestionID: q.ID, EventID: f.open, SpeakerID: f.zoe, Part: convoke.BySpeaker, Name: "Zoe Okoro", Text: "Canary waiting.",
				State: convoke.ReplySubmitted, Version: 1, CreatedAt: r.Now(), UpdatedAt: r.Now()}
			r.Update(func(ctx context.Context, tx *store.Tx) error { return tx.AddReply(ctx, x) })
			x.ID, x.SpeakerID, x.Text, x.State = convoke.NewID("an"), f.yan, "Canary draft.", convoke.ReplyDraft
			r.Update(func(ctx context.Context, tx *store.Tx) error { return tx.AddReply(ctx, x) })
		}
		f.edit(two.Number, app.QuestionEdit{State: new("declined"), Reason: new("No.")})
		for who, v := range f.everybody() {
			text := mustJSON(t, f.list(v))
			if got, want := strings.Contains(text, "Canary waiting"), who == "moderator" || who == "admin" || who == "operator"; got != want {
				t.Errorf("%s sees what waits: %v, want %v", who, got, want)
			}
			if strings.Contains(text, "Canary draft") {
				t.Errorf("%s sees what a speaker still writes", who)
			}
		}
		n, err := r.App.Questions.PublishAnswers(t.Context(), f.moderator, f.open)
		r.Must(err)
		if n != 1 || !f.find(f.stranger, one.Number).Answered() || f.find(f.stranger, two.Number).State != convoke.QuestionDeclined {
			t.Errorf("published %d: %+v", n, f.list(f.stranger).Questions)
		}
		if text := mustJSON(t, f.list(f.stranger)); strings.Contains(text, string(f.moderator.Person)) || strings.Contains(text, "zoe@x.example") {
			t.Errorf("a stranger sees who wrote: %s", text)
		}
	})
}
