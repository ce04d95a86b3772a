package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// speakers are the people behind the keys of voices.
func speakers(keys []string) *[]app.SpeakerInput {
	list := make([]app.SpeakerInput, len(keys))
	for i, k := range keys {
		v := voices[k]
		list[i] = app.SpeakerInput{Name: v.name, Organisation: v.organisation, Biography: v.biography}
		if v.local != "" {
			r := residentOf(v.local)
			list[i].Name, list[i].Organisation, list[i].Email = r.name, organisations[r.work].name, r.address()
		}
	}
	return &list
}

// course plans a series from its draft on.
func (s *stage) course(c course) {
	p := placeOf(c.place)
	n := len(c.sessions)
	dates, err := convoke.Rhythm{Rule: c.rule, Start: s.today.AddDays(7*c.week).At(c.hour, c.minute), Count: n}.Dates()
	if err != nil {
		panic(fmt.Errorf("the rhythm of %q: %w", c.title, err))
	}
	publish := earlier(moment(dates[0], c.zone).AddDate(0, 0, -c.ahead), s.days(-6))
	var id convoke.ID
	var sessions []app.EventView
	s.quietly(publish.AddDate(0, 0, -4), func(ctx context.Context) error {
		v := s.viewers[c.by]
		in := app.SeriesInput{Title: &c.title, Description: &c.description, Language: &c.language, TimeZone: &c.zone, Visibility: new(string(c.visibility))}
		lines := make([]app.SessionInput, n)
		for i, t := range c.sessions {
			lines[i] = app.SessionInput{Title: t.title, StartLocal: dates[i].String()}
		}
		r, err := s.app.Series.Create(ctx, v, p.slug, in, app.EventInput{DurationMinutes: &c.minutes, JoinLink: &c.link}, lines)
		if err != nil {
			return fmt.Errorf("plan %q: %w", c.title, err)
		}
		id = r.ID
		view, err := s.app.Series.Get(ctx, v, "", string(id))
		if err != nil {
			return err
		}
		sessions = view.Sessions
		for i, t := range c.sessions {
			in := app.EventInput{Abstract: &t.abstract, Speakers: speakers(t.speakers)}
			if t.tentative {
				in.Status = new(string(convoke.Tentative))
			}
			if _, err := s.app.Events.Edit(ctx, v, sessions[i].ID, in); err != nil {
				return fmt.Errorf("plan %q: %w", t.title, err)
			}
		}
		return nil
	})
	if c.draft {
		return
	}
	s.at(publish, func(ctx context.Context) error {
		_, err := s.app.Series.Publish(ctx, s.viewers[c.by], id)
		return err
	})
	s.leaveBehind(c, dates, func(i int) app.EventView { return sessions[i] })
	switch c.title {
	case running:
		second := moment(dates[1], c.zone)
		s.at(second.AddDate(0, 0, -9), func(ctx context.Context) error {
			return s.move(ctx, c.by, sessions[1].ID, dates[1].AddDays(1), "Celeste is in the field on Thursday. Same hour, one day later.")
		})
		s.at(s.days(-4), func(ctx context.Context) error {
			return s.move(ctx, c.by, sessions[4].ID, dates[4].AddDays(7), "A week later, so that nobody has to choose between us and the first week of the year.")
		})
	case calledOff:
		s.at(moment(dates[0], c.zone).AddDate(0, 0, 3), func(ctx context.Context) error {
			return s.app.Series.Cancel(ctx, s.viewers[c.by], id, "One file took us the whole hour. We will do this two by two instead; write to Duarte.")
		})
	}
}

// move gives an event another start.
func (s *stage) move(ctx context.Context, by string, id convoke.ID, to calendar.DateTime, note string) error {
	_, err := s.app.Events.Edit(ctx, s.viewers[by], id, app.EventInput{StartLocal: new(to.String()), Note: &note})
	s.settle()
	return err
}

// gathering plans a single event.
func (s *stage) gathering(g gathering) {
	p := placeOf(g.place)
	zone := g.zone
	if zone == "" {
		zone = p.zone
	}
	local := s.near(g.week, g.day).At(g.hour, g.minute)
	start := moment(local, zone)
	publish := earlier(start.AddDate(0, 0, -26), s.days(-10-chance(18, g.title)))
	var id convoke.ID
	s.at(publish, func(ctx context.Context) error {
		in := app.EventInput{
			Kind: new(string(g.kind)), Title: &g.title, Abstract: &g.abstract, StartLocal: new(local.String()), TimeZone: &zone, DurationMinutes: &g.minutes,
			Place: &g.where, JoinLink: &g.link, Visibility: new(string(g.visibility)), Invite: new(true), Reminders: &g.reminders, Speakers: speakers(g.speakers),
		}
		if g.language != "" {
			in.Language = &g.language
		}
		e, err := s.app.Events.Create(ctx, s.viewers[g.by], p.slug, in)
		if err != nil {
			return fmt.Errorf("plan %q: %w", g.title, err)
		}
		if id = e.ID; g.draft {
			return nil
		}
		_, err = s.app.Events.Publish(ctx, s.viewers[g.by], id)
		return err
	})
	if g.moved != 0 {
		s.at(publish.AddDate(0, 0, 7), func(ctx context.Context) error {
			return s.move(ctx, g.by, id, local.AddMinutes(g.moved), g.late)
		})
	}
	if g.cancelled != "" {
		s.at(earlier(start.AddDate(0, 0, -g.cancelledAhead), s.days(-3)), func(ctx context.Context) error {
			_, err := s.app.Events.Cancel(ctx, s.viewers[g.by], id, g.cancelled)
			return err
		})
	}
	if g.visibility == convoke.ToEveryone && !g.draft {
		s.passersBy(g, p, publish, func() convoke.ID { return id })
	}
}

// passersBy are people from other communities who find an open event and say yes on its page.
func (s *stage) passersBy(g gathering, p place, published time.Time, id func() convoke.ID) {
	for _, r := range residents {
		if slices.Contains(strings.Fields(r.in), p.code) || chance(100, r.local, g.title, "passes by") >= 5 {
			continue
		}
		s.quietly(published.Add(time.Duration(30+chance(100, r.local, g.title))*time.Hour), func(ctx context.Context) error {
			v, here := s.viewers[r.local]
			if !here {
				return nil
			}
			return tooLate(s.app.Events.Answer(ctx, v, id(), convoke.Yes, "page"))
		})
	}
}

// round plans a recurring meeting with what stands at its dates.
func (s *stage) round(r round) {
	p := placeOf(r.place)
	last := s.days(-r.ended)
	first, ok := r.rule.FirstOnOrAfter(s.today.AddDays(7*r.week).At(r.hour, r.minute))
	if !ok {
		panic(fmt.Sprintf("%q has no date", r.title))
	}
	var id convoke.ID
	s.at(moment(first, r.zone).AddDate(0, 0, -r.ahead), func(ctx context.Context) error {
		v := s.viewers[r.by]
		m, err := s.app.Meetings.Create(ctx, v, p.slug, app.MeetingInput{
			Title: &r.title, Description: &r.description, Rule: &r.rule, StartLocal: new(first.String()), TimeZone: &r.zone, DurationMinutes: &r.minutes,
			JoinLink: &r.link, Visibility: new(string(r.visibility)), Language: &p.language,
		})
		if err != nil {
			return fmt.Errorf("plan %q: %w", r.title, err)
		}
		id = m.ID
		_, err = s.app.Meetings.Publish(ctx, v, id)
		return err
	})
	var past, coming []calendar.Date
	for _, d := range r.rule.Between(first, first, s.today.AddDays(400).At(0, 0), 0) {
		if moment(d, r.zone).Before(last) {
			past = append(past, d.Date())
		} else {
			coming = append(coming, d.Date())
		}
	}
	slices.Reverse(past)
	for i, t := range r.past {
		if i < len(past) {
			day := moment(past[i].At(r.hour, r.minute), r.zone)
			s.write(r, p, past[i], day.AddDate(0, 0, -5), app.EventInput{Agenda: &t.agenda})
			s.write(r, p, past[i], later(earlier(day.AddDate(0, 0, 1), last.Add(-time.Hour)), day.Add(2*time.Hour)), app.EventInput{Minutes: &t.minutes})
		}
	}
	if r.next != "" {
		day := moment(coming[0].At(r.hour, r.minute), r.zone)
		s.write(r, p, coming[0], earlier(day.AddDate(0, 0, -5), s.end.Add(-3*time.Hour)), app.EventInput{Agenda: &r.next})
	}
	switch r.title {
	case cashMonthly:
		s.at(moment(past[7].At(9, 0), r.zone).AddDate(0, 0, -6), func(ctx context.Context) error {
			return s.withDate(ctx, r, p, past[7], func(e convoke.Event) error {
				_, err := s.app.Events.Cancel(ctx, s.viewers[r.by], e.ID, "Half of us are at the regional round. We meet again next month.")
				return err
			})
		})
		s.at(s.days(-2), func(ctx context.Context) error {
			return s.withDate(ctx, r, p, coming[1], func(e convoke.Event) error {
				return s.move(ctx, r.by, e.ID, e.Start.AddDays(1), "Tuesday is a holiday for a third of the table.")
			})
		})
		s.at(s.end.Add(-26*time.Hour), func(ctx context.Context) error {
			return s.withDate(ctx, r, p, coming[3], func(e convoke.Event) error {
				_, err := s.app.Events.Cancel(ctx, s.viewers[r.by], e.ID, "We are all at the same conference that week, so let us meet in the corridor.")
				return err
			})
		})
	case frenchRound:
		s.at(s.days(-150), func(ctx context.Context) error {
			_, err := s.app.Meetings.Edit(ctx, s.viewers[r.by], id, app.MeetingInput{StartLocal: new(first.Date().At(11, 0).String()),
				Note: new("Une heure plus tard, après la consultation du matin.")})
			s.settle()
			return err
		})
	case waterRound:
		s.at(s.days(-118), func(ctx context.Context) error {
			list, err := s.app.Events.List(ctx, s.viewers[r.by], p.slug, app.EventFilter{Meeting: id, From: s.app.Now(), Limit: 1})
			if err != nil {
				return err
			}
			if len(list) == 0 {
				return fmt.Errorf("%q has no next date", r.title)
			}
			to := list[0].Start.AddMinutes(60)
			_, err = s.app.Meetings.EditFollowing(ctx, s.viewers[r.by], list[0].ID, app.MeetingInput{StartLocal: new(to.String()),
				Note: new("An hour later from now on, for those in Kenya it was half past seven.")})
			s.settle()
			return err
		})
	}
}

// write plans a text for one date of a meeting.
func (s *stage) write(r round, p place, day calendar.Date, at time.Time, in app.EventInput) {
	s.quietly(at, func(ctx context.Context) error {
		return s.withDate(ctx, r, p, day, func(e convoke.Event) error {
			_, err := s.app.Events.Edit(ctx, s.viewers[r.by], e.ID, in)
			return err
		})
	})
}

// withDate finds the date of a meeting that the rule has on a day.
func (s *stage) withDate(ctx context.Context, r round, p place, day calendar.Date, do func(convoke.Event) error) error {
	at := convoke.At(moment(day.At(r.hour, r.minute), r.zone))
	list, err := s.app.Events.List(ctx, s.viewers[r.by], p.slug, app.EventFilter{Kind: convoke.Meeting, From: at.Add(-4 * 24 * time.Hour), Until: at.Add(5 * 24 * time.Hour), Limit: 50})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(e app.EventView) bool { return e.Title == r.title && e.RecurrenceID.Date() == day })
	if i < 0 {
		return fmt.Errorf("%q has no date on %s", r.title, day)
	}
	return do(list[i].Event)
}
