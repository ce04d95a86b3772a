package locale

import (
	"testing"
	"time"

	"convoke/calendar"
)

func TestRule(t *testing.T) {
	on := func(days ...calendar.Weekday) []calendar.Weekday { return days }
	const d, w, m, y = calendar.Daily, calendar.Weekly, calendar.Monthly, calendar.Yearly
	tests := []struct {
		name, start string
		rule        calendar.Rule
		en, fr      string
	}{
		{"daily", "2026-12-03T14:00", calendar.Rule{Freq: d, Interval: 1},
			"every day, 14:00 Cairo", "tous les jours, 14:00 Le Caire"},
		{"every third day, counted", "2026-12-03T14:00", calendar.Rule{Freq: d, Interval: 3, Count: 6},
			"every 3 days, 14:00 Cairo, 6 times", "tous les 3 jours, 14:00 Le Caire, 6 fois"},
		{"once", "2026-12-03T14:00", calendar.Rule{Freq: d, Interval: 1, Count: 1},
			"every day, 14:00 Cairo, once", "tous les jours, 14:00 Le Caire, une fois"},
		{"weekly by the start", "2026-12-03T09:05", calendar.Rule{Freq: w, Interval: 1},
			"every Thursday, 09:05 Cairo", "tous les jeudis, 09:05 Le Caire"},
		{"weekly, days in order", "2026-12-03T14:00",
			calendar.Rule{Freq: w, Interval: 1, Weekdays: on(calendar.Sunday, calendar.Thursday, calendar.Monday)},
			"every Monday, Thursday and Sunday, 14:00 Cairo", "tous les lundis, jeudis et dimanches, 14:00 Le Caire"},
		{"workdays", "2026-12-03T14:00", calendar.Rule{Freq: w, Interval: 1,
			Weekdays: on(calendar.Monday, calendar.Tuesday, calendar.Wednesday, calendar.Thursday, calendar.Friday)},
			"every day from Monday to Friday, 14:00 Cairo", "tous les jours du lundi au vendredi, 14:00 Le Caire"},
		{"every second week", "2026-12-03T09:30", calendar.Rule{Freq: w, Interval: 2,
			Weekdays: on(calendar.Monday, calendar.Thursday), Until: calendar.NewDate(2027, time.March, 3)},
			"every 2 weeks on Monday and Thursday, 09:30 Cairo, until 3 March 2027",
			"toutes les 2 semaines, le lundi et le jeudi, 09:30 Le Caire, jusqu’au 3 mars 2027"},
		{"second Tuesday but in August", "2026-12-08T14:00", calendar.Rule{Freq: m, Interval: 1, Nth: 2,
			Weekdays: on(calendar.Tuesday), NotMonths: []time.Month{time.August}},
			"second Tuesday each month, 14:00 Cairo, not in August",
			"deuxième mardi de chaque mois, 14:00 Le Caire, sauf en août"},
		{"last Friday, months in order", "2026-11-27T14:00", calendar.Rule{Freq: m, Interval: 2, Nth: -1,
			Weekdays: on(calendar.Friday), NotMonths: []time.Month{time.August, time.July}},
			"last Friday every 2 months, 14:00 Cairo, not in July and August",
			"dernier vendredi du mois, tous les 2 mois, 14:00 Le Caire, sauf en juillet et août"},
		{"by the start's date", "2026-12-03T14:00", calendar.Rule{Freq: m, Interval: 1},
			"on the 3rd of each month, 14:00 Cairo", "le 3 de chaque mois, 14:00 Le Caire"},
		{"first of the month", "2026-12-01T14:00", calendar.Rule{Freq: m, Interval: 1, MonthDay: 1},
			"on the 1st of each month, 14:00 Cairo", "le 1er de chaque mois, 14:00 Le Caire"},
		{"twenty-second, every second month", "2026-12-22T14:00", calendar.Rule{Freq: m, Interval: 2, MonthDay: 22},
			"on the 22nd every 2 months, 14:00 Cairo", "le 22 du mois, tous les 2 mois, 14:00 Le Caire"},
		{"twelfth", "2026-12-12T14:00", calendar.Rule{Freq: m, Interval: 1, MonthDay: 12},
			"on the 12th of each month, 14:00 Cairo", "le 12 de chaque mois, 14:00 Le Caire"},
		{"thirty-first", "2026-12-31T14:00", calendar.Rule{Freq: m, Interval: 1, MonthDay: 31},
			"on the 31st of each month that has one, 14:00 Cairo", "le 31 de chaque mois qui en compte un, 14:00 Le Caire"},
		{"last day", "2026-12-31T14:00", calendar.Rule{Freq: m, Interval: 3, MonthDay: -1},
			"on the last day of the month, every 3 months, 14:00 Cairo",
			"le dernier jour du mois, tous les 3 mois, 14:00 Le Caire"},
		{"yearly by date", "2027-03-01T14:00", calendar.Rule{Freq: y, Interval: 1},
			"1 March each year, 14:00 Cairo", "le 1er mars, chaque année, 14:00 Le Caire"},
		{"yearly by weekday", "2027-10-07T14:00", calendar.Rule{Freq: y, Interval: 2, Nth: 1, Weekdays: on(calendar.Thursday)},
			"first Thursday of October every 2 years, 14:00 Cairo", "premier jeudi d’octobre, tous les 2 ans, 14:00 Le Caire"},
		{"yearly, last day", "2027-02-28T14:00", calendar.Rule{Freq: y, Interval: 1, MonthDay: -1},
			"on the last day of February each year, 14:00 Cairo", "le dernier jour de février, chaque année, 14:00 Le Caire"},
		{"two dates left out, count less them", "2026-12-03T14:00", calendar.Rule{Freq: w, Interval: 1, Count: 8,
			NotDates: []calendar.Date{calendar.NewDate(2026, time.December, 31), calendar.NewDate(2026, time.December, 24)}},
			"every Thursday, 14:00 Cairo, not on 24 December 2026 and 31 December 2026, 6 times",
			"tous les jeudis, 14:00 Le Caire, sauf le 24 décembre 2026 et le 31 décembre 2026, 6 fois"},
		{"many dates left out", "2026-12-03T14:00", calendar.Rule{Freq: d, Interval: 1, NotDates: []calendar.Date{
			calendar.NewDate(2026, time.December, 4), calendar.NewDate(2026, time.December, 5),
			calendar.NewDate(2026, time.December, 6), calendar.NewDate(2026, time.December, 7)}},
			"every day, 14:00 Cairo, 4 dates left out", "tous les jours, 14:00 Le Caire, 4 dates exceptées"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start, err := calendar.ParseDateTime(tt.start)
			if err != nil {
				t.Fatal(err)
			}
			if err := tt.rule.Validate(start); err != nil {
				t.Fatalf("the row's own rule: %v", err)
			}
			for lang, want := range map[string]string{"en": tt.en, "fr": tt.fr} {
				if got := For(lang, nil).Rule(tt.rule, start, "Africa/Cairo"); got != want {
					t.Errorf("%s:\n got %q\nwant %q", lang, got, want)
				}
			}
		})
	}
	t.Run("zone goes without saying", func(t *testing.T) {
		got := For("en", nil).Rule(calendar.Rule{Freq: d, Interval: 1}, calendar.NewDateTime(2026, time.December, 3, 14, 0), "")
		if want := "every day, 14:00"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// Every part a rule can have must have its text in every language: Strict panics otherwise.
func TestRuleParts(t *testing.T) {
	start := calendar.NewDateTime(2026, time.January, 1, 14, 0)
	for _, lang := range Languages() {
		r := For(lang, nil)
		for _, freq := range []calendar.Frequency{calendar.Daily, calendar.Weekly, calendar.Monthly, calendar.Yearly} {
			for interval := 1; interval <= 2; interval++ {
				for w := calendar.Sunday; w <= calendar.Saturday; w++ {
					for nth := -1; nth <= 4; nth++ {
						for month := range 12 {
							at := start.AddDays(31 * month)
							rule := calendar.Rule{Freq: freq, Interval: interval, Weekdays: []calendar.Weekday{w}, Nth: nth}
							if got := r.Rule(rule, at, "Africa/Nairobi"); got == "" {
								t.Errorf("%s: no words for %+v", lang, rule)
							}
						}
					}
				}
				for day := -1; day <= 31; day++ {
					r.Rule(calendar.Rule{Freq: freq, Interval: interval, MonthDay: day}, start, "UTC")
				}
			}
		}
	}
}

func BenchmarkWhen(b *testing.B) {
	r := For("fr", time.UTC)
	at := time.Date(2026, time.December, 3, 11, 0, 0, 0, time.UTC)
	for b.Loop() {
		r.When(at)
	}
}
