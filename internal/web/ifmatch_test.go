package web_test

import (
	"net/http"
	"strings"
	"testing"

	"convoke/internal/rig"
)

// No change is made on a condition that is not looked at.
func TestIfMatchIsNotPassedOver(t *testing.T) {
	rig.Each(t, func(t *testing.T, r *rig.Rig) {
		w := newWorld(t, r)
		path := "/events/" + w.id["event"]
		was := w.must(200, "admin", "GET", path, "")
		tag, title := was.Header.Get("ETag"), was.str("title")
		if tag == "" {
			t.Fatal("there is no ETag")
		}
		for _, match := range []string{tag, strings.TrimPrefix(tag, "W/"), `"old"`, `*, "old"`} {
			got := w.must(http.StatusPreconditionFailed, "admin", "PATCH", path, `{"title":"Mine"}`, "If-Match", match)
			if got.str("reason") != "precondition" || !strings.Contains(got.str("detail"), "version in the body") {
				t.Errorf("If-Match %s: %s", match, got.Text)
			}
		}
		w.must(http.StatusPreconditionFailed, "admin", "POST", path+"/invite", "", "If-Match", tag, "Idempotency-Key", "k")
		if now := w.must(200, "admin", "GET", path, "", "If-Match", `"old"`); now.str("title") != title {
			t.Errorf("the title is %q, want it left at %q", now.str("title"), title)
		}
		w.must(http.StatusOK, "admin", "POST", path+"/invite", "", "Idempotency-Key", "k") // the key is free
		if got := w.must(200, "admin", "PATCH", path, `{"title":"Mine"}`, "If-Match", "*"); got.str("title") != "Mine" {
			t.Errorf("If-Match *: %s", got.Text)
		}
		w.must(http.StatusConflict, "admin", "PATCH", path, `{"title":"Theirs","version":1}`)
	})
}

// Every change says so, whatever it is about.
func TestIfMatchOfEveryChange(t *testing.T) {
	doc, err := document()
	if err != nil {
		t.Fatal(err)
	}
	r := rig.New(t)
	r.Operator("op@x.example")
	a := newAPI(t, r)
	a.token("op", "op@x.example", false)
	changes := 0
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if method == http.MethodGet {
				continue
			}
			changes++
			if got := a.ask("op", method, strings.NewReplacer("{", "", "}", "").Replace(path), "", "If-Match", `"x"`); got.StatusCode != http.StatusPreconditionFailed {
				t.Errorf("%s %s: %d %s", method, path, got.StatusCode, got.Text)
			}
		}
	}
	if changes < 60 {
		t.Errorf("only %d changes", changes)
	}
}
