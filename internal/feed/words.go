package feed

import (
	"fmt"
	"strings"

	"convoke/internal/locale"
)

// phrases are the few words of ours in an entry, by language and key. They stand here and not in the catalogues because
// stored bytes are made of them: whoever changes one must raise Format.
var phrases = map[locale.Language]map[string]string{
	"en": {
		"entry.cancelled":    "Cancelled: {{.Title}}",
		"entry.join":         "Join: {{.Link}}",
		"entry.join.label":   "Join",
		"entry.join.members": "The join link is for members, on the page: {{.Page}}",
		"entry.reason":       "Reason: {{.Reason}}",
		"entry.agenda":       "Agenda:",
		"entry.speakers":     "Speakers:",
		"entry.session":      "Session {{.Number}} of the series “{{.Series}}”",
	},
	"fr": {
		"entry.cancelled":    "Annulé : {{.Title}}",
		"entry.join":         "Rejoindre : {{.Link}}",
		"entry.join.label":   "Rejoindre",
		"entry.join.members": "Le lien pour rejoindre est réservé aux membres, sur la page : {{.Page}}",
		"entry.reason":       "Motif : {{.Reason}}",
		"entry.agenda":       "Ordre du jour :",
		"entry.speakers":     "Intervenants :",
		"entry.session":      "Séance {{.Number}} de la série « {{.Series}} »",
	},
}

// T returns a phrase with its fields filled in; args are pairs of a field's name and its value.
func (w words) T(key string, args ...any) string {
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{{.%v}}", args[i]), fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(phrases[w.Lang()][key])
}
