package outbox_test

import (
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/notify"
)

// held publishes an event on 2 March 2027 with the speakers Zoe, Yan and, without an address, Old Wang, and moves the clock behind it.
func (w *world) held(in ...app.EventInput) convoke.Event {
	w.Helper()
	i := app.EventInput{}
	if len(in) > 0 {
		i = in[0]
	}
	if i.Invite == nil {
		i.Invite = new(false)
	}
	i.Speakers = &[]app.SpeakerInput{{Name: "Zoe Okoro", Email: "zoe@x.example"}, {Name: "Yan Wu", Email: "yan@x.example"}, {Name: "Old Wang"}}
	e := w.event("2027-03-02T14:00", i)
	w.at("2027-03-03 09:00")
	w.Deliver()
	return e
}

// asks puts a question that stands on the page, and returns its number.
func (w *world) asks(who string, e convoke.Event, text string, anonymous bool) int {
	w.Helper()
	q, err := w.App.Questions.Ask(w.Context(), w.viewer(who), e.ID, app.QuestionInput{Text: text, Anonymous: anonymous})
	w.Must(err)
	w.change(e, q.Number, app.QuestionEdit{State: new("open")})
	return q.Number
}

func (w *world) change(e convoke.Event, number int, in app.QuestionEdit) {
	w.Helper()
	_, err := w.App.Questions.Edit(w.Context(), convoke.System, e.ID, number, in)
	w.Must(err)
}

// mo is a moderator, who answers.
func (w *world) mo() convoke.Viewer {
	w.Helper()
	w.Member("soil", "mo@x.example", convoke.Moderator)
	return w.viewer("mo")
}

func (w *world) answers(e convoke.Event, number int, text string) convoke.ID {
	w.Helper()
	r, err := w.App.Questions.Answer(w.Context(), w.mo(), e.ID, number, app.ReplyInput{Text: text})
	w.Must(err)
	return r.ID
}

func (w *world) ask(e convoke.Event) app.AskedSpeakers {
	w.Helper()
	out, err := w.App.Questions.AskSpeakers(w.Context(), convoke.System, e.ID)
	w.Must(err)
	return out
}

func (w *world) speaker(e convoke.Event, name string) convoke.ID {
	w.Helper()
	view, err := w.App.Events.Get(w.Context(), convoke.System, "", string(e.ID))
	w.Must(err)
	for _, s := range view.Speakers {
		if strings.HasPrefix(s.Name, name) {
			return s.ID
		}
	}
	w.Fatalf("no speaker %s", name)
	return ""
}

// asksOf puts a question that is one speaker's to answer.
func (w *world) asksOf(e convoke.Event, text, name string) int {
	w.Helper()
	number := w.asks("ann", e, text, false)
	w.change(e, number, app.QuestionEdit{Speakers: &[]string{string(w.speaker(e, name))}})
	return number
}

func (w *world) days(n int) { w.Clock.Add(time.Duration(n) * 24 * time.Hour) }

// has fails unless a text has all of some and none of other pieces.
func (w *world) has(text string, want, not []string) {
	w.Helper()
	for _, s := range want {
		if !strings.Contains(text, s) {
			w.Errorf("lacks %q:\n%s", s, text)
		}
	}
	for _, s := range not {
		if strings.Contains(text, s) {
			w.Errorf("holds %q:\n%s", s, text)
		}
	}
}

// Each speaker gets one mail with the questions that are theirs; pressing the button again sends nothing, and only what is new sends another.
func TestAskSpeakers(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.asks("ben", e, "How deep?", true)
		w.asksOf(e, "Which worms?", "Zoe")
		w.asksOf(e, "What of old?", "Old")
		if got := w.ask(e); got.Speakers != 2 || got.Questions != 2 || len(got.Addressless) != 1 || got.Addressless[0] != "Old Wang" {
			w.Errorf("asked %+v", got)
		}
		mails := w.expect("yan speaker-questions", "zoe speaker-questions")
		zoe, yan := w.to(mails, "zoe"), w.to(mails, "yan")
		w.has(zoe.Text, []string{"How deep?", "Which worms?", "/l/"}, []string{"What of old?", "Ben", "Ann"})
		w.has(yan.Text, []string{"How deep?"}, []string{"Which worms?", "What of old?"})
		w.has(zoe.Subject, []string{"2 questions for you: Compost"}, nil)
		if zoe.Field("List-Unsubscribe") == "" {
			w.Error("the mail offers no end")
		}
		if got := w.ask(e); got.Speakers != 0 || got.Questions != 0 {
			w.Errorf("asked again: %+v", got)
		}
		w.expect()
		w.Clock.Add(time.Hour)
		w.asksOf(e, "And rain?", "Yan")
		w.ask(e)
		mails = w.expect("yan speaker-questions")
		w.has(mails[0].Text, []string{"How deep?", "And rain?"}, nil)
	})
}

// What somebody else answered, or what was declined by the time the mail goes out, is not asked.
func TestAskSpeakersDecidedAtSending(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one, two := w.asksOf(e, "How deep?", "Zoe"), w.asksOf(e, "How wide?", "Yan")
		w.ask(e)
		w.Plan()
		w.answers(e, one, "A spade.")
		w.change(e, two, app.QuestionEdit{State: new("declined"), Reason: new("Off topic")})
		w.expect()
		if got := w.states(notify.SpeakerQuestions); got["suppressed settled"] != 2 {
			w.Errorf("the ledger says %v", got)
		}
	})
}

// What is answered before the mail is even planned needs none.
func TestAskedAndAnsweredAtOnce(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one := w.asksOf(e, "How deep?", "Zoe")
		w.ask(e)
		w.answers(e, one, "A spade.")
		w.expect()
		if got := w.states(notify.SpeakerQuestions); len(got) != 0 {
			w.Errorf("the ledger says %v", got)
		}
	})
}

// Reminders go out on day 3 and 7 and no more, and only while something waits.
func TestSpeakerReminders(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.asksOf(e, "How deep?", "Zoe")
		two := w.asksOf(e, "How wide?", "Yan")
		w.ask(e)
		w.expect("yan speaker-questions", "zoe speaker-questions")
		w.days(3)
		w.Clock.Add(-time.Minute)
		w.expect()
		w.answers(e, two, "A spade.") // by somebody else
		w.Clock.Add(time.Minute)
		mails := w.expect("zoe speaker-questions")
		w.has(mails[0].Subject, []string{"still waits"}, nil)
		w.days(4)
		w.Clock.Add(-time.Minute)
		w.expect()
		w.Clock.Add(time.Minute)
		w.expect("zoe speaker-questions")
		w.days(2)
		w.expect()
		if got := w.states(notify.SpeakerQuestions); len(got) != 1 { // none was planned in vain
			w.Errorf("the ledger says %v", got)
		}
	})
}

// A reminder that waits is not sent when its questions are answered meanwhile.
func TestSpeakerReminderDecidedAtSending(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one := w.asksOf(e, "How deep?", "Zoe")
		w.ask(e)
		w.expect("zoe speaker-questions")
		w.days(3)
		w.Plan()
		w.answers(e, one, "A spade.")
		w.expect()
		if got := w.states(notify.SpeakerQuestions); got["suppressed settled"] != 1 {
			w.Errorf("the ledger says %v", got)
		}
	})
}

// After an outage only the later reminder goes out.
func TestSpeakerReminderAfterAnOutage(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.asksOf(e, "How deep?", "Zoe")
		w.ask(e)
		w.expect("zoe speaker-questions")
		w.days(20)
		w.expect("zoe speaker-questions")
		w.days(20)
		w.expect()
	})
}

// A new question begins the days anew, as its mail lists all that waits.
func TestSpeakerReminderAfterANewQuestion(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.asksOf(e, "How deep?", "Zoe")
		w.ask(e)
		w.expect("zoe speaker-questions")
		w.days(3)
		w.expect("zoe speaker-questions")
		w.days(3)
		w.asksOf(e, "How wide?", "Zoe")
		w.ask(e)
		w.expect("zoe speaker-questions")
		w.days(1) // the seventh after the first letter
		w.expect()
		w.days(2)
		w.expect("zoe speaker-questions")
		w.days(4)
		w.expect("zoe speaker-questions")
		w.days(7)
		w.expect()
	})
}

// Who stopped the mails gets none, and both the ledger and the moderators' page say so; also where the speaker may not see the event.
func TestMutedSpeaker(t *testing.T) {
	for _, scope := range []convoke.Scope{convoke.ScopeEvent, convoke.ScopeCommunity, convoke.ScopeAll} {
		t.Run(string(scope), func(t *testing.T) {
			scenario(t, func(w *world) {
				e := w.held(app.EventInput{Visibility: new("members")})
				w.asksOf(e, "How deep?", "Zoe")
				w.ask(e)
				w.unsubscribe(w.expect("zoe speaker-questions")[0], scope)
				w.days(3)
				w.expect()
				list, err := w.App.Questions.Speakers(w.Context(), convoke.System, e.ID)
				w.Must(err)
				if l := list[0].Letter; l == nil || l.State != convoke.Suppressed || l.Why != string(notify.Muted) || list[0].Waiting != 1 {
					w.Errorf("the moderators see %+v", list[0])
				}
			})
		})
	}
}

// What is stopped for a series is stopped for the questions about its sessions.
func TestMutedSeriesSpeaker(t *testing.T) {
	scenario(t, func(w *world) {
		_, list := w.series("2027-03-02T14:00", "2027-03-03T14:00")
		for _, e := range list {
			w.edit(e.ID, app.EventInput{Speakers: &[]app.SpeakerInput{{Name: "Zoe Okoro", Email: "zoe@x.example"}}})
		}
		w.at("2027-03-05 09:00")
		w.Deliver()
		w.asksOf(list[0], "How deep?", "Zoe")
		w.ask(list[0])
		w.unsubscribe(w.expect("zoe speaker-questions")[0], convoke.ScopeSeries)
		w.asksOf(list[1], "How wide?", "Zoe")
		w.ask(list[1])
		w.expect()
	})
}

// A link that was withdrawn is replaced by no reminder, and a letter that waits is not sent; a new one works.
func TestWithdrawnSpeaker(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.asksOf(e, "How deep?", "Zoe")
		zoe := w.speaker(e, "Zoe")
		w.ask(e)
		first := w.expect("zoe speaker-questions")[0].Token()
		w.Clock.Add(time.Minute)
		w.Must(w.App.Questions.SendAnew(w.Context(), convoke.System, e.ID, zoe))
		w.Plan()
		w.Must(w.App.Questions.WithdrawLinks(w.Context(), convoke.System, e.ID, zoe))
		w.expect()
		w.days(8)
		w.expect()
		w.Must(w.App.Questions.SendAnew(w.Context(), convoke.System, e.ID, zoe))
		second := w.expect("zoe speaker-questions")[0].Token()
		if _, err := w.App.Questions.Speaker(w.Context(), second); err != nil {
			w.Errorf("the new link: %v", err)
		}
		if _, err := w.App.Questions.Speaker(w.Context(), first); err == nil {
			w.Error("the withdrawn link works")
		}
	})
}

// A speaker whose link was withdrawn is asked anew by asking the speakers, and by nothing that waited to be asked.
func TestAskedAfterWithdrawal(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.asksOf(e, "How deep?", "Zoe")
		answered := w.asksOf(e, "How wide?", "Zoe")
		zoe := w.speaker(e, "Zoe")
		w.ask(e)
		w.expect("zoe speaker-questions")
		w.answers(e, answered, "A spade.")
		w.Clock.Add(time.Hour)
		w.asksOf(e, "How long?", "Zoe")
		w.ask(e)
		w.Must(w.App.Questions.WithdrawLinks(w.Context(), convoke.System, e.ID, zoe))
		w.days(1)
		w.expect()
		if got := w.ask(e); got.Speakers != 1 || got.Questions != 2 {
			w.Errorf("asked %+v, want one speaker and two questions", got)
		}
		if got := w.ask(e); got.Speakers != 0 {
			w.Errorf("pressed twice: %+v", got)
		}
		mail := w.expect("zoe speaker-questions")[0]
		w.has(mail.Text, []string{"How deep?", "How long?"}, []string{"How wide?"})
		if _, err := w.App.Questions.Speaker(w.Context(), mail.Token()); err != nil {
			w.Errorf("the new link: %v", err)
		}
		if got := w.ask(e); got.Speakers != 0 {
			w.Errorf("asked again: %+v", got)
		}
	})
}

// When the address of a speaker is corrected, what they were asked and have not answered goes to the new one, and the link at the old one stops.
func TestAddressCorrected(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.asksOf(e, "How deep?", "Zoe")
		answered := w.asksOf(e, "How wide?", "Zoe")
		w.asksOf(e, "How long?", "Yan")
		w.ask(e)
		old := w.to(w.expect("yan speaker-questions", "zoe speaker-questions"), "zoe").Token()
		w.answers(e, answered, "A spade.")
		w.days(1)
		speakers := func(zoe string) {
			w.edit(e.ID, app.EventInput{Speakers: &[]app.SpeakerInput{{Name: "Zoe Okoro", Email: zoe}, {Name: "Yan Wu", Email: "yan@x.example"}}})
		}
		speakers("zoe@typo.example")
		w.Clock.Add(time.Minute)
		speakers("zoe@soils.example") // and once more
		w.expect()
		w.Clock.Add(convoke.SettleTime)
		mail := w.expect("zoe@soils.example speaker-questions")[0]
		w.has(mail.Text, []string{"How deep?"}, []string{"How wide?", "How long?"})
		if _, err := w.App.Questions.Speaker(w.Context(), old); err == nil {
			w.Error("the link at the old address works")
		}
		if _, err := w.App.Questions.Speaker(w.Context(), mail.Token()); err != nil {
			w.Errorf("the new link: %v", err)
		}
		w.edit(e.ID, app.EventInput{Speakers: &[]app.SpeakerInput{{Name: "Yan Wu", Email: "yan@x.example"}, {Name: "Zoe O.", Email: "zoe@soils.example"}}})
		w.Clock.Add(time.Hour)
		w.expect() // nobody's address changed
		w.days(3)
		w.expect("yan speaker-questions", "zoe@soils.example speaker-questions")
	})
}

// What a speaker says is not theirs they are not asked with the others, but whoever moderates can still make it theirs.
func TestNotTheirs(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one := w.asks("ann", e, "How deep?", false)
		w.ask(e)
		mails := w.expect("yan speaker-questions", "zoe speaker-questions")
		zoe, yan := w.to(mails, "zoe").Token(), w.to(mails, "yan").Token()
		w.Must(w.App.Questions.PassOn(w.Context(), zoe, one, "", false))
		w.days(1)
		if got := w.ask(e); got.Speakers != 0 {
			w.Errorf("asked again while it is another's: %+v", got)
		}
		w.Must(w.App.Questions.PassOn(w.Context(), yan, one, "", false))
		if got := w.ask(e); got.Speakers != 0 || got.Questions != 0 || len(got.Addressless) != 1 {
			w.Errorf("asked what is nobody's: %+v", got)
		}
		w.asks("ann", e, "How wide?", false)
		w.ask(e)
		w.Clock.Add(time.Hour)
		mails = w.expect("yan speaker-questions", "zoe speaker-questions")
		w.has(mails[0].Text+mails[1].Text, []string{"How wide?"}, []string{"How deep?"})
		w.change(e, one, app.QuestionEdit{Speakers: &[]string{string(w.speaker(e, "Zoe"))}})
		w.ask(e)
		w.has(w.expect("zoe speaker-questions")[0].Text, []string{"How deep?"}, nil)
	})
}

// What is merged into a question takes along whose it is not.
func TestNotTheirsMerged(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one := w.asks("ann", e, "How deep?", false)
		w.ask(e)
		zoe := w.to(w.expect("yan speaker-questions", "zoe speaker-questions"), "zoe").Token()
		w.Must(w.App.Questions.PassOn(w.Context(), zoe, one, w.speaker(e, "Yan"), false))
		two := w.asks("ben", e, "How far down?", false)
		w.change(e, one, app.QuestionEdit{Speakers: &[]string{}})
		w.Must(w.App.Questions.Merge(w.Context(), convoke.System, e.ID, one, two))
		w.ask(e)
		w.expect("yan speaker-questions")
	})
}

// That a link of theirs works is said only while it does.
func TestSpeakerLinked(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.asksOf(e, "How deep?", "Zoe")
		w.ask(e)
		token := w.expect("zoe speaker-questions")[0].Token()
		sent := w.Clock.Now()
		linked := func() bool {
			list, err := w.App.Questions.Speakers(w.Context(), convoke.System, e.ID)
			w.Must(err)
			return list[0].Linked
		}
		for _, tt := range []struct {
			after time.Duration
			want  bool
		}{{app.SpeakerLinkLife, true}, {app.SpeakerLinkLife + time.Second, false}} {
			w.Clock.Set(sent.Add(tt.after))
			if _, err := w.App.Questions.Speaker(w.Context(), token); linked() != tt.want || (err == nil) != tt.want {
				w.Errorf("after %v: linked %v, the link gives %v, want %v", tt.after, linked(), err, tt.want)
			}
		}
	})
}

// Whoever a question is passed to gets one letter for all that is passed within minutes.
func TestPassedQuestions(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one, two := w.asksOf(e, "How deep?", "Zoe"), w.asksOf(e, "How wide?", "Zoe")
		w.ask(e)
		token := w.expect("zoe speaker-questions")[0].Token()
		yan := w.speaker(e, "Yan")
		w.Must(w.App.Questions.PassOn(w.Context(), token, one, yan, false))
		w.expect()
		w.Clock.Add(2 * time.Minute)
		w.Must(w.App.Questions.PassOn(w.Context(), token, two, yan, false))
		w.Clock.Add(3 * time.Minute)
		mails := w.expect("yan speaker-questions")
		w.has(mails[0].Text, []string{"How deep?", "How wide?"}, nil)
		w.days(5)
		w.expect("yan speaker-questions") // Zoe has nothing left to be reminded of
	})
}

// A moderator's form that was made before a question became other speakers' is old: who it is to answer is not written over unseen.
func TestFormsMadeBeforeAskingAreOld(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		one := w.asks("ann", e, "How deep?", false)
		version := func() int64 {
			list, err := w.App.Questions.List(w.Context(), convoke.System, "", string(e.ID))
			w.Must(err)
			return list.Questions[0].Version
		}
		before := version()
		w.ask(e) // it is nobody's, so everybody's
		if got := version(); got != before+1 {
			w.Errorf("after asking: version %d, want %d", got, before+1)
		}
		token := w.to(w.expect("yan speaker-questions", "zoe speaker-questions"), "zoe").Token()
		w.days(1)
		w.Must(w.App.Questions.PassOn(w.Context(), token, one, w.speaker(e, "Yan"), false))
		if got := version(); got != before+2 {
			w.Errorf("after passing on: version %d, want %d", got, before+2)
		}
		w.ask(e) // whose it is stays
		if got := version(); got != before+2 {
			w.Errorf("after asking again: version %d, want %d", got, before+2)
		}
	})
}

// Nobody is asked in an archived community, whatever waits.
func TestArchivedSpeaker(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.asksOf(e, "How deep?", "Zoe")
		w.ask(e)
		w.expect("zoe speaker-questions")
		w.Must(w.App.Communities.Archive(w.Context(), convoke.System, "soil", false))
		w.days(3)
		w.expect()
	})
}

// A speaker whose address was taken away before the letter was written is not asked and holds nobody up; whoever asks again is told so, and can ask them
// once they have one.
func TestAddressTakenAway(t *testing.T) {
	scenario(t, func(w *world) {
		e := w.held()
		w.asksOf(e, "How deep?", "Zoe")
		w.ask(e)
		w.Clock.Add(time.Second)
		w.asksOf(e, "How wide?", "Yan")
		w.ask(e)
		speakers := func(address string) {
			w.edit(e.ID, app.EventInput{Speakers: &[]app.SpeakerInput{{Name: "Zoe Okoro", Email: address}, {Name: "Yan Wu", Email: "yan@x.example"}}})
		}
		speakers("")
		w.expect("yan speaker-questions")
		if got := w.ask(e); got.Speakers != 0 || len(got.Addressless) != 1 {
			w.Errorf("asked %+v", got)
		}
		speakers("zoe@y.example")
		w.ask(e)
		w.expect("zoe@y.example speaker-questions")
	})
}
