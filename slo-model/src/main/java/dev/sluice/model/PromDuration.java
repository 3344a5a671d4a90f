package dev.sluice.model;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as Prometheus and Pyrra write them: {@code 4w}, {@code 28d}, {@code 1h30m}, {@code 2m}.
 *
 * <p>Source of the syntax: Prometheus documentation, "Time durations" of the query language. A week
 * has 7 days, a day 24 hours.
 */
public final class PromDuration {

  private static final Pattern SYNTAX =
      Pattern.compile("(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
  private static final long[] UNIT_MILLIS = {604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1};
  private static final String[] UNIT_NAMES = {"w", "d", "h", "m", "s", "ms"};

  private PromDuration() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if the text is not one; the message says what is
   */
  public static Duration parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new IllegalArgumentException(
          "duration: \"" + text + "\" (expected: like 30s, 5m, 1h30m, 28d or 4w)");
    }
    long millis = 0;
    try {
      for (int unit = 0; unit < UNIT_MILLIS.length; unit++) {
        String digits = matcher.group(unit + 1);
        if (digits != null) {
          long part = Math.multiplyExact(Long.parseLong(digits), UNIT_MILLIS[unit]);
          millis = Math.addExact(millis, part);
        }
      }
    } catch (ArithmeticException | NumberFormatException tooLarge) {
      throw new IllegalArgumentException(
          "duration: \"" + text + "\" (expected: at most 292 million years)", tooLarge);
    }
    return Duration.ofMillis(millis);
  }

  /**
   * Prints a duration as Prometheus does, largest units first, so that {@code 28d} reads {@code
   * 4w}: weeks and days only when nothing smaller is left, as in Prometheus' own {@code String()}.
   */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    for (int unit = 0; unit < UNIT_MILLIS.length; unit++) {
      boolean onlyIfExact = unit < 2;
      if (onlyIfExact && millis % UNIT_MILLIS[unit] != 0) {
        continue;
      }
      long count = millis / UNIT_MILLIS[unit];
      if (count > 0) {
        text.append(count).append(UNIT_NAMES[unit]);
        millis -= count * UNIT_MILLIS[unit];
      }
    }
    return text.toString();
  }

  // Not in SloPolicy: a nested record that calls its outer class while both have defaults to make
  // would see them half made.
  static void requirePositive(String field, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          field + ": " + value + " (expected: a duration above zero, like 30s)");
    }
  }

  static void requireNotNegative(String field, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: a duration, like 5m)");
    }
  }
}
