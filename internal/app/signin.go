package app

import (
	"cmp"
	"context"
	"crypto/subtle"
	"net/netip"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/notify"
	"convoke/internal/store"
	"convoke/mailer"
)

// SignIns is how people get in: by a mailed link or its six-digit code. Signing up is the same thing with an
// address that is not known yet.
type SignIns struct{ *core }

// SignInRequest is what the sign-in form sends.
type SignInRequest struct {
	Address  string
	Network  string // see Network; empty where no limit per network applies
	Language string
	Zone     string // the browser's, may be anything
	Next     string
}

// Network is what the limit of sign-in mails counts by: an IPv4 address, or the /64 of an IPv6 one. It is empty for
// loopback, where the peer is a proxy that is not trusted or the host in person.
func Network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return "unknown"
	}
	a = a.Unmap().WithZone("")
	if a.IsLoopback() {
		return ""
	}
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return "unknown"
	}
	return p.String()
}

// Ask queues a sign-in mail. Known and unknown addresses run the same statements: who it is comes up only when
// the mail is composed.
func (a *SignIns) Ask(ctx context.Context, r SignInRequest) error {
	addr, err := mailer.ParseAddress(r.Address)
	if err != nil {
		return convoke.Invalid("address", "sign_in.address.invalid").Because(err)
	}
	folded := mailer.Fold(addr.Addr)
	return a.store.Update(ctx, func(tx *store.Tx) error {
		byAddress, byNetwork, err := tx.SignInCounts(ctx, folded, r.Network, tx.Now.Add(-time.Hour))
		if err != nil {
			return err
		}
		if byAddress >= convoke.SignInsPerAddress || r.Network != "" && byNetwork >= convoke.SignInsPerNetwork {
			e := convoke.Refuse(convoke.ReasonLimited, "sign_in.limited")
			e.RetryAfter = 3600
			return e
		}
		s := convoke.SignIn{ID: convoke.NewID("le"), Folded: folded, Shown: addr.Addr, Network: r.Network, Language: locale.Match(r.Language),
			Zone: knownZone(r.Zone), Next: LocalPath(r.Next), CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(convoke.SignInLife)}
		if err := tx.AddSignIn(ctx, s); err != nil {
			return err
		}
		tx.AfterCommit(a.wake)
		_, err = tx.AddLetter(ctx, notify.SignInLetter(a.site, s))
		return err
	})
}

// SetUp makes a one-time link that makes its user an operator; only the command line calls it, and only when there is none.
func (a *SignIns) SetUp(ctx context.Context, address string) (link string, err error) {
	return a.direct(ctx, address, true, convoke.SetUpLife)
}

// Direct makes a sign-in link for an address without a mail, for the command line and the demo.
func (a *SignIns) Direct(ctx context.Context, address string) (link string, err error) {
	return a.direct(ctx, address, false, convoke.SignInLife)
}

func (a *SignIns) direct(ctx context.Context, address string, operator bool, life time.Duration) (string, error) {
	s := convoke.SignIn{ID: convoke.NewID("le"), Operator: operator, Next: "/"}
	if address != "" {
		addr, err := mailer.ParseAddress(address)
		if err != nil {
			return "", convoke.Invalid("address", "sign_in.address.invalid").Because(err)
		}
		s.Folded, s.Shown = mailer.Fold(addr.Addr), addr.Addr
	}
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		s.CreatedAt, s.ExpiresAt = tx.Now, tx.Now.Add(life)
		if err := tx.AddSignIn(ctx, s); err != nil {
			return err
		}
		l := notify.SignInLetter(a.site, s)
		l.State, l.Why, l.FinalAt = convoke.Withdrawn, "shown on the terminal", tx.Now
		_, err := tx.AddLetter(ctx, l)
		return err
	})
	return a.site.Base + "/l/" + a.secrets.LetterToken(s.ID), err
}

// NeedsSetUp says whether there is no operator yet.
func (a *SignIns) NeedsSetUp(ctx context.Context) (needs bool, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		any, err := tx.AnyOperator(ctx)
		needs = !any
		return err
	})
	return needs, err
}

// Welcome is who signed in and where to go next.
type Welcome struct {
	Person convoke.Person
	New    bool // has no name yet
	Next   string
}

// SignInInput is what the page behind a sign-in link says of whoever presses its button. A set-up link asks for Address and Name; Language is the page's and
// Zone the browser's, for whoever has none.
type SignInInput struct{ Address, Name, Language, Zone string }

// Use signs in by the link of a letter and uses it up. A set-up link without an address takes the one given.
func (a *SignIns) Use(ctx context.Context, letter convoke.ID, in SignInInput) (w Welcome, err error) {
	err = a.store.Update(ctx, func(tx *store.Tx) error {
		s, err := tx.SignIn(ctx, letter)
		if err != nil {
			return err
		}
		if s.Folded == "" {
			addr, err := mailer.ParseAddress(in.Address)
			if err != nil {
				return convoke.Invalid("address", "sign_in.address.invalid").Because(err)
			}
			s.Folded, s.Shown = mailer.Fold(addr.Addr), addr.Addr
		}
		if s.Language == "" {
			s.Language = locale.Match(in.Language)
		}
		s.Zone = cmp.Or(s.Zone, knownZone(in.Zone))
		w, err = a.welcome(ctx, tx, s, in.Name)
		return err
	})
	return w, err
}

// Code signs in by the six digits of a letter to an address.
func (a *SignIns) Code(ctx context.Context, address, code string) (w Welcome, err error) {
	addr, err := mailer.ParseAddress(address)
	if err != nil {
		return w, convoke.Invalid("address", "sign_in.address.invalid").Because(err)
	}
	folded := mailer.Fold(addr.Addr)
	refused := convoke.Invalid("code", "sign_in.code.wrong")
	wrong := false
	err = a.store.Update(ctx, func(tx *store.Tx) error {
		wrong = false
		// Every try counts before it is looked at, so that many at once are not more than five.
		if err := tx.CountTry(ctx, folded); err != nil {
			return err
		}
		list, err := tx.SignIns(ctx, folded)
		if err != nil {
			return err
		}
		for _, s := range list {
			if s.Tries <= convoke.SignInCodeTries && !s.Operator &&
				subtle.ConstantTimeCompare([]byte(a.secrets.SignInCode(s.ID)), []byte(code)) == 1 {
				w, err = a.welcome(ctx, tx, s, "")
				return err
			}
		}
		wrong = true // the try is kept, so the refusal comes after the transaction
		return nil
	})
	if err == nil && wrong {
		err = refused
	}
	return w, err
}

func (a *SignIns) welcome(ctx context.Context, tx *store.Tx, s convoke.SignIn, name string) (w Welcome, err error) {
	ok, err := tx.UseSignIn(ctx, s.ID)
	if err != nil {
		return w, err
	}
	if !ok {
		return w, convoke.Refuse(convoke.ReasonGone, "sign_in.used")
	}
	if s.Operator { // a second set-up link does not make a second operator behind the first one's back, not even at the same time
		if err := tx.LockInstance(ctx); err != nil {
			return w, err
		}
		any, err := tx.AnyOperator(ctx)
		if err != nil {
			return w, err
		}
		if any {
			return w, convoke.Refuse(convoke.ReasonGone, "sign_in.used")
		}
	}
	if name, err = lineOf("name", name, convoke.MaxName); err != nil {
		return w, err
	}
	p, err := ensurePerson(ctx, tx, s.Folded, s.Shown, convoke.Person{Name: name, Language: s.Language, Zone: s.Zone})
	if err != nil {
		return w, err
	}
	if err := tx.LockPerson(ctx, p.ID); err != nil { // who may be taking up an invitation by its link, which confirms the address as well
		return w, err
	}
	if p, err = tx.Person(ctx, p.ID); err != nil {
		return w, err
	}
	if err := tx.ConfirmAddress(ctx, s.Folded); err != nil {
		return w, err
	}
	changed := false
	if !p.Confirmed && s.Language != "" { // somebody else named them: that was their community's language
		p.Language, changed = s.Language, true
	}
	if p.Zone == "" && s.Zone != "" {
		p.Zone, changed = s.Zone, true
	}
	if s.Operator && !p.Operator {
		p.Operator, changed = true, true
	}
	if changed {
		if err := tx.PutPerson(ctx, p); err != nil {
			return w, err
		}
	}
	if err := a.record(ctx, tx, convoke.Viewer{Person: p.ID, Via: "sign-in"}, news{noun: "person", verb: "signed-in", subject: p.ID}); err != nil {
		return w, err
	}
	return Welcome{Person: p, New: p.Name == "", Next: s.Next}, nil
}

// ensurePerson finds who has an address or makes a person for it, unconfirmed.
func ensurePerson(ctx context.Context, tx *store.Tx, folded, shown string, like convoke.Person) (convoke.Person, error) {
	p, err := tx.PersonByAddress(ctx, folded)
	if err == nil || !convoke.IsNotFound(err) {
		return p, err
	}
	like.ID, like.Listed, like.CreatedAt = convoke.NewID("pe"), true, tx.Now
	if like.Language == "" {
		like.Language = "en"
	}
	if err := tx.AddPerson(ctx, like); err != nil {
		return p, err
	}
	if err := tx.AddAddress(ctx, convoke.Address{ID: convoke.NewID("ad"), PersonID: like.ID, Folded: folded, Shown: shown, Primary: true}); err != nil {
		return p, err
	}
	return tx.Person(ctx, like.ID)
}

// LocalPath keeps a path to go on to only when it stays on this site: one leading slash, no second slash or backslash, no controls.
func LocalPath(s string) string {
	if len(s) > 500 || s == "" || s[0] != '/' || len(s) > 1 && (s[1] == '/' || s[1] == '\\') {
		return "/"
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] == 0x7f || s[i] == '\\' {
			return "/"
		}
	}
	return s
}
