package scheduler

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// safe is a log that several goroutines may write to.
type safe struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// start runs jobs inside a bubble and stops them at its end.
func start(t *testing.T, jobs ...Job) (*Scheduler, *safe) {
	t.Helper()
	log := &safe{}
	s := New(slog.New(slog.NewTextHandler(log, nil)))
	for _, j := range jobs {
		if err := s.Add(j); err != nil {
			t.Fatal(err)
		}
	}
	s.Start(t.Context())
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil { // t.Context has ended here
			t.Error(err)
		}
	})
	synctest.Wait()
	return s, log
}

// let lets d pass, and then everything settle.
func let(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestTimes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		every  time.Duration
		length time.Duration // of a run
		pass   time.Duration
		want   []time.Duration // starts
	}{
		{"each second", time.Second, 0, 3500 * time.Millisecond, []time.Duration{0, 1 * time.Second, 2 * time.Second, 3 * time.Second}},
		{"each half minute", 30 * time.Second, 0, time.Minute, []time.Duration{0, 30 * time.Second, time.Minute}},
		{"looked at in between", 2 * time.Minute, 0, 5 * time.Minute, []time.Duration{0, 2 * time.Minute, 4 * time.Minute}},
		{"a day", 24 * time.Hour, 0, 49 * time.Hour, []time.Duration{0, 24 * time.Hour, 48 * time.Hour}},
		{"looks cut to seconds", 45 * time.Second, 0, 90 * time.Second, []time.Duration{0, 44 * time.Second, 88 * time.Second}},
		{"longer than its distance", 2 * time.Second, 5 * time.Second, 13 * time.Second, []time.Duration{0, 6 * time.Second, 12 * time.Second}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				var got []time.Duration
				start(t, Job{Name: "j", Every: tt.every, Deadline: time.Minute, Run: func(ctx context.Context) error {
					got = append(got, time.Since(begin))
					select {
					case <-ctx.Done():
					case <-time.After(tt.length):
					}
					return nil
				}})
				let(tt.pass)
				if !slices.Equal(got, tt.want) {
					t.Errorf("started at %v, want %v", got, tt.want)
				}
			})
		})
	}
}

func TestPanicRunsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		_, log := start(t, Job{Name: "bad", Every: time.Second, Deadline: time.Minute, Run: func(context.Context) error {
			runs.Add(1)
			panic("no map")
		}})
		let(4500 * time.Millisecond)
		if n := runs.Load(); n != 5 {
			t.Errorf("%d runs, want 5", n)
		}
		if s := log.String(); !strings.Contains(s, "no map") || !strings.Contains(s, "job=bad") || !strings.Contains(s, "scheduler_test.go") {
			t.Errorf("log without panic, job or stack:\n%s", s)
		}
	})
}

func TestErrorIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, log := start(t, Job{Name: "bad", Every: time.Minute, Deadline: time.Minute, Run: func(context.Context) error { return errors.New("disk full") }})
		if s := log.String(); !strings.Contains(s, "level=ERROR") || !strings.Contains(s, "disk full") || !strings.Contains(s, "job=bad") {
			t.Errorf("log:\n%s", s)
		}
	})
}

func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var took time.Duration
		var runs int
		_, log := start(t, Job{Name: "slow", Every: time.Minute, Deadline: 7 * time.Second, Run: func(ctx context.Context) error {
			begin := time.Now()
			<-ctx.Done()
			took = time.Since(begin)
			runs++
			return ctx.Err()
		}})
		let(70 * time.Second)
		if took != 7*time.Second || runs != 2 {
			t.Errorf("%d runs, the last took %s; want 2 of 7s", runs, took)
		}
		if !strings.Contains(log.String(), "deadline exceeded") {
			t.Errorf("log:\n%s", log)
		}
	})
}

func TestOneJobDoesNotHoldUpAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		start(t,
			Job{Name: "stuck", Every: time.Second, Deadline: time.Hour, Run: func(ctx context.Context) error { <-ctx.Done(); return nil }},
			Job{Name: "quick", Every: time.Second, Deadline: time.Second, Run: func(context.Context) error { runs.Add(1); return nil }})
		let(10500 * time.Millisecond)
		if n := runs.Load(); n != 11 {
			t.Errorf("%d runs, want 11", n)
		}
	})
}

func TestWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs, at atomic.Int32
		release := make(chan struct{})
		s, log := start(t, Job{Name: "j", Every: time.Hour, Deadline: time.Hour, Run: func(context.Context) error {
			if at.Add(1) > 1 {
				t.Error("two runs at a time")
			}
			<-release
			at.Add(-1)
			runs.Add(1)
			return nil
		}})
		for _, tt := range []struct {
			name  string
			wakes int
			want  int32 // runs once all is quiet
		}{
			{"the run at the start", 0, 1},
			{"an idle job", 1, 2},
		} {
			for range tt.wakes {
				s.Wake("j")
			}
			synctest.Wait()
			release <- struct{}{}
			synctest.Wait()
			if n := runs.Load(); n != tt.want {
				t.Fatalf("%s: %d runs, want %d", tt.name, n, tt.want)
			}
		}
		// Woken thrice during a run: that run may have looked too early, so one more follows, and only one.
		s.Wake("j")
		synctest.Wait()
		for range 3 {
			s.Wake("j")
		}
		release <- struct{}{}
		synctest.Wait()
		if n := at.Load(); n != 1 {
			t.Fatalf("%d running after a wake during a run, want 1", n)
		}
		release <- struct{}{}
		synctest.Wait()
		if n, running := runs.Load(), at.Load(); n != 4 || running != 0 {
			t.Errorf("%d runs, %d running; want 4 and 0", n, running)
		}
		close(release)
		s.Wake("other")
		if !strings.Contains(log.String(), "no such job") {
			t.Errorf("log:\n%s", log)
		}
	})
}

func TestWakeBeforeStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		s := New(slog.New(slog.DiscardHandler))
		if err := s.Add(Job{Name: "j", Every: time.Hour, Deadline: time.Hour, Run: func(context.Context) error { runs.Add(1); return nil }}); err != nil {
			t.Fatal(err)
		}
		s.Wake("j")
		s.Start(t.Context())
		s.Start(t.Context())
		synctest.Wait()
		if n := runs.Load(); n != 1 {
			t.Errorf("%d runs, want 1", n)
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(slog.New(slog.DiscardHandler))
		deaf := make(chan struct{})
		var runs atomic.Int32
		for _, j := range []Job{
			{Name: "listens", Every: time.Second, Deadline: time.Hour, Run: func(ctx context.Context) error { runs.Add(1); <-ctx.Done(); return ctx.Err() }},
			{Name: "deaf", Every: time.Second, Deadline: time.Hour, Run: func(context.Context) error { <-deaf; return nil }},
		} {
			if err := s.Add(j); err != nil {
				t.Fatal(err)
			}
		}
		s.Start(t.Context())
		synctest.Wait()
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		err := s.Stop(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "(deaf)") || time.Since(begin) != 20*time.Second {
			t.Errorf("got %v after %s", err, time.Since(begin))
		}
		close(deaf)
		if err := s.Stop(t.Context()); err != nil {
			t.Errorf("once all have ended: %v", err)
		}
		before := runs.Load()
		s.Wake("listens")
		let(time.Minute)
		if n := runs.Load(); n != before {
			t.Errorf("ran after Stop")
		}
		s.Start(t.Context()) // too late
		synctest.Wait()
		if n := runs.Load(); n != before {
			t.Errorf("started after Stop")
		}
	})
}

func TestStopBeforeStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(slog.New(slog.DiscardHandler))
		if err := s.Add(Job{Name: "j", Every: time.Second, Deadline: time.Hour, Run: func(context.Context) error { t.Error("ran"); return nil }}); err != nil {
			t.Fatal(err)
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		s.Start(t.Context())
		let(time.Minute)
	})
}

// TestContextEnds: the end of Start's context ends everything, also one that has ended before; a goroutine left would keep the
// bubble from closing.
func TestContextEnds(t *testing.T) {
	for _, tt := range []struct {
		name string
		pass time.Duration
		want int32
	}{{"later", 2500 * time.Millisecond, 3}, {"before", 0, 0}} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var runs atomic.Int32
				s := New(slog.New(slog.DiscardHandler))
				if err := s.Add(Job{Name: "j", Every: time.Second, Deadline: time.Second, Run: func(context.Context) error { runs.Add(1); return nil }}); err != nil {
					t.Fatal(err)
				}
				if tt.want == 0 {
					cancel()
				}
				s.Start(ctx)
				let(tt.pass)
				cancel()
				let(time.Minute)
				if n := runs.Load(); n != tt.want {
					t.Errorf("%d runs, want %d", n, tt.want)
				}
			})
		})
	}
}

func TestAddRefuses(t *testing.T) {
	run := func(context.Context) error { return nil }
	s := New(slog.New(slog.DiscardHandler))
	if err := s.Add(Job{"taken", time.Second, time.Second, run}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		job  Job
	}{
		{"no name", Job{"", time.Second, time.Second, run}},
		{"name taken", Job{"taken", time.Second, time.Second, run}},
		{"nothing to run", Job{"a", time.Second, time.Second, nil}},
		{"no distance", Job{"a", 0, time.Second, run}},
		{"negative distance", Job{"a", -5 * time.Minute, time.Second, run}},
		{"under a second", Job{"a", time.Second - 1, time.Second, run}},
		{"no deadline", Job{"a", time.Second, 0, run}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := s.Add(tt.job); err == nil {
				t.Error("added")
			}
		})
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Add(Job{"late", time.Second, time.Second, run}); err == nil {
		t.Error("added after the end")
	}
}

func TestPulse(t *testing.T) {
	for _, every := range []time.Duration{time.Second, 30 * time.Second, 31 * time.Second, 45 * time.Second, time.Hour, time.Hour + time.Second, 24 * time.Hour, 366 * 24 * time.Hour} {
		if p := pulse(every); p > maxWait || p < time.Second {
			t.Errorf("pulse(%s) = %s", every, p)
		}
	}
}

// TestElapsed: one clock may stand still and the other be set back, what has passed counts by the better one.
func TestElapsed(t *testing.T) {
	mono := time.Now()
	wall := mono.Round(0)
	for _, tt := range []struct {
		name     string
		from, to time.Time
		want     time.Duration
	}{
		{"both", mono, mono.Add(time.Hour), time.Hour},
		{"asleep for a day, known by the wall clock only", wall, wall.Add(24 * time.Hour), 24 * time.Hour},
		{"nothing", mono, mono, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := elapsed(tt.from, tt.to); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
