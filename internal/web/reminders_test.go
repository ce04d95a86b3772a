package web

import (
	"strings"
	"testing"
	"time"

	"convoke/internal/locale"
)

func TestReadReminders(t *testing.T) {
	for _, tt := range []struct{ typed, want string }{
		{"", ""}, {"  ", ""}, {"none", "none"}, {"Aucun", "none"},
		{"10080, 1440, 60", "10080,1440,60"},
		{"1 week, 1 day, 1 hour", "10080,1440,60"},
		{"1 semaine, 2 jours, 1 heure", "10080,2880,60"},
		{"90 min; 2 h", "90,120"}, {"90min.", "90"}, {"1h30", "90"}, {"1 hour 30 minutes", "90"}, {"1 day 1h30", "1530"}, {"2\u00a0h, 1\u202fj", "120,1440"}, {"2 D", "2880"},
		{"60,", "60"}, // a comma too many does no harm
		// What cannot be read is left to be refused.
		{"tomorrow", "tomorrow"}, {"1 moon", "1 moon"}, {"60, soon", "60, soon"}, {"week", "week"}, {"-5", "-5"}, {"1.5 h", "1.5 h"}, {"99999999999999999999", "99999999999999999999"},
		{"9999999 weeks", "9999999 weeks"}, {"1 h x", "1 h x"}, {"60 30", "60 30"}, {"1 day 30", "1 day 30"},
		{"30 1h", "30 1h"}, {"60 1 day", "60 1 day"}, {"1 h 1 day", "1 h 1 day"}, {"1 h 2 h", "1 h 2 h"}, {"1h30 5 min", "1h30 5 min"}, {",", ","}, {" ; ,", " ; ,"},
	} {
		if got := readReminders(tt.typed); got != tt.want {
			t.Errorf("readReminders(%q) = %q, want %q", tt.typed, got, tt.want)
		}
	}
}

// What the form shows, it reads.
func TestReminderWords(t *testing.T) {
	for _, lang := range locale.Languages() {
		s := speech{locale.For(lang, time.UTC)}
		for _, stored := range []string{"none", "10080,1440,60", "20160,86400,5", "1500", "90", "61,10081"} {
			words := s.reminderWords(stored)
			if got := readReminders(words); got != stored || strings.Contains(words, "10080") {
				t.Errorf("%s: %q is shown as %q, which reads as %q", lang, stored, words, got)
			}
		}
	}
}
