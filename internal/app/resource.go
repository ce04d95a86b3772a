package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/markup"
	"convoke/internal/store"
)

// SearchHit is a document that was found.
type SearchHit = store.SearchHit

// What is found.
const (
	FoundEvent      = store.DocEvent
	FoundSummary    = store.DocSummary
	FoundTranscript = store.DocTranscript
	FoundQuestion   = store.DocQuestion
	FoundAnswer     = store.DocAnswer
)

// ResourceFilter narrows what is kept of a community's past events.
type ResourceFilter struct {
	Query     string
	Series    string // address
	Year      int
	Language  string
	AfterTime convoke.Instant
	AfterID   convoke.ID
	Limit     int
}

// FoundRow is something that was found, and the part of it about what was asked for.
type FoundRow struct {
	store.SearchHit
	Excerpt []locale.Hit
}

// ResourcesView is what is kept of a community's past events, as far as the viewer may see it.
type ResourcesView struct {
	Community convoke.Community
	Standing  convoke.Standing
	Series    []convoke.Series
	Years     []int // the newest first
	Languages []string
	Events    []EventView // one more than the limit where there are more
	After     map[convoke.ID]AfterView
	Found     []FoundRow // where something was asked for
	More      bool       // there are more hits than these
}

// Among how many of the newest hits the best are looked for, and how many of these are shown.
const (
	searchAmong = 300
	searchShown = 30
)

// Resources reads the past events of a community with what they left behind, the newest first, or searches in all it has.
func (a *FollowUps) Resources(ctx context.Context, v convoke.Viewer, slug string, f ResourceFilter) (out ResourcesView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, s, err := a.look(ctx, tx, v, slug)
		if err != nil {
			return err
		}
		out.Community, out.Standing = m, s
		if out.Series, err = tx.SeriesList(ctx, v, m.ID, store.Page{Limit: 200}); err != nil {
			return err
		}
		out.Series = slices.DeleteFunc(out.Series, func(r convoke.Series) bool { return r.Draft() })
		held, err := tx.Held(ctx, v, m.ID)
		if err != nil {
			return err
		}
		loc, err := calendar.LoadZone(m.Zone)
		if err != nil {
			return err
		}
		out.Languages = held.Languages
		if held.Since != 0 {
			for y := tx.Now.Time().In(loc).Year(); y >= held.Since.Time().In(loc).Year(); y-- {
				out.Years = append(out.Years, y)
			}
		}
		filter := store.EventFilter{Community: m.ID, Held: true, Latest: true, Language: f.Language, AfterTime: f.AfterTime, AfterID: f.AfterID, Limit: f.Limit + 1}
		if f.Series != "" {
			i := slices.IndexFunc(out.Series, func(r convoke.Series) bool { return r.Slug == f.Series })
			if i < 0 {
				return convoke.ErrNotFound
			}
			filter.Series = out.Series[i].ID
		}
		if f.Year != 0 {
			filter.From = convoke.At(time.Date(f.Year, time.January, 1, 0, 0, 0, 0, loc))
			filter.Until = convoke.At(time.Date(f.Year+1, time.January, 1, 0, 0, 0, 0, loc))
		}
		if asked := locale.Asked(f.Query); len(asked) > 0 || f.Query != "" {
			return a.search(ctx, tx, v, asked, filter, &out)
		}
		list, err := tx.Events(ctx, v, filter)
		if err != nil {
			return err
		}
		if out.Events, err = a.eventViews(ctx, tx, v, list); err != nil {
			return err
		}
		ids := make([]convoke.ID, len(list))
		for i, e := range list {
			ids[i] = e.ID
		}
		out.After, err = (&Materials{a.core}).after(ctx, tx, v, ids)
		return err
	})
	return out, err
}

// search ranks the newest hits: what has the words in its title first, then by kind, then the newest.
func (a *FollowUps) search(ctx context.Context, tx *store.Tx, v convoke.Viewer, asked []string, f store.EventFilter, out *ResourcesView) error {
	hits, err := tx.Search(ctx, v, store.SearchFilter{Community: f.Community, Series: f.Series, Language: f.Language, From: f.From, Until: f.Until, Limit: searchAmong}, asked)
	if err != nil {
		return err
	}
	rank := make(map[store.SearchHit]int, len(hits))
	for _, h := range hits {
		rank[h] = searchRank(h, asked)
	}
	slices.SortStableFunc(hits, func(x, y store.SearchHit) int { return rank[y] - rank[x] })
	out.More = len(hits) > searchShown
	for _, h := range hits[:min(len(hits), searchShown)] {
		text, err := tx.DocumentText(ctx, h)
		if convoke.IsNotFound(err) {
			continue // it went since it was found
		}
		if err != nil {
			return err
		}
		text = strings.TrimPrefix(text, store.TitleOf(h)) // it stands above already
		switch h.Kind {
		case store.DocEvent, store.DocSummary, store.DocAnswer:
			text = markup.Plain(text)
		}
		out.Found = append(out.Found, FoundRow{h, locale.Excerpt(text, asked)})
	}
	return nil
}

// kindRank says what is looked for first among what has as many words in its title.
var kindRank = map[store.DocumentKind]int{store.DocEvent: 4, store.DocSummary: 3, store.DocQuestion: 2, store.DocAnswer: 1, store.DocTranscript: 0}

func searchRank(h store.SearchHit, asked []string) int {
	title := h.Event
	switch h.Kind {
	case store.DocQuestion, store.DocAnswer:
		title = ""
	case store.DocTranscript:
		title = h.Material
	}
	n := 0
	for w := range locale.Words(title) {
		if locale.Wanted(w.Folded, asked) {
			n++
		}
	}
	return min(n, len(asked))*10 + kindRank[h.Kind]
}
