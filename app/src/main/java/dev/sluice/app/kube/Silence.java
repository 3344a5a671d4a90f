package dev.sluice.app.kube;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How long an API server that didn't answer is left alone: 1 s at first, doubled up to 30 s each
 * time it doesn't answer again. Used by one thread.
 */
final class Silence {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofSeconds(30);

  private final InstantSource clock;
  private Duration next = FIRST;
  private Instant until = Instant.MIN;

  Silence(InstantSource clock) {
    this.clock = clock;
  }

  /** Nobody answered. */
  void begin() {
    until = clock.instant().plus(next);
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(MOST) < 0 ? doubled : MOST;
  }

  /** It answers: the next silence is a short one again. */
  void answered() {
    next = FIRST;
  }

  boolean lasts() {
    return clock.instant().isBefore(until);
  }

  /** When it is asked again. */
  Instant until() {
    return until;
  }
}
