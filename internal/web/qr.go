package web

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/skip2/go-qrcode"
)

// qrSide is the width of a QR code in pixels: sharp on a slide, small as a file.
const qrSide = 512

// eventQR is an event's address as a QR code, for a slide or a poster.
func (s *Server) eventQR(c *gin.Context) error {
	e, err := s.app.Events.Get(c.Request.Context(), viewer(c), c.Param("community"), c.Param("event"))
	if err != nil {
		return err
	}
	png, err := qrcode.Encode(s.app.Site().Base+eventPath(e.Community.Slug, e.Slug), qrcode.Medium, qrSide)
	if err != nil {
		return fmt.Errorf("draw QR code: %w", err)
	}
	c.Header("Cache-Control", "private, no-cache")
	return s.send(c, http.StatusOK, "image/png", png)
}
