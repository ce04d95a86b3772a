package demo

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"convoke/calendar"
	"convoke/internal/app"
	"convoke/internal/convoke"
)

// assets are the one recording of the demo, spoken for it, its captions and its slides.
//
//go:embed assets
var assets embed.FS

const plate = "assets/the-plate-on-the-scale"

// asset reads a file that is part of the program.
func asset(name string) string {
	b, err := assets.ReadFile(plate + name)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// leaveBehind plans what the sessions of a course leave behind.
func (s *stage) leaveBehind(c course, dates []calendar.DateTime, session func(int) app.EventView) {
	end := func(i int) time.Time { return moment(dates[i], c.zone).Add(time.Duration(c.minutes) * time.Minute) }
	switch c.title {
	case finished:
		s.at(end(0).Add(40*time.Hour), func(ctx context.Context) error { return s.putUp(ctx, c.by, session(0).ID) })
		for i := 1; i < len(dates); i++ {
			s.at(end(i).Add(time.Duration(20+11*i)*time.Hour), func(ctx context.Context) error {
				address := fmt.Sprintf("https://videos.example/six-kitchens/%d", i+1)
				if err := s.link(ctx, c.by, session(i).ID, convoke.Recording, address, "", 66+i); err != nil {
					return err
				}
				slides, visibility := fmt.Sprintf("https://slides.example/six-kitchens/%d", i+1), convoke.ToEveryone
				switch i {
				case 2: // contracts with names in them
					visibility = convoke.ToMembers
				case 4:
					return nil
				}
				return s.link(ctx, c.by, session(i).ID, convoke.Slides, slides, visibility, 0)
			})
		}
		s.at(end(5).AddDate(0, 0, 9), func(ctx context.Context) error {
			return s.link(ctx, c.by, session(5).ID, convoke.BlogPost, "https://mesaescolar.example/six-sheets-on-one-table", "", 0)
		})
		s.ask(end(5), func() convoke.ID { return session(5).ID })
		for i, text := range map[int]string{0: weighed, 5: sixSheets} {
			s.quietly(end(i).AddDate(0, 0, 6), func(ctx context.Context) error {
				return s.app.FollowUps.PutSummary(ctx, s.viewers[c.by], session(i).ID, app.SummaryInput{Text: &text, Publish: new(true)})
			})
		}
		s.promise(end(4).Add(time.Hour), c, func() convoke.ID { return session(4).ID }, convoke.ItemSlides, "grace", dates[4].AddDays(6))
	case running:
		for i := range dates {
			if i < 2 {
				s.at(end(i).Add(30*time.Hour), func(ctx context.Context) error {
					return s.link(ctx, c.by, session(i).ID, convoke.Recording, fmt.Sprintf("https://videos.example/before-the-water/%d", i+1), "", 81)
				})
			}
			if i == 2 {
				s.promise(end(i).Add(time.Hour), c, func() convoke.ID { return session(i).ID }, convoke.ItemRecording, "ngozi", s.today.AddDays(5).At(0, 0))
			}
			if i == 0 {
				s.at(end(i).Add(52*time.Hour), func(ctx context.Context) error {
					return s.link(ctx, c.by, session(i).ID, convoke.Slides, "https://slides.example/before-the-water/1", "", 0)
				})
			}
		}
	}
}

// The summaries of the demo.
const (
	weighed = `## What it was about

Three kitchens weighed every plate for five days, before and after the meal, before anybody spoke of prices.

## What came out

- On Monday **one plate in five** came back with more than a third on it; on Friday, after the children had been asked, one in twelve.
- The leftovers explain more of the cost of a meal than the market does.
- The scale is cheap. The person who only weighs is not.

## What follows

Weigh for one week before you change anything. The sheet of the next session has a line for it.`
	sixSheets = `## What it was about

All six cost sheets side by side. Each kitchen named one thing it takes over from another before the new school year, and one it does not.

## What came out

| Kitchen | Takes over | Leaves |
| --- | --- | --- |
| Bogotá | weighing, twice a term | the forty vans |
| Iloilo | a line for the cooks' hours | the bulk contract |
| Kisumu | the note of who delivered what | gas, for now |

## Questions

Most people wanted to know what to do when cooks do not want to be counted, and whether fuel is part of the price. Both are answered below.`
)

// promise plans that a speaker says by when something will be there.
func (s *stage) promise(at time.Time, c course, event func() convoke.ID, item convoke.Item, who string, due calendar.DateTime) {
	r := residentOf(voices[who].local)
	s.quietly(at, func(ctx context.Context) error {
		return s.app.FollowUps.PutPromises(ctx, s.viewers[c.by], event(), []app.PromiseInput{{Item: string(item), Name: r.name, Address: r.address(), Due: due.Date().String()}})
	})
}

// link puts up a material that stands elsewhere, for everybody who sees the session unless it says otherwise.
func (s *stage) link(ctx context.Context, by string, event convoke.ID, kind convoke.MaterialKind, address string, visibility convoke.Visibility, minutes int) error {
	in := app.MaterialInput{Kind: new(string(kind)), Title: new(""), Link: &address}
	if visibility != "" {
		in.Visibility = new(string(visibility))
	}
	if minutes != 0 {
		in.Minutes = &minutes
	}
	_, err := s.app.Materials.AddLink(ctx, s.viewers[by], event, in)
	s.settle()
	return err
}

// putUp uploads the recording and the slides that this program brings along.
func (s *stage) putUp(ctx context.Context, by string, event convoke.ID) error {
	v, a := s.viewers[by], s.app.Materials
	talk, err := a.Upload(ctx, v, event, app.MaterialInput{Kind: new(string(convoke.Recording)), Title: new("Recording, sound only"), Minutes: new(1)},
		"the-plate-on-the-scale.mp3", strings.NewReader(asset(".mp3")))
	if err != nil {
		return err
	}
	for _, language := range []string{"en", "fr"} {
		if err := a.SetCaptions(ctx, v, event, talk.ID, language, asset("."+language+".vtt")); err != nil {
			return err
		}
	}
	if err := a.SetTranscript(ctx, v, event, talk.ID, asset(".txt")); err != nil {
		return err
	}
	if _, err := a.Upload(ctx, v, event, app.MaterialInput{Kind: new(string(convoke.Slides)), Title: new("")}, "the-plate-on-the-scale.pdf", strings.NewReader(asset(".pdf"))); err != nil {
		return err
	}
	return s.link(ctx, by, event, convoke.ConceptNote, "https://mesaescolar.example/six-kitchens-concept-note", "", 0)
}

// asked is a question about the last session of the finished course. Its number is its place in the list.
type asked struct {
	by, text string
	hours    int // after the end of the session
	unnamed  bool
	too      []string
	speaker  string // whose it is to answer
	answer   string // what they write behind their mailed link, empty for nothing yet
}

var inquiries = []asked{
	{by: "blessing.okoro", hours: -30, text: "What did the scales cost, and who paid for them?", too: []string{"mariama.cissokho", "lina.barakat"}},
	{by: "mariama.cissokho", hours: -6, text: "Why only five days? Our menu changes every fortnight, so a week would miss half of it.", speaker: "catalina",
		answer: "Five days because a sixth would have been a Saturday. You are right about the fortnight: weigh **two Mondays and two Fridays** instead of one whole week. It costs the same four mornings."},
	{by: "ifeoma.nwosu", hours: 1, unnamed: true, text: "What do you do when the cooks do not want to be counted?", too: []string{"blessing.okoro", "lina.barakat", "mariama.cissokho"}, speaker: "juliana",
		answer: "We asked them what they would want counted. It was the hours before six. So we began with those, and the rest followed.\n\nDo not begin with the plates."},
	{by: "blessing.okoro", hours: 2, text: "How do you price vegetables that parents bring for nothing?", speaker: "anju"},
	{by: "ifeoma.nwosu", hours: 3, text: "Does the sheet count the gas?", too: []string{"blessing.okoro"}, speaker: "catalina",
		answer: "Yes, in line 14: kilograms of gas a week, at the price of that week. Firewood goes there too, by the bundle."},
	{by: "lina.barakat", hours: 4, text: "Is fuel in the price per plate?"},
	{by: "mariama.cissokho", hours: 5, text: "May we show our own sheet next to yours? It is in francs.", speaker: "catalina"},
	{by: "lina.barakat", hours: 9, text: "Could one of the kitchens lend us a van for a month?"},
	{by: "blessing.okoro", hours: 20, text: "Which of the six sheets would you give to a school of sixty children?"},
	{by: "mariama.cissokho", hours: 30, text: "Will there be a second round, with the new school year's prices?", speaker: "juliana"},
}

// ask plans the questions about a session, what moderators do with them, and what is answered.
func (s *stage) ask(end time.Time, event func() convoke.ID) {
	const moderator = "marisol.dizon"
	for i, q := range inquiries {
		s.quietly(end.Add(time.Duration(q.hours)*time.Hour), func(ctx context.Context) error {
			_, err := s.app.Questions.Ask(ctx, s.viewers[q.by], event(), app.QuestionInput{Text: q.text, Anonymous: q.unnamed})
			return err
		})
		for _, who := range q.too {
			s.quietly(end.Add(time.Duration(36+chance(20, who))*time.Hour), func(ctx context.Context) error {
				return s.app.Questions.AskToo(ctx, s.viewers[who], event(), i+1, true, false)
			})
		}
	}
	s.at(end.Add(33*time.Hour), func(ctx context.Context) error { return s.moderate(ctx, s.viewers[moderator], event()) })
	s.at(end.Add(34*time.Hour), func(ctx context.Context) error {
		_, err := s.app.Questions.AskSpeakers(ctx, s.viewers[moderator], event())
		return err
	})
	s.at(end.Add(75*time.Hour), func(ctx context.Context) error {
		_, err := s.app.Questions.PublishAnswers(ctx, s.viewers[moderator], event())
		return err
	})
	s.quietly(end.Add(80*time.Hour), func(ctx context.Context) error {
		_, err := s.app.Questions.Comment(ctx, s.viewers["ifeoma.nwosu"], event(), 5, "Line 14 is on the second page of our print. Worth a look before you conclude that gas is free.")
		return err
	})
	s.at(end.Add(160*time.Hour), func(ctx context.Context) error {
		_, err := s.app.Questions.Answer(ctx, s.viewers["tala.villaruz"], event(), 9, app.ReplyInput{Text: "Kisumu's. It has one stove and one line for each person, so it still fits on a page when the school is small."})
		return err
	})
}

// moderate looks through the questions: most are opened, one is answered already, one belongs to another, one is declined, one is for everybody.
func (s *stage) moderate(ctx context.Context, v convoke.Viewer, event convoke.ID) error {
	page, err := s.app.Questions.List(ctx, v, "", string(event))
	if err != nil {
		return err
	}
	for i, q := range inquiries {
		in := app.QuestionEdit{State: new(string(convoke.QuestionOpen))}
		switch i + 1 {
		case 1:
			in.Live = new("41:20")
		case 6:
			if err := s.app.Questions.Merge(ctx, v, event, 6, 5); err != nil {
				return err
			}
			continue
		case 8:
			in.State, in.Reason = new(string(convoke.QuestionDeclined)), new("That is for the two kitchens to settle between themselves. Julián has your address and will write.")
		case 9:
			in.ToCommunity = new(true)
		}
		if q.speaker != "" {
			j := slices.IndexFunc(page.Event.Speakers, func(x convoke.Speaker) bool { return x.Name == residentOf(voices[q.speaker].local).name })
			in.Speakers = &[]string{string(page.Event.Speakers[j].ID)}
		}
		if _, err := s.app.Questions.Edit(ctx, v, event, i+1, in); err != nil {
			return err
		}
	}
	return nil
}

// speak has a speaker open their link and answer what they have an answer to.
func (s *stage) speak(l app.LetterRow) {
	token := s.app.Secrets().LetterToken(l.ID)
	for i, q := range inquiries {
		if q.answer == "" || residentOf(voices[q.speaker].local).address() != l.Address {
			continue
		}
		s.at(s.clock.Now().Add(time.Duration(3+chance(30, l.Address, q.text))*time.Hour), func(ctx context.Context) error {
			_, _, err := s.app.Questions.SaveReply(ctx, token, app.SpeakerReply{Number: i + 1, Text: q.answer, Send: true})
			return tooLate(err)
		})
	}
}
