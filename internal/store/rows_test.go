package store

import (
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
)

// The makers below give rows in which no column has its zero value unless that is the usual case, so that
// a column that is forgotten or swapped shows when the row is read back.

func aPerson(id convoke.ID) convoke.Person {
	return convoke.Person{ID: id, Name: "Person " + string(id), Language: "en", Zone: "Africa/Nairobi", Organisation: "Soils",
		Listed: true, FeedRev: 3, CreatedAt: now - 1000}
}

func anAddress(person convoke.ID) convoke.Address {
	return convoke.Address{ID: "ad_" + person, PersonID: person, Folded: string(person) + "@people.example", Shown: string(person) + "@People.example",
		ConfirmedAt: now - 500, Primary: true}
}

func aCommunity(id convoke.ID) convoke.Community {
	return convoke.Community{ID: id, Slug: "c-" + string(id), Name: "Community " + string(id), Summary: "short", Description: "long",
		Privacy: convoke.Open, Language: "fr", Zone: "Europe/Paris", Eligibility: "all", Rules: "be kind", Contact: "desk@people.example",
		Ink: "fern", FeedRev: 1, Version: 1, CreatedAt: now - 900}
}

func aSeries(id, community convoke.ID) convoke.Series {
	return convoke.Series{ID: id, CommunityID: community, Slug: "s-" + string(id), Title: "Series " + string(id), Description: "context",
		Language: "en", Zone: "Europe/Paris", Visibility: convoke.ToCommunity, Invite: true, Version: 1, CreatedAt: now - 800,
		PublishedAt: now - 700, CancelNote: "none"}
}

func aMeeting(id, community convoke.ID) convoke.Recurrence {
	return convoke.Recurrence{ID: id, CommunityID: community, Slug: "m-" + string(id), Title: "Meeting " + string(id), Description: "about",
		Rule: convoke.RuleColumn{Rule: calendar.Rule{Freq: calendar.Monthly, Interval: 1, Nth: 2, Weekdays: []calendar.Weekday{calendar.Tuesday},
			NotMonths: []time.Month{time.August}}},
		Start: calendar.NewDateTime(2026, time.December, 8, 14, 0), Zone: "Africa/Nairobi", Minutes: 60, Place: "Hall", JoinLink: "https://meet.example/m",
		Language: "en", Visibility: convoke.ToCommunity, Status: convoke.Confirmed, CancelNote: "none", Invite: true, Form: convoke.FormRule,
		UID: string(id) + "@host.example", Sequence: 4, Stamp: now - 600, Organizer: "from@host.example", Version: 1, CreatedAt: now - 850,
		PublishedAt: now - 650, MadeUntil: now - 10}
}

func anEvent(t testing.TB, id, community convoke.ID) convoke.Event {
	t.Helper()
	e := convoke.Event{ID: id, CommunityID: community, Kind: convoke.Webinar, Number: 2, Slug: "e-" + string(id), Title: "Event " + string(id),
		Abstract: "what", Start: calendar.NewDateTime(2026, time.December, 1, 9, 30), Zone: "Europe/Paris", Minutes: 90, Place: "Room", JoinLink: "https://meet.example/e",
		Language: "en", Visibility: convoke.ToCommunity, Status: convoke.Confirmed, CancelNote: "none", Invite: true, InvitedAt: now - 20,
		Reminders: "60", Agenda: "first", Minuted: "then", MovedFrom: now + 5, UID: string(id) + "@host.example", Sequence: 7, Stamp: now - 30,
		Organizer: "from@host.example", Version: 1, CreatedAt: now - 400, PublishedAt: now - 300}
	if _, err := e.Plan(); err != nil {
		t.Fatal(err)
	}
	return e
}

func aLetter(id, person convoke.ID) convoke.Letter {
	return convoke.Letter{ID: id, Key: "key/" + string(id), MessageID: string(id) + "@host.example", Kind: "invitation", Class: convoke.ClassInvitation,
		PersonID: person, Address: "to@people.example", Data: "{}", Subject: "Hello", Priority: 5, UsefulUntil: now.Add(time.Hour),
		State: convoke.Queued, NextAt: now, CreatedAt: now - 50}
}

func aFragment(subject, community convoke.ID, variant string) Fragment {
	return Fragment{SubjectID: subject, Variant: variant, CommunityID: community, EventID: subject, Visibility: convoke.ToCommunity, Zone: "Europe/Paris",
		StartsAt: now.Add(time.Hour), EndsAt: now.Add(2 * time.Hour), Data: []byte("BEGIN:VEVENT\r\n")}
}

// addPeople stores persons with a confirmed address each.
func addPeople(t testing.TB, s *Store, ids ...convoke.ID) {
	t.Helper()
	update(t, s, func(tx *Tx) error {
		for _, id := range ids {
			if err := tx.AddPerson(t.Context(), aPerson(id)); err != nil {
				return err
			}
			if err := tx.AddAddress(t.Context(), anAddress(id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// addCommunity stores a community.
func addCommunity(t testing.TB, s *Store, c convoke.Community) {
	t.Helper()
	update(t, s, func(tx *Tx) error { return tx.AddCommunity(t.Context(), c) })
}
