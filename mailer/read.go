package mailer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/emersion/go-message"
)

// What Read takes at most; mail comes from anywhere.
const (
	maxRaw    = 2 << 20
	maxHeader = 128 << 10
	maxParts  = 150
	maxDepth  = 6
)

// ErrTooBig is wrapped when a message is larger, has more parts or is nested deeper than Read looks at.
var ErrTooBig = errors.New("message is too big to be read")

// HeaderField is one field of a message's header, unfolded and with its encoded words decoded; From, To and Reply-To, where they
// hold one usable address, as Address.String writes it.
type HeaderField struct{ Name, Value string }

// File is one attachment.
type File struct {
	Name, Type string // Type is the media type without parameters
	Data       []byte
}

// Parsed is what a person or a program finds in a message.
type Parsed struct {
	Subject, From, To string
	MessageID         string // without <>
	Header            []HeaderField
	Text, HTML        string // with LF line ends
	Calendar          []byte
	Method            string // of the inline calendar part, in upper case
	Files             []File
}

// Read takes a message apart. It refuses more than 2 MiB, 150 parts or six levels (ErrTooBig) and broken MIME. Text in an unknown
// charset is kept as far as it is UTF-8. Of several parts of a kind the first counts.
func Read(raw []byte) (*Parsed, error) {
	if len(raw) > maxRaw {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooBig, len(raw))
	}
	root, err := message.ReadWithOptions(bytes.NewReader(raw), &message.ReadOptions{MaxHeaderBytes: maxHeader})
	if err != nil && !tolerable(err) {
		return nil, fmt.Errorf("read message: %w", err)
	}
	p := &Parsed{}
	for f := root.Header.Fields(); f.Next(); {
		v, err := f.Text()
		if err != nil {
			v = f.Value()
		}
		v = strings.ToValidUTF8(v, "\uFFFD")
		switch strings.ToLower(f.Key()) {
		case "from", "to", "reply-to":
			// Encoded words may hold a comma or an angle bracket: an address is parsed first and decoded then (RFC 2047 6.2).
			if a, err := ParseAddress(f.Value()); err == nil {
				v = a.String()
			}
		}
		p.Header = append(p.Header, HeaderField{Name: f.Key(), Value: v})
		switch strings.ToLower(f.Key()) {
		case "subject":
			first(&p.Subject, v)
		case "from":
			first(&p.From, v)
		case "to":
			first(&p.To, v)
		case "message-id":
			first(&p.MessageID, strings.Trim(v, "<> "))
		}
	}
	parts := 0
	err = root.Walk(func(path []int, e *message.Entity, err error) error {
		if parts++; parts > maxParts || len(path) > maxDepth {
			return ErrTooBig
		}
		if err != nil && !tolerable(err) {
			return err
		}
		return p.take(e)
	})
	if err != nil {
		return nil, fmt.Errorf("read message: %w", err)
	}
	return p, nil
}

func first(field *string, v string) {
	if *field == "" {
		*field = v
	}
}

// tolerable tells a part that can be shown, if not well, from one that is broken.
func tolerable(err error) bool {
	return message.IsUnknownCharset(err) || message.IsUnknownEncoding(err)
}

// take sorts one part into p. Multiparts are opened by the caller.
func (p *Parsed) take(e *message.Entity) error {
	kind, params, err := e.Header.ContentType()
	if err != nil || kind == "" {
		kind = "text/plain" // RFC 2045 5.2
	}
	kind = strings.ToLower(kind)
	if strings.HasPrefix(kind, "multipart/") {
		return nil
	}
	body, err := io.ReadAll(e.Body)
	if err != nil {
		return err
	}
	disp, dispParams, _ := e.Header.ContentDisposition() // unreadable: shown inline, as mail programs do
	name := dispParams["filename"]
	if name == "" {
		name = params["name"]
	}
	switch attached := strings.EqualFold(disp, "attachment"); {
	case !attached && kind == "text/plain" && p.Text == "":
		p.Text = text(body)
	case !attached && kind == "text/html" && p.HTML == "":
		p.HTML = text(body)
	case !attached && kind == "text/calendar" && p.Calendar == nil:
		p.Calendar = body
		p.Method = strings.ToUpper(params["method"])
	default:
		if plainName, err := new(mime.WordDecoder).DecodeHeader(name); err == nil {
			name = plainName
		}
		p.Files = append(p.Files, File{Name: strings.ToValidUTF8(name, "\uFFFD"), Type: kind, Data: body})
	}
	return nil
}

func text(b []byte) string {
	return strings.ToValidUTF8(strings.ReplaceAll(string(b), "\r\n", "\n"), "\uFFFD")
}
