package web

import (
	"embed"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"convoke/internal/convoke"
	"convoke/internal/markup"
)

//go:embed help
var helpFiles embed.FS

// A helpText is one chapter of the manual: "# Title", a first paragraph, and sections that begin with "## ".
type helpText struct {
	Topic, Title string
	Lede         string
	Sections     []helpSection
	order        string
}

type helpSection struct {
	ID, Title string
	Body      template.HTML
	Picture   *helpPicture
}

// A helpPicture shows what a section is about; see TestManualPictures, which makes it.
type helpPicture struct{ Href, Alt string }

// cutPicture takes the picture out of a section: a line of its own at the end, "![what it shows](name.webp)".
func cutPicture(body string) (*helpPicture, string) {
	text, line, ok := strings.Cut(strings.TrimSpace(body), "\n\n![")
	if !ok {
		return nil, body
	}
	alt, name, _ := strings.Cut(strings.TrimSuffix(line, ")"), "](")
	f := statics.byName[name]
	if f == nil {
		panic("web: the manual shows " + name + ", which is not there")
	}
	return &helpPicture{f.href, alt}, text
}

var manual = sync.OnceValue(loadManual) // not at the start of every command

// loadManual reads the manual once. Files are named 1-topic.md, so that their order is the manual's.
func loadManual() []helpText {
	names, err := fs.Glob(helpFiles, "help/*.md")
	if err != nil {
		panic("web: " + err.Error())
	}
	var out []helpText
	for _, name := range names {
		text, err := helpFiles.ReadFile(name)
		if err != nil {
			panic("web: " + err.Error())
		}
		order, topic, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".md"), "-")
		out = append(out, readHelp(order, topic, string(text)))
	}
	slices.SortFunc(out, func(a, b helpText) int { return strings.Compare(a.order, b.order) })
	return out
}

func readHelp(order, topic, text string) helpText {
	parts := strings.Split(text, "\n## ")
	title, lede, _ := strings.Cut(strings.TrimPrefix(parts[0], "# "), "\n")
	h := helpText{Topic: topic, Title: title, Lede: strings.TrimSpace(lede), order: order}
	for _, part := range parts[1:] {
		title, body, _ := strings.Cut(part, "\n")
		picture, body := cutPicture(body)
		h.Sections = append(h.Sections, helpSection{ID: convoke.SlugFrom(title), Title: title, Body: markup.HTML(body), Picture: picture})
	}
	return h
}

type helpPage struct {
	frame
	Manual []helpText
	Text   *helpText
}

// help is the manual's list of chapters.
func (s *Server) help(c *gin.Context) error {
	p := helpPage{frame: s.frame(c), Manual: manual()}
	p.Title = p.T("help.title")
	return s.show(c, "help", &p)
}

// helpTopic is one chapter.
func (s *Server) helpTopic(c *gin.Context) error {
	i := slices.IndexFunc(manual(), func(h helpText) bool { return h.Topic == c.Param("topic") })
	if i < 0 {
		return convoke.ErrNotFound
	}
	p := helpPage{frame: s.frame(c), Manual: manual(), Text: &manual()[i]}
	p.Title = manual()[i].Title
	p.crumb(p.T("help.title"), "/help")
	return s.show(c, "help", &p)
}
