package dev.sluice.evaluator.judge;

import dev.sluice.model.Evidence;
import dev.sluice.model.RouterRef;
import dev.sluice.model.RuleLatency;
import dev.sluice.model.ServiceRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The outcome of one poll of Prometheus. */
public sealed interface Observation {

  /** When Prometheus was asked. */
  Instant at();

  /**
   * Prometheus answered.
   *
   * @param evidence by service: one piece for each declared objective, and one more for each
   *     replica seen of an objective grouped by replica
   * @param latencies by router, of rules' backends that were called lately; empty if nobody asked,
   *     or Prometheus didn't say
   */
  record Rules(
      Instant at,
      Map<ServiceRef, List<Evidence>> evidence,
      Optional<Map<RouterRef, List<RuleLatency>>> latencies)
      implements Observation {

    public Rules {
      evidence = Collections.unmodifiableMap(new HashMap<>(evidence));
      latencies = latencies.map(Map::copyOf);
    }

    /** Groups the pieces by service, each service's in the order they come; no latencies. */
    public static Rules of(Instant at, Collection<Evidence> pieces) {
      Map<ServiceRef, List<Evidence>> byService = new HashMap<>();
      for (Evidence piece : pieces) {
        byService.computeIfAbsent(piece.subject().service(), _ -> new ArrayList<>()).add(piece);
      }
      byService.replaceAll((_, list) -> List.copyOf(list));
      return new Rules(at, byService, Optional.empty());
    }

    /** The same evidence, with these latencies. */
    public Rules with(Optional<Map<RouterRef, List<RuleLatency>>> measured) {
      return new Rules(at, evidence, measured);
    }

    /**
     * The same, with the lists of {@code before} wherever the evidence is equal: the judge sees at
     * a glance then that a service's evidence didn't change.
     */
    public Rules sharing(Rules before) {
      Map<ServiceRef, List<Evidence>> shared = new HashMap<>(evidence);
      shared.replaceAll(
          (service, list) -> {
            List<Evidence> known = before.of(service);
            return list.equals(known) ? known : list;
          });
      return new Rules(at, shared, latencies);
    }

    /** Every piece, sorted by service. */
    public List<Evidence> pieces() {
      return evidence.keySet().stream().sorted().flatMap(ref -> of(ref).stream()).toList();
    }

    /** What is known of a service and its replicas; empty if nothing. */
    public List<Evidence> of(ServiceRef service) {
      return evidence.getOrDefault(service, List.of());
    }
  }

  /**
   * Prometheus could not be asked.
   *
   * @param words one sentence with the address, what went wrong and the way out
   */
  record Failed(Instant at, String words) implements Observation {}
}
