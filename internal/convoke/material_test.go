package convoke

import (
	"strings"
	"testing"
)

func TestMaterialTakes(t *testing.T) {
	const pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	for _, tc := range []struct {
		kind MaterialKind
		of   string
		want bool
	}{
		{Recording, "audio/mpeg", true},
		{Recording, "video/mp4", true},
		{Recording, "application/pdf", false},
		{Recording, "text/plain; charset=utf-8", false},
		{Slides, "application/pdf", true},
		{Slides, pptx, true},
		{Slides, "video/mp4", false},
		{ConceptNote, "text/plain; charset=utf-8", true},
		{ConceptNote, "text/html; charset=utf-8", false},
		{Publication, "image/svg+xml", false},
		{Publication, "application/x-executable", false},
		{BlogPost, "image/png", true},
		{News, "application/zip", true},
		{News, "application/octet-stream", false},
	} {
		if got := tc.kind.Takes(tc.of); got != tc.want {
			t.Errorf("%s takes %s: got %v, want %v", tc.kind, tc.of, got, tc.want)
		}
	}
}

// What a browser shows by itself is never what it could run.
func TestInline(t *testing.T) {
	for of, want := range map[string]bool{"audio/ogg": true, "video/webm": true, "application/pdf": true, "image/png": true, "image/jpeg": true, "text/plain; charset=utf-8": false,
		"text/html": false, "text/html; charset=utf-8": false, "image/svg+xml": false, "text/xml": false, "application/zip": false, "application/octet-stream": false, "": false} {
		if got := Inline(of); got != want {
			t.Errorf("Inline(%q): got %v, want %v", of, got, want)
		}
	}
}

func TestFileName(t *testing.T) {
	for _, tc := range []struct{ name, of, want string }{
		{"Slides of March.pdf", "application/pdf", "Slides of March.pdf"},
		{"SLIDES.PDF", "application/pdf", "SLIDES.PDF"},
		{"talk.html", "application/pdf", "talk.html.pdf"},
		{"talk", "application/pdf", "talk.pdf"},
		{`C:\Users\ada\talk.mp3`, "audio/mpeg", "talk.mp3"},
		{"../../etc/passwd", "text/plain; charset=utf-8", "passwd.txt"},
		{".htaccess", "text/plain; charset=utf-8", "htaccess.txt"},
		{"a\r\nX-Evil: 1.pdf", "application/pdf", "aX-Evil_ 1.pdf"},
		{"invoice\u202efdp.exe", "application/pdf", "invoicefdp.exe.pdf"},
		{`"quoted"; filename=x.pdf`, "application/pdf", "_quoted__ filename=x.pdf"},
		{"عرض.pdf", "application/pdf", "عرض.pdf"},
		{"", "application/pdf", "file.pdf"},
		{"...", "application/zip", "file.zip"},
		{strings.Repeat("é", 300) + ".pdf", "application/pdf", strings.Repeat("é", 150) + ".pdf"},
		{"x.y", "application/octet-stream", "x.y"},
	} {
		if got := FileName(tc.name, tc.of); got != tc.want {
			t.Errorf("FileName(%q, %s): got %q, want %q", tc.name, tc.of, got, tc.want)
		}
	}
}

func TestMaterialCheck(t *testing.T) {
	fine := Material{Kind: Slides, Title: "Slides", Visibility: ToEveryone, Link: "https://slides.example/1"}
	for _, tc := range []struct {
		name  string
		edit  func(*Material)
		field string
	}{
		{"fine", func(*Material) {}, ""},
		{"a file", func(m *Material) { m.Link, m.File = "", "ab" }, ""},
		{"kind", func(m *Material) { m.Kind = "poem" }, "kind"},
		{"title", func(m *Material) { m.Title = " " }, "title"},
		{"visibility", func(m *Material) { m.Visibility = "all" }, "visibility"},
		{"neither", func(m *Material) { m.Link = "" }, "link"},
		{"both", func(m *Material) { m.File = "ab" }, "link"},
		{"script", func(m *Material) { m.Link = "javascript:alert(1)" }, "link"},
		{"length", func(m *Material) { m.Seconds = 48*3600 + 1 }, "minutes"},
		{"less than no length", func(m *Material) { m.Seconds = -1 }, "minutes"},
	} {
		m := fine
		tc.edit(&m)
		err, _ := m.Check().(*Error)
		if tc.field == "" && err != nil {
			t.Errorf("%s: got %v", tc.name, err)
		}
		if tc.field != "" && (err == nil || err.Fields[tc.field] == "") {
			t.Errorf("%s: got %v, want a fault of %s", tc.name, err, tc.field)
		}
	}
}
