package rig

import (
	"strings"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// Person makes an account with a confirmed address. Without a name they are called as their address begins, "Ann" of
// ann@x.example; without a language they read English, without a zone it is unknown.
func (r *Rig) Person(address string, in ...app.PersonInput) convoke.Person {
	r.t.Helper()
	var p app.PersonInput
	if len(in) > 0 {
		p = in[0]
	}
	if p.Name == nil {
		name, _, _ := strings.Cut(address, "@")
		name = strings.ToUpper(name[:1]) + name[1:]
		p.Name = &name
	}
	made, err := r.App.People.Add(r.t.Context(), convoke.System, address, p)
	if err != nil {
		r.t.Fatalf("add %s: %v", address, err)
	}
	return made
}

// Operator makes an account of an operator.
func (r *Rig) Operator(address string) convoke.Person {
	r.t.Helper()
	return r.Person(address, app.PersonInput{Operator: new(true)})
}

// Viewer is somebody who is signed in.
func (r *Rig) Viewer(address string) convoke.Viewer {
	r.t.Helper()
	p, err := r.App.People.Get(r.t.Context(), convoke.System, address)
	if err != nil {
		r.t.Fatalf("find %s: %v", address, err)
	}
	v, _, err := r.App.Viewers.ByPerson(r.t.Context(), p.ID)
	if err != nil {
		r.t.Fatalf("find %s: %v", address, err)
	}
	return v
}

// Community makes a community named by its slug, with members; nobody leads it but the operator, [convoke.System].
func (r *Rig) Community(slug string, privacy convoke.Privacy, members ...string) convoke.Community {
	r.t.Helper()
	name, level := strings.ToUpper(slug[:1])+slug[1:], string(privacy)
	m, err := r.App.Communities.Create(r.t.Context(), convoke.System, "", app.CommunityInput{Slug: &slug, Name: &name, Privacy: &level}, "")
	if err != nil {
		r.t.Fatalf("create %s: %v", slug, err)
	}
	for _, address := range members {
		r.Member(slug, address, convoke.Member)
	}
	return m
}

// Member puts somebody into a community in a role; whoever has no account yet gets one.
func (r *Rig) Member(slug, address string, role convoke.Role) {
	r.t.Helper()
	if _, err := r.App.People.Get(r.t.Context(), convoke.System, address); convoke.IsNotFound(err) {
		r.Person(address)
	}
	if err := r.App.Members.Put(r.t.Context(), convoke.System, slug, address, role); err != nil {
		r.t.Fatalf("put %s into %s: %v", address, slug, err)
	}
}
