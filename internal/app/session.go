package app

import (
	"context"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// Sessions keeps signed-in browsers in the database: the store behind the session cookie.
type Sessions struct{ *core }

type sessionKey struct{}

// SessionOwner is who a session being saved belongs to; package web puts it into the context.
type SessionOwner struct {
	Person convoke.ID
	Agent  string
	Known  bool // the session was signed in already when the request began
}

// WithOwner says whose session is saved in this request.
func WithOwner(ctx context.Context, o *SessionOwner) context.Context {
	return context.WithValue(ctx, sessionKey{}, o)
}

// FindCtx reads a session's data; found is false for one that is unknown or has ended.
func (a *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		s, err := tx.Session(ctx, token)
		data = s.Data
		return err
	})
	if convoke.IsNotFound(err) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx saves a session.
func (a *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	owner, _ := ctx.Value(sessionKey{}).(*SessionOwner)
	if owner == nil {
		owner = &SessionOwner{}
	}
	return a.store.Update(ctx, func(tx *store.Tx) error {
		s := convoke.Session{Token: token, PersonID: owner.Person, Data: data, Agent: owner.Agent,
			CreatedAt: tx.Now, SeenAt: tx.Now, ExpiresAt: tx.Now.Add(convoke.SessionIdle)}
		if owner.Known {
			return tx.TouchSession(ctx, s)
		}
		return tx.PutSession(ctx, s)
	})
}

// DeleteCtx ends a session.
func (a *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return a.store.Update(ctx, func(tx *store.Tx) error { return tx.DropSession(ctx, token) })
}

// Find, Commit and Delete serve callers without a context.
func (a *Sessions) Find(token string) ([]byte, bool, error) {
	return a.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (a *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return a.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (a *Sessions) Delete(token string) error { return a.DeleteCtx(context.Background(), token) }

// List tells where the viewer is signed in.
func (a *Sessions) List(ctx context.Context, v convoke.Viewer) (list []convoke.Session, err error) {
	if !v.Signed() {
		return nil, convoke.ErrSignIn
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err = tx.Sessions(ctx, v.Person)
		return err
	})
	return list, err
}

// End ends one of the viewer's sessions, named by its stored token.
func (a *Sessions) End(ctx context.Context, v convoke.Viewer, token string) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		ok, err := tx.DropOwnSession(ctx, v.Person, token)
		if err == nil && !ok {
			err = convoke.ErrNotFound
		}
		return err
	})
}
