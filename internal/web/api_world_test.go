package web_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// What must not be seen by whom it is not for, other words in each run.
var (
	mark          = strings.ToLower(rand.Text()[:8])
	linkCanary    = "https://meet.example/link-" + mark
	speakerCanary = "speaker-" + mark + "@x.example"
	memberCanary  = "member-" + mark + "@x.example"
	contactCanary = "contact-" + mark + "@x.example"
	hiddenCanary  = "Hidden " + mark
	hiddenSlug    = "hush-" + mark
	draftCanary   = "Draft " + mark
	longCanary    = "Description " + mark
	rulesCanary   = "Rules " + mark
	pendingCanary = "Pending question " + mark
	waitingCanary = "Waiting answer " + mark
	writingCanary = "Answer being written " + mark
	summaryCanary = "Summary that is out " + mark
	unsaidCanary  = "Summary in the making " + mark
	promiseCanary = "Promiser " + mark
)

var canaries = []string{fileCanary, captionCanary, transcriptCanary, linkCanary, speakerCanary, memberCanary, contactCanary, hiddenCanary, hiddenSlug, draftCanary, longCanary, rulesCanary, pendingCanary, waitingCanary, writingCanary, summaryCanary, unsaidCanary, promiseCanary}

// called is what the canaries are called in tables, in their order.
var called = []string{"file", "caption", "transcript", "join link", "speaker's address", "member's address", "contact", "hidden community", "hidden address", "draft", "description", "rules", "pending question", "waiting answer",
	"answer being written", "summary", "unpublished summary", "who promised"}

// Who asks, from least to most; the last holds a read-only token of the admin.
var askers = []string{"stranger", "outsider", "invited", "waiting", "member", "moderator", "admin", "operator", "read-only"}

// people are the addresses of those who ask; the strangers have none.
var people = map[string]string{"outsider": "olga@x.example", "invited": "ivy@x.example", "waiting": "will@x.example", "member": memberCanary,
	"moderator": "moe@x.example", "admin": "ada@x.example", "operator": "op@x.example", "read-only": "ada@x.example"}

// A world is a service with a semi-private community "cash" and a hidden one, with things in both and somebody of every kind.
type world struct {
	*api
	n  int
	id map[string]string // of standing things, by name
}

func newWorld(t *testing.T, r *rig.Rig) *world {
	t.Helper()
	w := &world{api: newAPI(t, r), id: map[string]string{}}
	r.Operator(people["operator"])
	for _, who := range []string{"outsider", "invited", "waiting", "member", "moderator", "admin"} {
		r.Person(people[who])
	}
	for who, address := range people {
		w.token(who, address, who == "read-only")
	}
	w.community("cash", convoke.SemiPrivate, app.CommunityInput{Description: new(longCanary), Rules: new(rulesCanary), Contact: new(contactCanary)})
	ctx := t.Context()
	ada := r.Viewer(people["admin"])
	_, err := r.App.Members.Invite(ctx, ada, "cash", people["invited"], "Ivy", "")
	r.Must(err)
	r.Must(r.App.Members.Ask(ctx, r.Viewer(people["waiting"]), "cash", "Please"))
	w.event("cash", app.EventInput{Title: new(draftCanary), StartLocal: new("2027-03-08T14:00")}) // a form takes after the last event, which must not be left to chance
	w.id["event"] = w.published("cash", "community")
	w.id["everyone"] = w.published("cash", "everyone")
	w.r.View(func(ctx context.Context, tx *store.Tx) error {
		list, err := tx.Speakers(ctx, convoke.ID(w.id["event"]))
		w.id["speaker"] = string(list[0].ID)
		return err
	})
	w.id["material"], w.id["talk"] = string(w.talk(w.id["event"], "community")), string(w.talk(w.id["everyone"], "members"))
	w.id["series"] = w.series("cash", true)
	w.id["meeting"] = w.meeting("cash", true)
	r.Must(r.App.Events.Answer(ctx, r.Viewer(memberCanary), convoke.ID(w.id["event"]), convoke.Yes, "page"))
	r.Must(r.App.FollowUps.PutSummary(ctx, convoke.System, convoke.ID(w.id["event"]), app.SummaryInput{Text: new(summaryCanary), Publish: new(true)}))
	r.Must(r.App.FollowUps.PutSummary(ctx, convoke.System, convoke.ID(w.id["everyone"]), app.SummaryInput{Text: new(unsaidCanary)}))
	for _, name := range []string{"event", "everyone"} {
		r.Must(r.App.FollowUps.PutPromises(ctx, convoke.System, convoke.ID(w.id[name]), []app.PromiseInput{{Item: "slides", Name: promiseCanary, Address: "canary-promise@x.example", Due: "2027-04-20"}}))
	}
	w.questions(w.id["event"])
	w.questions(w.id["everyone"])

	_, err = r.App.Communities.Create(ctx, convoke.System, "", app.CommunityInput{Slug: new(hiddenSlug), Name: new(hiddenCanary), Hidden: new(true), Privacy: new("open")}, "")
	r.Must(err)
	w.id["hidden-event"] = w.published(hiddenSlug, "everyone")
	w.id["hidden-series"] = w.series(hiddenSlug, true)
	w.id["hidden-meeting"] = w.meeting(hiddenSlug, true)
	return w
}

// community makes a community with the member, the moderator and the admin in it.
func (w *world) community(slug string, privacy convoke.Privacy, in app.CommunityInput) string {
	w.t.Helper()
	in.Slug, in.Name, in.Privacy = &slug, new("Community "+slug), new(string(privacy))
	_, err := w.r.App.Communities.Create(w.t.Context(), convoke.System, "", in, "")
	w.r.Must(err)
	for who, role := range map[string]convoke.Role{"member": convoke.Member, "moderator": convoke.Moderator, "admin": convoke.Admin} {
		w.r.Must(w.r.App.Members.Put(w.t.Context(), convoke.System, slug, people[who], role))
	}
	return slug
}

func (w *world) event(community string, in app.EventInput) string {
	w.t.Helper()
	if in.Title == nil {
		in.Title = new("Event")
	}
	if in.StartLocal == nil {
		in.StartLocal = new("2027-03-09T14:00")
	}
	in.TimeZone, in.JoinLink = new("Africa/Nairobi"), new(linkCanary)
	in.Speakers = &[]app.SpeakerInput{{Name: "Sam Speaker", Email: speakerCanary}}
	e, err := w.r.App.Events.Create(w.t.Context(), convoke.System, community, in)
	w.r.Must(err)
	return string(e.ID)
}

// questions gives an event an open question with an answer that waits and one being written, a pending one, and one open to the community.
func (w *world) questions(event string) {
	w.t.Helper()
	ctx, a, e := w.t.Context(), w.r.App.Questions, convoke.ID(event)
	moe := w.r.Viewer(people["moderator"])
	w.r.Member("cash", "gus@x.example", convoke.Member)
	view, err := w.r.App.Events.Get(ctx, convoke.System, "", event)
	w.r.Must(err)
	for i, text := range []string{"Why now?", pendingCanary, "Who knows?"} {
		q, err := a.Ask(ctx, w.r.Viewer("gus@x.example"), e, app.QuestionInput{Text: text, Anonymous: i > 0})
		w.r.Must(err)
		if text != pendingCanary {
			_, err = a.Edit(ctx, moe, e, q.Number, app.QuestionEdit{State: new("open"), ToCommunity: new(i == 2)})
			w.r.Must(err)
		}
		if i > 0 {
			continue
		}
		x := convoke.Reply{QuestionID: q.ID, EventID: e, SpeakerID: view.Speakers[0].ID, Part: convoke.BySpeaker, Name: "Sam Speaker", Version: 1, CreatedAt: w.r.Now(), UpdatedAt: w.r.Now()}
		for state, text := range map[string]string{convoke.ReplySubmitted: waitingCanary, convoke.ReplyDraft: writingCanary} {
			x.ID, x.State, x.Text = convoke.NewID("an"), state, text
			w.r.Update(func(ctx context.Context, tx *store.Tx) error { return tx.AddReply(ctx, x) })
			x.SpeakerID = "" // one answer for each speaker
		}
	}
	_, err = a.Comment(ctx, w.r.Viewer("gus@x.example"), e, 1, "Here too.")
	w.r.Must(err)
}

// talk gives an event an uploaded recording with captions and a transcript.
func (w *world) talk(event, visibility string) convoke.ID {
	w.t.Helper()
	ctx, a, e := w.t.Context(), w.r.App.Materials, convoke.ID(event)
	m, err := a.Upload(ctx, convoke.System, e, app.MaterialInput{Title: new("Talk"), Visibility: &visibility}, fileCanary+".mp3", strings.NewReader(sound))
	w.r.Must(err)
	w.r.Must(a.SetCaptions(ctx, convoke.System, e, m.ID, "en", "WEBVTT\n\n00:01.000 --> 00:02.000\n"+captionCanary))
	w.r.Must(a.SetTranscript(ctx, convoke.System, e, m.ID, transcriptCanary))
	return m.ID
}

func (w *world) published(community, visibility string) string {
	w.t.Helper()
	id := w.event(community, app.EventInput{Visibility: &visibility})
	_, err := w.r.App.Events.Publish(w.t.Context(), convoke.System, convoke.ID(id))
	w.r.Must(err)
	return id
}

func (w *world) series(community string, publish bool) string {
	w.t.Helper()
	s, err := w.r.App.Series.Create(w.t.Context(), convoke.System, community, app.SeriesInput{Title: new("Series"), TimeZone: new("Africa/Nairobi")},
		app.EventInput{JoinLink: new(linkCanary)}, []app.SessionInput{{StartLocal: "2027-03-10T14:00"}, {StartLocal: "2027-03-17T14:00"}})
	w.r.Must(err)
	if publish {
		_, err = w.r.App.Series.Publish(w.t.Context(), convoke.System, s.ID)
		w.r.Must(err)
	}
	return string(s.ID)
}

func (w *world) meeting(community string, publish bool) string {
	w.t.Helper()
	got := w.must(201, "operator", "POST", "/communities/"+community+"/meetings", `{"title":"Meeting","rule":{"freq":"monthly","weekdays":["tu"],"nth":2},
		"start_local":"2027-03-09T14:00","time_zone":"Africa/Nairobi","join_link":"`+linkCanary+`"}`)
	if publish {
		w.must(200, "operator", "POST", "/meetings/"+got.str("id")+"/publish", "")
	}
	return got.str("id")
}

// dead makes a mail about the event of cash that a mail server refused for good.
func (w *world) dead(address, key string) convoke.Letter {
	w.t.Helper()
	ctx, event := w.t.Context(), convoke.ID(w.id["event"])
	m, err := w.r.App.Communities.Get(ctx, convoke.System, "cash")
	w.r.Must(err)
	l := convoke.Letter{ID: convoke.NewID("le"), Key: key, MessageID: key + "@x.example", Kind: "event-invitation", Class: convoke.ClassInvitation, CommunityID: m.ID, EventID: event,
		PersonID: w.r.Viewer(address).Person, Address: address, Data: "{}", UsefulUntil: w.r.Now().Add(24 * time.Hour), State: convoke.Dead, Why: "refused by the mail server",
		Attempts: 3, LastCode: 550, LastError: "no such user", CreatedAt: w.r.Now(), FirstTryAt: w.r.Now(), FinalAt: w.r.Now()}
	w.r.Update(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.AddLetter(ctx, l)
		return err
	})
	return l
}

// fill replaces what stands in braces: a standing thing, or one made for this request, so that what one asker may do is still to do for
// the next.
func (w *world) fill(who, text string) string {
	w.t.Helper()
	for {
		before, rest, ok := strings.Cut(text, "{")
		if !ok || strings.Contains(before, `"`) { // the rest is JSON
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		text = before + w.make(who, name) + after
	}
	return text
}

func (w *world) make(who, name string) string {
	w.t.Helper()
	ctx := w.t.Context()
	w.n++
	slug, address := fmt.Sprintf("new-%d", w.n), fmt.Sprintf("new-%d@x.example", w.n)
	switch name {
	case "n":
		return fmt.Sprint(w.n)
	case "new-user":
		w.r.Person(address)
		return address
	case "new-member":
		w.r.Member("cash", address, convoke.Member)
		return address
	case "new-public":
		return w.community(slug, convoke.Public, app.CommunityInput{})
	case "new-semi-private":
		return w.community(slug, convoke.SemiPrivate, app.CommunityInput{})
	case "new-archived":
		w.community(slug, convoke.Public, app.CommunityInput{})
		w.r.Must(w.r.App.Communities.Archive(ctx, convoke.System, slug, false))
		return slug
	case "new-request":
		w.r.Person(address)
		w.r.Must(w.r.App.Members.Ask(ctx, w.r.Viewer(address), "cash", ""))
		list, err := w.r.App.Members.Requests(ctx, convoke.System, "cash", app.Page{Limit: 200})
		w.r.Must(err)
		// The clock stands still here, so which of the list is the newest nobody can tell but by its name.
		name := fmt.Sprintf("New-%d", w.n)
		return string(list[slices.IndexFunc(list, func(r app.RequestRow) bool { return r.Name == name })].ID)
	case "new-draft":
		return w.event("cash", app.EventInput{})
	case "new-material":
		return string(w.talk(w.id["event"], "community"))
	case "new-event":
		return w.published("cash", "community")
	case "new-cancelled":
		id := w.published("cash", "community")
		_, err := w.r.App.Events.Cancel(ctx, convoke.System, convoke.ID(id), "")
		w.r.Must(err)
		return id
	case "new-series":
		return w.series("cash", false)
	case "new-meeting":
		return w.meeting("cash", false)
	case "new-question":
		q, err := w.r.App.Questions.Ask(ctx, w.r.Viewer("gus@x.example"), convoke.ID(w.id["event"]), app.QuestionInput{Text: fmt.Sprint("Question ", w.n)})
		w.r.Must(err)
		_, err = w.r.App.Questions.Edit(ctx, w.r.Viewer(people["moderator"]), q.EventID, q.Number, app.QuestionEdit{State: new("open")})
		w.r.Must(err)
		return fmt.Sprint(q.Number)
	case "new-answer", "new-waiting":
		x, err := w.r.App.Questions.Answer(ctx, w.r.Viewer(memberCanary), convoke.ID(w.id["event"]), 3, app.ReplyInput{Text: fmt.Sprint("Answer ", w.n)})
		w.r.Must(err)
		if name == "new-waiting" {
			x.State, x.PublishedAt, x.Version = convoke.ReplySubmitted, 0, x.Version+1
			w.r.Update(func(ctx context.Context, tx *store.Tx) error { return tx.PutReply(ctx, x) })
		}
		return string(x.ID)
	case "new-comment":
		m, err := w.r.App.Questions.Comment(ctx, w.r.Viewer(memberCanary), convoke.ID(w.id["event"]), 1, fmt.Sprint("Comment ", w.n))
		w.r.Must(err)
		return string(m.ID)
	case "new-dead":
		return string(w.dead(memberCanary, slug).ID)
	case "my-feed", "my-session", "my-token":
		if who == "stranger" {
			return "none"
		}
		if name == "my-session" {
			x := convoke.Session{Token: slug, PersonID: w.r.Viewer(people[who]).Person, Data: []byte{}, CreatedAt: w.r.Now(), SeenAt: w.r.Now(), ExpiresAt: w.r.Now().Add(convoke.SessionIdle)}
			w.r.Update(func(ctx context.Context, tx *store.Tx) error { return tx.PutSession(ctx, x) })
			return slug
		}
		if name == "my-token" {
			_, x, err := w.r.App.People.AddToken(ctx, w.r.Viewer(people[who]), people[who], slug, false)
			w.r.Must(err)
			return string(x.ID)
		}
		f, err := w.r.App.Feeds.Add(ctx, w.r.Viewer(people[who]), convoke.ScopeAll, "", "Mine")
		w.r.Must(err)
		return string(f.ID)
	}
	id, ok := w.id[name]
	if !ok {
		w.t.Fatalf("nothing is called {%s}", name)
	}
	return id
}

// expand makes the path of a route: its parameters from args ("event={new-draft} email=x@x.example"), the rest of args as they are.
func (w *world) expand(who, route, args string) (method, path string) {
	w.t.Helper()
	method, path, _ = strings.Cut(route, " ")
	for arg := range strings.FieldsSeq(args) {
		if query, ok := strings.CutPrefix(arg, "?"); ok {
			path += "?" + w.fill(who, query)
			continue
		}
		name, value, _ := strings.Cut(arg, "=")
		path = strings.Replace(path, ":"+name, w.fill(who, value), 1)
	}
	for name, value := range map[string]string{"community": "cash", "email": memberCanary, "event": "{event}", "series": "{series}", "meeting": "{meeting}",
		"feed": "{my-feed}", "session": "{my-session}", "token": "{my-token}", "letter": "{new-dead}", "material": "{material}", "speaker": "{speaker}", "language": "en", "request": "{new-request}", "number": "1", "answer": "{new-answer}", "comment": "{new-comment}"} {
		if strings.Contains(path, ":"+name) {
			path = strings.Replace(path, ":"+name, w.fill(who, value), 1)
		}
	}
	return method, path
}
