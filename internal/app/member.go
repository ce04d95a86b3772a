package app

import (
	"cmp"
	"context"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
	"convoke/mailer"
)

// Members is how people come into a community, what they are in it, and how they leave.
type Members struct{ *core }

// Join makes the viewer a member at once.
func (a *Members) Join(ctx context.Context, v convoke.Viewer, slug string) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		m, s, err := a.look(ctx, tx, v, slug)
		if err != nil {
			return err
		}
		if s.Role != "" {
			return nil // a second press changes nothing
		}
		if err := allow(v, s, convoke.Join, &m); err != nil {
			return err
		}
		return a.add(ctx, tx, v, m, v.Person, convoke.Member, "joined")
	})
}

func (a *Members) add(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, person convoke.ID, role convoke.Role, how string) error {
	if m.ParentID != "" {
		if _, err := tx.Membership(ctx, m.ParentID, person); err != nil {
			if convoke.IsNotFound(err) {
				return convoke.Refuse(convoke.ReasonForbidden, "member.parent_first")
			}
			return err
		}
	}
	if err := tx.PutMembership(ctx, convoke.Membership{CommunityID: m.ID, PersonID: person, Role: role, JoinedAt: tx.Now, How: how}); err != nil {
		return err
	}
	if err := a.answered(ctx, tx, v, m, person, how); err != nil {
		return err
	}
	return a.record(ctx, tx, v, news{noun: "member", verb: how, subject: person, community: m.ID, after: role, plan: tx.Now})
}

// answered ends what was open between a community and somebody who is in now: an invitation still to be taken up, a wish still to be granted.
func (a *Members) answered(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, person convoke.ID, how string) error {
	i, err := tx.LastInvitation(ctx, m.ID, person)
	if err == nil {
		_, err = tx.DecideInvitation(ctx, i.ID, "joined")
	}
	if err != nil && !convoke.IsNotFound(err) {
		return err
	}
	if how == "approved" { // whoever decides settles it
		return nil
	}
	r, err := tx.WaitingRequest(ctx, m.ID, person)
	switch {
	case convoke.IsNotFound(err):
		return nil
	case err != nil:
		return err
	case how == "added": // they do not know yet
		return decide(ctx, tx, a.core, v, m, r, "approved", "")
	}
	_, err = tx.DecideJoinRequest(ctx, r.ID, "approved", "", v.Person)
	return err
}

// Invited takes up the viewer's invitation, or declines it, as the button in its mail does.
func (a *Members) Invited(ctx context.Context, v convoke.Viewer, slug string, deed Deed) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		m, _, err := a.look(ctx, tx, v, slug)
		if err != nil {
			return err
		}
		i, err := tx.LastInvitation(ctx, m.ID, v.Person)
		if err != nil {
			return err
		}
		ok := false
		switch {
		case i.State != "sent" || m.Archived():
		case deed == DeedAccept:
			ok, err = a.accept(ctx, tx, v, m, i)
		case deed == DeedDecline:
			ok, err = tx.DecideInvitation(ctx, i.ID, "declined")
		}
		if err != nil || ok {
			return err
		}
		return a.missedNow(ctx, tx, LetterView{Invitation: &i}, deed)
	})
}

// Ask stores the viewer's wish to become a member and tells the admins. Where an invitation is open it is taken up.
func (a *Members) Ask(ctx context.Context, v convoke.Viewer, slug, message string) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		m, s, err := a.look(ctx, tx, v, slug)
		if err != nil {
			return err
		}
		if s.Role != "" || s.Waiting {
			return nil // a second press changes nothing
		}
		if err := allow(v, s, convoke.Ask, &m); err != nil {
			return err
		}
		i, err := tx.LastInvitation(ctx, m.ID, v.Person)
		if err == nil && i.State == "sent" {
			if ok, err := a.accept(ctx, tx, v, m, i); err != nil || ok {
				return err
			}
		} else if err != nil && !convoke.IsNotFound(err) {
			return err
		}
		if message, err = noteOf("message", &message); err != nil {
			return err
		}
		if err := tx.LockPerson(ctx, v.Person); err != nil { // whoever is let in meanwhile must not wait as well
			return err
		}
		if s, err = tx.Standing(ctx, v, &m); err != nil || s.Role != "" || s.Waiting {
			return err
		}
		r := convoke.JoinRequest{ID: convoke.NewID("jr"), CommunityID: m.ID, PersonID: v.Person, Message: message, State: "waiting", CreatedAt: tx.Now}
		if err := tx.AddJoinRequest(ctx, r); err != nil {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "join-request", verb: "asked", subject: r.ID, community: m.ID, plan: tx.Now})
	})
}

// Leave ends the viewer's membership, and those in the community's working groups.
func (a *Members) Leave(ctx context.Context, v convoke.Viewer, slug string) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		m, s, err := a.look(ctx, tx, v, slug)
		if err != nil {
			return err
		}
		if s.Role == "" {
			if !v.Signed() {
				return convoke.ErrSignIn
			}
			return nil
		}
		return a.drop(ctx, tx, v, m, v.Person, "left")
	})
}

func (a *Members) drop(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, person convoke.ID, verb string) error {
	was, err := tx.Membership(ctx, m.ID, person)
	if err != nil {
		return err
	}
	if err := tx.DropMembership(ctx, m.ID, person); err != nil {
		return err
	}
	if err := a.record(ctx, tx, v, news{noun: "member", verb: verb, subject: person, community: m.ID, before: was.Role}); err != nil {
		return err
	}
	return a.adminLeft(ctx, tx, v, m, was.Role)
}

// adminLeft refuses what would leave a community without an admin, unless the operator does it.
func (a *Members) adminLeft(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, was convoke.Role) error {
	if was != convoke.Admin || v.Operator || m.ParentID != "" {
		return nil
	}
	leaders, err := tx.Leaders(ctx, m.ID)
	if err != nil {
		return err
	}
	for _, l := range leaders {
		if l.Role == convoke.Admin {
			return nil
		}
	}
	return convoke.Refuse(convoke.ReasonConflict, "member.last_admin")
}

// Directory is a page of a community's members.
type Directory struct {
	CommunityView
	List []store.MemberRow
}

// List pages through the directory. Admins also see who left it, and addresses.
func (a *Members) List(ctx context.Context, v convoke.Viewer, slug string, f store.MemberFilter) (out Directory, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, s, err := a.may(ctx, tx, v, slug, convoke.Directory)
		if err != nil {
			return err
		}
		if out.CommunityView, err = a.view(ctx, tx, m, s); err != nil {
			return err
		}
		admin := convoke.Can(s, convoke.Remove, &m)
		f.Unlisted, f.Addresses = admin, admin
		out.List, err = tx.Members(ctx, m.ID, f)
		return err
	})
	return out, err
}

// Put makes somebody known a member or changes their role; without a role a new member is an ordinary one, and whoever is one already stays what they are.
// Admins name people by address. Somebody who is not known or not a member yet can
// only be put in by the operator: admins invite.
func (a *Members) Put(ctx context.Context, v convoke.Viewer, slug, address string, role convoke.Role) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, slug, convoke.Manage)
		if err != nil {
			return err
		}
		addr, err := mailer.ParseAddress(address)
		if err != nil {
			return convoke.Invalid("email", "sign_in.address.invalid").Because(err)
		}
		if role != "" && !role.AtLeast(convoke.Member) {
			return convoke.Invalid("role", "member.role.unknown")
		}
		p, err := tx.PersonByAddress(ctx, mailer.Fold(addr.Addr))
		if err != nil && !convoke.IsNotFound(err) {
			return err
		}
		was, err := tx.Membership(ctx, m.ID, p.ID)
		switch {
		case convoke.IsNotFound(err) && v.Operator:
			if p, err = ensurePerson(ctx, tx, mailer.Fold(addr.Addr), addr.Addr, convoke.Person{Name: addr.Name, Language: m.Language}); err != nil {
				return err
			}
			return a.add(ctx, tx, v, m, p.ID, cmp.Or(role, convoke.Member), "added")
		case err != nil || role == "":
			return err
		}
		return a.setRole(ctx, tx, v, m, was, role)
	})
}

// SetRole changes what a member is.
func (a *Members) SetRole(ctx context.Context, v convoke.Viewer, slug string, person convoke.ID, role convoke.Role) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, slug, convoke.Manage)
		if err != nil {
			return err
		}
		if !role.AtLeast(convoke.Member) {
			return convoke.Invalid("role", "member.role.unknown")
		}
		was, err := tx.Membership(ctx, m.ID, person)
		if err != nil {
			return err
		}
		return a.setRole(ctx, tx, v, m, was, role)
	})
}

func (a *Members) setRole(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, was convoke.Membership, role convoke.Role) error {
	if was.Role == role {
		return nil
	}
	is := was
	is.Role = role
	if err := tx.PutMembership(ctx, is); err != nil {
		return err
	}
	if err := a.record(ctx, tx, v, news{noun: "member", verb: "role", subject: was.PersonID, community: m.ID, before: was.Role, after: role}); err != nil {
		return err
	}
	return a.adminLeft(ctx, tx, v, m, was.Role)
}

// Remove ends somebody's membership, by person.
func (a *Members) Remove(ctx context.Context, v convoke.Viewer, slug string, person convoke.ID) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, slug, convoke.Remove)
		if err != nil {
			return err
		}
		return a.drop(ctx, tx, v, m, person, "removed")
	})
}

// ByAddress finds a member for an admin.
func (a *Members) ByAddress(ctx context.Context, v convoke.Viewer, slug, address string) (row store.MemberRow, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, slug, convoke.Remove)
		if err != nil {
			return err
		}
		p, err := tx.PersonByAddress(ctx, mailer.Fold(address))
		if err != nil {
			return err
		}
		ms, err := tx.Membership(ctx, m.ID, p.ID)
		row = store.MemberRow{Membership: ms, Name: p.Name, Organisation: p.Organisation, Language: p.Language, Zone: p.Zone, Listed: p.Listed, Address: p.Address}
		return err
	})
	return row, err
}

// Invite asks one address to become a member: a mail with two links, accept and decline. Whoever declined once is not asked again.
func (a *Members) Invite(ctx context.Context, v convoke.Viewer, slug, address, name, message string) (i convoke.Invitation, err error) {
	addr, err := mailer.ParseAddress(address)
	if err != nil {
		return i, convoke.Invalid("email", "sign_in.address.invalid").Because(err)
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, slug, convoke.Manage)
		if err != nil {
			return err
		}
		folded := mailer.Fold(addr.Addr)
		if name == "" {
			name = addr.Name
		}
		if name, err = lineOf("name", name, convoke.MaxName); err != nil {
			return err
		}
		p, err := ensurePerson(ctx, tx, folded, addr.Addr, convoke.Person{Name: name, Language: m.Language})
		if err != nil {
			return err
		}
		if _, err := tx.Membership(ctx, m.ID, p.ID); err == nil {
			return convoke.Invalid("email", "invitation.member")
		} else if !convoke.IsNotFound(err) {
			return err
		}
		if m.ParentID != "" {
			if _, err := tx.Membership(ctx, m.ParentID, p.ID); convoke.IsNotFound(err) {
				return convoke.Invalid("email", "invitation.parent_first")
			} else if err != nil {
				return err
			}
		}
		switch last, err := tx.LastInvitation(ctx, m.ID, p.ID); {
		case convoke.IsNotFound(err):
		case err != nil:
			return err
		case last.State == "sent":
			return convoke.Invalid("email", "invitation.open")
		case last.State == "declined":
			return convoke.Invalid("email", "invitation.declined")
		}
		if message, err = noteOf("message", &message); err != nil {
			return err
		}
		i = convoke.Invitation{ID: convoke.NewID("in"), CommunityID: m.ID, PersonID: p.ID, InvitedBy: v.Person, Message: message, State: "sent", CreatedAt: tx.Now}
		if err := tx.AddInvitation(ctx, i); err != nil {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "invitation", verb: "invited", subject: i.ID, community: m.ID, plan: tx.Now})
	})
	return i, err
}

// InvitationRow is an invitation with who it went to.
type InvitationRow struct {
	convoke.Invitation
	Name    string
	Address string
}

// RequestRow is a join request with who it came from.
type RequestRow struct {
	convoke.JoinRequest
	Name         string
	Organisation string
	Zone         string
	Waited       time.Duration
}

// Invitations pages through a community's invitations, for admins.
func (a *Members) Invitations(ctx context.Context, v convoke.Viewer, slug string, p store.Page) (out []InvitationRow, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, slug, convoke.Remove)
		if err != nil {
			return err
		}
		list, err := tx.Invitations(ctx, m.ID, p)
		if err != nil {
			return err
		}
		ids := make([]convoke.ID, len(list))
		for i, r := range list {
			ids[i] = r.PersonID
		}
		people, err := tx.Persons(ctx, ids)
		for _, r := range list {
			p := people[r.PersonID]
			out = append(out, InvitationRow{r, p.Name, p.Address})
		}
		return err
	})
	return out, err
}

// Requests pages through who waits to be let in, for admins.
func (a *Members) Requests(ctx context.Context, v convoke.Viewer, slug string, p store.Page) (out []RequestRow, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, slug, convoke.Remove)
		if err != nil {
			return err
		}
		out, err = requestRows(ctx, tx, m.ID, p)
		return err
	})
	return out, err
}

func requestRows(ctx context.Context, tx *store.Tx, community convoke.ID, p store.Page) (out []RequestRow, err error) {
	list, err := tx.JoinRequests(ctx, community, p)
	if err != nil {
		return nil, err
	}
	ids := make([]convoke.ID, len(list))
	for i, r := range list {
		ids[i] = r.PersonID
	}
	people, err := tx.Persons(ctx, ids)
	for _, r := range list {
		p := people[r.PersonID]
		out = append(out, RequestRow{r, p.DisplayName(), p.Organisation, p.Zone, tx.Now.Sub(r.CreatedAt)})
	}
	return out, err
}

// Decide approves or rejects join requests, one or several, with an optional reason. Those already decided so are passed over; where one was decided
// otherwise, nothing happens.
func (a *Members) Decide(ctx context.Context, v convoke.Viewer, slug string, ids []convoke.ID, approve bool, reason string) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, slug, convoke.Manage)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return convoke.Invalid("request", "request.none")
		}
		for _, id := range ids {
			r, err := tx.JoinRequest(ctx, id)
			if err != nil {
				return err
			}
			if r.CommunityID != m.ID {
				return convoke.ErrNotFound
			}
			state := "rejected"
			if approve {
				state = "approved"
			}
			switch r.State {
			case "waiting":
			case state:
				continue
			default:
				return decidedOtherwise(ctx, tx, r)
			}
			if approve {
				if _, err := tx.Membership(ctx, m.ID, r.PersonID); convoke.IsNotFound(err) {
					if err := a.add(ctx, tx, v, m, r.PersonID, convoke.Member, "approved"); err != nil {
						return err
					}
				} else if err != nil {
					return err
				}
			}
			if err := decide(ctx, tx, a.core, v, m, r, state, reason); err != nil {
				return err
			}
		}
		return nil
	})
}

// decidedOtherwise says what became of a request that somebody else settled first.
func decidedOtherwise(ctx context.Context, tx *store.Tx, r convoke.JoinRequest) error {
	p, err := tx.Person(ctx, r.PersonID)
	if err != nil {
		return err
	}
	key := convoke.Key("request.closed")
	switch r.State {
	case "approved":
		key = "request.approved"
	case "rejected":
		key = "request.rejected"
	}
	return convoke.Refuse(convoke.ReasonConflict, key).With("Name", p.DisplayName())
}

func decide(ctx context.Context, tx *store.Tx, c *core, v convoke.Viewer, m convoke.Community, r convoke.JoinRequest, state, reason string) error {
	reason, err := noteOf("reason", &reason)
	if err != nil {
		return err
	}
	ok, err := tx.DecideJoinRequest(ctx, r.ID, state, reason, v.Person)
	if err != nil || !ok {
		return err
	}
	return c.record(ctx, tx, v, news{noun: "join-request", verb: state, subject: r.ID, community: m.ID, note: reason, plan: tx.Now})
}

// invitationOf finds what a mailed invitation is about, as its holder may know it.
func (c *core) invitationOf(ctx context.Context, tx *store.Tx, l convoke.Letter) (convoke.Invitation, convoke.Community, error) {
	d, err := notify.InvitationData(l)
	if err != nil {
		return convoke.Invitation{}, convoke.Community{}, err
	}
	i, err := tx.Invitation(ctx, d.Invitation)
	if err != nil {
		return i, convoke.Community{}, err
	}
	m, err := tx.Community(ctx, i.CommunityID)
	return i, m, err
}
