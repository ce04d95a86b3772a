package markup

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// What can be wrong with captions.
const (
	CaptionEncoding  = "encoding"  // it is no text
	CaptionNone      = "none"      // there is no caption in it
	CaptionTime      = "time"      // a time cannot be read
	CaptionBackwards = "backwards" // a caption ends before it begins
	CaptionStray     = "stray"     // a text has no time
)

// CaptionError says which line of captions is wrong, and how.
type CaptionError struct {
	Line int
	What string
}

func (e *CaptionError) Error() string { return fmt.Sprintf("captions, line %d: %s", e.Line, e.What) }

// cue is one caption: from when to when it is shown, where, and what it says.
type cue struct {
	start, end time.Duration
	settings   string
	text       string // with the few tags that are kept, everything else escaped
	voice      string // who says it, the first one
	plain      string
}

// VTT reads captions, WebVTT (https://www.w3.org/TR/webvtt1/) or SRT, and writes them anew as WebVTT: times, settings, text and the tags v, b, i, u, c and
// moments within a cue stay. Notes, styles, regions, names of cues, classes and every other tag go. An error is a [*CaptionError].
func VTT(s string) (string, error) {
	cues, err := readCues(s)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for _, c := range cues {
		b.WriteString("\n" + timestamp(c.start) + " --> " + timestamp(c.end) + c.settings + "\n" + c.text + "\n")
	}
	return b.String(), nil
}

// isCaptions tells whether a text means to be WebVTT or SRT.
func isCaptions(s string) bool {
	s = strings.TrimPrefix(s, "\ufeff")
	return strings.HasPrefix(s, "WEBVTT") || strings.Contains(s[:min(len(s), 400)], "-->")
}

// Transcript makes plain text of what was said: captions lose their times, a text stays as it is. Whoever speaks is named where the captions name
// them. An error is a [*CaptionError].
func Transcript(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", &CaptionError{1, CaptionEncoding}
	}
	if !isCaptions(s) {
		return strings.TrimSpace(CleanText(s, len(s))), nil
	}
	cues, err := readCues(s)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	said, voice, last := "", "", time.Duration(0)
	for _, c := range cues {
		if c.plain == "" || c.plain == said { // captions that roll repeat themselves
			continue
		}
		switch {
		case b.Len() == 0:
			b.WriteString(named(c))
		case c.voice != "" && c.voice != voice:
			b.WriteString("\n\n" + named(c))
		case c.start-last >= pause:
			b.WriteString("\n\n" + c.plain)
		default:
			b.WriteString(" " + c.plain)
		}
		if c.voice != "" {
			voice = c.voice
		}
		said, last = c.plain, c.end
	}
	return b.String(), nil
}

// pause is a silence after which a transcript begins a new paragraph.
const pause = 3 * time.Second

func named(c cue) string {
	if c.voice == "" {
		return c.plain
	}
	return c.voice + ": " + c.plain
}

// readCues reads WebVTT or SRT. What is neither a cue nor something WebVTT knows is refused rather than lost.
func readCues(s string) ([]cue, error) {
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return nil, &CaptionError{1, CaptionEncoding}
	}
	lines := strings.Split(lineEnds.Replace(strings.TrimPrefix(s, "\ufeff")), "\n")
	vtt := isHeader(lines[0])
	i := 0
	if vtt {
		for i < len(lines) && lines[i] != "" && !strings.Contains(lines[i], "-->") {
			i++
		}
	}
	var cues []cue
	for {
		for i < len(lines) && strings.TrimSpace(lines[i]) == "" {
			i++
		}
		if i == len(lines) {
			break
		}
		at := i
		if !strings.Contains(lines[at], "-->") { // a name or a number before the time, or no cue at all
			if vtt && isAside(lines[at]) {
				for i < len(lines) && strings.TrimSpace(lines[i]) != "" {
					i++
				}
				continue
			}
			if at++; at == len(lines) || !strings.Contains(lines[at], "-->") {
				return nil, &CaptionError{i + 1, CaptionStray}
			}
		}
		c, err := readTiming(lines[at], vtt)
		if err != "" {
			return nil, &CaptionError{at + 1, err}
		}
		i = at + 1
		for i < len(lines) && strings.TrimSpace(lines[i]) != "" && !strings.Contains(lines[i], "-->") {
			i++
		}
		end := i
		if i < len(lines) && strings.Contains(lines[i], "-->") && !vtt && isNumber(lines[end-1]) {
			end-- // the next cue's number, where the empty line is missing
			i--
		}
		c.read(strings.Join(lines[at+1:end], "\n"))
		cues = append(cues, c)
	}
	if len(cues) == 0 {
		return nil, &CaptionError{1, CaptionNone}
	}
	return cues, nil
}

func isHeader(line string) bool {
	rest, ok := strings.CutPrefix(line, "WEBVTT")
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// isAside tells whether a block of WebVTT is something else than a cue.
func isAside(line string) bool {
	word, _, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
	return word == "NOTE" || word == "STYLE" || word == "REGION"
}

func isNumber(line string) bool {
	_, err := strconv.ParseUint(strings.TrimSpace(line), 10, 32)
	return err == nil
}

var (
	timing   = regexp.MustCompile(`^[ \t]*([\d:.,]+)[ \t]*-->[ \t]*([\d:.,]+)(?:[ \t]+(.*))?$`)
	vttTime  = regexp.MustCompile(`^(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})$`)
	srtTime  = regexp.MustCompile(`^(\d{1,4}):([0-5]\d):([0-5]\d)[.,](\d{1,3})$`)
	settings = map[string]*regexp.Regexp{
		"vertical": regexp.MustCompile(`^(rl|lr)$`),
		"line":     regexp.MustCompile(`^-?\d{1,4}(\.\d{1,4})?%?(,(start|center|end))?$`),
		"position": regexp.MustCompile(`^\d{1,3}(\.\d{1,4})?%(,(line-left|center|line-right))?$`),
		"size":     regexp.MustCompile(`^\d{1,3}(\.\d{1,4})?%$`),
		"align":    regexp.MustCompile(`^(start|center|end|left|right)$`),
	}
)

// readTiming reads the line of a cue with its times and settings; what is wrong with it is empty where nothing is.
func readTiming(line string, vtt bool) (c cue, wrong string) {
	m := timing.FindStringSubmatch(line)
	if m == nil {
		return c, CaptionTime
	}
	var ok, also bool
	c.start, ok = moment(m[1], vtt)
	c.end, also = moment(m[2], vtt)
	if !ok || !also {
		return c, CaptionTime
	}
	if c.end < c.start {
		return c, CaptionBackwards
	}
	if !vtt {
		return c, ""
	}
	seen := map[string]bool{}
	for s := range strings.FieldsSeq(m[3]) {
		name, value, _ := strings.Cut(s, ":")
		if form := settings[name]; form != nil && form.MatchString(value) && !seen[name] {
			seen[name] = true
			c.settings += " " + s
		}
	}
	return c, ""
}

func moment(s string, vtt bool) (time.Duration, bool) {
	form := srtTime
	if vtt {
		form = vttTime
	}
	m := form.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	number := func(s string) time.Duration {
		n, _ := strconv.Atoi(s) // digits only; nothing for no hours
		return time.Duration(n)
	}
	ms := (m[4] + "00")[:3]
	return number(m[1])*time.Hour + number(m[2])*time.Minute + number(m[3])*time.Second + number(ms)*time.Millisecond, true
}

func timestamp(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// read takes over what a cue says. A tag that is not kept goes, what stands in it stays.
func (c *cue) read(s string) {
	var out, plain strings.Builder
	var opened []string
	text := func(s string) {
		lines := strings.Split(s, "\n")
		for i, l := range lines {
			lines[i] = strings.Map(visible, html.UnescapeString(l))
		}
		s = strings.Join(lines, "\n")
		out.WriteString(escapeCue.Replace(s))
		plain.WriteString(s)
	}
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			text(s)
			break
		}
		if strings.LastIndexByte(s, '>') < i {
			text(s)
			break
		}
		if !tagLike(s[i+1:]) {
			text(s[:i+1])
			s = s[i+1:]
			continue
		}
		end := strings.IndexByte(s[i:], '>')
		text(s[:i])
		tag := s[i+1 : i+end]
		s = s[i+end+1:]
		if closes, ok := strings.CutPrefix(tag, "/"); ok {
			if n := slices.Index(opened, strings.TrimSpace(closes)); n >= 0 {
				for len(opened) > n {
					out.WriteString("</" + opened[len(opened)-1] + ">")
					opened = opened[:len(opened)-1]
				}
			}
			continue
		}
		if at, ok := moment(tag, true); ok {
			out.WriteString("<" + timestamp(at) + ">")
			continue
		}
		name, who, _ := strings.Cut(strings.Join(strings.Fields(tag), " "), " ")
		name, _, _ = strings.Cut(name, ".")
		switch who = Clean(html.UnescapeString(who), 200); {
		case name == "v" && who != "":
			if c.voice == "" {
				c.voice = who
			}
			out.WriteString("<v " + escapeCue.Replace(who) + ">")
		case name == "b", name == "i", name == "u", name == "c":
			out.WriteString("<" + name + ">")
		default:
			continue
		}
		if !slices.Contains(opened, name) {
			opened = append(opened, name)
		}
	}
	for len(opened) > 0 {
		out.WriteString("</" + opened[len(opened)-1] + ">")
		opened = opened[:len(opened)-1]
	}
	lines := strings.Split(out.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" }) // an empty line would end the cue
	c.text, c.plain = strings.Join(lines, "\n"), strings.Join(strings.Fields(plain.String()), " ")
}

// visible drops what has no place in a line.
func visible(r rune) rune {
	switch {
	case r != '\t' && unicode.IsSpace(r):
		return ' '
	case r != '\t' && hidden(r):
		return -1
	}
	return r
}

// tagLike tells whether what follows a < is the rest of a tag, and not of "1 < 2".
func tagLike(s string) bool {
	return s != "" && (s[0] == '/' || s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z' || s[0] >= '0' && s[0] <= '9' || s[0] == '!' || s[0] == '?')
}

var escapeCue = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
