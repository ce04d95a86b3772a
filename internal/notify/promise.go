package notify

import (
	"time"

	"convoke/internal/convoke"
	"convoke/mailer"
)

// Nudges are how many days after an event mails go to who promised something that is missing.
var Nudges = []int{3, 7, 14}

// nudgeWindow is how long after an event whoever promised something is still written to, where nothing could be sent before.
const nudgeWindow = 60 * 24 * time.Hour

// Nudge says which mail about a promise is due, counted from one, zero for none, and when to look next, zero for never. Of several that are due only the latest
// goes out, and none that was due before the promise was made.
func Nudge(p convoke.Promise, ended, now convoke.Instant) (n int, next convoke.Instant) {
	for i, days := range Nudges {
		switch at := ended.Add(time.Duration(days) * 24 * time.Hour); {
		case i < p.Nudges || at < p.CreatedAt:
		case at > now:
			return n, at
		case now < ended.Add(nudgeWindow):
			n = i + 1
		}
	}
	return n, 0
}

func (v *view) promiseNudge() {
	e := v.c.Event
	title := v.line(e.Title, convoke.MaxTitle)
	host, _ := v.host(e) // what was promised by a day is so where the event is
	v.held()
	v.Subject = v.subject("mail.nudge.subject", title)
	v.Title = v.subject("mail.nudge.subject", title)
	v.Lines = []string{v.T("mail.nudge.lede", "Count", len(v.c.Missing))}
	for _, p := range v.c.Missing {
		line := v.item(string(p.Item))
		if p.DueAt != 0 {
			line = v.T("mail.nudge.due", "Item", line, "Date", host.Date(p.DueAt.Time()))
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
