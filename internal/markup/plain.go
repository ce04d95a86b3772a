package markup

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// Plain returns the text as it reads without mark-up, for mails and calendars: links as "text (url)", lists with their
// numbers or dashes, lines ending in LF.
func Plain(md string) string {
	src := source(md)
	w := plain{src}
	return strings.Trim(w.blocks(markdown().Parser().Parse(text.NewReader(src)), "\n\n"), "\n")
}

type plain struct{ src []byte }

// blocks returns the children of n with a separator between them.
func (w plain) blocks(n ast.Node, between string) string {
	var parts []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if s := w.block(c); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, between)
}

func (w plain) block(n ast.Node) string {
	switch n := n.(type) {
	case *ast.List:
		return w.list(n)
	case *ast.Blockquote:
		return prefix(w.blocks(n, "\n\n"), "> ", "> ")
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		var b strings.Builder
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			b.Write(line.Value(w.src))
		}
		return prefix(strings.TrimRight(b.String(), "\n"), "    ", "    ")
	case *ast.ThematicBreak:
		return "---"
	case *east.Table:
		return w.blocks(n, "\n")
	case *east.TableHeader, *east.TableRow:
		return w.blocks(n, " | ")
	default: // paragraph, heading, cell
		return strings.TrimSpace(w.inline(n))
	}
}

func (w plain) list(n *ast.List) string {
	var items []string
	number := n.Start
	between := "\n\n"
	if n.IsTight {
		between = "\n"
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		mark := "- "
		if n.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		items = append(items, prefix(w.blocks(c, between), mark, strings.Repeat(" ", len(mark))))
	}
	return strings.Join(items, between)
}

// prefix puts first before the first line of s and rest before the others.
func prefix(s, first, rest string) string {
	return first + strings.ReplaceAll(s, "\n", "\n"+rest)
}

func (w plain) inline(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(w.words(c))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(resolve(c.Value))
		case *ast.Link:
			b.WriteString(linked(w.inline(c), string(resolve(c.Destination))))
		case *ast.AutoLink:
			b.Write(c.Label(w.src))
		default:
			b.WriteString(w.inline(c))
		}
	}
	return b.String()
}

// words returns a piece of text with escapes and entities resolved, which goldmark leaves to its renderer.
func (w plain) words(t *ast.Text) []byte {
	v := t.Value(w.src)
	if t.IsRaw() || t.Parent().Kind() == ast.KindCodeSpan {
		return v
	}
	return resolve(v)
}

func linked(words, target string) string {
	words = strings.TrimSpace(words)
	switch bare := strings.TrimPrefix(target, "mailto:"); {
	case words == "" || words == target || words == bare:
		return bare
	default:
		return words + " (" + bare + ")"
	}
}
