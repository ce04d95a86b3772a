package markup

import (
	"strings"
	"unicode"
)

// Clean returns a text of one line as a form should have sent it: control characters and signs that turn the direction of
// what follows are gone, white space is folded to single spaces, and at most max runes are left.
func Clean(s string, max int) string {
	var b strings.Builder
	space := false
	n := 0
	for _, r := range s { // bytes that are no UTF-8 come as U+FFFD
		switch {
		case unicode.IsSpace(r):
			space = n > 0
			continue
		case hidden(r):
			continue
		}
		if space {
			if n+2 > max {
				break
			}
			b.WriteByte(' ')
			space = false
			n++
		}
		if n >= max {
			break
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// CleanText returns a text of several lines: line ends are LF, control characters but LF and tab are gone, empty lines
// around it too, and at most max runes are left.
func CleanText(s string, max int) string {
	s = lineEnds.Replace(s)
	var b strings.Builder
	n := 0
	for _, r := range strings.Trim(s, "\n") {
		if r != '\n' && r != '\t' && hidden(r) {
			continue
		}
		if n++; n > max {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimRightFunc(strings.TrimLeft(b.String(), "\n"), unicode.IsSpace)
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// hidden reports whether a rune has no place in a text: control characters, the byte order mark, and the overrides of
// direction, with which a name can turn round the line it stands in. Joiners and marks stay: Persian and emoji need them.
func hidden(r rune) bool {
	return unicode.IsControl(r) || r == '\uFEFF' || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}
