package mailer

import (
	"errors"
	"strings"
	"testing"
)

func TestParseAddress(t *testing.T) {
	for _, tt := range []struct {
		name, in, wantName, wantAddr string // wantAddr "" means refused
	}{
		{"bare", "zoe@x.example", "", "zoe@x.example"},
		{"bare with spaces around", "  zoe@x.example ", "", "zoe@x.example"},
		{"name", "Zoë <zoe@x.example>", "Zoë", "zoe@x.example"},
		{"quoted name", `"Doe, Zoë \"Z\"" <zoe@x.example>`, `Doe, Zoë "Z"`, "zoe@x.example"},
		{"encoded name", "=?UTF-8?Q?Zo=C3=AB?= <zoe@x.example>", "Zoë", "zoe@x.example"},
		{"domain lowered, local part kept", "Zoe.B@X.Example", "", "Zoe.B@x.example"},
		{"international domain", "zoe@bücher.example", "", "zoe@xn--bcher-kva.example"},
		{"plus", "zoe+tag@x.example", "", "zoe+tag@x.example"},
		{"single label for this machine", "Convoke <convoke@localhost>", "Convoke", "convoke@localhost"},
		{"longest", strings.Repeat("l", 64) + "@" + strings.Repeat(strings.Repeat("d", 60)+".", 3) + "test", "", strings.Repeat("l", 64) + "@" + strings.Repeat(strings.Repeat("d", 60)+".", 3) + "test"},

		{"empty", "", "", ""},
		{"two", "a@x.example, b@x.example", "", ""},
		{"group of one", "team: a@x.example;", "", ""},
		{"no host", "zoe", "", ""},
		{"empty host", "zoe@", "", ""},
		{"host literal", "zoe@[127.0.0.1]", "", ""},
		{"trailing dot", "zoe@x.example.", "", ""},
		{"trailing dot of another script", "zoe@x。example。", "", ""},
		{"more spaces than anybody types", strings.Repeat(" ", 2000) + "zoe@x.example", "", ""},
		{"underscore in host", "zoe@a_b.example", "", ""},
		{"local part not ASCII", "zoë@x.example", "", ""},
		{"quoted local part", `"a b"@x.example`, "", ""},
		{"angle in local part", `"a>b"@x.example`, "", ""},
		{"CRLF", "zoe@x.example\r\nBcc: b@x.example", "", ""},
		{"CR in angle", "Zoë <zoe@x.example\r>", "", ""},
		{"CRLF in encoded word", "=?UTF-8?Q?a=0D=0ABcc:_b?= <zoe@x.example>", "", ""},
		{"CRLF in encoded word, nothing else wrong", "=?UTF-8?Q?a=0D=0ABcc=3A_b?= <zoe@x.example>", "", ""},
		{"tab", "Zoë\tB <zoe@x.example>", "", ""},
		{"NUL", "zoe\x00@x.example", "", ""},
		{"DEL", "Zo\x7f <zoe@x.example>", "", ""},
		{"C1", "Zo\u0085 <zoe@x.example>", "", ""},
		{"line separator", "Zo\u2028 <zoe@x.example>", "", ""},
		{"broken UTF-8", "Zo\xff <zoe@x.example>", "", ""},
		{"local part over 64", strings.Repeat("l", 65) + "@x.example", "", ""},
		{"255", strings.Repeat("l", 64) + "@" + strings.Repeat(strings.Repeat("d", 60)+".", 3) + "testing", "", ""},
		{"label over 63", "a@" + strings.Repeat("d", 64) + ".example", "", ""},
		{"name over 200", strings.Repeat("n", 201) + " <zoe@x.example>", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseAddress(tt.in)
			if tt.wantAddr == "" {
				if !errors.Is(err, ErrAddress) {
					t.Fatalf("ParseAddress(%q) = %+v, %v; want ErrAddress", tt.in, got, err)
				}
				return
			}
			if err != nil || got != (Address{tt.wantName, tt.wantAddr}) {
				t.Fatalf("ParseAddress(%q) = %+v, %v; want %q %q", tt.in, got, err, tt.wantName, tt.wantAddr)
			}
			if again, err := ParseAddress(got.String()); err != nil || again != got {
				t.Errorf("ParseAddress(%q) = %+v, %v; want %+v back", got.String(), again, err, got)
			}
			if again, err := ParseAddress(got.header()); err != nil || again != got {
				t.Errorf("ParseAddress(%q) = %+v, %v; want %+v back", got.header(), again, err, got)
			}
		})
	}
}

// TestAddressText: the commonest surprise gets its own words.
func TestAddressText(t *testing.T) {
	if _, err := ParseAddress("zoë@x.example"); err == nil || !strings.Contains(err.Error(), "plain letters") || strings.Contains(err.Error(), "zo") {
		t.Errorf("got %v", err)
	}
}

func TestFold(t *testing.T) {
	for _, tt := range []struct{ name, a, b string }{
		{"case", "Zoe.B@X.Example", "zoe.b@x.example"},
		{"spaces", " zoe@x.example ", "zoe@x.example"},
		{"international domain", "zoe@Bücher.example", "zoe@xn--bcher-kva.example"},
		{"no address", " Zoe", "zoe"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if Fold(tt.a) != Fold(tt.b) {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q; want the same", tt.a, Fold(tt.a), tt.b, Fold(tt.b))
			}
		})
	}
	if Fold("zoe+a@x.example") == Fold("zoe@x.example") {
		t.Error("Fold drops a tag")
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"zoe@x.example", "Zoë <zoe@x.example>", `"a, b" <a@b.test>`, "=?UTF-8?B?Wm/Dqw==?= <a@b.test>", "a@b.test\r\nX: y", "g: a@b.test;", "a@bücher.example (c)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		if !ascii(a.Addr) || !printable(a.Name) || len(a.Addr) > maxAddress || strings.ContainsAny(a.Addr, " <>\",;:()[]\\") {
			t.Fatalf("ParseAddress(%q) = %+v", s, a)
		}
		for _, form := range []string{a.String(), a.header()} {
			again, err := ParseAddress(form)
			if err != nil || again != a {
				t.Fatalf("ParseAddress(%q) = %+v, %v; want %+v back", form, again, err, a)
			}
		}
		if !ascii(a.header()) {
			t.Fatalf("header of %+v is %q", a, a.header())
		}
	})
}
