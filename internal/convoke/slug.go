package convoke

import (
	"crypto/rand"
	"regexp"
	"strings"

	"github.com/gosimple/slug"
)

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ValidSlug says whether a text can be the address of a community.
func ValidSlug(s string) bool { return len(s) >= 2 && len(s) <= 60 && slugForm.MatchString(s) }

// SlugFrom makes a community's address from its name; it may be empty.
func SlugFrom(name string) string {
	s := slug.Make(name)
	if len(s) > 50 {
		s = strings.TrimRight(s[:50], "-")
	}
	return s
}

// NewSlug makes the address of an event, series or meeting, once: its first title and four characters.
func NewSlug(title string) string {
	s := SlugFrom(title)
	if s == "" {
		s = "x"
	}
	return s + "-" + strings.ToLower(rand.Text()[:4])
}
