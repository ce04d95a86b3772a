package web

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// A materialLine is a material as pages show it.
type materialLine struct {
	speech
	app.MaterialView
	Page   string // of the event
	Href   string // of the file or the link; empty while it is locked
	Host   string // where a link leads
	Enter  string // how whoever finds it locked gets in
	Signed bool   // they are signed in
	At     int    // where its player begins, in seconds
}

func newMaterialLine(f *frame, e app.EventView, m app.MaterialView) materialLine {
	page := eventPath(e.Community.Slug, e.Slug)
	l := materialLine{speech: f.speech, MaterialView: m, Page: page, Signed: f.Signed()}
	switch {
	case m.Locked && f.Signed():
		l.Enter = communityPath(e.Community.Slug)
	case m.Locked:
		l.Enter = "/sign-in?next=" + url.QueryEscape(page)
	case m.File != "":
		l.Href = page + "/materials/" + url.PathEscape(string(m.ID))
	default:
		l.Href = m.Link
		if u, err := url.Parse(m.Link); err == nil {
			l.Host = strings.TrimPrefix(u.Hostname(), "www.")
		}
	}
	return l
}

// Lead is where its name leads: to the player on the event's page, where it has captions, or to the thing itself. A recording by itself, as a page of
// its own, plays in no browser that heeds what comes with a file.
func (l materialLine) Lead() string {
	if l.Uploaded() && l.Kind == convoke.Recording {
		return l.Page + "#" + string(l.ID)
	}
	return l.Href
}

// Moment is where a recording leads that begins at some second; empty where nothing can say so.
func (l materialLine) Moment(seconds int) string {
	at := strconv.Itoa(seconds)
	switch {
	case l.Uploaded():
		return l.Page + "?at=" + at + "#" + string(l.ID)
	case strings.Contains(l.Href, "#"):
		return ""
	}
	return l.Href + "#t=" + at
}

// Source is what its player plays, from where it begins.
func (l materialLine) Source() string {
	if l.At == 0 {
		return l.Href
	}
	return l.Href + "#t=" + strconv.Itoa(l.At)
}

// Uploaded says that the material is a file, and for the reader.
func (l materialLine) Uploaded() bool { return l.File != "" && !l.Locked }

// Film says that the file is one to look at.
func (l materialLine) Film() bool { return strings.HasPrefix(l.Type, "video/") }

// Length is the length of a recording in minutes.
func (l materialLine) Length() int { return l.Seconds / 60 }

// Icon is the sign before its name.
func (l materialLine) Icon() string {
	switch {
	case l.Locked:
		return "lock"
	case l.Kind == convoke.Recording:
		return "play"
	case l.File == "":
		return "link"
	}
	return "file"
}

// Facts is what is said of it behind its name: whom it is for, how long it is, where it stands, or its type and size.
func (l materialLine) Facts() string {
	switch {
	case l.Locked && l.Visibility == convoke.ToMembers:
		return l.T("after.members")
	case l.Locked:
		return l.T("after.readers")
	case l.Length() > 0:
		return l.T("after.minutes", "Minutes", l.Length())
	case l.File == "":
		return l.Host
	case l.TypeName() == "":
		return l.R.Size(l.Size)
	}
	return l.T("after.file", "Type", l.TypeName(), "Size", l.R.Size(l.Size))
}

// Tongues lists the languages of the captions in words.
func (l materialLine) Tongues() string {
	var names []string
	for _, code := range l.Captions {
		names = append(names, l.Language(code))
	}
	return l.R.List(names)
}

// An after is what an event left behind, as pages show it.
type after struct {
	speech
	app.AfterView
	Page  string // of the event
	Lines []materialLine
	Over  bool
	whole bool   // shows every kind of material
	zone  string // of the event, in which days are promised
}

func newAfter(f *frame, e app.EventView, a app.AfterView) after {
	out := after{speech: f.speech, AfterView: a, zone: e.Zone, Page: eventPath(e.Community.Slug, e.Slug), Over: e.EndsAt <= f.Now && e.Status != convoke.Cancelled && !e.Draft()}
	for _, m := range a.Materials {
		out.Lines = append(out.Lines, newMaterialLine(f, e, m))
	}
	return out
}

// Any says whether there is anything to show.
func (a after) Any() bool {
	return len(a.Lines) > 0 || a.Summary || a.Questions.Open > 0 || a.Over && len(a.Expected) > 0
}

// Recordings are those that can be had.
func (a after) Recordings() []materialLine {
	var out []materialLine
	for _, l := range a.Lines {
		if l.Kind == convoke.Recording && !l.Locked {
			out = append(out, l)
		}
	}
	return out
}

// Recorded says whether there is a recording, for whomever it is.
func (a after) Recorded() bool { return len(a.Of(convoke.Recording)) > 0 }

// Whole is the same with every kind of material, for the list of everything.
func (a after) Whole() after {
	a.whole = true
	return a
}

// Held lists what a table shows of a session: of a series recording, slides and concept note, in the list of everything all there is.
func (a after) Held() []materialLine {
	var out []materialLine
	kinds := []convoke.MaterialKind{convoke.Recording, convoke.Slides, convoke.ConceptNote}
	if a.whole {
		kinds = convoke.MaterialKinds
	}
	for _, kind := range kinds {
		for _, l := range a.Lines {
			if l.Kind == kind {
				out = append(out, l)
			}
		}
	}
	return out
}

// An expectation is something that was promised by a day.
type expectation struct{ Item, Date string }

// Awaited lists what is missing and was promised, once the event is over.
func (a after) Awaited() []expectation {
	var out []expectation
	for _, item := range convoke.Items {
		if at := a.Expected[item]; a.Over && at != 0 {
			out = append(out, expectation{string(item), a.In(a.zone).R.Date(at.Time())})
		}
	}
	return out
}

// shownTranscript is how many bytes of a transcript stand on the event's page; the rest is one link away.
const shownTranscript = 40_000

// A saying is a transcript on the page of its event.
type saying struct {
	materialLine
	Text string
	Cut  bool // there is more of it
}

// TranscriptHref is the address of the whole.
func (s saying) TranscriptHref() string {
	return s.Page + "/materials/" + url.PathEscape(string(s.ID)) + "/transcript"
}

// newSaying cuts a long transcript at the end of a line, or of a word.
func newSaying(l materialLine, text string) saying {
	if len(text) <= shownTranscript {
		return saying{l, text, false}
	}
	end := shownTranscript
	for !utf8.RuneStart(text[end]) {
		end--
	}
	if i := strings.LastIndexAny(text[:end], "\n "); i > end/2 {
		end = i
	}
	return saying{l, text[:end], true}
}
