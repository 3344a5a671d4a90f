package gate

import (
	"math"
	"time"
)

const (
	// burning is the burn rate from which AtRisk defers: what a long window still remembers of an old burn
	// defers nothing.
	burning = 1.0
	// jitter is how far a wait is spread, either way.
	jitter = 0.2
)

// judgement is a decision before it is put in the caller's terms.
type judgement struct {
	reason   Reason
	fraction float64
	admitted bool
	note     note
}

func admitAll(reason Reason, note note) judgement {
	return judgement{reason: reason, fraction: 1, admitted: true, note: note}
}

// decide says what to do with one piece of work: the server's own rules (Dispatcher in foreman-bridge/java).
// chance gives numbers in [0, 1): who belongs to a fraction, and the jitter.
func (s *standing) decide(priority int32, now time.Time, chance func() float64) Decision {
	acting := s.verdict.acting(now)
	judged := s.byState(acting, priority, now, chance)
	if s.verdict.isHeld(now) {
		judged.reason, judged.note = Held, noteHeld
	}
	judged = s.lenient(judged, acting, priority)
	decision := Decision{
		Admit:         judged.admitted,
		Reason:        judged.reason,
		AdmitFraction: judged.fraction,
		ref:           s.ref,
		priority:      priority,
		standing:      s,
		note:          judged.note,
	}
	if !judged.admitted {
		decision.RetryAfter = jittered(s.rules.askAgain, chance())
	}
	return decision
}

func (s *standing) byState(acting state, priority int32, now time.Time, chance func() float64) judgement {
	switch acting {
	case withinBudget:
		return admitAll(WithinBudget, noNote)
	case atRisk:
		return s.atRisk(priority)
	case breached:
		return judgement{reason: Breached}
	case recovering:
		return s.recovering(now, chance)
	case unknown:
	}
	if s.rules.onUnknown == admit {
		return admitAll(Unknown, noNote)
	}
	return judgement{reason: Unknown}
}

func (s *standing) atRisk(priority int32) judgement {
	if s.verdict.burnRate < burning {
		return admitAll(AtRisk, noNote)
	}
	judged := judgement{reason: AtRisk, fraction: s.rules.atRisk, admitted: priority >= 0}
	if !judged.admitted {
		judged.note = noteWaits
	}
	return judged
}

func (s *standing) recovering(now time.Time, chance func() float64) judgement {
	fraction := min(max(s.climbed(now), s.rules.probe), 1)
	return judgement{reason: Recovering, fraction: fraction, admitted: chance() < fraction, note: noteFraction}
}

func (s *standing) climbed(now time.Time) float64 {
	// An Unknown verdict began when the evidence went, and doesn't know how far the climb was.
	if s.verdict.state == unknown {
		return 0
	}
	return float64(now.Sub(s.verdict.since)) / float64(s.rules.climb)
}

// lenient admits what would be deferred if the policy only observes or says so, or if the priority is high enough.
func (s *standing) lenient(judged judgement, acting state, priority int32) judgement {
	switch {
	case s.rules.observes:
		return admitAll(ObserveOnly, noteObserves)
	case judged.fraction < 1 && s.rules.onBreach == admit && acting != unknown:
		return admitAll(PolicyAdmits, noteAdmitsAllTheSame)
	case !judged.admitted && s.rules.minPriority != nil && priority >= *s.rules.minPriority:
		return judgement{reason: Priority, fraction: judged.fraction, admitted: true, note: notePasses}
	default:
		return judged
	}
}

func jittered(wait time.Duration, chance float64) time.Duration {
	factor := 1 - jitter + 2*jitter*chance
	millis := math.Round(float64(wait.Milliseconds()) * factor)
	return time.Duration(max(1, millis)) * time.Millisecond
}
