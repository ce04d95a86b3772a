package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"convoke/internal/convoke"
)

// What somebody wrote after their session had ended is shown to copy, with the way to sign in and back; a button leads there at once.
func TestTextAfterTheSessionEnded(t *testing.T) {
	r, open := led(t, convoke.Open)
	e := published(t, r, "soil", "Topping up", "2027-03-09T14:00")
	page := "/c/soil/events/" + e.Slug
	gone := open()
	for _, tt := range []struct {
		path, name, text, want, back string
	}{
		{page + "/questions/1/comment", "text", "Ours were <b>short</b> of bags.", "Ours were &lt;b&gt;short&lt;/b&gt; of bags.", url.QueryEscape(page+"/questions/1") + `"`},
		{page + "/questions/ask", "text", "How deep is deep?", "How deep is deep?", url.QueryEscape(page+"/questions") + `"`},
		{"/c/soil/ask", "message", "I run the flood desk.", "I run the flood desk.", url.QueryEscape("/c/soil") + `"`},
	} {
		gone.post(tt.path, tt.name, tt.text).want(t, tt.path, http.StatusUnauthorized, "Please sign in", "Copy it if you want to keep it.", `<textarea id="lost"`,
			tt.want, `href="/sign-in?next=`+tt.back, "!<b>short</b>")
	}
	gone.post(page+"/answer", "answer", "yes").leads(t, "a button", "/sign-in?next="+url.QueryEscape(page))
	gone.post(page+"/questions/1/comment", "text", " ").leads(t, "nothing written", "/sign-in?next="+url.QueryEscape(page+"/questions/1"))
	gone.get("/c/soil/admin?text=Hello").leads(t, "a page", "/sign-in?next="+url.QueryEscape("/c/soil/admin?text=Hello"))
}
