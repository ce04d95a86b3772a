package app_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
	"convoke/internal/store"
)

func reason(err error) convoke.Reason {
	if e, ok := errors.AsType[*convoke.Error](err); ok {
		return e.Reason
	}
	return ""
}

// Nobody can tell from what the service does whether an address is known.
func TestKnownAndUnknownAddressesRunTheSameStatements(t *testing.T) {
	h := open(t)
	name := "Ada"
	must(h.People.Add(t.Context(), convoke.System, "ada@maps.example", app.PersonInput{Name: &name}))(t)
	ask := func(address string) []string {
		t.Helper()
		h.count.take()
		if err := h.SignIns.Ask(t.Context(), app.SignInRequest{Address: address, Network: "192.0.2.7", Language: "en"}); err != nil {
			t.Fatal(err)
		}
		return h.count.take()
	}
	known, unknown := ask("ada@maps.example"), ask("eve@nowhere.example")
	if len(known) == 0 || !slices.Equal(known, unknown) {
		t.Errorf("a known address runs\n%s\nan unknown one\n%s", strings.Join(known, "\n"), strings.Join(unknown, "\n"))
	}
}

func TestSignInLimits(t *testing.T) {
	ask := func(h *house, address, network string) error {
		return h.SignIns.Ask(t.Context(), app.SignInRequest{Address: address, Network: network})
	}
	t.Run("five mails an hour for an address", func(t *testing.T) {
		h := open(t)
		for i := range convoke.SignInsPerAddress {
			if err := ask(h, "Ada@Maps.example", fmt.Sprintf("192.0.2.%d", i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := ask(h, "ada@maps.example", "198.51.100.1"); reason(err) != convoke.ReasonLimited {
			t.Errorf("the sixth: %v", err)
		}
		h.now = h.now.Add(time.Hour + time.Second)
		if err := ask(h, "ada@maps.example", "198.51.100.1"); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
	t.Run("sixty an hour from a network", func(t *testing.T) {
		h := open(t)
		for i := range convoke.SignInsPerNetwork {
			if err := ask(h, fmt.Sprintf("p%d@maps.example", i), app.Network(fmt.Sprintf("2001:db8::%x", i))); err != nil {
				t.Fatal(err)
			}
		}
		if err := ask(h, "last@maps.example", app.Network("2001:db8::ffff")); reason(err) != convoke.ReasonLimited {
			t.Errorf("the sixty-first: %v", err)
		}
		if err := ask(h, "last@maps.example", app.Network("2001:db8:0:1::1")); err != nil {
			t.Errorf("from the next network: %v", err)
		}
		h.now = h.now.Add(time.Hour + time.Second)
		if err := ask(h, "late@maps.example", app.Network("2001:db8::ffff")); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
	t.Run("none for loopback", func(t *testing.T) {
		if n := app.Network("::1"); n != "" {
			t.Errorf("Network(::1) = %q", n)
		}
		h := open(t)
		for i := range convoke.SignInsPerNetwork + 5 {
			if err := ask(h, fmt.Sprintf("p%d@maps.example", i), app.Network("127.0.0.1")); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// lastSignIn is the letter that was asked for last.
func (h *house) lastSignIn(t *testing.T) convoke.ID {
	t.Helper()
	list := must(h.Ledger.List(t.Context(), convoke.System, app.LetterFilter{Kind: "sign-in", Limit: 1}))(t)
	if len(list) != 1 {
		t.Fatal("no sign-in letter")
	}
	return list[0].ID
}

func TestCodeAllowsFiveTries(t *testing.T) {
	h := open(t)
	if err := h.SignIns.Ask(t.Context(), app.SignInRequest{Address: "ada@maps.example"}); err != nil {
		t.Fatal(err)
	}
	right := h.Secrets().SignInCode(h.lastSignIn(t))
	wrong := "000000"
	if right == wrong {
		wrong = "111111"
	}
	for range convoke.SignInCodeTries {
		if _, err := h.SignIns.Code(t.Context(), "ada@maps.example", wrong); reason(err) != convoke.ReasonInvalid {
			t.Fatalf("a wrong code: %v", err)
		}
	}
	if _, err := h.SignIns.Code(t.Context(), "ada@maps.example", right); reason(err) != convoke.ReasonInvalid {
		t.Errorf("the right code after five wrong ones: %v", err)
	}
}

func TestLinkAndCodeWorkOnceAndForFifteenMinutes(t *testing.T) {
	h := open(t)
	ask := func() convoke.ID {
		t.Helper()
		if err := h.SignIns.Ask(t.Context(), app.SignInRequest{Address: "ada@maps.example", Zone: "Africa/Nairobi"}); err != nil {
			t.Fatal(err)
		}
		h.now = h.now.Add(time.Second)
		return h.lastSignIn(t)
	}
	id := ask()
	w := must(h.SignIns.Use(t.Context(), id, app.SignInInput{}))(t)
	if w.Person.Zone != "Africa/Nairobi" || !w.New {
		t.Errorf("signing up made %+v", w)
	}
	if _, err := h.SignIns.Use(t.Context(), id, app.SignInInput{}); reason(err) != convoke.ReasonGone {
		t.Errorf("the same link again: %v", err)
	}
	if _, err := h.SignIns.Code(t.Context(), "ada@maps.example", h.Secrets().SignInCode(id)); reason(err) != convoke.ReasonInvalid {
		t.Errorf("the code of a used link: %v", err)
	}
	id = ask()
	h.now = h.now.Add(convoke.SignInLife)
	if _, err := h.SignIns.Use(t.Context(), id, app.SignInInput{}); reason(err) != convoke.ReasonGone {
		t.Errorf("a link after fifteen minutes: %v", err)
	}
	if _, err := h.SignIns.Code(t.Context(), "ada@maps.example", h.Secrets().SignInCode(id)); reason(err) != convoke.ReasonInvalid {
		t.Errorf("a code after fifteen minutes: %v", err)
	}
}

func TestSetUpLinkMakesOneOperator(t *testing.T) {
	h := open(t)
	letter := func(link string) convoke.ID {
		id, ok := h.Secrets().Letter(link[strings.LastIndex(link, "/")+1:])
		if !ok {
			t.Fatalf("no letter in %s", link)
		}
		return id
	}
	first, second := must(h.SignIns.SetUp(t.Context(), ""))(t), must(h.SignIns.SetUp(t.Context(), ""))(t)
	if w := must(h.SignIns.Use(t.Context(), letter(first), app.SignInInput{Address: "op@maps.example", Name: "Op"}))(t); !w.Person.Operator {
		t.Error("the set-up link makes no operator")
	}
	if _, err := h.SignIns.Use(t.Context(), letter(second), app.SignInInput{Address: "eve@maps.example", Name: "Eve"}); reason(err) != convoke.ReasonGone {
		t.Errorf("a second set-up link after the first was used: %v", err)
	}
	if p, err := h.People.Get(t.Context(), convoke.System, "eve@maps.example"); err == nil {
		t.Errorf("it left an account behind: %+v", p)
	}
}

// An operator who looks into what they would not see otherwise is recorded, once a day, and reading itself writes nothing.
func TestOperatorVisitsAreRecorded(t *testing.T) {
	h := open(t)
	name, privacy := "Quiet", "private"
	m := must(h.Communities.Create(t.Context(), convoke.System, "", app.CommunityInput{Name: &name, Privacy: &privacy}, "ada@maps.example"))(t)
	yes := true
	op := must(h.People.Add(t.Context(), convoke.System, "op@maps.example", app.PersonInput{Name: &name, Operator: &yes}))(t)
	v := convoke.Viewer{Person: op.ID, Operator: true, Via: "session"}
	for range 3 {
		must(h.Communities.Front(t.Context(), v, m.Slug))(t)
	}
	visits := func() int {
		t.Helper()
		if err := h.WriteVisits(t.Context()); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, c := range h.changes(t, m.ID) {
			if c.Verb == "operator-read" && c.ActorID == op.ID {
				n++
			}
		}
		return n
	}
	if n := visits(); n != 1 {
		t.Errorf("%d visits recorded, want 1", n)
	}
	must(h.Communities.Front(t.Context(), convoke.Viewer{Person: must(h.People.Get(t.Context(), convoke.System, "ada@maps.example"))(t).ID, Via: "session"}, m.Slug))(t)
	if n := visits(); n != 1 {
		t.Errorf("%d visits recorded after a member's own, want 1", n)
	}
}

// changes reads the audit log of a thing.
func (h *house) changes(t *testing.T, subject convoke.ID) (list []convoke.Change) {
	t.Helper()
	err := h.store.View(t.Context(), func(tx *store.Tx) (err error) {
		list, err = tx.ChangesOf(t.Context(), subject, 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// A request under way when its session is ended elsewhere does not bring it back.
func TestEndedSessionStaysEnded(t *testing.T) {
	h := open(t)
	ada := must(h.People.Add(t.Context(), convoke.System, "ada@maps.example", app.PersonInput{}))(t)
	v := convoke.Viewer{Person: ada.ID, Via: "session"}
	owner := &app.SessionOwner{Person: ada.ID}
	ctx := app.WithOwner(t.Context(), owner)
	for _, known := range []bool{false, true} { // signing in, then the hourly touch
		owner.Known = known
		if err := h.Sessions.CommitCtx(ctx, "hash", []byte("x"), h.now); err != nil {
			t.Fatal(err)
		}
	}
	if list := must(h.Sessions.List(t.Context(), v))(t); len(list) != 1 {
		t.Fatalf("%d sessions, want 1", len(list))
	}
	if err := h.Sessions.End(t.Context(), v, "hash"); err != nil {
		t.Fatal(err)
	}
	if err := h.Sessions.CommitCtx(ctx, "hash", []byte("x"), h.now); err != nil {
		t.Fatal(err)
	}
	if list := must(h.Sessions.List(t.Context(), v))(t); len(list) != 0 {
		t.Errorf("%d sessions after it was ended, want none", len(list))
	}
}

// Two set-up links used in the same instant make one operator, and of two operators who leave in the same instant one stays. Whoever has counted the
// operators goes on once the other has counted them, too, or waits for its turn.
func TestOperatorsAtOnce(t *testing.T) {
	var meet atomic.Pointer[sync.WaitGroup]
	var here atomic.Int32
	come := func(is, wait bool) {
		if w := meet.Load(); w != nil && is {
			if here.Add(1) <= 2 {
				w.Done()
			}
			if wait {
				w.Wait()
			}
		}
	}
	count := &counter{
		before: func(q string) { come(strings.HasPrefix(q, "UPDATE instance SET host = host"), false) },
		after:  func(q string) { come(strings.Contains(q, "p.operator AND a.confirmed_at > 0"), true) },
	}
	rig.InTurn(t, func(t *testing.T, r *rig.Rig) {
		address := []string{"ada@maps.example", "ben@maps.example"}
		var letters []convoke.ID
		for _, a := range address {
			link, err := r.App.SignIns.SetUp(t.Context(), a)
			r.Must(err)
			letter, ok := r.App.Secrets().Letter(link[strings.LastIndex(link, "/")+1:])
			if !ok {
				t.Fatalf("no letter behind %s", link)
			}
			letters = append(letters, letter)
		}
		atOnce := func(what string, refusal convoke.Key, act func(i int) error) {
			t.Helper()
			if !r.Store.Embedded() { // there is one writer at a time anyway
				here.Store(0)
				w := &sync.WaitGroup{}
				w.Add(2)
				meet.Store(w)
				defer meet.Store(nil)
			}
			errs := make([]error, 2)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() { errs[i] = act(i) })
			}
			wg.Wait()
			if errs[0] != nil {
				slices.Reverse(errs)
			}
			if e, ok := errors.AsType[*convoke.Error](errs[1]); errs[0] != nil || !ok || e.Text != refusal {
				t.Errorf("%s: got %v and %v, want one done and one refused with %s", what, errs[0], errs[1], refusal)
			}
		}
		atOnce("set up", "sign_in.used", func(i int) error {
			_, err := r.App.SignIns.Use(t.Context(), letters[i], app.SignInInput{})
			return err
		})
		for _, a := range address { // who was refused has no account
			if _, err := r.App.People.Get(t.Context(), convoke.System, a); convoke.IsNotFound(err) {
				r.Operator(a)
			}
		}
		atOnce("leave", "person.last_operator", func(i int) error {
			_, err := r.App.People.Edit(t.Context(), convoke.System, address[i], app.PersonInput{Operator: new(false)})
			return err
		})
	}, rig.WithDriver(count.wrap))
}

func TestNetwork(t *testing.T) {
	for _, row := range []struct{ ip, want string }{
		{"192.0.2.7", "192.0.2.7"},
		{"::ffff:192.0.2.7", "192.0.2.7"},
		{"2001:db8::1:2:3", "2001:db8::/64"},
		{"fe80::1%eth0", "fe80::/64"},
		{"127.0.0.1", ""},
		{"::1", ""},
		{"::ffff:127.0.0.1", ""},
		{"nobody", "unknown"},
		{"", "unknown"},
	} {
		if got := app.Network(row.ip); got != row.want {
			t.Errorf("%q: got %q, want %q", row.ip, got, row.want)
		}
	}
}

// What a browser says of itself may be anything.
func TestSignInKeepsOnlyWhatCanBe(t *testing.T) {
	for _, row := range []struct{ zone, next, wantZone, wantNext string }{
		{"Africa/Nairobi", "/calendar", "Africa/Nairobi", "/calendar"},
		{"Mars/Olympus", "https://evil.example/", "", "/"},
		{"Local", "//evil.example/", "", "/"},
		{"", `/\evil.example`, "", "/"},
	} {
		h := open(t)
		if err := h.SignIns.Ask(t.Context(), app.SignInRequest{Address: "ada@maps.example", Zone: row.zone, Next: row.next}); err != nil {
			t.Fatal(err)
		}
		w := must(h.SignIns.Use(t.Context(), h.lastSignIn(t), app.SignInInput{}))(t)
		if w.Person.Zone != row.wantZone || w.Next != row.wantNext {
			t.Errorf("zone %q, next %q: got %q and %q, want %q and %q", row.zone, row.next, w.Person.Zone, w.Next, row.wantZone, row.wantNext)
		}
	}
}

// Six digits are too few to become an operator by.
func TestSetUpLinkHasNoCode(t *testing.T) {
	h := open(t)
	link := must(h.SignIns.SetUp(t.Context(), "op@maps.example"))(t)
	id, ok := h.Secrets().Letter(link[strings.LastIndex(link, "/")+1:])
	if !ok {
		t.Fatalf("no letter in %s", link)
	}
	if _, err := h.SignIns.Code(t.Context(), "op@maps.example", h.Secrets().SignInCode(id)); reason(err) != convoke.ReasonInvalid {
		t.Errorf("the code of a set-up link: %v", err)
	}
	if w := must(h.SignIns.Use(t.Context(), id, app.SignInInput{Name: "Op"}))(t); !w.Person.Operator {
		t.Error("the link itself makes no operator")
	}
}
