package locale

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/locales"

	"convoke/calendar"
)

// Rule returns a rule in words, as a clause that can stand in a sentence: "second Tuesday each month, 14:00 Nairobi, not in
// August". The hour and what the rule leaves open come from start; zone is the IANA name of the zone start is meant in, ""
// where it goes without saying.
func (r Reader) Rule(rule calendar.Rule, start calendar.DateTime, zone string) string {
	clauses := []string{r.pattern(rule, start), r.hour(start, zone)}
	if len(rule.NotMonths) > 0 {
		var months []string
		for _, m := range slices.Sorted(slices.Values(rule.NotMonths)) {
			months = append(months, r.MonthName(m))
		}
		clauses = append(clauses, r.T("rule.not.months", "Months", r.List(months)))
	}
	if n := len(rule.NotDates); n > 3 {
		clauses = append(clauses, r.T("rule.not.dates.many", "Count", n))
	} else if n > 0 {
		var dates []string
		for _, d := range slices.SortedFunc(slices.Values(rule.NotDates), calendar.Date.Compare) {
			dates = append(dates, r.T("rule.not.date", "Date", r.date(d.Year(), d.Month(), d.Day())))
		}
		clauses = append(clauses, r.T("rule.not.dates", "Dates", r.List(dates)))
	}
	switch d := rule.Until; {
	case !d.IsZero():
		clauses = append(clauses, r.T("rule.until", "Date", r.date(d.Year(), d.Month(), d.Day())))
	case rule.Count > 0:
		clauses = append(clauses, r.T("rule.count", "Count", meetings(rule, start)))
	}
	text := clauses[0]
	for _, c := range clauses[1:] {
		text = r.T("rule.clause", "Before", text, "Clause", c)
	}
	return text
}

// meetings returns how many dates of a counted rule take place: Count includes those left out.
func meetings(rule calendar.Rule, start calendar.DateTime) int {
	if len(rule.NotMonths) == 0 && len(rule.NotDates) == 0 {
		return rule.Count
	}
	return len(rule.Between(start, start, calendar.DateTime{}, calendar.MaxOccurrences))
}

func (r Reader) hour(start calendar.DateTime, zone string) string {
	hour, minute := start.Clock()
	clock := fmt.Sprintf("%02d:%02d", hour, minute)
	if zone == "" {
		return clock
	}
	return r.T("rule.hour", "Clock", clock, "City", ZoneLabel(r.Lang(), zone))
}

func (r Reader) pattern(rule calendar.Rule, start calendar.DateTime) string {
	n := max(rule.Interval, 1)
	every := func(key string, args ...any) string { return r.T(key, append(args, "Count", n)...) }
	switch rule.Freq {
	case calendar.Daily:
		return every("rule.daily")
	case calendar.Weekly:
		return r.weekly(rule, start, n)
	case calendar.Monthly:
		if rule.Nth != 0 && len(rule.Weekdays) > 0 {
			return every("rule.monthly.nth", "Nth", r.nth(rule))
		}
		switch day := dayOfMonth(rule, start); {
		case day < 0:
			return every("rule.monthly.last")
		case day > 28:
			return every("rule.monthly.rare", "Day", r.ordinal(day))
		default:
			return every("rule.monthly.day", "Day", r.ordinal(day))
		}
	case calendar.Yearly:
		month := start.Date().Month()
		ofMonth := r.T("month.of." + strconv.Itoa(int(month)))
		if rule.Nth != 0 && len(rule.Weekdays) > 0 {
			return every("rule.yearly.nth", "Nth", r.nth(rule), "OfMonth", ofMonth)
		}
		if day := dayOfMonth(rule, start); day > 0 {
			return every("rule.yearly.day", "Day", r.dayInDate(day), "Month", r.MonthName(month))
		}
		return every("rule.yearly.last", "OfMonth", ofMonth)
	}
	return ""
}

// dayOfMonth returns 1 to 31, or -1 for the last.
func dayOfMonth(rule calendar.Rule, start calendar.DateTime) int {
	if rule.MonthDay == 0 {
		return start.Date().Day()
	}
	return rule.MonthDay
}

// nth returns "second Tuesday".
func (r Reader) nth(rule calendar.Rule) string {
	key := "rule.nth.last"
	if rule.Nth > 0 {
		key = "rule.nth." + strconv.Itoa(rule.Nth)
	}
	return r.T(key, "Weekday", r.WeekdayName(time.Weekday(rule.Weekdays[0])))
}

func (r Reader) weekly(rule calendar.Rule, start calendar.DateTime, n int) string {
	days := make([]time.Weekday, 0, 7)
	for _, w := range rule.Weekdays {
		days = append(days, time.Weekday(w))
	}
	if len(days) == 0 {
		days = append(days, start.Weekday())
	}
	slices.SortFunc(days, func(a, b time.Weekday) int { return (int(a)+6)%7 - (int(b)+6)%7 })
	workdays := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	switch {
	case n == 1 && slices.Equal(days, workdays):
		return r.T("rule.weekly.workdays")
	case n == 1:
		return r.T("rule.weekly.each", "Weekdays", r.weekdays("weekday.each.", days))
	default:
		return r.T("rule.weekly", "Count", n, "Weekdays", r.weekdays("weekday.on.", days))
	}
}

func (r Reader) weekdays(key string, days []time.Weekday) string {
	var list []string
	for _, d := range days {
		list = append(list, r.T(key+strings.ToLower(d.String()[:2])))
	}
	return r.List(list)
}

// ordinal returns "15th", or what the language puts in its place.
func (r Reader) ordinal(n int) string {
	key := "ordinal.other"
	switch r.cldr().OrdinalPluralRule(float64(n), 0) {
	case locales.PluralRuleOne:
		key = "ordinal.one"
	case locales.PluralRuleTwo:
		key = "ordinal.two"
	case locales.PluralRuleFew:
		key = "ordinal.few"
	}
	return r.T(key, "Number", n)
}
