package dev.sluice.app.kube;

import dev.sluice.app.kube.HoldPlan.Step;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** The Events on an Agent that is held and let go. */
final class HoldNotes {

  private HoldNotes() {}

  /** What a step is noted as; a renewal is no news. */
  static Optional<StatusWriter.Note> of(KubeAgent agent, Step step, Instant now) {
    return switch (step) {
      case Step.Stay _, Step.Renew _ -> Optional.empty();
      case Step.Hold(String by, _, String message) -> Optional.of(held(by, message, now));
      case Step.Release(String message) -> Optional.of(released(agent, message, now));
    };
  }

  static StatusWriter.Note held(String by, String message, Instant now) {
    return new StatusWriter.Note(id("held", by, now), false, "SLOHeld", message, now);
  }

  static StatusWriter.Note released(KubeAgent agent, String message, Instant now) {
    String by = agent.heldBy().orElse("nobody");
    return new StatusWriter.Note(id("released", by, now), true, "SLOReleased", message, now);
  }

  private static String id(String what, String by, Instant now) {
    return String.join(
        "-", what, by.toLowerCase(Locale.ROOT), Long.toString(now.getEpochSecond(), 36));
  }
}
