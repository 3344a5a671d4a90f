package dev.sluice.xds.shares;

import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Instant;

/**
 * How one share moves in one turn.
 *
 * <p>Down at once, up slowly. A breach takes the share to {@code breached} and halves it every
 * {@code step} while the budget burns, down to {@code probe}; nothing raises it by more than {@code
 * recoverBy} in a step (or by one grid line, if that is more). Shares between the probe and full
 * lie on a grid of 5%, so that Envoy isn't handed a new assignment for every wobble (design,
 * section 6).
 *
 * @param due whether the rule's step has passed since its last change
 */
record ShareStep(SloPolicy.Shares policy, Instant now, boolean due) {

  private static final int GRID_PER_UNIT = 20;
  // Below this burn rate the budget outlasts the SLO window.
  private static final double BURNING = 1;
  private static final double EPSILON = 1e-9;

  Share next(Share current, Verdict verdict) {
    if (verdict instanceof Verdict.Unknown unknown && now.isBefore(unknown.holdUntil())) {
      // What was decided is held, not driven further: no evidence moves no share.
      return current;
    }
    boolean burns = burns(verdict);
    VerdictState acting = verdict.actingState(now);
    return switch (acting) {
      case BREACHED -> breached(current, burns);
      case AT_RISK -> atRisk(current, burns);
      case RECOVERING -> burns ? current : towardsFull(current);
      case WITHIN_BUDGET, UNKNOWN -> towardsFull(current);
    };
  }

  /** A late primary is as a breached one, a recovering one as one of a verdict. */
  Share next(Share current, Lateness lateness) {
    return switch (lateness.state()) {
      // What was proven before is held, not driven further.
      case LATE -> breached(current, lateness.unprovenSince().isEmpty());
      case RECOVERING -> towardsFull(current);
    };
  }

  /** What happens to a share that nothing holds down, or that nobody speaks for (any more). */
  Share towardsFull(Share current) {
    return climb(current, Share.FULL);
  }

  private Share breached(Share current, boolean burns) {
    if (current.compareTo(policy.breached()) > 0) {
      return policy.breached();
    }
    return due && burns ? policy.probe().max(halved(current)).min(current) : current;
  }

  private Share atRisk(Share current, boolean burns) {
    if (!burns) {
      return towardsFull(current);
    }
    return current.compareTo(policy.atRisk()) >= 0
        ? policy.atRisk()
        : climb(current, policy.atRisk());
  }

  private Share climb(Share current, Share target) {
    if (!due || current.compareTo(target) >= 0) {
      return current;
    }
    double raised = floorToGrid(current.value() + policy.recoverBy());
    double next = raised > current.value() ? raised : nextOnGrid(current.value());
    return new Share(Math.min(next, 1)).min(target);
  }

  private Share halved(Share current) {
    double half = floorToGrid(current.value() / 2);
    return half > 0 ? new Share(half) : policy.probe();
  }

  /** No burn rate counts as burning in a breach: no evidence is no reason to stop. */
  private boolean burns(Verdict verdict) {
    boolean unlessKnown = verdict.actingState(now) == VerdictState.BREACHED;
    return verdict.burnRate().isPresent()
        ? verdict.burnRate().getAsDouble() >= BURNING
        : unlessKnown;
  }

  private static double floorToGrid(double value) {
    return Math.floor(value * GRID_PER_UNIT + EPSILON) / GRID_PER_UNIT;
  }

  private static double nextOnGrid(double value) {
    return (Math.floor(value * GRID_PER_UNIT + EPSILON) + 1) / GRID_PER_UNIT;
  }
}
