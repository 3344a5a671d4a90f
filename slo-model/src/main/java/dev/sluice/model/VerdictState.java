package dev.sluice.model;

/** The five answers. There is no boolean: "not breached" and "don't know" are different things. */
public enum VerdictState {
  /** Every objective is measured, and none burns its budget too fast. */
  WITHIN_BUDGET("WithinBudget"),
  /** The budget burns faster than it should, but not at the rate of a breach. */
  AT_RISK("AtRisk"),
  /** An objective's fast or medium burn-rate alert fires. */
  BREACHED("Breached"),
  /** The alert cleared and proof was seen; traffic is given back step by step. */
  RECOVERING("Recovering"),
  /** Nothing can be concluded. */
  UNKNOWN("Unknown");

  private final String word;

  VerdictState(String word) {
    this.word = word;
  }

  /** The word used in conditions, messages and labels: {@code WithinBudget}. */
  public String word() {
    return word;
  }

  /**
   * Reads a word as {@link #word()} prints it.
   *
   * @throws IllegalArgumentException if it is none of the five
   */
  public static VerdictState ofWord(String word) {
    for (VerdictState state : values()) {
      if (state.word.equals(word)) {
        return state;
      }
    }
    throw new IllegalArgumentException(
        "state: \""
            + word
            + "\" (expected: WithinBudget, AtRisk, Breached, Recovering or Unknown)");
  }
}
