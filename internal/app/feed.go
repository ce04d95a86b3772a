package app

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/markup"
	"convoke/internal/store"
)

// Feeds is the calendars that programs subscribe to. A poll costs one query; a body is put together once per revision and
// kept, raw and compressed, in memory.
type Feeds struct{ *core }

// FeedPoll is what decides a poll: who reads what, at which revision.
type FeedPoll struct {
	head store.FeedHead
	ETag string // without quotes
	// Private says that the address is a secret one.
	Private bool
	File    string // a name for the file, without suffix
}

// FeedBody is a whole feed at one revision.
type FeedBody struct {
	Raw      []byte
	Gzip     []byte
	Modified convoke.Instant // the second in which this process put it together, or the next one that none of its earlier bodies has
}

func (a *Feeds) poll(h store.FeedHead) FeedPoll {
	b := append(make([]byte, 0, 200), feed.Format+" "...) // without fmt, as each poll does it
	b = append(append(append(append(b, h.Kind...), ' '), h.ID...), ' ')
	b = append(strconv.AppendInt(append(strconv.AppendInt(b, h.PersonRev, 10), ' '), h.Rev, 10), ' ')
	sum := sha256.Sum256(append(b, a.site.Base...))
	return FeedPoll{head: h, ETag: hex.EncodeToString(sum[:12]), Private: h.Kind == "own", File: h.Slug}
}

// Own answers a poll at a member's own address.
func (a *Feeds) Own(ctx context.Context, token, agent string) (p FeedPoll, err error) {
	err = a.store.Glance(func(tx *store.Tx) error {
		h, err := tx.OwnFeed(ctx, convoke.HashToken(token))
		if err != nil {
			return err
		}
		p = a.poll(h)
		a.reads.note(h.ID, tx.Now, agent)
		return nil
	})
	return p, err
}

// All answers a poll for the whole instance as a stranger may read it.
func (a *Feeds) All(ctx context.Context) (FeedPoll, error) {
	return a.open(func(tx *store.Tx) (store.FeedHead, error) {
		h, err := tx.AllFeed(ctx)
		h.Name = a.site.Name
		return h, err
	})
}

// Community answers a poll for a community as a stranger may read it.
func (a *Feeds) Community(ctx context.Context, slug string) (FeedPoll, error) {
	return a.open(func(tx *store.Tx) (store.FeedHead, error) { return tx.CommunityFeed(ctx, slug) })
}

// Series answers a poll for a series as a stranger may read it.
func (a *Feeds) Series(ctx context.Context, community, slug string) (FeedPoll, error) {
	return a.open(func(tx *store.Tx) (store.FeedHead, error) { return tx.SeriesFeed(ctx, community, slug) })
}

// Meeting answers a poll for a recurring meeting as a stranger may read it.
func (a *Feeds) Meeting(ctx context.Context, community, slug string) (FeedPoll, error) {
	return a.open(func(tx *store.Tx) (store.FeedHead, error) { return tx.MeetingFeed(ctx, community, slug) })
}

// Event answers a poll for one event as a stranger may read it; a date's is that of its meeting.
func (a *Feeds) Event(ctx context.Context, community, slug string) (FeedPoll, error) {
	return a.open(func(tx *store.Tx) (store.FeedHead, error) { return tx.EventFeed(ctx, community, slug) })
}

func (a *Feeds) open(head func(*store.Tx) (store.FeedHead, error)) (p FeedPoll, err error) {
	err = a.store.Glance(func(tx *store.Tx) error {
		h, err := head(tx)
		p = a.poll(h)
		return err
	})
	return p, err
}

// Body is the whole feed of a poll, from memory where it can be. However many ask at once, it is put together once.
func (a *Feeds) Body(ctx context.Context, p FeedPoll) (FeedBody, error) {
	key := p.head.Kind + " " + string(p.head.ID)
	if b, ok := a.feeds.get(key, p.ETag); ok {
		return b, nil
	}
	made, err, _ := a.feeds.flight.Do(key+" "+p.ETag, func() (any, error) {
		var fragments []store.Fragment
		var now convoke.Instant
		ctx := context.WithoutCancel(ctx) // others wait for the result too
		if err := a.store.View(ctx, func(tx *store.Tx) (err error) {
			now = tx.Now
			window, err := tx.FeedWindow(ctx)
			if err != nil {
				return err
			}
			fragments, err = tx.Fragments(ctx, p.head, window.Add(-convoke.Past), window.Add(convoke.Horizon))
			return err
		}); err != nil {
			return FeedBody{}, err
		}
		b, err := a.assemble(p.head, fragments, now)
		if err == nil {
			b = a.feeds.put(key, p.ETag, b)
		}
		return b, err
	})
	b, _ := made.(FeedBody)
	return b, err
}

func (a *Feeds) assemble(h store.FeedHead, fragments []store.Fragment, now convoke.Instant) (FeedBody, error) {
	raw, err := feed.Body(feed.Head{Name: h.Name, About: h.About, URL: a.page(h), Source: a.address(h), Zone: h.Zone, Language: h.Language, Ink: h.Ink}, entries(fragments))
	if err != nil {
		return FeedBody{}, fmt.Errorf("put feed together: %w", err)
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write(raw); err != nil {
		return FeedBody{}, fmt.Errorf("compress feed: %w", err)
	}
	if err := w.Close(); err != nil {
		return FeedBody{}, fmt.Errorf("compress feed: %w", err)
	}
	return FeedBody{Raw: raw, Gzip: z.Bytes(), Modified: now / 1000 * 1000}, nil
}

// entries are stored entries as their reader is shown them. Whoever joins, leaves or answers passes from one audience's entry of an event to the other's: neither is
// stamped before that.
func entries(fragments []store.Fragment) []feed.Entry {
	out := make([]feed.Entry, len(fragments))
	for i, f := range fragments {
		out[i] = feed.Entry{Data: feed.Restamped(f.Data, f.EntitledAt), Zone: f.Zone, StartsAt: f.StartsAt, EndsAt: f.EndsAt}
	}
	return out
}

// page is where a feed's calendar can be looked at.
func (a *Feeds) page(h store.FeedHead) string {
	switch h.Kind {
	case "own", "all":
		return a.site.Base + "/"
	case "community":
		return a.site.Base + "/c/" + h.Community + "/calendar"
	case "series":
		return a.site.Base + "/c/" + h.Community + "/series/" + h.Slug
	case "meeting":
		return a.site.Base + "/c/" + h.Community + "/calendar"
	}
	return a.site.Base + "/c/" + h.Community + "/events/" + h.Slug
}

// address is where an open feed is; a secret one does not repeat its own address.
func (a *Feeds) address(h store.FeedHead) string {
	switch h.Kind {
	case "all":
		return a.site.Base + "/calendar.ics"
	case "community":
		return a.site.Base + "/c/" + h.Community + "/calendar.ics"
	case "series":
		return a.site.Base + "/c/" + h.Community + "/series/" + h.Slug + ".ics"
	}
	return ""
}

// OwnView is one of a member's own feeds with its address.
type OwnView struct {
	convoke.Feed
	Address   string // https://…
	Webcal    string // the same for calendar programs
	Google    string
	Outlook   string
	Atom      string             // recordings, for feed readers
	Podcast   string             // recordings, for podcast programs
	Community *convoke.Community // of its scope, where the member may know of it
	Series    *convoke.Series
}

// Links are the addresses of a feed for the programs people use.
func Links(address, name string) (webcal, google, outlook string) {
	webcal = address
	if _, rest, ok := strings.Cut(address, "://"); ok {
		webcal = "webcal://" + rest
	}
	google = "https://calendar.google.com/calendar/r?cid=" + url.QueryEscape(webcal)
	outlook = "https://outlook.live.com/calendar/0/addfromweb?url=" + url.QueryEscape(address) + "&name=" + url.QueryEscape(name)
	return webcal, google, outlook
}

func (a *Feeds) ownView(ctx context.Context, tx *store.Tx, v convoke.Viewer, f convoke.Feed) (OwnView, error) {
	secret := a.site.Base + "/feeds/" + a.secrets.FeedToken(f)
	out := OwnView{Feed: f, Address: secret + ".ics", Atom: secret + ".atom", Podcast: secret + ".xml"}
	out.Webcal, out.Google, out.Outlook = Links(out.Address, f.Name)
	community := f.ScopeID
	if f.Scope == convoke.ScopeSeries {
		r, _, _, err := a.findSeries(ctx, tx, v, "", string(f.ScopeID))
		if convoke.IsNotFound(err) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out.Series, community = &r, r.CommunityID
	}
	if f.Scope == convoke.ScopeAll {
		return out, nil
	}
	m, _, err := a.lookID(ctx, tx, v, community)
	if convoke.IsNotFound(err) {
		return out, nil
	}
	m.Description, m.Rules, m.Contact = "", "", ""
	out.Community = &m
	return out, err
}

// Mine lists the viewer's own feeds with their addresses, which can be shown again for a second phone.
func (a *Feeds) Mine(ctx context.Context, v convoke.Viewer) (out []OwnView, err error) {
	if !v.Signed() {
		return nil, convoke.ErrSignIn
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err := tx.Feeds(ctx, v.Person)
		if err != nil {
			return err
		}
		for _, f := range list {
			o, err := a.ownView(ctx, tx, v, f)
			if err != nil {
				return err
			}
			if at, by, ok := a.reads.last(f.ID); ok && at > o.ReadAt {
				o.ReadAt, o.ReadBy = at, by
			}
			out = append(out, o)
		}
		return nil
	})
	return out, err
}

// Add makes an own feed of a scope, with a name.
func (a *Feeds) Add(ctx context.Context, v convoke.Viewer, scope convoke.Scope, id convoke.ID, name string) (out OwnView, err error) {
	if !v.Signed() {
		return out, convoke.ErrSignIn
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		usual := a.site.Name
		switch scope {
		case convoke.ScopeAll:
			id = ""
		case convoke.ScopeCommunity:
			m, _, err := a.lookID(ctx, tx, v, id)
			if err != nil {
				return err
			}
			usual = m.Name
		case convoke.ScopeSeries:
			r, _, _, err := a.findSeries(ctx, tx, v, "", string(id))
			if err != nil {
				return err
			}
			usual = r.Title
		default:
			return convoke.Invalid("scope", "feed.scope.unknown")
		}
		if name, err = lineOf("name", name, convoke.MaxName); err != nil {
			return err
		}
		if name == "" {
			name = markup.Clean(usual, convoke.MaxName)
		}
		list, err := tx.Feeds(ctx, v.Person)
		if err != nil {
			return err
		}
		if len(list) >= 100 {
			return convoke.Refuse(convoke.ReasonConflict, "feed.too_many")
		}
		f := convoke.Feed{ID: convoke.NewID("fe"), PersonID: v.Person, Name: name, Scope: scope, ScopeID: id, Generation: 1, CreatedAt: tx.Now}
		f.Hash = convoke.HashToken(a.secrets.FeedToken(f))
		if err := tx.AddFeed(ctx, f); err != nil {
			return err
		}
		out, err = a.ownView(ctx, tx, v, f)
		return err
	})
	return out, err
}

// Renew gives an own feed a new secret address; the old one stops working at once.
func (a *Feeds) Renew(ctx context.Context, v convoke.Viewer, id convoke.ID) (out OwnView, err error) {
	err = a.own(ctx, v, id, func(tx *store.Tx, f *convoke.Feed) error {
		f.Generation++
		f.Hash = convoke.HashToken(a.secrets.FeedToken(*f))
		out, err = a.ownView(ctx, tx, v, *f)
		return err
	})
	return out, err
}

// Rename changes the name that calendar programs show.
func (a *Feeds) Rename(ctx context.Context, v convoke.Viewer, id convoke.ID, name string) error {
	return a.own(ctx, v, id, func(tx *store.Tx, f *convoke.Feed) (err error) {
		if f.Name, err = lineOf("name", name, convoke.MaxName); err != nil {
			return err
		}
		if f.Name == "" {
			return convoke.Invalid("name", "feed.name.missing")
		}
		return tx.RaisePerson(ctx, v.Person)
	})
}

// Revoke ends an own feed.
func (a *Feeds) Revoke(ctx context.Context, v convoke.Viewer, id convoke.ID) error {
	return a.own(ctx, v, id, func(tx *store.Tx, f *convoke.Feed) error {
		f.RevokedAt = tx.Now
		return nil
	})
}

func (a *Feeds) own(ctx context.Context, v convoke.Viewer, id convoke.ID, f func(*store.Tx, *convoke.Feed) error) error {
	if !v.Signed() {
		return convoke.ErrSignIn
	}
	return a.update(ctx, v, func(tx *store.Tx) error {
		own, err := tx.Feed(ctx, v.Person, id)
		if err != nil {
			return err
		}
		if own.RevokedAt != 0 {
			return convoke.ErrNotFound
		}
		if err := f(tx, &own); err != nil {
			return err
		}
		return tx.PutFeed(ctx, own)
	})
}

// WriteReads stores when own feeds were last read; the timetable calls it, polls only note it in memory.
func (a *Feeds) WriteReads(ctx context.Context) error {
	due := a.reads.take(a.Now())
	if len(due) == 0 {
		return nil
	}
	return a.store.Update(ctx, func(tx *store.Tx) error {
		for id, r := range due {
			if err := tx.ReadFeed(ctx, id, r.at, r.by); err != nil {
				return err
			}
		}
		return nil
	})
}

type readTime struct {
	at      convoke.Instant
	by      string
	written convoke.Instant
}

// readTimes remembers when feeds were read, so that a poll writes nothing.
type readTimes struct {
	mu sync.Mutex
	m  map[convoke.ID]readTime
}

func (r *readTimes) note(id convoke.ID, at convoke.Instant, by string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.m == nil {
		r.m = map[convoke.ID]readTime{}
	}
	t := r.m[id]
	t.at, t.by = at, markup.Clean(by, 80)
	r.m[id] = t
}

func (r *readTimes) last(id convoke.ID) (convoke.Instant, string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, ok := r.m[id]
	return t.at, t.by, ok
}

// take gives what has been read and not written for an hour, and forgets what has long been written.
func (r *readTimes) take(now convoke.Instant) map[convoke.ID]readTime {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[convoke.ID]readTime{}
	for id, t := range r.m {
		switch {
		case t.at > t.written && now.Sub(t.written) >= time.Hour:
			t.written = t.at
			r.m[id] = t
			out[id] = t
		case now.Sub(t.at) > 25*time.Hour:
			delete(r.m, id)
		}
	}
	return out
}

// feedCache keeps whole bodies up to a number of bytes, the least recently read going first. There is one body per feed: a new
// revision takes the place of the old one.
type feedCache struct {
	mu     sync.Mutex
	max    int
	size   int
	order  *list.List
	byKey  map[string]*list.Element
	flight singleflight.Group
}

type cachedFeed struct {
	key, etag string
	body      FeedBody
}

func (c *cachedFeed) size() int { return len(c.body.Raw) + len(c.body.Gzip) + 200 }

func newFeedCache(max int) *feedCache {
	return &feedCache{max: max, order: list.New(), byKey: map[string]*list.Element{}}
}

func (c *feedCache) get(key, etag string) (FeedBody, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok || e.Value.(*cachedFeed).etag != etag {
		return FeedBody{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cachedFeed).body, true
}

// put keeps a body in place of an earlier one, whose second it does not share: who asks by date would never see it.
func (c *feedCache) put(key, etag string, b FeedBody) FeedBody {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		b.Modified = max(b.Modified, e.Value.(*cachedFeed).body.Modified.Add(time.Second))
		c.drop(e)
	}
	e := c.order.PushFront(&cachedFeed{key, etag, b})
	c.byKey[key] = e
	c.size += e.Value.(*cachedFeed).size()
	for c.size > c.max && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
	return b
}

func (c *feedCache) drop(e *list.Element) {
	f := e.Value.(*cachedFeed)
	c.size -= f.size()
	delete(c.byKey, f.key)
	c.order.Remove(e)
}
