package web_test

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"convoke/internal/rig"
)

// document reads the description of the API once.
var document = sync.OnceValues(func() (*openapi3.T, error) {
	text, err := os.ReadFile("openapi.json")
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background())
})

func init() { // a file is what it is
	for _, kind := range []string{"audio/mpeg", "application/pdf"} {
		openapi3filter.RegisterBodyDecoder(kind, openapi3filter.FileBodyDecoder)
	}
}

var documented = sync.OnceValues(func() (routers.Router, error) {
	doc, err := document()
	if err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(doc)
})

// checkResponse holds an answer to the document: its status, its kind and every field. Requests that were taken are held to it, too.
func checkResponse(t *testing.T, req *http.Request, body string, res *http.Response, text string) {
	t.Helper()
	router, err := documented()
	if err != nil {
		t.Fatal(err)
	}
	route, params, err := router.FindRoute(req)
	if err != nil {
		t.Errorf("%s %s is not in the document: %v", req.Method, req.URL.Path, err)
		return
	}
	in := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true}}
	if res.StatusCode < 300 {
		in.Request = req.Clone(t.Context())
		in.Request.Body = http.NoBody
		if body != "" {
			in.Request.Body, in.Request.ContentLength = readerOf(body), int64(len(body))
		}
		if err := openapi3filter.ValidateRequest(t.Context(), in); err != nil {
			t.Errorf("%s %s %s was taken, but is not as documented: %v", req.Method, req.URL.Path, body, err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: res.StatusCode, Header: res.Header, Body: readerOf(text),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}}
	if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
		t.Errorf("%s %s: answer is not as documented: %v\n%s", req.Method, req.URL.Path, err, text)
	}
	if kind := res.Header.Get("Content-Type"); res.StatusCode >= 400 && kind != "application/problem+json" {
		t.Errorf("%s %s: status %d as %q", req.Method, req.URL.Path, res.StatusCode, kind)
	}
}

var param = regexp.MustCompile(`:(\w+)`)

func TestEveryRouteIsDocumented(t *testing.T) {
	doc, err := document()
	if err != nil {
		t.Fatal(err)
	}
	a := newAPI(t, rig.New(t))
	var routes, described []string
	for _, r := range a.server.Routes() {
		path, ok := strings.CutPrefix(r.Pattern, "/api/v1")
		if !ok || r.Method == http.MethodHead {
			continue
		}
		line := r.Method + " " + param.ReplaceAllString(path, "{$1}")
		routes = append(routes, line)
		item := doc.Paths.Find(param.ReplaceAllString(path, "{$1}"))
		if item == nil || item.GetOperation(r.Method) == nil {
			t.Errorf("%s is not in the document", line)
			continue
		}
		op := item.GetOperation(r.Method)
		if open := op.Security != nil; open != (r.Policy == "open") {
			t.Errorf("%s: policy %q, but the document says open: %v", line, r.Policy, open)
		}
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	for _, line := range described {
		if !slices.Contains(routes, line) {
			t.Errorf("%s is in the document only", line)
		}
	}
	if len(routes) < 60 {
		t.Errorf("only %d routes found", len(routes))
	}
}

// Every parameter a route knows is documented, and the other way round: an unknown one is refused.
func TestEveryParameterIsDocumented(t *testing.T) {
	doc, err := document()
	if err != nil {
		t.Fatal(err)
	}
	r := rig.New(t)
	r.Operator("op@x.example")
	a := newAPI(t, r)
	a.token("op", "op@x.example", false)
	all := map[string]bool{"nonsense": true}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			for _, p := range op.Parameters {
				if p.Value.In == "query" {
					all[p.Value.Name] = true
				}
			}
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if path == "/openapi.json" {
				continue
			}
			for name := range all {
				known := op.Parameters.GetByInAndName("query", name) != nil
				res := a.ask("op", method, strings.NewReplacer("{", "", "}", "").Replace(path)+"?"+name+"=x", "")
				refused := strings.Contains(res.Text, "There is no parameter of this name.")
				if refused == known {
					t.Errorf("%s %s?%s=x: documented %v, refused %v", method, path, name, known, refused)
				}
			}
		}
	}
}

// What has no fields refuses any: every POST says in the document what it takes, and one that takes nothing is taken at its word.
func TestNothingIsTakenInSilence(t *testing.T) {
	doc, err := document()
	if err != nil {
		t.Fatal(err)
	}
	r := rig.New(t)
	r.Operator("op@x.example")
	a := newAPI(t, r)
	a.token("op", "op@x.example", false)
	without := 0
	for path, item := range doc.Paths.Map() {
		if item.Post == nil {
			continue
		}
		body := item.Post.RequestBody
		if body == nil {
			t.Errorf("POST %s: the document does not say what it takes", path)
			continue
		}
		if !strings.HasSuffix(body.Ref, "/None") {
			continue
		}
		without++
		address, no := strings.NewReplacer("{", "", "}", "").Replace(path), "There is no field of this name."
		if got := a.ask("op", "POST", address, `{"note":"Rain"}`); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, no) {
			t.Errorf("POST %s with a field: %d %s", path, got.StatusCode, got.Text)
		}
		for _, body := range []string{"", "{}"} {
			if got := a.ask("op", "POST", address, body); strings.Contains(got.Text, no) || got.StatusCode == http.StatusBadRequest {
				t.Errorf("POST %s with %q: %d %s", path, body, got.StatusCode, got.Text)
			}
		}
	}
	if without < 16 {
		t.Errorf("only %d take nothing", without)
	}
}

func TestDocumentIsServed(t *testing.T) {
	a := newAPI(t, rig.New(t))
	got := a.must(http.StatusOK, "stranger", "GET", "/openapi.json", "")
	if got.str("openapi") != "3.0.3" {
		t.Errorf("openapi is %q", got.str("openapi"))
	}
	tag := got.Header.Get("ETag")
	a.must(http.StatusNotModified, "stranger", "GET", "/openapi.json", "", "If-None-Match", tag)
	if tag == "" || got.Header.Get("Set-Cookie") != "" {
		t.Errorf("ETag %q, Set-Cookie %q", tag, got.Header.Get("Set-Cookie"))
	}
}
