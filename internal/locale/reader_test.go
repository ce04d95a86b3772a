package locale

import (
	"strings"
	"sync"
	"testing"
	"time"
)

func TestT(t *testing.T) {
	tests := []struct {
		name, lang, key string
		args            []any
		want            string
	}{
		{"plain", "en", "lead.week", nil, "a week"},
		{"plain, French", "fr", "lead.week", nil, "une semaine"},
		{"no catalogue", "sw", "lead.week", nil, "a week"},
		{"fields", "en", "list.and", []any{"Before", "a", "Item", 7}, "a and 7"},
		{"one", "en", "duration.days", []any{"Count", 1}, "1 day"},
		{"none is many in English", "en", "duration.days", []any{"Count", 0}, "0 days"},
		{"none is one in French", "fr", "duration.days", []any{"Count", 0}, "0 jour"},
		{"many, grouped", "en", "duration.days", []any{"Count", 1200}, "1,200 days"},
		{"a million", "fr", "duration.days", []any{"Count", 1_000_000},
			"1\u202f000\u202f000 jours"},
		{"field like a template", "en", "list.and", []any{"Before", "{{.Item}}", "Item", "b"}, "{{.Item}} and b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := For(tt.lang, nil).T(tt.key, tt.args...); got != tt.want {
				t.Errorf("T(%q, %v) = %q, want %q", tt.key, tt.args, got, tt.want)
			}
		})
	}
}

func TestTMistakes(t *testing.T) {
	tests := []struct {
		name, key string
		args      []any
		lenient   string
	}{
		{"no such key", "no.such.key", nil, "no.such.key"},
		{"field missing", "list.and", []any{"Before", "a"}, "a and {{.Item}}"},
		{"no fields at all", "list.and", nil, "{{.Before}} and {{.Item}}"},
		{"count missing", "duration.days", nil, "{{.Count}} days"},
		{"odd arguments", "list.and", []any{"Before"}, "list.and"},
		{"name is no text", "list.and", []any{1, "a"}, "list.and"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("T(%q, %v) does not panic when strict", tt.key, tt.args)
					}
				}()
				For("en", nil).T(tt.key, tt.args...)
			}()
			strict.Store(false)
			defer strict.Store(true)
			if got := For("en", nil).T(tt.key, tt.args...); got != tt.lenient {
				t.Errorf("T(%q, %v) = %q, want %q", tt.key, tt.args, got, tt.lenient)
			}
		})
	}
}

func TestReader(t *testing.T) {
	t.Run("zero", func(t *testing.T) {
		var r Reader
		if got, want := r.When(time.Date(2026, time.December, 3, 11, 0, 0, 0, time.UTC)),
			"Thursday 3 December 2026, 11:00, UTC"; got != want {
			t.Errorf("When = %q, want %q", got, want)
		}
		if r.Lang() != "en" || r.Zone() != time.UTC || r.Dir() != "ltr" {
			t.Errorf("zero Reader: %q %v %q", r.Lang(), r.Zone(), r.Dir())
		}
	})
	t.Run("region", func(t *testing.T) {
		if got := For("fr-CA", nil).Lang(); got != "fr" {
			t.Errorf("Lang = %q, want fr", got)
		}
	})
	t.Run("in", func(t *testing.T) {
		r := For("fr", nil)
		if other := r.In(zone(t, "Africa/Cairo")); other.City() != "Le Caire" || other.Lang() != "fr" || r.City() != "UTC" {
			t.Errorf("In: %q %q, and before %q", other.City(), other.Lang(), r.City())
		}
	})
	t.Run("at once", func(t *testing.T) {
		r := For("fr", zone(t, "Africa/Nairobi"))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if got := r.T("duration.days", "Count", 2); got != "2 jours" {
					t.Errorf("T = %q", got)
				}
			})
		}
		wg.Wait()
	})
	t.Run("language", func(t *testing.T) {
		if got := For("fr", nil).Language("ar"); got != "arabe" {
			t.Errorf("Language(ar) = %q", got)
		}
		if got := For("fr", nil).Language("xx"); got != "xx" {
			t.Errorf("Language(xx) = %q", got)
		}
	})
}

func TestLanguages(t *testing.T) {
	for _, lang := range Languages() {
		if names[lang] == "" {
			t.Errorf("%s has a catalogue and no name", lang)
		}
	}
	for _, lang := range Known() {
		if !Has("language." + lang) {
			t.Errorf("%s is known and has no text language.%s", lang, lang)
		}
		if base(lang) != lang || NameOf(lang) == lang {
			t.Errorf("%s: name %q", lang, NameOf(lang))
		}
	}
	if got := NameOf("xx"); got != "xx" {
		t.Errorf("NameOf(xx) = %q", got)
	}
	if keys := Keys(); len(keys) == 0 || Has("no.such.key") {
		t.Errorf("Keys and Has: %d keys", len(keys))
	}
}

func TestMatch(t *testing.T) {
	tests := []struct {
		name, accept string
		wish         []string
		want         Language
	}{
		{"nothing", "", nil, "en"},
		{"wish", "en", []string{"fr"}, "fr"},
		{"wish with region", "en", []string{"fr-BE"}, "fr"},
		{"empty wish passed over", "fr", []string{""}, "fr"},
		{"second wish", "en", []string{"sw", "fr"}, "fr"},
		{"wish without catalogue, browser decides", "sw,fr;q=0.5", []string{"sw"}, "fr"},
		{"first wish wins", "fr", []string{"en", "fr"}, "en"},
		{"browser", "fr-CA,fr;q=0.9,en;q=0.8", nil, "fr"},
		{"browser, by weight", "en;q=0.3, fr;q=0.9", nil, "fr"},
		{"browser, refused", "fr;q=0", nil, "en"},
		{"browser, unknown only", "de,sw", nil, "en"},
		{"browser, anything", "*", nil, "en"},
		{"broken", "fr;;q=x,,", nil, "en"},
		{"huge", strings.Repeat("fr,", 10_000), nil, "en"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Match(tt.accept, tt.wish...); got != tt.want {
				t.Errorf("Match(%.40q, %q) = %q, want %q", tt.accept, tt.wish, got, tt.want)
			}
		})
	}
}

func TestDirAndFirstWeekday(t *testing.T) {
	tests := []struct {
		lang, dir string
		first     time.Weekday
	}{
		{"en", "ltr", time.Monday},
		{"en-US", "ltr", time.Sunday},
		{"en_GB", "ltr", time.Monday},
		{"fr", "ltr", time.Monday},
		{"fr-CA", "ltr", time.Sunday},
		{"pt-BR", "ltr", time.Sunday},
		{"ar", "rtl", time.Saturday},
		{"ar-MA", "rtl", time.Monday},
		{"ar-EG", "rtl", time.Saturday},
		{"ur", "rtl", time.Sunday},
		{"", "ltr", time.Monday},
	}
	for _, tt := range tests {
		if got := Dir(tt.lang); got != tt.dir {
			t.Errorf("Dir(%q) = %q, want %q", tt.lang, got, tt.dir)
		}
		if got := FirstWeekday(tt.lang); got != tt.first {
			t.Errorf("FirstWeekday(%q) = %v, want %v", tt.lang, got, tt.first)
		}
	}
}
