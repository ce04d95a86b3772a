package app_test

import (
	"slices"
	"testing"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// A meeting's dates have rows for a year and a half; what is planned later clashes with them all the same, once each.
func TestClashesWithDatesToBeMade(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		m := r.Community("rivers", convoke.Open)
		meeting := func(title string, publish bool, rule calendar.Rule) convoke.Recurrence {
			n := must(r.App.Meetings.Create(t.Context(), convoke.System, m.Slug, app.MeetingInput{Title: &title, TimeZone: new("Africa/Nairobi"), StartLocal: new("2027-04-07T12:00"), Rule: &rule}))(t)
			if publish {
				must(r.App.Meetings.Publish(t.Context(), convoke.System, n.ID))(t)
			}
			return n
		}
		weekly := calendar.Rule{Freq: calendar.Weekly, Interval: 1}
		short := weekly
		short.Until = calendar.NewDate(2027, 12, 31)
		meeting("Endless", true, weekly)
		meeting("Ends", true, short)
		meeting("Draft", false, weekly)
		off := meeting("Called off", true, weekly)
		r.Must(r.App.Meetings.Cancel(t.Context(), convoke.System, off.ID, ""))
		for _, tt := range []struct {
			at      string
			minutes int
			want    []string
		}{
			{"2027-04-14T12:30", 60, []string{"Endless", "Ends"}}, // made
			{"2032-05-05T12:30", 60, []string{"Endless"}},
			{"2032-05-05T11:30", 60, []string{"Endless"}},
			{"2032-05-05T13:00", 60, nil},
			{"2032-05-05T11:00", 60, nil},
			{"2032-05-06T12:00", 60, nil},
			{"2028-08-30T11:00", 3 * 24 * 60, []string{"Endless"}}, // it lasts until after the last that was made
		} {
			rhythm := must(app.RhythmInput{Dates: []string{tt.at}}.Rhythm())(t)
			p := must(r.App.Series.Preview(t.Context(), convoke.System, m.Slug, rhythm, "Africa/Nairobi", tt.minutes))(t)
			var got []string
			for _, e := range p.Dates[0].Clashes {
				got = append(got, e.Title)
			}
			if slices.Sort(got); !slices.Equal(got, tt.want) {
				t.Errorf("%s: clashes with %q, want %q", tt.at, got, tt.want)
			}
		}
	})
}
