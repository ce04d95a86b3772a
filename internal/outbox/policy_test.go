package outbox

import "testing"

// One in twenty of the last two hundred may be refused; what was longer ago does not count.
func TestPolicy(t *testing.T) {
	var p policy
	for i := range 10 {
		if p.note(true) {
			t.Fatalf("stopped at refusal %d", i+1)
		}
	}
	for range 190 {
		if p.note(false) {
			t.Fatal("stopped by a mail that was taken")
		}
	}
	for i := range 10 { // each takes the place of one of the first
		if p.note(true) {
			t.Fatalf("stopped at refusal %d of the second two hundred", i+1)
		}
	}
	if !p.note(true) {
		t.Error("not stopped at more than 5 %")
	}
}
