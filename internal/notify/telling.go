package notify

import (
	"slices"
	"time"

	"convoke/internal/convoke"
)

// When whoever asked is told.
const (
	tellAnyway = 7 * 24 * time.Hour // after the first answer, also while other questions of theirs wait
	tellEvery  = 24 * time.Hour     // later answers
)

// Curious is one question somebody asks, as far as telling them goes.
type Curious struct {
	Question  convoke.ID
	ToldAt    convoke.Instant // what was published until then they were told
	SettledAt convoke.Instant // when it was first answered or declined, zero while it waits
	NewestAt  convoke.Instant // when its latest answer was published
}

// Tell says which questions about one event somebody is told of now, given when they were last and whether ever, or else when to ask again: zero
// for not before something happens. All at once when all have their answer, or a week after the first; what comes later once a day.
func Tell(list []Curious, ever bool, last, now convoke.Instant) (told []Told, again convoke.Instant) {
	whole := true
	var first, newest convoke.Instant
	for _, q := range list {
		if q.SettledAt == 0 {
			whole = false
			continue
		}
		news := max(q.SettledAt, q.NewestAt)
		if news <= q.ToldAt {
			continue
		}
		if first == 0 || q.SettledAt < first {
			first = q.SettledAt
		}
		newest = max(newest, news)
		if i := slices.IndexFunc(told, func(t Told) bool { return t.Question == q.Question }); i >= 0 { // asked in several wordings that were merged
			told[i].Since = min(told[i].Since, q.ToldAt)
			continue
		}
		told = append(told, Told{q.Question, q.ToldAt})
	}
	if len(told) == 0 {
		return nil, 0
	}
	due := newest.Add(convoke.SettleTime)
	switch {
	case ever:
		due = max(due, last.Add(tellEvery))
	case !whole:
		due = max(due, first.Add(tellAnyway))
	}
	if due > now {
		return nil, due
	}
	return told, 0
}
