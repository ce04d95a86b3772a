package mailer

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestParseServer(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     Server
	}{
		{"host alone", "smtp://mail.example", Server{Host: "mail.example", Port: 587, TLS: StartTLS}},
		{"all", "smtp://joe:s%40c@mail.example:2587?tls=starttls", Server{Host: "mail.example", Port: 2587, User: "joe", Password: "s@c", TLS: StartTLS}},
		{"implicit", "smtp://joe:sc@mail.example?tls=implicit", Server{Host: "mail.example", Port: 465, User: "joe", Password: "sc", TLS: Implicit}},
		{"none", "smtp://mail.example?tls=none", Server{Host: "mail.example", Port: 25, TLS: Plain}},
		{"none with password to this machine", "smtp://joe:sc@127.0.0.1:2525/?tls=none", Server{Host: "127.0.0.1", Port: 2525, User: "joe", Password: "sc", TLS: Plain}},
		{"this machine is secured too unless told", "smtp://localhost:2525", Server{Host: "localhost", Port: 2525, TLS: StartTLS}},
		{"IPv6", "smtp://[2001:db8::1]:25?tls=none", Server{Host: "2001:db8::1", Port: 25, TLS: Plain}},
		{"international", "smtp://Bücher.example", Server{Host: "xn--bcher-kva.example", Port: 587, TLS: StartTLS}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseServer(tt.in)
			if err != nil || fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", tt.want) {
				t.Errorf("ParseServer(%q) = %#v, %v; want %#v", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestParseServerRefuses(t *testing.T) {
	for _, in := range []string{
		"", "mail.example:587", "smtp://", "smtps://joe:hunter2@mail.example", "https://joe:hunter2@mail.example",
		"smtp://joe:hunter2@mail.example:0", "smtp://joe:hunter2@mail.example:70000", "smtp://joe:hunter2@mail.example:x",
		"smtp://joe:hunter2@mail.example?tls=no", "smtp://joe:hunter2@mail.example?tls=none&tls=starttls", "smtp://joe:hunter2@mail.example?ssl=1",
		"smtp://joe:hunter2@mail.example?tls=none", "smtp://joe@mail.example", "smtp://:hunter2@mail.example", "smtp://joe:@mail.example",
		"smtp://joe:hunter2@mail.example/path", "smtp://joe:hunter2@mail.example#tls", "smtp://joe:hunter2%zz@mail.example",
		"smtp://joe:hunter2/x@mail.example", "smtp://joe:hunter2#x@mail.example", "smtp://joe:hunter2 x@mail.example", "smtp://joe:hunter2@a_b.example",
		"smtp://joe:hunter2@mail.example?tls=%zz", "smtp:joe:hunter2@mail.example", "smtp://joe:hunter2\n@mail.example",
	} {
		t.Run(in, func(t *testing.T) {
			got, err := ParseServer(in)
			if err == nil {
				t.Fatalf("ParseServer(%q) = %#v", in, got)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the password stands in %q", err)
			}
		})
	}
}

func TestServerHidesPassword(t *testing.T) {
	s, err := ParseServer("smtp://joe:hunter2@mail.example")
	if err != nil {
		t.Fatal(err)
	}
	js, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{s.String(), fmt.Sprint(s), fmt.Sprintf("%+v", s), fmt.Sprint(&s), string(js)} {
		if strings.Contains(shown, "hunter2") || !strings.Contains(shown, "smtp://joe@mail.example:587?tls=starttls") {
			t.Errorf("shown as %s", shown)
		}
	}
}
