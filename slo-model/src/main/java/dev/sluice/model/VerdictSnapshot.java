package dev.sluice.model;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All verdicts at one moment. Immutable; readers keep a reference as long as they like.
 *
 * @param revision grows by one with every transition of any verdict or change of policy, and starts
 *     from the wall clock in milliseconds, so that it also grows over a restart
 * @param publishedAt when the snapshot was made
 * @param services every known service, sorted
 */
public record VerdictSnapshot(
    long revision, Instant publishedAt, SortedMap<ServiceRef, ServiceVerdict> services) {

  public VerdictSnapshot {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
  }

  /** A snapshot of these services. */
  public static VerdictSnapshot of(
      long revision, Instant publishedAt, Map<ServiceRef, ServiceVerdict> services) {
    return new VerdictSnapshot(revision, publishedAt, new TreeMap<>(services));
  }

  /** What is known of a service. */
  public Optional<ServiceVerdict> find(ServiceRef service) {
    return Optional.ofNullable(services.get(service));
  }
}
