package convoke

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParsePaste(t *testing.T) {
	speakers := []Speaker{{Name: "Zoe Okoro"}, {Name: "Yan Wu"}, {Name: "ليلى حداد"}, {Name: "?"}}
	for _, tt := range []struct {
		name, in string
		want     []PastedQuestion
	}{
		{"nothing", "", nil},
		{"blank lines", " \n\t\r\n\r\n", nil},
		{"paragraphs", "What does it cost?\n\nWho pays,\nand when?\n", []PastedQuestion{{Text: "What does it cost?"}, {Text: "Who pays,\nand when?"}}},
		{"from", "From Amina Diallo\nWho pays?\n\nFrom Luis:\r\nAnd when?\r\n", []PastedQuestion{{Asker: "Amina Diallo", Text: "Who pays?"}, {Asker: "Luis", Text: "And when?"}}},
		{"from alone is a question", "From Amina", []PastedQuestion{{Text: "From Amina"}}},
		{"replies", "Who pays?\nZoe Okoro: The state.\nFor now.\n> Not ours\n- Zoe: since 2024\nAnswer: later\nA: soon\n  indented\n\n  Alone?\n", []PastedQuestion{
			{Text: "Who pays?", Replies: []PastedReply{{"Zoe Okoro", "The state.\nFor now."}, {"", "Not ours"}, {"Zoe", "since 2024"}, {"", "later"}, {"", "soon\nindented\n\nAlone?"}}}}},
		{"question and answer", "Q: Who pays?\nA: The state.", []PastedQuestion{{Text: "Who pays?", Replies: []PastedReply{{"", "The state."}}}}},
		{"a list", "- What is it?\n- Who pays?\n  Zoe: we do\n\n1. One?\n2) Two?", []PastedQuestion{{Text: "What is it?"}, {Text: "Who pays?", Replies: []PastedReply{{"Zoe", "we do"}}}, {Text: "One?"}, {Text: "Two?"}}},
		{"no names", "Where is it?\nSee https://x.example/a: there\nWhat is this: a question?\nReally? Yes: no", []PastedQuestion{
			{Text: "Where is it?\nSee https://x.example/a: there\nWhat is this: a question?\nReally? Yes: no"}}},
		{"formulas and html", "=1+1\n\n<script>alert(1)</script>\n<b>A: x</b>\n\n@SUM(A1)", []PastedQuestion{{Text: "=1+1"}, {Text: "<script>alert(1)</script>\n<b>A: x</b>"}, {Text: "@SUM(A1)"}}},
		{"right to left and signs", "From ليلى حداد\nمن يدفع؟\nليلى حداد: نحن\n\n👩🏽‍🌾 Who?", []PastedQuestion{{Asker: "ليلى حداد", Text: "من يدفع؟", Replies: []PastedReply{{"ليلى حداد", "نحن"}}}, {Text: "👩🏽‍🌾 Who?"}}},
		{"broken bytes", "Who\xff pays?\x00", []PastedQuestion{{Text: "Who\uFFFD pays?\x00"}}},
		{"a chat", "10:41:22 From Amina Diallo to Everyone: Who pays?\n10:42:01 From Luis to Everyone:\nAnd when?\n   In May?\n10:43:00 From Zoe Okoro : Soon", []PastedQuestion{
			{Asker: "Amina Diallo", Text: "Who pays?"}, {Asker: "Luis", Text: "And when?\nIn May?"}, {Asker: "Zoe Okoro", Text: "Soon"}}},
		{"a chat with tabs", "10:41:22\t From  Amina Diallo to  Everyone:\n\tWho pays for all of it?\n10:42:01\t From  Zoe to  Everyone:\n\tReplying to \"Who pays for...\"\n\n\tThe state.\n10:43\tLuis\tAnd when?", []PastedQuestion{
			{Asker: "Amina Diallo", Text: "Who pays for all of it?", Replies: []PastedReply{{"Zoe", "The state."}}}, {Asker: "Luis", Text: "And when?"}}},
		{"a chat with names only", "Recorded chat\n10:41 Amina Diallo: Who pays: you?\n[10:42] ليلى: من؟\n10:43 AM Bo: Me", []PastedQuestion{
			{Text: "Recorded chat"}, {Asker: "Amina Diallo", Text: "Who pays: you?"}, {Asker: "ليلى", Text: "من؟"}, {Asker: "Bo", Text: "Me"}}},
		{"a reply to nobody", "10:41 Amina: Who?\n10:42 Zoe: Replying to \"Something else\"\nYes.", []PastedQuestion{{Asker: "Amina", Text: "Who?"}, {Asker: "Zoe", Text: "Something else\nYes."}}},
		{"a reply to a reply", "10:41 Amina: Who?\n10:42 Zoe: Replying to \"Who?\"\nWe.\n10:43 Amina: Replying to \"We.\"\nThanks", []PastedQuestion{{Asker: "Amina", Text: "Who?", Replies: []PastedReply{{"Zoe", "We."}, {"Amina", "Thanks"}}}}},
		{"a message of nothing", "10:41 Amina:\n10:42 Bo: Hm?", []PastedQuestion{{Asker: "Amina"}, {Asker: "Bo", Text: "Hm?"}}},
		{"line ends of all sorts", "One?\u0085\u0085Two?\u2028\u2028Three?\u2029\u2029Four?\f\fFive?\v\vSix?\r\rSeven?", []PastedQuestion{
			{Text: "One?"}, {Text: "Two?"}, {Text: "Three?"}, {Text: "Four?"}, {Text: "Five?"}, {Text: "Six?"}, {Text: "Seven?"}}},
		{"a short chat", "\n10:41 Amina: Who pays?\nNobody?", []PastedQuestion{{Asker: "Amina", Text: "Who pays?\nNobody?"}}},
		{"a chat after an empty line", "\n10:41 Amina: Who?\n10:42 Bo: Hm?", []PastedQuestion{{Asker: "Amina", Text: "Who?"}, {Asker: "Bo", Text: "Hm?"}}},
		{"a reply that is said late", "10:41 Amina: Who?\n10:42 Zoe: We.\nReplying to \"Who?\"", []PastedQuestion{{Asker: "Amina", Text: "Who?"}, {Asker: "Zoe", Text: "We.\nReplying to \"Who?\""}}},
		{"a reply that is said twice", "10:41 Amina: Who?\n10:42 Zoe: Replying to \"Who?\"\nReplying to \"x\"\nWe.", []PastedQuestion{
			{Asker: "Amina", Text: "Who?", Replies: []PastedReply{{"Zoe", "Replying to \"x\"\nWe."}}}}},
		{"a reply of nothing", "10:41 Amina: Who?\n10:42 Zoe: Replying to \"Who?\"", []PastedQuestion{{Asker: "Amina", Text: "Who?"}, {Asker: "Zoe", Text: "Who?"}}},
		{"a reply to nothing", "10:41 Amina: Who?\n10:42 Zoe: Replying to \"\"\nWe.", []PastedQuestion{{Asker: "Amina", Text: "Who?"}, {Asker: "Zoe", Text: "We."}}},
		{"a reply to the latest", "10:41 Amina: Who pays?\n10:42 Bo: Who asks?\n10:43 Zoe: Replying to Who...\nWe.", []PastedQuestion{
			{Asker: "Amina", Text: "Who pays?"}, {Asker: "Bo", Text: "Who asks?", Replies: []PastedReply{{"Zoe", "We."}}}}},
		{"a list that has ended", "- One?\n- Two?\n\nThree?\n- yes", []PastedQuestion{{Text: "One?"}, {Text: "Two?"}, {Text: "Three?", Replies: []PastedReply{{"", "yes"}}}}},
		{"nothing is asked", "Q:\nWho pays?", []PastedQuestion{{Text: "Q:\nWho pays?"}}},
		{"an answer first", "A: we do", []PastedQuestion{{Text: "A: we do"}}},
		{"marks", "Who pays?\n> \n> What is said here: we do\n> Anna van Dyk: nobody", []PastedQuestion{{Text: "Who pays?", Replies: []PastedReply{{"", "What is said here: we do"}, {"Anna van Dyk", "nobody"}}}}},
		{"indented", "Who pays?\n  We do.", []PastedQuestion{{Text: "Who pays?", Replies: []PastedReply{{"", "We do."}}}}},
		{"too many names", "Who pays?\nAnna Ben Cleo Dan Eve Fay: we", []PastedQuestion{{Text: "Who pays?\nAnna Ben Cleo Dan Eve Fay: we"}}},
		{"a paragraph of a speaker", "Who pays?\nand when?\n\nZOE okoro: We do.\nFor now.\n\nYan Wu : Not I.\n\nAna Blanc: and I?", []PastedQuestion{
			{Text: "Who pays?\nand when?", Replies: []PastedReply{{"ZOE okoro", "We do.\nFor now."}, {"Yan Wu", "Not I."}}}, {Text: "Ana Blanc: and I?"}}},
		{"a speaker's name above the answer", "Who pays?\n\nZoe Okoro:\nWe do.\n\nZoe Okoro:", []PastedQuestion{{Text: "Who pays?", Replies: []PastedReply{{"Zoe Okoro", "We do."}}}, {Text: "Zoe Okoro:"}}},
		{"a name without letters", "Who pays?\n\n!: we do", []PastedQuestion{{Text: "Who pays?"}, {Text: "!: we do"}}},
		{"a speaker who begins", "Zoe Okoro: Who pays?\n\nWhy?", []PastedQuestion{{Text: "Zoe Okoro: Who pays?"}, {Text: "Why?"}}},
		{"a speaker of another script", "من؟\n\nليلى حداد: نحن", []PastedQuestion{{Text: "من؟", Replies: []PastedReply{{"ليلى حداد", "نحن"}}}}},
		{"an indented paragraph", "Who pays?\n\n\tWe do.\n\tFor now.\n\n  And later?\n\nWhy?", []PastedQuestion{{Text: "Who pays?", Replies: []PastedReply{{"", "We do.\nFor now.\n\nAnd later?"}}}, {Text: "Why?"}}},
		{"all is indented", "  Who pays?\n\n  Why?\n\n    Because.", []PastedQuestion{{Text: "Who pays?"}, {Text: "Why?", Replies: []PastedReply{{"", "Because."}}}}},
		{"an answer after a blank line", "Q: Who pays?\n\nA: We do.\n\nQ: Why?\n\nRéponse : Ainsi.", []PastedQuestion{{Text: "Who pays?", Replies: []PastedReply{{"", "We do."}}}, {Text: "Why?", Replies: []PastedReply{{"", "Ainsi."}}}}},
		{"an indented question", "Who pays?\n\n  From Bo\n  Why?\n\n   Q: How?\n\n    - One?\n    - Two?", []PastedQuestion{{Text: "Who pays?"}, {Asker: "Bo", Text: "Why?"}, {Text: "How?"}, {Text: "One?"}, {Text: "Two?"}}},
		{"one time is no chat", "10:41 Amina: said\nthat\nthis\nis it", []PastedQuestion{{Text: "10:41 Amina: said\nthat\nthis\nis it"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ParsePaste(tt.in, speakers); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%q:\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
	long := ParsePaste(strings.Repeat("é", 2*MaxPaste), nil)
	if n := utf8.RuneCountInString(long[0].Text); len(long) != 1 || n != MaxPaste {
		t.Errorf("a long text: %d questions, the first of %d runes", len(long), n)
	}
}

// Whatever is pasted, nothing that was written is lost, and nothing is made up.
func FuzzParsePaste(f *testing.F) {
	for _, s := range []string{"Who?\n\nFrom A\nB?\nC: d", "10:41:22 From A to Everyone: b\n10:42 C: Replying to \"b\"\nd", "- a\n- b\n1) c", "A\tb\n10:41\tc\td\n10:42\te\tf", "=1+1\r\n<b>", "من؟\nليلى: نعم", "10:41 A:\n10:42 B:", "Q: a\nA:\n>", "Who?\n\nzoe: we\n\n\tdo\n\nC D:\nhm", "  Who?\n\n Zoe:\n\n   A: x\n\n  Zoe: - y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := ParsePaste(in, []Speaker{{Name: "Zoe"}, {Name: "C D"}})
		var all strings.Builder
		runes := 0
		for _, q := range got {
			if q.Text == "" && q.Asker == "" && len(q.Replies) == 0 {
				t.Errorf("an empty question in %q", in)
			}
			fmt.Fprintln(&all, q.Asker, q.Text)
			runes += utf8.RuneCountInString(q.Asker + q.Text)
			for _, r := range q.Replies {
				fmt.Fprintln(&all, r.Name, r.Text)
				runes += utf8.RuneCountInString(r.Name + r.Text)
			}
		}
		if n := utf8.RuneCountInString(in); runes > n || len(got) > n {
			t.Errorf("%d runes became %d in %d questions", n, runes, len(got))
		}
		for _, l := range pastedLines(in) {
			words := strings.Fields(l)
			if len(words) == 0 || chatReply.MatchString(l) || strings.Contains(l, "Repl") || strings.Contains(l, "p") && strings.Contains(l, "onse") {
				continue
			}
			last := words[len(words)-1]
			if strings.HasSuffix(last, ":") { // the head of a message, or of a paragraph
				continue
			}
			if !strings.Contains(all.String(), last) && len(words) > 1 {
				t.Errorf("%q of line %q is lost: %q", last, l, got)
			}
		}
	})
}

func TestAlike(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Who pays?", "who  pays", true},
		{"Who pays?", "Who paid?", false},
		{"How did you find out who pays for it in the end?", "How did you find out who pays for this in the end", true},
		{"How did you find out who pays for it?", "When did they decide what comes after that?", false},
		{"How did you find out who pays for the new water pump?", "How did you find out who repairs all the old broken roads?", false},
		{"Who pays it?", "It pays who?", false},
		{"من يدفع؟", "من يدفع", true},
		{"???", "!!!", false},
		{"", "", false},
	} {
		if got := WordsOf(tt.a).Alike(WordsOf(tt.b)); got != tt.want || WordsOf(tt.b).Alike(WordsOf(tt.a)) != got {
			t.Errorf("Alike(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}
