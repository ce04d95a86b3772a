package notify

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/locale"
	"convoke/mailer"
)

var (
	update = flag.Bool("update", false, "rewrite the golden files")
	emails = flag.String("eml", "", "folder to write every sample to, as it goes out")
)

// rendered composes a letter and takes the finished mail apart again.
func rendered(t *testing.T, c Context) (Composed, *mailer.Parsed, []byte) {
	t.Helper()
	c = showing(c)
	out, err := Compose(c)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := mailer.Render(out.Message)
	if err != nil {
		t.Fatal(err)
	}
	p, err := mailer.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	return out, p, raw
}

// showing shows of everything in a letter what its reader is shown of what it is about, unless the sample says.
func showing(c Context) Context {
	if c.Shown != nil {
		return c
	}
	c.Shown = map[convoke.ID]feed.Shown{}
	if c.Event != nil {
		c.Shown[c.Event.ID] = feed.Shown{Link: c.Entitled}
	}
	if c.Meeting != nil {
		c.Shown[c.Meeting.ID] = feed.Shown{Link: c.Entitled}
	}
	for _, e := range slices.Concat(c.Sessions, c.Ended, c.Overrides, c.Coming) {
		c.Shown[e.ID] = feed.Shown{Link: c.Entitled}
	}
	return c
}

// readable writes a mail as a person reads it.
func readable(p *mailer.Parsed) string {
	var b strings.Builder
	slices.SortStableFunc(p.Header, func(a, b mailer.HeaderField) int { return strings.Compare(a.Name, b.Name) }) // their order is random
	for _, h := range p.Header {
		switch h.Name {
		case "Content-Type", "Mime-Version", "MIME-Version":
			continue // boundaries are random
		}
		fmt.Fprintf(&b, "%s: %s\n", h.Name, h.Value)
	}
	fmt.Fprintf(&b, "\n===== text\n%s\n===== html\n%s", p.Text, p.HTML)
	if len(p.Calendar) > 0 {
		fmt.Fprintf(&b, "\n===== calendar %s\n%s", p.Method, strings.ReplaceAll(string(p.Calendar), "\r\n", "\n"))
	}
	for _, f := range p.Files {
		if !bytes.Equal(f.Data, p.Calendar) {
			fmt.Fprintf(&b, "\n===== file %s\n%s", f.Name, strings.ReplaceAll(string(f.Data), "\r\n", "\n"))
		}
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s", path, got)
	}
}

func TestEveryKind(t *testing.T) {
	for _, k := range Kinds {
		if writers[k.Name] == nil || pairs[k.Name].html == nil {
			t.Errorf("%s has no words or no templates", k.Name)
			continue
		}
		for _, lang := range locale.Languages() {
			for _, variant := range append([]string{""}, variants[k.Name]...) {
				name := strings.TrimSuffix(k.Name+"-"+variant, "-") + "." + lang
				t.Run(name, func(t *testing.T) {
					_, p, raw := rendered(t, sample(k.Name, variant, lang))
					golden(t, name, readable(p))
					if *emails != "" {
						if err := os.WriteFile(filepath.Join(*emails, name+".eml"), raw, 0o644); err != nil {
							t.Fatal(err)
						}
					}
				})
			}
		}
	}
}
