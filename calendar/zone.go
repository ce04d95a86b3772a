package calendar

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a bare machine may have no zone files
)

// ErrUnknownZone is what LoadZone returns for a name it does not accept.
var ErrUnknownZone = errors.New("calendar: unknown time zone")

// zoneList holds every Area/City name of the tz database (2025c), one a line. "+" marks those of its zone.tab, which a
// person may choose; "=" the older names, each with the one it has now, and the Etc ones, which are understood. It stands here because whether a name
// exists must not depend on the machine (a file system may ignore case, or hold "posix/" and "right/").
//
//go:embed zones.txt
var zoneList string

var zones = sync.OnceValue(func() (z struct {
	now     map[string]string // by every name that is known
	offered []string
}) {
	z.now = map[string]string{"UTC": "UTC"}
	z.offered = []string{"UTC"}
	for line := range strings.Lines(zoneList) {
		name, now, older := strings.Cut(strings.TrimSpace(line[1:]), " ")
		if !older {
			now = name
		}
		z.now[name] = now
		if line[0] == '+' {
			z.offered = append(z.offered, name)
		}
	}
	slices.Sort(z.offered)
	return z
})

var loaded sync.Map // name → *time.Location; at most as many as zoneList has lines

// LoadZone returns the zone of an IANA Area/City name or of "UTC", and ErrUnknownZone for anything else: "", "Local" and
// abbreviations such as "CET" mean different things to different programs.
func LoadZone(name string) (*time.Location, error) {
	if loc, ok := loaded.Load(name); ok {
		return loc.(*time.Location), nil
	}
	if name == "UTC" {
		return time.UTC, nil
	}
	if _, ok := zones().now[name]; !ok {
		return nil, fmt.Errorf("%w: %q", ErrUnknownZone, clip(name))
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %q: %v", ErrUnknownZone, name, err)
	}
	actual, _ := loaded.LoadOrStore(name, loc)
	return actual.(*time.Location), nil
}

// ZoneName returns what a zone is called now: "Asia/Kolkata" for "Asia/Calcutta", which some browsers still say. A name that has not changed, or that
// LoadZone does not accept, comes back as it is.
func ZoneName(name string) string {
	if now, ok := zones().now[name]; ok {
		return now
	}
	return name
}

// ZoneNames returns the names offered in forms, about 420, sorted: one or more cities per country, and "UTC".
func ZoneNames() []string { return slices.Clone(zones().offered) }

// ZoneDataVersion returns a short fingerprint of the zone data in use: it changes when a clock change of any offered
// zone from 2000 to 2040 does. Stored calendar bytes older than it must be made again.
func ZoneDataVersion() string { return zoneDataVersion() }

var zoneDataVersion = sync.OnceValue(func() string {
	h := sha256.New()
	from, to := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, name := range zones().offered {
		loc, err := LoadZone(name)
		if err != nil {
			continue // the machine's data lack it: that, too, changes the fingerprint
		}
		// A hash never fails to write.
		_, _ = io.WriteString(h, name)
		for _, s := range spans(loc, from, to) {
			_, _ = fmt.Fprintf(h, " %d %d", s.start.Unix(), s.offset)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
})

// Fit says how a local time lies in its zone.
type Fit int

// A local time exists once, not at all (the clock jumped over it), or twice.
const (
	Exact Fit = iota
	Gap
	Overlap
)

// String returns the lower-case name.
func (f Fit) String() string {
	switch f {
	case Gap:
		return "gap"
	case Overlap:
		return "overlap"
	}
	return "exact"
}

// span is a stretch of time with one offset from UTC; a zero end is open.
type span struct {
	start, end time.Time
	offset     time.Duration
	name       string
}

// spans returns the stretches of loc that touch [from, to], in order, the first cut off at from. Neighbours with the same
// offset are joined: ZoneBounds also stops at new names and, beyond the last stored change, at each new year. Of its
// bounds only the end is used: the start may be that of the year though a stored change lies between.
func spans(loc *time.Location, from, to time.Time) []span {
	var list []span
	for t := from; ; {
		in := t.In(loc)
		name, seconds := in.Zone()
		_, end := in.ZoneBounds()
		if !end.IsZero() && !end.After(t) {
			// Beyond the stored changes ZoneBounds takes each year for 365 days long: on 31 December of a leap year the
			// end it gives is past already. No zone changes on that day, so the next midnight will do.
			end = dateOf(t.UTC()).AddDays(1).wall()
		}
		s := span{t, end, time.Duration(seconds) * time.Second, name}
		if n := len(list); n > 0 && list[n-1].offset == s.offset {
			list[n-1].end, list[n-1].name = s.end, s.name
		} else {
			list = append(list, s)
		}
		if end.IsZero() || end.After(to) {
			return list
		}
		t = end
	}
}

// No zone is further than this from UTC, its past included.
const farthest = 26 * time.Hour

// Resolve returns the instant, in UTC, that d means in loc, by RFC 5545 3.3.5: in a gap the offset before it counts, so
// the result shows a later time than d; in an overlap the first of the two. A nil loc is UTC.
func Resolve(d DateTime, loc *time.Location) (time.Time, Fit) {
	wall := d.wall()
	if loc == nil || loc == time.UTC {
		return wall, Exact
	}
	list := spans(loc, wall.Add(-farthest), wall.Add(farthest))
	var first time.Time
	found := 0
	for _, s := range list {
		t := wall.Add(-s.offset)
		if !t.Before(s.start) && (s.end.IsZero() || t.Before(s.end)) {
			if found++; found == 1 {
				first = t
			}
		}
	}
	switch found {
	case 0:
	case 1:
		return first, Exact
	default:
		return first, Overlap
	}
	for _, s := range list {
		// The gap is where the time, read with the offset before a change, lies at or after that change.
		if t := wall.Add(-s.offset); !s.end.IsZero() && !t.Before(s.end) {
			first = t
		}
	}
	return first, Gap
}

// In returns what a clock in loc shows at t; seconds are cut off. A nil loc is UTC.
func In(t time.Time, loc *time.Location) DateTime {
	if loc == nil {
		loc = time.UTC
	}
	return wallOf(t.In(loc))
}
