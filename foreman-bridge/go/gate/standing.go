package gate

import "time"

// state is one of the five verdicts.
type state int

const (
	withinBudget state = iota + 1
	atRisk
	breached
	recovering
	unknown
)

// word is the one used in conditions, messages and labels.
func (s state) word() string {
	switch s {
	case withinBudget:
		return "WithinBudget"
	case atRisk:
		return "AtRisk"
	case breached:
		return "Breached"
	case recovering:
		return "Recovering"
	case unknown:
		return "Unknown"
	}
	return ""
}

// answer is what a policy says of the work.
type answer int

const (
	admit answer = iota + 1
	hold
)

// verdict is what is concluded of a service.
type verdict struct {
	state    state
	since    time.Time
	decision string
	// words are all findings as one line.
	words string
	// burnRate is that of the most urgent finding that has one; 0 if none has.
	burnRate float64
	// held and holdUntil are set while unknown.
	held      state
	holdUntil time.Time
}

// acting is the state whose actions apply now: while unknown, the held one until the hold ends.
func (v verdict) acting(now time.Time) state {
	if v.isHeld(now) {
		return v.held
	}
	return v.state
}

func (v verdict) isHeld(now time.Time) bool {
	return v.state == unknown && now.Before(v.holdUntil)
}

// rules are what a policy says of dispatch.
type rules struct {
	observes    bool
	onBreach    answer
	minPriority *int32
	onUnknown   answer
	atRisk      float64
	probe       float64
	climb       time.Duration
	askAgain    time.Duration
	// admitPerStep bounds the admissions in each meteringStep of a recovery; 0 for no bound.
	admitPerStep int32
	meteringStep time.Duration
}

// standing is how a service stands: all that a decision about it is made from. Never changed once it is made.
type standing struct {
	ref     Ref
	verdict verdict
	rules   rules
}
