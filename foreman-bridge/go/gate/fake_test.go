package gate

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"sluice.dev/foreman-bridge/go/breachv1"
)

const patience = 20 * time.Second

// await waits for a condition, and fails the test when it doesn't come true.
func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(patience)
	for !condition() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// fakeClock is one that a test moves.
type fakeClock struct {
	mutex   sync.Mutex
	instant time.Time
}

func (c *fakeClock) now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.instant
}

func (c *fakeClock) advance(by time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.instant = c.instant.Add(by)
}

func withClock(clock *fakeClock) Option {
	return func(c *config) error { c.now = clock.now; return nil }
}

// fakeServer hands each watch to the test, which says what is sent on it and how it ends.
type fakeServer struct {
	breachv1.UnimplementedBreachServiceServer
	address string
	watches chan *fakeWatch
	server  *grpc.Server
}

type fakeWatch struct {
	request *breachv1.WatchRequest
	send    chan *breachv1.WatchResponse
	end     chan error
	gone    <-chan struct{}
}

// serve listens until the test ends or it is stopped; on a port of its own if the address is empty.
func serve(t *testing.T, address string, protection credentials.TransportCredentials) *fakeServer {
	t.Helper()
	if protection == nil {
		protection = insecure.NewCredentials()
	}
	listener := listen(t, address)
	fake := &fakeServer{
		address: listener.Addr().String(),
		watches: make(chan *fakeWatch, 100),
		server:  grpc.NewServer(grpc.Creds(protection)),
	}
	breachv1.RegisterBreachServiceServer(fake.server, fake)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = fake.server.Serve(listener)
	}()
	t.Cleanup(func() { fake.server.Stop(); <-served })
	return fake
}

// listen picks its port below those that the kernel gives to outgoing connections, so that none takes it
// while a server is away.
func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	for range 100 {
		candidate := address
		if address == "" {
			candidate = fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000))
		}
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", candidate)
		if err == nil {
			return listener
		}
		if address != "" {
			t.Fatal(err)
		}
	}
	t.Fatal("no free port")
	return nil
}

func (f *fakeServer) Watch(request *breachv1.WatchRequest, stream grpc.ServerStreamingServer[breachv1.WatchResponse]) error {
	watch := &fakeWatch{
		request: request,
		send:    make(chan *breachv1.WatchResponse),
		end:     make(chan error, 1),
		gone:    stream.Context().Done(),
	}
	f.watches <- watch
	for {
		select {
		case message := <-watch.send:
			if err := stream.Send(message); err != nil {
				return err
			}
		case err := <-watch.end:
			return err
		case <-watch.gone:
			return nil
		}
	}
}

// accept waits for the next watch.
func (f *fakeServer) accept(t *testing.T) *fakeWatch {
	t.Helper()
	select {
	case watch := <-f.watches:
		return watch
	case <-time.After(patience):
		t.Fatal("no watch was opened")
		return nil
	}
}

func snapshot(revision uint64, services ...*breachv1.ServiceStatus) *breachv1.WatchResponse {
	return &breachv1.WatchResponse{
		Revision: revision,
		Event:    &breachv1.WatchResponse_Snapshot{Snapshot: &breachv1.ServiceSnapshot{Services: services}},
	}
}

func changes(revision uint64, updated []*breachv1.ServiceStatus, removed ...Ref) *breachv1.WatchResponse {
	changed := &breachv1.ServiceChanges{Updated: updated}
	for _, ref := range removed {
		changed.Removed = append(changed.Removed, &breachv1.ObjectReference{Namespace: ref.Namespace, Name: ref.Name})
	}
	return &breachv1.WatchResponse{Revision: revision, Event: &breachv1.WatchResponse_Changes{Changes: changed}}
}

func heartbeat(revision uint64, interval time.Duration) *breachv1.WatchResponse {
	beat := &breachv1.Heartbeat{Interval: durationpb.New(interval)}
	return &breachv1.WatchResponse{Revision: revision, Event: &breachv1.WatchResponse_Heartbeat{Heartbeat: beat}}
}

var (
	qwen  = Ref{Namespace: "default", Name: "qwen"}
	phi   = Ref{Namespace: "default", Name: "phi"}
	llama = Ref{Namespace: "team-b", Name: "llama"}
	since = time.Date(2026, 5, 4, 12, 3, 10, 0, time.UTC)
	soon  = since.Add(time.Second)
)

// status is that of a service by the default policy.
func status(ref Ref, state breachv1.VerdictState) *breachv1.ServiceStatus {
	return &breachv1.ServiceStatus{
		InferenceService: &breachv1.ObjectReference{Namespace: ref.Namespace, Name: ref.Name},
		Verdict: &breachv1.Verdict{
			State:      state,
			Since:      timestamppb.New(since),
			DecisionId: "k3f9-0a1b2c3d",
		},
		Rules: &breachv1.DispatchRules{
			Mode:           breachv1.Mode_MODE_ENFORCE,
			OnBreach:       breachv1.Decision_DECISION_DEFER,
			OnUnknown:      breachv1.Decision_DECISION_ADMIT,
			AtRiskFraction: 0.75,
			ProbeFraction:  0.05,
			Climb:          durationpb.New(5 * time.Minute),
			AskAgain:       durationpb.New(30 * time.Second),
		},
	}
}

func breachedStatus(ref Ref) *breachv1.ServiceStatus {
	return status(ref, breachv1.VerdictState_VERDICT_STATE_BREACHED)
}

func fineStatus(ref Ref) *breachv1.ServiceStatus {
	return status(ref, breachv1.VerdictState_VERDICT_STATE_WITHIN_BUDGET)
}
