package notify

import (
	"cmp"
	"strings"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/locale"
)

const (
	maxAbstract = 1500 // of a long text; the page has the rest
	maxSpeakers = 12
)

// about says what an event is: its time, its text and who speaks.
func (v *view) about(e *convoke.Event) {
	v.Title = v.line(e.Title, convoke.MaxTitle)
	v.Frame = v.frameOf(e)
	v.Page = &link{Label: v.T("mail.event.page"), URL: v.page("events", e.Slug)}
	if s := v.c.Series; s != nil && e.Number > 0 {
		v.Part = v.T("mail.session", "Number", e.Number, "Series", v.line(s.Title, convoke.MaxTitle))
	}
}

func (v *view) details(e *convoke.Event) {
	abstract := e.Abstract
	if v.c.Meeting != nil {
		abstract = cmp.Or(abstract, v.c.Meeting.Description)
	}
	v.Text, _ = v.markdown(abstract, maxAbstract)
	var names []string
	for _, s := range v.c.Speakers {
		if s.EventID != e.ID || len(names) == maxSpeakers {
			continue
		}
		name := v.line(s.Name, convoke.MaxName)
		if of := v.line(s.Organisation, convoke.MaxName); of != "" {
			name = v.T("mail.speaker", "Name", name, "Organisation", of)
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		v.With = v.T("mail.with", "Speakers", v.List(names))
	}
	if e.Language != "" {
		v.Spoken = v.T("mail.language", "Language", v.Language(e.Language))
	}
}

// joining says where to join, or where the link will be. Whoever must not have it is not told either whether there is one.
func (v *view) joining(e *convoke.Event) {
	switch {
	case v.c.Entitled && e.JoinLink != "":
		v.Join = e.JoinLink
	case e.Place != "":
	case v.c.Entitled:
		v.JoinNote = v.T("mail.join.later")
	default:
		v.JoinNote = v.T("mail.join.answer")
	}
}

// answers offers what the reader, having answered so, can answer now.
func (v *view) answers() {
	yes, maybe, no := v.deed("mail.answer.yes", "yes"), v.deed("mail.answer.maybe", "maybe"), v.deed("mail.answer.no", "no")
	switch v.c.Reader.Answer {
	case convoke.Yes:
		v.Said = v.T("mail.said.yes")
		v.Links = []link{maybe, no}
	case convoke.Maybe:
		v.Said = v.T("mail.said.maybe")
		v.Button, v.Links = &yes, []link{no}
	case convoke.No:
		v.Said = v.T("mail.said.no")
		v.Links = []link{yes, maybe}
	default:
		v.Button, v.Links = &yes, []link{maybe, no}
	}
}

// because says why somebody gets mail about an event.
func (v *view) because() string {
	switch r := v.c.Reader; {
	case r.Answer == convoke.Yes:
		return v.T("mail.why.yes", "Community", v.Group)
	case r.Answer == convoke.Maybe:
		return v.T("mail.why.maybe", "Community", v.Group)
	case r.Role != "":
		return v.T("mail.why.member", "Community", v.Group)
	}
	return v.T("mail.why.invited", "Community", v.Group)
}

func (v *view) eventInvitation() {
	e := v.c.Event
	v.about(e)
	v.details(e)
	v.joining(e)
	if v.c.Meeting != nil && v.c.Reader.Answer == "" { // a meeting written as dates has no other invitation
		v.Button = new(v.deed("mail.meeting.all", "all"))
		v.Links = []link{v.deed("mail.meeting.only", "yes"), v.deed("mail.meeting.none", "none")}
	} else {
		v.answers()
	}
	v.Subject = v.subject("mail.event.subject", v.Title, "When", v.WhenShort(e.StartsAt.Time()))
	v.Why = v.because()
}

func (v *view) eventUpdate() {
	e := v.c.Event
	v.about(e)
	v.joining(e)
	key := v.changed(e)
	v.Subject = v.subject("mail.update.subject."+key, v.Title, "When", v.WhenShort(e.StartsAt.Time()))
	v.Title = v.T("mail.update.title."+key, "Title", v.Title)
	v.note("mail.note.from", v.c.Data.Note)
	v.answers()
	v.Why = v.because()
}

// changed lists what is other than before, and returns the word for all of it: restored, moved or changed.
func (v *view) changed(e *convoke.Event) string {
	b, key := v.c.Data.Before, "changed"
	if b == nil {
		v.Lines = append(v.Lines, v.T("mail.change.some"))
		return key
	}
	if b.Status == convoke.Cancelled && e.Status != convoke.Cancelled {
		v.Lines = append(v.Lines, v.T("mail.change.restored"))
		key = "restored"
	} else if b.Status != e.Status && b.Status != "" {
		v.Lines = append(v.Lines, v.T("mail.change."+string(e.Status)))
	}
	v.differ("title", v.line(b.Title, convoke.MaxTitle), v.line(e.Title, convoke.MaxTitle))
	if b.StartsAt != e.StartsAt {
		v.differ("time", v.When(b.StartsAt.Time()), v.When(e.StartsAt.Time()))
		if key == "changed" {
			key = "moved"
		}
	} else {
		v.differ("zone", locale.ZoneLabel(v.Lang(), b.Zone), locale.ZoneLabel(v.Lang(), e.Zone))
	}
	v.differ("length", v.length(b.Minutes), v.length(e.Minutes))
	v.differ("place", v.line(b.Place, convoke.MaxPlace), v.line(e.Place, convoke.MaxPlace))
	v.relinked(b.JoinLink, e.JoinLink)
	if len(v.Changes)+len(v.Lines) == 0 {
		v.Lines = append(v.Lines, v.T("mail.change.some"))
	}
	return key
}

// differ notes that something was one thing and is another.
func (v *view) differ(what, before, now string) {
	if before != now {
		v.Changes = append(v.Changes, change{v.T("mail.change." + what), cmp.Or(before, v.T("mail.change.none")), cmp.Or(now, v.T("mail.change.none"))})
	}
}

// relinked says that the join link is another one, to those who may have it.
func (v *view) relinked(before, now string) {
	switch {
	case before == now || !v.c.Entitled:
	case now == "":
		v.Lines = append(v.Lines, v.T("mail.change.link.gone"))
	case before == "":
		v.Lines = append(v.Lines, v.T("mail.change.link.there"))
	default:
		v.Lines = append(v.Lines, v.T("mail.change.link.new"))
	}
}

func (v *view) length(minutes int) string {
	return v.Duration(time.Duration(minutes) * time.Minute)
}

func (v *view) eventCancellation() {
	e := *v.c.Event
	if b := v.c.Data.Before; b != nil { // what the reader knows: a change that was called off with the event was never told
		e.Title, e.StartsAt, e.EndsAt, e.Zone, e.Place = b.Title, b.StartsAt, b.End(), b.Zone, b.Place
	}
	v.about(&e)
	v.Frame.Off = true
	v.Frame.Caption = v.T("mail.cancelled.was")
	v.Subject = v.subject("mail.cancelled.subject", v.Title, "When", v.WhenShort(e.StartsAt.Time()))
	v.Title = v.T("mail.cancelled.title", "Title", v.Title)
	v.note("mail.note.reason", cmp.Or(strings.TrimSpace(v.c.Data.Note), e.CancelNote))
	switch {
	case v.c.Series != nil && v.c.Series.CancelledAt == 0:
		v.Lines = append(v.Lines, v.T("mail.cancelled.session"))
	case v.c.Meeting != nil && v.c.Meeting.Status != convoke.Cancelled:
		v.Lines = append(v.Lines, v.T("mail.cancelled.date"))
	}
	v.Why = v.because()
}
