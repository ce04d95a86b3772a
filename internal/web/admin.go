package web

import (
	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

type adminPage struct {
	frame
	List    []convoke.Community
	Pager   pager
	Trouble string // what is wrong with the mail server
	SMTP    bool
}

// admin is the operator's overview: how mail is doing, and which communities there are.
func (s *Server) admin(c *gin.Context) error {
	f := app.CommunityFilter{AfterName: c.Query("after"), AfterID: convoke.ID(c.Query("id")), Limit: deskSize + 1}
	list, err := s.app.Communities.List(c.Request.Context(), viewer(c), f)
	if err != nil {
		return err
	}
	p := adminPage{frame: s.frame(c), List: list, Trouble: s.trouble(), SMTP: s.app.SMTP()}
	p.Title, p.Section, p.Pager.speech = p.T("admin.title"), "admin", p.speech
	if len(list) > deskSize {
		p.List = list[:deskSize]
		last := p.List[deskSize-1]
		p.Pager.Next = p.more(c, "after", last.Name, "id", string(last.ID))
	}
	return s.show(c, "admin", &p)
}

type accountsPage struct {
	frame
	List  []convoke.Person
	Pager pager
}

// accounts is everybody with an account.
func (s *Server) accounts(c *gin.Context) error {
	list, err := s.app.People.List(c.Request.Context(), viewer(c), convoke.ID(c.Query("after")), deskSize+1)
	if err != nil {
		return err
	}
	p := accountsPage{frame: s.frame(c), List: list}
	p.Title, p.Section, p.Pager.speech = p.T("accounts.title"), "admin", p.speech
	p.crumb(p.T("admin.title"), "/admin")
	if len(list) > deskSize {
		p.List = list[:deskSize]
		p.Pager.Next = p.more(c, "after", string(p.List[deskSize-1].ID))
	}
	return s.show(c, "accounts", &p)
}

type accountForm struct {
	Address  string `form:"address"`
	Name     string `form:"name"`
	Operator bool   `form:"operator"`
}

// addAccount makes an account.
func (s *Server) addAccount(c *gin.Context) error {
	var in accountForm
	if err := bind(c, &in); err != nil {
		return err
	}
	p, err := s.app.People.Add(c.Request.Context(), viewer(c), in.Address, app.PersonInput{Name: &in.Name, Operator: &in.Operator})
	if err != nil {
		return s.again(c, renamed(err, "email", "address"), s.accounts)
	}
	return s.done(c, "/admin/people", "done.account_added", "Name", p.DisplayName())
}

// changeAccount makes somebody an operator, or no longer one.
func (s *Server) changeAccount(c *gin.Context) error {
	var in struct {
		Address  string `form:"address"`
		Operator string `form:"operator"`
	}
	err := bind(c, &in)
	if err == nil {
		err = pressed(in.Operator, "true", "false")
	}
	if err == nil {
		operator := in.Operator == "true"
		_, err = s.app.People.Edit(c.Request.Context(), viewer(c), in.Address, app.PersonInput{Operator: &operator})
	}
	if err != nil {
		return s.again(c, err, s.accounts)
	}
	return s.done(c, "/admin/people", "done.saved")
}

// removeAccount deletes an account with what is theirs alone.
func (s *Server) removeAccount(c *gin.Context) error {
	var in accountForm
	if err := bind(c, &in); err != nil {
		return err
	}
	if err := s.app.People.Remove(c.Request.Context(), viewer(c), in.Address); err != nil {
		return s.again(c, err, s.accounts)
	}
	return s.done(c, "/admin/people", "done.account_removed")
}
