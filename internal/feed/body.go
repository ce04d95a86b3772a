package feed

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/markup"
)

// Head is what a feed says of itself: URL is its page, Source its own address, Zone and Language those of whoever it
// belongs to, Ink one of convoke.Inks or empty.
type Head struct{ Name, About, URL, Source, Zone, Language, Ink string }

// colors are the CSS3 names (RFC 7986 5.9) nearest to the inks that can still be told apart.
var colors = map[string]string{
	"lagoon": "teal", "madder": "maroon", "ochre": "darkgoldenrod", "indigo": "midnightblue",
	"fern": "darkgreen", "plum": "purple", "clay": "saddlebrown", "slate": "darkslategray",
}

// refresh is how often a subscriber should look; Google looks when it likes.
const refresh = time.Hour

// Body returns the whole feed, its entries in the given order.
func Body(h Head, entries []Entry) ([]byte, error) {
	zones, err := zonesOf(entries)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		zone, err := lone(h.Zone)
		if err != nil {
			return nil, err
		}
		zones = append(zones, zone)
	}
	header := calendar.Header{
		Method:      "PUBLISH",
		Name:        cmp.Or(markup.Clean(h.Name, convoke.MaxTitle), "Convoke"),
		Description: markup.Clean(h.About, convoke.MaxSummary),
		URL:         h.URL,
		Source:      h.Source,
		Color:       colors[h.Ink],
		Refresh:     refresh,
	}
	if slices.Contains(locale.Known(), h.Language) {
		header.Language = h.Language
	}
	return calendar.Assemble(header, zones, data(entries))
}

func data(entries []Entry) [][]byte {
	list := make([][]byte, len(entries))
	for i, e := range entries {
		list[i] = e.Data
	}
	return list
}

// zonesOf returns the VTIMEZONEs the entries need, by name.
func zonesOf(entries []Entry) ([][]byte, error) {
	spans := make(map[string]span)
	for _, e := range entries {
		if e.Zone == "" {
			continue
		}
		s, ok := spans[e.Zone]
		if !ok {
			s = span{e.StartsAt, e.EndsAt}
		}
		spans[e.Zone] = span{min(s.from, e.StartsAt), max(s.to, e.EndsAt)}
	}
	var list [][]byte
	for _, name := range slices.Sorted(maps.Keys(spans)) {
		zone, err := encodeZone(name, spans[name])
		if err != nil {
			return nil, err
		}
		list = append(list, zone)
	}
	return list, nil
}

// encodeZone writes a zone so that it is right for the whole span and, as single events were judged by it, two years
// before. A zone whose law was changed since its meeting began is written as it stands from some later year on: the dates
// to come are right then, those long past may show another hour.
func encodeZone(name string, s span) ([]byte, error) {
	from, to := s.from.Time().AddDate(-yearsBefore, 0, 0), s.to.Time().AddDate(1, 0, 0)
	for {
		zone, err := calendar.EncodeZone(name, from, to)
		if err == nil || !errors.Is(err, calendar.ErrIrregularZone) {
			return zone, err
		}
		if from = from.AddDate(1, 0, 0); from.After(to) {
			return nil, err
		}
	}
}

// What an empty feed's zone must be right for: as no clock is asked, all the time a feed may be read in.
var loneFrom, loneTo = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// lone returns the zone that stands in an empty feed, as a calendar without any part is none (RFC 5545 3.6).
func lone(name string) ([]byte, error) {
	if zone, err := calendar.EncodeZone(name, loneFrom, loneTo); err == nil {
		return zone, nil
	}
	return calendar.EncodeZone("UTC", loneFrom, loneTo)
}
