package demo

import (
	"context"
	"errors"
	"slices"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// readMail has everybody look at the letters that were just written, and plan what they do about them.
func (s *stage) readMail(ctx context.Context) error {
	now := s.app.Now()
	f := app.LetterFilter{State: convoke.Captured, Limit: 25}
	for {
		list, err := s.app.Ledger.List(ctx, convoke.System, f)
		if err != nil {
			return err
		}
		for _, l := range list {
			if l.CreatedAt < now {
				return nil
			}
			s.read(l)
			f.AfterTime, f.AfterID = l.CreatedAt, l.ID
		}
		if len(list) < f.Limit {
			return nil
		}
	}
}

// read decides what somebody does about a letter.
func (s *stage) read(l app.LetterRow) {
	who, at := l.Address, s.clock.Now()
	switch l.Kind {
	case "community-invitation":
		g := slices.IndexFunc(guests, func(g guest) bool { return g.address == l.Address })
		switch {
		case g < 0:
			s.act(at.Add(time.Duration(1+chance(20, who, "accepts"))*time.Hour), l, app.DeedAccept)
		case guests[g].declines:
			s.act(at.Add(30*time.Hour), l, app.DeedDecline)
		}
	case "event-invitation", "series-invitation", "meeting-invitation":
		if deed := s.choose(l); deed != "" {
			s.act(at.Add(time.Duration(10+chance(36*60, who, l.Subject, "when"))*time.Minute), l, deed)
		}
	case "speaker-questions":
		s.speak(l)
	case "reminder", "meeting-reminder":
		if chance(160, who, l.Subject, "enough") == 0 {
			s.act(at.Add(time.Hour), l, app.DeedUnsubscribe)
		}
	}
}

// choose is how somebody answers, or that they do not. Each has a temper, and who has said yes to a whole series seldom leaves out a session.
func (s *stage) choose(l app.LetterRow) app.Deed {
	temper := chance(30, l.Address, "temper") - 15
	roll := chance(100, l.Address, l.Subject) + temper
	whole := l.Address + string(l.SeriesID) + string(l.MeetingID)
	if l.EventID != "" && s.coming[whole] == convoke.Yes {
		if roll > 92 {
			return app.DeedNo
		}
		return ""
	}
	var deed app.Deed
	switch {
	case roll < 30:
		deed = app.DeedYes
	case roll < 38:
		deed = app.DeedMaybe
	case roll < 64:
		deed = app.DeedNo
	case roll < 68 && l.Kind == "meeting-invitation":
		return app.DeedNext
	}
	if l.EventID == "" {
		s.coming[whole] = convoke.Answer(deed)
	}
	return deed
}

// act plans the press of a button behind a mailed link.
func (s *stage) act(at time.Time, l app.LetterRow, deed app.Deed) {
	token := s.app.Secrets().LetterToken(l.ID)
	s.quietly(at, func(ctx context.Context) error {
		_, err := s.app.Letters.Act(ctx, token, deed, "")
		return tooLate(err)
	})
}

// tooLate passes over the refusals of what somebody does a moment too late: what was called off or is over meanwhile.
func tooLate(err error) error {
	if e, ok := errors.AsType[*convoke.Error](err); ok && (e.Reason == convoke.ReasonGone || e.Reason == convoke.ReasonConflict) {
		return nil
	}
	return err
}
