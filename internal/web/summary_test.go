package web_test

import (
	"bytes"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// chromium finds the browser that prints, or ends the test.
func chromium(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("there is no Chromium: nothing is printed")
	}
	return program
}

// printed counts the pages of A4 of an address as a browser prints it.
func printed(t *testing.T, program, address string) int {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.pdf")
	cmd := exec.CommandContext(t.Context(), program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir="+t.TempDir(),
		"--no-pdf-header-footer", "--print-to-pdf="+file, address)
	cmd.WaitDelay = 5 * time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("print: %v\n%s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b, []byte("/MediaBox [0 0 595")) && !bytes.Contains(b, []byte("/MediaBox [0 0 594")) {
		t.Error("the pages are not A4")
	}
	return len(pdfPage.FindAll(b, -1))
}

// A summary of 700 words fills at most two pages of A4, as a browser prints it.
func TestSummaryPrintsOnTwoPages(t *testing.T) {
	program := chromium(t)
	r := rig.New(t)
	w := past(t, r)
	e, err := r.App.Events.Get(t.Context(), convoke.System, "", w.id["everyone"])
	r.Must(err)
	var text strings.Builder
	for range 7 {
		text.WriteString("## What it was about\n\n" + strings.Repeat("programmes that already pay people every month reach them first when ", 6) + "\n\n- " +
			strings.Repeat("what was agreed and who does it by which day ", 2) + "\n- " + strings.Repeat("and where the recording of all this is kept ", 2) + "\n\n")
	}
	words := len(strings.Fields(text.String()))
	if words < 700 {
		t.Fatalf("the summary has %d words, want 700", words)
	}
	server := httptest.NewServer(r.Web())
	defer server.Close()
	pages := func(text string) int {
		t.Helper()
		r.Must(r.App.FollowUps.PutSummary(t.Context(), convoke.System, e.ID, app.SummaryInput{Text: &text, Publish: new(true)}))
		return printed(t, program, server.URL+"/c/cash/events/"+e.Slug+"/summary")
	}
	if got := pages(text.String()); got < 1 || got > 2 {
		t.Errorf("%d words: got %d pages, want one or two", words, got)
	}
	if got := pages(strings.Repeat(text.String(), 4)); got < 3 { // pages are counted at all
		t.Errorf("%d words: got %d pages, want more than two", 4*words, got)
	}
}
