// Package scheduler runs named jobs at set times, one run of a job at a time.
//
// The timer is robfig/cron, used as nothing but a ticker with fixed distances: no cron text is parsed (some texts make cron panic,
// and local times are lost or doubled when clocks change), nothing is remembered, and what is due is for the job to find out from
// the database. Added to cron are: a run right at the start, so that a job due each day also runs in a process that lives an hour;
// waits of at most half a minute, so that a machine that slept catches up; a context with a deadline for each run; an end to all
// of them that can be waited for; and Wake.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"
)

// maxWait is the longest wait of a timer. Timers stand still while the machine sleeps.
const maxWait = 30 * time.Second

// Job is something to be done again and again. It may run late or twice and must not mind.
type Job struct {
	Name     string
	Every    time.Duration // from start to start, at least a second, beyond 30 s kept to within half a minute; ticks during a run are skipped
	Deadline time.Duration // of one run, more than 0
	Run      func(context.Context) error
}

// Scheduler runs jobs. Add them, Start once, Stop once.
type Scheduler struct {
	log    *slog.Logger
	cron   *cron.Cron
	wg     sync.WaitGroup
	mu     sync.Mutex
	jobs   map[string]*entry
	cancel context.CancelFunc // nil before Start
}

// entry is a job with its state.
type entry struct {
	Job
	log     *slog.Logger
	guarded cron.Job // Run under cron's Recover
	root    context.Context
	tick    chan struct{} // unbuffered: a tick that finds the job running is dropped
	wake    chan struct{} // one waits, however often Wake is called
	running atomic.Bool

	mu   sync.Mutex
	last time.Time // the last tick that counted
}

// New returns a Scheduler without jobs.
func New(log *slog.Logger) *Scheduler {
	// The location keeps cron from looking at the machine's zone; fixed distances know none.
	return &Scheduler{log: log, cron: cron.New(cron.WithLocation(time.UTC), cron.WithLogger(cronLog{log})), jobs: map[string]*entry{}}
}

// Add registers a job before Start. It refuses a name used twice, a missing Run and times out of range.
func (s *Scheduler) Add(j Job) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.cancel != nil:
		return fmt.Errorf("job %q: the scheduler has started", j.Name)
	case j.Name == "":
		return errors.New("a job needs a name")
	case s.jobs[j.Name] != nil:
		return fmt.Errorf("job %q: the name is taken", j.Name)
	case j.Run == nil:
		return fmt.Errorf("job %q: nothing to run", j.Name)
	case j.Every < time.Second:
		return fmt.Errorf("job %q: every %s is less than a second", j.Name, j.Every) // cron would make a second of it in silence
	case j.Deadline <= 0:
		return fmt.Errorf("job %q: a run needs a deadline", j.Name)
	}
	s.jobs[j.Name] = &entry{Job: j, log: s.log.With("job", j.Name), tick: make(chan struct{}), wake: make(chan struct{}, 1)}
	return nil
}

// Start runs every job now and then at its times, until ctx ends or Stop is called. A second Start does nothing.
func (s *Scheduler) Start(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cancel != nil {
		return
	}
	root, cancel := context.WithCancel(ctx)
	s.cancel = cancel
	for _, e := range s.jobs {
		e.root = root
		e.last = time.Now()
		// Skipping stands outside, Recover inside. The other way round a panic leaves cron's SkipIfStillRunning without its
		// token, and the job never runs again. Skipping is the unbuffered tick: unlike cron's it leaves room for Wake.
		e.guarded = cron.NewChain(cron.Recover(cronLog{e.log})).Then(cron.FuncJob(e.once))
		s.cron.Schedule(cron.Every(pulse(e.Every)), cron.FuncJob(func() { e.ticked(time.Now()) }))
		s.wg.Go(e.loop)
	}
	s.cron.Start()
	context.AfterFunc(root, func() { s.cron.Stop() })
}

// Wake makes the job run soon: at once, or right after the run under way. Several calls before that run make one. An unknown name
// is logged.
func (s *Scheduler) Wake(name string) {
	s.mu.Lock()
	e := s.jobs[name]
	s.mu.Unlock()
	if e == nil {
		s.log.Error("no such job to wake", "job", name)
		return
	}
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// Stop ends the context of all runs and waits for them until ctx ends; then the error names the jobs still running.
func (s *Scheduler) Stop(ctx context.Context) error {
	s.mu.Lock()
	if s.cancel == nil {
		s.cancel = func() {} // a Start after Stop does nothing
	}
	s.cancel()
	s.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		<-s.cron.Stop().Done()
		s.wg.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for name, e := range s.jobs {
		if e.running.Load() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return fmt.Errorf("jobs still running (%s): %w", strings.Join(names, ", "), ctx.Err())
}

// pulse returns how often to look whether a job is due: at its times, or, when these are far apart, in equal parts of at most
// maxWait.
func pulse(every time.Duration) time.Duration {
	parts := (every + maxWait - 1) / maxWait
	return every / parts
}

// ticked hands a tick to the loop if the job is due and idle.
func (e *entry) ticked(now time.Time) {
	// cron cuts a pulse to whole seconds, so the due moment can fall a little after a tick: half a pulse is near enough.
	e.mu.Lock()
	due := elapsed(e.last, now) >= e.Every-pulse(e.Every)/2
	if due {
		e.last = now
	}
	e.mu.Unlock()
	if !due {
		return
	}
	select {
	case e.tick <- struct{}{}:
	default:
		e.log.Debug("job skipped, still running")
	}
}

// elapsed is the time from one moment to another by the clock that saw more of it: the monotonic one stands still while the
// machine sleeps, the wall clock can be set back.
func elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}

// loop is the one place where the job runs.
func (e *entry) loop() {
	for e.root.Err() == nil {
		select {
		case <-e.wake: // asked for before this run began
		default:
		}
		e.guarded.Run()
		select {
		case <-e.root.Done():
		case <-e.tick:
		case <-e.wake:
		}
	}
}

// once is one run.
func (e *entry) once() {
	ctx, cancel := context.WithTimeout(e.root, e.Deadline)
	defer cancel()
	e.running.Store(true)
	defer e.running.Store(false)
	switch err := e.Run(ctx); {
	case err == nil:
	case e.root.Err() != nil && errors.Is(err, context.Canceled):
		e.log.Debug("job cut short by the end")
	default:
		e.log.Error("job failed", "err", err)
	}
}

// cronLog gives cron's messages to slog: its chatter at debug level, its panics as errors.
type cronLog struct{ log *slog.Logger }

// Info is called at every tick.
func (l cronLog) Info(msg string, kv ...any) { l.log.Debug("cron: "+msg, kv...) }

// Error is called for a panic, with the stack.
func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error("job failed: "+msg, append([]any{"err", err}, kv...)...)
}
