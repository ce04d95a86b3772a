package web_test

import (
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// A speaker's page keeps what is written: without a button, box by box, and the other boxes before one is sent. What cannot be kept stays, and is told so.
func TestSpeakerPageKeepsWhatIsWritten(t *testing.T) {
	r := rig.New(t, rig.Listening(t))
	r.Serve()
	w := newLecture(t, r, app.EventInput{})
	b := r.Browser()
	const first, second = `#q1 textarea`, `#q2 textarea`
	says := func(box string) (text string) {
		t.Helper()
		b.Evaluate(`document.querySelector("`+box+` [data-kept]").textContent`, &text)
		return text
	}
	holds := func(selector, want string) {
		t.Helper()
		var got string
		b.Evaluate(`document.querySelector("`+selector+`").value`, &got)
		if got != want {
			t.Errorf("%s holds %q, want %q", selector, got, want)
		}
	}

	b.Open(w.link)
	if page := b.Text(); strings.Contains(page, "Each answer is saved by itself") {
		t.Errorf("with script the page says it does not keep by itself:\n%s", page)
	}
	b.Type(first, "Down to the rock.")
	b.Until(`document.querySelector("#q1 [data-kept]").textContent === "Saved as a draft."`)
	b.Open(w.link)
	holds(first, "Down to the rock.")

	b.Type(second, "As far as you see.")
	b.Press(`#q1 button[value="send"]`)
	holds(first, "Down to the rock.")
	holds(second, "As far as you see.")
	if got := w.reply(1, "Zoe").State; got != convoke.ReplySubmitted {
		t.Errorf("what was sent is %q", got)
	}
	if got := w.reply(2, "Zoe"); got.State != convoke.ReplyDraft || got.Text != "As far as you see." {
		t.Errorf("the other box was kept as %q, %q", got.State, got.Text)
	}

	// What is written while the page is saving is saved next, and not taken for saved.
	b.Evaluate(`{
		const real = fetch;
		window.held = [];
		window.fetch = (...what) => new Promise((go) => held.push(go)).then(() => real(...what));
		window.setTimeout = (act, after, ...what) => { window.due = () => act(...what); };
	}`, nil)
	b.Type(second, " One")
	b.Evaluate(`due()`, nil)
	b.Until(`held.length === 1`)
	b.Type(second, " more")
	var under int
	b.Evaluate(`due(), held.length`, &under)
	if under != 1 {
		t.Errorf("%d savings of one box at once", under)
	}
	b.Evaluate(`held[0]()`, nil)
	b.Until(`held.length === 2`)
	if got := w.reply(2, "Zoe").Text; got != "As far as you see. One" {
		t.Errorf("the draft is %q", got)
	}
	if b.Asks(`a[href$="do=unsubscribe"]`) {
		b.Evaluate(`held[1]()`, nil)
	} else {
		t.Fatal("leaving while something is not saved asks nothing")
	}
	b.Until(`document.querySelector("#q2 [name=version]").value === "3"`)

	// Another window was quicker.
	if got := w.answer(2, "From another window.", "draft"); got.Status != 303 {
		t.Fatalf("saving elsewhere answers %d", got.Status)
	}
	b.Open(w.link)
	b.Type(second, " And here.")
	if got := w.answer(2, "Once more from there.", "draft"); got.Status != 303 {
		t.Fatalf("saving elsewhere answers %d", got.Status)
	}
	b.Until(`document.querySelector("#q2 [data-kept]").textContent !== ""`)
	if got := says("#q2"); !strings.HasPrefix(got, "This answer was saved in another window meanwhile.") {
		t.Errorf("the page says %q", got)
	}
	holds(second, "From another window. And here.")
	if !b.Asks(`a[href$="do=unsubscribe"]`) {
		t.Fatal("leaving with words that could not be saved asks nothing")
	}

	// A page is no sentence for the status line.
	b.Evaluate(`window.fetch = async () => new Response("<!doctype html><p>Too busy", { status: 200, headers: { "Content-Type": "text/html" } })`, nil)
	b.Type(second, " So there.")
	b.Until(`document.querySelector("#q2 [data-kept]").textContent.startsWith("Not saved yet.")`)
	holds(second, "From another window. And here. So there.")
	if got := w.reply(2, "Zoe").Text; got != "Once more from there." {
		t.Errorf("the draft is %q", got)
	}
}

// Passing a question on keeps first what was typed, and asks; with the tick nothing of it is sent any more.
func TestSpeakerPassesOnWithScript(t *testing.T) {
	r := rig.New(t, rig.Listening(t))
	r.Serve()
	w := newLecture(t, r, app.EventInput{})
	b := r.Browser()
	b.Open(w.link)
	b.Type(`#q1 textarea`, "Draftcanary")
	b.Press(`#q1 [formaction]`)
	if page := b.Text(); !strings.Contains(page, "You have a draft here that is not sent.") || w.reply(1, "Zoe").Text != "Draftcanary" {
		t.Fatalf("what was typed is %q, and the page:\n%s", w.reply(1, "Zoe").Text, page)
	}
	b.Type(`#q1 textarea`, " more")
	b.Evaluate(`{
		document.querySelector("#q1 [name=drop]").checked = true;
		const real = fetch;
		window.fetch = (...what) => (localStorage.setItem("kept", "1"), real(...what));
	}`, nil)
	b.Press(`#q1 [formaction]`)
	var kept bool
	b.Evaluate(`localStorage.getItem("kept") !== null`, &kept)
	if page := b.Text(); kept || strings.Contains(page, "How deep?") || w.reply(1, "Zoe").ID != "" {
		t.Errorf("the draft was kept once more: %v, is %+v, and the page:\n%s", kept, w.reply(1, "Zoe"), page)
	}
}

// Without script a speaker reads that each box is saved by itself, where there are several.
func TestSpeakerPageWithoutScript(t *testing.T) {
	r := rig.New(t)
	w := newLecture(t, r, app.EventInput{})
	const told = "<noscript><p>Each answer is saved by itself"
	w.says(w.b.Get(w.link), 200, told)
	w.edit(1, app.QuestionEdit{State: new("declined"), Reason: new("No.")})
	w.says(w.b.Get(w.link), 200, "!"+told)
}

// Sending one form asks before another one's words are lost, and not for its own.
func TestUnsavedWordsOfAnotherForm(t *testing.T) {
	r := rig.New(t, rig.Listening(t))
	r.Serve()
	w := newLecture(t, r, app.EventInput{})
	b := r.Browser()
	link, err := r.App.SignIns.Direct(t.Context(), "moe@x.example")
	r.Must(err)
	b.Open(link)
	b.Press("main form button")
	b.Open("/c/soil/admin/events/" + w.event.Slug + "/summary")
	b.Fill("#summary", "What was said.")
	b.Press(`form[action$="/save"] button[value="draft"]`)
	b.Until(`document.querySelector("#summary").value === "What was said."`)
	b.Open("/c/soil/admin/events/" + w.event.Slug + "/summary")
	b.Fill("#summary", "What was meant.")
	b.Type(`#promises [name="name_slides"]`, "Zoe Okoro")
	if !b.Asks(`form[action$="/save"] button[value="draft"]`) {
		t.Fatal("the words of the second form are lost without a question")
	}
	if !b.Asks(`form[action$="/promises"] button`) {
		t.Fatal("once it was stayed, the words of the first form are lost without a question")
	}
}
