package web_test

import (
	"bytes"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"convoke/internal/convoke"
	"convoke/internal/rig"
)

var updateRoles = flag.Bool("update-roles", false, "rewrite the table of pages and roles")

// last are the ends of addresses whose deeds take something away from those after them, in the order they are asked.
var last = []string{"/remove", "/cancel", "/archive", "/leave", "/sign-out"}

// pageRoutes lists every route that is no part of the API, what takes something away at the end.
func pageRoutes(r *rig.Rig) []string {
	var out, ends []string
	for _, x := range r.Server().Routes() {
		if x.Method == "HEAD" || strings.HasPrefix(x.Pattern, "/api/") || strings.HasPrefix(x.Pattern, "/static/") {
			continue
		}
		line := x.Method + " " + x.Pattern
		if slices.ContainsFunc(last, func(s string) bool { return strings.HasSuffix(line, s) }) {
			ends = append(ends, line)
		} else if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return strings.Compare(a[:1], b[:1]) }) // looking before doing
	rank := func(line string) int {
		return slices.IndexFunc(last, func(s string) bool { return strings.HasSuffix(line, s) })
	}
	slices.SortStableFunc(ends, func(a, b string) int { return rank(a) - rank(b) })
	return append(out, ends...)
}

// holders are the askers for whom the secret addresses were made that the walk uses: whoever knows one is shown what they may see.
var holders = map[string]string{"/feeds/:token": "member", "/feeds/:token/:material/:name": "member", "/l/:token": "invited"}

// forms are what is sent where an empty form would leave nothing to be seen. An invitation is declined, as who took it up would be a member to what follows.
var forms = map[string]url.Values{"POST /c/:community/invitation": {"do": {"decline"}}}

// may says whether a page may show somebody a canary.
func may(who, canary string) bool {
	atLeast := func(least string) bool { return slices.Index(askers, who) >= slices.Index(askers, least) }
	switch canary {
	case hiddenCanary, hiddenSlug:
		return who == "operator"
	case memberCanary:
		return who == "member" || atLeast("moderator")
	case speakerCanary, draftCanary:
		return atLeast("moderator")
	case writingCanary:
		return false
	case pendingCanary, waitingCanary, unsaidCanary, promiseCanary:
		return atLeast("moderator")
	case contactCanary:
		return atLeast("admin")
	}
	return atLeast("member")
}

// Every page and every form, asked by everybody: the statuses stand in a table that a person can read, and in another who is shown what is
// private; nobody is shown what is not for them, and the log shows nobody anything. A route that is not in the table fails, and so does a line whose
// route is gone. Each has a world to themselves, in which nobody before them has taken away what is asked for.
func TestEveryPageForEverybody(t *testing.T) {
	everybody := askers[:len(askers)-1] // a read-only token opens no page
	type walk struct {
		order []string
		got   []int
		seen  [][]string // the canaries shown, by route
	}
	var lock sync.Mutex
	walks := map[string]walk{} // by who and engine
	t.Run("walk", func(t *testing.T) {
		for _, who := range everybody {
			t.Run(who, func(t *testing.T) {
				t.Parallel()
				var log bytes.Buffer
				rig.InTurn(t, func(t *testing.T, r *rig.Rig) {
					log.Reset()
					order, got, seen, secrets := walkPages(t, r, who)
					lock.Lock()
					walks[who+" "+path.Base(t.Name())] = walk{order, got, seen}
					lock.Unlock()
					if !strings.Contains(log.String(), "route=/c/:community/events/:event") {
						t.Error("the log does not name routes")
					}
					for i, canary := range canaries {
						if strings.Contains(log.String(), canary) {
							t.Errorf("the log holds the %s", called[i])
						}
					}
					for _, secret := range secrets {
						if strings.Contains(log.String(), secret) {
							t.Error("the log holds a secret address")
						}
					}
				}, rig.WithLog(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			})
		}
	})
	for _, engine := range []string{"sqlite", "postgres"} {
		var statuses, sights strings.Builder
		statuses.WriteString(strings.Join(everybody, " ") + "\n")
		if len(walks["stranger "+engine].order) == 0 { // passed over
			continue
		}
		sees := map[string][]string{} // who, by canary and route
		for i, route := range walks["stranger "+engine].order {
			for _, who := range everybody {
				x := walks[who+" "+engine]
				if i >= len(x.order) || x.order[i] != route {
					t.Fatalf("%s was not asked by %s on %s", route, who, engine)
				}
				fmt.Fprintf(&statuses, "%d ", x.got[i])
				for _, canary := range x.seen[i] {
					sees[canary+"  "+route] = append(sees[canary+"  "+route], who)
				}
			}
			fmt.Fprintf(&statuses, " %s\n", route)
		}
		for _, line := range slices.Sorted(maps.Keys(sees)) {
			fmt.Fprintf(&sights, "%s: %s\n", line, strings.Join(sees[line], " "))
		}
		for table, text := range map[string]string{"testdata/roles.txt": statuses.String(), "testdata/sights.txt": sights.String()} {
			if *updateRoles {
				if err := os.WriteFile(table, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(table)
			if err != nil {
				t.Fatal(err)
			}
			if text != string(want) {
				t.Errorf("pages and roles on %s differ from %s (rewrite it with -update-roles, and read what changed):\n%s", engine, table, differing(string(want), text))
			}
		}
	}
}

// walkPages asks every page and form once as somebody, and returns them with their statuses, the names of the canaries shown, and what the secret addresses hold.
func walkPages(t *testing.T, r *rig.Rig, who string) (order []string, got []int, seen [][]string, secrets []string) {
	t.Helper()
	w := newWorld(t, r)
	mails := r.Deliver()
	i := slices.IndexFunc(mails, func(m rig.Mail) bool { return m.Addr == people["invited"] })
	if i < 0 {
		t.Fatal("nobody was invited")
	}
	own, err := r.App.Feeds.Add(t.Context(), r.Viewer(memberCanary), convoke.ScopeAll, "", "")
	r.Must(err)
	link, feed := mails[i].Token(), path.Base(own.Address) // with its suffix
	feeds, mine := strings.NewReplacer("/feeds/:token/", "/feeds/"+strings.TrimSuffix(feed, path.Ext(feed))+"/", "/feeds/:token", "/feeds/"+feed, "/l/:token", "/l/"+link), "fe_none"
	if who != "stranger" {
		own, err := r.App.Feeds.Add(t.Context(), r.Viewer(people[who]), convoke.ScopeAll, "", "")
		r.Must(err)
		mine = string(own.ID)
	}
	fill := params(t, r, w, mine)
	order = pageRoutes(r)
	open, err := r.App.Events.Get(t.Context(), convoke.System, "", w.id["everyone"])
	r.Must(err)
	enter := func() *rig.Client {
		if who == "stranger" {
			return r.Stranger()
		}
		return r.As(people[who])
	}
	// An event open to outsiders, whose join link is not.
	page := enter().Get("/c/cash/events/" + open.Slug)
	if page.Status != 200 || strings.Contains(page.Body, linkCanary) != may(who, linkCanary) || strings.Contains(page.Body, speakerCanary) {
		t.Errorf("the open event shows %s %d, with its link: %v", who, page.Status, strings.Contains(page.Body, linkCanary))
	}
	for _, route := range order {
		method, pattern, _ := strings.Cut(route, " ")
		c := enter()
		var res rig.Response
		if path := fill.Replace(feeds.Replace(pattern)); method == "GET" {
			res = c.Get(path)
		} else {
			res = c.Post(path, forms[route])
		}
		got = append(got, res.Status)
		as := who
		if holder := holders[pattern]; holder != "" {
			as = holder // whoever knows the address is who it was made for
		}
		var shown []string
		for i, canary := range canaries {
			if !strings.Contains(res.Body+fmt.Sprint(res.Header), canary) {
				continue
			}
			if shown = append(shown, called[i]); !may(as, canary) {
				t.Errorf("%s shows %s the %s", route, who, called[i])
			}
		}
		seen = append(seen, shown)
	}
	return order, got, seen, []string{link, strings.TrimSuffix(feed, path.Ext(feed))}
}

func differing(want, got string) string {
	var out strings.Builder
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for _, l := range w {
		if !slices.Contains(g, l) {
			out.WriteString("- " + l + "\n")
		}
	}
	for _, l := range g {
		if !slices.Contains(w, l) {
			out.WriteString("+ " + l + "\n")
		}
	}
	return out.String()
}

// params puts names of things into patterns.
func params(t *testing.T, r *rig.Rig, w *world, feed string) *strings.Replacer {
	t.Helper()
	e, err := r.App.Events.Get(t.Context(), convoke.System, "", w.id["event"])
	r.Must(err)
	s, err := r.App.Series.Get(t.Context(), convoke.System, "", w.id["series"])
	r.Must(err)
	m, err := r.App.Meetings.Get(t.Context(), convoke.System, "", w.id["meeting"])
	r.Must(err)
	letter := r.Letters(convoke.Captured)[0].ID
	return strings.NewReplacer(":community", "cash", ":event", e.Slug, ":series", s.Slug, ":meeting", m.Slug, ":letter", string(letter),
		":feed", feed, ":topic", "members", ":material", w.id["material"], ":language", "en", ":number", "1")
}
