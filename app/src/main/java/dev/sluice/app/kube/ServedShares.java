package dev.sluice.app.kube;

import dev.sluice.app.kube.ShareSample.Route;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.shares.RouterShares;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The share that each route leaves to a service, and what came of it, for its status.
 *
 * <ul>
 *   <li><i>Thread</i>: any.
 *   <li><i>On failure</i>: nothing here fails.
 *   <li><i>On shutdown</i>: nothing to do.
 * </ul>
 */
final class ServedShares {

  private SortedMap<RouterRef, RouterSpec> routers = new TreeMap<>();
  private Optional<SortedMap<RouterRef, RouterShares>> served = Optional.empty();
  private Optional<Map<ServiceRef, Map<ShareTexts.Place, Route>>> routes = Optional.empty();
  private final Map<ServiceRef, ShareSample> samples = new HashMap<>();
  private final Supplier<ServedLoad> reports;
  private ServedLoad load = ServedLoad.NONE;
  private Instant loadAt = Instant.MIN;

  /**
   * @param reports what Envoys say of their requests
   */
  ServedShares(Supplier<ServedLoad> reports) {
    this.reports = reports;
  }

  synchronized void declared(SortedMap<RouterRef, RouterSpec> next) {
    routers = next;
    routes = Optional.empty();
  }

  synchronized void served(SortedMap<RouterRef, RouterShares> next) {
    served = Optional.of(next);
    routes = Optional.empty();
  }

  /** As {@link ShareTexts}; empty while nobody has said what is served. */
  synchronized Optional<SortedMap<String, String>> of(ServiceRef service, Instant now) {
    if (served.isEmpty()) {
      return Optional.empty();
    }
    if (routes.isEmpty()) {
      routes = Optional.of(join(served.get()));
      samples.keySet().retainAll(routes.get().keySet());
    }
    Map<ShareTexts.Place, Route> places = routes.get().getOrDefault(service, Map.of());
    if (places.isEmpty()) {
      samples.remove(service);
      return Optional.of(new TreeMap<>());
    }
    ShareSample newest = ShareSample.of(places, load(now), now);
    return Optional.of(samples.merge(service, newest, ShareSample::or).texts());
  }

  /** Added up once for all services that are looked at together. */
  private ServedLoad load(Instant now) {
    if (!loadAt.equals(now)) {
      load = reports.get();
      loadAt = now;
    }
    return load;
  }

  /** When to ask again, though no share changed. */
  synchronized Optional<Instant> nextLook(ServiceRef service, Instant now) {
    return Optional.ofNullable(samples.get(service)).flatMap(sample -> sample.nextLook(now));
  }

  private Map<ServiceRef, Map<ShareTexts.Place, Route>> join(
      SortedMap<RouterRef, RouterShares> shares) {
    Map<ServiceRef, Map<ShareTexts.Place, Route>> byService = new HashMap<>();
    routers.forEach(
        (ref, router) -> {
          RouterShares shaped = shares.getOrDefault(ref, RouterShares.NONE);
          for (Backend backend : router.backends()) {
            backend
                .service()
                .ifPresent(
                    service ->
                        byService
                            .computeIfAbsent(service, _ -> new HashMap<>())
                            .putAll(places(ref, shaped, backend)));
          }
        });
    return byService;
  }

  private static Map<ShareTexts.Place, Route> places(
      RouterRef router, RouterShares shaped, Backend backend) {
    Map<ShareTexts.Place, Route> places = new HashMap<>();
    shaped
        .rules()
        .forEach(
            (rule, shares) ->
                shares
                    .backend(backend.name())
                    .ifPresent(
                        one ->
                            places.put(
                                new ShareTexts.Place(router.name(), rule, backend.name()),
                                new Route(router, one))));
    return places;
  }
}
