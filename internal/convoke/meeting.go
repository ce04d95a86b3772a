package convoke

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"convoke/calendar"
)

// Horizon is how far ahead the dates of a recurring meeting are made and feeds reach: 18 months, at their longest.
const Horizon = 550 * 24 * time.Hour

// Past is how far back feeds reach.
const Past = 90 * 24 * time.Hour

// Recurrence is a recurring meeting: a rule, and what its dates have in common. The dates themselves are
// events of kind meeting with MeetingID.
//
// Form is decided at the first publication and kept for life: "rule" when the zone can be written
// as programs read it, "dates" (single UTC events, each with its own UID) otherwise.
type Recurrence struct {
	ID          ID                `db:"id"`
	CommunityID ID                `db:"community_id"`
	PreviousID  ID                `db:"previous_id"` // the meeting whose "this and following" this one is
	Slug        string            `db:"slug"`
	Title       string            `db:"title"`
	Description string            `db:"description"` // Markdown
	Rule        RuleColumn        `db:"rule"`
	Start       calendar.DateTime `db:"start_local"` // first occurrence
	Zone        string            `db:"zone"`
	Minutes     int               `db:"minutes"`
	Place       string            `db:"place"`
	JoinLink    string            `db:"join_link"`
	Language    string            `db:"language"`
	Visibility  Visibility        `db:"visibility"`
	Status      Status            `db:"status"`
	CancelNote  string            `db:"cancel_note"`
	Invite      bool              `db:"invite"`
	Form        string            `db:"form"` // "rule" or "dates", empty before publication
	UID         string            `db:"uid"`
	Sequence    int               `db:"sequence"`
	Stamp       Instant           `db:"stamp"`
	Organizer   string            `db:"organizer"`
	Version     int64             `db:"version"`
	CreatedAt   Instant           `db:"created_at"`
	PublishedAt Instant           `db:"published_at"`
	MadeUntil   Instant           `db:"made_until"` // dates before this moment have their rows
}

// The two forms a recurring meeting is written in.
const (
	FormRule  = "rule"
	FormDates = "dates"
)

// RuleColumn stores a rule as JSON text.
type RuleColumn struct{ calendar.Rule }

// Scan reads the JSON text.
func (r *RuleColumn) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), &r.Rule)
	case []byte:
		return json.Unmarshal(v, &r.Rule)
	}
	return errors.New("scan rule: not text")
}

// Draft says whether only moderators and admins see it.
func (m *Recurrence) Draft() bool { return m.PublishedAt == 0 }

// CheckFields refuses what single fields must not be, whatever the rule says.
func (m *Recurrence) CheckFields() error {
	var f Faults
	f.Check(strings.TrimSpace(m.Title) != "", "title", "event.title.missing")
	f.Check(!m.Start.IsZero(), "start_local", "event.start.missing")
	f.Check(m.Minutes > 0, "duration_minutes", "event.length.missing")
	f.Check(m.Minutes <= 24*60, "duration_minutes", "meeting.length.too_long")
	f.Check(validZone(m.Zone), "time_zone", "zone.unknown", "Zone", m.Zone)
	f.Check(slices.Contains(Visibilities, m.Visibility), "visibility", "event.visibility.unknown")
	f.Check(validLink(m.JoinLink), "join_link", "event.join_link.invalid")
	return f.Err()
}

// Check refuses what a recurring meeting must not be, among it a date of the next 18 months that the clocks skip.
func (m *Recurrence) Check(now Instant) error {
	if err := m.CheckFields(); err != nil {
		return err
	}
	if err := m.Rule.Validate(m.Start); err != nil {
		return RuleFault("rule", err)
	}
	loc, err := calendar.LoadZone(m.Zone)
	if err != nil {
		return Invalid("time_zone", "zone.unknown").With("Zone", m.Zone)
	}
	from := max(now, At(mustResolve(m.Start, loc)))
	until := calendar.In(from.Add(Horizon).Time(), loc)
	return CheckGaps(m.Rule.Between(m.Start, calendar.In(now.Time(), loc), until, 1000), loc, "start_local")
}

func mustResolve(d calendar.DateTime, loc *time.Location) time.Time {
	t, _ := calendar.Resolve(d, loc)
	return t
}

// CheckGaps refuses dates that fall into an hour the clocks skip, naming the first.
func CheckGaps(dates []calendar.DateTime, loc *time.Location, field string) error {
	for _, d := range dates {
		if t, fit := calendar.Resolve(d, loc); fit == calendar.Gap {
			return Invalid(field, "rule.gap").With("When", d, "Instead", calendar.In(t, loc), "Zone", loc)
		}
	}
	return nil
}

// RuleFault turns what is wrong with a rule into a refusal of the form's field.
func RuleFault(field string, err error) error {
	if re, ok := errors.AsType[*calendar.RuleError](err); ok {
		switch {
		case re.Field == "interval":
			return Invalid(field, "rule.interval").Because(err)
		case re.Field == "until" && re.Code == calendar.CodeNotAllowed:
			return Invalid(field, "rule.two_ends").Because(err)
		case re.Field == "count":
			return Invalid(field, "rule.count.range").Because(err)
		case re.Field == "not_months" && re.Code == calendar.CodeRange:
			return Invalid(field, "rule.no_month").Because(err)
		case re.Field == "not_dates" && re.Code == calendar.CodeRange:
			return Invalid(field, "rule.dates.range").With("Most", calendar.MaxOccurrences).Because(err)
		}
		return Invalid(field, Key("rule."+re.Code)).Because(err)
	}
	return Invalid(field, "rule.invalid").Because(err)
}

// FirstDate is the first date of a rule at the hour of start, on its day or later.
func FirstDate(field string, rule calendar.Rule, start calendar.DateTime) (calendar.DateTime, error) {
	first, ok := rule.FirstOnOrAfter(start)
	if ok {
		return first, nil
	}
	if re, ok := errors.AsType[*calendar.RuleError](rule.Validate(start)); ok && re.Field != "start" {
		return first, RuleFault(field, re) // no rule at all, or one that ends too early
	}
	return first, Invalid(field, "rule.no_date")
}

// Changes says whether calendars must take up what is new since a version: time, length, rule, place, join link or status.
func (m *Recurrence) Changes(before Recurrence) bool {
	return m.Start != before.Start || m.Zone != before.Zone || m.Minutes != before.Minutes ||
		m.Place != before.Place || m.JoinLink != before.JoinLink || m.Status != before.Status ||
		!sameRule(m.Rule.Rule, before.Rule.Rule)
}

// Touch settles what a change of the whole meeting means; see [Event.Touch].
func (m *Recurrence) Touch(before Recurrence, now Instant) (material, changed bool) {
	material = m.Changes(before)
	if !material && m.Title == before.Title && m.Description == before.Description && m.Language == before.Language &&
		m.Visibility == before.Visibility && m.PublishedAt == before.PublishedAt && m.Invite == before.Invite && m.CancelNote == before.CancelNote {
		return false, false
	}
	m.Version = before.Version + 1
	if m.Draft() {
		m.Stamp = now
		return false, true
	}
	if material {
		m.Sequence = before.Sequence + 1
	}
	m.Stamp = Later(now, before.Stamp)
	return material, true
}

func sameRule(a, b calendar.Rule) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
