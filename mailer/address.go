package mailer

import (
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// ErrAddress is wrapped by every refusal of ParseAddress; the text around it can be shown to whoever typed the address.
var ErrAddress = errors.New("not a mail address")

// Limits of RFC 5321 4.5.3.1; a path of 256 octets leaves 254 for the address.
const (
	maxAddress = 254
	maxLocal   = 64
	maxName    = 200  // runes of a display name
	maxTyped   = 2000 // bytes looked at before anything is parsed
)

// Address is one mailbox. Addr is ASCII: a plain local part, "@" and a domain in its A-label form.
type Address struct{ Name, Addr string }

// domains maps what people type to what goes over the wire: lower case, IDNA, each label letters, digits and hyphens.
var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// localPart is the dot-atom of RFC 5322 3.2.3. Quoted local parts lose their quotes in net/mail and would then break
// the RCPT command; nobody has one.
var localPart = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")

// ParseAddress reads exactly one mailbox, "zoe@x.example" or "Zoë <zoe@x.example>". The domain comes back in lower case and
// as A-labels. Control characters are refused, also those hidden in an encoded word (RFC 2047), because a CR in an address
// or name would begin a new header line. Every error wraps ErrAddress.
func ParseAddress(s string) (Address, error) {
	if len(s) > maxTyped {
		return Address{}, fmt.Errorf("%w: too long", ErrAddress)
	}
	if !printable(s) {
		return Address{}, fmt.Errorf("%w: it holds a control character", ErrAddress)
	}
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, ";") { // net/mail takes a group of one ("team: a@x.example;") for a mailbox
		return Address{}, fmt.Errorf("%w: a group is not one address", ErrAddress)
	}
	parsed, err := mail.ParseAddress(s)
	if err != nil {
		return Address{}, fmt.Errorf("%w: write it as name@host", ErrAddress)
	}
	if !printable(parsed.Name) {
		return Address{}, fmt.Errorf("%w: the name holds a control character", ErrAddress)
	}
	name := strings.Join(strings.Fields(parsed.Name), " ")
	if utf8.RuneCountInString(name) > maxName {
		return Address{}, fmt.Errorf("%w: the name is longer than %d characters", ErrAddress, maxName)
	}
	addr, err := bare(parsed.Address)
	if err != nil {
		return Address{}, err
	}
	return Address{Name: name, Addr: addr}, nil
}

// bare checks local@domain and returns it with the domain as A-labels.
func bare(s string) (string, error) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return "", fmt.Errorf("%w: write it as name@host", ErrAddress)
	}
	local, domain := s[:at], s[at+1:]
	if !ascii(local) {
		return "", fmt.Errorf("%w: only plain letters, digits and signs can stand before the @", ErrAddress)
	}
	if len(local) > maxLocal || !localPart.MatchString(local) {
		return "", fmt.Errorf("%w: what stands before the @ is not usable", ErrAddress)
	}
	host, err := domains.ToASCII(domain)
	if err != nil || strings.HasSuffix(host, ".") {
		return "", fmt.Errorf("%w: what stands after the @ is not a host name", ErrAddress)
	}
	if len(local)+1+len(host) > maxAddress {
		return "", fmt.Errorf("%w: longer than %d characters", ErrAddress, maxAddress)
	}
	return local + "@" + host, nil
}

// String writes the mailbox for people, in a form that ParseAddress reads back.
func (a Address) String() string {
	if a.Name == "" {
		return a.Addr
	}
	for _, r := range a.Name {
		if r != ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return quote(a.Name) + " <" + a.Addr + ">"
		}
	}
	return a.Name + " <" + a.Addr + ">"
}

// header writes the mailbox for a header field: pure ASCII, folding places at spaces only.
func (a Address) header() string {
	switch {
	case a.Name == "":
		return a.Addr
	case plain(a.Name):
		return quote(a.Name) + " <" + a.Addr + ">"
	default:
		return encodeWords(a.Name) + " <" + a.Addr + ">"
	}
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// Fold returns the key by which two addresses are the same person: domain as A-labels and everything in lower case. RFC 5321
// 2.4 lets a host tell Zoe@ from zoe@, but none does and people type both. Dots and "+tags" stay: only the receiving host
// knows what they mean. Fold never fails; what is no address is only lowered and trimmed.
func Fold(addr string) string {
	addr = strings.TrimSpace(addr)
	at := strings.LastIndexByte(addr, '@')
	if at < 0 {
		return strings.ToLower(addr)
	}
	domain := addr[at+1:]
	if host, err := domains.ToASCII(domain); err == nil {
		domain = host
	}
	return strings.ToLower(addr[:at] + "@" + domain)
}

// printable reports whether s is valid UTF-8 without C0, C1, DEL and the two Unicode line ends.
func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' })
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r > 0x7e })
}
