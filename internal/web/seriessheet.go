package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/convoke"
)

// seriesCSV is the sessions of a series that the viewer may see as a table (RFC 4180), with a mark of UTF-8 for spreadsheets.
func (s *Server) seriesCSV(c *gin.Context) error {
	v, err := s.app.Series.Get(c.Request.Context(), viewer(c), c.Param("community"), c.Param("series"))
	if err != nil {
		return err
	}
	f := s.bare(c)
	rows := [][]string{{f.T("questions.csv.number"), f.T("series.session"), f.T("series.csv.utc"), f.T("series.csv.local"), f.T("series.csv.zone"), f.T("questions.csv.state"), f.T("series.csv.address")}}
	for _, e := range v.Sessions {
		state := ""
		switch {
		case e.Draft():
			state = f.T("badge.draft")
		case e.Status == convoke.Cancelled:
			state = f.T("badge.cancelled")
		case e.Status == convoke.Tentative:
			state = f.T("badge.tentative")
		}
		rows = append(rows, []string{strconv.Itoa(e.Number), cell(e.Title), e.StartsAt.Time().Format(time.RFC3339), e.Start.String(), e.Zone, state, f.Site.Base + eventPath(v.Community.Slug, e.Slug)})
	}
	var buf bytes.Buffer
	buf.WriteString("\uFEFF")
	w := csv.NewWriter(&buf)
	w.UseCRLF = true
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	h := c.Writer.Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": v.Slug + ".csv"}))
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Accept-Language")
	h.Set("Content-Language", f.Lang())
	return s.send(c, http.StatusOK, "text/csv; charset=utf-8", buf.Bytes())
}
