package notify

import (
	"slices"

	"cmp"
	"fmt"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/markup"
	"convoke/mailer"
)

// calendarPart makes what calendar programs read of a letter. A meeting that is written by its rule is told as a whole, since
// programs replace all they hold of it by what comes; only the end of one date is told alone. There is none (no UID) for a
// meeting written as dates when no date is at hand.
func (v *view) calendarPart(method string, to mailer.Address) (ics []byte, uid string, sequence int, err error) {
	c := v.c
	src := feed.Source{Site: c.Site, Community: c.Community, Series: c.Series, Meeting: c.Meeting, Speakers: c.Speakers}
	inv := v.invitation(method, to, c.Organizer)
	e := c.date()
	ruled := c.Meeting != nil && c.Meeting.Form == convoke.FormRule && (e == nil || !e.RecurrenceID.IsZero())
	switch {
	case ruled && c.Letter.Kind == EventCancellation:
		ics, err = feed.InviteDate(src, inv, *c.Meeting, *e)
		return ics, c.Meeting.UID, max(e.Sequence, c.Meeting.Sequence), err
	case ruled:
		ics, err = feed.InviteRule(src, inv, *c.Meeting, c.Overrides)
		return ics, c.Meeting.UID, c.Meeting.Sequence, err
	case e == nil:
		return nil, "", 0, nil
	}
	ics, err = feed.Invite(src, inv, *e)
	return ics, e.UID, e.Sequence, err
}

// invitation is what a calendar part says besides its entries. Without an organizer of its own a UID has the sender.
func (v *view) invitation(method string, to mailer.Address, organizer string) feed.Invitation {
	return feed.Invitation{
		Method:    method,
		To:        calendar.Party{Name: markup.Clean(v.c.Reader.DisplayName(), convoke.MaxName), Address: to.Addr},
		Partstat:  partstat(v.c.Reader.Answer),
		Organizer: calendar.Party{Name: v.Group, Address: cmp.Or(organizer, v.c.From.Addr)},
		Shown:     v.c.Shown,
	}
}

// endings are the calendar objects that call off each session of a cancelled series: one object has one UID (RFC 5546 3.2.5).
func (v *view) endings(to mailer.Address) (list []mailer.File, err error) {
	c := v.c
	src := feed.Source{Site: c.Site, Community: c.Community, Series: c.Series}
	for i, e := range c.Ended {
		e.Abstract = "" // a hundred of these are one mail
		ics, err := feed.Invite(src, v.invitation("CANCEL", to, e.Organizer), e)
		if err != nil {
			return nil, err
		}
		list = append(list, mailer.File{Name: fmt.Sprintf("cancelled-%d.ics", i+1), Data: ics})
	}
	return list, nil
}

// date is the one event a letter is about: its own, or the next date of a meeting.
func (c Context) date() *convoke.Event {
	if c.Event == nil && c.Meeting != nil && c.Letter.Kind == MeetingInvitation && len(c.Coming) > 0 {
		next := slices.IndexFunc(c.Coming, func(e convoke.Event) bool { return e.StartsAt > c.Now })
		return &c.Coming[max(next, 0)] // or what is being held, where nothing is planned after it
	}
	return c.Event
}

// partstat is the answer in the words of RFC 5545 3.2.12.
func partstat(a convoke.Answer) string {
	switch a {
	case convoke.Yes:
		return "ACCEPTED"
	case convoke.Maybe:
		return "TENTATIVE"
	case convoke.No:
		return "DECLINED"
	}
	return "NEEDS-ACTION"
}
