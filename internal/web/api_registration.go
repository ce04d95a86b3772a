package web

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// refFinder turns an ID or an address into the ID.
type refFinder func(ctx context.Context, v convoke.Viewer, ref string) (convoke.ID, error)

// eventDeed is what is done to an event by its ID alone.
type eventDeed func(ctx context.Context, v convoke.Viewer, id convoke.ID) (convoke.Event, error)

// scopeAnswer is how a whole series or meeting is answered.
type scopeAnswer func(ctx context.Context, v convoke.Viewer, id convoke.ID, answer convoke.Answer, how string) error

type registrationJSON struct {
	Email        string    `json:"email"`
	Name         string    `json:"name"`
	Organisation string    `json:"organisation"`
	Answer       string    `json:"answer"`
	How          string    `json:"how"`
	UpdatedAt    time.Time `json:"updated_at"`
}

func registrationOf(r app.AnswerRow) registrationJSON {
	return registrationJSON{r.Address, r.Name, r.Organisation, string(r.State), r.How, r.UpdatedAt.Time()}
}

type registrationsJSON struct {
	apiList[registrationJSON]
	Counts map[convoke.Answer]int `json:"counts"`
}

func (s *Server) apiRegistrations(c *gin.Context) error {
	limit, after, err := apiPage(c)
	if err != nil {
		return err
	}
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	rows, counts, err := s.app.Events.Answers(c.Request.Context(), viewer(c), id, after.ID, limit+1)
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, registrationsJSON{
		listed(rows, limit, registrationOf, func(r app.AnswerRow) apiCursor { return apiCursor{ID: r.PersonID} }), counts})
}

func (s *Server) apiRegistration(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	r, err := s.app.Events.AnswerOf(c.Request.Context(), viewer(c), id, c.Param("email"))
	if err != nil {
		return err
	}
	return s.json(c, http.StatusOK, registrationOf(r))
}

type answerBody struct {
	Answer string `json:"answer"`
}

func (s *Server) apiPutRegistration(c *gin.Context) error {
	var in answerBody
	if err := decode(c, &in); err != nil {
		return err
	}
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	ctx, v, email := c.Request.Context(), viewer(c), c.Param("email")
	if err := s.app.Events.AnswerFor(ctx, v, id, email, convoke.Answer(in.Answer)); err != nil {
		return err
	}
	r, err := s.app.Events.AnswerOf(ctx, v, id, email)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", registrationOf(r))
}

func (s *Server) apiDropRegistration(c *gin.Context) error {
	id, err := s.eventID(c)
	if err != nil {
		return err
	}
	if err := s.app.Events.Unanswer(c.Request.Context(), viewer(c), id, c.Param("email")); err != nil {
		return err
	}
	return s.nothing(c)
}

func (s *Server) apiAnswerSeries(c *gin.Context) error {
	return s.answerWhole(c, s.app.Series.Ref, c.Param("series"), s.app.Series.Answer)
}

func (s *Server) apiAnswerMeeting(c *gin.Context) error {
	return s.answerWhole(c, s.app.Meetings.Ref, c.Param("meeting"), s.app.Meetings.Answer)
}

// answerWhole stores the viewer's own answer to all sessions or dates.
func (s *Server) answerWhole(c *gin.Context, find refFinder, ref string, store scopeAnswer) error {
	var in answerBody
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx, v := c.Request.Context(), viewer(c)
	id, err := find(ctx, v, ref)
	if err != nil {
		return err
	}
	if err := store(ctx, v, id, convoke.Answer(in.Answer), "api"); err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, "", in)
}
