package store

import (
	"context"
	"slices"
	"time"

	"convoke/internal/convoke"
)

const eventColumns = `id, community_id, series_id, meeting_id, kind, number, slug, title, abstract, start_local, zone, minutes, starts_at, ends_at, recurrence_id, given_up, given_up_at, place, join_link, language, visibility, status, cancel_note, invite, invited_at, reminders, agenda, minuted, moved_from, uid, sequence, stamp, organizer, version, created_at, published_at`

var eventSelect = `SELECT ` + prefixed("e", eventColumns) + ` FROM event e JOIN community c ON c.id = e.community_id `

// Event reads an event for a caller that decides access itself (Convoke's own work, or app after Standing).
func (tx *Tx) Event(ctx context.Context, id convoke.ID) (convoke.Event, error) {
	var e convoke.Event
	err := tx.get(ctx, &e, eventSelect+`WHERE e.id = ?`, id)
	return e, err
}

// LockEvent makes others wait who change an event: on PostgreSQL what is read afterwards is what they left.
func (tx *Tx) LockEvent(ctx context.Context, id convoke.ID) error {
	return tx.get(ctx, &id, `SELECT id FROM event WHERE id = ? `+tx.s.d.lock, id)
}

// EventBySlug is Event by its address within a community.
func (tx *Tx) EventBySlug(ctx context.Context, community convoke.ID, slug string) (convoke.Event, error) {
	var e convoke.Event
	err := tx.get(ctx, &e, eventSelect+`WHERE e.community_id = ? AND e.slug = ?`, community, slug)
	return e, err
}

// EventFilter narrows a list of events. From and Until bound the time: what ends after From and starts
// before Until.
type EventFilter struct {
	Community convoke.ID
	Mine      bool // only communities the viewer is a member of, and what they answered yes or maybe
	Series    convoke.ID
	Meeting   convoke.ID
	Kind      convoke.Kind
	Language  string
	From      convoke.Instant
	Until     convoke.Instant
	Drafts    bool // also drafts the viewer may review
	Live      bool // without what was cancelled
	Latest    bool // newest first
	Held      bool // only those that took place and leave something behind
	AfterTime convoke.Instant
	AfterID   convoke.ID
	Limit     int
}

// Events lists what the viewer may see, in the order of time.
func (tx *Tx) Events(ctx context.Context, v convoke.Viewer, f EventFilter) ([]convoke.Event, error) {
	w := []cond{viewerSees("e", v)}
	if !f.Drafts {
		w = append(w, text("e.published_at > 0"))
	}
	if f.Community != "" {
		w = append(w, text("e.community_id = ?", f.Community))
	}
	if f.Mine {
		p := text("?", asker(v))
		w = append(w, anyOf(inRoles(p, ""), text(nearest("?")+` IN ('yes', 'maybe')`, asker(v), asker(v), asker(v))))
	}
	if f.Series != "" {
		w = append(w, text("e.series_id = ?", f.Series))
	}
	if f.Meeting != "" {
		w = append(w, text("e.meeting_id = ?", f.Meeting))
	} else { // of a meeting that was called off only the dates people may still have in mind
		w = append(w, text(`(e.status <> 'cancelled' OR e.meeting_id IS NULL OR e.starts_at < ?
			OR NOT EXISTS (SELECT 1 FROM meeting n WHERE n.id = e.meeting_id AND n.status = 'cancelled'))`, tx.Now.Add(14*24*time.Hour)))
	}
	if f.Kind != "" {
		w = append(w, text("e.kind = ?", f.Kind))
	}
	if f.Language != "" {
		w = append(w, text("e.language = ?", f.Language))
	}
	if f.From != 0 {
		w = append(w, text("e.ends_at > ?", f.From))
	}
	if f.Until != 0 {
		w = append(w, text("e.starts_at < ?", f.Until))
	}
	if f.Live {
		w = append(w, text("e.status <> 'cancelled'"))
	}
	if f.Held {
		w = append(w, tx.held())
	}
	order := "e.starts_at, e.id"
	if f.Latest {
		order = "e.starts_at DESC, e.id DESC"
	}
	if f.AfterID != "" {
		op := ">"
		if f.Latest {
			op = "<"
		}
		w = append(w, text("(e.starts_at "+op+" ? OR e.starts_at = ? AND e.id "+op+" ?)", f.AfterTime, f.AfterTime, f.AfterID))
	}
	where := allOf(w...)
	var list []convoke.Event
	err := tx.all(ctx, &list, eventSelect+`WHERE `+where.sql+` ORDER BY `+order+` LIMIT ?`, append(where.args, f.Limit)...)
	return list, err
}

// EventsAt lists every event of a community whatever its visibility, for clashes and for Convoke's own work.
func (tx *Tx) EventsAt(ctx context.Context, community convoke.ID, from, until convoke.Instant, limit int) ([]convoke.Event, error) {
	var list []convoke.Event
	err := tx.all(ctx, &list, eventSelect+`WHERE e.community_id = ? AND e.ends_at > ? AND e.starts_at < ? AND e.status <> 'cancelled'
		ORDER BY e.starts_at, e.id LIMIT ?`, community, from, until, limit)
	return list, err
}

// SeriesEvents lists a series' sessions in order, drafts too, for Convoke's own work.
func (tx *Tx) SeriesEvents(ctx context.Context, series convoke.ID) ([]convoke.Event, error) {
	var list []convoke.Event
	err := tx.all(ctx, &list, eventSelect+`WHERE e.series_id = ? ORDER BY e.number, e.starts_at, e.id LIMIT 500`, series)
	return list, err
}

// MeetingEvents lists a meeting's dates that end after a moment, for Convoke's own work.
func (tx *Tx) MeetingEvents(ctx context.Context, meeting convoke.ID, from convoke.Instant) ([]convoke.Event, error) {
	var list []convoke.Event
	err := tx.all(ctx, &list, eventSelect+`WHERE e.meeting_id = ? AND e.ends_at > ? ORDER BY e.starts_at, e.id LIMIT 2000`, meeting, from)
	return list, err
}

// HeldDates lists a meeting's dates of its rule that have begun, the latest first, for Convoke's own work.
func (tx *Tx) HeldDates(ctx context.Context, meeting convoke.ID) ([]convoke.Event, error) {
	var list []convoke.Event
	err := tx.all(ctx, &list, eventSelect+`WHERE e.meeting_id = ? AND e.starts_at <= ? AND e.recurrence_id <> '' ORDER BY e.starts_at DESC, e.id LIMIT 5000`, meeting, tx.Now)
	return list, err
}

// CommunityEvents pages through all of a community's published events by ID, for Convoke's own work.
func (tx *Tx) CommunityEvents(ctx context.Context, community convoke.ID, from convoke.Instant, after convoke.ID, limit int) ([]convoke.Event, error) {
	var list []convoke.Event
	err := tx.all(ctx, &list, eventSelect+`WHERE e.community_id = ? AND e.published_at > 0 AND e.ends_at > ? AND e.id > ? ORDER BY e.id LIMIT ?`,
		community, from, string(after), limit)
	return list, err
}

// AddEvent stores a new event.
func (tx *Tx) AddEvent(ctx context.Context, e convoke.Event) error {
	tx.reindex(DocEvent, e.ID)
	_, err := tx.named(ctx, insert("event", eventColumns), e)
	return err
}

const eventMutable = `number, title, abstract, start_local, zone, minutes, starts_at, ends_at, place, join_link, language, visibility, status, cancel_note, invite, invited_at, reminders, agenda, minuted, moved_from, uid, sequence, stamp, version, published_at, meeting_id, recurrence_id, given_up, given_up_at`

// PutEvent stores a changed event; its version must be one above the stored one.
func (tx *Tx) PutEvent(ctx context.Context, e convoke.Event) error {
	tx.reindex(DocEvent, e.ID)
	n, err := tx.named(ctx, `UPDATE event SET `+set(eventMutable)+` WHERE id = :id AND version = :version - 1`, e)
	if err == nil && n == 0 {
		err = errStale
	}
	if err != nil {
		return err
	}
	if err := tx.reindexMoved(ctx, e); err != nil {
		return err
	}
	return tx.do(ctx, `UPDATE promise SET look_at = 1 WHERE event_id = ?`, e.ID) // it may end at another time, or be held after all
}

// StampEvent notes when an event's calendar entry last changed, where the event itself did not.
func (tx *Tx) StampEvent(ctx context.Context, id convoke.ID, stamp convoke.Instant) error {
	return tx.do(ctx, `UPDATE event SET stamp = ? WHERE id = ?`, stamp, id)
}

// DropEvent removes a draft.
func (tx *Tx) DropEvent(ctx context.Context, id convoke.ID) error {
	if err := tx.leaveFiles(ctx, "id", id); err != nil {
		return err
	}
	return tx.do(ctx, `DELETE FROM event WHERE id = ?`, id)
}

// FixOrganizer keeps the address that the first calendar mail of a UID left with; it never changes again.
func (tx *Tx) FixOrganizer(ctx context.Context, uid, address string) error {
	if err := tx.do(ctx, `UPDATE event SET organizer = ? WHERE uid = ? AND organizer = ''`, address, uid); err != nil {
		return err
	}
	return tx.do(ctx, `UPDATE meeting SET organizer = ? WHERE uid = ? AND organizer = ''`, address, uid)
}

const speakerColumns = `id, event_id, position, person_id, name, organisation, biography, address, links_from`

// Speakers lists an event's speakers in order.
func (tx *Tx) Speakers(ctx context.Context, event convoke.ID) ([]convoke.Speaker, error) {
	var list []convoke.Speaker
	err := tx.all(ctx, &list, `SELECT `+speakerColumns+` FROM speaker WHERE event_id = ? ORDER BY position`, event)
	return list, err
}

// SpeakersOf lists the speakers of several events.
func (tx *Tx) SpeakersOf(ctx context.Context, events []convoke.ID) (map[convoke.ID][]convoke.Speaker, error) {
	out := map[convoke.ID][]convoke.Speaker{}
	if len(events) == 0 {
		return out, nil
	}
	var list []convoke.Speaker
	if err := tx.in(ctx, &list, `SELECT `+speakerColumns+` FROM speaker WHERE event_id IN (?) ORDER BY event_id, position`, events); err != nil {
		return nil, err
	}
	for _, s := range list {
		out[s.EventID] = append(out[s.EventID], s)
	}
	return out, nil
}

// PutSpeakers makes a list an event's speakers. Who was one before keeps their row, so that what hangs on it stays.
func (tx *Tx) PutSpeakers(ctx context.Context, event convoke.ID, list []convoke.Speaker) error {
	old, err := tx.Speakers(ctx, event)
	if err != nil {
		return err
	}
	if err := tx.do(ctx, `UPDATE speaker SET position = -1 - position WHERE event_id = ?`, event); err != nil {
		return err
	}
	for i, s := range list {
		s.EventID, s.Position = event, i
		if s.ID == "" {
			s.ID = convoke.NewID("sp")
		}
		if _, err := tx.named(ctx, insert("speaker", speakerColumns)+` ON CONFLICT (id) DO UPDATE SET `+
			set(`position, person_id, name, organisation, biography, address`)+`, links_from = CASE WHEN speaker.links_from > excluded.links_from
			THEN speaker.links_from ELSE excluded.links_from END WHERE speaker.event_id = excluded.event_id`, s); err != nil {
			return err
		}
		if slices.ContainsFunc(old, func(o convoke.Speaker) bool {
			return o.ID == s.ID && (o.PersonID != s.PersonID || o.LinksFrom < s.LinksFrom)
		}) {
			if err := tx.tellSpeaker(ctx, s.ID); err != nil {
				return err
			}
		}
	}
	return tx.do(ctx, `DELETE FROM speaker WHERE event_id = ? AND position < 0`, event)
}
