package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/emersion/go-ical"
)

// Bounds of what Decode reads. go-ical's depth is the stack's, which no recover catches, and its time grows with the
// square of a parameter's length (320 KB took 22 s).
const (
	maxInput      = 256 << 10
	maxLine       = 64 << 10 // unfolded, in octets: an abstract of 10,000 characters is one line
	maxHead       = 8 << 10  // of that the name and parameters
	maxDepth      = 4
	maxComponents = 2000
)

// ErrTooLarge is what Decode returns for input past its bounds.
var ErrTooLarge = errors.New("calendar: input is too large, too deep or has too many parts")

// ErrMalformed is what Decode returns for input that is not iCalendar.
var ErrMalformed = errors.New("calendar: input is not iCalendar")

// Parsed is a calendar that was read.
type Parsed struct {
	Component
	Events []ParsedEvent // the VEVENTs on the first level, in order
}

// Method returns METHOD in upper case, "" if there is none.
func (p *Parsed) Method() string { return strings.ToUpper(p.Text("METHOD")) }

// ParsedEvent is a VEVENT that was read.
type ParsedEvent struct{ Component }

// Component is a part of a calendar: its name in upper case, its properties by name, its own parts.
type Component struct {
	Name       string
	Properties []Property // sorted by name; those of one name as they stood
	Components []Component
}

// Property is a line of a calendar: its name in upper case and its value as it stood.
type Property struct {
	Name   string
	Params map[string][]string // by name in upper case, without quotes, RFC 6868 read
	Value  string
}

// Text returns the value read as TEXT; a lone backslash stands for itself.
func (p Property) Text() string { return unescape(p.Value) }

// List returns the value read as a list of TEXT.
func (p Property) List() []string { return splitText(p.Value) }

// Param returns the first value of a parameter, "" if there is none.
func (p Property) Param(name string) string {
	if v := p.Params[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// All returns the properties of that name, as they stood.
func (c Component) All(name string) []Property {
	from, ok := slices.BinarySearchFunc(c.Properties, name, func(p Property, s string) int { return strings.Compare(p.Name, s) })
	if !ok {
		return nil
	}
	to := from
	for to < len(c.Properties) && c.Properties[to].Name == name {
		to++
	}
	return c.Properties[from:to]
}

// Get returns the first property of that name and whether there is one.
func (c Component) Get(name string) (Property, bool) {
	if all := c.All(name); len(all) > 0 {
		return all[0], true
	}
	return Property{}, false
}

// Text returns the first property of that name read as TEXT, "" if there is none.
func (c Component) Text(name string) string {
	p, _ := c.Get(name)
	return p.Text()
}

// Decode reads one calendar of at most 256 KiB. It returns ErrTooLarge past its bounds, ErrMalformed for what is no
// calendar, and what r returns.
func Decode(r io.Reader) (*Parsed, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	if len(raw) > maxInput {
		return nil, ErrTooLarge
	}
	text, err := unfold(bytes.TrimPrefix(raw, []byte("\uFEFF")))
	if err != nil {
		return nil, err
	}
	cal, err := decode(text)
	if err != nil {
		return nil, err
	}
	parsed := &Parsed{Component: component(cal.Component)}
	for _, c := range parsed.Components {
		if c.Name == ical.CompEvent {
			parsed.Events = append(parsed.Events, ParsedEvent{c})
		}
	}
	return parsed, nil
}

// decode turns go-ical's panics (a parameter without a colon, a value behind a quoted one) into errors.
func decode(text []byte) (cal *ical.Calendar, err error) {
	defer func() {
		if r := recover(); r != nil {
			cal, err = nil, fmt.Errorf("%w: %v", ErrMalformed, r)
		}
	}()
	cal, err = ical.NewDecoder(bytes.NewReader(text)).Decode()
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrMalformed, err)
	}
	return cal, nil
}

// unfold joins folded lines, so that the bounds are checked on the very lines go-ical will see.
func unfold(raw []byte) ([]byte, error) {
	out := make([]byte, 0, len(raw)+len(raw)/32)
	for line := range bytes.SplitSeq(raw, []byte("\n")) {
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) > 0 && blank(line[0]) && len(out) > 0 {
			out = append(out[:len(out)-2], line[1:]...)
		} else {
			out = append(out, line...)
		}
		out = append(out, "\r\n"...)
	}
	depth, components := 0, 0
	for line := range bytes.SplitSeq(out, []byte("\r\n")) {
		if len(line) > maxLine {
			return nil, ErrTooLarge
		}
		if len(line) > 0 && blank(line[0]) {
			return nil, fmt.Errorf("%w: a continued line has none before it", ErrMalformed)
		}
		name, head, err := measure(line)
		if err != nil {
			return nil, err
		}
		if head > maxHead {
			return nil, ErrTooLarge
		}
		switch strings.ToUpper(string(name)) {
		case "BEGIN":
			depth++
			components++
		case "END":
			depth--
		}
		if depth > maxDepth || components > maxComponents {
			return nil, ErrTooLarge
		}
	}
	return out, nil
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

// measure returns the name of a line and the length of what stands before its value. It is as strict as go-ical or
// stricter (that takes a colon within the name of a parameter), so that nothing longer passes for a parameter there.
func measure(line []byte) (name []byte, head int, err error) {
	if len(line) == 0 {
		return nil, 0, nil
	}
	end := bytes.IndexAny(line, ";:")
	if end <= 0 {
		return nil, 0, fmt.Errorf("%w: a line without a name or a colon", ErrMalformed)
	}
	name, head = line[:end], end
	for line[head] == ';' {
		equals := bytes.IndexAny(line[head:], `=:"`)
		if equals < 0 || line[head+equals] != '=' {
			return nil, 0, fmt.Errorf("%w: a parameter without a value", ErrMalformed)
		}
		head += equals
		for line[head] == '=' || line[head] == ',' {
			rest := line[head+1:]
			n := 0
			if len(rest) > 0 && rest[0] == '"' {
				n = 2 + bytes.IndexByte(rest[1:], '"')
			} else {
				n = bytes.IndexAny(rest, `,;:"`)
			}
			if n < 0 || n == 1 && rest[0] == '"' || n >= len(rest) || !bytes.ContainsRune([]byte(",;:"), rune(rest[n])) {
				return nil, 0, fmt.Errorf("%w: a parameter that does not end", ErrMalformed)
			}
			head += 1 + n
		}
	}
	return name, head, nil
}

func component(c *ical.Component) Component {
	out := Component{Name: c.Name}
	for _, props := range c.Props {
		for _, p := range props {
			for _, values := range p.Params {
				for i, v := range values {
					values[i] = unparam.Replace(v)
				}
			}
			out.Properties = append(out.Properties, Property{Name: p.Name, Params: p.Params, Value: p.Value})
		}
	}
	slices.SortStableFunc(out.Properties, func(a, b Property) int { return strings.Compare(a.Name, b.Name) })
	for _, child := range c.Children {
		out.Components = append(out.Components, component(child))
	}
	return out
}
