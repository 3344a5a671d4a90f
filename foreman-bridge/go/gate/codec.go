package gate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"sluice.dev/foreman-bridge/go/breachv1"
)

var states = map[breachv1.VerdictState]state{
	breachv1.VerdictState_VERDICT_STATE_WITHIN_BUDGET: withinBudget,
	breachv1.VerdictState_VERDICT_STATE_AT_RISK:       atRisk,
	breachv1.VerdictState_VERDICT_STATE_BREACHED:      breached,
	breachv1.VerdictState_VERDICT_STATE_RECOVERING:    recovering,
	breachv1.VerdictState_VERDICT_STATE_UNKNOWN:       unknown,
}

var answers = map[breachv1.Decision]answer{
	breachv1.Decision_DECISION_ADMIT: admit,
	breachv1.Decision_DECISION_DEFER: hold,
}

// causes says why nothing can be concluded, for a verdict about which no objective says more.
var causes = map[breachv1.UnknownCause]string{
	breachv1.UnknownCause_UNKNOWN_CAUSE_NO_EVIDENCE_YET: "nothing was observed yet",
	breachv1.UnknownCause_UNKNOWN_CAUSE_NO_OBJECTIVE: "no ServiceLevelObjective speaks for it (expected: an" +
		" InferenceSLO for it, its own spec.slo, or one labelled inference.llmkube.dev/inferenceservice);" +
		" is Pyrra installed?",
	breachv1.UnknownCause_UNKNOWN_CAUSE_SOURCE_UNREACHABLE: "Prometheus could not be asked",
	breachv1.UnknownCause_UNKNOWN_CAUSE_RULE_MISSING:       "Pyrra's rules aren't loaded in Prometheus",
	breachv1.UnknownCause_UNKNOWN_CAUSE_RULE_FAILING:       "Prometheus can't evaluate Pyrra's rules",
	breachv1.UnknownCause_UNKNOWN_CAUSE_RULE_STALE:         "Prometheus didn't evaluate Pyrra's rules lately",
	breachv1.UnknownCause_UNKNOWN_CAUSE_METRIC_ABSENT:      "the objective's metric has no series",
	breachv1.UnknownCause_UNKNOWN_CAUSE_AMBIGUOUS:          "it can't be told which objective Pyrra's rules belong to",
	breachv1.UnknownCause_UNKNOWN_CAUSE_PLANNED_ABSENCE:    "it is away on purpose",
}

func decodeRef(wire *breachv1.ObjectReference) Ref {
	return Ref{Namespace: wire.GetNamespace(), Name: wire.GetName()}
}

// decodeStanding says how a service stands; an error if the message says something that this version doesn't know.
func decodeStanding(wire *breachv1.ServiceStatus) (*standing, error) {
	ref := decodeRef(wire.GetInferenceService())
	verdict, err := decodeVerdict(wire.GetVerdict())
	if err != nil {
		return nil, fmt.Errorf("%s: verdict: %w", ref, err)
	}
	rules, err := decodeRules(wire.GetRules())
	if err != nil {
		return nil, fmt.Errorf("%s: rules: %w", ref, err)
	}
	return &standing{ref: ref, verdict: verdict, rules: rules}, nil
}

func decodeVerdict(wire *breachv1.Verdict) (verdict, error) {
	state, known := states[wire.GetState()]
	if !known {
		return verdict{}, unexpected("state", wire.GetState(), "one of the five verdicts")
	}
	decoded := verdict{state: state, since: wire.GetSince().AsTime(), decision: wire.GetDecisionId()}
	findings := wire.GetFindings()
	words := make([]string, 0, len(findings))
	for _, finding := range findings {
		words = append(words, finding.GetMessage())
	}
	decoded.words = strings.Join(words, "; ")
	if first := slices.IndexFunc(findings, burns); first >= 0 {
		decoded.burnRate = findings[first].GetBurnRate()
	}
	if state == unknown {
		return decodeUnknown(decoded, wire)
	}
	return decoded, nil
}

func burns(finding *breachv1.Finding) bool { return finding.BurnRate != nil }

func decodeUnknown(decoded verdict, wire *breachv1.Verdict) (verdict, error) {
	held, known := states[wire.GetHeldState()]
	if !known || held == unknown {
		return verdict{}, unexpected("held_state", wire.GetHeldState(), "a state that acted")
	}
	cause, known := causes[wire.GetCause()]
	if !known {
		return verdict{}, unexpected("cause", wire.GetCause(), "one of the contract's")
	}
	if len(wire.GetFindings()) == 0 {
		decoded.words = cause
	}
	decoded.held, decoded.holdUntil = held, wire.GetHoldUntil().AsTime()
	return decoded, nil
}

func decodeRules(wire *breachv1.DispatchRules) (rules, error) {
	mode := wire.GetMode()
	onBreach, breachKnown := answers[wire.GetOnBreach()]
	onUnknown, unknownKnown := answers[wire.GetOnUnknown()]
	switch {
	case mode != breachv1.Mode_MODE_ENFORCE && mode != breachv1.Mode_MODE_OBSERVE:
		return rules{}, unexpected("mode", mode, "enforce or observe")
	case !breachKnown:
		return rules{}, unexpected("on_breach", wire.GetOnBreach(), "admit or defer")
	case !unknownKnown:
		return rules{}, unexpected("on_unknown", wire.GetOnUnknown(), "admit or defer")
	case !isShare(wire.GetAtRiskFraction()):
		return rules{}, unexpected("at_risk_fraction", wire.GetAtRiskFraction(), "> 0 and <= 1")
	case !isShare(wire.GetProbeFraction()):
		return rules{}, unexpected("probe_fraction", wire.GetProbeFraction(), "> 0 and <= 1")
	case duration(wire.GetClimb()) <= 0:
		return rules{}, unexpected("climb", duration(wire.GetClimb()), "> 0")
	case duration(wire.GetAskAgain()) <= 0:
		return rules{}, unexpected("ask_again", duration(wire.GetAskAgain()), "> 0")
	case wire.AdmitPerStep != nil && wire.GetAdmitPerStep() < 1:
		return rules{}, unexpected("admit_per_step", wire.GetAdmitPerStep(), ">= 1")
	case wire.AdmitPerStep != nil && duration(wire.GetMeteringStep()) <= 0:
		return rules{}, unexpected("metering_step", duration(wire.GetMeteringStep()), "> 0")
	}
	return rules{
		observes:     mode == breachv1.Mode_MODE_OBSERVE,
		onBreach:     onBreach,
		minPriority:  wire.MinPriority,
		onUnknown:    onUnknown,
		atRisk:       wire.GetAtRiskFraction(),
		probe:        wire.GetProbeFraction(),
		climb:        duration(wire.GetClimb()),
		askAgain:     duration(wire.GetAskAgain()),
		admitPerStep: wire.GetAdmitPerStep(),
		meteringStep: duration(wire.GetMeteringStep()),
	}, nil
}

func isShare(value float64) bool { return value > 0 && value <= 1 }

func duration(wire *durationpb.Duration) time.Duration { return wire.AsDuration() }

func unexpected(field string, value any, expected string) error {
	return fmt.Errorf("%s: %v (expected: %s)", field, value, expected)
}
