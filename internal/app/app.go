// Package app holds what people can do: one method, one permission check, one transaction.
//
// Every method takes a [convoke.Viewer] and answers "not found" for what that viewer may not know of. What a
// viewer may see but not fully (a join link, a speaker's address) is taken out here, so that no page
// and no API answer can show it by mistake. Whatever a calendar shows is rendered inside the transaction that
// changes it; mails are only recorded as a [convoke.Change] and planned after the commit by package outbox.
package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"reflect"
	"strings"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/files"
	"convoke/internal/store"
	"convoke/mailer"
)

// App is everything people can do, by noun.
type App struct {
	Communities *Communities
	Members     *Members
	People      *People
	SignIns     *SignIns
	Viewers     *Viewers
	Sessions    *Sessions
	Events      *Events
	Series      *SeriesDesk
	Meetings    *Meetings
	Feeds       *Feeds
	Letters     *Letters
	Ledger      *Ledger
	Answers     *Answers
	Questions   *Questions
	Recordings  *Recordings
	Materials   *Materials
	FollowUps   *FollowUps
	*core
}

// Options are what an App is made of.
type Options struct {
	Store *store.Store
	Name  string // of the site, "Convoke"
	Base  string // base URL
	From  string // CONVOKE_MAIL_FROM
	Log   *slog.Logger
	Wake  func()        // tells the outbox that there may be something to do
	SMTP  bool          // whether mails leave the house
	Files *files.Folder // where uploads are kept; nil where nobody uploads
}

type core struct {
	store   *store.Store
	site    convoke.Site
	from    mailer.Address
	secrets convoke.Secrets
	log     *slog.Logger
	wake    func()
	smtp    bool
	files   *files.Folder
	feeds   *feedCache
	reads   readTimes
	visits  visits
}

// New opens the application on a migrated store; the instance's row is made at the first start.
func New(ctx context.Context, o Options) (*App, error) {
	c := &core{store: o.Store, log: o.Log, wake: o.Wake, smtp: o.SMTP, files: o.Files, feeds: newFeedCache(64 << 20)}
	if c.wake == nil {
		c.wake = func() {}
	}
	base, err := url.Parse(o.Base)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("the base URL %q is not an address like https://convoke.example", o.Base)
	}
	if c.from, err = mailer.ParseAddress(o.From); err != nil {
		return nil, fmt.Errorf("the sender address %q: %w", o.From, err)
	}
	err = c.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.FoundInstance(ctx, base.Hostname()); err != nil {
			return err
		}
		if window, err := tx.FeedWindow(ctx); err != nil {
			return err
		} else if window == 0 {
			if err := tx.MoveFeedWindow(ctx); err != nil {
				return err
			}
		}
		i, err := tx.Instance(ctx)
		if err != nil {
			return err
		}
		c.secrets = convoke.NewSecrets(i.Secret)
		c.site = convoke.Site{Name: o.Name, Base: strings.TrimRight(o.Base, "/"), Host: i.Host, From: c.from.Addr}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open the instance: %w", err)
	}
	a := &App{core: c}
	a.Communities = &Communities{c}
	a.Members = &Members{c}
	a.People = &People{c}
	a.SignIns = &SignIns{c}
	a.Viewers = &Viewers{c}
	a.Sessions = &Sessions{c}
	a.Events = &Events{c}
	a.Series = &SeriesDesk{c}
	a.Meetings = &Meetings{c}
	a.Feeds = &Feeds{c}
	a.Letters = &Letters{c}
	a.Ledger = &Ledger{c}
	a.Answers = &Answers{c}
	a.Questions = &Questions{c}
	a.Recordings = &Recordings{c}
	a.Materials = &Materials{c}
	a.FollowUps = &FollowUps{c}
	return a, nil
}

// Site is what the instance says of itself.
func (c *core) Site() convoke.Site { return c.site }

// From is the sender of all mails.
func (c *core) From() mailer.Address { return c.from }

// Secrets derives the tokens of links and feeds.
func (c *core) Secrets() convoke.Secrets { return c.secrets }

// SMTP says whether mails leave the house.
func (c *core) SMTP() bool { return c.smtp }

// SetWake gives the function that tells the outbox there may be something to do.
func (c *core) SetWake(f func()) { c.wake = f }

// Now is the one clock's time.
func (c *core) Now() convoke.Instant { return c.store.Now() }

// look finds a community the viewer may know of, and what they are to it.
func (c *core) look(ctx context.Context, tx *store.Tx, v convoke.Viewer, slug string) (convoke.Community, convoke.Standing, error) {
	m, err := tx.CommunityBySlug(ctx, slug)
	if err != nil {
		return m, convoke.Standing{}, err
	}
	return c.stand(ctx, tx, v, m)
}

// lookID is look by ID.
func (c *core) lookID(ctx context.Context, tx *store.Tx, v convoke.Viewer, id convoke.ID) (convoke.Community, convoke.Standing, error) {
	m, err := tx.Community(ctx, id)
	if err != nil {
		return m, convoke.Standing{}, err
	}
	return c.stand(ctx, tx, v, m)
}

func (c *core) stand(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community) (convoke.Community, convoke.Standing, error) {
	s, err := tx.Standing(ctx, v, &m)
	if err != nil {
		return m, s, err
	}
	if !convoke.Can(s, convoke.Know, &m) {
		return convoke.Community{}, convoke.Standing{}, convoke.ErrNotFound
	}
	c.note(v, s, &m)
	return m, s, nil
}

// may finds a community and demands a verb of it: what may not be known is not found, what may not be
// done is forbidden, and who is not signed in is asked to.
func (c *core) may(ctx context.Context, tx *store.Tx, v convoke.Viewer, slug string, verb convoke.Verb) (convoke.Community, convoke.Standing, error) {
	m, s, err := c.look(ctx, tx, v, slug)
	if err != nil {
		return m, s, err
	}
	return m, s, allow(v, s, verb, &m)
}

func allow(v convoke.Viewer, s convoke.Standing, verb convoke.Verb, m *convoke.Community) error {
	switch {
	case convoke.Can(s, verb, m):
		return nil
	case m.Archived() && verb != convoke.Read && verb != convoke.Describe && verb != convoke.Directory && convoke.Can(s, convoke.Read, m) && s.Signed:
		return convoke.Refuse(convoke.ReasonForbidden, "error.archived")
	case !v.Signed() && !v.Operator:
		return convoke.ErrSignIn
	}
	return convoke.ErrForbidden
}

// writes refuses viewers who may only read.
func writes(v convoke.Viewer) error {
	if v.ReadOnly {
		return convoke.Refuse(convoke.ReasonForbidden, "error.read_only")
	}
	return nil
}

// update is a transaction that changes something: read-only viewers are refused, and the outbox is woken afterwards.
func (c *core) update(ctx context.Context, v convoke.Viewer, f func(*store.Tx) error) error {
	if err := writes(v); err != nil {
		return err
	}
	return c.store.Update(ctx, func(tx *store.Tx) error {
		tx.AfterCommit(c.wake)
		if err := f(tx); err != nil {
			return err
		}
		return settleClaim(ctx, tx)
	})
}

// news is what record needs to know of a change.
type news struct {
	noun, verb    string
	subject       convoke.ID
	community     convoke.ID
	series        convoke.ID
	meeting       convoke.ID
	before, after any
	note          string
	plan          convoke.Instant // when people are told, zero for never
}

// record writes the audit line of a change, which is also what people are told from.
func (c *core) record(ctx context.Context, tx *store.Tx, v convoke.Viewer, n news) error {
	text := func(x any) (string, error) {
		if x == nil {
			return "", nil
		}
		b, err := json.Marshal(x)
		return string(b), err
	}
	before, err := text(n.before)
	if err != nil {
		return fmt.Errorf("record %s: %w", n.noun, err)
	}
	after, err := text(n.after)
	if err != nil {
		return fmt.Errorf("record %s: %w", n.noun, err)
	}
	via := v.Via
	if v.Letter != "" {
		via = "letter " + string(v.Letter)
	}
	return tx.AddChange(ctx, convoke.Change{ID: convoke.NewID("ch"), At: tx.Now, ActorID: v.Person, Via: via, Noun: n.noun, SubjectID: n.subject,
		CommunityID: n.community, SeriesID: n.series, MeetingID: n.meeting, Verb: n.verb, Before: before, After: after, Note: n.note, PlanAt: n.plan})
}

// source is what an entry of an event says besides the event.
func (c *core) source(ctx context.Context, tx *store.Tx, m convoke.Community, e convoke.Event) (feed.Source, error) {
	src := feed.Source{Site: c.site, Community: m}
	if e.SeriesID != "" {
		s, err := tx.Series(ctx, e.SeriesID)
		if err != nil {
			return src, err
		}
		if m.Covers(s.Visibility, e.Visibility) { // an entry is read by whoever sees the event
			src.Series = &s
		}
	}
	if e.MeetingID != "" {
		r, err := tx.Meeting(ctx, e.MeetingID)
		if err != nil {
			return src, err
		}
		src.Meeting = &r
	}
	var err error
	src.Speakers, err = tx.Speakers(ctx, e.ID)
	return src, err
}

// render stores the calendar entry of an event for each audience, or removes it where there is none to show.
func (c *core) render(ctx context.Context, tx *store.Tx, m convoke.Community, e convoke.Event) error {
	src, err := c.source(ctx, tx, m, e)
	if err != nil {
		return err
	}
	ruled := src.Meeting != nil && src.Meeting.Form == convoke.FormRule && (!e.RecurrenceID.IsZero() || !e.GivenUp.IsZero())
	ends := e.EndsAt
	if ruled { // an override goes wherever its rule goes, or the rule would put the date back
		ends = farFuture
	}
	var shown []rendering
	if feed.Keep(e, tx.Now) && (!ruled || feed.Deviates(*src.Meeting, e)) { // what is as its rule has it, or was given up by it, needs no word
		for _, variant := range []string{store.Public, store.Member} {
			shown = append(shown, rendering{variant, ends, func() (feed.Entry, error) { return feed.Event(src, e, variant == store.Member) }})
		}
	}
	if ruled && e.GivenUp.IsZero() && (e.Status != convoke.Cancelled || tx.Now <= e.EndsAt.Add(calledOffLone)) {
		is, err := tx.Awaited(ctx, e.ID)
		if err != nil {
			return err
		}
		if is {
			shown = append(shown, rendering{store.Lone, e.EndsAt, func() (feed.Entry, error) { return feed.Lone(src, e) }})
		}
	}
	f := store.Fragment{SubjectID: e.ID, CommunityID: e.CommunityID, EventID: e.ID, MeetingID: e.MeetingID, SeriesID: e.SeriesID, Visibility: e.Visibility}
	return c.put(ctx, tx, f, shown, func(above convoke.Instant) error {
		e.Stamp = convoke.Later(tx.Now, above)
		return tx.StampEvent(ctx, e.ID, e.Stamp)
	})
}

// rendering is how an entry is made for one audience, and when it ends there; zero for when the entry says.
type rendering struct {
	variant string
	ends    convoke.Instant
	entry   func() (feed.Entry, error)
}

// calledOffLone is how long after its end an event that was called off stays in feeds, where it stands alone.
const calledOffLone = 24 * time.Hour

// calledOffShown is how long a recurring meeting that was called off stays in feeds as cancelled.
const calledOffShown = 30 * 24 * time.Hour

// farFuture is after every event: 1 January 2200.
const farFuture convoke.Instant = 7258118400000

// renderRule stores the entry of a recurring meeting's rule.
func (c *core) renderRule(ctx context.Context, tx *store.Tx, m convoke.Community, r convoke.Recurrence) error {
	if r.Draft() || r.Form != convoke.FormRule || r.Status == convoke.Cancelled && tx.Now.Sub(r.Stamp) > calledOffShown {
		return tx.DropFragments(ctx, r.ID)
	}
	src := feed.Source{Site: c.site, Community: m, Meeting: &r}
	var shown []rendering
	for _, variant := range []string{store.Public, store.Member} {
		shown = append(shown, rendering{variant, 0, func() (feed.Entry, error) { return feed.Rule(src, r, variant == store.Member) }})
	}
	f := store.Fragment{SubjectID: r.ID, CommunityID: r.CommunityID, MeetingID: r.ID, Visibility: r.Visibility}
	return c.put(ctx, tx, f, shown, func(above convoke.Instant) error {
		was := r.Stamp
		r.Stamp = convoke.Later(tx.Now, above)
		return tx.StampMeeting(ctx, r.ID, was, r.Stamp)
	})
}

// put stores the entry of f's subject for each audience. An entry that differs in any byte from the stored one must have a later stamp, whatever
// the change came from (RFC 5545 3.8.7.2), also for whom it was stamped later than it is stored; where it has not, the subject's stamp is raised above
// all of them for all audiences.
func (c *core) put(ctx context.Context, tx *store.Tx, f store.Fragment, list []rendering, raise func(above convoke.Instant) error) error {
	stored, err := tx.FragmentsOf(ctx, f.SubjectID)
	if err != nil {
		return err
	}
	fresh, err := rendered(f, list)
	if err != nil {
		return err
	}
	var shown convoke.Instant // the latest stamp of what is replaced, for an audience that is new by what another one was shown
	late := false             // what replaces it is stamped no later
	for _, g := range fresh {
		old, ok := stored[g.Variant]
		for _, o := range stored {
			if !bytes.Equal(o.Data, g.Data) && (o.Variant == old.Variant || !ok && feed.Same(o.Data, g.Data)) {
				shown = max(shown, feed.Stamp(o.Data))
			}
		}
	}
	if shown != 0 {
		entitled, err := tx.Entitled(ctx, f)
		if err != nil {
			return err
		}
		shown = max(shown, entitled)
		for _, g := range fresh {
			late = late || feed.Stamp(g.Data) <= shown
		}
	}
	if late {
		if err := raise(shown); err != nil {
			return err
		}
		if fresh, err = rendered(f, list); err != nil {
			return err
		}
	}
	for _, g := range fresh {
		if !reflect.DeepEqual(stored[g.Variant], g) {
			if err := tx.PutFragment(ctx, g); err != nil {
				return err
			}
		}
		delete(stored, g.Variant)
	}
	for _, g := range stored {
		if err := tx.DropFragment(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

// rendered makes an entry for each audience.
func rendered(f store.Fragment, list []rendering) ([]store.Fragment, error) {
	out := make([]store.Fragment, len(list))
	for i, r := range list {
		entry, err := r.entry()
		if err != nil {
			return nil, fmt.Errorf("render entry of %s: %w", f.SubjectID, err)
		}
		g := f
		g.Variant, g.Zone, g.StartsAt, g.EndsAt, g.Data = r.variant, entry.Zone, entry.StartsAt, cmp.Or(r.ends, entry.EndsAt), entry.Data
		out[i] = g
	}
	return out, nil
}

// Remake renders every stored entry again when the format, the base URL, the sender or the zone data have changed. It is for whoever serves: a command
// beside a running service knows less of its settings, and must leave the entries as they are.
func (c *core) Remake(ctx context.Context) error {
	made := feed.Made(c.site)
	var now string
	if err := c.store.View(ctx, func(tx *store.Tx) error {
		i, err := tx.Instance(ctx)
		now = i.Render
		return err
	}); err != nil || now == made {
		return err
	}
	if now != "" {
		c.log.Info("rendering stored calendar entries again", "was", now, "is", made)
	}
	cursor := store.CommunityFilter{Limit: 100}
	for {
		var list []convoke.Community
		if err := c.store.View(ctx, func(tx *store.Tx) (err error) {
			list, err = tx.Communities(ctx, convoke.System, cursor)
			return err
		}); err != nil {
			return fmt.Errorf("render entries again: %w", err)
		}
		for _, m := range list {
			if err := c.store.Update(ctx, func(tx *store.Tx) error { return c.renderAll(ctx, tx, m) }); err != nil {
				return fmt.Errorf("render entries of %s again: %w", m.Slug, err)
			}
			cursor.AfterName, cursor.AfterID = m.Name, m.ID
		}
		if len(list) < cursor.Limit {
			return c.store.Update(ctx, func(tx *store.Tx) error { return tx.SetRender(ctx, made) })
		}
	}
}

// renderAll renders all entries of a community that a feed can still show.
func (c *core) renderAll(ctx context.Context, tx *store.Tx, m convoke.Community) error {
	const most = 1000
	for after := convoke.ID(""); ; {
		list, err := tx.CommunityEvents(ctx, m.ID, tx.Now.Add(-convoke.Past), after, most)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := c.render(ctx, tx, m, e); err != nil {
				return err
			}
			after = e.ID
		}
		if len(list) < most {
			break
		}
	}
	meetings, err := tx.Meetings(ctx, convoke.System, m.ID, store.Page{Limit: 1000})
	if err != nil {
		return err
	}
	for _, r := range meetings {
		if err := c.renderRule(ctx, tx, m, r); err != nil {
			return err
		}
	}
	return tx.RaiseCommunity(ctx, m.ID)
}
