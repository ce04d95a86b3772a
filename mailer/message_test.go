package mailer

import (
	"bytes"
	"encoding/base64"
	"flag"
	"mime"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const invite = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Convoke//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:7f3c@club.example\r\n" +
	"DTSTAMP:20261122T070000Z\r\nDTSTART:20261201T100000Z\r\nDTEND:20261201T110000Z\r\nSEQUENCE:0\r\nSUMMARY:Webinaire d'été\r\n" +
	"STATUS:CONFIRMED\r\nORGANIZER;CN=Club:mailto:events@club.example\r\n" +
	"ATTENDEE;CN=Zoë;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;\r\n RSVP=TRUE:mailto:zoe@member.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

// letter is a good invitation; tests spoil one field of it.
func letter() Message {
	return Message{
		ID:          "0123456789abcdef@club.example",
		From:        Address{"Club « été » via Convoke", "events@club.example"},
		ReplyTo:     &Address{"Doe, Ada", "ada@club.example"},
		To:          Address{"Zoë", "zoe@member.example"},
		Subject:     "Invitation : Webinaire d'été",
		Date:        time.Date(2026, 11, 22, 8, 24, 33, 0, time.FixedZone("", 3600)),
		Text:        "Bonjour Zoë,\nwebinar on 1 December, 11:00 in Paris.\nhttps://club.example/unsubscribe/Zk3qV9tT0bYxw2LrPq8sNd\n",
		HTML:        "<!DOCTYPE html>\n<html lang=\"fr\"><body><p>Bonjour Zoë, webinar on 1 December, 11:00 in Paris.</p>\n<a href=\"https://club.example/unsubscribe/Zk3qV9tT0bYxw2LrPq8sNd\">unsubscribe</a></body></html>\n",
		Calendar:    []byte(invite),
		Method:      "REQUEST",
		ListID:      "main.club.example",
		Unsubscribe: "https://club.example/unsubscribe/Zk3qV9tT0bYxw2LrPq8sNd",
		Language:    "fr",
	}
}

var boundary = regexp.MustCompile(`boundary=([0-9a-f]+)`)

// still gives a rendering without what differs from one to the next: boundaries, and the order of go-mail's header fields.
func still(raw []byte) []byte {
	for i, m := range boundary.FindAllSubmatch(raw, -1) {
		raw = bytes.ReplaceAll(raw, m[1], []byte{'b', 'o', 'u', 'n', 'd', 'a', 'r', 'y', byte('1' + i)})
	}
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	var fields []string
	for line := range strings.SplitSeq(string(head), "\r\n") {
		if strings.HasPrefix(line, " ") {
			fields[len(fields)-1] += "\r\n" + line
		} else {
			fields = append(fields, line)
		}
	}
	slices.Sort(fields)
	return []byte(strings.Join(fields, "\r\n") + "\r\n\r\n" + string(body))
}

func TestRenderGolden(t *testing.T) {
	short := letter()
	short.Calendar, short.Method, short.ListID, short.Unsubscribe, short.ReplyTo = nil, "", "", "", nil
	for _, tt := range []struct {
		name string
		msg  Message
	}{{"invite", letter()}, {"transactional", short}} {
		t.Run(tt.name, func(t *testing.T) {
			raw, err := Render(tt.msg)
			if err != nil {
				t.Fatal(err)
			}
			got := still(raw)
			file := filepath.Join("testdata", tt.name+".eml")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestRenderParts(t *testing.T) {
	raw, err := Render(letter())
	if err != nil {
		t.Fatal(err)
	}
	order := regexp.MustCompile(`Content-Type: ([a-z/]+)`).FindAllStringSubmatch(string(raw), -1)
	var got []string
	for _, m := range order {
		got = append(got, m[1])
	}
	want := []string{"multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"}
	if !slices.Equal(got, want) {
		t.Errorf("parts %v, want %v", got, want)
	}
	p, err := Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	if string(p.Calendar) != invite || p.Method != "REQUEST" || len(p.Files) != 1 || string(p.Files[0].Data) != invite ||
		p.Files[0].Name != "invite.ics" || p.Files[0].Type != "application/ics" {
		t.Errorf("calendar %q, method %q, files %+v", p.Calendar, p.Method, p.Files)
	}
	if p.MessageID != letter().ID || p.Subject != letter().Subject || p.Text != letter().Text || p.HTML != letter().HTML {
		t.Errorf("read back %+v", p)
	}
}

func TestRenderHeaderLines(t *testing.T) {
	for _, tt := range []struct{ name, subject string }{
		{"latin", strings.Repeat("é", 200)},
		{"arabic", strings.Repeat("مرحبا ", 33)},
		{"japanese without spaces", strings.Repeat("会", 200)},
		{"emoji", strings.Repeat("👩🏽‍💻", 50)},
		{"latin, of an odd length", "x" + strings.Repeat("é", 199)},
		{"japanese, out of step", "xx" + strings.Repeat("会", 198)},
		{"one long word", strings.Repeat("x", 200)},
		{"many words", strings.TrimSpace(strings.Repeat("word ", 40))},
		{"looks encoded", "=?UTF-8?Q?=0D=0ABcc:_b@x.example?="},
		{"looks like a field", "Bcc: b@x.example"},
		{"signs", `a=b_c?d "e" <f> \ , ; : @`},
		{"mixed", "Séance 3 : " + strings.Repeat("a long title that goes on ", 7)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := letter()
			m.Subject = tt.subject
			m.From.Name, m.To.Name, m.ReplyTo.Name = tt.subject, tt.subject, tt.subject
			raw, err := Render(m)
			if err != nil {
				t.Fatal(err)
			}
			p, err := Read(raw)
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Join(strings.Fields(tt.subject), " "); p.Subject != want {
				t.Errorf("subject %q, want %q", p.Subject, want)
			}
			head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
			for _, word := range regexp.MustCompile(`=\?UTF-8\?[QB]\?[^?]*\?=`).FindAllString(head, -1) {
				if read, err := new(mime.WordDecoder).Decode(word); err != nil || !utf8.ValidString(read) { // RFC 2047 5: whole characters
					t.Errorf("%s alone reads %q, %v", word, read, err)
				}
			}
			for line := range strings.SplitSeq(head, "\r\n") {
				if len(line) > 76 {
					t.Errorf("header line of %d octets: %s", len(line), line)
				}
			}
		})
	}
}

// Further calendar objects are attachments only, in their order.
func TestRenderFiles(t *testing.T) {
	m := letter()
	m.Files = []File{{Name: "cancelled-1.ics", Data: []byte("BEGIN:VCALENDAR\r\n")}, {Name: "cancelled-2.ics", Data: []byte("END:VCALENDAR\r\n")}}
	for _, names := range [][]string{{"invite.ics", "cancelled-1.ics", "cancelled-2.ics"}, {"cancelled-1.ics", "cancelled-2.ics"}} {
		raw, err := Render(m)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range p.Files {
			got = append(got, f.Name)
			if f.Type != "application/ics" {
				t.Errorf("%s is of type %s", f.Name, f.Type)
			}
		}
		if !slices.Equal(got, names) || string(p.Calendar) != string(m.Calendar) {
			t.Errorf("files %v, want %v; calendar part %q", got, names, p.Calendar)
		}
		m.Calendar, m.Method = nil, ""
	}
}

func TestRenderRefuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*Message)
	}{
		{"no id", func(m *Message) { m.ID = "" }},
		{"id with angle brackets", func(m *Message) { m.ID = "<a@b.example>" }},
		{"id too long", func(m *Message) { m.ID = strings.Repeat("a", 200) + "@b.example" }},
		{"id with CRLF", func(m *Message) { m.ID = "a@b.example\r\nBcc: b@x.example" }},
		{"no date", func(m *Message) { m.Date = time.Time{} }},
		{"no subject", func(m *Message) { m.Subject = " " }},
		{"CRLF in subject", func(m *Message) { m.Subject = "a\r\nBcc: b@x.example" }},
		{"line separator in subject", func(m *Message) { m.Subject = "a\u2028b" }},
		{"subject too long", func(m *Message) { m.Subject = strings.Repeat("x", 201) }},
		{"no sender", func(m *Message) { m.From = Address{} }},
		{"CRLF in recipient", func(m *Message) { m.To.Addr = "a@x.example\r\nBcc: b@x.example" }},
		{"two recipients", func(m *Message) { m.To.Addr = "a@x.example, b@x.example" }},
		{"CRLF in reply address", func(m *Message) { m.ReplyTo = &Address{"", "a@x.example\r\nX: y"} }},
		{"CRLF in name", func(m *Message) { m.From.Name = "a\r\nBcc: b@x.example" }},
		{"name not UTF-8", func(m *Message) { m.To.Name = "a\xff" }},
		{"name too long", func(m *Message) { m.To.Name = strings.Repeat("n", 201) }},
		{"international domain not converted", func(m *Message) { m.To.Addr = "a@bücher.example" }},
		{"no text", func(m *Message) { m.Text = "\n" }},
		{"no HTML", func(m *Message) { m.HTML = "" }},
		{"broken UTF-8", func(m *Message) { m.Text = "a\xff" }},
		{"calendar without method", func(m *Message) { m.Method = "" }},
		{"method without calendar", func(m *Message) { m.Calendar = nil }},
		{"another method", func(m *Message) { m.Method = "CANCEL" }},
		{"method in lower case", func(m *Message) {
			m.Method, m.Calendar = "request", bytes.Replace(m.Calendar, []byte("METHOD:REQUEST"), []byte("METHOD:request"), 1)
		}},
		{"method with parameter", func(m *Message) { m.Method = "REQUEST; x=y" }},
		{"calendar with LF", func(m *Message) { m.Calendar = bytes.ReplaceAll(m.Calendar, []byte("\r\n"), []byte("\n")) }},
		{"calendar with one LF", func(m *Message) { m.Calendar = append(m.Calendar, '\n') }},
		{"calendar not UTF-8", func(m *Message) { m.Calendar = append(m.Calendar, 0xff) }},
		{"file with a name that ends the field", func(m *Message) { m.Files = []File{{Name: "a\"\r\nBcc: b@x.example\r\nX: \".ics"}} }},
		{"file of another kind", func(m *Message) { m.Files = []File{{Name: "a.exe"}} }},
		{"file with LF", func(m *Message) { m.Files = []File{{Name: "a.ics", Data: []byte("BEGIN:VCALENDAR\n")}} }},
		{"list id with bracket", func(m *Message) { m.ListID = "a.b>\r\nX: y" }},
		{"unsubscribe by mail", func(m *Message) { m.Unsubscribe = "mailto:a@x.example" }},
		{"unsubscribe by another scheme", func(m *Message) { m.Unsubscribe = "ftp://x.example/a" }},
		{"unsubscribe not ASCII", func(m *Message) { m.Unsubscribe = "https://x.example/\u00e9" }},
		{"unsubscribe with bracket", func(m *Message) { m.Unsubscribe = "https://x.example/>,<a" }},
		{"unsubscribe too long", func(m *Message) { m.Unsubscribe = "https://x.example/" + strings.Repeat("a", 500) }},
		{"language", func(m *Message) { m.Language = "fr\r\nX: y" }},
		{"too big", func(m *Message) { m.Text = strings.Repeat("x", maxRaw) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := letter()
			tt.spoil(&m)
			raw, err := Render(m)
			if err == nil {
				t.Fatalf("rendered\n%s", raw)
			}
			if late := strings.Contains(err.Error(), "read back"); late != (tt.name == "too big") {
				t.Errorf("composed before it was refused: %v", err)
			}
		})
	}
}

// TestVerify spoils finished mails in ways that composing does not allow, to see that reading back would notice.
func TestVerify(t *testing.T) {
	m := letter()
	fields, err := m.header()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := m.compose(fields)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, old, new string }{
		{"one field more", "Auto-Submitted:", "Bcc: b@x.example\r\nAuto-Submitted:"},
		{"a field twice", "Auto-Submitted:", "Date: Mon, 02 Jan 2006 15:04:05 -0700\r\nAuto-Submitted:"},
		{"a field twice with one value", "Auto-Submitted:", "Auto-Submitted: auto-generated\r\nAuto-Submitted:"},
		{"a field less", "List-Id: <main.club.example>\r\n", ""},
		{"another value", "List-Id: <main.", "List-Id: <other."},
		{"another recipient", "<zoe@", "<joe@"},
		{"LF", "Auto-Submitted: auto-generated\r\n", "Auto-Submitted: auto-generated\n"},
		{"8 bit", "Bonjour", "Bonjoür"},
		{"8 bit in the name of a file", "filename=\"invite", "filename=\"invité"},
		{"text changed", "webinar on 1", "webinar on 2"},
		{"attachment cut", "--\r\n", "\r\n"},
		{"long line", "Auto-Submitted: auto-generated", "Auto-Submitted: auto-generated" + strings.Repeat(" ", 1000)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			spoiled := strings.Replace(string(raw), tt.old, tt.new, -1)
			if spoiled == string(raw) {
				t.Fatal("nothing was changed")
			}
			if err := m.verify(fields, []byte(spoiled)); err == nil {
				t.Error("not noticed")
			}
		})
	}
	t.Run("attachment changed", func(t *testing.T) {
		text := base64.StdEncoding.EncodeToString([]byte("BEGIN:"))
		i := bytes.LastIndex(raw, []byte(text))
		if i == bytes.Index(raw, []byte(text)) {
			t.Fatal("there is no attachment")
		}
		spoiled := bytes.Clone(raw)
		spoiled[i]++
		if err := m.verify(fields, spoiled); err == nil {
			t.Error("not noticed")
		}
	})
	if err := m.verify(fields, raw); err != nil {
		t.Errorf("the unspoiled one: %v", err)
	}
}

func BenchmarkRender(b *testing.B) {
	m := letter()
	for b.Loop() {
		if _, err := Render(m); err != nil {
			b.Fatal(err)
		}
	}
}
