package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// onePage is how many questions a page shows; 500 with long answers on one would take a slow line half a minute.
const onePage = 100

type questionsPage struct {
	frame
	Q        app.QuestionsView
	Pending  []questionItem // the reader's own that nobody has looked at
	Answered []questionItem
	Waiting  []questionItem
	Declined []questionItem
	Speakers []speakerShare
	Tabs     []choice // the groups, where there are several
	Pager    pager
	Film     *materialLine // the recording, where the reader may have it
	Lost     string        // what was typed and has no box any more
	Several  bool          // there are more pages than this
	All      bool          // everything on one page
}

// speakerShare is how much of the questions a speaker has answered.
type speakerShare struct {
	Name          string
	Answered, Has int
}

func questionsPath(e app.EventView) string { return eventPath(e.Community.Slug, e.Slug) + "/questions" }

// film finds the first recording of an event that the reader may have; nil for none.
func (s *Server) film(c *gin.Context, f *frame, e app.EventView) (*materialLine, error) {
	left, err := s.app.Materials.After(c.Request.Context(), viewer(c), e)
	if err != nil {
		return nil, err
	}
	for _, l := range newAfter(f, e, left[e.ID]).Recordings() {
		return &l, nil
	}
	return nil, nil
}

// questions is every question about an event with its answers.
func (s *Server) questions(c *gin.Context) error {
	view, err := s.app.Questions.List(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"))
	if err != nil {
		return err
	}
	p := questionsPage{frame: s.frame(c), Q: view, All: c.Query("all") == "1"}
	p.aroundQuestions(view.Event)
	p.Title = p.T("questions.of", "Title", view.Event.Title)
	if p.Film, err = s.film(c, &p.frame, view.Event); err != nil {
		return err
	}
	p.Lost = p.typed(c)
	groups := [3][]questionItem{}
	for _, q := range view.Questions {
		item := p.questionItem(&p.Q, q)
		item.Print, item.Film = p.All, p.Film
		switch {
		case q.State == convoke.QuestionPending:
			if q.Mine {
				p.Pending = append(p.Pending, item)
			}
		case q.State == convoke.QuestionDeclined:
			groups[2] = append(groups[2], item)
		case q.Answered():
			groups[0] = append(groups[0], item)
		default:
			groups[1] = append(groups[1], item)
		}
	}
	p.share()
	p.cut(c, groups)
	return s.show(c, "questions", &p)
}

// cut leaves what stands on the page asked for, and leads to the others.
func (p *questionsPage) cut(c *gin.Context, groups [3][]questionItem) {
	all := slices.Concat(groups[0], groups[1], groups[2])
	last := max(0, len(all)-1) / onePage
	n, err := strconv.Atoi(c.Query("page"))
	if err != nil || n < 1 || n > last+1 {
		n = 1
	}
	n--
	p.Several = last > 0
	href := func(page int, anchor string) string {
		if p.All || page == 0 {
			return p.Base() + anchor
		}
		return p.Base() + "?page=" + strconv.Itoa(page+1) + anchor
	}
	begin := 0
	for i, key := range []string{"questions.tab.answered", "questions.tab.waiting", "questions.tab.declined"} {
		if len(groups[i]) > 0 {
			p.Tabs = append(p.Tabs, choice{Name: p.T(key, "Number", p.Number(len(groups[i]))), Href: href(begin/onePage, "#"+[]string{"answered", "waiting", "declined"}[i])})
		}
		begin += len(groups[i])
	}
	from, to := n*onePage, min(len(all), (n+1)*onePage)
	if p.All {
		from, to = 0, len(all)
	}
	begin = 0
	for i, target := range []*[]questionItem{&p.Answered, &p.Waiting, &p.Declined} {
		end := begin + len(groups[i])
		if lo, hi := max(from, begin), min(to, end); lo < hi {
			*target = groups[i][lo-begin : hi-begin]
		}
		begin = end
	}
	p.Pager.speech = p.speech
	if p.All {
		return
	}
	if n > 0 {
		p.Pager.Previous = &choice{Name: p.T("questions.page.previous"), Href: href(n-1, "")}
		p.Pending = nil
	}
	if n < last {
		p.Pager.Next = &choice{Name: p.T("questions.page.next"), Href: href(n+1, "")}
	}
}

// share counts what each speaker has answered, and what waits for them.
func (p *questionsPage) share() {
	for _, s := range p.Q.Event.Speakers {
		x := speakerShare{Name: s.Name}
		for _, q := range p.Q.Questions {
			own := func(r convoke.Reply) bool {
				return r.Part == convoke.BySpeaker && r.State == convoke.ReplyPublished && (r.SpeakerID == s.ID || r.SpeakerID == "" && r.Name == s.Name)
			}
			switch {
			case q.State != convoke.QuestionOpen:
			case slices.ContainsFunc(q.Replies, own):
				x.Answered++
			case !q.Settled() && slices.ContainsFunc(q.Speakers, func(o convoke.Speaker) bool { return o.ID == s.ID }):
				x.Has++
			}
		}
		if x.Answered+x.Has > 0 {
			p.Speakers = append(p.Speakers, x)
		}
	}
}

// Share says how much of the questions a speaker has answered, in words.
func (p *questionsPage) Share(x speakerShare) string {
	if x.Has == 0 {
		return p.T("questions.share", "Name", isolated(x.Name), "Answered", p.Number(x.Answered))
	}
	return p.T("questions.share.has", "Name", isolated(x.Name), "Answered", p.Number(x.Answered), "Has", p.Number(x.Has))
}

// Percent is how much of the questions is answered.
func (p *questionsPage) Percent() int {
	if p.Q.Count.Open == 0 {
		return 0
	}
	return 100 * p.Q.Count.Answered / p.Q.Count.Open
}

// From says which webinar the questions are about, when it was and with whom.
func (p *questionsPage) From() string { return fromEvent(p.speech, p.Now, p.Q) }

func fromEvent(s speech, now convoke.Instant, q app.QuestionsView) string {
	e := q.Event
	parts := []string{}
	switch {
	case e.Series != nil && q.Sessions >= e.Number && e.Number > 0:
		parts = append(parts, s.T("questions.session", "Number", s.Number(e.Number), "Of", s.Number(q.Sessions)))
	}
	key := "questions.held"
	switch {
	case e.Status == convoke.Cancelled:
		key = "questions.cancelled"
	case e.EndsAt > now:
		key = "questions.planned"
	}
	parts = append(parts, s.T(key, "When", s.R.When(e.StartsAt.Time())))
	var names []string
	for _, x := range e.Speakers {
		names = append(names, isolated(x.Name))
	}
	if len(names) > 0 {
		parts = append(parts, s.T("questions.speakers", "Names", s.R.List(names)))
	}
	return strings.Join(parts, " ") // each is a sentence
}

// EventPath is the address of the event.
func (p *questionsPage) EventPath() string {
	return eventPath(p.Q.Event.Community.Slug, p.Q.Event.Slug)
}

// Base is the address of the questions.
func (p *questionsPage) Base() string { return questionsPath(p.Q.Event) }

// Desk is where the questions are moderated.
func (p *questionsPage) Desk() string { return questionDeskPath(p.Q.Event) }

// Open tells whether somebody may ask, if need be after signing in.
func (p *questionsPage) Open() bool { return p.mayAsk(&p.Q) }

// mayAsk tells whether the reader may ask, if need be after signing in.
func (f *frame) mayAsk(view *app.QuestionsView) bool {
	return view.CanAsk || !f.Signed() && !view.Closed && !view.Event.Draft() && !view.Event.Community.Archived()
}

// Empty tells whether there is nothing to read.
func (p *questionsPage) Empty() bool { return p.Q.Count.Open == 0 && len(p.Tabs) == 0 }

// aroundQuestions puts a page under the event whose questions it shows.
func (f *frame) aroundQuestions(e app.EventView) {
	f.under(e.Community, e.Standing, "calendar")
	f.Comm = nil // the way to it stands above instead
	f.Section = "calendar"
	f.crumbTo(e.Community)
	if e.Series != nil {
		f.crumb(e.Series.Title, seriesPath(e.Community.Slug, e.Series.Slug))
	}
	f.crumb(e.Title, eventPath(e.Community.Slug, e.Slug))
}

type questionPage struct {
	frame
	Q       app.QuestionsView
	Item    questionItem
	Film    *materialLine    // the recording, where the reader may have it
	History []app.HistoryRow // for who may review
}

// EventPath is the address of the event.
func (p *questionPage) EventPath() string { return eventPath(p.Q.Event.Community.Slug, p.Q.Event.Slug) }

// Own are the answers the reader gave as a member and may change.
func (p *questionPage) Own() []convoke.Reply {
	if !p.Q.CanDiscuss {
		return nil
	}
	var out []convoke.Reply
	for _, r := range p.Item.Replies {
		if slices.Contains(p.Item.Own, r.ID) {
			out = append(out, r)
		}
	}
	return out
}

// OwnText is the text field of an answer being changed.
func (p *questionPage) OwnText(r convoke.Reply) questionText {
	out := p.Item.TextOf(string(r.ID), "questions.answer.label", "markdown.hint")
	if out.ID != "text" {
		out.Value = r.Text
	}
	return out
}

// Base is the address of the questions.
func (p *questionPage) Base() string { return questionsPath(p.Q.Event) }

// Desk is where the questions are moderated.
func (p *questionPage) Desk() string { return questionDeskPath(p.Q.Event) }

// From says which webinar the question is about, when it was and with whom.
func (p *questionPage) From() string { return fromEvent(p.speech, p.Now, p.Q) }

// numberOf reads the number of a question in an address.
func numberOf(c *gin.Context) (int, error) {
	n, err := strconv.Atoi(c.Param("number"))
	if err != nil || n < 1 || strconv.Itoa(n) != c.Param("number") {
		return 0, convoke.ErrNotFound
	}
	return n, nil
}

// question is one question by itself. One that was merged leads to where it stands.
func (s *Server) question(c *gin.Context) error {
	ctx, v := c.Request.Context(), viewer(c)
	number, err := numberOf(c)
	if err != nil {
		return err
	}
	view, n, err := s.app.Questions.One(ctx, v, c.Param("community"), c.Param("event"), number)
	if err != nil {
		return err
	}
	if n != number && !hasRefused(c) {
		return s.to(c, questionsPath(view.Event)+"/"+strconv.Itoa(n))
	}
	p := questionPage{frame: s.frame(c), Q: view}
	p.aroundQuestions(view.Event)
	p.crumb(p.T("questions.title"), questionsPath(view.Event))
	p.Item = p.questionItem(&p.Q, view.Questions[0])
	if p.Film, err = s.film(c, &p.frame, view.Event); err != nil {
		return err
	}
	p.Item.Film = p.Film
	p.Item.Whole, p.Item.Form, p.Item.Back = true, p.Form, p.Item.Path()
	p.Title, p.Main = p.T("questions.page", "Number", n, "Text", shorter(p.Item.Heading(), 80)), "single"
	if convoke.Can(view.Event.Standing, convoke.Review, &view.Event.Community) {
		if p.History, err = s.app.Questions.History(ctx, v, view.Event.ID, n); err != nil {
			return err
		}
	}
	return s.show(c, "question", &p)
}

// shorter is a text of at most n signs, the last of them telling that there is more.
func shorter(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return strings.TrimSpace(string(runes[:n-1])) + "…"
}

// eventHere finds the event of a form's address.
func (s *Server) eventHere(c *gin.Context) (app.EventView, error) {
	return s.app.Events.Get(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"))
}

// askQuestion puts a question, for a moderator to look at.
func (s *Server) askQuestion(c *gin.Context) error {
	var in app.QuestionInput
	if err := bind(c, &in); err != nil {
		return err
	}
	e, err := s.eventHere(c)
	if err != nil {
		return err
	}
	if _, err := s.app.Questions.Ask(c.Request.Context(), viewer(c), e.ID, in); err != nil {
		return s.again(c, err, s.questions)
	}
	return s.done(c, questionsPath(e), "done.question_asked")
}

// onQuestion does something to the question of the address, and leads on to the page it was done on.
func (s *Server) onQuestion(c *gin.Context, in any, key string, page handler, do func(e convoke.ID, number int) error) error {
	if err := bind(c, in); err != nil {
		return err
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
		return s.againOr(c, err, page, s.questions)
	}
	own := questionsPath(e) + "/" + strconv.Itoa(number)
	to, _, _ := strings.Cut(local(c.Request.PostForm.Get("back"), own), "#")
	return s.done(c, to+"#q"+strconv.Itoa(number), key)
}

// againOr is [Server.again] for the form of a question; where the question, or the answer, was removed meanwhile, it shows the page of the others.
func (s *Server) againOr(c *gin.Context, err error, page, others handler) error {
	if convoke.IsNotFound(err) {
		return s.refuse(c, convoke.Refuse(convoke.ReasonNotFound, "question.removed"), others)
	}
	return s.again(c, err, page)
}

// typed is what somebody wrote into the form of a question that the page does not hold.
func (f *frame) typed(c *gin.Context) string {
	if f.Form == nil || c.Param("number") == "" {
		return ""
	}
	return writtenIn(f.Form.values)
}

// writtenIn is the text in a form, whatever its box is called.
func writtenIn(form url.Values) string {
	for _, name := range []string{"text", "reason", "answer", "changed", "message", "note"} {
		if text := form.Get(name); strings.TrimSpace(text) != "" {
			return text
		}
	}
	return ""
}

type askTooForm struct {
	Anonymous bool   `form:"anonymous"`
	Do        string `form:"do"` // "back" takes it back
}

// askToo adds the reader to those who want to know, or takes that back.
func (s *Server) askToo(c *gin.Context) error {
	var in askTooForm
	return s.onQuestion(c, &in, "done.saved", s.question, func(e convoke.ID, number int) error {
		return s.app.Questions.AskToo(c.Request.Context(), viewer(c), e, number, in.Do != "back", in.Anonymous)
	})
}

type textForm struct {
	Text    string `form:"text"`
	ID      string `form:"id"`
	Version *int64 `form:"version"`
}

// commentQuestion says something beneath a question.
func (s *Server) commentQuestion(c *gin.Context) error {
	var in textForm
	return s.onQuestion(c, &in, "done.commented", s.question, func(e convoke.ID, number int) error {
		_, err := s.app.Questions.Comment(c.Request.Context(), viewer(c), e, number, in.Text)
		return err
	})
}

// uncommentQuestion takes a comment away.
func (s *Server) uncommentQuestion(c *gin.Context) error {
	var in textForm
	return s.onQuestion(c, &in, "done.comment_removed", s.question, func(convoke.ID, int) error {
		return s.app.Questions.RemoveComment(c.Request.Context(), viewer(c), convoke.ID(in.ID))
	})
}

// answerQuestion answers as a member what is open to the community.
func (s *Server) answerQuestion(c *gin.Context) error {
	var in textForm
	return s.onQuestion(c, &in, "done.answered", s.question, func(e convoke.ID, number int) error {
		_, err := s.app.Questions.Answer(c.Request.Context(), viewer(c), e, number, app.ReplyInput{Text: in.Text})
		return err
	})
}

// editAnswer changes the words of an answer.
func (s *Server) editAnswer(c *gin.Context) error {
	var in textForm
	return s.onQuestion(c, &in, "done.saved", s.question, func(convoke.ID, int) error {
		_, err := s.app.Questions.EditAnswer(c.Request.Context(), viewer(c), convoke.ID(in.ID), app.ReplyInput{Text: in.Text, Version: in.Version})
		return err
	})
}

// removeAnswer takes an answer away.
func (s *Server) removeAnswer(c *gin.Context) error {
	var in textForm
	return s.onQuestion(c, &in, "done.answer_removed", s.question, func(convoke.ID, int) error {
		return s.app.Questions.RemoveAnswer(c.Request.Context(), viewer(c), convoke.ID(in.ID))
	})
}

// questionDeskPath is where the questions of an event are moderated.
func questionDeskPath(e app.EventView) string {
	return communityPath(e.Community.Slug) + "/admin/events/" + url.PathEscape(e.Slug) + "/questions"
}
