package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type questionDeskPage struct {
	frame
	Q       app.QuestionsView
	Asked   []speakerLine // how far asking the speakers has come
	Pending []questionItem
	Waiting []waitingReply
	Rows    []orderRow
	Lost    string // what was typed and has no box any more
}

// waitingReply is an answer that nobody has published yet, with its question.
type waitingReply struct {
	questionItem
	Reply convoke.Reply
}

// orderRow is a question's place among the others.
type orderRow struct {
	questionItem
	Place string // as it is, or as it was typed
}

// Base is the address of the questions.
func (p *questionDeskPage) Base() string { return questionsPath(p.Q.Event) }

// Desk is the address of this page.
func (p *questionDeskPage) Desk() string { return questionDeskPath(p.Q.Event) }

// UntilDate is the day of the end of asking, in the event's zone.
func (p *questionDeskPage) UntilDate() string {
	if p.Q.AskUntil == 0 {
		return ""
	}
	return p.Q.AskUntil.Time().In(p.In(p.Q.Event.Zone).R.Zone()).Format("2006-01-02")
}

// moderated reads the questions of an event for who may moderate them.
func (s *Server) moderated(c *gin.Context) (app.QuestionsView, error) {
	view, err := s.app.Questions.List(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"))
	if err == nil && !view.CanModerate {
		err = convoke.ErrForbidden
	}
	return view, err
}

// questionDesk is where the questions of an event are looked over and put into order.
func (s *Server) questionDesk(c *gin.Context) error {
	view, err := s.moderated(c)
	if err != nil {
		return err
	}
	p := questionDeskPage{frame: s.frame(c), Q: view}
	if p.Asked, err = s.speakersAsked(c, view.Event.ID); err != nil {
		return err
	}
	p.aroundQuestions(view.Event)
	p.crumb(p.T("questions.title"), p.Base())
	p.Title, p.Lost = p.T("questiondesk.of", "Title", view.Event.Title), p.typed(c)
	typed := map[string]string{}
	if p.Form != nil && len(p.Form.values["n"]) == len(p.Form.values["place"]) {
		for i, n := range p.Form.values["n"] {
			typed[n] = p.Form.values["place"][i]
		}
	}
	for i, q := range view.Questions {
		item := p.questionItem(&p.Q, q)
		if q.State == convoke.QuestionPending {
			p.Pending = append(p.Pending, item)
		}
		for _, r := range q.Replies {
			if r.State == convoke.ReplySubmitted {
				p.Waiting = append(p.Waiting, waitingReply{item, r})
			}
		}
		row := orderRow{item, strconv.Itoa(i + 1)}
		if place, ok := typed[strconv.Itoa(q.Number)]; ok {
			row.Place = place
		}
		p.Rows = append(p.Rows, row)
	}
	return s.show(c, "question-desk", &p)
}

// Edit is where the question is changed.
func (q questionItem) Edit() string {
	return strings.Replace(strings.TrimSuffix(q.Base, "/questions"), "/events/", "/admin/events/", 1) + "/questions/" + strconv.Itoa(q.N)
}

// Short is the question in a line.
func (q questionItem) Short() string { return shorter(q.Heading(), 120) }

// Standing says how far the question has come, in words.
func (q questionItem) Standing() string {
	switch {
	case q.State != convoke.QuestionOpen:
		return q.T("questiondesk.state." + string(q.State))
	case q.Live():
		return q.T("questions.live")
	case q.Settled():
		return q.T("questiondesk.state.answered")
	}
	return q.T("questiondesk.state.waiting")
}

type orderForm struct {
	Numbers []string `form:"n"`
	Places  []string `form:"place"`
	Move    string   `form:"move"` // "up 7" or "down 7"
	Ordered int64    `form:"ordered"`
}

// order is the numbers of the questions in the order the form wishes: by the places that were typed, and one moved by a button.
func (f orderForm) order() ([]int, error) {
	if len(f.Numbers) != len(f.Places) {
		return nil, convoke.Refuse(convoke.ReasonUnreadable, "error.unreadable")
	}
	type row struct{ number, key int }
	rows := make([]row, len(f.Numbers))
	for i, text := range f.Numbers {
		number, err := strconv.Atoi(text)
		place, err2 := strconv.Atoi(strings.TrimSpace(f.Places[i]))
		if err != nil || err2 != nil || place < 0 || place > 1_000_000 {
			return nil, convoke.Invalid("place", "error.number")
		}
		key := 2 * place
		switch { // what moves goes before or behind whoever stands at that place
		case place < i+1:
			key--
		case place > i+1:
			key++
		}
		rows[i] = row{number, key}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.key - b.key })
	out := make([]int, len(rows))
	for i, r := range rows {
		out[i] = r.number
	}
	way, text, _ := strings.Cut(f.Move, " ")
	if number, err := strconv.Atoi(text); err == nil {
		i := slices.Index(out, number)
		j := i + map[string]int{"up": -1, "down": 1}[way]
		if i >= 0 && j >= 0 && j < len(out) {
			out[i], out[j] = out[j], out[i]
		}
	}
	return out, nil
}

// orderQuestions puts the questions into another order.
func (s *Server) orderQuestions(c *gin.Context) error {
	var in orderForm
	return s.onDesk(c, &in, "done.saved", func(e convoke.ID) error {
		numbers, err := in.order()
		if err != nil {
			return err
		}
		return s.app.Questions.Order(c.Request.Context(), viewer(c), e, numbers, &in.Ordered)
	})
}

// onDesk does something to the questions of an event.
func (s *Server) onDesk(c *gin.Context, in any, key string, do func(e convoke.ID) error) error {
	if err := bind(c, in); err != nil {
		return err
	}
	e, err := s.eventHere(c)
	if err != nil {
		return err
	}
	if err := do(e.ID); err != nil {
		return s.again(c, err, s.questionDesk)
	}
	return s.done(c, questionDeskPath(e), key)
}

type publishForm struct {
	ID string `form:"id"` // empty for all
}

// publishAnswers puts answers that wait on the page.
func (s *Server) publishAnswers(c *gin.Context) error {
	var in publishForm
	return s.onDesk(c, &in, "done.answers_published", func(e convoke.ID) error {
		if in.ID != "" {
			return s.app.Questions.PublishAnswer(c.Request.Context(), viewer(c), convoke.ID(in.ID))
		}
		_, err := s.app.Questions.PublishAnswers(c.Request.Context(), viewer(c), e)
		return err
	})
}

type untilForm struct {
	Date string `form:"until"`
}

// askUntil sets until which day, in the event's zone, questions are taken.
func (s *Server) askUntil(c *gin.Context) error {
	var in untilForm
	return s.onDesk(c, &in, "done.saved", func(e convoke.ID) error {
		return s.app.Questions.AskUntilDay(c.Request.Context(), viewer(c), e, in.Date)
	})
}

type questionEditPage struct {
	frame
	Q      app.QuestionsView
	Item   questionItem
	Others []choice // to merge with
}

// Base is the address of the questions.
func (p *questionEditPage) Base() string { return questionsPath(p.Q.Event) }

// Desk is where all of them are moderated.
func (p *questionEditPage) Desk() string { return questionDeskPath(p.Q.Event) }

// Ticked tells whether a question is a speaker's to answer, as it is or as it was typed.
func (p *questionEditPage) Ticked(id convoke.ID) bool {
	if p.Form != nil && p.Form.values.Has("with_speakers") {
		return slices.Contains(p.Form.values["speakers"], string(id))
	}
	return slices.ContainsFunc(p.Item.QuestionView.Speakers, func(s convoke.Speaker) bool { return s.ID == id })
}

// Writers are whose answer it can be: a speaker's, or the reader's own.
func (p *questionEditPage) Writers() []choice {
	var out []choice
	for _, s := range p.Q.Event.Speakers {
		out = append(out, choice{Name: s.Name, Value: string(s.ID)})
	}
	return out
}

// questionEdit is where one question is changed, declined, merged, answered and removed.
func (s *Server) questionEdit(c *gin.Context) error {
	number, err := numberOf(c)
	if err != nil {
		return err
	}
	view, err := s.moderated(c)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(view.Questions, func(q app.QuestionView) bool { return q.Number == number })
	if i < 0 && hasRefused(c) { // merged meanwhile: what was typed for it is not for the other
		return s.questionDesk(c)
	}
	if i < 0 { // merged perhaps; its own page knows where it stands
		return s.to(c, questionsPath(view.Event)+"/"+strconv.Itoa(number))
	}
	p := questionEditPage{frame: s.frame(c), Q: view}
	p.aroundQuestions(view.Event)
	p.crumb(p.T("questions.title"), p.Base())
	p.crumb(p.T("questiondesk.title"), p.Desk())
	p.Item = p.questionItem(&p.Q, view.Questions[i])
	p.Title, p.Main = p.T("questions.page", "Number", number, "Text", shorter(p.Item.Heading(), 80)), "single"
	for _, q := range view.Questions {
		if q.Number != number && q.State != convoke.QuestionDeclined {
			p.Others = append(p.Others, choice{Name: strconv.Itoa(q.Number) + ". " + p.questionItem(&p.Q, q).Short(), Value: strconv.Itoa(q.Number)})
		}
	}
	return s.show(c, "question-edit", &p)
}

// onEdit changes the question of the address.
func (s *Server) onEdit(c *gin.Context, in any, key string, do func(e convoke.ID, number int) error) error {
	if err := bind(c, in); err != nil {
		return s.again(c, err, s.questionEdit)
	}
	number, err := numberOf(c)
	if err != nil {
		return err
	}
	e, err := s.eventHere(c)
	if err != nil {
		return err
	}
	if err := do(e.ID, number); err != nil {
		return s.againOr(c, err, s.questionEdit, s.questionDesk)
	}
	return s.done(c, questionDeskPath(e), key)
}

type questionForm struct {
	app.QuestionEdit
	IsLive bool   `form:"live"`
	Moment string `form:"live_at"`
}

// saveQuestion keeps a changed question; from a pending one it can be opened at once.
func (s *Server) saveQuestion(c *gin.Context) error {
	var in questionForm
	return s.onEdit(c, &in, "done.saved", func(e convoke.ID, number int) error {
		form := c.Request.PostForm
		if form.Has("with_speakers") {
			in.Speakers = new(slices.Clone(form["speakers"]))
		}
		if form.Has("live_at") {
			at := strings.TrimSpace(in.Moment)
			switch {
			case at == "" && in.IsLive:
				at = "yes"
			case !in.IsLive && at == form.Get("live_was"): // unticked, with its moment still in its field
				at = ""
			}
			in.Live = &at
		}
		_, err := s.app.Questions.Edit(c.Request.Context(), viewer(c), e, number, in.QuestionEdit)
		return err
	})
}

type declineForm struct {
	Reason string `form:"reason"`
}

// declineQuestion shows a question with the reason why it is not answered.
func (s *Server) declineQuestion(c *gin.Context) error {
	var in declineForm
	return s.onEdit(c, &in, "done.question_declined", func(e convoke.ID, number int) error {
		_, err := s.app.Questions.Edit(c.Request.Context(), viewer(c), e, number, app.QuestionEdit{State: new(string(convoke.QuestionDeclined)), Reason: &in.Reason})
		return err
	})
}

type mergeForm struct {
	Into int `form:"into"`
}

// mergeQuestion lets another question stand for this one.
func (s *Server) mergeQuestion(c *gin.Context) error {
	var in mergeForm
	return s.onEdit(c, &in, "done.question_merged", func(e convoke.ID, number int) error {
		return s.app.Questions.Merge(c.Request.Context(), viewer(c), e, number, in.Into)
	})
}

type writeForm struct {
	Answer  string `form:"answer"`
	Speaker string `form:"speaker"`
}

// writeAnswer adds an answer under a speaker's name, or the moderator's own.
func (s *Server) writeAnswer(c *gin.Context) error {
	var in writeForm
	return s.onEdit(c, &in, "done.answered", func(e convoke.ID, number int) error {
		_, err := s.app.Questions.Answer(c.Request.Context(), viewer(c), e, number, app.ReplyInput{Text: in.Answer, Speaker: in.Speaker})
		return renamed(err, "text", "answer")
	})
}

type changeAnswerForm struct {
	ID      string `form:"id"`
	Changed string `form:"changed"`
	Version *int64 `form:"version"`
	Do      string `form:"do"` // "remove" takes it away
}

// changeAnswer changes an answer of anybody's, or takes it away.
func (s *Server) changeAnswer(c *gin.Context) error {
	var in changeAnswerForm
	return s.onEdit(c, &in, "done.saved", func(convoke.ID, int) error {
		if err := pressed(in.Do, "", "remove"); err != nil {
			return err
		}
		if in.Do == "remove" {
			return s.app.Questions.RemoveAnswer(c.Request.Context(), viewer(c), convoke.ID(in.ID))
		}
		_, err := s.app.Questions.EditAnswer(c.Request.Context(), viewer(c), convoke.ID(in.ID), app.ReplyInput{Text: in.Changed, Version: in.Version})
		return renamed(err, "text", "changed")
	})
}

// removeQuestion takes a question away for good.
func (s *Server) removeQuestion(c *gin.Context) error {
	var in struct{}
	return s.onEdit(c, &in, "done.question_removed", func(e convoke.ID, number int) error {
		return s.app.Questions.Remove(c.Request.Context(), viewer(c), e, number)
	})
}

// Changed is the text of an answer as it is, or as it was typed.
func (p *questionEditPage) Changed(r convoke.Reply) questionText {
	out := questionText{ID: "changed-" + string(r.ID), Label: p.T("questiondesk.answer.text"), Value: r.Text}
	if p.Form != nil && p.Form.values.Get("id") == string(r.ID) {
		out.ID, out.Value, out.Fault = "changed", p.Form.values.Get("changed"), p.Form.fault("changed")
	}
	return out
}
