// Package markup turns Markdown from members into safe HTML and plain text.
//
// The Markdown is GitHub's, with four differences. HTML in it is text, so that nothing a member writes vanishes or acts. A
// line break is a line break, as people who never heard of Markdown expect. Images become links, for a remote image tells
// its host who reads. Headings begin at the third level, below those of the page. What goldmark renders passes through a
// bluemonday policy that knows nothing of the parser, so that a mistake in one is caught by the other.
package markup

import (
	"bytes"
	"html/template"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// MaxBytes is how much of a text is read; the rest is cut off.
const MaxBytes = 100_000

// rel keeps search engines from following members' links and the linked page from reaching ours.
const rel = "nofollow ugc noopener"

// topHeading is the level a "#" heading gets: pages have an h1 and sections in h2.
const topHeading = 3

var markdown = sync.OnceValue(func() goldmark.Markdown {
	p := parser.NewParser(
		parser.WithBlockParsers( // goldmark's own but for HTML blocks
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(shallow{parser.NewListParser()}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(shallow{parser.NewBlockquoteParser()}, 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers( // goldmark's own but for raw HTML
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(few{parser.NewLinkParser()}, 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(few{parser.NewEmphasisParser()}, 500),
			util.Prioritized(few{extension.NewStrikethroughParser()}, 500),
		),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
		parser.WithASTTransformers(util.Prioritized(house{}, 1000)),
	)
	return goldmark.New(
		goldmark.WithParser(p),
		goldmark.WithExtensions(
			// Check boxes are left out: a form control nobody can use says less than "[x]".
			extension.Linkify,
			// The other way of aligning is a style attribute, which the content security policy refuses.
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		),
		goldmark.WithRendererOptions(
			html.WithHardWraps(),
			renderer.WithNodeRenderers(util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500)),
		),
	)
})

var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("h3", "h4", "h5", "h6", "p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote",
		"ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|center|right)$`)).OnElements("th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^` + rel + `$`)).OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	return p
})

// HTML returns the text as HTML that is safe to put in a page. Links lead to http, https and mailto only.
func HTML(md string) template.HTML {
	src := source(md)
	var b bytes.Buffer
	if err := markdown().Convert(src, &b); err != nil {
		// Writing to memory does not fail; should it ever, the text as typed is safe and readable.
		return template.HTML("<p>" + template.HTMLEscapeString(string(src)) + "</p>")
	}
	return template.HTML(policy().SanitizeBytes(b.Bytes()))
}

// source returns what of a text is read: at most MaxBytes, without control characters.
func source(md string) []byte {
	if len(md) > MaxBytes {
		md = strings.ToValidUTF8(md[:MaxBytes], "")
	}
	return []byte(CleanText(md, MaxBytes))
}
