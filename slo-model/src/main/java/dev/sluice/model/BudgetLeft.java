package dev.sluice.model;

import java.time.Instant;

/**
 * How much of its error budget an objective has left, over its window and of all its events. For
 * people: no verdict is made of it, alerts make them.
 */
public sealed interface BudgetLeft {

  /** When Prometheus was asked. */
  Instant at();

  /**
   * Prometheus said.
   *
   * @param ratio 1 while nothing failed, 0 once all of it is spent, below that when overspent
   */
  record Known(Instant at, double ratio) implements BudgetLeft {}

  /**
   * Prometheus didn't say.
   *
   * @param words why not
   */
  record NotKnown(Instant at, String words) implements BudgetLeft {}
}
