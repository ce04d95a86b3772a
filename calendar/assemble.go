package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Header is what a calendar says about itself; empty fields are not written. A mail sets Method alone: anything more in
// an invitation is suspected of stopping Gmail.
type Header struct {
	Method            string // PUBLISH in a feed; REQUEST or CANCEL in a mail
	Name, Description string
	URL, Source       string // page of the calendar, address of the feed
	Color             string // a CSS3 colour name (RFC 7986 5.9)
	Language          string // of Name
	Refresh           time.Duration
}

// Assemble joins stored VTIMEZONEs and VEVENTs, in the given order, into a whole calendar. The same zone twice is written
// once. There must be at least one component (RFC 5545 3.6): an empty feed carries a lone VTIMEZONE. It writes no UID
// for the calendar, because vdirsyncer then keeps one event only.
func Assemble(h Header, zones, events [][]byte) ([]byte, error) {
	if len(zones)+len(events) == 0 {
		return nil, errors.New("calendar: a calendar needs an event or a zone")
	}
	size := 1 << 10
	for _, part := range events {
		size += len(part)
	}
	out, err := h.append(make([]byte, 0, size+len(zones)<<9))
	if err != nil {
		return nil, err
	}
	seen := make(map[string][]byte, len(zones))
	for _, z := range zones {
		if !framed(z, "VTIMEZONE") {
			return nil, errors.New("calendar: a part is not a VTIMEZONE")
		}
		id := zoneID(z)
		if other, ok := seen[id]; ok {
			if !bytes.Equal(other, z) {
				return nil, fmt.Errorf("calendar: zone %s in two versions", id)
			}
			continue
		}
		seen[id] = z
		out = append(out, z...)
	}
	for _, e := range events {
		if !framed(e, "VEVENT") {
			return nil, errors.New("calendar: a part is not a VEVENT")
		}
		out = append(out, e...)
	}
	return append(out, "END:VCALENDAR\r\n"...), nil
}

func framed(part []byte, name string) bool {
	return bytes.HasPrefix(part, []byte("BEGIN:"+name+"\r\n")) && bytes.HasSuffix(part, []byte("\r\nEND:"+name+"\r\n"))
}

func zoneID(zone []byte) string {
	_, rest, _ := bytes.Cut(zone, []byte("\r\nTZID:"))
	id, _, _ := bytes.Cut(rest, []byte("\r\n"))
	return string(id)
}

func (h Header) append(out []byte) ([]byte, error) {
	if h.Method != strings.ToUpper(h.Method) || !plainTag(h.Method) {
		return nil, fmt.Errorf("calendar: unknown method %q", clip(h.Method))
	}
	if h.Color != strings.ToLower(h.Color) || !plainTag(h.Color) {
		return nil, fmt.Errorf("calendar: %q is not a colour name", clip(h.Color))
	}
	if !plainTag(h.Language) {
		return nil, fmt.Errorf("calendar: %q is not a language tag", clip(h.Language))
	}
	if h.Refresh < 0 || h.Refresh%time.Minute != 0 {
		return nil, fmt.Errorf("calendar: refresh of %v is not whole minutes", h.Refresh)
	}
	line := func(name, value string) {
		if value != "" {
			out = fold(out, []byte(name+":"+value))
		}
	}
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", productID)
	line("CALSCALE", "GREGORIAN")
	line("METHOD", h.Method)
	name := "NAME"
	if h.Language != "" {
		name += ";LANGUAGE=" + h.Language
	}
	line(name, escapeLine(h.Name))
	line("X-WR-CALNAME", escapeLine(h.Name))
	line("X-WR-CALDESC", escape(h.Description))
	for _, link := range []struct{ name, value string }{{"URL", h.URL}, {"SOURCE;VALUE=URI", h.Source}} {
		if link.value == "" {
			continue
		}
		u, err := uri(link.value)
		if err != nil {
			return nil, err
		}
		line(link.name, u)
	}
	if h.Refresh > 0 {
		// RFC 7986 5.7 has no default type. Outlook reads the second line, Apple the first.
		line("REFRESH-INTERVAL;VALUE=DURATION", durationText(h.Refresh))
		line("X-PUBLISHED-TTL", durationText(h.Refresh))
	}
	line("COLOR", h.Color)
	return out, nil
}

// durationText writes "PT1H30M" (RFC 5545 3.3.6); d is whole minutes.
func durationText(d time.Duration) string {
	s := "PT"
	if h := int(d / time.Hour); h > 0 {
		s += fmt.Sprintf("%dH", h)
	}
	if m := int(d % time.Hour / time.Minute); m > 0 {
		s += fmt.Sprintf("%dM", m)
	}
	return s
}
