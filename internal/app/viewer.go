package app

import (
	"context"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// Viewers is the one place where a session, an API token or a mailed link becomes a viewer.
type Viewers struct{ *core }

// ByPerson is the viewer of a signed-in session.
func (a *Viewers) ByPerson(ctx context.Context, id convoke.ID) (v convoke.Viewer, p convoke.Person, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		p, err = tx.Person(ctx, id)
		return err
	})
	return convoke.Viewer{Person: p.ID, Operator: p.Operator, Via: "session"}, p, err
}

// ByToken is the viewer of an API token.
func (a *Viewers) ByToken(ctx context.Context, token string) (v convoke.Viewer, p convoke.Person, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.TokenByHash(ctx, convoke.HashToken(token))
		if err != nil {
			return err
		}
		p, err = tx.Person(ctx, t.PersonID)
		v = convoke.Viewer{Person: p.ID, Operator: p.Operator, ReadOnly: t.ReadOnly, TokenID: t.ID, Via: "token"}
		return err
	})
	if convoke.IsNotFound(err) {
		err = convoke.Refuse(convoke.ReasonUnauthenticated, "error.token")
	}
	return v, p, err
}

// ByLetter is the viewer who holds a mailed link: somebody who may do only what that letter offers.
func (a *Viewers) ByLetter(ctx context.Context, token string) (v convoke.Viewer, l convoke.Letter, err error) {
	id, ok := a.secrets.Letter(token)
	if !ok {
		return v, l, convoke.ErrNotFound
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		l, err = tx.Letter(ctx, id)
		return err
	})
	return convoke.Viewer{Person: l.PersonID, Letter: l.ID, Via: "letter"}, l, err
}
