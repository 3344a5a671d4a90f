package dev.sluice.xds.shares;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A rule's primary answered later than the rule's target ({@code match.latencySLOMs}), and what
 * became of it. Its figures are those of the moment it entered its state, so that what is
 * remembered changes with the state, not with each poll.
 *
 * @param backend the primary
 * @param since when it entered the state
 * @param p95 of its time to the first byte, then
 * @param target what the rule allows
 * @param samples requests that {@code p95} was taken from
 * @param unprovenSince since when too few requests, or no answer of Prometheus, prove anything
 */
public record Lateness(
    String backend,
    State state,
    Instant since,
    Duration p95,
    Duration target,
    int samples,
    Optional<Instant> unprovenSince) {

  /** What is done about it. */
  public enum State {
    /** Its traffic goes to the fallback, but for what measures it. */
    LATE,
    /** It was in time again, or nothing proves the contrary any more: traffic comes back. */
    RECOVERING
  }

  Lateness enter(State next, Instant now) {
    return new Lateness(backend, next, now, p95, target, samples, Optional.empty());
  }

  Lateness unproven(Optional<Instant> from) {
    return new Lateness(backend, state, since, p95, target, samples, from);
  }

  /** {@code gpu-a late since 12:00:00Z: latencySLOMs 500, P95 1900 ms of 34 requests}. */
  public String words() {
    return "%s %s since %s: latencySLOMs %d, P95 %d ms of %d requests"
        .formatted(
            backend,
            state.name().toLowerCase(Locale.ROOT),
            since,
            target.toMillis(),
            p95.toMillis(),
            samples);
  }
}
