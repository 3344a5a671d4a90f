package gate

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"

	"sluice.dev/foreman-bridge/go/breachv1"
)

func TestIsReadyWithTheFirstSnapshotAndFailsOpenBefore(t *testing.T) {
	server, counted := serve(t, "", nil), &counts{}
	gate := watchGate(t, server.address, WithObserver(counted))
	done, cancel := context.WithCancel(t.Context())
	cancel()
	before, notReady := gate.Check(qwen, 0), gate.AwaitReady(done)

	server.accept(t).send <- snapshot(1, breachedStatus(qwen))
	ready(t, gate)
	after := gate.Check(qwen, 0)

	if !before.FailOpen || !errors.Is(notReady, context.Canceled) || after.Admit {
		t.Errorf("before: %+v, %v; after: %+v", before, notReady, after)
	}
	if counted.get(AnswerFailOpen) != 1 || counted.get(AnswerDefer) != 1 || counted.get(AnswerAdmit) != 0 {
		t.Errorf("%v (expected: one fail_open, one defer)", counted.of)
	}
}

func TestHearsOfChanges(t *testing.T) {
	server := serve(t, "", nil)
	gate := watchGate(t, server.address)
	watch := server.accept(t)

	watch.send <- snapshot(1, fineStatus(qwen))
	ready(t, gate)
	watch.send <- changes(2, []*breachv1.ServiceStatus{breachedStatus(qwen)})
	await(t, "a deferral", func() bool { return !gate.Check(qwen, 0).Admit })
	watch.send <- changes(3, []*breachv1.ServiceStatus{fineStatus(qwen)})

	await(t, "an admission", func() bool { return gate.Check(qwen, 0).Admit })
}

func TestResumesFromTheLastRevisionInItsNamespace(t *testing.T) {
	server := serve(t, "", nil)
	gate := watchGate(t, server.address, WithNamespace("default"))
	first := server.accept(t)
	first.send <- snapshot(41, breachedStatus(qwen))
	ready(t, gate)
	first.send <- heartbeat(42, time.Minute)
	await(t, "the revision", func() bool { return gate.Check(qwen, 0).Revision == 42 })

	first.end <- grpcstatus.Error(codes.Unavailable, "stopping")
	second := server.accept(t)

	if first.request.GetAfterRevision() != 0 || second.request.GetAfterRevision() != 42 ||
		second.request.GetNamespace() != "default" {
		t.Errorf("first %v, second %v", first.request, second.request)
	}
	if gate.Check(qwen, 0).Admit {
		t.Error("the end of a watch has let go of a breach")
	}
}

func TestWithTheServerAwayItAnswersFromTheLastStateThenFailsOpenAndRecoversByItself(t *testing.T) {
	clock, logged := &fakeClock{instant: soon}, &lines{}
	server := serve(t, "", nil)
	gate := watchGate(t, server.address, withClock(clock), logTo(logged))
	server.accept(t).send <- snapshot(1, breachedStatus(qwen))
	ready(t, gate)

	server.server.Stop()
	trusted := gate.Check(qwen, 0)
	clock.advance(DefaultTrustFor + time.Millisecond)
	distrusted, again := gate.Check(qwen, 0), gate.Check(qwen, 0)
	serve(t, server.address, nil).accept(t).send <- snapshot(1, breachedStatus(qwen))
	await(t, "a deferral", func() bool { return !gate.Check(qwen, 0).Admit })

	if trusted.Admit || !distrusted.FailOpen || !again.FailOpen {
		t.Errorf("trusted: %+v; distrusted: %+v, %+v", trusted, distrusted, again)
	}
	for _, words := range []string{"watch-ended", "fail-open-begins", "fail-open-ends"} {
		if logged.count(words) != 1 {
			t.Errorf("%s: %d times (expected: once)", words, logged.count(words))
		}
	}
}

func TestAWatchThatFallsSilentIsOpenedAgain(t *testing.T) {
	server, logged := serve(t, "", nil), &lines{}
	gate := watchGate(t, server.address, logTo(logged))
	silent := server.accept(t)
	silent.send <- snapshot(1, breachedStatus(qwen))
	silent.send <- heartbeat(1, time.Millisecond)

	second := server.accept(t)

	await(t, "the end of the silent watch", func() bool {
		select {
		case <-silent.gone:
			return true
		default:
			return false
		}
	})
	if second.request.GetAfterRevision() != 1 || logged.count("fell silent") != 1 || gate.Check(qwen, 0).Admit {
		t.Errorf("%v, %d times in the log (expected: after revision 1, once)", second.request, logged.count("fell silent"))
	}
}

func TestAMessageThatIsNotUnderstoodChangesNothing(t *testing.T) {
	server := serve(t, "", nil)
	gate := watchGate(t, server.address)
	watch := server.accept(t)
	watch.send <- snapshot(1, breachedStatus(qwen))
	ready(t, gate)
	strange := fineStatus(qwen)
	strange.Verdict.State = 99

	watch.send <- changes(2, []*breachv1.ServiceStatus{strange})
	again := server.accept(t)

	if again.request.GetAfterRevision() != 1 || gate.Check(qwen, 0).Admit {
		t.Errorf("after revision %d (expected: 1)", again.request.GetAfterRevision())
	}
}

func TestAClosedGateStillAnswersAndWatchesNoMore(t *testing.T) {
	server := serve(t, "", nil)
	gate := watchGate(t, server.address)
	watch := server.accept(t)
	watch.send <- snapshot(1, breachedStatus(qwen))
	ready(t, gate)

	gate.Close()
	gate.Close()

	<-watch.gone
	if gate.Check(qwen, 0).Admit {
		t.Error("admitted (expected: the last state)")
	}
}

func TestTheEndOfTheContextEndsTheWatch(t *testing.T) {
	server := serve(t, "", nil)
	ctx, cancel := context.WithCancel(t.Context())
	gate, err := New(ctx, server.address)
	if err != nil {
		t.Fatal(err)
	}
	watch := server.accept(t)

	cancel()

	<-watch.gone
	<-gate.stopped
}

func TestManyAskWhileItChanges(t *testing.T) {
	server, counted := serve(t, "", nil), &counts{}
	gate := watchGate(t, server.address, WithObserver(counted))
	watch := server.accept(t)
	watch.send <- snapshot(1, breachedStatus(qwen))
	ready(t, gate)

	var askers sync.WaitGroup
	for range 8 {
		askers.Go(func() {
			for range 2_000 {
				if decision := gate.Check(qwen, 0); decision.FailOpen || decision.Message() == "" {
					t.Errorf("%+v", decision)
				}
			}
		})
	}
	for revision := range uint64(50) {
		watch.send <- changes(revision+2, []*breachv1.ServiceStatus{fineStatus(phi), breachedStatus(qwen)})
	}
	askers.Wait()

	if counted.get(AnswerDefer) != 16_000 {
		t.Errorf("%v (expected: 16000 deferrals)", counted.of)
	}
}

func TestOptionsSayWhatTheyAccept(t *testing.T) {
	_, err := New(t.Context(), "127.0.0.1:1", WithTrustFor(0), WithRetry(time.Second, time.Millisecond), WithObserver(nil))

	for _, words := range []string{"trustFor: 0s (expected: > 0)", "lastRetry: 1ms (expected: at least firstRetry, 1s)",
		"observer: nil (expected: one)"} {
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%v (expected: ...%s...)", err, words)
		}
	}
}
