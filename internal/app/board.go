package app

import (
	"context"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// BoardItem is whether one item of a session is there, and who promised it.
type BoardItem struct {
	Item    convoke.Item
	Have    int          // materials of the kind, questions answered, or 1 for a summary
	Of      int          // questions asked
	There   bool         // nothing is missing
	None    bool         // nothing can be missing: nobody asked anything
	Promise *PromiseView // who promised it; nil for nobody
}

// BoardRow is what one past session has left behind.
type BoardRow struct {
	EventView
	Items []BoardItem
}

// BoardView is the completeness of a community's past sessions.
type BoardView struct {
	Community convoke.Community
	Standing  convoke.Standing
	Series    []convoke.Series
	Rows      []BoardRow // one more than the limit where there are more
}

// BoardFilter narrows the board.
type BoardFilter struct {
	Series    string // address
	AfterTime convoke.Instant
	AfterID   convoke.ID
	Limit     int
}

// Board reads what a community's past sessions have left behind and what is missing, the newest first, for whoever looks after it.
func (a *FollowUps) Board(ctx context.Context, v convoke.Viewer, slug string, f BoardFilter) (out BoardView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		m, s, err := a.may(ctx, tx, v, slug, convoke.Review)
		if err != nil {
			return err
		}
		out.Community, out.Standing = m, s
		if out.Series, err = tx.SeriesList(ctx, v, m.ID, store.Page{Limit: 200}); err != nil {
			return err
		}
		filter := store.EventFilter{Community: m.ID, Held: true, Latest: true, AfterTime: f.AfterTime, AfterID: f.AfterID, Limit: f.Limit + 1}
		if f.Series != "" {
			r, err := tx.SeriesBySlug(ctx, m.ID, f.Series)
			if err != nil {
				return err
			}
			filter.Series = r.ID
		}
		list, err := tx.Events(ctx, v, filter)
		if err != nil {
			return err
		}
		views, err := a.eventViews(ctx, tx, v, list)
		if err != nil {
			return err
		}
		ids := make([]convoke.ID, len(list))
		for i, e := range list {
			ids[i] = e.ID
		}
		left, err := (&Materials{a.core}).after(ctx, tx, v, ids)
		if err != nil {
			return err
		}
		promised, err := tx.Promises(ctx, ids)
		if err != nil {
			return err
		}
		var who []convoke.ID
		for _, list := range promised {
			for _, p := range list {
				if p.PersonID != "" {
					who = append(who, p.PersonID)
				}
			}
		}
		people, err := tx.Persons(ctx, who)
		if err != nil {
			return err
		}
		for _, e := range views {
			out.Rows = append(out.Rows, BoardRow{e, boardItems(left[e.ID], promised[e.ID], people)})
		}
		return nil
	})
	return out, err
}

// boardItems sorts what an event left behind by item.
func boardItems(left AfterView, promised []convoke.Promise, people map[convoke.ID]convoke.Person) []BoardItem {
	var out []BoardItem
	for _, item := range convoke.Items {
		b := BoardItem{Item: item, There: left.has(item)}
		switch item {
		case convoke.ItemSummary:
			if left.Summary {
				b.Have = 1
			}
		case convoke.ItemAnswers:
			b.Have, b.Of, b.None = left.Questions.Answered, left.Questions.Open, left.Questions.Open == 0
		default:
			b.Have = len(left.Of(convoke.MaterialKind(item)))
		}
		for _, p := range promised {
			if p.Item == item {
				b.Promise = &PromiseView{p, people[p.PersonID].Address}
			}
		}
		out = append(out, b)
	}
	return out
}
