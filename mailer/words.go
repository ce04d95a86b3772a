package mailer

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// maxWord is the longest encoded word made here. RFC 2047 allows 75; go-mail folds at the last space before column 76 counted
// with the field name, so short words keep every line within 76 (its own encoder was seen to reach 153).
const maxWord = 60

const (
	wordStart = "=?UTF-8?"
	wordCost  = len(wordStart) + len("Q?") + len("?=")
)

// plain reports whether s can stand in a header as it is: ASCII, nothing that reads as an encoded word, and no piece too long
// to be folded.
func plain(s string) bool {
	if !ascii(s) || strings.Contains(s, "=?") {
		return false
	}
	for piece := range strings.SplitSeq(s, " ") {
		if len(piece) > maxWord {
			return false
		}
	}
	return true
}

// encodeText returns an unstructured header value (RFC 5322 2.2.1) in ASCII.
func encodeText(s string) string {
	if plain(s) {
		return s
	}
	return encodeWords(s)
}

// encodeWords writes s as encoded words divided by spaces (RFC 2047), in the shorter of the two encodings. A rune is never cut
// in two (RFC 2047 5). Q leaves only letters and digits, so the words may stand in a display name too (RFC 2047 5 (3)).
func encodeWords(s string) string {
	q := 0
	for i := range len(s) {
		q += qCost(s[i])
	}
	if q <= base64.StdEncoding.EncodedLen(len(s)) {
		return split(s, "Q", func(piece string) int {
			n := 0
			for i := range len(piece) {
				n += qCost(piece[i])
			}
			return n
		}, qEncode)
	}
	return split(s, "B", func(piece string) int { return base64.StdEncoding.EncodedLen(len(piece)) },
		func(piece string) string { return base64.StdEncoding.EncodeToString([]byte(piece)) })
}

func split(s, kind string, cost func(string) int, encode func(string) string) string {
	var words []string
	for len(s) > 0 {
		end := 0
		for end < len(s) {
			_, size := utf8.DecodeRuneInString(s[end:])
			if end > 0 && wordCost+cost(s[:end+size]) > maxWord {
				break
			}
			end += size
		}
		words = append(words, wordStart+kind+"?"+encode(s[:end])+"?=")
		s = s[end:]
	}
	return strings.Join(words, " ")
}

func qPlain(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func qCost(c byte) int {
	if qPlain(c) || c == ' ' {
		return 1
	}
	return 3
}

func qEncode(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('_')
		case qPlain(c):
			b.WriteByte(c)
		default:
			b.WriteString("=" + string(hex[c>>4]) + string(hex[c&15]))
		}
	}
	return b.String()
}
