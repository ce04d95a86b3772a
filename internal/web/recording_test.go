package web_test

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// The feeds of recordings hold what whoever has the address may have, and what they name can be fetched at the same address by a player
// without cookies: all of it, or a range.
func TestRecordings(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		h := held(t, r, w)
		ctx, moe := t.Context(), r.Viewer(people["moderator"])
		e, err := r.App.Events.Get(ctx, convoke.System, "", w.id["everyone"])
		r.Must(err)
		kind, title, everyone := "recording", "Open <talk> & more", "everyone"
		open, err := r.App.Materials.Upload(ctx, moe, e.ID, app.MaterialInput{Title: &title, Kind: &kind, Visibility: &everyone}, "open talk.mp3", strings.NewReader(sound+" for all"))
		r.Must(err)
		feed := func(who string) string {
			own, err := r.App.Feeds.Add(ctx, r.Viewer(people[who]), convoke.ScopeAll, "", "Mine")
			r.Must(err)
			return strings.TrimSuffix(strings.TrimPrefix(own.Address, rig.Base), ".ics")
		}
		member, outsider := feed("member"), feed("outsider")
		file := func(prefix string, id convoke.ID, name string) string { return prefix + "/" + string(id) + "/" + name }
		players := r.Stranger()
		for _, tc := range []struct {
			path   string
			status int
			want   []string
			not    []string
		}{
			{"/c/cash/recordings.atom", 200, []string{rig.Base + file("/c/cash/podcast", open.ID, "open%20talk.mp3"), `type="audio/mpeg"`}, []string{fileCanary, "Closed talk"}},
			{"/c/cash/podcast.xml", 200, []string{`<enclosure url="` + rig.Base + file("/c/cash/podcast", open.ID, "open%20talk.mp3") + `" length="26" type="audio/mpeg">`}, []string{fileCanary, "Closed talk", "itunes:block"}},
			{member + ".atom", 200, []string{string(open.ID), "Open &lt;talk&gt; &amp; more", fileCanary, "Closed talk", rig.Base + file(member, h.closed, fileCanary+".mp3")}, nil},
			{member + ".xml", 200, []string{string(open.ID), fileCanary, "Closed talk", "<itunes:block>Yes"}, nil},
			{outsider + ".atom", 200, []string{"<feed"}, []string{fileCanary, "Closed talk", string(open.ID)}}, // what is theirs: nothing
			{file(member, h.closed, "any.mp3"), 200, []string{sound}, nil},
			{file(member, open.ID, "any.mp3"), 200, []string{"for all"}, nil},
			{file(outsider, h.closed, "any.mp3"), 404, nil, []string{sound}},
			{file("/c/cash/podcast", open.ID, "any.mp3"), 200, []string{"for all"}, nil},
			{file("/c/cash/podcast", h.closed, "any.mp3"), 404, nil, []string{sound}},
			{file("/c/cash/podcast", h.open, "any.mp3"), 404, nil, []string{"%PDF"}}, // no recording
			{file(member, h.open, "any.mp3"), 404, nil, []string{"%PDF"}},
			{"/c/" + hiddenSlug + "/podcast.xml", 404, nil, []string{hiddenCanary}},
			{"/c/" + hiddenSlug + "/recordings.atom", 404, nil, []string{hiddenCanary}},
			{file("/c/"+hiddenSlug+"/podcast", open.ID, "any.mp3"), 404, nil, []string{sound}},
			{"/c/absent/podcast.xml", 404, nil, nil},
			{"/feeds/wrong.atom", 404, nil, nil},
			{"/feeds/wrong.xml", 404, nil, nil},
			{file("/feeds/wrong", open.ID, "any.mp3"), 404, nil, nil},
		} {
			got, head := players.Get(tc.path), players.Do("HEAD", tc.path, "", "")
			if got.Status != tc.status || head.Status != tc.status || head.Body != "" {
				t.Errorf("GET %s: %d, HEAD %d, want %d", tc.path, got.Status, head.Status, tc.status)
			}
			for _, text := range tc.want {
				if !strings.Contains(got.Body, text) {
					t.Errorf("%s lacks %q:\n%s", tc.path, text, got.Body)
				}
			}
			for _, text := range tc.not {
				if strings.Contains(got.Body, text) {
					t.Errorf("%s shows %q", tc.path, text)
				}
			}
			if c := got.Header.Get("Set-Cookie"); c != "" {
				t.Errorf("%s sets a cookie: %q", tc.path, c)
			}
			if tc.status == 200 && (strings.HasSuffix(tc.path, ".xml") || strings.HasSuffix(tc.path, ".atom")) {
				wellFormed(t, tc.path, got.Body)
				if again := players.Do("GET", tc.path, "", "", "If-None-Match", got.Header.Get("ETag")); again.Status != http.StatusNotModified {
					t.Errorf("%s with its tag: %d, want 304", tc.path, again.Status)
				}
				if private := strings.HasPrefix(tc.path, "/feeds/"); strings.HasPrefix(got.Header.Get("Cache-Control"), "private") != private {
					t.Errorf("%s: Cache-Control %q", tc.path, got.Header.Get("Cache-Control"))
				}
			}
		}
		part := players.Do("GET", file(member, h.closed, "any.mp3"), "", "", "Range", "bytes=3-5")
		if part.Status != http.StatusPartialContent || part.Body != sound[3:6] {
			t.Errorf("a range: %d %q, want 206 %q", part.Status, part.Body, sound[3:6])
		}
		if got, want := part.Header.Get("Content-Range"), fmt.Sprintf("bytes 3-5/%d", len(sound)); got != want {
			t.Errorf("Content-Range %q, want %q", got, want)
		}

		r.Must(r.App.Members.Remove(ctx, r.Viewer(people["admin"]), "cash", r.Viewer(people["member"]).Person))
		for _, path := range []string{member + ".xml", member + ".atom"} {
			if got := players.Get(path); got.Status != 200 || strings.Contains(got.Body, fileCanary) {
				t.Errorf("%s still shows somebody who was removed what is for members: %d", path, got.Status)
			}
		}
		if got := players.Get(file(member, h.closed, "any.mp3")); got.Status != 404 {
			t.Errorf("somebody who was removed still gets the file: %d", got.Status)
		}
	})
}

// A feed of one series or community holds nothing else, and an address that was stopped answers nothing.
func TestRecordingsOfAScope(t *testing.T) {
	r := rig.New(t)
	w := newWorld(t, r)
	h := held(t, r, w)
	ctx, mia := t.Context(), r.Viewer(people["member"])
	cash, err := r.App.Communities.Get(ctx, mia, "cash")
	r.Must(err)
	own, err := r.App.Feeds.Add(ctx, mia, convoke.ScopeCommunity, cash.ID, "Cash")
	r.Must(err)
	base := strings.TrimSuffix(strings.TrimPrefix(own.Address, rig.Base), ".ics")
	players := r.Stranger()
	if got := players.Get(base + ".xml"); !strings.Contains(got.Body, fileCanary) {
		t.Errorf("the community's feed lacks its recording: %d\n%s", got.Status, got.Body)
	}
	r.Must(r.App.Feeds.Revoke(ctx, mia, own.ID))
	for _, path := range []string{base + ".xml", base + ".atom", base + "/" + string(h.closed) + "/any.mp3"} {
		if got := players.Get(path); got.Status != 404 {
			t.Errorf("%s after it was stopped: %d, want 404", path, got.Status)
		}
	}
}

// Each feed has an ID of its own, which stays and does not tell its address.
func TestIDsOfOwnFeeds(t *testing.T) {
	r := rig.New(t)
	newWorld(t, r)
	players := r.Stranger()
	had := map[string]bool{}
	for _, who := range []string{"member", "member", "moderator"} {
		own, err := r.App.Feeds.Add(t.Context(), r.Viewer(people[who]), convoke.ScopeAll, "", "Mine")
		r.Must(err)
		path := strings.TrimSuffix(strings.TrimPrefix(own.Address, rig.Base), ".ics") + ".atom"
		read := func() string {
			var feed struct {
				ID string `xml:"id"`
			}
			r.Must(xml.Unmarshal([]byte(players.Get(path).Body), &feed))
			return feed.ID
		}
		id, token := read(), strings.TrimSuffix(strings.TrimPrefix(path, "/feeds/"), ".atom")
		if id == "" || had[id] || strings.Contains(id, token) || id != read() {
			t.Errorf("%s's feed %s has the ID %q, known: %v", who, path, id, had)
		}
		had[id] = true
	}
}

func wellFormed(t *testing.T, path, body string) {
	t.Helper()
	var any struct{ XMLName xml.Name }
	if err := xml.Unmarshal([]byte(body), &any); err != nil {
		t.Errorf("%s is no XML: %v\n%s", path, err, body)
	}
}

// A file that the disk has lost is not found, in a sentence of its own and only for who may have it; a player that asks for it again and again
// has not guessed at addresses.
func TestLostFile(t *testing.T) {
	r := rig.New(t)
	w := newWorld(t, r)
	h := held(t, r, w)
	own, err := r.App.Feeds.Add(t.Context(), r.Viewer(people["member"]), convoke.ScopeAll, "", "Mine")
	r.Must(err)
	r.Must(os.RemoveAll(r.Files()))
	e, err := r.App.Events.Get(t.Context(), convoke.System, "", w.id["everyone"])
	r.Must(err)
	page := "/c/cash/events/" + e.Slug + "/materials/" + string(h.closed)
	api := "/api/v1/events/" + string(e.ID) + "/materials/" + string(h.closed) + "/file"
	member, outsider := r.As(people["member"]), r.As(people["outsider"])
	for _, tc := range []struct {
		who       *rig.Client
		path      string
		want, not string
	}{
		{member, page, "the server no longer has it", "mistyped"},
		{outsider, page, "mistyped", "no longer has it"},
		{r.Program(people["member"], false), api, `"reason":"lost"`, "not-found"},
		{r.Program(people["outsider"], false), api, `"reason":"not-found"`, "lost"},
	} {
		if got := tc.who.Get(tc.path); got.Status != 404 || !strings.Contains(got.Body, tc.want) || strings.Contains(got.Body, tc.not) {
			t.Errorf("%s: %d, want 404, %q and not %q:\n%s", tc.path, got.Status, tc.want, tc.not, got.Body)
		}
	}
	file := strings.TrimSuffix(strings.TrimPrefix(own.Address, rig.Base), ".ics") + "/" + string(h.closed) + "/" + fileCanary + ".mp3"
	for n := range 100 {
		if got := r.Stranger().Get(file); got.Status != 404 {
			t.Fatalf("a lost file, time %d: %d, want 404", n+1, got.Status)
		}
	}
}
