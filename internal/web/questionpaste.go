package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type questionPastePage struct {
	frame
	Q    app.QuestionsView
	Rows []pastedRow // to look over; none while the text is still to be pasted
}

// pastedRow is one question to look over.
type pastedRow struct {
	I       int
	Take    bool
	Text    string
	Asker   string
	Unnamed bool
	Into    string   // chosen of the proposals
	Alike   []choice // questions it is nearly the same as
	Replies []pastedReply
	Fault   string
}

type pastedReply struct {
	J                int
	Text, Name, From string // From is a speaker's ID, "name", "" for without a name, or "out"
}

// N is the row as people count.
func (r pastedRow) N() int { return r.I + 1 }

// Base is the address of the questions.
func (p *questionPastePage) Base() string { return questionsPath(p.Q.Event) }

// Desk is where the questions are moderated.
func (p *questionPastePage) Desk() string { return questionDeskPath(p.Q.Event) }

// Froms are whose a reply can be.
func (p *questionPastePage) Froms(r pastedReply) []choice {
	var out []choice
	for _, s := range p.Q.Event.Speakers {
		out = append(out, choice{Name: p.T("questionpaste.from.speaker", "Name", isolated(s.Name)), Value: string(s.ID)})
	}
	if r.Name != "" {
		out = append(out, choice{Name: p.T("questionpaste.from.name", "Name", isolated(r.Name)), Value: "name"})
	}
	return append(out, choice{Name: p.T("questionpaste.from.nobody")}, choice{Name: p.T("questionpaste.from.out"), Value: "out"})
}

// questionPaste is where the chat of a session is pasted and looked over.
func (s *Server) questionPaste(c *gin.Context) error {
	view, err := s.moderated(c)
	if err != nil {
		return err
	}
	p := questionPastePage{frame: s.frame(c), Q: view}
	p.aroundQuestions(view.Event)
	p.crumb(p.T("questions.title"), p.Base())
	p.crumb(p.T("questiondesk.title"), p.Desk())
	p.Title, p.Main = p.T("questionpaste.title"), "single"
	form := c.Request.PostForm
	switch {
	case form.Has("rows"):
		p.Rows = rowsOf(form)
		for i := range p.Rows {
			p.Rows[i].Fault = p.Form.fault("text_" + strconv.Itoa(i))
		}
		p.propose()
	case form.Has("pasted") && p.Form == nil:
		p.Rows = pastedRows(form.Get("pasted"), form.Get("agreed") == "true", view.Event.Speakers)
		p.propose()
		for i, r := range p.Rows {
			if len(r.Alike) > 0 {
				p.Rows[i].Into = r.Alike[0].Value
			}
		}
	}
	return s.show(c, "question-paste", &p)
}

// propose finds for each row the questions it is nearly the same as: those the event has, and rows before it.
func (p *questionPastePage) propose() {
	have := make([]convoke.Words, len(p.Q.Questions))
	for i, q := range p.Q.Questions {
		have[i] = convoke.WordsOf(q.Text)
	}
	var rows []convoke.Words
	for i := range p.Rows {
		r := &p.Rows[i]
		w := convoke.WordsOf(r.Text)
		for j, q := range p.Q.Questions {
			if q.State != convoke.QuestionDeclined && w.Alike(have[j]) {
				r.Alike = append(r.Alike, choice{Name: p.T("questionpaste.same.question", "Number", q.Number, "Text", shorter(q.Text, 80)), Value: strconv.Itoa(q.Number)})
			}
		}
		for j, x := range rows {
			if w.Alike(x) {
				r.Alike = append(r.Alike, choice{Name: p.T("questionpaste.same.row", "Number", j+1, "Text", shorter(p.Rows[j].Text, 80)), Value: "row " + strconv.Itoa(j)})
			}
		}
		rows = append(rows, w)
	}
}

// pastedRows are the rows of a pasted text as they are proposed: nobody is named who did not agree.
func pastedRows(text string, agreed bool, speakers []convoke.Speaker) []pastedRow {
	var out []pastedRow
	for i, q := range convoke.ParsePaste(text, speakers) {
		row := pastedRow{I: i, Take: q.Text != "", Text: q.Text, Asker: q.Asker, Unnamed: !agreed}
		for j, r := range q.Replies {
			reply := pastedReply{J: j, Text: r.Text, Name: r.Name}
			k := slices.IndexFunc(speakers, func(s convoke.Speaker) bool {
				return r.Name != "" && convoke.SameWords(s.Name) == convoke.SameWords(r.Name)
			})
			switch {
			case k >= 0:
				reply.From = string(speakers[k].ID)
			case agreed && r.Name != "":
				reply.From = "name"
			}
			row.Replies = append(row.Replies, reply)
		}
		out = append(out, row)
	}
	return out
}

// maxPasted is how many rows a form can have.
const maxPasted = 1_000

// rowsOf reads the rows that were looked over.
func rowsOf(form url.Values) []pastedRow {
	n, err := strconv.Atoi(form.Get("rows"))
	if err != nil || n < 0 || n > maxPasted {
		return nil
	}
	out := make([]pastedRow, n)
	for i := range out {
		at := func(name string) string { return form.Get(fmt.Sprintf("%s_%d", name, i)) }
		out[i] = pastedRow{I: i, Take: at("take") != "", Text: at("text"), Asker: at("asker"), Unnamed: at("unnamed") != "", Into: at("into")}
		for j := 0; form.Has(fmt.Sprintf("reply_%d_%d", i, j)); j++ {
			at := func(name string) string { return form.Get(fmt.Sprintf("%s_%d_%d", name, i, j)) }
			out[i].Replies = append(out[i].Replies, pastedReply{J: j, Text: at("reply"), Name: at("name"), From: at("from")})
		}
	}
	return out
}

type pasteForm struct {
	Pasted string `form:"pasted"`
	Agreed bool   `form:"agreed"`
}

// lookOver reads a pasted text and shows what was found in it. Nothing is kept yet, so the answer is the page itself.
func (s *Server) lookOver(c *gin.Context) error {
	var in pasteForm
	if err := bind(c, &in); err != nil {
		return err
	}
	e, err := s.eventHere(c)
	if err != nil {
		return err
	}
	switch runes := len([]rune(in.Pasted)); {
	case strings.TrimSpace(in.Pasted) == "":
		err = convoke.Invalid("pasted", "question.paste.missing")
	case runes > convoke.MaxPaste:
		err = convoke.Invalid("pasted", "question.paste.long")
	case len(convoke.ParsePaste(in.Pasted, e.Speakers)) > app.MaxTaken:
		err = convoke.Invalid("pasted", "question.rows.many")
	}
	if err != nil {
		return s.again(c, err, s.questionPaste)
	}
	return s.questionPaste(c)
}

// takeIn adds the rows that were ticked.
func (s *Server) takeIn(c *gin.Context) error {
	if err := bind(c, &struct{}{}); err != nil {
		return err
	}
	e, err := s.eventHere(c)
	if err != nil {
		return err
	}
	var rows []app.TakenQuestion
	at := map[int]int{} // place among the ticked ones by row
	back := map[int]int{}
	for _, r := range rowsOf(c.Request.PostForm) {
		if !r.Take {
			continue
		}
		x := app.TakenQuestion{Text: r.Text}
		if !r.Unnamed {
			x.Asker = r.Asker
		}
		if row, ok := strings.CutPrefix(r.Into, "row "); ok {
			j, _ := strconv.Atoi(row) // none is the first, which is checked like any other
			x.Like = at[j]            // one that is not taken in stands for nothing
		} else {
			x.Into, _ = strconv.Atoi(r.Into) // none is zero
		}
		for _, y := range r.Replies {
			switch y.From {
			case "out":
			case "name":
				x.Replies = append(x.Replies, app.TakenReply{Name: y.Name, Text: y.Text})
			default:
				x.Replies = append(x.Replies, app.TakenReply{Speaker: y.From, Text: y.Text})
			}
		}
		back[len(rows)] = r.I
		rows = append(rows, x)
		at[r.I] = len(rows)
	}
	taken, err := s.app.Questions.TakeIn(c.Request.Context(), viewer(c), e.ID, rows)
	if err != nil {
		return s.again(c, backToRows(err, back), s.questionPaste)
	}
	return s.done(c, questionDeskPath(e), "done.taken_in", "Questions", taken.Questions, "Answers", taken.Answers, "Known", taken.Known)
}

// backToRows gives the faults of ticked rows the numbers the rows have in the form.
func backToRows(err error, rows map[int]int) error {
	var names []string
	for i, row := range rows {
		for _, field := range []string{"text", "into", "like", "answers", "speaker"} {
			names = append(names, fmt.Sprintf("%s_%d", field, i), fmt.Sprintf("text_%d!", row))
		}
	}
	err = renamed(err, names...)
	for _, row := range rows { // in two steps, so that no number is taken for another
		err = renamed(err, fmt.Sprintf("text_%d!", row), fmt.Sprintf("text_%d", row))
	}
	return err
}
