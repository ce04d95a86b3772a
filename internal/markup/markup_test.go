package markup

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHTMLAndPlain(t *testing.T) {
	const r = ` rel="nofollow ugc noopener"`
	tests := []struct{ name, md, html, plain string }{
		{"nothing", "", "", ""},
		{"white space only", " \n\t\n", "", ""},
		{"words", "Bring *your* **own** ~~cup~~.", "<p>Bring <em>your</em> <strong>own</strong> <del>cup</del>.</p>\n",
			"Bring your own cup."},
		{"line break kept", "Room 4\nSecond floor", "<p>Room 4<br>\nSecond floor</p>\n", "Room 4\nSecond floor"},
		{"Windows line ends", "a\r\n\r\nb\r\n", "<p>a</p>\n<p>b</p>\n", "a\n\nb"},
		{"headings shifted", "# One\n## Two\n##### Five\nSix\n===", "<h3>One</h3>\n<h4>Two</h4>\n<h6>Five</h6>\n<h3>Six</h3>\n",
			"One\n\nTwo\n\nFive\n\nSix"},
		{"link", "See [notes](https://a.example/n \"t\").", `<p>See <a href="https://a.example/n"` + r + `>notes</a>.</p>` + "\n",
			"See notes (https://a.example/n)."},
		{"link by itself", "https://a.example/n?x=1&y=2",
			`<p><a href="https://a.example/n?x=1&amp;y=2"` + r + `>https://a.example/n?x=1&amp;y=2</a></p>` + "\n",
			"https://a.example/n?x=1&y=2"},
		{"link in angles", "<https://a.example>", `<p><a href="https://a.example"` + r + `>https://a.example</a></p>` + "\n",
			"https://a.example"},
		{"link by reference", "[a][1]\n\n[1]: https://a.example", `<p><a href="https://a.example"` + r + `>a</a></p>` + "\n",
			"a (https://a.example)"},
		{"mail address", "ask@a.example", `<p><a href="mailto:ask@a.example"` + r + `>ask@a.example</a></p>` + "\n",
			"ask@a.example"},
		{"mail link", "[us](mailto:ask@a.example)", `<p><a href="mailto:ask@a.example"` + r + `>us</a></p>` + "\n",
			"us (ask@a.example)"},
		{"javascript link", "[x](javascript:alert(1))", "<p>x</p>\n", "x"},
		{"link that shows where it leads, written as it is", "[](https://x.example/?a=&amp;lt;b)", "<p><a href=\"https://x.example/?a=&amp;lt;b\"" + r + ">https://x.example/?a=&amp;lt;b</a></p>\n", "https://x.example/?a=&lt;b"},
		{"title of a link", "[a](https://x.example/ \"b\")", "<p><a href=\"https://x.example/\"" + r + ">a</a></p>\n", "a (https://x.example/)"},
		{"scheme in capitals", "[a](HTTPS://x.example/)", "<p><a href=\"https://x.example/\"" + r + ">a</a></p>\n", "a (HTTPS://x.example/)"},
		{"javascript link, disguised", "[x](java&#115;cript:alert)[y](JAVASCRIPT:alert)", "<p>xy</p>\n", "xy"},
		{"data link", "[x](data:text/html,hi)", "<p>x</p>\n", "x"},
		{"other scheme in angles", "<ftp://a.example>", "<p>ftp://a.example</p>\n", "ftp://a.example"},
		{"relative link", "[x](/admin)", "<p>x</p>\n", "x"},
		{"link without words", "[](https://a.example)", `<p><a href="https://a.example"` + r + `>https://a.example</a></p>` + "\n",
			"https://a.example"},
		{"link nobody can follow", "[x](https://\")", "<p>x</p>\n", "x"},
		{"image becomes link", "![Map](https://a.example/m.png)", `<p><a href="https://a.example/m.png"` + r + `>Map</a></p>` + "\n",
			"Map (https://a.example/m.png)"},
		{"image without words", "![](https://a.example/?a&b)",
			`<p><a href="https://a.example/?a&amp;b"` + r + `>https://a.example/?a&amp;b</a></p>` + "\n", "https://a.example/?a&b"},
		{"image in link", "[![Map](https://t.example/m.png)](https://a.example)",
			`<p><a href="https://a.example"` + r + `>Map</a></p>` + "\n", "Map (https://a.example)"},
		{"image of data", "![x](data:image/png;base64,AA)", "<p>x</p>\n", "x"},
		{"HTML is text", "<b>x</b> <script>alert(1)</script>",
			"<p>&lt;b&gt;x&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;</p>\n", "<b>x</b> <script>alert(1)</script>"},
		{"HTML block is text", "<div onclick=x>\nhi\n</div>", "<p>&lt;div onclick=x&gt;<br>\nhi<br>\n&lt;/div&gt;</p>\n",
			"<div onclick=x>\nhi\n</div>"},
		{"escapes and entities", `\*a\* &amp; &eacute; 1 < 2`, "<p>*a* &amp; é 1 &lt; 2</p>\n", "*a* & é 1 < 2"},
		{"code", "`a&amp;<b>`", "<p><code>a&amp;amp;&lt;b&gt;</code></p>\n", "a&amp;<b>"},
		{"fenced code", "```go\nif a < b {\n```", "<pre><code>if a &lt; b {\n</code></pre>\n", "    if a < b {"},
		{"lists", "- a\n- b\n  1. c\n  2. d\n\n3. e\n4. f",
			"<ul>\n<li>a</li>\n<li>b\n<ol>\n<li>c</li>\n<li>d</li>\n</ol>\n</li>\n</ul>\n<ol start=\"3\">\n<li>e</li>\n<li>f</li>\n</ol>\n",
			"- a\n- b\n  1. c\n  2. d\n\n3. e\n4. f"},
		{"check boxes stay text", "- [x] done", "<ul>\n<li>[x] done</li>\n</ul>\n", "- [x] done"},
		{"quote", "> a\n> b", "<blockquote>\n<p>a<br>\nb</p>\n</blockquote>\n", "> a\n> b"},
		{"rule", "a\n\n***\n\nb", "<p>a</p>\n<hr>\n<p>b</p>\n", "a\n\n---\n\nb"},
		{"table", "| a | b |\n|:-:|---|\n| 1 | 2 |",
			"<table>\n<thead>\n<tr>\n<th align=\"center\">a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n" +
				"<td align=\"center\">1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n", "a | b\n1 | 2"},
		{"other scripts", "مرحبا **بكم** 日本", "<p>مرحبا <strong>بكم</strong> 日本</p>\n", "مرحبا بكم 日本"},
		{"controls and broken bytes", "a\x00b\x1b\xffc\u202Ed", "<p>ab\uFFFDcd</p>\n", "ab\uFFFDcd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(HTML(tt.md)); got != tt.html {
				t.Errorf("HTML(%q)\n got %q\nwant %q", tt.md, got, tt.html)
			}
			if got := Plain(tt.md); got != tt.plain {
				t.Errorf("Plain(%q)\n got %q\nwant %q", tt.md, got, tt.plain)
			}
		})
	}
}

// The policy must hold by itself, should the parser ever let something through.
func TestPolicy(t *testing.T) {
	tests := []struct{ name, html, want string }{
		{"script", `<p>a<script>alert(1)</script></p>`, `<p>a</p>`},
		{"handler", `<p onclick="x()">a</p>`, `<p>a</p>`},
		{"image", `<img src="https://t.example/p.png" onerror="x()">`, ``},
		{"style", `<p style="color:red" class="a" id="b">a</p>`, `<p>a</p>`},
		{"javascript", `<a href="javascript:alert(1)">a</a>`, `a`},
		{"link without rel", `<a href="https://a.example">a</a>`, `<a href="https://a.example" rel="nofollow">a</a>`},
		{"relative link", `<a href="/sign-out">a</a>`, `a`},
		{"start of a list", `<ol start="1 x"><li>a</li></ol>`, `<ol><li>a</li></ol>`},
		{"title", `<a href="https://a.example" title="b">a</a>`, `<a href="https://a.example" rel="nofollow">a</a>`},
		{"frame", `<iframe src="https://a.example"></iframe><form><input></form>`, ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := policy().Sanitize(tt.html); got != tt.want {
				t.Errorf("Sanitize(%q)\n got %q\nwant %q", tt.html, got, tt.want)
			}
		})
	}
}

func TestBounds(t *testing.T) {
	t.Run("length", func(t *testing.T) {
		got := string(HTML(strings.Repeat("é", MaxBytes)))
		if want := MaxBytes + len("<p></p>\n"); len(got) > want || !utf8.ValidString(got) {
			t.Errorf("HTML of a long text has %d bytes, want at most %d, all UTF-8", len(got), want)
		}
	})
	t.Run("depth", func(t *testing.T) {
		for _, sign := range []string{">", "- ", "1. ", "> - "} {
			got := string(HTML(strings.Repeat(sign, 1000) + "end"))
			n := strings.Count(got, "<blockquote>") + strings.Count(got, "<ul>") + strings.Count(got, "<ol>")
			if n < maxDepth || n > 2*maxDepth+1 || !strings.Contains(got, "end") {
				t.Errorf("1000 times %q: %d blocks deep, want between %d and %d, and the text kept", sign, n, maxDepth, 2*maxDepth)
			}
		}
	})
	t.Run("marks", func(t *testing.T) {
		const times = 3000
		for _, mark := range []struct{ text, element string }{{"*Z* ", "<em>"}, {"~~Z~~ ", "<del>"}, {"[Z](https://x.example) ", ">Z</a>"}} {
			got := string(HTML(strings.Repeat(mark.text, times)))
			if n := strings.Count(got, mark.element); n != maxMarks/2 {
				t.Errorf("%q: %d marks, want %d", mark.text, n, maxMarks/2)
			}
			if n := strings.Count(got, "Z"); n != times {
				t.Errorf("%q: %d words kept, want %d", mark.text, n, times)
			}
		}
	})
	t.Run("marks are counted by block", func(t *testing.T) {
		const times = 600
		if n := strings.Count(string(HTML(strings.Repeat("*a*\n\n", times))), "<em>"); n != times {
			t.Errorf("%d emphases, want %d", n, times)
		}
	})
}

func TestClean(t *testing.T) {
	tests := []struct {
		name, in string
		max      int
		want     string
	}{
		{"plain", "Nairobi hub", 80, "Nairobi hub"},
		{"folded", "  a \t\r\n b\u00a0\u2028c  ", 80, "a b c"},
		{"controls", "a\x00\x1b[31mb\x7f", 80, "a[31mb"},
		{"header injection", "Subject\r\nBcc: x@a.example", 80, "Subject Bcc: x@a.example"},
		{"direction overrides", "cod\u202Efdp.exe\u2066", 80, "codfdp.exe"},
		{"joiners stay", "می\u200cخواهم 👩\u200d🏫", 80, "می\u200cخواهم 👩\u200d🏫"},
		{"capped by runes", "éééé", 3, "ééé"},
		{"no space at the cut", "ab cd", 3, "ab"},
		{"cut after a space's word", "ab cd", 4, "ab c"},
		{"broken bytes", "a\xffb", 80, "a\uFFFDb"},
		{"nothing allowed", "abc", 0, ""},
		{"empty", " \n ", 80, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in, tt.max); got != tt.want {
				t.Errorf("Clean(%q, %d) = %q, want %q", tt.in, tt.max, got, tt.want)
			}
		})
	}
}

func TestCleanText(t *testing.T) {
	tests := []struct {
		name, in string
		max      int
		want     string
	}{
		{"line ends", "a\r\nb\rc\u2028d\n", 80, "a\nb\nc\nd"},
		{"tabs and inner spaces stay", "a\tb  c", 80, "a\tb  c"},
		{"first line's indentation stays", "\n\n    code\n\n", 80, "    code"},
		{"controls", "a\x00b\x0bc\ufeff", 80, "abc"},
		{"capped by runes", "é\né\né", 3, "é\né"},
		{"nothing allowed", "abc", 0, ""},
		{"empty", "\r\n \r\n", 80, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := CleanText(tt.in, tt.max); got != tt.want {
				t.Errorf("CleanText(%q, %d) = %q, want %q", tt.in, tt.max, got, tt.want)
			}
		})
	}
}

// allowed is every tag HTML may return; anything else beginning with "<" is a hole.
var allowed = regexp.MustCompile(`^(</?(h[3-6]|p|br|hr|em|strong|del|code|pre|blockquote|ul|ol|li|table|thead|tbody|tr|th|td)>` +
	`|<a href="(https?|mailto):[^"<>]*" rel="nofollow ugc noopener">|</a>` +
	`|<ol start="[0-9]{1,9}">|<t[hd] align="(left|center|right)">)`)

func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		"[x](javascript:alert(1))", "<script>", "![a](x onerror=b)", "[a]: <javascript:x>\n[a]", "<a\nhref=x>",
		"| a |\n|---|\n| `<b` |", "[![a](b)](c)", "&lt;script&gt;", "<javascript:x>", "www.a.example/\"onclick=", "1. a\n   - > b",
		"[a](https://a.example/\"><script>)", "````\n</code><script>", "~~a~~\x00", "http://a.example/%zz", "[a](http://[::1)",
		"![[a](https://b.example)](https://c.example)", "a@b.example:x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, md string) {
		got := string(HTML(md))
		for i := range len(got) {
			if got[i] == '<' && !allowed.MatchString(got[i:]) {
				t.Errorf("HTML(%q) holds %q\n%s", md, got[i:min(len(got), i+40)], got)
			}
		}
		if !utf8.ValidString(got) {
			t.Errorf("HTML(%q) is no UTF-8: %q", md, got)
		}
		plain := Plain(md)
		if !utf8.ValidString(plain) || strings.ContainsAny(plain, "\x00\x1b\r") {
			t.Errorf("Plain(%q) = %q", md, plain)
		}
	})
}

func BenchmarkHTML(b *testing.B) {
	md := strings.Repeat("## Notes\n\nA paragraph with *words*, a [link](https://a.example) and a list:\n\n- one\n- two\n\n", 10)
	b.SetBytes(int64(len(md)))
	for b.Loop() {
		HTML(md)
	}
}
