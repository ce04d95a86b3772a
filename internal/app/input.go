package app

import (
	"strings"

	"convoke/internal/convoke"
	"convoke/internal/markup"
)

// setLine stores one line that somebody typed, cleaned and at most max characters long; nil leaves what is there.
func setLine(typed, to *string, max int) {
	if typed != nil {
		*to = markup.Clean(*typed, max)
	}
}

// setText stores a longer text that somebody typed; nil leaves what is there.
func setText(typed, to *string) {
	if typed != nil {
		*to = trimmed(typed, convoke.MaxText)
	}
}

func trimmed(p *string, max int) string {
	if p == nil {
		return ""
	}
	return strings.TrimSpace(markup.CleanText(*p, max))
}
