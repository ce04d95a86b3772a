package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
)

// occasion is a usual one of a kind: everything is published, the members are invited, and it lies ahead.
func occasion(kind string, change ...func(*Occasion)) Occasion {
	o := Occasion{Kind: kind, Community: soil, Now: now}
	e := planned()
	series, _ := sessions()
	meeting, dates := monthly()
	switch kind {
	case EventInvitation, EventUpdate, Reminder:
		o.Event = &e
	case EventCancellation:
		e.Status = convoke.Cancelled
		o.Event = &e
	case SeriesInvitation, SeriesCancellation:
		o.Series = &series
	case MeetingInvitation, MeetingUpdate, MeetingCancellation:
		o.Meeting = &meeting
	case MeetingReminder:
		o.Meeting, o.Event = &meeting, &dates[0]
	case SpeakerQuestions, Answers, MaterialsReady, PromiseNudge:
		o.Event, o.Now = &e, e.EndsAt.Add(time.Hour)
	}
	if kind == Reminder {
		o.Lead, o.StartsAt = 24*time.Hour, e.StartsAt
	}
	for _, c := range change {
		c(&o)
	}
	return o
}

type person = func(*convoke.Recipient)

// The people of the tables.
var (
	member   person = func(*convoke.Recipient) {}
	outsider person = func(r *convoke.Recipient) { r.Role = "" }
	yes      person = func(r *convoke.Recipient) { r.Answer = convoke.Yes }
	maybe    person = func(r *convoke.Recipient) { r.Answer = convoke.Maybe }
	no       person = func(r *convoke.Recipient) { r.Answer = convoke.No }
	comes    person = func(r *convoke.Recipient) { r.ComesTo = true }
	holder   person = func(r *convoke.Recipient) { r.Holds = true }
	held     person = func(r *convoke.Recipient) { r.HeldBefore = true }
	muted    person = func(r *convoke.Recipient) { r.Muted = true }
	mutedAll person = func(r *convoke.Recipient) { r.Muted, r.MutedAll = true, true }
	blind    person = func(r *convoke.Recipient) { r.Sees = false }
	homeless person = func(r *convoke.Recipient) { r.Address = "" }
	late     person = func(r *convoke.Recipient) { r.JoinedAt = planned().EndsAt + 1 }
	feeds    person = func(r *convoke.Recipient) { r.FeedReader = true }
)

func who(list ...person) convoke.Recipient {
	r := reader("en")
	for _, p := range list {
		p(&r)
	}
	return r
}

// TestDecide reads like the sentences it holds: who gets what, and why not.
func TestDecide(t *testing.T) {
	cancelled := func(o *Occasion) { o.Event.Status = convoke.Cancelled }
	uninvited := func(o *Occasion) { o.Event.InvitedAt = 0 }
	archived := func(o *Occasion) { o.Community.ArchivedAt = now }
	ended := func(visibility convoke.Visibility, privacy convoke.Privacy) func(*Occasion) {
		return func(o *Occasion) {
			o.Series, o.Community.Privacy = &convoke.Series{CancelledAt: now, Visibility: visibility}, privacy
		}
	}
	off := func(at convoke.Instant) func(*Occasion) { return func(o *Occasion) { o.Off = at } }
	gone := func(o *Occasion) { o.Now = o.Event.EndsAt }
	until := func(d convoke.Instant) func(*Occasion) {
		return func(o *Occasion) { o.Until = o.Now + d }
	}
	past := func(o *Occasion) { o.Past = true }
	continued := func(o *Occasion) { o.Meeting.PreviousID = "me_0" }
	silent := func(o *Occasion) { o.Meeting.Invite = false }
	next := func(o *Occasion) { o.Next = true }
	week := func(o *Occasion) { o.Lead = 7 * 24 * time.Hour }
	for _, tc := range []struct {
		name string
		o    Occasion
		r    convoke.Recipient
		want Verdict
	}{
		{"publishing with an invitation sends each member one mail", occasion(EventInvitation), who(member), Gets},
		{"and nobody else", occasion(EventInvitation), who(outsider), NotConcerned},
		{"save an outsider who said yes to the series", occasion(EventInvitation), who(outsider, yes), Gets},
		{"nor whoever cannot see it", occasion(EventInvitation), who(blind), CannotSee},
		{"nor whoever has no address", occasion(EventInvitation), who(homeless), NoAddress},
		{"once", occasion(EventInvitation), who(holder), HasIt},
		{"not to whoever stopped the community's mails", occasion(EventInvitation), who(muted), Muted},
		{"not once it is over", occasion(EventInvitation, func(o *Occasion) { o.Now = o.Event.EndsAt }), who(member), Over},
		{"not for a draft", occasion(EventInvitation, func(o *Occasion) { o.Event.PublishedAt = 0 }), who(member), CannotSee},
		{"but asked beforehand a draft counts", occasion(EventInvitation, func(o *Occasion) { o.Event.PublishedAt, o.DryRun = 0, true }), who(member), Gets},
		{"asked beforehand, too, it is over in time", occasion(EventInvitation, func(o *Occasion) { o.Event.PublishedAt, o.DryRun, o.Now = 0, true, o.Event.EndsAt }), who(member), Over},
		{"save for its cancellation", occasion(EventCancellation, func(o *Occasion) { o.DryRun, o.Now = true, o.Event.EndsAt }), who(member), Gets},
		{"a session's invitation goes to whoever said yes to the series", occasion(EventInvitation), who(yes), Gets},
		{"and not to whoever declined it", occasion(EventInvitation), who(no), Declined},

		{"a move reaches the members who were invited", occasion(EventUpdate), who(member), Gets},
		{"not when they never were", occasion(EventUpdate, uninvited), who(member), NotConcerned},
		{"but whoever said yes by themselves", occasion(EventUpdate, uninvited), who(yes), Gets},
		{"an outsider who said yes", occasion(EventUpdate), who(outsider, yes), Gets},
		{"not another outsider", occasion(EventUpdate), who(outsider), NotConcerned},
		{"whoever said yes and stopped the mails", occasion(EventUpdate), who(yes, muted), Gets},
		{"whoever holds a calendar part and stopped the mails", occasion(EventUpdate), who(holder, muted), Gets},
		{"also having declined, as their calendar is wrong else", occasion(EventUpdate), who(holder, no), Gets},
		{"not another who stopped the mails", occasion(EventUpdate), who(muted), Muted},
		{"not whoever chose everything", occasion(EventUpdate), who(yes, holder, mutedAll), Muted},
		{"not whoever declined", occasion(EventUpdate), who(no), Declined},
		{"not about what was cancelled since", occasion(EventUpdate, cancelled), who(yes), CalledOff},

		{"a move to where it is over reaches who comes", occasion(EventUpdate, gone, until(1)), who(outsider, yes), Gets},
		{"and who holds it", occasion(EventUpdate, gone, until(1)), who(holder, no), Gets},
		{"not who has not answered", occasion(EventUpdate, gone, until(1)), who(member), Over},
		{"nor anybody when the old time has passed as well", occasion(EventUpdate, gone, until(0)), who(yes, holder), Over},
		{"a session is not invited to any more", occasion(EventInvitation, gone, until(1)), who(yes), Over},
		{"a cancellation reaches the members", occasion(EventCancellation), who(member), Gets},
		{"and whoever holds it but can see it no more", occasion(EventCancellation), who(holder, blind), Gets},
		{"also when its time has passed", occasion(EventCancellation, func(o *Occasion) { o.Now = o.Event.EndsAt }), who(yes), Gets},
		{"not for each session of a cancelled series", occasion(EventCancellation, func(o *Occasion) { o.Series = &convoke.Series{CancelledAt: now} }), who(yes), NotConcerned},
		{"nor to an outsider who sees the series", occasion(EventCancellation, ended(convoke.ToEveryone, convoke.Public)), who(outsider, yes), NotConcerned},
		{"as one does in an open community", occasion(EventCancellation, ended(convoke.ToCommunity, convoke.Open)), who(outsider, yes), NotConcerned},
		{"but to one who does not", occasion(EventCancellation, ended(convoke.ToCommunity, convoke.Public)), who(outsider, yes), Gets},
		{"or cannot", occasion(EventCancellation, ended(convoke.ToMembers, convoke.Open)), who(outsider, yes), Gets},
		{"each of them of one that was cancelled by itself before", occasion(EventCancellation, ended(convoke.ToEveryone, convoke.Public), off(now-1)), who(member), Gets},
		{"outsiders who come too", occasion(EventCancellation, ended(convoke.ToEveryone, convoke.Public), off(now-1)), who(outsider, yes), Gets},
		{"or after", occasion(EventCancellation, ended(convoke.ToEveryone, convoke.Public), off(now+1)), who(yes), Gets},
		{"not with it", occasion(EventCancellation, ended(convoke.ToEveryone, convoke.Public), off(now)), who(member), NotConcerned},
		{"asked beforehand, it is by itself", occasion(EventCancellation, ended(convoke.ToEveryone, convoke.Public), func(o *Occasion) { o.DryRun = true }), who(member), Gets},
		{"if they come", occasion(EventCancellation, ended(convoke.ToMembers, convoke.Open)), who(outsider, no), Declined},
		{"save to whoever has it in their calendar", occasion(EventCancellation, func(o *Occasion) { o.Series = &convoke.Series{CancelledAt: now} }), who(holder), Gets},
		{"not whoever chose everything ", occasion(EventCancellation), who(holder, mutedAll), Muted},

		{"a series sends each member one mail", occasion(SeriesInvitation), who(member), Gets},
		{"not when it is cancelled", occasion(SeriesInvitation, func(o *Occasion) { o.Series.CancelledAt = now }), who(member), CalledOff},
		{"not when it was held", occasion(SeriesInvitation, past), who(yes), Over},
		{"not to an outsider who comes to a session", occasion(SeriesInvitation), who(outsider, comes), NotConcerned},
		{"nor to who declined the others", occasion(SeriesInvitation), who(no, comes), Declined},
		{"its cancellation reaches members", occasion(SeriesCancellation), who(member), Gets},
		{"outsiders who said yes", occasion(SeriesCancellation), who(outsider, yes), Gets},
		{"not other outsiders", occasion(SeriesCancellation), who(outsider), NotConcerned},
		{"whoever said yes and stopped the mails ", occasion(SeriesCancellation), who(yes, muted), Gets},
		{"not others who stopped the mails", occasion(SeriesCancellation), who(muted), Muted},
		{"not whoever declined ", occasion(SeriesCancellation), who(no), Declined},
		{"unless they come to a session", occasion(SeriesCancellation), who(no, comes), Gets},
		{"as an outsider may", occasion(SeriesCancellation), who(outsider, comes), Gets},
		{"having stopped the mails", occasion(SeriesCancellation), who(comes, muted), Gets},
		{"not all mails", occasion(SeriesCancellation), who(comes, mutedAll), Muted},
		{"nor seeing it no more", occasion(SeriesCancellation), who(outsider, comes, blind), CannotSee},
		{"also of one that was held", occasion(SeriesCancellation, past), who(yes), Gets},

		{"a meeting sends each member one invitation", occasion(MeetingInvitation), who(member), Gets},
		{"once ", occasion(MeetingInvitation), who(holder), HasIt},
		{"not when it is cancelled ", occasion(MeetingInvitation, func(o *Occasion) { o.Meeting.Status = convoke.Cancelled }), who(member), CalledOff},
		{"not when it was held ", occasion(MeetingInvitation, past), who(yes), Over},
		{"not to an outsider who comes to a date", occasion(MeetingInvitation), who(outsider, comes), NotConcerned},
		{"nor to who declined the others ", occasion(MeetingInvitation), who(no, comes), Declined},
		{"unless that date was another meeting's", occasion(MeetingInvitation, continued), who(no, comes), Gets},
		{"for an outsider, too", occasion(MeetingInvitation, continued), who(outsider, comes), Gets},
		{"not for another", occasion(MeetingInvitation, continued), who(outsider), NotConcerned},
		{"nor for a member who was never invited", occasion(MeetingInvitation, continued, silent), who(member), NotConcerned},
		{"but who comes all the same", occasion(MeetingInvitation, continued, silent), who(member, comes), Gets},
		{"nor one who declined all", occasion(MeetingInvitation, continued), who(no), Declined},
		{"nor who has it", occasion(MeetingInvitation, continued), who(no, comes, holder), HasIt},
		{"who comes is told though they stopped the mails", occasion(MeetingInvitation, continued), who(no, comes, muted), Gets},
		{"as is who comes to all", occasion(MeetingInvitation, continued), who(yes, muted), Gets},
		{"and who holds the old dates", occasion(MeetingInvitation, continued), who(member, held, muted), Gets},
		{"not another who stopped the mails ", occasion(MeetingInvitation, continued), who(member, muted), Muted},
		{"nor who holds them and stopped all mails", occasion(MeetingInvitation, continued), who(comes, held, mutedAll), Muted},
		{"nor who held them and declined all", occasion(MeetingInvitation, continued), who(no, held), Declined},
		{"of a meeting that follows none it is no move", occasion(MeetingInvitation), who(yes, held, muted), Muted},
		{"nor with its next date", occasion(MeetingInvitation, continued, next), who(no, comes), Declined},
		{"an outsider neither", occasion(MeetingInvitation, continued, next), who(outsider, comes), NotConcerned},
		{"its change reaches members", occasion(MeetingUpdate), who(member), Gets},
		{"not when they are not invited", occasion(MeetingUpdate, func(o *Occasion) { o.Meeting.Invite = false }), who(member), NotConcerned},
		{"but who comes to a date", occasion(MeetingUpdate, func(o *Occasion) { o.Meeting.Invite = false }), who(comes), Gets},
		{"an outsider who comes to a date", occasion(MeetingUpdate), who(outsider, comes), Gets},
		{"who declined all but a date", occasion(MeetingUpdate), who(no, comes), Gets},
		{"and stopped the mails", occasion(MeetingUpdate), who(no, comes, muted), Gets},
		{"not all mails ", occasion(MeetingUpdate), who(no, comes, mutedAll), Muted},
		{"not who declined all", occasion(MeetingUpdate), who(no), Declined},
		{"not another outsider ", occasion(MeetingUpdate), who(outsider), NotConcerned},
		{"also of what was held", occasion(MeetingUpdate, past), who(member), Gets},
		{"its end reaches an outsider who comes to a date", occasion(MeetingCancellation), who(outsider, comes), Gets},
		{"and who declined all but a date", occasion(MeetingCancellation), who(no, comes), Gets},
		{"not who declined all ", occasion(MeetingCancellation), who(no), Declined},
		{"its end reaches members", occasion(MeetingCancellation, func(o *Occasion) { o.Meeting.Status = convoke.Cancelled }), who(member), Gets},

		{"the day's reminder goes to yes", occasion(Reminder), who(yes), Gets},
		{"to maybe", occasion(Reminder), who(maybe), Gets},
		{"to members who have not answered", occasion(Reminder), who(member), Gets},
		{"not to members who were never invited", occasion(Reminder, uninvited), who(member), NotConcerned},
		{"not to whoever declined", occasion(Reminder), who(no), Declined},
		{"not to whoever stopped the mails", occasion(Reminder), who(yes, muted), Muted},
		{"the week's goes to yes", occasion(Reminder, week), who(yes), Gets},
		{"not to whoever has not answered", occasion(Reminder, week), who(member), Unanswered},
		{"a meeting's does", occasion(MeetingReminder), who(member), Gets},
		{"outsiders who have not answered get none", occasion(Reminder), who(outsider), NotConcerned},
		{"never for what was cancelled", occasion(Reminder, cancelled), who(yes), CalledOff},
		{"never for what was moved away", occasion(Reminder, func(o *Occasion) { o.StartsAt -= 1000 }), who(yes), MovedAway},
		{"never in an archived community", occasion(Reminder, func(o *Occasion) { o.Community.ArchivedAt = now }), who(yes), ArchivedIt},

		{"a speaker is asked, member or not", occasion(SpeakerQuestions), who(outsider), Gets},
		{"also about what they may not see", occasion(SpeakerQuestions), who(outsider, blind), Gets},
		{"also having declined to come", occasion(SpeakerQuestions), who(no), Gets},
		{"and when it was cancelled, in writing", occasion(SpeakerQuestions, cancelled), who(outsider), Gets},
		{"before it is held, too", occasion(SpeakerQuestions, func(o *Occasion) { o.Now = o.Event.StartsAt - 1 }), who(outsider), Gets},
		{"not when they stopped the mails", occasion(SpeakerQuestions), who(muted), Muted},
		{"nor all mails", occasion(SpeakerQuestions), who(mutedAll), Muted},
		{"nor in an archived community", occasion(SpeakerQuestions, archived), who(outsider), ArchivedIt},
		{"nor about a draft", occasion(SpeakerQuestions, func(o *Occasion) { o.Event.PublishedAt = 0 }), who(outsider), CannotSee},

		{"whoever asked is told", occasion(Answers), who(member), Gets},
		{"whatever mails they stopped", occasion(Answers), who(muted, mutedAll), Gets},
		{"and though they see it no more", occasion(Answers), who(outsider, blind), Gets},
		{"also once it is archived", occasion(Answers, archived), who(member), Gets},
		{"also when it was cancelled", occasion(Answers, cancelled), who(member), Gets},
		{"not without an address", occasion(Answers), who(homeless), NoAddress},

		{"materials reach the members who were invited", occasion(MaterialsReady), who(member), Gets},
		{"not those who never were", occasion(MaterialsReady, uninvited), who(member), NotConcerned},
		{"nor those who joined when it was over", occasion(MaterialsReady), who(late), NotConcerned},
		{"but who joined in its last moment", occasion(MaterialsReady), who(late, func(r *convoke.Recipient) { r.JoinedAt = planned().EndsAt }), Gets},
		{"and who joined late and answered", occasion(MaterialsReady), who(late, yes), Gets},
		{"but whoever answered", occasion(MaterialsReady, uninvited), who(maybe), Gets},
		{"or was invited by name", occasion(MaterialsReady, uninvited), who(outsider, func(r *convoke.Recipient) { r.Answer = convoke.Invited }), Gets},
		{"not other outsiders ", occasion(MaterialsReady), who(outsider), NotConcerned},
		{"not whoever declined  ", occasion(MaterialsReady), who(no), Declined},
		{"though they hold it", occasion(MaterialsReady), who(no, holder), Declined},
		{"not whoever stopped these mails", occasion(MaterialsReady), who(yes, muted), Muted},
		{"nor whoever stopped all", occasion(MaterialsReady), who(yes, mutedAll), Muted},
		{"nor whoever may not see it", occasion(MaterialsReady), who(yes, blind), CannotSee},
		{"not of what was cancelled", occasion(MaterialsReady, cancelled), who(yes), CalledOff},
		{"what waits when it is archived goes", occasion(MaterialsReady, archived), who(yes), Gets},

		{"who promised is asked for it", occasion(PromiseNudge), who(outsider, blind), Gets},
		{"not when they stopped the mails ", occasion(PromiseNudge), who(muted), Muted},
		{"nor for what was cancelled", occasion(PromiseNudge, cancelled), who(member), CalledOff},
		{"nor in an archive", occasion(PromiseNudge, archived), who(member), ArchivedIt},

		{"a sign-in link cannot be stopped", occasion(SignIn), who(mutedAll), Gets},
		{"nor the outcome of one's own request", occasion(JoinOutcome), who(mutedAll), Gets},
		{"a request can", occasion(JoinRequest), who(mutedAll), Muted},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Decide(tc.o, tc.r); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// TestDates says what is still to come of a series, and of a meeting.
func TestDates(t *testing.T) {
	_, held := sessions()
	end := held[0].EndsAt
	one := func(change ...func(*convoke.Event)) []convoke.Event {
		e := held[0]
		for _, c := range change {
			c(&e)
		}
		return []convoke.Event{e}
	}
	off := func(e *convoke.Event) { e.Status = convoke.Cancelled }
	draft := func(e *convoke.Event) { e.PublishedAt = 0 }
	first := moment("2026-12-03T11:00:00Z") // 14:00 in Nairobi
	weekly := func(until string, made convoke.Instant) *convoke.Recurrence {
		return &convoke.Recurrence{Start: local("2026-12-03T14:00"), Zone: "Africa/Nairobi", Minutes: 60, MadeUntil: made,
			Rule: convoke.RuleColumn{Rule: calendar.Rule{Freq: calendar.Weekly, Interval: 1, Until: local(until + "T00:00").Date()}}}
	}
	for _, tc := range []struct {
		name  string
		dates []convoke.Event
		m     *convoke.Recurrence
		now   convoke.Instant
		dry   bool
		want  bool
	}{
		{"nothing", nil, nil, now, false, true},
		{"until its end", one(), nil, end - 1, false, false},
		{"no longer", one(), nil, end, false, true},
		{"what is cancelled does not come", one(off), nil, end - 1, false, true},
		{"nor a draft", one(draft), nil, end - 1, false, true},
		{"save beforehand", one(draft), nil, end - 1, true, false},
		{"unless it was held", one(draft), nil, end, true, true},
		{"a meeting that was never made goes by its rule", nil, weekly("2026-12-03", 0), first - 1, true, false},
		{"until its last date ends", nil, weekly("2026-12-03", 0), first.Add(59 * time.Minute), true, false},
		{"no longer ", nil, weekly("2026-12-03", 0), first.Add(61 * time.Minute), true, true},
		{"dates that were made and are none any more do not come", nil, weekly("2026-12-31", first.Add(60*24*time.Hour)), first, false, true},
		{"but those that are made later", nil, weekly("2027-12-31", first.Add(60*24*time.Hour)), first, false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := Occasion{Meeting: tc.m, Now: tc.now, DryRun: tc.dry}
			if o.Dates(tc.dates); o.Past != tc.want {
				t.Errorf("past: got %v, want %v", o.Past, tc.want)
			}
		})
	}
}

func TestWithCalendar(t *testing.T) {
	session := func(o *Occasion) { o.Event.SeriesID = "se_1" }
	for _, tc := range []struct {
		name string
		o    Occasion
		r    convoke.Recipient
		want bool
	}{
		{"an invitation has one", occasion(EventInvitation), who(member), true},
		{"not for a reader of a feed of their own", occasion(EventInvitation), who(feeds), false},
		{"each later one has, once one had", occasion(EventUpdate), who(holder, feeds), true},
		{"an update has one for whoever had none", occasion(EventUpdate), who(yes), true},
		{"a cancellation only for those who hold it", occasion(EventCancellation), who(yes), false},
		{"such as these", occasion(EventCancellation), who(holder), true},
		{"or for a session, whose dates were to be downloaded", occasion(EventCancellation, session), who(yes), true},
		{"save for readers of a feed", occasion(EventCancellation, session), who(feeds), false},
		{"a series has none", occasion(SeriesInvitation), who(holder), false},
		{"nor its end", occasion(SeriesCancellation), who(holder), false},
		{"a meeting has one", occasion(MeetingInvitation), who(member), true},
		{"its end only for those who hold it", occasion(MeetingCancellation), who(member), false},
		{"such as these ", occasion(MeetingCancellation), who(holder, feeds), true},
		{"reminders never", occasion(Reminder), who(holder, yes), false},
		{"nor a meeting's", occasion(MeetingReminder), who(holder, yes), false},
		{"nor a sign-in link", occasion(SignIn), who(holder), false},
		{"nor an unknown kind", Occasion{Kind: "digest"}, who(holder), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := WithCalendar(tc.o, tc.r); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// dues writes what is due as "kind lead: due, useful until, state".
func dues(list []convoke.Due) string {
	var b strings.Builder
	for _, d := range list {
		fmt.Fprintf(&b, "%s %dm: %s, until %s, %s\n", d.Kind, d.LeadMinutes, d.DueAt.Time().Format("Jan 2 15:04"), d.UsefulUntil.Time().Format("Jan 2 15:04"), d.State)
	}
	return b.String()
}

func TestDues(t *testing.T) {
	rule := func(r calendar.Rule) *convoke.Recurrence {
		return &convoke.Recurrence{ID: "me_1", Rule: convoke.RuleColumn{Rule: r}}
	}
	monthly := rule(calendar.Rule{Freq: calendar.Monthly, Interval: 1})
	date := func(e *convoke.Event) { e.MeetingID, e.InvitedAt = "me_1", 0 }
	for _, tc := range []struct {
		name string
		e    convoke.Event // begins Dec 3 11:00 UTC and lasts 90 minutes
		m    *convoke.Recurrence
		now  string
		want string
	}{
		{"a webinar: a week, a day, an hour", planned(), nil, "2026-11-25T09:00:00Z",
			"reminder 10080m: Nov 26 11:00, until Dec 1 11:00, planned\nreminder 1440m: Dec 2 11:00, until Dec 3 09:00, planned\nreminder 60m: Dec 3 10:00, until Dec 3 10:55, planned\n"},
		{"planned late, what has passed is stale", planned(), nil, "2026-12-02T12:00:00Z",
			"reminder 10080m: Nov 26 11:00, until Dec 1 11:00, stale\nreminder 1440m: Dec 2 11:00, until Dec 3 09:00, stale\nreminder 60m: Dec 3 10:00, until Dec 3 10:55, planned\n"},
		{"its own leads: a twelfth, at least five minutes", planned(func(e *convoke.Event) { e.Reminders = "4320,120,30" }), nil, "2026-11-25T09:00:00Z",
			"reminder 4320m: Nov 30 11:00, until Dec 3 05:00, planned\nreminder 120m: Dec 3 09:00, until Dec 3 10:50, planned\nreminder 30m: Dec 3 10:30, until Dec 3 10:55, planned\n"},
		{"short ones: half of it", planned(func(e *convoke.Event) { e.Reminders = "60,10,6,5" }), nil, "2026-12-03T09:00:00Z",
			"reminder 60m: Dec 3 10:00, until Dec 3 10:55, planned\nreminder 10m: Dec 3 10:50, until Dec 3 10:55, planned\n" +
				"reminder 6m: Dec 3 10:54, until Dec 3 10:57, planned\nreminder 5m: Dec 3 10:55, until Dec 3 10:57, planned\n"},
		{"none", planned(func(e *convoke.Event) { e.Reminders = "none" }), nil, "2026-11-25T09:00:00Z", ""},
		{"a session: its invitation 14 days ahead, at once if nearer", planned(func(e *convoke.Event) { e.SeriesID, e.Reminders = "se_1", "none" }), nil, "2026-11-25T09:00:00Z",
			"invitation 20160m: Nov 25 09:00, until Dec 3 12:30, planned\n"},
		{"further away", planned(func(e *convoke.Event) { e.SeriesID, e.Reminders = "se_1", "none" }), nil, "2026-11-01T09:00:00Z",
			"invitation 20160m: Nov 19 11:00, until Dec 3 12:30, planned\n"},
		{"not when nobody is invited", planned(func(e *convoke.Event) { e.SeriesID, e.InvitedAt, e.Reminders = "se_1", 0, "none" }), nil, "2026-11-01T09:00:00Z", ""},
		{"a monthly meeting: one for the week's and the day's", planned(date), monthly, "2026-11-25T09:00:00Z",
			"meeting-reminder 4320m: Nov 30 11:00, until Dec 3 11:00, planned\nreminder 60m: Dec 3 10:00, until Dec 3 10:55, planned\n"},
		{"every third week likewise", planned(date), rule(calendar.Rule{Freq: calendar.Weekly, Interval: 3}), "2026-11-25T09:00:00Z",
			"meeting-reminder 4320m: Nov 30 11:00, until Dec 3 11:00, planned\nreminder 60m: Dec 3 10:00, until Dec 3 10:55, planned\n"},
		{"a weekly one: the day before", planned(date), rule(calendar.Rule{Freq: calendar.Weekly, Interval: 1}), "2026-11-25T09:00:00Z",
			"meeting-reminder 1440m: Dec 2 11:00, until Dec 3 11:00, planned\nreminder 60m: Dec 3 10:00, until Dec 3 10:55, planned\n"},
		{"a daily one: the hour's only", planned(date), rule(calendar.Rule{Freq: calendar.Daily, Interval: 1}), "2026-11-25T09:00:00Z",
			"reminder 60m: Dec 3 10:00, until Dec 3 10:55, planned\n"},
		{"a date with leads of its own", planned(date, func(e *convoke.Event) { e.Reminders = "60" }), monthly, "2026-11-25T09:00:00Z",
			"reminder 60m: Dec 3 10:00, until Dec 3 10:55, planned\n"},
		{"a draft", planned(func(e *convoke.Event) { e.PublishedAt = 0 }), nil, "2026-11-25T09:00:00Z", ""},
		{"cancelled", planned(func(e *convoke.Event) { e.Status = convoke.Cancelled }), nil, "2026-11-25T09:00:00Z", ""},
		{"over", planned(), nil, "2026-12-03T12:30:00Z", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			list := Dues(tc.e, tc.m, moment(tc.now))
			if got := dues(list); got != tc.want {
				t.Errorf("got\n%swant\n%s", got, tc.want)
			}
			for _, d := range list {
				if d.EventID != tc.e.ID || d.CommunityID != tc.e.CommunityID || (d.State == "stale") != (d.Note != "") {
					t.Errorf("%+v", d)
				}
			}
		})
	}
}

// TestLetterKey holds that the same letter planned again is the same row and the same mail, and another is not.
func TestLetterKey(t *testing.T) {
	plan := func(kind, key string, p convoke.ID) convoke.Letter {
		return Letter(site, kind, key, p, "reader@people.example", Data{Note: "x"}, now, now+1)
	}
	a, b := plan(Reminder, "ev_1/0/60", "pe_1"), plan(Reminder, "ev_1/0/60", "pe_1")
	if a.Key != b.Key || a.MessageID != b.MessageID || a.ID == b.ID || !strings.HasSuffix(a.MessageID, "@convoke.example") {
		t.Errorf("planned twice: %+v, %+v", a, b)
	}
	for _, other := range []convoke.Letter{plan(Reminder, "ev_1/1/60", "pe_1"), plan(Reminder, "ev_1/0/60", "pe_2"), plan(EventUpdate, "ev_1/0/60", "pe_1")} {
		if other.Key == a.Key || other.MessageID == a.MessageID {
			t.Errorf("%s is %s", other.Key, a.Key)
		}
	}
	if d, err := DataOf(a); err != nil || d.Note != "x" {
		t.Errorf("data %+v, %v", d, err)
	}
	if _, err := DataOf(convoke.Letter{Data: "{"}); err == nil {
		t.Error("broken data was read")
	}
	if _, err := InvitationData(a); !convoke.IsNotFound(err) {
		t.Errorf("a reminder is an invitation: %v", err)
	}
	i := Letter(site, CommunityInvitation, "in_1", "pe_1", "reader@people.example", Data{Invitation: "in_1"}, now, 0)
	if d, err := InvitationData(i); err != nil || d.Invitation != "in_1" {
		t.Errorf("%+v, %v", d, err)
	}
	for kind, want := range map[string]bool{SignIn: false, JoinOutcome: false, Reminder: true, JoinRequest: true, "digest": false,
		SpeakerQuestions: true, Answers: false, MaterialsReady: true, PromiseNudge: true} {
		if Mutable(kind) != want {
			t.Errorf("Mutable(%s) is %v", kind, !want)
		}
	}
}
