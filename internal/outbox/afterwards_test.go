package outbox_test

import (
	"context"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// Whoever asked gets one mail when all of theirs have an answer, or a reason why not.
func TestAnswersWhenAllAreThere(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one, two := w.asks("ann", e, "How deep?", false), w.asks("ann", e, "How wide?", false)
		w.Must(w.App.Questions.AskToo(w.Context(), w.viewer("ben"), e.ID, one, true, false))
		w.answers(e, one, "A spade.")
		w.Clock.Add(5 * time.Minute)
		mails := w.expect("ben answers") // who asks too
		w.has(mails[0].Text, []string{"How deep?", "A spade.", "/questions/1"}, []string{"How wide?"})
		if mails[0].Field("List-Unsubscribe") != "" {
			w.Error("the outcome of one's own question can be unsubscribed from")
		}
		w.change(e, two, app.QuestionEdit{State: new("declined"), Reason: new("Nobody knows")})
		w.expect()
		w.Clock.Add(5 * time.Minute)
		mails = w.expect("ann answers")
		w.has(mails[0].Text, []string{"How deep?", "A spade.", "How wide?", "Nobody knows"}, nil)
		w.days(30)
		w.expect()
	})
}

// A week after the first answer they get what there is, and later answers once a day.
func TestAnswersAfterAWeek(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one, two := w.asks("ann", e, "How deep?", false), w.asks("ann", e, "How wide?", false)
		three, four := w.asks("ann", e, "How long?", false), w.asks("ann", e, "How high?", false)
		w.asks("ann", e, "How old?", false)
		w.answers(e, one, "A spade.")
		w.days(6)
		w.expect()
		w.answers(e, two, "A hand.")
		w.days(1)
		w.has(w.expect("ann answers")[0].Text, []string{"A spade.", "A hand."}, []string{"How long?"})
		w.Clock.Add(time.Hour)
		w.answers(e, three, "A day.")
		w.answers(e, one, "Or two spades.")
		w.Clock.Add(22 * time.Hour)
		w.expect()
		w.answers(e, four, "A knee.")
		w.Clock.Add(time.Hour)
		w.has(w.expect("ann answers")[0].Text, []string{"A day.", "A knee.", "Or two spades."}, []string{"A hand.", "A spade."})
		w.days(30)
		w.expect()
	})
}

// Mending an answer is silent, and what is mended within minutes is told as it stands.
func TestAnswersMended(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one := w.asks("ann", e, "How deep?", false)
		id := w.answers(e, one, "A spode.")
		w.Clock.Add(4 * time.Minute)
		w.expect()
		_, err := w.App.Questions.EditAnswer(w.Context(), w.mo(), id, app.ReplyInput{Text: "A spade."})
		w.Must(err)
		w.Clock.Add(time.Minute)
		w.has(w.expect("ann answers")[0].Text, []string{"A spade."}, []string{"spode"})
		_, err = w.App.Questions.EditAnswer(w.Context(), w.mo(), id, app.ReplyInput{Text: "One spade."})
		w.Must(err)
		w.days(10)
		w.expect()
	})
}

// Who asked what was merged is told the answer of the question that stands for it, once.
func TestAnswersToMergedQuestions(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one, two := w.asks("ann", e, "How deep?", false), w.asks("ben", e, "What depth?", false)
		w.Must(w.App.Questions.Merge(w.Context(), convoke.System, e.ID, two, one))
		w.answers(e, one, "A spade.")
		w.Clock.Add(5 * time.Minute)
		for _, m := range w.expect("ann answers", "ben answers") {
			w.has(m.Text, []string{"How deep?", "A spade."}, []string{"What depth?"})
		}
		w.days(10)
		w.expect()
	})
}

// What was taken away by the time the mail goes out is not told.
func TestAnswersDecidedAtSending(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one := w.asks("ann", e, "How deep?", false)
		id := w.answers(e, one, "A spade.")
		w.Clock.Add(5 * time.Minute)
		w.Plan()
		w.Must(w.App.Questions.RemoveAnswer(w.Context(), w.mo(), id))
		w.expect()
		if got := w.states(notify.Answers); got["suppressed settled"] != 1 {
			w.Errorf("the ledger says %v", got)
		}
	})
}

// What is published between planning and sending is told by the next mail, not by both.
func TestAnswerBetweenPlanningAndSending(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one := w.asks("ann", e, "How deep?", false)
		w.answers(e, one, "A spade.")
		w.Clock.Add(5 * time.Minute)
		w.Plan()
		w.answers(e, one, "Or two.")
		w.has(w.expect("ann answers")[0].Text, []string{"A spade."}, []string{"Or two."})
		w.days(1)
		w.has(w.expect("ann answers")[0].Text, []string{"Or two."}, []string{"A spade."})
		w.days(10)
		w.expect()
	})
}

// Taking away the one question that waits is an outcome, too: the others are told.
func TestAnswersWhenTheRestIsRemoved(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one, two := w.asks("ann", e, "How deep?", false), w.asks("ann", e, "Buy here!", false)
		w.answers(e, one, "A spade.")
		w.days(1)
		w.expect()
		w.Must(w.App.Questions.Remove(w.Context(), convoke.System, e.ID, two))
		w.Clock.Add(5 * time.Minute)
		w.expect("ann answers")
	})
}

// Whoever asked is told, whatever they muted. Whoever has left hears that something was said, and what was said only where they see the event all the same.
func TestAnswersReachWhoeverAsked(t *testing.T) {
	for _, visibility := range []string{"everyone", "members"} {
		t.Run(visibility, func(t *testing.T) {
			scenario(t, func(w *world) {
				e := w.held(app.EventInput{Visibility: &visibility})
				one := w.asks("ann", e, "How deep?", false)
				w.Must(w.App.Questions.AskToo(w.Context(), w.viewer("ben"), e.ID, one, true, false))
				for _, who := range []string{"ann", "ben"} {
					w.Must(w.App.People.Mute(w.Context(), w.viewer(who), convoke.ScopeAll, "", true))
				}
				w.Must(w.App.Members.Leave(w.Context(), w.viewer("ann"), "soil"))
				w.answers(e, one, "A spade.")
				w.Clock.Add(5 * time.Minute)
				for _, answer := range []string{"A spade.", "Or two."} {
					all := []string{answer, "How deep?", "/questions"}
					told := w.expect("ann answers", "ben answers")
					w.has(told[1].Text, all, nil)
					if visibility == "everyone" {
						w.has(told[0].Text, all, nil)
					} else {
						w.has(told[0].Text, []string{"no longer"}, append(all, e.Slug))
					}
					w.answers(e, one, "Or two.") // a further mail a day at most
					w.Clock.Add(25 * time.Hour)
				}
			})
		})
	}
}

// More people than one transaction plans for are told once each.
func TestAnswersInSlices(t *testing.T) {
	scenario(t, func(w *world) {
		w.crowd(250)
		e := w.held()
		one := w.asks("ann", e, "How deep?", false)
		w.Update(func(ctx context.Context, tx *store.Tx) error {
			q, err := tx.QuestionByNumber(ctx, e.ID, one)
			if err != nil {
				return err
			}
			list, err := tx.Recipients(ctx, store.SubjectOf(e), "", "", 1000)
			if err != nil {
				return err
			}
			for _, r := range list {
				if _, err := tx.AddAsker(ctx, convoke.Asker{ID: convoke.NewID("as"), QuestionID: q.ID, EventID: e.ID, PersonID: r.ID, CreatedAt: tx.Now}); err != nil {
					return err
				}
			}
			return nil
		})
		w.answers(e, one, "A spade.")
		w.Clock.Add(5 * time.Minute)
		to := map[string]int{}
		for _, m := range w.Deliver() {
			to[m.Addr]++
		}
		if len(to) != 252 || to["ann@x.example"] != 1 {
			w.Errorf("%d people were told, want 252", len(to))
		}
		w.days(2)
		w.expect()
	})
}

// A letter of answers tells neither the moderators nor the operator whose it is or what it says, whether its reader asked with a name or without.
func TestUnnamedAnswers(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one, two := w.asks("ann", e, "How deep?", true), w.asks("ben", e, "How wide?", false)
		three := w.asks("ann", e, "How long?", false)
		w.answers(e, one, "A spade.")
		w.answers(e, two, "A hand.")
		w.answers(e, three, "A year.")
		w.Clock.Add(5 * time.Minute)
		mails := w.expect("ann answers", "ben answers")
		w.has(w.to(mails, "ann").Text, []string{"A spade.", "A year.", "without your name"}, nil)
		w.has(w.to(mails, "ben").Text, []string{"A hand."}, []string{"without your name"})
		list, err := w.App.Ledger.List(w.Context(), convoke.System, store.LetterFilter{Kind: notify.Answers, Limit: 9})
		w.Must(err)
		if len(list) != 2 {
			w.Errorf("the ledger has %d letters of answers, want two", len(list))
		}
		for _, l := range list {
			if !l.Unnamed() || l.Address+string(l.PersonID)+l.Key+l.MessageID+l.Name+l.LastError+l.Subject+l.Data != "" {
				w.Errorf("the ledger shows %+v", l)
			}
			got, m, err := w.App.Ledger.Captured(w.Context(), convoke.System, l.ID)
			w.Must(err)
			if m.To+m.From+m.Subject+m.Text+m.HTML+m.MessageID != "" || len(m.Header)+len(m.Calendar)+len(got.Mime) > 0 || got.Address+got.Subject+got.Data != "" {
				w.Errorf("the captured mail shows %+v of %+v", m, got)
			}
		}
		list, err = w.App.Ledger.List(w.Context(), w.mo(), store.LetterFilter{Kind: notify.Answers, Limit: 9})
		w.Must(err)
		if len(list) != 0 {
			w.Errorf("a moderator sees %d letters to those who asked", len(list))
		}
		for _, who := range []string{"ann", "ben"} {
			list, err = w.App.Ledger.List(w.Context(), convoke.System, store.LetterFilter{Person: w.viewer(who).Person, Limit: 9})
			w.Must(err)
			for _, l := range list {
				if l.Kind == notify.Answers {
					w.Errorf("asking for %s's letters shows one of answers", who)
				}
			}
		}
	})
}

// material puts something up, past the application.
func (w *world) material(e convoke.Event, kind convoke.MaterialKind, title string, vis convoke.Visibility) {
	w.Helper()
	w.Update(func(ctx context.Context, tx *store.Tx) error {
		return tx.AddMaterial(ctx, convoke.Material{ID: convoke.NewID("ma"), EventID: e.ID, CommunityID: e.CommunityID, Kind: kind, Title: title, Visibility: vis,
			Link: "https://video.example/" + string(kind), Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now})
	})
}

// ready says that the materials of an event are there.
func (w *world) ready(e convoke.Event) {
	w.Helper()
	w.Update(func(ctx context.Context, tx *store.Tx) error {
		return tx.AddChange(ctx, convoke.Change{ID: convoke.NewID("ch"), At: tx.Now, Noun: "materials", Verb: "ready", SubjectID: e.ID, CommunityID: e.CommunityID, PlanAt: tx.Now.Add(convoke.SettleTime)})
	})
}

// Materials are told once in the life of an event, to those invited who did not decline, and only what each may see.
func TestMaterialsReady(t *testing.T) {
	scenario(t, func(w *world) {
		for _, who := range []string{"cyd", "dan"} {
			w.Person(who + "@x.example")
		}
		w.Member("soil", "fay@x.example", convoke.Member)
		e := w.event("2027-03-02T14:00", app.EventInput{Visibility: new("everyone")})
		w.answer("ben", e.ID, convoke.No)
		w.answer("cyd", e.ID, convoke.Yes) // an outsider
		w.unsubscribe(w.to(w.Deliver(), "fay"), convoke.ScopeEvent)
		w.at("2027-03-03 09:00")
		w.Deliver()
		w.Member("soil", "gus@x.example", convoke.Member) // joined too late to have been invited
		w.material(e, convoke.Recording, "The film", convoke.ToEveryone)
		w.material(e, convoke.Slides, "The pictures", convoke.ToMembers)
		w.ready(e)
		w.expect()
		w.Clock.Add(convoke.SettleTime)
		mails := w.expect("ann materials-ready", "cyd materials-ready")
		w.has(w.to(mails, "ann").Subject+w.to(mails, "ann").Text, []string{"Recording and slides: Compost", "The film", "https://video.example/recording", "The pictures"}, nil)
		w.has(w.to(mails, "cyd").Subject+w.to(mails, "cyd").Text, []string{"Recording: Compost", "The film"}, []string{"The pictures", "https://video.example/slides", "lides"})
		w.ready(e)
		w.Clock.Add(convoke.SettleTime)
		w.expect()
	})
}

// However many were invited, everybody is told, and of an event that was removed meanwhile nobody.
func TestMaterialsReadyInSlices(t *testing.T) {
	scenario(t, func(w *world) {
		w.crowd(300)
		e := w.event("2027-03-02T14:00", app.EventInput{Visibility: new("everyone")})
		w.Deliver()
		w.at("2027-03-03 09:00")
		w.material(e, convoke.Slides, "The pictures", convoke.ToEveryone)
		w.ready(e)
		w.Clock.Add(convoke.SettleTime)
		told := map[string]int{}
		for _, m := range w.Deliver() {
			if m.Kind == notify.MaterialsReady {
				told[m.To]++
			}
		}
		if len(told) != 302 {
			w.Errorf("%d were told, want 302", len(told))
		}
		gone := w.event("2027-03-03T14:00", app.EventInput{Title: new("Gone"), Invite: new(false)})
		after := w.event("2027-03-03T15:00", app.EventInput{Title: new("After it"), Invite: new(false)})
		w.answer("ann", after.ID, convoke.Yes)
		w.at("2027-03-04 09:00")
		w.ready(gone)
		w.Update(func(ctx context.Context, tx *store.Tx) error { return tx.DropEvent(ctx, gone.ID) })
		w.Clock.Add(time.Minute) // so that it comes second
		w.material(after, convoke.Slides, "More pictures", convoke.ToEveryone)
		w.ready(after)
		w.Clock.Add(convoke.SettleTime)
		w.expect("ann materials-ready") // what is gone holds nobody up
	})
}

// Whoever may see none of it is not told, nor are members who were never invited.
func TestMaterialsReadyForSome(t *testing.T) {
	scenario(t, func(w *world) {
		w.Person("cyd@x.example")
		e := w.event("2027-03-02T14:00", app.EventInput{Visibility: new("everyone"), Invite: new(false)})
		w.answer("cyd", e.ID, convoke.Yes)
		w.answer("ann", e.ID, convoke.Maybe)
		w.at("2027-03-03 09:00")
		w.Deliver()
		w.material(e, convoke.Slides, "The pictures", convoke.ToMembers)
		w.ready(e)
		w.Clock.Add(convoke.SettleTime)
		w.expect("ann materials-ready")
		if got := w.states(notify.MaterialsReady); got["suppressed cannot-see"] != 1 {
			w.Errorf("the ledger says %v", got)
		}
	})
}

// Of an archived community nothing is told but what waits already, and what was cancelled has no materials.
func TestMaterialsOfAnArchive(t *testing.T) {
	archive := func(w *world, _ convoke.Event) {
		w.Must(w.App.Communities.Archive(w.Context(), convoke.System, "soil", false))
	}
	for _, row := range []struct {
		name          string
		first, second func(w *world, e convoke.Event)
		want          []string
	}{
		{"archived", archive, nil, nil},
		{"archived once it waits", nil, archive, []string{"ann materials-ready", "ben materials-ready"}},
		{"cancelled", func(w *world, e convoke.Event) {
			w.Update(func(ctx context.Context, tx *store.Tx) error {
				e, err := tx.Event(ctx, e.ID)
				if err != nil {
					return err
				}
				e.Status = convoke.Cancelled
				e.Version++
				return tx.PutEvent(ctx, e)
			})
		}, nil, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				e := w.held(app.EventInput{Invite: new(true)})
				w.material(e, convoke.Slides, "The pictures", convoke.ToMembers)
				if row.first != nil {
					row.first(w, e)
				}
				w.ready(e)
				w.Clock.Add(convoke.SettleTime)
				w.Plan()
				if row.second != nil {
					row.second(w, e)
				}
				w.expect(row.want...)
			})
		})
	}
}

// promises notes what somebody promised about an event.
func (w *world) promises(e convoke.Event, who string, items ...convoke.Item) {
	w.Helper()
	p := w.viewer(who).Person
	w.Update(func(ctx context.Context, tx *store.Tx) error {
		for _, item := range items {
			if err := tx.PutPromise(ctx, convoke.Promise{EventID: e.ID, Item: item, PersonID: p, Name: who, CreatedAt: tx.Now}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Whoever promised something that is missing hears of it on day 3, 7 and 14, in one mail, and then no more.
func TestPromiseNudges(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.promises(e, "ann", convoke.ItemRecording, convoke.ItemSlides)
		w.promises(e, "ben", convoke.ItemSummary)
		w.Clock.Set(e.EndsAt.Time())
		w.days(3)
		w.Clock.Add(-time.Second)
		w.expect()
		w.Clock.Add(time.Second)
		mails := w.expect("ann promise-nudge", "ben promise-nudge")
		w.has(w.to(mails, "ann").Text, []string{"Recording", "Slides"}, []string{"Summary"})
		w.material(e, convoke.Recording, "The film", convoke.ToEveryone)
		w.days(4)
		mails = w.expect("ann promise-nudge", "ben promise-nudge")
		w.has(w.to(mails, "ann").Text, []string{"Slides"}, []string{"Recording"})
		w.unsubscribe(w.to(mails, "ben"), convoke.ScopeCommunity)
		w.days(7)
		w.has(w.expect("ann promise-nudge")[0].Text, []string{"No further mail"}, nil)
		w.days(30)
		w.expect()
	})
}

// After an outage the latest nudge alone goes out, nothing after it, and nothing about what came meanwhile.
func TestPromiseNudgeAfterAnOutage(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.promises(e, "ann", convoke.ItemSlides)
		w.promises(e, "ben", convoke.ItemRecording)
		w.days(20)
		w.Plan()
		w.material(e, convoke.Recording, "The film", convoke.ToEveryone)
		w.expect("ann promise-nudge")
		w.days(20)
		w.expect()
		if got := w.states(notify.PromiseNudge); got["suppressed settled"] != 1 || got["captured"] != 1 {
			w.Errorf("the ledger says %v", got)
		}
	})
}

// What is promised late is not asked for on days that had passed by then, and nothing in an archive.
func TestPromiseMadeLate(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.days(5)
		w.promises(e, "ann", convoke.ItemSlides)
		w.expect()
		w.days(2)
		w.expect("ann promise-nudge")
		w.Must(w.App.Communities.Archive(w.Context(), convoke.System, "soil", false))
		w.days(7)
		w.expect()
		if got := w.states(notify.PromiseNudge); len(got) != 1 { // none was planned in vain
			w.Errorf("the ledger says %v", got)
		}
	})
}

// For what is there by then no letter is even planned.
func TestPromiseKept(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.promises(e, "ann", convoke.ItemSlides)
		w.material(e, convoke.Slides, "The pictures", convoke.ToEveryone)
		w.days(20)
		w.expect()
		if got := w.states(notify.PromiseNudge); len(got) != 0 {
			w.Errorf("the ledger says %v", got)
		}
	})
}

// An event that is moved, or held after all, is nudged about by when it ends then.
func TestPromiseNudgeFollowsItsEvent(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.event("2027-03-10T14:00", app.EventInput{Invite: new(false)})
		w.promises(e, "ann", convoke.ItemSlides)
		w.expect()
		e = w.move(e.ID, "2027-03-05T14:00")
		w.Clock.Set(e.EndsAt.Time().Add(3*24*time.Hour - time.Second))
		w.expect()
		w.Clock.Add(time.Second)
		w.expect("ann promise-nudge")
		w.days(1)
		put := func(status convoke.Status) {
			w.Update(func(ctx context.Context, tx *store.Tx) error {
				e, err := tx.Event(ctx, e.ID)
				if err != nil {
					return err
				}
				e.Status = status
				e.Version++
				return tx.PutEvent(ctx, e)
			})
		}
		put(convoke.Cancelled)
		w.days(4)
		w.expect()
		put(convoke.Confirmed)
		w.expect("ann promise-nudge")
	})
}

// Nobody is written to, and nothing is written down, about what was never held, of an archive, long ago, or where nobody can be written to.
func TestPromiseNudgesNobody(t *testing.T) {
	for _, row := range []struct {
		name   string
		before func(w *world, e convoke.Event)
		want   []string // of another promise, which this one must not hold up
	}{
		{"a draft", func(w *world, e convoke.Event) {
			w.Update(func(ctx context.Context, tx *store.Tx) error {
				e, err := tx.Event(ctx, e.ID)
				if err != nil {
					return err
				}
				e.PublishedAt, e.Version = 0, e.Version+1
				return tx.PutEvent(ctx, e)
			})
		}, nil},
		{"cancelled", func(w *world, e convoke.Event) {
			w.Update(func(ctx context.Context, tx *store.Tx) error {
				e, err := tx.Event(ctx, e.ID)
				if err != nil {
					return err
				}
				e.Status, e.Version = convoke.Cancelled, e.Version+1
				return tx.PutEvent(ctx, e)
			})
		}, nil},
		{"an archive", func(w *world, _ convoke.Event) {
			w.Must(w.App.Communities.Archive(w.Context(), convoke.System, "soil", false))
		}, nil},
		{"a name without an address", func(w *world, e convoke.Event) {
			w.Update(func(ctx context.Context, tx *store.Tx) error {
				return tx.PutPromise(ctx, convoke.Promise{EventID: e.ID, Item: convoke.ItemSlides, Name: "Somebody", CreatedAt: tx.Now})
			})
			w.promises(e, "ben", convoke.ItemSummary)
		}, []string{"ben promise-nudge"}},
		{"long ago", func(w *world, e convoke.Event) { w.days(60) }, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			scenario(t, func(w *world) {
				e := w.held()
				w.promises(e, "ann", convoke.ItemSlides)
				row.before(w, e)
				w.days(4)
				w.expect(row.want...)
				n := 0
				for _, l := range w.Letters("") {
					if l.Kind == notify.PromiseNudge {
						n++
					}
				}
				if n != len(row.want) {
					w.Errorf("the ledger says %v, want %q", w.states(notify.PromiseNudge), row.want)
				}
			})
		})
	}
}

// Two copies that plan at once write nothing twice.
func TestTwoCopiesPlanAfterwards(t *testing.T) {
	t.Parallel()
	w := &world{Rig: rig.New(t, rig.OnPostgres(t)), T: t}
	w.soil = w.Community("soil", convoke.Open, "ann@x.example", "ben@x.example")
	e := w.held()
	one := w.asks("ann", e, "How deep?", false)
	w.asks("ben", e, "How wide?", false)
	w.asksOf(e, "How long?", "Zoe")
	w.ask(e)
	w.answers(e, one, "A spade.")
	w.answers(e, 3, "A day.")
	w.promises(e, "ben", convoke.ItemSlides)
	w.days(9)
	copies := []*rig.Rig{w.Rig, w.Copy()}
	errs := make(chan error)
	for range 4 {
		for _, r := range copies {
			go func() { errs <- r.Outbox.Plan(w.Context()) }()
		}
	}
	for range 8 {
		w.Must(<-errs)
	}
	got := map[string]int{}
	for _, l := range w.Letters("") {
		got[l.Kind+" "+l.Address]++
	}
	for _, want := range []string{"answers ann@x.example", "promise-nudge ben@x.example", "speaker-questions zoe@x.example", "speaker-questions yan@x.example"} {
		if got[want] != 1 {
			w.Errorf("%s: %d letters, want one of all %v", want, got[want], got)
		}
	}
}
