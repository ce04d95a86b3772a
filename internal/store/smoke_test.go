package store

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"convoke/internal/convoke"
)

// smoke runs one step after another, each in a transaction of its own, so that one broken query does not hide the next.
type smoke struct {
	t *testing.T
	s *Store
}

func (k smoke) do(name string, f func(ctx context.Context, tx *Tx) error) {
	k.t.Helper()
	ctx := k.t.Context()
	if err := k.s.Update(ctx, func(tx *Tx) error { return f(ctx, tx) }); err != nil {
		k.t.Errorf("%s: %v", name, err)
	}
}

// yes is do for what reports whether it did anything, and must.
func (k smoke) yes(name string, f func(ctx context.Context, tx *Tx) (bool, error)) {
	k.t.Helper()
	k.do(name, func(ctx context.Context, tx *Tx) error {
		ok, err := f(ctx, tx)
		if err == nil && !ok {
			err = fmt.Errorf("got false, want true")
		}
		return err
	})
}

// read runs a query in a transaction that can only read and compares what it gives.
func read[T any](k smoke, name string, want T, f func(ctx context.Context, tx *Tx) (T, error)) {
	k.t.Helper()
	ctx := k.t.Context()
	err := k.s.View(ctx, func(tx *Tx) error {
		got, err := f(ctx, tx)
		if err == nil && !reflect.DeepEqual(got, want) {
			k.t.Errorf("%s:\n got  %+v\n want %+v", name, got, want)
		}
		return err
	})
	if err != nil {
		k.t.Errorf("%s: %v", name, err)
	}
}

// TestEveryQuery runs every method of a transaction at least once on both engines, on rows that are read back whole.
func TestEveryQuery(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		k := smoke{t, s}
		k.instance()
		k.people()
		k.communities()
		k.series()
		k.meetings()
		k.events()
		k.answers()
		k.feeds()
		k.fragments()
		k.changes()
		k.dues()
		k.letters()
		k.endings()
	})
}

func (k smoke) instance() {
	k.do("FoundInstance", func(ctx context.Context, tx *Tx) error { return tx.FoundInstance(ctx, "host.example") })
	k.do("FoundInstance again", func(ctx context.Context, tx *Tx) error { return tx.FoundInstance(ctx, "other.example") })
	k.do("SetRender", func(ctx context.Context, tx *Tx) error { return tx.SetRender(ctx, "v1") })
	read(k, "Instance", "host.example v1 32", func(ctx context.Context, tx *Tx) (string, error) {
		i, err := tx.Instance(ctx)
		return fmt.Sprint(i.Host, " ", i.Render, " ", len(i.Secret)), err
	})
	k.yes("LeaseJob", func(ctx context.Context, tx *Tx) (bool, error) {
		return tx.LeaseJob(ctx, "sweep", "a", now.Add(time.Minute), 1000)
	})
	k.do("DoneJob", func(ctx context.Context, tx *Tx) error { return tx.DoneJob(ctx, "sweep", "a") })
	read(k, "JobRanAt", now, func(ctx context.Context, tx *Tx) (convoke.Instant, error) { return tx.JobRanAt(ctx, "sweep") })
	read(k, "JobRanAt of none", 0, func(ctx context.Context, tx *Tx) (convoke.Instant, error) { return tx.JobRanAt(ctx, "none") })
}

func (k smoke) people() {
	for _, id := range []convoke.ID{"ada", "ben", "cyd", "dot"} {
		k.do("AddPerson", func(ctx context.Context, tx *Tx) error { return tx.AddPerson(ctx, aPerson(id)) })
		k.do("AddAddress", func(ctx context.Context, tx *Tx) error {
			a := anAddress(id)
			if id == "ben" {
				a.ConfirmedAt = 0
			}
			return tx.AddAddress(ctx, a)
		})
	}
	ada := aPerson("ada")
	ada.Name, ada.Operator, ada.Listed = "Ada", true, false
	k.do("PutPerson", func(ctx context.Context, tx *Tx) error { return tx.PutPerson(ctx, ada) })
	k.do("LockPerson", func(ctx context.Context, tx *Tx) error { return tx.LockPerson(ctx, "ada") })
	k.do("RaisePerson", func(ctx context.Context, tx *Tx) error { return tx.RaisePerson(ctx, "ada") })
	k.do("ConfirmAddress", func(ctx context.Context, tx *Tx) error { return tx.ConfirmAddress(ctx, "ben@people.example") })
	k.do("RefuseAddress", func(ctx context.Context, tx *Tx) error {
		return tx.RefuseAddress(ctx, "ben@people.example", "nobody", true)
	})
	k.do("RefuseAddress", func(ctx context.Context, tx *Tx) error {
		return tx.RefuseAddress(ctx, "ada@people.example", "full", false)
	})
	ben := aPerson("ben")
	ben.Address, ben.Confirmed, ben.RefusedWith = "ben@People.example", true, "nobody"
	read(k, "Person whose address is refused", ben, func(ctx context.Context, tx *Tx) (convoke.Person, error) { return tx.Person(ctx, "ben") })
	k.do("RestoreAddress", func(ctx context.Context, tx *Tx) error { return tx.RestoreAddress(ctx, "ben@people.example") })
	ada.FeedRev, ada.Address, ada.Confirmed = ada.FeedRev+2, "ada@People.example", true
	read(k, "Person", ada, func(ctx context.Context, tx *Tx) (convoke.Person, error) { return tx.Person(ctx, "ada") })
	read(k, "PersonByAddress", ada, func(ctx context.Context, tx *Tx) (convoke.Person, error) {
		return tx.PersonByAddress(ctx, "ada@people.example")
	})
	read(k, "Persons", map[convoke.ID]convoke.Person{"ada": ada}, func(ctx context.Context, tx *Tx) (map[convoke.ID]convoke.Person, error) {
		return tx.Persons(ctx, []convoke.ID{"ada", "zed"})
	})
	read(k, "People", 3, func(ctx context.Context, tx *Tx) (int, error) {
		list, err := tx.People(ctx, "ada", 9)
		return len(list), err
	})
	read(k, "People from the start", 4, func(ctx context.Context, tx *Tx) (int, error) {
		list, err := tx.People(ctx, "", 9)
		return len(list), err
	})
	k.do("LockInstance", func(ctx context.Context, tx *Tx) error { return tx.LockInstance(ctx) })
	read(k, "AnyOperator", true, func(ctx context.Context, tx *Tx) (bool, error) { return tx.AnyOperator(ctx) })

	in := convoke.SignIn{ID: "le_in", Folded: "ada@people.example", Shown: "Ada@people.example", Network: "192.0.2.1", Language: "en", Zone: "UTC",
		Next: "/me", Operator: true, CreatedAt: now - 5, ExpiresAt: now.Add(time.Minute)}
	k.do("AddSignIn", func(ctx context.Context, tx *Tx) error { return tx.AddSignIn(ctx, in) })
	k.do("CountTry", func(ctx context.Context, tx *Tx) error { return tx.CountTry(ctx, in.Folded) })
	in.Tries = 1
	read(k, "SignIn", in, func(ctx context.Context, tx *Tx) (convoke.SignIn, error) { return tx.SignIn(ctx, in.ID) })
	read(k, "SignIns", []convoke.SignIn{in}, func(ctx context.Context, tx *Tx) ([]convoke.SignIn, error) { return tx.SignIns(ctx, in.Folded) })
	read(k, "SignInCounts", [2]int{1, 1}, func(ctx context.Context, tx *Tx) ([2]int, error) {
		a, n, err := tx.SignInCounts(ctx, in.Folded, in.Network, now-1000)
		return [2]int{a, n}, err
	})
	k.yes("UseSignIn", func(ctx context.Context, tx *Tx) (bool, error) { return tx.UseSignIn(ctx, in.ID) })
	read(k, "SignIns used", nil, func(ctx context.Context, tx *Tx) ([]convoke.SignIn, error) { return tx.SignIns(ctx, in.Folded) })

	ses := convoke.Session{Token: "hash", Data: []byte{1, 0, 2}, Agent: "Firefox", CreatedAt: now - 9, SeenAt: now - 9, ExpiresAt: now.Add(time.Hour)}
	k.do("PutSession of nobody", func(ctx context.Context, tx *Tx) error { return tx.PutSession(ctx, ses) })
	ses.PersonID = "ada"
	k.do("TouchSession of one that is not there", func(ctx context.Context, tx *Tx) error {
		gone := ses
		gone.Token = "gone"
		if err := tx.TouchSession(ctx, gone); err != nil {
			return err
		}
		if s, err := tx.Session(ctx, "gone"); !convoke.IsNotFound(err) {
			k.t.Errorf("TouchSession made %+v, %v", s, err)
		}
		return nil
	})
	k.do("PutSession", func(ctx context.Context, tx *Tx) error { return tx.PutSession(ctx, ses) })
	read(k, "Session", ses, func(ctx context.Context, tx *Tx) (convoke.Session, error) { return tx.Session(ctx, "hash") })
	read(k, "Sessions", []convoke.Session{ses}, func(ctx context.Context, tx *Tx) ([]convoke.Session, error) { return tx.Sessions(ctx, "ada") })
	k.yes("DropOwnSession", func(ctx context.Context, tx *Tx) (bool, error) { return tx.DropOwnSession(ctx, "ada", "hash") })
	k.do("DropSession", func(ctx context.Context, tx *Tx) error { return tx.DropSession(ctx, "hash") })

	tok := convoke.Token{ID: "tk_1", PersonID: "ada", Name: "script", Hash: convoke.HashToken("x"), ReadOnly: true, CreatedAt: now - 3}
	k.do("AddToken", func(ctx context.Context, tx *Tx) error { return tx.AddToken(ctx, tok) })
	read(k, "TokenByHash", tok, func(ctx context.Context, tx *Tx) (convoke.Token, error) { return tx.TokenByHash(ctx, tok.Hash) })
	read(k, "Tokens", []convoke.Token{tok}, func(ctx context.Context, tx *Tx) ([]convoke.Token, error) { return tx.Tokens(ctx, "ada") })
	key := Idempotent{TokenID: "tk_1", Route: "POST /x", Key: "k", Request: []byte("r"), Body: []byte{}, CreatedAt: now}
	k.yes("ClaimKey", func(ctx context.Context, tx *Tx) (bool, error) {
		ok, _, err := tx.ClaimKey(ctx, key)
		return ok, err
	})
	k.yes("DoneKey", func(ctx context.Context, tx *Tx) (bool, error) { return tx.DoneKey(ctx, key) })
	k.do("KeepAnswer", func(ctx context.Context, tx *Tx) error {
		key.Status, key.Body = 201, []byte("{}")
		return tx.KeepAnswer(ctx, key)
	})
	k.do("KeepAnswer nothing", func(ctx context.Context, tx *Tx) error {
		return tx.KeepAnswer(ctx, Idempotent{TokenID: "tk_1", Route: "POST /y", Key: "k"})
	})
	for _, subject := range []convoke.ID{"ev_1", "ev_2"} {
		k.yes("PutMade", func(ctx context.Context, tx *Tx) (bool, error) {
			made, err := tx.PutMade(ctx, Made{PersonID: "ada", Key: "ev_k", Request: []byte(subject), SubjectID: subject, CreatedAt: now})
			return made.SubjectID == "ev_1" && string(made.Request) == "ev_1", err
		})
	}
	k.do("Sweep", func(ctx context.Context, tx *Tx) error { return tx.Sweep(ctx) })
	k.yes("DropToken", func(ctx context.Context, tx *Tx) (bool, error) { return tx.DropToken(ctx, "ada", "tk_1") })
}

func (k smoke) communities() {
	c, g := aCommunity("top"), aCommunity("group")
	g.ParentID = "top"
	k.do("AddCommunity", func(ctx context.Context, tx *Tx) error { return tx.AddCommunity(ctx, c) })
	k.do("AddCommunity, a group", func(ctx context.Context, tx *Tx) error { return tx.AddCommunity(ctx, g) })
	c.Version, c.ArchivedAt, c.Hidden = 2, now-1, true
	k.do("PutCommunity", func(ctx context.Context, tx *Tx) error { return tx.PutCommunity(ctx, c) })
	k.do("RaiseCommunity", func(ctx context.Context, tx *Tx) error { return tx.RaiseCommunity(ctx, "top") })
	c.FeedRev += 2
	g.ParentArchived = true
	read(k, "Community", c, func(ctx context.Context, tx *Tx) (convoke.Community, error) { return tx.Community(ctx, "top") })
	read(k, "CommunityBySlug", g, func(ctx context.Context, tx *Tx) (convoke.Community, error) { return tx.CommunityBySlug(ctx, g.Slug) })
	for _, m := range []convoke.Membership{{CommunityID: "top", PersonID: "ada", Role: convoke.Admin}, {CommunityID: "top", PersonID: "ben", Role: convoke.Member},
		{CommunityID: "group", PersonID: "ben", Role: convoke.Moderator}} {
		m.JoinedAt, m.How = now-100, "joined"
		k.do("PutMembership", func(ctx context.Context, tx *Tx) error { return tx.PutMembership(ctx, m) })
	}
	ada := convoke.Viewer{Person: "ada", Via: "session"}
	for name, f := range map[string]CommunityFilter{
		"plain":  {Limit: 9},
		"all of": {Parent: "top", Mine: true, AfterName: "A", AfterID: "a", Limit: 9, Unarchived: true},
		"top":    {Top: true, AfterName: "A", AfterID: "a", Limit: 9},
	} {
		want := map[string]int{"plain": 2, "top": 1}[name]
		for who, v := range map[string]convoke.Viewer{"ada": ada, "operator": convoke.System} {
			read(k, "Communities "+name+" "+who, want, func(ctx context.Context, tx *Tx) (int, error) {
				list, err := tx.Communities(ctx, v, f)
				return len(list), err
			})
		}
		read(k, "Communities "+name+" nobody", 0, func(ctx context.Context, tx *Tx) (int, error) {
			list, err := tx.Communities(ctx, convoke.Nobody, f)
			return len(list), err
		})
	}
	read(k, "Standing", convoke.Standing{Signed: true, ParentRole: convoke.Admin}, func(ctx context.Context, tx *Tx) (convoke.Standing, error) {
		return tx.Standing(ctx, ada, &g)
	})
	read(k, "Standing at the top", convoke.Standing{Signed: true, Role: convoke.Admin}, func(ctx context.Context, tx *Tx) (convoke.Standing, error) {
		return tx.Standing(ctx, ada, &c)
	})
	read(k, "Membership", convoke.Membership{CommunityID: "top", PersonID: "ada", Role: convoke.Admin, JoinedAt: now - 100, How: "joined"},
		func(ctx context.Context, tx *Tx) (convoke.Membership, error) { return tx.Membership(ctx, "top", "ada") })
	read(k, "Members", "ben@People.example", func(ctx context.Context, tx *Tx) (string, error) {
		list, err := tx.Members(ctx, "top", MemberFilter{Unlisted: true, Addresses: true, AfterName: "Ada", AfterID: "ada", Limit: 9})
		if err != nil || len(list) != 1 {
			return fmt.Sprint(list), err
		}
		return list[0].Address, nil
	})
	read(k, "Members listed", 1, func(ctx context.Context, tx *Tx) (int, error) {
		list, err := tx.Members(ctx, "top", MemberFilter{Limit: 9})
		return len(list), err
	})
	read(k, "CountMembers", 2, func(ctx context.Context, tx *Tx) (int, error) { return tx.CountMembers(ctx, "top") })
	read(k, "MemberZones", []ZoneCount{{"Africa/Nairobi", 2}}, func(ctx context.Context, tx *Tx) ([]ZoneCount, error) { return tx.MemberZones(ctx, "top", 5) })
	read(k, "LedAlone", []string{c.Name}, func(ctx context.Context, tx *Tx) ([]string, error) { return tx.LedAlone(ctx, "ada") })
	read(k, "Leaders", 1, func(ctx context.Context, tx *Tx) (int, error) {
		list, err := tx.Leaders(ctx, "top")
		return len(list), err
	})

	inv := convoke.Invitation{ID: "in_1", CommunityID: "top", PersonID: "cyd", InvitedBy: "ada", Message: "come", State: "sent", CreatedAt: now - 2}
	k.do("AddInvitation", func(ctx context.Context, tx *Tx) error { return tx.AddInvitation(ctx, inv) })
	read(k, "Invitation", inv, func(ctx context.Context, tx *Tx) (convoke.Invitation, error) { return tx.Invitation(ctx, "in_1") })
	read(k, "LastInvitation", inv, func(ctx context.Context, tx *Tx) (convoke.Invitation, error) {
		return tx.LastInvitation(ctx, "top", "cyd")
	})
	read(k, "Invitations", []convoke.Invitation{inv}, func(ctx context.Context, tx *Tx) ([]convoke.Invitation, error) {
		return tx.Invitations(ctx, "top", Page{Limit: 9})
	})
	k.yes("DecideInvitation", func(ctx context.Context, tx *Tx) (bool, error) { return tx.DecideInvitation(ctx, "in_1", "declined") })
	req := convoke.JoinRequest{ID: "jr_1", CommunityID: "top", PersonID: "cyd", Message: "may I", State: "waiting", CreatedAt: now - 1}
	k.do("AddJoinRequest", func(ctx context.Context, tx *Tx) error { return tx.AddJoinRequest(ctx, req) })
	read(k, "JoinRequest", req, func(ctx context.Context, tx *Tx) (convoke.JoinRequest, error) { return tx.JoinRequest(ctx, "jr_1") })
	read(k, "JoinRequests", []convoke.JoinRequest{req}, func(ctx context.Context, tx *Tx) ([]convoke.JoinRequest, error) {
		return tx.JoinRequests(ctx, "top", Page{Limit: 9})
	})
	read(k, "WaitingRequest", req, func(ctx context.Context, tx *Tx) (convoke.JoinRequest, error) {
		return tx.WaitingRequest(ctx, "top", "cyd")
	})
	read(k, "Standing, waiting", convoke.Standing{Signed: true, Waiting: true}, func(ctx context.Context, tx *Tx) (convoke.Standing, error) {
		return tx.Standing(ctx, convoke.Viewer{Person: "cyd"}, &c)
	})
	k.yes("DecideJoinRequest", func(ctx context.Context, tx *Tx) (bool, error) {
		return tx.DecideJoinRequest(ctx, "jr_1", "rejected", "full", "ada")
	})
	k.do("open again", func(ctx context.Context, tx *Tx) error {
		c.Version, c.ArchivedAt, c.Hidden = 3, 0, false
		return tx.PutCommunity(ctx, c)
	})
}

func (k smoke) series() {
	s := aSeries("sr", "top")
	k.do("AddSeries", func(ctx context.Context, tx *Tx) error { return tx.AddSeries(ctx, s) })
	s.Version, s.Title = 2, "Renamed"
	k.do("PutSeries", func(ctx context.Context, tx *Tx) error { return tx.PutSeries(ctx, s) })
	read(k, "Series", s, func(ctx context.Context, tx *Tx) (convoke.Series, error) { return tx.Series(ctx, "sr") })
	read(k, "SeriesBySlug", s, func(ctx context.Context, tx *Tx) (convoke.Series, error) { return tx.SeriesBySlug(ctx, "top", s.Slug) })
	for who, v := range viewers {
		read(k, "SeriesList "+who, []convoke.Series{s}, func(ctx context.Context, tx *Tx) ([]convoke.Series, error) {
			return tx.SeriesList(ctx, v, "top", Page{Limit: 9})
		})
	}
}

var viewers = map[string]convoke.Viewer{"nobody": convoke.Nobody, "ada": {Person: "ada"}, "letter": {Person: "ada", Letter: "le_1"}, "system": convoke.System}

func (k smoke) meetings() {
	m := aMeeting("mt", "top")
	k.do("AddMeeting", func(ctx context.Context, tx *Tx) error { return tx.AddMeeting(ctx, m) })
	m.Version, m.Rule.Interval, m.Minutes = 2, 2, 75
	k.do("PutMeeting", func(ctx context.Context, tx *Tx) error { return tx.PutMeeting(ctx, m) })
	m.MadeUntil = now - 4
	m.Stamp += 60_000
	k.do("StampMeeting", func(ctx context.Context, tx *Tx) error { return tx.StampMeeting(ctx, "mt", m.Stamp-60_000, m.Stamp) })
	k.do("SetMadeUntil", func(ctx context.Context, tx *Tx) error { return tx.SetMadeUntil(ctx, "mt", m.MadeUntil) })
	read(k, "Meeting", m, func(ctx context.Context, tx *Tx) (convoke.Recurrence, error) { return tx.Meeting(ctx, "mt") })
	read(k, "MeetingBySlug", m, func(ctx context.Context, tx *Tx) (convoke.Recurrence, error) {
		return tx.MeetingBySlug(ctx, "top", m.Slug)
	})
	for who, v := range viewers {
		read(k, "Meetings "+who, []convoke.Recurrence{m}, func(ctx context.Context, tx *Tx) ([]convoke.Recurrence, error) {
			return tx.Meetings(ctx, v, "top", Page{Limit: 9})
		})
	}
	read(k, "MeetingsBehind", []convoke.Recurrence{m}, func(ctx context.Context, tx *Tx) ([]convoke.Recurrence, error) { return tx.MeetingsBehind(ctx, now, 9) })
}

func (k smoke) events() {
	session, date, draft := anEvent(k.t, "session", "top"), anEvent(k.t, "date", "top"), anEvent(k.t, "draft", "top")
	session.SeriesID = "sr"
	date.MeetingID, date.Kind, date.RecurrenceID = "mt", convoke.Meeting, date.Start.AddDays(1)
	draft.PublishedAt = 0
	for _, e := range []convoke.Event{session, date, draft} {
		k.do("AddEvent", func(ctx context.Context, tx *Tx) error { return tx.AddEvent(ctx, e) })
	}
	session.Version, session.Title = 2, "Renamed"
	k.do("PutEvent", func(ctx context.Context, tx *Tx) error { return tx.PutEvent(ctx, session) })
	session.Stamp += 60_000
	k.do("StampEvent", func(ctx context.Context, tx *Tx) error { return tx.StampEvent(ctx, "session", session.Stamp) })
	k.do("FixOrganizer", func(ctx context.Context, tx *Tx) error { return tx.FixOrganizer(ctx, session.UID, "late@host.example") })
	read(k, "Event", session, func(ctx context.Context, tx *Tx) (convoke.Event, error) { return tx.Event(ctx, "session") })
	k.do("LockEvent", func(ctx context.Context, tx *Tx) error { return tx.LockEvent(ctx, "session") })
	for noun, want := range map[string][]convoke.ID{RefEvent: {date.ID}, RefSeries: nil, RefMeeting: nil} {
		read(k, "BySlug "+noun, want, func(ctx context.Context, tx *Tx) ([]convoke.ID, error) {
			return tx.BySlug(ctx, convoke.System, noun, date.Slug)
		})
	}
	read(k, "EventBySlug", date, func(ctx context.Context, tx *Tx) (convoke.Event, error) { return tx.EventBySlug(ctx, "top", date.Slug) })
	full := EventFilter{Community: "top", Mine: true, Series: "sr", Kind: convoke.Webinar, Language: "en", From: now, Until: now.Add(1e15), Drafts: true,
		Live: true, Latest: true, AfterTime: now.Add(1e15), AfterID: "z", Limit: 9}
	for who, v := range viewers {
		read(k, "Events "+who, []convoke.Event{date, session}, func(ctx context.Context, tx *Tx) ([]convoke.Event, error) {
			return tx.Events(ctx, v, EventFilter{Limit: 9})
		})
		var want []convoke.Event
		if who == "ada" {
			want = append(want, session)
		}
		read(k, "Events filtered "+who, want, func(ctx context.Context, tx *Tx) ([]convoke.Event, error) { return tx.Events(ctx, v, full) })
		read(k, "Events of a meeting "+who, []convoke.Event{date}, func(ctx context.Context, tx *Tx) ([]convoke.Event, error) {
			return tx.Events(ctx, v, EventFilter{Meeting: "mt", AfterTime: now, AfterID: "a", Limit: 9})
		})
	}
	read(k, "EventsAt", []convoke.Event{date, draft, session}, func(ctx context.Context, tx *Tx) ([]convoke.Event, error) {
		return tx.EventsAt(ctx, "top", now, now.Add(1e15), 9)
	})
	read(k, "SeriesEvents", []convoke.Event{session}, func(ctx context.Context, tx *Tx) ([]convoke.Event, error) { return tx.SeriesEvents(ctx, "sr") })
	read(k, "MeetingEvents", []convoke.Event{date}, func(ctx context.Context, tx *Tx) ([]convoke.Event, error) { return tx.MeetingEvents(ctx, "mt", now) })
	read(k, "CommunityEvents", []convoke.Event{date, session}, func(ctx context.Context, tx *Tx) ([]convoke.Event, error) {
		return tx.CommunityEvents(ctx, "top", now, "", 9)
	})
	speakers := []convoke.Speaker{{ID: "zoe", Name: "Zoe", Organisation: "Soils", Biography: "long", Address: "zoe@people.example"}, {ID: "sp_ada", PersonID: "ada", Name: "Ada"}}
	k.do("PutSpeakers", func(ctx context.Context, tx *Tx) error { return tx.PutSpeakers(ctx, "session", speakers) })
	for i := range speakers {
		speakers[i].EventID, speakers[i].Position = "session", i
	}
	read(k, "Speakers", speakers, func(ctx context.Context, tx *Tx) ([]convoke.Speaker, error) { return tx.Speakers(ctx, "session") })
	read(k, "SpeakersOf", map[convoke.ID][]convoke.Speaker{"session": speakers}, func(ctx context.Context, tx *Tx) (map[convoke.ID][]convoke.Speaker, error) {
		return tx.SpeakersOf(ctx, []convoke.ID{"session", "date"})
	})
	k.do("DropEvent", func(ctx context.Context, tx *Tx) error { return tx.DropEvent(ctx, "draft") })
}

func (k smoke) answers() {
	session, date := anEvent(k.t, "session", "top"), anEvent(k.t, "date", "top")
	session.SeriesID, date.MeetingID = "sr", "mt"
	r := convoke.Registration{PersonID: "cyd", Scope: convoke.ScopeSeries, ScopeID: "sr", State: convoke.Yes, How: "page", UpdatedAt: now}
	k.do("PutRegistration", func(ctx context.Context, tx *Tx) error { return tx.PutRegistration(ctx, r) })
	read(k, "Registration", r, func(ctx context.Context, tx *Tx) (convoke.Registration, error) {
		return tx.Registration(ctx, "cyd", convoke.ScopeSeries, "sr")
	})
	read(k, "AnswerTo", convoke.Yes, func(ctx context.Context, tx *Tx) (convoke.Answer, error) { return tx.AnswerTo(ctx, "cyd", "session") })
	own := convoke.Registration{PersonID: "cyd", Scope: convoke.ScopeEvent, ScopeID: "session", State: convoke.Maybe, How: "link", UpdatedAt: now}
	k.do("PutRegistration, nearer", func(ctx context.Context, tx *Tx) error { return tx.PutRegistration(ctx, own) })
	read(k, "AnswersTo", map[convoke.ID]convoke.Answer{"session": convoke.Maybe}, func(ctx context.Context, tx *Tx) (map[convoke.ID]convoke.Answer, error) {
		return tx.AnswersTo(ctx, "cyd", []convoke.ID{"session", "date"})
	})
	stances := func(person convoke.ID, l convoke.Letter) func(ctx context.Context, tx *Tx) (map[convoke.ID]Stance, error) {
		return func(ctx context.Context, tx *Tx) (map[convoke.ID]Stance, error) {
			got, err := tx.Stances(ctx, person, l)
			for id, s := range got {
				s.Since = min(s.Since, 1) // it is after the stamps of what is shown
				got[id] = s
			}
			return got, err
		}
	}
	both := map[convoke.ID]Stance{"sr": {convoke.Yes, 1}, "session": {convoke.Maybe, 0}}
	read(k, "Stances to a session", both, stances("cyd", convoke.Letter{CommunityID: "top", SeriesID: "sr", EventID: "session"}))
	read(k, "Stances to a series", both, stances("cyd", convoke.Letter{CommunityID: "top", SeriesID: "sr"}))
	read(k, "Stances elsewhere", map[convoke.ID]Stance{}, stances("cyd", convoke.Letter{CommunityID: "top", MeetingID: "mt", EventID: "date"}))
	read(k, "Stances of another", map[convoke.ID]Stance{}, stances("dot", convoke.Letter{SeriesID: "sr"}))
	read(k, "AnswersOf", []AnswerRow{{PersonID: "cyd", Name: "Person cyd", Organisation: "Soils", Address: "cyd@People.example", State: convoke.Maybe, How: "link", UpdatedAt: now}},
		func(ctx context.Context, tx *Tx) ([]AnswerRow, error) { return tx.AnswersOf(ctx, session, "", 9) })
	read(k, "AnswersOf a date", nil, func(ctx context.Context, tx *Tx) ([]AnswerRow, error) { return tx.AnswersOf(ctx, date, "", 9) })
	read(k, "CountAnswers", map[convoke.Answer]int{convoke.Maybe: 1}, func(ctx context.Context, tx *Tx) (map[convoke.Answer]int, error) {
		return tx.CountAnswers(ctx, session)
	})
	mute := convoke.Mute{PersonID: "cyd", Scope: convoke.ScopeAll, Class: convoke.ClassReminder, CreatedAt: now}
	k.do("PutMute", func(ctx context.Context, tx *Tx) error { return tx.PutMute(ctx, mute) })
	read(k, "Mutes", []convoke.Mute{mute}, func(ctx context.Context, tx *Tx) ([]convoke.Mute, error) { return tx.Mutes(ctx, "cyd") })
	k.do("Hold", func(ctx context.Context, tx *Tx) error { return tx.Hold(ctx, "dot", session.UID, 7) })
	read(k, "Behind, up to date", nil, func(ctx context.Context, tx *Tx) ([]Behind, error) { return tx.Behind(ctx, "dot", "top") })
	k.do("Hold what is old", func(ctx context.Context, tx *Tx) error { return tx.Hold(ctx, "dot", session.UID, 6) })
	read(k, "Behind", []Behind{{EventID: "session", Sequence: 6, HeldAt: now}}, func(ctx context.Context, tx *Tx) ([]Behind, error) {
		return tx.Behind(ctx, "dot", "top")
	})
	read(k, "Behind elsewhere", nil, func(ctx context.Context, tx *Tx) ([]Behind, error) { return tx.Behind(ctx, "dot", "sub") })
	k.do("Unhold", func(ctx context.Context, tx *Tx) error { return tx.Unhold(ctx, "cyd", session.UID) })
	read(k, "Awaited", true, func(ctx context.Context, tx *Tx) (bool, error) { return tx.Awaited(ctx, "session") })
	read(k, "Awaited by nobody", false, func(ctx context.Context, tx *Tx) (bool, error) { return tx.Awaited(ctx, "date") })
	read(k, "HeldDates", nil, func(ctx context.Context, tx *Tx) ([]convoke.Event, error) { return tx.HeldDates(ctx, "mt") })
	read(k, "GivenUpDates", nil, func(ctx context.Context, tx *Tx) ([]convoke.Event, error) {
		return tx.GivenUpDates(ctx, "mt", "cyd", 1)
	})
	read(k, "IsHeld", true, func(ctx context.Context, tx *Tx) (bool, error) { return tx.IsHeld(ctx, session.UID) })
	k.do("Hold again", func(ctx context.Context, tx *Tx) error { return tx.Hold(ctx, "dot", session.UID, 8) })

	type brief struct {
		ID           convoke.ID
		Answer       convoke.Answer
		Role         convoke.Role
		Holds, Muted bool
		Sees, Comes  bool
	}
	everybody := func(s Subject, one convoke.ID) func(ctx context.Context, tx *Tx) ([]brief, error) {
		return func(ctx context.Context, tx *Tx) ([]brief, error) {
			list, err := tx.Recipients(ctx, s, "", one, 9)
			var out []brief
			for _, r := range list {
				out = append(out, brief{r.ID, r.Answer, r.Role, r.Holds, r.Muted, r.Sees, r.ComesTo})
			}
			return out, err
		}
	}
	ada, ben := brief{ID: "ada", Role: convoke.Admin, Sees: true}, brief{ID: "ben", Role: convoke.Member, Sees: true}
	cyd, dot := brief{ID: "cyd", Answer: convoke.Maybe, Muted: true, Sees: true}, brief{ID: "dot", Holds: true, Sees: true}
	cydSeries := cyd
	cydSeries.Answer, cydSeries.Comes = convoke.Yes, true // to the series, and maybe to its session
	read(k, "Recipients of an event", []brief{ada, ben, cyd, dot}, everybody(Subject{Community: "top", Event: "session", Series: "sr", UID: session.UID}, ""))
	read(k, "Recipients of a series", []brief{ada, ben, cydSeries}, everybody(Subject{Community: "top", Series: "sr"}, ""))
	read(k, "Recipients of a meeting", []brief{ada, ben}, everybody(Subject{Community: "top", Meeting: "mt", UID: "mt@host.example"}, ""))
	read(k, "Recipients, one", []brief{dot}, everybody(Subject{Community: "top", Event: "session", Series: "sr", UID: session.UID}, "dot"))
	k.do("DropMute", func(ctx context.Context, tx *Tx) error { return tx.DropMute(ctx, mute) })
	k.do("DropRegistration", func(ctx context.Context, tx *Tx) error {
		return tx.DropRegistration(ctx, "cyd", convoke.ScopeEvent, "session")
	})
	read(k, "CountAnswers, wider", map[convoke.Answer]int{convoke.Yes: 1}, func(ctx context.Context, tx *Tx) (map[convoke.Answer]int, error) {
		return tx.CountAnswers(ctx, session)
	})
	for answer, want := range map[convoke.Answer][]string{convoke.Yes: {"session"}, convoke.No: nil} {
		k.do("PutRegistration for the date", func(ctx context.Context, tx *Tx) error {
			own.State = answer
			return tx.PutRegistration(ctx, own)
		})
		k.do("DropRegistration", func(ctx context.Context, tx *Tx) error {
			if answer == convoke.No {
				return nil // said no to this one, yes to its series
			}
			return tx.DropRegistration(ctx, "cyd", convoke.ScopeEvent, "session")
		})
		read(k, "Events, mine, with the date answered "+string(answer), want, func(ctx context.Context, tx *Tx) ([]string, error) {
			list, err := tx.Events(ctx, convoke.Viewer{Person: "cyd"}, EventFilter{Mine: true, Limit: 9})
			return names(list, func(e convoke.Event) string { return string(e.ID) }), err
		})
	}
	k.do("DropRegistration at the end", func(ctx context.Context, tx *Tx) error {
		return tx.DropRegistration(ctx, "cyd", convoke.ScopeEvent, "session")
	})
}
