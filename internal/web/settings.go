package web

import (
	"slices"

	"github.com/gin-gonic/gin"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/locale"
)

type settingsPage struct {
	frame
	Next   string
	Chosen string // zone
}

// settings is where a reader chooses language and zone, account or not.
func (s *Server) settings(c *gin.Context) error {
	p := settingsPage{frame: s.frame(c), Next: local(c.Query("next"), "/")}
	p.Title, p.Main = p.T("settings.title"), "narrow"
	if p.ZoneFrom == "person" {
		p.Chosen = p.R.Zone().String()
	}
	return s.show(c, "settings", &p)
}

type settingsForm struct {
	Language *string `form:"language"`
	Zone     *string `form:"zone"`
	Next     string  `form:"next"`
}

// saveSettings keeps the choice: with the account of whoever has one, else in a cookie.
func (s *Server) saveSettings(c *gin.Context) error {
	var in settingsForm
	if err := bind(c, &in); err != nil {
		return err
	}
	if in.Zone != nil {
		if _, err := calendar.LoadZone(*in.Zone); err != nil {
			return s.again(c, convoke.Invalid("zone", "zone.unknown").Because(err), s.settings)
		}
	}
	if v := viewer(c); v.Signed() {
		if err := s.app.People.EditMe(c.Request.Context(), v, app.PersonInput{Language: in.Language, TimeZone: in.Zone}); err != nil {
			return s.again(c, err, s.settings)
		}
	}
	if in.Language != nil && slices.Contains(locale.Languages(), *in.Language) {
		s.choose(c, cookieLanguage, *in.Language)
	}
	if in.Zone != nil {
		s.choose(c, cookieZone, *in.Zone)
	}
	return s.to(c, local(in.Next, "/"))
}
