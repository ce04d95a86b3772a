package web_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// The table of a series holds the sessions a reader may see, and nothing that a spreadsheet would take for a formula.
func TestSeriesCSV(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.Open, "mia@x.example")
		in := app.SeriesInput{Title: new("Digging"), TimeZone: new("Africa/Nairobi"), Language: new("en")}
		s, err := r.App.Series.Create(t.Context(), convoke.System, "soil", in, app.EventInput{DurationMinutes: new(60), JoinLink: new("https://meet.example/dig")},
			[]app.SessionInput{{Title: "=1+1", StartLocal: "2027-03-08T14:00"}, {Title: "Compost, \"hot\"", StartLocal: "2027-03-15T14:00"}, {Title: "Among us", StartLocal: "2027-03-22T14:00"}})
		r.Must(err)
		_, err = r.App.Series.Publish(t.Context(), convoke.System, s.ID)
		r.Must(err)
		v, err := r.App.Series.Get(t.Context(), convoke.System, "", string(s.ID))
		r.Must(err)
		_, err = r.App.Events.Cancel(t.Context(), convoke.System, v.Sessions[1].ID, "Rain")
		r.Must(err)
		_, err = r.App.Events.Edit(t.Context(), convoke.System, v.Sessions[2].ID, app.EventInput{Visibility: new("members")})
		r.Must(err)
		path := "/c/soil/series/" + s.Slug
		read := func(c *rig.Client) [][]string {
			got := c.Get(path + "/sessions.csv")
			if got.Status != 200 || got.Header.Get("Content-Type") != "text/csv; charset=utf-8" || got.Header.Get("Cache-Control") != "private, no-cache" {
				t.Fatalf("got %d %v", got.Status, got.Header)
			}
			if strings.Contains(got.Body, "meet.example") {
				t.Error("the table holds the join link")
			}
			text, ok := strings.CutPrefix(got.Body, "\uFEFF")
			rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			if err != nil || !ok {
				t.Fatalf("%v, marked as UTF-8 %v", err, ok)
			}
			return rows
		}
		at := func(i int) string { return "http://convoke.example/c/soil/events/" + v.Sessions[i].Slug }
		want := [][]string{
			{"Number", "Session", "Start (UTC)", "Start, local", "Time zone", "State", "Address"},
			{"1", "'=1+1", "2027-03-08T11:00:00Z", "2027-03-08T14:00", "Africa/Nairobi", "", at(0)},
			{"2", "Compost, \"hot\"", "2027-03-15T11:00:00Z", "2027-03-15T14:00", "Africa/Nairobi", "Cancelled", at(1)},
			{"3", "Among us", "2027-03-22T11:00:00Z", "2027-03-22T14:00", "Africa/Nairobi", "", at(2)},
		}
		same := func(a, b []string) bool { return slices.Equal(a, b) }
		if got := read(r.As("mia@x.example")); !slices.EqualFunc(got, want, same) {
			t.Errorf("a member reads %q, want %q", got, want)
		}
		if got := read(r.Stranger()); !slices.EqualFunc(got, want[:3], same) {
			t.Errorf("a stranger reads %q, want %q", got, want[:3])
		}
		if page := r.Stranger().Get(path); !strings.Contains(page.Body, `href="`+path+`/sessions.csv"`) {
			t.Error("the series' page does not lead to its table")
		}
	})
}
