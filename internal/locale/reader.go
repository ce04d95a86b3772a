package locale

import (
	"fmt"
	"time"

	"convoke/calendar"
)

// Reader is one reader's language and zone. It is a small value, never changes, and may be used by many at once; the zero
// Reader reads English in UTC.
type Reader struct {
	lang Language
	zone *time.Location
}

// For returns the Reader of a language and zone. A language without a catalogue becomes English, a nil zone UTC.
func For(lang string, zone *time.Location) Reader {
	lang = base(lang)
	if cldr[lang] == nil {
		lang = fallback
	}
	return Reader{lang, zone}
}

// Lang returns the language spoken, one of Languages.
func (r Reader) Lang() Language {
	if r.lang == "" {
		return fallback
	}
	return r.lang
}

// Dir returns "ltr" or "rtl".
func (r Reader) Dir() string { return Dir(r.Lang()) }

// Zone returns the zone times are shown in, never nil.
func (r Reader) Zone() *time.Location {
	if r.zone == nil {
		return time.UTC
	}
	return r.zone
}

// In returns the same reader in another zone.
func (r Reader) In(zone *time.Location) Reader { return Reader{r.lang, zone} }

// T returns the text of a key with its fields filled in. The arguments are pairs of a field's name and its value; the pair
// "Count" and an int picks the plural form and is shown as Number writes it. A key that does not exist is shown as it is,
// a field that is not given as {{.Name}}; after Strict both panic.
func (r Reader) T(key string, args ...any) string {
	fields, count, err := pairs(r, args)
	if err == nil {
		var text string
		if text, err = catalogues()[r.Lang()].text(key, fields, count); text != "" {
			if err != nil && strict.Load() {
				panic(fmt.Sprintf("locale: text %q in %q: %v", key, r.Lang(), err))
			}
			return text
		}
	}
	if strict.Load() {
		panic(fmt.Sprintf("locale: text %q in %q: %v", key, r.Lang(), err))
	}
	if r.Lang() != fallback && Has(key) {
		return Reader{fallback, r.zone}.T(key, args...)
	}
	return key
}

func pairs(r Reader, args []any) (map[string]string, any, error) {
	if len(args) == 0 {
		return nil, nil, nil
	}
	if len(args)%2 != 0 {
		return nil, nil, fmt.Errorf("field without a value")
	}
	fields := make(map[string]string, len(args)/2)
	var count any
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return nil, nil, fmt.Errorf("%v is no name of a field", args[i])
		}
		switch v := args[i+1].(type) {
		case string:
			fields[name] = v
		case calendar.DateTime:
			fields[name] = r.Written(v)
		case *time.Location:
			fields[name] = ZoneLabel(string(r.Lang()), v.String())
		case int:
			if name == "Count" {
				count = v
				fields[name] = r.Number(v)
				continue
			}
			fields[name] = fmt.Sprint(v)
		default:
			fields[name] = fmt.Sprint(v)
		}
	}
	return fields, count, nil
}

// Language returns the name of a language in the reader's, "French" or "français", or the code itself when it is not Known.
func (r Reader) Language(lang string) string {
	if key := "language." + base(lang); Has(key) {
		return r.T(key)
	}
	return lang
}
