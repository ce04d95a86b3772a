package outbox

import (
	"cmp"
	"context"
	"slices"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// shared is what the letters of one lease are about, read once in the transaction that renders them.
type shared struct {
	communities map[convoke.ID]convoke.Community
	events      map[convoke.ID]eventAndSpeakers
}

type eventAndSpeakers struct {
	event    convoke.Event
	speakers []convoke.Speaker
}

// read takes from a map, or reads and keeps.
func read[V any](kept map[convoke.ID]V, id convoke.ID, f func() (V, error)) (V, error) {
	if v, ok := kept[id]; ok {
		return v, nil
	}
	v, err := f()
	if err == nil {
		kept[id] = v
	}
	return v, err
}

// load reads everything a letter's words are made from, and decides once more whether it goes out.
func (o *Outbox) load(ctx context.Context, tx *store.Tx, s shared, l convoke.Letter) (c notify.Context, v notify.Verdict, err error) {
	c = notify.Context{Site: o.site, From: o.from, Secrets: o.secrets, Now: tx.Now, Letter: l, Organizer: o.from.Addr}
	if c.Data, err = notify.DataOf(l); err != nil {
		return c, "", err
	}
	if l.CommunityID != "" {
		if c.Community, err = read(s.communities, l.CommunityID, func() (convoke.Community, error) { return tx.Community(ctx, l.CommunityID) }); err != nil {
			return c, "", err
		}
	}
	switch l.Kind {
	case notify.SignIn:
		return o.loadSignIn(ctx, tx, c)
	case notify.CommunityInvitation, notify.JoinRequest, notify.JoinOutcome:
		return o.loadMembership(ctx, tx, c)
	}
	return o.loadNews(ctx, tx, s, c)
}

func (o *Outbox) loadSignIn(ctx context.Context, tx *store.Tx, c notify.Context) (notify.Context, notify.Verdict, error) {
	s, err := tx.SignIn(ctx, c.Letter.ID)
	if err != nil {
		return c, "", err
	}
	p, err := tx.PersonByAddress(ctx, s.Folded)
	if err != nil && !convoke.IsNotFound(err) {
		return c, "", err
	}
	p.Address = s.Shown
	c.Reader.Person = p
	if p.Confirmed { // else somebody named them in a language they never chose
		c.Data.Language = p.Language
	}
	return c, notify.Gets, nil
}

func (o *Outbox) loadMembership(ctx context.Context, tx *store.Tx, c notify.Context) (notify.Context, notify.Verdict, error) {
	p, err := tx.Person(ctx, c.Letter.PersonID)
	if err != nil {
		return c, "", err
	}
	c.Reader.Person = p
	if p.RefusedWith != "" {
		return c, notify.Bouncing, nil
	}
	mutes, err := tx.Mutes(ctx, p.ID)
	if err != nil {
		return c, "", err
	}
	muted := slices.ContainsFunc(mutes, func(m convoke.Mute) bool {
		return m.Scope == convoke.ScopeAll || m.Scope == convoke.ScopeCommunity && m.ScopeID == string(c.Community.ID)
	})
	if muted && notify.Mutable(c.Letter.Kind) {
		return c, notify.Muted, nil
	}
	if c.Letter.Kind == notify.CommunityInvitation {
		i, err := tx.Invitation(ctx, c.Data.Invitation)
		if err != nil {
			return c, "", err
		}
		c.Message = i.Message
		if by, err := tx.Person(ctx, i.InvitedBy); err == nil {
			c.Inviter = by.DisplayName()
		} else if !convoke.IsNotFound(err) {
			return c, "", err
		}
		if i.State != "sent" {
			return c, notify.Over, nil
		}
		if c.Community.Archived() {
			return c, notify.ArchivedIt, nil
		}
		return c, notify.Gets, nil
	}
	r, err := tx.JoinRequest(ctx, c.Data.Request)
	if err != nil {
		return c, "", err
	}
	asker, err := tx.Person(ctx, r.PersonID)
	if err != nil {
		return c, "", err
	}
	c.Message, c.Asker = r.Message, asker.DisplayName()
	if c.Letter.Kind == notify.JoinRequest {
		if r.State != "waiting" {
			return c, notify.Over, nil
		}
		if m, err := tx.Membership(ctx, c.Community.ID, p.ID); convoke.IsNotFound(err) || err == nil && m.Role != convoke.Admin {
			return c, notify.NotConcerned, nil
		} else if err != nil {
			return c, "", err
		}
	}
	return c, notify.Gets, nil
}

func (o *Outbox) loadNews(ctx context.Context, tx *store.Tx, kept shared, c notify.Context) (notify.Context, notify.Verdict, error) {
	l := c.Letter
	if notify.OfEvent(l.Kind) && l.EventID == "" { // a date that its meeting no longer has was removed
		return c, "", convoke.ErrNotFound
	}
	oc := notify.Occasion{Kind: l.Kind, Community: c.Community, Now: tx.Now, Lead: time.Duration(c.Data.LeadMinutes) * time.Minute, StartsAt: c.Data.StartsAt, Next: c.Data.Next, Off: c.Data.Off, Until: c.Data.Before.End()}
	subject := store.Subject{Community: l.CommunityID, Event: l.EventID, Series: l.SeriesID, Meeting: l.MeetingID, Since: c.Data.Since}
	if l.EventID != "" {
		about, err := read(kept.events, l.EventID, func() (x eventAndSpeakers, err error) {
			if x.event, err = tx.Event(ctx, l.EventID); err == nil {
				x.speakers, err = tx.Speakers(ctx, l.EventID)
			}
			return x, err
		})
		if err != nil {
			return c, "", err
		}
		e := about.event
		if e.MeetingID != l.MeetingID { // it passed to the meeting that continues the one it was of
			l.MeetingID, c.Letter.MeetingID, subject.Meeting = e.MeetingID, e.MeetingID, e.MeetingID
		}
		c.Speakers = about.speakers
		c.Event, oc.Event, subject.UID = &e, &e, e.UID
		if e.Organizer != "" {
			c.Organizer = e.Organizer
		}
	}
	if l.SeriesID != "" {
		s, err := tx.Series(ctx, l.SeriesID)
		if err != nil {
			return c, "", err
		}
		c.Series, oc.Series = &s, &s
		if l.EventID == "" {
			list, err := tx.SeriesEvents(ctx, s.ID)
			if err != nil {
				return c, "", err
			}
			oc.Dates(list)
			c.Sessions = slices.DeleteFunc(list, func(e convoke.Event) bool { return e.Draft() })
		}
	}
	if l.MeetingID != "" {
		r, err := tx.Meeting(ctx, l.MeetingID)
		if err != nil {
			return c, "", err
		}
		c.Meeting, oc.Meeting = &r, &r
		if r.Form == convoke.FormRule {
			subject.UID = r.UID
			if r.Organizer != "" {
				c.Organizer = r.Organizer
			}
		}
		if err := o.loadDates(ctx, tx, &c, r); err != nil {
			return c, "", err
		}
		if l.EventID == "" {
			oc.Dates(c.Coming)
			if c.Data.Since != 0 {
				if c.Gone, err = tx.GivenUpDates(ctx, r.ID, l.PersonID, c.Data.Since); err != nil {
					return c, "", err
				}
			}
		}
	}
	list, err := tx.Recipients(ctx, subject, "", l.PersonID, 1)
	if err != nil {
		return c, "", err
	}
	if len(list) == 0 {
		return c, notify.NotConcerned, nil
	}
	c.Reader = list[0]
	c.Calendar = notify.WithCalendar(oc, c.Reader)
	if c.Calendar && !c.Reader.Holds && !c.Reader.HeldBefore && c.Reader.Role == "" && c.Meeting != nil && c.Meeting.Form == convoke.FormRule {
		whole, err := tx.Registration(ctx, l.PersonID, convoke.ScopeMeeting, c.Meeting.ID)
		if err != nil {
			return c, "", err
		}
		c.Calendar = whole.State.Coming() // else they come to single dates, and it would bring them all others
	}
	s, err := tx.Standing(ctx, convoke.Viewer{Person: l.PersonID}, &c.Community)
	if err != nil {
		return c, "", err
	}
	if err := o.loadShown(ctx, tx, &c, s); err != nil {
		return c, "", err
	}
	c.Plans = convoke.Can(s, convoke.Plan, &c.Community)
	v := notify.Decide(oc, c.Reader)
	c.Sessions = slices.DeleteFunc(c.Sessions, func(e convoke.Event) bool {
		return !convoke.CanEvent(s, convoke.See, &c.Community, e.Visibility, e.Draft(), "")
	})
	if v == notify.Gets && oc.Kind == notify.SeriesCancellation && !c.Reader.FeedReader {
		err = o.loadEnded(ctx, tx, &c)
	}
	if v == notify.Gets && err == nil {
		v, err = o.loadAfterwards(ctx, tx, &c)
	}
	return c, v, err
}

// loadShown says of everything a letter is made from whether its reader is shown the join link there, and since when: of each by the answer nearest to it,
// as pages and feeds do.
func (o *Outbox) loadShown(ctx context.Context, tx *store.Tx, c *notify.Context, s convoke.Standing) error {
	stances, err := tx.Stances(ctx, c.Letter.PersonID, c.Letter)
	if err != nil {
		return err
	}
	c.Shown = map[convoke.ID]feed.Shown{}
	add := func(vis convoke.Visibility, draft bool, scopes ...convoke.ID) { // from the nearest to the widest
		shown, answer := feed.Shown{Since: stances[c.Community.ID].Since}, convoke.Answer("")
		for _, id := range scopes {
			answer = cmp.Or(answer, stances[id].Answer)
			shown.Since = max(shown.Since, stances[id].Since)
		}
		shown.Link = convoke.CanEvent(s, convoke.JoinLink, &c.Community, vis, draft, answer)
		c.Shown[scopes[0]], c.Entitled = shown, shown.Link
	}
	for _, list := range [][]convoke.Event{c.Sessions, c.Overrides, c.Coming} {
		for _, e := range list {
			add(e.Visibility, e.Draft(), e.ID, e.SeriesID, e.MeetingID)
		}
	}
	if c.Series != nil {
		add(c.Series.Visibility, c.Series.Draft(), c.Series.ID)
	}
	if c.Meeting != nil {
		add(c.Meeting.Visibility, c.Meeting.Draft(), c.Meeting.ID)
	}
	if e := c.Event; e != nil { // the last: it is what the letter is about
		add(e.Visibility, e.Draft(), e.ID, e.SeriesID, e.MeetingID)
	}
	return nil
}

// loadEnded adds the sessions that went with their series and whose end no letter of its own tells the reader's calendar. All of them may stand there, as
// the series' letter offered them as one file, or as an invitation was under way when the series ended.
func (o *Outbox) loadEnded(ctx context.Context, tx *store.Tx, c *notify.Context) error {
	told, err := tx.ToldEnds(ctx, c.Reader.ID, c.Series.ID, notify.EventCancellation)
	if err != nil {
		return err
	}
	for _, e := range c.Sessions {
		if e.Status == convoke.Cancelled && e.EndsAt > tx.Now && e.Stamp >= c.Series.CancelledAt && !slices.Contains(told, e.ID) {
			c.Ended = append(c.Ended, e)
		}
	}
	return nil
}

// loadDates adds the dates of a meeting that deviate from its rule, and the next ones.
func (o *Outbox) loadDates(ctx context.Context, tx *store.Tx, c *notify.Context, r convoke.Recurrence) error {
	rows, err := tx.MeetingEvents(ctx, r.ID, 1)
	if err != nil {
		return err
	}
	for _, e := range rows {
		if feed.Deviates(r, e) {
			c.Overrides = append(c.Overrides, e)
		}
		if e.EndsAt > tx.Now && e.Status != convoke.Cancelled && len(c.Coming) < 6 {
			c.Coming = append(c.Coming, e)
		}
	}
	return nil
}
