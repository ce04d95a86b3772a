package app

import (
	"bytes"
	"context"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// Answers keeps the answers to requests that carry an idempotency key, for [convoke.IdempotencyKeepTime].
//
// That a request made its change is noted in the transaction of the change, so a claim always tells what became of it. One that has
// changed nothing for [convoke.IdempotencyClaimTime] is taken over by whoever asks again, and should the first still come to its change, that is
// refused. When the change was made but the answer was lost, as after a crash, whoever asks again is told just that.
type Answers struct{ *core }

// A Claim is a request with an idempotency key.
type Claim struct {
	Route string // method and path
	Key   string
	Hash  []byte // of what was asked for

	token convoke.ID
	at    convoke.Instant
}

func (c Claim) row() store.Idempotent {
	return store.Idempotent{TokenID: c.token, Route: c.Route, Key: c.Key, Request: c.Hash, Body: []byte{}, CreatedAt: c.at}
}

type claimed struct{}

// Within returns a context for what is done on behalf of a claimed request.
func (c Claim) Within(ctx context.Context) context.Context {
	return context.WithValue(ctx, claimed{}, c)
}

// settleClaim notes in a transaction that the claimed request it belongs to, if any, made its change.
func settleClaim(ctx context.Context, tx *store.Tx) error {
	c, ok := ctx.Value(claimed{}).(Claim)
	if !ok {
		return nil
	}
	mine, err := tx.DoneKey(ctx, c.row())
	if err == nil && !mine {
		err = convoke.Refuse(convoke.ReasonConflict, "error.key.busy")
	}
	return err
}

// A KeptAnswer is what the first request with a key was answered.
type KeptAnswer struct {
	Status   int
	Location string
	Body     []byte
}

// Claim takes a key for a request. The answer of an earlier request with it comes back with found true; another request with the same key, one
// that is under way, and one whose answer was lost are refused.
func (a *Answers) Claim(ctx context.Context, v convoke.Viewer, c *Claim) (kept KeptAnswer, found bool, err error) {
	if err := writes(v); err != nil {
		return kept, false, err
	}
	err = a.store.Update(ctx, func(tx *store.Tx) error {
		c.token, c.at = v.TokenID, tx.Now
		mine, old, err := tx.ClaimKey(ctx, c.row())
		switch {
		case err != nil || mine:
			return err
		case !bytes.Equal(old.Request, c.Hash):
			return convoke.Invalid("Idempotency-Key", "error.key.other")
		case old.Status == 0, old.Status == store.KeyDone && old.CreatedAt.Add(convoke.IdempotencyClaimTime) > tx.Now:
			e := convoke.Refuse(convoke.ReasonConflict, "error.key.busy")
			e.RetryAfter = int(convoke.IdempotencyClaimTime.Seconds())
			return e
		case old.Status == store.KeyDone:
			return convoke.Refuse(convoke.ReasonConflict, "error.key.lost")
		}
		location, body, _ := bytes.Cut(old.Body, []byte{'\n'})
		kept, found = KeptAnswer{old.Status, string(location), body}, true
		return nil
	})
	return kept, found, err
}

// Keep stores the answer to a claimed request. An answer with status 0 gives the key back, so that what changed nothing may be tried again; of
// a request that made a change it keeps the key.
func (a *Answers) Keep(ctx context.Context, c Claim, k KeptAnswer) error {
	row := c.row()
	row.Status, row.Body = k.Status, append([]byte(k.Location+"\n"), k.Body...)
	return a.store.Update(ctx, func(tx *store.Tx) error { return tx.KeepAnswer(ctx, row) })
}

// A form is one that makes something, as it was sent.
type form struct {
	key  string // it was shown with
	hash []byte // of what was sent with it
}

// formKey is where a form stands in a context.
type formKey struct{}

// maxFormKey is how long the key of a form may be; a longer one is none of ours.
const maxFormKey = 64

// WithForm returns a context for what a form makes that was shown with a key: sent again by the same person, also at the same time, it makes nothing and
// is answered with a [MadeError]. Without a key nothing is looked for.
func WithForm(ctx context.Context, key string, hash []byte) context.Context {
	if key == "" || len(key) > maxFormKey {
		return ctx
	}
	return context.WithValue(ctx, formKey{}, form{key, hash})
}

// A MadeError tells what a form has made already.
type MadeError struct {
	ID    convoke.ID
	Other bool // something else was sent then, which is not to be lost
}

func (e *MadeError) Error() string { return "made before: " + string(e.ID) }

// settleForm notes in the transaction that makes something which form it comes from, before anything is written. What is refused thereafter leaves the
// key free.
func settleForm(ctx context.Context, tx *store.Tx, v convoke.Viewer, id convoke.ID) error {
	f, ok := ctx.Value(formKey{}).(form)
	if !ok || v.Person == "" {
		return nil
	}
	made, err := tx.PutMade(ctx, store.Made{PersonID: v.Person, Key: string(id[:3]) + f.key, Request: f.hash, SubjectID: id, CreatedAt: tx.Now}) // one key for each noun
	if err == nil && made.SubjectID != id {
		err = &MadeError{made.SubjectID, !bytes.Equal(made.Request, f.hash)}
	}
	return err
}
