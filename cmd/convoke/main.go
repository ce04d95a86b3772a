// Command convoke serves communities of practice.
package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"
	_ "time/tzdata" // a bare machine has no zone data

	"github.com/alecthomas/kong"

	"convoke/internal/config"
)

type cli struct {
	config.Settings `embed:""`

	Serve      serveCommand   `cmd:"" help:"Web, mail and timetable in one process."`
	Demo       demoCommand    `cmd:"" help:"The same on a throw-away database filled with living communities; no mail leaves."`
	User       userCommands   `cmd:"" help:"Accounts."`
	SignInLink linkCommand    `cmd:"" name:"sign-in-link" help:"One-time sign-in link for an address."`
	Token      tokenCommands  `cmd:"" help:"API tokens."`
	Migrate    migrateCommand `cmd:"" help:"Bring the database to this version; serve does so by itself."`
	Config     configCommand  `cmd:"" help:"Print every setting with its help, default, value and where that comes from."`
	Doctor     doctorCommand  `cmd:"" help:"Check clock, zone data, folder, database, mail server and base URL, and say what to do."`
	Version    versionCommand `cmd:"" help:"Print the version."`
}

// env is what every command gets.
type env struct {
	settings *config.Settings
	file     config.File
	flags    map[string]bool
	log      *slog.Logger
	clock    func() time.Time
	offset   func() time.Duration
}

// Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
func main() {
	var c cli
	file, err := config.ReadFile(dataFolder(os.Args[1:]))
	if err != nil {
		fail(err)
	}
	parser, err := kong.New(&c, kong.Name("convoke"), kong.Resolvers(fromFile(file)), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Description("Convoke schedules the webinars and meetings of communities of practice, invites, reminds, and feeds everyone's calendar."))
	if err != nil {
		fail(err)
	}
	ctx, err := parser.Parse(os.Args[1:])
	if err != nil {
		parser.Errorf("%s", err)
		fmt.Fprintln(os.Stderr, `Run "convoke --help" for the commands.`)
		os.Exit(2)
	}
	flags := map[string]bool{}
	for _, p := range ctx.Path {
		if p.Flag != nil && !p.Resolved { // what the file says is resolved, not given
			flags[p.Flag.Name] = true
		}
	}
	e := &env{settings: &c.Settings, file: file, flags: flags}
	if err := e.settings.Check(); err != nil && ctx.Command() != "config" && ctx.Command() != "version" {
		fail(err)
	}
	e.log = logger(e.settings)
	e.clock, e.offset = config.Clock(e.settings.TestClock)
	if err := ctx.Run(e); err != nil {
		fail(err)
	}
}

// fail says in one plain sentence what was refused.
func fail(err error) {
	text := err.Error()
	if u, ok := errors.AsType[*userError](err); ok {
		text = u.text
	}
	fmt.Fprintln(os.Stderr, "convoke: "+text)
	os.Exit(1)
}

// dataFolder finds the folder whose convoke.toml holds settings, before flags are parsed.
func dataFolder(args []string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--data="); ok {
			return v
		}
		if a == "--data" && i+1 < len(args) {
			return args[i+1]
		}
	}
	if v := os.Getenv("CONVOKE_DATA"); v != "" {
		return v
	}
	return "./convoke-data"
}

func fromFile(f config.File) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if v, ok := f.Value(flag.Name); ok {
			return v, nil
		}
		return nil, nil
	})
}

func logger(s *config.Settings) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if s.Log == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}
