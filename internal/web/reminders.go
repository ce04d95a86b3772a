package web

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"convoke/internal/app"
)

// leadUnits are the minutes in a unit as English and French forms call it.
var leadUnits = map[string]int{
	"": 1, "m": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1, "h": 60, "hr": 60, "hrs": 60, "hour": 60, "hours": 60, "heure": 60, "heures": 60,
	"d": 1440, "day": 1440, "days": 1440, "j": 1440, "jour": 1440, "jours": 1440,
	"w": 10080, "wk": 10080, "week": 10080, "weeks": 10080, "sem": 10080, "semaine": 10080, "semaines": 10080,
}

// readReminders turns "1 week, 90 min, 2 h" into the minutes that are stored, "10080,90,120". What it cannot read stays as it was typed, for the domain
// to refuse.
func readReminders(typed string) string {
	text := strings.ToLower(strings.TrimSpace(typed))
	switch text {
	case "none", "aucun", "aucune":
		return "none"
	case "":
		return ""
	}
	var out []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' || r == '،' }) {
		n, ok := readLead(part)
		if !ok {
			return typed
		}
		out = append(out, strconv.Itoa(n))
	}
	if len(out) == 0 { // nothing but commas
		return typed
	}
	return strings.Join(out, ",")
}

// readLead is the minutes of one length, "1 hour 30 minutes", the larger unit first.
func readLead(text string) (minutes int, ok bool) {
	last := 0
	for text = strings.TrimSpace(text); text != ""; ok = true {
		digits := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
		if digits < 0 {
			digits = len(text)
		}
		n, err := strconv.Atoi(text[:digits])
		if err != nil {
			return 0, false
		}
		text = strings.TrimLeftFunc(text[digits:], unicode.IsSpace)
		letters := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
		if letters < 0 {
			letters = len(text)
		}
		unit, known := leadUnits[text[:letters]]
		bare := letters == 0 // by itself, or as in "1h30"; two of them lack a comma
		if !known || n > 1e6 || ok && unit >= last || bare && ok && last != 60 {
			return 0, false
		}
		minutes, last = minutes+n*unit, unit
		text = strings.TrimLeftFunc(text[letters:], func(r rune) bool { return unicode.IsSpace(r) || r == '.' && !bare })
	}
	return minutes, ok
}

// reminderWords says stored reminders so that [readReminders] reads them.
func (s speech) reminderWords(stored string) string {
	if stored == "none" {
		return s.T("eventform.reminders.none")
	}
	var out []string
	for part := range strings.SplitSeq(stored, ",") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return stored
		}
		const week = 10080
		words := s.R.Duration(time.Duration(n) * time.Minute)
		if n > 0 && n%week == 0 {
			words = s.T("duration.weeks", "Count", n/week)
		}
		out = append(out, words)
	}
	return strings.Join(out, ", ")
}

// Reminders are the event's own reminders in words, empty for the usual ones.
func (p *eventFormPage) Reminders() string {
	if p.E.Reminders == "" {
		return ""
	}
	return p.reminderWords(p.E.Reminders)
}

// Usual is when people are reminded where an event says nothing of its own: "a week, a day and an hour".
func (p *eventFormPage) Usual() string {
	var out []string
	for _, d := range app.UsualLeads(p.E) {
		out = append(out, p.R.Lead(d))
	}
	return p.R.List(out)
}

// UsualLine is the same as a sentence of its own.
func (p *eventFormPage) UsualLine() string {
	return sentence(p.T("eventform.reminders.usual", "Usual", p.Usual()))
}
