package dev.sluice.lab.load;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What became of the requests that were due in {@code [from, to)} and have ended; those still under
 * way are missing.
 *
 * @param servedBy requests per {@code x-served-by}, failed ones included
 * @param failures failed requests per reason
 * @param ttftP50 nearest rank over the requests that did not fail; empty without any
 */
public record Window(
    Instant from,
    Instant to,
    long requests,
    long failed,
    Map<String, Long> servedBy,
    Map<String, Long> failures,
    Optional<Duration> ttftP50,
    Optional<Duration> ttftP99) {

  public Window {
    servedBy = Map.copyOf(servedBy);
    failures = Map.copyOf(failures);
  }

  /** The fraction of requests that {@code backend} answered; 0 without requests. */
  public double share(String backend) {
    return requests == 0 ? 0 : (double) servedBy.getOrDefault(backend, 0L) / requests;
  }

  static Window of(Instant from, Instant to, List<Outcome> outcomes) {
    Map<String, Long> servedBy = new TreeMap<>();
    Map<String, Long> failures = new TreeMap<>();
    List<Duration> ttfts = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      servedBy.merge(outcome.servedBy(), 1L, Long::sum);
      outcome.failure().ifPresent(reason -> failures.merge(reason, 1L, Long::sum));
      if (!outcome.failed()) {
        outcome.ttft().ifPresent(ttfts::add);
      }
    }
    Collections.sort(ttfts);
    long failed = failures.values().stream().mapToLong(Long::longValue).sum();
    return new Window(
        from,
        to,
        outcomes.size(),
        failed,
        servedBy,
        failures,
        quantile(ttfts, 0.5),
        quantile(ttfts, 0.99));
  }

  private static Optional<Duration> quantile(List<Duration> sorted, double quantile) {
    if (sorted.isEmpty()) {
      return Optional.empty();
    }
    int rank = (int) Math.ceil(quantile * sorted.size());
    return Optional.of(sorted.get(Math.max(1, rank) - 1));
  }
}
