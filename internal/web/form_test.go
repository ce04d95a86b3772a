package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

func itoa(n int) string { return strconv.Itoa(n) }

// feedAddress takes the address of a feed that was made.
func feedAddress(t *testing.T) func(app.OwnView, error) string {
	return func(v app.OwnView, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v.Address
	}
}

func posted(body, kind string) *gin.Context {
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	c.Request.Header.Set("Content-Type", kind)
	return c
}

const formKind = "application/x-www-form-urlencoded"

func TestBind(t *testing.T) {
	for _, tt := range []struct {
		name  string
		form  url.Values
		check func(app.EventInput) bool
	}{
		{"nothing is left alone", url.Values{}, func(in app.EventInput) bool { return in.Title == nil && in.Invite == nil && in.DurationMinutes == nil }},
		{"text", url.Values{"title": {"A"}}, func(in app.EventInput) bool { return *in.Title == "A" }},
		{"empty text is a wish", url.Values{"title": {""}}, func(in app.EventInput) bool { return *in.Title == "" }},
		{"number", url.Values{"duration_minutes": {" 90 "}}, func(in app.EventInput) bool { return *in.DurationMinutes == 90 }},
		{"date and time", url.Values{"start_date": {"2027-03-09"}, "start_time": {"14:00"}}, func(in app.EventInput) bool { return *in.StartLocal == "2027-03-09T14:00" }},
		{"no date and no time", url.Values{"start_date": {""}, "start_time": {""}}, func(in app.EventInput) bool { return *in.StartLocal == "" }},
		{"date without time", url.Values{"start_date": {"2027-03-09"}, "start_time": {""}}, func(in app.EventInput) bool { return *in.StartLocal == "2027-03-09T" }},
		{"ticked", url.Values{"has": {"invite"}, "invite": {"true"}}, func(in app.EventInput) bool { return *in.Invite }},
		{"not ticked", url.Values{"has": {"invite"}}, func(in app.EventInput) bool { return !*in.Invite }},
		{"version", url.Values{"version": {"7"}}, func(in app.EventInput) bool { return *in.Version == 7 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var in app.EventInput
			if err := bind(posted(tt.form.Encode(), formKind), &in); err != nil || !tt.check(in) {
				t.Errorf("bind(%v) = %+v, %v", tt.form, in, err)
			}
		})
	}
}

func TestBindRefuses(t *testing.T) {
	for _, tt := range []struct{ name, body, field string }{
		{"letters", "duration_minutes=ninety", "duration_minutes"},
		{"a fraction", "duration_minutes=1.5", "duration_minutes"},
		{"too large", "version=99999999999999999999", "version"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var in app.EventInput
			err := bind(posted(tt.body, formKind), &in)
			e, ok := refusal(err)
			if !ok || e.Fields[tt.field] != "error.number" {
				t.Errorf("bind(%q) = %v, want a fault of %s", tt.body, err, tt.field)
			}
		})
	}
	if err := bind(posted("a=%zz", formKind), &app.EventInput{}); status(err) != http.StatusBadRequest {
		t.Errorf("bind of a broken form = %v, want 400", err)
	}
}

func TestDecode(t *testing.T) {
	for _, tt := range []struct {
		name, kind, body string
		want             int
	}{
		{"good", "application/json; charset=utf-8", `{"title":"A","duration_minutes":90}`, 0},
		{"unknown field", "application/json", `{"tittle":"A"}`, 422},
		{"another kind", "application/json", `{"title":7}`, 422},
		{"something behind", "application/json", `{} {}`, 400},
		{"broken", "application/json", `{"title":`, 400},
		{"empty", "application/json", ``, 400},
		{"deep", "application/json", `{"speakers":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, 400},
		{"deep in a text", "application/json", `{"title":"` + strings.Repeat("[", 40) + `"}`, 0},
		{"a form", formKind, "title=A", 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var in app.EventInput
			err := decode(posted(tt.body, tt.kind), &in)
			if got := status(err); err == nil && tt.want != 0 || err != nil && got != tt.want {
				t.Errorf("decode(%.40q) = %v, want %d", tt.body, err, tt.want)
			}
		})
	}
}

func TestRefusedFormKeepsWhatWasTyped(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	f.web.post("/test/refused", anyone, func(c *gin.Context) error {
		var in struct {
			Zone string `form:"zone"`
		}
		if err := bind(c, &in); err != nil {
			return err
		}
		return f.web.again(c, convoke.Invalid("zone", "zone.unknown"), f.web.settings)
	})
	w := f.post("/test/refused", url.Values{"zone": {"Mars/Olympus"}, "language": {"fr"}})
	body := w.Body.String()
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("status %d, want 422", w.Code)
	}
	for _, want := range []string{"<title>Error: ", `href="#zone"`, `id="zone-error"`, `aria-invalid="true"`, `<option value="fr" selected>`} {
		if !strings.Contains(body, want) {
			t.Errorf("the form shown again lacks %q", want)
		}
	}
}

func TestFormFieldOfALocalTime(t *testing.T) {
	for _, tt := range []struct {
		name string
		form url.Values
		want string
	}{
		{"start_local", url.Values{"start_date": {""}, "start_time": {""}, "start_local": {""}}, "start_date"},
		{"first_local", url.Values{"first_date": {""}}, "first_date"},
		{"title", url.Values{"title": {""}}, "title"},
		{"speakers", url.Values{}, "speakers"},
	} {
		if got := formField(tt.name, tt.form); got != tt.want {
			t.Errorf("formField(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A body that is no form is not taken for a form in which nothing was typed.
func TestOnlyFormsAreForms(t *testing.T) {
	f := furnish(t, newPlace(t, "http://localhost:8080"))
	cookie := f.signIn(t, "admin")
	for _, tt := range []struct {
		name, kind, body string
		status           int
	}{
		{"a form", formKind, "title=", 422},
		{"a form with its signs named", formKind + "; charset=utf-8", "title=", 422},
		{"nothing at all", "", "", 422},
		{"in parts", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA talk\r\n--x--\r\n", 400},
		{"JSON", "application/json", `{"title":"A talk"}`, 400},
		{"text", "text/plain", "title=A+talk", 400},
		{"of no kind", "", "title=A+talk", 400},
		{"of a kind nobody can read", "x;;", "title=A+talk", 400},
	} {
		r := httptest.NewRequest(http.MethodPost, "/c/shock/admin/events/new/create", strings.NewReader(tt.body))
		r.Header.Set("Cookie", cookie)
		if tt.kind != "" {
			r.Header.Set("Content-Type", tt.kind)
		}
		w := f.do(r)
		if asked := strings.Contains(w.Body.String(), "Say when"); w.Code != tt.status || asked == (tt.status == 400) {
			t.Errorf("%s: %d, with a fault of the form %v, want %d", tt.name, w.Code, asked, tt.status)
		}
	}
}

// What a form may not say is not read from it, whatever it is called.
func TestBindLeavesOut(t *testing.T) {
	in := struct {
		Name   string `form:"name"`
		Hidden string `form:"-"`
		Own    string
	}{Hidden: "kept", Own: "kept"}
	if err := bind(posted(url.Values{"name": {"Ada"}, "-": {"forged"}, "": {"forged"}, "Own": {"forged"}, "Hidden": {"forged"}}.Encode(), formKind), &in); err != nil {
		t.Fatal(err)
	}
	if in.Name != "Ada" || in.Hidden != "kept" || in.Own != "kept" {
		t.Errorf("got %+v", in)
	}
}

// Of what a stranger sent so much is kept as was asked for, and always text.
func TestCut(t *testing.T) {
	for _, tt := range []struct {
		text string
		most int
		want string
	}{
		{"curl/8", 20, "curl/8"},
		{"curl/8", 4, "curl"},
		{"caf\u00e9", 4, "caf"}, // not half a letter
		{"a\xffb", 20, "ab"},
		{"a\xffbc", 3, "ab"},
	} {
		if got := cut(tt.text, tt.most); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.text, tt.most, got, tt.want)
		}
	}
}
