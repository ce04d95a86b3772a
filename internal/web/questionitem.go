package web

import (
	"slices"
	"strconv"
	"strings"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// mostNames is how many people a line names before it counts.
const mostNames = 5

// A questionItem is one question as the parts "question" and "question-body" show it.
type questionItem struct {
	speech
	app.QuestionView
	N       int           // the question's number
	Film    *materialLine // the recording, where the reader may have it
	Form    *refusedForm  // where the question stands by itself
	Base    string        // address of the event's questions
	Back    string        // the page it stands on
	Signed  bool
	Still   bool // nothing is changed any more
	Discuss bool // the reader may comment
	Plan    bool // the reader may moderate
	CanAsk  bool // if need be after signing in
	Whole   bool // stands by itself: forms are open
	Print   bool // comments are open
}

// Path is the question's own address.
func (q questionItem) Path() string { return q.Base + "/" + strconv.Itoa(q.N) }

// Heading is the question's first paragraph.
func (q questionItem) Heading() string {
	head, _, _ := strings.Cut(q.Text, "\n")
	return head
}

// Rest is what follows its first paragraph.
func (q questionItem) Rest() string {
	_, rest, _ := strings.Cut(q.Text, "\n")
	return strings.TrimSpace(rest)
}

// isolated keeps a name from turning the sentence round it (Unicode UAX #9).
func isolated(name string) string { return "\u2068" + name + "\u2069" }

// AskedBy says who asked, in words; empty where nobody is known.
func (q questionItem) AskedBy() string {
	var names []string
	firsts, unnamed := 0, 0
	for _, a := range q.Askers {
		switch {
		case !a.First:
			continue
		case a.Name == "":
			unnamed++
		case a.Organisation != "" && len(q.Askers) == 1:
			names = append(names, q.R.T("list.comma", "Before", isolated(a.Name), "Item", isolated(a.Organisation)))
		default:
			names = append(names, isolated(a.Name))
		}
		firsts++
	}
	if len(names) > mostNames {
		more := len(names) - mostNames
		names = append(names[:mostNames:mostNames], q.T("questions.more", "Count", more))
	}
	switch {
	case firsts == 0:
		return ""
	case len(names) == 0 && unnamed == 1:
		return q.T("questions.asked.unnamed")
	case unnamed > 0:
		names = append(names, q.T("questions.unnamed", "Count", unnamed))
	}
	return q.T("questions.asked", "Names", q.R.List(names))
}

// Wanted says how many people want to know, where these are more than asked.
func (q questionItem) Wanted() string {
	if slices.ContainsFunc(q.Askers, func(a app.AskerRow) bool { return !a.First }) {
		return q.T("questions.wanted", "Count", len(q.Askers))
	}
	return ""
}

// With names whose it is to answer; empty where it is nobody's.
func (q questionItem) With() string {
	var names []string
	for _, s := range q.QuestionView.Speakers {
		names = append(names, isolated(s.Name))
	}
	if len(names) == 0 {
		return ""
	}
	return q.T("questions.with", "Names", q.R.List(names))
}

// Facts says in a line who asks, and whose it is to answer while nobody has.
func (q questionItem) Facts() string {
	parts := []string{q.AskedBy(), q.Wanted()}
	if !q.Settled() {
		parts = append(parts, q.With())
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// Live tells whether it was answered during the event.
func (q questionItem) Live() bool { return q.LiveSeconds != convoke.NotLive }

// Moment is the place in the recording, "41:20"; empty where it is not known.
func (q questionItem) Moment() string {
	if q.LiveSeconds < 0 {
		return ""
	}
	return clockOf(q.LiveSeconds)
}

// Watch is where the recording begins with the answer; empty where the moment is not known or the recording not for the reader.
func (q questionItem) Watch() string {
	if q.Film == nil || q.LiveSeconds < 0 {
		return ""
	}
	return q.Film.Moment(q.LiveSeconds)
}

// clockOf writes a place in a recording as its player does.
func clockOf(seconds int) string {
	two := func(n int) string { return strconv.Itoa(100 + n)[1:] }
	if seconds < 3600 {
		return strconv.Itoa(seconds/60) + ":" + two(seconds%60)
	}
	return strconv.Itoa(seconds/3600) + ":" + two(seconds/60%60) + ":" + two(seconds%60)
}

// Published are the answers that stand on the page.
func (q questionItem) Published() []convoke.Reply {
	var out []convoke.Reply
	for _, r := range q.Replies {
		if r.State == convoke.ReplyPublished {
			out = append(out, r)
		}
	}
	return out
}

// Role says in what part somebody answered.
func (q questionItem) Role(r convoke.Reply) string {
	if r.Chat {
		return ""
	}
	return q.T("questions.part." + string(r.Part))
}

// MayAnswer tells whether the reader may answer as a member.
func (q questionItem) MayAnswer() bool {
	return q.Discuss && q.ToCommunity && q.State == convoke.QuestionOpen
}

// MayAskToo tells whether the reader may join those who ask, if need be after signing in.
func (q questionItem) MayAskToo() bool {
	return q.State == convoke.QuestionOpen && !q.Settled() && q.CanAsk && !q.Mine
}

// Asking tells whether the reader waits for its answer.
func (q questionItem) Asking() bool {
	return q.State == convoke.QuestionOpen && !q.Settled() && q.Mine
}

// A questionText is the text field of one of a question's forms.
type questionText struct{ ID, Label, Hint, Fault, Value string }

// Described lists what describes the field to screen readers.
func (x questionText) Described() string {
	var ids []string
	if x.Hint != "" {
		ids = append(ids, x.ID+"-hint")
	}
	if x.Fault != "" {
		ids = append(ids, x.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// TextOf is the text field of the form of a name, with what was typed where it was refused: its ID is then "text", where the summary of faults leads.
func (q questionItem) TextOf(what, label, hint string) questionText {
	out := questionText{ID: what + "-" + strconv.Itoa(q.N), Label: q.T(label)}
	if hint != "" {
		out.Hint = q.T(hint)
	}
	if q.Form != nil && q.Form.values.Get("what") == what {
		out.ID, out.Value, out.Fault = "text", q.Form.values.Get("text"), q.Form.fault("text")
	}
	return out
}

// questionItem makes one of a question.
func (f *frame) questionItem(view *app.QuestionsView, q app.QuestionView) questionItem {
	return questionItem{speech: f.speech, QuestionView: q, N: q.Number, Base: questionsPath(view.Event), Back: f.Path, Signed: f.Signed(), Still: view.Event.Community.Archived(), Discuss: view.CanDiscuss,
		Plan: view.CanModerate, CanAsk: f.mayAsk(view)}
}
