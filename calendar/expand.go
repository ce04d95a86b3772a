package calendar

import (
	"time"

	"github.com/teambition/rrule-go"
)

// maxSteps bounds one expansion: more than a daily rule from 1970 to 2200 has.
const maxSteps = 90_000

// each calls yield with every date of the rule from start on, left-out ones included, until yield returns false, the
// rule ends, or end is passed. Everything happens in wall time labelled UTC: rrule-go picks other instants than
// RFC 5545 3.3.5 inside clock changes and can land on the previous day (midnight gaps of São Paulo, Havana, Santiago).
func (r Rule) each(start, end DateTime, yield func(DateTime) bool) {
	if start.IsZero() || r.checkPattern(start) != nil {
		return
	}
	option := rrule.ROption{
		Dtstart:  start.wall(),
		Interval: r.Interval,
		Count:    r.Count,
		Until:    end.wall(), // without an end rrule-go runs to the year 9999
	}
	if last := r.Until.At(23, 59); !r.Until.IsZero() && last.Before(end) {
		option.Until = last.wall()
	}
	switch r.Freq {
	case Daily:
		option.Freq = rrule.DAILY
	case Weekly:
		option.Freq = rrule.WEEKLY
		for _, w := range r.weekdays(start) {
			option.Byweekday = append(option.Byweekday, rruleDays[w])
		}
	case Monthly:
		option.Freq = rrule.MONTHLY
	case Yearly:
		option.Freq = rrule.YEARLY
		option.Bymonth = []int{int(start.date.month)}
	}
	switch {
	case r.Nth != 0:
		day := rruleDays[r.Weekdays[0]]
		option.Byweekday = []rrule.Weekday{day.Nth(r.Nth)}
	case r.Freq == Monthly || r.Freq == Yearly:
		option.Bymonthday = []int{r.monthDay(start)}
	}
	rule, err := rrule.NewRRule(option)
	if err != nil {
		return // checkPattern refuses all that rrule-go would
	}
	next := rule.Iterator()
	for range maxSteps {
		t, ok := next()
		if !ok || !yield(wallOf(t)) {
			return
		}
	}
}

var rruleDays = map[Weekday]rrule.Weekday{
	Monday: rrule.MO, Tuesday: rrule.TU, Wednesday: rrule.WE, Thursday: rrule.TH,
	Friday: rrule.FR, Saturday: rrule.SA, Sunday: rrule.SU,
}

// horizon ends expansions that nothing else ends.
var horizon = NewDateTime(maxYear, time.December, 31, 23, 59)

// Between returns the dates in [from, to), without those left out, at most limit of them (MaxOccurrences if limit is 0
// or more than that). Count counts from start and includes the left-out ones, as RFC 5545 3.8.5.1 has it. A zero from is
// the start, a zero to means no end.
func (r Rule) Between(start, from, to DateTime, limit int) []DateTime {
	if limit <= 0 || limit > MaxOccurrences {
		limit = MaxOccurrences
	}
	if to.IsZero() || to.After(horizon) {
		to = horizon
	}
	var list []DateTime
	r.each(start, to, func(d DateTime) bool {
		if !d.Before(to) {
			return false
		}
		if !d.Before(from) && !r.excluded(d.date) {
			list = append(list, d)
		}
		return len(list) < limit
	})
	return list
}

// Passed counts the dates of the rule from start on that come before a moment, left-out ones included: what they use up of Count.
func (r Rule) Passed(start, before DateTime) (n int) {
	r.each(start, before, func(d DateTime) bool {
		if d.Before(before) {
			n++
		}
		return d.Before(before)
	})
	return n
}

// Exceptions returns the dates of the rule from start to until, both included, that are left out: what EXDATE must say.
func (r Rule) Exceptions(start, until DateTime) []DateTime {
	if len(r.NotMonths) == 0 && len(r.NotDates) == 0 {
		return nil
	}
	if until.After(horizon) {
		until = horizon
	}
	var list []DateTime
	r.each(start, until, func(d DateTime) bool {
		if d.After(until) {
			return false
		}
		if r.excluded(d.date) {
			list = append(list, d)
		}
		return len(list) < MaxOccurrences
	})
	return list
}

// last returns the last date up to Until, left-out ones included; start if there is none.
func (r Rule) last(start DateTime) DateTime {
	last := start
	r.each(start, horizon, func(d DateTime) bool {
		last = d
		return true
	})
	return last
}
