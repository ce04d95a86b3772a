package feed

import (
	"fmt"
	"slices"

	"convoke/calendar"
	"convoke/internal/convoke"
)

// Invitation is to whom a calendar part in a mail goes, from whom, and what it asks: REQUEST or CANCEL. An empty Partstat
// is NEEDS-ACTION.
type Invitation struct {
	Method    string
	To        calendar.Party
	Partstat  string
	Organizer calendar.Party
	Shown     map[convoke.ID]Shown // by the ID of an event or a meeting; one that is missing is shown without its join link
}

// Shown is how one entry is shown to one person. Whoever comes to one date of a meeting is shown the join link of that one, and not
// of its rule or of another date.
type Shown struct {
	Link  bool            // with its join link
	Since convoke.Instant // when they last began or ceased to be: as in their own feed, the entry is not stamped before
}

// Invite returns the calendar part about one event.
func Invite(src Source, inv Invitation, e convoke.Event) ([]byte, error) {
	entry, err := src.invited(inv, src.event(e, inv.Shown[e.ID].Link), src.span(e), inv.Shown[e.ID].Since)
	if err != nil {
		return nil, err
	}
	return inv.assemble([]Entry{entry})
}

// InviteRule returns the calendar part about a whole meeting: the rule and every date that deviates, because programs
// replace what they hold of the meeting by what comes. A CANCEL is about the whole and has the rule only.
func InviteRule(src Source, inv Invitation, m convoke.Recurrence, overrides []convoke.Event) ([]byte, error) {
	src.Meeting = &m
	entry, err := src.invited(inv, src.rule(m, inv.Shown[m.ID].Link), ruleSpan(m), inv.Shown[m.ID].Since)
	if err != nil {
		return nil, err
	}
	entries := []Entry{entry}
	if inv.Method == "CANCEL" {
		overrides = nil
	}
	for _, e := range slices.SortedStableFunc(slices.Values(overrides), func(a, b convoke.Event) int { return a.RecurrenceID.Compare(b.RecurrenceID) }) {
		if entry, err = src.invited(inv, src.event(e, inv.Shown[e.ID].Link), src.span(e), inv.Shown[e.ID].Since); err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return inv.assemble(entries)
}

// InviteDate returns the calendar part about one date of a meeting that has a rule. It is for a CANCEL: a change of a date
// is told by [InviteRule].
func InviteDate(src Source, inv Invitation, m convoke.Recurrence, e convoke.Event) ([]byte, error) {
	if e.RecurrenceID.IsZero() {
		return nil, fmt.Errorf("invite to a date: event %s is no date of a meeting", e.ID)
	}
	src.Meeting = &m
	return Invite(src, inv, e)
}

// invited makes an entry that is addressed to one person, stamped as they are shown it.
func (src Source) invited(inv Invitation, v calendar.Event, when span, since convoke.Instant) (Entry, error) {
	v.Organizer = &inv.Organizer
	v.Attendee = &calendar.Attendee{Party: inv.To, Partstat: inv.Partstat}
	switch inv.Method {
	case "REQUEST":
		v.Attendee.RSVP = inv.Partstat == "" || inv.Partstat == "NEEDS-ACTION"
	case "CANCEL":
		if v.Status != "CANCELLED" {
			// It goes on without this person: a higher version takes it out of one calendar, and no status says it is off.
			v.Status = ""
			v.Sequence++
		}
	default:
		return Entry{}, fmt.Errorf("invite to %s: unknown method %q", v.UID, inv.Method)
	}
	entry, err := src.entry(v, when)
	entry.Data = Restamped(entry.Data, since)
	return entry, err
}

// assemble makes the calendar of a mail: nothing in its head but the method.
func (inv Invitation) assemble(entries []Entry) ([]byte, error) {
	zones, err := zonesOf(entries)
	if err != nil {
		return nil, err
	}
	return calendar.Assemble(calendar.Header{Method: inv.Method}, zones, data(entries))
}
