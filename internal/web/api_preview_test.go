package web_test

import (
	"testing"

	"convoke/internal/rig"
)

// What the planner's page shows of dates before they are kept, a program gets too.
func TestPreview(t *testing.T) {
	w := newWorld(t, rig.New(t))
	w.must(201, "moderator", "POST", "/communities/cash/events", `{"title":"Harvest","start_local":"2028-03-26T10:30","time_zone":"Europe/Paris","duration_minutes":60}`)
	weekly := w.must(201, "moderator", "POST", "/communities/cash/meetings",
		`{"title":"Weekly","rule":{"freq":"weekly"},"start_local":"2027-04-07T12:00","time_zone":"Europe/Paris","duration_minutes":60}`).str("id")
	w.must(200, "moderator", "POST", "/meetings/"+weekly+"/publish", "")
	w.must(200, "member", "PATCH", "/users/"+memberCanary, `{"time_zone":"America/Lima"}`)
	series, meetings := "/communities/cash/series/preview", "/communities/cash/meetings/preview"
	type at = map[string]any
	for _, tt := range []struct {
		name, path, body string
		want             at
	}{
		{"rule", series, `{"rule":{"freq":"weekly","interval":2},"start_local":"2028-03-12T10:00","count":2,"time_zone":"Europe/Paris","duration_minutes":45}`, at{
			"dates.0.start_local": "2028-03-12T10:00", "dates.0.weekday": "su", "dates.0.starts_at": "2028-03-12T09:00:00Z", "dates.0.ends_at": "2028-03-12T09:45:00Z",
			"dates.0.clashes.0": nil, "dates.0.asleep": 1.0, "dates.0.hours.0.time_zone": "America/Lima", "dates.0.hours.0.start_local": "2028-03-12T04:00", "members": 1.0,
			"dates.1.start_local": "2028-03-26T10:00", "dates.1.starts_at": "2028-03-26T08:00:00Z", "dates.1.clashes.0.title": "Harvest", "dates.2": nil}},
		{"list with a gap and an hour twice", series, `{"dates":["2028-10-29T02:30","2028-03-26T02:30"],"time_zone":"Europe/Paris","duration_minutes":60}`, at{
			"dates.0.gap": true, "dates.0.twice": false, "dates.0.starts_at": "2028-03-26T01:30:00Z", "dates.1.gap": false, "dates.1.twice": true}},
		{"with dates that were made, and some not", series, `{"dates":["2027-04-14T12:30","2032-05-05T12:59","2032-05-05T13:00","2032-05-05T11:00"],"time_zone":"Europe/Paris","duration_minutes":60}`, at{
			"dates.0.clashes.0.title": "Weekly", "dates.0.clashes.0.meeting": weekly,
			"dates.1.start_local": "2032-05-05T11:00", "dates.1.clashes.0": nil,
			"dates.2.clashes.0.title": "Weekly", "dates.2.clashes.0.event": nil, "dates.2.clashes.0.meeting": weekly, "dates.2.clashes.0.starts_at": "2032-05-05T10:00:00Z", "dates.2.clashes.1": nil,
			"dates.3.start_local": "2032-05-05T13:00", "dates.3.clashes.0": nil}},
		{"meeting", meetings, `{"rule":{"freq":"weekly"},"start_local":"2032-05-04T12:00","time_zone":"Europe/Paris"}`, at{
			"dates.0.weekday": "tu", "dates.0.clashes.0": nil, "dates.0.ends_at": "2032-05-04T11:00:00Z", "dates.11.start_local": "2032-07-20T12:00", "dates.12": nil}},
		{"meeting at the hour of another", meetings, `{"rule":{"freq":"weekly"},"start_local":"2032-05-05T12:30","time_zone":"Europe/Paris"}`, at{
			"dates.0.clashes.0.title": "Weekly", "dates.11.clashes.0.title": "Weekly"}},
		{"meeting that is changed", meetings, `{"meeting":"` + weekly + `","start_local":"2027-04-07T12:15"}`, at{
			"dates.0.start_local": "2027-04-07T12:15", "dates.0.weekday": "we", "dates.0.clashes.0": nil}},
		{"meeting that is put off", meetings, `{"meeting":"` + weekly + `","start_local":"2032-05-05T12:15"}`, at{
			"dates.0.start_local": "2032-05-05T12:15", "dates.0.clashes.0": nil}},
	} {
		got := w.must(200, "moderator", "POST", tt.path, tt.body)
		for where, want := range tt.want {
			if n := got.get(where); n != want {
				t.Errorf("%s: %s: got %v, want %v", tt.name, where, n, want)
			}
		}
	}
	for _, tt := range []struct{ name, path, body, field string }{
		{"neither", series, `{"time_zone":"Europe/Paris","duration_minutes":60}`, "rule"},
		{"both", series, `{"dates":["2028-10-29T02:30"],"count":3,"time_zone":"Europe/Paris","duration_minutes":60}`, "dates"},
		{"no day", series, `{"dates":["soon"],"time_zone":"Europe/Paris","duration_minutes":60}`, "dates"},
		{"no number", series, `{"rule":{"freq":"weekly"},"start_local":"2028-03-12T10:00","time_zone":"Europe/Paris","duration_minutes":45}`, "count"},
		{"no zone", series, `{"dates":["2028-10-29T02:30"],"duration_minutes":60}`, "time_zone"},
		{"no length", series, `{"dates":["2028-10-29T02:30"],"time_zone":"Europe/Paris"}`, "duration_minutes"},
		{"no rule", meetings, `{"start_local":"2028-10-29T12:30"}`, "rule"},
		{"no start", meetings, `{"rule":{"freq":"weekly"}}`, "start_local"},
		{"an hour that the clocks skip", meetings, `{"rule":{"freq":"weekly"},"start_local":"2028-03-19T02:30","time_zone":"Europe/Paris"}`, "start_local"},
	} {
		if got := w.must(422, "moderator", "POST", tt.path, tt.body); got.get("fields."+tt.field) == nil {
			t.Errorf("%s: refused without %s: %s", tt.name, tt.field, got.Text)
		}
	}
	w.must(404, "moderator", "POST", meetings, `{"meeting":"me_none","start_local":"2027-04-07T12:15"}`)
	if got := w.must(200, "moderator", "GET", "/communities/cash/meetings", ""); got.get("items.2") != nil {
		t.Errorf("a look made a meeting: %s", got.Text)
	}
}
