package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// settlePlaces plans the founding of communities and the coming of their members.
func (s *stage) settlePlaces() {
	s.quietly(s.start, func(ctx context.Context) error { return s.arrive(ctx, operator) })
	founded := map[string]time.Time{}
	arrives := map[string]time.Time{}
	for i, p := range places {
		t := s.start.Add(time.Hour + time.Duration(i)*20*time.Minute)
		if p.parent != "" {
			t = s.days(-75)
		}
		founded[p.code] = t
	}
	var joins []func()
	for _, r := range residents {
		for code := range strings.FieldsSeq(r.in) {
			p := placeOf(code)
			when := s.joins(r, p, founded[code])
			if first, ok := arrives[r.local]; !ok || when.Before(first) {
				arrives[r.local] = when
			}
			if r.local != p.admin {
				joins = append(joins, func() { s.join(r, p, when) })
			}
		}
	}
	for _, r := range residents { // before what they come for
		s.arrival(r, arrives[r.local].Add(-10*time.Minute))
	}
	for _, p := range places {
		s.at(founded[p.code], func(ctx context.Context) error { return s.found(ctx, p) })
		for _, local := range p.moderators {
			s.quietly(founded[p.code].AddDate(0, 0, 3), func(ctx context.Context) error {
				return s.app.Members.SetRole(ctx, s.viewers[p.admin], p.slug, s.viewers[local].Person, convoke.Moderator)
			})
		}
	}
	for _, j := range joins {
		j()
	}
}

// joins is when somebody comes to a community: at any time, as communities grow, but early enough for the working group.
func (s *stage) joins(r resident, p place, founded time.Time) time.Time {
	first, spread := founded.AddDate(0, 0, 4), 330
	switch {
	case r.local == p.admin:
		return founded
	case slices.Contains(p.moderators, r.local):
		return founded.Add(time.Hour)
	case p.parent != "":
		first, spread = founded.AddDate(0, 0, 1), 4
	case p.code == "m":
		spread = 60
	case slices.Contains(strings.Fields(r.in), "t"):
		spread = 270
	}
	return first.Add(time.Duration(chance(spread*24*60, r.local, p.slug, "joins")) * time.Minute)
}

func (s *stage) found(ctx context.Context, p place) error {
	in := app.CommunityInput{
		Slug: &p.slug, Name: &p.name, Summary: &p.summary, Description: &p.description, Privacy: new(string(p.privacy)), Hidden: &p.hidden,
		Language: &p.language, TimeZone: &p.zone, Eligibility: &p.eligibility, Rules: &p.rules, Contact: &p.contact, Ink: &p.ink,
	}
	by, founder := s.viewers[operator.local], residentOf(p.admin).address()
	if p.parent != "" { // a working group is its parent's admins' own work
		by, founder = s.viewers[p.admin], ""
	}
	if _, err := s.app.Communities.Create(ctx, by, p.parent, in, founder); err != nil {
		return fmt.Errorf("found %s: %w", p.slug, err)
	}
	return nil
}

// arrive makes somebody's account, by the operator.
func (s *stage) arrive(ctx context.Context, r resident) error {
	o := organisations[r.work]
	in := app.PersonInput{Name: &r.name, Language: &r.language, TimeZone: &o.zone, Organisation: &o.name, Listed: new(chance(20, r.local, "listed") > 0)}
	by := s.viewers[operator.local]
	if r == operator { // as "convoke user add --operator" does
		by, in.Operator = convoke.System, new(true)
	}
	p, err := s.app.People.Add(ctx, by, r.address(), in)
	if err != nil {
		return fmt.Errorf("add %s: %w", r.local, err)
	}
	return s.know(ctx, r.local, p.ID)
}

// know remembers somebody as the viewer that a signed-in session would make of them.
func (s *stage) know(ctx context.Context, local string, id convoke.ID) error {
	v, _, err := s.app.Viewers.ByPerson(ctx, id)
	s.viewers[local], s.names[id] = v, local
	return err
}

// arrival plans how somebody comes to have an account: some by themselves, through a mailed link, the others by the operator.
func (s *stage) arrival(r resident, t time.Time) {
	if chance(4, r.local, "signs up") > 0 {
		s.quietly(t, func(ctx context.Context) error { return s.arrive(ctx, r) })
		return
	}
	zone := organisations[r.work].zone
	s.at(t.Add(-5*time.Minute), func(ctx context.Context) error {
		return s.app.SignIns.Ask(ctx, app.SignInRequest{Address: r.address(), Network: "192.0.2.1", Language: r.language, Zone: zone, Next: "/communities"})
	})
	s.quietly(t, func(ctx context.Context) error {
		list, err := s.app.Ledger.List(ctx, convoke.System, app.LetterFilter{Kind: "sign-in", Limit: 20})
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(l app.LetterRow) bool { return l.Address == r.address() })
		if i < 0 {
			return fmt.Errorf("no sign-in mail for %s", r.local)
		}
		w, err := s.app.SignIns.Use(ctx, list[i].ID, app.SignInInput{Name: r.name})
		if err != nil {
			return fmt.Errorf("sign in %s: %w", r.local, err)
		}
		if err := s.know(ctx, r.local, w.Person.ID); err != nil {
			return err
		}
		return s.app.People.EditMe(ctx, s.viewers[r.local], app.PersonInput{Language: &r.language, Organisation: new(organisations[r.work].name)})
	})
}

// join plans how somebody becomes a member, as the community's privacy has it.
func (s *stage) join(r resident, p place, t time.Time) {
	switch p.privacy {
	case convoke.Private:
		s.at(t, func(ctx context.Context) error {
			_, err := s.app.Members.Invite(ctx, s.viewers[p.admin], p.slug, r.address(), r.name, "")
			return err
		})
	case convoke.SemiPrivate:
		words := reasons[chance(len(reasons), r.local, "reason")]
		if p.parent != "" {
			words = "Count me in."
		}
		s.at(t, func(ctx context.Context) error { return s.app.Members.Ask(ctx, s.viewers[r.local], p.slug, words) })
		s.at(t.Add(time.Duration(6+chance(30, r.local, "decided"))*time.Hour), func(ctx context.Context) error {
			return s.decide(ctx, p, r.local, true, "")
		})
	default:
		s.quietly(t, func(ctx context.Context) error { return s.app.Members.Join(ctx, s.viewers[r.local], p.slug) })
	}
	if d := chance(100, r.local, p.slug, "feed"); d < 15 {
		s.quietly(t.AddDate(0, 0, 3), func(ctx context.Context) error { return s.subscribe(ctx, r, p, d) })
	}
}

func (s *stage) decide(ctx context.Context, p place, local string, approve bool, reason string) error {
	list, err := s.app.Members.Requests(ctx, s.viewers[p.admin], p.slug, app.Page{Limit: 200})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(r app.RequestRow) bool { return r.PersonID == s.viewers[local].Person })
	if i < 0 {
		return fmt.Errorf("%s does not wait to join %s", local, p.slug)
	}
	return s.app.Members.Decide(ctx, s.viewers[p.admin], p.slug, []convoke.ID{list[i].ID}, approve, reason)
}

// subscription is a calendar program that reads somebody's own feed.
type subscription struct{ token, agent string }

var agents = []string{"Google-Calendar-Importer", "iOS/18.5 dataaccessd/1.0", "Mozilla/5.0 Thunderbird/140.4", "Microsoft-Outlook/16.0"}

func (s *stage) subscribe(ctx context.Context, r resident, p place, d int) error {
	v := s.viewers[r.local]
	scope, id := convoke.ScopeAll, convoke.ID("")
	if d%2 == 0 {
		m, err := s.app.Communities.Get(ctx, v, p.slug)
		if err != nil {
			return err
		}
		scope, id = convoke.ScopeCommunity, m.ID
	}
	f, err := s.app.Feeds.Add(ctx, v, scope, id, "")
	if err != nil {
		return err
	}
	_, token, _ := strings.Cut(f.Address, "/feeds/")
	s.feeds = append(s.feeds, subscription{strings.TrimSuffix(token, ".ics"), agents[chance(len(agents), r.local, "agent")]})
	return nil
}

// readFeeds lets every calendar program poll.
func (s *stage) readFeeds(ctx context.Context) error {
	for _, f := range s.feeds {
		if _, err := s.app.Feeds.Own(ctx, f.token, f.agent); err != nil {
			return err
		}
	}
	return s.app.Feeds.WriteReads(ctx)
}
