package dev.sluice.evaluator.judge;

import dev.sluice.model.ServiceRef;
import dev.sluice.model.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * What is remembered of one service.
 *
 * @param whole of the service as a whole
 * @param replicas of single replicas, by pod name or host:port
 */
public record ServiceTracks(ServiceRef service, Track whole, SortedMap<String, Track> replicas) {

  private static final SortedMap<String, Track> NO_REPLICAS =
      Collections.unmodifiableSortedMap(new TreeMap<>());

  public ServiceTracks {
    replicas =
        replicas.isEmpty()
            ? NO_REPLICAS
            : Collections.unmodifiableSortedMap(new TreeMap<>(replicas));
  }

  static ServiceTracks of(ServiceRef service, Track whole) {
    return new ServiceTracks(service, whole, NO_REPLICAS);
  }

  /**
   * Whether each verdict is WithinBudget by the evidence of {@code lastTurn}, and stays so while
   * the evidence does: no clock runs.
   */
  boolean isCalm(Instant lastTurn, Duration leastClearFor) {
    return whole.isCalm(lastTurn, leastClearFor)
        && (replicas.isEmpty()
            || replicas.values().stream().allMatch(track -> track.isCalm(lastTurn, leastClearFor)));
  }

  ServiceTracks confirmedAt(Instant now) {
    return map(track -> track.withEvidenceAt(now));
  }

  ServiceTracks continuedAt(Instant now) {
    return map(track -> track.continuedAt(now));
  }

  private ServiceTracks map(UnaryOperator<Track> change) {
    if (replicas.isEmpty()) {
      return of(service, change.apply(whole));
    }
    SortedMap<String, Track> changed = new TreeMap<>(replicas);
    changed.replaceAll((_, track) -> change.apply(track));
    return new ServiceTracks(service, change.apply(whole), changed);
  }

  boolean isAsGoodAs(ServiceTracks other) {
    if (!service.equals(other.service)
        || !whole.isAsGoodAs(other.whole)
        || !replicas.keySet().equals(other.replicas.keySet())) {
      return false;
    }
    var others = other.replicas.values().iterator();
    return replicas.values().stream().allMatch(track -> track.isAsGoodAs(others.next()));
  }

  /** The whole first, then the replicas in order. */
  void forEach(BiConsumer<Subject, Track> action) {
    action.accept(new Subject.Whole(service), whole);
    replicas.forEach((name, track) -> action.accept(new Subject.Replica(service, name), track));
  }
}
