package notify

import (
	"bytes"
	"embed"
	"fmt"
	html "html/template"
	"regexp"
	"strings"
	text "text/template"
)

//go:embed templates
var files embed.FS

// pairs are the templates of each kind, read at start: a broken one stops the program.
var pairs = readPairs()

type pair struct {
	text *text.Template
	html *html.Template
}

func readPairs() map[string]pair {
	texts := text.Must(text.ParseFS(files, "templates/parts.txt"))
	pages := html.Must(html.ParseFS(files, "templates/parts.html"))
	all := make(map[string]pair, len(Kinds))
	for _, k := range Kinds {
		all[k.Name] = pair{
			text.Must(text.Must(texts.Clone()).ParseFS(files, "templates/"+k.Name+".txt")),
			html.Must(html.Must(pages.Clone()).ParseFS(files, "templates/"+k.Name+".html")),
		}
	}
	return all
}

var (
	emptyLines = regexp.MustCompile(`\n{3,}`)
	indents    = regexp.MustCompile(`\n[ \t]+`)
)

// render fills both templates of a kind. Templates may be laid out as they read best: of empty lines one remains in the text,
// of indents nothing in the HTML.
func render(kind string, v *view) (plain, page string, err error) {
	var b bytes.Buffer
	if err := pairs[kind].text.ExecuteTemplate(&b, kind+".txt", v); err != nil {
		return "", "", fmt.Errorf("fill %s.txt: %w", kind, err)
	}
	plain = strings.TrimSpace(emptyLines.ReplaceAllString(b.String(), "\n\n")) + "\n"
	b.Reset()
	if err := pairs[kind].html.ExecuteTemplate(&b, kind+".html", v); err != nil {
		return "", "", fmt.Errorf("fill %s.html: %w", kind, err)
	}
	return plain, indents.ReplaceAllString(emptyLines.ReplaceAllString(b.String(), "\n"), "\n"), nil
}
