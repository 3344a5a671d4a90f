package dev.sluice.xds.shares;

import dev.sluice.model.Share;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shares of one rule.
 *
 * @param backends by name; those without an endpoint that takes traffic have weight 0
 * @param changedAt when a share or weight last changed; empty if none ever did
 * @param notes what the guards did, for people
 * @param lateness what the rule's own target for latency does to its primary, if anything
 */
public record RuleShares(
    SortedMap<String, BackendShare> backends,
    Optional<Instant> changedAt,
    List<String> notes,
    Optional<Lateness> lateness) {

  /** The sum of the weights of a rule's backends. */
  public static final int TOTAL_WEIGHT = 1000;

  /** Nothing was shaped yet. */
  public static final RuleShares NONE =
      new RuleShares(new TreeMap<>(), Optional.empty(), List.of());

  public RuleShares {
    backends = Collections.unmodifiableSortedMap(new TreeMap<>(backends));
    notes = List.copyOf(notes);
  }

  /** Shares that no target for latency has a part in. */
  public RuleShares(
      SortedMap<String, BackendShare> backends, Optional<Instant> changedAt, List<String> notes) {
    this(backends, changedAt, notes, Optional.empty());
  }

  /** The same shares, with {@code next} to go on from. */
  public RuleShares withLateness(Optional<Lateness> next) {
    return new RuleShares(backends, changedAt, notes, next);
  }

  /** The share of a backend, unless the rule gives it no traffic at all. */
  public Optional<BackendShare> backend(String name) {
    return Optional.ofNullable(backends.get(name));
  }

  /** Whether every backend and replica keeps all it was declared. */
  boolean isAsDeclared() {
    return backends.values().stream()
        .allMatch(
            backend ->
                backend.wanted().equals(Share.FULL)
                    && !backend.isDemoted()
                    && backend.replicas().isEmpty());
  }

  /** Whether the shares and weights are those of the other, replicas included. */
  boolean sameShares(RuleShares other) {
    return backends.equals(other.backends);
  }
}
