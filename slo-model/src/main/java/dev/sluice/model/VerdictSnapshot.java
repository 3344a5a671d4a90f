package dev.sluice.model;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All verdicts at one moment. Immutable; readers keep a reference as long as they like.
 *
 * @param revision grows by one with every transition of any verdict or change of policy, and starts
 *     from the wall clock in milliseconds, so that it also grows over a restart
 * @param publishedAt when the snapshot was made
 * @param services every known service, sorted by name
 */
public record VerdictSnapshot(long revision, Instant publishedAt, List<ServiceVerdict> services) {

  public VerdictSnapshot {
    services = List.copyOf(services);
  }

  /** A snapshot of these services, in whatever order they come. */
  public static VerdictSnapshot of(
      long revision, Instant publishedAt, Collection<ServiceVerdict> services) {
    return new VerdictSnapshot(
        revision,
        publishedAt,
        services.stream().sorted(Comparator.comparing(ServiceVerdict::service)).toList());
  }

  /** What is known of a service. */
  public Optional<ServiceVerdict> find(ServiceRef service) {
    int low = 0;
    int high = services.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      ServiceVerdict candidate = services.get(middle);
      int order = candidate.service().compareTo(service);
      if (order == 0) {
        return Optional.of(candidate);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }
}
