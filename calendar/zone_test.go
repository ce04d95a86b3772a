package calendar

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"time"
)

func TestLoadZone(t *testing.T) {
	for _, tt := range []struct {
		name, zone string
		ok         bool
	}{
		{"city", "Africa/Nairobi", true},
		{"three parts", "America/Argentina/Buenos_Aires", true},
		{"older name", "Asia/Calcutta", true},
		{"UTC", "UTC", true},
		{"empty", "", false},
		{"local", "Local", false},
		{"abbreviation", "CET", false},
		{"country", "Japan", false},
		{"lower case", "europe/paris", false},
		{"with leap seconds", "right/Europe/Paris", false},
		{"path", "../etc/passwd", false},
		{"path inside", "Europe/../Europe/Paris", false},
		{"Windows name", "Romance Standard Time", false},
		{"offset", "+03:00", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 { // the second time from memory
				loc, err := LoadZone(tt.zone)
				if tt.ok != (err == nil) || tt.ok && loc.String() != tt.zone {
					t.Fatalf("LoadZone(%q) = %v, %v; want ok %v", tt.zone, loc, err, tt.ok)
				}
				if !tt.ok && !errors.Is(err, ErrUnknownZone) {
					t.Errorf("LoadZone(%q): %v is not ErrUnknownZone", tt.zone, err)
				}
			}
		})
	}
}

// A zone that has another name now is the same zone, and one that a form offers.
func TestZoneName(t *testing.T) {
	for name, want := range map[string]string{"Asia/Calcutta": "Asia/Kolkata", "Europe/Kiev": "Europe/Kyiv", "America/Buenos_Aires": "America/Argentina/Buenos_Aires", "Etc/UTC": "UTC", "UTC": "UTC",
		"Africa/Nairobi": "Africa/Nairobi", "Etc/GMT+3": "Etc/GMT+3", "Mars/Olympus": "Mars/Olympus", "": ""} {
		if got := ZoneName(name); got != want {
			t.Errorf("ZoneName(%q) = %q, want %q", name, got, want)
		}
	}
	for name := range zones().now {
		now := ZoneName(name)
		if !slices.Contains(ZoneNames(), now) && !nameless(now) {
			t.Errorf("%s is called %s now, which no form offers", name, now)
		}
		was, is := mustZone(t, name), mustZone(t, now)
		for at := spanFrom; at.Before(spanTo); at = at.Add(24 * time.Hour) {
			_, want := at.In(was).Zone()
			if _, got := at.In(is).Zone(); got != want {
				t.Errorf("%s and %s differ at %v", name, now, at)
				break
			}
		}
	}
}

func TestZoneNames(t *testing.T) {
	names := ZoneNames()
	if len(names) < 400 || !slices.IsSorted(names) || !slices.Contains(names, "UTC") || !slices.Contains(names, "Africa/Kampala") {
		t.Errorf("ZoneNames() = %d names, %v…", len(names), names[:3])
	}
	if slices.Contains(names, "Asia/Calcutta") || slices.Contains(names, "Etc/GMT+5") {
		t.Error("ZoneNames() offers an older or technical name")
	}
	for name := range zones().now {
		if _, err := LoadZone(name); err != nil {
			t.Errorf("listed, but: %v", err)
		}
	}
	if v := ZoneDataVersion(); len(v) != 12 {
		t.Errorf("ZoneDataVersion() = %q", v)
	}
}

func TestResolve(t *testing.T) {
	for _, tt := range []struct {
		name, zone, wall, want string
		fit                    Fit
	}{
		{"plain", "Africa/Nairobi", "2027-03-09T14:00", "2027-03-09T11:00:00Z", Exact},
		{"summer", "Europe/Berlin", "2027-07-01T14:00", "2027-07-01T12:00:00Z", Exact},
		{"winter", "Europe/Berlin", "2027-12-01T14:00", "2027-12-01T13:00:00Z", Exact},
		{"UTC", "UTC", "2027-03-09T14:00", "2027-03-09T14:00:00Z", Exact},
		{"RFC 5545 gap", "America/New_York", "2007-03-11T02:30", "2007-03-11T07:30:00Z", Gap},
		{"RFC 5545 overlap", "America/New_York", "2007-11-04T01:30", "2007-11-04T05:30:00Z", Overlap},
		{"first minute of a gap", "Europe/Paris", "2026-03-29T02:00", "2026-03-29T01:00:00Z", Gap},
		{"last minute before a gap", "Europe/Paris", "2026-03-29T01:59", "2026-03-29T00:59:00Z", Exact},
		{"first minute after a gap", "Europe/Paris", "2026-03-29T03:00", "2026-03-29T01:00:00Z", Exact},
		{"first minute of an overlap", "Europe/Paris", "2026-10-25T02:00", "2026-10-25T00:00:00Z", Overlap},
		{"first minute after an overlap", "Europe/Paris", "2026-10-25T03:00", "2026-10-25T02:00:00Z", Exact},
		{"half hour gap", "Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45:00Z", Gap},
		{"before a change out of season", "America/Metlakatla", "2019-01-19T11:00", "2019-01-19T19:00:00Z", Exact},
		{"midnight gap", "America/Havana", "2027-03-14T00:30", "2027-03-14T05:30:00Z", Gap},
		{"a day that never was", "Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z", Gap},
	} {
		t.Run(tt.name, func(t *testing.T) {
			loc, err := LoadZone(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			d, err := ParseDateTime(tt.wall)
			if err != nil {
				t.Fatal(err)
			}
			got, fit := Resolve(d, loc)
			if got.Format(time.RFC3339) != tt.want || fit != tt.fit {
				t.Errorf("Resolve(%s, %s) = %s %v, want %s %v", d, tt.zone, got.Format(time.RFC3339), fit, tt.want, tt.fit)
			}
			if back := In(got, loc); (back == d) != (fit != Gap) || fit == Gap && !back.After(d) {
				t.Errorf("In(%s) = %s after a %v from %s", got, back, fit, d)
			}
		})
	}
	if got, fit := Resolve(NewDateTime(2027, 1, 1, 0, 0), nil); fit != Exact || got.Location() != time.UTC || In(got, nil).String() != "2027-01-01T00:00" {
		t.Errorf("Resolve in no zone = %v %v", got, fit)
	}
}

// bruteResolve walks over instants a quarter of an hour apart and reads the clock at each. It uses nothing but
// time.Time.Zone, so it shares no idea with Resolve.
func bruteResolve(d DateTime, loc *time.Location) (time.Time, Fit) {
	const step = 15 * time.Minute
	wall := d.wall()
	clock := func(at time.Time) time.Time {
		_, offset := at.In(loc).Zone()
		return at.Add(time.Duration(offset) * time.Second)
	}
	var hits []time.Time
	var before time.Time
	for at := wall.Add(-27 * time.Hour); at.Before(wall.Add(27 * time.Hour)); at = at.Add(step) {
		switch c := clock(at); {
		case c.Equal(wall):
			hits = append(hits, at)
		case c.Before(wall):
			before = at
		}
	}
	switch len(hits) {
	case 0: // count on from the last instant before the jump, as if it had not come
		return before.Add(wall.Sub(clock(before))), Gap
	case 1:
		return hits[0], Exact
	}
	return hits[0], Overlap
}

// TestResolveEverywhere compares with bruteResolve around every clock change of every zone from 2015 to 2031.
func TestResolveEverywhere(t *testing.T) {
	from, to := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC)
	count := map[Fit]int{}
	other := 0
	for name := range zones().now {
		loc, err := LoadZone(name)
		if err != nil {
			t.Fatal(err)
		}
		_, old := from.In(loc).Zone()
		for at := from; at.Before(to); at = at.Add(12 * time.Hour) {
			_, offset := at.In(loc).Zone()
			if offset == old {
				continue
			}
			// The change lies in the half day before: try every half hour around it.
			for d := In(at, loc).AddMinutes(-16 * 60); d.Before(In(at, loc).AddMinutes(3 * 60)); d = d.AddMinutes(30) {
				want, wantFit := bruteResolve(d, loc)
				got, fit := Resolve(d, loc)
				if !got.Equal(want) || fit != wantFit {
					t.Fatalf("Resolve(%s, %s) = %s %v, want %s %v", d, name, got, fit, want, wantFit)
				}
				count[fit]++
				if !got.Equal(time.Date(d.date.year, d.date.month, d.date.day, d.hour, d.minute, 0, 0, loc)) {
					other++
				}
			}
			old = offset
		}
	}
	t.Logf("%v; time.Date differs in %d", count, other)
	if count[Gap] < 5000 || count[Overlap] < 5000 || other < 1000 {
		t.Errorf("too few cases: %v, %d where time.Date differs", count, other)
	}
}

// TestResolveFarAhead covers the years beyond the stored clock changes, where the zone's rule alone tells.
func TestResolveFarAhead(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Africa/Nairobi"} {
		loc := mustZone(t, name)
		for d := NewDateTime(2036, 1, 1, 2, 15); d.Date().Year() < 2050; d = d.AddMinutes(11 * 60) {
			want, wantFit := bruteResolve(d, loc)
			if got, fit := Resolve(d, loc); !got.Equal(want) || fit != wantFit {
				t.Fatalf("Resolve(%s, %s) = %s %v, want %s %v", d, name, got, fit, want, wantFit)
			}
		}
	}
}

// slimZone makes a zone as the embedded data have it: one stored change, at that moment from -08:00 to -09:00, and then
// the rule of Alaska. A machine's own data store every change up to 2037 and hide what the rule does.
func slimZone(t *testing.T, at time.Time) *time.Location {
	t.Helper()
	head := func(version byte, changes, kinds, names uint32) []byte {
		b := append([]byte("TZif"), version)
		b = append(b, make([]byte, 15+3*4)...)
		for _, n := range []uint32{changes, kinds, names} {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		return b
	}
	kind := func(b []byte, offset int32, name byte) []byte {
		return append(binary.BigEndian.AppendUint32(b, uint32(offset)), 0, name)
	}
	b := kind(head('2', 0, 1, 1), 0, 0)
	b = append(b, 0)
	b = append(b, head('2', 1, 2, 9)...)
	b = binary.BigEndian.AppendUint64(b, uint64(at.Unix()))
	b = append(b, 1)
	b = kind(kind(b, -8*3600, 0), -9*3600, 4)
	b = append(b, "PST\x00AKST\x00\nAKST9AKDT,M3.2.0,M11.1.0\n"...)
	loc, err := time.LoadLocationFromTZData("Test/Slim", b)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestResolveWithSlimData(t *testing.T) {
	loc := slimZone(t, time.Date(2019, 1, 20, 10, 0, 0, 0, time.UTC))
	count := map[Fit]int{}
	for d := NewDateTime(2018, 12, 1, 0, 0); d.Date().Year() < 2022; d = d.AddMinutes(30) {
		want, wantFit := bruteResolve(d, loc)
		if got, fit := Resolve(d, loc); !got.Equal(want) || fit != wantFit {
			t.Fatalf("Resolve(%s) = %s %v, want %s %v", d, got, fit, want, wantFit)
		}
		count[wantFit]++
	}
	if count[Gap] != 6 || count[Overlap] != 8 {
		t.Errorf("%v, want 6 gaps and 8 overlaps", count)
	}
}
