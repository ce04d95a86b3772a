package web

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
)

// A QR code says an event's address, to whoever may see the event.
func TestQR(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	path, inside := "/c/shock/events/"+f.event.Slug, "/c/shock/events/"+f.inside.Slug
	want := must[[]byte](t)(qrcode.Encode("http://localhost:8080"+path, qrcode.Medium, qrSide))
	w := f.get(path + "/qr.png")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || !bytes.Equal(w.Body.Bytes(), want) {
		t.Errorf("got %d, %s of %d bytes, want the address as an image of %d", w.Code, w.Header().Get("Content-Type"), w.Body.Len(), len(want))
	}
	if w := f.get(inside + "/qr.png"); w.Code != http.StatusNotFound {
		t.Errorf("a stranger gets %d for what members see, want 404", w.Code)
	}
	if w := f.get(inside+"/qr.png", "Cookie", f.signIn(t, "member")); w.Code != http.StatusOK || bytes.Equal(w.Body.Bytes(), want) {
		t.Errorf("a member gets %d, the same as for another event: %v", w.Code, bytes.Equal(w.Body.Bytes(), want))
	}
	if page := f.get(path).Body.String(); !strings.Contains(page, `href="`+path+`/qr.png"`) {
		t.Error("the event's page does not lead to its code")
	}
}
