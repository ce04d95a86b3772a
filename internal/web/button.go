package web

import (
	"slices"

	"convoke/internal/convoke"
)

// pressed refuses a form that says which button was pressed and names none that its page has: what is missing must not decide.
func pressed(do string, known ...string) error {
	if slices.Contains(known, do) {
		return nil
	}
	return convoke.Refuse(convoke.ReasonInvalid, "button.unknown")
}
