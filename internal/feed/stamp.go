package feed

import (
	"bytes"
	"time"

	"convoke/internal/convoke"
)

// stampLayout is a moment in UTC, RFC 5545 3.3.5.
const stampLayout = "20060102T150405Z"

// Restamped is an entry's bytes with a DTSTAMP and LAST-MODIFIED that are not below a moment.
func Restamped(entry []byte, at convoke.Instant) []byte {
	if at/1000 <= Stamp(entry)/1000 {
		return entry
	}
	out := bytes.Clone(entry)
	for _, name := range []string{"\r\nDTSTAMP:", "\r\nLAST-MODIFIED:"} {
		if i := bytes.Index(out, []byte(name)); i >= 0 {
			copy(out[i+len(name):], at.Time().Format(stampLayout))
		}
	}
	return out
}

// Stamp reads the DTSTAMP of an entry's bytes, in whole seconds; it is zero where there is none. No text can hold a line of that
// beginning, as a line break in it is escaped and a folded line begins with a space.
func Stamp(entry []byte) convoke.Instant {
	_, rest, _ := bytes.Cut(entry, []byte("\r\nDTSTAMP:"))
	value, _, _ := bytes.Cut(rest, []byte("\r\n"))
	at, err := time.Parse(stampLayout, string(value))
	if err != nil {
		return 0
	}
	return convoke.At(at)
}
