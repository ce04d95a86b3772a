package calendar

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// Party is a person or body with a bare mail address.
type Party struct{ Name, Address string }

// Attendee is an invited party with its answer.
type Attendee struct {
	Party
	Partstat string // NEEDS-ACTION (also when empty), ACCEPTED, DECLINED or TENTATIVE
	RSVP     bool   // an answer is asked for
}

// Event is what one VEVENT says. Texts may hold anything; Encode makes them fit.
type Event struct {
	UID            string
	Sequence       int
	Stamp, Created time.Time // of the last change (DTSTAMP and LAST-MODIFIED) and of the making; whole seconds, UTC

	Start        DateTime // in Zone
	Zone         string   // a name LoadZone accepts
	Minutes      int      // length, at least 1
	UTC          bool     // written as instants in UTC: for zones that ZoneFits refuses
	RecurrenceID DateTime // of an override: the date it replaces, in Zone
	Rule         *Rule    // of a master
	Except       []DateTime

	Summary, Description, Location string
	URL                            string
	Conference, ConferenceLabel    string // join link and what it says
	Language                       string // of Summary, Description and Location, such as "fr"
	Status                         string // TENTATIVE, CONFIRMED or CANCELLED; may be empty
	Categories                     []string
	Organizer                      *Party
	Attendee                       *Attendee
	Transparent                    bool // does not block time
}

// times is how an event's moments are written.
type times struct {
	loc        *time.Location
	local      bool     // RECURRENCE-ID and EXDATE carry TZID
	startLocal bool     // DTSTART and DTEND do
	start, end DateTime // when startLocal
	from, to   time.Time
}

func (e Event) times() (times, error) {
	loc, err := LoadZone(e.Zone)
	if err != nil {
		return times{}, err
	}
	from, fit := Resolve(e.Start, loc)
	t := times{loc: loc, local: !e.UTC && loc != time.UTC, from: from, to: from.Add(time.Duration(e.Minutes) * time.Minute)}
	t.start, t.end, t.startLocal = e.Start, In(t.to, loc), t.local
	if e.Rule != nil {
		// The length of every date is taken from the first one's clock times, so a clock change within it must not count.
		t.end = e.Start.AddMinutes(e.Minutes)
		return t, nil
	}
	if back, _ := Resolve(t.end, loc); fit != Exact || !back.Equal(t.to) {
		t.startLocal = false // clients differ inside a clock change; an instant cannot be misread
	}
	return t, nil
}

// TZID returns the name of the zone whose VTIMEZONE must stand beside the event, "" when it is written in UTC.
func (e Event) TZID() string {
	t, err := e.times()
	if err != nil || !t.startLocal && (!t.local || e.RecurrenceID.IsZero()) {
		return ""
	}
	return e.Zone
}

// Encode returns the VEVENT, CRLF and folded, properties in a fixed order (by name). It fails on what cannot be written
// truly: no UID, stamp or start, an unknown zone, a length below a minute, a malformed address or link, a rule that
// is refused by Validate, or a rule written in UTC, which would drift with the clock changes.
func (e Event) Encode() ([]byte, error) {
	b, err := e.encode()
	if err != nil {
		return nil, fmt.Errorf("encode event %q: %w", clip(e.UID), err)
	}
	return b, nil
}

func (e Event) encode() ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	comp := ical.NewComponent(ical.CompEvent)
	set := func(p *ical.Prop) { comp.Props.Add(p) }

	set(property(ical.PropUID, escape(e.UID)))
	set(property(ical.PropSequence, strconv.Itoa(e.Sequence)))
	set(property(ical.PropDateTimeStamp, utcStamp(e.Stamp)))
	set(property(ical.PropLastModified, utcStamp(e.Stamp)))
	if !e.Created.IsZero() {
		set(property(ical.PropCreated, utcStamp(e.Created)))
	}
	if err := e.setTimes(set); err != nil {
		return nil, err
	}
	e.setTexts(set)
	if err := e.setLinks(set); err != nil {
		return nil, err
	}
	if err := e.setParties(set); err != nil {
		return nil, err
	}
	return render(comp)
}

func (e Event) check() error {
	switch {
	case e.UID == "" || len(e.UID) > 255 || strings.ContainsFunc(e.UID, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return errors.New("calendar: the UID must be 1 to 255 printable ASCII characters")
	case e.Sequence < 0:
		return errors.New("calendar: negative sequence")
	case e.Stamp.IsZero():
		return errors.New("calendar: no stamp")
	case e.Start.IsZero():
		return errors.New("calendar: no start")
	case e.Minutes < 1:
		return errors.New("calendar: shorter than a minute")
	case !slices.Contains([]string{"", "TENTATIVE", "CONFIRMED", "CANCELLED"}, e.Status):
		return fmt.Errorf("calendar: unknown status %q", clip(e.Status))
	case e.Rule != nil && !e.RecurrenceID.IsZero():
		return errors.New("calendar: an override has no rule")
	case e.Rule == nil && len(e.Except) > 0:
		return errors.New("calendar: exceptions without a rule")
	case e.Rule != nil && e.UTC && e.Zone != "UTC":
		return errors.New("calendar: a rule in UTC would drift with the clock changes")
	case !plainTag(e.Language):
		return fmt.Errorf("calendar: %q is not a language tag", clip(e.Language))
	}
	if e.Rule != nil {
		return e.Rule.Validate(e.Start)
	}
	return nil
}

// plainTag reports whether s is empty or looks like a language tag (RFC 5646).
func plainTag(s string) bool {
	return len(s) <= 35 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
	})
}

func (e Event) setTimes(set func(*ical.Prop)) error {
	t, err := e.times()
	if err != nil {
		return err
	}
	if t.startLocal {
		set(property(ical.PropDateTimeStart, localStamp(t.start), ical.ParamTimezoneID, e.Zone))
		set(property(ical.PropDateTimeEnd, localStamp(t.end), ical.ParamTimezoneID, e.Zone))
	} else {
		set(property(ical.PropDateTimeStart, utcStamp(t.from)))
		set(property(ical.PropDateTimeEnd, utcStamp(t.to)))
	}
	// Apple drops a series whose exceptions or overrides have another form than its start.
	same := func(name string, d DateTime) *ical.Prop {
		if t.local {
			return property(name, localStamp(d), ical.ParamTimezoneID, e.Zone)
		}
		at, _ := Resolve(d, t.loc)
		return property(name, utcStamp(at))
	}
	if !e.RecurrenceID.IsZero() {
		set(same(ical.PropRecurrenceID, e.RecurrenceID))
	}
	if e.Rule != nil {
		set(property(ical.PropRecurrenceRule, e.Rule.RRULE(e.Start, t.loc)))
	}
	except := slices.Compact(slices.SortedFunc(slices.Values(e.Except), DateTime.Compare))
	for _, d := range except {
		set(same(ical.PropExceptionDates, d))
	}
	return nil
}

func (e Event) setTexts(set func(*ical.Prop)) {
	for _, t := range []struct{ name, value string }{
		{ical.PropSummary, escapeLine(e.Summary)}, {ical.PropDescription, escape(e.Description)}, {ical.PropLocation, escapeLine(e.Location)},
	} {
		if t.value == "" {
			continue
		}
		p := property(t.name, t.value)
		if e.Language != "" {
			p.Params.Set(ical.ParamLanguage, e.Language)
		}
		set(p)
	}
	if e.Status != "" {
		set(property(ical.PropStatus, e.Status))
	}
	if e.Transparent {
		set(property(ical.PropTransparency, "TRANSPARENT"))
	}
	var categories []string
	for _, c := range e.Categories {
		if c != "" {
			categories = append(categories, escapeLine(c))
		}
	}
	if len(categories) > 0 {
		set(property(ical.PropCategories, strings.Join(categories, ",")))
	}
}

func (e Event) setLinks(set func(*ical.Prop)) error {
	if e.URL != "" {
		u, err := uri(e.URL)
		if err != nil {
			return err
		}
		set(property(ical.PropURL, u))
	}
	if e.Conference != "" {
		u, err := uri(e.Conference)
		if err != nil {
			return err
		}
		// RFC 7986 5.11 has no default type, so VALUE is always written.
		p := property("CONFERENCE", u, ical.ParamValue, "URI")
		p.Params["FEATURE"] = []string{"AUDIO", "VIDEO"}
		if label := param(e.ConferenceLabel); label != "" {
			p.Params.Set("LABEL", label)
		}
		set(p)
	}
	return nil
}

func (e Event) setParties(set func(*ical.Prop)) error {
	if e.Organizer != nil {
		p, err := e.Organizer.property(ical.PropOrganizer)
		if err != nil {
			return err
		}
		set(p)
	}
	if e.Attendee == nil {
		return nil
	}
	p, err := e.Attendee.property(ical.PropAttendee)
	if err != nil {
		return err
	}
	status := e.Attendee.Partstat
	switch status {
	case "":
		status = "NEEDS-ACTION"
	case "NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE":
	default:
		return fmt.Errorf("calendar: unknown answer %q", clip(status))
	}
	p.Params.Set(ical.ParamParticipationStatus, status)
	p.Params.Set(ical.ParamCalendarUserType, "INDIVIDUAL")
	p.Params.Set(ical.ParamRole, "REQ-PARTICIPANT")
	if e.Attendee.RSVP {
		p.Params.Set(ical.ParamRSVP, "TRUE")
	}
	set(p)
	return nil
}

func (p Party) property(name string) (*ical.Prop, error) {
	local, host, ok := strings.Cut(p.Address, "@")
	bad := strings.ContainsFunc(p.Address, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),:;<>[\]`, r)
	})
	if !ok || bad || local == "" || host == "" || strings.Contains(host, "@") || len(p.Address) > 254 {
		return nil, fmt.Errorf("calendar: %q is not a bare mail address", clip(p.Address))
	}
	prop := property(name, "mailto:"+mailtoEscaper.Replace(p.Address))
	if cn := param(p.Name); cn != "" {
		prop.Params.Set(ical.ParamCommonName, cn)
	}
	return prop, nil
}

// mailtoEscaper writes the signs of an address that would begin another part of a URI (RFC 6068 2).
var mailtoEscaper = strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23", "/", "%2F", "&", "%26", "^", "%5E",
	"`", "%60", "{", "%7B", "|", "%7C", "}", "%7D")
