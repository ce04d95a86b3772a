package calendar

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// ErrIrregularZone is what EncodeZone returns for a zone that one yearly pair of rules does not describe.
var ErrIrregularZone = errors.New("calendar: zone has no yearly rule")

// observance is one STANDARD or DAYLIGHT: on the nth weekday of month (-1 the last), when clocks show clock, the
// offset from UTC becomes to. A fixed zone is one observance without month.
type observance struct {
	name     string
	from, to time.Duration
	month    time.Month
	nth      int
	weekday  time.Weekday
	clock    time.Duration // since midnight, shown with the offset from
}

func (o observance) daylight() bool { return o.to > o.from }

// wall returns when clocks show the onset in that year, labelled UTC.
func (o observance) wall(year int) time.Time {
	if o.month == 0 {
		return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	day := NewDate(year, o.month, 1)
	if o.nth > 0 {
		ahead := (int(o.weekday) - int(day.Weekday()) + 7) % 7
		day = day.AddDays(ahead + 7*(o.nth-1))
	} else {
		day = NewDate(year, o.month, daysIn(day))
		day = day.AddDays(-((int(day.Weekday()) - int(o.weekday) + 7) % 7))
	}
	return day.wall().Add(o.clock)
}

// observe derives the rules of loc for [from, to] and what follows: at least six years in all and one after to, so that
// a series without an end stays right. It returns nil when one pair does not describe every clock change of that time.
func observe(loc *time.Location, from, to time.Time) []observance {
	to = to.AddDate(1, 0, 0)
	if far := from.AddDate(6, 0, 0); to.Before(far) {
		to = far
	}
	list := spans(loc, from, to)
	if slices.ContainsFunc(list, func(s span) bool { return s.offset%time.Minute != 0 }) {
		return nil
	}
	if len(list) == 1 {
		return []observance{{name: list[0].name, from: list[0].offset, to: list[0].offset}}
	}
	// The standard one first, as most writers have it.
	var pair [2][]span
	for i, s := range list[1:] {
		kind := 0
		if s.offset > list[i].offset {
			kind = 1
		}
		pair[kind] = append(pair[kind], s)
	}
	if len(pair[0]) == 0 || len(pair[1]) == 0 {
		return nil
	}
	rules := []observance{
		derive(pair[0], pair[1][0].offset),
		derive(pair[1], pair[0][0].offset),
	}
	if !confirmed(rules, list, from, to) {
		return nil
	}
	return rules
}

// derive guesses a rule from the onsets; confirmed tells whether the guess holds.
func derive(onsets []span, before time.Duration) observance {
	last := onsets[len(onsets)-1]
	wall := last.start.UTC().Add(before)
	o := observance{
		name: last.name, from: before, to: last.offset,
		month: wall.Month(), weekday: wall.Weekday(), nth: -1,
		clock: wall.Sub(dateOf(wall).wall()),
	}
	for _, s := range onsets {
		if day := dateOf(s.start.UTC().Add(before)); day.day <= daysIn(day)-7 {
			o.nth = (day.day + 6) / 7 // not the last of its month, so a number counts
		}
	}
	return o
}

// confirmed compares every onset the rules give in (from, to] with the true ones.
func confirmed(rules []observance, list []span, from, to time.Time) bool {
	type onset struct {
		at       int64
		from, to time.Duration
	}
	var got, want []onset
	for year := from.UTC().Year() - 1; year <= to.UTC().Year()+1; year++ {
		for _, o := range rules {
			if at := o.wall(year).Add(-o.from); at.After(from) && !at.After(to) {
				got = append(got, onset{at.Unix(), o.from, o.to})
			}
		}
	}
	slices.SortFunc(got, func(a, b onset) int { return int(a.at - b.at) })
	for i, s := range list[1:] {
		want = append(want, onset{s.start.Unix(), list[i].offset, s.offset})
	}
	return slices.Equal(got, want)
}

// ZoneFits reports whether the zone can be written as one STANDARD and at most one DAYLIGHT with a yearly rule that is
// right for each instant in [from, to], and for six years from from and one after to. Morocco's, Egypt's and Chile's
// cannot, and no program knows a zone by a name such as Etc/GMT+3: events there are written in UTC, one by one.
func ZoneFits(name string, from, to time.Time) bool {
	loc, err := LoadZone(name)
	return err == nil && !nameless(name) && observe(loc, from, to) != nil
}

// nameless reports whether a zone is but an offset. UTC by its name in the zone data is for rules, which must have a zone.
func nameless(zone string) bool { return strings.HasPrefix(zone, "Etc/") && zone != "Etc/UTC" }

// EncodeZone returns the VTIMEZONE of a zone, right for the time ZoneFits speaks of; ErrIrregularZone where it does not
// fit and ErrUnknownZone. Its rules are anchored in 1970, so that the bytes do not change from one year to the next.
func EncodeZone(name string, from, to time.Time) ([]byte, error) {
	loc, err := LoadZone(name)
	if err != nil {
		return nil, err
	}
	rules := observe(loc, from, to)
	if rules == nil || nameless(name) {
		return nil, fmt.Errorf("%w: %s", ErrIrregularZone, name)
	}
	comp := ical.NewComponent(ical.CompTimezone)
	comp.Props.Set(property(ical.PropTimezoneID, name))
	for _, o := range rules {
		kind := ical.CompTimezoneStandard
		if o.daylight() {
			kind = ical.CompTimezoneDaylight
		}
		child := ical.NewComponent(kind)
		child.Props.Set(property(ical.PropDateTimeStart, o.wall(minYear).Format(stampLayout)))
		child.Props.Set(property(ical.PropTimezoneOffsetFrom, offsetText(o.from)))
		child.Props.Set(property(ical.PropTimezoneOffsetTo, offsetText(o.to)))
		child.Props.Set(property(ical.PropTimezoneName, escape(o.name)))
		if o.month != 0 {
			child.Props.Set(property(ical.PropRecurrenceRule, fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s",
				o.month, o.nth, strings.ToUpper(Weekday(o.weekday).String()))))
		}
		comp.Children = append(comp.Children, child)
	}
	return render(comp)
}

// offsetText writes "+0530" (RFC 5545 3.3.14).
func offsetText(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	minutes := int(d / time.Minute)
	return sign + pad(minutes/60) + pad(minutes%60)
}

func pad(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
