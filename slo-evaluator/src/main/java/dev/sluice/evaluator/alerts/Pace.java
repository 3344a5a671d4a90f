package dev.sluice.evaluator.alerts;

import java.time.Duration;
import java.util.Optional;

/**
 * When the next poll is due. Times are durations since the poller was made, by a clock that never
 * goes back. Not thread safe: the poller's lock guards it.
 *
 * <pre>
 * due = last start + interval                                     not woken
 *     = min(that, max(last start + GAP, when the budget allows))  woken
 * </pre>
 *
 * <p>Polls before their interval cost budget: {@link #BURST} at once, one more every {@link
 * #REFILL}. So whoever may wake the poller can't make it ask more often than a poll interval of one
 * second would. A wake without budget isn't lost, it waits.
 */
final class Pace {

  /**
   * The shortest time between two starts. Prometheus notifies for each rule of a group as it is
   * evaluated, within a few milliseconds: one poll serves them all. Half of the 50 ms we want to
   * need from a rule that fires to a written condition.
   */
  static final Duration GAP = Duration.ofMillis(25);

  /** How many polls may come early in a row: a few objectives that change within one second. */
  static final int BURST = 5;

  /** How soon one early poll more is allowed. */
  static final Duration REFILL = Duration.ofSeconds(1);

  private static final Duration CREDIT = REFILL.multipliedBy(BURST - 1L);

  private final Duration interval;
  private Duration lastStart;
  // When the budget is full again: each early poll moves it on by one refill.
  private Duration fullAt = Duration.ZERO;
  private Optional<Duration> wokenAt = Optional.empty();

  /** The first poll is due at once. */
  Pace(Duration interval) {
    this.interval = interval;
    this.lastStart = interval.negated();
  }

  /** Something changed. */
  void wake(Duration now) {
    wokenAt = wokenAt.or(() -> Optional.of(now));
  }

  /** When the next poll is to start. */
  Duration due() {
    Duration regular = lastStart.plus(interval);
    return wokenAt.isPresent() ? earlier(regular, earlyDue()) : regular;
  }

  private Duration earlyDue() {
    return later(lastStart.plus(GAP), fullAt.minus(CREDIT));
  }

  /**
   * A poll starts. It serves the wakes so far; one that comes while it runs leads to another,
   * because this one may have read the state before.
   *
   * @return when the first of the wakes came that it serves
   */
  Optional<Duration> start(Duration now) {
    boolean isEarly = now.compareTo(lastStart.plus(interval)) < 0;
    if (isEarly) {
      fullAt = later(fullAt, now).plus(REFILL);
    }
    Optional<Duration> served = wokenAt;
    wokenAt = Optional.empty();
    lastStart = now;
    return served;
  }

  private static Duration earlier(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static Duration later(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
