package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/store"
)

func TestMain(m *testing.M) {
	locale.Strict()
	os.Exit(m.Run())
}

var present = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// A place is a service for one test, with a community and what stands in it.
type place struct {
	t   *testing.T
	app *app.App
	web *Server
}

func newPlace(t *testing.T, base string) *place {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{Database: "sqlite", Data: t.TempDir(), Clock: func() time.Time { return present }, Careless: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	if _, err := st.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := app.New(t.Context(), app.Options{Store: st, Name: "Convoke", Base: base, From: "Convoke <convoke@convoke.example>", Log: log})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{App: a, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	return &place{t, a, s}
}

func (p *place) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	p.web.Handler().ServeHTTP(w, r)
	return w
}

func (p *place) get(target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return p.do(r)
}

func (p *place) post(target string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return p.do(r)
}

var system = convoke.System

// sayViewer answers with the viewer's person.
func (p *place) sayViewer(c *gin.Context) error {
	return p.web.json(c, http.StatusOK, viewer(c).Person)
}
