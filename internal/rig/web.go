package rig

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"

	"convoke/internal/convoke"
	"convoke/internal/web"
)

// webOnce is the HTTP face, made when it is first asked for.
type webOnce struct {
	sync.Once
	server *web.Server
}

// Server is the HTTP face of this Convoke.
func (r *Rig) Server() *web.Server {
	r.t.Helper()
	r.web.Do(func() {
		var err error
		r.web.server, err = web.New(web.Options{App: r.App, Log: r.o.log, Trouble: r.Outbox.Trouble})
		r.Must(err)
	})
	return r.web.server
}

// Web is the whole service as a handler.
func (r *Rig) Web() http.Handler { return r.Server().Handler() }

// Client is one browser, or one program with a token. It follows no redirect by itself.
type Client struct {
	Peer   string      // address it comes from; the loopback, where no limits apply, unless it is set
	Header http.Header // sent with every request

	r *Rig
	c *http.Client
}

// Response is an answer, read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   string
}

// Location is where a redirect leads, without the base URL.
func (r Response) Location() string { return r.Header.Get("Location") }

// Stranger is a browser that is not signed in.
func (r *Rig) Stranger() *Client {
	r.t.Helper()
	jar, err := cookiejar.New(nil)
	r.Must(err)
	c := &Client{Peer: "127.0.0.1:40000", Header: http.Header{}, r: r}
	c.c = &http.Client{Jar: jar, Transport: inProcess{c, r.Web()}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return c
}

// As is the browser of somebody who signed in by a link, on its page and by its button. Whoever has no account yet gets one.
func (r *Rig) As(address string) *Client {
	r.t.Helper()
	if _, err := r.App.People.Get(r.t.Context(), convoke.System, address); convoke.IsNotFound(err) {
		r.Person(address)
	}
	link, err := r.App.SignIns.Direct(r.t.Context(), address)
	r.Must(err)
	path := strings.TrimPrefix(link, r.o.base)
	c := r.Stranger()
	if got := c.Get(path); got.Status != http.StatusOK {
		r.t.Fatalf("sign in %s: the link's page answers %d:\n%s", address, got.Status, got.Body)
	}
	if got := c.Post(path, url.Values{"do": {"sign-in"}}); got.Status != http.StatusSeeOther {
		r.t.Fatalf("sign in %s: the button answers %d:\n%s", address, got.Status, got.Body)
	}
	return c
}

// Program is a program with an API token of somebody's.
func (r *Rig) Program(address string, readOnly bool) *Client {
	r.t.Helper()
	token, _, err := r.App.People.AddToken(r.t.Context(), convoke.System, address, "test", readOnly)
	r.Must(err)
	c := r.Stranger()
	c.Header.Set("Authorization", "Bearer "+token)
	return c
}

// Cookies are what the browser would send here, for requests that are put together by hand.
func (c *Client) Cookies() string {
	c.r.t.Helper()
	u, err := url.Parse(c.r.o.base)
	c.r.Must(err)
	var out []string
	for _, k := range c.c.Jar.Cookies(u) {
		out = append(out, k.Name+"="+k.Value)
	}
	return strings.Join(out, "; ")
}

// Get reads a path.
func (c *Client) Get(path string) Response {
	c.r.t.Helper()
	return c.Do(http.MethodGet, path, "", "")
}

// Post sends a form, as a browser does from a page of this site.
func (c *Client) Post(path string, form url.Values) Response {
	c.r.t.Helper()
	return c.Do(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}

// JSON sends a JSON body, or none where it is empty.
func (c *Client) JSON(method, path, body string) Response {
	c.r.t.Helper()
	kind := ""
	if body != "" {
		kind = "application/json"
	}
	return c.Do(method, path, kind, body)
}

// Do sends anything; extra is pairs of header fields.
func (c *Client) Do(method, path, contentType, body string, extra ...string) Response {
	c.r.t.Helper()
	if !strings.HasPrefix(path, "/") {
		path = strings.TrimPrefix(path, c.r.o.base)
	}
	q, err := http.NewRequestWithContext(c.r.t.Context(), method, c.r.o.base+path, strings.NewReader(body))
	c.r.Must(err)
	maps.Copy(q.Header, c.Header)
	if contentType != "" {
		q.Header.Set("Content-Type", contentType)
	}
	if method == http.MethodPost && strings.HasPrefix(contentType, "application/x-www-form-urlencoded") {
		q.Header.Set("Sec-Fetch-Site", "same-origin")
		q.Header.Set("Origin", c.r.o.base)
	}
	for i := 0; i+1 < len(extra); i += 2 {
		q.Header.Set(extra[i], extra[i+1])
	}
	a, err := c.c.Do(q)
	if err != nil {
		c.r.t.Fatalf("%s %s: %v", method, path, err)
	}
	b, err := io.ReadAll(a.Body)
	if err := errors.Join(err, a.Body.Close()); err != nil {
		c.r.t.Fatalf("%s %s: %v", method, path, err)
	}
	return Response{a.StatusCode, a.Header, string(b)}
}

// inProcess answers requests without a network.
type inProcess struct {
	client  *Client
	handler http.Handler
}

func (t inProcess) RoundTrip(q *http.Request) (*http.Response, error) {
	q = q.Clone(q.Context())
	q.RemoteAddr, q.RequestURI, q.Host = t.client.Peer, q.URL.RequestURI(), q.URL.Host
	if q.Body == nil {
		q.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	t.handler.ServeHTTP(w, q)
	if q.Method == http.MethodHead {
		w.Body.Reset() // as net/http does
	}
	return w.Result(), nil
}
