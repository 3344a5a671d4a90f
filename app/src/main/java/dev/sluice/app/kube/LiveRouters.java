package dev.sluice.app.kube;

import dev.sluice.app.manifests.World;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

  private final FleetReports reports;
  private final Map<ObjectKey, LiveRouter> routers = new ConcurrentHashMap<>();
  private final Set<ObjectKey> takenServices = ConcurrentHashMap.newKeySet();
  private volatile Optional<World> world = Optional.empty();

  /** A router, and what it asks for. */
  record LiveRouter(KubeObject object, RouterWish wish) {

    ObjectKey key() {
      return object.key();
    }
  }

  LiveRouters(FleetReports reports) {
    this.reports = reports;
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
    return world.map(read -> RoutingFacts.Source.of(read, reports));
  }
}
