package mailer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-mail/mail/v2"
)

const (
	maxSubject = 200 // runes
	maxURL     = 500 // bytes; go-mail leaves what it cannot fold on one line, which may have 998
	maxLine    = 998 // RFC 5322 2.1.1
)

// Message is one mail to one person, every template already rendered.
type Message struct {
	ID      string // Message-ID without <>; the same at every repeat
	From    Address
	ReplyTo *Address
	To      Address
	Subject string
	Date    time.Time
	Text    string
	HTML    string

	// Calendar is a whole VCALENDAR with CRLF line ends, Method its METHOD. It goes out as the last alternative, which is what
	// makes mail programs show an invitation, and once more, byte for byte, as the attachment invite.ics (RFC 6047 2.4).
	Calendar []byte
	Method   string
	// Files are further calendar objects, each attached under its name; their types are not used. Mail programs act on none of them by themselves.
	Files []File

	ListID string // as "community.host.example", without <> (RFC 2919)
	// Unsubscribe is the address that a one-click POST goes to (RFC 8058): https, or http where a whole instance has no TLS.
	Unsubscribe string
	Language    string // Content-Language, as "en" or "pt-BR"
}

var (
	idPattern   = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)
	listPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$`)
	langPattern = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)
	files       = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,60}\.ics$`)
	methods     = regexp.MustCompile(`^[A-Z]{3,20}$`)
)

// field is one header field of the finished message: how it is written and what a reader must find in it.
type field struct{ name, wire, want string }

// Render composes m as MIME: CRLF line ends, ASCII only, lines within 998 octets. The result is read back and compared with m
// before it is returned, so that no text can become a header field or end a part early. Boundaries are random: two renderings of
// one message differ.
func Render(m Message) ([]byte, error) {
	fields, err := m.header()
	if err != nil {
		return nil, fmt.Errorf("render mail: %w", err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("render mail: %w", err)
	}
	raw, err := m.compose(fields)
	if err != nil {
		return nil, fmt.Errorf("render mail: %w", err)
	}
	if err := m.verify(fields, raw); err != nil {
		return nil, fmt.Errorf("render mail: read back: %w", err)
	}
	return raw, nil
}

// header lists the fields of m, each value checked. Names are constants: go-mail writes whatever it is given.
func (m Message) header() ([]field, error) {
	subject := strings.Join(strings.Fields(m.Subject), " ")
	switch {
	case len(m.ID) > 200 || !idPattern.MatchString(m.ID):
		return nil, errors.New("the Message-ID is not usable")
	case m.Date.IsZero():
		return nil, errors.New("no date")
	case subject == "":
		return nil, errors.New("no subject")
	case !printable(m.Subject):
		return nil, errors.New("the subject holds a control character")
	case utf8.RuneCountInString(subject) > maxSubject:
		return nil, fmt.Errorf("the subject is longer than %d characters", maxSubject)
	}
	date := m.Date.Format(time.RFC1123Z)
	fields := []field{
		{"Message-ID", "<" + m.ID + ">", "<" + m.ID + ">"},
		{"Date", date, date},
		{"Subject", encodeText(subject), subject},
		// Both keep out-of-office programs quiet (RFC 3834 5; the second is Exchange's).
		{"Auto-Submitted", "auto-generated", "auto-generated"},
		{"X-Auto-Response-Suppress", "All", "All"},
	}
	for _, a := range []struct {
		name string
		addr *Address
	}{{"From", &m.From}, {"To", &m.To}, {"Reply-To", m.ReplyTo}} {
		if a.addr == nil {
			continue
		}
		if clean, err := bare(a.addr.Addr); err != nil || clean != a.addr.Addr {
			return nil, fmt.Errorf("%s: %w, or not passed through ParseAddress", a.name, ErrAddress)
		}
		if !printable(a.addr.Name) || utf8.RuneCountInString(a.addr.Name) > maxName {
			return nil, fmt.Errorf("%s: the name is too long or holds a control character", a.name)
		}
		clean := Address{Name: strings.Join(strings.Fields(a.addr.Name), " "), Addr: a.addr.Addr}
		fields = append(fields, field{a.name, clean.header(), clean.String()})
	}
	if m.ListID != "" {
		if len(m.ListID) > 200 || !listPattern.MatchString(m.ListID) {
			return nil, errors.New("the list id is not usable")
		}
		fields = append(fields, field{"List-Id", "<" + m.ListID + ">", "<" + m.ListID + ">"})
	}
	if m.Unsubscribe != "" {
		u, err := url.Parse(m.Unsubscribe)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(m.Unsubscribe) > maxURL ||
			!ascii(m.Unsubscribe) || strings.ContainsAny(m.Unsubscribe, "<> ,\"") {
			return nil, errors.New("the unsubscribe address is not usable")
		}
		fields = append(fields, field{"List-Unsubscribe", "<" + m.Unsubscribe + ">", "<" + m.Unsubscribe + ">"},
			field{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click", "List-Unsubscribe=One-Click"})
	}
	if m.Language != "" {
		if !langPattern.MatchString(m.Language) {
			return nil, errors.New("the language is not usable")
		}
		fields = append(fields, field{"Content-Language", m.Language, m.Language})
	}
	return fields, nil
}

// check looks at the bodies.
func (m Message) check() error {
	if strings.TrimSpace(m.Text) == "" || strings.TrimSpace(m.HTML) == "" {
		return errors.New("a mail needs a text and an HTML part")
	}
	if !utf8.ValidString(m.Text) || !utf8.ValidString(m.HTML) {
		return errors.New("a part is not UTF-8")
	}
	for _, f := range m.Files {
		if !files.MatchString(f.Name) {
			return errors.New("the name of an attachment is not usable")
		}
		if err := calendarBytes(f.Data); err != nil {
			return fmt.Errorf("attachment: %w", err)
		}
	}
	if (m.Calendar == nil) != (m.Method == "") {
		return errors.New("calendar part and method come together or not at all")
	}
	if m.Calendar == nil {
		return nil
	}
	if err := calendarBytes(m.Calendar); err != nil {
		return err
	}
	switch {
	case !methods.MatchString(m.Method):
		return errors.New("the calendar method is not usable")
	case !bytes.Contains(m.Calendar, []byte("\r\nMETHOD:"+m.Method+"\r\n")):
		return errors.New("the calendar part does not name its method") // RFC 6047 2.4: both must agree
	}
	return nil
}

// calendarBytes looks at how a calendar object is written.
func calendarBytes(b []byte) error {
	switch {
	case !utf8.Valid(b):
		return errors.New("the calendar part is not UTF-8")
	case strayLineEnd(b):
		return errors.New("the calendar part has line ends other than CRLF") // RFC 5545 3.1
	}
	return nil
}

// attached lists the attachments of m as they are read back.
func (m Message) attached() (list []File) {
	if m.Calendar != nil {
		list = append(list, File{Name: "invite.ics", Data: m.Calendar})
	}
	return append(list, m.Files...)
}

// compose lets go-mail write the message. It works on bytes in memory only: a writer or a part that fails in the middle makes
// go-mail panic or, worse, return nil with the MIME cut short.
func (m Message) compose(fields []field) (raw []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			raw, err = nil, fmt.Errorf("compose: %v", p)
		}
	}()
	msg := mail.NewMessage()
	for _, f := range fields {
		msg.SetHeader(f.name, f.wire)
	}
	msg.SetBody("text/plain", m.Text)
	msg.AddAlternative("text/html", m.HTML)
	if m.Calendar != nil {
		msg.AddAlternative("text/calendar; method="+m.Method, string(m.Calendar), mail.SetPartEncoding(mail.Base64))
	}
	for _, f := range m.attached() {
		msg.Attach(f.Name,
			// The host's own table would decide the type, and go-mail writes the name raw: one is a constant here, the other was checked.
			mail.SetHeader(map[string][]string{"Content-Type": {`application/ics; name="` + f.Name + `"`}}),
			mail.SetCopyFunc(func(w io.Writer) error {
				_, err := w.Write(f.Data)
				return err
			}))
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("compose: %w", err)
	}
	return b.Bytes(), nil
}

// verify reads raw back and demands exactly the fields that were meant, with their values, and the same bodies.
func (m Message) verify(fields []field, raw []byte) error {
	if err := checkWire(raw); err != nil {
		return err
	}
	p, err := Read(raw)
	if err != nil {
		return err
	}
	got := make(map[string]string, len(p.Header))
	for _, h := range p.Header {
		name := strings.ToLower(h.Name)
		if _, twice := got[name]; twice {
			return fmt.Errorf("header field %s stands twice", h.Name)
		}
		got[name] = h.Value
	}
	if len(got) != len(fields)+2 || got["mime-version"] == "" || got["content-type"] == "" {
		return fmt.Errorf("%d header fields, want %d", len(got), len(fields)+2)
	}
	for _, f := range fields {
		if got[strings.ToLower(f.name)] != f.want {
			return fmt.Errorf("header field %s reads otherwise than it was written", f.name)
		}
	}
	if !sameText(p.Text, m.Text) || !sameText(p.HTML, m.HTML) || p.Method != m.Method || !bytes.Equal(p.Calendar, m.Calendar) {
		return errors.New("a part reads otherwise than it was written")
	}
	if !slices.EqualFunc(p.Files, m.attached(), func(a, b File) bool { return a.Name == b.Name && bytes.Equal(a.Data, b.Data) }) {
		return errors.New("an attachment reads otherwise than it was written")
	}
	return nil
}

// sameText compares without regard to line ends, which the encoder turns into CRLF.
func sameText(a, b string) bool {
	lf := strings.NewReplacer("\r\n", "\n", "\r", "\n")
	return lf.Replace(a) == lf.Replace(b)
}

// checkWire demands what every mail server takes without extension: ASCII, CRLF, lines within 998 octets.
func checkWire(raw []byte) error {
	if strayLineEnd(raw) {
		return errors.New("a line end other than CRLF")
	}
	if slices.ContainsFunc(raw, func(b byte) bool { return b >= 0x80 || b == 0 }) {
		return errors.New("a byte outside ASCII")
	}
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > maxLine {
			return fmt.Errorf("a line of %d octets", len(line))
		}
	}
	return nil
}

// strayLineEnd reports a CR without LF or an LF without CR.
func strayLineEnd(b []byte) bool {
	for i, c := range b {
		if c == '\n' && (i == 0 || b[i-1] != '\r') || c == '\r' && (i+1 == len(b) || b[i+1] != '\n') {
			return true
		}
	}
	return false
}
