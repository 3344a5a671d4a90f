package dev.sluice.app.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.manifests.World;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.VerdictState;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.router.Rule;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every service with its burn rate and its share where it is least, the worst first. Pure. */
public final class TopJson {

  /** How far back the counts of requests reach. */
  private static final double WINDOW_SECONDS = 60;

  private TopJson() {}

  /** One backend of one rule that reaches a service. */
  private record Place(RouterRef router, String rule, String backend, BackendShare share) {}

  /** All services. */
  public static ObjectNode of(Sight sight) {
    ObjectNode root =
        JsonNodeFactory.instance
            .objectNode()
            .put("asked", sight.now().toString())
            .put("role", sight.state().role().word())
            .put("serving", sight.state().isServing());
    ArrayNode services = root.putArray("services");
    Map<ServiceRef, List<Place>> places = places(sight);
    ObjectiveFacts facts = ObjectiveFacts.of(sight.state());
    sight.state().snapshot().services().stream()
        .sorted(worstFirst())
        .forEach(
            service -> {
              ObjectNode node = services.addObject();
              put(service, places.getOrDefault(service.service(), List.of()), sight, node);
              facts.budgetLeft(service.service()).ifPresent(left -> node.put("budgetLeft", left));
            });
    return root;
  }

  private static Comparator<ServiceVerdict> worstFirst() {
    return Comparator.comparingInt((ServiceVerdict one) -> urgency(one.verdict().state()))
        .thenComparingDouble(one -> -one.verdict().burnRate().orElse(0))
        .thenComparing(ServiceVerdict::service);
  }

  private static int urgency(VerdictState state) {
    return switch (state) {
      case BREACHED -> 0;
      case RECOVERING -> 1;
      case AT_RISK -> 2;
      case UNKNOWN -> 3;
      case WITHIN_BUDGET -> 4;
    };
  }

  private static Map<ServiceRef, List<Place>> places(Sight sight) {
    Map<ServiceRef, List<Place>> places = new HashMap<>();
    for (RouterSpec router : sight.state().world().orElse(World.EMPTY).routers().values()) {
      RouterShares shares = sight.state().shares().getOrDefault(router.ref(), RouterShares.NONE);
      for (Rule rule : router.allRules()) {
        RuleShares ofRule = shares.rule(rule.name()).orElse(RuleShares.NONE);
        ofRule
            .backends()
            .forEach(
                (name, share) ->
                    router
                        .backend(name)
                        .flatMap(Backend::service)
                        .ifPresent(
                            service ->
                                places
                                    .computeIfAbsent(service, _ -> new ArrayList<>())
                                    .add(new Place(router.ref(), rule.name(), name, share))));
      }
    }
    return places;
  }

  private static void put(
      ServiceVerdict service, List<Place> places, Sight sight, ObjectNode node) {
    node.put("service", service.service().toString())
        .put("state", service.verdict().state().word())
        .put("since", service.verdict().since().toString())
        .put("decision", service.verdict().decision().text())
        .put("words", service.verdict().words());
    service.verdict().burnRate().ifPresent(rate -> node.put("burnRate", rate));
    long requests = places.stream().mapToLong(place -> requests(place, sight)).sum();
    if (places.stream().anyMatch(place -> isReported(place.router(), sight))) {
      node.put("requestsPerSecond", requests / WINDOW_SECONDS);
    }
    places.stream()
        .min(
            Comparator.comparing((Place place) -> place.share().share())
                .thenComparingLong(place -> -requests(place, sight)))
        .ifPresent(least -> put(least, sight, node));
  }

  private static void put(Place place, Sight sight, ObjectNode node) {
    node.put("router", place.router().toString())
        .put("rule", place.rule())
        .put("backend", place.backend())
        .put("wanted", place.share().wanted().value())
        .put("share", place.share().share().value())
        .put("weight", place.share().weight());
    sight
        .served()
        .fraction(place.router(), place.rule(), place.backend())
        .ifPresent(ratio -> node.put("servedRatio", ratio));
  }

  private static boolean isReported(RouterRef router, Sight sight) {
    return sight.served().fleets().containsKey(router);
  }

  private static long requests(Place place, Sight sight) {
    return sight
        .served()
        .of(place.router())
        .byRule()
        .getOrDefault(place.rule(), Map.of())
        .getOrDefault(place.backend(), 0L);
  }
}
