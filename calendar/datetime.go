package calendar

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"time"
)

// Wishes outside these years are typing mistakes, and far years make a rule's expansion costly.
const (
	minYear = 1970
	maxYear = 2200
)

// Date is a day of the calendar without a zone; the zero Date means none.
type Date struct {
	year  int
	month time.Month
	day   int
}

// NewDate returns the Date of the given numbers; numbers past their range are carried on as time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return dateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads "2027-03-09", strictly, for the years 1970 to 2200.
func ParseDate(s string) (Date, error) {
	t, err := parseStrict("2006-01-02", s)
	if err != nil {
		return Date{}, fmt.Errorf("calendar: %q is not a date like 2027-03-09", clip(s))
	}
	return dateOf(t), nil
}

// parseStrict refuses what time.Parse lets pass, such as a single digit for the hour, by writing the value back.
func parseStrict(layout, s string) (time.Time, error) {
	t, err := time.Parse(layout, s)
	if err != nil {
		return time.Time{}, err
	}
	if t.Format(layout) != s || t.Year() < minYear || t.Year() > maxYear {
		return time.Time{}, fmt.Errorf("calendar: not strict or out of range")
	}
	return t, nil
}

// clip keeps foreign input in an error message short.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// wall returns midnight of d labelled UTC, for arithmetic only.
func (d Date) wall() time.Time { return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC) }

// String returns "2027-03-09", or "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, int(d.month), d.day)
}

// IsZero reports whether d is none.
func (d Date) IsZero() bool { return d == Date{} }

// Year returns the year.
func (d Date) Year() int { return d.year }

// Month returns the month.
func (d Date) Month() time.Month { return d.month }

// Day returns the day of the month.
func (d Date) Day() int { return d.day }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.wall().Weekday() }

// AddDays returns the date n days later; none stays none.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return NewDate(d.year, d.month, d.day+n)
}

// AddMonths returns the date n months later, the last day of that month where it is too short; none stays none.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return d
	}
	first := NewDate(d.year, d.month+time.Month(n), 1)
	return NewDate(first.year, first.month, min(d.day, daysIn(first)))
}

func daysIn(d Date) int { return NewDate(d.year, d.month+1, 0).day }

// At returns the wall time of that day.
func (d Date) At(hour, minute int) DateTime {
	return NewDateTime(d.year, d.month, d.day, hour, minute)
}

// Compare returns -1, 0 or 1 as d is before, equal to or after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.year, e.year), cmp.Compare(d.month, e.month), cmp.Compare(d.day, e.day))
}

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// MarshalText writes String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDate reads; empty text is the zero Date.
func (d *Date) UnmarshalText(b []byte) error { return unmarshal(d, string(b), ParseDate) }

// Value stores a Date as text, the zero Date as "".
func (d Date) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads a Date from a TEXT column; NULL and "" give the zero Date.
func (d *Date) Scan(src any) error { return scan(d, src, ParseDate) }

// DateTime is a wall-clock date and time without a zone, to the minute (a wish: "14:00 on 9 March"); the zero DateTime
// means none.
type DateTime struct {
	date         Date
	hour, minute int
}

const dateTimeLayout = "2006-01-02T15:04"

// NewDateTime returns the DateTime of the given numbers; numbers past their range are carried on as time.Date does.
func NewDateTime(year int, month time.Month, day, hour, minute int) DateTime {
	return wallOf(time.Date(year, month, day, hour, minute, 0, 0, time.UTC))
}

func wallOf(t time.Time) DateTime {
	return DateTime{dateOf(t), t.Hour(), t.Minute()}
}

// ParseDateTime reads "2027-03-09T14:00", strictly, for the years 1970 to 2200.
func ParseDateTime(s string) (DateTime, error) {
	t, err := parseStrict(dateTimeLayout, s)
	if err != nil {
		return DateTime{}, fmt.Errorf("calendar: %q is not a local time like 2027-03-09T14:00", clip(s))
	}
	return wallOf(t), nil
}

// wall returns d labelled UTC, for arithmetic only.
func (d DateTime) wall() time.Time {
	return time.Date(d.date.year, d.date.month, d.date.day, d.hour, d.minute, 0, 0, time.UTC)
}

// String returns "2027-03-09T14:00", or "" for the zero DateTime.
func (d DateTime) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%sT%02d:%02d", d.date, d.hour, d.minute)
}

// IsZero reports whether d is none.
func (d DateTime) IsZero() bool { return d == DateTime{} }

// Date returns the day.
func (d DateTime) Date() Date { return d.date }

// Clock returns hour and minute.
func (d DateTime) Clock() (hour, minute int) { return d.hour, d.minute }

// Weekday returns the day of the week.
func (d DateTime) Weekday() time.Weekday { return d.date.Weekday() }

// AddDays returns the same hour n days later; none stays none.
func (d DateTime) AddDays(n int) DateTime {
	if d.IsZero() {
		return d
	}
	return NewDateTime(d.date.year, d.date.month, d.date.day+n, d.hour, d.minute)
}

// AddMinutes returns what a clock that is never changed shows n minutes later; none stays none.
func (d DateTime) AddMinutes(n int) DateTime {
	if d.IsZero() {
		return d
	}
	return NewDateTime(d.date.year, d.date.month, d.date.day, d.hour, d.minute+n)
}

// Compare returns -1, 0 or 1 as d is before, equal to or after e.
func (d DateTime) Compare(e DateTime) int {
	return cmp.Or(d.date.Compare(e.date), cmp.Compare(d.hour, e.hour), cmp.Compare(d.minute, e.minute))
}

// Before reports whether d is earlier than e.
func (d DateTime) Before(e DateTime) bool { return d.Compare(e) < 0 }

// After reports whether d is later than e.
func (d DateTime) After(e DateTime) bool { return d.Compare(e) > 0 }

// MarshalText writes String.
func (d DateTime) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDateTime reads; empty text is the zero DateTime.
func (d *DateTime) UnmarshalText(b []byte) error { return unmarshal(d, string(b), ParseDateTime) }

// Value stores a DateTime as text, the zero DateTime as "".
func (d DateTime) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads a DateTime from a TEXT column; NULL and "" give the zero DateTime.
func (d *DateTime) Scan(src any) error { return scan(d, src, ParseDateTime) }

func unmarshal[T any](to *T, s string, parse func(string) (T, error)) error {
	var v T
	if s != "" {
		var err error
		if v, err = parse(s); err != nil {
			return err
		}
	}
	*to = v
	return nil
}

func scan[T any](to *T, src any, parse func(string) (T, error)) error {
	switch v := src.(type) {
	case nil:
		return unmarshal(to, "", parse)
	case string:
		return unmarshal(to, v, parse)
	case []byte:
		return unmarshal(to, string(v), parse)
	}
	return fmt.Errorf("calendar: cannot read %T from a column", src)
}
