package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

var (
	spanFrom = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	spanTo   = time.Date(2028, 5, 31, 0, 0, 0, 0, time.UTC)
)

func TestEncodeZone(t *testing.T) {
	for _, tt := range []struct{ name, zone, want string }{
		{"fixed", "Africa/Nairobi", `
BEGIN:VTIMEZONE
TZID:Africa/Nairobi
BEGIN:STANDARD
DTSTART:19700101T000000
TZNAME:EAT
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE
`},
		{"last Sunday", "Europe/Berlin", `
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
`},
		{"nth Sunday", "America/New_York", `
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:STANDARD
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZNAME:EST
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZNAME:EDT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE
`},
		{"half hour, negative", "America/St_Johns", `
BEGIN:VTIMEZONE
TZID:America/St_Johns
BEGIN:STANDARD
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZNAME:NST
TZOFFSETFROM:-0230
TZOFFSETTO:-0330
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZNAME:NDT
TZOFFSETFROM:-0330
TZOFFSETTO:-0230
END:DAYLIGHT
END:VTIMEZONE
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := EncodeZone(tt.zone, spanFrom, spanTo)
			if want := strings.ReplaceAll(strings.TrimPrefix(tt.want, "\n"), "\n", "\r\n"); err != nil || string(got) != want {
				t.Errorf("EncodeZone = %v\n%s\nwant\n%s", err, got, want)
			}
			for _, years := range []int{3, 20} { // the last is beyond the stored clock changes
				later, err := EncodeZone(tt.zone, spanFrom.AddDate(years, 2, 1), spanTo.AddDate(years+1, 0, 0))
				if err != nil || !bytes.Equal(got, later) {
					t.Errorf("%d years later %v\n%s", years, err, later)
				}
			}
		})
	}
}

func TestIrregularZones(t *testing.T) {
	for _, zone := range []string{"Africa/Casablanca", "Africa/El_Aaiun", "Africa/Cairo", "Asia/Gaza", "Asia/Hebron", "Asia/Jerusalem", "America/Santiago", "America/Nuuk", "Etc/GMT+3"} {
		if b, err := EncodeZone(zone, spanFrom, spanTo); !errors.Is(err, ErrIrregularZone) || ZoneFits(zone, spanFrom, spanTo) {
			t.Errorf("EncodeZone(%s) = %v\n%s", zone, err, b)
		}
	}
	if _, err := EncodeZone("Mars/Olympus", spanFrom, spanTo); !errors.Is(err, ErrUnknownZone) || ZoneFits("Mars/Olympus", spanFrom, spanTo) {
		t.Errorf("EncodeZone of no zone: %v", err)
	}
	// The law decides by date: Jordan ended its clock changes in October 2022.
	if ZoneFits("Asia/Amman", time.Date(2021, 9, 1, 0, 0, 0, 0, time.UTC), spanTo) || !ZoneFits("Asia/Amman", spanFrom, spanTo) {
		t.Error("Asia/Amman must not fit over 2021 and must fit after it")
	}
	// From the last summer on only the name of the offset changes, which is no clock change.
	if !ZoneFits("Asia/Amman", time.Date(2022, 3, 1, 0, 0, 0, 0, time.UTC), spanTo) {
		t.Error("Asia/Amman must fit from its last change on")
	}
}

// zoneReader is a second reading of a VTIMEZONE, as a calendar program would have it: every onset of every observance,
// found by walking over the days of a month, and the offset of the last one before an instant.
type zoneReader struct {
	onsets []struct {
		at int64
		to int
	}
}

func readZone(t *testing.T, raw []byte) zoneReader {
	t.Helper()
	body, err := Assemble(Header{}, [][]byte{raw}, nil)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := Decode(bytes.NewReader(body))
	if err != nil || len(cal.Components) != 1 {
		t.Fatalf("Decode: %v", err)
	}
	seconds := func(s string) int {
		var sign byte
		var h, m int
		if n, err := fmt.Sscanf(s, "%c%02d%02d", &sign, &h, &m); n != 3 {
			t.Fatalf("offset %q: %v", s, err)
		}
		if sign == '-' {
			return -(h*3600 + m*60)
		}
		return h*3600 + m*60
	}
	var z zoneReader
	standard, daylight := 0, 0
	for _, c := range cal.Components[0].Components {
		switch c.Name {
		case "STANDARD":
			standard++
		case "DAYLIGHT":
			daylight++
		}
		start, err := time.Parse("20060102T150405", c.Text("DTSTART"))
		if err != nil || start.Year() != 1970 {
			t.Fatalf("DTSTART %q: %v", c.Text("DTSTART"), err)
		}
		from, to := seconds(c.Text("TZOFFSETFROM")), seconds(c.Text("TZOFFSETTO"))
		add := func(wall time.Time) {
			z.onsets = append(z.onsets, struct {
				at int64
				to int
			}{wall.Unix() - int64(from), to})
		}
		rule := c.Text("RRULE")
		if rule == "" {
			add(start)
			continue
		}
		var month, nth int
		var day string
		if _, err := fmt.Sscanf(rule, "FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", &month, &nth, &day); err != nil {
			t.Fatalf("RRULE %q: %v", rule, err)
		}
		for year := 1970; year < 2045; year++ {
			var days []time.Time
			for d := time.Date(year, time.Month(month), 1, start.Hour(), start.Minute(), 0, 0, time.UTC); int(d.Month()) == month; d = d.AddDate(0, 0, 1) {
				if strings.EqualFold(d.Weekday().String()[:2], day) {
					days = append(days, d)
				}
			}
			i := nth - 1
			if nth < 0 {
				i = len(days) + nth
			}
			if year == 1970 && !days[i].Equal(start) {
				t.Fatalf("DTSTART %v is not on its own rule %s", start, rule)
			}
			add(days[i])
		}
	}
	if standard != 1 || daylight > 1 {
		t.Fatalf("%d STANDARD and %d DAYLIGHT", standard, daylight)
	}
	return z
}

func (z zoneReader) offset(at int64) int {
	best := z.onsets[0]
	for _, o := range z.onsets {
		if o.at <= at && (best.at > at || o.at > best.at) {
			best = o
		}
	}
	return best.to
}

// TestEncodeZoneEverywhere compares every zone that fits with the zone data, twice a day and a second around each change.
func TestEncodeZoneEverywhere(t *testing.T) {
	regular, irregular := 0, 0
	for _, name := range ZoneNames() {
		loc := mustZone(t, name)
		if !ZoneFits(name, spanFrom, spanTo) {
			irregular++
			continue
		}
		regular++
		raw, err := EncodeZone(name, spanFrom, spanTo)
		if err != nil {
			t.Fatal(err)
		}
		z := readZone(t, raw)
		check := func(at time.Time) {
			if _, want := at.In(loc).Zone(); z.offset(at.Unix()) != want {
				t.Fatalf("%s at %v: %d, want %d\n%s", name, at, z.offset(at.Unix()), want, raw)
			}
		}
		for at := spanFrom; !at.After(spanTo); at = at.Add(12 * time.Hour) {
			check(at)
			if _, end := at.In(loc).ZoneBounds(); !end.IsZero() && end.Before(spanTo) {
				check(end.Add(-time.Second))
				check(end)
			}
		}
	}
	t.Logf("%d regular, %d irregular", regular, irregular)
	if regular < 380 {
		t.Errorf("only %d zones fit", regular)
	}
}
