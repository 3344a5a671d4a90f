package dev.sluice.model;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that is concluded of one InferenceService.
 *
 * @param service the service
 * @param verdict of the service as a whole
 * @param replicas of single replicas, by pod name or host:port; only those an objective speaks for
 * @param policy what the verdicts lead to
 * @param evidenceAt when Prometheus last gave usable evidence; empty before it first did
 */
public record ServiceVerdict(
    ServiceRef service,
    Verdict verdict,
    Map<String, Verdict> replicas,
    SloPolicy policy,
    Optional<Instant> evidenceAt) {

  public ServiceVerdict {
    // Most services have none, and there may be ten thousand services a turn.
    replicas = replicas.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(replicas));
  }

  /** The same, confirmed by newer evidence. */
  public ServiceVerdict confirmedAt(Instant at) {
    return new ServiceVerdict(service, verdict, replicas, policy, Optional.of(at));
  }
}
