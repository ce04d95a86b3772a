package web_test

import (
	"bytes"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// printed counts the pages of A4 of an address as a browser prints it.
func printed(t *testing.T, b *rig.Browser, address string) int {
	t.Helper()
	pdf := b.Print(address)
	if !bytes.Contains(pdf, []byte("/MediaBox [0 0 595")) && !bytes.Contains(pdf, []byte("/MediaBox [0 0 594")) {
		t.Error("the pages are not A4")
	}
	return len(pdfPage.FindAll(pdf, -1))
}

// A summary of 700 words fills at most two pages of A4, as a browser prints it.
func TestSummaryPrintsOnTwoPages(t *testing.T) {
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
	b := rig.OpenBrowser(t, server.URL)
	pages := func(text string) int {
		t.Helper()
		r.Must(r.App.FollowUps.PutSummary(t.Context(), convoke.System, e.ID, app.SummaryInput{Text: &text, Publish: new(true)}))
		return printed(t, b, "/c/cash/events/"+e.Slug+"/summary")
	}
	if got := pages(text.String()); got < 1 || got > 2 {
		t.Errorf("%d words: got %d pages, want one or two", words, got)
	}
	if got := pages(strings.Repeat(text.String(), 4)); got < 3 { // pages are counted at all
		t.Errorf("%d words: got %d pages, want more than two", 4*words, got)
	}
}
