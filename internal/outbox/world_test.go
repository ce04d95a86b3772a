package outbox_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// world is a rig with the community "soil", whose members are Ann and Ben.
type world struct {
	*rig.Rig
	*testing.T
	soil convoke.Community
}

// scenario runs a test in a world of its own on both engines.
func scenario(t *testing.T, f func(w *world), with ...rig.Option) {
	t.Helper()
	t.Parallel()
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := &world{Rig: r, T: t}
		w.soil = r.Community("soil", convoke.Open, "ann@x.example", "ben@x.example")
		f(w)
	}, with...)
}

// expect ticks and compares the new mails, each in one line: who, kind and, where there is a calendar part, its method, PARTSTAT
// and SEQUENCE, or how many files are attached.
func (w *world) expect(want ...string) []rig.Mail {
	w.Helper()
	mails := w.Deliver()
	var got []string
	for _, m := range mails {
		line := strings.TrimSuffix(m.Addr, "@x.example") + " " + m.Kind
		if m.Method != "" {
			line += fmt.Sprintf(" %s %s #%s", m.Method, m.Partstat(), m.Prop("SEQUENCE"))
		} else if n := len(m.Files); n > 0 {
			line += fmt.Sprintf(" +%d", n)
		}
		got = append(got, line)
	}
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		w.Fatalf("at %s:\n got %s\nwant %s", w.Clock.Now().Format("2 Jan 15:04"), strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	slices.SortFunc(mails, func(a, b rig.Mail) int { return strings.Compare(a.Addr+a.Kind, b.Addr+b.Kind) })
	return mails
}

// to finds the mail to somebody among some.
func (w *world) to(mails []rig.Mail, who string) rig.Mail {
	w.Helper()
	for _, m := range mails {
		if m.Addr == who+"@x.example" {
			return m
		}
	}
	w.Fatalf("no mail to %s", who)
	return rig.Mail{}
}

// at moves the clock to a moment written "2027-03-20 14:00", UTC.
func (w *world) at(s string) {
	w.Helper()
	t, err := time.Parse("2006-01-02 15:04", s)
	w.Must(err)
	w.Clock.Set(t)
}

func (w *world) viewer(who string) convoke.Viewer { return w.Viewer(who + "@x.example") }

// event publishes an event at a local time in Nairobi (UTC+3) and invites the members.
func (w *world) event(start string, in ...app.EventInput) convoke.Event {
	w.Helper()
	e, err := w.App.Events.Publish(w.Context(), convoke.System, w.draft(start, in...).ID)
	w.Must(err)
	return e
}

func (w *world) draft(start string, in ...app.EventInput) convoke.Event {
	w.Helper()
	i := app.EventInput{}
	if len(in) > 0 {
		i = in[0]
	}
	i.StartLocal, i.TimeZone = &start, new("Africa/Nairobi")
	if i.Title == nil {
		i.Title = new("Compost")
	}
	if i.Invite == nil {
		i.Invite = new(true)
	}
	e, err := w.App.Events.Create(w.Context(), convoke.System, "soil", i)
	w.Must(err)
	return e
}

func (w *world) move(id convoke.ID, start string) convoke.Event {
	w.Helper()
	return w.edit(id, app.EventInput{StartLocal: &start})
}

func (w *world) edit(id convoke.ID, in app.EventInput) convoke.Event {
	w.Helper()
	e, err := w.App.Events.Edit(w.Context(), convoke.System, id, in)
	w.Must(err)
	return e
}

func (w *world) cancel(id convoke.ID) {
	w.Helper()
	_, err := w.App.Events.Cancel(w.Context(), convoke.System, id, "The speaker is ill")
	w.Must(err)
}

func (w *world) answer(who string, id convoke.ID, a convoke.Answer) {
	w.Helper()
	w.Must(w.App.Events.Answer(w.Context(), w.viewer(who), id, a, "page"))
}

// unsubscribe uses a mail's own link to stop mails about a scope.
func (w *world) unsubscribe(m rig.Mail, scope convoke.Scope) {
	w.Helper()
	_, err := w.App.Letters.Act(w.Context(), m.Token(), app.DeedUnsubscribe, string(scope))
	w.Must(err)
}

// reads makes somebody a reader of a feed of their own that holds everything.
func (w *world) reads(who string) convoke.ID {
	w.Helper()
	f, err := w.App.Feeds.Add(w.Context(), w.viewer(who), convoke.ScopeAll, "", "")
	w.Must(err)
	w.Update(func(ctx context.Context, tx *store.Tx) error { return tx.ReadFeed(ctx, f.ID, tx.Now, "test") })
	return f.ID
}

// series publishes a series of sessions at local times in Nairobi.
func (w *world) series(starts ...string) (convoke.Series, []convoke.Event) {
	w.Helper()
	var sessions []app.SessionInput
	for _, s := range starts {
		sessions = append(sessions, app.SessionInput{StartLocal: s})
	}
	s, err := w.App.Series.Create(w.Context(), convoke.System, "soil", app.SeriesInput{Title: new("Soil year"), TimeZone: new("Africa/Nairobi")}, app.EventInput{}, sessions)
	w.Must(err)
	s, err = w.App.Series.Publish(w.Context(), convoke.System, s.ID)
	w.Must(err)
	var list []convoke.Event
	w.View(func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = tx.SeriesEvents(ctx, s.ID)
		return err
	})
	return s, list
}

// meeting publishes a recurring meeting.
func (w *world) meeting(rule calendar.Rule, start, zone string) convoke.Recurrence {
	w.Helper()
	m, err := w.App.Meetings.Create(w.Context(), convoke.System, "soil", app.MeetingInput{Title: new("Monthly call"), Rule: &rule, StartLocal: &start, TimeZone: &zone})
	w.Must(err)
	m, err = w.App.Meetings.Publish(w.Context(), convoke.System, m.ID)
	w.Must(err)
	return m
}

// dates lists a meeting's coming dates.
func (w *world) dates(id convoke.ID) (list []convoke.Event) {
	w.Helper()
	w.View(func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = tx.MeetingEvents(ctx, id, tx.Now)
		return err
	})
	return list
}

// states counts the ledger's letters of a kind by state and reason.
func (w *world) states(kind string) map[string]int {
	w.Helper()
	out := map[string]int{}
	for _, l := range w.Letters("") {
		if l.Kind == kind {
			out[strings.TrimSpace(l.State+" "+l.Why)]++
		}
	}
	return out
}

var secondTuesday = calendar.Rule{Freq: calendar.Monthly, Interval: 1, Weekdays: []calendar.Weekday{calendar.Tuesday}, Nth: 2}
