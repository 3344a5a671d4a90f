package gate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"google.golang.org/grpc"

	"sluice.dev/foreman-bridge/go/breachv1"
)

const (
	// maxMessage: thousands of services come in one snapshot.
	maxMessage = 64 << 20
	// missedHeartbeats is how many may be late before a watch counts as stale.
	missedHeartbeats = 3
	// leastPatience: a server whose heart beats faster is still given this long.
	leastPatience = time.Second
)

var errStale = errors.New("stale: the breach service fell silent")

// stream keeps one watch open. Its run is one goroutine, which alone calls listen. A watch that fails, or
// falls silent for longer than three heartbeats, is opened again over a new connection after a pause, from
// the last revision.
type stream struct {
	dial      func() (*grpc.ClientConn, error)
	namespace string
	backoff   backoff
	// patience is for a first message; then the server's own heartbeats say when the next is due.
	patience time.Duration
	revision func() uint64
	listen   func(*breachv1.WatchResponse) error
	log      *slog.Logger
}

func (s *stream) run(ctx context.Context) {
	failures := 0
	for {
		heard, err := s.watch(ctx)
		if ctx.Err() != nil {
			return
		}
		if heard {
			failures = 0
		}
		pause := s.backoff.pause(failures, rand.Float64())
		s.report(err, failures, pause)
		failures++
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

func (s *stream) report(err error, failures int, pause time.Duration) {
	if failures == 0 {
		s.log.Info("watch-ended", "error", err, "retryIn", pause)
	} else {
		s.log.Debug("watch-failed", "error", err, "retryIn", pause)
	}
}

// watch watches until it fails, and says whether it heard anything.
func (s *stream) watch(parent context.Context) (heard bool, err error) {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	patience := s.patience
	quiet := time.AfterFunc(patience, func() { cancel(errStale) })
	defer quiet.Stop()
	// A connection of its own for each: else gRPC's own pauses would come on top of ours.
	conn, err := s.dial()
	if err != nil {
		return false, err
	}
	defer func() { _ = conn.Close() }()
	watch, err := breachv1.NewBreachServiceClient(conn).Watch(ctx,
		&breachv1.WatchRequest{Namespace: s.namespace, AfterRevision: s.revision()},
		grpc.MaxCallRecvMsgSize(maxMessage))
	if err != nil {
		return false, because(ctx, err)
	}
	for {
		message, err := watch.Recv()
		if err != nil {
			return heard, because(ctx, err)
		}
		if err := s.listen(message); err != nil {
			return heard, err
		}
		heard = true
		patience = nextPatience(patience, message)
		quiet.Reset(patience)
	}
}

func nextPatience(known time.Duration, message *breachv1.WatchResponse) time.Duration {
	if interval := message.GetHeartbeat().GetInterval().AsDuration(); interval > 0 {
		return max(missedHeartbeats*interval, leastPatience)
	}
	return known
}

// because says what ended the call: our own impatience, where that did.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}
