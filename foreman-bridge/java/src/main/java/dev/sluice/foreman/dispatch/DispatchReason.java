package dev.sluice.foreman.dispatch;

/** Why work is admitted or deferred: the contract's {@code DecisionReason}, one to one. */
public enum DispatchReason {
  /** Every objective is within its budget. */
  WITHIN_BUDGET,
  /** The budget burns too fast: low priorities wait while it does. */
  AT_RISK,
  /** An objective is breached. */
  BREACHED,
  /** Recovery is under way: a growing fraction is admitted. */
  RECOVERING,
  /** Nothing is known and nothing is held: the policy decides. */
  UNKNOWN,
  /** Nothing is known now: what was decided before is held. */
  HELD,
  /** The service's policy only observes. */
  OBSERVE_ONLY,
  /** The policy admits in spite of the verdict. */
  POLICY_ADMITS,
  /** The task's priority passes the verdict. */
  PRIORITY,
  /** The target leads to no InferenceService that is known. */
  NO_SERVICE
}
