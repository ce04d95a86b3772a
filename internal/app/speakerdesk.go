package app

import (
	"context"
	"slices"

	"convoke/internal/convoke"
	"convoke/internal/notify"
	"convoke/internal/store"
)

// AskedSpeakers says what became of asking the speakers.
type AskedSpeakers struct {
	Speakers    int      // who gets a letter
	Questions   int      // which they are asked for the first time
	Addressless []string // names of speakers whose questions they are, and to whom nobody can write
}

// AskSpeakers asks the speakers by mail what waits for an answer: each what is theirs, and what is nobody's is everybody's who has an address. What they
// were asked before they are not asked again.
func (a *Questions) AskSpeakers(ctx context.Context, v convoke.Viewer, event convoke.ID) (out AskedSpeakers, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		out = AskedSpeakers{}
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		speakers, err := tx.Speakers(ctx, e.ID)
		if err != nil {
			return err
		}
		tasks, err := tx.Tasks(ctx, e.ID)
		if err != nil {
			return err
		}
		disowned, err := tx.Disowned(ctx, e.ID)
		if err != nil {
			return err
		}
		list, err := tx.Questions(ctx, convoke.System, e.ID, convoke.MaxQuestions)
		if err != nil {
			return err
		}
		asked, silent := map[convoke.ID]bool{}, map[convoke.ID]bool{}
		for _, q := range list {
			if q.State != convoke.QuestionOpen || q.Settled() {
				continue
			}
			anew, others := false, false
			for _, s := range whose(q.ID, speakers, tasks, disowned) {
				i := slices.IndexFunc(tasks, func(t store.Task) bool { return t.ID == q.ID && t.SpeakerID == s.ID })
				switch {
				case s.PersonID == "":
					silent[s.ID] = true
					continue
				case i >= 0 && (!tasks[i].Waits() || tasks[i].AskedAt != 0 && !withdrawn(s, tasks[i])):
					continue
				}
				if err := tx.AskSpeaker(ctx, q.ID, s.ID, tx.Now); err != nil {
					return err
				}
				asked[s.ID], anew, others = true, true, others || i < 0
			}
			if anew {
				out.Questions++
			}
			if others {
				if err := tx.RaiseQuestion(ctx, q.ID); err != nil {
					return err
				}
			}
		}
		for _, s := range speakers {
			if silent[s.ID] {
				out.Addressless = append(out.Addressless, s.Name)
			}
		}
		if out.Speakers = len(asked); out.Speakers == 0 {
			return nil
		}
		return a.recordAsked(ctx, tx, v, m, e, "asked-speakers")
	})
	return out, err
}

// withdrawn says whether the link with which a speaker was asked something was withdrawn.
func withdrawn(s convoke.Speaker, t store.Task) bool { return t.ToldAt != 0 && t.ToldAt < s.LinksFrom }

// whose lists whose a question is to answer: those it is assigned to, or of those who did not say that it is not theirs all who have an address, or where
// nobody has, all.
func whose(q convoke.ID, speakers []convoke.Speaker, tasks []store.Task, disowned []store.Disowned) []convoke.Speaker {
	var own, reached, all []convoke.Speaker
	for _, s := range speakers {
		if slices.ContainsFunc(tasks, func(t store.Task) bool { return t.ID == q && t.SpeakerID == s.ID }) {
			own = append(own, s)
		}
		if slices.Contains(disowned, store.Disowned{QuestionID: q, SpeakerID: s.ID}) {
			continue
		}
		all = append(all, s)
		if s.PersonID != "" {
			reached = append(reached, s)
		}
	}
	switch {
	case len(own) > 0:
		return own
	case len(reached) > 0:
		return reached
	}
	return all
}

func (a *Questions) recordAsked(ctx context.Context, tx *store.Tx, v convoke.Viewer, m convoke.Community, e convoke.Event, verb string) error {
	return a.record(ctx, tx, v, news{noun: "questions", verb: verb, subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID})
}

// SpeakerState is how far asking one speaker has come, for whoever moderates.
type SpeakerState struct {
	convoke.Speaker
	Waiting int              // questions that wait for them
	Letter  *store.LetterRow // the latest to them, nil where they were never asked
	Linked  bool             // a link of theirs works
}

// Speakers says how far asking each speaker of an event has come.
func (a *Questions) Speakers(ctx context.Context, v convoke.Viewer, event convoke.ID) (out []SpeakerState, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, _, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		speakers, err := tx.Speakers(ctx, e.ID)
		if err != nil {
			return err
		}
		tasks, err := tx.Tasks(ctx, e.ID)
		if err != nil {
			return err
		}
		letters, err := tx.Letters(ctx, convoke.System, store.LetterFilter{Event: e.ID, Kind: notify.SpeakerQuestions, Limit: 500})
		if err != nil {
			return err
		}
		for _, s := range speakers {
			x := SpeakerState{Speaker: s}
			for _, t := range tasks {
				if t.SpeakerID == s.ID && t.AskedAt != 0 && t.Waits() {
					x.Waiting++
				}
			}
			for i, l := range letters {
				d, err := notify.DataOf(l.Letter)
				if err != nil {
					return err
				}
				if d.Speaker != s.ID {
					continue
				}
				if x.Letter == nil {
					x.Letter = &letters[i]
				}
				x.Linked = x.Linked || s.PersonID == l.PersonID && s.LinksFrom <= l.CreatedAt && !linkExpired(e, l.Letter, tx.Now)
			}
			x.Address = ""
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

// speakerOf finds a speaker of an event for whoever may plan it.
func (a *Questions) speakerOf(ctx context.Context, tx *store.Tx, v convoke.Viewer, event, id convoke.ID) (s convoke.Speaker, e convoke.Event, m convoke.Community, err error) {
	if e, m, err = a.plans(ctx, tx, v, event); err != nil {
		return s, e, m, err
	}
	list, err := tx.Speakers(ctx, e.ID)
	if err != nil {
		return s, e, m, err
	}
	i := slices.IndexFunc(list, func(s convoke.Speaker) bool { return s.ID == id })
	if i < 0 {
		return s, e, m, convoke.ErrNotFound
	}
	return list[i], e, m, nil
}

// WithdrawLinks makes every link that was mailed to a speaker until now lead nowhere.
func (a *Questions) WithdrawLinks(ctx context.Context, v convoke.Viewer, event, speaker convoke.ID) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		s, e, m, err := a.speakerOf(ctx, tx, v, event, speaker)
		if err != nil {
			return err
		}
		if err := tx.WithdrawLinks(ctx, s.ID); err != nil {
			return err
		}
		return a.recordAsked(ctx, tx, v, m, e, "withdrew-links")
	})
}

// SendAnew sends a speaker what waits for them once more, with a new link.
func (a *Questions) SendAnew(ctx context.Context, v convoke.Viewer, event, speaker convoke.ID) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		s, e, m, err := a.speakerOf(ctx, tx, v, event, speaker)
		if err != nil {
			return err
		}
		if s.PersonID == "" {
			return convoke.Refuse(convoke.ReasonConflict, "speaker.addressless").With("Name", s.Name)
		}
		if err := a.askAgain(ctx, tx, s); err != nil {
			return err
		}
		return a.recordAsked(ctx, tx, v, m, e, "asked-anew")
	})
}

// askAgain asks a speaker anew what they were asked and have not answered.
func (a *Questions) askAgain(ctx context.Context, tx *store.Tx, s convoke.Speaker) error {
	tasks, err := tx.Tasks(ctx, s.EventID)
	if err != nil {
		return err
	}
	n := 0
	for _, t := range tasks {
		if t.SpeakerID != s.ID || t.AskedAt == 0 || !t.Waits() {
			continue
		}
		if err := tx.AskSpeaker(ctx, t.ID, s.ID, tx.Now); err != nil {
			return err
		}
		n++
	}
	if n == 0 {
		return convoke.Refuse(convoke.ReasonConflict, "speaker.nothing").With("Name", s.Name)
	}
	return nil
}
