package dev.sluice.evaluator.judge;

import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.SloPolicy;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is to be judged.
 *
 * @param objectives every Pyrra objective that speaks for a service
 * @param policies of services with an InferenceSLO; the others have {@link SloPolicy#DEFAULT}
 * @param services every known InferenceService; only these are judged
 */
public record Declarations(
    SortedMap<ObjectiveRef, Objective> objectives,
    Map<ServiceRef, SloPolicy> policies,
    SortedMap<ServiceRef, Presence> services) {

  /** Nothing declared. */
  public static final Declarations NONE =
      new Declarations(new TreeMap<>(), Map.of(), new TreeMap<>());

  public Declarations {
    objectives = Collections.unmodifiableSortedMap(new TreeMap<>(objectives));
    policies = Map.copyOf(policies);
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
  }

  /** How this service is judged. */
  public SloPolicy policy(ServiceRef service) {
    return policies.getOrDefault(service, SloPolicy.DEFAULT);
  }
}
