package dev.sluice.lab.load;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The newest outcomes for windows, and counts of all of them. Bounded, thread-safe. */
final class Outcomes {

  private static final int DISTINCT_REASONS = 50;

  private final int capacity;
  private final Deque<Outcome> newest = new ArrayDeque<>();
  private final Map<String, Long> failures = new TreeMap<>();
  private Instant forgottenUpTo = Instant.MIN;
  private long sent;
  private long finished;
  private long failed;

  Outcomes(int capacity) {
    this.capacity = capacity;
  }

  synchronized void due() {
    sent++;
  }

  synchronized long underWay() {
    return sent - finished;
  }

  synchronized void add(Outcome outcome) {
    finished++;
    outcome.failure().ifPresent(this::countFailure);
    newest.addLast(outcome);
    if (newest.size() > capacity) {
      Instant forgotten = newest.removeFirst().scheduledAt();
      forgottenUpTo = forgotten.isAfter(forgottenUpTo) ? forgotten : forgottenUpTo;
    }
  }

  private void countFailure(String reason) {
    failed++;
    boolean known = failures.containsKey(reason) || failures.size() < DISTINCT_REASONS;
    failures.merge(known ? reason : "other", 1L, Long::sum);
  }

  synchronized Totals totals() {
    return new Totals(sent, finished, failed, failures);
  }

  Window window(Instant from, Instant to) {
    return Window.of(from, to, between(from, to));
  }

  private synchronized List<Outcome> between(Instant from, Instant to) {
    if (!from.isAfter(forgottenUpTo)) {
      throw new IllegalStateException(
          "window from %s: only the newest %d outcomes are kept (expected: after %s)"
              .formatted(from, capacity, forgottenUpTo));
    }
    List<Outcome> found = new ArrayList<>();
    for (Outcome outcome : newest) {
      if (!outcome.scheduledAt().isBefore(from) && outcome.scheduledAt().isBefore(to)) {
        found.add(outcome);
      }
    }
    return found;
  }
}
