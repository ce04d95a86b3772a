package mailer

import (
	"errors"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	nested := "Content-Type: text/plain\r\n\r\nhello\r\n"
	for i := range 8 {
		b := strings.Repeat("b", i+1) + "."
		nested = "Content-Type: multipart/mixed; boundary=\"" + b + "\"\r\n\r\n--" + b + "\r\n" + nested + "\r\n--" + b + "--\r\n"
	}
	for _, tt := range []struct {
		name, raw string
		want      Parsed // without Header
		err       error
		anyErr    bool
	}{
		{name: "plain", raw: "Subject: hi\r\nFrom: Zoe <zoe@x.example>\r\nTo: a@x.example\r\nMessage-ID: <1@x.example>\r\n\r\nhello\r\n",
			want: Parsed{Subject: "hi", From: "Zoe <zoe@x.example>", To: "a@x.example", MessageID: "1@x.example", Text: "hello\n"}},
		{name: "encoded and folded subject", raw: "Subject: =?UTF-8?Q?Zo=C3=AB?=\r\n =?ISO-8859-1?Q?=E9?=\r\n\r\nx", want: Parsed{Subject: "Zoëé", Text: "x"}},
		{name: "header that does not decode", raw: "Subject: =?x-none?Q?a?=\r\n\r\nx", want: Parsed{Subject: "=?x-none?Q?a?=", Text: "x"}},
		{name: "unknown charset", raw: "Content-Type: text/plain; charset=x-none\r\n\r\na\xffb", want: Parsed{Text: "a\uFFFDb"}},
		{name: "unknown encoding", raw: "Content-Transfer-Encoding: x-none\r\n\r\nab", want: Parsed{Text: "ab"}},
		{name: "calendar reply alone", raw: "Content-Type: text/calendar; method=reply\r\n\r\nBEGIN:VCALENDAR\r\n",
			want: Parsed{Calendar: []byte("BEGIN:VCALENDAR\r\n"), Method: "REPLY"}},
		{name: "LF line ends", raw: "Subject: hi\nContent-Type: text/html\n\n<p>\n", want: Parsed{Subject: "hi", HTML: "<p>\n"}},
		{name: "too deep", raw: nested, err: ErrTooBig},
		{name: "too many parts", raw: "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", maxParts+1) + "--b--\r\n", err: ErrTooBig},
		{name: "too big", raw: "A: b\r\n\r\n" + strings.Repeat("x", maxRaw), err: ErrTooBig},
		{name: "no boundary", raw: "Content-Type: multipart/mixed\r\n\r\nx", anyErr: true},
		{name: "cut short", raw: "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx", anyErr: true},
		{name: "broken base64", raw: "Content-Transfer-Encoding: base64\r\n\r\n!!!!", anyErr: true},
		{name: "header too big", raw: "A: " + strings.Repeat("x", maxHeader) + "\r\n\r\nx", anyErr: true},
		{name: "no header", raw: "\x00\x01", anyErr: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Read([]byte(tt.raw))
			if tt.err != nil || tt.anyErr {
				if err == nil || tt.err != nil && !errors.Is(err, tt.err) {
					t.Fatalf("got %+v, %v; want error %v", got, err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			w := tt.want
			if got.Subject != w.Subject || got.From != w.From || got.To != w.To || got.MessageID != w.MessageID || got.Text != w.Text ||
				got.HTML != w.HTML || string(got.Calendar) != string(w.Calendar) || got.Method != w.Method {
				t.Errorf("got %+v, want %+v", got, w)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	raw, err := Render(letter())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/calendar; method=x\r\n\r\ny\r\n--b--\r\n"))
	f.Add([]byte("Subject: =?UTF-8?Q?=0D=0A?=\n\nx"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Read(raw)
		if err == nil && len(p.Text)+len(p.HTML)+len(p.Calendar) > 3*maxRaw {
			t.Fatalf("%d bytes became more than three times the limit", len(raw))
		}
	})
}
