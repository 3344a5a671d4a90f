package dev.sluice.app.overrides;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.evaluator.judge.VerdictOverride;
import dev.sluice.model.PromDuration;
import dev.sluice.model.VerdictState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * An override that a person asks for: {@code {"state": "Breached", "for": "1h", "reason": "node 7
 * is drained"}}.
 *
 * @param state {@link VerdictState#BREACHED} or {@link VerdictState#WITHIN_BUDGET}
 * @param lasts how long, from now; a minute to a day
 * @param reason why: whoever looks at 3 a.m. must find it
 */
public record OverrideOrder(VerdictState state, Duration lasts, String reason) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> FIELDS = Set.of("state", "for", "reason");
  private static final Duration SHORTEST = Duration.ofMinutes(1);

  /** Whoever forgets it finds the evidence in charge again the next day. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException naming the field, and what is expected of it
   */
  public static OverrideOrder read(byte[] json) {
    JsonNode root = tree(json);
    Set<String> unknown = new TreeSet<>();
    root.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(FIELDS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          unknown.iterator().next() + ": unknown (expected: state, for and reason)");
    }
    return new OverrideOrder(state(root), lasts(root), reason(root));
  }

  private static JsonNode tree(byte[] json) {
    try {
      JsonNode root = JSON.readTree(json);
      if (root.isObject()) {
        return root;
      }
    } catch (IOException _) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "not a JSON object (expected: {\"state\": \"Breached\", \"for\": \"1h\", \"reason\": \"why\"})");
  }

  private static VerdictState state(JsonNode root) {
    String word = root.path("state").asText();
    if (!OverrideAnnotations.STATES.contains(word)) {
      throw new IllegalArgumentException(
          "state: \"" + word + "\" (expected: Breached or WithinBudget)");
    }
    return VerdictState.ofWord(word);
  }

  private static Duration lasts(JsonNode root) {
    String text = root.path("for").asText();
    try {
      Duration lasts = PromDuration.parse(text);
      if (lasts.compareTo(SHORTEST) >= 0 && lasts.compareTo(LONGEST) <= 0) {
        return lasts;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "for: \"" + text + "\" (expected: 1m to 24h, like 15m or 4h)");
  }

  private static String reason(JsonNode root) {
    String reason = root.path("reason").asText().strip();
    String fault =
        reason.isEmpty()
            ? "missing"
            : CONTROL.matcher(reason).find()
                ? "more than one line"
                : reason.length() > OverrideAnnotations.LONGEST_REASON
                    ? reason.length() + " characters"
                    : "";
    if (!fault.isEmpty()) {
      throw new IllegalArgumentException(
          "reason: %s (expected: one line of 1 to %d characters)"
              .formatted(fault, OverrideAnnotations.LONGEST_REASON));
    }
    return reason;
  }

  /** What is put in the place of the verdict; ends on a full second, as it is written. */
  public VerdictOverride from(Instant now) {
    return new VerdictOverride(state, now.plus(lasts).truncatedTo(ChronoUnit.SECONDS), reason);
  }
}
