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

func TestNudge(t *testing.T) {
	const day = 24 * time.Hour
	ended := convoke.At(time.Date(2027, time.March, 2, 12, 0, 0, 0, time.UTC))
	for _, tt := range []struct {
		name    string
		nudges  int
		made    time.Duration // after the end
		now     time.Duration
		n, next int // the nudge, and the day to look next
	}{
		{"before the end", 0, -9 * day, -2 * day, 0, 3},
		{"a moment before the third day", 0, -day, 3*day - 1000000, 0, 3},
		{"on the third day", 0, -day, 3 * day, 1, 7},
		{"once that was sent", 1, -day, 3 * day, 0, 7},
		{"on the seventh", 1, -day, 7 * day, 2, 14},
		{"the first was not sent", 0, -day, 7 * day, 2, 14},
		{"on the fourteenth", 2, -day, 14 * day, 3, 0},
		{"once all were sent", 3, -day, 14 * day, 0, 0},
		{"after an outage", 0, -day, 20 * day, 3, 0},
		{"after a very long one", 0, -day, 60 * day, 0, 0},
		{"promised on the fifth day", 0, 5 * day, 5 * day, 0, 7},
		{"promised on the seventh day", 0, 7 * day, 7 * day, 2, 14},
		{"promised after all", 0, 15 * day, 15 * day, 0, 0},
	} {
		n, next := Nudge(convoke.Promise{Nudges: tt.nudges, CreatedAt: ended.Add(tt.made)}, ended, ended.Add(tt.now))
		want := convoke.Instant(0)
		if tt.next > 0 {
			want = ended.Add(time.Duration(tt.next) * day)
		}
		if n != tt.n || next != want {
			t.Errorf("%s: got nudge %d, next after %v, want %d, %d days", tt.name, n, next.Sub(ended), tt.n, tt.next)
		}
	}
}
