package web

import (
	"context"
	"fmt"
	"math"
	"slices"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// An hourDot is one zone on the strip of hours.
type hourDot struct {
	speech
	People int
	X      string // percent of the day
	Radius string
	Asleep bool
}

const (
	hoursShown = 12
	hoursFrom  = 200 // members looked at
)

// hours tells members what time it is for the others: one dot per offset, by the members' zones. Others get none, as the directory is for members.
func (s *Server) hours(ctx context.Context, v convoke.Viewer, f *frame, e app.EventView) ([]hourDot, error) {
	if !convoke.Can(e.Standing, convoke.Directory, &e.Community) {
		return nil, nil
	}
	d, err := s.app.Members.List(ctx, v, e.Community.Slug, app.MemberFilter{Limit: hoursFrom})
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, m := range d.List {
		if m.Zone != "" {
			counts[m.Zone]++
		}
	}
	return hourDots(f, counts, e.StartsAt), nil
}

func hourDots(f *frame, counts map[string]int, at convoke.Instant) []hourDot {
	zones := make([]string, 0, len(counts))
	for z := range counts {
		zones = append(zones, z)
	}
	slices.SortFunc(zones, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		if a < b {
			return -1
		}
		return 1
	})
	zones = zones[:min(len(zones), hoursShown)]
	var out []hourDot
	for _, z := range zones {
		t := at.Time().In(f.In(z).R.Zone())
		hour := float64(t.Hour()) + float64(t.Minute())/60
		out = append(out, hourDot{f.In(z), counts[z], fmt.Sprintf("%.1f", max(1.5, min(98.5, hour/24*100))),
			fmt.Sprintf("%.1f", min(11, 4+math.Sqrt(float64(counts[z])))), hour < 6 || hour >= 23})
	}
	slices.SortStableFunc(out, func(a, b hourDot) int { return offsetAt(a.speech, at) - offsetAt(b.speech, at) })
	return out
}

// offsetAt is a zone's distance from UTC at a moment, in seconds.
func offsetAt(s speech, at convoke.Instant) int {
	_, offset := at.Time().In(s.R.Zone()).Zone()
	return offset
}
