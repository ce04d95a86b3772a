package app

import (
	"context"
	"net/url"

	"convoke/internal/convoke"
	"convoke/internal/markup"
	"convoke/internal/store"
)

// Recordings is the feeds of recordings: for feed readers and podcast programs, which cannot sign in. What they fetch is at addresses that say whose
// eyes it is for: a community's shows what a stranger may have, a member's own secret one what that member may have at that moment.
type Recordings struct{ *core }

// mostRecordings is how many recordings a feed holds, those of the latest sessions.
const mostRecordings = 200

// RecordingFeed is the recordings of one feed.
type RecordingFeed struct {
	Name     string
	About    string
	Page     string // address of the page it is of
	Language string
	Private  bool // the address is a secret one
	Items    []Recording
}

// Recording is one recording in a feed.
type Recording struct {
	convoke.Material
	Of       string // title of the session, and of the recording where there are several
	Page     string // address of the session
	About    string // plain text
	Speakers []string
	StartsAt convoke.Instant
	Address  string // where the file or the link is
}

// Community is the recordings of a community as a stranger may have them.
func (a *Recordings) Community(ctx context.Context, slug string) (out RecordingFeed, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		h, err := tx.CommunityFeed(ctx, slug)
		if err != nil {
			return err
		}
		out = RecordingFeed{Name: h.Name, About: h.About, Page: a.site.Base + "/c/" + h.Community, Language: h.Language}
		files := a.site.Base + "/c/" + h.Community + "/podcast/"
		return a.fill(ctx, tx, convoke.Nobody, store.RecordingFilter{Community: h.CommunityID}, files, &out)
	})
	return out, err
}

// Own is the recordings at a member's own address, within its scope.
func (a *Recordings) Own(ctx context.Context, token, agent string) (out RecordingFeed, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		h, err := tx.OwnFeed(ctx, convoke.HashToken(token))
		if err != nil {
			return err
		}
		a.reads.note(h.ID, tx.Now, agent)
		out = RecordingFeed{Name: h.Name, Page: a.site.Base + "/", Language: h.Language, Private: true}
		v, f := owner(h)
		return a.fill(ctx, tx, v, f, a.site.Base+"/feeds/"+token+"/", &out)
	})
	return out, err
}

// owner is whose feed it is, as somebody who may have what that person may, and what is in its scope.
func owner(h store.FeedHead) (convoke.Viewer, store.RecordingFilter) {
	v, f := convoke.Viewer{Person: h.Person, Via: "feed"}, store.RecordingFilter{}
	switch h.Scope {
	case convoke.ScopeCommunity:
		f.Community = h.ScopeID
	case convoke.ScopeSeries:
		f.Series = h.ScopeID
	default:
		f.Mine = true
	}
	return v, f
}

func (a *Recordings) fill(ctx context.Context, tx *store.Tx, v convoke.Viewer, f store.RecordingFilter, files string, out *RecordingFeed) error {
	f.Limit = mostRecordings
	list, err := tx.Recordings(ctx, v, f)
	if err != nil {
		return err
	}
	events, of := make([]convoke.ID, len(list)), map[convoke.ID]int{}
	for i, r := range list {
		events[i] = r.EventID
		of[r.EventID]++
	}
	speakers, err := tx.SpeakersOf(ctx, events)
	if err != nil {
		return err
	}
	for _, r := range list {
		x := Recording{Material: r.Material, Of: r.EventTitle, Page: a.site.Base + "/c/" + r.Community + "/events/" + r.EventSlug, About: markup.Plain(r.Abstract),
			StartsAt: r.StartsAt, Address: r.Link}
		if of[r.EventID] > 1 {
			x.Of += ": " + r.Title
		}
		if r.File != "" {
			x.Address = files + string(r.ID) + "/" + url.PathEscape(r.Name)
		}
		for _, s := range speakers[r.EventID] {
			x.Speakers = append(x.Speakers, s.Name)
		}
		out.Items = append(out.Items, x)
	}
	return nil
}

// OpenFile opens the file of a recording in a community's feed.
func (a *Recordings) OpenFile(ctx context.Context, slug string, material convoke.ID) (Download, error) {
	return a.file(ctx, material, func(tx *store.Tx) (convoke.Viewer, store.RecordingFilter, error) {
		h, err := tx.CommunityFeed(ctx, slug)
		return convoke.Nobody, store.RecordingFilter{Community: h.CommunityID}, err
	})
}

// OwnFile opens the file of a recording in a member's own feed.
func (a *Recordings) OwnFile(ctx context.Context, token string, material convoke.ID) (Download, error) {
	return a.file(ctx, material, func(tx *store.Tx) (convoke.Viewer, store.RecordingFilter, error) {
		h, err := tx.OwnFeed(ctx, convoke.HashToken(token))
		v, f := owner(h)
		return v, f, err
	})
}

func (a *Recordings) file(ctx context.Context, material convoke.ID, scope func(*store.Tx) (convoke.Viewer, store.RecordingFilter, error)) (d Download, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		v, f, err := scope(tx)
		if err != nil {
			return err
		}
		if material == "" {
			return convoke.ErrNotFound
		}
		f.Material, f.Limit = material, 1
		list, err := tx.Recordings(ctx, v, f)
		if err == nil && (len(list) == 0 || list[0].File == "") {
			err = convoke.ErrNotFound
		}
		if err == nil {
			d.Material = list[0].Material
		}
		return err
	})
	if err != nil {
		return d, err
	}
	return a.opened(ctx, d.Material)
}
