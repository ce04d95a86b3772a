// Package demo fills a Convoke with living communities, through app and outbox.
//
// The past year is lived through, not written down: a clock walks from a year ago to the present, and on its way people arrive, join,
// plan, publish, move, cancel and answer by the same methods that the pages call, while the outbox plans and keeps the letters it would
// have sent. So everything fits together as it does in life, and filling a demo is also a rehearsal of the whole.
//
// What happens does not hang on luck: every choice is drawn from the words it is about, so two demos made at the same time differ in
// their ids and tokens only. All people and organisations are invented, and all addresses end in .example.
package demo

import (
	"context"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/outbox"
)

// People are the addresses of an operator, of an admin of communities and of an ordinary member.
type People struct{ Operator, Admin, Member string }

// Cast names the people of every demo.
func Cast() People {
	return People{Operator: operator.address(), Admin: residentOf(adminLocal).address(), Member: residentOf(memberLocal).address()}
}

// Fill lives through the year from the clock's beginning to the present of the clock it was made from, and lets the clock follow that one
// afterwards. The database must be empty, its clock must be this one, and the outbox must have no mail server. progress is
// told of simulated days; it may be nil.
func Fill(ctx context.Context, a *app.App, o *outbox.Outbox, clock *Clock, progress func(done, total int)) (People, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	end := clock.real().UTC()
	s := &stage{
		app: a, outbox: o, clock: clock, start: clock.Now(), end: end, today: calendar.In(end, nil).Date(),
		viewers: map[string]convoke.Viewer{}, names: map[convoke.ID]string{}, coming: map[string]convoke.Answer{},
	}
	s.settlePlaces()
	for _, c := range courses {
		s.course(c)
	}
	for _, r := range rounds {
		s.round(r)
	}
	for _, g := range gatherings {
		s.gathering(g)
	}
	s.loose()
	if err := s.walk(ctx, progress); err != nil {
		return People{}, err
	}
	clock.follow()
	return Cast(), nil
}

// archivedAgo is how many days ago the mapping community was archived.
const archivedAgo = 95

// loose plans what belongs to no series, meeting or event: the end of a community, and who waits at a door today.
func (s *stage) loose() {
	mapping, water, trigger := placeOf("m"), placeOf("w"), placeOf("t")
	s.at(s.days(-archivedAgo), func(ctx context.Context) error {
		return s.app.Communities.Archive(ctx, s.viewers[mapping.admin], mapping.slug, false)
	})
	for _, w := range []struct {
		p     place
		local string
		ago   time.Duration
		words string
	}{
		{trigger, "brian.kiptoo", 4*24*time.Hour + 2*time.Hour, "I read the Nzoia gauge at Rwambwa every morning and would rather do it for somebody."},
		{trigger, "celeste.macamo", 2*24*time.Hour + 5*time.Hour, "Limpopo at Chókwè, from December on. We pay out of our own reserve, so a wrong trigger hurts."},
		{water, "blessing.okoro", 26 * time.Hour, "I have the nutrition figures and you have the dates of the repairs. I suspect they belong together."},
		{trigger, "khaled.momani", 7 * time.Hour, "Markets rather than rivers, if that is welcome: bread and gas, twice a week."},
	} {
		s.at(s.end.Add(-w.ago), func(ctx context.Context) error {
			return s.app.Members.Ask(ctx, s.viewers[w.local], w.p.slug, w.words)
		})
	}
	s.at(s.days(-40), func(ctx context.Context) error {
		return s.app.Members.Ask(ctx, s.viewers["jun.abellera"], water.slug, "Mostly curious.")
	})
	s.at(s.days(-38), func(ctx context.Context) error {
		return s.decide(ctx, water, "jun.abellera", false, "This group is for people who look after water points themselves. Do write again when you do; the kitchens will get you there.")
	})
	for _, g := range guests {
		s.at(s.days(-g.ago), func(ctx context.Context) error {
			p := placeOf(g.place)
			_, err := s.app.Members.Invite(ctx, s.viewers[p.admin], p.slug, g.address, g.name, g.message)
			return err
		})
	}
	for d, local := range []string{adminLocal, memberLocal} { // so that there is something to see
		s.quietly(s.days(-60+d), func(ctx context.Context) error {
			return s.subscribe(ctx, residentOf(local), placeOf("c"), d+1)
		})
	}
	for week := range 52 {
		s.quietly(s.start.AddDate(0, 0, 7*week+5), s.readFeeds)
	}
	s.quietly(s.end.Add(-40*time.Minute), s.readFeeds)
}

// guest is somebody from outside who is invited to become a member.
type guest struct {
	address, name, place string
	ago                  int // days
	message              string
	declines             bool
}

var guests = []guest{
	{address: "helena.osei@coastalstats.example", name: "Helena Osei", place: "n", ago: 3,
		message: "Dear Helena, your note on height boards saved us a week. We meet on third Thursdays, forty-five minutes, cameras off. We would be glad to have you at the desk. Beatriz"},
	{address: "salif.traore@clinique.example", name: "Salif Traoré", place: "f", ago: 64, declines: true,
		message: "Cher Salif, nous parlons souvent de tes consultations du soir. Veux-tu nous les raconter toi-même ? Aminata"},
}
