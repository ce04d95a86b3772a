package calendar

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestBetween(t *testing.T) {
	secondTuesday := Rule{Freq: Monthly, Interval: 1, Weekdays: []Weekday{Tuesday}, Nth: 2, NotMonths: []time.Month{8}}
	for _, tt := range []struct {
		name            string
		rule            Rule
		start, from, to string
		limit           int
		want            string // days, blank between
	}{
		{"second Tuesday, not in August", secondTuesday, "2027-06-08T14:00", "", "2027-11-01T00:00", 0,
			"2027-06-08 2027-07-13 2027-09-14 2027-10-12"},
		{"from is included", secondTuesday, "2027-06-08T14:00", "2027-07-13T14:00", "2027-09-14T14:01", 0, "2027-07-13 2027-09-14"},
		{"to is not", secondTuesday, "2027-06-08T14:00", "2027-07-13T14:01", "2027-09-14T14:00", 0, ""},
		{"limit", secondTuesday, "2027-06-08T14:00", "", "", 2, "2027-06-08 2027-07-13"},
		{"31st skips short months", Rule{Freq: Monthly, Interval: 1, MonthDay: 31}, "2027-01-31T09:00", "", "", 4,
			"2027-01-31 2027-03-31 2027-05-31 2027-07-31"},
		{"last day skips none", Rule{Freq: Monthly, Interval: 1, MonthDay: -1}, "2027-01-31T09:00", "", "", 3,
			"2027-01-31 2027-02-28 2027-03-31"},
		{"leap day", Rule{Freq: Yearly, Interval: 1}, "2028-02-29T09:00", "", "", 3, "2028-02-29 2032-02-29 2036-02-29"},
		{"yearly, nth", Rule{Freq: Yearly, Interval: 2, Weekdays: []Weekday{Thursday}, Nth: 4}, "2026-11-26T09:00", "", "", 3,
			"2026-11-26 2028-11-23 2030-11-28"},
		{"every other week on two days", Rule{Freq: Weekly, Interval: 2, Weekdays: []Weekday{Tuesday, Sunday}}, "2027-03-09T09:00", "", "", 4,
			"2027-03-09 2027-03-14 2027-03-23 2027-03-28"},
		{"count includes left-out dates", Rule{Freq: Daily, Interval: 1, Count: 4, NotDates: []Date{NewDate(2027, 3, 10)}}, "2027-03-09T09:00", "", "", 0,
			"2027-03-09 2027-03-11 2027-03-12"},
		{"count from the start, not from the window", Rule{Freq: Daily, Interval: 1, Count: 4}, "2027-03-09T09:00", "2027-03-11T00:00", "", 0,
			"2027-03-11 2027-03-12"},
		{"until is included", Rule{Freq: Daily, Interval: 1, Until: NewDate(2027, 3, 11)}, "2027-03-09T23:30", "", "", 0,
			"2027-03-09 2027-03-10 2027-03-11"},
		{"window before the start", Rule{Freq: Daily, Interval: 1}, "2027-03-09T09:00", "2026-01-01T00:00", "2027-03-10T00:00", 0, "2027-03-09"},
		{"empty window", Rule{Freq: Daily, Interval: 1}, "2027-03-09T09:00", "2028-01-01T00:00", "2027-01-01T00:00", 0, ""},
		{"days of clock changes come once", Rule{Freq: Daily, Interval: 1}, "2026-03-28T02:30", "", "2026-03-31T00:00", 0,
			"2026-03-28 2026-03-29 2026-03-30"},
		{"senseless", Rule{Freq: "hourly", Interval: 1}, "2027-03-09T09:00", "", "", 0, ""},
		{"impossible", Rule{Freq: Monthly, Interval: 12, MonthDay: 31}, "2027-02-01T09:00", "", "", 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parse := func(s string) DateTime {
				if s == "" {
					return DateTime{}
				}
				return mustDateTime(t, s)
			}
			var got []string
			for _, d := range tt.rule.Between(parse(tt.start), parse(tt.from), parse(tt.to), tt.limit) {
				got = append(got, d.Date().String())
				if d.hour != parse(tt.start).hour || d.minute != parse(tt.start).minute {
					t.Errorf("%s is not at the start's hour", d)
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("Between = %v, want %s", got, tt.want)
			}
		})
	}
}

func TestBetweenIsBounded(t *testing.T) {
	start := NewDateTime(1970, 1, 1, 9, 0)
	daily := Rule{Freq: Daily, Interval: 1}
	if got := daily.Between(start, DateTime{}, DateTime{}, 0); len(got) != MaxOccurrences {
		t.Errorf("%d dates of an endless rule, want %d", len(got), MaxOccurrences)
	}
	if got := daily.Between(start, DateTime{}, DateTime{}, 1e9); len(got) != MaxOccurrences {
		t.Errorf("%d dates with a limit past all bounds, want %d", len(got), MaxOccurrences)
	}
	// The whole span of years fits into maxSteps: no date at its end is lost.
	got := daily.Between(start, NewDateTime(2200, 12, 31, 0, 0), DateTime{}, 0)
	if len(got) != 1 || got[0].Date() != NewDate(2200, 12, 31) {
		t.Errorf("last day = %v", got)
	}
	all := Rule{Freq: Daily, Interval: 1, NotMonths: []time.Month{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}
	if got := all.Exceptions(start, NewDateTime(9999, 1, 1, 0, 0)); len(got) != MaxOccurrences {
		t.Errorf("%d exceptions, want %d", len(got), MaxOccurrences)
	}
}

func TestExceptions(t *testing.T) {
	rule := Rule{Freq: Monthly, Interval: 1, Weekdays: []Weekday{Tuesday}, Nth: 2,
		NotMonths: []time.Month{time.August}, NotDates: []Date{NewDate(2027, 12, 14), NewDate(2027, 12, 15)}}
	start := NewDateTime(2027, 6, 8, 14, 0)
	var got []string
	for _, d := range rule.Exceptions(start, NewDateTime(2028, 8, 8, 14, 0)) {
		got = append(got, d.String())
	}
	want := []string{"2027-08-10T14:00", "2027-12-14T14:00", "2028-08-08T14:00"}
	if !slices.Equal(got, want) {
		t.Errorf("Exceptions = %v, want %v", got, want)
	}
	if got := rule.Exceptions(start, NewDateTime(2028, 8, 8, 13, 59)); len(got) != 2 {
		t.Errorf("Exceptions before the last = %v", got)
	}
	if got := (Rule{Freq: Daily, Interval: 1}).Exceptions(start, start.AddDays(9)); got != nil {
		t.Errorf("Exceptions of a rule without any = %v", got)
	}
}

// bruteBetween walks day by day and asks each whether it belongs, with month and week numbers of its own.
func bruteBetween(r Rule, start, to DateTime) []DateTime {
	var list []DateTime
	week := func(d Date) int { return int(d.wall().Unix()/86400+3) / 7 } // 1970-01-01 was a Thursday; weeks begin on Monday
	s := start.Date()
	count := 0
	for at := start; at.Before(to); at = at.AddDays(1) {
		d := at.Date()
		months := (d.Year()-s.Year())*12 + int(d.Month()-s.Month())
		var in bool
		switch r.Freq {
		case Daily:
			in = int(d.wall().Sub(s.wall())/(24*time.Hour))%r.Interval == 0
		case Weekly:
			in = (week(d)-week(s))%r.Interval == 0
			if len(r.Weekdays) == 0 {
				in = in && d.Weekday() == s.Weekday()
			} else {
				in = in && slices.Contains(r.Weekdays, Weekday(d.Weekday()))
			}
		case Monthly:
			in = months%r.Interval == 0
		case Yearly:
			in = months%(12*r.Interval) == 0
		}
		if r.Freq == Monthly || r.Freq == Yearly {
			switch {
			case r.Nth > 0: // as many such weekdays up to the day
				in = in && d.Weekday() == time.Weekday(r.Weekdays[0]) && d.AddDays(-7*r.Nth).Month() != d.Month() && d.AddDays(-7*(r.Nth-1)).Month() == d.Month()
			case r.Nth < 0:
				in = in && d.Weekday() == time.Weekday(r.Weekdays[0]) && d.AddDays(7).Month() != d.Month()
			case r.MonthDay == -1:
				in = in && d.AddDays(1).Month() != d.Month()
			case r.MonthDay > 0:
				in = in && d.Day() == r.MonthDay
			default:
				in = in && d.Day() == s.Day()
			}
		}
		if !in || !r.Until.IsZero() && d.After(r.Until) {
			continue
		}
		if count++; r.Count > 0 && count > r.Count {
			break
		}
		if !slices.Contains(r.NotMonths, d.Month()) && !slices.Contains(r.NotDates, d) {
			list = append(list, at)
		}
	}
	return list
}

func TestBetweenAgainstBruteForce(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	tried := 0
	for range 4000 {
		r := Rule{Freq: []Frequency{Daily, Weekly, Monthly, Yearly}[rnd.IntN(4)], Interval: 1 + rnd.IntN(4)}
		switch {
		case r.Freq == Weekly:
			for w := Sunday; w <= Saturday; w++ {
				if rnd.IntN(3) == 0 {
					r.Weekdays = append(r.Weekdays, w)
				}
			}
		case r.Freq != Daily && rnd.IntN(2) == 0:
			r.Weekdays, r.Nth = []Weekday{Weekday(rnd.IntN(7))}, []int{-1, 1, 2, 3, 4}[rnd.IntN(5)]
		case r.Freq != Daily:
			r.MonthDay = rnd.IntN(33) - 1
		}
		wish := NewDateTime(2020+rnd.IntN(10), 1, 1+rnd.IntN(365), rnd.IntN(24), 30)
		switch rnd.IntN(3) {
		case 0:
			r.Count = 1 + rnd.IntN(40)
		case 1:
			r.Until = wish.Date().AddDays(rnd.IntN(1500))
		}
		if rnd.IntN(2) == 0 {
			r.NotMonths = []time.Month{time.Month(1 + rnd.IntN(12))}
		}
		start, ok := r.FirstOnOrAfter(wish)
		if !ok {
			continue
		}
		tried++
		to := start.AddDays(365 * 6)
		got, want := r.Between(start, DateTime{}, to, 0), bruteBetween(r, start, to)
		if len(want) > MaxOccurrences {
			want = want[:MaxOccurrences]
		}
		if !slices.Equal(got, want) {
			t.Fatalf("Between(%+v, %s) =\n%v, want\n%v", r, start, got, want)
		}
	}
	if tried < 3000 {
		t.Errorf("only %d rules tried", tried)
	}
}
