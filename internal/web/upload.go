package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"convoke/internal/convoke"
)

// What a body with a file in it may hold besides the file, in bytes, and in how many parts.
const (
	besideFile = 1 << 20
	mostParts  = 100
)

// takesFile lets the body of a form hold a file of up to so many bytes.
func (s *Server) takesFile(pattern string, most int64) { s.roomy[pattern] = most + besideFile }

// takesText lets a body of JSON hold a text of up to so many bytes, of which an encoder may make three times as many.
func (s *Server) takesText(pattern string, most int64) { s.wordy[pattern] = 3*most + besideFile }

// An upload is the file of a form, which is still to be read.
type upload struct {
	name string
	io.Reader
}

// readUpload reads the fields of a form up to its file, which stands last and is left to be read; nil where no file was chosen. A form of another kind is
// read whole. Nothing is kept of a file here: it goes straight to where it is wanted.
func readUpload(c *gin.Context) (url.Values, *upload, error) {
	if !isMultipart(c) {
		form, err := readForm(c)
		return form, nil, err
	}
	broken := convoke.Refuse(convoke.ReasonUnreadable, "error.unreadable")
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, nil, broken.Because(err)
	}
	form, room := url.Values{}, int64(maxForm)
	c.Request.PostForm = form // what a refused form shows again
	for range mostParts {
		p, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return form, nil, finishForm(form)
		case err != nil:
			return nil, nil, readingFailed(err, broken)
		case p.FileName() != "":
			return form, &upload{p.FileName(), p}, finishForm(form)
		}
		text, err := io.ReadAll(io.LimitReader(p, room+1))
		if err != nil {
			return nil, nil, readingFailed(err, broken)
		}
		if room -= int64(len(text)); room < 0 {
			return nil, nil, convoke.Refuse(convoke.ReasonTooLarge, "error.too_large").With("Limit", maxForm>>10)
		}
		if !noFile(p) {
			form.Add(p.FormName(), string(text))
		}
	}
	return nil, nil, broken
}

// noFile tells what a browser sends for a file that nobody chose.
func noFile(p *multipart.Part) bool {
	_, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	_, has := params["filename"]
	return err == nil && has
}

// readingFailed is the error of a body: too large, or broken off.
func readingFailed(err error, otherwise *convoke.Error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	return otherwise.Because(err)
}

func isMultipart(c *gin.Context) bool {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	return err == nil && kind == "multipart/form-data"
}

// againWithFile is [Server.again] for a form with a file. Most that is still sending reads no answer, so what comes is read to its end first, unless it is
// too large.
func (s *Server) againWithFile(c *gin.Context, err error, page handler) error {
	e, ok := refusal(err)
	if !ok {
		return err
	}
	if e.Reason == convoke.ReasonTooLarge && c.Request.PostForm != nil {
		return s.refuse(c, e, page)
	}
	drain(c, err)
	return s.again(c, err, page)
}

// drain reads what is left of a body after a refusal that is about what it says. Of what nobody may send, or is too large, no more is read.
func drain(c *gin.Context, err error) {
	if e, ok := refusal(err); ok && (e.Reason == convoke.ReasonInvalid || e.Reason == convoke.ReasonConflict) {
		_, _ = io.Copy(io.Discard, c.Request.Body) // if it cannot be read, neither will the answer be
	}
}
