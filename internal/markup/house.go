package markup

import (
	"net/url"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// house is the AST transformer that shifts headings, turns images into links, and keeps the words only of links that lead
// where links must not.
type house struct{}

// Transform implements parser.ASTTransformer.
func (house) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var links []ast.Node // changed after the walk, which must not lose its place
	// The function never returns an error.
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			n.Level = min(n.Level+topHeading-1, 6)
		case *ast.Link, *ast.Image, *ast.AutoLink:
			links = append(links, n)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range links {
		switch n := n.(type) {
		case *ast.Link:
			switch {
			case !safeURL(n.Destination, true):
				replace(n, children(n)...)
			case !n.HasChildren():
				n.AppendChild(n, label(n.Destination))
			}
		case *ast.Image:
			replaceImage(n)
		case *ast.AutoLink:
			if n.AutoLinkType == ast.AutoLinkURL && !safeURL(n.URL(reader.Source()), false) {
				replace(n, ast.NewString(util.EscapeHTML(n.Label(reader.Source()))))
			}
		}
		n.SetAttributeString("rel", []byte(rel))
	}
}

// replaceImage puts a link in the place of an image, or its words alone where it stands in a link already.
func replaceImage(img *ast.Image) {
	words := children(img)
	if len(words) == 0 {
		words = []ast.Node{label(img.Destination)}
	}
	if inLink(img) || !safeURL(img.Destination, true) {
		replace(img, words...)
		return
	}
	link := ast.NewLink()
	link.Destination = img.Destination
	link.SetAttributeString("rel", []byte(rel))
	for _, c := range words {
		link.AppendChild(link, c)
	}
	replace(img, link)
}

func inLink(n ast.Node) bool {
	for n = n.Parent(); n != nil; n = n.Parent() {
		if n.Kind() == ast.KindLink || n.Kind() == ast.KindImage {
			return true
		}
	}
	return false
}

func children(n ast.Node) []ast.Node {
	var list []ast.Node
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		list = append(list, c)
	}
	return list
}

func replace(old ast.Node, by ...ast.Node) {
	parent := old.Parent()
	for _, n := range by {
		parent.InsertBefore(parent, old, n)
	}
	parent.RemoveChild(parent, old)
}

// label shows where a link leads that has no words of its own.
func label(destination []byte) ast.Node { return ast.NewString(util.EscapeHTML(resolve(destination))) }

// safeURL reports whether the policy would let a link lead there, judging the form the renderer writes. Entities count in
// the destination of a link, not in an address standing by itself.
func safeURL(s []byte, entities bool) bool {
	u, err := url.Parse(string(util.URLEscape(s, entities)))
	if err != nil {
		return false
	}
	switch u.Scheme { // in lower case, as url.Parse gives it
	case "http", "https", "mailto":
		return true
	}
	return false
}

// resolve undoes escapes and entities, which goldmark leaves to its renderer.
func resolve(v []byte) []byte {
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(v)))
}

// maxDepth is deeper than anybody quotes or lists.
const maxDepth = 20

// shallow keeps a parser from opening a block deeper than maxDepth: ten thousand ">" in a row would nest as deep.
type shallow struct{ parser.BlockParser }

// Open implements parser.BlockParser.
func (s shallow) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		depth++
	}
	if depth > 2*maxDepth { // a list counts twice, with its item
		return nil, parser.NoChildren
	}
	return s.BlockParser.Open(parent, reader, pc)
}

// maxMarks is how many signs of emphasis and links one block may hold; those after are text. What goldmark does with them
// grows with the square of their number: 100 kB of "*a_" took four seconds.
const maxMarks = 1000

// few keeps an inline parser to maxMarks, together with the others so kept.
type few struct{ parser.InlineParser }

type marks struct {
	block ast.Node
	n     int
}

var marksKey = parser.NewContextKey()

// Parse implements parser.InlineParser.
func (f few) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	m := pc.ComputeIfAbsent(marksKey, func() any { return new(marks) }).(*marks)
	if m.block != parent {
		*m = marks{block: parent}
	}
	if m.n++; m.n > maxMarks {
		return nil
	}
	return f.InlineParser.Parse(parent, block, pc)
}

// CloseBlock implements parser.CloseBlocker, which the link parser needs to let go of brackets left open.
func (f few) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, ok := f.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}
