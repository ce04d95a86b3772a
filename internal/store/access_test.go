package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"convoke/internal/convoke"
)

// asking is one row of the matrix: what somebody is in every community at the top, in both parents and in every group.
type asking struct {
	name        string
	viewer      convoke.Viewer
	top, parent convoke.Role
	group       convoke.Role
	waiting     bool
	guest       bool // has answered yes to everything
}

var askings = []asking{
	{name: "stranger"},
	{name: "signed", viewer: convoke.Viewer{Person: "signed"}},
	{name: "waiting", viewer: convoke.Viewer{Person: "waiting"}, waiting: true},
	{name: "member", viewer: convoke.Viewer{Person: "member"}, top: convoke.Member, parent: convoke.Member},
	{name: "moderator", viewer: convoke.Viewer{Person: "moderator"}, top: convoke.Moderator, parent: convoke.Moderator},
	{name: "admin", viewer: convoke.Viewer{Person: "admin"}, top: convoke.Admin, parent: convoke.Admin},
	{name: "letter", viewer: convoke.Viewer{Person: "admin", Letter: "le_1"}},
	{name: "guest", viewer: convoke.Viewer{Person: "guest"}, guest: true},
	{name: "parent_guest", viewer: convoke.Viewer{Person: "parent_guest"}, parent: convoke.Member, guest: true},
	{name: "group_member", viewer: convoke.Viewer{Person: "group_member"}, parent: convoke.Member, group: convoke.Member},
	{name: "group_moderator", viewer: convoke.Viewer{Person: "group_moderator"}, parent: convoke.Member, group: convoke.Moderator},
	{name: "group_admin", viewer: convoke.Viewer{Person: "group_admin"}, parent: convoke.Member, group: convoke.Admin},
	{name: "both", viewer: convoke.Viewer{Person: "both"}, parent: convoke.Admin, group: convoke.Member},
	{name: "left_behind", viewer: convoke.Viewer{Person: "left_behind"}, group: convoke.Admin},
	{name: "operator", viewer: convoke.Viewer{Person: "operator", Operator: true}},
	{name: "system", viewer: convoke.System},
}

func (a asking) standing(c *convoke.Community) convoke.Standing {
	s := convoke.Standing{Signed: a.viewer.Signed(), Operator: a.viewer.Operator, Waiting: a.waiting}
	switch {
	case a.viewer.Letter != "":
	case c.ParentID != "":
		s.Role, s.ParentRole = a.group, a.parent
	case strings.HasPrefix(string(c.ID), "parent"):
		s.Role = a.parent
	default:
		s.Role = a.top
	}
	return s
}

// everyones is a UID that everybody holds.
const everyones = "everyones@host.example"

// thing is an event, a series and a meeting of the same visibility, all under one ID.
type thing struct {
	id    convoke.ID
	c     *convoke.Community
	vis   convoke.Visibility
	draft bool
}

// matrix stores every sort of community with every sort of thing in it, and everybody in their places.
func matrix(t *testing.T, s *Store) (communities []*convoke.Community, things []thing) {
	t.Helper()
	add := func(id, parent convoke.ID, p convoke.Privacy, hidden, archived, parentArchived bool) {
		c := aCommunity(id)
		c.Slug, c.ParentID, c.Privacy, c.Hidden, c.ParentArchived = strings.ReplaceAll(string(id), "_", "-"), parent, p, hidden, parentArchived
		if archived {
			c.ArchivedAt = now - 1
		}
		communities = append(communities, &c)
	}
	flag := func(b bool) string { return map[bool]string{true: "1", false: "0"}[b] }
	add("parent", "", convoke.Private, true, false, false)
	add("parent_archived", "", convoke.Open, false, true, false)
	for _, p := range convoke.Privacies {
		for _, hidden := range []bool{false, true} {
			for _, archived := range []bool{false, true} {
				suffix := convoke.ID("_" + string(p) + "_h" + flag(hidden) + "_a" + flag(archived))
				add("top"+suffix, "", p, hidden, archived, false)
				add("group"+suffix, "parent", p, hidden, archived, false)
				if !archived {
					add("late"+suffix, "parent_archived", p, hidden, archived, true)
				}
			}
		}
	}
	for _, c := range communities {
		for _, vis := range convoke.Visibilities {
			for _, draft := range []bool{false, true} {
				things = append(things, thing{convoke.ID(fmt.Sprint(c.ID, ":", vis, ":", flag(draft))), c, vis, draft})
			}
		}
	}
	for _, a := range askings {
		if a.viewer.Person != "" && a.viewer.Letter == "" {
			addPeople(t, s, a.viewer.Person)
			update(t, s, func(tx *Tx) error { return tx.Hold(t.Context(), a.viewer.Person, everyones, 1) })
		}
	}
	update(t, s, func(tx *Tx) error { return fill(t, t.Context(), tx, communities, things) })
	return communities, things
}

func fill(t *testing.T, ctx context.Context, tx *Tx, communities []*convoke.Community, things []thing) error {
	for _, c := range communities {
		if err := tx.AddCommunity(ctx, *c); err != nil {
			return err
		}
		for _, a := range askings {
			if role := a.standing(c).Role; role != "" {
				if err := tx.PutMembership(ctx, convoke.Membership{CommunityID: c.ID, PersonID: a.viewer.Person, Role: role, JoinedAt: now, How: "joined"}); err != nil {
					return err
				}
			}
			if a.waiting {
				r := convoke.JoinRequest{ID: "jr_" + c.ID, CommunityID: c.ID, PersonID: a.viewer.Person, State: "waiting", CreatedAt: now}
				if err := tx.AddJoinRequest(ctx, r); err != nil {
					return err
				}
			}
		}
	}
	for _, x := range things {
		e, s, m := anEvent(t, x.id, x.c.ID), aSeries(x.id, x.c.ID), aMeeting(x.id, x.c.ID)
		e.UID, m.UID = "e"+string(x.id), "m"+string(x.id)
		e.Visibility, s.Visibility, m.Visibility = x.vis, x.vis, x.vis
		if x.draft {
			e.PublishedAt, s.PublishedAt, m.PublishedAt = 0, 0, 0
		}
		letter := aLetter(x.id, "signed")
		letter.CommunityID, letter.EventID = x.c.ID, x.id
		due := convoke.Due{Key: string(x.id), Kind: "reminder", CommunityID: x.c.ID, EventID: x.id, DueAt: now, UsefulUntil: now, State: "planned", CreatedAt: now}
		for _, step := range []func() error{
			func() error { return tx.AddEvent(ctx, e) },
			func() error { return tx.AddSeries(ctx, s) },
			func() error { return tx.AddMeeting(ctx, m) },
			func() error { return tx.PutDue(ctx, due) },
			func() error { _, err := tx.AddLetter(ctx, letter); return err },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		if x.draft {
			continue // a draft has no calendar entry
		}
		for _, variant := range []string{"public", "member"} {
			f := aFragment(x.id, x.c.ID, variant)
			f.Visibility = x.vis
			if err := tx.PutFragment(ctx, f); err != nil {
				return err
			}
		}
		for _, a := range askings {
			if a.guest {
				r := convoke.Registration{PersonID: a.viewer.Person, Scope: convoke.ScopeEvent, ScopeID: x.id, State: convoke.Yes, How: "page", UpdatedAt: now}
				if err := tx.PutRegistration(ctx, r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// same compares what a list gave with what the rules in Go allow.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	g, w := map[string]bool{}, map[string]bool{}
	for _, x := range got {
		g[x] = true
	}
	for _, x := range want {
		w[x] = true
	}
	if len(got) != len(g) {
		t.Errorf("%s: something is listed twice: %v", what, got)
	}
	for _, x := range slices.Sorted(maps.Keys(g)) {
		if !w[x] {
			t.Errorf("%s: lists %s, which it must not", what, x)
		}
	}
	for _, x := range slices.Sorted(maps.Keys(w)) {
		if !g[x] {
			t.Errorf("%s: lacks %s", what, x)
		}
	}
}

func names[T any](list []T, id func(T) string) []string {
	var out []string
	for _, x := range list {
		out = append(out, id(x))
	}
	return out
}

// TestListsFollowCan holds the conditions in SQL to the rules in Go, over the whole matrix.
func TestListsFollowCan(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		communities, things := matrix(t, s)
		view(t, s, func(tx *Tx) error { return recipientsFollowCan(t, tx, things) })
		for _, a := range askings {
			t.Run(a.name, func(t *testing.T) {
				view(t, s, func(tx *Tx) error { return listsFollowCan(t, tx, a, communities, things) })
			})
		}
	})
}

func listsFollowCan(t *testing.T, tx *Tx, a asking, communities []*convoke.Community, things []thing) error {
	ctx, v := t.Context(), a.viewer
	var known, published, withDrafts, reviewed []string
	for _, c := range communities {
		want := a.standing(c)
		got, err := tx.Standing(ctx, v, c)
		if err != nil {
			return err
		}
		if got != want {
			t.Errorf("standing in %s: got %+v, want %+v", c.ID, got, want)
		}
		if convoke.Can(want, convoke.Know, c) {
			known = append(known, string(c.ID))
		}
	}
	sees := func(x thing, s convoke.Standing) bool {
		return convoke.CanEvent(s, convoke.See, x.c, x.vis, x.draft, "")
	}
	for _, x := range things {
		s := a.standing(x.c)
		if sees(x, s) {
			withDrafts = append(withDrafts, string(x.id))
			if !x.draft {
				published = append(published, string(x.id))
			}
		}
		if convoke.Can(s, convoke.Review, x.c) {
			reviewed = append(reviewed, string(x.id))
		}
	}
	list, err := tx.Communities(ctx, v, CommunityFilter{Limit: 10_000})
	if err != nil {
		return err
	}
	same(t, "Communities", names(list, func(c convoke.Community) string { return string(c.ID) }), known)
	for drafts, want := range map[bool][]string{false: published, true: withDrafts} {
		events, err := tx.Events(ctx, v, EventFilter{Drafts: drafts, Limit: 10_000})
		if err != nil {
			return err
		}
		same(t, fmt.Sprint("Events, drafts ", drafts), names(events, func(e convoke.Event) string { return string(e.ID) }), want)
	}
	var series, meetings []string
	for _, c := range communities {
		ss, err := tx.SeriesList(ctx, v, c.ID, Page{Limit: 100})
		if err != nil {
			return err
		}
		mm, err := tx.Meetings(ctx, v, c.ID, Page{Limit: 100})
		if err != nil {
			return err
		}
		series = append(series, names(ss, func(s convoke.Series) string { return string(s.ID) })...)
		meetings = append(meetings, names(mm, func(m convoke.Recurrence) string { return string(m.ID) })...)
	}
	same(t, "SeriesList", series, withDrafts)
	same(t, "Meetings", meetings, withDrafts)
	letters, err := tx.Letters(ctx, v, LetterFilter{Limit: 10_000})
	if err != nil {
		return err
	}
	same(t, "Letters", names(letters, func(l LetterRow) string { return string(l.ID) }), reviewed)
	dues, err := tx.Dues(ctx, v, "", "", Page{Limit: 10_000})
	if err != nil {
		return err
	}
	same(t, "Dues", names(dues, func(d convoke.Due) string { return d.Key }), reviewed)
	return feedsFollowCan(t, tx, a, communities, things)
}

// feedsFollowCan does the same for calendars: which entries, and whether with the join link. An operator's calendar holds what
// the person may see, not what the office may.
func feedsFollowCan(t *testing.T, tx *Tx, a asking, communities []*convoke.Community, things []thing) error {
	ctx := t.Context()
	if a.name == "letter" || a.name == "system" {
		return nil // nobody who has a calendar
	}
	standing := func(c *convoke.Community) convoke.Standing {
		s := a.standing(c)
		s.Operator = false
		return s
	}
	answer := convoke.Answer("")
	if a.guest {
		answer = convoke.Yes
	}
	var entries, mine []string
	for _, x := range things {
		s := standing(x.c)
		if x.draft || !convoke.CanEvent(s, convoke.See, x.c, x.vis, x.draft, answer) {
			continue
		}
		variant := " public"
		if a.viewer.Person != "" && convoke.CanEvent(s, convoke.JoinLink, x.c, x.vis, x.draft, answer) {
			variant = " member"
		}
		entries = append(entries, string(x.id)+variant)
		if s.Role != "" || a.guest {
			mine = append(mine, string(x.id)+variant)
		}
	}
	entry := func(f Fragment) string { return string(f.SubjectID) + " " + f.Variant }
	var got []string
	for _, c := range communities {
		h := FeedHead{Kind: "own", Person: a.viewer.Person, Scope: convoke.ScopeCommunity, ScopeID: c.ID}
		if a.viewer.Person == "" {
			h = FeedHead{Kind: "community", ID: c.ID}
		}
		list, err := tx.Fragments(ctx, h, now, now.Add(1e15))
		if err != nil {
			return err
		}
		got = append(got, names(list, entry)...)
	}
	same(t, "Fragments by community", got, entries)
	if a.viewer.Person == "" {
		all, err := tx.Fragments(ctx, FeedHead{Kind: "all"}, now, now.Add(1e15))
		if err != nil {
			return err
		}
		same(t, "Fragments of the instance", names(all, entry), entries)
		return headsFollowCan(t, tx, communities, things)
	}
	all, err := tx.Fragments(ctx, FeedHead{Kind: "own", Person: a.viewer.Person, Scope: convoke.ScopeAll}, now, now.Add(1e15))
	if err != nil {
		return err
	}
	same(t, "Fragments of my own", names(all, entry), mine)
	return nil
}

// recipientsFollowCan asks, for each thing, who of all persons may see it; everybody holds it by mail, so everybody is asked about.
func recipientsFollowCan(t *testing.T, tx *Tx, things []thing) error {
	by := map[convoke.ID]asking{}
	for _, a := range askings {
		if a.viewer.Letter == "" {
			by[a.viewer.Person] = a
		}
	}
	for _, x := range things {
		list, err := tx.Recipients(t.Context(), Subject{Community: x.c.ID, Event: x.id, UID: everyones}, "", "", 100)
		if err != nil {
			return err
		}
		if len(list) != len(by)-1 { // nobody is no recipient
			t.Errorf("recipients of %s: got %d, want %d", x.id, len(list), len(by)-1)
		}
		for _, r := range list {
			s := by[r.ID].standing(x.c)
			s.Operator = false // a mail goes to the person, not to the office
			if want := convoke.CanEvent(s, convoke.See, x.c, x.vis, false, ""); r.Sees != want {
				t.Errorf("recipient %s of %s: got sees %v, want %v", r.ID, x.id, r.Sees, want)
			}
		}
	}
	return nil
}

// headsFollowCan asks for every public calendar: a stranger gets one or "not there".
func headsFollowCan(t *testing.T, tx *Tx, communities []*convoke.Community, things []thing) error {
	ctx := t.Context()
	found := func(what string, err error, want bool) error {
		if err != nil && !convoke.IsNotFound(err) {
			return err
		}
		if got := err == nil; got != want {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
		return nil
	}
	for _, c := range communities {
		_, err := tx.CommunityFeed(ctx, c.Slug)
		// Each has an event for everyone, so to know it is enough.
		if err := found("CommunityFeed "+c.Slug, err, convoke.Can(convoke.Standing{}, convoke.Know, c)); err != nil {
			return err
		}
	}
	for _, x := range things {
		want := !x.draft && convoke.CanEvent(convoke.Standing{}, convoke.See, x.c, x.vis, x.draft, "")
		_, errS := tx.SeriesFeed(ctx, x.c.Slug, "s-"+string(x.id))
		_, errM := tx.MeetingFeed(ctx, x.c.Slug, "m-"+string(x.id))
		_, errE := tx.EventFeed(ctx, x.c.Slug, "e-"+string(x.id))
		for what, err := range map[string]error{"SeriesFeed ": errS, "MeetingFeed ": errM, "EventFeed ": errE} {
			if err := found(what+string(x.id), err, want); err != nil {
				return err
			}
		}
	}
	return nil
}

// What an address leads to is found by an index, however many things there are. SQLite says so of empty tables, too; PostgreSQL reads small ones whole,
// and nothing is to be learnt there.
func TestBySlugIsIndexed(t *testing.T) {
	s := open(t, Options{Database: "sqlite", Data: t.TempDir(), Clock: stopped(noon), Careless: true})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, noun := range []string{RefEvent, RefSeries, RefMeeting} {
		q := bySlug(convoke.Nobody, noun, "topping-up")
		var steps []struct {
			ID      int    `db:"id"`
			Parent  int    `db:"parent"`
			NotUsed int    `db:"notused"`
			Detail  string `db:"detail"`
		}
		update(t, s, func(tx *Tx) error { return tx.all(t.Context(), &steps, `EXPLAIN QUERY PLAN `+q.sql, q.args...) })
		if got := fmt.Sprint(steps); !strings.Contains(got, "INDEX "+noun+"_slug (slug=?)") {
			t.Errorf("%s: got %s, want it found by %s_slug", noun, got, noun)
		}
	}
}
