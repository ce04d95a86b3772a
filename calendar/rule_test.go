package calendar

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"
)

func mustDateTime(t testing.TB, s string) DateTime {
	t.Helper()
	d, err := ParseDateTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func mustZone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestRuleValidate(t *testing.T) {
	tuesday := NewDateTime(2027, 3, 9, 14, 0) // the second Tuesday of March
	days := func(w ...Weekday) []Weekday { return w }
	for _, tt := range []struct {
		name        string
		rule        Rule
		start       DateTime
		field, code string
	}{
		{"second Tuesday", Rule{Freq: Monthly, Interval: 1, Weekdays: days(Tuesday), Nth: 2, NotMonths: []time.Month{8}}, tuesday, "", ""},
		{"last Wednesday", Rule{Freq: Monthly, Interval: 1, Weekdays: days(Wednesday), Nth: -1}, NewDateTime(2027, 3, 31, 9, 0), "", ""},
		{"daily", Rule{Freq: Daily, Interval: 1, Count: 1000}, tuesday, "", ""},
		{"weekly, day left open", Rule{Freq: Weekly, Interval: 2}, tuesday, "", ""},
		{"weekly on two days", Rule{Freq: Weekly, Interval: 1, Weekdays: days(Thursday, Tuesday), Until: NewDate(2027, 3, 9)}, tuesday, "", ""},
		{"monthly by date", Rule{Freq: Monthly, Interval: 1, MonthDay: 9}, tuesday, "", ""},
		{"last day", Rule{Freq: Monthly, Interval: 1, MonthDay: -1}, NewDateTime(2027, 2, 28, 9, 0), "", ""},
		{"yearly", Rule{Freq: Yearly, Interval: 1}, tuesday, "", ""},
		{"yearly, nth", Rule{Freq: Yearly, Interval: 1, Weekdays: days(Tuesday), Nth: 2}, tuesday, "", ""},

		{"no frequency", Rule{Interval: 1}, tuesday, "freq", CodeUnknown},
		{"hourly", Rule{Freq: "hourly", Interval: 1}, tuesday, "freq", CodeUnknown},
		{"upper case", Rule{Freq: "DAILY", Interval: 1}, tuesday, "freq", CodeUnknown},
		{"interval 0", Rule{Freq: Daily}, tuesday, "interval", CodeRange},
		{"interval too large", Rule{Freq: Daily, Interval: 401}, tuesday, "interval", CodeRange},
		{"no such weekday", Rule{Freq: Weekly, Interval: 1, Weekdays: days(7)}, tuesday, "weekdays", CodeUnknown},
		{"weekday twice", Rule{Freq: Weekly, Interval: 1, Weekdays: days(Tuesday, Tuesday)}, tuesday, "weekdays", CodeDuplicate},
		{"weekdays daily", Rule{Freq: Daily, Interval: 1, Weekdays: days(Tuesday)}, tuesday, "weekdays", CodeNotAllowed},
		{"weekdays without nth", Rule{Freq: Monthly, Interval: 1, Weekdays: days(Tuesday)}, tuesday, "weekdays", CodeNotAllowed},
		{"two weekdays with nth", Rule{Freq: Monthly, Interval: 1, Weekdays: days(Tuesday, Friday), Nth: 2}, tuesday, "weekdays", CodeNotAllowed},
		{"nth without weekday", Rule{Freq: Monthly, Interval: 1, Nth: 2}, tuesday, "weekdays", CodeRequired},
		{"fifth", Rule{Freq: Monthly, Interval: 1, Weekdays: days(Tuesday), Nth: 5}, tuesday, "nth", CodeRange},
		{"last but one", Rule{Freq: Monthly, Interval: 1, Weekdays: days(Tuesday), Nth: -2}, tuesday, "nth", CodeRange},
		{"nth weekly", Rule{Freq: Weekly, Interval: 1, Weekdays: days(Tuesday), Nth: 2}, tuesday, "nth", CodeNotAllowed},
		{"day 32", Rule{Freq: Monthly, Interval: 1, MonthDay: 32}, tuesday, "month_day", CodeRange},
		{"day weekly", Rule{Freq: Weekly, Interval: 1, MonthDay: 9}, tuesday, "month_day", CodeNotAllowed},
		{"day and nth", Rule{Freq: Monthly, Interval: 1, MonthDay: 9, Nth: 2, Weekdays: days(Tuesday)}, tuesday, "month_day", CodeNotAllowed},
		{"count too large", Rule{Freq: Daily, Interval: 1, Count: 1001}, tuesday, "count", CodeRange},
		{"count negative", Rule{Freq: Daily, Interval: 1, Count: -5}, tuesday, "count", CodeRange},
		{"count and until", Rule{Freq: Daily, Interval: 1, Count: 3, Until: NewDate(2028, 1, 1)}, tuesday, "until", CodeNotAllowed},
		{"until before start", Rule{Freq: Daily, Interval: 1, Until: NewDate(2027, 3, 8)}, tuesday, "until", CodePast},
		{"no such month", Rule{Freq: Daily, Interval: 1, NotMonths: []time.Month{13}}, tuesday, "not_months", CodeUnknown},
		{"month twice", Rule{Freq: Daily, Interval: 1, NotMonths: []time.Month{8, 8}}, tuesday, "not_months", CodeDuplicate},
		{"all months", Rule{Freq: Daily, Interval: 1, NotMonths: []time.Month{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}, tuesday, "not_months", CodeRange},
		{"no date", Rule{Freq: Daily, Interval: 1, NotDates: []Date{{}}}, tuesday, "not_dates", CodeUnknown},
		{"too many dates", Rule{Freq: Daily, Interval: 1, NotDates: make([]Date, 1001)}, tuesday, "not_dates", CodeRange},
		{"date twice", Rule{Freq: Daily, Interval: 1, NotDates: []Date{NewDate(2027, 4, 1), NewDate(2027, 4, 1)}}, tuesday, "not_dates", CodeDuplicate},
		{"no start", Rule{Freq: Daily, Interval: 1}, DateTime{}, "start", CodeRequired},
		{"start on another day", Rule{Freq: Weekly, Interval: 1, Weekdays: days(Monday)}, tuesday, "start", CodeNotFirst},
		{"start third Tuesday", Rule{Freq: Monthly, Interval: 1, Weekdays: days(Tuesday), Nth: 3}, tuesday, "start", CodeNotFirst},
		{"start not the last", Rule{Freq: Monthly, Interval: 1, Weekdays: days(Tuesday), Nth: -1}, tuesday, "start", CodeNotFirst},
		{"start on another date", Rule{Freq: Monthly, Interval: 1, MonthDay: 10}, tuesday, "start", CodeNotFirst},
		{"start not the last day", Rule{Freq: Monthly, Interval: 1, MonthDay: -1}, tuesday, "start", CodeNotFirst},
		{"start in a left-out month", Rule{Freq: Daily, Interval: 1, NotMonths: []time.Month{3}}, tuesday, "start", CodeExcluded},
		{"start left out", Rule{Freq: Daily, Interval: 1, NotDates: []Date{tuesday.Date()}}, tuesday, "start", CodeExcluded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.rule.Validate(tt.start)
			var got RuleError
			if e, ok := errors.AsType[*RuleError](err); ok {
				got = *e
			} else if err != nil {
				t.Fatalf("Validate = %T", err)
			}
			if want := (RuleError{tt.field, tt.code}); got != want {
				t.Errorf("Validate(%+v, %s) = %v, want %v", tt.rule, tt.start, got, want)
			}
		})
	}
}

func TestRuleJSON(t *testing.T) {
	full := Rule{Freq: Monthly, Interval: 1, Weekdays: []Weekday{Tuesday}, Nth: 2, Until: NewDate(2028, 12, 31),
		NotMonths: []time.Month{time.August}, NotDates: []Date{NewDate(2027, 12, 14)}}
	b, err := json.Marshal(full)
	const want = `{"freq":"monthly","interval":1,"weekdays":["tu"],"nth":2,"until":"2028-12-31","not_months":[8],"not_dates":["2027-12-14"]}`
	if err != nil || string(b) != want {
		t.Fatalf("Marshal = %s, %v; want %s", b, err, want)
	}
	var back Rule
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, full) {
		t.Errorf("Unmarshal = %+v, %v", back, err)
	}
	if b, err = json.Marshal(Rule{Freq: Daily, Interval: 3}); err != nil || string(b) != `{"freq":"daily","interval":3}` {
		t.Errorf("Marshal = %s, %v", b, err)
	}
	if _, err := json.Marshal(Rule{Weekdays: []Weekday{9}}); err == nil {
		t.Error("Marshal wrote a weekday that does not exist")
	}
	for name, in := range map[string]string{
		"unknown field": `{"freq":"daily","interval":1,"untill":"2027-01-01"}`,
		"bad weekday":   `{"freq":"weekly","interval":1,"weekdays":["Tue"]}`,
		"bad date":      `{"freq":"daily","interval":1,"until":"2027-1-1"}`,
		"bad number":    `{"freq":"daily","interval":"1"}`,
	} {
		t.Run(name, func(t *testing.T) {
			var r Rule
			if err := json.Unmarshal([]byte(in), &r); err == nil {
				t.Errorf("Unmarshal(%s) = %+v, want an error", in, r)
			}
		})
	}
}

func TestFirstOnOrAfter(t *testing.T) {
	for _, tt := range []struct {
		name     string
		rule     Rule
		on, want string
	}{
		{"the same day", Rule{Freq: Monthly, Interval: 1, Weekdays: []Weekday{Tuesday}, Nth: 2}, "2027-03-09T14:00", "2027-03-09T14:00"},
		{"next month", Rule{Freq: Monthly, Interval: 1, Weekdays: []Weekday{Tuesday}, Nth: 2}, "2027-03-10T14:00", "2027-04-13T14:00"},
		{"past August", Rule{Freq: Monthly, Interval: 1, Weekdays: []Weekday{Tuesday}, Nth: 2, NotMonths: []time.Month{8}}, "2027-08-01T14:00", "2027-09-14T14:00"},
		{"last Friday", Rule{Freq: Monthly, Interval: 1, Weekdays: []Weekday{Friday}, Nth: -1}, "2027-02-01T09:00", "2027-02-26T09:00"},
		{"the 31st", Rule{Freq: Monthly, Interval: 1, MonthDay: 31}, "2027-02-01T09:00", "2027-03-31T09:00"},
		{"last day", Rule{Freq: Monthly, Interval: 1, MonthDay: -1}, "2027-02-01T09:00", "2027-02-28T09:00"},
		{"weekly", Rule{Freq: Weekly, Interval: 2, Weekdays: []Weekday{Monday, Thursday}}, "2027-03-09T09:00", "2027-03-11T09:00"},
		{"left out", Rule{Freq: Daily, Interval: 1, NotDates: []Date{NewDate(2027, 3, 9)}}, "2027-03-09T09:00", "2027-03-10T09:00"},
		{"past its end", Rule{Freq: Monthly, Interval: 1, MonthDay: 31, Until: NewDate(2027, 3, 30)}, "2027-02-01T09:00", ""},
		{"leap day only", Rule{Freq: Monthly, Interval: 1, MonthDay: 29, NotMonths: []time.Month{1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}, "2096-03-01T09:00", "2104-02-29T09:00"},
		{"never", Rule{Freq: Monthly, Interval: 1, MonthDay: 31, NotMonths: []time.Month{1, 3, 5, 7, 8, 10, 12}}, "2027-02-01T09:00", ""},
		{"senseless", Rule{Freq: Monthly, Interval: 1, Nth: 2}, "2027-02-01T09:00", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := tt.rule.FirstOnOrAfter(mustDateTime(t, tt.on))
			if got.String() != tt.want || ok != (tt.want != "") {
				t.Fatalf("FirstOnOrAfter(%s) = %q, %v; want %q", tt.on, got, ok, tt.want)
			}
			if ok {
				if err := tt.rule.Validate(got); err != nil {
					t.Errorf("Validate of the found start: %v", err)
				}
			}
		})
	}
	if _, ok := (Rule{Freq: Daily, Interval: 1}).FirstOnOrAfter(DateTime{}); ok {
		t.Error("FirstOnOrAfter found a date after none")
	}
}

func TestRRULE(t *testing.T) {
	for _, tt := range []struct {
		name, start, zone string
		rule              Rule
		want              string
	}{
		{"second Tuesday", "2027-03-09T14:00", "Africa/Nairobi", Rule{Freq: Monthly, Interval: 1, Weekdays: []Weekday{Tuesday}, Nth: 2}, "FREQ=MONTHLY;BYDAY=2TU"},
		{"last Friday, count", "2027-03-26T14:00", "Africa/Nairobi", Rule{Freq: Monthly, Interval: 3, Weekdays: []Weekday{Friday}, Nth: -1, Count: 12}, "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR;COUNT=12"},
		{"daily", "2027-03-09T14:00", "UTC", Rule{Freq: Daily, Interval: 2}, "FREQ=DAILY;INTERVAL=2"},
		{"weekly, sorted from Monday", "2027-03-09T14:00", "UTC", Rule{Freq: Weekly, Interval: 1, Weekdays: []Weekday{Sunday, Thursday, Tuesday}}, "FREQ=WEEKLY;BYDAY=TU,TH,SU"},
		{"weekly, the start's day", "2027-03-09T14:00", "UTC", Rule{Freq: Weekly, Interval: 2}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"},
		{"monthly, the start's date", "2027-03-09T14:00", "UTC", Rule{Freq: Monthly, Interval: 1}, "FREQ=MONTHLY;BYMONTHDAY=9"},
		{"last day", "2027-03-31T14:00", "UTC", Rule{Freq: Monthly, Interval: 1, MonthDay: -1}, "FREQ=MONTHLY;BYMONTHDAY=-1"},
		{"yearly", "2027-03-09T14:00", "UTC", Rule{Freq: Yearly, Interval: 1}, "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=9"},
		{"yearly, nth", "2027-03-09T14:00", "UTC", Rule{Freq: Yearly, Interval: 1, Weekdays: []Weekday{Tuesday}, Nth: 2}, "FREQ=YEARLY;BYMONTH=3;BYDAY=2TU"},
		{"until in summer", "2027-09-07T14:00", "Europe/Berlin", Rule{Freq: Weekly, Interval: 1, Until: NewDate(2027, 11, 1)}, "FREQ=WEEKLY;BYDAY=TU;UNTIL=20271026T120000Z"},
		{"until over a clock change", "2027-09-07T14:00", "Europe/Berlin", Rule{Freq: Weekly, Interval: 1, Until: NewDate(2027, 11, 2)}, "FREQ=WEEKLY;BYDAY=TU;UNTIL=20271102T130000Z"},
		{"until, east of midnight", "2027-03-09T05:00", "Pacific/Auckland", Rule{Freq: Daily, Interval: 1, Until: NewDate(2027, 3, 10)}, "FREQ=DAILY;UNTIL=20270309T160000Z"},
		{"until the start", "2027-03-09T14:00", "UTC", Rule{Freq: Monthly, Interval: 1, Until: NewDate(2027, 3, 20)}, "FREQ=MONTHLY;BYMONTHDAY=9;UNTIL=20270309T140000Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := mustDateTime(t, tt.start)
			if err := tt.rule.Validate(start); err != nil {
				t.Fatal(err)
			}
			if got := tt.rule.RRULE(start, mustZone(t, tt.zone)); got != tt.want {
				t.Errorf("RRULE = %s, want %s", got, tt.want)
			}
		})
	}
}
