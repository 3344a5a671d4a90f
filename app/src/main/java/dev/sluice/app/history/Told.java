package dev.sluice.app.history;

import dev.sluice.model.DecisionId;
import dev.sluice.model.VerdictState;
import java.time.Instant;
import java.util.Optional;

/**
 * One change, as it is told to people.
 *
 * @param number grows by one with each
 * @param subject the service or router it is about; empty if it is about this process
 * @param headline what changed, in a few words
 * @param words why
 * @param state the verdict's new state, if it is one that changed
 * @param decision the verdict it follows from; empty where there is none
 */
public record Told(
    long number,
    Instant at,
    Kind kind,
    String subject,
    String headline,
    String words,
    Optional<VerdictState> state,
    Optional<DecisionId> decision) {

  /** What kind of change. */
  public enum Kind {
    /** A verdict became another. */
    VERDICT("verdict"),
    /** Traffic moved. */
    SHARES("shares"),
    /** Something declared is wrong, or isn't any more. */
    PROBLEM("problem"),
    /** This process began to serve, or to lead or follow. */
    PROCESS("process");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As pages say it. */
    public String word() {
      return word;
    }
  }
}
