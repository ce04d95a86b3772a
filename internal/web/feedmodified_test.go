package web_test

import (
	"net/http"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// A program that asks by date alone is given every body, however many one second brings, and no date to come.
func TestLastModified(t *testing.T) {
	r := rig.New(t)
	r.Community("soil", convoke.Open)
	b := serve(t, r)()
	ask := func(since string) page {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.base+"/c/soil/calendar.ics", nil)
		r.Must(err)
		if since != "" {
			req.Header.Set("If-Modified-Since", since)
		}
		return b.do(req)
	}
	held := ask("").header.Get("Last-Modified")
	for _, name := range []string{"Soil and water", "Soil and air", "Soil and fire"} {
		_, err := r.App.Communities.Edit(t.Context(), convoke.System, "soil", app.CommunityInput{Name: &name})
		r.Must(err)
		p := ask(held).want(t, name, http.StatusOK, name)
		held = p.header.Get("Last-Modified")
		at, err := http.ParseTime(held)
		r.Must(err)
		if at.After(r.Clock.Now()) {
			t.Errorf("Last-Modified %s at %v", held, r.Clock.Now())
		}
	}
	r.Clock.Add(5 * time.Second)
	held = ask(held).want(t, "said of by a second that was yet to come", http.StatusOK, "Soil and fire").header.Get("Last-Modified")
	ask(held).want(t, "nothing new", http.StatusNotModified)
}
