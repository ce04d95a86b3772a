package convoke

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestID(t *testing.T) {
	a, b := NewID("ev"), NewID("ev")
	if a == b || !regexp.MustCompile(`^ev_[a-z2-7]{26}$`).MatchString(string(a)) {
		t.Errorf("new IDs: got %q and %q", a, b)
	}
	if v, err := ID("").Value(); v != nil || err != nil {
		t.Errorf("the empty ID: got %v, %v, want NULL", v, err)
	}
	if v, err := a.Value(); v != string(a) || err != nil {
		t.Errorf("an ID: got %v, %v, want its text", v, err)
	}
	for _, row := range []struct {
		src  any
		want ID
	}{{nil, ""}, {"x", "x"}, {[]byte("x"), "x"}} {
		got := ID("before")
		if err := got.Scan(row.src); err != nil || got != row.want {
			t.Errorf("scan %v: got %q, %v, want %q", row.src, got, err, row.want)
		}
	}
	if err := new(ID).Scan(7); err == nil {
		t.Error("scan 7: got no error")
	}
}

func TestInstant(t *testing.T) {
	when := time.Date(2026, time.November, 25, 13, 0, 0, 1_999_999, time.FixedZone("", 3600))
	if got := At(when); got != noon+1 || !got.Time().Equal(when.Truncate(time.Millisecond)) || got.Time().Location() != time.UTC {
		t.Errorf("got %d, %v", got, got.Time())
	}
	if At(time.Time{}) != 0 || !Instant(0).Time().IsZero() {
		t.Error("zero does not stay zero")
	}
	if got := noon.Add(time.Minute).Sub(noon); got != time.Minute {
		t.Errorf("add and sub: got %v, want 1m", got)
	}
}

func TestError(t *testing.T) {
	plain := Invalid("start", "event.start.past")
	e := plain.With("When", "now").Because(io.ErrUnexpectedEOF)
	if got, want := e.Error(), "invalid: error.invalid start=event.start.past: unexpected EOF"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(e, io.ErrUnexpectedEOF) {
		t.Error("the cause is not found")
	}
	if plain.Args != nil || plain.Unwrap() != nil {
		t.Errorf("With and Because changed the error they were called on: %+v", plain)
	}
	shared := Invalid("a", "x").With("A", 1)
	_ = append(shared.With("B", 2).Args, shared.With("C", 3).Args...)
	if !reflect.DeepEqual(shared.Args, []any{"A", 1}) {
		t.Errorf("got %v, want A 1", shared.Args)
	}
	for _, row := range []struct {
		name string
		err  error
		want bool
	}{
		{"not found", ErrNotFound, true},
		{"wrapped", errors.Join(errors.New("read"), ErrNotFound.Because(io.EOF)), true},
		{"forbidden", ErrForbidden, false},
		{"a fault", io.EOF, false},
		{"nil", nil, false},
	} {
		if got := IsNotFound(row.err); got != row.want {
			t.Errorf("IsNotFound of %s: got %v, want %v", row.name, got, row.want)
		}
	}
}

func TestFaults(t *testing.T) {
	var f Faults
	if err := f.Err(); err != nil {
		t.Fatalf("nothing noted: got %v, want nil", err)
	}
	f.Check(true, "fine", "never")
	f.Check(false, "b", "b.first", "Most", 9)
	f.Add("b", "b.second", "Most", 7)
	f.Add("a", "a.first")
	err := f.Err()
	if got, want := err.Error(), "invalid: error.invalid a=a.first b=b.first"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if e, ok := errors.AsType[*Error](err); !ok || !reflect.DeepEqual(e.Args, []any{"Most", 9}) {
		t.Errorf("got %+v, want the arguments of the first fault alone", err)
	}
}

// What is no fault of a field is never lost among those that are.
func TestFaultsAndOthers(t *testing.T) {
	wrong := Invalid("a", "a.first")
	for _, row := range []struct {
		name string
		errs []error
		want error
	}{
		{"nothing", []error{nil}, nil},
		{"a fault of the machine", []error{io.EOF}, io.EOF},
		{"a refusal of no field", []error{ErrForbidden}, ErrForbidden},
		{"one behind a field's", []error{wrong, fmt.Errorf("read it: %w", io.EOF), nil}, io.EOF},
		{"one before a field's", []error{ErrForbidden, wrong}, ErrForbidden},
		{"the first of two", []error{io.EOF, ErrForbidden}, io.EOF},
	} {
		var took, and Faults
		for _, err := range row.errs {
			took.Take(err)
		}
		for _, err := range row.errs[:len(row.errs)-1] {
			and.Take(err)
		}
		if got := took.Err(); !errors.Is(got, row.want) {
			t.Errorf("%s: took %v, want %v", row.name, got, row.want)
		}
		if got := and.And(row.errs[len(row.errs)-1]); !errors.Is(got, row.want) {
			t.Errorf("%s: and %v, want %v", row.name, got, row.want)
		}
		var f Faults
		if last := row.errs[len(row.errs)-1]; f.Took(last) != (last == nil || last == error(wrong)) {
			t.Errorf("%s: %v was taken: %v", row.name, last, f.Took(last))
		}
	}
}

func TestSecrets(t *testing.T) {
	s, other := NewSecrets([]byte(strings.Repeat("a", 32))), NewSecrets([]byte(strings.Repeat("b", 32)))
	token := s.LetterToken("le_1")
	if id, ok := s.Letter(token); !ok || id != "le_1" {
		t.Errorf("its own token: got %q, %v", id, ok)
	}
	flipped := []byte(token)
	flipped[len(flipped)-3] ^= 1
	for name, bad := range map[string]string{
		"empty": "", "no proof": "le_1", "empty proof": "le_1.", "cut": token[:len(token)-1], "longer": token + "A", "another letter": "le_2" + token[4:],
		"one bit": string(flipped), "another instance": other.LetterToken("le_1"), "a page": strings.Repeat("x", 5000) + "." + token,
		"upper case": strings.ToUpper(token),
	} {
		if id, ok := s.Letter(bad); ok {
			t.Errorf("%s: got %q, true, want false", name, id)
		}
	}

	code := s.SignInCode("le_1")
	if !regexp.MustCompile(`^\d{6}$`).MatchString(code) || code == s.SignInCode("le_2") || code == other.SignInCode("le_1") {
		t.Errorf("code: got %q", code)
	}
	f := Feed{ID: "le_1", Generation: 1}
	feed := s.FeedToken(f)
	if !regexp.MustCompile(`^[a-z2-7]{32}$`).MatchString(feed) {
		t.Errorf("feed token: got %q, want 160 bits in base 32", feed)
	}
	f.Generation = 2
	if s.FeedToken(f) == feed || s.FeedToken(Feed{ID: "le_11", Generation: 1}) == s.FeedToken(Feed{ID: "le_1", Generation: 11}) {
		t.Error("feed tokens of two generations or feeds are the same")
	}
	seen := map[string]string{}
	for _, purpose := range []string{"letter", "code", "feed"} {
		m := string(s.mac(purpose, "le_1"))
		if seen[m] != "" {
			t.Errorf("%s and %s give the same bits", purpose, seen[m])
		}
		seen[m] = purpose
	}
	if string(s.mac("a", "bc")) == string(s.mac("a", "b", "c")) || string(s.mac("ab", "c")) == string(s.mac("a", "bc")) {
		t.Error("parts can be shifted against one another")
	}
}

func TestNewTokens(t *testing.T) {
	if a, b := NewToken(), NewToken(); a == b || !regexp.MustCompile(`^cvk_[a-z2-7]{34}$`).MatchString(a) {
		t.Errorf("API tokens: got %q and %q", a, b)
	}
	uid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}@host\.example$`)
	if a, b := NewUID("host.example"), NewUID("host.example"); a == b || !uid.MatchString(a) {
		t.Errorf("UIDs: got %q and %q", a, b)
	}
}

func TestSlugs(t *testing.T) {
	for _, row := range []struct{ title, want string }{
		{"Soil health, part 2", `^soil-health-part-2-[a-z2-7]{4}$`},
		{"Économie & société", `^economie-[a-z-]*societe-[a-z2-7]{4}$`},
		{"", `^x-[a-z2-7]{4}$`},
		{"🌱🌱", `^x-[a-z2-7]{4}$`},
		{"../../etc", `^etc-[a-z2-7]{4}$`},
		{strings.Repeat("long title ", 50), `^(long-title-){4}long-t-[a-z2-7]{4}$`},
	} {
		got := NewSlug(row.title)
		if !regexp.MustCompile(row.want).MatchString(got) || !ValidSlug(got) {
			t.Errorf("NewSlug(%q): got %q, want %s", row.title, got, row.want)
		}
	}
	seen := map[string]bool{}
	for range 20 {
		seen[NewSlug("a")] = true
	}
	if len(seen) < 15 {
		t.Errorf("twenty slugs of one title: got %d different ones", len(seen))
	}
	for _, row := range []struct {
		slug string
		want bool
	}{
		{"soil", true}, {"s2", true}, {"a-b-c", true}, {strings.Repeat("a", 60), true},
		{"a", false}, {strings.Repeat("a", 61), false}, {"-a", false}, {"a-", false}, {"a--b", false}, {"Soil", false}, {"é-é", false}, {"a/b", false}, {"a.ics", false}, {"a b", false}, {"ab\n", false},
	} {
		if got := ValidSlug(row.slug); got != row.want {
			t.Errorf("ValidSlug(%q): got %v, want %v", row.slug, got, row.want)
		}
	}
}

func TestDisplayName(t *testing.T) {
	for _, row := range []struct {
		p    Person
		want string
	}{
		{Person{Name: "Ada", Address: "a@people.example"}, "Ada"},
		{Person{Address: "ada@people.example"}, "ada"},
		{Person{Address: "odd"}, "odd"},
		{Person{}, ""},
	} {
		if got := row.p.DisplayName(); got != row.want {
			t.Errorf("%+v: got %q, want %q", row.p, got, row.want)
		}
	}
}
