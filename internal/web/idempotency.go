package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"maps"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// keyClaim is where the claim of a request with an idempotency key stands in its context.
const keyClaim = "claim"

// keptFeed stands before the ID of a feed where an answer held its secret address: that is put together again, never kept.
const keptFeed = "feed:"

// The headers of idempotency (draft-ietf-httpapi-idempotency-key-header).
const (
	headerKey      = "Idempotency-Key"
	headerReplayed = "Idempotency-Replayed"
)

// once is a POST: with an idempotency key it happens once, and who repeats it gets the first answer. After a refusal or a fault the key is free
// again where nothing was changed.
func (s *Server) once(h handler, params ...string) handler {
	return s.write(func(c *gin.Context) error {
		key := c.GetHeader(headerKey)
		if key == "" {
			return h(c)
		}
		// Whoever hangs up and asks again must not find half of it done and the key free.
		c.Request = c.Request.WithContext(context.WithoutCancel(c.Request.Context()))
		ctx, v := c.Request.Context(), viewer(c)
		claim, err := claimOf(c, key)
		if err != nil {
			return err
		}
		kept, found, err := s.app.Answers.Claim(ctx, v, &claim)
		if err != nil {
			return err
		}
		if found {
			c.Header(headerReplayed, "true")
			if id, ok := bytes.CutPrefix(kept.Body, []byte(keptFeed)); ok {
				return s.replayFeed(c, kept.Status, convoke.ID(id))
			}
			return s.reply(c, kept.Status, kept.Location, kept.Body)
		}
		c.Set(keyClaim, claim)
		c.Request = c.Request.WithContext(claim.Within(ctx))
		if err = h(c); err != nil {
			err = errors.Join(err, s.app.Answers.Keep(ctx, claim, app.KeptAnswer{}))
		}
		return err
	}, params...)
}

func claimOf(c *gin.Context, key string) (app.Claim, error) {
	if len(key) > 200 || strings.ContainsFunc(key, func(r rune) bool { return r < '!' || r > '~' }) {
		return app.Claim{}, convoke.Invalid(headerKey, "error.key")
	}
	var body []byte
	if isMultipart(c) { // a file is not held in memory: its length stands for it
		body = strconv.AppendInt(nil, c.Request.ContentLength, 10)
	} else {
		var err error
		if body, err = io.ReadAll(c.Request.Body); err != nil {
			return app.Claim{}, err
		}
		c.Request.Body = io.NopCloser(bytes.NewReader(body))
	}
	sum := sha256.Sum256(append([]byte(c.Request.URL.RawQuery+"\n"), body...))
	return app.Claim{Route: c.Request.Method + " " + c.Request.URL.Path, Key: key, Hash: sum[:]}, nil
}

// keep stores what a request with a key is answered. Should that fail, it has happened all the same and is answered so.
func (s *Server) keep(c *gin.Context, n int, location string, body []byte) {
	v, ok := c.Get(keyClaim)
	if !ok {
		return
	}
	claim, _ := v.(app.Claim)
	if err := s.app.Answers.Keep(c.Request.Context(), claim, app.KeptAnswer{Status: n, Location: location, Body: body}); err != nil {
		s.log.Error("answer not kept", "route", c.FullPath(), "id", requestID(c), "error", err)
	}
}

// keyMade is where a link to what a form has made before stands in the context of the request.
const keyMade = "made"

// fieldOnce is the hidden field of a form that makes something: a key which the form keeps through refusals and previews.
const fieldOnce = "once"

// onceKey is the key of the form that a page shows: the one it was sent with, or a new one.
func onceKey(c *gin.Context) string {
	if key := c.Request.PostForm.Get(fieldOnce); key != "" {
		return key
	}
	return strings.ToLower(rand.Text())
}

// withOnce is the context of what a form makes. All its fields count, and which button was pressed.
func withOnce(c *gin.Context) context.Context {
	sent := maps.Clone(c.Request.PostForm)
	sent.Del(fieldOnce)
	hash := sha256.Sum256([]byte(sent.Encode()))
	return app.WithForm(c.Request.Context(), c.Request.PostForm.Get(fieldOnce), hash[:])
}

// madeBefore is what a form has made already.
type madeBefore struct {
	path, title string
	draft       bool
}

// notMade answers a form that has made nothing. When it made something before, as when its button was pressed twice, it leads there; find looks that up.
// Where something else was sent then, as by somebody who went back and wrote the next, the form is shown once more and says so.
func (s *Server) notMade(c *gin.Context, err error, page handler, find func(id string) (madeBefore, error)) error {
	made, ok := errors.AsType[*app.MadeError](err)
	if !ok {
		return s.again(c, err, page)
	}
	before, err := find(string(made.ID))
	gone := convoke.IsNotFound(err)
	if err != nil && !gone {
		return err
	}
	if !gone && !made.Other {
		if before.draft {
			return s.done(c, before.path, "done.draft_before")
		}
		return s.done(c, before.path, "done.published_before")
	}
	c.Request.PostForm.Del(fieldOnce) // the next press makes it
	key := convoke.Key("error.made.published")
	switch {
	case gone:
		key = "error.made.gone"
	case before.draft:
		key = "error.made.draft"
	}
	if !gone {
		r, _ := reader(c)
		c.Set(keyMade, choice{Name: r.T("form.made", "Title", before.title), Href: before.path})
	}
	return s.again(c, convoke.Refuse(convoke.ReasonConflict, key).With("Title", before.title), page)
}
