package dev.sluice.evaluator.judge;

import dev.sluice.model.Objective;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.SloPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is to be judged.
 *
 * @param services every known InferenceService, sorted by name
 */
public record Declarations(List<DeclaredService> services) {

  /** Nothing declared. */
  public static final Declarations NONE = new Declarations(List.of());

  public Declarations {
    services = List.copyOf(services);
  }

  /**
   * Joins what is declared in different places.
   *
   * @param services every known InferenceService; only these are judged
   * @param policies of services with an InferenceSLO
   * @param objectives of Pyrra; what speaks for a service that isn't known is left out
   */
  public static Declarations of(
      Map<ServiceRef, Presence> services,
      Map<ServiceRef, SloPolicy> policies,
      Collection<Objective> objectives) {
    Map<ServiceRef, List<Objective>> byService = new HashMap<>();
    objectives.forEach(
        objective ->
            byService.computeIfAbsent(objective.service(), _ -> new ArrayList<>()).add(objective));
    byService.values().forEach(list -> list.sort(Comparator.comparing(Objective::ref)));
    List<DeclaredService> declared = new ArrayList<>(services.size());
    new TreeMap<>(services)
        .forEach(
            (ref, presence) ->
                declared.add(
                    new DeclaredService(
                        ref,
                        presence,
                        policies.getOrDefault(ref, SloPolicy.DEFAULT),
                        byService.getOrDefault(ref, List.of()))));
    return new Declarations(declared);
  }

  /** Every objective of every service. */
  public Stream<Objective> objectives() {
    return services.stream().flatMap(service -> service.objectives().stream());
  }
}
