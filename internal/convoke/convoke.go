// Package convoke defines what a community of practice consists of and the rules it obeys.
//
// Everything here is pure: values in, values out, no context, no database, no clock of its own.
// Moments are [Instant] (Unix milliseconds, UTC). Whatever lies ahead also keeps what its organiser
// meant, a local date and time and an IANA zone, because a wish for "14:00 in Berlin" outlives
// any change of the clocks; [Event.Plan] is the one place that derives the moment from the wish.
//
// Who may do what is decided by [Can] and its neighbours in can.go; the queries of package store
// repeat the reading half of those rules in SQL, and a test holds the two together.
package convoke

import (
	"crypto/rand"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
)

// ID names one thing. It is made in Go, has a prefix that tells the noun ("ev_…"), and the empty ID
// is stored as NULL, so that a comparison with it matches nothing.
type ID string

// NewID makes an ID with 128 random bits behind the prefix.
func NewID(prefix string) ID {
	return ID(prefix + "_" + strings.ToLower(rand.Text()))
}

// Value stores the empty ID as NULL.
func (id ID) Value() (driver.Value, error) {
	if id == "" {
		return nil, nil
	}
	return string(id), nil
}

// Scan reads NULL as the empty ID.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ""
	case string:
		*id = ID(v)
	case []byte:
		*id = ID(v)
	default:
		return fmt.Errorf("scan id: unexpected %T", src)
	}
	return nil
}

// Instant is a moment in Unix milliseconds, UTC. Zero means "never" or "not yet".
type Instant int64

// At turns a time into an Instant, dropping what is finer than a millisecond.
func At(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMilli())
}

// Time turns an Instant into a time in UTC; zero becomes the zero time.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(i)).UTC()
}

// Add moves an Instant by a duration.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }

// Sub is the duration from j to i.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i-j) * time.Millisecond }

// Site is what the instance says of itself wherever something leaves it.
type Site struct {
	Name string // shown in mails, "Convoke" unless the sender's display name says otherwise
	Base string // base URL without a trailing slash
	Host string // the host part of UIDs, fixed when the instance was made
	From string // bare sender address
}
