// Package gate is asked before work is dispatched onto an LLM. A [Gate] watches Sluice's breach service and
// decides from memory, by the same rules and in the same words as the server and the Java client
// (DispatchGate).
//
// While the breach service is away, the last state is answered from for a bounded time ([WithTrustFor]);
// then, and before the first snapshot, everything is admitted (fail open), which is counted, and logged when
// it begins and ends. The since of a verdict is the server's time: a clock that differs by some seconds
// shifts a recovery by as much.
package gate

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"

	"sluice.dev/foreman-bridge/go/breachv1"
)

const (
	// A server that is gone without a word is noticed within 15 s.
	pingAfter   = 10 * time.Second
	pingTimeout = 5 * time.Second
)

// Gate answers whether work may be dispatched. Its methods may be called from any goroutine.
type Gate struct {
	config      config
	memory      atomic.Pointer[memory]
	meter       meter
	ready       chan struct{}
	becomeReady sync.Once
	failingOpen atomic.Bool
	stop        context.CancelFunc
	stopped     chan struct{}
}

// New watches the breach service at a gRPC target, such as "sluice.example.org:8080", until ctx is done or
// the gate is closed. It doesn't wait for a connection: an error means that an option, or the target, can't
// be right.
func New(ctx context.Context, target string, options ...Option) (*Gate, error) {
	config, err := configure(options)
	if err != nil {
		return nil, err
	}
	dial := func() (*grpc.ClientConn, error) {
		return grpc.NewClient(target,
			grpc.WithTransportCredentials(config.credentials),
			grpc.WithDisableServiceConfig(),
			grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: pingAfter, Timeout: pingTimeout}))
	}
	probe, err := dial()
	if err != nil {
		return nil, err
	}
	if err := probe.Close(); err != nil {
		return nil, err
	}
	config.log = config.log.With("target", target)
	return watching(ctx, config, dial), nil
}

func watching(parent context.Context, config config, dial func() (*grpc.ClientConn, error)) *Gate {
	ctx, stop := context.WithCancel(parent)
	gate := &Gate{config: config, ready: make(chan struct{}), stop: stop, stopped: make(chan struct{})}
	gate.memory.Store(&memory{})
	stream := &stream{
		dial:      dial,
		namespace: config.namespace,
		backoff:   backoff{first: config.firstRetry, last: config.lastRetry},
		patience:  config.trustFor,
		revision:  func() uint64 { return gate.memory.Load().revision },
		listen:    gate.heard,
		log:       config.log,
	}
	go func() {
		defer close(gate.stopped)
		stream.run(ctx)
	}()
	return gate
}

// AwaitReady waits for the first snapshot: until it is there, everything is admitted. An error means that ctx
// was done before.
func (g *Gate) AwaitReady(ctx context.Context) error {
	select {
	case <-g.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Check decides whether work may be dispatched onto a service. It makes no network call, and takes no lock but
// for a service that recovers under a policy that meters (onBreach.admitPerStep). Work of higher priority goes
// first; 0 if it has none.
func (g *Gate) Check(ref Ref, priority int32) Decision {
	return g.CheckTask(ref, priority, "")
}

// CheckTask is Check for work that has a name, such as an AgenticTask's NAMESPACE/NAME: asked about again within
// one step of a recovery, it is counted once.
func (g *Gate) CheckTask(ref Ref, priority int32, task string) Decision {
	now := g.config.now()
	decision := g.memory.Load().decide(ref, priority, g.config.trustFor, now, rand.Float64)
	decision = g.meter.count(decision, task, now, rand.Float64)
	g.config.observer.Answered(decision.Answer())
	g.announce(decision)
	return decision
}

// Close ends the watch. Checks are answered from memory until it isn't trusted any more.
func (g *Gate) Close() {
	g.stop()
	<-g.stopped
}

// heard is called by the stream's goroutine alone.
func (g *Gate) heard(message *breachv1.WatchResponse) error {
	next, err := g.memory.Load().after(message, g.config.now())
	if err != nil {
		return err
	}
	g.memory.Store(next)
	if next.isReady() {
		g.becomeReady.Do(func() { close(g.ready) })
	}
	return nil
}

func (g *Gate) announce(decision Decision) {
	// Most often nothing changes, and a read costs the other cores nothing.
	if g.failingOpen.Load() == decision.FailOpen || !g.failingOpen.CompareAndSwap(!decision.FailOpen, decision.FailOpen) {
		return
	}
	if decision.FailOpen {
		g.config.log.Warn("fail-open-begins", "words", decision.Message())
	} else {
		g.config.log.Info("fail-open-ends")
	}
}
