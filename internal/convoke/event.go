package convoke

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"convoke/calendar"
)

// Kind is what sort of event it is; see [Kinds].
type Kind string

// The kinds of events.
const (
	Webinar   Kind = "webinar"
	Meeting   Kind = "meeting"
	Elsewhere Kind = "event"
)

// KindInfo says how events of one kind differ from others. Nothing else switches on a kind's name.
type KindInfo struct {
	Kind      Kind
	Label     Key
	Minutes   int             // default length
	Reminders []time.Duration // before the start, for a single event
	Leaves    bool            // is expected to leave something behind
}

// Kinds lists every kind of event; a new kind is one more row.
var Kinds = []KindInfo{
	{Webinar, "kind.webinar", 90, defaultReminders, true},
	{Meeting, "kind.meeting", 60, defaultReminders, false},
	{Elsewhere, "kind.event", 60, defaultReminders, false},
}

var defaultReminders = []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour}

// Info finds what is known about a kind.
func (k Kind) Info() (KindInfo, bool) {
	i := slices.IndexFunc(Kinds, func(r KindInfo) bool { return r.Kind == k })
	if i < 0 {
		return KindInfo{}, false
	}
	return Kinds[i], true
}

// Visibility of an event, a series or a meeting.
type Visibility string

// Who sees an event: whoever sees the community's content (the default), members, or everyone.
const (
	ToCommunity Visibility = "community"
	ToMembers   Visibility = "members"
	ToEveryone  Visibility = "everyone"
)

// Visibilities lists them in the order of a form.
var Visibilities = []Visibility{ToCommunity, ToMembers, ToEveryone}

// Status of an event in the sense of RFC 5545 3.8.1.11.
type Status string

// The statuses. A draft is not a status: a draft is an event without PublishedAt.
const (
	Tentative Status = "tentative"
	Confirmed Status = "confirmed"
	Cancelled Status = "cancelled"
)

// Event is a webinar, a meeting's date or something elsewhere. A session of a series has SeriesID
// and Number; a date of a recurring meeting has MeetingID and RecurrenceID, its original start.
type Event struct {
	ID           ID                `db:"id"`
	CommunityID  ID                `db:"community_id"`
	SeriesID     ID                `db:"series_id"`
	MeetingID    ID                `db:"meeting_id"`
	Kind         Kind              `db:"kind"`
	Number       int               `db:"number"`
	Slug         string            `db:"slug"`
	Title        string            `db:"title"`
	Abstract     string            `db:"abstract"` // Markdown
	Start        calendar.DateTime `db:"start_local"`
	Zone         string            `db:"zone"`
	Minutes      int               `db:"minutes"`
	StartsAt     Instant           `db:"starts_at"` // derived by Plan
	EndsAt       Instant           `db:"ends_at"`
	RecurrenceID calendar.DateTime `db:"recurrence_id"`
	GivenUp      calendar.DateTime `db:"given_up"`    // of a date that its meeting's rule has no more: the RecurrenceID it had
	GivenUpAt    Instant           `db:"given_up_at"` // since when, where it took place until then
	Place        string            `db:"place"`
	JoinLink     string            `db:"join_link"`
	Language     string            `db:"language"`
	Visibility   Visibility        `db:"visibility"`
	Status       Status            `db:"status"`
	CancelNote   string            `db:"cancel_note"` // reason told to people
	Invite       bool              `db:"invite"`      // members are invited when it is published
	InvitedAt    Instant           `db:"invited_at"`  // when inviting the members was decided
	Reminders    string            `db:"reminders"`   // minutes before the start, "10080,1440"; empty for the kind's, "none" for none
	Agenda       string            `db:"agenda"`      // Markdown
	Minuted      string            `db:"minuted"`     // minutes of the meeting, Markdown
	MovedFrom    Instant           `db:"moved_from"`  // the start it had when published, if another
	UID          string            `db:"uid"`
	Sequence     int               `db:"sequence"`
	Stamp        Instant           `db:"stamp"` // DTSTAMP and LAST-MODIFIED
	Organizer    string            `db:"organizer"`
	Version      int64             `db:"version"`
	CreatedAt    Instant           `db:"created_at"`
	PublishedAt  Instant           `db:"published_at"`
}

// Limits of what one event may hold; the longest allowed is still a good calendar entry.
const (
	MaxTitle    = 200
	MaxSummary  = 300
	MaxText     = 20_000
	MaxPlace    = 300
	MaxLink     = 490 // URLs stay below 500 so that no mail line breaks (RFC 5322 2.1.1)
	MaxMinutes  = 14 * 24 * 60
	MaxName     = 120
	MaxSessions = 100
)

// Draft says whether it is not yet an event for anyone but moderators and admins.
func (e *Event) Draft() bool { return e.PublishedAt == 0 }

// Moved says whether a date of a recurring meeting no longer stands where the rule puts it.
func (e *Event) Moved() bool { return !e.RecurrenceID.IsZero() && e.RecurrenceID != e.Start }

// RuleDate is when the rule of its meeting has or had a date; zero for what never was one.
func (e *Event) RuleDate() calendar.DateTime {
	if e.RecurrenceID.IsZero() {
		return e.GivenUp
	}
	return e.RecurrenceID
}

// Plan derives the moments from the wish and reports how the wish fits the zone: local times that
// the clocks skip or repeat are resolved as RFC 5545 3.3.5 demands.
func (e *Event) Plan() (calendar.Fit, error) {
	loc, err := calendar.LoadZone(e.Zone)
	if err != nil {
		return 0, Invalid("time_zone", "zone.unknown").With("Zone", e.Zone).Because(err)
	}
	t, fit := calendar.Resolve(e.Start, loc)
	e.StartsAt = At(t)
	e.EndsAt = At(t.Add(time.Duration(e.Minutes) * time.Minute))
	return fit, nil
}

// Leads are the durations before the start at which reminders go out, longest first.
func (e *Event) Leads() []time.Duration {
	if e.Reminders == "" {
		info, _ := e.Kind.Info()
		return info.Reminders
	}
	var out []time.Duration
	for s := range strings.SplitSeq(e.Reminders, ",") {
		if n, err := strconv.Atoi(s); err == nil && n > 0 {
			out = append(out, time.Duration(n)*time.Minute)
		}
	}
	slices.SortFunc(out, func(a, b time.Duration) int { return int(b - a) })
	return slices.Compact(out)
}

// Check refuses what an event must not be. Moments must be planned before.
func (e *Event) Check() error {
	var f Faults
	_, known := e.Kind.Info()
	f.Check(known, "kind", "event.kind.unknown")
	f.Check(strings.TrimSpace(e.Title) != "", "title", "event.title.missing")
	f.Check(!e.Start.IsZero(), "start_local", "event.start.missing")
	f.Check(e.Minutes > 0, "duration_minutes", "event.length.missing")
	f.Check(e.Minutes <= MaxMinutes, "duration_minutes", "event.length.too_long")
	f.Check(validZone(e.Zone), "time_zone", "zone.unknown", "Zone", e.Zone)
	f.Check(slices.Contains(Visibilities, e.Visibility), "visibility", "event.visibility.unknown")
	f.Check(e.Status == Tentative || e.Status == Confirmed || e.Status == Cancelled, "status", "event.status.unknown")
	f.Check(validLink(e.JoinLink), "join_link", "event.join_link.invalid")
	f.Check(validReminders(e.Reminders), "reminders", "event.reminders.invalid")
	return f.Err()
}

func validReminders(s string) bool {
	if s == "" || s == "none" {
		return true
	}
	parts := strings.Split(s, ",")
	for _, p := range parts {
		if n, err := strconv.Atoi(p); err != nil || n < 5 || n > 60*24*60 {
			return false
		}
	}
	return len(parts) <= 6
}

func isDate(text string) bool {
	_, err := calendar.ParseDate(text)
	return err == nil
}

// ReadStart reads a day and an hour that somebody gave for a field, "2027-03-09T14:00". The refusal says which of the two is missing or cannot be read.
func ReadStart(field, text string) (calendar.DateTime, error) {
	start, err := calendar.ParseDateTime(text)
	if err == nil {
		return start, nil
	}
	i := strings.LastIndexByte(text, 'T')
	if day, _, ok := strings.Cut(text, "T"); ok && isDate(day) {
		i = len(day)
	} else if i >= 0 && i+1 < len(text) && (text[i+1] < '0' || text[i+1] > '9') && (i == 0 || text[i-1] == ' ') {
		i = -1 // the T of a word
	}
	switch {
	case strings.Trim(text, " T") == "":
		return start, Invalid(field, "event.start.missing")
	case i < 0:
		return start, Invalid(field, "event.start.unreadable").With("Start", cut(text)).Because(err)
	case i == 0:
		return start, Invalid(field, "event.start.no_day")
	}
	if _, err := calendar.ParseDate(text[:i]); err != nil {
		return start, Invalid(field, "rule.date.unreadable").With("Text", cut(text[:i])).Because(err)
	}
	if text[i+1:] == "" {
		return start, Invalid(field, "event.start.no_hour")
	}
	return start, Invalid(field, "event.start.hour").With("Hour", cut(text[i+1:])).Because(err)
}

// cut is as much of what somebody typed as a refusal repeats.
func cut(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// validLink accepts nothing or an http(s) address short enough for a mail, without signs that end it or are not seen.
func validLink(s string) bool {
	if s == "" {
		return true
	}
	if len(s) > MaxLink || strings.ContainsAny(s, "<>\"\\`{}|^") || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == utf8.RuneError }) {
		return false
	}
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	return ok && rest != "" && rest[0] != '/'
}

func validZone(name string) bool {
	_, err := calendar.LoadZone(name)
	return err == nil
}

// Touch settles what a change of the event means for those who hold it in a calendar. SEQUENCE
// rises when time, length, place, join link or status changed (RFC 5546 2.1.4); the stamp moves with any
// change. It reports whether SEQUENCE rose and whether anything changed at all. The rule counts as
// changed on the [Recurrence], not here.
func (e *Event) Touch(before Event, now Instant) (material, changed bool) {
	material = e.Start != before.Start || e.Zone != before.Zone || e.Minutes != before.Minutes ||
		e.Place != before.Place || e.JoinLink != before.JoinLink || e.Status != before.Status
	probe := *e
	probe.Version, probe.Stamp, probe.Sequence = before.Version, before.Stamp, before.Sequence
	if probe == before {
		return false, false
	}
	e.Version = before.Version + 1
	if e.Draft() {
		e.Stamp = now
		return false, true
	}
	if material {
		e.Sequence = before.Sequence + 1
		if e.StartsAt != before.StartsAt && e.MovedFrom == 0 {
			e.MovedFrom = before.StartsAt
		}
		if e.MovedFrom == e.StartsAt {
			e.MovedFrom = 0
		}
	}
	e.Stamp = Later(now, before.Stamp)
	return material, true
}

// Later makes a stamp that is never before the one it replaces, whole seconds apart at least when
// the clock stood still within one: calendar programs compare DTSTAMP in seconds.
func Later(now, before Instant) Instant {
	if now/1000 <= before/1000 {
		return before + 1000
	}
	return now
}

// Speaker presents or moderates one event. The address is never shown. The ID stays the same through every edit of the event.
type Speaker struct {
	ID           ID      `db:"id"`
	EventID      ID      `db:"event_id"`
	Position     int     `db:"position"`
	PersonID     ID      `db:"person_id"`
	Name         string  `db:"name"`
	Organisation string  `db:"organisation"`
	Biography    string  `db:"biography"`
	Address      string  `db:"address"`
	LinksFrom    Instant `db:"links_from"` // links mailed before this moment are withdrawn
}
