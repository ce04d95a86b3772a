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

// Same says whether two entries are of one UID and RECURRENCE-ID, so that programs replace the one by the other (RFC 5545 3.8.4.4).
func Same(a, b []byte) bool {
	return bytes.Equal(line(a, "UID"), line(b, "UID")) && bytes.Equal(line(a, "RECURRENCE-ID"), line(b, "RECURRENCE-ID"))
}

// line reads a property of an entry's bytes behind its name, as it is folded; nil where there is none.
func line(entry []byte, name string) []byte {
	_, rest, _ := bytes.Cut(entry, []byte("\r\n"+name))
	for i := 0; ; i += 2 {
		n := bytes.Index(rest[i:], []byte("\r\n"))
		if n < 0 {
			return rest
		}
		if i += n; !bytes.HasPrefix(rest[i+2:], []byte(" ")) {
			return rest[:i]
		}
	}
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
