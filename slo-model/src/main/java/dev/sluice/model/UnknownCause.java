package dev.sluice.model;

/** Why a verdict is Unknown. */
public enum UnknownCause {
  /** Nothing was observed yet. */
  NO_EVIDENCE_YET,
  /** No objective speaks for the service. */
  NO_OBJECTIVE,
  /** Prometheus could not be asked. */
  SOURCE_UNREACHABLE,
  /** Pyrra's rules for the objective aren't loaded. */
  RULE_MISSING,
  /** Prometheus reports an error for the rule. */
  RULE_FAILING,
  /** The rule was not evaluated for three intervals. */
  RULE_STALE,
  /** Pyrra's {@code SLOMetricAbsent} fires: the metric has no series. */
  METRIC_ABSENT,
  /** Two objectives of one name, and the rule doesn't say which namespace it speaks for. */
  AMBIGUOUS,
  /** Stopped, suspended, scaled to zero or being rolled out: planned, and no proof of anything. */
  PLANNED_ABSENCE
}
