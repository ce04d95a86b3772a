package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// One webinar's whole life in a browser: planned, asked about, held, recorded, answered by a speaker without cookies, published, and told to whoever
// asked.
func TestLifeOfAWebinar(t *testing.T) {
	r := rig.New(t, rig.Listening(t))
	r.Serve()
	const slug, admin, member, shy, speaker = "soils", "ada@soils.example", "mia@soils.example", "shy@soils.example", "zoe@rivers.example"
	for address, name := range map[string]string{admin: "Ada Okafor", member: "Mia Lund", shy: "Silas Quist"} {
		r.Person(address)
		r.Must(r.App.People.EditMe(t.Context(), r.Viewer(address), app.PersonInput{Name: &name, TimeZone: new("Africa/Nairobi")}))
	}
	_, err := r.App.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Slug: new(slug), Name: new("Living soils"), Privacy: new("open"), TimeZone: new("Africa/Nairobi")}, admin)
	r.Must(err)
	for _, address := range []string{member, shy} {
		r.Must(r.App.Members.Put(t.Context(), convoke.System, slug, address, convoke.Member))
	}
	enter := func(address string) *rig.Browser {
		b := r.Browser()
		link, err := r.App.SignIns.Direct(t.Context(), address)
		r.Must(err)
		b.Open(link)
		b.Press("main form button")
		return b
	}
	shows := func(b *rig.Browser, texts ...string) {
		t.Helper()
		page := b.Text()
		for _, text := range texts {
			if !strings.Contains(page, text) {
				t.Errorf("%s does not say %q:\n%s", b.Address(), text, page)
			}
		}
	}

	ada := enter(admin)
	ada.Open("/c/" + slug + "/admin/events/new")
	for field, text := range map[string]string{"#title": "What lives in a spoonful", "#start_date": "2027-03-09", "#start_time": "14:00", "#duration_minutes": "60",
		"#speaker_name_0": "Zoe Marsh", "#speaker_organisation_0": "Rivers Lab", "#speaker_email_0": speaker} {
		ada.Fill(field, text)
	}
	ada.Keep("1-planning")
	ada.Press(`button[value="publish"]`)
	shows(ada, "What lives in a spoonful", "Zoe Marsh")
	event := strings.TrimPrefix(ada.Address(), r.App.Site().Base)
	ada.Keep("2-planned")
	r.Deliver()

	mia := enter(member)
	mia.Open(event + "/questions")
	mia.Fill("#text", "How deep do you dig?")
	mia.Press(`form[action$="/ask"] button`)
	silas := enter(shy)
	silas.Open(event + "/questions")
	silas.Fill("#text", "Does my garden count?")
	silas.Evaluate(`document.querySelector("#anonymous").checked = true`, nil)
	silas.Press(`form[action$="/ask"] button`)
	shows(silas, "Does my garden count?")
	silas.Keep("3-asked")

	r.Clock.Set(time.Date(2027, 3, 9, 13, 0, 0, 0, time.UTC)) // held
	desk := "/c/" + slug + "/admin" + strings.TrimPrefix(event, "/c/"+slug)
	for range 2 {
		ada.Open(desk + "/questions")
		ada.Press(`button[name="state"][value="open"]`)
	}
	ada.Open(desk + "/questions")
	if page := ada.Text(); strings.Contains(page, "Silas") {
		t.Errorf("the desk names who asked without a name:\n%s", page)
	}
	ada.Keep("4-desk")
	ada.Press(`form[action$="/ask-speakers"] button`)

	slides := filepath.Join(t.TempDir(), "spoonful.pdf")
	r.Must(os.WriteFile(slides, []byte("%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"), 0o600))
	ada.Open(desk + "/materials")
	ada.Fill("#kind", "recording")
	ada.Fill("#link", "https://videos.example/spoonful")
	ada.Press(`form[action$="/add"] button`)
	ada.Fill("#kind", "slides")
	ada.Upload("#file", slides)
	ada.Press(`form[action$="/add"] button`)
	shows(ada, "Slides", "PDF, 33 bytes")
	ada.Keep("5-materials")

	r.Clock.Add(convoke.SettleTime)
	mails := r.Deliver()
	find := func(list []rig.Mail, to, kind string) rig.Mail {
		t.Helper()
		for _, m := range list {
			if m.Addr == to && m.Kind == kind {
				return m
			}
		}
		t.Fatalf("no mail %q to %s among %d", kind, to, len(list))
		return rig.Mail{}
	}
	find(mails, member, "materials-ready")
	asked := find(mails, speaker, "speaker-questions")
	if strings.Contains(asked.Text, "Silas") || strings.Contains(asked.HTML, "Silas") {
		t.Error("the speaker's mail names who asked without a name")
	}

	zoe := r.Browser()
	zoe.Open(asked.Link("/l/"))
	shows(zoe, "How deep do you dig?", "Does my garden count?")
	zoe.Keep("6-speaker")
	for number, text := range map[string]string{"1": "As deep as **roots** go.", "2": "It does."} {
		box := `form[action$="/answer"]:has(input[name="n"][value="` + number + `"]) `
		zoe.Fill(box+"textarea", text)
		zoe.Press(box + `button[value="send"]`)
		zoe.Open(asked.Link("/l/"))
	}
	var cookies string
	zoe.Evaluate("document.cookie", &cookies)
	if n := zoe.Cookies(); n != 0 || cookies != "" {
		t.Errorf("the speaker has %d cookies, %q", n, cookies)
	}
	zoe.Keep("7-answered")

	for range 2 {
		ada.Open(desk + "/questions")
		ada.Press(`form[action$="/publish"] button`)
	}
	stranger := r.Browser()
	stranger.Open(event + "/questions")
	shows(stranger, "How deep do you dig?", "Mia Lund", "Zoe Marsh", "As deep as roots go.", "Does my garden count?", "It does.")
	if strings.Contains(stranger.Text(), "Silas") {
		t.Error("the page names who asked without a name")
	}
	stranger.Keep("8-questions")
	stranger.Open(event)
	shows(stranger, "What lives in a spoonful", "Slides")
	stranger.Keep("9-afterwards")

	r.Clock.Add(convoke.SettleTime)
	told := r.Deliver()
	if m := find(told, member, "answers"); !strings.Contains(m.Text, "roots") || !strings.Contains(m.Text, "How deep do you dig?") {
		t.Errorf("the asker's mail lacks the answer:\n%s", m.Text)
	}
	find(told, shy, "answers")
	if again := r.Deliver(); len(again) != 0 {
		t.Errorf("%d mails more", len(again))
	}
}
