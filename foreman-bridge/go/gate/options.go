package gate

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// The defaults, those of the Java client.
const (
	// DefaultTrustFor says for how long the last state is answered from while the breach service is away.
	DefaultTrustFor = 30 * time.Second
	// DefaultFirstRetry is the pause before the first reconnection; doubled by each failure.
	DefaultFirstRetry = 250 * time.Millisecond
	// DefaultLastRetry is the most it is doubled to.
	DefaultLastRetry = 10 * time.Second
)

// Observer is told of every answer, in the goroutine that asked: count it, and return at once.
type Observer interface {
	Answered(answer Answer)
}

// Option changes how a gate behaves.
type Option func(*config) error

type config struct {
	namespace   string
	trustFor    time.Duration
	firstRetry  time.Duration
	lastRetry   time.Duration
	credentials credentials.TransportCredentials
	observer    Observer
	log         *slog.Logger
	now         func() time.Time
}

// WithNamespace watches only this namespace, and admits as unknown what lies elsewhere. Default: all.
func WithNamespace(namespace string) Option {
	return func(c *config) error { c.namespace = namespace; return nil }
}

// WithTrustFor answers from the last state for this long while the breach service is away; more than the server's
// heartbeat, which is 10 s.
func WithTrustFor(trustFor time.Duration) Option {
	return func(c *config) error {
		c.trustFor = trustFor
		return positive("trustFor", trustFor)
	}
}

// WithRetry reconnects after the first pause, doubled by each failure up to the last one, each spread by a fifth.
func WithRetry(first, last time.Duration) Option {
	return func(c *config) error {
		c.firstRetry, c.lastRetry = first, last
		if last < first {
			return fmt.Errorf("lastRetry: %s (expected: at least firstRetry, %s)", last, first)
		}
		return positive("firstRetry", first)
	}
}

// WithCredentials protects the connection as gRPC's credentials say. Default: no TLS.
func WithCredentials(credentials credentials.TransportCredentials) Option {
	return func(c *config) error {
		c.credentials = credentials
		return present("credentials", credentials != nil)
	}
}

// WithObserver tells this observer of every answer.
func WithObserver(observer Observer) Option {
	return func(c *config) error {
		c.observer = observer
		return present("observer", observer != nil)
	}
}

// WithLogger logs here when failing open begins and ends, and when a watch ends. Default: slog's own.
func WithLogger(log *slog.Logger) Option {
	return func(c *config) error {
		c.log = log
		return present("log", log != nil)
	}
}

func configure(options []Option) (config, error) {
	configured := config{
		trustFor:    DefaultTrustFor,
		firstRetry:  DefaultFirstRetry,
		lastRetry:   DefaultLastRetry,
		credentials: insecure.NewCredentials(),
		observer:    nobody{},
		log:         slog.Default(),
		now:         time.Now,
	}
	var refused []error
	for _, option := range options {
		refused = append(refused, option(&configured))
	}
	return configured, errors.Join(refused...)
}

func positive(field string, value time.Duration) error {
	if value <= 0 {
		return fmt.Errorf("%s: %s (expected: > 0)", field, value)
	}
	return nil
}

func present(field string, is bool) error {
	if !is {
		return fmt.Errorf("%s: nil (expected: one)", field)
	}
	return nil
}

type nobody struct{}

func (nobody) Answered(Answer) {}
