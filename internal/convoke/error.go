package convoke

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
)

// Key is a key of the message catalogues.
type Key string

// Reason says what kind of refusal an [Error] is and so which status it gets.
type Reason string

// The reasons a request can be refused for.
const (
	ReasonInvalid         Reason = "invalid"
	ReasonUnreadable      Reason = "unreadable"
	ReasonUnauthenticated Reason = "unauthenticated"
	ReasonForbidden       Reason = "forbidden"
	ReasonNotFound        Reason = "not-found"
	ReasonLost            Reason = "lost" // it should be there, and the host is to look why it is not
	ReasonGone            Reason = "gone"
	ReasonConflict        Reason = "conflict"
	ReasonPrecondition    Reason = "precondition" // a condition was set that is not looked at
	ReasonTooLarge        Reason = "too-large"
	ReasonLimited         Reason = "limited"
)

// Error is a refusal that can be shown to the person who caused it.
type Error struct {
	Reason     Reason         // decides the status
	Text       Key            // what to tell them: a key of the message catalogues
	Args       []any          // pairs of name and value for the text and the fields
	Fields     map[string]Key // the same for single fields of a form
	RetryAfter int            // seconds, where asking again may help
	cause      error
}

func (e *Error) Error() string {
	var s strings.Builder
	s.WriteString(string(e.Reason) + ": " + string(e.Text))
	for _, f := range fieldNames(e.Fields) {
		s.WriteString(" " + f + "=" + string(e.Fields[f]))
	}
	if e.cause != nil {
		s.WriteString(": " + e.cause.Error())
	}
	return s.String()
}

func (e *Error) Unwrap() error { return e.cause }

func fieldNames(m map[string]Key) []string {
	names := make([]string, 0, len(m))
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

// With adds the values a text mentions, as pairs of name and value.
func (e *Error) With(args ...any) *Error {
	c := *e
	c.Args = append(append([]any{}, e.Args...), args...)
	c.Fields = maps.Clone(e.Fields)
	return &c
}

// Because keeps the error that led to the refusal, for the log.
func (e *Error) Because(err error) *Error {
	c := *e
	c.cause = err
	return &c
}

// Invalid refuses one field of a form.
func Invalid(field string, text Key) *Error {
	return &Error{Reason: ReasonInvalid, Text: "error.invalid", Fields: map[string]Key{field: text}}
}

// Refuse is a refusal as a whole, without a field to point at.
func Refuse(reason Reason, text Key) *Error { return &Error{Reason: reason, Text: text} }

// ErrNotFound answers for what does not exist and for what the viewer may not know of, alike.
var ErrNotFound = Refuse(ReasonNotFound, "error.not_found")

// ErrForbidden answers for what the viewer may know of but not do.
var ErrForbidden = Refuse(ReasonForbidden, "error.forbidden")

// ErrSignIn answers for what needs somebody who is signed in.
var ErrSignIn = Refuse(ReasonUnauthenticated, "error.sign_in")

// IsNotFound says whether an error means "not there".
func IsNotFound(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Reason == ReasonNotFound
}

// Faults gathers refusals of single fields until a whole form has been looked at.
type Faults struct {
	err   *Error
	other error // the first that is no fault of a field: nothing may go on as if it had not happened
}

// Add notes that a field is wrong. The first fault of a field stays.
func (f *Faults) Add(field string, text Key, args ...any) {
	if f.err == nil {
		f.err = &Error{Reason: ReasonInvalid, Text: "error.invalid", Fields: map[string]Key{}}
	}
	if _, ok := f.err.Fields[field]; !ok {
		f.err.Fields[field] = text
		f.err.Args = append(f.err.Args, args...)
	}
}

// Check notes a fault unless ok.
func (f *Faults) Check(ok bool, field string, text Key, args ...any) {
	if !ok {
		f.Add(field, text, args...)
	}
}

// Take adds the faults of another check to what was noted. An error that is no fault of a field is kept, too.
func (f *Faults) Take(err error) {
	e, ok := errors.AsType[*Error](err)
	if !ok || len(e.Fields) == 0 {
		f.other = cmp.Or(f.other, err)
		return
	}
	args := e.Args
	for _, field := range fieldNames(e.Fields) {
		if f.err == nil || f.err.Fields[field] == "" {
			f.Add(field, e.Fields[field], args...)
			args = nil
		}
	}
}

// Took is Take; false for an error that is no fault of a field.
func (f *Faults) Took(err error) bool {
	e, ok := errors.AsType[*Error](err)
	f.Take(err)
	return err == nil || ok && len(e.Fields) > 0
}

// And is Err with the faults of another check.
func (f *Faults) And(err error) error {
	f.Take(err)
	return f.Err()
}

// Err is nil when nothing was noted. An error that is no fault of a field comes back as it is.
func (f *Faults) Err() error {
	if f.other != nil || f.err == nil {
		return f.other
	}
	return f.err
}
