// Package config reads the settings and can explain every one of them.
//
// Settings is the one list: the command line reads it, `convoke config` prints it. A setting can be given as a flag, as CONVOKE_… in the
// environment, or under the same name in lower case in <data>/convoke.toml; the first of these wins.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// Settings are everything a host can set. The tags are read by the command line and by [Explain].
type Settings struct {
	Listen          string   `name:"listen" env:"CONVOKE_LISTEN" default:"127.0.0.1:8080" help:"Address to listen on."`
	BaseURL         string   `name:"base-url" env:"CONVOKE_BASE_URL" default:"http://localhost:8080" help:"Address people reach this service at; all links in mails and feeds begin with it."`
	Data            string   `name:"data" env:"CONVOKE_DATA" default:"./convoke-data" help:"Folder of the database and of convoke.toml."`
	Database        string   `name:"database" env:"CONVOKE_DATABASE" default:"sqlite" secret:"true" help:"sqlite, or postgres://user:password@host:5432/name for several copies."`
	SMTP            string   `name:"smtp" env:"CONVOKE_SMTP" default:"" secret:"true" help:"Mail server, smtp://user:password@host:587?tls=starttls (or tls=implicit, tls=none). Empty: mails are kept and shown at /admin/mail, nothing leaves."`
	MailFrom        string   `name:"mail-from" env:"CONVOKE_MAIL_FROM" default:"Convoke <convoke@localhost>" help:"Sender of all mails; its domain also names Message-IDs."`
	SMTPConnections int      `name:"smtp-connections" env:"CONVOKE_SMTP_CONNECTIONS" default:"4" help:"Connections to the mail server at the same time."`
	TrustedProxies  []string `name:"trusted-proxies" env:"CONVOKE_TRUSTED_PROXIES" default:"" help:"Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas. Empty: none."`
	Log             string   `name:"log" env:"CONVOKE_LOG" default:"text" enum:"text,json" help:"Form of the log: text or json."`
	LogLevel        string   `name:"log-level" env:"CONVOKE_LOG_LEVEL" default:"info" enum:"debug,info,warn,error" help:"Least important lines to log: debug, info, warn or error."`
	TestClock       string   `name:"test-clock" env:"CONVOKE_TEST_CLOCK" default:"" help:"For tests only: file with a duration (720h30m, -2h) that is added to the present. Refused when the base URL is https."`
}

// Check refuses settings that cannot work, in one plain sentence.
func (s *Settings) Check() error {
	u, err := url.Parse(s.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return fmt.Errorf("CONVOKE_BASE_URL %q is not an address like https://convoke.example", s.BaseURL)
	}
	if _, _, err := net.SplitHostPort(s.Listen); err != nil {
		return fmt.Errorf("CONVOKE_LISTEN %q is not an address like 127.0.0.1:8080", s.Listen)
	}
	if s.Database != "sqlite" && !strings.HasPrefix(s.Database, "postgres://") && !strings.HasPrefix(s.Database, "postgresql://") {
		return errors.New(`CONVOKE_DATABASE is neither "sqlite" nor an address like postgres://user:password@host:5432/name`)
	}
	if s.SMTPConnections < 1 || s.SMTPConnections > 64 {
		return fmt.Errorf("CONVOKE_SMTP_CONNECTIONS is %d; take 1 to 64", s.SMTPConnections)
	}
	for _, p := range s.TrustedProxies {
		if _, _, err := net.ParseCIDR(p); err != nil && net.ParseIP(p) == nil {
			return fmt.Errorf("CONVOKE_TRUSTED_PROXIES: %q is neither an address nor a network like 10.0.0.0/8", p)
		}
	}
	if s.TestClock != "" && u.Scheme == "https" {
		return errors.New("CONVOKE_TEST_CLOCK is for tests and is refused when the base URL is https")
	}
	return nil
}

// Secure says whether people reach the service over https.
func (s *Settings) Secure() bool { return strings.HasPrefix(s.BaseURL, "https://") }

// File is what convoke.toml says.
type File map[string]any

// ReadFile reads <data>/convoke.toml; a missing file says nothing. A name that is no setting is an error, as it is most likely misspelt.
func ReadFile(data string) (File, error) {
	path := filepath.Join(data, "convoke.toml")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return File{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	f := File{}
	if err := toml.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("read settings in %s: %w", path, err)
	}
	known := map[string]bool{}
	for _, s := range list() {
		known[strings.ToLower(s.Env)] = true
	}
	for k := range f {
		if !known[k] || k == "convoke_data" {
			return nil, fmt.Errorf("%s: there is no setting %q; \"convoke config\" lists them", path, k)
		}
	}
	return f, nil
}

// Value gives what the file says for a setting, by the name of its flag.
func (f File) Value(flag string) (any, bool) {
	v, ok := f["convoke_"+strings.ReplaceAll(flag, "-", "_")]
	return v, ok
}

type setting struct {
	Name, Env, Default, Help string
	Secret                   bool
}

func list() []setting {
	t := reflect.TypeFor[Settings]()
	out := make([]setting, t.NumField())
	for i := range out {
		tag := t.Field(i).Tag
		out[i] = setting{tag.Get("name"), tag.Get("env"), tag.Get("default"), tag.Get("help"), tag.Get("secret") != ""}
	}
	return out
}

// Explained is one setting as `convoke config` prints it.
type Explained struct {
	Env, Help, Default, Value, Source string
}

// Explain tells of every setting its value and where it comes from. flags are the names of the flags that were given.
func Explain(s *Settings, f File, flags map[string]bool) []Explained {
	v := reflect.ValueOf(s).Elem()
	var out []Explained
	for i, d := range list() {
		value := fmt.Sprint(v.Field(i).Interface())
		if l, ok := v.Field(i).Interface().([]string); ok {
			value = strings.Join(l, ",")
		}
		source := "default"
		if _, ok := f.Value(d.Name); ok {
			source = "convoke.toml"
		}
		if _, ok := os.LookupEnv(d.Env); ok {
			source = "environment"
		}
		if flags[d.Name] {
			source = "flag"
		}
		if d.Secret {
			value = hide(value)
		}
		out = append(out, Explained{d.Env, d.Help, d.Default, value, source})
	}
	return out
}

// hide takes the password out of an address.
func hide(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "(hidden)"
	}
	return u.Redacted()
}

// Clock is the one clock: the machine's, plus the offset in the test clock's file, which is read again at most once a second.
// The second function tells the offset in force.
func Clock(testFile string) (now func() time.Time, offset func() time.Duration) {
	if testFile == "" {
		return time.Now, func() time.Duration { return 0 }
	}
	c := &testClock{file: testFile}
	return func() time.Time { return time.Now().Add(c.read()) }, c.read
}
