package app

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// FollowUps is what becomes of events once they were held: their summary, what is promised about them, and what is kept of them.
type FollowUps struct{ *core }

// SummaryView is the summary of an event.
type SummaryView struct {
	Event  EventView
	Follow convoke.FollowUp
	// For whoever plans the event.
	Text     string // the summary, or what it can begin with
	Begun    bool   // somebody has written it
	History  []store.RevisionRow
	Promises []PromiseView
	Ready    []convoke.MaterialKind // what must be there before people are told
	Told     int                    // how many were
}

// PromiseView is a promise for whoever plans the event.
type PromiseView struct {
	convoke.Promise
	Address string
}

// summarySubject names the summary of an event among what is edited.
func summarySubject(event convoke.ID) convoke.ID { return event + "/summary" }

// Summary reads the published summary of an event, by its address in a community or, with an empty community, by ID.
func (a *FollowUps) Summary(ctx context.Context, v convoke.Viewer, community, ref string) (out SummaryView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, _, s, err := a.find(ctx, tx, v, community, ref)
		if err != nil {
			return err
		}
		if out.Follow, err = tx.FollowUp(ctx, e); err != nil {
			return err
		}
		if out.Follow.SummaryAt == 0 {
			return convoke.ErrNotFound
		}
		out.Text = out.Follow.Summary
		return a.about(ctx, tx, v, s, e, &out)
	})
	return out, err
}

// about adds the event itself.
func (a *FollowUps) about(ctx context.Context, tx *store.Tx, v convoke.Viewer, s convoke.Standing, e convoke.Event, out *SummaryView) error {
	views, err := a.eventViews(ctx, tx, v, []convoke.Event{e})
	if err != nil {
		return err
	}
	out.Event = views[0]
	return a.around(ctx, tx, s, &out.Event)
}

// Desk reads what becomes of an event for whoever plans it.
func (a *FollowUps) Desk(ctx context.Context, v convoke.Viewer, community, ref string) (out SummaryView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, m, s, err := a.find(ctx, tx, v, community, ref)
		if err == nil {
			err = allow(v, s, convoke.Plan, &m)
		}
		if err != nil {
			return err
		}
		if err := a.about(ctx, tx, v, s, e, &out); err != nil {
			return err
		}
		if out.Follow, err = tx.FollowUp(ctx, e); err != nil {
			return err
		}
		out.Text, out.Begun, out.Ready = out.Follow.Summary, out.Follow.Summary != "", out.Follow.Ready()
		if !out.Begun {
			if out.Text, err = a.begin(ctx, tx, out.Event); err != nil {
				return err
			}
		}
		if out.History, err = tx.Revisions(ctx, summarySubject(e.ID)); err != nil {
			return err
		}
		if out.Follow.ReadyAt != 0 {
			if out.Told, err = tx.CountEventLetters(ctx, e.ID, notify.MaterialsReady); err != nil {
				return err
			}
		}
		out.Promises, err = a.promises(ctx, tx, e.ID)
		return err
	})
	return out, err
}

// mostAsked is how many questions a summary begins with.
const mostAsked = 5

// begin is what a summary begins with, in the language of the event and its zone. Who asked stands nowhere in it.
func (a *FollowUps) begin(ctx context.Context, tx *store.Tx, e EventView) (string, error) {
	loc, err := calendar.LoadZone(e.Zone)
	if err != nil {
		return "", err
	}
	r := locale.For(e.Language, loc)
	answers, err := tx.CountAnswers(ctx, e.Event)
	if err != nil {
		return "", err
	}
	questions, err := tx.Questions(ctx, convoke.System, e.ID, convoke.MaxQuestions)
	if err != nil {
		return "", err
	}
	askers, err := tx.Askers(ctx, e.ID)
	if err != nil {
		return "", err
	}
	count := map[convoke.ID]int{}
	for _, x := range askers {
		count[x.QuestionID]++
	}
	questions = slices.DeleteFunc(questions, func(q convoke.Question) bool { return q.State != convoke.QuestionOpen })
	slices.SortStableFunc(questions, func(x, y convoke.Question) int { return count[y.ID] - count[x.ID] })
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, "") + "\n") }
	line("**", r.T("summary.begin.when"), "** ", r.When(e.StartsAt.Time()), "  ")
	var speakers []string
	for _, s := range e.Speakers {
		name := plainMarkdown(s.Name)
		if s.Organisation != "" {
			name += " (" + plainMarkdown(s.Organisation) + ")"
		}
		speakers = append(speakers, name)
	}
	if len(speakers) > 0 {
		line("**", r.T("summary.begin.speakers"), "** ", r.List(speakers), "  ")
	}
	line("**", r.T("summary.begin.yes"), "** ", r.Number(answers[convoke.Yes]))
	for _, h := range []string{"about", "points", "questions", "next"} {
		line()
		line("## ", r.T("summary.begin."+h))
		line()
		if h != "questions" {
			line(r.T("summary.begin." + h + ".text"))
			continue
		}
		for _, q := range questions[:min(len(questions), mostAsked)] {
			head, _, _ := strings.Cut(q.Text, "\n")
			state := "summary.begin.waiting"
			if q.Settled() {
				state = "summary.begin.answered"
			}
			line("- ", plainMarkdown(head), " (", r.T("summary.begin.askers", "Count", count[q.ID]), ", ", r.T(state), ")")
		}
		if len(questions) == 0 {
			line(r.T("summary.begin.none"))
		}
	}
	return b.String(), nil
}

// plainMarkdown writes a line so that nothing in it is Markdown.
func plainMarkdown(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_[]<>#|~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// SummaryInput is what can be set of a summary; nil leaves a thing as it is.
type SummaryInput struct {
	Text    *string `json:"text" form:"summary"` // Markdown
	Publish *bool   `json:"publish" form:"publish"`
	Version *int64  `json:"version" form:"version"`
}

// PutSummary stores a summary, publishes it or takes it back.
func (a *FollowUps) PutSummary(ctx context.Context, v convoke.Viewer, event convoke.ID, in SummaryInput) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		f, err := tx.FollowUp(ctx, e)
		if err != nil {
			return err
		}
		before := f
		if in.Text != nil {
			f.Summary = trimmed(in.Text)
		}
		if in.Publish != nil && !*in.Publish {
			f.SummaryAt = 0
		} else if in.Publish != nil && f.SummaryAt == 0 {
			f.SummaryAt = tx.Now
		}
		var faults convoke.Faults
		faults.Check(utf8.RuneCountInString(f.Summary) <= convoke.MaxEventSummary, "summary", "summary.too_long")
		faults.Check(f.SummaryAt == 0 || f.Summary != "", "summary", "summary.missing")
		if err := faults.Err(); err != nil {
			return err
		}
		if f == before {
			return nil
		}
		if in.Version != nil && *in.Version != f.Version {
			return convoke.Refuse(convoke.ReasonConflict, "summary.stale")
		}
		if f.Summary != before.Summary && before.Summary != "" {
			if err := tx.AddRevision(ctx, convoke.Revision{SubjectID: summarySubject(e.ID), Version: before.Version, EventID: e.ID, Text: before.Summary,
				EditorID: v.Person, At: tx.Now}); err != nil {
				return err
			}
		}
		verb := "edited"
		if (f.SummaryAt == 0) != (before.SummaryAt == 0) {
			if verb = "published"; f.SummaryAt == 0 {
				verb = "withdrawn"
			}
		}
		if err := tx.PutSummary(ctx, e, f.Summary, f.SummaryAt, f.Version+1); err != nil {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "summary", verb: verb, subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID})
	})
}

// SetReady chooses which materials must be there before those who were invited are told; none for never.
func (a *FollowUps) SetReady(ctx context.Context, v convoke.Viewer, event convoke.ID, kinds []convoke.MaterialKind) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(kinds, func(k convoke.MaterialKind) bool { return !slices.Contains(convoke.MaterialKinds, k) }) {
			return convoke.Invalid("kinds", "material.kind.unknown")
		}
		f, err := tx.FollowUp(ctx, e)
		if err != nil {
			return err
		}
		tooLate := convoke.Refuse(convoke.ReasonConflict, "ready.too_late")
		if f.ReadyAt != 0 {
			return tooLate
		}
		var names []string
		for _, k := range convoke.MaterialKinds {
			if slices.Contains(kinds, k) {
				names = append(names, string(k))
			}
		}
		set := strings.Join(names, ",")
		if set == "" {
			set = convoke.ReadyNever
		}
		if set == f.ReadySet {
			return nil
		}
		if ok, err := tx.PutReadySet(ctx, e, set); err != nil {
			return err
		} else if !ok {
			return tooLate
		}
		if err := a.record(ctx, tx, v, news{noun: "materials", verb: "awaited", subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID}); err != nil {
			return err
		}
		return a.materialsChanged(ctx, tx, v, m, e)
	})
}
