package web_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

func TestIdempotencyKeys(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		const path, body = "/communities/cash/events", `{"title":"Once","start_local":"2027-04-05T10:00"}`
		count := func() int {
			return strings.Count(w.must(200, "admin", "GET", path+"?drafts=1&limit=200", "").Text, `"title":"Once"`)
		}
		first := w.must(201, "admin", "POST", path, body, "Idempotency-Key", "k1")
		again := w.must(201, "admin", "POST", path, body, "Idempotency-Key", "k1")
		if again.Text != first.Text || again.Header.Get("Location") != first.Header.Get("Location") || again.Header.Get("Location") == "" {
			t.Errorf("the same request again:\n%v %s\nwant\n%v %s", again.Header, again.Text, first.Header, first.Text)
		}
		if first.Header.Get("Idempotency-Replayed") != "" || again.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("Idempotency-Replayed: %q, then %q", first.Header.Get("Idempotency-Replayed"), again.Header.Get("Idempotency-Replayed"))
		}
		if n := count(); n != 1 {
			t.Fatalf("%d events after the same request twice", n)
		}
		for _, tt := range []struct {
			name, who, path, body, key string
			status                     int
		}{
			{"other body", "admin", path, `{"title":"Once","start_local":"2027-04-06T10:00"}`, "k1", 422},
			{"other parameters", "admin", "/events/" + w.id["event"] + "/invite?dry_run=1", "", "k3", 200},
			{"other parameters again", "admin", "/events/" + w.id["event"] + "/invite", "", "k3", 422},
			{"read-only", "read-only", path, body, "k4", 403},
			{"key with a blank", "admin", path, body, "k 1", 422},
			{"long key", "admin", path, body, strings.Repeat("k", 201), 422},
			{"another token", "moderator", path, body, "k1", 201},
			{"another path", "admin", "/communities/" + hiddenSlug + "/events", body, "k1", 404},
			{"nothing to answer with", "outsider", "/communities/cash/leave", "", "k5", 204},
			{"nothing to answer with, again", "outsider", "/communities/cash/leave", "", "k5", 204},
		} {
			w.must(tt.status, tt.who, "POST", tt.path, tt.body, "Idempotency-Key", tt.key)
		}
		if n := count(); n != 2 {
			t.Errorf("%d events, want that of the admin and that of the moderator", n)
		}

		// A read-only token takes no key, not even where it is answered without one.
		w.must(200, "read-only", "POST", "/events/"+w.id["event"]+"/invite?dry_run=1", "")
		w.must(403, "read-only", "POST", "/events/"+w.id["event"]+"/invite?dry_run=1", "", "Idempotency-Key", "k7")

		// What was refused changed nothing, so the key is free.
		w.must(422, "admin", "POST", path, `{"title":"Once","start_local":"later"}`, "Idempotency-Key", "k6")
		w.must(201, "admin", "POST", path, body, "Idempotency-Key", "k6")

		r.Clock.Add(convoke.IdempotencyKeepTime - time.Minute)
		w.must(201, "admin", "POST", path, body, "Idempotency-Key", "k1")
		if n := count(); n != 3 {
			t.Errorf("%d events after 23:59 hours, want 3", n)
		}
		r.Clock.Add(time.Minute)
		w.must(201, "admin", "POST", path, body, "Idempotency-Key", "k1")
		if n := count(); n != 4 {
			t.Errorf("%d events after 24 hours, want 4", n)
		}
	})
}

// refused tells whether an error refuses with a key of the catalogue.
func refused(err error, text convoke.Key) bool {
	e, ok := errors.AsType[*convoke.Error](err)
	return ok && e.Text == text
}

// A request whose first try is under way is refused. When the first broke off before it changed anything, the next takes over, and the first can no
// longer change anything; when it broke off after its change, the next is told.
func TestIdempotencyKeyUnderWay(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		v, _, err := r.App.Viewers.ByToken(t.Context(), w.tokens["admin"])
		r.Must(err)
		claim := func(key string) (app.Claim, error) {
			c := app.Claim{Route: "POST /x", Key: key, Hash: []byte("a")}
			kept, found, err := r.App.Answers.Claim(t.Context(), v, &c)
			if found {
				t.Errorf("%s: found %+v", key, kept)
			}
			return c, err
		}
		change := func(c app.Claim, title string) error {
			_, err := r.App.Events.Create(c.Within(t.Context()), v, "cash", app.EventInput{Title: &title, StartLocal: new("2027-04-05T10:00")})
			return err
		}
		count := func(title string) int {
			return strings.Count(w.must(200, "admin", "GET", "/communities/cash/events?drafts=1&limit=200", "").Text, `"title":"`+title+`"`)
		}
		busy := func(when, key string) {
			t.Helper()
			_, err := claim(key)
			if e, ok := errors.AsType[*convoke.Error](err); !ok || e.Text != "error.key.busy" || e.Reason != convoke.ReasonConflict || e.RetryAfter != 120 {
				t.Errorf("%s: %v, want it refused as under way", when, err)
			}
		}
		idle, err := claim("idle")
		r.Must(err)
		lost, err := claim("lost")
		r.Must(err)
		r.Must(change(lost, "Lost"))
		r.Clock.Add(convoke.IdempotencyClaimTime - time.Millisecond)
		busy("nothing changed, nearly two minutes", "idle")
		busy("changed, nearly two minutes", "lost")
		r.Clock.Add(time.Millisecond)

		next, err := claim("idle")
		if err != nil {
			t.Errorf("nothing changed, two minutes: %v, want it taken over", err)
		}
		if err := change(idle, "Idle"); !refused(err, "error.key.busy") {
			t.Errorf("the change of whom it was taken from: %v, want a refusal", err)
		}
		r.Must(change(next, "Idle"))
		if n := count("Idle"); n != 1 {
			t.Errorf("%d events of one taken over, want 1", n)
		}
		r.Must(r.App.Answers.Keep(t.Context(), idle, app.KeptAnswer{Status: 500}))
		r.Must(r.App.Answers.Keep(t.Context(), next, app.KeptAnswer{Status: 201, Location: "/l", Body: []byte("a\nb")}))
		kept, found, err := r.App.Answers.Claim(t.Context(), v, &idle)
		if !found || err != nil || kept.Status != 201 || kept.Location != "/l" || string(kept.Body) != "a\nb" {
			t.Errorf("once it is answered: %v %+v %v", found, kept, err)
		}

		if _, err := claim("lost"); !refused(err, "error.key.lost") {
			t.Errorf("changed, two minutes: %v, want it refused as lost", err)
		}
		if n := count("Lost"); n != 1 {
			t.Errorf("%d events of one whose answer was lost, want 1", n)
		}
	})
}

// A fault before the change leaves the key free, and what goes wrong after it does not.
func TestIdempotencyAfterFaults(t *testing.T) {
	var to atomic.Value
	rig.InTurn(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		const path, body = "/communities/cash/events", `{"title":"Once","start_local":"2027-04-05T10:00"}`
		count := func() int {
			return strings.Count(w.must(200, "admin", "GET", path+"?drafts=1&limit=200", "").Text, `"title":"Once"`)
		}
		to.Store("!INSERT INTO event")
		w.must(500, "admin", "POST", path, body, "Idempotency-Key", "fault")
		to.Store("")
		w.must(201, "admin", "POST", path, body, "Idempotency-Key", "fault")
		if n := count(); n != 1 {
			t.Errorf("%d events after a fault and another try, want 1", n)
		}
		to.Store("INSERT INTO event") // it is made, and gone when it is to be shown
		w.must(404, "admin", "POST", path, body, "Idempotency-Key", "gone")
		to.Store("")
		w.must(409, "admin", "POST", path, body, "Idempotency-Key", "gone")
		if n := count(); n != 1 {
			t.Errorf("%d events after one that was made and could not be shown, want 1", n)
		}
	}, rig.WithDriver(func(c driver.Connector) driver.Connector { return deaf{c, &to} }))
}

// cutReader hangs up once it has been read.
type cutReader struct {
	io.Reader
	hangUp func()
}

func (c cutReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err != nil {
		c.hangUp()
	}
	return n, err
}

// Whoever hangs up and asks again finds it done once.
func TestIdempotencyAfterHangingUp(t *testing.T) {
	r := rig.New(t)
	w := newWorld(t, r)
	ctx, hangUp := context.WithCancel(t.Context())
	const body = `{"title":"Once","start_local":"2027-04-05T10:00"}`
	req := httptest.NewRequest("POST", "/api/v1/communities/cash/events", cutReader{strings.NewReader(body), hangUp}).WithContext(ctx)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+w.tokens["admin"])
	req.Header.Set("Idempotency-Key", "k")
	first := httptest.NewRecorder()
	w.h.ServeHTTP(first, req)
	if ctx.Err() == nil {
		t.Fatal("nobody has hung up")
	}
	again := w.must(201, "admin", "POST", "/communities/cash/events", body, "Idempotency-Key", "k")
	if again.Text != first.Body.String() || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("got %s\nwant %s", again.Text, first.Body)
	}
}

// The secret address of a feed is answered again, and stands nowhere meanwhile.
func TestIdempotencyKeepsNoSecret(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		first := w.must(201, "member", "POST", "/feeds", `{"scope":"all"}`, "Idempotency-Key", "f1")
		again := w.must(201, "member", "POST", "/feeds", `{"scope":"all"}`, "Idempotency-Key", "f1")
		if first.Text != again.Text || !strings.Contains(first.Text, "/feeds/") || again.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("the same request again: %s\nwant %s", again.Text, first.Text)
		}
		v, _, err := r.App.Viewers.ByToken(t.Context(), w.tokens["member"])
		r.Must(err)
		r.Update(func(ctx context.Context, tx *store.Tx) error {
			taken, kept, err := tx.ClaimKey(ctx, store.Idempotent{TokenID: v.TokenID, Route: "POST /api/v1/feeds", Key: "f1", Request: []byte("x"), Body: []byte{}, CreatedAt: tx.Now})
			if taken || strings.Contains(string(kept.Body), "/feeds/") || !strings.Contains(string(kept.Body), "feed:fe_") {
				t.Errorf("kept: %v %q", taken, kept.Body)
			}
			return err
		})
	})
}

// Whoever is put in again without a role stays what they are.
func TestPutMemberWithoutRole(t *testing.T) {
	r := rig.New(t)
	w := newWorld(t, r)
	path := "/communities/cash/members/" + people["moderator"]
	if got := w.must(200, "admin", "PUT", path, ""); !strings.Contains(got.Text, `"role":"moderator"`) {
		t.Errorf("put in again without a role: %s", got.Text)
	}
	if got := w.must(200, "operator", "PUT", "/communities/cash/members/new@x.example", "{}"); !strings.Contains(got.Text, `"role":"member"`) {
		t.Errorf("put in without a role: %s", got.Text)
	}
}
