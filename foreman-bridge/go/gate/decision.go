package gate

import (
	"fmt"
	"time"
)

// Reason says why work is admitted or deferred, for programs: the contract's DecisionReason without its prefix.
type Reason string

// All reasons; a decision that failed open has none.
const (
	// WithinBudget: every objective is within its budget.
	WithinBudget Reason = "WITHIN_BUDGET"
	// AtRisk: the budget burns too fast; low priorities wait while it does.
	AtRisk Reason = "AT_RISK"
	// Breached: an objective is breached.
	Breached Reason = "BREACHED"
	// Recovering: recovery is under way; a growing fraction is admitted.
	Recovering Reason = "RECOVERING"
	// Unknown: nothing is known and nothing is held; the policy decides.
	Unknown Reason = "UNKNOWN"
	// Held: nothing is known now; what was decided before is held.
	Held Reason = "HELD"
	// ObserveOnly: the service's policy only observes.
	ObserveOnly Reason = "OBSERVE_ONLY"
	// PolicyAdmits: the policy admits in spite of the verdict.
	PolicyAdmits Reason = "POLICY_ADMITS"
	// Priority: the task's priority passes the verdict.
	Priority Reason = "PRIORITY"
	// NoService: the target leads to no InferenceService that is known.
	NoService Reason = "NO_SERVICE"
)

// Decision is what a gate says to one piece of work.
type Decision struct {
	// Admit says whether to dispatch now.
	Admit bool
	// FailOpen says that it is admitted because the breach service wasn't heard for too long.
	FailOpen bool
	// Reason says why, for programs; empty with FailOpen.
	Reason Reason
	// RetryAfter says when to ask again, spread by jitter; zero if the work is admitted.
	RetryAfter time.Duration
	// AdmitFraction is the fraction of work of ordinary priority that is admitted at present, in [0, 1].
	AdmitFraction float64
	// Silence says for how long the breach service wasn't heard; zero if it never was.
	Silence time.Duration
	// Revision is the one decided at; 0 with FailOpen.
	Revision uint64

	ref      Ref
	priority int32
	trustFor time.Duration
	standing *standing
	note     note
}

// Answer is how decisions are counted.
type Answer string

// The three answers.
const (
	AnswerAdmit    Answer = "admit"
	AnswerDefer    Answer = "defer"
	AnswerFailOpen Answer = "fail_open"
)

// Answer is the one that the decision is counted as.
func (d Decision) Answer() Answer {
	switch {
	case d.FailOpen:
		return AnswerFailOpen
	case d.Admit:
		return AnswerAdmit
	default:
		return AnswerDefer
	}
}

// DecisionID names the transition that led to the decision, as Sluice's log lines, events and conditions do;
// empty with FailOpen and NoService.
func (d Decision) DecisionID() string {
	if d.standing == nil {
		return ""
	}
	return d.standing.verdict.decision
}

// Message says why, for people: the service, its state and since when, what burns, the decision's id. It is
// put together when it is asked for, so that a check costs nothing for words that nobody reads.
func (d Decision) Message() string {
	switch {
	case d.FailOpen && d.Silence == 0:
		return "admitted unasked: the breach service was never heard"
	case d.FailOpen:
		return fmt.Sprintf("admitted unasked: the breach service wasn't heard for %d s (trusted for %d s)",
			int64(d.Silence/time.Second), int64(d.trustFor/time.Second))
	case d.standing == nil:
		return "InferenceService " + d.ref.String() + " is not known; nothing is held against it"
	default:
		return d.standing.explain(d.noteWords())
	}
}
