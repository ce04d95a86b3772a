package demo

import (
	"sync"
	"time"
)

// Clock is the one clock of a demo. It begins a year back and stands still but for the steps of [Fill]; once Fill is done it
// follows the clock it was made from.
type Clock struct {
	real func() time.Time
	mu   sync.Mutex
	at   time.Time // zero: follow real
}

// NewClock makes a clock that stands a year before real.
func NewClock(real func() time.Time) *Clock {
	return &Clock{real: real, at: real().UTC().AddDate(-1, 0, 0).Truncate(time.Minute)}
}

// Now tells the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return c.real()
	}
	return c.at
}

// walk moves a clock that stands still; it never goes back.
func (c *Clock) walk(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to.After(c.at) {
		c.at = to
	}
}

// follow lets the clock go on from the present.
func (c *Clock) follow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Time{}
}
