package dev.sluice.evaluator.lint;

import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Objective;

/** Which error rate a tier's alert needs. */
final class Reach {

  private static final double ROUNDING = 1e9; // 1 - 0.93 is 0.06999999999999995

  private Reach() {}

  /** The error rate above which the tier is active: its factor times the budget. */
  static double threshold(BurnRateTier tier, Objective objective) {
    return Math.round(tier.factor() * objective.budget() * ROUNDING) / ROUNDING;
  }

  /** No outage is worse than total: at 1 and above the tier can never fire. */
  static boolean canFire(BurnRateTier tier, Objective objective) {
    return threshold(tier, objective) < 1;
  }
}
