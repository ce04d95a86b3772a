// Package layout holds the import table: which package may import which, and which library has its door where.
package layout

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// Arrows point down only: a package may import the packages of this module named here and no others, and of third-party libraries
// those it is the door to. Changing the map is a commit of its own.
var table = map[string]struct{ ours, doors string }{
	"calendar":         {"", "github.com/emersion/go-ical github.com/teambition/rrule-go"},
	"mailer":           {"", "github.com/go-mail/mail/v2 github.com/emersion/go-message golang.org/x/net/idna"},
	"scheduler":        {"", "github.com/robfig/cron/v3"},
	"migrations":       {"", ""},
	"internal/convoke": {"calendar", "github.com/gosimple/slug"},
	"internal/locale":  {"calendar", "github.com/nicksnyder/go-i18n/v2 github.com/go-playground/locales golang.org/x/text"},
	"internal/config":  {"", "github.com/BurntSushi/toml"},
	"internal/markup":  {"", "github.com/yuin/goldmark github.com/microcosm-cc/bluemonday golang.org/x/net/html"},
	"internal/files":   {"", ""},
	// store splits what is searched into words (locale).
	"internal/store":  {"internal/convoke internal/locale migrations", "github.com/jmoiron/sqlx modernc.org/sqlite github.com/jackc/pgx/v5 github.com/pressly/goose/v3"},
	"internal/feed":   {"internal/convoke internal/locale internal/markup calendar", ""},
	"internal/notify": {"internal/convoke internal/locale internal/markup internal/feed calendar mailer", ""},
	// app also words titles (locale), cleans what people type (markup), and reads local times (calendar).
	"internal/app":    {"internal/convoke internal/store internal/feed internal/files internal/notify internal/locale internal/markup calendar mailer", "golang.org/x/sync"},
	"internal/outbox": {"internal/convoke internal/store internal/feed internal/notify mailer", ""},
	"internal/jobs":   {"internal/app internal/convoke internal/outbox scheduler", ""},
	"internal/web":    {"internal/convoke internal/locale internal/markup internal/app calendar", "github.com/gin-gonic/gin github.com/alexedwards/scs/v2 github.com/klauspost/compress golang.org/x/time github.com/skip2/go-qrcode github.com/gorilla/feeds"},
	"internal/demo":   {"internal/convoke internal/app internal/files internal/outbox calendar", ""},
	"internal/rig":    {"*", "*"},
	// testdb stands below store, whose own tests borrow from it too.
	"internal/testdb": {"migrations", "github.com/jackc/pgx/v5"},
	"internal/layout": {"", ""},
	"cmd/convoke":     {"*", "github.com/alecthomas/kong github.com/schollz/progressbar/v3 github.com/coreos/go-systemd/v22"},
}

// Libraries that only tests and the rig may use.
const testOnly = "github.com/getkin/kin-openapi github.com/chromedp/chromedp github.com/chromedp/cdproto github.com/emersion/go-smtp"

type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "convoke/...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func TestImports(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, "convoke/")
		row, ok := table[name]
		if !ok {
			t.Errorf("package %s is not in the table", name)
			continue
		}
		for _, i := range p.Imports {
			if !allowed(row.ours, row.doors, i) {
				t.Errorf("%s imports %s, which the table does not allow", name, i)
			}
		}
		for _, i := range append(p.TestImports, p.XTestImports...) {
			if strings.HasPrefix(i, "convoke/") || covers(testOnly, i) || !thirdParty(i) {
				continue
			}
			if !covers(row.doors, i) && row.doors != "*" {
				t.Errorf("tests of %s import %s outside its door", name, i)
			}
		}
	}
}

func allowed(ours, doors, i string) bool {
	if in, ok := strings.CutPrefix(i, "convoke/"); ok {
		return ours == "*" || slices.Contains(strings.Fields(ours), in)
	}
	return !thirdParty(i) || doors == "*" || covers(doors, i)
}

func thirdParty(i string) bool {
	first, _, _ := strings.Cut(i, "/")
	return strings.Contains(first, ".")
}

func covers(doors, i string) bool {
	return slices.ContainsFunc(strings.Fields(doors), func(d string) bool { return i == d || strings.HasPrefix(i, d+"/") })
}

// The owner fixed what stands at top level.
func TestTopLevel(t *testing.T) {
	want := strings.Fields("cmd scheduler calendar mailer internal migrations go.mod go.sum README.md")
	cmd := exec.CommandContext(t.Context(), "git", "ls-tree", "--name-only", "HEAD")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		return // not a checkout: nothing is listed
	}
	for f := range strings.FieldsSeq(string(out)) {
		if f[0] != '.' && !slices.Contains(want, path.Base(f)) {
			t.Errorf("top level holds %s", f)
		}
	}
}
