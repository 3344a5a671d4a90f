package gate

import (
	"strconv"
	"testing"
	"time"
)

// meteredService recovers since noon, evenly over five minutes; at most four admissions in each step of 30 s.
func meteredService(noon time.Time) *standing {
	passes := int32(5)
	return &standing{
		ref:     Ref{Namespace: "default", Name: "qwen"},
		verdict: verdict{state: recovering, since: noon, decision: "k3f9-2"},
		rules: rules{
			onBreach: hold, onUnknown: admit, minPriority: &passes, atRisk: 0.75, probe: 0.05,
			climb: 5 * time.Minute, askAgain: 30 * time.Second, admitPerStep: 4, meteringStep: 30 * time.Second,
		},
	}
}

// askHundred is for 100 tasks of this priority; it gives back how many were admitted, and the last decision.
func askHundred(meter *meter, service *standing, priority int32, now time.Time) (int, Decision) {
	admitted, last := 0, Decision{}
	for i := range 100 {
		chance := func() float64 { return 0.5 }
		last = meter.count(service.decide(priority, now, chance), "fm/t"+strconv.Itoa(i), now, chance)
		if last.Admit {
			admitted++
		}
	}
	return admitted, last
}

func TestEachStepOfARecoveryAdmitsNoMoreThanItsBound(t *testing.T) {
	noon := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	service, meter := meteredService(noon), &meter{}

	first, last := askHundred(meter, service, 0, noon.Add(280*time.Second))
	again, _ := askHundred(meter, service, 0, noon.Add(290*time.Second))
	next, _ := askHundred(meter, service, 0, noon.Add(300*time.Second))

	// The four are told the same again.
	if first != 4 || again != 4 || next != 4 {
		t.Errorf("%d, %d and %d admitted (expected: 4 each)", first, again, next)
	}
	if last.RetryAfter < 20*time.Second || last.RetryAfter > 27*time.Second || last.Reason != Recovering {
		t.Errorf("%s, %s (expected: RECOVERING, again when the next step begins)", last.Reason, last.RetryAfter)
	}
	const words = "InferenceService default/qwen is Recovering since 2026-05-04T12:00:00Z; " +
		"all 4 admissions of this step are given; decision k3f9-2"
	if last.Message() != words {
		t.Errorf("%q (expected: %q)", last.Message(), words)
	}
}

func TestWorkWithoutANameCountsEachTime(t *testing.T) {
	noon := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	service, meter, admitted := meteredService(noon), &meter{}, 0

	for range 10 {
		now, chance := noon.Add(280*time.Second), func() float64 { return 0 }
		if meter.count(service.decide(0, now, chance), "", now, chance).Admit {
			admitted++
		}
	}

	if admitted != 4 {
		t.Errorf("%d admitted (expected: 4)", admitted)
	}
}

func TestAPriorityThatPassesIsNotMetered(t *testing.T) {
	noon := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	service, meter := meteredService(noon), &meter{}
	service.verdict.state = breached

	if admitted, _ := askHundred(meter, service, 5, noon); admitted != 100 {
		t.Errorf("%d admitted (expected: 100)", admitted)
	}
}
