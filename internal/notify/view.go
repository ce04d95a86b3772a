package notify

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/markup"
)

// view is what both templates of a letter are made from. What people wrote is in it as plain text, without control characters,
// and without the join link for those who must not have it.
type view struct {
	locale.Reader
	c       Context
	secrets []string
	stop    string // words of the link in the foot, where a kind has its own

	Subject string
	Brand   string // over the bar: the community's name, or the site's
	Ink     string // of the bar
	Align   string // where lines begin

	Title    string
	Group    string // the community's name
	Part     string // which session of which series
	Frame    *frame
	Lines    []string // sentences before the button
	Changes  []change
	Noted    string // what the note is
	Note     []para // what the organiser wrote for those who are told
	Author   string // who wrote the message
	Message  []para
	Rule     string
	Said     string // what the reader answered so far
	Button   *link
	Links    []link
	Code     string
	Text     []para
	With     string // speakers
	Spoken   string // language
	Join     string // address to join at, for those entitled
	JoinNote string // else what will come, and when
	Dates    []date
	DatesIn  string // whose time the dates are in
	More     int    // dates that are not listed
	Asked    []asked
	Others   string   // that there are more questions than these
	Things   []thing  // materials
	Dots     []string // what is missing
	Page     *link
	Extras   []link
	Attached bool // comes with a calendar part that asks for an answer
	Guess    string
	Settings string // address of the reader's own settings
	Why      string
	Stop     *link
}

type link struct {
	Label, URL string
	Now        bool // the button of the moment: marigold
}

// frame is the time an event takes place at: in the reader's zone, and beside it in the organiser's where that differs.
type frame struct {
	Caption, Day, Clock, Zone, Host, Place string
	Off                                    bool // it does not take place
}

// change is one thing that is other than it was.
type change struct{ What, Before, Now string }

// para is a paragraph by its lines.
type para []string

type date struct{ Day, Clock, Zone, Host, Title string }

// newView settles in which language and zone a letter speaks.
func newView(c Context) *view {
	lang, zone, guess := c.Reader.Language, c.Reader.Zone, false
	if c.Letter.Kind == SignIn {
		lang, zone = c.Data.Language, c.Data.Zone
	}
	loc, err := calendar.LoadZone(zone)
	if err != nil {
		guess = true
		if loc, err = calendar.LoadZone(c.Community.Zone); err != nil {
			loc = time.UTC
		}
	}
	v := &view{Reader: locale.For(locale.Match("", lang), loc), c: c, Align: "left", Settings: c.Site.Base + "/me"}
	if v.Dir() == "rtl" {
		v.Align = "right"
	}
	v.keep()
	v.Group = v.line(c.Community.Name, convoke.MaxName)
	v.Brand, v.Ink = v.Group, ink(c.Community.Slug, c.Community.Ink)
	if c.Letter.Kind == SignIn {
		v.Brand, v.Ink = v.line(c.Site.Name, convoke.MaxName), "#07594a"
	}
	if guess {
		v.Guess = cmp.Or(v.City(), v.Offset(c.Now.Time()))
	}
	return v
}

// keep gathers the join links that the reader must not be shown, which authors paste into all kinds of texts. Whoever is shown that of what the letter is
// about may still have none of the meeting's other dates.
func (v *view) keep() {
	shown := map[string]bool{}
	add := func(s string, show bool) {
		switch {
		case s == "":
		case show && v.c.Entitled:
			shown[s] = true
		default:
			v.secrets = append(v.secrets, s)
		}
	}
	for _, list := range [][]convoke.Event{v.c.Sessions, v.c.Coming, v.c.Overrides} {
		for _, e := range list {
			add(e.JoinLink, v.c.Shown[e.ID].Link)
		}
	}
	if v.c.Event != nil {
		add(v.c.Event.JoinLink, true)
	}
	if m := v.c.Meeting; m != nil {
		add(m.JoinLink, v.c.Event == nil || v.c.Shown[m.ID].Link)
	}
	if v.c.Data.Before != nil {
		add(v.c.Data.Before.JoinLink, true)
	}
	v.secrets = slices.DeleteFunc(v.secrets, func(s string) bool { return shown[s] }) // as one of those it may tell
	for _, s := range v.secrets {
		v.secrets = append(v.secrets, strings.ReplaceAll(s, "&", "&amp;"))
	}
	// a longer link may begin with a shorter one
	slices.SortFunc(v.secrets, func(a, b string) int { return len(b) - len(a) })
	v.secrets = slices.Compact(v.secrets)
}

// hush takes the join links out of a text. It is done before and after mark-up is read, which may hide a part of a link or
// cut it short.
func (v *view) hush(s string) string {
	for _, secret := range v.secrets {
		s = strings.ReplaceAll(s, secret, "…")
	}
	return s
}

// line is one line of what somebody wrote.
func (v *view) line(s string, most int) string {
	return v.hush(markup.Clean(v.hush(s), most))
}

// markdown returns the paragraphs of a text in Markdown, at most so many signs, and whether something was left out.
func (v *view) markdown(s string, most int) ([]para, bool) {
	return paragraphs(v.hush(markup.Plain(v.hush(s))), most)
}

// plain returns the paragraphs of a text without mark-up.
func (v *view) plain(s string, most int) []para {
	list, _ := paragraphs(v.hush(markup.CleanText(v.hush(s), convoke.MaxText)), most)
	return list
}

// note shows what somebody wrote for those who are told.
func (v *view) note(key, s string) {
	v.Noted, v.Note = v.T(key), v.plain(s, maxMessage)
}

func paragraphs(s string, most int) (list []para, cut bool) {
	s = markup.CleanText(s, convoke.MaxText)
	if short := shorten(s, most); short != s {
		s, cut = short, true
	}
	for block := range strings.SplitSeq(s, "\n\n") {
		var p para
		for text := range strings.SplitSeq(block, "\n") {
			if text = strings.TrimRightFunc(text, unicode.IsSpace); text != "" {
				p = append(p, text)
			}
		}
		if p != nil {
			list = append(list, p)
		}
	}
	return list, cut
}

// shorten cuts a text to so many UTF-16 units, which is how mail programs and judges of subjects count, at a space where one
// is near, and never within what is shown as one sign.
func shorten(s string, most int) string {
	if units(s) <= most {
		return s
	}
	n, end, space := 0, 0, 0
	for i, r := range s {
		if n += utf16.RuneLen(r); n > most-1 {
			break
		}
		if unicode.IsSpace(r) {
			space = i
		}
		end = i + len(string(r))
	}
	if space > end-end/4 {
		end = space
	}
	cut := s[:end]
	if next := []rune(s[end:]); len(next) > 0 && glued(next[0]) {
		cut = strings.TrimRightFunc(cut, glued)
		if r := []rune(cut); len(r) > 0 {
			cut = string(r[:len(r)-1])
		}
	}
	return strings.TrimRightFunc(cut, func(r rune) bool { return unicode.IsSpace(r) || glued(r) || strings.ContainsRune(",;:–-", r) }) + "…"
}

// glued says whether a rune belongs to the sign before it: marks, joiners, skin tones.
func glued(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) || r == '\u200D' || r >= 0x1F3FB && r <= 0x1F3FF
}

func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// maxSubject is how long a subject may be; phones show half of it.
const maxSubject = 90

// subject fills a phrase whose field Title is as long as the rest leaves room for.
func (v *view) subject(key, title string, args ...any) string {
	say := func(t string) string { return v.T(key, append([]any{"Title", t}, args...)...) }
	s := say(title)
	if over := units(s) - maxSubject; over > 0 {
		s = shorten(say(shorten(title, max(units(title)-over, 12))), maxSubject)
	}
	return s
}

// name is a community, person or site as subjects and senders show it.
func (v *view) name(s string) string { return shorten(v.line(s, convoke.MaxName), 40) }

// sender is the display name of From.
func (v *view) sender() string {
	site := v.name(v.c.Site.Name)
	if v.c.Letter.Kind == SignIn {
		return site
	}
	return v.T("mail.from", "Community", shorten(v.Group, 80), "Site", site)
}

// letter is the address of the page behind the letter's own link, which offers nothing but what the letter does; what is
// asked for is only chosen beforehand there.
func (v *view) letter(do string) string {
	u := v.c.Site.Base + "/l/" + v.c.Secrets.LetterToken(v.c.Letter.ID)
	if do != "" {
		u += "?do=" + do
	}
	return u
}

func (v *view) deed(key, do string) link { return link{Label: v.T(key), URL: v.letter(do)} }

func (v *view) page(parts ...string) string {
	return v.c.Site.Base + "/c/" + strings.Join(append([]string{v.c.Community.Slug}, parts...), "/")
}

// frameOf shows when an event takes place.
func (v *view) frameOf(e *convoke.Event) *frame {
	start, end := e.StartsAt.Time(), e.EndsAt.Time()
	f := &frame{Day: v.Day(start), Clock: v.ClockSpan(start, end), Zone: v.ZoneAt(start), Place: v.line(e.Place, convoke.MaxPlace)}
	if host, ok := v.host(e); ok {
		key := "mail.host"
		if host.Day(start) != v.Day(start) {
			key = "mail.host.day"
		}
		f.Host = v.T(key, "Day", host.DayShort(start), "Clock", host.Clock(start), "Zone", host.ZoneAt(start))
	}
	return f
}

// host is the reader in the organiser's zone, and whether its clocks show another time then.
func (v *view) host(e *convoke.Event) (locale.Reader, bool) {
	loc, err := calendar.LoadZone(e.Zone)
	if err != nil {
		return v.Reader, false
	}
	r := v.In(loc)
	return r, r.Offset(e.StartsAt.Time()) != v.Offset(e.StartsAt.Time())
}

// place is how the zone is called in few words: by its city, else by its distance from UTC.
func place(r locale.Reader, t time.Time) string { return cmp.Or(r.City(), r.Offset(t)) }

// Bounds of a list of dates: with these a letter of a hundred sessions stays below 40 kB.
const (
	maxDates     = 40
	maxDateTitle = 100
)

// coming is the heading of dates that take place.
func (v *view) coming() string {
	if v.Guess != "" {
		return "mail.dates.guess"
	}
	return "mail.dates"
}

// list shows dates in the reader's zone; titles that all are the same go without saying.
func (v *view) list(key string, events []convoke.Event, title string) {
	usual := ""
	for i := range events {
		e := &events[i]
		if len(v.Dates) == maxDates {
			v.More = len(events) - maxDates
			break
		}
		start := e.StartsAt.Time()
		d := date{Day: v.Day(start), Clock: v.ClockSpan(start, e.EndsAt.Time())}
		if zone := v.ZoneAt(start); usual == "" {
			usual, v.DatesIn = zone, v.T(key, "Zone", zone)
		} else if zone != usual {
			d.Zone = zone
		}
		if host, ok := v.host(e); ok {
			d.Host = v.T("mail.dates.host", "Clock", host.Clock(start), "City", place(host, start))
			if host.Day(start) != v.Day(start) {
				d.Host = v.T("mail.dates.host.day", "Day", host.DayShort(start), "Clock", host.Clock(start), "City", place(host, start))
			}
		}
		if e.Title != title {
			d.Title = shorten(v.line(e.Title, convoke.MaxTitle), maxDateTitle)
		}
		v.Dates = append(v.Dates, d)
	}
}

// ahead are the events that are still to come.
func (v *view) ahead(events []convoke.Event, off bool) (list []convoke.Event) {
	for _, e := range events {
		if e.EndsAt > v.c.Now && (e.Status == convoke.Cancelled) == off {
			list = append(list, e)
		}
	}
	return list
}

// inks are the deep shades of the communities' colours, in the order of convoke.Inks.
var inks = []string{"#0b4a57", "#7a1f2e", "#5f4300", "#2a2f74", "#1f4d2b", "#5a2458", "#7a3413", "#33414d"}

// ink is the colour of a community: the chosen one, else the one that belongs to its slug.
func ink(slug, chosen string) string {
	if i := slices.Index(convoke.Inks, chosen); i >= 0 {
		return inks[i]
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(slug)) // a hash never fails to write
	return inks[h.Sum32()%uint32(len(inks))]
}
