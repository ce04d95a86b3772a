package rig

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"convoke/internal/convoke"
	"convoke/internal/store"
	"convoke/mailer"
)

// Mail is one mail that left, or was captured.
type Mail struct {
	*mailer.Parsed
	Letter convoke.Letter
	Kind   string
	Addr   string // whom it went to
	Raw    []byte
}

// Field is the value of a header field; empty where there is none.
func (m Mail) Field(name string) string {
	for _, f := range m.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// ICal is the calendar part with its lines unfolded; empty where there is none.
func (m Mail) ICal() string {
	return strings.ReplaceAll(strings.ReplaceAll(string(m.Calendar), "\r\n ", ""), "\r\n", "\n")
}

// Prop is the first value of a property in an entry of the calendar part, parameters left out; empty where there is none.
func (m Mail) Prop(name string) string {
	_, entry, _ := strings.Cut(m.ICal(), "BEGIN:VEVENT\n")
	for line := range strings.SplitSeq(entry, "\n") {
		if head, value, ok := strings.Cut(line, ":"); ok && (head == name || strings.HasPrefix(head, name+";")) {
			return value
		}
	}
	return ""
}

// Partstat is how the calendar part says its reader has answered.
func (m Mail) Partstat() string {
	_, after, _ := strings.Cut(m.ICal(), "PARTSTAT=")
	if i := strings.IndexAny(after, ";:"); i >= 0 {
		return after[:i]
	}
	return ""
}

// Link is the first link in the text that holds some text; empty where there is none.
func (m Mail) Link(holds string) string {
	for word := range strings.FieldsSeq(m.Text) {
		word = strings.Trim(word, "<>()")
		if strings.HasPrefix(word, "http") && strings.Contains(word, holds) {
			return word
		}
	}
	return ""
}

// Token is what stands behind /l/ in the mail's own links.
func (m Mail) Token() string {
	_, after, _ := strings.Cut(m.Link("/l/"), "/l/")
	token, _, _ := strings.Cut(after, "/")
	token, _, _ = strings.Cut(token, "?")
	return token
}

// mailbox remembers what has been read.
type mailbox struct {
	seen  map[convoke.ID]bool
	taken int // of the sink's mails
}

// Plan plans what is to be told by now.
func (r *Rig) Plan() {
	r.t.Helper()
	if err := r.Outbox.Plan(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// Deliver is the timetable's tick: it plans and delivers all that is due, and returns the mails that are new since it was called before,
// by time, address and kind.
func (r *Rig) Deliver() []Mail {
	r.t.Helper()
	r.Plan()
	if err := r.Outbox.Deliver(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	return r.fresh()
}

// fresh returns the mails that are new since it was called before.
func (r *Rig) fresh() []Mail {
	r.t.Helper()
	var out []Mail
	if r.Sink != nil {
		for _, got := range r.Sink.Received()[r.mail.taken:] {
			r.mail.taken++
			out = append(out, r.parse(got.Raw, got.To, convoke.Letter{}))
		}
		letters := r.Letters("")
		for i, m := range out {
			if k := slices.IndexFunc(letters, func(l convoke.Letter) bool { return l.MessageID == m.MessageID }); k >= 0 {
				out[i].Letter, out[i].Kind = letters[k], letters[k].Kind
			}
		}
		return out
	}
	if r.mail.seen == nil {
		r.mail.seen = map[convoke.ID]bool{}
	}
	for _, l := range r.Letters(convoke.Captured) {
		if r.mail.seen[l.ID] {
			continue
		}
		r.mail.seen[l.ID] = true
		l := r.Letter(l.ID)
		out = append(out, r.parse(l.Mime, l.Address, l))
	}
	return out
}

// Mails lists all mails captured so far, or taken by the sink.
func (r *Rig) Mails() []Mail {
	r.t.Helper()
	before := r.mail
	defer func() { r.mail = before }()
	r.mail = mailbox{}
	return r.fresh()
}

func (r *Rig) parse(raw []byte, to string, l convoke.Letter) Mail {
	r.t.Helper()
	p, err := mailer.Read(raw)
	if err != nil {
		r.t.Fatalf("read mail to %s: %v\n%s", to, err, raw)
	}
	return Mail{Parsed: p, Letter: l, Kind: l.Kind, Addr: to, Raw: raw}
}

// Letter reads one letter with its bytes.
func (r *Rig) Letter(id convoke.ID) (l convoke.Letter) {
	r.t.Helper()
	r.View(func(ctx context.Context, tx *store.Tx) (err error) {
		l, err = tx.Letter(ctx, id)
		return err
	})
	return l
}

// Letters lists the ledger without the bytes, in a state or in all, by time, address and kind.
func (r *Rig) Letters(state string) (list []convoke.Letter) {
	r.t.Helper()
	r.View(func(ctx context.Context, tx *store.Tx) error {
		f := store.LetterFilter{State: state, Limit: 1000}
		for {
			page, err := tx.Letters(ctx, convoke.System, f)
			if err != nil {
				return err
			}
			for _, l := range page {
				list = append(list, l.Letter)
				f.AfterTime, f.AfterID = l.CreatedAt, l.ID
			}
			if len(page) < f.Limit {
				return nil
			}
		}
	})
	slices.SortFunc(list, func(a, b convoke.Letter) int {
		return cmp.Or(cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(a.Address, b.Address), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return list
}
