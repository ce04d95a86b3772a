package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type materialJSON struct {
	ID         convoke.ID `json:"id"`
	Event      convoke.ID `json:"event"`
	Kind       string     `json:"kind"`
	Title      string     `json:"title"`
	Language   string     `json:"language"`
	Visibility string     `json:"visibility"`
	Locked     bool       `json:"locked"`
	Link       string     `json:"link"`
	File       *fileJSON  `json:"file,omitempty"`
	Minutes    int        `json:"minutes"`
	Captions   []string   `json:"captions"` // languages
	Transcript bool       `json:"transcript"`
	Version    int64      `json:"version"`
	CreatedAt  time.Time  `json:"created_at"`
	UpdatedAt  time.Time  `json:"updated_at"`
}

type fileJSON struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	URL  string `json:"url"`
}

func (s *Server) materialOf(m app.MaterialView) materialJSON {
	out := materialJSON{ID: m.ID, Event: m.EventID, Kind: string(m.Kind), Title: m.Title, Language: m.Language, Visibility: string(m.Visibility), Locked: m.Locked, Link: m.Link,
		Minutes: m.Seconds / 60, Captions: append([]string{}, m.Captions...), Transcript: m.Transcript > 0, Version: m.Version, CreatedAt: m.CreatedAt.Time(), UpdatedAt: m.UpdatedAt.Time()}
	if m.File != "" {
		out.File = &fileJSON{m.Name, m.Type, m.Size, s.app.Site().Base + materialAPI(m.EventID, m.ID) + "/file"}
	}
	return out
}

func materialAPI(event, material convoke.ID) string {
	return apiPath("events", string(event)) + "/materials/" + url.PathEscape(string(material))
}

func (s *Server) apiMaterials(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	list, err := s.app.Materials.List(c.Request.Context(), viewer(c), "", string(id))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, whole(list, s.materialOf))
}

// apiAddMaterial puts up a link, given as JSON, or a file, given as a form of which the file is the last part.
func (s *Server) apiAddMaterial(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	ctx, v := c.Request.Context(), viewer(c)
	var in app.MaterialInput
	var m convoke.Material
	if isMultipart(c) {
		m, err = s.apiUpload(c, id)
	} else if err = decode(c, &in); err == nil {
		m, err = s.app.Materials.AddLink(ctx, v, id, in)
	}
	if err != nil {
		return err
	}
	return s.showMaterial(c, http.StatusCreated, materialAPI(id, m.ID), id, m.ID)
}

func (s *Server) apiUpload(c *gin.Context, event convoke.ID) (m convoke.Material, err error) {
	form, file, err := readUpload(c)
	if err != nil {
		return m, err
	}
	var in app.MaterialInput
	if err := fill(form, &in); err != nil {
		return m, err
	}
	if file == nil {
		return s.app.Materials.AddLink(c.Request.Context(), viewer(c), event, in)
	}
	m, err = s.app.Materials.Upload(c.Request.Context(), viewer(c), event, in, file.name, file)
	if err != nil {
		drain(c, err)
	}
	return m, err
}

// showMaterial answers with a material as it now is for the viewer.
func (s *Server) showMaterial(c *gin.Context, n int, location string, event, material convoke.ID) error {
	m, err := s.app.Materials.Get(c.Request.Context(), viewer(c), event, material)
	if err != nil {
		return err
	}
	return s.answer(c, n, location, s.materialOf(m))
}

// materialID finds the event and the material of the address.
func (s *Server) materialID(c *gin.Context) (event, material convoke.ID, err error) {
	event, err = s.eventID(c)
	return event, convoke.ID(c.Param("material")), err
}

func (s *Server) apiMaterial(c *gin.Context) error {
	e, id, err := s.materialID(c)
	if err != nil {
		return err
	}
	m, err := s.app.Materials.Get(c.Request.Context(), viewer(c), e, id)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, s.materialOf(m))
}

func (s *Server) apiEditMaterial(c *gin.Context) error {
	e, id, err := s.materialID(c)
	if err != nil {
		return err
	}
	var in app.MaterialInput
	if err := decode(c, &in); err != nil {
		return err
	}
	if _, err := s.app.Materials.Edit(c.Request.Context(), viewer(c), e, id, in); err != nil {
		return err
	}
	return s.showMaterial(c, http.StatusOK, "", e, id)
}

func (s *Server) apiDropMaterial(c *gin.Context) error {
	e, id, err := s.materialID(c)
	if err != nil {
		return err
	}
	if err := s.app.Materials.Remove(c.Request.Context(), viewer(c), e, id); err != nil {
		return err
	}
	return s.nothing(c)
}

// apiFile is the file itself, whole or a range of it.
func (s *Server) apiFile(c *gin.Context) error {
	e, id, err := s.materialID(c)
	if err != nil {
		return err
	}
	d, err := s.app.Materials.Open(c.Request.Context(), viewer(c), "", string(e), id)
	if err != nil {
		return err
	}
	return s.sendFile(c, d)
}

// textJSON is what stands beside a recording.
type textJSON struct {
	Language string `json:"language,omitempty"` // of captions
	Text     string `json:"text"`
}

func (s *Server) apiCaptions(c *gin.Context) error {
	e, id, err := s.materialID(c)
	if err != nil {
		return err
	}
	text, err := s.app.Materials.Captions(c.Request.Context(), viewer(c), "", string(e), id, c.Param("language"))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, textJSON{c.Param("language"), text})
}

type textInput struct {
	Text string `json:"text"`
}

func (s *Server) apiPutCaptions(c *gin.Context) error {
	e, id, err := s.materialID(c)
	if err != nil {
		return err
	}
	var in textInput
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := s.app.Materials.SetCaptions(c.Request.Context(), viewer(c), e, id, c.Param("language"), in.Text); err != nil {
		return err
	}
	return s.nothing(c)
}

func (s *Server) apiDropCaptions(c *gin.Context) error {
	e, id, err := s.materialID(c)
	if err != nil {
		return err
	}
	if err := s.app.Materials.DropCaptions(c.Request.Context(), viewer(c), e, id, c.Param("language")); err != nil {
		return err
	}
	return s.nothing(c)
}

func (s *Server) apiTranscript(c *gin.Context) error {
	e, id, err := s.materialID(c)
	if err != nil {
		return err
	}
	text, _, err := s.app.Materials.Transcript(c.Request.Context(), viewer(c), "", string(e), id)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, textJSON{Text: text})
}

func (s *Server) apiPutTranscript(c *gin.Context) error {
	e, id, err := s.materialID(c)
	if err != nil {
		return err
	}
	var in textInput
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := s.app.Materials.SetTranscript(c.Request.Context(), viewer(c), e, id, in.Text); err != nil {
		return err
	}
	return s.nothing(c)
}

func (s *Server) apiDropTranscript(c *gin.Context) error {
	e, id, err := s.materialID(c)
	if err != nil {
		return err
	}
	if err := s.app.Materials.DropTranscript(c.Request.Context(), viewer(c), e, id); err != nil {
		return err
	}
	return s.nothing(c)
}
