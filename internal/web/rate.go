package web

import (
	"math"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// limiterSize bounds how many networks a limiter remembers, twice over.
const limiterSize = 5000

// A limiter lets each network do something so many times a second, with a reserve. Networks are forgotten by generations: when the
// younger is full it becomes the older, and the older is dropped.
type limiter struct {
	every rate.Limit
	burst int

	mu         sync.Mutex
	young, old map[string]*rate.Limiter
}

func newLimiter(perSecond float64, burst int) *limiter {
	return &limiter{every: rate.Limit(perSecond), burst: burst, young: map[string]*rate.Limiter{}}
}

// allow takes one from a network's reserve, or tells after how many seconds there will be one again. The empty network has no limit.
func (l *limiter) allow(network string, now time.Time) (retry int, ok bool) {
	if network == "" {
		return 0, true
	}
	b := l.of(network)
	if b.AllowN(now, 1) {
		return 0, true
	}
	return max(1, int(math.Ceil((1-b.TokensAt(now))/float64(l.every)))), false
}

func (l *limiter) of(network string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.young[network]
	if ok {
		return b
	}
	if b, ok = l.old[network]; !ok {
		b = rate.NewLimiter(l.every, l.burst)
	}
	if len(l.young) >= limiterSize {
		l.old, l.young = l.young, map[string]*rate.Limiter{}
	}
	l.young[network] = b
	return b
}

// limited refuses what a network does too often.
func (s *Server) limited(c *gin.Context, l *limiter) error {
	retry, ok := l.allow(network(c), s.app.Now().Time())
	if ok {
		return nil
	}
	e := convoke.Refuse(convoke.ReasonLimited, "error.limited")
	e.RetryAfter = retry
	return e
}

// network is what limits count by: empty for the loopback, where everybody behind a proxy that is not trusted comes from.
func network(c *gin.Context) string { return app.Network(c.ClientIP()) }
