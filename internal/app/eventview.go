package app

import (
	"context"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// EventView is an event as one viewer may see it: the join link is empty for who may not have it, and
// speakers have no address but for who may plan.
type EventView struct {
	convoke.Event
	Community convoke.Community // front fields only
	Standing  convoke.Standing
	Series    *convoke.Series
	Meeting   *convoke.Recurrence
	Speakers  []convoke.Speaker
	Answer    convoke.Answer
	HasLink   bool // there is a join link, whether or not the viewer is shown it
	CanPlan   bool
	CanAnswer bool
	ShowsLink bool // the viewer may have the join link
}

// eventView takes out of an event what the viewer may not have.
func eventView(m convoke.Community, s convoke.Standing, e convoke.Event, answer convoke.Answer) EventView {
	out := EventView{Event: e, Community: m, Standing: s, Answer: answer, HasLink: e.JoinLink != ""}
	out.Community.Description, out.Community.Rules, out.Community.Contact = "", "", ""
	out.CanPlan = convoke.Can(s, convoke.Plan, &m)
	out.CanAnswer = convoke.CanEvent(s, convoke.Respond, &m, e.Visibility, e.Draft(), answer) && e.Status != convoke.Cancelled
	out.ShowsLink = convoke.CanEvent(s, convoke.JoinLink, &m, e.Visibility, e.Draft(), answer)
	if !out.ShowsLink {
		out.JoinLink = ""
	}
	return out
}

// sees tells whether the viewer may know of the event's series; where not, it is a single event for them.
func (e *EventView) sees(s convoke.Standing, r convoke.Series) bool {
	if convoke.CanEvent(s, convoke.See, &e.Community, r.Visibility, r.Draft(), "") {
		return true
	}
	e.SeriesID, e.Number = "", 0
	return false
}

// hide takes the addresses out of speakers.
func hide(list []convoke.Speaker) []convoke.Speaker {
	for i := range list {
		list[i].Address, list[i].PersonID = "", ""
	}
	return list
}

// eventViews completes a list that the viewer may see already.
func (c *core) eventViews(ctx context.Context, tx *store.Tx, v convoke.Viewer, list []convoke.Event) ([]EventView, error) {
	ids := make([]convoke.ID, len(list))
	communities := map[convoke.ID]convoke.Community{}
	standings := map[convoke.ID]convoke.Standing{}
	for i, e := range list {
		ids[i] = e.ID
		if _, ok := standings[e.CommunityID]; ok {
			continue
		}
		m, err := tx.Community(ctx, e.CommunityID)
		if err != nil {
			return nil, err
		}
		communities[m.ID] = m
		if standings[m.ID], err = tx.Standing(ctx, v, &m); err != nil {
			return nil, err
		}
	}
	person := v.Person
	if v.Letter != "" {
		person = ""
	}
	answers, err := tx.AnswersTo(ctx, person, ids)
	if err != nil {
		return nil, err
	}
	speakers, err := tx.SpeakersOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	series := map[convoke.ID]convoke.Series{} // those of outsiders' events: a member sees every series that is published
	out := make([]EventView, len(list))
	for i, e := range list {
		out[i] = eventView(communities[e.CommunityID], standings[e.CommunityID], e, answers[e.ID])
		out[i].Speakers = hide(speakers[e.ID])
		if e.SeriesID == "" || convoke.Can(out[i].Standing, convoke.Directory, &out[i].Community) {
			continue
		}
		r, ok := series[e.SeriesID]
		if !ok {
			if r, err = tx.Series(ctx, e.SeriesID); err != nil {
				return nil, err
			}
			series[r.ID] = r
		}
		out[i].sees(out[i].Standing, r)
	}
	return out, nil
}

// find reads an event the viewer may see, by its address in a community or, with an empty community, by ID.
func (c *core) find(ctx context.Context, tx *store.Tx, v convoke.Viewer, community, ref string) (e convoke.Event, m convoke.Community, s convoke.Standing, err error) {
	if community == "" {
		if e, err = tx.Event(ctx, convoke.ID(ref)); err == nil {
			m, s, err = c.lookID(ctx, tx, v, e.CommunityID)
		}
	} else if m, s, err = c.look(ctx, tx, v, community); err == nil {
		e, err = tx.EventBySlug(ctx, m.ID, ref)
	}
	if err != nil {
		return convoke.Event{}, convoke.Community{}, s, err
	}
	if !convoke.CanEvent(s, convoke.See, &m, e.Visibility, e.Draft(), "") {
		return convoke.Event{}, convoke.Community{}, s, convoke.ErrNotFound
	}
	return e, m, s, nil
}

// plans is find for who may plan the event.
func (c *core) plans(ctx context.Context, tx *store.Tx, v convoke.Viewer, id convoke.ID) (e convoke.Event, m convoke.Community, err error) {
	e, m, s, err := c.find(ctx, tx, v, "", string(id))
	if err == nil {
		err = allow(v, s, convoke.Plan, &m)
	}
	return e, m, err
}

// Get reads one event, by its address in a community or, with an empty community, by ID.
func (a *Events) Get(ctx context.Context, v convoke.Viewer, community, ref string) (out EventView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, m, s, err := a.find(ctx, tx, v, community, ref)
		if err != nil {
			return err
		}
		var answer convoke.Answer
		if v.Signed() {
			if answer, err = tx.AnswerTo(ctx, v.Person, e.ID); err != nil {
				return err
			}
		}
		out = eventView(m, s, e, answer)
		if out.Speakers, err = tx.Speakers(ctx, e.ID); err != nil {
			return err
		}
		if !out.CanPlan {
			hide(out.Speakers)
		}
		return a.around(ctx, tx, s, &out)
	})
	return out, err
}

// around adds the series or meeting of an event, where the viewer may see it.
func (c *core) around(ctx context.Context, tx *store.Tx, s convoke.Standing, out *EventView) error {
	if out.SeriesID != "" {
		r, err := tx.Series(ctx, out.SeriesID)
		if err != nil {
			return err
		}
		if out.sees(s, r) {
			out.Series = &r
		}
	}
	if out.MeetingID != "" {
		r, err := tx.Meeting(ctx, out.MeetingID)
		if err != nil {
			return err
		}
		if !out.ShowsLink {
			r.JoinLink = ""
		}
		out.Meeting = &r
	}
	return nil
}

// Neighbours are the sessions before and after an event in its series or meeting.
func (a *Events) Neighbours(ctx context.Context, v convoke.Viewer, e convoke.Event) (previous, next *convoke.Event, err error) {
	if e.SeriesID == "" && e.MeetingID == "" {
		return nil, nil, nil
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		f := store.EventFilter{Series: e.SeriesID, Meeting: e.MeetingID, AfterTime: e.StartsAt, AfterID: e.ID, Limit: 1}
		list, err := tx.Events(ctx, v, f)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			next = &list[0]
		}
		f.Latest = true
		if list, err = tx.Events(ctx, v, f); err == nil && len(list) > 0 {
			previous = &list[0]
		}
		return err
	})
	return previous, next, err
}

// List pages through the events the viewer may see. With a community named, one that may not be known is not found.
func (a *Events) List(ctx context.Context, v convoke.Viewer, community string, f store.EventFilter) (out []EventView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		if community != "" {
			m, _, err := a.look(ctx, tx, v, community)
			if err != nil {
				return err
			}
			f.Community = m.ID
		}
		list, err := tx.Events(ctx, v, f)
		if err != nil {
			return err
		}
		out, err = a.eventViews(ctx, tx, v, list)
		return err
	})
	return out, err
}

// UsualLeads are how long before an event people are reminded while it says nothing of its own.
func UsualLeads(e EventView) []time.Duration {
	e.Reminders = ""
	return notify.Leads(e.Event, e.Meeting)
}
