package markup

import (
	"strings"
	"testing"
)

func TestMarkdown(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", " \n", ""},
		{"as it was", "Because **microbes** *work*, ~~not~~ `x`.\nSee [this](https://soil.example/a).\n\n- one\n- two\n\n1. a\n2. b\n\n> said", "Because **microbes** *work*, ~~not~~ `x`.\nSee [this](https://soil.example/a).\n\n- one\n- two\n\n1. a\n2. b\n\n> said"},
		{"headings", "## 99. Who is *next*?\n\nForged\n===\n\nToo\n---\n\n> # quoted\n\n- ## listed\n\n\\# not\n\n####### seven\n\n#", "**99. Who is next?**\n\n**Forged**\n\n**Too**\n\n> **quoted**\n\n- **listed**\n\n\\# not\n\n\\#\\#\\#\\#\\#\\#\\# seven"},
		{"links", "[x](javascript:alert(1)) [y][1] <javascript:alert(2)> ![z](data:text/html,x) [e](javascript&#58;alert(3))\n\n[1]: JAVASCRIPT:alert(4)", "x y javascript:alert(2) z e"},
		{"links that are safe", "[x](https://soil.example/a_(b)?c=1&d) <https://soil.example/_e_> ![p](https://soil.example/p.png)", "[x](https://soil.example/a_%28b%29?c=1\\&d) <https://soil.example/_e_> [p](https://soil.example/p.png)"},
		{"bare links", "http://soil.example/~x/_y_?a=1&b=2#p, www.soil.example/x_y and me_too@soil.example", "<http://soil.example/~x/_y_?a=1&b=2#p>, [www.soil.example/x\\_y](http://www.soil.example/x_y) and <me_too@soil.example>"},
		{"a pipe in a cell", "| a |\n|---|\n| `x\\|y` |", "| a |\n| --- |\n| `x\\|y` |"},
		{"emphasis beside emphasis", "*a*_b_ **c**__d__", "*a*_b_ **c**__d__"},
		{"HTML", "<script>alert(1)</script>\n<b>x</b> &lt;i>", "\\<script\\>alert(1)\\</script\\>\n\\<b\\>x\\</b\\> \\<i\\>"},
		{"code", "```sh\n# a\n````\n\n    ## b ```\n\n`` a`b ``", "```\n# a\n```\n\n````\n## b ```\n````\n\n``a`b``"},
		{"code of ticks", "`` `a `` `` b` ``", "`` `a `` `` b` ``"},
		{"code that does not end", "```\n## x", "```\n## x\n```"},
		{"escapes", "1986\\. A year\n\\- no list\n\\+ nor this", "1986\\. A year\n\\- no list\n\\+ nor this"},
		{"a table", "| a | b |\n|---|:-:|\n| 1 | x \\| y |", "| a | b |\n| --- | --- |\n| 1 | x \\| y |"},
		{"a rule", "a\n\n---\n\nb", "a\n\n* * *\n\nb"},
	} {
		got := Markdown(tt.in)
		if got != tt.want {
			t.Errorf("%s: Markdown(%q)\n got %q\nwant %q", tt.name, tt.in, got, tt.want)
		}
		if again := Markdown(got); again != got {
			t.Errorf("%s: written once more %q is %q", tt.name, got, again)
		}
	}
}

// What is written holds no heading and nothing that leads elsewhere, and it ends: what follows it is a heading still.
func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"# a\n\nb\n===", "```\nx", "~~~~", "- ```\n  # x\n\n## y", "[x](javascript:y)", "[a]\n\n[a]: data:x", "> > # q", "|a|\n|-|\n|`|`|", "* * *\n\\", "1) a\n\n   # b", "<!-- x", "![[a](b)](c)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := string(HTML(Markdown(in) + "\n\n## after"))
		if n := strings.Count(got, "<h"); n-strings.Count(got, "<hr") != 1 || !strings.HasSuffix(strings.TrimSpace(got), "<h4>after</h4>") {
			t.Errorf("Markdown(%q) is %q, which shows as\n%s", in, Markdown(in), got)
		}
	})
}
