package markup

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestVTT(t *testing.T) {
	const head = "WEBVTT\n\n"
	for _, tc := range []struct{ name, in, want string }{
		{"one", head + "00:01.000 --> 00:02.500\nHello\n", head + "00:00:01.000 --> 00:00:02.500\nHello\n"},
		{"CRLF, mark and title", "\ufeffWEBVTT - talk\r\nKind: captions\r\n\r\n00:00:01.000 --> 00:00:02.500\r\nHello\r\n", head + "00:00:01.000 --> 00:00:02.500\nHello\n"},
		{"names go", head + "intro\n00:01.000 --> 00:02.000\nHello\n", head + "00:00:01.000 --> 00:00:02.000\nHello\n"},
		{"notes, styles and regions go", head + "NOTE secret\nof two lines\n\nSTYLE\n::cue { background: url(https://x.example) }\n\nREGION\nid:fred\n\n00:01.000 --> 00:02.000\nHello\n",
			head + "00:00:01.000 --> 00:00:02.000\nHello\n"},
		{"settings", head + "00:01.000 --> 00:02.000 align:start position:10%,line-left line:-1 region:fred size:999999% color:red align:end\nHello\n",
			head + "00:00:01.000 --> 00:00:02.000 align:start position:10%,line-left line:-1\nHello\n"},
		{"voices and emphasis", head + "00:01.000 --> 00:02.000\n<v.loud Ada Diallo>It <b>rained</b> <i.x>a lot</i></v>\n- <c.red>yes</c>\n",
			head + "00:00:01.000 --> 00:00:02.000\n<v Ada Diallo>It <b>rained</b> <i>a lot</i></v>\n- <c>yes</c>\n"},
		{"moments", head + "00:01.000 --> 00:05.000\nOne <00:02.000>two <00:00:03.000>three\n", head + "00:00:01.000 --> 00:00:05.000\nOne <00:00:02.000>two <00:00:03.000>three\n"},
		{"script", head + "00:01.000 --> 00:02.000\n<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;\n", head + "00:00:01.000 --> 00:00:02.000\nalert(1)&lt;b&gt;\n"},
		{"script as a name", head + "00:01.000 --> 00:02.000\n<v &lt;script&gt;>x\n", head + "00:00:01.000 --> 00:00:02.000\n<v &lt;script&gt;>x</v>\n"},
		{"left open", head + "00:01.000 --> 00:02.000\n<b>bold <i>both</b> end\n", head + "00:00:01.000 --> 00:00:02.000\n<b>bold <i>both</i></b> end\n"},
		{"comparison", head + "00:01.000 --> 00:02.000\n1 < 2 & 3 > 2\n", head + "00:00:01.000 --> 00:00:02.000\n1 &lt; 2 &amp; 3 &gt; 2\n"},
		{"cues without an empty line", head + "00:01.000 --> 00:02.000\nA\n00:03.000 --> 00:04.000\nB\n", head + "00:00:01.000 --> 00:00:02.000\nA\n\n00:00:03.000 --> 00:00:04.000\nB\n"},
		{"SRT", "1\n00:00:01,000 --> 00:00:02,500\n<font color=red>Hello</font>\nyou\n\n2\n00:00:03,5 --> 00:00:04,000 X1:10\nBye\n",
			head + "00:00:01.000 --> 00:00:02.500\nHello\nyou\n\n00:00:03.500 --> 00:00:04.000\nBye\n"},
		{"SRT without empty lines", "1\n00:00:01,000 --> 00:00:02,500\nHello\n2\n00:00:03,000 --> 00:00:04,000\nBye", head + "00:00:01.000 --> 00:00:02.500\nHello\n\n00:00:03.000 --> 00:00:04.000\nBye\n"},
		{"SRT with a number beneath nothing", "1\n00:00:01,000 --> 00:00:02,000\n2\n00:00:03,000 --> 00:00:04,000\nBye", head + "00:00:01.000 --> 00:00:02.000\n\n\n00:00:03.000 --> 00:00:04.000\nBye\n"},
		{"SRT with settings", "1\n00:00:01,000 --> 00:00:02,500 align:start\nHello", head + "00:00:01.000 --> 00:00:02.500\nHello\n"},
		{"no empty line after the head", "WEBVTT\n00:01.000 --> 00:02.000\nHello\n", head + "00:00:01.000 --> 00:00:02.000\nHello\n"},
		{"a number that is said", head + "00:01.000 --> 00:02.000\nA\n2\n00:03.000 --> 00:04.000\nB\n", head + "00:00:01.000 --> 00:00:02.000\nA\n2\n\n00:00:03.000 --> 00:00:04.000\nB\n"},
		{"a tag that does not end", head + "00:01.000 --> 00:02.000\nA <b\n", head + "00:00:01.000 --> 00:00:02.000\nA &lt;b\n"},
		{"a tag that was not opened", head + "00:01.000 --> 00:02.000\n<b>A</i>B\n", head + "00:00:01.000 --> 00:00:02.000\n<b>AB</b>\n"},
		{"a tag in itself", head + "00:01.000 --> 00:02.000\n<b><b>A</b>B\n", head + "00:00:01.000 --> 00:00:02.000\n<b><b>A</b>B\n"},
		{"a voice of hidden signs", head + "00:01.000 --> 00:02.000\n<v A\u202eda>A\n", head + "00:00:01.000 --> 00:00:02.000\n<v Ada>A</v>\n"},
		{"a voice of nobody", head + "00:01.000 --> 00:02.000\n<v>A\n", head + "00:00:01.000 --> 00:00:02.000\nA\n"},
		{"Arabic", head + "00:01.000 --> 00:02.000\nمرحبا\n", head + "00:00:01.000 --> 00:00:02.000\nمرحبا\n"},
		{"controls", head + "00:01.000 --> 00:02.000\nA\u202eB\x07C\n", head + "00:00:01.000 --> 00:00:02.000\nABC\n"},
		{"a line written as a sign", head + "00:01.000 --> 00:02.000\nA&#10;&#10;00:09.000 --&gt; 00:10.000\n<x>\nB\n", head + "00:00:01.000 --> 00:00:02.000\nA  00:09.000 --&gt; 00:10.000\nB\n"},
		{"hours", head + "100:00:00.000 --> 100:00:01.000\nLate\n", head + "100:00:00.000 --> 100:00:01.000\nLate\n"},
	} {
		got, err := VTT(tc.in)
		if err != nil || got != tc.want {
			t.Errorf("%s:\n got  %q, %v\n want %q", tc.name, got, err, tc.want)
		}
	}
}

func TestVTTRefuses(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		line     int
		what     string
	}{
		{"nothing", "", 1, CaptionNone},
		{"a head only", "WEBVTT\n", 1, CaptionNone},
		{"a text", "Good morning, everybody.", 1, CaptionStray},
		{"no text at all", "WEBVTT\n\xff\xfe", 1, CaptionEncoding},
		{"NUL", "WEBVTT\n\n00:01.000 --> 00:02.000\nA\x00B", 1, CaptionEncoding},
		{"a bad time", "WEBVTT\n\n00:01.000 --> 00:02\nHello", 3, CaptionTime},
		{"sixty seconds", "WEBVTT\n\n00:60.000 --> 01:02.000\nHello", 3, CaptionTime},
		{"a comma", "WEBVTT\n\n1\n00:00:01,000 --> 00:00:02,000\nHello", 4, CaptionTime},
		{"backwards", "WEBVTT\n\n00:03.000 --> 00:02.000\nHello", 3, CaptionBackwards},
		{"an empty line in a text", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\nyou all\nthere", 6, CaptionStray},
		{"a head that is none", "WEBVTTX\n\n00:01.000 --> 00:02.000\nHello", 1, CaptionStray},
		{"a note in SRT", "NOTE\n\n1\n00:00:01,000 --> 00:00:02,000\nHello", 1, CaptionStray},
		{"words for times", "WEBVTT\n\nsoon --> later\nHello", 3, CaptionTime},
		{"a bad first time", "WEBVTT\n\n00:01 --> 00:02.000\nHello", 3, CaptionTime},
		{"a page", "<html><body>WEBVTT", 1, CaptionStray},
	} {
		_, err := VTT(tc.in)
		got, ok := errors.AsType[*CaptionError](err)
		if !ok || got.Line != tc.line || got.What != tc.what {
			t.Errorf("%s: got %v, want line %d: %s", tc.name, err, tc.line, tc.what)
		}
	}
}

func TestTranscript(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"a text stays", "\nGood morning.\r\n\r\nAnd <b>welcome</b>.\n", "Good morning.\n\nAnd <b>welcome</b>."},
		{"captions lose their times", "WEBVTT\n\n00:01.000 --> 00:02.000\nGood\nmorning,\n\n00:02.000 --> 00:03.000\neverybody.\n", "Good morning, everybody."},
		{"who speaks", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Good morning.\n\n00:02.000 --> 00:03.000\n<v Ada>Welcome.\n\n00:03.000 --> 00:04.000\n<v Ben>Thanks &amp; hello.\n",
			"Ada: Good morning. Welcome.\n\nBen: Thanks & hello."},
		{"a pause", "1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n00:00:09,000 --> 00:00:10,000\nTwo.\n", "One.\n\nTwo."},
		{"a mark and a long title", "\ufeffWEBVTT " + strings.Repeat("x", 500) + "\n\n00:01.000 --> 00:02.000\nHello\n", "Hello"},
		{"two who speak at once", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Yes.</v> <v Ben>No.\n", "Ada: Yes. No."},
		{"silence", "WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n\n00:02.000 --> 00:03.000\n<c></c>\n\n00:03.000 --> 00:04.000\ntwo\n", "One two"},
		{"silence first", "WEBVTT\n\n00:01.000 --> 00:02.000\n<c></c>\n\n00:09.000 --> 00:10.000\nOne\n", "One"},
		{"rolling", "WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n\n00:02.000 --> 00:03.000\nOne\n\n00:03.000 --> 00:04.000\ntwo\n", "One two"},
	} {
		got, err := Transcript(tc.in)
		if err != nil || got != tc.want {
			t.Errorf("%s:\n got  %q, %v\n want %q", tc.name, got, err, tc.want)
		}
	}
	if _, err := Transcript("WEBVTT\n\nstray"); err == nil {
		t.Error("captions that cannot be read: got no error")
	}
	if _, err := Transcript("\xff"); err == nil {
		t.Error("no text: got no error")
	}
}

var cleanTag = regexp.MustCompile(`^<(?:v [^<>&\n]*(?:&(?:amp|lt|gt);[^<>&\n]*)*|/v|/?[biuc]|\d{2,}:\d\d:\d\d\.\d{3})>`)

// Whatever comes in, what goes out holds no tag but the few, and reads the same when it is read again.
func FuzzVTT(f *testing.F) {
	for _, s := range []string{"WEBVTT\n\n00:01.000 --> 00:02.000\nHello", "1\n00:00:01,000 --> 00:00:02,500\nHello\n2\n00:00:03,000 --> 00:00:04,000\nBye",
		"WEBVTT\n\n00:01.000 --> 00:02.000 align:start\n<v A><b>x</b> <00:01.500>y<script>", "WEBVTT\nNOTE\n\n00:01.000 --> 00:02.000\n&lt;&amp;#60;<", "WEBVTT\n\n00:01.000-->00:02.000\n\u2028x",
		"WEBVTT\n\n00:01.000 --> 00:02.000\n<v &gt;>x</v >y", "WEBVTT\n\n00:01.000 --> 00:02.000\n--&gt;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, err := VTT(in)
		if err != nil {
			if e, ok := errors.AsType[*CaptionError](err); !ok || e.Line < 1 || e.Line > strings.Count(lineEnds.Replace(in), "\n")+1 {
				t.Errorf("VTT(%q): error %v", in, err)
			}
			return
		}
		for i := 0; i < len(got); i++ {
			if got[i] == '<' && cleanTag.FindString(got[i:]) == "" {
				t.Errorf("VTT(%q) holds %q", in, got[i:])
				break
			}
		}
		again, err := VTT(got)
		if err != nil || again != got {
			t.Errorf("VTT(%q)\n once  %q\n twice %q, %v", in, got, again, err)
		}
		if _, err := Transcript(in); err != nil {
			t.Errorf("Transcript(%q): %v", in, err)
		}
	})
}

// A megabyte of whatever would make a careless parser slow: the figures of all rows should be of one size.
func BenchmarkVTT(b *testing.B) {
	const head = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
	for _, s := range []string{"<", "<b", "<b>", "a\n", "<b></b>", "&amp;", "<v x>", "\n\n00:01.000 --> 00:02.000\nx", ">"} {
		in := head + strings.Repeat(s, (1<<20)/len(s))
		b.Run(strconv.Quote(s), func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				_, _ = VTT(in) // whether it is right is not what is asked
			}
		})
	}
}
