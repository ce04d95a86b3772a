package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type speakerPage struct {
	frame
	V     app.SpeakerView
	Token string
	Items []speakerItem
	Lost  string // what was typed and has no box any more
}

// A speakerItem is one question with the box for its answer.
type speakerItem struct {
	questionItem
	app.SpeakerQuestion
	Token    string
	AtOnce   bool
	ReadOnly bool
	Text     questionText
	Passing  *refusedForm // with which it was to be passed on
}

// speaker is the page behind a speaker's link: a box for each question that is theirs. It changes nothing.
func (s *Server) speaker(c *gin.Context) error {
	token := c.Param("token")
	v, err := s.app.Questions.Speaker(c.Request.Context(), token)
	if err != nil {
		return s.speakerFailed(c, err)
	}
	c.Header("X-Robots-Tag", "noindex")
	p := speakerPage{frame: s.letterFrame(c, v.Person, v.Community), V: v, Token: token}
	p.Title, p.Path = p.T("speaker.title", "Name", v.Speaker.Name), "/l/"+url.PathEscape(token)
	typed, lost := "", ""
	if p.Form != nil && p.Form.values.Has("text") {
		typed, lost = p.Form.values.Get("n"), p.Form.values.Get("text")
	}
	for _, q := range v.Questions {
		item := speakerItem{questionItem{speech: p.speech, QuestionView: app.QuestionView{Question: q.Question, Askers: q.Askers}, N: q.Number}, q, token, v.Community.AtOnce, v.ReadOnly,
			questionText{ID: "text-" + strconv.Itoa(q.Number), Label: p.T("speaker.answer"), Hint: p.T("markdown.hint")}, nil}
		if p.Form != nil && !p.Form.values.Has("text") && p.Form.values.Get("n") == strconv.Itoa(q.Number) {
			item.Passing = p.Form
		}
		if q.Reply != nil {
			item.Text.Value = q.Reply.Text
		}
		if typed == strconv.Itoa(q.Number) && item.Open() {
			item.Text.ID, item.Text.Value, item.Text.Fault = "text", lost, p.Form.fault("text")
			lost = ""
		}
		p.Items = append(p.Items, item)
	}
	p.Lost = lost
	return s.show(c, "speaker", &p)
}

// Open tells whether the box can be written in.
func (q *speakerItem) Open() bool { return !q.ReadOnly && q.Editable(q.AtOnce) }

// Kept tells whether what is typed is kept as it is typed: not once it was sent, when somebody else would read it half finished.
func (q *speakerItem) Kept() bool { return q.Reply == nil || q.Reply.State == convoke.ReplyDraft }

// Who says who asks, and how many want to know.
func (q *speakerItem) Who() string {
	named := false
	for _, a := range q.questionItem.Askers {
		named = named || a.Name != ""
	}
	n := len(q.questionItem.Askers)
	switch {
	case named && q.Wanted() != "":
		return q.AskedBy() + " · " + q.Wanted()
	case named:
		return q.AskedBy()
	case n > 1:
		return q.T("questions.wanted", "Count", n)
	}
	return ""
}

// Draft tells whether something is saved that is not sent.
func (q *speakerItem) Draft() bool { return q.Reply != nil && q.Reply.State == convoke.ReplyDraft }

// ID is the name of a field for passing the question on, where the summary of faults leads if it was refused.
func (q *speakerItem) ID(field string) string {
	if q.Passing.fault(field) != "" {
		return field
	}
	return field + "-" + strconv.Itoa(q.N)
}

// Chosen tells whether a speaker was chosen to pass the question to.
func (q *speakerItem) Chosen(speaker string) bool {
	return q.Passing != nil && q.Passing.values.Get("to") == speaker
}

// PassTo are the speakers a question can be passed to.
func (p *speakerPage) PassTo() []choice {
	var out []choice
	for _, o := range p.V.Others {
		out = append(out, choice{Name: o.Name, Value: string(o.ID)})
	}
	return out
}

// Several tells whether there is more than one box to write in.
func (p *speakerPage) Several() bool {
	n := 0
	for i := range p.Items {
		if p.Items[i].Open() {
			n++
		}
	}
	return n > 1
}

type speakerGonePage struct {
	frame
	Why     string
	Token   string
	Expired bool
	Lost    string // what was written and can no longer be kept
}

// speakerFailed answers for a speaker's link that leads nowhere any more; one that is too old can be replaced.
func (s *Server) speakerFailed(c *gin.Context, err error) error {
	e, ok := refusal(err)
	if !ok || e.Reason != convoke.ReasonGone {
		return err
	}
	p := speakerGonePage{frame: s.frame(c), Why: string(e.Text), Token: c.Param("token"), Expired: app.IsExpired(err)}
	if c.Request.Method == http.MethodPost {
		p.Lost = c.Request.PostForm.Get("text")
	}
	if p.Form != nil && p.Form.Text != "" {
		p.Expired = false
	}
	p.Title, p.Main = p.T("speaker.gone.title"), "narrow"
	if p.status == 0 {
		p.status = http.StatusGone
	}
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex")
	return s.show(c, "speaker-gone", &p)
}

type speakerForm struct {
	app.SpeakerReply
	Do   string `form:"do"`   // "send", or "draft"
	Auto bool   `form:"auto"` // kept by script while it is typed
}

// answerSpeaker keeps or sends a speaker's answer.
func (s *Server) answerSpeaker(c *gin.Context) error {
	var in speakerForm
	if err := bind(c, &in); err != nil {
		return err
	}
	in.Send = in.Do == "send" && !in.Auto
	r, number, err := s.app.Questions.SaveReply(c.Request.Context(), c.Param("token"), in.SpeakerReply)
	if in.Auto {
		return s.keptSpeaker(c, r, err)
	}
	if err != nil {
		if number != 0 { // merged meanwhile: what was typed goes into the box of the question that stands for it
			c.Request.PostForm.Set("n", strconv.Itoa(number))
		}
		return s.speakerRefused(c, err)
	}
	key := "done.speaker.kept"
	switch {
	case r.State == convoke.ReplyPublished:
		key = "done.speaker.published"
	case r.State == convoke.ReplySubmitted:
		key = "done.speaker.sent"
	}
	return s.done(c, "/l/"+url.PathEscape(c.Param("token"))+"#q"+strconv.Itoa(number), key)
}

// keptSpeaker answers the script of the page: with the answer and its version, or with what is wrong, in a sentence.
func (s *Server) keptSpeaker(c *gin.Context, r convoke.Reply, err error) error {
	if err == nil {
		return s.plain(c, http.StatusOK, string(r.ID)+" "+strconv.FormatInt(r.Version, 10))
	}
	e, ok := refusal(err)
	if !ok {
		return err
	}
	words, _ := reader(c)
	text := words.T(string(e.Text), e.Args...)
	for _, field := range fieldTexts(words, e) {
		text = field
	}
	return s.plain(c, status(err), text)
}

// speakerRefused shows the page once more with what was typed, whatever the refusal: nothing a speaker wrote is to be lost.
func (s *Server) speakerRefused(c *gin.Context, err error) error {
	e, ok := refusal(err)
	if !ok || e.Reason == convoke.ReasonNotFound {
		return err
	}
	if e.Reason == convoke.ReasonGone {
		return s.speakerFailed(c, err)
	}
	return s.refuse(c, e, s.speaker)
}

type passForm struct {
	Number int    `form:"n"`
	To     string `form:"to"`
	Drop   bool   `form:"drop"` // what was written and not sent
}

// passSpeaker makes a question another speaker's.
func (s *Server) passSpeaker(c *gin.Context) error {
	var in passForm
	if err := bind(c, &in); err != nil {
		return err
	}
	if in.To == "" {
		return s.speakerRefused(c, convoke.Invalid("to", "speaker.pass.whom"))
	}
	if err := s.app.Questions.PassOn(c.Request.Context(), c.Param("token"), in.Number, convoke.ID(in.To), in.Drop); err != nil {
		return s.speakerRefused(c, err)
	}
	return s.done(c, "/l/"+url.PathEscape(c.Param("token")), "done.speaker.passed")
}

// declineSpeaker says that a question is not the speaker's.
func (s *Server) declineSpeaker(c *gin.Context) error {
	var in passForm
	if err := bind(c, &in); err != nil {
		return err
	}
	if err := s.app.Questions.PassOn(c.Request.Context(), c.Param("token"), in.Number, "", in.Drop); err != nil {
		return s.speakerRefused(c, err)
	}
	return s.done(c, "/l/"+url.PathEscape(c.Param("token")), "done.speaker.not_mine")
}

// renewSpeaker mails a new link in the place of one that is too old.
func (s *Server) renewSpeaker(c *gin.Context) error {
	if err := s.app.Questions.RenewLink(c.Request.Context(), c.Param("token")); err != nil {
		return s.speakerRefused(c, err)
	}
	p := speakerGonePage{frame: s.frame(c), Why: "speaker.renewed"}
	p.Title, p.Main = p.T("speaker.renewed.title"), "narrow"
	return s.show(c, "speaker-gone", &p)
}

type askSpeakersForm struct {
	Speaker string `form:"speaker"`
	Do      string `form:"do"` // "anew" or "withdraw"
}

// askSpeakers mails each speaker the questions that are theirs.
func (s *Server) askSpeakers(c *gin.Context) error {
	e, err := s.eventHere(c)
	if err != nil {
		return err
	}
	asked, err := s.app.Questions.AskSpeakers(c.Request.Context(), viewer(c), e.ID)
	if err != nil {
		return s.again(c, err, s.questionDesk)
	}
	desk := questionDeskPath(e)
	names := strings.Join(asked.Addressless, ", ")
	switch {
	case asked.Speakers == 0 && names != "":
		return s.done(c, desk, "done.speakers.silent", "Names", names)
	case asked.Speakers == 0:
		return s.done(c, desk, "done.speakers.nothing")
	case names != "":
		return s.done(c, desk, "done.speakers.asked_some", "Count", asked.Speakers, "Names", names)
	}
	return s.done(c, desk, "done.speakers.asked", "Count", asked.Speakers)
}

// speakerLinks withdraws a speaker's links, or sends them a new one.
func (s *Server) speakerLinks(c *gin.Context) error {
	var in askSpeakersForm
	if err := bind(c, &in); err != nil {
		return err
	}
	e, err := s.eventHere(c)
	if err != nil {
		return err
	}
	if err := pressed(in.Do, "anew", "withdraw"); err != nil {
		return s.again(c, err, s.questionDesk)
	}
	do, key := s.app.Questions.SendAnew, "done.speakers.anew"
	if in.Do == "withdraw" {
		do, key = s.app.Questions.WithdrawLinks, "done.speakers.withdrawn"
	}
	if err := do(c.Request.Context(), viewer(c), e.ID, convoke.ID(in.Speaker)); err != nil {
		return s.again(c, err, s.questionDesk)
	}
	return s.done(c, questionDeskPath(e), key)
}

// speakersAsked reads how far asking the speakers has come, for the page where questions are moderated.
func (s *Server) speakersAsked(c *gin.Context, event convoke.ID) ([]speakerLine, error) {
	list, err := s.app.Questions.Speakers(c.Request.Context(), viewer(c), event)
	if e, ok := errors.AsType[*convoke.Error](err); ok && e.Reason == convoke.ReasonForbidden {
		return nil, nil // in an archived community nobody is asked
	}
	out := make([]speakerLine, len(list))
	for i, x := range list {
		out[i] = speakerLine{SpeakerState: x}
		if x.Letter != nil {
			out[i].Line = letterLine{LetterRow: *x.Letter}
		}
	}
	return out, err
}

// A speakerLine is a speaker with what became of the latest letter to them.
type speakerLine struct {
	app.SpeakerState
	Line letterLine
}

// Why is why a speaker got no mail, in words.
func (p *questionDeskPage) Why(l letterLine) string { return whyNot(p.speech, l) }
