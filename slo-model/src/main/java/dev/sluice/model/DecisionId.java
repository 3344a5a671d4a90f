package dev.sluice.model;

import java.time.Instant;
import java.util.HexFormat;

/**
 * Names one decision everywhere it appears: condition, event, gRPC reason, log line, page.
 *
 * <p>The text is made of the subject and the instant, so a replay of the same events names the same
 * decisions.
 */
public record DecisionId(String text) {

  /** The id of the transition of {@code subject} to {@code state} at {@code at}. */
  public static DecisionId of(Subject subject, VerdictState state, Instant at) {
    int hash = (subject + "|" + state).hashCode();
    return new DecisionId(
        Long.toString(at.toEpochMilli(), 36) + "-" + HexFormat.of().toHexDigits(hash));
  }

  @Override
  public String toString() {
    return text;
  }
}
