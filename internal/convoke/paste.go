package convoke

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// PastedQuestion is one question found in a text that somebody pasted.
type PastedQuestion struct {
	Asker   string // empty where the text names nobody
	Text    string
	Replies []PastedReply
}

// PastedReply is what was said to it.
type PastedReply struct{ Name, Text string }

// MaxPaste is how many runes of a pasted text are read at once.
const MaxPaste = 50_000

// ParsePaste finds questions and what was said to them in a text: paragraphs, or the lines of a chat as video tools write them. Nothing that was written
// is lost: what is not understood is part of a question.
//
// In paragraphs a first line "From NAME" or "From NAME:" names who asks; beneath the question, lines that begin with "NAME:", "A:", "Answer:", "> " or
// "- ", or that are indented, are what was said to it. So is a paragraph that is indented more than the question above it, or begins with "A:", "Answer:"
// or the name of a speaker of the event and a colon. A paragraph that is a list has a question in every item. A chat has a time and a name before each
// message, and "Replying to" in the answers to another.
func ParsePaste(text string, speakers []Speaker) []PastedQuestion {
	lines := pastedLines(text)
	chat, full := 0, 0
	for _, l := range lines {
		if strings.TrimSpace(l) == "" {
			continue
		}
		full++
		if _, ok := parseChatLine(l); ok {
			chat++
		}
	}
	if chat > 0 && (chat >= 2 || full <= 3) {
		return parseChat(lines)
	}
	return parseParagraphs(lines, speakers)
}

// pastedLines cuts a text into lines, without signs that have no place in one.
func pastedLines(text string) []string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n", "\f", "\n", "\v", "\n").Replace(strings.ToValidUTF8(text, "\uFFFD"))
	if runes := []rune(text); len(runes) > MaxPaste {
		text = string(runes[:MaxPaste])
	}
	return strings.Split(text, "\n")
}

// A chatLine is the first line of one message.
type chatLine struct{ name, text string }

var (
	// "10:41:22 From Amina Diallo to Everyone: text", also with a tab, and with "Direct Message" behind the receiver.
	chatFrom = regexp.MustCompile(`^\s*\[?(?:\d{4}-\d\d-\d\d[ T])?\d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?\]?\s+(?:From|De|Von)\s+(\S.{0,118}?)\s*(?:\s(?:to|To|à|an)\s+[^:]{1,80}?)?\s*:(?:\s+(.*)|)$`)
	// "10:41 Amina Diallo: text" and "[10:41] Amina Diallo: text".
	chatName = regexp.MustCompile(`^\s*\[?(?:\d{4}-\d\d-\d\d[ T])?\d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?\]?[ \t,–-]+([^\s:][^:]{0,118}?)\s*:(?:\s+(.*)|)$`)
	// "10:41:22<tab>Amina Diallo<tab>text".
	chatTabs = regexp.MustCompile(`^\s*\[?\d{1,2}:\d\d(?::\d\d)?\]?\t+([^\t:]{1,120}?):?\t+(.*)$`)
	// What a tool puts before an answer to another message: what that one began with.
	chatReply = regexp.MustCompile(`^\s*(?:Replying to|In reply to|En réponse à|Réponse à)\s*(?:["“«]\s*(.*?)\s*(?:\.\.\.|…)?\s*["”»]|(.*?))\s*:?\s*$`)
)

func parseChatLine(line string) (chatLine, bool) {
	for _, re := range []*regexp.Regexp{chatFrom, chatTabs, chatName} {
		if m := re.FindStringSubmatch(line); m != nil {
			return chatLine{strings.TrimSpace(m[1]), strings.TrimSpace(m[2])}, true
		}
	}
	return chatLine{}, false
}

type chatMessage struct {
	name, to string
	reply    bool
	lines    []string
}

func parseChat(lines []string) []PastedQuestion {
	var list []chatMessage
	for _, l := range lines {
		if c, ok := parseChatLine(l); ok {
			list = append(list, chatMessage{name: c.name})
			l = c.text
		} else if len(list) == 0 {
			list = append(list, chatMessage{})
		}
		m := &list[len(list)-1]
		if r := chatReply.FindStringSubmatch(l); r != nil && !m.reply && blank(m.lines) {
			m.reply, m.to = true, r[1]+r[2]
			continue
		}
		m.lines = append(m.lines, strings.TrimSpace(l))
	}
	var out []PastedQuestion
	for _, m := range list {
		text := strings.TrimSpace(strings.Join(m.lines, "\n"))
		if m.reply {
			if i := answered(out, m.to); i >= 0 && text != "" {
				out[i].Replies = append(out[i].Replies, PastedReply{m.name, text})
				continue
			}
			text = strings.TrimSpace(m.to + "\n" + text) // to whom is not known: it is kept as it is
		}
		if text != "" || m.name != "" {
			out = append(out, PastedQuestion{Asker: m.name, Text: text})
		}
	}
	return out
}

func blank(lines []string) bool {
	return !slices.ContainsFunc(lines, func(l string) bool { return strings.TrimSpace(l) != "" })
}

// answered finds the latest question that begins as a quotation does.
func answered(list []PastedQuestion, quoted string) int {
	quoted = strings.TrimRight(strings.TrimSpace(quoted), ".…")
	if quoted == "" {
		return -1
	}
	for i, q := range slices.Backward(list) {
		if strings.HasPrefix(q.Text, quoted) || slices.ContainsFunc(q.Replies, func(r PastedReply) bool { return strings.HasPrefix(r.Text, quoted) }) {
			return i
		}
	}
	return -1
}

var (
	fromLine = regexp.MustCompile(`^\s*(?:From|De|Von)\s+(\S[^:]{0,118}?)\s*:?\s*$`)
	markLine = regexp.MustCompile(`^\s*(?:>|-|–|\*|•)\s+(.*)$`)
	wordLine = regexp.MustCompile(`^\s*(?:A|R|Answer|Réponse|Reponse)\s*:\s*(.*)$`)
	itemLine = regexp.MustCompile(`^\s*(?:-|–|\*|•|\d{1,3}[.)])\s+(\S.*)$`)
	askWord  = regexp.MustCompile(`^\s*(?:Q|Question)\s*:\s*(.*)$`)
	nameLine = regexp.MustCompile(`^\s*(\p{Lu}[^:]{0,60}?|\p{Lo}[^:]{0,60}?)\s*:\s+(\S.*)$`)
)

func parseParagraphs(lines []string, speakers []Speaker) []PastedQuestion {
	var out []PastedQuestion
	var block []string
	listed := false      // the paragraph is a list of questions, an item each
	inset, above := 0, 0 // how far the block is indented, and the latest question
	end := func() {
		switch {
		case len(block) == 0:
			return
		case len(out) > 0 && !listed && answers(block, inset > above, speakers):
			out[len(out)-1].hear(block, "\n\n", speakers)
		default:
			out, above = append(out, parseParagraph(block, speakers)), inset
		}
		block = nil
	}
	for _, l := range lines {
		if strings.TrimSpace(l) == "" {
			end()
			listed = false
			continue
		}
		here := indent(l)
		if m := itemLine.FindStringSubmatch(l); m != nil && (listed || len(block) == 0) {
			end()
			listed, l = true, m[1]
		}
		if len(block) == 0 {
			inset = here
		}
		block = append(block, l)
	}
	end()
	return out
}

// indent is the length of the white space a line begins with.
func indent(line string) int { return len(line) - len(strings.TrimLeftFunc(line, unicode.IsSpace)) }

// answers says whether a paragraph was said to the question above it.
func answers(block []string, inset bool, speakers []Speaker) bool {
	if len(block) > 1 && fromLine.MatchString(block[0]) || askWord.MatchString(block[0]) {
		return false
	}
	_, _, spoken := speakerLine(block, speakers)
	m := wordLine.FindStringSubmatch(block[0])
	return inset || spoken || m != nil && m[1] != ""
}

// speakerLine reads a first line that begins with a speaker's name and a colon.
func speakerLine(lines []string, speakers []Speaker) (name, text string, ok bool) {
	name, text, ok = strings.Cut(strings.TrimSpace(lines[0]), ":")
	said, same := strings.TrimLeftFunc(text, unicode.IsSpace), SameWords(name)
	if !ok || same == "" || said == text && text != "" || said == "" && len(lines) == 1 ||
		!slices.ContainsFunc(speakers, func(s Speaker) bool { return SameWords(s.Name) == same }) {
		return "", "", false
	}
	return strings.TrimSpace(name), said, true
}

func parseParagraph(block []string, speakers []Speaker) (q PastedQuestion) {
	if m := fromLine.FindStringSubmatch(block[0]); m != nil && len(block) > 1 {
		q.Asker, block = strings.TrimSpace(m[1]), block[1:]
	}
	q.Text = strings.TrimSpace(block[0]) // something is asked before anything is answered
	if m := askWord.FindStringSubmatch(block[0]); m != nil && m[1] != "" {
		q.Text = strings.TrimSpace(m[1])
	}
	q.hear(block[1:], "\n", speakers)
	return q
}

// hear adds lines beneath a question: what was said to it, and until then more of what is asked. A first line that goes on is set off by off.
func (q *PastedQuestion) hear(lines []string, off string, speakers []Speaker) {
	for i, l := range lines {
		name, text, reply := "", strings.TrimSpace(l), false
		last := len(q.Replies) - 1
		speaker, said, spoken := speakerLine(lines[i:], speakers)
		switch m := []string(nil); {
		case spoken:
			name, text, reply = speaker, said, true
		case match(markLine, l, &m):
			text, reply = m[1], true
			if n := nameLine.FindStringSubmatch(text); n != nil && shortName(n[1]) {
				name, text = strings.TrimSpace(n[1]), n[2]
			}
		case match(wordLine, l, &m):
			text, reply = m[1], true
		case match(nameLine, l, &m) && shortName(m[1]):
			name, text, reply = strings.TrimSpace(m[1]), m[2], true
		case last >= 0: // goes on
			q.Replies[last].Text = strings.TrimSpace(q.Replies[last].Text + off + text)
		case unicode.IsSpace([]rune(l)[0]):
			reply = true
		default:
			q.Text = strings.TrimSpace(q.Text + "\n" + text)
		}
		if reply {
			q.Replies = append(q.Replies, PastedReply{name, strings.TrimSpace(text)})
		}
		off = "\n"
	}
	q.Replies = slices.DeleteFunc(q.Replies, func(r PastedReply) bool { return r.Text == "" && r.Name == "" })
}

func match(re *regexp.Regexp, line string, m *[]string) bool {
	*m = re.FindStringSubmatch(line)
	return *m != nil
}

// shortName says whether what stands before a colon can be somebody's name: a few words with capitals, "van" and "al" aside, and no sentence's end or
// address among them.
func shortName(s string) bool {
	words := strings.Fields(s)
	for _, w := range words {
		if r := []rune(w); unicode.IsLower(r[0]) && len(r) > 3 {
			return false
		}
	}
	return len(words) <= 5 && !strings.ContainsAny(s, "?!/@\"<>=")
}

// SameWords is a text without what differs between two people writing the same: case, signs, spaces.
func SameWords(text string) string {
	var b strings.Builder
	space := false
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
	}
	return b.String()
}

// Words are the words of a question, to find others that are nearly the same.
type Words struct {
	same string
	set  map[string]bool
}

// WordsOf reads the words of a text.
func WordsOf(text string) Words {
	w := Words{SameWords(text), map[string]bool{}}
	for f := range strings.FieldsSeq(w.same) {
		w.set[f] = true
	}
	return w
}

// Alike says whether two questions are nearly the same: in the same words, or with seven of ten words in common.
func (w Words) Alike(o Words) bool {
	if w.same == "" || w.same == o.same {
		return w.same != ""
	}
	both := 0
	for f := range w.set {
		if o.set[f] {
			both++
		}
	}
	all := len(w.set) + len(o.set) - both
	return min(len(w.set), len(o.set)) >= 4 && both*10 >= all*7
}
