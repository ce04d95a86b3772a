package app

import (
	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/mailer"
)

// LetterKinds names the kinds of letters there are, for the filter of a ledger: all for an operator, for others those that a ledger can show them.
func LetterKinds(operator bool) []string {
	var out []string
	for _, k := range notify.Kinds {
		if operator || k.Class != convoke.ClassAccount && k.Class != convoke.ClassUnnamed {
			out = append(out, k.Name)
		}
	}
	return out
}

// LetterStates names the states a letter can be in.
func LetterStates() []string {
	return []string{convoke.Queued, convoke.Leased, convoke.Accepted, convoke.Captured, convoke.Stale, convoke.Suppressed, convoke.Withdrawn, convoke.Dead}
}

// Mail is a letter taken apart, as it is shown to the operator.
type Mail = mailer.Parsed
