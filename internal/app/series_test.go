package app_test

import (
	"context"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// No session of a series becomes public, or is moved, to an hour that the clocks skip: its date and the reason are told. A single event may be.
func TestSessionsInSkippedHours(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		ctx, in := t.Context(), convoke.System
		const good, bad = "2027-03-28T04:30", "2027-03-28T02:30"
		r.Community("soil", convoke.Open, "ann@office.example")
		made, err := r.App.Series.Create(ctx, in, "soil", app.SeriesInput{Title: new("Early"), TimeZone: new("Europe/Berlin")}, app.EventInput{}, []app.SessionInput{{StartLocal: "2027-03-21T04:30"}})
		r.Must(err)
		session := func() convoke.Event {
			e, err := r.App.Series.AddSession(ctx, in, made.ID, app.EventInput{StartLocal: new(good)})
			r.Must(err)
			return e
		}
		put := func(id convoke.ID, start string) { // as it is where the clocks were decided anew
			r.Update(func(ctx context.Context, tx *store.Tx) error {
				e, err := tx.Event(ctx, id)
				if err != nil {
					return err
				}
				if e.Start, err = convoke.ReadStart("start_local", start); err != nil {
					return err
				}
				e.Version++
				return tx.PutEvent(ctx, e)
			})
		}
		refused := func(what string, err error) {
			t.Helper()
			if e, ok := err.(*convoke.Error); !ok || e.Fields["start_local"] != "rule.gap" {
				t.Errorf("%s: got %v, want it refused for the hour that is skipped", what, err)
			}
		}
		move := func(id convoke.ID, in app.EventInput) error {
			_, err := r.App.Events.Edit(ctx, convoke.System, id, in)
			return err
		}

		first := session()
		refused("draft, moved", move(first.ID, app.EventInput{StartLocal: new(bad)}))
		put(first.ID, bad)
		_, err = r.App.Series.Publish(ctx, in, made.ID)
		refused("draft series", err)
		if s, err := r.App.Series.Get(ctx, in, "", string(made.ID)); err != nil || !s.Draft() {
			t.Errorf("the refused series is public (%v)", err)
		}
		put(first.ID, good)
		_, err = r.App.Series.Publish(ctx, in, made.ID)
		r.Must(err)

		late := session()
		put(late.ID, bad)
		_, err = r.App.Series.Publish(ctx, in, made.ID)
		refused("series that is public already", err)
		_, err = r.App.Events.Publish(ctx, in, late.ID)
		refused("its session alone", err)
		if e, err := r.App.Events.Get(ctx, in, "", string(late.ID)); err != nil || !e.Draft() {
			t.Errorf("the refused session is public (%v)", err)
		}

		refused("public, moved", move(first.ID, app.EventInput{StartLocal: new(bad)}))
		r.Must(move(first.ID, app.EventInput{StartLocal: new(bad), TimeZone: new("Africa/Nairobi")}))
		refused("public, in another zone", move(first.ID, app.EventInput{TimeZone: new("Europe/Berlin")}))
		r.Must(move(late.ID, app.EventInput{Title: new("Renamed while it waits for another hour")}))

		single, err := r.App.Events.CreatePublished(ctx, in, "soil", app.EventInput{Title: new("Single"), StartLocal: new(bad), TimeZone: new("Europe/Berlin")})
		r.Must(err)
		r.Must(move(single.ID, app.EventInput{StartLocal: new("2027-03-28T02:45")}))
	})
}

// A session without a title is called as its series, shortened where a number would not fit behind it.
func TestTitleOfALongSeries(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.Open, "ann@office.example")
		for _, row := range []struct{ title, language, want string }{
			{strings.Repeat("é", 189), "en", strings.Repeat("é", 189) + ", session 1"},
			{strings.Repeat("é", 190), "en", strings.Repeat("é", 188) + "…, session 1"},
			{strings.Repeat("é", 200), "en", strings.Repeat("é", 188) + "…, session 1"},
			{strings.Repeat("é", 187) + " " + strings.Repeat("é", 12), "en", strings.Repeat("é", 187) + "…, session 1"},
			{strings.Repeat("é", 200), "fr", strings.Repeat("é", 189) + "…, séance 1"},
		} {
			s, err := r.App.Series.Create(t.Context(), convoke.System, "soil", app.SeriesInput{Title: &row.title, Language: &row.language}, app.EventInput{}, []app.SessionInput{{StartLocal: "2027-03-21T04:30"}})
			r.Must(err)
			view, err := r.App.Series.Get(t.Context(), convoke.System, "", string(s.ID))
			r.Must(err)
			if got := view.Sessions[0].Title; got != row.want {
				t.Errorf("a session of %q is called %q, want %q", row.title, got, row.want)
			}
		}
	})
}
