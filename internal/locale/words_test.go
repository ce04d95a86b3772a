package locale

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func folded(s string) []string {
	var out []string
	for w := range Words(s) {
		out = append(out, w.Folded)
	}
	return out
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"small letters", "Soil HEALTH", "soil health"},
		{"accents", "Évaluation de la fertilité à Kédougou", "evaluation de la fertilite a kedougou"},
		{"accents as signs of their own", "fertilite\u0301", "fertilite"},
		{"an elision is two words", "l’eau d'ici", "l eau d ici"},
		{"letters without a decomposition", "Straße Łódź Ærø œuvre İstanbul ısı", "strasse lodz aero oeuvre istanbul isi"},
		{"Hausa", "Ɗan ƙasa ɓera", "dan kasa bera"},
		{"Arabic alefs", "أحمد إحمد آحمد ٱحمد احمد", "احمد احمد احمد احمد احمد"},
		{"Arabic yeh and teh marbuta", "مستشفى مستشفي مدرسة مدرسه", "مستشفي مستشفي مدرسه مدرسه"},
		{"Arabic vowels and tatweel", "مُحَمَّد محـــمد", "محمد محمد"},
		{"hamza on its seat", "مسؤول مسئول", "مسوول مسيول"},
		{"Persian letters", "کتاب یک", "كتاب يك"},
		{"digits", "٢٠٢٧ ۲۰۲۷ २०२७ 2027", "2027 2027 2027 2027"},
		{"presentation forms", "ﻻ ﷲ", "لا الله"},
		{"full width", "ＡＢＣ１", "abc1"},
		{"joiners and soft hyphens", "می\u200cخواهم co\u00adoperate", "ميخواهم cooperate"},
		{"signs of Han", "水と土abc", "水 と 土 abc"},
		{"a sign of Han behind a word", "abc水 x", "abc 水 x"},
		{"Hindi keeps its vowels", "किताब", "किताब"},
		{"Greek", "ΛΌΓΟΣ λόγος", "λογοσ λογοσ"},
		{"nothing", " \t\n-–*\"'()", ""},
		{"broken", "a\xffb\x00c", "a b c"},
		{"a long word is cut", strings.Repeat("é", 500), strings.Repeat("e", maxWord)},
	} {
		if got := strings.Join(folded(c.in), " "); got != c.want {
			t.Errorf("%s: Words(%q): got %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestWordsSayWhereTheyStand(t *testing.T) {
	for _, in := range []string{"Évaluation, de l’eau", "abc水 土x", "مُحَمَّد  محـــمد!", "e\u0301a"} {
		for w := range Words(in) {
			if got := folded(in[w.Start:w.End]); len(got) != 1 || got[0] != w.Folded {
				t.Errorf("Words(%q): %q stands at %q", in, w.Folded, in[w.Start:w.End])
			}
		}
	}
}

func TestAsked(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Sol sol SÖL eau", "sol eau"},
		{`"soil" NEAR(x, 2) -water*`, "soil near x 2 water"},
		{"a b c d e f g h i j", "a b c d e f g h"},
		{"\x00'; DROP TABLE", "drop table"},
		{strings.Repeat("x", 10_000), strings.Repeat("x", maxWord)},
		{"", ""},
	} {
		if got := strings.Join(Asked(c.in), " "); got != c.want {
			t.Errorf("Asked(%.40q): got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("before it ", 30) + "the Fertilité of\n\n soils " + strings.Repeat("and after it ", 40)
	for _, c := range []struct{ name, in, q, want string }{
		{"a whole text", "Water in soils", "soil", "Water in [soils]"},
		{"only the last word may be a beginning", "Waters in soils", "water soil", "Waters in [soils]"},
		{"as it is written", "L’Évaluation", "evaluation", "L’[Évaluation]"},
		{"several", "soil, water, soil", "soil", "[soil], water, [soil]"},
		{"none", "Water", "fire", "Water"},
		{"the part about it", long, "fertilite", "… it before it before it before it before it before it before it before it the [Fertilité] of soils and after it and after it and after it and after it and after it and after it and after it and after it and after it and after it and after it and after it and after it and after …"},
		{"nothing", "", "x", ""},
	} {
		var b strings.Builder
		for _, h := range Excerpt(c.in, Asked(c.q)) {
			if h.Mark {
				b.WriteString("[" + h.Text + "]")
			} else {
				b.WriteString(h.Text)
			}
		}
		if b.String() != c.want {
			t.Errorf("%s: got %q, want %q", c.name, b.String(), c.want)
		}
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("Évaluation de l’eau", "eau")
	f.Add("محـــمد 水土 \x00\xff", "محمد")
	f.Add(strings.Repeat("ab水 ", 300), "水")
	f.Fuzz(func(t *testing.T, text, q string) {
		asked := Asked(q)
		for _, w := range asked {
			if again := folded(w); len(w) < maxWord-4 && (len(again) != 1 || again[0] != w) {
				t.Fatalf("%q folds to %q, which folds to %q", q, w, again)
			}
		}
		size := 0
		for _, h := range Excerpt(text, asked) {
			if utf8.ValidString(text) && !utf8.ValidString(h.Text) {
				t.Fatalf("Excerpt(%q, %q): %q is not UTF-8", text, q, h.Text)
			}
			size += len(h.Text)
		}
		if most := excerptLength + 4*maxWord; size > most && !slices.ContainsFunc(strings.Fields(text), func(s string) bool { return len(s) > maxWord }) {
			t.Fatalf("Excerpt(%q, %q): got %d bytes, want at most %d", text, q, size, most)
		}
	})
}
