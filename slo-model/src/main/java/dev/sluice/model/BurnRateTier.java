package dev.sluice.model;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Pyrra's four multi-window burn-rate alerts, most urgent first.
 *
 * <p>A burn rate is the error ratio divided by the error budget {@code 1 - target}: at 1 the budget
 * lasts exactly the SLO window. An alert of a tier is active while the burn rate over its short and
 * its long window both exceed {@link #factor()}.
 *
 * <p>Source of the factors and of the 28-day windows: Pyrra {@code slo/rules.go}, {@code Windows}.
 * The idea is that of the SRE workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
 */
public enum BurnRateTier {
  /** 14x over 5 m and 1 h (28-day SLO). */
  FAST(14, Duration.ofMinutes(2), Duration.ofMinutes(5), Duration.ofHours(1)),
  /** 7x over 30 m and 6 h. */
  MEDIUM(7, Duration.ofMinutes(15), Duration.ofMinutes(30), Duration.ofHours(6)),
  /** 2x over 2 h and 1 d. */
  SLOW(2, Duration.ofHours(1), Duration.ofHours(2), Duration.ofDays(1)),
  /** 1x over 6 h and 4 d. */
  LONG(1, Duration.ofHours(3), Duration.ofHours(6), Duration.ofDays(4));

  private static final Duration REFERENCE_WINDOW = Duration.ofDays(28);
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final int factor;
  private final Duration referencePending;
  private final Duration referenceShort;
  private final Duration referenceLong;

  BurnRateTier(
      int factor, Duration referencePending, Duration referenceShort, Duration referenceLong) {
    this.factor = factor;
    this.referencePending = referencePending;
    this.referenceShort = referenceShort;
    this.referenceLong = referenceLong;
  }

  /** The burn rate above which this tier's alert is active, in multiples of the budget. */
  public int factor() {
    return factor;
  }

  /** Whether this tier alone means a breach (fast, medium) or only a risk (slow, long). */
  public boolean isPage() {
    return this == FAST || this == MEDIUM;
  }

  /**
   * This tier's windows for an SLO over {@code sloWindow}: the 28-day windows scaled and rounded to
   * whole minutes, as Pyrra does. Below about three days the short fast window rounds to zero.
   */
  public Windows windows(Duration sloWindow) {
    return new Windows(
        this,
        scale(referenceShort, sloWindow),
        scale(referenceLong, sloWindow),
        scale(referencePending, sloWindow));
  }

  /** The windows of all four tiers, most urgent first. */
  public static List<Windows> allWindows(Duration sloWindow) {
    return Arrays.stream(values()).map(tier -> tier.windows(sloWindow)).toList();
  }

  /**
   * The tier whose windows an alert names in its {@code short} and {@code long} labels. Never by
   * {@code severity}, which users rename.
   */
  public static Optional<BurnRateTier> of(
      Duration sloWindow, Duration shortWindow, Duration longWindow) {
    return Arrays.stream(values())
        .filter(
            tier -> {
              Windows windows = tier.windows(sloWindow);
              return windows.shortWindow().equals(shortWindow)
                  && windows.longWindow().equals(longWindow);
            })
        .findFirst();
  }

  // Pyrra divides first (an integer division of nanoseconds), then rounds half up to the minute.
  private static Duration scale(Duration reference, Duration sloWindow) {
    long divisor = REFERENCE_WINDOW.toSeconds() / reference.toSeconds();
    // By hand: Duration.dividedBy goes through BigDecimal, and words say windows all the time.
    long seconds = sloWindow.toSeconds() / divisor;
    long rest = sloWindow.toSeconds() % divisor * SECOND_NANOS + sloWindow.toNanosPart();
    long nanos = Math.addExact(Math.multiplyExact(seconds, SECOND_NANOS), rest / divisor);
    return Duration.ofMinutes((nanos + MINUTE_NANOS / 2) / MINUTE_NANOS);
  }

  /**
   * One tier at one SLO window.
   *
   * @param shortWindow the window that lets the alert clear soon after the cure
   * @param longWindow the window that keeps a blip from firing it
   * @param pending how long both must burn before the alert fires (the rule's {@code for})
   */
  public record Windows(
      BurnRateTier tier, Duration shortWindow, Duration longWindow, Duration pending) {}
}
