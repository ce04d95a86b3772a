package notify

import (
	"convoke/internal/convoke"
	"convoke/mailer"
)

// Nudges are how many days after an event mails go to who promised something that is missing.
var Nudges = []int{3, 7, 14}

func (v *view) promiseNudge() {
	e := v.c.Event
	title := v.line(e.Title, convoke.MaxTitle)
	v.held()
	v.Subject = v.subject("mail.nudge.subject", title)
	v.Title = v.subject("mail.nudge.subject", title)
	v.Lines = []string{v.T("mail.nudge.lede", "Count", len(v.c.Missing))}
	for _, p := range v.c.Missing {
		line := v.item(string(p.Item))
		if p.DueAt != 0 {
			line = v.T("mail.nudge.due", "Item", line, "Date", v.Date(p.DueAt.Time()))
		}
		v.Dots = append(v.Dots, line)
	}
	switch {
	case v.c.Plans:
		v.Button = &link{Label: v.T("mail.nudge.button"), URL: v.page("admin", "events", e.Slug, "materials")}
	case v.c.Reader.Sees:
		v.Page = &link{Label: v.T("mail.event.page"), URL: v.page("events", e.Slug)}
	}
	if to, err := mailer.ParseAddress(v.c.Community.Contact); err == nil && !v.c.Plans {
		v.Said = v.T("mail.nudge.reply", "Address", to.Addr)
	}
	v.Why = v.T("mail.nudge.why", "Community", v.Group)
	if v.c.Data.Nudge >= len(Nudges) {
		v.Why = v.T("mail.nudge.last", "Community", v.Group)
	}
}
