package web

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// boardSize is how many sessions a page of the board shows.
const boardSize = 50

type boardPage struct {
	frame
	V      app.BoardView
	Rows   []boardLine
	Totals []boardTotal
	Series string
	Pager  pager
}

// boardTotal is how many of the sessions shown have an item.
type boardTotal struct {
	Item      string
	There, Of int
}

type boardLine struct {
	speech
	app.BoardRow
	Path, Edit string
	Cells      []boardCell
}

type boardCell struct {
	speech
	app.BoardItem
}

// Said is how it stands in words.
func (b boardCell) Said() string {
	switch {
	case b.None:
		return b.T("board.none")
	case b.Item == convoke.ItemAnswers:
		return b.T("after.questions.count", "Answered", b.Have, "Asked", b.Of)
	case b.There:
		return b.T("board.there")
	}
	return b.T("board.missing")
}

// Promised says who promised what is missing and for when; empty for nobody.
func (b boardCell) Promised() string {
	if b.There || b.Promise == nil {
		return ""
	}
	if b.Promise.DueAt == 0 {
		return b.T("board.by", "Name", isolated(b.Promise.Name))
	}
	return b.T("board.by.due", "Name", isolated(b.Promise.Name), "Date", b.R.Date(b.Promise.DueAt.Time()))
}

// afterCursor reads where a list goes on.
func afterCursor(c *gin.Context) (convoke.Instant, convoke.ID) {
	n, err := strconv.ParseInt(c.Query("before"), 10, 64)
	if err != nil {
		return 0, ""
	}
	return convoke.Instant(n), convoke.ID(c.Query("id"))
}

// board is what each past session of a community has left behind, and what is missing.
func (s *Server) board(c *gin.Context) error {
	f := app.BoardFilter{Series: c.Query("series"), Limit: boardSize}
	f.AfterTime, f.AfterID = afterCursor(c)
	v, err := s.app.FollowUps.Board(c.Request.Context(), viewer(c), c.Param("community"), f)
	if err != nil {
		return err
	}
	p := boardPage{frame: s.frame(c), V: v, Series: f.Series}
	p.under(v.Community, v.Standing, "admin")
	p.Title, p.Pager.speech = p.T("board.title"), p.speech
	for _, item := range convoke.Items {
		p.Totals = append(p.Totals, boardTotal{Item: string(item)})
	}
	for _, r := range v.Rows[:min(len(v.Rows), boardSize)] {
		l := boardLine{speech: p.speech, BoardRow: r, Path: eventPath(r.Community.Slug, r.Slug), Edit: summaryDeskPath(r.EventView)}
		for i, item := range r.Items {
			l.Cells = append(l.Cells, boardCell{p.In(r.Zone), item})
			if !item.None {
				p.Totals[i].Of++
				if item.There {
					p.Totals[i].There++
				}
			}
		}
		p.Rows = append(p.Rows, l)
	}
	if len(v.Rows) > boardSize {
		last := v.Rows[boardSize-1]
		p.Pager.Next = p.more(c, "before", strconv.FormatInt(int64(last.StartsAt), 10), "id", string(last.ID))
	}
	return s.show(c, "board", &p)
}

// SeriesChoices are the series to choose from.
func (p *boardPage) SeriesChoices() []choice { return seriesChoices(p.V.Series, p.Series) }

func seriesChoices(list []convoke.Series, current string) []choice {
	var out []choice
	for _, r := range list {
		out = append(out, choice{Name: r.Title, Value: r.Slug, Current: r.Slug == current})
	}
	return out
}
