package calendar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Frequency is how often a rule comes round. Hours and smaller are left out: they fall twice or never into clock changes.
type Frequency string

// The frequencies of RFC 5545 3.3.10 that a meeting needs.
const (
	Daily   Frequency = "daily"
	Weekly  Frequency = "weekly"
	Monthly Frequency = "monthly"
	Yearly  Frequency = "yearly"
)

// Weekday is a time.Weekday that is written "mo", "tu" and so on.
type Weekday time.Weekday

// The days of the week.
const (
	Sunday    = Weekday(time.Sunday)
	Monday    = Weekday(time.Monday)
	Tuesday   = Weekday(time.Tuesday)
	Wednesday = Weekday(time.Wednesday)
	Thursday  = Weekday(time.Thursday)
	Friday    = Weekday(time.Friday)
	Saturday  = Weekday(time.Saturday)
)

var weekdayNames = [...]string{"su", "mo", "tu", "we", "th", "fr", "sa"}

// ParseWeekday reads "mo" to "su".
func ParseWeekday(s string) (Weekday, error) {
	i := slices.Index(weekdayNames[:], s)
	if i < 0 {
		return 0, fmt.Errorf("calendar: %q is not a weekday like mo", clip(s))
	}
	return Weekday(i), nil
}

func (w Weekday) valid() bool { return w >= Sunday && w <= Saturday }

// String returns "mo" to "su", or "" for a number that is no weekday.
func (w Weekday) String() string {
	if !w.valid() {
		return ""
	}
	return weekdayNames[w]
}

// MarshalText writes String.
func (w Weekday) MarshalText() ([]byte, error) {
	if !w.valid() {
		return nil, fmt.Errorf("calendar: %d is not a weekday", int(w))
	}
	return []byte(w.String()), nil
}

// UnmarshalText reads what ParseWeekday reads.
func (w *Weekday) UnmarshalText(b []byte) (err error) {
	*w, err = ParseWeekday(string(b))
	return err
}

// MaxOccurrences bounds Rule.Count and what one call of Between looks at without a smaller limit.
const MaxOccurrences = 1000

// maxInterval keeps the next date of a rule within sight.
const maxInterval = 400

// Rule says on which days something recurs; the hour, the month of a yearly rule and whatever else is left open come
// from its start.
type Rule struct {
	Freq      Frequency    `json:"freq"`
	Interval  int          `json:"interval"`             // every n-th, from 1
	Weekdays  []Weekday    `json:"weekdays,omitempty"`   // weekly: none means the start's; with Nth exactly one
	Nth       int          `json:"nth,omitempty"`        // monthly and yearly: 1 to 4, -1 the last; 0 by date
	MonthDay  int          `json:"month_day,omitempty"`  // 1 to 31, skipping months that lack it, -1 the last; 0 the start's
	Count     int          `json:"count,omitempty"`      // number of dates, left-out ones included; 0 no such end
	Until     Date         `json:"until,omitzero"`       // last day, included, in the event's zone; zero no such end
	NotMonths []time.Month `json:"not_months,omitempty"` // left out, such as August
	NotDates  []Date       `json:"not_dates,omitempty"`  // left out
}

// UnmarshalJSON refuses unknown fields, so that a mistyped end never makes a rule endless.
func (r *Rule) UnmarshalJSON(b []byte) error {
	type plain Rule
	var p plain
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return fmt.Errorf("calendar: rule: %w", err)
	}
	*r = Rule(p)
	return nil
}

// RuleError names what is wrong with a rule: Field by its JSON name (or "start"), Code one of the Code constants.
type RuleError struct{ Field, Code string }

// What can be wrong with a field of a rule.
const (
	CodeUnknown    = "unknown"     // no such value
	CodeRange      = "range"       // number out of range
	CodeRequired   = "required"    // missing beside another field
	CodeNotAllowed = "not_allowed" // does not go with the other fields
	CodeDuplicate  = "duplicate"   // the same twice
	CodePast       = "past"        // end before the start
	CodeNotFirst   = "not_first"   // the start is not a date of the rule
	CodeExcluded   = "excluded"    // the start is among the dates left out
)

// Error implements error.
func (e *RuleError) Error() string { return "calendar: rule: " + e.Field + ": " + e.Code }

// Validate returns a *RuleError unless the rule makes sense and start is its first date.
func (r Rule) Validate(start DateTime) error {
	for _, check := range []func(DateTime) *RuleError{r.checkPattern, r.checkEnd, r.checkStart} {
		if err := check(start); err != nil {
			return err
		}
	}
	return nil
}

func (r Rule) checkPattern(DateTime) *RuleError {
	byMonth := r.Freq == Monthly || r.Freq == Yearly
	switch {
	case r.Freq != Daily && r.Freq != Weekly && !byMonth:
		return &RuleError{"freq", CodeUnknown}
	case r.Interval < 1 || r.Interval > maxInterval:
		return &RuleError{"interval", CodeRange}
	case slices.ContainsFunc(r.Weekdays, func(w Weekday) bool { return !w.valid() }):
		return &RuleError{"weekdays", CodeUnknown}
	case repeats(r.Weekdays):
		return &RuleError{"weekdays", CodeDuplicate}
	case r.Nth < -1 || r.Nth > 4:
		return &RuleError{"nth", CodeRange}
	case r.Nth != 0 && !byMonth:
		return &RuleError{"nth", CodeNotAllowed}
	case r.Nth != 0 && len(r.Weekdays) == 0:
		return &RuleError{"weekdays", CodeRequired}
	case r.Nth != 0 && len(r.Weekdays) != 1, r.Nth == 0 && len(r.Weekdays) > 0 && r.Freq != Weekly:
		return &RuleError{"weekdays", CodeNotAllowed}
	case r.MonthDay < -1 || r.MonthDay > 31:
		return &RuleError{"month_day", CodeRange}
	case r.MonthDay != 0 && (!byMonth || r.Nth != 0):
		return &RuleError{"month_day", CodeNotAllowed}
	}
	return nil
}

func (r Rule) checkEnd(start DateTime) *RuleError {
	switch {
	case r.Count < 0 || r.Count > MaxOccurrences:
		return &RuleError{"count", CodeRange}
	case r.Count > 0 && !r.Until.IsZero():
		return &RuleError{"until", CodeNotAllowed}
	case !r.Until.IsZero() && r.Until.Before(start.date):
		return &RuleError{"until", CodePast}
	case slices.ContainsFunc(r.NotMonths, func(m time.Month) bool { return m < time.January || m > time.December }):
		return &RuleError{"not_months", CodeUnknown}
	case repeats(r.NotMonths):
		return &RuleError{"not_months", CodeDuplicate}
	case len(r.NotMonths) > 11:
		return &RuleError{"not_months", CodeRange}
	case len(r.NotDates) > MaxOccurrences:
		return &RuleError{"not_dates", CodeRange}
	case slices.ContainsFunc(r.NotDates, Date.IsZero):
		return &RuleError{"not_dates", CodeUnknown}
	case repeats(r.NotDates):
		return &RuleError{"not_dates", CodeDuplicate}
	}
	return nil
}

func (r Rule) checkStart(start DateTime) *RuleError {
	switch {
	case start.IsZero():
		return &RuleError{"start", CodeRequired}
	case !r.matches(start.date):
		return &RuleError{"start", CodeNotFirst}
	case r.excluded(start.date):
		return &RuleError{"start", CodeExcluded}
	}
	return nil
}

func repeats[T comparable](list []T) bool {
	seen := make(map[T]bool, len(list))
	for _, v := range list {
		if seen[v] {
			return true
		}
		seen[v] = true
	}
	return false
}

// matches reports whether a rule beginning on d would have d as its first date.
func (r Rule) matches(d Date) bool {
	switch {
	case r.Freq == Weekly:
		return len(r.Weekdays) == 0 || slices.Contains(r.Weekdays, Weekday(d.Weekday()))
	case r.Nth == -1:
		return Weekday(d.Weekday()) == r.Weekdays[0] && d.day > daysIn(d)-7
	case r.Nth > 0:
		return Weekday(d.Weekday()) == r.Weekdays[0] && (d.day+6)/7 == r.Nth
	case r.MonthDay == -1:
		return d.day == daysIn(d)
	case r.MonthDay > 0:
		return d.day == r.MonthDay
	}
	return true
}

func (r Rule) excluded(d Date) bool {
	return slices.Contains(r.NotMonths, d.month) || slices.Contains(r.NotDates, d)
}

// searchDays is the longest stretch without a match: from one leap day to the next, around 2100.
const searchDays = 8*366 + 1

// FirstOnOrAfter returns the first moment at d's hour, on d's day or later, that the rule could begin with, and whether
// there is one before its end. For a yearly rule the month is still open, so it may be any that is not left out.
func (r Rule) FirstOnOrAfter(d DateTime) (DateTime, bool) {
	if d.IsZero() || r.checkPattern(d) != nil {
		return DateTime{}, false
	}
	for n := range searchDays {
		at := d.AddDays(n)
		if !r.Until.IsZero() && at.date.After(r.Until) {
			break
		}
		if r.matches(at.date) && !r.excluded(at.date) {
			return at, true
		}
	}
	return DateTime{}, false
}

// RRULE returns the value of the RRULE property for a series that starts at start in loc, with the parts of RFC 5545
// 3.3.10 in one fixed order. What the rule leaves out is not in it: see Exceptions. UNTIL is the last date's instant.
func (r Rule) RRULE(start DateTime, loc *time.Location) string {
	var b strings.Builder
	part := func(name, value string) {
		if b.Len() > 0 {
			b.WriteByte(';')
		}
		b.WriteString(name + "=" + value)
	}
	part("FREQ", strings.ToUpper(string(r.Freq)))
	if r.Interval > 1 {
		part("INTERVAL", strconv.Itoa(r.Interval))
	}
	if r.Freq == Yearly {
		part("BYMONTH", strconv.Itoa(int(start.date.month)))
	}
	switch {
	case r.Freq == Weekly:
		days := r.weekdays(start)
		names := make([]string, len(days))
		for i, w := range days {
			names[i] = strings.ToUpper(w.String())
		}
		part("BYDAY", strings.Join(names, ","))
	case r.Nth != 0 && len(r.Weekdays) == 1:
		part("BYDAY", strconv.Itoa(r.Nth)+strings.ToUpper(r.Weekdays[0].String()))
	case r.Freq == Monthly || r.Freq == Yearly:
		part("BYMONTHDAY", strconv.Itoa(r.monthDay(start)))
	}
	switch {
	case r.Count > 0:
		part("COUNT", strconv.Itoa(r.Count))
	case !r.Until.IsZero():
		t, _ := Resolve(r.last(start), loc)
		part("UNTIL", utcStamp(t))
	}
	return b.String()
}

// weekdays returns the days of a weekly rule from Monday on, the first day of the week in RFC 5545 where none is given.
func (r Rule) weekdays(start DateTime) []Weekday {
	if len(r.Weekdays) == 0 {
		return []Weekday{Weekday(start.Weekday())}
	}
	return slices.SortedFunc(slices.Values(r.Weekdays), func(a, b Weekday) int {
		return (int(a)+6)%7 - (int(b)+6)%7
	})
}

func (r Rule) monthDay(start DateTime) int {
	if r.MonthDay == 0 {
		return start.date.day
	}
	return r.MonthDay
}
