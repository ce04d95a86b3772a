package app

import (
	"context"
	"slices"

	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/store"
	"convoke/mailer"
)

// Communities is what people do with communities and working groups.
type Communities struct{ *core }

// CommunityInput is what can be set of a community; nil leaves a thing as it is.
type CommunityInput struct {
	Slug        *string `json:"slug" form:"slug"` // only when it is made
	Name        *string `json:"name" form:"name"`
	Summary     *string `json:"summary" form:"summary"`
	Description *string `json:"description" form:"description"`
	Privacy     *string `json:"privacy" form:"privacy"`
	Hidden      *bool   `json:"hidden" form:"hidden"`
	Language    *string `json:"language" form:"language"`
	TimeZone    *string `json:"time_zone" form:"time_zone"`
	Eligibility *string `json:"eligibility" form:"eligibility"`
	Rules       *string `json:"rules" form:"rules"`
	Contact     *string `json:"contact" form:"contact"`
	Ink         *string `json:"ink" form:"ink"`
	AtOnce      *bool   `json:"answers_at_once" form:"answers_at_once"` // speakers' answers appear without a moderator
	Version     *int64  `json:"version" form:"version"`                 // the one the form was made from
}

func (in CommunityInput) apply(m *convoke.Community) error {
	if in.Version != nil && *in.Version != m.Version {
		return convoke.Refuse(convoke.ReasonConflict, "error.stale")
	}
	var f typing
	f.line("name", in.Name, &m.Name, convoke.MaxName)
	f.line("summary", in.Summary, &m.Summary, convoke.MaxSummary)
	f.text("description", in.Description, &m.Description, convoke.MaxText)
	f.text("eligibility", in.Eligibility, &m.Eligibility, convoke.MaxText)
	f.text("rules", in.Rules, &m.Rules, convoke.MaxText)
	f.zone(in.TimeZone, &m.Zone)
	if in.Ink != nil {
		m.Ink = *in.Ink
	}
	if in.Privacy != nil {
		m.Privacy = convoke.Privacy(*in.Privacy)
	}
	if in.Hidden != nil {
		m.Hidden = *in.Hidden
	}
	if in.AtOnce != nil {
		m.AtOnce = *in.AtOnce
	}
	if in.Language != nil {
		m.Language = *in.Language
	}
	f.Check(slices.Contains(locale.Known(), m.Language), "language", "language.unknown")
	if in.Contact != nil {
		m.Contact = ""
		if *in.Contact != "" {
			addr, err := mailer.ParseAddress(*in.Contact)
			f.Check(err == nil, "contact", "community.contact.invalid")
			m.Contact = addr.Addr
		}
	}
	return f.And(m.Check())
}

// Create makes a community, for the operator, or with a parent a working group, for the parent's admins. The viewer becomes its admin when
// they are a person; founder names another.
func (a *Communities) Create(ctx context.Context, v convoke.Viewer, parent string, in CommunityInput, founder string) (m convoke.Community, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		m = convoke.Community{ID: convoke.NewID("co"), Privacy: convoke.SemiPrivate, Language: "en", Zone: "UTC", Version: 1, FeedRev: 1, CreatedAt: tx.Now}
		if parent != "" {
			p, _, err := a.may(ctx, tx, v, parent, convoke.Group)
			if err != nil {
				return err
			}
			m.ParentID, m.Language, m.Zone = p.ID, p.Language, p.Zone
		} else if !v.Operator {
			if !v.Signed() {
				return convoke.ErrSignIn
			}
			return convoke.ErrForbidden
		}
		if err := in.apply(&m); err != nil {
			return err
		}
		if in.Slug != nil && *in.Slug != "" {
			m.Slug = *in.Slug
		} else if m.Slug = convoke.SlugFrom(m.Name); !convoke.ValidSlug(m.Slug) {
			m.Slug = convoke.NewSlug(m.Name)
		}
		if !convoke.ValidSlug(m.Slug) {
			return convoke.Invalid("slug", "community.slug.invalid")
		}
		if _, err := tx.CommunityBySlug(ctx, m.Slug); err == nil {
			// Who may not know whose address it is must not learn that it is somebody's.
			if _, _, err := a.look(ctx, tx, v, m.Slug); err == nil {
				return convoke.Invalid("slug", "community.slug.taken")
			} else if !convoke.IsNotFound(err) {
				return err
			}
			m.Slug = convoke.NewSlug(m.Slug)
		} else if !convoke.IsNotFound(err) {
			return err
		}
		if err := tx.AddCommunity(ctx, m); err != nil {
			return err
		}
		first := v.Person
		if founder != "" {
			addr, err := mailer.ParseAddress(founder)
			if err != nil {
				return convoke.Invalid("admin", "sign_in.address.invalid").Because(err)
			}
			p, err := ensurePerson(ctx, tx, mailer.Fold(addr.Addr), addr.Addr, convoke.Person{Language: m.Language, Name: addr.Name})
			if err != nil {
				return err
			}
			first = p.ID
		}
		if first != "" {
			if err := tx.PutMembership(ctx, convoke.Membership{CommunityID: m.ID, PersonID: first, Role: convoke.Admin, JoinedAt: tx.Now, How: "founded"}); err != nil {
				return err
			}
			if m.ParentID != "" { // an admin of a group is a member of its parent
				if _, err := tx.Membership(ctx, m.ParentID, first); convoke.IsNotFound(err) {
					parent := convoke.Membership{CommunityID: m.ParentID, PersonID: first, Role: convoke.Member, JoinedAt: tx.Now, How: "founded"}
					if err := tx.PutMembership(ctx, parent); err != nil {
						return err
					}
					err = a.record(ctx, tx, v, news{noun: "member", verb: parent.How, subject: first, community: m.ParentID, after: parent.Role, plan: tx.Now})
					if err != nil {
						return err
					}
				} else if err != nil {
					return err
				}
			}
		}
		return a.record(ctx, tx, v, news{noun: "community", verb: "created", subject: m.ID, community: m.ID, after: m})
	})
	return m, err
}

// Edit changes the settings.
func (a *Communities) Edit(ctx context.Context, v convoke.Viewer, slug string, in CommunityInput) (m convoke.Community, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		if m, _, err = a.may(ctx, tx, v, slug, convoke.Manage); err != nil {
			return err
		}
		before := m
		if err := in.apply(&m); err != nil {
			return err
		}
		if m == before {
			return nil
		}
		m.Version++
		if err := tx.PutCommunity(ctx, m); err != nil {
			return err
		}
		if m.Name != before.Name || m.Language != before.Language || m.Privacy != before.Privacy || m.Hidden != before.Hidden { // what entries say, and who reads them
			if err := a.renderAll(ctx, tx, m); err != nil {
				return err
			}
		}
		return a.record(ctx, tx, v, news{noun: "community", verb: "edited", subject: m.ID, community: m.ID, before: before, after: m})
	})
	return m, err
}

// Archive closes a community for anything new. Coming events are cancelled unless keep is set; whoever waits to join is told.
func (a *Communities) Archive(ctx context.Context, v convoke.Viewer, slug string, keep bool) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, slug, convoke.Archive)
		if err != nil {
			return err
		}
		list := []convoke.Community{m}
		groups, err := tx.Communities(ctx, convoke.System, store.CommunityFilter{Parent: m.ID, Unarchived: true, Limit: 1000})
		if err != nil {
			return err
		}
		for _, m := range append(list, groups...) {
			if err := a.close(ctx, tx, v, m, keep); err != nil {
				return err
			}
		}
		before := m
		m.ArchivedAt = tx.Now
		m.Version++
		if err := tx.PutCommunity(ctx, m); err != nil {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "community", verb: "archived", subject: m.ID, community: m.ID, before: before, after: m})
	})
}

// close ends what is open in a community that is being archived.
func (a *Communities) close(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, keep bool) error {
	for {
		waiting, err := tx.JoinRequests(ctx, m.ID, store.Page{Limit: 200})
		if err != nil {
			return err
		}
		for _, r := range waiting {
			if err := decide(ctx, tx, a.core, v, m, r, "closed", ""); err != nil {
				return err
			}
		}
		if len(waiting) < 200 {
			break
		}
	}
	if keep {
		return nil
	}
	meetings, err := tx.Meetings(ctx, convoke.System, m.ID, store.Page{Limit: 1000})
	if err != nil {
		return err
	}
	for _, r := range meetings {
		if !r.Draft() && r.Status != convoke.Cancelled {
			if err := a.cancelMeeting(ctx, tx, v, m, r, ""); err != nil {
				return err
			}
		}
	}
	events, err := tx.EventsAt(ctx, m.ID, tx.Now, farFuture, 5000)
	if err != nil {
		return err
	}
	for _, e := range events {
		if !e.Draft() && e.StartsAt > tx.Now && e.MeetingID == "" {
			if err := a.cancelEvent(ctx, tx, v, m, e, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// Reactivate opens an archived community again.
func (a *Communities) Reactivate(ctx context.Context, v convoke.Viewer, slug string) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		m, _, err := a.may(ctx, tx, v, slug, convoke.Reactivate)
		if err != nil {
			return err
		}
		before := m
		m.ArchivedAt = 0
		m.Version++
		if err := tx.PutCommunity(ctx, m); err != nil {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "community", verb: "reactivated", subject: m.ID, community: m.ID, before: before, after: m})
	})
}

// CommunityView is a community with what the viewer may do with it. What they may not read is empty.
type CommunityView struct {
	convoke.Community
	Parent   *convoke.Community
	Standing convoke.Standing
	Members  int // 0 for who may not read the content
}

// Can says whether the viewer may do something with the community.
func (c *CommunityView) Can(verb convoke.Verb) bool {
	return convoke.Can(c.Standing, verb, &c.Community)
}

// view takes out of a community what the viewer may not read.
func (c *core) view(ctx context.Context, tx *store.Tx, m convoke.Community, s convoke.Standing) (CommunityView, error) {
	out := CommunityView{Community: m, Standing: s}
	if m.ParentID != "" {
		p, err := tx.Community(ctx, m.ParentID)
		if err != nil {
			return out, err
		}
		p.Description, p.Rules, p.Contact = "", "", ""
		out.Parent = &p
	}
	if !convoke.Can(s, convoke.Describe, &m) {
		out.Description = ""
	}
	if !convoke.Can(s, convoke.Manage, &m) {
		out.Contact = ""
	}
	if !convoke.Can(s, convoke.Read, &m) {
		out.Rules = ""
		return out, nil
	}
	var err error
	out.Members, err = tx.CountMembers(ctx, m.ID)
	return out, err
}

// Get reads one community.
func (a *Communities) Get(ctx context.Context, v convoke.Viewer, slug string) (out CommunityView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, s, err := a.look(ctx, tx, v, slug)
		if err != nil {
			return err
		}
		out, err = a.view(ctx, tx, m, s)
		return err
	})
	return out, err
}

// Front is everything a community's front page shows.
type Front struct {
	CommunityView
	Next     []EventView // the next three events the viewer may see
	Series   []convoke.Series
	Meetings []MeetingView
	Groups   []convoke.Community
	Leaders  []store.MemberRow // who looks after it; empty for who may not read the content
	Requests int               // waiting, for who may decide

	Invitation *convoke.Invitation // of the viewer, while it is open
}

// Front reads a community's front page.
func (a *Communities) Front(ctx context.Context, v convoke.Viewer, slug string) (out Front, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, s, err := a.look(ctx, tx, v, slug)
		if err != nil {
			return err
		}
		if out.CommunityView, err = a.view(ctx, tx, m, s); err != nil {
			return err
		}
		events, err := tx.Events(ctx, v, store.EventFilter{Community: m.ID, From: tx.Now, Live: true, Limit: 3})
		if err != nil {
			return err
		}
		if out.Next, err = a.eventViews(ctx, tx, v, events); err != nil {
			return err
		}
		if out.Series, err = tx.SeriesList(ctx, v, m.ID, store.Page{Limit: 6}); err != nil {
			return err
		}
		meetings, err := tx.Meetings(ctx, v, m.ID, store.Page{Limit: 6})
		if err != nil {
			return err
		}
		for _, r := range meetings {
			if r.Status != convoke.Cancelled {
				out.Meetings = append(out.Meetings, meetingView(s, m, r, false))
			}
		}
		if out.Groups, err = tx.Communities(ctx, v, store.CommunityFilter{Parent: m.ID, Limit: 50}); err != nil {
			return err
		}
		if convoke.Can(s, convoke.Read, &m) {
			if out.Leaders, err = tx.Leaders(ctx, m.ID); err != nil {
				return err
			}
			members := convoke.Can(s, convoke.Directory, &m) // whoever left the directory is named to them only, and who never signed in has no name yet
			out.Leaders = slices.DeleteFunc(out.Leaders, func(l store.MemberRow) bool { return l.Name == "" || !l.Listed && !members })
		}
		if convoke.Can(s, convoke.Accept, &m) {
			i, err := tx.LastInvitation(ctx, m.ID, v.Person)
			if err == nil && i.State == "sent" {
				out.Invitation = &i
			} else if err != nil && !convoke.IsNotFound(err) {
				return err
			}
		}
		if convoke.Can(s, convoke.Manage, &m) {
			waiting, err := tx.JoinRequests(ctx, m.ID, store.Page{Limit: 500})
			if err != nil {
				return err
			}
			out.Requests = len(waiting)
		}
		return nil
	})
	return out, err
}

// List pages through the communities the viewer may know of, without working groups unless they are the viewer's own.
func (a *Communities) List(ctx context.Context, v convoke.Viewer, f store.CommunityFilter) (list []convoke.Community, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err = tx.Communities(ctx, v, f)
		for i := range list { // lists carry the front of a community only
			list[i].Description, list[i].Rules, list[i].Contact = "", "", ""
		}
		return err
	})
	return list, err
}

// DropLeft is the daily work on feeds: what left or came into their window raises the revision, and what was
// cancelled leaves a day after it would have ended. The window itself moves in the same transaction and stands still until the next
// time, so that one revision has one body on every copy.
func (a *Communities) DropLeft(ctx context.Context) error {
	return a.store.Update(ctx, func(tx *store.Tx) error {
		last, err := tx.FeedWindow(ctx)
		if err != nil {
			return err
		}
		if err := tx.MoveFeedWindow(ctx); err != nil {
			return err
		}
		gone, err := tx.CancelledFragments(ctx, tx.Now.Add(-calledOffLone), tx.Now.Add(-calledOffShown))
		if err != nil {
			return err
		}
		raise := map[convoke.ID]bool{}
		for _, f := range gone {
			if err := tx.DropFragment(ctx, f); err != nil {
				return err
			}
			raise[f.CommunityID] = true
		}
		edges, err := tx.WindowEdges(ctx, last, convoke.Past.Milliseconds(), convoke.Horizon.Milliseconds())
		if err != nil {
			return err
		}
		for _, id := range edges {
			raise[id] = true
		}
		for id := range raise {
			if err := tx.RaiseCommunity(ctx, id); err != nil {
				return err
			}
		}
		return tx.Sweep(ctx)
	})
}
