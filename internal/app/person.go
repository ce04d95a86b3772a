package app

import (
	"context"
	"slices"
	"strings"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/store"
	"convoke/mailer"
)

// People is what persons say of themselves, and what the operator does with accounts.
type People struct{ *core }

// knownZone is the name a zone has now, "" where there is none of that name.
func knownZone(s string) string {
	if _, err := calendar.LoadZone(s); err != nil {
		return ""
	}
	return calendar.ZoneName(s)
}

// PersonInput is what can be changed of a person; nil leaves a thing as it is.
type PersonInput struct {
	Name         *string `json:"name" form:"name"`
	Language     *string `json:"language" form:"language"`
	TimeZone     *string `json:"time_zone" form:"time_zone"`
	Organisation *string `json:"organisation" form:"organisation"`
	Listed       *bool   `json:"listed" form:"listed"`
	Operator     *bool   `json:"operator" form:"-"`
}

func (in PersonInput) apply(p *convoke.Person, operator bool) error {
	var f typing
	if in.Name != nil {
		f.line("name", in.Name, &p.Name, convoke.MaxName)
		f.Check(p.Name != "", "name", "person.name.missing")
	}
	if in.Language != nil {
		p.Language = *in.Language
		f.Check(slices.Contains(locale.Known(), p.Language), "language", "language.unknown")
	}
	if in.TimeZone != nil {
		f.zone(in.TimeZone, &p.Zone)
		f.Check(p.Zone == "" || knownZone(p.Zone) != "", "time_zone", "zone.unknown", "Zone", p.Zone)
	}
	f.line("organisation", in.Organisation, &p.Organisation, convoke.MaxName)
	if in.Listed != nil {
		p.Listed = *in.Listed
	}
	if in.Operator != nil && operator {
		p.Operator = *in.Operator
	}
	return f.Err()
}

// Me is the viewer's own account.
func (a *People) Me(ctx context.Context, v convoke.Viewer) (p convoke.Person, err error) {
	if !v.Signed() {
		return p, convoke.ErrSignIn
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		p, err = tx.Person(ctx, v.Person)
		return err
	})
	return p, err
}

// EditMe changes the viewer's own account.
func (a *People) EditMe(ctx context.Context, v convoke.Viewer, in PersonInput) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	in.Operator = nil
	return a.update(ctx, v, func(tx *store.Tx) error {
		p, err := tx.Person(ctx, v.Person)
		if err != nil {
			return err
		}
		if err := in.apply(&p, false); err != nil {
			return err
		}
		return tx.PutPerson(ctx, p)
	})
}

// Add makes an account, for the operator. The address counts as confirmed: whoever runs the instance vouches for it.
func (a *People) Add(ctx context.Context, v convoke.Viewer, address string, in PersonInput) (p convoke.Person, err error) {
	if !v.Operator {
		return p, convoke.ErrForbidden
	}
	addr, err := mailer.ParseAddress(address)
	if err != nil {
		return p, convoke.Invalid("email", "sign_in.address.invalid").Because(err)
	}
	folded := mailer.Fold(addr.Addr)
	err = a.update(ctx, v, func(tx *store.Tx) error {
		if old, err := tx.PersonByAddress(ctx, folded); err == nil && old.Confirmed {
			return convoke.Refuse(convoke.ReasonConflict, "person.exists")
		}
		if p, err = ensurePerson(ctx, tx, folded, addr.Addr, convoke.Person{Language: "en"}); err != nil {
			return err
		}
		if err := in.apply(&p, true); err != nil {
			return err
		}
		if err := tx.PutPerson(ctx, p); err != nil {
			return err
		}
		if err := tx.ConfirmAddress(ctx, folded); err != nil {
			return err
		}
		if err := a.record(ctx, tx, v, news{noun: "person", verb: "added", subject: p.ID}); err != nil {
			return err
		}
		p, err = tx.Person(ctx, p.ID)
		return err
	})
	return p, err
}

// person finds somebody by any spelling of their address.
func (c *core) person(ctx context.Context, tx *store.Tx, address string) (convoke.Person, error) {
	return tx.PersonByAddress(ctx, mailer.Fold(address))
}

// byAddress finds a person for the operator, or for themselves.
func (a *People) byAddress(ctx context.Context, tx *store.Tx, v convoke.Viewer, address string) (convoke.Person, error) {
	p, err := tx.PersonByAddress(ctx, mailer.Fold(address))
	if v.Operator && convoke.IsNotFound(err) { // who may see every account
		return p, convoke.Refuse(convoke.ReasonNotFound, "person.unknown")
	}
	if err != nil {
		return p, err
	}
	if !v.Operator && p.ID != v.Person {
		return convoke.Person{}, convoke.ErrNotFound
	}
	return p, nil
}

// Get reads an account by address: the operator any, others their own.
func (a *People) Get(ctx context.Context, v convoke.Viewer, address string) (p convoke.Person, err error) {
	if !v.Signed() && !v.Operator {
		return p, convoke.ErrSignIn
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		p, err = a.byAddress(ctx, tx, v, address)
		return err
	})
	return p, err
}

// Edit changes an account by address; the last operator stays one.
func (a *People) Edit(ctx context.Context, v convoke.Viewer, address string, in PersonInput) (p convoke.Person, err error) {
	if !v.Signed() && !v.Operator {
		return p, convoke.ErrSignIn
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		if p, err = a.byAddress(ctx, tx, v, address); err != nil {
			return err
		}
		was := p.Operator
		if err := in.apply(&p, v.Operator); err != nil {
			return err
		}
		if err := tx.PutPerson(ctx, p); err != nil {
			return err
		}
		if was && !p.Operator {
			return operatorLeft(ctx, tx)
		}
		return nil
	})
	return p, err
}

// operatorLeft refuses what would leave the instance without an operator who can sign in; of several who go at once the last one stays.
func operatorLeft(ctx context.Context, tx *store.Tx) error {
	if err := tx.LockInstance(ctx); err != nil {
		return err
	}
	any, err := tx.AnyOperator(ctx)
	if err == nil && !any {
		err = convoke.Refuse(convoke.ReasonConflict, "person.last_operator")
	}
	return err
}

// Remove deletes an account with all that is theirs alone; the last operator stays.
func (a *People) Remove(ctx context.Context, v convoke.Viewer, address string) error {
	if !v.Signed() && !v.Operator {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		p, err := a.byAddress(ctx, tx, v, address)
		if err != nil {
			return err
		}
		alone, err := tx.LedAlone(ctx, p.ID)
		if err != nil {
			return err
		}
		if len(alone) > 0 { // the operator too makes somebody else an admin first: requests would reach nobody
			key := convoke.Key("person.last_admin")
			if p.ID != v.Person {
				key = "person.last_admin.other"
			}
			return convoke.Refuse(convoke.ReasonConflict, key).With("Communities", strings.Join(alone, ", "))
		}
		if err := tx.DropPerson(ctx, p.ID); err != nil {
			return err
		}
		if p.Operator {
			if err := operatorLeft(ctx, tx); err != nil {
				return err
			}
		}
		by := v
		if by.Person == p.ID {
			by.Person = ""
		}
		return a.record(ctx, tx, by, news{noun: "person", verb: "removed", subject: p.ID})
	})
}

// List pages through all accounts, for the operator.
func (a *People) List(ctx context.Context, v convoke.Viewer, after convoke.ID, limit int) (list []convoke.Person, err error) {
	if !v.Operator {
		return nil, convoke.ErrForbidden
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err = tx.People(ctx, after, limit)
		return err
	})
	return list, err
}

// AddToken makes an API token for a person and returns its text, which is shown this once.
func (a *People) AddToken(ctx context.Context, v convoke.Viewer, address, name string, readOnly bool) (text string, t convoke.Token, err error) {
	if !v.Signed() && !v.Operator {
		return "", t, convoke.ErrSignIn
	}
	text = convoke.NewToken()
	err = a.update(ctx, v, func(tx *store.Tx) error {
		p, err := a.byAddress(ctx, tx, v, address)
		if err != nil {
			return err
		}
		if name, err = lineOf("name", name, convoke.MaxName); err != nil {
			return err
		}
		if name == "" {
			return convoke.Invalid("name", "token.name.missing")
		}
		t = convoke.Token{ID: convoke.NewID("to"), PersonID: p.ID, Name: name, Hash: convoke.HashToken(text), ReadOnly: readOnly, CreatedAt: tx.Now}
		if err := tx.AddToken(ctx, t); err != nil {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "token", verb: "added", subject: t.ID})
	})
	return text, t, err
}

// Tokens lists the viewer's API tokens.
func (a *People) Tokens(ctx context.Context, v convoke.Viewer) (list []convoke.Token, err error) {
	if !v.Signed() {
		return nil, convoke.ErrSignIn
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err = tx.Tokens(ctx, v.Person)
		return err
	})
	return list, err
}

// RevokeToken ends one of the viewer's API tokens.
func (a *People) RevokeToken(ctx context.Context, v convoke.Viewer, id convoke.ID) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		ok, err := tx.DropToken(ctx, v.Person, id)
		if err == nil && !ok {
			err = convoke.ErrNotFound
		}
		return err
	})
}

// Mutes lists what the viewer wants no mails about.
func (a *People) Mutes(ctx context.Context, v convoke.Viewer) (list []convoke.Mute, err error) {
	if !v.Signed() {
		return nil, convoke.ErrSignIn
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err = tx.Mutes(ctx, v.Person)
		return err
	})
	return list, err
}

// A MuteView is a mute with the community it is about, where that may still be known.
type MuteView struct {
	convoke.Mute
	Community *convoke.Community
}

// MuteViews lists what the viewer wants no mails about, with what it is called.
func (a *People) MuteViews(ctx context.Context, v convoke.Viewer) (out []MuteView, err error) {
	if !v.Signed() {
		return nil, convoke.ErrSignIn
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err := tx.Mutes(ctx, v.Person)
		for _, m := range list {
			x := MuteView{Mute: m}
			if m.Scope == convoke.ScopeCommunity {
				c, _, err := a.lookID(ctx, tx, v, convoke.ID(m.ScopeID))
				if err == nil {
					x.Community = &c
				} else if !convoke.IsNotFound(err) {
					return err
				}
			}
			out = append(out, x)
		}
		return err
	})
	return out, err
}

// Mute turns the mails about a community, or all, off. Turned on again is whatever was off, also what may not be known any more.
func (a *People) Mute(ctx context.Context, v convoke.Viewer, scope convoke.Scope, id convoke.ID, off bool) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		m := convoke.Mute{PersonID: v.Person, Scope: scope, ScopeID: string(id), Class: convoke.ClassEvery, CreatedAt: tx.Now}
		if !off {
			return tx.DropMute(ctx, m)
		}
		if scope != convoke.ScopeAll && scope != convoke.ScopeCommunity || scope == convoke.ScopeAll && id != "" {
			return convoke.ErrNotFound
		}
		if scope == convoke.ScopeCommunity {
			if _, _, err := a.lookID(ctx, tx, v, id); err != nil {
				return err
			}
		}
		return tx.PutMute(ctx, m)
	})
}
