package dev.sluice.model;

/** Why a verdict is Unknown. */
public enum UnknownCause {
  /** Nothing was observed yet. */
  NO_EVIDENCE_YET("nothing was observed yet"),
  /** No objective speaks for the service. */
  NO_OBJECTIVE(
      "no ServiceLevelObjective speaks for it (expected: an InferenceSLO for it, its own spec.slo,"
          + " or one labelled inference.llmkube.dev/inferenceservice); is Pyrra installed?"),
  /** Prometheus could not be asked. */
  SOURCE_UNREACHABLE("Prometheus could not be asked"),
  /** Pyrra's rules for the objective aren't loaded. */
  RULE_MISSING("Pyrra's rules aren't loaded in Prometheus"),
  /** Prometheus reports an error for the rule. */
  RULE_FAILING("Prometheus can't evaluate Pyrra's rules"),
  /** The rule was not evaluated for three intervals. */
  RULE_STALE("Prometheus didn't evaluate Pyrra's rules lately"),
  /** Pyrra's {@code SLOMetricAbsent} fires: the metric has no series. */
  METRIC_ABSENT("the objective's metric has no series"),
  /** Two objectives of one name, and the rule doesn't say which namespace it speaks for. */
  AMBIGUOUS("it can't be told which objective Pyrra's rules belong to"),
  /** Stopped, suspended, scaled to zero or being rolled out: planned, and no proof of anything. */
  PLANNED_ABSENCE("it is away on purpose");

  private final String words;

  UnknownCause(String words) {
    this.words = words;
  }

  /** One sentence for a person, for a verdict about which no objective says more. */
  public String words() {
    return words;
  }
}
