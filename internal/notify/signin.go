package notify

import "convoke/internal/convoke"

func (v *view) signIn() {
	site := v.name(v.c.Site.Name)
	life := v.c.Letter.UsefulUntil.Sub(v.c.Letter.CreatedAt)
	if life <= 0 {
		life = convoke.SignInLife
	}
	v.Subject = v.subject("mail.signin.subject", site)
	v.Title = v.T("mail.signin.subject", "Title", v.Brand)
	v.Button = &link{Label: v.T("mail.signin.button"), URL: v.letter("")}
	v.Code = v.c.Secrets.SignInCode(v.c.Letter.ID)
	v.Lines = []string{v.T("mail.signin.valid", "Duration", v.Duration(life)), v.T("mail.signin.ignore", "Site", site)}
}
