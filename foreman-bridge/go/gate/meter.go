package gate

import (
	"sync"
	"time"
)

// meter counts what is admitted while services recover, and defers what is beyond the bound of their policy until
// the next step. It counts this gate's admissions alone.
type meter struct {
	mutex sync.Mutex
	steps map[Ref]*step
}

// step is what one step of one recovery admitted.
type step struct {
	recovery string
	number   int64
	admitted int32
	tasks    map[string]bool
}

// count gives a decision back as it is after counting. A task that is asked about again in the same step counts
// once; work without a name counts each time.
func (m *meter) count(decision Decision, task string, now time.Time, chance func() float64) Decision {
	standing := decision.standing
	if !isMetered(decision, now) {
		return decision
	}
	rules := standing.rules
	since := now.Sub(standing.verdict.since)
	number := max(0, int64(since/rules.meteringStep))
	if m.takes(decision.ref, standing.verdict.decision, number, task, rules.admitPerStep) {
		return decision
	}
	decision.Admit, decision.note = false, noteFull
	spread := time.Duration(float64(rules.askAgain) * jitter * chance())
	untilNext := rules.meteringStep*time.Duration(number+1) - since
	decision.RetryAfter = (untilNext + spread + time.Millisecond).Truncate(time.Millisecond)
	return decision
}

// isMetered says whether it was the fraction of a recovery that let the work through, under a policy with a bound.
func isMetered(decision Decision, now time.Time) bool {
	return decision.Admit &&
		(decision.Reason == Recovering || decision.Reason == Held) &&
		decision.standing.rules.admitPerStep > 0 &&
		decision.standing.verdict.acting(now) == recovering
}

func (m *meter) takes(ref Ref, recovery string, number int64, task string, bound int32) bool {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	current := m.steps[ref]
	if current == nil || current.recovery != recovery || current.number != number {
		current = &step{recovery: recovery, number: number, tasks: map[string]bool{}}
		if m.steps == nil {
			m.steps = map[Ref]*step{}
		}
		m.steps[ref] = current
	}
	if task != "" && current.tasks[task] {
		return true
	}
	if current.admitted >= bound {
		return false
	}
	current.admitted++
	if task != "" {
		current.tasks[task] = true
	}
	return true
}
