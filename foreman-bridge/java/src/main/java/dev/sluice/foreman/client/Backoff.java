package dev.sluice.foreman.client;

import java.time.Duration;

/**
 * Pauses between reconnections: {@code min(last, first * 2^failures)}, spread by a fifth either way
 * so that the clients of a restarted server don't come back as one.
 */
record Backoff(Duration first, Duration last) {

  private static final double JITTER = 0.2;
  private static final int MOST_DOUBLINGS = 30;

  /**
   * The pause after so many failures in a row.
   *
   * @param chance in [0, 1)
   */
  Duration pause(int failures, double chance) {
    Duration doubled = first.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    Duration pause = doubled.compareTo(last) > 0 ? last : doubled;
    return Duration.ofNanos(Math.round(pause.toNanos() * (1 - JITTER + 2 * JITTER * chance)));
  }
}
