package store

import (
	"cmp"
	"context"
	"math"
	"slices"

	"convoke/internal/convoke"
)

const letterColumns = `id, key, message_id, kind, class, community_id, series_id, meeting_id, event_id, sequence, person_id, address, data, mime, subject, priority, useful_until, state, why, attempts, in_doubt, next_at, lease, first_try_at, final_at, last_code, last_error, created_at`

// letterLight leaves the bytes out.
const letterLight = `id, key, message_id, kind, class, community_id, series_id, meeting_id, event_id, sequence, person_id, address, data, subject, priority, useful_until, state, why, attempts, in_doubt, next_at, lease, first_try_at, final_at, last_code, last_error, created_at`

// letterAnew is what a letter that ended takes from the one that is made in its place.
const letterAnew = `id, community_id, series_id, meeting_id, event_id, sequence, address, data, priority, useful_until, state, why, attempts, next_at, lease, first_try_at, final_at, last_code, last_error, created_at`

// AddLetter puts a letter into the outbox, once per key; false when it was there already. One that was never put into bytes and ended as it did not
// concern its reader any more, or ends as it is too late for it, is not there: what became of it then is no reason now.
func (tx *Tx) AddLetter(ctx context.Context, l convoke.Letter) (bool, error) {
	n, err := tx.named(ctx, insert("letter", letterColumns)+` ON CONFLICT (key) DO UPDATE SET `+taken(letterAnew)+`
		WHERE letter.subject = '' AND letter.in_doubt = 0 AND (letter.state IN ('suppressed', 'stale')
			OR letter.state = 'queued' AND letter.useful_until <= excluded.created_at)`, l)
	return n == 1, err
}

// Letter reads one letter.
func (tx *Tx) Letter(ctx context.Context, id convoke.ID) (convoke.Letter, error) {
	var l convoke.Letter
	err := tx.get(ctx, &l, `SELECT `+letterColumns+` FROM letter WHERE id = ?`, id)
	return l, err
}

// turn orders what waits about one UID to one person: first what may have been sent, since its bytes are fixed, then a cancellation, then
// the invitation, then updates.
func turn(l string) string {
	return `(CASE WHEN ` + l + `.state = 'leased' OR ` + l + `.mime IS NOT NULL THEN 0 WHEN ` + l + `.priority = 1 THEN 1
		WHEN ` + l + `.class = 'invitation' THEN 2 ELSE 3 END, ` + l + `.created_at, ` + l + `.id)`
}

// waitsForAnother says of a letter l that another about the same UID, of the kinds that may carry a calendar part, goes to the same person first.
// The dates of a meeting written as a rule have its UID.
var waitsForAnother = `l.class IN ('invitation', 'change') AND EXISTS (SELECT 1 FROM letter o
	WHERE o.person_id = l.person_id AND o.state IN ('queued', 'leased') AND o.class IN ('invitation', 'change') AND o.id <> l.id
	AND (o.event_id = l.event_id OR o.meeting_id = l.meeting_id AND EXISTS (SELECT 1 FROM meeting m WHERE m.id = l.meeting_id AND m.form = 'rule'))
	AND ` + turn("o") + ` < ` + turn("l") + `)`

// LeaseLetters takes up to n letters that are due until a moment. A letter whose lease ran out is simply due again. The
// second look at state and next_at is what keeps two copies apart where rows cannot be skipped. Of what is about one UID one person's letters
// are taken one at a time: a later one must not arrive first.
func (tx *Tx) LeaseLetters(ctx context.Context, n int, lease string, until convoke.Instant) ([]convoke.Letter, error) {
	var list []convoke.Letter
	err := tx.all(ctx, &list, `WITH picked AS MATERIALIZED (
			SELECT l.id FROM letter l WHERE l.state IN ('queued', 'leased') AND l.next_at <= ? AND NOT (`+waitsForAnother+`)
			ORDER BY l.priority, l.next_at LIMIT ? `+tx.s.d.skip+`)
		UPDATE letter SET state = 'leased', lease = ?, attempts = attempts + 1, next_at = ?,
			first_try_at = CASE WHEN first_try_at = 0 THEN ? ELSE first_try_at END
		WHERE id IN (SELECT id FROM picked) AND state IN ('queued', 'leased') AND next_at <= ?
		RETURNING `+letterColumns, tx.Now, n, lease, until, tx.Now, tx.Now)
	slices.SortFunc(list, func(a, b convoke.Letter) int { // RETURNING keeps no order
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}

// WaitingLetters lists what waits about an event or a meeting, or any date of it, for the people from one to another, and was never rendered: nothing of
// it can have been sent. Nobody leases it until the transaction ends.
func (tx *Tx) WaitingLetters(ctx context.Context, event, meeting, from, to convoke.ID) ([]convoke.Letter, error) {
	var list []convoke.Letter
	err := tx.all(ctx, &list, `SELECT `+letterLight+` FROM letter
		WHERE person_id >= ? AND person_id <= ? AND (event_id = ? OR meeting_id = ?) AND class IN ('invitation', 'change') AND state = 'queued' AND mime IS NULL
		ORDER BY created_at, id `+tx.s.d.lock, from, to, event, meeting)
	return list, err
}

// ReminderLetters lists the reminders of an event to the people from one to another that were sent, or are to be.
func (tx *Tx) ReminderLetters(ctx context.Context, event, from, to convoke.ID) ([]convoke.Letter, error) {
	var list []convoke.Letter
	err := tx.all(ctx, &list, `SELECT `+letterLight+` FROM letter
		WHERE person_id >= ? AND person_id <= ? AND event_id = ? AND class = 'reminder' AND state <> 'cancelled' ORDER BY created_at, id `+tx.s.d.lock, from, to, event)
	return list, err
}

// Overtake ends a letter that waits and was never rendered, as another tells it.
func (tx *Tx) Overtake(ctx context.Context, id convoke.ID, why string) error {
	return tx.do(ctx, `UPDATE letter SET state = 'cancelled', why = ?, final_at = ? WHERE id = ? AND state = 'queued' AND mime IS NULL`, why, tx.Now, id)
}

// HandOn gives a letter that waits and was never rendered more to tell, and for as long as that is of use.
func (tx *Tx) HandOn(ctx context.Context, id convoke.ID, data string, useful convoke.Instant) error {
	return tx.do(ctx, `UPDATE letter SET data = ?, useful_until = CASE WHEN useful_until < ? THEN ? ELSE useful_until END
		WHERE id = ? AND state = 'queued' AND mime IS NULL`, data, useful, useful, id)
}

// KeepMime stores the rendered bytes at the first lease, so that every repeat is the same; false when the lease was lost.
func (tx *Tx) KeepMime(ctx context.Context, id convoke.ID, lease, subject string, mime []byte) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE letter SET mime = ?, subject = ? WHERE id = ? AND lease = ? AND state = 'leased'`, mime, subject, id, lease)
	return n == 1, err
}

// Accept notes that the mail server took a letter; false when the lease was lost meanwhile.
func (tx *Tx) Accept(ctx context.Context, id convoke.ID, lease string) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE letter SET state = 'accepted', final_at = ?, last_code = 250, last_error = '', mime = NULL
		WHERE id = ? AND lease = ? AND state = 'leased'`, tx.Now, id, lease)
	return n == 1, err
}

// Capture keeps a letter where nothing leaves the house.
func (tx *Tx) Capture(ctx context.Context, id convoke.ID, lease string) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE letter SET state = 'captured', final_at = ? WHERE id = ? AND lease = ? AND state = 'leased'`, tx.Now, id, lease)
	return n == 1, err
}

// Retry puts a letter back until a later moment.
func (tx *Tx) Retry(ctx context.Context, id convoke.ID, lease string, at convoke.Instant, doubt, code int, text string) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE letter SET state = 'queued', next_at = ?, in_doubt = in_doubt + ?, last_code = ?, last_error = ?
		WHERE id = ? AND lease = ? AND state = 'leased'`, at, doubt, code, text, id, lease)
	return n == 1, err
}

// GiveBack puts a letter back that was not tried, as if it had not been leased. What was rendered in this lease only (fresh) is rendered anew at
// the next: what it is about may have changed until then. False when the lease was lost.
func (tx *Tx) GiveBack(ctx context.Context, id convoke.ID, lease string, at convoke.Instant, fresh bool) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE letter SET state = 'queued', next_at = ?, attempts = attempts - 1,
			first_try_at = CASE WHEN attempts = 1 THEN 0 ELSE first_try_at END,
			mime = CASE WHEN ? THEN NULL ELSE mime END, subject = CASE WHEN ? THEN '' ELSE subject END
		WHERE id = ? AND lease = ? AND state = 'leased'`, at, fresh, fresh, id, lease)
	return n == 1, err
}

// Finish ends a letter that is not sent: dead, suppressed, stale or cancelled, and why.
func (tx *Tx) Finish(ctx context.Context, id convoke.ID, lease, state, why string, code int, text string) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE letter SET state = ?, why = ?, final_at = ?, last_code = ?, last_error = ?, mime = NULL
		WHERE id = ? AND lease = ? AND state = 'leased'`, state, why, tx.Now, code, text, id, lease)
	return n == 1, err
}

// Resend queues a letter again that was refused for good, as the same letter; false where it was not, or is of no use any more.
func (tx *Tx) Resend(ctx context.Context, id convoke.ID) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE letter SET state = 'queued', why = '', attempts = 0, first_try_at = 0, final_at = 0, next_at = ?
		WHERE id = ? AND state = 'dead' AND useful_until > ?`, tx.Now, id, tx.Now)
	return n == 1, err
}

// ReturnLeases puts every leased letter back. Only where nobody else can hold a lease.
func (tx *Tx) ReturnLeases(ctx context.Context) (int64, error) {
	return tx.exec(ctx, `UPDATE letter SET state = 'queued', next_at = ? WHERE state = 'leased'`, tx.Now)
}

// CancelLetters drops what is queued about an event below a sequence and of certain kinds.
func (tx *Tx) CancelLetters(ctx context.Context, event convoke.ID, below int, class convoke.Class, why string) error {
	return tx.do(ctx, `UPDATE letter SET state = 'cancelled', why = ?, final_at = ?
		WHERE event_id = ? AND sequence < ? AND class = ? AND state = 'queued' AND in_doubt = 0`, why, tx.Now, event, below, class)
}

// LetterFilter narrows the ledger.
type LetterFilter struct {
	Community convoke.ID
	Event     convoke.ID
	Series    convoke.ID
	Meeting   convoke.ID
	Person    convoke.ID
	ID        convoke.ID
	Kind      string
	State     string
	AfterTime convoke.Instant // keyset, the newest first
	AfterID   convoke.ID
	Limit     int
}

// LetterRow is a letter with the name of who gets it, without its bytes.
type LetterRow struct {
	convoke.Letter
	Name string `db:"name"`
}

// Letters lists the ledger, the newest first: everything for operators, for others what belongs to communities they moderate.
func (tx *Tx) Letters(ctx context.Context, v convoke.Viewer, f LetterFilter) ([]LetterRow, error) {
	var w []cond
	if v.Operator {
		w = append(w, yes)
	} else {
		w = append(w, moderates(text("?", asker(v))), text("l.class NOT IN ('account', 'unnamed')"))
	}
	for _, x := range []struct {
		column string
		id     string
	}{{"l.community_id", string(f.Community)}, {"l.event_id", string(f.Event)}, {"l.series_id", string(f.Series)}, {"l.meeting_id", string(f.Meeting)},
		{"l.person_id", string(f.Person)}, {"l.id", string(f.ID)}, {"l.kind", f.Kind}, {"l.state", f.State}} {
		if x.id != "" {
			w = append(w, text(x.column+" = ?", x.id))
		}
	}
	if f.Person != "" {
		w = append(w, text("l.class <> 'unnamed'")) // else whoever narrows the ledger to one person learns whose they are
	}
	if f.AfterID != "" {
		w = append(w, text("(l.created_at < ? OR l.created_at = ? AND l.id < ?)", f.AfterTime, f.AfterTime, f.AfterID))
	}
	where := allOf(w...)
	var list []LetterRow
	err := tx.all(ctx, &list, `SELECT `+prefixed("l", letterLight)+`, coalesce(p.name, '') AS name
		FROM letter l LEFT JOIN person p ON p.id = l.person_id LEFT JOIN community c ON c.id = l.community_id
		WHERE `+where.sql+` ORDER BY l.created_at DESC, l.id DESC LIMIT ?`, append(where.args, f.Limit)...)
	return list, err
}

// ToldEnds lists the sessions of a series whose end, as it is now, somebody was told in a letter of a kind, or will be: what waits goes to who holds them.
func (tx *Tx) ToldEnds(ctx context.Context, person, series convoke.ID, kind string) ([]convoke.ID, error) {
	var list []convoke.ID
	err := tx.all(ctx, &list, `SELECT l.event_id FROM letter l JOIN event e ON e.id = l.event_id
		WHERE l.person_id = ? AND e.series_id = ? AND l.kind = ? AND l.sequence >= e.sequence AND (l.state IN ('accepted', 'captured') OR l.in_doubt > 0
			OR l.state IN ('queued', 'leased') AND EXISTS (SELECT 1 FROM holding h WHERE h.person_id = l.person_id AND h.uid = e.uid))
		ORDER BY l.event_id LIMIT 500`, person, series, kind)
	return list, err
}

// Subject is what letters are about: an event, or with Event empty a whole series or meeting.
type Subject struct {
	Community convoke.ID
	Event     convoke.ID
	Series    convoke.ID
	Meeting   convoke.ID
	UID       string          // whose holders are meant; empty for none
	Since     convoke.Instant // of a meeting: who comes to a date its rule gave up since then is meant too; zero for nobody
}

// feedFresh is how recently an own feed must have been read for its reader to need no calendar part.
const feedFresh = 14 * 24 * 60 * 60 * 1000

// recipientsOf are the queries for everybody an event, a series or a meeting may concern: for a page of them, and for one person. They are
// put together once, as every letter asks one.
var recipientsOf = map[string][2]string{"event": recipients("event"), "series": recipients("series"), "meeting": recipients("meeting")}

func recipients(noun string) [2]string {
	comes, who, before := `FALSE`, ``, `FALSE`
	if noun == "meeting" {
		before = `EXISTS (SELECT 1 FROM meeting o JOIN holding h ON h.uid = o.uid WHERE o.id = s.previous_id AND h.person_id = p.id)`
	}
	if noun != "event" {
		comes = `EXISTS (SELECT 1 ` + coming(noun) + ` AND r.person_id = p.id)`
		who = ` OR p.id IN (SELECT r.person_id ` + coming(noun) + `)`
	}
	text := `SELECT p.id, p.name, p.language, p.zone, p.organisation, p.operator, p.listed, p.feed_rev, p.created_at,
		coalesce(a.shown, '') AS address, coalesce(a.confirmed_at, 0) > 0 AS confirmed, ` + bouncing + ` AS bouncing,
		coalesce(m.role, '') AS role, coalesce(m.joined_at, 0) AS joined_at,
		coalesce(
		(SELECT r.state FROM registration r WHERE r.person_id = p.id AND r.scope = 'event' AND r.scope_id = ?),
		(SELECT r.state FROM registration r WHERE r.person_id = p.id AND r.scope = 'series' AND r.scope_id = ?),
		(SELECT r.state FROM registration r WHERE r.person_id = p.id AND r.scope = 'meeting' AND r.scope_id = ?), '') AS answer,
		EXISTS (SELECT 1 FROM holding h WHERE h.person_id = p.id AND h.uid = ?) AS holds,
		` + before + ` AS held_before,
		EXISTS (SELECT 1 FROM mute u WHERE u.person_id = p.id AND (u.scope = 'all' OR u.scope_id IN (?, ?, ?, ?))) AS muted,
		EXISTS (SELECT 1 FROM mute u WHERE u.person_id = p.id AND u.scope = 'all') AS muted_all,
		EXISTS (SELECT 1 FROM feed f WHERE f.person_id = p.id AND f.revoked_at = 0 AND f.read_at > ?
			AND (f.scope = 'all' OR f.scope_id IN (?, ?))) AS feed_reader,
		` + seesOf("s", "p.id") + ` AS sees,
		` + comes + ` AS comes_to
		FROM person p JOIN ` + noun + ` s ON s.id = ? JOIN community c ON c.id = s.community_id
		LEFT JOIN address a ON a.person_id = p.id AND a.is_primary
		LEFT JOIN membership m ON m.person_id = p.id AND m.community_id = ?
		WHERE `
	return [2]string{text + `(p.id IN (SELECT person_id FROM membership WHERE community_id = ?)
		OR p.id IN (SELECT person_id FROM registration WHERE scope_id IN (?, ?, ?))
		OR p.id IN (SELECT person_id FROM holding WHERE uid = ?)` + who + `) AND p.id > ? ORDER BY p.id LIMIT ?`,
		text + `p.id = ?`} // no page: SQLite would take the two conditions on the ID together, and plan anew for every person
}

// coming finds the answers of those who come to single dates of a series or a meeting: to what is to come, of one that was called off to what
// was called off with it, and of a meeting to what its rule gave up since a moment.
func coming(noun string) string {
	off := `w.cancelled_at > 0 AND e.stamp >= w.cancelled_at`
	if noun == "meeting" {
		off = `(w.status = 'cancelled' AND e.stamp >= w.stamp OR e.given_up_at >= ?)`
	}
	return `FROM ` + noun + ` w JOIN event e ON e.` + noun + `_id = w.id JOIN registration r ON r.scope = 'event' AND r.scope_id = e.id
		WHERE w.id = ? AND r.state IN ('yes', 'maybe') AND (e.status <> 'cancelled' AND e.ends_at > ? OR e.status = 'cancelled' AND ` + off + `)`
}

// seesOf is sees for a column, which leaves nothing to bind.
func seesOf(x, column string) string { return sees(x, text(column)).sql }

// Recipients pages by ID through everybody a letter about something may concern: members of its community, whoever
// answered, to a single date of it too, and whoever holds its UID. With one, only that person.
func (tx *Tx) Recipients(ctx context.Context, s Subject, after convoke.ID, one convoke.ID, limit int) ([]convoke.Recipient, error) {
	noun, id := "meeting", s.Meeting
	switch {
	case s.Event != "":
		noun, id = "event", s.Event
	case s.Series != "":
		noun, id = "series", s.Series
	}
	event, series, meeting := string(s.Event), string(s.Series), string(s.Meeting) // "" and not NULL
	var comes []any
	switch noun {
	case "series":
		comes = []any{id, tx.Now}
	case "meeting":
		since := s.Since
		if since == 0 {
			since = math.MaxInt64
		}
		comes = []any{id, tx.Now, since}
	}
	args := []any{event, series, meeting, s.UID, event, series, meeting, string(s.Community), int64(tx.Now) - feedFresh, string(s.Community), series}
	args = append(append(args, comes...), id, s.Community)
	query := recipientsOf[noun][0]
	if one != "" {
		query, args = recipientsOf[noun][1], append(args, one)
	} else {
		args = append(args, s.Community, event, series, meeting, s.UID)
		args = append(append(args, comes...), string(after), limit)
	}
	var list []convoke.Recipient
	err := tx.all(ctx, &list, query, args...)
	return list, err
}

// SubjectOf is an event as the subject of letters. Whoever holds a calendar part of it holds it under its own UID; dates of a
// meeting written as a rule need the meeting's UID instead.
func SubjectOf(e convoke.Event) Subject {
	return Subject{Community: e.CommunityID, Event: e.ID, Series: e.SeriesID, Meeting: e.MeetingID, UID: e.UID}
}
