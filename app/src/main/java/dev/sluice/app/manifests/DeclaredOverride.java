package dev.sluice.app.manifests;

import dev.sluice.app.overrides.OverrideAnnotations;
import dev.sluice.evaluator.judge.VerdictOverride;
import dev.sluice.model.VerdictState;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Reads what a person has put on an InferenceService in the place of its verdict. A slip in it
 * rejects nothing else of the service: that would stop its traffic.
 *
 * @param override empty if there is none, or it can't be used
 * @param slip why it can't be used; empty if it can
 */
record DeclaredOverride(Optional<VerdictOverride> override, Optional<Slip> slip) {

  /** A value that isn't accepted. */
  record Slip(String field, String words) {}

  static DeclaredOverride read(Field root) {
    Field annotations = root.at("metadata").at("annotations");
    Optional<String> word = annotations.at(OverrideAnnotations.STATE).text();
    if (word.isEmpty()) {
      return new DeclaredOverride(Optional.empty(), Optional.empty());
    }
    Optional<VerdictState> state = state(word.get());
    if (state.isEmpty()) {
      return slip(OverrideAnnotations.STATE, word.get(), "Breached or WithinBudget");
    }
    String until = annotations.at(OverrideAnnotations.UNTIL).text().orElse("");
    String reason = annotations.at(OverrideAnnotations.REASON).text().orElse("");
    return instant(until)
        .map(end -> new VerdictOverride(state.get(), end, oneLine(reason)))
        .map(override -> new DeclaredOverride(Optional.of(override), Optional.empty()))
        .orElseGet(
            () ->
                slip(OverrideAnnotations.UNTIL, until, "when it ends, like 2026-01-31T18:00:00Z"));
  }

  private static DeclaredOverride slip(String annotation, String text, String expected) {
    return new DeclaredOverride(
        Optional.empty(),
        Optional.of(
            new Slip(
                "metadata.annotations." + annotation,
                "\"%s\" (expected: %s; nothing is overridden)".formatted(text, expected))));
  }

  private static Optional<VerdictState> state(String word) {
    return Optional.of(word).filter(OverrideAnnotations.STATES::contains).map(VerdictState::ofWord);
  }

  /** A person may write anything; it becomes part of a sentence. */
  private static String oneLine(String reason) {
    String line = reason.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    return line.substring(0, Math.min(line.length(), OverrideAnnotations.LONGEST_REASON)).strip();
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
