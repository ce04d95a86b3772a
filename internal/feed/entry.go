package feed

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/markup"
)

// maxDescription is the longest DESCRIPTION in bytes: a feed of a year stays below a megabyte, which Google reads.
const maxDescription = 10 << 10

// event says what the VEVENT of an event holds.
func (src Source) event(e convoke.Event, member bool) calendar.Event {
	say := reader(e.Language, src.Community.Language)
	v := calendar.Event{
		UID:      e.UID,
		Sequence: e.Sequence,
		Stamp:    e.Stamp.Time(),
		Created:  e.PublishedAt.Time(),
		Start:    e.Start,
		Zone:     e.Zone,
		Minutes:  e.Minutes,
		Status:   status(e.Status),
	}
	t := text{
		title: e.Title, abstract: e.Abstract, agenda: e.Agenda, note: e.CancelNote, place: e.Place, join: e.JoinLink,
		page: src.page("events", e.Slug), organizer: e.Organizer, number: e.Number,
	}
	t.hide(src.hidden)
	for _, s := range src.Speakers {
		if s.EventID == e.ID {
			t.speakers = append(t.speakers, s)
		}
	}
	if src.ruled(e) {
		src.override(&v, &t, e)
	} else {
		start := e.StartsAt.Time()
		v.UTC = !calendar.ZoneFits(e.Zone, start.AddDate(-yearsBefore, 0, 0), start.AddDate(yearsAfter, 0, 0))
	}
	src.write(&v, t, say, member)
	return v
}

// override turns a date's entry into the override that stands beside the rule: it has the rule's UID, zone and organiser.
// Programs pass over one whose version is below the rule's (RFC 5546 2.1.5), so it has the rule's at least.
func (src Source) override(v *calendar.Event, t *text, e convoke.Event) {
	m := src.Meeting
	v.UID = m.UID
	v.Sequence = max(e.Sequence, m.Sequence)
	v.Stamp = max(e.Stamp, m.Stamp).Time()
	v.RecurrenceID = e.RecurrenceID
	v.Zone = ruleZone(*m)
	if loc, err := calendar.LoadZone(v.Zone); err == nil && e.Zone != m.Zone {
		v.Start = calendar.In(e.StartsAt.Time(), loc)
	}
	t.organizer = m.Organizer
	t.hidden = m.JoinLink
	t.abstract = cmp.Or(t.abstract, m.Description)
}

// rule says what the VEVENT of a whole meeting holds.
func (src Source) rule(m convoke.Recurrence, member bool) calendar.Event {
	say := reader(m.Language, src.Community.Language)
	v := calendar.Event{
		UID:      m.UID,
		Sequence: m.Sequence,
		Stamp:    m.Stamp.Time(),
		Created:  m.PublishedAt.Time(),
		Start:    m.Start,
		Zone:     ruleZone(m),
		Minutes:  m.Minutes,
		Status:   status(m.Status),
		Rule:     &m.Rule.Rule,
	}
	if loc, err := calendar.LoadZone(m.Zone); err == nil {
		changed := calendar.In(m.Stamp.Time(), loc)
		if changed.Before(m.Start) {
			changed = m.Start
		}
		day := changed.Date().AddMonths(12 * rulesAhead)
		v.Except = m.Rule.Exceptions(m.Start, day.At(23, 59))
	}
	src.write(&v, text{
		title: m.Title, abstract: m.Description, note: m.CancelNote, place: m.Place, join: m.JoinLink,
		page: src.page("meetings", m.Slug), organizer: m.Organizer,
	}, say, member)
	return v
}

func (src Source) page(noun, slug string) string {
	return src.Site.Base + "/c/" + src.Community.Slug + "/" + noun + "/" + slug
}

// status is STATUS of RFC 5545 3.8.1.11.
func status(s convoke.Status) string {
	return strings.ToUpper(string(cmp.Or(s, convoke.Confirmed)))
}

// text is what an entry says in words.
type text struct {
	title, abstract, agenda, note, place string
	join, hidden                         string // link to join with; another one that must not be told
	page, organizer                      string
	number                               int
	speakers                             []convoke.Speaker
	secrets                              []string // what must not be in any of the above
}

// write puts the words into the entry.
func (src Source) write(v *calendar.Event, t text, say words, member bool) {
	if !member {
		t.hide(t.join)
		t.hide(t.hidden)
	}
	cancelled := v.Status == "CANCELLED"
	community := t.clean(src.Community.Name, convoke.MaxName)
	v.Language = say.language
	v.Summary = t.clean(t.title, convoke.MaxTitle)
	if cancelled {
		v.Summary = say.T("entry.cancelled", "Title", v.Summary)
		v.Transparent = true
	}
	v.Location = t.clean(t.place, convoke.MaxPlace)
	if member && t.join != "" && !cancelled {
		v.Location = cmp.Or(v.Location, t.join)
		if isLink(t.join) {
			v.Conference, v.ConferenceLabel = t.join, say.T("entry.join.label")
		}
	}
	v.Description = src.description(t, say, member, cancelled)
	v.URL = t.page
	if community != "" {
		v.Categories = []string{community}
	}
	if address := cmp.Or(t.organizer, src.Site.From); address != "" {
		v.Organizer = &calendar.Party{Name: community, Address: address}
	}
}

// clean returns one line of what somebody wrote.
func (t text) clean(s string, most int) string {
	return t.hush(markup.Clean(t.hush(s), most))
}

// plain returns what somebody wrote in Markdown.
func (t text) plain(s string) string {
	return t.hush(markup.Plain(t.hush(s)))
}

// hide makes a link a secret, also as Markdown may have it.
func (t *text) hide(link string) {
	t.secrets = append(t.secrets, link, strings.ReplaceAll(link, "&", "&amp;"))
}

// hush takes the secrets out of a text: an author may have pasted the join link into the abstract. It is done before and
// after the mark-up is read, which may hide a part of a link or cut it short.
func (t text) hush(s string) string {
	for _, secret := range t.secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "…")
		}
	}
	return s
}

// isLink says whether a link can stand in a property of its own; one with a broken escape would take the entry down.
func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && u.Host != ""
}

// description puts first how to join and last where to read on; what is between is cut when it is too long.
func (src Source) description(t text, say words, member, cancelled bool) string {
	var head, middle []string
	switch {
	case t.join == "" || cancelled:
	case member:
		head = append(head, say.T("entry.join", "Link", t.join))
	default:
		head = append(head, say.T("entry.join.members", "Page", t.page))
	}
	if cancelled && t.note != "" {
		head = append(head, untagged(say.T("entry.reason", "Reason", t.clean(t.note, convoke.MaxSummary))))
	}
	if s := t.plain(t.abstract); s != "" {
		middle = append(middle, s)
	}
	if s := t.plain(t.agenda); s != "" {
		middle = append(middle, say.T("entry.agenda")+"\n"+s)
	}
	if len(t.speakers) > 0 {
		lines := []string{say.T("entry.speakers")}
		for _, s := range slices.SortedStableFunc(slices.Values(t.speakers), func(a, b convoke.Speaker) int { return cmp.Compare(a.Position, b.Position) }) {
			lines = append(lines, strings.Trim(t.clean(s.Name, convoke.MaxName)+", "+t.clean(s.Organisation, convoke.MaxName), ", "))
		}
		middle = append(middle, strings.Join(lines, "\n"))
	}
	var about []string
	if src.Series != nil {
		name := t.clean(src.Series.Title, convoke.MaxTitle)
		if t.number > 0 {
			about = append(about, say.T("entry.session", "Number", t.number, "Series", name))
		} else {
			about = append(about, name)
		}
	}
	about = append(about, t.clean(src.Community.Name, convoke.MaxName), t.page)
	tail := untagged(strings.Join(about, "\n"))

	room := maxDescription - len(strings.Join(head, "\n\n")) - len(tail) - len("\n\n\n\n")
	if s := cut(untagged(strings.Join(middle, "\n\n")), room); s != "" {
		head = append(head, s)
	}
	return strings.Join(append(head, tail), "\n\n")
}

// untagged turns what looks like the beginning of an HTML tag into something that does not: Google shows a DESCRIPTION as
// HTML, so a text about <b> would lose it, and a link could say something else than where it leads.
func untagged(s string) string {
	return tags.ReplaceAllString(s, "‹$1")
}

var tags = regexp.MustCompile(`<([A-Za-z/!?])`)

// cut shortens s to at most n bytes and never inside a character.
func cut(s string, n int) string {
	const more = "…"
	if len(s) <= n {
		return s
	}
	n = max(n-len(more), 0)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.TrimSpace(s[:n]) + more
}

// words is the language of an entry: its tag, and a reader that has its few words.
type words struct {
	locale.Reader
	language string
}

// reader finds the language of an entry, the community's where it has none. The tag is the event's own, as its title is
// in that language even when the words around it must be in another.
func reader(lang, otherwise string) words {
	lang = cmp.Or(lang, otherwise)
	r := locale.For(lang, nil)
	w := words{r, r.Lang()}
	if slices.Contains(locale.Known(), lang) {
		w.language = lang
	}
	return w
}
