package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"convoke/internal/app"
	"convoke/internal/config"
	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/store"
)

// userError is a refusal already put into words.
type userError struct{ text string }

func (e *userError) Error() string { return e.text }

// plain puts a refusal into the words of the English catalogue.
func plain(err error) error {
	ce, ok := errors.AsType[*convoke.Error](err)
	if !ok {
		return err
	}
	r := locale.For("en", nil)
	text := r.T(string(ce.Text), ce.Args...)
	for _, k := range ce.Fields {
		text = r.T(string(k), ce.Args...)
	}
	return &userError{text}
}

// open opens the database of the settings for a short command, beside a running service or not. The schema must be this version's.
func (e *env) open(ctx context.Context) (*app.App, func(), error) {
	s, err := store.Open(ctx, store.Options{Database: e.settings.Database, Data: e.settings.Data, Clock: e.clock})
	if err != nil {
		return nil, nil, err
	}
	shut := func() { _ = s.Close() } // the process ends
	if err := s.Current(ctx); err != nil {
		if _, err := s.Migrate(ctx); err != nil { // an empty folder is made ready; a newer one is refused
			shut()
			return nil, nil, err
		}
	}
	a, err := app.New(ctx, app.Options{Store: s, Name: "Convoke", Base: e.settings.BaseURL, From: e.settings.MailFrom, Log: e.log, SMTP: e.settings.SMTP != ""})
	if err != nil {
		shut()
		return nil, nil, err
	}
	return a, shut, nil
}

type userCommands struct {
	Add userAdd `cmd:"" help:"Make an account."`
}

type userAdd struct {
	Email    string `arg:"" help:"Mail address."`
	Name     string `required:"" help:"Name."`
	Operator bool   `help:"Make them an operator, who sees everything and creates communities."`
}

func (c *userAdd) Run(e *env) error {
	ctx := context.Background()
	a, shut, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer shut()
	if _, err := a.People.Add(ctx, convoke.System, c.Email, app.PersonInput{Name: &c.Name, Operator: &c.Operator}); err != nil {
		return plain(err)
	}
	fmt.Printf("%s can sign in now.\n", c.Email)
	return nil
}

type linkCommand struct {
	Email string `arg:"" help:"Mail address."`
}

func (c *linkCommand) Run(e *env) error {
	ctx := context.Background()
	a, shut, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer shut()
	link, err := a.SignIns.Direct(ctx, c.Email)
	if err != nil {
		return plain(err)
	}
	fmt.Println(link)
	return nil
}

type tokenCommands struct {
	Add tokenAdd `cmd:"" help:"Make an API token and print it, this once."`
}

type tokenAdd struct {
	User     string `required:"" help:"Mail address of whose token it is."`
	Name     string `required:"" help:"What it is for."`
	ReadOnly bool   `help:"It may only read."`
}

func (c *tokenAdd) Run(e *env) error {
	ctx := context.Background()
	a, shut, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer shut()
	text, _, err := a.People.AddToken(ctx, convoke.System, c.User, c.Name, c.ReadOnly)
	if err != nil {
		return plain(err)
	}
	fmt.Println(text)
	return nil
}

type migrateCommand struct {
	Status bool `help:"Only tell what has been applied."`
}

func (c *migrateCommand) Run(e *env) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Database: e.settings.Database, Data: e.settings.Data, Clock: e.clock})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if !c.Status {
		backup, err := s.Migrate(ctx)
		if err != nil {
			return err
		}
		if backup != "" {
			fmt.Println("A copy from before is in " + backup)
		}
	}
	list, err := s.Migrations(ctx)
	if err != nil {
		return err
	}
	for _, m := range list {
		state := "waits"
		if m.Applied {
			state = "applied"
		}
		fmt.Printf("%-8s %s\n", state, m.Name)
	}
	return nil
}

type configCommand struct{}

func (c *configCommand) Run(e *env) error {
	for _, s := range config.Explain(e.settings, e.file, e.flags) {
		def := s.Default
		if def == "" {
			def = "empty"
		}
		fmt.Printf("%s=%s\n    %s\n    Default: %s. Comes from: %s.\n\n", s.Env, s.Value, s.Help, def, s.Source)
	}
	return e.settings.Check()
}

type versionCommand struct{}

func (c *versionCommand) Run(*env) error {
	fmt.Println(version())
	return nil
}

func version() string {
	v, commit := "development", ""
	if b, ok := debug.ReadBuildInfo(); ok {
		if b.Main.Version != "" && b.Main.Version != "(devel)" {
			v = b.Main.Version
		}
		for _, s := range b.Settings {
			if s.Key == "vcs.revision" {
				commit = " commit " + s.Value
			}
		}
	}
	return strings.TrimSpace("convoke " + v + commit + " " + runtime.Version())
}
