package notify

import (
	"slices"

	"convoke/internal/convoke"
)

// Kind is one sort of letter.
type Kind struct {
	Name     string
	Class    convoke.Class
	Priority int
	Method   string // of its calendar part: REQUEST, CANCEL or empty for none
	List     bool   // carries List-Unsubscribe
}

// Kinds lists every kind of letter. A new one is a row here, a pair of templates and its texts.
var Kinds = []Kind{
	{SignIn, convoke.ClassAccount, first, "", false},
	{CommunityInvitation, convoke.ClassInvitation, regular, "", true},
	{JoinRequest, convoke.ClassDesk, soon, "", true},
	{JoinOutcome, convoke.ClassAccount, soon, "", false},
	{EventInvitation, convoke.ClassInvitation, regular, "REQUEST", true},
	{EventUpdate, convoke.ClassChange, soon, "REQUEST", true},
	{EventCancellation, convoke.ClassChange, first, "CANCEL", true},
	{SeriesInvitation, convoke.ClassInvitation, regular, "", true},
	{SeriesCancellation, convoke.ClassChange, first, "", true},
	{MeetingInvitation, convoke.ClassInvitation, regular, "REQUEST", true},
	{MeetingUpdate, convoke.ClassChange, soon, "REQUEST", true},
	{MeetingCancellation, convoke.ClassChange, first, "CANCEL", true},
	{Reminder, convoke.ClassReminder, soon, "", true},
	{MeetingReminder, convoke.ClassReminder, soon, "", true},
	{SpeakerQuestions, convoke.ClassQuestion, soon, "", true},
	{Answers, convoke.ClassUnnamed, regular, "", false},
	{MaterialsReady, convoke.ClassAfter, regular, "", true},
	{PromiseNudge, convoke.ClassDesk, regular, "", true},
}

func find(name string) (Kind, bool) {
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return Kinds[i], true
}

// Reminds says whether a kind reminds of what is about to begin.
func Reminds(kind string) bool { return kind == Reminder || kind == MeetingReminder }

// OfEvent says whether a kind is about one event: without it there is nothing left to tell or to answer.
func OfEvent(kind string) bool {
	switch kind {
	case EventInvitation, EventUpdate, EventCancellation, Reminder, MeetingReminder:
		return true
	}
	return afterwards(kind)
}

// Mutable says whether a kind can be unsubscribed from.
func Mutable(kind string) bool {
	k, ok := find(kind)
	return ok && k.List
}
