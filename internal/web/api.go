package web

// registerAPI names every route of the API.
func (s *Server) registerAPI() {
}
