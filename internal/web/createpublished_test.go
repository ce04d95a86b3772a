package web_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// deaf is a database that touches no row in statements that begin so, as if somebody else had been quicker; behind a "!" they fail.
type deaf struct {
	driver.Connector
	to *atomic.Value // a string, none while it is empty
}

func (d deaf) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := d.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &deafConn{c.(wholeConn), d.to}, nil
}

type wholeConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.QueryerContext
	driver.ExecerContext
}

type deafConn struct {
	wholeConn
	to *atomic.Value
}

func (c *deafConn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	to, _ := c.to.Load().(string)
	begins, fail := strings.CutPrefix(to, "!")
	switch {
	case begins == "" || !strings.HasPrefix(q, begins):
	case fail:
		return nil, errors.New("the disk is full")
	default:
		return driver.RowsAffected(0), nil
	}
	return c.wholeConn.ExecContext(ctx, q, args)
}

// What is made and published by one button is made not at all when it cannot be published, and the form keeps what was typed.
func TestCreatePublishedIsOneThing(t *testing.T) {
	var to atomic.Value
	rig.InTurn(t, func(t *testing.T, r *rig.Rig) {
		r.Community("soil", convoke.Open, "ann@office.example")
		r.Member("soil", "mo@office.example", convoke.Moderator)
		mo := serve(t, r)().as(r, "mo@office.example")
		for _, tt := range []struct {
			name, update, path string
			form               []string
		}{
			{"event", "UPDATE event SET", "events", []string{"title", "Topping up", "start_date", "2027-03-09", "start_time", "14:00", "time_zone", "Africa/Nairobi",
				"duration_minutes", "90", "language", "en", "visibility", "community", "status", "confirmed", "has", "invite", "invite", "true"}},
			{"series", "UPDATE series SET", "series", with(webinars, "title", "Topping up", "line_date", "2027-03-09", "line_time", "15:00", "line_title", "Kept line")},
			{"session", "UPDATE event SET", "series", with(webinars, "title", "Topping up", "line_date", "2027-03-09", "line_time", "15:00", "line_title", "Kept line")},
			{"meeting", "UPDATE meeting SET", "meetings", with(monthly, "title", "Topping up")},
		} {
			to.Store(tt.update)
			p := mo.post("/c/soil/admin/"+tt.path+"/new/create", with(tt.form, "do", "publish")...)
			to.Store("")
			p.want(t, tt.name, http.StatusConflict, "Somebody else has changed this meanwhile", `value="Topping up"`, `action="/c/soil/admin/`+tt.path+`/new/create"`)
			events, err := r.App.Events.List(t.Context(), convoke.System, "soil", app.EventFilter{Drafts: true, Limit: 50})
			r.Must(err)
			series, err := r.App.Series.List(t.Context(), convoke.System, "soil", app.Page{Limit: 200})
			r.Must(err)
			meetings, err := r.App.Meetings.List(t.Context(), convoke.System, "soil", app.Page{Limit: 200})
			r.Must(err)
			if n := len(events) + len(series) + len(meetings); n != 0 {
				t.Errorf("%s: %d events, %d series and %d meetings are left of what was refused", tt.name, len(events), len(series), len(meetings))
			}
			if got := r.Deliver(); len(got) != 0 {
				t.Errorf("%s: %d mails about what was refused", tt.name, len(got))
			}
		}
		if got := mo.post("/c/soil/admin/events/new/create", "title", "Topping up", "start_date", "2027-03-09", "start_time", "14:00", "time_zone", "Africa/Nairobi",
			"duration_minutes", "90", "language", "en", "has", "invite", "invite", "true", "do", "publish"); got.status != http.StatusSeeOther {
			t.Errorf("once it can be published: %d %s", got.status, got.text())
		}
		if got := r.Deliver(); len(got) != 2 {
			t.Errorf("%d invitations, want 2", len(got))
		}
	}, rig.WithDriver(func(c driver.Connector) driver.Connector { return deaf{c, &to} }))
}
