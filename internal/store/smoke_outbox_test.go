package store

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"convoke/internal/convoke"
)

func (k smoke) feeds() {
	f := convoke.Feed{ID: "fd_all", PersonID: "ada", Name: "mine", Scope: convoke.ScopeAll, Generation: 1, Hash: []byte("all"), CreatedAt: now - 3}
	c := convoke.Feed{ID: "fd_com", PersonID: "ada", Name: "one", Scope: convoke.ScopeCommunity, ScopeID: "top", Generation: 1, Hash: []byte("com"), CreatedAt: now - 2}
	s := convoke.Feed{ID: "fd_ser", PersonID: "cyd", Name: "two", Scope: convoke.ScopeSeries, ScopeID: "sr", Generation: 1, Hash: []byte("ser"), CreatedAt: now - 1}
	for _, x := range []convoke.Feed{f, c, s} {
		k.do("AddFeed", func(ctx context.Context, tx *Tx) error { return tx.AddFeed(ctx, x) })
	}
	f.Name, f.Generation = "renamed", 2
	k.do("PutFeed", func(ctx context.Context, tx *Tx) error { return tx.PutFeed(ctx, f) })
	f.ReadAt, f.ReadBy = now, "curl"
	k.do("ReadFeed", func(ctx context.Context, tx *Tx) error { return tx.ReadFeed(ctx, f.ID, now, "curl") })
	read(k, "Feed", f, func(ctx context.Context, tx *Tx) (convoke.Feed, error) { return tx.Feed(ctx, "ada", f.ID) })
	read(k, "Feeds", []convoke.Feed{f, c}, func(ctx context.Context, tx *Tx) ([]convoke.Feed, error) { return tx.Feeds(ctx, "ada") })
	for _, x := range []convoke.Feed{f, c, s} {
		read(k, "OwnFeed "+x.Name, FeedHead{Kind: "own", ID: x.ID, Person: x.PersonID, PersonRev: 1, Rev: 1, Scope: x.Scope, ScopeID: x.ScopeID, Slug: "convoke", Name: x.Name, Zone: "Africa/Nairobi", Language: "en"},
			func(ctx context.Context, tx *Tx) (FeedHead, error) {
				h, err := tx.OwnFeed(ctx, x.Hash)
				return ones(h), err
			})
	}
	head := FeedHead{Rev: 1, CommunityID: "top", Zone: "Europe/Paris", Ink: "fern", Community: "c-top", About: "Community top", Language: "en"}
	want := func(kind string, id convoke.ID, slug, name string) FeedHead {
		h := head
		h.Kind, h.ID, h.Slug, h.Name = kind, id, slug, name
		return h
	}
	ofCommunity := want("community", "top", "c-top", "Community top")
	ofCommunity.About, ofCommunity.Language = "short", "fr"
	read(k, "CommunityFeed", ofCommunity, func(ctx context.Context, tx *Tx) (FeedHead, error) {
		h, err := tx.CommunityFeed(ctx, "c-top")
		return ones(h), err
	})
	read(k, "AllFeed", FeedHead{Kind: "all", ID: "all", Slug: "convoke", Zone: "UTC", Rev: 1}, func(ctx context.Context, tx *Tx) (FeedHead, error) {
		h, err := tx.AllFeed(ctx)
		return ones(h), err
	})
	read(k, "SeriesFeed", want("series", "sr", "s-sr", "Renamed"), func(ctx context.Context, tx *Tx) (FeedHead, error) {
		h, err := tx.SeriesFeed(ctx, "c-top", "s-sr")
		return ones(h), err
	})
	read(k, "MeetingFeed", want("meeting", "mt", "m-mt", "Meeting mt"), func(ctx context.Context, tx *Tx) (FeedHead, error) {
		h, err := tx.MeetingFeed(ctx, "c-top", "m-mt")
		return ones(h), err
	})
	read(k, "EventFeed", want("event", "session", "e-session", "Renamed"), func(ctx context.Context, tx *Tx) (FeedHead, error) {
		h, err := tx.EventFeed(ctx, "c-top", "e-session")
		return ones(h), err
	})
	read(k, "EventFeed of a date", want("meeting", "mt", "m-mt", "Meeting mt"), func(ctx context.Context, tx *Tx) (FeedHead, error) {
		h, err := tx.EventFeed(ctx, "c-top", "e-date")
		return ones(h), err
	})
}

// ones hides how high the revisions are; that they are above zero stays.
func ones(h FeedHead) FeedHead {
	h.Rev, h.PersonRev = min(h.Rev, 1), min(h.PersonRev, 1)
	return h
}

func (k smoke) fragments() {
	public, inside, rule := aFragment("session", "top", "public"), aFragment("session", "top", "member"), aFragment("mt", "top", "public")
	public.SeriesID, inside.SeriesID = "sr", "sr"
	rule.EventID, rule.MeetingID, rule.StartsAt = "", "mt", now.Add(30*time.Minute)
	for _, f := range []Fragment{public, inside, rule} {
		k.do("PutFragment", func(ctx context.Context, tx *Tx) error { return tx.PutFragment(ctx, f) })
	}
	k.do("PutFragment again", func(ctx context.Context, tx *Tx) error { return tx.PutFragment(ctx, public) })
	read(k, "FragmentsOf", map[string]Fragment{"public": public, "member": inside}, func(ctx context.Context, tx *Tx) (map[string]Fragment, error) {
		return tx.FragmentsOf(ctx, "session")
	})
	for _, row := range []struct {
		name string
		head FeedHead
		want []Fragment
	}{
		{"all", FeedHead{Kind: "all"}, []Fragment{rule, public}},
		{"community", FeedHead{Kind: "community", ID: "top"}, []Fragment{rule, public}},
		{"series", FeedHead{Kind: "series", ID: "sr"}, []Fragment{public}},
		{"meeting", FeedHead{Kind: "meeting", ID: "mt"}, []Fragment{rule}},
		{"event", FeedHead{Kind: "event", ID: "session"}, []Fragment{public}},
		{"own, all", FeedHead{Kind: "own", Person: "cyd", Scope: convoke.ScopeAll}, []Fragment{inside}},
		{"own, series", FeedHead{Kind: "own", Person: "ada", Scope: convoke.ScopeSeries, ScopeID: "sr"}, []Fragment{inside}},
		{"own, community, no answer", FeedHead{Kind: "own", Person: "dot", Scope: convoke.ScopeCommunity, ScopeID: "top"}, []Fragment{rule, public}},
	} {
		read(k, "Fragments "+row.name, row.want, func(ctx context.Context, tx *Tx) ([]Fragment, error) {
			list, err := tx.Fragments(ctx, row.head, now, now.Add(1e15))
			for i, f := range list {
				if entitled := f.Variant == "member"; entitled != (f.EntitledAt > 0) { // by an answer, above
					k.t.Errorf("Fragments %s: %s entry entitled at %v", row.name, f.Variant, f.EntitledAt)
				}
				list[i].EntitledAt = 0
			}
			return list, err
		})
	}
	k.yes("Entitled", func(ctx context.Context, tx *Tx) (bool, error) {
		at, err := tx.Entitled(ctx, public)
		return at > 0, err
	})
	read(k, "WindowEdges", []convoke.ID{"top"}, func(ctx context.Context, tx *Tx) ([]convoke.ID, error) {
		return tx.WindowEdges(ctx, now.Add(-time.Hour), -int64(2*time.Hour/time.Millisecond), 0)
	})
	k.do("DropFragment", func(ctx context.Context, tx *Tx) error { return tx.DropFragment(ctx, public) })
	read(k, "FragmentsOf, one dropped", map[string]Fragment{"member": inside}, func(ctx context.Context, tx *Tx) (map[string]Fragment, error) {
		return tx.FragmentsOf(ctx, "session")
	})
	k.do("DropFragments", func(ctx context.Context, tx *Tx) error { return tx.DropFragments(ctx, "mt") })
}

func (k smoke) changes() {
	c := convoke.Change{ID: "ch_1", At: now - 9, ActorID: "ada", Via: "session", Noun: "event", SubjectID: "session", CommunityID: "top", SeriesID: "sr",
		Verb: "moved", Before: "{}", After: `{"a":1}`, Note: "why", PlanAt: now - 1}
	later := convoke.Change{ID: "ch_2", At: now - 8, Via: "system", Noun: "event", SubjectID: "session", Verb: "told", PlanAt: now.Add(time.Minute)}
	k.do("AddChange", func(ctx context.Context, tx *Tx) error { return tx.AddChange(ctx, c) })
	k.do("AddChange without actor", func(ctx context.Context, tx *Tx) error { return tx.AddChange(ctx, later) })
	k.do("NextChange", func(ctx context.Context, tx *Tx) error {
		got, err := tx.NextChange(ctx)
		if err == nil && got != c {
			k.t.Errorf("NextChange: got %+v, want %+v", got, c)
		}
		return err
	})
	read(k, "OpenChanges", []convoke.Change{c, later}, func(ctx context.Context, tx *Tx) ([]convoke.Change, error) { return tx.OpenChanges(ctx, "session") })
	read(k, "ChangesOf", []convoke.Change{later, c}, func(ctx context.Context, tx *Tx) ([]convoke.Change, error) { return tx.ChangesOf(ctx, "session", 9) })
	k.do("AdvanceChange", func(ctx context.Context, tx *Tx) error { return tx.AdvanceChange(ctx, "ch_1", "ben") })
	k.do("SkipChange", func(ctx context.Context, tx *Tx) error { return tx.SkipChange(ctx, "ch_none", "why") })
	k.do("PlannedChange", func(ctx context.Context, tx *Tx) error { return tx.PlannedChange(ctx, "ch_1") })
	k.do("PlanSooner", func(ctx context.Context, tx *Tx) error { return tx.PlanSooner(ctx, "session") })
	later.PlanAt = now
	read(k, "OpenChanges, sooner", []convoke.Change{later}, func(ctx context.Context, tx *Tx) ([]convoke.Change, error) { return tx.OpenChanges(ctx, "session") })
}

func (k smoke) dues() {
	d := convoke.Due{Key: "reminder/session/60", Kind: "reminder", CommunityID: "top", EventID: "session", Sequence: 7, LeadMinutes: 60, DueAt: now - 1,
		UsefulUntil: now.Add(time.Minute), State: "planned", CreatedAt: now - 5}
	past := d
	past.Key, past.UsefulUntil = "reminder/session/1440", now-1
	for _, x := range []convoke.Due{d, past, past} {
		k.do("PutDue", func(ctx context.Context, tx *Tx) error { return tx.PutDue(ctx, x) })
	}
	k.do("StaleDue", func(ctx context.Context, tx *Tx) error { return tx.StaleDue(ctx) })
	k.do("NextDue", func(ctx context.Context, tx *Tx) error {
		got, err := tx.NextDue(ctx)
		if err == nil && got != d {
			k.t.Errorf("NextDue: got %+v, want %+v", got, d)
		}
		return err
	})
	read(k, "OverdueFor", []convoke.Due{d}, func(ctx context.Context, tx *Tx) ([]convoke.Due, error) { return tx.OverdueFor(ctx, "session") })
	for who, want := range map[string][]convoke.Due{"system": {d}, "ada": {d}, "nobody": nil, "letter": nil} {
		read(k, "Dues "+who, want, func(ctx context.Context, tx *Tx) ([]convoke.Due, error) {
			return tx.Dues(ctx, viewers[who], "top", "session", Page{Limit: 9})
		})
	}
	k.do("DelayDue", func(ctx context.Context, tx *Tx) error {
		if err := tx.DelayDue(ctx, d.Key, now.Add(time.Hour)); err != nil {
			return err
		}
		if d, err := tx.NextDue(ctx); !convoke.IsNotFound(err) {
			k.t.Errorf("NextDue after a delay: got %+v, %v, want not found", d, err)
		}
		return tx.DelayDue(ctx, d.Key, d.DueAt)
	})
	k.do("PutDueState", func(ctx context.Context, tx *Tx) error { return tx.PutDueState(ctx, d.Key, "planned", "ben", "half") })
	k.do("CancelDue", func(ctx context.Context, tx *Tx) error { return tx.CancelDue(ctx, "session", 8, "moved") })
	k.do("NextDue, none", func(ctx context.Context, tx *Tx) error {
		if d, err := tx.NextDue(ctx); !convoke.IsNotFound(err) {
			k.t.Errorf("NextDue: got %+v, %v, want not found", d, err)
		}
		return nil
	})
}

func (k smoke) letters() {
	full, account := aLetter("le_1", "cyd"), aLetter("le_2", "")
	full.CommunityID, full.SeriesID, full.EventID, full.Sequence = "top", "sr", "session", 7
	account.Kind, account.Class = "sign-in", convoke.ClassAccount
	k.yes("AddLetter", func(ctx context.Context, tx *Tx) (bool, error) { return tx.AddLetter(ctx, full) })
	k.yes("AddLetter to an address", func(ctx context.Context, tx *Tx) (bool, error) { return tx.AddLetter(ctx, account) })
	read(k, "Letter", full, func(ctx context.Context, tx *Tx) (convoke.Letter, error) { return tx.Letter(ctx, "le_1") })
	for who, want := range map[string]int{"system": 2, "ada": 1, "nobody": 0, "letter": 0} {
		read(k, "Letters "+who, want, func(ctx context.Context, tx *Tx) (int, error) {
			list, err := tx.Letters(ctx, viewers[who], LetterFilter{Limit: 9})
			return len(list), err
		})
		read(k, "Letters filtered "+who, min(want, 1), func(ctx context.Context, tx *Tx) (int, error) {
			list, err := tx.Letters(ctx, viewers[who], LetterFilter{Community: "top", Event: "session", Series: "sr", Person: "cyd", ID: "le_1", Kind: "invitation",
				State: "queued", AfterTime: now, AfterID: "z", Limit: 9})
			return len(list), err
		})
	}
	read(k, "Letters of a meeting", 0, func(ctx context.Context, tx *Tx) (int, error) {
		list, err := tx.Letters(ctx, convoke.System, LetterFilter{Meeting: "mt", Limit: 9})
		return len(list), err
	})
	lease := func() {
		k.yes("LeaseLetters", func(ctx context.Context, tx *Tx) (bool, error) {
			list, err := tx.LeaseLetters(ctx, 5, "L", now.Add(time.Minute))
			return len(list) > 0, err
		})
	}
	lease()
	k.yes("KeepMime", func(ctx context.Context, tx *Tx) (bool, error) {
		return tx.KeepMime(ctx, "le_1", "L", "Subject", []byte{0xff, 0})
	})
	k.yes("Retry", func(ctx context.Context, tx *Tx) (bool, error) {
		return tx.Retry(ctx, "le_1", "L", now, 1, 451, "later")
	})
	k.yes("GiveBack", func(ctx context.Context, tx *Tx) (bool, error) { return tx.GiveBack(ctx, "le_2", "L", now, true) })
	lease()
	k.yes("Accept", func(ctx context.Context, tx *Tx) (bool, error) { return tx.Accept(ctx, "le_1", "L") })
	k.yes("ReturnLeases", func(ctx context.Context, tx *Tx) (bool, error) {
		n, err := tx.ReturnLeases(ctx)
		return n == 1, err
	})
	lease()
	k.yes("Capture", func(ctx context.Context, tx *Tx) (bool, error) { return tx.Capture(ctx, "le_2", "L") })
	for _, id := range []convoke.ID{"le_3", "le_4"} {
		k.yes("AddLetter", func(ctx context.Context, tx *Tx) (bool, error) {
			l := aLetter(id, "cyd")
			l.EventID = "session"
			return tx.AddLetter(ctx, l)
		})
		if id == "le_3" {
			lease()
			k.yes("Finish", func(ctx context.Context, tx *Tx) (bool, error) {
				return tx.Finish(ctx, "le_3", "L", "dead", "refused", 550, "no such user")
			})
			k.yes("Resend", func(ctx context.Context, tx *Tx) (bool, error) { return tx.Resend(ctx, "le_3") })
			k.yes("Resend once", func(ctx context.Context, tx *Tx) (bool, error) {
				again, err := tx.Resend(ctx, "le_3")
				return !again, err
			})
			read(k, "Letter to be sent again", []any{"queued", "", 0, convoke.Instant(0), now}, func(ctx context.Context, tx *Tx) ([]any, error) {
				l, err := tx.Letter(ctx, "le_3")
				return []any{l.State, l.Why, l.Attempts, l.FirstTryAt, l.NextAt}, err
			})
			lease()
			k.yes("Finish again", func(ctx context.Context, tx *Tx) (bool, error) {
				return tx.Finish(ctx, "le_3", "L", "dead", "refused", 550, "no such user")
			})
		}
	}
	k.yes("WaitingLetters", func(ctx context.Context, tx *Tx) (bool, error) {
		list, err := tx.WaitingLetters(ctx, "session", "mt", "a", "z")
		return len(list) == 1 && list[0].ID == "le_4", err
	})
	read(k, "ToldEnds", []convoke.ID{"session"}, func(ctx context.Context, tx *Tx) ([]convoke.ID, error) {
		return tx.ToldEnds(ctx, "cyd", "sr", "invitation")
	})
	k.yes("ReminderLetters", func(ctx context.Context, tx *Tx) (bool, error) {
		list, err := tx.ReminderLetters(ctx, "session", "a", "z")
		return len(list) == 0, err
	})
	k.do("HandOn", func(ctx context.Context, tx *Tx) error {
		return tx.HandOn(ctx, "le_4", `{"since":1}`, now.Add(2*time.Hour))
	})
	read(k, "Letter with more to tell", `{"since":1}`, func(ctx context.Context, tx *Tx) (string, error) {
		l, err := tx.Letter(ctx, "le_4")
		if l.UsefulUntil != now.Add(2*time.Hour) {
			return "", err
		}
		return l.Data, err
	})
	k.do("Overtake", func(ctx context.Context, tx *Tx) error { return tx.Overtake(ctx, "le_1", "overtaken") })
	k.do("CancelLetters", func(ctx context.Context, tx *Tx) error {
		return tx.CancelLetters(ctx, "session", 99, convoke.ClassInvitation, "moved")
	})
	read(k, "Letters at the end", map[string]int{"accepted": 1, "dead": 1, "cancelled": 1}, func(ctx context.Context, tx *Tx) (map[string]int, error) {
		list, err := tx.Letters(ctx, convoke.System, LetterFilter{Event: "session", Limit: 9})
		states := map[string]int{}
		for _, l := range list {
			states[l.State]++
		}
		return states, err
	})
}

// endings removes, and a function runs once all is done.
func (k smoke) endings() {

	done := false
	k.do("DropMembership", func(ctx context.Context, tx *Tx) error {
		tx.AfterCommit(func() { done = true })
		return tx.DropMembership(ctx, "top", "ben")
	})
	if !done {
		k.t.Error("AfterCommit: did not run")
	}
	k.do("Membership after leaving the parent", func(ctx context.Context, tx *Tx) error {
		for _, c := range []convoke.ID{"top", "group"} {
			if m, err := tx.Membership(ctx, c, "ben"); !convoke.IsNotFound(err) {
				k.t.Errorf("Membership of %s: got %+v, %v, want not found", c, m, err)
			}
		}
		return nil
	})
	k.do("MoveFeedWindow", func(ctx context.Context, tx *Tx) error {
		if at, err := tx.FeedWindow(ctx); at != 0 || err != nil {
			k.t.Errorf("FeedWindow before: %v, %v", at, err)
		}
		if err := tx.MoveFeedWindow(ctx); err != nil {
			return err
		}
		if at, err := tx.FeedWindow(ctx); at != tx.Now || err != nil {
			k.t.Errorf("FeedWindow after: %v, %v", at, err)
		}
		return nil
	})
	k.do("DropPerson", func(ctx context.Context, tx *Tx) error { return tx.DropPerson(ctx, "ada") })
	if skew, err := k.s.Skew(k.t.Context(), time.Now()); err != nil || skew.Abs() > time.Minute {
		k.t.Errorf("Skew: got %v, %v, want about nothing", skew, err)
	}
}

// TestEveryQueryIsRun reads the smoke test's own source: a method of Tx that it does not call is one no engine has tried.
func TestEveryQueryIsRun(t *testing.T) {
	called := map[string]bool{}
	files, err := filepath.Glob("smoke*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "tx" {
					called[s.Sel.Name] = true
				}
			}
			return true
		})
	}
	for m := range reflect.TypeFor[*Tx]().Methods() {
		if !called[m.Name] {
			t.Errorf("Tx.%s is called by no smoke test", m.Name)
		}
	}
}
