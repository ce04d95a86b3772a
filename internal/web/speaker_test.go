package web_test

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// A lecture is an event for members of a private community that was held, with the outsiders Zoe and Yan as speakers, and the link that Zoe was mailed.
type lecture struct {
	*rig.Rig
	t     *testing.T
	event convoke.Event
	link  string // "/l/…"
	b     *rig.Client
}

const (
	askerCanary = "Gilda Ghostcanary"
	otherCanary = "A question for Yan alone"
)

func newLecture(t *testing.T, r *rig.Rig, in app.EventInput) *lecture {
	t.Helper()
	w := &lecture{Rig: r, t: t, b: r.Stranger()}
	r.Community("soil", convoke.Private, "ann@x.example")
	r.Person("ghost@x.example", app.PersonInput{Name: new(askerCanary)})
	r.Member("soil", "ghost@x.example", convoke.Member)
	r.Member("soil", "moe@x.example", convoke.Moderator)
	in.Title, in.StartLocal, in.TimeZone, in.Invite = new("Compost <b>&"), new("2027-03-02T14:00"), new("Africa/Nairobi"), new(false)
	in.Visibility, in.JoinLink, in.Abstract = new("members"), new(linkCanary), new(longCanary)
	in.Speakers = &[]app.SpeakerInput{{Name: "Zoe Okoro", Email: "zoe@x.example"}, {Name: "Yan Wu", Email: "yan@x.example"}, {Name: "Old Wang"}}
	e, err := r.App.Events.Create(t.Context(), convoke.System, "soil", in)
	r.Must(err)
	w.event, err = r.App.Events.Publish(t.Context(), convoke.System, e.ID)
	r.Must(err)
	r.Clock.Set(time.Date(2027, 3, 3, 9, 0, 0, 0, time.UTC))
	w.asks("How deep?", "Zoe", true)
	w.asks("How wide?", "Zoe", false)
	w.asks(otherCanary, "Yan", false)
	w.link = w.ask("zoe@x.example")
	return w
}

// asks puts an open question that is one speaker's, and returns its number.
func (w *lecture) asks(text, name string, anonymous bool) int {
	w.t.Helper()
	q, err := w.App.Questions.Ask(w.t.Context(), w.Viewer("ghost@x.example"), w.event.ID, app.QuestionInput{Text: text, Anonymous: anonymous})
	w.Must(err)
	w.edit(q.Number, app.QuestionEdit{State: new("open"), Speakers: &[]string{string(w.speaker(name))}})
	return q.Number
}

func (w *lecture) edit(number int, in app.QuestionEdit) {
	w.t.Helper()
	_, err := w.App.Questions.Edit(w.t.Context(), convoke.System, w.event.ID, number, in)
	w.Must(err)
}

func (w *lecture) speaker(name string) convoke.ID {
	w.t.Helper()
	var id convoke.ID
	w.View(func(ctx context.Context, tx *store.Tx) error {
		list, err := tx.Speakers(ctx, w.event.ID)
		id = list[slices.IndexFunc(list, func(s convoke.Speaker) bool { return strings.HasPrefix(s.Name, name) })].ID
		return err
	})
	return id
}

// ask asks the speakers and returns the path of somebody's link.
func (w *lecture) ask(address string) string {
	w.t.Helper()
	_, err := w.App.Questions.AskSpeakers(w.t.Context(), convoke.System, w.event.ID)
	w.Must(err)
	return w.mailed(address)
}

func (w *lecture) mailed(address string) string {
	w.t.Helper()
	for _, m := range w.Deliver() {
		if m.Addr == address {
			return "/l/" + m.Token()
		}
	}
	w.t.Fatalf("no mail to %s", address)
	return ""
}

// reply reads what a speaker has written to a question.
func (w *lecture) reply(number int, name string) (r convoke.Reply) {
	w.t.Helper()
	w.View(func(ctx context.Context, tx *store.Tx) error {
		q, err := tx.QuestionByNumber(ctx, w.event.ID, number)
		if err != nil {
			return err
		}
		r, err = tx.SpeakerReply(ctx, q.ID, w.speaker(name))
		if convoke.IsNotFound(err) {
			return nil
		}
		return err
	})
	return r
}

// says fails unless an answer has a status, all of some and, with an exclamation mark before them, none of other pieces.
func (w *lecture) says(got rig.Response, status int, pieces ...string) rig.Response {
	w.t.Helper()
	_, main, _ := strings.Cut(got.Body, "<main")
	main, _, _ = strings.Cut(main, "</main")
	if got.Status != status {
		w.t.Errorf("got %d, want %d:\n%s", got.Status, status, main)
	}
	for _, s := range pieces {
		not, ok := strings.CutPrefix(s, "!")
		if strings.Contains(got.Body, not) == ok {
			w.t.Errorf("want %s in:\n%s", s, main)
		}
	}
	return got
}

func (w *lecture) answer(number int, text, do string, more ...string) rig.Response {
	w.t.Helper()
	form := url.Values{"n": {strconv.Itoa(number)}, "text": {text}, "do": {do}, "id": {""}, "version": {"0"}}
	if r := w.reply(number, "Zoe"); r.ID != "" {
		form.Set("id", string(r.ID))
		form.Set("version", strconv.FormatInt(r.Version, 10))
	}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return w.b.Post(w.link+"/answer", form)
}

// The link shows a speaker their questions, and of a members-only event nothing else; looking changes nothing, sets no session and is no way in.
func TestSpeakerPage(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newLecture(t, r, app.EventInput{})
		before := len(r.Letters(""))
		for range 3 {
			got := w.says(w.b.Get(w.link), 200, "How deep?", "How wide?", "Compost &lt;b&gt;&amp;", "Zoe Okoro", "!"+otherCanary, "!"+askerCanary, "!"+linkCanary, "!"+longCanary,
				"!ghost@x.example", "!zoe@x.example", "!/c/soil/events")
			if got.Header.Get("X-Robots-Tag") != "noindex" {
				t.Error("the page may stand in a search engine")
			}
			for _, c := range got.Header.Values("Set-Cookie") {
				if strings.HasPrefix(c, "convoke=") {
					t.Errorf("a session was begun: %s", c)
				}
			}
			w.says(w.b.Do("HEAD", w.link, "", ""), 200)
		}
		if r := w.reply(1, "Zoe"); r.ID != "" || len(w.Letters("")) != before {
			t.Error("looking changed something")
		}
		for _, path := range []string{"/c/soil/events/" + w.event.Slug, "/c/soil/events/" + w.event.Slug + "/questions", "/c/soil/events/" + w.event.Slug + "/questions/1"} {
			w.says(w.b.Get(path), 404)
		}
		for _, do := range []string{"yes", "maybe", "no", "accept", "sign-in"} {
			if got := w.b.Post(w.link, url.Values{"do": {do}}); got.Status != 422 && got.Status != 404 {
				t.Errorf("the link takes %s: %d", do, got.Status)
			}
		}
		w.says(w.b.Get(w.link+"/dates.ics"), 404)
		w.says(w.b.Get("/welcome"), 303)
		for _, path := range []string{w.link + "x", "/l/le_none.x", strings.Replace(w.link, ".", ".A", 1)} {
			w.says(w.b.Get(path), 404, "!How deep?")
			w.says(w.b.Post(path+"/answer", url.Values{"n": {"1"}, "text": {"x"}}), 404)
		}
	})
}

// Another letter's link answers nothing.
func TestSpeakerPageOfAnotherLetter(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newLecture(t, r, app.EventInput{})
		e, err := r.App.Events.Create(t.Context(), convoke.System, "soil", app.EventInput{Title: new("Later"), StartLocal: new("2027-04-02T14:00"), TimeZone: new("UTC"), Invite: new(true)})
		r.Must(err)
		_, err = r.App.Events.Publish(t.Context(), convoke.System, e.ID)
		r.Must(err)
		w.link = w.mailed("ann@x.example")
		for _, path := range []string{"/answer", "/pass", "/not-mine", "/renew"} {
			w.says(w.b.Post(w.link+path, url.Values{"n": {"1"}, "text": {"x"}, "to": {string(w.speaker("Yan"))}}), 404)
		}
	})
}

// A draft is saved and shown as it will look, sent, looked at by a moderator, and stands on the page; or at once, where the community has it so.
func TestSpeakerAnswers(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newLecture(t, r, app.EventInput{})
		const text = "A **spade's** length <script>alert(1)</script> [x](javascript:alert(1))"
		if got := w.answer(1, text, "draft"); got.Status != 303 || got.Location() != w.link+"#q1" {
			t.Errorf("saved: %d to %s", got.Status, got.Location())
		}
		w.says(w.b.Get(w.link), 200, "<strong>spade", "!<script>alert", "!href=\"javascript", "Draft, only you see it")
		moe := r.As("moe@x.example")
		page, desk := "/c/soil/events/"+w.event.Slug+"/questions", "/c/soil/admin/events/"+w.event.Slug+"/questions"
		w.says(moe.Get(desk), 200, "!spade")
		w.says(w.answer(1, text, "send"), 303)
		w.says(w.b.Get(w.link), 200, "Sent, an organiser looks at it")
		w.says(moe.Get(desk), 200, "spade")
		w.says(moe.Get(page), 200, "!spade")
		w.says(w.answer(1, text+" Or two.", "send"), 303)
		w.says(moe.Post(desk+"/publish", url.Values{}), 303)
		w.says(moe.Get(page), 200, "Or two.", "Zoe Okoro")
		w.says(w.answer(1, "Mine alone", "send"), 409, "Mine alone", "published by now")
		if got := w.reply(1, "Zoe"); !strings.HasSuffix(got.Text, "Or two.") || got.State != convoke.ReplyPublished {
			t.Errorf("the answer is %+v", got)
		}
		w.View(func(ctx context.Context, tx *store.Tx) error {
			list, err := tx.Revisions(ctx, w.reply(1, "Zoe").ID)
			if len(list) != 1 || list[0].Text != text {
				t.Errorf("its history is %+v", list)
			}
			return err
		})
		_, err := r.App.Communities.Edit(t.Context(), convoke.System, "soil", app.CommunityInput{AtOnce: new(true)})
		r.Must(err)
		w.says(w.answer(2, "A hand.", "send"), 303)
		w.says(moe.Get(page), 200, "A hand.")
		w.says(w.answer(2, "A hand, or two.", "send"), 303)
		w.says(moe.Get(page), 200, "A hand, or two.")
	})
}

// Whatever cannot be saved is said in a sentence, and what was typed stays on the page.
func TestSpeakerLosesNothing(t *testing.T) {
	const typed = "What I typed"
	other := func(w *lecture, text string) { // somebody else saves it in another window
		w.answer(1, text, "draft")
	}
	for _, tc := range []struct {
		name   string
		before func(w *lecture)
		number int
		text   string
		form   []string
		status int
		want   []string
		saved  string // what the answer to question 1 is afterwards
	}{
		{"two windows", func(w *lecture) { other(w, "From the other window") }, 1, typed, []string{"id", "", "version", "0"}, 409, []string{"saved in another window", typed, "From the other window"}, "From the other window"},
		{"the same words in two windows", func(w *lecture) { other(w, typed) }, 1, typed, []string{"id", "", "version", "0"}, 303, nil, typed},
		{"declined", func(w *lecture) { w.edit(1, app.QuestionEdit{State: new("declined"), Reason: new("Off topic")}) }, 1, typed, nil, 409, []string{"Question 1 was declined", typed, "Off topic"}, ""},
		{"removed", func(w *lecture) { w.Must(w.App.Questions.Remove(w.t.Context(), convoke.System, w.event.ID, 1)) }, 1, typed, nil, 403, []string{"not yours to answer", typed}, "removed"},
		{"given to another", func(w *lecture) { w.edit(1, app.QuestionEdit{Speakers: &[]string{string(w.speaker("Yan"))}}) }, 1, typed, nil, 403, []string{"not yours to answer", typed}, ""},
		{"somebody else's", func(*lecture) {}, 3, typed, nil, 403, []string{"not yours to answer", typed, "!" + otherCanary}, ""},
		{"none at all", func(*lecture) {}, 99, typed, nil, 403, []string{"not yours to answer", typed}, ""},
		{"too long", func(*lecture) {}, 1, typed + strings.Repeat("x", convoke.MaxReply), nil, 422, []string{typed}, ""},
		{"nothing to send", func(*lecture) {}, 1, "  ", nil, 422, []string{"How deep?"}, ""},
		{"archived", func(w *lecture) { w.Must(w.App.Communities.Archive(w.t.Context(), convoke.System, "soil", false)) }, 1, typed, nil, 403, []string{"archived", typed}, ""},
		{"answered live meanwhile: it stands beneath", func(w *lecture) { w.edit(1, app.QuestionEdit{Live: new("41:20")}) }, 1, typed, nil, 303, nil, typed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rig.Each(t, func(t *testing.T, r *rig.Rig) {
				w := newLecture(t, r, app.EventInput{})
				tc.before(w)
				w.says(w.answer2(tc.number, tc.text, tc.form...), tc.status, tc.want...)
				if tc.saved == "removed" {
					return
				}
				if got := w.reply(1, "Zoe").Text; got != tc.saved {
					t.Errorf("saved is %q, want %q", got, tc.saved)
				}
			})
		})
	}
}

// answer2 sends an answer to a question that may not be there.
func (w *lecture) answer2(number int, text string, more ...string) rig.Response {
	w.t.Helper()
	form := url.Values{"n": {strconv.Itoa(number)}, "text": {text}, "do": {"send"}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return w.b.Post(w.link+"/answer", form)
}

// Saving follows a merge, also where the speaker has an answer there already: then both are shown.
func TestSpeakerFollowsTheMerge(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newLecture(t, r, app.EventInput{})
		w.says(w.answer(1, "A first draft", "draft"), 303)
		draft := w.reply(1, "Zoe")
		w.Must(w.App.Questions.Merge(t.Context(), convoke.System, w.event.ID, 1, 2))
		// the draft went along, so going on with it is no conflict
		if got := w.answer2(1, "A first answer", "id", string(draft.ID), "version", "1", "do", "draft"); got.Status != 303 || got.Location() != w.link+"#q2" {
			t.Errorf("saved: %d to %s", got.Status, got.Location())
		}
		if got := w.reply(2, "Zoe"); got.Text != "A first answer" || got.ID != draft.ID {
			t.Errorf("saved is %+v", got)
		}
		// a form that knows nothing of it is not written over it
		got := w.says(w.answer2(1, "Another answer"), 409, "Another answer", "A first answer", "another window")
		if n := strings.Index(got.Body, "Another answer"); n < strings.Index(got.Body, `id="q2"`) {
			t.Error("what was typed does not stand in the box of the question that stands for it")
		}
		now := w.reply(2, "Zoe")
		w.says(w.answer2(2, "Another answer", "id", string(now.ID), "version", strconv.FormatInt(now.Version, 10)), 303)
		if got := w.reply(2, "Zoe"); got.Text != "Another answer" || got.State != convoke.ReplySubmitted {
			t.Errorf("saved is %+v", got)
		}
	})
}

// The script of the page keeps drafts, never sends, and is told what is wrong in a sentence.
func TestSpeakerKeptByScript(t *testing.T) {
	w := newLecture(t, rig.New(t), app.EventInput{})
	got := w.says(w.answer(1, "Half a sent", "send", "auto", "1"), 200)
	r := w.reply(1, "Zoe")
	if strings.TrimSpace(got.Body) != string(r.ID)+" 1" || r.State != convoke.ReplyDraft {
		t.Errorf("kept: %q of %+v", got.Body, r)
	}
	w.says(w.answer(1, "Half a sentence", "draft", "auto", "1"), 200, string(r.ID)+" 2")
	w.says(w.answer(1, "From another window", "draft", "auto", "1", "version", "1"), 409, "saved in another window", "!<html")
	w.says(w.answer(3, "Not mine", "draft", "auto", "1"), 403, "not yours to answer", "!<html")
	w.says(w.answer(1, strings.Repeat("x", convoke.MaxReply+1), "draft", "auto", "1"), 422, "!<html")
	w.says(w.answer(1, "", "draft", "auto", "1"), 200)
	if r := w.reply(1, "Zoe"); r.ID != "" {
		t.Errorf("an emptied draft is still there: %+v", r)
	}
}

func TestSpeakerPassesOn(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newLecture(t, r, app.EventInput{})
		yan := string(w.speaker("Yan"))
		w.says(w.b.Get(w.link), 200, yan, "!"+string(w.speaker("Old")), "!value=\""+string(w.speaker("Zoe")))
		for _, to := range []string{"", string(w.speaker("Zoe")), string(w.speaker("Old")), "sp_none"} {
			w.says(w.b.Post(w.link+"/pass", url.Values{"n": {"1"}, "to": {to}}), 422)
		}
		w.says(w.b.Post(w.link+"/pass", url.Values{"n": {"3"}, "to": {yan}}), 403)
		w.says(w.b.Post(w.link+"/pass", url.Values{"n": {"1"}, "to": {yan}}), 303)
		w.says(w.b.Post(w.link+"/not-mine", url.Values{"n": {"2"}}), 303)
		w.says(w.b.Get(w.link), 200, "!How deep?", "!How wide?", "Nothing waits for you")
		w.says(w.answer(1, "After all", "send"), 403)
		w.Clock.Add(convoke.SettleTime)
		w.says(w.b.Get(w.mailed("yan@x.example")), 200, "How deep?", "!How wide?")
	})
}

// A draft is not lost by passing its question on, unless the speaker says so.
func TestSpeakerPassesNoDraftAwayUnseen(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newLecture(t, r, app.EventInput{})
		yan := string(w.speaker("Yan"))
		const tick = `name="drop"`
		w.says(w.b.Get(w.link), 200, "!"+tick)
		w.says(w.answer(1, "Draftcanary one", "draft"), 303)
		w.says(w.answer(2, "Draftcanary two", "draft"), 303)
		w.says(w.b.Get(w.link), 200, tick)
		for path, form := range map[string]url.Values{"/pass": {"n": {"1"}, "to": {yan}}, "/not-mine": {"n": {"2"}, "to": {""}}} {
			got := w.says(w.b.Post(w.link+path, form), 422, "You have a draft here that is not sent.", `href="#drop"`, `id="drop"`, "Draftcanary one</textarea>", "Draftcanary two</textarea>")
			if path == "/pass" && !strings.Contains(got.Body, `value="`+yan+`" selected`) {
				t.Error("whom it was to be passed to is forgotten")
			}
		}
		if one, two := w.reply(1, "Zoe").Text, w.reply(2, "Zoe").Text; one != "Draftcanary one" || two != "Draftcanary two" {
			t.Errorf("the drafts are %q and %q", one, two)
		}
		w.says(w.b.Post(w.link+"/pass", url.Values{"n": {"1"}, "to": {""}, "drop": {"true"}}), 422, `href="#to"`, `id="to"`)
		w.says(w.b.Post(w.link+"/pass", url.Values{"n": {"1"}, "to": {yan}, "drop": {"true"}}), 303)
		w.says(w.b.Post(w.link+"/not-mine", url.Values{"n": {"2"}, "drop": {"true"}}), 303)
		w.says(w.b.Get(w.link), 200, "!Draftcanary", "Nothing waits for you")
		if got := w.reply(1, "Zoe"); got.ID != "" {
			t.Errorf("the draft is kept: %+v", got)
		}
	})
}

// What was answered cannot be passed on: the answer would be nobody's.
func TestSpeakerKeepsWhatIsAnswered(t *testing.T) {
	w := newLecture(t, rig.New(t), app.EventInput{})
	w.says(w.answer(1, "A spade.", "send"), 303)
	w.says(w.b.Post(w.link+"/pass", url.Values{"n": {"1"}, "to": {string(w.speaker("Yan"))}}), 409, "You have answered")
	w.says(w.b.Post(w.link+"/not-mine", url.Values{"n": {"1"}}), 409, "You have answered")
}

// A link that is withdrawn, or its speaker gone or at another address, leads nowhere; one that is too old can be replaced, to the same address.
func TestSpeakerLinkEnds(t *testing.T) {
	speakers := func(w *lecture, list ...app.SpeakerInput) {
		_, err := w.App.Events.Edit(w.t.Context(), convoke.System, w.event.ID, app.EventInput{Speakers: &list})
		w.Must(err)
	}
	for _, tc := range []struct {
		name  string
		end   func(w *lecture)
		renew bool
	}{
		{"withdrawn", func(w *lecture) {
			w.Must(w.App.Questions.WithdrawLinks(w.t.Context(), convoke.System, w.event.ID, w.speaker("Zoe")))
		}, false},
		{"another address", func(w *lecture) {
			speakers(w, app.SpeakerInput{Name: "Zoe Okoro", Email: "new@x.example"}, app.SpeakerInput{Name: "Yan Wu"})
		}, false},
		{"no speaker any more", func(w *lecture) { speakers(w, app.SpeakerInput{Name: "Yan Wu"}) }, false},
		{"too old", func(w *lecture) { w.Clock.Add(app.SpeakerLinkLife + time.Hour) }, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rig.Each(t, func(t *testing.T, r *rig.Rig) {
				w := newLecture(t, r, app.EventInput{})
				w.Clock.Add(time.Minute)
				tc.end(w)
				w.Deliver()
				button := "!/renew"
				if tc.renew {
					button = "/renew"
				}
				w.says(w.b.Get(w.link), 410, button, "!How deep?")
				w.says(w.b.Post(w.link+"/answer", url.Values{"n": {"1"}, "text": {"x"}}), 410)
				w.says(w.b.Post(w.link+"/pass", url.Values{"n": {"1"}, "to": {string(w.speaker("Yan"))}}), 410)
				if !tc.renew {
					w.says(w.b.Post(w.link+"/renew", nil), 410)
					if len(w.Deliver()) > 0 {
						t.Error("a link that was withdrawn brought a new one")
					}
					w.says(w.b.Get(w.link+"?do=unsubscribe"), 200) // the mails can be stopped all the same
					return
				}
				w.says(w.b.Post(w.link+"/renew", nil), 200)
				fresh := w.mailed("zoe@x.example")
				w.says(w.b.Get(fresh), 200, "How deep?")
				w.says(w.b.Get(w.link), 410) // the old one stays what it is
				w.says(w.b.Post(fresh+"/renew", nil), 409)
				for range convoke.SignInsPerAddress - 2 { // the reminder that was late counts, too
					w.says(w.b.Post(w.link+"/renew", nil), 200)
					w.mailed("zoe@x.example")
				}
				got := w.says(w.b.Post(w.link+"/renew", nil), 429)
				if got.Header.Get("Retry-After") == "" || len(w.Deliver()) > 0 {
					t.Error("links are mailed without end")
				}
			})
		})
	}
}

// Just before its end a link works.
func TestSpeakerLinkLives(t *testing.T) {
	w := newLecture(t, rig.New(t), app.EventInput{})
	w.Clock.Add(app.SpeakerLinkLife - time.Hour)
	w.says(w.b.Get(w.link), 200, "How deep?")
}

// The mails can be stopped by the one click of mail programs and on a page, which names no more than the link may tell.
func TestSpeakerStopsTheMails(t *testing.T) {
	w := newLecture(t, rig.New(t), app.EventInput{})
	w.says(w.b.Get(w.link+"?do=unsubscribe"), 200, "Compost", "!"+linkCanary, "!"+longCanary)
	w.says(w.b.Post(w.link, url.Values{"List-Unsubscribe": {"One-Click"}}), 200, "!<html")
	w.says(w.b.Get(w.link), 200, "How deep?") // what they were asked they can answer
	mutes, err := w.App.People.Mutes(t.Context(), w.Viewer("zoe@x.example"))
	w.Must(err)
	if len(mutes) != 1 || mutes[0].Scope != convoke.ScopeCommunity {
		t.Errorf("mutes %+v", mutes)
	}
}

// A speaker who is a member sees who asks, as on the page; who asked without a name has none anywhere.
func TestSpeakerSeesWhoAsks(t *testing.T) {
	w := newLecture(t, rig.New(t), app.EventInput{})
	w.says(w.b.Get(w.link), 200, "!"+askerCanary)
	w.Member("soil", "zoe@x.example", convoke.Member)
	got := w.says(w.b.Get(w.link), 200, askerCanary, "/c/soil/events/")
	if n := strings.Count(got.Body, askerCanary); n != 1 { // of two questions one is asked by name
		t.Errorf("the asker is named %d times, want once", n)
	}
}

// Moderators ask, see what became of it, withdraw and send anew; nobody else may.
func TestAskingSpeakersFromTheDesk(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newLecture(t, r, app.EventInput{})
		moe, ann := r.As("moe@x.example"), r.As("ann@x.example")
		desk := "/c/soil/admin/events/" + w.event.Slug + "/questions"
		w.says(moe.Get(desk), 200, "Send the mails", "Kept here", "2 questions wait", "no mail address", "!zoe@x.example")
		w.says(ann.Post(desk+"/ask-speakers", nil), 403)
		w.says(ann.Post(desk+"/speaker-links", url.Values{"speaker": {string(w.speaker("Zoe"))}, "do": {"withdraw"}}), 403)
		w.says(w.b.Get(w.link), 200)
		w.asks("What of old?", "Old", false)
		w.says(moe.Post(desk+"/ask-speakers", nil), 303)
		w.says(moe.Get(desk), 200, "Nobody could be asked", "Old Wang")
		w.says(moe.Post(desk+"/ask-speakers", nil), 303)
		w.Deliver()
		if len(w.Deliver()) > 0 {
			t.Error("pressing twice sent something")
		}
		w.says(moe.Post(desk+"/speaker-links", url.Values{"speaker": {string(w.speaker("Zoe"))}, "do": {"withdraw"}}), 303)
		w.says(w.b.Get(w.link), 410)
		w.Clock.Add(time.Minute)
		w.says(moe.Post(desk+"/speaker-links", url.Values{"speaker": {string(w.speaker("Zoe"))}, "do": {"anew"}}), 303)
		w.says(w.b.Get(w.mailed("zoe@x.example")), 200, "How deep?")
		w.says(moe.Post(desk+"/speaker-links", url.Values{"speaker": {string(w.speaker("Old"))}, "do": {"anew"}}), 409, "no mail address")
		w.says(moe.Post(desk+"/speaker-links", url.Values{"speaker": {"sp_none"}, "do": {"anew"}}), 404)
	})
}

// Nothing an operator can look at tells whose a letter is to somebody who asked, with a name or without, nor what it says: where the letters of those who gave
// their name are shown, the others are whoever is left.
func TestUnnamedLetters(t *testing.T) {
	for name, numbers := range map[string][]int{"with a name and without": {1, 2, 3}, "without a name": {1}, "with a name": {2, 3}} {
		t.Run(name, func(t *testing.T) {
			rig.Each(t, func(t *testing.T, r *rig.Rig) {
				w := newLecture(t, r, app.EventInput{})
				r.Operator("op@x.example")
				for _, n := range numbers {
					w.edit(n, app.QuestionEdit{State: new("declined"), Reason: new("Off topic")})
				}
				r.Clock.Add(8 * 24 * time.Hour) // so long is waited for the other answers
				mails := slices.DeleteFunc(r.Deliver(), func(m rig.Mail) bool { return m.Addr != "ghost@x.example" })
				if len(mails) != 1 {
					t.Fatalf("%d mails", len(mails))
				}
				l := mails[0].Letter
				subject, _, _ := strings.Cut(l.Subject, "Compost")
				if len(subject) < 10 {
					t.Fatalf("the subject %q says nothing", l.Subject)
				}
				op, api := r.As("op@x.example"), r.Program("op@x.example", false)
				secret := func(want ...string) []string {
					return append(want, "!ghost@x.example", "!"+askerCanary, "!"+string(l.PersonID), "!"+l.MessageID, "!"+subject, "!How ", "!"+otherCanary, "!Off topic")
				}
				const whose, says = "Somebody who asked a question", "kept between whoever asked and this service"
				w.says(op.Get("/admin/mail"), 200, secret(whose, "Answers to questions")...)
				for _, part := range []string{"html", "text", "source", "calendar"} {
					w.says(op.Get("/admin/mail/"+string(l.ID)+"?part="+part), 200, secret(whose, says, "!<iframe", `!href="?part=`, "!/events/", "!<pre")...)
				}
				w.says(op.Get("/admin/mail/"+string(l.ID)+"/html"), 404, secret()...)
				w.says(op.Get("/admin/delivery?kind=answers"), 200, secret(whose, `value="answers"`)...)
				w.says(api.Get("/api/v1/delivery?kind=answers"), 200, secret(`"class":"unnamed"`, `"subject":""`, `"name":""`, `"message_id":""`)...)
				r.Update(func(ctx context.Context, tx *store.Tx) error { // it came back
					b := l
					b.ID, b.Key, b.MessageID, b.State, b.LastError, b.Mime = "le_back", "back", "back@x", convoke.Dead, "550 no ghost@x.example here", nil
					_, err := tx.AddLetter(ctx, b)
					return err
				})
				w.says(op.Get("/c/soil/admin"), 200, whose, "!ghost@x.example", "!"+askerCanary, "!"+string(l.PersonID))
				w.says(op.Get("/admin/delivery?state=dead"), 200, secret(whose)...)
				w.says(api.Get("/api/v1/delivery?state=dead"), 200, secret(`"unnamed"`)...)
				w.says(api.JSON("POST", "/api/v1/delivery/le_back/resend", ""), 200, secret(`"unnamed"`)...)
				w.says(r.As("moe@x.example").Get("/admin/delivery"), 200, secret("!"+whose, `!value="answers"`, "!Sign-in link", `value="reminder"`)...)
			})
		})
	}
}
