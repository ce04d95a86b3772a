package store

import (
	"context"
	"strconv"

	"convoke/internal/convoke"
)

const personColumns = `id, name, language, zone, organisation, operator, listed, feed_rev, created_at`

// bounces is how many refusals make an address one that takes no mail.
const bounces = 3

// bouncing is what the server said that refuses an address a, or nothing.
var bouncing = `CASE WHEN a.refusals >= ` + strconv.Itoa(bounces) + ` THEN a.refused_with ELSE '' END`

var personSelect = `SELECT ` + prefixed("p", personColumns) + `,
		coalesce(a.shown, '') AS address, coalesce(a.confirmed_at, 0) > 0 AS confirmed, ` + bouncing + ` AS bouncing
	FROM person p LEFT JOIN address a ON a.person_id = p.id AND a.is_primary `

// Person reads one person with their primary address.
func (tx *Tx) Person(ctx context.Context, id convoke.ID) (convoke.Person, error) {
	var p convoke.Person
	err := tx.get(ctx, &p, personSelect+`WHERE p.id = ?`, id)
	return p, err
}

// LockPerson makes whatever changes a person, or where they are a member, wait until the transaction ends. What is read of them before it may be stale.
func (tx *Tx) LockPerson(ctx context.Context, id convoke.ID) error {
	return tx.get(ctx, &id, `SELECT id FROM person WHERE id = ? `+tx.s.d.stamp, id)
}

// PersonByAddress finds who has an address, given folded.
func (tx *Tx) PersonByAddress(ctx context.Context, folded string) (convoke.Person, error) {
	var p convoke.Person
	err := tx.get(ctx, &p, personSelect+`WHERE p.id = (SELECT person_id FROM address WHERE folded = ?)`, folded)
	return p, err
}

// Persons reads several persons, in no order.
func (tx *Tx) Persons(ctx context.Context, ids []convoke.ID) (map[convoke.ID]convoke.Person, error) {
	out := make(map[convoke.ID]convoke.Person, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), 500)
		var list []convoke.Person
		if err := tx.in(ctx, &list, personSelect+`WHERE p.id IN (?)`, ids[:n]); err != nil {
			return nil, err
		}
		for _, p := range list {
			out[p.ID] = p
		}
		ids = ids[n:]
	}
	return out, nil
}

// People lists everybody with a confirmed address by ID, for the operator.
func (tx *Tx) People(ctx context.Context, after convoke.ID, limit int) ([]convoke.Person, error) {
	var list []convoke.Person
	err := tx.all(ctx, &list, personSelect+`WHERE p.id > ? AND a.confirmed_at > 0 ORDER BY p.id LIMIT ?`, string(after), limit)
	return list, err
}

// AddPerson stores a new person.
func (tx *Tx) AddPerson(ctx context.Context, p convoke.Person) error {
	_, err := tx.named(ctx, insert("person", personColumns), p)
	return err
}

// PutPerson stores a changed person. Their own feeds are read anew, as zone and language stand in them.
func (tx *Tx) PutPerson(ctx context.Context, p convoke.Person) error {
	n, err := tx.named(ctx, `UPDATE person SET `+set(`name, language, zone, organisation, operator, listed`)+`, feed_rev = feed_rev + 1 WHERE id = :id`, p)
	if err == nil && n == 0 {
		err = convoke.ErrNotFound
	}
	return err
}

// DropPerson removes a person and what is theirs alone.
func (tx *Tx) DropPerson(ctx context.Context, id convoke.ID) error {
	return tx.do(ctx, `DELETE FROM person WHERE id = ?`, id)
}

// RaisePerson says that what a person may see or chose has changed, so that their own feeds are read anew.
func (tx *Tx) RaisePerson(ctx context.Context, id convoke.ID) error {
	return tx.do(ctx, `UPDATE person SET feed_rev = feed_rev + 1 WHERE id = ?`, id)
}

// AnyOperator says whether there is an operator who can sign in.
func (tx *Tx) AnyOperator(ctx context.Context) (bool, error) {
	var n int
	err := tx.get(ctx, &n, `SELECT count(*) FROM person p JOIN address a ON a.person_id = p.id
		WHERE p.operator AND a.confirmed_at > 0`)
	return n > 0, err
}

// AddAddress stores an address of a person.
func (tx *Tx) AddAddress(ctx context.Context, a convoke.Address) error {
	_, err := tx.named(ctx, insert("address", `id, person_id, folded, shown, confirmed_at, is_primary`), a)
	return err
}

// ConfirmAddress notes that a person reads an address.
func (tx *Tx) ConfirmAddress(ctx context.Context, folded string) error {
	return tx.do(ctx, `UPDATE address SET confirmed_at = ? WHERE folded = ? AND confirmed_at = 0`, tx.Now, folded)
}

// RefuseAddress notes that a mail server refused an address for good; gone says that there is nobody of that name, which one answer
// settles, while others must be repeated.
func (tx *Tx) RefuseAddress(ctx context.Context, folded, text string, gone bool) error {
	n := 1
	if gone {
		n = bounces
	}
	return tx.do(ctx, `UPDATE address SET refusals = refusals + ?, refused_with = ? WHERE folded = ?`, n, text, folded)
}

// RestoreAddress notes that a mail server takes mail for an address.
func (tx *Tx) RestoreAddress(ctx context.Context, folded string) error {
	return tx.do(ctx, `UPDATE address SET refusals = 0 WHERE folded = ? AND refusals > 0`, folded)
}

const signInColumns = `id, folded, shown, network, language, zone, next, operator, tries, created_at, expires_at, used_at`

// AddSignIn stores a request for a sign-in mail.
func (tx *Tx) AddSignIn(ctx context.Context, s convoke.SignIn) error {
	_, err := tx.named(ctx, insert("sign_in", signInColumns), s)
	return err
}

// SignIn reads a request by its letter.
func (tx *Tx) SignIn(ctx context.Context, id convoke.ID) (convoke.SignIn, error) {
	var s convoke.SignIn
	err := tx.get(ctx, &s, `SELECT `+signInColumns+` FROM sign_in WHERE id = ?`, id)
	return s, err
}

// SignIns lists the requests of an address that can still be used, newest first.
func (tx *Tx) SignIns(ctx context.Context, folded string) ([]convoke.SignIn, error) {
	var list []convoke.SignIn
	err := tx.all(ctx, &list, `SELECT `+signInColumns+` FROM sign_in
		WHERE folded = ? AND used_at = 0 AND expires_at > ? ORDER BY created_at DESC, id LIMIT 10`, folded, tx.Now)
	return list, err
}

// SignInCounts tells how many mails were asked for since a moment, for an address and from a network.
func (tx *Tx) SignInCounts(ctx context.Context, folded, network string, since convoke.Instant) (address, net int, err error) {
	var n struct {
		Address int `db:"address"`
		Net     int `db:"net"`
	}
	err = tx.get(ctx, &n, `SELECT
		(SELECT count(*) FROM sign_in WHERE folded = ? AND created_at > ?) AS address,
		(SELECT count(*) FROM sign_in WHERE network = ? AND created_at > ?) AS net`, folded, since, network, since)
	return n.Address, n.Net, err
}

// UseSignIn uses a request up; false when it was used or has expired before.
func (tx *Tx) UseSignIn(ctx context.Context, id convoke.ID) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE sign_in SET used_at = ? WHERE id = ? AND used_at = 0 AND expires_at > ?`, tx.Now, id, tx.Now)
	return n == 1, err
}

// CountTry counts a code that is tried against all open requests of an address.
func (tx *Tx) CountTry(ctx context.Context, folded string) error {
	return tx.do(ctx, `UPDATE sign_in SET tries = tries + 1 WHERE folded = ? AND used_at = 0 AND expires_at > ?`, folded, tx.Now)
}

const sessionColumns = `token, person_id, data, agent, created_at, seen_at, expires_at`

// Session reads a session that has not expired.
func (tx *Tx) Session(ctx context.Context, token string) (convoke.Session, error) {
	var s convoke.Session
	err := tx.get(ctx, &s, `SELECT `+sessionColumns+` FROM session WHERE token = ? AND expires_at > ?`, token, tx.Now)
	return s, err
}

// Sessions lists where a person is signed in, the last seen first.
func (tx *Tx) Sessions(ctx context.Context, person convoke.ID) ([]convoke.Session, error) {
	var list []convoke.Session
	err := tx.all(ctx, &list, `SELECT `+sessionColumns+` FROM session
		WHERE person_id = ? AND expires_at > ? ORDER BY seen_at DESC, token LIMIT 50`, person, tx.Now)
	return list, err
}

// PutSession stores a session; who it belongs to, its agent and its beginning stay once they are known.
func (tx *Tx) PutSession(ctx context.Context, s convoke.Session) error {
	_, err := tx.named(ctx, insert("session", sessionColumns)+` ON CONFLICT (token) DO UPDATE SET
		person_id = excluded.person_id, data = excluded.data, seen_at = excluded.seen_at, expires_at = excluded.expires_at`, s)
	return err
}

// TouchSession stores a session that was there when the request began; one that was ended meanwhile does not come back.
func (tx *Tx) TouchSession(ctx context.Context, s convoke.Session) error {
	_, err := tx.named(ctx, `UPDATE session SET `+set(`person_id, data, seen_at, expires_at`)+` WHERE token = :token`, s)
	return err
}

// DropSession ends one session.
func (tx *Tx) DropSession(ctx context.Context, token string) error {
	return tx.do(ctx, `DELETE FROM session WHERE token = ?`, token)
}

// DropOwnSession ends one session of a person.
func (tx *Tx) DropOwnSession(ctx context.Context, person convoke.ID, token string) (bool, error) {
	n, err := tx.exec(ctx, `DELETE FROM session WHERE token = ? AND person_id = ?`, token, person)
	return n == 1, err
}

const tokenColumns = `id, person_id, name, hash, read_only, created_at, used_at`

// AddToken stores an API token.
func (tx *Tx) AddToken(ctx context.Context, t convoke.Token) error {
	_, err := tx.named(ctx, insert("token", tokenColumns), t)
	return err
}

// TokenByHash finds an API token.
func (tx *Tx) TokenByHash(ctx context.Context, hash []byte) (convoke.Token, error) {
	var t convoke.Token
	err := tx.get(ctx, &t, `SELECT `+tokenColumns+` FROM token WHERE hash = ?`, hash)
	return t, err
}

// Tokens lists a person's API tokens.
func (tx *Tx) Tokens(ctx context.Context, person convoke.ID) ([]convoke.Token, error) {
	var list []convoke.Token
	err := tx.all(ctx, &list, `SELECT `+tokenColumns+` FROM token WHERE person_id = ? ORDER BY created_at, id LIMIT 100`, person)
	return list, err
}

// DropToken revokes one of a person's API tokens.
func (tx *Tx) DropToken(ctx context.Context, person, id convoke.ID) (bool, error) {
	n, err := tx.exec(ctx, `DELETE FROM token WHERE id = ? AND person_id = ?`, id, person)
	return n == 1, err
}

// Idempotent is an answer kept for a repeated request.
type Idempotent struct {
	TokenID   convoke.ID      `db:"token_id"`
	Route     string          `db:"route"`
	Key       string          `db:"key"`
	Request   []byte          `db:"request"`
	Status    int             `db:"status"` // 0 while the first request is under way, KeyDone once its change was made
	Body      []byte          `db:"body"`
	CreatedAt convoke.Instant `db:"created_at"` // tells one claim of a key from the one that took it over
}

// KeyDone is the status of a key whose request made its change and has no answer yet.
const KeyDone = 1

const idempotentColumns = `token_id, route, key, request, status, body, created_at`

// ClaimKey takes an idempotency key, also one whose request has changed nothing for [convoke.IdempotencyClaimTime]; false gives the row of
// whoever took it before.
func (tx *Tx) ClaimKey(ctx context.Context, i Idempotent) (bool, Idempotent, error) {
	if err := tx.do(ctx, `DELETE FROM idempotency WHERE token_id = ? AND route = ? AND key = ?
		AND (created_at <= ? OR status = 0 AND created_at <= ?)`,
		i.TokenID, i.Route, i.Key, tx.Now.Add(-convoke.IdempotencyKeepTime), tx.Now.Add(-convoke.IdempotencyClaimTime)); err != nil {
		return false, i, err
	}
	n, err := tx.named(ctx, insert("idempotency", idempotentColumns)+` ON CONFLICT (token_id, route, key) DO NOTHING`, i)
	if err != nil || n == 1 {
		return n == 1, i, err
	}
	err = tx.get(ctx, &i, `SELECT `+idempotentColumns+` FROM idempotency WHERE token_id = ? AND route = ? AND key = ?`, i.TokenID, i.Route, i.Key)
	return false, i, err
}

// DoneKey notes, in the transaction of a change, that the request with a key has made it; false when another has taken the key over.
func (tx *Tx) DoneKey(ctx context.Context, i Idempotent) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE idempotency SET status = ? WHERE token_id = ? AND route = ? AND key = ? AND created_at = ? AND status IN (0, ?)`,
		KeyDone, i.TokenID, i.Route, i.Key, i.CreatedAt, KeyDone)
	return n == 1, err
}

// KeepAnswer stores the answer behind an idempotency key; status 0 gives the key back, unless its request made a change.
func (tx *Tx) KeepAnswer(ctx context.Context, i Idempotent) error {
	if i.Status == 0 {
		return tx.do(ctx, `DELETE FROM idempotency WHERE token_id = ? AND route = ? AND key = ? AND created_at = ? AND status = 0`, i.TokenID, i.Route, i.Key, i.CreatedAt)
	}
	_, err := tx.named(ctx, `UPDATE idempotency SET status = :status, body = :body
		WHERE token_id = :token_id AND route = :route AND key = :key AND created_at = :created_at`, i)
	return err
}

// Made is what a person's form has made, by the key it was shown with.
type Made struct {
	PersonID  convoke.ID      `db:"person_id"`
	Key       string          `db:"key"`
	Request   []byte          `db:"request"` // hash of what was sent
	SubjectID convoke.ID      `db:"subject_id"`
	CreatedAt convoke.Instant `db:"created_at"`
}

const madeColumns = `person_id, key, request, subject_id, created_at`

// PutMade notes what a person's form makes, and gives that back; or what it made before, waiting for whoever is making it.
func (tx *Tx) PutMade(ctx context.Context, m Made) (Made, error) {
	n, err := tx.named(ctx, insert("made", madeColumns)+` ON CONFLICT (person_id, key) DO NOTHING`, m)
	if err != nil || n == 1 {
		return m, err
	}
	err = tx.get(ctx, &m, `SELECT `+madeColumns+` FROM made WHERE person_id = ? AND key = ?`, m.PersonID, m.Key)
	return m, err
}

// Sweep removes what has expired: sessions, sign-ins, the keys of requests and forms.
func (tx *Tx) Sweep(ctx context.Context) error {
	for _, q := range []string{
		`DELETE FROM session WHERE expires_at <= ?`,
		`DELETE FROM sign_in WHERE expires_at <= ?`,
	} {
		if err := tx.do(ctx, q, tx.Now.Add(-convoke.IdempotencyKeepTime)); err != nil {
			return err
		}
	}
	for _, q := range []string{
		`DELETE FROM idempotency WHERE created_at <= ?`,
		`DELETE FROM made WHERE created_at <= ?`,
	} {
		if err := tx.do(ctx, q, tx.Now.Add(-convoke.IdempotencyKeepTime)); err != nil {
			return err
		}
	}
	return nil
}

// ConfirmPrimary notes that a person reads their primary address.
func (tx *Tx) ConfirmPrimary(ctx context.Context, person convoke.ID) error {
	return tx.do(ctx, `UPDATE address SET confirmed_at = ? WHERE person_id = ? AND is_primary AND confirmed_at = 0`, tx.Now, person)
}
