package web

import (
	_ "embed"
	"net/http"

	"github.com/gin-gonic/gin"
)

//go:embed openapi.json
var openAPI []byte

// apiDocument is the description of the API for programs, in OpenAPI 3.0.
func (s *Server) apiDocument(c *gin.Context) error {
	c.Header("Cache-Control", "public, max-age=300")
	return s.send(c, http.StatusOK, "application/json; charset=utf-8", openAPI)
}
