package locale

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Word is one word of a text as it is compared, and where in the text it stands.
type Word struct {
	Folded     string
	Start, End int // bytes
}

// maxWord is how many bytes of a folded word count.
const maxWord = 96

// WordsVersion rises when words are folded in another way, so that what was made with them is made again.
const WordsVersion = "1"

// Words yields the words of a text in a form in which those that people take for the same are the same: small letters without accents, the
// Arabic letters that are written one for another as one, digits as 0 to 9. Scripts that write no spaces are taken sign by sign.
func Words(s string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		var b []byte
		start := 0
		for i := 0; i < len(s); {
			size, kind := 1, inWord
			was := len(b)
			if c := s[i]; c < utf8.RuneSelf {
				switch {
				case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
					b = append(b, c)
				case 'A' <= c && c <= 'Z':
					b = append(b, c+'a'-'A')
				default:
					kind = between
				}
			} else {
				b, size, kind = fold(b, s[i:])
			}
			if kind == alone && was > 0 { // the word before it ends here
				sign := string(b[was:])
				if !yield(word(b[:was], start, i)) {
					return
				}
				b, was = append(b[:0], sign...), 0
			}
			if kind != between && was == 0 && len(b) > 0 {
				start = i
			}
			if (kind == between || kind == alone) && len(b) > 0 {
				end := i
				if kind == alone {
					end += size
				}
				if !yield(word(b, start, end)) {
					return
				}
				b = b[:0]
			}
			i += size
		}
		if len(b) > 0 {
			yield(word(b, start, len(s)))
		}
	}
}

func word(b []byte, start, end int) Word {
	if len(b) > maxWord {
		n := maxWord
		for !utf8.RuneStart(b[n]) {
			n--
		}
		b = b[:n]
	}
	return Word{string(b), start, end}
}

// What a sign is to the word it stands in.
const (
	inWord  = iota // belongs to it
	nothing        // is passed over, as accents are
	between        // ends it
	alone          // is a word by itself
)

// fold appends the folded form of the first sign of s.
func fold(b []byte, s string) (out []byte, size, kind int) {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError {
		return b, size, between
	}
	kind = between
	if f, ok := letters[r]; ok {
		return append(b, f...), size, inWord
	}
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) && unicode.IsLetter(r) {
		return utf8.AppendRune(b, r), size, alone
	}
	parts := norm.NFKD.PropertiesString(s).Decomposition()
	if parts == nil {
		parts = []byte(s[:size])
	}
	for len(parts) > 0 {
		p, n := utf8.DecodeRune(parts)
		parts = parts[n:]
		switch f, ok := letters[p]; {
		case ok:
			b, kind = append(b, f...), inWord
		case unicode.In(p, unicode.Mn, unicode.Me, unicode.Cf), p == tatweel:
			if kind == between {
				kind = nothing
			}
		case unicode.In(p, unicode.L, unicode.N, unicode.Mc):
			b, kind = utf8.AppendRune(b, unicode.ToLower(p)), inWord
			// Digits of all scripts are the same ten.
			if unicode.Is(unicode.Nd, p) {
				b = append(b[:len(b)-utf8.RuneLen(p)], '0'+digit(p))
			}
		}
	}
	return b, size, kind
}

// tatweel stretches an Arabic word.
const tatweel = 'ـ'

// digit is the value of a decimal digit: those of a script stand in a row from 0 to 9 (Unicode 4.6).
func digit(r rune) byte {
	n := 0
	for unicode.Is(unicode.Nd, r-rune(n)-1) {
		n++
	}
	return byte(n % 10)
}

// letters are written in more than one way, and have no decomposition that says so.
var letters = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'ł': "l", 'Ł': "l",
	'þ': "th", 'Þ': "th", 'ħ': "h", 'Ħ': "h", 'ı': "i", 'ŋ': "n", 'Ŋ': "n", 'ɓ': "b", 'Ɓ': "b", 'ɗ': "d", 'Ɗ': "d", 'ƙ': "k", 'Ƙ': "k", 'ς': "σ",
	'ٱ': "ا", 'ى': "ي", 'ی': "ي", 'ې': "ي", 'ک': "ك", 'ڪ': "ك", 'ة': "ه", 'ە': "ه", 'ہ': "ه", 'ھ': "ه",
}

// maxAsked is how many words of a search are looked for.
const maxAsked = 8

// Asked are the words somebody searches for, each once; of the last one only the beginning may have been typed.
func Asked(q string) []string {
	var out []string
	seen := map[string]bool{}
	for w := range Words(q) {
		if seen[w.Folded] {
			continue
		}
		if seen[w.Folded] = true; len(out) == maxAsked {
			break
		}
		out = append(out, w.Folded)
	}
	return out
}

// Hit is a piece of a text, marked where it is what somebody searches for.
type Hit struct {
	Text string
	Mark bool
}

// excerptLead is how many bytes stand before the first hit, excerptLength how many are shown.
const (
	excerptLead   = 80
	excerptLength = 280
)

// Excerpt cuts the part of a text about the first word asked for, and marks those that stand in it. Without any it is how the text begins.
func Excerpt(s string, asked []string) []Hit {
	from, end := 0, min(len(s), excerptLength)
	var marks []Word
	for w := range Words(s) {
		if len(marks) > 0 && w.End > end {
			break
		}
		if !Wanted(w.Folded, asked) {
			continue
		}
		if len(marks) == 0 && w.Start > excerptLead {
			from = w.Start - excerptLead
			if i := strings.IndexAny(s[from:w.Start], " \n\t"); i >= 0 {
				from += i + 1
			}
			for !utf8.RuneStart(s[from]) {
				from++
			}
			end = min(len(s), max(from+excerptLength, w.End))
		}
		marks = append(marks, w)
	}
	if end < len(s) {
		last := from
		if len(marks) > 0 {
			last = marks[len(marks)-1].End
		}
		if i := strings.LastIndexAny(s[last:end], " \n\t"); i >= 0 {
			end = last + i
		}
		for end < len(s) && !utf8.RuneStart(s[end]) {
			end++
		}
	}
	var out []Hit
	if from > 0 {
		out = append(out, Hit{"… ", false})
	}
	for _, m := range marks {
		out = append(out, Hit{spaced(s[from:m.Start]), false}, Hit{spaced(s[m.Start:m.End]), true})
		from = m.End
	}
	out = append(out, Hit{spaced(s[from:end]), false})
	if end < len(s) {
		out = append(out, Hit{" …", false})
	}
	return slices.DeleteFunc(out, func(h Hit) bool { return h.Text == "" })
}

// Wanted says whether a word is one of those asked for.
func Wanted(folded string, asked []string) bool {
	for i, a := range asked {
		if folded == a || i == len(asked)-1 && strings.HasPrefix(folded, a) {
			return true
		}
	}
	return false
}

// spaced makes every white space in a piece of a line one space.
func spaced(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		b.WriteRune(r)
		space = false
	}
	return b.String()
}
