package app

import (
	"strings"
	"unicode/utf8"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/markup"
)

// maxNote is how long a message to somebody can be, in runes, or what is said to a change.
const maxNote = 2_000

// longs are the texts that say how much fits, by the limit in runes.
var longs = map[int]convoke.Key{
	convoke.MaxName: "text.long.120", convoke.MaxTitle: "text.long.200", convoke.MaxSummary: "text.long.300", maxReason: "text.long.1000",
	maxNote: "text.long.2000", convoke.MaxText: "text.long.20000",
}

// typing reads what somebody typed. What is too long is a fault, for what was cut off in silence would be lost. Nil leaves what is there.
type typing struct{ convoke.Faults }

// line reads one line of at most max runes.
func (f *typing) line(field string, typed, to *string, max int) {
	if typed != nil {
		*to = markup.Clean(*typed, len(*typed)) // whole, or what is cut off could not be missed
		f.Check(utf8.RuneCountInString(*to) <= max, field, longs[max])
	}
}

// text reads a text of several lines with at most max runes.
func (f *typing) text(field string, typed, to *string, max int) {
	if typed != nil {
		*to = trimmed(typed)
		f.Check(utf8.RuneCountInString(*to) <= max, field, longs[max])
	}
}

// zone reads a time zone, which is stored under the name it has now. Whether there is one of that name is checked where it is used.
func (f *typing) zone(typed, to *string) {
	if typed != nil {
		*to = calendar.ZoneName(markup.Clean(*typed, 60))
	}
}

// lineOf reads one line that a form calls by a name.
func lineOf(field, typed string, max int) (out string, err error) {
	var f typing
	f.line(field, &typed, &out, max)
	return out, f.Err()
}

// noteOf reads what somebody says to a change, or to a person; nil is nothing.
func noteOf(field string, typed *string) (out string, err error) {
	var f typing
	f.text(field, typed, &out, maxNote)
	return out, f.Err()
}

// trimmed is a text as a form should have sent it, whole.
func trimmed(p *string) string {
	if p == nil {
		return ""
	}
	return strings.TrimSpace(markup.CleanText(*p, len(*p)))
}
