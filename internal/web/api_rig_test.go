package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/web"
)

// An api is the service as programs see it.
type api struct {
	t      *testing.T
	r      *rig.Rig
	h      http.Handler
	server *web.Server
	tokens map[string]string // by who asks
}

func newAPI(t *testing.T, r *rig.Rig) *api {
	t.Helper()
	return &api{t: t, r: r, h: r.Web(), server: r.Server(), tokens: map[string]string{"stranger": ""}}
}

// token lets somebody ask under a name.
func (a *api) token(who, address string, readOnly bool) {
	a.t.Helper()
	text, _, err := a.r.App.People.AddToken(a.t.Context(), convoke.System, address, who, readOnly)
	if err != nil {
		a.t.Fatal(err)
	}
	a.tokens[who] = text
}

// An answer is what came back.
type answer struct {
	t *testing.T
	*http.Response
	Text string
}

// ask sends a request; body is JSON or empty, headers are pairs.
func (a *api) ask(who, method, path, body string, headers ...string) *answer {
	a.t.Helper()
	token, ok := a.tokens[who]
	if !ok {
		a.t.Fatalf("nobody is called %q", who)
	}
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	req := httptest.NewRequest(method, "/api/v1"+path, in)
	req.RemoteAddr = "127.0.0.1:40000"
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.h.ServeHTTP(w, req)
	res := w.Result()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	checkResponse(a.t, req, body, res, string(text))
	return &answer{a.t, res, string(text)}
}

// must is ask that has to be answered with a status.
func (a *api) must(want int, who, method, path, body string, headers ...string) *answer {
	a.t.Helper()
	got := a.ask(who, method, path, body, headers...)
	if got.StatusCode != want {
		a.t.Fatalf("%s %s %s %s: status %d, want %d\n%s", who, method, path, body, got.StatusCode, want, got.Text)
	}
	return got
}

func readerOf(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }

// get finds a value by a path of names and numbers, "items.0.name".
func (a *answer) get(path string) any {
	a.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.Text), &v); err != nil {
		a.t.Fatalf("%v in %s", err, a.Text)
	}
	for name := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			var i int
			if err := json.Unmarshal([]byte(name), &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (a *answer) str(path string) string {
	s, _ := a.get(path).(string)
	return s
}
