package notify

import (
	"time"

	"convoke/internal/convoke"
)

func (v *view) reminder() {
	e := v.c.Event
	v.remind(e)
	v.stop = v.T("mail.stop.reminders")
}

// meetingReminder comes once for each date of a recurring meeting, with its agenda.
func (v *view) meetingReminder() {
	e := v.c.Event
	v.remind(e)
	v.Text, _ = v.markdown(e.Agenda, maxAbstract)
	v.stop = v.T("mail.stop.meeting")
}

func (v *view) remind(e *convoke.Event) {
	v.about(e)
	start := e.StartsAt.Time()
	when := v.soon(start)
	v.Subject = v.subject("mail.reminder.subject", v.Title, "When", when)
	v.Title = v.T("mail.reminder.subject", "Title", v.Title, "When", when)
	if left := e.StartsAt.Sub(v.c.Now); left > 0 {
		v.Lines = append(v.Lines, v.T("mail.reminder.left", "Lead", v.Lead(roughly(left))))
	} else {
		v.Lines = append(v.Lines, v.T("mail.reminder.begun"))
	}
	v.answers()
	if v.Button != nil { // the button is for the page or the room; answering becomes a link
		v.Links = append([]link{*v.Button}, v.Links...)
	}
	if v.c.Entitled && e.JoinLink != "" {
		v.Button = &link{Label: v.joinLabel(start), URL: e.JoinLink, Now: true}
	} else {
		if v.joining(e); v.c.Entitled && v.JoinNote != "" {
			v.JoinNote = v.T("mail.join.page")
		}
		v.Button, v.Page = &link{Label: v.T("mail.reminder.page"), URL: v.Page.URL}, nil
	}
	if v.c.Reader.Answer.Coming() {
		v.Why = v.because()
	} else {
		v.Why = v.T("mail.why.unanswered", "Community", v.Group)
	}
}

// roughly rounds what is left to what one says of it; Lead does so from a day on.
func roughly(left time.Duration) time.Duration {
	switch {
	case left >= 3*time.Hour:
		return left.Round(time.Hour)
	case left >= time.Hour:
		return left.Round(5 * time.Minute)
	}
	return max(left, time.Minute)
}

// days is how many midnights lie between now and then where the reader is.
func (v *view) days(t time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(v.Zone()).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(t).Sub(day(v.c.Now.Time())).Hours() / 24)
}

// soon is when something begins in the fewest words that cannot be misread: "Tomorrow 14:00 Nairobi".
func (v *view) soon(t time.Time) string {
	key := "mail.soon.day"
	switch v.days(t) {
	case 0:
		key = "mail.soon.today"
	case 1:
		key = "mail.soon.tomorrow"
	}
	return v.T(key, "Day", v.DayShort(t), "Clock", v.Clock(t), "City", place(v.Reader, t))
}

func (v *view) joinLabel(t time.Time) string {
	switch n := v.days(t); {
	case n <= 0:
		return v.T("mail.join.today", "Clock", v.Clock(t))
	case n < 7:
		return v.T("mail.join.day", "Day", v.Weekday(t), "Clock", v.Clock(t))
	default:
		return v.T("mail.join.day", "Day", v.DayShort(t), "Clock", v.Clock(t))
	}
}
