package app

import (
	"context"
	"slices"

	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// Letters is what the holder of a mailed link may do. Looking changes nothing, however often a scanner follows the link: only Act does,
// and it does no more than the kind of the letter offers. A link never becomes a session.
type Letters struct{ *core }

// Deed is what a mailed link can be used for.
type Deed string

// The deeds. Answers come with what they are about.
const (
	DeedYes         Deed = "yes"
	DeedMaybe       Deed = "maybe"
	DeedNo          Deed = "no"
	DeedNext        Deed = "next" // of a meeting: its next date only
	DeedAll         Deed = "all"  // of one date's letter: the whole meeting, which is written as dates
	DeedNone        Deed = "none"
	DeedAccept      Deed = "accept"
	DeedDecline     Deed = "decline"
	DeedUnsubscribe Deed = "unsubscribe"
	DeedUndo        Deed = "undo"
	DeedSignIn      Deed = "sign-in"
)

// LetterView is what the page behind a mailed link shows.
type LetterView struct {
	Letter     convoke.Letter
	Person     convoke.Person
	Community  convoke.Community
	Event      *EventView
	Series     *convoke.Series
	Meeting    *convoke.Recurrence
	Sessions   []EventView // of a series' letter, of a meeting's its next dates
	Answer     convoke.Answer
	SignIn     *convoke.SignIn
	Invitation *convoke.Invitation
	In         bool // whether the invited person is a member
	Offers     []Deed
	Scopes     []MuteScope // what can be unsubscribed from
}

// Speaks says whether the letter asks a speaker: its link opens their page.
func (v *LetterView) Speaks() bool { return v.Letter.Kind == notify.SpeakerQuestions }

// MuteScope is one thing the mails about which can be stopped, and whether they are.
type MuteScope struct {
	Scope convoke.Scope
	ID    convoke.ID
	Name  string
	Muted bool
	Under convoke.Scope // the widest one around it that is stopped, and stops it with it
}

// open finds a letter by its token. Letters shown on the terminal are found too; sign-in decides about itself.
func (a *Letters) open(ctx context.Context, tx *store.Tx, token string) (convoke.Letter, error) {
	id, ok := a.secrets.Letter(token)
	if !ok {
		return convoke.Letter{}, convoke.ErrNotFound
	}
	return tx.Letter(ctx, id)
}

// View reads what a mailed link is about. It changes nothing.
func (a *Letters) View(ctx context.Context, token string) (out LetterView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		l, err := a.open(ctx, tx, token)
		if err != nil {
			return err
		}
		out, err = a.about(ctx, tx, l)
		return err
	})
	return out, err
}

func (a *Letters) about(ctx context.Context, tx *store.Tx, l convoke.Letter) (out LetterView, err error) {
	out.Letter = l
	out.Letter.Mime, out.Letter.Data = nil, ""
	if l.Kind == notify.SignIn {
		s, err := tx.SignIn(ctx, l.ID)
		if err != nil {
			return out, err
		}
		if s.UsedAt != 0 || s.ExpiresAt <= tx.Now {
			return out, convoke.Refuse(convoke.ReasonGone, "sign_in.used")
		}
		out.SignIn, out.Offers = &s, []Deed{DeedSignIn}
		return out, nil
	}
	if out.Person, err = tx.Person(ctx, l.PersonID); err != nil {
		return out, err
	}
	if l.CommunityID == "" {
		return out, convoke.Refuse(convoke.ReasonGone, "letter.gone")
	}
	m, err := tx.Community(ctx, l.CommunityID)
	if err != nil {
		return out, err
	}
	standing, err := tx.Standing(ctx, convoke.Viewer{Person: l.PersonID}, &m)
	if err != nil {
		return out, err
	}
	out.Community = m
	out.Community.Rules, out.Community.Contact, out.Community.Description = "", "", ""
	if l.Kind == notify.CommunityInvitation {
		i, _, err := a.invitationOf(ctx, tx, l)
		if err != nil {
			return out, err
		}
		out.Invitation, out.In = &i, standing.Role != ""
		if i.State == "sent" && !m.Archived() {
			out.Offers = append(out.Offers, DeedAccept, DeedDecline)
		}
		return out, a.scopes(ctx, tx, &out)
	}
	if l.Kind == notify.SpeakerQuestions && l.EventID != "" { // its link answers questions on a page of its own, and gives no other right
		e, err := tx.Event(ctx, l.EventID)
		if err != nil {
			return out, err
		}
		v := eventView(m, standing, convoke.Event{ID: e.ID, CommunityID: e.CommunityID, SeriesID: e.SeriesID, MeetingID: e.MeetingID, Title: e.Title}, "")
		v.CanPlan = false
		out.Event = &v
	} else if err := a.subject(ctx, tx, l, m, standing, &out); err != nil {
		return out, err
	}
	return out, a.scopes(ctx, tx, &out)
}

// subject adds the event, series or meeting a letter is about, where its holder may still see it.
func (a *Letters) subject(ctx context.Context, tx *store.Tx, l convoke.Letter, m convoke.Community, s convoke.Standing, out *LetterView) error {
	sees := func(vis convoke.Visibility, draft bool) bool {
		return convoke.CanEvent(s, convoke.See, &m, vis, draft, "")
	}
	as := convoke.Viewer{Person: l.PersonID}
	answers := func(open bool) {
		if open {
			out.Offers = append(out.Offers, DeedYes, DeedMaybe, DeedNo)
		}
	}
	switch {
	case l.EventID != "":
		e, err := tx.Event(ctx, l.EventID)
		if err != nil {
			return err
		}
		if !sees(e.Visibility, e.Draft()) {
			return nil
		}
		answer, err := tx.AnswerTo(ctx, l.PersonID, e.ID)
		if err != nil {
			return err
		}
		v := eventView(m, s, e, answer)
		v.CanPlan = false
		out.Event, out.Answer = &v, answer
		open := e.Status != convoke.Cancelled && e.EndsAt > tx.Now
		if answers(open); open && l.Kind == notify.EventInvitation && e.MeetingID != "" { // of a meeting written as dates
			out.Offers = append(out.Offers, DeedAll, DeedNone)
		}
	case notify.OfEvent(l.Kind): // a date that its meeting no longer has: its yes must not become one to all dates
	case l.SeriesID != "":
		r, err := tx.Series(ctx, l.SeriesID)
		if err != nil {
			return err
		}
		if !sees(r.Visibility, r.Draft()) {
			return nil
		}
		out.Series = &r
		list, err := tx.Events(ctx, as, store.EventFilter{Series: r.ID, Limit: convoke.MaxSessions})
		if err != nil {
			return err
		}
		if out.Sessions, err = a.eventViews(ctx, tx, as, list); err != nil {
			return err
		}
		g, err := tx.Registration(ctx, l.PersonID, convoke.ScopeSeries, r.ID)
		if err != nil {
			return err
		}
		out.Answer = g.State
		answers(r.CancelledAt == 0)
	case l.MeetingID != "":
		r, err := tx.Meeting(ctx, l.MeetingID)
		if err != nil {
			return err
		}
		if !sees(r.Visibility, r.Draft()) {
			return nil
		}
		r.JoinLink = ""
		out.Meeting = &r
		list, err := tx.Events(ctx, as, store.EventFilter{Meeting: r.ID, From: tx.Now, Live: true, Limit: 6})
		if err != nil {
			return err
		}
		if out.Sessions, err = a.eventViews(ctx, tx, as, list); err != nil {
			return err
		}
		g, err := tx.Registration(ctx, l.PersonID, convoke.ScopeMeeting, r.ID)
		if err != nil {
			return err
		}
		out.Answer = g.State
		answers(r.Status != convoke.Cancelled)
		if r.Status != convoke.Cancelled && len(list) > 0 {
			out.Offers = append(out.Offers, DeedNext)
		}
	}
	return nil
}

// scopes adds what can be unsubscribed from, the narrowest first.
func (a *Letters) scopes(ctx context.Context, tx *store.Tx, out *LetterView) error {
	if !notify.Mutable(out.Letter.Kind) {
		return nil
	}
	muted, err := tx.Mutes(ctx, out.Person.ID)
	if err != nil {
		return err
	}
	add := func(scope convoke.Scope, id convoke.ID, name string) {
		off := slices.ContainsFunc(muted, func(m convoke.Mute) bool { return m.Scope == scope && m.ScopeID == string(id) })
		for i := range out.Scopes { // from narrow to wide
			if off {
				out.Scopes[i].Under = scope
			}
		}
		out.Scopes = append(out.Scopes, MuteScope{Scope: scope, ID: id, Name: name, Muted: off})
	}
	if out.Event != nil {
		add(convoke.ScopeEvent, out.Event.ID, out.Event.Title)
		if out.Event.SeriesID != "" {
			r, err := tx.Series(ctx, out.Event.SeriesID)
			if err != nil {
				return err
			}
			if out.Event.sees(out.Event.Standing, r) {
				add(convoke.ScopeSeries, r.ID, r.Title)
			}
		}
		if out.Event.MeetingID != "" {
			r, err := tx.Meeting(ctx, out.Event.MeetingID)
			if err != nil {
				return err
			}
			add(convoke.ScopeMeeting, r.ID, r.Title)
		}
	}
	if out.Series != nil {
		add(convoke.ScopeSeries, out.Series.ID, out.Series.Title)
	}
	if out.Meeting != nil {
		add(convoke.ScopeMeeting, out.Meeting.ID, out.Meeting.Title)
	}
	add(convoke.ScopeCommunity, out.Community.ID, out.Community.Name)
	add(convoke.ScopeAll, "", "")
	out.Offers = append(out.Offers, DeedUnsubscribe, DeedUndo)
	return nil
}

// Act does one deed that a letter offers. about names, for an answer, one session or date of the letter's series or meeting, and for
// unsubscribing the scope; empty means what the letter itself is about, and for unsubscribing its community.
func (a *Letters) Act(ctx context.Context, token string, deed Deed, about string) (LetterView, error) {
	return a.act(ctx, token, deed, about, "")
}

// Accept takes up an invitation. Whoever others named has said no language of their own; they get that of their browser.
func (a *Letters) Accept(ctx context.Context, token, language string) (LetterView, error) {
	return a.act(ctx, token, DeedAccept, "", language)
}

func (a *Letters) act(ctx context.Context, token string, deed Deed, about, language string) (out LetterView, err error) {
	err = a.store.Update(ctx, func(tx *store.Tx) error {
		tx.AfterCommit(a.wake)
		l, err := a.open(ctx, tx, token)
		if err != nil {
			return err
		}
		before, err := a.about(ctx, tx, l)
		if err != nil {
			return err
		}
		if !slices.Contains(before.Offers, deed) || deed == DeedSignIn {
			out = before
			return before.missed(deed)
		}
		v := convoke.Viewer{Person: l.PersonID, Letter: l.ID, Via: "letter"}
		if err := a.do(ctx, tx, v, before, deed, about, language); err != nil {
			return err
		}
		out, err = a.about(ctx, tx, l)
		return err
	})
	return out, err
}

// missed says why a letter no longer offers a deed: the link works, and what it is about went another way. A deed that is done already is no mistake.
func (v *LetterView) missed(deed Deed) error {
	key := convoke.Key("")
	switch l := v.Letter; deed {
	case DeedAccept, DeedDecline:
		switch {
		case v.Invitation == nil:
		case deed == DeedAccept && v.In, deed == DeedDecline && v.Invitation.State == "declined":
			return nil
		case v.Invitation.State == "declined":
			key = "letter.missed.declined"
		case v.In:
			key = "letter.missed.joined"
		default:
			key = "letter.missed.invitation"
		}
	case DeedYes, DeedMaybe, DeedNo, DeedNext, DeedAll, DeedNone:
		single := notify.OfEvent(l.Kind) || l.EventID != ""
		asksAll := l.Kind == notify.EventInvitation && l.MeetingID != ""
		switch {
		case v.Speaks() || l.EventID == "" && l.SeriesID == "" && l.MeetingID == "", deed == DeedNext && (single || l.MeetingID == ""),
			(deed == DeedAll || deed == DeedNone) && !asksAll: // its like never does
		case v.Event != nil && v.Event.Status == convoke.Cancelled, v.Series != nil && v.Series.CancelledAt != 0, v.Meeting != nil && v.Meeting.Status == convoke.Cancelled:
			key = "answer.cancelled"
		case v.Event != nil:
			key = "answer.over"
		case v.Meeting != nil:
			key = "letter.missed.next"
		default:
			key = "letter.nothing"
		}
	}
	if key == "" {
		return convoke.Refuse(convoke.ReasonInvalid, "button.unknown")
	}
	return convoke.Refuse(convoke.ReasonConflict, key)
}

// missedNow is missed for an invitation that was settled while the deed was under way.
func (c *core) missedNow(ctx context.Context, tx *store.Tx, l LetterView, deed Deed) (err error) {
	if *l.Invitation, err = tx.Invitation(ctx, l.Invitation.ID); err != nil {
		return err
	}
	_, err = tx.Membership(ctx, l.Invitation.CommunityID, l.Invitation.PersonID)
	if l.In = err == nil; err != nil && !convoke.IsNotFound(err) {
		return err
	}
	return l.missed(deed)
}

func (a *Letters) do(ctx context.Context, tx *store.Tx, v convoke.Viewer, l LetterView, deed Deed, about, language string) error {
	switch deed {
	case DeedYes, DeedMaybe, DeedNo:
		return a.answer(ctx, tx, v, l, convoke.Answer(deed), about)
	case DeedNext:
		if err := tx.DropRegistration(ctx, v.Person, convoke.ScopeMeeting, l.Meeting.ID); err != nil {
			return err
		}
		return a.answerEvent(ctx, tx, v.Person, l.Sessions[0].Event, convoke.Yes, "link")
	case DeedAll, DeedNone:
		answer := convoke.Yes
		if deed == DeedNone {
			answer = convoke.No
		}
		return a.answerAll(ctx, tx, v, l.Event.MeetingID, []EventView{*l.Event}, answer)
	case DeedAccept:
		ok, err := a.accept(ctx, tx, v, l.Community, *l.Invitation)
		if err == nil && !ok {
			err = a.missedNow(ctx, tx, l, deed)
		}
		if err != nil {
			return err
		}
		if err := tx.LockPerson(ctx, v.Person); err != nil { // who may be signing in for the first time, and say more of themselves
			return err
		}
		p, err := tx.Person(ctx, v.Person)
		if err != nil {
			return err
		}
		if !p.Confirmed && language != "" {
			p.Language = language
			if err := tx.PutPerson(ctx, p); err != nil {
				return err
			}
		}
		return tx.ConfirmPrimary(ctx, v.Person) // the link came to this address, so whoever holds it reads it
	case DeedDecline:
		ok, err := tx.DecideInvitation(ctx, l.Invitation.ID, "declined")
		if err == nil && !ok {
			err = a.missedNow(ctx, tx, l, deed)
		}
		return err
	case DeedUnsubscribe, DeedUndo:
		return a.mute(ctx, tx, v, l, deed == DeedUnsubscribe, about)
	}
	return convoke.ErrNotFound
}

// accept makes a member of somebody invited. ok is false where the invitation was settled meanwhile.
func (c *core) accept(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, i convoke.Invitation) (ok bool, err error) {
	if ok, err = tx.DecideInvitation(ctx, i.ID, "joined"); err != nil || !ok {
		return false, err
	}
	if _, err := tx.Membership(ctx, m.ID, i.PersonID); !convoke.IsNotFound(err) {
		return true, err
	}
	return true, (&Members{c}).add(ctx, tx, v, m, i.PersonID, convoke.Member, "invited")
}

func (a *Letters) answer(ctx context.Context, tx *store.Tx, v convoke.Viewer, l LetterView, answer convoke.Answer, about string) error {
	switch {
	case about != "": // one session or date among those shown
		i := slices.IndexFunc(l.Sessions, func(e EventView) bool { return string(e.ID) == about })
		if i < 0 { // called off, held or removed meanwhile, or never one of them
			return convoke.Refuse(convoke.ReasonConflict, "letter.missed.date")
		}
		return a.answerEvent(ctx, tx, v.Person, l.Sessions[i].Event, answer, "link")
	case l.Event != nil:
		if answer == convoke.Yes && slices.Contains(l.Offers, DeedAll) { // only to this one, where they said something else behind this letter before
			g, err := tx.Registration(ctx, v.Person, convoke.ScopeMeeting, l.Event.MeetingID)
			if err == nil && g.How == "link" && g.UpdatedAt >= l.Letter.CreatedAt {
				err = tx.DropRegistration(ctx, v.Person, convoke.ScopeMeeting, l.Event.MeetingID)
			}
			if err != nil {
				return err
			}
		}
		return a.answerEvent(ctx, tx, v.Person, l.Event.Event, answer, "link")
	case l.Series != nil:
		return answerScope(ctx, tx, v.Person, convoke.ScopeSeries, l.Series.ID, false, answer, "link")
	case l.Meeting != nil:
		return a.answerAll(ctx, tx, v, l.Meeting.ID, l.Sessions[:min(len(l.Sessions), 1)], answer)
	}
	return convoke.ErrNotFound
}

// answerAll answers all dates of a meeting. The letter asks for them, its next date or none, so an answer to that one is taken back.
func (a *Letters) answerAll(ctx context.Context, tx *store.Tx, v convoke.Viewer, meeting convoke.ID, next []EventView, answer convoke.Answer) error {
	for _, e := range next {
		if err := tx.DropRegistration(ctx, v.Person, convoke.ScopeEvent, e.ID); err != nil {
			return err
		}
	}
	return answerScope(ctx, tx, v.Person, convoke.ScopeMeeting, meeting, false, answer, "link")
}

func (a *Letters) mute(ctx context.Context, tx *store.Tx, v convoke.Viewer, l LetterView, off bool, about string) error {
	if about == "" {
		about = string(convoke.ScopeCommunity)
	}
	i := slices.IndexFunc(l.Scopes, func(s MuteScope) bool { return string(s.Scope) == about })
	if i < 0 {
		return convoke.Refuse(convoke.ReasonInvalid, "button.unknown")
	}
	m := convoke.Mute{PersonID: v.Person, Scope: l.Scopes[i].Scope, ScopeID: string(l.Scopes[i].ID), Class: convoke.ClassEvery, CreatedAt: tx.Now}
	if off {
		return tx.PutMute(ctx, m)
	}
	return tx.DropMute(ctx, m)
}

// Dates is the file of all dates of a series' letter, as its holder may see them.
func (a *Letters) Dates(ctx context.Context, token string) (name string, ics []byte, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		l, err := a.open(ctx, tx, token)
		if err != nil {
			return err
		}
		if l.SeriesID == "" || l.EventID != "" {
			return convoke.ErrNotFound
		}
		v, err := a.about(ctx, tx, l)
		if err != nil {
			return err
		}
		if v.Series == nil {
			return convoke.ErrNotFound
		}
		list, err := tx.Fragments(ctx, store.FeedHead{Kind: "own", Scope: convoke.ScopeSeries, ScopeID: l.SeriesID, Person: l.PersonID}, 1, farFuture)
		if err != nil {
			return err
		}
		entries := make([]feed.Entry, len(list))
		for i, f := range list {
			entries[i] = feed.Entry{Data: f.Data, Zone: f.Zone, StartsAt: f.StartsAt, EndsAt: f.EndsAt}
		}
		name = v.Series.Slug
		ics, err = feed.Body(feed.Head{Name: v.Series.Title, About: v.Community.Name, URL: a.site.Base + "/c/" + v.Community.Slug + "/series/" + v.Series.Slug,
			Zone: v.Series.Zone, Language: v.Series.Language}, entries)
		return err
	})
	return name, ics, err
}
