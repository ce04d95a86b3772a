package calendar

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"
)

const productID = "-//Convoke//Convoke//EN"

// cleanText makes s fit for a TEXT value: line ends become LF, other control characters but TAB vanish, and invalid
// UTF-8 is replaced. go-ical fails on a CR and writes the rest as it is, so that one form field could take a feed down.
func cleanText(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune { // which reads invalid UTF-8 as U+FFFD
		switch {
		case r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n' // some readers split lines at these, too
		case r == '\t' || r == '\n':
			return r
		case r < ' ' || r >= 0x7f && r <= 0x9f:
			return -1
		}
		return r
	}, s)
}

var escaper = strings.NewReplacer(`\`, `\\`, `;`, `\;`, `,`, `\,`, "\n", `\n`)

// escape writes s as a TEXT value (RFC 5545 3.3.11).
func escape(s string) string { return escaper.Replace(cleanText(s)) }

// escapeLine is escape for what stands on one line: some programs refuse a title with a line end in it.
func escapeLine(s string) string {
	return escaper.Replace(strings.ReplaceAll(cleanText(s), "\n", " "))
}

// unescape reads a TEXT value and never fails: an unknown or lone backslash stands for itself.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			switch c := s[i+1]; c {
			case 'n', 'N':
				b.WriteByte('\n')
				i++
				continue
			case '\\', ';', ',':
				b.WriteByte(c)
				i++
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// splitText splits a list of TEXT values at its bare commas and reads each.
func splitText(s string) []string {
	var list []string
	from := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ',':
			list = append(list, unescape(s[from:i]))
			from = i + 1
		}
	}
	return append(list, unescape(s[from:]))
}

// param makes s fit for a parameter value, where no escape exists but RFC 6868's: unfiltered, a line end in a name
// would begin a property of the sender's choice, and a quote makes go-ical fail.
func param(s string) string {
	s = strings.NewReplacer("\n", " ", "\t", " ", `"`, "'", "^", "^^").Replace(cleanText(s))
	return strings.TrimSpace(s)
}

// unparam reads RFC 6868.
var unparam = strings.NewReplacer("^^", "^", "^n", "\n", "^'", `"`)

// uri returns s as an absolute URI in ASCII.
func uri(s string) (string, error) {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`"<>\`, r) }) {
		return "", fmt.Errorf("calendar: %q is not an address: it holds a blank or a sign that addresses may not hold", clip(s))
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" {
		return "", fmt.Errorf("calendar: %q is not a whole address", clip(s))
	}
	var b strings.Builder
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			fmt.Fprintf(&b, "%%%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String(), nil
}

const (
	stampLayout = "20060102T150405"
	utcLayout   = stampLayout + "Z"
)

func utcStamp(t time.Time) string { return t.UTC().Format(utcLayout) }

func localStamp(d DateTime) string { return d.wall().Format(stampLayout) }

// foldAt is the longest line in octets without its line end (RFC 5545 3.1).
const foldAt = 75

// fold appends a content line to dst in pieces of at most foldAt octets that never split a character, each ending with
// CRLF. go-ical does not fold, and Gmail fails on readers' mends such as breaking at blanks.
func fold(dst []byte, line []byte) []byte {
	room := foldAt
	for len(line) > room {
		cut := room
		for cut > 0 && !utf8.RuneStart(line[cut]) {
			cut--
		}
		if cut == 0 {
			cut = room // not UTF-8 at all
		}
		dst = append(dst, line[:cut]...)
		dst = append(dst, "\r\n "...)
		line = line[cut:]
		room = foldAt - 1
	}
	dst = append(dst, line...)
	return append(dst, "\r\n"...)
}

// wrapperHead is what go-ical writes before the only component of the calendar that render wraps around it.
const wrapperHead = "BEGIN:VCALENDAR\r\nPRODID:" + productID + "\r\nVERSION:2.0\r\n"

const wrapperTail = "END:VCALENDAR\r\n"

// render returns the folded lines of one component. go-ical writes whole calendars only, sorts properties by name (so
// the order is fixed) and checks their number.
func render(comp *ical.Component) ([]byte, error) {
	cal := ical.NewCalendar()
	cal.Props.Set(&ical.Prop{Name: ical.PropProductID, Value: productID})
	cal.Props.Set(&ical.Prop{Name: ical.PropVersion, Value: "2.0"})
	cal.Children = []*ical.Component{comp}
	var buf bytes.Buffer
	if err := ical.NewEncoder(&buf).Encode(cal); err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	inner, ok := bytes.CutPrefix(buf.Bytes(), []byte(wrapperHead))
	if !ok || !bytes.HasSuffix(inner, []byte(wrapperTail)) {
		return nil, fmt.Errorf("calendar: go-ical wrote an unexpected frame around %s", comp.Name)
	}
	inner = inner[:len(inner)-len(wrapperTail)]
	out := make([]byte, 0, len(inner)+len(inner)/20)
	for line := range bytes.SplitSeq(bytes.TrimSuffix(inner, []byte("\r\n")), []byte("\r\n")) {
		out = fold(out, line)
	}
	return out, nil
}

// property returns a property whose value is written as given; params are pairs of name and clean value.
func property(name, value string, params ...string) *ical.Prop {
	p := &ical.Prop{Name: name, Value: value, Params: make(ical.Params, len(params)/2)}
	for i := 0; i+1 < len(params); i += 2 {
		p.Params.Set(params[i], params[i+1])
	}
	return p
}
