package dev.sluice.model;

/** The state of a Prometheus alerting rule, least urgent first. */
public enum AlertState {
  /** The expression is false. */
  INACTIVE,
  /** The expression is true, but not for as long as the rule asks. */
  PENDING,
  /** The alert fires. */
  FIRING
}
