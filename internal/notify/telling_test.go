package notify

import (
	"slices"
	"testing"
	"time"

	"convoke/internal/convoke"
)

// TestTell reads like the sentences it holds: whoever asked gets one mail when all of theirs have an answer, or a week after the first, and what
// comes later once a day.
func TestTell(t *testing.T) {
	const minute, hour, day = time.Minute, time.Hour, 24 * time.Hour
	ago := func(d time.Duration) convoke.Instant { return now.Add(-d) }
	in := func(d time.Duration) convoke.Instant { return now.Add(d) }
	settled := func(id convoke.ID, d time.Duration) Curious {
		return Curious{Question: id, SettledAt: ago(d), NewestAt: ago(d)}
	}
	waits := func(id convoke.ID) Curious { return Curious{Question: id} }
	for _, tc := range []struct {
		name  string
		list  []Curious
		ever  bool
		last  convoke.Instant
		want  []Told
		again convoke.Instant
	}{
		{"nothing asked", nil, false, 0, nil, 0},
		{"nothing answered", []Curious{waits("a")}, false, 0, nil, 0},
		{"all answered", []Curious{settled("a", hour), settled("b", 10*minute)}, false, 0, []Told{{"a", 0}, {"b", 0}}, 0},
		{"declined is an outcome", []Curious{{Question: "a", SettledAt: ago(hour)}}, false, 0, []Told{{"a", 0}}, 0},
		{"a moment ago: it may still be mended", []Curious{settled("a", hour), settled("b", minute)}, false, 0, nil, in(4 * minute)},
		{"just as long ago", []Curious{settled("a", 5*minute)}, false, 0, []Told{{"a", 0}}, 0},
		{"one waits", []Curious{settled("a", 2*day), waits("b")}, false, 0, nil, in(5 * day)},
		{"a week after the first, what there is", []Curious{settled("a", 7*day), settled("b", day), waits("c")}, false, 0, []Told{{"a", 0}, {"b", 0}}, 0},
		{"a second before", []Curious{settled("a", 7*day-time.Second), waits("c")}, false, 0, nil, in(time.Second)},
		{"they know it", []Curious{{Question: "a", SettledAt: ago(day), NewestAt: ago(day), ToldAt: ago(hour)}}, true, ago(hour), nil, 0},
		{"a later answer, a day after the last mail", []Curious{{Question: "a", SettledAt: ago(3 * day), NewestAt: ago(hour), ToldAt: ago(day)}, waits("b")}, true, ago(day), []Told{{"a", ago(day)}}, 0},
		{"not before a day has passed", []Curious{{Question: "a", SettledAt: ago(3 * day), NewestAt: ago(hour), ToldAt: ago(2 * hour)}}, true, ago(2 * hour), nil, in(22 * hour)},
		{"another question answered later", []Curious{{Question: "a", SettledAt: ago(3 * day), NewestAt: ago(3 * day), ToldAt: ago(2 * day)}, settled("b", hour)}, true, ago(2 * day), []Told{{"b", 0}}, 0},
		{"who asks too what is answered knows it", []Curious{{Question: "a", SettledAt: ago(3 * day), NewestAt: ago(3 * day), ToldAt: ago(day)}, waits("b")}, false, 0, nil, 0},
		{"merged: one question", []Curious{settled("a", hour), {Question: "a", SettledAt: ago(hour), NewestAt: ago(hour), ToldAt: ago(2 * hour)}}, false, 0, []Told{{"a", 0}}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, again := Tell(tc.list, tc.ever, tc.last, now)
			if !slices.Equal(got, tc.want) || again != tc.again {
				t.Errorf("got %v, again %d; want %v, %d", got, again-now, tc.want, tc.again-now)
			}
		})
	}
}
