package locale

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// catalogue is what one language says. Each has a bundle of its own: in a shared one every lookup would match languages.
type catalogue struct {
	localizer *i18n.Localizer
	keys      map[string]bool
	plain     map[string]string // texts without fields or plural forms, which most are
}

// catalogues are read once; a broken file is a mistake of ours and stops the program.
var catalogues = sync.OnceValue(func() map[Language]*catalogue {
	all := make(map[Language]*catalogue)
	for _, lang := range Languages() {
		c, err := readCatalogue(lang)
		if err != nil {
			panic(err)
		}
		all[lang] = c
	}
	return all
})

func readCatalogue(lang Language) (*catalogue, error) {
	tag := language.Make(lang)
	bundle := i18n.NewBundle(tag)
	c := &catalogue{keys: make(map[string]bool), plain: make(map[string]string)}
	list, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		if !strings.HasSuffix(f.Name(), "."+lang+".json") {
			continue
		}
		messages, err := readMessages(f.Name())
		if err != nil {
			return nil, err
		}
		for _, m := range messages {
			if c.keys[m.ID] {
				return nil, fmt.Errorf("locale: %s: %q stands in another file, too", f.Name(), m.ID)
			}
			c.keys[m.ID] = true
			if m.One == "" && !strings.Contains(m.Other, "{{") {
				c.plain[m.ID] = m.Other
			}
			if m.One != "" && m.Many == "" {
				m.Many = m.Other // French has a form for whole millions, which no text of ours reaches
			}
		}
		if err := bundle.AddMessages(tag, messages...); err != nil {
			return nil, fmt.Errorf("locale: %s: %w", f.Name(), err)
		}
	}
	c.localizer = i18n.NewLocalizer(bundle, lang)
	return c, nil
}

func readMessages(name string) ([]*i18n.Message, error) {
	b, err := files.ReadFile(path.Clean(name))
	if err != nil {
		return nil, err
	}
	var raw map[string]any
	if err := json.Unmarshal(b, &raw); err != nil {
		return nil, fmt.Errorf("locale: %s: %w", name, err)
	}
	messages := make([]*i18n.Message, 0, len(raw))
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		m, err := i18n.NewMessage(raw[key])
		if err != nil {
			return nil, fmt.Errorf("locale: %s: %q: %w", name, key, err)
		}
		if m.Other == "" {
			return nil, fmt.Errorf("locale: %s: %q has no text", name, key)
		}
		m.ID = key
		messages = append(messages, m)
	}
	return messages, nil
}

// Has reports whether a key has a text.
func Has(key string) bool { return catalogues()[fallback].keys[key] }

// Keys returns every key, sorted, so that a test can tell which of them nothing uses.
func Keys() []string { return slices.Sorted(maps.Keys(catalogues()[fallback].keys)) }

var strict atomic.Bool

// Strict makes a missing key or field panic instead of showing itself; tests call it from TestMain.
func Strict() { strict.Store(true) }

// text returns the message of a key; count is nil or an int that picks the plural form.
func (c *catalogue) text(key string, fields map[string]string, count any) (string, error) {
	if s, ok := c.plain[key]; ok {
		return s, nil
	}
	return c.localizer.Localize(&i18n.LocalizeConfig{
		MessageID:      key,
		TemplateData:   fields,
		PluralCount:    count,
		TemplateParser: fieldParser{},
	})
}

// fieldParser reads messages that hold nothing but text and {{.Name}}: a translator cannot write a program, and a list of
// a hundred dates costs no hundred runs of text/template.
type fieldParser struct{}

// Cacheable tells go-i18n to parse each text once.
func (fieldParser) Cacheable() bool { return true }

// Parse implements template.Parser.
func (fieldParser) Parse(src, _, _ string) (template.ParsedTemplate, error) { return parseFields(src) }

// fieldText alternates between text and field names, beginning and ending with text.
type fieldText []string

func parseFields(src string) (fieldText, error) {
	var t fieldText
	for {
		before, rest, ok := strings.Cut(src, "{{")
		if !ok {
			if strings.ContainsAny(src, "{}") {
				return nil, fmt.Errorf("stray brace in %q", src)
			}
			return append(t, src), nil
		}
		name, after, ok := strings.Cut(rest, "}}")
		name, dot := strings.CutPrefix(name, ".")
		if !ok || !dot || !isName(name) || strings.ContainsAny(before, "{}") {
			return nil, fmt.Errorf("not a field like {{.Name}} in %q", src)
		}
		t = append(t, before, name)
		src = after
	}
}

func isName(s string) bool {
	return s != "" && s[0] >= 'A' && s[0] <= 'Z' && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

var errNoField = errors.New("field not given")

// Execute implements template.ParsedTemplate. Beside an error it returns the text with the missing fields left as written.
func (t fieldText) Execute(data any) (string, error) {
	fields, _ := data.(map[string]string)
	var b strings.Builder
	var err error
	for i, s := range t {
		if i%2 == 0 {
			b.WriteString(s)
			continue
		}
		v, ok := fields[s]
		if !ok {
			err = fmt.Errorf("%w: %s", errNoField, s)
			v = "{{." + s + "}}"
		}
		b.WriteString(v)
	}
	return b.String(), err
}
