package dev.sluice.evaluator.judge;

/** Whether a service is meant to serve at all. */
public sealed interface Presence {

  /** It is meant to serve. */
  record Active() implements Presence {}

  /**
   * It is away on purpose: stopped, suspended, scaled to zero, being rolled out. Neither a breach
   * nor a proof of recovery.
   *
   * @param words what is going on, for people: {@code suspended}
   */
  record PlannedAbsence(String words) implements Presence {}
}
