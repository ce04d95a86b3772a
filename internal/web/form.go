package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

// readForm reads the fields of a POST. A date and a time beside it ("start_date", "start_time") also become one local time
// ("start_local"), and a checkbox that stands in a field "has" is false when it was not ticked, which browsers do not say.
func readForm(c *gin.Context) (url.Values, error) {
	if c.Request.PostForm == nil && !isForm(c) { // it would be read as a form with nothing in it
		return nil, convoke.Refuse(convoke.ReasonUnreadable, "error.unreadable")
	}
	if err := c.Request.ParseForm(); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, err
		}
		return nil, convoke.Refuse(convoke.ReasonUnreadable, "error.unreadable").Because(err)
	}
	return c.Request.PostForm, finishForm(c.Request.PostForm)
}

// isForm tells whether the body is a form as pages send it, or there is none.
func isForm(c *gin.Context) bool {
	header := c.GetHeader("Content-Type")
	kind, _, err := mime.ParseMediaType(header)
	return err == nil && kind == "application/x-www-form-urlencoded" || header == "" && c.Request.ContentLength == 0
}

// finishForm puts dates and times together and sets the checkboxes that were not ticked. A NUL, which some programs leave in what is copied from them,
// is dropped.
func finishForm(form url.Values) error {
	for _, values := range form {
		for i, v := range values {
			if values[i] = strings.ReplaceAll(v, "\x00", ""); !utf8.ValidString(v) {
				return errBytes
			}
		}
	}
	for name := range maps.Clone(form) {
		prefix, ok := strings.CutSuffix(name, "_date")
		if !ok || !form.Has(prefix+"_time") {
			continue
		}
		date, clock := strings.TrimSpace(form.Get(name)), strings.TrimSpace(form.Get(prefix+"_time"))
		switch {
		case date == "" && clock == "":
			form.Set(prefix+"_local", "")
		case date == "" && (clock[0] < '0' || clock[0] > '9'):
			form.Set(prefix+"_local", clock) // quoted as it was typed
		default:
			form.Set(prefix+"_local", date+"T"+clock)
		}
	}
	for _, name := range form["has"] {
		form.Set(name, strconv.FormatBool(form.Has(name) && form.Get(name) != "false"))
	}
	return nil
}

// bind fills the fields of a struct that have a form tag: strings, numbers, booleans, pointers to them (left alone when the form has no
// such field) and lists of strings.
func bind(c *gin.Context, in any) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	return fill(form, in)
}

// fill is bind for a form that was read.
func fill(form url.Values, in any) error {
	var faults convoke.Faults
	bindStruct(reflect.ValueOf(in).Elem(), form, &faults)
	return faults.Err()
}

func bindStruct(v reflect.Value, form url.Values, faults *convoke.Faults) {
	for i, f := range slices.Collect(fieldsOf(v.Type())) {
		name := f.Tag.Get("form")
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			bindStruct(v.Field(i), form, faults)
			continue
		case name == "" || name == "-" || !form.Has(name):
			continue
		}
		target := v.Field(i)
		if f.Type.Kind() == reflect.Pointer {
			target.Set(reflect.New(f.Type.Elem()))
			target = target.Elem()
		}
		faults.Check(setField(target, form[name]), name, "error.number")
	}
}

func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

func setField(target reflect.Value, values []string) bool {
	first := strings.TrimSpace(values[0])
	switch target.Kind() {
	case reflect.String:
		target.SetString(values[0])
	case reflect.Bool:
		target.SetBool(first == "true" || first == "on" || first == "1")
	case reflect.Int, reflect.Int64:
		if first == "" {
			return true
		}
		n, err := strconv.ParseInt(first, 10, 64)
		if err != nil || target.OverflowInt(n) {
			return false
		}
		target.SetInt(n)
	case reflect.Slice:
		target.Set(reflect.ValueOf(slices.Clone(values)).Convert(target.Type()))
	default:
		panic("web: a form cannot fill a " + target.Type().String())
	}
	return true
}

// maxDepth is how deep JSON may nest.
const maxDepth = 32

// decode reads JSON strictly: one value, nothing unknown, nothing behind it.
func decode(c *gin.Context, in any) error {
	if kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type")); err != nil || kind != "application/json" {
		return convoke.Refuse(convoke.ReasonUnreadable, "error.json.type")
	}
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return err
	}
	unreadable := convoke.Refuse(convoke.ReasonUnreadable, "error.json")
	if deep(body) {
		return unreadable
	}
	if !utf8.Valid(body) || holdsNUL(body) {
		return errBytes
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(in); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
			return convoke.Invalid(wrong.Field, "error.json.kind").Because(err)
		}
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return convoke.Invalid(strings.Trim(name, `"`), "error.json.unknown").Because(err)
		}
		return unreadable.Because(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return unreadable
	}
	return nil
}

// holdsNUL tells whether a text in JSON holds the one sign that no database column does.
func holdsNUL(body []byte) bool {
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		if i++; bytes.HasPrefix(body[i:], []byte("u0000")) {
			return true
		}
	}
	return false
}

// deep tells whether JSON nests deeper than anything we read.
func deep(body []byte) bool {
	depth, quoted, escaped := 0, false, false
	for _, b := range body {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = b == '\\', b != '"'
		case b == '"':
			quoted = true
		case b == '{' || b == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return false
}

// refusedForm is a form that is shown again: what was typed, and what is wrong with it.
type refusedForm struct {
	status int
	err    *convoke.Error
	values url.Values
	Text   string // what is wrong with the whole
	See    choice // where more of it is seen
	Faults []fault
	labels map[string]string
}

type fault struct{ Field, Text string }

// Label is what the page calls a field, where its template asked for it by [frame.Field].
func (f *refusedForm) Label(field string) string { return f.labels[field] }

// arrange puts the faults in the order in which their fields stand on a page.
func (f *refusedForm) arrange(page []byte) {
	place := func(x fault) int {
		if i := bytes.Index(page, []byte(` id="`+x.Field+`"`)); i >= 0 {
			return i
		}
		return len(page)
	}
	slices.SortStableFunc(f.Faults, func(a, b fault) int { return place(a) - place(b) })
}

// Refuses tells whether something is wrong with a field.
func (f *refusedForm) Refuses(field string) bool { return f.fault(field) != "" }

func (f *refusedForm) fault(field string) string {
	if f == nil {
		return ""
	}
	if i := slices.IndexFunc(f.Faults, func(x fault) bool { return x.Field == field }); i >= 0 {
		return f.Faults[i].Text
	}
	return ""
}

// again answers a POST that was refused by showing its page once more, with the status of the refusal, what was typed, and what is wrong.
// page is the handler of the page's GET. What no typing can mend is answered as any other error.
func (s *Server) again(c *gin.Context, err error, page handler) error {
	e, ok := refusal(err)
	if !ok {
		return err
	}
	switch e.Reason {
	case convoke.ReasonInvalid, convoke.ReasonConflict, convoke.ReasonLimited:
	default:
		return err
	}
	return s.refuse(c, e, page)
}

// refuse shows a page once more with what is wrong with its form.
func (s *Server) refuse(c *gin.Context, e *convoke.Error, page handler) error {
	r, _ := reader(c)
	f := &refusedForm{status: status(e), err: e, values: c.Request.PostForm, labels: map[string]string{}}
	f.say(r)
	if made, ok := c.Get(keyMade); ok {
		f.See, _ = made.(choice)
	}
	if e.RetryAfter > 0 {
		c.Header("Retry-After", strconv.Itoa(e.RetryAfter))
	}
	c.Set(keyRefused, f)
	return page(c)
}

// say puts into a reader's words what is wrong.
func (f *refusedForm) say(r locale.Reader) {
	e := f.err
	f.Text, f.Faults = r.T(string(e.Text), e.Args...), nil
	texts := fieldTexts(r, e)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		f.Faults = append(f.Faults, fault{formField(name, f.values), texts[name]})
	}
}

// formField finds the field of the form that a fault belongs to: a local time was typed as a date and a time.
func formField(name string, form url.Values) string {
	for _, field := range []string{name, strings.TrimSuffix(name, "_local") + "_date"} {
		if form.Has(field) && !(field == name && strings.HasSuffix(name, "_local")) {
			return field
		}
	}
	return name
}

// A field is one question of a form as the part "field" shows it.
type field struct {
	speech
	Name, Kind  string // text, textarea, email, url, number, date, time, search, select, zone, language, checkbox, password
	Label       string
	HintText    string
	Value       string
	Error       string
	Class       string // short, tall, code
	Optional    bool
	Checked     bool
	Auto        string // autocomplete
	Limit       int    // most signs
	Options     []choice
	EmptyText   string // first option of a select
	FromBrowser bool   // a zone filled in by script while empty
	Most        int    // bytes of a file
	TooBig      string // what is said of a larger one
	kept        bool   // the value is what was typed before
}

// Field is a line of text with its label; methods make more of it.
func (f *frame) Field(name, label string) *field {
	out := &field{speech: f.speech, Name: name, Kind: "text", Label: f.T(label), Error: f.Form.fault(name)}
	if f.Form != nil {
		f.Form.labels[name] = out.Label
	}
	if f.Form != nil && f.Form.values.Has(name) {
		out.kept, out.Value = true, f.Form.values.Get(name)
	}
	return out
}

// Check is a checkbox. It always says whether it was ticked.
func (f *frame) Check(name, label string, ticked bool) *field {
	out := f.Field(name, label)
	out.Kind, out.Checked = "checkbox", ticked
	if out.kept {
		out.Checked = out.Value == "true"
	}
	return out
}

// As sets the kind.
func (f *field) As(kind string) *field { f.Kind = kind; return f }

// Val sets the value, unless something was typed before.
func (f *field) Val(v any) *field {
	if f.kept {
		return f
	}
	switch v := v.(type) {
	case string:
		f.Value = v
	case int:
		if v != 0 {
			f.Value = strconv.Itoa(v)
		}
	default:
		f.Value = stringOf(v)
	}
	return f
}

func stringOf(v any) string {
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.String {
		panic("web: a field cannot show a " + r.Type().String())
	}
	return r.String()
}

// Hint is a line between label and field.
func (f *field) Hint(key string, args ...any) *field { f.HintText = f.T(key, args...); return f }

// Sized sets a class: short, tall, code.
func (f *field) Sized(class string) *field { f.Class = class; return f }

// Opt says that it may stay empty.
func (f *field) Opt() *field { f.Optional = true; return f }

// Max sets the most signs.
func (f *field) Max(n int) *field { f.Limit = n; return f }

// Upload makes it a choice of a file of up to so many bytes. A browser that sends more than is read is shown no answer, so script says it beforehand.
func (f *field) Upload(most int) *field {
	f.Kind, f.Most, f.TooBig = "file", most, f.T("material.file.too_large", "Megabytes", most>>20)
	return f
}

// Fill sets the autocomplete purpose.
func (f *field) Fill(purpose string) *field { f.Auto = purpose; return f }

// Pick makes it a choice between values; their words are the keys prefix + value.
func (f *field) Pick(prefix string, values any) *field {
	f.Kind = "select"
	list := reflect.ValueOf(values)
	for i := range list.Len() {
		v := list.Index(i).String()
		f.Options = append(f.Options, choice{Name: f.T(prefix + v), Value: v})
	}
	return f
}

// Choices makes it a choice between ready options.
func (f *field) Choices(options []choice) *field { f.Kind, f.Options = "select", options; return f }

// Empty adds a first option without a value.
func (f *field) Empty(key string) *field { f.EmptyText = f.T(key); return f }

// Browser lets script fill in the browser's zone while none is chosen.
func (f *field) Browser() *field { f.FromBrowser = true; return f }

// Zones are the zones to choose from, the present one among them even where it is not offered: a form must not move what it shows.
func (f *field) Zones() []zoneGroup {
	out := zoneGroups(f.Lang())
	if _, err := calendar.LoadZone(f.Value); err == nil && !slices.Contains(calendar.ZoneNames(), f.Value) {
		part, _, _ := strings.Cut(f.Value, "/")
		out = append(out, zoneGroup{Name: part, Zones: []choice{{Name: locale.ZoneLabel(f.Lang(), f.Value), Value: f.Value}}})
	}
	return out
}

// Tongues are the languages a person may choose.
func (f *field) Tongues() []choice {
	var out []choice
	for _, code := range locale.Known() {
		out = append(out, choice{Name: locale.NameOf(code), Value: code})
	}
	return out
}

// Described lists what describes the field to screen readers.
func (f *field) Described() string {
	var ids []string
	if f.HintText != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// hasRefused tells whether the page shows a refused form.
func hasRefused(c *gin.Context) bool {
	_, ok := c.Get(keyRefused)
	return ok
}
