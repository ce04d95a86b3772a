package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/markup"
)

// exported reads the questions of an event for a file: what the reader may see on the page.
func (s *Server) exported(c *gin.Context, ending string) (*frame, []questionItem, app.QuestionsView, error) {
	view, err := s.app.Questions.List(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"))
	if err != nil {
		return nil, nil, view, err
	}
	f := s.bare(c)
	f.under(view.Event.Community, view.Event.Standing, "")
	film, err := s.film(c, &f, view.Event)
	if err != nil {
		return nil, nil, view, err
	}
	var items []questionItem
	for _, q := range view.Questions {
		item := f.questionItem(&view, q)
		item.Film = film
		items = append(items, item)
	}
	h := c.Writer.Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": view.Event.Slug + "-questions" + ending}))
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Accept-Language")
	h.Set("Content-Language", f.Lang())
	return &f, items, view, nil
}

// exportMarkdown is all questions as a Markdown file. Answers stand in it as the page shows them.
func (s *Server) exportMarkdown(c *gin.Context) error {
	f, items, view, err := s.exported(c, ".md")
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", markup.Escape(f.T("questions.of", "Title", view.Event.Title)), markup.Escape(fromEvent(f.speech, f.Now, view)))
	link := func(words, address string) string {
		if strings.HasPrefix(address, "/") {
			address = f.Site.Base + address
		}
		return markup.Link(words, address)
	}
	if len(items) > 0 && items[0].Film != nil {
		fmt.Fprintf(&b, "\n%s\n", link(f.T("questions.recording"), items[0].Film.Lead()))
	}
	for _, q := range items {
		fmt.Fprintf(&b, "\n## %d. %s\n", q.N, markup.Escape(q.Heading()))
		if rest := q.Rest(); rest != "" {
			fmt.Fprintf(&b, "\n%s\n", markup.Escape(rest))
		}
		var facts []string
		for _, x := range []string{q.AskedBy(), q.Wanted()} {
			if x != "" {
				facts = append(facts, markup.Escape(x))
			}
		}
		switch {
		case q.State == convoke.QuestionPending:
			facts = append(facts, f.T("questions.pending"))
		case q.State == convoke.QuestionDeclined:
			facts = append(facts, f.T("questions.declined.why", "Reason", markup.Escape(q.Reason)))
		case q.Watch() != "":
			facts = append(facts, f.T("questions.live"), link(f.T("questions.live.watch", "Moment", q.Moment()), q.Watch()))
		case q.Live() && q.Moment() != "":
			facts = append(facts, f.T("questions.live"), f.T("questions.live.at", "Moment", q.Moment()))
		case q.Live():
			facts = append(facts, f.T("questions.live"))
		}
		if len(facts) > 0 {
			fmt.Fprintf(&b, "\n%s\n", strings.Join(facts, " · "))
		}
		for _, r := range q.Published() {
			fmt.Fprintf(&b, "\n### %s\n\n%s\n", strings.Join(q.signature(r, markup.Escape), " · "), markup.Markdown(r.Text))
		}
		for _, m := range q.Comments {
			name := m.Name
			if name == "" {
				name = f.T("questions.gone")
			}
			fmt.Fprintf(&b, "\n> %s · %s\n>\n> %s\n", markup.Escape(isolated(name)), f.R.Date(m.CreatedAt.Time()), strings.ReplaceAll(markup.Escape(m.Text), "\n", "\n> "))
		}
	}
	return s.send(c, http.StatusOK, "text/markdown; charset=utf-8", []byte(b.String()))
}

// signature is who answered, in what part and when.
func (q questionItem) signature(r convoke.Reply, escape func(string) string) []string {
	if r.Name == "" {
		return []string{q.T("questions.part.room"), q.R.Date(r.PublishedAt.Time())}
	}
	out := []string{escape(isolated(r.Name))}
	if r.Organisation != "" {
		out = append(out, escape(isolated(r.Organisation)))
	}
	if role := q.Role(r); role != "" {
		out = append(out, role)
	}
	return append(out, q.R.Date(r.PublishedAt.Time()))
}

// cell keeps a spreadsheet from taking what somebody wrote for a formula.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// exportCSV is all questions, answers and comments as a table (RFC 4180), a row each, with a mark of UTF-8 for spreadsheets.
func (s *Server) exportCSV(c *gin.Context) error {
	f, items, _, err := s.exported(c, ".csv")
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	buf.WriteString("\uFEFF")
	w := csv.NewWriter(&buf)
	w.UseCRLF = true
	line := func(cells ...string) error {
		for i := range cells {
			cells[i] = cell(strings.ReplaceAll(cells[i], "\r", ""))
		}
		return w.Write(cells)
	}
	var head []string
	for _, name := range []string{"number", "kind", "state", "text", "name", "organisation", "part", "date", "people", "moment", "reason"} {
		head = append(head, f.T("questions.csv."+name))
	}
	err = line(head...)
	day := func(i convoke.Instant) string { return i.Time().Format(time.RFC3339) }
	for _, q := range items {
		n := strconv.Itoa(q.N)
		moment := q.Moment()
		if q.Live() && moment == "" {
			moment = f.T("questions.live")
		}
		if err == nil {
			err = line(n, f.T("questions.csv.kind.question"), q.Standing(), q.Text, plainNames(q), "", "", day(q.CreatedAt), strconv.Itoa(len(q.Askers)), moment, q.Reason)
		}
		for _, r := range q.Published() {
			if err == nil {
				err = line(n, f.T("questions.csv.kind.answer"), "", r.Text, r.Name, r.Organisation, q.Role(r), day(r.PublishedAt), "", "", "")
			}
		}
		for _, m := range q.Comments {
			if err == nil {
				err = line(n, f.T("questions.csv.kind.comment"), "", m.Text, m.Name, "", "", day(m.CreatedAt), "", "", "")
			}
		}
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	if err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return s.send(c, http.StatusOK, "text/csv; charset=utf-8", buf.Bytes())
}

// plainNames are the people who asked by name, for a cell.
func plainNames(q questionItem) string {
	var names []string
	for _, a := range q.Askers {
		if a.First && a.Name != "" {
			names = append(names, a.Name)
		}
	}
	return strings.Join(names, "; ")
}
