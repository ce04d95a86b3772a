package notify

import (
	"fmt"
	"time"

	"convoke/internal/convoke"
)

// Asked is a question with what is told of it.
type Asked struct {
	Number  int
	Text    string
	Reason  string // why it was declined, empty where it was not
	Live    int    // as convoke.Question.LiveSeconds
	Replies []convoke.Reply
}

// Bounds of a letter about questions. What it leaves out stands on the page.
const (
	maxAsked     = 12
	maxAskedText = 1000
	maxReplyText = 4000
	maxReplies   = 9_000
)

// asked is a question as both templates show it.
type asked struct {
	Head    string // its number
	Text    []para
	Note    string // what became of it, besides its answers
	Reason  []para
	Replies []reply
	Page    *link
}

type reply struct {
	By   string
	Text []para
	Rest string // that the page has more of it
}

// held says which event a letter is about, and when it was or will be.
func (v *view) held() {
	e := v.c.Event
	v.Part = v.T("mail.held", "Title", v.line(e.Title, convoke.MaxTitle), "Date", v.Date(e.StartsAt.Time()))
}

func (v *view) speakerQuestions() {
	title, n := v.line(v.c.Event.Title, convoke.MaxTitle), len(v.c.Asked)
	v.held()
	key := "mail.asks.subject"
	if v.c.Data.Nudge > 0 {
		key = "mail.asks.again"
	}
	v.Subject = v.subject(key, title, "Count", n)
	v.Title = v.T("mail.asks.title", "Count", n)
	v.Lines = []string{v.T("mail.asks.lede"), v.T("mail.asks.looked")}
	if v.c.Community.AtOnce {
		v.Lines[1] = v.T("mail.asks.once")
	}
	v.Button = &link{Label: v.T("mail.asks.button"), URL: v.letter("")}
	for i, q := range v.c.Asked {
		if i == maxAsked {
			v.Others = v.T("mail.asks.more", "Count", n-maxAsked)
			break
		}
		v.Asked = append(v.Asked, asked{Head: v.T("mail.asked.number", "Number", q.Number), Text: v.plain(q.Text, maxAskedText)})
	}
	v.Why = v.T("mail.asks.why", "Community", v.Group, "Title", title)
}

// answersTold tells whoever asked what became of their questions; whoever sees the event no more, only that something did.
func (v *view) answersTold() {
	title, n := v.line(v.c.Event.Title, convoke.MaxTitle), len(v.c.Asked)
	v.held()
	if v.c.Data.Anonymous {
		v.Lines = []string{v.T("mail.answers.unnamed")}
	}
	if !v.c.Reader.Sees {
		v.Subject, v.Title = v.subject("mail.became.subject", title, "Count", n), v.T("mail.became.title", "Count", n)
		v.Lines = append([]string{v.T("mail.answers.closed", "Count", n)}, v.Lines...)
		if !v.c.Community.Hidden { // everybody sees that page
			v.Page = &link{Label: v.T("mail.community.page"), URL: v.page()}
		}
		v.Why = v.T("mail.answers.why", "Community", v.Group)
		return
	}
	key, heading, left := "mail.answers.subject", "mail.answers.title", maxReplies
	told := 0
	for _, q := range v.c.Asked {
		if q.Reason != "" {
			key, heading = "mail.became.subject", "mail.became.title"
		}
		if left <= 0 {
			break
		}
		v.Asked = append(v.Asked, v.outcome(q, &left))
		told++
	}
	if told < n {
		v.Others = v.T("mail.answers.more", "Count", n-told)
	}
	v.Subject = v.subject(key, title, "Count", n)
	v.Title = v.T(heading, "Count", n)
	v.Page = &link{Label: v.T("mail.answers.all"), URL: v.page("events", v.c.Event.Slug, "questions")}
	v.Why = v.T("mail.answers.why", "Community", v.Group)
}

// outcome is what became of one question, as long as there is room for.
func (v *view) outcome(q Asked, left *int) asked {
	out := asked{Head: v.T("mail.asked.number", "Number", q.Number), Text: v.plain(q.Text, maxAskedText)}
	switch {
	case q.Reason != "":
		out.Note, out.Reason = v.T("mail.answers.declined"), v.plain(q.Reason, maxMessage)
	case q.Live >= 60: // seconds say no more to whoever reads on
		out.Note = v.T("mail.answers.live.at", "Duration", v.Duration(time.Duration(q.Live/60)*time.Minute))
	case q.Live != convoke.NotLive:
		out.Note = v.T("mail.answers.live")
	}
	for _, r := range q.Replies {
		text, cut := v.markdown(r.Text, min(maxReplyText, max(*left, 200)))
		for _, p := range text {
			for _, l := range p {
				*left -= units(l)
			}
		}
		x := reply{By: v.by(r), Text: text}
		if cut {
			x.Rest = v.T("mail.answers.rest")
		}
		out.Replies = append(out.Replies, x)
	}
	*left -= 200
	out.Page = &link{Label: v.T("mail.answers.page", "Number", q.Number), URL: v.page("events", v.c.Event.Slug, "questions", fmt.Sprint(q.Number))}
	return out
}

// by says who gave an answer, and in what part.
func (v *view) by(r convoke.Reply) string {
	name := v.line(r.Name, convoke.MaxName)
	if name == "" {
		return v.T("mail.reply.room")
	}
	if of := v.line(r.Organisation, convoke.MaxName); of != "" {
		name = v.T("mail.speaker", "Name", name, "Organisation", of)
	}
	if r.Chat {
		return v.T("mail.reply.other", "Name", name)
	}
	return v.T("mail.reply."+string(r.Part), "Name", name)
}
