package app_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/feed"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// stampLines are the lines of an entry that say when it changed.
var stampLines = regexp.MustCompile(`(DTSTAMP|LAST-MODIFIED):\d{8}T\d{6}Z\r\n`)

// entries are the stored calendar entries of what a test made, by its name and audience, with the sequence of each subject.
type entries struct {
	data     map[string][]byte
	sequence map[string]int
}

func storedEntries(r *rig.Rig, t *testing.T, events, meetings map[string]convoke.ID) entries {
	t.Helper()
	out := entries{map[string][]byte{}, map[string]int{}}
	r.View(func(ctx context.Context, tx *store.Tx) error {
		read := func(name string, id convoke.ID, stamp convoke.Instant) {
			list := must(tx.FragmentsOf(ctx, id))(t)
			if len(list) != 2 {
				t.Fatalf("%s has %d entries", name, len(list))
			}
			for variant, f := range list {
				out.data[name+" "+variant] = f.Data
				if got := feed.Stamp(f.Data); got != stamp/1000*1000 {
					t.Errorf("%s %s: DTSTAMP %v, and its row says %v", name, variant, got.Time(), stamp.Time())
				}
			}
		}
		for name, id := range meetings {
			m := must(tx.Meeting(ctx, id))(t)
			out.sequence[name] = m.Sequence
			read(name, id, m.Stamp)
		}
		for name, id := range events {
			e := must(tx.Event(ctx, id))(t)
			out.sequence[name] = e.Sequence
			stamp := e.Stamp
			if e.MeetingID != "" {
				if m := must(tx.Meeting(ctx, e.MeetingID))(t); m.Form == convoke.FormRule {
					stamp = max(stamp, m.Stamp) // an override is not below its rule
				}
			}
			read(name, id, stamp)
		}
		return nil
	})
	return out
}

// Whatever changes a byte of an entry, its DTSTAMP and LAST-MODIFIED rise with it, in both variants; what it leaves alone stays as it is.
func TestStampRisesWithTheEntry(t *testing.T) {
	text := func(s string) *string { return &s }
	sys := convoke.System
	whole := []string{"single", "plain", "session", "open session", "rule", "override", "single date"}
	for _, c := range []struct {
		name   string
		change func(t *testing.T, r *rig.Rig, m convoke.Community, s convoke.Series, events map[string]convoke.ID)
		want   []string
	}{
		{"series renamed", func(t *testing.T, r *rig.Rig, m convoke.Community, s convoke.Series, _ map[string]convoke.ID) {
			must(r.App.Series.Edit(t.Context(), sys, s.ID, app.SeriesInput{Title: text("Deltas")}))(t)
		}, []string{"session", "open session"}},
		{"series for members", func(t *testing.T, r *rig.Rig, m convoke.Community, s convoke.Series, _ map[string]convoke.ID) {
			must(r.App.Series.Edit(t.Context(), sys, s.ID, app.SeriesInput{Visibility: text("members")}))(t)
		}, []string{"session", "open session"}},
		{"series described", func(t *testing.T, r *rig.Rig, m convoke.Community, s convoke.Series, _ map[string]convoke.ID) {
			must(r.App.Series.Edit(t.Context(), sys, s.ID, app.SeriesInput{Description: text("All about them.")}))(t)
		}, nil},
		{"community renamed", func(t *testing.T, r *rig.Rig, m convoke.Community, _ convoke.Series, _ map[string]convoke.ID) {
			must(r.App.Communities.Edit(t.Context(), sys, m.Slug, app.CommunityInput{Name: text("River people")}))(t)
		}, whole},
		{"community renamed twice within a second", func(t *testing.T, r *rig.Rig, m convoke.Community, _ convoke.Series, _ map[string]convoke.ID) {
			must(r.App.Communities.Edit(t.Context(), sys, m.Slug, app.CommunityInput{Name: text("River people")}))(t)
			must(r.App.Communities.Edit(t.Context(), sys, m.Slug, app.CommunityInput{Name: text("River folk")}))(t)
		}, whole},
		{"community private", func(t *testing.T, r *rig.Rig, m convoke.Community, _ convoke.Series, _ map[string]convoke.ID) {
			must(r.App.Communities.Edit(t.Context(), sys, m.Slug, app.CommunityInput{Privacy: text("private")}))(t)
		}, []string{"open session"}}, // it is for everyone, and its series is no more
		{"community hidden and private", func(t *testing.T, r *rig.Rig, m convoke.Community, _ convoke.Series, _ map[string]convoke.ID) {
			must(r.App.Communities.Edit(t.Context(), sys, m.Slug, app.CommunityInput{Privacy: text("private"), Hidden: new(true)}))(t)
		}, nil},
		{"community in French", func(t *testing.T, r *rig.Rig, m convoke.Community, _ convoke.Series, _ map[string]convoke.ID) {
			must(r.App.Communities.Edit(t.Context(), sys, m.Slug, app.CommunityInput{Language: text("fr")}))(t)
		}, []string{"plain"}}, // it has no language of its own
		{"community described", func(t *testing.T, r *rig.Rig, m convoke.Community, _ convoke.Series, _ map[string]convoke.ID) {
			must(r.App.Communities.Edit(t.Context(), sys, m.Slug, app.CommunityInput{Summary: text("Rivers."), Ink: text("fern"), TimeZone: text("Europe/Paris")}))(t)
		}, nil},
		{"speaker renamed", func(t *testing.T, r *rig.Rig, _ convoke.Community, _ convoke.Series, events map[string]convoke.ID) {
			must(r.App.Events.Edit(t.Context(), sys, events["single"], app.EventInput{Speakers: &[]app.SpeakerInput{{Name: "Rosa Marsh"}}}))(t)
		}, []string{"single"}},
		{"join link shown to members only", func(t *testing.T, r *rig.Rig, _ convoke.Community, _ convoke.Series, events map[string]convoke.ID) {
			must(r.App.Events.Edit(t.Context(), sys, events["single"], app.EventInput{JoinLink: text("https://video.example/other")}))(t)
		}, []string{"single"}},
		{"site at another address", func(t *testing.T, r *rig.Rig, _ convoke.Community, _ convoke.Series, _ map[string]convoke.ID) {
			remake(t, r, "https://moved.example", r.App.Site().From)
		}, whole},
		{"site with another sender", func(t *testing.T, r *rig.Rig, _ convoke.Community, _ convoke.Series, _ map[string]convoke.ID) {
			remake(t, r, r.App.Site().Base, "other@convoke.example")
		}, whole},
		{"site as it is", func(t *testing.T, r *rig.Rig, _ convoke.Community, _ convoke.Series, _ map[string]convoke.ID) {
			r.Must(r.App.Remake(t.Context()))
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rig.InTurn(t, func(t *testing.T, r *rig.Rig) {
				r.Must(r.App.Remake(t.Context()))
				m := r.Community("rivers", convoke.Open)
				event := func(in app.EventInput) convoke.ID {
					in.TimeZone = text("Africa/Nairobi")
					return must(r.App.Events.CreatePublished(t.Context(), sys, m.Slug, in))(t).ID
				}
				events := map[string]convoke.ID{
					"single": event(app.EventInput{Title: text("Mapping"), StartLocal: text("2026-12-03T14:00"), JoinLink: text("https://video.example/1"), Speakers: &[]app.SpeakerInput{{Name: "Rosa Luz"}}}),
					"plain":  event(app.EventInput{Title: text("Walk"), StartLocal: text("2026-12-04T14:00"), JoinLink: text("https://video.example/2")}),
				}
				r.Update(func(ctx context.Context, tx *store.Tx) error { // its language is the community's
					e := must(tx.Event(ctx, events["plain"]))(t)
					e.Language = ""
					e.Version++
					return tx.PutEvent(ctx, e)
				})
				s := must(r.App.Series.CreatePublished(t.Context(), sys, m.Slug, app.SeriesInput{Title: text("Rivers"), TimeZone: text("Africa/Nairobi")}, app.EventInput{},
					[]app.SessionInput{{Title: "Springs", StartLocal: "2026-12-05T14:00"}, {Title: "Mouths", StartLocal: "2026-12-06T14:00"}}))(t)
				sessions := must(r.App.Series.Get(t.Context(), sys, "", string(s.ID)))(t).Sessions
				events["session"], events["open session"] = sessions[0].ID, sessions[1].ID
				must(r.App.Events.Edit(t.Context(), sys, sessions[1].ID, app.EventInput{Visibility: text("everyone")}))(t)
				meeting := func(title, zone string) app.MeetingView {
					n := must(r.App.Meetings.CreatePublished(t.Context(), sys, m.Slug, app.MeetingInput{Title: &title, TimeZone: &zone, StartLocal: text("2026-12-07T10:00"),
						Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 4}}))(t)
					return must(r.App.Meetings.Get(t.Context(), sys, "", string(n.ID)))(t)
				}
				rule, dates := meeting("Call", "Africa/Nairobi"), meeting("Talk", "Africa/Casablanca")
				if rule.Form != convoke.FormRule || dates.Form != convoke.FormDates {
					t.Fatalf("the meetings are written as %q and %q", rule.Form, dates.Form)
				}
				meetings := map[string]convoke.ID{"rule": rule.ID}
				events["override"], events["single date"] = rule.Coming[1].ID, dates.Coming[1].ID
				must(r.App.Events.Edit(t.Context(), sys, events["override"], app.EventInput{Place: text("Library")}))(t)

				before := storedEntries(r, t, events, meetings)
				r.Clock.Add(time.Minute)
				c.change(t, r, m, s, events)
				after := storedEntries(r, t, events, meetings)

				var changed []string
				for name := range maps.Keys(before.sequence) {
					differs := false
					for _, variant := range []string{"public", "member"} {
						was, is := before.data[name+" "+variant], after.data[name+" "+variant]
						differs = differs || !bytes.Equal(stampLines.ReplaceAll(was, nil), stampLines.ReplaceAll(is, nil))
					}
					if differs {
						changed = append(changed, name)
					}
					for _, variant := range []string{"public", "member"} {
						was, is := before.data[name+" "+variant], after.data[name+" "+variant]
						switch {
						case !differs && !bytes.Equal(was, is):
							t.Errorf("%s %s: only its stamp changed:\n%s", name, variant, is)
						case differs && feed.Stamp(is) <= feed.Stamp(was):
							t.Errorf("%s %s: changed, with DTSTAMP %v after %v:\n%s", name, variant, feed.Stamp(is).Time(), feed.Stamp(was).Time(), is)
						case len(stampLines.FindAll(is, -1)) != 2:
							t.Errorf("%s %s lacks a stamp:\n%s", name, variant, is)
						}
					}
					if before.sequence[name] != after.sequence[name] && c.name != "join link shown to members only" {
						t.Errorf("%s: SEQUENCE %d after %d", name, after.sequence[name], before.sequence[name])
					}
				}
				slices.Sort(changed)
				if want := slices.Sorted(slices.Values(c.want)); !slices.Equal(changed, want) {
					t.Errorf("changed: got %q, want %q", changed, want)
				}
			}, rig.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)))
		})
	}
}

// remake starts the service at another address or with another sender.
func remake(t *testing.T, r *rig.Rig, base, from string) {
	t.Helper()
	other := must(app.New(t.Context(), app.Options{Store: r.Store, Name: "Convoke", Base: base, From: from, Log: slog.New(slog.DiscardHandler)}))(t)
	r.Must(other.Remake(t.Context()))
}

// keyLines name an entry, summaryLine its title.
var keyLines = regexp.MustCompile(`\r\n(UID|RECURRENCE-ID).*`)

var summaryLine = regexp.MustCompile(`\r\nSUMMARY[^:]*:(?:.*: )?(.*)\r\n`)

// Whoever joins, leaves or answers passes from one audience's entry of an event to the other's. In what they read, own feeds and the file of one event, no byte
// of an entry changes without a later DTSTAMP and LAST-MODIFIED, however much happens within one second; what is stamped
// anew with the same bytes is told apart.
func TestStampRisesForItsReader(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		text := func(s string) *string { return &s }
		sys := convoke.System
		r.Must(r.App.Remake(t.Context()))
		m := r.Community("rivers", convoke.Open)
		g := must(r.App.Communities.Create(t.Context(), sys, m.Slug, app.CommunityInput{Slug: text("deltas"), Name: text("Deltas"), Privacy: text("open")}, ""))(t)
		event := func(community, title, start string) convoke.Event {
			return must(r.App.Events.CreatePublished(t.Context(), sys, community, app.EventInput{Title: &title, StartLocal: &start, TimeZone: text("Africa/Nairobi"),
				JoinLink: text("https://video.example/" + title), Visibility: text("everyone")}))(t)
		}
		walk := event(m.Slug, "Walk", "2026-12-03T14:00")
		event(g.Slug, "Group", "2026-12-04T14:00")
		s := must(r.App.Series.CreatePublished(t.Context(), sys, m.Slug, app.SeriesInput{Title: text("Rivers"), TimeZone: text("Africa/Nairobi"), Visibility: text("everyone")},
			app.EventInput{JoinLink: text("https://video.example/series")}, []app.SessionInput{{Title: "Springs", StartLocal: "2026-12-05T14:00"}, {Title: "Mouths", StartLocal: "2026-12-06T14:00"}}))(t)
		springs := must(r.App.Series.Get(t.Context(), sys, "", string(s.ID)))(t).Sessions[0]
		n := must(r.App.Meetings.CreatePublished(t.Context(), sys, m.Slug, app.MeetingInput{Title: text("Call"), TimeZone: text("Africa/Nairobi"), StartLocal: text("2026-12-07T10:00"),
			JoinLink: text("https://video.example/call"), Visibility: text("everyone"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 4}}))(t)
		moved := must(r.App.Meetings.Get(t.Context(), sys, "", string(n.ID)))(t).Coming[1]
		must(r.App.Events.Edit(t.Context(), sys, moved.ID, app.EventInput{Place: text("Library")}))(t)
		talk := must(r.App.Meetings.CreatePublished(t.Context(), sys, m.Slug, app.MeetingInput{Title: text("Talk"), TimeZone: text("Africa/Casablanca"), StartLocal: text("2026-12-08T10:00"),
			JoinLink: text("https://video.example/talk"), Visibility: text("everyone"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 4}}))(t)
		third := must(r.App.Meetings.Get(t.Context(), sys, "", string(talk.ID)))(t).Coming[2]
		r.Person("ada@maps.example")
		ada := r.Viewer("ada@maps.example")

		var tokens []string
		for scope, id := range map[convoke.Scope]convoke.ID{convoke.ScopeAll: "", convoke.ScopeCommunity: m.ID, convoke.ScopeSeries: s.ID} {
			own := must(r.App.Feeds.Add(t.Context(), ada, scope, id, "Mine"))(t)
			tokens = append(tokens, strings.TrimSuffix(own.Address[strings.LastIndex(own.Address, "/")+1:], ".ics"))
		}
		r.Must(r.App.Members.Join(t.Context(), ada, m.Slug)) // or there is no group for her
		group := must(r.App.Feeds.Add(t.Context(), ada, convoke.ScopeCommunity, g.ID, "Group"))(t)
		tokens = append(tokens, strings.TrimSuffix(group.Address[strings.LastIndex(group.Address, "/")+1:], ".ics"))

		r.Must(r.App.Members.Leave(t.Context(), ada, m.Slug))

		seen := map[string][]byte{} // by where it is read and what names the entry, what was shown last
		look := func() (changed []string) {
			t.Helper()
			bodies := map[string][]byte{}
			for _, token := range tokens {
				bodies[token] = must(r.App.Feeds.Body(t.Context(), must(r.App.Feeds.Own(t.Context(), token, "Calendar/1"))(t)))(t).Raw
			}
			_, bodies["file"], _ = r.App.Feeds.Entry(t.Context(), ada, m.Slug, walk.Slug)
			for where, body := range bodies {
				for _, entry := range bytes.SplitAfter(body, []byte("END:VEVENT\r\n")) {
					_, entry, ok := bytes.Cut(entry, []byte("BEGIN:VEVENT\r\n"))
					if !ok {
						continue
					}
					entry = append([]byte("\r\n"), entry...)
					name := string(summaryLine.FindSubmatch(entry)[1])
					if bytes.Contains(entry, []byte("RECURRENCE-ID")) {
						name += " moved"
					}
					key := where + string(bytes.Join(keyLines.FindAll(entry, -1), nil))
					was, is := seen[key], entry
					seen[key] = is
					switch differs := !bytes.Equal(stampLines.ReplaceAll(was, nil), stampLines.ReplaceAll(is, nil)); {
					case was == nil:
					case feed.Stamp(is) < feed.Stamp(was):
						t.Errorf("%s: DTSTAMP %v after %v", name, feed.Stamp(is).Time(), feed.Stamp(was).Time())
					case !differs && !bytes.Equal(was, is):
						changed = append(changed, name+" again")
					case differs && feed.Stamp(is) <= feed.Stamp(was):
						t.Errorf("%s: changed, with DTSTAMP %v after %v", name, feed.Stamp(is).Time(), feed.Stamp(was).Time())
						fallthrough
					case differs:
						changed = append(changed, name)
					}
					if lines := stampLines.FindAllSubmatch(is, -1); len(lines) != 2 || !bytes.Equal(bytes.TrimPrefix(lines[0][0], lines[0][1]), bytes.TrimPrefix(lines[1][0], lines[1][1])) {
						t.Errorf("%s: DTSTAMP and LAST-MODIFIED differ:\n%s", name, is)
					}
				}
			}
			slices.Sort(changed)
			all := slices.Compact(changed)
			return slices.DeleteFunc(slices.Clone(all), func(name string) bool { // in a feed it had been away from
				name, again := strings.CutSuffix(name, " again")
				return again && slices.Contains(all, name)
			})
		}
		look()
		answer := func(id convoke.ID, answer convoke.Answer) func() error {
			return func() error { return r.App.Events.Answer(t.Context(), ada, id, answer, "page") }
		}
		edit := func() error {
			_, err := r.App.Events.Edit(t.Context(), sys, walk.ID, app.EventInput{Abstract: text(string(convoke.NewID("x")))})
			return err
		}
		thrice := func(do func() error) func() error {
			return func() error { return errors.Join(do(), do(), do()) }
		}
		editSprings := func() error {
			_, err := r.App.Events.Edit(t.Context(), sys, springs.ID, app.EventInput{Abstract: text(string(convoke.NewID("x")))})
			return err
		}
		editCall := func() error {
			_, err := r.App.Meetings.Edit(t.Context(), sys, n.ID, app.MeetingInput{Description: text(string(convoke.NewID("x")))})
			return err
		}
		role := func(community string, role convoke.Role) func() error {
			return func() error { return r.App.Members.Put(t.Context(), sys, community, "ada@maps.example", role) }
		}
		leave := func(community string) func() error {
			return func() error { return r.App.Members.Leave(t.Context(), ada, community) }
		}
		own := []string{"Call", "Call moved", "Mouths", "Springs", "Talk", "Walk"}
		kept := []string{"Call", "Call moved", "Mouths", "Springs", "Talk again", "Walk"} // a yes keeps its link
		for _, step := range []struct {
			name string
			do   func() error
			want []string
		}{
			{"edited thrice", thrice(edit), []string{"Walk"}},
			{"yes", answer(walk.ID, "yes"), []string{"Walk"}},
			{"yes again", answer(walk.ID, "yes"), nil},
			{"maybe", answer(walk.ID, "maybe"), nil},
			{"edited at once", edit, []string{"Walk"}},
			{"no", answer(walk.ID, "no"), []string{"Walk"}},
			{"edited at once after no", edit, []string{"Walk"}},
			{"taken back", func() error { return r.App.Events.Unanswer(t.Context(), ada, walk.ID, "ada@maps.example") }, nil},
			{"edited thrice", thrice(edit), []string{"Walk"}},
			{"joins", func() error { return r.App.Members.Join(t.Context(), ada, m.Slug) }, own},
			{"edited at once after joining", edit, []string{"Walk"}},
			{"yes as a member", answer(springs.ID, "yes"), nil},
			{"leaves", leave("rivers"), []string{"Call", "Call moved", "Mouths", "Springs again", "Talk", "Walk"}},
			{"no after leaving", answer(springs.ID, "no"), []string{"Springs"}},
			{"session edited thrice", thrice(editSprings), []string{"Springs"}},
			{"comes to the series", func() error { return r.App.Series.Answer(t.Context(), ada, s.ID, "yes", "page") }, []string{"Mouths", "Springs again"}},
			{"session's answer taken back", func() error { return r.App.Events.Unanswer(t.Context(), ada, springs.ID, "ada@maps.example") }, []string{"Springs"}},
			{"not to the series", func() error { return r.App.Series.Answer(t.Context(), ada, s.ID, "no", "page") }, []string{"Mouths", "Springs"}},
			{"meeting edited thrice", thrice(editCall), []string{"Call", "Call moved"}},
			{"comes to the meeting", func() error { return r.App.Meetings.Answer(t.Context(), ada, n.ID, "yes", "page") }, []string{"Call", "Call moved"}},
			{"meeting edited thrice", thrice(editCall), []string{"Call", "Call moved"}},
			{"not to one date", answer(moved.ID, "no"), []string{"Call moved"}},
			{"not to the meeting", func() error { return r.App.Meetings.Answer(t.Context(), ada, n.ID, "no", "page") }, []string{"Call", "Call moved again"}},
			{"comes to the dates", func() error { return r.App.Meetings.Answer(t.Context(), ada, talk.ID, "yes", "page") }, []string{"Talk"}},
			{"this and following at once", func() error {
				_, err := r.App.Meetings.EditFollowing(t.Context(), sys, third.ID, app.MeetingInput{Place: text("Library")})
				return err
			}, []string{"Talk"}},
			{"made a member", role("rivers", convoke.Member), kept},
			{"made a moderator", role("rivers", convoke.Moderator), nil},
			{"made an admin, who leads the group", role("rivers", convoke.Admin), []string{"Group"}},
			{"in the group", role("deltas", convoke.Member), nil},
			{"no admin, still in the group", role("rivers", convoke.Member), nil},
			{"leaves the group", leave("deltas"), []string{"Group"}},
			{"in the group again", role("deltas", convoke.Member), []string{"Group"}},
			{"leaves both", leave("rivers"), kept},
		} {
			if err := step.do(); err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			want := slices.Sorted(slices.Values(step.want))
			if got := look(); !slices.Equal(got, want) {
				t.Errorf("%s: changed %q, want %q", step.name, got, want)
			}
		}
	}, rig.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)))
}

// The dates of a meeting that is written as dates are entries of their own: what a change of the meeting makes of one has a later stamp, also within the
// second of what was said of it last, and one it leaves alone stays as it is to the letter.
func TestStampRisesAsDates(t *testing.T) {
	weekly := calendar.Rule{Freq: calendar.Weekly, Interval: 1, Count: 4}
	for _, c := range []struct {
		name   string
		change func(t *testing.T, r *rig.Rig, m convoke.ID, dates []app.EventView) error
		want   []bool // which dates change
	}{
		{"this and following", func(t *testing.T, r *rig.Rig, _ convoke.ID, dates []app.EventView) error {
			_, err := r.App.Meetings.EditFollowing(t.Context(), convoke.System, dates[1].ID, app.MeetingInput{DurationMinutes: new(45)})
			return err
		}, []bool{false, true, true, true}},
		{"one left out", func(t *testing.T, r *rig.Rig, m convoke.ID, dates []app.EventView) error {
			rule := weekly
			rule.NotDates = []calendar.Date{dates[2].Start.Date()}
			_, err := r.App.Meetings.Edit(t.Context(), convoke.System, m, app.MeetingInput{Rule: &rule})
			return err
		}, []bool{false, false, true, false}},
		{"all", func(t *testing.T, r *rig.Rig, m convoke.ID, dates []app.EventView) error {
			_, err := r.App.Meetings.Edit(t.Context(), convoke.System, m, app.MeetingInput{Place: new("Library")})
			return err
		}, []bool{true, true, true, true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rig.Each(t, func(t *testing.T, r *rig.Rig) {
				m := r.Community("rivers", convoke.Open, "ada@maps.example")
				n := must(r.App.Meetings.CreatePublished(t.Context(), convoke.System, m.Slug, app.MeetingInput{Title: new("Talk"), TimeZone: new("Africa/Casablanca"),
					StartLocal: new("2026-12-08T10:00"), Rule: &weekly}))(t)
				dates := must(r.App.Meetings.Get(t.Context(), convoke.System, "", string(n.ID)))(t).Coming
				r.Must(r.App.Events.Answer(t.Context(), r.Viewer("ada@maps.example"), dates[2].ID, convoke.Yes, "page"))
				r.Clock.Add(time.Minute)
				for _, agenda := range []string{"Soil", "Soil and water", "Water"} {
					must(r.App.Events.Edit(t.Context(), convoke.System, dates[2].ID, app.EventInput{Agenda: &agenda}))(t)
				}
				read := func() (out [][]byte) {
					r.View(func(ctx context.Context, tx *store.Tx) error {
						for _, d := range dates {
							out = append(out, must(tx.FragmentsOf(ctx, d.ID))(t)["public"].Data)
						}
						return nil
					})
					return out
				}
				was := read()
				r.Must(c.change(t, r, n.ID, dates))
				for i, is := range read() {
					if changed := !bytes.Equal(was[i], is); changed != c.want[i] {
						t.Errorf("date %d: changed %v, want %v:\n%s\n%s", i, changed, c.want[i], was[i], is)
					} else if changed && feed.Stamp(is) <= feed.Stamp(was[i]) {
						t.Errorf("date %d: DTSTAMP %v after %v", i, feed.Stamp(is).Time(), feed.Stamp(was[i]).Time())
					}
				}
			}, rig.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)))
		})
	}
}
