package web

import (
	"slices"
	"strings"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// A plan is dates before they are kept, with all that speaks for and against them. The part "plan" shows it.
type plan struct {
	speech  // of the zone that the dates are meant in
	Lines   []planLine
	At      convoke.Instant // of the first date
	Dots    []hourDot       // what time the first date is elsewhere
	Members int             // whose zone is known
	Awake   int             // of them, for whom the first date is not at night
	Unknown int             // members whose zone is not known
	Shifts  []string        // where the hour changes later on
	Gaps    int             // dates that the clocks skip
	Past    bool            // nothing of it is to come, so nobody is invited
}

type planLine struct {
	app.PlannedDate
	Number    int // 0 for one that was dropped or is empty
	Date      string
	Hour      string
	Title     string
	Dropped   bool
	Elsewhere string // what time it is in the members' main zones
	Over      bool   // it lies behind
}

// zonesInLine is how many zones each date is told in.
const zonesInLine = 4

// newPlan puts worked-out dates into words. members counts all members of the community.
func newPlan(f *frame, p app.Preview, zone string, members int) *plan {
	out := &plan{speech: f.In(zone), Members: p.Members, Unknown: max(0, members-p.Members)}
	if len(p.Dates) == 0 {
		return out
	}
	out.Past = true
	counts := map[string]int{}
	for _, z := range p.Zones {
		counts[z.Zone] = z.Members
	}
	first := p.Dates[0]
	out.At, out.Awake, out.Dots = first.StartsAt, p.Members-first.Asleep, hourDots(f, counts, first.StartsAt)
	var shifts []hourShift
	shifted := map[string]bool{}
	for i, d := range p.Dates {
		line := planLine{PlannedDate: d, Number: i + 1, Date: dayField(d.Start), Hour: hourField(d.Start), Over: d.EndsAt <= f.Now}
		out.Past = out.Past && line.Over
		var elsewhere []string
		for _, z := range p.Zones {
			there := f.In(z.Zone)
			if there.Same(zone, d.StartsAt) {
				continue
			}
			if len(elsewhere) < zonesInLine {
				elsewhere = append(elsewhere, f.T("plan.hour", "Clock", there.R.Clock(d.StartsAt.Time()), "City", cityOf(there, d.StartsAt)))
			}
			if now := there.R.Clock(d.StartsAt.Time()); now != there.R.Clock(first.StartsAt.Time()) && !shifted[z.Zone] {
				shifted[z.Zone] = true
				shifts = shift(shifts, out.R.Date(d.StartsAt.Time()), now, cityOf(there, d.StartsAt))
			}
		}
		line.Elsewhere = strings.Join(elsewhere, " · ")
		if d.Fit == calendar.Gap {
			out.Gaps++
		}
		out.Lines = append(out.Lines, line)
	}
	for _, s := range shifts {
		out.Shifts = append(out.Shifts, s.say(f))
	}
	return out
}

// An hourShift is what the hour is in members' zones from a date on.
type hourShift struct {
	date   string
	clocks []string
	cities map[string][]string // by clock
}

// shift adds a city whose hour changes on a date; dates come in order.
func shift(list []hourShift, date, clock, city string) []hourShift {
	if len(list) == 0 || list[len(list)-1].date != date {
		list = append(list, hourShift{date: date, cities: map[string][]string{}})
	}
	s := &list[len(list)-1]
	if !slices.Contains(s.clocks, clock) {
		s.clocks = append(s.clocks, clock)
	}
	if !slices.Contains(s.cities[clock], city) {
		s.cities[clock] = append(s.cities[clock], city)
	}
	return list
}

func (s hourShift) say(f *frame) string {
	var hours []string
	for _, clock := range s.clocks {
		hours = append(hours, f.T("plan.shift.hour", "Clock", clock, "Cities", f.R.List(s.cities[clock])))
	}
	return f.T("plan.shift", "Date", s.date, "Hours", f.R.List(hours))
}

// cityOf is what a zone is called in few words.
func cityOf(s speech, at convoke.Instant) string {
	if city := s.City(); city != "" {
		return city
	}
	return s.Offset(at)
}

// First is the hour of the first date.
func (p *plan) First() string { return p.R.Clock(p.At.Time()) }

// Gap tells whether a date's hour is skipped by the clocks.
func (l planLine) Gap() bool { return l.Fit == calendar.Gap && l.StartsAt != 0 }

// Twice tells whether a date's hour comes twice.
func (l planLine) Twice() bool { return l.Fit == calendar.Overlap }

// planNotes is one line with the zone its notes speak in.
type planNotes struct {
	speech
	Line planLine
}

// Notes is what there is to know about a line.
func (p *plan) Notes(l planLine) planNotes { return planNotes{p.speech, l} }

// Instead is the hour that takes the place of one the clocks skip.
func (n planNotes) Instead() string { return n.R.Clock(n.Line.StartsAt.Time()) }
