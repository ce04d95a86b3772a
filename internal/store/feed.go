package store

import (
	"context"

	"convoke/internal/convoke"
)

const feedColumns = `id, person_id, name, scope, scope_id, generation, hash, read_at, read_by, created_at, revoked_at`

// AddFeed stores a member's own feed.
func (tx *Tx) AddFeed(ctx context.Context, f convoke.Feed) error {
	_, err := tx.named(ctx, insert("feed", feedColumns), f)
	return err
}

// Feed reads one of a person's own feeds.
func (tx *Tx) Feed(ctx context.Context, person, id convoke.ID) (convoke.Feed, error) {
	var f convoke.Feed
	err := tx.get(ctx, &f, `SELECT `+feedColumns+` FROM feed WHERE id = ? AND person_id = ?`, id, person)
	return f, err
}

// Feeds lists a person's feeds that are not revoked, the oldest first.
func (tx *Tx) Feeds(ctx context.Context, person convoke.ID) ([]convoke.Feed, error) {
	var list []convoke.Feed
	err := tx.all(ctx, &list, `SELECT `+feedColumns+` FROM feed WHERE person_id = ? AND revoked_at = 0 ORDER BY created_at, id LIMIT 200`, person)
	return list, err
}

// PutFeed stores a changed feed.
func (tx *Tx) PutFeed(ctx context.Context, f convoke.Feed) error {
	n, err := tx.named(ctx, `UPDATE feed SET `+set(`name, generation, hash, revoked_at`)+` WHERE id = :id`, f)
	if err == nil && n == 0 {
		err = convoke.ErrNotFound
	}
	return err
}

// ReadFeed notes when a feed was read and by what.
func (tx *Tx) ReadFeed(ctx context.Context, id convoke.ID, at convoke.Instant, by string) error {
	return tx.do(ctx, `UPDATE feed SET read_at = ?, read_by = ? WHERE id = ? AND read_at < ?`, at, by, id, at)
}

// FeedHead is all that is needed to answer a poll with 304: it is read by one query that also checks access,
// and no event is touched.
type FeedHead struct {
	Kind        string     // own, all, community, series, meeting, event
	ID          convoke.ID // what the feed is of: an own feed, a community, a series, …
	Person      convoke.ID
	PersonRev   int64
	Rev         int64
	Scope       convoke.Scope // of an own feed
	ScopeID     convoke.ID
	CommunityID convoke.ID
	Slug        string
	Name        string
	About       string
	Zone        string
	Language    string
	Ink         string
	Community   string // slug of the community, empty for own and all
}

// head reads a FeedHead. It is scanned by hand: finding its fields by their tags costs a poll as much as the query.
func (tx *Tx) head(ctx context.Context, query string, args ...any) (h FeedHead, err error) {
	err = tx.row(ctx, query, args...).Scan((*string)(&h.ID), (*string)(&h.Person), &h.PersonRev, &h.Rev, (*string)(&h.Scope), (*string)(&h.ScopeID),
		(*string)(&h.CommunityID), &h.Kind, &h.Slug, &h.Name, &h.About, &h.Zone, &h.Language, &h.Ink, &h.Community)
	return h, missing(err, &h)
}

// OwnFeed finds a member's own feed by the hash of its token.
func (tx *Tx) OwnFeed(ctx context.Context, hash []byte) (FeedHead, error) {
	return tx.head(ctx, `SELECT f.id, f.person_id, p.feed_rev, coalesce(CASE f.scope
				WHEN 'community' THEN (SELECT c.feed_rev FROM community c WHERE c.id = f.scope_id)
				WHEN 'series' THEN (SELECT c.feed_rev FROM series s JOIN community c ON c.id = s.community_id WHERE s.id = f.scope_id)
				ELSE coalesce((SELECT CAST(sum(c.feed_rev) AS BIGINT) FROM membership m JOIN community c ON c.id = m.community_id WHERE m.person_id = f.person_id), 0)
					+ coalesce((SELECT CAST(sum(c.feed_rev) AS BIGINT) FROM community c WHERE c.id IN (
					SELECT e.community_id FROM registration r JOIN event e ON e.id = r.scope_id
						WHERE r.person_id = f.person_id AND r.scope = 'event' AND r.state IN ('yes', 'maybe')
					UNION ALL SELECT s.community_id FROM registration r JOIN series s ON s.id = r.scope_id
						WHERE r.person_id = f.person_id AND r.scope = 'series' AND r.state IN ('yes', 'maybe')
					UNION ALL SELECT n.community_id FROM registration r JOIN meeting n ON n.id = r.scope_id
						WHERE r.person_id = f.person_id AND r.scope = 'meeting' AND r.state IN ('yes', 'maybe'))
					AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.community_id = c.id AND m.person_id = f.person_id)), 0)
				END, 0), f.scope, coalesce(f.scope_id, ''), '', 'own', 'convoke', f.name, '', p.zone, p.language, '', ''
		FROM feed f JOIN person p ON p.id = f.person_id
		WHERE f.hash = ? AND f.revoked_at = 0`, hash)
}

// aStranger is the person of a condition that holds for nobody in particular.
var aStranger = text("NULL")

const (
	headOfCommunity = `'', 0, c.feed_rev, '', '', c.id, `
	restOfHead      = `, c.ink, c.slug `
)

// The heads of open feeds, put together once: a poll is answered by one of them.
var (
	communityFeed = `SELECT c.id, ` + headOfCommunity + `'community', c.slug, c.name, c.summary, c.zone, c.language` + restOfHead + `
		FROM community c WHERE c.slug = ? AND ` + anyOf(reads(aStranger), allOf(knows(aStranger),
		text(`EXISTS (SELECT 1 FROM event e WHERE e.community_id = c.id AND e.published_at > 0 AND e.visibility = 'everyone')`))).sql
	seriesFeed = `SELECT s.id, ` + headOfCommunity + `'series', s.slug, s.title, c.name, c.zone, s.language` + restOfHead + `
		FROM series s JOIN community c ON c.id = s.community_id
		WHERE c.slug = ? AND s.slug = ? AND s.published_at > 0 AND ` + sees("s", aStranger).sql
	meetingFeed = `SELECT m.id, ` + headOfCommunity + `'meeting', m.slug, m.title, c.name, c.zone, m.language` + restOfHead + `
		FROM meeting m JOIN community c ON c.id = m.community_id
		WHERE c.slug = ? AND m.slug = ? AND m.published_at > 0 AND ` + sees("m", aStranger).sql
	eventFeed = `SELECT coalesce(m.id, e.id), ` + headOfCommunity + `CASE WHEN m.id IS NULL THEN 'event' ELSE 'meeting' END, coalesce(m.slug, e.slug), coalesce(m.title, e.title), c.name, c.zone, coalesce(m.language, e.language)` + restOfHead + `
		FROM event e JOIN community c ON c.id = e.community_id LEFT JOIN meeting m ON m.id = e.meeting_id
		WHERE c.slug = ? AND e.slug = ? AND e.published_at > 0 AND ` + sees("e", aStranger).sql
)

// AllFeed is the head of the feed of the whole instance. The sum runs over every community, also hidden ones, as
// a revision only rises: one that vanishes from the sum could make an old revision come back.
func (tx *Tx) AllFeed(ctx context.Context) (FeedHead, error) {
	h := FeedHead{Kind: "all", ID: "all", Slug: "convoke", Zone: "UTC"}
	err := tx.row(ctx, `SELECT coalesce(CAST(sum(feed_rev) AS BIGINT), 0) + count(*) FROM community`).Scan(&h.Rev)
	return h, missing(err, &h)
}

// CommunityFeed is the head of a community's feed as a stranger may read it.
func (tx *Tx) CommunityFeed(ctx context.Context, slug string) (FeedHead, error) {
	return tx.head(ctx, communityFeed, slug)
}

// SeriesFeed is the head of a series' feed as a stranger may read it.
func (tx *Tx) SeriesFeed(ctx context.Context, community, slug string) (FeedHead, error) {
	return tx.head(ctx, seriesFeed, community, slug)
}

// MeetingFeed is the head of a recurring meeting's feed as a stranger may read it.
func (tx *Tx) MeetingFeed(ctx context.Context, community, slug string) (FeedHead, error) {
	return tx.head(ctx, meetingFeed, community, slug)
}

// EventFeed is the head of one event's feed as a stranger may read it; for a date of a recurring meeting, which is seen by whoever sees that, it is the meeting's.
func (tx *Tx) EventFeed(ctx context.Context, community, slug string) (FeedHead, error) {
	return tx.head(ctx, eventFeed, community, slug)
}

// The variants of an entry, by who is shown it.
const (
	Public = "public" // without the join link
	Member = "member" // with it
	Lone   = "lone"   // a date of a rule for whoever comes to it and not to the meeting: an event of its own, with the join link
)

// Fragment is the stored calendar entry of one event, or of a meeting's rule, for one audience.
type Fragment struct {
	SubjectID   convoke.ID         `db:"subject_id"`
	Variant     string             `db:"variant"`
	CommunityID convoke.ID         `db:"community_id"`
	EventID     convoke.ID         `db:"event_id"`
	MeetingID   convoke.ID         `db:"meeting_id"`
	SeriesID    convoke.ID         `db:"series_id"`
	Visibility  convoke.Visibility `db:"visibility"`
	Zone        string             `db:"zone"`
	StartsAt    convoke.Instant    `db:"starts_at"`
	EndsAt      convoke.Instant    `db:"ends_at"`
	Data        []byte             `db:"data"`
	EntitledAt  convoke.Instant    `db:"entitled_at"` // for one reader: when they last began or ceased to be shown the join link; not stored
}

const fragmentColumns = `subject_id, variant, community_id, event_id, meeting_id, series_id, visibility, zone, starts_at, ends_at, data`

// PutFragment stores a calendar entry.
func (tx *Tx) PutFragment(ctx context.Context, f Fragment) error {
	_, err := tx.named(ctx, insert("fragment", fragmentColumns)+` ON CONFLICT (subject_id, variant) DO UPDATE SET
		visibility = excluded.visibility, zone = excluded.zone, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
		event_id = excluded.event_id, meeting_id = excluded.meeting_id, series_id = excluded.series_id, data = excluded.data`, f)
	return err
}

// FragmentsOf reads a subject's calendar entries by their variant.
func (tx *Tx) FragmentsOf(ctx context.Context, subject convoke.ID) (map[string]Fragment, error) {
	var list []Fragment
	if err := tx.all(ctx, &list, `SELECT `+fragmentColumns+` FROM fragment WHERE subject_id = ?`, subject); err != nil {
		return nil, err
	}
	out := map[string]Fragment{}
	for _, f := range list {
		out[f.Variant] = f
	}
	return out, nil
}

// DropFragment removes one of a subject's calendar entries.
func (tx *Tx) DropFragment(ctx context.Context, f Fragment) error {
	return tx.do(ctx, `DELETE FROM fragment WHERE subject_id = ? AND variant = ?`, f.SubjectID, f.Variant)
}

// DropFragments removes a subject's calendar entries.
func (tx *Tx) DropFragments(ctx context.Context, subject convoke.ID) error {
	return tx.do(ctx, `DELETE FROM fragment WHERE subject_id = ?`, subject)
}

// Fragments reads the entries of a feed, in the order of start and UID's subject, inside a window of time.
func (tx *Tx) Fragments(ctx context.Context, h FeedHead, from, until convoke.Instant) ([]Fragment, error) {
	p := text("?", h.Person)
	w := []cond{sees("f", p)}
	entitledAt := text("0")
	if h.Person != "" {
		coming := cond{`coalesce(
			(SELECT r.state FROM registration r WHERE r.person_id = ? AND r.scope = 'event' AND r.scope_id = f.event_id),
			(SELECT r.state FROM registration r WHERE r.person_id = ? AND r.scope = 'series' AND r.scope_id = f.series_id),
			(SELECT r.state FROM registration r WHERE r.person_id = ? AND r.scope = 'meeting' AND r.scope_id = f.meeting_id), '') IN ('yes', 'maybe')`,
			[]any{h.Person, h.Person, h.Person}}
		entitled := anyOf(member(p), coming)
		entitledAt = text(`coalesce((SELECT max(n.changed_at) FROM entitlement n
			WHERE n.person_id = ? AND n.scope_id IN (f.event_id, f.series_id, f.meeting_id, f.community_id)), 0)`, h.Person)
		variant := cond{`CASE WHEN ` + entitled.sql + ` THEN 'member' ELSE 'public' END`, entitled.args}
		if h.Kind == "own" && h.Scope == convoke.ScopeAll {
			// What is theirs is what they come to and what their communities do; with a meeting's rule come all overrides, and a date of a rule they have nothing else of is an event of its own.
			whole := anyOf(inRoles(p, ""), text(`EXISTS (SELECT 1 FROM registration r WHERE r.person_id = ? AND r.scope = 'meeting' AND r.scope_id = f.meeting_id AND r.state IN ('yes', 'maybe'))`, h.Person))
			ruled := text(`EXISTS (SELECT 1 FROM fragment m WHERE m.subject_id = f.meeting_id)`)
			w = append(w, anyOf(inRoles(p, ""), coming, allOf(ruled, whole)))
			variant = cond{`CASE WHEN f.event_id IS NOT NULL AND ` + ruled.sql + ` AND NOT ` + whole.sql + ` THEN 'lone' ELSE ` + variant.sql + ` END`, append(whole.args, variant.args...)}
		}
		w = append(w, cond{`f.variant = ` + variant.sql, variant.args})
	} else {
		w = append(w, text("f.variant = 'public'"))
	}
	kind, id := h.Kind, h.ID
	if kind == "own" {
		kind, id = string(h.Scope), h.ScopeID
	}
	switch kind {
	case "community":
		w = append(w, text("f.community_id = ?", id))
	case "series":
		w = append(w, text("f.series_id = ?", id))
	case "meeting":
		w = append(w, text("f.meeting_id = ?", id))
	case "event":
		w = append(w, text("f.event_id = ?", id))
	}
	if kind != "event" {
		w = append(w, text("f.ends_at > ? AND f.starts_at < ?", from, until))
	}
	where := allOf(w...)
	var list []Fragment
	err := tx.all(ctx, &list, `SELECT `+prefixed("f", fragmentColumns)+`, `+entitledAt.sql+` AS entitled_at FROM fragment f JOIN community c ON c.id = f.community_id
		WHERE `+where.sql+` ORDER BY f.starts_at, f.subject_id LIMIT 20000`, append(entitledAt.args, where.args...)...)
	return list, err
}

// WindowEdges lists the communities with an entry that came into or left the feeds' window between two runs.
func (tx *Tx) WindowEdges(ctx context.Context, last convoke.Instant, past, ahead int64) ([]convoke.ID, error) {
	var list []convoke.ID
	err := tx.all(ctx, &list, `SELECT DISTINCT community_id FROM fragment
		WHERE ends_at > ? AND ends_at <= ? OR starts_at >= ? AND starts_at < ? ORDER BY community_id`,
		int64(last)-past, int64(tx.Now)-past, int64(last)+ahead, int64(tx.Now)+ahead)
	return list, err
}

// CancelledFragments lists the entries that have been shown as cancelled for long enough: of single events that would have ended
// before a moment, and of recurring meetings called off before another.
func (tx *Tx) CancelledFragments(ctx context.Context, ended, calledOff convoke.Instant) ([]Fragment, error) {
	var list []Fragment
	err := tx.all(ctx, &list, `SELECT `+prefixed("f", fragmentColumns)+` FROM fragment f
			LEFT JOIN event e ON e.id = f.event_id LEFT JOIN meeting m ON m.id = f.meeting_id
		WHERE e.status = 'cancelled' AND coalesce(m.form, 'dates') = 'dates' AND e.ends_at <= ?
			OR f.variant = 'lone' AND e.status = 'cancelled' AND e.ends_at <= ?
			OR m.status = 'cancelled' AND m.stamp <= ? LIMIT 2000`, ended, ended, calledOff)
	return list, err
}
