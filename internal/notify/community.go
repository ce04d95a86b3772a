package notify

import "convoke/internal/convoke"

const maxMessage = 2000 // of what people write to one another

func (v *view) communityInvitation() {
	who := v.name(v.c.Inviter)
	if who == "" {
		v.Subject = v.subject("mail.invited.subject", v.Group)
		v.Title = v.T("mail.invited.subject", "Title", v.Group)
		v.Why = v.T("mail.invited.why", "Community", v.Group)
	} else {
		v.Subject = v.subject("mail.invited.by.subject", v.Group, "Person", who)
		v.Title = v.T("mail.invited.by.subject", "Title", v.Group, "Person", who)
		v.Why = v.T("mail.invited.by.why", "Community", v.Group, "Person", who)
	}
	if about := v.line(v.c.Community.Summary, convoke.MaxSummary); about != "" {
		v.Text = []para{{about}}
	}
	v.Author, v.Message = who, v.plain(v.c.Message, maxMessage)
	v.Button = &link{Label: v.T("mail.invited.accept"), URL: v.letter("accept")}
	v.Links = []link{v.deed("mail.invited.decline", "decline")}
	v.Lines = []string{v.T("mail.invited.final")}
	v.Page = &link{Label: v.T("mail.community.page"), URL: v.page()}
	v.stop = v.T("mail.stop.community")
}

func (v *view) joinRequest() {
	who := v.name(v.c.Asker)
	v.Subject = v.subject("mail.asked.subject", v.Group, "Person", who)
	v.Title = v.T("mail.asked.subject", "Title", v.Group, "Person", who)
	v.Author, v.Message = who, v.plain(v.c.Message, maxMessage)
	v.Button = &link{Label: v.T("mail.asked.button"), URL: v.page("admin", "requests")}
	v.Why = v.T("mail.asked.why", "Community", v.Group)
}

func (v *view) joinOutcome() {
	key := "mail.outcome." + v.c.Data.Outcome
	v.Subject = v.subject(key+".subject", v.Group)
	v.Title = v.T(key+".title", "Community", v.Group)
	v.Lines = []string{v.T(key+".text", "Community", v.Group)}
	v.note("mail.note.reason", v.c.Data.Note)
	if v.c.Data.Outcome == "approved" {
		v.Button = &link{Label: v.T("mail.outcome.open"), URL: v.page()}
	} else {
		v.Button = &link{Label: v.T("mail.outcome.others"), URL: v.c.Site.Base + "/communities"}
	}
	v.Why = v.T("mail.outcome.why", "Community", v.Group)
}
