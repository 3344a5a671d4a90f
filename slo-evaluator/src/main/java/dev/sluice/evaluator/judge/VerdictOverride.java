package dev.sluice.evaluator.judge;

import dev.sluice.model.VerdictState;
import java.time.Instant;

/**
 * A person's word against the evidence, for a while.
 *
 * @param state {@link VerdictState#BREACHED} or {@link VerdictState#WITHIN_BUDGET}
 * @param until when the evidence counts again
 * @param reason why, in that person's words; empty if they gave none
 */
public record VerdictOverride(VerdictState state, Instant until, String reason) {

  public VerdictOverride {
    if (state != VerdictState.BREACHED && state != VerdictState.WITHIN_BUDGET) {
      throw new IllegalArgumentException(
          "override: " + state.word() + " (expected: Breached or WithinBudget)");
    }
  }

  /** {@code " (node 7 drains)"}, to be put behind its end; empty if there is no reason. */
  public String because() {
    return reason.isEmpty() ? "" : " (" + reason + ")";
  }

  boolean isActive(Instant now) {
    return now.isBefore(until);
  }
}
