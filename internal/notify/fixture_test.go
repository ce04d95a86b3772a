package notify

import (
	"cmp"
	"os"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/mailer"
)

func TestMain(m *testing.M) {
	locale.Strict()
	os.Exit(m.Run())
}

// What must never be told: the first to those who may not join, the second to anybody.
const (
	joinCanary    = "https://meet.example/j/canary-join-7f3a9c?pwd=1&lang=en"
	addressCanary = "canary-speaker@people.example"
)

var (
	now   = moment("2026-11-25T09:00:00Z")
	stamp = moment("2026-11-02T09:30:15Z")
	site  = convoke.Site{Name: "Convoke", Base: "https://convoke.example", Host: "convoke.example", From: "hello@convoke.example"}
	soil  = convoke.Community{
		ID: "co_soil", Slug: "soil", Name: "Soil health practitioners", Summary: "Those who look after living soil",
		Language: "en", Zone: "Africa/Nairobi", Ink: "fern", Contact: "soil@fields.example", Privacy: convoke.SemiPrivate,
	}
	secrets = convoke.NewSecrets([]byte("0123456789abcdef0123456789abcdef"))
)

func moment(s string) convoke.Instant {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return convoke.At(t)
}

func local(s string) calendar.DateTime {
	d, err := calendar.ParseDateTime(s)
	if err != nil {
		panic(err)
	}
	return d
}

// reader is a member in another zone than the organisers.
func reader(lang string) convoke.Recipient {
	name, zone := "Zoë Ndiaye", "Asia/Dhaka"
	if lang == "fr" {
		name, zone = "Aïssata Diallo", "Africa/Dakar"
	}
	return convoke.Recipient{
		Person: convoke.Person{ID: "pe_1", Name: name, Language: lang, Zone: zone, Address: "reader@people.example", Confirmed: true},
		Role:   convoke.Member, Sees: true,
	}
}

// planned makes a published webinar and applies the changes to it.
func planned(change ...func(*convoke.Event)) convoke.Event {
	e := convoke.Event{
		ID: "ev_1", CommunityID: "co_soil", Kind: convoke.Webinar, Slug: "reading-the-soil-k2m9", Title: "Reading the soil",
		Abstract: "What a spade tells, and what it does not.\n\n- colour\n- smell\n- **worms**\n\nMore in [the guide](https://fields.example/guide).",
		Start:    local("2026-12-03T14:00"), Zone: "Africa/Nairobi",
		Minutes: 90, JoinLink: joinCanary, Language: "en", Visibility: convoke.ToCommunity, Status: convoke.Confirmed, InvitedAt: stamp,
		UID: "0198c0de-0000-7000-8000-000000000001@convoke.example", Stamp: stamp, CreatedAt: stamp, PublishedAt: stamp,
	}
	for _, c := range change {
		c(&e)
	}
	if _, err := e.Plan(); err != nil {
		panic(err)
	}
	return e
}

// sessions are a series with its three events.
func sessions() (convoke.Series, []convoke.Event) {
	s := convoke.Series{
		ID: "se_1", CommunityID: "co_soil", Slug: "living-soil-a1b2", Title: "Living soil", Language: "en", Zone: "Africa/Nairobi",
		Description: "Three evenings on what lives **under our feet**.", Visibility: convoke.ToCommunity, Invite: true, PublishedAt: stamp,
	}
	var list []convoke.Event
	for i, title := range []string{"Reading the soil", "Water and roots", "What the worms do"} {
		list = append(list, planned(func(e *convoke.Event) {
			e.ID, e.SeriesID, e.Number, e.Title = convoke.ID("ev_"+string('1'+rune(i))), s.ID, i+1, title
			e.Start = local("2026-12-03T14:00").AddDays(14 * i)
		}))
	}
	return s, list
}

// monthly is a published meeting, the second Tuesday each month but not in August, with its next three dates.
func monthly(change ...func(*convoke.Recurrence)) (convoke.Recurrence, []convoke.Event) {
	m := convoke.Recurrence{
		ID: "me_1", CommunityID: "co_soil", Slug: "soil-round-c3d4", Title: "Soil round", Description: "We meet and compare fields.",
		Rule: convoke.RuleColumn{Rule: calendar.Rule{
			Freq: calendar.Monthly, Interval: 1, Nth: 2, Weekdays: []calendar.Weekday{calendar.Tuesday}, NotMonths: []time.Month{time.August},
		}},
		Start: local("2026-12-08T14:00"), Zone: "Europe/Berlin", Minutes: 60, JoinLink: joinCanary, Language: "en", Invite: true,
		Visibility: convoke.ToCommunity, Status: convoke.Confirmed, Form: convoke.FormRule,
		UID: "0198c0de-0000-7000-8000-0000000000aa@convoke.example", Sequence: 1, Stamp: stamp, PublishedAt: stamp,
	}
	for _, c := range change {
		c(&m)
	}
	var list []convoke.Event
	for _, d := range m.Rule.Between(m.Start, m.Start, calendar.DateTime{}, 3) {
		list = append(list, planned(func(e *convoke.Event) {
			e.ID, e.Kind, e.MeetingID, e.Title, e.Abstract = convoke.ID("ev_"+d.String()), convoke.Meeting, m.ID, m.Title, ""
			e.Slug = "soil-round-" + d.Date().String()
			e.Start, e.RecurrenceID, e.Zone, e.Minutes, e.Sequence = d, d, m.Zone, m.Minutes, m.Sequence
			e.UID = "0198c0de-0000-7000-8000-" + strings.NewReplacer("-", "", "T", "", ":", "").Replace(d.String()) + "@convoke.example"
		}))
	}
	return m, list
}

// letter is what every kind starts from.
func letter(kind, lang string) Context {
	k, ok := find(kind)
	if !ok {
		panic(kind)
	}
	return Context{
		Site: site, From: mailer.Address{Name: "Convoke", Addr: "hello@convoke.example"}, Secrets: secrets, Now: now,
		Letter: convoke.Letter{ID: convoke.ID("le_" + kind + "_" + lang), MessageID: kind + "." + lang + "@convoke.example", Kind: kind,
			Class: k.Class, CommunityID: "co_soil", PersonID: "pe_1", CreatedAt: now, UsefulUntil: now.Add(convoke.SignInLife)},
		Reader: reader(lang), Community: soil, Calendar: k.Method != "", Entitled: true, Organizer: "hello@convoke.example",
		Speakers: []convoke.Speaker{
			{EventID: "ev_1", Position: 1, Name: "Amina Yusuf", Organisation: "Lake Basin Institute", Biography: "Grows worms.", Address: addressCanary},
			{EventID: "ev_1", Position: 2, Name: "Kofi Mensah", Address: addressCanary},
			{EventID: "ev_other", Position: 1, Name: "Somebody Else", Address: addressCanary},
		},
	}
}

func snapshot(e convoke.Event) *Snapshot {
	return &Snapshot{Title: e.Title, StartsAt: e.StartsAt, Zone: e.Zone, Minutes: e.Minutes, Place: e.Place, JoinLink: e.JoinLink, Status: e.Status}
}

// sample is a usual letter of a kind; variant names another one of the same kind.
func sample(kind, variant, lang string) Context {
	c := letter(kind, lang)
	c.Letter.MessageID = kind + variant + "." + lang + "@convoke.example"
	series, list := sessions()
	meeting, dates := monthly()
	e := planned()
	switch kind {
	case SignIn:
		c.Reader = convoke.Recipient{Person: convoke.Person{Address: "reader@people.example"}}
		c.Data = Data{Language: lang, Zone: "Asia/Dhaka"}
		c.Community = convoke.Community{}
	case CommunityInvitation:
		c.Reader.Role, c.Reader.Zone = "", ""
		c.Inviter, c.Message = "Wanjiru Kamau", "Dear Zoë,\n\nwe met in Arusha.\nCome and see."
		if variant == "nobody" {
			c.Inviter, c.Message = "", ""
		}
	case JoinRequest:
		c.Asker, c.Message = "Joseph Odhiambo", "I grow beans & maize."
		c.Reader.Role = convoke.Admin
	case JoinOutcome:
		c.Data.Outcome = cmp.Or(variant, "approved")
		if c.Data.Outcome == "rejected" {
			c.Data.Note = "We are for farmers only."
		}
	case EventInvitation:
		c.Event, c.Letter.EventID = &e, e.ID
		switch variant {
		case "session":
			c.Event, c.Series, c.Reader.Answer = &list[0], &series, convoke.Yes
		case "outsider":
			c.Reader.Role, c.Reader.Zone, c.Entitled, c.Calendar = "", "", false, false
			c.Event.Abstract += "\n\nJoin at " + joinCanary
		case "dates":
			c.Event, c.Meeting, c.Letter.EventID = &dates[0], &meeting, dates[0].ID
		}
	case EventUpdate:
		old := planned(func(e *convoke.Event) { e.Start, e.Minutes, e.Place = local("2026-12-01T14:00"), 60, "Room 4" })
		e.Sequence, c.Reader.Answer, c.Reader.Holds = 1, convoke.Yes, true
		c.Event, c.Letter.EventID, c.Data = &e, e.ID, Data{Before: snapshot(old), Note: "The speaker's flight was moved."}
		switch variant {
		case "restored":
			c.Data.Before.Status, c.Data.Before.StartsAt, c.Reader.Answer = convoke.Cancelled, e.StartsAt, convoke.Maybe
		case "link":
			c.Data = Data{Before: snapshot(e)}
			c.Data.Before.JoinLink = "https://meet.example/j/old"
		case "date":
			dates[1].Start, dates[1].Sequence = local("2027-01-14T16:30"), 2
			if _, err := dates[1].Plan(); err != nil {
				panic(err)
			}
			c.Event, c.Meeting, c.Overrides = &dates[1], &meeting, dates[1:2]
			c.Data = Data{Before: snapshot(dates[1])}
			c.Data.Before.StartsAt = moment("2027-01-12T13:00:00Z")
		}
	case EventCancellation:
		e.Status, e.Sequence, e.CancelNote = convoke.Cancelled, 2, "The speaker fell ill."
		c.Event, c.Letter.EventID, c.Reader.Holds = &e, e.ID, true
		if variant == "date" {
			dates[1].Status, dates[1].Sequence = convoke.Cancelled, 2
			c.Event, c.Meeting = &dates[1], &meeting
		}
	case SeriesInvitation:
		c.Series, c.Sessions, c.Letter.SeriesID = &series, list, series.ID
	case SeriesCancellation:
		series.CancelledAt, series.CancelNote = now, "There is no money for it."
		for i := range list {
			list[i].Status, list[i].Sequence = convoke.Cancelled, 1
		}
		c.Series, c.Sessions, c.Letter.SeriesID = &series, list, series.ID
		if variant == "files" {
			c.Ended = list[1:]
		}
	case MeetingInvitation:
		c.Meeting, c.Coming, c.Letter.MeetingID = &meeting, dates, meeting.ID
		if variant == "next" {
			c.Data.Next = true
		}
	case MeetingUpdate:
		before := Snapshot{Title: meeting.Title, Zone: meeting.Zone, Minutes: 45, JoinLink: meeting.JoinLink, Status: convoke.Confirmed,
			Start: local("2026-12-10T16:00"), Rule: new(calendar.Rule{Freq: calendar.Monthly, Interval: 1, Nth: 2, Weekdays: []calendar.Weekday{calendar.Thursday}})}
		meeting.Sequence, c.Reader.Holds = 2, true
		c.Meeting, c.Coming, c.Letter.MeetingID, c.Data = &meeting, dates, meeting.ID, Data{Before: &before, Note: "Thursdays are full."}
		if variant == "gone" {
			c.Calendar, c.Reader.Holds, c.Reader.Answer, c.Gone = false, false, "", dates[1:]
		}
		if variant == "ended" {
			before.Rule, before.Start, before.Minutes = new(meeting.Rule.Rule), meeting.Start, meeting.Minutes
			c.Data.Note = ""
			meeting.Rule.Until = calendar.NewDate(2027, time.January, 31)
		}
	case MeetingCancellation:
		meeting.Status, meeting.Sequence, meeting.CancelNote = convoke.Cancelled, 2, "We now meet in the other round."
		c.Meeting, c.Letter.MeetingID, c.Reader.Holds = &meeting, meeting.ID, true
	case Reminder:
		c.Event, c.Letter.EventID, c.Now, c.Reader.Answer = &e, e.ID, e.StartsAt.Add(-23*time.Hour), convoke.Yes
		if variant == "unanswered" {
			c.Reader.Answer, e.JoinLink = "", ""
		}
	case MeetingReminder:
		dates[0].Agenda = "1. Seeds\n2. **Water**\n\nBring your notes."
		c.Event, c.Meeting, c.Letter.EventID = &dates[0], &meeting, dates[0].ID
		c.Now = dates[0].StartsAt.Add(-3 * 24 * time.Hour)
	case SpeakerQuestions, Answers, MaterialsReady, PromiseNudge:
		c.Event, c.Letter.EventID, c.Now, c.Entitled, c.Reader.Sees = &e, e.ID, e.EndsAt.Add(4*24*time.Hour), false, true
		after(&c, variant)
	}
	return c
}

// after fills in a letter about what was held.
func after(c *Context, variant string) {
	yes := Asked{Number: 3, Text: "How deep is deep enough?\n\nOurs is clay.", Live: convoke.NotLive, Replies: []convoke.Reply{
		{Part: convoke.BySpeaker, Name: "Amina Yusuf", Organisation: "Lake Basin Institute", Text: "A **spade's** length.\n\n- in clay: two\n- in sand: one"},
		{Part: convoke.ByMember, PersonID: "pe_kofi", Name: "Kofi Mensah", Text: "We dig to the elbow."},
		{Part: convoke.ByMember, Chat: true, Name: "Cy Achieng", Text: "Said in the chat: two."}}}
	live := Asked{Number: 4, Text: "And in the rain?", Live: 2480}
	no := Asked{Number: 7, Text: "Which spade do you sell?", Reason: "We recommend no products.", Live: convoke.NotLive}
	switch c.Letter.Kind {
	case SpeakerQuestions:
		c.Reader.Role, c.Data.Speaker = "", "sp_1"
		c.Asked = []Asked{{Number: 3, Text: yes.Text}, {Number: 4, Text: live.Text}, {Number: 7, Text: no.Text}}
		if variant == "again" {
			c.Data.Nudge, c.Community.AtOnce, c.Asked = 3, true, c.Asked[:1]
		}
	case Answers:
		c.Asked = []Asked{yes, live}
		switch variant {
		case "unnamed":
			c.Data.Anonymous, c.Asked = true, c.Asked[:1]
		case "declined":
			c.Asked, c.Reader.Role = []Asked{no}, ""
		case "closed":
			c.Data.Anonymous, c.Asked, c.Reader.Role, c.Reader.Sees = true, append(c.Asked, no), "", false
		}
	case MaterialsReady:
		c.Materials = []convoke.Material{
			{ID: "ma_1", Kind: convoke.Recording, Title: "Reading the soil, recorded", Link: "https://fields.example/watch"},
			{ID: "ma_2", Kind: convoke.Slides, Title: "Forty spades", File: "aa", Name: "spades.pdf"},
			{ID: "ma_3", Kind: convoke.ConceptNote, Title: "Why we dig", File: "bb"}}
		switch variant {
		case "slides":
			c.Materials = c.Materials[1:]
		case "upload":
			c.Materials[0].Link, c.Materials[0].File = "", "cc"
		}
	case PromiseNudge:
		c.Data.Nudge, c.Plans = 1, true
		c.Missing = []convoke.Promise{{Item: convoke.ItemRecording, Name: "Zoë Ndiaye", DueAt: c.Now.Add(-24 * time.Hour)}, {Item: convoke.ItemConceptNote}}
		if variant == "last" {
			c.Data.Nudge, c.Plans, c.Reader.Sees, c.Missing = 3, false, false, c.Missing[1:]
		}
	}
}

// variants are further letters of a kind that are worth a look.
var variants = map[string][]string{
	CommunityInvitation: {"nobody"},
	JoinOutcome:         {"rejected", "closed"},
	EventInvitation:     {"session", "outsider", "dates"},
	EventUpdate:         {"restored", "link", "date"},
	EventCancellation:   {"date"},
	SeriesCancellation:  {"files"},
	MeetingInvitation:   {"next"},
	MeetingUpdate:       {"ended", "gone"},
	Reminder:            {"unanswered"},
	SpeakerQuestions:    {"again"},
	Answers:             {"unnamed", "declined", "closed"},
	MaterialsReady:      {"slides", "upload"},
	PromiseNudge:        {"last"},
}
