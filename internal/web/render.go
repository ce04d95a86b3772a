package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/locale"
	"convoke/internal/markup"
)

//go:embed templates
var templateFiles embed.FS

// functions are what every template can call; words, times and fields are methods of the page's frame.
var functions = template.FuncMap{
	"asset": asset, "icon": icon, "mark": mark, "banner": banner, "seal": seal, "inkOf": inkOf,
	"markdown": markup.HTML, "languageName": locale.NameOf, "initials": initials, "dir": locale.Dir,
}

// loadPages parses every page together with all parts. Each gets a layout of its own, named after it, with its own content in it, as the parts are
// ten times what is special about a page.
func loadPages() *template.Template {
	all := template.Must(template.New("").Funcs(functions).Option("missingkey=error").ParseFS(templateFiles, "templates/parts/*.html"))
	files, err := fs.Glob(templateFiles, "templates/pages/*.html")
	if err != nil {
		panic("web: " + err.Error())
	}
	for _, name := range files {
		page := strings.TrimSuffix(path.Base(name), ".html")
		var pairs []string
		for _, x := range []string{`define "base`, `block "main`, `define "main`, `block "head`, `define "head`} {
			pairs = append(pairs, x+`"`, x+" "+page+`"`)
		}
		own := strings.NewReplacer(pairs...)
		for _, file := range []string{"templates/layout/base.html", name} {
			text, err := fs.ReadFile(templateFiles, file)
			if err != nil {
				panic("web: " + err.Error())
			}
			template.Must(all.New(file + " " + page).Parse(own.Replace(string(text))))
		}
	}
	return all
}

// framed is every page: a struct that embeds frame.
type framed interface{ base() *frame }

// show answers with a page, rendered whole before its first byte goes out.
func (s *Server) show(c *gin.Context, name string, page framed) error {
	if s.pages.Lookup("base "+name) == nil {
		panic("web: no page named " + name)
	}
	var buf bytes.Buffer
	if err := s.pages.ExecuteTemplate(&buf, "base "+name, page); err != nil {
		return fmt.Errorf("render page %s: %w", name, err)
	}
	f := page.base()
	if f.Form != nil && len(f.Form.Faults) > 0 { // what is wrong stands above the fields, which give it their order and their names
		f.Form.arrange(buf.Bytes())
		buf.Reset()
		if err := s.pages.ExecuteTemplate(&buf, "base "+name, page); err != nil {
			return fmt.Errorf("render page %s: %w", name, err)
		}
	}
	h := c.Writer.Header()
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Add("Vary", "Accept-Language")
	h.Set("Content-Language", f.Lang())
	n := http.StatusOK
	if f.status != 0 {
		n = f.status
	}
	return s.send(c, n, "text/html; charset=utf-8", buf.Bytes())
}

// send answers with a whole body. Answers to GET carry a weak tag, as what compresses them changes their bytes.
func (s *Server) send(c *gin.Context, n int, kind string, body []byte) error {
	if err := s.commit(c); err != nil {
		return err
	}
	h := c.Writer.Header()
	reading := c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
	if reading && n == http.StatusOK {
		sum := sha256.Sum256(body)
		tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		h.Set("ETag", "W/"+tag)
		if h.Get("Set-Cookie") == "" && etagMatches(c.Request.Header.Values("If-None-Match"), tag) {
			h.Add("Vary", "Accept-Encoding")
			c.Status(http.StatusNotModified)
			c.Writer.WriteHeaderNow()
			return nil
		}
	}
	h.Set("Content-Type", kind)
	if c.Request.Method == http.MethodHead {
		h.Add("Vary", "Accept-Encoding")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		c.Status(n)
		c.Writer.WriteHeaderNow()
		return nil
	}
	s.gzip(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(n)
		_, _ = w.Write(body) // the reader has gone; nobody is left to be told
	})).ServeHTTP(c.Writer, c.Request)
	return nil
}

// json answers a program.
func (s *Server) json(c *gin.Context, n int, v any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	c.Header("Cache-Control", "private, no-cache")
	return s.send(c, n, "application/json; charset=utf-8", buf.Bytes())
}

// to sends on to a page here, with GET.
func (s *Server) to(c *gin.Context, local string) error {
	if err := s.commit(c); err != nil {
		return err
	}
	c.Writer.Header().Set("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, local)
	return nil
}

// A flash is what the next page says about what was just done.
type flash struct {
	Key  string `json:"k"`
	Args []any  `json:"a,omitempty"` // pairs of name and text or number
}

// done answers a POST that succeeded: on to a page here, which says the text of a key beginning with "done.".
func (s *Server) done(c *gin.Context, local, key string, args ...any) error {
	text, err := json.Marshal(flash{key, args})
	if err != nil {
		return fmt.Errorf("write flash: %w", err)
	}
	http.SetCookie(c.Writer, &http.Cookie{Name: cookieFlash, Value: base64.RawURLEncoding.EncodeToString(text), Path: "/", MaxAge: 120,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
	return s.to(c, local)
}

// takeFlash reads and forgets what the page before left. A cookie can be forged by whoever holds it, so only our own sentences count.
func (s *Server) takeFlash(c *gin.Context, r locale.Reader) string {
	value, err := c.Cookie(cookieFlash)
	if err != nil || value == "" {
		return ""
	}
	http.SetCookie(c.Writer, &http.Cookie{Name: cookieFlash, Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
	text, err := base64.RawURLEncoding.DecodeString(value)
	var f flash
	if err != nil || json.Unmarshal(text, &f) != nil || !strings.HasPrefix(f.Key, "done.") || !locale.Has(f.Key) || len(f.Args)%2 != 0 {
		return ""
	}
	for i, a := range f.Args {
		switch a := a.(type) {
		case float64:
			f.Args[i] = int(a)
		case string:
		default:
			return ""
		}
	}
	return r.T(f.Key, f.Args...)
}

// local keeps a path that a form or an address named only when it stays here; otherwise is for where none is named.
func local(p, otherwise string) string {
	if p == "" {
		return otherwise
	}
	return app.LocalPath(p)
}

// initials are the first letters of the first and the last word of a name.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	if len(words) > 2 {
		words = slices.Concat(words[:1], words[len(words)-1:])
	}
	var out strings.Builder
	for _, w := range words {
		out.WriteString(strings.ToUpper(string([]rune(w)[:1])))
	}
	return out.String()
}
