// Package notify decides who hears of a change, when, and in which words.
//
// It is pure. [Decide] says for one person whether a letter of some kind goes to them and, if not, why; the same
// function answers before sending ("who gets this"), when letters are planned, and again at the moment of
// sending. [Dues] says when the timetable has to act about an event. [Compose] puts a letter into words.
//
// Whoever was sent a calendar part of a UID gets one with every later update and cancellation, so that nothing
// stays wrong in their calendar; until then each letter asks anew, and whoever reads a feed of their own that holds the event gets
// none, so that nothing shows twice. Reminders never carry one.
package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
)

// The kinds of letters.
const (
	SignIn              = "sign-in"
	CommunityInvitation = "community-invitation"
	JoinRequest         = "join-request"
	JoinOutcome         = "join-outcome"
	EventInvitation     = "event-invitation"
	EventUpdate         = "event-update"
	EventCancellation   = "event-cancellation"
	SeriesInvitation    = "series-invitation"
	SeriesCancellation  = "series-cancellation"
	MeetingInvitation   = "meeting-invitation"
	MeetingUpdate       = "meeting-update"
	MeetingCancellation = "meeting-cancellation"
	Reminder            = "reminder"
	MeetingReminder     = "meeting-reminder"
	SpeakerQuestions    = "speaker-questions"
	Answers             = "answers"
	MaterialsReady      = "materials-ready"
	PromiseNudge        = "promise-nudge"
)

// Priorities of letters: lower goes first.
const (
	first   = 1 // somebody waits at the screen, or must not travel in vain
	soon    = 3
	regular = 5
)

// Verdict is why somebody gets no letter; empty when they get it.
type Verdict string

// The verdicts.
const (
	Gets         Verdict = ""
	NoAddress    Verdict = "no-address"
	Bouncing     Verdict = "bouncing" // a mail server refuses the address
	CannotSee    Verdict = "cannot-see"
	NotConcerned Verdict = "not-concerned" // neither a member nor somebody who answered
	Declined     Verdict = "declined"
	Muted        Verdict = "muted"
	Unanswered   Verdict = "unanswered" // this reminder is only for those who said yes or maybe
	HasIt        Verdict = "has-it"     // was sent the invitation already
	Over         Verdict = "over"
	CalledOff    Verdict = "called-off"
	MovedAway    Verdict = "moved-away"
	ArchivedIt   Verdict = "archived"
	Settled      Verdict = "settled" // nothing is left to ask or to tell
)

// Occasion is what a letter is about.
type Occasion struct {
	Kind      string
	Community convoke.Community
	Event     *convoke.Event
	Series    *convoke.Series
	Meeting   *convoke.Recurrence
	Lead      time.Duration   // of a reminder
	StartsAt  convoke.Instant // of a reminder: the start it was planned for
	Now       convoke.Instant // zero when nothing is judged by time
	DryRun    bool            // asked before publishing: drafts count as published
	Past      bool            // of a series or a meeting: no date of it is to come, see [Occasion.Dates]
	Next      bool            // of a meeting's invitation: with its next date only, for who came after its own
	Off       convoke.Instant // of a cancellation: when it was cancelled
	Until     convoke.Instant // of an event's change: until when calendars have it that were not told
}

// Dates notes of an occasion about a series or a meeting whether any of its dates is to come, or would be if they had not been called off together. A
// meeting has one too where its rule goes on after the dates that were made.
func (o *Occasion) Dates(list []convoke.Event) {
	var off convoke.Instant // when they were
	if o.calledOff() && !o.DryRun {
		if o.Series != nil {
			off = o.Series.CancelledAt
		} else {
			off = o.Meeting.Stamp
		}
	}
	o.Past = !slices.ContainsFunc(list, func(e convoke.Event) bool {
		return e.EndsAt > o.Now && (e.Status != convoke.Cancelled || off != 0 && e.Stamp >= off) && (!e.Draft() || o.DryRun)
	})
	if m := o.Meeting; m != nil && o.Past {
		_, more := nextPlanned(m, max(o.Now.Add(-time.Duration(m.Minutes)*time.Minute), m.MadeUntil))
		o.Past = !more
	}
}

// Decide says whether somebody gets a letter, and if not, why. It answers before sending, at planning and at sending alike.
func Decide(o Occasion, r convoke.Recipient) Verdict {
	if v := o.still(); v != Gets {
		return v
	}
	holdsOn := r.Holds || r.Answer.Coming() || r.ComesTo // moves and cancellations reach these unless they want no mail at all
	switch {
	case r.Address == "":
		return NoAddress
	case r.RefusedWith != "":
		return Bouncing
	case !r.Sees && !o.DryRun && !(r.Holds && o.calledOff()) && !owed(o.Kind):
		return CannotSee
	case r.MutedAll && Mutable(o.Kind):
		return Muted
	}
	member := r.Role != ""
	switch o.Kind {
	case EventInvitation, SeriesInvitation, MeetingInvitation:
		comes := r.Answer.Coming() || r.ComesTo && o.continued()
		switch {
		case !comes && (!member || o.continued() && !o.invited()):
			return NotConcerned
		case r.Answer == convoke.No && !comes:
			return Declined
		case r.Muted && !(o.continued() && (comes || r.HeldBefore)): // for whoever comes or holds the old dates it is a move
			return Muted
		case r.Holds && o.Kind != SeriesInvitation:
			return HasIt
		}
	case EventUpdate, MeetingUpdate, EventCancellation, MeetingCancellation:
		switch {
		case r.Holds:
		case o.Kind == EventCancellation && o.withSeries() && (member || o.seriesShown()):
			return NotConcerned // the series' own letter tells them
		case r.Answer == convoke.No && !r.ComesTo:
			return Declined
		case holdsOn:
		case o.Kind == EventUpdate && o.over(): // it was moved to where it is over: who does not wait for it misses nothing
			return Over
		case !member || !o.invited():
			return NotConcerned
		case r.Muted:
			return Muted
		}
	case SeriesCancellation:
		switch {
		case r.Answer == convoke.No && !r.ComesTo:
			return Declined
		case !member && !holdsOn:
			return NotConcerned
		case r.Muted && !holdsOn:
			return Muted
		}
	case Reminder, MeetingReminder:
		switch {
		case r.Answer == convoke.No:
			return Declined
		case r.Muted:
			return Muted
		case r.Answer.Coming():
		case !member || !o.invited():
			return NotConcerned
		case o.Kind == Reminder && o.Lead != 24*time.Hour:
			return Unanswered
		}
	case SpeakerQuestions, PromiseNudge:
		if r.Muted {
			return Muted
		}
	case MaterialsReady:
		switch {
		case r.Answer == convoke.No:
			return Declined
		case r.Muted:
			return Muted
		case r.Answer == "" && (!member || !o.invited() || r.JoinedAt > o.Event.EndsAt): // who joins later is invited to what is still to come
			return NotConcerned
		}
	}
	return Gets
}

// owed says whether a kind is between its reader and the community: what they are asked, promised or asked themselves. It names the event to whoever may
// not see it, and shows nothing of what was said there.
func owed(kind string) bool {
	return kind == SpeakerQuestions || kind == Answers || kind == PromiseNudge
}

// afterwards says whether a kind is about what was held.
func afterwards(kind string) bool { return owed(kind) || kind == MaterialsReady }

func (o Occasion) calledOff() bool {
	return o.Kind == EventCancellation || o.Kind == MeetingCancellation || o.Kind == SeriesCancellation
}

// over says whether the event has ended.
func (o Occasion) over() bool { return o.Now != 0 && o.Event.EndsAt <= o.Now }

// continued says whether an invitation to a meeting tells whoever came to the one before that its dates are another's now.
func (o Occasion) continued() bool {
	return o.Kind == MeetingInvitation && o.Meeting.PreviousID != "" && !o.Next
}

// withSeries says whether a session was cancelled with its series, not by itself before or after that.
func (o Occasion) withSeries() bool {
	return o.Series != nil && o.Series.CancelledAt != 0 && !o.DryRun && (o.Off == 0 || o.Off == o.Series.CancelledAt)
}

// seriesShown says whether who is no member and sees a session sees its series.
func (o Occasion) seriesShown() bool {
	v := o.Series.Visibility
	return v == convoke.ToEveryone || v == convoke.ToCommunity && o.Community.Privacy == convoke.Open
}

// invited says whether the members were ever invited to what the letter is about.
func (o Occasion) invited() bool {
	switch {
	case o.Event != nil:
		return o.Event.InvitedAt != 0
	case o.Meeting != nil:
		return o.Meeting.Invite
	}
	return true
}

// still judges what has nothing to do with the person: whether the letter is of any use.
func (o Occasion) still() Verdict {
	if e := o.Event; e != nil {
		switch {
		case o.DryRun:
			if !o.calledOff() && e.EndsAt <= o.Now {
				return Over
			}
		case e.Draft():
			return CannotSee
		case o.Kind == SpeakerQuestions || o.Kind == Answers: // what was cancelled can still be answered in writing
		case o.Kind != EventCancellation && o.Kind != MeetingUpdate && o.Kind != MeetingCancellation && e.Status == convoke.Cancelled:
			return CalledOff
		case afterwards(o.Kind):
		case o.StartsAt != 0 && o.StartsAt != e.StartsAt:
			return MovedAway
		case o.over() && !o.calledOff() && !(o.Kind == EventUpdate && o.Until > o.Now):
			return Over
		}
	}
	if m := o.Meeting; m != nil && o.Event == nil && o.Kind != MeetingCancellation && m.Status == convoke.Cancelled {
		return CalledOff
	}
	if s := o.Series; s != nil && o.Kind == SeriesInvitation && s.CancelledAt != 0 {
		return CalledOff
	}
	if o.Past && (o.Kind == SeriesInvitation || o.Kind == MeetingInvitation || o.DryRun && o.calledOff()) {
		return Over
	}
	if o.Community.Archived() && (o.Kind == Reminder || o.Kind == MeetingReminder || o.Kind == SpeakerQuestions || o.Kind == PromiseNudge) {
		return ArchivedIt
	}
	return Gets
}

// WithCalendar says whether a letter to somebody carries a calendar part.
func WithCalendar(o Occasion, r convoke.Recipient) bool {
	if k, ok := find(o.Kind); !ok || k.Method == "" {
		return false
	}
	switch {
	case r.Holds:
		return true
	case r.FeedReader:
		return false
	case o.Kind == EventCancellation:
		// a series' letter offers all its dates as one file, so a session's end is told to calendars in any case
		return o.Event != nil && o.Event.SeriesID != ""
	case o.Kind == MeetingCancellation:
		return false
	}
	return true
}

// InviteAhead is how long before a session its own invitation goes out.
const InviteAhead = 14 * 24 * time.Hour

// Dues lists what the timetable has to do about an event from now on.
func Dues(e convoke.Event, r *convoke.Recurrence, now convoke.Instant) []convoke.Due {
	if e.Draft() || e.Status == convoke.Cancelled || e.EndsAt <= now {
		return nil
	}
	var out []convoke.Due
	add := func(kind string, lead time.Duration, due, useful convoke.Instant) {
		d := convoke.Due{Key: fmt.Sprintf("%s/%s/%d/%d", kind, e.ID, e.Sequence, int(lead.Minutes())), Kind: kind, CommunityID: e.CommunityID, EventID: e.ID,
			Sequence: e.Sequence, LeadMinutes: int(lead.Minutes()), DueAt: due, UsefulUntil: useful, State: "planned", CreatedAt: now}
		if useful <= now || kind != "invitation" && due < now {
			d.State, d.Note = "stale", "its moment had passed when it was planned"
		}
		out = append(out, d)
	}
	if e.InvitedAt != 0 && (e.SeriesID != "" || e.MeetingID != "") {
		add("invitation", InviteAhead, max(e.StartsAt.Add(-InviteAhead), now), e.EndsAt)
	}
	for _, lead := range Leads(e, r) {
		kind, useful := Reminder, e.StartsAt.Add(-lastMoment(lead))
		if lead == meetingLead(r) && e.MeetingID != "" {
			kind, useful = MeetingReminder, e.StartsAt
		}
		add(kind, lead, e.StartsAt.Add(-lead), useful)
	}
	return out
}

// lastMoment is how long before the start a reminder of some lead is still of use: two days for the week's, as the day's takes over then, else a
// twelfth of the lead, at least five minutes, but never more than half of it.
func lastMoment(lead time.Duration) time.Duration {
	if lead == 7*24*time.Hour {
		return 48 * time.Hour
	}
	return min(max(lead/12, 5*time.Minute), lead/2)
}

// Leads are how long before an event its reminders go out. For a date of a recurring meeting one meeting reminder takes the place of the week's and the day's.
func Leads(e convoke.Event, r *convoke.Recurrence) []time.Duration {
	if r == nil || e.Reminders != "" {
		return e.Leads()
	}
	if l := meetingLead(r); l != 0 {
		return []time.Duration{l, time.Hour}
	}
	return []time.Duration{time.Hour}
}

// meetingLead is how long before a date its meeting's reminder goes out: three days for what is held every three weeks or less often, one day for
// other weekly meetings, and none for daily ones, where it would be a mail a day.
func meetingLead(r *convoke.Recurrence) time.Duration {
	if r == nil {
		return 0
	}
	switch f := r.Rule.Freq; {
	case f == calendar.Monthly || f == calendar.Yearly || f == calendar.Weekly && r.Rule.Interval >= 3:
		return 3 * 24 * time.Hour
	case f == calendar.Weekly:
		return 24 * time.Hour
	}
	return 0
}

// Snapshot is how something was before a change, for "old → new" in words.
type Snapshot struct {
	Title    string            `json:"title"`
	StartsAt convoke.Instant   `json:"starts_at"`
	Zone     string            `json:"zone"`
	Minutes  int               `json:"minutes"`
	Place    string            `json:"place"`
	JoinLink string            `json:"join_link"`
	Status   convoke.Status    `json:"status"`
	Start    calendar.DateTime `json:"start"`          // of a meeting
	Rule     *calendar.Rule    `json:"rule,omitempty"` // of a meeting
}

// End is when an event was to end; zero for nothing.
func (s *Snapshot) End() convoke.Instant {
	if s == nil {
		return 0
	}
	return s.StartsAt.Add(time.Duration(s.Minutes) * time.Minute)
}

// Data is what a letter keeps besides the things it is about.
type Data struct {
	Before      *Snapshot       `json:"before,omitempty"`
	Note        string          `json:"note,omitempty"` // what the organiser wrote for those who are told
	LeadMinutes int             `json:"lead_minutes,omitempty"`
	StartsAt    convoke.Instant `json:"starts_at,omitempty"` // of a reminder: the start it was planned for
	Invitation  convoke.ID      `json:"invitation,omitempty"`
	Request     convoke.ID      `json:"request,omitempty"`
	Outcome     string          `json:"outcome,omitempty"` // approved, rejected, closed
	Language    string          `json:"language,omitempty"`
	Zone        string          `json:"zone,omitempty"`
	Next        bool            `json:"next,omitempty"`      // a meeting's invitation for its next date only
	Since       convoke.Instant `json:"since,omitempty"`     // of a meeting as a whole: when the first change was made that is told
	Off         convoke.Instant `json:"off,omitempty"`       // of a session's cancellation: when it was
	Speaker     convoke.ID      `json:"speaker,omitempty"`   // who is asked
	Nudge       int             `json:"nudge,omitempty"`     // the day of a reminder about questions, or which nudge about a promise it is
	Told        []Told          `json:"told,omitempty"`      // the questions whose answers are told
	Until       convoke.Instant `json:"until,omitempty"`     // what was published later is told by another letter
	Anonymous   bool            `json:"anonymous,omitempty"` // its reader asked without a name
}

// Told is a question in a letter of answers, which holds what was published since.
type Told struct {
	Question convoke.ID      `json:"question"`
	Since    convoke.Instant `json:"since"`
}

// DataOf reads what a letter keeps.
func DataOf(l convoke.Letter) (d Data, err error) {
	if err = json.Unmarshal([]byte(l.Data), &d); err != nil {
		err = fmt.Errorf("read data of letter %s: %w", l.ID, err)
	}
	return d, err
}

// Text is what DataOf reads.
func (d Data) Text() string {
	b, err := json.Marshal(d)
	if err != nil {
		panic(err) // plain values only
	}
	return string(b)
}

// InvitationData is DataOf for a letter that must be about an invitation to become a member.
func InvitationData(l convoke.Letter) (Data, error) {
	d, err := DataOf(l)
	if err == nil && (l.Kind != CommunityInvitation || d.Invitation == "") {
		err = convoke.ErrNotFound
	}
	return d, err
}

// Letter makes the row of a letter of a kind to somebody. key tells it from every other letter of that kind to that person: it is the same
// whenever the same thing is planned again.
func Letter(site convoke.Site, kind, key string, person convoke.ID, address string, d Data, now, useful convoke.Instant) convoke.Letter {
	k, ok := find(kind)
	if !ok {
		panic("notify: unknown kind " + kind)
	}
	full := kind + "/" + key + "/" + string(person)
	sum := sha256.Sum256([]byte(site.Host + "/" + full))
	_, domain, _ := strings.Cut(site.From, "@")
	return convoke.Letter{ID: convoke.NewID("le"), Key: full, MessageID: hex.EncodeToString(sum[:20]) + "@" + domain, Kind: kind, Class: k.Class, PersonID: person,
		Address: address, Data: d.Text(), Priority: k.Priority, UsefulUntil: useful, State: convoke.Queued, NextAt: now, CreatedAt: now}
}

// SignInLetter is the mail somebody waits for at the sign-in page. Who they are is looked up when it is composed.
func SignInLetter(site convoke.Site, s convoke.SignIn) convoke.Letter {
	l := Letter(site, SignIn, string(s.ID), "", s.Shown, Data{Language: s.Language, Zone: s.Zone}, s.CreatedAt, s.ExpiresAt)
	l.ID = s.ID
	return l
}
