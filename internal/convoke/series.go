package convoke

import (
	"slices"
	"strings"

	"convoke/calendar"
)

// Series is a sequence of webinars with a description of its own; its sessions are events.
type Series struct {
	ID          ID         `db:"id"`
	CommunityID ID         `db:"community_id"`
	Slug        string     `db:"slug"`
	Title       string     `db:"title"`
	Description string     `db:"description"` // Markdown
	Language    string     `db:"language"`
	Zone        string     `db:"zone"`
	Visibility  Visibility `db:"visibility"`
	Invite      bool       `db:"invite"` // members are invited when it is published
	Version     int64      `db:"version"`
	CreatedAt   Instant    `db:"created_at"`
	PublishedAt Instant    `db:"published_at"`
	CancelledAt Instant    `db:"cancelled_at"`
	CancelNote  string     `db:"cancel_note"`
}

// Draft says whether only moderators and admins see it.
func (s *Series) Draft() bool { return s.PublishedAt == 0 }

// Check refuses what a series must not be.
func (s *Series) Check() error {
	var f Faults
	f.Check(strings.TrimSpace(s.Title) != "", "title", "series.title.missing")
	f.Check(validZone(s.Zone), "time_zone", "zone.unknown", "Zone", s.Zone)
	f.Check(slices.Contains(Visibilities, s.Visibility), "visibility", "event.visibility.unknown")
	return f.Err()
}

// Rhythm says how the dates of a series follow one another: by a rule with a number of sessions,
// or as a list of its own.
type Rhythm struct {
	Rule  calendar.Rule
	Start calendar.DateTime
	Count int
	List  []calendar.DateTime // own list; Rule, Start and Count are then empty
}

// CheckSessions refuses a number of sessions that no series has.
func CheckSessions(n int) error {
	var f Faults
	f.Check(n > 0, "sessions", "series.sessions.missing")
	f.Check(n <= MaxSessions, "sessions", "series.sessions.too_many", "Most", MaxSessions)
	return f.Err()
}

// Dates lists the wall times of the sessions.
func (r Rhythm) Dates() ([]calendar.DateTime, error) {
	if len(r.List) > 0 {
		if len(r.List) > MaxSessions {
			return nil, Invalid("dates", "series.sessions.too_many").With("Most", MaxSessions)
		}
		list := slices.Clone(r.List)
		slices.SortFunc(list, calendar.DateTime.Compare)
		for i := 1; i < len(list); i++ {
			if list[i] == list[i-1] {
				return nil, Invalid("dates", "planner.twice").With("Start", list[i])
			}
		}
		return list, nil
	}
	var f Faults
	f.Check(!r.Start.IsZero(), "first_date", "series.first.missing")
	if err := f.And(CheckSessions(r.Count)); err != nil {
		return nil, err
	}
	rule := r.Rule
	rule.Count, rule.Until = 0, calendar.Date{}
	first, err := FirstDate("rhythm", rule, r.Start)
	if err != nil {
		return nil, err
	}
	if err := rule.Validate(first); err != nil {
		return nil, RuleFault("rhythm", err)
	}
	dates := rule.Between(first, first, first.AddDays(366*40), r.Count)
	if len(dates) < r.Count {
		return nil, Invalid("rhythm", "rule.no_date")
	}
	return dates, nil
}
