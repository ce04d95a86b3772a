package web

import "convoke/internal/convoke"

// answers are the buttons with which somebody says whether they come. The part "answers" shows them.
type answers struct {
	speech
	Action   string
	Page     string
	Current  convoke.Answer
	Going    string // key of what a yes means
	Register string // key of the button
	Stranger bool   // not signed in: the button leads to sign-in first
}

// Answers are the buttons of an event.
func (p *eventPage) Answers() answers {
	page := p.E.Path()
	return answers{p.speech, page + "/answer", page, p.E.Answer, "badge.going", "event.register", !p.Signed()}
}

// CanAnswer says whether the reader can answer, if need be after signing in.
func (p *eventPage) CanAnswer() bool {
	return p.E.CanAnswer || !p.Signed() && !p.E.EventView.Draft()
}

// Answers are the buttons of a whole series.
func (p *seriesPage) Answers() answers {
	page := seriesPath(p.S.Community.Slug, p.S.Slug)
	return answers{p.speech, page + "/answer", page, p.S.Answer, "series.going", "series.register", !p.Signed()}
}

// CanAnswer says whether the reader can answer, if need be after signing in.
func (p *seriesPage) CanAnswer() bool {
	return p.S.CanAnswer || !p.Signed() && !p.S.Series.Draft()
}

// Answers are the buttons of all dates of a meeting.
func (p *meetingPage) Answers() answers {
	page := meetingPath(p.M.Community.Slug, p.M.Slug)
	return answers{p.speech, page + "/answer", page, p.M.Answer, "meeting.going", "meeting.register", !p.Signed()}
}

// CanAnswer says whether the reader can answer, if need be after signing in.
func (p *meetingPage) CanAnswer() bool {
	return p.M.CanAnswer || !p.Signed() && !p.M.Recurrence.Draft()
}
