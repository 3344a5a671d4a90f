package dev.sluice.xds.shares;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shares of one rule.
 *
 * @param backends by name; only those with an endpoint that takes traffic
 * @param changedAt when a weight last changed; empty if none ever did
 * @param notes what the guards did, for people
 */
public record RuleShares(
    SortedMap<String, BackendShare> backends, Optional<Instant> changedAt, List<String> notes) {

  /** The sum of the weights of a rule's backends. */
  public static final int TOTAL_WEIGHT = 1000;

  /** Nothing was shaped yet. */
  public static final RuleShares NONE =
      new RuleShares(new TreeMap<>(), Optional.empty(), List.of());

  public RuleShares {
    backends = Collections.unmodifiableSortedMap(new TreeMap<>(backends));
    notes = List.copyOf(notes);
  }

  /** The share of a backend, if it takes traffic. */
  public Optional<BackendShare> backend(String name) {
    return Optional.ofNullable(backends.get(name));
  }

  /** Whether the weights are those of the other, replicas included. */
  boolean sameWeights(RuleShares other) {
    if (!backends.keySet().equals(other.backends.keySet())) {
      return false;
    }
    return backends.entrySet().stream()
        .allMatch(
            entry -> {
              BackendShare one = entry.getValue();
              BackendShare two = other.backends.get(entry.getKey());
              return two != null
                  && one.weight() == two.weight()
                  && one.replicas().equals(two.replicas());
            });
  }
}
