package app_test

import (
	"errors"
	"testing"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// weekly makes a published weekly meeting and gives one of its dates.
func weekly(t *testing.T, r *rig.Rig) (convoke.Recurrence, convoke.Event) {
	t.Helper()
	r.Community("soil", convoke.Open, "ann@office.example")
	m, err := r.App.Meetings.CreatePublished(t.Context(), convoke.System, "soil", app.MeetingInput{Title: new("Call"), Rule: &calendar.Rule{Freq: calendar.Weekly, Interval: 1},
		StartLocal: new("2027-03-09T14:00"), Invite: new(false)})
	r.Must(err)
	whole, err := r.App.Meetings.Get(t.Context(), convoke.System, "", string(m.ID))
	r.Must(err)
	return m, whole.Coming[2].Event
}

// A change of several dates is made to what was read for it: one that came in between is not written over, nor is a meeting split twice.
func TestSeveralDatesChangedTwice(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		_, e := weekly(t, r)
		for _, scope := range []string{app.AllDates, app.ThisFollowing} {
			date, err := r.App.Events.Get(t.Context(), convoke.System, "", string(e.ID))
			r.Must(err)
			edit := func(in app.EventInput) error {
				in.Version = &date.Version
				_, err := r.App.Meetings.EditScope(t.Context(), convoke.System, e.ID, scope, in)
				return err
			}
			r.Must(edit(app.EventInput{Place: new("Room of " + scope)}))
			if err := edit(app.EventInput{Title: new("Late")}); reason(err) != convoke.ReasonConflict {
				t.Errorf("%s: got %v for what was made from an older version, want a conflict", scope, err)
			}
			now, err := r.App.Events.Get(t.Context(), convoke.System, "", string(e.ID))
			if err != nil || now.Place != "Room of "+scope || now.Title != "Call" {
				t.Errorf("%s: the date is %q at %q (%v)", scope, now.Title, now.Place, err)
			}
		}
	})
}

// The same where both come at once.
func TestSeveralDatesChangedAtOnce(t *testing.T) {
	for _, scope := range []string{app.AllDates, app.ThisFollowing} {
		t.Run(scope, func(t *testing.T) {
			count := &counter{}
			r := rig.New(t, rig.OnPostgres(t), rig.WithDriver(count.wrap))
			_, e := weekly(t, r)
			edit := func(in app.EventInput) func() error {
				return func() error {
					in.Version = &e.Version
					_, err := r.App.Meetings.EditScope(t.Context(), convoke.System, e.ID, scope, in)
					return err
				}
			}
			err1, err2 := whenRead(t, r, count, "WHERE e.id = ", edit(app.EventInput{Place: new("Room 1")}), edit(app.EventInput{Title: new("Late")}))
			if err1 != nil || reason(err2) != convoke.ReasonConflict {
				t.Errorf("got %v and %v, want the second in conflict", err1, err2)
			}
			if list, err := r.App.Meetings.List(t.Context(), convoke.System, "soil", app.Page{Limit: 9}); err != nil || len(list) > 2 {
				t.Errorf("%d meetings (%v), want it split once at most", len(list), err)
			}
		})
	}
}

// A set-up link is offered while there is nobody who could do it otherwise.
func TestSetUpIsForNobodyYet(t *testing.T) {
	h := open(t)
	before, err := h.SignIns.NeedsSetUp(t.Context())
	_, failed := h.People.Add(t.Context(), convoke.System, "op@maps.example", app.PersonInput{Name: new("Op"), Operator: new(true)})
	after, again := h.SignIns.NeedsSetUp(t.Context())
	if err := errors.Join(err, failed, again); err != nil || !before || after {
		t.Errorf("with nobody: %v, with an operator: %v, %v", before, after, err)
	}
}
