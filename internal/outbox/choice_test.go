package outbox_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/store"
)

// A meeting's letter asks for all dates, the next or none: what is chosen later takes the earlier choice back.
func TestLaterChoiceTakesTheEarlierBack(t *testing.T) {
	type choice struct {
		name       string
		rule, date app.Deed // in the letter of a meeting written as a rule, and of one written as dates
		want       string   // the answers to all, and to the next
	}
	choices := []choice{{"all", app.DeedYes, app.DeedAll, "yes "}, {"the next", app.DeedNext, app.DeedYes, " yes"}, {"none", app.DeedNo, app.DeedNone, "no "}}
	for zone, deed := range map[string]func(choice) app.Deed{
		"Africa/Nairobi":    func(c choice) app.Deed { return c.rule },
		"Africa/Casablanca": func(c choice) app.Deed { return c.date },
	} {
		t.Run(zone, func(t *testing.T) {
			scenario(t, func(w *world) {
				m := w.meeting(secondTuesday, "2027-03-09T14:00", zone)
				mail := w.to(w.Deliver(), "ann")
				next, ann := w.dates(m.ID)[0].ID, w.viewer("ann").Person
				answers := func() (all, one convoke.Answer) {
					w.View(func(ctx context.Context, tx *store.Tx) error {
						a, err := tx.Registration(ctx, ann, convoke.ScopeMeeting, m.ID)
						if err != nil {
							return err
						}
						b, err := tx.Registration(ctx, ann, convoke.ScopeEvent, next)
						all, one = a.State, b.State
						return err
					})
					return all, one
				}
				for _, first := range choices {
					for _, second := range choices {
						for _, c := range []choice{first, second} {
							w.Clock.Add(time.Second)
							_, err := w.App.Letters.Act(w.Context(), mail.Token(), deed(c), "")
							w.Must(err)
						}
						all, one := answers()
						if got := fmt.Sprintf("%s %s", all, one); got != second.want {
							w.Errorf("%s, then %s: got %q, want %q", first.name, second.name, got, second.want)
						}
					}
				}
			})
		})
	}
}

// A yes to one date, from whoever said elsewhere or before its letter came that they come to all, is about that date.
func TestYesToADateKeepsAnotherAnswerToAll(t *testing.T) {
	scenario(t, func(w *world) {
		m := w.meeting(secondTuesday, "2027-03-09T14:00", "Africa/Casablanca")
		w.Must(w.App.Meetings.Answer(w.Context(), w.viewer("ben"), m.ID, convoke.Yes, "link"))
		w.Clock.Add(time.Second)
		mails := w.Deliver()
		w.Clock.Add(time.Second)
		w.answerMeeting("ann", m.ID, convoke.Yes)
		for _, who := range []string{"ann", "ben"} {
			_, err := w.App.Letters.Act(w.Context(), w.to(mails, who).Token(), app.DeedYes, "")
			w.Must(err)
			w.View(func(ctx context.Context, tx *store.Tx) error {
				g, err := tx.Registration(ctx, w.viewer(who).Person, convoke.ScopeMeeting, m.ID)
				if g.State != convoke.Yes {
					w.Errorf("%s to all: got %q, want yes", who, g.State)
				}
				return err
			})
		}
	})
}
