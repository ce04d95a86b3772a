package outbox_test

import (
	"testing"
	"time"

	"convoke/internal/app"
	"convoke/internal/convoke"
	"convoke/internal/rig"
)

// A crowd is invited to one event; each iteration plans its letters into a database of its own.
func BenchmarkPlan10000(b *testing.B) {
	const people = 10_000
	for b.Loop() {
		b.StopTimer()
		r := invite(b, people)
		b.StartTimer()
		if err := r.Outbox.Plan(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(people)*float64(b.N)/b.Elapsed().Seconds(), "letters/s")
}

// Delivering over one connection to a server on the loopback: rendered, stored, sent and settled in a commit of its own, beside the same
// bytes sent over one kept connection by a loop that keeps no books.
func BenchmarkDeliver5000(b *testing.B) {
	const people = 5_000
	var bare, whole time.Duration
	for b.Loop() {
		b.StopTimer()
		r := invite(b, people, rig.WithSink(1), rig.OnDisk())
		if err := r.Outbox.Plan(b.Context()); err != nil {
			b.Fatal(err)
		}
		begun := time.Now()
		b.StartTimer()
		if err := r.Outbox.Deliver(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		whole += time.Since(begun)
		taken := r.Sink.Received()
		if len(taken) != people {
			b.Fatalf("got %d mails, want %d", len(taken), people)
		}
		begun = time.Now()
		conn, err := r.Sink.Server().Dial(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		for _, m := range taken {
			if err := conn.Send(b.Context(), m.From, m.To, m.Raw); err != nil {
				b.Fatal(err)
			}
		}
		if err := conn.Close(); err != nil {
			b.Fatal(err)
		}
		bare += time.Since(begun)
		b.StartTimer()
	}
	mails := float64(people) * float64(b.N)
	b.ReportMetric(mails/whole.Seconds(), "mails/s")
	b.ReportMetric(mails/bare.Seconds(), "bare-mails/s")
	b.ReportMetric(whole.Seconds()/bare.Seconds(), "times-bare")
}

// invite makes a community of so many people who are invited to an event, with nothing planned yet.
func invite(b *testing.B, people int, with ...rig.Option) *rig.Rig {
	b.Helper()
	r := rig.New(b, with...)
	crowd(r, r.Community("soil", convoke.Open).ID, people)
	e, err := r.App.Events.Create(b.Context(), convoke.System, "soil", app.EventInput{Title: new("Compost"), StartLocal: new("2027-04-20T14:00"),
		TimeZone: new("Africa/Nairobi"), Invite: new(true), Abstract: new("How to make it, and what to leave out.")})
	r.Must(err)
	_, err = r.App.Events.Publish(b.Context(), convoke.System, e.ID)
	r.Must(err)
	return r
}
