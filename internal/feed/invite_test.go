package feed

import (
	"testing"

	"convoke/calendar"
	"convoke/internal/convoke"
)

var invited = Invitation{
	Method:    "REQUEST",
	To:        calendar.Party{Name: "Zoë “Zo” Ndiaye", Address: "zoe@people.example"},
	Organizer: calendar.Party{Name: "Soil health practitioners", Address: "soil@convoke.example"},
}

func with(method, partstat string) Invitation {
	inv := invited
	inv.Method, inv.Partstat = method, partstat
	return inv
}

// to is with for somebody who is shown the join link everywhere, or nowhere.
func to(member bool, method, partstat string) Invitation {
	inv := with(method, partstat)
	inv.Shown = map[convoke.ID]Shown{}
	for _, id := range []convoke.ID{"ev_1", "me_1", "ev_2027-01-12T14:00", "ev_2027-02-09T14:00"} {
		inv.Shown[id] = Shown{Link: member}
	}
	return inv
}

func cancelled(e *convoke.Event) { e.Status, e.Sequence = convoke.Cancelled, 3 }

func TestInviteGolden(t *testing.T) {
	m := monthly()
	moved := dateOf(t, m, "2027-01-12T14:00", func(e *convoke.Event) { e.Start, e.Sequence = at("2027-01-14T16:30"), 2 })
	off := dateOf(t, m, "2027-02-09T14:00", cancelled)
	over := monthly(func(m *convoke.Recurrence) { m.Status, m.Sequence = convoke.Cancelled, 2 })
	type want struct {
		events             int
		status, seq, recur string // of the last event
		partstat, rsvp     string
	}
	for _, tc := range []struct {
		name string
		make func(member bool) ([]byte, error)
		want want
	}{
		{"invite-event", func(member bool) ([]byte, error) {
			return Invite(source(), to(member, "REQUEST", ""), planned(t))
		}, want{1, "CONFIRMED", "0", "", "NEEDS-ACTION", "TRUE"}},
		{"invite-accepted", func(member bool) ([]byte, error) {
			return Invite(source(), to(member, "REQUEST", "ACCEPTED"), planned(t))
		}, want{1, "CONFIRMED", "0", "", "ACCEPTED", ""}},
		{"invite-irregular-zone", func(member bool) ([]byte, error) {
			return Invite(source(), to(member, "REQUEST", ""), planned(t, func(e *convoke.Event) { e.Zone = "Africa/Casablanca" }))
		}, want{1, "CONFIRMED", "0", "", "NEEDS-ACTION", "TRUE"}},
		{"cancel-event", func(member bool) ([]byte, error) {
			return Invite(source(), to(member, "CANCEL", ""), planned(t, cancelled))
		}, want{1, "CANCELLED", "3", "", "NEEDS-ACTION", ""}},
		{"invite-rule", func(member bool) ([]byte, error) {
			return InviteRule(source(), to(member, "REQUEST", ""), m, []convoke.Event{off, moved})
		}, want{3, "CANCELLED", "3", "20270209T140000", "NEEDS-ACTION", "TRUE"}},
		{"cancel-rule", func(member bool) ([]byte, error) {
			return InviteRule(source(), to(member, "CANCEL", ""), over, []convoke.Event{off, moved})
		}, want{1, "CANCELLED", "2", "", "NEEDS-ACTION", ""}},
		{"cancel-date", func(member bool) ([]byte, error) {
			return InviteDate(source(), to(member, "CANCEL", ""), m, off)
		}, want{1, "CANCELLED", "3", "20270209T140000", "NEEDS-ACTION", ""}},
		{"leave-event", func(member bool) ([]byte, error) {
			return Invite(source(), to(member, "CANCEL", ""), planned(t))
		}, want{1, "", "1", "", "NEEDS-ACTION", ""}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, member := range []bool{false, true} {
				body, err := tc.make(member)
				if err != nil {
					t.Fatal(err)
				}
				name := tc.name + "-public"
				if member {
					name = tc.name + "-member"
				}
				golden(t, name, body)
				wellFormed(t, body)
				parsed := decoded(t, body)
				secretless(t, body, member && parsed.Events[0].Text("STATUS") != "CANCELLED")
				if len(parsed.Events) != tc.want.events {
					t.Fatalf("%d events, want %d", len(parsed.Events), tc.want.events)
				}
				for _, v := range parsed.Events {
					who := v.All("ATTENDEE")
					if len(who) != 1 || who[0].Value != "mailto:zoe@people.example" || who[0].Param("PARTSTAT") != tc.want.partstat || who[0].Param("RSVP") != tc.want.rsvp {
						t.Errorf("ATTENDEE %+v, want one, %s, RSVP %q", who, tc.want.partstat, tc.want.rsvp)
					}
					if got := v.Text("ORGANIZER"); got != "mailto:soil@convoke.example" {
						t.Errorf("ORGANIZER %s", got)
					}
					if v.Text("UID") != parsed.Events[0].Text("UID") {
						t.Errorf("two UIDs in one message")
					}
				}
				v := parsed.Events[len(parsed.Events)-1]
				if v.Text("STATUS") != tc.want.status || v.Text("SEQUENCE") != tc.want.seq || v.Text("RECURRENCE-ID") != tc.want.recur {
					t.Errorf("STATUS %s SEQUENCE %s RECURRENCE-ID %s, want %+v", v.Text("STATUS"), v.Text("SEQUENCE"), v.Text("RECURRENCE-ID"), tc.want)
				}
				for _, name := range []string{"NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "URL", "SOURCE"} {
					if len(parsed.All(name)) > 0 {
						t.Errorf("%s in a mail", name)
					}
				}
			}
		})
	}
}

// TestInvitationAgreesWithFeed holds that the mail and the feed tell the same version of the same thing.
func TestInvitationAgreesWithFeed(t *testing.T) {
	e := planned(t, func(e *convoke.Event) { e.Sequence = 7 })
	body, err := Invite(source(), to(true, "REQUEST", ""), e)
	if err != nil {
		t.Fatal(err)
	}
	mail, feed := decoded(t, body).Events[0], readBack(t, entryOf(t, source(), e, true))
	for _, p := range feed.Properties {
		if p.Name == "ORGANIZER" {
			continue
		}
		if got := mail.Text(p.Name); got != p.Text() {
			t.Errorf("%s in the mail %q, in the feed %q", p.Name, got, p.Text())
		}
	}
}

func TestInviteRefuses(t *testing.T) {
	m := monthly()
	for _, tc := range []struct {
		name string
		call func() ([]byte, error)
	}{
		{"an unknown method", func() ([]byte, error) { return Invite(source(), with("PUBLISH", ""), planned(t)) }},
		{"an unknown answer", func() ([]byte, error) { return Invite(source(), with("REQUEST", "PERHAPS"), planned(t)) }},
		{"no organizer", func() ([]byte, error) {
			inv := invited
			inv.Organizer = calendar.Party{}
			return Invite(source(), inv, planned(t))
		}},
		{"an event that is no date", func() ([]byte, error) { return InviteDate(source(), with("CANCEL", ""), m, planned(t)) }},
	} {
		if body, err := tc.call(); err == nil {
			t.Errorf("%s was accepted:\n%s", tc.name, body)
		}
	}
}

// TestDateIsNotBelowItsRule holds that programs do not pass over a date's CANCEL as older than what they have.
func TestDateIsNotBelowItsRule(t *testing.T) {
	m := monthly(func(m *convoke.Recurrence) { m.Sequence = 9 })
	e := dateOf(t, m, "2027-02-09T14:00", cancelled)
	body, err := InviteDate(source(), with("CANCEL", ""), m, e)
	if err != nil {
		t.Fatal(err)
	}
	if got := decoded(t, body).Events[0].Text("SEQUENCE"); got != "9" {
		t.Errorf("SEQUENCE %s, want the rule's 9", got)
	}
}
