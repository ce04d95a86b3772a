package notify

import (
	"cmp"
	"fmt"

	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/markup"
	"convoke/mailer"
)

// Context is everything a letter's words are made from, loaded at its first lease.
type Context struct {
	Site      convoke.Site
	From      mailer.Address
	Secrets   convoke.Secrets
	Now       convoke.Instant
	Letter    convoke.Letter
	Data      Data
	Reader    convoke.Recipient // of a sign-in to an unknown address only the address is set
	Community convoke.Community
	Event     *convoke.Event
	Speakers  []convoke.Speaker // of the event
	Series    *convoke.Series
	Sessions  []convoke.Event // of a series' letter: its published sessions in order
	Ended     []convoke.Event // of a cancelled series' letter: the sessions whose end it tells calendars
	Meeting   *convoke.Recurrence
	Overrides []convoke.Event // of a meeting written as a rule: the dates that deviate from it
	Coming    []convoke.Event // of a meeting's letter: its next dates
	Gone      []convoke.Event // of a meeting's letter: the dates its reader said yes or maybe to that its rule gave up
	Inviter   string          // who invites to a community
	Message   string          // what they, or whoever asks to join, wrote
	Asker     string          // who asks to join
	Asked     []Asked         // of a letter about questions, in the order of the page
	Materials []convoke.Material
	Missing   []convoke.Promise         // what the reader promised and has not brought
	Plans     bool                      // the reader may plan the event
	Calendar  bool                      // carries a calendar part (see WithCalendar)
	Entitled  bool                      // may be shown the join link of what the letter is about: its event, else its meeting or series
	Shown     map[convoke.ID]feed.Shown // the same of each event and meeting here, for what is told beside that
	Organizer string                    // address of the ORGANIZER: the one fixed for the UID, else the sender's
}

// Composed is a letter ready to be rendered.
type Composed struct {
	Message  mailer.Message
	UID      string // of the calendar part, empty without one
	Sequence int
}

// writers hold what is special about the words of each kind.
var writers = map[string]func(*view){
	SignIn:              (*view).signIn,
	CommunityInvitation: (*view).communityInvitation,
	JoinRequest:         (*view).joinRequest,
	JoinOutcome:         (*view).joinOutcome,
	EventInvitation:     (*view).eventInvitation,
	EventUpdate:         (*view).eventUpdate,
	EventCancellation:   (*view).eventCancellation,
	SeriesInvitation:    (*view).seriesInvitation,
	SeriesCancellation:  (*view).seriesCancellation,
	MeetingInvitation:   (*view).meetingInvitation,
	MeetingUpdate:       (*view).meetingUpdate,
	MeetingCancellation: (*view).meetingCancellation,
	Reminder:            (*view).reminder,
	MeetingReminder:     (*view).meetingReminder,
	SpeakerQuestions:    (*view).speakerQuestions,
	Answers:             (*view).answersTold,
	MaterialsReady:      (*view).materialsReady,
	PromiseNudge:        (*view).promiseNudge,
}

// Compose puts a letter into words, in its reader's language and zone. It fails when what the letter is about was not
// loaded, and on an address or calendar part that cannot be written.
func Compose(c Context) (Composed, error) {
	out, err := compose(c)
	if err != nil {
		return Composed{}, fmt.Errorf("compose %s %s: %w", c.Letter.Kind, c.Letter.ID, err)
	}
	return out, nil
}

func compose(c Context) (out Composed, err error) {
	kind, ok := find(c.Letter.Kind)
	if !ok {
		return out, fmt.Errorf("unknown kind")
	}
	if noun := c.lacks(); noun != "" {
		return out, fmt.Errorf("no %s given", noun)
	}
	if c.Event != nil && c.Series != nil && !c.Community.Covers(c.Series.Visibility, c.Event.Visibility) {
		c.Series = nil // as in the entry of the event: not everybody who sees it may see its series
	}
	to, err := mailer.ParseAddress(c.Reader.Address)
	if err != nil {
		return out, err
	}
	to.Name = markup.Clean(c.Reader.Name, convoke.MaxName)

	v := newView(c)
	if c.Calendar && kind.Method != "" {
		out.Message.Calendar, out.UID, out.Sequence, err = v.calendarPart(kind.Method, to)
		if err != nil {
			return out, err
		}
		if out.UID != "" {
			out.Message.Method = kind.Method
		}
	}
	if out.Message.Files, err = v.endings(to); err != nil {
		return out, err
	}
	v.Attached = out.Message.Method == "REQUEST"
	writers[kind.Name](v)
	if v.Frame == nil && v.Dates == nil {
		v.Guess = "" // no hour is told
	}
	if kind.List {
		v.Stop = &link{Label: cmp.Or(v.stop, v.T("mail.stop")), URL: v.letter("unsubscribe")}
		out.Message.Unsubscribe = v.letter("")
		out.Message.ListID = c.Community.Slug + "." + c.Site.Host
	}
	out.Message.ID = c.Letter.MessageID
	out.Message.From = mailer.Address{Name: v.sender(), Addr: c.From.Addr}
	out.Message.To = to
	if reply, err := mailer.ParseAddress(c.Community.Contact); err == nil {
		out.Message.ReplyTo = &reply // admins chose it; without one, or with one gone bad, answers go to the sender
	}
	if out.UID != "" && c.Organizer != "" && c.Organizer != c.From.Addr { // the sender was changed since: programs look for the organiser they know
		out.Message.ReplyTo = &mailer.Address{Addr: c.Organizer}
	}
	out.Message.Subject = v.Subject
	out.Message.Date = c.Now.Time()
	out.Message.Language = v.Lang()
	out.Message.Text, out.Message.HTML, err = render(kind.Name, v)
	return out, err
}

// lacks names what the letter is about and was not given.
func (c Context) lacks() string {
	if OfEvent(c.Letter.Kind) && c.Event == nil {
		return "event"
	}
	switch c.Letter.Kind {
	case SeriesInvitation, SeriesCancellation:
		if c.Series == nil {
			return "series"
		}
	case MeetingInvitation, MeetingUpdate, MeetingCancellation:
		if c.Meeting == nil {
			return "meeting"
		}
	}
	return ""
}
