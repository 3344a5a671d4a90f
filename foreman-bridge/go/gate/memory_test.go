package gate

import (
	"strings"
	"testing"
	"time"

	"sluice.dev/foreman-bridge/go/breachv1"
)

const trust = 30 * time.Second

func remember(t *testing.T, from *memory, at time.Time, messages ...*breachv1.WatchResponse) *memory {
	t.Helper()
	for _, message := range messages {
		next, err := from.after(message, at)
		if err != nil {
			t.Fatal(err)
		}
		from = next
	}
	return from
}

func ask(from *memory, ref Ref, at time.Time) Decision {
	return from.decide(ref, 0, trust, at, func() float64 { return 0.5 })
}

func TestBeforeTheFirstSnapshotEverythingIsAdmitted(t *testing.T) {
	decision := ask(&memory{}, qwen, soon)

	if !decision.Admit || !decision.FailOpen || decision.Answer() != AnswerFailOpen {
		t.Errorf("%+v (expected: fail open)", decision)
	}
	if decision.Message() != "admitted unasked: the breach service was never heard" {
		t.Error(decision.Message())
	}
}

func TestAnswersFromTheSnapshot(t *testing.T) {
	known := remember(t, &memory{}, soon, snapshot(7, breachedStatus(qwen), fineStatus(phi)))

	deferred := ask(known, qwen, soon)

	if deferred.Admit || deferred.RetryAfter != 30*time.Second || deferred.Revision != 7 || deferred.Reason != Breached {
		t.Errorf("%+v", deferred)
	}
	if admitted := ask(known, phi, soon); !admitted.Admit || admitted.Reason != WithinBudget || admitted.RetryAfter != 0 {
		t.Errorf("%+v", admitted)
	}
	stranger := ask(known, llama, soon)
	if !stranger.Admit || stranger.Reason != NoService || stranger.DecisionID() != "" ||
		stranger.Message() != "InferenceService team-b/llama is not known; nothing is held against it" {
		t.Errorf("%+v: %s", stranger, stranger.Message())
	}
}

func TestChangesReplaceAndRemove(t *testing.T) {
	first := remember(t, &memory{}, soon, snapshot(1, fineStatus(qwen), breachedStatus(phi), breachedStatus(llama)))
	changed := remember(t, first, soon, changes(2, []*breachv1.ServiceStatus{breachedStatus(qwen)}, phi))

	if ask(changed, qwen, soon).Admit || ask(changed, phi, soon).Reason != NoService || ask(changed, llama, soon).Admit {
		t.Error("qwen isn't replaced, phi isn't removed, or llama isn't kept")
	}
	if !ask(first, qwen, soon).Admit || changed.revision != 2 {
		t.Error("what was remembered before has changed, or the revision hasn't")
	}
}

func TestANewSnapshotForgetsWhatItDoesNotName(t *testing.T) {
	known := remember(t, &memory{}, soon, snapshot(1, breachedStatus(qwen)), snapshot(9, breachedStatus(phi)))

	if len(known.services) != 1 || known.services[phi] == nil {
		t.Errorf("%v (expected: phi alone)", known.services)
	}
}

func TestTheLastStateIsTrustedForABoundedSilence(t *testing.T) {
	known := remember(t, &memory{}, soon, snapshot(1, breachedStatus(qwen)))

	trusted, distrusted := ask(known, qwen, soon.Add(trust)), ask(known, qwen, soon.Add(trust+time.Millisecond))

	if trusted.Admit || trusted.Silence != trust {
		t.Errorf("%+v (expected: deferred)", trusted)
	}
	const words = "admitted unasked: the breach service wasn't heard for 30 s (trusted for 30 s)"
	if !distrusted.Admit || !distrusted.FailOpen || distrusted.Message() != words {
		t.Errorf("%+v: %s", distrusted, distrusted.Message())
	}
}

func TestAHeartbeatRenewsTheTrust(t *testing.T) {
	later := soon.Add(trust)
	known := remember(t, &memory{}, soon, snapshot(1, breachedStatus(qwen)))
	known = remember(t, known, later, heartbeat(1, time.Second))

	if decision := ask(known, qwen, later.Add(trust)); decision.FailOpen || decision.Admit {
		t.Errorf("%+v (expected: deferred)", decision)
	}
}

func TestAServerThatKnowsNothingYetRenewsNoTrust(t *testing.T) {
	known := remember(t, &memory{}, soon, snapshot(5, breachedStatus(qwen)))
	known = remember(t, known, soon.Add(trust), heartbeat(0, time.Second))

	if decision := ask(known, qwen, soon.Add(trust+time.Second)); known.revision != 5 || !decision.FailOpen {
		t.Errorf("revision %d, %+v (expected: 5, fail open)", known.revision, decision)
	}
}

func TestAClockThatWasSetBackMakesNoSilence(t *testing.T) {
	known := remember(t, &memory{}, soon, snapshot(1, breachedStatus(qwen)))

	if decision := ask(known, qwen, soon.Add(-time.Hour)); decision.Admit || decision.Silence != 0 {
		t.Errorf("%+v (expected: deferred, no silence)", decision)
	}
}

func TestWhatThisVersionDoesNotKnowIsRefused(t *testing.T) {
	strange := breachedStatus(qwen)
	strange.Verdict.State = 99
	ruleless := breachedStatus(qwen)
	ruleless.Rules = nil
	for expected, message := range map[string]*breachv1.WatchResponse{
		"expected: snapshot, changes or heartbeat":                           {Revision: 3},
		"default/qwen: verdict: state: 99 (expected: one of":                 snapshot(3, strange),
		"default/qwen: rules: mode: MODE_UNSPECIFIED (expected: enforce or ": snapshot(3, ruleless),
	} {
		if _, err := (&memory{}).after(message, soon); err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("%v (expected: ...%s...)", err, expected)
		}
	}
}
