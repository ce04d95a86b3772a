package notify

import (
	"convoke/internal/convoke"
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
	Meeting   *convoke.Recurrence
	Overrides []convoke.Event // of a meeting written as a rule: the dates that deviate from it
	Coming    []convoke.Event // of a meeting's letter: its next dates
	Inviter   string          // who invites to a community
	Message   string          // what they, or whoever asks to join, wrote
	Asker     string          // who asks to join
	Calendar  bool            // carries a calendar part (see WithCalendar)
	Entitled  bool            // may be shown the join link
	Organizer string          // address of the ORGANIZER: the one fixed for the UID, else the sender's
}
