package outbox

import (
	"errors"
	"testing"
	"time"
)

// One in twenty of the last two hundred may be refused; what was longer ago does not count.
func TestPolicy(t *testing.T) {
	var p policy
	refusal := errors.New("unwanted")
	for i := range 10 {
		if p.note(time.Time{}, refusal) {
			t.Fatalf("stopped at refusal %d", i+1)
		}
	}
	for range 190 {
		if p.note(time.Time{}, nil) {
			t.Fatal("stopped by a mail that was taken")
		}
	}
	for i := range 10 { // each takes the place of one of the first
		if p.note(time.Time{}, refusal) {
			t.Fatalf("stopped at refusal %d of the second two hundred", i+1)
		}
	}
	if !p.note(time.Time{}, refusal) {
		t.Error("not stopped at more than 5 %")
	}
	if !p.open(time.Time{}.Add(59*time.Second)) || p.open(time.Time{}.Add(time.Minute)) || p.trouble() == "" {
		t.Error("the others do not rest for a minute, or nobody is told why")
	}
	if p.note(time.Time{}, nil); p.trouble() == "" || !p.open(time.Time{}) {
		t.Error("one mail that was taken ends the pause")
	}
	if p.note(time.Time{}.Add(time.Minute), nil); p.trouble() != "" {
		t.Error("the trouble stays when mail is taken after the pause")
	}
}
