package dev.sluice.foreman.client;

import dev.sluice.foreman.dispatch.DispatchDecision;
import java.time.Duration;
import java.util.Optional;

/** What a gate says to one piece of work. */
public sealed interface GateDecision {

  /** Why, for people. */
  String message();

  /** When to ask again; zero if the work is admitted. */
  Duration retryAfter();

  /** Whether to dispatch now. */
  default boolean admits() {
    return retryAfter().isZero();
  }

  /**
   * Decided from what the breach service last said.
   *
   * @param decision the decision; without the evidence's age, which a watch doesn't follow
   * @param silence for how long the breach service wasn't heard
   * @param revision the revision decided at
   */
  record Decided(DispatchDecision decision, Duration silence, long revision)
      implements GateDecision {
    @Override
    public String message() {
      return decision.grounds().message();
    }

    @Override
    public Duration retryAfter() {
      return decision.retryAfter();
    }
  }

  /**
   * Admitted because the breach service wasn't heard for too long: work waits for no verdict.
   *
   * @param silence for how long; empty if it was never heard
   */
  record FailedOpen(String message, Optional<Duration> silence) implements GateDecision {
    @Override
    public Duration retryAfter() {
      return Duration.ZERO;
    }
  }
}
