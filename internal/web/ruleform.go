package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

// The rhythms a form offers. What a rhythm does not use of the form is passed over.
const (
	rhythmWeekly = "weekly"
	rhythmNth    = "nth"  // nth weekday of the month
	rhythmDate   = "date" // day of the month
	rhythmDaily  = "daily"
	rhythmYearly = "yearly"
	rhythmList   = "list" // own dates, for series
)

// A ruleForm is a rule as a form says it.
type ruleForm struct {
	Rhythm    string   `form:"rhythm"`
	Interval  int      `form:"interval"`
	Weekdays  []string `form:"weekday"`
	Nth       int      `form:"nth"` // 0: as the first date
	MonthDay  int      `form:"month_day"`
	Count     int      `form:"count"`
	Until     string   `form:"until"`
	NotMonths []string `form:"not_month"`
	NotDates  string   `form:"not_dates"` // one a line
}

// rule reads the form. What it leaves open comes from the first date.
func (f ruleForm) rule(start calendar.DateTime) (r calendar.Rule, err error) {
	r = calendar.Rule{Interval: f.Interval, Count: f.Count}
	var days []calendar.Weekday
	for _, text := range f.Weekdays {
		d, err := calendar.ParseWeekday(text)
		if err != nil {
			return r, convoke.Invalid("weekday", "rule.unknown").Because(err)
		}
		days = append(days, d)
	}
	switch f.Rhythm {
	case rhythmWeekly:
		r.Freq, r.Weekdays = calendar.Weekly, days
	case rhythmNth:
		r.Freq, r.Nth, r.Weekdays = calendar.Monthly, f.Nth, days
		if len(days) == 0 {
			r.Weekdays = []calendar.Weekday{calendar.Weekday(start.Weekday())}
		}
		if r.Nth == 0 {
			r.Nth = nthOf(start)
		}
	case rhythmDate:
		r.Freq, r.MonthDay = calendar.Monthly, f.MonthDay
	case rhythmDaily:
		r.Freq = calendar.Daily
	case rhythmYearly:
		r.Freq = calendar.Yearly
	default:
		return r, convoke.Invalid("rhythm", "rule.unknown")
	}
	return r, f.ends(&r)
}

// ends reads when the rule ends and what it leaves out.
func (f ruleForm) ends(r *calendar.Rule) (err error) {
	if f.Until != "" {
		if r.Until, err = calendar.ParseDate(f.Until); err != nil {
			return convoke.Invalid("until", "rule.date.unreadable").With("Text", cut(f.Until, 40)).Because(err)
		}
	}
	for _, text := range f.NotMonths {
		n, err := strconv.Atoi(text)
		if err != nil {
			return convoke.Invalid("not_month", "rule.unknown").Because(err)
		}
		r.NotMonths = append(r.NotMonths, time.Month(n))
	}
	for text := range strings.FieldsFuncSeq(f.NotDates, func(c rune) bool { return c == '\n' || c == '\r' || c == ',' || c == ' ' }) {
		d, err := calendar.ParseDate(text)
		if err != nil {
			return convoke.Invalid("not_dates", "rule.date.unreadable").With("Text", cut(text, 40)).Because(err)
		}
		r.NotDates = append(r.NotDates, d)
	}
	return nil
}

// ruleFields are the fields of a form by the parts of a rule.
var ruleFields = map[string]string{"interval": "interval", "weekdays": "weekday", "nth": "nth", "month_day": "month_day", "count": "count", "until": "until",
	"not_months": "not_month", "not_dates": "not_dates"}

// ofRule points a refusal of a rule at the field of the form which says that part of it, else at its rhythm.
func ofRule(err error) error {
	field := "rhythm"
	if re, ok := errors.AsType[*calendar.RuleError](err); ok && ruleFields[re.Field] != "" {
		field = ruleFields[re.Field]
	}
	return renamed(err, "rhythm", field, "rule", field)
}

// nthOf is which weekday of its month a day is: 1 to 4, or -1 for a fifth, which is then the last.
func nthOf(d calendar.DateTime) int {
	if n := (d.Date().Day() + 6) / 7; n < 5 {
		return n
	}
	return -1
}

// formOfRule is the form that says a rule.
func formOfRule(r calendar.Rule) ruleForm {
	f := ruleForm{Interval: r.Interval, Nth: r.Nth, MonthDay: r.MonthDay, Count: r.Count, Until: r.Until.String()}
	switch {
	case r.Freq == calendar.Weekly:
		f.Rhythm = rhythmWeekly
	case r.Freq == calendar.Daily:
		f.Rhythm = rhythmDaily
	case r.Freq == calendar.Yearly:
		f.Rhythm = rhythmYearly
	case r.Nth != 0:
		f.Rhythm = rhythmNth
	default:
		f.Rhythm = rhythmDate
	}
	for _, d := range r.Weekdays {
		f.Weekdays = append(f.Weekdays, d.String())
	}
	for _, m := range r.NotMonths {
		f.NotMonths = append(f.NotMonths, strconv.Itoa(int(m)))
	}
	dates := make([]string, len(r.NotDates))
	for i, d := range r.NotDates {
		dates[i] = d.String()
	}
	f.NotDates = strings.Join(dates, "\n")
	return f
}

// weekdayBoxes are the days of the week to tick, in the order of the reader's week.
func (f *frame) weekdayBoxes(ticked []string) []choice {
	first := locale.FirstWeekday(f.Lang())
	out := make([]choice, 7)
	for i := range out {
		w := time.Weekday((int(first) + i) % 7)
		value := calendar.Weekday(w).String()
		out[i] = choice{Name: f.R.WeekdayName(w), Value: value, Current: slices.Contains(ticked, value)}
	}
	return out
}

// monthBoxes are the months to tick.
func (f *frame) monthBoxes(ticked []string) []choice {
	out := make([]choice, 12)
	for i := range out {
		value := strconv.Itoa(i + 1)
		out[i] = choice{Name: f.R.MonthName(time.Month(i + 1)), Value: value, Current: slices.Contains(ticked, value)}
	}
	return out
}

// nthChoices are which weekday of a month it can be.
func (f *frame) nthChoices() []choice {
	out := []choice{{Name: f.T("ruleform.nth.0"), Value: "0"}}
	for _, n := range []string{"1", "2", "3", "4"} {
		out = append(out, choice{Name: f.T("ruleform.nth." + n), Value: n})
	}
	return append(out, choice{Name: f.T("ruleform.nth.last"), Value: "-1"})
}

// monthDayChoices are the days of a month.
func (f *frame) monthDayChoices() []choice {
	out := []choice{{Name: f.T("ruleform.day.0"), Value: "0"}}
	for n := 1; n <= 31; n++ {
		out = append(out, choice{Name: strconv.Itoa(n), Value: strconv.Itoa(n)})
	}
	return append(out, choice{Name: f.T("ruleform.day.last"), Value: "-1"})
}
