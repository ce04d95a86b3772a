package notify

import (
	"slices"
	"strings"

	"convoke/internal/convoke"
)

// thing is one material: what it is, what it is called, where it is.
type thing struct {
	What string
	link
}

const maxThings = 20

func (v *view) materialsReady() {
	e := v.c.Event
	title := v.line(e.Title, convoke.MaxTitle)
	v.held()
	key := "mail.ready." + v.gathered()
	v.Subject = v.subject(key, title)
	v.Title = v.subject(key, title)
	v.Button = &link{Label: v.T("mail.ready.button"), URL: v.page("events", e.Slug)}
	for i, m := range v.c.Materials {
		if i == maxThings {
			break
		}
		u := m.Link
		switch {
		case m.File != "" && m.Kind == convoke.Recording: // it plays there, and nowhere by itself
			u = v.page("events", e.Slug) + "#" + string(m.ID)
		case m.File != "" || !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "http://"):
			u = v.page("events", e.Slug, "materials", string(m.ID))
		}
		v.Things = append(v.Things, thing{v.item(string(m.Kind)), link{Label: v.line(m.Title, convoke.MaxTitle), URL: u}})
	}
	v.Why = v.T("mail.ready.why", "Community", v.Group)
}

// gathered is the word for what there is.
func (v *view) gathered() string {
	has := func(k convoke.MaterialKind) bool {
		return slices.ContainsFunc(v.c.Materials, func(m convoke.Material) bool { return m.Kind == k })
	}
	switch recording, slides := has(convoke.Recording), has(convoke.Slides); {
	case recording && slides:
		return "both"
	case recording:
		return "recording"
	case slides:
		return "slides"
	}
	return "other"
}

// item is what one calls a material, or something else a session leaves behind.
func (v *view) item(name string) string {
	return v.T("mail.item." + strings.ReplaceAll(name, "-", "."))
}
