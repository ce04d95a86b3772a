package rig

import (
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

func TestCaptured(t *testing.T) {
	Each(t, func(t *testing.T, r *Rig) {
		r.Community("soil", convoke.Open, "ann@x.example")
		e, err := r.App.Events.Create(t.Context(), convoke.System, "soil", app.EventInput{Title: new("Compost"), StartLocal: new("2027-03-20T14:00"), TimeZone: new("Africa/Nairobi"), Invite: new(true)})
		r.Must(err)
		_, err = r.App.Events.Publish(t.Context(), convoke.System, e.ID)
		r.Must(err)
		got := r.Deliver()
		if len(got) != 1 || got[0].Addr != "ann@x.example" || got[0].Kind != "event-invitation" || got[0].Prop("SEQUENCE") != "0" || got[0].Partstat() != "NEEDS-ACTION" {
			t.Fatalf("got %+v", got)
		}
		if again := r.Deliver(); len(again) != 0 {
			t.Errorf("a second tick: got %d mails, want none", len(again))
		}
		if all := r.Mails(); len(all) != 1 {
			t.Errorf("got %d mails in all, want 1", len(all))
		}
		if _, _, err := r.App.Viewers.ByLetter(t.Context(), got[0].Token()); err != nil {
			t.Errorf("token %q: %v", got[0].Token(), err)
		}
	})
}

func TestSink(t *testing.T) {
	r := New(t, WithSink(2))
	r.Must(r.App.SignIns.Ask(t.Context(), app.SignInRequest{Address: "ann@x.example"}))
	r.Sink.Down()
	if got := r.Deliver(); len(got) != 0 {
		t.Fatalf("server down: got %d mails, want none", len(got))
	}
	r.Sink.Up()
	r.Clock.Add(time.Minute)
	if got := r.Deliver(); len(got) != 1 || got[0].Kind != "sign-in" || got[0].Addr != "ann@x.example" {
		t.Fatalf("server up again: got %+v", got)
	}
}

func TestWeb(t *testing.T) {
	Each(t, func(t *testing.T, r *Rig) {
		if got := r.Stranger().Get("/me"); got.Status != 303 {
			t.Errorf("a stranger at /me: got %d, want 303", got.Status)
		}
		ann := r.As("ann@x.example")
		if got := ann.Get("/me"); got.Status != 200 {
			t.Errorf("Ann at /me: got %d, want 200\n%s", got.Status, got.Body)
		}
		r.Clock.Add(31 * 24 * time.Hour) // sessions end by the one clock
		if got := ann.Get("/me"); got.Status != 303 {
			t.Errorf("Ann at /me after a month: got %d, want 303", got.Status)
		}
	})
}
