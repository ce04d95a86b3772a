package app

import (
	"context"
	"sync"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/store"
)

// visits remembers which operator looked into which community only because they are one, so that it can be recorded without a
// page that is read writing anything: the timetable writes what is new, once a day for each pair.
type visits struct {
	mu   sync.Mutex
	seen map[visit]convoke.Instant // when it was last written, zero for not yet
}

type visit struct{ person, community convoke.ID }

// note keeps that an operator saw what they would not see otherwise.
func (c *core) note(v convoke.Viewer, s convoke.Standing, m *convoke.Community) {
	ordinary := s
	ordinary.Operator = false
	if !v.Operator || v.Person == "" || convoke.Can(ordinary, convoke.Read, m) {
		return
	}
	c.visits.mu.Lock()
	defer c.visits.mu.Unlock()
	if c.visits.seen == nil {
		c.visits.seen = map[visit]convoke.Instant{}
	}
	k := visit{v.Person, m.ID}
	if _, ok := c.visits.seen[k]; !ok {
		c.visits.seen[k] = 0
	}
}

// WriteVisits records what operators looked into since the last time.
func (a *App) WriteVisits(ctx context.Context) error {
	now := a.Now()
	a.visits.mu.Lock()
	var fresh []visit
	for k, at := range a.visits.seen {
		switch {
		case at == 0:
			fresh = append(fresh, k)
			a.visits.seen[k] = now
		case now.Sub(at) > 24*time.Hour:
			delete(a.visits.seen, k)
		}
	}
	a.visits.mu.Unlock()
	if len(fresh) == 0 {
		return nil
	}
	return a.store.Update(ctx, func(tx *store.Tx) error {
		for _, k := range fresh {
			if err := a.record(ctx, tx, convoke.Viewer{Person: k.person, Via: "operator"},
				news{noun: "community", verb: "operator-read", subject: k.community, community: k.community}); err != nil {
				return err
			}
		}
		return nil
	})
}
