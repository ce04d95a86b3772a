package app

import (
	"bytes"
	"context"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// Answers keeps the answers to requests that carry an idempotency key, for [convoke.IdempotencyKeepTime].
type Answers struct{ *core }

// A Claim is a request with an idempotency key.
type Claim struct {
	Route string // method and path
	Key   string
	Hash  []byte // of what was asked for
}

// A KeptAnswer is what the first request with a key was answered.
type KeptAnswer struct {
	Status   int
	Location string
	Body     []byte
}

// Claim takes a key for a request. The answer of an earlier request with it comes back with found true; another request with the same key, and one
// that has no answer yet, are refused.
func (a *Answers) Claim(ctx context.Context, v convoke.Viewer, c Claim) (kept KeptAnswer, found bool, err error) {
	if err := writes(v); err != nil {
		return kept, false, err
	}
	err = a.store.Update(ctx, func(tx *store.Tx) error {
		mine, old, err := tx.ClaimKey(ctx, store.Idempotent{TokenID: v.TokenID, Route: c.Route, Key: c.Key, Request: c.Hash, Body: []byte{}, CreatedAt: tx.Now})
		switch {
		case err != nil || mine:
			return err
		case !bytes.Equal(old.Request, c.Hash):
			return convoke.Invalid("Idempotency-Key", "error.key.other")
		case old.Status == 0:
			return convoke.Refuse(convoke.ReasonConflict, "error.key.busy")
		}
		location, body, _ := bytes.Cut(old.Body, []byte{'\n'})
		kept, found = KeptAnswer{old.Status, string(location), body}, true
		return nil
	})
	return kept, found, err
}

// Keep stores the answer to a claimed request. An answer with status 0 gives the key back: what was refused changed nothing and may
// be tried again.
func (a *Answers) Keep(ctx context.Context, v convoke.Viewer, c Claim, k KeptAnswer) error {
	body := append([]byte(k.Location+"\n"), k.Body...)
	return a.store.Update(ctx, func(tx *store.Tx) error {
		return tx.KeepAnswer(ctx, store.Idempotent{TokenID: v.TokenID, Route: c.Route, Key: c.Key, Status: k.Status, Body: body})
	})
}
