package notify_test

import (
	"reflect"
	"testing"

	"convoke/internal/convoke"
	"convoke/internal/notify"
)

func TestMeet(t *testing.T) {
	of := func(kind string, event convoke.ID) convoke.Letter { return convoke.Letter{Kind: kind, EventID: event} }
	const both, replaces, needless = notify.BothGo, notify.Replaces, notify.Needless
	for _, row := range []struct {
		name          string
		next, waiting convoke.Letter
		rule, dates   notify.Fate // where the meeting is written as a rule, and where as dates or there is none
	}{
		{"update, then update", of(notify.EventUpdate, "a"), of(notify.EventUpdate, "a"), replaces, replaces},
		{"invitation, then update", of(notify.EventUpdate, "a"), of(notify.EventInvitation, "a"), needless, needless},
		{"invitation, then cancellation", of(notify.EventCancellation, "a"), of(notify.EventInvitation, "a"), replaces, replaces},
		{"update, then cancellation", of(notify.EventCancellation, "a"), of(notify.EventUpdate, "a"), replaces, replaces},
		{"cancellation, then restored", of(notify.EventUpdate, "a"), of(notify.EventCancellation, "a"), replaces, replaces},
		{"update, then invitation", of(notify.EventInvitation, "a"), of(notify.EventUpdate, "a"), replaces, replaces},
		{"updates of two dates", of(notify.EventUpdate, "b"), of(notify.EventUpdate, "a"), both, both},
		{"one date moved, another called off", of(notify.EventCancellation, "b"), of(notify.EventUpdate, "a"), both, both},
		{"invitation to one date, update of another", of(notify.EventUpdate, "b"), of(notify.EventInvitation, "a"), both, both},
		{"meeting changed twice", of(notify.MeetingUpdate, ""), of(notify.MeetingUpdate, ""), replaces, replaces},
		{"meeting invited, then changed", of(notify.MeetingUpdate, ""), of(notify.MeetingInvitation, ""), needless, needless},
		{"meeting invited, then a date moved", of(notify.EventUpdate, "a"), of(notify.MeetingInvitation, ""), needless, both},
		{"meeting invited, then a date called off", of(notify.EventCancellation, "a"), of(notify.MeetingInvitation, ""), both, both},
		{"a date moved, then the meeting invited", of(notify.MeetingInvitation, ""), of(notify.EventUpdate, "a"), replaces, both},
		{"a date called off, then the meeting invited", of(notify.MeetingInvitation, ""), of(notify.EventCancellation, "a"), both, both},
		{"a date moved, then the meeting changed", of(notify.MeetingUpdate, ""), of(notify.EventUpdate, "a"), both, both},
		{"a date moved, then the meeting called off", of(notify.MeetingCancellation, ""), of(notify.EventUpdate, "a"), replaces, both},
		{"a date called off, then the meeting", of(notify.MeetingCancellation, ""), of(notify.EventCancellation, "a"), replaces, both},
		{"a removed date, then the meeting changed", of(notify.MeetingUpdate, ""), of(notify.EventInvitation, ""), both, both},
		{"series", of(notify.SeriesCancellation, ""), of(notify.SeriesInvitation, ""), both, both},
		{"reminder", of(notify.Reminder, "a"), of(notify.EventUpdate, "a"), both, both},
		{"before a reminder", of(notify.EventUpdate, "a"), of(notify.Reminder, "a"), both, both},
	} {
		for rule, want := range map[bool]notify.Fate{true: row.rule, false: row.dates} {
			if got := notify.Meet(row.next, row.waiting, rule); got != want {
				t.Errorf("%s, written as a rule %v: got %d, want %d", row.name, rule, got, want)
			}
		}
	}
}

func TestTakeOver(t *testing.T) {
	first, second := &notify.Snapshot{Title: "first"}, &notify.Snapshot{Title: "second"}
	for _, row := range []struct {
		name, kind string
		new        notify.Data
		waiting    string
		old, want  notify.Data
	}{
		{"told from the first", notify.EventUpdate, notify.Data{Before: second, Note: "new"}, notify.EventUpdate, notify.Data{Before: first, Note: "old"}, notify.Data{Before: first, Note: "new"}},
		{"a note is not lost", notify.MeetingUpdate, notify.Data{Before: second}, notify.MeetingUpdate, notify.Data{Before: first, Note: "old"}, notify.Data{Before: first, Note: "old"}},
		{"a reason not taken", notify.EventUpdate, notify.Data{Before: second}, notify.EventCancellation, notify.Data{Before: first, Note: "ill"}, notify.Data{Before: first}},
		{"restored before anything was told", notify.EventUpdate, notify.Data{Before: second}, notify.EventCancellation, notify.Data{}, notify.Data{Before: second}},
		{"called off before anything was told", notify.EventCancellation, notify.Data{Before: second, Note: "ill"}, notify.EventInvitation, notify.Data{}, notify.Data{Note: "ill"}},
		{"called off", notify.EventCancellation, notify.Data{Before: second}, notify.EventUpdate, notify.Data{Before: first, Note: "old"}, notify.Data{Before: first}},
		{"two changes of a meeting", notify.MeetingUpdate, notify.Data{Before: second, Since: 9}, notify.MeetingUpdate, notify.Data{Before: first, Since: 7}, notify.Data{Before: first, Since: 7}},
		{"the earlier is told already", notify.MeetingUpdate, notify.Data{Before: second, Since: 7}, notify.MeetingUpdate, notify.Data{Before: first, Since: 9}, notify.Data{Before: first, Since: 7}},
		{"nothing was given up before", notify.MeetingUpdate, notify.Data{Before: second, Since: 7}, notify.MeetingUpdate, notify.Data{Before: first}, notify.Data{Before: first, Since: 7}},
		{"invited with the next date when some were given up", notify.MeetingInvitation, notify.Data{Next: true}, notify.MeetingUpdate, notify.Data{Before: first, Since: 7}, notify.Data{Next: true, Since: 7}},
		{"invited", notify.MeetingInvitation, notify.Data{Next: true}, notify.MeetingUpdate, notify.Data{Before: first, Note: "old"}, notify.Data{Next: true}},
	} {
		if got := row.new.TakeOver(row.kind, row.waiting, row.old); !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: got %+v, want %+v", row.name, got, row.want)
		}
	}
}

func TestHandOn(t *testing.T) {
	update := notify.Data{Before: &notify.Snapshot{Title: "first"}, Note: "new", Since: 7}
	for _, row := range []struct{ invitation, want notify.Data }{
		{notify.Data{Next: true}, notify.Data{Next: true, Since: 7}},
		{notify.Data{Since: 5}, notify.Data{Since: 5}},
		{notify.Data{Since: 9}, notify.Data{Since: 7}},
	} {
		if got := update.HandOn(row.invitation); !reflect.DeepEqual(got, row.want) {
			t.Errorf("to %+v: got %+v, want %+v", row.invitation, got, row.want)
		}
	}
}
