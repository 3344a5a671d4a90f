package dev.sluice.foreman.dispatch;

import dev.sluice.model.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A decision in words: {@code InferenceService default/qwen is Breached since 2026-05-04T12:03:10Z:
 * qwen-ttft burns 31x its error budget over 1m; decision k3f9-0a1b2c3d}.
 */
final class Explanation {

  private Explanation() {}

  /**
   * Explains a decision.
   *
   * @param note what the decision adds to the verdict; may be empty
   */
  static String of(Standing standing, String note) {
    Verdict verdict = standing.verdict();
    StringBuilder text = new StringBuilder("InferenceService ").append(standing.service());
    text.append(" is ").append(verdict.state().word());
    text.append(" since ").append(time(verdict.since()));
    if (!verdict.words().isEmpty()) {
      text.append(": ").append(verdict.words());
    }
    if (!note.isEmpty()) {
      text.append("; ").append(note);
    }
    return text.append("; decision ").append(verdict.decision()).toString();
  }

  static Instant time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS);
  }
}
