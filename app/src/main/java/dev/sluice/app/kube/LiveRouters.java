package dev.sluice.app.kube;

import dev.sluice.app.manifests.World;
import dev.sluice.model.RouterRef;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The ModelRouters of a cluster as they are now, and what is known of each.
 *
 * <ul>
 *   <li><i>Thread</i>: any.
 *   <li><i>On failure</i>: nothing here fails.
 *   <li><i>On shutdown</i>: nothing to do.
 * </ul>
 */
final class LiveRouters implements KubeListener {

  private final Supplier<Map<RouterRef, FleetSummary>> fleets;
  private final Supplier<SortedMap<RouterRef, String>> faults;
  private final Map<ObjectKey, LiveRouter> routers = new ConcurrentHashMap<>();
  private final Set<ObjectKey> takenServices = ConcurrentHashMap.newKeySet();
  private volatile Optional<World> world = Optional.empty();

  /** A router, and what it asks for. */
  record LiveRouter(KubeObject object, RouterWish wish) {

    ObjectKey key() {
      return object.key();
    }
  }

  /**
   * None yet.
   *
   * @param fleets what their Envoys have, by router
   * @param faults why one can't be compiled, while it can't
   */
  LiveRouters(
      Supplier<Map<RouterRef, FleetSummary>> fleets,
      Supplier<SortedMap<RouterRef, String>> faults) {
    this.fleets = fleets;
    this.faults = faults;
  }

  /** What is declared now. */
  void read(World next) {
    world = Optional.of(next);
  }

  @Override
  public void seen(KubeObject object) {
    ObjectKey key = object.key();
    switch (key.kind()) {
      case MODEL_ROUTER -> routers.put(key, new LiveRouter(object, RouterWish.of(object)));
      case SERVICE -> {
        if (object.text().contains(RouterService.ORIGINAL)) {
          takenServices.add(key);
        } else {
          takenServices.remove(key);
        }
      }
      case INFERENCE_SERVICE,
          INFERENCE_SLO,
          MODEL_POOL,
          AGENT,
          AGENTIC_TASK,
          SERVICE_LEVEL_OBJECTIVE,
          ENDPOINT_SLICE -> {}
    }
  }

  @Override
  public void gone(ObjectKey key) {
    routers.remove(key);
    takenServices.remove(key);
  }

  /** Those there are now. */
  Map<ObjectKey, LiveRouter> all() {
    return Map.copyOf(routers);
  }

  /** Whether the router's Service points at a fleet, as far as the watch has told. */
  boolean isTaken(ObjectKey router) {
    return takenServices.contains(
        new ObjectKey(
            WatchedKind.SERVICE, router.namespace(), RouterService.nameOf(router.name())));
  }

  /** What is known of them; empty before the cluster was read. */
  Optional<RoutingFacts.Source> facts() {
    return world.map(read -> RoutingFacts.Source.of(read, fleets.get(), faults.get()));
  }
}
