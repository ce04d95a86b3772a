package notify

import (
	"cmp"

	"convoke/internal/convoke"
)

// Why a letter that waited was not sent, as another tells it.
const (
	Overtaken   = "overtaken"    // a newer one took its place
	ToldAtOnce  = "told-at-once" // the invitation, which had not left yet, tells it
	ChangedBack = "changed-back" // nothing is left to tell
)

// Carries says whether letters of a kind may carry a calendar part.
func Carries(kind string) bool {
	k, ok := find(kind)
	return ok && k.Method != ""
}

func invites(kind string) bool { return kind == EventInvitation || kind == MeetingInvitation }
func updates(kind string) bool { return kind == EventUpdate || kind == MeetingUpdate }

// Fate is what becomes of a new letter and one to the same person that waits and was never rendered.
type Fate int

// The fates.
const (
	BothGo   Fate = iota
	Replaces      // the new one takes the place of the one that waits
	Needless      // the one that waits tells what the new one would
)

// Meet judges a new letter beside one to the same person that waits and was never rendered. Either tells how things are when it leaves, so of two
// about the same thing one is needless. Each date of a meeting is news by itself; but where the meeting is written as a rule, its invitation
// shows all dates and its end is theirs.
func Meet(next, waiting convoke.Letter, rule bool) Fate {
	same := next.EventID == waiting.EventID && OfEvent(next.Kind) == OfEvent(waiting.Kind)
	switch {
	case !Carries(next.Kind) || !Carries(waiting.Kind):
	case updates(next.Kind) && invites(waiting.Kind) && (same || rule && waiting.Kind == MeetingInvitation):
		return Needless
	case same, rule && next.Kind == MeetingCancellation, rule && next.Kind == MeetingInvitation && updates(waiting.Kind):
		return Replaces
	}
	return BothGo
}

// TakeOver is what a letter keeps that replaces another about the same thing: its reader knows things as they were before that one. Of a cancellation
// no Before at all says that they were told nothing.
func (d Data) TakeOver(kind, waiting string, w Data) Data {
	d.since(w.Since)
	switch {
	case invites(kind):
	case !updates(kind):
		d.Before = w.Before
	case w.Before != nil:
		d.Before = w.Before
		if updates(waiting) {
			d.Note = cmp.Or(d.Note, w.Note)
		}
	}
	return d
}

// HandOn is what a waiting invitation keeps that tells what this letter, needless beside it, would have told.
func (d Data) HandOn(invitation Data) Data {
	invitation.since(d.Since)
	return invitation
}

// since makes a letter tell of what was given up from a moment on, or from an earlier one.
func (d *Data) since(t convoke.Instant) {
	if t != 0 && (d.Since == 0 || t < d.Since) {
		d.Since = t
	}
}
