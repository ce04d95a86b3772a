package convoke

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a table with the file a person has read; -update rewrites the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(b), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(want) || line != want[i] {
			t.Fatalf("%s:%d: got\n%s\nwant\n%s", path, i+1, line, strings.Join(want[min(i, len(want)-1):min(i+1, len(want))], ""))
		}
	}
	if n := strings.Count(got, "\n") + 1; n != len(want) {
		t.Fatalf("%s: got %d lines, want %d", path, n, len(want))
	}
}

// who is one column of a matrix.
type who struct {
	name string
	s    Standing
}

var people = []who{
	{"stranger", Standing{}},
	{"signed-in", Standing{Signed: true}},
	{"waiting", Standing{Signed: true, Waiting: true}},
	{"member", Standing{Signed: true, Role: Member}},
	{"moderator", Standing{Signed: true, Role: Moderator}},
	{"admin", Standing{Signed: true, Role: Admin}},
	{"operator", Standing{Signed: true, Operator: true}},
}

// groupPeople are the columns where a parent counts too: what one is in the parent, then in the group.
var groupPeople = []who{
	{"stranger", Standing{}},
	{"signed-in", Standing{Signed: true}},
	{"-/admin", Standing{Signed: true, Role: Admin}}, // left the parent, and the group row stayed behind
	{"member/-", Standing{Signed: true, ParentRole: Member}},
	{"member/waiting", Standing{Signed: true, ParentRole: Member, Waiting: true}},
	{"moderator/-", Standing{Signed: true, ParentRole: Moderator}},
	{"member/member", Standing{Signed: true, ParentRole: Member, Role: Member}},
	{"member/moderator", Standing{Signed: true, ParentRole: Member, Role: Moderator}},
	{"member/admin", Standing{Signed: true, ParentRole: Member, Role: Admin}},
	{"admin/-", Standing{Signed: true, ParentRole: Admin}},
	{"admin/member", Standing{Signed: true, ParentRole: Admin, Role: Member}},
	{"operator", Standing{Signed: true, Operator: true}},
}

// table writes matrices so that a person can check them.
type table struct {
	strings.Builder
	columns []who
}

func (b *table) head(title string) {
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	b.row(title, func(w who) string { return w.name })
}

func (b *table) yes(name string, allowed func(Standing) bool) {
	b.row("  "+name, func(w who) string {
		if allowed(w.s) {
			return "yes"
		}
		return "-"
	})
}

func (b *table) row(name string, cell func(who) string) {
	var line strings.Builder
	fmt.Fprintf(&line, "%-44s", name)
	for _, w := range b.columns {
		fmt.Fprintf(&line, "%-*s", len(w.name)+2, cell(w))
	}
	b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
}

// communities goes through privacy × hidden × archived.
func communities(f func(title string, c *Community)) {
	for _, p := range Privacies {
		for _, hidden := range []bool{false, true} {
			for _, archived := range []bool{false, true} {
				c, title := &Community{ID: "co", Privacy: p, Hidden: hidden}, string(p)
				if hidden {
					title += ", hidden"
				}
				if archived {
					c.ArchivedAt = 1
					title += ", archived"
				}
				f(title, c)
			}
		}
	}
}

func TestCanMatrix(t *testing.T) {
	b := table{columns: people}
	communities(func(title string, c *Community) {
		b.head(title)
		for _, v := range Verbs {
			b.yes(string(v), func(s Standing) bool { return Can(s, v, c) })
		}
	})
	golden(t, "can.txt", b.String())
}

func TestCanEventMatrix(t *testing.T) {
	b := table{columns: people}
	communities(func(title string, c *Community) {
		b.head(title)
		for _, draft := range []bool{false, true} {
			for _, vis := range Visibilities {
				name := "to " + string(vis)
				if draft {
					name = "draft " + name
				}
				for _, v := range EventVerbs {
					b.yes(name+": "+string(v), func(s Standing) bool { return CanEvent(s, v, c, vis, draft, "") })
				}
				b.yes(name+": join_link, said yes", func(s Standing) bool { return CanEvent(s, JoinLink, c, vis, draft, Yes) })
				b.yes(name+": inquire, invited", func(s Standing) bool { return CanEvent(s, Inquire, c, vis, draft, Invited) })
			}
		}
	})
	golden(t, "can_event.txt", b.String())
}

func TestCanGroupMatrix(t *testing.T) {
	b := table{columns: groupPeople}
	communities(func(title string, c *Community) {
		c.ParentID = "parent"
		for _, parentArchived := range []bool{false, true} {
			if c.ParentArchived = parentArchived; parentArchived {
				title += ", parent archived"
			}
			b.head(title)
			for _, v := range Verbs {
				b.yes(string(v), func(s Standing) bool { return Can(s, v, c) })
			}
			for _, vis := range Visibilities {
				b.yes("see event to "+string(vis), func(s Standing) bool { return CanEvent(s, See, c, vis, false, "") })
			}
			b.yes("see draft", func(s Standing) bool { return CanEvent(s, See, c, ToEveryone, true, "") })
		}
	})
	golden(t, "can_group.txt", b.String())
}

func TestCanAnswers(t *testing.T) {
	open := &Community{ID: "co", Privacy: Open}
	for _, row := range []struct {
		answer Answer
		want   bool
	}{{"", false}, {Invited, false}, {Yes, true}, {Maybe, true}, {No, false}} {
		if got := CanEvent(Standing{Signed: true}, JoinLink, open, ToEveryone, false, row.answer); got != row.want {
			t.Errorf("join link after %q: got %v, want %v", row.answer, got, row.want)
		}
	}
	if Can(Standing{Operator: true}, "fly", open) || CanEvent(Standing{Operator: true}, "fly", open, ToEveryone, false, "") {
		t.Error("an unknown verb: got true, want false")
	}
}

func TestCovers(t *testing.T) {
	communities(func(title string, c *Community) {
		for parent, columns := range map[ID][]who{"": people, "parent": groupPeople} {
			c.ParentID = parent
			for _, named := range Visibilities {
				for _, by := range Visibilities {
					want := true
					for _, w := range columns {
						want = want && (CanEvent(w.s, See, c, named, false, "") || !CanEvent(w.s, See, c, by, false, ""))
					}
					if got := c.Covers(named, by); got != want {
						t.Errorf("%s, parent %q: one to %s named by one to %s: got %v, want %v", title, parent, named, by, got, want)
					}
				}
			}
		}
	})
}

// Whoever left the parent is nothing in its groups, whatever row stayed behind.
func TestRoleInAGroup(t *testing.T) {
	group := &Community{ID: "roots", ParentID: "soil"}
	for _, tc := range []struct {
		s    Standing
		want Role
	}{
		{Standing{Role: Admin}, ""},
		{Standing{Role: Member, ParentRole: Member}, Member},
		{Standing{Role: Member, ParentRole: Admin}, Admin},
		{Standing{Operator: true}, Admin},
	} {
		if got := tc.s.role(group); got != tc.want {
			t.Errorf("%+v counts as %q, want %q", tc.s, got, tc.want)
		}
	}
}
