package web

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// materialFile is the file of a material, whole or a range of it. Who may have it is asked at every request.
func (s *Server) materialFile(c *gin.Context) error {
	d, err := s.app.Materials.Open(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"), convoke.ID(c.Param("material")))
	if err != nil {
		return err
	}
	return s.sendFile(c, d)
}

// sendFile answers with what was uploaded. A browser shows by itself only what cannot hold a script; everything else is saved.
func (s *Server) sendFile(c *gin.Context, d app.Download) error {
	defer func() { _ = d.Close() }() // it was read only
	if err := s.commit(c); err != nil {
		return err
	}
	h := c.Writer.Header()
	h.Set("Content-Type", d.Type)
	h.Set("Content-Disposition", disposition(convoke.Inline(d.Type), d.Name))
	h.Set("Content-Security-Policy", fileCSP)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+string(d.Material.File)+`"`)
	http.ServeContent(sender{c.Writer, c}, c.Request, "", time.Time{}, d.File.File)
	return nil
}

// sender hands a file to the connection, which sends it without taking it into memory; gin's writer would not.
type sender struct {
	gin.ResponseWriter
	c *gin.Context
}

// ReadFrom is what io.Copy asks for.
func (w sender) ReadFrom(r io.Reader) (int64, error) {
	if u, ok := w.ResponseWriter.(interface{ Unwrap() http.ResponseWriter }); ok {
		if to, ok := u.Unwrap().(io.ReaderFrom); ok {
			w.WriteHeaderNow()
			n, err := to.ReadFrom(r)
			w.c.Set(keySent, n)
			return n, err
		}
	}
	return io.Copy(struct{ io.Writer }{w.ResponseWriter}, r)
}

// disposition names a file and says whether it may be shown (RFC 6266): the name in ASCII for old programs, and as it is.
func disposition(inline bool, name string) string {
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	out := kind + `; filename="` + plain + `"`
	if plain != name {
		out += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return out
}

// captions are the captions of a recording in one language.
func (s *Server) captions(c *gin.Context) error {
	text, err := s.app.Materials.Captions(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"), convoke.ID(c.Param("material")), c.Param("language"))
	if err != nil {
		return err
	}
	return s.sendText(c, "text/vtt; charset=utf-8", text)
}

// transcript is what was said in a recording.
func (s *Server) transcript(c *gin.Context) error {
	text, _, err := s.app.Materials.Transcript(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"), convoke.ID(c.Param("material")))
	if err != nil {
		return err
	}
	return s.sendText(c, "text/plain; charset=utf-8", text)
}

// sendText answers with a text that somebody wrote, and that is no page.
func (s *Server) sendText(c *gin.Context, kind, text string) error {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", fileCSP)
	h.Set("Cache-Control", "private, no-cache")
	return s.send(c, http.StatusOK, kind, []byte(text))
}

type materialsPage struct {
	frame
	E     app.EventView
	Lines []materialLine
	Kind  string // chosen for the next one
}

// Base is the address of the page.
func (p *materialsPage) Base() string { return materialsPath(p.E) }

// Kinds are the kinds to choose from.
func (p *materialsPage) Kinds() []convoke.MaterialKind { return convoke.MaterialKinds }

// Visibilities are who can have a material.
func (p *materialsPage) Visibilities() []convoke.Visibility { return convoke.Visibilities }

func materialsPath(e app.EventView) string {
	return communityPath(e.Community.Slug) + "/admin/events/" + url.PathEscape(e.Slug) + "/materials"
}

// planned finds the event of the address for whoever plans it.
func (s *Server) planned(c *gin.Context) (app.EventView, error) {
	e, err := s.app.Events.Get(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"))
	if err == nil && !e.CanPlan {
		err = convoke.ErrForbidden
	}
	return e, err
}

// materials is where an event's materials are put up.
func (s *Server) materials(c *gin.Context) error {
	e, err := s.planned(c)
	if err != nil {
		return err
	}
	list, err := s.app.Materials.List(c.Request.Context(), viewer(c), "", string(e.ID))
	if err != nil {
		return err
	}
	p := materialsPage{frame: s.frame(c), E: e, Kind: nextKind(list)}
	p.under(e.Community, e.Standing, "admin")
	p.Title = p.T("materials.title", "Title", e.Title)
	for _, m := range list {
		p.Lines = append(p.Lines, newMaterialLine(&p.frame, e, m))
	}
	return s.show(c, "materials", &p)
}

// nextKind is the first kind that is missing.
func nextKind(list []app.MaterialView) string {
	a := app.AfterView{Materials: list}
	for _, k := range convoke.MaterialKinds {
		if len(a.Of(k)) == 0 {
			return string(k)
		}
	}
	return string(convoke.News)
}

// addMaterial puts up a link, or a file as it comes in.
func (s *Server) addMaterial(c *gin.Context) error {
	e, err := s.planned(c)
	if err != nil {
		return err
	}
	form, file, err := readUpload(c)
	if err == nil && file != nil && c.Request.ContentLength > convoke.MaxFile+besideFile {
		err = s.app.Materials.TooLarge()
	}
	if err != nil {
		return s.againWithFile(c, err, s.materials)
	}
	var in app.MaterialInput
	if err = fill(form, &in); err == nil {
		if file != nil {
			_, err = s.app.Materials.Upload(c.Request.Context(), viewer(c), e.ID, in, file.name, file)
		} else {
			_, err = s.app.Materials.AddLink(c.Request.Context(), viewer(c), e.ID, in)
		}
	}
	if err != nil {
		return s.againWithFile(c, err, s.materials)
	}
	return s.done(c, materialsPath(e), "done.material_added")
}

// MaxFile is how many bytes a file may have.
func (p *materialsPage) MaxFile() int { return convoke.MaxFile }

// FileHint says what can be chosen, and after a refusal that it must be chosen again.
func (p *materialsPage) FileHint() string {
	if p.Form != nil {
		return "materials.file.again"
	}
	return "materials.file.hint"
}

type materialPage struct {
	materialsPage
	M    app.MaterialView
	Line materialLine
}

// Base is the address of the page.
func (p *materialPage) Base() string {
	return materialsPath(p.E) + "/" + url.PathEscape(string(p.M.ID))
}

// All is the address of the page with all of them.
func (p *materialPage) All() string { return materialsPath(p.E) }

// Length is the length of a recording in minutes.
func (p *materialPage) Length() int { return p.M.Seconds / 60 }

// material is where one material is changed, and what stands beside a recording.
func (s *Server) material(c *gin.Context) error {
	e, err := s.planned(c)
	if err != nil {
		return err
	}
	m, err := s.app.Materials.Get(c.Request.Context(), viewer(c), e.ID, convoke.ID(c.Param("material")))
	if err != nil {
		return err
	}
	p := materialPage{materialsPage: materialsPage{frame: s.frame(c), E: e}, M: m}
	p.Line = newMaterialLine(&p.frame, e, m)
	p.under(e.Community, e.Standing, "admin")
	p.Title = m.Title
	return s.show(c, "material", &p)
}

// saveMaterial keeps what was changed.
func (s *Server) saveMaterial(c *gin.Context) error {
	var in app.MaterialInput
	if err := bind(c, &in); err != nil {
		return s.again(c, err, s.material)
	}
	return s.onMaterial(c, "done.material_saved", func(e, m convoke.ID) error {
		_, err := s.app.Materials.Edit(c.Request.Context(), viewer(c), e, m, in)
		return err
	})
}

// raiseMaterial moves a material one place up.
func (s *Server) raiseMaterial(c *gin.Context) error {
	var in app.MaterialInput
	if err := bind(c, &in); err != nil {
		return err
	}
	return s.onMaterial(c, "done.material_saved", func(e, m convoke.ID) error {
		_, err := s.app.Materials.Edit(c.Request.Context(), viewer(c), e, m, app.MaterialInput{Position: in.Position, Version: in.Version})
		return err
	})
}

// removeMaterial takes a material away.
func (s *Server) removeMaterial(c *gin.Context) error {
	return s.onMaterial(c, "done.material_removed", func(e, m convoke.ID) error {
		return s.app.Materials.Remove(c.Request.Context(), viewer(c), e, m)
	})
}

// onMaterial does something to the material of the address and leads back to them all.
func (s *Server) onMaterial(c *gin.Context, key string, do func(event, material convoke.ID) error) error {
	e, err := s.planned(c)
	if err != nil {
		return err
	}
	if err := do(e.ID, convoke.ID(c.Param("material"))); err != nil {
		return s.again(c, err, s.material)
	}
	return s.done(c, materialsPath(e), key)
}

// besideRecording reads a text that goes with the recording of the address, from a file or typed, and leads back to the recording.
func (s *Server) besideRecording(c *gin.Context, name, key string, do func(event, material convoke.ID, form url.Values, text string) error) error {
	e, err := s.planned(c)
	if err != nil {
		return err
	}
	form, file, err := readUpload(c)
	if err != nil {
		return s.againWithFile(c, err, s.material)
	}
	text := form.Get(name)
	if file != nil && strings.TrimSpace(text) != "" {
		return s.againWithFile(c, convoke.Invalid(name, "transcript.both"), s.material)
	}
	if file != nil {
		b, err := io.ReadAll(io.LimitReader(file, convoke.MaxCaptions+1))
		if err != nil {
			return s.againWithFile(c, readingFailed(err, convoke.Refuse(convoke.ReasonUnreadable, "error.unreadable")), s.material)
		}
		text = string(b)
		if len(b) <= convoke.MaxCaptions && !utf8.ValidString(text) { // what is too long was cut anywhere, and is told so
			return s.againWithFile(c, convoke.Invalid(name, "caption.encoding"), s.material)
		}
	}
	if err := do(e.ID, convoke.ID(c.Param("material")), form, text); err != nil {
		return s.againWithFile(c, err, s.material)
	}
	return s.done(c, materialsPath(e)+"/"+url.PathEscape(c.Param("material")), key)
}

func (s *Server) addCaptions(c *gin.Context) error {
	return s.besideRecording(c, "captions", "done.captions_saved", func(e, m convoke.ID, form url.Values, text string) error {
		return s.app.Materials.SetCaptions(c.Request.Context(), viewer(c), e, m, form.Get("caption_language"), text)
	})
}

func (s *Server) addTranscript(c *gin.Context) error {
	return s.besideRecording(c, "transcript", "done.transcript_saved", func(e, m convoke.ID, _ url.Values, text string) error {
		return s.app.Materials.SetTranscript(c.Request.Context(), viewer(c), e, m, text)
	})
}

func (s *Server) dropCaptions(c *gin.Context) error {
	return s.besideRecording(c, "", "done.material_removed", func(e, m convoke.ID, form url.Values, _ string) error {
		return s.app.Materials.DropCaptions(c.Request.Context(), viewer(c), e, m, form.Get("caption_language"))
	})
}

func (s *Server) dropTranscript(c *gin.Context) error {
	return s.besideRecording(c, "", "done.material_removed", func(e, m convoke.ID, _ url.Values, _ string) error {
		return s.app.Materials.DropTranscript(c.Request.Context(), viewer(c), e, m)
	})
}
