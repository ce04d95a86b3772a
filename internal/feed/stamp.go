package feed

import (
	"bytes"
	"time"

	"convoke/internal/convoke"
)

// Stamp reads the DTSTAMP of an entry's bytes, in whole seconds; it is zero where there is none. No text can hold a line of that
// beginning, as a line break in it is escaped and a folded line begins with a space.
func Stamp(entry []byte) convoke.Instant {
	_, rest, _ := bytes.Cut(entry, []byte("\r\nDTSTAMP:"))
	value, _, _ := bytes.Cut(rest, []byte("\r\n"))
	at, err := time.Parse("20060102T150405Z", string(value))
	if err != nil {
		return 0
	}
	return convoke.At(at)
}
