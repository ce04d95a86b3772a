package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
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

var updateQuestions = flag.Bool("update-questions", false, "rewrite the files of exported questions")

// A talk is a webinar for everybody in an open community, with questions.
type talk struct {
	*rig.Rig
	t               testing.TB
	e               convoke.Event
	page, desk      string
	moe, mia, ghost convoke.Viewer
	zoe             convoke.ID // a speaker
	everybody       map[string]*rig.Client
}

const (
	ghostName    = "Gilda Ghostcanary"
	ghostAddress = "ghostcanary@x.example"
)

func newTalk(t *testing.T, r *rig.Rig) *talk {
	t.Helper()
	x := &talk{Rig: r, t: t}
	r.Community("soil", convoke.SemiPrivate)
	r.Person(ghostAddress, app.PersonInput{Name: new(ghostName), Organisation: new("Ghostcanary Ltd")})
	r.Person("mia@x.example", app.PersonInput{Name: new("Mia <i>Member</i>"), Organisation: new("Soils & Co"), Language: new("en"), TimeZone: new("Asia/Dhaka")})
	for _, a := range []string{"mia@x.example", ghostAddress} {
		r.Member("soil", a, convoke.Member)
	}
	r.Member("soil", "moe@x.example", convoke.Moderator)
	r.Member("soil", "ada@x.example", convoke.Admin)
	r.Operator("op@x.example")
	e, err := r.App.Events.Create(t.Context(), convoke.System, "soil", app.EventInput{Title: new("Compost & <b>heat</b>"), StartLocal: new("2027-02-20T14:00"), TimeZone: new("Africa/Nairobi"),
		Visibility: new("everyone"), Invite: new(false), Speakers: &[]app.SpeakerInput{{Name: "Zoe Okoro", Organisation: "Soils", Email: "zoe@x.example"}, {Name: "Yan Wu"}}})
	r.Must(err)
	x.e, err = r.App.Events.Publish(t.Context(), convoke.System, e.ID)
	r.Must(err)
	r.Person("ivy@x.example")
	r.Update(func(ctx context.Context, tx *store.Tx) error {
		return tx.PutRegistration(ctx, convoke.Registration{PersonID: r.Viewer("ivy@x.example").Person, Scope: convoke.ScopeEvent, ScopeID: e.ID, State: convoke.Yes, How: "page", UpdatedAt: tx.Now})
	})
	view, err := r.App.Events.Get(t.Context(), convoke.System, "", string(e.ID))
	r.Must(err)
	x.zoe = view.Speakers[0].ID
	x.moe, x.mia, x.ghost = r.Viewer("moe@x.example"), r.Viewer("mia@x.example"), r.Viewer(ghostAddress)
	x.page, x.desk = "/c/soil/events/"+x.e.Slug+"/questions", "/c/soil/admin/events/"+x.e.Slug+"/questions"
	x.everybody = map[string]*rig.Client{"stranger": r.Stranger(), "outsider": r.As("olga@x.example"), "invited": r.As("ivy@x.example"), "member": r.As("mia@x.example"), "ghost": r.As(ghostAddress),
		"moderator": r.As("moe@x.example"), "admin": r.As("ada@x.example"), "operator": r.As("op@x.example")}
	return x
}

func (x *talk) ask(v convoke.Viewer, text string, anonymous bool, in app.QuestionEdit) int {
	x.t.Helper()
	q, err := x.App.Questions.Ask(x.t.Context(), v, x.e.ID, app.QuestionInput{Text: text, Anonymous: anonymous})
	x.Must(err)
	if in.State == nil {
		in.State = new("open")
	}
	if *in.State == "pending" {
		return q.Number
	}
	_, err = x.App.Questions.Edit(x.t.Context(), x.moe, x.e.ID, q.Number, in)
	x.Must(err)
	return q.Number
}

func (x *talk) answer(number int, text string) convoke.ID {
	x.t.Helper()
	r, err := x.App.Questions.Answer(x.t.Context(), x.moe, x.e.ID, number, app.ReplyInput{Text: text, Speaker: string(x.zoe)})
	x.Must(err)
	return r.ID
}

// full gives the talk one question of every sort.
func (x *talk) full() {
	x.t.Helper()
	ctx, a := x.t.Context(), x.App.Questions
	one := x.ask(x.mia, "=Why <script>alert(1)</script> heat?\nAnd *how*?", false, app.QuestionEdit{})
	x.Must(a.AskToo(ctx, x.ghost, x.e.ID, one, true, true))
	x.Clock.Add(time.Minute)
	x.answer(one, "Because **microbes** work. <script>alert(2)</script> See [this](https://soil.example/a).")
	_, err := a.Comment(ctx, x.mia, x.e.ID, one, "+1 <b>here</b>\ntoo")
	x.Must(err)
	x.Clock.Add(time.Minute)
	x.ask(x.ghost, "Who pays?", true, app.QuestionEdit{Live: new("1:02:03")})
	x.ask(x.mia, "Who knows?", false, app.QuestionEdit{ToCommunity: new(true), Speakers: &[]string{string(x.zoe)}})
	x.ask(x.mia, "What is your salary?", false, app.QuestionEdit{State: new("declined"), Reason: new("Not about soil.")})
	x.ask(x.ghost, "Canary pending?", true, app.QuestionEdit{State: new("pending")})
	x.Must(a.Merge(ctx, x.moe, x.e.ID, x.ask(x.mia, "Who pays for it?", false, app.QuestionEdit{}), 2))
}

// What the pages of questions show and hide, to everybody.
func TestQuestionPages(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		x := newTalk(t, r)
		x.full()
		for _, tt := range []struct {
			who, path string
			status    int
			want, not []string
		}{
			{"stranger", "", 200, []string{"2 of 3 answered", "Held on Saturday 20 February 2027, 11:00, UTC", "With \u2068Zoe Okoro\u2069 and \u2068Yan Wu\u2069.", "Soils</bdi>, speaker", "<strong>microbes</strong>",
				"2 people want to know", "Member&lt;/i&gt;\u2069 and one without a name", "Asked by \u2068Mia &lt;i&gt;Member&lt;/i&gt;\u2069", "At 1:02:03 of the recording", "Not about soil.", "&#43;1 &lt;b&gt;here", "Answered live", "export.csv", "/sign-in?next="},
				[]string{"<script>alert", "Canary pending", `name="text"`, "/admin/", "Who pays for it?", "zoe@x.example"}},
			{"outsider", "", 200, []string{"Questions are for members", `href="/c/soil"`}, []string{`name="text"`, "Canary pending", "/admin/events"}},
			{"invited", "", 200, []string{`action="` + x.page + `/ask"`, `name="anonymous"`, "/3/ask-too"}, []string{`/comment"`, "Canary pending"}},
			{"member", "", 200, []string{`action="` + x.page + `/ask"`, `/1/comment"`, "/3#answer", "You asked this.", "/1/remove-comment"}, []string{"Canary pending", "/admin/events"}},
			{"ghost", "", 200, []string{"Canary pending", "A moderator reads it first", "/3/ask-too"}, []string{"/admin/events", "/1/remove-comment"}},
			{"moderator", "", 200, []string{x.desk, "Moderate the questions", "/1/remove-comment"}, nil},
			{"stranger", "/1", 200, []string{"Question 1", "=Why &lt;script&gt;", "And *how*?", "&#43;1 &lt;b&gt;here"}, []string{"<script>alert", "How it read before"}},
			{"stranger", "/6", 303, nil, nil},
			{"stranger", "/5", 404, nil, []string{"Canary"}},
			{"member", "/5", 404, nil, []string{"Canary"}},
			{"ghost", "/5", 200, []string{"Canary pending", "A moderator reads it first"}, []string{`/comment"`}},
			{"moderator", "/5", 200, []string{"Canary pending"}, nil},
			{"stranger", "/0", 404, nil, nil},
			{"stranger", "/01", 404, nil, nil},
			{"stranger", "/x", 404, nil, nil},
			{"stranger", "/99", 404, nil, nil},
			{"member", "/3", 200, []string{`/3/answer"`, "open to the community"}, nil},
			{"invited", "/3", 200, nil, []string{`/3/answer"`}},
		} {
			got := x.everybody[tt.who].Get(x.page + tt.path)
			if got.Status != tt.status {
				t.Errorf("%s at %s: status %d, want %d", tt.who, tt.path, got.Status, tt.status)
			}
			for _, want := range tt.want {
				if !strings.Contains(got.Body, want) {
					t.Errorf("%s at %s lacks %q", tt.who, tt.path, want)
				}
			}
			for _, not := range tt.not {
				if strings.Contains(got.Body, not) {
					t.Errorf("%s at %s shows %q", tt.who, tt.path, not)
				}
			}
		}
		if got := x.everybody["stranger"].Get(x.page + "/6").Location(); got != x.page+"/2" {
			t.Errorf("a merged question leads to %s, want %s/2", got, x.page)
		}
		_, err := r.App.Materials.AddLink(t.Context(), x.moe, x.e.ID, app.MaterialInput{Kind: new("recording"), Link: new("https://video.example/canary"), Visibility: new("members")})
		r.Must(err)
		for who, want := range map[string]bool{"stranger": false, "outsider": false, "member": true} {
			if got := strings.Contains(x.everybody[who].Get(x.page).Body, "https://video.example/canary#t=3723"); got != want {
				t.Errorf("%s is led to the moment of the recording: %v, want %v", who, got, want)
			}
		}
	})
}

// A recording that was uploaded plays on its event's page, at the moment that a question was answered live, and nowhere by itself.
func TestMomentOfAnUpload(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		x := newTalk(t, r)
		x.ask(x.mia, "When?", false, app.QuestionEdit{Live: new("1:02:03")})
		m, err := r.App.Materials.Upload(t.Context(), x.moe, x.e.ID, app.MaterialInput{Kind: new("recording"), Visibility: new("everyone")}, "talk.mp3", strings.NewReader(sound))
		r.Must(err)
		event := "/c/soil/events/" + x.e.Slug
		player, moment := event+"#"+string(m.ID), event+"?at=3723#"+string(m.ID)
		c := r.Stranger()
		for path, want := range map[string][]string{
			x.page:                {`href="` + player + `"`, `href="` + moment + `"`},
			x.page + "/1":         {`href="` + player + `"`, `href="` + moment + `"`},
			x.page + "/export.md": {"](" + rig.Base + player + ")", "](" + rig.Base + moment + ")"},
			event + "?at=3723":    {`src="` + event + "/materials/" + string(m.ID) + `#t=3723"`},
			event + "?at=x":       {`src="` + event + "/materials/" + string(m.ID) + `"`},
		} {
			body := c.Get(path).Body
			for _, text := range want {
				if !strings.Contains(body, text) {
					t.Errorf("%s lacks %s", path, text)
				}
			}
			if strings.Contains(body, "/materials/"+string(m.ID)+`#t=`) != strings.Contains(path, "?at=3723") || path != event && strings.Contains(body, `a href="`+event+"/materials/"+string(m.ID)+`" rel`) {
				t.Errorf("%s leads to the file by itself", path)
			}
		}
	})
}

// Nobody learns by any route about questions who asked without a name.
func TestNobodyLearnsWhoAsked(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		x := newTalk(t, r)
		x.full()
		x.ask(x.ghost, "Named at first?", false, app.QuestionEdit{})
		_, err := r.App.Questions.Ask(t.Context(), x.ghost, x.e.ID, app.QuestionInput{Text: "Named at first?", Anonymous: true})
		r.Must(err)
		w := newAPI(t, r)
		for who, address := range map[string]string{"outsider": "olga@x.example", "member": "mia@x.example", "moderator": "moe@x.example", "admin": "ada@x.example", "operator": "op@x.example"} {
			w.token(who, address, false)
		}
		asked := 0
		for _, route := range r.Server().Routes() {
			if route.Method != "GET" || !strings.Contains(route.Pattern, "/questions") && !strings.HasSuffix(route.Pattern, "/events/:event") && !strings.HasSuffix(route.Pattern, "/admin") {
				continue
			}
			for n := 1; n <= 6; n++ {
				path := strings.NewReplacer(":community", "soil", ":event", x.e.Slug, ":number", fmt.Sprint(n)).Replace(route.Pattern)
				for _, who := range []string{"stranger", "outsider", "invited", "member", "moderator", "admin", "operator"} {
					var text string
					if api, ok := strings.CutPrefix(path, "/api/v1"); ok {
						if w.tokens[who] == "" && who != "stranger" {
							continue
						}
						got := w.ask(who, "GET", api, "")
						text = got.Text + fmt.Sprint(got.Header)
					} else {
						got := x.everybody[who].Get(path)
						text = got.Body + fmt.Sprint(got.Header)
					}
					asked++
					for _, canary := range []string{"hostcanary", ghostName, string(x.ghost.Person)} {
						if strings.Contains(text, canary) {
							t.Errorf("%s shows %s %q", path, who, canary)
						}
					}
				}
				if !strings.Contains(route.Pattern, ":number") {
					break
				}
			}
		}
		if asked < 200 {
			t.Errorf("only %d answers were looked at", asked)
		}
		if got := r.Deliver(); len(got) > 0 { // what is told of answers goes to whoever asked, and names nobody else
			for _, m := range got {
				if m.Addr != ghostAddress && strings.Contains(string(m.Raw), "hostcanary") {
					t.Errorf("a mail to %s names who asked without a name", m.Addr)
				}
			}
		}
	})
}

// Whoever may ask too is offered it, strangers by way of signing in; whoever does can take it back, also once asking is closed. A question that nobody
// asks leaves no empty line.
func TestAskingTooIsOffered(t *testing.T) {
	r := rig.New(t)
	x := newTalk(t, r)
	n := x.ask(x.ghost, "How warm does it get?", false, app.QuestionEdit{State: new("open")})
	r.Must(r.App.Questions.AskToo(t.Context(), x.mia, x.e.ID, n, true, false))
	own := x.page + "/" + strconv.Itoa(n)
	const offer, back = "I ask this too", `name="do" value="back"`
	look := func(when string, want map[string][]string) {
		t.Helper()
		for who, pieces := range want {
			for _, path := range []string{x.page, own} {
				got := x.everybody[who].Get(path).Body
				for _, piece := range pieces {
					not, ok := strings.CutPrefix(piece, "!")
					if strings.Contains(got, not) == ok {
						t.Errorf("%s, %s on %s: want %s", when, who, path, piece)
					}
				}
			}
		}
	}
	look("open", map[string][]string{"stranger": {offer}, "invited": {offer, "!" + back}, "member": {"You ask this too", back}, "ghost": {"You asked this", "!" + back}, "outsider": {"!" + offer}})
	r.Must(r.App.Questions.AskUntil(t.Context(), x.moe, x.e.ID, convoke.At(r.Clock.Now())-1))
	look("closed", map[string][]string{"stranger": {"!" + offer}, "invited": {"!" + offer}, "member": {"You ask this too", back}, "ghost": {"You asked this", "!" + back}})
	if got := x.everybody["member"].Post(own+"/ask-too", url.Values{"do": {"back"}}); got.Status != 303 {
		t.Errorf("taking back after closing: got %d", got.Status)
	}
	look("taken back", map[string][]string{"member": {"!You ask this too", "!" + back}})
	r.Must(r.App.Questions.AskUntil(t.Context(), x.moe, x.e.ID, 0))
	r.Must(r.App.Questions.AskToo(t.Context(), x.mia, x.e.ID, n, true, false))
	r.Must(r.App.Communities.Archive(t.Context(), convoke.System, "soil", true))
	look("archived", map[string][]string{"stranger": {"!" + offer}, "invited": {"!" + offer}, "member": {"You ask this too", "!" + back}})
	if got := x.everybody["stranger"].Get(own).Body; strings.Contains(got, `<p class="second"></p>`) {
		t.Error("there is an empty line")
	}
}

// What was typed into a form that is refused stands in it again, with what is wrong.
func TestQuestionFormsKeepWhatWasTyped(t *testing.T) {
	r := rig.New(t)
	x := newTalk(t, r)
	x.full()
	long := strings.Repeat("Canary ", 2000)
	id := string(x.answer(2, "Somebody does."))
	for _, tt := range []struct {
		who, path string
		form      url.Values
		status    int
		want      []string
	}{
		{"member", x.page + "/ask", url.Values{"text": {long}, "anonymous": {"true"}, "has": {"anonymous"}}, 422, []string{long[:100], "can have up to 2,000 characters", `value="true" checked`, `href="#text"`}},
		{"member", x.page + "/ask", url.Values{"text": {" "}}, 422, []string{"Write your question."}},
		{"outsider", x.page + "/ask", url.Values{"text": {"Why?"}}, 403, nil},
		{"member", x.page + "/1/comment", url.Values{"text": {long}, "what": {"comment"}}, 422, []string{long[:100], "A comment can have up to", `id="text"`}},
		{"member", x.page + "/3/answer", url.Values{"text": {long}, "what": {"answer"}}, 422, []string{long[:100], "An answer can have up to"}},
		{"member", x.page + "/1/answer", url.Values{"text": {"So."}, "what": {"answer"}}, 403, nil},
		{"moderator", x.desk + "/1/decline", url.Values{"reason": {" "}}, 422, []string{"Say why the question is declined"}},
		{"moderator", x.desk + "/1/decline", url.Values{"reason": {"Canary reason"}}, 422, []string{"Canary reason", "Remove the answer first"}},
		{"moderator", x.desk + "/1/save", url.Values{"text": {"Canary words"}, "version": {"1"}}, 409, []string{"Canary words", "Somebody else has changed this"}},
		{"moderator", x.desk + "/1/save", url.Values{"text": {"Canary words"}, "live_at": {"soon"}}, 422, []string{"Canary words", `value="soon"`, "Give the moment of the recording"}},
		{"moderator", x.desk + "/3/save", url.Values{"text": {""}, "with_speakers": {"1"}}, 422, []string{"Write your question.", `value="` + string(x.zoe) + `">`}},
		{"moderator", x.desk + "/1/answer", url.Values{"answer": {""}, "speaker": {string(x.zoe)}}, 422, []string{"Write an answer.", `href="#answer"`, `value="` + string(x.zoe) + `" selected`}},
		{"moderator", x.desk + "/1/merge", url.Values{"into": {"99"}}, 422, []string{"There is no question with that number."}},
		{"moderator", x.desk + "/2/change", url.Values{"id": {id}, "changed": {long}, "version": {"1"}}, 422, []string{long[:100], "An answer can have up to"}},
		{"moderator", x.desk + "/2/change", url.Values{"id": {id}, "changed": {"Canary change"}, "version": {"9"}}, 409, []string{"Canary change"}},
		{"moderator", x.desk + "/order", url.Values{"n": {"1", "2"}, "place": {"2", "77"}, "ordered": {"5"}}, 409, []string{`value="77"`, "into another order meanwhile"}},
		{"moderator", x.desk + "/order", url.Values{"n": {"1", "2"}, "place": {"2", "canary"}, "ordered": {"0"}}, 422, []string{`value="canary"`, "Write this as a whole number."}},
		{"moderator", x.desk + "/ask-until", url.Values{"until": {"soon"}}, 422, []string{"Give the last day as a date", `value="soon"`}},
		{"moderator", x.desk + "/paste", url.Values{"pasted": {" "}}, 422, []string{"Paste the questions"}},
		{"moderator", x.desk + "/paste", url.Values{"pasted": {strings.Repeat("x", convoke.MaxPaste+1)}}, 422, []string{"At most 50,000 characters", "xxxxxxxxxx"}},
	} {
		got := x.everybody[tt.who].Post(tt.path, tt.form)
		if got.Status != tt.status {
			t.Errorf("%s %.200v: status %d, want %d", tt.path, tt.form, got.Status, tt.status)
		}
		for _, want := range tt.want {
			if !strings.Contains(got.Body, want) {
				t.Errorf("%s %.200v lacks %.100q", tt.path, tt.form, want)
			}
		}
	}
}

// What was typed for a question that was merged or removed meanwhile is shown, with what became of it, and done to no other question.
func TestQuestionFormsOutliveTheirQuestion(t *testing.T) {
	r := rig.New(t)
	x := newTalk(t, r)
	x.full() // 6 is merged into 2
	answer := string(x.answer(1, "For now."))
	gone := x.ask(x.mia, "Who is it?", false, app.QuestionEdit{ToCommunity: new(true)})
	r.Must(x.App.Questions.Remove(t.Context(), x.moe, x.e.ID, gone))
	r.Must(x.App.Questions.RemoveAnswer(t.Context(), x.moe, convoke.ID(answer)))
	merged, removed := "Another question stands for this one meanwhile: number 2.", "was removed meanwhile"
	lost := func(text string) string { return `readonly dir="auto">` + text + "</textarea>" }
	for _, tt := range []struct {
		who, path string
		form      url.Values
		status    int
		want, not []string
	}{
		{"moderator", x.desk + "/6/save", url.Values{"text": {"Canary <b>words"}}, 409, []string{merged, lost("Canary &lt;b&gt;words")}, []string{"Canary <b>"}},
		{"moderator", x.desk + "/6/decline", url.Values{"reason": {"Canary reason"}}, 409, []string{merged, lost("Canary reason")}, nil},
		{"moderator", x.desk + "/6/merge", url.Values{"into": {"1"}}, 409, []string{merged}, []string{"readonly"}},
		{"moderator", x.desk + "/7/save", url.Values{"text": {"Canary words"}}, 404, []string{removed, lost("Canary words")}, nil},
		{"moderator", x.desk + "/7/decline", url.Values{"reason": {"Canary reason"}}, 404, []string{removed, lost("Canary reason")}, nil},
		{"moderator", x.desk + "/7/answer", url.Values{"answer": {"Canary answer"}}, 404, []string{removed, lost("Canary answer")}, nil},
		{"moderator", x.desk + "/1/change", url.Values{"id": {answer}, "changed": {"Canary change"}}, 404, []string{removed, lost("Canary change")}, nil},
		{"member", x.page + "/7/comment", url.Values{"text": {"Canary comment"}, "what": {"comment"}}, 404, []string{removed, lost("Canary comment"), `href="` + x.page + `/export.md"`}, nil},
		{"member", x.page + "/7/answer", url.Values{"text": {"Canary answer"}, "what": {"answer"}}, 404, []string{removed, lost("Canary answer")}, nil},
		{"member", x.page + "/5/comment", url.Values{"text": {"On what is pending"}, "what": {"comment"}}, 404, []string{removed}, []string{"Canary pending"}},
		{"member", x.page + "/ask", url.Values{"text": {strings.Repeat("Canary ", 999)}}, 422, nil, []string{"readonly"}},
		{"member", x.desk + "/7/save", url.Values{"text": {"Canary words"}}, 403, nil, []string{removed}},
		{"stranger", x.page + "/7/comment", url.Values{"text": {"Canary"}}, 401, []string{`name="text" value="Canary"`}, []string{removed}},
	} {
		got := x.everybody[tt.who].Post(tt.path, tt.form)
		if got.Status != tt.status {
			t.Errorf("%s %s: status %d, want %d", tt.who, tt.path, got.Status, tt.status)
		}
		for _, want := range tt.want {
			if !strings.Contains(got.Body, want) {
				t.Errorf("%s %s lacks %q", tt.who, tt.path, want)
			}
		}
		for _, not := range tt.not {
			if strings.Contains(got.Body, not) {
				t.Errorf("%s %s holds %q", tt.who, tt.path, not)
			}
		}
	}
	view, err := x.App.Questions.List(t.Context(), x.moe, "", string(x.e.ID))
	r.Must(err)
	for _, q := range view.Questions {
		if strings.Contains(fmt.Sprint(q.Text, q.Reason, q.Replies, q.Comments), "Canary ") && q.Number != 5 {
			t.Errorf("question %d took what was meant for another: %+v", q.Number, q)
		}
	}
}

// What is folded away on the screen is on paper: comments, and questions that were declined.
func TestQuestionsPrintWhole(t *testing.T) {
	r := rig.New(t, rig.Listening(t))
	r.Serve()
	x := newTalk(t, r)
	one := x.ask(x.mia, "Why heat?", false, app.QuestionEdit{})
	all := r.Web()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if !strings.HasSuffix(q.URL.Path, ".js") { // the style sheet alone does it
			all.ServeHTTP(w, q)
		}
	}))
	defer server.Close()
	paper := rig.OpenBrowser(t, server.URL)
	long := strings.Repeat("so\n", 300) // five pages
	before := printed(t, paper, x.page)
	_, err := x.App.Questions.Comment(t.Context(), x.mia, x.e.ID, one, long)
	r.Must(err)
	commented := printed(t, paper, x.page)
	x.ask(x.mia, "Who?\n"+long, false, app.QuestionEdit{State: new("declined"), Reason: new("Not about soil.")})
	declined := printed(t, paper, x.page)
	if commented < before+4 || declined < commented+4 {
		t.Errorf("got %d pages, with a comment %d, with a declined question %d; want four more each time", before, commented, declined)
	}

	b := r.Browser()
	open := func() (n int) {
		t.Helper()
		b.Evaluate(`document.querySelectorAll("details.talk[open]").length`, &n)
		return n
	}
	b.Open(x.page)
	b.Evaluate(`dispatchEvent(new Event("beforeprint"))`, nil)
	if got := open(); got < 2 {
		t.Errorf("before printing %d are open, want both", got)
	}
}

// The deeds of moderators by their pages, and where these lead on.
func TestQuestionDesk(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		x := newTalk(t, r)
		x.full()
		moe := x.everybody["moderator"]
		if got := x.everybody["moderator"].Get("/c/soil/admin").Body; !strings.Contains(got, "question waits for you") || !strings.Contains(got, x.desk) {
			t.Error("the desk does not lead to the question that waits")
		}
		done := func(path string, form url.Values) {
			t.Helper()
			if got := moe.Post(x.desk+path, form); got.Status != 303 || got.Location() != x.desk {
				t.Fatalf("%s: %d to %q\n%s", path, got.Status, got.Location(), got.Body)
			}
		}
		done("/5/save", url.Values{"state": {"open"}})
		done("/3/save", url.Values{"text": {"Who knows it?"}, "with_speakers": {"1"}, "has": {"to_community", "live"}, "live": {"true"}, "live_at": {""}})
		done("/1/answer", url.Values{"answer": {"And warmth."}})
		done("/order", url.Values{"n": {"1", "2", "3", "4", "5"}, "place": {"1", "2", "3", "4", "2"}, "ordered": {"0"}})
		done("/order", url.Values{"n": {"1", "5", "2", "3", "4"}, "place": {"1", "2", "3", "4", "5"}, "ordered": {"1"}, "move": {"down 1"}})
		done("/ask-until", url.Values{"until": {"2027-03-31"}})
		view, err := r.App.Questions.List(t.Context(), x.moe, "", string(x.e.ID))
		r.Must(err)
		var order []string
		for _, q := range view.Questions {
			order = append(order, fmt.Sprint(q.Number))
			switch q.Number {
			case 3:
				if q.Text != "Who knows it?" || q.LiveSeconds != convoke.LiveSomeday || q.ToCommunity || len(q.Speakers) != 0 {
					t.Errorf("saved: %+v", q)
				}
			case 1:
				if len(q.Replies) != 2 || q.Replies[1].Part != convoke.ByModerator || q.Replies[1].Name != "Moe" {
					t.Errorf("answered: %+v", q.Replies)
				}
			}
		}
		if got := strings.Join(order, " "); got != "5 1 2 3 4" {
			t.Errorf("order %s, want 5 1 2 3 4", got)
		}
		if want := convoke.At(time.Date(2027, 3, 31, 21, 0, 0, 0, time.UTC)) - 1; view.AskUntil != want { // the end of that day in Nairobi
			t.Errorf("until %v, want %v", view.AskUntil.Time(), want.Time())
		}
		if got := moe.Get(x.desk).Body; !strings.Contains(got, `value="2027-03-31"`) {
			t.Error("the desk does not show the day")
		}
		done("/2/remove", url.Values{})
		if got := moe.Get(x.desk + "/2"); got.Status != 303 {
			t.Errorf("what was removed: %d", got.Status)
		}
	})
}

// Every way of ordering by hand.
func TestOrderByPlaces(t *testing.T) {
	r := rig.New(t)
	x := newTalk(t, r)
	for i := range 5 {
		x.ask(x.mia, fmt.Sprint("Question ", i), false, app.QuestionEdit{})
	}
	moe, version := x.everybody["moderator"], 0
	for _, tt := range []struct{ places, move, want string }{
		{"1 2 3 4 5", "", "1 2 3 4 5"},
		{"1 2 3 4 2", "", "1 5 2 3 4"}, // up: before whoever stands there
		{"3 2 3 4 5", "", "2 3 1 4 5"}, // down: behind
		{"9 2 3 4 5", "", "2 3 4 5 1"}, // beyond the end
		{"1 2 3 4 0", "", "5 1 2 3 4"}, // before the beginning
		{"5 4 3 2 1", "", "5 4 3 2 1"}, // all of them
		{"1 2 3 4 5", "up 1", "1 2 3 4 5"},
		{"1 2 3 4 5", "down 5", "1 2 3 4 5"},
		{"1 2 3 4 5", "up 4", "1 2 4 3 5"},
		{"1 2 3 4 5", "sideways 4", "1 2 3 4 5"},
	} {
		got := moe.Post(x.desk+"/order", url.Values{"n": {"1", "2", "3", "4", "5"}, "place": strings.Fields(tt.places), "move": {tt.move}, "ordered": {fmt.Sprint(version)}})
		if got.Status != 303 {
			t.Fatalf("places %s, move %q: status %d", tt.places, tt.move, got.Status)
		}
		view, err := r.App.Questions.List(t.Context(), x.moe, "", string(x.e.ID))
		r.Must(err)
		var order []string
		for _, q := range view.Questions {
			order = append(order, fmt.Sprint(q.Number))
		}
		if got := strings.Join(order, " "); got != tt.want {
			t.Errorf("places %s, move %q: got %s, want %s", tt.places, tt.move, got, tt.want)
		}
		r.Must(r.App.Questions.Order(t.Context(), x.moe, x.e.ID, []int{1, 2, 3, 4, 5}, nil))
		version = int(view.Ordered) + 1
	}
}

// pages of many questions.
func (x *talk) many(n int) {
	x.t.Helper()
	words := strings.Fields("payment river season forecast household agent cash trigger plan warning village budget ministry school harvest delta drought flood price shock register mobile transfer")
	text := func(i, n int) string {
		var out []string
		for j := range n {
			out = append(out, words[(i*7+j*j*3+j*i)%len(words)])
		}
		return strings.Join(out, " ")
	}
	x.Update(func(ctx context.Context, tx *store.Tx) error {
		for i := 1; i <= n; i++ {
			if _, err := tx.NextNumber(ctx, x.e.ID, x.e.CommunityID); err != nil {
				return err
			}
			q := convoke.Question{ID: convoke.NewID("qu"), EventID: x.e.ID, CommunityID: x.e.CommunityID, Number: i, Position: i, Text: fmt.Sprintf("Question %d: %s?", i, text(i, 18)), State: convoke.QuestionOpen,
				LiveSeconds: convoke.NotLive, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now, SettledAt: tx.Now}
			if i%10 == 0 {
				q.SettledAt = 0
			}
			if err := tx.AddQuestion(ctx, q); err != nil {
				return err
			}
			if _, err := tx.AddAsker(ctx, convoke.Asker{ID: convoke.NewID("as"), QuestionID: q.ID, EventID: x.e.ID, PersonID: x.mia.Person, First: true, Anonymous: i%3 == 0, CreatedAt: tx.Now}); err != nil {
				return err
			}
			if q.SettledAt == 0 {
				continue
			}
			if err := tx.AddReply(ctx, convoke.Reply{ID: convoke.NewID("an"), QuestionID: q.ID, EventID: x.e.ID, Part: convoke.BySpeaker, Name: "Zoe Okoro", Organisation: "Soils", Text: text(i*3, 40) + ".\n\n**" + text(i, 30) + "** [there](https://soil.example/" + fmt.Sprint(i) + ").",
				State: convoke.ReplyPublished, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now, PublishedAt: tx.Now}); err != nil {
				return err
			}
			if err := tx.AddComment(ctx, convoke.Comment{ID: convoke.NewID("cm"), QuestionID: q.ID, EventID: x.e.ID, PersonID: x.mia.Person, Text: text(i*5, 15), CreatedAt: tx.Now}); err != nil {
				return err
			}
		}
		return nil
	})
}

// 500 questions stay within the budget of a page, and are all to be had on one.
func TestManyQuestions(t *testing.T) {
	r := rig.New(t)
	x := newTalk(t, r)
	x.many(500)
	item := regexp.MustCompile(`id="q(\d+)"`)
	mia := x.everybody["member"]
	seen := map[string]bool{}
	for page, path := 1, x.page; path != ""; page++ {
		got := mia.Get(path)
		list := item.FindAllStringSubmatch(got.Body, -1)
		if len(list) != 100 {
			t.Errorf("page %d has %d questions, want 100", page, len(list))
		}
		for _, m := range list {
			if seen[m[1]] {
				t.Errorf("question %s stands on two pages", m[1])
			}
			seen[m[1]] = true
		}
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, err := z.Write([]byte(got.Body))
		r.Must(err)
		r.Must(z.Close())
		if packed.Len() > 50_000 { // 10 kB are for styles, script and icon
			t.Errorf("page %d has %d bytes packed", page, packed.Len())
		}
		next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(got.Body)
		if path = ""; next != nil {
			path = next[1]
		}
		if page == 1 && (!strings.Contains(got.Body, "450 of 500 answered") || !strings.Contains(got.Body, "?page=5#waiting") || !strings.Contains(got.Body, "?all=1")) {
			t.Error("the first page does not lead to what waits, or to all on one")
		}
	}
	if len(seen) != 500 {
		t.Errorf("%d questions on all pages, want 500", len(seen))
	}
	if got := item.FindAllString(mia.Get(x.page+"?all=1").Body, -1); len(got) != 500 {
		t.Errorf("%d questions on one page, want 500", len(got))
	}
	for _, q := range []string{"?page=0", "?page=6", "?page=x", "?page=-1"} {
		if got := mia.Get(x.page + q); got.Status != 200 || !strings.Contains(got.Body, `id="q1"`) {
			t.Errorf("%s: %d", q, got.Status)
		}
	}
}

// What is exported, byte for byte, and to whom.
func TestQuestionExports(t *testing.T) {
	r := rig.New(t)
	x := newTalk(t, r)
	x.full()
	x.answer(1, "## 99. Forged?\n\nToo\n---\nSee [there](javascript:alert(3)).\n\n```\n# code that does not end")
	for _, tt := range []struct{ who, lang, ending, file string }{
		{"stranger", "en", "md", "questions.en.md"}, {"stranger", "fr", "md", "questions.fr.md"}, {"stranger", "en", "csv", "questions.en.csv"}, {"stranger", "fr", "csv", "questions.fr.csv"},
		{"moderator", "en", "csv", "questions.moderator.csv"},
	} {
		got := x.everybody[tt.who].Do("GET", x.page+"/export."+tt.ending, "", "", "Accept-Language", tt.lang)
		if got.Status != 200 || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment; filename=") || !strings.Contains(got.Header.Get("Content-Disposition"), "-questions."+tt.ending) {
			t.Errorf("%s for %s: %d, %v", tt.file, tt.who, got.Status, got.Header)
		}
		path := "testdata/" + tt.file
		if *updateQuestions {
			r.Must(os.WriteFile(path, []byte(got.Body), 0o644))
		}
		want, err := os.ReadFile(path)
		r.Must(err)
		if got.Body != string(want) {
			t.Errorf("%s differs (rewrite it with -update-questions, and read what changed):\n%s", path, got.Body)
		}
		for _, not := range []string{"hostcanary", "zoe@x.example"} {
			if strings.Contains(got.Body, not) {
				t.Errorf("%s holds %q", tt.file, not)
			}
		}
		if tt.ending != "csv" {
			continue
		}
		text, ok := strings.CutPrefix(got.Body, "\uFEFF")
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || !ok || len(rows) < 5 {
			t.Fatalf("%s: %d rows, mark %v, %v", tt.file, len(rows), ok, err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Errorf("%s: a spreadsheet takes %q for a formula", tt.file, cell)
				}
			}
		}
	}
}

// A chat is pasted, looked over and taken in; sent twice it is there once.
func TestPasteQuestions(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		x := newTalk(t, r)
		have := x.ask(x.mia, "How did you find out who pays for the heat?", false, app.QuestionEdit{})
		moe := x.everybody["moderator"]
		chat := "10:41:22 From Amina Canary to Everyone: How did you find out who pays for all the heat?\n10:42:00 From Bo Canary to Everyone: Is it <b>dear</b>?\n" +
			"10:43:00 From ZOE OKORO to Everyone:\nReplying to \"Is it\"\nNot at all.\n10:44:00 From Cy Canary to Everyone: Replying to \"Is it\"\nIt is!\n10:45:00 From Bo Canary to Everyone: thanks"
		got := moe.Post(x.desk+"/paste", url.Values{"pasted": {chat}})
		for _, want := range []string{"3 questions were found", `<option value="` + fmt.Sprint(have) + `" selected>`, "Is it &lt;b&gt;dear&lt;/b&gt;?", `<option value="` + string(x.zoe) + `" selected>`, `name="unnamed_0" value="true" checked`} {
			if !strings.Contains(got.Body, want) {
				t.Errorf("looking over lacks %q\n%s", want, got.Body)
			}
		}
		if got.Status != 200 {
			t.Errorf("looking over: %d", got.Status)
		}
		if agreed := moe.Post(x.desk+"/paste", url.Values{"pasted": {chat}, "agreed": {"true"}}); strings.Contains(agreed.Body, `name="unnamed_0" value="true" checked`) || !strings.Contains(agreed.Body, `<option value="name" selected>`) {
			t.Error("those who agreed are not named")
		}
		spoken := moe.Post(x.desk+"/paste", url.Values{"pasted": {"Is it dear?\n\nzoe okoro: Not at all."}})
		if !strings.Contains(spoken.Body, "One question was found") || !strings.Contains(spoken.Body, `<option value="`+string(x.zoe)+`" selected>`) {
			t.Errorf("what a speaker of the event said is no answer:\n%s", spoken.Body)
		}
		many := strings.Repeat("Is it dear?\n\nZoe Okoro: Not at all.\n\n", app.MaxTaken)
		if got := moe.Post(x.desk+"/paste", url.Values{"pasted": {many}}); got.Status != 200 {
			t.Errorf("as many questions as can be taken in, with their answers: %d", got.Status)
		}
		form := url.Values{"rows": {"3"}, "take_0": {"true"}, "text_0": {"How did you find out who pays for all the heat?"}, "asker_0": {"Amina Canary"}, "unnamed_0": {"true"}, "into_0": {fmt.Sprint(have)},
			"take_1": {"true"}, "text_1": {"Is it <b>dear</b>?"}, "asker_1": {"Bo Baker"}, "reply_1_0": {"Not at all."}, "name_1_0": {"ZOE OKORO"}, "from_1_0": {string(x.zoe)},
			"reply_1_1": {"It is!"}, "name_1_1": {"Cy Canary"}, "from_1_1": {""}, "text_2": {"thanks"}, "asker_2": {"Bo Canary"}}
		long := url.Values{"rows": {"2"}, "text_0": {"Not taken"}, "take_1": {"true"}, "text_1": {strings.Repeat("long ", 500)}}
		if got := moe.Post(x.desk+"/paste/take", long); got.Status != 422 || !strings.Contains(got.Body, `href="#text_1"`) || !strings.Contains(got.Body, "long long") || !strings.Contains(got.Body, "Not taken") {
			t.Errorf("a long one: %d\n%s", got.Status, got.Body)
		}
		if got := moe.Post(x.desk+"/paste/take", url.Values{"rows": {"1"}, "text_0": {"Not taken"}}); got.Status != 422 || !strings.Contains(got.Body, "Tick at least one") {
			t.Errorf("none ticked: %d", got.Status)
		}
		for range 2 {
			if got := moe.Post(x.desk+"/paste/take", form); got.Status != 303 {
				t.Fatalf("taking in: %d\n%s", got.Status, got.Body)
			}
			view, err := r.App.Questions.List(t.Context(), convoke.Nobody, "", string(x.e.ID))
			r.Must(err)
			if len(view.Questions) != 2 {
				t.Fatalf("%d questions, want 2", len(view.Questions))
			}
			first, second := view.Questions[0], view.Questions[1]
			if len(first.Askers) != 2 || (first.Askers[0].Name == "") == (first.Askers[1].Name == "") {
				t.Errorf("the one asked before: %+v", first.Askers)
			}
			if second.Text != "Is it <b>dear</b>?" || len(second.Askers) != 1 || second.Askers[0].Name != "Bo Baker" || len(second.Replies) != 2 || !second.Answered() {
				t.Errorf("the new one: %+v", second)
			}
			for _, rep := range second.Replies {
				if named := rep.Part == convoke.BySpeaker; named != (rep.Name == "Zoe Okoro") || named != (rep.Organisation == "Soils") || !named && rep.Name != "" {
					t.Errorf("answer %+v", rep)
				}
			}
		}
		body := x.everybody["stranger"].Get(x.page).Body
		if strings.Contains(body, "Canary") || !strings.Contains(body, "Said in the session") || !strings.Contains(body, "Bo Baker") {
			t.Errorf("the page names who did not agree, or not who did:\n%s", body)
		}
	})
}

// Rows can stand for one another, and whoever asks the same in the same words is one more who asks.
func TestTakeIn(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		x := newTalk(t, r)
		a, ctx := r.App.Questions, t.Context()
		taken, err := a.TakeIn(ctx, x.moe, x.e.ID, []app.TakenQuestion{{Text: "Why?", Asker: "Ann"}, {Text: "why ?", Asker: "Ben"}, {Text: "How come?", Asker: "Cy", Like: 1}, {Text: "???"}, {Text: "!!!"}})
		r.Must(err)
		if want := (app.Taken{Questions: 4, Known: 1}); taken != want {
			t.Errorf("taken %+v, want %+v", taken, want)
		}
		view, err := a.List(ctx, x.moe, "", string(x.e.ID))
		r.Must(err)
		if len(view.Questions) != 3 || len(view.Questions[0].Askers) != 3 {
			t.Errorf("got %+v", view.Questions)
		}
		for name, rows := range map[string][]app.TakenQuestion{
			"text_1":    {{Text: "Fine?"}, {Text: " "}},
			"into_0":    {{Text: "Fine?", Into: 99}},
			"like_0":    {{Text: "Fine?", Like: 1}},
			"text_0":    {{Text: "Fine?", Replies: []app.TakenReply{{Text: " "}}}},
			"speaker_0": {{Text: "Fine?", Replies: []app.TakenReply{{Text: "x", Speaker: "sp_none"}}}},
			"answers_0": {{Text: "Fine?", Replies: slices.Repeat([]app.TakenReply{{Text: "x"}}, 51)}},
			"rows":      {},
		} {
			_, err := a.TakeIn(ctx, x.moe, x.e.ID, rows)
			e, ok := errors.AsType[*convoke.Error](err)
			if !ok || e.Fields[name] == "" {
				t.Errorf("%s: got %v", name, err)
			}
		}
		view, err = a.List(ctx, x.moe, "", string(x.e.ID))
		r.Must(err)
		if len(view.Questions) != 3 {
			t.Errorf("%d questions after refusals, want 3: all are taken in or none", len(view.Questions))
		}
	})
}

// Whether speakers' answers appear at once is the admins' to say.
func TestAnswersAtOnce(t *testing.T) {
	r := rig.New(t)
	x := newTalk(t, r)
	ada := x.everybody["admin"]
	if got := ada.Get("/c/soil/admin/settings").Body; !strings.Contains(got, `name="answers_at_once" value="true"`) || strings.Contains(got, `name="answers_at_once" value="true" checked`) {
		t.Error("the settings do not say that a moderator looks first")
	}
	if got := ada.Post("/c/soil/admin/settings/save", url.Values{"has": {"answers_at_once"}, "answers_at_once": {"true"}}); got.Status != 303 {
		t.Fatalf("saved: %d", got.Status)
	}
	if got := ada.Get("/c/soil/admin/settings").Body; !strings.Contains(got, `name="answers_at_once" value="true" checked`) {
		t.Error("the choice was not kept")
	}
}

// BenchmarkQuestionPage reads a page of 500 questions whole, and by the tag of what the reader holds.
func BenchmarkQuestionPage(b *testing.B) {
	r := rig.New(b)
	m := r.Community("soil", convoke.Open, "mia@x.example")
	e, err := r.App.Events.Create(b.Context(), convoke.System, "soil", app.EventInput{Title: new("Compost"), StartLocal: new("2027-02-20T14:00"), TimeZone: new("Africa/Nairobi"), Invite: new(false)})
	r.Must(err)
	_, err = r.App.Events.Publish(b.Context(), convoke.System, e.ID)
	r.Must(err)
	e.CommunityID = m.ID
	x := &talk{Rig: r, t: b, e: e, mia: r.Viewer("mia@x.example"), page: "/c/soil/events/" + e.Slug + "/questions"}
	x.many(500)
	service := httptest.NewServer(r.Web())
	b.Cleanup(service.Close)
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	ask := func(b *testing.B, path, tag string) (int, string) {
		b.Helper()
		q, err := http.NewRequestWithContext(b.Context(), http.MethodGet, service.URL+path, nil)
		r.Must(err)
		q.Header.Set("If-None-Match", tag)
		a, err := client.Do(q)
		r.Must(err)
		n, err := io.Copy(io.Discard, a.Body)
		r.Must(errors.Join(err, a.Body.Close()))
		b.ReportMetric(float64(n), "bytes")
		return a.StatusCode, a.Header.Get("ETag")
	}
	for name, path := range map[string]string{"page": x.page, "all": x.page + "?all=1"} {
		for _, held := range []string{"cold", "etag"} {
			b.Run(name+"/"+held, func(b *testing.B) {
				tag, want := "", http.StatusOK
				if held == "etag" {
					_, tag = ask(b, path, "")
					want = http.StatusNotModified
				}
				begun := cpu()
				for b.Loop() {
					if got, _ := ask(b, path, tag); got != want {
						b.Fatalf("status %d, want %d", got, want)
					}
				}
				b.ReportMetric(float64((cpu()-begun).Microseconds())/float64(b.N), "cpu-µs/op")
			})
		}
	}
}

// Somebody of a session's chat is called no member: nobody knows who they are.
func TestChatHasNoPart(t *testing.T) {
	w := newLecture(t, rig.New(t), app.EventInput{})
	_, err := w.App.Questions.TakeIn(t.Context(), convoke.System, w.event.ID, []app.TakenQuestion{{Text: "Who digs?", Replies: []app.TakenReply{{Name: "Cy Chat", Text: "All of us."}}}})
	w.Must(err)
	path := "/c/soil/events/" + w.event.Slug + "/questions"
	ann := w.As("ann@x.example")
	for _, page := range []string{path, path + "/4", path + "/export.md", path + "/export.csv"} {
		w.says(ann.Get(page), 200, "Cy Chat", "!member ·", "!, member", "!· member", "!,member,")
	}
	_, err = w.App.Questions.Answer(t.Context(), w.Viewer("moe@x.example"), w.event.ID, 4, app.ReplyInput{Text: "I dig."})
	w.Must(err)
	w.says(ann.Get(path+"/4"), 200, "moderator ·", "Cy Chat")
	_, err = w.App.Questions.Edit(t.Context(), w.Viewer("moe@x.example"), w.event.ID, 4, app.QuestionEdit{ToCommunity: new(true)})
	w.Must(err)
	_, err = w.App.Questions.Answer(t.Context(), w.Viewer("ann@x.example"), w.event.ID, 4, app.ReplyInput{Text: "So do I."})
	w.Must(err)
	for page, want := range map[string]string{path: "member ·", path + "/4": "member ·", path + "/export.md": "· member ·", path + "/export.csv": ",member,"} {
		w.says(ann.Get(page), 200, "So do I.", want)
	}
}
