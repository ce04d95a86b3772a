// Package locale speaks to each reader in their language and zone.
//
// Texts come from catalogues in the go-i18n message format, one file per area and language (core.en.json), so that people
// can work side by side; texts are looked up by key and never put together from words. Names of months and days and the
// form of numbers come from CLDR by way of go-playground/locales.
//
// A zone is shown as its city and its offset from UTC at the moment in question: "Nairobi (UTC+03:00)". Abbreviations are
// never shown: they are ambiguous, and the CLDR tables look them up by nothing else, so that Dublin becomes "India
// Standard Time" in July.
package locale

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/en"
	"github.com/go-playground/locales/fr"
	"golang.org/x/text/language"
)

// Language is the code of a language, such as "en" or "fr".
type Language = string

// fallback is the language of the catalogue that is always complete.
const fallback = "en"

// cldr has one row per language with a catalogue; a new language is a row here and its files.
var cldr = map[Language]locales.Translator{
	"en": en.New(),
	"fr": fr.New(),
}

// names holds the languages a person may choose, each in its own words.
var names = map[Language]string{
	"am": "አማርኛ",
	"ar": "العربية",
	"bn": "বাংলা",
	"de": "Deutsch",
	"en": "English",
	"es": "Español",
	"fa": "فارسی",
	"fr": "Français",
	"ha": "Hausa",
	"hi": "हिन्दी",
	"id": "Bahasa Indonesia",
	"it": "Italiano",
	"ja": "日本語",
	"ko": "한국어",
	"my": "မြန်မာ",
	"ne": "नेपाली",
	"nl": "Nederlands",
	"pl": "Polski",
	"ps": "پښتو",
	"pt": "Português",
	"ru": "Русский",
	"so": "Soomaali",
	"sw": "Kiswahili",
	"tr": "Türkçe",
	"uk": "Українська",
	"ur": "اردو",
	"vi": "Tiếng Việt",
	"zh": "中文",
}

// Languages returns the languages with a catalogue, sorted by code.
func Languages() []Language { return slices.Sorted(maps.Keys(cldr)) }

// Known returns the languages a person may choose, with or without a catalogue, sorted by code.
func Known() []Language { return slices.Sorted(maps.Keys(names)) }

// NameOf returns the name of a language in that language ("Français"), or the code itself when it is not Known.
func NameOf(lang string) string {
	if name, ok := names[base(lang)]; ok {
		return name
	}
	return lang
}

// base returns the part of a tag before the script and region: "fr" of "fr-CA" and of "FR_ca".
func base(lang string) string {
	if i := strings.IndexAny(lang, "-_"); i >= 0 {
		lang = lang[:i]
	}
	return strings.ToLower(lang)
}

// maxAccept is far more than a browser sends, in bytes.
const maxAccept = 512

// Match returns the language to speak: the first wish that has a catalogue, else the best of an Accept-Language header
// (RFC 9110 12.5.4), else English. A wish for a language without a catalogue is passed over, so that a reader of Swahili
// whose browser also asks for French gets French.
func Match(accept string, wish ...string) Language {
	for _, w := range wish {
		if l := base(w); cldr[l] != nil {
			return l
		}
	}
	if len(accept) > maxAccept {
		return fallback
	}
	tags, weights, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return fallback
	}
	for i, tag := range tags { // sorted by weight, highest first
		if l := base(tag.String()); weights[i] > 0 && cldr[l] != nil {
			return l
		}
	}
	return fallback
}

// Dir returns the direction a language is written in, "ltr" or "rtl", as the HTML attribute wants it.
func Dir(lang string) string {
	switch base(lang) {
	case "ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi":
		return "rtl"
	}
	return "ltr"
}

// FirstWeekday returns the day a week begins with where a language is spoken, by CLDR's weekData: by the region when the
// tag names one ("en-US"), else by the language's usual place, Monday being the world's default.
func FirstWeekday(lang string) time.Weekday {
	if _, region, ok := strings.Cut(strings.ReplaceAll(lang, "_", "-"), "-"); ok {
		switch strings.ToUpper(region) {
		case "BR", "CA", "CO", "DO", "ET", "GT", "HN", "IL", "IN", "JP", "KE", "KR", "MX", "NP", "PE", "PH", "PK", "SA", "SV",
			"TW", "US", "VE", "YE", "ZA", "ZW":
			return time.Sunday
		case "AE", "AF", "DJ", "DZ", "EG", "IQ", "IR", "JO", "KW", "LY", "OM", "QA", "SD", "SY":
			return time.Saturday
		}
		return time.Monday
	}
	switch base(lang) {
	case "am", "he", "hi", "ja", "ko", "ne", "ur":
		return time.Sunday
	case "ar", "fa", "ps":
		return time.Saturday
	}
	return time.Monday
}
