package notify

import (
	"cmp"
	"strings"

	"convoke/internal/convoke"
)

func (v *view) seriesInvitation() {
	s := v.c.Series
	sessions := v.ahead(v.c.Sessions, false)
	v.Title = v.line(s.Title, convoke.MaxTitle)
	v.Subject = v.subject("mail.series.subject", v.Title)
	if n := len(sessions); n > 0 {
		v.Subject = v.subject("mail.series.subject.from", v.Title, "Count", n, "When", v.WhenShort(sessions[0].StartsAt.Time()))
	}
	v.list(v.coming(), sessions, s.Title)
	v.Text, _ = v.markdown(s.Description, maxAbstract)
	v.Page = &link{Label: v.T("mail.series.page"), URL: v.page("series", s.Slug)}
	yes, no := v.deed("mail.series.yes", "yes"), v.deed("mail.series.no", "no")
	choose := v.deed("mail.series.choose", "")
	switch v.c.Reader.Answer {
	case convoke.Yes:
		v.Said = v.T("mail.said.yes")
		v.Links = []link{choose, no}
	default:
		v.Button, v.Links = &yes, []link{choose, no}
	}
	v.JoinNote = v.T("mail.series.ahead")
	v.Extras = []link{
		{Label: v.T("mail.series.subscribe"), URL: v.page("series", s.Slug, "subscribe")},
		{Label: v.T("mail.series.download"), URL: v.letter("") + "/dates.ics"},
	}
	v.Why = v.because()
}

func (v *view) seriesCancellation() {
	s := v.c.Series
	title := v.line(s.Title, convoke.MaxTitle)
	v.Subject = v.subject("mail.series.cancelled.subject", title)
	v.Title = v.T("mail.cancelled.title", "Title", title)
	v.Lines = []string{v.T("mail.series.cancelled.text")}
	if len(v.c.Ended) > 0 {
		v.Lines = append(v.Lines, v.T("mail.series.cancelled.files"))
	}
	v.list("mail.dates.off", v.ahead(v.c.Sessions, true), s.Title)
	v.note("mail.note.reason", cmp.Or(strings.TrimSpace(v.c.Data.Note), s.CancelNote))
	v.Page = &link{Label: v.T("mail.series.page"), URL: v.page("series", s.Slug)}
	v.Why = v.because()
}
