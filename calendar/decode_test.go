package calendar

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func wrap(body string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + body + "END:VCALENDAR\r\n"
}

func TestDecode(t *testing.T) {
	in := wrap("METHOD:reply\r\nBEGIN:VEVENT\r\nUID:1\r\nattendee;cn=\"Bob, ^'B^'\";PARTSTAT=ACCEPTED:mailto:bob@b.exa\r\n mple\r\n" +
		"SUMMARY:Hello\\, world\\; \\N\\x\\\\ \\\r\nCATEGORIES:a\\,b,c\r\nEXDATE:1\r\nEXDATE:2\r\n" +
		"BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\n")
	for _, tt := range []struct{ name, in string }{
		{"as it should be", in},
		{"BOM", "\uFEFF" + in},
		{"LF only", strings.ReplaceAll(in, "\r\n", "\n")},
		{"folded with tabs", strings.ReplaceAll(in, "\r\n ", "\r\n\t")},
		{"no last line end", strings.TrimSuffix(in, "\r\n")},
		{"blank lines", strings.ReplaceAll(in, "UID:1\r\n", "UID:1\r\n\r\n")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cal, err := Decode(strings.NewReader(tt.in))
			if err != nil || len(cal.Events) != 1 {
				t.Fatalf("Decode = %v", err)
			}
			e := cal.Events[0]
			if cal.Method() != "REPLY" || e.Text("UID") != "1" || e.Text("NONE") != "" || len(e.All("EXDATE")) != 2 || len(e.Components) != 1 {
				t.Errorf("got %+v", cal)
			}
			if got, want := e.Text("SUMMARY"), "Hello, world; \n\\x\\ \\"; got != want {
				t.Errorf("SUMMARY = %q, want %q", got, want)
			}
			if p, _ := e.Get("CATEGORIES"); len(p.List()) != 2 || p.List()[0] != "a,b" {
				t.Errorf("CATEGORIES = %q", p.List())
			}
			p, ok := e.Get("ATTENDEE")
			if !ok || p.Value != "mailto:bob@b.example" || p.Param("CN") != `Bob, "B"` || p.Param("PARTSTAT") != "ACCEPTED" || p.Param("ROLE") != "" {
				t.Errorf("ATTENDEE = %+v", p)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	nest := func(n int) string {
		return wrap(strings.Repeat("BEGIN:X\r\n", n) + strings.Repeat("END:X\r\n", n))
	}
	many := func(n int) string { return wrap(strings.Repeat("BEGIN:X\r\nEND:X\r\n", n)) }
	line := func(n int) string { return wrap("X:" + strings.Repeat("a", n-2) + "\r\n") }
	head := func(n int) string { return wrap("X;A=" + strings.Repeat("a", n-4) + ":b\r\n") }
	folded := wrap("X:" + strings.Repeat("aa\r\n ", 33_000) + "\r\n")
	for _, tt := range []struct {
		name, in string
		want     error
	}{
		{"deepest", nest(3), nil},
		{"too deep", nest(4), ErrTooLarge},
		{"deep, folded", wrap(strings.Repeat("BEG\r\n IN:X\r\n", 4) + strings.Repeat("END:X\r\n", 4)), ErrTooLarge},
		{"deep, lower case with parameters", wrap(strings.Repeat("begin;a=b:X\r\n", 4) + strings.Repeat("END:X\r\n", 4)), ErrTooLarge},
		{"stack overflow", strings.Repeat("BEGIN:X\n", 30_000), ErrTooLarge},
		{"most parts", many(1999), nil},
		{"too many parts", many(2000), ErrTooLarge},
		{"longest line", line(64 << 10), nil},
		{"line too long", line(64<<10 + 1), ErrTooLarge},
		{"longest parameter", head(8 << 10), nil},
		{"parameter too long", head(8<<10 + 1), ErrTooLarge},
		{"parameters too long", wrap("X" + strings.Repeat(";A=\"b\",c", 1100) + ":b\r\n"), ErrTooLarge},
		{"colon in the name of a long parameter", wrap("X;A:b=" + strings.Repeat("a", 9000) + ":b\r\n"), ErrMalformed},
		{"quote in the name of a parameter", wrap("X;A\"b=c:d\r\n"), ErrMalformed},
		{"quoted value never ends", wrap("X;A=\"b:d\r\n"), ErrMalformed},
		{"quote within a value", wrap("X;A=b\"c\":d\r\n"), ErrMalformed},
		{"quoted value ends the line", wrap("X;A=\"b\"\r\n"), ErrMalformed},
		{"empty values", wrap("X;A=\"\";B=,;C=:d\r\n"), nil},
		{"no name", wrap(":d\r\n"), ErrMalformed},
		{"line too long, folded", folded, ErrTooLarge},
		{"biggest", wrap(strings.Repeat(strings.Repeat("X", 1022)+":\n", 255)), nil},
		{"too big", wrap(strings.Repeat("X:y\r\n", 52_500)), ErrTooLarge},
		{"quadratic parameter", wrap("X;A=" + strings.Repeat("a", 60_000) + ":b\r\n"), ErrTooLarge},
		{"panic: parameter without a colon", wrap("DTSTART;TZID=Europe/Paris\r\n"), ErrMalformed},
		{"panic: value behind a quoted one", wrap("X;CN=\"Bob\"x:\r\n"), ErrMalformed},
		{"no calendar", "hello", ErrMalformed},
		{"empty", "", ErrMalformed},
		{"never ends", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", ErrMalformed},
		{"ends something else", "BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", ErrMalformed},
		{"event on top", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", ErrMalformed},
		{"continued first line", " BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", ErrMalformed},
		{"blank behind an empty line", wrap("\r\n  BEGIN:X\r\n"), ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cal, err := Decode(strings.NewReader(tt.in))
			if !errors.Is(err, tt.want) || (err == nil) != (cal != nil) {
				t.Errorf("Decode = %v, want %v", err, tt.want)
			}
		})
	}
	broken := errors.New("line cut")
	if _, err := Decode(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("Decode of a broken reader = %v", err)
	}
}

// TestDecodePanics hands go-ical what the bounds keep from it: should another such input exist, it is an error only.
func TestDecodePanics(t *testing.T) {
	for _, in := range []string{wrap("DTSTART;TZID=Europe/Paris\r\n"), wrap("X;CN=\"Bob\"x:\r\n")} {
		if cal, err := decode([]byte(in)); cal != nil || !errors.Is(err, ErrMalformed) {
			t.Errorf("decode(%q) = %v, %v", in, cal, err)
		}
	}
}

// FuzzDecode checks that no input makes Decode panic or read what its own bounds forbid.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", wrap("BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n"),
		wrap("DTSTART;TZID=Europe/Paris\r\n"), wrap("X;CN=\"Bob\"x:\r\n"), wrap("\r\n  BEGIN:X\r\n"), wrap("X;A=\"b\",c;D=^n^^^':\\,\\\\\\n\r\n"), "\uFEFF", "BEGIN:VCALENDAR\r\n X:\r\n"} {
		f.Add([]byte(s))
	}
	golden, err := filepath.Glob("testdata/*.ics")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range golden {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		cal, err := Decode(bytes.NewReader(in))
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooLarge) {
				t.Errorf("Decode = %v", err)
			}
			return
		}
		var walk func(c Component, depth int)
		walk = func(c Component, depth int) {
			if depth > maxDepth {
				t.Fatalf("%s at depth %d", c.Name, depth)
			}
			for _, p := range c.Properties {
				if len(c.All(p.Name)) == 0 {
					t.Errorf("%q is not found", p.Name)
				}
				if n := len(p.List()); n < 1 || len(p.Text()) > maxLine {
					t.Errorf("%q has %d values", p.Name, n)
				}
			}
			for _, child := range c.Components {
				walk(child, depth+1)
			}
		}
		walk(cal.Component, 1)
	})
}
