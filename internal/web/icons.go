package web

import "html/template"

// icons are drawn on a grid of 24 with round strokes of 1.75; convoke.css sets both. At most twenty, so that they stay a family.
var icons = map[string]string{
	"previous": `<path d="m15 5-7 7 7 7"/>`,
	"next":     `<path d="m9 5 7 7-7 7"/>`,
	"down":     `<path d="m5 9 7 7 7-7"/>`,
	"check":    `<path d="m4.5 12.5 5 5 10-11"/>`,
	"cross":    `<path d="m6 6 12 12M18 6 6 18"/>`,
	"warning":  `<path d="M12 4 2.5 20h19ZM12 10.5v4M12 17.25v.01"/>`,
	"info":     `<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.75v.01"/>`,
	"calendar": `<rect x="3.5" y="5" width="17" height="15.5" rx="1.5"/><path d="M3.5 10h17M8 2.75v4M16 2.75v4"/>`,
	"clock":    `<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.25 2"/>`,
	"globe":    `<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c5 5.5 5 12.5 0 18-5-5.5-5-12.5 0-18"/>`,
	"lock":     `<rect x="5" y="10.5" width="14" height="10" rx="1.5"/><path d="M8 10.5V7.5a4 4 0 0 1 8 0v3"/>`,
	"people":   `<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20a6.5 6.5 0 0 1 13 0M15.5 4.75a3.5 3.5 0 0 1 0 6.5M18 14.25a6.5 6.5 0 0 1 3.5 5.75"/>`,
	"file":     `<path d="M6 3h8l4.5 4.5V21H6ZM14 3v4.75h4.5"/>`,
	"message":  `<path d="M3.5 4.5h17v12H12l-4.5 4v-4h-4Z"/>`,
	"mail":     `<rect x="3" y="5" width="18" height="14" rx="1.5"/><path d="m3.5 6.5 8.5 7 8.5-7"/>`,
	"copy":     `<rect x="8.5" y="8.5" width="12" height="12" rx="1.5"/><path d="M5.5 15.5h-2v-12h12v2"/>`,
	"play":     `<path d="M7 4.5v15l12-7.5Z"/>`,
	"plus":     `<path d="M12 5v14M5 12h14"/>`,
	"search":   `<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>`,
	"link":     `<path d="M10 14a4.25 4.25 0 0 0 6 0l4-4a4.25 4.25 0 0 0-6-6l-1.5 1.5M14 10a4.25 4.25 0 0 0-6 0l-4 4a4.25 4.25 0 0 0 6 6l1.5-1.5"/>`,
}

// icon draws the named icon inline, in the colour of the text around it and silent for screen readers: a word stands beside it.
// An unknown name is a mistake in a template and panics.
func icon(name string) template.HTML {
	shape, ok := icons[name]
	if !ok {
		panic("web: no icon named " + name)
	}
	class := "icon"
	if name == "previous" || name == "next" {
		class = "icon turn" // the only two that point along the line of writing
	}
	return template.HTML(`<svg class="` + class + `" viewBox="0 0 24 24" aria-hidden="true">` + shape + `</svg>`)
}

// mark draws the sign of Convoke: a call in three arcs, as in the patterns, and one who hears it.
func mark() template.HTML {
	return `<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path stroke-width="3" d="M2.5 4.5a19 19 0 0 0 17 17"/>` +
		`<circle cx="11.5" cy="12.5" r="2.25" fill="currentColor" stroke="none"/>` +
		`<path stroke-width="2" d="M12.5 2a9.5 9.5 0 0 0 9.5 9.5M17.25 2a4.75 4.75 0 0 0 4.75 4.75"/></svg>`
}
