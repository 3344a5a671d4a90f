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
      case Step.Hold(String by, _, String message) -> Optional.of(held(agent, by, message, now));
      case Step.Release(String message) -> Optional.of(released(agent, message, now));
    };
  }

  // Noted once for each decision: someone may take the label away again and again.
  private static StatusWriter.Note held(KubeAgent agent, String by, String message, Instant now) {
    return new StatusWriter.Note(
        id("held", by, agent.object().uid()), false, "SLOHeld", message, now);
  }

  static StatusWriter.Note heldByHand(Instant until, Instant now) {
    return new StatusWriter.Note(
        id("held", HoldPlan.MANUAL, at(now)), false, "SLOHeld", "held by hand until " + until, now);
  }

  static StatusWriter.Note released(KubeAgent agent, String message, Instant now) {
    String by = agent.heldBy().orElse("nobody");
    return new StatusWriter.Note(id("released", by, at(now)), true, "SLOReleased", message, now);
  }

  private static String id(String what, String by, String which) {
    return String.join("-", what, by.toLowerCase(Locale.ROOT), which);
  }

  private static String at(Instant now) {
    return Long.toString(now.getEpochSecond(), 36);
  }
}
