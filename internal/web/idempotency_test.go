package web_test

import (
	"context"
	"io"
	"net/http/httptest"
	"strings"
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

// A request whose first try is under way is refused; one whose first try broke off is, too, as nobody knows.
func TestIdempotencyKeyUnderWay(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		v, _, err := r.App.Viewers.ByToken(t.Context(), w.tokens["admin"])
		r.Must(err)
		c := app.Claim{Route: "POST /x", Key: "k", Hash: []byte("a")}
		_, found, err := r.App.Answers.Claim(t.Context(), v, c)
		if found || err != nil {
			t.Fatalf("first claim: found %v, %v", found, err)
		}
		if _, _, err = r.App.Answers.Claim(t.Context(), v, c); err == nil || !strings.Contains(err.Error(), "error.key.busy") {
			t.Errorf("second claim: %v, want it refused as under way", err)
		}
		r.Must(r.App.Answers.Keep(t.Context(), v, c, app.KeptAnswer{Status: 201, Location: "/l", Body: []byte("a\nb")}))
		kept, found, err := r.App.Answers.Claim(t.Context(), v, c)
		if !found || err != nil || kept.Status != 201 || kept.Location != "/l" || string(kept.Body) != "a\nb" {
			t.Errorf("third claim: %v %+v %v", found, kept, err)
		}
	})
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
