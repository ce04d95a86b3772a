package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type askerJSON struct {
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	First        bool   `json:"first"` // asked it, rather than asks it too
}

type assignedJSON struct {
	ID   convoke.ID `json:"id"`
	Name string     `json:"name"`
}

type questionJSON struct {
	Number       int            `json:"number"`
	Text         string         `json:"text"`
	State        string         `json:"state"`
	Reason       string         `json:"reason"`
	Answered     bool           `json:"answered"`
	LiveAt       string         `json:"live_at"` // as PATCH takes it
	ToCommunity  bool           `json:"to_community"`
	AskedBy      []askerJSON    `json:"asked_by"`   // who asks it under their name
	Unnamed      int            `json:"unnamed"`    // how many ask it without
	Mine         bool           `json:"mine"`       // the viewer asks it
	MyUnnamed    bool           `json:"my_unnamed"` // and without their name
	Speakers     []assignedJSON `json:"speakers"`
	Answers      []replyJSON    `json:"answers"`
	Comments     []commentJSON  `json:"comments"`
	CreatedAt    time.Time      `json:"created_at"`
	UpdatedAt    time.Time      `json:"updated_at"`
	SettledAt    time.Time      `json:"settled_at,omitzero"`
	Version      int64          `json:"version"`
	URL          string         `json:"url"`
	OrderVersion int64          `json:"order_version"` // of all of them; PUT of the order takes it
}

type replyJSON struct {
	ID           convoke.ID `json:"id"`
	Part         string     `json:"part"`
	Name         string     `json:"name"`
	Organisation string     `json:"organisation"`
	Speaker      convoke.ID `json:"speaker,omitempty"`
	Text         string     `json:"text"`
	State        string     `json:"state"`
	PublishedAt  time.Time  `json:"published_at,omitzero"`
	UpdatedAt    time.Time  `json:"updated_at"`
	Version      int64      `json:"version"`
}

type commentJSON struct {
	ID        convoke.ID `json:"id"`
	Name      string     `json:"name"`
	Text      string     `json:"text"`
	CreatedAt time.Time  `json:"created_at"`
}

func replyOf(r convoke.Reply) replyJSON {
	if r.Chat {
		r.Part = "chat"
	}
	return replyJSON{ID: r.ID, Part: string(r.Part), Name: r.Name, Organisation: r.Organisation, Speaker: r.SpeakerID, Text: r.Text, State: r.State,
		PublishedAt: r.PublishedAt.Time(), UpdatedAt: r.UpdatedAt.Time(), Version: r.Version}
}

func commentOf(m app.CommentView) commentJSON {
	return commentJSON{m.ID, m.Name, m.Text, m.CreatedAt.Time()}
}

// questionOf shows a question as the viewer may see it.
func (s *Server) questionOf(view *app.QuestionsView) func(app.QuestionView) questionJSON {
	base := s.app.Site().Base + questionsPath(view.Event) + "/"
	return func(q app.QuestionView) questionJSON {
		out := questionJSON{Number: q.Number, Text: q.Text, State: string(q.State), Reason: q.Reason, Answered: q.Answered(), ToCommunity: q.ToCommunity, Mine: q.Mine, MyUnnamed: q.Unnamed,
			AskedBy: []askerJSON{}, Speakers: []assignedJSON{}, Answers: []replyJSON{}, Comments: []commentJSON{}, CreatedAt: q.CreatedAt.Time(), UpdatedAt: q.UpdatedAt.Time(),
			SettledAt: q.SettledAt.Time(), Version: q.Version, URL: base + strconv.Itoa(q.Number), OrderVersion: view.Ordered}
		switch {
		case q.LiveSeconds >= 0:
			out.LiveAt = clockOf(q.LiveSeconds)
		case q.LiveSeconds == convoke.LiveSomeday:
			out.LiveAt = "yes"
		}
		for _, x := range q.Askers {
			if x.Name == "" {
				out.Unnamed++
				continue
			}
			out.AskedBy = append(out.AskedBy, askerJSON{x.Name, x.Organisation, x.First})
		}
		for _, x := range q.Speakers {
			out.Speakers = append(out.Speakers, assignedJSON{x.ID, x.Name})
		}
		for _, r := range q.Replies {
			out.Answers = append(out.Answers, replyOf(r))
		}
		for _, m := range q.Comments {
			out.Comments = append(out.Comments, commentOf(m))
		}
		return out
	}
}

// apiQuestions pages through the questions of an event in their order.
func (s *Server) apiQuestions(c *gin.Context) error {
	limit, after, err := apiPage(c)
	if err != nil {
		return err
	}
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	view, err := s.app.Questions.List(c.Request.Context(), viewer(c), "", string(id))
	if err != nil {
		return err
	}
	rows := view.Questions
	if after.ID != "" {
		i := slices.IndexFunc(rows, func(q app.QuestionView) bool { return q.ID == after.ID })
		if i < 0 {
			return convoke.Invalid("after", "error.page.after")
		}
		rows = rows[i+1:]
	}
	return s.json(c, http.StatusOK, listed(rows[:min(len(rows), limit+1)], limit, s.questionOf(&view), func(q app.QuestionView) apiCursor { return apiCursor{ID: q.ID} }))
}

// apiNumber finds the event and the number of the address.
func (s *Server) apiNumber(c *gin.Context) (id convoke.ID, number int, err error) {
	if id, err = s.eventID(c); err != nil {
		return id, 0, err
	}
	number, err = numberOf(c)
	return id, number, err
}

// showQuestion answers with a question as it now is for the viewer; for a merged one with the one that stands for it.
func (s *Server) showQuestion(c *gin.Context, n int, location string, id convoke.ID, number int) error {
	view, _, err := s.app.Questions.One(c.Request.Context(), viewer(c), "", string(id), number)
	if err != nil {
		return err
	}
	out := s.questionOf(&view)(view.Questions[0])
	if c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead {
		return s.json(c, n, out)
	}
	return s.answer(c, n, location, out)
}

func questionLocation(id convoke.ID, number int) string {
	return apiPath("events", string(id)) + "/questions/" + strconv.Itoa(number)
}

func (s *Server) apiAskQuestion(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	var in app.QuestionInput
	if err := decode(c, &in); err != nil {
		return err
	}
	q, err := s.app.Questions.Ask(c.Request.Context(), viewer(c), id, in)
	if err != nil {
		return err
	}
	return s.showQuestion(c, http.StatusCreated, questionLocation(id, q.Number), id, q.Number)
}

func (s *Server) apiQuestion(c *gin.Context) error {
	id, number, err := s.apiNumber(c)
	if err != nil {
		return err
	}
	return s.showQuestion(c, http.StatusOK, "", id, number)
}

// onQuestionAPI does something to the question of the address; in is filled from the body unless it is nil.
func (s *Server) onQuestionAPI(c *gin.Context, in any, do func(id convoke.ID, number int) error) error {
	id, number, err := s.apiNumber(c)
	if err != nil {
		return err
	}
	if in != nil {
		if err := decodeAny(c, in); err != nil {
			return err
		}
	}
	if err := do(id, number); err != nil {
		return err
	}
	return s.showQuestion(c, http.StatusOK, "", id, number)
}

func (s *Server) apiEditQuestion(c *gin.Context) error {
	var in app.QuestionEdit
	return s.onQuestionAPI(c, &in, func(id convoke.ID, number int) error {
		_, err := s.app.Questions.Edit(c.Request.Context(), viewer(c), id, number, in)
		return err
	})
}

func (s *Server) apiDropQuestion(c *gin.Context) error {
	id, number, err := s.apiNumber(c)
	if err != nil {
		return err
	}
	if err := s.app.Questions.Remove(c.Request.Context(), viewer(c), id, number); err != nil {
		return err
	}
	return s.nothing(c)
}

func (s *Server) apiMergeQuestion(c *gin.Context) error {
	var in struct {
		Into int `json:"into"`
	}
	return s.onQuestionAPI(c, &in, func(id convoke.ID, number int) error {
		return s.app.Questions.Merge(c.Request.Context(), viewer(c), id, number, in.Into)
	})
}

func (s *Server) apiAskToo(c *gin.Context) error {
	var in struct {
		Anonymous bool `json:"anonymous"`
	}
	return s.onQuestionAPI(c, &in, func(id convoke.ID, number int) error {
		return s.app.Questions.AskToo(c.Request.Context(), viewer(c), id, number, true, in.Anonymous)
	})
}

func (s *Server) apiAskNoMore(c *gin.Context) error {
	id, number, err := s.apiNumber(c)
	if err != nil {
		return err
	}
	if err := s.app.Questions.AskToo(c.Request.Context(), viewer(c), id, number, false, false); err != nil {
		return err
	}
	return s.nothing(c)
}

// oneQuestion reads the question of the address.
func (s *Server) oneQuestion(c *gin.Context) (app.QuestionView, error) {
	id, number, err := s.apiNumber(c)
	if err != nil {
		return app.QuestionView{}, err
	}
	view, _, err := s.app.Questions.One(c.Request.Context(), viewer(c), "", string(id), number)
	if err != nil {
		return app.QuestionView{}, err
	}
	return view.Questions[0], nil
}

func (s *Server) apiAnswers(c *gin.Context) error {
	q, err := s.oneQuestion(c)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, whole(q.Replies, replyOf))
}

func (s *Server) apiAddAnswer(c *gin.Context) error {
	id, number, err := s.apiNumber(c)
	if err != nil {
		return err
	}
	var in struct {
		Text    string `json:"text"`
		Speaker string `json:"speaker"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	r, err := s.app.Questions.Answer(c.Request.Context(), viewer(c), id, number, app.ReplyInput{Text: in.Text, Speaker: in.Speaker})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, apiPath("answers", string(r.ID)), replyOf(r))
}

func (s *Server) apiEditAnswer(c *gin.Context) error {
	var in struct {
		Text    string `json:"text"`
		Version *int64 `json:"version"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	r, err := s.app.Questions.EditAnswer(c.Request.Context(), viewer(c), convoke.ID(c.Param("answer")), app.ReplyInput{Text: in.Text, Version: in.Version})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", replyOf(r))
}

func (s *Server) apiDropAnswer(c *gin.Context) error {
	if err := s.app.Questions.RemoveAnswer(c.Request.Context(), viewer(c), convoke.ID(c.Param("answer"))); err != nil {
		return err
	}
	return s.nothing(c)
}

func (s *Server) apiPublishAnswer(c *gin.Context) error {
	if err := s.app.Questions.PublishAnswer(c.Request.Context(), viewer(c), convoke.ID(c.Param("answer"))); err != nil {
		return err
	}
	return s.nothing(c)
}

func (s *Server) apiPublishAnswers(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	n, err := s.app.Questions.PublishAnswers(c.Request.Context(), viewer(c), id)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", struct {
		Published int `json:"published"`
	}{n})
}

func (s *Server) apiComments(c *gin.Context) error {
	q, err := s.oneQuestion(c)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, whole(q.Comments, commentOf))
}

func (s *Server) apiAddComment(c *gin.Context) error {
	id, number, err := s.apiNumber(c)
	if err != nil {
		return err
	}
	var in struct {
		Text string `json:"text"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	m, err := s.app.Questions.Comment(c.Request.Context(), viewer(c), id, number, in.Text)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, apiPath("comments", string(m.ID)), commentJSON{m.ID, person(c).Name, m.Text, m.CreatedAt.Time()})
}

func (s *Server) apiDropComment(c *gin.Context) error {
	if err := s.app.Questions.RemoveComment(c.Request.Context(), viewer(c), convoke.ID(c.Param("comment"))); err != nil {
		return err
	}
	return s.nothing(c)
}

// askedJSON is who was asked.
type askedJSON struct {
	Speakers       int      `json:"speakers"`
	Questions      int      `json:"questions"`
	WithoutAddress []string `json:"without_address"`
}

func (s *Server) apiAskSpeakers(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	asked, err := s.app.Questions.AskSpeakers(c.Request.Context(), viewer(c), id)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", askedJSON{asked.Speakers, asked.Questions, append([]string{}, asked.Addressless...)})
}

// apiSpeakerLinks withdraws a speaker's links, or sends them a new one.
func (s *Server) apiSpeakerLinks(do func(context.Context, convoke.Viewer, convoke.ID, convoke.ID) error) func(*gin.Context) error {
	return func(c *gin.Context) error {
		id, err := s.eventID(c)
		if err != nil {
			return err
		}
		if err := do(c.Request.Context(), viewer(c), id, convoke.ID(c.Param("speaker"))); err != nil {
			return err
		}
		return s.nothing(c)
	}
}

func (s *Server) apiOrderQuestions(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	var in struct {
		Numbers []int  `json:"numbers"`
		Version *int64 `json:"version"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := s.app.Questions.Order(c.Request.Context(), viewer(c), id, in.Numbers, in.Version); err != nil {
		return err
	}
	return s.nothing(c)
}

func (s *Server) apiAskUntil(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	var in struct {
		At *time.Time `json:"at"` // null for always
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	var at convoke.Instant
	if in.At != nil {
		at = convoke.At(*in.At)
	}
	if err := s.app.Questions.AskUntil(c.Request.Context(), viewer(c), id, at); err != nil {
		return err
	}
	return s.nothing(c)
}

func (s *Server) apiTakeIn(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	var in struct {
		Items []app.TakenQuestion `json:"items"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	taken, err := s.app.Questions.TakeIn(c.Request.Context(), viewer(c), id, in.Items)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", taken)
}

type historyJSON struct {
	Answer string    `json:"answer"` // whose answer it was; empty for the question
	Text   string    `json:"text"`
	Editor string    `json:"editor"`
	At     time.Time `json:"at"`
}

func (s *Server) apiQuestionHistory(c *gin.Context) error {
	id, number, err := s.apiNumber(c)
	if err != nil {
		return err
	}
	rows, err := s.app.Questions.History(c.Request.Context(), viewer(c), id, number)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, whole(rows, func(r app.HistoryRow) historyJSON { return historyJSON{r.Answer, r.Text, r.Editor, r.At.Time()} }))
}
