package gate

import (
	"math"
	"time"
)

// backoff makes the pauses between reconnections: min(last, first * 2^failures), spread by a fifth either way
// so that the clients of a restarted server don't come back as one.
type backoff struct {
	first time.Duration
	last  time.Duration
}

// pause is the one after so many failures in a row; chance is in [0, 1).
func (b backoff) pause(failures int, chance float64) time.Duration {
	doubled := math.Ldexp(float64(b.first), failures)
	pause := min(doubled, float64(b.last))
	return time.Duration(math.Round(pause * (1 - jitter + 2*jitter*chance)))
}
