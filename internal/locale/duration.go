package locale

import (
	"time"
)

// Number returns n with its digits grouped: "1,200".
func (r Reader) Number(n int) string { return r.cldr().FmtNumber(float64(n), 0) }

// List returns "a, b and c".
func (r Reader) List(items []string) string {
	switch n := len(items); n {
	case 0:
		return ""
	case 1:
		return items[0]
	default:
		list := items[0]
		for _, item := range items[1 : n-1] {
			list = r.T("list.comma", "Before", list, "Item", item)
		}
		return r.T("list.and", "Before", list, "Item", items[n-1])
	}
}

// Size returns a number of bytes in words: "840 kB", "1.2 MB", in steps of a thousand.
func (r Reader) Size(bytes int64) string {
	const k = 1000
	switch n := float64(bytes); {
	case bytes < k:
		return r.T("size.bytes", "Count", int(bytes))
	case n < 999.5*k:
		return r.T("size.kilo", "Size", r.cldr().FmtNumber(n/k, 0))
	case n < 9.95*k*k:
		return r.T("size.mega", "Size", r.cldr().FmtNumber(n/k/k, 1))
	case n < 999.5*k*k:
		return r.T("size.mega", "Size", r.cldr().FmtNumber(n/k/k, 0))
	default:
		return r.T("size.giga", "Size", r.cldr().FmtNumber(n/k/k/k, 1))
	}
}

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// Duration returns a length in words, "1 hour 30 minutes", to the minute; the sign is dropped.
func (r Reader) Duration(d time.Duration) string {
	d = d.Abs().Round(time.Minute)
	if d == 0 {
		return r.T("duration.none")
	}
	text := ""
	for _, unit := range []struct {
		key  string
		size time.Duration
	}{{"duration.days", day}, {"duration.hours", time.Hour}, {"duration.minutes", time.Minute}} {
		n := int(d / unit.size)
		if d -= time.Duration(n) * unit.size; n == 0 {
			continue
		}
		part := r.T(unit.key, "Count", n)
		if text == "" {
			text = part
		} else {
			text = r.T("duration.pair", "Before", text, "Then", part)
		}
	}
	return text
}

// Lead returns how long before something is: "a week", "2 weeks", "a day", "an hour", "2 hours 30 minutes". From two days
// on it is rounded to whole days, from a day on to hours, below to minutes; the sign is dropped.
func (r Reader) Lead(d time.Duration) string {
	switch d = d.Abs().Round(time.Minute); {
	case d >= 2*day-time.Hour/2:
		d = d.Round(day)
	case d >= day:
		d = d.Round(time.Hour)
	}
	switch {
	case d == week:
		return r.T("lead.week")
	case d > 0 && d%week == 0:
		return r.T("duration.weeks", "Count", int(d/week))
	case d == day:
		return r.T("lead.day")
	case d == time.Hour:
		return r.T("lead.hour")
	case d == time.Minute:
		return r.T("lead.minute")
	}
	return r.Duration(d)
}
