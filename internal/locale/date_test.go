package locale

import (
	"testing"
	"time"

	"convoke/calendar"
)

func TestDates(t *testing.T) {
	at := moment(t, "2026-12-03T11:00:00Z")
	first := moment(t, "2027-03-01T08:05:00Z")
	tests := []struct {
		name   string
		show   func(Reader) string
		en, fr string
	}{
		{"day", func(r Reader) string { return r.Day(at) }, "Thursday 3 December 2026", "jeudi 3 décembre 2026"},
		{"day, first", func(r Reader) string { return r.Day(first) }, "Monday 1 March 2027", "lundi 1er mars 2027"},
		{"short day", func(r Reader) string { return r.DayShort(at) }, "Thu 3 Dec", "jeu. 3 déc."},
		{"date", func(r Reader) string { return r.Date(first) }, "1 March 2027", "1er mars 2027"},
		{"month and year", func(r Reader) string { return r.MonthYear(at) }, "December 2026", "décembre 2026"},
		{"month", func(r Reader) string { return r.Month(at) }, "December", "décembre"},
		{"short month", func(r Reader) string { return r.MonthShort(at) }, "Dec", "déc."},
		{"weekday", func(r Reader) string { return r.Weekday(at) }, "Thursday", "jeudi"},
		{"short weekday", func(r Reader) string { return r.WeekdayShort(at) }, "Thu", "jeu."},
		{"number of the day", func(r Reader) string { return r.DayNumber(first) }, "1", "1"},
		{"clock", func(r Reader) string { return r.Clock(at) }, "14:00", "14:00"},
		{"span", func(r Reader) string { return r.ClockSpan(at, at.Add(90*time.Minute)) }, "14:00–15:30", "14:00–15:30"},
		{"span over midnight", func(r Reader) string { return r.ClockSpan(at, at.Add(10*time.Hour+30*time.Minute)) },
			"14:00 – Fri 4 Dec 00:30", "14:00 – ven. 4 déc. 00:30"},
		{"when", func(r Reader) string { return r.When(at) },
			"Thursday 3 December 2026, 14:00, Nairobi (UTC+03:00)", "jeudi 3 décembre 2026, 14:00, Nairobi (UTC+03:00)"},
		{"short when", func(r Reader) string { return r.WhenShort(at) },
			"Thu 3 Dec 14:00 Nairobi (UTC+03:00)", "jeu. 3 déc. 14:00 Nairobi (UTC+03:00)"},
		{"ISO", func(r Reader) string { return r.ISO(at) }, "2026-12-03T14:00:00+03:00", "2026-12-03T14:00:00+03:00"},
	}
	nairobi := zone(t, "Africa/Nairobi")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for lang, want := range map[string]string{"en": tt.en, "fr": tt.fr} {
				if got := tt.show(For(lang, nairobi)); got != want {
					t.Errorf("%s: got %q, want %q", lang, got, want)
				}
			}
		})
	}
}

// The day is the reader's: the same moment can lie on two of them.
func TestDayIsTheReaders(t *testing.T) {
	at := moment(t, "2026-12-31T23:30:00Z")
	for name, want := range map[string]string{
		"America/Lima": "Thursday 31 December 2026, 18:30, Lima (UTC-05:00)",
		"Asia/Tokyo":   "Friday 1 January 2027, 08:30, Tokyo (UTC+09:00)",
		"UTC":          "Thursday 31 December 2026, 23:30, UTC",
	} {
		if got := For("en", zone(t, name)).When(at); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestZoneAt(t *testing.T) {
	tests := []struct {
		name, zone, at, en, fr string
	}{
		{"UTC", "UTC", "2026-07-01T12:00:00Z", "UTC", "UTC"},
		{"UTC by another name", "Etc/UTC", "2026-07-01T12:00:00Z", "UTC", "UTC"},
		{"summer", "Europe/Dublin", "2026-07-01T12:00:00Z", "Dublin (UTC+01:00)", "Dublin (UTC+01:00)"},
		{"winter", "Europe/Dublin", "2026-12-01T12:00:00Z", "Dublin (UTC+00:00)", "Dublin (UTC+00:00)"},
		{"just before the change", "Europe/London", "2027-03-28T00:59:59Z", "London (UTC+00:00)", "Londres (UTC+00:00)"},
		{"just after the change", "Europe/London", "2027-03-28T01:00:00Z", "London (UTC+01:00)", "Londres (UTC+01:00)"},
		{"three quarters", "Asia/Kathmandu", "2026-07-01T12:00:00Z", "Kathmandu (UTC+05:45)", "Katmandou (UTC+05:45)"},
		{"half, west", "America/St_Johns", "2026-12-01T12:00:00Z", "St. John’s (UTC-03:30)",
			"Saint-Jean de Terre-Neuve (UTC-03:30)"},
		{"three parts", "America/Argentina/Buenos_Aires", "2026-12-01T12:00:00Z", "Buenos Aires (UTC-03:00)",
			"Buenos Aires (UTC-03:00)"},
		{"old name", "Asia/Calcutta", "2026-12-01T12:00:00Z", "Kolkata (UTC+05:30)", "Calcutta (UTC+05:30)"},
		{"accent", "America/Sao_Paulo", "2026-12-01T12:00:00Z", "São Paulo (UTC-03:00)", "São Paulo (UTC-03:00)"},
		{"turned sign", "Etc/GMT+3", "2026-12-01T12:00:00Z", "UTC-03:00", "UTC-03:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			loc, err := time.LoadLocation(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			for lang, want := range map[string]string{"en": tt.en, "fr": tt.fr} {
				if got := For(lang, loc).ZoneAt(moment(t, tt.at)); got != want {
					t.Errorf("%s: ZoneAt(%s) = %q, want %q", lang, tt.at, got, want)
				}
			}
		})
	}
	t.Run("fixed", func(t *testing.T) {
		r := For("en", time.FixedZone("CEST", 2*3600))
		if got, want := r.ZoneAt(moment(t, "2026-07-01T12:00:00Z")), "UTC+02:00"; got != want {
			t.Errorf("ZoneAt = %q, want %q", got, want)
		}
	})
}

// Two zones with one label could not be told apart in a form.
func TestZoneLabels(t *testing.T) {
	for _, lang := range Languages() {
		seen := make(map[string]string)
		for _, name := range calendar.ZoneNames() {
			label := ZoneLabel(lang, name)
			if label == "" || seen[label] != "" {
				t.Errorf("%s: %q labels %s and %s", lang, label, name, seen[label])
			}
			seen[label] = name
		}
	}
	for name, want := range map[string]string{
		"Africa/Nairobi": "Nairobi", "Africa/Cairo": "Le Caire", "UTC": "UTC", "Etc/GMT+3": "Etc/GMT+3", "": "",
	} {
		if got := ZoneLabel("fr", name); got != want {
			t.Errorf("ZoneLabel(fr, %q) = %q, want %q", name, got, want)
		}
	}
}

// Every row of the table must belong to a zone, or a mistyped one would never be noticed.
func TestCities(t *testing.T) {
	for lang, rows := range cities {
		for part, city := range rows {
			found := false
			for _, area := range []string{"Africa", "America", "America/Argentina", "Antarctica", "Asia", "Atlantic",
				"Australia", "Europe", "Indian", "Pacific"} {
				if _, err := time.LoadLocation(area + "/" + part); err == nil {
					found = true
				}
			}
			if !found {
				t.Errorf("%s: no zone ends in %q (%s)", lang, part, city)
			}
		}
	}
}

func TestDurations(t *testing.T) {
	tests := []struct {
		name                   string
		d                      time.Duration
		en, fr, leadEn, leadFr string
	}{
		{"none", 0, "less than a minute", "moins d’une minute", "less than a minute", "moins d’une minute"},
		{"seconds", 20 * time.Second, "less than a minute", "moins d’une minute", "less than a minute", "moins d’une minute"},
		{"minute", time.Minute, "1 minute", "1 minute", "a minute", "une minute"},
		{"quarter", 15 * time.Minute, "15 minutes", "15 minutes", "15 minutes", "15 minutes"},
		{"hour", time.Hour, "1 hour", "1 heure", "an hour", "une heure"},
		{"hour and a half", 90 * time.Minute, "1 hour 30 minutes", "1 heure 30 minutes", "1 hour 30 minutes",
			"1 heure 30 minutes"},
		{"hours", 150 * time.Minute, "2 hours 30 minutes", "2 heures 30 minutes", "2 hours 30 minutes", "2 heures 30 minutes"},
		{"backwards", -time.Hour, "1 hour", "1 heure", "an hour", "une heure"},
		{"day", day, "1 day", "1 jour", "a day", "un jour"},
		{"day and minutes", day + 10*time.Minute, "1 day 10 minutes", "1 jour 10 minutes", "a day", "un jour"},
		{"nearly two days", 2*day - 2*time.Minute, "1 day 23 hours 58 minutes", "1 jour 23 heures 58 minutes", "2 days", "2 jours"},
		{"days", 3*day + time.Hour, "3 days 1 hour", "3 jours 1 heure", "3 days", "3 jours"},
		{"week", week, "7 days", "7 jours", "a week", "une semaine"},
		{"nearly a week", week - 3*time.Minute, "6 days 23 hours 57 minutes", "6 jours 23 heures 57 minutes", "a week",
			"une semaine"},
		{"weeks", 2 * week, "14 days", "14 jours", "2 weeks", "2 semaines"},
		{"ten days", 10 * day, "10 days", "10 jours", "10 days", "10 jours"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			en, fr := For("en", nil), For("fr", nil)
			for _, c := range []struct{ what, got, want string }{
				{"Duration in English", en.Duration(tt.d), tt.en},
				{"Duration in French", fr.Duration(tt.d), tt.fr},
				{"Lead in English", en.Lead(tt.d), tt.leadEn},
				{"Lead in French", fr.Lead(tt.d), tt.leadFr},
			} {
				if c.got != c.want {
					t.Errorf("%s of %v = %q, want %q", c.what, tt.d, c.got, c.want)
				}
			}
		})
	}
}

func TestNumbersListsSizes(t *testing.T) {
	en, fr := For("en", nil), For("fr", nil)
	for _, c := range []struct{ what, got, want string }{
		{"number", en.Number(1234567), "1,234,567"},
		{"number, French", fr.Number(1234567), "1\u202f234\u202f567"},
		{"small number", en.Number(7), "7"},
		{"three digits", en.Number(999), "999"},
		{"negative number", en.Number(-1200), "-1,200"},
		{"no items", en.List(nil), ""},
		{"one item", en.List([]string{"a"}), "a"},
		{"two items", fr.List([]string{"a", "b"}), "a et b"},
		{"four items", en.List([]string{"a", "b", "c", "d"}), "a, b, c and d"},
		{"no bytes", en.Size(0), "0 bytes"},
		{"a byte, French", fr.Size(1), "1 octet"},
		{"kilobytes", en.Size(840_200), "840 kB"},
		{"nearly a megabyte", en.Size(999_900), "1.0 MB"},
		{"megabytes", en.Size(1_234_567), "1.2 MB"},
		{"megabytes, French", fr.Size(1_234_567), "1,2 Mo"},
		{"tens of megabytes", en.Size(23_400_000), "23 MB"},
		{"gigabytes", en.Size(2_500_000_000), "2.5 GB"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
}
