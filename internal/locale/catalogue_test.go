package locale

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

func messages(t *testing.T, lang Language) map[string]*i18n.Message {
	t.Helper()
	all := make(map[string]*i18n.Message)
	list, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if !strings.HasSuffix(f.Name(), "."+lang+".json") {
			continue
		}
		found, err := readMessages(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			all[m.ID] = m
		}
	}
	return all
}

// forms returns the texts of a message by plural form.
func forms(m *i18n.Message) map[string]string {
	all := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
	maps.DeleteFunc(all, func(_, text string) bool { return text == "" })
	return all
}

// fieldsOf returns the fields of all forms of a message, sorted.
func fieldsOf(t *testing.T, m *i18n.Message) []string {
	t.Helper()
	set := make(map[string]bool)
	for form, text := range forms(m) {
		parsed, err := parseFields(text)
		if err != nil {
			t.Errorf("%s, %s: %v", m.ID, form, err)
			continue
		}
		for i, s := range parsed {
			if i%2 == 1 {
				set[s] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func TestEveryLanguageSaysTheSame(t *testing.T) {
	want := messages(t, fallback)
	if len(want) == 0 {
		t.Fatal("no messages")
	}
	for _, lang := range Languages() {
		got := messages(t, lang)
		for _, key := range slices.Sorted(maps.Keys(want)) {
			m, ok := got[key]
			if !ok {
				t.Errorf("%s lacks %q", lang, key)
				continue
			}
			if g, w := fieldsOf(t, m), fieldsOf(t, want[key]); !slices.Equal(g, w) {
				t.Errorf("%s: %q has the fields %v, want %v", lang, key, g, w)
			}
			g, w := slices.Sorted(maps.Keys(forms(m))), slices.Sorted(maps.Keys(forms(want[key])))
			if !slices.Equal(g, w) {
				t.Errorf("%s: %q has the plural forms %v, want %v", lang, key, g, w)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(got)) {
			if want[key] == nil {
				t.Errorf("%s has %q, which %s lacks", lang, key, fallback)
			}
		}
	}
}

var keyShape = regexp.MustCompile(`^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$`)

func TestMessagesAreWellFormed(t *testing.T) {
	for _, lang := range Languages() {
		for key, m := range messages(t, lang) {
			if !keyShape.MatchString(key) {
				t.Errorf("%s: %q is no key like event.start.past", lang, key)
			}
			plural := len(forms(m)) > 1
			if plural && !slices.Equal(slices.Sorted(maps.Keys(forms(m))), []string{"one", "other"}) {
				t.Errorf("%s: %q has the forms %v, want one and other", lang, key, slices.Sorted(maps.Keys(forms(m))))
			}
			if plural && m.One == m.Other && !strings.HasPrefix(key, "rule.") {
				t.Errorf("%s: %q says the same in both forms", lang, key)
			}
			for form, text := range forms(m) {
				if strings.TrimSpace(text) != text || strings.Contains(text, "  ") {
					t.Errorf("%s: %q, %s has stray spaces: %q", lang, key, form, text)
				}
			}
		}
	}
}

// A message that nothing names any more is translated for nobody. Keys are named whole, or begin with what is
// named and ends with a full stop, or end with what Go adds to a name.
func TestEveryKeyIsUsed(t *testing.T) {
	quoted, added := regexp.MustCompile("[\"`]([a-z][a-z0-9_.-]*)[\"`]"), regexp.MustCompile(`\+= "(\.[a-z0-9_.-]+)"`)
	whole, ends, begins := map[string]bool{}, map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			if err == nil && (e.Name() == "testdata" || e.Name() == ".git") {
				err = filepath.SkipDir
			}
			return err
		}
		if strings.HasSuffix(path, "_test.go") || !slices.Contains([]string{".go", ".html", ".txt"}, filepath.Ext(path)) {
			return nil
		}
		b, err := os.ReadFile(path)
		for _, m := range quoted.FindAllStringSubmatch(string(b), -1) {
			if strings.HasSuffix(m[1], ".") {
				begins[m[1]] = true
			} else {
				whole[m[1]] = true
			}
		}
		for _, m := range added.FindAllStringSubmatch(string(b), -1) {
			ends[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	used := func(key string) bool {
		for i := range key {
			if begins[key[:i]] || whole[key[:i]] && ends[key[i:]] {
				return true
			}
		}
		return whole[key]
	}
	for _, key := range slices.Sorted(maps.Keys(messages(t, fallback))) {
		if !used(key) {
			t.Errorf("nothing uses %q", key)
		}
	}
	for _, key := range []string{"after.transcript." + "text", "community.hidden." + "hint", "nowhere"} {
		if used(key) {
			t.Errorf("%q is taken for used", key)
		}
	}
}

// unbroken finds what French writes with a space that no line is broken at, and stands without one: what is before : ; ? ! » and after «. Hours and
// addresses have none.
var unbroken = regexp.MustCompile(`[^\x{00a0}][;?!»]|«[^\x{00a0}]|[ \x{202f}]:|[\pL}»):]:(\s|$)`)

func TestFrenchSpacesDoNotBreak(t *testing.T) {
	for key, m := range messages(t, "fr") {
		for form, text := range forms(m) {
			if at := unbroken.FindStringIndex(text); at != nil {
				t.Errorf("%q, %s: want a no-break space in %q of %q", key, form, text[at[0]:at[1]], text)
			}
		}
	}
	for text, want := range map[string]bool{"Où\u00a0? À 14:00, voir https://x.example.": false, "«\u00a0Ainsi\u00a0»\u00a0: bien": false,
		"Où ?": true, "Où?": true, "« Ainsi\u00a0»": true, "«\u00a0Ainsi »": true, "Voici : un": true, "Voici: un": true} {
		if got := unbroken.MatchString(text); got != want {
			t.Errorf("%q is found wrong: %v, want %v", text, got, want)
		}
	}
}

// JSON lets the later of two equal keys win without a word, which two people in one file would notice late.
func TestNoKeyTwice(t *testing.T) {
	list, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		b, err := files.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		seen := make(map[string]bool)
		depth, isKey := 0, false
		for {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name(), err)
			}
			switch v := token.(type) {
			case json.Delim:
				if v == '{' {
					depth++
				} else {
					depth--
				}
				isKey = depth == 1
				continue
			case string:
				if depth != 1 {
					continue
				}
				if isKey && seen[v] {
					t.Errorf("%s holds %q twice", f.Name(), v)
				}
				if isKey {
					seen[v] = true
				}
				isKey = !isKey
			}
		}
	}
}

func TestParseFields(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string // nil: refused
	}{
		{"text", "Hello", []string{"Hello"}},
		{"empty", "", []string{""}},
		{"field", "{{.Name}}", []string{"", "Name", ""}},
		{"two fields", "a {{.A}} b {{.B}}", []string{"a ", "A", " b ", "B", ""}},
		{"open", "a {{.A", nil},
		{"closed only", "a .A}}", nil},
		{"single brace", "a {.A}", nil},
		{"brace before a field", "{ {{.A}}", nil},
		{"no dot", "{{A}}", nil},
		{"lower case", "{{.a}}", nil},
		{"spaces", "{{ .A }}", nil},
		{"program", "{{if .A}}x{{end}}", nil},
		{"method", "{{.A.B}}", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseFields(tt.src)
			if (err != nil) != (tt.want == nil) || err == nil && !slices.Equal(got, tt.want) {
				t.Errorf("parseFields(%q) = %q, %v, want %q", tt.src, got, err, tt.want)
			}
		})
	}
}
