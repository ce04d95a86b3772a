package markup

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// Markdown returns the text as Markdown for a file in which it stands among others: what [HTML] makes of it, written anew, so that it ends where it ends
// and says the same to other programs. Headings are bold, HTML is text, and links lead to http, https and mailto only.
func Markdown(md string) string {
	src := source(md)
	w := writer{plain{src}}
	return strings.Trim(w.blocks(markdown().Parser().Parse(text.NewReader(src)), "\n\n"), "\n")
}

// mark takes the meaning from signs that Markdown gives one.
var mark = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "#", `\#`, "|", `\|`, "~", `\~`, "&", `\&`)

// lineMark finds what begins a list or a rule, and white space that would make code of a line.
var lineMark = regexp.MustCompile(`(?m)^[ \t]*(\d*)([-+=.)])|^[ \t]+`)

// Escape returns plain text as it reads, in Markdown; its lines stay lines.
func Escape(text string) string { return lines(mark.Replace(text)) }

func lines(text string) string {
	return lineMark.ReplaceAllStringFunc(text, func(s string) string {
		if s = strings.TrimLeft(s, " \t"); s == "" {
			return ""
		}
		return s[:len(s)-1] + `\` + s[len(s)-1:]
	})
}

type writer struct{ plain }

func (w writer) blocks(n ast.Node, between string) string {
	var parts []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if s := w.block(c); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, between)
}

func (w writer) block(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Heading:
		if s := strings.TrimSpace(w.plain.inline(n)); s != "" {
			return "**" + strings.ReplaceAll(mark.Replace(s), "\n", " ") + "**"
		}
		return ""
	case *ast.List:
		var items []string
		number, between := n.Start, "\n\n"
		if n.IsTight {
			between = "\n"
		}
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			first := "- "
			if n.IsOrdered() {
				first = strconv.Itoa(number) + ". "
				number++
			}
			items = append(items, prefix(w.blocks(c, between), first, strings.Repeat(" ", len(first))))
		}
		return strings.Join(items, between)
	case *ast.Blockquote:
		return prefix(w.blocks(n, "\n\n"), "> ", "> ")
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		var b bytes.Buffer
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			b.Write(line.Value(w.src))
		}
		fence := ticks(b.String(), 3)
		return fence + "\n" + strings.TrimRight(b.String(), "\n") + "\n" + fence
	case *ast.ThematicBreak:
		return "* * *"
	case *east.Table:
		return w.blocks(n, "\n")
	case *east.TableHeader:
		return w.row(n) + "\n|" + strings.Repeat(" --- |", n.ChildCount())
	case *east.TableRow:
		return w.row(n)
	default: // paragraph
		return strings.TrimSpace(lines(w.inline(n)))
	}
}

// openPipe finds what would end a cell: code holds signs as they are.
var openPipe = regexp.MustCompile(`(^|[^\\])\|`)

func (w writer) row(n ast.Node) string {
	var b strings.Builder
	b.WriteString("|")
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		b.WriteString(" " + openPipe.ReplaceAllString(strings.TrimSpace(w.inline(c)), `$1\|`) + " |")
	}
	return b.String()
}

// ticks is a fence longer than any in a text, and than n-1.
func ticks(text string, n int) string {
	for strings.Contains(text, strings.Repeat("`", n)) {
		n++
	}
	return strings.Repeat("`", n)
}

func (w writer) inline(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.WriteString(mark.Replace(string(w.words(c))))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.WriteString(mark.Replace(string(resolve(c.Value))))
		case *ast.CodeSpan:
			code := w.plain.inline(c)
			fence := ticks(code, 1)
			if strings.HasPrefix(code, "`") || strings.HasSuffix(code, "`") {
				code = " " + code + " "
			}
			b.WriteString(fence + code + fence)
		case *ast.Emphasis:
			sign := strings.Repeat("*", c.Level)
			if before := b.String(); strings.HasSuffix(before, "*") && !strings.HasSuffix(before, `\*`) { // or the two would be one
				sign = strings.Repeat("_", c.Level)
			}
			b.WriteString(sign + w.inline(c) + sign)
		case *east.Strikethrough:
			b.WriteString("~~" + w.inline(c) + "~~")
		case *ast.Link:
			b.WriteString("[" + w.inline(c) + "](" + address.Replace(string(resolve(c.Destination))) + ")")
		case *ast.AutoLink:
			b.WriteString(w.bare(c))
		default:
			b.WriteString(w.inline(c))
		}
	}
	return b.String()
}

// bare is an address without words: as it stands, so that its signs lead where they led.
func (w writer) bare(n *ast.AutoLink) string {
	label, url := string(n.Label(w.src)), string(n.URL(w.src))
	switch {
	case n.AutoLinkType == ast.AutoLinkEmail, label == url && leads.MatchString(url):
		return "<" + label + ">"
	case leads.MatchString(url): // www.
		return Link(label, url)
	}
	return mark.Replace(label)
}

// leads says of an address that something here links to it, and that nothing in it ends it.
var leads = regexp.MustCompile(`^(?i:https?://|mailto:)[^\s<>]*$`)

// Link is words that lead to an address, in Markdown.
func Link(words, to string) string {
	return "[" + mark.Replace(words) + "](" + address.Replace(to) + ")"
}

// address takes from the destination of a link what would end it.
var address = strings.NewReplacer(" ", "%20", "\n", "", "\t", "%09", "<", "%3C", ">", "%3E", "(", "%28", ")", "%29", `\`, "%5C", "&", `\&`)
